//! Connections in clear text, where the plan says so: on this machine only, or where a mesh or an overlay network encrypts below.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tracing::{error, warn};

use super::connections::{Connections, ListedStream, Peer};
use super::serving::{Accepting, BoundListener, Transport};
use super::settings::SettingError;

/// The address, if nobody but this machine can reach it.
///
/// # Errors
///
/// When it is not a loopback address: then clear text would leave the machine.
pub fn loopback(setting: &'static str, address: SocketAddr) -> Result<SocketAddr, SettingError> {
    if address.ip().to_canonical().is_loopback() {
        return Ok(address);
    }
    let problem =
        format!("{address} can be reached from other machines, and this listener has no TLS");
    Err(SettingError::new(setting, problem))
}

/// Accepts in clear text.
pub fn accept(listener: BoundListener) -> Accepting<ListedStream<TcpStream>> {
    let (name, tcp, limits, connections) = listener.into_parts();
    let incoming = accepted(name, tcp, Arc::clone(&connections));
    Accepting {
        name,
        transport: Transport::ClearText,
        limits,
        connections,
        incoming,
    }
}

fn accepted(
    name: &'static str,
    listener: TcpListener,
    connections: Arc<Connections>,
) -> ReceiverStream<io::Result<ListedStream<TcpStream>>> {
    let (sender, accepted) = mpsc::channel(32);
    tokio::spawn(async move {
        loop {
            let incoming = tokio::select! {
                () = sender.closed() => return,
                incoming = listener.accept() => incoming,
            };
            let (tcp, peer) = match incoming {
                Ok(incoming) => incoming,
                Err(error) => {
                    error!(listener = name, %error, "cannot accept connections");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            if tcp.set_nodelay(true).is_err() {
                continue;
            }
            let stream = ListedStream::new(tcp, Peer::Network(peer), Arc::clone(&connections));
            if !connections.admit(stream.connection()) {
                warn!(listener = name, %peer, "too many connections");
                continue;
            }
            // The receiver is only gone when the server is stopping.
            if sender.send(Ok(stream)).await.is_err() {
                return;
            }
        }
    });
    ReceiverStream::new(accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for address in [
            "127.0.0.1:1",
            "127.9.9.9:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(
                loopback("quay.address", address.parse().unwrap()).is_ok(),
                "{address}"
            );
        }
        for address in ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "[::ffff:10.0.0.1]:1"] {
            let error = loopback("quay.address", address.parse().unwrap()).unwrap_err();
            assert_eq!(error.setting, "quay.address");
        }
    }
}
