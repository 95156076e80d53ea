//! Every case under `fixtures/cases`: one folder is one case, read from top to bottom: `input/`, then the expected text of each
//! stage that matters for it.
//!
//! `arguments.txt` holds further arguments, where a case needs some. `<stage>.txt` is what `inspect --stage <stage>` prints, `findings.txt` what it says besides, notes included, and
//! `table.txt` what `inspect` shows to people. `BLESS=1` rewrites those that are there; a new case starts with the posture,
//! the plan and the findings.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A day by which waivers of cases are judged: 2026-01-01.
const TODAY: &str = "1767225600";

const EXPECTED: &[&str] = &["document.txt", "effective.txt", "posture.txt", "plan.txt", "crate.txt", "findings.txt", "table.txt"];

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

/// What the command makes of a case: standard output and standard error.
fn inspect(case: &Path, stage: Option<&str>) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
    command.args(["wcf2grpc", "inspect", "input", "--color", "never", "-v"]);
    command.args(fs::read_to_string(case.join("arguments.txt")).unwrap_or_default().split_whitespace());
    command.args(stage.iter().flat_map(|stage| ["--stage", stage]));
    let output = command.current_dir(case).env("COLUMNS", "120").env("SOURCE_DATE_EPOCH", TODAY).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let code = output.status.code();
    assert!(code == Some(0) || code == Some(1), "{}: exit code {code:?}\n{err}", case.display());
    (out, err)
}

fn actual(case: &Path, expected: &str) -> String {
    match expected.trim_end_matches(".txt") {
        "findings" => inspect(case, Some("crate")).1,
        "table" => inspect(case, None).0,
        stage => inspect(case, Some(stage)).0,
    }
}

#[test]
fn every_stage_of_every_case_is_as_expected() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let mut there: Vec<&str> = EXPECTED.iter().copied().filter(|file| case.join(file).exists()).collect();
        if there.is_empty() {
            assert!(bless, "{name} has no expected text (BLESS=1 writes it)");
            there = vec!["posture.txt", "plan.txt", "findings.txt"];
        }
        for expected in there {
            compared += 1;
            let text = actual(&case, expected);
            let file = case.join(expected);
            if bless {
                fs::write(&file, &text).unwrap();
            }
            let before = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
            if before != text {
                let first = before.lines().zip(text.lines()).position(|(one, other)| one != other);
                let at = first.unwrap_or_else(|| before.lines().count().min(text.lines().count()));
                let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
                wrong.push(format!("{name}/{expected}:{}\n  expected: {}\n  actual:   {}", at + 1, line(&before), line(&text)));
            }
        }
    }
    println!("{compared} texts compared");
    assert!(compared > 0);
    assert!(wrong.is_empty(), "{} texts differ (BLESS=1 rewrites them; review the difference):\n{}", wrong.len(), wrong.join("\n"));
}

/// A schema of docs/schema with every object closed, so that a field it does not know is an error. Readers of a version must bear new
/// fields, which is why the published report is open; what the command prints today has no field that is not described.
fn closed(name: &str) -> jsonschema::Validator {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.values_mut().for_each(close);
                if object.get("type").is_some_and(|kind| kind == "object") && object.contains_key("properties") {
                    object.insert("additionalProperties".to_owned(), Value::Bool(false));
                }
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    close(&mut schema);
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn every_stage_of_every_case_and_solution_fits_its_published_schema() {
    let (report, document, crates) =
        (closed("wcf2grpc-1.schema.json"), closed("wcf2grpc-1-document.schema.json"), closed("wcf2grpc-1-crate.schema.json"));
    let solutions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/solutions");
    let mut inputs: Vec<(PathBuf, PathBuf)> = cases().into_iter().map(|case| (case.clone(), case.join("input"))).collect();
    inputs.extend(["harbour", "almanac", "exchange"].map(|name| (solutions.clone(), solutions.join(name))));
    let mut problems = Vec::new();
    let mut validated = 0;
    let mut last = Value::Null;
    for (folder, input) in &inputs {
        for (stage, origins, schema) in [
            ("document", false, &document),
            ("effective", true, &report),
            ("posture", false, &report),
            ("plan", false, &report),
            ("crate", false, &crates),
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
            command.args(["wcf2grpc", "inspect", "--format", "json", "--stage", stage]).arg(input);
            command.args(origins.then_some("--origins"));
            command.args(fs::read_to_string(folder.join("arguments.txt")).unwrap_or_default().split_whitespace());
            let output = command.current_dir(folder).env("SOURCE_DATE_EPOCH", TODAY).output().unwrap();
            let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
            let found = schema.iter_errors(&printed).map(|error| format!("{} {stage}{}: {error}", input.display(), error.instance_path()));
            problems.extend(found.take(3));
            validated += 1;
            last = printed;
        }
    }
    println!("{validated} documents validated");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    // Another field, another type and a missing field do not fit.
    assert!(crates.is_valid(&last));
    for spoil in [
        |value: &mut Value| value["crate"]["more"] = Value::Bool(true),
        |value: &mut Value| value["crate"]["hosts"][0]["listeners"][0]["port"] = Value::from("1"),
        |value: &mut Value| value["stage"] = Value::from("plan"),
        |value: &mut Value| value["findings"][0]["level"] = Value::from("error"),
    ] {
        let mut spoiled = last.clone();
        spoil(&mut spoiled);
        assert!(!crates.is_valid(&spoiled), "{spoiled}");
    }
}

#[test]
fn every_case_says_what_it_is_about() {
    for case in cases() {
        assert!(case.join("input").is_dir(), "{} has no input", case.display());
        let about = fs::read_to_string(case.join("README.md")).unwrap_or_default();
        assert!(about.lines().any(|line| line.len() > 20), "{} has no README.md that says what it shows", case.display());
    }
}
