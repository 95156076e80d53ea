//! The accept loop of a TLS listener. Each handshake is a task of its own, with a timeout, so that a client that stalls, speaks
//! something else or shows the wrong certificate costs the others nothing, and is one line in the log.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tracing::{error, warn};

use super::caller::CertificateIdentity;
use super::connections::{Connections, ListedStream, Peer};

/// What the listener allows before a connection is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakeLimits {
    /// How long a handshake may take.
    pub timeout: Duration,
    /// How many may run at a time.
    pub at_a_time: usize,
    /// How long one more waits to be accepted, until one of them ends by itself; then the oldest has to.
    pub patience: Duration,
}

/// Connections that have passed the handshake.
pub type Accepted = ReceiverStream<io::Result<TlsStream<ListedStream<TcpStream>>>>;

/// Opens a listening socket.
///
/// # Errors
///
/// What the system says: the address is in use, or not allowed.
pub fn listen(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that is started anew takes its port again at once. On Windows the option means something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)
}

/// Accepts connections until the receiver is dropped; then the socket closes at once, and unfinished handshakes end.
pub fn accept(
    name: &'static str,
    listener: TcpListener,
    tls: watch::Receiver<Arc<ServerConfig>>,
    limits: HandshakeLimits,
    connections: Arc<Connections>,
) -> Accepted {
    let (sender, accepted) = mpsc::channel(32);
    tokio::spawn(async move {
        let closed = sender.clone();
        let handshake = move |tcp, peer| {
            let acceptor = TlsAcceptor::from(Arc::clone(&tls.borrow()));
            let (sender, connections) = (sender.clone(), Arc::clone(&connections));
            async move {
                let stream = ListedStream::new(tcp, Peer::Network(peer), connections);
                let accepted = async { acceptor.accept(stream).await.map_err(text) };
                let stream = in_time(limits.timeout, accepted).await?;
                Ok((admitted(stream)?, sender))
            }
        };
        accept_with(name, listener, limits, closed.closed(), handshake).await;
    });
    ReceiverStream::new(accepted)
}

/// Where connections go that have passed the handshake.
pub type Door = mpsc::Sender<io::Result<TlsStream<ListedStream<TcpStream>>>>;

/// Accepts until `closed`, with this handshake, which says where the connection goes or why it failed.
pub async fn accept_with<F>(
    name: &'static str,
    listener: TcpListener,
    limits: HandshakeLimits,
    closed: impl Future<Output = ()>,
    handshake: impl Fn(TcpStream, SocketAddr) -> F,
) where
    F: Future<Output = Result<(TlsStream<ListedStream<TcpStream>>, Door), String>> + Send + 'static,
{
    let mut closed = std::pin::pin!(closed);
    let mut handshakes = Handshakes::new(limits.at_a_time);
    let places = Arc::new(Semaphore::new(limits.at_a_time));
    loop {
        // One more waits in the socket's queue. Whom nobody made room for in time goes on without a place: it ends the oldest.
        let place = tokio::select! {
            () = &mut closed => return,
            place = tokio::time::timeout(limits.patience, Arc::clone(&places).acquire_owned()) => place.ok(),
        };
        let incoming = tokio::select! {
            () = &mut closed => return,
            incoming = listener.accept() => incoming,
        };
        let (tcp, peer) = match incoming {
            Ok(incoming) => incoming,
            Err(error) if belongs_to_one_connection(&error) => continue,
            Err(error) => {
                // Out of file descriptors, most likely. Trying again at once would only keep a processor busy.
                error!(listener = name, %error, "cannot accept connections");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if tcp.set_nodelay(true).is_err() {
            continue;
        }
        let handshake = handshake(tcp, peer);
        let handshake = tokio::spawn(async move {
            let _place = place;
            match handshake.await {
                // The receiver is only gone when the server is stopping.
                Ok((stream, door)) => drop(door.send(Ok(stream)).await),
                Err(reason) => warn!(listener = name, %peer, %reason, "handshake failed"),
            }
        });
        if let Some(peer) = handshakes.add(peer, handshake.abort_handle()) {
            let reason = "too many handshakes at a time";
            warn!(listener = name, %peer, reason, "handshake failed");
        }
    }
}

/// What takes longer than a handshake may is an error.
///
/// # Errors
///
/// When it takes longer, or fails.
pub async fn in_time<T>(
    timeout: Duration,
    handshake: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    match tokio::time::timeout(timeout, handshake).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("not finished after {timeout:?}")),
    }
}

/// An error as a reason in the log.
pub fn text(error: io::Error) -> String {
    error.to_string()
}

/// A connection after its handshake, listed among those of its listener.
///
/// # Errors
///
/// When it speaks something else than HTTP/2, its certificate cannot be read, or there are too many.
pub fn admitted(
    stream: TlsStream<ListedStream<TcpStream>>,
) -> Result<TlsStream<ListedStream<TcpStream>>, String> {
    let (tcp, session) = stream.get_ref();
    if session.alpn_protocol() != Some(b"h2") {
        return Err("the client does not ask for HTTP/2 (ALPN h2)".to_owned());
    }
    let certificate = session
        .peer_certificates()
        .and_then(|certificates| certificates.first());
    if let Some(certificate) = certificate {
        let identity = CertificateIdentity::read(certificate).map_err(|error| error.to_string())?;
        tcp.connection().set_certificate(identity);
    }
    if !tcp.admit() {
        return Err("too many connections".to_owned());
    }
    Ok(stream)
}

/// The handshakes that may still be running, oldest first.
struct Handshakes {
    most: usize,
    running: VecDeque<(SocketAddr, AbortHandle)>,
}

impl Handshakes {
    fn new(most: usize) -> Self {
        Self {
            most,
            running: VecDeque::new(),
        }
    }

    /// Adds one; the peer whose handshake had to end for it, if one had to.
    fn add(&mut self, peer: SocketAddr, handle: AbortHandle) -> Option<SocketAddr> {
        let mut ended = None;
        if self.running.len() >= self.most {
            self.running.retain(|(_, handle)| !handle.is_finished());
        }
        if self.running.len() >= self.most
            && let Some((peer, oldest)) = self.running.pop_front()
        {
            oldest.abort();
            ended = Some(peer);
        }
        self.running.push_back((peer, handle));
        ended
    }
}

impl Drop for Handshakes {
    fn drop(&mut self) {
        for (_, handle) in &self.running {
            handle.abort();
        }
    }
}

fn belongs_to_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
