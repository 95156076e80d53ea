//! `check`: what is on disk against what would be written, as findings.

use tonic_codegen::CratePlan;
use tonic_codegen::server::handwritten::{self, DriftKind, HandlerDrift};
use wcf_diagnostics::Findings;

use crate::diagnostics::{GeneratedFileLeftOver, GeneratedFileLineEnds, GeneratedFileMissing, GeneratedFileOutdated, HandlerDrifted};
use crate::write::{Action, Comparison, refuse};

/// A finding for each file that is not as it would be written, and which of three it was: the input changed, the file was
/// edited, or only the line ends differ.
#[must_use]
pub fn check(comparison: &Comparison, plan: &CratePlan) -> Findings {
    let mut findings = Findings::new();
    for entry in comparison.changes() {
        let path = entry.path.clone();
        match entry.action {
            Action::Create => findings.push(GeneratedFileMissing { path }),
            Action::Update => {
                let source = source(plan, &path);
                findings.push(GeneratedFileOutdated { path, source });
            }
            Action::UpdateLineEnds => findings.push(GeneratedFileLineEnds { path }),
            Action::Remove => findings.push(GeneratedFileLeftOver { path }),
            Action::Refuse(refusal) => findings.push(refuse(path, refusal)),
            Action::Keep | Action::Leave => {}
        }
    }
    findings.extend(handlers(comparison, plan));
    findings
}

/// Where the handlers that people wrote do not fit their contracts.
#[must_use]
pub fn handlers(comparison: &Comparison, plan: &CratePlan) -> Findings {
    let mut findings = Findings::new();
    for (path, drift) in drifts(comparison, plan) {
        findings.push(HandlerDrifted { path: path.to_owned(), drift });
    }
    findings
}

/// The handlers to add, each with its file and line.
pub fn missing_handlers<'a>(comparison: &'a Comparison, plan: &'a CratePlan) -> impl Iterator<Item = (&'a str, usize, String)> {
    drifts(comparison, plan).filter_map(|(path, drift)| match drift.kind {
        DriftKind::Missing { stub, .. } | DriftKind::ServiceMissing { stub } => Some((path, drift.line, stub)),
        DriftKind::LeftOver { .. } | DriftKind::ServiceLeftOver { .. } => None,
    })
}

fn drifts<'a>(comparison: &'a Comparison, plan: &'a CratePlan) -> impl Iterator<Item = (&'a str, HandlerDrift)> {
    let theirs = comparison.entries.iter().filter(|entry| entry.action == Action::Leave);
    theirs.flat_map(move |entry| {
        let text = entry.before.as_deref().unwrap_or("");
        handwritten::compare(plan, &entry.path, text).into_iter().map(move |drift| (entry.path.as_str(), drift))
    })
}

/// The configuration that decides a file: that of the host whose crate it is in.
fn source(plan: &CratePlan, path: &str) -> Option<String> {
    let crate_name = path.split('/').next()?;
    let of_host = |name: &str| ["proto", "server", "client"].iter().any(|part| crate_name == format!("{name}-{part}"));
    plan.hosts.iter().find(|host| of_host(&host.name)).map(|host| host.source.clone())
}
