//! Every distinct shape of plan, enumerated from the plan's types.
//!
//! What follows a variant is said by a `match` without a wildcard: a new variant does not compile here until it has a place.

use std::iter::successors;

use wcf_security::plan::{
    AuthorizationPlan, BearerPlan, CallerCredential, CertificateFiles, CertificateTrust, ChannelPlan, ClearText, ClientCertificates,
    LimitsPlan, PasswordCheck, PlannedEndpoint, Revocation, ServerIdentity, TlsPlan, TlsVersions, TransportPlan, TrustAnchors,
    UnknownServerNames,
};
use wcf_security::reason::{DecidedBy, Decision, Reason, Rule};

static RULE: Rule =
    Rule { id: "some-rule", level: wcf_diagnostics::Level::Note, summary: "What the source says is kept.", why: "", reference: "" };

fn decision<T>(chosen: T) -> Decision<T> {
    let decided_by = DecidedBy::Written { file: "web.config".to_owned(), element: "binding \"quay\"".to_owned() };
    let reason = Reason { setting: "security.mode".to_owned(), value: "Transport".to_owned(), decided_by, span: None };
    Decision { chosen, rule: &RULE, because: vec![reason] }
}

fn versions() -> impl Iterator<Item = TlsVersions> {
    successors(Some(TlsVersions::Tls12AndTls13), |versions| match versions {
        TlsVersions::Tls12AndTls13 => Some(TlsVersions::OnlyTls12),
        TlsVersions::OnlyTls12 => Some(TlsVersions::OnlyTls13),
        TlsVersions::OnlyTls13 => None,
    })
}

fn anchors() -> impl Iterator<Item = TrustAnchors> {
    successors(Some(TrustAnchors::Authorities), |anchors| match anchors {
        TrustAnchors::Authorities => Some(TrustAnchors::PinnedCertificates),
        TrustAnchors::PinnedCertificates => Some(TrustAnchors::AuthoritiesOrPinned),
        TrustAnchors::AuthoritiesOrPinned => Some(TrustAnchors::CustomVerifier),
        TrustAnchors::CustomVerifier => Some(TrustAnchors::AcceptAnyCertificate),
        TrustAnchors::AcceptAnyCertificate => None,
    })
}

fn trusts() -> Vec<CertificateTrust> {
    let revocations = || {
        successors(Some(Revocation::NotChecked), |revocation| match revocation {
            Revocation::NotChecked => Some(Revocation::Lists),
            Revocation::Lists => None,
        })
    };
    anchors().flat_map(|anchors| revocations().map(move |revocation| CertificateTrust { anchors, revocation })).collect()
}

fn certificates() -> Vec<ClientCertificates> {
    let required = trusts().into_iter().map(ClientCertificates::Required);
    let all: Vec<_> = std::iter::once(ClientCertificates::NotRequested).chain(required).collect();
    for one in &all {
        match one {
            ClientCertificates::NotRequested | ClientCertificates::Required(_) => {}
        }
    }
    all
}

/// What a caller may have to show beside the certificate of the TLS layer, or instead of it.
fn credentials() -> impl Iterator<Item = CallerCredential> {
    let bearer = || CallerCredential::Bearer(BearerPlan { issuer: None, audience: None });
    successors(Some(CallerCredential::Basic(PasswordCheck::Custom("Quay.Validator".to_owned()))), move |credential| match credential {
        CallerCredential::Basic(check) => match check {
            PasswordCheck::Custom(_) => Some(CallerCredential::Basic(PasswordCheck::WindowsAccounts)),
            PasswordCheck::WindowsAccounts => Some(CallerCredential::Basic(PasswordCheck::MembershipProvider("Quay.Members".to_owned()))),
            PasswordCheck::MembershipProvider(_) => Some(bearer()),
        },
        CallerCredential::Bearer(_) => Some(CallerCredential::Kerberos),
        CallerCredential::Kerberos => Some(CallerCredential::LocalPeer),
        CallerCredential::LocalPeer => Some(CallerCredential::ClientCertificate),
        CallerCredential::ClientCertificate => None,
    })
}

fn transports() -> Vec<TransportPlan> {
    let mut transports = Vec::new();
    for versions in versions() {
        for certificates in certificates() {
            transports.push(TransportPlan::Tls(TlsPlan {
                versions: decision(versions),
                prefer_256_bit: versions == TlsVersions::OnlyTls12,
                client_certificates: decision(certificates),
            }));
        }
    }
    transports.push(TransportPlan::LocalSocket);
    let clear_text = successors(Some(ClearText::Loopback), |why| match why {
        ClearText::Loopback => Some(ClearText::Mesh),
        ClearText::Mesh => Some(ClearText::EncryptedOverlay),
        ClearText::EncryptedOverlay => None,
    });
    transports.extend(clear_text.map(TransportPlan::ClearText));
    for transport in &transports {
        match transport {
            TransportPlan::Tls(_) | TransportPlan::LocalSocket | TransportPlan::ClearText(_) => {}
        }
    }
    transports
}

/// Whether the mapping can ask for these credentials over this transport. The certificate comes with the transport.
fn can_be_asked_for(transport: &TransportPlan, credential: &CallerCredential) -> bool {
    match (transport, credential) {
        // There by the transport itself, or by none.
        (_, CallerCredential::ClientCertificate) => false,
        // Who checks a password is no shape of its own: the server asks one trait.
        (_, CallerCredential::Basic(PasswordCheck::WindowsAccounts | PasswordCheck::MembershipProvider(_))) => false,
        (TransportPlan::Tls(tls), CallerCredential::Kerberos) => tls.client_certificates.chosen == ClientCertificates::NotRequested,
        (TransportPlan::LocalSocket, CallerCredential::LocalPeer) => true,
        (TransportPlan::Tls(_) | TransportPlan::ClearText(_), CallerCredential::LocalPeer) => false,
        // Tokens and tickets replace Windows identities between machines; on one machine the peer's own does.
        (TransportPlan::LocalSocket, CallerCredential::Bearer(_) | CallerCredential::Kerberos) => false,
        (TransportPlan::ClearText(_), CallerCredential::Kerberos) => false,
        (
            TransportPlan::Tls(_) | TransportPlan::LocalSocket | TransportPlan::ClearText(_),
            CallerCredential::Basic(PasswordCheck::Custom(_)),
        )
        | (TransportPlan::Tls(_) | TransportPlan::ClearText(_), CallerCredential::Bearer(_)) => true,
    }
}

/// Every transport with every set of callers that can be asked for over it.
fn sides() -> Vec<(TransportPlan, Vec<CallerCredential>)> {
    let mut sides = Vec::new();
    for transport in transports() {
        let base = match &transport {
            TransportPlan::Tls(TlsPlan { client_certificates, .. }) => match client_certificates.chosen {
                ClientCertificates::Required(_) => vec![CallerCredential::ClientCertificate],
                ClientCertificates::NotRequested => Vec::new(),
            },
            TransportPlan::LocalSocket | TransportPlan::ClearText(_) => Vec::new(),
        };
        let more = credentials().filter(|credential| can_be_asked_for(&transport, credential)).map(Some);
        for credential in std::iter::once(None).chain(more) {
            sides.push((transport.clone(), base.iter().cloned().chain(credential).collect()));
        }
    }
    sides
}

/// Whether the mapping can plan gRPC-Web: a page has no certificate, ticket or socket of its own.
fn pages_can_call(transport: &TransportPlan, callers: &[CallerCredential]) -> bool {
    let by_transport = match transport {
        TransportPlan::Tls(tls) => tls.client_certificates.chosen == ClientCertificates::NotRequested,
        TransportPlan::ClearText(_) => true,
        TransportPlan::LocalSocket => false,
    };
    by_transport && !callers.contains(&CallerCredential::Kerberos)
}

/// One plan for each shape; the client's trust, limits and extras vary along.
pub fn shapes() -> Vec<PlannedEndpoint> {
    let trusts = trusts();
    let shape = |(at, (transport, callers)): (usize, (TransportPlan, Vec<CallerCredential>))| {
        let grpc_web = pages_can_call(&transport, &callers);
        PlannedEndpoint {
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
                max_pending_connections: (at % 5 == 0).then(|| decision(50)),
                listen_backlog: (at % 3 == 0).then(|| decision(200)),
                gzip: at % 4 == 3,
                streamed: false,
            },
            reflection: at % 3 == 1,
            grpc_web: grpc_web && at % 3 != 1,
            browser_origins: Vec::new(),
            certificate_files: CertificateFiles::Pem,
            unknown_server_names: UnknownServerNames::Refuse,
            guarantees: Vec::new(),
            losses: Vec::new(),
        }
    };
    sides().into_iter().enumerate().map(shape).collect()
}
