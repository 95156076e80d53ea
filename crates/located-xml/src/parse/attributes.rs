//! Names, namespaces and attributes of a start tag.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use wcf_diagnostics::Span;

use super::{Flow, Parser};
use crate::diagnostics::{
    BadNamespaceDeclaration, BadReference, Bound, DuplicateAttribute, InvalidName, LimitExceeded, MalformedAttribute, UndeclaredPrefix,
    UndefinedEntity,
};
use crate::document::{Attribute, Name, NamespaceDeclaration, Scope, XML_NAMESPACE, lookup};
use crate::names::{is_nc_name, is_space, split_name};
use crate::references::{Reference, resolve};
use crate::start_tag::{Attributes, Part, RawAttribute};

/// The namespace of namespace declarations themselves.
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

impl Parser<'_> {
    /// Reads the attributes of a tag into `raw_attributes`, and returns the namespace declarations among them.
    pub(super) fn attributes(&mut self, inside: usize, end: usize, name_length: usize, start: usize) -> Vec<NamespaceDeclaration> {
        self.raw_attributes.clear();
        let tag = self.slice(inside, end);
        let mut declared: Vec<NamespaceDeclaration> = Vec::new();
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
            self.declare(inside, &attribute, name, prefix, &mut declared);
        }
        declared
    }

    fn declare(
        &mut self,
        inside: usize,
        attribute: &RawAttribute,
        name: &str,
        prefix: Option<&str>,
        declared: &mut Vec<NamespaceDeclaration>,
    ) {
        let name_span = self.span(inside + attribute.name.0, inside + attribute.name.1);
        let (from, to) = (inside + attribute.value.0, inside + attribute.value.1);
        let value_span = self.span(from, to);
        if let Some(prefix) = prefix
            && !is_nc_name(prefix)
        {
            self.report(InvalidName { name, span: name_span });
            return;
        }
        if let Some(first) = declared.iter().find(|declaration| declaration.prefix.as_deref() == prefix) {
            let first = first.name_span;
            self.report(DuplicateAttribute { name, first, again: name_span });
            return;
        }
        if self.namespaces + declared.len() >= self.limits.max_namespaces {
            self.report(LimitExceeded { bound: Bound::Namespaces, limit: self.limits.max_namespaces, span: name_span });
            return;
        }
        let (namespace, _) = self.value(from, to, attribute.plain);
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
        declared.push(NamespaceDeclaration { prefix: prefix.map(str::to_owned), namespace: Arc::from(namespace), name_span, value_span });
    }

    /// Makes attributes of `raw_attributes`; `None` when the document has too many nodes.
    pub(super) fn resolve_attributes(&mut self, inside: usize, scope: Option<&Arc<Scope>>) -> Option<Vec<Attribute>> {
        if self.raw_attributes.is_empty() {
            return Some(Vec::new());
        }
        let raw = std::mem::take(&mut self.raw_attributes);
        let mut attributes = Vec::with_capacity(raw.len());
        for RawAttribute { name, value, plain } in &raw {
            if self.count(inside) == Flow::Stop {
                return None;
            }
            let name_span = self.span(inside + name.0, inside + name.1);
            let name = self.name(self.slice(inside + name.0, inside + name.1), name_span, scope, false);
            let (from, to) = (inside + value.0, inside + value.1);
            let (value, unnormalized) = self.value(from, to, *plain);
            attributes.push(Attribute { name, name_span, value, value_span: self.span(from, to), unnormalized });
        }
        self.raw_attributes = raw;
        self.drop_duplicates(&mut attributes);
        Some(attributes)
    }

    fn drop_duplicates(&mut self, attributes: &mut Vec<Attribute>) {
        const FEW: usize = 12;
        let same = |a: &Name, b: &Name| a.local == b.local && a.namespace == b.namespace;
        let mut repeated: Vec<(usize, usize)> = Vec::new();
        if attributes.len() <= FEW {
            for (at, attribute) in attributes.iter().enumerate() {
                if let Some(first) = attributes.iter().take(at).position(|earlier| same(&earlier.name, &attribute.name)) {
                    repeated.push((first, at));
                }
            }
        } else {
            let mut seen = BTreeMap::new();
            for (at, attribute) in attributes.iter().enumerate() {
                let first = *seen.entry((attribute.name.local.as_str(), attribute.name.namespace.as_deref())).or_insert(at);
                if first != at {
                    repeated.push((first, at));
                }
            }
        }
        for &(first, again) in repeated.iter().rev() {
            let Some(first) = attributes.get(first).map(|attribute| attribute.name_span) else { continue };
            let removed = attributes.remove(again);
            let again = removed.name_span;
            self.report(DuplicateAttribute { name: self.slice(again.start as usize, again.end as usize), first, again });
        }
    }

    pub(super) fn name(&mut self, raw: &str, span: Span, scope: Option<&Arc<Scope>>, element: bool) -> Name {
        let Some((prefix, local)) = split_name(raw) else {
            self.report(InvalidName { name: raw, span });
            return Name { prefix: None, local: raw.into(), namespace: None };
        };
        let namespace = match prefix {
            Some("xml") => Some(Arc::clone(&self.xml_namespace)),
            Some(prefix) => {
                let namespace = lookup(scope, prefix).cloned();
                if namespace.is_none() {
                    self.report(UndeclaredPrefix { prefix, span });
                }
                namespace
            }
            None if element => lookup(scope, "").cloned(),
            None => None,
        };
        Name { prefix: prefix.map(CompactString::new), local: local.into(), namespace }
    }

    /// A value with its references resolved: with white space as spaces, and with it as written where that differs.
    fn value(&mut self, start: usize, end: usize, plain: bool) -> (String, Option<Box<str>>) {
        let raw = self.slice(start, end);
        if plain {
            return (raw.to_owned(), None);
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
        (normal, written.map(String::into_boxed_str))
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
