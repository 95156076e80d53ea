//! `wcf2grpc.lock`: numbers and names with consequences, recorded once and never changed.
//!
//! A run starts from what is recorded and only appends. A number that left the contract stays here as removed and becomes
//! `reserved` in the proto. Each message carries a digest of its numbers, so that a hand edit that would renumber is seen
//! and refused ([`LockError::EditedByHand`]).

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::generated_files::Ownership;
use crate::toml_text::TomlString;

/// The version of the file's format.
const FORMAT: i64 = 1;

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The version of the tool that wrote it; empty in a lock that was never written.
    pub tool: String,
    /// Full proto names by source: contracts by CLR name, data types by key, and the messages of operations.
    pub names: BTreeMap<String, String>,
    /// Fields of messages, by the same keys as [`Lock::names`].
    pub messages: BTreeMap<String, NumberRecord>,
    /// Values of enums, by the same keys as [`Lock::names`].
    pub enums: BTreeMap<String, NumberRecord>,
    /// Listener names by endpoint (`host/service/contract/address`).
    pub endpoints: BTreeMap<String, String>,
    /// Ports that were assigned because the source decides none, by `host/listener`.
    pub ports: BTreeMap<String, u16>,
    /// Files of the last run, by path.
    pub files: BTreeMap<String, FileRecord>,
}

/// The numbers of a message or an enum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberRecord {
    /// Numbers in use, sorted by number.
    pub entries: Vec<NumberEntry>,
    /// Numbers that were in use once, sorted by number; never given away again.
    pub removed: Vec<NumberEntry>,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberEntry {
    /// The number.
    pub number: i32,
    /// Its name in proto.
    pub name: String,
    /// Its type in proto as recorded (`optional uint32`); empty for enum values.
    pub type_text: String,
    /// The member it stands for, by its name on WCF's wire.
    pub member: String,
}

/// A file of the last run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Who owns it.
    pub ownership: Ownership,
    /// SHA-256 of its text as generated, lower-case hexadecimal. For a file written once, of the text it was written with.
    pub sha256: String,
}

impl FileRecord {
    /// The record of a text.
    #[must_use]
    pub fn of(ownership: Ownership, text: &str) -> Self {
        Self { ownership, sha256: sha256_hex(text.as_bytes()) }
    }
}

/// SHA-256 of a text as lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Why a lock file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockError {
    /// It is not TOML.
    NotToml {
        /// What the parser says.
        message: String,
    },
    /// A later version of the tool wrote it.
    Format {
        /// The version found.
        found: i64,
    },
    /// An entry is missing, or is not of the kind it must be.
    Entry {
        /// Dotted path of the entry.
        path: String,
        /// What must stand there.
        expected: &'static str,
    },
    /// A number is given twice, or lies outside of what protobuf allows.
    Number {
        /// Dotted path of the message or enum.
        path: String,
        /// The number.
        number: i64,
    },
    /// The numbers of a message do not match their digest.
    EditedByHand {
        /// Dotted path of the message or enum.
        path: String,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotToml { message } => write!(formatter, "wcf2grpc.lock is not TOML: {message}"),
            Self::Format { found } => {
                write!(
                    formatter,
                    "wcf2grpc.lock has format {found}, this version reads {FORMAT}; use the version of the tool that wrote it"
                )
            }
            Self::Entry { path, expected } => write!(formatter, "wcf2grpc.lock: `{path}` must be {expected}"),
            Self::Number { path, number } => write!(formatter, "wcf2grpc.lock: `{path}` has the number {number} twice or out of range"),
            Self::EditedByHand { path } => write!(
                formatter,
                "wcf2grpc.lock: the numbers of `{path}` do not match their digest, so they were edited by hand; \
                 restore them from version control (after a merge: take one side and run `generate`, which appends the other)"
            ),
        }
    }
}

impl std::error::Error for LockError {}

impl NumberRecord {
    /// Whether a number is in use or was.
    #[must_use]
    pub fn knows(&self, number: i32) -> bool {
        self.entries.iter().chain(&self.removed).any(|entry| entry.number == number)
    }

    fn digest(&self) -> String {
        let mut text = String::new();
        for (state, entries) in [("used", &self.entries), ("removed", &self.removed)] {
            for entry in entries {
                let _ = writeln!(text, "{state}\t{}\t{}\t{}\t{}", entry.number, entry.name, entry.type_text, entry.member);
            }
        }
        sha256_hex(text.as_bytes()).chars().take(16).collect()
    }

    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "digest = {}", TomlString(&self.digest()));
        for (key, entries) in [("entries", &self.entries), ("removed", &self.removed)] {
            if entries.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{key} = [");
            for entry in entries {
                let _ = write!(text, "    {{ number = {}, name = {}", entry.number, TomlString(&entry.name));
                if !entry.type_text.is_empty() {
                    let _ = write!(text, ", type = {}", TomlString(&entry.type_text));
                }
                let _ = writeln!(text, ", member = {} }},", TomlString(&entry.member));
            }
            text.push_str("]\n");
        }
    }
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// The first reason why it cannot be used.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let root: toml::Table =
            text.parse().map_err(|error: toml::de::Error| LockError::NotToml { message: error.message().to_owned() })?;
        let format = root.get("version").and_then(toml::Value::as_integer).ok_or_else(|| entry("version", "a number"))?;
        if format != FORMAT {
            return Err(LockError::Format { found: format });
        }
        let mut lock =
            Self { tool: string(root.get("tool").unwrap_or(&toml::Value::Boolean(false)), || "tool".to_owned())?, ..Self::default() };
        for (key, value) in table(&root, "names")? {
            lock.names.insert(key.clone(), string(value, || format!("names.{key}"))?);
        }
        for (section, target, lowest) in [("messages", &mut lock.messages, 1), ("enums", &mut lock.enums, i32::MIN)] {
            for (key, value) in table(&root, section)? {
                let path = format!("{section}.{key}");
                let record = numbers(value, &path, lowest)?;
                target.insert(key.clone(), record);
            }
        }
        for (key, value) in table(&root, "endpoints")? {
            lock.endpoints.insert(key.clone(), string(value, || format!("endpoints.{key}"))?);
        }
        for (key, value) in table(&root, "ports")? {
            let port = value.as_integer().and_then(|number| u16::try_from(number).ok()).filter(|&port| port != 0);
            lock.ports.insert(key.clone(), port.ok_or_else(|| entry(&format!("ports.{key}"), "a port"))?);
        }
        for (key, value) in table(&root, "files")? {
            let path = format!("files.{key}");
            let record = value.as_table().ok_or_else(|| entry(&path, "a table"))?;
            let ownership = match string_at(record, "owner", &path)?.as_str() {
                "generator" => Ownership::Regenerated,
                "you" => Ownership::WrittenOnce,
                "both" => Ownership::Appended,
                _ => return Err(entry(&path, "a table whose `owner` is generator, you or both")),
            };
            lock.files.insert(key.clone(), FileRecord { ownership, sha256: string_at(record, "sha256", &path)? });
        }
        Ok(lock)
    }

    /// The file's text. The same lock gives the same bytes.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# wcf2grpc.lock: names, numbers and ports of the generated contract. Commit it.\n\
             # `cargo wcf2grpc generate` appends to it and never renumbers; do not edit it.\n",
        );
        let _ = writeln!(text, "version = {FORMAT}\ntool = {}", TomlString(&self.tool));
        section(&mut text, "names", self.names.iter().map(|(key, name)| (key, TomlString(name).to_string())));
        section(&mut text, "endpoints", self.endpoints.iter().map(|(key, name)| (key, TomlString(name).to_string())));
        section(&mut text, "ports", self.ports.iter().map(|(key, port)| (key, port.to_string())));
        for (name, records) in [("messages", &self.messages), ("enums", &self.enums)] {
            for (key, record) in records {
                let _ = writeln!(text, "\n[{name}.{}]", TomlString(key));
                record.write(&mut text);
            }
        }
        section(
            &mut text,
            "files",
            self.files.iter().map(|(path, record)| {
                let owner = match record.ownership {
                    Ownership::Regenerated => "generator",
                    Ownership::WrittenOnce => "you",
                    Ownership::Appended => "both",
                };
                (path, format!("{{ owner = \"{owner}\", sha256 = {} }}", TomlString(&record.sha256)))
            }),
        );
        text
    }
}

fn section<'a>(text: &mut String, name: &str, entries: impl Iterator<Item = (&'a String, String)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "\n[{name}]");
    for (key, value) in entries {
        let _ = writeln!(text, "{} = {value}", TomlString(key));
    }
}

fn entry(path: &str, expected: &'static str) -> LockError {
    LockError::Entry { path: path.to_owned(), expected }
}

fn string(value: &toml::Value, path: impl Fn() -> String) -> Result<String, LockError> {
    value.as_str().map(str::to_owned).ok_or_else(|| entry(&path(), "a string"))
}

fn string_at(table: &toml::Table, key: &str, path: &str) -> Result<String, LockError> {
    table.get(key).and_then(toml::Value::as_str).map(str::to_owned).ok_or_else(|| entry(&format!("{path}.{key}"), "a string"))
}

/// The entries of a table, none if it is absent.
fn table<'a>(root: &'a toml::Table, key: &str) -> Result<impl Iterator<Item = (&'a String, &'a toml::Value)>, LockError> {
    let table = match root.get(key) {
        None => None,
        Some(value) => Some(value.as_table().ok_or_else(|| entry(key, "a table"))?),
    };
    Ok(table.into_iter().flatten())
}

fn numbers(value: &toml::Value, path: &str, lowest: i32) -> Result<NumberRecord, LockError> {
    let table = value.as_table().ok_or_else(|| entry(path, "a table"))?;
    let list = |key: &str| -> Result<Vec<NumberEntry>, LockError> {
        let Some(value) = table.get(key) else { return Ok(Vec::new()) };
        let rows = value.as_array().ok_or_else(|| entry(&format!("{path}.{key}"), "a list"))?;
        rows.iter()
            .map(|row| {
                let row = row.as_table().ok_or_else(|| entry(&format!("{path}.{key}"), "a list of tables"))?;
                let number = row.get("number").and_then(toml::Value::as_integer).ok_or_else(|| entry(path, "a table with numbers"))?;
                let fits = i32::try_from(number).ok().filter(|&number| number >= lowest && (lowest < 1 || is_field_number(number)));
                Ok(NumberEntry {
                    number: fits.ok_or_else(|| LockError::Number { path: path.to_owned(), number })?,
                    name: string_at(row, "name", path)?,
                    type_text: row.get("type").and_then(toml::Value::as_str).unwrap_or_default().to_owned(),
                    member: string_at(row, "member", path)?,
                })
            })
            .collect()
    };
    let record = NumberRecord { entries: list("entries")?, removed: list("removed")? };
    if record.digest() != string_at(table, "digest", path)? {
        return Err(LockError::EditedByHand { path: path.to_owned() });
    }
    // Aliases of enum values share a number; fields never do.
    if lowest >= 1 {
        let mut seen = std::collections::BTreeSet::new();
        for entry in record.entries.iter().chain(&record.removed) {
            if !seen.insert(entry.number) {
                return Err(LockError::Number { path: path.to_owned(), number: i64::from(entry.number) });
            }
        }
    }
    Ok(record)
}

/// Whether protobuf allows a field to have this number: from 1 to 2^29 - 1, without the range kept for implementations.
#[must_use]
pub fn is_field_number(number: i32) -> bool {
    (1..=536_870_911).contains(&number) && !(19_000..=19_999).contains(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Lock {
        let mut lock = Lock { tool: "0.1.0".into(), ..Lock::default() };
        lock.names.insert("Shop.IOrders".into(), "shop.v1.Orders".into());
        lock.messages.insert(
            "Shop.Order".into(),
            NumberRecord {
                entries: vec![
                    NumberEntry { number: 1, name: "id".into(), type_text: "string".into(), member: "Id".into() },
                    NumberEntry { number: 3, name: "note".into(), type_text: "optional string".into(), member: "No\"te\\".into() },
                ],
                removed: vec![NumberEntry { number: 2, name: "old".into(), type_text: "int32".into(), member: "Old".into() }],
            },
        );
        lock.enums.insert(
            "Shop.State".into(),
            NumberRecord {
                entries: vec![
                    NumberEntry { number: -1, name: "STATE_BAD".into(), type_text: String::new(), member: "Bad".into() },
                    NumberEntry { number: 0, name: "STATE_OPEN".into(), type_text: String::new(), member: "Open".into() },
                ],
                removed: vec![],
            },
        );
        lock.endpoints.insert("shop/Shop.Orders/Shop.IOrders/http://x".into(), "orders".into());
        lock.ports.insert("shop/orders".into(), 50051);
        lock.files.insert("Cargo.toml".into(), FileRecord::of(Ownership::WrittenOnce, "x"));
        lock
    }

    #[test]
    fn what_is_written_is_read_back() {
        let lock = sample();
        assert_eq!(Lock::parse(&lock.to_text()).unwrap(), lock);
    }

    #[test]
    fn renumbering_by_hand_is_refused() {
        let edited = sample().to_text().replace("number = 3", "number = 4");
        assert_eq!(Lock::parse(&edited), Err(LockError::EditedByHand { path: "messages.Shop.Order".into() }));
    }

    #[test]
    fn removing_a_reservation_by_hand_is_refused() {
        let text = sample().to_text();
        let edited: String = text.lines().filter(|line| !line.contains("\"old\"")).map(|line| format!("{line}\n")).collect();
        assert_ne!(edited, text);
        assert_eq!(Lock::parse(&edited), Err(LockError::EditedByHand { path: "messages.Shop.Order".into() }));
    }

    #[test]
    fn what_is_no_lock_is_named() {
        assert!(matches!(Lock::parse("= 1"), Err(LockError::NotToml { .. })));
        assert_eq!(Lock::parse("version = 9\ntool = \"\""), Err(LockError::Format { found: 9 }));
        assert_eq!(Lock::parse("version = 1"), Err(LockError::Entry { path: "tool".into(), expected: "a string" }));
        assert!(matches!(Lock::parse("version = 1\ntool = \"\"\n[ports]\na = 0"), Err(LockError::Entry { .. })));
        assert!(matches!(Lock::parse("version = 1\ntool = \"\"\n[files]\na = 0"), Err(LockError::Entry { .. })));
    }
}
