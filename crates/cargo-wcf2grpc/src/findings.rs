//! Findings on standard error, and what they mean for the exit code.

use std::collections::BTreeMap;

use wcf_diagnostics::{Drawing, Files, Findings, Level};

use crate::exit_code::Exit;
use crate::pipeline::Run;
use crate::terminal::{BAD, DIM, Terminal, WARN};

/// How many warnings of one kind are drawn unless `-v` asks for all.
const DRAWN: usize = 5;

/// Draws a run's findings on standard error, and says so where there was nothing to find anything in.
pub fn show_run(run: &Run, terminal: Terminal) {
    show(&run.findings, &run.files, terminal);
    if run.nothing_understood && !run.policy_is_wrong {
        terminal
            .problem(format_args!("{BAD}error{BAD:#}: there is no configuration and no C# in the input that could be read and understood"));
    }
}

/// Draws findings on standard error: the worst last, where the eye is. Without `-v` notes are counted only, and of warnings
/// of one kind the first few are drawn; what stands against generation is always drawn whole.
fn show(findings: &Findings, files: &Files, terminal: Terminal) {
    let mut drawing = Drawing::new(files, findings, terminal.colors_messages(), terminal.width());
    let all = terminal.verbosity() > 0;
    for level in [Level::Note, Level::Warn, Level::Deny] {
        if level == Level::Note && !all {
            continue;
        }
        let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| finding.level == level) {
            let count = drawn.entry(finding.code.name).or_default();
            *count += 1;
            if all || level == Level::Deny || *count <= DRAWN {
                terminal.problem(format_args!("{}\n", drawing.draw(finding)));
            }
        }
        if !all && level == Level::Warn {
            for (code, count) in drawn.into_iter().filter(|(_, count)| *count > DRAWN) {
                terminal.problem(format_args!("{WARN}warn[{code}]{WARN:#}: {} more like the above (-v shows all)\n", count - DRAWN));
            }
        }
    }
    if !findings.is_empty() {
        let hint = if findings.worst() > Some(Level::Note) { "`cargo wcf2grpc explain CODE` says more" } else { "-v shows them" };
        terminal.problem(format_args!("{} {DIM}({hint}){DIM:#}", wcf_diagnostics::summary(findings)));
    }
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What a run's findings mean for the exit code.
pub fn exit(run: &Run) -> Exit {
    match run.findings.worst() {
        _ if run.policy_is_wrong => Exit::Usage,
        _ if run.nothing_understood => Exit::Input,
        Some(Level::Deny) => Exit::Denied,
        Some(Level::Warn | Level::Note) | None => Exit::Done,
    }
}
