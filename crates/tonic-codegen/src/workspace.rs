//! The root of the generated workspace.

use crate::crate_plan::CratePlan;
use crate::dependency::{TABLE, manifest_line};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::toml_text::TomlString;

/// Adds the workspace's own files. `crates` are the folders of its members, sorted.
pub(crate) fn emit(_plan: &CratePlan, crates: &[String], files: &mut GeneratedFiles) {
    let members: Vec<String> = crates.iter().map(|name| format!("    {},\n", TomlString(name))).collect();
    let internal: Vec<String> = crates.iter().map(|name| format!("{name} = {{ path = {} }}\n", TomlString(name))).collect();
    let external: Vec<String> = TABLE.iter().map(|dependency| format!("{}\n", manifest_line(dependency))).collect();
    let manifest = format!(
        "[workspace]\n\
         resolver = \"3\"\n\
         members = [\n{}]\n\
         \n\
         [workspace.package]\n\
         version = \"0.1.0\"\n\
         edition = \"2024\"\n\
         rust-version = \"1.88\"\n\
         publish = false\n\
         \n\
         [workspace.lints.rust]\n\
         unsafe_code = \"forbid\"\n\
         missing_docs = \"warn\"\n\
         \n\
         [workspace.dependencies]\n{}\n{}",
        members.concat(),
        internal.concat(),
        external.concat(),
    );
    files.insert("Cargo.toml", Ownership::WrittenOnce, manifest);
    files.insert(".gitignore", Ownership::WrittenOnce, "/target\n");
}
