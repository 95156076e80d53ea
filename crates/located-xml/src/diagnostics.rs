//! What can be wrong with a text as XML. Bytes that are no text are a [`DecodeError`](crate::DecodeError), which whoever reads
//! the file reports.
//!
//! All of it is at level deny. .NET does not load such a file, so nothing that it says is in force. In three cases .NET is
//! laxer, and this is stricter on purpose: document type definitions, references to control characters (`&#1;`, which
//! `XmlTextReader` takes while its `Normalization` is off), and the bounds on depth and size.

use wcf_diagnostics::{Code, Finding, Level, Span};

use crate::start_tag::AttributeFault;

const WHY: &str = "A file that is not well-formed is not loaded by .NET at all. What could be understood is shown, but nothing is \
                   generated from it: what was not understood could have been the stricter setting.";

const XML: &str = "Extensible Markup Language (XML) 1.0, fifth edition; System.Xml.XmlTextReader";

/// A document type definition.
pub static DTD: Code = Code {
    name: "wcf-xml-dtd-refused",
    level: Level::Deny,
    summary: "the document has a document type definition",
    why: "A DTD can define entities that change what the document says, name files and addresses to read, and grow without bound. \
          None of that is done here, so a document with a DTD cannot be read faithfully.",
    example: "<!DOCTYPE configuration [<!ENTITY mode \"Transport\">]>",
    remedy: "Write out what the DTD's entities stand for, and remove the DTD.",
    reference: "XML 1.0, section 2.8; CWE-611, CWE-776",
    waivable: false,
};

/// An entity that nothing defines.
pub static UNDEFINED_ENTITY: Code = Code {
    name: "wcf-xml-undefined-entity",
    level: Level::Deny,
    summary: "an entity is used that XML does not define",
    why: WHY,
    example: "<add key=\"a\" value=\"b&nbsp;c\"/>",
    remedy: "Write the character itself, or a character reference such as &#160;. A plain ampersand is written &amp;.",
    reference: "XML 1.0, section 4.1 (WFC: Entity Declared)",
    waivable: false,
};

/// An ampersand that begins no reference, or a number that is no character.
pub static BAD_REFERENCE: Code = Code {
    name: "wcf-xml-bad-reference",
    level: Level::Deny,
    summary: "an ampersand begins something that is neither an entity nor a character reference",
    why: WHY,
    example: "<endpoint address=\"http://host/a?b=1&c=2\"/>",
    remedy: "Write &amp; for an ampersand, and only numbers of characters that XML allows after &#.",
    reference: "XML 1.0, section 4.1",
    waivable: false,
};

/// A character that XML does not allow.
pub static INVALID_CHARACTER: Code = Code {
    name: "wcf-xml-invalid-character",
    level: Level::Deny,
    summary: "the text has a character that XML does not allow",
    why: WHY,
    example: "a form feed between two elements",
    remedy: "Remove the character.",
    reference: "XML 1.0, section 2.2",
    waivable: false,
};

/// Two attributes of one name.
pub static DUPLICATE_ATTRIBUTE: Code = Code {
    name: "wcf-xml-duplicate-attribute",
    level: Level::Deny,
    summary: "an element has two attributes of the same name",
    why: WHY,
    example: "<security mode=\"Transport\" mode=\"None\"/>",
    remedy: "Keep the one that is meant.",
    reference: "XML 1.0, section 3.1 (WFC: Unique Att Spec); Namespaces in XML 1.0, section 6.3",
    waivable: false,
};

/// An attribute that is not written as one.
pub static MALFORMED_ATTRIBUTE: Code = Code {
    name: "wcf-xml-malformed-attribute",
    level: Level::Deny,
    summary: "something in a start tag is not an attribute as XML writes it",
    why: WHY,
    example: "<security mode=Transport/>",
    remedy: "Write name=\"value\", with white space before each name.",
    reference: "XML 1.0, section 3.1",
    waivable: false,
};

/// An end tag for something else than the innermost open element.
pub static MISMATCHED_END_TAG: Code = Code {
    name: "wcf-xml-mismatched-end-tag",
    level: Level::Deny,
    summary: "an end tag does not belong to the element that is open",
    why: WHY,
    example: "<binding><security></binding>",
    remedy: "Close the inner element first, or remove the end tag that has no start.",
    reference: "XML 1.0, section 3 (WFC: Element Type Match)",
    waivable: false,
};

/// The document ends before its elements do.
pub static UNCLOSED_ELEMENT: Code = Code {
    name: "wcf-xml-unclosed-element",
    level: Level::Deny,
    summary: "the document ends while elements are open",
    why: WHY,
    example: "<configuration><system.serviceModel>",
    remedy: "Close the elements, or get the rest of the file if it was cut off.",
    reference: "XML 1.0, section 3",
    waivable: false,
};

/// A tag, comment, CDATA section or instruction without an end.
pub static UNCLOSED_MARKUP: Code = Code {
    name: "wcf-xml-unclosed-markup",
    level: Level::Deny,
    summary: "a tag, comment, CDATA section or processing instruction has no end",
    why: WHY,
    example: "<!-- the rest of the file",
    remedy: "Close it, or get the rest of the file if it was cut off.",
    reference: "XML 1.0, sections 2.5, 2.6, 2.7 and 3.1",
    waivable: false,
};

/// Markup that is none of XML's.
pub static MALFORMED_MARKUP: Code = Code {
    name: "wcf-xml-malformed-markup",
    level: Level::Deny,
    summary: "something that looks like markup is none",
    why: WHY,
    example: "<!-- a -- b -->",
    remedy: "Write &lt; for a less-than sign; keep -- out of comments and ]]> out of text.",
    reference: XML,
    waivable: false,
};

/// A name that is not one.
pub static INVALID_NAME: Code = Code {
    name: "wcf-xml-invalid-name",
    level: Level::Deny,
    summary: "a name has characters or colons that names cannot have",
    why: WHY,
    example: "<1st/>",
    remedy: "Begin with a letter or an underscore, go on with letters, digits, hyphens, dots, and use one colon at most.",
    reference: "XML 1.0, section 2.3; Namespaces in XML 1.0, section 3",
    waivable: false,
};

/// A prefix that nothing declares, or a declaration that is not allowed.
pub static BAD_NAMESPACE: Code = Code {
    name: "wcf-xml-bad-namespace",
    level: Level::Deny,
    summary: "a prefix is not declared, or is declared as it may not be",
    why: WHY,
    example: "<appSettings xdt:Transform=\"Replace\"/> without xmlns:xdt",
    remedy: "Declare the prefix with xmlns:prefix=\"…\" on this element or one outside it.",
    reference: "Namespaces in XML 1.0, sections 3 and 5",
    waivable: false,
};

/// No element at all.
pub static NO_ROOT: Code = Code {
    name: "wcf-xml-no-root-element",
    level: Level::Deny,
    summary: "there is no element",
    why: WHY,
    example: "an empty file",
    remedy: "Get the file again, or leave it out of the input.",
    reference: "XML 1.0, section 2.1",
    waivable: false,
};

/// Something beside the root element.
pub static OUTSIDE_ROOT: Code = Code {
    name: "wcf-xml-outside-root",
    level: Level::Deny,
    summary: "there is text or a second element outside the root element",
    why: WHY,
    example: "<configuration/><configuration/>",
    remedy: "Keep one root element and only comments beside it.",
    reference: "XML 1.0, section 2.1",
    waivable: false,
};

/// An XML declaration in the wrong place or form.
pub static BAD_DECLARATION: Code = Code {
    name: "wcf-xml-bad-declaration",
    level: Level::Deny,
    summary: "the XML declaration is not at the very start, or not in its form",
    why: WHY,
    example: "an empty line before <?xml version=\"1.0\"?>",
    remedy: "Put <?xml version=\"1.0\" encoding=\"utf-8\"?> in the first line with nothing before it, or remove it.",
    reference: "XML 1.0, section 2.8",
    waivable: false,
};

/// A bound was passed.
pub static LIMIT: Code = Code {
    name: "wcf-xml-limit-exceeded",
    level: Level::Deny,
    summary: "the document is larger or deeper than is read",
    why: "Memory and time are kept in proportion to the input. What lies past the bound was left out, so the document is not known whole.",
    example: "elements nested 300 deep",
    remedy: "Split the file, or leave it out if it is not configuration.",
    reference: "the limits of located-xml",
    waivable: false,
};

/// Every code of this crate.
pub static CODES: &[&Code] = &[
    &DTD,
    &UNDEFINED_ENTITY,
    &BAD_REFERENCE,
    &INVALID_CHARACTER,
    &DUPLICATE_ATTRIBUTE,
    &MALFORMED_ATTRIBUTE,
    &MISMATCHED_END_TAG,
    &UNCLOSED_ELEMENT,
    &UNCLOSED_MARKUP,
    &MALFORMED_MARKUP,
    &INVALID_NAME,
    &BAD_NAMESPACE,
    &NO_ROOT,
    &OUTSIDE_ROOT,
    &BAD_DECLARATION,
    &LIMIT,
];

/// Names and pieces of text in messages are cut to this many characters.
const QUOTED: usize = 60;

/// A piece of the file in a message: cut short, control characters made visible.
fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).flat_map(escaped).collect();
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}

pub(crate) struct DtdRefused {
    pub(crate) span: Span,
}

impl From<DtdRefused> for Finding {
    fn from(problem: DtdRefused) -> Self {
        Self::new(&DTD, "document type definitions are not read")
            .at(problem.span, "")
            .help("write out what its entities stand for, and remove it")
    }
}

pub(crate) struct UndefinedEntity<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

impl From<UndefinedEntity<'_>> for Finding {
    fn from(problem: UndefinedEntity<'_>) -> Self {
        Self::new(&UNDEFINED_ENTITY, format!("the entity {} is not defined", quoted(problem.name)))
            .at(problem.span, "")
            .help("write the character itself or its number, and &amp; for a plain ampersand")
    }
}

pub(crate) struct BadReference {
    pub(crate) span: Span,
    /// Whether it has the form of a character reference.
    pub(crate) number: bool,
}

impl From<BadReference> for Finding {
    fn from(problem: BadReference) -> Self {
        if problem.number {
            Self::new(&BAD_REFERENCE, "this is not the number of a character that XML allows").at(problem.span, "")
        } else {
            Self::new(&BAD_REFERENCE, "an ampersand begins no reference here").at(problem.span, "").help("write &amp; for an ampersand")
        }
    }
}

pub(crate) struct InvalidCharacter {
    pub(crate) character: char,
    pub(crate) span: Span,
}

impl From<InvalidCharacter> for Finding {
    fn from(problem: InvalidCharacter) -> Self {
        Self::new(&INVALID_CHARACTER, format!("the character U+{:04X} is not allowed in XML", u32::from(problem.character)))
            .at(problem.span, "")
    }
}

pub(crate) struct DuplicateAttribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) first: Span,
    pub(crate) again: Span,
}

impl From<DuplicateAttribute<'_>> for Finding {
    fn from(problem: DuplicateAttribute<'_>) -> Self {
        Self::new(&DUPLICATE_ATTRIBUTE, format!("the attribute {} is given twice", quoted(problem.name)))
            .at(problem.again, "again here")
            .at(problem.first, "first here")
    }
}

pub(crate) struct MalformedAttribute {
    pub(crate) fault: AttributeFault,
    pub(crate) span: Span,
}

impl From<MalformedAttribute> for Finding {
    fn from(problem: MalformedAttribute) -> Self {
        let (message, help) = match problem.fault {
            AttributeFault::NoValue => ("the attribute has no value", "give it a value in quotes"),
            AttributeFault::NotQuoted => ("the attribute's value is not in quotes", "put quotes around it"),
            AttributeFault::NotClosed => ("the attribute's value has no closing quote", "close it"),
            AttributeFault::NotSeparated => ("there is no white space before the attribute", "put a space before it"),
            AttributeFault::LessThan => {
                ("an attribute's value has a less-than sign", "write &lt; if it is meant, else look for a missing quote")
            }
            AttributeFault::Stray => ("this is not an attribute", "remove it"),
        };
        Self::new(&MALFORMED_ATTRIBUTE, message).at(problem.span, "").help(help)
    }
}

pub(crate) struct MismatchedEndTag<'a> {
    pub(crate) found: &'a str,
    pub(crate) end_tag: Span,
    /// The innermost open element and the place of its name.
    pub(crate) open: Option<(&'a str, Span)>,
    /// The element that the end tag was taken to close, if it is not the innermost.
    pub(crate) closes: Option<Span>,
}

impl From<MismatchedEndTag<'_>> for Finding {
    fn from(problem: MismatchedEndTag<'_>) -> Self {
        let found = quoted(problem.found);
        let Some((open, open_span)) = problem.open else {
            return Self::new(&MISMATCHED_END_TAG, format!("the end tag {found} closes nothing")).at(problem.end_tag, "no element is open");
        };
        let finding = Self::new(&MISMATCHED_END_TAG, format!("the end tag {found} does not close the open element {}", quoted(open)))
            .at(problem.end_tag, "this end tag")
            .at(open_span, "this element is open");
        match problem.closes {
            Some(span) => finding.at(span, "taken to close this element"),
            None => finding,
        }
    }
}

pub(crate) struct UnclosedElements<'a> {
    /// The innermost open element and its place.
    pub(crate) innermost: (&'a str, Span),
    /// The places of those around it, from the inside out, as many as are shown.
    pub(crate) outer: Vec<Span>,
    pub(crate) count: usize,
    pub(crate) end: Span,
}

impl From<UnclosedElements<'_>> for Finding {
    fn from(problem: UnclosedElements<'_>) -> Self {
        let name = quoted(problem.innermost.0);
        let message = match problem.count {
            1 => format!("the element {name} is never closed"),
            count => format!("the element {name} and {} around it are never closed", count - 1),
        };
        let mut finding =
            Self::new(&UNCLOSED_ELEMENT, message).at(problem.innermost.1, "opened here").at(problem.end, "the text ends here");
        for span in problem.outer {
            finding = finding.at(span, "and this around it");
        }
        finding
    }
}

/// What has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Markup {
    Tag,
    Quote,
    Comment,
    Cdata,
    Instruction,
    Dtd,
}

pub(crate) struct UnclosedMarkup {
    pub(crate) markup: Markup,
    pub(crate) span: Span,
}

impl From<UnclosedMarkup> for Finding {
    fn from(problem: UnclosedMarkup) -> Self {
        let message = match problem.markup {
            Markup::Tag => "the tag that begins here has no `>`",
            Markup::Quote => "a quote in the tag that begins here is never closed",
            Markup::Comment => "the comment that begins here has no `-->`",
            Markup::Cdata => "the CDATA section that begins here has no `]]>`",
            Markup::Instruction => "the processing instruction that begins here has no `?>`",
            Markup::Dtd => "the document type definition that begins here has no end",
        };
        Self::new(&UNCLOSED_MARKUP, message).at(problem.span, "")
    }
}

/// What looks like markup and is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotMarkup {
    UnknownDeclaration,
    NoName,
    HyphensInComment,
    CdataEndInText,
    AttributesInEndTag,
    EmptyInstruction,
}

pub(crate) struct MalformedMarkup {
    pub(crate) what: NotMarkup,
    pub(crate) span: Span,
}

impl From<MalformedMarkup> for Finding {
    fn from(problem: MalformedMarkup) -> Self {
        let message = match problem.what {
            NotMarkup::UnknownDeclaration => "`<!` begins neither a comment nor a CDATA section here",
            NotMarkup::NoName => "`<` is not followed by a name",
            NotMarkup::HyphensInComment => "a comment has `--` inside",
            NotMarkup::CdataEndInText => "`]]>` stands in text",
            NotMarkup::AttributesInEndTag => "an end tag has more than a name",
            NotMarkup::EmptyInstruction => "a processing instruction has no valid target",
        };
        Self::new(&MALFORMED_MARKUP, message).at(problem.span, "")
    }
}

pub(crate) struct InvalidName<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

impl From<InvalidName<'_>> for Finding {
    fn from(problem: InvalidName<'_>) -> Self {
        Self::new(&INVALID_NAME, format!("{} is not a name", quoted(problem.name))).at(problem.span, "")
    }
}

pub(crate) struct UndeclaredPrefix<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) span: Span,
}

impl From<UndeclaredPrefix<'_>> for Finding {
    fn from(problem: UndeclaredPrefix<'_>) -> Self {
        Self::new(&BAD_NAMESPACE, format!("the prefix {} is not declared", quoted(problem.prefix)))
            .at(problem.span, "")
            .help("declare it with xmlns on this element or one outside it")
    }
}

pub(crate) struct BadNamespaceDeclaration {
    pub(crate) reason: &'static str,
    pub(crate) span: Span,
}

impl From<BadNamespaceDeclaration> for Finding {
    fn from(problem: BadNamespaceDeclaration) -> Self {
        Self::new(&BAD_NAMESPACE, problem.reason).at(problem.span, "")
    }
}

pub(crate) struct NoRoot {
    pub(crate) span: Span,
}

impl From<NoRoot> for Finding {
    fn from(problem: NoRoot) -> Self {
        Self::new(&NO_ROOT, "there is no element in this file").at(problem.span, "")
    }
}

pub(crate) struct OutsideRoot {
    pub(crate) span: Span,
    pub(crate) element: bool,
}

impl From<OutsideRoot> for Finding {
    fn from(problem: OutsideRoot) -> Self {
        let message = if problem.element { "there is a second root element" } else { "there is text outside the root element" };
        Self::new(&OUTSIDE_ROOT, message).at(problem.span, "")
    }
}

pub(crate) struct BadDeclaration {
    pub(crate) reason: &'static str,
    pub(crate) span: Span,
}

impl From<BadDeclaration> for Finding {
    fn from(problem: BadDeclaration) -> Self {
        Self::new(&BAD_DECLARATION, problem.reason).at(problem.span, "")
    }
}

/// Which bound was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Bytes,
    Depth,
    Attributes,
    Namespaces,
    Nodes,
    Findings,
    Restarts,
}

pub(crate) struct LimitExceeded {
    pub(crate) bound: Bound,
    pub(crate) limit: usize,
    pub(crate) span: Span,
}

impl From<LimitExceeded> for Finding {
    fn from(problem: LimitExceeded) -> Self {
        let limit = problem.limit;
        let message = match problem.bound {
            Bound::Bytes => format!("the text is longer than the {limit} bytes that are read"),
            Bound::Depth => format!("elements are nested deeper than {limit}; what is inside this one was left out"),
            Bound::Attributes => format!("the element has more than {limit} attributes; the rest was left out"),
            Bound::Namespaces => format!("more than {limit} namespace declarations are in force here; this one was left out"),
            Bound::Nodes => format!("the document has more than {limit} elements, attributes and texts; the rest was left out"),
            Bound::Findings => format!("there are more than {limit} problems in this file; the rest is not shown"),
            Bound::Restarts => format!("more than {limit} tags have no end; the rest was left out"),
        };
        Self::new(&LIMIT, message).at(problem.span, "")
    }
}
