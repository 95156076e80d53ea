//! Service contracts: names, inheritance, callbacks, and what .NET refuses (`TypeLoader.LoadContractDescription`).

use super::clr_type::{ClrType, DefinitionId};
use super::declaration::{MemberKind, TypeKind};
use super::model_builder::{ModelBuilder, View};
use super::resolve::Context;
use super::stable_name::encode_local_name;
use super::syntax::Attribute;
use crate::diagnostics::{OpenGeneric, Refusal, WithoutEffect};
use crate::model::{MessageFormat, Operation, Serializer, ServiceContract, SessionMode, TypeRef};

/// The namespace of a contract without one of its own.
pub(super) const TEMPURI: &str = "http://tempuri.org/";

/// What a contract's operations take from it.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    /// The contract's key.
    pub key: String,
    /// The contract's name on the wire.
    pub name: String,
    /// The contract's namespace.
    pub namespace: String,
    /// The serializer of operations that name none.
    pub serializer: Serializer,
    /// The format of operations that name none.
    pub format: MessageFormat,
}

impl<'s> ModelBuilder<'s> {
    /// Reads every contract that is not generic; closed generic ones are read when something uses them.
    pub(super) fn service_contracts(&mut self) {
        for id in self.symbols.ids() {
            if !self.is_contract(id) {
                self.lost_operations(id);
                continue;
            }
            let Some(definition) = self.symbols.get(id) else { continue };
            if definition.parameters.is_empty() {
                self.contract(id, &[]);
            } else if let Some(span) = self.name_span(id) {
                let written = self.symbols.full_name(id);
                self.findings.push(OpenGeneric { written: &written, span });
            }
        }
    }

    /// Whether a type has `ServiceContract`.
    pub(super) fn is_contract(&self, id: DefinitionId) -> bool {
        self.symbols.get(id).is_some_and(|found| matches!(found.kind, TypeKind::Interface | TypeKind::Class))
            && self.type_attribute(id, "ServiceContract").is_some()
    }

    /// Reads a contract, once; its key, unless .NET refuses it.
    pub(super) fn contract(&mut self, id: DefinitionId, arguments: &[ClrType]) -> Option<String> {
        let clr = ClrType::Defined(id, arguments.to_vec());
        let key = self.clr_name(&clr);
        if self.model.contracts.contains_key(&key) {
            return Some(key);
        }
        if self.model.refused.contains_key(&key) || !self.contracts_in_progress.insert(key.clone()) {
            return None;
        }
        let span = self.name_span(id)?;
        self.notice(id);
        match self.read_contract(id, arguments, &key) {
            Ok(contract) => {
                self.model.contracts.insert(key.clone(), contract);
                Some(key)
            }
            Err(Some(refusal)) => {
                self.refuse(key, span, refusal);
                None
            }
            // A base was refused, which was said there.
            Err(None) => {
                self.model.refused.insert(key, span);
                None
            }
        }
    }

    fn read_contract(&mut self, id: DefinitionId, arguments: &[ClrType], key: &str) -> Result<ServiceContract, Option<Refusal>> {
        let definition = self.symbols.get(id).ok_or(None)?;
        let (attribute, context) = self.type_attribute(id, "ServiceContract").ok_or(None)?;
        let span = self.name_span(id).ok_or(None)?;
        let name = self.text(context, attribute, "Name");
        let name = encode_local_name(&name.unwrap_or_else(|| self.type_name(&ClrType::Defined(id, arguments.to_vec()))));
        let namespace = self.text(context, attribute, "Namespace").unwrap_or_else(|| TEMPURI.to_owned());
        let configuration_name = self.text(context, attribute, "ConfigurationName").unwrap_or_else(|| self.symbols.full_name(id));
        let session_mode = self.session_mode(context, attribute);
        let protection_level = self.protection(context, attribute);
        let (serializer, format) = self.type_format(id);
        let holder = Holder { key: key.to_owned(), name: name.clone(), namespace: namespace.clone(), serializer, format };

        let bases = self.base_contracts(id, arguments)?;
        let mut operations: Vec<Operation> = Vec::new();
        let mut callback_operations: Vec<Operation> = Vec::new();
        for base in &bases {
            let Some(base) = self.model.contracts.get(base) else { return Err(None) };
            let declared =
                |list: &[Operation]| list.iter().filter(|operation| operation.declared_in == base.clr_name).cloned().collect::<Vec<_>>();
            for operation in declared(&base.operations) {
                if let Some(other) = operations.iter().find(|other| other.name == operation.name) {
                    let (one, other) = (operation.declared_in.clone(), other.declared_in.clone());
                    return Err(Some(Refusal::InheritedOperationsOfOneName { name: operation.name, one, other }));
                }
                operations.push(operation);
            }
            callback_operations.extend(declared(&base.callback_operations));
        }
        for operation in self.operations(id, arguments, &holder).map_err(Some)? {
            if let Some(inherited) = operations.iter().find(|other| other.name == operation.name) {
                let (first, second) = (inherited.span, operation.span);
                return Err(Some(Refusal::OperationsOfOneName { name: operation.name, first, second }));
            }
            operations.push(operation);
        }
        let callback = self.callback(id, attribute, context, &bases, &holder, &mut callback_operations)?;
        self.methods_without_effect(id);
        self.unread_attributes(id);
        self.known_by_service(id, &View::of(serializer, format, &holder.namespace));
        if operations.is_empty() && callback_operations.is_empty() {
            return Err(Some(Refusal::NoOperations));
        }
        if session_mode != SessionMode::Required
            && let Some(operation) =
                operations.iter().chain(&callback_operations).find(|operation| operation.terminating || !operation.initiating)
        {
            return Err(Some(Refusal::SessionNotRequired { operation: operation.name.clone(), at: operation.span }));
        }
        Ok(ServiceContract {
            clr_name: key.to_owned(),
            clr_namespace: definition.namespace.clone(),
            name,
            namespace,
            configuration_name,
            span,
            source: self.source(id),
            session_mode,
            protection_level,
            callback,
            bases,
            operations,
            callback_operations,
            docs: self.docs(id),
        })
    }

    fn session_mode(&mut self, context: Context<'_>, attribute: &Attribute) -> SessionMode {
        let written =
            self.symbol(context, attribute, "SessionMode", &["Allowed", "Required", "NotAllowed"], "`Allowed`").map(|found| found.value);
        match written.as_deref() {
            Some("Required") => SessionMode::Required,
            Some("NotAllowed") => SessionMode::NotAllowed,
            _ => SessionMode::Allowed,
        }
    }

    /// The contracts a contract inherits from, each once, bases before what derives from them.
    fn base_contracts(&mut self, id: DefinitionId, arguments: &[ClrType]) -> Result<Vec<String>, Option<Refusal>> {
        let is_class = self.symbols.get(id).is_some_and(|found| found.kind == TypeKind::Class);
        let mut bases = Vec::new();
        for ancestor in self.ancestors_inside_out(id, arguments) {
            let ClrType::Defined(ancestor_id, ancestor_arguments) = &ancestor else { continue };
            let Some(kind) = self.symbols.get(*ancestor_id).map(|found| found.kind) else { continue };
            if self.is_contract(*ancestor_id) {
                if kind == TypeKind::Class {
                    return Err(Some(Refusal::ClassInheritsContract { base: self.clr_name(&ancestor) }));
                }
                bases.push(self.contract(*ancestor_id, ancestor_arguments).ok_or(None)?);
            } else if kind == TypeKind::Interface
                && !is_class
                && let Some(at) = self.first_marked_operation(*ancestor_id)
            {
                return Err(Some(Refusal::UnmarkedOperations { interface: self.clr_name(&ancestor), at }));
            }
        }
        Ok(bases)
    }

    /// All ancestors of a type, each once, bases before what derives from them.
    pub(super) fn ancestors_inside_out(&self, id: DefinitionId, arguments: &[ClrType]) -> Vec<ClrType> {
        let mut found = Vec::new();
        let mut open = vec![ClrType::Defined(id, arguments.to_vec())];
        self.visit_ancestors(id, arguments, &mut found, &mut open);
        found
    }

    fn visit_ancestors(&self, id: DefinitionId, arguments: &[ClrType], found: &mut Vec<ClrType>, open: &mut Vec<ClrType>) {
        const DEEPEST: usize = 64;
        const MOST: usize = 256;
        for (base, _) in self.symbols.bases(id, arguments) {
            if open.len() > DEEPEST || found.len() > MOST || found.contains(&base) || open.contains(&base) {
                continue;
            }
            if let ClrType::Defined(base_id, base_arguments) = &base {
                open.push(base.clone());
                self.visit_ancestors(*base_id, base_arguments, found, open);
                open.pop();
            }
            found.push(base);
        }
    }

    /// The first member with `OperationContract`, if any.
    fn first_marked_operation(&self, id: DefinitionId) -> Option<wcf_diagnostics::Span> {
        let symbols = self.symbols;
        self.parts(id).iter().find_map(|(part, context)| {
            let marked = |attributes: &[Attribute]| symbols.attribute(*context, attributes, "OperationContract").is_some();
            part.declaration.members.iter().find(|member| marked(&member.attributes)).map(|member| member.name_span)
        })
    }

    fn callback(
        &mut self,
        id: DefinitionId,
        attribute: &Attribute,
        context: Context<'_>,
        bases: &[String],
        holder: &Holder,
        operations: &mut Vec<Operation>,
    ) -> Result<Option<String>, Option<Refusal>> {
        let inherited: Vec<(String, String)> = bases
            .iter()
            .filter_map(|base| self.model.contracts.get(base))
            .filter_map(|base| Some((base.clr_name.clone(), base.callback.clone()?)))
            .collect();
        let Some(callback) = self.type_argument(context, attribute, "CallbackContract") else {
            return Ok(inherited.into_iter().next_back().map(|(_, callback)| callback));
        };
        let ClrType::Defined(callback_id, callback_arguments) = &callback.value else {
            // Reported as not found; a callback that cannot be read leaves the contract one-sided.
            self.reference(&callback.value, callback.span);
            return Ok(Some(self.clr_name(&callback.value)));
        };
        let mut chain = self.ancestors_inside_out(*callback_id, callback_arguments);
        chain.push(callback.value.clone());
        let names: Vec<String> = chain.iter().map(|link| self.clr_name(link)).collect();
        if let Some((base, _)) = inherited.iter().find(|(_, callback)| !names.contains(callback)) {
            return Err(Some(Refusal::CallbackUnrelated { base: base.clone() }));
        }
        let mut covered: Vec<String> = Vec::new();
        for (_, base_callback) in &inherited {
            let position = names.iter().position(|name| name == base_callback).unwrap_or(0);
            covered.extend(names.get(..=position).unwrap_or_default().iter().cloned());
        }
        let (serializer, format) = self.type_format(*callback_id);
        let own = self.type_format(id);
        let holder = if (serializer, format) == Default::default() {
            Holder { serializer: own.0, format: own.1, ..holder.clone() }
        } else {
            Holder { serializer, format, ..holder.clone() }
        };
        for (link, name) in chain.iter().zip(&names) {
            let ClrType::Defined(link_id, link_arguments) = link else { continue };
            if covered.contains(name) {
                continue;
            }
            self.notice(*link_id);
            let own = self.operations(*link_id, link_arguments, &holder).map_err(Some)?;
            operations.extend(own);
        }
        Ok(names.last().cloned())
    }

    /// Serializer and format that a type's attributes set.
    pub(super) fn type_format(&mut self, id: DefinitionId) -> (Serializer, MessageFormat) {
        if let Some((attribute, context)) = self.type_attribute(id, "XmlSerializerFormat") {
            (Serializer::Xml, self.format(context, attribute))
        } else if let Some((attribute, context)) = self.type_attribute(id, "DataContractFormat") {
            (Serializer::DataContract, self.format(context, attribute))
        } else {
            (Serializer::default(), MessageFormat::default())
        }
    }

    /// Style and use of a format attribute.
    pub(super) fn format(&mut self, context: Context<'_>, attribute: &Attribute) -> MessageFormat {
        let is = |found: Option<super::constant::Located<String>>, value: &str| found.is_some_and(|found| found.value == value);
        let encoded = is(self.symbol(context, attribute, "Use", &["Literal", "Encoded"], "`Literal`"), "Encoded");
        let style = self.symbol(context, attribute, "Style", &["Document", "Rpc"], "`Document`");
        // Encoded messages are RPC messages, unless the style is written.
        let rpc = style.map_or(encoded, |style| style.value == "Rpc");
        MessageFormat { rpc, encoded }
    }

    /// `ServiceKnownType` on a type.
    pub(super) fn known_by_service(&mut self, id: DefinitionId, view: &View) {
        let outer = std::mem::replace(&mut self.view, view.clone());
        for (attribute, context) in self.type_attributes(id, "ServiceKnownType") {
            self.service_known_type(context, attribute);
        }
        self.view = outer;
    }

    /// One `ServiceKnownType`.
    pub(super) fn service_known_type(&mut self, context: Context<'_>, attribute: &Attribute) {
        match attribute.positional.first().and_then(|value| self.symbols.value(context, value)) {
            Some(super::constant::Value::Type(clr)) => {
                if let TypeRef::Named(key) = self.reference(&clr, attribute.span)
                    && !self.service_known_types.contains(&key)
                {
                    self.service_known_types.push(key);
                }
            }
            _ => self.findings.push(crate::diagnostics::KnownTypesByMethod { span: attribute.span }),
        }
    }

    /// Methods of a contract interface that are no operations.
    fn methods_without_effect(&mut self, id: DefinitionId) {
        let is_interface = self.symbols.get(id).is_some_and(|found| found.kind == TypeKind::Interface);
        if !is_interface {
            return;
        }
        for (part, context) in self.parts(id) {
            let methods = part.declaration.members.iter().filter(|member| matches!(member.kind, MemberKind::Method { .. }));
            let is_end = |name: &str| {
                let begin = name.strip_prefix("End").map(|rest| format!("Begin{rest}"));
                begin.is_some_and(|begin| part.declaration.members.iter().any(|member| member.name == begin))
            };
            for method in methods {
                if self.operation_attribute(context, &method.attributes).is_none() && !is_end(&method.name) {
                    self.findings.push(WithoutEffect { method: &method.name, span: method.name_span, why: "has no `[OperationContract]`" });
                }
            }
        }
    }

    /// `OperationContract` on an interface that is no contract, unless a contract calls back through it.
    fn lost_operations(&mut self, id: DefinitionId) {
        if self.symbols.get(id).is_some_and(|found| found.kind == TypeKind::Interface)
            && let Some(at) = self.first_marked_operation(id)
        {
            self.unmarked.push((id, at));
        }
    }

    /// The name WCF gives to a CLR type in actions and faults (`NamingHelper.TypeName`).
    pub(super) fn type_name(&self, clr: &ClrType) -> String {
        let generic = |name: &str, arguments: &[ClrType]| {
            if arguments.is_empty() {
                return name.to_owned();
            }
            let list: String = arguments.iter().map(|argument| format!("_{}", self.type_name(argument))).collect();
            format!("{name}Of{list}")
        };
        match clr {
            ClrType::Defined(id, arguments) => generic(self.symbols.get(*id).map_or("", |found| found.name.as_str()), arguments),
            ClrType::Framework(found, arguments) => generic(found.0.name, arguments),
            ClrType::Array(item, _) => format!("ArrayOf{}", self.type_name(item)),
            ClrType::Parameter(name) => format!("{name}Of"),
            ClrType::Missing(written, _) => written.rsplit(['.', ':']).next().unwrap_or(written).to_owned(),
            ClrType::Void => "Void".to_owned(),
        }
    }
}
