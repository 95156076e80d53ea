//! `demo`: the whole road on the sample that the program carries. What it leaves behind is there to look at.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};
use security_probe::{Password, Target};
use tonic_codegen::crate_plan::{HostCrates, Listener};

use super::{certs_dev, verify};
use crate::arguments::{Demo, Global, Input, Stage};
use crate::deployment::{self, Address};
use crate::exit_code::Exit;
use crate::terminal::{BAD, DIM, GOOD, STRONG, Terminal};
use crate::write::{self, replace};
use crate::{attacks, certs, findings, people, pipeline};

/// Every file of the sample, by its path.
static SAMPLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// Where in the sample the bodies stand that a person would have written.
const FILLED: &str = "filled/";

/// The user of the sample, and the file that has the password.
const USER: &str = "agent";

/// How long things may take before they are given up.
const BUILD: Duration = Duration::from_secs(30 * 60);
const START: Duration = Duration::from_secs(30);
const CALL: Duration = Duration::from_secs(60);
const ATTEMPT: Duration = Duration::from_secs(10);

/// Walks the road.
pub fn run(options: &Demo, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let folders = Folders::new(&options.out)?;
    step(terminal, "1", &format!("The sample, a WCF solution of three services, in {}", folders.shown("wcf")));
    for (path, bytes) in SAMPLE.iter().filter(|(path, _)| !path.starts_with(FILLED)) {
        put(&folders.wcf, path, bytes)?;
    }

    step(terminal, "2", "What it is and how it is protected: cargo wcf2grpc inspect wcf");
    let input = Input { paths: vec![folders.wcf.clone()], no_ignore: true, ..Input::default() };
    let global = Global { policy: None, ..global.clone() };
    let run = pipeline::run(&input, &global, None, Stage::Crate, terminal)?;
    terminal.result(&people::view(&run, terminal))?;

    step(terminal, "3", "The crates: cargo wcf2grpc generate wcf --out grpc");
    let files = pipeline::render(&run);
    let comparison = write::compare(&folders.grpc, &files, false)?;
    write::apply(&folders.grpc, &comparison)?;
    terminal.message(format_args!("{} in {}", findings::plural(comparison.entries.len(), "file"), folders.shown("grpc")));
    let bodies: Vec<_> = SAMPLE.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(FILLED)?, bytes))).collect();
    for (path, bytes) in &bodies {
        put(&folders.grpc, path, bytes)?;
    }
    terminal.message(format_args!(
        "{} of your own, as you would write them: the bodies of the operations",
        findings::plural(bodies.len(), "file")
    ));

    step(terminal, "4", "Certificates and settings for this machine: cargo wcf2grpc certs dev wcf");
    let plan = run.crates.as_ref().filter(|plan| !plan.hosts.is_empty()).context("the sample has no plan: this is a bug")?;
    certs::write(&certs::make(&certs_dev::names(&run.plan, &[]), 30, SystemTime::now())?, &folders.certs, false)?;
    let password = certs::random_word()?;
    replace(&folders.certs.join("password"), password.as_bytes(), Some(0o600))?;
    let hosts = plan.hosts.iter().map(|host| Host::new(host, &folders)).collect::<anyhow::Result<Vec<_>>>()?;
    terminal.message(format_args!("{} and {}", folders.shown("certs"), folders.shown("*.toml")));
    if options.no_run {
        terminal.message(format_args!("\nNext: {STRONG}cd {} && cargo test{STRONG:#}", folders.shown("grpc")));
        return Ok(Exit::Done);
    }

    step(terminal, "5", "The build: cargo build (the first one takes a minute or two)");
    let started = Instant::now();
    let target = build(&folders, options.offline)?;
    terminal.message(format_args!("built in {:.0} s", started.elapsed().as_secs_f64()));

    let mut good = true;
    for host in &hosts {
        good &= host.prove(&folders, &target, &password, terminal)?;
    }
    say_where(&folders, terminal);
    Ok(if good { Exit::Done } else { Exit::Denied })
}

fn step(terminal: Terminal, number: &str, title: &str) {
    terminal.message(format_args!("\n{GOOD}{number}{GOOD:#} {STRONG}{title}{STRONG:#}"));
}

fn put(root: &Path, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let target = path.split('/').fold(root.to_path_buf(), |at, part| at.join(part));
    replace(&target, bytes, None).with_context(|| format!("{path} cannot be written"))
}

/// Where the demo's things are.
struct Folders {
    shown: PathBuf,
    root: PathBuf,
    wcf: PathBuf,
    grpc: PathBuf,
    certs: PathBuf,
}

impl Folders {
    fn new(out: &Path) -> anyhow::Result<Self> {
        if out.exists() {
            let empty = fs::read_dir(out).map(|mut entries| entries.next().is_none()).unwrap_or(false);
            ensure!(empty, "{} is there already: remove it, or choose another folder with --out", out.display());
        }
        fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
        let root = fs::canonicalize(out)?;
        Ok(Self { shown: out.to_path_buf(), wcf: root.join("wcf"), grpc: root.join("grpc"), certs: root.join("certs"), root })
    }

    fn shown(&self, name: &str) -> String {
        self.shown.join(name).display().to_string()
    }
}

/// One generated server with the addresses it will have.
struct Host<'p> {
    crates: &'p HostCrates,
    addresses: Vec<Address<'p>>,
    server_settings: PathBuf,
    client_settings: PathBuf,
}

impl<'p> Host<'p> {
    fn new(crates: &'p HostCrates, folders: &Folders) -> anyhow::Result<Self> {
        let addresses = addresses(crates)?;
        let server_settings = folders.root.join(format!("{}-server.toml", crates.name));
        let client_settings = folders.root.join(format!("{}-client.toml", crates.name));
        replace(&server_settings, deployment::server_settings(&addresses, "certs").as_bytes(), None)?;
        replace(&client_settings, deployment::client_settings(&addresses, "certs", USER).as_bytes(), None)?;
        Ok(Self { crates, addresses, server_settings, client_settings })
    }

    /// Starts the server, calls it as its client does, and tries to get in where nobody must.
    fn prove(&self, folders: &Folders, target: &Path, password: &str, terminal: Terminal) -> anyhow::Result<bool> {
        let name = &self.crates.name;
        step(terminal, "6", &format!("The server and its client: {name}-server, {name}-client"));
        let program = target.join(format!("{name}-server{}", std::env::consts::EXE_SUFFIX));
        if self.addresses.iter().any(|address| address.listener.takes_passwords()) {
            let line = hash_password(&program, password)?;
            replace(&folders.certs.join("passwords"), line.as_bytes(), Some(0o600))?;
        }
        let log = folders.root.join(format!("{name}-server.log"));
        // The sample's bodies write a line into this file for each call that reaches them.
        let calls = folders.root.join("calls.log");
        File::create(&calls)?;
        let mut command = Command::new(&program);
        let mut server = Running::start(command.arg("--settings").arg(&self.server_settings).env("HARBOUR_CALLS", &calls), &log)?;
        for address in &self.addresses {
            server.wait_for(address.socket, &log)?;
        }
        let answered = self.call(target, terminal)?;
        let ran = fs::read_to_string(&calls)?.lines().count();

        step(terminal, "7", "And those who must not get in");
        let mut material = verify::material(&folders.certs)?;
        material.password = Some(Password { user: USER.to_owned(), password: password.to_owned() });
        let mut right = true;
        for address in &self.addresses {
            let listener = address.listener;
            let services = listener.services.iter().filter_map(|&at| self.crates.services.get(at));
            let aim = Target {
                address: address.socket.to_string(),
                server_name: deployment::server_name(listener),
                service: services.map(|service| service.full_name.clone()).next().unwrap_or_default(),
                operation: security_probe::NO_OPERATION.to_owned(),
                timeout: ATTEMPT,
            };
            let rows = security_probe::probe_blocking(&aim, &material, &listener.plan)?;
            let (verdict, good) = attacks::verdict(&rows);
            right &= good;
            terminal.result(&format!(
                "\n{STRONG}{}{STRONG:#}: {}\n{}  {verdict}\n",
                listener.name,
                listener.plan.summary(),
                attacks::table(&rows, terminal.width())
            ))?;
        }
        let after = fs::read_to_string(&calls)?.lines().count();
        let style = if after == ran { GOOD } else { BAD };
        terminal.result(&format!(
            "\noperations that ran: {ran} for the client, {style}{} for those who tried{style:#}\n",
            after.saturating_sub(ran)
        ))?;
        Ok(answered && right && after == ran)
    }

    /// Runs the client's example and shows what it printed.
    fn call(&self, target: &Path, terminal: Terminal) -> anyhow::Result<bool> {
        let program = target.join("examples").join(format!("call{}", std::env::consts::EXE_SUFFIX));
        let variable = format!("{}_CLIENT_SETTINGS", self.crates.name.to_uppercase().replace('-', "_"));
        let child = Command::new(program).env(variable, &self.client_settings).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = Guard(child.context("the client cannot be started")?);
        let mut out = child.0.stdout.take().context("the client has no output")?;
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            text
        });
        let status = wait(&mut child.0, CALL, "the client")?;
        let text = reader.join().unwrap_or_default();
        terminal.result(&text)?;
        if !status {
            terminal.problem(format_args!("{BAD}The client was not content with an answer.{BAD:#}"));
        }
        Ok(status)
    }
}

/// Addresses on loopback that are free now, one for each listener; all are held until all are found.
fn addresses(crates: &HostCrates) -> anyhow::Result<Vec<Address<'_>>> {
    let held: Vec<(&Listener, TcpListener)> = crates
        .listeners
        .iter()
        .map(|listener| Ok((listener, TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port on loopback")?)))
        .collect::<anyhow::Result<_>>()?;
    held.iter().map(|(listener, held)| Ok(Address { listener, socket: held.local_addr()? })).collect()
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Builds the workspace and returns the folder with the programs.
fn build(folders: &Folders, offline: bool) -> anyhow::Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--bins", "--examples"]).current_dir(&folders.grpc).stdin(Stdio::null()).stdout(Stdio::null());
    // Minutes of silence look like a hang; a log has no use for the progress.
    if !io::stderr().is_terminal() {
        command.arg("--quiet");
    }
    if offline {
        command.arg("--offline");
    }
    let mut child = Guard(command.spawn().context("cargo cannot be started")?);
    ensure!(wait(&mut child.0, BUILD, "cargo build")?, "the generated crates do not build: this is a bug");
    let metadata = cargo().args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(&folders.grpc).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).context("cargo metadata gave nothing")?;
    let target = metadata.get("target_directory").and_then(serde_json::Value::as_str).context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join("debug"))
}

fn hash_password(program: &Path, password: &str) -> anyhow::Result<String> {
    let child = Command::new(program).args(["--hash-password", USER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.context("the server cannot be started")?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(format!("{password}\n").as_bytes())?;
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the server could not hash a password");
    Ok(String::from_utf8(output.stdout)?)
}

/// A process that does not outlive the demo.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Running(Guard);

impl Running {
    fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = File::create(log)?;
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn().context("the server cannot be started")?;
        Ok(Self(Guard(child)))
    }

    fn wait_for(&mut self, address: SocketAddr, log: &Path) -> anyhow::Result<()> {
        let started = Instant::now();
        while started.elapsed() < START {
            if self.0.0.try_wait()?.is_some() {
                let said = fs::read_to_string(log).unwrap_or_default();
                bail!("the server ended at once and said:\n{said}");
            }
            if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the server did not listen within {} s", START.as_secs())
    }
}

/// Waits for a process, and ends it when it takes too long. Whether it succeeded.
fn wait(child: &mut Child, most: Duration, what: &str) -> anyhow::Result<bool> {
    let started = Instant::now();
    while started.elapsed() < most {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("{what} took more than {} s and was ended", most.as_secs())
}

fn say_where(folders: &Folders, terminal: Terminal) {
    terminal.message(format_args!("\nAll of it is there to look at; server and client were ended."));
    for (name, what) in [
        ("grpc/MIGRATION.md", "what was decided and why, and what was lost"),
        ("grpc/harbour-host-server/src/generated/tls.rs", "the decisions about TLS, with their reasons"),
        ("grpc/harbour-host-server/src/services", "the bodies, which are yours"),
        ("harbour-host-server.log", "what the server said of those it refused"),
    ] {
        if folders.root.join(name).exists() {
            terminal.message(format_args!("  {:<58} {DIM}{what}{DIM:#}", folders.shown(name)));
        }
    }
    terminal.message(format_args!("\nNext: {STRONG}cd {} && cargo test{STRONG:#}", folders.shown("grpc")));
}
