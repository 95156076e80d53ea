//! Every case under `fixtures/wsdl/cases`: one folder is one case, with its `input/` and the expected text of what matters for
//! it. And WSDLs as a stranger has them: named by themselves, in old encodings, with imports by URL, hostile.
//!
//! `proto.txt` is the proto files that `generate` writes, `findings.txt` what the run says, `posture.txt` and `plan.txt` what
//! `inspect` prints of these stages. `BLESS=1` rewrites those that are there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test says what is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A day by which waivers of cases are judged: 2026-01-01.
const TODAY: &str = "1767225600";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wsdl/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

/// What a run left: its exit code, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .arg("wcf2grpc")
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "120")
        .env("SOURCE_DATE_EPOCH", TODAY)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The text of all files of a folder with this ending, each under its path.
fn texts(root: &Path, ending: &str) -> String {
    let mut files = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    let shown = |path: &PathBuf| path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
    files.iter().map(|path| format!("== {}\n{}\n", shown(path), fs::read_to_string(path).unwrap())).collect()
}

fn actual(case: &Path, expected: &str) -> String {
    match expected {
        "proto.txt" => {
            let scratch = tempfile::tempdir().unwrap();
            let out = scratch.path().to_str().unwrap();
            run(case, &["generate", "input", "--out", out, "--quiet"]);
            texts(&scratch.path().join("proto"), ".proto")
        }
        "findings.txt" => run(case, &["inspect", "input", "--stage", "crate", "--color", "never", "-v"]).2,
        stage => run(case, &["inspect", "input", "--stage", stage.trim_end_matches(".txt"), "--color", "never"]).1,
    }
}

#[test]
fn every_case_is_as_expected() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let about = fs::read_to_string(case.join("README.md")).unwrap_or_default();
        assert!(about.len() > 20, "{name} has no README.md that says what it shows");
        for expected in ["proto.txt", "posture.txt", "plan.txt", "findings.txt"] {
            let file = case.join(expected);
            if !file.exists() {
                continue;
            }
            compared += 1;
            let text = actual(&case, expected);
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
    assert!(compared > 30);
    assert!(wrong.is_empty(), "{} texts differ (BLESS=1 rewrites them; review the difference):\n{}", wrong.len(), wrong.join("\n"));
}

/// The case of a service reference, without its map.
fn reference() -> (String, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wsdl/cases/service-reference/input/Orders");
    (fs::read_to_string(folder.join("orders.wsdl")).unwrap(), fs::read_to_string(folder.join("orders.xsd")).unwrap())
}

#[test]
fn a_wsdl_that_is_named_brings_what_it_imports() {
    let scratch = tempfile::tempdir().unwrap();
    let (wsdl, schema) = reference();
    fs::create_dir(scratch.path().join("schemas")).unwrap();
    fs::write(scratch.path().join("orders.wsdl"), wsdl.replace("http://shop.example.test/orders.svc?xsd=xsd0", "schemas/orders.xsd"))
        .unwrap();
    fs::write(scratch.path().join("schemas/orders.xsd"), schema).unwrap();
    let (code, out, err) = run(scratch.path(), &["inspect", "orders.wsdl", "--stage", "plan"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("transport: tls"), "{out}");
    assert!(!err.contains("wcf-wsdl-import-missing"), "{err}");
}

#[test]
fn a_file_stands_for_a_url() {
    let scratch = tempfile::tempdir().unwrap();
    let (wsdl, schema) = reference();
    fs::create_dir(scratch.path().join("in")).unwrap();
    fs::write(scratch.path().join("in/orders.wsdl"), wsdl).unwrap();
    let inspect = ["inspect", "in/orders.wsdl", "--stage", "crate"];
    let (_, _, err) = run(scratch.path(), &inspect);
    assert!(err.contains("wcf-wsdl-import-missing"), "{err}");
    // Outside of the input as well: the person says so.
    fs::write(scratch.path().join("fetched.xml"), schema).unwrap();
    let mapped = [inspect.as_slice(), &["--map", "http://shop.example.test/orders.svc?xsd=xsd0=fetched.xml"]].concat();
    let (code, _, err) = run(scratch.path(), &mapped);
    assert_eq!(code, Some(0), "{err}");
    assert!(!err.contains("wcf-wsdl-import-missing") && !err.contains("wcf-wsdl-name-missing"), "{err}");
    let gone = [inspect.as_slice(), &["--map", "http://shop.example.test/orders.svc?xsd=xsd0=gone.xml"]].concat();
    let (code, _, err) = run(scratch.path(), &gone);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("gone.xml"), "{err}");
}

#[test]
fn old_encodings_are_read() {
    let (wsdl, schema) = reference();
    let whole = wsdl.replace("http://shop.example.test/orders.svc?xsd=xsd0", "orders.xsd").replace("OrderService", "Auftr\u{e4}ge");
    let declared = |name: &str| whole.replace("encoding=\"utf-8\"", &format!("encoding=\"{name}\""));
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(declared("utf-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let single: Vec<u8> = declared("windows-1252").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for bytes in [utf16, single] {
        let scratch = tempfile::tempdir().unwrap();
        fs::write(scratch.path().join("orders.wsdl"), bytes).unwrap();
        fs::write(scratch.path().join("orders.xsd"), &schema).unwrap();
        let (code, out, err) = run(scratch.path(), &["inspect", ".", "--stage", "plan"]);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("Auftr\u{e4}ge") && out.contains("transport: tls"), "{out}");
    }
}

#[test]
fn deep_nesting_ends_in_a_finding() {
    let scratch = tempfile::tempdir().unwrap();
    let (wsdl, _) = reference();
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    fs::write(scratch.path().join("deep.wsdl"), wsdl.replace("<types>", &format!("<types>{deep}"))).unwrap();
    let (code, _, err) = run(scratch.path(), &["inspect", ".", "--stage", "crate"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("deep.wsdl"), "{err}");
}
