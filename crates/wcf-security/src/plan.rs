//! What the generated crates do: tonic's and rustls's choices, each a [`Decision`].
//!
//! There is no boolean for "verify". What is weaker than the default is a variant whose name says so.

use wcf_diagnostics::{FileId, Span, Subject};

pub use crate::policy::{CertificateFiles, UnknownServerNames};
use crate::reason::Decision;

/// The plan of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationPlan {
    /// One for each host that has services or clients, in order.
    pub hosts: Vec<HostPlan>,
}

/// The plan of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlan {
    /// The host's short name.
    pub name: String,
    /// The configuration file.
    pub file: FileId,
    /// Where the servers will run.
    pub exposure: Exposure,
    /// Service endpoints, in order.
    pub endpoints: Vec<EndpointPlan>,
    /// Client endpoints, planned from their own file, in order.
    pub clients: Vec<EndpointPlan>,
}

/// Where a server runs, by policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exposure {
    /// The organisation's own network and authority.
    #[default]
    Internal,
    /// The internet, with a public authority.
    Public,
    /// A cluster, with an authority inside it.
    Kubernetes,
    /// A cluster whose service mesh encrypts between pods.
    Mesh,
    /// A Docker Swarm.
    Swarm,
    /// This machine only.
    Local,
}

/// The plan of one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPlan {
    /// Service and endpoint, for findings and waivers.
    pub subject: Subject,
    /// The service's configuration name; empty for a client endpoint.
    pub service: String,
    /// The contract's name as the configuration writes it.
    pub contract: String,
    /// The address as the configuration writes it.
    pub address: String,
    /// The port, where the file alone decides it.
    pub port: Option<u16>,
    /// Where the endpoint stands.
    pub span: Span,
    /// The plan, or why nothing is generated for it.
    pub outcome: Result<PlannedEndpoint, Refused>,
}

/// Nothing is generated for an endpoint: the deny findings that stand against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Their codes, sorted.
    pub codes: Vec<&'static str>,
}

/// What the server does at one endpoint, and the client that matches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEndpoint {
    /// The transport.
    pub transport: Decision<TransportPlan>,
    /// How callers prove themselves: all of these together; empty means anonymous.
    pub callers: Decision<Vec<CallerCredential>>,
    /// What a proved caller must be, operation by operation.
    pub authorization: AuthorizationPlan,
    /// The certificate the server shows, where the transport is TLS.
    pub server_identity: Decision<ServerIdentity>,
    /// The client's side.
    pub channel: ChannelPlan,
    /// Sizes, times and counts.
    pub limits: LimitsPlan,
    /// Whether server reflection answers, in place of metadata exchange.
    pub reflection: bool,
    /// Whether browsers are served (gRPC-Web).
    pub grpc_web: bool,
    /// Origins whose pages may call, by policy: with what the server's setting begins. Empty where browsers are not served.
    pub browser_origins: Vec<String>,
    /// In which files the server's certificate is given, and the client's.
    pub certificate_files: CertificateFiles,
    /// What a client sees that asks for a name which no service of a shared port has.
    pub unknown_server_names: UnknownServerNames,
    /// What becomes of guarantees and protocols that are no value of the plan: message protection, sessions, metadata, permissions
    /// that code decides.
    pub guarantees: Vec<Decision<Fate>>,
    /// Codes of guarantees that WCF gave and gRPC cannot keep (each also a finding), sorted.
    pub losses: Vec<&'static str>,
}

/// What becomes of a guarantee or protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is kept, or there was none to lose.
    Kept,
    /// Something else gives it.
    Replaced,
    /// It is lost, or left out on purpose.
    NotKept,
}

/// Who may call which operation, beside proving who they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationPlan {
    /// Where the roles of a caller come from; there wherever an operation demands anything.
    pub roles_from: Option<Decision<RoleSource>>,
    /// What operations demand, in the contract's order. An operation that is not listed demands nothing and admits every proved
    /// caller.
    pub operations: Vec<Decision<OperationDemand>>,
}

/// What one operation demands before its handler runs (`PrincipalPermission` of .NET, `Authorize` of CoreWCF).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationDemand {
    /// The operation's name, as the contract model has it on the wire.
    pub operation: String,
    /// Each of these must be met by one of its requirements; neither list is ever empty.
    pub all_of: Vec<AnyOf>,
}

/// Alternatives: one of these must hold.
pub type AnyOf = Vec<RoleRequirement>;

/// What a caller must be: both, where both are given; any proved caller, where neither is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleRequirement {
    /// The role, as the source writes it (`Tellers`, `BANK\\Tellers`).
    pub role: Option<String>,
    /// The name that WCF knew the caller by, as the source writes it (`BANK\\alice`). Certificates and tokens have other names: the
    /// roles file says which caller stands for it. Never with [`RoleSource::TokenClaim`].
    pub name: Option<String>,
}

/// Where the roles of a caller come from, by policy. Who is not found there has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleSource {
    /// A file of the operator's: for each role, and for each name that is demanded, the callers that stand for it. A caller is what
    /// proved it: the certificate's subject, the Basic user name, the token's `sub`, the Kerberos principal, the local user.
    File,
    /// A claim of the bearer token, by its name: a text or a list of texts.
    TokenClaim(String),
}

/// The transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportPlan {
    /// TLS under HTTP/2.
    Tls(TlsPlan),
    /// A Unix domain socket with owner-only permissions.
    LocalSocket,
    /// HTTP/2 over clear text.
    ClearText(ClearText),
}

/// Why clear text is possible at all. Anything else cannot be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClearText {
    /// Bound to loopback.
    Loopback,
    /// The mesh's proxy encrypts between pods.
    Mesh,
    /// The overlay network is declared encrypted.
    EncryptedOverlay,
}

/// TLS on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsPlan {
    /// Versions.
    pub versions: Decision<TlsVersions>,
    /// Whether 256-bit suites come first.
    pub prefer_256_bit: bool,
    /// Client certificates.
    pub client_certificates: Decision<ClientCertificates>,
}

/// TLS versions; the floor is 1.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersions {
    /// 1.3 preferred, 1.2 accepted.
    Tls12AndTls13,
    /// Only 1.2.
    OnlyTls12,
    /// Only 1.3.
    OnlyTls13,
}

/// Client certificates at the TLS layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificates {
    /// Not asked for.
    NotRequested,
    /// Required and checked.
    Required(CertificateTrust),
}

/// How a peer's certificate is checked: on the server the client's, on the client the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateTrust {
    /// Against what.
    pub anchors: TrustAnchors,
    /// Revocation.
    pub revocation: Revocation,
}

/// What a certificate is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustAnchors {
    /// It chains to an authority in a file.
    Authorities,
    /// It is one of the certificates in a file.
    PinnedCertificates,
    /// Either.
    AuthoritiesOrPinned,
    /// Code must be written; until then everything is refused.
    CustomVerifier,
    /// Dangerous: any certificate is accepted. Only by the waiver `accept-any-certificate`.
    AcceptAnyCertificate,
}

/// Revocation checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Not checked.
    NotChecked,
    /// Against lists from files; a missing or expired list refuses.
    Lists,
}

/// A credential a caller must present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerCredential {
    /// The certificate of the TLS layer.
    ClientCertificate,
    /// A name and a password in `authorization` metadata.
    Basic(PasswordCheck),
    /// A signed token in `authorization` metadata.
    Bearer(BearerPlan),
    /// A Kerberos ticket in `authorization` metadata, one leg of Negotiate.
    Kerberos,
    /// The user of the process at the other end of a local socket.
    LocalPeer,
}

/// Who checked the password in WCF; the generated verifier is the counterpart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// Windows accounts.
    WindowsAccounts,
    /// An ASP.NET membership provider, by name.
    MembershipProvider(String),
    /// A class of the user's, by name.
    Custom(String),
}

/// Bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerPlan {
    /// The issuer, from policy; otherwise a required setting.
    pub issuer: Option<String>,
    /// The audience, from policy or the source; otherwise a required setting.
    pub audience: Option<String>,
}

/// The certificate the server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerIdentity {
    /// How WCF found it (`X509FindType` and value, store), to tell the operator which one to export. `None` where it is the web
    /// server's or was never configured: then it is a required setting without a hint.
    pub exported_from: Option<String>,
    /// The DNS name clients expect, where the source says one.
    pub dns_name: Option<String>,
}

/// The client's side of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelPlan {
    /// How the server's certificate is checked.
    pub server_trust: Decision<CertificateTrust>,
    /// The name the server must prove, where the source says one; otherwise the address's host.
    pub expected_server_name: Option<Decision<String>>,
    /// How WCF found the client's certificate, where one is needed and the input says how.
    pub client_certificate_from: Option<String>,
}

/// Sizes, times and counts. `None` means that nothing limits it, which is a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsPlan {
    /// Largest message the server accepts, in bytes.
    pub max_request_bytes: Decision<u64>,
    /// Largest message the client accepts, in bytes: the client's own value where its file is at hand, else the server's.
    pub max_response_bytes: Decision<u64>,
    /// Deadline of a call in milliseconds (the client's `sendTimeout`).
    pub deadline_ms: Option<Decision<u64>>,
    /// Connecting, in milliseconds (the client's `openTimeout`).
    pub connect_timeout_ms: Option<Decision<u64>>,
    /// How long a connection may be idle, in milliseconds (`receiveTimeout`).
    pub idle_ms: Option<Decision<u64>>,
    /// Calls at a time (`serviceThrottling@maxConcurrentCalls`); `None` is by processor count.
    pub max_concurrent_calls: Option<Decision<u32>>,
    /// Connections at a time (`maxConcurrentSessions`); `None` is by processor count.
    pub max_connections: Option<Decision<u32>>,
    /// Connections that are still proving who they are (`maxConnections` of a net.tcp service, .NET's `MaxPendingConnections`); `None`
    /// is the server's own number. Without TLS there is nothing to prove, and none is ever pending.
    pub max_pending_connections: Option<Decision<u32>>,
    /// Connections that wait in the listening socket's queue (`listenBacklog`); `None` is the server's own number.
    pub listen_backlog: Option<Decision<u32>>,
    /// Whether responses may be compressed.
    pub gzip: bool,
    /// Whether a whole message may be streamed (`transferMode`).
    pub streamed: bool,
}
