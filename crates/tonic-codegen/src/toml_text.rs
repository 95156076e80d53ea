//! Strings for TOML files: the one escape through which text enters a manifest or the lock.

use std::fmt;

/// A string as a TOML basic string, quotes included; also right for a quoted key.
#[derive(Clone, Copy, Debug)]
pub struct TomlString<'a>(pub &'a str);

impl fmt::Display for TomlString<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"")?;
        for character in self.0.chars() {
            match character {
                '"' => formatter.write_str("\\\"")?,
                '\\' => formatter.write_str("\\\\")?,
                '\n' => formatter.write_str("\\n")?,
                '\r' => formatter.write_str("\\r")?,
                '\t' => formatter.write_str("\\t")?,
                control if control.is_control() => write!(formatter, "\\u{:04X}", u32::from(control))?,
                other => write!(formatter, "{other}")?,
            }
        }
        formatter.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        let hostile = "a\"b\\c\nd\re\tf\u{0}g\u{7f}h\u{85}i = [é] # '";
        let parsed: toml::Table = format!("key = {}", TomlString(hostile)).parse().unwrap();
        assert_eq!(parsed.get("key").unwrap().as_str(), Some(hostile));
    }
}
