//! The only file of this reader that knows how located XML is laid out.

use located_xml::{Document, Element};
use wcf_diagnostics::Span;

pub(super) const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

/// An element of a document.
pub(super) type Node<'a> = Element<'a>;

/// An element, or a reference to one, as iterators give them.
pub(super) trait AsNode<'a> {
    fn node(self) -> Node<'a>;
}

impl<'a> AsNode<'a> for Node<'a> {
    fn node(self) -> Self {
        self
    }
}

impl<'a> AsNode<'a> for &Node<'a> {
    fn node(self) -> Node<'a> {
        *self
    }
}

impl<'a> AsNode<'a> for &&Node<'a> {
    fn node(self) -> Node<'a> {
        **self
    }
}

pub(super) const fn root(document: &Document) -> Node<'_> {
    document.root()
}

pub(super) fn local<'a>(node: impl AsNode<'a>) -> &'a str {
    node.node().local()
}

pub(super) fn namespace<'a>(node: impl AsNode<'a>) -> &'a str {
    node.node().name().namespace.unwrap_or("")
}

pub(super) fn is<'a>(node: impl AsNode<'a>, name_space: &str, name: &str) -> bool {
    {
        let node = node.node();
        local(node) == name && namespace(node) == name_space
    }
}

pub(super) fn span<'a>(node: impl AsNode<'a>) -> Span {
    node.node().span()
}

pub(super) fn attribute<'a>(node: impl AsNode<'a>, name: &str) -> Option<&'a str> {
    node.node().attribute(name).map(|attribute| attribute.value().trim())
}

pub(super) fn attribute_in<'a>(node: impl AsNode<'a>, name_space: &str, name: &str) -> Option<&'a str> {
    node.node().attribute_in(name_space, name).map(|attribute| attribute.value().trim())
}

/// An attribute of this local name in whatever namespace: `wsu:Id`, `wsp:Optional`, `sp:IncludeToken`.
pub(super) fn any_attribute<'a>(node: impl AsNode<'a>, name: &str) -> Option<&'a str> {
    node.node().attributes().find(|attribute| attribute.name().local == name).map(|attribute| attribute.value().trim())
}

pub(super) fn attribute_span<'a>(node: impl AsNode<'a>, name: &str) -> Span {
    let node = node.node();
    node.attribute(name).map_or(node.span(), |attribute| attribute.value_span())
}

pub(super) fn children<'a>(node: impl AsNode<'a>) -> impl Iterator<Item = Node<'a>> {
    node.node().elements()
}

pub(super) fn named<'a>(node: impl AsNode<'a>, name: &'static str) -> impl Iterator<Item = Node<'a>> {
    node.node().elements().filter(move |child| is(child, WSDL, name))
}

pub(super) fn text<'a>(node: impl AsNode<'a>) -> String {
    node.node().text().trim().to_owned()
}

pub(super) fn descendants<'a>(node: impl AsNode<'a>) -> impl Iterator<Item = Node<'a>> {
    node.node().descendants()
}

/// A qualified name in a value: namespace and local name.
pub(super) fn qualified<'a>(node: impl AsNode<'a>, value: &'a str) -> Option<(&'a str, &'a str)> {
    match value.split_once(':') {
        Some((prefix, name)) => Some((node.node().namespace_of(prefix)?, name)),
        None => Some((node.node().namespace_of("").unwrap_or(""), value)),
    }
}
