//! Proto, Rust and manifests from a migration plan, for wcf2grpc.
//!
//! `plan_crates` decides every name, number and file; `render` turns that into [`GeneratedFiles`] and cannot fail. This
//! crate reads no file, writes none, and asks the environment nothing.

pub mod crate_plan;
pub mod generated_files;
pub mod lock;
pub mod proto;

pub use crate_plan::CratePlan;
pub use generated_files::{GeneratedFile, GeneratedFiles, Ownership};
