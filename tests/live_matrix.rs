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

#[path = "mapping/combinations.rs"]
#[allow(dead_code, reason = "the tests of the mapping use the rest")]
mod combinations;
#[path = "live/foreign.rs"]
mod foreign;
#[path = "mapping/matrix.rs"]
#[allow(dead_code, reason = "the tests of the mapping use the rest")]
mod matrix;
#[path = "live/quay.rs"]
mod quay;
#[path = "mapping/road.rs"]
#[allow(dead_code, reason = "the tests of the mapping use the rest")]
mod road;
#[path = "live/shapes.rs"]
mod shapes;
#[path = "live/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use security_probe::{Expected, Identity, Material, Observed, Password, Target, Verdict};
use serde_json::{Value, json};
use tonic_codegen::crate_plan::Listener;
use wcf_security::plan::{CallerCredential, ClientCertificates, Revocation, TransportPlan, TrustAnchors};

use foreign::{ForeignClient, Language};
use quay::{Generated, Hand, PASSWORD, SERVICE, STRANGER, STRANGERS_TICKET, Server, TICKET, USER, refuses_every_ticket, upper};

// ---- what must come of it ---------------------------------------------------------------------------------------

/// What a shape asks of its callers.
#[derive(Clone, Copy)]
struct Asks {
    tls: bool,
    certificate: Option<(TrustAnchors, Revocation)>,
    password: bool,
    token: bool,
    ticket: bool,
    /// Whether the verifier of tickets is still the one that refuses all.
    unwritten: bool,
    /// Whether callers prove anything.
    proves: bool,
    /// Whether operations ask for roles.
    roles: bool,
}

impl Asks {
    fn of(listener: &Listener) -> Self {
        let plan = &listener.plan;
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
            ticket: asks(|credential| matches!(credential, CallerCredential::Kerberos)),
            proves: !listener.is_anonymous(),
            unwritten: refuses_every_ticket(listener),
            roles: !plan.authorization.operations.is_empty(),
        }
    }

    /// Who proves nothing has no role.
    fn anonymous(self) -> bool {
        !self.proves
    }

    /// A server whose check of certificates or tickets is code refuses everybody until that code is written.
    fn matching(self) -> Expected {
        match self.certificate {
            Some((TrustAnchors::CustomVerifier, _)) => Expected::Refused,
            _ if self.unwritten => Expected::Refused,
            _ => Expected::Accepted,
        }
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

fn material(hand: &Hand) -> Material {
    let identity = |name: &str| Identity { certificates: hand.read(&format!("{name}.pem")), key: hand.read(&format!("{name}.key")) };
    Material {
        authorities: Some(hand.read("authority.pem")),
        client: Some(identity("client")),
        issuer: Some(identity("authority")),
        revoked: Some(identity("revoked-client")),
        password: Some(Password { user: USER.to_owned(), password: PASSWORD.to_owned() }),
        token: Some(hand.read("token")),
        token_key: Some(hand.read("issuer.key")),
        ticket: Some(base64(TICKET)),
    }
}

/// RFC 4648, section 4, of a text.
fn base64(text: &str) -> String {
    let mut encoded = tokens::base64_url(text.as_bytes()).replace('-', "+").replace('_', "/");
    while !encoded.len().is_multiple_of(4) {
        encoded.push('=');
    }
    encoded
}

/// Our own hostile clients: everything that `verify` tries, but with an operation that exists; and with another, for which the role
/// is missing, where operations ask for roles.
fn hostile_clients(shape: &Shape<'_>, server: &Server, hand: &Hand, tally: &mut Tally) {
    let asks = shape.asks();
    let operations: &[(&str, &str)] = if asks.roles { &[("Open", ""), ("Close", ", without the role")] } else { &[("Open", "")] };
    for (operation, without) in operations {
        let target = Target {
            address: shape.address.to_owned(),
            server_name: "localhost".to_owned(),
            service: SERVICE.to_owned(),
            operation: (*operation).to_owned(),
            timeout: Duration::from_secs(10),
        };
        // Where whoever comes is refused, by what is not the plan's: a verifier that is not written, a role that is missing.
        let nobody = asks.unwritten || (asks.roles && (asks.anonymous() || !without.is_empty()));
        let before = server.calls();
        let rows = security_probe::probe_blocking(&target, &material(hand), &shape.listener.plan).unwrap();
        let mut ran = 0;
        for row in rows {
            let peer = format!("ours: {}{without}", row.attempt);
            let expected = if nobody { Expected::Refused } else { row.expected };
            match &row.observed {
                Observed::NotTried { why } => tally.not_tried(&format!("{peer}: {why}")),
                // Whoever has no role gets a status; the probe takes every other for an answer of the handler.
                Observed::Accepted { status } => {
                    ran += usize::from(*status == 0);
                    tally.count(&peer, shape.name, expected, true, &format!("status {status}"));
                }
                refused => {
                    tally.count(&peer, shape.name, expected, false, &refused.to_string());
                    // A refusal must be the server's own where it is the server's to refuse.
                    if row.expected == Expected::Refused && row.verdict() == Verdict::Wrong {
                        tally.wrong_refusals.push(format!("{}: {peer}: for another reason: {refused}", shape.name));
                    }
                }
            }
        }
        let reached = server.calls() - before;
        assert_eq!(reached, ran, "{}: handlers ran for calls that were refused", shape.name);
    }
}

fn negotiate(ticket: &str) -> Value {
    json!(format!("Negotiate {}", base64(ticket)))
}

/// Somebody whom the server knows and who has no role. On a local socket that is nobody.
fn stranger(question: &mut Value, hand: &Hand) {
    if question["tls"]["certificate"].is_string() {
        (question["tls"]["certificate"], question["tls"]["key"]) =
            (json!(hand.path("stranger-client.pem")), json!(hand.path("stranger-client.key")));
    }
    if question["basic"].is_object() {
        question["basic"]["user"] = json!(STRANGER);
    }
    if question["bearer"].is_string() {
        question["bearer"] = json!(hand.read("strangers-token"));
    }
    if question["authorization"].is_string() {
        question["authorization"] = negotiate(STRANGERS_TICKET);
    }
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
    if asks.ticket {
        wrong("no ticket", |question, _| question["authorization"] = Value::Null, Refused);
        let forged = |question: &mut Value, _: &Hand| question["authorization"] = negotiate("ticket of nobody");
        wrong("forged ticket", forged, Refused);
        wrong("NTLM", |question, _| question["authorization"] = negotiate("NTLMSSP\0\u{1}\0\0\0"), Refused);
    }
    list
}

fn foreign_client(client: &mut ForeignClient, language: Language, shape: &Shape<'_>, server: &Server, hand: &Hand, tally: &mut Tally) {
    let asks = shape.asks();
    let file = |name: &str| json!(hand.path(name));
    let shown = |name: &str| if asks.certificate.is_some() { file(name) } else { Value::Null };
    let tls = json!({ "roots": file("authority.pem"), "certificate": shown("client.pem"), "key": shown("client.key"), "server_name": "localhost" });
    let right = json!({
        "name": shape.name, "address": shape.address, "service": SERVICE, "method": "Open", "request": {},
        "tls": if asks.tls { tls } else { Value::Null },
        "basic": if asks.password { json!({ "user": USER, "password": PASSWORD }) } else { Value::Null },
        "bearer": if asks.token { json!(hand.read("token")) } else { Value::Null },
        "authorization": if asks.ticket { negotiate(TICKET) } else { Value::Null },
    });
    let mut ask = |name: &str, question: &Value, expected: Expected| {
        let before = server.calls();
        let said = client.ask(question);
        let accepted = said.code == "OK";
        let nobody = asks.unwritten || (asks.roles && asks.anonymous());
        let expected = if nobody { Expected::Refused } else { expected };
        tally.count(&format!("{language:?}: {name}"), shape.name, expected, accepted, &format!("{} {}", said.code, said.details));
        assert_ne!(said.code, "DEADLINE_EXCEEDED", "{}: {name}", shape.name);
        assert_eq!(server.calls() - before, usize::from(accepted), "{}: {name}: handlers ran for calls that were refused", shape.name);
        said.code
    };
    let matching = if asks.roles && asks.anonymous() { Expected::Refused } else { asks.matching() };
    ask("matching client", &right, matching);
    if asks.roles {
        let mut question = right.clone();
        question["method"] = json!("Close");
        let code = ask("without the role of another operation", &question, Expected::Refused);
        assert!(asks.unwritten || code == "PERMISSION_DENIED", "{}: without the role: {code}", shape.name);
        let mut question = right.clone();
        stranger(&mut question, hand);
        if question != right {
            let code = ask("another caller, without the role", &question, Expected::Refused);
            assert!(asks.unwritten || code == "PERMISSION_DENIED", "{}: another caller: {code}", shape.name);
        }
    }
    for ((name, change), expected) in wrongs(asks) {
        let mut question = right.clone();
        change(&mut question, hand);
        ask(name, &question, expected);
    }
}

/// The generated client, once for each thing that can be wrong with its settings, through every listener at once.
fn generated_client(generated: &Generated, shapes: &[Shape<'_>], server: &Server, hand: &Hand, tally: &mut Tally) {
    let runs: [(&str, &[(&str, &str)]); 8] = [
        ("matching client", &[]),
        ("server of an unknown authority", &[("server-authorities", "other.pem"), ("pinned-servers", "client.pem")]),
        ("certificate of a wrong authority", &[("certificate", "other-client.pem"), ("key", "other-client.key")]),
        ("expired certificate", &[("certificate", "expired-client.pem"), ("key", "expired-client.key")]),
        ("wrong password", &[("password", "wrong-password")]),
        ("token of an unknown key", &[("token", "other-token")]),
        ("ticket for another service", &[("service-principal", "HTTP/other.invalid")]),
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
            let clear = shapes.iter().any(|shape| shape.name == listener && !shape.asks().tls);
            let value = match (setting.as_str(), changed) {
                ("server-name", Some(_)) => "other.invalid".into(),
                ("service-principal", Some(value)) => value.into(),
                (_, Some(value)) => file(value),
                ("service-principal", None) => "HTTP/localhost".into(),
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
                // The server runs as the user that the client runs as, which is the default.
                ("server-users", None) => continue,
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
            match expected_of_generated(name, shape.listener) {
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
fn expected_of_generated(run: &str, listener: &Listener) -> Option<Expected> {
    use Expected::{Accepted, Refused};
    let plan = &listener.plan;
    let asks = Asks::of(listener);
    let trust = plan.channel.server_trust.chosen.anchors;
    let stuck = asks.matching() == Refused || asks.roles && asks.anonymous() || asks.tls && trust == TrustAnchors::CustomVerifier;
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
        "ticket for another service" if asks.ticket => Some(Refused),
        _ => None,
    }
}

// ---- the matrix -------------------------------------------------------------------------------------------------

/// A shape, where it listens.
struct Shape<'a> {
    listener: &'a Listener,
    name: &'a str,
    address: &'a str,
}

impl Shape<'_> {
    fn asks(&self) -> Asks {
        Asks::of(self.listener)
    }
}

/// Every plan that the mapping makes of any legal combination of settings, under any policy, has its shape among those tried.
#[test]
fn the_mapping_plans_no_other_shape() {
    let tried: BTreeSet<String> = shapes::shapes().iter().map(shapes::shape_of).collect();
    let policies = [
        "",
        "[security]\nwindows-replacement = \"bearer\"\n",
        "[security]\nwindows-replacement = \"kerberos\"\n",
        "[security]\nwindows-replacement = \"kerberos\"\nuser-names = \"bearer\"\n",
        "[deployment]\nexposure = \"local\"\n",
        "[deployment]\nexposure = \"mesh\"\n[deployment.mesh]\nstrict = true\n",
        "[deployment]\nexposure = \"swarm\"\n[deployment.swarm]\nencrypted-overlay = true\n",
        "[deployment]\nexposure = \"public\"\n",
    ];
    let mut contents: BTreeSet<(&str, String)> = BTreeSet::new();
    for combination in combinations::all() {
        contents.extend(combination.bindings.iter().map(|binding| (*binding, combination.content.clone())));
    }
    for (bindings, cells) in matrix::families() {
        contents.extend(cells.iter().flat_map(|cell| bindings.iter().map(|binding| (*binding, cell.content()))));
    }
    let (mut planned, mut seen, mut other) = (0, BTreeSet::new(), BTreeMap::new());
    let mut look = |outcome: &road::Outcome, from: &dyn Fn() -> String| {
        for endpoint in outcome.plan.hosts.iter().flat_map(|host| host.endpoints.iter().chain(&host.clients)) {
            let Ok(plan) = &endpoint.outcome else { continue };
            planned += 1;
            let shape = shapes::shape_of(plan);
            if !tried.contains(&shape) {
                other.insert(shape.clone(), from());
            }
            seen.insert(shape);
        }
    };
    for policy in policies {
        for (binding, content) in &contents {
            let outcome = road::travel(&[("web.config", &combinations::configuration(binding, content))], &[], Some(policy));
            look(&outcome, &|| format!("{binding} {content} under {policy:?}"));
        }
    }
    // The cases of every rule: validation modes, versions, roles, waivers.
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mapping")).unwrap() {
        let folder = entry.unwrap().path();
        let texts = |extension: &str| -> Vec<(String, String)> {
            let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            let named = files.filter(|path| path.extension().is_some_and(|found| found == extension));
            let read = |path: std::path::PathBuf| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
            };
            let mut texts: Vec<_> = named.map(read).collect();
            texts.sort();
            texts
        };
        let (configs, sources) = (texts("config"), texts("cs"));
        fn pairs(texts: &[(String, String)]) -> Vec<(&str, &str)> {
            texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
        }
        let policy = std::fs::read_to_string(folder.join("wcf2grpc.toml")).ok();
        let outcome = road::travel(&pairs(&configs), &pairs(&sources), policy.as_deref());
        look(&outcome, &|| folder.display().to_string());
    }
    println!(
        "{planned} plans of {} combinations under {} policies have {} shapes, of {} tried",
        contents.len(),
        policies.len(),
        seen.len(),
        tried.len()
    );
    assert!(other.is_empty(), "the live matrix lacks {} shapes: {other:#?}", other.len());
    assert!(planned > 1000 && seen.len() > 12, "{planned} plans, {} shapes", seen.len());
}

#[test]
fn every_shape_lets_in_whom_it_must_and_nobody_else() {
    let started = Instant::now();
    let generated = Generated::build();
    let built = started.elapsed();
    let hand = Hand::make(Path::new(env!("CARGO_TARGET_TMPDIR")).join("live-matrix-run"), &generated.program("quay-server"));
    let server = Server::start(&generated, &hand, &[]);
    let names: Vec<String> = generated.listeners.iter().map(|listener| listener.name.replace('_', "-")).collect();
    let shapes: Vec<Shape<'_>> =
        generated.listeners.iter().zip(&names).map(|(listener, name)| Shape { listener, name, address: &server.addresses[name] }).collect();

    let mut tally = Tally::default();
    let mut times = String::new();
    let mut timed = |what: &str, tally: &mut Tally, action: &mut dyn FnMut(&mut Tally)| {
        let (started, before) = (Instant::now(), tally.attempts);
        action(tally);
        let _ = writeln!(times, "  {what:<22} {:>5} attempts in {:>5.1} s", tally.attempts - before, started.elapsed().as_secs_f64());
    };
    timed("hostile clients", &mut tally, &mut |tally| shapes.iter().for_each(|shape| hostile_clients(shape, &server, &hand, tally)));
    for language in [Language::Python, Language::Node] {
        let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients");
        let Some(mut client) = ForeignClient::start(language, &clients, &generated.folder.join("proto")) else { continue };
        timed(language.name(), &mut tally, &mut |tally| {
            shapes.iter().for_each(|shape| foreign_client(&mut client, language, shape, &server, &hand, tally));
        });
    }
    timed("generated client", &mut tally, &mut |tally| generated_client(&generated, &shapes, &server, &hand, tally));

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
    println!("not tried: {:?}", tally.not_tried);
    let wrong: Vec<_> = tally.wrong_accepts.iter().map(|row| format!("WRONG ACCEPT {row}")).collect();
    let refused = tally.wrong_refusals.iter().map(|row| format!("WRONG REFUSAL {row}"));
    let wrong: Vec<_> = wrong.into_iter().chain(refused).collect();
    assert!(wrong.is_empty(), "{} wrong answers:\n{}", wrong.len(), wrong.iter().take(60).cloned().collect::<Vec<_>>().join("\n"));
}
