//! Name and password in the `authorization` metadata of each call (RFC 7617), over TLS only.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use tokio::sync::Semaphore;
use tonic::Status;

use super::authentication::{Credential, Proof};
use super::caller::Caller;
use super::connections::Connection;

/// Longest `authorization` value that is looked at, in bytes.
const LONGEST: usize = 4096;

/// Refused credentials after which a connection is not believed any more, whatever it shows.
const ATTEMPTS: u32 = 10;

/// Checks of passwords that may wait for a processor; one more is turned away.
const WAITING: usize = 64;

/// Decides whether a password is right. The one method to write is [`verify`](Self::verify).
pub trait PasswordVerifier: Send + Sync + 'static {
    /// Whether this is the user's password. It may take its time and may block: it runs on a thread of its own. Compare
    /// in constant time, and log neither the password nor anything made from it.
    ///
    /// # Errors
    ///
    /// When it cannot be decided now; the caller is refused and may try again.
    fn verify(&self, user_name: &str, password: &str) -> Result<bool, VerifierUnavailable>;

    /// Whether this pair is known to be right from an earlier check. It must be quick. The default remembers nothing.
    fn remembers(&self, user_name: &str, password: &str) -> bool {
        let _ = (user_name, password);
        false
    }
}

/// A password could not be checked, for a reason that is the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifierUnavailable;

/// Asks for a name and a password in every call.
pub struct Basic {
    verifier: Arc<dyn PasswordVerifier>,
    checks: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Basic {
    /// Passwords are checked by this verifier.
    pub fn new(verifier: Arc<dyn PasswordVerifier>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            verifier,
            checks: Arc::new(Semaphore::new(processors)),
            waiting: Arc::new(Semaphore::new(processors + WAITING)),
        }
    }

    async fn check(&self, pair: Pair) -> Result<(Pair, bool), Status> {
        let busy = || Status::resource_exhausted("too many passwords to check, try again");
        let unavailable = || Status::unavailable("the password cannot be checked now");
        let waiting = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let running = Arc::clone(&self.checks)
            .acquire_owned()
            .await
            .map_err(|_| busy())?;
        let verifier = Arc::clone(&self.verifier);
        let checked = tokio::task::spawn_blocking(move || {
            let right = verifier.verify(&pair.user_name, &pair.password);
            drop((running, waiting));
            right.map(|right| (pair, right))
        });
        match checked.await {
            Ok(checked) => checked.map_err(|VerifierUnavailable| unavailable()),
            Err(_) => Err(unavailable()),
        }
    }
}

impl Credential for Basic {
    fn prove<'a>(
        &'a self,
        call: &'a Parts,
        connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a> {
        let Some(pair) = pair(call) else {
            return Proof::Now(Err(refused()));
        };
        if self.verifier.remembers(&pair.user_name, &pair.password) {
            caller.set_user_name(&pair.user_name);
            return Proof::Now(Ok(()));
        }
        if connection.refused_credentials() >= ATTEMPTS {
            let status = Status::unauthenticated("too many wrong passwords on this connection");
            return Proof::Now(Err(status));
        }
        Proof::Later(Box::pin(async move {
            let (pair, right) = self.check(pair).await?;
            if !right {
                connection.count_refused_credential();
                return Err(refused());
            }
            caller.set_user_name(&pair.user_name);
            Ok(())
        }))
    }
}

fn refused() -> Status {
    Status::unauthenticated("a user name and its password are required")
}

/// A name and a password. It has no `Debug`, so that it cannot be printed by accident.
struct Pair {
    user_name: String,
    password: String,
}

/// The pair of a call. Two `authorization` values are none, since it would be unclear which one counts.
fn pair(call: &Parts) -> Option<Pair> {
    let mut values = call.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() || value.len() > LONGEST {
        return None;
    }
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user_name, password) = decoded.split_once(':')?;
    if user_name.is_empty() {
        return None;
    }
    Some(Pair {
        user_name: user_name.to_owned(),
        password: password.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parsed(values: &[&str]) -> Option<(String, String)> {
        let mut request = Request::builder();
        for value in values {
            request = request.header(AUTHORIZATION, *value);
        }
        let (call, ()) = request.body(()).unwrap().into_parts();
        pair(&call).map(|pair| (pair.user_name, pair.password))
    }

    #[test]
    fn a_pair_is_read_from_exactly_one_basic_value() {
        // agent:pass:word, an empty name, no colon
        let good = "Basic YWdlbnQ6cGFzczp3b3Jk";
        let expected = Some(("agent".to_owned(), "pass:word".to_owned()));
        assert_eq!(parsed(&[good]), expected);
        assert_eq!(parsed(&["bASIC YWdlbnQ6cGFzczp3b3Jk"]), expected);
        for refused in [
            &[][..],
            &[good, good],
            &["Bearer YWdlbnQ6cGFzczp3b3Jk"],
            &["Basic OnBhc3M="],
            &["Basic YWdlbnQ="],
            &["Basic %%%"],
            &["Basic"],
        ] {
            assert_eq!(parsed(refused), None, "{refused:?}");
        }
    }
}
