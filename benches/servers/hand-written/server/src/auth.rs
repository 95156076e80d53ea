//! Callers: the certificate that TLS has checked, and a name and password in every call. A layer proves both before the handler.

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::task::{Context, Poll};

use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use tokio::sync::Semaphore;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::{Span, field};

use crate::accept::Subject;

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The subject of the certificate.
    pub subject: Arc<str>,
    /// The name whose password was right.
    pub user: String,
}

/// The file of passwords: a line for each user with the name, a colon, and the argon2 hash.
pub struct Passwords {
    hashes: HashMap<String, String>,
    /// What was right before, as a keyed hash: argon2 takes far longer than a call.
    remembered: RwLock<HashMap<String, hmac::Tag>>,
    key: hmac::Key,
    checks: Semaphore,
}

impl Passwords {
    /// Reads the file.
    pub fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut hashes = HashMap::new();
        for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.is_empty()) {
            let (user, hash) = line.split_once(':').ok_or("a line of the password file has no colon")?;
            hashes.insert(user.to_owned(), hash.to_owned());
        }
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &aws_lc_rs::rand::SystemRandom::new())?;
        let checks = Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from));
        Ok(Self { hashes, remembered: RwLock::default(), key, checks })
    }

    fn remembers(&self, user: &str, password: &str) -> bool {
        let remembered = self.remembered.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        remembered.get(user).is_some_and(|tag| hmac::verify(&self.key, password.as_bytes(), tag.as_ref()).is_ok())
    }

    async fn verify(self: Arc<Self>, user: String, password: String) -> bool {
        let Ok(_place) = self.checks.acquire().await else { return false };
        let passwords = Arc::clone(&self);
        let checked = tokio::task::spawn_blocking(move || {
            let Some(hash) = passwords.hashes.get(&user).and_then(|hash| PasswordHash::new(hash).ok()) else { return false };
            let right = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
            if right {
                let tag = hmac::sign(&passwords.key, password.as_bytes());
                passwords.remembered.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(user, tag);
            }
            right
        });
        checked.await.unwrap_or(false)
    }
}

/// Puts [`Authentication`] around a service.
#[derive(Clone)]
pub struct AuthenticationLayer {
    passwords: Arc<Passwords>,
}

impl AuthenticationLayer {
    /// With these passwords.
    pub fn new(passwords: Arc<Passwords>) -> Self {
        Self { passwords }
    }
}

impl<S> Layer<S> for AuthenticationLayer {
    type Service = Authentication<S>;

    fn layer(&self, inner: S) -> Authentication<S> {
        Authentication { passwords: Arc::clone(&self.passwords), inner }
    }
}

/// A service that only sees calls whose caller is known.
#[derive(Clone)]
pub struct Authentication<S> {
    passwords: Arc<Passwords>,
    inner: S,
}

impl<S: tonic::server::NamedService> tonic::server::NamedService for Authentication<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Authentication<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let subject = request.extensions().get::<Subject>().map(|Subject(subject)| Arc::clone(subject));
        let Some((subject, (user, password))) = subject.zip(pair(&request)) else {
            return Box::pin(async { Ok(refused().into_http()) });
        };
        if self.passwords.remembers(&user, &password) {
            admit(&mut request, subject, user);
            return Box::pin(self.inner.call(request));
        }
        let passwords = Arc::clone(&self.passwords);
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            if !passwords.verify(user.clone(), password).await {
                return Ok(refused().into_http());
            }
            admit(&mut request, subject, user);
            inner.call(request).await
        })
    }
}

fn admit(request: &mut Request<Body>, subject: Arc<str>, user: String) {
    let caller = Caller { subject, user };
    Span::current().record("caller", field::debug(&caller));
    request.extensions_mut().insert(caller);
}

fn refused() -> Status {
    Status::unauthenticated("a certificate, a user name and its password are required")
}

/// Name and password of exactly one `authorization`.
fn pair(request: &Request<Body>) -> Option<(String, String)> {
    let mut values = request.headers().get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let encoded = value.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
