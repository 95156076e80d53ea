//! How client certificates are checked: against authorities, against exact certificates, and against a list of those allowed.
//!
//! Each verifier leaves the proof that the client has the key to rustls.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::caller::CertificateIdentity;
use super::settings::SettingError;

/// Whether a certificate of an authority may have been revoked since.
#[derive(Clone, Debug)]
pub enum Revocation {
    /// Nobody looks. A stolen certificate is good until it expires.
    NotChecked,
    /// Against these lists: a certificate whose authority has none here, or only an expired one, is refused.
    Lists(Vec<CertificateRevocationListDer<'static>>),
}

/// A client certificate is required, and it must chain to one of the authorities.
///
/// # Errors
///
/// When there is no authority or a revocation list cannot be understood.
pub fn chain_trust(
    setting: &'static str,
    authorities: Arc<RootCertStore>,
    revocation: Revocation,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, SettingError> {
    let builder = WebPkiClientVerifier::builder_with_provider(authorities, provider);
    let builder = match revocation {
        Revocation::NotChecked => builder,
        Revocation::Lists(lists) if lists.is_empty() => {
            return Err(SettingError::new(setting, "no revocation list"));
        }
        Revocation::Lists(lists) => builder.with_crls(lists).enforce_revocation_expiration(),
    };
    builder
        .build()
        .map_err(|error| SettingError::new(setting, error))
}

/// A client certificate is required, and it must be one of these certificates, byte for byte, and valid today.
pub fn pinned(
    certificates: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Arc<dyn ClientCertVerifier> {
    Arc::new(Pinned {
        certificates,
        provider,
    })
}

/// A client certificate is required, and it must be one of these certificates or satisfy the other verifier.
pub fn pinned_or(
    certificates: Vec<CertificateDer<'static>>,
    otherwise: Arc<dyn ClientCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Arc<dyn ClientCertVerifier> {
    let pinned = Pinned {
        certificates,
        provider,
    };
    Arc::new(PinnedOr { pinned, otherwise })
}

/// Narrows a verifier to the named clients: an entry is a DNS name of the certificate, its whole subject, or its thumbprint
/// (SHA-1 or SHA-256, hexadecimal). An empty list narrows nothing.
pub fn narrowed_to(
    allowed: Vec<String>,
    verifier: Arc<dyn ClientCertVerifier>,
) -> Arc<dyn ClientCertVerifier> {
    if allowed.is_empty() {
        return verifier;
    }
    Arc::new(NarrowedTo { allowed, verifier })
}

/// Refuses every client: what stands in for a verifier that a person has yet to write.
pub fn refuse_every_client(provider: Arc<CryptoProvider>) -> Arc<dyn ClientCertVerifier> {
    pinned(Vec::new(), provider)
}

/// Dangerous: a client certificate is required, and any will do, whoever signed it and whenever it expired. Only the proof that the
/// client has its key remains.
pub fn accept_any_client_certificate(provider: Arc<CryptoProvider>) -> Arc<dyn ClientCertVerifier> {
    Arc::new(AcceptAny { provider })
}

#[derive(Debug)]
struct AcceptAny {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for AcceptAny {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
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

#[derive(Debug)]
struct Pinned {
    certificates: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn names(&self, certificate: &CertificateDer<'_>) -> bool {
        self.certificates.iter().any(|pin| pin == certificate)
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if !self.names(end_entity) {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        valid_at(end_entity, now)?;
        Ok(ClientCertVerified::assertion())
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

#[derive(Debug)]
struct PinnedOr {
    pinned: Pinned,
    otherwise: Arc<dyn ClientCertVerifier>,
}

impl ClientCertVerifier for PinnedOr {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        // A client picks its certificate by these names; a pinned one may come from anywhere.
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if self.pinned.names(end_entity) {
            return self
                .pinned
                .verify_client_cert(end_entity, intermediates, now);
        }
        self.otherwise
            .verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.pinned
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.pinned
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.pinned.supported_verify_schemes()
    }
}

#[derive(Debug)]
struct NarrowedTo {
    allowed: Vec<String>,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl NarrowedTo {
    fn names(&self, identity: &CertificateIdentity) -> bool {
        self.allowed.iter().any(|allowed| {
            let digits: String = allowed
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            *allowed == identity.subject
                || identity
                    .dns_names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(allowed))
                || digits.eq_ignore_ascii_case(&identity.thumbprint)
                || digits.eq_ignore_ascii_case(&identity.thumbprint_sha256)
        })
    }
}

impl ClientCertVerifier for NarrowedTo {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let verified = self
            .verifier
            .verify_client_cert(end_entity, intermediates, now)?;
        let identity =
            CertificateIdentity::read(end_entity).map_err(|_| CertificateError::BadEncoding)?;
        if self.names(&identity) {
            Ok(verified)
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
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

    use rcgen::{
        BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, DnType,
        ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
        RevokedCertParams, SerialNumber, date_time_ymd,
    };

    use super::*;

    struct Authority {
        certificate: Certificate,
        issuer: Issuer<'static, KeyPair>,
    }

    fn authority(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Authority {
            certificate,
            issuer: Issuer::new(params, key),
        }
    }

    fn client(authority: &Authority, serial: u64) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["terminal-7.example".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(serial));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &authority.issuer).unwrap();
        certificate.der().clone()
    }

    fn list(
        authority: &Authority,
        revoked: u64,
        until: i32,
    ) -> CertificateRevocationListDer<'static> {
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(revoked),
                revocation_time: date_time_ymd(2020, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&authority.issuer).unwrap().into()
    }

    fn provider() -> Arc<CryptoProvider> {
        Arc::new(rustls::crypto::aws_lc_rs::default_provider())
    }

    fn trusting(authority: &Authority, revocation: Revocation) -> Arc<dyn ClientCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.der().clone()).unwrap();
        chain_trust("quay.authorities", Arc::new(roots), revocation, provider()).unwrap()
    }

    fn outcome(
        verifier: &Arc<dyn ClientCertVerifier>,
        certificate: &CertificateDer<'_>,
    ) -> Option<Error> {
        verifier
            .verify_client_cert(certificate, &[], UnixTime::now())
            .err()
    }

    #[test]
    fn another_authority_is_refused() {
        let (ours, other) = (authority("ours"), authority("other"));
        let verifier = trusting(&ours, Revocation::NotChecked);
        assert_eq!(outcome(&verifier, &client(&ours, 1)), None);
        assert!(outcome(&verifier, &client(&other, 1)).is_some());
    }

    #[test]
    fn revoked_expired_and_missing_lists_refuse() {
        let (ours, other) = (authority("ours"), authority("other"));
        let current = trusting(&ours, Revocation::Lists(vec![list(&ours, 13, 2200)]));
        assert_eq!(outcome(&current, &client(&ours, 12)), None);
        assert_eq!(
            outcome(&current, &client(&ours, 13)),
            Some(CertificateError::Revoked.into())
        );
        let stale = trusting(&ours, Revocation::Lists(vec![list(&ours, 13, 2021)]));
        assert!(outcome(&stale, &client(&ours, 12)).is_some());
        let of_another = trusting(&ours, Revocation::Lists(vec![list(&other, 13, 2200)]));
        assert_eq!(
            outcome(&of_another, &client(&ours, 12)),
            Some(CertificateError::UnknownRevocationStatus.into())
        );
        let roots = Arc::new(RootCertStore::empty());
        let none = Revocation::Lists(Vec::new());
        assert!(chain_trust("quay.revocation-lists", roots, none, provider()).is_err());
    }

    #[test]
    fn a_pin_is_exact_and_has_a_validity() {
        let ours = authority("ours");
        let (pin, sibling) = (client(&ours, 1), client(&ours, 2));
        let verifier = pinned(vec![pin.clone()], provider());
        assert_eq!(outcome(&verifier, &pin), None);
        assert!(outcome(&verifier, &sibling).is_some());
        let later = UnixTime::since_unix_epoch(Duration::from_secs(95_000_000_000));
        assert_eq!(
            verifier.verify_client_cert(&pin, &[], later).err(),
            Some(CertificateError::Expired.into())
        );
        assert!(outcome(&refuse_every_client(provider()), &pin).is_some());
    }

    #[test]
    fn either_a_pin_or_the_chain() {
        let (ours, other) = (authority("ours"), authority("other"));
        let pin = client(&other, 1);
        let chain = trusting(&ours, Revocation::NotChecked);
        let verifier = pinned_or(vec![pin.clone()], chain, provider());
        assert_eq!(outcome(&verifier, &pin), None);
        assert_eq!(outcome(&verifier, &client(&ours, 1)), None);
        assert!(outcome(&verifier, &client(&other, 2)).is_some());
    }

    #[test]
    fn the_list_of_allowed_clients_only_narrows() {
        let (ours, other) = (authority("ours"), authority("other"));
        let certificate = client(&ours, 1);
        let thumbprint = CertificateIdentity::read(&certificate).unwrap().thumbprint;
        let chain = || trusting(&ours, Revocation::NotChecked);
        for allowed in ["TERMINAL-7.example", &thumbprint.to_lowercase()] {
            let verifier = narrowed_to(vec![allowed.to_owned()], chain());
            assert_eq!(outcome(&verifier, &certificate), None, "{allowed}");
            assert!(
                outcome(&verifier, &client(&other, 1)).is_some(),
                "{allowed}"
            );
        }
        let verifier = narrowed_to(vec!["terminal-8.example".to_owned()], chain());
        assert!(outcome(&verifier, &certificate).is_some());
        assert_eq!(
            outcome(&narrowed_to(Vec::new(), chain()), &certificate),
            None
        );
    }
}
