//! Any configuration: read, resolved, judged and planned without a panic, twice alike, every place inside the text, and
//! without a policy nothing that only a policy may allow.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{Limits, parse};
use wcf_config::{Inputs, Options};
use wcf_contract::ContractModel;
use wcf_diagnostics::{Files, Findings, SourceFile, render_text};
use wcf_security::plan::{CertificateTrust, ClientCertificates, MigrationPlan, PlannedEndpoint, TransportPlan, TrustAnchors};
use wcf_security::{Date, Policy};

fn run(files: &Files, text: &str) -> Option<(MigrationPlan, Findings)> {
    let (id, _) = files.iter().next()?;
    let parsed = parse(id, text, &Limits::default());
    let mut findings = parsed.findings;
    let (document, found) = wcf_config::parse(id, &parsed.document?);
    findings.extend(found);
    let input = wcf_config::Input { path: "web.config".to_owned(), document, name: None };
    let inputs = Inputs { configs: vec![input], svc: Vec::new() };
    let (config, found) = wcf_config::resolve(&inputs, &Options::default());
    findings.extend(found);
    let contracts = ContractModel::default();
    let (posture, found) = wcf_security::assess(&config, &contracts, files);
    findings.extend(found);
    let today = Date { year: 2026, month: 11, day: 24 };
    let (plan, found) = wcf_security::plan(&posture, &config, &contracts, &Policy::default(), files, today);
    findings.extend(found);
    Some((plan, findings))
}

fn check(planned: &PlannedEndpoint) {
    let trusts_any = |trust: &CertificateTrust| trust.anchors == TrustAnchors::AcceptAnyCertificate;
    assert!(!trusts_any(&planned.channel.server_trust.chosen), "any server certificate is accepted without a waiver");
    match &planned.transport.chosen {
        TransportPlan::Tls(tls) => match &tls.client_certificates.chosen {
            ClientCertificates::Required(trust) => assert!(!trusts_any(trust), "any client certificate is accepted without a waiver"),
            ClientCertificates::NotRequested => {}
        },
        TransportPlan::LocalSocket => {}
        TransportPlan::ClearText(why) => panic!("clear text without a policy: {why:?}"),
    }
}

fuzz_target!(|text: &str| {
    let mut files = Files::default();
    files.add(SourceFile::new("web.config", text));
    let Some((plan, findings)) = run(&files, text) else { return };
    for host in &plan.hosts {
        host.endpoints.iter().chain(&host.clients).filter_map(|endpoint| endpoint.outcome.as_ref().ok()).for_each(check);
    }
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    assert!(!render_text(&files, &findings, true, 80).is_empty());
    assert_eq!(run(&files, text), Some((plan, findings)));
});
