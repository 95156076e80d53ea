//! .NET types as proto types: the data table.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{DataKind, EnumType, Primitive, TypeKey, TypeRef};
use wcf_diagnostics::Span;

use crate::diagnostics::{self, ValuesChange};
use crate::doc_text::code_span;
use crate::plan_crates::DecimalPolicy;
use crate::proto::lower::{Lowering, NameWish};
use crate::proto::{FieldLabel, FieldType, ItemType, ProtoField, ProtoFile, ProtoItem, ProtoMessage, Reserved};

/// The package of messages that carry .NET values without loss.
pub(super) const PACKAGE: &str = "dotnet.v1";
const DECIMAL: &str = "dotnet.v1.Decimal";
const UNITS_NANOS: &str = "dotnet.v1.UnitsNanos";
const DATE_TIME_OFFSET: &str = "dotnet.v1.DateTimeOffset";
const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// What a value loses on the way, or how it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loss {
    DateTimeKind,
    NullList,
    OpenType,
    Xml,
    UntypedMessage,
    UnknownType,
    TimeSpanRange,
    DecimalDigits,
    WideEnum,
    BufferedStream,
    ChunkedStream,
}

/// The message that is being made: its package, and what its fields lose.
pub(super) struct Holder {
    pub package: String,
    pub losses: BTreeMap<Loss, Vec<(Span, String)>>,
}

impl Holder {
    pub fn new(package: &str) -> Self {
        Self { package: package.to_owned(), losses: BTreeMap::new() }
    }
}

/// A place where a type is used.
#[derive(Clone, Copy)]
pub(super) struct Use<'a> {
    pub span: Span,
    pub name: &'a str,
}

/// A lowered type and a sentence on its values, where their form is not obvious.
pub(super) struct LoweredType {
    pub field_type: FieldType,
    pub remark: Option<String>,
}

/// Whether a parameter of this type may be null without `Nullable<T>`.
pub(super) fn is_reference(type_ref: &TypeRef) -> bool {
    match type_ref {
        TypeRef::Primitive(primitive) => {
            matches!(primitive, Primitive::String | Primitive::Bytes | Primitive::Uri | Primitive::Version | Primitive::QName)
        }
        TypeRef::Nullable(_) | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => true,
        TypeRef::Named(_) | TypeRef::List { .. } | TypeRef::Map { .. } | TypeRef::Stream | TypeRef::Message => false,
    }
}

impl Lowering<'_> {
    /// The proto type of a field.
    pub fn field_type(&mut self, type_ref: &TypeRef, nullable: bool, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let mut lose = |loss: Loss| holder.losses.entry(loss).or_default().push((place.span, place.name.to_owned()));
        match type_ref {
            TypeRef::Primitive(primitive) => {
                match primitive {
                    Primitive::DateTime => lose(Loss::DateTimeKind),
                    Primitive::TimeSpan => lose(Loss::TimeSpanRange),
                    Primitive::Decimal if self.policy.decimal == DecimalPolicy::UnitsNanos => lose(Loss::DecimalDigits),
                    _ => {}
                }
                let (item, remark) = self.primitive(*primitive);
                LoweredType { field_type: single(item, nullable), remark: remark.map(str::to_owned) }
            }
            TypeRef::Nullable(inner) => self.field_type(inner, true, holder, place),
            TypeRef::Named(key) => self.named_type(key, nullable, holder, place),
            TypeRef::List { item } => {
                lose(Loss::NullList);
                let item = self.element_type(item, holder, place);
                LoweredType { field_type: FieldType { label: FieldLabel::Repeated, item: item.0 }, remark: item.1 }
            }
            TypeRef::Map { key, value } => {
                lose(Loss::NullList);
                let field_type = self.map_type(key, value, holder, place);
                LoweredType { field_type, remark: None }
            }
            TypeRef::Stream => {
                lose(Loss::BufferedStream);
                LoweredType { field_type: single(ItemType::Scalar("bytes"), nullable), remark: Some("The whole stream.".to_owned()) }
            }
            TypeRef::Message => {
                lose(Loss::UntypedMessage);
                let remark = Some("The body of the SOAP message, as XML in UTF-8.".to_owned());
                LoweredType { field_type: single(ItemType::Scalar("bytes"), nullable), remark }
            }
            TypeRef::Any => {
                lose(Loss::OpenType);
                let field_type = single(ItemType::Message("google.protobuf.Any".to_owned()), nullable);
                LoweredType { field_type, remark: Some("Any type: the contract does not say which.".to_owned()) }
            }
            TypeRef::Xml { written } => {
                lose(Loss::Xml);
                let remark = Some(format!("XML in UTF-8, as {} has it.", code_span(written)));
                LoweredType { field_type: single(ItemType::Scalar("bytes"), nullable), remark }
            }
            TypeRef::Unknown { written, .. } => {
                lose(Loss::UnknownType);
                let remark = Some(format!("XML in UTF-8, as .NET writes {}, which is not in the input.", code_span(written)));
                LoweredType { field_type: single(ItemType::Scalar("bytes"), nullable), remark }
            }
        }
    }

    fn named_type(&mut self, key: &TypeKey, nullable: bool, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let model = self.model;
        let message = |name: String| LoweredType { field_type: single(ItemType::Message(name), nullable), remark: None };
        match model.types.get(key).map(|data_type| &data_type.kind) {
            Some(DataKind::Class(_) | DataKind::Message(_)) => message(self.full_name(&key.0)),
            Some(DataKind::Enum(enumeration)) => match integer_of(enumeration) {
                None => LoweredType { field_type: single(ItemType::Enum(self.full_name(&key.0)), nullable), remark: None },
                Some(scalar) => {
                    if !enumeration.flags {
                        holder.losses.entry(Loss::WideEnum).or_default().push((place.span, place.name.to_owned()));
                    }
                    let remark = Some(named_constants(&key.0, enumeration));
                    LoweredType { field_type: single(ItemType::Scalar(scalar), nullable), remark }
                }
            },
            Some(DataKind::Collection { item, .. }) if self.is_inline(key) => {
                self.field_type(&TypeRef::List { item: Box::new(item.clone()) }, nullable, holder, place)
            }
            Some(DataKind::Dictionary { key: map_key, value }) if self.is_inline(key) => {
                let map = TypeRef::Map { key: Box::new(map_key.clone()), value: Box::new(value.clone()) };
                self.field_type(&map, nullable, holder, place)
            }
            Some(DataKind::Collection { .. } | DataKind::Dictionary { .. }) => message(self.full_name(&key.0)),
            None => self.field_type(&TypeRef::Unknown { written: key.0.clone(), span: place.span }, nullable, holder, place),
        }
    }

    /// The type of what a list holds: repeated fields hold neither lists nor nulls, so those get a message around them.
    fn element_type(&mut self, item: &TypeRef, holder: &mut Holder, place: Use<'_>) -> (ItemType, Option<String>) {
        let lowered = self.field_type(item, false, holder, place);
        let nullable = matches!(item, TypeRef::Nullable(_));
        match lowered.field_type.label {
            FieldLabel::Singular if !nullable => (lowered.field_type.item, lowered.remark),
            FieldLabel::Singular | FieldLabel::Optional | FieldLabel::Repeated | FieldLabel::Map(_) => {
                (ItemType::Message(self.wrapper(&lowered.field_type, holder)), lowered.remark)
            }
        }
    }

    /// The type of a dictionary.
    pub fn map_type(&mut self, key: &TypeRef, value: &TypeRef, holder: &mut Holder, place: Use<'_>) -> FieldType {
        let value_is_nullable = is_reference(value);
        if let Some(scalar) = map_key(key)
            && !matches!(value, TypeRef::Nullable(_))
        {
            let (item, _) = self.element_type(value, holder, place);
            return FieldType { label: FieldLabel::Map(scalar), item };
        }
        let key = self.field_type(key, false, holder, place).field_type;
        let value = self.field_type(value, value_is_nullable, holder, place).field_type;
        FieldType { label: FieldLabel::Repeated, item: ItemType::Message(self.entry(&key, &value, holder)) }
    }

    /// The message around a list, a map or a nullable value.
    fn wrapper(&mut self, inner: &FieldType, holder: &Holder) -> String {
        let item = short_name(&inner.item);
        let (name, field, docs) = match inner.label {
            FieldLabel::Repeated => (format!("{item}List"), "items", "A list, for places where proto has no list."),
            FieldLabel::Map(key) => {
                (format!("{}{item}Map", scalar_name(key)), "entries", "A dictionary, for places where proto has no map.")
            }
            FieldLabel::Singular | FieldLabel::Optional => {
                (format!("Nullable{item}"), "value", "A value or none, for places where proto has no null.")
            }
        };
        let fields = vec![ProtoField {
            name: field.to_owned(),
            number: 1,
            docs: vec![wrapper_field(inner.label).to_owned()],
            field_type: inner.clone(),
        }];
        self.helper_message(holder, &inner.recorded(), name, docs, fields)
    }

    /// The message of one entry of a dictionary whose keys proto does not allow.
    fn entry(&mut self, key: &FieldType, value: &FieldType, holder: &Holder) -> String {
        let plural = match value.label {
            FieldLabel::Singular | FieldLabel::Optional => "",
            FieldLabel::Repeated => "List",
            FieldLabel::Map(_) => "Map",
        };
        let name = format!("{}{}{plural}Entry", short_name(&key.item), short_name(&value.item));
        let field = |name: &str, number: i32, field_type: &FieldType, docs: &str| ProtoField {
            name: name.to_owned(),
            number,
            docs: vec![docs.to_owned()],
            field_type: field_type.clone(),
        };
        let fields = vec![field("key", 1, key, "The key."), field("value", 2, value, "Its value.")];
        let recorded = format!("entry<{}, {}>", key.recorded(), value.recorded());
        self.helper_message(holder, &recorded, name, "An entry of a dictionary whose keys proto does not allow in a map.", fields)
    }

    fn helper_message(&mut self, holder: &Holder, recorded: &str, name: String, docs: &str, fields: Vec<ProtoField>) -> String {
        let key = format!("{} {recorded}", holder.package);
        let fallback = format!("{name}Value");
        self.grant(vec![NameWish { key: key.clone(), package: holder.package.clone(), preferred: name, fallback }]);
        let full_name = self.full_name(&key);
        let short = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let message = ProtoMessage { name: short.clone(), docs: vec![docs.to_owned()], fields, oneof: None, reserved: Reserved::default() };
        self.wrappers.entry(holder.package.clone()).or_default().insert(short, message);
        full_name
    }

    fn primitive(&self, primitive: Primitive) -> (ItemType, Option<&'static str>) {
        let scalar = |name| (ItemType::Scalar(name), None);
        let remarked = |name, remark| (ItemType::Scalar(name), Some(remark));
        match primitive {
            Primitive::Boolean => scalar("bool"),
            Primitive::SByte => remarked("int32", "From -128 to 127."),
            Primitive::Int16 => remarked("int32", "From -32768 to 32767."),
            Primitive::Int32 => scalar("int32"),
            Primitive::Int64 => scalar("int64"),
            Primitive::Byte => remarked("uint32", "From 0 to 255."),
            Primitive::UInt16 => remarked("uint32", "From 0 to 65535."),
            Primitive::Char => remarked("uint32", "A UTF-16 code unit, from 0 to 65535."),
            Primitive::UInt32 => scalar("uint32"),
            Primitive::UInt64 => scalar("uint64"),
            Primitive::Single => scalar("float"),
            Primitive::Double => scalar("double"),
            Primitive::String => scalar("string"),
            Primitive::Bytes => scalar("bytes"),
            Primitive::Guid => remarked("string", "A GUID, lower-case 8-4-4-4-12."),
            Primitive::DateOnly => remarked("string", "A date, yyyy-MM-dd."),
            Primitive::TimeOnly => remarked("string", "A time of day, HH:mm:ss with up to seven decimals."),
            Primitive::Uri => remarked("string", "An address."),
            Primitive::Version => remarked("string", "A version of two to four numbers with dots between them."),
            Primitive::QName => remarked("string", "A qualified name, {namespace}name."),
            Primitive::Decimal => match self.policy.decimal {
                DecimalPolicy::Text => (ItemType::Message(DECIMAL.to_owned()), None),
                DecimalPolicy::UnitsNanos => (ItemType::Message(UNITS_NANOS.to_owned()), None),
            },
            Primitive::DateTime => (ItemType::Message(TIMESTAMP.to_owned()), None),
            Primitive::DateTimeOffset => (ItemType::Message(DATE_TIME_OFFSET.to_owned()), None),
            Primitive::TimeSpan => (ItemType::Message("google.protobuf.Duration".to_owned()), None),
        }
    }
}

/// One value: `optional` sets null apart from the default; messages have that anyway.
fn single(item: ItemType, nullable: bool) -> FieldType {
    let label = match item {
        ItemType::Scalar(_) | ItemType::Enum(_) if nullable => FieldLabel::Optional,
        ItemType::Scalar(_) | ItemType::Enum(_) | ItemType::Message(_) => FieldLabel::Singular,
    };
    FieldType { label, item }
}

/// The scalar that carries an enum which proto's enums cannot: flags, and values past 32 bits.
pub(super) fn integer_of(enumeration: &EnumType) -> Option<&'static str> {
    let fits = enumeration.members.iter().all(|member| i32::try_from(member.value).is_ok());
    if fits && !enumeration.flags {
        return None;
    }
    Some(match enumeration.underlying {
        Primitive::SByte | Primitive::Int16 | Primitive::Int32 => "int32",
        Primitive::Byte | Primitive::UInt16 | Primitive::UInt32 => "uint32",
        Primitive::UInt64 => "uint64",
        _ => "int64",
    })
}

fn named_constants(name: &str, enumeration: &EnumType) -> String {
    let how = if enumeration.flags { "Bits of" } else { "A value of" };
    let constants: Vec<String> = enumeration.members.iter().map(|member| format!("{} = {}", member.name, member.value)).collect();
    format!("{how} {}: {}.", code_span(name), constants.join(", "))
}

fn map_key(key: &TypeRef) -> Option<&'static str> {
    let TypeRef::Primitive(primitive) = key else { return None };
    match primitive {
        Primitive::Boolean => Some("bool"),
        Primitive::SByte | Primitive::Int16 | Primitive::Int32 => Some("int32"),
        Primitive::Byte | Primitive::UInt16 | Primitive::UInt32 | Primitive::Char => Some("uint32"),
        Primitive::Int64 => Some("int64"),
        Primitive::UInt64 => Some("uint64"),
        Primitive::String
        | Primitive::Guid
        | Primitive::Uri
        | Primitive::Version
        | Primitive::DateOnly
        | Primitive::TimeOnly
        | Primitive::QName => Some("string"),
        Primitive::Single
        | Primitive::Double
        | Primitive::Decimal
        | Primitive::Bytes
        | Primitive::DateTime
        | Primitive::DateTimeOffset
        | Primitive::TimeSpan => None,
    }
}

fn short_name(item: &ItemType) -> String {
    match item {
        ItemType::Scalar(name) => scalar_name(name).to_owned(),
        ItemType::Message(name) | ItemType::Enum(name) => name.rsplit('.').next().unwrap_or(name).to_owned(),
    }
}

fn scalar_name(scalar: &str) -> &'static str {
    match scalar {
        "bool" => "Bool",
        "int32" => "Int32",
        "int64" => "Int64",
        "uint32" => "Uint32",
        "uint64" => "Uint64",
        "float" => "Float",
        "double" => "Double",
        "bytes" => "Bytes",
        _ => "String",
    }
}

fn wrapper_field(label: FieldLabel) -> &'static str {
    match label {
        FieldLabel::Repeated => "The items, in order.",
        FieldLabel::Map(_) => "The entries.",
        FieldLabel::Singular | FieldLabel::Optional => "The value, absent for null.",
    }
}

/// The file of [`PACKAGE`], with the messages that are used.
pub(super) fn file(used: &BTreeSet<String>) -> Option<ProtoFile> {
    let field = |name: &str, number: i32, item: ItemType, docs: &str| ProtoField {
        name: name.to_owned(),
        number,
        docs: vec![docs.to_owned()],
        field_type: FieldType { label: FieldLabel::Singular, item },
    };
    let message = |name: &str, docs: &[&str], fields: Vec<ProtoField>| ProtoMessage {
        name: name.to_owned(),
        docs: docs.iter().map(|text| (*text).to_owned()).collect(),
        fields,
        oneof: None,
        reserved: Reserved::default(),
    };
    let all = [
        (
            DATE_TIME_OFFSET,
            message(
                "DateTimeOffset",
                &["A `System.DateTimeOffset`: a moment, and how far the clock that read it was from UTC."],
                vec![
                    field("utc_time", 1, ItemType::Message(TIMESTAMP.to_owned()), "The moment, in UTC, in steps of 100 nanoseconds."),
                    field("offset_minutes", 2, ItemType::Scalar("int32"), "Minutes to add to UTC for the clock's time, from -840 to 840."),
                ],
            ),
        ),
        (
            DECIMAL,
            message(
                "Decimal",
                &[
                    "A `System.Decimal`, exact: sign, all digits and trailing zeros. Has the shape of google.type.Decimal.",
                    "The text is an optional minus sign, digits, and optionally a point with 1 to 28 digits after it: `-12.50`. \
                     Without the point its digits are at most 2^96 - 1. No exponent, no separators, no spaces.",
                ],
                vec![field("value", 1, ItemType::Scalar("string"), "The number as text.")],
            ),
        ),
        (
            UNITS_NANOS,
            message(
                "UnitsNanos",
                &["A `System.Decimal` as units and billionths of the same sign: the value is units + nanos / 1,000,000,000. \
                   Digits past the ninth after the point do not fit, nor do trailing zeros."],
                vec![
                    field("units", 1, ItemType::Scalar("int64"), "Whole units."),
                    field("nanos", 2, ItemType::Scalar("sfixed32"), "Billionths, from -999,999,999 to 999,999,999."),
                ],
            ),
        ),
    ];
    let items: Vec<ProtoItem> =
        all.into_iter().filter(|(name, _)| used.contains(*name)).map(|(_, message)| ProtoItem::Message(message)).collect();
    (!items.is_empty()).then(|| ProtoFile { package: PACKAGE.to_owned(), items, ..ProtoFile::default() })
}

impl Lowering<'_> {
    /// Reports what the fields of a class or operation lose: one finding for each kind, with all its places.
    pub fn report(&mut self, holder_name: &str, holder: Holder) {
        for (loss, mut places) in holder.losses {
            places.dedup();
            let code = match loss {
                Loss::DateTimeKind => &diagnostics::DATE_TIME_KIND,
                Loss::NullList => &diagnostics::NULL_LIST,
                Loss::OpenType => &diagnostics::OPEN_TYPE,
                Loss::Xml => &diagnostics::XML_CONTENT,
                Loss::UntypedMessage => &diagnostics::UNTYPED_MESSAGE,
                Loss::UnknownType => &diagnostics::TYPE_AS_XML,
                Loss::TimeSpanRange => &diagnostics::TIME_SPAN_RANGE,
                Loss::DecimalDigits => &diagnostics::DECIMAL_DIGITS,
                Loss::WideEnum => &diagnostics::WIDE_ENUM,
                Loss::BufferedStream => &diagnostics::BUFFERED_STREAM,
                Loss::ChunkedStream => &diagnostics::STREAM_IN_CHUNKS,
            };
            self.findings.push(ValuesChange { code, holder: holder_name.to_owned(), places });
        }
    }
}
