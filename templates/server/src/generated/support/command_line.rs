//! The command line of the server: what to read, and what to do instead of serving.

use std::path::PathBuf;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve, with this settings file.
    Serve(Option<PathBuf>),
    /// Read everything that serving would read, say whether it is right, and end.
    CheckConfig(Option<PathBuf>),
    /// Ask the server of this machine that runs with this settings file whether it serves.
    Probe(Option<PathBuf>),
    /// Print a settings file to fill in.
    SampleSettings,
    /// Read a password from standard input and print the user's line for a password file.
    HashPassword(String),
    /// Print the version.
    Version,
    /// Print the options.
    Help,
}

/// The options, as `--help` prints them.
pub fn help(takes_passwords: bool) -> String {
    let mut options = vec![
        "  --settings FILE        read settings from this TOML file",
        "  --check-config         check settings and the files they name, and end",
        "  --probe                ask the running server of this machine whether it serves, and end: 0 if it does",
        "  --sample-settings      print a settings file to fill in",
    ];
    if takes_passwords {
        options.push("  --hash-password NAME   read a password from standard input, print the user's line for a password file");
    }
    options.push("  --version              print the version");
    options.push("  --help                 print this");
    format!("Options:\n{}\n", options.join("\n"))
}

impl Command {
    /// Reads the arguments, without the program's name. Only a server that takes passwords can make a line of them.
    ///
    /// # Errors
    ///
    /// A sentence about the argument that is wrong.
    pub fn read(
        arguments: impl IntoIterator<Item = String>,
        takes_passwords: bool,
    ) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let (mut settings, mut check, mut probe) = (None, false, false);
        while let Some(argument) = arguments.next() {
            let mut value = |name: &str| {
                arguments
                    .next()
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            match argument.as_str() {
                "--settings" => settings = Some(PathBuf::from(value("--settings")?)),
                "--check-config" => check = true,
                "--probe" => probe = true,
                "--sample-settings" => return Ok(Self::SampleSettings),
                "--hash-password" if takes_passwords => {
                    return Ok(Self::HashPassword(value("--hash-password")?));
                }
                "--version" => return Ok(Self::Version),
                "--help" => return Ok(Self::Help),
                other => {
                    let help = help(takes_passwords);
                    return Err(format!("unknown argument {other:?}\n\n{help}"));
                }
            }
        }
        match (check, probe) {
            (true, true) => Err("--check-config and --probe are two commands".to_owned()),
            (true, false) => Ok(Self::CheckConfig(settings)),
            (false, true) => Ok(Self::Probe(settings)),
            (false, false) => Ok(Self::Serve(settings)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Command, String> {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        Command::read(arguments, false)
    }

    #[test]
    fn arguments_in_any_order_and_unknown_ones_refused() {
        let file = Some(PathBuf::from("harbour.toml"));
        assert_eq!(read(&[]), Ok(Command::Serve(None)));
        assert_eq!(
            read(&["--check-config", "--settings", "harbour.toml"]),
            Ok(Command::CheckConfig(file.clone()))
        );
        assert_eq!(
            read(&["--settings", "harbour.toml"]),
            Ok(Command::Serve(file))
        );
        assert_eq!(read(&["--probe"]), Ok(Command::Probe(None)));
        assert!(read(&["--probe", "--check-config"]).is_err());
        assert!(read(&["--setings", "harbour.toml"]).is_err());
        assert!(read(&["--settings"]).is_err());
        assert!(read(&["--hash-password", "agent"]).is_err());
    }
}
