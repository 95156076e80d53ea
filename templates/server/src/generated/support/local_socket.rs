//! A Unix domain socket for callers on this machine. The system says which user is at the other end; one who is not let in has
//! its connection closed before it can say anything.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tonic::transport::server::Connected;
use tracing::{error, warn};

use super::authentication::{Credential, Proof};
use super::caller::{Caller, LocalUser};
use super::connections::{Connection, Connections, ListedConnection, ListedStream, Peer};
use super::local_users::Users;
use super::serving::{Accepting, ListenerLimits, Transport};
use super::settings::{FileSetting, SettingError};

/// A socket that is open, and which does not accept yet.
pub struct LocalListener {
    name: &'static str,
    unix: UnixListener,
    socket: Socket,
    users: Users,
    limits: ListenerLimits,
    connections: Arc<Connections>,
}

/// The socket's file, which goes when the listener does.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        // Whoever took it away already has done what was to be done.
        let _ = fs::remove_file(&self.0);
    }
}

impl LocalListener {
    /// Opens the socket. Only this process's own user can connect to it, unless others are let in by name. A file that a
    /// server left behind is replaced; one on which somebody listens is not.
    ///
    /// # Errors
    ///
    /// When there is another file of that name, or none can be made.
    pub fn bind(
        name: &'static str,
        file: &FileSetting,
        users: Users,
        limits: ListenerLimits,
    ) -> Result<Self, SettingError> {
        let path = &file.path;
        if let Ok(there) = fs::symlink_metadata(path) {
            if !there.file_type().is_socket() {
                return Err(file.error("there is a file of that name, and it is no socket"));
            }
            if std::os::unix::net::UnixStream::connect(path).is_ok() {
                return Err(file.error("somebody listens on it already"));
            }
        }
        let mode = if users.only_own() { 0o600 } else { 0o666 };
        let unix = bound(path, mode).map_err(|error| file.error(error))?;
        Ok(Self {
            name,
            unix,
            socket: Socket(path.clone()),
            users,
            limits,
            connections: Connections::at_most(limits.connections),
        })
    }

    /// The socket's file.
    pub fn path(&self) -> &Path {
        &self.socket.0
    }

    /// The connections that it will have.
    pub fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }
}

/// Binds in a folder that nobody else can look into, and moves the socket out when its mode is right: at no moment can
/// somebody connect who may not.
fn bound(path: &Path, mode: u32) -> io::Result<UnixListener> {
    let mut folder = path.as_os_str().to_owned();
    folder.push(format!(".{}", std::process::id()));
    let folder = PathBuf::from(folder);
    DirBuilder::new().mode(0o700).create(&folder)?;
    let hidden = folder.join("s");
    let bound = UnixListener::bind(&hidden).and_then(|unix| {
        fs::set_permissions(&hidden, Permissions::from_mode(mode))?;
        fs::rename(&hidden, path)?;
        Ok(unix)
    });
    let _ = fs::remove_file(&hidden);
    fs::remove_dir(&folder)?;
    bound
}

/// Accepts over the socket.
pub fn accept(listener: LocalListener) -> Accepting<ListedStream<UnixStream>> {
    let LocalListener {
        name,
        unix,
        socket,
        users,
        limits,
        connections,
    } = listener;
    let incoming = accepted(name, unix, socket, users, Arc::clone(&connections));
    Accepting {
        name,
        transport: Transport::LocalSocket,
        limits,
        connections,
        incoming,
    }
}

fn accepted(
    name: &'static str,
    unix: UnixListener,
    socket: Socket,
    users: Users,
    connections: Arc<Connections>,
) -> ReceiverStream<io::Result<ListedStream<UnixStream>>> {
    let (sender, accepted) = mpsc::channel(32);
    tokio::spawn(async move {
        let _until_the_end = socket;
        for number in 0_u64.. {
            let incoming = tokio::select! {
                () = sender.closed() => return,
                incoming = unix.accept() => incoming,
            };
            let identified =
                incoming.and_then(|(stream, _)| stream.peer_cred().map(|user| (stream, user)));
            let (stream, credentials) = match identified {
                Ok(identified) => identified,
                Err(error) => {
                    error!(listener = name, %error, "cannot accept connections");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let user = LocalUser {
                uid: credentials.uid(),
                gid: credentials.gid(),
                pid: credentials.pid(),
            };
            if !users.has(&credentials) {
                warn!(listener = name, peer = %user, "the user is not let in");
                continue;
            }
            let stream =
                ListedStream::new(stream, Peer::Local(user, number), Arc::clone(&connections));
            if !connections.admit(stream.connection()) {
                warn!(listener = name, peer = %user, "too many connections");
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

impl Connected for ListedStream<UnixStream> {
    type ConnectInfo = ListedConnection;

    fn connect_info(&self) -> ListedConnection {
        ListedConnection(Arc::clone(self.connection()))
    }
}

/// The user at the other end of the socket, who was let in when the connection was made.
pub struct LocalPeer;

impl Credential for LocalPeer {
    fn prove<'a>(
        &'a self,
        _call: &'a Parts,
        connection: &'a Connection,
        caller: &'a mut Caller,
    ) -> Proof<'a> {
        Proof::Now(match connection.peer() {
            Peer::Local(user, _) => {
                caller.set_local_user(*user);
                Ok(())
            }
            Peer::Network(_) => Err(Status::unauthenticated("a local socket is required")),
        })
    }
}
