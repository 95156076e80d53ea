//! `inspect`: the table for people, or one stage of the pipeline whole, and the findings.

use serde_json::{Value, json};
use wcf_diagnostics::to_json;

use crate::arguments::{Format, Global, Inspect, Stage};
use crate::exit_code::Exit;
use crate::outline::outline;
use crate::pipeline::Run;
use crate::terminal::Terminal;
use crate::{findings, origins, people, pipeline, report, stage};

/// Prints the table for people or one stage whole, then the findings.
pub fn run(options: &Inspect, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let run = pipeline::run(&options.input, global, None, options.stage.unwrap_or(Stage::Plan), terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let text = match (options.stage, options.format) {
        (None, Format::Text) if options.origins => format!("{}{}", people::view(&run, terminal), origins::view(&run, terminal)),
        (None, Format::Text) => people::view(&run, terminal),
        (Some(stage), Format::Text) => outline(&to_read(value(&run, stage, options.origins)?, stage)),
        (stage, Format::Json) => {
            format!("{}\n", serde_json::to_string_pretty(&value(&run, stage.unwrap_or(Stage::Plan), options.origins)?)?)
        }
    };
    terminal.result(&text)?;
    if options.format == Format::Text {
        findings::show_run(&run, terminal);
    }
    Ok(findings::exit(&run))
}

/// A stage as data: the published report where it has this stage, else a document of the same frame.
fn value(run: &Run, stage: Stage, origins: bool) -> anyhow::Result<Value> {
    let (name, content) = match (report::published(stage), stage) {
        (Some(published), _) => return Ok(serde_json::to_value(report::report(run, published, origins)?)?),
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

/// The data of a stage without its frame and without what the stages before it show: each text is about its own stage.
fn to_read(mut value: Value, stage: Stage) -> Value {
    if let Value::Object(entries) = &mut value {
        // The findings follow on standard error.
        entries.retain(|name, _| !["schema", "version", "stage", "findings"].contains(&name.as_str()));
    }
    origins_to_read(&mut value);
    if stage > Stage::Effective {
        for file in array(&mut value, "files") {
            without(file, &["bindings", "serviceBehaviors", "endpointBehaviors"]);
            array(file, "services")
                .flat_map(|service| {
                    without(service, &["behaviorConfiguration", "baseAddresses"]);
                    array(service, "endpoints")
                })
                .for_each(|endpoint| endpoint_to_read(endpoint, stage));
            array(file, "client").for_each(|endpoint| endpoint_to_read(endpoint, stage));
        }
    }
    value
}

fn endpoint_to_read(endpoint: &mut Value, stage: Stage) {
    without(endpoint, &["effective", "stack", "identity", "resolution", "scheme", "behaviorConfiguration"]);
    if stage > Stage::Posture && (endpoint.get("plan").is_some() || endpoint.get("refused").is_some()) {
        without(endpoint, &["posture"]);
    }
    if let Value::Object(entries) = endpoint {
        entries.retain(|_, value| *value != Value::String(String::new()));
    }
    reasons_to_read(endpoint);
}

/// Who decided each value, beside the value.
fn origins_to_read(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            let origins = entries.shift_remove("origins").and_then(|origins| origins.as_array().cloned()).unwrap_or_default();
            for origin in &origins {
                let Some(setting) = origin.get("setting").and_then(Value::as_str) else { continue };
                let who = who(origin);
                let within = |value: &mut Value| {
                    if let Some(found) = value.get_mut(setting).filter(|found| !found.is_object() && !found.is_array()) {
                        let text = found.as_str().map_or("(null)", |text| if text.is_empty() { "(empty)" } else { text });
                        *found = Value::String(format!("{text}  ({who})"));
                        return true;
                    }
                    false
                };
                let found = ["properties", "elements", "effective"]
                    .iter()
                    .any(|list| entries.get_mut(*list).filter(|list| list.is_object()).is_some_and(within));
                if let Some(own) = entries.get_mut(setting).filter(|own| own.is_string() && !found) {
                    let text = own.as_str().filter(|text| !text.is_empty()).unwrap_or("(empty)").to_owned();
                    *own = Value::String(format!("{text}  ({who})"));
                }
            }
            entries.values_mut().for_each(origins_to_read);
        }
        Value::Array(items) => items.iter_mut().for_each(origins_to_read),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every reason as one line.
fn reasons_to_read(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries.iter_mut() {
                match value {
                    Value::Array(reasons) if name == "because" => reasons.iter_mut().for_each(|reason| *reason = clause(reason).into()),
                    other => reasons_to_read(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(reasons_to_read),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn clause(reason: &Value) -> String {
    let text = |name: &str| reason.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{} = {} ({})", text("setting"), text("value"), who(reason))
}

/// Who decided a value, and where.
fn who(reason: &Value) -> String {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let by = reason.get("decidedBy").cloned().unwrap_or_default();
    let who = match text(&by, "kind").as_str() {
        "written" => text(&by, "element"),
        "default" => format!("the default of {}", text(&by, "class")),
        "derived" => format!("by {}", text(&by, "class")),
        "policy" => "the policy".to_owned(),
        "contract" => text(&by, "name"),
        _ => format!("{}, outside the files", text(&by, "what")),
    };
    let place = reason.get("place").map(|place| {
        let number = |name: &str| place.get(name).and_then(Value::as_u64).unwrap_or(0);
        format!(", {}:{}:{}", text(place, "file"), number("line"), number("column"))
    });
    format!("{who}{}", place.unwrap_or_default())
}

fn array<'v>(value: &'v mut Value, name: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

fn without(value: &mut Value, names: &[&str]) {
    if let Value::Object(entries) = value {
        entries.retain(|name, _| !names.contains(&name.as_str()));
    }
}
