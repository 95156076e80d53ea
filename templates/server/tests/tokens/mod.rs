//! An issuer of tokens made for the test, good ones and bad ones. It shares no code with the server that checks them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rcgen::KeyPair;

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFlaw {
    /// Nothing.
    None,
    /// Another issuer.
    Issuer,
    /// Another audience.
    Audience,
    /// It has expired.
    Expired,
    /// It never expires.
    Endless,
    /// It is not valid yet.
    Early,
    /// Nobody signed it, and it says so (`alg: none`).
    Unsigned,
    /// It is signed with the public key as if that were a shared secret.
    Confused,
    /// Somebody else signed it, under the right key's name.
    Signature,
    /// It was changed after it was signed.
    Changed,
    /// Its key is not in the file.
    UnknownKey,
}

impl TokenFlaw {
    /// Everything that can be wrong.
    pub const ALL: [Self; 10] = [
        Self::Issuer,
        Self::Audience,
        Self::Expired,
        Self::Endless,
        Self::Early,
        Self::Unsigned,
        Self::Confused,
        Self::Signature,
        Self::Changed,
        Self::UnknownKey,
    ];
}

/// The issuer of the tokens that the server believes.
pub const ISSUER: &str = "https://issuer.test";

/// For whom it issues them.
pub const AUDIENCE: &str = "the-server";

/// Signs tokens.
pub struct TokenIssuer {
    key: KeyPair,
}

impl TokenIssuer {
    /// One with a key of its own.
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        Self { key }
    }

    /// The public key as a JWKS document.
    pub fn keys(&self) -> String {
        let point = self.key.public_key_raw();
        let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
        let key = format!(r#""kty":"EC","crv":"P-256","kid":"test","x":"{x}","y":"{y}""#);
        format!(r#"{{"keys":[{{{key}}}]}}"#)
    }

    /// The `authorization` value of a token.
    pub fn authorization(&self, flaw: TokenFlaw) -> String {
        format!("Bearer {}", self.token(flaw))
    }

    fn token(&self, flaw: TokenFlaw) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let (past, future) = (now.as_secs() - 3600, now.as_secs() + 3600);
        let (mut issuer, mut audience) = (ISSUER, AUDIENCE);
        let (mut algorithm, mut key_name) = ("ES256", "test");
        let mut times = format!(r#""exp":{future}"#);
        match flaw {
            TokenFlaw::Issuer => issuer = "https://other.test",
            TokenFlaw::Audience => audience = "another-server",
            TokenFlaw::Expired => times = format!(r#""exp":{past}"#),
            TokenFlaw::Endless => times = format!(r#""iat":{past}"#),
            TokenFlaw::Early => times.push_str(&format!(r#","nbf":{}"#, future - 60)),
            TokenFlaw::Unsigned => algorithm = "none",
            TokenFlaw::Confused => algorithm = "HS256",
            TokenFlaw::UnknownKey => key_name = "unknown",
            TokenFlaw::None | TokenFlaw::Signature | TokenFlaw::Changed => {}
        }
        let header = format!(r#"{{"alg":"{algorithm}","kid":"{key_name}","typ":"JWT"}}"#);
        let claims = |subject: &str| {
            let names = format!(r#""iss":"{issuer}","aud":"{audience}","sub":"{subject}""#);
            base64url(format!("{{{names},{times}}}").as_bytes())
        };
        let header = base64url(header.as_bytes());
        let signed = format!("{header}.{}", claims("agent"));
        let signature = match flaw {
            TokenFlaw::Unsigned => Vec::new(),
            TokenFlaw::Confused => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, self.key.public_key_raw());
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
            TokenFlaw::Signature => sign(&KeyPair::generate().unwrap(), &signed),
            _ => sign(&self.key, &signed),
        };
        let shown = match flaw {
            TokenFlaw::Changed => format!("{header}.{}", claims("another")),
            _ => signed,
        };
        format!("{shown}.{}", base64url(&signature))
    }
}

fn sign(key: &KeyPair, text: &str) -> Vec<u8> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::from_pkcs8(algorithm, &key.serialize_der()).unwrap();
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    signature.as_ref().to_vec()
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for position in 0..=chunk.len() {
            let digit = (bits >> (18 - 6 * position)) & 63;
            text.push(char::from(DIGITS[digit as usize]));
        }
    }
    text
}
