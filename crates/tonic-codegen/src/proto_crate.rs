//! The proto crate of a host: prost's and tonic's code for its packages, checked in, without a build script.

use std::collections::{BTreeMap, BTreeSet};

use wcf2grpc_templates::{PROTO_CONVERSIONS, PROTO_CONVERSIONS_ROOT, PROTO_FAULT_DETAILS};

use crate::crate_plan::{CratePlan, HostCrates};
use crate::domain;
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::names::rust_type;
use crate::proto::{HeaderForm, OperationFaults};
use crate::rust_file::marker_header;
use crate::rust_text::RustString;
use crate::sessions;
use crate::toml_text::TomlString;

/// Adds the crate's files.
pub(crate) fn emit(plan: &CratePlan, host: &HostCrates, files: &mut GeneratedFiles) {
    let folder = format!("{}-proto", host.name);
    let domains = domain::emit(plan, host, &folder, files);
    files.insert(format!("{folder}/Cargo.toml"), Ownership::WrittenOnce, manifest(host, !domains.is_empty()));
    if host.build_script {
        files.insert(format!("{folder}/build.rs"), Ownership::Regenerated, build_script(plan, host));
    }
    if !domains.is_empty() {
        files.insert(format!("{folder}/src/domain/mod.rs"), Ownership::Regenerated, domain_root(&domains));
    }
    let has_headers = headers(plan, host, &folder, files);
    let packages: Vec<&str> = host.packages.iter().map(String::as_str).collect();
    let has_faults = faults(plan, host, &folder, files);
    let has_sessions = sessions::emit(host, &folder, files);
    files.insert(
        format!("{folder}/src/lib.rs"),
        Ownership::Regenerated,
        root(host, &packages, Parts { domain: !domains.is_empty(), faults: has_faults, headers: has_headers, sessions: has_sessions }),
    );
    if !host.build_script {
        for package in plan.packages.iter().filter(|package| packages.contains(&package.name.as_str())) {
            let path = package.name.replace('.', "/");
            files.insert(format!("{folder}/src/{path}.rs"), Ownership::Regenerated, package.stubs.clone());
        }
        files.insert(format!("{folder}/src/file_descriptor_set.rs"), Ownership::Regenerated, file_descriptor_set(plan, host));
    }
    let has = |name: &str| plan.has_message(name) && packages.contains(&"dotnet.v1");
    let left_out: Vec<&str> =
        [("clock_time", "dotnet.v1.DateTime"), ("date_time_offset", "dotnet.v1.DateTimeOffset"), ("decimal", DECIMAL)]
            .into_iter()
            .filter_map(|(module, message)| (!has(message)).then_some(module))
            .collect();
    conversions(&folder, &left_out, files);
}

/// The faults of the host's services: an enum for each operation that declares some. Returns whether there are any.
fn faults(plan: &CratePlan, host: &HostCrates, folder: &str, files: &mut GeneratedFiles) -> bool {
    let mut modules: Vec<&str> = Vec::new();
    for service in &host.services {
        let described = plan
            .packages
            .iter()
            .flat_map(|package| &package.files)
            .flat_map(|file| file.services.iter().map(move |candidate| (file, candidate)))
            .find(|(file, candidate)| format!("{}.{}", file.package, candidate.name) == service.full_name);
        let Some((_, described)) = described.filter(|(_, described)| !described.faults.is_empty()) else { continue };
        modules.push(&service.module);
        let path = format!("{folder}/src/faults/{}.rs", service.module);
        files.insert(path, Ownership::Regenerated, service_faults(&service.full_name, &described.faults));
    }
    if modules.is_empty() {
        return false;
    }
    let header = marker_header("It lists the services whose contracts declare faults.");
    let mut root = format!("{header}\n//! The faults that contracts declare, as details of google.rpc.Status.\n\nmod details;\n\n");
    for module in modules {
        root.push_str(&format!("pub mod {module};\n"));
    }
    files.insert(format!("{folder}/src/faults/mod.rs"), Ownership::Regenerated, root);
    let header = marker_header("It is the same in every generated crate.");
    files.insert(format!("{folder}/src/faults/details.rs"), Ownership::Regenerated, format!("{header}\n{PROTO_FAULT_DETAILS}"));
    true
}

/// The headers of the host's services. Returns whether there are any.
fn headers(plan: &CratePlan, host: &HostCrates, folder: &str, files: &mut GeneratedFiles) -> bool {
    let all: Vec<&crate::proto::ProtoFile> = plan.packages.iter().flat_map(|package| &package.files).collect();
    let types = domain::Types::new(&all);
    let mut modules: Vec<&str> = Vec::new();
    let mut forms: BTreeSet<&str> = BTreeSet::new();
    for service in &host.services {
        let described = all
            .iter()
            .flat_map(|file| file.services.iter().map(move |candidate| (file, candidate)))
            .find(|(file, candidate)| format!("{}.{}", file.package, candidate.name) == service.full_name);
        let Some((_, described)) = described.filter(|(_, described)| !described.headers.is_empty()) else { continue };
        modules.push(&service.module);
        forms.extend(described.headers.iter().flat_map(|headers| &headers.headers).map(|header| form_name(header.form())));
        let text = domain::headers::module(&service.full_name, &described.headers, &types);
        files.insert(format!("{folder}/src/headers/{}.rs", service.module), Ownership::Regenerated, text);
    }
    if modules.is_empty() {
        return false;
    }
    let header = marker_header("It lists the services whose messages have headers.");
    let mut root = format!("{header}\n//! The SOAP headers of messages, as metadata.\n\n");
    // Text in UTF-8 and messages are bytes in the end.
    let all = ["text", "utf8", "message"].iter().all(|form| forms.contains(form));
    if !all {
        root.push_str("#[allow(dead_code, reason = \"it has every form of header; this contract has some of them\")]\n");
    }
    root.push_str("mod metadata;\n\n");
    for module in modules {
        root.push_str(&format!("pub mod {};\n", crate::names::rust_field(module)));
    }
    files.insert(format!("{folder}/src/headers/mod.rs"), Ownership::Regenerated, root);
    let header = marker_header("It is the same in every generated crate.");
    let text = format!("{header}\n{}", wcf2grpc_templates::PROTO_HEADER_METADATA);
    files.insert(format!("{folder}/src/headers/metadata.rs"), Ownership::Regenerated, text);
    true
}

/// What the functions for a form of header are called.
const fn form_name(form: HeaderForm) -> &'static str {
    match form {
        HeaderForm::Text => "text",
        HeaderForm::Binary => "binary",
        HeaderForm::Utf8 => "utf8",
        HeaderForm::Message => "message",
    }
}

fn service_faults(service: &str, faults: &[OperationFaults]) -> String {
    let mut text = marker_header("Handlers build these and turn them into a status; clients find them in one.");
    text.push_str(&format!("\n//! The faults of `{service}`.\n\nuse tonic::{{Code, Status}};\n\nuse crate::faults::details;\n"));
    for OperationFaults { operation, details } in faults {
        let variants = variants(details);
        let allow = if variants.len() > 1 {
            "#[allow(clippy::large_enum_variant, reason = \"the alternatives are the contract's classes\")]\n"
        } else {
            ""
        };
        text.push_str(&format!(
            "\n/// The faults that `{operation}` declares.\n#[derive(Clone, Debug, PartialEq)]\n{allow}pub enum {operation}Fault {{\n"
        ));
        for (variant, full_name) in &variants {
            text.push_str(&format!("    /// `{full_name}`.\n    {variant}({}),\n", rust_path(full_name)));
        }
        text.push_str("}\n");
        text.push_str(&format!(
            "\nimpl {operation}Fault {{\n    /// The fault as a status: the code and the message are for people and retries, the detail is for the client.\n    \
             #[must_use]\n    pub fn into_status(self, code: Code, message: impl Into<String>) -> Status {{\n        match self {{\n"
        ));
        for (variant, full_name) in &variants {
            text.push_str(&format!(
                "            Self::{variant}(detail) => details::pack(code, message.into(), \"{full_name}\", &detail),\n"
            ));
        }
        text.push_str("        }\n    }\n\n    /// The fault in a status, if it has one of these.\n    #[must_use]\n    pub fn in_status(status: &Status) -> Option<Self> {\n");
        for (at, (variant, full_name)) in variants.iter().enumerate() {
            let find = format!("details::find(status, \"{full_name}\").map(Self::{variant})");
            match at {
                0 => text.push_str(&format!("        {find}\n")),
                _ => text.push_str(&format!("            .or_else(|| {find})\n")),
            }
        }
        text.push_str("    }\n}\n");
    }
    text
}

/// A variant for each detail: its message's name, and where two packages have one, numbered.
fn variants(details: &[String]) -> Vec<(String, &String)> {
    let mut variants: Vec<(String, &String)> = Vec::new();
    for full_name in details {
        let name = rust_type(full_name.rsplit('.').next().unwrap_or_default());
        let taken = |candidate: &str| variants.iter().any(|(other, _)| other == candidate);
        let unique = (1_u32..)
            .map(|number| if number == 1 { name.clone() } else { format!("{name}{number}") })
            .find(|candidate| !taken(candidate))
            .unwrap_or_else(|| name.clone());
        variants.push((unique, full_name));
    }
    variants
}

fn rust_path(full_name: &str) -> String {
    match full_name.rsplit_once('.') {
        Some((package, name)) => format!("crate::{}::{}", package.replace('.', "::"), rust_type(name)),
        None => format!("crate::{}", rust_type(full_name)),
    }
}

const DECIMAL: &str = "dotnet.v1.Decimal";

/// Conversions are the same text in every crate; those of messages are there where the message is.
fn conversions(folder: &str, left_out: &[&str], files: &mut GeneratedFiles) {
    let header = marker_header("It is the same in every generated crate.");
    let left_out = |name: &str| left_out.contains(&name);
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

fn manifest(host: &HostCrates, has_domain: bool) -> String {
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
         uuid.workspace = true\n{}{}",
        TomlString(&name),
        TomlString(&description),
        if has_domain { "\n[dev-dependencies]\nproptest.workspace = true\n" } else { "" },
        if host.build_script { "\n[build-dependencies]\nprotox.workspace = true\ntonic-prost-build.workspace = true\n" } else { "" }
    )
}

/// The descriptors of the host's files as a byte string: what server reflection and generic clients read.
fn file_descriptor_set(plan: &CratePlan, host: &HostCrates) -> String {
    let used: Vec<&crate::proto::ProtoFile> =
        plan.packages.iter().filter(|package| host.packages.contains(&package.name)).flat_map(|package| &package.files).collect();
    let mut set = Vec::new();
    for (path, descriptor) in &plan.descriptors {
        if used.iter().any(|file| file.path == *path || file.imports.contains(path)) {
            // Field 1 of google.protobuf.FileDescriptorSet, `repeated FileDescriptorProto file`.
            set.push(0x0A);
            prost::encoding::encode_varint(descriptor.len() as u64, &mut set);
            set.extend_from_slice(descriptor);
        }
    }
    let mut text = marker_header("It is the compiled form of the files under proto/, which are the ones to read.");
    text.push_str("\n//! The compiled proto files.\n\n");
    text.push_str(
        "/// A `google.protobuf.FileDescriptorSet` of the files under `proto/` that this crate has, with all that they import: what\n",
    );
    text.push_str("/// server reflection answers with.\n");
    text.push_str("pub const FILE_DESCRIPTOR_SET: &[u8] = b\"\\\n");
    text.push_str(&byte_string_lines(&set));
    text.push_str("\";\n");
    text
}

/// Bytes inside of a byte string, on lines of at most 100 columns, each of which but the last ends with `\`.
fn byte_string_lines(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    let mut column = 0;
    for &byte in bytes {
        // The end of a line swallows the spaces at the start of the next.
        let escaped = match byte {
            b' ' if column == 0 => "\\x20".to_owned(),
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        };
        if column + escaped.len() >= 100 {
            text.push_str("\\\n");
            column = 0;
        }
        let escaped = if byte == b' ' && column == 0 { "\\x20" } else { escaped.as_str() };
        text.push_str(escaped);
        column += escaped.len();
    }
    text
}

/// `build.rs`: the compiler and the settings with which checked-in stubs are made.
fn build_script(plan: &CratePlan, host: &HostCrates) -> String {
    let used = plan.packages.iter().filter(|package| host.packages.contains(&package.name)).flat_map(|package| &package.files);
    let files: Vec<String> = used.map(|file| format!("    {},\n", RustString(file.path.clone()))).collect();
    format!(
        "{}\n//! Compiles the files under `proto/`, without protoc, whenever one of them has changed.\n\nuse std::error::Error;\n\
         use std::path::PathBuf;\nuse std::{{env, fs}};\n\n/// The files that this crate has.\nconst FILES: &[&str] = &[\n{}];\n\n\
         fn main() -> Result<(), Box<dyn Error>> {{\n    println!(\"cargo::rerun-if-changed=../proto\");\n    \
         let mut compiler = protox::Compiler::new([\"../proto\"])?;\n    \
         // The comments stay where they are: what a contract says is no rustdoc.\n    \
         compiler.include_imports(true).include_source_info(false).open_files(FILES)?;\n    \
         let out = PathBuf::from(env::var_os(\"OUT_DIR\").ok_or(\"OUT_DIR is not set\")?);\n    \
         fs::write(out.join(\"file_descriptor_set.bin\"), compiler.encode_file_descriptor_set())?;\n    \
         tonic_prost_build::configure().btree_map(\".\").compile_fds(compiler.file_descriptor_set())?;\n    Ok(())\n}}\n",
        marker_header("It lists the files under `proto/` that this crate has."),
        files.concat()
    )
}

/// A part of package names.
#[derive(Default)]
struct Part {
    parts: BTreeMap<String, Part>,
}

/// `src/domain/mod.rs`.
fn domain_root(packages: &BTreeSet<String>) -> String {
    let mut root = Part::default();
    for package in packages {
        package.split('.').fold(&mut root, |part, name| part.parts.entry(name.to_owned()).or_default());
    }
    let mut text = marker_header("It lists the packages that have types apart from the wire; each has its own file.");
    text.push_str(
        "\n//! What values are in Rust, apart from the wire.\n//!\n\
         //! A handler makes its value of what arrived with `TryFrom`, whose error becomes `INVALID_ARGUMENT` with `?`, and its answer\n\
         //! with `From`. `tests/round_trips.rs` shows that nothing is lost in between.\n",
    );
    modules(&root, "", "", in_a_file, &mut text);
    text
}

/// The parts that a proto crate may have beside its packages.
struct Parts {
    domain: bool,
    faults: bool,
    headers: bool,
    sessions: bool,
}

fn root(host: &HostCrates, packages: &[&str], parts: Parts) -> String {
    let mut root = Part::default();
    for package in packages {
        package.split('.').fold(&mut root, |part, name| part.parts.entry(name.to_owned()).or_default());
    }
    let mut text = marker_header("It lists the packages; each has its own file.");
    text.push_str(&format!(
        "\n//! Messages and services of `{}`: prost's and tonic's code for the files under `proto/`.\n//!\n\
         //! Nothing is decided here. `domain` has the same values in Rust's own types, with conversions both ways.\n",
        host.name
    ));
    text.push_str("\npub mod conversions;\n");
    if parts.domain {
        text.push_str("pub mod domain;\n");
    }
    if !host.build_script {
        text.push_str("mod file_descriptor_set;\n");
    }
    if parts.faults {
        text.push_str("pub mod faults;\n");
    }
    if parts.headers {
        text.push_str("pub mod headers;\n");
    }
    if parts.sessions {
        text.push_str("pub mod sessions;\n");
    }
    if host.build_script {
        text.push_str(
            "\n/// A `google.protobuf.FileDescriptorSet` of the files under `proto/` that this crate has, with all that they import: what\n\
             /// server reflection answers with.\npub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!(\"file_descriptor_set\");\n",
        );
    } else {
        text.push_str("\npub use file_descriptor_set::FILE_DESCRIPTOR_SET;\n");
    }
    let leaf = if host.build_script { made_by_the_build_script } else { in_a_file };
    modules(&root, "", "", leaf, &mut text);
    text
}

/// The module of a package, in a file of its own.
fn in_a_file(_package: &str, name: &str, indent: &str) -> String {
    format!("{indent}pub mod {name};\n")
}

/// The module of a package, as a build script leaves it.
fn made_by_the_build_script(package: &str, name: &str, indent: &str) -> String {
    format!(
        "{indent}/// Messages and services of `{package}`; their documentation is in the proto files.\n\
         {indent}#[allow(missing_docs, clippy::large_enum_variant, reason = \"prost and tonic make it from the proto files\")]\n\
         {indent}pub mod {name} {{\n{indent}    tonic::include_proto!({});\n{indent}}}\n",
        RustString(package.to_owned())
    )
}

/// Modules that nest as packages do.
fn modules(part: &Part, path: &str, indent: &str, leaf: fn(&str, &str, &str) -> String, text: &mut String) {
    let own = path.rsplit('.').next().unwrap_or_default();
    for (name, inner) in &part.parts {
        if indent.is_empty() || part.parts.len() > 1 && !text.ends_with("{\n") {
            text.push('\n');
        }
        let full = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if inner.parts.is_empty() {
            text.push_str(&leaf(&full, name, indent));
            continue;
        }
        text.push_str(&format!("{indent}/// Packages that begin with `{full}`.\n"));
        if own == name {
            text.push_str(&format!("{indent}#[allow(clippy::module_inception, reason = \"the package has this part twice\")]\n"));
        }
        text.push_str(&format!("{indent}pub mod {name} {{\n"));
        modules(inner, &full, &format!("{indent}    "), leaf, text);
        text.push_str(&format!("{indent}}}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_string_has_the_bytes_it_is_made_of() {
        let bytes: Vec<u8> = (0..=255).chain([b' '; 210]).chain(*b"\"\\ \n \t").cycle().take(2_000).collect();
        let text = format!("b\"\\\n{}\"", byte_string_lines(&bytes));
        assert!(text.lines().all(|line| line.len() <= 101));
        let literal: syn::LitByteStr = syn::parse_str(&text).unwrap();
        assert_eq!(literal.value(), bytes);
    }

    #[test]
    fn modules_nest_as_packages_do() {
        let mut root = Part::default();
        for package in ["a.b.v1", "a.a.v1", "c.v1", "c.v2"] {
            package.split('.').fold(&mut root, |part, name| part.parts.entry(name.to_owned()).or_default());
        }
        let mut text = String::new();
        modules(&root, "", "", in_a_file, &mut text);
        let file: syn::File = syn::parse_str(&text).unwrap();
        assert_eq!(file.items.len(), 2);
        assert!(text.contains("module_inception"));
        assert!(text.contains("pub mod v1;\n\n    pub mod v2;\n"));
    }
}
