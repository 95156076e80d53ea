//! Every code and every rule of every crate, in one place.

use wcf_diagnostics::Code;
use wcf_security::Rule;

/// Every code, sorted by name.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    let lists = [
        crate::diagnostics::CODES,
        located_xml::CODES,
        wcf_config::CODES,
        wcf_contract::CODES,
        wcf_security::CODES,
        tonic_codegen::diagnostics::CODES,
    ];
    let mut codes: Vec<&Code> = lists.into_iter().flatten().copied().collect();
    codes.sort_by_key(|code| code.name);
    codes
}

/// Every rule of the mapping, sorted by id.
#[must_use]
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = wcf_security::RULES.to_vec();
    rules.sort_by_key(|rule| rule.id);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_field_is_filled() {
        let all = codes();
        for pair in all.windows(2) {
            assert_ne!(pair[0].name, pair[1].name);
        }
        for code in all {
            for field in [code.summary, code.why, code.example, code.remedy, code.reference] {
                assert!(!field.trim().is_empty(), "{}", code.name);
            }
        }
        let rules = rules();
        for pair in rules.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        assert!(!rules.is_empty());
    }
}
