//! Proto for the contracts of public repositories, which are not here.
//!
//! `WCF2GRPC_SOURCES` names folders, with `:` between them. The files of each project below them are read together, every
//! contract is lowered, and the result is compiled in process. `WCF2GRPC_PROTOS` names a folder that gets the proto files,
//! one folder a project, for `protoc` to compile.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a panic is how a test says what is wrong; it prints what it counted")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tonic_codegen::proto::lower;
use tonic_codegen::{ContractPolicy, Lock};
use wcf_contract::{Options, SourceText, read_csharp};
use wcf_diagnostics::{FileId, Findings, Level};

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

#[test]
#[ignore = "needs WCF2GRPC_SOURCES, folders with C# sources"]
fn every_contract_becomes_proto_that_is_accepted() {
    let mut failed = 0;
    for root in std::env::var("WCF2GRPC_SOURCES").unwrap().split(':') {
        let root = PathBuf::from(root);
        let mut found = BTreeMap::new();
        projects(&root, &root, &mut found);
        let (mut contracts, mut operations, mut mapped, mut refused, mut reported) = (0, 0, 0, 0, BTreeMap::<&str, usize>::new());
        let mut mapped_operations = 0;
        for (number, (project, files)) in found.iter().enumerate() {
            let texts: Vec<String> = files
                .iter()
                .map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).trim_start_matches('\u{feff}').to_owned())
                .collect();
            let sources: Vec<SourceText<'_>> =
                texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
            let (model, mut findings) = read_csharp(&sources, &Options { defines: vec!["TRACE".to_owned()], ..Options::default() });
            // What is called back has no service of its own.
            let called_back: BTreeSet<&String> = model.contracts.values().filter_map(|contract| contract.callback.as_ref()).collect();
            let keys: BTreeSet<String> = model.contracts.keys().filter(|key| !called_back.contains(key)).cloned().collect();
            if keys.is_empty() && model.refused.is_empty() {
                continue;
            }
            let mut lock = Lock::default();
            let mut found = Findings::new();
            let lowered = lower(&model, &keys, &ContractPolicy::default(), &mut lock, &mut found);
            contracts += keys.len();
            refused += model.refused.len();
            for key in &keys {
                let count = model.contracts.get(key).map_or(0, |contract| contract.operations.len());
                operations += count;
                let is_denied = !lowered.services.contains_key(key);
                if is_denied {
                    failed += 1;
                    println!("FAILED {} {key}", project.display());
                } else {
                    mapped += 1;
                    mapped_operations += count;
                }
            }
            for finding in found.iter().filter(|finding| finding.level == Level::Deny) {
                println!("DENY {} {}: {}", project.display(), finding.code.name, finding.message);
            }
            findings.extend(found);
            for finding in &findings {
                *reported.entry(finding.code.name).or_default() += 1;
            }
            if let Some(out) = std::env::var_os("WCF2GRPC_PROTOS") {
                let out = Path::new(&out).join(root.file_name().unwrap()).join(number.to_string());
                for file in lowered.packages.iter().flat_map(|package| &package.files) {
                    let path = out.join(&file.path);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, &file.text).unwrap();
                }
            }
        }
        println!(
            "{}: {contracts} contracts with {operations} operations, {mapped} with {mapped_operations} mapped, {refused} names that .NET refuses",
            root.display()
        );
        for (code, count) in reported {
            println!("  {count:5} {code}");
        }
    }
    assert_eq!(failed, 0, "contracts whose proto is not accepted");
}
