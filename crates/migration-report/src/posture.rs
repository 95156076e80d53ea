//! What protects an endpoint in WCF.

use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// What protects an endpoint, dimension by dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Posture {
    /// What an observer of the wire can do: `clear`, `integrity-only`, `confidential`, `unknown`.
    pub in_transit: Assessed,
    /// What an intermediary can do: `none`, `signed`, `signed-and-encrypted`.
    pub end_to_end: Assessed,
    /// How the server proves itself: `nothing`, `windows-identity`, `certificate`, `unknown`.
    pub server_proof: Assessed,
    /// How the transport makes the caller prove itself: `nothing`, `password-in-clear`, `certificate`, ….
    pub transport_caller: Assessed,
    /// How the message makes the caller prove itself: the same words.
    pub message_caller: Assessed,
    /// Whether a WS-SecureConversation session is kept.
    pub secure_conversation: bool,
    /// Whether replayed messages are refused.
    pub replay_detection: bool,
    /// Whether the server acts as its caller.
    pub impersonation: bool,
    /// Operations whose contract demands a protection other than the endpoint's.
    #[serde(default)]
    pub operations: Vec<OperationProtection>,
}

/// A judgement with what it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessed {
    /// The value, in kebab-case.
    pub value: String,
    /// At least one reason.
    pub because: Vec<Reason>,
}

/// The protection of one operation's messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationProtection {
    /// The operation's name.
    pub operation: String,
    /// What it gets end to end: the words of [`Posture::end_to_end`].
    pub end_to_end: String,
}
