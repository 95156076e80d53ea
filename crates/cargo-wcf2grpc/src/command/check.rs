//! `check`: fails if what is on disk is not what would be written, or if a finding is at level deny.

use serde_json::json;
use tonic_codegen::Lock;
use wcf_diagnostics::{to_json, to_sarif};

use crate::arguments::{Check, FindingsFormat, Global, Stage};
use crate::exit_code::Exit;
use crate::terminal::{GOOD, Terminal};
use crate::{check, difference, findings, pipeline, write};

/// Compares what is on disk with what would be written, and writes nothing.
pub fn run(options: &Check, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let lock = write::read_lock(&options.out)?.map(|text| Lock::parse(&text)).transpose()?;
    let mut run = pipeline::run(&options.input, global, lock.as_ref(), Stage::Crate, terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let comparison = write::compare(&options.out, &pipeline::render(&run), false)?;
    if let Some(crates) = &run.crates {
        run.findings.extend(check::check(&comparison, crates));
    }
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).map(|text| format!("{text}\n"));
    match options.format {
        FindingsFormat::Text if options.diff => terminal.result(&difference::unified(&comparison))?,
        FindingsFormat::Text => {}
        FindingsFormat::Json => {
            let findings = to_json(&run.files, &run.findings);
            terminal.result(&pretty(&json!({ "schema": "wcf2grpc/1", "findings": findings }))?)?;
        }
        FindingsFormat::Sarif => {
            terminal.result(&pretty(&to_sarif(&run.files, &run.findings, env!("CARGO_PKG_VERSION")))?)?;
        }
    }
    findings::show_run(&run, terminal);
    if findings::exit(&run) == Exit::Done {
        terminal.message(format_args!("{GOOD}Current{GOOD:#}: {} is what the input gives.", options.out.display()));
    }
    Ok(findings::exit(&run))
}
