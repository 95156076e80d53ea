//! The exit codes, which scripts rely on: nothing else is ever returned.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done: what was asked for was done and nothing stands against it.
    Done,
    /// A finding is at level deny, or `check` or `verify` says no.
    Denied,
    /// The command line or the policy is wrong.
    Usage,
    /// The input could not be read or understood at all, or the output could not be written.
    Input,
}

impl Exit {
    /// The number the process ends with. 101, for a bug, is the Rust runtime's own.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Denied => 1,
            Self::Usage => 2,
            Self::Input => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Says that a panic is a bug of ours and what to send, before the runtime ends the process with 101.
pub fn explain_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        default(panic);
        // Panic messages of ours carry no input; the command line may carry paths, so it is not repeated here.
        eprintln!(
            "\nThis is a bug in wcf2grpc {}, not a fault of your input.\n\
             Please report it with the lines above and the command you typed: {}/issues",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_published_ones() {
        assert_eq!([Exit::Done, Exit::Denied, Exit::Usage, Exit::Input].map(Exit::code), [0, 1, 2, 3]);
    }
}
