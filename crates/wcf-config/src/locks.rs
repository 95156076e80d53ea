//! Locks: what files above do not let a file have. `System.Configuration` has them on elements (`lockItem`, `lockAttributes` and the
//! like, `ConfigurationElement.DeserializeElement`, `ConfigurationElementCollection.BaseAdd`) and on whole sections (`allowOverride`
//! and `overrideMode` of a `location`, `overrideModeDefault` of a declaration, `BaseConfigurationRecord.ResolveOverrideModeFromParent`).

use std::collections::BTreeMap;
use std::sync::Arc;

use wcf_diagnostics::Span;

use crate::diagnostics::{ClosedSection, LockedAbove, LockedPart};
use crate::document::{Item, Kinded, Lock, Locked, Node, Overriding, Sections, Written};
use crate::key::Key;
use crate::resolve::{Inputs, Level, Options, Tree};
use crate::schema::Content;

/// The sections that files above close to this one.
pub(crate) fn closed(levels: &[Level<'_>], inner: &Sections) -> Vec<ClosedSection> {
    let closed = |(section, span): &(&'static str, Span)| {
        let by = closing(levels, section)?;
        Some(ClosedSection { section, by, span: *span })
    };
    inner.present.iter().filter_map(closed).collect()
}

/// What closes a section at the innermost of these levels: a `location`'s place, or nothing for a declaration.
fn closing(levels: &[Level<'_>], section: &str) -> Option<Option<Span>> {
    let mut state: Option<Option<Span>> = None;
    let set = |mode, span| match mode {
        Overriding::Deny => Some(Some(span)),
        Overriding::Allow | Overriding::Inherit => None,
    };
    let mut is_decided = false;
    for level in levels {
        let mut locations = level.locations.iter().filter(|location| location.overriding != Overriding::Inherit);
        if let Some(location) = locations.find(|location| location.sections.present.iter().any(|(name, _)| *name == section)) {
            state = set(location.overriding, location.span);
            is_decided = true;
        }
        if let Some((_, mode, span)) = level.own.iter().flat_map(|own| &own.overriding).find(|(name, _, _)| *name == section) {
            state = set(*mode, *span);
            is_decided = true;
        }
        let restriction = level.restricted.and_then(|restricted| restricted.get(&format!("system.serviceModel/{section}")));
        if restriction.is_some_and(|restriction| restriction.denied) && !is_decided {
            state = Some(None);
        }
    }
    state
}

/// What of a level the levels above it lock.
pub(crate) fn check(above: &[&Sections], inner: &Sections) -> Vec<LockedAbove> {
    let mut found = Vec::new();
    // The items of each collection that a lock is about by their keys, so that many locks cost no more than few.
    let mut collections: BTreeMap<&[String], Option<Collection<'_>>> = BTreeMap::new();
    for lock in above.iter().flat_map(|sections| &sections.locks) {
        let mut refuse = |what, span| found.push(LockedAbove { what, lock: lock.span, span });
        if let Some(item) = &lock.item {
            let collection = collections.entry(&lock.path).or_insert_with(|| Some(Collection::of(find(inner, &lock.path)?)));
            let Some(collection) = collection else { continue };
            match &lock.what {
                Locked::Whole => {
                    for (name, span) in collection.touching(item) {
                        refuse(LockedPart::Item(name.to_owned()), span);
                    }
                }
                Locked::Attributes(_) | Locked::AttributesExcept(_) => {
                    let again = collection.by_key.get(&Key::of(item)).into_iter().flatten().filter_map(|item| item.node());
                    // A value that the lock itself put there is none of the file's.
                    let own = |written: &&Written| item.attribute(written.attribute.name).is_none_or(|other| other.span != written.span);
                    let written = again.flat_map(|node| &node.attributes).filter(own);
                    for written in written.filter(|written| covers(&lock.what, written.attribute.name)) {
                        refuse(LockedPart::Attribute(written.attribute.name.to_owned()), written.span);
                    }
                }
                // An item that takes the place of another is read before it gets the other's locks.
                Locked::Elements(_) | Locked::ElementsExcept(_) => {}
            }
            continue;
        }
        let Some(place) = find(inner, &lock.path) else { continue };
        match &lock.what {
            Locked::Whole => refuse(LockedPart::Element(place.name.to_owned()), place.span),
            Locked::Elements(_) | Locked::ElementsExcept(_) => {
                for (name, span) in place.elements().into_iter().filter(|(name, _)| covers(&lock.what, name)) {
                    refuse(LockedPart::Element(name.to_owned()), span);
                }
            }
            Locked::Attributes(_) | Locked::AttributesExcept(_) => {
                // A collection's own locks are those of its items; a section that is one keeps them apart.
                let items = if lock.path.len() > 1 { place.items } else { &[] };
                let of_items = items.iter().filter_map(Item::node).flat_map(|node| &node.attributes);
                for written in place.attributes.iter().chain(of_items).filter(|written| covers(&lock.what, written.attribute.name)) {
                    refuse(LockedPart::Attribute(written.attribute.name.to_owned()), written.span);
                }
            }
        }
    }
    found
}

/// The items of a collection by key.
struct Collection<'a> {
    by_key: BTreeMap<Key<'a>, Vec<&'a Item>>,
    clears: Vec<Span>,
    /// The name of an item.
    item: &'static str,
}

impl<'a> Collection<'a> {
    fn of(place: Place<'a>) -> Self {
        let mut by_key: BTreeMap<Key<'a>, Vec<&'a Item>> = BTreeMap::new();
        let mut clears = Vec::new();
        for item in place.items {
            match item {
                Item::Add(node) => by_key.entry(Key::of(node)).or_default().push(item),
                Item::Remove { key, schema, .. } => by_key.entry(Key::named(schema, key)).or_default().push(item),
                Item::Clear { span } => clears.push(*span),
                Item::Extension(_) => {}
            }
        }
        Self { by_key, clears, item: place.item }
    }

    /// The elements that replace this item or take it out. A `clear` is said once, however much it takes out.
    fn touching(&mut self, locked: &Node) -> Vec<(&'static str, Span)> {
        let name = self.item;
        let same = self.by_key.get(&Key::of(locked)).into_iter().flatten().filter_map(|item| match item {
            Item::Add(node) => Some((name, node.span)),
            Item::Remove { span, .. } => Some(("remove", *span)),
            Item::Clear { .. } | Item::Extension(_) => None,
        });
        same.chain(std::mem::take(&mut self.clears).into_iter().map(|span| ("clear", span))).collect()
    }
}

/// The inputs in which items that take the place of others have the values that those lock; nothing where no file locks any.
pub(crate) fn with_locked_values(inputs: &Inputs, options: &Options) -> Option<Inputs> {
    let locks_values = |sections: &Sections| sections.locks.iter().any(is_of_values);
    let documents = inputs.configs.iter().map(|input| &input.document).chain(&options.machine);
    if !documents.into_iter().any(|document| locks_values(&document.root)) {
        return None;
    }
    let tree = Tree::new(inputs, options);
    let mut changed = inputs.clone();
    for (input, changed) in inputs.configs.iter().zip(&mut changed.configs) {
        let mut locks: BTreeMap<&[String], Vec<&Lock>> = BTreeMap::new();
        for lock in tree.above(input).into_iter().flat_map(|sections| &sections.locks).filter(|lock| is_of_values(lock)) {
            locks.entry(&lock.path).or_default().push(lock);
        }
        for (path, locks) in locks {
            keep(path, &locks, &mut changed.document.root);
        }
    }
    Some(changed)
}

fn is_of_values(lock: &Lock) -> bool {
    lock.item.is_some() && matches!(lock.what, Locked::Attributes(_) | Locked::AttributesExcept(_))
}

/// `ConfigurationElement.HandleLockedAttributes`: what is locked and not written again keeps its value.
fn keep(path: &[String], locks: &[&Lock], inner: &mut Sections) {
    let Some(items) = items_mut(inner, path) else { return };
    let mut locked: BTreeMap<Key<'_>, Vec<(&Locked, &Node)>> = BTreeMap::new();
    for lock in locks {
        if let Some(item) = &lock.item {
            locked.entry(Key::of(item)).or_default().push((&lock.what, item));
        }
    }
    for other in items {
        let Item::Add(node) = other else { continue };
        let mut missing: Vec<Written> = Vec::new();
        for (what, item) in locked.get(&Key::of(node)).into_iter().flatten() {
            let values = item.attributes.iter().filter(|written| covers(what, written.attribute.name));
            missing.extend(values.filter(|written| node.attribute(written.attribute.name).is_none()).cloned());
        }
        if !missing.is_empty() {
            Arc::make_mut(node).attributes.extend(missing);
        }
    }
}

/// Whether a lock of names is one of this name.
fn covers(what: &Locked, name: &str) -> bool {
    match what {
        Locked::Whole => true,
        Locked::Attributes(names) | Locked::Elements(names) => names.iter().any(|locked| locked == name || locked == "*"),
        Locked::AttributesExcept(names) | Locked::ElementsExcept(names) => !names.iter().any(|open| open == name),
    }
}

/// An element of a level, as far as locks see it.
struct Place<'a> {
    name: &'a str,
    span: Span,
    attributes: &'a [Written],
    children: Vec<(&'a str, Span)>,
    items: &'a [Item],
    /// The name of an item.
    item: &'static str,
}

impl<'a> Place<'a> {
    fn of_node(name: &'a str, node: &'a Node) -> Self {
        let item = match &node.schema.content {
            Content::Items { item, .. } => item,
            Content::Closed | Content::Extensions(_) | Content::Headers | Content::AnyXml => "",
        };
        let children = node.children.iter().map(|(name, child)| (*name, child.span)).collect();
        Self { name, span: node.span, attributes: &node.attributes, children, items: &node.items, item }
    }

    fn of_items(name: &'a str, span: Span, items: &'a [Item], item: &'static str) -> Self {
        Self { name, span, attributes: &[], children: Vec::new(), items, item }
    }

    /// The elements that stand in it.
    fn elements(&self) -> Vec<(&'a str, Span)> {
        let mut all = self.children.clone();
        all.extend(self.items.iter().map(|item| match item {
            Item::Add(node) => (self.item, node.span),
            Item::Remove { span, .. } => ("remove", *span),
            Item::Clear { span } => ("clear", *span),
            Item::Extension(extension) => (extension.name.as_str(), extension.span),
        }));
        all
    }
}

/// The element at this path, if it stands in the level.
fn find<'a>(sections: &'a Sections, path: &'a [String]) -> Option<Place<'a>> {
    let (section, inner) = path.split_first()?;
    let (section, span) = sections.present.iter().find(|(name, _)| name == section).copied()?;
    let kinds = |kinds: &'a [Kinded], item| match inner.first() {
        None => {
            let children = kinds.iter().map(|kinded| (kinded.name.as_str(), kinded.span)).collect();
            Some(Place { name: section, span, attributes: &[], children, items: &[], item: "" })
        }
        Some(kind) => {
            let kinded = kinds.iter().find(|kinded| kinded.name == *kind)?;
            Some(Place::of_items(&kinded.name, kinded.span, &kinded.items, item))
        }
    };
    match section {
        "bindings" => kinds(&sections.bindings, "binding"),
        "standardEndpoints" => kinds(&sections.standard_endpoints, "standardEndpoint"),
        "services" => Some(Place::of_items(section, span, &sections.services, "service")),
        "client" => Some(Place::of_items(section, span, &sections.client, "endpoint")),
        "protocolMapping" => Some(Place::of_items(section, span, &sections.protocol_mapping, "add")),
        "behaviors" => {
            let lists = [("serviceBehaviors", &sections.service_behaviors), ("endpointBehaviors", &sections.endpoint_behaviors)];
            let there = || lists.into_iter().filter_map(|(name, items)| Some((name, items, item_span(items.first()?))));
            match inner.first() {
                None => {
                    let children = there().map(|(name, _, span)| (name, span)).collect();
                    Some(Place { name: section, span, attributes: &[], children, items: &[], item: "" })
                }
                Some(list) => {
                    let (name, items, span) = there().find(|(name, _, _)| name == list)?;
                    Some(Place::of_items(name, span, items, "behavior"))
                }
            }
        }
        _ => {
            let mut name = section;
            let mut node = section_node(sections, section)?;
            for step in inner {
                let (child, next) = node.children.iter().find(|(child, _)| child == step)?;
                (name, node) = (child, next);
            }
            Some(Place::of_node(name, node))
        }
    }
}

/// The items of the collection at this path.
fn items_mut<'a>(sections: &'a mut Sections, path: &[String]) -> Option<&'a mut Vec<Item>> {
    let (section, inner) = path.split_first()?;
    let kind = |kinds: &'a mut Vec<Kinded>| {
        Some(&mut kinds.iter_mut().find(|kinded| inner.first().is_some_and(|name| kinded.name == *name))?.items)
    };
    match section.as_str() {
        "bindings" => kind(&mut sections.bindings),
        "standardEndpoints" => kind(&mut sections.standard_endpoints),
        "services" => Some(&mut sections.services),
        "client" => Some(&mut sections.client),
        "protocolMapping" => Some(&mut sections.protocol_mapping),
        "behaviors" if inner.first().is_some_and(|list| list == "serviceBehaviors") => Some(&mut sections.service_behaviors),
        "behaviors" => Some(&mut sections.endpoint_behaviors),
        _ => {
            let mut node = section_node_mut(sections, section)?;
            for step in inner {
                node = node.children.iter_mut().find(|(child, _)| child == step).map(|(_, child)| child)?;
            }
            Some(&mut node.items)
        }
    }
}

fn section_node<'a>(sections: &'a Sections, section: &str) -> Option<&'a Node> {
    let node = match section {
        "extensions" => &sections.extensions,
        "serviceHostingEnvironment" => &sections.hosting_environment,
        "diagnostics" => &sections.diagnostics,
        "routing" => &sections.routing,
        "comContracts" => &sections.com_contracts,
        "tracking" => &sections.tracking,
        "machineSettings" => &sections.machine_settings,
        _ => return None,
    };
    node.as_deref()
}

fn section_node_mut<'a>(sections: &'a mut Sections, section: &str) -> Option<&'a mut Node> {
    let node = match section {
        "extensions" => &mut sections.extensions,
        "serviceHostingEnvironment" => &mut sections.hosting_environment,
        "diagnostics" => &mut sections.diagnostics,
        "routing" => &mut sections.routing,
        "comContracts" => &mut sections.com_contracts,
        "tracking" => &mut sections.tracking,
        "machineSettings" => &mut sections.machine_settings,
        _ => return None,
    };
    node.as_deref_mut()
}

fn item_span(item: &Item) -> Span {
    match item {
        Item::Add(node) => node.span,
        Item::Remove { span, .. } | Item::Clear { span } => *span,
        Item::Extension(extension) => extension.span,
    }
}
