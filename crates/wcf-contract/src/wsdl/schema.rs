//! XML Schema as written: the global components of a set of documents, found by name.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use wcf_diagnostics::{FileId, Findings};

use super::diagnostics::NameNotUnderstood;
use super::documents::SchemaUse;
use super::xml::{self, Node, QName, XSD};

/// A component of a schema.
#[derive(Clone, Copy)]
pub(super) struct Component<'a> {
    pub node: Node<'a>,
    /// The index of its schema.
    pub schema: usize,
}

impl Component<'_> {
    /// What tells it from all others of a run.
    pub fn place(&self) -> (FileId, u32) {
        let span = xml::span(self.node);
        (span.file, span.start)
    }
}

/// The schemas of a set of documents.
pub(super) struct Schemas<'a> {
    uses: Vec<SchemaUse<'a>>,
    elements: IndexMap<QName, Component<'a>>,
    types: IndexMap<QName, Component<'a>>,
    groups: IndexMap<QName, Component<'a>>,
    attribute_groups: IndexMap<QName, Component<'a>>,
    attributes: IndexMap<QName, Component<'a>>,
    /// Types that extend or restrict a type, by its name.
    derived: BTreeMap<QName, Vec<QName>>,
    /// Elements that may stand in the place of another.
    substitutes: BTreeMap<QName, Vec<QName>>,
}

/// What stands behind the name of a type that a `redefine` replaces.
const REDEFINED: &str = " (redefined)";

impl<'a> Schemas<'a> {
    pub fn new(uses: Vec<SchemaUse<'a>>) -> Self {
        let mut schemas = Self {
            uses,
            elements: IndexMap::new(),
            types: IndexMap::new(),
            groups: IndexMap::new(),
            attribute_groups: IndexMap::new(),
            attributes: IndexMap::new(),
            derived: BTreeMap::new(),
            substitutes: BTreeMap::new(),
        };
        // What `redefine` says goes before what it redefines.
        for pass in ["redefine", ""] {
            for schema in 0..schemas.uses.len() {
                let Some(used) = schemas.uses.get(schema).copied() else { continue };
                if pass.is_empty() {
                    for node in xml::children(used.node) {
                        schemas.add(Component { node, schema }, used.namespace, false);
                    }
                } else {
                    for redefine in xml::named(used.node, XSD, "redefine") {
                        for node in xml::children(redefine) {
                            schemas.add(Component { node, schema }, used.namespace, true);
                        }
                    }
                }
            }
        }
        schemas
    }

    fn add(&mut self, component: Component<'a>, namespace: &str, redefines: bool) {
        let node = component.node;
        let Some(name) = xml::attribute(node, "name").filter(|_| xml::namespace(node) == XSD) else { return };
        let key = QName::new(namespace, name);
        let table = match xml::local(node) {
            "element" => &mut self.elements,
            "complexType" | "simpleType" => &mut self.types,
            "group" => &mut self.groups,
            "attributeGroup" => &mut self.attribute_groups,
            "attribute" => &mut self.attributes,
            _ => return,
        };
        let is_type = matches!(xml::local(node), "complexType" | "simpleType");
        let known = table.get(&key).copied();
        match known {
            None => {
                table.insert(key.clone(), component);
            }
            // The same schema included from two places is met twice, or it is what was redefined.
            Some(first) if first.place() != component.place() && !redefines => {
                let inside_redefine = self.uses.get(first.schema).is_some_and(|used| {
                    xml::named(used.node, XSD, "redefine").any(|redefine| xml::children(redefine).any(|child| child == first.node))
                });
                if inside_redefine {
                    table.entry(QName::new(namespace, format!("{name}{REDEFINED}"))).or_insert(component);
                }
                return;
            }
            Some(_) => return,
        }
        if is_type && let Some(base) = self.base_of(component) {
            self.derived.entry(base).or_default().push(key.clone());
        }
        if xml::local(node) == "element"
            && let Some(head) = xml::attribute(node, "substitutionGroup").and_then(|head| self.resolve(component, head))
        {
            self.substitutes.entry(head).or_default().push(key);
        }
    }

    /// The type that a complex type extends or restricts.
    fn base_of(&self, component: Component<'a>) -> Option<QName> {
        let content = xml::children(component.node).find(|child| matches!(xml::local(*child), "complexContent" | "simpleContent"))?;
        let derivation = xml::children(content).find(|child| matches!(xml::local(*child), "extension" | "restriction"))?;
        self.resolve(component, xml::attribute(derivation, "base")?)
    }

    /// A name in a value of this component's schema.
    pub fn resolve(&self, component: Component<'a>, value: &str) -> Option<QName> {
        self.resolve_at(component.node, component.schema, value)
    }

    fn resolve_at(&self, node: Node<'a>, schema: usize, value: &str) -> Option<QName> {
        let mut name = xml::qualified(node, value)?;
        // A schema without a namespace of its own means its includer's.
        if name.namespace.is_empty()
            && let Some(used) = self.uses.get(schema).filter(|used| used.chameleon)
        {
            name.namespace = used.namespace.to_owned();
        }
        Some(name)
    }

    /// The name in an attribute of a component; one whose prefix is declared nowhere is a finding.
    pub fn name_in(&self, component: Component<'a>, attribute: &str, findings: &mut Findings) -> Option<QName> {
        let value = xml::attribute(component.node, attribute)?;
        let name = self.resolve(component, value);
        if name.is_none() {
            findings.push(NameNotUnderstood { span: xml::attribute_span(component.node, attribute), name: value });
        }
        name
    }

    pub fn element(&self, name: &QName) -> Option<Component<'a>> {
        self.elements.get(name).copied()
    }

    pub fn type_named(&self, name: &QName) -> Option<Component<'a>> {
        self.types.get(name).copied()
    }

    /// The type that a type means by its own name as its base: the one that it redefines.
    pub fn base_named(&self, name: &QName, of: Component<'a>) -> Option<(QName, Component<'a>)> {
        let found = self.type_named(name)?;
        if found.place() == of.place() {
            let original = QName::new(&name.namespace, format!("{}{REDEFINED}", name.local));
            return self.type_named(&original).map(|found| (original, found));
        }
        Some((name.clone(), found))
    }

    pub fn group(&self, name: &QName) -> Option<Component<'a>> {
        self.groups.get(name).copied()
    }

    pub fn attribute_group(&self, name: &QName) -> Option<Component<'a>> {
        self.attribute_groups.get(name).copied()
    }

    pub fn attribute(&self, name: &QName) -> Option<Component<'a>> {
        self.attributes.get(name).copied()
    }

    /// The named types that derive from a type, directly.
    pub fn derived(&self, name: &QName) -> &[QName] {
        self.derived.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The elements that may stand in the place of an element.
    pub fn substitutes(&self, name: &QName) -> &[QName] {
        self.substitutes.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether elements inside types carry their schema's namespace.
    pub fn qualified(&self, component: Component<'a>) -> bool {
        let own = xml::attribute(component.node, "form");
        let of_schema = self.uses.get(component.schema).and_then(|used| xml::attribute(used.node, "elementFormDefault"));
        own.or(of_schema) == Some("qualified")
    }

    /// The namespace of a schema.
    pub fn namespace(&self, component: Component<'a>) -> &'a str {
        self.uses.get(component.schema).map_or("", |used| used.namespace)
    }

    /// The namespaces that have named types.
    pub fn namespaces_of_types(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(|name| name.namespace.as_str())
    }
}

/// The text of a component's documentation.
pub(super) fn documentation(node: Node<'_>) -> String {
    let annotations = xml::named(node, XSD, "annotation").flat_map(|annotation| xml::named(annotation, XSD, "documentation"));
    annotations.map(xml::text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// An element in a component's `appinfo`, where WCF keeps what a schema has no word for.
pub(super) fn annotated<'a>(node: Node<'a>, name: &'static str) -> Option<Node<'a>> {
    let infos = xml::named(node, XSD, "annotation").flat_map(|annotation| xml::named(annotation, XSD, "appinfo"));
    infos.flat_map(xml::children).find(|info| xml::is(*info, xml::SERIALIZATION, name))
}

/// `minOccurs` is zero.
pub(super) fn optional(node: Node<'_>) -> bool {
    xml::attribute(node, "minOccurs").is_some_and(|least| least.trim_start_matches('0').is_empty())
}

/// `maxOccurs` is more than one.
pub(super) fn repeated(node: Node<'_>) -> bool {
    xml::attribute(node, "maxOccurs").is_some_and(|most| !matches!(most.trim_start_matches('0'), "" | "1"))
}

/// `true` or `1`.
pub(super) fn truth(node: Node<'_>, attribute: &str) -> bool {
    matches!(xml::attribute(node, attribute), Some("true" | "1"))
}
