//! What goes to the generator, without secrets: whatever it writes into documentation, it never had one to write.

use wcf_diagnostics::secrets::redact;
use wcf_diagnostics::{Findings, Subject};
use wcf_security::MigrationPlan;
use wcf_security::plan::EndpointPlan;

/// The plan, its addresses without the passwords that addresses can carry.
#[must_use]
pub fn plan(mut plan: MigrationPlan) -> MigrationPlan {
    for host in &mut plan.hosts {
        host.endpoints.iter_mut().chain(&mut host.clients).for_each(endpoint);
    }
    plan
}

fn endpoint(endpoint: &mut EndpointPlan) {
    hide(&mut endpoint.address);
    hide(&mut endpoint.contract);
    hide(&mut endpoint.service);
    subject(&mut endpoint.subject);
}

/// The findings, their words without secrets.
#[must_use]
pub fn findings(findings: &Findings) -> Findings {
    let mut findings = findings.clone();
    for finding in findings.iter_mut() {
        hide(&mut finding.message);
        finding.notes.iter_mut().chain(&mut finding.help).for_each(hide);
        finding.labels.iter_mut().for_each(|label| hide(&mut label.text));
        subject(&mut finding.subject);
    }
    findings
}

fn subject(subject: &mut Subject) {
    subject.service.iter_mut().chain(&mut subject.endpoint).for_each(hide);
}

fn hide(text: &mut String) {
    if let std::borrow::Cow::Owned(hidden) = redact(text) {
        *text = hidden;
    }
}
