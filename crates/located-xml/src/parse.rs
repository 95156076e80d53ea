//! From text to [`Document`]: one pass over the text that builds the tree, resolves namespaces and gets past problems.
//!
//! The forms that nearly all markup has are read here ([`quick`]); where anything is unusual, quick-xml says what the
//! markup is and where it ends, and each part of it is looked at again.
//!
//! More than 800 lines, because the tests of every fault stand beside what finds them.

mod attributes;
mod quick;

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;
use wcf_diagnostics::{FileId, Finding, Findings, Span};

use crate::declaration;
use crate::diagnostics::{
    BadDeclaration, Bound, DtdRefused, InvalidCharacter, LimitExceeded, MalformedMarkup, Markup, MismatchedEndTag, NoRoot, NotMarkup,
    OutsideRoot, UnclosedElements, UnclosedMarkup,
};
use crate::document::{Document, ElementData, Kind, NONE, NodeData, Range, ResolvedData, ScopeData};
use crate::limits::{DEEPEST, Limits};
use crate::names::{is_nc_name, is_space, is_xml_char};
use crate::start_tag::RawAttribute;

/// How often reading may begin anew after a tag without an end. Each time costs a look at the rest of the text.
const RESTARTS: usize = 32;

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// What was understood; `None` where there is no element or the text is too long.
    pub document: Option<Document>,
    /// What keeps the text from being well-formed, in the order of the text.
    pub findings: Findings,
}

/// Parses a decoded text, which the document then shares. Spans are offsets in `text`; a byte order mark at its start is
/// passed over.
///
/// Never panics and never recurses with the depth of the input. Takes memory in proportion to the length of the text.
#[must_use]
pub fn parse(file: FileId, text: impl Into<Arc<str>>, limits: &Limits) -> Parsed {
    let text: Arc<str> = text.into();
    let mut parser = Parser::new(file, &text, limits);
    if text.len() > limits.max_bytes || u32::try_from(text.len()).is_err() {
        parser.report(LimitExceeded { bound: Bound::Bytes, limit: limits.max_bytes, span: parser.span(0, 0) });
    } else {
        parser.run();
        parser.finish();
    }
    let Parser { mut findings, document, has_root, .. } = parser;
    if !findings.is_empty() {
        findings.sort();
    }
    Parsed { document: has_root.then_some(document), findings }
}

/// An element that is open: its node, and where its name is.
#[derive(Clone, Copy)]
struct Open {
    node: usize,
    name: Range,
    scope: u32,
    /// How many namespaces it declares.
    declared: usize,
}

/// Text that may go on with the next event.
enum PendingText {
    /// As written, `start..end`.
    Raw(usize, usize),
    /// With a reference or a CDATA section in it.
    Built { text: String, start: usize, end: usize },
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

/// What became of one piece of unusual markup.
enum Odd {
    /// It is read up to here.
    To(usize),
    /// It has no end; reading may begin anew after its first byte.
    Broken,
    /// Nothing after it is read.
    End,
}

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    limits: Limits,
    findings: Findings,
    /// Where the text begins: past a byte order mark.
    first: usize,
    open: Vec<Open>,
    document: Document,
    has_root: bool,
    nodes: usize,
    /// How many namespace declarations the open elements have.
    namespaces: usize,
    /// How many elements are open that are too deep to be kept.
    too_deep: usize,
    pending: Option<PendingText>,
    /// Whether a problem already told explains that elements stay open.
    cut_short: bool,
    /// Attributes of the tag at hand; kept to be allocated once.
    raw_attributes: Vec<RawAttribute>,
}

impl<'t> Parser<'t> {
    fn new(file: FileId, text: &'t Arc<str>, limits: &Limits) -> Self {
        // About what files have: few grow their lists, and none can take more than its length deserves.
        let document = Document {
            sources: vec![(file, Arc::clone(text))],
            nodes: Vec::with_capacity(text.len() / 64 + 4),
            attributes: Vec::with_capacity(text.len() / 64 + 4),
            ..Document::default()
        };
        Self {
            file,
            text,
            limits: Limits { max_depth: limits.max_depth.clamp(1, DEEPEST), ..*limits },
            findings: Findings::new(),
            first: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 },
            open: Vec::with_capacity(16),
            document,
            has_root: false,
            nodes: 0,
            namespaces: 0,
            too_deep: 0,
            pending: None,
            cut_short: false,
            raw_attributes: Vec::new(),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn report(&mut self, problem: impl Into<Finding>) {
        let limit = self.limits.max_findings;
        if self.findings.len() < limit {
            self.findings.push(problem);
        } else if self.findings.len() == limit {
            self.findings.push(LimitExceeded { bound: Bound::Findings, limit, span: self.span(self.text.len(), self.text.len()) });
        }
    }

    fn run(&mut self) {
        self.check_characters();
        let mut at = self.first;
        // quick-xml would pass over a second mark without counting it, and every place after it would be wrong.
        let marks = self.slice(at, self.text.len()).chars().take_while(|&character| character == '\u{FEFF}').count();
        if marks > 0 {
            at += marks * '\u{FEFF}'.len_utf8();
            self.report(OutsideRoot { span: self.span(self.first, at), element: false });
        }
        let mut restarts = 0;
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            if byte != b'<' {
                at = self.character_data(at);
                continue;
            }
            let quick = match bytes.get(at + 1) {
                Some(b'/') => self.quick_end_tag(at),
                Some(b'!') => self.quick_comment(at),
                Some(b'?') | None => None,
                Some(_) => self.quick_start_tag(at),
            };
            if let Some(end) = quick {
                at = end;
                continue;
            }
            match self.odd(at) {
                Odd::To(end) => at = end,
                Odd::End => return,
                Odd::Broken => {
                    restarts += 1;
                    if restarts > RESTARTS {
                        self.report(LimitExceeded { bound: Bound::Restarts, limit: RESTARTS, span: self.span(at, at + 1) });
                        self.cut_short = true;
                        return;
                    }
                    // Past this `<`, to the next.
                    match self.text.get(at + 1..).and_then(|rest| rest.find('<')) {
                        Some(distance) => at += 1 + distance,
                        None => return,
                    }
                }
            }
        }
    }

    /// Reads text from `start` to the next markup or reference, or the reference there. Returns where it ends.
    fn character_data(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.first() == Some(&b'&') {
            let inside = rest.get(1..).unwrap_or_default();
            let length = memchr::memchr3(b';', b'&', b'<', inside).unwrap_or(inside.len());
            let end = start + 1 + length + usize::from(inside.get(length) == Some(&b';'));
            self.reference(start, end);
            return end;
        }
        let blank = rest.iter().position(|&byte| !is_space(byte)).unwrap_or(rest.len());
        if self.pending.is_none() && rest.get(blank) == Some(&b'<') && rest.get(blank + 1) != Some(&b'!') {
            return start + blank;
        }
        let from = rest.get(blank..).unwrap_or_default();
        let end = start + blank + memchr::memchr2(b'<', b'&', from).unwrap_or(from.len());
        self.text(start, end);
        end
    }

    /// Reads one piece of markup with quick-xml.
    fn odd(&mut self, start: usize) -> Odd {
        let mut reader = Reader::from_str(self.slice(start, self.text.len()));
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        let event = reader.read_event();
        let end = start + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX - start);
        let flow = match event {
            Ok(Event::Eof) => return Odd::End,
            Ok(Event::Start(tag)) => self.start_tag(start, end, tag.name().as_ref().len(), false),
            Ok(Event::Empty(tag)) => self.start_tag(start, end, tag.name().as_ref().len(), true),
            Ok(Event::End(_)) => self.end_tag(start, end),
            Ok(Event::Text(_)) => self.text(start, end),
            Ok(Event::GeneralRef(_)) => self.reference(start, end),
            Ok(Event::CData(_)) => self.cdata(start, end),
            Ok(Event::Comment(_)) => self.comment(start, end),
            Ok(Event::Decl(_)) => self.declaration(start, end),
            Ok(Event::PI(_)) => self.instruction(start, end),
            Ok(Event::DocType(_)) | Err(Error::IllFormed(_)) => {
                self.report(DtdRefused { span: self.span(start, end) });
                Flow::On
            }
            Err(Error::Syntax(error)) => return if self.broken(error, start).is_some() { Odd::Broken } else { Odd::End },
            Err(Error::Io(_) | Error::InvalidAttr(_) | Error::Encoding(_) | Error::Escape(_) | Error::Namespace(_)) => {
                return Odd::Broken;
            }
        };
        if flow == Flow::Stop || end <= start { Odd::End } else { Odd::To(end) }
    }

    /// Reports markup that has no end. Returns where it begins if reading can go on after it.
    fn broken(&mut self, error: SyntaxError, start: usize) -> Option<usize> {
        let rest = self.slice(start, self.text.len());
        let begins = |mark: &str| rest.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
        let (markup, mark) = match error {
            SyntaxError::UnclosedTag => (Markup::Tag, 1),
            SyntaxError::UnclosedSingleQuotedAttributeValue | SyntaxError::UnclosedDoubleQuotedAttributeValue => (Markup::Quote, 1),
            SyntaxError::UnclosedComment if begins("<!--") => (Markup::Comment, 4),
            SyntaxError::UnclosedCData if begins("<![CDATA[") => (Markup::Cdata, 9),
            SyntaxError::UnclosedDoctype if begins("<!DOCTYPE") => (Markup::Dtd, 9),
            SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl if begins("<?>") => {
                self.report(MalformedMarkup { what: NotMarkup::EmptyInstruction, span: self.span(start, start + 3) });
                return Some(start);
            }
            SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => (Markup::Instruction, 2),
            SyntaxError::InvalidBangMarkup | SyntaxError::UnclosedComment | SyntaxError::UnclosedCData | SyntaxError::UnclosedDoctype => {
                self.report(MalformedMarkup { what: NotMarkup::UnknownDeclaration, span: self.span(start, start + 2) });
                return Some(start);
            }
        };
        let tag = matches!(markup, Markup::Tag | Markup::Quote);
        let mut end = start + mark;
        if tag {
            // The name is part of the place.
            end += self.slice(end, self.text.len()).bytes().take_while(|&byte| !is_space(byte) && byte != b'<').take(80).count();
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
        }
        self.report(UnclosedMarkup { markup, span: self.span(start, end) });
        self.cut_short = true;
        // What follows a comment's mark may well be meant as a comment: it is not read as live.
        tag.then_some(start)
    }

    /// Reports characters that XML does not allow.
    fn check_characters(&mut self) {
        // The bulk of texts has none, and this form of the question is answered many bytes at a time.
        let bytes = self.text.as_bytes();
        let control = bytes.iter().fold(false, |found, &byte| found | (byte < 0x20 && byte != b'\n' && byte != b'\r' && byte != b'\t'));
        let high = memchr::memchr(0xEF, bytes).is_some();
        if !control && !high {
            return;
        }
        let invalid = self.text.char_indices().filter(|&(_, character)| !is_xml_char(character));
        for (at, character) in invalid.take(self.limits.max_findings.saturating_add(1)) {
            self.report(InvalidCharacter { character, span: self.span(at, at + character.len_utf8()) });
        }
    }

    /// Counts one more node.
    fn count(&mut self, at: usize) -> Flow {
        self.nodes += 1;
        if self.nodes <= self.limits.max_nodes {
            return Flow::On;
        }
        if !self.cut_short {
            self.report(LimitExceeded { bound: Bound::Nodes, limit: self.limits.max_nodes, span: self.span(at, at) });
        }
        self.cut_short = true;
        Flow::Stop
    }

    fn scope(&self) -> u32 {
        self.open.last().map_or(NONE, |open| open.scope)
    }

    fn start_tag(&mut self, start: usize, end: usize, name_length: usize, empty: bool) -> Flow {
        self.flush_text();
        if name_length == 0 {
            self.report(MalformedMarkup { what: NotMarkup::NoName, span: self.span(start, start + 1) });
            return Flow::On;
        }
        if self.too_deep > 0 {
            self.too_deep += usize::from(!empty);
            return Flow::On;
        }
        if self.open.len() >= self.limits.max_depth {
            self.report(LimitExceeded { bound: Bound::Depth, limit: self.limits.max_depth, span: self.span(start, end) });
            self.too_deep += usize::from(!empty);
            return Flow::On;
        }
        if self.open.is_empty() && self.has_root {
            self.report(OutsideRoot { span: self.span(start, end), element: true });
        }
        if self.count(start) == Flow::Stop {
            return Flow::Stop;
        }
        let inside = start + 1;
        let outer = self.scope();
        let first = self.document.declarations.len();
        self.attributes(inside, end - if empty { 2 } else { 1 }, name_length, start);
        let declared = self.document.declarations.len() - first;
        let scope = if declared > 0 {
            let declarations = Range::new(first, first + declared);
            self.document.scopes.push(ScopeData { outer, declarations });
            u32::try_from(self.document.scopes.len() - 1).unwrap_or(NONE)
        } else {
            outer
        };
        let name = self.name(Range::new(inside, inside + name_length), scope, true);
        let Some(attributes) = self.resolve_attributes(inside, scope) else { return Flow::Stop };
        let tag = Range::new(start, end);
        let element = ElementData { name, tag, end: tag.end, attributes, scope, declares: declared > 0 };
        self.push_element(element, empty, declared);
        Flow::On
    }

    /// Adds an element, and opens it unless it is empty.
    fn push_element(&mut self, element: ElementData, empty: bool, declared: usize) {
        let node = self.document.nodes.len();
        let (name, scope) = (element.name.written, element.scope);
        let next = u32::try_from(node + 1).unwrap_or(NONE);
        self.document.nodes.push(NodeData { source: 0, kind: Kind::Element(element), next });
        self.open.push(Open { node, name, scope, declared });
        self.namespaces += declared;
        if empty {
            self.close(element.end as usize);
        }
    }

    /// Closes the innermost open element; its end is at `end`.
    fn close(&mut self, end: usize) {
        let Some(Open { node, declared, .. }) = self.open.pop() else { return };
        self.namespaces -= declared;
        let next = u32::try_from(self.document.nodes.len()).unwrap_or(NONE);
        if let Some(closed) = self.document.nodes.get_mut(node) {
            closed.next = next;
            if let Kind::Element(element) = &mut closed.kind {
                element.end = u32::try_from(end).unwrap_or(NONE);
            }
        }
        if self.open.is_empty() {
            if self.has_root {
                // A second root was read for its findings only.
                self.document.nodes.truncate(node);
            }
            self.has_root = true;
        }
    }

    fn name_of(&self, open: &Open) -> (&'t str, Span) {
        let Range { start, end } = open.name;
        (self.text.get(open.name.bounds()).unwrap_or_default(), Span { file: self.file, start, end })
    }

    fn end_tag(&mut self, start: usize, end: usize) -> Flow {
        self.flush_text();
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return Flow::On;
        }
        let inside = self.slice(start + 2, end.saturating_sub(1));
        let length = inside.bytes().position(is_space).unwrap_or(inside.len());
        let mut found = inside.get(..length).unwrap_or_default();
        if found.is_empty() || inside.get(length..).is_some_and(|rest| !rest.trim_ascii().is_empty()) {
            let what = if found.is_empty() { NotMarkup::NoName } else { NotMarkup::AttributesInEndTag };
            self.report(MalformedMarkup { what, span: self.span(start, end) });
            if found.is_empty() {
                found = inside.trim_ascii();
            }
        }
        let innermost = self.open.last().map(|open| self.name_of(open));
        if innermost.is_some_and(|(name, _)| name == found) {
            self.close(end);
            return Flow::On;
        }
        let level = self.open.iter().rposition(|open| self.name_of(open).0 == found);
        let closes = level.and_then(|level| self.open.get(level)).map(|open| self.name_of(open).1);
        self.report(MismatchedEndTag { found, end_tag: self.span(start, end), open: innermost, closes });
        match level {
            Some(level) => {
                while self.open.len() > level + 1 {
                    self.close(start);
                }
                self.close(end);
            }
            // A slip of the shift key is most likely meant for the innermost.
            None if innermost.is_some_and(|(name, _)| name.eq_ignore_ascii_case(found)) => self.close(end),
            None => {}
        }
        Flow::On
    }

    fn text(&mut self, start: usize, end: usize) -> Flow {
        if self.too_deep > 0 {
            return Flow::On;
        }
        let piece = self.slice(start, end);
        if piece.starts_with('&') {
            return self.reference(start, end);
        }
        if memchr::memchr(b']', piece.as_bytes()).is_some()
            && let Some(at) = piece.find("]]>")
        {
            self.report(MalformedMarkup { what: NotMarkup::CdataEndInText, span: self.span(start + at, start + at + 3) });
        }
        match &mut self.pending {
            None => self.pending = Some(PendingText::Raw(start, end)),
            Some(_) => self.append(start, end, &line_ends(piece)),
        }
        Flow::On
    }

    fn reference(&mut self, start: usize, end: usize) -> Flow {
        if self.too_deep > 0 {
            return Flow::On;
        }
        match self.resolve(start, end) {
            Some(character) => self.append(start, end, character.encode_utf8(&mut [0; 4])),
            None => self.append(start, end, self.slice(start, end)),
        }
        Flow::On
    }

    fn cdata(&mut self, start: usize, end: usize) -> Flow {
        if self.too_deep == 0 {
            let inside = self.slice(start + "<![CDATA[".len(), end.saturating_sub("]]>".len()));
            self.append(start, end, &line_ends(inside));
        }
        Flow::On
    }

    /// Adds to the text at hand; what is at `start..end` of the text stands for `piece`.
    fn append(&mut self, start: usize, end: usize, piece: &str) {
        let (mut text, first) = match self.pending.take() {
            None => (String::new(), start),
            Some(PendingText::Raw(first, last)) => (line_ends(self.slice(first, last)).into_owned(), first),
            Some(PendingText::Built { text, start, .. }) => (text, start),
        };
        text.push_str(piece);
        self.pending = Some(PendingText::Built { text, start: first, end });
    }

    /// Ends the text at hand: makes it a node, or drops it if it is only the white space of the layout.
    fn flush_text(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        let (start, end, resolved) = match pending {
            PendingText::Raw(start, end) => {
                let raw = self.slice(start, end);
                if raw.bytes().all(is_space) {
                    return;
                }
                let resolved = match line_ends(raw) {
                    std::borrow::Cow::Borrowed(_) => None,
                    std::borrow::Cow::Owned(text) => Some(text),
                };
                (start, end, resolved)
            }
            PendingText::Built { text, start, end } => (start, end, Some(text)),
        };
        if self.open.is_empty() {
            self.report(OutsideRoot { span: self.span(start, end), element: false });
        } else if self.count(start) == Flow::On {
            let resolved = resolved.map_or(NONE, |text| self.keep(&text, None));
            self.leaf(Kind::Text { written: Range::new(start, end), resolved });
        }
    }

    fn leaf(&mut self, kind: Kind) {
        let next = u32::try_from(self.document.nodes.len() + 1).unwrap_or(NONE);
        self.document.nodes.push(NodeData { source: 0, kind, next });
    }

    /// Keeps what a value or text means where that is not what is written.
    fn keep(&mut self, normal: &str, unnormalized: Option<&str>) -> u32 {
        let mut add = |text: &str| {
            let start = self.document.characters.len();
            self.document.characters.push_str(text);
            Range::new(start, start + text.len())
        };
        let normal = add(normal);
        let unnormalized = unnormalized.map_or(normal, add);
        self.document.resolved.push(ResolvedData { normal, unnormalized });
        u32::try_from(self.document.resolved.len() - 1).unwrap_or(NONE)
    }

    fn comment(&mut self, start: usize, end: usize) -> Flow {
        self.flush_text();
        let (from, to) = (start + "<!--".len(), end.saturating_sub("-->".len()));
        let inside = self.slice(from, to);
        let hyphens = memchr::memchr_iter(b'-', inside.as_bytes()).find(|at| inside.as_bytes().get(at + 1) == Some(&b'-'));
        if let Some(at) = hyphens.or_else(|| inside.ends_with('-').then(|| inside.len() - 1)) {
            self.report(MalformedMarkup { what: NotMarkup::HyphensInComment, span: self.span(from + at, (from + at + 2).min(to)) });
        }
        if self.too_deep > 0 || self.open.is_empty() {
            return Flow::On;
        }
        let flow = self.count(start);
        if flow == Flow::On {
            self.leaf(Kind::Comment(Range::new(from, from.max(to))));
        }
        flow
    }

    fn declaration(&mut self, start: usize, end: usize) -> Flow {
        self.flush_text();
        let span = self.span(start, end);
        if start != self.first {
            self.report(BadDeclaration { reason: "the XML declaration is not at the very start of the file", span });
            return Flow::On;
        }
        let inside = start + "<?".len();
        let content = self.slice(inside, end.saturating_sub("?>".len()));
        if !declaration::is_valid(content) {
            let reason = "the XML declaration is not `<?xml version=\"1.0\" encoding=\"…\"?>`";
            self.report(BadDeclaration { reason, span });
        }
        Flow::On
    }

    fn instruction(&mut self, start: usize, end: usize) -> Flow {
        self.flush_text();
        let inside = self.slice(start + "<?".len(), end.saturating_sub("?>".len()));
        let target = inside.get(..inside.bytes().position(is_space).unwrap_or(inside.len())).unwrap_or_default();
        if !is_nc_name(target) || target.eq_ignore_ascii_case("xml") {
            self.report(MalformedMarkup { what: NotMarkup::EmptyInstruction, span: self.span(start, end) });
        }
        Flow::On
    }

    fn finish(&mut self) {
        self.flush_text();
        let end = self.text.len();
        if !self.cut_short
            && let Some(innermost) = self.open.last()
        {
            const SHOWN: usize = 3;
            let around = self.open.iter().rev().skip(1).take(SHOWN);
            let problem = UnclosedElements {
                innermost: self.name_of(innermost),
                outer: around.map(|open| self.name_of(open).1).collect(),
                count: self.open.len(),
                end: self.span(end, end),
            };
            self.report(problem);
        }
        while !self.open.is_empty() {
            self.close(end);
        }
        if !self.has_root && !self.cut_short {
            self.report(NoRoot { span: self.span(self.first, self.first) });
        }
    }
}

/// Line ends as XML has them: `\r\n` and a lone `\r` are `\n`.
fn line_ends(raw: &str) -> std::borrow::Cow<'_, str> {
    if memchr::memchr(b'\r', raw.as_bytes()).is_some() {
        std::borrow::Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        std::borrow::Cow::Borrowed(raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Element, Node, XML_NAMESPACE};

    fn parsed(text: &str) -> Parsed {
        parse(FileId(0), text, &Limits::default())
    }

    /// The findings: code, message, and the text under each label.
    fn findings(text: &str) -> Vec<String> {
        let show = |finding: &Finding| {
            let places: Vec<&str> = finding.labels.iter().map(|label| &text[label.span.start as usize..label.span.end as usize]).collect();
            format!("{}: {} @ {}", finding.code.name.trim_start_matches("wcf-xml-"), finding.message, places.join(" | "))
        };
        parsed(text).findings.iter().map(show).collect()
    }

    /// The tree in a compact form.
    fn tree(text: &str) -> String {
        fn show(element: Element<'_>, out: &mut String) {
            out.push_str(&format!("{}", element.name()));
            for attribute in element.attributes() {
                out.push_str(&format!(" {attribute:?}"));
            }
            if !element.is_empty() {
                out.push('(');
                for (at, node) in element.children().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    match node {
                        Node::Element(element) => show(element, out),
                        Node::Text(text) => out.push_str(&format!("{text:?}")),
                        Node::Comment(text) => out.push_str(&format!("#{text:?}")),
                    }
                }
                out.push(')');
            }
        }
        let mut out = String::new();
        if let Some(document) = parsed(text).document {
            show(document.root(), &mut out);
        }
        out
    }

    fn snippet(text: &str, span: Span) -> &str {
        &text[span.start as usize..span.end as usize]
    }

    #[test]
    fn every_part_knows_its_place() {
        let text = "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- é --><c:é xmlns:c='u'\n  b = \"1 &lt; 2\" c:d='x'>t&amp;<![CDATA[<]]> <e/><!--k--></c:é >\n";
        let Parsed { document, findings } = parsed(text);
        assert!(findings.is_empty(), "{findings:?}");
        let document = document.unwrap();
        let root = document.root();
        assert!(root.name().is(Some("u"), "é"));
        assert_eq!(snippet(text, root.name_span()), "c:é");
        assert!(snippet(text, root.span()).starts_with("<c:é xmlns") && snippet(text, root.span()).ends_with("c:d='x'>"));
        assert!(snippet(text, root.full_span()).ends_with("</c:é >"));
        let b = root.attribute("b").unwrap();
        assert_eq!((snippet(text, b.name_span()), snippet(text, b.value_span()), b.value()), ("b", "1 &lt; 2", "1 < 2"));
        let d = root.attribute_in("u", "d").unwrap();
        assert_eq!((snippet(text, d.name_span()), d.value()), ("c:d", "x"));
        assert!(root.attribute("d").is_none());
        let [Node::Text(inside), Node::Element(e), Node::Comment(comment)] = root.children().collect::<Vec<_>>()[..] else {
            panic!("{:?}", root.children().collect::<Vec<_>>())
        };
        assert_eq!((inside.text(), snippet(text, inside.span())), ("t&< ", "t&amp;<![CDATA[<]]> "));
        assert_eq!((snippet(text, e.full_span()), e.name().namespace), ("<e/>", None));
        assert_eq!((comment.text(), snippet(text, comment.span())), ("k", "k"));
    }

    #[test]
    fn namespaces_follow_their_scopes() {
        let text = "<a xmlns='1' xmlns:p='2'><b xmlns=''><p:c xmlns:p='3' p:x='' x='' xml:lang='en'/></b><d type='p:T'/></a>";
        let document = parsed(text).document.unwrap();
        let root = document.root();
        assert_eq!(root.name().namespace, Some("1"));
        assert_eq!(root.namespace_declarations().len(), 2);
        let b = root.child("b").unwrap();
        assert_eq!((b.name().namespace, b.namespace_of("p"), b.namespace_of("")), (None, Some("2"), None));
        let c = b.child("c").unwrap();
        assert!(c.name().is(Some("3"), "c") && c.attribute_in("3", "x").is_some() && c.attribute("x").is_some());
        assert!(c.attribute_in(XML_NAMESPACE, "lang").is_some());
        let d = root.child("d").unwrap();
        assert_eq!((d.namespace_of("p"), d.namespace_of("q"), d.namespace_declarations().len()), (Some("2"), None, 0));
    }

    #[test]
    fn values_are_normalised_and_kept_as_written() {
        let document = parsed("<a b='1\r\n2\t3&#10;4&#x9;5' c=' x '/>").document.unwrap();
        let root = document.root();
        let b = root.attribute("b").unwrap();
        assert_eq!((b.value(), b.value_as_written()), ("1 2 3\n4\t5", "1\r\n2\t3\n4\t5"));
        let c = root.attribute("c").unwrap();
        assert_eq!((c.value(), c.value_as_written()), (" x ", " x "));
    }

    #[test]
    fn texts_keep_what_matters() {
        assert_eq!(tree("<a>\n <b> x\r\ny\rz </b>\n</a>"), "a(b(\" x\\ny\\nz \"))");
        assert_eq!(tree("<a> <b/> t <b/>\n</a>"), "a(b, \" t \", b)");
        assert_eq!(tree("<a>&#32;</a>"), "a(\" \")");
        assert_eq!(tree("<a> <![CDATA[ ]]></a>"), "a(\"  \")");
        assert_eq!(tree("<a>1<?pi x?>2<!--c-->3</a>"), "a(\"1\", \"2\", #\"c\", \"3\")");
        assert_eq!(parsed("<a>1<b>2</b>3</a>").document.unwrap().root().text(), "13");
    }

    #[test]
    fn a_dtd_is_refused_and_defines_nothing() {
        let text = "<!DOCTYPE a [<!ENTITY x \"<b/>\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]><a>&x;&f;</a>";
        assert_eq!(tree(text), "a(\"&x;&f;\")");
        let codes: Vec<_> = parsed(text).findings.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, ["wcf-xml-dtd-refused", "wcf-xml-undefined-entity", "wcf-xml-undefined-entity"]);
        assert!(findings("<!DOCTYPE><a/>")[0].starts_with("dtd-refused"));
        assert!(findings("<!DOCTYPE a [<a/>")[0].starts_with("unclosed-markup"));
    }

    #[test]
    fn references_that_are_none_are_found_and_kept_as_text() {
        let text = "<a b='x&y;&z &#0;' c='&amp'>& &; &nbsp; &#xD800;</a>";
        assert_eq!(tree(text), "a b=\"x&y;&z &#0;\" c=\"&amp\"(\"& &; &nbsp; &#xD800;\")");
        assert_eq!(
            findings(text),
            [
                "undefined-entity: the entity `y` is not defined @ &y;",
                "bad-reference: an ampersand begins no reference here @ &",
                "bad-reference: this is not the number of a character that XML allows @ &#0;",
                "bad-reference: an ampersand begins no reference here @ &",
                "bad-reference: an ampersand begins no reference here @ &",
                "bad-reference: an ampersand begins no reference here @ &;",
                "undefined-entity: the entity `nbsp` is not defined @ &nbsp;",
                "bad-reference: this is not the number of a character that XML allows @ &#xD800;",
            ]
        );
    }

    #[test]
    fn an_attribute_given_twice_is_found_with_both_places_and_the_first_is_kept() {
        let text = "<a b='1' b=\"2\"/>";
        assert_eq!(tree(text), "a b=\"1\"");
        assert_eq!(findings(text), ["duplicate-attribute: the attribute `b` is given twice @ b | b"]);
        let labels = parsed(text).findings.iter().next().unwrap().labels.clone();
        assert_eq!((labels[0].span.start, labels[1].span.start), (9, 3));
        assert_eq!(
            findings("<a xmlns:p='u' xmlns:q='u' p:x='' q:x='' x=''/>"),
            ["duplicate-attribute: the attribute `q:x` is given twice @ q:x | p:x"]
        );
        assert_eq!(
            findings("<a xmlns:p='u' xmlns:p='v'/>"),
            ["duplicate-attribute: the attribute `xmlns:p` is given twice @ xmlns:p | xmlns:p"]
        );
        let many: String = (0..40).map(|n| format!(" a{n}=''")).collect();
        assert_eq!(findings(&format!("<a{many} a7=''/>")), ["duplicate-attribute: the attribute `a7` is given twice @ a7 | a7"]);
    }

    #[test]
    fn wrong_end_tags_are_found_with_both_places() {
        assert_eq!(
            findings("<a><b><c></b><d/></a>"),
            ["mismatched-end-tag: the end tag `b` does not close the open element `c` @ </b> | c | b"]
        );
        assert_eq!(tree("<a><b><c></b><d/></a>"), "a(b(c), d)");
        assert_eq!(findings("<a></b></a>"), ["mismatched-end-tag: the end tag `b` does not close the open element `a` @ </b> | a"]);
        assert_eq!(
            findings("<a><Bc></bC></a>"),
            ["mismatched-end-tag: the end tag `bC` does not close the open element `Bc` @ </bC> | Bc"]
        );
        assert_eq!(findings("<a/></a>"), ["mismatched-end-tag: the end tag `a` closes nothing @ </a>"]);
        assert_eq!(findings("<a></a b='1'>"), ["malformed-markup: an end tag has more than a name @ </a b='1'>"]);
    }

    #[test]
    fn elements_left_open_are_found() {
        assert_eq!(findings("<a><b><c>"), ["unclosed-element: the element `c` and 2 around it are never closed @ c |  | b | a"]);
        assert_eq!(tree("<a><b><c>t"), "a(b(c(\"t\")))");
        assert_eq!(findings("<a>"), ["unclosed-element: the element `a` is never closed @ a | "]);
    }

    #[test]
    fn a_tag_without_an_end_does_not_hide_the_next() {
        assert_eq!(findings("<a><b c='1\n<d/></a>")[0], "unclosed-markup: a quote in the tag that begins here is never closed @ <b");
        assert_eq!(tree("<a><b c='1\n<d/></a>"), "a(d)");
        assert_eq!(tree("<a><b <d/></a>"), "a(b)");
        assert_eq!(findings("<a><b <d/></a>"), ["malformed-attribute: this is not an attribute @ <d"]);
        assert_eq!(tree("<a/><"), "a");
    }

    #[test]
    fn a_comment_without_an_end_hides_what_follows() {
        assert_eq!(tree("<a><!-- <b/></a>"), "a");
        assert_eq!(findings("<a><!-- <b/></a>"), ["unclosed-markup: the comment that begins here has no `-->` @ <!--"]);
        assert_eq!(findings("<a><![CDATA[ <b/></a>"), ["unclosed-markup: the CDATA section that begins here has no `]]>` @ <![CDATA["]);
        assert_eq!(findings("<a><?x <b/></a>"), ["unclosed-markup: the processing instruction that begins here has no `?>` @ <?"]);
    }

    #[test]
    fn odd_markup_is_found() {
        for (text, expected) in [
            ("<a><!-- x -- y --></a>", "malformed-markup: a comment has `--` inside @ --"),
            ("<a><!-- x ---></a>", "malformed-markup: a comment has `--` inside @ -"),
            ("<a><!x></a>", "malformed-markup: `<!` begins neither a comment nor a CDATA section here @ <!"),
            ("<a><!-x-></a>", "malformed-markup: `<!` begins neither a comment nor a CDATA section here @ <!"),
            ("<a><></a>", "malformed-markup: `<` is not followed by a name @ <"),
            ("<a>]]></a>", "malformed-markup: `]]>` stands in text @ ]]>"),
            ("<a><?></a>", "malformed-markup: a processing instruction has no valid target @ <?>"),
            ("<a><??></a>", "malformed-markup: a processing instruction has no valid target @ <??>"),
            ("<a><1/></a>", "invalid-name: `1` is not a name @ 1"),
            ("<a b:c:d=''/>", "invalid-name: `b:c:d` is not a name @ b:c:d"),
            ("<a b:c=''/>", "bad-namespace: the prefix `b` is not declared @ b:c"),
            ("<a xmlns:b=''/>", "bad-namespace: a prefix cannot be declared as no namespace @ "),
            ("<a>\u{1}</a>", "invalid-character: the character U+0001 is not allowed in XML @ \u{1}"),
            ("<a>\u{FFFF}</a>", "invalid-character: the character U+FFFF is not allowed in XML @ \u{FFFF}"),
            ("\u{FEFF}\u{FEFF}<a/>", "outside-root: there is text outside the root element @ \u{FEFF}"),
            ("x<a/>", "outside-root: there is text outside the root element @ x"),
            ("<a/><b/>", "outside-root: there is a second root element @ <b/>"),
            ("", "no-root-element: there is no element in this file @ "),
            ("<!-- -->", "no-root-element: there is no element in this file @ "),
            (
                "\n<?xml version='1.0'?><a/>",
                "bad-declaration: the XML declaration is not at the very start of the file @ <?xml version='1.0'?>",
            ),
        ] {
            assert_eq!(findings(text), [expected], "{text}");
        }
    }

    #[test]
    fn declarations_are_checked() {
        for good in ["<?xml version=\"1.0\"?><a/>", "<?xml version='1.0' encoding='utf-8' standalone='no' ?><a/>", "<a/>"] {
            assert!(findings(good).is_empty(), "{good}");
        }
        for bad in [
            "<?xml?>",
            "<?xml version='1.1'?>",
            "<?xml encoding='utf-8'?>",
            "<?xml version='1.0' standalone='maybe'?>",
            "<?xml version='1.0' version='1.0'?>",
            "<?xml version=1.0?>",
            "<?xml version='1.0' encoding=''?>",
        ] {
            assert!(findings(&format!("{bad}<a/>"))[0].starts_with("bad-declaration"), "{bad}");
        }
    }

    #[test]
    fn bounds_are_kept_and_told() {
        let limits = Limits { max_depth: 3, max_attributes: 2, max_namespaces: 3, max_nodes: 1000, max_bytes: 10_000, max_findings: 5 };
        let read = |text: &str| parse(FileId(0), text, &limits);
        let deep = read("<a><b><c><d><e/></d><d/>x</c></b><f/></a>");
        assert_eq!(deep.findings.len(), 2);
        assert!(deep.document.unwrap().root().child("f").is_some());
        let wide = read("<a b='' c='' d='' e=''/>");
        assert_eq!((wide.findings.len(), wide.document.unwrap().root().attributes().len()), (1, 2));
        let declared = read("<a xmlns='1' xmlns:b='2'><b xmlns='3' xmlns:c='4'><b:d/><c:e/></b><b xmlns='5'/></a>");
        let codes: Vec<_> = declared.findings.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, ["wcf-xml-limit-exceeded", "wcf-xml-bad-namespace"]);
        let many = read(&format!("<a>{}</a>", "<b/>".repeat(2000)));
        assert_eq!((many.findings.len(), many.document.unwrap().root().children().count()), (1, 999));
        let long = read(&format!("<a>{}</a>", "x".repeat(10_000)));
        assert!(long.document.is_none() && long.findings.len() == 1);
        let bad = read(&format!("<a>{}</a>", "&".repeat(100)));
        assert_eq!(bad.findings.len(), 6);
    }

    #[test]
    fn depth_beyond_any_stack_is_harmless() {
        let limits = Limits { max_depth: usize::MAX, ..Limits::default() };
        let deep = "<a>".repeat(1_000_000);
        let parsed = parse(FileId(0), deep.as_str(), &limits);
        let copy = parsed.document.clone();
        assert_eq!(parsed.document, copy);
        assert_eq!(parsed.document.unwrap().root().descendants().count(), DEEPEST);
    }
}
