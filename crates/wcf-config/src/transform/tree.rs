//! A tree that can be changed: what was read of the base and of the transform, each part with what it has by now.

use located_xml::{Builder, Leaf, Name};
use wcf_diagnostics::Span;

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Element<'d> {
    /// The element that it came from, for its place.
    like: located_xml::Element<'d>,
    pub name: Name<'d>,
    pub name_span: Span,
    pub attributes: Vec<Attribute<'d>>,
    pub children: Vec<Node<'d>>,
    /// Whether it has the declarations of namespaces that it came with.
    declares: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(super) struct Attribute<'d> {
    like: located_xml::Attribute<'d>,
    pub name: Name<'d>,
    pub value: String,
    pub value_span: Span,
    /// Whether its value is another than it came with.
    is_changed: bool,
}

impl Attribute<'_> {
    pub(super) fn set(&mut self, value: String) {
        self.value = value;
        self.is_changed = true;
    }
}

/// A thing inside an element.
#[derive(Clone, Debug)]
pub(super) enum Node<'d> {
    Element(Element<'d>),
    Text(Leaf<'d>),
    Comment(Leaf<'d>),
}

impl<'d> Element<'d> {
    /// An element as it was read.
    pub(super) fn read(like: located_xml::Element<'d>) -> Self {
        let attributes = like.attributes().map(|like| Attribute {
            like,
            name: like.name(),
            value: like.value().to_owned(),
            value_span: like.value_span(),
            is_changed: false,
        });
        let children = like.children().map(|node| match node {
            located_xml::Node::Element(inner) => Node::Element(Self::read(inner)),
            located_xml::Node::Text(leaf) => Node::Text(leaf),
            located_xml::Node::Comment(leaf) => Node::Comment(leaf),
        });
        Self {
            like,
            name: like.name(),
            name_span: like.name_span(),
            attributes: attributes.collect(),
            children: children.collect(),
            declares: true,
        }
    }

    pub(super) fn attribute(&self, local: &str) -> Option<&Attribute<'d>> {
        self.attributes.iter().find(|attribute| attribute.name.is(None, local))
    }

    pub(super) fn attribute_in(&self, namespace: &str, local: &str) -> Option<&Attribute<'d>> {
        self.attributes.iter().find(|attribute| attribute.name.is(Some(namespace), local))
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Comment(_) => None,
        })
    }

    /// This element and all below it.
    pub(super) fn descendants(&self) -> impl Iterator<Item = &Self> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let element = pending.pop()?;
            let first = pending.len();
            pending.extend(element.elements());
            if let Some(added) = pending.get_mut(first..) {
                added.reverse();
            }
            Some(element)
        })
    }

    pub(super) fn namespace_of(&self, prefix: &str) -> Option<&'d str> {
        self.like.namespace_of(prefix)
    }

    /// Takes its declarations of namespaces away.
    pub(super) const fn undeclare(&mut self) {
        self.declares = false;
    }

    /// Writes it into a document.
    pub(super) fn build(&self, builder: &mut Builder<'d>) {
        builder.start(self.like, self.declares);
        for attribute in &self.attributes {
            let value = attribute.is_changed.then_some(attribute.value.as_str());
            builder.attribute(attribute.like, attribute.name.prefix.is_some(), value);
        }
        for node in &self.children {
            match node {
                Node::Element(inner) => inner.build(builder),
                Node::Text(leaf) | Node::Comment(leaf) => builder.leaf(*leaf),
            }
        }
        builder.end();
    }
}
