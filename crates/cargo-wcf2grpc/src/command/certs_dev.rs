//! `certs dev`: certificates for development, with the names the plan asks for.

use std::time::SystemTime;

use crate::arguments::CertsDev;
use crate::certs;
use crate::exit_code::Exit;
use crate::terminal::{GOOD, Terminal};

/// Names that every development server has.
pub const LOCAL_NAMES: &[&str] = &["localhost", "127.0.0.1", "::1"];

/// Makes and writes the certificates.
pub fn run(options: &CertsDev, terminal: Terminal) -> anyhow::Result<Exit> {
    let mut names: Vec<String> = LOCAL_NAMES.iter().map(|&name| name.to_owned()).collect();
    for name in &options.name {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let set = certs::make(&names, options.days, SystemTime::now())?;
    certs::write(&set, &options.out, options.force)?;
    let files: Vec<&str> = set.files.iter().map(|file| file.name).collect();
    terminal.message(format_args!("{GOOD}Wrote{GOOD:#} {} to {}", files.join(", "), options.out.display()));
    terminal.message(format_args!("The server certificate is for {}; all are good until {}.", names.join(", "), set.not_after.date()));
    terminal.message("They are for this machine: whoever has authority.key can be any server and any client.");
    Ok(Exit::Done)
}
