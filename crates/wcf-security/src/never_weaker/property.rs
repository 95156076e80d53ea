//! No plan without waivers is ever below its source: random channel stacks, behaviors, contracts and policies. What the generator
//! makes and which rules it reaches is counted, so that a hundred thousand cases are not a hundred thousand times the same.

use std::collections::{BTreeMap, BTreeSet};

use wcf_config::EffectiveConfig;
use wcf_config::channel_stack::{BindingElement, Transport};
use wcf_contract::model::ContractModel;
use wcf_diagnostics::{Files, Findings, Level};

use crate::endpoint::EndpointView;
use crate::plan::{EndpointPlan, Exposure, MigrationPlan, PlannedEndpoint, TransportPlan};
use crate::policy::{
    CertificateFiles, Choices, Chosen, Date, Policy, RolesFrom, UnknownServerNames, UnvalidatedCertificates, UserNames, WindowsReplacement,
};
use crate::posture::{Carrier, EndpointPosture, Posture};
use crate::specimen::{Dice, random_config, random_contracts};

const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

/// What random cases were made of and came to.
#[derive(Default)]
struct Seen {
    input: BTreeMap<&'static str, BTreeSet<String>>,
    rules: BTreeSet<&'static str>,
    codes: BTreeSet<&'static str>,
}

/// How many values each part of the input has; one fewer and a part of the generator has gone missing.
const INPUT: [(&str, usize); 18] = [
    ("element", 13),
    ("authentication mode", 17),
    ("key of tokens", 3),
    ("encoding", 5),
    ("transport", 8),
    ("HTTP authentication", 6),
    ("transfer", 4),
    ("level of Windows streams", 3),
    ("TLS versions", 6),
    ("identity", 7),
    ("validation of callers", 16),
    ("validation of servers", 16),
    ("check of passwords", 4),
    ("permissions by", 6),
    ("demand", 3),
    ("exposure", 7),
    ("Windows replaced by", 5),
    ("roles from", 3),
];

impl Seen {
    fn add(&mut self, part: &'static str, value: impl std::fmt::Debug) {
        self.input.entry(part).or_default().insert(format!("{value:?}"));
    }

    fn input(&mut self, config: &EffectiveConfig, policy: &Policy, contracts: &ContractModel) {
        let host = &config.hosts[0];
        for view in EndpointView::services(host).chain(EndpointView::clients(host)) {
            self.add("identity", view.identity().map(|identity| format!("{:?}", identity.value).split('(').next().unwrap().to_owned()));
            let Ok(stack) = &view.binding().stack else { continue };
            stack.elements.iter().for_each(|element| self.element(element));
        }
        for service in &host.services {
            let behavior = &service.behavior;
            let validation = behavior.credentials.client_certificate.as_ref();
            self.add("validation of callers", validation.map(|validation| (validation.mode.value, validation.revocation.value)));
            self.add("check of passwords", behavior.credentials.user_name.as_ref().map(|names| names.mode.value));
            self.add("permissions by", behavior.authorization.as_ref().map(|by| by.principal_permission_mode.value.clone()));
        }
        for client in &host.clients {
            let credentials = client.behavior.client_credentials.as_ref();
            let validation = credentials.and_then(|credentials| credentials.service_certificate_validation.as_ref());
            self.add("validation of servers", validation.map(|validation| (validation.mode.value, validation.revocation.value)));
        }
        contracts.services.iter().flat_map(|class| &class.permissions).for_each(|demand| self.add("demand", demand.attribute));
        self.add("exposure", policy.all.exposure.as_ref().map(|chosen| chosen.value));
        self.add("Windows replaced by", policy.all.windows_replacement.as_ref().map(|chosen| chosen.value));
        self.add("roles from", policy.all.roles_from.as_ref().map(|chosen| chosen.value));
    }

    fn element(&mut self, element: &BindingElement) {
        self.add("element", format!("{element:?}").split(['(', ' ']).next().unwrap());
        match element {
            BindingElement::Security(security) => {
                self.add("authentication mode", security.authentication_mode.value);
                security.issued_token.iter().for_each(|token| self.add("key of tokens", token.key_type.value));
            }
            BindingElement::Encoding(encoding) => self.add("encoding", encoding.kind),
            BindingElement::SslStreamSecurity(tls) => self.add("TLS versions", &tls.ssl_protocols.value),
            BindingElement::WindowsStreamSecurity(windows) => self.add("level of Windows streams", windows.protection_level.value),
            BindingElement::Transport(transport) => {
                self.add("transport", format!("{transport:?}").split(['(', ' ']).next().unwrap());
                match transport {
                    Transport::Http(http) => {
                        self.add("HTTP authentication", http.authentication_scheme.value);
                        self.add("transfer", http.transfer_mode.value);
                    }
                    Transport::Tcp(stream) | Transport::NamedPipe(stream) => self.add("transfer", stream.transfer_mode.value),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn output(&mut self, plan: &MigrationPlan, findings: &Findings) {
        self.codes.extend(findings.iter().map(|finding| finding.code.name));
        let endpoints = plan.hosts.iter().flat_map(|host| host.endpoints.iter().chain(&host.clients));
        endpoints.filter_map(|endpoint| endpoint.outcome.as_ref().ok()).for_each(|planned| self.planned(planned));
    }

    fn planned(&mut self, planned: &PlannedEndpoint) {
        let limits = &planned.limits;
        let channel = &planned.channel;
        let always = [planned.transport.rule, planned.callers.rule, planned.server_identity.rule, channel.server_trust.rule];
        let sizes = [limits.max_request_bytes.rule, limits.max_response_bytes.rule];
        let times = [&limits.deadline_ms, &limits.connect_timeout_ms, &limits.idle_ms].into_iter().flatten().map(|limit| limit.rule);
        let counts = [&limits.max_concurrent_calls, &limits.max_connections, &limits.max_pending_connections, &limits.listen_backlog];
        let counts = counts.into_iter().flatten().map(|limit| limit.rule);
        let roles = planned.authorization.roles_from.iter().map(|decision| decision.rule);
        let demands = planned.authorization.operations.iter().map(|decision| decision.rule);
        let name = channel.expected_server_name.iter().map(|decision| decision.rule);
        let rules = always.into_iter().chain(sizes).chain(times).chain(counts).chain(roles).chain(demands).chain(name);
        self.rules.extend(rules.chain(planned.guarantees.iter().map(|decision| decision.rule)).map(|rule| rule.id));
        if let TransportPlan::Tls(tls) = &planned.transport.chosen {
            self.rules.extend([tls.versions.rule.id, tls.client_certificates.rule.id]);
        }
    }

    fn words(&self) -> String {
        let input: Vec<_> = self.input.iter().map(|(part, values)| format!("{part} {}", values.len())).collect();
        format!("{} rules decided, {} codes were found; values of {}", self.rules.len(), self.codes.len(), input.join(", "))
    }

    /// Everything that can be made was made, and everything that can be reached without a waiver was reached.
    fn assert_everything(&self, cases: u64) {
        if cases < 50_000 {
            return;
        }
        let found: BTreeMap<&str, usize> = self.input.iter().map(|(part, values)| (*part, values.len())).collect();
        assert_eq!(found, BTreeMap::from(INPUT), "{:#?}", self.input);
        let missing: Vec<_> = crate::RULES.iter().map(|rule| rule.id).filter(|id| !self.rules.contains(id)).collect();
        assert_eq!(missing, UNREACHED, "rules that no random case comes to");
    }
}

/// Rules that decide under a waiver only, and one for a transport that is refused before.
const UNREACHED: &[&str] = &[
    "transport-unknown-to-tls",
    "caller-windows-to-anonymous",
    "certificate-unchecked-accepted",
    "message-protection-lost",
    "authorization-to-write",
];

fn chosen<T: Clone>(dice: &mut Dice, of: &[T]) -> Option<Chosen<T>> {
    dice.chance(60).then(|| Chosen { value: dice.one(of), span: None })
}

fn random_policy(dice: &mut Dice) -> Policy {
    let all = Choices {
        exposure: chosen(
            dice,
            &[Exposure::Internal, Exposure::Public, Exposure::Kubernetes, Exposure::Mesh, Exposure::Swarm, Exposure::Local],
        ),
        mesh_strict: chosen(dice, &[true, false]),
        swarm_encrypted_overlay: chosen(dice, &[true, false]),
        windows_replacement: chosen(
            dice,
            &[
                WindowsReplacement::ClientCertificate,
                WindowsReplacement::Bearer,
                WindowsReplacement::Kerberos,
                WindowsReplacement::AnonymousCallers,
            ],
        ),
        user_names: chosen(dice, &[UserNames::Basic, UserNames::Bearer]),
        unvalidated_certificates: chosen(dice, &[UnvalidatedCertificates::Refuse, UnvalidatedCertificates::ChainTrust]),
        bearer_issuer: chosen(dice, &["https://login.example/".to_owned()]),
        bearer_audience: chosen(dice, &["bank".to_owned()]),
        roles_from: chosen(dice, &[RolesFrom::File, RolesFrom::TokenClaim]),
        roles_claim: chosen(dice, &["groups".to_owned()]),
        reflection: chosen(dice, &[true, false]),
        certificate_files: chosen(dice, &[CertificateFiles::Pem, CertificateFiles::Pkcs12]),
        unknown_server_names: chosen(dice, &[UnknownServerNames::Refuse, UnknownServerNames::ThisService]),
        grpc_web: chosen(dice, &[true, false]),
        browser_origins: chosen(dice, &[Vec::new(), vec!["https://app.example".to_owned()]]),
    };
    // Levels may be raised; none that is lowered is a policy at all.
    let raised = ["wcf-credential-in-clear", "wcf-opaque-element", "wcf-clear-text-upgraded", "wcf-client-and-service-disagree"];
    let levels = if dice.chance(10) { BTreeMap::from([(dice.one(&raised).to_owned(), Level::Deny)]) } else { BTreeMap::new() };
    Policy { all, levels, ..Policy::default() }
}

/// The order itself, in other words than `compare`: what the source demanded of the wire, of callers, of sizes.
fn assert_not_below(
    seed: u64,
    view: EndpointView<'_>,
    assessed: &EndpointPosture,
    plan: &EndpointPlan,
    partner: Option<(EndpointView<'_>, &Posture)>,
    contracts: &ContractModel,
    policy: &Policy,
) -> bool {
    let (Ok(posture), Ok(planned)) = (&assessed.outcome, &plan.outcome) else { return false };
    let below = super::compare(view, posture, partner, contracts, planned, &policy.for_service("Bank.Transfers"));
    assert_eq!(below, [], "seed {seed}: {posture:#?}\n{planned:#?}");
    let reasons = [
        &planned.transport.because,
        &planned.callers.because,
        &planned.server_identity.because,
        &planned.channel.server_trust.because,
        &planned.limits.max_request_bytes.because,
    ];
    assert!(reasons.iter().all(|because| !because.is_empty()), "seed {seed}: a decision without a reason: {planned:#?}");
    true
}

#[test]
fn no_plan_without_waivers_is_below_its_source() {
    let asked = std::env::var("WCF2GRPC_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(if std::env::var_os("WCF2GRPC_LONG").is_some() { 1_000_000 } else { 100_000 });
    let files = Files::default();
    let (mut planned, mut refused) = (0_u32, 0_u32);
    let mut seen = Seen::default();
    for seed in 0..cases {
        let mut dice = Dice::new(seed + 1);
        let config = random_config(&mut dice);
        let policy = random_policy(&mut dice);
        let contracts = random_contracts(&mut dice);
        let (posture, mut findings) = crate::assess(&config, &contracts, &files);
        let (plan, found) = crate::plan(&posture, &config, &contracts, &policy, &files, TODAY);
        findings.extend(found);
        policy.apply_levels(&mut findings);
        seen.input(&config, &policy, &contracts);
        seen.output(&plan, &findings);
        let host = &config.hosts[0];
        let service = EndpointView::services(host).next().unwrap();
        let client = EndpointView::clients(host).next();
        let (assessed, endpoint) = (&posture.hosts[0].services[0], &plan.hosts[0].endpoints[0]);
        let client_posture = posture.hosts[0].clients.first().and_then(|client| client.outcome.as_ref().ok());
        let mut count = |fine: bool| if fine { planned += 1 } else { refused += 1 };
        count(assert_not_below(seed, service, assessed, endpoint, client.zip(client_posture), &contracts, &policy));
        if let (Some(client), Some(plan), Some(assessed)) = (client, plan.hosts[0].clients.first(), posture.hosts[0].clients.first()) {
            let service_posture = posture.hosts[0].services[0].outcome.as_ref().ok();
            count(assert_not_below(seed, client, assessed, plan, Some(service).zip(service_posture), &contracts, &policy));
        }
        // The order is the last line of defence: the rules themselves never plan below a source.
        // One source has no counterpart that is as strong: certificates over a pipe, which a local socket cannot ask for.
        let on_pipe = |endpoint: &EndpointPosture| endpoint.outcome.as_ref().is_ok_and(|posture| posture.carrier == Carrier::NamedPipe);
        let pipes = posture.hosts[0].services.iter().chain(&posture.hosts[0].clients).any(on_pipe);
        let below = findings.iter().find(|finding| finding.code.name.starts_with("wcf-weaker-"));
        assert!(below.is_none_or(|below| pipes && below.code.name == super::WEAKER_CALLER_PROOF.name), "seed {seed}: {below:?}");
        // Refused endpoints say why, and nothing else is at level deny.
        let denies = findings.iter().any(|finding| finding.level == Level::Deny);
        let any_refused =
            plan.hosts.iter().flat_map(|host| host.endpoints.iter().chain(&host.clients)).any(|endpoint| endpoint.outcome.is_err());
        let without_posture =
            posture.hosts.iter().flat_map(|host| host.services.iter().chain(&host.clients)).any(|endpoint| endpoint.outcome.is_err());
        assert_eq!(denies || without_posture, any_refused, "seed {seed}: {findings:#?}");
    }
    assert!(planned > cases as u32 / 2 && refused > cases as u32 / 20, "{planned} planned, {refused} refused: the generator is lopsided");
    eprintln!("{cases} cases, {planned} plans, {refused} refusals; {}", seen.words());
    seen.assert_everything(cases);
}
