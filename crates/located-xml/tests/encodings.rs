//! The files under `fixtures/encodings`: each encoding gives the same document, and what cannot be read is refused with its reason.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the failure message, in its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use located_xml::{Limits, Parsed, decode, parse};
use wcf_diagnostics::FileId;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/encodings").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder(name)).unwrap()
}

/// The names of the configuration files in a folder, so that none is there without being expected.
fn names(of: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(of)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name.ends_with(".config")).collect()
}

/// The text without its declaration and with plain line ends.
fn body(text: &str) -> String {
    let rest = if text.starts_with("<?xml") { text.split_once("?>").unwrap().1.trim_start() } else { text };
    rest.replace("\r\n", "\n")
}

#[test]
fn every_encoding_gives_the_same_document() {
    let expected = [
        ("bom-and-other-ascii.config", "UTF-8", true),
        ("expected.config", "UTF-8", false),
        ("iso-8859-1.config", "ISO-8859-1", false),
        ("iso-8859-15.config", "ISO-8859-15", false),
        ("us-ascii-references.config", "US-ASCII", false),
        ("utf-16-be-bom.config", "UTF-16BE", true),
        ("utf-16-be-no-bom.config", "UTF-16BE", false),
        ("utf-16-le-bom-undeclared.config", "UTF-16LE", true),
        ("utf-16-le-bom.config", "UTF-16LE", true),
        ("utf-16-le-no-bom.config", "UTF-16LE", false),
        ("utf-8-bom-crlf.config", "UTF-8", true),
        ("utf-8-bom.config", "UTF-8", true),
        ("utf-8-no-encoding.config", "UTF-8", false),
        ("utf-8-undeclared.config", "UTF-8", false),
        ("utf-8.config", "UTF-8", false),
        ("windows-1252.config", "windows-1252", false),
    ];
    assert_eq!(names(""), expected.iter().map(|(name, ..)| (*name).to_owned()).collect());
    let wanted = String::from_utf8(bytes("expected.config")).unwrap();
    for (name, encoding, had_bom) in expected {
        let decoded = decode(&bytes(name)).unwrap();
        assert_eq!((decoded.encoding, decoded.had_bom), (encoding, had_bom), "{name}");
        let Parsed { document, findings } = parse(FileId(0), decoded.text.as_str(), &Limits::default());
        assert!(findings.is_empty(), "{name}: {findings:?}");
        let document = document.unwrap();
        let root = document.root();
        if name == "bom-and-other-ascii.config" {
            assert!(root.is("configuration"));
            continue;
        }
        let add = root.child("appSettings").unwrap().child("add").unwrap();
        assert_eq!((add.attribute("key").unwrap().value(), add.attribute("value").unwrap().value()), ("Grüße", "a < b & c"), "{name}");
        // References say in ASCII what the others write out.
        if name != "us-ascii-references.config" {
            assert_eq!(body(&decoded.text), wanted, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    let expected = [
        ("bom-and-other-encoding.config", "the file is UTF-8, and its XML declaration says \"windows-1252\""),
        ("nul.config", "there is a NUL character at byte 3: this is not a text file"),
        ("overlong-utf-8.config", "the bytes at offset 3 are not UTF-8"),
        ("undeclared-windows-1252.config", "the bytes at offset 24 are not UTF-8"),
        ("unknown-name.config", "the file says that it is in \"martian\", an encoding that is not read"),
        ("us-ascii-with-latin.config", "the bytes at offset 66 are not US-ASCII"),
        ("utf-16-declared-utf-8.config", "the file is UTF-16LE, and its XML declaration says \"utf-8\""),
        ("utf-16-lone-surrogate.config", "the bytes at offset 8 are not UTF-16LE"),
        ("utf-16-odd-length.config", "the bytes at offset 10 are not UTF-16LE"),
        ("utf-32.config", "the file says that it is in \"UTF-32LE\", an encoding that is not read"),
        ("utf-7.config", "the file says that it is in \"utf-7\", an encoding that is not read"),
        ("utf-8-declared-utf-16.config", "the file is not UTF-16, and its XML declaration says \"utf-16\""),
        ("utf-8-that-is-windows-1252.config", "the bytes at offset 63 are not UTF-8"),
    ];
    assert_eq!(names("refused"), expected.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (name, message) in expected {
        assert_eq!(decode(&bytes(&format!("refused/{name}"))).unwrap_err().to_string(), message, "{name}");
    }
}
