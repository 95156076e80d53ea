//! What applies at one level: the sections of all files above it, put together as .NET's configuration system does.
//!
//! Bindings, services, client endpoints and protocol mappings of an inner file replace those of an outer one with the same key;
//! behaviors of the same name merge element by element; `remove` and `clear` drop what is inherited.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::behavior::{EndpointBehavior, ServiceBehavior};
use crate::document::{Extension, Item, Kinded, Node, Sections};
use crate::settings::{Keyed, remaining};

/// The sections that apply at one level. A copy shares all that an inner level does not change, so that many inner levels cost no
/// more than what stands in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merged<'a> {
    pub bindings: Arc<IndexMap<&'a str, Arc<Keyed<'a>>>>,
    pub standard_endpoints: Arc<IndexMap<&'a str, Arc<Keyed<'a>>>>,
    pub service_behaviors: Arc<IndexMap<&'a str, MergedBehavior<'a>>>,
    pub endpoint_behaviors: Arc<IndexMap<&'a str, MergedBehavior<'a>>>,
    pub common_service_behaviors: Arc<IndexMap<&'a str, &'a Extension>>,
    pub common_endpoint_behaviors: Arc<IndexMap<&'a str, &'a Extension>>,
    pub services: Arc<Keyed<'a>>,
    pub clients: Arc<Keyed<'a>>,
    pub protocol_mapping: Arc<IndexMap<&'a str, Mapping<'a>>>,
    activations: Arc<Keyed<'a>>,
    /// Registry and name to type.
    registered: Arc<BTreeMap<(&'static str, &'a str), &'a str>>,
    /// What behaviors came to, by name: endpoints and services share them, and inner levels that have none of their own.
    pub made_service_behaviors: Arc<Mutex<BTreeMap<String, Arc<ServiceBehavior>>>>,
    pub made_endpoint_behaviors: Arc<Mutex<BTreeMap<String, Arc<EndpointBehavior>>>>,
}

/// A behavior with the elements that are left of it.
#[derive(Clone, Debug)]
pub(crate) struct MergedBehavior<'a> {
    pub span: Span,
    pub extensions: IndexMap<&'a str, &'a Extension>,
}

/// An entry of `protocolMapping`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping<'a> {
    pub binding: &'a str,
    pub configuration: &'a str,
    pub span: Option<Span>,
}

impl<'a> Merged<'a> {
    /// What .NET itself has before any file: four protocol mappings (`ProtocolMappingSection.InitializeDefault`).
    pub(crate) fn new() -> Self {
        // Made once: a copy shares all of it.
        static BEFORE_ANY_FILE: LazyLock<Merged<'static>> = LazyLock::new(|| {
            let defaults = [
                ("http", "basicHttpBinding"),
                ("net.tcp", "netTcpBinding"),
                ("net.pipe", "netNamedPipeBinding"),
                ("net.msmq", "netMsmqBinding"),
            ];
            let mapping = |(scheme, binding)| (scheme, Mapping { binding, configuration: "", span: None });
            let protocol_mapping = defaults.into_iter().map(mapping).collect();
            Merged { protocol_mapping: Arc::new(protocol_mapping), ..Merged::default() }
        });
        Self { made_service_behaviors: Arc::default(), made_endpoint_behaviors: Arc::default(), ..BEFORE_ANY_FILE.clone() }
    }

    /// Puts an inner level over this one.
    pub(crate) fn push(&mut self, sections: &'a Sections) {
        self.push_shared(sections);
        if !sections.services.is_empty() {
            Arc::make_mut(&mut self.services).push_all(&sections.services);
        }
        if !sections.client.is_empty() {
            Arc::make_mut(&mut self.clients).push_all(&sections.client);
        }
    }

    /// [`Self::push`] without what runs: services and client endpoints of the inner level are looked at where they stand.
    pub(crate) fn push_shared(&mut self, sections: &'a Sections) {
        let common = sections.common_service_behaviors.is_some() || sections.common_endpoint_behaviors.is_some();
        let own = !sections.service_behaviors.is_empty() || !sections.endpoint_behaviors.is_empty();
        if common || own || sections.extensions.is_some() {
            self.made_service_behaviors = Arc::default();
            self.made_endpoint_behaviors = Arc::default();
        }
        for (registry, node) in sections.extensions.iter().flat_map(|node| &node.children) {
            let registered = Arc::make_mut(&mut self.registered);
            for add in remaining(&node.items) {
                registered.insert((*registry, add.value("name")), add.value("type"));
            }
        }
        for kinded in &sections.bindings {
            push_kind(Arc::make_mut(&mut self.bindings), kinded);
        }
        for kinded in &sections.standard_endpoints {
            push_kind(Arc::make_mut(&mut self.standard_endpoints), kinded);
        }
        for (behaviors, items) in
            [(&mut self.service_behaviors, &sections.service_behaviors), (&mut self.endpoint_behaviors, &sections.endpoint_behaviors)]
        {
            if !items.is_empty() {
                push_behaviors(Arc::make_mut(behaviors), items);
            }
        }
        for (common, node) in [
            (&mut self.common_service_behaviors, &sections.common_service_behaviors),
            (&mut self.common_endpoint_behaviors, &sections.common_endpoint_behaviors),
        ] {
            if let Some(node) = node {
                push_extensions(Arc::make_mut(common), &node.items);
            }
        }
        if !sections.protocol_mapping.is_empty() {
            self.push_mappings(&sections.protocol_mapping);
        }
        if let Some(activations) = sections.hosting_environment.as_ref().and_then(|node| node.child("serviceActivations")) {
            Arc::make_mut(&mut self.activations).push_all(&activations.items);
        }
    }

    fn push_mappings(&mut self, items: &'a [Item]) {
        let mut removed = false;
        let mappings = Arc::make_mut(&mut self.protocol_mapping);
        for item in items {
            match item {
                Item::Add(node) => {
                    let mapping = Mapping {
                        binding: node.value("binding"),
                        configuration: node.value("bindingConfiguration"),
                        span: Some(node.span),
                    };
                    mappings.insert(node.value("scheme"), mapping);
                }
                // Marked first and taken out together, so that many cost no more than few.
                Item::Remove { key, .. } => {
                    for written in key {
                        if let Some(mapping) = mappings.get_mut(written.value.as_str()) {
                            mapping.binding = "";
                            removed = true;
                        }
                    }
                }
                Item::Clear { .. } => mappings.clear(),
                Item::Extension(_) => {}
            }
        }
        if removed {
            mappings.retain(|_, mapping| !mapping.binding.is_empty());
        }
    }

    /// The type that a file registers under this name.
    pub(crate) fn registration(&self, registry: &'static str, name: &str) -> Option<&'a str> {
        self.registered.get(&(registry, name)).copied()
    }

    /// The binding with this name; the nameless one for the empty name. Case-sensitive.
    pub(crate) fn binding(&self, kind: &str, name: &str) -> Option<&'a Arc<Node>> {
        self.bindings.get(kind)?.get(name)
    }

    pub(crate) fn standard_endpoint(&self, kind: &str, name: &str) -> Option<&'a Arc<Node>> {
        self.standard_endpoints.get(kind)?.get(name)
    }

    /// `serviceHostingEnvironment/serviceActivations` of all levels.
    pub(crate) fn activations(&self) -> impl Iterator<Item = &'a Arc<Node>> + '_ {
        self.activations.nodes()
    }
}

fn push_kind<'a>(kinds: &mut IndexMap<&'a str, Arc<Keyed<'a>>>, kinded: &'a Kinded) {
    Arc::make_mut(kinds.entry(kinded.name.as_str()).or_default()).push_all(&kinded.items);
}

fn push_behaviors<'a>(behaviors: &mut IndexMap<&'a str, MergedBehavior<'a>>, items: &'a [Item]) {
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for item in items {
        match item {
            Item::Add(node) => {
                let name = node.value("name");
                gone.remove(name);
                let behavior = behaviors.entry(name).or_insert_with(|| MergedBehavior { span: node.span, extensions: IndexMap::new() });
                behavior.span = node.span;
                push_extensions(&mut behavior.extensions, &node.items);
            }
            Item::Remove { key, .. } => {
                let name = key.first().map_or("", |written| written.value.as_str());
                if let Some(behavior) = behaviors.get_mut(name) {
                    behavior.extensions.clear();
                    gone.insert(name);
                }
            }
            Item::Clear { .. } => {
                behaviors.clear();
                gone.clear();
            }
            Item::Extension(_) => {}
        }
    }
    behaviors.retain(|name, _| !gone.contains(name));
}

fn push_extensions<'a>(extensions: &mut IndexMap<&'a str, &'a Extension>, items: &'a [Item]) {
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for item in items {
        match item {
            // The whole element is replaced, not its attributes.
            Item::Extension(extension) => {
                gone.remove(extension.name.as_str());
                extensions.insert(&extension.name, extension);
            }
            Item::Remove { key, .. } => gone.extend(key.first().map(|written| written.value.as_str())),
            Item::Clear { .. } => extensions.clear(),
            Item::Add(_) => {}
        }
    }
    extensions.retain(|name, _| !gone.contains(name));
}
