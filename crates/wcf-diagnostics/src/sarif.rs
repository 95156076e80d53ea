//! Findings as SARIF 2.1.0, which code review tools show at the lines they are about.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::code::{Code, Level};
use crate::files::{Files, Span};
use crate::finding::{Finding, Findings, Label};
use crate::text::shown;

/// Where the shape is published.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A SARIF log with one run. `version` is the tool's. Files are named relative to `SRCROOT`, the path that was given.
#[must_use]
pub fn to_sarif(files: &Files, findings: &Findings, version: &str) -> Value {
    let codes: BTreeMap<&str, &Code> = findings.iter().map(|finding| (finding.code.name, finding.code)).collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(files, finding, &codes)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "wcf2grpc",
                    "semanticVersion": version,
                    "rules": codes.values().map(|code| rule(code)).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the path that was given" } } },
            "results": results,
        }],
    })
}

fn rule(code: &Code) -> Value {
    let non_empty = |text: &str| if text.is_empty() { code.name.to_owned() } else { text.to_owned() };
    json!({
        "id": code.name,
        "shortDescription": { "text": non_empty(code.summary) },
        "fullDescription": { "text": non_empty(code.why) },
        "help": { "text": non_empty(code.remedy) },
        "defaultConfiguration": { "level": level(code.level) },
        "properties": { "reference": code.reference, "waivable": code.waivable },
    })
}

/// SARIF's word for a level.
const fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warn => "warning",
        Level::Deny => "error",
    }
}

fn result(files: &Files, finding: &Finding, codes: &BTreeMap<&str, &Code>) -> Value {
    let mut text = shown(&finding.message, false);
    for note in &finding.notes {
        text.push_str("\nnote: ");
        text.push_str(&shown(note, true));
    }
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(&shown(help, true));
    }
    let mut result = json!({
        "ruleId": finding.code.name,
        "ruleIndex": codes.keys().position(|name| *name == finding.code.name),
        "level": level(finding.level),
        "message": { "text": text },
        "locations": finding.labels.first().and_then(|label| location(files, label, None)).into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> =
        finding.labels.iter().enumerate().skip(1).filter_map(|(at, label)| location(files, label, Some(at))).collect();
    let subject: BTreeMap<&str, String> = [("service", &finding.subject.service), ("endpoint", &finding.subject.endpoint)]
        .into_iter()
        .filter_map(|(key, value)| value.as_ref().map(|value| (key, shown(value, false))))
        .collect();
    if let Some(result) = result.as_object_mut() {
        if !related.is_empty() {
            result.insert("relatedLocations".to_owned(), related.into());
        }
        if !subject.is_empty() {
            result.insert("properties".to_owned(), json!(subject));
        }
    }
    result
}

fn location(files: &Files, label: &Label, id: Option<usize>) -> Option<Value> {
    let Span { file: file_id, start, end } = label.span;
    let file = files.get(file_id)?;
    let (start, end) = (file.line_column(start), file.line_column(end.max(start)));
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.path), "uriBaseId": "SRCROOT" },
            "region": { "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column },
        },
    });
    if let Some(location) = location.as_object_mut() {
        if let Some(id) = id {
            location.insert("id".to_owned(), id.into());
        }
        if !label.text.is_empty() {
            location.insert("message".to_owned(), json!({ "text": shown(&label.text, false) }));
        }
    }
    Some(location)
}

/// A relative path as a URI reference (RFC 3986): every byte that may not stand in a path is written in hexadecimal.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::SourceFile;

    static CODE: Code = Code {
        name: "wcf-test",
        level: Level::Deny,
        summary: "it is bad",
        why: "because",
        example: "",
        remedy: "do not",
        reference: "a page",
        waivable: true,
    };

    #[test]
    fn a_log_has_rules_results_and_places() {
        let mut files = Files::default();
        let id = files.add(SourceFile::new("a b/ü.config", "xyz\nxyz\n"));
        let mut findings = Findings::new();
        let finding = Finding::new(&CODE, "bad").at(Span::new(id, 4, 6), "here").at(Span::new(id, 0, 1), "").note("n").help("h");
        findings.push(finding.service("S"));
        assert_eq!(
            to_sarif(&files, &findings, "1.2.3"),
            json!({
                "$schema": SCHEMA,
                "version": "2.1.0",
                "runs": [{
                    "tool": { "driver": { "name": "wcf2grpc", "semanticVersion": "1.2.3", "rules": [{
                        "id": "wcf-test",
                        "shortDescription": { "text": "it is bad" },
                        "fullDescription": { "text": "because" },
                        "help": { "text": "do not" },
                        "defaultConfiguration": { "level": "error" },
                        "properties": { "reference": "a page", "waivable": true },
                    }] } },
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the path that was given" } } },
                    "results": [{
                        "ruleId": "wcf-test",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": { "text": "bad\nnote: n\nhelp: h" },
                        "locations": [{
                            "physicalLocation": {
                                "artifactLocation": { "uri": "a%20b/%C3%BC.config", "uriBaseId": "SRCROOT" },
                                "region": { "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 3 },
                            },
                            "message": { "text": "here" },
                        }],
                        "relatedLocations": [{
                            "physicalLocation": {
                                "artifactLocation": { "uri": "a%20b/%C3%BC.config", "uriBaseId": "SRCROOT" },
                                "region": { "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2 },
                            },
                            "id": 1,
                        }],
                        "properties": { "service": "S" },
                    }],
                }],
            })
        );
    }

    #[test]
    fn no_findings_are_a_log_with_no_results() {
        let log = to_sarif(&Files::default(), &Findings::new(), "0.1.0");
        assert_eq!(log["runs"][0]["results"], json!([]));
    }
}
