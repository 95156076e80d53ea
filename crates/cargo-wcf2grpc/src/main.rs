//! The command `cargo wcf2grpc`: reads a WCF code base, says how it is protected, and writes tonic crates that protect as much.

mod arguments;
mod attacks;
mod certificate_references;
mod certs;
mod check;
mod codes;
mod command;
mod configuration;
mod deployment;
mod diagnostics;
mod difference;
mod discovery;
mod exit_code;
mod findings;
mod in_code;
mod missing_contracts;
mod origins;
mod outline;
mod people;
mod pipeline;
mod policy;
mod project;
mod report;
mod stage;
mod table;
mod terminal;
mod without_secrets;
mod write;
mod wsdl;
mod wsdl_files;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Cargo;
use crate::exit_code::Exit;
use crate::terminal::{BAD, Terminal};

fn main() -> ExitCode {
    exit_code::explain_panics();
    let Cargo::Wcf2grpc(arguments) = Cargo::parse();
    let terminal = Terminal::new(&arguments.global);
    if let Some(jobs) = arguments.global.jobs {
        // Fails only if a pool was built before, and none was.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    match command::run(&arguments, terminal) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.problem(format_args!("{BAD}error{BAD:#}: {error:#}"));
            error.downcast_ref::<command::UsageError>().map_or(Exit::Input, |_| Exit::Usage).into()
        }
    }
}
