//! Several listeners behind one port, told apart by the name that a client asks for (SNI, RFC 6066 section 3).
//!
//! The name decides before anything else does: over a connection for one name a client reaches the listener of that name, with its
//! certificate, its demands and its services, and no other, whatever its calls say. A client that asks for a name that nobody has, or
//! for none, is refused unless a listener is there for those.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::DnsName;
use rustls::server::{Acceptor, ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tracing::info;

use super::acceptor::{self, Door, HandshakeLimits};
use super::connections::{Connections, ListedStream, Peer};
use super::serving::{Accepting, ListenerLimits, StartError, Transport};
use super::settings::SettingError;

/// The names of one listener, as a client may ask for them.
#[derive(Clone, Debug)]
pub struct Names(Vec<String>);

impl Names {
    /// Reads the values of a setting.
    ///
    /// # Errors
    ///
    /// When there is none, or one that no client can ask for: an address, or no name of DNS.
    pub fn read(setting: &'static str, names: &[String]) -> Result<Self, SettingError> {
        let problem = |problem: String| Err(SettingError::new(setting, problem));
        if names.is_empty() {
            return problem("no name, and without one no client could ask for it".to_owned());
        }
        for name in names {
            if DnsName::try_from(name.as_str()).is_err() || name.parse::<std::net::IpAddr>().is_ok()
            {
                return problem(format!("{name:?} is no DNS name"));
            }
        }
        Ok(Self(
            names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        ))
    }

    /// Checks that no two listeners of a port have a name in common.
    ///
    /// # Errors
    ///
    /// The name, as a problem of this setting.
    pub fn apart(setting: &'static str, listeners: &[&Self]) -> Result<(), SettingError> {
        let mut all: Vec<&String> = listeners.iter().flat_map(|names| &names.0).collect();
        all.sort();
        let mut pairs = all.iter().zip(all.iter().skip(1));
        match pairs.find(|(one, next)| one == next) {
            Some((twice, _)) => {
                let problem = format!("{twice:?} is the name of two listeners of this port");
                Err(SettingError::new(setting, problem))
            }
            None => Ok(()),
        }
    }
}

/// Who gets the clients that ask for a name which nobody has, or for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherNames {
    /// Nobody: their handshake fails.
    Refused,
    /// The listener that is added with this.
    ComeHere,
}

/// A port whose socket is open. Nothing is accepted before all its listeners are there.
pub struct SharedPort {
    name: &'static str,
    tcp: TcpListener,
    address: SocketAddr,
    handshakes: HandshakeLimits,
    listeners: Vec<ByName>,
}

/// One of the listeners.
struct ByName {
    names: Names,
    others: OtherNames,
    tls: watch::Receiver<Arc<ServerConfig>>,
    connections: Arc<Connections>,
    door: Door,
}

impl SharedPort {
    /// Opens the socket of the listener of this name, and of those beside it.
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
            handshakes: limits.handshakes,
            listeners: Vec::new(),
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a listener for these names.
    pub fn listener(
        &mut self,
        name: &'static str,
        (names, others): (Names, OtherNames),
        limits: ListenerLimits,
        tls: watch::Receiver<Arc<ServerConfig>>,
    ) -> Accepting<TlsStream<ListedStream<TcpStream>>> {
        let (door, accepted) = mpsc::channel(32);
        let connections = Connections::at_most(limits.connections);
        self.listeners.push(ByName {
            names,
            others,
            tls,
            connections: Arc::clone(&connections),
            door,
        });
        Accepting {
            name,
            transport: Transport::Tls,
            limits,
            connections,
            incoming: ReceiverStream::new(accepted),
        }
    }

    /// Accepts from now on, until the listeners are gone, which all are at once.
    pub fn accept(self) {
        let (name, limits) = (self.name, self.handshakes);
        info!(listener = name, address = %self.address, "listening");
        let listeners: Arc<[ByName]> = self.listeners.into();
        tokio::spawn(async move {
            let Some(first) = listeners.first() else {
                return;
            };
            let closed = first.door.clone();
            let handshake = |tcp, peer| {
                let listeners = Arc::clone(&listeners);
                async move { acceptor::in_time(limits.timeout, by_name(&listeners, tcp, peer)).await }
            };
            acceptor::accept_with(name, self.tcp, limits, closed.closed(), handshake).await;
        });
    }
}

async fn by_name(
    listeners: &[ByName],
    tcp: TcpStream,
    peer: SocketAddr,
) -> Result<(TlsStream<ListedStream<TcpStream>>, Door), String> {
    let first = listeners.first().ok_or("no listener")?;
    let stream = ListedStream::new(tcp, Peer::Network(peer), Arc::clone(&first.connections));
    let hello = LazyConfigAcceptor::new(Acceptor::default(), stream);
    let hello = hello.await.map_err(acceptor::text)?;
    let asked = hello
        .client_hello()
        .server_name()
        .map(str::to_ascii_lowercase);
    let found = listeners
        .iter()
        .find(|listener| {
            asked
                .as_ref()
                .is_some_and(|name| listener.names.0.contains(name))
        })
        .or_else(|| {
            listeners
                .iter()
                .find(|listener| listener.others == OtherNames::ComeHere)
        });
    let Some(found) = found else {
        let mut config = ServerConfig::clone(&first.tls.borrow());
        config.cert_resolver = Arc::new(NoCertificate);
        // It fails, and says so to the client.
        let _ = hello.into_stream(Arc::new(config)).await;
        return Err(match asked {
            Some(name) => format!("it asks for {name:?}, which is nobody's here"),
            None => "it asks for nobody by name".to_owned(),
        });
    };
    let config = Arc::clone(&found.tls.borrow());
    let mut stream = hello.into_stream(config).await.map_err(acceptor::text)?;
    stream.get_mut().0.move_to(&found.connections);
    Ok((acceptor::admitted(stream)?, found.door.clone()))
}

/// Nobody's certificate.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesServerCert for NoCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Result<Names, SettingError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Names::read("quay.names", &names)
    }

    #[test]
    fn names_are_names_of_dns_and_nobody_has_another_ones() {
        for wrong in [
            &[][..],
            &["127.0.0.1"],
            &["::1"],
            &["a b"],
            &["quay.example", ""],
        ] {
            assert_eq!(names(wrong).unwrap_err().setting, "quay.names", "{wrong:?}");
        }
        let (one, other) = (
            names(&["quay.example"]).unwrap(),
            names(&["Quay.Example"]).unwrap(),
        );
        let error = Names::apart("quay.names", &[&one, &other]).unwrap_err();
        assert!(error.problem.contains("quay.example"), "{error}");
        let third = names(&["pier.example", "pier"]).unwrap();
        assert_eq!(Names::apart("quay.names", &[&one, &third]), Ok(()));
    }
}
