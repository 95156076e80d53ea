//! Proto, Rust and manifests from a migration plan, for wcf2grpc.
//!
//! `plan_crates` decides every name, number and file; `render` turns that into [`GeneratedFiles`] and cannot fail. This
//! crate reads no file, writes none, and asks the environment nothing.

pub mod client;
pub mod crate_plan;
pub mod dependency;
mod deploy;
pub mod diagnostics;
pub mod doc_text;
mod domain;
pub mod generated_files;
mod listeners;
pub mod lock;
mod migration_notes;
pub mod names;
pub mod plan_crates;
pub mod proto;
mod proto_crate;
pub mod render;
pub mod rust_file;
pub mod rust_text;
pub mod server;
mod sessions;
pub mod toml_text;
mod workspace;

pub use crate_plan::CratePlan;
pub use generated_files::{GeneratedFile, GeneratedFiles, Ownership};
pub use lock::{FileRecord, Lock, LockError};
pub use plan_crates::{ContractPolicy, DateTimePolicy, DecimalPolicy, NullListPolicy, StubsPolicy, plan_crates};
pub use render::render;
