//! `init`: a commented `wcf2grpc.toml` with the decisions that the input leaves open.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::ensure;
use wcf_diagnostics::Level;
use wcf_security::plan::CallerCredential;

use crate::arguments::{Global, Init, Stage};
use crate::exit_code::Exit;
use crate::pipeline::Run;
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
    replace(&options.out, policy(&run).as_bytes(), None)?;
    terminal.message(format_args!("{GOOD}Wrote{GOOD:#} {}: nothing in it is decided until you uncomment it.", options.out.display()));
    Ok(Exit::Done)
}

/// The text: every key is a comment that holds the default, so that the file changes nothing as it is.
fn policy(run: &Run) -> String {
    let mut text = String::from(
        "# The policy of `cargo wcf2grpc`: what the input cannot say. Everything is a comment until you decide it.\n\
         # Keys and values: docs/guide.md of wcf2grpc; a finding: cargo wcf2grpc explain CODE\n\
         \n\
         [deployment]\n\
         # Where the servers will run: internal | public | kubernetes | mesh | swarm | local\n\
         # exposure = \"internal\"\n",
    );
    let has = |code: &str| run.findings.iter().any(|finding| finding.code.name == code);
    text.push_str("\n[security]\n");
    if has("wcf-windows-identity-replaced") {
        text.push_str(
            "# What takes the place of Windows accounts, which callers prove today: client-certificate | bearer | kerberos\n\
             # windows-replacement = \"client-certificate\"\n",
        );
    }
    if credentials(run).any(|credential| matches!(credential, CallerCredential::Basic(_))) {
        text.push_str("# How user names travel: basic | bearer\n# user-names = \"basic\"\n");
    }
    if credentials(run).any(|credential| matches!(credential, CallerCredential::Bearer(_))) {
        text.push_str("\n[security.bearer]\n# Where tokens come from, and for whom they must be\n# issuer = \"https://login.example/\"\n# audience = \"\"\n");
    }
    for (code, service) in waivable(run) {
        let summary = run.findings.iter().find(|finding| finding.code.name == code).map_or("", |finding| finding.code.summary);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n# Nothing is generated for this service: {summary}\n# [[waiver]]\n# code = {}\n# service = {}\n# reason = \"\"\n# until = 2027-06-30\n",
            toml::Value::String(code.to_owned()),
            toml::Value::String(one_line(&service)),
        );
    }
    text
}

fn credentials(run: &Run) -> impl Iterator<Item = &CallerCredential> {
    let endpoints = run.plan.hosts.iter().flat_map(|host| host.endpoints.iter().chain(&host.clients));
    endpoints.filter_map(|endpoint| endpoint.outcome.as_ref().ok()).flat_map(|plan| &plan.callers.chosen)
}

/// The losses that stand against a service and could be waived, each once.
fn waivable(run: &Run) -> BTreeSet<(&'static str, String)> {
    let denied = run.findings.iter().filter(|finding| finding.level == Level::Deny && finding.code.waivable);
    denied.filter_map(|finding| Some((finding.code.name, finding.subject.service.clone()?))).collect()
}

/// A name as it may stand in a comment of one line.
fn one_line(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).collect()
}
