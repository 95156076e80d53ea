//! Names, namespaces and attributes of a start tag.

use std::collections::BTreeMap;

use super::{Flow, Parser};
use crate::diagnostics::{
    BadNamespaceDeclaration, BadReference, Bound, DuplicateAttribute, InvalidName, LimitExceeded, MalformedAttribute, UndeclaredPrefix,
    UndefinedEntity,
};
use crate::document::{AttributeData, DeclarationData, NONE, NameData, Range, XML, XML_NAMESPACE};
use crate::names::{is_nc_name, is_space, split_name};
use crate::references::{Reference, resolve};
use crate::start_tag::{Attributes, Part, RawAttribute};

/// The namespace of namespace declarations themselves.
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

impl Parser<'_> {
    /// Reads the attributes of a tag into `raw_attributes`, and the namespace declarations among them into the document.
    pub(super) fn attributes(&mut self, inside: usize, end: usize, name_length: usize, start: usize) {
        self.raw_attributes.clear();
        let tag = self.slice(inside, end);
        let first = self.document.declarations.len();
        let mut seen = 0_usize;
        for part in Attributes::new(tag, name_length) {
            let attribute = match part {
                Part::Attribute(attribute) => attribute,
                Part::Fault(fault, (from, to)) => {
                    self.report(MalformedAttribute { fault, span: self.span(inside + from, inside + to) });
                    continue;
                }
            };
            seen += 1;
            if seen > self.limits.max_attributes {
                self.report(LimitExceeded {
                    bound: Bound::Attributes,
                    limit: self.limits.max_attributes,
                    span: self.span(start, inside + name_length),
                });
                break;
            }
            let name = tag.get(attribute.name.0..attribute.name.1).unwrap_or_default();
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => None,
                Some(rest) if rest.starts_with(':') => rest.get(1..),
                Some(_) | None => {
                    self.raw_attributes.push(attribute);
                    continue;
                }
            };
            self.declare(inside, &attribute, name, prefix, first);
        }
    }

    /// Reads a namespace declaration; those of the same tag begin at `first`.
    fn declare(&mut self, inside: usize, attribute: &RawAttribute, name: &str, prefix: Option<&str>, first: usize) {
        let name_span = self.span(inside + attribute.name.0, inside + attribute.name.1);
        let (from, to) = (inside + attribute.value.0, inside + attribute.value.1);
        let value_span = self.span(from, to);
        if let Some(prefix) = prefix
            && !is_nc_name(prefix)
        {
            self.report(InvalidName { name, span: name_span });
            return;
        }
        let declared = self.document.declarations.get(first..).unwrap_or_default();
        if let Some(first) = declared.iter().find(|declaration| self.document.declared_prefix(declaration) == prefix) {
            let first = self.span(first.name.start as usize, first.name.end as usize);
            self.report(DuplicateAttribute { name, first, again: name_span });
            return;
        }
        if self.namespaces + declared.len() >= self.limits.max_namespaces {
            self.report(LimitExceeded { bound: Bound::Namespaces, limit: self.limits.max_namespaces, span: name_span });
            return;
        }
        let resolved = self.value(from, to, attribute.plain);
        let declaration = DeclarationData {
            source: 0,
            name: Range::new(inside + attribute.name.0, inside + attribute.name.1),
            value: Range::new(from, to),
            resolved,
        };
        let namespace = self.document.declared(&declaration);
        let reason = match prefix {
            Some("xmlns") => Some("the prefix `xmlns` cannot be declared"),
            Some("xml") if namespace != XML_NAMESPACE => Some("the prefix `xml` cannot be given another namespace"),
            Some("xml") => None,
            _ if namespace == XML_NAMESPACE => Some("this namespace belongs to the prefix `xml` alone"),
            _ if namespace == XMLNS_NAMESPACE => Some("this namespace cannot be declared"),
            Some(_) if namespace.is_empty() => Some("a prefix cannot be declared as no namespace"),
            Some(_) | None => None,
        };
        if let Some(reason) = reason {
            self.report(BadNamespaceDeclaration { reason, span: value_span });
            return;
        }
        self.document.declarations.push(declaration);
    }

    /// Makes attributes of `raw_attributes`; `None` when the document has too many nodes.
    pub(super) fn resolve_attributes(&mut self, inside: usize, scope: u32) -> Option<Range> {
        let first = self.document.attributes.len();
        let raw = std::mem::take(&mut self.raw_attributes);
        for RawAttribute { name, value, plain } in &raw {
            if self.count(inside) == Flow::Stop {
                return None;
            }
            let name = self.name(Range::new(inside + name.0, inside + name.1), scope, false);
            let (from, to) = (inside + value.0, inside + value.1);
            let resolved = self.value(from, to, *plain);
            self.document.attributes.push(AttributeData { source: 0, name, value: Range::new(from, to), resolved });
        }
        self.raw_attributes = raw;
        self.drop_duplicates(first);
        Some(Range::new(first, self.document.attributes.len()))
    }

    fn drop_duplicates(&mut self, from: usize) {
        const FEW: usize = 12;
        let attributes = self.document.attributes.get(from..).unwrap_or_default();
        let key = |attribute: &AttributeData| {
            let NameData { written, prefix, namespace } = attribute.name;
            (self.slice((written.start + prefix) as usize, written.end as usize), self.document.namespace(namespace))
        };
        let mut repeated: Vec<(usize, usize)> = Vec::new();
        if attributes.len() <= FEW {
            for (at, attribute) in attributes.iter().enumerate() {
                let wanted = key(attribute);
                if let Some(first) = attributes.iter().take(at).position(|earlier| key(earlier) == wanted) {
                    repeated.push((first, at));
                }
            }
        } else {
            let mut seen = BTreeMap::new();
            for (at, attribute) in attributes.iter().enumerate() {
                let first = *seen.entry(key(attribute)).or_insert(at);
                if first != at {
                    repeated.push((first, at));
                }
            }
        }
        if repeated.is_empty() {
            return;
        }
        let place = |parser: &Self, at: usize| parser.document.attributes.get(from + at).map(|attribute| attribute.name.written);
        for &(first, again) in repeated.iter().rev() {
            let (Some(first), Some(again)) = (place(self, first), place(self, again)) else { continue };
            let (first, again) = (first.bounds(), again.bounds());
            let name = self.slice(again.start, again.end);
            self.report(DuplicateAttribute { name, first: self.span(first.start, first.end), again: self.span(again.start, again.end) });
        }
        let mut at = 0;
        let mut gone = repeated.iter().map(|(_, again)| from + again).peekable();
        self.document.attributes.retain(|_| {
            let keep = gone.next_if_eq(&at).is_none();
            at += 1;
            keep
        });
    }

    pub(super) fn name(&mut self, written: Range, scope: u32, element: bool) -> NameData {
        let raw = self.slice(written.start as usize, written.end as usize);
        let span = self.span(written.start as usize, written.end as usize);
        let Some((prefix, _)) = split_name(raw) else {
            self.report(InvalidName { name: raw, span });
            return NameData { written, prefix: 0, namespace: NONE };
        };
        let namespace = match prefix {
            Some("xml") => XML,
            Some(prefix) => self.document.lookup(scope, prefix).unwrap_or_else(|| {
                self.report(UndeclaredPrefix { prefix, span });
                NONE
            }),
            None if element => self.document.lookup(scope, "").unwrap_or(NONE),
            None => NONE,
        };
        NameData { written, prefix: prefix.map_or(0, |prefix| u32::try_from(prefix.len() + 1).unwrap_or(0)), namespace }
    }

    /// A value with its references resolved: with white space as spaces, and with it as written where that differs.
    pub(super) fn value(&mut self, start: usize, end: usize, plain: bool) -> u32 {
        let raw = self.slice(start, end);
        if plain {
            return NONE;
        }
        let mut normal = String::with_capacity(raw.len());
        let mut written = raw.bytes().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r')).then(|| String::with_capacity(raw.len()));
        let mut at = 0;
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let (taken, normal_piece, written_piece) = match rest.as_bytes() {
                [b'\r', b'\n', ..] => (2, " ", "\r\n"),
                [b'\r' | b'\n' | b'\t', ..] => (1, " ", rest.get(..1).unwrap_or_default()),
                [b'&', ..] => {
                    let length = reference_length(rest);
                    let mut buffer = [0; 4];
                    let piece = match self.resolve(start + at, start + at + length) {
                        Some(character) => &*character.encode_utf8(&mut buffer),
                        None => rest.get(..length).unwrap_or_default(),
                    };
                    normal.push_str(piece);
                    if let Some(written) = &mut written {
                        written.push_str(piece);
                    }
                    (length, "", "")
                }
                bytes => {
                    let length = bytes.iter().position(|&byte| matches!(byte, b'\r' | b'\n' | b'\t' | b'&')).unwrap_or(bytes.len());
                    let piece = rest.get(..length).unwrap_or_default();
                    (length, piece, piece)
                }
            };
            normal.push_str(normal_piece);
            if let Some(written) = &mut written {
                written.push_str(written_piece);
            }
            at += taken;
        }
        self.keep(&normal, written.as_deref())
    }

    /// The character that the reference at `start..end` means; `None`, reported, where it means none.
    pub(super) fn resolve(&mut self, start: usize, end: usize) -> Option<char> {
        let raw = self.slice(start, end);
        let span = self.span(start, end);
        let Some(inside) = raw.strip_prefix('&').and_then(|rest| rest.strip_suffix(';')) else {
            self.report(BadReference { span: self.span(start, (start + 1).min(end)), number: false });
            return None;
        };
        match resolve(inside) {
            Reference::Character(character) => return Some(character),
            Reference::UndefinedEntity => self.report(UndefinedEntity { name: inside, span }),
            Reference::NotACharacter => self.report(BadReference { span, number: true }),
            Reference::Malformed => self.report(BadReference { span, number: false }),
        }
        None
    }
}

/// How long the reference at the start of `rest` is: with its semicolon, or only the ampersand where none closes it.
fn reference_length(rest: &str) -> usize {
    let end = rest.bytes().skip(1).position(|byte| matches!(byte, b';' | b'&' | b'<' | b'"' | b'\'') || is_space(byte));
    match end {
        Some(end) if rest.as_bytes().get(end + 1) == Some(&b';') => end + 2,
        Some(_) | None => 1,
    }
}
