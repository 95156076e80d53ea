//! A client's TLS configuration from explicit pieces, and how it checks the server's certificate.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    SupportedProtocolVersion,
};

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

/// No server is trusted: what stands in for a verifier that a person has yet to write.
pub fn refuse_every_server(provider: Arc<CryptoProvider>) -> Arc<dyn ServerCertVerifier> {
    Arc::new(Regardless {
        refuse: true,
        provider,
    })
}

/// Dangerous: whoever answers is believed to be the server. Only the proof that it has the key of its certificate remains.
pub fn accept_any_server_certificate(provider: Arc<CryptoProvider>) -> Arc<dyn ServerCertVerifier> {
    Arc::new(Regardless {
        refuse: false,
        provider,
    })
}

/// Decides without a look at the certificate.
#[derive(Debug)]
struct Regardless {
    refuse: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Regardless {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.refuse {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
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
