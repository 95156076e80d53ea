//! A plan in the published shape: every decision with its rule and its reasons.

use std::fmt::Display;

use migration_report as report;
use wcf_diagnostics::Files;
use wcf_security::Decision;
use wcf_security::plan::{
    AnyOf, CallerCredential, CertificateFiles, CertificateTrust, ClearText, ClientCertificates, Exposure, Fate, PlannedEndpoint,
    Revocation, RoleRequirement, RoleSource, ServerIdentity, TlsVersions, TransportPlan, TrustAnchors,
};

use super::reasons;

/// The plan of an endpoint.
pub fn plan(plan: &PlannedEndpoint, exposed: Exposure, files: &Files) -> report::Plan {
    let mut decisions = Decisions { list: Vec::new(), files };
    decisions.add("transport", &plan.transport, |chosen| transport(chosen).to_owned());
    if let TransportPlan::Tls(tls) = &plan.transport.chosen {
        decisions.add("tls-versions", &tls.versions, |chosen| versions(*chosen).to_owned());
        decisions.add("client-certificates", &tls.client_certificates, |chosen| match chosen {
            ClientCertificates::NotRequested => "not-requested".to_owned(),
            ClientCertificates::Required(trusted) => format!("required + {}", trust(trusted)),
        });
    }
    decisions.add("callers", &plan.callers, |chosen| callers(chosen).join(" + "));
    if let Some(from) = &plan.authorization.roles_from {
        decisions.add("roles-from", from, |chosen| match chosen {
            RoleSource::File => "file".to_owned(),
            RoleSource::TokenClaim(claim) => format!("token-claim + {claim}"),
        });
    }
    for demand in &plan.authorization.operations {
        decisions.add("operation-demand", demand, |chosen| {
            let any_of = |group: &AnyOf| group.iter().map(requirement).collect::<Vec<_>>().join(" or ");
            std::iter::once(chosen.operation.clone()).chain(chosen.all_of.iter().map(any_of)).collect::<Vec<_>>().join(" + ")
        });
    }
    decisions.add("server-identity", &plan.server_identity, server_identity);
    decisions.add("server-trust", &plan.channel.server_trust, trust);
    decisions.maybe("expected-server-name", plan.channel.expected_server_name.as_ref());
    let limits = &plan.limits;
    decisions.add("max-request-bytes", &limits.max_request_bytes, ToString::to_string);
    decisions.add("max-response-bytes", &limits.max_response_bytes, ToString::to_string);
    decisions.maybe("deadline-ms", limits.deadline_ms.as_ref());
    decisions.maybe("connect-timeout-ms", limits.connect_timeout_ms.as_ref());
    decisions.maybe("idle-ms", limits.idle_ms.as_ref());
    decisions.maybe("max-concurrent-calls", limits.max_concurrent_calls.as_ref());
    decisions.maybe("max-connections", limits.max_connections.as_ref());
    decisions.maybe("max-pending-connections", limits.max_pending_connections.as_ref());
    decisions.maybe("listen-backlog", limits.listen_backlog.as_ref());
    for guarantee in &plan.guarantees {
        decisions.add("guarantee", guarantee, |chosen| match chosen {
            Fate::Kept => "kept".to_owned(),
            Fate::Replaced => "replaced".to_owned(),
            Fate::NotKept => "not-kept".to_owned(),
        });
    }
    report::Plan {
        exposure: exposure(exposed).to_owned(),
        transport: transport(&plan.transport.chosen).to_owned(),
        callers: callers(&plan.callers.chosen).into_iter().map(str::to_owned).collect(),
        decisions: decisions.list,
        losses: plan.losses.iter().map(|&code| code.to_owned()).collect(),
        reflection: plan.reflection,
        grpc_web: plan.grpc_web,
        browser_origins: plan.browser_origins.clone(),
        certificate_files: match plan.certificate_files {
            CertificateFiles::Pem => "pem",
            CertificateFiles::Pkcs12 => "pkcs12",
        }
        .to_owned(),
    }
}

struct Decisions<'f> {
    list: Vec<report::Decision>,
    files: &'f Files,
}

impl Decisions<'_> {
    fn add<T>(&mut self, topic: &str, decision: &Decision<T>, word: impl FnOnce(&T) -> String) {
        self.list.push(report::Decision {
            topic: topic.to_owned(),
            chosen: word(&decision.chosen),
            rule: decision.rule.id.to_owned(),
            because: reasons(&decision.because, self.files),
        });
    }

    fn maybe<T: Display>(&mut self, topic: &str, decision: Option<&Decision<T>>) {
        if let Some(decision) = decision {
            self.add(topic, decision, ToString::to_string);
        }
    }
}

fn requirement(requirement: &RoleRequirement) -> String {
    match (&requirement.role, &requirement.name) {
        (Some(role), Some(name)) => format!("role {role} and user {name}"),
        (Some(role), None) => format!("role {role}"),
        (None, Some(name)) => format!("user {name}"),
        (None, None) => "any proved caller".to_owned(),
    }
}

const fn exposure(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Internal => "internal",
        Exposure::Public => "public",
        Exposure::Kubernetes => "kubernetes",
        Exposure::Mesh => "mesh",
        Exposure::Swarm => "swarm",
        Exposure::Local => "local",
    }
}

const fn transport(transport: &TransportPlan) -> &'static str {
    match transport {
        TransportPlan::Tls(_) => "tls",
        TransportPlan::LocalSocket => "local-socket",
        TransportPlan::ClearText(ClearText::Loopback) => "clear-text-loopback",
        TransportPlan::ClearText(ClearText::Mesh) => "clear-text-mesh",
        TransportPlan::ClearText(ClearText::EncryptedOverlay) => "clear-text-encrypted-overlay",
    }
}

const fn versions(versions: TlsVersions) -> &'static str {
    match versions {
        TlsVersions::Tls12AndTls13 => "tls-1.2-and-1.3",
        TlsVersions::OnlyTls12 => "only-tls-1.2",
        TlsVersions::OnlyTls13 => "only-tls-1.3",
    }
}

fn trust(trust: &CertificateTrust) -> String {
    let anchors = match trust.anchors {
        TrustAnchors::Authorities => "authorities",
        TrustAnchors::PinnedCertificates => "pinned-certificates",
        TrustAnchors::AuthoritiesOrPinned => "authorities-or-pinned",
        TrustAnchors::CustomVerifier => "custom-verifier",
        TrustAnchors::AcceptAnyCertificate => "accept-any-certificate",
    };
    let revocation = match trust.revocation {
        Revocation::NotChecked => "revocation-not-checked",
        Revocation::Lists => "revocation-lists",
    };
    format!("{anchors} + {revocation}")
}

/// The credentials in words.
pub fn callers(credentials: &[CallerCredential]) -> Vec<&'static str> {
    let word = |credential: &CallerCredential| match credential {
        CallerCredential::ClientCertificate => "client-certificate",
        CallerCredential::Basic(_) => "basic",
        CallerCredential::Bearer(_) => "bearer",
        CallerCredential::Kerberos => "kerberos",
        CallerCredential::LocalPeer => "local-peer",
    };
    credentials.iter().map(word).collect()
}

fn server_identity(identity: &ServerIdentity) -> String {
    let from = identity.exported_from.as_deref().unwrap_or("setting");
    match &identity.dns_name {
        Some(name) => format!("{from} + {name}"),
        None => from.to_owned(),
    }
}
