//! Resolution: all configuration files of a run as .NET would run them.

pub(crate) mod bound;
mod endpoint;
mod hierarchy;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use wcf_diagnostics::{Findings, Span};

use crate::Text;
use crate::configuration_system;
use crate::diagnostics::{
    BaseAddressRefused, CustomFactory, ExternalSection, IgnoredByWebServer, InheritanceUnknown, MissingBehavior, NoApplicationEndpoint,
    OpaqueExtension, SectionOutOfPlace, UndeclaredSection, UnregisteredExtension, UnusedConfiguration,
};
use crate::document::{ConfigDocument, Extension, Item, Node, Sections};
use crate::effective::{
    Effective, EffectiveConfig, Host, Hosting, HttpAuthenticationScheme, Origin, Service, ServiceSource, SslFlag, WebServer, Within,
};
use crate::effective_behavior::service_behavior;
use crate::locks;
use crate::merge::Merged;
use crate::read::is_web_config;
use crate::schema::ExtensionKind;
use crate::settings::remaining;
use crate::value;

/// What a run reads.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The configuration files, in any order.
    pub configs: Vec<Input>,
    /// The `.svc` files, in any order.
    pub svc: Vec<SvcFile>,
}

/// A configuration file.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its path relative to the input, with forward slashes.
    pub path: String,
    /// The file as written, external sections included.
    pub document: ConfigDocument,
    /// The project's name, where one is known; else the folder's is taken.
    pub name: Option<String>,
}

/// A `.svc` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SvcFile {
    /// Its path relative to the input, with forward slashes.
    pub path: String,
    /// `Service`, if written: the class.
    pub service: Option<(String, Span)>,
    /// `Factory`, if written: a class that may change everything in code.
    pub factory: Option<(String, Span)>,
    /// The file.
    pub span: Span,
}

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `machine.config` and the root `web.config`, outermost first: they are above every file.
    pub machine: Vec<ConfigDocument>,
    /// Folders that are the root of an application (they have a project file, for example), relative as in [`Input::path`]: a
    /// `web.config` there does not inherit from folders above.
    pub application_roots: Vec<String>,
    /// Whether [`crate::inspect`] says of each value who decided it.
    pub origins: bool,
}

/// Sections that .NET's own `machine.config` declares for itself alone (`allowDefinition="MachineOnly"`).
const MACHINE_ONLY: [&str; 2] = ["commonBehaviors", "machineSettings"];

/// From how many files on more threads than one are worth having.
const WORTH_THREADS: usize = 16;

/// Resolves all files of a run, on all processors where there are many.
///
/// Each file that has services or clients, or whose folder has `.svc` files, becomes a host. The findings say what .NET would
/// refuse, what has no effect and what cannot be known.
#[must_use]
pub fn resolve(inputs: &Inputs, options: &Options) -> (EffectiveConfig, Findings) {
    let locked = locks::with_locked_values(inputs, options);
    let inputs = locked.as_ref().unwrap_or(inputs);
    let mut findings = Findings::new();
    let mut used = Vec::new();
    let mut order: Vec<&Input> = inputs.configs.iter().collect();
    order.sort_by(|a, b| a.path.cmp(&b.path));
    let tree = Tree::new(inputs, options);
    let mut hosts = Vec::new();
    // Files do not depend on what comes of others; what they refer to is put together in their order.
    let made: Vec<_> = if order.len() < WORTH_THREADS {
        order.iter().map(|input| Run::of(input, &tree)).collect()
    } else {
        order.par_iter().map(|input| Run::of(input, &tree)).collect()
    };
    for (host, found, names) in made {
        hosts.extend(host);
        findings.extend(found);
        used.extend(names);
    }
    used.sort_unstable();
    unused(&order, &used, &mut findings);
    hosts.extend(hierarchy::orphans(&tree));
    hosts.sort_by_key(|(path, _)| *path);
    (EffectiveConfig { hosts: hosts.into_iter().map(|(_, host)| host).collect() }, findings)
}

/// Why .NET would refuse to load each configuration file, in the order given: the first that reading or looking up names found.
#[must_use]
pub fn refusals(inputs: &Inputs, options: &Options) -> Vec<Option<String>> {
    let locked = locks::with_locked_values(inputs, options);
    let inputs = locked.as_ref().unwrap_or(inputs);
    let tree = Tree::new(inputs, options);
    let verdict = |input| {
        let mut run = Run::new(input);
        let _host = run.host(&tree);
        run.refusal
    };
    inputs.configs.iter().map(verdict).collect()
}

/// The resolution of one file.
struct Run<'a> {
    input: &'a Input,
    findings: Findings,
    /// Why .NET would not load the file: the first reason.
    refusal: Option<String>,
    /// The named configurations that something refers to.
    used: Vec<Span>,
    made: bound::MadeBindings,
}

impl<'a> Run<'a> {
    /// The host of a file, what was found, and the named configurations that something refers to.
    fn of(input: &'a Input, tree: &Tree<'a>) -> (Option<(&'a str, Host)>, Findings, Vec<Span>) {
        let mut run = Self::new(input);
        let host = run.host(tree);
        (host, run.findings, run.used)
    }

    fn new(input: &'a Input) -> Self {
        Self {
            input,
            findings: Findings::new(),
            refusal: input.document.refusal.clone(),
            used: Vec::new(),
            made: bound::MadeBindings::default(),
        }
    }

    fn refuse(&mut self, finding: impl Into<wcf_diagnostics::Finding>) {
        let finding = finding.into();
        self.refusal.get_or_insert_with(|| finding.message.clone());
        self.findings.push(finding);
    }

    fn host(&mut self, tree: &Tree<'a>) -> Option<(&'a str, Host)> {
        let above = tree.above(self.input);
        let document = &self.input.document;
        if !document.undeclared.is_empty() {
            for (name, span) in configuration_system::undeclared_below(document, &tree.declared_above(self.input)) {
                self.refuse(UndeclaredSection { name: name.clone(), span: *span });
            }
        }
        for elsewhere in &document.elsewhere {
            // Encrypted sections have a finding from reading already.
            match &elsewhere.source {
                Some(source) => {
                    self.refuse(ExternalSection { section: elsewhere.section.clone(), source: source.clone(), span: elsewhere.span });
                }
                // What cannot be read is not taken for absent.
                None => _ = self.refusal.get_or_insert_with(|| format!("the section `{}` is encrypted", elsewhere.section)),
            }
        }
        // A file without any of it decides nothing by itself; what files above it decide is for its `.svc` files.
        let says_something = |sections: &Sections| sections.service_model.is_some();
        let says_nothing = !says_something(&document.root) && !document.locations.iter().any(|location| says_something(&location.sections));
        if says_nothing && tree.svc_files(Some(self.input)).is_empty() && !has_items(&document.root) {
            return None;
        }
        self.allowed(&above, tree);
        let mut merged = Merged::new();
        for sections in &above {
            merged.push(sections);
        }
        merged.push(&document.root);
        self.registered(&document.root, &merged);
        let hosting = self.hosting(&above);
        let written = own(merged.services(), &document.root.services, &above);
        let mut services: Vec<_> = written.into_iter().map(|node| self.service(node, &merged, &hosting)).collect();
        let written = own(merged.clients(), &document.root.client, &above);
        let mut clients: Vec<_> = written.into_iter().map(|node| self.client(node, &merged)).collect();
        // What is wrong for a path is wrong for the paths below it only.
        let of_file = self.refusal.take();
        let mut of_paths = document.locations.iter().find_map(|location| location.refusal.clone());
        for location in document.locations.iter().filter(|location| says_something(&location.sections) || has_items(&location.sections)) {
            let mut inner = merged.clone();
            inner.push_shared(&location.sections);
            self.registered(&location.sections, &inner);
            for node in remaining(&location.sections.services) {
                services.push(self.service(node, &inner, &hosting));
            }
            for node in remaining(&location.sections.client) {
                clients.push(self.client(node, &inner));
            }
        }
        of_paths = of_paths.or(std::mem::replace(&mut self.refusal, of_file));
        self.activated(&merged, &hosting, &mut services);
        self.svc_files(&merged, &hosting, tree, &mut services);
        if services.is_empty() && clients.is_empty() {
            return None;
        }
        let host = Host {
            name: self.input.name.clone().unwrap_or_else(|| hierarchy::short_name(&self.input.path)),
            file: document.file,
            hosting,
            services,
            clients,
            refused: self.refusal.is_some() || of_paths.is_some(),
        };
        Some((&self.input.path, host))
    }

    /// Sections and parts of them that .NET does not let this file have: those that only `machine.config` may have, those above the
    /// application's root only, and what files above lock.
    fn allowed(&mut self, above: &[&Sections], tree: &Tree<'_>) {
        let document = &self.input.document;
        let everywhere = || std::iter::once(&document.root).chain(document.locations.iter().map(|location| &location.sections));
        let levels = if above.is_empty() { Vec::new() } else { tree.levels(self.input) };
        let machine_only = |section: &str| {
            let declared = || levels.iter().filter_map(|level| level.restricted?.get(&format!("system.serviceModel/{section}")));
            MACHINE_ONLY.contains(&section) || declared().any(|restriction| restriction.machine_only)
        };
        for (section, span) in everywhere().flat_map(|sections| &sections.present).filter(|(section, _)| machine_only(section)) {
            self.refuse(SectionOutOfPlace { section, for_applications: false, span: *span });
        }
        if above.is_empty() {
            return;
        }
        if tree.has_parents(self.input) {
            for (section, span) in document.root.present.iter().filter(|(section, _)| *section == "serviceHostingEnvironment") {
                self.findings.push(SectionOutOfPlace { section, for_applications: true, span: *span });
            }
        }
        let closed: Vec<_> = everywhere().flat_map(|sections| locks::closed(&levels, sections)).collect();
        for finding in closed {
            self.refuse(finding);
        }
        let mut locked = locks::check(above, &document.root);
        let mut with_own = above.to_vec();
        with_own.push(&document.root);
        locked.extend(document.locations.iter().flat_map(|location| locks::check(&with_own, &location.sections)));
        for finding in locked {
            self.refuse(finding);
        }
        if document.root.service_model.is_some() {
            for location in tree.kept_back(self.input) {
                let span = document.root.service_model.unwrap_or(location);
                self.findings.push(InheritanceUnknown { location, span });
            }
        }
    }

    fn hosting(&self, above: &[&Sections]) -> Hosting {
        let is_web_config = is_web_config(&self.input.path);
        let web = &self.input.document.root.web;
        if !is_web_config && !web.is_web {
            return Hosting::Process;
        }
        let levels = || std::iter::once(web).chain(above.iter().rev().map(|sections| &sections.web));
        let transforms = &self.input.document.transforms;
        let section = |span: Span| {
            let transform = transforms.iter().find(|(file, _)| *file == span.file);
            let within = transform.map_or(Within::Section("system.webServer"), |(_, path)| Within::Transform(Arc::clone(path)));
            Origin::Written { span, within }
        };
        // A host has one answer for all its paths: what any path demands of a connection counts, and authentication that differs by
        // path is not known.
        let paths = || self.input.document.locations.iter().map(|location| &location.sections.web);
        let mut ssl_flags: Option<Effective<Vec<SslFlag>>> = None;
        for (flags, span) in
            levels().find_map(|web| web.ssl_flags.as_ref()).into_iter().chain(paths().filter_map(|web| web.ssl_flags.as_ref()))
        {
            let all = ssl_flags.get_or_insert_with(|| Effective { value: Vec::new(), origin: section(*span) });
            for flag in read_ssl_flags(flags) {
                if !all.value.contains(&flag) {
                    all.value.push(flag);
                }
            }
        }
        let differs = paths().any(|web| !web.authentication.is_empty());
        let authentication = levels().find(|web| !web.authentication.is_empty() && !differs).and_then(|web| {
            let span = web.authentication.first().map(|(_, _, span)| *span)?;
            let schemes = web.authentication.iter().filter(|(_, on, _)| *on).flat_map(|(name, _, _)| iis_schemes(name)).collect();
            Some(Effective { value: schemes, origin: section(span) })
        });
        Hosting::WebServer(WebServer { ssl_flags, authentication })
    }

    /// Elements whose class is not .NET's: registered ones are opaque, others refused.
    fn registered(&mut self, sections: &Sections, merged: &Merged<'_>) {
        for kinded in sections.bindings.iter().filter(|kinded| kinded.opaque) {
            self.opaque("bindingExtensions", &kinded.name, kinded.span, merged);
        }
        for kinded in sections.standard_endpoints.iter().filter(|kinded| kinded.opaque) {
            self.opaque("endpointExtensions", &kinded.name, kinded.span, merged);
        }
        let lists = sections.bindings.iter().map(|kinded| (ExtensionKind::BindingElement, &kinded.items));
        let behaviors = [
            (ExtensionKind::ServiceBehavior, &sections.service_behaviors),
            (ExtensionKind::EndpointBehavior, &sections.endpoint_behaviors),
        ];
        for (kind, items) in lists.chain(behaviors) {
            for node in items.iter().filter_map(Item::node) {
                self.extensions(kind, &node.items, merged);
            }
        }
        for (kind, node) in [
            (ExtensionKind::ServiceBehavior, &sections.common_service_behaviors),
            (ExtensionKind::EndpointBehavior, &sections.common_endpoint_behaviors),
        ] {
            if let Some(node) = node {
                self.extensions(kind, &node.items, merged);
            }
        }
    }

    fn extensions(&mut self, kind: ExtensionKind, items: &[Item], merged: &Merged<'_>) {
        for item in items {
            if let Item::Extension(Extension { name, span, node: None }) = item {
                self.opaque_of(kind.registry(), name, *span, merged, kind.registered().iter().map(|child| child.name).collect());
            }
        }
    }

    fn opaque(&mut self, registry: &'static str, name: &str, span: Span, merged: &Merged<'_>) {
        let known = if registry == "bindingExtensions" {
            crate::binding::ALL.iter().map(|binding| binding.name).collect()
        } else {
            crate::schema::standard_endpoint::ALL.iter().map(|child| child.name).collect()
        };
        self.opaque_of(registry, name, span, merged, known);
    }

    fn opaque_of(&mut self, registry: &'static str, name: &str, span: Span, merged: &Merged<'_>, known: Vec<&'static str>) {
        match merged.registration(registry, name) {
            Some(class) => self.findings.push(OpaqueExtension { name: name.to_owned(), class: class.to_owned(), span }),
            None => self.refuse(UnregisteredExtension { name: name.to_owned(), registry, known, span }),
        }
    }

    fn service(&mut self, node: &Node, merged: &Merged<'_>, hosting: &Hosting) -> Service {
        let name = node.text("name");
        let behavior_name = node.text("behaviorConfiguration");
        if !behavior_name.is_empty() {
            match merged.service_behavior_span(&behavior_name) {
                Some(span) => self.used.push(span),
                None => {
                    let known = merged.service_behavior_names();
                    self.refuse(MissingBehavior {
                        kind: "service",
                        name: behavior_name.to_string(),
                        known,
                        service: Some(name.to_string()),
                        span: node.span_of("behaviorConfiguration"),
                    });
                }
            }
        }
        let base_addresses = self.base_addresses(node, &name, hosting);
        let mut endpoints: Vec<_> =
            remaining(&node.items).map(|endpoint| self.service_endpoint(endpoint, &name, &base_addresses, merged, hosting)).collect();
        let span = node.span_of("name");
        if endpoints.is_empty() {
            endpoints = self.default_endpoints(&name, span, &base_addresses, merged, hosting);
        } else if endpoints.iter().all(|endpoint| endpoint.is_system) {
            self.findings.push(NoApplicationEndpoint { service: name.to_string(), span });
        }
        Service {
            name,
            span,
            source: ServiceSource::Configured,
            base_addresses,
            behavior: service_behavior(merged, &behavior_name),
            endpoints,
        }
    }

    /// `host/baseAddresses`: absolute, one for each scheme; ignored in a web server.
    fn base_addresses(&mut self, node: &Node, service: &str, hosting: &Hosting) -> Vec<Effective<Text>> {
        let list = node.child("host").and_then(|host| host.child("baseAddresses"));
        let mut addresses: Vec<Effective<Text>> = Vec::new();
        let mut schemes = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for add in list.into_iter().flat_map(|list| remaining(&list.items)) {
            let address = add.text("baseAddress");
            let span = add.span_of("baseAddress");
            // The same address again takes the place of the first (`BaseAddressElementCollection` does not refuse it).
            if !seen.insert(address.clone()) {
                continue;
            }
            if let Hosting::Process = hosting {
                let scheme = value::split_scheme(address.trim()).map(|(scheme, _)| scheme.to_lowercase());
                let again = scheme.clone().is_some_and(|scheme| !schemes.insert(scheme));
                let problem = match &scheme {
                    None => Some("it is not absolute"),
                    Some(_) if again => Some("there is one with this scheme already"),
                    Some(_) if address.contains(['?', '#']) => Some("it has a query or a fragment"),
                    Some(_) => None,
                };
                if let Some(problem) = problem {
                    self.findings.push(BaseAddressRefused { service: service.to_owned(), problem, span });
                }
            }
            let within = add.within("baseAddress", Within::Endpoint);
            addresses.push(Effective { value: address, origin: Origin::Written { span, within } });
        }
        if let (Hosting::WebServer(_), Some(first)) = (hosting, addresses.first().and_then(|address| address.origin.span())) {
            self.findings.push(IgnoredByWebServer { service: service.to_owned(), span: first });
        }
        addresses
    }

    /// `serviceActivations`: services without a `.svc` file.
    fn activated(&mut self, merged: &Merged<'_>, hosting: &Hosting, services: &mut Vec<Service>) {
        let activations = self.input.document.root.hosting_environment.as_ref().and_then(|node| node.child("serviceActivations"));
        let Some(activations) = activations else { return };
        let own: BTreeSet<Span> = activations.items.iter().filter_map(Item::node).map(|node| node.span).collect();
        let mut known: BTreeSet<Text> = services.iter().map(|service| service.name.clone()).collect();
        for node in merged.activations() {
            if !own.contains(&node.span) {
                continue;
            }
            let factory = node.attribute("factory").filter(|factory| !factory.value.is_empty());
            if let Some(factory) = factory {
                let service = node.value("service").to_owned();
                self.factory(&service, &factory.value, factory.span);
            }
            let name = node.text("service");
            if name.is_empty() || !known.insert(name.clone()) {
                continue;
            }
            let span = node.span_of("service");
            let merged = for_factory(merged, factory.map_or("", |factory| &factory.value));
            services.push(self.unwritten(name, span, ServiceSource::Activation, &merged, hosting));
        }
    }

    /// `.svc` files under this file's folder and above no nearer one.
    fn svc_files(&mut self, merged: &Merged<'a>, hosting: &Hosting, tree: &Tree<'_>, services: &mut Vec<Service>) {
        let files = tree.svc_files(Some(self.input));
        if files.is_empty() {
            return;
        }
        let mut known: BTreeSet<Text> = services.iter().map(|service| service.name.clone()).collect();
        for svc in files {
            let service = svc.service.as_ref().map_or("", |(service, _)| service.as_str());
            if let Some((factory, span)) = &svc.factory {
                self.factory(service, factory, *span);
            }
            // The directive may name the assembly too.
            let name = Text::from(service.split(',').next().unwrap_or("").trim());
            if name.is_empty() || !known.insert(name.clone()) {
                continue;
            }
            let span = svc.service.as_ref().map_or(svc.span, |(_, span)| *span);
            let merged = &self.for_path(merged, &svc.path);
            let merged = &for_factory(merged, svc.factory.as_ref().map_or("", |(factory, _)| factory));
            // A `service` element of a file above is for this service too.
            let configured = merged.service(&name);
            services.push(match configured {
                Some(node) => Service { source: ServiceSource::SvcFile, span, ..self.service(node, merged, hosting) },
                None => self.unwritten(name, span, ServiceSource::SvcFile, merged, hosting),
            });
        }
    }

    /// What applies to a path: the `location`s for it, or for a folder above it, are inner levels.
    fn for_path<'m>(&self, merged: &'m Merged<'a>, path: &str) -> Cow<'m, Merged<'a>> {
        let applicable = hierarchy::locations_for(self.input, path);
        if applicable.is_empty() {
            return Cow::Borrowed(merged);
        }
        let mut inner = merged.clone();
        for sections in applicable {
            inner.push(sections);
        }
        Cow::Owned(inner)
    }

    /// Reports a factory that is not .NET's own; .NET's are known for what they do.
    fn factory(&mut self, service: &str, factory: &str, span: Span) {
        let class = class_of(factory);
        if class != PLAIN_FACTORY && !is_web_factory(factory) {
            self.findings.push(CustomFactory { service: service.to_owned(), factory: class.to_owned(), span });
        }
    }

    /// A service that runs without a `service` element: the nameless behavior and default endpoints.
    fn unwritten(&mut self, name: Text, span: Span, source: ServiceSource, merged: &Merged<'_>, hosting: &Hosting) -> Service {
        let endpoints = self.default_endpoints(&name, span, &[], merged, hosting);
        Service { name, span, source, base_addresses: Vec::new(), behavior: service_behavior(merged, &Text::default()), endpoints }
    }
}

const PLAIN_FACTORY: &str = "System.ServiceModel.Activation.ServiceHostFactory";

/// The class in a name that may have its assembly behind it.
fn class_of(name: &str) -> &str {
    name.split(',').next().unwrap_or("").trim()
}

/// What applies to a service of this factory: hosts for the web map HTTP to `webHttpBinding`.
fn for_factory<'m, 'a>(merged: &'m Merged<'a>, factory: &str) -> Cow<'m, Merged<'a>> {
    if !is_web_factory(factory) {
        return Cow::Borrowed(merged);
    }
    Cow::Owned(merged.for_web_host())
}

/// Whether a factory hosts services for the web, whose default endpoints are `webHttpBinding`'s (`WebServiceHost`).
fn is_web_factory(factory: &str) -> bool {
    let own = class_of(factory).strip_prefix("System.ServiceModel.Activation.");
    matches!(own, Some("WebServiceHostFactory" | "WebScriptServiceHostFactory"))
}

/// Whether something runs by these sections, also where code put it there.
const fn has_items(sections: &Sections) -> bool {
    !sections.services.is_empty() || !sections.client.is_empty()
}

/// Of the services or client endpoints that apply those that stand in the document, be it through `configSource` or a transform.
fn own<'a>(mut applying: Vec<&'a Arc<Node>>, own: &[Item], above: &[&Sections]) -> Vec<&'a Arc<Node>> {
    if above.iter().any(|sections| has_items(sections)) {
        let own: BTreeSet<Span> = own.iter().filter_map(Item::node).map(|node| node.span).collect();
        applying.retain(|node| own.contains(&node.span));
    }
    applying
}

/// Named configurations that nothing refers to.
fn unused(order: &[&Input], used: &[Span], findings: &mut Findings) {
    for input in order {
        let document = &input.document;
        let root = &document.root;
        for kinded in &root.bindings {
            for node in remaining(&kinded.items).filter(|node| !node.value("name").is_empty()) {
                if used.binary_search(&node.span).is_err() {
                    let name = node.value("name").to_owned();
                    findings.push(UnusedConfiguration { what: "binding", name, span: node.span_of("name") });
                }
            }
        }
        for (what, items) in [("service behavior", &root.service_behaviors), ("endpoint behavior", &root.endpoint_behaviors)] {
            for node in remaining(items).filter(|node| !node.value("name").is_empty()) {
                if used.binary_search(&node.span).is_err() {
                    let name = node.value("name").to_owned();
                    findings.push(UnusedConfiguration { what, name, span: node.span_of("name") });
                }
            }
        }
    }
}

fn read_ssl_flags(spelled: &str) -> Vec<SslFlag> {
    spelled
        .split(',')
        .filter_map(|flag| match flag.trim() {
            "Ssl" => Some(SslFlag::Ssl),
            "SslNegotiateCert" => Some(SslFlag::SslNegotiateCert),
            "SslRequireCert" => Some(SslFlag::SslRequireCert),
            "SslMapCert" => Some(SslFlag::SslMapCert),
            "Ssl128" => Some(SslFlag::Ssl128),
            _ => None,
        })
        .collect()
}

/// IIS's authentication elements as HTTP schemes. Windows authentication offers both of its providers.
fn iis_schemes(name: &str) -> Vec<HttpAuthenticationScheme> {
    match name {
        "anonymousAuthentication" => vec![HttpAuthenticationScheme::Anonymous],
        "basicAuthentication" => vec![HttpAuthenticationScheme::Basic],
        "digestAuthentication" => vec![HttpAuthenticationScheme::Digest],
        "windowsAuthentication" => vec![HttpAuthenticationScheme::Negotiate, HttpAuthenticationScheme::Ntlm],
        _ => Vec::new(),
    }
}

pub(crate) use bound::{Bound, binding_of, binding_settings, scheme, stack_elements};
pub(crate) use endpoint::identity;

pub(crate) use hierarchy::{Level, Tree};
