//! The open connections of one listener: what each has proved, what it is doing, and the means to end it.
//!
//! A call finds its connection by the peer's address, which no two open connections of a listener share; over a local socket,
//! where peers have no address, it brings its connection along.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tonic::transport::server::{Connected, TcpConnectInfo};

use super::caller::{CertificateIdentity, LocalUser};

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A socket somewhere.
    Network(SocketAddr),
    /// A user of this machine, and the number of the connection.
    Local(LocalUser, u64),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => address.fmt(f),
            Self::Local(user, _) => user.fmt(f),
        }
    }
}

/// One open connection.
#[derive(Debug)]
pub struct Connection {
    peer: Peer,
    certificate: OnceLock<Arc<CertificateIdentity>>,
    refused_credentials: AtomicU32,
    running_calls: AtomicUsize,
    idle_since: Mutex<Instant>,
    ended: AtomicBool,
    reader: Mutex<Option<Waker>>,
}

impl Connection {
    fn new(peer: Peer) -> Self {
        Self {
            peer,
            certificate: OnceLock::new(),
            refused_credentials: AtomicU32::new(0),
            running_calls: AtomicUsize::new(0),
            idle_since: Mutex::new(Instant::now()),
            ended: AtomicBool::new(false),
            reader: Mutex::new(None),
        }
    }

    /// The peer.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The client certificate that the TLS layer has checked, where there was one.
    pub fn certificate(&self) -> Option<Arc<CertificateIdentity>> {
        self.certificate.get().cloned()
    }

    /// Keeps the client certificate that the TLS layer has checked.
    pub fn set_certificate(&self, certificate: CertificateIdentity) {
        // A connection has one handshake, so that there is nothing to replace.
        let _ = self.certificate.set(Arc::new(certificate));
    }

    /// How many credentials were refused on this connection so far.
    pub fn refused_credentials(&self) -> u32 {
        self.refused_credentials.load(Ordering::Relaxed)
    }

    /// Counts a credential that was refused.
    pub fn count_refused_credential(&self) {
        self.refused_credentials.fetch_add(1, Ordering::Relaxed);
    }

    /// Marks a call as running until the guard is dropped.
    pub fn begin_call(self: &Arc<Self>) -> RunningCall {
        self.running_calls.fetch_add(1, Ordering::AcqRel);
        RunningCall(Arc::clone(self))
    }

    /// Ends the connection: the peer sees it closed.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
        if let Some(waker) = lock(&self.reader).take() {
            waker.wake();
        }
    }

    fn idle_for(&self) -> Option<Duration> {
        let idle = self.running_calls.load(Ordering::Acquire) == 0;
        idle.then(|| lock(&self.idle_since).elapsed())
    }
}

/// A call that is running on a connection, until it is dropped.
#[derive(Debug)]
pub struct RunningCall(Arc<Connection>);

impl Drop for RunningCall {
    fn drop(&mut self) {
        *lock(&self.0.idle_since) = Instant::now();
        self.0.running_calls.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The open connections of one listener.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    open: RwLock<BTreeMap<Peer, Arc<Connection>>>,
}

impl Connections {
    /// No connection yet, and never more than `most`.
    pub fn at_most(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            open: RwLock::new(BTreeMap::new()),
        })
    }

    /// The open connection of a peer.
    pub fn find(&self, peer: SocketAddr) -> Option<Arc<Connection>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&Peer::Network(peer)).cloned()
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.len()
    }

    /// Admits a connection whose handshake is done; `false` when there are as many as there may be.
    pub fn admit(&self, connection: &Arc<Connection>) -> bool {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= self.most {
            return false;
        }
        *lock(&connection.idle_since) = Instant::now();
        open.insert(connection.peer, Arc::clone(connection));
        true
    }

    /// Ends every connection on which no call has run for `limit`.
    pub fn end_idle(&self, limit: Duration) {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        for connection in open.values() {
            if connection.idle_for().is_some_and(|idle| idle >= limit) {
                connection.end();
            }
        }
    }

    /// Ends every connection.
    pub fn end_all(&self) {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        for connection in open.values() {
            connection.end();
        }
    }

    fn forget(&self, connection: &Arc<Connection>) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let known = open.get(&connection.peer);
        if known.is_some_and(|known| Arc::ptr_eq(known, connection)) {
            open.remove(&connection.peer);
        }
    }
}

/// A connection that its calls bring along.
#[derive(Clone, Debug)]
pub struct ListedConnection(pub Arc<Connection>);

/// A stream that is listed among the open connections until it is dropped, and that can be ended from outside.
#[derive(Debug)]
pub struct ListedStream<S> {
    stream: S,
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl<S> ListedStream<S> {
    /// The stream of a peer, not admitted yet.
    pub fn new(stream: S, peer: Peer, connections: Arc<Connections>) -> Self {
        Self {
            stream,
            connection: Arc::new(Connection::new(peer)),
            connections,
        }
    }

    /// Lists it among these instead. Only a stream that is not admitted yet can move.
    pub fn move_to(&mut self, connections: &Arc<Connections>) {
        self.connections = Arc::clone(connections);
    }

    /// Admits it among the open connections; `false` when there are as many as there may be.
    pub fn admit(&self) -> bool {
        self.connections.admit(&self.connection)
    }

    /// The connection that this stream carries.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl<S> Drop for ListedStream<S> {
    fn drop(&mut self) {
        self.connections.forget(&self.connection);
    }
}

impl Connected for ListedStream<TcpStream> {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        TcpConnectInfo {
            local_addr: self.stream.local_addr().ok(),
            remote_addr: match self.connection.peer {
                Peer::Network(address) => Some(address),
                Peer::Local(..) => None,
            },
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ListedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.connection.ended.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if polled.is_pending() {
            let mut reader = lock(&self.connection.reader);
            if !reader
                .as_ref()
                .is_some_and(|waker| waker.will_wake(context.waker()))
            {
                *reader = Some(context.waker().clone());
            }
            drop(reader);
            // It may have been ended between the first look and the registration.
            if self.connection.ended.load(Ordering::Acquire) {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ListedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The lock, also after a panic of another thread: what it guards is whole after each statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;

    async fn stream(connections: &Arc<Connections>) -> (ListedStream<TcpStream>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (tcp, peer) = listener.accept().await.unwrap();
        (
            ListedStream::new(tcp, Peer::Network(peer), Arc::clone(connections)),
            client,
        )
    }

    #[tokio::test]
    async fn a_connection_is_listed_while_it_lives_and_no_more_than_allowed() {
        let connections = Connections::at_most(1);
        let (first, _a) = stream(&connections).await;
        let (second, _b) = stream(&connections).await;
        assert!(connections.admit(first.connection()));
        assert!(!connections.admit(second.connection()));
        let Peer::Network(peer) = *first.connection().peer() else {
            panic!("a TCP connection");
        };
        assert!(connections.find(peer).is_some());
        drop(first);
        assert_eq!(connections.count(), 0);
        assert!(connections.admit(second.connection()));
    }

    #[tokio::test]
    async fn ending_wakes_a_reader_that_waits() {
        let connections = Connections::at_most(1);
        let (mut stream, _client) = stream(&connections).await;
        connections.admit(stream.connection());
        let connection = Arc::clone(stream.connection());
        let reader = tokio::spawn(async move { stream.read_u8().await });
        tokio::task::yield_now().await;
        connection.end();
        let read = tokio::time::timeout(Duration::from_secs(5), reader).await;
        let error = read.unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_connection_with_a_running_call_is_not_idle() {
        let connections = Connections::at_most(1);
        let (stream, _client) = stream(&connections).await;
        connections.admit(stream.connection());
        let call = stream.connection().begin_call();
        connections.end_idle(Duration::ZERO);
        assert!(!stream.connection().ended.load(Ordering::Acquire));
        drop(call);
        connections.end_idle(Duration::ZERO);
        assert!(stream.connection().ended.load(Ordering::Acquire));
    }
}
