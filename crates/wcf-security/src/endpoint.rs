//! One view of service and client endpoints, so that posture and plan treat both sides by the same rules.

use wcf_config::Text;
use wcf_config::behavior::EndpointBehavior;
use wcf_config::effective::{Binding, ClientEndpoint, Effective, Host, Hosting, Identity, Service, ServiceEndpoint};
use wcf_diagnostics::{Files, Span, Subject};

use crate::reason::Reason;

/// An endpoint with what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct EndpointView<'a> {
    /// Its host.
    pub host: &'a Host,
    /// Its side.
    pub side: Side<'a>,
}

/// Which side of a call an endpoint is.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a> {
    /// It is called.
    Service(&'a Service, &'a ServiceEndpoint),
    /// It calls.
    Client(&'a ClientEndpoint),
}

impl<'a> EndpointView<'a> {
    /// The service endpoints of a host, in order.
    pub fn services(host: &'a Host) -> impl Iterator<Item = Self> {
        host.services
            .iter()
            .flat_map(move |service| service.endpoints.iter().map(move |endpoint| Self { host, side: Side::Service(service, endpoint) }))
    }

    /// The client endpoints of a host, in order.
    pub fn clients(host: &'a Host) -> impl Iterator<Item = Self> {
        host.clients.iter().map(move |endpoint| Self { host, side: Side::Client(endpoint) })
    }

    /// The binding as it applies.
    #[must_use]
    pub fn binding(&self) -> &'a Binding {
        match self.side {
            Side::Service(_, endpoint) => &endpoint.binding,
            Side::Client(endpoint) => &endpoint.binding,
        }
    }

    /// Where the endpoint stands.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self.side {
            Side::Service(_, endpoint) => endpoint.span,
            Side::Client(endpoint) => endpoint.span,
        }
    }

    /// The contract's name as written.
    #[must_use]
    pub fn contract(&self) -> &'a str {
        match self.side {
            Side::Service(_, endpoint) => &endpoint.contract.value,
            Side::Client(endpoint) => &endpoint.contract.value,
        }
    }

    /// The address as written.
    #[must_use]
    pub const fn address(&self) -> &'a Effective<Text> {
        match self.side {
            Side::Service(_, endpoint) => &endpoint.address,
            Side::Client(endpoint) => &endpoint.address,
        }
    }

    /// The absolute address, where the file decides it.
    #[must_use]
    pub fn absolute_address(&self) -> Option<&'a str> {
        match self.side {
            Side::Service(_, endpoint) => endpoint.resolved_address.as_deref().or_else(|| {
                let address = endpoint.address.value.as_str();
                address.contains("://").then_some(address)
            }),
            Side::Client(endpoint) => endpoint.address.value.contains("://").then_some(endpoint.address.value.as_str()),
        }
    }

    /// The identity as written.
    #[must_use]
    pub const fn identity(&self) -> Option<&'a Effective<Identity>> {
        match self.side {
            Side::Service(_, endpoint) => endpoint.identity.as_ref(),
            Side::Client(endpoint) => endpoint.identity.as_ref(),
        }
    }

    /// The endpoint behavior.
    #[must_use]
    pub fn behavior(&self) -> &'a EndpointBehavior {
        match self.side {
            Side::Service(_, endpoint) => &endpoint.behavior,
            Side::Client(endpoint) => &endpoint.behavior,
        }
    }

    /// Whether it serves metadata or control.
    #[must_use]
    pub fn is_system(&self) -> bool {
        match self.side {
            Side::Service(_, endpoint) => endpoint.is_system,
            Side::Client(endpoint) => endpoint.contract.value == "IMetadataExchange",
        }
    }

    /// Whether it is the calling side.
    #[must_use]
    pub const fn is_client(&self) -> bool {
        matches!(self.side, Side::Client(_))
    }

    /// The service, on the called side.
    #[must_use]
    pub const fn service(&self) -> Option<&'a Service> {
        match self.side {
            Side::Service(service, _) => Some(service),
            Side::Client(_) => None,
        }
    }

    /// Whether IIS or WAS hosts the called side.
    #[must_use]
    pub const fn in_web_server(&self) -> bool {
        matches!(self.host.hosting, Hosting::WebServer(_)) && !self.is_client()
    }

    /// Service and endpoint for findings and waivers.
    #[must_use]
    pub fn subject(&self) -> Subject {
        let address = self.address().value.as_str();
        let endpoint = if address.is_empty() { self.contract().to_owned() } else { format!("{} at {address}", self.contract()) };
        Subject { service: self.service().map(|service| service.name.to_string()), endpoint: Some(endpoint) }
    }

    /// The reasons that settings of the binding give; those the binding does not have are left out, and `otherwise` is used where
    /// none is left.
    #[must_use]
    pub fn settings(&self, names: &[&str], files: &Files, otherwise: impl FnOnce() -> Reason) -> Vec<Reason> {
        let mut reasons: Vec<_> = names.iter().filter_map(|name| Reason::of_setting(self.binding(), name, files)).collect();
        if reasons.is_empty() {
            reasons.push(otherwise());
        }
        reasons
    }
}
