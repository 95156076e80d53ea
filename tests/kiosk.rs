//! The host of `fixtures/solutions/kiosk`, generated, built and run: pages in a real browser call it over gRPC-Web, two services share
//! a port by name, one of them with a certificate from a PKCS #12 file, and reflection answers its callers.
//!
//! The browser is a headless Chromium, which trusts the test's authority as it would any other: from a certificate database that
//! `certutil` makes. Nothing is told to overlook errors. Where one of the two is missing the test says that it skips; in the pipeline
//! (`CI`) that is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]

#[path = "kiosk/browser.rs"]
mod browser;
#[path = "../templates/server/tests/pkcs12/mod.rs"]
mod pkcs12;

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};

use browser::{Browser, PageServer};

/// How long anything may take that should take milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

const USER: &str = "screen-3";
const PASSWORD: &str = "right-for-this-test-only";

/// Where the pages come from that may call, and where others come from.
const ALLOWED: &str = "screens.kiosk.example";
const OTHER: &str = "other.kiosk.example";

/// The name by which pages call the server.
const API: &str = "tides.kiosk.example";

// ---- the generated workspace ------------------------------------------------------------------------------------

struct Generated {
    target: PathBuf,
}

impl Generated {
    fn get() -> &'static Self {
        static GENERATED: OnceLock<Result<Generated, String>> = OnceLock::new();
        let made = GENERATED.get_or_init(|| {
            let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let (folder, target) = (temporary.join("kiosk/generated"), temporary.with_file_name("generated"));
            let _ = fs::remove_dir_all(&folder);
            let solution = root().join("fixtures/solutions/kiosk");
            let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
            run(command.args(["wcf2grpc", "generate"]).arg(&solution).arg("--out").arg(&folder))?;
            overlay(&solution.join("filled"), &folder);
            let mut build = Command::new(env!("CARGO"));
            run(build.args(["build", "--bins"]).current_dir(&folder).env("CARGO_TARGET_DIR", &target))?;
            Ok(Self { target })
        });
        made.as_ref().unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn program(&self) -> PathBuf {
        self.target.join("debug").join(format!("app-server{}", std::env::consts::EXE_SUFFIX))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(()) } else { Err(format!("{command:?} ({}):\n{out}\n{err}", output.status)) }
}

/// Copies files over those that were generated to be filled in.
fn overlay(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            overlay(&entry.path(), &target);
        } else {
            assert!(target.is_file(), "{} was filled in but not generated", target.display());
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

// ---- certificates -----------------------------------------------------------------------------------------------

/// An authority that lives as long as the test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A server's certificate and key for these names, as PEM. Browsers take none that lives longer than 398 days.
    pub fn issue(&self, names: &[&str]) -> (String, String) {
        let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0]);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let now = std::time::SystemTime::now();
        params.not_before = (now - Duration::from_secs(24 * 3600)).into();
        params.not_after = (now + Duration::from_secs(30 * 24 * 3600)).into();
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

// ---- the running server -----------------------------------------------------------------------------------------

/// A server that runs until this is dropped.
struct Server {
    process: Child,
    folder: PathBuf,
    tides: SocketAddr,
    shared: SocketAddr,
}

impl Server {
    /// A server whose pages' certificate is from `tides_authority`, and all others from `authority`.
    fn start(name: &str, authority: &Authority, tides_authority: &Authority, more: &[(&str, &str)]) -> Self {
        let program = Generated::get().program();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kiosk").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| {
            fs::write(folder.join(name), text).unwrap();
            folder.join(name)
        };
        let (certificate, key) = tides_authority.issue(&[API, "localhost"]);
        let (tides_crt, tides_key) = (write("tides.crt", &certificate), write("tides.key", &key));
        let (certificate, key) = authority.issue(&["buoys.kiosk.example"]);
        let (buoys_crt, buoys_key) = (write("buoys.crt", &certificate), write("buoys.key", &key));
        let (certificate, key) = authority.issue(&["alarms.kiosk.example"]);
        pkcs12::write(&folder.join("alarms.p12"), &certificate, &key);
        let password = write("alarms.password", pkcs12::PASSWORD);
        let passwords = write("passwords", &hashed(&program));
        let [tides, shared] = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).map(|free| free.local_addr().unwrap());
        let log = fs::File::create(folder.join("log")).unwrap();
        let path = |path: &Path| path.display().to_string();
        let settings = [
            ("TIDES_ADDRESS", tides.to_string()),
            ("TIDES_CERTIFICATE", path(&tides_crt)),
            ("TIDES_KEY", path(&tides_key)),
            ("TIDES_PASSWORDS", path(&passwords)),
            ("ALARMS_ADDRESS", shared.to_string()),
            ("ALARMS_CERTIFICATE", path(&folder.join("alarms.p12"))),
            ("ALARMS_CERTIFICATE_PASSWORD", path(&password)),
            ("BUOYS_CERTIFICATE", path(&buoys_crt)),
            ("BUOYS_KEY", path(&buoys_key)),
        ];
        let settings = settings.map(|(name, value)| (format!("APP_SERVER_{name}"), value));
        let process = Command::new(program)
            .envs(settings)
            .envs(more.iter().copied())
            .env("APP_SERVER_RELOAD_INTERVAL", "100ms")
            .env("KIOSK_CALLS", write("calls", ""))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { process, folder, tides, shared };
        let deadline = Instant::now() + PATIENCE;
        for address in [tides, shared] {
            while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
                let ended = server.process.try_wait().unwrap();
                assert!(ended.is_none() && Instant::now() < deadline, "the server does not listen on {address}:\n{}", server.log());
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        server
    }

    /// How many calls have reached a handler.
    fn calls(&self) -> usize {
        fs::read_to_string(self.folder.join("calls")).unwrap().lines().count()
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

fn hashed(program: &Path) -> String {
    let mut process = Command::new(program).args(["--hash-password", USER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(process.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

// ---- pages ------------------------------------------------------------------------------------------------------

/// `GetTideRequest { station: "quay" }`.
const GET_TIDE: &[u8] = b"\x0a\x04quay";

fn attempt(operation: &str, authorization: Option<&str>, message: &[u8]) -> Value {
    json!({ "url": format!("https://{API}/kiosk.v1.Tides/{operation}"), "authorization": authorization, "message": message })
}

fn basic(password: &str) -> String {
    // base64 of `screen-3:…`, by the system's own tool: the test shares nothing with the server.
    let mut process = Command::new("base64").arg("--wrap=0").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    write!(process.stdin.take().unwrap(), "{USER}:{password}").unwrap();
    let output = process.wait_with_output().unwrap();
    format!("Basic {}", String::from_utf8(output.stdout).unwrap())
}

#[test]
fn pages_call_from_allowed_origins_with_credentials_and_from_nowhere_else() {
    let authority = Authority::new("Kiosk Test Authority");
    let Some(browser) = Browser::find(&authority.pem) else { return };
    let server = Server::start("pages", &authority, &authority, &[]);
    let (certificate, key) = authority.issue(&[ALLOWED, OTHER]);
    let attempts = json!([
        attempt("GetTide", Some(&basic(PASSWORD)), GET_TIDE),
        attempt("DownloadChart", Some(&basic(PASSWORD)), b"\x0a\x01a"),
        attempt("GetTide", None, GET_TIDE),
        attempt("GetTide", Some(&basic("wrong")), GET_TIDE),
    ]);

    let pages = PageServer::start(&certificate, &key, &attempts);
    let outcomes = browser.outcomes(&pages, ALLOWED, (API, server.tides));
    let status = |at: usize| outcomes[at]["status"].as_str().unwrap_or_else(|| panic!("{outcomes}\n{}", server.log()));
    assert_eq!([status(0), status(1), status(2), status(3)], ["0", "0", "16", "16"], "{outcomes}");
    let tide = outcomes[0]["messages"][0].as_array().unwrap();
    // `result { height_in_centimetres: 120, station: "quay" }`
    let expected: Vec<Value> = b"\x0a\x08\x08\x78\x12\x04quay".iter().map(|byte| json!(byte)).collect();
    assert_eq!(tide, &expected);
    assert_eq!(outcomes[1]["messages"].as_array().unwrap().len(), 5, "{outcomes}");
    assert!(outcomes[1]["reads"].as_u64().unwrap() > 1, "the pieces of a stream arrive one by one: {outcomes}");
    assert_eq!(server.calls(), 2, "who has no password, or a wrong one, reaches no handler");

    let mut simple = attempt("GetTide", None, GET_TIDE);
    simple["simple"] = json!(true);
    let attempts = json!([attempt("GetTide", Some(&basic(PASSWORD)), GET_TIDE), simple]);
    let pages = PageServer::start(&certificate, &key, &attempts);
    let outcomes = browser.outcomes(&pages, OTHER, (API, server.tides));
    assert!(outcomes[0]["blocked"].is_string(), "a page of another origin was answered: {outcomes}");
    assert_eq!(server.calls(), 2, "a page of another origin reached a handler");
    assert!(server.log().contains("refused what a page of this origin asked for"), "{}", server.log());

    let impostor = Authority::new("Another Authority");
    let server = Server::start("impostor", &authority, &impostor, &[]);
    let attempts = json!([attempt("GetTide", Some(&basic(PASSWORD)), GET_TIDE)]);
    let pages = PageServer::start(&certificate, &key, &attempts);
    let outcomes = browser.outcomes(&pages, ALLOWED, (API, server.tides));
    assert!(outcomes[0]["blocked"].is_string(), "a server of an unknown authority was believed: {outcomes}");
    assert_eq!(server.calls(), 0);
    println!("browser: 7 attempts by {ALLOWED} and {OTHER}, 0 wrong");
}

// ---- several listeners behind one port ---------------------------------------------------------------------------

/// Whose certificate a client sees that asks for `name`, and believes `authority`.
fn certificate_for(address: SocketAddr, authority: &Authority, name: &'static str) -> Result<CertificateDer<'static>, String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let mut session = rustls::ClientConnection::new(Arc::new(config), ServerName::try_from(name).unwrap()).unwrap();
    let mut tcp = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    while session.is_handshaking() {
        session.complete_io(&mut tcp).map_err(|error| error.to_string())?;
    }
    Ok(session.peer_certificates().unwrap()[0].clone().into_owned())
}

#[test]
fn each_name_of_a_port_has_its_certificate_and_an_unknown_one_none() {
    let authority = Authority::new("Kiosk Test Authority");
    let server = Server::start("names", &authority, &authority, &[]);
    let buoys = certificate_for(server.shared, &authority, "buoys.kiosk.example").unwrap();
    let alarms = certificate_for(server.shared, &authority, "alarms.kiosk.example").unwrap();
    assert_ne!(buoys, alarms);
    for unknown in ["tides.kiosk.example", "127.0.0.1"] {
        let error = certificate_for(server.shared, &authority, unknown).unwrap_err();
        assert!(error.contains("AccessDenied"), "{unknown}: {error}");
    }
    // The client knows before the line is written.
    let deadline = Instant::now() + PATIENCE;
    while !(server.log().contains("\"tides.kiosk.example\"") && server.log().contains("nobody by name")) {
        assert!(Instant::now() < deadline, "{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    }

    // Both are made anew when their files change, each by itself; a PKCS #12 file as well.
    let (certificate, key) = authority.issue(&["buoys.kiosk.example"]);
    fs::write(server.folder.join("buoys.key"), &key).unwrap();
    fs::write(server.folder.join("buoys.crt"), &certificate).unwrap();
    let (certificate, key) = authority.issue(&["alarms.kiosk.example"]);
    pkcs12::write(&server.folder.join("alarms.p12"), &certificate, &key);
    for (name, old) in [("buoys.kiosk.example", buoys), ("alarms.kiosk.example", alarms)] {
        let deadline = Instant::now() + PATIENCE;
        while certificate_for(server.shared, &authority, name).unwrap() == old {
            assert!(Instant::now() < deadline, "{name} still has its old certificate:\n{}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
