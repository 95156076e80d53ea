//! A signed token (JWT, RFC 7519) in the `authorization` metadata of each call (RFC 6750).
//!
//! Signature, issuer, audience and expiry are always checked; there is no way to leave one out. The algorithms are those of the
//! settings, all with public keys: `none` and algorithms with shared secrets cannot be named, and a token whose algorithm does
//! not fit its key is refused. So is one with critical extensions, which this server would not understand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Validation};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use tokio::sync::watch;
use tonic::Status;
use tracing::info;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::authentication::{Credential, Proof};
use super::caller::{Caller, TokenIdentity};
use super::connections::Connection;
use super::reload;
use super::settings::{FileSetting, SettingError};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// Tokens that are remembered; one more and all are forgotten.
const REMEMBERED: usize = 10_000;

/// Widest clock skew that can be set: what WCF allowed by default.
const WIDEST_SKEW: Duration = Duration::from_secs(300);

/// Which tokens are believed.
#[derive(Clone, Debug)]
pub struct TokenRules {
    /// Who must have issued the token, exactly.
    pub issuer: String,
    /// For whom it must have been issued.
    pub audience: String,
    /// The algorithms that may have signed it.
    pub algorithms: Vec<Algorithm>,
    /// How far the clocks of issuer and server may be apart.
    pub clock_skew: Duration,
}

impl TokenRules {
    /// The rules, from settings.
    ///
    /// # Errors
    ///
    /// When no algorithm is named, one is not known or has no public key, or the skew is more than five minutes.
    pub fn new(
        issuer: &str,
        audience: &str,
        algorithms: (&'static str, &[String]),
        clock_skew: (&'static str, Duration),
    ) -> Result<Self, SettingError> {
        let (setting, names) = algorithms;
        let algorithms: Vec<Algorithm> = names
            .iter()
            .map(|name| {
                algorithm(name).ok_or_else(|| {
                    let known = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA";
                    SettingError::new(setting, format!("`{name}` is none of {known}"))
                })
            })
            .collect::<Result<_, _>>()?;
        if algorithms.is_empty() {
            return Err(SettingError::new(setting, "no algorithm is named"));
        }
        let (setting, clock_skew) = clock_skew;
        if clock_skew > WIDEST_SKEW {
            return Err(SettingError::new(setting, "more than five minutes"));
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            algorithms,
            clock_skew,
        })
    }
}

fn algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "EdDSA" => Algorithm::EdDSA,
        _ => return None,
    })
}

/// Asks for a token in every call.
pub struct Bearer {
    rules: TokenRules,
    keys: watch::Receiver<Arc<Keys>>,
}

impl Bearer {
    /// Tokens that one of the keys of the file has signed. The file is a JWKS document (RFC 7517), or PEM with public keys or
    /// the issuer's certificates, and is read again when it changes.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, has no public key, or has a secret one.
    pub async fn open(
        rules: TokenRules,
        file: FileSetting,
        interval: Duration,
    ) -> Result<Self, SettingError> {
        let path = file.path.clone();
        let keys = reload::reloaded(file.key, vec![path], interval, move || Keys::read(&file));
        Ok(Self {
            rules,
            keys: keys.await?,
        })
    }

    fn verify(&self, token: &str) -> Result<Arc<TokenIdentity>, String> {
        let keys = Arc::clone(&self.keys.borrow());
        let tag = tag(token);
        let now = now()?;
        if let Some(known) = keys.remembered(&tag, now) {
            return Ok(known);
        }
        let (identity, expires) = self.check(&keys, token)?;
        let identity = Arc::new(identity);
        let until = expires.saturating_add(self.rules.clock_skew.as_secs());
        keys.remember(tag, until, Arc::clone(&identity));
        Ok(identity)
    }

    fn check(&self, keys: &Keys, token: &str) -> Result<(TokenIdentity, u64), String> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
        if !self.rules.algorithms.contains(&header.alg) {
            return Err(format!("the algorithm {:?} is not allowed", header.alg));
        }
        if header.crit.is_some() {
            return Err("it has critical extensions".to_owned());
        }
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.rules.issuer]);
        validation.set_audience(&[&self.rules.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = self.rules.clock_skew.as_secs();
        let mut problem = "no key fits its algorithm and key name".to_owned();
        for key in keys.fitting(header.kid.as_deref(), header.alg) {
            match jsonwebtoken::decode::<BTreeMap<String, serde_json::Value>>(
                token,
                key,
                &validation,
            ) {
                Ok(verified) => return identity(verified.claims),
                Err(error) => problem = error.to_string(),
            }
        }
        Err(problem)
    }
}

impl Credential for Bearer {
    fn prove<'a>(
        &'a self,
        call: &'a Parts,
        _connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a> {
        let verified = match token(call) {
            Some(token) => self.verify(token),
            None => Err("there is no bearer token".to_owned()),
        };
        Proof::Now(match verified {
            Ok(identity) => {
                caller.set_token(identity);
                Ok(())
            }
            Err(reason) => {
                // Only the log says why; the reason has nothing of the token in it but the name of its algorithm.
                info!(reason, "token refused");
                Err(Status::unauthenticated("a valid bearer token is required"))
            }
        })
    }
}

/// The token of a call. Two `authorization` values are none, since it would be unclear which one counts.
fn token(call: &Parts) -> Option<&str> {
    let mut values = call.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() || value.len() > LONGEST {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn now() -> Result<u64, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .map(|since| since.as_secs())
        .map_err(|error| error.to_string())
}

fn tag(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}

/// The identity in checked claims, and when it ends, in seconds since 1970.
fn identity(claims: BTreeMap<String, serde_json::Value>) -> Result<(TokenIdentity, u64), String> {
    let text = |name: &str| match claims.get(name) {
        Some(serde_json::Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(format!("its claim {name} is not a text")),
    };
    let expires = claims
        .get("exp")
        .and_then(serde_json::Value::as_f64)
        .filter(|expires| *expires >= 0.0)
        .ok_or("its claim exp is not a time")?;
    let (subject, issuer) = (text("sub")?, text("iss")?);
    let claims = claims
        .into_iter()
        .map(|(name, value)| (name, values(value)))
        .collect();
    let identity = TokenIdentity {
        subject,
        issuer,
        claims,
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time before the year 10^11, at least 0"
    )]
    Ok((identity, expires as u64))
}

/// The values of a claim as texts: what is a list has several.
fn values(value: serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(list) => list.into_iter().flat_map(values).collect(),
        other => vec![other.to_string()],
    }
}

/// The public keys of one version of the file.
struct Keys {
    keys: Vec<Key>,
    verified: Mutex<BTreeMap<Vec<u8>, Verified>>,
}

/// Until when a token may be believed, in seconds since 1970, and what it says.
type Verified = (u64, Arc<TokenIdentity>);

struct Key {
    name: Option<String>,
    algorithms: &'static [Algorithm],
    key: DecodingKey,
}

const RSA: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

impl Keys {
    fn read(file: &FileSetting) -> Result<Self, SettingError> {
        let bytes = file.read()?;
        let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let keys = if json {
            Self::of_document(file, &bytes)?
        } else {
            Self::of_pem(file, &bytes)?
        };
        if keys.is_empty() {
            return Err(file.error("no public key in the file"));
        }
        Ok(Self {
            keys,
            verified: Mutex::new(BTreeMap::new()),
        })
    }

    fn of_document(file: &FileSetting, bytes: &[u8]) -> Result<Vec<Key>, SettingError> {
        let document: serde_json::Value = serde_json::from_slice(bytes)
            .map_err(|error| file.error(format!("not JSON: line {}", error.line())))?;
        let list = document
            .get("keys")
            .and_then(serde_json::Value::as_array)
            .ok_or_else(|| file.error("no list `keys`, as a JWKS document has one"))?;
        let (mut keys, mut names) = (Vec::new(), BTreeSet::new());
        for (position, value) in list.iter().enumerate() {
            let at = |problem: &str| file.error(format!("key {}: {problem}", position + 1));
            let secret = ["k", "d", "p", "q", "dp", "dq", "qi"];
            if secret.iter().any(|name| value.get(name).is_some()) {
                return Err(at("it is a secret; only public keys belong here"));
            }
            // What is not understood, or is for encryption, is not a key for us (RFC 7517, section 5).
            let Ok(jwk) = serde_json::from_value::<Jwk>(value.clone()) else {
                continue;
            };
            if !matches!(
                jwk.common.public_key_use,
                None | Some(PublicKeyUse::Signature)
            ) {
                continue;
            }
            let algorithms: &[Algorithm] = match &jwk.algorithm {
                AlgorithmParameters::RSA(_) => RSA,
                AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
                    EllipticCurve::P256 => &[Algorithm::ES256],
                    EllipticCurve::P384 => &[Algorithm::ES384],
                    _ => continue,
                },
                AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                    &[Algorithm::EdDSA]
                }
                _ => continue,
            };
            // A key that names its algorithm is for that one only.
            let algorithms = match &jwk.common.key_algorithm {
                None => algorithms,
                Some(name) => algorithms
                    .iter()
                    .position(|known| name.to_string() == format!("{known:?}"))
                    .and_then(|at| algorithms.get(at..=at))
                    .ok_or_else(|| at("its algorithm does not fit its type"))?,
            };
            let name = jwk.common.key_id.clone();
            if name
                .as_ref()
                .is_some_and(|name| !names.insert(name.clone()))
            {
                return Err(at("another key has the same `kid`"));
            }
            let key = DecodingKey::from_jwk(&jwk).map_err(|_| at("it cannot be read"))?;
            keys.push(Key {
                name,
                algorithms,
                key,
            });
        }
        Ok(keys)
    }

    fn of_pem(file: &FileSetting, bytes: &[u8]) -> Result<Vec<Key>, SettingError> {
        let not_pem = |error| file.error(format!("neither JSON nor PEM: {error}"));
        let mut keys = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(bytes) {
            let certificate = certificate.map_err(not_pem)?;
            let (_, parsed) = X509Certificate::from_der(&certificate)
                .map_err(|_| file.error("a certificate that cannot be read"))?;
            keys.push(Key::of(file, parsed.public_key())?);
        }
        for key in SubjectPublicKeyInfoDer::pem_slice_iter(bytes) {
            let key = key.map_err(not_pem)?;
            let (_, parsed) = SubjectPublicKeyInfo::from_der(&key)
                .map_err(|_| file.error("a public key that cannot be read"))?;
            keys.push(Key::of(file, &parsed)?);
        }
        Ok(keys)
    }

    /// The keys that may have made a signature. A key without a name fits every token.
    fn fitting<'a>(
        &'a self,
        name: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a DecodingKey> {
        self.keys
            .iter()
            .filter(move |key| key.algorithms.contains(&algorithm))
            .filter(move |key| name.is_none() || key.name.is_none() || key.name.as_deref() == name)
            .map(|key| &key.key)
    }

    fn remembered(&self, tag: &[u8], now: u64) -> Option<Arc<TokenIdentity>> {
        let verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, identity) = verified.get(tag)?;
        (now < *until).then(|| Arc::clone(identity))
    }

    fn remember(&self, tag: Vec<u8>, until: u64, identity: Arc<TokenIdentity>) {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if verified.len() >= REMEMBERED {
            verified.clear();
        }
        verified.insert(tag, (until, identity));
    }
}

impl Key {
    fn of(file: &FileSetting, key: &SubjectPublicKeyInfo<'_>) -> Result<Self, SettingError> {
        let bits = &key.subject_public_key.data;
        let curve = key
            .algorithm
            .parameters
            .as_ref()
            .and_then(|curve| curve.as_oid().ok());
        let curve = curve.map(|curve| curve.to_id_string());
        let (algorithms, key): (&[Algorithm], _) = match (
            key.algorithm.algorithm.to_id_string().as_str(),
            curve.as_deref(),
        ) {
            ("1.2.840.113549.1.1.1", _) => (RSA, DecodingKey::from_rsa_der(bits)),
            ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")) => {
                (&[Algorithm::ES256], DecodingKey::from_ec_der(bits))
            }
            ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => {
                (&[Algorithm::ES384], DecodingKey::from_ec_der(bits))
            }
            ("1.3.101.112", _) => (&[Algorithm::EdDSA], DecodingKey::from_ed_der(bits)),
            _ => return Err(file.error("a key that is neither RSA, P-256, P-384 nor Ed25519")),
        };
        // What a shared secret would be is not made anywhere above; this holds if that changes.
        if key.family() == AlgorithmFamily::Hmac {
            return Err(file.error("a shared secret"));
        }
        Ok(Self {
            name: None,
            algorithms,
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use http::Request;
    use jsonwebtoken::{EncodingKey, Header};
    use rcgen::{CertificateParams, KeyPair, PublicKeyData};
    use serde_json::json;

    use super::*;

    const FAR: u64 = 4_000_000_000;

    struct Issuer {
        key: KeyPair,
        name: Option<String>,
    }

    impl Issuer {
        fn new(name: Option<&str>) -> Self {
            Self {
                key: KeyPair::generate().unwrap(),
                name: name.map(str::to_owned),
            }
        }

        fn sign(&self, claims: &serde_json::Value) -> String {
            let header = Header {
                kid: self.name.clone(),
                ..Header::new(Algorithm::ES256)
            };
            self.sign_with(&header, claims)
        }

        fn sign_with(&self, header: &Header, claims: &serde_json::Value) -> String {
            let key = EncodingKey::from_ec_der(&self.key.serialize_der());
            jsonwebtoken::encode(header, claims, &key).unwrap()
        }

        fn jwk(&self) -> serde_json::Value {
            let (x, y) = self.key.der_bytes()[1..].split_at(32);
            let [x, y] = [x, y].map(|part| URL_SAFE_NO_PAD.encode(part));
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.name, "x": x, "y": y })
        }
    }

    fn claims() -> serde_json::Value {
        json!({ "iss": "https://issuer", "aud": "quay", "sub": "agent-7", "exp": FAR, "roles": ["pilot", "clerk"], "level": 3 })
    }

    fn with(name: &str, value: serde_json::Value) -> serde_json::Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    async fn bearer(keys: &str) -> Result<Bearer, SettingError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), keys).unwrap();
        let algorithms = ["ES256".to_owned(), "RS256".to_owned()];
        let skew = ("quay.clock-skew", Duration::from_secs(60));
        let rules = TokenRules::new(
            "https://issuer",
            "quay",
            ("quay.algorithms", &algorithms),
            skew,
        )?;
        Bearer::open(
            rules,
            FileSetting::new("quay.token-keys", file.path()),
            Duration::from_secs(60),
        )
        .await
    }

    async fn of(issuers: &[&Issuer]) -> Bearer {
        let keys: Vec<_> = issuers.iter().map(|issuer| issuer.jwk()).collect();
        bearer(&json!({ "keys": keys }).to_string()).await.unwrap()
    }

    #[tokio::test]
    async fn a_good_token_is_a_subject_and_claims() {
        let issuer = Issuer::new(Some("a"));
        let bearer = of(&[&issuer]).await;
        let token = issuer.sign(&claims());
        for _ in 0..2 {
            let identity = bearer.verify(&token).unwrap();
            assert_eq!(identity.subject, "agent-7");
            assert_eq!(identity.claims["roles"], ["pilot", "clerk"]);
            assert_eq!(identity.claims["level"], ["3"]);
        }
    }

    #[tokio::test]
    async fn a_claim_that_is_missing_or_wrong_refuses() {
        let issuer = Issuer::new(Some("a"));
        let bearer = of(&[&issuer]).await;
        for claim in ["iss", "aud", "sub", "exp"] {
            let mut less = claims();
            less.as_object_mut().unwrap().remove(claim);
            assert!(
                bearer.verify(&issuer.sign(&less)).is_err(),
                "without {claim}"
            );
        }
        let past = now().unwrap() - 61;
        for wrong in [
            with("iss", json!("https://issuer/")),
            with("aud", json!("other")),
            with("aud", json!(["other"])),
            with("sub", json!("")),
            with("sub", json!(7)),
            with("exp", json!(past)),
            with("exp", json!("never")),
            with("nbf", json!(FAR)),
        ] {
            assert!(bearer.verify(&issuer.sign(&wrong)).is_err(), "{wrong}");
        }
        // Within the skew, and for several audiences.
        assert!(
            bearer
                .verify(&issuer.sign(&with("exp", json!(past + 31))))
                .is_ok()
        );
        assert!(
            bearer
                .verify(&issuer.sign(&with("aud", json!(["other", "quay"]))))
                .is_ok()
        );
    }

    #[tokio::test]
    async fn another_key_no_algorithm_and_a_shared_secret_refuse() {
        let (issuer, stranger) = (Issuer::new(Some("a")), Issuer::new(Some("a")));
        let unknown = Issuer::new(Some("b"));
        let bearer = of(&[&issuer]).await;
        assert!(bearer.verify(&stranger.sign(&claims())).is_err());
        assert!(bearer.verify(&unknown.sign(&claims())).is_err());
        // The right key under a name that is not its own.
        let renamed = Header {
            kid: Some("b".to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        assert!(
            bearer
                .verify(&issuer.sign_with(&renamed, &claims()))
                .is_err()
        );
        let critical = Header {
            crit: Some(vec!["exp".to_owned()]),
            kid: Some("a".to_owned()),
            ..Header::new(Algorithm::ES256)
        };
        assert!(
            bearer
                .verify(&issuer.sign_with(&critical, &claims()))
                .is_err()
        );

        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let payload = encoded(&claims().to_string());
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"None"}"#, r#"{"typ":"JWT"}"#] {
            assert!(
                bearer
                    .verify(&format!("{}.{payload}.", encoded(header)))
                    .is_err()
            );
        }
        // The public key, which everyone knows, as a shared secret.
        let public = issuer.key.subject_public_key_info();
        let jwk = issuer.jwk().to_string();
        for secret in [public.as_slice(), issuer.key.der_bytes(), jwk.as_bytes()] {
            let confused = jsonwebtoken::encode(
                &Header::default(),
                &claims(),
                &EncodingKey::from_secret(secret),
            );
            assert!(bearer.verify(&confused.unwrap()).is_err());
        }
        let good = issuer.sign(&claims());
        let (signed, _) = good.rsplit_once('.').unwrap();
        for broken in [
            signed.to_owned(),
            format!("{signed}."),
            format!("{good}A"),
            String::new(),
        ] {
            assert!(bearer.verify(&broken).is_err(), "{broken}");
        }
    }

    #[tokio::test]
    async fn a_token_without_key_name_is_tried_with_every_key_that_fits() {
        let (first, second) = (Issuer::new(Some("a")), Issuer::new(Some("b")));
        let bearer = of(&[&first, &second]).await;
        let unnamed = second.sign_with(&Header::new(Algorithm::ES256), &claims());
        assert!(bearer.verify(&unnamed).is_ok());
    }

    #[tokio::test]
    async fn keys_come_from_certificates_and_public_keys_too() {
        let issuer = Issuer::new(None);
        let token = issuer.sign(&claims());
        let certificate = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&issuer.key)
            .unwrap();
        for pem in [certificate.pem(), issuer.key.public_key_pem()] {
            assert!(bearer(&pem).await.unwrap().verify(&token).is_ok(), "{pem}");
        }
    }

    #[tokio::test]
    async fn secrets_and_files_without_a_key_are_errors() {
        let issuer = Issuer::new(Some("a"));
        let mut secret = issuer.jwk();
        secret["d"] = json!("AAAA");
        for keys in [
            json!({ "keys": [] }).to_string(),
            json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] }).to_string(),
            json!({ "keys": [secret] }).to_string(),
            json!({ "keys": [issuer.jwk(), issuer.jwk()] }).to_string(),
            json!({}).to_string(),
            "{".to_owned(),
            "no key".to_owned(),
        ] {
            let error = bearer(&keys).await.err().unwrap();
            assert_eq!(error.setting, "quay.token-keys");
        }
    }

    #[test]
    fn rules_have_an_algorithm_with_a_public_key() {
        let skew = ("s", Duration::ZERO);
        for names in [&[][..], &["none"], &["HS256"], &["ES256", "HS512"]] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert!(
                TokenRules::new("i", "a", ("s", &names), skew).is_err(),
                "{names:?}"
            );
        }
        let names = ["ES256".to_owned()];
        assert!(TokenRules::new("i", "a", ("s", &names), skew).is_ok());
        assert!(TokenRules::new("i", "a", ("s", &names), ("s", Duration::from_secs(301))).is_err());
    }

    #[test]
    fn a_token_is_read_from_exactly_one_bearer_value() {
        let parsed = |values: &[&str]| {
            let mut request = Request::builder();
            for value in values {
                request = request.header(AUTHORIZATION, *value);
            }
            let (call, ()) = request.body(()).unwrap().into_parts();
            token(&call).map(str::to_owned)
        };
        assert_eq!(parsed(&["bEARER a.b.c"]).as_deref(), Some("a.b.c"));
        for refused in [
            &[][..],
            &["Bearer a", "Bearer a"],
            &["Basic a"],
            &["Bearer"],
        ] {
            assert_eq!(parsed(refused), None, "{refused:?}");
        }
    }
}
