//! The proto crate of a host: prost's and tonic's code for its packages, checked in, without a build script.

use std::collections::BTreeMap;

use wcf2grpc_templates::{PROTO_CONVERSIONS, PROTO_CONVERSIONS_ROOT};

use crate::crate_plan::{CratePlan, HostCrates};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::rust_file::marker_header;
use crate::toml_text::TomlString;

/// Adds the crate's files.
pub(crate) fn emit(plan: &CratePlan, host: &HostCrates, files: &mut GeneratedFiles) {
    let folder = format!("{}-proto", host.name);
    files.insert(format!("{folder}/Cargo.toml"), Ownership::WrittenOnce, manifest(host));
    let packages: Vec<&str> = host.packages.iter().map(String::as_str).collect();
    files.insert(format!("{folder}/src/lib.rs"), Ownership::Regenerated, root(host, &packages));
    for package in plan.packages.iter().filter(|package| packages.contains(&package.name.as_str())) {
        let path = package.name.replace('.', "/");
        files.insert(format!("{folder}/src/{path}.rs"), Ownership::Regenerated, package.stubs.clone());
    }
    conversions(&folder, plan.has_message(DECIMAL) && packages.contains(&"dotnet.v1"), files);
}

const DECIMAL: &str = "dotnet.v1.Decimal";

/// Conversions are the same text in every crate; that of a decimal is there where a message has one.
fn conversions(folder: &str, decimals: bool, files: &mut GeneratedFiles) {
    let header = marker_header("It is the same in every generated crate.");
    let left_out = |name: &str| name == "decimal" && !decimals;
    let mut root = String::new();
    for line in PROTO_CONVERSIONS_ROOT.lines() {
        let declared = line.strip_prefix("pub mod ").and_then(|line| line.strip_suffix(';'));
        if !declared.is_some_and(left_out) {
            root.push_str(line);
            root.push('\n');
        }
    }
    files.insert(format!("{folder}/src/conversions/mod.rs"), Ownership::Regenerated, format!("{header}\n{root}"));
    for module in PROTO_CONVERSIONS.iter().filter(|module| !left_out(module.name)) {
        let path = format!("{folder}/src/conversions/{}.rs", module.name);
        files.insert(path, Ownership::Regenerated, format!("{header}\n{}", module.text));
    }
}

fn manifest(host: &HostCrates) -> String {
    let name = format!("{}-proto", host.name);
    let description = format!("Messages and services of {}", host.name);
    format!(
        "[package]\n\
         name = {}\n\
         description = {}\n\
         version.workspace = true\n\
         edition.workspace = true\n\
         rust-version.workspace = true\n\
         publish.workspace = true\n\
         \n\
         [lints]\n\
         workspace = true\n\
         \n\
         [dependencies]\n\
         prost.workspace = true\n\
         prost-types.workspace = true\n\
         rust_decimal.workspace = true\n\
         tonic.workspace = true\n\
         tonic-prost.workspace = true\n\
         uuid.workspace = true\n",
        TomlString(&name),
        TomlString(&description)
    )
}

/// A part of package names.
#[derive(Default)]
struct Part {
    parts: BTreeMap<String, Part>,
}

fn root(host: &HostCrates, packages: &[&str]) -> String {
    let mut root = Part::default();
    for package in packages {
        package.split('.').fold(&mut root, |part, name| part.parts.entry(name.to_owned()).or_default());
    }
    let mut text = marker_header("It lists the packages; each has its own file.");
    text.push_str(&format!(
        "\n//! Messages and services of `{}`: prost's and tonic's code for the files under `proto/`.\n//!\n\
         //! Nothing is decided here. Conversions of your own types belong in your own crates.\n",
        host.name
    ));
    text.push_str("\npub mod conversions;\n");
    modules(&root, "", "", &mut text);
    text
}

fn modules(part: &Part, path: &str, indent: &str, text: &mut String) {
    let own = path.rsplit('.').next().unwrap_or_default();
    for (name, inner) in &part.parts {
        if indent.is_empty() || part.parts.len() > 1 && !text.ends_with("{\n") {
            text.push('\n');
        }
        let full = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if inner.parts.is_empty() {
            text.push_str(&format!("{indent}pub mod {name};\n"));
            continue;
        }
        text.push_str(&format!("{indent}/// Packages that begin with `{full}`.\n"));
        if own == name {
            text.push_str(&format!("{indent}#[allow(clippy::module_inception, reason = \"the package has this part twice\")]\n"));
        }
        text.push_str(&format!("{indent}pub mod {name} {{\n"));
        modules(inner, &full, &format!("{indent}    "), text);
        text.push_str(&format!("{indent}}}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_nest_as_packages_do() {
        let mut root = Part::default();
        for package in ["a.b.v1", "a.a.v1", "c.v1", "c.v2"] {
            package.split('.').fold(&mut root, |part, name| part.parts.entry(name.to_owned()).or_default());
        }
        let mut text = String::new();
        modules(&root, "", "", &mut text);
        let file: syn::File = syn::parse_str(&text).unwrap();
        assert_eq!(file.items.len(), 2);
        assert!(text.contains("module_inception"));
        assert!(text.contains("pub mod v1;\n\n    pub mod v2;\n"));
    }
}
