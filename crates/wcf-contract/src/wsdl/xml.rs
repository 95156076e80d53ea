//! The only file of this reader that knows how located XML is laid out.

use located_xml::{Document, Element};
use wcf_diagnostics::Span;

/// `http://schemas.xmlsoap.org/wsdl/`.
pub(super) const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
/// `http://www.w3.org/2001/XMLSchema`.
pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// Where WCF keeps what XML Schema has no word for.
pub(super) const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
/// Names of CLR namespaces in data contracts follow this.
pub(super) const DATA_CONTRACTS: &str = "http://schemas.datacontract.org/2004/07/";
/// WCF's own attributes on port types and operations.
pub(super) const WCF_CONTRACT: &str = "http://schemas.microsoft.com/ws/2005/12/wsdl/contract";

/// An element of a document.
pub(super) type Node<'a> = Element<'a>;

/// A name with its namespace; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct QName {
    pub namespace: String,
    pub local: String,
}

impl QName {
    pub fn new(namespace: impl Into<String>, local: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), local: local.into() }
    }

    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local == local && self.namespace == namespace
    }
}

impl std::fmt::Display for QName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.namespace.is_empty() { formatter.write_str(&self.local) } else { write!(formatter, "{{{}}}{}", self.namespace, self.local) }
    }
}

/// The outermost element.
pub(super) const fn root(document: &Document) -> Node<'_> {
    document.root()
}

/// The local name.
pub(super) fn local(node: Node<'_>) -> &str {
    node.local()
}

/// The namespace; empty where there is none.
pub(super) fn namespace(node: Node<'_>) -> &str {
    node.name().namespace.unwrap_or("")
}

/// Whether it is this element.
pub(super) fn is(node: Node<'_>, name_space: &str, name: &str) -> bool {
    local(node) == name && namespace(node) == name_space
}

/// The start tag.
pub(super) fn span(node: Node<'_>) -> Span {
    node.span()
}

/// An attribute without a namespace, blanks around it cut off.
pub(super) fn attribute<'a>(node: Node<'a>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(|attribute| attribute.value().trim())
}

/// An attribute of a namespace, blanks around it cut off.
pub(super) fn attribute_in<'a>(node: Node<'a>, name_space: &str, name: &str) -> Option<&'a str> {
    node.attribute_in(name_space, name).map(|attribute| attribute.value().trim())
}

/// Where an attribute's value stands; the start tag where there is no such attribute.
pub(super) fn attribute_span(node: Node<'_>, name: &str) -> Span {
    node.attribute(name).map_or_else(|| node.span(), |attribute| attribute.value_span())
}

/// The elements inside.
pub(super) fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.elements()
}

/// The elements inside with this name.
pub(super) fn named<'a>(node: Node<'a>, name_space: &'static str, name: &'static str) -> impl Iterator<Item = Node<'a>> {
    node.elements().filter(move |child| is(*child, name_space, name))
}

/// The first element inside with this name.
pub(super) fn first<'a>(node: Node<'a>, name_space: &'static str, name: &'static str) -> Option<Node<'a>> {
    named(node, name_space, name).next()
}

/// All text inside, at whatever depth.
pub(super) fn text(node: Node<'_>) -> String {
    let mut all = String::new();
    for element in node.descendants() {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(&element.text());
    }
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text directly inside, blanks around it cut off.
pub(super) fn own_text(node: Node<'_>) -> String {
    node.text().trim().to_owned()
}

/// A qualified name in a value; `None` where its prefix is declared nowhere. Without a prefix it is in the default namespace.
pub(super) fn qualified(node: Node<'_>, value: &str) -> Option<QName> {
    match value.split_once(':') {
        Some((prefix, name)) => Some(QName::new(node.namespace_of(prefix)?, name)),
        None => Some(QName::new(node.namespace_of("").unwrap_or(""), value)),
    }
}
