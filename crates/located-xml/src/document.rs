//! The tree: elements, attributes and texts, each with its place.
//!
//! All of a document lies in a few flat lists in the order of the text. An [`Element`] or [`Attribute`] is a view into them:
//! it can be copied freely, and names and values are slices of the text itself wherever they stand in it as they are meant.

mod builder;

use std::fmt;
use std::sync::Arc;

use wcf_diagnostics::{FileId, Span};

pub use builder::Builder;

/// The namespace that the prefix `xml` is bound to everywhere.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// A document that was understood, at least in part. It has an outermost element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The texts that it was read from: one, or more where parts of several were put together.
    pub(crate) sources: Vec<(FileId, Arc<str>)>,
    /// Elements, texts and comments in the order of the text; an element stands before all it holds.
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) attributes: Vec<AttributeData>,
    pub(crate) declarations: Vec<DeclarationData>,
    pub(crate) scopes: Vec<ScopeData>,
    /// What values and texts mean that are not written as they are meant.
    pub(crate) resolved: Vec<ResolvedData>,
    /// The characters of those.
    pub(crate) characters: String,
}

/// Bytes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub start: u32,
    pub end: u32,
}

impl Range {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    pub(crate) const fn bounds(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// No entry of a list.
pub(crate) const NONE: u32 = u32::MAX;

/// The namespace of the prefix `xml`, which is declared nowhere.
pub(crate) const XML: u32 = u32::MAX - 1;

/// A name as written, how long its prefix is with the colon, and the declaration of its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameData {
    pub written: Range,
    pub prefix: u32,
    pub namespace: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeData {
    pub source: u32,
    pub kind: Kind,
    /// One past the last node inside; for a text or comment the next node.
    pub next: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Element(ElementData),
    Text { written: Range, resolved: u32 },
    Comment(Range),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ElementData {
    pub name: NameData,
    pub tag: Range,
    /// Where the end tag ends.
    pub end: u32,
    pub attributes: Range,
    pub scope: u32,
    /// Whether the scope was opened by this very element.
    pub declares: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AttributeData {
    pub source: u32,
    pub name: NameData,
    pub value: Range,
    pub resolved: u32,
}

/// What a value means: with white space as spaces, and as written, where that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ResolvedData {
    pub normal: Range,
    pub unnormalized: Range,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeclarationData {
    pub source: u32,
    pub name: Range,
    pub value: Range,
    pub resolved: u32,
}

/// The namespaces declared on an element, and the way to those outside it. As deep as the elements at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeData {
    pub outer: u32,
    pub declarations: Range,
}

impl Document {
    /// The outermost element.
    #[must_use]
    pub const fn root(&self) -> Element<'_> {
        Element { document: self, at: 0 }
    }

    /// Whether a namespace is declared anywhere in it.
    #[must_use]
    pub fn declares(&self, namespace: &str) -> bool {
        self.declarations.iter().any(|declaration| self.declared(declaration) == namespace)
    }

    fn text(&self, source: u32, range: Range) -> &str {
        self.sources.get(source as usize).and_then(|(_, text)| text.get(range.bounds())).unwrap_or_default()
    }

    fn slice(&self, source: u32, range: Range) -> Option<Slice<'_>> {
        self.sources.get(source as usize).map(|(_, text)| Slice { text, start: range.start, end: range.end })
    }

    fn span(&self, source: u32, range: Range) -> Span {
        let file = self.sources.get(source as usize).map_or(FileId(u32::MAX), |(file, _)| *file);
        Span { file, start: range.start, end: range.end }
    }

    fn value(&self, source: u32, range: Range, resolved: u32) -> &str {
        match self.resolved.get(resolved as usize) {
            None => self.text(source, range),
            Some(resolved) => self.characters.get(resolved.normal.bounds()).unwrap_or_default(),
        }
    }

    pub(crate) fn declared(&self, declaration: &DeclarationData) -> &str {
        self.value(declaration.source, declaration.value, declaration.resolved)
    }

    pub(crate) fn namespace(&self, namespace: u32) -> Option<&str> {
        match namespace {
            NONE => None,
            XML => Some(XML_NAMESPACE),
            at => self.declarations.get(at as usize).map(|declaration| self.declared(declaration)),
        }
    }

    fn name(&self, source: u32, name: NameData) -> Name<'_> {
        let written = self.text(source, name.written);
        let (prefix, local) = match name.prefix as usize {
            0 => (None, written),
            prefix => (written.get(..prefix - 1), written.get(prefix..).unwrap_or_default()),
        };
        Name { prefix, local, namespace: self.namespace(name.namespace) }
    }

    /// The declaration that a prefix (`""`: none) stands for in a scope; `None` too where it takes the default namespace away.
    pub(crate) fn lookup(&self, scope: u32, prefix: &str) -> Option<u32> {
        let mut scope = scope;
        while let Some(level) = self.scopes.get(scope as usize) {
            for at in level.declarations.bounds().rev() {
                let declaration = self.declarations.get(at)?;
                if self.declared_prefix(declaration).unwrap_or("") == prefix {
                    return u32::try_from(at).ok().filter(|_| !self.declared(declaration).is_empty());
                }
            }
            scope = level.outer;
        }
        None
    }

    pub(crate) fn declared_prefix(&self, declaration: &DeclarationData) -> Option<&str> {
        self.text(declaration.source, declaration.name).strip_prefix("xmlns:")
    }
}

/// A name with its namespace resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Name<'d> {
    /// What stands before the colon.
    pub prefix: Option<&'d str>,
    /// What stands after it.
    pub local: &'d str,
    /// The namespace that the prefix, or for elements the default declaration, stands for. `None` also where the prefix
    /// is declared nowhere, which is a finding.
    pub namespace: Option<&'d str>,
}

impl Name<'_> {
    /// Whether it is this name in this namespace.
    #[must_use]
    pub fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace == namespace
    }
}

impl fmt::Display for Name<'_> {
    /// As written: `prefix:local` or `local`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = self.prefix {
            write!(formatter, "{prefix}:")?;
        }
        formatter.write_str(self.local)
    }
}

/// A part of a text that can outlive the document: whoever keeps the text keeps the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice<'d> {
    /// The text.
    pub text: &'d Arc<str>,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// An element.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document,
    at: usize,
}

impl<'d> Element<'d> {
    fn data(self) -> Option<(u32, &'d ElementData)> {
        match self.document.nodes.get(self.at) {
            Some(NodeData { source, kind: Kind::Element(element), .. }) => Some((*source, element)),
            Some(_) | None => None,
        }
    }

    fn range(self, of: impl FnOnce(&ElementData) -> Range) -> Span {
        let (source, range) = self.data().map_or((NONE, Range::default()), |(source, element)| (source, of(element)));
        self.document.span(source, range)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> Name<'d> {
        self.data().map_or_else(Name::default, |(source, element)| self.document.name(source, element.name))
    }

    /// Its name as written, prefix included.
    #[must_use]
    pub fn written_name(self) -> &'d str {
        self.data().map_or("", |(source, element)| self.document.text(source, element.name.written))
    }

    /// Its name as written as part of the text.
    #[must_use]
    pub fn name_slice(self) -> Option<Slice<'d>> {
        self.data().and_then(|(source, element)| self.document.slice(source, element.name.written))
    }

    /// Its name without a prefix.
    #[must_use]
    pub fn local(self) -> &'d str {
        self.data().map_or("", |(source, element)| {
            self.document.text(source, Range { start: element.name.written.start + element.name.prefix, ..element.name.written })
        })
    }

    /// Whether its name is written with a prefix.
    #[must_use]
    pub fn has_prefix(self) -> bool {
        self.data().is_some_and(|(_, element)| element.name.prefix > 0)
    }

    /// The whole start tag, from `<` to `>`.
    #[must_use]
    pub fn span(self) -> Span {
        self.range(|element| element.tag)
    }

    /// The name within the start tag, prefix included.
    #[must_use]
    pub fn name_span(self) -> Span {
        self.range(|element| element.name.written)
    }

    /// From the start tag's `<` to the end tag's `>`. For an element that is never closed, to where it was taken to end.
    #[must_use]
    pub fn full_span(self) -> Span {
        self.range(|element| Range { start: element.tag.start, end: element.end })
    }

    /// The attributes in the order written, without namespace declarations. Of attributes of the same name only the first.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = Attribute<'d>> + Clone {
        let document = self.document;
        let range = self.data().map_or(0..0, |(_, element)| element.attributes.bounds());
        document.attributes.get(range).unwrap_or_default().iter().map(move |data| Attribute { document, data })
    }

    /// What it contains, in order. Runs of nothing but literal white space are left out, as are processing instructions.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> + Clone {
        let document = self.document;
        let end = document.nodes.get(self.at).map_or(0, |node| node.next as usize);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let node = document.nodes.get(at..end)?.first()?;
            let here = at;
            at = node.next as usize;
            Some(match node.kind {
                Kind::Element(_) => Node::Element(Element { document, at: here }),
                Kind::Text { .. } => Node::Text(Leaf { document, node }),
                Kind::Comment(_) => Node::Comment(Leaf { document, node }),
            })
        })
    }

    /// Whether it contains nothing: no element, text or comment.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.document.nodes.get(self.at).is_none_or(|node| node.next as usize <= self.at + 1)
    }

    /// The first attribute of this local name that has no namespace, as attributes without a prefix have.
    #[must_use]
    pub fn attribute(self, local: &str) -> Option<Attribute<'d>> {
        self.attributes().find(|attribute| attribute.is(local))
    }

    /// The attribute of this local name in this namespace.
    #[must_use]
    pub fn attribute_in(self, namespace: &str, local: &str) -> Option<Attribute<'d>> {
        self.attributes().find(|attribute| attribute.data.name.namespace != NONE && attribute.name().is(Some(namespace), local))
    }

    /// The elements directly inside, in order.
    pub fn elements(self) -> impl Iterator<Item = Self> + Clone {
        let document = self.document;
        let end = document.nodes.get(self.at).map_or(0, |node| node.next as usize);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            loop {
                let node = document.nodes.get(at..end)?.first()?;
                let here = at;
                at = node.next as usize;
                if let Kind::Element(_) = node.kind {
                    return Some(Self { document, at: here });
                }
            }
        })
    }

    /// The first element directly inside that has this local name, whatever its namespace.
    #[must_use]
    pub fn child(self, local: &str) -> Option<Self> {
        self.elements().find(|element| element.is(local))
    }

    /// The texts directly inside, put together; comments and inner elements do not count.
    #[must_use]
    pub fn text(self) -> String {
        let mut all = String::new();
        for node in self.children() {
            if let Node::Text(leaf) = node {
                all.push_str(leaf.text());
            }
        }
        all
    }

    /// Whether its local name is this one, whatever its namespace.
    #[must_use]
    pub fn is(self, local: &str) -> bool {
        self.local() == local
    }

    /// This element and all below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Self> + Clone {
        let document = self.document;
        let end = document.nodes.get(self.at).map_or(0, |node| node.next as usize);
        let nodes = document.nodes.get(self.at..end).unwrap_or_default();
        let first = self.at;
        nodes.iter().enumerate().filter_map(move |(at, node)| match node.kind {
            Kind::Element(_) => Some(Self { document, at: first + at }),
            Kind::Text { .. } | Kind::Comment(_) => None,
        })
    }

    /// The namespaces declared on this very element, in the order written.
    pub fn namespace_declarations(self) -> impl ExactSizeIterator<Item = NamespaceDeclaration<'d>> + Clone {
        let document = self.document;
        let scope =
            self.data().filter(|(_, element)| element.declares).and_then(|(_, element)| document.scopes.get(element.scope as usize));
        let range = scope.map_or(0..0, |scope| scope.declarations.bounds());
        document.declarations.get(range).unwrap_or_default().iter().map(|declaration| NamespaceDeclaration {
            prefix: document.declared_prefix(declaration),
            namespace: document.declared(declaration),
            name_span: document.span(declaration.source, declaration.name),
            value_span: document.span(declaration.source, declaration.value),
        })
    }

    /// The namespace that a prefix stands for here; `""` asks for the default namespace. `None` where there is none.
    ///
    /// For names inside values, such as `type="tns:Order"` in a schema.
    #[must_use]
    pub fn namespace_of(self, prefix: &str) -> Option<&'d str> {
        let (_, element) = self.data()?;
        self.document.namespace(self.document.lookup(element.scope, prefix)?)
    }
}

impl PartialEq for Element<'_> {
    /// Whether both are the same element of the same document.
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.document, other.document)
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    /// The name and the place.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{}> at {:?}", self.name(), self.span())
    }
}

/// An attribute that is not a namespace declaration.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    /// Its name; without a prefix it has no namespace.
    #[must_use]
    pub fn name(self) -> Name<'d> {
        self.document.name(self.data.source, self.data.name)
    }

    /// Its name as written, prefix included.
    #[must_use]
    pub fn written_name(self) -> &'d str {
        self.document.text(self.data.source, self.data.name.written)
    }

    /// Whether its name is written with a prefix.
    #[must_use]
    pub const fn has_prefix(self) -> bool {
        self.data.name.prefix > 0
    }

    /// Whether it has this name and no namespace.
    #[must_use]
    pub fn is(self, local: &str) -> bool {
        let name = self.data.name;
        name.namespace == NONE
            && self.document.text(self.data.source, Range { start: name.written.start + name.prefix, ..name.written }) == local
    }

    /// The name's place, prefix included.
    #[must_use]
    pub fn name_span(self) -> Span {
        self.document.span(self.data.source, self.data.name.written)
    }

    /// The value: references resolved, each white space character a space (XML 1.0, 3.3.3).
    #[must_use]
    pub fn value(self) -> &'d str {
        self.document.value(self.data.source, self.data.value, self.data.resolved)
    }

    /// [`Self::value_as_written`] as part of the text, where it stands there as it is meant: without references.
    #[must_use]
    pub fn slice(self) -> Option<Slice<'d>> {
        let resolved = self.document.resolved.get(self.data.resolved as usize);
        resolved.is_none().then(|| self.document.slice(self.data.source, self.data.value)).flatten()
    }

    /// The value's place, as written, without its quotes.
    #[must_use]
    pub fn value_span(self) -> Span {
        self.document.span(self.data.source, self.data.value)
    }

    /// The value as .NET Framework's configuration system sees it: references resolved, line breaks and tabs as written, since
    /// `XmlTextReader.Normalization` is off there.
    #[must_use]
    pub fn value_as_written(self) -> &'d str {
        match self.document.resolved.get(self.data.resolved as usize) {
            None => self.document.text(self.data.source, self.data.value),
            Some(resolved) => self.document.characters.get(resolved.unnormalized.bounds()).unwrap_or_default(),
        }
    }
}

impl fmt::Debug for Attribute<'_> {
    /// The name and the value.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={:?}", self.name(), self.value())
    }
}

/// A thing inside an element.
#[derive(Clone, Copy, Debug)]
pub enum Node<'d> {
    /// An element.
    Element(Element<'d>),
    /// Text: character data, references and CDATA sections that follow one another are one text, with references resolved and
    /// line ends as `\n`. Its place is all of it as written, the marks of CDATA sections included.
    Text(Leaf<'d>),
    /// A comment: what stands between `<!--` and `-->`, as written.
    Comment(Leaf<'d>),
}

/// A text or a comment.
#[derive(Clone, Copy)]
pub struct Leaf<'d> {
    document: &'d Document,
    node: &'d NodeData,
}

impl<'d> Leaf<'d> {
    /// What it says.
    #[must_use]
    pub fn text(self) -> &'d str {
        match self.node.kind {
            Kind::Text { written, resolved } => self.document.value(self.node.source, written, resolved),
            Kind::Comment(written) => self.document.text(self.node.source, written),
            Kind::Element(_) => "",
        }
    }

    /// Its place.
    #[must_use]
    pub fn span(self) -> Span {
        let written = match self.node.kind {
            Kind::Text { written, .. } | Kind::Comment(written) => written,
            Kind::Element(_) => Range::default(),
        };
        self.document.span(self.node.source, written)
    }
}

impl fmt::Debug for Leaf<'_> {
    /// What it says.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.text())
    }
}

/// A namespace declaration: `xmlns="…"` or `xmlns:prefix="…"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamespaceDeclaration<'d> {
    /// The prefix; `None` for the default namespace.
    pub prefix: Option<&'d str>,
    /// The namespace; empty where `xmlns=""` takes the default namespace away.
    pub namespace: &'d str,
    /// The attribute name as written, `xmlns` or `xmlns:prefix`.
    pub name_span: Span,
    /// The value as written, without its quotes.
    pub value_span: Span,
}
