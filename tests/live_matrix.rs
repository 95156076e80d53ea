//! Every shape of plan, generated into one server, started and tried by every kind of peer.
//!
//! Shapes are enumerated from the plan's types: a new variant does not compile here until it is placed. The crates are made by
//! `plan_crates` and `render` as in a real run, and compiled once.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tonic_codegen::ContractPolicy;
use wcf_contract::{Options, SourceText};
use wcf_diagnostics::{FileId, Files, Findings, SourceFile, Span, Subject};
use wcf_security::plan::{
    AuthorizationPlan, BearerPlan, CallerCredential, CertificateTrust, ChannelPlan, ClearText, ClientCertificates, EndpointPlan, Exposure,
    HostPlan, LimitsPlan, MigrationPlan, PasswordCheck, PlannedEndpoint, Revocation, ServerIdentity, TlsPlan, TlsVersions, TransportPlan,
    TrustAnchors,
};
use wcf_security::reason::{DecidedBy, Decision, Reason, Rule};

static RULE: Rule = Rule { id: "some-rule", summary: "What the source says is kept.", why: "", reference: "" };

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

fn decision<T>(chosen: T) -> Decision<T> {
    let decided_by = DecidedBy::Written { file: "web.config".to_owned(), element: "binding \"quay\"".to_owned() };
    let reason = Reason { setting: "security.mode".to_owned(), value: "Transport".to_owned(), decided_by, span: None };
    Decision { chosen, rule: &RULE, because: vec![reason] }
}

// ---- the shapes -------------------------------------------------------------------------------------------------

fn trusts() -> Vec<CertificateTrust> {
    let anchors = [
        TrustAnchors::Authorities,
        TrustAnchors::PinnedCertificates,
        TrustAnchors::AuthoritiesOrPinned,
        TrustAnchors::CustomVerifier,
        TrustAnchors::AcceptAnyCertificate,
    ];
    let with = |anchors| [Revocation::NotChecked, Revocation::Lists].map(|revocation| CertificateTrust { anchors, revocation });
    anchors.into_iter().flat_map(with).collect()
}

fn basic() -> CallerCredential {
    CallerCredential::Basic(PasswordCheck::Custom("Quay.Validator".to_owned()))
}

fn bearer() -> CallerCredential {
    CallerCredential::Bearer(BearerPlan { issuer: None, audience: None })
}

/// Every transport with every set of callers that can be asked for over it.
fn sides() -> Vec<(TransportPlan, Vec<CallerCredential>)> {
    let mut sides = Vec::new();
    for versions in [TlsVersions::Tls12AndTls13, TlsVersions::OnlyTls12, TlsVersions::OnlyTls13] {
        let tls = |certificates| {
            TransportPlan::Tls(TlsPlan {
                versions: decision(versions),
                prefer_256_bit: versions == TlsVersions::OnlyTls12,
                client_certificates: decision(certificates),
            })
        };
        for callers in [vec![], vec![basic()], vec![bearer()], vec![CallerCredential::Kerberos]] {
            sides.push((tls(ClientCertificates::NotRequested), callers));
        }
        for trust in trusts() {
            for more in [None, Some(basic()), Some(bearer())] {
                let callers = std::iter::once(CallerCredential::ClientCertificate).chain(more).collect();
                sides.push((tls(ClientCertificates::Required(trust)), callers));
            }
        }
    }
    for callers in [vec![], vec![CallerCredential::LocalPeer], vec![basic()]] {
        sides.push((TransportPlan::LocalSocket, callers));
    }
    for why in [ClearText::Loopback, ClearText::Mesh, ClearText::EncryptedOverlay] {
        for callers in [vec![], vec![basic()], vec![bearer()]] {
            sides.push((TransportPlan::ClearText(why), callers));
        }
    }
    sides
}

fn shapes() -> Vec<PlannedEndpoint> {
    let trusts = trusts();
    let shape = |(at, (transport, callers)): (usize, (TransportPlan, Vec<CallerCredential>))| PlannedEndpoint {
        transport: decision(transport),
        callers: decision(callers),
        authorization: AuthorizationPlan::default(),
        server_identity: decision(ServerIdentity { exported_from: None, dns_name: None }),
        channel: ChannelPlan {
            server_trust: decision(trusts[at % trusts.len()]),
            expected_server_name: None,
            client_certificate_from: None,
        },
        limits: LimitsPlan {
            max_request_bytes: decision(65_536),
            max_response_bytes: decision(65_536),
            deadline_ms: (at % 2 == 0).then(|| decision(30_000)),
            connect_timeout_ms: (at % 3 == 0).then(|| decision(10_000)),
            idle_ms: (at % 5 == 0).then(|| decision(1_200_000)),
            max_concurrent_calls: (at % 2 == 1).then(|| decision(64)),
            max_connections: (at % 7 == 0).then(|| decision(100)),
            gzip: at % 4 == 3,
            streamed: false,
        },
        reflection: at % 3 == 1,
        grpc_web: at % 3 == 2,
        guarantees: Vec::new(),
        losses: Vec::new(),
    };
    sides().into_iter().enumerate().map(shape).collect()
}

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

fn generate(folder: &Path) {
    let mut files = Files::default();
    let config = files.add(SourceFile::new("web.config", "<configuration/>"));
    let source = files.add(SourceFile::new("Gate.cs", CONTRACT));
    let (contracts, _) = wcf_contract::read_csharp(&[SourceText { file: source, text: CONTRACT }], &Options::default());
    let migration = migration(config);
    let (crates, _) = tonic_codegen::plan_crates(&migration, &contracts, None, &ContractPolicy::default(), &files);
    assert_eq!(crates.hosts[0].listeners.len(), shapes().len(), "each shape is a listener of its own");
    for (path, file) in tonic_codegen::render(&crates, &migration, &Findings::new(), &files).files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        // What has not changed keeps its time, so that cargo has nothing to do.
        if fs::read_to_string(&path).ok().as_ref() != Some(&file.contents) {
            fs::write(path, file.contents).expect("a file can be written");
        }
    }
}

#[test]
fn every_shape_compiles() {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder: PathBuf = temporary.join("live-matrix");
    generate(&folder);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--workspace", "--bins"]).current_dir(&folder).env("CARGO_TARGET_DIR", temporary.with_file_name("generated"));
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
