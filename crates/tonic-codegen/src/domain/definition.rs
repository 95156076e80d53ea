//! The definitions of domain types, with their conversions.

use std::collections::BTreeSet;

use super::conversion::{alternative, from_wire, oneof_path, to_wire};
use super::naming::{Types, variant};
use crate::doc_text::{rustdoc_comment, rustdoc_paragraphs};
use crate::names::{clash_key, constant_name, rust_field, rust_type};
use crate::proto::{MessageRole, NumberType, ProtoEnum, ProtoField, ProtoMessage, Shape};

pub(super) fn push_docs(paragraphs: &[String], text: &mut String) {
    let safe: Vec<String> = paragraphs.iter().flat_map(|paragraph| rustdoc_paragraphs(paragraph)).collect();
    for line in rustdoc_comment(&safe) {
        text.push_str(&format!("///{line}\n"));
    }
}

pub(super) fn shape(field: &ProtoField) -> Shape {
    Shape { wire: field.field_type.clone(), domain: field.domain.clone() }
}

/// The variants of a domain enum: Rust name, number, docs; then the constants for further names of a number.
pub(super) struct Variants<'a> {
    pub variants: Vec<(String, i32, &'a [String])>,
    pub aliases: Vec<(String, i32, &'a [String])>,
    /// The variant for numbers without a name.
    pub undefined: String,
}

pub(super) fn variants(enumeration: &ProtoEnum) -> Variants<'_> {
    let prefix = format!("{}_", constant_name(&enumeration.name));
    let mut result = Variants { variants: Vec::new(), aliases: Vec::new(), undefined: String::new() };
    let mut numbers = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for value in &enumeration.values {
        let bare = value.name.strip_prefix(&prefix).unwrap_or(&value.name);
        if numbers.insert(value.number) {
            let name = rust_type(&crate::names::type_name(bare));
            taken.insert(clash_key(&name));
            result.variants.push((name, value.number, &value.docs));
        } else {
            result.aliases.push((constant_name(bare), value.number, &value.docs));
        }
    }
    let names = ["Undefined", "UndefinedNumber", "NumberWithoutName"];
    result.undefined = names.into_iter().find(|name| !taken.contains(&clash_key(name))).unwrap_or("OtherNumber").to_owned();
    result
}

/// An enum that keeps numbers it has no name for.
pub(super) fn enumeration(enumeration: &ProtoEnum, package: &str, types: &Types, text: &mut String) {
    let name = types.name(&format!("{package}.{}", enumeration.name));
    let Variants { variants, aliases, undefined } = variants(enumeration);
    push_docs(&enumeration.docs, text);
    text.push_str(&format!("#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum {name} {{\n"));
    for (variant, _, docs) in &variants {
        push_docs(docs, text);
        text.push_str(&format!("{variant},\n"));
    }
    text.push_str(&format!("/// A number that the contract has no name for; .NET keeps it too.\n{undefined}(i32),\n}}\n"));
    if !aliases.is_empty() {
        text.push_str(&format!("impl {name} {{\n"));
        for (alias, number, docs) in &aliases {
            if let Some((variant, ..)) = variants.iter().find(|(_, other, _)| other == number) {
                push_docs(docs, text);
                text.push_str(&format!("pub const {alias}: Self = Self::{variant};\n"));
            }
        }
        text.push_str("}\n");
    }
    text.push_str(&format!("impl From<i32> for {name} {{\nfn from(number: i32) -> Self {{\nmatch number {{\n"));
    for (variant, number, _) in &variants {
        text.push_str(&format!("{number} => Self::{variant},\n"));
    }
    text.push_str(&format!("_ => Self::{undefined}(number),\n}}\n}}\n}}\n"));
    text.push_str(&format!("impl From<{name}> for i32 {{\nfn from(value: {name}) -> Self {{\nmatch value {{\n"));
    for (variant, number, _) in &variants {
        text.push_str(&format!("{name}::{variant} => {number},\n"));
    }
    text.push_str(&format!("{name}::{undefined}(number) => number,\n}}\n}}\n}}\n"));
}

/// An enum that travels as an integer.
pub(super) fn number(number: &NumberType, package: &str, types: &Types, text: &mut String) {
    let name = types.name(&format!("{package}.{}", number.name));
    let integer = number.integer;
    push_docs(&number.docs, text);
    text.push_str(&format!(
        "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub struct {name}(pub {integer});\n"
    ));
    let constants: Vec<String> = number
        .constants
        .iter()
        .map(|(constant, value, docs)| {
            let mut text = String::new();
            push_docs(docs, &mut text);
            text.push_str(&format!("pub const {constant}: Self = Self({});\n", literal(*value, integer)));
            text
        })
        .collect();
    let combining = if number.flags {
        "/// Whether all bits of the other are set here.\n#[must_use]\npub const fn contains(self, other: Self) -> bool {\nself.0 & other.0 == other.0\n}\n"
    } else {
        ""
    };
    if !constants.is_empty() || number.flags {
        text.push_str(&format!("impl {name} {{\n{}{combining}}}\n", constants.concat()));
    }
    if number.flags {
        text.push_str(&format!(
            "impl std::ops::BitOr for {name} {{\ntype Output = Self;\nfn bitor(self, other: Self) -> Self {{\nSelf(self.0 | other.0)\n}}\n}}\n"
        ));
    }
}

/// A number as a literal of its type; values that the wire's integer has no room for wrap, as they do in .NET's conversion.
fn literal(value: i128, integer: &str) -> String {
    let grouped = |value: i128| {
        let digits = crate::rust_text::grouped(u64::try_from(value.unsigned_abs()).unwrap_or(u64::MAX));
        if value < 0 { format!("-{digits}") } else { digits }
    };
    match integer {
        "u32" => grouped(i128::from(value as u32)),
        "i32" => grouped(i128::from(value as i32)),
        "u64" => grouped(i128::from(value as u64)),
        _ => grouped(i128::from(value as i64)),
    }
}

/// The domain type of a message: a struct, or an enum where there are derived classes.
pub(super) fn message(message: &ProtoMessage, package: &str, types: &Types, text: &mut String) {
    let full_name = format!("{package}.{}", message.name);
    let name = types.name(&full_name);
    let wire = Types::wire_path(&full_name, package);
    match &message.oneof {
        None => {
            push_docs(&message.docs, text);
            structure(message, &full_name, &name, package, types, text);
            let parameter = if message.fields.is_empty() { "_" } else { "message" };
            text.push_str(&format!(
                "impl TryFrom<{wire}> for {name} {{\ntype Error = InvalidValue;\nfn try_from({parameter}: {wire}) -> Result<Self, InvalidValue> {{\nOk(Self {{\n{}}})\n}}\n}}\n",
                fields_from(message, &full_name, package, types)
            ));
            let parameter = if message.fields.is_empty() { "_" } else { "value" };
            text.push_str(&format!(
                "impl From<{name}> for {wire} {{\nfn from({parameter}: {name}) -> Self {{\nSelf {{\n{}}}\n}}\n}}\n",
                fields_to(message, &full_name, "value", package, types)
            ));
        }
        Some(oneof) if message.role == MessageRole::Choice => choice(message, oneof, &full_name, &name, package, types, text),
        Some(oneof) => alternatives(message, oneof, &full_name, &name, package, types, text),
    }
}

/// A choice of a schema as an enum.
fn choice(
    message: &ProtoMessage,
    oneof: &crate::proto::ProtoOneof,
    full_name: &str,
    name: &str,
    package: &str,
    types: &Types,
    text: &mut String,
) {
    let wire = Types::wire_path(full_name, package);
    let wire_enum = oneof_path(full_name, &oneof.name, package);
    let oneof_field = rust_field(&oneof.name);
    push_docs(&message.docs, text);
    text.push_str(
        "#[allow(clippy::large_enum_variant, reason = \"the alternatives are those of the schema\")]\n#[derive(Clone, Debug, PartialEq)]\n",
    );
    text.push_str(&format!("pub enum {name} {{\n"));
    let (mut read, mut written) = (String::new(), String::new());
    for field in &oneof.fields {
        let boxed = types.is_boxed(full_name, field);
        let plain = types.plain(&shape(field), package);
        let variant = variant(field);
        push_docs(&field.docs, text);
        text.push_str(&if boxed { format!("{variant}(Box<{plain}>),\n") } else { format!("{variant}({plain}),\n") });
        let (from, to) = alternative(&shape(field), boxed, types, package, &format!("{}.{}", message.name, field.name));
        read.push_str(&format!("Some({wire_enum}::{variant}(value)) => Ok(Self::{variant}({from})),\n"));
        written.push_str(&format!("{name}::{variant}(value) => {wire_enum}::{variant}({to}),\n"));
    }
    text.push_str("}\n");
    text.push_str(&format!(
        "impl TryFrom<{wire}> for {name} {{\ntype Error = InvalidValue;\nfn try_from(message: {wire}) -> Result<Self, InvalidValue> {{\nmatch message.{oneof_field} {{\n{read}None => Err(InvalidValue::MISSING).map_err(at({:?})),\n}}\n}}\n}}\n",
        message.name
    ));
    text.push_str(&format!(
        "impl From<{name}> for {wire} {{\nfn from(value: {name}) -> Self {{\nSelf {{ {oneof_field}: Some(match value {{\n{written}}}) }}\n}}\n}}\n"
    ));
}

/// The name of the variant for a value of the class itself.
pub(super) fn itself(message: &ProtoMessage) -> &'static str {
    let taken = |name: &str| message.oneof.iter().flat_map(|oneof| &oneof.fields).any(|field| variant(field) == name);
    if taken("Itself") { "OfThisClass" } else { "Itself" }
}

fn alternatives(
    message: &ProtoMessage,
    oneof: &crate::proto::ProtoOneof,
    full_name: &str,
    name: &str,
    package: &str,
    types: &Types,
    text: &mut String,
) {
    let wire = Types::wire_path(full_name, package);
    let is_abstract = message.role == MessageRole::AbstractData;
    let (itself, members) = (itself(message), types.members(full_name));
    let alternative = oneof_path(full_name, &oneof.name, package);
    let oneof_field = rust_field(&oneof.name);

    push_docs(&message.docs, text);
    text.push_str(
        "#[allow(clippy::large_enum_variant, reason = \"the alternatives are the contract's classes\")]\n#[derive(Clone, Debug, PartialEq)]\n",
    );
    text.push_str(&format!("pub enum {name} {{\n"));
    if !is_abstract {
        text.push_str(&format!("/// The value is of this class, not of a derived one.\n{itself}({members}),\n"));
    }
    for field in &oneof.fields {
        push_docs(&field.docs, text);
        let boxed = types.is_boxed(full_name, field);
        let plain = types.plain(&shape(field), package);
        let plain = if boxed { format!("Box<{plain}>") } else { plain };
        text.push_str(&format!("{}({plain}),\n", variant(field)));
    }
    text.push_str("}\n");
    if !is_abstract {
        text.push_str(&format!("/// The members of `{name}`.\n"));
        structure(message, full_name, &members, package, types, text);
    }

    text.push_str(&format!(
        "impl TryFrom<{wire}> for {name} {{\ntype Error = InvalidValue;\nfn try_from(message: {wire}) -> Result<Self, InvalidValue> {{\nmatch message.{oneof_field} {{\n"
    ));
    for field in &oneof.fields {
        let target = types.plain(&shape(field), package);
        let body = if types.is_boxed(full_name, field) {
            format!("{target}::try_from(*derived).map(Box::new).map(Self::{})", variant(field))
        } else {
            format!("{target}::try_from(derived).map(Self::{})", variant(field))
        };
        text.push_str(&format!("Some({alternative}::{}(derived)) => {body},\n", variant(field)));
    }
    if is_abstract {
        text.push_str(&format!("None => Err(InvalidValue::MISSING_CLASS).map_err(at({:?})),\n", message.name));
    } else {
        text.push_str(&format!("None => Ok(Self::{itself}({members} {{\n{}}})),\n", fields_from(message, full_name, package, types)));
    }
    text.push_str("}\n}\n}\n");

    text.push_str(&format!("impl From<{name}> for {wire} {{\nfn from(value: {name}) -> Self {{\nmatch value {{\n"));
    if !is_abstract {
        let parameter = if message.fields.is_empty() { "_" } else { "members" };
        text.push_str(&format!(
            "{name}::{itself}({parameter}) => Self {{\n{}{oneof_field}: None,\n}},\n",
            fields_to(message, full_name, "members", package, types)
        ));
    }
    // A field called `default` gives the message a function of that name.
    let own = message.fields.iter().any(|field| rust_field(&field.name) == "default");
    let rest = match (message.fields.is_empty(), own) {
        (true, _) => "",
        (false, false) => ", ..Self::default()",
        (false, true) => ", ..Default::default()",
    };
    for field in &oneof.fields {
        let boxed = types.is_boxed(full_name, field);
        let variant = variant(field);
        let converted = if boxed { "Box::new(Into::into(*derived))" } else { "derived.into()" };
        text.push_str(&format!(
            "{name}::{variant}(derived) => Self {{ {oneof_field}: Some({alternative}::{variant}({converted})){rest} }},\n"
        ));
    }
    text.push_str("}\n}\n}\n");
}

fn structure(message: &ProtoMessage, full_name: &str, name: &str, package: &str, types: &Types, text: &mut String) {
    text.push_str(&format!("#[derive(Clone, Debug, PartialEq)]\npub struct {name} {{\n"));
    for field in &message.fields {
        push_docs(&field.docs, text);
        let boxed = types.is_boxed(full_name, field);
        text.push_str(&format!("pub {}: {},\n", rust_field(&field.name), types.shape(&shape(field), boxed, package)));
    }
    text.push_str("}\n");
}

fn fields_from(message: &ProtoMessage, full_name: &str, package: &str, types: &Types) -> String {
    let mut text = String::new();
    for field in &message.fields {
        let name = rust_field(&field.name);
        let member = format!("{}.{}", message.name, field.name);
        let boxed = types.is_boxed(full_name, field);
        let (expression, fallible) = from_wire(&shape(field), boxed, &format!("message.{name}"), types, package, &member);
        text.push_str(&format!("{name}: {expression}{},\n", if fallible { "?" } else { "" }));
    }
    text
}

fn fields_to(message: &ProtoMessage, full_name: &str, value: &str, package: &str, types: &Types) -> String {
    let mut text = String::new();
    for field in &message.fields {
        let name = rust_field(&field.name);
        let boxed = types.is_boxed(full_name, field);
        text.push_str(&format!("{name}: {},\n", to_wire(&shape(field), boxed, &format!("{value}.{name}"), types, package)));
    }
    text
}
