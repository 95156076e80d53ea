//! What C# code sets up by itself, without configuration: hosts, endpoints, bindings, credentials.
//!
//! Facts with their places, as the code writes them; what they amount to is decided where bindings are known. Only what is
//! literal, or a constant, is a value: the rest is [`CodeValue::Unknown`], never a guess. Secrets are not kept.
//!
//! Whoever makes endpoints of these facts takes them out; what is left in [`ContractModel::in_code`] is what nobody
//! understood, and [`InCode::findings`] says so.
//!
//! [`ContractModel::in_code`]: crate::ContractModel::in_code

use wcf_diagnostics::{Findings, Span};

use crate::diagnostics::{EndpointInCode, HostInCode, SecurityInCode};

/// Everything that code sets up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InCode {
    /// `new ServiceHost(…)` and CoreWCF's `AddService<…>()`, in order of files.
    pub hosts: Vec<CodeHost>,
    /// Endpoints of services and of clients.
    pub endpoints: Vec<CodeEndpoint>,
    /// Settings under `Credentials` whose host or client is not known, and replaced certificate checks.
    pub credentials: Vec<CodeSetting>,
}

/// A service that code hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeHost {
    /// The class that hosts (`ServiceHost`, `WebServiceHost`), or CoreWCF's method.
    pub class: String,
    /// Full CLR name of the service class, where it is named and known.
    pub service: Option<String>,
    /// Base addresses, in order.
    pub base_addresses: Vec<CodeValue>,
    /// What is set on it and called on it, in order.
    pub settings: Vec<CodeSetting>,
    /// The expression that makes it.
    pub span: Span,
    /// Why it did not become configuration, each with its place.
    pub obstacles: Vec<Obstacle>,
}

/// Which side of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// `AddServiceEndpoint`.
    Service,
    /// `ChannelFactory<T>`, or a generated client.
    Client,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEndpoint {
    /// Service or client.
    pub side: Side,
    /// Full CLR name of the contract, where it is named and known.
    pub contract: Option<String>,
    /// The contract as the code writes it, where it is named at all.
    pub contract_written: Option<String>,
    /// Full CLR name of the service class, where the endpoint or its host names it.
    pub service: Option<String>,
    /// The host it is added to: its [`CodeHost::span`].
    pub host: Option<Span>,
    /// A client's endpoint that configuration has, by its name; the empty text where it is the only one.
    pub configuration: Option<CodeValue>,
    /// The binding; `None` where it is no construction that could be followed.
    pub binding: Option<CodeObject>,
    /// A standard endpoint that is added whole (`UdpDiscoveryEndpoint`).
    pub standard: Option<CodeObject>,
    /// The address.
    pub address: Option<CodeValue>,
    /// Where it listens, if elsewhere.
    pub listen: Option<CodeValue>,
    /// What is set on it and called on it, in order.
    pub settings: Vec<CodeSetting>,
    /// The expression that makes it.
    pub span: Span,
    /// Why it did not become configuration, each with its place.
    pub obstacles: Vec<Obstacle>,
}

/// An object made in code: a construction, or a call of a static method (`TimeSpan.FromMinutes`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeObject {
    /// The class's simple name (`NetTcpBinding`), or class and method.
    pub class: String,
    /// Full CLR name, where the input itself declares the class: it is then not .NET's.
    pub own: Option<String>,
    /// The arguments, in order.
    pub arguments: Vec<CodeValue>,
    /// Properties that are set and methods that are called, in order: the last one of a path counts.
    pub settings: Vec<CodeSetting>,
    /// The expression.
    pub span: Span,
}

/// A property that code sets, or a method that it calls on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSetting {
    /// The path from the object, or from `Credentials` (`Security.Transport.ClientCredentialType`).
    pub path: String,
    /// The value, or the method's arguments in order.
    pub values: Vec<CodeValue>,
    /// Whether it is a call; the path then ends in the method's name.
    pub is_call: bool,
    /// Whether it happens on every way through the code that uses the object.
    pub certain: bool,
    /// Where.
    pub span: Span,
}

/// Why a fact did not become configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What is not understood, in words.
    pub what: String,
    /// Where.
    pub span: Span,
}

/// A value in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeValue {
    /// A string.
    Text(String, Span),
    /// An integer.
    Integer(i128, Span),
    /// A boolean.
    Boolean(bool, Span),
    /// A member of an enum or class of the framework, with its type (`SecurityMode.Transport`).
    Symbol(String, Span),
    /// `typeof(T)`: the full CLR name where the input declares it, else the name as written.
    Type(String, Span),
    /// An object.
    Object(Box<CodeObject>),
    /// An array or list.
    List(Vec<CodeValue>, Span),
    /// `null`.
    Null(Span),
    /// A password or key, which is not kept.
    Secret(Span),
    /// Not a constant.
    Unknown(Span),
}

impl CodeValue {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Text(_, span)
            | Self::Integer(_, span)
            | Self::Boolean(_, span)
            | Self::Symbol(_, span)
            | Self::Type(_, span)
            | Self::List(_, span)
            | Self::Null(span)
            | Self::Secret(span)
            | Self::Unknown(span) => *span,
            Self::Object(object) => object.span,
        }
    }
}

impl InCode {
    /// A finding for each fact that is left.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let mut findings = Findings::new();
        for host in &self.hosts {
            findings.push(HostInCode { host });
        }
        for endpoint in &self.endpoints {
            findings.push(EndpointInCode { endpoint });
        }
        for setting in &self.credentials {
            findings.push(SecurityInCode { setting });
        }
        findings
    }
}
