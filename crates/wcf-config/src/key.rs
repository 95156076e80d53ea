//! The keys by which collections tell their items apart.

use std::borrow::Cow;

use crate::document::{Node, Written};
use crate::schema::Element;

/// The key of an item: the values of the attributes that make it, most often one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    first: Cow<'a, str>,
    rest: Vec<Cow<'a, str>>,
}

impl<'a> Key<'a> {
    /// The key of an item.
    pub(crate) fn of(node: &'a Node) -> Self {
        Self::named(node.schema, &node.attributes)
    }

    /// The key of one value.
    pub(crate) fn single(value: &'a str) -> Self {
        Self { first: Cow::Borrowed(value), rest: Vec::new() }
    }

    /// The key that these attributes make; what they do not name is the default. Addresses of service endpoints do not depend on
    /// case.
    pub(crate) fn named(schema: &'static Element, written: &'a [Written]) -> Self {
        let upper = schema.class == "ServiceEndpointElement";
        let mut parts = schema.attributes.iter().filter(|attribute| attribute.key).map(|attribute| {
            let named = written.iter().find(|written| written.attribute.name == attribute.name);
            let value = named.map_or(attribute.default.unwrap_or(""), |written| written.value.as_str());
            if upper && attribute.name == "address" { Cow::Owned(value.to_uppercase()) } else { Cow::Borrowed(value) }
        });
        Self { first: parts.next().unwrap_or_default(), rest: parts.collect() }
    }

    /// The parts, to be kept.
    pub(crate) fn into_parts(self) -> Vec<String> {
        std::iter::once(self.first).chain(self.rest).map(Cow::into_owned).collect()
    }

    /// The first part that says something, to be shown.
    pub(crate) fn shown(self) -> Option<String> {
        std::iter::once(self.first).chain(self.rest).find(|part| !part.is_empty()).map(Cow::into_owned)
    }
}
