//! What an operator is handed: for each exposure the files of `deploy/`, checked by the published schemas of who reads them, and
//! whether every file that the server is told of is mounted where it looks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a panic is how a test says what is wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const EXPOSURES: [&str; 6] = ["internal", "public", "kubernetes", "mesh", "swarm", "local"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The workspace generated from a solution, every service of which runs under one exposure.
fn generated(solution: &str, exposure: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let policy = folder.path().join("wcf2grpc.toml");
    fs::write(&policy, format!("[deployment]\nexposure = \"{exposure}\"\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .args(["wcf2grpc", "generate"])
        .arg(repository().join("fixtures/solutions").join(solution))
        .arg("--policy")
        .arg(&policy)
        .arg("--out")
        .arg(folder.path().join("grpc"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{exposure}: {}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn deploy_folder(folder: &TempDir) -> PathBuf {
    folder.path().join("grpc/deploy/harbour-host")
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names: BTreeSet<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.into_iter().collect()
}

#[test]
fn every_exposure_hands_over_what_it_needs() {
    for exposure in EXPOSURES {
        let folder = generated("harbour", exposure);
        let expected: &[&str] = match exposure {
            "internal" | "public" => {
                &["Containerfile", "README.md", "harbour-host-server.service", "harbour-host-server.sysusers.conf", "settings.toml"]
            }
            "kubernetes" | "mesh" => &[
                "Containerfile",
                "README.md",
                "certificates.yaml",
                "deployment.yaml",
                "kustomization.yaml",
                "network-policy.yaml",
                "service.yaml",
                "settings.toml",
            ],
            "swarm" => &["Containerfile", "README.md", "settings.toml", "stack.yaml"],
            _ => &[],
        };
        assert_eq!(names(&deploy_folder(&folder)), expected, "{exposure}");
    }
}

/// Every setting of the server that is a file is in what starts it, and no setting is told of that the server does not know.
#[test]
fn what_starts_the_server_names_each_of_its_files() {
    for (exposure, file) in [("internal", "harbour-host-server.service"), ("kubernetes", "deployment.yaml"), ("swarm", "stack.yaml")] {
        let folder = generated("harbour", exposure);
        let settings = fs::read_to_string(folder.path().join("grpc/harbour-host-server/src/generated/settings.rs")).unwrap();
        let constants = |fields: &str| -> BTreeSet<String> {
            let blocks = settings.split("pub const ").filter(|block| block.contains(": Setting = Setting {"));
            blocks
                .map(|block| block.split(':').next().unwrap().to_owned())
                .filter(|name| fields.is_empty() || name.ends_with(fields))
                .collect()
        };
        let known = constants("");
        assert!(known.len() > 10, "{known:?}");
        let started = fs::read_to_string(deploy_folder(&folder).join(file)).unwrap();
        let told: BTreeSet<String> = started
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter_map(|word| word.strip_prefix("HARBOUR_HOST_SERVER_"))
            .map(str::to_owned)
            .collect();
        assert_eq!(told.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "{exposure}");
        for needed in ["_CERTIFICATE", "_KEY", "_CLIENT_AUTHORITIES", "_CLIENT_REVOCATION_LISTS", "_PASSWORDS"] {
            let all = constants(needed);
            assert!(!all.is_empty() && all.is_subset(&told), "{exposure}: {all:?} are not all in {told:?}");
        }
    }
}

#[test]
fn settings_written_once_are_an_operators() {
    let folder = generated("harbour", "kubernetes");
    let settings = deploy_folder(&folder).join("settings.toml");
    let parsed: toml::Table = fs::read_to_string(&settings).unwrap().parse().unwrap();
    assert!(parsed.is_empty(), "every value of the sample has a default: {parsed:?}");
    // As an operator would: the comment sign away.
    let filled = fs::read_to_string(&settings).unwrap().replace("# berth-planning.address =", "berth-planning.address =");
    let parsed: toml::Table = filled.parse().unwrap();
    assert_eq!(parsed["berth-planning"]["address"].as_str(), Some("0.0.0.0:8081"));
}

/// Runs the checker over a folder. `None` where Python or its packages are missing.
fn problems(folder: &Path) -> Option<Vec<String>> {
    let available = Command::new("python3").args(["-c", "import kubernetes_validate, check_jsonschema, yaml"]).output();
    if !available.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "in the pipeline the packages of tests/clients/requirements.txt must be there");
        eprintln!("SKIPPED: python3 with the packages of tests/clients/requirements.txt is not here");
        return None;
    }
    let script = repository().join("tests/clients/python/manifests.py");
    let output = Command::new("python3").arg(script).arg(folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    match serde_json::from_str(&text) {
        Ok(problems) => Some(problems),
        Err(error) => panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[test]
fn manifests_pass_the_published_schemas() {
    for solution in ["kubernetes", "mesh", "swarm"] {
        let folder = generated("harbour", solution);
        let Some(problems) = problems(&deploy_folder(&folder)) else { return };
        assert_eq!(problems, Vec::<String>::new(), "{solution}");
    }
}

/// The checker finds what it is there to find.
#[test]
fn a_broken_manifest_is_noticed() {
    let breakages = [
        ("kubernetes", "deployment.yaml", "runAsNonRoot: true", "runAsNonRoot: \"yes\""),
        ("kubernetes", "deployment.yaml", "readOnlyRootFilesystem", "readonlyRootFilesystem"),
        ("kubernetes", "deployment.yaml", "path: authorities.pem", "path: authority.pem"),
        ("kubernetes", "certificates.yaml", "renewBefore", "renewbefore"),
        ("kubernetes", "certificates.yaml", "secretName: harbour-host-server-berth-planning-tls", "secretName: other"),
        ("kubernetes", "network-policy.yaml", "port: 8081", "port: 8082"),
        ("kubernetes", "kustomization.yaml", "  - network-policy.yaml\n", ""),
        ("swarm", "stack.yaml", "read_only: true", "readonly: true"),
        ("swarm", "stack.yaml", "encrypted: \"true\"", "encrypted: \"false\""),
        ("swarm", "stack.yaml", "target: /etc/harbour-host-server/customs-declarations/passwords", "target: /tmp"),
    ];
    for (exposure, file, right, wrong) in breakages {
        let folder = generated("harbour", exposure);
        let path = deploy_folder(&folder).join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(right), "{file} has no {right}");
        fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
        let Some(problems) = problems(&deploy_folder(&folder)) else { return };
        assert!(!problems.is_empty(), "{file}: {wrong} was not noticed");
    }
}

/// `systemd-analyze verify` in a root of its own, where the binary is.
#[test]
fn the_unit_is_one_that_systemd_takes() {
    let folder = generated("harbour", "internal");
    let root = TempDir::new().unwrap();
    for path in ["etc/systemd/system", "usr/local/bin", "usr/lib/systemd/system"] {
        fs::create_dir_all(root.path().join(path)).unwrap();
    }
    let unit = fs::read_to_string(deploy_folder(&folder).join("harbour-host-server.service")).unwrap();
    let path = root.path().join("etc/systemd/system/harbour-host-server.service");
    let binary = root.path().join("usr/local/bin/harbour-host-server");
    fs::copy(env!("CARGO_BIN_EXE_cargo-wcf2grpc"), &binary).unwrap();
    let verify = |text: &str| {
        fs::write(&path, text.replace("/usr/local/bin/harbour-host-server", binary.to_str().unwrap())).unwrap();
        Command::new("systemd-analyze").args(["verify", "--man=no", "--recursive-errors=no"]).arg(&path).output()
    };
    let Ok(right) = verify(&unit) else {
        eprintln!("SKIPPED: systemd-analyze is not here");
        return;
    };
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let about_ours = |text: &str| text.lines().filter(|line| line.contains("harbour-host-server")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(about_ours(&said(&right)), Vec::<String>::new());
    let wrong = verify(&unit.replace("ProtectHome=yes", "ProtectHome=maybe")).unwrap();
    assert!(!about_ours(&said(&wrong)).is_empty(), "a wrong value was not noticed: {}", said(&wrong));
}
