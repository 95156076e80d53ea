//! `verify ADDRESS`: tries a running server with everything its plan must refuse, and what it must accept.

use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use security_probe::{Identity, Material, Password, Target};
use serde_json::json;
use tonic_codegen::CratePlan;
use tonic_codegen::crate_plan::{HostCrates, Listener};

use super::UsageError;
use crate::arguments::{Format, Global, Stage, Verify};
use crate::exit_code::Exit;
use crate::terminal::{STRONG, Terminal};
use crate::{attacks, findings, pipeline};

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tries the server and prints the table.
pub fn run(options: &Verify, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let run = pipeline::run(&options.input, global, None, Stage::Crate, terminal)?;
    let Some(plan) = run.crates.as_ref().filter(|_| !run.policy_is_wrong && !run.nothing_understood) else {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    };
    let (host, port) = address(&options.address)?;
    let (crates, listener) = listener(plan, options.listener.as_deref(), port)?;
    let mut material = material(&options.certs)?;
    material.password = options.user.as_deref().map(password).transpose()?;
    let planned = listener.plan.channel.expected_server_name.as_ref().map(|decision| decision.chosen.clone());
    let target = Target {
        address: options.address.clone(),
        server_name: options.server_name.clone().or(planned).unwrap_or(host),
        service: listener
            .services
            .iter()
            .find_map(|&at| crates.services.get(at))
            .map(|service| service.full_name.clone())
            .unwrap_or_default(),
        timeout: PATIENCE,
    };
    let rows = security_probe::probe_blocking(&target, &material, &listener.plan)?;
    let (verdict, right) = attacks::verdict(&rows);
    let result = match options.format {
        Format::Text => format!(
            "{STRONG}{}{STRONG:#} at {} as {}: {}\n{}  {verdict}\n",
            listener.name,
            target.address,
            target.server_name,
            listener.plan.summary(),
            attacks::table(&rows, terminal.width()),
        ),
        Format::Json => {
            let document = json!({
                "schema": migration_report::SCHEMA,
                "version": env!("CARGO_PKG_VERSION"),
                "address": target.address,
                "serverName": target.server_name,
                "listener": listener.name,
                "attempts": attacks::json(&rows),
            });
            format!("{}\n", serde_json::to_string_pretty(&document)?)
        }
    };
    terminal.result(&result)?;
    Ok(if right { Exit::Done } else { Exit::Denied })
}

fn address(text: &str) -> Result<(String, u16), UsageError> {
    let wrong = || UsageError(format!("{text:?} is not HOST:PORT"));
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err(wrong());
    }
    Ok((host.to_owned(), port.parse().map_err(|_| wrong())?))
}

/// The listener that is meant: by name, else the only one with this port, else the only one there is.
fn listener<'p>(plan: &'p CratePlan, name: Option<&str>, port: u16) -> Result<(&'p HostCrates, &'p Listener), UsageError> {
    let all = || plan.hosts.iter().flat_map(|host| host.listeners.iter().map(move |listener| (host, listener)));
    let chosen: Vec<_> = match name {
        Some(name) => all().filter(|(_, listener)| listener.name == name || listener.name.replace('_', "-") == name).collect(),
        None => {
            let by_port: Vec<_> = all().filter(|(_, listener)| listener.port == port).collect();
            if by_port.is_empty() { all().collect() } else { by_port }
        }
    };
    match chosen.as_slice() {
        [one] => Ok(*one),
        _ => {
            let names: Vec<&str> = all().map(|(_, listener)| listener.name.as_str()).collect();
            Err(UsageError(format!("which listener answers there? --listener names one of: {}", names.join(", "))))
        }
    }
}

/// What `certs dev` wrote, as far as it is there.
///
/// # Errors
///
/// If the folder is not there.
pub fn material(folder: &Path) -> anyhow::Result<Material> {
    anyhow::ensure!(folder.is_dir(), "{}: there is no such folder of certificates (`certs dev` makes one)", folder.display());
    let text = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let identity = |name: &str| Some(Identity { certificates: text(&format!("{name}.pem"))?, key: text(&format!("{name}.key"))? });
    Ok(Material {
        authorities: text("authority.pem"),
        client: identity("client"),
        issuer: identity("authority"),
        revoked: identity("revoked-client"),
        password: None,
        token: None,
    })
}

fn password(option: &str) -> Result<Password, UsageError> {
    let (user, variable) = option.split_once(':').ok_or_else(|| UsageError("--user needs USER:VARIABLE".to_owned()))?;
    // The variable's name, never its value.
    let password = env::var(variable).map_err(|_| UsageError(format!("the variable {variable} is not set, or is not text")))?;
    Ok(Password { user: user.to_owned(), password })
}
