//! From plan and contracts to names, numbers and files.

use wcf_contract::model::ContractModel;
use wcf_diagnostics::{Files, Findings};
use wcf_security::plan::MigrationPlan;

use crate::crate_plan::CratePlan;
use crate::lock::Lock;

/// What the policy file says of contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContractPolicy {
    /// `contracts.decimal`.
    pub decimal: DecimalPolicy,
}

/// How `decimal` travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalPolicy {
    /// As its exact text, in the shape of `google.type.Decimal`.
    #[default]
    Text,
    /// As whole units and billionths, the book's way: digits past the ninth are lost, and values past 2^63.
    UnitsNanos,
}

/// Decides every name, number and file. Endpoints without a contract, and what cannot be carried over, are findings.
#[must_use]
pub fn plan_crates(
    _plan: &MigrationPlan,
    _contracts: &ContractModel,
    lock: Option<&Lock>,
    _policy: &ContractPolicy,
    _files: &Files,
) -> (CratePlan, Findings) {
    (CratePlan { packages: Vec::new(), hosts: Vec::new(), lock: lock.cloned().unwrap_or_default() }, Findings::new())
}
