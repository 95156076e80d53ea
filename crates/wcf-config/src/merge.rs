//! What applies at one level: the sections of all files above it, put together as .NET's configuration system does.
//!
//! Bindings, services, client endpoints and protocol mappings of an inner file replace those of an outer one with the same key;
//! behaviors of the same name merge element by element; `remove` and `clear` drop what is inherited.
//!
//! Nothing is put together before it is asked for: a name is looked up level by level, from the innermost out. An inner level costs
//! what stands in it, however much stands above it.

mod level;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::Text;
use crate::behavior::{EndpointBehavior, ServiceBehavior};
use crate::document::{Extension, Item, Node, Sections};
use crate::settings::Keyed;
use level::{Level, List, Said};

/// The sections that apply at one level. A copy shares all that is outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Merged<'a> {
    /// The outermost first.
    levels: Vec<Rc<Level<'a>>>,
    /// Whether the host is one for the web, which maps HTTP to `webHttpBinding`.
    web_host: bool,
}

/// A behavior with the elements that are left of it.
#[derive(Clone, Debug)]
pub(crate) struct MergedBehavior<'a> {
    pub span: Span,
    pub extensions: Vec<&'a Extension>,
}

/// An entry of `protocolMapping`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping<'a> {
    pub binding: &'a str,
    pub configuration: &'a str,
    pub span: Option<Span>,
}

impl<'a> Mapping<'a> {
    const fn built_in(binding: &'static str) -> Self {
        Self { binding, configuration: "", span: None }
    }

    fn of(node: &'a Node) -> Self {
        Self { binding: node.value("binding"), configuration: node.value("bindingConfiguration"), span: Some(node.span) }
    }
}

/// What .NET itself maps before any file (`ProtocolMappingSection.InitializeDefault`).
const MAPPINGS: [(&str, Mapping<'static>); 4] = [
    ("http", Mapping::built_in("basicHttpBinding")),
    ("net.tcp", Mapping::built_in("netTcpBinding")),
    ("net.pipe", Mapping::built_in("netNamedPipeBinding")),
    ("net.msmq", Mapping::built_in("netMsmqBinding")),
];

/// How many names are looked at to name a few of them in a finding.
const NAMES_LOOKED_AT: usize = 1000;

/// How many names a finding chooses from.
const NAMES_ENOUGH: usize = 100;

impl<'a> Merged<'a> {
    /// What .NET itself has before any file.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Puts an inner level over this one.
    pub(crate) fn push(&mut self, sections: &'a Sections) {
        self.levels.push(Rc::new(Level::new(sections, true)));
    }

    /// [`Self::push`] without what runs: services and client endpoints of the inner level are looked at where they stand.
    pub(crate) fn push_shared(&mut self, sections: &'a Sections) {
        self.levels.push(Rc::new(Level::new(sections, false)));
    }

    /// The same in a host for the web.
    pub(crate) fn for_web_host(&self) -> Self {
        Self { web_host: true, ..self.clone() }
    }

    /// The type that a file registers under this name.
    pub(crate) fn registration(&self, registry: &'static str, name: &str) -> Option<&'a str> {
        self.levels.iter().rev().find_map(|level| level.registration(registry, name))
    }

    fn last(&self, ask: impl Fn(&Level<'a>) -> Option<Said<'a>>) -> Option<Said<'a>> {
        self.levels.iter().rev().find_map(|level| ask(level))
    }

    /// The binding with this name; the nameless one for the empty name. Case-sensitive.
    pub(crate) fn binding(&self, kind: &str, name: &str) -> Option<&'a Arc<Node>> {
        is(self.last(|level| level.bindings.last(kind, name)))
    }

    pub(crate) fn standard_endpoint(&self, kind: &str, name: &str) -> Option<&'a Arc<Node>> {
        is(self.last(|level| level.standard_endpoints.last(kind, name)))
    }

    /// The service with this name.
    pub(crate) fn service(&self, name: &str) -> Option<&'a Arc<Node>> {
        is(self.last(|level| level.services.last(name).filter(|_| level.runs)))
    }

    /// The mapping of a scheme, which is compared exactly.
    pub(crate) fn mapping(&self, scheme: &str) -> Option<Mapping<'a>> {
        match scheme {
            "http" if self.web_host => return Some(Mapping::built_in("webHttpBinding")),
            "https" if self.web_host => return None,
            _ => {}
        }
        match self.last(|level| level.protocol_mapping.last(scheme)) {
            Some(Said::Is(node)) => Some(Mapping::of(node)),
            Some(Said::Gone) => None,
            None => MAPPINGS.iter().find(|(known, _)| *known == scheme).map(|(_, mapping)| *mapping),
        }
    }

    /// All mappings, in order.
    pub(crate) fn mappings(&self) -> IndexMap<&'a str, Mapping<'a>> {
        let mut all: IndexMap<&str, Option<Mapping<'_>>> = MAPPINGS.iter().map(|(scheme, mapping)| (*scheme, Some(*mapping))).collect();
        for level in &self.levels {
            for item in level.protocol_mapping.items() {
                match item {
                    Item::Add(node) => _ = all.insert(node.value("scheme"), Some(Mapping::of(node))),
                    Item::Remove { key, .. } => {
                        for written in key {
                            if let Some(mapping) = all.get_mut(written.value.as_str()) {
                                *mapping = None;
                            }
                        }
                    }
                    Item::Clear { .. } => all.clear(),
                    Item::Extension(_) => {}
                }
            }
            // Marked first and taken out together, so that many cost no more than few.
            all.retain(|_, mapping| mapping.is_some());
        }
        all.into_iter().filter_map(|(scheme, mapping)| Some((scheme, mapping?))).collect()
    }

    /// The services that apply, in order.
    pub(crate) fn services(&self) -> Vec<&'a Arc<Node>> {
        self.all(|level| if level.runs { &level.sections.services } else { &[] })
    }

    /// The client endpoints that apply, in order.
    pub(crate) fn clients(&self) -> Vec<&'a Arc<Node>> {
        self.all(|level| if level.runs { &level.sections.client } else { &[] })
    }

    /// `serviceHostingEnvironment/serviceActivations` of all levels.
    pub(crate) fn activations(&self) -> Vec<&'a Arc<Node>> {
        self.all(|level| {
            let activations = level.sections.hosting_environment.as_ref().and_then(|node| node.child("serviceActivations"));
            activations.map_or(&[], |node| node.items.as_slice())
        })
    }

    fn all(&self, list: impl Fn(&Level<'a>) -> &'a [Item]) -> Vec<&'a Arc<Node>> {
        let mut left = Keyed::default();
        for level in &self.levels {
            left.push_all(list(level));
        }
        left.nodes()
    }

    /// Some names of bindings of a type.
    pub(crate) fn binding_names(&self, kind: &str) -> Vec<String> {
        self.names(|level| level.bindings.items(kind), |name| self.binding(kind, name).is_some())
    }

    /// Some names of standard endpoints of a kind.
    pub(crate) fn standard_endpoint_names(&self, kind: &str) -> Vec<String> {
        self.names(|level| level.standard_endpoints.items(kind), |name| self.standard_endpoint(kind, name).is_some())
    }

    /// Some names of service behaviors.
    pub(crate) fn service_behavior_names(&self) -> Vec<String> {
        self.names(|level| level.service_behaviors.items(), |name| self.service_behavior_span(name).is_some())
    }

    /// Some names of endpoint behaviors.
    pub(crate) fn endpoint_behavior_names(&self) -> Vec<String> {
        self.names(|level| level.endpoint_behaviors.items(), |name| self.endpoint_behavior_span(name).is_some())
    }

    /// A few of the names there are, to choose the nearest of and to list.
    fn names(&self, list: impl Fn(&Level<'a>) -> &'a [Item], is_there: impl Fn(&str) -> bool) -> Vec<String> {
        let items = self.levels.iter().flat_map(|level| list(level));
        let mut seen = BTreeSet::new();
        let names = items.filter_map(|item| if let Item::Add(node) = item { Some(node.value("name")) } else { None });
        let names = names.filter(|name| !name.is_empty()).take(NAMES_LOOKED_AT).filter(|name| seen.insert(*name));
        names.filter(|name| is_there(name)).take(NAMES_ENOUGH).map(str::to_owned).collect()
    }

    /// Where a service behavior stands.
    pub(crate) fn service_behavior_span(&self, name: &str) -> Option<Span> {
        is(self.last(|level| level.service_behaviors.last(name))).map(|node| node.span)
    }

    /// Where an endpoint behavior stands.
    pub(crate) fn endpoint_behavior_span(&self, name: &str) -> Option<Span> {
        is(self.last(|level| level.endpoint_behaviors.last(name))).map(|node| node.span)
    }

    fn behavior(&self, name: &str, list: impl for<'l> Fn(&'l Level<'a>) -> &'l List<'a>) -> Option<MergedBehavior<'a>> {
        let mut found: Option<MergedBehavior<'a>> = None;
        for level in &self.levels {
            list(level).each(name, |said| match said {
                Said::Gone => found = None,
                Said::Is(node) => {
                    let behavior = found.get_or_insert_with(|| MergedBehavior { span: node.span, extensions: Vec::new() });
                    behavior.span = node.span;
                    push_extensions(&mut behavior.extensions, &node.items);
                }
            });
        }
        found
    }

    /// The elements of a service behavior with those that are common to all: of one type the later counts.
    fn service_elements(&self, name: &str) -> Vec<&'a Extension> {
        let own = self.behavior(name, |level| &level.service_behaviors);
        self.with_common(own, |sections| sections.common_service_behaviors.as_deref())
    }

    /// The elements of an endpoint behavior with those that are common to all: of one type the later counts.
    fn endpoint_elements(&self, name: &str) -> Vec<&'a Extension> {
        let own = self.behavior(name, |level| &level.endpoint_behaviors);
        self.with_common(own, |sections| sections.common_endpoint_behaviors.as_deref())
    }

    fn with_common(&self, own: Option<MergedBehavior<'a>>, common: fn(&'a Sections) -> Option<&'a Node>) -> Vec<&'a Extension> {
        let mut all = Vec::new();
        for node in self.levels.iter().filter_map(|level| common(level.sections)) {
            push_extensions(&mut all, &node.items);
        }
        let own = own.map(|own| own.extensions).unwrap_or_default();
        if all.is_empty() { own } else { later_counts(all.into_iter().chain(own)) }
    }

    /// The service behavior of this name, made by `make` of its elements where it was not asked for before.
    pub(crate) fn made_service_behavior(
        &self,
        name: &Text,
        make: impl FnOnce(Vec<&'a Extension>) -> ServiceBehavior,
    ) -> Arc<ServiceBehavior> {
        static NONE: LazyLock<Arc<ServiceBehavior>> = LazyLock::new(Arc::default);
        let Some(level) = self.levels.iter().rev().find(|level| level.decides_behaviors()) else {
            return if name.is_empty() { Arc::clone(&NONE) } else { Arc::new(make(Vec::new())) };
        };
        if let Some(made) = level.made_service_behaviors.borrow().get(name) {
            return Arc::clone(made);
        }
        let made = Arc::new(make(self.service_elements(name)));
        level.made_service_behaviors.borrow_mut().insert(name.clone(), Arc::clone(&made));
        made
    }

    /// The endpoint behavior of this name, made by `make` of its elements where it was not asked for before.
    pub(crate) fn made_endpoint_behavior(
        &self,
        name: &Text,
        make: impl FnOnce(Vec<&'a Extension>) -> EndpointBehavior,
    ) -> Arc<EndpointBehavior> {
        static NONE: LazyLock<Arc<EndpointBehavior>> = LazyLock::new(Arc::default);
        let Some(level) = self.levels.iter().rev().find(|level| level.decides_behaviors()) else {
            return if name.is_empty() { Arc::clone(&NONE) } else { Arc::new(make(Vec::new())) };
        };
        if let Some(made) = level.made_endpoint_behaviors.borrow().get(name) {
            return Arc::clone(made);
        }
        let elements = self.endpoint_elements(name);
        let made = if name.is_empty() && elements.is_empty() { Arc::clone(&NONE) } else { Arc::new(make(elements)) };
        level.made_endpoint_behaviors.borrow_mut().insert(name.clone(), Arc::clone(&made));
        made
    }
}

const fn is<'a>(said: Option<Said<'a>>) -> Option<&'a Arc<Node>> {
    match said {
        Some(Said::Is(node)) => Some(node),
        Some(Said::Gone) | None => None,
    }
}

fn push_extensions<'a>(extensions: &mut Vec<&'a Extension>, items: &'a [Item]) {
    let own = items.iter().filter_map(|item| if let Item::Extension(extension) = item { Some(extension) } else { None });
    // The names in one element differ: reading keeps the first of a name only.
    if extensions.is_empty() && items.iter().all(|item| matches!(item, Item::Extension(_))) {
        extensions.extend(own);
        return;
    }
    let mut all: IndexMap<&str, &Extension> = extensions.drain(..).map(|extension| (extension.name.as_str(), extension)).collect();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for item in items {
        match item {
            // The whole element is replaced, not its attributes.
            Item::Extension(extension) => {
                gone.remove(extension.name.as_str());
                all.insert(&extension.name, extension);
            }
            Item::Remove { key, .. } => gone.extend(key.first().map(|written| written.value.as_str())),
            Item::Clear { .. } => all.clear(),
            Item::Add(_) => {}
        }
    }
    extensions.extend(all.into_iter().filter(|(name, _)| !gone.contains(name)).map(|(_, extension)| extension));
}

fn later_counts<'a>(extensions: impl Iterator<Item = &'a Extension>) -> Vec<&'a Extension> {
    let all: IndexMap<&str, &Extension> = extensions.map(|extension| (extension.name.as_str(), extension)).collect();
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use wcf_diagnostics::FileId;

    use super::level::LOOKED_AT;
    use crate::{Input, Inputs, Options};

    /// A file with so many bindings and behaviors, and as many `location`s that each add one of both and have a service with both.
    fn items_looked_at(size: usize) -> usize {
        let mut text = String::from("<configuration><system.serviceModel>");
        let level = |text: &mut String, bindings: &str, behaviors: &str| {
            let _ = write!(text, "<bindings><netTcpBinding>{bindings}</netTcpBinding></bindings>");
            let _ = write!(text, "<behaviors><serviceBehaviors>{behaviors}</serviceBehaviors></behaviors>");
        };
        let bindings: String = (0..size).map(|n| format!("<binding name='b{n}'/>")).collect();
        let behaviors: String = (0..size).map(|n| format!("<behavior name='b{n}'><serviceDebug/></behavior>")).collect();
        level(&mut text, &bindings, &behaviors);
        text.push_str("</system.serviceModel>");
        for n in 0..size {
            let _ = write!(text, "<location path='p{n}'><system.serviceModel>");
            level(&mut text, "<binding name='own'/>", "<behavior name='own'><serviceDebug/></behavior>");
            let _ = write!(text, "<services><service name='s{n}' behaviorConfiguration='b{n}'>");
            for name in ["own", "b0"] {
                let _ = write!(text, "<endpoint address='{name}' binding='netTcpBinding' bindingConfiguration='{name}' contract='I'/>");
            }
            text.push_str("</service></services></system.serviceModel></location>");
        }
        text.push_str("</configuration>");
        let xml = located_xml::parse(FileId(0), text, &located_xml::Limits::default()).document.unwrap();
        let (document, _) = crate::read::parse_at(FileId(0), "web.config", &xml, &[]);
        let inputs = Inputs { configs: vec![Input { path: "web.config".to_owned(), document, name: None }], ..Inputs::default() };
        LOOKED_AT.set(0);
        let (effective, _) = crate::resolve(&inputs, &Options::default());
        let endpoints = effective.hosts.iter().flat_map(|host| &host.services).flat_map(|service| &service.endpoints);
        assert!(endpoints.map(|endpoint| &endpoint.binding).all(|binding| binding.stack.is_ok()));
        assert_eq!(effective.hosts[0].services.len(), size);
        LOOKED_AT.get()
    }

    /// Work is counted, not timed: a `location` that adds to a great collection costs what stands in it.
    #[test]
    fn locations_that_add_to_great_collections_cost_what_stands_in_them() {
        let (some, twice) = (items_looked_at(300), items_looked_at(600));
        assert!(twice < some * 21 / 10, "{some} items looked at for 300, {twice} for 600");
        // Two great lists, once each, and a few items for each service and endpoint.
        assert!(twice < 600 * 16, "{twice}");
    }
}
