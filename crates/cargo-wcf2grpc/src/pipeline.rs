//! The whole road from files to files, on one screen: one call for each stage. Every stage returns what it understood and
//! the findings about the rest; nothing stops at the first problem.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use tonic_codegen::{ContractPolicy, CratePlan, DateTimePolicy, DecimalPolicy, GeneratedFiles, Lock, NullListPolicy, StubsPolicy};
use wcf_config::{EffectiveConfig, Inputs};
use wcf_contract::{ContractModel, SourceText};
use wcf_diagnostics::{FileId, Files, Findings, Level};
use wcf_security::policy::{DateTimeMapping, DecimalMapping, NullListMapping, Stubs};
use wcf_security::{Date, MigrationPlan, Policy, Raised, SecurityPosture};

use crate::arguments::{Global, Input, Stage};
use crate::configuration::Configurations;
use crate::discovery::{self, Sources};
use crate::project::{self, ProjectFile};
use crate::terminal::Terminal;
use crate::{configuration, in_code, missing_contracts, policy, without_secrets, wsdl};

/// What a run knows after its last stage. Stages after the one asked for are empty.
#[derive(Debug, Default)]
pub struct Run {
    /// Every file that was read.
    pub files: Files,
    /// The configuration files among them.
    pub configuration_files: Vec<FileId>,
    /// The configurations as written.
    pub configurations: Configurations,
    /// The configurations with what code sets up.
    pub joined: Inputs,
    /// The configurations as .NET runs them.
    pub config: EffectiveConfig,
    /// The contracts.
    pub contracts: ContractModel,
    /// What is protected.
    pub posture: SecurityPosture,
    /// What the generated crates do.
    pub plan: MigrationPlan,
    /// Every name, number and file.
    pub crates: Option<CratePlan>,
    /// The findings of all stages, in the order of files and places.
    pub findings: Findings,
    /// Nothing of the input could be read and understood.
    pub nothing_understood: bool,
    /// The policy cannot be understood: then no stage after reading was run, and the findings are the policy's.
    pub policy_is_wrong: bool,
}

/// Runs the stages up to `until`.
///
/// # Errors
///
/// If a PATH or the policy cannot be found: then there is nothing to be right or wrong about.
pub fn run(input: &Input, global: &Global, lock: Option<&Lock>, until: Stage, terminal: Terminal) -> anyhow::Result<Run> {
    let (mut sources, mut findings) = discovery::read(input, terminal)?;
    terminal.detail(format_args!("read {} files, {} of them configurations", sources.count(), sources.configurations.len()));
    let (policy, found) = policy::read(global.policy.as_deref(), &input.paths, &mut sources.files)?;
    if found.worst() == Some(Level::Deny) {
        return Ok(Run { files: sources.files, findings: found, policy_is_wrong: true, ..Run::default() });
    }
    findings.extend(found);
    let projects = project::read(&sources);
    let (configurations, found) = configuration::parse(&sources, &projects, input.transform.as_deref());
    findings.extend(found);
    let nothing_understood =
        configurations.xml.is_empty() && sources.csharp.is_empty() && sources.service_files.is_empty() && sources.wsdl.is_empty();
    let mut run = Run { configurations, findings, nothing_understood, ..Run::default() };
    if until >= Stage::Effective {
        let (mut contracts, found) = contracts(&sources, &projects, &input.define);
        let (joined, not_read) = in_code::join(&run.configurations.inputs, &mut contracts, &projects, &sources.files);
        run.contracts = contracts;
        run.joined = joined;
        let (config, resolved) = wcf_config::resolve(&run.joined, &run.configurations.options);
        run.config = config;
        run.findings.extend(found.into_iter().chain(not_read).chain(resolved));
        run.findings.extend(configuration::without_endpoints(&run.configurations, &run.config));
        run.findings.extend(wsdl::join(&sources, &mut run.contracts, &mut run.config));
    }
    if until >= Stage::Posture {
        let (config, found) = wcf_security::associate(run.config, &run.contracts);
        run.config = config;
        run.findings.extend(found);
        // Planning crates tells what is in no source by itself.
        run.findings.extend(missing_contracts::findings(&sources, &run.contracts, &run.config, until < Stage::Crate));
    }
    run.files = sources.files;
    run.configuration_files = sources.configurations;
    let raised = Raised::of(&policy, &run.findings);
    if until >= Stage::Posture {
        let (posture, found) = wcf_security::assess(&run.config, &run.contracts, &run.files);
        run.posture = posture;
        run.findings.extend(found);
    }
    if until >= Stage::Plan {
        let (plan, found) = wcf_security::plan(&run.posture, &run.config, &run.contracts, &policy, &run.files, today());
        run.plan = without_secrets::plan(plan);
        raised.refuse(&mut run.plan, &run.config, &run.contracts, &run.files);
        run.findings.extend(found);
    }
    if until >= Stage::Crate {
        let plan_crates =
            |plan: &MigrationPlan| tonic_codegen::plan_crates(plan, &run.contracts, lock, &contract_policy(&policy), &run.files);
        let (mut crates, found) = plan_crates(&run.plan);
        // What this stage found and the policy raised is left out as well; it stays told.
        if Raised::of(&policy, &found).refuse(&mut run.plan, &run.config, &run.contracts, &run.files) {
            crates = plan_crates(&run.plan).0;
        }
        run.crates = Some(crates);
        run.findings.extend(found);
    }
    policy.apply_levels(&mut run.findings);
    run.findings.sort();
    Ok(run)
}

/// The files of a run whose crates are planned. Cannot fail.
pub fn render(run: &Run) -> GeneratedFiles {
    let findings = without_secrets::findings(&run.findings);
    let render = |crates| tonic_codegen::render(crates, &run.plan, &findings, &run.files);
    run.crates.as_ref().map(render).unwrap_or_default()
}

fn contracts(sources: &Sources, projects: &[ProjectFile], defines: &[String]) -> (ContractModel, Findings) {
    let text = |&file: &FileId| sources.files.get(file).map(|source| SourceText { file, text: &source.text });
    let texts: Vec<SourceText<'_>> = sources.csharp.iter().filter_map(text).collect();
    let projects = project::membership(projects, &sources.csharp, &sources.files);
    wcf_contract::read_csharp(&texts, &wcf_contract::Options { defines: defines.to_vec(), projects })
}

fn contract_policy(policy: &Policy) -> ContractPolicy {
    ContractPolicy {
        decimal: match policy.decimal {
            DecimalMapping::Text => DecimalPolicy::Text,
            DecimalMapping::UnitsNanos => DecimalPolicy::UnitsNanos,
        },
        date_time: match policy.date_time {
            DateTimeMapping::Utc => DateTimePolicy::Utc,
            DateTimeMapping::WithKind => DateTimePolicy::WithKind,
        },
        null_lists: match policy.null_lists {
            NullListMapping::Empty => NullListPolicy::Empty,
            NullListMapping::Kept => NullListPolicy::Kept,
        },
        stubs: match policy.stubs {
            Stubs::CheckedIn => StubsPolicy::CheckedIn,
            Stubs::BuildScript => StubsPolicy::BuildScript,
        },
    }
}

/// Today in UTC, by which waivers end.
fn today() -> Date {
    let date = OffsetDateTime::from(now()).date();
    Date { year: u16::try_from(date.year()).unwrap_or(0), month: u8::from(date.month()), day: date.day() }
}

/// The moment of this run. `SOURCE_DATE_EPOCH` takes its place, as in every reproducible build.
pub fn now() -> SystemTime {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    fixed.and_then(|since| UNIX_EPOCH.checked_add(since)).unwrap_or_else(SystemTime::now)
}
