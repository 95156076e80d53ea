//! A connection to a server over TLS, whose failure is an error of the layer that failed.

use std::io;
use std::net::IpAddr as IpAddress;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::{IpAddr, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use super::super::errors::ConnectError;
use super::settings::SettingError;

/// Where the server is, and who it must prove to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    host: String,
    port: u16,
    server_name: ServerName<'static>,
    origin: Uri,
}

impl Target {
    /// The target of an address, `https://host:port`. The server's certificate must be for `server_name`, which is the address's
    /// host where it is not given.
    ///
    /// # Errors
    ///
    /// When the address is not of that form, above all when it asks for clear text, or the name cannot be a server's.
    pub fn new(
        address: (&'static str, &str),
        server_name: (&'static str, Option<&str>),
    ) -> Result<Self, SettingError> {
        let (setting, address) = address;
        let wrong = |problem: &str| SettingError::new(setting, format!("`{address}`: {problem}"));
        let uri: Uri = address.parse().map_err(|_| wrong("not an address"))?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") => return Err(wrong("clear text is refused, write `https://`")),
            _ => return Err(wrong("an address starts with `https://`")),
        }
        let host = uri.host().ok_or_else(|| wrong("no host in it"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(443);
        let (name_setting, name) = server_name;
        let name = name.unwrap_or(host);
        let server_name = ServerName::try_from(name.to_owned()).map_err(|_| {
            SettingError::new(name_setting, format!("`{name}` cannot be a server's name"))
        })?;
        // An IPv6 address stands in brackets in a URI.
        let origin = match server_name {
            ServerName::IpAddress(IpAddr::V6(_)) => format!("https://[{name}]:{port}"),
            _ => format!("https://{name}:{port}"),
        };
        let origin = origin
            .parse()
            .map_err(|_| SettingError::new(name_setting, "no authority"))?;
        Ok(Self {
            host: host.to_owned(),
            port,
            server_name,
            origin,
        })
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until the connection is there, name resolution and handshake included.
    pub connect: Duration,
    /// Until a call is answered; `None` waits for ever.
    pub call: Option<Duration>,
}

/// A channel on which nobody reads along: over TLS, inside this machine, or where the plan says that a layer below encrypts.
/// Only the functions that see to that make one, so that a credential that is put on one is not sent in clear text.
#[derive(Clone, Debug)]
pub struct ConfidentialChannel(Channel);

impl ConfidentialChannel {
    /// The channel.
    pub fn into_inner(self) -> Channel {
        self.0
    }
}

/// What every HTTP/2 client says first (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Connects, and returns when the server has accepted this client. With TLS 1.3 a client's handshake ends before the server
/// has looked at its certificate, so that only the server's first byte tells. Each connection therefore says the HTTP/2
/// preface at once, to which every server has an answer, and is not one before that answer.
///
/// A connection that is lost is made anew by the next call. The TLS configuration is made for each connection, so that a
/// certificate that was renewed is used without a restart.
///
/// # Errors
///
/// [`ConnectError`] says which layer failed.
pub async fn connect(
    target: Target,
    patience: Patience,
    tls: impl Fn() -> Result<ClientConfig, SettingError> + Send + Sync + 'static,
) -> Result<ConfidentialChannel, ConnectError> {
    // tonic refuses `https` without a TLS configuration of its own; this one is ours, and the calls say `https`.
    let endpoint = Endpoint::from_static("http://tls.invalid").origin(target.origin.clone());
    let (target, tls) = (Arc::new(target), Arc::new(tls));
    over(endpoint, patience, move || {
        let (target, tls) = (Arc::clone(&target), Arc::clone(&tls));
        async move { open(&target, patience.connect, &*tls).await }
    })
    .await
}

/// A channel over connections that `open` makes.
pub(super) async fn over<S, F>(
    endpoint: Endpoint,
    patience: Patience,
    open: impl Fn() -> F + Send + 'static,
) -> Result<ConfidentialChannel, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Result<S, ConnectError>> + Send + 'static,
{
    let (first, mut outcome) = oneshot::channel();
    let first = Mutex::new(Some(first));
    let endpoint = match patience.call {
        Some(deadline) => endpoint.timeout(deadline),
        None => endpoint,
    };
    let connector = tower::service_fn(move |_: Uri| {
        let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let opened = open();
        async move {
            let opened = opened.await;
            opened.map(TokioIo::new).map_err(|error| told(first, error))
        }
    });
    match endpoint.connect_with_connector(connector).await {
        Ok(channel) => Ok(ConfidentialChannel(channel)),
        Err(error) => Err(outcome.try_recv().unwrap_or(ConnectError::Http2(error))),
    }
}

async fn open(
    target: &Target,
    patience: Duration,
    tls: &(dyn Fn() -> Result<ClientConfig, SettingError> + Send + Sync),
) -> Result<AcceptedStream<TlsStream<TcpStream>>, ConnectError> {
    let until = tokio::time::Instant::now() + patience;
    let late = |during| {
        move |_| ConnectError::Timeout {
            during,
            after: patience,
        }
    };
    let tls = TlsConnector::from(Arc::new(tls()?));
    let tcp = in_time(patience, tcp(&target.host, target.port, |_| true)).await?;
    let handshake = tls.connect(target.server_name.clone(), tcp);
    let stream = tokio::time::timeout_at(until, handshake)
        .await
        .map_err(late("the TLS handshake"))?
        .map_err(ConnectError::from_tls)?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(ConnectError::NoHttp2);
    }
    tokio::time::timeout_at(until, AcceptedStream::new(stream))
        .await
        .map_err(late("the server's first answer"))?
        .map_err(ConnectError::from_tls)
}

/// What comes of it in time.
pub(super) async fn in_time<T>(
    patience: Duration,
    opened: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    let late = |_| ConnectError::Timeout {
        during: "connecting",
        after: patience,
    };
    tokio::time::timeout(patience, opened).await.map_err(late)?
}

/// A TCP connection to the first of the host's addresses that is allowed and answers.
pub(super) async fn tcp(
    host: &str,
    port: u16,
    allowed: fn(IpAddress) -> bool,
) -> Result<TcpStream, ConnectError> {
    let unknown = |problem| ConnectError::NameResolution {
        host: host.to_owned(),
        problem,
    };
    let unreachable = |problem| ConnectError::Connection {
        target: format!("{host}:{port}"),
        problem,
    };
    let addresses = tokio::net::lookup_host((host, port))
        .await
        .map_err(unknown)?;
    let mut last = None;
    for address in addresses.filter(|address| allowed(address.ip())) {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(unreachable)?;
                return Ok(stream);
            }
            Err(problem) => last = Some(problem),
        }
    }
    Err(match last {
        Some(problem) => unreachable(problem),
        None => unknown(io::ErrorKind::NotFound.into()),
    })
}

/// Tells whoever waits in [`connect`], which is so for the first connection only; the error that the transport gets.
fn told(first: Option<oneshot::Sender<ConnectError>>, error: ConnectError) -> io::Error {
    match first {
        Some(first) => {
            let text = error.to_string();
            // If nobody waits any more there is nobody to tell.
            let _ = first.send(error);
            io::Error::other(text)
        }
        None => io::Error::other(error),
    }
}

/// A stream whose server has answered the preface. The HTTP/2 layer says the preface too, which is left out, and reads the
/// answer as if it came now.
pub(super) struct AcceptedStream<S> {
    stream: S,
    preface: &'static [u8],
    answer: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AcceptedStream<S> {
    /// Says the preface, and waits for the answer.
    pub(super) async fn new(mut stream: S) -> io::Result<Self> {
        stream.write_all(PREFACE).await?;
        stream.flush().await?;
        let mut answer = Vec::with_capacity(1024);
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Self {
            stream,
            preface: PREFACE,
            answer,
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for AcceptedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.answer.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let fits = self.answer.len().min(buffer.remaining());
        let rest = self.answer.split_off(fits);
        buffer.put_slice(&self.answer);
        self.answer = rest;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for AcceptedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.preface.is_empty() {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        let (now, later) = self.preface.split_at(self.preface.len().min(bytes.len()));
        if !bytes.starts_with(now) {
            return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
        }
        self.preface = later;
        Poll::Ready(Ok(now.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> SettingError {
        Target::new(("quay.address", address), ("quay.server-name", None)).unwrap_err()
    }

    #[test]
    fn clear_text_and_other_addresses_are_refused_by_name() {
        for address in [
            "http://quay.example:80",
            "quay.example:443",
            "net.tcp://quay:1",
            "",
            "https://",
        ] {
            assert_eq!(refused(address).setting, "quay.address", "{address}");
        }
        let error = refused("http://quay.example:80");
        assert!(error.problem.contains("clear text is refused"), "{error}");
    }

    #[test]
    fn without_a_name_the_server_proves_the_host_of_the_address() {
        for (address, host) in [
            ("https://quay.example", "quay.example"),
            ("https://127.0.0.1:1", "127.0.0.1"),
            ("https://[::1]:1", "::1"),
        ] {
            let target = Target::new(("a", address), ("b", None)).unwrap();
            assert_eq!(target.server_name, ServerName::try_from(host).unwrap());
            assert_eq!(target.host, host);
        }
    }

    #[test]
    fn the_server_proves_the_expected_name_and_not_the_hosts() {
        let target =
            Target::new(("a", "https://127.0.0.1:8081"), ("b", Some("quay.example"))).unwrap();
        assert_eq!((target.host.as_str(), target.port), ("127.0.0.1", 8081));
        assert_eq!(
            target.server_name,
            ServerName::try_from("quay.example").unwrap()
        );
        assert_eq!(target.origin, "https://quay.example:8081");
    }

    async fn attempt(port: u16) -> ConnectError {
        let target = Target::new(
            ("a", &format!("https://127.0.0.1:{port}")),
            ("b", Some("quay.example")),
        );
        let patience = Patience {
            connect: Duration::from_millis(200),
            call: None,
        };
        let tls = || {
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            Ok(ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth())
        };
        connect(target.unwrap(), patience, tls).await.unwrap_err()
    }

    #[tokio::test]
    async fn each_layer_has_its_error() {
        use tokio::net::TcpListener;

        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = silent.local_addr().unwrap().port();
        let error = attempt(port).await;
        assert!(matches!(error, ConnectError::Timeout { .. }), "{error}");
        drop(silent);
        let error = attempt(port).await;
        assert!(matches!(error, ConnectError::Connection { .. }), "{error}");

        let clear = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = clear.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = clear.accept().await.unwrap();
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
        });
        let error = attempt(port).await;
        assert!(matches!(error, ConnectError::NoTls), "{error}");

        let target = Target::new(
            ("a", "https://no-such-host.invalid"),
            ("b", Some("quay.example")),
        );
        let patience = Patience {
            connect: Duration::from_secs(10),
            call: None,
        };
        let tls = || Err(SettingError::new("quay.authorities", "no file"));
        let error = connect(target.unwrap(), patience, tls).await.unwrap_err();
        assert!(matches!(error, ConnectError::Setting(_)), "{error}");
    }
}
