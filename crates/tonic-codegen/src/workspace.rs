//! The root of the generated workspace.

use crate::crate_plan::{CratePlan, Listener};
use crate::dependency::{Dependency, OF_BUILD_SCRIPTS, TABLE, manifest_line};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::toml_text::TomlString;

/// Adds the workspace's own files. `crates` are the folders of its members, sorted.
pub(crate) fn emit(plan: &CratePlan, crates: &[String], files: &mut GeneratedFiles) {
    let members: Vec<String> = crates.iter().map(|name| format!("    {},\n", TomlString(name))).collect();
    let internal: Vec<String> = crates.iter().map(|name| format!("{name} = {{ path = {} }}\n", TomlString(name))).collect();
    let of_build_scripts = if plan.hosts.iter().any(|host| host.build_script) { OF_BUILD_SCRIPTS } else { &[] };
    let mut table: Vec<&Dependency> = TABLE.iter().chain(of_build_scripts).collect();
    table.sort_by_key(|dependency| dependency.name);
    let external: Vec<String> = table.iter().map(|dependency| format!("{}\n", manifest_line(dependency))).collect();
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
    files.insert("Cargo.toml", Ownership::WrittenOnce, manifest + hashing_profiles(plan));
    files.insert(".gitattributes", Ownership::WrittenOnce, GIT_ATTRIBUTES);
    files.insert(".gitignore", Ownership::WrittenOnce, "/target\n");
}

/// The same bytes everywhere, and one file folded: the compiled form of what is to be read under `proto/`.
const GIT_ATTRIBUTES: &str = "* text=auto eol=lf\n*-proto/src/file_descriptor_set.rs linguist-generated\n";

/// Password hashes are slow by design, and unbearably so without optimization: tests and development builds optimize them.
fn hashing_profiles(plan: &CratePlan) -> &'static str {
    let takes_passwords = plan.hosts.iter().flat_map(|host| &host.listeners).any(Listener::takes_passwords);
    if takes_passwords { "\n[profile.dev.package]\nargon2.opt-level = 3\nblake2.opt-level = 3\n" } else { "" }
}
