//! What looks like a secret, so that no output repeats it.
//!
//! Configuration and source are full of passwords, keys and connection strings, and findings quote lines of them. The
//! rule here errs towards hiding: a harmless value shown as `***` costs a look at the file, a key in a build log costs more.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in place of a secret.
pub const REDACTED: &str = "***";

/// Ends of names, in lower case and without marks between words, whose values are secrets.
const SECRET_ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "connectionstring",
    "connstr",
    "connstring",
    "apikey",
    "accesskey",
    "accountkey",
    "sharedkey",
    "privatekey",
    "secretkey",
    "validationkey",
    "decryptionkey",
    "encryptionkey",
    "cryptokey",
    "signingkey",
    "machinekey",
    "masterkey",
    "symmetrickey",
    "storagekey",
    "subscriptionkey",
    "instrumentationkey",
    "licensekey",
    "authkey",
    "hashkey",
    "hmackey",
    "issuerkey",
    "sharedaccesssignature",
    "salt",
];

/// Names that end like secrets and are none.
const HARMLESS_ENDINGS: &[&str] = &["publickeytoken", "cancellationtoken", "securitytoken", "issuedtoken", "nopassword"];

/// Names that are secrets only as they are, or as the last word of a name.
const SECRET_WORDS: &[&str] = &["pin", "sig", "sas", "pass", "pw"];

/// Calls whose arguments from this position on are secrets when they are literals.
const SECRET_ARGUMENTS: &[(&str, usize)] = &[("NetworkCredential", 1), ("X509Certificate2", 1), ("X509Certificate", 1)];

/// Whether something of this name holds a secret: an attribute, a setting, a part of a connection string, a variable.
///
/// Words may be put together in any way: `SharedAccessKey`, `shared-access-key` and `sharedaccesskey` are one name.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    let joined: String = name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect();
    let joined = joined.trim_end_matches(|character: char| character.is_ascii_digit());
    let joined = joined.strip_suffix('s').filter(|rest| SECRET_ENDINGS.iter().any(|ending| rest.ends_with(ending))).unwrap_or(joined);
    if HARMLESS_ENDINGS.iter().any(|ending| joined.ends_with(ending)) {
        return false;
    }
    SECRET_ENDINGS.iter().any(|ending| joined.ends_with(ending)) || SECRET_WORDS.contains(&last_word(name).as_str())
}

/// The last word of a name, in lower case: what follows the last mark between words, or the last capital after a small letter.
fn last_word(name: &str) -> String {
    let mut start = 0;
    let mut before = None;
    for (at, character) in name.char_indices() {
        if !character.is_ascii_alphanumeric() {
            start = at + character.len_utf8();
        } else if character.is_ascii_uppercase() && before.is_some_and(|before: char| before.is_ascii_lowercase()) {
            start = at;
        }
        before = Some(character);
    }
    name.get(start..).unwrap_or_default().to_ascii_lowercase()
}

/// Whether a value shows by itself that it holds a secret, whatever its name: a connection string with a password, an
/// address with one, a private key.
#[must_use]
pub fn looks_secret(value: &str) -> bool {
    !ranges(value).is_empty()
}

/// The text with each secret in it replaced by [`REDACTED`].
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let ranges = ranges(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(REDACTED);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Where the secrets of a text are, in bytes: in order, apart from one another, never empty. The text may be XML, C#, a
/// connection string or a sentence; it is not parsed, so that a broken file hides its secrets as well. Takes time in
/// proportion to the text.
#[must_use]
pub fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Scan { text, bytes: text.as_bytes(), found: Vec::new() };
    found.names();
    found.addresses();
    found.private_keys();
    let mut list = found.found;
    list.retain(|range| range.start < range.end && text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
    list.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(list.len());
    for range in list {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => merged.push(range),
        }
    }
    merged
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// How far the end of a call or of an element is looked for, in bytes: hostile text must not make this slow.
const NEAR: usize = 1024;

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    found: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn skip_while(&self, at: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len())
    }

    /// The inside of a quoted text whose quote is at `at`. Without a closing quote it goes to the end of the line.
    fn quoted(&self, at: usize) -> Range<usize> {
        let quote = self.byte(at);
        let start = at + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let closed = rest.iter().position(|&byte| Some(byte) == quote);
        let end = closed.or_else(|| rest.iter().position(|&byte| byte == b'\n')).unwrap_or(rest.len());
        start..start + end
    }

    /// Goes through names; what follows one that names a secret is hidden.
    fn names(&mut self) {
        let mut at = 0;
        while let Some(byte) = self.byte(at) {
            if byte == b'<' {
                self.tag(at);
                at += 1;
            } else if byte.is_ascii_alphabetic() || byte == b'_' {
                let end = self.skip_while(at, is_name_byte);
                self.name(at..end);
                at = end;
            } else {
                at += 1;
            }
        }
    }

    fn name(&mut self, name: Range<usize>) {
        let word = self.slice(name.clone());
        if let Some(&(_, position)) = SECRET_ARGUMENTS.iter().find(|(call, _)| *call == word) {
            self.arguments(name.end, position);
            return;
        }
        // Of most names the first look decides: a secret is followed by `=` or `:`.
        let mark = self.skip_while(name.end, |byte| byte.is_ascii_whitespace());
        let Some(sign @ (b'=' | b':')) = self.byte(mark) else { return };
        let start = name.start;
        if !names_secret(self.slice(name)) {
            return;
        }
        let after = self.skip_while(mark, |byte| matches!(byte, b'=' | b':' | b'>'));
        let value = self.skip_while(after, |byte| byte.is_ascii_whitespace() || matches!(byte, b'@' | b'$'));
        match self.byte(value) {
            Some(quote) if is_quote(quote) => self.found.push(self.quoted(value)),
            // Without quotes it is a part of a connection string or of an address.
            // With blanks it is that after another part or at the start of a text; else it is code.
            Some(_) if sign == b'=' && (value == after || self.is_in_list(start)) => {
                let end = self.skip_while(value, |byte| {
                    !byte.is_ascii_whitespace() && !is_quote(byte) && !matches!(byte, b';' | b'<' | b'>' | b',' | b')')
                });
                self.found.push(value..end);
            }
            Some(_) | None => {}
        }
    }

    /// Whether a part of a list (`Data Source=.; Pwd = x`) begins here: after a semicolon or a quote on the same line.
    fn is_in_list(&self, start: usize) -> bool {
        let before = self.bytes.get(..start).unwrap_or_default();
        let last = before.iter().rev().take(NEAR).find(|byte| !matches!(byte, b' ' | b'\t'));
        last.is_some_and(|byte| *byte == b';' || is_quote(*byte))
    }

    /// Hides the literals among the arguments of a call, from a position on.
    fn arguments(&mut self, at: usize, position: usize) {
        let mut at = self.skip_while(at, |byte| byte.is_ascii_whitespace());
        if self.byte(at) != Some(b'(') {
            return;
        }
        let mut argument = 0;
        let last = at + NEAR;
        while at < last {
            at += 1;
            match self.byte(at) {
                Some(b'"') => {
                    let literal = self.quoted(at);
                    at = literal.end;
                    if argument >= position {
                        self.found.push(literal);
                    }
                }
                Some(b',') => argument += 1,
                Some(b')' | b';') | None => return,
                Some(_) => {}
            }
        }
    }

    /// Looks at a tag: `<password>…</password>`, `<add key="…Password" value="…"/>`, `<setting name="ApiKey">…</setting>`.
    fn tag(&mut self, start: usize) {
        let name = start + 1..self.skip_while(start + 1, |byte| is_name_byte(byte) || matches!(byte, b':' | b'.'));
        if name.is_empty() {
            return;
        }
        let mut about_secret = names_secret(self.slice(name.clone()));
        let mut values = Vec::new();
        let mut at = name.end;
        loop {
            at = self.skip_while(at, |byte| byte.is_ascii_whitespace() || byte == b'/');
            let attribute = at..self.skip_while(at, |byte| is_name_byte(byte) || byte == b':');
            if attribute.is_empty() {
                break;
            }
            at = self.skip_while(attribute.end, |byte| byte.is_ascii_whitespace());
            if self.byte(at) != Some(b'=') {
                continue;
            }
            at = self.skip_while(at + 1, |byte| byte.is_ascii_whitespace());
            let Some(quote) = self.byte(at).filter(|&byte| is_quote(byte)) else { continue };
            let value = self.quoted(at);
            at = value.end + usize::from(self.byte(value.end) == Some(quote));
            let attribute = self.slice(attribute);
            if ["key", "name"].iter().any(|known| attribute.eq_ignore_ascii_case(known)) {
                about_secret |= names_secret(self.slice(value));
            } else if ["value", "defaultvalue", "connectionstring"].iter().any(|known| attribute.eq_ignore_ascii_case(known)) {
                values.push(value);
            }
        }
        if !about_secret {
            return;
        }
        self.found.append(&mut values);
        if self.byte(at) == Some(b'>') && self.byte(at.saturating_sub(1)) != Some(b'/') {
            self.content(at + 1, name);
        }
    }

    /// Hides the texts between a start tag and its end tag; without an end tag near by, the first text.
    fn content(&mut self, start: usize, name: Range<usize>) {
        let window = self.bytes.get(start..self.bytes.len().min(start + NEAR)).unwrap_or_default();
        let name = self.bytes.get(name).unwrap_or_default();
        let end_tag = [b"</", name].concat();
        let end = window.windows(end_tag.len()).position(|piece| piece == end_tag);
        let end = start + end.or_else(|| window.iter().position(|&byte| byte == b'<')).unwrap_or(window.len());
        let mut at = start;
        while at < end {
            let text_end = self.skip_while(at, |byte| byte != b'<').min(end);
            let first = self.skip_while(at, |byte| byte.is_ascii_whitespace()).min(text_end);
            let length = self.bytes.get(first..text_end).unwrap_or_default().trim_ascii_end().len();
            self.found.push(first..first + length);
            at = self.skip_while(text_end, |byte| byte != b'>') + 1;
        }
    }

    /// Hides the password in `scheme://user:password@host`.
    fn addresses(&mut self) {
        for (at, _) in self.text.match_indices("://") {
            let start = at + 3;
            let end = self.skip_while(start, |byte| {
                !byte.is_ascii_whitespace() && !is_quote(byte) && !matches!(byte, b'/' | b'<' | b'>' | b'?' | b'#')
            });
            let authority = self.slice(start..end);
            if let Some((user, _)) = authority.rsplit_once('@')
                && let Some((name, _)) = user.split_once(':')
            {
                self.found.push(start + name.len() + 1..start + user.len());
            }
        }
    }

    /// Hides the body of private keys in PEM form.
    fn private_keys(&mut self) {
        const BEGIN: &str = "-----BEGIN ";
        const MARK: &str = "PRIVATE KEY-----";
        let mut at = 0;
        while let Some(begin) = self.slice(at..self.text.len()).find(BEGIN).map(|distance| at + distance) {
            at = begin + BEGIN.len();
            // The kind of key stands between the two: a few words.
            let head = self.bytes.get(at..self.bytes.len().min(at + 40)).unwrap_or_default();
            if let Some(mark) = head.windows(MARK.len()).position(|piece| piece == MARK.as_bytes()) {
                let start = at + mark + MARK.len();
                let body = self.slice(start..self.text.len());
                let end = start + body.find("-----END").unwrap_or(body.len());
                self.found.push(start..end);
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "password",
            "Password",
            "userPassword",
            "pwd",
            "SmtpPwd",
            "passwords",
            "Password2",
            "connectionString",
            "connection-string",
            "connectionstring",
            "ApiKey",
            "x-api-key",
            "SharedAccessKey",
            "AccountKey",
            "issuerSecret",
            "clientSecret",
            "validationKey",
            "decryptionKey",
            "access_token",
            "AuthToken",
            "sig",
            "CardPin",
            "ida:ClientSecret",
            "Service.Password",
        ] {
            assert!(names_secret(name), "{name}");
        }
    }

    #[test]
    fn names_of_settings_are_not_secrets() {
        for name in [
            "key",
            "name",
            "value",
            "mode",
            "clientCredentialType",
            "negotiateServiceCredential",
            "userNamePasswordValidationMode",
            "PublicKeyToken",
            "issuedTokenType",
            "keyEntropyMode",
            "keySize",
            "findValue",
            "address",
            "cancellationToken",
            "securityToken",
            "passwordFormat",
            "tokenRequestParameters",
            "mapClientCertificateToWindowsAccount",
            "spinning",
            "keyFile",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for (text, hidden) in [
            ("<add name=\"Db\" connectionString=\"Server=x;Pwd=y\"/>", "<add name=\"Db\" connectionString=\"***\"/>"),
            ("<add key=\"SmtpPassword\" value=\"hunter2\" />", "<add key=\"SmtpPassword\" value=\"***\" />"),
            ("<add value='hunter2' key='SmtpPassword'/>", "<add value='***' key='SmtpPassword'/>"),
            ("<sharedSecret issuerName=\"owner\" issuerSecret=\"abc=\"/>", "<sharedSecret issuerName=\"owner\" issuerSecret=\"***\"/>"),
            ("<user password = 'a\nb'/>", "<user password = '***'/>"),
            ("<password> hunter2 </password>", "<password> *** </password>"),
            (
                "<setting name=\"ApiKey\"><value>abc</value></setting><b>c</b>",
                "<setting name=\"ApiKey\"><value>***</value></setting><b>c</b>",
            ),
            ("Server=x;User Id=sa;Password=hunter2;Encrypt=true", "Server=x;User Id=sa;Password=***;Encrypt=true"),
            ("factory.Credentials.UserName.Password = \"hunter2\";", "factory.Credentials.UserName.Password = \"***\";"),
            ("var password = @\"hunter2\"; var user = \"me\";", "var password = @\"***\"; var user = \"me\";"),
            ("new NetworkCredential(\"me\", \"hunter2\", \"D\")", "new NetworkCredential(\"me\", \"***\", \"***\")"),
            ("http://me:hunter2@host/a?sig=abc", "http://me:***@host/a?sig=***"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
            ),
            ("password=\"hunter2", "password=\"***"),
        ] {
            assert_eq!(redact(text), hidden);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "<security mode=\"Message\"><message clientCredentialType=\"UserName\" /></security>",
            "<add key=\"Mode\" value=\"Transport\"/>",
            "<serviceCertificate findValue=\"CN=host\" x509FindType=\"FindBySubjectDistinguishedName\"/>",
            "type=\"A.B, C, Version=1.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089\"",
            "the password is checked by the host",
            "http://host:8080/a@b",
            "<password></password>",
            "password=\"\"",
            "Task Run(CancellationToken token = default)",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn ranges_are_in_order_and_apart() {
        let text = "<add key='Password' value='a' connectionString='Password=b;x'/> password='c' é password=é;";
        let ranges = ranges(text);
        assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start), "{ranges:?}");
        assert_eq!(ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>(), ["a", "Password=b;x", "c", "é"]);
    }
}
