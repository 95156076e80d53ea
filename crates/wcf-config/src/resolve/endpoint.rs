//! Endpoints: which binding, behavior and identity apply to each, and what its address comes to.

use std::sync::Arc;

use wcf_diagnostics::Span;

use super::Run;
use crate::behavior::EndpointBehavior;
use crate::binding::{self, BindingType, StackElement};
use crate::channel_stack::ChannelStack;
use crate::diagnostics::{
    AddressSchemeMismatch, BINDING_REFUSED, BindingRefused, IncompleteEndpoint, MissingBehavior, MissingBindingConfiguration,
    MissingStandardEndpoint, NoDefaultEndpoint, OPAQUE_EXTENSION, UNKNOWN_BINDING, UnknownBinding,
};
use crate::document::{Item, Node};
use crate::effective::{
    Binding, ClientEndpoint, Effective, Hosting, Identity, Origin, Resolution, ServiceEndpoint, Settings, StackRefused, Timeout, Timeouts,
    Within,
};
use crate::effective_behavior::{certificate_reference, endpoint_behavior};
use crate::lower::{self, Lowered, Values};
use crate::merge::Merged;
use crate::schema::{self, standard_endpoint};
use crate::settings::{Setting, Source, settings};
use crate::value;

/// A binding as it is shared.
pub(super) struct Made {
    settings: Arc<Settings>,
    elements: Arc<Vec<(String, Settings)>>,
    lowered: Lowered,
    scheme: Effective<String>,
    timeouts: Timeouts,
}

/// A few of the names there are, to choose the nearest of and to list.
pub(super) fn some_names<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    const ENOUGH: usize = 100;
    names.filter(|name| !name.is_empty()).take(ENOUGH).map(str::to_owned).collect()
}

impl Run<'_, '_> {
    pub(super) fn service_endpoint(
        &mut self,
        node: &Node,
        service: &str,
        base_addresses: &[Effective<String>],
        merged: &Merged<'_>,
        hosting: &Hosting,
    ) -> ServiceEndpoint {
        self.check_standard_endpoint(node, merged);
        if node.value("kind").is_empty() && node.value("binding").is_empty() {
            self.refuse(IncompleteEndpoint { missing: "binding", service: Some(service.to_owned()), span: node.span });
        }
        let binding = self.binding(node, merged, Some(service));
        let address = written_or_empty(node, "address");
        let listen_uri = node.attribute("listenUri").map(|written| Effective {
            value: written.value.clone(),
            origin: Origin::Written { span: written.span, within: written.within(Within::Endpoint) },
        });
        // Where it listens decides; the address may then be any URI.
        self.check_scheme(listen_uri.as_ref().filter(|uri| !uri.value.is_empty()).unwrap_or(&address), &binding, Some(service));
        let contract = written_or_empty(node, "contract");
        let kind = node.value("kind").to_owned();
        let is_system = node.value("isSystemEndpoint") == "true" || is_system_kind(&kind) || contract.value == "IMetadataExchange";
        ServiceEndpoint {
            span: node.span,
            resolved_address: resolved_address(&address.value, &binding.scheme.value, base_addresses, hosting),
            address,
            listen_uri,
            contract,
            name: node.value("name").to_owned(),
            kind,
            is_system,
            is_default: false,
            binding,
            identity: identity(node),
            behavior: self.behavior(node, merged, Some(service)),
        }
    }

    pub(super) fn client(&mut self, node: &Node, merged: &Merged<'_>) -> ClientEndpoint {
        self.check_standard_endpoint(node, merged);
        if node.value("kind").is_empty() {
            for missing in ["binding", "contract"] {
                if node.value(missing).is_empty() {
                    self.refuse(IncompleteEndpoint { missing, service: None, span: node.span });
                }
            }
        }
        let binding = self.binding(node, merged, None);
        let address = written_or_empty(node, "address");
        let behavior = self.behavior(node, merged, None);
        // Where it connects to decides; the address may then be any URI.
        self.check_scheme(behavior.client_via.as_ref().unwrap_or(&address), &binding, None);
        ClientEndpoint {
            span: node.span,
            address,
            contract: written_or_empty(node, "contract"),
            name: node.value("name").to_owned(),
            kind: node.value("kind").to_owned(),
            binding,
            identity: identity(node),
            behavior,
        }
    }

    fn behavior(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Arc<EndpointBehavior> {
        let name = node.value("behaviorConfiguration");
        if !name.is_empty() {
            match merged.endpoint_behaviors.get(name) {
                Some(behavior) => _ = self.used.insert(behavior.span),
                None => {
                    let known = some_names(merged.endpoint_behaviors.keys().copied());
                    self.refuse(MissingBehavior {
                        kind: "endpoint",
                        name: name.to_owned(),
                        known,
                        service: service.map(str::to_owned),
                        span: node.span_of("behaviorConfiguration"),
                    });
                }
            }
        }
        endpoint_behavior(merged, name)
    }

    fn check_standard_endpoint(&mut self, node: &Node, merged: &Merged<'_>) {
        let (kind, configuration) = (node.value("kind"), node.value("endpointConfiguration"));
        if kind.is_empty() {
            if !configuration.is_empty() {
                self.refuse(IncompleteEndpoint { missing: "kind", service: None, span: node.span_of("endpointConfiguration") });
            }
            return;
        }
        let known = standard_endpoint::ALL.iter().any(|child| child.name == kind);
        if !known && merged.registration("endpointExtensions", kind).is_none() {
            let known = standard_endpoint::ALL.iter().map(|child| child.name.to_owned()).collect();
            self.refuse(MissingStandardEndpoint { attribute: "kind", name: kind.to_owned(), known, span: node.span_of("kind") });
        } else if !configuration.is_empty() && merged.standard_endpoint(kind, configuration).is_none() {
            let items = merged.standard_endpoints.get(kind).into_iter().flat_map(|keyed| keyed.nodes());
            let known = some_names(items.map(|item| item.value("name")));
            self.refuse(MissingStandardEndpoint {
                attribute: "endpointConfiguration",
                name: configuration.to_owned(),
                known,
                span: node.span_of("endpointConfiguration"),
            });
        }
    }

    /// The binding that an endpoint names, or that its kind decides.
    fn binding(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Binding {
        let name = node.value("binding");
        let configuration = node.value("bindingConfiguration");
        if name.is_empty() {
            if !configuration.is_empty() {
                self.refuse(IncompleteEndpoint {
                    missing: "binding",
                    service: service.map(str::to_owned),
                    span: node.span_of("bindingConfiguration"),
                });
            }
            return self.binding_of_kind(node, merged, service);
        }
        let span = node.span_of("binding");
        let bound = binding_of(merged, name, configuration);
        match &bound {
            Bound::Unknown => {
                let known = binding::ALL.iter().map(|binding| binding.name).collect();
                self.refuse(UnknownBinding { name: name.to_owned(), known, service: service.map(str::to_owned), span });
            }
            Bound::Missing { .. } => {
                let items = merged.bindings.get(name).into_iter().flat_map(|keyed| keyed.nodes());
                let known = some_names(items.map(|item| item.value("name")));
                self.refuse(MissingBindingConfiguration {
                    binding: name.to_owned(),
                    name: configuration.to_owned(),
                    known,
                    service: service.map(str::to_owned),
                    span: node.span_of("bindingConfiguration"),
                });
            }
            Bound::Opaque { node, .. } => self.used.extend(node.map(|node| node.span)),
            Bound::Known { node, .. } => self.used.extend(node.map(|node| node.span)),
        }
        self.bind(bound, name, configuration, span, service)
    }

    /// Lowers a binding and reports what .NET would refuse about it.
    fn bind(&mut self, bound: Bound<'_>, name: &str, configuration: &str, span: Span, service: Option<&str>) -> Binding {
        let (kind, applied, resolution) = match bound {
            Bound::Unknown => return unresolved(name, configuration, Resolution::Missing, UNKNOWN_BINDING.name),
            Bound::Missing { kind } => {
                let mut binding =
                    unresolved(name, configuration, Resolution::Missing, crate::diagnostics::MISSING_BINDING_CONFIGURATION.name);
                if let Some(kind) = kind {
                    binding.settings = kind.built_in();
                    binding.timeouts = timeouts(&binding.settings);
                }
                return binding;
            }
            Bound::Opaque { node, .. } => {
                let resolution = match node {
                    Some(node) if !node.value("name").is_empty() => Resolution::Named,
                    Some(_) => Resolution::Nameless,
                    None => Resolution::BuiltIn,
                };
                return unresolved(name, configuration, resolution, OPAQUE_EXTENSION.name);
            }
            Bound::Known { kind, node, resolution } => (kind, node, resolution),
        };
        let made = self.make(kind, applied, configuration);
        let values = Values::new(&made.settings);
        let opening = made.lowered.stack.as_ref().map(|stack| lower::opening(&values, stack, service.is_none())).unwrap_or_default();
        let stack = self.report(made.lowered.clone().unless(opening), name, applied.map_or(span, |node| node.span), service);
        Binding {
            written: name.to_owned(),
            configuration: configuration.to_owned(),
            resolution,
            timeouts: made.timeouts.clone(),
            settings: Arc::clone(&made.settings),
            elements: Arc::clone(&made.elements),
            scheme: made.scheme.clone(),
            stack,
        }
    }

    /// A binding with its values, made once for all endpoints that have it (`ConfigLoader` shares the object too).
    fn make(&mut self, kind: &'static BindingType, applied: Option<&Arc<Node>>, configuration: &str) -> Arc<Made> {
        let key = (kind.name, applied.map(|node| node.span), configuration.to_owned());
        if let Some(made) = self.made.get(&key) {
            return Arc::clone(made);
        }
        let settings = binding_settings(kind, applied, configuration);
        let elements = stack_elements(applied, configuration);
        let lowered = (kind.lower)(&Values::new(&settings), &elements);
        let scheme = scheme(lowered.stack.as_ref(), &settings, kind.name);
        let elements = elements.into_iter().filter_map(|element| Some((element.name, element.settings?))).collect();
        let made = Arc::new(Made { timeouts: timeouts(&settings), elements: Arc::new(elements), scheme, lowered, settings });
        self.made.insert(key, Arc::clone(&made));
        made
    }

    fn report(&mut self, lowered: Lowered, binding: &str, fallback: Span, service: Option<&str>) -> Result<ChannelStack, StackRefused> {
        let Lowered { stack, contradictions } = lowered;
        if let (Some(stack), true) = (stack, contradictions.is_empty()) {
            return Ok(stack);
        }
        for contradiction in contradictions {
            self.findings.push(BindingRefused {
                binding: binding.to_owned(),
                contradiction,
                fallback,
                service: service.map(str::to_owned),
            });
        }
        Err(StackRefused { codes: vec![BINDING_REFUSED.name] })
    }

    /// The binding of a standard endpoint that has no `binding` attribute.
    fn binding_of_kind(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Binding {
        let kind = node.value("kind");
        let none = |binding: Binding| Binding { resolution: Resolution::NoBinding, written: String::new(), ..binding };
        let span = node.span_of("kind");
        match kind {
            // `ServiceMetadataEndpointElement`: the HTTP metadata binding unless another is named.
            "mexEndpoint" => none(self.bind(binding_of(merged, "mexHttpBinding", ""), "mexHttpBinding", "", span, service)),
            "webHttpEndpoint" | "webScriptEndpoint" => {
                let schema = standard_endpoint::ALL.iter().find(|child| child.name == kind).map(|child| child.element);
                let Some(schema) = schema else { return unresolved("", "", Resolution::NoBinding, BINDING_REFUSED.name) };
                let configuration = node.value("endpointConfiguration");
                let applied = merged.standard_endpoint(kind, configuration);
                let source = source(applied, configuration, "WebHttpEndpoint");
                let mut settings = settings(schema, applied, source);
                for (name, default) in timeout_defaults() {
                    settings.insert(name.to_owned(), default);
                }
                let lowered = Lowered::from(binding::web_http::elements(&Values::new(&settings)));
                let scheme = scheme(lowered.stack.as_ref(), &settings, "webHttpBinding");
                let stack = self.report(lowered, "webHttpBinding", span, service);
                Binding {
                    written: String::new(),
                    configuration: String::new(),
                    resolution: Resolution::NoBinding,
                    timeouts: timeouts(&settings),
                    settings: Arc::new(settings),
                    elements: Arc::default(),
                    scheme,
                    stack,
                }
            }
            "udpDiscoveryEndpoint" | "udpAnnouncementEndpoint" => {
                none(self.bind(binding_of(merged, "udpBinding", ""), "udpBinding", "", span, service))
            }
            _ => unresolved("", "", Resolution::NoBinding, OPAQUE_EXTENSION.name),
        }
    }

    fn check_scheme(&mut self, address: &Effective<String>, binding: &Binding, service: Option<&str>) {
        let Some((scheme, _)) = value::split_scheme(address.value.trim()) else { return };
        let expected = binding.scheme.value.as_str();
        let Some(span) = address.origin.span() else { return };
        if expected.is_empty() || scheme.eq_ignore_ascii_case(expected) || binding.resolution == Resolution::NoBinding {
            return;
        }
        self.findings.push(AddressSchemeMismatch {
            scheme: scheme.to_owned(),
            expected: expected.to_owned(),
            binding: binding.written.clone(),
            decided: binding.scheme.origin.span(),
            service: service.map(str::to_owned),
            span,
        });
    }

    /// The endpoints that .NET adds to a service without any: one for each base address whose scheme is mapped.
    pub(super) fn default_endpoints(
        &mut self,
        service: &str,
        span: Span,
        base_addresses: &[Effective<String>],
        merged: &Merged<'_>,
        hosting: &Hosting,
    ) -> Vec<ServiceEndpoint> {
        let bases: Vec<(String, Option<&Effective<String>>)> = match hosting {
            // The site's base addresses are not in the file; HTTP is what every site has, and HTTPS counts where it is mapped.
            Hosting::WebServer(_) => vec![("http".to_owned(), None), ("https".to_owned(), None)],
            Hosting::Process => base_addresses
                .iter()
                .filter_map(|base| value::split_scheme(base.value.trim()).map(|(scheme, _)| (scheme.to_lowercase(), Some(base))))
                .collect(),
        };
        let mut endpoints = Vec::new();
        for (scheme, base) in bases {
            // Schemes in protocolMapping are compared exactly.
            let Some(mapping) = merged.protocol_mapping.get(scheme.as_str()).copied() else {
                if let Some(place) = base.and_then(|base| base.origin.span()) {
                    self.findings.push(NoDefaultEndpoint { service: service.to_owned(), scheme, span: place });
                }
                continue;
            };
            let place = mapping.span.or(base.and_then(|base| base.origin.span())).unwrap_or(span);
            let bound = binding_of(merged, mapping.binding, mapping.configuration);
            match &bound {
                Bound::Missing { .. } => {
                    let items = merged.bindings.get(mapping.binding).into_iter().flat_map(|keyed| keyed.nodes());
                    let known = some_names(items.map(|item| item.value("name")));
                    self.findings.push(MissingBindingConfiguration {
                        binding: mapping.binding.to_owned(),
                        name: mapping.configuration.to_owned(),
                        known,
                        service: Some(service.to_owned()),
                        span: place,
                    });
                }
                Bound::Known { node, .. } | Bound::Opaque { node, .. } => self.used.extend(node.map(|node| node.span)),
                Bound::Unknown => {}
            }
            let binding = self.bind(bound, mapping.binding, mapping.configuration, place, Some(service));
            endpoints.push(default_endpoint(span, base, binding, merged));
        }
        endpoints
    }
}

fn default_endpoint(span: Span, base: Option<&Effective<String>>, binding: Binding, merged: &Merged<'_>) -> ServiceEndpoint {
    ServiceEndpoint {
        span,
        address: Effective { value: String::new(), origin: Origin::RuntimeDefault { class: "ServiceHostBase" } },
        resolved_address: base.map(|base| base.value.clone()),
        listen_uri: None,
        contract: Effective { value: String::new(), origin: Origin::Outside { what: "the contracts of the service's class" } },
        name: String::new(),
        kind: String::new(),
        is_system: false,
        is_default: true,
        binding,
        identity: None,
        behavior: endpoint_behavior(merged, ""),
    }
}

/// Default endpoints where there is no configuration at all.
pub(super) fn default_endpoints_without_file(span: Span, merged: &Merged<'_>) -> Vec<ServiceEndpoint> {
    let Some(kind) = binding::find("basicHttpBinding") else { return Vec::new() };
    let settings = binding_settings(kind, None, "");
    let lowered = (kind.lower)(&Values::new(&settings), &[]);
    let scheme = scheme(lowered.stack.as_ref(), &settings, kind.name);
    let stack = lowered.stack.ok_or_else(|| StackRefused { codes: vec![BINDING_REFUSED.name] });
    let binding = Binding {
        written: kind.name.to_owned(),
        configuration: String::new(),
        resolution: Resolution::BuiltIn,
        timeouts: timeouts(&settings),
        settings,
        elements: Arc::default(),
        scheme,
        stack,
    };
    vec![default_endpoint(span, None, binding, merged)]
}

/// What `binding` and `bindingConfiguration` come to.
pub(crate) enum Bound<'a> {
    /// No binding has this name.
    Unknown,
    /// The binding exists, and no configuration of it has this name.
    Missing { kind: Option<&'static BindingType> },
    /// A binding of a user's assembly.
    Opaque { node: Option<&'a Arc<Node>> },
    /// A binding of .NET.
    Known { kind: &'static BindingType, node: Option<&'a Arc<Node>>, resolution: Resolution },
}

/// `ConfigLoader.LookupBinding`: names are compared exactly; the empty name means the nameless one, or none.
pub(crate) fn binding_of<'a>(merged: &Merged<'a>, name: &str, configuration: &str) -> Bound<'a> {
    let registered = merged.registration("bindingExtensions", name);
    let kind = binding::find(name).filter(|_| !registered.is_some_and(|class| schema::is_replaced(name, class)));
    if kind.is_none() && registered.is_none() {
        return Bound::Unknown;
    }
    let node = merged.binding(name, configuration);
    if node.is_none() && !configuration.is_empty() {
        return Bound::Missing { kind };
    }
    let Some(kind) = kind else { return Bound::Opaque { node } };
    let resolution = match node {
        Some(_) if configuration.is_empty() => Resolution::Nameless,
        Some(_) => Resolution::Named,
        None => Resolution::BuiltIn,
    };
    Bound::Known { kind, node, resolution }
}

fn source(applied: Option<&Arc<Node>>, configuration: &str, class: &'static str) -> Source {
    let within = if configuration.is_empty() { Within::Nameless } else { Within::Named(configuration.into()) };
    Source { within, runtime_class: applied.is_none().then_some(class) }
}

/// The values of a binding. Where no `binding` element applies they are the object's own.
pub(crate) fn binding_settings(kind: &'static BindingType, applied: Option<&Arc<Node>>, configuration: &str) -> Arc<Settings> {
    match applied {
        Some(node) => Arc::new(settings(kind.schema, Some(node), source(applied, configuration, kind.class))),
        None => kind.built_in(),
    }
}

/// The elements of a custom binding with their values.
pub(crate) fn stack_elements(applied: Option<&Arc<Node>>, configuration: &str) -> Vec<StackElement> {
    let source = source(applied, configuration, "");
    let items = applied.map(|node| node.items.as_slice()).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| match item {
            Item::Extension(extension) => Some(StackElement {
                name: extension.name.clone(),
                span: extension.span,
                settings: extension.node.as_ref().map(|node| settings(node.schema, Some(node), source.clone())),
            }),
            Item::Add(_) | Item::Remove { .. } | Item::Clear { .. } => None,
        })
        .collect()
}

fn unresolved(name: &str, configuration: &str, resolution: Resolution, code: &'static str) -> Binding {
    let settings: Settings = timeout_defaults().into_iter().map(|(name, default)| (name.to_owned(), default)).collect();
    Binding {
        written: name.to_owned(),
        configuration: configuration.to_owned(),
        resolution,
        timeouts: timeouts(&settings),
        settings: Arc::default(),
        elements: Arc::default(),
        scheme: Effective { value: String::new(), origin: Origin::Outside { what: "a class of your own" } },
        stack: Err(StackRefused { codes: vec![code] }),
    }
}

fn timeout_defaults() -> Vec<(&'static str, Effective<Option<String>>)> {
    [schema::CLOSE_TIMEOUT, schema::OPEN_TIMEOUT, schema::RECEIVE_TIMEOUT, schema::SEND_TIMEOUT]
        .into_iter()
        .map(|attribute| {
            let value = attribute.default.map(str::to_owned);
            (attribute.name, Effective { value, origin: Origin::RuntimeDefault { class: "ServiceDefaults" } })
        })
        .collect()
}

fn timeouts(settings: &Settings) -> Timeouts {
    let values = Values::new(settings);
    let timeout = |name: &str| -> Effective<Timeout> { values.timeout(name) };
    Timeouts {
        open: timeout("openTimeout"),
        close: timeout("closeTimeout"),
        send: timeout("sendTimeout"),
        receive: timeout("receiveTimeout"),
    }
}

/// The scheme of the transport; where the stack cannot be built, of the transport it would have. In HTTP bindings it follows from the
/// security mode.
pub(crate) fn scheme(stack: Option<&ChannelStack>, settings: &Settings, binding: &str) -> Effective<String> {
    let mode = settings.find("security.mode");
    let is_tls = matches!(mode.and_then(Setting::value), Some("Transport" | "TransportWithMessageCredential"));
    let scheme = match stack.and_then(ChannelStack::transport) {
        Some(transport) => transport.scheme(),
        None => match binding {
            "basicHttpsBinding" | "netHttpsBinding" | "mexHttpsBinding" => "https",
            "netTcpBinding" | "netTcpContextBinding" | "mexTcpBinding" => "net.tcp",
            "netNamedPipeBinding" | "mexNamedPipeBinding" => "net.pipe",
            "netMsmqBinding" => "net.msmq",
            "msmqIntegrationBinding" => "msmq.formatname",
            "netPeerTcpBinding" => "net.p2p",
            "udpBinding" => "soap.udp",
            _ if binding.contains("Http") && binding::find(binding).is_some() => {
                if is_tls {
                    "https"
                } else {
                    "http"
                }
            }
            _ => "",
        },
    };
    let class = binding::find(binding).map_or("Binding", |binding| binding.class);
    Effective {
        value: scheme.to_owned(),
        origin: match mode {
            Some(mode) if scheme.starts_with("http") => Origin::Derived { class, from: mode.span() },
            _ => Origin::RuntimeDefault { class },
        },
    }
}

fn written_or_empty(node: &Node, name: &str) -> Effective<String> {
    let origin = match node.attribute(name) {
        Some(written) => Origin::Written { span: written.span, within: written.within(Within::Endpoint) },
        None => Origin::ElementDefault { class: node.schema.class, element: Some(node.span) },
    };
    Effective { value: node.value(name).to_owned(), origin }
}

fn is_system_kind(kind: &str) -> bool {
    matches!(
        kind,
        "mexEndpoint"
            | "discoveryEndpoint"
            | "udpDiscoveryEndpoint"
            | "announcementEndpoint"
            | "udpAnnouncementEndpoint"
            | "workflowControlEndpoint"
    )
}

/// The absolute address: as written, or after the base address of the binding's scheme (`ServiceHostBase.GetUri`).
fn resolved_address(address: &str, scheme: &str, bases: &[Effective<String>], hosting: &Hosting) -> Option<String> {
    if value::split_scheme(address.trim()).is_some() {
        return Some(address.trim().to_owned());
    }
    if let Hosting::WebServer(_) = hosting {
        return None;
    }
    let base = bases
        .iter()
        .map(|base| base.value.trim())
        .find(|base| value::split_scheme(base).is_some_and(|(base_scheme, _)| base_scheme.eq_ignore_ascii_case(scheme)))?;
    let relative = address.trim_start_matches(['/', '\\']);
    if relative.is_empty() { Some(base.to_owned()) } else { Some(format!("{}/{relative}", base.trim_end_matches('/'))) }
}

/// `identity`: the first of its children in .NET's order (`ConfigLoader.LoadIdentity`).
pub(crate) fn identity(node: &Node) -> Option<Effective<Identity>> {
    let identity = node.child("identity")?;
    let simple = |name: &str, attribute: &str, make: fn(String) -> Identity| {
        let child = identity.child(name)?;
        let span = child.span_of(attribute);
        let within = child.within(attribute, Within::Endpoint);
        Some(Effective { value: make(child.value(attribute).to_owned()), origin: Origin::Written { span, within } })
    };
    simple("userPrincipalName", "value", Identity::UserPrincipalName)
        .or_else(|| simple("servicePrincipalName", "value", Identity::ServicePrincipalName))
        .or_else(|| simple("dns", "value", Identity::Dns))
        .or_else(|| simple("rsa", "value", Identity::Rsa))
        .or_else(|| simple("certificate", "encodedValue", Identity::Certificate))
        .or_else(|| {
            let child = identity.child("certificateReference")?;
            let settings = settings(child.schema, Some(&Arc::new(child.clone())), Source { within: Within::Endpoint, runtime_class: None });
            Some(Effective {
                value: Identity::CertificateReference(certificate_reference(&Values::new(&settings), "")),
                origin: Origin::Written { span: child.span_of("findValue"), within: child.within("findValue", Within::Endpoint) },
            })
        })
}
