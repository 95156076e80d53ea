//! Proto: the model of a file, its text, and how contracts are lowered to it.

use std::collections::BTreeSet;

mod compile;
mod domain;
mod enum_numbers;
mod lower;
mod messages;
mod operations;
mod packages;
mod text;
mod values;

#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod tests;

pub use compile::{Compiled, Rejected, compile};
pub use domain::{Domain, MessageRole, NumberType, Presence, Shape, Value};
pub use lower::{Lowered, lower};
pub use text::proto_text;

/// One `.proto` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtoFile {
    /// Path under `proto/`, forward slashes.
    pub path: String,
    /// Package.
    pub package: String,
    /// Paths of imported files.
    pub imports: BTreeSet<String>,
    /// Services, sorted by name, each followed by the messages of its operations in the text.
    pub services: Vec<ProtoService>,
    /// Messages and enums of data types, sorted by name.
    pub items: Vec<ProtoItem>,
    /// Enums that travel as integers, sorted by name: they have no text in proto, but a type in Rust.
    pub numbers: Vec<NumberType>,
    /// The text, as compiled and as written.
    pub text: String,
}

/// A message or an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtoItem {
    /// A message.
    Message(ProtoMessage),
    /// An enum.
    Enum(ProtoEnum),
}

impl ProtoItem {
    /// Its name within the package.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Message(message) => &message.name,
            Self::Enum(enumeration) => &enumeration.name,
        }
    }
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoService {
    /// Name within the package.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Methods, in the contract's order.
    pub methods: Vec<ProtoMethod>,
    /// The messages of its operations, requests before responses, in the order of the methods.
    pub messages: Vec<ProtoMessage>,
    /// The faults of its operations, where an operation declares any with a message of its own.
    pub faults: Vec<OperationFaults>,
    /// The headers of its operations, where an operation has any that travel as metadata.
    pub headers: Vec<Headers>,
}

/// The headers of one message of an operation, as metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The operation, by its name in proto.
    pub operation: String,
    /// Whether they are of the response.
    pub of_response: bool,
    /// The headers, in the contract's order, each with its key.
    pub headers: Vec<Header>,
}

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name in Rust.
    pub name: String,
    /// Its key among the metadata; ends with `-bin` where the value is binary.
    pub key: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Its type: one value, which may be absent.
    pub shape: Shape,
}

impl Header {
    /// How the value travels.
    #[must_use]
    pub fn form(&self) -> HeaderForm {
        match &self.shape.wire.item {
            ItemType::Scalar("bytes") => HeaderForm::Binary,
            ItemType::Scalar("string") if self.shape.domain.value != Value::Guid => HeaderForm::Utf8,
            ItemType::Scalar(_) | ItemType::Enum(_) => HeaderForm::Text,
            ItemType::Message(_) => HeaderForm::Message,
        }
    }
}

/// How a header's value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderForm {
    /// As ASCII text: numbers and GUIDs.
    Text,
    /// As bytes.
    Binary,
    /// As the bytes of its text in UTF-8: metadata itself has ASCII only.
    Utf8,
    /// As the bytes of its message.
    Message,
}

/// The faults of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationFaults {
    /// The operation, by its name in proto.
    pub operation: String,
    /// Full names of the messages of their details, in declared order, each once.
    pub details: Vec<String>,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoMethod {
    /// Name.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Full name of the request message.
    pub request: String,
    /// Full name of the response message.
    pub response: String,
    /// Whether the client streams.
    pub client_streaming: bool,
    /// Whether the server streams.
    pub server_streaming: bool,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtoMessage {
    /// Name within the package.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Fields outside of the oneof, in the contract's order.
    pub fields: Vec<ProtoField>,
    /// The oneof: one is all we ever need.
    pub oneof: Option<ProtoOneof>,
    /// Numbers and names that were in use once.
    pub reserved: Reserved,
    /// What it stands for.
    pub role: MessageRole,
}

/// A `oneof`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoOneof {
    /// Name.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Its fields, all singular.
    pub fields: Vec<ProtoField>,
}

/// What a message or enum may not use again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Numbers.
    pub numbers: BTreeSet<i32>,
    /// Names.
    pub names: BTreeSet<String>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoField {
    /// Name.
    pub name: String,
    /// Number.
    pub number: i32,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Type with its label.
    pub field_type: FieldType,
    /// Its value in Rust, apart from the wire.
    pub domain: Domain,
}

/// A type with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// How many.
    pub label: FieldLabel,
    /// Of what.
    pub item: ItemType,
}

/// How many values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldLabel {
    /// One; a message may be absent.
    Singular,
    /// One or none, apart from the default.
    Optional,
    /// Any number.
    Repeated,
    /// One for each key of this scalar type.
    Map(&'static str),
}

/// The type of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemType {
    /// A scalar, by its proto keyword.
    Scalar(&'static str),
    /// A message, by its full name.
    Message(String),
    /// An enum, by its full name.
    Enum(String),
}

impl FieldType {
    /// The type as proto spells it, names in full: what the lock records.
    #[must_use]
    pub fn recorded(&self) -> String {
        let item = match &self.item {
            ItemType::Scalar(name) => name,
            ItemType::Message(name) | ItemType::Enum(name) => name.as_str(),
        };
        match self.label {
            FieldLabel::Singular => item.to_owned(),
            FieldLabel::Optional => format!("optional {item}"),
            FieldLabel::Repeated => format!("repeated {item}"),
            FieldLabel::Map(key) => format!("map<{key}, {item}>"),
        }
    }
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoEnum {
    /// Name within the package.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// Values; the first is zero.
    pub values: Vec<ProtoEnumValue>,
    /// Numbers and names that were in use once.
    pub reserved: Reserved,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoEnumValue {
    /// Name, with the enum's name before it.
    pub name: String,
    /// Number.
    pub number: i32,
    /// Plain paragraphs.
    pub docs: Vec<String>,
}
