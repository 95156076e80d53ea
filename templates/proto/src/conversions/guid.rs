//! `System.Guid`: 36 characters, lower-case hexadecimal digits in groups of 8, 4, 4, 4 and 12.

use crate::conversions::InvalidValue;

const INVALID: InvalidValue =
    InvalidValue::new("a GUID: lower-case hexadecimal digits in groups of 8-4-4-4-12");

/// The GUID that a text stands for.
///
/// # Errors
///
/// If the text has any other form, upper-case digits and braces included.
pub fn parse(text: &str) -> Result<uuid::Uuid, InvalidValue> {
    let guid = uuid::Uuid::try_parse(text).map_err(|_| INVALID)?;
    if self::text(guid) == text {
        Ok(guid)
    } else {
        Err(INVALID)
    }
}

/// As [`parse`], of a text that is given away.
///
/// # Errors
///
/// If the text has any other form.
pub fn from_text(text: String) -> Result<uuid::Uuid, InvalidValue> {
    parse(&text)
}

/// As [`parse`], and `Guid.Empty` for an empty text: what .NET has for a member that was not sent.
///
/// # Errors
///
/// If the text has any other form.
pub fn or_empty(text: &str) -> Result<uuid::Uuid, InvalidValue> {
    match text {
        "" => Ok(uuid::Uuid::nil()),
        _ => parse(text),
    }
}

/// The text of a GUID.
#[must_use]
pub fn text(guid: uuid::Uuid) -> String {
    guid.hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guid_comes_back() {
        let mut bits: u128 = 0;
        for _ in 0..2_000 {
            let guid = uuid::Uuid::from_u128(bits);
            assert_eq!(parse(&text(guid)), Ok(guid));
            bits = bits
                .wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645)
                .wrapping_add(0x5851_F42D_4C95_7F2D);
        }
        assert_eq!(parse(&text(uuid::Uuid::max())), Ok(uuid::Uuid::max()));
        assert_eq!(or_empty(""), Ok(uuid::Uuid::nil()));
        assert_eq!(or_empty("x"), Err(INVALID));
    }

    #[test]
    fn other_forms_are_refused() {
        for form in [
            "",
            "5F0D1F6C-2B7A-4E93-A1C8-D45BE07F9236",
            "5f0d1f6c2b7a4e93a1c8d45be07f9236",
            "{5f0d1f6c-2b7a-4e93-a1c8-d45be07f9236}",
            "urn:uuid:5f0d1f6c-2b7a-4e93-a1c8-d45be07f9236",
            "5f0d1f6c-2b7a-4e93-a1c8-d45be07f923g",
        ] {
            assert_eq!(parse(form), Err(INVALID), "{form}");
            assert_eq!(from_text(form.to_owned()), Err(INVALID), "{form}");
        }
    }
}
