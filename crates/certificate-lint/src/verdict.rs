//! What rustls's own verifier answers, asked as the generated crates ask it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;

use crate::material::{Material, Name};
use crate::{Question, Role};

/// rustls's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The certificate is good for the role, the names and the authorities asked about.
    Accepted,
    /// It is not, in rustls's words.
    Refused(String),
    /// No authority was given, so nothing is known about trust.
    NoAuthority,
    /// There is no certificate to ask about.
    NothingToVerify,
}

/// Asks rustls about the first certificate of a file, with the others as intermediates.
pub(crate) fn of(material: &Material, question: &Question<'_>) -> Verdict {
    let Some((leaf, intermediates)) = material.certificates.split_first() else { return Verdict::NothingToVerify };
    if question.authorities.is_empty() {
        return Verdict::NoAuthority;
    }
    let mut roots = RootCertStore::empty();
    for authority in question.authorities {
        if let Err(error) = roots.add(authority.clone()) {
            return Verdict::Refused(format!("an authority cannot be used: {error}"));
        }
    }
    let intermediates: Vec<CertificateDer<'_>> = intermediates.iter().map(|certificate| certificate.der.clone()).collect();
    let now = UnixTime::since_unix_epoch(question.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let roots = Arc::new(roots);
    let answer = match question.role {
        Role::Server => {
            let verifier = match WebPkiServerVerifier::builder_with_provider(roots, provider).build() {
                Ok(verifier) => verifier,
                Err(error) => return Verdict::Refused(error.to_string()),
            };
            // A certificate that proves no name is of no use to a server, whatever name is asked for.
            let own =
                || leaf.names.iter().filter(|name| !matches!(name, Name::Uri(_))).take(1).map(|name| name.to_string().replace('*', "any"));
            let names: Vec<String> = if question.names.is_empty() { own().collect() } else { question.names.to_vec() };
            let names = if names.is_empty() { vec!["a-name.example".to_owned()] } else { names };
            names.into_iter().try_for_each(|name| {
                let server = ServerName::try_from(name.clone()).map_err(|_| format!("{name} is no DNS name or IP address"))?;
                let verified = verifier.verify_server_cert(&leaf.der, &intermediates, &server, &[], now);
                verified.map(drop).map_err(|error| error.to_string())
            })
        }
        Role::Client => match WebPkiClientVerifier::builder_with_provider(roots, provider).build() {
            Ok(verifier) => verifier.verify_client_cert(&leaf.der, &intermediates, now).map(drop).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        },
    };
    answer.map_or_else(Verdict::Refused, |()| Verdict::Accepted)
}
