//! The command line as users and pipelines meet it: arguments, exit codes, bad input, and what is never overwritten.
//!
//! Past 800 lines, because every command is tried through the one binary and shares the inputs written out here.

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

fn certificate(name: &str) -> String {
    format!("{}/../../fixtures/certificates/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn certificates_are_judged_before_they_are_deployed() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, good, v1) = (certificate("authority.pem"), certificate("good.pem"), certificate("version-1.pem"));
    let lint = |arguments: &[&str]| run_in(folder.path(), &[&["certs", "lint"], arguments].concat());
    let name = ["--authority", &authority, "--name", "berths.harbour.example"];
    let taken = lint(&[&[good.as_str()][..], &name].concat());
    assert_eq!(taken.code, 0, "{}{}", taken.out, taken.err);
    assert!(taken.out.contains("rustls: accepts · .NET: accepts · OpenSSL: accepts"), "{}", taken.out);
    let refused = lint(&[&[good.as_str(), &v1][..], &name, &["--format", "json"]].concat());
    assert_eq!(refused.code, 1);
    let document: serde_json::Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!(document["files"][0]["refused"], false, "{document}");
    assert_eq!(document["files"][1]["refused"], true, "{document}");
    assert_eq!(document["files"][1]["faults"][0]["refusedBy"][0], "rustls", "{document}");
    let unknown = lint(&[&good]);
    assert!(unknown.code == 0 && unknown.err.contains("Trust was not checked"), "{}", unknown.err);
    assert_eq!(lint(&[&good, "--authority", "nowhere.pem"]).code, 3);
    assert_eq!(lint(&[]).code, 2);
}

#[test]
fn a_pasted_thumbprint_is_compared_and_exported_without_its_invisible_marks() {
    let good = certificate("good.pem");
    let folder = tempfile::tempdir().unwrap();
    let lint = |arguments: &[&str]| run_in(folder.path(), &[&["certs", "lint"], arguments].concat());
    let json: serde_json::Value = serde_json::from_str(&lint(&[&good, "--format", "json"]).out).unwrap();
    let thumbprint = json["files"][0]["certificate"]["thumbprint"].as_str().unwrap().to_owned();
    let pasted: String = thumbprint.to_ascii_lowercase().chars().flat_map(|digit| [digit, ' ']).collect();
    let behaviors = format!(
        "<behaviors><serviceBehaviors><behavior name=\"b\"><serviceCredentials><serviceCertificate x509FindType=\"FindByThumbprint\" \
         findValue=\"\u{200e}{pasted}\" storeName=\"CertificateAuthority\"/></serviceCredentials></behavior></serviceBehaviors></behaviors></system.serviceModel>"
    );
    let text = NETTCP.replace("<service name", "<service behaviorConfiguration=\"b\" name").replace("</system.serviceModel>", &behaviors);
    std::fs::write(folder.path().join("app.config"), text).unwrap();
    let compared = lint(&[&good, "--compare", "."]);
    assert!(compared.code == 0 && compared.out.contains(&format!("names {thumbprint}: {good}")), "{}{}", compared.out, compared.err);
    assert_eq!(lint(&[&certificate("ended.pem"), "--compare", "."]).code, 1, "no file has it");
    let written = run_in(folder.path(), &["certs", "export", "."]);
    assert_eq!(written.code, 0, "{}", written.err);
    let script = std::fs::read_to_string(folder.path().join("export-certificates.ps1")).unwrap();
    let entry = format!(
        "Location = 'LocalMachine'; Store = 'CertificateAuthority'; FindType = 'FindByThumbprint'; FindValue = '{thumbprint}'; PrivateKey = $true"
    );
    assert!(script.contains(&entry), "{script}");
    assert_eq!(run_in(folder.path(), &["certs", "export", "."]).code, 3, "it is not overwritten unasked");
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

/// A host with its contract, in a folder of its own.
fn shop() -> tempfile::TempDir {
    let contract = b"using System.ServiceModel;\nnamespace Shop\n{\n    [ServiceContract]\n    public interface IOrders\n    {\n        \
                     [OperationContract]\n        int Count(string customer);\n    }\n}\n";
    folder(&[("src/web.config", NETTCP.as_bytes()), ("src/IOrders.cs", contract)])
}

/// Every file below a folder with its bytes, by path.
fn snapshot(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, at: &Path, found: &mut std::collections::BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = std::collections::BTreeMap::new();
    if root.exists() {
        walk(root, root, &mut found);
    }
    found
}

/// A generated file: one that carries the mark.
fn a_generated_file(out: &Path) -> String {
    let marked = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().take(5).any(|line| line.contains("@generated"))
    };
    let files = snapshot(out);
    files.into_iter().find(|(path, bytes)| path.ends_with(".rs") && marked(bytes)).unwrap().0
}

#[test]
fn generate_says_what_it_wrote_and_a_second_run_changes_no_byte() {
    let shop = shop();
    let first = run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.err.contains("Wrote grpc") && first.err.contains("Next: cd grpc && cargo test"), "{}", first.err);
    let before = snapshot(&shop.path().join("grpc"));
    assert!(before.len() > 3);
    let second = run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(second.code, 0);
    assert!(second.err.contains("Unchanged"), "{}", second.err);
    assert_eq!(snapshot(&shop.path().join("grpc")), before);
    let elsewhere = run_in(shop.path(), &["generate", "src", "--out", "other", "-q", "--jobs", "1"]);
    assert_eq!(elsewhere.code, 0);
    assert_eq!(snapshot(&shop.path().join("other")), before, "the same input gives the same bytes anywhere");
}

#[test]
fn a_dry_run_and_a_diff_write_nothing() {
    let shop = shop();
    let listed = run_in(shop.path(), &["generate", "src", "--out", "grpc", "--dry-run"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(listed.out.contains("create  wcf2grpc.lock\n"), "{}", listed.out);
    let shown = run_in(shop.path(), &["generate", "src", "--out", "grpc", "--diff"]);
    assert!(shown.out.contains("--- /dev/null\n+++ b/wcf2grpc.lock\n"), "{}", shown.out);
    assert!(!shop.path().join("grpc").exists());
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    let nothing = run_in(shop.path(), &["generate", "src", "--out", "grpc", "--diff"]);
    assert_eq!(nothing.out, "");
}

#[test]
fn an_edited_generated_file_is_refused_and_check_says_which() {
    let shop = shop();
    let out = shop.path().join("grpc");
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(run_in(shop.path(), &["check", "src", "--out", "grpc"]).code, 0);
    let file = a_generated_file(&out);
    let original = std::fs::read_to_string(out.join(&file)).unwrap();
    std::fs::write(out.join(&file), format!("{original}// mine\n")).unwrap();
    let check = run_in(shop.path(), &["check", "src", "--out", "grpc"]);
    assert_eq!(check.code, 1);
    assert!(check.err.contains(&format!("{file} was edited since it was generated")), "{}", check.err);
    let before = snapshot(&out);
    let refused = run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("Nothing was written") && refused.err.contains(&file), "{}", refused.err);
    assert_eq!(snapshot(&out), before);
    let discarded = run_in(shop.path(), &["generate", "src", "--out", "grpc", "--discard-edits"]);
    assert_eq!(discarded.code, 0, "{}", discarded.err);
    assert_eq!(std::fs::read_to_string(out.join(&file)).unwrap(), original);
}

#[test]
fn check_tells_a_changed_configuration_from_changed_line_ends() {
    let shop = shop();
    let out = shop.path().join("grpc");
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    let file = a_generated_file(&out);
    let original = std::fs::read_to_string(out.join(&file)).unwrap();
    std::fs::write(out.join(&file), original.replace('\n', "\r\n")).unwrap();
    let ends = run_in(shop.path(), &["check", "src", "--out", "grpc"]);
    assert_eq!(ends.code, 1);
    assert!(ends.err.contains(&format!("{file} differs in its line ends only")), "{}", ends.err);
    std::fs::write(out.join(&file), &original).unwrap();

    let weaker = NETTCP.replace("clientCredentialType=\"Certificate\"", "clientCredentialType=\"None\"");
    assert_ne!(weaker, NETTCP);
    std::fs::write(shop.path().join("src/web.config"), weaker).unwrap();
    let before = snapshot(&out);
    let changed = run_in(shop.path(), &["check", "src", "--out", "grpc", "--diff"]);
    assert_eq!(changed.code, 1);
    assert!(changed.err.contains("wcf-generated-file-outdated"), "{}", changed.err);
    assert!(changed.out.contains("\n@@ "), "{}", changed.out);
    assert_eq!(snapshot(&out), before, "check writes nothing");
    let sarif = run_in(shop.path(), &["check", "src", "--out", "grpc", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn a_file_of_a_persons_in_the_place_of_a_generated_one_is_never_overwritten() {
    let shop = shop();
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    let file = a_generated_file(&shop.path().join("grpc"));
    let mine = shop.path().join("other").join(&file);
    std::fs::create_dir_all(mine.parent().unwrap()).unwrap();
    std::fs::write(&mine, "mine\n").unwrap();
    let refused = run_in(shop.path(), &["generate", "src", "--out", "other", "--discard-edits"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("wcf-file-without-mark"), "{}", refused.err);
    assert_eq!(snapshot(&shop.path().join("other")).len(), 1);
}

#[test]
fn what_belongs_to_a_person_survives_and_what_is_gone_is_removed() {
    let shop = shop();
    let out = shop.path().join("grpc");
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    std::fs::write(out.join("Cargo.toml"), "# mine\n").unwrap();
    let proto = snapshot(&out).into_keys().find(|path| path.ends_with(".proto")).unwrap();
    std::fs::write(shop.path().join("src/IOrders.cs"), "namespace Shop { class Nothing {} }").unwrap();
    run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(std::fs::read_to_string(out.join("Cargo.toml")).unwrap(), "# mine\n");
    assert!(!out.join(&proto).exists(), "{proto}");
}

#[test]
fn a_lock_that_is_no_lock_stops_the_run() {
    let shop = shop();
    std::fs::create_dir(shop.path().join("grpc")).unwrap();
    std::fs::write(shop.path().join("grpc/wcf2grpc.lock"), "<<<<<<< HEAD\n").unwrap();
    let ran = run_in(shop.path(), &["generate", "src", "--out", "grpc"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("wcf2grpc.lock"), "{}", ran.err);
    assert_eq!(snapshot(&shop.path().join("grpc")).len(), 1);
}

#[test]
fn an_unknown_value_and_a_missing_name_are_findings_at_their_places() {
    let unknown = NETTCP.replace("mode=\"Transport\"", "mode=\"Transprot\"");
    let folder = folder(&[("good/web.config", NETTCP.as_bytes()), ("bad/web.config", unknown.as_bytes())]);
    let ran = run_in(folder.path(), &["inspect"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("bad/web.config:11:") && ran.err.contains("Transport"), "{}", ran.err);
    assert!(ran.out.contains("IOrders"), "{}", ran.out);
    let missing = NETTCP.replace("bindingConfiguration=\"tls\"", "bindingConfiguration=\"tsl\"");
    std::fs::write(folder.path().join("bad/web.config"), missing).unwrap();
    let ran = run_in(folder.path(), &["inspect"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("bad/web.config:6:107") && ran.err.contains("there are: tls"), "{}", ran.err);
}

/// Texts that stand for secrets, in every place where real configurations have them.
const PLANTED: &str = r#"<?xml version="1.0"?>
<!-- Password=planted-comment; -->
<configuration>
  <connectionStrings>
    <add name="a" connectionString="Server=s;User ID=u;Password=planted-connection" />
  </connectionStrings>
  <appSettings>
    <add key="ApiKey" value="planted-app-setting" />
    <add key="Endpoint" value="https://user:planted-url@host.example/" />
  </appSettings>
  <system.serviceModel>
    <services>
      <service name="Shop.Orders" behaviorConfiguration="b">
        <!-- <add connectionString="Server=s;Pwd=planted-inner-comment" /> -->
        <endpoint address="https://user:planted-address@host.example/orders" binding="wsHttpBinding" bindingConfiguration="w" contract="Shop.IOrders" password="planted-attribute">
          <headers><auth xmlns=""><token>Password=planted-header;</token><key secret="planted-header-attribute" /></auth></headers>
        </endpoint>
        Pwd=planted-text;
      </service>
    </services>
    <bindings>
      <wsHttpBinding>
        <binding name="w" proxyAddress="http://proxy:planted-proxy@proxy.example:8080" useDefaultWebProxy="false">
          <security mode="Message" secret="planted-unknown-attribute"><message clientCredentialType="UserName" /></security>
        </binding>
      </wsHttpBinding>
    </bindings>
    <behaviors>
      <serviceBehaviors>
        <behavior name="b">
          <sqlWorkflowInstanceStore connectionString="Data Source=s;User ID=u;Password=planted-behavior" />
          <serviceCredentials><userNameAuthentication userNamePasswordValidationMode="Sometimes Password=planted-value;" /></serviceCredentials>
        </behavior>
      </serviceBehaviors>
    </behaviors>
    <client>
      <endpoint name="c" address="http://u:planted-client@host.example" binding="basicHttpBinding" contract="Shop.IOrders" />
    </client>
  </system.serviceModel>
</configuration>
"#;

#[test]
fn no_secret_reaches_any_output() {
    let contract = b"using System.ServiceModel;\nnamespace Shop {\n  // pwd=planted-cs-comment;\n  [ServiceContract(Namespace=\"http://u:planted-cs@x/\")] public interface IOrders {\n    \
                     /// <summary>Password=planted-cs-doc;</summary>\n    [OperationContract] Unknown Get(string password = \"planted-cs-default\"); } }\n";
    let release = br#"<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">
  <!-- password=planted-transform-comment; -->
  <system.serviceModel>
    <client><endpoint name="c" address="https://u:planted-transform@host.example/" password="planted-transform-attribute"
      xdt:Transform="SetAttributes" xdt:Locator="Condition(@secret='planted-condition' or @name='c')" /></client>
    <services><service><endpoint secret="planted-missing" xdt:Transform="Replace" xdt:Locator="Match(secret)" /></service></services>
  </system.serviceModel>
</configuration>"#;
    let svc = b"<%-- Pwd=planted-svc-comment; --%><%@ ServiceHost Service=\"Shop.Orders\" Factory=\"F, Password=planted-svc;\" %>";
    let project =
        b"<Project><!-- Password=planted-csproj-comment; --><PropertyGroup><CertificatePassword>planted-csproj</CertificatePassword>\
                    <DefineConstants>PASSWORD=planted-define</DefineConstants></PropertyGroup></Project>";
    let shop = folder(&[
        ("src/web.config", PLANTED.as_bytes()),
        ("src/Web.Release.config", release),
        ("src/Orders.svc", svc),
        ("src/Shop.csproj", project),
        ("src/IOrders.cs", contract),
    ]);
    let mut leaks = Vec::new();
    let mut look = |what: String, text: &str| {
        for line in text.lines().filter(|line| line.contains("planted-")) {
            leaks.push(format!("{what}: {}", line.trim()));
        }
    };
    for stage in ["document", "effective", "posture", "plan", "crate"] {
        for format in ["text", "json"] {
            for more in [&["-v", "-v"][..], &["--origins", "--transform", "Release"]] {
                let ran = run_in(shop.path(), &[&["inspect", "src", "--stage", stage, "--format", format], more].concat());
                look(format!("inspect {stage} {format} {more:?}, result"), &ran.out);
                look(format!("inspect {stage} {format} {more:?}, messages"), &ran.err);
            }
        }
    }
    for arguments in [
        &["inspect", "src", "-v"][..],
        &["inspect", "src", "--format", "json"],
        &["inspect", "src", "--origins", "-v"],
        &["inspect", "src", "--origins", "--transform", "Release", "-v"],
        &["generate", "src", "--dry-run", "--format", "json"],
        &["generate", "src", "--diff"],
        &["generate", "src"],
        &["check", "src", "--format", "json", "-v"],
        &["check", "src", "--format", "sarif"],
        &["check", "src", "--diff"],
        &["init", "src"],
        &["certs", "dev", "src"],
    ] {
        let ran = run_in(shop.path(), arguments);
        look(format!("{arguments:?}, result"), &ran.out);
        look(format!("{arguments:?}, messages"), &ran.err);
    }
    for (path, bytes) in snapshot(shop.path()) {
        if !path.starts_with("src/") {
            look(format!("file {path}"), &String::from_utf8_lossy(&bytes));
        }
    }
    assert!(leaks.is_empty(), "{} lines with a secret:\n{}", leaks.len(), leaks.join("\n"));
}

/// The real configurations, where they are at hand: every file is read without a panic and has endpoints or a finding.
#[test]
fn every_real_configuration_has_endpoints_or_a_finding() {
    let shared = std::env::var_os("WCF2GRPC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), std::path::PathBuf::from);
    let corpus = shared.join("corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: no corpus (WCF2GRPC_SHARED names the folder that holds it)");
        return;
    }
    let ran = run_in(&corpus, &["inspect", "--format", "json"]);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    assert!(ran.code == 0 || ran.code == 1, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let files = report["files"].as_array().unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut endpoints = 0;
    let mut silent = Vec::new();
    for file in files {
        let services = file["services"].as_array().unwrap().iter().map(|service| service["endpoints"].as_array().unwrap().len());
        let here = services.sum::<usize>() + file["client"].as_array().unwrap().len();
        endpoints += here;
        let found = findings.iter().any(|finding| finding["places"].as_array().unwrap().iter().any(|place| place["file"] == file["file"]));
        if here == 0 && !found {
            silent.push(file["file"].as_str().unwrap().to_owned());
        }
    }
    println!("{} files, {endpoints} endpoints, {} findings", files.len(), findings.len());
    // Services of which only the WSDL is left stand among them.
    let configurations = files.iter().filter(|file| !file["file"].as_str().unwrap().ends_with(".wsdl")).count();
    assert_eq!(configurations, 253);
    assert!(endpoints > 300);
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn a_transform_is_applied_when_asked_for_and_never_read_by_itself() {
    let transform = br#"<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">
  <system.serviceModel><bindings><netTcpBinding>
    <binding name="tls" xdt:Locator="Match(name)"><security mode="None" xdt:Transform="SetAttributes(mode)" /></binding>
  </netTcpBinding></bindings></system.serviceModel>
</configuration>"#;
    let folder = folder(&[("Web.config", NETTCP.as_bytes()), ("Web.Release.config", transform)]);
    let plain = run_in(folder.path(), &["inspect", "--stage", "effective"]);
    assert!(plain.out.contains("security.mode: Transport") && !plain.out.contains("security.mode: None"), "{}", plain.out);
    let release = run_in(folder.path(), &["inspect", "--stage", "effective", "--transform", "release"]);
    assert!(
        release.out.contains("security.mode: None") && !release.out.contains("security.mode: Transport"),
        "{}{}",
        release.out,
        release.err
    );
}

#[test]
fn who_decided_a_value_is_shown_on_demand() {
    let release = br#"<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"><system.serviceModel>
<bindings><netTcpBinding><binding sendTimeout="00:07:00" xdt:Transform="SetAttributes"/></netTcpBinding></bindings>
</system.serviceModel></configuration>"#;
    let machine = b"<configuration><system.serviceModel><behaviors><serviceBehaviors><behavior><serviceDebug \
                    includeExceptionDetailInFaults='true'/></behavior></serviceBehaviors></behaviors></system.serviceModel></configuration>";
    let folder = folder(&[("in/Web.config", NETTCP.as_bytes()), ("in/Web.Release.config", release), ("machine.config", machine)]);
    let arguments = ["inspect", "in", "--origins", "--transform", "Release", "--machine-config", "machine.config"];
    let text = run_in(folder.path(), &arguments);
    for expected in ["Web.Release.config:2:48, a transform", "default of NetTcpBindingElement", "machine.config:1:", "the endpoint"] {
        // Cells wrap: what matters is the words in their order.
        let words = text.out.split_whitespace().collect::<String>();
        assert!(words.contains(&expected.replace(' ', "")), "{expected}:\n{}{}", text.out, text.err);
    }
    let stage = run_in(folder.path(), &[&arguments[..], &["--stage", "effective"]].concat());
    let line = "sendTimeout: 00:07:00  (transform Web.Release.config, Web.Release.config:2:48)";
    assert!(stage.out.contains(line), "{}", stage.out);
    let json = run_in(folder.path(), &[&arguments[..], &["--format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["files"].as_array().unwrap().len(), 1, "an applied transform is no configuration of its own");
    let endpoint = &report["files"][0]["services"][0]["endpoints"][0];
    let origins = endpoint["origins"].as_array().unwrap();
    let of = |name: &str| origins.iter().find(|origin| origin["setting"] == name).unwrap();
    for name in endpoint["effective"].as_object().unwrap().keys() {
        assert!(of(name)["decidedBy"]["kind"].is_string());
    }
    assert_eq!(of("sendTimeout")["decidedBy"]["element"], "transform Web.Release.config");
    assert_eq!(of("sendTimeout")["place"]["file"], "Web.Release.config");
    assert_eq!((of("sendTimeout")["place"]["line"].as_u64(), of("sendTimeout")["place"]["column"].as_u64()), (Some(2), Some(48)));
    assert_eq!(of("openTimeout")["decidedBy"], serde_json::json!({"kind": "default", "class": "NetTcpBindingElement"}));
    // Not asked for, they are not there.
    let plain = run_in(folder.path(), &["inspect", "in", "--format", "json"]);
    assert!(!plain.out.contains("\"origins\""));
}

#[test]
fn a_section_in_a_file_of_its_own_is_read_and_one_outside_is_not() {
    let bindings = NETTCP.split("<bindings>").nth(1).unwrap().split("</bindings>").next().unwrap();
    let whole = format!("<bindings>{bindings}</bindings>");
    let inside = NETTCP.replace(&whole, "<bindings configSource=\"parts\\bindings.config\" />");
    assert_ne!(inside, NETTCP);
    let folder = folder(&[
        ("in/web.config", inside.as_bytes()),
        ("in/parts/bindings.config", whole.as_bytes()),
        ("bindings.config", whole.as_bytes()),
    ]);
    let ran = run_in(folder.path(), &["inspect", "in"]);
    assert!(ran.out.contains("netTcpBinding tls") && ran.out.contains("TLS, client certificate"), "{}{}", ran.out, ran.err);
    let outside = inside.replace("parts\\bindings.config", "..\\bindings.config");
    std::fs::write(folder.path().join("in/web.config"), outside).unwrap();
    let ran = run_in(folder.path(), &["inspect", "in"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("web.config:9:"), "{}", ran.err);
}

#[test]
fn init_writes_a_policy_that_changes_nothing_and_never_overwrites_one() {
    let windows = NETTCP.replace("<transport clientCredentialType=\"Certificate\" />", "<transport clientCredentialType=\"Windows\" />");
    assert_ne!(windows, NETTCP);
    let folder = folder(&[("web.config", windows.as_bytes())]);
    let chosen = || {
        let plan = run_in(folder.path(), &["inspect", "--stage", "plan"]);
        assert_eq!(plan.code, 0, "{}", plan.err);
        plan.out.lines().filter(|line| line.contains("chosen:")).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = chosen();
    assert!(before.len() > 5);
    let ran = run_in(folder.path(), &["init"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let policy = std::fs::read_to_string(folder.path().join("wcf2grpc.toml")).unwrap();
    assert!(policy.contains("windows-replacement = "), "{policy}");
    assert_eq!(chosen(), before);
    assert_eq!(run_in(folder.path(), &["init"]).code, 3);
    assert_eq!(std::fs::read_to_string(folder.path().join("wcf2grpc.toml")).unwrap(), policy);
}

#[test]
fn the_sample_is_written_whole_and_only_into_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), &["demo", "--no-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = snapshot(&folder.path().join("wcf2grpc-demo"));
    for path in ["wcf/Harbour.Host/web.config", "grpc/wcf2grpc.lock", "certs/authority.pem", "certs/revoked.pem"] {
        assert!(files.contains_key(path), "{path}: {:?}", files.keys());
    }
    assert!(files.keys().any(|path| path.starts_with("harbour-host-server") || path.ends_with("-server.toml")));
    assert_eq!(run_in(folder.path(), &["check", "wcf2grpc-demo/wcf", "--out", "wcf2grpc-demo/grpc"]).code, 0);
    let again = run_in(folder.path(), &["demo", "--no-run"]);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("is there already"), "{}", again.err);
}

#[test]
fn verify_says_what_it_could_not_reach_and_what_is_wrong_with_its_arguments() {
    let shop = shop();
    assert_eq!(run_in(shop.path(), &["certs", "dev", "src", "-q"]).code, 0);
    let nobody = run_in(shop.path(), &["verify", "127.0.0.1:1", "src"]);
    assert_eq!(nobody.code, 1, "{}", nobody.err);
    assert!(nobody.out.contains("not reached") && nobody.out.contains("WRONG"), "{}", nobody.out);
    let json = run_in(shop.path(), &["verify", "127.0.0.1:1", "src", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(json["attempts"].as_array().unwrap().len() >= 7);
    for arguments in [&["verify", "nowhere", "src"][..], &["verify", "127.0.0.1:1", "src", "--listener", "other"]] {
        assert_eq!(run_in(shop.path(), arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(run_in(shop.path(), &["verify", "127.0.0.1:1", "src", "--certs", "no-such-folder"]).code, 3);
}

#[test]
fn generate_says_when_there_is_nothing_to_generate_from() {
    let folder = folder(&[("web.config", NETTCP.as_bytes()), ("orders.vb", b"' nothing")]);
    let ran = run_in(folder.path(), &["generate", "-v"]);
    assert!(ran.err.contains("No crate") && !ran.err.contains("Next:"), "{}", ran.err);
    assert!(ran.err.contains("wcf-visual-basic-not-read"), "{}", ran.err);
}

/// A WSDL of our own: the `binding` and `policy` decide its security.
fn wsdl(policy: &str) -> String {
    format!(
        r##"<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:t="urn:quay" xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"
  xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" targetNamespace="urn:quay">
  {policy}
  <wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:quay" elementFormDefault="qualified">
    <xs:element name="Moor"><xs:complexType><xs:sequence><xs:element name="berth" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="MoorResponse"><xs:complexType><xs:sequence><xs:element name="MoorResult" type="t:Ship" nillable="true"/></xs:sequence></xs:complexType></xs:element>
    <xs:complexType name="Ship"><xs:sequence><xs:element name="Name" type="xs:string" nillable="true" minOccurs="0"/></xs:sequence></xs:complexType>
  </xs:schema></wsdl:types>
  <wsdl:message name="In"><wsdl:part name="parameters" element="t:Moor"/></wsdl:message>
  <wsdl:message name="Out"><wsdl:part name="parameters" element="t:MoorResponse"/></wsdl:message>
  <wsdl:portType name="IQuay"><wsdl:operation name="Moor"><wsdl:input message="t:In"/><wsdl:output message="t:Out"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="Quay" type="t:IQuay"><wsp:PolicyReference URI="#P"/><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Moor"><soap:operation soapAction="urn:quay/Moor"/><wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
  <wsdl:service name="QuayService"><wsdl:port name="Quay" binding="t:Quay"><soap:address location="http://quay.example/q"/></wsdl:port></wsdl:service>
</wsdl:definitions>"##
    )
}

#[test]
fn a_wsdl_alone_gives_crates() {
    let text = wsdl(r#"<wsp:Policy wsu:Id="P"/>"#);
    let folder = folder(&[("quay.wsdl", text.as_bytes())]);
    let ran = run_in(folder.path(), &["generate", "--dry-run", "-v"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(".proto") && ran.out.contains("server"), "{}", ran.out);
    assert!(ran.err.contains("wcf-wsdl-alone"), "{}", ran.err);
}

#[test]
fn a_policy_that_is_missing_asks_for_client_certificates() {
    let folder = folder(&[("quay.wsdl", wsdl("").as_bytes())]);
    let ran = run_in(folder.path(), &["inspect", "--stage", "plan", "--format", "json"]);
    assert!(ran.out.contains("wcf-policy-unreadable"), "{}", ran.out);
    assert!(ran.out.contains("caller-transport-certificate"), "{}", ran.out);
}

#[test]
fn a_contract_of_source_counts_before_its_wsdl() {
    let source = r#"using System.ServiceModel;
[ServiceContract(Namespace = "urn:quay")] public interface IQuay { [OperationContract] string Cast(int berth); }"#;
    let text = wsdl(r#"<wsp:Policy wsu:Id="P"/>"#);
    let folder = folder(&[("quay.wsdl", text.as_bytes()), ("IQuay.cs", source.as_bytes())]);
    let ran = run_in(folder.path(), &["inspect", "-v"]);
    assert!(ran.err.contains("wcf-wsdl-contract-differs"), "{}", ran.err);
}

#[test]
fn many_warnings_of_one_kind_are_counted_and_with_v_drawn() {
    let windows = NETTCP.replace("<transport clientCredentialType=\"Certificate\" />", "<transport clientCredentialType=\"Windows\" />");
    let files: Vec<(String, String)> =
        (0..9).map(|at| (format!("s{at}/app.config"), windows.replace("Shop.Orders", &format!("Shop.Orders{at}")))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    let short = run_in(folder.path(), &["inspect"]);
    assert!(short.err.contains("warn[wcf-windows-identity-replaced]: 4 more like the above"), "{}", short.err);
    let long = run_in(folder.path(), &["inspect", "-v"]);
    assert_eq!(long.err.matches("warn[wcf-windows-identity-replaced]").count(), 9, "{}", long.err);
}

#[test]
fn endpoints_that_only_their_order_tells_apart_keep_their_names() {
    let endpoints = r#"<endpoint address="" binding="basicHttpBinding" contract="Shop.IOrders" />
        <endpoint address="" binding="netTcpBinding" contract="Shop.IOrders" />
        <endpoint address="" binding="wsHttpBinding" contract="Shop.IOrders" />
        <host><baseAddresses><add baseAddress="net.tcp://localhost:9000/o" /><add baseAddress="http://localhost:8000/o" /></baseAddresses></host>"#;
    let start = NETTCP.find("<endpoint").unwrap();
    let end = NETTCP.find("</service>").unwrap();
    let several = format!("{}{endpoints}{}", &NETTCP[..start], &NETTCP[end..]);
    let shop = shop();
    std::fs::remove_file(shop.path().join("src/web.config")).unwrap();
    std::fs::write(shop.path().join("src/app.config"), several).unwrap();
    assert_eq!(run_in(shop.path(), &["generate", "src"]).code, 0);
    let before = snapshot(&shop.path().join("grpc"));
    let again = run_in(shop.path(), &["generate", "src"]);
    assert!(again.err.contains("Unchanged"), "{}", again.err);
    assert_eq!(snapshot(&shop.path().join("grpc")), before);
}

/// The whole road, build included. The time is cargo's; `WCF2GRPC_DEMO_TARGET` names a target folder to share.
#[test]
#[ignore = "builds a workspace of 300 crates, which takes minutes"]
fn the_demo_lets_in_its_client_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
    if let Some(target) = std::env::var_os("WCF2GRPC_DEMO_TARGET") {
        command.env("CARGO_TARGET_DIR", target);
    } else {
        command.env_remove("CARGO_TARGET_DIR");
    }
    let output = command.args(["wcf2grpc", "demo"]).current_dir(folder.path()).env("COLUMNS", "160").output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
    for line in [
        "BerthPlanning: ",
        "CustomsDeclarations: ",
        "ArrivalNotices: ",
        "refused in the handshake: certificate required",
        "refused in the handshake: certificate expired",
        "refused in the handshake: certificate revoked",
        "refused in the handshake: unknown authority",
        "the server's certificate is for another name",
        "refused by status: UNAUTHENTICATED",
        "operations that ran: 3 for the client, 0 for those who tried",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    assert!(!out.contains("WRONG") && !out.contains("not tried:"), "{out}");
}
