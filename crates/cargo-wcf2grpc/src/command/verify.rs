//! `verify ADDRESS`: tries a running server with everything its plan must refuse, and what it must accept.

use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use anyhow::Context;
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
    material.password = options.user.as_deref().map(|user| password(user, options.password_file.as_deref())).transpose()?;
    material.token = options.token_file.as_deref().map(secret).transpose()?;
    material.token_key = options.token_key.as_deref().map(secret).transpose()?;
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
        operation: security_probe::NO_OPERATION.to_owned(),
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

/// Host and port; a local socket has no port, and is called `localhost`.
fn address(text: &str) -> Result<(String, Option<u16>), UsageError> {
    let wrong = || UsageError(format!("{text:?} is neither HOST:PORT nor unix:PATH"));
    if let Some(path) = text.strip_prefix("unix:") {
        return if path.is_empty() { Err(wrong()) } else { Ok(("localhost".to_owned(), None)) };
    }
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err(wrong());
    }
    Ok((host.to_owned(), Some(port.parse().map_err(|_| wrong())?)))
}

/// The listener that is meant: by name, else the only one with this port, else the only one there is.
fn listener<'p>(plan: &'p CratePlan, name: Option<&str>, port: Option<u16>) -> Result<(&'p HostCrates, &'p Listener), UsageError> {
    let all = || plan.hosts.iter().flat_map(|host| host.listeners.iter().map(move |listener| (host, listener)));
    let chosen: Vec<_> = match name {
        Some(name) => all().filter(|(_, listener)| listener.name == name || listener.name.replace('_', "-") == name).collect(),
        None => {
            let by_port: Vec<_> = all().filter(|(_, listener)| Some(listener.port) == port).collect();
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
        token_key: None,
        ticket: None,
    })
}

fn password(option: &str, file: Option<&Path>) -> anyhow::Result<Password> {
    if let Some(file) = file {
        return Ok(Password { user: option.to_owned(), password: secret(file)? });
    }
    let needed = || UsageError("--user needs USER:VARIABLE, or the name alone and --password-file".to_owned());
    let (user, variable) = option.split_once(':').ok_or_else(needed)?;
    // The variable's name, never its value.
    let password = env::var(variable).map_err(|_| UsageError(format!("the variable {variable} is not set, or is not text")))?;
    Ok(Password { user: user.to_owned(), password })
}

/// What a file says, without the line break at its end.
fn secret(file: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    anyhow::ensure!(!text.trim().is_empty(), "{} is empty", file.display());
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
