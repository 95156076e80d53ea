//! Every case under `fixtures/cases`: one folder is one case, read from top to bottom: `input/`, then the expected text of each
//! stage that matters for it.
//!
//! `<stage>.txt` is what `inspect --stage <stage>` prints, `findings.txt` what it says besides, notes included, and
//! `table.txt` what `inspect` shows to people. `BLESS=1` rewrites those that are there; a new case starts with the posture,
//! the plan and the findings.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

#[test]
fn every_case_says_what_it_is_about() {
    for case in cases() {
        assert!(case.join("input").is_dir(), "{} has no input", case.display());
        let about = fs::read_to_string(case.join("README.md")).unwrap_or_default();
        assert!(about.lines().any(|line| line.len() > 20), "{} has no README.md that says what it shows", case.display());
    }
}
