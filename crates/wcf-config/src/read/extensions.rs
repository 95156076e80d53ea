//! Names that a file registers, and elements that stand under such names: elements of custom bindings, behaviors, endpoint kinds.

use std::sync::Arc;

use located_xml::Element as Xml;
use wcf_diagnostics::Span;

use super::{Reader, Trail, name_of, text_of};
use crate::diagnostics::{DuplicateExtension, MisplacedBehavior, SecondOfItsKind};
use crate::document::{Extension, Item, Sections};
use crate::few::Few;
use crate::schema::{Element, ExtensionKind, is_replaced, section, standard_endpoint};

impl Reader {
    pub(super) fn extensions(&mut self, element: Xml<'_>, kind: ExtensionKind, trail: &Trail<'_>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::with_capacity(element.elements().count());
        let mut seen: Few<&str, Span> = Few::default();
        let mut roles: Few<&'static str, (&str, Span)> = Few::default();
        for inner in element.elements() {
            let name = name_of(inner);
            let inner_path = trail.item(name);
            let is_behavior = kind != ExtensionKind::BindingElement;
            if is_behavior && name == "clear" {
                let _nothing = self.node(inner, &section::CLEAR_BEHAVIOR, &inner_path);
                items.push(Item::Clear { span: inner.name_span() });
                continue;
            }
            if is_behavior && name == "remove" {
                let schema = &section::REMOVE_BEHAVIOR;
                let key = self.node(inner, schema, &inner_path).attributes;
                items.push(Item::Remove { key, schema, span: inner.name_span() });
                continue;
            }
            let known = kind.registered().iter().find(|child| child.name == name).map(|child| child.element);
            let known = known.filter(|_| !self.is_replaced(kind.registry(), name));
            let known = known.or_else(|| self.renamed(kind.registry(), name));
            if known.is_none() && is_misplaced(kind, name) {
                self.refuse(MisplacedBehavior {
                    name: name.to_owned(),
                    is_service_behavior: kind == ExtensionKind::EndpointBehavior,
                    span: inner.name_span(),
                });
                continue;
            }
            if let Some(first) = seen.get(&name) {
                self.refuse(DuplicateExtension { name: name.to_owned(), first: *first, span: inner.name_span() });
                continue;
            }
            let role = if kind == ExtensionKind::BindingElement { role(name) } else { None };
            if let Some((role, (other, first))) = role.and_then(|role| Some((role, roles.get(&role)?))) {
                let name = name.to_owned();
                self.refuse(SecondOfItsKind { name, role, other: (*other).to_owned(), first: *first, span: inner.name_span() });
                continue;
            }
            seen.insert(name, inner.name_span());
            if let Some(role) = role {
                roles.insert(role, (name, inner.name_span()));
            }
            let node = known.map(|schema| Arc::new(self.node(inner, schema, &inner_path)));
            items.push(Item::Extension(Extension { name: text_of(inner), span: inner.name_span(), node }));
        }
        items
    }

    /// Names under which the file registers classes that .NET has itself.
    pub(super) fn renamed_classes(&mut self, extensions: Xml<'_>) {
        for registry in extensions.elements() {
            for add in registry.elements() {
                let (Some(name), Some(class)) = (add.attribute("name"), add.attribute("type")) else { continue };
                if is_replaced(name.value(), class.value()) {
                    self.replaced.insert((registry.local().to_owned(), name.value().to_owned()));
                }
            }
            let (registry_name, tables): (&'static str, Vec<&'static crate::schema::Child>) = match registry.local() {
                "behaviorExtensions" => (
                    "behaviorExtensions",
                    crate::schema::service_behavior::ALL.iter().chain(crate::schema::endpoint_behavior::ALL).collect(),
                ),
                "bindingElementExtensions" => ("bindingElementExtensions", crate::schema::binding_element::ALL.iter().collect()),
                "endpointExtensions" => ("endpointExtensions", standard_endpoint::ALL.iter().collect()),
                _ => continue,
            };
            for add in registry.elements() {
                let (Some(name), Some(class)) = (add.attribute("name"), add.attribute("type")) else { continue };
                let class = class.value().split(',').next().unwrap_or("").trim();
                let Some(short) = class.strip_prefix("System.ServiceModel.").and_then(|rest| rest.rsplit('.').next()) else { continue };
                if let Some(child) = tables.iter().find(|child| child.element.class == short) {
                    self.renamed.insert((registry_name, name.value().to_owned()), child.element);
                }
            }
        }
    }

    pub(super) fn extensions_of(&mut self, sections: &Sections) {
        let Some(extensions) = &sections.extensions else { return };
        for (registry, node) in &extensions.children {
            for item in node.items.iter().filter_map(Item::node) {
                let short = item.value("type").split(',').next().unwrap_or("").trim().rsplit('.').next().unwrap_or("");
                let kinds = [ExtensionKind::BindingElement, ExtensionKind::ServiceBehavior, ExtensionKind::EndpointBehavior];
                let tables = kinds.iter().filter(|kind| kind.registry() == *registry).flat_map(|kind| kind.registered());
                for child in tables.filter(|child| child.element.class == short) {
                    self.renamed.insert((registry, item.value("name").to_owned()), child.element);
                }
            }
        }
    }

    pub(super) fn renamed(&self, registry: &'static str, name: &str) -> Option<&'static Element> {
        if self.renamed.is_empty() {
            return None;
        }
        self.renamed.get(&(registry, name.to_owned())).copied()
    }

    pub(super) fn is_replaced(&self, registry: &str, name: &str) -> bool {
        !self.replaced.is_empty() && self.replaced.contains(&(registry.to_owned(), name.to_owned()))
    }
}

fn is_misplaced(kind: ExtensionKind, name: &str) -> bool {
    let other = match kind {
        ExtensionKind::BindingElement => return false,
        ExtensionKind::ServiceBehavior => ExtensionKind::EndpointBehavior,
        ExtensionKind::EndpointBehavior => ExtensionKind::ServiceBehavior,
    };
    other.registered().iter().any(|child| child.name == name)
}

/// The part that an element of a custom binding plays; each can be played once (`CustomBindingElement.CanAdd`).
fn role(name: &str) -> Option<&'static str> {
    match name {
        "textMessageEncoding" | "binaryMessageEncoding" | "mtomMessageEncoding" | "webMessageEncoding" | "byteStreamMessageEncoding" => {
            Some("message encoding")
        }
        "sslStreamSecurity" | "windowsStreamSecurity" => Some("stream upgrade"),
        "httpTransport" | "httpsTransport" | "tcpTransport" | "namedPipeTransport" | "msmqTransport" | "msmqIntegration"
        | "peerTransport" | "udpTransport" => Some("transport"),
        _ => None,
    }
}
