//! What a file holds, read once: certificates with the facts that faults are told from, and private keys.

use std::net::IpAddr;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::fault::Fault;

/// A name in a subject alternative name extension (RFC 5280, 4.2.1.6). Kinds that TLS peers do not compare are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A DNS name, perhaps with a wildcard.
    Dns(String),
    /// An IP address.
    Ip(IpAddr),
    /// A URI, such as a SPIFFE identity. No server is proved by it.
    Uri(String),
}

impl std::fmt::Display for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dns(name) | Self::Uri(name) => formatter.write_str(name),
            Self::Ip(address) => address.fmt(formatter),
        }
    }
}

/// The key in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// RSA, with the bits of its modulus.
    Rsa(usize),
    /// On an elliptic curve, by the object identifier of the curve.
    Elliptic(String),
    /// Ed25519.
    Ed25519,
    /// Anything else, by its object identifier.
    Other(String),
}

/// One certificate and what matters of it. Without the crate's reader there is none.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate itself.
    pub der: CertificateDer<'static>,
    /// Whom it names, as RFC 4514 spells it.
    pub subject: String,
    /// Who signed it, likewise.
    pub issuer: String,
    /// The names it proves.
    pub names: Vec<Name>,
    /// SHA-1 of the DER, in capital hexadecimal: what WCF's `FindByThumbprint` compares.
    pub thumbprint: String,
    /// SHA-256 of the DER, in small hexadecimal: what the generated servers pin.
    pub sha256: String,
    /// The last second in which it is good, since 1970.
    pub not_after: i64,
    pub(crate) not_before: i64,
    pub(crate) version: u32,
    pub(crate) signature: String,
    pub(crate) key: Key,
    pub(crate) public_key: Vec<u8>,
    pub(crate) subject_der: Vec<u8>,
    pub(crate) issuer_der: Vec<u8>,
    pub(crate) authority: bool,
    /// `None`: no extended key usage extension, hence every usage.
    pub(crate) usages: Option<Vec<String>>,
    /// Whether it may sign handshakes: no key usage extension, or one with `digitalSignature`.
    pub(crate) signs_handshakes: bool,
    /// Object identifiers of extensions that are critical and known to nobody.
    pub(crate) unknown_critical: Vec<String>,
    /// Whether a subject alternative name extension is there at all.
    pub(crate) has_alternative_name: bool,
}

impl Certificate {
    /// Reads one certificate.
    pub(crate) fn read(der: CertificateDer<'static>) -> Result<Self, Fault> {
        let unreadable = |reason: &dyn std::fmt::Display| Fault::Unreadable { reason: reason.to_string() };
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|error| unreadable(&error))?;
        if !rest.is_empty() {
            return Err(unreadable(&"bytes follow the certificate"));
        }
        let mut certificate = Self {
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            names: Vec::new(),
            thumbprint: hexadecimal(&Sha1::digest(&der)).to_ascii_uppercase(),
            sha256: hexadecimal(&Sha256::digest(&der)),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            version: parsed.version().0 + 1,
            signature: parsed.signature_algorithm.algorithm.to_id_string(),
            key: key(&parsed),
            public_key: parsed.public_key().raw.to_vec(),
            subject_der: parsed.subject().as_raw().to_vec(),
            issuer_der: parsed.issuer().as_raw().to_vec(),
            authority: false,
            usages: None,
            signs_handshakes: true,
            unknown_critical: Vec::new(),
            has_alternative_name: false,
            der: CertificateDer::from(Vec::new()),
        };
        for extension in parsed.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::BasicConstraints(constraints) => certificate.authority = constraints.ca,
                ParsedExtension::KeyUsage(usage) => certificate.signs_handshakes = usage.digital_signature(),
                ParsedExtension::ExtendedKeyUsage(usage) => {
                    let mut usages = Vec::new();
                    usages.extend(usage.server_auth.then(|| "serverAuth".to_owned()));
                    usages.extend(usage.client_auth.then(|| "clientAuth".to_owned()));
                    usages.extend(usage.code_signing.then(|| "codeSigning".to_owned()));
                    usages.extend(usage.email_protection.then(|| "emailProtection".to_owned()));
                    usages.extend(usage.any.then(|| "anyExtendedKeyUsage".to_owned()));
                    usages.extend(usage.other.iter().map(x509_parser::der_parser::Oid::to_id_string));
                    certificate.usages = Some(usages);
                }
                ParsedExtension::SubjectAlternativeName(alternative) => {
                    certificate.has_alternative_name = true;
                    certificate.names = alternative.general_names.iter().filter_map(name).collect();
                }
                ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::ParseError { .. } | ParsedExtension::Unparsed
                    if extension.critical =>
                {
                    certificate.unknown_critical.push(extension.oid.to_id_string());
                }
                _ => {}
            }
        }
        certificate.der = der;
        Ok(certificate)
    }

    /// Whether it was signed by the owner of the same name: a root, or a certificate that vouches for itself.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject_der == self.issuer_der
    }
}

/// All that a file holds.
#[derive(Debug, Default)]
pub struct Material {
    /// Certificates, in the file's order.
    pub certificates: Vec<Certificate>,
    /// Private keys, in the file's order.
    pub keys: Vec<PrivateKeyDer<'static>>,
    /// What could be read in part only.
    pub faults: Vec<Fault>,
}

fn key(parsed: &X509Certificate<'_>) -> Key {
    let info = parsed.public_key();
    let algorithm = info.algorithm.algorithm.to_id_string();
    match (algorithm.as_str(), info.parsed()) {
        (_, Ok(PublicKey::RSA(rsa))) => Key::Rsa(rsa.key_size()),
        (_, Ok(PublicKey::EC(_))) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            Key::Elliptic(curve.map_or_else(String::new, |curve| curve.to_id_string()))
        }
        ("1.3.101.112", _) => Key::Ed25519,
        _ => Key::Other(algorithm),
    }
}

fn name(name: &GeneralName<'_>) -> Option<Name> {
    match name {
        GeneralName::DNSName(name) => Some(Name::Dns((*name).to_owned())),
        GeneralName::URI(uri) => Some(Name::Uri((*uri).to_owned())),
        GeneralName::IPAddress(bytes) => {
            <[u8; 4]>::try_from(*bytes).map(IpAddr::from).or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from)).ok().map(Name::Ip)
        }
        _ => None,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
