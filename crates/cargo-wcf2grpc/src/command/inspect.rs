//! `inspect`: the table for people, or one stage of the pipeline whole, and the findings.

use serde_json::{Value, json};
use wcf_diagnostics::to_json;

use crate::arguments::{Format, Global, Inspect, Stage};
use crate::exit_code::Exit;
use crate::outline::outline;
use crate::pipeline::Run;
use crate::terminal::Terminal;
use crate::{findings, people, pipeline, report, stage};

/// Prints the table for people or one stage whole, then the findings.
pub fn run(options: &Inspect, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let run = pipeline::run(&options.input, global, None, options.stage.unwrap_or(Stage::Plan), terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let text = match (options.stage, options.format) {
        (None, Format::Text) => people::view(&run, terminal),
        (Some(stage), Format::Text) => {
            let mut value = value(&run, stage)?;
            // What frames the data is for pipelines, and the findings follow on standard error.
            if let Value::Object(entries) = &mut value {
                entries.retain(|name, _| !["schema", "version", "stage", "findings"].contains(&name.as_str()));
            }
            outline(&value)
        }
        (stage, Format::Json) => format!("{}\n", serde_json::to_string_pretty(&value(&run, stage.unwrap_or(Stage::Plan))?)?),
    };
    terminal.result(&text)?;
    if options.format == Format::Text {
        findings::show_run(&run, terminal);
    }
    Ok(findings::exit(&run))
}

/// A stage as data: the published report where it has this stage, else a document of the same frame.
fn value(run: &Run, stage: Stage) -> anyhow::Result<Value> {
    let (name, content) = match (report::published(stage), stage) {
        (Some(published), _) => return Ok(serde_json::to_value(report::report(run, published)?)?),
        (None, Stage::Document) => ("document", stage::document(run)),
        (None, _) => ("crate", stage::crates(run)),
    };
    Ok(json!({
        "schema": migration_report::SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "stage": name,
        name: content,
        "findings": to_json(&run.files, &run.findings),
    }))
}
