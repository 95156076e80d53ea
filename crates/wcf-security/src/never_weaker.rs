//! The never-weaker order: source and plan, dimension by dimension. It reads the posture and the configuration itself, not what the
//! rules made of them, so that a wrong rule is found here.
//!
//! End-to-end protection is not compared here: gRPC has none, so its loss is reported by `rules::message_protection` every time.

mod authorization;
#[cfg(test)]
mod property;

use wcf_config::channel_stack::Transport;
use wcf_config::effective::Identity;
use wcf_contract::ContractModel;
use wcf_diagnostics::{Findings, Subject};

use crate::diagnostics::{
    ANONYMOUS_CALLERS, AUTHORIZATION_TO_WRITE, At, BelowSource, WEAKER_AUTHORIZATION, WEAKER_CALLER_PROOF, WEAKER_CERTIFICATE_CHECK,
    WEAKER_IN_TRANSIT, WEAKER_LIMITS, WEAKER_REACH, WEAKER_REVOCATION, WEAKER_SERVER_PROOF, WEAKER_TLS_VERSIONS,
};
use crate::endpoint::{EndpointView, Side};
use crate::plan::{
    CallerCredential, CertificateTrust, ClearText, ClientCertificates, PlannedEndpoint, Revocation, TlsVersions, TransportPlan,
    TrustAnchors,
};
use crate::policy::ServicePolicy;
use crate::posture::{
    Assessed, CallerProof, CallerStrength, Carrier, CertificateCheck, InTransit, Posture, ServerProof, TlsVersion, TrustBasis,
};
use crate::reason::Reason;
use crate::rules::limits::received_size;
use crate::summary;
use wcf_diagnostics::Code;

/// One dimension in which a plan is below its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    /// The dimension.
    pub code: &'static Code,
    /// What the source gave.
    pub source: String,
    /// What the plan gives.
    pub plan: String,
    /// What the source follows from.
    pub because: Vec<Reason>,
}

/// Reports every dimension in which the plan is below its source, unless a rule reported the same dimension under a name of its own.
#[allow(clippy::too_many_arguments, reason = "both sides of the comparison and their surroundings, used once")]
pub(crate) fn judge(
    view: EndpointView<'_>,
    posture: &Posture,
    partner: Option<(EndpointView<'_>, &Posture)>,
    contracts: &ContractModel,
    planned: &PlannedEndpoint,
    policy: &ServicePolicy,
    subject: &Subject,
    findings: &mut Findings,
) {
    // What a rule reported under a name of its own is not told twice.
    let reported = |code: &Code| findings.iter().any(|finding| finding.code.name == code.name);
    let mut told = Vec::new();
    if reported(&ANONYMOUS_CALLERS) {
        told.push(WEAKER_CALLER_PROOF.name);
    }
    if reported(&AUTHORIZATION_TO_WRITE) {
        told.push(WEAKER_AUTHORIZATION.name);
    }
    for below in compare(view, posture, partner, contracts, planned, policy) {
        if told.contains(&below.code.name) {
            continue;
        }
        let at = At { subject, span: view.span(), because: &below.because };
        findings.push(BelowSource { at, code: below.code, source: &below.source, plan: &below.plan });
    }
}

/// Compares a plan with its source. Empty means that the plan lets in no one whom WCF kept out.
#[must_use]
pub fn compare(
    view: EndpointView<'_>,
    posture: &Posture,
    partner: Option<(EndpointView<'_>, &Posture)>,
    contracts: &ContractModel,
    planned: &PlannedEndpoint,
    policy: &ServicePolicy,
) -> Vec<Below> {
    let mut below = authorization::compare(view, posture, contracts, planned, policy);
    let mut found = |code: &'static Code, source: &str, plan: &str, because: &[Reason]| {
        below.push(Below { code, source: source.to_owned(), plan: plan.to_owned(), because: because.to_vec() });
    };
    let transport = &planned.transport.chosen;

    // In transit. "Unknown" may have been as strong as anything.
    if !is_protected(transport, policy) && posture.in_transit.value > InTransit::Clear {
        let words = summary::in_transit_words;
        found(&WEAKER_IN_TRANSIT, words(posture.in_transit.value), words(InTransit::Clear), &posture.in_transit.because);
    }

    // Server proof: a certificate, which no other proof is above, or none.
    if !proves_server(transport, policy) && posture.server_proof.value > ServerProof::Nothing {
        let words = summary::server_words;
        found(&WEAKER_SERVER_PROOF, words(posture.server_proof.value), words(ServerProof::Nothing), &posture.server_proof.because);
    }

    // Caller proof: the strongest of what is demanded together, and at least as many passwords and certificates as before.
    let source: Vec<&Assessed<CallerProof>> =
        [&posture.transport_caller, &posture.message_caller].into_iter().chain(&posture.also_required).collect();
    for proof in &source {
        let strongest = planned
            .callers
            .chosen
            .iter()
            .map(|credential| strength_of(credential, transport, policy))
            .max()
            .unwrap_or(CallerStrength::Nothing);
        let same_kind = match proof.value {
            CallerProof::Certificate => {
                planned.callers.chosen.contains(&CallerCredential::ClientCertificate) && requires_certificate(transport)
            }
            CallerProof::Nothing
            | CallerProof::PasswordInClear
            | CallerProof::DigestInClear
            | CallerProof::WindowsOverClear
            | CallerProof::DigestProtected
            | CallerProof::PasswordProtected
            | CallerProof::WindowsIdentity
            | CallerProof::IssuedToken
            | CallerProof::DecidedByHost => true,
        };
        if strongest < proof.value.strength() || !same_kind {
            let plan = planned.callers.chosen.iter().map(credential_name).collect::<Vec<_>>().join(" and ");
            let plan = if plan.is_empty() { "nothing" } else { plan.as_str() };
            found(&WEAKER_CALLER_PROOF, summary::caller_words(proof.value), plan, &proof.because);
        }
    }
    if source.iter().all(|proof| proof.value != CallerProof::Certificate)
        && planned.callers.chosen.contains(&CallerCredential::ClientCertificate)
        && !requires_certificate(transport)
    {
        found(&WEAKER_CALLER_PROOF, "a proof", "a certificate that the transport does not ask for", &posture.transport_caller.because);
    }
    let is_sent = |proof: &&&Assessed<CallerProof>| match proof.value {
        CallerProof::PasswordInClear
        | CallerProof::PasswordProtected
        | CallerProof::DigestInClear
        | CallerProof::DigestProtected
        | CallerProof::IssuedToken => true,
        CallerProof::Nothing
        | CallerProof::WindowsOverClear
        | CallerProof::WindowsIdentity
        | CallerProof::Certificate
        | CallerProof::DecidedByHost => false,
    };
    let sends_nothing = planned.callers.chosen.iter().all(|credential| match credential {
        CallerCredential::ClientCertificate | CallerCredential::LocalPeer => true,
        CallerCredential::Basic(_) | CallerCredential::Bearer(_) | CallerCredential::Kerberos => false,
    });
    if let (Some(proof), true) = (source.iter().find(is_sent), sends_nothing) {
        found(&WEAKER_CALLER_PROOF, "a password or token", "no password or token", &proof.because);
    }

    // Certificates of callers.
    let service_check = if view.is_client() {
        partner.and_then(|(_, posture)| posture.caller_certificate_check.as_ref())
    } else {
        posture.caller_certificate_check.as_ref()
    };
    if let (TransportPlan::Tls(tls), Some(check)) = (transport, service_check)
        && let ClientCertificates::Required(trust) = tls.client_certificates.chosen
    {
        compare_trust(check, trust, &mut found);
    }
    // Certificates of the server.
    let client_check = if view.is_client() {
        posture.server_certificate_check.as_ref()
    } else {
        partner.and_then(|(_, posture)| posture.server_certificate_check.as_ref())
    };
    if let (TransportPlan::Tls(_), Some(check)) = (transport, client_check) {
        compare_trust(check, planned.channel.server_trust.chosen, &mut found);
    }
    let client_identity = if view.is_client() { view.identity() } else { partner.and_then(|(client, _)| client.identity()) };
    if let (TransportPlan::Tls(_), Some(identity)) = (transport, client_identity) {
        let pinned = matches!(identity.value, Identity::Certificate(_) | Identity::CertificateReference(_));
        let kept = matches!(planned.channel.server_trust.chosen.anchors, TrustAnchors::PinnedCertificates | TrustAnchors::CustomVerifier);
        if pinned && !kept {
            let anchors = summary::anchors_words(planned.channel.server_trust.chosen.anchors);
            found(&WEAKER_CERTIFICATE_CHECK, "exactly the certificate of the identity", anchors, &[]);
        }
    }

    // Versions.
    if let (TransportPlan::Tls(tls), Some(lowest)) = (transport, &posture.lowest_tls) {
        let planned_lowest = match tls.versions.chosen {
            TlsVersions::Tls12AndTls13 | TlsVersions::OnlyTls12 => TlsVersion::Tls12,
            TlsVersions::OnlyTls13 => TlsVersion::Tls13,
        };
        if planned_lowest < lowest.value {
            found(&WEAKER_TLS_VERSIONS, "TLS 1.3 at least", "TLS 1.2", &lowest.because);
        }
    }

    // Limits: each side's own.
    let own = received_size(view).map(|size| size.value);
    let planned_size = if view.is_client() { planned.limits.max_response_bytes.chosen } else { planned.limits.max_request_bytes.chosen };
    if let Some(own) = own
        && planned_size > own
    {
        found(
            &WEAKER_LIMITS,
            &format!("messages up to {own} bytes"),
            &format!("messages up to {planned_size} bytes"),
            &planned.limits.max_request_bytes.because,
        );
    }
    if let Side::Service(service, _) = view.side
        && let Some(throttling) = &service.behavior.throttling
    {
        let limits = [
            ("calls", throttling.max_concurrent_calls.as_ref(), planned.limits.max_concurrent_calls.as_ref()),
            ("connections", throttling.max_concurrent_sessions.as_ref(), planned.limits.max_connections.as_ref()),
        ];
        for (what, source, plan) in limits {
            if let Some(source) = source
                && plan.is_none_or(|plan| plan.chosen > source.value)
            {
                let plan = plan.map_or_else(|| "no limit".to_owned(), |plan| format!("{} {what}", plan.chosen));
                found(&WEAKER_LIMITS, &format!("{} {what}", source.value), &plan, &[]);
            }
        }
    }

    let stream = view.binding().stack.as_ref().ok().and_then(|stack| stack.transport());
    if let (Side::Service(..), Some(Transport::Tcp(stream))) = (view.side, stream) {
        let limits = [
            ("connections that are pending", &stream.max_connections, planned.limits.max_pending_connections.as_ref()),
            ("connections that wait", &stream.listen_backlog, planned.limits.listen_backlog.as_ref()),
        ];
        for (what, source, plan) in limits {
            if source.origin.is_written() && source.value > 0 && plan.is_none_or(|plan| plan.chosen > source.value) {
                let plan = plan.map_or_else(|| "the server's own limit".to_owned(), |plan| format!("{} {what}", plan.chosen));
                found(&WEAKER_LIMITS, &format!("{} {what}", source.value), &plan, &[]);
            }
        }
    }

    // Reach.
    if posture.carrier == Carrier::NamedPipe
        && !matches!(transport, TransportPlan::LocalSocket | TransportPlan::ClearText(ClearText::Loopback))
    {
        found(&WEAKER_REACH, "this machine only", "the network", &posture.in_transit.because);
    }
    below
}

fn compare_trust(
    check: &Assessed<CertificateCheck>,
    trust: CertificateTrust,
    found: &mut impl FnMut(&'static Code, &str, &str, &[Reason]),
) {
    if !admits_no_more(check.value.basis, trust.anchors) {
        found(&WEAKER_CERTIFICATE_CHECK, summary::basis_words(check.value.basis), summary::anchors_words(trust.anchors), &check.because);
    }
    if check.value.revocation && trust.revocation == Revocation::NotChecked {
        found(&WEAKER_REVOCATION, "revocation checked", "revocation not checked", &check.because);
    }
}

/// Whether everything the anchors admit was admitted by the source. Code refuses all until it is written.
const fn admits_no_more(source: TrustBasis, plan: TrustAnchors) -> bool {
    match (source, plan) {
        (_, TrustAnchors::CustomVerifier)
        | (
            TrustBasis::Anything,
            TrustAnchors::Authorities
            | TrustAnchors::PinnedCertificates
            | TrustAnchors::AuthoritiesOrPinned
            | TrustAnchors::AcceptAnyCertificate,
        )
        | (TrustBasis::ChainOrExact, TrustAnchors::Authorities | TrustAnchors::PinnedCertificates | TrustAnchors::AuthoritiesOrPinned)
        | (TrustBasis::Chain, TrustAnchors::Authorities | TrustAnchors::PinnedCertificates)
        | (TrustBasis::Exact, TrustAnchors::PinnedCertificates) => true,
        (TrustBasis::ChainOrExact, TrustAnchors::AcceptAnyCertificate)
        | (TrustBasis::Chain, TrustAnchors::AuthoritiesOrPinned | TrustAnchors::AcceptAnyCertificate)
        | (TrustBasis::Exact, TrustAnchors::Authorities | TrustAnchors::AuthoritiesOrPinned | TrustAnchors::AcceptAnyCertificate)
        | (
            TrustBasis::Code,
            TrustAnchors::Authorities
            | TrustAnchors::PinnedCertificates
            | TrustAnchors::AuthoritiesOrPinned
            | TrustAnchors::AcceptAnyCertificate,
        ) => false,
    }
}

/// Whether nobody on the path reads or changes what a plan sends. A mesh or overlay counts only as what the policy states of it.
const fn is_protected(transport: &TransportPlan, policy: &ServicePolicy) -> bool {
    match transport {
        // A local socket never leaves the machine: the kernel carries it.
        TransportPlan::Tls(_) | TransportPlan::LocalSocket => true,
        TransportPlan::ClearText(ClearText::Loopback) => false,
        TransportPlan::ClearText(ClearText::Mesh) => policy.mesh_strict.value,
        TransportPlan::ClearText(ClearText::EncryptedOverlay) => policy.swarm_encrypted_overlay.value,
    }
}

/// Whether the server proves itself under a plan: a strict mesh proves the workload by certificate, an overlay proves nobody in
/// particular.
const fn proves_server(transport: &TransportPlan, policy: &ServicePolicy) -> bool {
    match transport {
        TransportPlan::Tls(_) | TransportPlan::LocalSocket => true,
        TransportPlan::ClearText(ClearText::Mesh) => policy.mesh_strict.value,
        TransportPlan::ClearText(ClearText::Loopback | ClearText::EncryptedOverlay) => false,
    }
}

const fn strength_of(credential: &CallerCredential, transport: &TransportPlan, policy: &ServicePolicy) -> CallerStrength {
    let protected = is_protected(transport, policy);
    match credential {
        CallerCredential::ClientCertificate | CallerCredential::Kerberos | CallerCredential::LocalPeer => CallerStrength::Strong,
        CallerCredential::Basic(_) if protected => CallerStrength::PasswordProtected,
        CallerCredential::Basic(_) => CallerStrength::PasswordInClear,
        CallerCredential::Bearer(_) if protected => CallerStrength::Strong,
        CallerCredential::Bearer(_) => CallerStrength::PasswordInClear,
    }
}

const fn requires_certificate(transport: &TransportPlan) -> bool {
    match transport {
        TransportPlan::Tls(tls) => matches!(tls.client_certificates.chosen, ClientCertificates::Required(_)),
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => false,
    }
}

const fn credential_name(credential: &CallerCredential) -> &'static str {
    match credential {
        CallerCredential::ClientCertificate => "a client certificate",
        CallerCredential::Basic(_) => "a password",
        CallerCredential::Bearer(_) => "a bearer token",
        CallerCredential::Kerberos => "a Kerberos ticket",
        CallerCredential::LocalPeer => "the local user",
    }
}

#[cfg(test)]
mod tests {
    use wcf_contract::model::ContractModel;
    use wcf_diagnostics::Files;

    use crate::endpoint::EndpointView;
    use crate::policy::{Choices, Chosen, Date, Policy};
    use crate::posture::Posture;

    const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

    /// A client and a service with mutual TLS 1.3, revocation and limits, and the plan of its service.
    fn strict() -> (wcf_config::EffectiveConfig, crate::SecurityPosture, crate::MigrationPlan) {
        use wcf_config::behavior::{CertificateValidationMode, RevocationMode, ServiceBehavior, ServiceThrottling};
        use wcf_config::channel_stack::{SslProtocol, Transport};

        use crate::specimen::{by_default, client_endpoint, host, service, service_endpoint, ssl, stack, stream, validation};

        let tls = || stack(vec![ssl(true, &[SslProtocol::Tls13])], Transport::Tcp(stream()));
        let mut behavior = ServiceBehavior::default();
        behavior.credentials.client_certificate = Some(validation(CertificateValidationMode::PeerTrust, RevocationMode::Online));
        behavior.throttling = Some(ServiceThrottling {
            max_concurrent_calls: Some(by_default(8)),
            max_concurrent_sessions: Some(by_default(9)),
            max_concurrent_instances: None,
        });
        let hosts = vec![host(vec![service(service_endpoint(tls()), behavior)], vec![client_endpoint(tls())])];
        let config = wcf_config::EffectiveConfig { hosts };
        let (contracts, files) = (ContractModel::default(), Files::default());
        let (posture, _) = crate::assess(&config, &contracts, &files);
        let (plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, TODAY);
        (config, posture, plan)
    }

    fn judged(weaken: impl FnOnce(&mut crate::plan::PlannedEndpoint)) -> Vec<&'static str> {
        let (config, posture, mut plan) = strict();
        let host = &config.hosts[0];
        let partner = EndpointView::clients(host).next().zip(posture.hosts[0].clients[0].outcome.as_ref().ok());
        let planned = plan.hosts[0].endpoints[0].outcome.as_mut().unwrap();
        weaken(planned);
        let view = EndpointView::services(host).next().unwrap();
        let own = posture.hosts[0].services[0].outcome.as_ref().unwrap();
        super::compare(view, own, partner, &ContractModel::default(), planned, &Policy::default().for_service("Bank.Transfers"))
            .iter()
            .map(|below| below.code.name)
            .collect()
    }

    fn weaken_tls(planned: &mut crate::plan::PlannedEndpoint, weaken: impl FnOnce(&mut crate::plan::TlsPlan)) {
        let crate::plan::TransportPlan::Tls(tls) = &mut planned.transport.chosen else { unreachable!() };
        weaken(tls);
    }

    #[test]
    fn each_dimension_is_compared() {
        use crate::plan::{CertificateTrust, ClearText, ClientCertificates, Revocation, TlsVersions, TransportPlan, TrustAnchors};

        assert_eq!(judged(|_| {}), [] as [&str; 0]);
        assert_eq!(
            judged(|planned| weaken_tls(planned, |tls| tls.versions.chosen = TlsVersions::Tls12AndTls13)),
            ["wcf-weaker-tls-versions"]
        );
        let trust = |anchors, revocation| ClientCertificates::Required(CertificateTrust { anchors, revocation });
        for anchors in [TrustAnchors::Authorities, TrustAnchors::AuthoritiesOrPinned, TrustAnchors::AcceptAnyCertificate] {
            let codes = judged(|planned| weaken_tls(planned, |tls| tls.client_certificates.chosen = trust(anchors, Revocation::Lists)));
            assert_eq!(codes, ["wcf-weaker-certificate-check"]);
        }
        let codes = judged(|planned| {
            weaken_tls(planned, |tls| tls.client_certificates.chosen = trust(TrustAnchors::PinnedCertificates, Revocation::NotChecked))
        });
        assert_eq!(codes, ["wcf-weaker-revocation"]);
        let codes = judged(|planned| weaken_tls(planned, |tls| tls.client_certificates.chosen = ClientCertificates::NotRequested));
        assert_eq!(codes, ["wcf-weaker-caller-proof"]);
        assert_eq!(judged(|planned| planned.callers.chosen.clear()), ["wcf-weaker-caller-proof"]);
        assert_eq!(judged(|planned| planned.channel.server_trust.chosen.revocation = Revocation::NotChecked), ["wcf-weaker-revocation"]);
        assert_eq!(
            judged(|planned| planned.channel.server_trust.chosen.anchors = TrustAnchors::AcceptAnyCertificate),
            ["wcf-weaker-certificate-check"]
        );
        assert_eq!(judged(|planned| planned.limits.max_request_bytes.chosen += 1), ["wcf-weaker-limits"]);
        assert_eq!(judged(|planned| planned.limits.max_concurrent_calls = None), ["wcf-weaker-limits"]);
        assert_eq!(judged(|planned| planned.limits.max_connections.as_mut().unwrap().chosen = 10), ["wcf-weaker-limits"]);
        for clear in [ClearText::Loopback, ClearText::Mesh, ClearText::EncryptedOverlay] {
            let codes = judged(|planned| planned.transport.chosen = TransportPlan::ClearText(clear));
            assert_eq!(codes, ["wcf-weaker-in-transit", "wcf-weaker-server-proof", "wcf-weaker-caller-proof"]);
        }
    }

    #[test]
    fn a_pipe_must_stay_on_its_machine_and_passwords_must_stay() {
        use wcf_config::channel_stack::{AuthenticationMode, Transport};
        use wcf_config::effective::HttpAuthenticationScheme;

        use crate::specimen::{config, http, message, stack, stream};

        let (contracts, files) = (ContractModel::default(), Files::default());
        let plan_of = |config: &wcf_config::EffectiveConfig| {
            let (posture, _) = crate::assess(config, &contracts, &files);
            let (plan, _) = crate::plan(&posture, config, &contracts, &Policy::default(), &files, TODAY);
            (posture.hosts[0].services[0].outcome.clone().unwrap(), plan.hosts[0].endpoints[0].outcome.clone().unwrap())
        };
        let codes =
            |config: &wcf_config::EffectiveConfig, posture: &Posture, planned: &crate::plan::PlannedEndpoint| -> Vec<&'static str> {
                let view = EndpointView::services(&config.hosts[0]).next().unwrap();
                super::compare(view, posture, None, &ContractModel::default(), planned, &Policy::default().for_service(""))
                    .iter()
                    .map(|below| below.code.name)
                    .collect()
            };
        let pipe = config(stack(vec![], Transport::NamedPipe(stream())));
        let network = config(stack(vec![], Transport::Tcp(stream())));
        let (posture, mut planned) = plan_of(&pipe);
        assert_eq!(codes(&pipe, &posture, &planned), [] as [&str; 0]);
        planned.transport = plan_of(&network).1.transport;
        assert_eq!(codes(&pipe, &posture, &planned), ["wcf-weaker-reach"]);

        let both =
            config(stack(vec![message(AuthenticationMode::UserNameOverTransport)], http(true, HttpAuthenticationScheme::Anonymous, true)));
        let (posture, mut planned) = plan_of(&both);
        assert_eq!(planned.callers.chosen.len(), 2);
        assert_eq!(codes(&both, &posture, &planned), [] as [&str; 0]);
        let basic = planned.callers.chosen.pop();
        assert_eq!(codes(&both, &posture, &planned), ["wcf-weaker-caller-proof"]);
        planned.callers.chosen = basic.into_iter().collect();
        assert!(codes(&both, &posture, &planned).contains(&"wcf-weaker-caller-proof"));
    }

    #[test]
    fn a_password_is_no_token_and_an_authority_is_no_pin() {
        use wcf_config::channel_stack::{AuthenticationMode, Transport};
        use wcf_config::effective::{HttpAuthenticationScheme, Identity};

        use crate::plan::{CallerCredential, PasswordCheck, TrustAnchors};
        use crate::specimen::{by_default, client_endpoint, host, http, message, ssl, stack, stream};

        let (contracts, files) = (ContractModel::default(), Files::default());
        let judged =
            |client: wcf_config::effective::ClientEndpoint, weaken: &dyn Fn(&mut crate::plan::PlannedEndpoint)| -> Vec<&'static str> {
                let config = wcf_config::EffectiveConfig { hosts: vec![host(Vec::new(), vec![client])] };
                let (posture, _) = crate::assess(&config, &contracts, &files);
                let (plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, TODAY);
                let mut planned = plan.hosts[0].clients[0].outcome.clone().unwrap();
                weaken(&mut planned);
                let view = EndpointView::clients(&config.hosts[0]).next().unwrap();
                let own = posture.hosts[0].clients[0].outcome.as_ref().unwrap();
                super::compare(view, own, None, &contracts, &planned, &Policy::default().for_service(""))
                    .iter()
                    .map(|below| below.code.name)
                    .collect()
            };
        let token = client_endpoint(stack(
            vec![message(AuthenticationMode::IssuedTokenOverTransport)],
            http(true, HttpAuthenticationScheme::Anonymous, false),
        ));
        assert_eq!(judged(token.clone(), &|_| {}), [] as [&str; 0]);
        let password = |planned: &mut crate::plan::PlannedEndpoint| {
            planned.callers.chosen = vec![CallerCredential::Basic(PasswordCheck::WindowsAccounts)]
        };
        assert_eq!(judged(token, &password), ["wcf-weaker-caller-proof"]);

        let mut pinned = client_endpoint(stack(vec![ssl(false, &[])], Transport::Tcp(stream())));
        pinned.identity = Some(by_default(Identity::Certificate("MII".into())));
        assert_eq!(judged(pinned.clone(), &|_| {}), [] as [&str; 0]);
        let authority =
            |planned: &mut crate::plan::PlannedEndpoint| planned.channel.server_trust.chosen.anchors = TrustAnchors::Authorities;
        assert_eq!(judged(pinned, &authority), ["wcf-weaker-certificate-check"]);
    }

    /// The posture and plan of one service by default policy, and what the order says when the plan is changed.
    fn changed(
        stack: wcf_config::ChannelStack,
        policy: &Policy,
        change: impl FnOnce(&mut crate::plan::PlannedEndpoint),
    ) -> Vec<(&'static str, String, String)> {
        let config = crate::specimen::config(stack);
        let (contracts, files) = (ContractModel::default(), Files::default());
        let (posture, _) = crate::assess(&config, &contracts, &files);
        let (plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, TODAY);
        let mut planned = plan.hosts[0].endpoints[0].outcome.clone().unwrap();
        change(&mut planned);
        let view = EndpointView::services(&config.hosts[0]).next().unwrap();
        let own = posture.hosts[0].services[0].outcome.as_ref().unwrap();
        let below = super::compare(view, own, None, &contracts, &planned, &policy.for_service(""));
        below.into_iter().map(|below| (below.code.name, below.source, below.plan)).collect()
    }

    #[test]
    fn a_mesh_and_an_overlay_count_as_what_the_policy_states() {
        use wcf_config::channel_stack::{ProtectionLevel, Transport};

        use crate::plan::{ClearText, TransportPlan};
        use crate::specimen::{ssl, stack, stream, windows};

        let policy = |mesh: bool, overlay: bool| Policy {
            all: Choices {
                mesh_strict: Some(Chosen { value: mesh, span: None }),
                swarm_encrypted_overlay: Some(Chosen { value: overlay, span: None }),
                ..Choices::default()
            },
            ..Policy::default()
        };
        let codes = |elements, policy: &Policy, clear| -> Vec<&'static str> {
            let below = changed(stack(elements, Transport::Tcp(stream())), policy, |planned| {
                planned.transport.chosen = TransportPlan::ClearText(clear)
            });
            below.into_iter().map(|(code, _, _)| code).collect()
        };
        let (wire, server) = ("wcf-weaker-in-transit", "wcf-weaker-server-proof");
        for (clear, mesh, overlay, expected) in [
            (ClearText::Mesh, true, false, vec![]),
            (ClearText::Mesh, false, true, vec![wire, server]),
            (ClearText::EncryptedOverlay, false, true, vec![server]),
            (ClearText::EncryptedOverlay, true, false, vec![wire, server]),
            (ClearText::Loopback, true, true, vec![wire, server]),
        ] {
            assert_eq!(codes(vec![ssl(false, &[])], &policy(mesh, overlay), clear), expected, "{clear:?}");
        }
        // A stream that was signed needs as much, and a Windows identity is a proof.
        let signed = codes(vec![windows(ProtectionLevel::Sign)], &policy(false, false), ClearText::Loopback);
        assert!(signed.contains(&wire) && signed.contains(&server), "{signed:?}");
        let open = codes(vec![windows(ProtectionLevel::None)], &policy(false, false), ClearText::Loopback);
        assert!(!open.contains(&wire) && open.contains(&server), "{open:?}");
    }

    #[test]
    fn a_credential_counts_by_what_protects_it() {
        use wcf_config::effective::HttpAuthenticationScheme;

        use crate::plan::{BearerPlan, CallerCredential, ClearText, ClientCertificates, PasswordCheck, TransportPlan};
        use crate::specimen::{http, stack};

        let basic = || CallerCredential::Basic(PasswordCheck::WindowsAccounts);
        let bearer = || CallerCredential::Bearer(BearerPlan { issuer: None, audience: None });
        let over = |tls, scheme| stack(vec![], http(tls, scheme, false));
        let below = |stack, callers: Vec<CallerCredential>, clear: bool| {
            let below = changed(stack, &Policy::default(), |planned| {
                planned.callers.chosen = callers;
                if clear {
                    planned.transport.chosen = TransportPlan::ClearText(ClearText::Loopback);
                }
            });
            let caller = below.into_iter().filter(|(code, _, _)| *code == "wcf-weaker-caller-proof");
            caller.map(|(_, source, plan)| (source, plan)).collect::<Vec<_>>()
        };
        let (protected, clear) = (over(true, HttpAuthenticationScheme::Basic), over(false, HttpAuthenticationScheme::Basic));
        let found = |source: &str, plan: &str| (source.to_owned(), plan.to_owned());
        assert_eq!(below(protected.clone(), vec![basic()], false), []);
        assert_eq!(below(protected.clone(), vec![bearer()], false), []);
        assert_eq!(below(protected.clone(), vec![basic()], true), [found("a password under protection", "a password")]);
        assert_eq!(below(protected.clone(), vec![bearer()], true), [found("a password under protection", "a bearer token")]);
        assert_eq!(below(clear.clone(), vec![basic()], true), []);
        assert_eq!(below(clear.clone(), vec![bearer()], true), []);
        for (scheme, words) in
            [(HttpAuthenticationScheme::Basic, "a password in clear text"), (HttpAuthenticationScheme::Digest, "a digest in clear text")]
        {
            let nobody = below(over(false, scheme), vec![], true);
            assert_eq!(nobody, [found(words, "nothing"), found("a password or token", "no password or token")]);
        }
        // Strong, and yet no password: what WCF asked for is still asked for.
        for (credential, name) in
            [(CallerCredential::LocalPeer, "the local user"), (CallerCredential::ClientCertificate, "a client certificate")]
        {
            let below = below(clear.clone(), vec![credential], false);
            assert!(below.contains(&found("a password or token", "no password or token")), "{name}: {below:?}");
        }
        assert_eq!(below(protected.clone(), vec![CallerCredential::Kerberos], false), []);
        assert_eq!(
            below(protected, vec![], false),
            [found("a password under protection", "nothing"), found("a password or token", "no password or token")]
        );
        // A certificate that the transport does not ask for is no proof.
        let windows = over(true, HttpAuthenticationScheme::Negotiate);
        let unasked = changed(windows.clone(), &Policy::default(), |planned| {
            weaken_tls(planned, |tls| tls.client_certificates.chosen = ClientCertificates::NotRequested);
        });
        assert_eq!(
            unasked,
            [("wcf-weaker-caller-proof", "a proof".to_owned(), "a certificate that the transport does not ask for".to_owned())]
        );
        for (credential, name) in [(basic(), "a password"), (bearer(), "a bearer token"), (CallerCredential::LocalPeer, "the local user")] {
            let below = below(windows.clone(), vec![credential], true);
            let weaker = name != "the local user";
            assert_eq!(below, if weaker { vec![found("a Windows identity", name)] } else { vec![] }, "{name}");
        }
        let both = changed(over(true, HttpAuthenticationScheme::Anonymous), &Policy::default(), |_| {});
        assert_eq!(both, []);
        let certificate = stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, true));
        for (credential, name) in [
            (CallerCredential::Kerberos, "a Kerberos ticket"),
            (CallerCredential::LocalPeer, "the local user"),
            (bearer(), "a bearer token"),
        ] {
            assert_eq!(below(certificate.clone(), vec![credential], false), [found("a certificate", name)]);
        }
        let unasked = changed(certificate, &Policy::default(), |planned| {
            weaken_tls(planned, |tls| tls.client_certificates.chosen = ClientCertificates::NotRequested);
        });
        assert_eq!(unasked, [("wcf-weaker-caller-proof", "a certificate".to_owned(), "a client certificate".to_owned())]);
    }

    #[test]
    fn what_callers_send_is_still_sent_and_the_reason_is_its_own() {
        use wcf_config::channel_stack::AuthenticationMode;
        use wcf_config::effective::HttpAuthenticationScheme;

        use crate::plan::CallerCredential;
        use crate::specimen::{config, http, message, stack};

        for mode in [AuthenticationMode::IssuedTokenOverTransport, AuthenticationMode::UserNameOverTransport] {
            let config = config(stack(vec![message(mode)], http(true, HttpAuthenticationScheme::Anonymous, true)));
            let (contracts, files) = (ContractModel::default(), Files::default());
            let (posture, _) = crate::assess(&config, &contracts, &files);
            let (plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, TODAY);
            let mut planned = plan.hosts[0].endpoints[0].outcome.clone().unwrap();
            planned.callers.chosen = vec![CallerCredential::ClientCertificate];
            let view = EndpointView::services(&config.hosts[0]).next().unwrap();
            let own = posture.hosts[0].services[0].outcome.as_ref().unwrap();
            let below = super::compare(view, own, None, &contracts, &planned, &Policy::default().for_service(""));
            let [below] = below.as_slice() else { panic!("{below:?}") };
            assert_eq!((below.source.as_str(), &below.because), ("a password or token", &own.message_caller.because));
            assert_ne!(own.message_caller.because, own.transport_caller.because);
        }
    }

    #[test]
    fn a_client_is_held_to_its_services_check_of_callers() {
        use crate::plan::{CertificateTrust, ClientCertificates, Revocation, TrustAnchors};

        let (config, posture, mut plan) = strict();
        let host = &config.hosts[0];
        let (service, client) = (EndpointView::services(host).next().unwrap(), EndpointView::clients(host).next().unwrap());
        let (of_service, of_client) = (&posture.hosts[0].services[0].outcome, &posture.hosts[0].clients[0].outcome);
        let planned = plan.hosts[0].clients[0].outcome.as_mut().unwrap();
        let codes = |planned: &crate::plan::PlannedEndpoint| {
            let partner = Some((service, of_service.as_ref().unwrap()));
            let policy = Policy::default().for_service("Bank.Transfers");
            let below = super::compare(client, of_client.as_ref().unwrap(), partner, &ContractModel::default(), planned, &policy);
            below.iter().map(|below| below.code.name).collect::<Vec<_>>()
        };
        assert_eq!(codes(planned), [] as [&str; 0]);
        let authorities = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists };
        weaken_tls(planned, |tls| tls.client_certificates.chosen = ClientCertificates::Required(authorities));
        assert_eq!(codes(planned), ["wcf-weaker-certificate-check"]);
        // And to its own check of the server, which its service knows nothing of.
        let planned = plan.hosts[0].endpoints[0].outcome.as_mut().unwrap();
        planned.channel.server_trust.chosen.anchors = TrustAnchors::AuthoritiesOrPinned;
        assert_eq!(codes(planned), ["wcf-weaker-certificate-check"]);
    }

    #[test]
    fn what_a_rule_told_is_not_told_again_and_everything_else_is() {
        use crate::diagnostics::{At, AuthorizationToWrite};

        let source = "using System.ServiceModel; using System.Security.Permissions;
            namespace Bank {
                [ServiceContract] public interface ITransfers { [OperationContract] void Send(); }
                public class Transfers : ITransfers {
                    [PrincipalPermission(SecurityAction.Demand, Role = \"Tellers\")] public void Send() {} }
            }";
        let text = wcf_contract::SourceText { file: wcf_diagnostics::FileId(0), text: source };
        let contracts = wcf_contract::read_csharp(&[text], &wcf_contract::Options::default()).0;
        let (config, posture, plan) = strict();
        let planned = plan.hosts[0].endpoints[0].outcome.as_ref().unwrap();
        let view = EndpointView::services(&config.hosts[0]).next().unwrap();
        let own = posture.hosts[0].services[0].outcome.as_ref().unwrap();
        let subject = wcf_diagnostics::Subject::default();
        let judged = |told: bool| {
            let mut findings = wcf_diagnostics::Findings::new();
            if told {
                let at = At { subject: &subject, span: view.span(), because: &[] };
                findings.push(AuthorizationToWrite { at, by: "the role", why: "" });
            }
            let policy = Policy::default().for_service("Bank.Transfers");
            super::judge(view, own, None, &contracts, planned, &policy, &subject, &mut findings);
            findings.iter().map(|finding| finding.code.name).collect::<Vec<_>>()
        };
        assert_eq!(judged(false), ["wcf-weaker-authorization"]);
        assert_eq!(judged(true), ["wcf-authorization-to-write"]);
    }

    #[test]
    fn a_listener_takes_no_more_than_was_written() {
        use wcf_config::channel_stack::Transport;
        use wcf_config::effective::{Effective, Origin, Within};

        use crate::plan::PlannedEndpoint;
        use crate::specimen::{span, ssl, stack, stream};

        let written = |value| Effective { value, origin: Origin::Written { span: span(), within: Within::Nameless } };
        let of = |most: u32, queue: u32, change: &dyn Fn(&mut PlannedEndpoint)| {
            let mut transport = stream();
            (transport.max_connections, transport.listen_backlog) = (written(most), written(queue));
            let stack = stack(vec![ssl(false, &[])], Transport::Tcp(transport));
            let below = changed(stack, &Policy::default(), |planned| change(planned));
            below.into_iter().map(|(_, source, plan)| format!("{source}: {plan}")).collect::<Vec<_>>()
        };
        let none = [] as [&str; 0];
        assert_eq!(of(7, 9, &|_| {}), none);
        assert_eq!(of(0, 0, &|_| {}), none);
        assert_eq!(of(0, 0, &|planned| planned.limits.max_pending_connections = None), none);
        let fewer = |planned: &mut PlannedEndpoint| planned.limits.max_pending_connections.as_mut().unwrap().chosen = 6;
        assert_eq!(of(7, 9, &fewer), none);
        let more = |planned: &mut PlannedEndpoint| planned.limits.max_pending_connections.as_mut().unwrap().chosen = 8;
        assert_eq!(of(7, 9, &more), ["7 connections that are pending: 8 connections that are pending"]);
        let own = |planned: &mut PlannedEndpoint| planned.limits.listen_backlog = None;
        assert_eq!(of(7, 9, &own), ["9 connections that wait: the server's own limit"]);
        let mut unwritten = stream();
        (unwritten.max_connections.value, unwritten.listen_backlog.value) = (7, 9);
        let unwritten = stack(vec![ssl(false, &[])], Transport::Tcp(unwritten));
        let unlimited = |planned: &mut PlannedEndpoint| {
            (planned.limits.max_pending_connections, planned.limits.listen_backlog) = (None, None);
        };
        assert_eq!(changed(unwritten.clone(), &Policy::default(), |_| {}), []);
        assert_eq!(changed(unwritten, &Policy::default(), unlimited), []);
    }
}
