//! The expressions that convert one field, from the wire and back.

use super::naming::Types;
use crate::names::rust_type;
use crate::proto::{FieldLabel, ItemType, Presence, Shape, Value};

/// How a value is converted: a function or closure by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// It is the same on both sides.
    Identity,
    /// A function that always succeeds.
    Total(String),
    /// A function that returns a `Result` with `InvalidValue`.
    Partial(String),
}

/// The function from the wire of one value.
fn value_from(value: &Value, item: &ItemType, types: &Types, from: &str) -> Conversion {
    match value {
        Value::Same => Conversion::Identity,
        Value::Narrow(integer) => Conversion::Partial(format!("narrow::<_, {integer}>")),
        Value::Guid => Conversion::Partial("guid::from_text".to_owned()),
        Value::Decimal => Conversion::Partial("rust_decimal::Decimal::try_from".to_owned()),
        Value::DateTime => Conversion::Partial("time::DateTime::try_from".to_owned()),
        Value::ClockTime => Conversion::Partial("clock_time::ClockTime::try_from".to_owned()),
        Value::DateTimeOffset => Conversion::Partial("date_time_offset::DateTimeOffset::try_from".to_owned()),
        Value::TimeSpan => Conversion::Partial("time::TimeSpan::try_from".to_owned()),
        Value::Message => match item {
            ItemType::Message(name) => Conversion::Partial(format!("{}::try_from", types.domain_path(name, from))),
            ItemType::Scalar(_) | ItemType::Enum(_) => Conversion::Identity,
        },
        Value::Enum => match item {
            ItemType::Enum(name) => Conversion::Total(format!("{}::from", types.domain_path(name, from))),
            ItemType::Scalar(_) | ItemType::Message(_) => Conversion::Identity,
        },
        Value::Number(name) => Conversion::Total(types.domain_path(name, from)),
        Value::Wrapped { field, inner } => match from_wire(inner, false, &format!("inner.{field}"), types, from, "") {
            (text, false) => Conversion::Total(format!("|inner| {text}")),
            (text, true) => Conversion::Partial(format!("|inner| {text}")),
        },
        Value::Entry { key, value } => {
            let (key, _) = with_question_mark(from_wire(key, false, "entry.key", types, from, ""));
            let (value, _) = with_question_mark(from_wire(value, false, "entry.value", types, from, ""));
            Conversion::Partial(format!("|entry| Ok(({key}, {value}))"))
        }
    }
}

fn with_question_mark((text, fallible): (String, bool)) -> (String, bool) {
    if fallible { (format!("{text}?"), true) } else { (text, false) }
}

/// The expression of a field's domain value, made of the expression of its wire value, and whether it is a `Result`.
/// `member` is what an error names; nothing for parts of a field.
pub(crate) fn from_wire(shape: &Shape, boxed: bool, wire: &str, types: &Types, from: &str, member: &str) -> (String, bool) {
    let conversion = value_from(&shape.domain.value, &shape.wire.item, types, from);
    let named = |text: String| if member.is_empty() { text } else { format!("{text}.map_err(at({member:?}))") };
    match (shape.wire.label, &shape.wire.item) {
        (FieldLabel::Repeated, _) => match conversion {
            Conversion::Identity => (wire.to_owned(), false),
            Conversion::Total(function) => (format!("{wire}.into_iter().map({function}).collect()"), false),
            Conversion::Partial(function) => {
                (named(format!("{wire}.into_iter().map({function}).collect::<Result<Vec<_>, InvalidValue>>()")), true)
            }
        },
        (FieldLabel::Map(_), _) => {
            let key_conversion = match &shape.domain.key {
                Some(key) => value_from(key, &ItemType::Scalar("string"), types, from),
                None => Conversion::Identity,
            };
            match (key_conversion, conversion) {
                (Conversion::Identity, Conversion::Identity) => (wire.to_owned(), false),
                (key, value) => {
                    let key = applied(&key, "key");
                    let value = applied(&value, "value");
                    let text = format!(
                        "{wire}.into_iter().map(|(key, value)| Ok(({key}, {value}))).collect::<Result<BTreeMap<_, _>, InvalidValue>>()"
                    );
                    (named(text), true)
                }
            }
        }
        (FieldLabel::Singular, ItemType::Scalar(_) | ItemType::Enum(_)) => match conversion {
            Conversion::Identity => (wire.to_owned(), false),
            Conversion::Partial(_) if shape.domain.value == Value::Guid && shape.domain.presence != Presence::Required => {
                (named(format!("guid::or_empty(&{wire})")), true)
            }
            Conversion::Total(function) => (format!("{function}({wire})"), false),
            Conversion::Partial(function) => (named(format!("{function}({wire})")), true),
        },
        (FieldLabel::Optional, _) | (FieldLabel::Singular, ItemType::Message(_)) => {
            optional(shape, boxed, wire, conversion, types, from, &named)
        }
    }
}

/// As [`from_wire`], of what may be absent on the wire.
fn optional(
    shape: &Shape,
    boxed: bool,
    wire: &str,
    conversion: Conversion,
    types: &Types,
    from: &str,
    named: &dyn Fn(String) -> String,
) -> (String, bool) {
    match shape.domain.presence {
        Presence::Nullable => match conversion {
            Conversion::Identity => (wire.to_owned(), false),
            Conversion::Total(function) => (format!("{wire}.map({function})"), false),
            Conversion::Partial(function) if boxed => {
                (named(format!("{wire}.map(|value| {function}(*value).map(Box::new)).transpose()")), true)
            }
            Conversion::Partial(function) => (named(format!("{wire}.map({function}).transpose()")), true),
        },
        Presence::Required => {
            let present = format!("{wire}.ok_or(InvalidValue::MISSING)");
            let text = match conversion {
                Conversion::Identity => present,
                Conversion::Total(function) => format!("{present}.map({function})"),
                Conversion::Partial(function) if boxed => format!("{present}.and_then(|value| {function}(*value).map(Box::new))"),
                Conversion::Partial(function) => format!("{present}.and_then({function})"),
            };
            (named(text), true)
        }
        Presence::Default => match conversion {
            Conversion::Identity => (format!("{wire}.unwrap_or_default()"), false),
            Conversion::Total(function) => (format!("{wire}.map({function}).unwrap_or_default()"), false),
            Conversion::Partial(function) if shape.domain.value == Value::Message => {
                let function = if boxed {
                    format!("{function}(*{wire}.unwrap_or_default()).map(Box::new)")
                } else {
                    format!("{function}({wire}.unwrap_or_default())")
                };
                (named(function), true)
            }
            Conversion::Partial(function) => {
                // Without a value it is .NET's default, not that of the message.
                let default = types.plain(shape, from);
                let text = format!("{wire}.map({function}).unwrap_or(Ok({default}::default()))");
                (named(text), true)
            }
        },
    }
}

fn applied(conversion: &Conversion, expression: &str) -> String {
    match conversion {
        Conversion::Identity => expression.to_owned(),
        Conversion::Total(function) => match function.strip_prefix("|inner| ") {
            Some(body) => body.replacen("inner.", &format!("{expression}."), 1),
            None => format!("{function}({expression})"),
        },
        Conversion::Partial(function) => match function.strip_prefix("|inner| ") {
            Some(body) => format!("{}?", body.replacen("inner.", &format!("{expression}."), 1)),
            None => format!("{function}({expression})?"),
        },
    }
}

/// The function to the wire of one value.
fn value_to(value: &Value, item: &ItemType, types: &Types, from: &str) -> Conversion {
    let scalar = |item: &ItemType| match item {
        ItemType::Scalar("int32") => "i32",
        _ => "u32",
    };
    match value {
        Value::Same => Conversion::Identity,
        Value::Narrow(_) => Conversion::Total(format!("{}::from", scalar(item))),
        Value::Guid => Conversion::Total("guid::text".to_owned()),
        // Not `Message::from`: a field called `from` gives the message a function of that name.
        Value::Decimal | Value::DateTime | Value::ClockTime | Value::DateTimeOffset | Value::TimeSpan | Value::Message => {
            Conversion::Total("Into::into".to_owned())
        }
        Value::Enum => Conversion::Total("i32::from".to_owned()),
        Value::Number(_) => Conversion::Total("|value| value.0".to_owned()),
        Value::Wrapped { field, inner } => {
            let ItemType::Message(message) = item else { return Conversion::Identity };
            let text = to_wire(inner, false, field, types, from);
            let field_text = if text == *field { (*field).to_owned() } else { format!("{field}: {text}") };
            Conversion::Total(format!("|{field}| {} {{ {field_text} }}", Types::wire_path(message, from)))
        }
        Value::Entry { key, value } => {
            let ItemType::Message(message) = item else { return Conversion::Identity };
            let pair = |name: &str, shape: &Shape| {
                let text = to_wire(shape, false, name, types, from);
                if text == name { name.to_owned() } else { format!("{name}: {text}") }
            };
            Conversion::Total(format!(
                "|(key, value)| {} {{ {}, {} }}",
                Types::wire_path(message, from),
                pair("key", key),
                pair("value", value)
            ))
        }
    }
}

/// The expression of a field's wire value, made of the expression of its domain value.
pub(crate) fn to_wire(shape: &Shape, boxed: bool, domain: &str, types: &Types, from: &str) -> String {
    let conversion = value_to(&shape.domain.value, &shape.wire.item, types, from);
    let apply = |expression: &str| match &conversion {
        Conversion::Identity => expression.to_owned(),
        Conversion::Total(function) if function == "|value| value.0" => format!("{expression}.0"),
        Conversion::Total(function) if function == "Into::into" && !expression.starts_with('*') => format!("{expression}.into()"),
        Conversion::Total(function) | Conversion::Partial(function) => format!("{function}({expression})"),
    };
    match (shape.wire.label, &shape.wire.item) {
        (FieldLabel::Repeated, _) => match &conversion {
            Conversion::Identity => domain.to_owned(),
            Conversion::Total(function) | Conversion::Partial(function) => format!("{domain}.into_iter().map({function}).collect()"),
        },
        (FieldLabel::Map(key), _) => {
            let key_conversion = match &shape.domain.key {
                Some(value) => value_to(value, &ItemType::Scalar(key), types, from),
                None => Conversion::Identity,
            };
            if key_conversion == Conversion::Identity && conversion == Conversion::Identity {
                return domain.to_owned();
            }
            let key = match &key_conversion {
                Conversion::Identity => "key".to_owned(),
                Conversion::Total(function) | Conversion::Partial(function) => format!("{function}(key)"),
            };
            let value = match &conversion {
                Conversion::Total(function) if function.starts_with('|') && function != "|value| value.0" => {
                    // The closure's body is a struct whose field has the name of the parameter.
                    let (parameter, body) = function.trim_start_matches('|').split_once("| ").unwrap_or(("value", function));
                    if parameter == "value" {
                        body.to_owned()
                    } else if body.contains(&format!("{{ {parameter} }}")) {
                        body.replacen(&format!("{{ {parameter} }}"), &format!("{{ {parameter}: value }}"), 1)
                    } else {
                        body.replacen(&format!("{parameter}: {parameter}."), &format!("{parameter}: value."), 1)
                    }
                }
                _ => apply("value"),
            };
            format!("{domain}.into_iter().map(|(key, value)| ({key}, {value})).collect()")
        }
        (FieldLabel::Singular, ItemType::Scalar(_) | ItemType::Enum(_)) => apply(domain),
        (FieldLabel::Optional, _) | (FieldLabel::Singular, ItemType::Message(_)) => match (shape.domain.presence, &conversion) {
            (Presence::Nullable, Conversion::Identity) => domain.to_owned(),
            (Presence::Nullable, Conversion::Total(function) | Conversion::Partial(function)) if boxed => {
                format!("{domain}.map(|value| Box::new({function}(*value)))")
            }
            (Presence::Nullable, Conversion::Total(function) | Conversion::Partial(function)) => format!("{domain}.map({function})"),
            (Presence::Default | Presence::Required, _) if boxed => format!("Some(Box::new({}))", apply(&format!("*{domain}"))),
            (Presence::Default | Presence::Required, _) => format!("Some({})", apply(domain)),
        },
    }
}

/// The expressions of a field of a `oneof`, which is there where it is looked at: from `wire`, with a question mark where it
/// can fail, and to the wire from `domain`. `member` is what an error names.
pub(super) fn alternative(shape: &Shape, boxed: bool, types: &Types, from: &str, member: &str) -> (String, String) {
    let given = |boxed: bool| if boxed { "*value" } else { "value" };
    let read = match value_from(&shape.domain.value, &shape.wire.item, types, from) {
        Conversion::Partial(function) if !function.starts_with('|') => {
            format!("{function}({}).map_err(at({member:?}))?", given(boxed))
        }
        // A box gives its fields out as what is in it does.
        Conversion::Partial(function) | Conversion::Total(function) if function.starts_with('|') => {
            applied(&value_from(&shape.domain.value, &shape.wire.item, types, from), "value")
        }
        conversion => applied(&conversion, given(boxed)),
    };
    let written = match value_to(&shape.domain.value, &shape.wire.item, types, from) {
        Conversion::Identity => given(boxed).to_owned(),
        Conversion::Total(function) | Conversion::Partial(function) => match function.as_str() {
            "|value| value.0" => "value.0".to_owned(),
            "Into::into" if !boxed => "value.into()".to_owned(),
            closure => match closure.strip_prefix('|').and_then(|rest| rest.split_once("| ")) {
                Some(("value", body)) if !boxed => body.to_owned(),
                Some((parameter, body)) => format!("{{ let {parameter} = {}; {body} }}", given(boxed)),
                None => format!("{function}({})", given(boxed)),
            },
        },
    };
    if boxed { (format!("Box::new({read})"), format!("Box::new({written})")) } else { (read, written) }
}

/// The path of the enum that prost makes of a message's `oneof`.
pub(super) fn oneof_path(full_name: &str, oneof: &str, from: &str) -> String {
    let (package, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
    let module = super::naming::inner_module(name);
    let wire = if package == from { "wire".to_owned() } else { format!("crate::{}", package.replace('.', "::")) };
    format!("{wire}::{module}::{}", rust_type(oneof))
}
