//! What applies at one level: the sections of all files above it, put together as .NET's configuration system does.
//!
//! Bindings, services, client endpoints and protocol mappings of an inner file replace those of an outer one with the same key;
//! behaviors of the same name merge element by element; `remove` and `clear` drop what is inherited.

use indexmap::IndexMap;
use wcf_diagnostics::{FileId, Span};

use crate::document::{Extension, Item, Kinded, Node, Sections};
use crate::read::key_of;
use crate::settings::{has_key, remaining};

/// The sections that apply at one level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merged<'a> {
    pub bindings: IndexMap<&'a str, Kind<'a>>,
    pub standard_endpoints: IndexMap<&'a str, Kind<'a>>,
    pub service_behaviors: Vec<MergedBehavior<'a>>,
    pub endpoint_behaviors: Vec<MergedBehavior<'a>>,
    pub common_service_behaviors: Vec<&'a Extension>,
    pub common_endpoint_behaviors: Vec<&'a Extension>,
    pub services: Vec<&'a Node>,
    pub clients: Vec<&'a Node>,
    pub protocol_mapping: Vec<Mapping<'a>>,
    pub hosting_environments: Vec<&'a Node>,
    /// Registry, name, type and place.
    pub registered: Vec<Registration<'a>>,
}

/// The bindings of one type, or the standard endpoints of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kind<'a> {
    pub opaque: bool,
    pub span: Option<Span>,
    pub items: Vec<&'a Node>,
}

/// A behavior with the elements that are left of it.
#[derive(Clone, Debug)]
pub(crate) struct MergedBehavior<'a> {
    pub name: &'a str,
    pub span: Span,
    pub extensions: Vec<&'a Extension>,
}

/// An entry of `protocolMapping`.
#[derive(Clone, Debug)]
pub(crate) struct Mapping<'a> {
    pub scheme: &'a str,
    pub binding: &'a str,
    pub configuration: &'a str,
    pub span: Option<Span>,
}

/// An entry of `extensions`.
#[derive(Clone, Debug)]
pub(crate) struct Registration<'a> {
    pub registry: &'static str,
    pub name: &'a str,
    pub class: &'a str,
}

impl<'a> Merged<'a> {
    /// What .NET itself has before any file: four protocol mappings (`ProtocolMappingSection.InitializeDefault`).
    pub(crate) fn new() -> Self {
        let defaults = [
            ("http", "basicHttpBinding"),
            ("net.tcp", "netTcpBinding"),
            ("net.pipe", "netNamedPipeBinding"),
            ("net.msmq", "netMsmqBinding"),
        ];
        let protocol_mapping =
            defaults.into_iter().map(|(scheme, binding)| Mapping { scheme, binding, configuration: "", span: None }).collect();
        Self { protocol_mapping, ..Self::default() }
    }

    /// Puts an inner level over this one.
    pub(crate) fn push(&mut self, sections: &'a Sections) {
        for (registry, node) in sections.extensions.iter().flat_map(|node| &node.children) {
            for add in remaining(&node.items) {
                self.registered.push(Registration { registry, name: add.value("name"), class: add.value("type") });
            }
        }
        for kinded in &sections.bindings {
            push_kind(&mut self.bindings, kinded);
        }
        for kinded in &sections.standard_endpoints {
            push_kind(&mut self.standard_endpoints, kinded);
        }
        push_behaviors(&mut self.service_behaviors, &sections.service_behaviors);
        push_behaviors(&mut self.endpoint_behaviors, &sections.endpoint_behaviors);
        for (common, node) in [
            (&mut self.common_service_behaviors, &sections.common_service_behaviors),
            (&mut self.common_endpoint_behaviors, &sections.common_endpoint_behaviors),
        ] {
            if let Some(node) = node {
                push_extensions(common, &node.items);
            }
        }
        push_nodes(&mut self.services, &sections.services);
        push_nodes(&mut self.clients, &sections.client);
        for item in &sections.protocol_mapping {
            match item {
                Item::Add(node) => {
                    let mapping = Mapping {
                        scheme: node.value("scheme"),
                        binding: node.value("binding"),
                        configuration: node.value("bindingConfiguration"),
                        span: Some(node.span),
                    };
                    match self.protocol_mapping.iter_mut().find(|other| other.scheme == mapping.scheme) {
                        Some(other) => *other = mapping,
                        None => self.protocol_mapping.push(mapping),
                    }
                }
                Item::Remove { key, .. } => {
                    self.protocol_mapping.retain(|mapping| !key.iter().any(|written| written.value == mapping.scheme));
                }
                Item::Clear { .. } => self.protocol_mapping.clear(),
                Item::Extension(_) => {}
            }
        }
        self.hosting_environments.extend(&sections.hosting_environment);
    }

    /// The binding, behavior or endpoint type that a file registers under this name.
    pub(crate) fn registration(&self, registry: &str, name: &str) -> Option<&'a str> {
        self.registered.iter().rev().find(|other| other.registry == registry && other.name == name).map(|other| other.class)
    }

    /// The binding with this name; the nameless one for the empty name. Case-sensitive.
    pub(crate) fn binding(&self, kind: &str, name: &str) -> Option<&'a Node> {
        self.bindings.get(kind)?.items.iter().find(|node| node.value("name") == name).copied()
    }

    pub(crate) fn standard_endpoint(&self, kind: &str, name: &str) -> Option<&'a Node> {
        self.standard_endpoints.get(kind)?.items.iter().find(|node| node.value("name") == name).copied()
    }

    /// `serviceHostingEnvironment/serviceActivations` of all levels.
    pub(crate) fn activations(&self) -> Vec<&'a Node> {
        let mut left = Vec::new();
        for node in &self.hosting_environments {
            if let Some(activations) = node.child("serviceActivations") {
                push_nodes(&mut left, &activations.items);
            }
        }
        left
    }
}

fn push_kind<'a>(kinds: &mut IndexMap<&'a str, Kind<'a>>, kinded: &'a Kinded) {
    let kind = kinds.entry(kinded.name.as_str()).or_default();
    kind.opaque |= kinded.opaque;
    kind.span = Some(kinded.span);
    push_nodes(&mut kind.items, &kinded.items);
}

fn push_nodes<'a>(nodes: &mut Vec<&'a Node>, items: &'a [Item]) {
    for item in items {
        match item {
            Item::Add(node) => {
                let key = key_of(node);
                match nodes.iter_mut().find(|other| key_of(other) == key) {
                    Some(other) => *other = node,
                    None => nodes.push(node),
                }
            }
            Item::Remove { key, .. } => nodes.retain(|node| !has_key(node, key)),
            Item::Clear { .. } => nodes.clear(),
            Item::Extension(_) => {}
        }
    }
}

fn push_behaviors<'a>(behaviors: &mut Vec<MergedBehavior<'a>>, items: &'a [Item]) {
    for item in items {
        match item {
            Item::Add(node) => {
                let name = node.value("name");
                let at = behaviors.iter().position(|other| other.name == name).unwrap_or_else(|| {
                    behaviors.push(MergedBehavior { name, span: node.span, extensions: Vec::new() });
                    behaviors.len() - 1
                });
                if let Some(behavior) = behaviors.get_mut(at) {
                    behavior.span = node.span;
                    push_extensions(&mut behavior.extensions, &node.items);
                }
            }
            Item::Remove { key, .. } => {
                let removed = key.first().map_or("", |written| written.value.as_str());
                behaviors.retain(|behavior| behavior.name != removed);
            }
            Item::Clear { .. } => behaviors.clear(),
            Item::Extension(_) => {}
        }
    }
}

fn push_extensions<'a>(extensions: &mut Vec<&'a Extension>, items: &'a [Item]) {
    for item in items {
        match item {
            Item::Extension(extension) => match extensions.iter_mut().find(|other| other.name == extension.name) {
                // The whole element is replaced, not its attributes.
                Some(other) => *other = extension,
                None => extensions.push(extension),
            },
            Item::Remove { key, .. } => {
                let removed = key.first().map_or("", |written| written.value.as_str());
                extensions.retain(|extension| extension.name != removed);
            }
            Item::Clear { .. } => extensions.clear(),
            Item::Add(_) => {}
        }
    }
}

/// Whether a place is in one of these files.
pub(crate) fn is_in(span: Span, file: FileId) -> bool {
    span.file == file
}
