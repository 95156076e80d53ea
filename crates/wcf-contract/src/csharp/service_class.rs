//! Classes that implement contracts, with what their attributes say of hosting and of who may call (`ServiceReflector`).

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId};
use super::constant::Value;
use super::declaration::{MemberKind, TypeKind};
use super::framework::{Kind, Marker};
use super::model_builder::{ModelBuilder, View};
use super::resolve::Context;
use super::service_contract::TEMPURI;
use super::syntax::Attribute;
use crate::diagnostics::{PermissionNotRead, TransactionScope, WithoutEffect};
use crate::model::{Operation, PermissionAttribute, PermissionDemand, Serializer, ServiceClass};

impl<'s> ModelBuilder<'s> {
    /// Reads every class that implements a contract.
    pub(super) fn service_classes(&mut self) {
        for id in self.symbols.ids() {
            let Some(definition) = self.symbols.get(id) else { continue };
            let modifiers = definition.parts.iter().map(|part| part.declaration.modifiers);
            if definition.kind != TypeKind::Class || modifiers.clone().any(|modifiers| modifiers.is_static) {
                continue;
            }
            let is_abstract = modifiers.clone().any(|modifiers| modifiers.is_abstract);
            if definition.parts.iter().all(|part| part.declaration.bases.is_empty()) && !self.is_contract(id) {
                continue;
            }
            let parameters: Vec<ClrType> = definition.parameters.iter().cloned().map(ClrType::Parameter).collect();
            if let Some(service) = self.service_class(id, &parameters, is_abstract) {
                self.model.services.push(service);
            }
        }
        for (id, at) in std::mem::take(&mut self.unmarked) {
            let name = self.symbols.full_name(id);
            let is_callback = self.model.contracts.values().any(|contract| {
                contract.callback.as_deref() == Some(name.as_str())
                    || contract.callback_operations.iter().any(|operation| operation.span.file == at.file)
            });
            if !is_callback {
                self.findings.push(WithoutEffect { method: &name, span: at, why: "the interface has no `[ServiceContract]`" });
            }
        }
    }

    /// Reads generic contracts and services closed over the types that code hosts and calls them with: only there it is said which
    /// those are.
    pub(super) fn closed_in_code(&mut self) {
        for clr in self.closed_types_in_code() {
            let ClrType::Defined(id, arguments) = &clr else { continue };
            let Some(definition) = self.symbols.get(*id) else { continue };
            if self.is_contract(*id) {
                self.contract(*id, arguments);
            } else if definition.kind == TypeKind::Class {
                let is_abstract = definition.parts.iter().any(|part| part.declaration.modifiers.is_abstract);
                let name = self.clr_name(&clr);
                if !self.model.services.iter().any(|known| known.clr_name == name)
                    && let Some(service) = self.service_class(*id, arguments, is_abstract)
                {
                    self.model.services.push(service);
                }
            }
        }
    }

    fn service_class(&mut self, id: DefinitionId, parameters: &[ClrType], is_abstract: bool) -> Option<ServiceClass> {
        let symbols = self.symbols;
        let ancestors = self.ancestors_inside_out(id, parameters);
        let client = |ancestor: &ClrType| ancestor.framework_kind() == Some(Kind::Marker(Marker::Client));
        let missing_client = |ancestor: &ClrType| matches!(ancestor, ClrType::Missing(written, _) if written.contains("ClientBase<"));
        if ancestors.iter().any(|ancestor| client(ancestor) || missing_client(ancestor)) {
            return None;
        }
        let mut contracts = Vec::new();
        let mut implements = false;
        // In the order of declaration, in which the runtime lists a class's interfaces.
        let mut candidates: Vec<ClrType> = ancestors.iter().cloned().chain([ClrType::Defined(id, parameters.to_vec())]).collect();
        candidates.sort();
        for ancestor in candidates {
            let ClrType::Defined(contract, arguments) = &ancestor else { continue };
            // A class that is a contract itself offers that one, not those of its base classes.
            let is_class = symbols.get(*contract).is_some_and(|found| found.kind == TypeKind::Class);
            if is_class && *contract != id && self.is_contract(id) {
                continue;
            }
            if self.is_contract(*contract) && !ancestor.is_open() {
                implements = true;
                contracts.extend(self.contract(*contract, arguments));
            }
        }
        if !implements {
            return None;
        }
        self.notice(id);
        let mut views: Vec<View> = vec![View::default()];
        for contract in contracts.iter().filter_map(|key| self.model.contracts.get(key)) {
            for operation in contract.operations.iter().filter(|operation| operation.serializer == Serializer::Xml) {
                let view = View::of(operation.serializer, operation.format, &contract.namespace);
                if !views.contains(&view) {
                    views.push(view);
                }
            }
        }
        for view in views {
            self.known_by_service(id, &view);
        }
        let span = self.name_span(id)?;
        let closed = ClrType::Defined(id, parameters.to_vec());
        let full_name = if closed.is_open() { symbols.full_name(id) } else { self.clr_name(&closed) };
        let chain: Vec<DefinitionId> = std::iter::once(id)
            .chain(ancestors.iter().rev().filter_map(|ancestor| match ancestor {
                ClrType::Defined(id, _) if symbols.get(*id).is_some_and(|found| found.kind == TypeKind::Class) => Some(*id),
                _ => None,
            }))
            .collect();
        let mut service = ServiceClass {
            clr_name: full_name.clone(),
            name: symbols.get(id)?.name.clone(),
            namespace: TEMPURI.to_owned(),
            configuration_name: full_name,
            is_abstract,
            contracts,
            instance_context_mode: "PerSession".to_owned(),
            concurrency_mode: "Single".to_owned(),
            include_exception_detail_in_faults: None,
            permissions: Vec::new(),
            impersonation: Vec::new(),
            span,
        };
        // `ServiceBehavior` is inherited as a whole: the nearest one counts.
        if let Some((attribute, context)) = chain.iter().find_map(|class| self.type_attribute(*class, "ServiceBehavior")) {
            self.service_behavior(context, attribute, &mut service);
        }
        for class in chain {
            self.unread_attributes(class);
            self.demands(class, &mut service);
        }
        Some(service)
    }

    fn service_behavior(&mut self, context: Context<'_>, attribute: &Attribute, service: &mut ServiceClass) {
        if let Some(name) = self.text(context, attribute, "Name") {
            service.name = name;
        }
        if let Some(namespace) = self.text(context, attribute, "Namespace") {
            service.namespace = namespace;
        }
        if let Some(name) = self.text(context, attribute, "ConfigurationName") {
            service.configuration_name = name;
        }
        if let Some(mode) = self.symbol(context, attribute, "InstanceContextMode", &["PerSession", "PerCall", "Single"], "`PerSession`") {
            service.instance_context_mode = mode.value;
        }
        if let Some(mode) = self.symbol(context, attribute, "ConcurrencyMode", &["Single", "Reentrant", "Multiple"], "`Single`") {
            service.concurrency_mode = mode.value;
        }
        service.include_exception_detail_in_faults =
            self.boolean(context, attribute, "IncludeExceptionDetailInFaults").filter(|found| found.value).map(|found| found.span);
    }

    /// Permissions, impersonation and transactions on a class and its methods.
    fn demands(&mut self, id: DefinitionId, service: &mut ServiceClass) {
        let symbols = self.symbols;
        for (part, context) in self.parts(id) {
            let declaration = part.declaration;
            self.permissions(context, &declaration.attributes, None, service);
            for member in declaration.members.iter().filter(|member| matches!(member.kind, MemberKind::Method { .. })) {
                self.permissions(context, &member.attributes, Some(&member.name), service);
                let Some(attribute) = symbols.attribute(context, &member.attributes, "OperationBehavior") else { continue };
                if let Some(required) = self.boolean(context, attribute, "TransactionScopeRequired").filter(|found| found.value) {
                    self.findings.push(TransactionScope { method: &member.name, span: required.span });
                }
                let strictest = "`Required`, the strictest";
                let written = attribute.named.iter().any(|(name, _)| name == "Impersonation");
                if written {
                    let found = self.symbol(context, attribute, "Impersonation", &["NotAllowed", "Allowed", "Required"], strictest);
                    let (value, span) = found.map_or_else(|| ("Required".to_owned(), attribute.span), |found| (found.value, found.span));
                    let operation = self.operation_of(service, &member.name).unwrap_or_else(|| member.name.clone());
                    if !service.impersonation.iter().any(|(known, _, _)| *known == operation) {
                        service.impersonation.push((operation, value, span));
                    }
                }
            }
        }
    }

    /// The wire name of the operation that a method implements.
    fn operation_of(&self, service: &ServiceClass, method: &str) -> Option<String> {
        let implements = |operation: &&Operation| {
            let forms = &operation.forms;
            forms.sync.as_deref() == Some(method)
                || forms.task.as_deref() == Some(method)
                || forms.begin_end.as_ref().is_some_and(|(begin, end)| begin == method || end == method)
        };
        let contracts = service.contracts.iter().filter_map(|key| self.model.contracts.get(key));
        contracts.flat_map(|contract| &contract.operations).find(implements).map(|operation| operation.name.clone())
    }

    fn permissions(&mut self, context: Context<'_>, attributes: &[Attribute], method: Option<&str>, service: &mut ServiceClass) {
        for attribute in attributes {
            let subject = method.unwrap_or(&service.clr_name).to_owned();
            if self.symbols.is_attribute(context, attribute, "PrincipalPermission") {
                let action = attribute.positional.first().and_then(|value| self.symbols.value(context, value));
                let demand = matches!(&action, Some(Value::Symbol(action)) if action == "Demand");
                let role = self.demanded_text(context, attribute, "Role");
                let name = self.demanded_text(context, attribute, "Name");
                match (demand, role, name) {
                    (true, Ok(role), Ok(name)) => {
                        let attribute_kind = PermissionAttribute::PrincipalPermission;
                        let method = method.map(str::to_owned);
                        service.permissions.push(PermissionDemand { attribute: attribute_kind, method, role, name, span: attribute.span });
                    }
                    _ => self.not_read(attribute, method, &subject, service),
                }
            } else if ["Authorize", "AuthorizeRole"].iter().any(|name| self.symbols.is_attribute(context, attribute, name)) {
                self.authorize(context, attribute, method, &subject, service);
            }
        }
    }

    /// `Authorize` of ASP.NET Core, which CoreWCF honours: roles in one string, any of which is enough.
    fn authorize(&mut self, context: Context<'_>, attribute: &Attribute, method: Option<&str>, subject: &str, service: &mut ServiceClass) {
        let roles = self.demanded_text(context, attribute, "Roles");
        let positional: Vec<Option<Value>> = attribute.positional.iter().map(|value| self.symbols.value(context, value)).collect();
        let understood = attribute.named.iter().all(|(name, _)| name == "Roles");
        let by_role = attribute.name.last().starts_with("AuthorizeRole");
        let mut list: Vec<String> = Vec::new();
        let mut known = understood;
        match roles {
            Ok(Some(roles)) => list.extend(roles.split(',').map(|role| role.trim().to_owned()).filter(|role| !role.is_empty())),
            Ok(None) => {}
            Err(_) => known = false,
        }
        for value in positional {
            match value {
                Some(Value::Text(role)) if by_role => list.push(role),
                // A policy's name: what it demands is in code.
                _ => known = false,
            }
        }
        if !known {
            self.not_read(attribute, method, subject, service);
            return;
        }
        let roles: Vec<Option<String>> = if list.is_empty() { vec![None] } else { list.into_iter().map(Some).collect() };
        let kind = PermissionAttribute::Authorize;
        let demand = |role| PermissionDemand { attribute: kind, method: method.map(str::to_owned), role, name: None, span: attribute.span };
        service.permissions.extend(roles.into_iter().map(demand));
    }

    fn not_read(&mut self, attribute: &Attribute, method: Option<&str>, subject: &str, service: &mut ServiceClass) {
        self.findings.push(PermissionNotRead { subject, span: attribute.span });
        let (kind, method) = (PermissionAttribute::NotRead, method.map(str::to_owned));
        service.permissions.push(PermissionDemand { attribute: kind, method, role: None, name: None, span: attribute.span });
    }

    /// A text argument that must be understood if it is written.
    fn demanded_text(&self, context: Context<'_>, attribute: &Attribute, name: &str) -> Result<Option<String>, Span> {
        match attribute.named.iter().find(|(written, _)| written == name) {
            None => Ok(None),
            Some((_, expression)) => match self.symbols.value(context, expression) {
                Some(Value::Text(text)) => Ok(Some(text)),
                Some(Value::Null) => Ok(None),
                _ => Err(expression.span),
            },
        }
    }
}
