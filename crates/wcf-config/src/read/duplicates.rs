//! Items with the same key at one level, which .NET refuses where the collection is a map.

use wcf_diagnostics::Span;

use super::Reader;
use crate::diagnostics::DuplicateItem;
use crate::document::{Item, Node, Sections};
use crate::few::Few;
use crate::key::Key;
use crate::schema::Content;

impl Reader {
    /// Items with the same key at one level.
    pub(super) fn duplicates(&mut self, sections: &Sections) {
        if !self.doubtful {
            return;
        }
        let mut found = Vec::new();
        for kinded in sections.bindings.iter().chain(&sections.standard_endpoints) {
            duplicate_items(&kinded.items, &mut found);
        }
        let lists =
            [&sections.service_behaviors, &sections.endpoint_behaviors, &sections.services, &sections.client, &sections.protocol_mapping];
        for items in lists {
            duplicate_items(items, &mut found);
        }
        let nodes = [
            &sections.extensions,
            &sections.hosting_environment,
            &sections.diagnostics,
            &sections.routing,
            &sections.com_contracts,
            &sections.tracking,
        ];
        for node in nodes.into_iter().flatten() {
            duplicates_within(node, &mut found);
        }
        for finding in found {
            self.refuse(finding);
        }
    }
}

fn duplicates_within(node: &Node, found: &mut Vec<DuplicateItem>) {
    // Registries of extensions refuse a name that is there already, although nothing can be removed from them.
    let unique = node.schema.class == "ExtensionElementCollection" || matches!(node.schema.content, Content::Items { removable: true, .. });
    // Log filters have no key that is read here.
    if unique && node.schema.class != "XPathMessageFilterElementCollection" {
        duplicate_items(&node.items, found);
    } else {
        for inner in node.items.iter().filter_map(Item::node) {
            duplicates_within(inner, found);
        }
    }
    for (_, child) in &node.children {
        duplicates_within(child, found);
    }
}

/// Whether two items have the same key, whatever stands between them.
pub(super) fn may_have_duplicates(items: &[Item]) -> bool {
    const FEW: usize = 8;
    let mut keys = items.iter().filter_map(|item| if let Item::Add(node) = item { Some(Key::of(node)) } else { None });
    if items.len() <= FEW {
        return std::iter::from_fn(|| keys.next().map(|key| (key, keys.clone()))).any(|(key, mut rest)| rest.any(|other| other == key));
    }
    let mut keys: Vec<Key<'_>> = keys.collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
}

fn duplicate_items(items: &[Item], found: &mut Vec<DuplicateItem>) {
    let mut seen: Few<Key<'_>, Span> = Few::default();
    // One alone has no other to be told from.
    let alone = items.len() < 2;
    for item in items {
        match item {
            Item::Add(node) if alone => duplicates_within(node, found),
            Item::Add(node) => {
                let key = Key::of(node);
                match seen.get(&key) {
                    Some(first) => {
                        found.push(DuplicateItem { element: node.schema.class, key: key.shown(), first: *first, span: node.span })
                    }
                    None => _ = seen.insert(key, node.span),
                }
                duplicates_within(node, found);
            }
            Item::Remove { key, schema, .. } => _ = seen.remove(&Key::named(schema, key)),
            Item::Clear { .. } => seen.clear(),
            Item::Extension(extension) => {
                if let Some(node) = &extension.node {
                    duplicates_within(node, found);
                }
            }
        }
    }
}
