//! A client's TLS configuration from explicit pieces, and how it checks the server's certificate.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateRevocationListDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use super::settings::SettingError;

/// Whether the server's certificate may have been revoked since.
#[derive(Clone, Debug)]
pub enum Revocation {
    /// Nobody looks. A stolen certificate is good until it expires.
    NotChecked,
    /// Against these lists: a certificate whose authority has none here, or only an expired one, is refused.
    Lists(Vec<CertificateRevocationListDer<'static>>),
}

/// The cryptography of this client, aws-lc-rs.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The server's certificate must chain to one of the authorities, and be for the expected name.
///
/// # Errors
///
/// When there is no authority or a revocation list cannot be understood.
pub fn chain_trust(
    setting: &'static str,
    authorities: Arc<RootCertStore>,
    revocation: Revocation,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, SettingError> {
    let builder = WebPkiServerVerifier::builder_with_provider(authorities, provider);
    let builder = match revocation {
        Revocation::NotChecked => builder,
        Revocation::Lists(lists) if lists.is_empty() => {
            return Err(SettingError::new(setting, "no revocation list"));
        }
        Revocation::Lists(lists) => builder.with_crls(lists).enforce_revocation_expiration(),
    };
    let verifier = builder
        .build()
        .map_err(|error| SettingError::new(setting, error))?;
    Ok(verifier)
}

/// A configuration that speaks HTTP/2 with these versions, checks the server with this verifier, and shows this identity, if
/// there is one.
///
/// # Errors
///
/// When the provider has no suite for one of the versions.
pub fn client_config(
    setting: &'static str,
    provider: Arc<CryptoProvider>,
    versions: &[&'static SupportedProtocolVersion],
    server: Arc<dyn ServerCertVerifier>,
    identity: Option<CertifiedKey>,
) -> Result<ClientConfig, SettingError> {
    // rustls calls every verifier that is not made from roots alone dangerous. The ones above check all that those do.
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(|error| SettingError::new(setting, error))?
        .dangerous()
        .with_custom_certificate_verifier(server);
    let mut config = match identity {
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}
