//! Findings as data, in the shape that `migration-report` publishes.

use serde_json::{Value, json};

use crate::files::{Files, Span};
use crate::finding::{Finding, Findings, Label};
use crate::text::shown;

/// The findings as an array of objects: `code`, `level`, `message`, `subject` (`service`, `endpoint`), `places` (`file`,
/// `line`, `column`, `endLine`, `endColumn`, `text`), `notes`, `help`. Lines and columns count from 1, columns in characters;
/// the end is the first column after the place. Secrets in texts appear as [`REDACTED`](crate::secrets::REDACTED).
#[must_use]
pub fn to_json(files: &Files, findings: &Findings) -> Value {
    findings.iter().map(|finding| one(files, finding)).collect()
}

fn one(files: &Files, finding: &Finding) -> Value {
    let texts = |list: &[String]| -> Value { list.iter().map(|text| shown(text, true)).collect() };
    json!({
        "code": finding.code.name,
        "level": finding.level.as_str(),
        "message": shown(&finding.message, false),
        "subject": {
            "service": finding.subject.service.as_deref().map(|text| shown(text, false)),
            "endpoint": finding.subject.endpoint.as_deref().map(|text| shown(text, false)),
        },
        "places": finding.labels.iter().filter_map(|label| place(files, label)).collect::<Value>(),
        "notes": texts(&finding.notes),
        "help": texts(&finding.help),
    })
}

fn place(files: &Files, label: &Label) -> Option<Value> {
    let Span { file: id, start, end } = label.span;
    let file = files.get(id)?;
    let (start, end) = (file.line_column(start), file.line_column(end.max(start)));
    Some(json!({
        "file": file.path,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "text": shown(&label.text, false),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Code, Level};
    use crate::files::SourceFile;

    #[test]
    fn a_finding_keeps_all_but_its_secrets() {
        static CODE: Code =
            Code { name: "wcf-test", level: Level::Warn, summary: "", why: "", example: "", remedy: "", reference: "", waivable: false };
        let mut files = Files::default();
        let id = files.add(SourceFile::new("a/b.config", "é\nxyz\n"));
        let mut findings = Findings::new();
        findings.push(Finding::new(&CODE, "pwd=hunter2;").at(Span::new(id, 4, 6), "here").note("one\ntwo").help("do").service("S"));
        assert_eq!(
            to_json(&files, &findings),
            json!([{
                "code": "wcf-test",
                "level": "warn",
                "message": "pwd=***;",
                "subject": { "service": "S", "endpoint": null },
                "places": [{ "file": "a/b.config", "line": 2, "column": 2, "endLine": 2, "endColumn": 4, "text": "here" }],
                "notes": ["one\ntwo"],
                "help": ["do"],
            }])
        );
    }
}
