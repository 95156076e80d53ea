//! The configuration as .NET would run it: every value present, every value with the place that decided it.

use std::sync::Arc;

use wcf_diagnostics::{FileId, Span};

use crate::Text;
use crate::behavior::{EndpointBehavior, ServiceBehavior};
use crate::channel_stack::ChannelStack;
pub use crate::settings::Settings;

/// A value together with who decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective<T> {
    /// What applies.
    pub value: T,
    /// Who decided it.
    pub origin: Origin,
}

impl<T> Effective<T> {
    /// The same decision over another view of the value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Effective<U> {
        Effective { value: view(self.value), origin: self.origin }
    }
}

/// Who decided a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is written in a file.
    Written {
        /// The attribute's value, or the element whose presence decides.
        span: Span,
        /// In what it is written.
        within: Within,
    },
    /// Nothing is written and an element of configuration applies: the default of its property.
    ElementDefault {
        /// The .NET class whose property has the default.
        class: &'static str,
        /// The element that applies, where it stands in a file.
        element: Option<Span>,
    },
    /// No element of configuration applies: the default of the object .NET builds.
    RuntimeDefault {
        /// The .NET class that holds the default.
        class: &'static str,
    },
    /// It follows from another value by a rule of .NET (for example the scheme from the security mode).
    Derived {
        /// The .NET class or method that has the rule.
        class: &'static str,
        /// The value it follows from.
        from: Option<Span>,
    },
    /// It is decided outside the files: by the web server, the operating system or code.
    Outside {
        /// By what, in a few words.
        what: &'static str,
    },
}

impl Origin {
    /// The place in a file, where there is one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Written { span, .. } => Some(*span),
            Self::ElementDefault { element, .. } => *element,
            Self::Derived { from, .. } => *from,
            Self::RuntimeDefault { .. } | Self::Outside { .. } => None,
        }
    }

    /// Whether the value itself is written in a file.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        matches!(self, Self::Written { .. })
    }
}

/// In what a written value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// In the `endpoint`, `service` or `host` element itself.
    Endpoint,
    /// In a `binding` or standard endpoint with this name, which the endpoint names.
    Named(Text),
    /// In the nameless `binding`, behavior or standard endpoint, which applies where no name is given.
    Nameless,
    /// In a behavior with this name.
    Behavior(Text),
    /// In another section (`protocolMapping`, `system.webServer`, `commonBehaviors`, …).
    Section(&'static str),
    /// In a transform (`Web.Release.config`) that was applied.
    Transform(Arc<str>),
    /// In C# source.
    Code,
}

/// All hosts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EffectiveConfig {
    /// One for each configuration file that has services or clients, sorted by path.
    pub hosts: Vec<Host>,
}

/// One configuration: a `web.config` or `app.config` with its services and clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// A short name for people and crates: the project's, or the folder's.
    pub name: String,
    /// The configuration file.
    pub file: FileId,
    /// Where the services run.
    pub hosting: Hosting,
    /// The services, in the order they are written, then those that run without being written.
    pub services: Vec<Service>,
    /// The client endpoints, in the order they are written.
    pub clients: Vec<ClientEndpoint>,
    /// Why .NET would not load this configuration; the findings have the details.
    pub refused: bool,
}

/// Where services run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// In IIS or WAS: base addresses and server certificates are the site's, not the file's.
    WebServer(WebServer),
    /// In a process of their own.
    Process,
}

/// What the file says about the web server's own authentication (`system.webServer/security`, `system.web`). Absent means unknown:
/// it is held in IIS, outside the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebServer {
    /// `system.webServer/security/access@sslFlags`.
    pub ssl_flags: Option<Effective<Vec<SslFlag>>>,
    /// The authentication schemes that are switched on, where the file says so.
    pub authentication: Option<Effective<Vec<HttpAuthenticationScheme>>>,
}

/// `system.webServer/security/access@sslFlags`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslFlag {
    /// TLS is required.
    Ssl,
    /// A client certificate is asked for.
    SslNegotiateCert,
    /// A client certificate is required.
    SslRequireCert,
    /// Client certificates map to Windows accounts.
    SslMapCert,
    /// 128-bit TLS is required.
    Ssl128,
}

/// HTTP authentication as IIS and WCF name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HttpAuthenticationScheme {
    /// None: `AuthenticationSchemes.Anonymous`.
    Anonymous,
    /// Basic: the password itself.
    Basic,
    /// Digest.
    Digest,
    /// NTLM.
    Ntlm,
    /// Negotiate: Kerberos, or NTLM.
    Negotiate,
    /// Whatever the host decides: `AuthenticationSchemes.None` in the stack that `InheritedFromHost` builds.
    DecidedByHost,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The configuration name: the CLR name of the class, unless `ServiceBehavior.ConfigurationName` says otherwise.
    pub name: Text,
    /// The `service` element's name, or the `.svc` directive, or the activation that runs it.
    pub span: Span,
    /// How it came to be known.
    pub source: ServiceSource,
    /// `host/baseAddresses`, as written. Ignored by .NET in a web server.
    pub base_addresses: Vec<Effective<Text>>,
    /// The behavior that applies to it, with every value. Services with the same behavior share it.
    pub behavior: Arc<ServiceBehavior>,
    /// Its endpoints: those written, else the default ones.
    pub endpoints: Vec<ServiceEndpoint>,
}

/// How a service came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceSource {
    /// A `service` element.
    Configured,
    /// A `.svc` file without a `service` element.
    SvcFile,
    /// `serviceHostingEnvironment/serviceActivations`.
    Activation,
    /// C# code.
    Code,
    /// A WSDL, without configuration or code.
    Wsdl,
}

/// An endpoint of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEndpoint {
    /// The `endpoint` element; for a default endpoint the place that gave rise to it.
    pub span: Span,
    /// The address as written; may be empty or relative.
    pub address: Effective<Text>,
    /// The absolute address, where the file alone decides it.
    pub resolved_address: Option<Text>,
    /// `listenUri`, if written.
    pub listen_uri: Option<Effective<Text>>,
    /// The contract's name as written.
    pub contract: Effective<Text>,
    /// `name`, may be empty.
    pub name: Text,
    /// `kind`, may be empty.
    pub kind: Text,
    /// Whether it serves metadata or control, not the business contract: `IMetadataExchange`, `isSystemEndpoint`, discovery.
    pub is_system: bool,
    /// Whether .NET added it (no endpoint was written).
    pub is_default: bool,
    /// The binding, lowered. Endpoints with the same binding share it.
    pub binding: Arc<Binding>,
    /// What the service publishes as its identity.
    pub identity: Option<Effective<Identity>>,
    /// The endpoint behavior that applies.
    pub behavior: Arc<EndpointBehavior>,
}

/// An endpoint of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientEndpoint {
    /// The `endpoint` element.
    pub span: Span,
    /// The address as written; may be empty (code supplies it).
    pub address: Effective<Text>,
    /// The contract's name as written; often the proxy's own.
    pub contract: Effective<Text>,
    /// `name`, may be empty.
    pub name: Text,
    /// `kind`, may be empty.
    pub kind: Text,
    /// The binding, lowered. Endpoints with the same binding share it.
    pub binding: Arc<Binding>,
    /// What the server must prove; `None` means the DNS name of the address.
    pub identity: Option<Effective<Identity>>,
    /// The endpoint behavior that applies, with the client's credentials.
    pub behavior: Arc<EndpointBehavior>,
}

/// A binding as it applies to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What the file calls it (`wsHttpBinding`), to quote, never to decide by.
    pub written: Text,
    /// `bindingConfiguration` as written.
    pub configuration: Text,
    /// Where its values come from.
    pub resolution: Resolution,
    /// Every value, by dotted XML name. Endpoints with the same binding share them.
    pub settings: Arc<Settings>,
    /// The elements of a custom binding in the order they are written, by name, each with every value; none for other bindings.
    pub elements: Arc<Vec<(Text, Settings)>>,
    /// The URI scheme that binding and mode give; empty where no transport is known.
    pub scheme: Effective<Text>,
    /// Timeouts, the same in every binding.
    pub timeouts: Timeouts,
    /// What .NET builds from it, or that it refuses to (the findings say why and where).
    pub stack: Result<ChannelStack, StackRefused>,
}

/// .NET refuses to build this binding, or it is not known what it builds. Carries the codes of the findings that say why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackRefused {
    /// The codes of the findings.
    pub codes: Vec<&'static str>,
}

/// Where a binding's values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// `bindingConfiguration` names a `binding` that exists.
    Named,
    /// The nameless `binding` of the section applies.
    Nameless,
    /// No `binding` element applies: the defaults of the object.
    BuiltIn,
    /// The endpoint has no `binding` attribute (a standard endpoint decides).
    NoBinding,
    /// The name given does not exist; .NET refuses the section.
    Missing,
}

/// A duration as WCF writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeout {
    /// `TimeSpan.MaxValue`.
    Infinite,
    /// In milliseconds.
    Milliseconds(u64),
}

/// The four timeouts every binding has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Opening a channel.
    pub open: Effective<Timeout>,
    /// Closing a channel.
    pub close: Effective<Timeout>,
    /// A call, from the caller's side: the nearest thing to a deadline.
    pub send: Effective<Timeout>,
    /// How long a session may be idle.
    pub receive: Effective<Timeout>,
}

/// `identity`: what a server proves itself to be. In .NET's order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there is one for each endpoint, and it is matched by value")]
pub enum Identity {
    /// `userPrincipalName`.
    UserPrincipalName(Text),
    /// `servicePrincipalName`.
    ServicePrincipalName(Text),
    /// `dns`.
    Dns(Text),
    /// `rsa`: the key itself.
    Rsa(Text),
    /// `certificate@encodedValue`.
    Certificate(Text),
    /// `certificateReference`.
    CertificateReference(crate::behavior::CertificateReference),
}
