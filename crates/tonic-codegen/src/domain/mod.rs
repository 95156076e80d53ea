//! Domain types: what values are in Rust, apart from the wire, with conversions both ways and tests that they lose nothing.
//!
//! A message has a struct of its name in `domain`, a class with derived classes an enum of them, an enum an enum that keeps
//! numbers it does not know, flags a type with constants. Wire to domain is `TryFrom`, since the wire can hold what no .NET
//! value is; domain to wire is `From`.

mod conversion;
mod definition;
pub(crate) mod headers;
mod naming;
mod round_trips;

use std::collections::BTreeSet;

use crate::crate_plan::{CratePlan, HostCrates};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::proto::{MessageRole, ProtoFile, ProtoItem, ProtoMessage, ProtoService};
use crate::rust_file::{marker_header, print_items};

pub(crate) use naming::Types;

/// The messages of a file that have domain types, those of data types first.
pub(crate) fn messages(file: &ProtoFile) -> impl Iterator<Item = &ProtoMessage> {
    let items = file.items.iter().filter_map(|item| match item {
        ProtoItem::Message(message) => Some(message),
        ProtoItem::Enum(_) => None,
    });
    items
        .chain(file.services.iter().flat_map(|service| &service.messages))
        .filter(|message| matches!(message.role, MessageRole::Data | MessageRole::AbstractData | MessageRole::Choice))
}

/// Whether a file has anything that has a domain type.
fn has_domain(file: &ProtoFile) -> bool {
    let enums = file.items.iter().any(|item| matches!(item, ProtoItem::Enum(_)));
    file.package != "dotnet.v1" && (enums || !file.numbers.is_empty() || messages(file).next().is_some())
}

/// Adds the domain types of a host and their tests. Returns the packages that have some.
pub(crate) fn emit(plan: &CratePlan, host: &HostCrates, folder: &str, files: &mut GeneratedFiles) -> BTreeSet<String> {
    let all: Vec<&ProtoFile> = plan.packages.iter().flat_map(|package| &package.files).collect();
    let own: Vec<&ProtoFile> = all.iter().copied().filter(|file| host.packages.contains(&file.package) && has_domain(file)).collect();
    if own.is_empty() {
        return BTreeSet::new();
    }
    let types = Types::new(&all);
    for &file in &own {
        let path = format!("{folder}/src/domain/{}.rs", file.package.replace('.', "/"));
        files.insert(path, Ownership::Regenerated, module(file, &types));
    }
    let crate_name = folder.replace('-', "_");
    let services: Vec<(&str, &ProtoService)> = host
        .services
        .iter()
        .filter_map(|service| {
            let described = own.iter().flat_map(|file| file.services.iter().map(move |described| (file, described)));
            let (_, described) =
                described.into_iter().find(|(file, described)| format!("{}.{}", file.package, described.name) == service.full_name)?;
            Some((service.module.as_str(), described))
        })
        .collect();
    if let Some(text) = round_trips::tests(&own, &services, &types, &crate_name) {
        files.insert(format!("{folder}/tests/round_trips.rs"), Ownership::Regenerated, text);
        let header = marker_header("It is the same in every generated crate.");
        let source = format!("{header}\n{}", wcf2grpc_templates::PROTO_TEST_SOURCE);
        files.insert(format!("{folder}/tests/source/mod.rs"), Ownership::Regenerated, source);
    }
    own.iter().map(|file| file.package.clone()).collect()
}

/// The module of one package.
fn module(file: &ProtoFile, types: &Types) -> String {
    let mut items = String::new();
    for item in &file.items {
        if let ProtoItem::Enum(enumeration) = item {
            definition::enumeration(enumeration, &file.package, types, &mut items);
        }
    }
    for number in &file.numbers {
        definition::number(number, &file.package, types, &mut items);
    }
    for message in messages(file) {
        definition::message(message, &file.package, types, &mut items);
    }
    let mut text = marker_header("Hand-written code that uses these types belongs in your own crates.");
    text.push_str(&format!("\n//! The types of `{}`, apart from the wire.\n\n", file.package));
    let code = imports(&items, &file.package) + &items;
    text.push_str(&print_items(code.parse().unwrap_or_default()));
    text
}

/// The `use` lines of what a text uses.
pub(crate) fn imports(code: &str, package: &str) -> String {
    let mut text = String::new();
    let mut line = |used: bool, line: &str| {
        if used {
            text.push_str(line);
            text.push('\n');
        }
    };
    let has = |word: &str| code.contains(word);
    line(has("BTreeMap<"), "use std::collections::BTreeMap;");
    let modules: Vec<&str> =
        ["clock_time", "date_time_offset", "guid", "time"].into_iter().filter(|module| has_word(code, &format!("{module}::"))).collect();
    let names: Vec<&str> = ["InvalidValue", "at", "narrow"]
        .into_iter()
        .filter(|name| match *name {
            "at" => has("(at("),
            "narrow" => has("narrow::<"),
            _ => has(name),
        })
        .collect();
    let mut list: Vec<&str> = names.into_iter().chain(modules).collect();
    list.sort_by_key(|name| name.to_ascii_lowercase());
    match list.as_slice() {
        [] => {}
        [one] => line(true, &format!("use crate::conversions::{one};")),
        several => line(true, &format!("use crate::conversions::{{{}}};", several.join(", "))),
    }
    line(has_word(code, "wire::"), &format!("use crate::{} as wire;", package.replace('.', "::")));
    text
}

/// Whether a text has this beginning of a path, not as the end of a longer name or path.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == ':')
    })
}
