//! From the types of a schema to the types of the model, as the serializer in force sees them.
//!
//! Both serializers' views are built here: they differ in what a built-in type comes to and in what may be optional, and
//! agree in all else once it is decided which of the two applies.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use indexmap::IndexMap;
use wcf_diagnostics::{FileId, Findings, Span};

use super::diagnostics::{NameMissing, SchemaLoosened, SchemaOpen, SchemaTooLarge};
use super::names::{self, ClrNamespaces};
use super::primitives::built_in;
use super::schema::{self, Component, Schemas, documentation};
use super::xml::{self, Node, QName, SERIALIZATION, WSDL, XSD};
use crate::model::{ClassContract, ClassType, DataKind, DataType, Docs, Member, Primitive, Serializer, TypeKey, TypeRef};

/// How many members groups may expand to in one set of documents, all types together.
const MOST_MEMBERS: usize = 1_000_000;
/// How deep groups may refer to groups, and lists may hold lists.
pub(super) const DEEPEST: usize = 48;

/// A type that is referred to and not yet built.
pub(super) struct Pending<'a> {
    pub component: Component<'a>,
    pub serializer: Serializer,
    pub key: TypeKey,
    /// Its name and namespace on the wire.
    pub name: QName,
}

/// Builds the data types that contracts refer to.
pub(super) struct DataTypes<'s, 'a> {
    pub(super) schemas: &'s Schemas<'a>,
    namespaces: &'s ClrNamespaces,
    /// What stands before every CLR namespace; empty but where two WSDLs define one name differently.
    prefix: String,
    pub findings: Findings,
    pub types: IndexMap<TypeKey, DataType>,
    /// By whether it is for `XmlSerializer`, and the type's place.
    keys: BTreeMap<(bool, (FileId, u32)), TypeKey>,
    taken: BTreeSet<TypeKey>,
    /// Enumerations and structs.
    values: BTreeSet<TypeKey>,
    pending: VecDeque<Pending<'a>>,
    /// Names that were reported as missing.
    missing: BTreeSet<QName>,
    members_left: usize,
    depth: usize,
    /// The name of the type around the element that was looked at last.
    outer: String,
}

/// An element or attribute as a member.
pub(super) struct Field {
    pub name: String,
    pub type_ref: TypeRef,
    pub span: Span,
    pub required: bool,
    pub docs: Docs,
    pub emit_default: bool,
}

impl<'s, 'a> DataTypes<'s, 'a> {
    pub fn new(schemas: &'s Schemas<'a>, namespaces: &'s ClrNamespaces, prefix: String) -> Self {
        Self {
            schemas,
            namespaces,
            prefix,
            findings: Findings::new(),
            types: IndexMap::new(),
            keys: BTreeMap::new(),
            taken: BTreeSet::new(),
            values: BTreeSet::new(),
            pending: VecDeque::new(),
            missing: BTreeSet::new(),
            members_left: MOST_MEMBERS,
            depth: 0,
            outer: String::new(),
        }
    }

    /// The full CLR name of something of an XML namespace.
    pub fn clr_name(&self, namespace: &str, name: &str) -> (String, String) {
        let namespace = self.namespaces.of(namespace);
        let namespace = match (self.prefix.as_str(), namespace.as_str()) {
            ("", namespace) => namespace.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, namespace) => format!("{prefix}.{namespace}"),
        };
        let full = if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") };
        (full, namespace)
    }

    /// A key that nothing else has.
    pub fn fresh_key(&mut self, namespace: &str, name: &str) -> TypeKey {
        let mut number = 0;
        loop {
            let numbered = if number == 0 { name.to_owned() } else { format!("{name}{number}") };
            let key = TypeKey(self.clr_name(namespace, &numbered).0);
            if self.taken.insert(key.clone()) {
                return key;
            }
            number += 1;
        }
    }

    /// Adds a type that is not in a schema.
    pub fn add(&mut self, data_type: DataType) {
        self.types.insert(data_type.key.clone(), data_type);
    }

    /// Builds what was referred to, and what that refers to.
    pub fn build(&mut self) {
        while let Some(pending) = self.pending.pop_front() {
            let data_type = self.data_type(&pending);
            self.types.insert(pending.key, data_type);
        }
    }

    /// A use of a named type.
    pub fn named(&mut self, name: &QName, span: Span, serializer: Serializer) -> TypeRef {
        if let Some(built_in) = built_in(name, serializer) {
            return built_in;
        }
        match self.schemas.type_named(name) {
            Some(component) => self.reference(component, name, serializer),
            None => {
                if self.missing.insert(name.clone()) {
                    self.findings.push(NameMissing { span, what: "type", name: name.to_string() });
                }
                TypeRef::Unknown { written: name.to_string(), span }
            }
        }
    }

    /// A use of a type that is found.
    pub fn reference(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> TypeRef {
        if self.depth >= DEEPEST {
            // Lists of lists without end: from here on by name.
            return TypeRef::Named(self.key(component, name, serializer));
        }
        self.depth += 1;
        let found = if xml::local(component.node) == "simpleType" {
            self.simple(component, name, serializer)
        } else if let Some(list) = self.list(component, name, serializer) {
            list
        } else {
            TypeRef::Named(self.key(component, name, serializer))
        };
        self.depth -= 1;
        found
    }

    pub(super) fn key(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> TypeKey {
        let known = (serializer == Serializer::Xml, component.place());
        if let Some(key) = self.keys.get(&known) {
            return key.clone();
        }
        let key = self.fresh_key(&name.namespace, &names::identifier(&name.local));
        self.keys.insert(known, key.clone());
        if is_value_type(component.node, serializer) {
            self.values.insert(key.clone());
        }
        self.pending.push_back(Pending { component, serializer, key: key.clone(), name: name.clone() });
        key
    }

    /// The type that an attribute names; an empty list of attributes means anything.
    pub(super) fn attribute_type(&mut self, component: Component<'a>, attribute: &str, serializer: Serializer) -> TypeRef {
        let span = xml::attribute_span(component.node, attribute);
        match xml::attribute(component.node, attribute) {
            Some(value) => match self.schemas.name_in(component, attribute, &mut self.findings) {
                Some(name) => self.named(&name, span, serializer),
                None => TypeRef::Unknown { written: value.to_owned(), span },
            },
            None => TypeRef::Any,
        }
    }

    /// A complex type that is a list of its only element, or a dictionary.
    fn list(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> Option<TypeRef> {
        if schema::truth(component.node, "mixed") {
            return None;
        }
        if let Some(item) = self.encoded_array(component, serializer) {
            return Some(item);
        }
        let mut parts = xml::children(component.node).filter(|child| xml::local(*child) != "annotation");
        let (Some(sequence), rest) = (parts.next(), parts.next()) else { return None };
        // A list with `ser:Id` is one that can be referred to; other attributes are members.
        let reference = |child: Node<'a>| {
            xml::local(child) == "attribute"
                && xml::attribute(child, "ref").is_some_and(|name| name.ends_with(":Id") || name.ends_with(":Ref"))
        };
        if xml::local(sequence) != "sequence" || rest.is_some_and(|rest| !reference(rest)) || schema::repeated(sequence) {
            return None;
        }
        let mut items = xml::children(sequence).filter(|child| xml::local(*child) != "annotation");
        let (Some(item), None) = (items.next(), items.next()) else { return None };
        if xml::local(item) != "element" || !schema::repeated(item) {
            return None;
        }
        let item = Component { node: item, ..component };
        let dictionary = schema::annotated(component.node, "IsDictionary").is_some_and(|node| xml::own_text(node) == "true");
        if serializer == Serializer::DataContract
            && dictionary
            && let Some((key, value)) = self.entry(item, name, serializer)
        {
            return Some(TypeRef::Map { key: Box::new(key), value: Box::new(value) });
        }
        // `XmlSerializer` passes an anonymous list over when it names what is in it.
        let anonymous = serializer == Serializer::Xml && xml::attribute(component.node, "name").is_none();
        let holder = if anonymous { self.outer.clone() } else { name.local.clone() };
        let field = self.element(item, &holder, serializer);
        match field.type_ref {
            TypeRef::List { item } => Some(TypeRef::List { item }),
            other => Some(TypeRef::List { item: Box::new(other) }),
        }
    }

    /// Key and value of a dictionary's entries.
    fn entry(&mut self, item: Component<'a>, holder: &QName, serializer: Serializer) -> Option<(TypeRef, TypeRef)> {
        let inline = xml::first(item.node, XSD, "complexType").map(|node| Component { node, ..item });
        let named = || {
            xml::attribute(item.node, "type")
                .and_then(|name| self.schemas.resolve(item, name))
                .and_then(|name| self.schemas.type_named(&name))
        };
        let entry = inline.or_else(named)?;
        let sequence = xml::first(entry.node, XSD, "sequence")?;
        let elements: Vec<Node<'a>> = xml::named(sequence, XSD, "element").collect();
        let [key, value] = elements.as_slice() else { return None };
        let key = self.element(Component { node: *key, ..entry }, &holder.local, serializer).type_ref;
        let value = self.element(Component { node: *value, ..entry }, &holder.local, serializer).type_ref;
        Some((key, value))
    }

    /// An array of SOAP encoding: a restriction of `soapenc:Array`.
    fn encoded_array(&mut self, component: Component<'a>, serializer: Serializer) -> Option<TypeRef> {
        let restriction = xml::first(xml::first(component.node, XSD, "complexContent")?, XSD, "restriction")?;
        let base = self.schemas.resolve(Component { node: restriction, ..component }, xml::attribute(restriction, "base")?)?;
        if !base.is("http://schemas.xmlsoap.org/soap/encoding/", "Array") {
            return None;
        }
        let typed = restriction.descendants().find_map(|node| Some((node, xml::attribute_in(node, WSDL, "arrayType")?)));
        if let Some((node, written)) = typed {
            let (item, dimensions) = written.split_once('[').unwrap_or((written, "]"));
            let name = self.schemas.resolve(Component { node, ..component }, item)?;
            let mut list = TypeRef::List { item: Box::new(self.named(&name, xml::span(node), serializer)) };
            for _ in dimensions.matches('[').take(DEEPEST) {
                list = TypeRef::List { item: Box::new(list) };
            }
            return Some(list);
        }
        let element = xml::first(xml::first(restriction, XSD, "sequence")?, XSD, "element")?;
        let field = self.element(Component { node: element, ..component }, "Item", serializer);
        match field.type_ref {
            list @ TypeRef::List { .. } => Some(list),
            other => Some(TypeRef::List { item: Box::new(other) }),
        }
    }

    /// An element, in a type, a wrapper or a message, as a member. What repeats is a list.
    pub fn element(&mut self, component: Component<'a>, holder: &str, serializer: Serializer) -> Field {
        let node = component.node;
        if let Some(value) = xml::attribute(node, "ref") {
            let span = xml::attribute_span(node, "ref");
            let name = self.schemas.name_in(component, "ref", &mut self.findings);
            let target = name.as_ref().and_then(|name| self.schemas.element(name));
            let mut field = match (name, target) {
                (Some(name), Some(target)) => {
                    if !self.schemas.substitutes(&name).is_empty() {
                        self.findings.push(SchemaLoosened {
                            span,
                            what: "an element that others may stand in for: which one stood there is not carried",
                        });
                    }
                    let mut field = self.global(target, &name, serializer);
                    field.span = span;
                    field
                }
                (name, _) => {
                    let name = name.unwrap_or_else(|| QName::new("", value));
                    if name.is(XSD, "schema") {
                        // A typed DataSet: a schema, then its data.
                        return self.field(component, name.local, TypeRef::Xml { written: "a schema".to_owned() });
                    }
                    if self.missing.insert(name.clone()) {
                        self.findings.push(NameMissing { span, what: "element", name: name.to_string() });
                    }
                    let type_ref = TypeRef::Unknown { written: name.to_string(), span };
                    self.field(component, name.local, type_ref)
                }
            };
            field.required = !schema::optional(node);
            field.type_ref = repeat(component.node, field.type_ref);
            return field;
        }
        let name = xml::attribute(node, "name").unwrap_or("").to_owned();
        let inner = match (serializer, holder) {
            (Serializer::DataContract, "") => name.clone(),
            (Serializer::DataContract, holder) => format!("{holder}.{name}Type"),
            (Serializer::Xml, holder) => format!("{holder}{}", capitalised(&name)),
        };
        let inner = QName::new(self.schemas.namespace(component), inner);
        holder.clone_into(&mut self.outer);
        let type_ref = self.declared(component, &inner, serializer);
        let type_ref = self.nullable(component, type_ref, serializer);
        self.field(component, name, repeat(node, type_ref))
    }

    /// A global element as a member.
    pub fn global(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> Field {
        let type_ref = self.declared(component, name, serializer);
        let type_ref = self.nullable(component, type_ref, serializer);
        self.field(component, name.local.clone(), type_ref)
    }

    fn field(&self, component: Component<'a>, name: String, type_ref: TypeRef) -> Field {
        let node = component.node;
        let emit = schema::annotated(node, "DefaultValue").and_then(|value| xml::attribute(value, "EmitDefaultValue"));
        Field {
            name: names::decode(&name),
            type_ref,
            span: xml::attribute_span(node, "name"),
            required: !schema::optional(node),
            docs: Docs { summary: documentation(node), remarks: String::new() },
            emit_default: emit != Some("false"),
        }
    }

    /// The type an element declares; `name` is for an anonymous one.
    fn declared(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> TypeRef {
        let node = component.node;
        let inline =
            xml::children(node).find(|child| xml::namespace(*child) == XSD && matches!(xml::local(*child), "complexType" | "simpleType"));
        match inline {
            Some(inline) => {
                let inline = Component { node: inline, ..component };
                if serializer == Serializer::Xml && is_data_set(inline.node) {
                    return TypeRef::Xml { written: "DataSet".to_owned() };
                }
                if serializer == Serializer::Xml && is_any(inline.node) {
                    self.findings.push(SchemaOpen { span: xml::span(inline.node), what: "a place for any element", holder: &name.local });
                    return TypeRef::Xml { written: "any element".to_owned() };
                }
                self.reference(inline, name, serializer)
            }
            None if xml::attribute(node, "type").is_some() => self.attribute_type(component, "type", serializer),
            None => match xml::attribute(node, "substitutionGroup").and_then(|head| self.schemas.resolve(component, head)) {
                // Without a type of its own it has that of the element it stands in for.
                Some(head) if self.depth < DEEPEST => match self.schemas.element(&head) {
                    Some(target) => {
                        self.depth += 1;
                        let found = self.declared(target, &head, serializer);
                        self.depth -= 1;
                        found
                    }
                    None => TypeRef::Any,
                },
                Some(_) | None => TypeRef::Any,
            },
        }
    }

    /// Null, where the schema allows it and the type does not by itself. To `XmlSerializer` a value that may be missing is
    /// one that may be null: .NET has a `…Specified` member for it.
    fn nullable(&self, component: Component<'a>, type_ref: TypeRef, serializer: Serializer) -> TypeRef {
        let may_be_null = schema::truth(component.node, "nillable")
            || (serializer == Serializer::Xml && schema::optional(component.node) && !schema::repeated(component.node));
        if may_be_null && self.is_value(&type_ref) { TypeRef::Nullable(Box::new(type_ref)) } else { type_ref }
    }

    /// Whether a use of a type cannot be null by itself.
    fn is_value(&self, type_ref: &TypeRef) -> bool {
        match type_ref {
            TypeRef::Primitive(primitive) => {
                !matches!(primitive, Primitive::String | Primitive::Bytes | Primitive::Uri | Primitive::Version | Primitive::QName)
            }
            TypeRef::Named(key) => self.values.contains(key),
            TypeRef::List { .. }
            | TypeRef::Map { .. }
            | TypeRef::Nullable(_)
            | TypeRef::Stream
            | TypeRef::Message
            | TypeRef::Any
            | TypeRef::Xml { .. }
            | TypeRef::Unknown { .. } => false,
        }
    }

    fn data_type(&mut self, pending: &Pending<'a>) -> DataType {
        let node = pending.component.node;
        let kind = if xml::local(node) == "simpleType" {
            DataKind::Enum(self.enumeration(pending))
        } else if let (true, Some(item)) = (self.depth == 0, self.list(pending.component, &pending.name, pending.serializer)) {
            match item {
                TypeRef::Map { key, value } => DataKind::Dictionary { key: *key, value: *value },
                TypeRef::List { item } => DataKind::Collection { item: *item, item_name: "item".to_owned() },
                other => DataKind::Collection { item: other, item_name: "item".to_owned() },
            }
        } else {
            DataKind::Class(self.class(pending))
        };
        let (_, clr_namespace) = self.clr_name(&pending.name.namespace, "");
        let clr_name = pending.key.0.strip_prefix(&clr_namespace).map_or(pending.key.0.as_str(), |name| name.trim_start_matches('.'));
        DataType {
            key: pending.key.clone(),
            clr_name: clr_name.to_owned(),
            clr_namespace,
            name: pending.name.local.clone(),
            namespace: pending.name.namespace.clone(),
            span: xml::attribute_span(node, "name"),
            kind,
            docs: Docs { summary: documentation(node), remarks: String::new() },
        }
    }

    fn class(&mut self, pending: &Pending<'a>) -> ClassType {
        let component = pending.component;
        let node = component.node;
        let mut class = ClassType {
            base: None,
            members: Vec::new(),
            known_types: Vec::new(),
            is_value_type: is_value_type(node, pending.serializer),
            is_reference: false,
            is_abstract: schema::truth(node, "abstract"),
            contract: match pending.serializer {
                Serializer::DataContract => ClassContract::DataContract,
                Serializer::Xml => ClassContract::Xml,
            },
        };
        let mut content = component;
        let mut inherited = BTreeSet::new();
        let holder = xml::children(node)
            .find(|child| xml::namespace(*child) == XSD && matches!(xml::local(*child), "complexContent" | "simpleContent"));
        let derivation =
            holder.and_then(|holder| xml::children(holder).find(|child| matches!(xml::local(*child), "extension" | "restriction")));
        let mut shape =
            Shape { serializer: pending.serializer, holder: &pending.name.local, members: &mut class.members, inherited: &mut inherited };
        if let (Some(holder), Some(derivation)) = (holder, derivation) {
            content = Component { node: derivation, ..component };
            let base = self.schemas.name_in(content, "base", &mut self.findings);
            let simple = xml::local(holder) == "simpleContent";
            let restricts = xml::local(derivation) == "restriction";
            if let Some(base) = base.filter(|base| !base.is(XSD, "anyType")) {
                match self.schemas.base_named(&base, component) {
                    Some((name, found)) if xml::local(found.node) == "complexType" => {
                        if restricts {
                            self.inherit(found, shape.inherited, 0);
                        }
                        match self.reference(found, &name, pending.serializer) {
                            TypeRef::Named(key) => class.base = Some(key),
                            // A list that is extended: its items are a member.
                            list => {
                                let field =
                                    Field { name: "Items".to_owned(), type_ref: list, ..self.field(content, String::new(), TypeRef::Any) };
                                shape.push(Field { required: false, ..field });
                            }
                        }
                    }
                    _ if simple => {
                        let type_ref = self.named(&base, xml::attribute_span(derivation, "base"), pending.serializer);
                        let field = self.field(content, "Value".to_owned(), type_ref);
                        shape.push(Field { span: xml::attribute_span(derivation, "base"), ..field });
                    }
                    _ => {
                        // Not found, or simple where it should be complex.
                        let type_ref = self.named(&base, xml::attribute_span(derivation, "base"), pending.serializer);
                        let field = self.field(content, "Base".to_owned(), type_ref);
                        shape.push(Field { required: false, span: xml::attribute_span(derivation, "base"), ..field });
                    }
                }
            }
        }
        // Where any element may stand, its place holds the text as well.
        let any = || has_any(content.node);
        if (schema::truth(node, "mixed") || holder.is_some_and(|holder| schema::truth(holder, "mixed"))) && !any() {
            self.findings.push(SchemaOpen { span: xml::span(node), what: "text mixed with elements", holder: &pending.name.local });
            let type_ref = TypeRef::List { item: Box::new(TypeRef::Primitive(Primitive::String)) };
            let field = self.field(component, "Text".to_owned(), type_ref);
            shape.push(Field { required: false, ..field });
        }
        self.content(content, &mut shape, Occurs::default(), 0);
        class.is_reference = xml::named(content.node, XSD, "attribute").any(|child| {
            let name = xml::attribute(child, "ref").and_then(|name| self.schemas.resolve(Component { node: child, ..component }, name));
            name.is_some_and(|name| name.is(SERIALIZATION, "Id"))
        });
        // A large WSDL has many classes; room for members that never come would be a good part of its memory.
        class.members.shrink_to_fit();
        // Types that extend this one may stand in its place.
        if xml::attribute(node, "name").is_some() {
            for derived in self.schemas.derived(&pending.name).to_vec() {
                if let Some(found) = self.schemas.type_named(&derived)
                    && let TypeRef::Named(key) = self.reference(found, &derived, pending.serializer)
                {
                    class.known_types.push(key);
                }
            }
        }
        class
    }

    /// The names of all members of a type and its bases: a restriction says them again.
    fn inherit(&mut self, component: Component<'a>, names: &mut BTreeSet<String>, depth: usize) {
        for node in component.node.descendants().filter(|node| matches!(xml::local(*node), "element" | "attribute")) {
            let name =
                xml::attribute(node, "name").or_else(|| xml::attribute(node, "ref").map(|name| name.rsplit(':').next().unwrap_or(name)));
            names.extend(name.map(str::to_owned));
        }
        let base = xml::children(component.node).find_map(|content| {
            let derivation = xml::children(content).find(|child| matches!(xml::local(*child), "extension" | "restriction"))?;
            let name = self.schemas.resolve(Component { node: derivation, ..component }, xml::attribute(derivation, "base")?)?;
            self.schemas.base_named(&name, component)
        });
        if let Some((_, base)) = base.filter(|_| depth < DEEPEST) {
            self.inherit(base, names, depth + 1);
        }
    }

    /// The particles and attributes of a type, a group or an attribute group.
    fn content(&mut self, component: Component<'a>, shape: &mut Shape<'_>, occurs: Occurs, depth: usize) {
        for child in xml::children(component.node).filter(|child| xml::namespace(*child) == XSD) {
            let here = Component { node: child, ..component };
            match xml::local(child) {
                "element" if stands_for_others(self.schemas, here) && self.take_choice(here, shape, occurs, depth) => {}
                "element" => {
                    let mut field = self.element(here, shape.holder, shape.serializer);
                    occurs.apply(self, &mut field);
                    self.take(child, field, shape);
                }
                "any" => {
                    let mut field = self.any_element(here, shape.holder, schema::repeated(child));
                    occurs.apply(self, &mut field);
                    self.take(child, field, shape);
                }
                "anyAttribute" => {
                    self.findings.push(SchemaOpen { span: xml::span(child), what: "a place for any attributes", holder: shape.holder });
                    let type_ref = TypeRef::Xml { written: "any attributes".to_owned() };
                    let field = Field { required: false, span: xml::span(child), ..self.field(here, "AnyAttr".to_owned(), type_ref) };
                    self.take(child, field, shape);
                }
                "attribute" => self.attribute(here, shape),
                "sequence" | "all" | "group" if schema::repeated(child) && self.take_choice(here, shape, occurs, depth) => {}
                "choice" if self.take_choice(here, shape, occurs, depth) => {}
                "sequence" | "all" => self.content(here, shape, occurs.within(child, false), depth + 1),
                "choice" => self.content(here, shape, occurs.within(child, true), depth + 1),
                "group" | "attributeGroup" => {
                    let group = xml::local(child) == "group";
                    let Some(name) = self.schemas.name_in(here, "ref", &mut self.findings) else { continue };
                    let target = if group { self.schemas.group(&name) } else { self.schemas.attribute_group(&name) };
                    match target {
                        None => self.group_missing(child, &name),
                        Some(target) if depth < DEEPEST && self.spend(child) => {
                            self.content(target, shape, occurs.within(child, false), depth + 1);
                        }
                        Some(_) => self.findings.push(SchemaTooLarge { span: xml::span(child) }),
                    }
                }
                _ => {}
            }
        }
    }

    /// A place for any element as a member.
    pub(super) fn any_element(&mut self, component: Component<'a>, holder: &str, repeated: bool) -> Field {
        let span = xml::span(component.node);
        self.findings.push(SchemaOpen { span, what: "a place for any element", holder });
        let type_ref = TypeRef::Xml { written: "any element".to_owned() };
        let type_ref = if repeated { TypeRef::List { item: Box::new(type_ref) } } else { type_ref };
        Field { required: false, span, ..self.field(component, "Any".to_owned(), type_ref) }
    }

    pub(super) fn group_missing(&mut self, at: Node<'_>, name: &QName) {
        if self.missing.insert(name.clone()) {
            let what = if xml::local(at) == "group" { "group" } else { "attribute group" };
            self.findings.push(NameMissing { span: xml::span(at), what, name: name.to_string() });
        }
    }

    /// Takes one from what may still be expanded.
    pub(super) fn spend(&mut self, at: Node<'_>) -> bool {
        match self.members_left.checked_sub(1) {
            Some(left) => {
                self.members_left = left;
                true
            }
            None => {
                self.findings.push(SchemaTooLarge { span: xml::span(at) });
                false
            }
        }
    }

    pub(super) fn take(&mut self, at: Node<'_>, field: Field, shape: &mut Shape<'_>) {
        if !shape.inherited.contains(&field.name) && self.spend(at) {
            shape.push(field);
        }
    }

    fn attribute(&mut self, component: Component<'a>, shape: &mut Shape<'_>) {
        let node = component.node;
        if xml::attribute(node, "use") == Some("prohibited") {
            return;
        }
        let required = xml::attribute(node, "use") == Some("required");
        let (target, name) = match xml::attribute(node, "ref") {
            None => (Some(component), xml::attribute(node, "name").unwrap_or("").to_owned()),
            Some(value) => {
                let name = self.schemas.name_in(component, "ref", &mut self.findings).unwrap_or_else(|| QName::new("", value));
                if name.namespace == SERIALIZATION {
                    return;
                }
                (self.schemas.attribute(&name), name.local)
            }
        };
        // Attributes of namespaces that everyone knows (`xml:lang`) are text.
        let type_ref = match target {
            Some(target) => match xml::first(target.node, XSD, "simpleType") {
                Some(inline) => {
                    let inner = QName::new(self.schemas.namespace(target), format!("{}{}", shape.holder, capitalised(&name)));
                    self.reference(Component { node: inline, ..target }, &inner, shape.serializer)
                }
                None if xml::attribute(target.node, "type").is_some() => self.attribute_type(target, "type", shape.serializer),
                None => TypeRef::Primitive(Primitive::String),
            },
            None => TypeRef::Primitive(Primitive::String),
        };
        let type_ref = if !required && self.is_value(&type_ref) { TypeRef::Nullable(Box::new(type_ref)) } else { type_ref };
        let field = Field { required, span: xml::attribute_span(node, "name"), ..self.field(component, name, type_ref) };
        self.take(node, field, shape);
    }
}

/// The members of a class as they are gathered.
pub(super) struct Shape<'m> {
    pub serializer: Serializer,
    /// The name of the type, which anonymous types inside are named after.
    pub holder: &'m str,
    pub members: &'m mut Vec<Member>,
    /// Members that the base has.
    pub inherited: &'m mut BTreeSet<String>,
}

impl Shape<'_> {
    /// Adds a member; a second one of a name gets a number.
    pub fn push(&mut self, field: Field) {
        let plain = field.name.clone();
        let mut name = plain.clone();
        let mut number = 1;
        // A name that stands in `inherited` and is taken is a member of this class already.
        while !self.inherited.insert(format!(" {name}")) {
            name = format!("{plain}{number}");
            number += 1;
        }
        let clr_name = names::identifier(&name);
        self.members.push(Member { name, clr_name, ..member(field) });
    }
}

/// A field as a member of a class or message.
pub(super) fn member(field: Field) -> Member {
    let nullable = match &field.type_ref {
        TypeRef::Primitive(primitive) => {
            matches!(primitive, Primitive::String | Primitive::Bytes | Primitive::Uri | Primitive::Version | Primitive::QName)
        }
        TypeRef::Named(_)
        | TypeRef::List { .. }
        | TypeRef::Map { .. }
        | TypeRef::Nullable(_)
        | TypeRef::Any
        | TypeRef::Xml { .. }
        | TypeRef::Unknown { .. } => true,
        TypeRef::Stream | TypeRef::Message => false,
    };
    Member {
        clr_name: names::identifier(&field.name),
        name: field.name,
        type_ref: field.type_ref,
        order: None,
        required: field.required,
        emit_default: field.emit_default,
        nullable,
        span: field.span,
        docs: field.docs,
    }
}

/// What the particles around an element say about how often it occurs.
#[derive(Clone, Copy, Default)]
pub(super) struct Occurs {
    pub optional: bool,
    pub repeated: bool,
}

impl Occurs {
    fn within(self, particle: Node<'_>, choice: bool) -> Self {
        Self { optional: self.optional || choice || schema::optional(particle), repeated: self.repeated || schema::repeated(particle) }
    }

    fn apply(self, types: &DataTypes<'_, '_>, field: &mut Field) {
        if self.repeated && !matches!(field.type_ref, TypeRef::List { .. }) {
            let item = std::mem::replace(&mut field.type_ref, TypeRef::Any);
            field.type_ref = TypeRef::List { item: Box::new(item) };
        }
        if self.optional || self.repeated {
            field.required = false;
            if types.is_value(&field.type_ref) {
                let inner = std::mem::replace(&mut field.type_ref, TypeRef::Any);
                field.type_ref = TypeRef::Nullable(Box::new(inner));
            }
        }
    }
}

/// Whether an element may have others in its place.
fn stands_for_others(schemas: &Schemas<'_>, component: Component<'_>) -> bool {
    let head = xml::attribute(component.node, "ref").and_then(|name| xml::qualified(component.node, name));
    head.is_some_and(|head| !schemas.substitutes(&head).is_empty())
}

fn repeat(node: Node<'_>, type_ref: TypeRef) -> TypeRef {
    if schema::repeated(node) { TypeRef::List { item: Box::new(type_ref) } } else { type_ref }
}

pub(super) fn item_name(name: &QName) -> QName {
    QName::new(&name.namespace, format!("{}Item", name.local))
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_uppercase().collect::<String>() + characters.as_str()).unwrap_or_default()
}

/// A struct, or an enumeration. `XmlSerializer` knows nothing of structs.
fn is_value_type(node: Node<'_>, serializer: Serializer) -> bool {
    let marked = || schema::annotated(node, "IsValueType").is_some_and(|value| xml::own_text(value) == "true");
    xml::local(node) == "simpleType" || (serializer == Serializer::DataContract && marked())
}

/// The shape of a `DataSet`: its schema, then anything.
fn is_data_set(node: Node<'_>) -> bool {
    let Some(sequence) = xml::first(node, XSD, "sequence") else { return false };
    let items: Vec<Node<'_>> = xml::children(sequence).filter(|child| xml::local(*child) != "annotation").collect();
    matches!(items.as_slice(), [first, second] if xml::attribute(*first, "ref").is_some_and(|name| name.ends_with(":schema")) && xml::local(*second) == "any")
}

/// Whether any element may stand in a type itself, not in one inside it.
fn has_any(node: Node<'_>) -> bool {
    xml::children(node).any(|child| match xml::local(child) {
        "any" => true,
        "sequence" | "choice" | "all" => has_any(child),
        _ => false,
    })
}

/// Nothing but one element, whichever.
fn is_any(node: Node<'_>) -> bool {
    let mut parts = xml::children(node).filter(|child| xml::local(*child) != "annotation");
    let (Some(sequence), None) = (parts.next(), parts.next()) else { return false };
    let mut items = xml::children(sequence).filter(|child| xml::local(*child) != "annotation");
    let (Some(only), None) = (items.next(), items.next()) else { return false };
    xml::local(sequence) == "sequence" && xml::local(only) == "any" && !schema::repeated(only)
}
