//! From bytes to text, as strictly as .NET's readers do it, and never more loosely.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::limits::Limits;

/// A file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark; line ends as they were.
    pub text: String,
    /// The encoding it was in, by its usual name.
    pub encoding: &'static str,
    /// Whether a byte order mark stood before it.
    pub had_bom: bool,
}

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// There is more than is read.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// It has a NUL character, as binary files do and XML never does.
    Binary {
        /// Where the first is, in bytes from the start of the file.
        offset: usize,
    },
    /// Some bytes do not mean anything in the file's encoding.
    Malformed {
        /// The encoding.
        encoding: &'static str,
        /// Where the first are, in bytes from the start of the file.
        offset: usize,
    },
    /// The XML declaration, or a byte order mark, names an encoding that is not read.
    UnknownEncoding {
        /// The name, shortened if it is long.
        name: String,
    },
    /// The bytes are in one encoding and the XML declaration names another, and the text would not be the same in both.
    /// .NET lets the declaration win over a byte order mark, which gives other characters or a failure; neither is guessed here.
    Contradiction {
        /// What the byte order mark, or the shape of the first bytes, says.
        actual: &'static str,
        /// What the declaration says, shortened if it is long.
        declared: String,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(formatter, "the file has {bytes} bytes, more than the {limit} that are read"),
            Self::Binary { offset } => write!(formatter, "there is a NUL character at byte {offset}: this is not a text file"),
            Self::Malformed { encoding, offset } => write!(formatter, "the bytes at offset {offset} are not {encoding}"),
            Self::UnknownEncoding { name } => write!(formatter, "the file says that it is in {name:?}, an encoding that is not read"),
            Self::Contradiction { actual, declared } => {
                write!(formatter, "the file is {actual}, and its XML declaration says {declared:?}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Decodes a file: a byte order mark, the shape of `<?xml`, or the encoding that an XML declaration names decides, and
/// UTF-8 where there is none of them. Files larger than [`Limits::default`] allows are refused.
///
/// # Errors
///
/// Malformed bytes, NULs, unknown encodings and contradictions are errors: nothing is replaced or guessed.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode_within(bytes, &Limits::default())
}

/// [`decode`] with a bound on the size.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_within(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    if bytes.len() > limits.max_bytes {
        return Err(DecodeError::TooLarge { bytes: bytes.len(), limit: limits.max_bytes });
    }
    let (shape, bom) = shape(bytes);
    let content = bytes.get(bom..).unwrap_or_default();
    let had_bom = bom > 0;
    let utf16 = match shape {
        Shape::Utf8 | Shape::Unmarked => return decode_ascii_compatible(content, bom),
        Shape::Utf16(encoding) => encoding,
        Shape::Utf32(name) => return Err(DecodeError::UnknownEncoding { name: name.to_owned() }),
    };
    let text = strict(utf16, content, bom)?;
    let encoding = utf16.name();
    if let Some(declared) = declared_encoding(text.as_bytes()) {
        let declared = String::from_utf8_lossy(declared);
        // .NET takes any of these as "the UTF-16 it already is", in either order of bytes.
        let fits = ["utf-16", "ucs-2", "iso-10646-ucs-2", "unicode"].iter().any(|name| declared.eq_ignore_ascii_case(name))
            || declared.eq_ignore_ascii_case(encoding);
        if !fits {
            return Err(DecodeError::Contradiction { actual: encoding, declared: shorten(&declared) });
        }
    }
    finish(text.into_owned(), encoding, had_bom, |before| bom + 2 * before.encode_utf16().count())
}

enum Shape {
    Utf8,
    Utf16(&'static Encoding),
    Utf32(&'static str),
    Unmarked,
}

/// What the first bytes say, and how many of them are a byte order mark (XML 1.0, appendix F).
fn shape(bytes: &[u8]) -> (Shape, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (Shape::Utf8, 3),
        [0xFF, 0xFE, 0, 0, ..] | [b'<', 0, 0, 0, ..] => (Shape::Utf32("UTF-32LE"), 0),
        [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, b'<', ..] => (Shape::Utf32("UTF-32BE"), 0),
        [0xFF, 0xFE, ..] => (Shape::Utf16(UTF_16LE), 2),
        [0xFE, 0xFF, ..] => (Shape::Utf16(UTF_16BE), 2),
        [b'<', 0, b'?', 0, ..] => (Shape::Utf16(UTF_16LE), 0),
        [0, b'<', 0, b'?', ..] => (Shape::Utf16(UTF_16BE), 0),
        _ => (Shape::Unmarked, 0),
    }
}

/// UTF-8, or an encoding that has ASCII's characters in ASCII's places, so that the declaration can be read first.
fn decode_ascii_compatible(content: &[u8], bom: usize) -> Result<Decoded, DecodeError> {
    let had_bom = bom > 0;
    let Some(declared) = declared_encoding(content) else {
        return utf8(content, bom);
    };
    let declared = String::from_utf8_lossy(declared);
    let named = Named::of(&declared);
    if matches!(named, Named::Encoding(encoding) if encoding == UTF_8) {
        return utf8(content, bom);
    }
    if had_bom {
        // .NET would read on in the declared encoding. Where all is ASCII that is the same text, else it is refused.
        let same = content.is_ascii() && !matches!(named, Named::Utf16 | Named::Unknown);
        return if same { utf8(content, bom) } else { Err(DecodeError::Contradiction { actual: "UTF-8", declared: shorten(&declared) }) };
    }
    let (text, name) = match named {
        Named::Ascii => match content.iter().position(|byte| !byte.is_ascii()) {
            Some(offset) => return Err(DecodeError::Malformed { encoding: "US-ASCII", offset }),
            None => (strict(UTF_8, content, 0)?, "US-ASCII"),
        },
        // Each byte is the character of that number; the standard of the web reads windows-1252 instead, .NET does not.
        Named::Latin1 => (Cow::Owned(content.iter().copied().map(char::from).collect()), "ISO-8859-1"),
        Named::Encoding(encoding) => (strict(encoding, content, 0)?, encoding.name()),
        Named::Utf16 => return Err(DecodeError::Contradiction { actual: "not UTF-16", declared: shorten(&declared) }),
        Named::Unknown => return Err(DecodeError::UnknownEncoding { name: shorten(&declared) }),
    };
    finish(text.into_owned(), name, false, |before| content.iter().position(|&byte| byte == 0).unwrap_or(before.len()))
}

fn utf8(content: &[u8], bom: usize) -> Result<Decoded, DecodeError> {
    match std::str::from_utf8(content) {
        Ok(text) => finish(text.to_owned(), "UTF-8", bom > 0, |before| bom + before.len()),
        Err(error) => {
            let offset = bom + error.valid_up_to();
            // A NUL before it says more of the file than the bad bytes do.
            match content.get(..error.valid_up_to()).unwrap_or_default().iter().position(|&byte| byte == 0) {
                Some(at) => Err(DecodeError::Binary { offset: bom + at }),
                None => Err(DecodeError::Malformed { encoding: "UTF-8", offset }),
            }
        }
    }
}

/// Refuses a text with a NUL; `offset_of` turns the text before it into an offset in the file.
fn finish(text: String, encoding: &'static str, had_bom: bool, offset_of: impl Fn(&str) -> usize) -> Result<Decoded, DecodeError> {
    match text.find('\0') {
        Some(at) => Err(DecodeError::Binary { offset: offset_of(text.get(..at).unwrap_or_default()) }),
        None => Ok(Decoded { text, encoding, had_bom }),
    }
}

/// Decodes without replacing anything.
fn strict<'a>(encoding: &'static Encoding, content: &'a [u8], bom: usize) -> Result<Cow<'a, str>, DecodeError> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(content) {
        return Ok(text);
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = String::with_capacity(4096);
    let mut read = 0;
    loop {
        scratch.clear();
        let (result, taken) = decoder.decode_to_string_without_replacement(content.get(read..).unwrap_or_default(), &mut scratch, true);
        read += taken;
        match result {
            DecoderResult::Malformed(length, after) => {
                let offset = bom + read.saturating_sub(usize::from(length) + usize::from(after));
                return Err(DecodeError::Malformed { encoding: encoding.name(), offset });
            }
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return Err(DecodeError::Malformed { encoding: encoding.name(), offset: bom + read }),
        }
    }
}

enum Named {
    Ascii,
    Latin1,
    Utf16,
    Encoding(&'static Encoding),
    Unknown,
}

impl Named {
    /// What a declared name means to .NET, where `encoding_rs` knows that encoding.
    fn of(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" => Self::Ascii,
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" | "cp819" | "ibm819" | "iso-ir-100" => Self::Latin1,
            "utf-16" | "utf-16le" | "utf-16be" | "unicode" | "ucs-2" | "iso-10646-ucs-2" | "unicodefffe" | "ucs-4" | "utf-32"
            | "utf-32be" => Self::Utf16,
            _ => match Encoding::for_label_no_replacement(lower.as_bytes()) {
                // The web reads these names as a wider encoding than they say, and x-user-defined as no encoding at all.
                Some(encoding) if encoding == encoding_rs::X_USER_DEFINED => Self::Unknown,
                Some(encoding) if encoding == encoding_rs::WINDOWS_1254 && lower != "windows-1254" => Self::Unknown,
                Some(encoding) if encoding == encoding_rs::WINDOWS_874 && lower != "windows-874" => Self::Unknown,
                Some(encoding) => Self::Encoding(encoding),
                None => Self::Unknown,
            },
        }
    }
}

/// The encoding that `<?xml … encoding="…"?>` names, if the bytes begin with that.
fn declared_encoding(bytes: &[u8]) -> Option<&[u8]> {
    const LONGEST_DECLARATION: usize = 512;
    let head = bytes.get(..bytes.len().min(LONGEST_DECLARATION))?;
    let declaration = head.strip_prefix(b"<?xml").filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let mut rest = declaration.get(..end)?;
    while !rest.is_empty() {
        let name_end = rest.iter().position(|&byte| byte == b'=')?;
        let name = rest.get(..name_end)?.trim_ascii();
        let after = rest.get(name_end + 1..)?.trim_ascii_start();
        let (&quote, value) = after.split_first()?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let value_end = value.iter().position(|&byte| byte == quote)?;
        if name == b"encoding" {
            return value.get(..value_end);
        }
        rest = value.get(value_end + 1..)?;
    }
    None
}

/// A name from a file is quoted in a message; it need not be repeated at any length.
fn shorten(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    fn ok(bytes: &[u8]) -> (String, &'static str, bool) {
        let decoded = decode(bytes).unwrap();
        (decoded.text, decoded.encoding, decoded.had_bom)
    }

    #[test]
    fn utf8_is_the_default_and_its_mark_is_taken_off() {
        assert_eq!(ok("<a>é</a>".as_bytes()), ("<a>é</a>".into(), "UTF-8", false));
        assert_eq!(ok("\u{FEFF}<a>é</a>".as_bytes()), ("<a>é</a>".into(), "UTF-8", true));
        assert_eq!(ok(b"<?xml version='1.0' encoding='UTF-8'?><a/>").1, "UTF-8");
        assert_eq!(ok(b""), (String::new(), "UTF-8", false));
    }

    #[test]
    fn utf16_is_known_by_its_mark_or_its_shape() {
        let declared = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>é😀</a>";
        for big in [false, true] {
            let name = if big { "UTF-16BE" } else { "UTF-16LE" };
            assert_eq!(ok(&utf16(&format!("\u{FEFF}{declared}"), big)), (declared.into(), name, true));
            assert_eq!(ok(&utf16(declared, big)), (declared.into(), name, false));
            assert_eq!(ok(&utf16("\u{FEFF}<a/>", big)), ("<a/>".into(), name, true));
        }
    }

    #[test]
    fn a_declared_encoding_is_used() {
        let head = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\" standalone='yes'?>").into_bytes();
        let with = |name: &str, bytes: &[u8]| decode(&[head(name), bytes.to_vec()].concat());
        assert!(with("windows-1252", b"\x80\xE9").unwrap().text.ends_with("€é"));
        // .NET and ISO mean control characters by 0x80 to 0x9F here; the web does not.
        assert!(with("ISO-8859-1", b"\x80\xE9").unwrap().text.ends_with("\u{80}é"));
        assert!(with("koi8-r", b"\xC1").unwrap().text.ends_with('а'));
        assert!(with("shift_jis", b"\x93\xFA").unwrap().text.ends_with('日'));
        assert_eq!(with("us-ascii", b"a\xE9"), Err(DecodeError::Malformed { encoding: "US-ASCII", offset: head("us-ascii").len() + 1 }));
        assert_eq!(with("martian", b""), Err(DecodeError::UnknownEncoding { name: "martian".into() }));
        assert_eq!(with("utf-7", b""), Err(DecodeError::UnknownEncoding { name: "utf-7".into() }));
        assert!(matches!(with("utf-16", b""), Err(DecodeError::Contradiction { .. })));
    }

    #[test]
    fn a_mark_and_a_declaration_that_differ_are_refused_unless_the_text_is_the_same() {
        let declared = "<?xml version=\"1.0\" encoding=\"windows-1252\"?>";
        assert!(decode(format!("\u{FEFF}{declared}<a/>").as_bytes()).unwrap().had_bom);
        assert!(matches!(
            decode(format!("\u{FEFF}{declared}<a>é</a>").as_bytes()),
            Err(DecodeError::Contradiction { actual: "UTF-8", .. })
        ));
        let utf8 = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>";
        assert_eq!(decode(&utf16(utf8, false)), Err(DecodeError::Contradiction { actual: "UTF-16LE", declared: "utf-8".into() }));
        let utf16_declared = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>";
        assert!(matches!(decode(utf16_declared.as_bytes()), Err(DecodeError::Contradiction { actual: "UTF-8", .. })));
    }

    #[test]
    fn malformed_bytes_are_refused_with_their_place() {
        assert_eq!(decode(b"\xEF\xBB\xBF<a>\xFF</a>"), Err(DecodeError::Malformed { encoding: "UTF-8", offset: 6 }));
        assert_eq!(decode(b"ab\xC3"), Err(DecodeError::Malformed { encoding: "UTF-8", offset: 2 }));
        let lone = [utf16("\u{FEFF}ab", false), vec![0x00, 0xD8], utf16("c", false)].concat();
        assert_eq!(decode(&lone), Err(DecodeError::Malformed { encoding: "UTF-16LE", offset: 6 }));
        let odd = [utf16("\u{FEFF}ab", false), vec![0x63]].concat();
        assert_eq!(decode(&odd), Err(DecodeError::Malformed { encoding: "UTF-16LE", offset: 6 }));
    }

    #[test]
    fn binary_files_and_large_ones_are_refused() {
        assert_eq!(decode(b"PK\x03\x04\0\0"), Err(DecodeError::Binary { offset: 4 }));
        assert_eq!(decode(b"MZ\x90\0"), Err(DecodeError::Malformed { encoding: "UTF-8", offset: 2 }));
        assert_eq!(decode(b"MZ\0\x90"), Err(DecodeError::Binary { offset: 2 }));
        assert_eq!(decode(&utf16("\u{FEFF}aé\0", true)), Err(DecodeError::Binary { offset: 6 }));
        assert_eq!(decode(&[b'<', 0, 0, 0]), Err(DecodeError::UnknownEncoding { name: "UTF-32LE".into() }));
        let limits = Limits { max_bytes: 3, ..Limits::default() };
        assert_eq!(decode_within(b"<a/>", &limits), Err(DecodeError::TooLarge { bytes: 4, limit: 3 }));
    }
}
