//! From posture and policy to the plan: each topic decides, then the never-weaker order judges, then waivers are taken.

use std::collections::BTreeSet;

use wcf_config::EffectiveConfig;
use wcf_config::effective::Service;
use wcf_contract::model::ContractModel;
use wcf_diagnostics::{Files, Finding, Findings, Level, Subject};

use crate::code_overrides;
use crate::diagnostics::{
    At, CONFIGURATION_REFUSED, CodeDecides, ConfigurationRefused, PolicyUnknownService, WaiverExpired, WaiverUnused, nearest,
};
use crate::endpoint::{EndpointView, Side};
use crate::never_weaker;
use crate::pairing::{self, Pair};
use crate::plan::{ChannelPlan, EndpointPlan, HostPlan, MigrationPlan, PlannedEndpoint, Refused, TlsPlan, TransportPlan};
use crate::policy::{Date, Policy, ServicePolicy, Waiver};
use crate::posture::{EndpointPosture, HostPosture, Posture, SecurityPosture};
use crate::reason::{DecidedBy, Reason};
use crate::rules::transport_protection::Carriage;
use crate::rules::{
    authorization, browsers, certificate_validation, client_authentication, limits, message_protection, metadata_exposure, server_identity,
    sessions, transport_protection,
};

/// One endpoint being planned: what it is, what WCF did, who calls it or whom it calls, and what the policy says.
pub(crate) struct Planner<'a> {
    pub view: EndpointView<'a>,
    pub posture: &'a Posture,
    pub policy: ServicePolicy,
    pub contracts: &'a ContractModel,
    pub files: &'a Files,
    /// Whether the services that run in one process with this endpoint's have different exposures, of which the process can have one.
    pub exposures_differ: bool,
    /// The other side, where the input has it.
    partner: Option<(EndpointView<'a>, Option<&'a Posture>)>,
    subject: Subject,
    waivers: Vec<&'a Waiver>,
    findings: Findings,
}

impl<'a> Planner<'a> {
    /// Reports a problem of this endpoint.
    pub fn report(&mut self, because: &[Reason], problem: impl FnOnce(At<'_>) -> Finding) {
        let finding = problem(At { subject: &self.subject, span: self.view.span(), because });
        self.findings.push(finding);
    }

    /// Reports a problem of the service's side only where this endpoint is that side, so that it is not told twice.
    pub fn report_as_service(&mut self, because: &[Reason], problem: impl FnOnce(At<'_>) -> Finding) {
        if !self.view.is_client() {
            self.report(because, problem);
        }
    }

    /// Reports a problem of the whole service, once for all its endpoints.
    pub fn report_service(&mut self, because: &[Reason], problem: impl FnOnce(At<'_>) -> Finding) {
        let Some(service) = self.view.service() else { return };
        let subject = Subject { service: Some(service.name.to_string()), endpoint: None };
        let finding = problem(At { subject: &subject, span: service.span, because });
        self.findings.push(finding);
    }

    /// Whether a waiver of this code holds for this endpoint.
    pub fn is_waived(&self, code: &str) -> bool {
        self.waivers.iter().any(|waiver| waiver.code == code)
    }

    /// The service's endpoint: this one, or the one this client calls.
    pub fn service_view(&self) -> Option<EndpointView<'a>> {
        if self.view.is_client() { self.partner.map(|(view, _)| view) } else { Some(self.view) }
    }

    /// The client's endpoint: this one, or the one that calls this service.
    pub fn client_view(&self) -> Option<EndpointView<'a>> {
        if self.view.is_client() { Some(self.view) } else { self.partner.map(|(view, _)| view) }
    }

    /// The service, where the input has it.
    pub fn service_side(&self) -> Option<&'a Service> {
        self.service_view().and_then(|view| view.service())
    }

    /// The posture of the service's side, where the input has it.
    pub fn service_posture(&self) -> Option<&'a Posture> {
        if self.view.is_client() { self.partner.and_then(|(_, posture)| posture).or(Some(self.posture)) } else { Some(self.posture) }
    }

    /// The posture of the client's side, where the input has it.
    pub fn client_posture(&self) -> Option<&'a Posture> {
        if self.view.is_client() { Some(self.posture) } else { self.partner.and_then(|(_, posture)| posture) }
    }

    /// Operations that act under their caller's identity, by their attributes.
    pub fn impersonating_operations(&self) -> Vec<Reason> {
        let Some(service) = self.view.service() else { return Vec::new() };
        self.contracts
            .services
            .iter()
            .filter(|class| class.configuration_name == service.name || class.clr_name == service.name)
            .flat_map(|class| class.impersonation.iter().map(move |impersonation| (class, impersonation)))
            .filter(|(_, (_, option, _))| !option.ends_with("NotAllowed"))
            .map(|(class, (operation, option, span))| Reason {
                setting: "Impersonation".to_owned(),
                value: option.clone(),
                decided_by: DecidedBy::Contract { name: format!("{}.{operation}", class.clr_name) },
                span: Some(*span),
            })
            .collect()
    }

    fn endpoint(&mut self) -> Option<PlannedEndpoint> {
        if !transport_protection::has_counterpart(self) {
            return None;
        }
        let callers = client_authentication::decide(self);
        let carriage = transport_protection::decide(self, &callers.chosen);
        let mut suite = None;
        let transport = match carriage.chosen {
            Carriage::Tls => {
                let versions = transport_protection::versions(self);
                let client_certificates = certificate_validation::client_certificates(self, &callers);
                suite = message_protection::prefers_256_bit(self);
                let prefer_256_bit = suite.is_some();
                carriage.map(|_| TransportPlan::Tls(TlsPlan { versions, prefer_256_bit, client_certificates }))
            }
            Carriage::LocalSocket => carriage.map(|_| TransportPlan::LocalSocket),
            Carriage::ClearText(why) => carriage.map(|_| TransportPlan::ClearText(why)),
        };
        let expected = server_identity::expected(self);
        let server_identity = server_identity::decide(self, &expected);
        let server_trust = certificate_validation::server_trust(self, expected.pinned);
        let client_certificate_from = self.client_view().and_then(|client| match client.side {
            Side::Client(endpoint) => {
                endpoint.behavior.client_credentials.as_ref()?.client_certificate.as_ref().map(server_identity::found_in_store)
            }
            Side::Service(..) => None,
        });
        let mut guarantees = vec![message_protection::losses(self)];
        guarantees.extend(suite);
        let (authorization, fates) = authorization::decide(self, &callers.chosen);
        guarantees.extend(fates);
        let (web_encoding, fates) = sessions::report(self);
        guarantees.extend(fates);
        let (browser_origins, fates) = browsers::decide(self, web_encoding, &transport.chosen, &callers.chosen);
        guarantees.extend(fates);
        let limits = limits::decide(self);
        let largest = if self.view.is_client() { limits.max_response_bytes.chosen } else { limits.max_request_bytes.chosen };
        guarantees.push(limits::reader_quotas(self, largest));
        let (reflection, fates) = metadata_exposure::decide(self);
        guarantees.extend(fates);
        Some(PlannedEndpoint {
            transport,
            callers,
            authorization,
            server_identity,
            channel: ChannelPlan { server_trust, expected_server_name: expected.name, client_certificate_from },
            limits,
            reflection,
            grpc_web: browser_origins.is_some(),
            browser_origins: browser_origins.unwrap_or_default(),
            certificate_files: self.policy.certificate_files.value,
            unknown_server_names: self.policy.unknown_server_names.value,
            guarantees,
            losses: Vec::new(),
        })
    }
}

/// Plans every endpoint. `today` decides whether a waiver has ended; pass the same day for the same result.
///
/// Metadata endpoints are not among the plans: they have no counterpart of their own, and a note says what becomes of them.
#[must_use]
pub fn plan(
    posture: &SecurityPosture,
    config: &EffectiveConfig,
    contracts: &ContractModel,
    policy: &Policy,
    files: &Files,
    today: Date,
) -> (MigrationPlan, Findings) {
    let pairs = pairing::pairs(config, files);
    let (findings, used, disagreeing) = (Findings::new(), BTreeSet::new(), Vec::new());
    let mut run = Run { posture, config, contracts, policy, files, today, pairs, disagreeing, findings, used };
    run.disagreements();
    let hosts = posture.hosts.iter().enumerate().map(|(at, _)| run.host(at)).collect();
    run.unused_policy();
    (MigrationPlan { hosts }, run.findings)
}

struct Run<'a> {
    posture: &'a SecurityPosture,
    config: &'a EffectiveConfig,
    contracts: &'a ContractModel,
    policy: &'a Policy,
    files: &'a Files,
    today: Date,
    pairs: Vec<Pair>,
    /// The codes of the pair check.
    disagreeing: Vec<(Pair, &'static str)>,
    findings: Findings,
    /// Positions of the waivers that waived something.
    used: BTreeSet<usize>,
}

/// Whether policy has different exposures for the services of the host of this endpoint.
fn exposures_differ(policy: &Policy, service: Option<EndpointView<'_>>) -> bool {
    let exposures =
        service.into_iter().flat_map(|view| &view.host.services).map(|service| policy.for_service(&service.name).exposure.value);
    exposures.collect::<BTreeSet<_>>().len() > 1
}

impl<'a> Run<'a> {
    fn host(&mut self, at: usize) -> HostPlan {
        let (posture, config): (&'a SecurityPosture, &'a EffectiveConfig) = (self.posture, self.config);
        let (Some(assessed), Some(host)) = (posture.hosts.get(at), config.hosts.get(at)) else {
            return HostPlan {
                name: String::new(),
                file: wcf_diagnostics::FileId(0),
                exposure: self.policy.for_service("").exposure.value,
                endpoints: Vec::new(),
                clients: Vec::new(),
            };
        };
        let services: Vec<_> = EndpointView::services(host).zip(&assessed.services).enumerate().collect();
        let endpoints = services.into_iter().filter_map(|(place, (view, posture))| self.endpoint((at, place), view, posture)).collect();
        let clients: Vec<_> = EndpointView::clients(host).zip(&assessed.clients).enumerate().collect();
        let clients = clients.into_iter().filter_map(|(place, (view, posture))| self.endpoint((at, place), view, posture)).collect();
        let exposure = host
            .services
            .first()
            .map_or_else(|| self.policy.for_service("").exposure.value, |service| self.policy.for_service(&service.name).exposure.value);
        HostPlan { name: assessed.name.clone(), file: assessed.file, exposure, endpoints, clients }
    }

    fn assessed(&self, (host, at): (usize, usize), client: bool) -> Option<(EndpointView<'a>, &'a EndpointPosture)> {
        let (posture, config): (&'a SecurityPosture, &'a EffectiveConfig) = (self.posture, self.config);
        let host_posture: &HostPosture = posture.hosts.get(host)?;
        let of_host = config.hosts.get(host)?;
        if client {
            Some((EndpointView::clients(of_host).nth(at)?, host_posture.clients.get(at)?))
        } else {
            Some((EndpointView::services(of_host).nth(at)?, host_posture.services.get(at)?))
        }
    }

    fn partner(&self, place: (usize, usize), client: bool) -> Option<(EndpointView<'a>, &'a EndpointPosture)> {
        let pair = self.pairs.iter().find(|pair| if client { pair.client == place } else { pair.service == place })?;
        if client { self.assessed(pair.service, false) } else { self.assessed(pair.client, true) }
    }

    fn endpoint(&mut self, place: (usize, usize), view: EndpointView<'a>, assessed: &'a EndpointPosture) -> Option<EndpointPlan> {
        let partner = self.partner(place, view.is_client());
        let service = view.service().or_else(|| partner.and_then(|(view, _)| view.service())).map(|service| service.name.as_str());
        let waiver_name = service.unwrap_or_else(|| view.contract());
        let policy: &'a Policy = self.policy;
        let waivers: Vec<_> = policy
            .waivers
            .iter()
            .filter(|waiver| waiver.service == waiver_name && waiver.until.is_none_or(|until| until >= self.today))
            .collect();
        let outcome = match &assessed.outcome {
            Err(_) if view.is_system() => return None,
            Err(none) => {
                if view.host.refused {
                    self.findings.push(ConfigurationRefused { at: At { subject: &assessed.subject, span: assessed.span, because: &[] } });
                }
                Err(Refused { codes: sorted(none.codes.iter().copied()) })
            }
            Ok(posture) => {
                let mut planner = Planner {
                    view,
                    posture,
                    policy: policy.for_service(service.unwrap_or("")),
                    contracts: self.contracts,
                    files: self.files,
                    exposures_differ: exposures_differ(policy, if view.is_client() { partner.map(|(view, _)| view) } else { Some(view) }),
                    partner: partner.map(|(view, posture)| (view, posture.outcome.as_ref().ok())),
                    subject: assessed.subject.clone(),
                    waivers: waivers.clone(),
                    findings: Findings::new(),
                };
                if view.is_system() {
                    metadata_exposure::system_endpoint(view, &mut planner);
                    self.findings.extend(planner.findings);
                    return None;
                }
                let planned = planner.endpoint();
                let mut findings = planner.findings;
                if let Some(planned) = &planned {
                    let policy = policy.for_service(service.unwrap_or(""));
                    let partner = partner.and_then(|(view, posture)| Some((view, posture.outcome.as_ref().ok()?)));
                    never_weaker::judge(view, posture, partner, self.contracts, planned, &policy, &assessed.subject, &mut findings);
                }
                let in_code = code_overrides::around(view, self.config, self.contracts, self.files);
                if !in_code.is_empty() {
                    findings.push(CodeDecides { at: At { subject: &assessed.subject, span: assessed.span, because: &in_code } });
                }
                if view.host.refused {
                    findings.push(ConfigurationRefused { at: At { subject: &assessed.subject, span: assessed.span, because: &[] } });
                }
                // A waiver has to name a service; say which, where the endpoint is a client's.
                for finding in findings.iter_mut().filter(|finding| finding.code.waivable) {
                    finding.subject.service = Some(waiver_name.to_owned());
                }
                self.settle(planned, findings, &waivers)
            }
        };
        Some(EndpointPlan {
            subject: assessed.subject.clone(),
            service: view.service().map(|service| service.name.to_string()).unwrap_or_default(),
            contract: view.contract().to_owned(),
            address: view.address().value.to_string(),
            port: view.absolute_address().and_then(pairing::port_of),
            span: view.span(),
            outcome: refused_by_reading(view).into_iter().chain(self.raised(place, view, assessed)).fold(outcome, add_code),
        })
    }

    /// Levels by policy, then waivers, then what is left at deny refuses the endpoint.
    fn settle(
        &mut self,
        planned: Option<PlannedEndpoint>,
        mut findings: Findings,
        waivers: &[&Waiver],
    ) -> Result<PlannedEndpoint, Refused> {
        self.policy.apply_levels(&mut findings);
        let mut denied = BTreeSet::new();
        let mut losses = BTreeSet::new();
        for finding in findings.iter_mut() {
            if finding.code.waivable || finding.code.name == crate::diagnostics::END_TO_END_REPLACED.name {
                losses.insert(finding.code.name);
            }
            if finding.level != Level::Deny {
                continue;
            }
            let waiver = waivers.iter().find(|waiver| finding.code.waivable && waiver.code == finding.code.name);
            match waiver {
                Some(waiver) => {
                    // A loss that is taken stays in sight.
                    finding.level = Level::Warn;
                    finding.notes.push(format!("waived for `{}`: {}", waiver.service, waiver.reason));
                    if let Some(at) = self.policy.waivers.iter().position(|candidate| std::ptr::eq(candidate, *waiver)) {
                        self.used.insert(at);
                    }
                }
                None => {
                    denied.insert(finding.code.name);
                }
            }
        }
        self.findings.extend(findings);
        match planned {
            Some(mut planned) if denied.is_empty() => {
                planned.losses = losses.into_iter().collect();
                Ok(planned)
            }
            _ => Err(Refused { codes: denied.into_iter().collect() }),
        }
    }

    /// Where the two sides of a pair do not fit together; which codes there were is kept with the pair.
    fn disagreements(&mut self) {
        for at in 0..self.pairs.len() {
            let Some(pair) = self.pairs.get(at).copied() else { continue };
            let (Some(client), Some(service)) = (self.assessed(pair.client, true), self.assessed(pair.service, false)) else { continue };
            let mut findings = Findings::new();
            pairing::check(client.0, client.1, service.0, service.1, &mut findings);
            pairing::compare(client.0, service.0, self.files, &mut findings);
            self.disagreeing.extend(findings.iter().map(|finding| (pair, finding.code.name)));
            self.findings.extend(findings);
        }
    }

    /// The codes of assessing and of the pair check that the policy raised to deny: what they are about is not generated either.
    fn raised(&self, place: (usize, usize), view: EndpointView<'_>, assessed: &EndpointPosture) -> Vec<&'static str> {
        let of_pair =
            self.disagreeing.iter().filter(|(pair, _)| if view.is_client() { pair.client == place } else { pair.service == place });
        let reported = assessed.reported.iter().copied().chain(of_pair.map(|&(_, code)| code));
        reported.filter(|code| self.policy.levels.get(*code) == Some(&Level::Deny)).collect()
    }

    /// Waivers that ended or waive nothing, and services the policy knows and the input does not.
    fn unused_policy(&mut self) {
        let mut findings = Findings::new();
        let mut names: Vec<&str> =
            self.config.hosts.iter().flat_map(|host| host.services.iter().map(|service| service.name.as_str())).collect();
        let contracts = self.config.hosts.iter().flat_map(|host| host.clients.iter().map(|client| client.contract.value.as_str()));
        let services = names.len();
        names.extend(contracts);
        for (at, waiver) in self.policy.waivers.iter().enumerate() {
            let (span, code, service) = (waiver.span, waiver.code.as_str(), waiver.service.as_str());
            if let Some(until) = waiver.until.filter(|&until| until < self.today) {
                findings.push(WaiverExpired { span, code, service, until: &until.to_string() });
            } else if !self.used.contains(&at) {
                let near = if names.contains(&service) { None } else { nearest(service, names.iter().copied()) };
                findings.push(WaiverUnused { span, code, service, near });
            }
        }
        for (service, (span, _)) in &self.policy.services {
            let known = names.get(..services).unwrap_or_default();
            if !known.contains(&service.as_str()) {
                findings.push(PolicyUnknownService { span: *span, service, near: nearest(service, known.iter().copied()) });
            }
        }
        self.findings.extend(findings);
    }
}

fn sorted(codes: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    codes.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The codes under which reading the configuration already refused what stands around the endpoint.
fn refused_by_reading(view: EndpointView<'_>) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if view.host.refused {
        codes.push(CONFIGURATION_REFUSED.name);
    }
    // Where messages go elsewhere the address is only a name.
    let elsewhere = match view.side {
        Side::Service(_, endpoint) => endpoint.listen_uri.is_some(),
        Side::Client(endpoint) => endpoint.behavior.client_via.is_some(),
    };
    let (scheme, address) = (view.binding().scheme.value.as_str(), view.address().value.as_str());
    if let Some((written, _)) = address.split_once("://")
        && !scheme.is_empty()
        && !elsewhere
        && !written.eq_ignore_ascii_case(scheme)
    {
        codes.push(wcf_config::diagnostics::ADDRESS_SCHEME_MISMATCH.name);
    }
    codes
}

/// The outcome with one more code against it.
pub(crate) fn add_code(outcome: Result<PlannedEndpoint, Refused>, code: &'static str) -> Result<PlannedEndpoint, Refused> {
    let codes = match outcome {
        Ok(_) => Vec::new(),
        Err(refused) => refused.codes,
    };
    Err(Refused { codes: sorted(codes.into_iter().chain([code])) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use wcf_config::EffectiveConfig;
    use wcf_config::channel_stack::{AuthenticationMode, Transport};
    use wcf_config::effective::{HttpAuthenticationScheme, ServiceEndpoint, StackRefused};
    use wcf_contract::ContractModel;
    use wcf_diagnostics::{Files, Finding, Findings, Level};

    use crate::plan::MigrationPlan;
    use crate::policy::{Choices, Chosen, Date, Policy, Waiver, WindowsReplacement};
    use crate::specimen::{by_default, client_endpoint, host, http, message, service, service_endpoint, span, stack, stream, windows};

    const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

    fn run(config: &EffectiveConfig, policy: &Policy) -> (MigrationPlan, Findings) {
        let (contracts, files) = (ContractModel::default(), Files::default());
        let (posture, _) = crate::assess(config, &contracts, &files);
        crate::plan(&posture, config, &contracts, policy, &files, TODAY)
    }

    fn waiver(code: &str, service: &str) -> Waiver {
        Waiver { code: code.to_owned(), service: service.to_owned(), reason: "reviewed".to_owned(), until: None, span: span() }
    }

    fn of<'f>(findings: &'f Findings, code: &str) -> Vec<&'f Finding> {
        findings.iter().filter(|finding| finding.code.name == code).collect()
    }

    /// A client behind a gateway whose messages protect themselves: a loss that can be waived, and a note that cannot.
    fn lone_client() -> EffectiveConfig {
        let security = message(AuthenticationMode::UserNameForSslNegotiated);
        let mut client = client_endpoint(stack(vec![security], http(false, HttpAuthenticationScheme::Anonymous, false)));
        Arc::make_mut(&mut client.behavior).client_via = Some(by_default("http://gateway/".into()));
        EffectiveConfig { hosts: vec![host(Vec::new(), vec![client])] }
    }

    #[test]
    fn what_can_be_waived_says_under_which_name() {
        let config = lone_client();
        let (plan, findings) = run(&config, &Policy::default());
        assert!(plan.hosts[0].clients[0].outcome.is_err());
        let [lost] = of(&findings, "wcf-end-to-end-protection-lost")[..] else { panic!("{findings:?}") };
        assert_eq!(lost.subject.service.as_deref(), Some("Bank.ITransfers"));
        let upgraded = of(&findings, "wcf-revocation-lists-required");
        assert!(upgraded.iter().all(|finding| finding.subject.service.is_none()), "{upgraded:?}");
        let other: Vec<_> = findings.iter().filter(|finding| !finding.code.waivable).collect();
        assert!(!other.is_empty() && other.iter().all(|finding| finding.subject.service.is_none()), "{other:?}");
        let policy = Policy { waivers: vec![waiver("wcf-end-to-end-protection-lost", "Bank.ITransfers")], ..Policy::default() };
        assert!(run(&config, &policy).0.hosts[0].clients[0].outcome.is_ok());
    }

    #[test]
    fn a_waiver_lifts_nothing_that_cannot_be_waived() {
        let stream = stack(vec![windows(wcf_config::channel_stack::ProtectionLevel::EncryptAndSign)], Transport::Tcp(stream()));
        let config = EffectiveConfig { hosts: vec![host(vec![service(service_endpoint(stream), Default::default())], Vec::new())] };
        let code = "wcf-windows-identity-replaced";
        let levels = BTreeMap::from([(code.to_owned(), Level::Deny)]);
        let policy = Policy { levels, waivers: vec![waiver(code, "Bank.Transfers")], ..Policy::default() };
        let (plan, findings) = run(&config, &policy);
        assert_eq!(plan.hosts[0].endpoints[0].outcome.as_ref().unwrap_err().codes, [code]);
        assert_eq!(of(&findings, "wcf-waiver-unused").len(), 1);
    }

    #[test]
    fn waivers_that_waive_nothing_are_told_with_the_name_that_was_meant() {
        let mut config = lone_client();
        let open = stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
        config.hosts[0].services.push(service(service_endpoint(open), Default::default()));
        config.hosts[0].clients[0].contract = by_default("Other.ILedger".into());
        config.hosts[0].clients[0].address = by_default("http://else.example/ledger".into());
        let help = |service: &str| {
            let policy = Policy { waivers: vec![waiver("wcf-impersonation-lost", service)], ..Policy::default() };
            let (_, findings) = run(&config, &policy);
            let [unused] = of(&findings, "wcf-waiver-unused")[..] else { panic!("{findings:?}") };
            unused.help.clone()
        };
        assert_eq!(help("Bank.Transfer"), ["did you mean the service `Bank.Transfers`?"]);
        assert_eq!(help("Other.ILedgers"), ["did you mean the service `Other.ILedger`?"]);
        assert_eq!(help("Bank.Transfers"), ["delete it"]);
        assert_eq!(help("Quite.Different.Name"), ["delete it"]);
        let policy = Policy { services: BTreeMap::from([("Other.ILedger".to_owned(), (span(), Choices::default()))]), ..Policy::default() };
        assert_eq!(of(&run(&config, &policy).1, "wcf-policy-unknown-service").len(), 1);
    }

    #[test]
    fn metadata_has_no_plan_even_where_its_binding_is_refused() {
        let mut exchange = service_endpoint(stack(vec![], http(false, HttpAuthenticationScheme::Anonymous, false)));
        exchange.is_system = true;
        let told = of;
        let of = |endpoint: ServiceEndpoint, refused: bool| {
            let mut hosts = vec![host(vec![service(endpoint, Default::default())], Vec::new())];
            hosts[0].refused = refused;
            let (plan, findings) = run(&EffectiveConfig { hosts }, &Policy::default());
            (plan.hosts[0].endpoints.len(), told(&findings, "wcf-configuration-refused").len())
        };
        assert_eq!(of(exchange.clone(), false), (0, 0));
        Arc::make_mut(&mut exchange.binding).stack = Err(StackRefused { codes: vec!["wcf-config-contradiction"] });
        assert_eq!(of(exchange.clone(), false), (0, 0));
        assert_eq!(of(exchange.clone(), true), (0, 0));
        exchange.is_system = false;
        assert_eq!(of(exchange.clone(), true), (1, 1));
        assert_eq!(of(exchange, false), (1, 0));
    }

    #[test]
    fn an_address_of_another_scheme_refuses_unless_messages_go_elsewhere() {
        let open = || stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
        let codes = |scheme: &str, elsewhere: bool| {
            let mut endpoint = service_endpoint(open());
            Arc::make_mut(&mut endpoint.binding).scheme = by_default(scheme.into());
            endpoint.listen_uri = elsewhere.then(|| by_default("https://bank.example/other".into()));
            let mut client = client_endpoint(open());
            Arc::make_mut(&mut client.binding).scheme = by_default(scheme.into());
            Arc::make_mut(&mut client.behavior).client_via = elsewhere.then(|| by_default("https://gateway/".into()));
            let hosts = vec![host(vec![service(endpoint, Default::default())], vec![client])];
            let (plan, _) = run(&EffectiveConfig { hosts }, &Policy::default());
            let of_host = &plan.hosts[0];
            [&of_host.endpoints[0], &of_host.clients[0]].map(|endpoint| {
                endpoint.outcome.as_ref().err().is_some_and(|refused| refused.codes.contains(&"wcf-config-address-scheme-mismatch"))
            })
        };
        assert_eq!(codes("https", false), [true, true]);
        assert_eq!(codes("https", true), [false, false]);
        assert_eq!(codes("HTTP", false), [false, false]);
        assert_eq!(codes("", false), [false, false]);
    }

    #[test]
    fn anonymous_callers_need_their_own_waiver() {
        let stream = stack(vec![windows(wcf_config::channel_stack::ProtectionLevel::EncryptAndSign)], Transport::Tcp(stream()));
        let config = EffectiveConfig { hosts: vec![host(vec![service(service_endpoint(stream), Default::default())], Vec::new())] };
        let all =
            Choices { windows_replacement: Some(Chosen { value: WindowsReplacement::AnonymousCallers, span: None }), ..Choices::default() };
        let refused = |code: &str| {
            let policy = Policy { all: all.clone(), waivers: vec![waiver(code, "Bank.Transfers")], ..Policy::default() };
            let (plan, findings) = run(&config, &policy);
            // The order does not tell under a second name what the rule told.
            assert_eq!(of(&findings, "wcf-weaker-caller-proof").len(), 0);
            plan.hosts[0].endpoints[0].outcome.is_err()
        };
        assert!(refused("wcf-impersonation-lost") && !refused("wcf-anonymous-callers"));
    }
}
