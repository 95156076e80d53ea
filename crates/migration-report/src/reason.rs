//! What a judgement or a decision follows from.

use serde::{Deserialize, Serialize};

use crate::finding::Place;

/// A setting that something follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Its dotted XML name.
    pub setting: String,
    /// Its value as XML spells it.
    pub value: String,
    /// Who decided it.
    pub decided_by: DecidedBy,
    /// Where it stands, if it stands in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Who decided a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DecidedBy {
    /// It is written in a file.
    Written {
        /// The file.
        file: String,
        /// The element: `binding "secure"`.
        element: String,
    },
    /// The default of a .NET class.
    Default {
        /// The class.
        class: String,
    },
    /// A rule of .NET derives it from another setting.
    Derived {
        /// The class or method that has the rule.
        class: String,
    },
    /// The policy file.
    Policy {
        /// The key.
        key: String,
    },
    /// A contract in source.
    Contract {
        /// The CLR name of the contract, operation or class.
        name: String,
    },
    /// Something outside the files.
    Outside {
        /// What.
        what: String,
    },
}
