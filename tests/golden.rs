//! What is generated, byte for byte, and how little of it changes when the input changes a little.
//!
//! `fixtures/golden/harbour` is the workspace generated from `fixtures/solutions/harbour`, the folders beside it are what
//! contracts decide of other solutions: `almanac` has every row of the mapping of contracts, `exchange` the three kinds of service
//! that Microsoft's book on WCF and gRPC migrates by hand, `warehouse` leaves its stubs to a build script. Each folder under
//! `fixtures/golden/changes` holds an input `before` and `after` one small change, and `changes.diff`: what generating the
//! second over the first changes, and nothing else. `fixtures/cases/*/generated` is what is generated from the case's `input`, one
//! folder for each family of plans, without what is the same in every crate and what prost and tonic write. `BLESS=1` rewrites all
//! of it; review what it did.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a panic is how a test says what is wrong")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use similar::TextDiff;

/// A day by which waivers are judged: 2026-01-01.
const TODAY: &str = "1767225600";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn generate(input: &Path, out: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .args(["wcf2grpc", "generate", "--color", "never", "--out"])
        .arg(out)
        .arg(".")
        .current_dir(input)
        .env("SOURCE_DATE_EPOCH", TODAY)
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}\n{err}", input.display(), output.status);
}

/// Every file under a folder by its path with forward slashes.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read_to_string(&path).unwrap().replace("\r\n", "\n"));
            }
        }
    }
    files
}

fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// The differences of two trees, file by file.
fn difference(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let nothing = String::new();
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let mut text = String::new();
    for path in paths {
        let (old, new) = (before.get(path).unwrap_or(&nothing), after.get(path).unwrap_or(&nothing));
        if old != new {
            let diff = TextDiff::from_lines(old, new);
            write!(text, "{}", diff.unified_diff().context_radius(2).header(path, path)).unwrap();
        }
    }
    text
}

#[test]
fn the_generated_workspace_is_the_golden_one_and_stays_the_same() {
    let golden = fixtures().join("golden/harbour");
    let folder = tempfile::tempdir().unwrap();
    let input = fixtures().join("solutions/harbour");
    generate(&input, folder.path());
    let first = tree(folder.path());
    generate(&input, folder.path());
    assert_eq!(difference(&first, &tree(folder.path())), "", "a second run changed something");

    if bless() {
        let _ = fs::remove_dir_all(&golden);
        for (path, text) in &first {
            let path = golden.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let difference = difference(&tree(&golden), &first);
    assert!(difference.is_empty(), "the generated workspace differs (BLESS=1 rewrites it; review the difference):\n{difference}");
}

/// Solutions whose contracts are the point: of what is generated for them only what contracts decide is golden.
const CONTRACTS: [&str; 3] = ["almanac", "exchange", "warehouse"];

#[test]
fn what_contracts_decide_is_the_golden_and_stays_the_same() {
    for name in CONTRACTS {
        let golden = fixtures().join("golden").join(name);
        let folder = tempfile::tempdir().unwrap();
        let input = fixtures().join("solutions").join(name);
        generate(&input, folder.path());
        let first = tree(folder.path());
        generate(&input, folder.path());
        assert_eq!(difference(&first, &tree(folder.path())), "", "{name}: a second run changed something");
        let of_contracts = |path: &str| {
            let same_everywhere = ["/file_descriptor_set.rs", "/src/conversions/", "/tests/source/", "/faults/details.rs"];
            let in_proto_crate = path.contains("-proto/") && !same_everywhere.iter().any(|part| path.contains(part));
            path.starts_with("proto/") || in_proto_crate || path.contains("/src/services/")
        };
        let first: BTreeMap<String, String> = first.into_iter().filter(|(path, _)| of_contracts(path)).collect();
        if bless() {
            let _ = fs::remove_dir_all(&golden);
            for (path, text) in &first {
                let path = golden.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        let difference = difference(&tree(&golden), &first);
        assert!(difference.is_empty(), "{name} differs (BLESS=1 rewrites it; review the difference):\n{difference}");
    }
}

/// What the book arrives at by hand: request and reply as unary calls, one subscription with callbacks as server streaming, both
/// sides talking as one bidirectional stream of actions and events. What it loses on the way (money, offsets, null) is kept.
#[test]
fn the_services_of_the_book_have_the_shapes_of_the_book() {
    let proto = fs::read_to_string(fixtures().join("golden/exchange/proto/exchange/contracts/v1/contracts.proto")).unwrap();
    let calls: Vec<&str> = proto.lines().map(str::trim).filter(|line| line.starts_with("rpc ")).collect();
    let expected = [
        "rpc Session(stream DealingAction) returns (stream DealingEvent);",
        "rpc GetAccount(GetAccountRequest) returns (GetAccountResponse);",
        "rpc GetAccounts(GetAccountsRequest) returns (GetAccountsResponse);",
        "rpc Subscribe(SubscribeRequest) returns (stream PriceBoardEvent);",
    ];
    assert_eq!(calls, expected);
    let alternatives = |message: &str, oneof: &str| -> Vec<String> {
        let body = proto.split(&format!("message {message} {{")).nth(1).unwrap();
        let body = body.split(&format!("oneof {oneof} {{")).nth(1).unwrap().split('}').next().unwrap();
        body.lines().map(str::trim).filter(|line| line.ends_with(';')).map(str::to_owned).collect()
    };
    let actions = ["EnterRequest enter = 1;", "WatchRequest watch = 2;", "UnwatchRequest unwatch = 3;", "BidRequest bid = 4;"];
    assert_eq!(alternatives("DealingAction", "action"), [&actions[..], &["LeaveRequest leave = 5;"]].concat());
    assert_eq!(alternatives("DealingEvent", "event"), ["QuotedEvent quoted = 1;", "FilledEvent filled = 2;"]);
    assert_eq!(alternatives("PriceBoardEvent", "event"), ["ChangedEvent changed = 1;"]);
    let fields = |message: &str| -> Vec<String> {
        let body = proto.split(&format!("message {message} {{")).nth(1).unwrap().split('}').next().unwrap();
        body.lines().map(str::trim).filter(|line| line.ends_with(';')).map(str::to_owned).collect()
    };
    let kept = ["optional string symbol = 1;", "int64 shares = 2;", "dotnet.v1.Decimal cost = 3;", "dotnet.v1.DateTimeOffset bought = 4;"];
    assert_eq!(fields("Position"), kept);
}

/// A dozen small workspaces, each to be read from end to end. `.ci/run` compiles and lints what is generated for them.
#[test]
fn the_workspaces_of_the_cases_are_the_golden_ones_and_stay_the_same() {
    let mut cases: Vec<PathBuf> = fs::read_dir(fixtures().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("generated").is_dir());
    cases.sort();
    let mut same_everywhere: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = String::new();
    for case in &cases {
        let golden = case.join("generated");
        let folder = tempfile::tempdir().unwrap();
        generate(&case.join("input"), folder.path());
        let first = tree(folder.path());
        generate(&case.join("input"), folder.path());
        assert_eq!(difference(&first, &tree(folder.path())), "", "{}: a second run changed something", case.display());
        let (same, own): (BTreeMap<_, _>, BTreeMap<_, _>) = first.into_iter().partition(|(path, text)| is_the_same_everywhere(path, text));
        // It is in a golden once, in harbour's, or in `templates`; here it must only be no other text in each crate.
        for (path, text) in same {
            let (_, inside) = path.split_once('/').unwrap();
            let side = if path.contains("-client/") { "client" } else { "other" };
            let known = same_everywhere.entry(format!("{side}: {inside}")).or_insert_with(|| text.clone());
            // An index names the modules of its crate, and stubs are those of its proto.
            let own = inside.ends_with("/mod.rs") || !text.contains("// It is the same in every generated crate");
            assert!(own || *known == text, "{}: {path} is not the same in every crate", case.display());
        }
        if bless() {
            fs::remove_dir_all(&golden).unwrap();
            for (path, text) in &own {
                let path = golden.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        wrong.push_str(&difference(&tree(&golden), &own));
    }
    assert!(cases.len() >= 12, "{} cases have a generated workspace", cases.len());
    assert!(wrong.is_empty(), "generated workspaces differ (BLESS=1 rewrites them; review the difference):\n{wrong}");
}

/// Whether a file says the same in every crate that has it, or is what prost and tonic make of a proto.
fn is_the_same_everywhere(path: &str, text: &str) -> bool {
    let says = text.lines().nth(1).unwrap_or_default();
    let stubs = ["// It is prost's and tonic's code", "// It is the compiled form"];
    (path.ends_with(".rs") && says.starts_with("// It is the same in every generated crate"))
        || stubs.iter().any(|words| says.starts_with(words))
}

#[test]
fn the_generated_workspace_is_formatted() {
    for name in ["harbour"].into_iter().chain(CONTRACTS) {
        let folder = tempfile::tempdir().unwrap();
        generate(&fixtures().join("solutions").join(name), folder.path());
        let output = Command::new(env!("CARGO")).args(["fmt", "--all", "--check"]).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_small_change_of_input_is_a_small_change_of_output() {
    let mut cases: Vec<PathBuf> = fs::read_dir(fixtures().join("golden/changes")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let folder = tempfile::tempdir().unwrap();
        generate(&case.join("before"), folder.path());
        let before = without_hashes(tree(folder.path()));
        generate(&case.join("after"), folder.path());
        let after = tree(folder.path());
        generate(&case.join("after"), folder.path());
        assert_eq!(difference(&after, &tree(folder.path())), "", "{}: a second run changed something", case.display());
        let changes = difference(&before, &without_hashes(after));
        let expected = case.join("changes.diff");
        if bless() {
            fs::write(&expected, &changes).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n") != changes {
            wrong.push(format!("{}:\n{changes}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "changes differ (BLESS=1 rewrites them; review the difference):\n{}", wrong.join("\n"));
}

/// The lock's hashes and the compiled proto files change with every file and say nothing to a reader.
fn without_hashes(mut files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    files.retain(|path, _| !path.ends_with("/file_descriptor_set.rs"));
    let hexadecimal = |text: &str| text.len() >= 16 && text.chars().all(|character| character.is_ascii_hexdigit());
    for text in files.iter_mut().filter(|(path, _)| path.as_str() == "wcf2grpc.lock").map(|(_, text)| text) {
        *text = text.split('"').map(|part| if hexadecimal(part) { "…" } else { part }).collect::<Vec<_>>().join("\"");
    }
    files
}

/// Handlers belong to a person: they are never changed, but what they lack or have too much is told with file and line.
#[test]
fn handlers_that_do_not_fit_the_contract_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = fixtures().join("golden/changes/operation-added");
    generate(&input.join("before"), folder.path());
    let path = folder.path().join("web-server/src/services/stock.rs");
    let edited = fs::read_to_string(&path).unwrap().replace("async fn count(", "async fn count_once(");
    fs::write(&path, &edited).unwrap();
    let line = |text: &str| edited.lines().position(|line| line.contains(text)).unwrap() + 1;
    let run = |command: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
            .args(["wcf2grpc", command, "--color", "never", "--out"])
            .arg(folder.path())
            .arg(".")
            .current_dir(input.join("after"))
            .env("SOURCE_DATE_EPOCH", TODAY)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let left_over = format!(
        "[wcf-handler-left-over]: web-server/src/services/stock.rs:{}: `depot.v1.Stock` has no operation for the handler `count_once`",
        line("async fn count_once(")
    );
    let missing = |operation: &str| {
        format!(
            "[wcf-handler-missing]: web-server/src/services/stock.rs:{}: the handlers of `depot.v1.Stock` lack the operation `{operation}`",
            line("impl v1::stock_server::Stock for Stock")
        )
    };
    // What is there will not compile: `check` says no. `generate` did what it can, and says what is left for a person.
    run("generate");
    for (command, level, code) in [("check", "deny", Some(1)), ("generate", "warn", Some(0))] {
        let (exit, told) = run(command);
        assert_eq!(exit, code, "{command}: {told}");
        assert!(told.contains(&format!("{level}{left_over}")), "{command}: {told}");
        assert!(told.contains(&format!("{level}{}", missing("Count"))), "{command}: {told}");
        assert_eq!(told.matches("[wcf-handler-missing]").count(), 2, "{command}: {told}");
        assert_eq!(told.contains("async fn count("), command == "generate", "{command}: {told}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
}
