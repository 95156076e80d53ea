//! `completions SHELL`: a script for the shell.

use clap::CommandFactory;

use crate::arguments::{Cargo, Completions};
use crate::exit_code::Exit;
use crate::terminal::Terminal;

/// Prints a completion script.
pub fn run(options: &Completions, terminal: Terminal) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cargo::command(), "cargo", &mut script);
    terminal.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
