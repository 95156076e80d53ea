//! What a WCF endpoint really protects, and the plan that keeps it, for wcf2grpc.
//!
//! `assess` turns an effective configuration and its contracts into a [`SecurityPosture`]; `plan` turns that and the policy
//! into a [`MigrationPlan`], whose every choice names its rule and its reasons, and which is never weaker than its source
//! unless the policy waives that loss by name.

pub mod plan;
pub mod posture;
pub mod reason;

pub use plan::MigrationPlan;
pub use posture::SecurityPosture;
pub use reason::{DecidedBy, Decision, Reason, Rule};
