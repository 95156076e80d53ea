//! The generated server under load: certificates rotated while calls and streams run, a stop with a stuck stream, and clients
//! that stall, fail to log in, send too much, or ask for too many streams. A good client must be answered all the while.
//!
//! `WCF2GRPC_LONG=1` runs it at full size.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]
#![cfg(target_os = "linux")]

#[path = "live/quay.rs"]
#[allow(dead_code, reason = "the matrix uses the rest")]
mod quay;
#[path = "live/shapes.rs"]
#[allow(dead_code, reason = "the matrix uses the rest")]
mod shapes;
#[path = "live/tokens.rs"]
mod tokens;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic_codegen::crate_plan::Listener;
use wcf_security::plan::{CallerCredential, CertificateTrust, ClientCertificates, Revocation, TlsVersions, TransportPlan, TrustAnchors};

use quay::{Generated, Hand, SERVICE, Server};

/// Calls of [`Client::is_let_in`] that were answered.
static LET_IN: AtomicUsize = AtomicUsize::new(0);

/// One test at a time: what they measure is the server, not each other.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn long() -> bool {
    std::env::var_os("WCF2GRPC_LONG").is_some()
}

/// The listener with these client certificates and callers, and TLS 1.2 and 1.3.
fn listener(generated: &Generated, certificates: ClientCertificates, callers: usize) -> String {
    let fits = |listener: &&Listener| match &listener.plan.transport.chosen {
        TransportPlan::Tls(tls) => {
            tls.versions.chosen == TlsVersions::Tls12AndTls13
                && tls.client_certificates.chosen == certificates
                && listener.plan.callers.chosen.len() == callers
                && listener
                    .plan
                    .callers
                    .chosen
                    .iter()
                    .all(|caller| !matches!(caller, CallerCredential::Bearer(_) | CallerCredential::Kerberos))
        }
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => false,
    };
    generated.listeners.iter().find(fits).expect("there is such a shape").name.replace('_', "-")
}

const MUTUAL: ClientCertificates =
    ClientCertificates::Required(CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists });

// ---- a client ---------------------------------------------------------------------------------------------------

/// Connections to one listener, as one client makes them.
#[derive(Clone)]
struct Client {
    address: String,
    tls: Arc<ClientConfig>,
}

impl Client {
    fn new(address: &str, hand: &Hand) -> Self {
        Self::named("client", address, hand)
    }

    /// With the certificate of this name.
    fn named(name: &str, address: &str, hand: &Hand) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(hand.path("authority.pem")).unwrap()).unwrap();
        let chain = vec![CertificateDer::from_pem_file(hand.path(&format!("{name}.pem"))).unwrap()];
        let key = PrivateKeyDer::from_pem_file(hand.path(&format!("{name}.key"))).unwrap();
        let mut tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .unwrap();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Self { address: address.to_owned(), tls: Arc::new(tls) }
    }

    async fn handshake(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        TlsConnector::from(self.tls.clone()).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }

    /// Whether a new connection of it gets a call through.
    async fn is_let_in(&self) -> bool {
        match self.connect().await {
            Ok(sender) => {
                let let_in = call(&sender, None, 0).await == Ok(0);
                LET_IN.fetch_add(usize::from(let_in), Ordering::Relaxed);
                let_in
            }
            Err(_) => false,
        }
    }

    async fn connect(&self) -> Result<h2::client::SendRequest<Bytes>, String> {
        let stream = self.handshake().await.map_err(|error| error.to_string())?;
        let (sender, connection) = h2::client::handshake(stream).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

/// A request on a connection: its answer's head and body.
async fn send(
    sender: &h2::client::SendRequest<Bytes>,
    path: &str,
    authorization: Option<&str>,
    message: Bytes,
) -> Result<http::Response<h2::RecvStream>, String> {
    let mut ready = sender.clone().ready().await.map_err(|error| error.to_string())?;
    let mut request =
        http::Request::post(format!("https://localhost{path}")).header("content-type", "application/grpc").header("te", "trailers");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let (response, mut body) = ready.send_request(request.body(()).unwrap(), false).map_err(|error| error.to_string())?;
    let _ = body.send_data(message, true);
    response.await.map_err(|error| error.to_string())
}

/// The gRPC status of a call with one message of this size.
async fn call(sender: &h2::client::SendRequest<Bytes>, authorization: Option<&str>, size: usize) -> Result<u16, String> {
    let mut message = vec![0];
    message.extend(u32::try_from(size).unwrap().to_be_bytes());
    if size >= 4 {
        // Field 1, a text, as long as the rest.
        message.push(0x0a);
        let mut rest = size - 4;
        for last in [false, false, true] {
            message.push((rest & 0x7f) as u8 | if last { 0 } else { 0x80 });
            rest >>= 7;
        }
        message.resize(5 + size, b'a');
    }
    let response = send(sender, &format!("/{SERVICE}/Open"), authorization, message.into()).await?;
    let status = |headers: &http::HeaderMap| headers.get("grpc-status").and_then(|value| value.to_str().ok()?.parse().ok());
    if let Some(status) = status(response.headers()) {
        return Ok(status);
    }
    let mut body = response.into_body();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.map_err(|error| error.to_string())?;
        let _ = body.flow_control().release_capacity(chunk.len());
    }
    let trailers = body.trailers().await.map_err(|error| error.to_string())?;
    trailers.as_ref().and_then(status).ok_or_else(|| "no status".to_owned())
}

/// Watches the server's health: a stream that nobody ends.
async fn watch(sender: &h2::client::SendRequest<Bytes>) -> Result<h2::RecvStream, String> {
    let response = send(sender, "/grpc.health.v1.Health/Watch", None, Bytes::from_static(&[0; 5])).await?;
    Ok(response.into_body())
}

/// A good client that calls again and again until it is told to stop: how long each call took, and what was lost.
async fn good_client(client: Client, authorization: Option<&'static str>, stop: Arc<AtomicBool>) -> (Vec<Duration>, Vec<String>) {
    let (mut times, mut lost) = (Vec::new(), Vec::new());
    let mut sender = client.connect().await.unwrap();
    while !stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        match tokio::time::timeout(Duration::from_secs(10), call(&sender, authorization, 0)).await {
            Ok(Ok(0)) => times.push(started.elapsed()),
            Ok(Ok(status)) => lost.push(format!("status {status}")),
            Ok(Err(error)) => {
                lost.push(error);
                sender = client.connect().await.unwrap();
            }
            Err(_) => lost.push("no answer in ten seconds".to_owned()),
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    (times, lost)
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).or(times.last()).copied().unwrap_or_default().as_secs_f64() * 1000.0;
    format!("{} calls, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", times.len(), at(50), at(99), at(100))
}

/// Resident memory of the server in MiB: now, and the most there ever was.
fn memory(server: &Server) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process.id())).unwrap();
    let of = |key: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

fn start(name: &str, more: &[(&str, &str)]) -> (Generated, Hand, Server) {
    let generated = Generated::build();
    let hand = Hand::make(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), &generated.program("quay-server"));
    let server = Server::start(&generated, &hand, more);
    (generated, hand, server)
}

/// A client's certificate and key as files, by an authority.
fn issue(hand: &Hand, name: &str, serial: u64, issuer: &Issuer<'_, KeyPair>) {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.serial_number = Some(SerialNumber::from(serial));
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    hand.write(&format!("{name}.pem"), &parameters.signed_by(&key, issuer).unwrap().pem());
    hand.write(&format!("{name}.key"), &key.serialize_pem());
}

/// A revocation list of an authority.
fn revocation_list(issuer: &Issuer<'_, KeyPair>, number: u64, revoked: &[u64]) -> String {
    let now = rcgen::date_time_ymd(2024, 1, 1);
    let entry = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: now,
        reason_code: None,
        invalidity_date: None,
    };
    let list = CertificateRevocationListParams {
        this_update: now,
        next_update: rcgen::date_time_ymd(2099, 1, 1),
        crl_number: SerialNumber::from(number),
        issuing_distribution_point: None,
        revoked_certs: revoked.iter().map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    list.signed_by(issuer).unwrap().pem().unwrap()
}

/// Asks again and again until a client is let in, or is not any more; how long it took, in milliseconds.
async fn until(client: &Client, let_in: bool, what: &str) -> u128 {
    let started = Instant::now();
    while client.is_let_in().await != let_in {
        assert!(started.elapsed() < Duration::from_secs(10), "{what} took no effect");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    started.elapsed().as_millis()
}

/// Replaces a file by a rename, as those who renew certificates do.
fn replace(hand: &Hand, name: &str, text: &str) {
    hand.write(&format!("{name}.new"), text);
    fs::rename(hand.path(&format!("{name}.new")), hand.path(name)).unwrap();
}

// ---- reload and stop --------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_rotate_and_the_server_stops_while_calls_and_streams_run() {
    let _alone = ALONE.lock().await;
    let settings = [("QUAY_SERVER_RELOAD_INTERVAL", "100ms"), ("QUAY_SERVER_STOP_DEADLINE", "2s")];
    let (generated, hand, mut server) = tokio::task::spawn_blocking(move || start("live-reload", &settings)).await.unwrap();
    let client = Client::new(&server.addresses[&listener(&generated, MUTUAL, 1)], &hand);
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4).map(|_| tokio::spawn(good_client(client.clone(), None, stop.clone()))).collect();
    let streams = client.connect().await.unwrap();
    let mut watched = Vec::new();
    for _ in 0..4 {
        let mut body = watch(&streams).await.unwrap();
        assert!(body.data().await.unwrap().is_ok(), "the first answer of a watch");
        watched.push(body);
    }

    let authority = KeyPair::from_pem(&hand.read("authority.key")).unwrap();
    let authority = Issuer::from_ca_cert_pem(&hand.read("authority.pem"), authority).unwrap();
    let mut served = Vec::new();
    for rotation in 0..10 {
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &authority).unwrap();
        // Between the two the certificate does not fit its key: the server must stay with the pair it has.
        replace(&hand, "server.pem", &certificate.pem());
        replace(&hand, "server.key", &key.serialize_pem());
        let started = Instant::now();
        loop {
            let stream = client.handshake().await.expect("a handshake during a rotation");
            if stream.get_ref().1.peer_certificates().unwrap()[0] == *certificate.der() {
                break;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "rotation {rotation} is not served");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        served.push(started.elapsed().as_millis());
    }
    // Trust and lists too: a second authority comes and goes, a certificate is revoked, broken files change nothing.
    let address = client.address.clone();
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, "a second authority");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let second_pem = parameters.self_signed(&key).unwrap().pem();
    let second = Issuer::new(parameters, key);
    issue(&hand, "of-second", 1, &second);
    issue(&hand, "late", 4242, &authority);
    let (of_second, late) = (Client::named("of-second", &address, &hand), Client::named("late", &address, &hand));
    let first_pem = hand.read("authority.pem");
    let (mut trusted, mut revoked) = (Vec::new(), Vec::new());
    for round in 0..5 {
        let lists = |serials: &[u64]| {
            format!("{}{}", revocation_list(&authority, 100 + round, serials), revocation_list(&second, 100 + round, &[]))
        };
        replace(&hand, "revoked.pem", &lists(&[]));
        replace(&hand, "authority.pem", &format!("{first_pem}{second_pem}"));
        trusted.push(until(&of_second, true, "a second authority").await);
        trusted.push(until(&late, true, "a list without the certificate").await);
        replace(&hand, "revoked.pem", &lists(&[4242]));
        revoked.push(until(&late, false, "a list with the certificate").await);
        replace(&hand, "authority.pem", &first_pem);
        revoked.push(until(&of_second, false, "an authority that is gone").await);
    }
    for file in ["authority.pem", "revoked.pem"] {
        let good = hand.read(file);
        replace(&hand, file, "-----BEGIN X509 CRL-----\nbroken\n-----END X509 CRL-----\n");
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(client.is_let_in().await, "a broken {file} keeps out who was let in");
        assert!(!late.is_let_in().await && !of_second.is_let_in().await, "a broken {file} lets in who was kept out");
        replace(&hand, file, &good);
    }
    println!("5 x authorities and lists: let in after {trusted:?} ms, kept out after {revoked:?} ms; broken files changed nothing");
    let last = CertificateDer::from_pem_file(hand.path("server.pem")).unwrap();
    replace(&hand, "server.pem", "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n");
    tokio::time::sleep(Duration::from_millis(600)).await;
    let stream = client.handshake().await.expect("a broken file keeps the old certificate");
    assert_eq!(stream.get_ref().1.peer_certificates().unwrap()[0], last);

    stop.store(true, Ordering::Relaxed);
    let (mut times, mut lost) = (Vec::new(), Vec::new());
    for caller in callers {
        let (of_one, lost_of_one) = caller.await.unwrap();
        times.extend(of_one);
        lost.extend(lost_of_one);
    }
    println!("10 rotations, each served after {served:?} ms; {}; {} lost; a broken file kept the old", percentiles(&mut times), lost.len());
    assert!(lost.is_empty(), "{lost:?}\n{}", server.log());
    let answered = times.len() + LET_IN.load(Ordering::Relaxed);
    assert_eq!(server.calls(), answered, "calls that reached the handler, and calls that were answered");
    for body in &mut watched {
        // A stream that ended would be ready now.
        let ended = tokio::time::timeout(Duration::from_millis(10), body.data()).await;
        assert!(ended.is_err(), "a stream did not outlive the rotations: {ended:?}");
    }

    // The watches go on: nobody reads them, nobody ends them.
    let started = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &server.process.id().to_string()]).status().unwrap().success());
    let ended = tokio::task::spawn_blocking(move || {
        loop {
            if let Some(status) = server.process.try_wait().unwrap() {
                return Some((status, server.log()));
            }
            if started.elapsed() > Duration::from_secs(6) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let (status, log) = ended.await.unwrap().expect("the server ends within its deadline of two seconds");
    let took = started.elapsed();
    println!("stopped after {:.2} s of 2 s with 4 stuck streams: {status}", took.as_secs_f64());
    assert!(took < Duration::from_secs(4), "{took:?}\n{log}");
    assert!(client.handshake().await.is_err(), "nobody listens any more");
}

// ---- load -------------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_client_is_answered_whatever_others_do() {
    let _alone = ALONE.lock().await;
    let (generated, hand, server) = tokio::task::spawn_blocking(|| start("live-load", &[])).await.unwrap();
    let mutual = Client::new(&server.addresses[&listener(&generated, MUTUAL, 1)], &hand);
    let password = Client::new(&server.addresses[&listener(&generated, ClientCertificates::NotRequested, 1)], &hand);
    // agent:right-for-this-test-only
    let right = "Basic YWdlbnQ6cmlnaHQtZm9yLXRoaXMtdGVzdC1vbmx5";
    let before = memory(&server);

    let phase = async |name: &str,
                       client: &Client,
                       authorization: Option<&'static str>,
                       bad: std::pin::Pin<Box<dyn Future<Output = String> + Send>>| {
        let stop = Arc::new(AtomicBool::new(false));
        let good = tokio::spawn(good_client(client.clone(), authorization, stop.clone()));
        let started = Instant::now();
        let said = tokio::spawn(bad).await.unwrap();
        let took = started.elapsed();
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.store(true, Ordering::Relaxed);
        let (mut times, lost) = good.await.unwrap();
        let (now, most) = memory(&server);
        println!(
            "{name}: {said} in {:.1} s; good client: {}, {} lost; memory {now} MiB, at most {most}",
            took.as_secs_f64(),
            percentiles(&mut times),
            lost.len()
        );
        assert!(lost.is_empty() && times.len() > 20, "{name}: {} calls, lost {lost:?}\n{}", times.len(), server.log());
        assert!(most < before.1 + 200, "{name}: memory grew from {} to {most} MiB", before.1);
    };

    let client = mutual.clone();
    phase(
        "stalled handshakes",
        &mutual,
        None,
        Box::pin(async move {
            let mut stalled = Vec::new();
            for _ in 0..200 {
                stalled.push(TcpStream::connect(&client.address).await.unwrap());
            }
            tokio::time::sleep(Duration::from_secs(if long() { 10 } else { 1 })).await;
            format!("{} connections that say nothing", stalled.len())
        }),
    )
    .await;

    let client = password.clone();
    phase(
        "refused logins",
        &password,
        Some(right),
        Box::pin(async move {
            let seconds = if long() { 10 } else { 1 };
            let started = Instant::now();
            let mut tries = Vec::new();
            for second in 0..seconds {
                // A thousand a second: a hundred connections with ten calls at once each, which wait for nothing.
                for _ in 0..100 {
                    let client = client.clone();
                    tries.push(tokio::spawn(async move {
                        let Ok(sender) = client.connect().await else { return vec!["no connection".to_owned()] };
                        let calls: Vec<_> = (0..10)
                            .map(|_| {
                                let sender = sender.clone();
                                tokio::spawn(async move { call(&sender, Some("Basic YWdlbnQ6d3Jvbmc="), 0).await })
                            })
                            .collect();
                        let mut said = Vec::new();
                        for one in calls {
                            let status = one.await.unwrap();
                            assert_ne!(status, Ok(0), "a wrong password was accepted");
                            said.push(status.map_or_else(|error| error, |status| format!("status {status}")));
                        }
                        said
                    }));
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                tokio::time::sleep(Duration::from_secs(second + 1).saturating_sub(started.elapsed())).await;
            }
            let offered = started.elapsed();
            let mut by_status = std::collections::BTreeMap::<String, usize>::new();
            for one in tries {
                for said in one.await.unwrap() {
                    *by_status.entry(said).or_default() += 1;
                }
            }
            format!("{} wrong passwords in {:.1} s: {by_status:?}", seconds * 1000, offered.as_secs_f64())
        }),
    )
    .await;

    let client = mutual.clone();
    phase(
        "messages over the limit",
        &mutual,
        None,
        Box::pin(async move {
            let count = if long() { 2000 } else { 100 };
            let mut by_status = std::collections::BTreeMap::<String, usize>::new();
            let mut sender = client.connect().await.unwrap();
            for _ in 0..count {
                let said = match call(&sender, None, 1_000_000).await {
                    Ok(status) => {
                        assert_ne!(status, 0, "a message over the limit was accepted");
                        format!("status {status}")
                    }
                    Err(error) => {
                        sender = client.connect().await.unwrap();
                        error
                    }
                };
                *by_status.entry(said).or_default() += 1;
            }
            format!("{count} messages of a megabyte: {by_status:?}")
        }),
    )
    .await;

    let client = mutual.clone();
    phase(
        "streams",
        &mutual,
        None,
        Box::pin(async move {
            let wanted = if long() { 10_000 } else { 1_000 };
            let open = Arc::new(AtomicUsize::new(0));
            let sender = client.connect().await.unwrap();
            let mut tasks = Vec::new();
            for _ in 0..wanted {
                let (sender, open) = (sender.clone(), open.clone());
                tasks.push(tokio::spawn(async move {
                    let mut body = watch(&sender).await?;
                    if body.data().await.is_some_and(|chunk| chunk.is_ok()) {
                        open.fetch_add(1, Ordering::Relaxed);
                    }
                    std::future::pending::<()>().await;
                    Ok::<_, String>(body)
                }));
            }
            tokio::time::sleep(Duration::from_secs(if long() { 10 } else { 2 })).await;
            for task in &tasks {
                task.abort();
            }
            format!("{wanted} streams asked for at once on a connection, {} open", open.load(Ordering::Relaxed))
        }),
    )
    .await;
}
