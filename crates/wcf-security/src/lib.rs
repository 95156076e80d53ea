//! What a WCF endpoint really protects, and the plan that keeps it, for wcf2grpc.
//!
//! [`associate`] joins configuration and source, [`assess`] turns an effective configuration and its contracts into a [`SecurityPosture`]; [`plan()`] turns that and the policy
//! into a [`MigrationPlan`], whose every choice names its rule and its reasons, and which is never weaker than its source
//! unless the policy waives that loss by name.

pub mod diagnostics;
pub mod endpoint;
pub mod mapping;
pub mod never_weaker;
pub mod plan;
pub mod policy;
pub mod policy_draft;
pub mod posture;
pub mod raised;
pub mod reason;
pub mod rules;
pub mod summary;

mod assess;
mod association;
mod browser_origin;
mod code_overrides;
mod pairing;
mod planning;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod specimen;
pub mod unconsumed;

pub use assess::{assess, contract_of};
pub use association::associate;
pub use diagnostics::CODES;
pub use plan::MigrationPlan;
pub use planning::plan;
pub use policy::{Date, Policy};
pub use posture::SecurityPosture;
pub use raised::Raised;
pub use reason::{DecidedBy, Decision, Reason, Rule};
pub use rules::RULES;
