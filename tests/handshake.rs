//! The live proof: the servers generated from `fixtures/solutions/harbour` let in whom WCF let in and refuse whom WCF
//! refused, tried by our own clients, by the generated client, and by the gRPC of Python and of Node.
//!
//! The real command generates, cargo builds, the built program runs with certificates made here. The handlers (from
//! `fixtures/solutions/harbour/filled`) write one line for each call they get, so a refusal counts only if nothing was
//! written. Generated crates of all tests share one target folder, so that what they depend on is compiled once.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

#[path = "live/foreign.rs"]
mod foreign;

use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};

use foreign::{ForeignClient, Language};

/// How long anything may take that should take milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The generated listeners, as they are called in settings.
const LISTENERS: [&str; 3] = ["BERTH_PLANNING", "CUSTOMS_DECLARATIONS", "ARRIVAL_NOTICES"];

const USER: &str = "agent-7";
const PASSWORD: &str = "right-for-this-test-only";

// ---- the generated workspace ------------------------------------------------------------------------------------

/// The generated workspace, built.
struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

impl Generated {
    /// Generates, fills in the handlers and builds, once for all tests of this file.
    fn get() -> &'static Self {
        static GENERATED: OnceLock<Result<Generated, String>> = OnceLock::new();
        // A failure is kept as well: the next test would only build for minutes to fail in the same way.
        let made = GENERATED.get_or_init(|| {
            let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let parent = temporary.join("handshake");
            let generated = Self { folder: parent.join("harbour"), target: temporary.with_file_name("generated") };
            let _ = fs::remove_dir_all(&parent);
            fs::create_dir_all(&parent).expect("the test's folder can be made");

            let solution = root().join("fixtures/solutions/harbour");
            let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
            command.args(["wcf2grpc", "generate"]).arg(&solution);
            run(command.arg("--out").arg(&generated.folder), "generate")?;
            overlay(&solution.join("filled"), &generated.folder);
            run(&mut generated.cargo(&["build", "--workspace", "--examples", "--bins"]), "build the generated workspace")?;
            Ok(generated)
        });
        made.as_ref().unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is where the manifest says")
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{what} failed ({}):\n{out}\n{err}", output.status))
}

/// Copies files over those that were generated to be filled in. A file that was not generated is an error: the fixture
/// would no longer show what a person does.
fn overlay(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the filled-in files are there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            overlay(&entry.path(), &target);
        } else {
            assert!(target.is_file(), "{} was filled in but not generated", target.display());
            fs::copy(entry.path(), &target).expect("a filled-in file can be copied");
        }
    }
}

// ---- certificates -----------------------------------------------------------------------------------------------

/// Certificates for one test, as files: an authority with a server and clients, and another authority with a client.
struct Certificates {
    folder: PathBuf,
}

/// From 2020 to 2040, or over since 2021.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Validity {
    Current,
    Expired,
}

impl Certificates {
    fn make(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).expect("the certificates' folder can be made");
        let certificates = Self { folder };
        let ours = certificates.authority("authority", "Harbour Test Authority");
        let others = certificates.authority("other-authority", "Other Test Authority");
        let names = ["berths.harbour.example", "customs.harbour.example", "localhost"];
        certificates.leaf("server", &ours, 2, &names, Validity::Current, ExtendedKeyUsagePurpose::ServerAuth);
        certificates.leaf("impostor", &others, 3, &names, Validity::Current, ExtendedKeyUsagePurpose::ServerAuth);
        let client = ["terminal-7.agents.harbour.example"];
        certificates.leaf("client", &ours, 4, &client, Validity::Current, ExtendedKeyUsagePurpose::ClientAuth);
        certificates.leaf("expired-client", &ours, 5, &client, Validity::Expired, ExtendedKeyUsagePurpose::ClientAuth);
        certificates.leaf("revoked-client", &ours, 6, &client, Validity::Current, ExtendedKeyUsagePurpose::ClientAuth);
        certificates.leaf("other-client", &others, 7, &client, Validity::Current, ExtendedKeyUsagePurpose::ClientAuth);
        certificates
    }

    fn authority(&self, name: &str, common_name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut params = parameters(common_name, 1, Validity::Current);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        self.write(&format!("{name}.crt"), &authority.pem());
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2040, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: vec![rcgen::RevokedCertParams {
                serial_number: SerialNumber::from(6_u64),
                revocation_time: date_time_ymd(2021, 1, 1),
                reason_code: Some(rcgen::RevocationReason::KeyCompromise),
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&authority).expect("a revocation list").pem().expect("PEM");
        self.write(&format!("{name}.crl"), &list);
        authority
    }

    fn leaf(
        &self,
        name: &str,
        issuer: &Issuer<'_, KeyPair>,
        serial: u64,
        names: &[&str],
        validity: Validity,
        usage: ExtendedKeyUsagePurpose,
    ) {
        let mut params = parameters(names[0], serial, validity);
        params.subject_alt_names = names.iter().map(|name| rcgen::SanType::DnsName((*name).try_into().expect("a DNS name"))).collect();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        self.write(&format!("{name}.crt"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a certificate file can be written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a certificate file can be read")
    }
}

fn parameters(common_name: &str, serial: u64, validity: Validity) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = if validity == Validity::Expired { date_time_ymd(2021, 1, 1) } else { date_time_ymd(2040, 1, 1) };
    params
}

// ---- the running server -----------------------------------------------------------------------------------------

/// A generated server that runs until this is dropped.
struct Server {
    process: Child,
    folder: PathBuf,
    berths: SocketAddr,
    customs: SocketAddr,
    notices: SocketAddr,
    certificates: Certificates,
}

impl Server {
    fn start(name: &str) -> Self {
        let generated = Generated::get();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("handshake").join(name);
        fs::create_dir_all(&folder).expect("the server's folder can be made");
        let certificates = Certificates::make(folder.join("certificates"));
        let [berths, customs, notices] = free_addresses();
        let calls = folder.join("calls");
        fs::write(&calls, "").expect("the record of calls can be made");
        let log = fs::File::create(folder.join("log")).expect("the log can be made");
        let program = generated.program("harbour-host-server");
        let settings = settings(&certificates, [berths, customs, notices], password_file(&program, &folder));
        let process = Command::new(program)
            .current_dir(&folder)
            .env_remove("RUST_LOG")
            .env("HARBOUR_CALLS", &calls)
            .envs(settings)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log has two writers"))
            .stderr(log)
            .spawn()
            .expect("the generated server starts");
        let mut server = Self { process, folder, berths, customs, notices, certificates };
        server.wait_until_it_listens();
        server
    }

    fn wait_until_it_listens(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        for address in [self.berths, self.customs, self.notices] {
            while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
                if let Some(status) = self.process.try_wait().expect("the server can be asked whether it runs") {
                    panic!("the server ended ({status}) before it listened:\n{}", self.log());
                }
                assert!(Instant::now() < deadline, "the server does not listen on {address}:\n{}", self.log());
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// How many calls have reached a handler.
    fn calls(&self) -> usize {
        fs::read_to_string(self.folder.join("calls")).expect("the record of calls can be read").lines().count()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Three ports that were free a moment ago; all three are held until all are known, so that they differ.
fn free_addresses() -> [SocketAddr; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("its address"))
}

/// What the generated server asks for, as variables.
fn settings(certificates: &Certificates, addresses: [SocketAddr; 3], passwords: PathBuf) -> Vec<(String, OsString)> {
    let mut settings: Vec<(String, OsString)> = Vec::new();
    for (listener, address) in LISTENERS.into_iter().zip(addresses) {
        settings.push((format!("HARBOUR_HOST_SERVER_{listener}_ADDRESS"), address.to_string().into()));
        settings.push((format!("HARBOUR_HOST_SERVER_{listener}_CERTIFICATE"), certificates.path("server.crt").into()));
        settings.push((format!("HARBOUR_HOST_SERVER_{listener}_KEY"), certificates.path("server.key").into()));
    }
    settings.push(("HARBOUR_HOST_SERVER_BERTH_PLANNING_CLIENT_AUTHORITIES".into(), certificates.path("authority.crt").into()));
    settings.push(("HARBOUR_HOST_SERVER_BERTH_PLANNING_CLIENT_REVOCATION_LISTS".into(), certificates.path("authority.crl").into()));
    settings.push(("HARBOUR_HOST_SERVER_CUSTOMS_DECLARATIONS_PASSWORDS".into(), passwords.into()));
    settings
}

/// A password file with one user, whose line the server itself has made.
fn password_file(program: &Path, folder: &Path) -> PathBuf {
    let mut process = Command::new(program)
        .args(["--hash-password", USER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the generated server starts");
    let mut input = process.stdin.take().expect("its input");
    writeln!(input, "{PASSWORD}").expect("it reads the password");
    drop(input);
    let output = process.wait_with_output().expect("it ends");
    let line = String::from_utf8(output.stdout).expect("it prints UTF-8");
    assert!(output.status.success() && line.starts_with(&format!("{USER}:")), "--hash-password printed {line:?}");
    assert!(!line.contains(PASSWORD), "--hash-password printed the password");
    let path = folder.join("passwords");
    fs::write(&path, line).expect("the password file can be written");
    path
}

// ---- attempts ---------------------------------------------------------------------------------------------------

/// A service, and a request that its handler accepts.
#[derive(Clone, Copy)]
struct Target {
    service: &'static str,
    method: &'static str,
    /// The request as protobuf bytes.
    bytes: &'static [u8],
    /// The same as JSON.
    json: &'static str,
    name: &'static str,
}

const BERTHS: Target = Target {
    service: "harbour.contracts.v1.BerthPlanning",
    method: "GetBerth",
    bytes: &[0x08, 0x01],
    json: r#"{"berth_number": 1}"#,
    name: "berths.harbour.example",
};
const CUSTOMS: Target = Target {
    service: "harbour.contracts.v1.CustomsDeclarations",
    method: "ListReceipts",
    bytes: &[0x08, 0xf9, 0xee, 0xa9, 0x04],
    json: r#"{"imo_number": 9074553}"#,
    name: "customs.harbour.example",
};
const NOTICES: Target = Target {
    service: "harbour.contracts.v1.ArrivalNotices",
    method: "CountExpected",
    bytes: &[0x08, 0x18],
    json: r#"{"hours": 24}"#,
    name: "localhost",
};

/// What a client shows and believes.
#[derive(Clone, Copy)]
enum Tls {
    /// No TLS at all.
    Absent,
    /// TLS that trusts this authority, expects this name, and shows this certificate.
    Present { trusts: &'static str, expects: Option<&'static str>, shows: Option<&'static str> },
}

/// What must come of an attempt, or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The handler ran and its answer came back.
    Accepted,
    /// There was no connection to speak on.
    NoConnection,
    /// The server answered that the caller is not authenticated.
    Unauthenticated,
}

/// One attempt and what must come of it.
struct Attempt {
    name: &'static str,
    target: Target,
    tls: Tls,
    basic: Option<(&'static str, &'static str)>,
    expected: Answer,
}

/// Everything that is tried, by each client. Good ones stand between the bad ones: a server that a bad client has
/// broken would refuse them.
fn attempts() -> Vec<Attempt> {
    use Answer::{Accepted, NoConnection, Unauthenticated};
    let tls = |trusts, expects, shows| Tls::Present { trusts, expects, shows };
    let anyone = tls("authority", None, None);
    let showing = |certificate| tls("authority", None, Some(certificate));
    let wrong_name = Some("other.harbour.example");
    let right = Some((USER, PASSWORD));
    let rows = [
        ("berths: its client", BERTHS, showing("client"), None, Accepted),
        ("berths: no certificate", BERTHS, anyone, None, NoConnection),
        ("berths: no certificate, but a password", BERTHS, anyone, right, NoConnection),
        ("berths: certificate of another authority", BERTHS, showing("other-client"), None, NoConnection),
        ("berths: expired certificate", BERTHS, showing("expired-client"), None, NoConnection),
        ("berths: revoked certificate", BERTHS, showing("revoked-client"), None, NoConnection),
        ("berths: a server's certificate", BERTHS, showing("server"), None, NoConnection),
        ("berths: plain text", BERTHS, Tls::Absent, None, NoConnection),
        ("berths: wrong server name", BERTHS, tls("authority", wrong_name, Some("client")), None, NoConnection),
        ("berths: untrusted server", BERTHS, tls("other-authority", None, Some("client")), None, NoConnection),
        ("berths: its client, again", BERTHS, showing("client"), None, Accepted),
        ("customs: its client", CUSTOMS, anyone, right, Accepted),
        ("customs: no password", CUSTOMS, anyone, None, Unauthenticated),
        ("customs: wrong password", CUSTOMS, anyone, Some((USER, "wrong")), Unauthenticated),
        ("customs: empty password", CUSTOMS, anyone, Some((USER, "")), Unauthenticated),
        ("customs: unknown user", CUSTOMS, anyone, Some(("nobody", PASSWORD)), Unauthenticated),
        ("customs: a certificate, but no password", CUSTOMS, showing("client"), None, Unauthenticated),
        ("customs: plain text", CUSTOMS, Tls::Absent, right, NoConnection),
        ("customs: wrong server name", CUSTOMS, tls("authority", wrong_name, None), right, NoConnection),
        ("customs: untrusted server", CUSTOMS, tls("other-authority", None, None), right, NoConnection),
        ("customs: its client, again", CUSTOMS, anyone, right, Accepted),
        ("notices: anyone over TLS", NOTICES, anyone, None, Accepted),
        ("notices: plain text", NOTICES, Tls::Absent, None, NoConnection),
        ("notices: wrong server name", NOTICES, tls("authority", wrong_name, None), None, NoConnection),
        ("notices: anyone over TLS, again", NOTICES, anyone, None, Accepted),
    ];
    rows.into_iter().map(|(name, target, tls, basic, expected)| Attempt { name, target, tls, basic, expected }).collect()
}

/// What came of an attempt.
struct Outcome {
    answer: Answer,
    details: String,
}

/// Tries everything with one kind of client and fails with the whole table if any row is wrong.
fn try_everything(server: &Server, client: &str, mut attempt_with: impl FnMut(&Attempt) -> Outcome) {
    let mut table = String::new();
    let mut wrong = 0;
    for attempt in attempts() {
        let calls_before = server.calls();
        let started = Instant::now();
        let outcome = attempt_with(&attempt);
        let milliseconds = started.elapsed().as_millis();
        let reached = server.calls() - calls_before;
        let right = outcome.answer == attempt.expected && reached == usize::from(attempt.expected == Answer::Accepted);
        wrong += usize::from(!right);
        let _ = writeln!(
            table,
            "{} {:<42} {:<15} handlers reached: {reached}  {milliseconds:>4} ms  {}",
            if right { "    " } else { "!!!!" },
            attempt.name,
            format!("{:?}", outcome.answer),
            outcome.details.replace('\n', " ").chars().take(120).collect::<String>(),
        );
    }
    println!("{client}\n{table}");
    assert!(wrong == 0, "{client}: {wrong} wrong answers\n{table}\nthe server's log:\n{}", server.log());
}

fn address_of(server: &Server, target: Target) -> SocketAddr {
    match target.service {
        service if service == BERTHS.service => server.berths,
        service if service == CUSTOMS.service => server.customs,
        _ => server.notices,
    }
}

// ---- our own client ---------------------------------------------------------------------------------------------

#[test]
fn our_own_clients_are_let_in_and_refused_as_wcf_did() {
    let server = Server::start("own-clients");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    try_everything(&server, "tonic, hand-written", |attempt| {
        let bounded = runtime.block_on(async { tokio::time::timeout(PATIENCE, call(&server, attempt)).await });
        match bounded {
            Ok(outcome) => outcome,
            Err(_) => panic!("{}: no answer within {PATIENCE:?}\n{}", attempt.name, server.log()),
        }
    });
}

/// One call on a connection of its own.
async fn call(server: &Server, attempt: &Attempt) -> Outcome {
    let answer = match connect(server, attempt).await {
        Ok(channel) => send(channel, attempt).await,
        Err(details) => return Outcome { answer: Answer::NoConnection, details },
    };
    match answer {
        Ok(()) => Outcome { answer: Answer::Accepted, details: String::new() },
        Err(status) if status.code() == Code::Unauthenticated => {
            Outcome { answer: Answer::Unauthenticated, details: status.message().to_owned() }
        }
        // With TLS 1.3 the server's refusal arrives after the client's handshake, on the first call.
        Err(status) if status.source().is_some() => Outcome { answer: Answer::NoConnection, details: causes(status) },
        Err(status) => panic!("{}: the server answers {status:?}", attempt.name),
    }
}

/// A connection; the error is told with all its causes.
async fn connect(server: &Server, attempt: &Attempt) -> Result<Channel, String> {
    let name = attempt.target.name;
    let address = address_of(server, attempt.target);
    let endpoint = match attempt.tls {
        Tls::Absent => Endpoint::from_shared(format!("http://{address}")).map_err(causes)?,
        Tls::Present { trusts, expects, shows } => {
            let mut tls = ClientTlsConfig::new()
                .ca_certificate(Certificate::from_pem(server.certificates.read(&format!("{trusts}.crt"))))
                .domain_name(expects.unwrap_or(name));
            if let Some(shows) = shows {
                let certificate = server.certificates.read(&format!("{shows}.crt"));
                tls = tls.identity(Identity::from_pem(certificate, server.certificates.read(&format!("{shows}.key"))));
            }
            Endpoint::from_shared(format!("https://{address}")).map_err(causes)?.tls_config(tls).map_err(causes)?
        }
    };
    endpoint.connect().await.map_err(causes)
}

async fn send(channel: Channel, attempt: &Attempt) -> Result<(), Status> {
    let Target { service, method, bytes, .. } = attempt.target;
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
    let mut request = Request::new(bytes.to_vec());
    if let Some((user, password)) = attempt.basic {
        let value = format!("Basic {}", base64(format!("{user}:{password}").as_bytes()));
        request.metadata_mut().insert("authorization", value.parse().expect("Base64 is a header value"));
    }
    let path = format!("/{service}/{method}").parse().expect("a path");
    client.unary(request, path, RawCodec).await.map(|_| ())
}

fn causes(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, " <- {inner}");
        cause = inner.source();
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let index = (group >> (18 - 6 * at) & 63) as usize;
            text.push(if at <= chunk.len() { char::from(ALPHABET[index]) } else { '=' });
        }
    }
    text
}

#[test]
fn base64_is_base64() {
    let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
    for (plain, encoded) in pairs {
        assert_eq!(base64(plain.as_bytes()), encoded);
    }
}

/// Messages as the bytes they are: this client knows the wire and not the stubs.
#[derive(Clone, Copy)]
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut bytes = vec![0; bytes::Buf::remaining(buffer)];
        bytes::Buf::copy_to_slice(buffer, &mut bytes);
        Ok(Some(bytes))
    }
}

// ---- the generated client ---------------------------------------------------------------------------------------

#[test]
fn the_generated_client_is_let_in_and_names_what_refused_it() {
    let server = Server::start("generated-client");
    let right = client_settings(&server);

    let (success, printed) = run_generated_client(&server, &right);
    assert!(success, "{printed}\n{}", server.log());
    for answer in ["BerthPlanning: berth 1: Free, 180.5 m", "number 1, lodged by agent-7", "ArrivalNotices: 0 vessels expected today"] {
        assert!(printed.contains(answer), "{answer:?} is not in:\n{printed}");
    }
    assert_eq!(server.calls(), LISTENERS.len(), "{}", server.log());

    let file = |name: &str| server.certificates.path(name).into_os_string();
    let wrong_password = server.folder.join("wrong-password");
    fs::write(&wrong_password, "wrong").expect("the wrong password can be written");
    let wrong = [
        (
            "another authority's certificate",
            "BerthPlanning",
            vec![("CERTIFICATE", file("other-client.crt")), ("KEY", file("other-client.key"))],
        ),
        ("expired certificate", "BerthPlanning", vec![("CERTIFICATE", file("expired-client.crt")), ("KEY", file("expired-client.key"))]),
        ("untrusted server", "BerthPlanning", vec![("SERVER_AUTHORITIES", file("other-authority.crt"))]),
        ("wrong server name", "BerthPlanning", vec![("SERVER_NAME", "other.harbour.example".into())]),
        ("clear text", "BerthPlanning", vec![("ADDRESS", format!("http://{}", server.berths).into())]),
        ("wrong password", "CustomsDeclarations", vec![("PASSWORD", wrong_password.into_os_string())]),
    ];
    for (what, service, changes) in wrong {
        let before = server.calls();
        let mut settings = right.clone();
        let listener = if service == "BerthPlanning" { "BERTH_PLANNING" } else { "CUSTOMS_DECLARATIONS" };
        settings.extend(changes.into_iter().map(|(name, value)| (format!("HARBOUR_HOST_CLIENT_{listener}_{name}"), value)));
        let (success, printed) = run_generated_client(&server, &settings);
        let refused = printed.lines().find(|line| line.starts_with(&format!("{service}: refused: ")));
        println!("generated client, {what}: {}", refused.unwrap_or("not refused"));
        assert!(!success && refused.is_some(), "{what}: not refused:\n{printed}");
        // The two other services still answer.
        assert_eq!(server.calls() - before, LISTENERS.len() - 1, "{what}:\n{printed}\n{}", server.log());
    }
}

/// Runs the example, and returns whether it succeeded and what it printed.
fn run_generated_client(server: &Server, settings: &[(String, OsString)]) -> (bool, String) {
    let output = Command::new(Generated::get().program("examples/call"))
        .current_dir(&server.folder)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("the generated example starts");
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), printed)
}

/// What the generated client asks for, as variables.
fn client_settings(server: &Server) -> Vec<(String, OsString)> {
    let certificates = &server.certificates;
    let password = server.folder.join("password");
    fs::write(&password, PASSWORD).expect("the client's password can be written");
    let mut settings: Vec<(String, OsString)> = Vec::new();
    for (listener, address) in LISTENERS.into_iter().zip([server.berths, server.customs, server.notices]) {
        settings.push((format!("HARBOUR_HOST_CLIENT_{listener}_ADDRESS"), format!("https://{address}").into()));
        settings.push((format!("HARBOUR_HOST_CLIENT_{listener}_SERVER_AUTHORITIES"), certificates.path("authority.crt").into()));
    }
    for listener in ["BERTH_PLANNING", "CUSTOMS_DECLARATIONS"] {
        settings.push((format!("HARBOUR_HOST_CLIENT_{listener}_SERVER_REVOCATION_LISTS"), certificates.path("authority.crl").into()));
    }
    settings.push(("HARBOUR_HOST_CLIENT_ARRIVAL_NOTICES_SERVER_NAME".into(), NOTICES.name.into()));
    settings.push(("HARBOUR_HOST_CLIENT_BERTH_PLANNING_CERTIFICATE".into(), certificates.path("client.crt").into()));
    settings.push(("HARBOUR_HOST_CLIENT_BERTH_PLANNING_KEY".into(), certificates.path("client.key").into()));
    settings.push(("HARBOUR_HOST_CLIENT_CUSTOMS_DECLARATIONS_USER_NAME".into(), USER.into()));
    settings.push(("HARBOUR_HOST_CLIENT_CUSTOMS_DECLARATIONS_PASSWORD".into(), password.into()));
    settings
}

// ---- secrets ----------------------------------------------------------------------------------------------------

/// The solution has a secret in a connection string, in a comment and among its settings; all begin like this.
const PLANTED: &str = "planted-secret";

#[test]
fn no_secret_of_the_input_is_in_any_output() {
    let solution = root().join("fixtures/solutions/harbour");
    let web_config = fs::read_to_string(solution.join("Harbour.Host/web.config")).expect("the configuration can be read");
    assert_eq!(web_config.matches(PLANTED).count(), 3, "the fixture has lost its secrets, and this test its meaning");

    let mut leaks = Vec::new();
    visit(&Generated::get().folder, &mut |path| {
        if String::from_utf8_lossy(&fs::read(path).expect("a generated file can be read")).contains(PLANTED) {
            leaks.push(path.display().to_string());
        }
    });
    for stage in ["document", "effective", "posture", "plan", "crate"] {
        for format in ["text", "json"] {
            let arguments = ["wcf2grpc", "inspect", "--stage", stage, "--format", format, "-v"];
            let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc")).args(arguments).arg(&solution).output().expect("it starts");
            assert!(output.stdout.len() > 200, "{}\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
            if [output.stdout, output.stderr].iter().any(|bytes| String::from_utf8_lossy(bytes).contains(PLANTED)) {
                leaks.push(arguments.join(" "));
            }
        }
    }
    assert!(leaks.is_empty(), "a secret of the input is in: {leaks:#?}");
}

/// Calls for each file under a folder.
fn visit(folder: &Path, action: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder can be listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, action);
        } else {
            action(&path);
        }
    }
}

// ---- foreign clients --------------------------------------------------------------------------------------------

#[test]
fn python_clients_are_let_in_and_refused_as_wcf_did() {
    foreign_clients_are_let_in_and_refused(Language::Python);
}

#[test]
fn node_clients_are_let_in_and_refused_as_wcf_did() {
    foreign_clients_are_let_in_and_refused(Language::Node);
}

fn foreign_clients_are_let_in_and_refused(language: Language) {
    let clients = root().join("tests/clients");
    let Some(mut client) = ForeignClient::start(language, &clients, &Generated::get().folder.join("proto")) else { return };
    let server = Server::start(&format!("{language:?}"));
    try_everything(&server, language.name(), |attempt| ask(&mut client, &server, attempt));
}

fn ask(client: &mut ForeignClient, server: &Server, attempt: &Attempt) -> Outcome {
    let file = |name: &str, extension: &str| server.certificates.path(&format!("{name}.{extension}"));
    let tls = match attempt.tls {
        Tls::Absent => serde_json::Value::Null,
        Tls::Present { trusts, expects, shows } => serde_json::json!({
            "roots": file(trusts, "crt"),
            "certificate": shows.map(|name| file(name, "crt")),
            "key": shows.map(|name| file(name, "key")),
            "server_name": expects.unwrap_or(attempt.target.name),
        }),
    };
    let request: serde_json::Value = serde_json::from_str(attempt.target.json).expect("the request is JSON");
    let said = client.ask(&serde_json::json!({
        "name": attempt.name,
        "address": address_of(server, attempt.target).to_string(),
        "service": attempt.target.service,
        "method": attempt.target.method,
        "request": request,
        "tls": tls,
        "basic": attempt.basic.map(|(user, password)| serde_json::json!({ "user": user, "password": password })),
    }));
    let answer = match said.code.as_str() {
        "OK" => Answer::Accepted,
        "UNAVAILABLE" => Answer::NoConnection,
        "UNAUTHENTICATED" => Answer::Unauthenticated,
        other => panic!("{}: the server answers {other:?}: {}", attempt.name, said.details),
    };
    Outcome { answer, details: said.details }
}
