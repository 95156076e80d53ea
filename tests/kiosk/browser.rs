//! A headless Chromium with a certificate database of its own, and the server that its pages come from.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;

/// A browser may take its time to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser that trusts one more authority.
pub struct Browser {
    program: PathBuf,
    home: tempfile::TempDir,
}

impl Browser {
    /// Finds Chromium and makes it trust an authority; `None`, and a line that says so, where something is not installed.
    pub fn find(authority: &str) -> Option<Self> {
        let skip = |what: &str| {
            let reason = format!("{what} is not here (apt-get install chromium libnss3-tools)");
            assert!(std::env::var_os("CI").is_none(), "{reason}, and in the pipeline it must be");
            println!("skipped: {reason}");
            None
        };
        let runs = |program: &&&str| Command::new(**program).arg("--version").output().is_ok_and(|output| output.status.success());
        let Some(program) = ["chromium", "chromium-browser", "google-chrome"].iter().find(runs) else {
            return skip("Chromium");
        };
        let home = tempfile::tempdir().unwrap();
        let database = home.path().join(".pki/nssdb");
        fs::create_dir_all(&database).unwrap();
        fs::write(home.path().join("authority.crt"), authority).unwrap();
        let database = format!("sql:{}", database.display());
        let certutil = |arguments: &[&str]| {
            let output = Command::new("certutil").current_dir(home.path()).args(["-d", &database]).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        if !certutil(&["-N", "--empty-password"]) {
            return skip("certutil");
        }
        assert!(certutil(&["-A", "-n", "test", "-t", "C,,", "-i", "authority.crt"]), "certutil takes the authority");
        Some(Self { program: PathBuf::from(program), home })
    }

    /// Opens the page on an origin, and waits for what came of its attempts to call `api`.
    pub fn outcomes(&self, pages: &PageServer, origin: &str, (api, address): (&str, SocketAddr)) -> Value {
        let profile = tempfile::tempdir_in(self.home.path()).unwrap();
        let rules = format!("MAP {api}:443 {address}, MAP {origin}:443 {}", pages.address);
        let log = fs::File::create(self.home.path().join("log")).unwrap();
        let running = Command::new(&self.program)
            .env("HOME", self.home.path())
            // A sandbox needs rights that containers and build machines do not give.
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--host-resolver-rules={rules}"))
            .arg(format!("https://{origin}/"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let _running = Running(running);
        let outcomes = pages.outcomes.recv_timeout(PATIENCE);
        outcomes
            .unwrap_or_else(|_| panic!("the page said nothing:\n{}", fs::read_to_string(self.home.path().join("log")).unwrap_or_default()))
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Hands out the page and its attempts, and takes what came of them.
pub struct PageServer {
    address: SocketAddr,
    outcomes: mpsc::Receiver<Value>,
}

impl PageServer {
    /// Starts one with this certificate and key.
    pub fn start(certificate: &str, key: &str, attempts: &Value) -> Self {
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let (config, listener) = (Arc::new(config), TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let address = listener.local_addr().unwrap();
        let (sender, outcomes) = mpsc::channel();
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/browser/page.html")).unwrap();
        let attempts = attempts.to_string();
        // The thread ends with the test's process; it only ever waits.
        std::thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let (config, sender) = (Arc::clone(&config), sender.clone());
                let (page, attempts) = (page.clone(), attempts.clone());
                std::thread::spawn(move || {
                    let session = rustls::ServerConnection::new(config).unwrap();
                    // A browser opens connections that it does not use.
                    let _ = answer(rustls::StreamOwned::new(session, tcp), &page, &attempts, &sender);
                });
            }
        });
        Self { address, outcomes }
    }
}

/// Answers one request and closes.
fn answer(
    stream: rustls::StreamOwned<rustls::ServerConnection, TcpStream>,
    page: &str,
    attempts: &str,
    outcomes: &mpsc::Sender<Value>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let (kind, text) = match first.split(' ').nth(1) {
        Some("/") => ("text/html", page),
        Some("/attempts") => ("application/json", attempts),
        Some("/outcomes") => {
            let _ = outcomes.send(serde_json::from_slice(&body).unwrap_or_default());
            ("text/plain", "")
        }
        Some(_) | None => ("text/plain", ""),
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
    let stream = stream.get_mut();
    stream.write_all(head.as_bytes())?;
    stream.write_all(text.as_bytes())?;
    stream.flush()?;
    stream.conn.send_close_notify();
    stream.flush()
}
