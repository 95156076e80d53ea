//! A plain view of each configuration file with its effective values, for printing and for comparing with .NET's own.

use std::sync::Arc;

use indexmap::IndexMap;
use wcf_diagnostics::secrets::redact;

use crate::binding::{self, StackElement};
use crate::document::{Item, Node};
use crate::effective::{Effective, Identity, Origin, Resolution, Settings, Within};
use crate::lower::{Lowered, Values};
use crate::merge::Merged;
use crate::resolve::{Input, Inputs, Options, Tree};
use crate::schema::{Content, standard_endpoint};
use crate::settings::{Source, remaining, settings};

/// Dotted name to value, spelled as XML spells it; `None` is null.
pub type Properties = IndexMap<String, Option<String>>;

/// Dotted name to who decided the value; empty unless [`Options::origins`] asks for it.
pub type Origins = IndexMap<String, Origin>;

/// One configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Its path as given.
    pub file: String,
    /// Why .NET would not load it.
    pub error: Option<String>,
    /// Every binding, in order.
    pub bindings: Vec<BindingView>,
    /// Every service, in order.
    pub services: Vec<ServiceView>,
    /// Every client endpoint, in order.
    pub client: Vec<EndpointView>,
    /// Every service behavior.
    pub service_behaviors: Vec<BehaviorView>,
    /// Every endpoint behavior.
    pub endpoint_behaviors: Vec<BehaviorView>,
    /// Every standard endpoint, with its kind.
    pub standard_endpoints: Vec<(String, BindingView)>,
    /// `routing`, `serviceHostingEnvironment`, `diagnostics` and the like, those that are written, by name.
    pub sections: Vec<(String, Properties)>,
    /// `protocolMapping` with .NET's own entries: scheme, binding, bindingConfiguration.
    pub protocol_mapping: Vec<(String, String, String)>,
}

/// A binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingView {
    /// The section's name (`wsHttpBinding`).
    pub kind: String,
    /// Its own name; empty for the nameless one.
    pub name: String,
    /// Every value.
    pub properties: Properties,
    /// The names of those that are written.
    pub explicit: Vec<String>,
    /// The child elements that are written, dotted.
    pub present: Vec<String>,
    /// The elements of a custom binding; empty for others.
    pub elements: Vec<ElementView>,
    /// The URI scheme.
    pub scheme: String,
    /// The .NET classes of the stack, where the binding can be built.
    pub stack: Option<Vec<String>>,
    /// Why .NET refuses to build or open it.
    pub contradictions: Vec<String>,
    /// Who decided each value.
    pub origins: Origins,
}

/// An element of a custom binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementView {
    /// Its name.
    pub element: String,
    /// Every value; none where its class is a user's.
    pub properties: Properties,
    /// The names of those that are written.
    pub explicit: Vec<String>,
    /// Who decided each value.
    pub origins: Origins,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    /// Its name.
    pub name: String,
    /// `behaviorConfiguration`.
    pub behavior_configuration: String,
    /// Its base addresses as written.
    pub base_addresses: Vec<String>,
    /// Its endpoints as written.
    pub endpoints: Vec<EndpointView>,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointView {
    /// `address` as written.
    pub address: String,
    /// `binding`.
    pub binding: String,
    /// `bindingConfiguration`.
    pub binding_configuration: String,
    /// `contract`.
    pub contract: String,
    /// `name`.
    pub name: String,
    /// `behaviorConfiguration`.
    pub behavior_configuration: String,
    /// `kind`.
    pub kind: String,
    /// `endpointConfiguration`.
    pub endpoint_configuration: String,
    /// The identity that counts: its kind and value.
    pub identity: Option<(String, String)>,
    /// Where the binding's values come from: `named-config`, `default-config`, `built-in`, `no-binding-attribute`, `missing`.
    pub resolution: &'static str,
    /// Every value of the binding.
    pub effective: Properties,
    /// The URI scheme.
    pub scheme: String,
    /// The .NET classes of the stack, where the binding can be built.
    pub stack: Vec<String>,
}

/// A behavior.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehaviorView {
    /// Its name; empty for the nameless one.
    pub name: String,
    /// Every value of every element, by element and dotted name.
    pub elements: Properties,
    /// The names of those that are written.
    pub explicit: Vec<String>,
    /// Who decided each value.
    pub origins: Origins,
}

/// The view of every file, in the order given. Only what stands in the file itself; what it refers to is looked up above it too.
#[must_use]
pub fn inspect(inputs: &Inputs, options: &Options) -> Vec<FileView> {
    let locked = crate::locks::with_locked_values(inputs, options);
    let inputs = locked.as_ref().unwrap_or(inputs);
    let errors = crate::resolve::refusals(inputs, options);
    let tree = Tree::new(inputs, options);
    inputs.configs.iter().zip(errors).map(|(input, error)| file_view(input, error, &tree, options.origins)).collect()
}

fn file_view(input: &Input, error: Option<String>, tree: &Tree<'_>, with_origins: bool) -> FileView {
    let root = &input.document.root;
    let mut merged = Merged::new();
    for sections in &tree.above(input) {
        merged.push(sections);
    }
    merged.push(root);
    let bindings = root
        .bindings
        .iter()
        .flat_map(|kinded| remaining(&kinded.items).map(|node| binding_view(&kinded.name, node, with_origins)))
        .collect();
    let services = remaining(&root.services)
        .map(|node| ServiceView {
            name: node.value("name").to_owned(),
            behavior_configuration: node.value("behaviorConfiguration").to_owned(),
            base_addresses: node
                .child("host")
                .and_then(|host| host.child("baseAddresses"))
                .map(|list| remaining(&list.items).map(|add| add.value("baseAddress").to_owned()).collect())
                .unwrap_or_default(),
            endpoints: remaining(&node.items).map(|endpoint| endpoint_view(endpoint, &merged)).collect(),
        })
        .collect();
    let standard_endpoints = root
        .standard_endpoints
        .iter()
        .flat_map(|kinded| remaining(&kinded.items).map(|node| (kinded.name.to_string(), standard_endpoint_view(&kinded.name, node))))
        .collect();
    FileView {
        file: input.path.clone(),
        error,
        bindings,
        services,
        client: remaining(&root.client).map(|endpoint| endpoint_view(endpoint, &merged)).collect(),
        service_behaviors: remaining(&root.service_behaviors).map(|node| behavior_view(node, with_origins)).collect(),
        endpoint_behaviors: remaining(&root.endpoint_behaviors).map(|node| behavior_view(node, with_origins)).collect(),
        standard_endpoints,
        sections: [
            ("routing", &root.routing),
            ("serviceHostingEnvironment", &root.hosting_environment),
            ("diagnostics", &root.diagnostics),
            ("comContracts", &root.com_contracts),
            ("tracking", &root.tracking),
            ("machineSettings", &root.machine_settings),
        ]
        .into_iter()
        .filter_map(|(name, node)| Some((name.to_owned(), properties(&plain(node.as_ref()?)))))
        .collect(),
        protocol_mapping: merged
            .mappings()
            .iter()
            .map(|(scheme, mapping)| ((*scheme).to_owned(), mapping.binding.to_owned(), mapping.configuration.to_owned()))
            .collect(),
    }
}

fn binding_view(kind: &str, node: &Arc<Node>, with_origins: bool) -> BindingView {
    let name = node.value("name").to_owned();
    let Some(binding) = binding::find(kind) else {
        let settings = plain(node);
        return view(kind, name, &settings, node, Vec::new(), &Lowered::default(), with_origins);
    };
    let configuration = node.text("name");
    let settings = crate::resolve::binding_settings(binding, Some(node), &configuration);
    let elements = crate::resolve::stack_elements(Some(node), &configuration);
    let lowered = (binding.lower)(&Values::new(&settings), &elements);
    view(kind, name, &settings, node, elements, &lowered, with_origins)
}

fn standard_endpoint_view(kind: &str, node: &Node) -> BindingView {
    let known = standard_endpoint::ALL.iter().any(|child| child.name == kind);
    let settings = if known { plain(node) } else { Settings::new() };
    view(kind, node.value("name").to_owned(), &settings, node, Vec::new(), &Lowered::default(), false)
}

fn plain(node: &Node) -> Settings {
    settings(node.schema, Some(&Arc::new(node.clone())), Source { within: Within::Nameless, runtime_class: None })
}

fn view(
    kind: &str,
    name: String,
    settings: &Settings,
    node: &Node,
    elements: Vec<StackElement>,
    lowered: &Lowered,
    with_origins: bool,
) -> BindingView {
    let stack = lowered.stack.as_ref();
    BindingView {
        kind: kind.to_owned(),
        name,
        properties: properties(settings),
        explicit: explicit(settings),
        present: present(node),
        elements: elements.into_iter().map(|element| element_view(element, with_origins)).collect(),
        scheme: crate::resolve::scheme(stack, settings, kind).value.into(),
        stack: stack.map(|stack| stack.class_names().into_iter().map(str::to_owned).collect()),
        origins: origins(settings, with_origins),
        contradictions: lowered.contradictions.iter().map(|contradiction| contradiction.message.clone()).collect(),
    }
}

fn element_view(element: StackElement, with_origins: bool) -> ElementView {
    let settings = element.settings.unwrap_or_default();
    ElementView {
        element: element.name.into(),
        properties: properties(&settings),
        explicit: explicit(&settings),
        origins: origins(&settings, with_origins),
    }
}

fn origins(settings: &Settings, wanted: bool) -> Origins {
    if !wanted {
        return Origins::new();
    }
    settings.iter().map(|(name, setting)| (name.clone(), setting.origin.clone())).collect()
}

fn behavior_view(node: &Node, with_origins: bool) -> BehaviorView {
    let mut elements = Properties::new();
    let mut explicit = Vec::new();
    let mut all = Origins::new();
    elements.insert("name".to_owned(), Some(node.value("name").to_owned()));
    let name = node.value("name");
    let within = if name.is_empty() { Within::Nameless } else { Within::Behavior(node.text("name")) };
    let source = Source { within, runtime_class: None };
    for item in &node.items {
        let Item::Extension(extension) = item else { continue };
        let Some(inner) = &extension.node else { continue };
        for (name, setting) in settings(inner.schema, Some(inner), source.clone()) {
            let name = format!("{}.{name}", extension.name);
            if setting.origin.is_written() {
                explicit.push(name.clone());
            }
            if with_origins {
                all.insert(name.clone(), setting.origin);
            }
            elements.insert(name, setting.value.as_deref().map(shown));
        }
    }
    BehaviorView { name: name.to_owned(), elements, explicit, origins: all }
}

fn endpoint_view(node: &Node, merged: &Merged<'_>) -> EndpointView {
    let text = |name: &str| node.value(name).to_owned();
    let (name, configuration) = (node.value("binding"), node.text("bindingConfiguration"));
    let mut view = EndpointView {
        address: text("address"),
        binding: text("binding"),
        binding_configuration: text("bindingConfiguration"),
        contract: text("contract"),
        name: text("name"),
        behavior_configuration: text("behaviorConfiguration"),
        kind: text("kind"),
        endpoint_configuration: text("endpointConfiguration"),
        identity: crate::resolve::identity(node).map(|identity| spell_identity(&identity)),
        resolution: resolution_name(Resolution::NoBinding),
        effective: Properties::new(),
        scheme: String::new(),
        stack: Vec::new(),
    };
    if name.is_empty() {
        return view;
    }
    match crate::resolve::binding_of(merged, name, &configuration) {
        crate::resolve::Bound::Unknown | crate::resolve::Bound::Missing { .. } => view.resolution = resolution_name(Resolution::Missing),
        crate::resolve::Bound::Opaque { node } => {
            view.resolution = resolution_name(match node {
                Some(_) if configuration.is_empty() => Resolution::Nameless,
                Some(_) => Resolution::Named,
                None => Resolution::BuiltIn,
            });
        }
        crate::resolve::Bound::Known { kind, node, resolution } => {
            let settings = crate::resolve::binding_settings(kind, node, &configuration);
            let elements = crate::resolve::stack_elements(node, &configuration);
            let lowered = (kind.lower)(&Values::new(&settings), &elements);
            view.resolution = resolution_name(resolution);
            view.effective = properties(&settings);
            view.scheme = crate::resolve::scheme(lowered.stack.as_ref(), &settings, name).value.into();
            if let Some(stack) = &lowered.stack {
                view.stack = stack.class_names().into_iter().map(str::to_owned).collect();
            }
        }
    }
    view
}

/// The word for where a binding's values come from.
#[must_use]
pub const fn resolution_name(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Named => "named-config",
        Resolution::Nameless => "default-config",
        Resolution::BuiltIn => "built-in",
        Resolution::NoBinding => "no-binding-attribute",
        Resolution::Missing => "missing",
    }
}

fn spell_identity(identity: &Effective<Identity>) -> (String, String) {
    let (kind, value) = match &identity.value {
        Identity::UserPrincipalName(value) => ("userPrincipalName", value.clone()),
        Identity::ServicePrincipalName(value) => ("servicePrincipalName", value.clone()),
        Identity::Dns(value) => ("dns", value.clone()),
        Identity::Rsa(value) => ("rsa", value.clone()),
        Identity::Certificate(value) => ("certificate", value.clone()),
        Identity::CertificateReference(reference) => ("certificateReference", reference.find_value.value.clone()),
    };
    (kind.to_owned(), value.into())
}

fn properties(settings: &Settings) -> Properties {
    settings.iter().map(|(name, setting)| (name.clone(), setting.value.as_deref().map(shown))).collect()
}

/// The value without what in it is a secret.
fn shown(value: &str) -> String {
    redact(value).into_owned()
}

fn explicit(settings: &Settings) -> Vec<String> {
    let written = settings.iter().filter(|(_, setting)| matches!(setting.origin, Origin::Written { .. }));
    written.map(|(name, _)| name.clone()).collect()
}

/// The named children that are written, dotted, outer ones first.
fn present(node: &Node) -> Vec<String> {
    fn walk(node: &Node, prefix: &str, out: &mut Vec<String>) {
        for child in node.schema.children {
            if let Some(inner) = node.child(child.name) {
                let name = format!("{prefix}{}", child.name);
                out.push(name.clone());
                if !matches!(inner.schema.content, Content::Headers | Content::AnyXml) {
                    walk(inner, &format!("{name}."), out);
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(node, "", &mut out);
    out
}
