//! The problems this crate reports: a struct for each, facts in its fields, words here and nowhere else.

mod assessment;
mod association;
mod losses;
mod planning;
mod policy;

pub use assessment::*;
pub use association::*;
pub use losses::*;
pub use planning::*;
pub use policy::*;

use wcf_diagnostics::{Code, Finding, Span, Subject};

use crate::reason::Reason;

/// Every code of this crate, in the order of its files.
pub static CODES: &[&Code] = &concat::<
    { assessment::CODES.len() + association::CODES.len() + losses::CODES.len() + planning::CODES.len() + policy::CODES.len() },
>(&[assessment::CODES, association::CODES, losses::CODES, planning::CODES, policy::CODES]);

const fn concat<const N: usize>(parts: &[&'static [&'static Code]]) -> [&'static Code; N] {
    let mut all = [&TRANSPORT_UNKNOWN; N];
    let (mut rest, mut at) = (parts, 0);
    while let [part, tail @ ..] = rest {
        let mut codes = *part;
        while let [code, more @ ..] = codes {
            let (_, place) = all.split_at_mut(at);
            if let [first, ..] = place {
                *first = code;
            }
            at += 1;
            codes = more;
        }
        rest = tail;
    }
    all
}

/// Where a problem is: the endpoint it is about and what it follows from.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// Service and endpoint.
    pub subject: &'a Subject,
    /// The endpoint's place.
    pub span: Span,
    /// What the problem follows from; may be empty.
    pub because: &'a [Reason],
}

impl<'a> At<'a> {
    /// The same endpoint with other reasons.
    #[must_use]
    pub const fn because(self, because: &'a [Reason]) -> Self {
        Self { because, ..self }
    }

    /// A finding here: each reason in a file is labelled, the others are notes, and the endpoint is labelled last.
    fn finding(self, code: &'static Code, message: impl Into<String>) -> Finding {
        let mut finding = Finding::new(code, message);
        for reason in self.because {
            finding = match reason.span {
                Some(span) if reason.value.is_empty() => finding.at(span, reason.setting.clone()),
                Some(span) => finding.at(span, format!("{} is {}", reason.setting, reason.value)),
                None => finding.note(reason.clause()),
            };
        }
        if finding.labels.iter().all(|label| label.span != self.span) {
            let of = if self.subject.endpoint.is_some() { "for this endpoint" } else { "for this service" };
            let text = if finding.labels.is_empty() { "" } else { of };
            finding = finding.at(self.span, text);
        }
        finding.subject = self.subject.clone();
        finding
    }
}

/// Declares the codes of a file and the list of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $level:ident, waivable: $waivable:literal,
        summary: $summary:literal, why: $why:literal, example: $example:literal, remedy: $remedy:literal, reference: $reference:literal;)*) => {
        $($(#[$doc])* pub static $constant: wcf_diagnostics::Code = wcf_diagnostics::Code {
            name: $name,
            level: wcf_diagnostics::Level::$level,
            summary: $summary,
            why: $why,
            example: $example,
            remedy: $remedy,
            reference: $reference,
            waivable: $waivable,
        };)*

        /// The codes of this file.
        pub(super) const CODES: &[&wcf_diagnostics::Code] = &[$(&$constant),*];
    };
}
pub(crate) use codes;

/// Declares a problem of an endpoint: its facts, its code, its sentence and its help.
macro_rules! problem {
    ($(#[$doc:meta])* $name:ident { $($(#[$fact_doc:meta])* $fact:ident: $ty:ty),* $(,)? } $code:ident, $format:literal $(, $argument:expr)*; $($help:literal)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            /// The endpoint and what it follows from.
            pub at: super::At<'a>,
            $($(#[$fact_doc])* pub $fact: $ty,)*
        }

        impl From<$name<'_>> for wcf_diagnostics::Finding {
            fn from(problem: $name<'_>) -> Self {
                let $name { at, $($fact),* } = problem;
                #[allow(clippy::useless_format, reason = "most sentences have facts in them; a few have none")]
                let finding = at.finding(&$code, format!($format $(, $argument)*));
                finding$(.help($help))*
            }
        }
    };
}
pub(crate) use problem;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::CODES;

    #[test]
    fn every_code_is_listed_once_and_explained() {
        let names: BTreeSet<_> = CODES.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), CODES.len());
        for code in CODES {
            assert!(code.name.starts_with("wcf-"), "{}", code.name);
            for text in [code.summary, code.why, code.example, code.remedy, code.reference] {
                assert!(!text.is_empty(), "{}", code.name);
            }
        }
    }
}
