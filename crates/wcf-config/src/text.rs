//! Text that is shared, not copied: a slice of a file's own text, or a spelling of the tables.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use located_xml::Slice;

/// A name or a value. Most stand in a file as they are meant, or are spelled by the tables; a copy costs no allocation.
#[derive(Clone)]
pub struct Text(Source);

#[derive(Clone)]
enum Source {
    /// A spelling of the tables.
    Fixed(&'static str),
    /// The bytes `start..end` of a text.
    Part { text: Arc<str>, start: u32, end: u32 },
}

impl Text {
    /// A spelling of the tables.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(Source::Fixed(text))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Source::Fixed(text) => text,
            Source::Part { text, start, end } => text.get(*start as usize..*end as usize).unwrap_or_default(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::fixed("")
    }
}

impl From<Slice<'_>> for Text {
    fn from(slice: Slice<'_>) -> Self {
        Self(Source::Part { text: Arc::clone(slice.text), start: slice.start, end: slice.end })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        // Texts past 4 GiB are refused before they are parsed.
        Self(Source::Part { end: u32::try_from(text.len()).unwrap_or(u32::MAX), text: text.into(), start: 0 })
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), formatter)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, other: &Text) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.as_str()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_what_it_says_wherever_it_comes_from() {
        let file: Arc<str> = "<a b='é'/>".into();
        let part = Text::from(Slice { text: &file, start: 6, end: 8 });
        assert_eq!((part.as_str(), &part, part.clone()), ("é", &Text::fixed("é"), Text::from("é".to_owned())));
        assert_eq!(size_of::<Text>(), size_of::<String>());
        // A slice that fits no text is empty.
        assert_eq!(Text::from(Slice { text: &file, start: 7, end: 70 }), "");
    }
}
