//! Which characters a name and a text may have (XML 1.0, fifth edition, productions 2, 4 and 4a).

/// Whether a document may contain this character.
pub(crate) const fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a byte is white space to XML.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether this is a name without a colon.
pub(crate) fn is_nc_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    match bytes.first() {
        Some(first) if first.is_ascii_alphabetic() || *first == b'_' => {
            bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) || is_unicode_nc_name(name)
        }
        Some(first) if !first.is_ascii() => is_unicode_nc_name(name),
        Some(_) | None => false,
    }
}

/// Prefix and local part of a name; `None` if it is not one.
pub(crate) fn split_name(raw: &str) -> Option<(Option<&str>, &str)> {
    let bytes = raw.as_bytes();
    // Nearly every name is ASCII and has no colon: one look at each byte tells.
    if bytes.first().is_some_and(|&first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    {
        return Some((None, raw));
    }
    match raw.split_once(':') {
        Some((prefix, local)) => (is_nc_name(prefix) && is_nc_name(local)).then_some((Some(prefix), local)),
        None => is_nc_name(raw).then_some((None, raw)),
    }
}

fn is_unicode_nc_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_char)
}

const fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn is_name_char(character: char) -> bool {
    is_name_start(character) || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_xml() {
        for good in ["a", "_", "a-b.c", "système", "имя", "x1", "a\u{B7}"] {
            assert!(is_nc_name(good), "{good}");
        }
        for bad in ["", "1a", "-a", ".a", "a:b", "a b", "a\"", "a<", "×", "a×"] {
            assert!(!is_nc_name(bad), "{bad}");
        }
    }

    #[test]
    fn control_characters_are_not_xml() {
        assert!(is_xml_char('\t') && is_xml_char('\u{7F}') && is_xml_char('\u{85}') && is_xml_char('\u{1F600}'));
        assert!(!is_xml_char('\0') && !is_xml_char('\u{1}') && !is_xml_char('\u{FFFE}') && !is_xml_char('\u{FFFF}'));
    }
}
