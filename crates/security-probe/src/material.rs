//! What the clients have in hand: true certificates and passwords, and false ones made from them.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

use crate::attempt::Needs;
use crate::token::{self, Change};

/// A certificate chain and its key, in PEM.
#[derive(Clone)]
pub struct Identity {
    /// The chain, the leaf first.
    pub certificates: String,
    /// The key.
    pub key: String,
}

/// A name and a password that the server knows.
#[derive(Clone)]
pub struct Password {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// What there is to try with. What is missing makes the attempts that need it be not tried.
#[derive(Clone, Default)]
pub struct Material {
    /// The authorities of the server's certificate, in PEM.
    pub authorities: Option<String>,
    /// A client certificate that the server accepts.
    pub client: Option<Identity>,
    /// The authority of the client certificates with its key, to make expired ones and the like.
    pub issuer: Option<Identity>,
    /// A client certificate that is on the server's revocation list.
    pub revoked: Option<Identity>,
    /// A user that the server accepts.
    pub password: Option<Password>,
    /// A bearer token that the server accepts.
    pub token: Option<String>,
    /// The private key of the tokens' issuer, in PEM, to make expired ones and the like.
    pub token_key: Option<String>,
    /// A Kerberos ticket that the server accepts, each time: a GSS-API token in Base64. Real ones are good once.
    pub ticket: Option<String>,
}

impl fmt::Debug for Material {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys, passwords and tokens: only whether they are there.
        formatter
            .debug_struct("Material")
            .field("authorities", &self.authorities.is_some())
            .field("client", &self.client.is_some())
            .field("issuer", &self.issuer.is_some())
            .field("revoked", &self.revoked.is_some())
            .field("password", &self.password.is_some())
            .field("token", &self.token.is_some())
            .field("token_key", &self.token_key.is_some())
            .field("ticket", &self.ticket.is_some())
            .finish()
    }
}

/// Why an attempt cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaterialError {
    /// Something was not given.
    Missing(&'static str),
    /// Something that was given cannot be used.
    Unusable(&'static str, String),
}

impl fmt::Display for MaterialError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(formatter, "{what} is not at hand"),
            Self::Unusable(what, why) => write!(formatter, "{what} cannot be used: {why}"),
        }
    }
}

impl std::error::Error for MaterialError {}

/// What is wrong with a token.
#[derive(Clone, Copy)]
pub(crate) enum WrongToken {
    /// `alg: none`.
    Unsigned,
    /// A bit of the signature.
    BrokenSignature,
    /// Claims that were not signed.
    ChangedClaims,
    /// Whose key signed.
    UnknownKey,
    /// How the key was used.
    ConfusedKey,
    /// A claim.
    Claim(Change),
}

/// A chain and its key, as rustls takes them.
pub(crate) type Certified = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Material {
    pub(crate) fn roots(&self) -> Result<Arc<RootCertStore>, MaterialError> {
        let what = "the authority of the server";
        store(self.authorities.as_deref().ok_or(MaterialError::Missing(what))?, what)
    }

    pub(crate) fn unknown_roots(&self) -> Result<Arc<RootCertStore>, MaterialError> {
        let key = KeyPair::generate().map_err(made)?;
        let (_, pem) = authority(&key)?;
        store(&pem, "an authority made for this")
    }

    pub(crate) fn certificate(&self, needs: &Needs) -> Result<Option<Certified>, MaterialError> {
        if !needs.certificate {
            return Ok(None);
        }
        let what = "a client certificate";
        certified(self.client.as_ref().ok_or(MaterialError::Missing(what))?, what).map(Some)
    }

    pub(crate) fn authorization(&self, needs: &Needs) -> Result<Option<String>, MaterialError> {
        if needs.password {
            let Password { user, password } = self.password.as_ref().ok_or(MaterialError::Missing("a user and a password"))?;
            return Ok(Some(basic(user, password)));
        }
        if needs.token {
            let token = self.token.as_ref().ok_or(MaterialError::Missing("a token"))?;
            return Ok(Some(format!("Bearer {token}")));
        }
        if needs.ticket {
            let ticket = self.ticket.as_ref().ok_or(MaterialError::Missing("a Kerberos ticket"))?;
            return Ok(Some(format!("Negotiate {ticket}")));
        }
        Ok(None)
    }

    pub(crate) fn wrong_password(&self) -> Result<String, MaterialError> {
        let Password { user, password } = self.password.as_ref().ok_or(MaterialError::Missing("a user"))?;
        Ok(basic(user, &format!("{password}-but-wrong")))
    }

    pub(crate) fn empty_password(&self) -> Result<String, MaterialError> {
        let Password { user, .. } = self.password.as_ref().ok_or(MaterialError::Missing("a user"))?;
        Ok(basic(user, ""))
    }

    /// A token of the form that Kerberos has, with nothing in it that anybody signed.
    pub(crate) fn forged_ticket() -> String {
        // RFC 4121, section 4.1: the application tag, the mechanism 1.2.840.113554.1.2.2, the token's kind, and an empty request.
        let forged = [0x60, 0x0f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01, 0x00, 0x6e, 0x00];
        format!("Negotiate {}", base64(&forged))
    }

    pub(crate) fn ntlm_message() -> String {
        let negotiate = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        format!("Negotiate {}", base64(negotiate))
    }

    pub(crate) fn unknown_user() -> String {
        basic("nobody-of-that-name", "a password")
    }

    /// A token with one thing wrong, as an `authorization`.
    pub(crate) fn wrong_token(&self, wrong: WrongToken) -> Result<String, MaterialError> {
        let token = self.token.as_deref();
        let good = || token.ok_or(MaterialError::Missing("a token"));
        let key = self.token_key.as_deref();
        let text = match wrong {
            WrongToken::Unsigned => token::without_signature(token)?,
            WrongToken::BrokenSignature => token::with_broken_signature(good()?)?,
            WrongToken::ChangedClaims => token::with_changed_claims(good()?)?,
            WrongToken::UnknownKey => token::of_unknown_key(good()?)?,
            WrongToken::ConfusedKey => token::with_confused_key(good()?, key)?,
            WrongToken::Claim(change) => token::changed(good()?, key, change)?,
        };
        Ok(format!("Bearer {text}"))
    }

    pub(crate) fn of_unknown_authority(&self) -> Result<Certified, MaterialError> {
        // The names of the true certificate, were they known to others, must not help.
        let key = KeyPair::generate().map_err(made)?;
        let (parameters, _) = authority(&key)?;
        let now = OffsetDateTime::now_utc();
        issued(&Issuer::new(parameters, key), now - Duration::hours(1), now + Duration::days(1), ExtendedKeyUsagePurpose::ClientAuth)
    }

    pub(crate) fn self_signed(&self) -> Result<Certified, MaterialError> {
        let key = KeyPair::generate().map_err(made)?;
        let mut parameters = named("wcf2grpc probe");
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.self_signed(&key).map_err(made)?;
        certified(&Identity { certificates: certificate.pem(), key: key.serialize_pem() }, "a certificate made for this")
    }

    pub(crate) fn revoked(&self) -> Result<Certified, MaterialError> {
        let what = "a revoked client certificate";
        certified(self.revoked.as_ref().ok_or(MaterialError::Missing(what))?, what)
    }

    pub(crate) fn expired(&self) -> Result<Certified, MaterialError> {
        let now = OffsetDateTime::now_utc();
        self.issued(now - Duration::days(30), now - Duration::days(1), ExtendedKeyUsagePurpose::ClientAuth)
    }

    pub(crate) fn not_yet_good(&self) -> Result<Certified, MaterialError> {
        let now = OffsetDateTime::now_utc();
        self.issued(now + Duration::days(1), now + Duration::days(30), ExtendedKeyUsagePurpose::ClientAuth)
    }

    pub(crate) fn for_servers(&self) -> Result<Certified, MaterialError> {
        let now = OffsetDateTime::now_utc();
        self.issued(now - Duration::hours(1), now + Duration::days(1), ExtendedKeyUsagePurpose::ServerAuth)
    }

    pub(crate) fn unlisted(&self) -> Result<Certified, MaterialError> {
        let now = OffsetDateTime::now_utc();
        self.issued(now - Duration::hours(1), now + Duration::days(1), ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issued(&self, from: OffsetDateTime, until: OffsetDateTime, purpose: ExtendedKeyUsagePurpose) -> Result<Certified, MaterialError> {
        let what = "the key of the clients' authority";
        let identity = self.issuer.as_ref().ok_or(MaterialError::Missing(what))?;
        let unusable = |error: rcgen::Error| MaterialError::Unusable(what, error.to_string());
        let key = KeyPair::from_pem(&identity.key).map_err(unusable)?;
        issued(&Issuer::from_ca_cert_pem(&identity.certificates, key).map_err(unusable)?, from, until, purpose)
    }
}

fn made(error: rcgen::Error) -> MaterialError {
    MaterialError::Unusable("a certificate made for this", error.to_string())
}

fn authority(key: &KeyPair) -> Result<(CertificateParams, String), MaterialError> {
    let mut parameters = named("an authority nobody knows");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let pem = parameters.self_signed(key).map_err(made)?.pem();
    Ok((parameters, pem))
}

fn named(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    parameters.distinguished_name = subject;
    parameters
}

fn issued(
    issuer: &Issuer<'_, KeyPair>,
    from: OffsetDateTime,
    until: OffsetDateTime,
    purpose: ExtendedKeyUsagePurpose,
) -> Result<Certified, MaterialError> {
    let mut parameters = named("wcf2grpc probe");
    parameters.not_before = from;
    parameters.not_after = until;
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().map_err(made)?;
    let certificate = parameters.signed_by(&key, issuer).map_err(made)?;
    let identity = Identity { certificates: certificate.pem(), key: key.serialize_pem() };
    certified(&identity, "a certificate made for this")
}

fn certified(identity: &Identity, what: &'static str) -> Result<Certified, MaterialError> {
    let unusable = |error: rustls::pki_types::pem::Error| MaterialError::Unusable(what, error.to_string());
    let chain = CertificateDer::pem_slice_iter(identity.certificates.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(unusable)?;
    if chain.is_empty() {
        return Err(MaterialError::Unusable(what, "there is no certificate in it".to_owned()));
    }
    Ok((chain, PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).map_err(unusable)?))
}

fn store(pem: &str, what: &'static str) -> Result<Arc<RootCertStore>, MaterialError> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| MaterialError::Unusable(what, error.to_string()))?;
        store.add(certificate).map_err(|error| MaterialError::Unusable(what, error.to_string()))?;
    }
    if store.is_empty() {
        return Err(MaterialError::Unusable(what, "there is no certificate in it".to_owned()));
    }
    Ok(Arc::new(store))
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

/// RFC 4648, section 4.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sextet = (word >> (18 - 6 * at)) & 0x3f;
            let letter = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standards() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("user:p\u{e4}ss", "dXNlcjpww6Rzcw==")];
        for (plain, encoded) in pairs {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn nothing_secret_is_in_the_debug_form() {
        let material = Material {
            password: Some(Password { user: "u".into(), password: "planted".into() }),
            token: Some("planted".into()),
            ..Material::default()
        };
        assert!(!format!("{material:?}").contains("planted"));
    }
}
