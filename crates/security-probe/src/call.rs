//! One call: connect, shake hands, ask for an operation that does not exist, and read how far it got.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use rustls::CertificateError;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::Target;
use crate::row::{Observed, RefusedBy};
use crate::tls::Tls;

/// How long a server may take to speak first.
const FIRST_WORDS: Duration = Duration::from_millis(500);

/// gRPC's status codes for a caller who is not let in.
const PERMISSION_DENIED: u16 = 7;
const UNAUTHENTICATED: u16 = 16;

/// What a client speaks.
pub(crate) enum Speaks {
    /// HTTP/2 as it is.
    ClearText,
    /// HTTP/2 in TLS.
    Tls(Tls),
    /// The first words of TLS 1.1, and nothing after them.
    Tls11,
}

/// A client that is ready to call.
pub(crate) struct Client {
    pub speaks: Speaks,
    pub authorization: Option<String>,
}

impl Client {
    pub async fn call(self, target: &Target) -> Observed {
        #[cfg(unix)]
        if let Some(path) = target.address.strip_prefix("unix:") {
            return match tokio::net::UnixStream::connect(path).await {
                Ok(stream) => self.speak(stream, target).await,
                Err(error) => Observed::Unreachable { reason: error.to_string() },
            };
        }
        match TcpStream::connect(&target.address).await {
            Ok(stream) => {
                // Small frames, each waited for: without this they wait for one another's acknowledgement.
                let _ = stream.set_nodelay(true);
                self.speak(stream, target).await
            }
            Err(error) => Observed::Unreachable { reason: error.to_string() },
        }
    }

    async fn speak<S>(self, stream: S, target: &Target) -> Observed
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match self.speaks {
            Speaks::ClearText => request(stream, target, "http", self.authorization.as_deref()).await,
            Speaks::Tls11 => greeted_with_tls11(stream).await,
            Speaks::Tls(tls) => match TlsConnector::from(tls.configuration).connect(tls.server_name, stream).await {
                Ok(stream) => match first_words(stream).await {
                    Ok(stream) => request(stream, target, "https", self.authorization.as_deref()).await,
                    Err(error) => refused(&error),
                },
                Err(error) => refused(&error),
            },
        }
    }
}

/// A ClientHello of TLS 1.1 (RFC 4346, section 7.4.1.2) with suites that every server of its time had. Written out, since no
/// library that this one would use still speaks it.
fn tls11_hello() -> Vec<u8> {
    const VERSION: [u8; 2] = [3, 2];
    let suites: [u8; 12] = [0xc0, 0x13, 0xc0, 0x14, 0xc0, 0x09, 0xc0, 0x0a, 0x00, 0x2f, 0x00, 0x35];
    // Curves P-256 and P-384, uncompressed points, renegotiation is safe.
    let extensions: [u8; 21] = [0, 10, 0, 6, 0, 4, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0, 0xff, 1, 0, 1, 0];
    let mut body = Vec::from(VERSION);
    body.extend([0x77; 32]);
    body.push(0);
    body.extend([0, 12]);
    body.extend(suites);
    body.extend([1, 0]);
    body.extend([0, 21]);
    body.extend(extensions);
    let length = |length: usize| u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    let mut handshake = vec![1, 0];
    handshake.extend(length(body.len()));
    handshake.extend(body);
    let mut record = vec![22, 3, 1];
    record.extend(length(handshake.len()));
    record.extend(handshake);
    record
}

/// What a server says to a client that knows nothing newer than TLS 1.1: its own hello, or an alert.
async fn greeted_with_tls11<S>(mut stream: S) -> Observed
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    const HANDSHAKE: u8 = 22;
    const ALERT: u8 = 21;
    let by_connection = |reason: String| Observed::Refused { by: RefusedBy::Connection, reason };
    if let Err(error) = stream.write_all(&tls11_hello()).await {
        return by_connection(error.to_string());
    }
    let mut words = [0; 7];
    match stream.read_exact(&mut words).await {
        Ok(_) => match words {
            [HANDSHAKE, ..] => Observed::Accepted { status: 0 },
            [ALERT, _, _, _, _, _, alert] => {
                let name = if alert == 70 { "protocol version".to_owned() } else { format!("alert {alert}") };
                Observed::Refused { by: RefusedBy::Handshake, reason: name }
            }
            _ => by_connection("the server does not speak TLS".to_owned()),
        },
        Err(error) => by_connection(error.to_string()),
    }
}

/// Waits for what the server says first. With TLS 1.3 a client's handshake is done before the server has looked at its
/// certificate: a refusal comes now, and would be lost if the client wrote to a connection that is closed already. An HTTP/2
/// server speaks without being asked; one that does not gets its request after a moment.
async fn first_words<S>(mut stream: S) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut words = vec![0; 4096];
    let read = match tokio::time::timeout(FIRST_WORDS, stream.read(&mut words)).await {
        Ok(Ok(0)) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "closed after the handshake")),
        Ok(read) => read?,
        Err(_) => 0,
    };
    words.truncate(read);
    let (reader, writer) = tokio::io::split(stream);
    Ok(tokio::io::join(io::Cursor::new(words).chain(reader), writer))
}

async fn request<S>(stream: S, target: &Target, scheme: &str, authorization: Option<&str>) -> Observed
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = match h2::client::handshake(stream).await {
        Ok(both) => both,
        Err(error) => return refused(&error),
    };
    // The connection's own error says why it ended; a request's error often only that it did.
    let driver = tokio::spawn(connection);
    let exchange = exchange(sender, target, scheme, authorization).await;
    match exchange {
        Ok(status @ (UNAUTHENTICATED | PERMISSION_DENIED)) => Observed::Refused {
            by: RefusedBy::Status,
            reason: if status == UNAUTHENTICATED { "UNAUTHENTICATED" } else { "PERMISSION_DENIED" }.to_owned(),
        },
        Ok(status) => {
            driver.abort();
            Observed::Accepted { status }
        }
        Err(error) => match driver.await {
            Ok(Err(cause)) if cause.is_io() || !error.is_io() => refused(&cause),
            _ => refused(&error),
        },
    }
}

async fn exchange(
    sender: h2::client::SendRequest<Bytes>,
    target: &Target,
    scheme: &str,
    authorization: Option<&str>,
) -> Result<u16, h2::Error> {
    let mut sender = sender.ready().await?;
    let uri = format!("{scheme}://{}/{}/{}", target.server_name, target.service, target.operation);
    let mut request = http::Request::post(uri).header("content-type", "application/grpc").header("te", "trailers");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let Ok(request) = request.body(()) else { return Err(h2::Reason::INTERNAL_ERROR.into()) };
    let (response, mut body) = sender.send_request(request, false)?;
    // An empty message: five bytes that say so.
    body.send_data(Bytes::from_static(&[0; 5]), true)?;
    let response = response.await?;
    if let Some(status) = status(response.headers()) {
        return Ok(status);
    }
    let refused_by_http = match response.status().as_u16() {
        401 => Some(UNAUTHENTICATED),
        403 => Some(PERMISSION_DENIED),
        _ => None,
    };
    let mut body = response.into_body();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        // Window that is not given back would end the connection early.
        let _ = body.flow_control().release_capacity(chunk.len());
    }
    let trailers = body.trailers().await?;
    Ok(refused_by_http.or_else(|| trailers.as_ref().and_then(status)).unwrap_or(2))
}

fn status(headers: &http::HeaderMap) -> Option<u16> {
    headers.get("grpc-status")?.to_str().ok()?.parse().ok()
}

/// Sorts an error: who refused, and in which words.
fn refused(error: &(dyn Error + 'static)) -> Observed {
    let mut at = Some(error);
    while let Some(cause) = at {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return by_tls(tls);
        }
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let of_h2 = cause.downcast_ref::<h2::Error>().and_then(h2::Error::get_io);
        at = match (inner, of_h2) {
            (Some(inner), _) => Some(inner),
            (None, Some(io)) => Some(io),
            (None, None) => cause.source(),
        };
    }
    // h2 keeps only the text of an error of the stream below it.
    let text = error.to_string();
    match text.split_once("received fatal alert: ") {
        Some((_, alert)) => Observed::Refused { by: RefusedBy::Handshake, reason: alert_words(alert) },
        None => Observed::Refused { by: RefusedBy::Connection, reason: text },
    }
}

fn by_tls(error: &rustls::Error) -> Observed {
    let (by, reason) = match error {
        rustls::Error::AlertReceived(alert) => (RefusedBy::Handshake, alert_words(&format!("{alert:?}"))),
        rustls::Error::InvalidCertificate(why) => (RefusedBy::Client, format!("the server's certificate {}", certificate_words(why))),
        rustls::Error::InvalidMessage(_) => (RefusedBy::Connection, "the server does not speak TLS".to_owned()),
        other => (RefusedBy::Client, other.to_string()),
    };
    Observed::Refused { by, reason }
}

/// What is wrong with a certificate, in words that fit a table.
fn certificate_words(error: &CertificateError) -> String {
    match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "is for another name".to_owned(),
        CertificateError::UnknownIssuer => "is of an unknown authority".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "is not good yet".to_owned(),
        other => format!("is not good: {other}"),
    }
}

/// An alert of RFC 8446, section 6.2, in words: `CertificateRequired` is "certificate required".
fn alert_words(name: &str) -> String {
    if name == "UnknownCA" {
        return "unknown authority".to_owned();
    }
    let mut words = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}
