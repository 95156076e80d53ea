//! Nobody reaches a handler without the credentials that its service asks for. A tower layer around each service proves them
//! and puts the [`Caller`] into the request.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Span, field};

use super::caller::Caller;
use super::calls::{Answer, CurrentCall};
use super::connections::{Connection, Connections, ListedConnection};

/// The answer of a proof: nothing, or the status that the caller gets.
pub enum Proof<'a> {
    /// It is known at once.
    Now(Result<(), Status>),
    /// It takes time.
    Later(Pin<Box<dyn Future<Output = Result<(), Status>> + Send + 'a>>),
}

/// One kind of credential.
pub trait Credential: Send + Sync + 'static {
    /// Proves the credential from the connection or the call's metadata, and adds it to the caller. A proof that takes time is
    /// asked for twice: what is known at once must not change anything but the caller.
    fn prove<'a>(
        &'a self,
        call: &'a Parts,
        connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a>;
}

/// Who may call a service.
pub enum Callers {
    /// Everyone: the plan says anonymous.
    Anyone,
    /// Who proves all of these. An empty list admits nobody.
    Proving(Vec<Box<dyn Credential>>),
}

/// The client certificate that the TLS layer has checked.
pub struct ClientCertificate;

impl Credential for ClientCertificate {
    fn prove<'a>(
        &'a self,
        _call: &'a Parts,
        connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a> {
        match connection.certificate() {
            Some(certificate) => {
                caller.set_certificate(certificate);
                Proof::Now(Ok(()))
            }
            None => {
                let status = Status::unauthenticated("a client certificate is required");
                Proof::Now(Err(status))
            }
        }
    }
}

/// Puts [`Authenticated`] around a service.
#[derive(Clone)]
pub struct Authentication {
    callers: Arc<Callers>,
    connections: Arc<Connections>,
}

impl Authentication {
    /// For calls that arrive on these connections.
    pub fn new(callers: Callers, connections: Arc<Connections>) -> Self {
        Self {
            callers: Arc::new(callers),
            connections,
        }
    }

    /// The caller, where every proof is known at once.
    fn caller_now(&self, call: &Parts) -> Option<Result<Caller, Status>> {
        let (credentials, connection) = match self.asked(call) {
            Ok(Some(asked)) => asked,
            Ok(None) => return Some(Ok(Caller::anonymous())),
            Err(status) => return Some(Err(status)),
        };
        let mut caller = Caller::anonymous();
        for credential in credentials {
            match credential.prove(call, &connection, &mut caller) {
                Proof::Now(Ok(())) => {}
                Proof::Now(Err(status)) => return Some(Err(status)),
                Proof::Later(_) => return None,
            }
        }
        Some(Ok(caller))
    }

    async fn caller(&self, call: &Parts) -> Result<Caller, Status> {
        let mut caller = Caller::anonymous();
        if let Some((credentials, connection)) = self.asked(call)? {
            for credential in credentials {
                match credential.prove(call, &connection, &mut caller) {
                    Proof::Now(proved) => proved?,
                    Proof::Later(proof) => proof.await?,
                }
            }
        }
        Ok(caller)
    }

    /// What has to be proved, at least one credential, and on which connection; `None` is nothing, for everyone.
    #[allow(
        clippy::type_complexity,
        reason = "a pair that two functions take apart"
    )]
    fn asked(
        &self,
        call: &Parts,
    ) -> Result<Option<(&[Box<dyn Credential>], Arc<Connection>)>, Status> {
        match &*self.callers {
            Callers::Anyone => Ok(None),
            Callers::Proving(credentials) if credentials.is_empty() => {
                Err(Status::unauthenticated("nobody may call this service"))
            }
            Callers::Proving(credentials) => {
                let connection = connection(call, &self.connections)
                    .ok_or_else(|| Status::unauthenticated("the connection is not known"))?;
                Ok(Some((credentials, connection)))
            }
        }
    }
}

/// The connection on which a call arrived.
pub fn connection(call: &Parts, connections: &Connections) -> Option<Arc<Connection>> {
    if let Some(known) = call.extensions.get::<Arc<CurrentCall>>() {
        return known.connection().cloned();
    }
    if let Some(ListedConnection(listed)) = call.extensions.get() {
        return Some(Arc::clone(listed));
    }
    let over_tls = call.extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
    let peer = match over_tls {
        Some(tls) => tls.get_ref().remote_addr(),
        None => call
            .extensions
            .get::<TcpConnectInfo>()
            .and_then(TcpConnectInfo::remote_addr),
    };
    connections.find(peer?)
}

impl<S> Layer<S> for Authentication {
    type Service = Authenticated<S>;

    fn layer(&self, inner: S) -> Authenticated<S> {
        Authenticated {
            authentication: self.clone(),
            inner,
        }
    }
}

/// A service that only sees calls whose caller is known.
#[derive(Clone)]
pub struct Authenticated<S> {
    authentication: Authentication,
    inner: S,
}

impl<S> Service<Request<Body>> for Authenticated<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answer>
        + Clone
        + Send
        + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let (call, body) = request.into_parts();
        if let Some(caller) = self.authentication.caller_now(&call) {
            return continued(&mut self.inner, caller, call, body);
        }
        // The service that is ready is the one to call; its clone is for the next call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let authentication = self.authentication.clone();
        Box::pin(async move {
            let caller = authentication.caller(&call).await;
            continued(&mut inner, caller, call, body).await
        })
    }
}

/// Calls the service if the caller is known, and refuses otherwise.
fn continued<S>(
    inner: &mut S,
    caller: Result<Caller, Status>,
    mut call: Parts,
    body: Body,
) -> Answer
where
    S: Service<Request<Body>, Future = Answer>,
{
    match caller {
        Ok(caller) => {
            Span::current().record("caller", field::display(&caller));
            call.extensions.insert(caller);
            inner.call(Request::from_parts(call, body))
        }
        Err(status) => Box::pin(async move { Ok(status.into_http()) }),
    }
}
