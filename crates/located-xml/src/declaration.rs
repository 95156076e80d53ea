//! The XML declaration (XML 1.0, production 23).

use crate::start_tag::{Attributes, Part};

/// Whether this, which stands between `<?` and `?>`, is a declaration of XML 1.0: `version`, then `encoding`, then
/// `standalone`, of which only the first must be there. .NET does not read XML 1.1 either.
pub(crate) fn is_valid(content: &str) -> bool {
    let mut expected = ["version", "encoding", "standalone"].iter();
    let mut seen = 0;
    for part in Attributes::new(content, "xml".len()) {
        let Part::Attribute(attribute) = part else { return false };
        let name = content.get(attribute.name.0..attribute.name.1).unwrap_or_default();
        let value = content.get(attribute.value.0..attribute.value.1).unwrap_or_default();
        let known = expected.any(|&known| known == name) && (seen > 0 || name == "version");
        let fits = match name {
            "version" => value == "1.0",
            "encoding" => is_encoding_name(value),
            _ => matches!(value, "yes" | "no"),
        };
        if !known || !fits {
            return false;
        }
        seen += 1;
    }
    seen > 0
}

fn is_encoding_name(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
