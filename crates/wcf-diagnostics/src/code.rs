//! Codes: the stable, public names of problems.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something changes or is lost, and a person should look.
    Warn,
    /// Generation of the subject stops until the cause is mended or, where that is allowed, waived.
    Deny,
}

impl Level {
    /// The word used in text, JSON and the policy file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A kind of problem, with the words that explain it. `explain CODE` and `docs/diagnostics/` print these fields.
///
/// One constant per kind lives in the `diagnostics.rs` (or `rules/`) of the crate that detects it, and in that crate's
/// `CODES` list; a test asserts that names are unique and that every code has a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The public name: `wcf-…`, kebab-case, never reused for another problem.
    pub name: &'static str,
    /// The level a finding has unless the policy says otherwise.
    pub level: Level,
    /// One sentence: what the problem is.
    pub summary: &'static str,
    /// Why it matters, in one short paragraph.
    pub why: &'static str,
    /// An input that causes it.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The specification or .NET class that decides it.
    pub reference: &'static str,
    /// Whether a waiver in the policy can lift it. Only losses against the never-weaker order can be waived.
    pub waivable: bool,
}
