//! What came of an attempt.

use std::fmt;
use std::time::Duration;

use crate::attempt::{Attempt, Expected, Refuser};

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What was tried.
    pub attempt: Attempt,
    /// What must come of it.
    pub expected: Expected,
    /// What came of it.
    pub observed: Observed,
    /// How long it took, connecting included.
    pub took: Duration,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The caller was let in; the gRPC status that the server answered with.
    Accepted {
        /// The status code.
        status: u16,
    },
    /// The caller was refused.
    Refused {
        /// At which step.
        by: RefusedBy,
        /// In the words of whoever refused.
        reason: String,
    },
    /// Nothing came back in time: neither proves anything.
    Unanswered,
    /// The server could not be reached, so that nothing is known.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// Something that the attempt needs is not at hand.
    NotTried {
        /// What.
        why: String,
    },
}

/// At which step a caller was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedBy {
    /// The client, by what the server showed.
    Client,
    /// The server, in or right after the TLS handshake.
    Handshake,
    /// The server closed the connection without an HTTP/2 answer.
    Connection,
    /// The server, with a gRPC status.
    Status,
}

impl RefusedBy {
    /// Its words in JSON and in a table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "by the client",
            Self::Handshake => "in the handshake",
            Self::Connection => "connection closed",
            Self::Status => "by status",
        }
    }
}

/// Whether what came of an attempt is what must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is.
    Right,
    /// It was not tried.
    NotTried,
    /// It is not, or it cannot be told.
    Wrong,
}

impl Row {
    /// Whether it came out as it must, by whom it must. What cannot be told is wrong.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match (&self.observed, self.expected) {
            (Observed::Accepted { .. }, Expected::Accepted) => Verdict::Right,
            (Observed::Refused { by, .. }, Expected::Refused) => match (self.attempt.refuser(), by) {
                (Refuser::Either, _)
                | (Refuser::Client, RefusedBy::Client)
                | (Refuser::Server, RefusedBy::Handshake | RefusedBy::Connection | RefusedBy::Status) => Verdict::Right,
                (Refuser::Client, RefusedBy::Handshake | RefusedBy::Connection | RefusedBy::Status)
                | (Refuser::Server, RefusedBy::Client) => Verdict::Wrong,
            },
            (Observed::NotTried { .. }, _) => Verdict::NotTried,
            (Observed::Accepted { .. }, Expected::Refused)
            | (Observed::Refused { .. }, Expected::Accepted)
            | (Observed::Unanswered | Observed::Unreachable { .. }, _) => Verdict::Wrong,
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { .. } => formatter.write_str("accepted"),
            Self::Refused { by, reason } => write!(formatter, "refused {}: {reason}", by.as_str()),
            Self::Unanswered => formatter.write_str("no answer in time"),
            Self::Unreachable { reason } => write!(formatter, "not reached: {reason}"),
            Self::NotTried { why } => write!(formatter, "not tried: {why}"),
        }
    }
}
