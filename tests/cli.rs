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

const NETTCP: &str = r#"<?xml version="1.0"?>
<configuration>
  <system.serviceModel>
    <services>
      <service name="Shop.Orders">
        <endpoint address="net.tcp://localhost:8100/orders" binding="netTcpBinding" bindingConfiguration="tls" contract="Shop.IOrders" />
      </service>
    </services>
    <bindings>
      <netTcpBinding>
        <binding name="tls"><security mode="Transport"><transport clientCredentialType="Certificate" /></security></binding>
      </netTcpBinding>
    </bindings>
  </system.serviceModel>
</configuration>
"#;

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// Inspects a folder with a good configuration and a bad file, and returns what was said of the bad one.
fn inspect_beside_good(path: &str, bytes: &[u8]) -> Ran {
    let folder = folder(&[("good/web.config", NETTCP.as_bytes()), (path, bytes)]);
    let ran = run_in(folder.path(), &["inspect", "--stage", "document"]);
    assert!(ran.out.contains("good/web.config"), "the good file was processed: {}{}", ran.out, ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

#[test]
fn broken_xml_is_a_finding_at_its_place() {
    let ran = inspect_beside_good("bad/app.config", b"<configuration>\n  <system.serviceModel>\n  </system.serviceModl>\n</configuration>");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("bad/app.config:3:"), "{}", ran.err);
}

#[test]
fn a_dtd_is_refused() {
    let ran = inspect_beside_good(
        "bad/app.config",
        b"<!DOCTYPE c [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><configuration>&e;</configuration>",
    );
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("wcf-xml-dtd-refused") && ran.err.contains("bad/app.config:1:1"), "{}", ran.err);
    assert!(!ran.err.contains("root:"), "{}", ran.err);
}

#[test]
fn a_binary_and_an_empty_file_are_findings() {
    let binary = inspect_beside_good("bad/app.config", b"MZ\x90\0\x03\0\0\0");
    assert_eq!(binary.code, 1);
    assert!(binary.err.contains("wcf-input-not-text") && binary.err.contains("bad/app.config"), "{}", binary.err);
    let empty = inspect_beside_good("bad/app.config", b"");
    assert_eq!(empty.code, 1);
    assert!(empty.err.contains("bad/app.config"), "{}", empty.err);
}

#[test]
fn an_attribute_of_100_megabytes_is_a_finding_and_costs_little() {
    let mut text = b"<configuration><system.serviceModel><services><service name=\"".to_vec();
    text.resize(text.len() + 100_000_000, b'x');
    text.extend(b"\"/></services></system.serviceModel></configuration>");
    let started = std::time::Instant::now();
    let ran = inspect_beside_good("bad/app.config", &text);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("wcf-input-too-large"), "{}", ran.err);
    assert!(ran.err.len() < 5_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("good/web.config", NETTCP.as_bytes()), ("bad/app.config", NETTCP.as_bytes())]);
    let bad = folder.path().join("bad/app.config");
    std::fs::set_permissions(&bad, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&bad).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let ran = run_in(folder.path(), &["inspect", "--stage", "document"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("good/web.config") && ran.err.contains("wcf-input-unreadable"), "{}", ran.err);
}

#[test]
fn a_folder_called_like_a_configuration_is_searched() {
    let folder = folder(&[("odd.config/web.config", NETTCP.as_bytes())]);
    let ran = run_in(folder.path(), &["inspect", "--stage", "document", "odd.config"]);
    assert!(ran.out.contains("web.config"), "{}{}", ran.out, ran.err);
}

#[test]
fn input_that_is_not_there_or_says_nothing_is_exit_code_3() {
    let folder = folder(&[("readme.txt", b"hello"), ("bin.config", b"\0\0\0\0")]);
    for (path, words) in [("missing", "missing"), (".", "no configuration"), ("bin.config", "wcf-input-not-text")] {
        let ran = run_in(folder.path(), &["inspect", path]);
        assert_eq!(ran.code, 3, "{path}: {}", ran.err);
        assert!(ran.err.contains(words), "{path}: {}", ran.err);
    }
}

#[test]
fn a_wrong_policy_is_exit_code_2_and_shows_its_place() {
    let folder = folder(&[("web.config", NETTCP.as_bytes()), ("wcf2grpc.toml", b"[deployment]\nexposur = \"internal\"\n")]);
    let ran = run_in(folder.path(), &["inspect"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("wcf2grpc.toml:2:1") && ran.err.contains("exposure"), "{}", ran.err);
    let named = run_in(folder.path(), &["inspect", "--policy", "other.toml"]);
    assert_eq!(named.code, 2, "{}", named.err);
}

#[test]
fn colour_is_off_unless_it_is_asked_for() {
    let folder = folder(&[("web.config", NETTCP.as_bytes())]);
    assert!(!run_in(folder.path(), &["inspect"]).out.contains('\x1b'));
    assert!(run_in(folder.path(), &["inspect", "--color", "always"]).out.contains('\x1b'));
    assert!(!run_in(folder.path(), &["inspect", "--color", "never"]).out.contains('\x1b'));
}
