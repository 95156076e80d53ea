//! A file's bytes to certificates and keys: PEM, DER, and what only looks like either.

use rustls::pki_types::pem::{self, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::fault::Fault;
use crate::material::{Certificate, Material};

/// Object identifiers of the password-based encryption of PKCS #12 that OpenSSL 3 calls legacy (RFC 7292, appendix C), DER.
const LEGACY_ENCRYPTION: [&[u8]; 6] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x01],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x02],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x03],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x04],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x05],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x06],
];

/// PKCS #7 data, the content type inside every PKCS #12 file (RFC 7292, section 4), DER.
const PKCS7_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

/// Reads a file.
///
/// # Errors
///
/// If nothing in it can be used. What can be read in part is in [`Material::faults`].
pub fn read(file: &[u8]) -> Result<Material, Fault> {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::Empty);
    }
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(Fault::Utf16);
    }
    if !contains(text, b"-----BEGIN ") {
        return read_der(text);
    }
    let mut material = Material::default();
    let mut rest = text;
    loop {
        let section = match pem::from_buf(&mut rest) {
            Ok(Some((kind, der))) => (kind, der),
            Ok(None) => break,
            Err(error) => {
                material.faults.push(Fault::BrokenPem { reason: format!("{error:?}") });
                break;
            }
        };
        match section {
            (SectionKind::Certificate, der) => match Certificate::read(CertificateDer::from(der)) {
                Ok(certificate) => material.certificates.push(certificate),
                Err(fault) => material.faults.push(fault),
            },
            (SectionKind::PrivateKey, der) => material.keys.push(PrivateKeyDer::Pkcs8(der.into())),
            (SectionKind::RsaPrivateKey, der) => material.keys.push(PrivateKeyDer::Pkcs1(der.into())),
            (SectionKind::EcPrivateKey, der) => material.keys.push(PrivateKeyDer::Sec1(der.into())),
            _ => {}
        }
    }
    // rustls's PEM reader passes over what it has no name for, and a key that needs a password must not look like no key.
    if contains(text, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || contains(text, b"Proc-Type: 4,ENCRYPTED") {
        material.keys.retain(|_| !contains(text, b"Proc-Type: 4,ENCRYPTED"));
        material.faults.push(Fault::EncryptedKey);
    }
    if material.certificates.is_empty() && material.faults.is_empty() {
        return Err(Fault::NoCertificate);
    }
    Ok(material)
}

/// DER: one certificate, or a PKCS #12 file, whose contents only its password opens.
fn read_der(file: &[u8]) -> Result<Material, Fault> {
    if file.first() != Some(&0x30) {
        return Err(Fault::NotACertificate);
    }
    match Certificate::read(CertificateDer::from(file.to_vec())) {
        Ok(certificate) => Ok(Material { certificates: vec![certificate], faults: vec![Fault::DerFile], ..Material::default() }),
        Err(_) if contains(file, PKCS7_DATA) => {
            Err(Fault::Pkcs12 { legacy: LEGACY_ENCRYPTION.iter().any(|identifier| contains(file, identifier)) })
        }
        Err(fault) => Err(fault),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
