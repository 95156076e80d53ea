//! The commands: one module each, one function each.

mod certs_dev;
mod certs_export;
mod certs_lint;
mod check;
mod completions;
mod demo;
mod explain;
mod generate;
mod init;
mod inspect;
mod verify;

use crate::arguments::{Arguments, Certs, Command};
use crate::exit_code::Exit;
use crate::terminal::Terminal;

/// The command line or the policy is wrong: exit code 2.
#[derive(Debug)]
pub struct UsageError(pub String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Runs a command.
///
/// # Errors
///
/// What keeps it from giving a result at all. What is wrong with the input is a finding, not an error.
pub fn run(arguments: &Arguments, terminal: Terminal) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Inspect(options) => inspect::run(options, &arguments.global, terminal),
        Command::Generate(options) => generate::run(options, &arguments.global, terminal),
        Command::Check(options) => check::run(options, &arguments.global, terminal),
        Command::Certs(Certs::Dev(options)) => certs_dev::run(options, &arguments.global, terminal),
        Command::Certs(Certs::Lint(options)) => certs_lint::run(options, &arguments.global, terminal),
        Command::Certs(Certs::Export(options)) => certs_export::run(options, &arguments.global, terminal),
        Command::Explain(options) => explain::run(options, terminal),
        Command::Completions(options) => completions::run(options, terminal),
        Command::Verify(options) => verify::run(options, &arguments.global, terminal),
        Command::Demo(options) => demo::run(options, &arguments.global, terminal),
        Command::Init(options) => init::run(options, &arguments.global, terminal),
    }
}
