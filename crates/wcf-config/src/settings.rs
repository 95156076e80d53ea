//! Values: the tables' attributes with what is written, or their defaults, each with who decided it.

use std::collections::BTreeMap;

use crate::document::{Item, Node};
use crate::effective::{Effective, Origin, Settings, Within};
use crate::read::{key_named, key_of};
use crate::schema::{Content, Element};

/// Where defaults and written values come from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What the written values stand in.
    pub within: Within,
    /// The class whose defaults apply where no element of configuration does; `None` where one does.
    pub runtime_class: Option<&'static str>,
}

/// All values of an element, by dotted name. `node` is `None` where the element does not stand.
pub(crate) fn settings(schema: &'static Element, node: Option<&Node>, source: &Source) -> Settings {
    let mut out = Settings::with_capacity(count(schema));
    let element = node.map(|node| node.span);
    let default = match source.runtime_class {
        Some(class) => Origin::RuntimeDefault { class },
        None => Origin::ElementDefault { class: schema.class, element },
    };
    let mut prefix = String::new();
    fill(schema, node, source, &default, &mut prefix, &mut out);
    out
}

/// How many values an element has without its items.
fn count(schema: &'static Element) -> usize {
    schema.attributes.len() + schema.children.iter().map(|child| count(child.element).max(1)).sum::<usize>()
}

fn fill(schema: &'static Element, node: Option<&Node>, source: &Source, default: &Origin, prefix: &mut String, out: &mut Settings) {
    for attribute in schema.attributes {
        let written = node.and_then(|node| node.attribute(attribute.name));
        let effective = match written {
            Some(written) => Effective {
                value: Some(written.value.clone()),
                origin: Origin::Written { span: written.span, within: source.within.clone() },
            },
            None => Effective { value: attribute.default.map(str::to_owned), origin: of_class(default, schema) },
        };
        out.insert(format!("{prefix}{}", attribute.name), effective);
    }
    let length = prefix.len();
    for child in schema.children {
        let inner = node.and_then(|node| node.child(child.name));
        prefix.push_str(child.name);
        prefix.push('.');
        match &child.element.content {
            Content::Headers => {
                // .NET's own name for the collection inside; its value is never spelled.
                let origin = match inner.and_then(|inner| inner.kept.first()) {
                    Some(kept) => Origin::Written { span: kept.span, within: source.within.clone() },
                    None => of_class(default, child.element),
                };
                out.insert(format!("{prefix}headers"), Effective { value: None, origin });
            }
            Content::AnyXml => {
                for (at, kept) in inner.into_iter().flat_map(|inner| &inner.kept).enumerate() {
                    let origin = Origin::Written { span: kept.span, within: source.within.clone() };
                    out.insert(format!("{prefix}xmlElement[{at}].xmlElement"), Effective { value: Some(kept.xml.clone()), origin });
                }
            }
            Content::Closed | Content::Items { .. } | Content::Extensions(_) => {
                fill(child.element, inner, source, default, prefix, out);
            }
        }
        prefix.truncate(length);
    }
    if let (Content::Items { item, element, .. }, Some(node)) = (&schema.content, node) {
        for (at, inner) in remaining(&node.items).into_iter().enumerate() {
            prefix.push_str(&format!("{item}[{at}]."));
            fill(element, Some(inner), source, default, prefix, out);
            prefix.truncate(length);
        }
    }
}

fn of_class(default: &Origin, schema: &'static Element) -> Origin {
    match default {
        Origin::ElementDefault { element, .. } => Origin::ElementDefault { class: schema.class, element: *element },
        other => other.clone(),
    }
}

/// The items that are left after `remove` and `clear`, in order.
pub(crate) fn remaining(items: &[Item]) -> Vec<&Node> {
    if items.iter().all(|item| matches!(item, Item::Add(_))) {
        return items.iter().filter_map(Item::node).collect();
    }
    let mut left = Keyed::default();
    left.push_all(items);
    left.nodes().collect()
}

/// Items by their keys, in the order they came: a later one takes the place of an earlier one with its key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keyed<'a> {
    slots: Vec<Option<&'a Node>>,
    by_key: BTreeMap<Vec<String>, usize>,
}

impl<'a> Keyed<'a> {
    /// Adds, removes and clears as the items say.
    pub(crate) fn push_all(&mut self, items: &'a [Item]) {
        for item in items {
            match item {
                Item::Add(node) => self.push(node),
                Item::Remove { key, schema, .. } => {
                    if let Some(slot) = self.by_key.remove(&key_named(schema, key)).and_then(|at| self.slots.get_mut(at)) {
                        *slot = None;
                    }
                }
                Item::Clear { .. } => {
                    self.slots.clear();
                    self.by_key.clear();
                }
                Item::Extension(_) => {}
            }
        }
    }

    fn push(&mut self, node: &'a Node) {
        let next = self.slots.len();
        let at = *self.by_key.entry(key_of(node)).or_insert(next);
        match self.slots.get_mut(at) {
            Some(slot) => *slot = Some(node),
            None => self.slots.push(Some(node)),
        }
    }

    /// The items, in order.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &'a Node> + '_ {
        self.slots.iter().flatten().copied()
    }

    /// The item whose key is this one value.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.by_key.get(std::slice::from_ref(&key.to_owned())).and_then(|at| self.slots.get(*at)).copied().flatten()
    }
}
