//! Elements of configuration from what code sets: paths of properties along the tables, values as the tables spell them.

use wcf_config::document::{Node, Written};
use wcf_config::schema::{Element, Kind};
use wcf_config::value::{self, spell_time_span};
use wcf_contract::in_code::{CodeObject, CodeSetting, CodeValue, Obstacle};
use wcf_diagnostics::Span;

/// Words in the paths of properties that only bound or name things: where their value is not known .NET's default, which is
/// no weaker, takes its place.
const BOUNDS: [&str; 18] = [
    "Max",
    "Timeout",
    "Quota",
    "Buffer",
    "Backlog",
    "Lease",
    "Interval",
    "Name",
    "Namespace",
    "Encoding",
    "MessageVersion",
    "HostNameComparison",
    "Proxy",
    "Cookies",
    "KeepAlive",
    "TransferMode",
    "PortSharing",
    "ReliableSession",
];

/// What of the settings was understood and what was not.
#[derive(Debug, Default)]
pub(super) struct Misses {
    /// What may decide security: nothing is made of the whole then.
    pub obstacles: Vec<Obstacle>,
    /// What does not: reported, and left at its default.
    pub remarks: Vec<Obstacle>,
}

impl Misses {
    pub(super) fn obstacle(&mut self, what: impl Into<String>, span: Span) {
        self.obstacles.push(Obstacle { what: what.into(), span });
    }

    /// An obstacle, or a remark where the path only bounds or names.
    pub(super) fn miss(&mut self, path: &str, what: impl Into<String>, span: Span) {
        let list = if is_bound(path) { &mut self.remarks } else { &mut self.obstacles };
        list.push(Obstacle { what: what.into(), span });
    }
}

/// Whether a property only bounds or names.
pub(super) fn is_bound(path: &str) -> bool {
    !path.starts_with("Security") && BOUNDS.iter().any(|word| path.contains(word))
}

/// An element without anything in it.
pub(super) fn empty(schema: &'static Element, span: Span) -> Node {
    Node { schema, span, attributes: Vec::new(), children: Vec::new(), items: Vec::new(), kept: Vec::new() }
}

/// Writes an attribute, over what is there.
pub(super) fn write(node: &mut Node, name: &str, text: impl Into<String>, span: Span) -> bool {
    let Some(attribute) = node.schema.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)) else { return false };
    let Ok(value) = value::read(&attribute.kind, &text.into()) else { return false };
    node.attributes.retain(|written| written.attribute.name != attribute.name);
    node.attributes.push(Written { attribute, value, span, transform: None });
    true
}

/// The child with this name, made if it is not there.
pub(super) fn child<'n>(node: &'n mut Node, name: &str, span: Span) -> Option<&'n mut Node> {
    let known = node.schema.children.iter().find(|child| child.name.eq_ignore_ascii_case(name))?;
    if !node.children.iter().any(|(written, _)| *written == known.name) {
        node.children.push((known.name, empty(known.element, span)));
    }
    node.children.iter_mut().find(|(written, _)| *written == known.name).map(|(_, child)| child)
}

/// Sets what a path of properties leads to.
pub(super) fn apply(node: &mut Node, path: &str, setting: &CodeSetting, misses: &mut Misses) {
    let span = setting.span;
    if !setting.certain {
        misses.miss(path, format!("`{path}` is set on some ways through the code only"), span);
        return;
    }
    let Some(value) = setting.values.first().filter(|_| !setting.is_call) else {
        misses.miss(path, format!("`{path}` is called, and what it does is not read"), span);
        return;
    };
    let mut at = node;
    let mut parts: Vec<&str> = path.split('.').collect();
    let Some(last) = parts.pop() else { return };
    for part in parts {
        match child(at, part, span) {
            Some(inner) => at = inner,
            None => {
                misses.miss(path, format!("`{path}` has no counterpart in configuration"), span);
                return;
            }
        }
    }
    // An object in the place of a part: its own settings, under the part.
    if let CodeValue::Object(object) = value
        && at.schema.children.iter().any(|child| child.name.eq_ignore_ascii_case(last))
    {
        let Some(inner) = child(at, last, span) else { return };
        if object.own.is_some() || !object.arguments.is_empty() {
            misses.miss(path, format!("`{path}` is a `{}` that is not understood", object.class), object.span);
            return;
        }
        for setting in &object.settings {
            apply_under(inner, path, setting, misses);
        }
        return;
    }
    if let CodeValue::Symbol(symbol, span) = value
        && symbol == "XmlDictionaryReaderQuotas.Max"
        && let Some(quotas) = child(at, last, *span)
    {
        for attribute in quotas.schema.attributes {
            write(quotas, attribute.name, i32::MAX.to_string(), *span);
        }
        return;
    }
    // Objects that configuration names by their class.
    let by_class = format!("{last}Type");
    if let CodeValue::Object(object) = value
        && at.schema.attributes.iter().any(|attribute| attribute.name.eq_ignore_ascii_case(&by_class))
    {
        let class = object.own.clone().unwrap_or_else(|| object.class.clone());
        write(at, &by_class, class, object.span);
        return;
    }
    let Some(attribute) = at.schema.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(last)) else {
        misses.miss(path, format!("`{path}` has no counterpart in configuration"), span);
        return;
    };
    match spell(value, &attribute.kind) {
        Some(text) => {
            if !write(at, attribute.name, text, value.span()) {
                misses.miss(path, format!("`{path}` has a value that configuration does not take"), value.span());
            }
        }
        None => misses.miss(path, format!("the value of `{path}` is not a literal or constant"), value.span()),
    }
}

/// Sets what a path leads to inside an element that is itself at a path.
fn apply_under(node: &mut Node, prefix: &str, setting: &CodeSetting, misses: &mut Misses) {
    let mut found = Misses::default();
    apply(node, &setting.path, setting, &mut found);
    // What bounds inside `Security` is judged by the whole path.
    if prefix.starts_with("Security") {
        misses.obstacles.append(&mut found.remarks);
    }
    misses.obstacles.append(&mut found.obstacles);
    misses.remarks.append(&mut found.remarks);
}

/// A value as XML spells it; `None` where it is not known.
pub(super) fn spell(value: &CodeValue, kind: &Kind) -> Option<String> {
    match (value, kind) {
        (CodeValue::Text(text, _), Kind::Text { .. } | Kind::Uri | Kind::IpAddress) => Some(text.clone()),
        (CodeValue::Integer(number, _), Kind::Int { .. } | Kind::Long { .. } | Kind::SessionId) => Some(number.to_string()),
        (CodeValue::Boolean(value, _), Kind::Bool) => Some(value.to_string()),
        (CodeValue::Symbol(symbol, _), Kind::Enumeration(_) | Kind::Flags(_)) => symbol.rsplit('.').next().map(str::to_owned),
        (CodeValue::Symbol(symbol, _), Kind::Encoding) => match symbol.rsplit('.').next() {
            Some("UTF8") => Some("utf-8".to_owned()),
            Some("Unicode") => Some("utf-16".to_owned()),
            Some("BigEndianUnicode") => Some("utf-16BE".to_owned()),
            _ => None,
        },
        (value, Kind::TimeSpan { .. } | Kind::AnyTimeSpan) => time_span(value),
        _ => None,
    }
}

fn time_span(value: &CodeValue) -> Option<String> {
    const TICKS: i128 = 10_000_000;
    match value {
        CodeValue::Symbol(symbol, _) => match symbol.as_str() {
            "TimeSpan.MaxValue" => Some("Infinite".to_owned()),
            "TimeSpan.Zero" => Some("00:00:00".to_owned()),
            _ => None,
        },
        CodeValue::Object(object) if object.own.is_none() => {
            let numbers: Option<Vec<i128>> = object
                .arguments
                .iter()
                .map(|argument| match argument {
                    CodeValue::Integer(number, _) => Some(*number),
                    _ => None,
                })
                .collect();
            let ticks = match (object.class.as_str(), numbers.as_deref(), object.arguments.as_slice()) {
                ("TimeSpan.Parse", _, [CodeValue::Text(text, _)]) => return Some(text.clone()),
                ("TimeSpan", Some([ticks]), _) | ("TimeSpan.FromTicks", Some([ticks]), _) => *ticks,
                ("TimeSpan", Some([hours, minutes, seconds]), _) => ((hours * 60 + minutes) * 60 + seconds) * TICKS,
                ("TimeSpan", Some([days, hours, minutes, seconds]), _) => (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS,
                ("TimeSpan.FromDays", Some([number]), _) => number * 86_400 * TICKS,
                ("TimeSpan.FromHours", Some([number]), _) => number * 3600 * TICKS,
                ("TimeSpan.FromMinutes", Some([number]), _) => number * 60 * TICKS,
                ("TimeSpan.FromSeconds", Some([number]), _) => number * TICKS,
                ("TimeSpan.FromMilliseconds", Some([number]), _) => number * 10_000,
                _ => return None,
            };
            i64::try_from(ticks).ok().map(spell_time_span)
        }
        _ => None,
    }
}

/// `SetCertificate(location, name, type, value)` and `SetCertificate(subject, location, name)` into the attributes they are.
/// `false` where a part of it is not known.
pub(super) fn certificate(node: &mut Node, values: &[CodeValue], span: Span) -> bool {
    let named = |value: &CodeValue| match value {
        CodeValue::Symbol(symbol, _) => symbol.rsplit('.').next().map(str::to_owned),
        CodeValue::Text(text, _) => Some(text.clone()),
        _ => None,
    };
    let pairs: Vec<(&str, Option<String>)> = match values {
        [location, store, kind, value] => {
            vec![
                ("storeLocation", named(location)),
                ("storeName", named(store)),
                ("x509FindType", named(kind)),
                ("findValue", named(value)),
            ]
        }
        [subject, location, store] => vec![
            ("findValue", named(subject)),
            ("storeLocation", named(location)),
            ("storeName", named(store)),
            ("x509FindType", Some("FindBySubjectDistinguishedName".to_owned())),
        ],
        _ => return false,
    };
    pairs.into_iter().fold(true, |all, (name, text)| text.is_some_and(|text| write(node, name, text, span)) && all)
}

/// The class of an object of .NET, without what configuration's own class has at its end.
pub(super) fn is_class(object: &CodeObject, element: &Element, ending: &str) -> bool {
    object.own.is_none()
        && element.class.strip_suffix("Element").is_some_and(|stem| object.class.strip_suffix(ending).is_some_and(|class| class == stem))
}
