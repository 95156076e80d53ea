//! Reading: located XML against the tables. A little over 800 lines, because one reader serves every table.
//!
//! What registered names stand for, and items with the same key, have files of their own.

mod duplicates;
mod extensions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use located_xml::{Document, Element as Xml, Node as XmlNode};
use wcf_diagnostics::{FileId, Findings, Span};

use duplicates::may_have_duplicates;

use crate::Text;
use crate::binding;
use crate::configuration_system::{self, is_own_level, is_white};
use crate::diagnostics::{
    BuiltSection, DuplicateElement, DuplicateSection, EncryptedSection, ForbiddenInSource, LockedAbove, LockedPart, MisplacedElement,
    MissingAttribute, PathWithoutEffect, ReservedAttribute, SectionNotRead, TransformAlone, UnexpectedText, UnknownAttribute,
    UnknownElement, UnusableValue,
};
use crate::document::{ConfigDocument, Elsewhere, Item, Kept, Kinded, Location, Lock, Locked, Node, Overriding, Sections, Written};
use crate::few::Few;
use crate::key::Key;
use crate::outer_xml::kept;
use crate::schema::{Content, Element, Kind, com_contract, routing, section, standard_endpoint, tracking};
use crate::transform::is_transform;
use crate::value::{self, Spelling};
use crate::web_sections::{web, web_server};

/// Reads a configuration file whose name is not known. Never stops at a problem: what is understood is returned, and a finding for
/// everything that is not.
///
/// A file that .NET would refuse has `refusal` set.
#[must_use]
pub fn parse(file: FileId, xml: &Document) -> (ConfigDocument, Findings) {
    parse_at(file, "web.config", xml, &[])
}

/// Reads the configuration file of this path, to which transforms may have been applied: what they put in says so. Each transform is
/// its file and path. The path decides whether the file may speak of paths: only that of a web application may.
#[must_use]
pub fn parse_at(file: FileId, path: &str, xml: &Document, transforms: &[(FileId, Arc<str>)]) -> (ConfigDocument, Findings) {
    let mut reader = Reader { transforms: transforms.to_vec(), has_paths: is_web_config(path), ..Reader::default() };
    let mut document = ConfigDocument { transforms: transforms.to_vec(), ..ConfigDocument::new(file) };
    if is_transform(xml) {
        document.is_transform = true;
        reader.refusal = Some("it is a transform of another file".to_owned());
        reader.findings.push(TransformAlone { span: xml.root().name_span() });
    } else if xml.root().is("configuration") {
        for finding in configuration_system::check(xml.root(), &mut document) {
            reader.refuse(finding);
        }
        reader.configuration(xml.root(), &mut document);
    } else {
        reader.refuse(MisplacedElement {
            name: xml.root().written_name().to_owned(),
            expected: "configuration",
            span: xml.root().name_span(),
        });
    }
    document.refusal = reader.refusal.or(document.refusal.take());
    (document, reader.findings)
}

/// Reads a section that stands in a file of its own (`configSource`) and puts it where the reference stands.
pub fn include(document: &mut ConfigDocument, reference: &Elsewhere, xml: &Document) -> Findings {
    // Its items join those that are there.
    let mut reader = Reader { doubtful: true, ..Reader::default() };
    if xml.root().is(&reference.section) && !xml.root().has_prefix() {
        let sections = if reference.location.is_empty() {
            Some(&mut document.root)
        } else {
            document.locations.iter_mut().find(|location| location.path == reference.location).map(|location| &mut location.sections)
        };
        if let Some(sections) = sections {
            reader.extensions_of(sections);
            reader.section(xml.root(), sections);
            reader.duplicates(sections);
            sections.locks.append(&mut reader.locks);
        }
        document.elsewhere.retain(|other| other != reference);
    } else {
        reader.refuse(MisplacedElement {
            name: xml.root().written_name().to_owned(),
            expected: SECTIONS.iter().find(|name| **name == reference.section).copied().unwrap_or("the section"),
            span: xml.root().name_span(),
        });
    }
    if document.refusal.is_none() {
        document.refusal = reader.refusal.or(document.refusal.take());
    }
    reader.findings
}

/// Attributes that the configuration system itself understands on every element.
const LOCKS: [&str; 5] = ["lockAttributes", "lockAllAttributesExcept", "lockElements", "lockAllElementsExcept", "lockItem"];

/// Attributes that the configuration system itself understands on a section.
const SECTION_ATTRIBUTES: [&str; 3] = ["configSource", "configProtectionProvider", "configBuilders"];

/// The sections that .NET declares in `system.serviceModel`.
pub(crate) const SECTIONS: [&str; 14] = [
    "behaviors",
    "bindings",
    "client",
    "comContracts",
    "commonBehaviors",
    "diagnostics",
    "extensions",
    "machineSettings",
    "protocolMapping",
    "routing",
    "serviceHostingEnvironment",
    "services",
    "standardEndpoints",
    "tracking",
];

#[derive(Default)]
struct Reader {
    findings: Findings,
    refusal: Option<String>,
    /// The transforms that were applied.
    transforms: Vec<(FileId, Arc<str>)>,
    /// Names that the file's own `extensions` give to classes of .NET: registry, name, class.
    renamed: BTreeMap<(&'static str, String), &'static Element>,
    /// Names under which the file registers a class of its own in place of .NET's: registry and name.
    replaced: BTreeSet<(String, String)>,
    /// Whether items may have the same key.
    doubtful: bool,
    /// The sections that were seen, by location and name, and where.
    seen: Few<(String, Text), Span>,
    /// Whether a `location` may have a path.
    has_paths: bool,
    /// The locks of the element whose attributes were just read.
    pending: Vec<(Locked, Span)>,
    /// The locks of the sections that are being read.
    locks: Vec<Lock>,
}

/// Where an element stands, written out only where a finding says it.
#[derive(Clone, Copy)]
struct Trail<'a> {
    outer: Option<&'a Trail<'a>>,
    name: &'a str,
    /// Whether it is an item of a collection, or in one.
    in_item: bool,
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            write!(formatter, "{outer}/")?;
        }
        formatter.write_str(self.name)
    }
}

/// The group that all sections stand in.
static GROUP: Trail<'static> = Trail { outer: None, name: "system.serviceModel", in_item: false };

impl<'a> Trail<'a> {
    fn section(name: &'a str) -> Self {
        Self { outer: Some(&GROUP), name, in_item: false }
    }

    fn below(&'a self, name: &'a str) -> Self {
        Self { outer: Some(self), name, in_item: self.in_item }
    }

    fn item(&'a self, name: &'a str) -> Self {
        Self { outer: Some(self), name, in_item: true }
    }

    /// The names from the section down.
    fn path(&self) -> Vec<String> {
        let mut path: Vec<String> = std::iter::successors(Some(self), |trail| trail.outer)
            .filter(|trail| trail.outer.is_some())
            .map(|trail| trail.name.to_owned())
            .collect();
        path.reverse();
        path
    }

    /// Whether it is a section's own element.
    fn is_section(&self) -> bool {
        self.outer.is_some_and(|outer| outer.outer.is_none())
    }
}

/// A name as written.
fn name_of(element: Xml<'_>) -> &str {
    element.written_name()
}

/// A name as written, to be kept.
fn text_of(element: Xml<'_>) -> Text {
    element.name_slice().map(Text::from).unwrap_or_default()
}

impl Reader {
    fn refuse(&mut self, finding: impl Into<wcf_diagnostics::Finding>) {
        let finding = finding.into();
        self.refusal.get_or_insert_with(|| finding.message.clone());
        self.findings.push(finding);
    }

    fn configuration(&mut self, root: Xml<'_>, document: &mut ConfigDocument) {
        let mut sections = std::mem::take(&mut document.root);
        self.level(root, &mut sections, document, "");
        let has_paths = self.has_paths || sections.web.is_web;
        for element in root.elements().filter(|element| element.is("location")) {
            let attribute = |name: &str| element.attribute(name).map(|attribute| attribute.value().trim());
            let path = attribute("path").unwrap_or("").replace('\\', "/");
            let path = path.trim_matches('/');
            let inherited = !attribute("inheritInChildApplications").is_some_and(|value| value.eq_ignore_ascii_case("false"));
            let overriding = match (attribute("overrideMode"), attribute("allowOverride")) {
                (Some("Allow"), _) | (_, Some("true")) => Overriding::Allow,
                (Some("Deny"), _) | (_, Some("false")) => Overriding::Deny,
                _ => Overriding::Inherit,
            };
            if is_own_level(element) {
                // The same level as the file itself.
                let before = sections.present.len();
                self.level(element, &mut sections, document, "");
                if !inherited && sections.present.len() > before {
                    document.kept_back.get_or_insert(element.name_span());
                }
                if overriding != Overriding::Inherit {
                    let inside = sections.present.get(before..).unwrap_or_default();
                    sections.overriding.extend(inside.iter().map(|(name, _)| (*name, overriding, element.name_span())));
                }
                continue;
            }
            if !has_paths {
                let holds_something = element.elements().any(|inner| inner.is("system.serviceModel"));
                if let Some(path) = element.attribute("path").filter(|_| holds_something) {
                    self.findings.push(PathWithoutEffect { path: path.value().to_owned(), span: path.value_span() });
                }
                continue;
            }
            // What is wrong in it is wrong for its path only: the file itself loads.
            let outer = self.refusal.take();
            let mut location = Location {
                path: path.to_owned(),
                span: element.span(),
                inherited,
                overriding,
                sections: Sections::default(),
                refusal: None,
            };
            self.level(element, &mut location.sections, document, path);
            self.duplicates(&location.sections);
            location.refusal = std::mem::replace(&mut self.refusal, outer);
            document.locations.push(location);
        }
        self.duplicates(&sections);
        document.root = sections;
        if document.kept_back.is_some() {
            document.inherited = Some(Box::new(self.what_children_inherit(root, document)));
        }
    }

    /// The file's own level without the `location`s that child applications do not inherit. What is wrong in it was said already.
    fn what_children_inherit(&self, root: Xml<'_>, document: &ConfigDocument) -> Sections {
        let mut again = Reader { transforms: self.transforms.clone(), ..Self::default() };
        let mut scratch = document.clone();
        let mut sections = Sections::default();
        let is_kept = |element: &Xml<'_>| {
            let kept_back = element.attribute("inheritInChildApplications").is_some_and(|value| value.value().trim() == "false");
            element.is("location") && is_own_level(*element) && !kept_back
        };
        for level in std::iter::once(root).chain(root.elements().filter(is_kept)) {
            again.level(level, &mut sections, &mut scratch, "");
        }
        sections
    }

    fn level(&mut self, parent: Xml<'_>, sections: &mut Sections, document: &mut ConfigDocument, location: &str) {
        for element in parent.elements() {
            match element.local() {
                "system.serviceModel" => self.service_model(element, sections, document, location),
                "system.web" => web(element, &mut sections.web),
                "system.webServer" => web_server(element, &mut sections.web),
                _ => {}
            }
        }
        sections.locks.append(&mut self.locks);
    }

    fn service_model(&mut self, group: Xml<'_>, sections: &mut Sections, document: &mut ConfigDocument, location: &str) {
        // A second system.serviceModel element only continues the first; its sections must be others.
        sections.service_model.get_or_insert(group.name_span());
        for attribute in group.attributes() {
            let name = attribute.written_name();
            if name.starts_with("lock") || name.starts_with("config") {
                self.refuse(ReservedAttribute { name: name.to_owned(), span: attribute.name_span() });
            }
        }
        self.no_text(group);
        if let Some(extensions) = group.elements().find(|element| element.is("extensions")) {
            self.renamed_classes(extensions);
        }
        for element in group.elements() {
            let name = element.local();
            let known = SECTIONS.iter().find(|known| **known == name);
            let key = (location.to_lowercase(), known.map_or_else(|| Text::from(name), |known| Text::fixed(known)));
            if let Some(first) = self.seen.get(&key) {
                let first = *first;
                self.refuse(DuplicateSection { name: name.to_owned(), first, span: element.name_span() });
                // The same path twice is wrong for the file, not for the path.
                document.refusal = document.refusal.take().or_else(|| self.refusal.clone());
                continue;
            }
            self.seen.insert(key, element.name_span());
            if let Some(known) = SECTIONS.iter().find(|known| **known == name) {
                sections.present.push((known, element.name_span()));
            }
            if let Some(source) = element.attribute("configSource") {
                let is_empty = element.children().all(|node| matches!(node, XmlNode::Comment(_)));
                if !is_empty || element.attributes().len() > 1 {
                    self.refuse(ForbiddenInSource { section: name.to_owned(), span: element.name_span() });
                }
                if let Some(refusal) = configuration_system::config_source(source.value()) {
                    let (value, span) = (Some(source.value().to_owned()), source.value_span());
                    self.refuse(UnusableValue { attribute: "configSource", element: name.to_owned(), value, refusal, span });
                }
                document.elsewhere.push(Elsewhere {
                    section: name.to_owned(),
                    location: location.to_owned(),
                    source: Some(source.value().to_owned()),
                    span: source.value_span(),
                });
                continue;
            }
            if let Some(provider) = element.attribute("configProtectionProvider") {
                self.findings.push(EncryptedSection { section: name.to_owned(), span: provider.value_span() });
                document.elsewhere.push(Elsewhere {
                    section: name.to_owned(),
                    location: location.to_owned(),
                    source: None,
                    span: provider.value_span(),
                });
                continue;
            }
            if known.is_none() && document.declared.contains(&format!("system.serviceModel/{name}")) {
                self.findings.push(SectionNotRead { section: name.to_owned(), span: element.name_span() });
                continue;
            }
            self.section(element, sections);
        }
    }

    fn section(&mut self, element: Xml<'_>, sections: &mut Sections) {
        match element.written_name() {
            "extensions" => sections.extensions = Some(Box::new(self.node(element, &section::EXTENSIONS, &Trail::section("extensions")))),
            "bindings" => {
                sections.bindings_span.get_or_insert(element.name_span());
                self.no_attributes(element, &Trail::section("bindings"));
                self.no_text(element);
                let mut seen = seen_kinds(&sections.bindings);
                for kind in element.elements() {
                    let kinded = self.binding_kind(kind, &mut seen);
                    sections.bindings.extend(kinded);
                }
            }
            "behaviors" => {
                let node = self.node(element, &section::BEHAVIORS, &Trail::section("behaviors"));
                for (name, child) in node.children {
                    if name == "serviceBehaviors" {
                        sections.service_behaviors.extend(child.items);
                    } else {
                        sections.endpoint_behaviors.extend(child.items);
                    }
                }
            }
            "services" => sections.services.extend(self.node(element, &section::SERVICES, &Trail::section("services")).items),
            "client" => {
                let node = self.node(element, &section::CLIENT, &Trail::section("client"));
                sections.client.extend(node.items);
                sections.client_metadata = node.children.into_iter().next().map(|(_, metadata)| Box::new(metadata));
            }
            "protocolMapping" => {
                let node = self.node(element, &section::PROTOCOL_MAPPINGS, &Trail::section("protocolMapping"));
                sections.protocol_mapping.extend(node.items);
            }
            "serviceHostingEnvironment" => {
                let trail = Trail::section("serviceHostingEnvironment");
                sections.hosting_environment = Some(Box::new(self.node(element, &section::SERVICE_HOSTING_ENVIRONMENT, &trail)));
            }
            "diagnostics" => {
                sections.diagnostics = Some(Box::new(self.node(element, &section::DIAGNOSTIC, &Trail::section("diagnostics"))));
            }
            "routing" => sections.routing = Some(Box::new(self.node(element, &routing::ROUTING, &Trail::section("routing")))),
            "commonBehaviors" => {
                let node = self.node(element, &section::COMMON_BEHAVIORS, &Trail::section("commonBehaviors"));
                for (name, child) in node.children {
                    if name == "serviceBehaviors" {
                        sections.common_service_behaviors = Some(Box::new(child));
                    } else {
                        sections.common_endpoint_behaviors = Some(Box::new(child));
                    }
                }
            }
            "standardEndpoints" => {
                self.no_attributes(element, &Trail::section("standardEndpoints"));
                self.no_text(element);
                let mut seen = seen_kinds(&sections.standard_endpoints);
                for kind in element.elements() {
                    if !self.is_first(kind, &mut seen) {
                        continue;
                    }
                    let schema = standard_endpoint::ALL.iter().find(|child| kind.is(child.name)).map(|child| child.element);
                    let schema = schema.or_else(|| self.renamed("endpointExtensions", kind.local()));
                    let items =
                        self.kind_items(kind, "standardEndpoint", schema, &Trail::section("standardEndpoints").below(name_of(kind)));
                    sections.standard_endpoints.push(Kinded {
                        name: text_of(kind),
                        span: kind.name_span(),
                        opaque: schema.is_none(),
                        items,
                    });
                }
            }
            "comContracts" => {
                sections.com_contracts = Some(Box::new(self.node(element, &com_contract::COM_CONTRACTS, &Trail::section("comContracts"))));
            }
            "machineSettings" => {
                sections.machine_settings =
                    Some(Box::new(self.node(element, &section::MACHINE_SETTINGS, &Trail::section("machineSettings"))));
            }
            "tracking" => sections.tracking = Some(Box::new(self.node(element, &tracking::TRACKING, &Trail::section("tracking")))),
            name => self.refuse(UnknownElement {
                name: name.to_owned(),
                within: "system.serviceModel".to_owned(),
                known: SECTIONS.to_vec(),
                span: element.name_span(),
            }),
        }
    }

    /// Whether an element is the first of its name.
    fn is_first(&mut self, kind: Xml<'_>, seen: &mut Few<Text, Span>) -> bool {
        let first = seen.insert(text_of(kind), kind.name_span());
        if let Some(first) = first {
            seen.insert(text_of(kind), first);
            self.refuse(DuplicateElement { name: kind.written_name().to_owned(), first, span: kind.name_span() });
        }
        first.is_none()
    }

    fn binding_kind(&mut self, kind: Xml<'_>, seen: &mut Few<Text, Span>) -> Option<Kinded> {
        if !self.is_first(kind, seen) {
            return None;
        }
        let schema = binding::find(kind.local()).map(|binding| binding.schema);
        let schema = schema.filter(|_| !self.is_replaced("bindingExtensions", kind.local()));
        let items = self.kind_items(kind, "binding", schema, &Trail::section("bindings").below(name_of(kind)));
        Some(Kinded { name: text_of(kind), span: kind.name_span(), opaque: schema.is_none(), items })
    }

    /// The items of a binding type or a kind of endpoint. Where its class is a user's, only the items' names are understood.
    fn kind_items(&mut self, kind: Xml<'_>, item: &'static str, schema: Option<&'static Element>, trail: &Trail<'_>) -> Vec<Item> {
        if let Some(schema) = schema {
            self.no_attributes(kind, trail);
            self.no_text(kind);
            for inner in kind.elements().filter(|inner| !inner.is(item) && !is_removal(inner.local())) {
                let known = vec![item, "remove", "clear"];
                self.refuse(UnknownElement {
                    name: inner.written_name().to_owned(),
                    within: trail.to_string(),
                    known,
                    span: inner.name_span(),
                });
            }
            return self.items(kind, item, schema, true, trail);
        }
        let opaque = |element: Xml<'_>| Node {
            schema: &section::OPAQUE_ITEM,
            span: element.span(),
            attributes: written_name(element),
            children: Vec::new(),
            items: Vec::new(),
            kept: vec![kept(element)],
        };
        self.doubtful = true;
        kind.elements().filter(|element| element.is(item)).map(|element| Item::Add(Arc::new(opaque(element)))).collect()
    }

    /// Keeps the locks of the element that was just read.
    fn keep_locks(&mut self, locks: Vec<(Locked, Span)>, trail: &Trail<'_>, item: Option<&Arc<Node>>) {
        for (what, span) in locks {
            self.locks.push(Lock { path: trail.path(), item: item.cloned(), what, span });
        }
    }

    /// An element by its table, which is no item of a collection.
    fn node(&mut self, element: Xml<'_>, schema: &'static Element, trail: &Trail<'_>) -> Node {
        let (node, locks) = self.node_and_locks(element, schema, trail);
        if !locks.is_empty() && !trail.in_item {
            self.keep_locks(locks, trail, None);
        }
        node
    }

    fn node_and_locks(&mut self, element: Xml<'_>, schema: &'static Element, trail: &Trail<'_>) -> (Node, Vec<(Locked, Span)>) {
        let lenient = matches!(schema.content, Content::Extensions(_));
        let mut node = Node {
            schema,
            span: element.span(),
            attributes: self.attributes(element, schema, trail, lenient),
            children: Vec::new(),
            items: Vec::new(),
            kept: Vec::new(),
        };
        let locks = std::mem::take(&mut self.pending);
        if matches!(schema.content, Content::AnyXml | Content::Headers) {
            node.kept = element.elements().map(|inner| self.kept(inner)).collect();
            if !schema.takes_any_attribute() {
                self.no_text(element);
            }
            // A filter is the text of its element.
            let texts = element.children().filter_map(|inner| match inner {
                XmlNode::Text(text) if schema.takes_any_attribute() && !is_white(text.text()) => Some(text),
                _ => None,
            });
            node.kept.extend(texts.map(|text| Kept {
                xml: text.text().to_owned(),
                span: text.span(),
                transform: self.transform_of(text.span()),
            }));
            return (node, locks);
        }
        if lenient {
            for node in element.children() {
                if let XmlNode::Text(text) = node
                    && !is_white(text.text())
                {
                    self.findings.push(UnexpectedText { element: element.written_name().to_owned(), span: text.span() }.ignored());
                }
            }
        } else {
            self.no_text(element);
        }
        match &schema.content {
            Content::Extensions(kind) => node.items = self.extensions(element, *kind, trail),
            Content::Items { item, element: item_schema, removable } => {
                node.items = self.items(element, item, item_schema, *removable, trail);
                self.children(element, schema, &mut node, trail, &|name| name == *item || (*removable && is_removal(name)));
            }
            Content::Closed => self.children(element, schema, &mut node, trail, &|_| false),
            Content::Headers | Content::AnyXml => {}
        }
        (node, locks)
    }

    fn children(&mut self, element: Xml<'_>, schema: &'static Element, node: &mut Node, trail: &Trail<'_>, is_item: &dyn Fn(&str) -> bool) {
        for inner in element.elements() {
            let name = name_of(inner);
            if is_item(name) {
                continue;
            }
            let Some(child) = schema.child(name) else {
                let mut known: Vec<&'static str> = schema.children.iter().map(|child| child.name).collect();
                if let Content::Items { item, removable, .. } = &schema.content {
                    known.push(item);
                    if *removable {
                        known.extend(["remove", "clear"]);
                    }
                }
                self.refuse(UnknownElement { name: name.to_owned(), within: trail.to_string(), known, span: inner.name_span() });
                continue;
            };
            if let Some((_, first)) = node.children.iter().find(|(other, _)| *other == child.name) {
                let first = first.span;
                self.refuse(DuplicateElement { name: name.to_owned(), first, span: inner.name_span() });
                continue;
            }
            let inner = self.node(inner, child.element, &trail.below(child.name));
            node.children.push((child.name, inner));
        }
    }

    fn items(&mut self, element: Xml<'_>, item: &'static str, schema: &'static Element, removable: bool, trail: &Trail<'_>) -> Vec<Item> {
        let mut items = Vec::with_capacity(element.elements().count());
        // The keys of the items that this very collection locks, and where.
        let mut locked: BTreeMap<Vec<String>, Span> = BTreeMap::new();
        for inner in element.elements() {
            let name = name_of(inner);
            let inner_path = trail.item(name);
            if name == item {
                let (node, locks) = self.node_and_locks(inner, schema, &inner_path);
                let node = Arc::new(node);
                if !locks.is_empty() && !trail.in_item {
                    let whole = locks.iter().find(|(what, _)| *what == Locked::Whole);
                    locked.extend(whole.map(|(_, span)| (Key::of(&node).into_parts(), *span)));
                    self.keep_locks(locks, trail, Some(&node));
                }
                items.push(Item::Add(node));
            } else if removable && name == "remove" {
                let key = self.key(inner, schema, &inner_path);
                let lock = if locked.is_empty() { None } else { locked.get(&Key::named(schema, &key).into_parts()).copied() };
                if let Some(lock) = lock {
                    self.refuse(LockedAbove { what: LockedPart::Item(name.to_owned()), lock, span: inner.name_span() });
                }
                items.push(Item::Remove { key, schema, span: inner.name_span() });
            } else if removable && name == "clear" {
                self.no_declarations(inner, &inner_path);
                for attribute in inner.attributes() {
                    let (name, within) = (attribute.written_name().to_owned(), inner_path.to_string());
                    self.refuse(UnknownAttribute { name, within, known: Vec::new(), span: attribute.name_span() });
                }
                self.no_elements(inner, &inner_path);
                if let Some(lock) = locked.values().next().copied() {
                    self.refuse(LockedAbove { what: LockedPart::Item(name.to_owned()), lock, span: inner.name_span() });
                }
                items.push(Item::Clear { span: inner.name_span() });
            }
        }
        self.doubtful = self.doubtful || may_have_duplicates(&items);
        items
    }

    /// The attributes of `remove`: those of the key.
    fn key(&mut self, element: Xml<'_>, schema: &'static Element, trail: &Trail<'_>) -> Vec<Written> {
        let mut written = Vec::new();
        self.no_declarations(element, trail);
        for attribute in element.attributes() {
            let name = attribute.written_name();
            if self.is_lock(name, attribute, Some(schema), trail) {
                continue;
            }
            match schema.attribute(name).filter(|attribute| attribute.key) {
                Some(known) => match value::spell(&known.kind, attribute.value_as_written()) {
                    Ok(spelling) => written.push(self.written(known, spelling, attribute)),
                    Err(refusal) => {
                        let element = trail.name.to_owned();
                        self.refuse(UnusableValue { attribute: known.name, element, value: None, refusal, span: attribute.value_span() });
                    }
                },
                None => {
                    let known = schema.attributes.iter().filter(|attribute| attribute.key).map(|attribute| attribute.name).collect();
                    self.refuse(UnknownAttribute { name: name.to_owned(), within: trail.to_string(), known, span: attribute.name_span() });
                }
            }
        }
        self.pending.clear();
        self.no_elements(element, trail);
        let missing = schema.attributes.iter().filter(|attribute| attribute.required && attribute.key);
        for missing in missing.filter(|missing| element.attribute(missing.name).is_none()) {
            self.refuse(MissingAttribute { attribute: missing.name, element: "remove".to_owned(), span: element.name_span() });
        }
        written
    }

    fn written(&self, known: &'static crate::schema::Attribute, spelling: Spelling, attribute: located_xml::Attribute<'_>) -> Written {
        let value = match spelling {
            Spelling::AsWritten => attribute.slice().map_or_else(|| Text::from(attribute.value_as_written()), Text::from),
            Spelling::Fixed(text) => Text::fixed(text),
            Spelling::Other(text) => Text::from(text),
        };
        let span = attribute.value_span();
        Written { attribute: known, value, span, transform: self.transform_of(span) }
    }

    /// The transform that put something here.
    fn transform_of(&self, span: Span) -> Option<Arc<str>> {
        self.transforms.iter().find(|(file, _)| *file == span.file).map(|(_, path)| Arc::clone(path))
    }

    fn kept(&self, element: Xml<'_>) -> Kept {
        Kept { transform: self.transform_of(element.full_span()), ..kept(element) }
    }

    /// Whether an attribute is a lock of the configuration system, which is checked.
    fn is_lock(&mut self, name: &str, attribute: located_xml::Attribute<'_>, schema: Option<&'static Element>, trail: &Trail<'_>) -> bool {
        let Some(lock) = LOCKS.iter().find(|lock| **lock == name) else { return false };
        match configuration_system::check_lock(lock, attribute, schema, trail.name) {
            Some(finding) => self.refuse(finding),
            None => {
                let locked = configuration_system::locked(name, attribute.value());
                self.pending.extend(locked.map(|locked| (locked, attribute.name_span())));
            }
        }
        true
    }

    /// Whether an attribute is one that the configuration system knows on every section. Builders rewrite a section when it is read.
    fn is_of_section(&mut self, attribute: located_xml::Attribute<'_>) -> bool {
        let name = attribute.written_name();
        if name == "configBuilders" {
            self.findings.push(BuiltSection { span: attribute.value_span() });
        }
        SECTION_ATTRIBUTES.contains(&name)
    }

    /// Declarations of namespaces are attributes that no element has.
    fn no_declarations(&mut self, element: Xml<'_>, trail: &Trail<'_>) {
        for declaration in element.namespace_declarations() {
            self.refuse(configuration_system::namespace_declaration(&declaration, &trail.to_string()));
        }
    }

    fn attributes(&mut self, element: Xml<'_>, schema: &'static Element, trail: &Trail<'_>, lenient: bool) -> Vec<Written> {
        let mut written = Vec::with_capacity(element.attributes().len());
        if !lenient && !schema.takes_any_attribute() && !matches!(schema.content, Content::Headers | Content::AnyXml) {
            self.no_declarations(element, trail);
        }
        for attribute in element.attributes() {
            let known = schema.attribute(attribute.written_name());
            let Some(known) = known else {
                let name = attribute.written_name();
                let on_section = trail.is_section();
                // An element that ignores what it does not know ignores locks as well.
                if !lenient && self.is_lock(name, attribute, Some(schema), trail) || (on_section && self.is_of_section(attribute)) {
                    continue;
                }
                let known = schema.attributes.iter().map(|attribute| attribute.name).collect();
                let finding = UnknownAttribute { name: name.to_owned(), within: trail.to_string(), known, span: attribute.name_span() };
                if schema.takes_any_attribute() {
                    self.findings.push(finding.handed_on());
                } else if lenient {
                    self.findings.push(finding.ignored());
                } else {
                    self.refuse(finding);
                }
                continue;
            };
            match value::spell(&known.kind, attribute.value_as_written()) {
                Ok(spelling) => written.push(self.written(known, spelling, attribute)),
                Err(refusal) => self.refuse(UnusableValue {
                    attribute: known.name,
                    element: trail.name.to_owned(),
                    // Text may hold a secret, and text is never refused for what it says; every other kind is quoted.
                    value: (!matches!(known.kind, Kind::Text { .. })).then(|| attribute.value().to_owned()),
                    refusal,
                    span: attribute.value_span(),
                }),
            }
        }
        for missing in schema.attributes.iter().filter(|attribute| attribute.required) {
            if !element.attributes().any(|attribute| attribute.written_name() == missing.name) {
                let element_name = element.written_name().to_owned();
                self.refuse(MissingAttribute { attribute: missing.name, element: element_name, span: element.name_span() });
            }
        }
        written
    }

    fn no_attributes(&mut self, element: Xml<'_>, trail: &Trail<'_>) {
        let on_section = trail.is_section();
        self.no_declarations(element, trail);
        for attribute in element.attributes() {
            let name = attribute.written_name();
            let reserved = self.is_lock(name, attribute, None, trail) || (on_section && self.is_of_section(attribute));
            if !reserved {
                self.refuse(UnknownAttribute {
                    name: name.to_owned(),
                    within: trail.to_string(),
                    known: Vec::new(),
                    span: attribute.name_span(),
                });
            }
        }
        let locks = std::mem::take(&mut self.pending);
        if !trail.in_item {
            self.keep_locks(locks, trail, None);
        }
    }

    /// `remove` and `clear` hold nothing.
    fn no_elements(&mut self, element: Xml<'_>, trail: &Trail<'_>) {
        self.no_text(element);
        for inner in element.elements() {
            let (name, within) = (inner.written_name().to_owned(), trail.to_string());
            self.refuse(UnknownElement { name, within, known: Vec::new(), span: inner.name_span() });
        }
    }

    fn no_text(&mut self, element: Xml<'_>) {
        for node in element.children() {
            if let XmlNode::Text(text) = node
                && !is_white(text.text())
            {
                self.refuse(UnexpectedText { element: element.written_name().to_owned(), span: text.span() });
            }
        }
    }
}

/// Whether a file is the configuration of a folder of a web application.
pub(crate) fn is_web_config(path: &str) -> bool {
    const NAME: &[u8] = b"web.config";
    let bytes = path.as_bytes();
    let Some((folder, name)) = bytes.len().checked_sub(NAME.len()).and_then(|at| bytes.split_at_checked(at)) else { return false };
    name.eq_ignore_ascii_case(NAME) && matches!(folder.last(), None | Some(b'/'))
}

/// The binding types, or kinds of endpoints, that are known from a section before.
fn seen_kinds(kinds: &[Kinded]) -> Few<Text, Span> {
    let mut seen = Few::default();
    for kind in kinds {
        seen.insert(kind.name.clone(), kind.span);
    }
    seen
}

fn is_removal(name: &str) -> bool {
    name == "remove" || name == "clear"
}

fn written_name(element: Xml<'_>) -> Vec<Written> {
    let attribute = section::OPAQUE_ITEM.attribute("name");
    element
        .attribute("name")
        .zip(attribute)
        .map(|(name, attribute)| Written { attribute, value: name.value().into(), span: name.value_span(), transform: None })
        .into_iter()
        .collect()
}
