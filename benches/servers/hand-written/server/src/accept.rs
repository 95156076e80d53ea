//! Connections: each handshake in a task of its own, with a time limit, so that a client that stalls holds up nobody.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tracing::warn;
use x509_parser::parse_x509_certificate;

const HANDSHAKE: Duration = Duration::from_secs(10);
const HANDSHAKES: usize = 1024;

/// The subject of the certificate that TLS has checked, in the extensions of every request of the connection.
#[derive(Clone, Debug)]
pub struct Subject(pub Arc<str>);

/// A connection whose client is known.
pub struct Peer {
    stream: TlsStream<TcpStream>,
    subject: Subject,
}

impl Peer {
    fn new(stream: TlsStream<TcpStream>) -> Option<Self> {
        let (_, session) = stream.get_ref();
        let (_, certificate) = parse_x509_certificate(session.peer_certificates()?.first()?).ok()?;
        let subject = Subject(certificate.subject().to_string().into());
        Some(Self { stream, subject })
    }
}

impl Connected for Peer {
    type ConnectInfo = Subject;

    fn connect_info(&self) -> Subject {
        self.subject.clone()
    }
}

impl AsyncRead for Peer {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Peer {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
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

/// The connections whose handshake is done, and what resolves when the server has to stop.
pub fn incoming(listener: TcpListener, tls: Arc<ServerConfig>) -> (ReceiverStream<io::Result<Peer>>, impl Future<Output = ()>) {
    let (sender, receiver) = mpsc::channel(64);
    let acceptor = TlsAcceptor::from(tls);
    let accepting = tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(HANDSHAKES));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    warn!(%error, "accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let (acceptor, sender) = (acceptor.clone(), sender.clone());
            tokio::spawn(async move {
                match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        if let Some(peer) = Peer::new(stream) {
                            let _ = sender.send(Ok(peer)).await;
                        }
                    }
                    Ok(Err(error)) => warn!(%peer, %error, "handshake failed"),
                    Err(_) => warn!(%peer, "handshake timed out"),
                }
                drop(place);
            });
        }
    });
    let stop = async move {
        let _ = tokio::signal::ctrl_c().await;
        accepting.abort();
    };
    (ReceiverStream::new(receiver), stop)
}
