//! The C# reader against contracts of our own: the sample solution, and cases judged by .NET itself.

use std::path::{Path, PathBuf};

use wcf_contract::{ContractModel, Options, SourceText, read_csharp};
use wcf_diagnostics::{FileId, Findings};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All C# files below a folder, in a fixed order.
fn csharp_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "cs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn read(paths: &[PathBuf], reverse: bool) -> (ContractModel, Findings) {
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let mut sources: Vec<SourceText<'_>> =
        texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
    if reverse {
        sources.reverse();
    }
    read_csharp(&sources, &Options::default())
}

#[test]
fn reads_the_sample_solution_whole_and_in_any_order() {
    let files = csharp_files(&root().join("fixtures/solutions/harbour"));
    let (model, findings) = read(&files, false);
    let contracts: Vec<(&str, Vec<&str>)> = model
        .contracts
        .values()
        .map(|contract| (contract.name.as_str(), contract.operations.iter().map(|operation| operation.name.as_str()).collect()))
        .collect();
    assert_eq!(contracts.len(), 3, "{contracts:?}");
    let berths = &model.contracts["Harbour.Contracts.IBerthPlanning"];
    assert_eq!(berths.namespace, "http://harbour.example/berths/2012/10", "a constant of another class");
    assert_eq!(berths.docs.summary, "Assigns berths to vessels and records what happens at them.");
    let assign = berths.operations.iter().find(|operation| operation.clr_name == "Assign").unwrap();
    assert_eq!(assign.name, "AssignBerth");
    assert_eq!(assign.action, "http://harbour.example/berths/2012/10/IBerthPlanning/AssignBerth");
    let services: Vec<(&str, &[String])> =
        model.services.iter().map(|service| (service.clr_name.as_str(), service.contracts.as_slice())).collect();
    assert_eq!(services.len(), 3, "{services:?}");
    assert!(model.refused.is_empty(), "{:?}", model.refused);
    assert!(findings.is_empty(), "{findings:#?}");

    let (again, findings_again) = read(&files, true);
    assert_eq!(model, again);
    assert_eq!(findings, findings_again);
}
