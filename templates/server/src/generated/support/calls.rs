//! What happens to every call besides its handler: a span in the log, a place among the calls that may run at a time, and a count.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::{Code, Status};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Instrument as _, Span, debug, field, info_span, warn};

use super::authentication;
use super::connections::{Connection, Connections, RunningCall};

/// How many calls of a server were let through to a handler, since it started.
#[derive(Clone, Debug, Default)]
pub struct CallCount(Arc<AtomicU64>);

impl CallCount {
    /// The calls that passed authentication and limits. One that is refused is never counted.
    pub fn admitted(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lets at most a number of calls run at a time, and turns away the rest with `RESOURCE_EXHAUSTED`. It stands between
/// authentication and the handlers, so that only callers who are known take places.
#[derive(Clone)]
pub struct Admission {
    places: Arc<Semaphore>,
    count: CallCount,
}

impl Admission {
    /// At most `places` calls at a time, each counted.
    pub fn new(places: usize, count: CallCount) -> Self {
        let places = places.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            count,
        }
    }
}

impl<S> Layer<S> for Admission {
    type Service = Admitting<S>;

    fn layer(&self, inner: S) -> Admitting<S> {
        Admitting {
            admission: self.clone(),
            inner,
        }
    }
}

/// A service that runs a limited number of calls at a time.
#[derive(Clone)]
pub struct Admitting<S> {
    admission: Admission,
    inner: S,
}

impl<S> Service<Request<Body>> for Admitting<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answer>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let refuse = |status: Status| -> Answer { Box::pin(async move { Ok(status.into_http()) }) };
        let Ok(place) = Arc::clone(&self.admission.places).try_acquire_owned() else {
            return refuse(Status::resource_exhausted(
                "too many calls at a time, try again",
            ));
        };
        let Some(current) = request.extensions().get::<Arc<CurrentCall>>() else {
            return refuse(Status::internal("the call is not known"));
        };
        if current.place.set(place).is_err() {
            return refuse(Status::internal("the call is known twice"));
        }
        self.admission.count.count();
        self.inner.call(request)
    }
}

/// The future of an answer, as tonic's services have it.
pub type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// What is known of a call that is running, in the extensions of its request.
#[derive(Debug)]
pub struct CurrentCall {
    connection: Option<Arc<Connection>>,
    /// Taken until the answer has been sent, which for a stream is its end.
    place: OnceLock<OwnedSemaphorePermit>,
    _running: Option<RunningCall>,
}

impl CurrentCall {
    /// The connection on which the call arrived.
    pub fn connection(&self) -> Option<&Arc<Connection>> {
        self.connection.as_ref()
    }
}

/// One span a call, with method, peer, caller and code. A call that ends well is a line at level debug, a refusal or a
/// failure of the server one at level warn. Nothing of a message is logged.
#[derive(Clone)]
pub struct CallLog {
    listener: &'static str,
    connections: Arc<Connections>,
}

impl CallLog {
    /// For the calls of one listener.
    pub fn new(listener: &'static str, connections: Arc<Connections>) -> Self {
        Self {
            listener,
            connections,
        }
    }
}

impl<S> Layer<S> for CallLog {
    type Service = Logged<S>;

    fn layer(&self, inner: S) -> Logged<S> {
        Logged {
            log: self.clone(),
            inner,
        }
    }
}

/// A service whose calls are logged.
#[derive(Clone)]
pub struct Logged<S> {
    log: CallLog,
    inner: S,
}

impl<S> Service<Request<Body>> for Logged<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answer {
        let (mut call, body) = request.into_parts();
        let span = info_span!(
            "call",
            listener = self.log.listener,
            method = call.uri.path(),
            peer = field::Empty,
            caller = field::Empty,
            code = field::Empty,
        );
        let connection = authentication::connection(&call, &self.log.connections);
        if let Some(connection) = &connection {
            span.record("peer", field::display(connection.peer()));
        }
        let current = Arc::new(CurrentCall {
            place: OnceLock::new(),
            _running: connection.as_ref().map(Connection::begin_call),
            connection,
        });
        call.extensions.insert(Arc::clone(&current));
        let mut ending = Ending {
            span: span.clone(),
            began: Instant::now(),
            code: None,
            _current: current,
        };
        let answer = span.in_scope(|| self.inner.call(Request::from_parts(call, body)));
        let logged = async move {
            let response = answer.await?;
            ending.read(response.headers());
            Ok(response.map(|body| Body::new(Finishing { body, ending })))
        };
        Box::pin(logged.instrument(span))
    }
}

/// Writes the line about a call when the call is over, however it ends.
struct Ending {
    span: Span,
    began: Instant,
    code: Option<Code>,
    _current: Arc<CurrentCall>,
}

impl Ending {
    fn read(&mut self, headers: &HeaderMap) {
        if let Some(status) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(status.as_bytes()));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let milliseconds = self.began.elapsed().as_millis();
        // A call without a status was given up by the client, or its connection is gone.
        let code = self.code.unwrap_or(Code::Cancelled);
        self.span.record("code", field::debug(code));
        self.span.in_scope(|| match code {
            Code::Unauthenticated
            | Code::PermissionDenied
            | Code::ResourceExhausted
            | Code::Internal
            | Code::Unknown
            | Code::DataLoss
            | Code::Unavailable => warn!(?code, milliseconds, "call ended"),
            Code::Ok
            | Code::Cancelled
            | Code::InvalidArgument
            | Code::DeadlineExceeded
            | Code::NotFound
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented => debug!(?code, milliseconds, "call ended"),
        });
    }
}

/// A body that looks for the status in the trailers.
struct Finishing {
    body: Body,
    ending: Ending,
}

impl http_body::Body for Finishing {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            self.ending.read(trailers);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
