//! Who calls: what the connection and the call's metadata have proved, for handlers and for the log.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use aws_lc_rs::digest;
use rustls::pki_types::CertificateDer;
use tonic::{Request, Status};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// The caller of one call. It is in the extensions of every request that reaches a handler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    certificate: Option<Arc<CertificateIdentity>>,
    user_name: Option<Arc<str>>,
    token: Option<Arc<TokenIdentity>>,
    local_user: Option<LocalUser>,
    principal: Option<Arc<str>>,
}

impl Caller {
    /// A caller who proved nothing.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The caller of a request.
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` when the request did not pass the authentication of this server, which no request of a registered
    /// service does.
    pub fn of<T>(request: &Request<T>) -> Result<&Self, Status> {
        request
            .extensions()
            .get::<Self>()
            .ok_or_else(|| Status::unauthenticated("the caller is not known"))
    }

    /// The client certificate, where the endpoint asks for one. The TLS layer has checked it.
    pub fn certificate(&self) -> Option<&CertificateIdentity> {
        self.certificate.as_deref()
    }

    /// The user name, where the endpoint asks for name and password. The password was right.
    pub fn user_name(&self) -> Option<&str> {
        self.user_name.as_deref()
    }

    /// The token, where the endpoint asks for one. Its signature, issuer, audience and times were right.
    pub fn token(&self) -> Option<&TokenIdentity> {
        self.token.as_deref()
    }

    /// The user at the other end, where the endpoint is a local socket and asks for one. The system says so.
    pub fn local_user(&self) -> Option<LocalUser> {
        self.local_user
    }

    /// The Kerberos principal, where the endpoint asks for a ticket. The ticket was good.
    pub fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }

    /// Adds a certificate that the TLS layer has checked.
    pub fn set_certificate(&mut self, certificate: Arc<CertificateIdentity>) {
        self.certificate = Some(certificate);
    }

    /// Adds a user name whose password was right.
    pub fn set_user_name(&mut self, user_name: &str) {
        self.user_name = Some(Arc::from(user_name));
    }

    /// Adds a Kerberos principal whose ticket was good.
    pub fn set_principal(&mut self, principal: &str) {
        self.principal = Some(Arc::from(principal));
    }

    /// Adds the user at the other end of a local socket.
    pub fn set_local_user(&mut self, user: LocalUser) {
        self.local_user = Some(user);
    }

    /// Adds a token that was verified.
    pub fn set_token(&mut self, token: Arc<TokenIdentity>) {
        self.token = Some(token);
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        // Names are quoted, so that one with a line end in it cannot forge a line of the log.
        if let Some(name) = &self.user_name {
            write!(f, "{name:?}")?;
            separator = " with ";
        }
        if let Some(principal) = &self.principal {
            write!(f, "{separator}{principal:?}")?;
            separator = " with ";
        }
        if let Some(token) = &self.token {
            write!(f, "{separator}token of {:?}", token.subject)?;
            separator = " with ";
        }
        if let Some(user) = &self.local_user {
            write!(f, "{separator}{user}")?;
            separator = " with ";
        }
        match &self.certificate {
            Some(certificate) => write!(f, "{separator}{}", certificate.subject),
            None if separator.is_empty() => f.write_str("anonymous"),
            None => Ok(()),
        }
    }
}

/// What a verified token says about its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenIdentity {
    /// Whom it is about (`sub`).
    pub subject: String,
    /// Who says so (`iss`).
    pub issuer: String,
    /// Every claim by its name, with its values as texts; a list has several.
    pub claims: BTreeMap<String, Vec<String>>,
}

/// A user of this machine, at the other end of a local socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalUser {
    /// The user's number.
    pub uid: u32,
    /// The number of the process's group.
    pub gid: u32,
    /// The process, where the system says it.
    pub pid: Option<i32>,
}

impl fmt::Display for LocalUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uid {}", self.uid)
    }
}

/// What a certificate says about its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateIdentity {
    /// The distinguished name of the subject, `CN=terminal-7, O=Harbour`.
    pub subject: String,
    /// The distinguished name of the issuer.
    pub issuer: String,
    /// The serial number, in lower-case hexadecimal digits.
    pub serial: String,
    /// The DNS names of the subject alternative name, in order.
    pub dns_names: Vec<String>,
    /// The e-mail addresses of the subject alternative name, in order.
    pub email_addresses: Vec<String>,
    /// The URIs of the subject alternative name, in order.
    pub uris: Vec<String>,
    /// The SHA-1 of the certificate in upper-case hexadecimal digits: what Windows and WCF call the thumbprint. A name, no proof.
    pub thumbprint: String,
    /// The SHA-256 of the certificate in upper-case hexadecimal digits.
    pub thumbprint_sha256: String,
}

impl CertificateIdentity {
    /// Reads the identity from a certificate.
    ///
    /// # Errors
    ///
    /// When the certificate is not X.509.
    pub fn read(certificate: &CertificateDer<'_>) -> Result<Self, UnreadableCertificate> {
        let (_, parsed) =
            X509Certificate::from_der(certificate).map_err(|_| UnreadableCertificate)?;
        let mut identity = Self {
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            serial: hexadecimal(parsed.raw_serial()).to_lowercase(),
            dns_names: Vec::new(),
            email_addresses: Vec::new(),
            uris: Vec::new(),
            thumbprint: fingerprint(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate),
            thumbprint_sha256: fingerprint(&digest::SHA256, certificate),
        };
        let names = parsed
            .subject_alternative_name()
            .map_err(|_| UnreadableCertificate)?;
        for name in names.iter().flat_map(|names| &names.value.general_names) {
            match name {
                GeneralName::DNSName(name) => identity.dns_names.push((*name).to_owned()),
                GeneralName::RFC822Name(name) => identity.email_addresses.push((*name).to_owned()),
                GeneralName::URI(name) => identity.uris.push((*name).to_owned()),
                _ => {}
            }
        }
        Ok(identity)
    }
}

/// A certificate that is not X.509.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableCertificate;

impl fmt::Display for UnreadableCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the certificate cannot be read")
    }
}

impl std::error::Error for UnreadableCertificate {}

fn fingerprint(algorithm: &'static digest::Algorithm, certificate: &CertificateDer<'_>) -> String {
    hexadecimal(digest::digest(algorithm, certificate).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    #[test]
    fn an_identity_has_names_and_both_thumbprints() {
        let mut params = CertificateParams::new(vec!["terminal-7.example".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "terminal-7");
        params.subject_alt_names.push(SanType::URI(
            "spiffe://harbour/terminal-7".try_into().unwrap(),
        ));
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let identity = CertificateIdentity::read(certificate.der()).unwrap();
        assert_eq!(identity.subject, "CN=terminal-7");
        assert_eq!(identity.dns_names, ["terminal-7.example"]);
        assert_eq!(identity.uris, ["spiffe://harbour/terminal-7"]);
        assert_eq!(identity.thumbprint.len(), 40);
        assert_eq!(identity.thumbprint_sha256.len(), 64);
    }

    #[test]
    fn a_request_without_a_caller_is_not_anonymous() {
        let mut request = Request::new(());
        assert_eq!(
            Caller::of(&request).unwrap_err().code(),
            tonic::Code::Unauthenticated
        );
        request.extensions_mut().insert(Caller::anonymous());
        assert!(Caller::of(&request).unwrap().user_name().is_none());
    }

    #[test]
    fn a_user_name_is_quoted_in_the_log() {
        let mut caller = Caller::anonymous();
        caller.set_user_name("agent\nforged line");
        assert_eq!(caller.to_string(), r#""agent\nforged line""#);
    }
}
