//! `check`: what is on disk against what would be written, as findings.

use tonic_codegen::CratePlan;
use wcf_diagnostics::Findings;

use crate::diagnostics::{GeneratedFileLeftOver, GeneratedFileLineEnds, GeneratedFileMissing, GeneratedFileOutdated};
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
    findings
}

/// The configuration that decides a file: that of the host whose crate it is in.
fn source(plan: &CratePlan, path: &str) -> Option<String> {
    let crate_name = path.split('/').next()?;
    let of_host = |name: &str| ["proto", "server", "client"].iter().any(|part| crate_name == format!("{name}-{part}"));
    plan.hosts.iter().find(|host| of_host(&host.name)).map(|host| host.source.clone())
}
