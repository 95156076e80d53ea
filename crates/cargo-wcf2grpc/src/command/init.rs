//! `init`: a commented `wcf2grpc.toml` with the decisions that the input leaves open.

use anyhow::ensure;
use wcf_diagnostics::secrets::redact;
use wcf_security::policy_draft::draft;

use crate::arguments::{Global, Init, Stage};
use crate::exit_code::Exit;
use crate::terminal::{GOOD, Terminal};
use crate::write::replace;
use crate::{findings, pipeline};

/// Writes the file, unless there is one.
pub fn run(options: &Init, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    ensure!(options.out.symlink_metadata().is_err(), "{} is there already: nothing was written", options.out.display());
    let run = pipeline::run(&options.input, global, None, Stage::Plan, terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let policy = draft(&run.config, &run.plan, &run.findings, &run.files);
    replace(&options.out, redact(&policy).as_bytes(), None)?;
    terminal.message(format_args!("{GOOD}Wrote{GOOD:#} {}: it decides what the tool decides by itself.", options.out.display()));
    terminal.message("What is open, and what would have to be waived, stands in it as comments.");
    Ok(Exit::Done)
}
