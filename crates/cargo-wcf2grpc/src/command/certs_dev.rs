//! `certs dev`: certificates for development, with the names the plan asks for.

use std::time::SystemTime;

use wcf_security::MigrationPlan;

use crate::arguments::{CertsDev, Global, Stage};
use crate::exit_code::Exit;
use crate::pipeline;
use crate::terminal::{GOOD, Terminal};
use crate::{certs, findings};

/// Names that every development server has.
const LOCAL_NAMES: &[&str] = &["localhost", "127.0.0.1", "::1"];

/// Makes and writes the certificates. Input that cannot be understood is no obstacle: then only the local names are in them.
pub fn run(options: &CertsDev, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let run = pipeline::run(&options.input, global, None, Stage::Plan, terminal)?;
    if run.policy_is_wrong {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let names = names(&run.plan, &options.name);
    let set = certs::make(&names, options.days, SystemTime::now())?;
    certs::write(&set, &options.out, options.force)?;
    let files: Vec<&str> = set.files.iter().map(|file| file.name).collect();
    terminal.message(format_args!("{GOOD}Wrote{GOOD:#} {} to {}", files.join(", "), options.out.display()));
    terminal.message(format_args!("The server certificate is for {}; all are good until {}.", names.join(", "), set.not_after.date()));
    terminal.message("They are for this machine: whoever has authority.key can be any server and any client.");
    Ok(Exit::Done)
}

/// The local names, those the plan's servers must prove, and those asked for, each once.
#[must_use]
pub fn names(plan: &MigrationPlan, more: &[String]) -> Vec<String> {
    let endpoints = plan.hosts.iter().flat_map(|host| host.endpoints.iter().chain(&host.clients));
    let planned = endpoints.filter_map(|endpoint| endpoint.outcome.as_ref().ok()).flat_map(|plan| {
        let expected = plan.channel.expected_server_name.as_ref().map(|decision| decision.chosen.clone());
        expected.into_iter().chain(plan.server_identity.chosen.dns_name.clone())
    });
    let mut names: Vec<String> = LOCAL_NAMES.iter().map(|&name| name.to_owned()).collect();
    // A name in configuration may be anything; what is no DNS name cannot stand in a certificate.
    for name in planned.filter(|name| certs::is_name(name)).chain(more.iter().cloned()) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    names
}
