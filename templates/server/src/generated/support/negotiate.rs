//! A Kerberos ticket in the `authorization` metadata of each call (`Negotiate`, RFC 4559), over TLS only. One leg: whoever needs
//! several, as NTLM does, is refused.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use tokio::sync::Semaphore;
use tonic::Status;
use tracing::warn;

use super::authentication::{Credential, Proof};
use super::caller::Caller;
use super::connections::Connection;

/// Longest `authorization` value that is looked at, in bytes. The ticket of a user in many groups is long.
const LONGEST: usize = 48 * 1024;

/// Refused tickets after which a connection is not believed any more, whatever it shows.
const ATTEMPTS: u32 = 10;

/// Checks of tickets that may wait for a processor; one more is turned away.
const WAITING: usize = 64;

/// How a message of NTLM begins.
const NTLM: &[u8] = b"NTLMSSP\0";

/// Decides whose ticket it is. The one method to write is [`verify`](Self::verify).
pub trait TicketVerifier: Send + Sync + 'static {
    /// The principal whose ticket this is, `agent@HARBOUR.EXAMPLE`; `None` when the ticket is not good. It is the first token of
    /// the caller's GSS-API or SSPI, and the system's library must accept it in one step, with the mechanism Kerberos and no
    /// other, for the principal of this service, and once only. It may block: it runs on a thread of its own.
    ///
    /// # Errors
    ///
    /// When it cannot be decided now; the caller is refused and may try again.
    fn verify(&self, ticket: &[u8]) -> Result<Option<String>, TicketsUnavailable>;
}

/// A ticket could not be checked, for a reason that is the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketsUnavailable;

/// Refuses every ticket: what stands in for a verifier until it is written.
#[derive(Clone, Copy, Debug)]
pub struct RefuseEveryTicket(());

impl RefuseEveryTicket {
    /// For a listener, whose name is in the log so that it is known why nobody gets in.
    pub fn of(listener: &str) -> Self {
        warn!(
            listener,
            "every caller is refused until the check of Kerberos tickets is written"
        );
        Self(())
    }
}

impl TicketVerifier for RefuseEveryTicket {
    fn verify(&self, _ticket: &[u8]) -> Result<Option<String>, TicketsUnavailable> {
        Ok(None)
    }
}

/// Asks for a ticket in every call.
pub struct Negotiate {
    verifier: Arc<dyn TicketVerifier>,
    checks: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Negotiate {
    /// Tickets are checked by this verifier.
    pub fn new(verifier: Arc<dyn TicketVerifier>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            verifier,
            checks: Arc::new(Semaphore::new(processors)),
            waiting: Arc::new(Semaphore::new(processors + WAITING)),
        }
    }

    async fn principal(&self, ticket: Vec<u8>) -> Result<Option<String>, Status> {
        let busy = || Status::resource_exhausted("too many tickets to check, try again");
        let unavailable = || Status::unavailable("the ticket cannot be checked now");
        let waiting = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let running = Arc::clone(&self.checks)
            .acquire_owned()
            .await
            .map_err(|_| busy())?;
        let verifier = Arc::clone(&self.verifier);
        let checked = tokio::task::spawn_blocking(move || {
            let principal = verifier.verify(&ticket);
            drop((running, waiting));
            principal
        });
        match checked.await {
            Ok(principal) => principal.map_err(|TicketsUnavailable| unavailable()),
            Err(_) => Err(unavailable()),
        }
    }
}

impl Credential for Negotiate {
    fn prove<'a>(
        &'a self,
        call: &'a Parts,
        connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a> {
        let Some(ticket) = ticket(call) else {
            return Proof::Now(Err(refused()));
        };
        if connection.refused_credentials() >= ATTEMPTS {
            let status = Status::unauthenticated("too many wrong tickets on this connection");
            return Proof::Now(Err(status));
        }
        Proof::Later(Box::pin(async move {
            match self.principal(ticket).await? {
                Some(principal) if !principal.is_empty() => {
                    caller.set_principal(&principal);
                    Ok(())
                }
                _ => {
                    connection.count_refused_credential();
                    Err(refused())
                }
            }
        }))
    }
}

fn refused() -> Status {
    Status::unauthenticated("a Kerberos ticket for this service is required")
}

/// The ticket of a call. Two `authorization` values are none, since it would be unclear which one counts.
fn ticket(call: &Parts) -> Option<Vec<u8>> {
    let mut values = call.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() || value.len() > LONGEST {
        return None;
    }
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("negotiate") {
        return None;
    }
    let ticket = STANDARD.decode(encoded.trim()).ok()?;
    (!ticket.is_empty() && !ticket.starts_with(NTLM)).then_some(ticket)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parsed(values: &[&str]) -> Option<Vec<u8>> {
        let mut request = Request::builder();
        for value in values {
            request = request.header(AUTHORIZATION, *value);
        }
        let (call, ()) = request.body(()).unwrap().into_parts();
        ticket(&call)
    }

    #[test]
    fn a_ticket_is_read_from_exactly_one_negotiate_value_and_is_not_ntlm() {
        // "ticket"
        let good = "Negotiate dGlja2V0";
        assert_eq!(parsed(&[good]), Some(b"ticket".to_vec()));
        assert_eq!(
            parsed(&["nEGOTIATE dGlja2V0"]),
            Some(b"ticket".to_vec()),
            "schemes have no case"
        );
        let long = format!("Negotiate {}", "dGlj".repeat(20_000));
        for refused in [
            &[][..],
            &[good, good],
            &["Bearer dGlja2V0"],
            &["Negotiate"],
            &["Negotiate "],
            &["Negotiate %%%"],
            // NTLMSSP, zero, and the first message
            &["Negotiate TlRMTVNTUAABAAAA"],
            &[&long],
        ] {
            assert_eq!(parsed(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn until_a_verifier_is_written_every_ticket_is_refused() {
        assert_eq!(RefuseEveryTicket::of("desk").verify(b"ticket"), Ok(None));
    }
}
