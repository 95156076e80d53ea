//! What values are in Rust, apart from the wire: the model of the domain types that a proto crate has beside its messages.

use crate::proto::{FieldLabel, FieldType, ItemType};

/// What a message stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageRole {
    /// A class, a request, a response: has a domain type. A `oneof` holds the classes derived from it.
    #[default]
    Data,
    /// An abstract class: a value is always of a derived class.
    AbstractData,
    /// A choice of a schema: nothing but a `oneof`, whose fields may be of any type.
    Choice,
    /// Helps out where proto has no list, map or null: domain types do without it.
    Helper,
    /// What travels on a stream: handlers take it as it is.
    Stream,
}

/// A value's type in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// What it means that the value is not there.
    pub presence: Presence,
    /// The type of keys, for a map.
    pub key: Option<Value>,
    /// The type of one value.
    pub value: Value,
}

/// What it means that a value is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Null.
    Nullable,
    /// .NET's default of its type.
    Default,
    /// A mistake: WCF refuses it too.
    Required,
}

/// The type of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As on the wire.
    Same,
    /// A smaller integer than the one on the wire, by its Rust name.
    Narrow(&'static str),
    /// `System.Guid`.
    Guid,
    /// `System.Decimal`.
    Decimal,
    /// `System.DateTime`, in UTC.
    DateTime,
    /// `System.DateTime` with its kind.
    ClockTime,
    /// `System.DateTimeOffset`.
    DateTimeOffset,
    /// `System.TimeSpan`.
    TimeSpan,
    /// A message with a domain type, by the field's own type.
    Message,
    /// An enum, by the field's own type.
    Enum,
    /// An enum that travels as an integer, by its full name.
    Number(String),
    /// What a helper message has in its only field.
    Wrapped {
        /// The field.
        field: &'static str,
        /// What it holds.
        inner: Box<Shape>,
    },
    /// The key and the value of an entry.
    Entry {
        /// The key.
        key: Box<Shape>,
        /// The value.
        value: Box<Shape>,
    },
}

/// A field's type on the wire and in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// On the wire.
    pub wire: FieldType,
    /// In Rust.
    pub domain: Domain,
}

impl Domain {
    /// A value as it is on the wire, absent for null or for the default.
    #[must_use]
    pub fn same(wire: &FieldType) -> Self {
        Self::of(Value::Same, wire)
    }

    /// A value of this type, whose presence is what the label says.
    #[must_use]
    pub fn of(value: Value, wire: &FieldType) -> Self {
        let presence = match (wire.label, &wire.item) {
            (FieldLabel::Optional, _) | (FieldLabel::Singular, ItemType::Message(_)) => Presence::Nullable,
            (FieldLabel::Singular | FieldLabel::Repeated | FieldLabel::Map(_), _) => Presence::Default,
        };
        Self { presence, key: None, value }
    }
}

/// An enum that travels as an integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberType {
    /// Its name.
    pub name: String,
    /// Plain paragraphs.
    pub docs: Vec<String>,
    /// The integer in Rust: `u32`.
    pub integer: &'static str,
    /// Whether its values are bits to be combined.
    pub flags: bool,
    /// Its constants in the author's order: name, number, documentation.
    pub constants: Vec<(String, i128, Vec<String>)>,
}
