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
use super::connections::{Connection, Connections};

/// The answer of a proof: nothing, or the status that the caller gets.
pub type Proof<'a> = Pin<Box<dyn Future<Output = Result<(), Status>> + Send + 'a>>;

/// One kind of credential.
pub trait Credential: Send + Sync + 'static {
    /// Proves the credential from the connection or the call's metadata, and adds it to the caller.
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
        Box::pin(async move {
            let certificate = connection
                .certificate()
                .ok_or_else(|| Status::unauthenticated("a client certificate is required"))?;
            caller.set_certificate(certificate);
            Ok(())
        })
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

    async fn caller(&self, call: &Parts) -> Result<Caller, Status> {
        let mut caller = Caller::anonymous();
        match &*self.callers {
            Callers::Anyone => {}
            Callers::Proving(credentials) => {
                let connection = connection(call, &self.connections)
                    .ok_or_else(|| Status::unauthenticated("the connection is not known"))?;
                if credentials.is_empty() {
                    return Err(Status::unauthenticated("nobody may call this service"));
                }
                for credential in credentials {
                    credential.prove(call, &connection, &mut caller).await?;
                }
            }
        }
        Ok(caller)
    }
}

/// The connection on which a call arrived.
pub fn connection(call: &Parts, connections: &Connections) -> Option<Arc<Connection>> {
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
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The service that is ready is the one to call; its clone is for the next call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let authentication = self.authentication.clone();
        Box::pin(async move {
            let (mut call, body) = request.into_parts();
            match authentication.caller(&call).await {
                Ok(caller) => {
                    Span::current().record("caller", field::display(&caller));
                    call.extensions.insert(caller);
                    inner.call(Request::from_parts(call, body)).await
                }
                Err(status) => Ok(status.into_http()),
            }
        })
    }
}
