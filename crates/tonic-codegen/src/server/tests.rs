//! The crates of a host with one listener of each kind, from a plan written by hand.

use std::path::Path;

use wcf_diagnostics::{FileId, Span, Subject};
use wcf_security::plan::{
    AuthorizationPlan, BearerPlan, CallerCredential, CertificateFiles, CertificateTrust, ChannelPlan, ClearText, ClientCertificates,
    EndpointPlan, Exposure, LimitsPlan, PasswordCheck, PlannedEndpoint, Revocation, ServerIdentity, TlsPlan, TlsVersions, TransportPlan,
    TrustAnchors, UnknownServerNames,
};
use wcf_security::reason::{DecidedBy, Decision, Reason, Rule};

use crate::crate_plan::{ByName, GrpcMethod, GrpcService, HostCrates, Listener};
use crate::generated_files::{GeneratedFiles, Ownership};

static RULE: Rule =
    Rule { id: "some-rule", level: wcf_diagnostics::Level::Note, summary: "What the source says is kept.", why: "", reference: "" };

fn decision<T>(chosen: T, setting: &str, value: &str) -> Decision<T> {
    let decided_by = DecidedBy::Written { file: "Harbour.Host/web.config".to_owned(), element: "binding \"terminals\"".to_owned() };
    Decision { chosen, rule: &RULE, because: vec![Reason { setting: setting.to_owned(), value: value.to_owned(), decided_by, span: None }] }
}

pub(super) fn method(name: &str, function: &str) -> GrpcMethod {
    GrpcMethod {
        name: name.to_owned(),
        function: function.to_owned(),
        request: format!("harbour::contracts::v1::{name}Request"),
        response: format!("harbour::contracts::v1::{name}Response"),
        client_streaming: false,
        server_streaming: false,
        operation: format!("{name}(string)"),
        docs: vec!["Does what it says.".to_owned()],
    }
}

pub(super) fn service(name: &str, module: &str, methods: Vec<GrpcMethod>) -> GrpcService {
    GrpcService {
        name: name.to_owned(),
        full_name: format!("harbour.contracts.v1.{name}"),
        module: module.to_owned(),
        package_path: "harbour::contracts::v1".to_owned(),
        server_module: format!("{module}_server"),
        client_module: format!("{module}_client"),
        trait_name: name.to_owned(),
        contract: format!("Harbour.Contracts.I{name}"),
        docs: vec!["What the harbour office does.".to_owned()],
        methods,
        session: None,
    }
}

fn listener(name: &str, port: u16, service: usize, client_certificates: ClientCertificates, callers: Vec<CallerCredential>) -> Listener {
    let tls = TlsPlan {
        versions: decision(TlsVersions::Tls12AndTls13, "security.transport.sslProtocols", "None"),
        prefer_256_bit: false,
        client_certificates: decision(client_certificates, "security.transport.clientCredentialType", "Certificate"),
    };
    let plan = PlannedEndpoint {
        transport: decision(TransportPlan::Tls(tls), "security.mode", "Transport"),
        callers: decision(callers, "security.transport.clientCredentialType", "Certificate"),
        authorization: AuthorizationPlan::default(),
        server_identity: decision(
            ServerIdentity {
                exported_from: Some("FindByThumbprint 5f0d in LocalMachine/My".to_owned()),
                dns_name: Some("berths.harbour.example".to_owned()),
            },
            "serviceCertificate",
            "FindByThumbprint",
        ),
        channel: ChannelPlan {
            server_trust: decision(
                CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists },
                "serviceCertificate.authentication.revocationMode",
                "Online",
            ),
            expected_server_name: Some(decision("berths.harbour.example".to_owned(), "identity.dns", "berths.harbour.example")),
            client_certificate_from: None,
        },
        limits: LimitsPlan {
            max_request_bytes: decision(1_048_576, "maxReceivedMessageSize", "1048576"),
            max_response_bytes: decision(65_536, "maxReceivedMessageSize", "65536"),
            deadline_ms: Some(decision(30_000, "sendTimeout", "00:00:30")),
            connect_timeout_ms: Some(decision(10_000, "openTimeout", "00:00:10")),
            idle_ms: Some(decision(1_200_000, "receiveTimeout", "00:20:00")),
            max_concurrent_calls: Some(decision(64, "maxConcurrentCalls", "64")),
            max_connections: None,
            max_pending_connections: None,
            listen_backlog: None,
            gzip: false,
            streamed: false,
        },
        reflection: false,
        grpc_web: false,
        browser_origins: Vec::new(),
        certificate_files: CertificateFiles::Pem,
        unknown_server_names: UnknownServerNames::Refuse,
        guarantees: Vec::new(),
        losses: Vec::new(),
    };
    let endpoint = EndpointPlan {
        subject: Subject::default(),
        service: "Harbour.Host.Service".to_owned(),
        contract: "Harbour.Contracts.IService".to_owned(),
        address: format!("net.tcp://localhost:{port}/service"),
        port: Some(port),
        span: Span { file: FileId(0), start: 0, end: 0 },
        outcome: Ok(plan.clone()),
    };
    Listener { name: name.to_owned(), port, plan, endpoints: vec![endpoint], services: vec![service], by_name: None }
}

fn harbour() -> HostCrates {
    let certificate = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists };
    let validator = PasswordCheck::Custom("Harbour.Host.AgentPasswordValidator".to_owned());
    HostCrates {
        name: "harbour".to_owned(),
        source: "Harbour.Host/web.config".to_owned(),
        exposure: Exposure::Internal,
        packages: vec!["harbour.contracts.v1".to_owned()],
        services: vec![
            service("ArrivalNotices", "arrival_notices", vec![method("Announce", "announce")]),
            service("BerthPlanning", "berth_planning", vec![method("ReserveBerth", "reserve_berth")]),
            service("CustomsDeclarations", "customs_declarations", vec![method("Declare", "declare")]),
        ],
        listeners: vec![
            listener("arrival_notices", 8080, 0, ClientCertificates::NotRequested, Vec::new()),
            listener("berth_planning", 8081, 1, ClientCertificates::Required(certificate), vec![CallerCredential::ClientCertificate]),
            listener("customs_declarations", 8082, 2, ClientCertificates::NotRequested, vec![CallerCredential::Basic(validator)]),
        ],
        build_script: false,
    }
}

fn add(host: &mut HostCrates, client_certificates: ClientCertificates, callers: Vec<CallerCredential>) {
    let at = host.listeners.len();
    host.listeners.push(listener(&format!("shape_{at}"), 9000, at % 3, client_certificates, callers));
}

/// Every kind of trust on both sides, every credential, every version and transport, in one host.
fn matrix() -> HostCrates {
    let anchors = [
        TrustAnchors::Authorities,
        TrustAnchors::PinnedCertificates,
        TrustAnchors::AuthoritiesOrPinned,
        TrustAnchors::CustomVerifier,
        TrustAnchors::AcceptAnyCertificate,
    ];
    let trusts: Vec<CertificateTrust> = anchors
        .into_iter()
        .flat_map(|anchors| [Revocation::NotChecked, Revocation::Lists].map(|revocation| CertificateTrust { anchors, revocation }))
        .collect();
    let basic = CallerCredential::Basic(PasswordCheck::WindowsAccounts);
    let mut host = harbour();
    host.name = "the-matrix".to_owned();
    host.listeners.clear();
    for trust in &trusts {
        add(&mut host, ClientCertificates::Required(*trust), vec![CallerCredential::ClientCertificate]);
    }
    add(&mut host, ClientCertificates::Required(*trusts.first().unwrap()), vec![CallerCredential::ClientCertificate, basic.clone()]);
    for trust in &trusts {
        // A client's own trust in the server varies with the server's part kept simple.
        add(&mut host, ClientCertificates::NotRequested, Vec::new());
        host.listeners.last_mut().unwrap().plan.channel.server_trust.chosen = *trust;
    }
    let bearer = BearerPlan { issuer: None, audience: None };
    for callers in [vec![basic.clone()], vec![CallerCredential::Bearer(bearer.clone())], vec![CallerCredential::Kerberos, basic]] {
        add(&mut host, ClientCertificates::NotRequested, callers);
    }
    for transport in [TransportPlan::LocalSocket, TransportPlan::ClearText(ClearText::Loopback)] {
        add(&mut host, ClientCertificates::NotRequested, vec![CallerCredential::LocalPeer]);
        host.listeners.last_mut().unwrap().plan.transport.chosen = transport;
    }
    // Three listeners behind one port, and certificates in both kinds of files on both sides.
    for listener in host.listeners.iter_mut().skip(11).take(3) {
        listener.by_name = Some(ByName { owner: "shape_11".to_owned(), name: format!("{}.example", listener.name) });
    }
    for at in [0, 11, 12, 15] {
        host.listeners[at].plan.certificate_files = CertificateFiles::Pkcs12;
    }
    let all_versions = [TlsVersions::Tls12AndTls13, TlsVersions::OnlyTls12, TlsVersions::OnlyTls13];
    for (at, listener) in host.listeners.iter_mut().enumerate() {
        if let TransportPlan::Tls(tls) = &mut listener.plan.transport.chosen {
            tls.versions.chosen = all_versions[at % 3];
            tls.prefer_256_bit = at % 2 == 0;
        }
        (listener.plan.reflection, listener.plan.grpc_web, listener.plan.limits.gzip) = (at == 1, at == 2, at == 3);
        if at % 2 == 0 {
            let limits = &mut listener.plan.limits;
            (limits.deadline_ms, limits.connect_timeout_ms, limits.idle_ms) = (None, None, None);
            (limits.max_concurrent_calls, limits.max_connections) = (None, Some(decision(10, "maxConcurrentSessions", "10")));
        }
    }
    host
}

/// Names of every length, every kind of streaming, messages of another package, and a service on two listeners.
fn shapes() -> HostCrates {
    let mut host = harbour();
    host.name = "zebra-7".to_owned();
    let mut methods = vec![method("A", "a")];
    for length in [8, 20, 30, 40, 50, 60, 80] {
        let name = format!("N{}", "o".repeat(length));
        methods.push(method(&name, &name.to_lowercase()));
    }
    for (client, server) in [(true, false), (false, true), (true, true)] {
        let mut streaming = method(&format!("Stream{client}{server}"), &format!("stream_{client}_{server}"));
        (streaming.client_streaming, streaming.server_streaming) = (client, server);
        methods.push(streaming);
    }
    let mut one_way = method("Notify", "notify");
    "()".clone_into(&mut one_way.response);
    "harbour::other::v1::NotifyRequest".clone_into(&mut one_way.request);
    one_way.docs.clear();
    methods.push(one_way);
    host.services[1].methods = methods;
    host.services[2].methods.clear();
    host.listeners[0].services = vec![0, 1];
    host
}

/// What is written once starts out as rustfmt leaves it, and what is regenerated keeps rustfmt away.
#[test]
fn cargo_fmt_has_nothing_to_do() {
    for host in [harbour(), matrix(), shapes()] {
        let folder = tempfile::tempdir().unwrap();
        write(&rendered(&host), folder.path());
        std::fs::write(folder.path().join("rustfmt.toml"), "").unwrap();
        let roots = ["server/src/lib.rs", "server/src/main.rs", "server/tests/security.rs", "client/src/lib.rs", "client/examples/call.rs"];
        let output = std::process::Command::new("rustfmt")
            .args(["--check", "--edition", "2024"])
            .args(roots.map(|root| folder.path().join(format!("{}-{root}", host.name))))
            .output()
            .unwrap();
        let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{shown}{errors}");
    }
}

fn write(files: &GeneratedFiles, folder: &Path) {
    for (path, file) in &files.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.contents).unwrap();
    }
}

fn rendered(host: &HostCrates) -> GeneratedFiles {
    let mut files = GeneratedFiles::default();
    super::render(host, &mut files);
    crate::client::render(host, &mut files);
    files
}

#[test]
fn every_file_is_what_its_name_says_and_carries_the_mark_if_it_is_ours() {
    for host in [harbour(), matrix(), shapes()] {
        let files = rendered(&host);
        for (path, file) in &files.files {
            if path.ends_with(".rs") {
                syn::parse_file(&file.contents).unwrap_or_else(|error| panic!("{path}: {error}\n{}", file.contents));
            } else {
                file.contents.parse::<toml::Table>().unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            let marked = file.contents.lines().next().is_some_and(|line| line.contains(crate::rust_file::MARK));
            assert_eq!(marked, file.ownership == Ownership::Regenerated, "{path}");
            assert!(!file.contents.contains("\n\n\n"), "{path} has two blank lines");
            assert!(file.contents.lines().all(|line| line.trim_end() == line), "{path} has blanks at a line's end");
        }
        // To build and run the crates by hand, beside a proto crate.
        if let Some(folder) = std::env::var_os("WRITE_CRATES_TO") {
            write(&files, Path::new(&folder));
        }
    }
}
