//! The server and client generated from every shape of plan: written, built, started, and what peers have in hand for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tonic_codegen::ContractPolicy;
use tonic_codegen::crate_plan::Listener;
use wcf_contract::{Options, SourceText};
use wcf_diagnostics::{FileId, Files, Findings, SourceFile, Span, Subject};
use wcf_security::plan::{EndpointPlan, Exposure, HostPlan, MigrationPlan, PlannedEndpoint, TlsVersions, TransportPlan};

use crate::shapes::{ROLE, ROLE_OF_NOBODY, shapes};
use crate::tokens;

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

/// In place of the verifiers of tickets that a person writes: these know two tickets.
const TICKETS: &str = r#"//! The tickets of the live matrix.

use std::sync::Arc;

use crate::generated::support::negotiate::{RefuseEveryTicket, TicketVerifier, TicketsUnavailable};
use crate::generated::support::settings::SettingError;

struct Known;

impl TicketVerifier for Known {
    fn verify(&self, ticket: &[u8]) -> Result<Option<String>, TicketsUnavailable> {
        let user = ticket.strip_prefix(b"ticket of ").filter(|user| [&b"agent"[..], b"stranger"].contains(user));
        Ok(user.map(|user| format!("{}@QUAY.EXAMPLE", String::from_utf8_lossy(user))))
    }
}

"#;

/// The same of the client: a ticket of the user, if it is for the service.
const CLIENT_TICKETS: &str = r#"//! The tickets of the live matrix.

use crate::generated::support::settings::SettingError;

fn ticket(service_principal: &str) -> Result<Vec<u8>, SettingError> {
    let good = service_principal == "HTTP/localhost";
    Ok(if good { b"ticket of agent".to_vec() } else { b"ticket of nobody".to_vec() })
}

"#;

pub const USER: &str = "agent";
/// Known, with the same password, and in no role.
pub const STRANGER: &str = "stranger";
/// Their tickets.
pub const TICKET: &str = "ticket of agent";
pub const STRANGERS_TICKET: &str = "ticket of stranger";
pub const PASSWORD: &str = "right-for-this-test-only";
pub const ISSUER: &str = "https://issuer.example/";
pub const AUDIENCE: &str = "quay";
pub const SERVICE: &str = "quay.v1.Gate";

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
    let handwritten = [
        ("quay-server/src/services/gate.rs", HANDLER.to_owned()),
        ("quay-server/src/tickets.rs", verifiers(&listeners)),
        ("quay-client/src/tickets.rs", ticket_sources(&listeners)),
        ("quay-client/examples/call.rs", example(&listeners)),
    ];
    for (path, text) in handwritten {
        let file = written.get_mut(path).unwrap_or_else(|| panic!("{path} is no longer generated"));
        file.contents = text;
    }
    for (path, file) in &written {
        write(&folder.join(path), &file.contents);
    }
    listeners
}

/// Whether the verifier of tickets of this listener is left as it is generated, so that it refuses every ticket.
pub fn refuses_every_ticket(listener: &Listener) -> bool {
    match &listener.plan.transport.chosen {
        TransportPlan::Tls(tls) => listener.takes_tickets() && tls.versions.chosen == TlsVersions::OnlyTls13,
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => false,
    }
}

fn verifiers(listeners: &[Listener]) -> String {
    let mut text = TICKETS.to_owned();
    for listener in listeners.iter().filter(|listener| listener.takes_tickets()) {
        let name = &listener.name;
        let verifier = if refuses_every_ticket(listener) { format!("RefuseEveryTicket::of({name:?})") } else { "Known".to_owned() };
        let _ = write!(
            text,
            "/// Of a listener.\npub fn {name}() -> Result<Arc<dyn TicketVerifier>, SettingError> {{\n    Ok(Arc::new({verifier}))\n}}\n\n"
        );
    }
    text
}

fn ticket_sources(listeners: &[Listener]) -> String {
    let mut text = CLIENT_TICKETS.to_owned();
    for Listener { name, .. } in listeners.iter().filter(|listener| listener.takes_tickets()) {
        let _ = write!(
            text,
            "/// For a listener.\npub fn {name}(service_principal: &str) -> Result<Vec<u8>, SettingError> {{\n    ticket(service_principal)\n}}\n\n"
        );
    }
    text
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

/// The generated workspace, built.
pub struct Generated {
    pub folder: PathBuf,
    target: PathBuf,
    pub listeners: Vec<Listener>,
}

impl Generated {
    pub fn build() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (folder, target) = (temporary.join("live-matrix"), temporary.with_file_name("generated"));
        let listeners = generate(&folder);
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--workspace", "--bins", "--examples"]);
        // Two crates as large as these are made once and debugged never.
        for made in ["quay-server", "quay-client"] {
            cargo.arg("--config").arg(format!("profile.dev.package.{made}.debug=false"));
        }
        cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &target);
        let output = cargo.output().expect("cargo can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { folder, target, listeners }
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The settings of a generated crate: pairs of listener and setting.
    pub fn settings(&self, crate_name: &str) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.folder.join(crate_name).join("src/generated/settings.rs")).expect("the settings are there");
        let keys = text.lines().filter_map(|line| line.trim().strip_prefix("key: \"")?.strip_suffix("\","));
        keys.filter_map(|key| key.split_once('.')).map(|(listener, setting)| (listener.to_owned(), setting.to_owned())).collect()
    }
}

// ---- what peers have in hand ------------------------------------------------------------------------------------

/// Certificates, passwords and tokens, as files.
pub struct Hand {
    pub folder: PathBuf,
}

impl Hand {
    pub fn make(folder: PathBuf, server: &Path) -> Self {
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
        hand.client("stranger-client", &authority, false);

        let key = KeyPair::generate().unwrap();
        hand.write("issuer.key", &key.serialize_pem());
        hand.write("token-keys.pem", &key.public_key_pem());
        hand.write("token", &tokens::good_token(&key, ISSUER, AUDIENCE, USER, ROLE));
        hand.write("other-token", &tokens::good_token(&KeyPair::generate().unwrap(), ISSUER, AUDIENCE, USER, ROLE));
        hand.write("wrong-audience-token", &tokens::good_token(&key, ISSUER, "another", USER, ROLE));
        hand.write("strangers-token", &tokens::good_token(&key, ISSUER, AUDIENCE, STRANGER, "Deckhands"));
        hand.write("password", PASSWORD);
        hand.write("wrong-password", "wrong");
        let mut passwords = Vec::new();
        for user in [USER, STRANGER] {
            let mut hash =
                Command::new(server).args(["--hash-password", user]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut hash.stdin.take().unwrap(), format!("{PASSWORD}\n").as_bytes()).unwrap();
            let output = hash.wait_with_output().unwrap();
            assert!(output.status.success(), "--hash-password failed");
            passwords.extend(output.stdout);
        }
        fs::write(hand.path("passwords"), passwords).unwrap();
        hand.write("roles.toml", &hand.roles());
        hand
    }

    /// Every kind of caller that is the good one has the role.
    fn roles(&self) -> String {
        let certificate = CertificateDer::from_pem_file(self.path("client.pem")).unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &certificate);
        let thumbprint: String = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        let me = fs::metadata(&self.folder).unwrap();
        let mut members = vec![
            format!("user:{USER}"),
            format!("token:{USER}"),
            format!("principal:{USER}@QUAY.EXAMPLE"),
            format!("thumbprint:{thumbprint}"),
        ];
        #[cfg(unix)]
        members.push(format!("uid:{}", std::os::unix::fs::MetadataExt::uid(&me)));
        let _ = me;
        format!("[roles]\n{ROLE:?} = {members:?}\n{ROLE_OF_NOBODY:?} = []\n")
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }
}

// ---- the running server -----------------------------------------------------------------------------------------

/// The generated server, until this is dropped.
pub struct Server {
    pub process: Child,
    folder: PathBuf,
    /// By listener: `127.0.0.1:PORT` or `unix:PATH`.
    pub addresses: BTreeMap<String, String>,
}

impl Server {
    pub fn start(generated: &Generated, hand: &Hand, more: &[(&str, &str)]) -> Self {
        let folder = hand.folder.clone();
        fs::write(folder.join("calls"), "").unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let mut command = Command::new(generated.program("quay-server"));
        command
            .current_dir(&folder)
            .env("QUAY_CALLS", folder.join("calls"))
            .env("NO_COLOR", "1")
            .env_remove("RUST_LOG")
            .envs(more.iter().copied());
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
                "roles" => file("roles.toml"),
                // What they narrow or widen is not narrowed or widened here.
                "allowed-clients" | "allowed-users" | "allowed-origins" | "clock-skew" => continue,
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

    pub fn calls(&self) -> usize {
        usize::try_from(fs::metadata(self.folder.join("calls")).unwrap().len()).unwrap() / 2
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A name as it is in a variable's.
pub fn upper(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}
