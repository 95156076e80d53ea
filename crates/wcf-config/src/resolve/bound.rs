//! Bindings: which one an endpoint names, and what it comes to, made once for all that have it.

use std::sync::Arc;

use wcf_diagnostics::Span;

use crate::Text;
use crate::binding::{self, BindingType, StackElement};
use crate::channel_stack::ChannelStack;
use crate::diagnostics::BINDING_REFUSED;
use crate::document::{Item, Node};
use crate::effective::{Binding, Effective, Origin, Resolution, Settings, StackRefused, Timeout, Timeouts, Within};
use crate::few::Few;
use crate::lower::{self, Contradiction, Lowered, Values};
use crate::merge::Merged;
use crate::schema;
use crate::settings::{Setting, Source, settings};
use crate::value;

/// A binding as it is shared: by all endpoints of one side that have it, and where no `binding` element applies by all runs.
#[derive(Debug)]
pub(crate) struct Made {
    pub binding: Arc<Binding>,
    /// Why .NET would refuse to open it.
    pub contradictions: Vec<Contradiction>,
}

/// The bindings made so far for one file: by type, element and side.
pub(super) type MadeBindings = Few<(&'static str, Span, bool), Arc<Made>>;

impl Made {
    /// What a `binding` element comes to on one side.
    pub(super) fn new(kind: &'static BindingType, node: &Arc<Node>, configuration: &Text, resolution: Resolution, is_client: bool) -> Self {
        let settings = settings(kind.schema, Some(node), source(Some(node), configuration, kind.class));
        let elements = stack_elements(Some(node), configuration);
        Self::of(kind, configuration.clone(), resolution, Arc::new(settings), elements, is_client)
    }

    /// What a binding comes to where no element applies.
    pub(crate) fn built_in(kind: &'static BindingType, is_client: bool) -> &'static Arc<Self> {
        let [service, client] = &kind.built_in;
        let built_in = if is_client { client } else { service };
        built_in.get_or_init(|| {
            let settings = settings(kind.schema, None, source(None, &Text::default(), kind.class));
            Arc::new(Self::of(kind, Text::default(), Resolution::BuiltIn, Arc::new(settings), Vec::new(), is_client))
        })
    }

    fn of(
        kind: &'static BindingType,
        configuration: Text,
        resolution: Resolution,
        settings: Arc<Settings>,
        elements: Vec<StackElement>,
        is_client: bool,
    ) -> Self {
        let values = Values::new(&settings);
        let Lowered { stack, mut contradictions } = (kind.lower)(&values, &elements);
        let scheme = scheme(stack.as_ref(), &settings, kind.name);
        contradictions.extend(stack.as_ref().map(|stack| lower::opening(&values, stack, is_client)).into_iter().flatten());
        let binding = Binding {
            written: Text::fixed(kind.name),
            configuration,
            resolution,
            timeouts: timeouts(&settings),
            elements: Arc::new(elements.into_iter().filter_map(|element| Some((element.name, element.settings?))).collect()),
            scheme,
            stack: stack.filter(|_| contradictions.is_empty()).ok_or_else(refused),
            settings,
        };
        Self { binding: Arc::new(binding), contradictions }
    }
}

pub(super) fn refused() -> StackRefused {
    StackRefused { codes: vec![BINDING_REFUSED.name] }
}

/// What `binding` and `bindingConfiguration` come to.
pub(crate) enum Bound<'a> {
    /// No binding has this name.
    Unknown,
    /// The binding exists, and no configuration of it has this name.
    Missing { kind: Option<&'static BindingType> },
    /// A binding of a user's assembly.
    Opaque { node: Option<&'a Arc<Node>> },
    /// A binding of .NET.
    Known { kind: &'static BindingType, node: Option<&'a Arc<Node>>, resolution: Resolution },
}

/// `ConfigLoader.LookupBinding`: names are compared exactly; the empty name means the nameless one, or none.
pub(crate) fn binding_of<'a>(merged: &Merged<'a>, name: &str, configuration: &str) -> Bound<'a> {
    let registered = merged.registration("bindingExtensions", name);
    let kind = binding::find(name).filter(|_| !registered.is_some_and(|class| schema::is_replaced(name, class)));
    if kind.is_none() && registered.is_none() {
        return Bound::Unknown;
    }
    let node = merged.binding(name, configuration);
    if node.is_none() && !configuration.is_empty() {
        return Bound::Missing { kind };
    }
    let Some(kind) = kind else { return Bound::Opaque { node } };
    let resolution = match node {
        Some(_) if configuration.is_empty() => Resolution::Nameless,
        Some(_) => Resolution::Named,
        None => Resolution::BuiltIn,
    };
    Bound::Known { kind, node, resolution }
}

pub(super) fn source(applied: Option<&Arc<Node>>, configuration: &Text, class: &'static str) -> Source {
    let within = if configuration.is_empty() { Within::Nameless } else { Within::Named(configuration.clone()) };
    Source { within, runtime_class: applied.is_none().then_some(class) }
}

/// The values of a binding. Where no `binding` element applies they are the object's own.
pub(crate) fn binding_settings(kind: &'static BindingType, applied: Option<&Arc<Node>>, configuration: &Text) -> Arc<Settings> {
    match applied {
        Some(node) => Arc::new(settings(kind.schema, Some(node), source(applied, configuration, kind.class))),
        None => Arc::clone(&Made::built_in(kind, false).binding.settings),
    }
}

/// The elements of a custom binding with their values.
pub(crate) fn stack_elements(applied: Option<&Arc<Node>>, configuration: &Text) -> Vec<StackElement> {
    let source = source(applied, configuration, "");
    let items = applied.map(|node| node.items.as_slice()).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| match item {
            Item::Extension(extension) => Some(StackElement {
                name: extension.name.clone(),
                span: extension.span,
                settings: extension.node.as_ref().map(|node| settings(node.schema, Some(node), source.clone())),
            }),
            Item::Add(_) | Item::Remove { .. } | Item::Clear { .. } => None,
        })
        .collect()
}

pub(super) fn unresolved(name: &str, configuration: &str, resolution: Resolution, code: &'static str) -> Binding {
    let decided = |attribute: &schema::Attribute| Effective {
        value: value::milliseconds(attribute.default.unwrap_or("")).map_or(Timeout::Infinite, Timeout::Milliseconds),
        origin: Origin::RuntimeDefault { class: DEFAULTS },
    };
    Binding {
        written: name.into(),
        configuration: configuration.into(),
        resolution,
        timeouts: Timeouts {
            open: decided(&schema::OPEN_TIMEOUT),
            close: decided(&schema::CLOSE_TIMEOUT),
            send: decided(&schema::SEND_TIMEOUT),
            receive: decided(&schema::RECEIVE_TIMEOUT),
        },
        settings: Arc::default(),
        elements: Arc::default(),
        scheme: Effective { value: Text::default(), origin: Origin::Outside { what: "a class of your own" } },
        stack: Err(StackRefused { codes: vec![code] }),
    }
}

/// The class that holds the timeouts of every binding.
const DEFAULTS: &str = "ServiceDefaults";

pub(super) fn timeout_defaults() -> Vec<(&'static str, Effective<Option<Text>>)> {
    [schema::CLOSE_TIMEOUT, schema::OPEN_TIMEOUT, schema::RECEIVE_TIMEOUT, schema::SEND_TIMEOUT]
        .into_iter()
        .map(|attribute| {
            let value = attribute.default.map(Text::fixed);
            (attribute.name, Effective { value, origin: Origin::RuntimeDefault { class: DEFAULTS } })
        })
        .collect()
}

pub(super) fn timeouts(settings: &Settings) -> Timeouts {
    let values = Values::new(settings);
    let timeout = |name: &str| -> Effective<Timeout> { values.timeout(name) };
    Timeouts {
        open: timeout("openTimeout"),
        close: timeout("closeTimeout"),
        send: timeout("sendTimeout"),
        receive: timeout("receiveTimeout"),
    }
}

/// The scheme of the transport; where the stack cannot be built, of the transport it would have. In HTTP bindings it follows from the
/// security mode.
pub(crate) fn scheme(stack: Option<&ChannelStack>, settings: &Settings, binding: &str) -> Effective<Text> {
    let mode = settings.find("security.mode");
    let is_tls = matches!(mode.and_then(Setting::value), Some("Transport" | "TransportWithMessageCredential"));
    let scheme = match stack.and_then(ChannelStack::transport) {
        Some(transport) => transport.scheme(),
        None => match binding {
            "basicHttpsBinding" | "netHttpsBinding" | "mexHttpsBinding" => "https",
            "netTcpBinding" | "netTcpContextBinding" | "mexTcpBinding" => "net.tcp",
            "netNamedPipeBinding" | "mexNamedPipeBinding" => "net.pipe",
            "netMsmqBinding" => "net.msmq",
            "msmqIntegrationBinding" => "msmq.formatname",
            "netPeerTcpBinding" => "net.p2p",
            "udpBinding" => "soap.udp",
            _ if binding.contains("Http") && binding::find(binding).is_some() => {
                if is_tls {
                    "https"
                } else {
                    "http"
                }
            }
            _ => "",
        },
    };
    let class = binding::find(binding).map_or("Binding", |binding| binding.class);
    Effective {
        value: Text::fixed(scheme),
        origin: match mode {
            Some(mode) if scheme.starts_with("http") => Origin::Derived { class, from: mode.span() },
            _ => Origin::RuntimeDefault { class },
        },
    }
}
