//! Every shape of plan, generated into one server and one client, started, and tried by every kind of peer: our own hostile
//! clients, the generated client, and the gRPC of Python and of Node.
//!
//! The crates are made by `plan_crates` and `render` as in a real run, and compiled once for all shapes. The handler writes a
//! line for each call, so a refusal counts only if nothing was written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]

#[path = "live/foreign.rs"]
mod foreign;
#[path = "live/shapes.rs"]
mod shapes;
#[path = "live/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use security_probe::{Expected, Identity, Material, Observed, Password, Target, Verdict};
use serde_json::{Value, json};
use tonic_codegen::ContractPolicy;
use tonic_codegen::crate_plan::Listener;
use wcf_contract::{Options, SourceText};
use wcf_diagnostics::{FileId, Files, Findings, SourceFile, Span, Subject};
use wcf_security::plan::{
    CallerCredential, ClientCertificates, EndpointPlan, Exposure, HostPlan, MigrationPlan, PlannedEndpoint, Revocation, TransportPlan,
    TrustAnchors,
};

use foreign::{ForeignClient, Language};
use shapes::shapes;

const CONTRACT: &str = r#"
using System.ServiceModel;
namespace Quay
{
    /// <summary>Opens and closes.</summary>
    [ServiceContract]
    public interface IGate
    {
        [OperationContract] string Open(string name);
        [OperationContract] string Close(string name);
    }
}
"#;

/// The handler: one line for each call that reaches it.
const HANDLER: &str = r#"//! The handler of the live matrix.

use std::io::Write as _;

use quay_proto::quay::v1;
use tonic::{Request, Response, Status};

/// Writes down that it was reached.
#[derive(Clone, Debug, Default)]
pub struct Gate;

fn reached() -> Result<(), Status> {
    let path = std::env::var_os("QUAY_CALLS").ok_or_else(|| Status::internal("QUAY_CALLS is not set"))?;
    let file = std::fs::OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(b"1\n")).map_err(|error| Status::internal(error.to_string()))
}

#[tonic::async_trait]
impl v1::gate_server::Gate for Gate {
    async fn open(&self, _request: Request<v1::OpenRequest>) -> Result<Response<v1::OpenResponse>, Status> {
        reached()?;
        Ok(Response::new(v1::OpenResponse::default()))
    }

    async fn close(&self, _request: Request<v1::CloseRequest>) -> Result<Response<v1::CloseResponse>, Status> {
        reached()?;
        Ok(Response::new(v1::CloseResponse::default()))
    }
}
"#;

const USER: &str = "agent";
const PASSWORD: &str = "right-for-this-test-only";
const ISSUER: &str = "https://issuer.example/";
const AUDIENCE: &str = "quay";
const SERVICE: &str = "quay.v1.Gate";

// ---- the generated workspace ------------------------------------------------------------------------------------

fn migration(file: FileId) -> MigrationPlan {
    let endpoint = |(at, planned): (usize, PlannedEndpoint)| EndpointPlan {
        subject: Subject::default(),
        service: "Quay.Gate".to_owned(),
        contract: "Quay.IGate".to_owned(),
        address: format!("https://localhost/gate/{at}"),
        port: Some(20_000 + u16::try_from(at).expect("few shapes")),
        span: Span { file, start: 0, end: 0 },
        outcome: Ok(planned),
    };
    let endpoints = shapes().into_iter().enumerate().map(endpoint).collect();
    let host = HostPlan { name: "quay".to_owned(), file, exposure: Exposure::Internal, endpoints, clients: Vec::new() };
    MigrationPlan { hosts: vec![host] }
}

/// Writes a file unless it says the same already: what has not changed keeps its time, so that cargo has nothing to do.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn generate(folder: &Path) -> Vec<Listener> {
    let mut files = Files::default();
    let config = files.add(SourceFile::new("web.config", "<configuration/>"));
    let source = files.add(SourceFile::new("Gate.cs", CONTRACT));
    let (contracts, _) = wcf_contract::read_csharp(&[SourceText { file: source, text: CONTRACT }], &Options::default());
    let migration = migration(config);
    let (crates, _) = tonic_codegen::plan_crates(&migration, &contracts, None, &ContractPolicy::default(), &files);
    let listeners = crates.hosts[0].listeners.clone();
    assert_eq!(listeners.len(), shapes().len(), "each shape is a listener of its own");
    let mut written = tonic_codegen::render(&crates, &migration, &Findings::new(), &files).files;
    for (path, text) in [("quay-server/src/services/gate.rs", HANDLER.to_owned()), ("quay-client/examples/call.rs", example(&listeners))] {
        let file = written.get_mut(path).unwrap_or_else(|| panic!("{path} is no longer generated"));
        file.contents = text;
    }
    for (path, file) in &written {
        write(&folder.join(path), &file.contents);
    }
    listeners
}

/// A program that calls once through each function of the generated client, and prints a line for each.
fn example(listeners: &[Listener]) -> String {
    let mut text = String::from(
        "//! Calls through every listener once.\n\nuse quay_client::{channel, settings};\nuse quay_proto::quay::v1::OpenRequest;\n\n\
         #[tokio::main(flavor = \"current_thread\")]\nasync fn main() {\n    let source = settings::source().unwrap();\n",
    );
    for Listener { name, .. } in listeners {
        let kebab = name.replace('_', "-");
        let pascal: String = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        let _ = write!(
            text,
            "    match settings::{pascal}Settings::read(&source) {{\n        \
                 Err(error) => println!(\"{kebab}\\trefused\\tsettings: {{error}}\"),\n        \
                 Ok(settings) => match channel::gate_over_{name}(&settings).await {{\n            \
                     Err(error) => println!(\"{kebab}\\trefused\\t{{error}}\"),\n            \
                     Ok(mut client) => match client.open(OpenRequest::default()).await {{\n                \
                         Ok(_) => println!(\"{kebab}\\taccepted\\t\"),\n                \
                         Err(status) => println!(\"{kebab}\\trefused\\t{{:?}}\", status.code()),\n            \
                     }},\n        }},\n    }}\n"
        );
    }
    text + "}\n"
}

struct Generated {
    folder: PathBuf,
    target: PathBuf,
    listeners: Vec<Listener>,
}

impl Generated {
    fn build() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (folder, target) = (temporary.join("live-matrix"), temporary.with_file_name("generated"));
        let listeners = generate(&folder);
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--workspace", "--bins", "--examples"]).current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        let output = cargo.output().expect("cargo can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { folder, target, listeners }
    }

    fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The settings of a generated crate: pairs of listener and setting.
    fn settings(&self, crate_name: &str) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.folder.join(crate_name).join("src/generated/settings.rs")).expect("the settings are there");
        let keys = text.lines().filter_map(|line| line.trim().strip_prefix("key: \"")?.strip_suffix("\","));
        keys.filter_map(|key| key.split_once('.')).map(|(listener, setting)| (listener.to_owned(), setting.to_owned())).collect()
    }
}

// ---- what peers have in hand ------------------------------------------------------------------------------------

struct Hand {
    folder: PathBuf,
}

impl Hand {
    fn make(folder: PathBuf, server: &Path) -> Self {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let hand = Self { folder };
        let mut certs = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
        certs.args(["wcf2grpc", "certs", "dev", ".", "--out", "."]).current_dir(&hand.folder);
        let output = certs.output().expect("our program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

        let authority = KeyPair::from_pem(&hand.read("authority.key")).unwrap();
        let authority = Issuer::from_ca_cert_pem(&hand.read("authority.pem"), authority).unwrap();
        hand.client("expired-client", &authority, true);
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "another authority");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        hand.write("other.pem", &parameters.self_signed(&key).unwrap().pem());
        hand.client("other-client", &Issuer::new(parameters, key), false);

        let key = KeyPair::generate().unwrap();
        hand.write("issuer.key", &key.serialize_pem());
        hand.write("token-keys.pem", &key.public_key_pem());
        hand.write("token", &tokens::good_token(&key, ISSUER, AUDIENCE));
        hand.write("other-token", &tokens::good_token(&KeyPair::generate().unwrap(), ISSUER, AUDIENCE));
        hand.write("wrong-audience-token", &tokens::good_token(&key, ISSUER, "another"));
        hand.write("password", PASSWORD);
        hand.write("wrong-password", "wrong");
        let mut hash = Command::new(server).args(["--hash-password", USER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut hash.stdin.take().unwrap(), format!("{PASSWORD}\n").as_bytes()).unwrap();
        let output = hash.wait_with_output().unwrap();
        assert!(output.status.success(), "--hash-password failed");
        fs::write(hand.path("passwords"), output.stdout).unwrap();
        hand
    }

    fn client(&self, name: &str, issuer: &Issuer<'_, KeyPair>, expired: bool) {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if expired {
            (parameters.not_before, parameters.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
        }
        let key = KeyPair::generate().unwrap();
        self.write(&format!("{name}.pem"), &parameters.signed_by(&key, issuer).unwrap().pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn material(&self) -> Material {
        let identity = |name: &str| Identity { certificates: self.read(&format!("{name}.pem")), key: self.read(&format!("{name}.key")) };
        Material {
            authorities: Some(self.read("authority.pem")),
            client: Some(identity("client")),
            issuer: Some(identity("authority")),
            revoked: Some(identity("revoked-client")),
            password: Some(Password { user: USER.to_owned(), password: PASSWORD.to_owned() }),
            token: Some(self.read("token")),
            token_key: Some(self.read("issuer.key")),
        }
    }
}

// ---- the running server -----------------------------------------------------------------------------------------

struct Server {
    process: Child,
    folder: PathBuf,
    /// By listener: `127.0.0.1:PORT` or `unix:PATH`.
    addresses: BTreeMap<String, String>,
}

impl Server {
    fn start(generated: &Generated, hand: &Hand) -> Self {
        let folder = hand.folder.clone();
        fs::write(folder.join("calls"), "").unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let mut command = Command::new(generated.program("quay-server"));
        command.current_dir(&folder).env("QUAY_CALLS", folder.join("calls")).env("NO_COLOR", "1").env_remove("RUST_LOG");
        let mut addresses = BTreeMap::new();
        let mut waiting = BTreeSet::new();
        for (listener, setting) in generated.settings("quay-server") {
            let file = |name: &str| hand.path(name).into_os_string();
            let value = match setting.as_str() {
                "address" => {
                    waiting.insert(listener.clone());
                    "127.0.0.1:0".into()
                }
                "socket" => {
                    let path = folder.join(format!("{}.socket", addresses.len()));
                    addresses.insert(listener.clone(), format!("unix:{}", path.display()));
                    path.into_os_string()
                }
                "certificate" => file("server.pem"),
                "key" => file("server.key"),
                "client-authorities" => file("authority.pem"),
                "pinned-clients" => file("client.pem"),
                "client-revocation-lists" => file("revoked.pem"),
                "passwords" => file("passwords"),
                "token-issuer" => ISSUER.into(),
                "token-audience" => AUDIENCE.into(),
                "token-algorithms" => "ES256".into(),
                "token-keys" => file("token-keys.pem"),
                // What they narrow or widen is not narrowed or widened here.
                "allowed-clients" | "allowed-users" | "clock-skew" => continue,
                other => panic!("the matrix has no value for the setting {other}"),
            };
            command.env(format!("QUAY_SERVER_{}_{}", upper(&listener), upper(&setting)), value);
        }
        let process =
            command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().expect("the generated server starts");
        let mut server = Self { process, folder, addresses };
        server.wait_until_it_listens(waiting);
        server
    }

    /// Reads from the log which port the system gave to whom.
    fn wait_until_it_listens(&mut self, mut waiting: BTreeSet<String>) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !waiting.is_empty() {
            let log = self.log();
            for line in log.lines().filter(|line| line.contains("listening")) {
                let after = |key: &str| line.split_once(key).and_then(|(_, rest)| rest.split_whitespace().next());
                let (Some(listener), Some(address)) = (after("listener="), after("address=")) else { continue };
                let listener = listener.trim_matches('"');
                if waiting.remove(listener) {
                    self.addresses.insert(listener.to_owned(), address.to_owned());
                }
            }
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the server ended ({status}) before it listened:\n{log}");
            }
            assert!(Instant::now() < deadline, "no address for {waiting:?} in:\n{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn calls(&self) -> usize {
        usize::try_from(fs::metadata(self.folder.join("calls")).unwrap().len()).unwrap() / 2
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

fn upper(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

// ---- what must come of it ---------------------------------------------------------------------------------------

/// What a shape asks of its callers.
#[derive(Clone, Copy)]
struct Asks {
    tls: bool,
    certificate: Option<(TrustAnchors, Revocation)>,
    password: bool,
    token: bool,
}

impl Asks {
    fn of(plan: &PlannedEndpoint) -> Self {
        let certificate = match &plan.transport.chosen {
            TransportPlan::Tls(tls) => match tls.client_certificates.chosen {
                ClientCertificates::Required(trust) => Some((trust.anchors, trust.revocation)),
                ClientCertificates::NotRequested => None,
            },
            TransportPlan::LocalSocket | TransportPlan::ClearText(_) => None,
        };
        let asks = |wanted: fn(&CallerCredential) -> bool| plan.callers.chosen.iter().any(wanted);
        Self {
            tls: matches!(plan.transport.chosen, TransportPlan::Tls(_)),
            certificate,
            password: asks(|credential| matches!(credential, CallerCredential::Basic(_))),
            token: asks(|credential| matches!(credential, CallerCredential::Bearer(_))),
        }
    }

    /// A server whose check of certificates is code refuses everybody until that code is written.
    fn matching(self) -> Expected {
        match self.certificate {
            Some((TrustAnchors::CustomVerifier, _)) => Expected::Refused,
            _ => Expected::Accepted,
        }
    }
}

/// What generated servers do not do yet. Nobody may be let in there, and the matrix says so.
fn not_yet(listener: &Listener, settings: &BTreeSet<(String, String)>) -> Option<&'static str> {
    let has = |setting: &str| settings.contains(&(listener.name.replace('_', "-"), setting.to_owned()));
    if listener.plan.callers.chosen.contains(&CallerCredential::Kerberos) {
        return Some("Kerberos tickets");
    }
    match listener.plan.transport.chosen {
        TransportPlan::Tls(_) => None,
        TransportPlan::LocalSocket => (!has("socket")).then_some("local socket"),
        TransportPlan::ClearText(_) => has("certificate").then_some("clear text"),
    }
}

#[derive(Default)]
struct Tally {
    peers: BTreeSet<String>,
    attempts: usize,
    accepted: usize,
    wrong_accepts: Vec<String>,
    wrong_refusals: Vec<String>,
    not_tried: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&mut self, peer: &str, shape: &str, expected: Expected, accepted: bool, details: &str) {
        self.peers.insert(peer.to_owned());
        self.attempts += 1;
        self.accepted += usize::from(accepted);
        match (expected, accepted) {
            (Expected::Accepted, false) => self.wrong_refusals.push(format!("{shape}: {peer}: {details}")),
            (Expected::Refused, true) => self.wrong_accepts.push(format!("{shape}: {peer}: {details}")),
            (Expected::Accepted, true) | (Expected::Refused, false) => {}
        }
    }

    fn not_tried(&mut self, what: &str) {
        *self.not_tried.entry(what.to_owned()).or_default() += 1;
    }
}

// ---- the peers --------------------------------------------------------------------------------------------------

/// Our own hostile clients: everything that `verify` tries, but with an operation that exists.
fn hostile_clients(shape: &Shape<'_>, server: &Server, hand: &Hand, tally: &mut Tally) {
    let target = Target {
        address: shape.address.to_owned(),
        server_name: "localhost".to_owned(),
        service: SERVICE.to_owned(),
        operation: "Open".to_owned(),
        timeout: Duration::from_secs(10),
    };
    let before = server.calls();
    let rows = security_probe::probe_blocking(&target, &hand.material(), &shape.listener.plan).unwrap();
    let mut ran = 0;
    for row in rows {
        let peer = format!("ours: {}", row.attempt);
        let expected = if shape.not_yet.is_some() { Expected::Refused } else { row.expected };
        match &row.observed {
            Observed::NotTried { why } => tally.not_tried(&format!("{peer}: {why}")),
            Observed::Accepted { status } => {
                ran += usize::from(*status == 0);
                tally.count(&peer, shape.name, expected, true, &format!("status {status}"));
            }
            refused => {
                tally.count(&peer, shape.name, expected, false, &refused.to_string());
                // A refusal must be the server's own where it is the server's to refuse.
                if shape.not_yet.is_none() && row.verdict() == Verdict::Wrong && expected == Expected::Refused {
                    tally.wrong_refusals.push(format!("{}: {peer}: for another reason: {refused}", shape.name));
                }
            }
        }
    }
    let reached = server.calls() - before;
    assert_eq!(reached, ran, "{}: handlers ran for calls that were refused", shape.name);
}

/// What a foreign client does wrong.
type Wrong = (&'static str, fn(&mut Value, &Hand));

fn wrongs(asks: Asks) -> Vec<(Wrong, Expected)> {
    use Expected::{Accepted, Refused};
    fn file(hand: &Hand, name: &str) -> Value {
        json!(hand.path(name))
    }
    let mut list: Vec<(Wrong, Expected)> = Vec::new();
    let mut wrong = |name, change: fn(&mut Value, &Hand), expected| list.push(((name, change), expected));
    if asks.tls {
        wrong("plain text", |question, _| question["tls"] = Value::Null, Refused);
        wrong("wrong server name", |question, _| question["tls"]["server_name"] = json!("other.invalid"), Refused);
        wrong("server of an unknown authority", |question, hand| question["tls"]["roots"] = file(hand, "other.pem"), Refused);
    }
    if let Some((anchors, revocation)) = asks.certificate {
        let any = anchors == TrustAnchors::AcceptAnyCertificate;
        wrong(
            "no certificate",
            |question, _| (question["tls"]["certificate"], question["tls"]["key"]) = (Value::Null, Value::Null),
            Refused,
        );
        let others = if any { Accepted } else { Refused };
        let other = |question: &mut Value, hand: &Hand| {
            (question["tls"]["certificate"], question["tls"]["key"]) = (file(hand, "other-client.pem"), file(hand, "other-client.key"));
        };
        wrong("certificate of a wrong authority", other, others);
        if !any {
            let expired = |question: &mut Value, hand: &Hand| {
                (question["tls"]["certificate"], question["tls"]["key"]) =
                    (file(hand, "expired-client.pem"), file(hand, "expired-client.key"));
            };
            wrong("expired certificate", expired, Refused);
        }
        if revocation == Revocation::Lists && !any {
            let revoked = |question: &mut Value, hand: &Hand| {
                (question["tls"]["certificate"], question["tls"]["key"]) =
                    (file(hand, "revoked-client.pem"), file(hand, "revoked-client.key"));
            };
            wrong("revoked certificate", revoked, Refused);
        }
    }
    if asks.password {
        wrong("no password", |question, _| question["basic"] = Value::Null, Refused);
        wrong("wrong password", |question, _| question["basic"]["password"] = json!("wrong"), Refused);
    }
    if asks.token {
        wrong("no token", |question, _| question["bearer"] = Value::Null, Refused);
        wrong("token of an unknown key", |question, hand| question["bearer"] = json!(hand.read("other-token")), Refused);
        wrong("token for another audience", |question, hand| question["bearer"] = json!(hand.read("wrong-audience-token")), Refused);
    }
    list
}

fn foreign_client(client: &mut ForeignClient, language: Language, shape: &Shape<'_>, server: &Server, hand: &Hand, tally: &mut Tally) {
    let asks = Asks::of(&shape.listener.plan);
    let file = |name: &str| json!(hand.path(name));
    let shown = |name: &str| if asks.certificate.is_some() { file(name) } else { Value::Null };
    let tls = json!({ "roots": file("authority.pem"), "certificate": shown("client.pem"), "key": shown("client.key"), "server_name": "localhost" });
    let right = json!({
        "name": shape.name, "address": shape.address, "service": SERVICE, "method": "Open", "request": {},
        "tls": if asks.tls { tls } else { Value::Null },
        "basic": if asks.password { json!({ "user": USER, "password": PASSWORD }) } else { Value::Null },
        "bearer": if asks.token { json!(hand.read("token")) } else { Value::Null },
    });
    let mut ask = |name: &str, question: &Value, expected: Expected| {
        let before = server.calls();
        let said = client.ask(question);
        let accepted = said.code == "OK";
        let expected = if shape.not_yet.is_some() { Expected::Refused } else { expected };
        tally.count(&format!("{language:?}: {name}"), shape.name, expected, accepted, &format!("{} {}", said.code, said.details));
        assert_ne!(said.code, "DEADLINE_EXCEEDED", "{}: {name}", shape.name);
        assert_eq!(server.calls() - before, usize::from(accepted), "{}: {name}: handlers ran for calls that were refused", shape.name);
    };
    ask("matching client", &right, asks.matching());
    for ((name, change), expected) in wrongs(asks) {
        let mut question = right.clone();
        change(&mut question, hand);
        ask(name, &question, expected);
    }
}

/// The generated client, once for each thing that can be wrong with its settings, through every listener at once.
fn generated_client(generated: &Generated, shapes: &[Shape<'_>], server: &Server, hand: &Hand, tally: &mut Tally) {
    let runs: [(&str, &[(&str, &str)]); 7] = [
        ("matching client", &[]),
        ("server of an unknown authority", &[("server-authorities", "other.pem"), ("pinned-servers", "client.pem")]),
        ("certificate of a wrong authority", &[("certificate", "other-client.pem"), ("key", "other-client.key")]),
        ("expired certificate", &[("certificate", "expired-client.pem"), ("key", "expired-client.key")]),
        ("wrong password", &[("password", "wrong-password")]),
        ("token of an unknown key", &[("token", "other-token")]),
        ("wrong server name", &[("server-name", "")]),
    ];
    for (name, changes) in runs {
        let before = server.calls();
        let mut command = Command::new(generated.program("examples/call"));
        command.current_dir(&hand.folder);
        for (listener, setting) in generated.settings("quay-client") {
            let file = |name: &str| hand.path(name).into_os_string();
            let changed = changes.iter().find(|(changed, _)| *changed == setting).map(|(_, value)| *value);
            let address = server.addresses.get(&listener).map_or("", String::as_str);
            let clear = shapes.iter().any(|shape| shape.name == listener && !Asks::of(&shape.listener.plan).tls && shape.not_yet.is_none());
            let value = match (setting.as_str(), changed) {
                ("server-name", Some(_)) => "other.invalid".into(),
                (_, Some(value)) => file(value),
                ("address", None) if address.starts_with("unix:") => address.to_owned().into(),
                ("address", None) => format!("http{}://{address}", if clear { "" } else { "s" }).into(),
                ("socket", None) => address.trim_start_matches("unix:").to_owned().into(),
                ("server-name", None) => "localhost".into(),
                ("server-authorities", None) => file("authority.pem"),
                ("pinned-servers", None) => file("server.pem"),
                ("server-revocation-lists", None) => file("revoked.pem"),
                ("certificate", None) => file("client.pem"),
                ("key", None) => file("client.key"),
                ("user-name", None) => USER.into(),
                ("password", None) => file("password"),
                ("token", None) => file("token"),
                (other, None) => panic!("the matrix has no value for the client's setting {other}"),
            };
            command.env(format!("QUAY_CLIENT_{}_{}", upper(&listener), upper(&setting)), value);
        }
        let output = command.output().expect("the generated client starts");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
        let mut accepted = 0;
        for line in printed.lines() {
            let mut words = line.split('\t');
            let (Some(listener), Some(word), Some(details)) = (words.next(), words.next(), words.next()) else { panic!("{line:?}") };
            let shape = shapes.iter().find(|shape| shape.name == listener).expect("a listener");
            accepted += usize::from(word == "accepted");
            match expected_of_generated(name, &shape.listener.plan).filter(|_| shape.is_tried()) {
                Some(_) if shape.not_yet.is_some() => {
                    tally.count(&format!("generated: {name}"), listener, Expected::Refused, word == "accepted", details);
                }
                Some(expected) => tally.count(&format!("generated: {name}"), listener, expected, word == "accepted", details),
                // The change does not touch this shape: it is the matching client once more.
                None => tally.accepted += usize::from(word == "accepted"),
            }
        }
        assert_eq!(printed.lines().count(), shapes.len(), "{printed}");
        assert_eq!(server.calls() - before, accepted, "generated client, {name}: handlers ran for calls that were refused");
    }
}

/// What must come of the generated client; nothing where what is wrong is no part of the shape.
fn expected_of_generated(run: &str, plan: &PlannedEndpoint) -> Option<Expected> {
    use Expected::{Accepted, Refused};
    let asks = Asks::of(plan);
    let trust = plan.channel.server_trust.chosen.anchors;
    let stuck = asks.matching() == Refused || asks.tls && trust == TrustAnchors::CustomVerifier;
    let matching = if stuck { Refused } else { Accepted };
    let any = asks.certificate.is_some_and(|(anchors, _)| anchors == TrustAnchors::AcceptAnyCertificate);
    match run {
        "matching client" => Some(matching),
        "server of an unknown authority" if asks.tls => Some(if trust == TrustAnchors::AcceptAnyCertificate { matching } else { Refused }),
        // Pinned servers are known by their certificate, whatever their name.
        "wrong server name" if asks.tls && trust == TrustAnchors::Authorities => Some(Refused),
        "certificate of a wrong authority" | "expired certificate" if asks.certificate.is_some() => {
            let expired_but_any = any && run == "expired certificate";
            if expired_but_any { None } else { Some(if any { matching } else { Refused }) }
        }
        "wrong password" if asks.password => Some(Refused),
        "token of an unknown key" if asks.token => Some(Refused),
        _ => None,
    }
}

// ---- the matrix -------------------------------------------------------------------------------------------------

/// A shape, where it listens.
struct Shape<'a> {
    listener: &'a Listener,
    name: &'a str,
    address: &'a str,
    not_yet: Option<&'static str>,
}

impl Shape<'_> {
    /// A server that listens otherwise than its plan says has nothing to prove yet; one that asks for what it cannot check has.
    fn is_tried(&self) -> bool {
        matches!(self.not_yet, None | Some("Kerberos tickets"))
    }
}

#[test]
fn every_shape_lets_in_whom_it_must_and_nobody_else() {
    let started = Instant::now();
    let generated = Generated::build();
    let built = started.elapsed();
    let hand = Hand::make(Path::new(env!("CARGO_TARGET_TMPDIR")).join("live-matrix-run"), &generated.program("quay-server"));
    let server = Server::start(&generated, &hand);
    let settings: BTreeSet<_> = generated.settings("quay-server").into_iter().collect();
    let names: Vec<String> = generated.listeners.iter().map(|listener| listener.name.replace('_', "-")).collect();
    let shapes: Vec<Shape<'_>> = generated
        .listeners
        .iter()
        .zip(&names)
        .map(|(listener, name)| Shape { listener, name, address: &server.addresses[name], not_yet: not_yet(listener, &settings) })
        .collect();

    let mut tally = Tally::default();
    let mut times = String::new();
    let mut timed = |what: &str, tally: &mut Tally, action: &mut dyn FnMut(&mut Tally)| {
        let (started, before) = (Instant::now(), tally.attempts);
        action(tally);
        let _ = writeln!(times, "  {what:<22} {:>5} attempts in {:>5.1} s", tally.attempts - before, started.elapsed().as_secs_f64());
    };
    let tried = || shapes.iter().filter(|shape| shape.is_tried());
    timed("hostile clients", &mut tally, &mut |tally| tried().for_each(|shape| hostile_clients(shape, &server, &hand, tally)));
    for language in [Language::Python, Language::Node] {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients");
        let Some(mut client) = ForeignClient::start(language, &clients, &generated.folder.join("proto")) else { continue };
        timed(language.name(), &mut tally, &mut |tally| {
            tried().for_each(|shape| foreign_client(&mut client, language, shape, &server, &hand, tally));
        });
    }
    timed("generated client", &mut tally, &mut |tally| generated_client(&generated, &shapes, &server, &hand, tally));

    let mut not_yet: BTreeMap<&str, usize> = BTreeMap::new();
    for shape in &shapes {
        if let Some(what) = shape.not_yet {
            *not_yet.entry(what).or_default() += 1;
        }
    }
    println!("live matrix: generated and built in {:.1} s\n{times}", built.as_secs_f64());
    println!(
        "{} shapes x {} peers: {} attempts, {} accepted, {} wrong accepts, {} wrong refusals; handlers ran {} times",
        shapes.len(),
        tally.peers.len(),
        tally.attempts,
        tally.accepted,
        tally.wrong_accepts.len(),
        tally.wrong_refusals.len(),
        server.calls(),
    );
    println!("shapes that are not carried yet: {not_yet:?}\nnot tried: {:?}", tally.not_tried);
    let wrong: Vec<_> = tally.wrong_accepts.iter().map(|row| format!("WRONG ACCEPT {row}")).collect();
    let refused = tally.wrong_refusals.iter().map(|row| format!("WRONG REFUSAL {row}"));
    let wrong: Vec<_> = wrong.into_iter().chain(refused).collect();
    assert!(wrong.is_empty(), "{} wrong answers:\n{}", wrong.len(), wrong.iter().take(60).cloned().collect::<Vec<_>>().join("\n"));
}
