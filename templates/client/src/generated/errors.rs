//! Why a connection could not be made: which layer said no, and what it said.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use rustls::AlertDescription;
use tonic::Status;

use super::support::settings::SettingError;

/// Why there is no connection.
#[derive(Debug)]
pub enum ConnectError {
    /// A setting is wrong, or a file that it names.
    Setting(SettingError),
    /// The host's name has no address.
    NameResolution {
        /// The host.
        host: String,
        /// What the resolver says.
        problem: io::Error,
    },
    /// No connection to any of the host's addresses.
    Connection {
        /// Host and port.
        target: String,
        /// What the system says of the last address.
        problem: io::Error,
    },
    /// It took longer than the connect timeout.
    Timeout {
        /// What was under way.
        during: &'static str,
        /// The timeout.
        after: Duration,
    },
    /// Something answers, and it does not speak TLS.
    NoTls,
    /// The server's certificate is not accepted: wrong authority, wrong name, expired, revoked.
    ServerCertificate(rustls::CertificateError),
    /// The server does not accept this client's certificate, or wants one and got none.
    CertificateRefused(AlertDescription),
    /// Another failure of the handshake: no version or suite in common, for instance.
    Tls(io::Error),
    /// The server does not speak HTTP/2 on this port (ALPN).
    NoHttp2,
    /// The server closed the connection before it said anything. Some do that to clients whose certificate they refuse.
    Closed(io::Error),
    /// The HTTP/2 layer failed.
    Http2(tonic::transport::Error),
}

impl ConnectError {
    /// The reason why a call could not be sent, where the reason is the connection; `None` where a server has answered.
    pub fn of(status: &Status) -> Option<&Self> {
        let mut cause = status.source();
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            // An I/O error that wraps another shows what that one's source is, not that one itself.
            let wrapped = error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref);
            if let Some(found) = wrapped.and_then(|inner| inner.downcast_ref::<Self>()) {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }

    /// The error of a handshake, or of the first read after it, by what it is about.
    pub fn from_tls(error: io::Error) -> Self {
        let tls = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            Some(rustls::Error::InvalidCertificate(reason)) => {
                Self::ServerCertificate(reason.clone())
            }
            Some(rustls::Error::AlertReceived(alert)) if about_a_certificate(*alert) => {
                Self::CertificateRefused(*alert)
            }
            Some(rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)) => {
                Self::NoHttp2
            }
            Some(rustls::Error::InvalidMessage(_)) => Self::NoTls,
            Some(_) => Self::Tls(error),
            None => Self::Closed(error),
        }
    }
}

/// Whether an alert of the server is about the certificate that it was shown (RFC 8446, section 6.2).
fn about_a_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::NoCertificate
    )
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(error) => error.fmt(f),
            Self::NameResolution { host, problem } => {
                write!(f, "name resolution: {host}: {problem}")
            }
            Self::Connection { target, problem } => write!(f, "connection: {target}: {problem}"),
            Self::Timeout { during, after } => {
                write!(f, "connection: {during} was not done after {after:?}")
            }
            Self::NoTls => f.write_str("TLS: the server answers in something else than TLS"),
            Self::ServerCertificate(reason) => {
                write!(f, "TLS: the server's certificate is refused: {reason}")
            }
            Self::CertificateRefused(AlertDescription::CertificateRequired) => {
                f.write_str("TLS: the server requires a client certificate")
            }
            Self::CertificateRefused(AlertDescription::AccessDenied) => f.write_str(
                "TLS: the server refuses this client: its certificate is not one that is let in, or no server here has the expected name",
            ),
            Self::CertificateRefused(alert) => {
                write!(
                    f,
                    "TLS: the server refuses this client's certificate: {alert:?}"
                )
            }
            Self::Tls(problem) => write!(f, "TLS: {problem}"),
            Self::NoHttp2 => f.write_str("ALPN: the server does not speak HTTP/2 on this port"),
            Self::Closed(problem) => {
                write!(f, "connection: closed before the first answer: {problem}")
            }
            Self::Http2(problem) => write!(f, "HTTP/2: {problem}"),
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Setting(error) => Some(error),
            Self::NameResolution { problem, .. } | Self::Connection { problem, .. } => {
                Some(problem)
            }
            Self::Tls(problem) | Self::Closed(problem) => Some(problem),
            Self::Http2(problem) => Some(problem),
            Self::Timeout { .. }
            | Self::NoTls
            | Self::ServerCertificate(_)
            | Self::CertificateRefused(_)
            | Self::NoHttp2 => None,
        }
    }
}

impl From<SettingError> for ConnectError {
    fn from(error: SettingError) -> Self {
        Self::Setting(error)
    }
}
