//! `XmlSerializer`'s view of a type: public fields, then public properties, under the names of its own attributes
//! (`XmlReflectionImporter.InitializeStructMembers` in the reference source).

use super::clr_type::{ClrType, DefinitionId};
use super::collection::Collection;
use super::constant::Value;
use super::data_contract::data_syntax;
use super::declaration::{MemberDeclaration, MemberKind, TypeKind};
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use super::stable_name::{StableName, encode_local_name};
use super::syntax::{Attribute, TypeSyntax};
use crate::diagnostics::{NoXmlShape, Refusal};
use crate::model::{ClassContract, ClassType, DataKind, EnumMember, Member, TypeKey, TypeRef};

/// The attributes that give a member its name on the wire, each with the argument that carries it.
const NAMING: [(&str, &str); 4] =
    [("XmlElement", "ElementName"), ("XmlAttribute", "AttributeName"), ("XmlArray", "ElementName"), ("XmlAnyElement", "Name")];

impl<'s> ModelBuilder<'s> {
    /// The name and namespace of a type in XML: `XmlType`, else its own name in the namespace of the message.
    pub(super) fn xml_name(&mut self, clr: &ClrType, namespace: &str) -> StableName {
        let default = self.type_name(clr).replace("Of_", "Of").replace('_', "");
        let ClrType::Defined(id, arguments) = clr else {
            return StableName { name: default, namespace: namespace.to_owned() };
        };
        let plain = self.symbols.get(*id).map(|found| found.name.clone()).unwrap_or_default();
        let default = if arguments.is_empty() { plain } else { default };
        let mut name = StableName { name: default, namespace: namespace.to_owned() };
        if let Some((attribute, context)) = self.type_attribute(*id, "XmlType").or_else(|| self.type_attribute(*id, "SoapType")) {
            if let Some(written) = self.xml_argument(context, attribute, "TypeName") {
                name.name = written;
            }
            if let Some(written) = self.text(context, attribute, "Namespace") {
                name.namespace = written;
                return StableName { name: encode_local_name(&name.name), ..name };
            }
        }
        // `XmlReflectionImporter.ImportStructLikeMapping` asks the root's attribute next, which enums do not have asked.
        let is_enum = self.symbols.get(*id).is_some_and(|found| found.kind == TypeKind::Enum);
        if !is_enum
            && let Some((attribute, context)) = self.type_attribute(*id, "XmlRoot")
            && let Some(written) = self.text(context, attribute, "Namespace")
        {
            name.namespace = written;
        }
        name.name = encode_local_name(&name.name);
        name
    }

    /// A text argument that may be written in first place or by name.
    fn xml_argument(&mut self, context: Context<'_>, attribute: &Attribute, name: &str) -> Option<String> {
        match attribute.positional.first().and_then(|value| self.symbols.value(context, value)) {
            Some(Value::Text(text)) => Some(text).filter(|text| !text.is_empty()),
            _ => self.text(context, attribute, name),
        }
    }

    /// A class as `XmlSerializer` sees it.
    pub(super) fn xml_class(&mut self, id: DefinitionId, arguments: &[ClrType], key: &TypeKey) -> ClassType {
        let definition = self.symbols.get(id);
        let parameters = definition.map(|found| found.parameters.clone()).unwrap_or_default();
        let is_value_type = definition.is_some_and(|found| found.kind == TypeKind::Struct);
        let is_abstract = definition.is_some_and(|found| found.parts.iter().any(|part| part.declaration.modifiers.is_abstract));
        let base = self.base_class(id, arguments).filter(|base| self.collection(base).is_none());
        let base = match (base, self.name_span(id)) {
            (Some(base), Some(span)) => match self.reference(&base, span) {
                TypeRef::Named(base) => Some(base),
                _ => None,
            },
            _ => None,
        };
        self.missing_bases(id);
        let mut members: Vec<(bool, i32, Member)> = Vec::new();
        for (part, context) in self.parts(id) {
            let declaration = part.declaration;
            for declared in &declaration.members {
                let Some(type_syntax) = data_syntax(declared) else { continue };
                let clr = self.symbols.resolve(context, type_syntax).substitute(&parameters, arguments);
                if !self.xml_takes(context, declared, &clr) {
                    continue;
                }
                let is_property = matches!(declared.kind, MemberKind::Property { .. });
                let (order, member) = self.xml_member(id, context, declared, type_syntax, &clr, key);
                members.push((is_property, order, member));
            }
        }
        // Members with a written order come before those without (attributes); the sort keeps declared order among equals.
        members.sort_by_key(|(is_property, order, _)| (*order, *is_property));
        ClassType {
            base,
            members: members.into_iter().map(|(_, _, member)| member).collect(),
            known_types: self.xml_includes(id),
            is_value_type,
            is_reference: false,
            is_abstract,
            contract: ClassContract::Xml,
        }
    }

    /// Whether a member is written: public, not ignored, and settable or a collection.
    fn xml_takes(&self, context: Context<'_>, member: &MemberDeclaration, clr: &ClrType) -> bool {
        let modifiers = member.modifiers;
        if !modifiers.public || modifiers.is_static || modifiers.is_const || modifiers.is_override || member.explicit_interface.is_some() {
            return false;
        }
        if self.symbols.attribute(context, &member.attributes, "XmlIgnore").is_some() {
            return false;
        }
        let is_collection = self.collection(clr).is_some();
        let open = |modifiers: super::declaration::Modifiers| !(modifiers.private || modifiers.protected || modifiers.internal);
        match &member.kind {
            MemberKind::Field { .. } => !modifiers.readonly || is_collection,
            MemberKind::Property { getter: Some(getter), setter, .. } => {
                open(getter.modifiers)
                    && match setter {
                        Some(setter) => open(setter.modifiers),
                        None => is_collection && !matches!(clr, ClrType::Array(..)),
                    }
            }
            MemberKind::Property { .. }
            | MemberKind::Event { .. }
            | MemberKind::Method { .. }
            | MemberKind::Constructor { .. }
            | MemberKind::Indexer => false,
        }
    }

    fn xml_member(
        &mut self,
        id: DefinitionId,
        context: Context<'static>,
        declared: &'s MemberDeclaration,
        type_syntax: &TypeSyntax,
        clr: &ClrType,
        key: &TypeKey,
    ) -> (i32, Member) {
        let symbols = self.symbols;
        let mut name = None;
        let mut order = None;
        let mut elements = 0;
        let mut namespace = None;
        for attribute in &declared.attributes {
            let Some((_, argument)) = NAMING.iter().find(|(naming, _)| symbols.is_attribute(context, attribute, naming)) else { continue };
            if symbols.is_attribute(context, attribute, "XmlElement") {
                elements += 1;
                namespace = namespace.or(self.text(context, attribute, "Namespace"));
            }
            let written = self.xml_argument(context, attribute, argument);
            name = name.or(written);
            order = order.or(self.integer(context, attribute, "Order"));
        }
        // Several `XmlElement`s are a choice: the element's name says which type was written.
        let is_choice = elements > 1;
        if is_choice {
            name = None;
            self.findings.push(NoXmlShape { member: &format!("{}.{}", key.0, declared.name), span: declared.name_span });
        }
        if matches!(self.collection(clr), Some(Collection::Map(..))) {
            let refusal = Refusal::XmlDictionary { member: declared.name.clone(), at: type_syntax.span };
            self.findings.push(crate::diagnostics::Refused { subject: key.0.clone(), refusal, span: declared.name_span });
        }
        // A type takes the namespace of the element that holds it.
        let around = namespace.map(|namespace| std::mem::replace(&mut self.view.namespace, namespace));
        let mut type_ref = if is_choice { TypeRef::Any } else { self.reference(clr, type_syntax.span) };
        if let Some(around) = around {
            self.view.namespace = around;
        }
        let mut nullable = symbols.is_nullable(clr);
        if self.has_specified(id, &declared.name) && !nullable {
            type_ref = TypeRef::Nullable(Box::new(type_ref));
            nullable = true;
        }
        let member = Member {
            name: encode_local_name(&name.unwrap_or_else(|| declared.name.clone())),
            clr_name: declared.name.clone(),
            nullable,
            type_ref,
            order,
            required: false,
            emit_default: true,
            span: declared.name_span,
            docs: declared.docs.clone(),
        };
        (order.unwrap_or(i32::MAX), member)
    }

    /// Whether a boolean `…Specified` beside a member says if it is there.
    fn has_specified(&self, id: DefinitionId, name: &str) -> bool {
        let companion = format!("{name}Specified");
        self.parts(id).iter().any(|(part, _)| part.declaration.members.iter().any(|member| member.name == companion))
    }

    /// The types that `XmlInclude` names.
    fn xml_includes(&mut self, id: DefinitionId) -> Vec<TypeKey> {
        let mut found = Vec::new();
        let importer = self.view.importer.clone();
        let around = std::mem::replace(&mut self.view.namespace, importer);
        for (attribute, context) in self.type_attributes(id, "XmlInclude") {
            let value = attribute.positional.first().and_then(|value| self.symbols.value(context, value));
            if let Some(Value::Type(clr)) = value
                && let TypeRef::Named(key) = self.reference(&clr, attribute.span)
                && !found.contains(&key)
            {
                found.push(key);
            }
        }
        self.view.namespace = around;
        found
    }

    /// Puts `XmlEnum`'s names on the values of an enum, all of which are written.
    pub(super) fn xml_enumeration(&mut self, id: DefinitionId) -> DataKind {
        let mut kind = self.all_values(id);
        if let (DataKind::Enum(found), Some((part, context))) = (&mut kind, self.parts(id).into_iter().next()) {
            for value in &mut found.members {
                let declared = part.declaration.enum_members.iter().find(|declared| declared.name == value.clr_name);
                let attribute = declared.and_then(|declared| self.symbols.attribute(context, &declared.attributes, "XmlEnum"));
                if let Some(name) = attribute.and_then(|attribute| self.xml_argument(context, attribute, "Name")) {
                    let EnumMember { name: written, .. } = value;
                    *written = name;
                }
            }
        }
        kind
    }
}
