//! What C# code sets up by itself, without configuration: endpoints, bindings, credentials.
//!
//! Facts with their places, as the code writes them; what they amount to is decided where bindings are known. Only what is
//! literal, or a constant, is a value: the rest is [`CodeValue::Unknown`], never a guess. Secrets are not kept.

use wcf_diagnostics::Span;

/// Everything that code sets up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InCode {
    /// `new ServiceHost(…)` and CoreWCF's `AddService<…>()`, in order of files.
    pub hosts: Vec<CodeHost>,
    /// Endpoints of services and of clients.
    pub endpoints: Vec<CodeEndpoint>,
    /// Settings under `Credentials`, and replaced certificate checks.
    pub credentials: Vec<CodeSetting>,
}

/// A service that code hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeHost {
    /// Full CLR name of the service class, where it is named and known.
    pub service: Option<String>,
    /// Base addresses, in order.
    pub base_addresses: Vec<CodeValue>,
    /// The expression that makes it.
    pub span: Span,
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
    /// Full CLR name of the service class, where the endpoint names it (CoreWCF).
    pub service: Option<String>,
    /// The binding; `None` where it is no construction that could be followed.
    pub binding: Option<CodeBinding>,
    /// The address.
    pub address: Option<CodeValue>,
    /// The expression that makes it.
    pub span: Span,
}

/// A binding made in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBinding {
    /// The class's simple name (`NetTcpBinding`).
    pub class: String,
    /// The constructor's arguments, in order.
    pub arguments: Vec<CodeValue>,
    /// Properties that are set, in order: the last one of a path counts.
    pub settings: Vec<CodeSetting>,
    /// The construction.
    pub span: Span,
}

/// A property that code sets, or a method that it calls on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSetting {
    /// The path from the binding, or from `Credentials` (`Security.Transport.ClientCredentialType`).
    pub path: String,
    /// The value, or the method's arguments in order.
    pub values: Vec<CodeValue>,
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
    /// A password or key, which is not kept.
    Secret(Span),
    /// Not a constant.
    Unknown(Span),
}

impl CodeValue {
    /// Where it stands.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Text(_, span)
            | Self::Integer(_, span)
            | Self::Boolean(_, span)
            | Self::Symbol(_, span)
            | Self::Secret(span)
            | Self::Unknown(span) => *span,
        }
    }
}
