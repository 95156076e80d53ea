//! The command line. The help text is the reference: every option has one line here and is in the guide.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Cargo starts `cargo-wcf2grpc wcf2grpc …`; the first word is cargo's.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES, disable_help_subcommand = true)]
pub enum Cargo {
    /// Reads WCF code bases and writes tonic servers and clients that protect as much.
    #[command(version, about, max_term_width = 120)]
    Wcf2grpc(Arguments),
}

/// Everything after `cargo wcf2grpc`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The policy: decisions, waivers and levels [default: wcf2grpc.toml, looked for upward from the first PATH]
    #[arg(long, global = true, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// When to colour output; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print results and problems only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say what is being done, and show all notes, warnings and metadata endpoints
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How many files to work on at a time [default: the number of processors]
    #[arg(long, global = true, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The input.
#[derive(Args, Clone, Debug, Default)]
pub struct Input {
    /// Folders, searched as .NET projects are laid out, or single files
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Read also what .gitignore names
    #[arg(long)]
    pub no_ignore: bool,
    /// Apply the transforms of this name before reading (Release applies Web.Release.config to Web.config)
    #[arg(long, value_name = "NAME")]
    pub transform: Option<String>,
    /// A machine.config or root web.config that is above every file, outermost first; may be repeated
    #[arg(long, value_name = "FILE")]
    pub machine_config: Vec<PathBuf>,
    /// A folder outside the PATHs into which links and configSource may lead; may be repeated
    #[arg(long, value_name = "FOLDER")]
    pub allow_outside: Vec<PathBuf>,
    /// A symbol that is defined for the C# preprocessor; may be repeated
    #[arg(long, value_name = "SYMBOL")]
    pub define: Vec<String>,
    /// The file of the input that stands for a URL which a WSDL or schema imports; may be repeated
    #[arg(long, value_name = "URL=FILE", value_parser = url_and_file)]
    pub map: Vec<(String, String)>,
}

/// A URL may have `=` in its query, and a file's name hardly ever has: the last one divides.
fn url_and_file(given: &str) -> Result<(String, String), String> {
    match given.rsplit_once('=') {
        Some((url, file)) if !url.is_empty() && !file.is_empty() => Ok((url.to_owned(), file.to_owned())),
        Some(_) | None => Err("write URL=FILE".to_owned()),
    }
}

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For pipelines: one document, "schema": "wcf2grpc/1".
    Json,
}

/// A form of output that code scanning knows as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// For people.
    Text,
    /// For pipelines: one document, "schema": "wcf2grpc/1".
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
}

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// The configuration as written.
    Document,
    /// The configuration as .NET runs it.
    Effective,
    /// What is protected, how, and for whom.
    Posture,
    /// What the generated crates do about it, and why.
    Plan,
    /// Every name, number and file.
    Crate,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every service and client, its effective security, and the findings
    Inspect(Inspect),
    /// Write the crates
    Generate(Generate),
    /// Write nothing; fail if what is on disk is not what would be written
    Check(Check),
    /// Try a running server with every handshake and credential its plan must refuse, and the one it must accept
    Verify(Verify),
    /// Certificates
    #[command(subcommand)]
    Certs(Certs),
    /// Explain a finding or a rule
    Explain(Explain),
    /// Write a commented wcf2grpc.toml with the decisions found open in the input
    Init(Init),
    /// The whole road on a sample: write it out, inspect, generate, build, run, try to break in
    Demo(Demo),
    /// Print a completion script
    Completions(Completions),
}

/// `inspect`.
#[derive(Args, Debug)]
pub struct Inspect {
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// Print one stage of the pipeline whole, instead of the table for people
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<Stage>,
    /// Say of each value who decided it: file, line and column, or the default and its .NET class
    #[arg(long)]
    pub origins: bool,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `generate`.
#[derive(Args, Debug)]
pub struct Generate {
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// The folder to write the workspace to
    #[arg(long, value_name = "DIR", default_value = "grpc")]
    pub out: PathBuf,
    /// Write nothing; list what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    pub diff: bool,
    /// Overwrite generated files even if they were edited by hand: the edits are lost
    #[arg(long)]
    pub discard_edits: bool,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// The folder that was written to
    #[arg(long, value_name = "DIR", default_value = "grpc")]
    pub out: PathBuf,
    /// Show what would change
    #[arg(long)]
    pub diff: bool,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingsFormat,
}

/// `verify`.
#[derive(Args, Debug)]
pub struct Verify {
    /// Where the server listens: HOST:PORT, or unix:PATH
    #[arg(value_name = "ADDRESS")]
    pub address: String,
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// The listener of the plan that answers there [default: the only one, or the one with ADDRESS's port]
    #[arg(long, value_name = "NAME")]
    pub listener: Option<String>,
    /// Certificates to try with: a folder as `certs dev` writes it
    #[arg(long, value_name = "DIR", default_value = "certs")]
    pub certs: PathBuf,
    /// The name the server's certificate must prove [default: the plan's, else ADDRESS's host]
    #[arg(long, value_name = "NAME")]
    pub server_name: Option<String>,
    /// A user name and the variable that holds its password, for the call that must be accepted; the name alone with
    /// --password-file
    #[arg(long, value_name = "USER:VARIABLE")]
    pub user: Option<String>,
    /// A file with the password of --user
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// A file with a bearer token, for the call that must be accepted
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The private key of the tokens' issuer, to try tokens of it that are expired, for others, and the like
    #[arg(long, value_name = "FILE", requires = "token_file")]
    pub token_key: Option<PathBuf>,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `certs`.
#[derive(Debug, Subcommand)]
pub enum Certs {
    /// Make a development authority with server and client certificates, named from the plan
    Dev(CertsDev),
    /// Say what rustls, .NET and OpenSSL will say to certificate files, and how to mend them
    Lint(CertsLint),
    /// Write a PowerShell script that takes the certificates a configuration names out of Windows stores
    Export(CertsExport),
}

/// `certs lint`.
#[derive(Args, Debug)]
pub struct CertsLint {
    /// Certificate files: PEM or DER, with or without private key
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// For what the certificates are to be used
    #[arg(long, value_name = "ROLE", default_value = "server")]
    pub role: CertificateRole,
    /// A DNS name or IP address that a server certificate must prove; may be repeated
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// A file with the authorities that peers trust; may be repeated
    #[arg(long, value_name = "FILE")]
    pub authority: Vec<PathBuf>,
    /// Compare the files with the thumbprints in these configurations; may be repeated
    #[arg(long, value_name = "PATH")]
    pub compare: Vec<PathBuf>,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// For what a certificate is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CertificateRole {
    /// It proves a server.
    Server,
    /// It proves a caller.
    Client,
}

/// `certs export`.
#[derive(Args, Debug)]
pub struct CertsExport {
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// The script to write
    #[arg(long, value_name = "FILE", default_value = "export-certificates.ps1")]
    pub out: PathBuf,
    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}

/// `certs dev`.
#[derive(Args, Debug)]
pub struct CertsDev {
    /// The input, for the names the plan asks for.
    #[command(flatten)]
    pub input: Input,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "certs")]
    pub out: PathBuf,
    /// A further DNS name or IP address for the server certificate; may be repeated
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// How long the certificates are good for, in days
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=825))]
    pub days: u16,
    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}

/// `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// The code of a finding (wcf-…) or the id of a rule
    #[arg(value_name = "CODE", required_unless_present = "list")]
    pub code: Option<String>,
    /// List all codes and rules, one a line
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// The input.
    #[command(flatten)]
    pub input: Input,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "wcf2grpc.toml")]
    pub out: PathBuf,
}

/// `demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "wcf2grpc-demo")]
    pub out: PathBuf,
    /// Stop after generating: build and run nothing
    #[arg(long)]
    pub no_run: bool,
    /// Let cargo use what was downloaded before, and no network
    #[arg(long)]
    pub offline: bool,
}

/// `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

const STYLES: clap::builder::Styles = clap::builder::Styles::styled()
    .header(anstyle::AnsiColor::Green.on_default().bold())
    .usage(anstyle::AnsiColor::Green.on_default().bold())
    .literal(anstyle::AnsiColor::Cyan.on_default().bold())
    .placeholder(anstyle::AnsiColor::Cyan.on_default());

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cargo::command().debug_assert();
    }

    #[test]
    fn every_option_has_one_line_of_help() {
        fn walk(command: &clap::Command, problems: &mut Vec<String>) {
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                if help.is_empty() || help.contains('\n') {
                    problems.push(format!("{} {}", command.get_name(), argument.get_id()));
                }
            }
            command.get_subcommands().for_each(|sub| walk(sub, problems));
        }
        let mut problems = Vec::new();
        walk(&Cargo::command(), &mut problems);
        assert_eq!(problems, Vec::<String>::new());
    }
}
