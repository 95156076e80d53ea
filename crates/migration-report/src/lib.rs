//! The published, versioned shape of what wcf2grpc reports.
//!
//! `--format json` prints one [`Report`]. Its shape is stable within a schema version: fields may be added, none is removed,
//! renamed or given another meaning. `docs/schema/wcf2grpc-1.schema.json` is the same shape as a JSON Schema.
//!
//! Effective values are spelled as .NET's own configuration classes spell them: booleans `true` and `false`, enumerations as
//! XML has them, `Infinite` for the longest time, `null` for no value and `""` for an empty one. Values that are or look
//! like secrets are `***`.

mod configuration;
mod finding;
mod plan;
mod posture;
mod reason;

use serde::{Deserialize, Serialize};

pub use configuration::{Behavior, Binding, BindingElement, Endpoint, File, Resolution, Service, Values};
pub use finding::{Finding, Level, Place, Subject};
pub use plan::{Decision, Plan, Refused};
pub use posture::{Assessed, OperationProtection, Posture};
pub use reason::{DecidedBy, Reason};

/// The version of the shape, and the value of [`Report::schema`].
pub const SCHEMA: &str = "wcf2grpc/1";

/// The JSON Schema of [`Report`] (draft 2020-12).
pub const JSON_SCHEMA: &str = include_str!("../../../docs/schema/wcf2grpc-1.schema.json");

/// One run over some input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of wcf2grpc that made it.
    pub version: String,
    /// How far the input was taken.
    pub stage: Stage,
    /// The configuration files, sorted by path.
    pub files: Vec<File>,
    /// Everything found on the way, sorted by place.
    pub findings: Vec<Finding>,
}

impl Report {
    /// An empty report of a stage, by this version of wcf2grpc.
    #[must_use]
    pub fn new(stage: Stage, version: impl Into<String>) -> Self {
        Self { schema: SCHEMA.to_owned(), version: version.into(), stage, files: Vec::new(), findings: Vec::new() }
    }

    /// The document as it is printed: indented, with a line break at its end. The same report gives the same bytes.
    ///
    /// # Errors
    ///
    /// Never for a report of this crate's own types; `serde_json` cannot know that.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// How far the input was taken; each stage has all that the ones before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What .NET would run.
    Effective,
    /// What protects it.
    Posture,
    /// What tonic does instead.
    Plan,
}
