//! The command line as users and pipelines meet it: arguments, exit codes, bad input, and what is never overwritten.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test says what is wrong")]

use std::path::Path;
use std::process::Command;

/// What a run left.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .arg("wcf2grpc")
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("COLUMNS", "140")
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["explain"],
        &["explain", "wcf-no-such-code"],
        &["inspect", "--stage", "x"],
        &["-q", "-v", "explain", "--list"],
    ] {
        let ran = run_in(folder.path(), arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}");
    }
}

#[test]
fn every_listed_code_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let list = run_in(folder.path(), &["explain", "--list"]);
    assert_eq!(list.code, 0);
    assert!(list.out.lines().count() > 10);
    for line in list.out.lines().take(5) {
        let name = line.split_whitespace().next().unwrap();
        let page = run_in(folder.path(), &["explain", name]);
        assert_eq!(page.code, 0);
        assert!(page.out.starts_with(&format!("# {name}\n")), "{}", page.out);
    }
}

#[test]
fn completions_exist_for_every_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run_in(folder.path(), &["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("wcf2grpc"), "{shell}");
    }
}

#[test]
fn development_certificates_are_not_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let first = run_in(folder.path(), &["certs", "dev", "--name", "berths.harbour.example"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.err.contains("berths.harbour.example"), "{}", first.err);
    let before = std::fs::read(folder.path().join("certs/server.pem")).unwrap();
    let second = run_in(folder.path(), &["certs", "dev"]);
    assert_eq!(second.code, 3);
    assert!(second.err.contains("--force"), "{}", second.err);
    assert_eq!(std::fs::read(folder.path().join("certs/server.pem")).unwrap(), before);
    assert_eq!(run_in(folder.path(), &["certs", "dev", "--force", "-q"]).code, 0);
    assert_ne!(std::fs::read(folder.path().join("certs/server.pem")).unwrap(), before);
}
