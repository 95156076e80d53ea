//! The hostile and the friendly clients that prove what a running server refuses, for wcf2grpc.
//!
//! [`attempts`] reads off a plan what must be refused and what must be accepted; [`probe`] tries each against a server and
//! returns one [`Row`] for each. The clients here speak TLS and HTTP/2 themselves and share no code with the generated
//! server, so that a mistake there is not made here again. They call an operation that does not exist, unless told otherwise: what the server
//! says of it shows whether the caller was let in, and no handler runs.
//!
//! No attempt ever sends a real password outside TLS, or to a server that did not prove its name.

mod attempt;
mod call;
mod material;
mod row;
mod tls;
mod token;

use std::time::{Duration, Instant};

use wcf_security::plan::{PlannedEndpoint, TransportPlan};

pub use crate::attempt::{Attempt, Expected, attempts};
pub use crate::material::{Identity, Material, MaterialError, Password};
pub use crate::row::{Observed, RefusedBy, Row, Verdict};

use crate::call::{Client, Speaks};
use crate::material::WrongToken;
use crate::token::Change;

/// No contract has an operation of this name.
pub const NO_OPERATION: &str = "Wcf2GrpcProbe";

/// A running server.
#[derive(Clone, Debug)]
pub struct Target {
    /// `HOST:PORT` to connect to, or `unix:PATH`.
    pub address: String,
    /// The name that the server's certificate must prove.
    pub server_name: String,
    /// The full name of a gRPC service that it serves: `harbour.contracts.v1.BerthPlanning`.
    pub service: String,
    /// The operation to call. [`NO_OPERATION`] shows who is let in without running a handler.
    pub operation: String,
    /// How long one attempt may take.
    pub timeout: Duration,
}

/// Tries everything that the plan must refuse, and what it must accept, in the order of [`attempts`].
pub async fn probe(target: &Target, material: &Material, plan: &PlannedEndpoint) -> Vec<Row> {
    let mut rows = Vec::new();
    for (attempt, expected) in attempts(plan) {
        let started = Instant::now();
        let observed = match client(attempt, target, material, plan) {
            Ok(client) => match tokio::time::timeout(target.timeout, client.call(target)).await {
                Ok(observed) => observed,
                Err(_) => Observed::Unanswered,
            },
            Err(why) => Observed::NotTried { why: why.to_string() },
        };
        rows.push(Row { attempt, expected, observed, took: started.elapsed() });
    }
    rows
}

/// [`probe`] on a runtime of its own, for callers without one.
///
/// # Errors
///
/// If the operating system gives no runtime.
pub fn probe_blocking(target: &Target, material: &Material, plan: &PlannedEndpoint) -> std::io::Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(probe(target, material, plan)))
}

/// The client for one attempt: the matching one, with one thing wrong.
fn client(attempt: Attempt, target: &Target, material: &Material, plan: &PlannedEndpoint) -> Result<Client, MaterialError> {
    let needs = attempt::Needs::of(plan);
    let tls = matches!(plan.transport.chosen, TransportPlan::Tls(_));
    let mut server_name = target.server_name.clone();
    let authorization = match attempt {
        // Nothing secret goes to a server that proves nothing.
        Attempt::PlainText | Attempt::Tls11 | Attempt::WrongServerName | Attempt::UnknownServerAuthority => None,
        Attempt::NoCredentials => None,
        Attempt::WrongPassword => Some(material.wrong_password()?),
        Attempt::UnknownUser => Some(Material::unknown_user()),
        Attempt::MalformedCredentials => Some("Basic not-base64-at-all!".to_owned()),
        Attempt::EmptyPassword => Some(material.empty_password()?),
        Attempt::ForgedToken => Some(material.wrong_token(WrongToken::Unsigned)?),
        Attempt::BrokenSignature => Some(material.wrong_token(WrongToken::BrokenSignature)?),
        Attempt::ChangedClaims => Some(material.wrong_token(WrongToken::ChangedClaims)?),
        Attempt::TokenOfUnknownKey => Some(material.wrong_token(WrongToken::UnknownKey)?),
        Attempt::ConfusedKey => Some(material.wrong_token(WrongToken::ConfusedKey)?),
        Attempt::ExpiredToken => Some(material.wrong_token(WrongToken::Claim(Change::Expired))?),
        Attempt::TokenNotYetGood => Some(material.wrong_token(WrongToken::Claim(Change::NotYetGood))?),
        Attempt::TokenOfOtherIssuer => Some(material.wrong_token(WrongToken::Claim(Change::Issuer))?),
        Attempt::TokenForOtherAudience => Some(material.wrong_token(WrongToken::Claim(Change::Audience))?),
        Attempt::ForgedTicket => Some(Material::forged_ticket()),
        Attempt::NtlmMessage => Some(Material::ntlm_message()),
        Attempt::Matching
        | Attempt::OnlyTls12
        | Attempt::OnlyTls13
        | Attempt::SelfSignedCertificate
        | Attempt::NoCertificate
        | Attempt::CertificateOfUnknownAuthority
        | Attempt::ExpiredCertificate
        | Attempt::CertificateNotYetGood
        | Attempt::RevokedCertificate
        | Attempt::CertificateForServers
        | Attempt::UnlistedCertificate => material.authorization(&needs)?,
    };
    if attempt == Attempt::Tls11 {
        return Ok(Client { speaks: Speaks::Tls11, authorization: None });
    }
    if attempt == Attempt::PlainText || !tls {
        return Ok(Client { speaks: Speaks::ClearText, authorization });
    }
    let certificate = match attempt {
        Attempt::PlainText | Attempt::Tls11 | Attempt::NoCertificate => None,
        Attempt::CertificateOfUnknownAuthority => Some(material.of_unknown_authority()?),
        Attempt::SelfSignedCertificate => Some(material.self_signed()?),
        Attempt::ExpiredCertificate => Some(material.expired()?),
        Attempt::CertificateNotYetGood => Some(material.not_yet_good()?),
        Attempt::RevokedCertificate => Some(material.revoked()?),
        Attempt::CertificateForServers => Some(material.for_servers()?),
        Attempt::UnlistedCertificate => Some(material.unlisted()?),
        Attempt::Matching
        | Attempt::OnlyTls12
        | Attempt::OnlyTls13
        | Attempt::WrongServerName
        | Attempt::UnknownServerAuthority
        | Attempt::NoCredentials
        | Attempt::WrongPassword
        | Attempt::EmptyPassword
        | Attempt::UnknownUser
        | Attempt::MalformedCredentials
        | Attempt::ForgedToken
        | Attempt::BrokenSignature
        | Attempt::ChangedClaims
        | Attempt::TokenOfUnknownKey
        | Attempt::ConfusedKey
        | Attempt::ExpiredToken
        | Attempt::TokenNotYetGood
        | Attempt::TokenOfOtherIssuer
        | Attempt::TokenForOtherAudience
        | Attempt::ForgedTicket
        | Attempt::NtlmMessage => material.certificate(&needs)?,
    };
    let roots = match attempt {
        Attempt::UnknownServerAuthority => material.unknown_roots()?,
        _ => material.roots()?,
    };
    if attempt == Attempt::WrongServerName {
        server_name = "not-this-server.invalid".to_owned();
    }
    let versions: &[_] = match attempt {
        Attempt::OnlyTls12 => &[&rustls::version::TLS12],
        Attempt::OnlyTls13 => &[&rustls::version::TLS13],
        _ => rustls::DEFAULT_VERSIONS,
    };
    Ok(Client { speaks: Speaks::Tls(tls::configuration(roots, certificate, &server_name, versions)?), authorization })
}
