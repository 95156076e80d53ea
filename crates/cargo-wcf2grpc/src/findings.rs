//! Findings on standard error, and what they mean for the exit code.

use wcf_diagnostics::{Files, Finding, Findings, Level};

use crate::exit_code::Exit;
use crate::terminal::{BAD, DIM, GOOD, STRONG, Terminal, WARN};

/// Draws findings on standard error: the worst last, where the eye is. Notes are counted only, unless `-v` asks for them.
pub fn show(findings: &Findings, files: &Files, terminal: Terminal) {
    for level in [Level::Note, Level::Warn, Level::Deny] {
        if level == Level::Note && terminal.verbosity() == 0 {
            continue;
        }
        for finding in findings.iter().filter(|finding| finding.level == level) {
            terminal.problem(draw(finding, files));
        }
    }
    if let Some(line) = count(findings) {
        terminal.problem(line);
    }
}

/// How many there are, in one line.
pub fn count(findings: &Findings) -> Option<String> {
    let of = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (deny, warn, note) = (of(Level::Deny), of(Level::Warn), of(Level::Note));
    if findings.is_empty() {
        return None;
    }
    let style = if deny > 0 { BAD } else { WARN };
    let hint = if deny + warn > 0 { format!("{DIM} · `cargo wcf2grpc explain CODE` says more{DIM:#}") } else { String::new() };
    Some(format!("{style}{}{style:#}: {deny} deny, {warn} warn, {note} note{hint}", plural(findings.len(), "finding")))
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What findings mean for the exit code.
pub fn exit(findings: &Findings) -> Exit {
    if findings.worst() == Some(Level::Deny) { Exit::Denied } else { Exit::Done }
}

fn draw(finding: &Finding, files: &Files) -> String {
    let style = match finding.level {
        Level::Deny => BAD,
        Level::Warn => WARN,
        Level::Note => GOOD,
    };
    let mut text = format!("{style}{}[{}]{style:#}{STRONG}: {}{STRONG:#}\n", finding.level, finding.code.name, finding.message);
    for label in &finding.labels {
        let at = files.line_column(label.span);
        let words = if label.text.is_empty() { String::new() } else { format!(": {}", label.text) };
        text.push_str(&format!("  {DIM}-->{DIM:#} {}:{}:{}{words}\n", files.path(label.span.file), at.line, at.column));
    }
    for note in &finding.notes {
        text.push_str(&format!("   {DIM}={DIM:#} note: {note}\n"));
    }
    for help in &finding.help {
        text.push_str(&format!("   {DIM}={DIM:#} help: {help}\n"));
    }
    text
}
