//! Data types: which classes take part and why, and their members in wire order (`ClassDataContract` in the reference source).

use std::collections::BTreeMap;

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId};
use super::collection::Collection;
use super::declaration::{MemberDeclaration, MemberKind, Modifiers, TypeKind};
use super::framework::Kind;
use super::model_builder::{ModelBuilder, Pending};
use super::resolve::Context;
use super::stable_name::{StableName, encode_local_name};
use super::syntax::TypeSyntax;
use crate::diagnostics::{KnownTypesByMethod, Refusal};
use crate::model::{
    ClassContract, ClassType, DataKind, DataType, Docs, EnumMember, EnumType, Member, Primitive, Serializer, TypeKey, TypeRef,
};

/// A member that takes part, before its type is referred to.
pub(super) struct Candidate<'d> {
    pub declaration: &'d MemberDeclaration,
    pub context: Context<'static>,
    pub type_syntax: &'d TypeSyntax,
    pub name: String,
    pub order: Option<i32>,
    pub required: bool,
    pub emit_default: bool,
}

impl<'s> ModelBuilder<'s> {
    /// Builds every data type that was referred to, and those that they refer to.
    pub(super) fn data_types(&mut self) {
        let mut next = 0;
        while let Some(Pending { key, clr, used, view }) = self.pending.get(next).cloned() {
            next += 1;
            self.view = view;
            if let Some(data_type) = self.data_type(&key, &clr, used) {
                self.model.types.insert(key, data_type);
            }
        }
    }

    fn data_type(&mut self, key: &TypeKey, clr: &ClrType, used: Span) -> Option<DataType> {
        let for_xml = self.view.serializer == Serializer::Xml;
        let StableName { name, namespace } = if for_xml {
            let around = self.view.namespace.clone();
            let found = self.xml_name(clr, &around);
            // What it holds is in its own namespace, unless it says otherwise.
            self.view.namespace.clone_from(&found.namespace);
            found
        } else {
            self.stable_name(clr)
        };
        // A view is told apart by its key until all are built; findings name the type.
        let plain = &TypeKey(self.clr_name(clr));
        let (clr_namespace, clr_name, span, docs, kind) = match clr {
            ClrType::Defined(id, arguments) => {
                let definition = self.symbols.get(*id)?;
                let span = definition.first()?.declaration.name_span;
                let kind = if definition.kind == TypeKind::Enum {
                    if for_xml { self.xml_enumeration(*id) } else { self.enumeration(*id) }
                } else if self.type_attribute(*id, "MessageContract").is_some() {
                    DataKind::Message(self.message_contract(*id, arguments))
                } else if for_xml {
                    DataKind::Class(self.xml_class(*id, arguments, plain))
                } else if let Some((attribute, context)) = self.type_attribute(*id, "CollectionDataContract") {
                    match self.collection(clr)? {
                        Collection::List(item) => DataKind::Collection {
                            item_name: self.text(context, attribute, "ItemName").unwrap_or_else(|| self.stable_name(&item).name),
                            item: self.reference(&item, span),
                        },
                        Collection::Map(key, value) => {
                            DataKind::Dictionary { key: self.reference(&key, span), value: self.reference(&value, span) }
                        }
                    }
                } else {
                    DataKind::Class(self.class(*id, arguments, plain))
                };
                (definition.namespace.clone(), self.symbols.nested_name(*id), span, self.docs(*id), kind)
            }
            ClrType::Framework(found, arguments) => {
                // Declared in the framework: the place is where it was first used.
                let span = used;
                let kind = match found.0.kind {
                    Kind::Enum(values) => DataKind::Enum(EnumType {
                        underlying: Primitive::Int32,
                        flags: false,
                        members: values
                            .iter()
                            .map(|(name, value)| EnumMember {
                                name: (*name).to_owned(),
                                clr_name: (*name).to_owned(),
                                value: i128::from(*value),
                                span,
                                docs: Docs::default(),
                            })
                            .collect(),
                    }),
                    Kind::Record(names) => DataKind::Class(self.record(found.0.is_value_type(), names, arguments, span)),
                    _ => return None,
                };
                (found.0.namespace.to_owned(), found.0.name.to_owned(), span, Docs::default(), kind)
            }
            ClrType::Array(..) | ClrType::Parameter(_) | ClrType::Void | ClrType::Missing(..) => return None,
        };
        Some(DataType { key: key.clone(), clr_namespace, clr_name, name, namespace, span, kind, docs })
    }

    /// `KeyValuePair`, `Tuple`, `ValueTuple`: serialised by their fields, all required where they are private.
    fn record(&mut self, is_value_type: bool, names: &[&str], arguments: &[ClrType], span: Span) -> ClassType {
        let members = names.iter().zip(arguments).map(|(name, argument)| Member {
            name: (*name).to_owned(),
            clr_name: (*name).to_owned(),
            nullable: self.symbols.is_nullable(argument),
            type_ref: self.reference(argument, span),
            order: None,
            required: true,
            emit_default: true,
            span,
            docs: Docs::default(),
        });
        ClassType {
            base: None,
            members: members.collect(),
            known_types: Vec::new(),
            is_value_type,
            is_reference: false,
            is_abstract: false,
            contract: ClassContract::Serializable,
        }
    }

    /// Why a class takes part, or `None` where .NET would infer nothing.
    fn class_contract(&self, id: DefinitionId) -> ClassContract {
        if self.type_attribute(id, "DataContract").is_some() {
            ClassContract::DataContract
        } else if self.type_attribute(id, "Serializable").is_some() {
            ClassContract::Serializable
        } else {
            ClassContract::Inferred
        }
    }

    /// Whether .NET accepts a class as data; a refusal is recorded where it does not.
    pub(super) fn accept(&mut self, id: DefinitionId, arguments: &[ClrType], key: &TypeKey) -> bool {
        if self.model.refused.contains_key(&key.0) {
            return false;
        }
        if self.type_attribute(id, "MessageContract").is_some() || self.type_attribute(id, "CollectionDataContract").is_some() {
            return true;
        }
        let Some(span) = self.name_span(id) else { return false };
        let contract = self.class_contract(id);
        let mut refusal = None;
        if contract == ClassContract::Inferred && !(self.is_visible(id) && self.has_default_constructor(id)) {
            refusal = Some(Refusal::NotSerializable);
        }
        if let Some(base) = self.base_class(id, arguments)
            && let ClrType::Defined(base_id, _) = &base
        {
            let base_contract = self.class_contract(*base_id);
            if contract != ClassContract::Inferred && base_contract == ClassContract::Inferred && self.collection(&base).is_none() {
                refusal = Some(Refusal::BaseWithoutContract { base: self.clr_name(&base) });
            }
            if let (Some(own), base_value) = (self.written_is_reference(id), self.is_reference(*base_id, 0))
                && own != base_value
                && base_contract == ClassContract::DataContract
            {
                refusal = Some(Refusal::ReferenceUnlikeBase { base: self.clr_name(&base) });
            }
        }
        if refusal.is_none() {
            let candidates = self.candidates(id, contract);
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            for candidate in &candidates {
                if let Some(first) = seen.insert(&candidate.name, candidate.declaration.name_span) {
                    let second = candidate.declaration.name_span;
                    refusal = Some(Refusal::MembersOfOneName { name: candidate.name.clone(), first, second });
                }
            }
            for candidate in &candidates {
                let resolved = self.symbols.resolve(candidate.context, candidate.type_syntax);
                let mut element = &resolved;
                while let ClrType::Array(item, 1) = element {
                    element = item;
                }
                if matches!(element, ClrType::Array(..)) {
                    let at = candidate.type_syntax.span;
                    refusal = Some(Refusal::MultiDimensionalArray { member: candidate.declaration.name.clone(), at });
                }
            }
        }
        match refusal {
            Some(refusal) => {
                self.refuse(key.0.clone(), span, refusal);
                false
            }
            None => true,
        }
    }

    /// The base class of the input, with type arguments put in.
    pub(super) fn base_class(&self, id: DefinitionId, arguments: &[ClrType]) -> Option<ClrType> {
        let bases = self.symbols.bases(id, arguments);
        bases.into_iter().map(|(base, _)| base).find(|base| match base {
            ClrType::Defined(base, _) => *base != id && self.symbols.get(*base).is_some_and(|found| found.kind == TypeKind::Class),
            _ => false,
        })
    }

    fn written_is_reference(&mut self, id: DefinitionId) -> Option<bool> {
        let (attribute, context) = self.type_attribute(id, "DataContract")?;
        self.boolean(context, attribute, "IsReference").map(|found| found.value)
    }

    /// `IsReference`, as written or as the base has it.
    fn is_reference(&mut self, id: DefinitionId, depth: usize) -> bool {
        if depth > 32 {
            return false;
        }
        if let Some(value) = self.written_is_reference(id) {
            return value;
        }
        match self.base_class(id, &[]) {
            Some(ClrType::Defined(base, _)) => self.is_reference(base, depth + 1),
            _ => false,
        }
    }

    /// Whether a type and all types around it are public.
    fn is_visible(&self, id: DefinitionId) -> bool {
        let mut current = Some(id);
        while let Some(definition) = current.and_then(|id| self.symbols.get(id)) {
            if !definition.parts.iter().any(|part| part.declaration.modifiers.public) {
                return false;
            }
            current = definition.outer;
        }
        true
    }

    /// Whether a type can be constructed without arguments, by whatever access.
    fn has_default_constructor(&self, id: DefinitionId) -> bool {
        let Some(definition) = self.symbols.get(id) else { return false };
        if definition.kind == TypeKind::Struct {
            return true;
        }
        let members = definition.parts.iter().flat_map(|part| &part.declaration.members);
        let mut constructors = members.filter_map(|member| match &member.kind {
            MemberKind::Constructor { parameters } if !member.modifiers.is_static => Some(*parameters),
            _ => None,
        });
        let Some(first) = constructors.next() else { return true };
        first == 0 || constructors.any(|parameters| parameters == 0)
    }

    fn class(&mut self, id: DefinitionId, arguments: &[ClrType], key: &TypeKey) -> ClassType {
        let contract = self.class_contract(id);
        let definition = self.symbols.get(id);
        let is_value_type = definition.is_some_and(|found| found.kind == TypeKind::Struct);
        let is_abstract = definition.is_some_and(|found| found.parts.iter().any(|part| part.declaration.modifiers.is_abstract));
        let span = self.name_span(id);
        let base = match (self.base_class(id, arguments), span) {
            (Some(base), Some(span)) if self.collection(&base).is_none() => match self.reference(&base, span) {
                TypeRef::Named(base) => Some(base),
                _ => None,
            },
            _ => None,
        };
        self.missing_bases(id);
        let mut candidates = self.candidates(id, contract);
        sort_members(&mut candidates, |candidate| (candidate.order, candidate.name.as_str()));
        let parameters = definition.map(|found| found.parameters.clone()).unwrap_or_default();
        let mut members = Vec::new();
        for candidate in candidates {
            members.push(self.member(&candidate, &parameters, arguments, contract, key));
        }
        ClassType {
            base,
            members,
            known_types: self.known_type_attributes(id),
            is_value_type,
            is_reference: self.is_reference(id, 0),
            is_abstract,
            contract,
        }
    }

    /// Bases that are not in the input are reported where they are named.
    pub(super) fn missing_bases(&mut self, id: DefinitionId) {
        for (base, _) in self.symbols.bases(id, &[]) {
            if let ClrType::Missing(written, place) = &base {
                // An interface says nothing about a class's data; a name like `IThing` is taken for one.
                let is_interface = written.rsplit('.').next().is_some_and(|name| {
                    let mut letters = name.chars();
                    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
                });
                if !is_interface {
                    self.findings.push(crate::diagnostics::TypeNotFound { written, span: place.0 });
                }
            }
        }
    }

    /// Builds a member.
    pub(super) fn member(
        &mut self,
        candidate: &Candidate<'s>,
        parameters: &[String],
        arguments: &[ClrType],
        contract: ClassContract,
        key: &TypeKey,
    ) -> Member {
        let clr = self.symbols.resolve(candidate.context, candidate.type_syntax).substitute(parameters, arguments);
        let span = candidate.declaration.name_span;
        if contract == ClassContract::DataContract
            && let MemberKind::Property { setter: None, .. } = &candidate.declaration.kind
            && self.collection(&clr).is_none()
        {
            let refusal = Refusal::GetOnlyMember { member: candidate.declaration.name.clone(), at: span };
            self.findings.push(crate::diagnostics::Refused { subject: key.0.clone(), refusal, span });
        }
        Member {
            name: candidate.name.clone(),
            clr_name: candidate.declaration.name.clone(),
            nullable: self.symbols.is_nullable(&clr),
            type_ref: self.reference(&clr, candidate.type_syntax.span),
            order: candidate.order,
            required: candidate.required,
            emit_default: candidate.emit_default,
            span,
            docs: candidate.declaration.docs.clone(),
        }
    }

    /// The members that take part, in declared order.
    fn candidates(&mut self, id: DefinitionId, contract: ClassContract) -> Vec<Candidate<'s>> {
        let mut candidates = Vec::new();
        let extensible = self
            .framework_ancestors(id, &[])
            .iter()
            .any(|ancestor| matches!(ancestor, ClrType::Framework(found, _) if found.0.name == "IExtensibleDataObject"));
        let public_constructor_record = |member: &MemberDeclaration| member.name == "EqualityContract";
        for (part, context) in self.parts(id) {
            let declaration = part.declaration;
            for member in &declaration.members {
                let Some(type_syntax) = data_syntax(member) else { continue };
                if member.modifiers.is_static || member.modifiers.is_const || public_constructor_record(member) {
                    continue;
                }
                let candidate = match contract {
                    ClassContract::DataContract => self.marked(context, member, type_syntax),
                    ClassContract::Serializable => self.serializable_field(context, member, type_syntax),
                    ClassContract::Inferred | ClassContract::Xml => {
                        let extension_data = extensible && member.name == "ExtensionData";
                        if extension_data { None } else { self.inferred(context, member, type_syntax) }
                    }
                };
                candidates.extend(candidate);
            }
        }
        candidates
    }

    /// A member with `DataMember`. One that overrides is the base's.
    fn marked(&mut self, context: Context<'static>, member: &'s MemberDeclaration, type_syntax: &'s TypeSyntax) -> Option<Candidate<'s>> {
        let attribute = self.symbols.attribute(context, &member.attributes, "DataMember")?;
        if member.modifiers.is_override || matches!(member.kind, MemberKind::Event { .. }) {
            return None;
        }
        let name = self.text(context, attribute, "Name").unwrap_or_else(|| member.name.clone());
        Some(Candidate {
            declaration: member,
            context,
            type_syntax,
            name: encode_local_name(&name),
            order: self.integer(context, attribute, "Order"),
            required: self.boolean(context, attribute, "IsRequired").is_some_and(|found| found.value),
            emit_default: self.boolean(context, attribute, "EmitDefaultValue").is_none_or(|found| found.value),
        })
    }

    /// A field of a `[Serializable]` class, the compiler's own included.
    fn serializable_field(
        &self,
        context: Context<'static>,
        member: &'s MemberDeclaration,
        type_syntax: &'s TypeSyntax,
    ) -> Option<Candidate<'s>> {
        let has = |name| self.symbols.attribute(context, &member.attributes, name).is_some();
        let name = match &member.kind {
            MemberKind::Field { .. } | MemberKind::Event { .. } => member.name.clone(),
            MemberKind::Property { auto: true, .. } if !member.modifiers.is_abstract => format!("<{}>k__BackingField", member.name),
            MemberKind::Property { .. } | MemberKind::Method { .. } | MemberKind::Constructor { .. } | MemberKind::Indexer => return None,
        };
        let field_target = member.attributes.iter().any(|attribute| {
            attribute.target.as_deref() == Some("field") && attribute.name.last().trim_end_matches("Attribute") == "NonSerialized"
        });
        if has("NonSerialized") || field_target {
            return None;
        }
        Some(Candidate {
            declaration: member,
            context,
            type_syntax,
            name: encode_local_name(&name),
            order: None,
            required: !has("OptionalField"),
            emit_default: true,
        })
    }

    /// A public member that can be read and written, of a class without attributes.
    fn inferred(&self, context: Context<'static>, member: &'s MemberDeclaration, type_syntax: &'s TypeSyntax) -> Option<Candidate<'s>> {
        if !is_public(member.modifiers) || member.explicit_interface.is_some() {
            return None;
        }
        if self.symbols.attribute(context, &member.attributes, "IgnoreDataMember").is_some() {
            return None;
        }
        match &member.kind {
            MemberKind::Field { .. } if !member.modifiers.readonly => {}
            MemberKind::Property { getter: Some(getter), setter, .. }
                if !member.modifiers.is_override && inherits_access(getter.modifiers) =>
            {
                match setter {
                    Some(setter) if inherits_access(setter.modifiers) => {}
                    Some(_) => return None,
                    // A collection that can be read can be filled.
                    None => {
                        self.collection(&self.symbols.resolve(context, type_syntax))?;
                    }
                }
            }
            MemberKind::Field { .. }
            | MemberKind::Property { .. }
            | MemberKind::Event { .. }
            | MemberKind::Method { .. }
            | MemberKind::Constructor { .. }
            | MemberKind::Indexer => return None,
        }
        Some(Candidate {
            declaration: member,
            context,
            type_syntax,
            name: encode_local_name(&member.name),
            order: None,
            required: false,
            emit_default: true,
        })
    }

    /// The types that `KnownType` names on a class, those that are data types of the model.
    fn known_type_attributes(&mut self, id: DefinitionId) -> Vec<TypeKey> {
        let mut found = Vec::new();
        for (attribute, context) in self.type_attributes(id, "KnownType") {
            let value = attribute.positional.first().and_then(|value| self.symbols.value(context, value));
            match value {
                Some(super::constant::Value::Type(clr)) => {
                    if let TypeRef::Named(key) = self.reference(&clr, attribute.span)
                        && !found.contains(&key)
                    {
                        found.push(key);
                    }
                }
                _ => self.findings.push(KnownTypesByMethod { span: attribute.span }),
            }
        }
        found
    }

    /// Completes the known types of each class: what its known types know in turn, and what services know, as far as it derives from the class.
    pub(super) fn known_types(&mut self) {
        let types = &self.model.types;
        let class = |key: &TypeKey| match types.get(key).map(|found| &found.kind) {
            Some(DataKind::Class(class)) => Some(class),
            _ => None,
        };
        let derives = |key: &TypeKey, from: &TypeKey| {
            let mut current = class(key).and_then(|class| class.base.as_ref());
            let mut steps = 0;
            while let Some(base) = current {
                if base == from {
                    return true;
                }
                steps += 1;
                current = if steps > 64 { None } else { class(base).and_then(|class| class.base.as_ref()) };
            }
            false
        };
        let mut completed: Vec<(TypeKey, Vec<TypeKey>)> = Vec::new();
        for (key, data_type) in types {
            let DataKind::Class(own) = &data_type.kind else { continue };
            let mut reached: Vec<&TypeKey> = own.known_types.iter().chain(&self.service_known_types).collect();
            let mut at = 0;
            while let Some(next) = reached.get(at).copied() {
                at += 1;
                for further in class(next).map(|class| class.known_types.as_slice()).unwrap_or_default() {
                    if !reached.contains(&further) {
                        reached.push(further);
                    }
                }
            }
            let mut kept: Vec<TypeKey> = Vec::new();
            for candidate in reached {
                if derives(candidate, key) && !kept.contains(candidate) {
                    kept.push(candidate.clone());
                }
            }
            completed.push((key.clone(), kept));
        }
        for (key, known) in completed {
            if let Some(DataKind::Class(class)) = self.model.types.get_mut(&key).map(|found| &mut found.kind) {
                class.known_types = known;
            }
        }
    }

    fn enumeration(&mut self, id: DefinitionId) -> DataKind {
        let has_contract = self.type_attribute(id, "DataContract").is_some();
        self.values(id, has_contract)
    }

    /// An enumeration with all its values, whatever its contract says.
    pub(super) fn all_values(&mut self, id: DefinitionId) -> DataKind {
        self.values(id, false)
    }

    /// An enumeration; with a contract only the values with `EnumMember`.
    fn values(&mut self, id: DefinitionId, has_contract: bool) -> DataKind {
        let values = self.symbols.enum_values(id);
        let flags = self.type_attribute(id, "Flags").is_some();
        let underlying = self.underlying(id);
        let mut members = Vec::new();
        if let Some((part, context)) = self.parts(id).into_iter().next() {
            for (declaration, value) in part.declaration.enum_members.iter().zip(values) {
                let attribute = self.symbols.attribute(context, &declaration.attributes, "EnumMember");
                let left_out = if has_contract {
                    attribute.is_none()
                } else {
                    self.symbols.attribute(context, &declaration.attributes, "NonSerialized").is_some()
                };
                if left_out {
                    continue;
                }
                let written = match attribute {
                    Some(attribute) if has_contract => self.text(context, attribute, "Value"),
                    _ => None,
                };
                let Some(value) = value else {
                    let span = declaration.value.as_ref().map_or(declaration.name_span, |value| value.span);
                    let attribute = declaration.name.clone();
                    self.findings.push(crate::diagnostics::ArgumentNotConstant { attribute, argument: "value", span, instead: "left out" });
                    continue;
                };
                members.push(EnumMember {
                    name: written.unwrap_or_else(|| declaration.name.clone()),
                    clr_name: declaration.name.clone(),
                    value: wrap(value, underlying),
                    span: declaration.name_span,
                    docs: declaration.docs.clone(),
                });
            }
        }
        DataKind::Enum(EnumType { underlying, flags, members })
    }

    fn underlying(&self, id: DefinitionId) -> Primitive {
        let parts = self.parts(id);
        let written = parts.iter().find_map(|(part, context)| part.declaration.bases.first().map(|base| (base, *context)));
        match written.map(|(base, context)| self.symbols.resolve(context, base)).and_then(|clr| clr.framework_kind()) {
            Some(Kind::Primitive(primitive)) => primitive,
            _ => Primitive::Int32,
        }
    }
}

/// A value as its type holds it: what does not fit is taken modulo, as `unchecked` C# does.
fn wrap(value: i128, underlying: Primitive) -> i128 {
    let (bits, signed) = match underlying {
        Primitive::SByte => (8, true),
        Primitive::Byte => (8, false),
        Primitive::Int16 => (16, true),
        Primitive::UInt16 => (16, false),
        Primitive::UInt32 => (32, false),
        Primitive::Int64 => (64, true),
        Primitive::UInt64 => (64, false),
        _ => (32, true),
    };
    let size = 1_i128 << bits;
    let low = value.rem_euclid(size);
    if signed && low >= size / 2 { low - size } else { low }
}

/// Sorts members as .NET does: those without `Order` first, then by order, then by name, byte by byte.
pub(super) fn sort_members<T>(members: &mut [T], key: impl Fn(&T) -> (Option<i32>, &str)) {
    members.sort_by(|one, other| key(one).cmp(&key(other)));
}

/// The type of a member that may hold data.
pub(super) fn data_syntax(member: &MemberDeclaration) -> Option<&TypeSyntax> {
    match &member.kind {
        MemberKind::Field { type_syntax, .. } | MemberKind::Event { type_syntax } | MemberKind::Property { type_syntax, .. } => {
            Some(type_syntax)
        }
        MemberKind::Method { .. } | MemberKind::Constructor { .. } | MemberKind::Indexer => None,
    }
}

fn is_public(modifiers: Modifiers) -> bool {
    modifiers.public
}

/// Whether an accessor is as accessible as its property.
fn inherits_access(modifiers: Modifiers) -> bool {
    !(modifiers.private || modifiers.protected || modifiers.internal)
}
