//! From configuration text to posture, plan and findings, through the real reader.

use std::fmt::Write as _;

use wcf_config::{Input, Inputs, Options};
use wcf_contract::{ContractModel, SourceText, read_csharp};
use wcf_diagnostics::{Files, Findings, Level, SourceFile};
use wcf_security::plan::{CallerCredential, EndpointPlan, PlannedEndpoint, TransportPlan};
use wcf_security::posture::EndpointPosture;
use wcf_security::{CODES, Date, Decision, MigrationPlan, Policy, Raised, SecurityPosture};

/// The day that waivers in tests are compared with.
pub const TODAY: Date = Date { year: 2026, month: 11, day: 24 };

/// Everything that one input comes to.
pub struct Outcome {
    pub files: Files,
    pub posture: SecurityPosture,
    pub plan: MigrationPlan,
    /// Findings of reading.
    pub reading: Findings,
    /// Findings of this crate.
    pub findings: Findings,
}

/// Reads configurations (path, text), contracts (path, text) and a policy, and plans them.
pub fn travel(configs: &[(&str, &str)], contracts: &[(&str, &str)], policy: Option<&str>) -> Outcome {
    let mut files = Files::default();
    let mut reading = Findings::new();
    let mut inputs = Inputs::default();
    for &(path, text) in configs {
        let file = files.add(SourceFile::new(path, text));
        let parsed = located_xml::parse(file, text, &located_xml::Limits::default());
        reading.extend(parsed.findings);
        let (document, findings) = wcf_config::parse(file, &parsed.document.expect("the case is XML"));
        reading.extend(findings);
        inputs.configs.push(Input { path: path.to_owned(), document, name: None });
    }
    let (config, findings) = wcf_config::resolve(&inputs, &Options::default());
    reading.extend(findings);
    let contracts = read_contracts(contracts, &mut files, &mut reading);
    let (config, mut findings) = wcf_security::associate(config, &contracts);
    let policy = policy.map_or_else(Policy::default, |text| {
        let file = files.add(SourceFile::new("wcf2grpc.toml", text));
        let codes: Vec<_> = [wcf_config::CODES, wcf_contract::CODES, CODES].into_iter().flatten().copied().collect();
        let (policy, found) = Policy::parse(file, text, &codes);
        findings.extend(found);
        policy
    });
    let raised = Raised::of(&policy, reading.iter().chain(&findings));
    let (posture, found) = wcf_security::assess(&config, &contracts, &files);
    findings.extend(found);
    let (mut plan, found) = wcf_security::plan(&posture, &config, &contracts, &policy, &files, TODAY);
    raised.refuse(&mut plan, &config, &contracts, &files);
    findings.extend(found);
    policy.apply_levels(&mut reading);
    policy.apply_levels(&mut findings);
    findings.sort();
    Outcome { files, posture, plan, reading, findings }
}

fn read_contracts(sources: &[(&str, &str)], files: &mut Files, findings: &mut Findings) -> ContractModel {
    let ids: Vec<_> = sources.iter().map(|&(path, text)| (files.add(SourceFile::new(path, text)), text)).collect();
    let texts: Vec<_> = ids.iter().map(|&(file, text)| SourceText { file, text }).collect();
    let (model, found) = read_csharp(&texts, &wcf_contract::Options::default());
    findings.extend(found);
    model
}

impl Outcome {
    /// The first service endpoint that is not metadata.
    pub fn service(&self) -> (&EndpointPosture, &EndpointPlan) {
        let posture = self.posture.hosts.iter().flat_map(|host| &host.services).find(|endpoint| !endpoint.is_system);
        let plan = self.plan.hosts.iter().flat_map(|host| &host.endpoints).next();
        (posture.expect("a service endpoint"), plan.expect("a planned service endpoint"))
    }

    /// The codes of this crate's findings at a level or above, sorted, once each.
    pub fn codes(&self, level: Level) -> Vec<&'static str> {
        let mut codes: Vec<_> = self.findings.iter().filter(|finding| finding.level >= level).map(|finding| finding.code.name).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// All of it as text: what a case's `expected.txt` holds.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (posture, plan) in self.posture.hosts.iter().zip(&self.plan.hosts) {
            let _ = writeln!(text, "host {}", posture.name);
            let planned = |span| plan.endpoints.iter().chain(&plan.clients).find(|planned| planned.span == span);
            for (side, endpoints) in [("service", &posture.services), ("client", &posture.clients)] {
                for endpoint in endpoints {
                    let service = endpoint.subject.service.as_deref().unwrap_or("-");
                    let _ = writeln!(text, "\n{side} {service}: {}", endpoint.subject.endpoint.as_deref().unwrap_or("-"));
                    match &endpoint.outcome {
                        Ok(posture) => {
                            let _ = writeln!(text, "  posture: {}", posture.summary());
                        }
                        Err(none) => {
                            let _ = writeln!(text, "  no posture: {}", none.codes.join(", "));
                        }
                    }
                    match planned(endpoint.span).map(|planned| &planned.outcome) {
                        None => text.push_str("  not planned\n"),
                        Some(Err(refused)) => {
                            let _ = writeln!(text, "  refused: {}", refused.codes.join(", "));
                        }
                        Some(Ok(plan)) => describe(&mut text, plan),
                    }
                }
            }
        }
        let refusals = self.reading.iter().filter(|finding| finding.level == Level::Deny);
        text.push_str("\nfindings\n");
        for finding in refusals.chain(&self.findings) {
            let place = finding.span().map_or_else(
                || "-".to_owned(),
                |span| {
                    let at = self.files.line_column(span);
                    format!("{}:{}:{}", self.files.path(span.file), at.line, at.column)
                },
            );
            let labels =
                finding.labels.iter().map(|label| label.text.as_str()).filter(|text| !text.is_empty() && !text.starts_with("for this "));
            let because: Vec<_> = labels.chain(finding.notes.iter().map(String::as_str)).collect();
            let because = if because.is_empty() { String::new() } else { format!(" <{}>", because.join("; ")) };
            let _ = writeln!(text, "  {} {} {place}: {}{because}", finding.level, finding.code.name, finding.message);
        }
        text
    }
}

fn describe(text: &mut String, plan: &PlannedEndpoint) {
    let _ = writeln!(text, "  plan: {}", plan.summary());
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "    {name}: {words}");
    };
    fn said<T>(decision: &Decision<T>) -> String {
        format!("[{}] {}", decision.rule.id, decision.sentence())
    }
    line("transport", &said(&plan.transport));
    line("callers", &said(&plan.callers));
    if let TransportPlan::Tls(tls) = &plan.transport.chosen {
        line("versions", &said(&tls.versions));
        line("client certificates", &said(&tls.client_certificates));
        if tls.prefer_256_bit {
            line("suites", "256-bit first");
        }
    }
    for credential in &plan.callers.chosen {
        match credential {
            CallerCredential::Basic(check) => line("passwords", &format!("{check:?}")),
            CallerCredential::Bearer(bearer) => line("tokens", &format!("issuer {:?}, audience {:?}", bearer.issuer, bearer.audience)),
            CallerCredential::ClientCertificate | CallerCredential::Kerberos | CallerCredential::LocalPeer => {}
        }
    }
    if let Some(from) = &plan.authorization.roles_from {
        line("roles", &format!("{:?} {}", from.chosen, said(from)));
    }
    for demand in &plan.authorization.operations {
        line("demand", &format!("{:?} {}", demand.chosen, said(demand)));
    }
    line("server", &said(&plan.server_identity));
    line("trust", &format!("{:?} {}", plan.channel.server_trust.chosen, said(&plan.channel.server_trust)));
    if let Some(name) = &plan.channel.expected_server_name {
        line("name", &format!("{} {}", name.chosen, said(name)));
    }
    if let Some(found) = &plan.channel.client_certificate_from {
        line("client's certificate", found);
    }
    let limits = &plan.limits;
    line("request", &format!("{} bytes {}", limits.max_request_bytes.chosen, said(&limits.max_request_bytes)));
    line("response", &format!("{} bytes {}", limits.max_response_bytes.chosen, said(&limits.max_response_bytes)));
    for (name, limit) in [("deadline", &limits.deadline_ms), ("connect", &limits.connect_timeout_ms), ("idle", &limits.idle_ms)] {
        match limit {
            Some(limit) => line(name, &format!("{} ms {}", limit.chosen, said(limit))),
            None => line(name, "no limit"),
        }
    }
    let counts = [
        ("calls", &limits.max_concurrent_calls),
        ("connections", &limits.max_connections),
        ("pending", &limits.max_pending_connections),
        ("backlog", &limits.listen_backlog),
    ];
    for (name, limit) in counts {
        if let Some(limit) = limit {
            line(name, &format!("{} {}", limit.chosen, said(limit)));
        }
    }
    for (name, on) in [("reflection", plan.reflection), ("gzip", limits.gzip), ("streamed", limits.streamed)] {
        if on {
            line(name, "on");
        }
    }
    for guarantee in &plan.guarantees {
        line(&format!("{:?}", guarantee.chosen), &said(guarantee));
    }
    if !plan.losses.is_empty() {
        line("losses", &plan.losses.join(", "));
    }
}
