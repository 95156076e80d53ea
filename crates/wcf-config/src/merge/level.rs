//! One level: the sections of one file or `location`, and what they say of a name.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Text;
use crate::behavior::{EndpointBehavior, ServiceBehavior};
use crate::document::{Item, Kinded, Node, Sections};
use crate::few::Few;

/// Lists of more items than this are looked up in an index, which is made when it is first asked for.
const FEW_ITEMS: usize = 8;

/// The sections of one level with what was made of them.
#[derive(Debug)]
pub(super) struct Level<'a> {
    pub sections: &'a Sections,
    /// Whether its services and client endpoints count for what is further in.
    pub runs: bool,
    pub bindings: Kinds<'a>,
    pub standard_endpoints: Kinds<'a>,
    pub services: List<'a>,
    pub service_behaviors: List<'a>,
    pub endpoint_behaviors: List<'a>,
    pub protocol_mapping: List<'a>,
    registries: OnceCell<BTreeMap<(&'static str, &'a str), &'a str>>,
    /// What behaviors came to at this level: services and endpoints share them, and inner levels that say nothing about behaviors.
    pub made_service_behaviors: RefCell<Few<Text, Arc<ServiceBehavior>>>,
    pub made_endpoint_behaviors: RefCell<Few<Text, Arc<EndpointBehavior>>>,
}

impl<'a> Level<'a> {
    pub(super) fn new(sections: &'a Sections, runs: bool) -> Self {
        Self {
            sections,
            runs,
            bindings: Kinds::new(&sections.bindings),
            standard_endpoints: Kinds::new(&sections.standard_endpoints),
            services: List::new(&sections.services, "name"),
            service_behaviors: List::new(&sections.service_behaviors, "name"),
            endpoint_behaviors: List::new(&sections.endpoint_behaviors, "name"),
            protocol_mapping: List::new(&sections.protocol_mapping, "scheme"),
            registries: OnceCell::new(),
            made_service_behaviors: RefCell::default(),
            made_endpoint_behaviors: RefCell::default(),
        }
    }

    /// Whether it says anything that behaviors depend on.
    pub(super) const fn decides_behaviors(&self) -> bool {
        let sections = self.sections;
        sections.common_service_behaviors.is_some()
            || sections.common_endpoint_behaviors.is_some()
            || !sections.service_behaviors.is_empty()
            || !sections.endpoint_behaviors.is_empty()
            || sections.extensions.is_some()
    }

    /// The type that it registers under a name.
    pub(super) fn registration(&self, registry: &'static str, name: &str) -> Option<&'a str> {
        let extensions = self.sections.extensions.as_ref()?;
        let all = self.registries.get_or_init(|| {
            let mut all = BTreeMap::new();
            for (registry, node) in &extensions.children {
                for add in crate::settings::remaining(&node.items) {
                    all.insert((*registry, add.value("name")), add.value("type"));
                }
            }
            all
        });
        all.get(&(registry, name)).copied()
    }
}

/// What a level says of a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said<'a> {
    /// There is an item of this name.
    Is(&'a Arc<Node>),
    /// There is none, whatever stood before.
    Gone,
}

/// A list of items that are told apart by one attribute.
#[derive(Debug)]
pub(super) struct List<'a> {
    items: &'a [Item],
    key: &'static str,
    index: OnceCell<Index<'a>>,
}

#[derive(Debug, Default)]
struct Index<'a> {
    by_name: BTreeMap<&'a str, Vec<Said<'a>>>,
    /// Whether all that stood before is gone.
    cleared: bool,
}

impl<'a> List<'a> {
    const fn new(items: &'a [Item], key: &'static str) -> Self {
        Self { items, key, index: OnceCell::new() }
    }

    pub(super) const fn items(&self) -> &'a [Item] {
        self.items
    }

    /// What it says of a name, in order.
    pub(super) fn each(&self, name: &str, mut take: impl FnMut(Said<'a>)) {
        if self.items.len() <= FEW_ITEMS {
            for item in self.items {
                match said(item, self.key) {
                    Some((Some(other), said)) if other == name => take(said),
                    Some((None, said)) => take(said),
                    Some(_) | None => {}
                }
            }
            return;
        }
        let index = self.index.get_or_init(|| self.index());
        if index.cleared {
            take(Said::Gone);
        }
        index.by_name.get(name).into_iter().flatten().for_each(|said| take(*said));
    }

    /// The last that it says of a name.
    pub(super) fn last(&self, name: &str) -> Option<Said<'a>> {
        let mut last = None;
        self.each(name, |said| last = Some(said));
        last
    }

    fn index(&self) -> Index<'a> {
        let mut index = Index::default();
        for item in self.items {
            match said(item, self.key) {
                Some((Some(name), said)) => index.by_name.entry(name).or_default().push(said),
                Some((None, _)) => index = Index { cleared: true, ..Index::default() },
                None => {}
            }
        }
        index
    }
}

#[cfg(test)]
thread_local! {
    /// How many items were looked at on this thread, for the test that it stays in proportion.
    pub(super) static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// What an item says, and of which name; of all where none is returned.
fn said<'a>(item: &'a Item, key: &str) -> Option<(Option<&'a str>, Said<'a>)> {
    #[cfg(test)]
    LOOKED_AT.with(|count| count.set(count.get() + 1));
    match item {
        Item::Add(node) => Some((Some(node.value(key)), Said::Is(node))),
        Item::Remove { key: written, .. } => {
            let name = written.iter().find(|written| written.attribute.name == key).map_or("", |written| written.value.as_str());
            Some((Some(name), Said::Gone))
        }
        Item::Clear { .. } => Some((None, Said::Gone)),
        Item::Extension(_) => None,
    }
}

/// The lists of the binding types, or of the kinds of standard endpoints.
#[derive(Debug)]
pub(super) struct Kinds<'a> {
    kinds: &'a [Kinded],
    lists: OnceCell<BTreeMap<&'a str, List<'a>>>,
}

impl<'a> Kinds<'a> {
    const fn new(kinds: &'a [Kinded]) -> Self {
        Self { kinds, lists: OnceCell::new() }
    }

    /// The last that the list of a kind says of a name.
    pub(super) fn last(&self, kind: &str, name: &str) -> Option<Said<'a>> {
        if self.kinds.len() <= FEW_ITEMS {
            let kinded = self.kinds.iter().find(|kinded| kinded.name == kind)?;
            if kinded.items.len() <= FEW_ITEMS {
                return List::new(&kinded.items, "name").last(name);
            }
        }
        let lists =
            self.lists.get_or_init(|| self.kinds.iter().map(|kinded| (kinded.name.as_str(), List::new(&kinded.items, "name"))).collect());
        lists.get(kind)?.last(name)
    }

    /// The items of a kind as they stand.
    pub(super) fn items(&self, kind: &str) -> &'a [Item] {
        self.kinds.iter().find(|kinded| kinded.name == kind).map_or(&[], |kinded| kinded.items.as_slice())
    }
}
