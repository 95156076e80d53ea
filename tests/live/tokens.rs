//! Bearer tokens of an issuer made for a test.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rcgen::KeyPair;
use serde_json::json;

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970").as_secs()
}

/// A token that is good for an hour.
pub fn good_token(key: &KeyPair, issuer: &str, audience: &str, subject: &str, group: &str) -> String {
    let header = json!({ "alg": "ES256", "typ": "JWT" });
    let claims = json!({ "iss": issuer, "aud": audience, "sub": subject, "groups": [group], "nbf": now() - 60, "exp": now() + 3600 });
    let signed = format!("{}.{}", base64_url(header.to_string().as_bytes()), base64_url(claims.to_string().as_bytes()));
    let signer = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der()).expect("a key");
    let signature = signer.sign(&aws_lc_rs::rand::SystemRandom::new(), signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", base64_url(signature.as_ref()))
}

/// RFC 4648, section 5, without padding.
pub fn base64_url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|at| char::from(ALPHABET[(group >> (18 - 6 * at) & 63) as usize])));
    }
    text
}
