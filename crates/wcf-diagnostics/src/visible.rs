//! Text made safe to print: control characters become visible, and nothing can move the cursor or turn the direction of reading.

use std::borrow::Cow;

/// Four spaces, as wide as a tab is drawn.
const TAB: &str = "    ";

/// What is printed for a character, if not the character itself.
pub(crate) fn replacement(character: char) -> Option<Cow<'static, str>> {
    match character {
        '\t' => Some(Cow::Borrowed(TAB)),
        // The pictures of control characters stand in the order of the characters.
        '\0'..='\u{1F}' => Some(picture(u32::from(character) + 0x2400)),
        '\u{7F}' => Some(picture(0x2421)),
        '\u{80}'..='\u{9F}'
        | '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'
        | '\u{FFFF}'
        | '\u{E0000}'..='\u{E0FFF}'
        | '\u{E000}'..='\u{F8FF}'
        | '\u{F0000}'..='\u{10FFFF}' => Some(Cow::Owned(format!("<U+{:04X}>", u32::from(character)))),
        _ => None,
    }
}

fn picture(number: u32) -> Cow<'static, str> {
    Cow::Owned(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER).to_string())
}

/// The text with every such character replaced; line breaks are kept only where they are asked for.
pub(crate) fn visible(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let kept = |character: char| keep_lines && character == '\n';
    if text.chars().all(|character| kept(character) || replacement(character).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match replacement(character) {
            Some(shown) if !kept(character) => out.push_str(&shown),
            Some(_) | None => out.push(character),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_stays() {
        assert_eq!(visible("a\u{1B}[31mb\r\n\u{202E}c\u{7F}\td", false), "a␛[31mb␍␊<U+202E>c␡    d");
        assert_eq!(visible("a\nb\u{85}", true), "a\nb<U+0085>");
        assert!(matches!(visible("plain é 日 😀", false), Cow::Borrowed(_)));
    }
}
