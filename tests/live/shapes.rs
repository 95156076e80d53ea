//! Every distinct shape of plan, enumerated from the plan's types.
//!
//! What follows a variant is said by a `match` without a wildcard: a new variant does not compile here until it has a place.

use std::iter::successors;

use wcf_security::plan::{
    AnyOf, AuthorizationPlan, BearerPlan, CallerCredential, CertificateFiles, CertificateTrust, ChannelPlan, ClearText, ClientCertificates,
    LimitsPlan, OperationDemand, PasswordCheck, PlannedEndpoint, Revocation, RoleRequirement, RoleSource, ServerIdentity, TlsPlan,
    TlsVersions, TransportPlan, TrustAnchors, UnknownServerNames,
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
        (TransportPlan::LocalSocket, CallerCredential::LocalPeer) => true,
        (TransportPlan::Tls(_) | TransportPlan::ClearText(_), CallerCredential::LocalPeer) => false,
        // Tokens and tickets replace Windows identities between machines; on one machine the peer's own does.
        (TransportPlan::LocalSocket, CallerCredential::Bearer(_) | CallerCredential::Kerberos) => false,
        (TransportPlan::ClearText(_), CallerCredential::Kerberos) => false,
        (
            TransportPlan::Tls(_) | TransportPlan::LocalSocket | TransportPlan::ClearText(_),
            CallerCredential::Basic(PasswordCheck::Custom(_)),
        )
        | (TransportPlan::Tls(_) | TransportPlan::ClearText(_), CallerCredential::Bearer(_))
        | (TransportPlan::Tls(_), CallerCredential::Kerberos) => true,
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

/// The role that the good caller has, and the one that nobody of ours has.
pub const ROLE: &str = "Masters";
pub const ROLE_OF_NOBODY: &str = "QUAY\\Pilots";

/// Where roles may come from for these callers.
fn role_sources(callers: &[CallerCredential]) -> Vec<RoleSource> {
    let all = successors(Some(RoleSource::File), |source| match source {
        RoleSource::File => Some(RoleSource::TokenClaim("groups".to_owned())),
        RoleSource::TokenClaim(_) => None,
    });
    let has_token = callers.iter().any(|caller| matches!(caller, CallerCredential::Bearer(_)));
    all.filter(|source| has_token || matches!(source, RoleSource::File)).collect()
}

/// `Open` asks for the role that the good caller has, `Close` for that and for one that nobody has.
fn demands(source: RoleSource) -> AuthorizationPlan {
    let of = |role: &str| -> AnyOf { vec![RoleRequirement { role: Some(role.to_owned()), name: None }] };
    let demand = |operation: &str, all_of| decision(OperationDemand { operation: operation.to_owned(), all_of });
    AuthorizationPlan {
        roles_from: Some(decision(source)),
        operations: vec![demand("Open", vec![of(ROLE)]), demand("Close", vec![of(ROLE), of(ROLE_OF_NOBODY)])],
    }
}

/// What of a plan makes its shape, in words: what a peer can tell apart before a handler runs. Every field is named here, so that a
/// new one has to be placed.
pub fn shape_of(plan: &PlannedEndpoint) -> String {
    let PlannedEndpoint {
        transport,
        callers,
        authorization,
        server_identity: _,
        channel: _,
        limits: _,
        reflection: _,
        grpc_web: _,
        browser_origins: _,
        certificate_files: _,
        unknown_server_names: _,
        guarantees: _,
        losses: _,
    } = plan;
    let transport = match &transport.chosen {
        TransportPlan::Tls(TlsPlan { versions, prefer_256_bit: _, client_certificates }) => {
            format!("{:?}, {:?}", versions.chosen, client_certificates.chosen)
        }
        other @ (TransportPlan::LocalSocket | TransportPlan::ClearText(_)) => format!("{other:?}"),
    };
    let mut words: Vec<_> = callers.chosen.iter().map(word).collect();
    words.sort_unstable();
    let AuthorizationPlan { roles_from, operations } = authorization;
    let roles = match roles_from.as_ref().map(|source| &source.chosen) {
        _ if operations.is_empty() => "",
        None => ", roles from nowhere",
        Some(RoleSource::File) => ", roles of a file",
        Some(RoleSource::TokenClaim(_)) => ", roles of a token",
    };
    // The layer that asks for roles sees the caller, whatever the transport.
    if roles.is_empty() { format!("{transport}, {words:?}") } else { format!("{words:?}{roles}") }
}

fn word(caller: &CallerCredential) -> &'static str {
    match caller {
        CallerCredential::ClientCertificate => "certificate",
        CallerCredential::Basic(_) => "password",
        CallerCredential::Bearer(_) => "token",
        CallerCredential::Kerberos => "ticket",
        CallerCredential::LocalPeer => "local peer",
    }
}

/// The shapes with roles: one for each set of callers and source of roles, over the first transport that carries it.
fn with_roles(sides: &[(TransportPlan, Vec<CallerCredential>)]) -> Vec<(TransportPlan, Vec<CallerCredential>, AuthorizationPlan)> {
    let mut seen: Vec<Vec<&str>> = Vec::new();
    let mut list = Vec::new();
    for (transport, callers) in sides {
        let words: Vec<_> = callers.iter().map(word).collect();
        if seen.contains(&words) {
            continue;
        }
        seen.push(words);
        list.extend(role_sources(callers).into_iter().map(|source| (transport.clone(), callers.clone(), demands(source))));
    }
    list
}

/// One plan for each shape; the client's trust, limits and extras vary along.
pub fn shapes() -> Vec<PlannedEndpoint> {
    let trusts = trusts();
    let sides = sides();
    let more = with_roles(&sides);
    let plain = sides.into_iter().map(|(transport, callers)| (transport, callers, AuthorizationPlan::default()));
    let shape = |(at, (transport, callers, authorization)): (usize, (TransportPlan, Vec<CallerCredential>, AuthorizationPlan))| {
        let grpc_web = pages_can_call(&transport, &callers);
        PlannedEndpoint {
            transport: decision(transport),
            callers: decision(callers),
            authorization,
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
    plain.chain(more).enumerate().map(shape).collect()
}
