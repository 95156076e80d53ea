//! A proto file as text.
//!
//! Text from a contract enters only as a comment, through [`proto_comment`](crate::doc_text::proto_comment), which leaves
//! no line break and no control character. Names are identifiers already.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::doc_text::proto_comment;
use crate::proto::{FieldLabel, FieldType, ItemType, ProtoEnum, ProtoField, ProtoFile, ProtoItem, ProtoMessage, ProtoService, Reserved};
use crate::rust_file::MARK;

/// The text of a file. `packages` are all packages of the run: a reference gets a leading dot where a part of one of them
/// would hide its first part.
#[must_use]
pub fn proto_text(file: &ProtoFile, packages: &BTreeSet<String>) -> String {
    let hidden: BTreeSet<&str> = packages.iter().flat_map(|package| package.split('.').skip(1)).collect();
    let mut writer = Writer { text: String::new(), package: &file.package, hidden };
    let _ = write!(
        writer.text,
        "// {MARK}; `cargo wcf2grpc generate` overwrites this file.\n// Field numbers and names are recorded in wcf2grpc.lock.\n\n\
         syntax = \"proto3\";\n\npackage {};\n",
        file.package
    );
    if !file.imports.is_empty() {
        writer.text.push('\n');
    }
    for import in &file.imports {
        let _ = writeln!(writer.text, "import \"{import}\";");
    }
    for service in &file.services {
        writer.service(service);
        for message in &service.messages {
            writer.message(message);
        }
    }
    for item in &file.items {
        match item {
            ProtoItem::Message(message) => writer.message(message),
            ProtoItem::Enum(enumeration) => writer.enumeration(enumeration),
        }
    }
    writer.text
}

struct Writer<'a> {
    text: String,
    package: &'a str,
    hidden: BTreeSet<&'a str>,
}

impl Writer<'_> {
    fn comment(&mut self, indent: &str, docs: &[String]) {
        for line in proto_comment(docs) {
            let space = if line.is_empty() { "" } else { " " };
            let _ = writeln!(self.text, "{indent}//{space}{line}");
        }
    }

    fn service(&mut self, service: &ProtoService) {
        self.text.push('\n');
        self.comment("", &service.docs);
        if service.methods.is_empty() {
            let _ = writeln!(self.text, "service {} {{}}", service.name);
            return;
        }
        let _ = writeln!(self.text, "service {} {{", service.name);
        for (at, method) in service.methods.iter().enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            self.comment("  ", &method.docs);
            let stream = |streams: bool| if streams { "stream " } else { "" };
            let _ = writeln!(
                self.text,
                "  rpc {}({}{}) returns ({}{});",
                method.name,
                stream(method.client_streaming),
                self.reference(&method.request),
                stream(method.server_streaming),
                self.reference(&method.response),
            );
        }
        self.text.push_str("}\n");
    }

    fn message(&mut self, message: &ProtoMessage) {
        self.text.push('\n');
        self.comment("", &message.docs);
        if message.fields.is_empty() && message.oneof.is_none() && message.reserved == Reserved::default() {
            let _ = writeln!(self.text, "message {} {{}}", message.name);
            return;
        }
        let _ = writeln!(self.text, "message {} {{", message.name);
        let mut first = self.reserved(&message.reserved);
        for field in &message.fields {
            self.air(&mut first);
            self.field("  ", field);
        }
        if let Some(oneof) = &message.oneof {
            self.air(&mut first);
            self.comment("  ", &oneof.docs);
            let _ = writeln!(self.text, "  oneof {} {{", oneof.name);
            let mut first = true;
            for field in &oneof.fields {
                self.air(&mut first);
                self.field("    ", field);
            }
            self.text.push_str("  }\n");
        }
        self.text.push_str("}\n");
    }

    /// Returns whether nothing was written.
    fn reserved(&mut self, reserved: &Reserved) -> bool {
        if !reserved.numbers.is_empty() {
            let numbers: Vec<String> = reserved.numbers.iter().map(i32::to_string).collect();
            let _ = writeln!(self.text, "  reserved {};", numbers.join(", "));
        }
        if !reserved.names.is_empty() {
            let names: Vec<String> = reserved.names.iter().map(|name| format!("\"{name}\"")).collect();
            let _ = writeln!(self.text, "  reserved {};", names.join(", "));
        }
        *reserved == Reserved::default()
    }

    fn air(&mut self, first: &mut bool) {
        if !std::mem::replace(first, false) {
            self.text.push('\n');
        }
    }

    fn field(&mut self, indent: &str, field: &ProtoField) {
        self.comment(indent, &field.docs);
        let type_text = self.field_type(&field.field_type);
        let _ = writeln!(self.text, "{indent}{type_text} {} = {};", field.name, field.number);
    }

    fn field_type(&self, field_type: &FieldType) -> String {
        let item = match &field_type.item {
            ItemType::Scalar(name) => (*name).to_owned(),
            ItemType::Message(name) | ItemType::Enum(name) => self.reference(name),
        };
        match field_type.label {
            FieldLabel::Singular => item,
            FieldLabel::Optional => format!("optional {item}"),
            FieldLabel::Repeated => format!("repeated {item}"),
            FieldLabel::Map(key) => format!("map<{key}, {item}>"),
        }
    }

    /// The name as written in this file: short within the package, else in full.
    fn reference(&self, full_name: &str) -> String {
        if let Some((package, name)) = full_name.rsplit_once('.')
            && package == self.package
        {
            return name.to_owned();
        }
        let first = full_name.split('.').next().unwrap_or_default();
        if self.hidden.contains(first) { format!(".{full_name}") } else { full_name.to_owned() }
    }

    fn enumeration(&mut self, enumeration: &ProtoEnum) {
        self.text.push('\n');
        self.comment("", &enumeration.docs);
        let _ = writeln!(self.text, "enum {} {{", enumeration.name);
        let mut numbers = BTreeSet::new();
        let aliases = enumeration.values.iter().any(|value| !numbers.insert(value.number));
        if aliases {
            self.text.push_str("  option allow_alias = true;\n");
        }
        let mut first = self.reserved(&enumeration.reserved) && !aliases;
        for value in &enumeration.values {
            self.air(&mut first);
            self.comment("  ", &value.docs);
            let _ = writeln!(self.text, "  {} = {};", value.name, value.number);
        }
        self.text.push_str("}\n");
    }
}
