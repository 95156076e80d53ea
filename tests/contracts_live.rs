//! What contracts promise, shown by the server and the client generated from `fixtures/solutions/almanac`: the order of sessions,
//! faults as typed details, headers as typed metadata, values at their limits.
//!
//! The real command generates; `filled` has the handlers that a person would write, and `web-server/tests/contracts.rs`, which
//! starts the generated server and calls it with the generated client over TLS. The crates have the target folder of all
//! generated workspaces, so that what they depend on is compiled once.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a panic is how a test says what is wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn run(command: &mut Command, what: &str) {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what} ({}):\n{out}\n{err}", output.status);
}

fn overlay(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if from.is_dir() {
            overlay(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// A workspace generated from a solution, with the files that a person adds.
struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

impl Generated {
    fn from(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let solution = root.join("fixtures/solutions").join(name);
        let temporary = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let generated = Self { folder: temporary.join("contracts").join(name), target: temporary.with_file_name("generated") };
        let _ = fs::remove_dir_all(&generated.folder);
        let mut generate = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
        generate.args(["wcf2grpc", "generate", "--out"]).arg(&generated.folder).arg(".").current_dir(&solution);
        run(&mut generate, "generate");
        overlay(&solution.join("filled"), &generated.folder);
        generated
    }

    fn cargo(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target).env("RUSTDOCFLAGS", "-D warnings");
        run(&mut command, &format!("cargo {}", arguments.join(" ")));
    }
}

#[test]
fn the_generated_server_keeps_what_the_contracts_promise() {
    Generated::from("almanac").cargo(&["test", "--package", "web-server", "--test", "contracts"]);
}

/// The build script needs no protoc, and what it makes is used as checked-in stubs are: the same conversions, the same round trips.
#[test]
fn stubs_of_a_build_script_are_made_without_protoc() {
    let generated = Generated::from("warehouse");
    generated.cargo(&["clippy", "--package", "web-proto", "--all-targets", "--", "-D", "warnings"]);
    generated.cargo(&["test", "--package", "web-proto"]);
    generated.cargo(&["doc", "--package", "web-proto", "--no-deps"]);
}
