//! What WCF really did, in words that belong to neither WCF's classes nor gRPC: the source side of every comparison.
//!
//! Each scale is ordered, weakest first. "Unknown" is a value, never a guess: it is planned as the strictest reading.

use wcf_diagnostics::{FileId, Span, Subject};

use crate::reason::Reason;

/// The posture of every endpoint of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityPosture {
    /// One for each host of the effective configuration, in its order.
    pub hosts: Vec<HostPosture>,
}

/// The posture of one host's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPosture {
    /// The host's short name.
    pub name: String,
    /// The configuration file.
    pub file: FileId,
    /// Service endpoints, in order.
    pub services: Vec<EndpointPosture>,
    /// Client endpoints, in order.
    pub clients: Vec<EndpointPosture>,
}

/// What protects one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPosture {
    /// Service and endpoint, for findings and waivers.
    pub subject: Subject,
    /// Where the endpoint stands.
    pub span: Span,
    /// The contract's name as the configuration writes it.
    pub contract: String,
    /// Whether it serves metadata, not the business contract.
    pub is_system: bool,
    /// The codes of the findings that assessing it made, those about its whole service included. The policy may raise them.
    pub reported: Vec<&'static str>,
    /// The posture, or why there is none (the transport is not one that carries requests and responses, or .NET refuses the binding).
    pub outcome: Result<Posture, NoPosture>,
}

/// Why an endpoint has no posture. The findings say where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPosture {
    /// The codes of the findings that say why.
    pub codes: Vec<&'static str>,
}

/// The dimensions of protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posture {
    /// What carries the messages.
    pub carrier: Carrier,
    /// What an observer of the wire can do.
    pub in_transit: Assessed<InTransit>,
    /// What an intermediary can do.
    pub end_to_end: Assessed<EndToEnd>,
    /// How the server proves itself.
    pub server_proof: Assessed<ServerProof>,
    /// How the transport makes the caller prove itself.
    pub transport_caller: Assessed<CallerProof>,
    /// How the message makes the caller prove itself.
    pub message_caller: Assessed<CallerProof>,
    /// Further proofs that are demanded together with the two above (a web server that requires client certificates, a transport
    /// with a certificate and a password).
    pub also_required: Vec<Assessed<CallerProof>>,
    /// How the caller's certificate is checked, where the caller proves itself by one.
    pub caller_certificate_check: Option<Assessed<CertificateCheck>>,
    /// How the server's certificate is checked, on a client endpoint whose server proves itself by one.
    pub server_certificate_check: Option<Assessed<CertificateCheck>>,
    /// The lowest TLS version that is accepted; `None` where it is not TLS or the operating system decides.
    pub lowest_tls: Option<Assessed<TlsVersion>>,
    /// The highest TLS version that is accepted, likewise.
    pub highest_tls: Option<Assessed<TlsVersion>>,
    /// What shows that something stands between caller and server and handles messages; empty where nothing does.
    pub intermediary: Vec<Reason>,
    /// Protection levels that the contract demands of its own.
    pub demanded: Vec<Reason>,
    /// Whether a WS-SecureConversation session is kept.
    pub secure_conversation: bool,
    /// Whether replayed messages are refused.
    pub replay_detection: bool,
    /// Whether the server acts as its caller.
    pub impersonation: bool,
    /// Operations whose contract demands a protection other than the endpoint's: operation name and what it really got.
    pub operations: Vec<(String, EndToEnd)>,
}

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// HTTP or HTTPS requests.
    Http,
    /// A WebSocket.
    WebSocket,
    /// A TCP stream.
    Tcp,
    /// A named pipe: reachable from the same machine only.
    NamedPipe,
    /// A message queue: no answer comes back on it.
    Queue,
    /// A mesh of peers: one to many.
    PeerMesh,
    /// Datagrams, possibly to many.
    Datagram,
    /// A transport of a user's assembly.
    Unknown,
}

/// What makes a certificate acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateCheck {
    /// Against what it is held.
    pub basis: TrustBasis,
    /// Whether a revoked certificate is refused.
    pub revocation: bool,
    /// Whether the name in it must be the one that was called. Only about servers.
    pub name_checked: bool,
}

/// Against what a certificate is held, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustBasis {
    /// Nothing: any certificate is taken.
    Anything,
    /// An authority that is trusted, or the certificate itself.
    ChainOrExact,
    /// An authority that is trusted.
    Chain,
    /// The certificate itself.
    Exact,
    /// Code that is not in the configuration.
    Code,
}

/// A version of SSL or TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// Any SSL, TLS 1.0 or TLS 1.1: broken or withdrawn.
    Withdrawn,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// A value with what it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed<T> {
    /// The value.
    pub value: T,
    /// What it follows from: at least one.
    pub because: Vec<Reason>,
}

/// Protection on the wire, hop by hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InTransit {
    /// Anyone on the path reads and changes it.
    Clear,
    /// Anyone on the path reads it, nobody changes it unseen.
    IntegrityOnly,
    /// Nobody on the path reads or changes it.
    Confidential,
    /// Decided outside the files.
    Unknown,
}

/// Protection of each message from sender to receiver, through intermediaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndToEnd {
    /// None.
    None,
    /// Signed.
    Signed,
    /// Signed and encrypted.
    SignedAndEncrypted,
}

/// How the server proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerProof {
    /// Not at all.
    Nothing,
    /// By Kerberos, or not at all where NTLM is used.
    WindowsIdentity,
    /// By a certificate.
    Certificate,
    /// Decided outside the files.
    Unknown,
}

/// How a caller proves itself. Strength classes: [`CallerProof::strength`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallerProof {
    /// Not at all.
    Nothing,
    /// A password that anyone on the path reads.
    PasswordInClear,
    /// HTTP digest over clear text.
    DigestInClear,
    /// NTLM or Negotiate over clear text: the handshake proves the caller, the data is not bound to it.
    WindowsOverClear,
    /// HTTP digest under protection.
    DigestProtected,
    /// A password under protection.
    PasswordProtected,
    /// Kerberos or NTLM under protection.
    WindowsIdentity,
    /// A token from an issuer.
    IssuedToken,
    /// A certificate whose key the caller holds.
    Certificate,
    /// Whatever the host decides: outside the files.
    DecidedByHost,
}

/// Strength classes of caller proofs, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallerStrength {
    /// Anyone.
    Nothing,
    /// Whoever read a password on the path.
    PasswordInClear,
    /// Whoever knows the password.
    PasswordProtected,
    /// Whoever holds a key, a ticket or a token. Unknown counts here: the strictest reading.
    Strong,
}

impl CallerProof {
    /// The class it is compared by.
    #[must_use]
    pub const fn strength(self) -> CallerStrength {
        match self {
            Self::Nothing => CallerStrength::Nothing,
            Self::PasswordInClear | Self::DigestInClear => CallerStrength::PasswordInClear,
            Self::DigestProtected | Self::PasswordProtected => CallerStrength::PasswordProtected,
            Self::WindowsOverClear | Self::WindowsIdentity | Self::IssuedToken | Self::Certificate | Self::DecidedByHost => {
                CallerStrength::Strong
            }
        }
    }
}
