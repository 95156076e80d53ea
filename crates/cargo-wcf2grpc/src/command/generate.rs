//! `generate`: writes the crates, and says what was written and what is left to do.

use serde_json::json;
use tonic_codegen::{Lock, Ownership};
use wcf_diagnostics::{Finding, Level, to_json};

use crate::arguments::{Format, Generate, Global, Stage};
use crate::exit_code::Exit;
use crate::findings::{self, plural};
use crate::terminal::{DIM, GOOD, STRONG, Terminal, WARN};
use crate::write::{self, Action, Comparison, Entry};
use crate::{check, difference, pipeline};

/// Writes the crates, or shows what would be written.
pub fn run(options: &Generate, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let lock = write::read_lock(&options.out)?.map(|text| Lock::parse(&text)).transpose()?;
    let mut run = pipeline::run(&options.input, global, lock.as_ref(), Stage::Crate, terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let files = pipeline::render(&run);
    let comparison = write::compare(&options.out, &files, options.discard_edits)?;
    run.findings.extend(comparison.refusals());
    let handlers = run.crates.as_ref().map(|crates| check::handlers(&comparison, crates));
    // What is left for a person is no failure of this command, as it is of `check`.
    let handlers = handlers.into_iter().flatten().map(|finding| Finding { level: Level::Warn.min(finding.level), ..finding });
    run.findings.extend(handlers);
    let writes = !options.dry_run && !options.diff && comparison.refusals().is_empty();
    if writes {
        write::apply(&options.out, &comparison)?;
    }
    match options.format {
        Format::Json => terminal.result(&json(options, &comparison, &run)?)?,
        Format::Text if options.diff => terminal.result(&difference::unified(&comparison))?,
        Format::Text if options.dry_run => terminal.result(&list(&comparison))?,
        Format::Text => {}
    }
    findings::show_run(&run, terminal);
    if run.crates.as_ref().is_some_and(|plan| plan.hosts.is_empty()) {
        terminal.problem(format_args!(
            "{WARN}No crate{WARN:#}: there is no host that has both a service with a plan and its contract in the input."
        ));
    } else if writes {
        say(options, &comparison, &files, terminal);
        say_handlers(&comparison, &run, terminal);
    } else if !comparison.refusals().is_empty() {
        terminal.problem(format_args!("{WARN}Nothing was written{WARN:#}: see the findings."));
    }
    Ok(findings::exit(&run))
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update | Action::UpdateLineEnds => "update",
        Action::Remove => "remove",
        Action::Keep => "keep",
        Action::Leave => "yours",
        Action::Refuse(_) => "refuse",
    }
}

fn list(comparison: &Comparison) -> String {
    comparison.entries.iter().map(|entry| format!("{:<7} {}\n", verb(&entry.action), entry.path)).collect()
}

fn json(options: &Generate, comparison: &Comparison, run: &pipeline::Run) -> anyhow::Result<String> {
    let entry = |entry: &Entry| json!({ "path": entry.path, "action": verb(&entry.action) });
    let document = json!({
        "schema": "wcf2grpc/1",
        "dryRun": options.dry_run || options.diff,
        "files": comparison.entries.iter().map(entry).collect::<Vec<_>>(),
        "findings": to_json(&run.files, &run.findings),
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}

/// The handlers that are missing from files which are not written again.
fn say_handlers(comparison: &Comparison, run: &pipeline::Run, terminal: Terminal) {
    let Some(crates) = &run.crates else { return };
    for (path, line, stub) in check::missing_handlers(comparison, crates) {
        terminal.message(format_args!("\n{STRONG}Add{STRONG:#} to the block at {path}:{line}:\n\n{stub}"));
    }
}

/// What was written, what is left to do, and what to type next.
fn say(options: &Generate, comparison: &Comparison, files: &tonic_codegen::GeneratedFiles, terminal: Terminal) {
    let count = |wanted: &[&str]| comparison.entries.iter().filter(|entry| wanted.contains(&verb(&entry.action))).count();
    let (created, updated, removed) = (count(&["create"]), count(&["update"]), count(&["remove"]));
    let out = options.out.display();
    if created + updated + removed == 0 {
        terminal.message(format_args!(
            "{GOOD}Unchanged{GOOD:#}: {out} is what the input gives ({}).",
            plural(comparison.entries.len(), "file")
        ));
        return;
    }
    terminal.message(format_args!("{GOOD}Wrote{GOOD:#} {out}: {created} created, {updated} updated, {removed} removed."));
    let open: Vec<(&str, usize)> = comparison
        .entries
        .iter()
        .filter(|entry| files.files.get(&entry.path).is_some_and(|file| file.ownership == Ownership::WrittenOnce))
        .map(|entry| {
            let text = if entry.action == Action::Leave { entry.before.as_deref().unwrap_or("") } else { entry.after.as_str() };
            (entry.path.as_str(), text.matches("Status::unimplemented").count())
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    if !open.is_empty() {
        terminal
            .message(format_args!("\n{STRONG}Left to do{STRONG:#}: operations that answer UNIMPLEMENTED until their bodies are written"));
        for (path, count) in open {
            terminal.message(format_args!("  {count:>3}  {path}"));
        }
    }
    if files.files.contains_key("MIGRATION.md") {
        terminal.message(format_args!("  {DIM}What was decided and why, and what was lost:{DIM:#} {out}/MIGRATION.md"));
    }
    terminal.message(format_args!("\nNext: {STRONG}cd {out} && cargo test{STRONG:#}"));
}
