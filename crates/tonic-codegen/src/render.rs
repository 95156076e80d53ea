//! From decided names to files.

use wcf_diagnostics::{Files, Findings};
use wcf_security::plan::MigrationPlan;

use crate::crate_plan::CratePlan;
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::{client, deploy, migration_notes, proto_crate, server, workspace};

/// Every file of the run, `wcf2grpc.lock` included. Cannot fail; touches no disk. The findings of all stages go into
/// `MIGRATION.md`.
#[must_use]
pub fn render(plan: &CratePlan, migration: &MigrationPlan, findings: &Findings, sources: &Files) -> GeneratedFiles {
    let mut files = GeneratedFiles::default();
    for file in plan.packages.iter().flat_map(|package| &package.files) {
        files.insert(format!("proto/{}", file.path), Ownership::Regenerated, file.text.clone());
    }
    let mut crates = Vec::new();
    for host in &plan.hosts {
        proto_crate::emit(plan, host, &mut files);
        server::render(host, &mut files);
        client::render(host, &mut files);
        deploy::render(host, &mut files);
        crates.extend(["proto", "server", "client"].map(|what| format!("{}-{what}", host.name)));
    }
    crates.sort();
    if !crates.is_empty() {
        workspace::emit(plan, &crates, &mut files);
    }
    migration_notes::emit(plan, migration, findings, sources, &mut files);
    files.insert("wcf2grpc.lock", Ownership::Appended, plan.lock.to_text());
    files
}
