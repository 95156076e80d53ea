//! Which serializer .NET chooses: `DataContractSerializer` where every type of a port type can be a data contract, else
//! `XmlSerializer` for all of it (`DataContractSerializerMessageContractImporter`, `SchemaImporter` in the reference source).

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::FileId;

use super::schema::{self, Component, Schemas};
use super::xml::{self, Node, QName, SERIALIZATION, XSD};

/// What is known of types so far.
pub(super) struct Serializers<'s, 'a> {
    schemas: &'s Schemas<'a>,
    direct: BTreeMap<(FileId, u32), Direct<'a>>,
}

/// What one type says by itself.
struct Direct<'a> {
    is_data: bool,
    uses: Vec<Component<'a>>,
}

impl<'s, 'a> Serializers<'s, 'a> {
    pub const fn new(schemas: &'s Schemas<'a>) -> Self {
        Self { schemas, direct: BTreeMap::new() }
    }

    /// Whether these types, and all they use, can be data contracts.
    pub fn are_data(&mut self, types: Vec<Component<'a>>) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = types;
        while let Some(component) = open.pop() {
            if !seen.insert(component.place()) {
                continue;
            }
            let schemas = self.schemas;
            let direct = self.direct.entry(component.place()).or_insert_with(|| direct(schemas, component));
            if !direct.is_data {
                return false;
            }
            open.extend(direct.uses.iter().copied());
        }
        true
    }

    /// The types of an element inside a message's wrapper, or `None` if it cannot be a data contract's member.
    pub fn member(&self, element: Component<'a>) -> Option<Vec<Component<'a>>> {
        let mut found = Direct { is_data: true, uses: Vec::new() };
        member(self.schemas, element, &mut found);
        found.is_data.then_some(found.uses)
    }
}

fn direct<'a>(schemas: &Schemas<'a>, component: Component<'a>) -> Direct<'a> {
    let mut found = Direct { is_data: true, uses: Vec::new() };
    if xml::local(component.node) == "simpleType" {
        simple(schemas, component, &mut found);
    } else {
        complex(schemas, component, &mut found);
    }
    found
}

/// Facets other than enumerations are passed over; unions are refused, and lists but for those of flags.
fn simple<'a>(schemas: &Schemas<'a>, component: Component<'a>, found: &mut Direct<'a>) {
    if xml::first(component.node, XSD, "union").is_some() {
        found.is_data = false;
    } else if let Some(list) = xml::first(component.node, XSD, "list") {
        let inner = xml::first(list, XSD, "simpleType").and_then(|inner| xml::first(inner, XSD, "restriction"));
        found.is_data = inner.is_some_and(is_enumeration);
    } else if let Some(restriction) = xml::first(component.node, XSD, "restriction") {
        refer(schemas, Component { node: restriction, ..component }, "base", found);
    }
}

/// Whether a restriction lists values.
pub(super) fn is_enumeration(restriction: Node<'_>) -> bool {
    let mut facets = xml::children(restriction).filter(|child| !matches!(xml::local(*child), "annotation" | "simpleType"));
    facets.next().is_some_and(|first| xml::local(first) == "enumeration") && facets.all(|facet| xml::local(facet) == "enumeration")
}

fn refer<'a>(schemas: &Schemas<'a>, component: Component<'a>, attribute: &str, found: &mut Direct<'a>) {
    let name = xml::attribute(component.node, attribute).and_then(|value| schemas.resolve(component, value));
    if let Some(used) = name.as_ref().and_then(|name| schemas.type_named(name)) {
        found.uses.push(used);
    }
}

fn complex<'a>(schemas: &Schemas<'a>, component: Component<'a>, found: &mut Direct<'a>) {
    let node = component.node;
    if schema::truth(node, "mixed") || schema::truth(node, "abstract") {
        found.is_data = false;
        return;
    }
    let mut content = node;
    let mut nested = xml::children(node).filter(|child| xml::namespace(*child) == XSD && xml::local(*child) != "annotation");
    if let Some(complex_content) = nested.find(|child| matches!(xml::local(*child), "complexContent" | "simpleContent")) {
        let extension = xml::first(complex_content, XSD, "extension");
        let (Some(extension), "complexContent", false) = (extension, xml::local(complex_content), schema::truth(complex_content, "mixed"))
        else {
            found.is_data = false;
            return;
        };
        refer(schemas, Component { node: extension, ..component }, "base", found);
        content = extension;
    }
    let factory = xml::children(content).any(|child| {
        let name = xml::attribute(child, "ref").and_then(|name| schemas.resolve(Component { node: child, ..component }, name));
        name.is_some_and(|name| name.is(SERIALIZATION, "FactoryType"))
    });
    for child in xml::children(content).filter(|child| xml::namespace(*child) == XSD) {
        match xml::local(child) {
            "annotation" => {}
            "attribute" => {
                let name = xml::attribute(child, "ref").and_then(|name| schemas.resolve(Component { node: child, ..component }, name));
                found.is_data &= name.is_some_and(|name| name.namespace == SERIALIZATION);
            }
            "sequence" if factory => {}
            "sequence" => sequence(schemas, Component { node: child, ..component }, found),
            _ => found.is_data = false,
        }
    }
}

fn sequence<'a>(schemas: &Schemas<'a>, component: Component<'a>, found: &mut Direct<'a>) {
    let once = |name| xml::attribute(component.node, name).is_none_or(|occurs| occurs == "1");
    found.is_data &= once("minOccurs") && once("maxOccurs");
    let items: Vec<Node<'a>> = xml::children(component.node).filter(|child| xml::local(*child) != "annotation").collect();
    if let [only] = items.as_slice()
        && xml::attribute(*only, "maxOccurs") == Some("unbounded")
    {
        // A collection: the item may be anonymous, as the entries of dictionaries are.
        member_of(schemas, Component { node: *only, ..component }, found);
        return;
    }
    for item in items {
        if xml::local(item) == "element" {
            member(schemas, Component { node: item, ..component }, found);
        } else {
            found.is_data = false;
        }
    }
}

fn member<'a>(schemas: &Schemas<'a>, component: Component<'a>, found: &mut Direct<'a>) {
    if schema::repeated(component.node) {
        found.is_data = false;
        return;
    }
    member_of(schemas, component, found);
}

fn member_of<'a>(schemas: &Schemas<'a>, component: Component<'a>, found: &mut Direct<'a>) {
    let node = component.node;
    let written = |name| xml::attribute(node, name).is_some();
    if xml::local(node) != "element" || written("ref") || written("default") || written("fixed") || !schemas.qualified(component) {
        found.is_data = false;
        return;
    }
    let inline = xml::children(node).find(|child| matches!(xml::local(*child), "complexType" | "simpleType"));
    match inline {
        Some(inline) => {
            let inline = Component { node: inline, ..component };
            let enumerates = xml::first(inline.node, XSD, "restriction").is_some_and(is_enumeration);
            if !enumerates {
                found.uses.push(inline);
            } else {
                found.is_data = false;
            }
        }
        None => refer(schemas, component, "type", found),
    }
}

/// Whether a bare element can be a data contract: .NET asks that null could be told from absence.
pub(super) fn bare_is_data(element: Node<'_>, type_name: Option<&QName>) -> bool {
    let is_value = type_name.is_some_and(|name| {
        name.namespace == XSD
            && matches!(
                name.local.as_str(),
                "boolean"
                    | "byte"
                    | "short"
                    | "int"
                    | "long"
                    | "float"
                    | "double"
                    | "decimal"
                    | "dateTime"
                    | "duration"
                    | "unsignedByte"
                    | "unsignedShort"
                    | "unsignedInt"
                    | "unsignedLong"
            )
    });
    is_value || schema::truth(element, "nillable")
}
