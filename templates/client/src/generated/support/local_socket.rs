//! A connection to a server on this machine, over a Unix domain socket. The system says which user the server runs as.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::UnixStream;
use tonic::transport::Endpoint;

use super::super::errors::ConnectError;
use super::connector::{self, AcceptedStream, ConfidentialChannel, Patience};
use super::local_users::Users;
use super::settings::{FileSetting, SettingError};

/// Connects to a socket, if its server runs as one of these users.
///
/// # Errors
///
/// [`ConnectError`] says which layer failed.
pub async fn connect(
    socket: &FileSetting,
    server: Users,
    patience: Patience,
) -> Result<ConfidentialChannel, ConnectError> {
    let (socket, server) = (socket.clone(), Arc::new(server));
    // Calls need an authority; a socket has none.
    let endpoint = Endpoint::from_static("http://localhost");
    connector::over(endpoint, patience, move || {
        let opened = open(socket.clone(), Arc::clone(&server));
        connector::in_time(patience.connect, opened)
    })
    .await
}

async fn open(
    socket: FileSetting,
    server: Arc<Users>,
) -> Result<AcceptedStream<UnixStream>, ConnectError> {
    let unreachable = |path: &PathBuf| {
        let target = path.display().to_string();
        move |problem| ConnectError::Connection { target, problem }
    };
    let stream = UnixStream::connect(&socket.path)
        .await
        .map_err(unreachable(&socket.path))?;
    let user = stream.peer_cred().map_err(unreachable(&socket.path))?;
    if !server.has(&user) {
        let problem = format!(
            "its server runs as uid {}, which is not trusted",
            user.uid()
        );
        return Err(SettingError::new(socket.key, problem).into());
    }
    AcceptedStream::new(stream)
        .await
        .map_err(ConnectError::Closed)
}
