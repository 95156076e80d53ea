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
    /// Whether a WS-SecureConversation session is kept.
    pub secure_conversation: bool,
    /// Whether replayed messages are refused.
    pub replay_detection: bool,
    /// Whether the server acts as its caller.
    pub impersonation: bool,
    /// Operations whose contract demands a protection other than the endpoint's: operation name and what it really got.
    pub operations: Vec<(String, EndToEnd)>,
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
