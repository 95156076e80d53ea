//! Findings: the shape that `wcf_diagnostics::to_json` gives.

use serde::{Deserialize, Serialize};

/// One problem at its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Its public name, `wcf-…`; `explain` says more.
    pub code: String,
    /// How much it matters.
    pub level: Level,
    /// One sentence.
    pub message: String,
    /// What it is about.
    #[serde(default)]
    pub subject: Subject,
    /// Where it is; the first is the primary place. Empty where no file is involved.
    #[serde(default)]
    pub places: Vec<Place>,
    /// Further facts.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What to do.
    #[serde(default)]
    pub help: Vec<String>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something changes or is lost, and a person should look.
    Warn,
    /// Nothing is generated for the subject until the cause is mended or waived.
    Deny,
}

/// What a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subject {
    /// The service's configuration name.
    pub service: Option<String>,
    /// The endpoint: its contract and address as written.
    pub endpoint: Option<String>,
}

/// A place in a file. Lines and columns count from 1, columns in characters; the end is the first column after the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file's path, relative to the input that was given, with forward slashes.
    pub file: String,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end.
    pub end_column: u32,
    /// What is said of it; may be empty.
    #[serde(default)]
    pub text: String,
}
