//! Reasons as data: what a decision follows from. Sentences are assembled from these last, in one place.

use wcf_diagnostics::Span;

/// One setting that a decision follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The setting by its dotted XML name or element path (`security.transport.clientCredentialType`); survives edits.
    pub setting: String,
    /// Its value as XML spells it. Never a secret.
    pub value: String,
    /// Who decided it.
    pub decided_by: DecidedBy,
    /// Where it stands, if it stands in a file.
    pub span: Option<Span>,
}

/// Who decided a setting, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// It is written: the file's path as shown and the element it is in, for instance `binding "secure"`.
    Written {
        /// The file, relative, forward slashes.
        file: String,
        /// The element.
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

/// A rule of the mapping: what it decides, and why. `explain` and `docs/mapping.md` print these fields.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The public id, kebab-case: `transport-certificate`.
    pub id: &'static str,
    /// One sentence: source to plan.
    pub summary: &'static str,
    /// Why this is the right counterpart.
    pub why: &'static str,
    /// The specification or .NET class behind it.
    pub reference: &'static str,
}

/// A choice, the rule that made it and what it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<T> {
    /// What was chosen.
    pub chosen: T,
    /// The rule.
    pub rule: &'static Rule,
    /// At least one.
    pub because: Vec<Reason>,
}
