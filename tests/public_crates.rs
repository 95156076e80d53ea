//! Crates for the contracts of public repositories, which are not here, built with warnings denied.
//!
//! `WCF2GRPC_SOURCES` names folders, with `:` between them; `WCF2GRPC_CRATES` a folder for what is generated. The files of each
//! project below the sources are read together. Every contract gets an endpoint, so that a proto crate and the handlers of its
//! services are generated; one server and client of each tree are built whole. Projects whose crates are the same are built once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a panic is how a test says what is wrong; it prints what it counted"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tonic_codegen::{ContractPolicy, GeneratedFiles, plan_crates, render};
use wcf_contract::{ContractModel, Options, SourceText, read_csharp};
use wcf_diagnostics::{FileId, Files, Findings, SourceFile};
use wcf_security::plan::{EndpointPlan, HostPlan, MigrationPlan};
use wcf_security::{Date, Policy};

/// An endpoint whose plan stands for all.
const CONFIGURATION: &str = r#"<configuration><system.serviceModel>
  <bindings><netTcpBinding><binding name="tls"><security mode="Transport"><transport clientCredentialType="Certificate"/></security></binding></netTcpBinding></bindings>
  <services><service name="Any"><endpoint address="net.tcp://localhost:9000/any" binding="netTcpBinding" bindingConfiguration="tls" contract="IAny"/></service></services>
</system.serviceModel></configuration>"#;

fn template(files: &mut Files) -> HostPlan {
    let file = files.add(SourceFile::new("app.config", CONFIGURATION));
    let parsed = located_xml::parse(file, CONFIGURATION, &located_xml::Limits::default());
    let (document, _) = wcf_config::parse(file, &parsed.document.unwrap());
    let mut inputs = wcf_config::Inputs::default();
    inputs.configs.push(wcf_config::Input { path: "app.config".to_owned(), document, name: None });
    let (config, _) = wcf_config::resolve(&inputs, &wcf_config::Options::default());
    let contracts = ContractModel::default();
    let (posture, _) = wcf_security::assess(&config, &contracts, files);
    let today = Date { year: 2026, month: 11, day: 24 };
    let (plan, findings) = wcf_security::plan(&posture, &config, &contracts, &Policy::default(), files, today);
    let host = plan.hosts.into_iter().next().unwrap();
    assert!(host.endpoints.first().is_some_and(|endpoint| endpoint.outcome.is_ok()), "{findings:#?}");
    host
}

/// The C# files below a folder, by the folder of the nearest project above each.
fn projects(folder: &Path, project: &Path, found: &mut BTreeMap<PathBuf, Vec<PathBuf>>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let is = |path: &Path, wanted: &str| path.extension().is_some_and(|extension| extension == wanted);
    let project = if entries.iter().any(|path| is(path, "csproj")) { folder } else { project };
    for path in &entries {
        if path.is_dir() {
            projects(path, project, found);
        } else if is(path, "cs") {
            found.entry(project.to_path_buf()).or_default().push(path.clone());
        }
    }
}

/// The contracts of a project, each under a configuration name of its own.
fn contracts_of(files: &[PathBuf]) -> ContractModel {
    let text = |file: &PathBuf| String::from_utf8_lossy(&fs::read(file).unwrap()).trim_start_matches('\u{feff}').to_owned();
    let texts: Vec<String> = files.iter().map(text).collect();
    let sources: Vec<SourceText<'_>> =
        texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
    let (mut model, _) = read_csharp(&sources, &Options { defines: vec!["TRACE".to_owned()], ..Options::default() });
    for (key, contract) in &mut model.contracts {
        contract.configuration_name.clone_from(key);
    }
    model.services.clear();
    model
}

/// Writes the crates of one project whose folders are wanted, and returns their names.
fn write(generated: &GeneratedFiles, name: &str, whole: bool, out: &Path) -> Vec<String> {
    let put = |path: &str, text: &str| {
        let path = out.join(path);
        // What is as it was need not be built again.
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let mut crates = BTreeSet::new();
    let mut handlers = Vec::new();
    for (path, file) in generated.files.iter() {
        let Some((folder, rest)) = path.split_once('/') else { continue };
        if folder == format!("{name}-proto") || whole && (folder == format!("{name}-server") || folder == format!("{name}-client")) {
            crates.insert(folder.to_owned());
            put(path, &file.contents);
        } else if folder == format!("{name}-server")
            && let Some(module) =
                rest.strip_prefix("src/services/").and_then(|file| file.strip_suffix(".rs")).filter(|module| *module != "mod")
        {
            handlers.push(module.to_owned());
            put(&format!("{name}-handlers/src/{module}.rs"), &file.contents);
        }
    }
    if !handlers.is_empty() {
        let modules: String = handlers.iter().map(|module| format!("pub mod {module};\n")).collect();
        put(&format!("{name}-handlers/src/lib.rs"), &format!("//! Handlers.\n\n{modules}"));
        let manifest = format!(
            "[package]\nname = \"{name}-handlers\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\n\
             [lints]\nworkspace = true\n\n[dependencies]\n{name}-proto.workspace = true\ntonic.workspace = true\n"
        );
        put(&format!("{name}-handlers/Cargo.toml"), &manifest);
        crates.insert(format!("{name}-handlers"));
    }
    crates.into_iter().collect()
}

#[test]
#[ignore = "needs WCF2GRPC_SOURCES, folders with C# sources, and WCF2GRPC_CRATES, a folder for crates"]
fn crates_of_every_contract_build_without_a_warning() {
    let out = PathBuf::from(std::env::var("WCF2GRPC_CRATES").unwrap());
    let mut files = Files::default();
    let host = template(&mut files);
    let endpoint = host.endpoints.first().unwrap().clone();
    let mut members: Vec<String> = Vec::new();
    let mut root = String::new();
    let mut seen: BTreeMap<Vec<(String, String)>, String> = BTreeMap::new();
    let mut number = 0;
    let mut missing = 0;
    for source in std::env::var("WCF2GRPC_SOURCES").unwrap().split(':') {
        let source = PathBuf::from(source);
        let mut found = BTreeMap::new();
        projects(&source, &source, &mut found);
        let (mut contracts, mut operations, mut projects, mut built, mut reported, mut refused) = (0, 0, 0, 0, 0, 0);
        let mut whole = true;
        for (project, paths) in &found {
            let model = contracts_of(paths);
            refused += model.refused.len();
            // What is called back has no service of its own.
            let called_back: BTreeSet<&String> = model.contracts.values().filter_map(|contract| contract.callback.as_ref()).collect();
            let keys: Vec<&String> = model.contracts.keys().filter(|key| !called_back.contains(key)).collect();
            if keys.is_empty() {
                continue;
            }
            number += 1;
            projects += 1;
            let name = format!("p{number:04}");
            let of = |key: &&String| EndpointPlan { contract: (*key).clone(), service: (*key).clone(), ..endpoint.clone() };
            let endpoints: Vec<EndpointPlan> = keys.iter().map(of).collect();
            let migration = MigrationPlan { hosts: vec![HostPlan { name: name.clone(), endpoints, clients: Vec::new(), ..host.clone() }] };
            let (plan, findings) = plan_crates(&migration, &model, None, &ContractPolicy::default(), &files);
            reported += findings.len();
            let served: BTreeSet<&str> =
                plan.hosts.iter().flat_map(|host| &host.services).map(|service| service.contract.as_str()).collect();
            for key in &keys {
                if served.contains(key.as_str()) {
                    contracts += 1;
                    operations += model.contracts.get(*key).map_or(0, |contract| contract.operations.len());
                } else {
                    missing += 1;
                    println!("MISSING {} {key}", project.display());
                }
            }
            let generated = render(&plan, &migration, &Findings::new(), &files);
            // The name of a project is in its crates.
            let like: Vec<(String, String)> =
                generated.files.iter().map(|(path, file)| (path.replace(&name, "p"), file.contents.replace(&name, "p"))).collect();
            if let Some(same) = seen.get(&like) {
                println!("{name} is {same}: {}", project.display());
                continue;
            }
            seen.insert(like, name.clone());
            println!("{name}: {}", project.display());
            built += 1;
            members.extend(write(&generated, &name, whole, &out));
            whole = false;
            if root.is_empty() {
                root =
                    generated.files.iter().find(|(path, _)| path.as_str() == "Cargo.toml").map(|(_, file)| file.contents.clone()).unwrap();
            }
        }
        println!(
            "{}: {projects} projects, {contracts} contracts with {operations} operations in crates, {built} different workspaces, {reported} findings, {refused} names that .NET refuses",
            source.display()
        );
    }
    assert_eq!(missing, 0, "contracts without a crate");
    // The dependencies are those of every generated workspace; the members are all of them.
    let external = root.split_once("[workspace.dependencies]\n").and_then(|(_, rest)| rest.split_once("\n\n")).unwrap().1;
    let head = root.split_once("members = [\n").unwrap().0;
    let settings = root.split_once("]\n\n").unwrap().1.split_once("[workspace.dependencies]\n").unwrap().0;
    let list: String = members.iter().map(|name| format!("    \"{name}\",\n")).collect();
    let paths: String = members.iter().map(|name| format!("{name} = {{ path = \"{name}\" }}\n")).collect();
    fs::write(out.join("Cargo.toml"), format!("{head}members = [\n{list}]\n\n{settings}[workspace.dependencies]\n{paths}\n{external}"))
        .unwrap();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/Cargo.lock");
    if lock.exists() {
        fs::copy(lock, out.join("Cargo.lock")).unwrap();
    }
    let status = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["check", "--workspace", "--keep-going"])
        .current_dir(&out)
        .env("RUSTFLAGS", "-D warnings")
        .status()
        .unwrap();
    assert!(status.success(), "the crates do not build without a warning");
}
