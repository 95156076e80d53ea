//! Bindings made in code, as the `binding` elements that say the same.

use wcf_config::binding::{self, BindingType};
use wcf_config::document::{Extension, Item, Node};
use wcf_config::schema::binding_element;
use wcf_contract::in_code::{CodeObject, CodeSetting, CodeValue};
use wcf_diagnostics::Span;

use super::element::{self, Misses, apply, empty, is_class, write};

/// A binding as an endpoint names it.
pub(super) struct Made {
    /// The binding's section.
    pub section: &'static BindingType,
    /// The configuration it starts from, where the code names one.
    pub from: Option<(String, Span)>,
    /// What the code sets on it; `None` where it sets nothing.
    pub node: Option<Node>,
}

/// Makes the binding of an object; the configured one with a name is looked up by `configured`.
pub(super) fn make(
    object: &CodeObject,
    configured: &dyn Fn(&'static BindingType, &str) -> Option<Node>,
    misses: &mut Misses,
) -> Option<Made> {
    if let Some(own) = &object.own {
        misses.obstacle(format!("`{own}` is a binding class of your own"), object.span);
        return None;
    }
    if let Some(kind) = object.class.strip_prefix("MetadataExchangeBindings.CreateMex") {
        let section = binding::find(&format!("mex{kind}"));
        if section.is_none() {
            misses.obstacle(format!("`{}` is not known", object.class), object.span);
        }
        return section.map(|section| Made { section, from: None, node: None });
    }
    let Some(section) = binding::ALL.iter().find(|binding| binding.class == object.class && !binding.name.starts_with("mex")) else {
        misses.obstacle(format!("`{}` is no binding of .NET whose construction is read", object.class), object.span);
        return None;
    };
    let mut node = empty(section.schema, object.span);
    let mut from = None;
    let mut items = Vec::new();
    let is_custom =
        section.schema.attribute("name").is_some() && matches!(section.schema.content, wcf_config::schema::Content::Extensions(_));
    match object.arguments.as_slice() {
        [] => {}
        [CodeValue::Text(name, span)] => {
            match configured(section, name) {
                Some(known) => {
                    node = Node { span: object.span, ..known };
                }
                // Resolution says which names there are.
                None => return Some(Made { section, from: Some((name.clone(), *span)), node: None }),
            }
            from = Some((name.clone(), *span));
        }
        arguments if is_custom => {
            for argument in flat(arguments) {
                items.extend(stack_element(argument, misses));
            }
        }
        [CodeValue::Symbol(mode, span), rest @ ..] if mode.contains("SecurityMode.") && rest.len() < 2 => {
            let mode = mode.rsplit('.').next().unwrap_or(mode);
            let set = element::child(&mut node, "security", *span).is_some_and(|security| write(security, "mode", mode, *span));
            if !set {
                misses.obstacle(format!("`{mode}` is no security mode of `{}`", object.class), *span);
            }
            match rest.first() {
                None => {}
                Some(CodeValue::Boolean(enabled, span)) => {
                    let session = element::child(&mut node, "reliableSession", *span);
                    if !session.is_some_and(|session| write(session, "enabled", enabled.to_string(), *span)) {
                        misses.obstacle("the second argument is not understood", *span);
                    }
                }
                Some(other) => misses.obstacle("whether sessions are reliable is not a literal or constant", other.span()),
            }
        }
        [first, ..] => misses.obstacle(format!("the arguments of `{}` are not literals or constants", object.class), first.span()),
    }
    let mut changed = !node.children.is_empty() && from.is_none();
    for setting in &object.settings {
        changed = true;
        if is_custom && setting.path.starts_with("Elements") {
            elements(setting, &mut items, misses);
        } else if setting.is_call {
            // Calls read a binding; only what changes `Security`, or takes it out of sight, counts.
            // An extension method of the program's own is called like one of .NET's.
            let is_own = !setting.path.contains('.') && !METHODS.contains(&setting.path.as_str());
            if is_own || setting.path.starts_with("Security") || setting.path.starts_with("passed to") {
                misses.obstacle(format!("the binding is changed by a call that is not read: {}", setting.path), setting.span);
            }
        } else if matches!(setting.path.as_str(), "Name" | "Namespace") {
        } else {
            apply(&mut node, &setting.path, setting, misses);
        }
    }
    if is_custom {
        changed = changed || !items.is_empty();
        node.items.extend(items);
    }
    Some(Made { section, node: changed.then_some(node), from })
}

/// What `Binding` has as methods: all of them read.
const METHODS: [&str; 14] = [
    "BuildChannelFactory",
    "BuildChannelListener",
    "CanBuildChannelFactory",
    "CanBuildChannelListener",
    "CreateBindingElements",
    "Equals",
    "GetHashCode",
    "GetProperty",
    "GetType",
    "ShouldSerializeName",
    "ShouldSerializeNamespace",
    "ShouldSerializeReaderQuotas",
    "ShouldSerializeSecurity",
    "ToString",
];

/// `binding.Elements.Add(…)`.
fn elements(setting: &CodeSetting, items: &mut Vec<Item>, misses: &mut Misses) {
    let added: Vec<&CodeValue> = setting.values.iter().collect();
    match (setting.path.as_str(), setting.certain, added.as_slice()) {
        ("Elements.Add", true, [element]) => items.extend(stack_element(element, misses)),
        // Reading them changes nothing; what is set on one that was found is another path.
        (path, _, _) if setting.is_call && path.starts_with("Elements.Find") => {}
        _ => misses.obstacle(format!("`{}` is not read", setting.path), setting.span),
    }
}

/// The items of lists in the places of the lists.
fn flat(values: &[CodeValue]) -> Vec<&CodeValue> {
    let mut out = Vec::new();
    for value in values {
        match value {
            CodeValue::List(items, _) => out.extend(items),
            other => out.push(other),
        }
    }
    out
}

fn stack_element(value: &CodeValue, misses: &mut Misses) -> Option<Item> {
    let CodeValue::Object(object) = value else {
        misses.obstacle("a binding element could not be followed", value.span());
        return None;
    };
    if let Some(method) = object.class.strip_prefix("SecurityBindingElement.Create") {
        return security(object, method, misses);
    }
    let known = binding_element::ALL.iter().find(|known| is_class(object, known.element, "BindingElement"));
    let Some(known) = known else {
        misses.obstacle(format!("`{}` is no binding element that is read", object.own.as_ref().unwrap_or(&object.class)), object.span);
        return None;
    };
    if let Some(first) = object.arguments.first() {
        misses.obstacle(format!("the arguments of `{}` are not read", object.class), first.span());
    }
    let mut node = empty(known.element, object.span);
    for setting in &object.settings {
        apply(&mut node, &setting.path, setting, misses);
    }
    Some(Item::Extension(Extension { name: known.name.into(), span: object.span, node: Some(node.into()) }))
}

/// `SecurityBindingElement.Create…BindingElement()`.
fn security(object: &CodeObject, method: &str, misses: &mut Misses) -> Option<Item> {
    let stem = method.strip_suffix("BindingElement").unwrap_or(method);
    let mode = match (stem, object.arguments.as_slice()) {
        ("SspiNegotiation", []) => "SspiNegotiated",
        ("SspiNegotiationOverTransport", []) => "SspiNegotiatedOverTransport",
        ("SslNegotiation", [CodeValue::Boolean(false, _)]) => "AnonymousForSslNegotiated",
        ("SslNegotiation", [CodeValue::Boolean(true, _)]) => "MutualSslNegotiated",
        ("UserNameForSslNegotiation", []) => "UserNameForSslNegotiated",
        (
            "UserNameOverTransport"
            | "CertificateOverTransport"
            | "Kerberos"
            | "KerberosOverTransport"
            | "MutualCertificate"
            | "MutualCertificateDuplex"
            | "UserNameForCertificate"
            | "AnonymousForCertificate",
            [],
        ) => stem,
        _ => {
            misses.obstacle(format!("`{}` with these arguments is not read", object.class), object.span);
            return None;
        }
    };
    let known = binding_element::ALL.iter().find(|known| known.name == "security")?;
    let mut node = empty(known.element, object.span);
    if !write(&mut node, "authenticationMode", mode, object.span) {
        misses.obstacle(format!("`{mode}` is no authentication mode"), object.span);
    }
    for setting in &object.settings {
        apply(&mut node, &setting.path, setting, misses);
    }
    Some(Item::Extension(Extension { name: known.name.into(), span: object.span, node: Some(node.into()) }))
}
