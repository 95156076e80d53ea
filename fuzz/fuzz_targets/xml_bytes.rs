//! Any bytes: decoded or refused, parsed, and what is found drawn in every form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{DecodeError, Limits, decode, parse};
use wcf_diagnostics::{Files, SourceFile, render_text, to_json, to_sarif};

fuzz_target!(|bytes: &[u8]| {
    let mut files = Files::default();
    let findings = match decode(bytes) {
        Ok(decoded) => {
            let id = files.add(SourceFile::new("fuzz.config", decoded.text.as_str()));
            parse(id, decoded.text.as_str(), &Limits::default()).findings
        }
        Err(error) => {
            if let DecodeError::Binary { offset } | DecodeError::Malformed { offset, .. } = &error {
                assert!(*offset <= bytes.len(), "{error:?} in {} bytes", bytes.len());
            }
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let text = render_text(&files, &findings, false, 100);
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
    // However long the input is, a finding is a few lines.
    assert!(text.len() < 8000 * (findings.len() + 1), "{} bytes for {} findings", text.len(), findings.len());
    let json = to_json(&files, &findings);
    assert_eq!(json.as_array().map(Vec::len), Some(findings.len()));
    assert_eq!(to_sarif(&files, &findings, "0")["version"], "2.1.0");
});
