//! A TLS configuration from explicit pieces: what is not passed in is not there, and nothing comes from a process-wide default.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, SupportedProtocolVersion};

use super::settings::SettingError;

/// The cryptography of this server, aws-lc-rs, with its own order of suites.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The same, and of the suites that rustls has only those with keys of 256 bits come first.
pub fn provider_preferring_256_bit() -> Arc<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    // The names of the suites with shorter keys have `AES_128` in them. The sort is stable.
    provider.cipher_suites.sort_by_key(|suite| {
        suite
            .suite()
            .as_str()
            .is_none_or(|name| name.contains("AES_128"))
    });
    Arc::new(provider)
}

/// Nobody is asked for a certificate.
pub fn no_client_certificates() -> Arc<dyn ClientCertVerifier> {
    WebPkiClientVerifier::no_client_auth()
}

/// A configuration that speaks HTTP/2 with these versions, shows this identity, and checks clients with this verifier.
///
/// Where clients show certificates, sessions are not resumed: rustls does not check a certificate again on resumption, so a
/// session would outlive the certificate's revocation or expiry.
///
/// # Errors
///
/// When the provider has no suite for one of the versions.
pub fn server_config(
    setting: &'static str,
    provider: Arc<CryptoProvider>,
    versions: &[&'static SupportedProtocolVersion],
    clients: Arc<dyn ClientCertVerifier>,
    identity: CertifiedKey,
) -> Result<ServerConfig, SettingError> {
    let asks_for_certificates = clients.offer_client_auth();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(|error| SettingError::new(setting, error))?
        .with_client_cert_verifier(clients)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(identity)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    // The order of suites is the server's.
    config.ignore_client_order = true;
    if asks_for_certificates {
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_of_256_bits_come_first_and_none_is_lost() {
        let ordered = provider_preferring_256_bit();
        let names: Vec<_> = ordered
            .cipher_suites
            .iter()
            .map(|suite| suite.suite().as_str().unwrap())
            .collect();
        assert_eq!(names.len(), provider().cipher_suites.len());
        let short = |name: &str| name.contains("AES_128");
        let first_short = names.iter().position(|name| short(name)).unwrap();
        assert!(names[first_short..].iter().all(|name| short(name)));
    }
}
