//! The mapping, topic by topic. Each topic decides in matches without a wildcard, and each arm names its rule: the compiler proves
//! the table complete, and the file reads as the table.

pub mod authorization;
pub mod browsers;
pub mod certificate_validation;
pub mod client_authentication;
pub mod limits;
pub mod message_protection;
pub mod metadata_exposure;
pub mod server_identity;
pub mod sessions;
pub mod transport_protection;

use crate::reason::Rule;

/// Every rule, topic by topic.
pub static RULES: &[&Rule] = &concat::<
    {
        transport_protection::RULES.len()
            + server_identity::RULES.len()
            + client_authentication::RULES.len()
            + certificate_validation::RULES.len()
            + message_protection::RULES.len()
            + authorization::RULES.len()
            + limits::RULES.len()
            + sessions::RULES.len()
            + metadata_exposure::RULES.len()
            + browsers::RULES.len()
    },
>(&[
    transport_protection::RULES,
    server_identity::RULES,
    client_authentication::RULES,
    certificate_validation::RULES,
    message_protection::RULES,
    authorization::RULES,
    limits::RULES,
    sessions::RULES,
    metadata_exposure::RULES,
    browsers::RULES,
]);

/// The topics in the order of [`RULES`], for documentation.
pub static TOPICS: &[(&str, &[&Rule])] = &[
    ("Transport protection", transport_protection::RULES),
    ("Server identity", server_identity::RULES),
    ("Client authentication", client_authentication::RULES),
    ("Certificate validation and revocation", certificate_validation::RULES),
    ("Message protection", message_protection::RULES),
    ("Authorization", authorization::RULES),
    ("Limits and timeouts", limits::RULES),
    ("Sessions and transactions", sessions::RULES),
    ("Metadata exposure", metadata_exposure::RULES),
    ("Browsers", browsers::RULES),
];

const fn concat<const N: usize>(parts: &[&'static [&'static Rule]]) -> [&'static Rule; N] {
    let mut all = [&transport_protection::TLS_KEPT; N];
    let (mut rest, mut at) = (parts, 0);
    while let [part, tail @ ..] = rest {
        let mut rules = *part;
        while let [rule, more @ ..] = rules {
            let (_, place) = all.split_at_mut(at);
            if let [first, ..] = place {
                *first = rule;
            }
            at += 1;
            rules = more;
        }
        rest = tail;
    }
    all
}

/// Declares the rules of a topic and the list of them.
macro_rules! rules {
    ($($constant:ident = $id:literal, $level:ident, $summary:literal, why: $why:literal, reference: $reference:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $constant: crate::reason::Rule =
                crate::reason::Rule {
                    id: $id,
                    level: wcf_diagnostics::Level::$level,
                    summary: $summary,
                    why: $why,
                    reference: $reference,
                };
        )*

        /// The rules of this topic.
        pub const RULES: &[&crate::reason::Rule] = &[$(&$constant),*];
    };
}
pub(crate) use rules;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{RULES, TOPICS};

    #[test]
    fn every_rule_is_listed_once_and_explained() {
        let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        assert_eq!(TOPICS.iter().map(|(_, rules)| rules.len()).sum::<usize>(), RULES.len());
        for rule in RULES {
            assert!(rule.id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'), "{}", rule.id);
            assert!(rule.summary.ends_with('.') && rule.why.ends_with('.') && !rule.reference.is_empty(), "{}", rule.id);
        }
    }
}
