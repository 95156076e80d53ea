//! From port types to service contracts, by .NET's rules for the form of messages.

use std::collections::BTreeSet;

use wcf_diagnostics::Findings;

use super::data::{DataTypes, Field, member};
use super::definitions::{self, Definitions, MessageUse, OperationForm, Part, PortOperation, PortType};
use super::diagnostics::{FaultNotRead, NameMissing, OperationNotRead, TwoForms, WithoutContract};
use super::documents::DocumentSet;
use super::names::{self, ClrNamespaces};
use super::schema::{self, Component, Schemas};
use super::serializer::{self, Serializers};
use super::xml::{self, Node, QName, WCF_CONTRACT, WSDL, XSD};
use crate::diagnostics::RpcEncoded;
use crate::model::{
    ContractModel, DataKind, DataType, Docs, Fault, MessageFormat, MessageType, MethodForms, Operation, Parameter, Serializer,
    ServiceContract, SessionMode, Source, TypeRef,
};

/// Reads a set of documents. `prefix` stands before every CLR namespace.
pub(super) fn read(set: &DocumentSet<'_>, prefix: &str) -> (ContractModel, Findings) {
    let mut findings = Findings::new();
    let definitions = definitions::read(&set.definitions, &mut findings);
    if definitions.port_types.is_empty()
        && let Some(root) = set.definitions.first()
    {
        findings.push(WithoutContract { span: xml::span(*root) });
    }
    let schemas = Schemas::new(set.schemas.clone());
    let namespaces = ClrNamespaces::new(schemas.namespaces_of_types());
    let mut reader = Reader {
        definitions: &definitions,
        schemas: &schemas,
        serializers: Serializers::new(&schemas),
        types: DataTypes::new(&schemas, &namespaces, prefix.to_owned()),
        findings,
    };
    let mut model = ContractModel::default();
    for port_type in definitions.port_types.values() {
        let contract = reader.contract(port_type);
        model.contracts.insert(contract.clr_name.clone(), contract);
    }
    reader.types.build();
    let Reader { types, mut findings, .. } = reader;
    findings.extend(types.findings);
    model.types = types.types;
    (model, findings)
}

/// One direction of an operation as it will be carried.
#[derive(Default)]
struct Body<'a> {
    /// The wrapper element, where there is one.
    wrapper: Option<QName>,
    members: Vec<BodyMember<'a>>,
    headers: Vec<BodyMember<'a>>,
}

/// What stands in a body or header.
enum BodyMember<'a> {
    /// A global element of a schema.
    Element(Component<'a>, QName),
    /// An element inside the wrapper of this name.
    Inside(Component<'a>, String),
    /// A part that has a type and is an element by its own name.
    Typed(Node<'a>, String, QName),
    /// An element that is not there.
    Missing(Node<'a>, String, QName),
}

/// An operation before its serializer is known.
struct Draft<'p, 'a> {
    operation: &'p PortOperation<'a>,
    form: OperationForm<'a>,
    input: Option<Body<'a>>,
    output: Option<Body<'a>>,
}

struct Reader<'s, 'a> {
    definitions: &'s Definitions<'a>,
    schemas: &'s Schemas<'a>,
    serializers: Serializers<'s, 'a>,
    types: DataTypes<'s, 'a>,
    findings: Findings,
}

impl<'s, 'a> Reader<'s, 'a> {
    fn contract(&mut self, port_type: &'s PortType<'a>) -> ServiceContract {
        let name = names::decode(&port_type.name.local);
        let (clr_name, clr_namespace) = self.types.clr_name(&port_type.name.namespace, &names::identifier(&name));
        let mut drafts = Vec::new();
        let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
        for operation in &port_type.operations {
            let key = (operation.name, operation.input.as_ref().and_then(|input| input.name));
            if !seen.insert(key) {
                let why = "another operation of the port type has its name".to_owned();
                self.findings.push(OperationNotRead { span: xml::span(operation.node), operation: operation.name, why });
                continue;
            }
            match self.draft(port_type, operation) {
                Ok(draft) => drafts.push(draft),
                Err(why) => self.findings.push(OperationNotRead { span: xml::span(operation.node), operation: operation.name, why }),
            }
        }
        let serializer = if drafts.iter().all(|draft| self.is_data(draft)) { Serializer::DataContract } else { Serializer::Xml };
        let mut operations = Vec::new();
        let mut callback_operations: Vec<Operation> = Vec::new();
        for draft in &drafts {
            let operation = self.operation(port_type, &clr_name, draft, serializer);
            if draft.operation.output_first { callback_operations.push(operation) } else { operations.push(operation) }
        }
        let session = xml::attribute_in(port_type.node, WCF_CONTRACT, "usingSession");
        ServiceContract {
            configuration_name: names::identifier(&name),
            clr_name,
            clr_namespace,
            name,
            namespace: port_type.name.namespace.clone(),
            span: xml::attribute_span(port_type.node, "name"),
            source: Source::Wsdl,
            session_mode: match session {
                Some("true") => SessionMode::Required,
                // WCF writes `false` only where the contract allows none.
                Some("false") => SessionMode::NotAllowed,
                Some(_) | None => SessionMode::Allowed,
            },
            protection_level: None,
            callback: None,
            bases: Vec::new(),
            operations,
            callback_operations,
            docs: wsdl_docs(port_type.node),
        }
    }

    /// The form of an operation's messages; why it cannot be read, otherwise.
    fn draft(&mut self, port_type: &PortType<'a>, operation: &'s PortOperation<'a>) -> Result<Draft<'s, 'a>, String> {
        if operation.name.is_empty() {
            return Err("it has no name".to_owned());
        }
        let mut form = self.form(port_type, operation);
        let input = self.message(operation.input.as_ref())?;
        let output = self.message(operation.output.as_ref())?;
        // Parts that are elements make a document, whatever the binding says; parts with types and no binding make a call.
        let mut parts = [input, output].into_iter().flatten().flatten();
        form.rpc = match parts.next() {
            Some(part) if part.element.is_some() => false,
            Some(_) if form.action.is_none() => true,
            Some(_) | None => form.rpc,
        };
        if input.is_none() && output.is_none() {
            return Err("it has neither input nor output".to_owned());
        }
        let wrapped = !form.rpc && [&input, &output].into_iter().flatten().all(|parts| self.wrapper(parts).is_some());
        let body = |parts: Option<&'s [Part<'a>]>, only: Option<&Vec<&'a str>>, headers: &[(QName, &'a str)], message: Option<&QName>| {
            let parts = parts?;
            let mut body = Body::default();
            for (header_message, part) in headers {
                let found = self.definitions.messages.get(header_message);
                let found = found.and_then(|message| message.parts.iter().find(|candidate| candidate.name == *part));
                body.headers.extend(found.map(|part| self.part(part)));
            }
            if wrapped {
                let (name, members) = self.wrapper(parts)?;
                body.members = members.into_iter().map(|element| BodyMember::Inside(element, name.local.clone())).collect();
                body.wrapper = Some(name);
                return Some(body);
            }
            let is_header = |part: &Part<'_>| headers.iter().any(|(header, name)| Some(header) == message && *name == part.name);
            let chosen = parts.iter().filter(|part| only.is_none_or(|only| only.contains(&part.name)) && !is_header(part));
            body.members = chosen.map(|part| self.part(part)).collect();
            if form.rpc {
                let local = if operation.input.is_some() && std::ptr::eq(parts, input.unwrap_or_default()) {
                    operation.name.to_owned()
                } else {
                    format!("{}Response", operation.name)
                };
                body.wrapper = Some(QName::new(form.namespace.unwrap_or(""), local));
            }
            Some(body)
        };
        let message = |used: &'s Option<MessageUse<'a>>| used.as_ref().and_then(|used| used.message.as_ref());
        let first = body(input, form.input_parts.as_ref(), &form.input_headers, message(&operation.input));
        let second = body(output, form.output_parts.as_ref(), &form.output_headers, message(&operation.output));
        Ok(Draft { operation, input: first, output: second, form: form.clone() })
    }

    /// What the bindings say about an operation; the first SOAP binding counts.
    fn form(&mut self, port_type: &PortType<'a>, operation: &PortOperation<'a>) -> OperationForm<'a> {
        let input = operation.input.as_ref().and_then(|input| input.name);
        let of_binding = self.definitions.bindings.iter().filter(|binding| binding.port_type == port_type.name && binding.soap);
        let forms: Vec<&OperationForm<'a>> = of_binding
            .filter_map(|binding| {
                let fits = |form: &&OperationForm<'a>| form.name == operation.name;
                let exact = |form: &&OperationForm<'a>| form.input_name.is_none() || input.is_none() || form.input_name == input;
                binding.operations.iter().filter(fits).find(exact).or_else(|| binding.operations.iter().find(fits))
            })
            .collect();
        let Some(first) = forms.first() else { return OperationForm { name: operation.name, ..OperationForm::default() } };
        if forms.iter().any(|form| (form.rpc, form.encoded) != (first.rpc, first.encoded)) {
            self.findings.push(TwoForms { span: xml::span(operation.node), operation: operation.name });
        }
        let mut form = (*first).clone();
        form.action = forms.iter().find_map(|form| form.action.filter(|action| !action.is_empty())).or(form.action);
        form
    }

    fn message(&self, used: Option<&MessageUse<'a>>) -> Result<Option<&'s [Part<'a>]>, String> {
        let Some(used) = used else { return Ok(None) };
        let Some(name) = &used.message else { return Err("a message's name is missing or has a prefix that is not declared".to_owned()) };
        match self.definitions.messages.get(name) {
            Some(message) => Ok(Some(&message.parts)),
            None => Err(format!("there is no message `{name}`")),
        }
    }

    /// The wrapper element of a message and what is in it; `None` where the message is not wrapped.
    fn wrapper(&self, parts: &[Part<'a>]) -> Option<(QName, Vec<Component<'a>>)> {
        let [part] = parts else { return None };
        let name = part.element.as_ref().filter(|_| part.name == "parameters")?;
        let element = self.schemas.element(name)?;
        let inline = xml::first(element.node, XSD, "complexType").map(|node| Component { node, ..element });
        let named = || self.schemas.type_named(&self.schemas.resolve(element, xml::attribute(element.node, "type")?)?);
        let complex = inline.or_else(named).filter(|found| xml::local(found.node) == "complexType")?;
        let mut members = Vec::new();
        for child in xml::children(complex.node).filter(|child| xml::local(*child) != "annotation") {
            if xml::local(child) != "sequence" || schema::repeated(child) {
                return None;
            }
            for item in xml::children(child).filter(|item| xml::local(*item) != "annotation") {
                if xml::local(item) != "element" {
                    return None;
                }
                members.push(Component { node: item, ..complex });
            }
        }
        Some((name.clone(), members))
    }

    fn part(&self, part: &Part<'a>) -> BodyMember<'a> {
        match (&part.element, &part.type_name) {
            (Some(name), _) => match self.schemas.element(name) {
                Some(element) => BodyMember::Element(element, name.clone()),
                None => BodyMember::Missing(part.node, part.name.to_owned(), name.clone()),
            },
            (None, Some(name)) => BodyMember::Typed(part.node, part.name.to_owned(), name.clone()),
            (None, None) => BodyMember::Missing(part.node, part.name.to_owned(), QName::default()),
        }
    }

    /// Whether all that an operation carries can be data contracts.
    fn is_data(&mut self, draft: &Draft<'_, 'a>) -> bool {
        if draft.form.encoded {
            return false;
        }
        let mut uses = Vec::new();
        for body in [&draft.input, &draft.output].into_iter().flatten() {
            for each in body.members.iter().chain(&body.headers) {
                match each {
                    BodyMember::Inside(element, _) => match self.serializers.member(*element) {
                        Some(found) => uses.extend(found),
                        None => return false,
                    },
                    BodyMember::Element(element, _) => match self.bare(*element) {
                        Some(found) => uses.extend(found),
                        None => return false,
                    },
                    BodyMember::Typed(_, _, name) => uses.extend(self.schemas.type_named(name)),
                    BodyMember::Missing(..) => {}
                }
            }
        }
        self.serializers.are_data(uses)
    }

    /// The types of an element that is a message's body by itself; `None` if it cannot be a data contract.
    fn bare(&self, element: Component<'a>) -> Option<Vec<Component<'a>>> {
        let name = xml::attribute(element.node, "type").and_then(|name| self.schemas.resolve(element, name));
        let inline = xml::children(element.node).find(|child| matches!(xml::local(*child), "complexType" | "simpleType"));
        if inline.is_some() || !serializer::bare_is_data(element.node, name.as_ref()) {
            return None;
        }
        Some(name.and_then(|name| self.schemas.type_named(&name)).into_iter().collect())
    }

    fn operation(&mut self, port_type: &PortType<'a>, contract: &str, draft: &Draft<'_, 'a>, serializer: Serializer) -> Operation {
        let written = draft.operation;
        let first_is_output = written.output_first;
        let one_way = if first_is_output { written.input.is_none() } else { written.output.is_none() };
        let (request_use, response_use) =
            if first_is_output { (&written.output, &written.input) } else { (&written.input, &written.output) };
        let (request, response) = if first_is_output { (&draft.output, &draft.input) } else { (&draft.input, &draft.output) };
        let name = names::decode(written.name);
        if draft.form.encoded {
            self.findings.push(RpcEncoded { operation: &name, span: xml::span(written.node) });
        }
        let action = self.action(port_type, &name, request_use.as_ref(), draft.form.action, false, one_way);
        let reply_action = response_use.as_ref().map(|used| self.action(port_type, &name, Some(used), draft.form.action, true, one_way));
        let inputs: BTreeSet<String> = request.iter().flat_map(|body| &body.members).map(member_name).collect();
        let is_message = |body: &Option<Body<'a>>| body.as_ref().is_some_and(|body| !body.headers.is_empty());
        let mut operation = Operation {
            clr_name: names::identifier(&name),
            declared_in: contract.to_owned(),
            span: xml::attribute_span(written.node, "name"),
            one_way,
            initiating: xml::attribute_in(written.node, WCF_CONTRACT, "isInitiating") != Some("false"),
            terminating: xml::attribute_in(written.node, WCF_CONTRACT, "isTerminating") == Some("true"),
            action,
            reply_action,
            protection_level: None,
            parameters: Vec::new(),
            results: Vec::new(),
            request_message: None,
            response_message: None,
            faults: Vec::new(),
            serializer,
            format: MessageFormat { rpc: draft.form.rpc, encoded: draft.form.encoded },
            forms: MethodForms { sync: Some(names::identifier(&name)), ..MethodForms::default() },
            transaction_flow: None,
            web: None,
            docs: wsdl_docs(written.node),
            name,
        };
        if let Some(body) = request {
            if is_message(request) {
                operation.request_message =
                    Some(self.message_contract(port_type, &operation.name, "Request", body, serializer, written.node));
            } else {
                operation.parameters = body.members.iter().map(|each| self.parameter(each, false, serializer)).collect();
            }
        }
        if let Some(body) = response {
            if is_message(response) {
                operation.response_message =
                    Some(self.message_contract(port_type, &operation.name, "Response", body, serializer, written.node));
            } else {
                let mut returns = body.members.first().is_some_and(|first| !inputs.contains(&member_name(first)));
                for each in &body.members {
                    operation.results.push(self.parameter(each, std::mem::take(&mut returns), serializer));
                }
            }
        }
        operation.faults = written.faults.iter().filter_map(|fault| self.fault(written, fault, draft.form.action)).collect();
        operation
    }

    /// `Action` as an attribute, else `soapAction`, else the default of WS-Addressing.
    fn action(
        &self,
        port_type: &PortType<'a>,
        operation: &str,
        used: Option<&MessageUse<'a>>,
        soap: Option<&str>,
        reply: bool,
        one_way: bool,
    ) -> String {
        if let Some(action) = used.and_then(|used| used.action) {
            return action.to_owned();
        }
        match (soap, reply) {
            (Some(action), false) => return action.to_owned(),
            (Some(_), true) => return "*".to_owned(),
            (None, _) => {}
        }
        let default = match (reply, one_way) {
            (true, _) => format!("{operation}Response"),
            (false, true) => operation.to_owned(),
            (false, false) => format!("{operation}Request"),
        };
        let message = used.and_then(|used| used.name).unwrap_or(&default);
        default_action(&port_type.name, message)
    }

    fn fault(&mut self, operation: &PortOperation<'a>, fault: &MessageUse<'a>, soap: Option<&str>) -> Option<Fault> {
        let name = fault.name.unwrap_or("");
        let parts = self.message(Some(fault)).ok().flatten().unwrap_or_default();
        let element = match parts {
            [part] => part.element.as_ref().map(|name| (part, name)),
            _ => None,
        };
        let Some((part, element_name)) = element else {
            self.findings.push(FaultNotRead { span: xml::span(fault.node), operation: operation.name, fault: name });
            return None;
        };
        let detail = match self.schemas.element(element_name) {
            Some(element) => {
                let data = self.fault_types(element).is_some_and(|uses| self.serializers.are_data(uses));
                let serializer = if data { Serializer::DataContract } else { Serializer::Xml };
                match self.types.global(element, element_name, serializer).type_ref {
                    TypeRef::Nullable(inner) => *inner,
                    other => other,
                }
            }
            None => {
                let span = xml::attribute_span(part.node, "element");
                self.findings.push(NameMissing { span, what: "element", name: element_name.to_string() });
                TypeRef::Unknown { written: element_name.to_string(), span }
            }
        };
        let action = fault.action.or(soap).unwrap_or("http://www.w3.org/2005/08/addressing/soap/fault");
        Some(Fault { name: name.to_owned(), detail, action: Some(action.to_owned()), span: xml::span(fault.node) })
    }

    /// Faults may be data contracts of their own, whatever the port type's serializer, and need not be nillable.
    fn fault_types(&self, element: Component<'a>) -> Option<Vec<Component<'a>>> {
        let inline = xml::children(element.node).find(|child| matches!(xml::local(*child), "complexType" | "simpleType"));
        if let Some(node) = inline {
            return Some(vec![Component { node, ..element }]);
        }
        let name = self.schemas.resolve(element, xml::attribute(element.node, "type")?)?;
        Some(self.schemas.type_named(&name).into_iter().collect())
    }

    fn field(&mut self, each: &BodyMember<'a>, serializer: Serializer) -> Field {
        let plain = |name: &str, type_ref, span| Field {
            name: name.to_owned(),
            type_ref,
            span,
            required: true,
            docs: Docs::default(),
            emit_default: true,
        };
        match each {
            BodyMember::Inside(element, wrapper) => {
                let holder = if serializer == Serializer::Xml { wrapper } else { "" };
                self.types.element(*element, holder, serializer)
            }
            BodyMember::Element(element, name) => self.types.global(*element, name, serializer),
            BodyMember::Typed(node, name, type_name) => {
                let span = xml::attribute_span(*node, "type");
                let type_ref = self.types.named(type_name, span, serializer);
                plain(name, type_ref, span)
            }
            BodyMember::Missing(node, name, element) => {
                let span = xml::attribute_span(*node, "element");
                let written = element.to_string();
                self.findings.push(NameMissing { span, what: "element", name: written.clone() });
                plain(name, TypeRef::Unknown { written, span }, span)
            }
        }
    }

    fn parameter(&mut self, each: &BodyMember<'a>, is_return: bool, serializer: Serializer) -> Parameter {
        let field = self.field(each, serializer);
        let clr_name = if is_return { String::new() } else { names::identifier(&field.name) };
        Parameter { name: field.name, clr_name, is_return, type_ref: field.type_ref, span: field.span }
    }

    fn message_contract(
        &mut self,
        port_type: &PortType<'a>,
        operation: &str,
        suffix: &str,
        body: &Body<'a>,
        serializer: Serializer,
        node: Node<'a>,
    ) -> crate::model::TypeKey {
        let name = format!("{}{suffix}", names::identifier(operation));
        let key = self.types.fresh_key(&port_type.name.namespace, &name);
        let headers = body
            .headers
            .iter()
            .map(|each| crate::model::Header {
                member: member(self.field(each, serializer)),
                namespace: if let BodyMember::Element(_, name) = each { Some(name.namespace.clone()) } else { None },
                // A WSDL says neither whom a header is for nor whether it must be understood.
                must_understand: false,
                relay: false,
                actor: None,
                each: false,
            })
            .collect();
        let members = body.members.iter().map(|each| member(self.field(each, serializer))).collect();
        let (_, clr_namespace) = self.types.clr_name(&port_type.name.namespace, "");
        self.types.add(DataType {
            key: key.clone(),
            clr_namespace,
            clr_name: key.0.rsplit('.').next().unwrap_or(&key.0).to_owned(),
            name,
            namespace: port_type.name.namespace.clone(),
            span: xml::span(node),
            kind: DataKind::Message(MessageType {
                wrapper: body.wrapper.as_ref().map(|wrapper| wrapper.local.clone()),
                wrapper_namespace: body.wrapper.as_ref().map(|wrapper| wrapper.namespace.clone()),
                headers,
                body: members,
                protection_level: None,
            }),
            docs: Docs::default(),
        });
        key
    }
}

/// The name that a member has on the wire.
fn member_name(each: &BodyMember<'_>) -> String {
    match each {
        BodyMember::Element(_, name) => name.local.clone(),
        BodyMember::Inside(element, _) => {
            let name = xml::attribute(element.node, "name");
            let referred = || xml::attribute(element.node, "ref").map(|name| name.rsplit(':').next().unwrap_or(name));
            name.or_else(referred).unwrap_or("").to_owned()
        }
        BodyMember::Typed(_, name, _) | BodyMember::Missing(_, name, _) => name.clone(),
    }
}

/// The action WS-Addressing gives a message that names none.
fn default_action(port_type: &QName, message: &str) -> String {
    let namespace = port_type.namespace.as_str();
    let delimiter = if namespace.starts_with("urn:") { ":" } else { "/" };
    let message = if delimiter == ":" { message.replace('/', ":") } else { message.to_owned() };
    format!("{}{delimiter}{}{delimiter}{message}", namespace.trim_end_matches(delimiter), port_type.local)
}

fn wsdl_docs(node: Node<'_>) -> Docs {
    Docs { summary: xml::first(node, WSDL, "documentation").map(xml::text).unwrap_or_default(), remarks: String::new() }
}
