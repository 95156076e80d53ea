//! Writes PKCS #12 files, of which nothing but the MAC depends on the password: they only live as long as a test.

use std::path::Path;

use aws_lc_rs::{digest, hmac};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The password of every file.
pub const PASSWORD: &str = "only for this test";

const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const KEY_BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x01];
const CERTIFICATE_BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03];
const X509_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];

/// Writes a file with a certificate and its key, both given as PEM.
pub fn write(path: &Path, certificate: &str, key: &str) {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let bag = |kind: &[u8], value: Vec<u8>| sequence(&[tlv(0x06, kind), tlv(0xa0, &value)]);
    let certificate = sequence(&[tlv(0x06, X509_CERTIFICATE), tlv(0xa0, &tlv(0x04, &certificate))]);
    let bags = sequence(&[bag(KEY_BAG, key.secret_der().to_vec()), bag(CERTIFICATE_BAG, certificate)]);
    let content = sequence(&[data(&bags)]);
    let salt = [7; 8];
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &mac_key(&salt)), &content);
    let algorithm = sequence(&[tlv(0x06, SHA256), tlv(0x05, &[])]);
    let mac = sequence(&[sequence(&[algorithm, tlv(0x04, mac.as_ref())]), tlv(0x04, &salt)]);
    let file = sequence(&[tlv(0x02, &[3]), data(&content), mac]);
    std::fs::write(path, file).unwrap();
}

/// RFC 7292, appendix B.2, for one round and one block.
fn mac_key(salt: &[u8]) -> Vec<u8> {
    let password: Vec<u8> = PASSWORD.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let filled = |text: &[u8]| {
        let length = text.len().div_ceil(64) * 64;
        text.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let input = [vec![3; 64], filled(salt), filled(&password)].concat();
    digest::digest(&digest::SHA256, &input).as_ref().to_vec()
}

fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[tlv(0x06, DATA), tlv(0xa0, &tlv(0x04, content))])
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap();
    let mut bytes = vec![tag];
    if length < 0x80 {
        bytes.push(u8::try_from(length).unwrap());
    } else {
        bytes.push(0x84);
        bytes.extend(length.to_be_bytes());
    }
    bytes.extend_from_slice(value);
    bytes
}
