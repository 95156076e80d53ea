//! Bearer tokens (RFC 7519) with one thing wrong, made from a good one.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use aws_lc_rs::{encoding::AsDer, encoding::PublicKeyX509Der, hmac};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value, json};

use crate::material::{MaterialError, base64};

const TOKEN: &str = "a token";
const KEY: &str = "the key of the tokens' issuer";

/// A token's header and claims, and its text.
struct Parts<'t> {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signed: &'t str,
    signature: &'t str,
}

fn parts(token: &str) -> Result<Parts<'_>, MaterialError> {
    let unusable = || MaterialError::Unusable(TOKEN, "it is no signed JWT".to_owned());
    let (signed, signature) = token.trim().rsplit_once('.').ok_or_else(unusable)?;
    let (header, claims) = signed.split_once('.').ok_or_else(unusable)?;
    let object = |text: &str| match serde_json::from_slice(&from_base64_url(text)?).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    };
    Ok(Parts { header: object(header).ok_or_else(unusable)?, claims: object(claims).ok_or_else(unusable)?, signed, signature })
}

/// What a token says, under a header that says that it needs no signature.
pub(crate) fn without_signature(token: Option<&str>) -> Result<String, MaterialError> {
    let claims = match token {
        Some(token) => parts(token)?.claims,
        None => Map::from_iter([("sub".to_owned(), json!("anyone")), ("exp".to_owned(), json!(4_102_444_800_u64))]),
    };
    Ok(format!("{}.{}.", encoded(&json!({ "alg": "none", "typ": "JWT" })), encoded(&Value::Object(claims))))
}

/// A token whose signature has one bit changed.
pub(crate) fn with_broken_signature(token: &str) -> Result<String, MaterialError> {
    let Parts { signed, signature, .. } = parts(token)?;
    let mut bytes = from_base64_url(signature).unwrap_or_default();
    match bytes.get_mut(8) {
        Some(byte) => *byte ^= 1,
        None => return Err(MaterialError::Unusable(TOKEN, "its signature is too short".to_owned())),
    }
    Ok(format!("{signed}.{}", base64_url(&bytes)))
}

/// A good token's claims with one of them changed, under the signature of the unchanged ones.
pub(crate) fn with_changed_claims(token: &str) -> Result<String, MaterialError> {
    let Parts { mut claims, signed, signature, .. } = parts(token)?;
    claims.insert("sub".to_owned(), json!("somebody-else"));
    let header = signed.split('.').next().unwrap_or_default();
    Ok(format!("{header}.{}.{signature}", encoded(&Value::Object(claims))))
}

/// A good token's claims, signed by a key that nobody knows, under the key name of the known one.
pub(crate) fn of_unknown_key(token: &str) -> Result<String, MaterialError> {
    let Parts { header, claims, .. } = parts(token)?;
    let key = rcgen::KeyPair::generate().map_err(|error| MaterialError::Unusable("a key made for this", error.to_string()))?;
    signed(header, claims, &key.serialize_pem())
}

/// What is changed before the issuer's own key signs.
#[derive(Clone, Copy)]
pub(crate) enum Change {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetGood,
    /// Another issuer.
    Issuer,
    /// Another audience.
    Audience,
}

/// A token with one claim wrong and a good signature.
pub(crate) fn changed(token: &str, key: Option<&str>, change: Change) -> Result<String, MaterialError> {
    let Parts { header, mut claims, .. } = parts(token)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // Further than the five minutes by which clocks may differ.
    const FAR: u64 = 3600;
    match change {
        Change::Expired => {
            claims.insert("iat".to_owned(), json!(now.saturating_sub(2 * FAR)));
            claims.insert("nbf".to_owned(), json!(now.saturating_sub(2 * FAR)));
            claims.insert("exp".to_owned(), json!(now.saturating_sub(FAR)));
        }
        Change::NotYetGood => {
            claims.insert("nbf".to_owned(), json!(now + FAR));
            claims.insert("exp".to_owned(), json!(now + 2 * FAR));
        }
        Change::Issuer => {
            claims.insert("iss".to_owned(), json!("https://another-issuer.invalid/"));
        }
        Change::Audience => {
            claims.insert("aud".to_owned(), json!("another-audience"));
        }
    }
    signed(header, claims, key.ok_or(MaterialError::Missing(KEY))?)
}

/// A token signed with the issuer's public key as if it were a shared secret: whoever takes the algorithm from the token
/// believes it.
pub(crate) fn with_confused_key(token: &str, key: Option<&str>) -> Result<String, MaterialError> {
    let Parts { mut header, claims, .. } = parts(token)?;
    header.insert("alg".to_owned(), json!("HS256"));
    let spki = public_key(key.ok_or(MaterialError::Missing(KEY))?)?;
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    let text = base64(&spki);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PUBLIC KEY-----\n");
    let text = format!("{}.{}", encoded(&Value::Object(header)), encoded(&Value::Object(claims)));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pem.as_bytes()), text.as_bytes());
    Ok(format!("{text}.{}", base64_url(tag.as_ref())))
}

enum Signer {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

fn signer(pem: &str) -> Result<Signer, MaterialError> {
    let unusable = |why: &str| MaterialError::Unusable(KEY, why.to_owned());
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| unusable(&error.to_string()))?;
    let der = key.secret_der();
    EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
        .or_else(|_| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der))
        .map(Signer::P256)
        .or_else(|_| EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der).map(Signer::P384))
        .or_else(|_| RsaKeyPair::from_pkcs8(der).map(Signer::Rsa))
        .or_else(|_| RsaKeyPair::from_der(der).map(Signer::Rsa))
        .map_err(|_| unusable("it is neither ECDSA on P-256 or P-384 nor RSA"))
}

fn public_key(pem: &str) -> Result<Vec<u8>, MaterialError> {
    let der: Result<PublicKeyX509Der<'_>, _> = match &signer(pem)? {
        Signer::P256(key) | Signer::P384(key) => key.public_key().as_der(),
        Signer::Rsa(key) => key.public_key().as_der(),
    };
    der.map(|der| der.as_ref().to_vec()).map_err(|_| MaterialError::Unusable(KEY, "it has no public key".to_owned()))
}

fn signed(mut header: Map<String, Value>, claims: Map<String, Value>, key: &str) -> Result<String, MaterialError> {
    let failed = |_| MaterialError::Unusable(KEY, "it does not sign".to_owned());
    let signer = signer(key)?;
    let algorithm = match signer {
        Signer::P256(_) => "ES256",
        Signer::P384(_) => "ES384",
        Signer::Rsa(_) => "RS256",
    };
    header.insert("alg".to_owned(), json!(algorithm));
    let text = format!("{}.{}", encoded(&Value::Object(header)), encoded(&Value::Object(claims)));
    let random = SystemRandom::new();
    let signature = match signer {
        Signer::P256(key) | Signer::P384(key) => key.sign(&random, text.as_bytes()).map_err(failed)?.as_ref().to_vec(),
        Signer::Rsa(key) => {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).map_err(failed)?;
            signature
        }
    };
    Ok(format!("{text}.{}", base64_url(&signature)))
}

fn encoded(value: &Value) -> String {
    base64_url(value.to_string().as_bytes())
}

/// RFC 4648, section 5, without padding.
fn base64_url(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_").replace('=', "")
}

fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut word, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let sextet = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        word = word << 6 | u32::from(sextet);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(word >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> (String, String) {
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        let claims = Map::from_iter([("iss".to_owned(), json!("i")), ("aud".to_owned(), json!("a")), ("sub".to_owned(), json!("s"))]);
        (signed(Map::from_iter([("kid".to_owned(), json!("k"))]), claims, &key).unwrap(), key)
    }

    #[test]
    fn base64_url_is_the_standards() {
        for bytes in [&b""[..], b"\xff", b"\xfb\xff", b"\xfb\xef\xbe", b"{\"alg\":1}"] {
            assert_eq!(from_base64_url(&base64_url(bytes)).unwrap(), bytes);
        }
        assert_eq!(base64_url(b"\xfb\xef\xbe"), "----");
        assert_eq!(from_base64_url("a+b"), None);
    }

    #[test]
    fn a_changed_token_differs_in_what_its_name_says_and_in_nothing_else() {
        let (token, key) = good();
        let whole = parts(&token).unwrap();
        for (change, claim) in [(Change::Issuer, "iss"), (Change::Audience, "aud")] {
            let text = changed(&token, Some(&key), change).unwrap();
            let mut other = parts(&text).unwrap();
            assert_ne!(other.claims[claim], whole.claims[claim]);
            other.claims.insert(claim.to_owned(), whole.claims[claim].clone());
            assert_eq!((other.claims, other.header), (whole.claims.clone(), whole.header.clone()));
        }
        let expired = changed(&token, Some(&key), Change::Expired).unwrap();
        assert!(parts(&expired).unwrap().claims["exp"].as_u64().unwrap() > 0);
        let broken = with_broken_signature(&token).unwrap();
        assert_eq!(parts(&broken).unwrap().signed, whole.signed);
        assert_ne!(broken, token);
        assert!(changed(&token, None, Change::Issuer).is_err());
        assert_eq!(parts(&with_confused_key(&token, Some(&key)).unwrap()).unwrap().header["alg"], json!("HS256"));
        assert_eq!(parts(&without_signature(Some(&token)).unwrap()).unwrap().claims, whole.claims);
    }

    #[test]
    fn what_is_no_token_is_told_without_repeating_it() {
        for text in ["", "planted", "planted.planted", "a.b.planted"] {
            let error = with_broken_signature(text).unwrap_err().to_string();
            assert!(!error.contains("planted"), "{error}");
        }
    }
}
