//! The usual forms of markup, read in one look at each byte. What is not of these forms is left to the rest of the parser,
//! which then reads it from its start.

use super::{NONE, Parser};
use crate::document::{AttributeData, ElementData, NameData, Range};
use crate::names::is_space;

/// What a byte may be, for reading byte by byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "there are 256 bytes")]
        let byte = at as u8;
        #[allow(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
        {
            if byte.is_ascii_alphabetic() || byte == b'_' {
                classes[at] |= NAME_START | NAME;
            }
            if byte.is_ascii_digit() || byte == b'-' || byte == b'.' {
                classes[at] |= NAME;
            }
            if !matches!(byte, b'"' | b'\'' | b'&' | b'<' | b'\t' | b'\n' | b'\r') {
                classes[at] |= PLAIN;
            }
        }
        at += 1;
    }
    classes
};

const NAME_START: u8 = 1;
const NAME: u8 = 2;
/// Stands for itself in a value, whatever its quotes are.
const PLAIN: u8 = 4;

fn is(bytes: &[u8], at: usize, class: u8) -> bool {
    bytes.get(at).and_then(|&byte| CLASSES.get(usize::from(byte))).is_some_and(|classes| classes & class != 0)
}

/// Where bytes of a class end that begin at `at`.
fn run(bytes: &[u8], at: usize, class: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let not = |&byte: &u8| CLASSES.get(usize::from(byte)).is_none_or(|classes| classes & class == 0);
    at + rest.iter().position(not).unwrap_or(rest.len())
}

impl Parser<'_> {
    /// A start tag whose names are ASCII and without colons and whose attributes are as they should be. Returns where it ends;
    /// `None`, with nothing changed, where it is not of this form.
    pub(super) fn quick_start_tag(&mut self, start: usize) -> Option<usize> {
        if self.too_deep > 0 || self.open.len() >= self.limits.max_depth || (self.open.is_empty() && self.has_root) {
            return None;
        }
        let bytes = self.text.as_bytes();
        let inside = start + 1;
        if !is(bytes, inside, NAME_START) {
            return None;
        }
        let name_end = run(bytes, inside + 1, NAME);
        let first = self.document.attributes.len();
        let (end, empty) = self.quick_attributes(name_end).or_else(|| {
            self.document.attributes.truncate(first);
            None
        })?;
        let count = self.document.attributes.len() - first;
        if count > self.limits.max_attributes || self.nodes + 1 + count > self.limits.max_nodes || self.repeats(first) {
            self.document.attributes.truncate(first);
            return None;
        }
        self.flush_text();
        self.nodes += 1 + count;
        if self.nodes > self.limits.max_nodes {
            // The text before it was one too many.
            self.nodes -= 1 + count;
            self.document.attributes.truncate(first);
            return None;
        }
        for at in first..first + count {
            self.resolve_quick(at);
        }
        let scope = self.scope();
        let namespace = if scope == NONE { NONE } else { self.document.lookup(scope, "").unwrap_or(NONE) };
        let tag = Range::new(start, end);
        let name = NameData { written: Range::new(inside, name_end), prefix: 0, namespace };
        let attributes = Range::new(first, first + count);
        self.push_element(ElementData { name, tag, end: tag.end, attributes, scope, declares: false }, empty, 0);
        Some(end)
    }

    /// Reads attributes up to the end of the tag: where that is, and whether the tag is empty.
    fn quick_attributes(&mut self, from: usize) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            let separated = at;
            while bytes.get(at).is_some_and(|&byte| is_space(byte)) {
                at += 1;
            }
            match bytes.get(at)? {
                b'>' => return Some((at + 1, false)),
                b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((at + 2, true)),
                _ if at == separated || !is(bytes, at, NAME_START) => return None,
                _ => {}
            }
            let name = at;
            at = run(bytes, at + 1, NAME);
            let name_end = at;
            if bytes.get(at) != Some(&b'=') || bytes.get(name..name_end).is_some_and(|name| name == b"xmlns") {
                return None;
            }
            let quote = *bytes.get(at + 1)?;
            if quote != b'"' && quote != b'\'' {
                return None;
            }
            let value = at + 2;
            at = value;
            let mut resolved = NONE;
            loop {
                at = run(bytes, at, PLAIN);
                match *bytes.get(at)? {
                    byte if byte == quote => break,
                    b'<' => return None,
                    b'"' | b'\'' => {}
                    // To be resolved when all of the tag is known to be good.
                    _ => resolved = TO_RESOLVE,
                }
                at += 1;
            }
            let name = NameData { written: Range::new(name, name_end), prefix: 0, namespace: NONE };
            self.document.attributes.push(AttributeData { source: 0, name, value: Range::new(value, at), resolved });
            at += 1;
        }
    }

    fn resolve_quick(&mut self, at: usize) {
        let Some(attribute) = self.document.attributes.get(at).filter(|attribute| attribute.resolved == TO_RESOLVE) else { return };
        let value = attribute.value.bounds();
        let resolved = self.value(value.start, value.end, false);
        if let Some(attribute) = self.document.attributes.get_mut(at) {
            attribute.resolved = resolved;
        }
    }

    /// Whether a name stands twice among the attributes from `first` on; yes, too, where there are so many that it would take long
    /// to tell here.
    fn repeats(&self, first: usize) -> bool {
        const MANY: usize = 24;
        let attributes = self.document.attributes.get(first..).unwrap_or_default();
        let bytes = self.text.as_bytes();
        let name = |attribute: &AttributeData| bytes.get(attribute.name.written.bounds()).unwrap_or_default();
        let same = |one: &AttributeData, other: &AttributeData| {
            let length = |attribute: &AttributeData| attribute.name.written.end - attribute.name.written.start;
            length(one) == length(other) && name(one) == name(other)
        };
        attributes.len() > MANY
            || attributes.iter().enumerate().any(|(at, attribute)| attributes.iter().take(at).any(|earlier| same(earlier, attribute)))
    }

    /// An end tag of the innermost element.
    pub(super) fn quick_end_tag(&mut self, start: usize) -> Option<usize> {
        if self.too_deep > 0 {
            return None;
        }
        let open = self.open.last()?;
        let bytes = self.text.as_bytes();
        let name = bytes.get(open.name.bounds())?;
        let rest = bytes.get(start + 2..)?;
        let after = rest.strip_prefix(name)?;
        // One with blanks in its name, or none, is looked at with care.
        if after.first() != Some(&b'>') || name.is_empty() {
            return None;
        }
        let end = start + 2 + name.len() + 1;
        self.flush_text();
        self.close(end);
        Some(end)
    }

    /// A comment.
    pub(super) fn quick_comment(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let inside = bytes.get(start..)?.strip_prefix(b"<!--")?;
        if inside.starts_with(b">") || inside.starts_with(b"->") {
            return None;
        }
        let mut from = 0;
        loop {
            let hyphen = from + memchr::memchr(b'-', inside.get(from..)?)?;
            match (inside.get(hyphen + 1)?, inside.get(hyphen + 2)) {
                (b'-', Some(b'>')) => {
                    let end = start + 4 + hyphen + 3;
                    // The limits on nodes are told there.
                    return if self.comment(start, end) == super::Flow::On { Some(end) } else { None };
                }
                // Two hyphens that are not the end are told there too.
                (b'-', _) => return None,
                _ => from = hyphen + 1,
            }
        }
    }
}

/// Stands for an entry that is yet to be made.
const TO_RESOLVE: u32 = u32::MAX - 2;
