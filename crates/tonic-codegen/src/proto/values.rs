//! .NET types as proto types: the data table.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{DataKind, EnumType, Primitive, TypeKey, TypeRef};
use wcf_diagnostics::Span;

use crate::diagnostics::{self, ValuesChange};
use crate::doc_text::code_span;
use crate::plan_crates::{DateTimePolicy, DecimalPolicy, NullListPolicy};
use crate::proto::lower::{Lowering, NameWish};
use crate::proto::{
    Domain, FieldLabel, FieldType, ItemType, MessageRole, Presence, ProtoEnum, ProtoEnumValue, ProtoField, ProtoFile, ProtoItem,
    ProtoMessage, Reserved, Shape, Value,
};

/// The package of messages that carry .NET values without loss.
pub(super) const PACKAGE: &str = "dotnet.v1";
const DECIMAL: &str = "dotnet.v1.Decimal";
const UNITS_NANOS: &str = "dotnet.v1.UnitsNanos";
const CLOCK_TIME: &str = "dotnet.v1.DateTime";
const DATE_TIME_KIND: &str = "dotnet.v1.DateTimeKind";
const DATE_TIME_OFFSET: &str = "dotnet.v1.DateTimeOffset";
const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// What a value loses on the way, or how it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loss {
    DateTimeKind,
    NullList,
    NullEntry,
    Required,
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
    pub domain: Domain,
    pub remark: Option<String>,
}

impl LoweredType {
    fn new(item: ItemType, nullable: bool, value: Value, remark: Option<String>) -> Self {
        let field_type = single(item, nullable);
        let mut domain = Domain::of(value, &field_type);
        domain.presence = if nullable { Presence::Nullable } else { Presence::Default };
        Self { field_type, domain, remark }
    }
}

/// Whether a parameter of this type may be null without `Nullable<T>`.
pub(super) fn is_reference(type_ref: &TypeRef) -> bool {
    match type_ref {
        TypeRef::Primitive(primitive) => {
            matches!(primitive, Primitive::String | Primitive::Bytes | Primitive::Uri | Primitive::Version | Primitive::QName)
        }
        TypeRef::Nullable(_) | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => true,
        TypeRef::List { .. } | TypeRef::Map { .. } => true,
        TypeRef::Named(_) | TypeRef::Stream | TypeRef::Message => false,
    }
}

impl Lowering<'_> {
    /// The proto type of a field.
    pub fn field_type(&mut self, type_ref: &TypeRef, nullable: bool, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let mut lose = |loss: Loss| holder.losses.entry(loss).or_default().push((place.span, place.name.to_owned()));
        match type_ref {
            TypeRef::Primitive(primitive) => {
                match primitive {
                    Primitive::DateTime if self.policy.date_time == DateTimePolicy::Utc => lose(Loss::DateTimeKind),
                    Primitive::TimeSpan => lose(Loss::TimeSpanRange),
                    Primitive::Decimal if self.policy.decimal == DecimalPolicy::UnitsNanos => lose(Loss::DecimalDigits),
                    _ => {}
                }
                let (item, value, remark) = self.primitive(*primitive);
                LoweredType::new(item, nullable, value, remark.map(str::to_owned))
            }
            TypeRef::Nullable(inner) => self.field_type(inner, true, holder, place),
            TypeRef::Named(key) => self.named_type(key, nullable, holder, place),
            TypeRef::List { item } => {
                let kept = nullable && self.policy.null_lists == NullListPolicy::Kept;
                lose(if kept { Loss::NullEntry } else { Loss::NullList });
                let element = self.element_type(item, holder, place);
                let field_type = FieldType { label: FieldLabel::Repeated, item: element.field_type.item };
                let domain = Domain { presence: Presence::Default, key: None, value: element.domain.value };
                let list = LoweredType { field_type, domain, remark: element.remark };
                if kept { self.wrapped(list, true, holder) } else { list }
            }
            TypeRef::Map { key, value } => {
                let kept = nullable && self.policy.null_lists == NullListPolicy::Kept;
                lose(if kept { Loss::NullEntry } else { Loss::NullList });
                let map = self.map_type(key, value, holder, place);
                if kept { self.wrapped(map, true, holder) } else { map }
            }
            TypeRef::Stream => {
                lose(Loss::BufferedStream);
                LoweredType::new(ItemType::Scalar("bytes"), nullable, Value::Same, Some("The whole stream.".to_owned()))
            }
            TypeRef::Message => {
                lose(Loss::UntypedMessage);
                let remark = Some("The body of the SOAP message, as XML in UTF-8.".to_owned());
                LoweredType::new(ItemType::Scalar("bytes"), nullable, Value::Same, remark)
            }
            TypeRef::Any => {
                lose(Loss::OpenType);
                let remark = Some("Any type: the contract does not say which.".to_owned());
                LoweredType::new(ItemType::Message("google.protobuf.Any".to_owned()), true, Value::Same, remark)
            }
            TypeRef::Xml { written } => {
                lose(Loss::Xml);
                let remark = Some(format!("XML in UTF-8, as {} has it.", code_span(written)));
                LoweredType::new(ItemType::Scalar("bytes"), nullable, Value::Same, remark)
            }
            TypeRef::Unknown { written, .. } => {
                lose(Loss::UnknownType);
                let remark = Some(format!("XML in UTF-8, as .NET writes {}, which is not in the input.", code_span(written)));
                LoweredType::new(ItemType::Scalar("bytes"), nullable, Value::Same, remark)
            }
        }
    }

    fn named_type(&mut self, key: &TypeKey, nullable: bool, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let model = self.model;
        let message = |name: String, nullable: bool| LoweredType::new(ItemType::Message(name), nullable, Value::Message, None);
        match model.types.get(key).map(|data_type| &data_type.kind) {
            Some(DataKind::Class(class)) => message(self.full_name(&key.0), nullable || !class.is_value_type),
            Some(DataKind::Message(_) | DataKind::Choice(_)) => message(self.full_name(&key.0), true),
            Some(DataKind::Enum(enumeration)) => match integer_of(enumeration) {
                None => LoweredType::new(ItemType::Enum(self.full_name(&key.0)), nullable, Value::Enum, None),
                Some(scalar) => {
                    if !enumeration.flags {
                        holder.losses.entry(Loss::WideEnum).or_default().push((place.span, place.name.to_owned()));
                    }
                    let remark = Some(named_constants(&key.0, enumeration));
                    LoweredType::new(ItemType::Scalar(scalar), nullable, Value::Number(self.full_name(&key.0)), remark)
                }
            },
            Some(DataKind::Collection { item, .. }) if self.is_inline(key) => {
                self.field_type(&TypeRef::List { item: Box::new(item.clone()) }, nullable, holder, place)
            }
            Some(DataKind::Dictionary { key: map_key, value }) if self.is_inline(key) => {
                let map = TypeRef::Map { key: Box::new(map_key.clone()), value: Box::new(value.clone()) };
                self.field_type(&map, nullable, holder, place)
            }
            Some(DataKind::Collection { .. } | DataKind::Dictionary { .. }) => message(self.full_name(&key.0), true),
            None => self.field_type(&TypeRef::Unknown { written: key.0.clone(), span: place.span }, nullable, holder, place),
        }
    }

    /// The type of what a list holds: repeated fields hold neither lists nor nulls, so those get a message around them.
    pub fn element_type(&mut self, item: &TypeRef, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let lowered = self.field_type(item, false, holder, place);
        let nullable = matches!(item, TypeRef::Nullable(_));
        match lowered.field_type.label {
            FieldLabel::Singular if !nullable => lowered,
            FieldLabel::Singular | FieldLabel::Optional | FieldLabel::Repeated | FieldLabel::Map(_) => self.wrapped(lowered, false, holder),
        }
    }

    /// A value in a message of its own.
    fn wrapped(&mut self, inner: LoweredType, nullable: bool, holder: &Holder) -> LoweredType {
        let (message, field) = self.wrapper(&inner.field_type, &inner.domain, holder);
        let inner_shape = Box::new(Shape { wire: inner.field_type, domain: inner.domain });
        LoweredType::new(ItemType::Message(message), nullable, Value::Wrapped { field, inner: inner_shape }, inner.remark)
    }

    /// The type of a dictionary.
    pub fn map_type(&mut self, key: &TypeRef, value: &TypeRef, holder: &mut Holder, place: Use<'_>) -> LoweredType {
        let value_is_nullable = is_reference(value) && !matches!(value, TypeRef::List { .. } | TypeRef::Map { .. });
        if let Some(scalar) = map_key(key)
            && let TypeRef::Primitive(primitive) = key
            && !matches!(value, TypeRef::Nullable(_))
        {
            let element = self.element_type(value, holder, place);
            let (_, key, _) = self.primitive(*primitive);
            let field_type = FieldType { label: FieldLabel::Map(scalar), item: element.field_type.item };
            let domain = Domain { presence: Presence::Default, key: Some(key), value: element.domain.value };
            return LoweredType { field_type, domain, remark: None };
        }
        let key = self.field_type(key, false, holder, place);
        let value = self.field_type(value, value_is_nullable, holder, place);
        let key = Shape { wire: key.field_type, domain: key.domain };
        let value = Shape { wire: value.field_type, domain: value.domain };
        let field_type = FieldType { label: FieldLabel::Repeated, item: ItemType::Message(self.entry(&key, &value, holder)) };
        let entry = Value::Entry { key: Box::new(key), value: Box::new(value) };
        LoweredType { field_type, domain: Domain { presence: Presence::Default, key: None, value: entry }, remark: None }
    }

    /// The message around a list, a map or a nullable value.
    fn wrapper(&mut self, inner: &FieldType, domain: &Domain, holder: &Holder) -> (String, &'static str) {
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
            domain: domain.clone(),
        }];
        (self.helper_message(holder, &inner.recorded(), name, docs, fields), field)
    }

    /// The message of one entry of a dictionary whose keys proto does not allow.
    fn entry(&mut self, key: &Shape, value: &Shape, holder: &Holder) -> String {
        let plural = match value.wire.label {
            FieldLabel::Singular | FieldLabel::Optional => "",
            FieldLabel::Repeated => "List",
            FieldLabel::Map(_) => "Map",
        };
        let name = format!("{}{}{plural}Entry", short_name(&key.wire.item), short_name(&value.wire.item));
        let field = |name: &str, number: i32, shape: &Shape, docs: &str| ProtoField {
            name: name.to_owned(),
            number,
            docs: vec![docs.to_owned()],
            field_type: shape.wire.clone(),
            domain: shape.domain.clone(),
        };
        let fields = vec![field("key", 1, key, "The key."), field("value", 2, value, "Its value.")];
        let recorded = format!("entry<{}, {}>", key.wire.recorded(), value.wire.recorded());
        self.helper_message(holder, &recorded, name, "An entry of a dictionary whose keys proto does not allow in a map.", fields)
    }

    /// A list or dictionary in a message of its own, for a place that has one value.
    pub fn in_message(&mut self, field: crate::proto::messages::Wanted, holder: &Holder) -> crate::proto::messages::Wanted {
        let list = LoweredType { field_type: field.field_type, domain: field.domain, remark: None };
        let wrapped = self.wrapped(list, true, holder);
        crate::proto::messages::Wanted { field_type: wrapped.field_type, domain: wrapped.domain, ..field }
    }

    /// The message of a fault whose detail is no class.
    pub fn fault_message(&mut self, detail: &Shape, package: &str) -> String {
        let plural = match detail.wire.label {
            FieldLabel::Singular | FieldLabel::Optional => "",
            FieldLabel::Repeated => "List",
            FieldLabel::Map(_) => "Map",
        };
        let name = format!("{}{plural}Fault", short_name(&detail.wire.item));
        let field = ProtoField {
            name: "value".to_owned(),
            number: 1,
            docs: vec!["The detail.".to_owned()],
            field_type: detail.wire.clone(),
            domain: detail.domain.clone(),
        };
        let recorded = format!("fault<{}>", detail.wire.recorded());
        self.helper_message(&Holder::new(package), &recorded, name, "The detail of a fault that is no class of its own.", vec![field])
    }

    fn helper_message(&mut self, holder: &Holder, recorded: &str, name: String, docs: &str, fields: Vec<ProtoField>) -> String {
        let key = format!("{} {recorded}", holder.package);
        let fallback = format!("{name}Value");
        self.grant(vec![NameWish { key: key.clone(), package: holder.package.clone(), preferred: name, fallback }]);
        let full_name = self.full_name(&key);
        let short = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let message =
            ProtoMessage { name: short.clone(), docs: vec![docs.to_owned()], fields, role: MessageRole::Helper, ..ProtoMessage::default() };
        self.wrappers.entry(holder.package.clone()).or_default().insert(short, message);
        full_name
    }

    /// The item, its domain type, and a sentence on its form.
    fn primitive(&self, primitive: Primitive) -> (ItemType, Value, Option<&'static str>) {
        let scalar = |name| (ItemType::Scalar(name), Value::Same, None);
        let narrow = |name, integer, remark| (ItemType::Scalar(name), Value::Narrow(integer), Some(remark));
        let text = |remark| (ItemType::Scalar("string"), Value::Same, Some(remark));
        let message = |name: &str, value| (ItemType::Message(name.to_owned()), value, None);
        match primitive {
            Primitive::Boolean => scalar("bool"),
            Primitive::SByte => narrow("int32", "i8", "From -128 to 127."),
            Primitive::Int16 => narrow("int32", "i16", "From -32768 to 32767."),
            Primitive::Int32 => scalar("int32"),
            Primitive::Int64 => scalar("int64"),
            Primitive::Byte => narrow("uint32", "u8", "From 0 to 255."),
            Primitive::UInt16 => narrow("uint32", "u16", "From 0 to 65535."),
            Primitive::Char => narrow("uint32", "u16", "A UTF-16 code unit, from 0 to 65535."),
            Primitive::UInt32 => scalar("uint32"),
            Primitive::UInt64 => scalar("uint64"),
            Primitive::Single => scalar("float"),
            Primitive::Double => scalar("double"),
            Primitive::String => scalar("string"),
            Primitive::Bytes => scalar("bytes"),
            Primitive::Guid => (ItemType::Scalar("string"), Value::Guid, Some("A GUID, lower-case 8-4-4-4-12.")),
            Primitive::DateOnly => text("A date, yyyy-MM-dd."),
            Primitive::TimeOnly => text("A time of day, HH:mm:ss with up to seven decimals."),
            Primitive::Uri => text("An address."),
            Primitive::Version => text("A version of two to four numbers with dots between them."),
            Primitive::QName => text("A qualified name, {namespace}name."),
            Primitive::Decimal => match self.policy.decimal {
                DecimalPolicy::Text => message(DECIMAL, Value::Decimal),
                DecimalPolicy::UnitsNanos => message(UNITS_NANOS, Value::Same),
            },
            Primitive::DateTime => match self.policy.date_time {
                DateTimePolicy::Utc => message(TIMESTAMP, Value::DateTime),
                DateTimePolicy::WithKind => message(CLOCK_TIME, Value::ClockTime),
            },
            Primitive::DateTimeOffset => message(DATE_TIME_OFFSET, Value::DateTimeOffset),
            Primitive::TimeSpan => message("google.protobuf.Duration", Value::TimeSpan),
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
        domain: Domain { presence: Presence::Default, key: None, value: Value::Same },
        field_type: FieldType { label: FieldLabel::Singular, item },
    };
    let message = |name: &str, docs: &[&str], fields: Vec<ProtoField>| ProtoMessage {
        name: name.to_owned(),
        docs: docs.iter().map(|text| (*text).to_owned()).collect(),
        fields,
        role: MessageRole::Helper,
        ..ProtoMessage::default()
    };
    let all = [
        (
            CLOCK_TIME,
            message(
                "DateTime",
                &["A `System.DateTime`: what a clock shows, and which clock it is."],
                vec![
                    field(
                        "clock_time",
                        1,
                        ItemType::Message(TIMESTAMP.to_owned()),
                        "What the clock shows, written as if it were UTC, in steps of 100 nanoseconds.",
                    ),
                    field("kind", 2, ItemType::Enum(DATE_TIME_KIND.to_owned()), "Which clock it is."),
                ],
            ),
        ),
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
    let mut items: Vec<ProtoItem> =
        all.into_iter().filter(|(name, _)| used.contains(*name)).map(|(_, message)| ProtoItem::Message(message)).collect();
    if used.contains(CLOCK_TIME) {
        let value = |name: &str, number: i32, docs: &str| ProtoEnumValue {
            name: format!("DATE_TIME_KIND_{name}"),
            number,
            docs: vec![docs.to_owned()],
        };
        items.push(ProtoItem::Enum(ProtoEnum {
            name: "DateTimeKind".to_owned(),
            docs: vec!["A `System.DateTimeKind`.".to_owned()],
            values: vec![
                value("UNSPECIFIED", 0, "Nobody said which."),
                value("UTC", 1, "UTC."),
                value("LOCAL", 2, "The local clock of who sent it."),
            ],
            reserved: Reserved::default(),
        }));
    }
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
                Loss::Required => &diagnostics::REQUIRED_MEMBER,
                Loss::NullEntry => &diagnostics::NULL_ENTRY,
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
