//! Operations: synchronous, `Begin…`/`End…` and `Task` methods merged, with actions, parameters and faults
//! (`TypeLoader.CreateOperationDescription`).

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId};
use super::collection::Collection;
use super::constant::Value;
use super::declaration::{Direction, MemberDeclaration, MemberKind, ParameterDeclaration};
use super::framework::Kind;
use super::message_contract::stricter;
use super::model_builder::{ModelBuilder, View};
use super::resolve::Context;
use super::service_contract::Holder;
use super::stable_name::encode_local_name;
use super::syntax::Attribute;
use crate::diagnostics::{Refusal, RpcEncoded};
use crate::model::{Demanded, Docs, Fault, MethodForms, Operation, Parameter, Serializer, TypeKey, TypeRef, WebOperation};

/// A method, or a property's accessor, with `OperationContract`.
struct Method<'s> {
    name: String,
    span: Span,
    attributes: &'s [Attribute],
    contract: &'s Attribute,
    context: Context<'static>,
    returns: ClrType,
    parameters: Vec<Argument<'s>>,
    docs: &'s Docs,
}

/// A parameter of a method, resolved.
struct Argument<'s> {
    name: String,
    span: Span,
    clr: ClrType,
    direction: Direction,
    attributes: &'s [Attribute],
}

/// Which form of an operation a method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormKind {
    Sync,
    BeginEnd,
    Task,
}

/// One form of an operation.
struct OperationForm<'s> {
    kind: FormKind,
    operation: String,
    method: Method<'s>,
    end: Option<String>,
    inputs: Vec<Part>,
    outputs: Vec<Part>,
    returns: ClrType,
    return_name: Option<String>,
}

/// What tells faults of one operation apart (`TypeLoader.CheckDuplicateFaultContract`).
#[derive(PartialEq)]
enum FaultIdentity {
    /// A nameless fault: its detail's type.
    Detail(ClrType),
    /// A named fault: its element's name and namespace.
    Element(String, String),
}

/// A part of a message.
#[derive(Clone)]
struct Part {
    clr_name: String,
    wire_name: String,
    clr: ClrType,
    span: Span,
}

impl<'s> ModelBuilder<'s> {
    /// The operations that a type declares, in .NET's order.
    pub(super) fn operations(&mut self, id: DefinitionId, arguments: &[ClrType], holder: &Holder) -> Result<Vec<Operation>, Refusal> {
        let methods = self.marked_methods(id, arguments);
        let mut groups: Vec<Vec<OperationForm<'s>>> = Vec::new();
        for method in methods {
            let form = self.form(id, arguments, method)?;
            match groups.iter().position(|group| group.first().is_some_and(|first| first.operation == form.operation)) {
                Some(position) => {
                    let mut group = groups.remove(position);
                    if let Some(same) = group.iter().find(|other| other.kind == form.kind) {
                        let (first, second) = (same.method.span, form.method.span);
                        return Err(Refusal::OperationsOfOneName { name: form.operation, first, second });
                    }
                    if let Some(first) = group.first() {
                        self.same(first, &form, holder)?;
                    }
                    // .NET takes the operation out and adds it again at the end when it meets a further form.
                    group.push(form);
                    groups.push(group);
                }
                None => groups.push(vec![form]),
            }
        }
        groups.into_iter().map(|group| self.merge(group, holder)).collect()
    }

    fn marked_methods(&self, id: DefinitionId, arguments: &[ClrType]) -> Vec<Method<'s>> {
        let symbols = self.symbols;
        let Some(definition) = symbols.get(id) else { return Vec::new() };
        let mut methods = Vec::new();
        for (part, context) in self.parts(id) {
            let declaration = part.declaration;
            for member in declaration.members.iter().filter(|member| !member.modifiers.is_static) {
                match &member.kind {
                    MemberKind::Method { returns, parameters, type_parameters } => {
                        let Some(contract) = self.operation_attribute(context, &member.attributes) else { continue };
                        let inside = Context { method_parameters: type_parameters, ..context };
                        let resolve = |written| symbols.resolve(inside, written).substitute(&definition.parameters, arguments);
                        methods.push(Method {
                            name: member.name.clone(),
                            span: member.name_span,
                            attributes: &member.attributes,
                            contract,
                            context,
                            returns: resolve(returns),
                            parameters: parameters.iter().map(|parameter| argument(parameter, resolve(&parameter.type_syntax))).collect(),
                            docs: &member.docs,
                        });
                    }
                    MemberKind::Property { type_syntax, getter, setter, .. } => {
                        let clr = symbols.resolve(context, type_syntax).substitute(&definition.parameters, arguments);
                        for (accessor, prefix) in [(getter, "get_"), (setter, "set_")] {
                            let Some(accessor) = accessor else { continue };
                            let Some(contract) = self.operation_attribute(context, &accessor.attributes) else { continue };
                            methods.push(accessor_method(member, prefix, &accessor.attributes, contract, context, &clr));
                        }
                    }
                    MemberKind::Field { .. } | MemberKind::Event { .. } | MemberKind::Constructor { .. } | MemberKind::Indexer => {}
                }
            }
        }
        methods
    }

    /// What makes a method an operation: `OperationContract`, or in its absence `WebGet` or `WebInvoke`, which stand for one without arguments.
    pub(super) fn operation_attribute<'a>(&self, context: Context<'_>, attributes: &'a [Attribute]) -> Option<&'a Attribute> {
        self.symbols.attribute(context, attributes, "OperationContract").or_else(|| {
            let web = ["WebGet", "WebInvoke"].iter().any(|name| self.symbols.attribute(context, attributes, name).is_some());
            web.then_some(EMPTY)
        })
    }

    fn form(&mut self, id: DefinitionId, arguments: &[ClrType], method: Method<'s>) -> Result<OperationForm<'s>, Refusal> {
        let written_name = self.text(method.context, method.contract, "Name").filter(|name| !name.is_empty());
        let written_name = written_name.map(|name| encode_local_name(&name));
        let is_begin = self.boolean(method.context, method.contract, "AsyncPattern").is_some_and(|found| found.value);
        let return_name = self.return_name(&method);
        let part = |builder: &mut Self, argument: &Argument<'s>| builder.part(method.context, argument);
        if is_begin {
            let rest = method.name.strip_prefix("Begin").filter(|rest| !rest.is_empty());
            let tail: Vec<Option<Kind>> = method.parameters.iter().rev().take(2).map(|parameter| parameter.clr.framework_kind()).collect();
            let fits = method.returns.framework_kind() == Some(Kind::AsyncResult)
                && matches!(tail.as_slice(), [Some(Kind::Any), Some(Kind::AsyncCallback)]);
            let Some(rest) = rest.filter(|_| fits) else {
                return Err(Refusal::BeginSignature { method: method.name, at: method.span });
            };
            let end_name = format!("End{rest}");
            let Some(end) = self.end_method(id, arguments, &end_name) else {
                return Err(Refusal::NoEnd { method: method.name, at: method.span });
            };
            let inputs = method.parameters.iter().rev().skip(2).rev().filter(|argument| argument.direction != Direction::Out);
            let inputs = inputs.map(|argument| part(self, argument)).collect();
            let outputs = end.parameters.iter().filter(|argument| argument.direction != Direction::In);
            let outputs = outputs.map(|argument| part(self, argument)).collect();
            let return_name = self.return_name(&end).or(return_name);
            let operation = written_name.unwrap_or_else(|| encode_local_name(rest));
            let returns = end.returns;
            return Ok(OperationForm {
                kind: FormKind::BeginEnd,
                operation,
                end: Some(end_name),
                inputs,
                outputs,
                returns,
                return_name,
                method,
            });
        }
        let inputs: Vec<Part> =
            method.parameters.iter().filter(|argument| argument.direction != Direction::Out).map(|argument| part(self, argument)).collect();
        let outputs: Vec<Part> =
            method.parameters.iter().filter(|argument| argument.direction != Direction::In).map(|argument| part(self, argument)).collect();
        if method.returns.framework_kind() == Some(Kind::Task) {
            let rest = method.name.strip_suffix("Async").filter(|rest| !rest.is_empty()).unwrap_or(&method.name);
            let operation = written_name.unwrap_or_else(|| encode_local_name(rest));
            let returns = match &method.returns {
                ClrType::Framework(_, arguments) => arguments.first().cloned().unwrap_or(ClrType::Void),
                _ => ClrType::Void,
            };
            let in_process =
                |clr: &ClrType| matches!(clr, ClrType::Framework(found, _) if matches!(found.0.name, "CancellationToken" | "IProgress"));
            if let Some(argument) = method.parameters.iter().find(|argument| in_process(&argument.clr)) {
                let (written, at) = (self.clr_name(&argument.clr), argument.span);
                return Err(Refusal::TaskParameter { operation, written, at });
            }
            return Ok(OperationForm { kind: FormKind::Task, operation, end: None, inputs, outputs, returns, return_name, method });
        }
        let operation = written_name.unwrap_or_else(|| encode_local_name(&method.name));
        let returns = method.returns.clone();
        Ok(OperationForm { kind: FormKind::Sync, operation, end: None, inputs, outputs, returns, return_name, method })
    }

    fn end_method(&self, id: DefinitionId, arguments: &[ClrType], name: &str) -> Option<Method<'s>> {
        let symbols = self.symbols;
        let definition = symbols.get(id)?;
        for (part, context) in self.parts(id) {
            let declaration = part.declaration;
            for member in declaration.members.iter().filter(|member| member.name == name) {
                let MemberKind::Method { returns, parameters, .. } = &member.kind else { continue };
                let resolve = |written| symbols.resolve(context, written).substitute(&definition.parameters, arguments);
                let parameters: Vec<Argument<'s>> =
                    parameters.iter().map(|parameter| argument(parameter, resolve(&parameter.type_syntax))).collect();
                if parameters.last().and_then(|last| last.clr.framework_kind()) != Some(Kind::AsyncResult) {
                    continue;
                }
                return Some(Method {
                    name: member.name.clone(),
                    span: member.name_span,
                    attributes: &member.attributes,
                    contract: EMPTY,
                    context,
                    returns: resolve(returns),
                    parameters,
                    docs: &member.docs,
                });
            }
        }
        None
    }

    fn return_name(&mut self, method: &Method<'s>) -> Option<String> {
        let attribute = method.attributes.iter().find(|attribute| {
            attribute.target.as_deref() == Some("return") && attribute.name.last().trim_end_matches("Attribute") == "MessageParameter"
        })?;
        self.text(method.context, attribute, "Name").map(|name| encode_local_name(&name))
    }

    fn part(&mut self, context: Context<'_>, argument: &Argument<'s>) -> Part {
        let attribute = self.symbols.attribute(context, argument.attributes, "MessageParameter");
        let written = attribute.and_then(|attribute| self.text(context, attribute, "Name"));
        Part {
            clr_name: argument.name.clone(),
            wire_name: encode_local_name(&written.unwrap_or_else(|| argument.name.clone())),
            clr: argument.clr.clone(),
            span: argument.span,
        }
    }

    /// Refuses forms of one operation that differ (`SyncMethodInfo` against `BeginMethod` and `TaskMethod`).
    fn same(&mut self, one: &OperationForm<'s>, other: &OperationForm<'s>, holder: &Holder) -> Result<(), Refusal> {
        let differ =
            |what| Err(Refusal::FormsDiffer { operation: one.operation.clone(), what, one: one.method.span, other: other.method.span });
        let types = |parts: &[Part]| parts.iter().map(|part| part.clr.clone()).collect::<Vec<_>>();
        if types(&one.inputs) != types(&other.inputs) || types(&one.outputs) != types(&other.outputs) {
            return differ("parameters");
        }
        if one.returns != other.returns {
            return differ("return type");
        }
        let one_way = |builder: &mut Self, form: &OperationForm<'s>| {
            builder.boolean(form.method.context, form.method.contract, "IsOneWay").is_some_and(|found| found.value)
        };
        if one_way(self, one) != one_way(self, other) {
            return differ("IsOneWay");
        }
        // What counts is the action that results, written or not.
        for (argument, suffix) in [("Action", ""), ("ReplyAction", "Response")] {
            let mut action = |form: &OperationForm<'s>| {
                let written = self.text(form.method.context, form.method.contract, argument);
                written.unwrap_or_else(|| default_action(holder, &form.operation, suffix))
            };
            if action(one) != action(other) {
                return differ(argument);
            }
        }
        // Faults belong on the synchronous form; .NET refuses them on another (`svcutil` writes them on the first only).
        let secondary = if (one.kind as usize) < (other.kind as usize) { other } else { one };
        let secondary_has = |name: &str| {
            secondary.method.attributes.iter().any(|attribute| self.symbols.is_attribute(secondary.method.context, attribute, name))
        };
        if secondary_has("FaultContract") {
            return differ("`FaultContract` attributes");
        }
        if secondary_has("ServiceKnownType") {
            return differ("`ServiceKnownType` attributes");
        }
        Ok(())
    }

    fn merge(&mut self, group: Vec<OperationForm<'s>>, holder: &Holder) -> Result<Operation, Refusal> {
        let mut forms = MethodForms::default();
        for form in &group {
            match form.kind {
                FormKind::Sync => forms.sync = Some(form.method.name.clone()),
                FormKind::BeginEnd => forms.begin_end = form.end.clone().map(|end| (form.method.name.clone(), end)),
                FormKind::Task => forms.task = Some(form.method.name.clone()),
            }
        }
        let docs = group.iter().map(|form| form.method.docs).find(|docs| **docs != Docs::default()).cloned().unwrap_or_default();
        let Some(form) = group.into_iter().min_by_key(|form| form.kind as usize) else {
            return Err(Refusal::NoOperations);
        };
        let (serializer, format) = self.operation_format(&form.method, holder);
        let outer = std::mem::replace(&mut self.view, View::of(serializer, format, &holder.namespace));
        let operation = self.merged(&form, forms, docs, holder, (serializer, format));
        self.view = outer;
        operation
    }

    /// The operation that one form stands for, in the view of its serializer.
    fn merged(
        &mut self,
        form: &OperationForm<'s>,
        forms: MethodForms,
        docs: Docs,
        holder: &Holder,
        (serializer, format): (Serializer, crate::model::MessageFormat),
    ) -> Result<Operation, Refusal> {
        let method = &form.method;
        let (context, contract) = (method.context, method.contract);
        let name = form.operation.clone();
        let one_way = self.boolean(context, contract, "IsOneWay").is_some_and(|found| found.value);
        let written_reply = self.text(context, contract, "ReplyAction");
        let faults = self.faults(method, &name, holder)?;
        if one_way {
            let what = match () {
                () if form.returns != ClrType::Void => Some("a return value"),
                () if !form.outputs.is_empty() => Some("an `out` or `ref` parameter"),
                () if !faults.0.is_empty() => Some("a fault"),
                () if written_reply.is_some() => Some("a reply action"),
                () => None,
            };
            if let Some(what) = what {
                return Err(Refusal::OneWayGivesBack { operation: name, what, at: method.span });
            }
        }
        let written_action = self.text(context, contract, "Action");
        let action = written_action.unwrap_or_else(|| default_action(holder, &name, ""));
        let reply_action = (!one_way).then(|| written_reply.unwrap_or_else(|| default_action(holder, &name, "Response")));
        if format.encoded {
            self.findings.push(RpcEncoded { operation: &name, span: method.span });
        }
        if serializer == Serializer::Xml {
            let returned = Part { clr_name: String::new(), wire_name: String::new(), clr: form.returns.clone(), span: method.span };
            let parts: Vec<Part> = form.inputs.iter().chain(&form.outputs).cloned().chain([returned]).collect();
            for part in &parts {
                if !matches!(self.collection(&part.clr), Some(Collection::Map(..))) {
                    continue;
                }
                let refusal = Refusal::XmlDictionary { member: self.clr_name(&part.clr), at: part.span };
                self.findings.push(crate::diagnostics::Refused { subject: holder.key.clone(), refusal, span: part.span });
            }
        }
        let (request_message, response_message) = self.messages(form, holder)?;
        let parameters = if request_message.is_some() { Vec::new() } else { self.parameters(form, &name, &form.inputs)? };
        let mut results = Vec::new();
        if response_message.is_none() {
            if form.returns != ClrType::Void {
                let return_name = form.return_name.clone().unwrap_or_else(|| format!("{name}Result"));
                results.push(Parameter {
                    name: return_name,
                    clr_name: String::new(),
                    is_return: true,
                    type_ref: self.reference(&form.returns, method.span),
                    span: method.span,
                });
            }
            results.extend(self.parameters(form, &name, &form.outputs)?);
            if let [first, rest @ ..] = results.as_slice()
                && let Some(second) = rest.iter().find(|part| part.name == first.name)
            {
                return Err(Refusal::PartTwice { operation: name, part: first.name.clone(), at: second.span });
            }
        }
        for attribute in method.attributes {
            if self.symbols.is_attribute(context, attribute, "ServiceKnownType") {
                self.service_known_type(context, attribute);
            }
        }
        Ok(Operation {
            clr_name: method.name.clone(),
            declared_in: holder.key.clone(),
            span: method.span,
            one_way,
            initiating: self.boolean(context, contract, "IsInitiating").is_none_or(|found| found.value),
            terminating: self.boolean(context, contract, "IsTerminating").is_some_and(|found| found.value),
            action,
            reply_action,
            protection_level: stricter(self.protection(context, contract), faults.1),
            parameters,
            results,
            request_message,
            response_message,
            faults: faults.0,
            serializer,
            format,
            forms,
            transaction_flow: self.transaction_flow(method),
            web: self.web(method),
            docs,
            name,
        })
    }

    fn parameters(&mut self, form: &OperationForm<'s>, operation: &str, parts: &[Part]) -> Result<Vec<Parameter>, Refusal> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for part in parts {
            if parameters.iter().any(|known| known.name == part.wire_name) {
                return Err(Refusal::PartTwice { operation: operation.to_owned(), part: part.wire_name.clone(), at: part.span });
            }
            parameters.push(Parameter {
                name: part.wire_name.clone(),
                clr_name: part.clr_name.clone(),
                is_return: false,
                type_ref: self.reference(&part.clr, part.span),
                span: part.span,
            });
        }
        debug_assert!(parameters.len() <= form.inputs.len().max(form.outputs.len()));
        Ok(parameters)
    }

    /// The message contracts that are an operation's whole request and response.
    fn messages(&mut self, form: &OperationForm<'s>, holder: &Holder) -> Result<(Option<TypeKey>, Option<TypeKey>), Refusal> {
        let is_message = |builder: &Self, clr: &ClrType| matches!(clr, ClrType::Defined(id, _) if builder.type_attribute(*id, "MessageContract").is_some());
        let mixed = |at| Err(Refusal::MessageContractMixed { operation: form.operation.clone(), at });
        let request = match form.inputs.iter().find(|part| is_message(self, &part.clr)) {
            Some(part) if form.inputs.len() > 1 || !form.outputs.is_empty() => return mixed(part.span),
            Some(part) => self.reference_key(&part.clr, part.span),
            None => None,
        };
        let response = match (is_message(self, &form.returns), form.outputs.iter().find(|part| is_message(self, &part.clr))) {
            (_, Some(part)) => return mixed(part.span),
            (true, None) if !form.outputs.is_empty() => return mixed(form.method.span),
            (true, None) => self.reference_key(&form.returns, form.method.span),
            (false, None) => None,
        };
        self.mixed_with_parameters(form, request.is_some(), response.is_some(), holder)?;
        Ok((request, response))
    }

    /// A message that is a contract or `Message` in one direction does not go with parameters in the other
    /// (`OperationFormatter.Validate`, which runs when a service or client is opened).
    fn mixed_with_parameters(&mut self, form: &OperationForm<'s>, request: bool, response: bool, holder: &Holder) -> Result<(), Refusal> {
        let untyped = |clr: &ClrType| clr.framework_kind() == Some(Kind::Message);
        let request = request || form.inputs.iter().any(|part| untyped(&part.clr));
        let response = response || untyped(&form.returns) || form.outputs.iter().any(|part| untyped(&part.clr));
        let request_parameters = !request && !form.inputs.is_empty();
        let response_parameters = !response && (form.returns != ClrType::Void || !form.outputs.is_empty());
        let lone_message = form.inputs.iter().filter(|part| untyped(&part.clr)).count() == 1 && form.inputs.len() > 1;
        if !(request && response_parameters || response && request_parameters || lone_message) {
            return Ok(());
        }
        let refusal = Refusal::MessageContractMixed { operation: form.operation.clone(), at: form.method.span };
        if self.operation_format(&form.method, holder).0 == Serializer::Xml {
            return Err(refusal);
        }
        // Building the description does not fail, opening a service does: said, and kept in the model.
        self.findings.push(crate::diagnostics::Refused { subject: holder.key.clone(), refusal, span: form.method.span });
        Ok(())
    }

    fn reference_key(&mut self, clr: &ClrType, span: Span) -> Option<TypeKey> {
        match self.reference(clr, span) {
            TypeRef::Named(key) => Some(key),
            _ => None,
        }
    }

    /// The faults of a method, and the strictest protection one of them demands.
    fn faults(&mut self, method: &Method<'s>, operation: &str, holder: &Holder) -> Result<(Vec<Fault>, Option<Demanded>), Refusal> {
        let mut faults: Vec<(FaultIdentity, Fault)> = Vec::new();
        let mut demanded = None;
        for attribute in method.attributes {
            if !self.symbols.is_attribute(method.context, attribute, "FaultContract") {
                continue;
            }
            let detail = attribute.positional.first().and_then(|value| self.symbols.value(method.context, value));
            let Some(Value::Type(clr)) = detail else {
                let span = attribute.positional.first().map_or(attribute.span, |value| value.span);
                let problem = crate::diagnostics::ArgumentNotConstant {
                    attribute: attribute.name.to_string(),
                    argument: "detailType",
                    span,
                    instead: "no fault",
                };
                self.findings.push(problem);
                continue;
            };
            let written = self.text(method.context, attribute, "Name");
            let namespace = self.text(method.context, attribute, "Namespace");
            let identity = match &written {
                Some(name) => FaultIdentity::Element(name.clone(), namespace.unwrap_or_else(|| holder.namespace.clone())),
                None => FaultIdentity::Detail(clr.clone()),
            };
            let twice = faults.iter().any(|(known, _)| *known == identity);
            if twice {
                let (detail, at) = (self.clr_name(&clr), attribute.span);
                return Err(Refusal::FaultTwice { operation: operation.to_owned(), detail, at });
            }
            let name = written.unwrap_or_else(|| format!("{}Fault", self.type_name(&clr)));
            let action = self.text(method.context, attribute, "Action").unwrap_or_else(|| default_action(holder, operation, &name));
            demanded = stricter(demanded, self.protection(method.context, attribute));
            // Unless `SupportFaults` is set, faults are data contracts whatever writes the rest.
            let of_xml = self.view.serializer == Serializer::Xml && !self.supports_faults(method);
            let outer = if of_xml { Some(std::mem::take(&mut self.view)) } else { None };
            let detail = self.reference(&clr, attribute.span);
            if let Some(outer) = outer {
                self.view = outer;
            }
            faults.push((identity, Fault { name: encode_local_name(&name), detail, action: Some(action), span: attribute.span }));
        }
        Ok((faults.into_iter().map(|(_, fault)| fault).collect(), demanded))
    }

    fn operation_format(&mut self, method: &Method<'s>, holder: &Holder) -> (Serializer, crate::model::MessageFormat) {
        if let Some(attribute) = self.symbols.attribute(method.context, method.attributes, "XmlSerializerFormat") {
            (Serializer::Xml, self.format(method.context, attribute))
        } else if let Some(attribute) = self.symbols.attribute(method.context, method.attributes, "DataContractFormat") {
            (Serializer::DataContract, self.format(method.context, attribute))
        } else {
            (holder.serializer, holder.format)
        }
    }

    fn supports_faults(&mut self, method: &Method<'s>) -> bool {
        let attribute = self.symbols.attribute(method.context, method.attributes, "XmlSerializerFormat");
        attribute.is_some_and(|attribute| self.boolean(method.context, attribute, "SupportFaults").is_some_and(|found| found.value))
    }

    fn transaction_flow(&mut self, method: &Method<'s>) -> Option<(String, Span)> {
        let attribute = self.symbols.attribute(method.context, method.attributes, "TransactionFlow")?;
        match attribute.positional.first().and_then(|value| self.symbols.value(method.context, value)) {
            Some(Value::Symbol(option)) if matches!(option.as_str(), "NotAllowed" | "Allowed" | "Mandatory") => {
                Some((option, attribute.span))
            }
            // Unknown counts as the strictest.
            _ => Some(("Mandatory".to_owned(), attribute.span)),
        }
    }

    fn web(&mut self, method: &Method<'s>) -> Option<WebOperation> {
        let get = self.symbols.attribute(method.context, method.attributes, "WebGet");
        let attribute = get.or_else(|| self.symbols.attribute(method.context, method.attributes, "WebInvoke"))?;
        let verb = if get.is_some() { None } else { self.text(method.context, attribute, "Method") };
        Some(WebOperation {
            method: verb.unwrap_or_else(|| if get.is_some() { "GET" } else { "POST" }.to_owned()),
            uri_template: self.text(method.context, attribute, "UriTemplate"),
            span: attribute.span,
        })
    }
}

/// Stands in for the attribute of an `End` method, which has none.
const EMPTY: &Attribute = &Attribute {
    name: super::syntax::Name { alias: None, parts: Vec::new() },
    target: None,
    positional: Vec::new(),
    named: Vec::new(),
    span: Span { file: wcf_diagnostics::FileId(0), start: 0, end: 0 },
};

fn argument(declaration: &ParameterDeclaration, clr: ClrType) -> Argument<'_> {
    Argument {
        name: declaration.name.clone(),
        span: declaration.name_span,
        clr,
        direction: declaration.direction,
        attributes: &declaration.attributes,
    }
}

/// A property's accessor as the method that it is to the runtime.
fn accessor_method<'s>(
    property: &'s MemberDeclaration,
    prefix: &str,
    attributes: &'s [Attribute],
    contract: &'s Attribute,
    context: Context<'static>,
    clr: &ClrType,
) -> Method<'s> {
    let setter = prefix == "set_";
    let value =
        Argument { name: "value".to_owned(), span: property.name_span, clr: clr.clone(), direction: Direction::In, attributes: &[] };
    Method {
        name: format!("{prefix}{}", property.name),
        span: property.name_span,
        attributes,
        contract,
        context,
        returns: if setter { ClrType::Void } else { clr.clone() },
        parameters: if setter { vec![value] } else { Vec::new() },
        docs: &property.docs,
    }
}

/// The default action (`NamingHelper.GetMessageAction`).
fn default_action(holder: &Holder, operation: &str, suffix: &str) -> String {
    let Holder { namespace, name, .. } = holder;
    let path = format!("{name}/{operation}{suffix}");
    match namespace.as_str() {
        "" => format!("urn:{path}"),
        namespace if namespace.ends_with('/') => format!("{namespace}{path}"),
        namespace => format!("{namespace}/{path}"),
    }
}
