//! Endpoints: which binding, behavior and identity apply to each, and what its address comes to.

use std::sync::Arc;

use wcf_diagnostics::Span;

use super::Run;
use super::bound::{Bound, Made, binding_of, refused, scheme, source, timeout_defaults, timeouts, unresolved};
use crate::Text;
use crate::behavior::EndpointBehavior;
use crate::binding;
use crate::diagnostics::{
    AddressSchemeMismatch, BINDING_REFUSED, BindingRefused, IncompleteEndpoint, MissingBehavior, MissingBindingConfiguration,
    MissingStandardEndpoint, NoDefaultEndpoint, OPAQUE_EXTENSION, UNKNOWN_BINDING, UnknownBinding,
};
use crate::document::Node;
use crate::effective::{Binding, ClientEndpoint, Effective, Hosting, Identity, Origin, Resolution, ServiceEndpoint, Within};
use crate::effective_behavior::{certificate_reference, endpoint_behavior};
use crate::lower::{Contradiction, Lowered, Values};
use crate::merge::Merged;
use crate::schema::standard_endpoint;
use crate::settings::{Source, settings};
use crate::value;

impl Run<'_> {
    pub(super) fn service_endpoint(
        &mut self,
        node: &Node,
        service: &str,
        base_addresses: &[Effective<Text>],
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
        let kind = node.text("kind");
        let is_system = node.value("isSystemEndpoint") == "true" || is_system_kind(&kind) || contract.value == "IMetadataExchange";
        ServiceEndpoint {
            span: node.span,
            resolved_address: resolved_address(&address.value, &binding.scheme.value, base_addresses, hosting),
            address,
            listen_uri,
            contract,
            name: node.text("name"),
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
            name: node.text("name"),
            kind: node.text("kind"),
            binding,
            identity: identity(node),
            behavior,
        }
    }

    fn behavior(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Arc<EndpointBehavior> {
        let name = node.text("behaviorConfiguration");
        if !name.is_empty() {
            match merged.endpoint_behavior_span(&name) {
                Some(span) => self.used.push(span),
                None => {
                    let known = merged.endpoint_behavior_names();
                    self.refuse(MissingBehavior {
                        kind: "endpoint",
                        name: name.to_string(),
                        known,
                        service: service.map(str::to_owned),
                        span: node.span_of("behaviorConfiguration"),
                    });
                }
            }
        }
        endpoint_behavior(merged, &name)
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
            let known = merged.standard_endpoint_names(kind);
            self.refuse(MissingStandardEndpoint {
                attribute: "endpointConfiguration",
                name: configuration.to_owned(),
                known,
                span: node.span_of("endpointConfiguration"),
            });
        }
    }

    /// The binding that an endpoint names, or that its kind decides.
    fn binding(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Arc<Binding> {
        let name = node.value("binding");
        let configuration = node.text("bindingConfiguration");
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
        let bound = binding_of(merged, name, &configuration);
        match &bound {
            Bound::Unknown => {
                let known = binding::ALL.iter().map(|binding| binding.name).collect();
                self.refuse(UnknownBinding { name: name.to_owned(), known, service: service.map(str::to_owned), span });
            }
            Bound::Missing { .. } => {
                let known = merged.binding_names(name);
                self.refuse(MissingBindingConfiguration {
                    binding: name.to_owned(),
                    name: configuration.to_string(),
                    known,
                    service: service.map(str::to_owned),
                    span: node.span_of("bindingConfiguration"),
                });
            }
            Bound::Opaque { node, .. } => self.used.extend(node.map(|node| node.span)),
            Bound::Known { node, .. } => self.used.extend(node.map(|node| node.span)),
        }
        self.bind(bound, name, &configuration, span, service)
    }

    /// A binding with its values, made once for all endpoints that have it (`ConfigLoader` shares the object too). Reports what .NET
    /// would refuse about it.
    fn bind(&mut self, bound: Bound<'_>, name: &str, configuration: &Text, span: Span, service: Option<&str>) -> Arc<Binding> {
        let (kind, applied, resolution) = match bound {
            Bound::Unknown => return Arc::new(unresolved(name, configuration, Resolution::Missing, UNKNOWN_BINDING.name)),
            Bound::Missing { kind } => {
                let mut binding =
                    unresolved(name, configuration, Resolution::Missing, crate::diagnostics::MISSING_BINDING_CONFIGURATION.name);
                if let Some(kind) = kind {
                    let built_in = Made::built_in(kind, service.is_none());
                    binding.settings = Arc::clone(&built_in.binding.settings);
                    binding.timeouts = built_in.binding.timeouts.clone();
                }
                return Arc::new(binding);
            }
            Bound::Opaque { node, .. } => {
                let resolution = match node {
                    Some(node) if !node.value("name").is_empty() => Resolution::Named,
                    Some(_) => Resolution::Nameless,
                    None => Resolution::BuiltIn,
                };
                return Arc::new(unresolved(name, configuration, resolution, OPAQUE_EXTENSION.name));
            }
            Bound::Known { kind, node, resolution } => (kind, node, resolution),
        };
        let mut own;
        let made = match applied {
            None => Made::built_in(kind, service.is_none()),
            Some(node) => {
                let key = (kind.name, node.span, service.is_none());
                own = self.made.get(&key).map(Arc::clone);
                match own {
                    Some(ref made) => made,
                    None => {
                        let made = Arc::new(Made::new(kind, node, configuration, resolution, service.is_none()));
                        self.made.insert(key, Arc::clone(&made));
                        own.insert(made)
                    }
                }
            }
        };
        self.report(&made.contradictions, name, applied.map_or(span, |node| node.span), service);
        Arc::clone(&made.binding)
    }

    fn report(&mut self, contradictions: &[Contradiction], binding: &str, fallback: Span, service: Option<&str>) {
        for contradiction in contradictions {
            self.findings.push(BindingRefused {
                binding: binding.to_owned(),
                contradiction: contradiction.clone(),
                fallback,
                service: service.map(str::to_owned),
            });
        }
    }

    /// The binding of a standard endpoint that has no `binding` attribute.
    fn binding_of_kind(&mut self, node: &Node, merged: &Merged<'_>, service: Option<&str>) -> Arc<Binding> {
        let kind = node.value("kind");
        let none = |binding: Arc<Binding>| {
            Arc::new(Binding { resolution: Resolution::NoBinding, written: Text::default(), ..Binding::clone(&binding) })
        };
        let span = node.span_of("kind");
        match kind {
            // `ServiceMetadataEndpointElement`: the HTTP metadata binding unless another is named.
            "mexEndpoint" => none(self.bind(binding_of(merged, "mexHttpBinding", ""), "mexHttpBinding", &Text::default(), span, service)),
            "webHttpEndpoint" | "webScriptEndpoint" => {
                let schema = standard_endpoint::ALL.iter().find(|child| child.name == kind).map(|child| child.element);
                let Some(schema) = schema else { return Arc::new(unresolved("", "", Resolution::NoBinding, BINDING_REFUSED.name)) };
                let configuration = node.text("endpointConfiguration");
                let applied = merged.standard_endpoint(kind, &configuration);
                let mut settings = settings(schema, applied, source(applied, &configuration, "WebHttpEndpoint"));
                for (name, default) in timeout_defaults() {
                    settings.insert(name.to_owned(), default);
                }
                let Lowered { stack, contradictions } = Lowered::from(binding::web_http::elements(&Values::new(&settings)));
                let scheme = scheme(stack.as_ref(), &settings, "webHttpBinding");
                self.report(&contradictions, "webHttpBinding", span, service);
                Arc::new(Binding {
                    written: Text::default(),
                    configuration: Text::default(),
                    resolution: Resolution::NoBinding,
                    timeouts: timeouts(&settings),
                    settings: Arc::new(settings),
                    elements: Arc::default(),
                    scheme,
                    stack: stack.filter(|_| contradictions.is_empty()).ok_or_else(refused),
                })
            }
            "udpDiscoveryEndpoint" | "udpAnnouncementEndpoint" => {
                none(self.bind(binding_of(merged, "udpBinding", ""), "udpBinding", &Text::default(), span, service))
            }
            _ => Arc::new(unresolved("", "", Resolution::NoBinding, OPAQUE_EXTENSION.name)),
        }
    }

    fn check_scheme(&mut self, address: &Effective<Text>, binding: &Binding, service: Option<&str>) {
        let Some((scheme, _)) = value::split_scheme(address.value.trim()) else { return };
        let expected = binding.scheme.value.as_str();
        let Some(span) = address.origin.span() else { return };
        if expected.is_empty() || scheme.eq_ignore_ascii_case(expected) || binding.resolution == Resolution::NoBinding {
            return;
        }
        self.findings.push(AddressSchemeMismatch {
            scheme: scheme.to_owned(),
            expected: expected.to_owned(),
            binding: binding.written.to_string(),
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
        base_addresses: &[Effective<Text>],
        merged: &Merged<'_>,
        hosting: &Hosting,
    ) -> Vec<ServiceEndpoint> {
        let bases: Vec<(String, Option<&Effective<Text>>)> = match hosting {
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
            let Some(mapping) = merged.mapping(&scheme) else {
                if let Some(place) = base.and_then(|base| base.origin.span()) {
                    self.findings.push(NoDefaultEndpoint { service: service.to_owned(), scheme, span: place });
                }
                continue;
            };
            let place = mapping.span.or(base.and_then(|base| base.origin.span())).unwrap_or(span);
            let bound = binding_of(merged, mapping.binding, mapping.configuration);
            match &bound {
                Bound::Missing { .. } => {
                    let known = merged.binding_names(mapping.binding);
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
            let binding = self.bind(bound, mapping.binding, &mapping.configuration.into(), place, Some(service));
            endpoints.push(default_endpoint(span, base, binding, merged));
        }
        endpoints
    }
}

fn default_endpoint(span: Span, base: Option<&Effective<Text>>, binding: Arc<Binding>, merged: &Merged<'_>) -> ServiceEndpoint {
    ServiceEndpoint {
        span,
        address: Effective { value: Text::default(), origin: Origin::RuntimeDefault { class: "ServiceHostBase" } },
        resolved_address: base.map(|base| base.value.clone()),
        listen_uri: None,
        contract: Effective { value: Text::default(), origin: Origin::Outside { what: "the contracts of the service's class" } },
        name: Text::default(),
        kind: Text::default(),
        is_system: false,
        is_default: true,
        binding,
        identity: None,
        behavior: endpoint_behavior(merged, &Text::default()),
    }
}

/// Default endpoints where there is no configuration at all.
pub(super) fn default_endpoints_without_file(span: Span, merged: &Merged<'_>) -> Vec<ServiceEndpoint> {
    let Some(kind) = binding::find("basicHttpBinding") else { return Vec::new() };
    vec![default_endpoint(span, None, Arc::clone(&Made::built_in(kind, false).binding), merged)]
}

fn written_or_empty(node: &Node, name: &str) -> Effective<Text> {
    let origin = match node.attribute(name) {
        Some(written) => Origin::Written { span: written.span, within: written.within(Within::Endpoint) },
        None => Origin::ElementDefault { class: node.schema.class, element: Some(node.span) },
    };
    Effective { value: node.text(name), origin }
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
fn resolved_address(address: &Text, scheme: &str, bases: &[Effective<Text>], hosting: &Hosting) -> Option<Text> {
    if value::split_scheme(address.trim()).is_some() {
        return Some(if address.trim().len() == address.len() { address.clone() } else { address.trim().into() });
    }
    if let Hosting::WebServer(_) = hosting {
        return None;
    }
    let base = bases
        .iter()
        .map(|base| base.value.trim())
        .find(|base| value::split_scheme(base).is_some_and(|(base_scheme, _)| base_scheme.eq_ignore_ascii_case(scheme)))?;
    let relative = address.trim_start_matches(['/', '\\']);
    Some(if relative.is_empty() { base.into() } else { format!("{}/{relative}", base.trim_end_matches('/')).into() })
}

/// `identity`: the first of its children in .NET's order (`ConfigLoader.LoadIdentity`).
pub(crate) fn identity(node: &Node) -> Option<Effective<Identity>> {
    let identity = node.child("identity")?;
    let simple = |name: &str, attribute: &str, make: fn(Text) -> Identity| {
        let child = identity.child(name)?;
        let span = child.span_of(attribute);
        let within = child.within(attribute, Within::Endpoint);
        Some(Effective { value: make(child.text(attribute)), origin: Origin::Written { span, within } })
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
