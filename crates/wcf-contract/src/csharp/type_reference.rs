//! From resolved types to the model's uses of types; every data type met on the way is queued to be built.

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId, SIZE};
use super::collection::Collection;
use super::declaration::TypeKind;
use super::framework::{Kind, Marker};
use super::model_builder::{ModelBuilder, Pending};
use super::stable_name::is_byte;
use crate::diagnostics::{NotData, OpenGeneric, Refusal, SerializedByFields, TypeNotFound};
use crate::model::{Primitive, Serializer, TypeKey, TypeRef};

/// How deep type arguments may nest: a generic class that holds itself with a larger argument has no end.
const DEPTH: usize = 12;

/// How many closed types one generic definition may have, against those that make ever more of themselves.
const INSTANCES: usize = 1_000;

impl ModelBuilder<'_> {
    /// The model's reference to a type that is used at `span`.
    pub(super) fn reference(&mut self, clr: &ClrType, span: Span) -> TypeRef {
        self.reference_at(clr, span, 0)
    }

    fn reference_at(&mut self, clr: &ClrType, span: Span, depth: usize) -> TypeRef {
        if depth > DEPTH || nesting(clr) > DEPTH || clr.size() > SIZE {
            return self.open(clr, span);
        }
        match clr {
            ClrType::Array(item, 1) if is_byte(item) => TypeRef::Primitive(Primitive::Bytes),
            ClrType::Array(item, 1) if is_xml_node(item) => TypeRef::Xml { written: format!("{}[]", self.clr_name(item)) },
            ClrType::Array(item, 1) => TypeRef::List { item: Box::new(self.reference_at(item, span, depth + 1)) },
            ClrType::Array(..) => {
                let written = self.clr_name(clr);
                self.refuse(written.clone(), span, Refusal::MultiDimensionalArray { member: written.clone(), at: span });
                TypeRef::Unknown { written, span }
            }
            ClrType::Framework(found, arguments) => match found.0.kind {
                Kind::Primitive(primitive) => TypeRef::Primitive(primitive),
                Kind::Nullable => match arguments.first() {
                    Some(inner) => TypeRef::Nullable(Box::new(self.reference_at(inner, span, depth + 1))),
                    None => TypeRef::Any,
                },
                Kind::List | Kind::StringList | Kind::Map => self.collection_reference(clr, span, depth),
                Kind::FieldsOfList => {
                    let written = self.clr_name(clr);
                    self.findings.push(SerializedByFields { written: &written, span });
                    let item = arguments.first().map_or(TypeRef::Any, |item| self.reference_at(item, span, depth + 1));
                    TypeRef::List { item: Box::new(item) }
                }
                Kind::Any | Kind::Marker(Marker::Stateless | Marker::Client) => TypeRef::Any,
                Kind::Xml | Kind::Marker(Marker::XmlSerializable | Marker::CustomSerializable) => {
                    TypeRef::Xml { written: self.clr_name(clr) }
                }
                Kind::Stream => TypeRef::Stream,
                Kind::Message => TypeRef::Message,
                Kind::Record(_) | Kind::Enum(_) => self.queue(clr, span),
                Kind::TypedHeader => match arguments.first() {
                    Some(inner) => self.reference_at(inner, span, depth + 1),
                    None => TypeRef::Any,
                },
                Kind::Task | Kind::AsyncCallback | Kind::AsyncResult | Kind::Process => {
                    let written = self.clr_name(clr);
                    self.findings.push(NotData { written: &written, span });
                    TypeRef::Unknown { written, span }
                }
            },
            ClrType::Defined(id, arguments) => self.defined_reference(*id, arguments, clr, span, depth),
            ClrType::Parameter(_) => self.open(clr, span),
            ClrType::Missing(written, place) => {
                self.findings.push(TypeNotFound { written, span: place.0 });
                TypeRef::Unknown { written: written.clone(), span: place.0 }
            }
            ClrType::Void => TypeRef::Unknown { written: "void".to_owned(), span },
        }
    }

    fn open(&mut self, clr: &ClrType, span: Span) -> TypeRef {
        let written = self.clr_name(clr);
        self.findings.push(OpenGeneric { written: &written, span });
        TypeRef::Unknown { written, span }
    }

    fn collection_reference(&mut self, clr: &ClrType, span: Span, depth: usize) -> TypeRef {
        match self.collection(clr) {
            Some(Collection::List(item)) => TypeRef::List { item: Box::new(self.reference_at(&item, span, depth + 1)) },
            Some(Collection::Map(key, value)) => TypeRef::Map {
                key: Box::new(self.reference_at(&key, span, depth + 1)),
                value: Box::new(self.reference_at(&value, span, depth + 1)),
            },
            None => TypeRef::Any,
        }
    }

    fn defined_reference(&mut self, id: DefinitionId, arguments: &[ClrType], clr: &ClrType, span: Span, depth: usize) -> TypeRef {
        self.notice(id);
        let Some(kind) = self.symbols.get(id).map(|found| found.kind) else { return TypeRef::Any };
        if clr.is_open() {
            return self.open(clr, span);
        }
        match kind {
            TypeKind::Enum => return self.queue(clr, span),
            TypeKind::Interface => return TypeRef::Any,
            TypeKind::Delegate => {
                let written = self.clr_name(clr);
                self.findings.push(NotData { written: &written, span });
                return TypeRef::Unknown { written, span };
            }
            TypeKind::Class | TypeKind::Struct => {}
        }
        let ancestors = self.framework_ancestors(id, arguments);
        let marked = |marker: Marker| ancestors.iter().any(|ancestor| ancestor.framework_kind() == Some(Kind::Marker(marker)));
        let for_xml = self.view.serializer == Serializer::Xml;
        let custom = !for_xml && self.is_custom_serializable(id, arguments) && self.type_attribute(id, "DataContract").is_none();
        if marked(Marker::XmlSerializable) || custom {
            return TypeRef::Xml { written: self.clr_name(clr) };
        }
        if ancestors.iter().any(|ancestor| ancestor.framework_kind() == Some(Kind::Stream)) {
            return TypeRef::Stream;
        }
        let collection = self.collection(clr);
        if self.type_attribute(id, "MessageContract").is_none()
            && (for_xml || self.type_attribute(id, "CollectionDataContract").is_none())
            && collection.is_some()
        {
            if !for_xml && self.type_attribute(id, "DataContract").is_some() {
                let written = self.clr_name(clr);
                self.refuse(written.clone(), self.name_span(id).unwrap_or(span), Refusal::CollectionWithDataContract);
                return TypeRef::Unknown { written, span };
            }
            return self.collection_reference(clr, span, depth);
        }
        let key = TypeKey(self.clr_name(clr));
        let accepted = for_xml || self.known.contains(&key) || self.accept(id, arguments, &key);
        if !accepted {
            return TypeRef::Unknown { written: key.0, span };
        }
        self.queue(clr, span)
    }

    /// Whether a class writes itself (`ISerializable`), or derives from one of the framework that does.
    fn is_custom_serializable(&self, id: DefinitionId, arguments: &[ClrType]) -> bool {
        self.framework_ancestors(id, arguments)
            .iter()
            .any(|ancestor| matches!(ancestor.framework_kind(), Some(Kind::Marker(Marker::CustomSerializable) | Kind::Xml)))
    }

    /// Queues a data type to be built, once a view, and refers to it.
    fn queue(&mut self, clr: &ClrType, used: Span) -> TypeRef {
        let name = self.clr_name(clr);
        if self.view.serializer == Serializer::DataContract && self.model.refused.contains_key(&name) {
            return TypeRef::Unknown { written: name, span: used };
        }
        let key = self.view_key(clr, name);
        if self.known.contains(&key) {
            return TypeRef::Named(key);
        }
        if let ClrType::Defined(id, arguments) = clr
            && !arguments.is_empty()
        {
            let instances = self.instances.entry(*id).or_default();
            *instances += 1;
            if *instances > INSTANCES {
                return self.open(clr, used);
            }
        }
        self.known.insert(key.clone());
        self.pending.push(Pending { key: key.clone(), clr: clr.clone(), used, view: self.view.clone() });
        TypeRef::Named(key)
    }
}

/// How deep the type arguments of a type nest.
fn nesting(clr: &ClrType) -> usize {
    match clr {
        ClrType::Defined(_, arguments) | ClrType::Framework(_, arguments) => 1 + arguments.iter().map(nesting).max().unwrap_or(0),
        ClrType::Array(item, _) => 1 + nesting(item),
        ClrType::Parameter(_) | ClrType::Void | ClrType::Missing(..) => 0,
    }
}

fn is_xml_node(clr: &ClrType) -> bool {
    matches!(clr, ClrType::Framework(found, _) if found.0.name == "XmlNode")
}
