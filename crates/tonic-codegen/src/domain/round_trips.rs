//! The tests of domain types: any value, encoded and decoded, comes back as it was.

use super::definition::{itself, shape, variants};
use super::messages;
use super::naming::{Types, variant};
use crate::names::{field_name, rust_field};
use crate::proto::{
    FieldLabel, ItemType, MessageRole, Presence, ProtoEnum, ProtoFile, ProtoItem, ProtoMessage, ProtoService, Shape, Value,
};
use crate::rust_file::{marker_header, print_items};

/// The file of tests, if there is anything to test.
pub(super) fn tests(files: &[&ProtoFile], services: &[(&str, &ProtoService)], types: &Types, crate_name: &str) -> Option<String> {
    let mut values = String::new();
    let mut tests = String::new();
    for file in files {
        for item in &file.items {
            if let ProtoItem::Enum(enumeration) = item {
                number_source(enumeration, file, types, crate_name, &mut values);
            }
        }
        for message in messages(file) {
            source(message, &file.package, types, crate_name, &mut values);
            let full_name = format!("{}.{}", file.package, message.name);
            let function = function(&full_name);
            let wire = path(&Types::wire_path(&full_name, ""), crate_name);
            tests.push_str(&format!(
                "#[test]\nfn {function}_comes_back(bytes in bytes()) {{\nlet sent = {function}(&mut Source::new(&bytes));\n\
                 prop_assert_eq!(received::<{wire}, _>(sent.clone()), Ok(sent));\n}}\n"
            ));
        }
    }
    for (module, service) in services {
        for headers in &service.headers {
            let name = format!("{crate_name}::headers::{}::{}", rust_field(module), super::headers::type_name(headers));
            let function = format!("headers_{}", function(&format!("{module}_{}", super::headers::type_name(headers))));
            values.push_str(&format!("fn {function}(source: &mut Source<'_>) -> {name} {{\n{name} {{\n"));
            for header in &headers.headers {
                let value = of_shape(&super::headers::optional(header), false, types, crate_name);
                values.push_str(&format!("{}: {value},\n", rust_field(&header.name)));
            }
            values.push_str("}\n}\n");
            tests.push_str(&format!(
                "#[test]\nfn {function}_come_back(bytes in bytes()) {{\nlet sent = {function}(&mut Source::new(&bytes));\n\
                 let mut metadata = tonic::metadata::MetadataMap::new();\nsent.clone().add_to(&mut metadata);\n\
                 prop_assert_eq!({name}::from_metadata(&metadata), Ok(sent));\n}}\n"
            ));
        }
    }
    if tests.is_empty() {
        return None;
    }
    let mut text = marker_header("Your own tests belong in files of their own beside it.");
    text.push_str("\n//! Any value of the domain types, encoded and decoded, comes back as it was.\n\n");
    text.push_str("mod source;\n\n");
    let map = if values.contains("BTreeMap") { "use std::collections::BTreeMap;\n\n" } else { "" };
    text.push_str(map);
    text.push_str(&format!(
        "use {crate_name}::conversions::InvalidValue;\nuse proptest::prelude::*;\nuse prost::Message;\n\nuse source::{{Source, bytes}};\n\n"
    ));
    text.push_str(
        "/// What arrives of a value: as bytes on the way, and what is made of them.\n\
         fn received<W, D>(value: D) -> Result<D, InvalidValue>\nwhere\n    W: Message + Default + From<D>,\n    D: TryFrom<W, Error = InvalidValue>,\n{\n    \
         let bytes = W::from(value).encode_to_vec();\n    let message = W::decode(bytes.as_slice()).map_err(|_| InvalidValue::new(\"what was encoded\"))?;\n    \
         D::try_from(message)\n}\n\n",
    );
    text.push_str(&print_items(values.parse().unwrap_or_default()));
    // A macro's text is printed as it is.
    text.push_str("\nproptest! {\n");
    let mut first = true;
    for line in tests.lines() {
        if line == "#[test]" && !std::mem::take(&mut first) {
            text.push('\n');
        }
        let depth = if line.starts_with("#[") || line.starts_with("fn ") || line == "}" { 1 } else { 2 };
        text.push_str(&format!("{}{line}\n", "    ".repeat(depth)));
    }
    text.push_str("}\n");
    Some(text)
}

fn path(path: &str, crate_name: &str) -> String {
    path.strip_prefix("crate::").map_or_else(|| path.to_owned(), |rest| format!("{crate_name}::{rest}"))
}

fn domain(full_name: &str, types: &Types, crate_name: &str) -> String {
    path(&types.domain_path(full_name, ""), crate_name)
}

fn function(full_name: &str) -> String {
    rust_field(&field_name(full_name))
}

fn number_source(enumeration: &ProtoEnum, file: &ProtoFile, types: &Types, crate_name: &str, text: &mut String) {
    let full_name = format!("{}.{}", file.package, enumeration.name);
    let numbers: Vec<String> = variants(enumeration).variants.iter().map(|(_, number, _)| number.to_string()).collect();
    let domain = domain(&full_name, types, crate_name);
    text.push_str(&format!(
        "fn {}(source: &mut Source<'_>) -> {domain} {{\n{domain}::from(source.number(&[{}]))\n}}\n",
        function(&full_name),
        numbers.join(", ")
    ));
}

fn source(message: &ProtoMessage, package: &str, types: &Types, crate_name: &str, text: &mut String) {
    let full_name = format!("{package}.{}", message.name);
    let name = domain(&full_name, types, crate_name);
    let empty = message.fields.is_empty() && message.oneof.is_none();
    let parameter = if empty { "_" } else { "source" };
    text.push_str(&format!("fn {}({parameter}: &mut Source<'_>) -> {name} {{\n", function(&full_name)));
    let fields = || {
        let mut text = String::new();
        for field in &message.fields {
            let value = of_shape(&shape(field), types.is_boxed(&full_name, field), types, crate_name);
            text.push_str(&format!("{}: {value},\n", rust_field(&field.name)));
        }
        text
    };
    match &message.oneof {
        None => text.push_str(&format!("{name} {{\n{}}}\n", fields())),
        Some(oneof) => {
            let mut arms = Vec::new();
            if !matches!(message.role, MessageRole::AbstractData | MessageRole::Choice) {
                let members = name
                    .rsplit_once("::")
                    .map_or_else(|| types.members(&full_name), |(module, _)| format!("{module}::{}", types.members(&full_name)));
                arms.push(format!("{name}::{}({members} {{\n{}}})", itself(message), fields()));
            }
            for field in &oneof.fields {
                // What is set is there.
                let mut there = shape(field);
                there.domain.presence = Presence::Required;
                let value = of_shape(&there, types.is_boxed(&full_name, field), types, crate_name);
                arms.push(format!("{name}::{}({value})", variant(field)));
            }
            let last = arms.pop().unwrap_or_default();
            if arms.is_empty() {
                text.push_str(&format!("{last}\n"));
            } else {
                text.push_str(&format!("match source.choice({}) {{\n", arms.len() + 1));
                for (at, arm) in arms.iter().enumerate() {
                    text.push_str(&format!("{at} => {arm},\n"));
                }
                text.push_str(&format!("_ => {last},\n}}\n"));
            }
        }
    }
    text.push_str("}\n");
}

/// The function that makes one value.
fn of_value(value: &Value, item: &ItemType, types: &Types, crate_name: &str) -> String {
    let known = |name: &str| format!("Source::{name}");
    match value {
        Value::Same => match item {
            ItemType::Scalar("bool") => known("boolean"),
            ItemType::Scalar("int32" | "sfixed32") => known("int32"),
            ItemType::Scalar("int64") => known("int64"),
            ItemType::Scalar("uint32") => known("uint32"),
            ItemType::Scalar("uint64") => known("uint64"),
            ItemType::Scalar("float") => known("float"),
            ItemType::Scalar("double") => known("double"),
            ItemType::Scalar("bytes") => known("binary"),
            ItemType::Scalar(_) => known("text"),
            ItemType::Message(name) if name == "google.protobuf.Any" => known("any"),
            ItemType::Message(name) => {
                format!("|source| {} {{ units: source.int64(), nanos: source.int32() }}", path(&Types::wire_path(name, ""), crate_name))
            }
            ItemType::Enum(_) => known("int32"),
        },
        Value::Narrow(integer) => known(match *integer {
            "i8" => "int8",
            "i16" => "int16",
            "u8" => "uint8",
            _ => "uint16",
        }),
        Value::Guid => known("guid"),
        Value::Decimal => "|source| rust_decimal::Decimal::from_i128_with_scale(source.mantissa(), source.scale())".to_owned(),
        Value::DateTime => {
            format!("|source| {crate_name}::conversions::time::DateTime::from_ticks(source.date_time_ticks()).unwrap_or_default()")
        }
        Value::ClockTime => format!(
            "|source| {crate_name}::conversions::clock_time::ClockTime {{ clock: {crate_name}::conversions::time::DateTime::from_ticks(source.date_time_ticks()).unwrap_or_default(), kind: {crate_name}::conversions::clock_time::Kind::ALL[source.choice(3)] }}"
        ),
        Value::DateTimeOffset => format!(
            "|source| {crate_name}::conversions::date_time_offset::DateTimeOffset::new({crate_name}::conversions::time::DateTime::from_ticks(source.date_time_ticks()).unwrap_or_default(), source.offset_minutes()).unwrap_or_default()"
        ),
        Value::TimeSpan => format!("|source| {crate_name}::conversions::time::TimeSpan {{ ticks: source.int64() }}"),
        Value::Message | Value::Enum => match item {
            ItemType::Message(name) | ItemType::Enum(name) => function(name),
            ItemType::Scalar(_) => known("text"),
        },
        Value::Number(name) => {
            let integer = match item {
                ItemType::Scalar("int32") => "int32",
                ItemType::Scalar("int64") => "int64",
                ItemType::Scalar("uint64") => "uint64",
                _ => "uint32",
            };
            format!("|source| {}(source.{integer}())", domain(name, types, crate_name))
        }
        Value::Wrapped { inner, .. } => {
            let text = of_shape(inner, false, types, crate_name);
            format!("|source| {text}")
        }
        Value::Entry { key, value } => {
            format!("|source| ({}, {})", of_shape(key, false, types, crate_name), of_shape(value, false, types, crate_name))
        }
    }
}

/// The expression that makes the value of a field.
fn of_shape(shape: &Shape, boxed: bool, types: &Types, crate_name: &str) -> String {
    let make = of_value(&shape.domain.value, &shape.wire.item, types, crate_name);
    let call = |make: &str| match make.strip_prefix("Source::").or_else(|| make.strip_prefix("|source| ")) {
        Some(method) if make.starts_with("Source::") => format!("source.{method}()"),
        Some(body) => body.to_owned(),
        None => format!("{make}(source)"),
    };
    match shape.wire.label {
        FieldLabel::Repeated => format!("source.list({make})"),
        FieldLabel::Map(key) => {
            let key = match &shape.domain.key {
                Some(value) => of_value(value, &ItemType::Scalar(key), types, crate_name),
                None => of_value(&Value::Same, &ItemType::Scalar(key), types, crate_name),
            };
            format!("source.list(|source| ({}, {})).into_iter().collect::<BTreeMap<_, _>>()", call(&key), call(&make))
        }
        FieldLabel::Singular | FieldLabel::Optional if shape.is_option() => {
            if boxed {
                format!("source.option({make}).map(Box::new)")
            } else {
                format!("source.option({make})")
            }
        }
        FieldLabel::Singular | FieldLabel::Optional if boxed => format!("Box::new({})", call(&make)),
        FieldLabel::Singular | FieldLabel::Optional => call(&make),
    }
}
