//! One class, several views: what each serializer sees of it, and what each contract's namespace makes of it.
//!
//! While the model is built, every view of a type has a key of its own. Then those that say the same become one type, and
//! those that do not stay apart, so that neither use of a class loses a member.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::clr_type::ClrType;
use super::declaration::TypeKind;
use super::model_builder::ModelBuilder;
use crate::diagnostics::TwoSerializers;
use crate::model::{ClassType, DataKind, DataType, EnumType, Member, MessageType, Operation, Serializer, TypeKey, TypeRef, XmlView};

/// Stands between a type's name and what tells its view; no CLR name holds it.
const VIEW: char = '\0';
/// Then one of these: `XmlSerializer`'s view in a namespace, and message contracts in the namespace of a contract by serializer.
const XML: char = 'x';
const MESSAGE: char = 'm';
const XML_MESSAGE: char = 'n';

impl ModelBuilder<'_> {
    /// The key of a type in the current view.
    pub(super) fn view_key(&mut self, clr: &ClrType, mut name: String) -> TypeKey {
        let for_xml = self.view.serializer == Serializer::Xml;
        // Met before as data, it is no message.
        if !for_xml {
            let plain = TypeKey(name);
            if self.known.contains(&plain) {
                return plain;
            }
            name = plain.0;
        }
        let is_message = matches!(clr, ClrType::Defined(id, _) if self.type_attribute(*id, "MessageContract").is_some()
            && self.symbols.get(*id).is_some_and(|found| found.kind != TypeKind::Enum));
        if is_message {
            let kind = if for_xml { XML_MESSAGE } else { MESSAGE };
            return TypeKey(format!("{name}{VIEW}{kind}{}", self.view.contract));
        }
        if !for_xml {
            return TypeKey(name);
        }
        let around = self.view.namespace.clone();
        let namespace = self.xml_name(clr, &around).namespace;
        TypeKey(format!("{name}{VIEW}{XML}{namespace}"))
    }

    /// Makes one type of the views that say the same.
    pub(super) fn settle_views(&mut self) {
        // Most code bases have data contracts only, each a type of its own.
        if !self.model.types.keys().any(|key| key.0.contains(VIEW)) {
            return;
        }
        let built = std::mem::take(&mut self.model.types);
        let refused = &self.model.refused;
        let settled = Settled::of(&built, |name| refused.contains_key(name));
        for name in &settled.apart {
            if let Some(data_type) = built.get(&TypeKey(name.clone())) {
                self.findings.push(TwoSerializers { key: name, span: data_type.span });
            }
        }
        let mut types: IndexMap<TypeKey, DataType> = IndexMap::new();
        // A data contract's view comes first where it is one with others, whichever was met first.
        let (plain, views): (Vec<_>, Vec<_>) = built.iter().partition(|(key, _)| !key.0.contains(VIEW));
        let plain: BTreeMap<&TypeKey, &DataType> = plain.into_iter().collect();
        debug_assert!(views.len() + plain.len() == built.len());
        for (key, data_type) in &built {
            let name = settled.name(key);
            let chosen = plain.get(&name).copied().unwrap_or(data_type);
            let mut renamed = chosen.clone();
            settled.rename(&mut renamed);
            // Two types of one class: by the names that people will see they are told apart.
            if let Some(suffix) = name.0.strip_prefix(plain_name(key)).filter(|suffix| !suffix.is_empty()) {
                renamed.clr_name.push_str(suffix.split_once(" in ").map_or(suffix, |(before, _)| before));
            }
            renamed.key = name.clone();
            let mut own = data_type.clone();
            settled.rename(&mut own);
            let merged = types.entry(name).or_insert(renamed);
            if let (DataKind::Class(merged), DataKind::Class(own)) = (&mut merged.kind, own.kind) {
                for known in own.known_types {
                    if !merged.known_types.contains(&known) {
                        merged.known_types.push(known);
                    }
                }
            }
            if let Some((clr_name, namespace)) =
                parts(key).filter(|(_, kind, _)| *kind == XML).map(|(name, _, namespace)| (name, namespace))
            {
                let mut view = data_type.clone();
                settled.rename(&mut view);
                view.key = settled.name(key);
                let place = XmlView { clr_name: clr_name.to_owned(), namespace: namespace.to_owned() };
                self.model.xml_views.entry(place).or_insert(view);
            }
        }
        self.model.types = types;
        for contract in self.model.contracts.values_mut() {
            for operation in contract.operations.iter_mut().chain(&mut contract.callback_operations) {
                settled.rename_operation(operation);
            }
        }
    }
}

/// The name, the kind of view and its namespace.
fn parts(key: &TypeKey) -> Option<(&str, char, &str)> {
    let (name, view) = key.0.split_once(VIEW)?;
    let mut rest = view.chars();
    let kind = rest.next()?;
    Some((name, kind, rest.as_str()))
}

fn plain_name(key: &TypeKey) -> &str {
    key.0.split_once(VIEW).map_or(key.0.as_str(), |(name, _)| name)
}

/// What became of each view.
struct Settled {
    /// Types whose view for `XmlSerializer` stays apart.
    apart: BTreeSet<String>,
    /// Views of message contracts that stay apart, with their names.
    messages: BTreeMap<TypeKey, String>,
}

impl Settled {
    fn of(built: &IndexMap<TypeKey, DataType>, is_refused: impl Fn(&str) -> bool) -> Self {
        let mut settled = Self { apart: BTreeSet::new(), messages: BTreeMap::new() };
        // A class that is refused as a data contract may be fine as XML.
        let views = || built.iter().filter_map(|(key, found)| Some((parts(key)?, key, found)));
        for ((name, kind, _), _, _) in views() {
            if kind == XML && is_refused(name) {
                settled.apart.insert(name.to_owned());
            }
        }
        // What holds a type that is apart is apart from what holds the other: until nothing changes.
        loop {
            let before = settled.apart.len();
            for ((name, kind, _), _, found) in views() {
                if kind == XML
                    && !settled.apart.contains(name)
                    && let Some(contract) = built.get(&TypeKey(name.to_owned()))
                    && !settled.same(contract, found)
                {
                    settled.apart.insert(name.to_owned());
                }
            }
            if settled.apart.len() == before {
                break;
            }
        }
        let mut firsts: IndexMap<&str, Vec<&TypeKey>> = IndexMap::new();
        for ((name, kind, namespace), key, found) in views().filter(|((_, kind, _), _, _)| *kind != XML) {
            let kept = firsts.entry(name).or_default();
            let like = kept.iter().copied().find(|other| built.get(*other).is_some_and(|other| settled.same(other, found)));
            match (like, kept.is_empty()) {
                (Some(like), _) => {
                    if let Some(name) = settled.messages.get(like).cloned() {
                        settled.messages.insert(key.clone(), name);
                    }
                    continue;
                }
                (None, true) => {}
                (None, false) => {
                    let mut own = if kind == XML_MESSAGE { format!("{name} as XML") } else { format!("{name} in {namespace}") };
                    if settled.messages.values().any(|taken| *taken == own) {
                        own = format!("{own} in {namespace}");
                    }
                    settled.messages.insert(key.clone(), own);
                }
            }
            kept.push(key);
        }
        settled
    }

    /// The key that a view has in the model.
    fn name(&self, key: &TypeKey) -> TypeKey {
        if let Some(own) = self.messages.get(key) {
            return TypeKey(own.clone());
        }
        match parts(key) {
            Some((name, XML, _)) if self.apart.contains(name) => TypeKey(format!("{name} as XML")),
            Some((name, _, _)) => TypeKey(name.to_owned()),
            None => key.clone(),
        }
    }

    /// Whether two views of a class carry the same values, whatever they call them.
    fn same(&self, one: &DataType, other: &DataType) -> bool {
        match (&one.kind, &other.kind) {
            (DataKind::Enum(one), DataKind::Enum(other)) => values(one) == values(other),
            (DataKind::Class(one), DataKind::Class(other)) => {
                let base = |class: &ClassType| class.base.as_ref().map(|base| self.name(base));
                // What either knows, both do, unless it is two types itself.
                let known_apart = one.known_types.iter().chain(&other.known_types).any(|key| self.apart.contains(plain_name(key)));
                base(one) == base(other) && !known_apart && self.members(&one.members) == self.members(&other.members)
            }
            // Parts are written in order.
            (DataKind::Message(one), DataKind::Message(other)) => {
                let list = |message: &MessageType| message.members().map(|member| self.member(member)).collect::<Vec<_>>();
                one.headers.len() == other.headers.len() && list(one) == list(other)
            }
            _ => false,
        }
    }

    fn members(&self, members: &[Member]) -> BTreeMap<String, String> {
        members.iter().map(|member| self.member(member)).collect()
    }

    fn member(&self, member: &Member) -> (String, String) {
        let mut type_ref = member.type_ref.clone();
        self.refer(&mut type_ref);
        (member.clr_name.clone(), words(&type_ref))
    }

    fn rename(&self, data_type: &mut DataType) {
        match &mut data_type.kind {
            DataKind::Class(class) => {
                class.base = class.base.as_ref().map(|base| self.name(base));
                let mut known: Vec<TypeKey> = Vec::new();
                for key in &class.known_types {
                    let name = self.name(key);
                    if !known.contains(&name) {
                        known.push(name);
                    }
                }
                class.known_types = known;
                class.members.iter_mut().for_each(|member| self.refer(&mut member.type_ref));
            }
            DataKind::Choice(members) => members.iter_mut().for_each(|member| self.refer(&mut member.type_ref)),
            DataKind::Enum(_) => {}
            DataKind::Collection { item, .. } => self.refer(item),
            DataKind::Dictionary { key, value } => {
                self.refer(key);
                self.refer(value);
            }
            DataKind::Message(message) => {
                let headers = message.headers.iter_mut().map(|header| &mut header.member);
                headers.chain(&mut message.body).for_each(|member| self.refer(&mut member.type_ref));
            }
        }
    }

    fn rename_operation(&self, operation: &mut Operation) {
        for parameter in operation.parameters.iter_mut().chain(&mut operation.results) {
            self.refer(&mut parameter.type_ref);
        }
        for message in [&mut operation.request_message, &mut operation.response_message].into_iter().flatten() {
            *message = self.name(message);
        }
        for fault in &mut operation.faults {
            self.refer(&mut fault.detail);
        }
    }

    fn refer(&self, type_ref: &mut TypeRef) {
        match type_ref {
            TypeRef::Named(key) => *key = self.name(key),
            TypeRef::List { item } | TypeRef::Nullable(item) => self.refer(item),
            TypeRef::Map { key, value } => {
                self.refer(key);
                self.refer(value);
            }
            TypeRef::Primitive(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => {}
        }
    }
}

fn values(found: &EnumType) -> BTreeMap<&str, i128> {
    found.members.iter().map(|value| (value.clr_name.as_str(), value.value)).collect()
}

/// A use of a type without its place.
fn words(type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Primitive(primitive) => format!("{primitive:?}"),
        TypeRef::Named(key) => plain_name(key).to_owned(),
        TypeRef::List { item } => format!("list<{}>", words(item)),
        TypeRef::Map { key, value } => format!("map<{},{}>", words(key), words(value)),
        TypeRef::Nullable(inner) => format!("{}?", words(inner)),
        TypeRef::Stream => "stream".to_owned(),
        TypeRef::Message => "message".to_owned(),
        TypeRef::Any => "any".to_owned(),
        TypeRef::Xml { written } => format!("xml {written}"),
        TypeRef::Unknown { written, .. } => format!("unknown {written}"),
    }
}
