//! The probe against servers on loopback: one that refuses as its plan says, and ones with a hole each, which must be found.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use security_probe::{Attempt, Identity, Material, NO_OPERATION, Observed, Password, RefusedBy, Row, Target, Verdict, probe};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wcf_security::plan::{
    AuthorizationPlan, CallerCredential, CertificateFiles, CertificateTrust, ChannelPlan, ClientCertificates, LimitsPlan, PasswordCheck,
    PlannedEndpoint, Revocation, ServerIdentity, TlsPlan, TlsVersions, TransportPlan, TrustAnchors, UnknownServerNames,
};
use wcf_security::reason::{Decision, Rule};

static RULE: Rule = Rule { id: "test", level: wcf_diagnostics::Level::Note, summary: "", why: "", reference: "" };

fn decided<T>(chosen: T) -> Decision<T> {
    Decision { chosen, rule: &RULE, because: Vec::new() }
}

fn plan(certificates: bool, password: bool) -> PlannedEndpoint {
    let trust = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::NotChecked };
    let mut callers = Vec::new();
    if certificates {
        callers.push(CallerCredential::ClientCertificate);
    }
    if password {
        callers.push(CallerCredential::Basic(PasswordCheck::WindowsAccounts));
    }
    PlannedEndpoint {
        transport: decided(TransportPlan::Tls(TlsPlan {
            versions: decided(TlsVersions::Tls12AndTls13),
            prefer_256_bit: false,
            client_certificates: decided(if certificates { ClientCertificates::Required(trust) } else { ClientCertificates::NotRequested }),
        })),
        callers: decided(callers),
        authorization: AuthorizationPlan::default(),
        server_identity: decided(ServerIdentity { exported_from: None, dns_name: None }),
        channel: ChannelPlan { server_trust: decided(trust), expected_server_name: None, client_certificate_from: None },
        limits: LimitsPlan {
            max_request_bytes: decided(65536),
            max_response_bytes: decided(65536),
            deadline_ms: None,
            connect_timeout_ms: None,
            idle_ms: None,
            max_concurrent_calls: None,
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
    }
}

struct Authority {
    pem: String,
    key_pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CommonName, "test authority");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self { pem: parameters.self_signed(&key).unwrap().pem(), key_pem: key.serialize_pem() }
    }

    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Identity {
        let issuer = Issuer::from_ca_cert_pem(&self.pem, KeyPair::from_pem(&self.key_pem).unwrap()).unwrap();
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        Identity { certificates: parameters.signed_by(&key, &issuer).unwrap().pem(), key: key.serialize_pem() }
    }
}

/// What a server asks of its callers.
#[derive(Clone, Copy)]
struct Server {
    certificate: bool,
    password: bool,
}

/// Runs a server for as long as the test's runtime lives.
async fn serve(server: Server, authority: &Authority) -> (String, Arc<AtomicUsize>) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let identity = authority.issue("localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let builder = if server.certificate {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
        builder.with_client_cert_verifier(WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let chain = vec![CertificateDer::from_pem_slice(identity.certificates.as_bytes()).unwrap()];
    let mut configuration = builder.with_single_cert(chain, PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap()).unwrap();
    configuration.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(configuration));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let let_in = Arc::new(AtomicUsize::new(0));
    let counter = let_in.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, counter) = (acceptor.clone(), counter.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream, server, &counter).await;
                }
            });
        }
    });
    (address, let_in)
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: S, server: Server, counter: &AtomicUsize) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        // "agent:secret" in Basic.
        let known = request.headers().get("authorization").is_some_and(|value| value == "Basic YWdlbnQ6c2VjcmV0");
        let status = if server.password && !known {
            "16"
        } else {
            counter.fetch_add(1, Ordering::SeqCst);
            "12"
        };
        let response = http::Response::builder().header("content-type", "application/grpc").header("grpc-status", status);
        let _ = respond.send_response(response.body(()).unwrap(), true);
    }
}

async fn rows(server: Server, plan: &PlannedEndpoint) -> (Vec<Row>, usize) {
    let authority = Authority::new();
    let (address, let_in) = serve(server, &authority).await;
    let target = Target {
        address,
        server_name: "localhost".into(),
        service: "a.v1.B".into(),
        operation: NO_OPERATION.into(),
        timeout: Duration::from_secs(5),
    };
    let material = Material {
        authorities: Some(authority.pem.clone()),
        client: Some(authority.issue("someone.example", ExtendedKeyUsagePurpose::ClientAuth)),
        issuer: Some(Identity { certificates: authority.pem.clone(), key: authority.key_pem.clone() }),
        revoked: None,
        password: Some(Password { user: "agent".into(), password: "secret".into() }),
        token: None,
        token_key: None,
        ticket: None,
    };
    let rows = probe(&target, &material, plan).await;
    (rows, let_in.load(Ordering::SeqCst))
}

fn wrong(rows: &[Row]) -> Vec<Attempt> {
    rows.iter().filter(|row| row.verdict() != Verdict::Right).map(|row| row.attempt).collect()
}

#[tokio::test]
async fn a_server_that_does_as_planned_is_right_in_every_row() {
    let server = Server { certificate: true, password: true };
    let (rows, let_in) = rows(server, &plan(true, true)).await;
    assert_eq!(wrong(&rows), [], "{rows:#?}");
    assert_eq!(rows.len(), 18);
    assert_eq!(let_in, 3, "only the matching client was let in, and it with each version of TLS alone");
    let by = |attempt| match &rows.iter().find(|row| row.attempt == attempt).unwrap().observed {
        Observed::Refused { by, reason } => (*by, reason.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(by(Attempt::NoCertificate), (RefusedBy::Handshake, "certificate required".to_owned()));
    assert_eq!(by(Attempt::ExpiredCertificate), (RefusedBy::Handshake, "certificate expired".to_owned()));
    assert_eq!(by(Attempt::CertificateOfUnknownAuthority), (RefusedBy::Handshake, "unknown authority".to_owned()));
    assert_eq!(by(Attempt::WrongServerName), (RefusedBy::Client, "the server's certificate is for another name".to_owned()));
    assert_eq!(by(Attempt::PlainText).0, RefusedBy::Connection);
    assert_eq!(by(Attempt::WrongPassword), (RefusedBy::Status, "UNAUTHENTICATED".to_owned()));
}

#[tokio::test]
async fn a_server_that_asks_for_no_certificate_is_found_out() {
    let (rows, _) = rows(Server { certificate: false, password: true }, &plan(true, true)).await;
    let holes = wrong(&rows);
    for attempt in
        [Attempt::NoCertificate, Attempt::CertificateOfUnknownAuthority, Attempt::ExpiredCertificate, Attempt::CertificateForServers]
    {
        assert!(holes.contains(&attempt), "{attempt}: {rows:#?}");
    }
}

#[tokio::test]
async fn a_server_that_checks_no_password_is_found_out() {
    let (rows, _) = rows(Server { certificate: false, password: false }, &plan(false, true)).await;
    assert_eq!(
        wrong(&rows),
        [Attempt::NoCredentials, Attempt::WrongPassword, Attempt::EmptyPassword, Attempt::UnknownUser, Attempt::MalformedCredentials]
    );
}

#[tokio::test]
async fn a_server_that_refuses_everybody_is_found_out() {
    let (rows, let_in) = rows(Server { certificate: true, password: false }, &plan(false, false)).await;
    assert_eq!(wrong(&rows), [Attempt::Matching, Attempt::OnlyTls12, Attempt::OnlyTls13]);
    assert_eq!(let_in, 0);
}

#[tokio::test]
async fn what_cannot_be_tried_or_reached_is_not_called_right() {
    let target = Target {
        address: "127.0.0.1:1".into(),
        server_name: "localhost".into(),
        service: "a.v1.B".into(),
        operation: NO_OPERATION.into(),
        timeout: Duration::from_secs(5),
    };
    let rows = probe(&target, &Material::default(), &plan(true, true)).await;
    assert!(rows.iter().all(|row| row.verdict() != Verdict::Right), "{rows:#?}");
    assert!(rows.iter().any(|row| row.verdict() == Verdict::NotTried));
    assert!(rows.iter().any(|row| row.verdict() == Verdict::Wrong));
}
