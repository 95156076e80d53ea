//! Reasons as data: what a decision follows from. Sentences are assembled from these last, in one place.

use wcf_config::effective::{Binding, Effective, Origin, Within};
use wcf_diagnostics::{Files, Level, Span};

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
    /// How loudly it speaks: the level, by default, of the finding that comes with its decisions; a note where the plan alone tells
    /// of them.
    pub level: Level,
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

impl Reason {
    /// The reason that an effective value gives, under the name XML has for it.
    #[must_use]
    pub fn of<T>(setting: &str, value: impl Into<String>, effective: &Effective<T>, files: &Files) -> Self {
        Self::from_origin(setting, value, &effective.origin, files)
    }

    /// The reason that a value with this origin gives.
    #[must_use]
    pub fn from_origin(setting: &str, value: impl Into<String>, origin: &Origin, files: &Files) -> Self {
        let decided_by = match origin {
            Origin::Written { span, within } => {
                DecidedBy::Written { file: files.path(span.file).to_owned(), element: element_words(within) }
            }
            Origin::ElementDefault { class, .. } | Origin::RuntimeDefault { class } => DecidedBy::Default { class: (*class).to_owned() },
            Origin::Derived { class, .. } => DecidedBy::Derived { class: (*class).to_owned() },
            Origin::Outside { what } => DecidedBy::Outside { what: (*what).to_owned() },
        };
        // An element that applies is not the place of a value it leaves to its default.
        let span = match origin {
            Origin::Written { span, .. } => Some(*span),
            Origin::Derived { from, .. } => *from,
            Origin::ElementDefault { .. } | Origin::RuntimeDefault { .. } | Origin::Outside { .. } => None,
        };
        Self { setting: setting.to_owned(), value: value.into(), decided_by, span }
    }

    /// The reason that a setting of a binding gives, if the binding has it.
    #[must_use]
    pub fn of_setting(binding: &Binding, setting: &str, files: &Files) -> Option<Self> {
        let effective = binding.settings.get(setting)?;
        Some(Self::of(setting, effective.value.clone().unwrap_or_default(), effective, files))
    }

    /// Something outside the files.
    #[must_use]
    pub fn outside(setting: &str, value: &str, what: &str) -> Self {
        Self { setting: setting.to_owned(), value: value.to_owned(), decided_by: DecidedBy::Outside { what: what.to_owned() }, span: None }
    }

    /// A key of the policy.
    #[must_use]
    pub fn policy(key: &str, value: &str, span: Option<Span>) -> Self {
        Self { setting: key.to_owned(), value: value.to_owned(), decided_by: DecidedBy::Policy { key: key.to_owned() }, span }
    }

    /// A rule of .NET that needs no setting.
    #[must_use]
    pub fn derived(setting: &str, value: &str, class: &str) -> Self {
        Self {
            setting: setting.to_owned(),
            value: value.to_owned(),
            decided_by: DecidedBy::Derived { class: class.to_owned() },
            span: None,
        }
    }

    /// The reason as a clause: `security.mode is Transport (binding "secure" in web.config)`. No line numbers, so that the text
    /// survives edits elsewhere in the file.
    #[must_use]
    pub fn clause(&self) -> String {
        let Self { setting, value, .. } = self;
        let says = if value.is_empty() { setting.clone() } else { format!("{setting} is {value}") };
        match &self.decided_by {
            DecidedBy::Written { file, element } => format!("{says} ({element} in {file})"),
            DecidedBy::Default { class } => format!("{says} (the default of {class})"),
            DecidedBy::Derived { class } => format!("{says} (by {class})"),
            DecidedBy::Policy { .. } => format!("{says} (policy)"),
            DecidedBy::Contract { name } => format!("{says} (on {name})"),
            DecidedBy::Outside { what } => format!("{says} (decided by {what}, outside the files)"),
        }
    }
}

/// Clauses joined to one sentence, without a full stop.
#[must_use]
pub fn clauses(because: &[Reason]) -> String {
    let mut text = String::new();
    for (at, reason) in because.iter().enumerate() {
        if at > 0 {
            text.push_str(if at + 1 == because.len() { " and " } else { ", " });
        }
        text.push_str(&reason.clause());
    }
    text
}

impl<T> Decision<T> {
    /// Why it was chosen, as one sentence: the rule's summary and its reasons. Terminal, JSON, report and generated doc comments
    /// all print this.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{} Because {}.", self.rule.summary, clauses(&self.because))
    }

    /// The same rule and reasons over another value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Decision<U> {
        Decision { chosen: view(self.chosen), rule: self.rule, because: self.because }
    }
}

fn element_words(within: &Within) -> String {
    match within {
        Within::Endpoint => "the endpoint".to_owned(),
        Within::Named(name) => format!("binding \"{name}\""),
        Within::Nameless => "the nameless element".to_owned(),
        Within::Behavior(name) if name.is_empty() => "the nameless behavior".to_owned(),
        Within::Behavior(name) => format!("behavior \"{name}\""),
        Within::Section(section) => (*section).to_owned(),
        Within::Transform(name) => format!("transform {name}"),
        Within::Code => "C# code".to_owned(),
    }
}
