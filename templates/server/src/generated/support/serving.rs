//! A server of several listeners: bound first, then served together, and stopped together.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::{Connected, TcpIncoming};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::HealthReporter;
use tracing::{error, info, warn};

use super::acceptor::{self, HandshakeLimits};
use super::calls::{CallCount, CallLog};
use super::connections::{Connections, ListedStream};
use super::health;
use super::settings::SettingError;

/// What one listener allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerLimits {
    /// Connections at a time.
    pub connections: usize,
    /// Connections that the system keeps waiting until they are accepted.
    pub backlog: u32,
    /// Handshakes.
    pub handshakes: HandshakeLimits,
    /// Calls at a time on one connection.
    pub streams_per_connection: u32,
    /// How long a connection may be without a call.
    pub idle: Option<Duration>,
    /// How long a connection may live before its client has to open, and prove, a new one.
    pub age: Duration,
    /// How long calls that are running at that age may take to end.
    pub age_grace: Duration,
    /// How often a silent client is asked for a sign of life.
    pub keepalive_interval: Duration,
    /// How long it may take to give one.
    pub keepalive_timeout: Duration,
    /// Metadata of one call, in bytes.
    pub metadata_bytes: u32,
}

/// The number of calls or connections that .NET derives from the number of processors.
pub fn per_processor(number: usize) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    number.saturating_mul(processors)
}

/// Probes at a time on one connection.
const PROBE_STREAMS: u32 = 4;

/// What carries the calls of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TLS.
    Tls,
    /// Clear text, where the plan says so.
    ClearText,
    /// A socket of this machine.
    LocalSocket,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls => "TLS",
            Self::ClearText => "clear text",
            Self::LocalSocket => "local socket",
        })
    }
}

/// A listener that accepts, and whose connections are not served yet.
pub struct Accepting<S> {
    /// Its name.
    pub name: &'static str,
    /// What carries its calls.
    pub transport: Transport,
    /// What it allows.
    pub limits: ListenerLimits,
    /// Its open connections.
    pub connections: Arc<Connections>,
    /// Those that were admitted, one by one.
    pub incoming: ReceiverStream<io::Result<S>>,
}

/// A listener whose socket is open, and which does not accept yet.
pub struct BoundListener {
    name: &'static str,
    tcp: TcpListener,
    address: SocketAddr,
    limits: ListenerLimits,
    connections: Arc<Connections>,
}

impl BoundListener {
    /// Opens the socket.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub fn bind(
        name: &'static str,
        address: SocketAddr,
        limits: ListenerLimits,
    ) -> Result<Self, StartError> {
        let (tcp, address) = StartError::listening(name, address, limits.backlog)?;
        Ok(Self {
            name,
            tcp,
            address,
            limits,
            connections: Connections::at_most(limits.connections),
        })
    }

    /// The address it listens on, with the port that the system has chosen where the setting says 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The connections that it will have.
    pub fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// Accepts over TLS, with the configuration that is current when a connection arrives.
    pub fn accept_tls(
        self,
        tls: watch::Receiver<Arc<ServerConfig>>,
    ) -> Accepting<TlsStream<ListedStream<TcpStream>>> {
        let (name, tcp, limits, connections) = self.into_parts();
        let handshakes = limits.handshakes;
        let incoming = acceptor::accept(name, tcp, tls, handshakes, Arc::clone(&connections));
        Accepting {
            name,
            transport: Transport::Tls,
            limits,
            connections,
            incoming,
        }
    }

    /// Name, socket, limits and connections, to accept in another way.
    pub fn into_parts(self) -> (&'static str, TcpListener, ListenerLimits, Arc<Connections>) {
        let (listener, address) = (self.name, self.address);
        info!(listener, %address, "listening");
        (self.name, self.tcp, self.limits, self.connections)
    }
}

/// A server that runs, until it is stopped or dropped.
pub struct RunningServer {
    listening: JoinSet<Result<(), tonic::transport::Error>>,
    connections: Vec<Arc<Connections>>,
    health: HealthReporter,
    services: &'static [&'static str],
    calls: CallCount,
    stop: watch::Sender<bool>,
    deadline: Duration,
}

impl RunningServer {
    /// A server without listeners yet, which has these services. When it is stopped, running calls get `deadline` to end.
    pub fn new(
        health: HealthReporter,
        services: &'static [&'static str],
        deadline: Duration,
    ) -> Self {
        Self {
            listening: JoinSet::new(),
            connections: Vec::new(),
            health,
            services,
            calls: CallCount::default(),
            stop: watch::Sender::new(false),
            deadline,
        }
    }

    /// Serves these routes over connections that a listener accepts.
    pub fn serve<S>(&mut self, accepting: Accepting<S>, routes: Routes)
    where
        S: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
    {
        let log = CallLog::new(accepting.name, Arc::clone(&accepting.connections));
        let router = builder(accepting.limits).layer(log).add_routes(routes);
        self.run(accepting, |incoming, stopping| {
            router.serve_with_incoming_shutdown(incoming, stopping)
        });
    }

    /// Runs what serves a listener, given its connections and what ends when the server stops.
    pub fn run<S, F>(
        &mut self,
        accepting: Accepting<S>,
        serve: impl FnOnce(ReceiverStream<io::Result<S>>, Stopping) -> F,
    ) where
        F: Future<Output = Result<(), tonic::transport::Error>> + Send + 'static,
    {
        let Accepting {
            name,
            transport,
            limits,
            connections,
            incoming,
        } = accepting;
        info!(listener = name, %transport, "serving");
        let stopping: Stopping = Box::pin(stopped(self.stop.subscribe()));
        self.listening.spawn(serve(incoming, stopping));
        self.end_idle_connections(limits.idle, &connections);
        self.connections.push(connections);
    }

    /// Serves health alone, in clear text, to probes of this machine.
    pub fn serve_probes(&mut self, listener: TcpListener, health: HealthServer<impl Health>) {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let stopping = stopped(self.stop.subscribe());
        let router = Server::builder()
            .max_concurrent_streams(PROBE_STREAMS)
            .add_service(health);
        self.listening
            .spawn(router.serve_with_incoming_shutdown(incoming, stopping));
    }

    fn end_idle_connections(&self, limit: Option<Duration>, connections: &Arc<Connections>) {
        let Some(limit) = limit else { return };
        let (connections, stopping) = (Arc::clone(connections), stopped(self.stop.subscribe()));
        tokio::spawn(async move {
            let mut stopping = std::pin::pin!(stopping);
            let mut ticks = tokio::time::interval((limit / 4).max(Duration::from_millis(100)));
            loop {
                tokio::select! {
                    () = &mut stopping => return,
                    _ = ticks.tick() => connections.end_idle(limit),
                }
            }
        });
    }

    /// The health service's reporter.
    pub fn health(&self) -> &HealthReporter {
        &self.health
    }

    /// Calls that were let through to a handler.
    pub fn calls(&self) -> &CallCount {
        &self.calls
    }

    /// Connections that are open.
    pub fn open_connections(&self) -> usize {
        self.connections
            .iter()
            .map(|connections| connections.count())
            .sum()
    }

    /// Runs until SIGTERM or ctrl-c, or until a listener fails, and then stops.
    pub async fn run_until_signal(mut self) -> ExitCode {
        health::serving();
        let failed = tokio::select! {
            () = signal() => None,
            ended = self.listening.join_next() => ended,
        };
        let code = match failed {
            None => {
                info!("told to stop");
                ExitCode::SUCCESS
            }
            Some(ended) => {
                error!(?ended, "a listener has ended");
                ExitCode::FAILURE
            }
        };
        health::stopping();
        self.stop().await;
        code
    }

    /// Stops: says so to those who watch its health, accepts nothing more, lets running calls end until the deadline, and then
    /// ends their connections. `true` when all calls ended by themselves.
    pub async fn stop(mut self) -> bool {
        report(&self.health, self.services, ServingStatus::NotServing).await;
        self.stop.send_replace(true);
        let listening = &mut self.listening;
        let all_ended = async { while listening.join_next().await.is_some() {} };
        if tokio::time::timeout(self.deadline, all_ended).await.is_ok() {
            info!("stopped");
            return true;
        }
        let connections = self.open_connections();
        warn!(
            connections,
            "stopped at the deadline, with calls still running"
        );
        for connections in &self.connections {
            connections.end_all();
        }
        // What is left is the closing of sockets; nobody waits for a peer any more.
        let listening = &mut self.listening;
        let all_ended = async { while listening.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(1), all_ended).await;
        false
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for connections in &self.connections {
            connections.end_all();
        }
    }
}

/// A health service that says that these services serve, and its reporter. It answers whoever passes the transport's checks.
pub async fn health(services: &[&'static str]) -> (HealthReporter, HealthServer<impl Health>) {
    let (reporter, service) = tonic_health::server::health_reporter();
    report(&reporter, services, ServingStatus::Serving).await;
    (reporter, service)
}

/// Reports a status of every service, and of the server as a whole under the empty name.
async fn report(reporter: &HealthReporter, services: &[&'static str], status: ServingStatus) {
    for service in services.iter().chain(&[""]) {
        reporter.set_service_status(*service, status).await;
    }
}

/// tonic's server with what a listener allows.
pub fn builder(limits: ListenerLimits) -> Server {
    Server::builder()
        .max_concurrent_streams(limits.streams_per_connection)
        .max_connection_age(limits.age)
        .max_connection_age_grace(limits.age_grace)
        .http2_keepalive_interval(Some(limits.keepalive_interval))
        .http2_keepalive_timeout(Some(limits.keepalive_timeout))
        .http2_max_header_list_size(limits.metadata_bytes)
}

/// Ends when the server is to stop.
pub type Stopping = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the server is gone, which is as good.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            () = interrupt() => {}
        },
        Err(error) => {
            error!(%error, "SIGTERM cannot be caught");
            interrupt().await;
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    interrupt().await;
}

async fn interrupt() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        error!(%error, "ctrl-c cannot be caught");
        std::future::pending::<()>().await;
    }
}

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// A setting is wrong, or a file that it names.
    Setting(SettingError),
    /// An address cannot be listened on.
    Listen {
        /// The listener.
        name: &'static str,
        /// Its address.
        address: SocketAddr,
        /// What the system says.
        problem: io::Error,
    },
}

impl StartError {
    /// Opens the listening socket of a listener.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub fn listening(
        name: &'static str,
        address: SocketAddr,
        backlog: u32,
    ) -> Result<(TcpListener, SocketAddr), Self> {
        acceptor::listen(address, backlog)
            .and_then(|tcp| tcp.local_addr().map(|address| (tcp, address)))
            .map_err(|problem| Self::Listen {
                name,
                address,
                problem,
            })
    }
}

impl From<SettingError> for StartError {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(error) => error.fmt(f),
            Self::Listen {
                name,
                address,
                problem,
            } => {
                write!(
                    f,
                    "setting `{name}.address`: cannot listen on {address}: {problem}"
                )
            }
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Setting(error) => Some(error),
            Self::Listen { problem, .. } => Some(problem),
        }
    }
}
