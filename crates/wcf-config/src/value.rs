//! Values: text as .NET's converters read it, spelled back as XML spells it.

use crate::Text;
use crate::schema::{Enumeration, Flags, Kind};

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a value of this kind at all; what the kind is, in words.
    NotA(&'static str),
    /// It is not one of these names.
    NotOneOf(Vec<&'static str>),
    /// It is below or above these, spelled as XML spells them.
    OutOfRange {
        /// The least value.
        min: String,
        /// The greatest value.
        max: String,
    },
    /// It has fewer characters than this.
    TooShort(usize),
}

/// How a value is spelled as XML spells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it is written.
    AsWritten,
    /// As the tables have it.
    Fixed(&'static str),
    /// In another way.
    Other(String),
}

/// Reads `raw` as a value of `kind` and spells it as XML spells it.
///
/// # Errors
///
/// Where .NET's converter or validator of the property would refuse it.
pub fn read(kind: &Kind, raw: &str) -> Result<Text, Refusal> {
    Ok(match spell(kind, raw)? {
        Spelling::AsWritten => Text::from(raw),
        Spelling::Fixed(text) => Text::fixed(text),
        Spelling::Other(text) => Text::from(text),
    })
}

/// [`read`] without a copy of what is written as it is spelled.
pub(crate) fn spell(kind: &Kind, raw: &str) -> Result<Spelling, Refusal> {
    let other = |spelled: String| if spelled == raw { Spelling::AsWritten } else { Spelling::Other(spelled) };
    match kind {
        Kind::Bool => bool(raw).map(|value| Spelling::Fixed(if value { "true" } else { "false" })),
        Kind::Int { min, max } => number(raw, 32, *min, *max, "a 32-bit number").map(|value| spell_number(value, raw)),
        Kind::Long { min, max } => number(raw, 64, *min, *max, "a 64-bit number").map(|value| spell_number(value, raw)),
        Kind::TimeSpan { min, max } => timeout(raw, *min, *max),
        Kind::AnyTimeSpan => {
            ticks(raw).map(|ticks| spelled_time(ticks, raw)).ok_or(Refusal::NotA("a time span ([-][d.]hh:mm[:ss[.fffffff]])"))
        }
        Kind::Enumeration(enumeration) => name(enumeration, raw).map(Spelling::Fixed),
        Kind::Flags(flags) => bits(flags, raw).map(|bits| other(spell_flags(flags, bits))),
        Kind::Encoding => encoding(raw).map(Spelling::Fixed).ok_or(Refusal::NotA("the name of a text encoding")),
        Kind::SessionId => session_id(raw).map(other),
        Kind::IpAddress => {
            raw.trim().parse::<std::net::IpAddr>().map(|address| other(address.to_string())).map_err(|_| Refusal::NotA("an IP address"))
        }
        Kind::Text { min_length } if is_shorter(raw, *min_length) => Err(Refusal::TooShort(*min_length)),
        Kind::Text { .. } => Ok(Spelling::AsWritten),
        Kind::Uri if is_uri(raw) => Ok(Spelling::AsWritten),
        Kind::Uri => Err(Refusal::NotA("a URI")),
        Kind::RelativeAddress if raw.starts_with(['/', '\\']) => Err(Refusal::NotA("an address below the application")),
        Kind::RelativeAddress if raw.trim().is_empty() || raw.encode_utf16().count() < 3 => Err(Refusal::TooShort(3)),
        Kind::RelativeAddress => Ok(Spelling::AsWritten),
    }
}

/// Whether a text has fewer characters than this.
fn is_shorter(raw: &str, characters: usize) -> bool {
    characters > 0 && raw.chars().take(characters).count() < characters
}

fn spell_number(value: i64, raw: &str) -> Spelling {
    // Digits alone are the spelling of their number, unless they begin with zero.
    let plain = raw.bytes().all(|byte| byte.is_ascii_digit()) && (!raw.starts_with('0') || raw.len() == 1);
    if plain { Spelling::AsWritten } else { Spelling::Other(value.to_string()) }
}

fn spelled_time(ticks: i64, raw: &str) -> Spelling {
    if ticks == i64::MAX {
        return Spelling::Fixed("Infinite");
    }
    // `hh:mm:ss` in two digits each is what it is read as, where the hours are those of a day.
    let form = raw.as_bytes();
    let clock = form.len() == 8
        && form.iter().enumerate().all(|(at, byte)| if at == 2 || at == 5 { *byte == b':' } else { byte.is_ascii_digit() })
        && form < b"24".as_slice();
    if clock { Spelling::AsWritten } else { Spelling::Other(spell_time_span(ticks)) }
}

/// `BooleanConverter`: any case, white space around it.
fn bool(raw: &str) -> Result<bool, Refusal> {
    let word = raw.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if word.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if word.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(Refusal::NotOneOf(vec!["true", "false"]))
    }
}

/// `BaseNumberConverter`: decimal, or hexadecimal after `#`, `0x` or `&h`; white space around it.
fn number(raw: &str, bits: u32, min: i64, max: i64, what: &'static str) -> Result<i64, Refusal> {
    let text = raw.trim();
    let hexadecimal = text.strip_prefix('#').or_else(|| ["0x", "0X", "&h", "&H"].iter().find_map(|prefix| text.strip_prefix(prefix)));
    let value = match hexadecimal {
        // Convert.ToInt32(text, 16) reads the bits, so the highest one is the sign.
        Some(digits) if bits == 32 => u32::from_str_radix(digits, 16).ok().map(|value| i64::from(value.cast_signed())),
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(u64::cast_signed),
        None => text.parse::<i64>().ok(),
    };
    let value = value.filter(|value| bits == 64 || i32::try_from(*value).is_ok()).ok_or(Refusal::NotA(what))?;
    if (min..=max).contains(&value) { Ok(value) } else { Err(Refusal::OutOfRange { min: min.to_string(), max: max.to_string() }) }
}

/// `TimeSpanOrInfiniteConverter` with `ServiceModelTimeSpanValidator`: `TimeSpan.MaxValue` is `Infinite`, in and out.
fn timeout(raw: &str, min: i64, max: i64) -> Result<Spelling, Refusal> {
    if raw.eq_ignore_ascii_case("infinite") {
        return Ok(Spelling::Fixed("Infinite"));
    }
    let ticks = ticks(raw).ok_or(Refusal::NotA("a time span ([-][d.]hh:mm[:ss[.fffffff]], or Infinite; a bare number is days)"))?;
    if ticks == i64::MAX || (min..=max).contains(&ticks) {
        Ok(spelled_time(ticks, raw))
    } else {
        Err(Refusal::OutOfRange { min: spell_time_span(min), max: spell_time_span(max) })
    }
}

/// `TimeSpan.Parse` in the invariant culture, in ticks of 100 ns; `i64::MAX` is `TimeSpan.MaxValue`.
fn ticks(raw: &str) -> Option<i64> {
    let text = raw.trim();
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let parts = split_time(text)?;
    let field = |at: usize| parts.all.get(at).copied().unwrap_or(0);
    // One number is days; two hours and minutes; three add seconds, or are days before hours and minutes where the first is too
    // great for hours; four are all.
    let (days, hours, minutes, seconds) = match (parts.length, parts.dotted_days) {
        (1, false) => (field(0), 0, 0, 0),
        (2, false) => (0, field(0), field(1), 0),
        (3, false) if field(0) > 23 => (field(0), field(1), field(2), 0),
        (3, false) => (0, field(0), field(1), field(2)),
        (3, true) => (field(0), field(1), field(2), 0),
        (4, _) => (field(0), field(1), field(2), field(3)),
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = ((i128::from(days) * 24 + i128::from(hours)) * 60 + i128::from(minutes)) * 60 + i128::from(seconds);
    let magnitude = seconds * 10_000_000 + i128::from(parts.fraction);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// The numbers of a time span as written.
#[derive(Default)]
struct TimeParts {
    all: [u32; 4],
    /// How many there are.
    length: usize,
    dotted_days: bool,
    /// The part of a second after the last dot, in ticks.
    fraction: u32,
}

impl TimeParts {
    fn push(&mut self, number: u32) -> Option<()> {
        *self.all.get_mut(self.length)? = number;
        self.length += 1;
        Some(())
    }
}

fn split_time(text: &str) -> Option<TimeParts> {
    let digits = |part: &[u8]| -> Option<u32> {
        let good = !part.is_empty() && part.len() <= 8 && part.iter().all(u8::is_ascii_digit);
        good.then(|| part.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let mut parts = TimeParts::default();
    let last = text.bytes().filter(|&byte| byte == b':').count();
    for (at, piece) in text.as_bytes().split(|&byte| byte == b':').enumerate() {
        let Some(dot) = piece.iter().position(|&byte| byte == b'.') else {
            parts.push(digits(piece)?)?;
            continue;
        };
        let (before, after) = (piece.get(..dot)?, piece.get(dot + 1..)?);
        if at == 0 && last > 0 {
            parts.dotted_days = true;
            parts.push(digits(before)?)?;
            parts.push(digits(after)?)?;
        } else if at == last && at >= 2 && after.len() <= 7 {
            parts.push(digits(before)?)?;
            let scale = 10_u32.checked_pow(u32::try_from(7 - after.len()).ok()?)?;
            parts.fraction = digits(after)?.checked_mul(scale)?;
        } else {
            return None;
        }
    }
    Some(parts)
}

/// `TimeSpan.ToString("c")`, and `Infinite` for the greatest.
#[must_use]
pub fn spell_time_span(ticks: i64) -> String {
    if ticks == i64::MAX {
        return "Infinite".to_owned();
    }
    let sign = if ticks < 0 { "-" } else { "" };
    let magnitude = ticks.unsigned_abs();
    let (seconds, fraction) = (magnitude / 10_000_000, magnitude % 10_000_000);
    let (minutes, hours, days) = (seconds / 60 % 60, seconds / 3600 % 24, seconds / 86_400);
    let days = if days == 0 { String::new() } else { format!("{days}.") };
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:07}") };
    format!("{sign}{days}{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

/// A time span that was spelled by this module, in milliseconds; `None` is `Infinite`, and anything below zero is zero.
#[must_use]
pub fn milliseconds(spelled: &str) -> Option<u64> {
    if spelled == "Infinite" {
        return None;
    }
    // `hh:mm:ss`, as nearly all are.
    if let &[h, hour, b':', m, minute, b':', s, second] = spelled.as_bytes()
        && [h, hour, m, minute, s, second].iter().all(u8::is_ascii_digit)
    {
        let two = |tens: u8, ones: u8| u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
        return Some(((two(h, hour) * 60 + two(m, minute)) * 60 + two(s, second)) * 1000);
    }
    Some(ticks(spelled).map_or(0, |ticks| u64::try_from(ticks / 10_000).unwrap_or(0)))
}

/// `GenericEnumConverter` and the converters of named constants: exact, no numbers, no blanks.
fn name(enumeration: &Enumeration, raw: &str) -> Result<&'static str, Refusal> {
    if let Some((_, value)) = enumeration.aliases.iter().find(|(alias, _)| *alias == raw) {
        return Ok(value);
    }
    enumeration.values.iter().find(|value| **value == raw).copied().ok_or_else(|| Refusal::NotOneOf(enumeration.values.to_vec()))
}

/// A `[Flags]` enumeration: names separated by commas, with blanks between them but not around them.
fn bits(flags: &Flags, raw: &str) -> Result<u32, Refusal> {
    let refusal = || Refusal::NotOneOf(flags.values.iter().map(|(name, _)| *name).collect());
    if raw.trim() != raw {
        return Err(refusal());
    }
    raw.split(',').try_fold(0, |all, name| {
        let name = name.trim();
        flags.values.iter().find(|(value, _)| *value == name).map(|(_, bits)| all | bits).ok_or_else(refusal)
    })
}

/// `Enum.ToString` of a `[Flags]` enumeration: the greatest names first until no bit is left, then written by rising value.
fn spell_flags(flags: &Flags, bits: u32) -> String {
    let mut left = bits;
    let mut names = Vec::new();
    if bits == 0 {
        return flags.values.iter().find(|(_, value)| *value == 0).map_or("0", |(name, _)| *name).to_owned();
    }
    for (name, value) in flags.values.iter().rev() {
        if *value != 0 && left & value == *value {
            left &= !value;
            names.push(*name);
        }
    }
    names.reverse();
    names.join(", ")
}

/// The single flags that a spelled combination stands for.
#[must_use]
pub fn flag_bits(flags: &Flags, spelled: &str) -> u32 {
    bits(flags, spelled).unwrap_or(0)
}

/// `Encoding.GetEncoding`, by its web name. The names .NET Framework knows that occur in configuration.
fn encoding(raw: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("utf-8", "utf-8"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("unicode-2-0-utf-8", "utf-8"),
        ("x-unicode-1-1-utf-8", "utf-8"),
        ("x-unicode-2-0-utf-8", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16le", "utf-16"),
        ("unicode", "utf-16"),
        ("ucs-2", "utf-16"),
        ("iso-10646-ucs-2", "utf-16"),
        ("unicodefffe", "utf-16BE"),
        ("utf-16be", "utf-16BE"),
        ("utf-7", "utf-7"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("utf-32", "utf-32"),
        ("utf-32le", "utf-32"),
        ("utf-32be", "utf-32BE"),
        ("us-ascii", "us-ascii"),
        ("ascii", "us-ascii"),
        ("iso-8859-1", "iso-8859-1"),
        ("latin1", "iso-8859-1"),
        ("iso-8859-2", "iso-8859-2"),
        ("iso-8859-5", "iso-8859-5"),
        ("iso-8859-7", "iso-8859-7"),
        ("iso-8859-9", "iso-8859-9"),
        ("iso-8859-15", "iso-8859-15"),
        ("windows-1250", "windows-1250"),
        ("windows-1251", "windows-1251"),
        ("windows-1252", "Windows-1252"),
        ("windows-1253", "windows-1253"),
        ("windows-1254", "windows-1254"),
        ("windows-1255", "windows-1255"),
        ("windows-1256", "windows-1256"),
        ("windows-1257", "windows-1257"),
        ("windows-1258", "windows-1258"),
        ("koi8-r", "koi8-r"),
        ("shift_jis", "shift_jis"),
        ("euc-jp", "euc-jp"),
        ("iso-2022-jp", "iso-2022-jp"),
        ("gb2312", "gb2312"),
        ("gb18030", "GB18030"),
        ("big5", "big5"),
        ("euc-kr", "euc-kr"),
        ("ks_c_5601-1987", "ks_c_5601-1987"),
    ];
    NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(raw)).map(|(_, web)| *web)
}

/// The session of an application container: a word or a number.
fn session_id(raw: &str) -> Result<String, Refusal> {
    if raw == "CurrentSession" || raw == "ServiceSession" {
        return Ok(raw.to_owned());
    }
    number(raw, 32, 0, i64::from(i32::MAX), "CurrentSession, ServiceSession or a number").map(|value| value.to_string())
}

/// Whether `new Uri(raw, UriKind.RelativeOrAbsolute)` takes it: nearly everything is at least a relative URI; what has a scheme
/// and an authority must have a good one.
#[must_use]
pub fn is_uri(raw: &str) -> bool {
    let text = raw.trim();
    let Some((scheme, rest)) = split_scheme(text) else { return true };
    let Some(authority) = rest.strip_prefix("//") else { return true };
    let authority = authority.split(['/', '\\', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = if let Some(bracketed) = host.strip_prefix('[') {
        let Some((address, after)) = bracketed.split_once(']') else { return false };
        let address = address.split('%').next().unwrap_or("");
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return false;
        }
        ("address", after.strip_prefix(':'))
    } else {
        match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        }
    };
    if port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_err()) {
        return false;
    }
    let needs_host = ["http", "https", "net.tcp", "net.pipe", "ftp", "ws", "wss"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    if host.is_empty() {
        return !needs_host;
    }
    // Hosts of these schemes are names or addresses; wildcards and the placeholders of build scripts are neither.
    !needs_host || host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The scheme of an absolute URI and what follows its colon; `None` for a relative one.
#[must_use]
pub fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.len() > 1
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    good.then_some((scheme, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::enumeration::{AUTHENTICATION_SCHEMES, SECURITY_MODE, SSL_PROTOCOLS};
    use crate::schema::{INT_MAX, LONGEST_TIMEOUT};

    fn timeout(raw: &str) -> Result<Text, Refusal> {
        read(&Kind::TimeSpan { min: 0, max: LONGEST_TIMEOUT }, raw)
    }

    #[test]
    fn time_spans_are_read_as_dotnet_reads_them() {
        for (raw, spelled) in [
            ("00:01:00", "00:01:00"),
            ("5", "5.00:00:00"),
            (" 5 ", "5.00:00:00"),
            ("infinite", "Infinite"),
            ("10675199.02:48:05.4775807", "Infinite"),
            ("24.20:31:23.6470000", "24.20:31:23.6470000"),
            ("1.00:00", "1.00:00:00"),
            ("0:0:0.5", "00:00:00.5000000"),
            ("1:02:03:04", "1.02:03:04"),
        ] {
            assert_eq!(timeout(raw).as_deref(), Ok(spelled), "{raw}");
        }
        for raw in ["", "1 minute", "00:99:00", "TRUE", "1.5", "00:00:00.12345678", "99999999999999999999", "::"] {
            assert!(matches!(timeout(raw), Err(Refusal::NotA(_))), "{raw}");
        }
        for raw in ["-00:01:00", "25.00:00:00", "-1"] {
            assert!(matches!(timeout(raw), Err(Refusal::OutOfRange { .. })), "{raw}");
        }
    }

    #[test]
    fn numbers_may_be_hexadecimal_and_blank_around() {
        let kind = Kind::Int { min: 1, max: INT_MAX };
        assert_eq!(read(&kind, "0x10").as_deref(), Ok("16"));
        assert_eq!(read(&kind, "#ff").as_deref(), Ok("255"));
        assert_eq!(read(&kind, " 100 ").as_deref(), Ok("100"));
        assert!(matches!(read(&kind, "0xFFFFFFFF"), Err(Refusal::OutOfRange { .. })));
        assert!(matches!(read(&kind, "99999999999"), Err(Refusal::NotA(_))));
        assert!(matches!(read(&kind, ""), Err(Refusal::NotA(_))));
    }

    #[test]
    fn names_are_exact() {
        let kind = Kind::Enumeration(&SECURITY_MODE);
        assert_eq!(read(&kind, "Message").as_deref(), Ok("Message"));
        for raw in ["message", " Message ", "1", ""] {
            assert!(matches!(read(&kind, raw), Err(Refusal::NotOneOf(_))), "{raw}");
        }
    }

    #[test]
    fn flags_are_spelled_by_the_greatest_names() {
        let tls = Kind::Flags(&SSL_PROTOCOLS);
        assert_eq!(read(&tls, "Tls12,Tls11").as_deref(), Ok("Tls11, Tls12"));
        assert_eq!(read(&tls, "Ssl3, Tls").as_deref(), Ok("Default"));
        assert_eq!(read(&tls, "None").as_deref(), Ok("None"));
        let http = Kind::Flags(&AUTHENTICATION_SCHEMES);
        assert_eq!(read(&http, "Negotiate, Ntlm").as_deref(), Ok("IntegratedWindowsAuthentication"));
    }

    #[test]
    fn addresses_need_a_good_authority() {
        for good in [
            "",
            "svc",
            " http://x/ ",
            "http://localhost:8080/a b",
            "net.tcp://[::1]:9/x",
            "urn:x",
            "http://h_1.x:80/x",
            "//x",
            "http:",
            "http:/x",
            "sb://{ns}/x",
        ] {
            assert!(is_uri(good), "{good}");
        }
        for bad in [
            "http://[bad",
            "http://",
            "http://h:99999/",
            "https://h h/",
            "http://*:80/x",
            "http://{server}/",
            "net.tcp://%HOST%/x",
            "http://h:port/",
        ] {
            assert!(!is_uri(bad), "{bad}");
        }
    }
}
