//! Running servers made of the support modules, and clients made of theirs: rotation, revocation, overload and stopping.
#![allow(
    dead_code,
    reason = "a generated crate is a library, in which nothing public is dead"
)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]

#[path = "../client/src/generated"]
mod generated {
    pub mod errors;
    pub mod support {
        pub mod connector;
        pub mod server_trust;
        pub use crate::server::settings;
    }
}

#[path = "../server/tests/peers/mod.rs"]
mod peers;

#[path = "../server/src/generated/support/mod.rs"]
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use generated::errors::ConnectError;
use generated::support::connector::{self, Patience, Target};
use generated::support::server_trust;
use peers::{Authority, Flaw, Folder};
use rustls::version::{TLS12, TLS13};
use server::acceptor::HandshakeLimits;
use server::authentication::{Authentication, Callers, ClientCertificate};
use server::calls::Admission;
use server::health;
use server::serving::{self, BoundListener, ListenerLimits, RunningServer};
use server::settings::FileSetting;
use server::verifiers::Revocation;
use server::{certificates, reload, tls, verifiers};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tonic::Code;
use tonic::service::{LayerExt as _, Routes};
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

const NAME: &str = "server.test";

const LIMITS: ListenerLimits = ListenerLimits {
    connections: 100,
    backlog: 1024,
    handshakes: HandshakeLimits {
        timeout: Duration::from_secs(5),
        at_a_time: 100,
        patience: Duration::ZERO,
    },
    streams_per_connection: 100,
    idle: None,
    age: Duration::from_secs(3600),
    age_grace: Duration::from_secs(10),
    keepalive_interval: Duration::from_secs(60),
    keepalive_timeout: Duration::from_secs(20),
    metadata_bytes: 16 * 1024,
};

struct Tried {
    address: SocketAddr,
    running: RunningServer,
    authority: Authority,
    folder: Folder,
}

/// A server whose only service is health, behind client certificates and a number of places for calls.
async fn start(limits: ListenerLimits, places: usize) -> Tried {
    let (authority, folder) = (Authority::new("test authority"), Folder::new());
    write_identity(&authority, &folder, "server", Flaw::None);
    write_identity(&authority, &folder, "client", Flaw::None);
    folder.file("authorities.pem", authority.certificate());
    folder.file("revoked.pem", &authority.revocation_list());
    let file = |name: &str| FileSetting::new("test", folder.path().join(name));
    let (certificate, key) = (file("server.crt"), file("server.key"));
    let (authorities, lists) = (file("authorities.pem"), vec![file("revoked.pem")]);
    let files: Vec<PathBuf> = [&certificate, &key, &authorities, &lists[0]]
        .map(|file| file.path.clone())
        .to_vec();
    let make = move || {
        let provider = tls::provider();
        let identity = certificates::identity(&certificate, &key, &provider)?;
        let roots = certificates::authorities(&authorities)?;
        let lists = Revocation::Lists(certificates::revocation_lists(&lists)?);
        let clients = verifiers::chain_trust("test", roots, lists, Arc::clone(&provider))?;
        tls::server_config("test", provider, &[&TLS13, &TLS12], clients, identity)
    };
    let config = reload::reloaded("test", files, Duration::from_millis(10), make)
        .await
        .unwrap();
    let listener = BoundListener::bind("test", "127.0.0.1:0".parse().unwrap(), limits).unwrap();
    let address = listener.address();
    let (reporter, health) = serving::health(&[]).await;
    let mut running = RunningServer::new(reporter, &[], Duration::from_millis(300));
    let callers = Callers::Proving(vec![Box::new(ClientCertificate)]);
    let authentication = Authentication::new(callers, Arc::clone(listener.connections()));
    let admission = Admission::new(places, running.calls().clone());
    let routes = Routes::new(authentication.named_layer(admission.named_layer(health)));
    running.serve(listener.accept_tls(config), routes);
    Tried {
        address,
        running,
        authority,
        folder,
    }
}

fn write_identity(authority: &Authority, folder: &Folder, name: &str, flaw: Flaw) {
    let (certificate, key) = authority.issue(NAME, flaw);
    folder.file(&format!("{name}.crt"), &certificate);
    folder.file(&format!("{name}.key"), &key);
}

impl Tried {
    /// Connects with the identity that is in the folder now.
    async fn connect(&self) -> Result<HealthClient<Channel>, ConnectError> {
        let address = format!("https://{}", self.address);
        let target = Target::new(("test", &address), ("test", Some(NAME))).unwrap();
        let patience = Patience {
            connect: Duration::from_secs(5),
            call: Some(Duration::from_secs(5)),
        };
        let file = |name: &str| FileSetting::new("test", self.folder.path().join(name));
        let (certificate, key, roots) = (
            file("client.crt"),
            file("client.key"),
            file("authorities.pem"),
        );
        let make = move || {
            let provider = server_trust::provider();
            let identity = certificates::identity(&certificate, &key, &provider)?;
            let roots = certificates::authorities(&roots)?;
            let unchecked = server_trust::Revocation::NotChecked;
            let server =
                server_trust::chain_trust("test", roots, unchecked, Arc::clone(&provider))?;
            server_trust::client_config("test", provider, &[&TLS13, &TLS12], server, Some(identity))
        };
        let channel = connector::connect(target, patience, make).await?;
        Ok(HealthClient::new(channel.into_inner()))
    }
}

fn everything() -> HealthCheckRequest {
    HealthCheckRequest {
        service: String::new(),
    }
}

#[tokio::test]
async fn a_revocation_reaches_a_running_listener() {
    let tried = start(LIMITS, 10).await;
    let mut client = tried.connect().await.unwrap();
    client.check(everything()).await.unwrap();
    write_identity(&tried.authority, &tried.folder, "client", Flaw::Revoked);
    let error = tried.connect().await.err().unwrap();
    assert!(
        matches!(error, ConnectError::CertificateRefused(_)),
        "{error}"
    );

    // The list is taken away: nobody can be checked any more, and the old list stays in use.
    write_identity(&tried.authority, &tried.folder, "client", Flaw::None);
    tried.folder.file("revoked.pem", "");
    tokio::time::sleep(Duration::from_millis(100)).await;
    tried.connect().await.unwrap();

    // Another authority takes over: clients of the old one are refused, while an open connection goes on.
    let successor = Authority::new("successor");
    write_identity(&successor, &tried.folder, "server", Flaw::None);
    tried
        .folder
        .file("revoked.pem", &successor.revocation_list());
    let both = format!(
        "{}{}",
        tried.authority.certificate(),
        successor.certificate()
    );
    tried.folder.file("authorities.pem", &both);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let error = tried.connect().await.err().unwrap();
    assert!(
        matches!(error, ConnectError::CertificateRefused(_)),
        "{error}"
    );
    client.check(everything()).await.unwrap();
    write_identity(&successor, &tried.folder, "client", Flaw::None);
    tried.connect().await.unwrap();
}

#[tokio::test]
async fn ten_rotations_lose_no_call() {
    let tried = start(LIMITS, 100).await;
    let mut old = tried.connect().await.unwrap();
    for rotation in 0..10 {
        if rotation % 3 == 0 {
            // A key that does not belong to the certificate: what was in use stays in use.
            let (_, key) = tried.authority.issue(NAME, Flaw::None);
            tried.folder.file("server.key", &key);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        write_identity(&tried.authority, &tried.folder, "server", Flaw::None);
        for _ in 0..5 {
            old.check(everything()).await.unwrap();
            tried
                .connect()
                .await
                .unwrap()
                .check(everything())
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(tried.running.calls().admitted(), 100);
}

#[tokio::test]
async fn stalled_handshakes_cost_a_good_client_nothing() {
    let tried = start(LIMITS, 10).await;
    let mut stalled = Vec::new();
    for _ in 0..200 {
        stalled.push(TcpStream::connect(tried.address).await.unwrap());
    }
    let begin = Instant::now();
    let mut client = tried.connect().await.unwrap();
    client.check(everything()).await.unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
    // The oldest made room for those that came after the hundredth.
    let mut byte = [0];
    let ended = tokio::time::timeout(Duration::from_secs(2), stalled[0].read(&mut byte)).await;
    assert!(matches!(ended.unwrap(), Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_silent_handshake_ends_at_its_timeout() {
    let mut limits = LIMITS;
    limits.handshakes.timeout = Duration::from_millis(100);
    let tried = start(limits, 10).await;
    let mut silent = TcpStream::connect(tried.address).await.unwrap();
    let mut byte = [0];
    let ended = tokio::time::timeout(Duration::from_secs(2), silent.read(&mut byte)).await;
    assert!(matches!(ended.unwrap(), Ok(0) | Err(_)));
}

#[tokio::test]
async fn with_patience_one_handshake_too_many_waits_and_none_is_ended_for_it() {
    let mut limits = LIMITS;
    limits.handshakes.timeout = Duration::from_millis(600);
    limits.handshakes.at_a_time = 1;
    limits.handshakes.patience = Duration::from_secs(10);
    let tried = start(limits, 10).await;
    let mut silent = TcpStream::connect(tried.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let connecting =
        tokio::spawn(async move { tried.connect().await.map(|client| (client, tried)) });
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(200), silent.read(&mut byte)).await;
    assert!(early.is_err(), "ended for the one that waits");
    let (mut client, _tried) = connecting.await.unwrap().unwrap();
    client.check(everything()).await.unwrap();
}

#[tokio::test]
async fn stopping_waits_for_a_stream_until_the_deadline_and_no_longer() {
    let tried = start(LIMITS, 10).await;
    let mut client = tried.connect().await.unwrap();
    let mut watch = client.watch(everything()).await.unwrap().into_inner();
    watch.message().await.unwrap();
    let (address, begin) = (tried.address, Instant::now());
    let stopping = tokio::spawn(tried.running.stop());
    // Who watches is told, and the port is closed at once.
    let told = watch.message().await.unwrap().unwrap();
    assert_eq!(
        told.status(),
        tonic_health::pb::health_check_response::ServingStatus::NotServing
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err());
    assert!(!stopping.await.unwrap());
    let took = begin.elapsed();
    assert!((300..1300).contains(&took.as_millis()), "{took:?}");
    assert!(watch.message().await.is_err());
}

#[tokio::test]
async fn stopping_without_calls_is_immediate() {
    let tried = start(LIMITS, 10).await;
    let mut client = tried.connect().await.unwrap();
    client.check(everything()).await.unwrap();
    let begin = Instant::now();
    assert!(tried.running.stop().await);
    assert!(
        begin.elapsed() < Duration::from_millis(250),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test]
async fn idle_connections_end_and_a_call_makes_a_new_one() {
    let mut limits = LIMITS;
    limits.idle = Some(Duration::from_millis(200));
    let tried = start(limits, 10).await;
    let mut client = tried.connect().await.unwrap();
    let mut watching = tried.connect().await.unwrap();
    let mut watch = watching.watch(everything()).await.unwrap().into_inner();
    watch.message().await.unwrap();
    client.check(everything()).await.unwrap();
    assert_eq!(tried.running.open_connections(), 2);
    tokio::time::sleep(Duration::from_millis(700)).await;
    // The one with an open stream is in use.
    assert_eq!(tried.running.open_connections(), 1);
    client.check(everything()).await.unwrap();
    assert_eq!(tried.running.open_connections(), 2);
}

#[tokio::test]
async fn one_connection_too_many_is_closed() {
    let mut limits = LIMITS;
    limits.connections = 2;
    let tried = start(limits, 10).await;
    let (first, _second) = (
        tried.connect().await.unwrap(),
        tried.connect().await.unwrap(),
    );
    let error = tried.connect().await.err().unwrap();
    assert!(matches!(error, ConnectError::Closed(_)), "{error}");
    drop(first);
    tokio::time::sleep(Duration::from_millis(200)).await;
    tried.connect().await.unwrap();
}

#[tokio::test]
async fn one_call_too_many_is_turned_away_and_a_stream_keeps_its_place() {
    let tried = start(LIMITS, 1).await;
    let mut client = tried.connect().await.unwrap();
    let watch = client.watch(everything()).await.unwrap();
    let status = client.check(everything()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(tried.running.calls().admitted(), 1);
    drop(watch);
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.check(everything()).await.unwrap();
}

#[tokio::test]
async fn a_probe_of_this_machine_is_answered_while_the_server_serves() {
    let (reporter, service) = serving::health(&[]).await;
    let mut running = RunningServer::new(reporter, &[], Duration::from_millis(300));
    let socket = health::bind("health-address", "127.0.0.1:0".parse().ok())
        .unwrap()
        .unwrap();
    let address = socket.local_addr().ok();
    running.serve_probes(socket, service);
    assert_eq!(health::ask("health-address", address).await, Ok(()));
    running
        .health()
        .set_service_status("", tonic_health::ServingStatus::NotServing)
        .await;
    let error = health::ask("health-address", address).await.unwrap_err();
    assert!(error.contains("NOT_SERVING"), "{error}");
    assert!(running.stop().await);
    assert!(health::ask("health-address", address).await.is_err());
}
