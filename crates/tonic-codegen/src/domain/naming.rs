//! The names of domain types, and which values need a box because their types contain themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::{clash_key, rust_field, rust_type};
use crate::proto::{FieldLabel, ItemType, MessageRole, ProtoField, ProtoFile, ProtoItem, ProtoMessage, Shape, Value};

/// Names that generated code uses for what they usually mean.
const PRELUDE: [&str; 44] = [
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "InvalidValue",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Self_",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// The domain types of all packages.
pub(crate) struct Types {
    /// Rust names by full name.
    names: BTreeMap<String, String>,
    /// The structs of classes that are enums, by full name of the class.
    members: BTreeMap<String, String>,
    /// The circle of messages within each other, without a list in between, that each message is part of, by number.
    circles: BTreeMap<String, usize>,
}

impl Types {
    /// Names the types of all files.
    pub fn new(files: &[&ProtoFile]) -> Self {
        let mut types = Self { names: BTreeMap::new(), members: BTreeMap::new(), circles: BTreeMap::new() };
        let mut contains: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in files {
            let mut full_names = Vec::new();
            for item in &file.items {
                full_names.push(item.name());
            }
            full_names.extend(file.numbers.iter().map(|number| number.name.as_str()));
            let messages = file.items.iter().filter_map(|item| match item {
                ProtoItem::Message(message) => Some(message),
                ProtoItem::Enum(_) => None,
            });
            let messages: Vec<&ProtoMessage> = messages.chain(file.services.iter().flat_map(|service| &service.messages)).collect();
            full_names.extend(file.services.iter().flat_map(|service| &service.messages).map(|message| message.name.as_str()));
            full_names.sort_unstable();
            let mut taken: BTreeSet<String> = full_names.iter().map(|name| clash_key(name)).collect();
            let mut free = |name: &str| {
                let preferred =
                    if PRELUDE.contains(&name) || taken.contains(&clash_key(name)) { format!("{name}Value") } else { name.to_owned() };
                let free = (1_u32..)
                    .map(|number| if number == 1 { preferred.clone() } else { format!("{preferred}{number}") })
                    .find(|name| !taken.contains(&clash_key(name)))
                    .unwrap_or(preferred);
                taken.insert(clash_key(&free));
                free
            };
            for name in full_names {
                let rust = rust_type(name);
                let rust = if PRELUDE.contains(&rust.as_str()) { free(rust.trim_end_matches('_')) } else { rust };
                types.names.insert(format!("{}.{name}", file.package), rust);
            }
            for message in messages {
                let full_name = format!("{}.{}", file.package, message.name);
                if message.role == MessageRole::Data && message.oneof.is_some() {
                    types.members.insert(full_name.clone(), free(&format!("{}Members", rust_type(&message.name))));
                }
                let contained = message
                    .fields
                    .iter()
                    .chain(message.oneof.iter().flat_map(|oneof| &oneof.fields))
                    .filter(|field| matches!(field.field_type.label, FieldLabel::Singular | FieldLabel::Optional))
                    .filter_map(|field| match &field.field_type.item {
                        ItemType::Message(name) => Some(name.clone()),
                        ItemType::Scalar(_) | ItemType::Enum(_) => None,
                    })
                    .collect();
                contains.insert(full_name, contained);
            }
        }
        types.circles = circles(&contains);
        types
    }

    /// Whether prost puts this field of a message into a box, because the message contains itself through it.
    pub fn is_boxed(&self, holder: &str, field: &ProtoField) -> bool {
        let (FieldLabel::Singular | FieldLabel::Optional, ItemType::Message(target)) = (field.field_type.label, &field.field_type.item)
        else {
            return false;
        };
        // What is contained and contains its holder is in one circle with it.
        self.circles.get(holder).is_some_and(|circle| self.circles.get(target) == Some(circle))
    }

    /// The Rust name of a type within its package.
    pub fn name(&self, full_name: &str) -> String {
        self.names.get(full_name).cloned().unwrap_or_else(|| rust_type(full_name.rsplit('.').next().unwrap_or_default()))
    }

    /// The name of the struct with the members of a class that is an enum of its derived classes.
    pub fn members(&self, full_name: &str) -> String {
        self.members.get(full_name).cloned().unwrap_or_default()
    }

    /// The path of a domain type, seen from a package's module (or from elsewhere, for an empty one).
    pub fn domain_path(&self, full_name: &str, from: &str) -> String {
        let package = full_name.rsplit_once('.').map_or("", |(package, _)| package);
        let name = self.name(full_name);
        if package == from { name } else { format!("crate::domain::{}::{name}", package.replace('.', "::")) }
    }

    /// The path of a message on the wire, seen from the domain module of a package.
    pub fn wire_path(full_name: &str, from: &str) -> String {
        let (package, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
        match full_name {
            "google.protobuf.Timestamp" => "prost_types::Timestamp".to_owned(),
            "google.protobuf.Duration" => "prost_types::Duration".to_owned(),
            "google.protobuf.Any" => "prost_types::Any".to_owned(),
            _ if package == from => format!("wire::{}", rust_type(name)),
            _ => format!("crate::{}::{}", package.replace('.', "::"), rust_type(name)),
        }
    }

    /// The domain type of a shape without box and without null.
    pub fn plain(&self, shape: &Shape, from: &str) -> String {
        let value = self.value(&shape.domain.value, &shape.wire.item, from);
        match shape.wire.label {
            FieldLabel::Singular | FieldLabel::Optional => value,
            FieldLabel::Repeated => format!("Vec<{value}>"),
            FieldLabel::Map(key) => {
                let key = match &shape.domain.key {
                    Some(domain) => self.value(domain, &ItemType::Scalar(key), from),
                    None => scalar(key).to_owned(),
                };
                format!("BTreeMap<{key}, {value}>")
            }
        }
    }

    /// The domain type of a shape.
    pub fn shape(&self, shape: &Shape, boxed: bool, from: &str) -> String {
        let plain = self.plain(shape, from);
        let plain = if boxed { format!("Box<{plain}>") } else { plain };
        if shape.is_option() { format!("Option<{plain}>") } else { plain }
    }

    fn value(&self, value: &Value, item: &ItemType, from: &str) -> String {
        match value {
            Value::Same => match item {
                ItemType::Scalar(name) => scalar(name).to_owned(),
                ItemType::Message(name) => Self::wire_path(name, from),
                ItemType::Enum(_) => "i32".to_owned(),
            },
            Value::Narrow(integer) => (*integer).to_owned(),
            Value::Guid => "uuid::Uuid".to_owned(),
            Value::Decimal => "rust_decimal::Decimal".to_owned(),
            Value::DateTime => "time::DateTime".to_owned(),
            Value::ClockTime => "clock_time::ClockTime".to_owned(),
            Value::DateTimeOffset => "date_time_offset::DateTimeOffset".to_owned(),
            Value::TimeSpan => "time::TimeSpan".to_owned(),
            Value::Message | Value::Enum => match item {
                ItemType::Message(name) | ItemType::Enum(name) => self.domain_path(name, from),
                ItemType::Scalar(name) => scalar(name).to_owned(),
            },
            Value::Number(name) => self.domain_path(name, from),
            Value::Wrapped { inner, .. } => {
                if inner.wire.label == FieldLabel::Optional || inner.is_option() {
                    format!("Option<{}>", self.plain(inner, from))
                } else {
                    self.plain(inner, from)
                }
            }
            Value::Entry { key, value } => format!("({}, {})", self.shape(key, false, from), self.shape(value, false, from)),
        }
    }
}

/// The strongly connected components of a graph by number, in time linear to its size (Kosaraju's way).
fn circles(contains: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, usize> {
    let mut contained_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (holder, contained) in contains {
        for name in contained.iter().filter(|name| contains.contains_key(*name)) {
            contained_by.entry(name).or_default().push(holder);
        }
    }
    // Names in the order in which everything they contain was seen.
    let (mut seen, mut finished): (BTreeSet<&str>, Vec<&str>) = (BTreeSet::new(), Vec::new());
    for start in contains.keys() {
        let mut open = vec![(start.as_str(), false)];
        while let Some((name, done)) = open.pop() {
            if done {
                finished.push(name);
            } else if let Some(inner) = contains.get(name)
                && seen.insert(name)
            {
                open.push((name, true));
                open.extend(inner.iter().map(|inner| (inner.as_str(), false)));
            }
        }
    }
    let mut circles: BTreeMap<String, usize> = BTreeMap::new();
    for (number, start) in finished.into_iter().rev().enumerate() {
        let mut open = vec![start];
        while let Some(name) = open.pop() {
            if !circles.contains_key(name) {
                circles.insert(name.to_owned(), number);
                open.extend(contained_by.get(name).into_iter().flatten());
            }
        }
    }
    circles
}

impl Shape {
    /// Whether the domain type is an `Option`.
    pub(crate) fn is_option(&self) -> bool {
        self.domain.presence == crate::proto::Presence::Nullable
            && matches!((self.wire.label, &self.wire.item), (FieldLabel::Optional, _) | (FieldLabel::Singular, ItemType::Message(_)))
    }
}

/// The Rust type of a scalar.
pub(super) fn scalar(name: &str) -> &'static str {
    match name {
        "bool" => "bool",
        "int32" | "sint32" | "sfixed32" => "i32",
        "int64" => "i64",
        "uint32" => "u32",
        "uint64" => "u64",
        "float" => "f32",
        "double" => "f64",
        "bytes" => "Vec<u8>",
        _ => "String",
    }
}

/// The name of a variant that prost makes of a field in a `oneof`.
pub(super) fn variant(field: &ProtoField) -> String {
    rust_type(&field.name)
}

/// The module that prost makes for what is inside of a message.
pub(super) fn inner_module(message: &str) -> String {
    rust_field(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_however_long_the_way_round() {
        let graph: [(&str, &[&str]); 7] = [
            ("A", &["B"]),
            ("B", &["C", "D"]),
            ("C", &["A"]),
            ("D", &["E", "google.protobuf.Any"]),
            ("E", &["E"]),
            ("F", &["A"]),
            ("G", &[]),
        ];
        let of = |(name, inner): &(&str, &[&str])| ((*name).to_owned(), inner.iter().map(|name| (*name).to_owned()).collect());
        let circles = circles(&graph.iter().map(of).collect());
        let together = |one: &str, other: &str| circles[one] == circles[other];
        assert!(together("A", "B") && together("B", "C"));
        for (one, other) in [("A", "D"), ("D", "E"), ("A", "F"), ("F", "G"), ("E", "G")] {
            assert!(!together(one, other), "{one} {other}");
        }
        assert_eq!(circles.len(), 7);

        let long: BTreeMap<String, BTreeSet<String>> =
            (0..100_000).map(|at| (format!("{at:06}"), BTreeSet::from([format!("{:06}", (at + 1) % 100_000)]))).collect();
        assert!(super::circles(&long).values().all(|circle| *circle == 0));
    }
}
