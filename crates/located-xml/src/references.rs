//! Character references and the five entities of XML; there are no others without a DTD.

use crate::names::is_xml_char;

/// What stands between `&` and `;`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// The character meant.
    Character(char),
    /// A name that only a DTD could define.
    UndefinedEntity,
    /// `#…`, but not the number of a character that XML allows.
    NotACharacter,
    /// Neither a name nor a number.
    Malformed,
}

/// Resolves what stands between `&` and `;`.
pub(crate) fn resolve(inside: &str) -> Reference {
    match inside {
        "lt" => Reference::Character('<'),
        "gt" => Reference::Character('>'),
        "amp" => Reference::Character('&'),
        "apos" => Reference::Character('\''),
        "quot" => Reference::Character('"'),
        _ => match inside.strip_prefix('#') {
            Some(number) => character(number),
            None if crate::names::is_nc_name(inside) => Reference::UndefinedEntity,
            None => Reference::Malformed,
        },
    }
}

fn character(number: &str) -> Reference {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(hexadecimal) => (hexadecimal, 16),
        None => (number, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Reference::Malformed;
    }
    match u32::from_str_radix(digits, radix).ok().and_then(char::from_u32) {
        Some(character) if is_xml_char(character) => Reference::Character(character),
        Some(_) | None => Reference::NotACharacter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_entities_and_numbers_are_resolved() {
        for (inside, character) in [
            ("lt", '<'),
            ("gt", '>'),
            ("amp", '&'),
            ("apos", '\''),
            ("quot", '"'),
            ("#65", 'A'),
            ("#x41", 'A'),
            ("#x1F600", '😀'),
            ("#10", '\n'),
        ] {
            assert_eq!(resolve(inside), Reference::Character(character), "{inside}");
        }
    }

    #[test]
    fn all_else_is_told_apart() {
        for (inside, expected) in [
            ("nbsp", Reference::UndefinedEntity),
            ("#0", Reference::NotACharacter),
            ("#xD800", Reference::NotACharacter),
            ("#xFFFE", Reference::NotACharacter),
            ("#99999999999999999999", Reference::NotACharacter),
            ("", Reference::Malformed),
            ("#", Reference::Malformed),
            ("#x", Reference::Malformed),
            ("#+65", Reference::Malformed),
            ("#X41", Reference::Malformed),
            ("a b", Reference::Malformed),
        ] {
            assert_eq!(resolve(inside), expected, "{inside}");
        }
    }
}
