//! `explain CODE`: a finding or a rule in words. Its output for a code is that code's page under `docs/diagnostics`.

use serde_json::json;
use wcf_diagnostics::Code;
use wcf_security::Rule;

use super::UsageError;
use crate::arguments::{Explain, Format};
use crate::codes::{codes, rules};
use crate::exit_code::Exit;
use crate::terminal::Terminal;

/// Prints one entry or the list.
pub fn run(options: &Explain, terminal: Terminal) -> anyhow::Result<Exit> {
    let text = match (&options.code, options.format) {
        (None, Format::Text) => list(),
        (None, Format::Json) => pretty(&json!({
            "schema": "wcf2grpc/1",
            "codes": codes().into_iter().map(code_json).collect::<Vec<_>>(),
            "rules": rules().into_iter().map(rule_json).collect::<Vec<_>>(),
        }))?,
        (Some(name), format) => {
            let code = codes().into_iter().find(|code| code.name == name);
            let rule = rules().into_iter().find(|rule| rule.id == name);
            match (code, rule, format) {
                (Some(code), _, Format::Text) => page(code),
                (Some(code), _, Format::Json) => pretty(&code_json(code))?,
                (None, Some(rule), Format::Text) => rule_page(rule),
                (None, Some(rule), Format::Json) => pretty(&rule_json(rule))?,
                (None, None, _) => return Err(UsageError(unknown(name)).into()),
            }
        }
    };
    terminal.result(&text)?;
    Ok(Exit::Done)
}

fn list() -> String {
    let mut text = String::new();
    for code in codes() {
        text.push_str(&format!("{:<48} {:<5} {}\n", code.name, code.level.as_str(), code.summary));
    }
    for rule in rules() {
        text.push_str(&format!("{:<48} {:<5} {}\n", rule.id, "rule", rule.summary));
    }
    text
}

fn page(code: &Code) -> String {
    let waived = if code.waivable { "A waiver in `wcf2grpc.toml` can lift it, with a reason." } else { "It cannot be waived." };
    let waived = if code.level == wcf_diagnostics::Level::Deny { format!(" {waived}") } else { String::new() };
    format!(
        "# {}\n\n{}.\n\nLevel: {}.{waived}\n\n## Why it matters\n\n{}\n\n## Example\n\n```text\n{}\n```\n\n## What to do\n\n{}\n\n## Reference\n\n{}\n",
        code.name,
        sentence(code.summary),
        code.level,
        code.why,
        code.example,
        code.remedy,
        code.reference,
    )
}

fn rule_page(rule: &Rule) -> String {
    format!(
        "# {}\n\n{}.\n\nLevel: {}.\n\n## Why\n\n{}\n\n## Reference\n\n{}\n",
        rule.id,
        sentence(rule.summary),
        rule.level,
        rule.why,
        rule.reference
    )
}

/// A summary as a sentence: with a capital, and the full stop is the caller's.
fn sentence(summary: &str) -> String {
    let summary = summary.trim_end_matches('.');
    let mut characters = summary.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn code_json(code: &Code) -> serde_json::Value {
    json!({
        "code": code.name, "level": code.level.as_str(), "summary": code.summary, "why": code.why, "example": code.example,
        "remedy": code.remedy, "reference": code.reference, "waivable": code.waivable,
    })
}

fn rule_json(rule: &Rule) -> serde_json::Value {
    json!({ "rule": rule.id, "level": rule.level.as_str(), "summary": rule.summary, "why": rule.why, "reference": rule.reference })
}

fn pretty(value: &serde_json::Value) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// The error for a name that is neither, with the nearest that is.
fn unknown(name: &str) -> String {
    let names = codes().into_iter().map(|code| code.name).chain(rules().into_iter().map(|rule| rule.id));
    let ratio = |candidate: &&str| (similar::TextDiff::from_chars(name, *candidate).ratio() * 1000.0) as u32;
    let nearest = names.max_by_key(ratio).filter(|candidate| ratio(candidate) > 600);
    let nearest = nearest.map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
    format!("there is no code or rule {name:?}{nearest} (`explain --list` lists all)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_code_gets_the_nearest() {
        assert!(unknown("wcf-input-unreadble").contains("did you mean wcf-input-unreadable?"));
        assert!(!unknown("x").contains("did you mean"));
    }
}
