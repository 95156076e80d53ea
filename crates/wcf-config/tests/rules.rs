//! Rules of .NET's configuration system that no reference value covers, one snippet each: accepted, or refused with a finding that
//! has a place. The snippets are `fixtures/config/rules.json`; the rules are from .NET Framework 4.8's own source.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::path::Path;

use wcf_config::{Input, Inputs, Options, parse, resolve};
use wcf_diagnostics::{Files, Findings, Level, SourceFile};

/// Reads a file as the command does: whether .NET would load it, and the findings.
fn read(text: &str) -> (bool, Findings) {
    let mut files = Files::default();
    let file = files.add(SourceFile::new("app.config", text));
    let parsed = located_xml::parse(file, text, &located_xml::Limits::default());
    let mut findings = parsed.findings;
    let Some(xml) = parsed.document else { return (false, findings) };
    let malformed = findings.worst() == Some(Level::Deny);
    let (document, found) = parse(file, &xml);
    findings.extend(found);
    let inputs = Inputs { configs: vec![Input { path: "app.config".to_owned(), document, name: None }], svc: Vec::new() };
    findings.extend(resolve(&inputs, &Options::default()).1);
    let refused = resolve::refusals(&inputs, &Options::default()).remove(0).is_some();
    (!malformed && !refused, findings)
}

#[test]
fn every_rule_accepts_and_refuses_what_dotnet_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/config/rules.json");
    let cases: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.len() > 150, "{} rules", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (rule, xml) = (case["rule"].as_str().unwrap(), case["xml"].as_str().unwrap());
        let (accepted, findings) = read(xml);
        if accepted != case["accepted"].as_bool().unwrap() {
            wrong.push(format!("{rule}: accepted is {accepted}: {xml}"));
        }
        // What is refused has a reason with a place.
        let located = findings.iter().any(|finding| finding.level == Level::Deny && finding.span().is_some());
        if !accepted && !located {
            wrong.push(format!("{rule}: refused without a place: {xml}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn what_a_view_shows_has_no_secret_in_it() {
    for secret in [
        "Server=db;User Id=sa;Password=hunter2",
        "Data Source=.;pwd = hunter2",
        "http://user:hunter2@host/svc",
        "<credentials><password>hunter2</password></credentials>",
        "Endpoint=sb://ns/;SharedAccessKeyName=n;SharedAccessKey=hunter2",
    ] {
        assert!(!wcf_diagnostics::secrets::redact(secret).contains("hunter2"), "{secret}");
    }
    for plain in ["http://host/svc", "Contoso.PasswordValidator, Contoso", "Data Source=.;Integrated Security=true", "UserName", ""] {
        assert_eq!(wcf_diagnostics::secrets::redact(plain), plain);
    }
}
