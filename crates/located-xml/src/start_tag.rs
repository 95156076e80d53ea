//! Reads what stands in a start tag after the name: attributes with the places of their parts.
//!
//! quick-xml finds the tag's end; this reads inside it, because a place is wanted for each part, and because a broken
//! attribute must not hide the next.

use crate::names::is_space;

/// An attribute as written; offsets are bytes within the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawAttribute {
    pub(crate) name: (usize, usize),
    /// Without quotes.
    pub(crate) value: (usize, usize),
    /// Whether the value has a character that must be resolved or normalised: `&`, a tab or a line break.
    pub(crate) plain: bool,
}

/// What is wrong with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeFault {
    /// No `=` follows the name.
    NoValue,
    /// The value is not in quotes.
    NotQuoted,
    /// The quote at the value's start does not come again.
    NotClosed,
    /// No white space stands before it.
    NotSeparated,
    /// The value has a `<`, which most likely means that its closing quote is missing.
    LessThan,
    /// What stands there is no attribute at all.
    Stray,
}

/// One step of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Attribute(RawAttribute),
    /// A fault and its place. The attribute, where one was understood, is the next part.
    Fault(AttributeFault, (usize, usize)),
}

/// Reads the parts of a tag one by one.
pub(crate) struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
    ready: Option<RawAttribute>,
}

impl<'a> Attributes<'a> {
    /// `bytes` is the tag between `<` and `>` (or `/>`); `name_length` is the length of the element's name.
    pub(crate) fn new(tag: &'a str, name_length: usize) -> Self {
        Self { bytes: tag.as_bytes(), at: name_length, ready: None }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    /// Reads the value from the quote at the cursor, or what stands there instead.
    fn value(&mut self, quote: u8) -> ((usize, usize), bool, Option<AttributeFault>) {
        self.at += 1;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mut plain = true;
        let mut less_than = false;
        for (length, &byte) in rest.iter().enumerate() {
            if byte == quote {
                self.at = start + length + 1;
                return ((start, start + length), plain, less_than.then_some(AttributeFault::LessThan));
            }
            match byte {
                b'&' | b'\t' | b'\n' | b'\r' => plain = false,
                b'<' => less_than = true,
                _ => {}
            }
        }
        self.at = self.bytes.len();
        ((start, self.at), plain, Some(AttributeFault::NotClosed))
    }
}

impl Iterator for Attributes<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        if let Some(attribute) = self.ready.take() {
            return Some(Part::Attribute(attribute));
        }
        let before = self.at;
        self.skip_while(is_space);
        let separated = self.at > before;
        let start = self.at;
        self.peek()?;
        self.skip_while(|byte| !is_space(byte) && !matches!(byte, b'=' | b'"' | b'\'' | b'/' | b'<'));
        let name = (start, self.at);
        if name.0 == name.1 {
            // A quote, an equals sign or a slash where a name should be: pass over it and what hangs on it.
            self.at += 1;
            self.skip_while(|byte| !is_space(byte));
            return Some(Part::Fault(AttributeFault::Stray, (start, self.at)));
        }
        let name_end = self.at;
        self.skip_while(is_space);
        if self.peek() != Some(b'=') {
            self.at = name_end;
            return Some(Part::Fault(AttributeFault::NoValue, name));
        }
        self.at += 1;
        self.skip_while(is_space);
        let (value, plain, fault) = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.value(quote),
            Some(_) => {
                let value_start = self.at;
                self.skip_while(|byte| !is_space(byte));
                ((value_start, self.at), false, Some(AttributeFault::NotQuoted))
            }
            None => return Some(Part::Fault(AttributeFault::NoValue, name)),
        };
        let attribute = RawAttribute { name, value, plain };
        match fault {
            Some(fault) => {
                self.ready = Some(attribute);
                Some(Part::Fault(fault, value))
            }
            None if !separated => {
                self.ready = Some(attribute);
                Some(Part::Fault(AttributeFault::NotSeparated, name))
            }
            None => Some(Part::Attribute(attribute)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str) -> Vec<String> {
        let name_length = tag.find(|c: char| c.is_whitespace()).unwrap_or(tag.len());
        Attributes::new(tag, name_length)
            .map(|part| match part {
                Part::Attribute(RawAttribute { name, value, plain }) => {
                    format!("{}={}{}", &tag[name.0..name.1], &tag[value.0..value.1], if plain { "" } else { " (not plain)" })
                }
                Part::Fault(fault, (start, end)) => format!("{fault:?} at {}", &tag[start..end]),
            })
            .collect()
    }

    #[test]
    fn attributes_of_every_form_are_read() {
        assert_eq!(read("a b=\"c\" d = 'e\"f'\n\tg\n=\n\"\" "), ["b=c", "d=e\"f", "g="]);
        assert_eq!(read("a b=\"1&amp;2\" c='x\ny'"), ["b=1&amp;2 (not plain)", "c=x\ny (not plain)"]);
        assert_eq!(read("a"), Vec::<String>::new());
    }

    #[test]
    fn a_broken_attribute_does_not_hide_the_next() {
        assert_eq!(read("a b c=\"1\""), ["NoValue at b", "c=1"]);
        assert_eq!(read("a b=1 c=\"2\""), ["NotQuoted at 1", "b=1 (not plain)", "c=2"]);
        assert_eq!(read("a b=\"1\"c=\"2\""), ["b=1", "NotSeparated at c", "c=2"]);
        assert_eq!(read("a =\"1\" c=\"2\""), ["Stray at =\"1\"", "c=2"]);
        assert_eq!(read("a b=\"<x\" c=\"2\""), ["LessThan at <x", "b=<x", "c=2"]);
        assert_eq!(read("a b=\"1"), ["NotClosed at 1", "b=1"]);
        assert_eq!(read("a b="), ["NoValue at b"]);
        assert_eq!(read("a / b=\"1\""), ["Stray at /", "b=1"]);
    }
}
