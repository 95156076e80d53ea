//! SOAP headers as metadata: a type for the headers of each message, read by one side and set by the other.

use super::conversion::{from_wire, to_wire};
use super::naming::Types;
use super::{definition, imports};
use crate::names::rust_field;
use crate::proto::{FieldLabel, FieldType, Header, HeaderForm, Headers, ItemType, Shape};
use crate::rust_file::{marker_header, print_items};

/// The type of the headers of one message.
pub(super) fn type_name(headers: &Headers) -> String {
    format!("{}{}Headers", headers.operation, if headers.of_response { "Response" } else { "Request" })
}

/// A header's shape as an optional value: that is what metadata has.
pub(super) fn optional(header: &Header) -> Shape {
    let label = match header.shape.wire.item {
        ItemType::Message(_) => FieldLabel::Singular,
        ItemType::Scalar(_) | ItemType::Enum(_) => FieldLabel::Optional,
    };
    Shape { wire: FieldType { label, item: header.shape.wire.item.clone() }, domain: header.shape.domain.clone() }
}

/// The module with the headers of a service.
pub(crate) fn module(service: &str, all: &[Headers], types: &Types) -> String {
    let mut items = String::new();
    for headers in all {
        let name = type_name(headers);
        let what = if headers.of_response { "answers" } else { "is asked" };
        items.push_str(&format!(
            "/// The headers of what `{}` {what}.\n#[derive(Clone, Debug, PartialEq)]\npub struct {name} {{\n",
            headers.operation
        ));
        for header in &headers.headers {
            definition::push_docs(&header.docs, &mut items);
            items.push_str(&format!("pub {}: {},\n", rust_field(&header.name), types.shape(&optional(header), false, "")));
        }
        items.push_str("}\n");
        items.push_str(&format!(
            "impl {name} {{\n/// The headers among the metadata of a message.\n///\n/// # Errors\n///\n/// If one is no value of its type, or a required one is missing. Becomes `INVALID_ARGUMENT` with `?` in a method.\n\
             pub fn from_metadata(metadata: &MetadataMap) -> Result<Self, InvalidValue> {{\nOk(Self {{\n"
        ));
        for header in &headers.headers {
            let field = rust_field(&header.name);
            let found = match (header.form(), &header.shape.wire.item) {
                (HeaderForm::Binary, _) => "binary".to_owned(),
                (HeaderForm::Utf8, _) => "utf8".to_owned(),
                (HeaderForm::Message, ItemType::Message(message)) => format!("message::<{}>", Types::wire_path(message, "")),
                (HeaderForm::Text | HeaderForm::Message, ItemType::Scalar(name)) => format!("text::<{}>", super::naming::scalar(name)),
                (HeaderForm::Text | HeaderForm::Message, ItemType::Enum(_) | ItemType::Message(_)) => "text::<i32>".to_owned(),
            };
            let wire = format!("metadata::{found}(metadata, {:?})?", header.key);
            let (expression, fallible) = from_wire(&optional(header), false, &wire, types, "", &header.key);
            items.push_str(&format!("{field}: {expression}{},\n", if fallible { "?" } else { "" }));
        }
        items.push_str("})\n}\n");
        items.push_str(
            "/// Adds them to the metadata of a message; null ones are left out.\npub fn add_to(self, metadata: &mut MetadataMap) {\n",
        );
        for header in &headers.headers {
            let field = rust_field(&header.name);
            let value = to_wire(&optional(header), false, &format!("self.{field}"), types, "");
            let set = match (header.form(), &header.shape.wire.item) {
                (HeaderForm::Binary, _) => "set_binary".to_owned(),
                (HeaderForm::Utf8, _) => "set_utf8".to_owned(),
                // The type of what `into` makes is not known from a field here.
                (HeaderForm::Message, ItemType::Message(message)) => format!("set_message::<{}>", Types::wire_path(message, "")),
                (HeaderForm::Text | HeaderForm::Message, _) => "set_text".to_owned(),
            };
            items.push_str(&format!("metadata::{set}(metadata, {:?}, {value});\n", header.key));
        }
        items.push_str("}\n}\n");
    }
    let mut text = marker_header("Handlers and clients use these types with the metadata of a request or response.");
    text.push_str(&format!("\n//! The SOAP headers of `{service}`, as metadata.\n\n"));
    let code = format!("use tonic::metadata::MetadataMap;\n{}use crate::headers::metadata;\n{items}", imports(&items, ""));
    text.push_str(&print_items(code.parse().unwrap_or_default()));
    text
}
