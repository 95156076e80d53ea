//! What the generated server and client do in place of WCF.

use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// The plan of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Where the server will run: `internal`, `public`, `kubernetes`, `mesh`, `swarm`, `local`.
    pub exposure: String,
    /// `tls`, `local-socket`, or why it may be clear text: `clear-text-loopback`, `clear-text-mesh`, `clear-text-encrypted-overlay`.
    pub transport: String,
    /// The credentials a caller must present, all together: `client-certificate`, `basic`, `bearer`, `kerberos`,
    /// `local-peer`. Empty means that anyone may call.
    pub callers: Vec<String>,
    /// Every choice, with the rule that made it and what it follows from, in the order they were made.
    pub decisions: Vec<Decision>,
    /// Codes of the guarantees that WCF gave and gRPC cannot keep, sorted.
    #[serde(default)]
    pub losses: Vec<String>,
    /// Whether server reflection answers.
    #[serde(default)]
    pub reflection: bool,
    /// Whether browsers are served (gRPC-Web).
    #[serde(default)]
    pub grpc_web: bool,
    /// Origins whose pages may call, by policy.
    #[serde(default)]
    pub browser_origins: Vec<String>,
    /// In which files certificates are given: `pem` or `pkcs12`.
    #[serde(default = "pem")]
    pub certificate_files: String,
}

fn pem() -> String {
    "pem".to_owned()
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// What it is about: `transport`, `tls-versions`, `client-certificates`, `callers`, `server-identity`, `server-trust`,
    /// `expected-server-name`, `max-request-bytes`, ….
    pub topic: String,
    /// What was chosen: a word in kebab-case, a number, or words joined by ` + `.
    pub chosen: String,
    /// The rule's public id; `explain` says more.
    pub rule: String,
    /// At least one reason.
    pub because: Vec<Reason>,
}

/// Nothing is generated for an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// The codes of the findings that stand against it, sorted. Their places are in the report's findings.
    pub codes: Vec<String>,
}
