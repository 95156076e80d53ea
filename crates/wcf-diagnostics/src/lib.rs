//! Files, spans and findings: what every stage of wcf2grpc returns beside its result, and how it is drawn.
//!
//! A stage never prints and never stops at the first problem. It pushes a [`Finding`] for each problem into
//! [`Findings`] and returns what it understood. Findings are built from structs named after the problem, kept in the
//! `diagnostics.rs` of the crate that detects it; the codes those structs use are listed there as [`Code`] constants.

mod code;
mod excerpt;
mod files;
mod finding;
mod json;
mod sarif;
pub mod secrets;
mod text;
mod visible;

pub use code::{Code, Level};
pub use files::{FileId, Files, LineColumn, SourceFile, Span};
pub use finding::{Finding, Findings, Label, Subject};
pub use json::to_json;
pub use sarif::to_sarif;
pub use text::{Drawing, render_text, summary};
