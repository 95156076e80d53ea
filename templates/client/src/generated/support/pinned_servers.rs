//! Servers that are trusted because of the exact certificate they show, whoever signed it.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// The server's certificate must be one of these, byte for byte, and valid today.
pub fn pinned(
    certificates: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Arc<dyn ServerCertVerifier> {
    Arc::new(Pinned {
        certificates,
        otherwise: None,
        provider,
    })
}

/// The server's certificate must be one of these, or satisfy the other verifier.
pub fn pinned_or(
    certificates: Vec<CertificateDer<'static>>,
    otherwise: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Arc<dyn ServerCertVerifier> {
    Arc::new(Pinned {
        certificates,
        otherwise: Some(otherwise),
        provider,
    })
}

#[derive(Debug)]
struct Pinned {
    certificates: Vec<CertificateDer<'static>>,
    otherwise: Option<Arc<dyn ServerCertVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.certificates.iter().any(|pin| pin == end_entity) {
            valid_at(end_entity, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        match &self.otherwise {
            Some(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
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

fn valid_at(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let (_, parsed) =
        X509Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).map_err(|_| CertificateError::BadEncoding)?;
    if now < parsed.validity().not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > parsed.validity().not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn certificate() -> CertificateDer<'static> {
        let params = CertificateParams::new(vec!["quay.example".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn a_pin_is_exact_and_has_a_validity() {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let (pin, other) = (certificate(), certificate());
        let verifier = pinned(vec![pin.clone()], provider);
        let name = ServerName::try_from("anything.example").unwrap();
        let verify = |certificate: &CertificateDer<'_>, now| {
            verifier
                .verify_server_cert(certificate, &[], &name, &[], now)
                .err()
        };
        assert_eq!(verify(&pin, UnixTime::now()), None);
        assert!(verify(&other, UnixTime::now()).is_some());
        let later = UnixTime::since_unix_epoch(Duration::from_secs(95_000_000_000));
        assert_eq!(verify(&pin, later), Some(CertificateError::Expired.into()));
    }
}
