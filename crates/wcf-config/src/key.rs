//! The keys by which collections tell their items apart.

use std::cmp::Ordering;

use crate::document::{Node, Written};
use crate::schema::Element;

/// The key of an item: the values of the attributes that make it, most often one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    schema: &'static Element,
    written: &'a [Written],
}

impl<'a> Key<'a> {
    /// The key of an item.
    pub(crate) fn of(node: &'a Node) -> Self {
        Self::named(node.schema, &node.attributes)
    }

    /// The key that these attributes make; what they do not name is the default.
    pub(crate) const fn named(schema: &'static Element, written: &'a [Written]) -> Self {
        Self { schema, written }
    }

    fn parts(self) -> impl Iterator<Item = Part<'a>> {
        // Addresses of service endpoints do not depend on case.
        let upper = self.schema.class == "ServiceEndpointElement";
        self.schema.attributes.iter().filter(|attribute| attribute.key).map(move |attribute| {
            let named = self.written.iter().find(|written| written.attribute.is_same(attribute));
            let text = named.map_or(attribute.default.unwrap_or(""), |written| written.value.as_str());
            Part { text, any_case: upper && attribute.name == "address" }
        })
    }

    /// The parts, to be kept.
    pub(crate) fn into_parts(self) -> Vec<String> {
        self.parts().map(Part::spelled).collect()
    }

    /// The first part that says something, to be shown.
    pub(crate) fn shown(self) -> Option<String> {
        self.parts().find(|part| !part.text.is_empty()).map(Part::spelled)
    }
}

#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    any_case: bool,
}

impl Part<'_> {
    fn spelled(self) -> String {
        if self.any_case { self.text.to_uppercase() } else { self.text.to_owned() }
    }

    fn compare(self, other: Self) -> Ordering {
        if !self.any_case || self.text == other.text {
            return self.text.cmp(other.text);
        }
        if self.text.is_ascii() && other.text.is_ascii() {
            let mine = self.text.bytes().map(|byte| byte.to_ascii_uppercase());
            return mine.cmp(other.text.bytes().map(|byte| byte.to_ascii_uppercase()));
        }
        self.text.to_uppercase().cmp(&other.text.to_uppercase())
    }
}

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let mut theirs = other.parts();
        for mine in self.parts() {
            match theirs.next().map(|part| mine.compare(part)) {
                None => return Ordering::Greater,
                Some(Ordering::Equal) => {}
                Some(different) => return different,
            }
        }
        if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key<'_> {}
