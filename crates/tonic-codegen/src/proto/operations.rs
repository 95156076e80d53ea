//! Contracts as services: each operation a method with a request and a response of its own.

use std::collections::BTreeSet;

use wcf_contract::model::{ContractModel, DataKind, Fault, Operation, Parameter, ServiceContract, TypeKey, TypeRef};
use wcf_diagnostics::Span;

use crate::crate_plan::{GrpcMethod, GrpcService, SessionOrder, SessionTurn};
use crate::diagnostics::{DuplexAsStream, HeaderAsField, HeaderAsMetadata, SessionAsStream};
use crate::doc_text::{code_span, rustdoc_paragraphs};
use crate::names::{clr_short_name, field_name, is_rust_keyword, rust_type, type_name};
use crate::proto::lower::Lowering;
use crate::proto::messages::{Alternatives, Wanted, doc_paragraphs};
use crate::proto::values::{Holder, Loss, Use, is_reference};
use crate::proto::{
    Domain, FieldLabel, FieldType, Header, HeaderForm, Headers, ItemType, MessageRole, OperationFaults, Presence, ProtoMessage,
    ProtoMethod, ProtoService, Value,
};

const EMPTY: &str = "google.protobuf.Empty";

/// What the answer to a one-way operation is worth.
const ONE_WAY: &str = "One-way in WCF: the answer says that the request arrived, not that it was handled.";

/// Functions that tonic's client and server types have already.
const TAKEN_FUNCTIONS: [&str; 12] = [
    "accept_compressed",
    "connect",
    "from_arc",
    "max_decoding_message_size",
    "max_encoding_message_size",
    "new",
    "send_compressed",
    "with_interceptor",
    "with_origin",
    "clone",
    "call",
    "poll_ready",
];

/// How a contract's operations become methods.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One method each.
    Methods,
    /// The only operation subscribes: it answers with a stream of callbacks.
    Subscription,
    /// All operations are actions on the stream of one session.
    Session,
}

/// Whether some operation may not be the first of a session, or is the last.
fn has_order(contract: &ServiceContract) -> bool {
    contract.operations.iter().any(|operation| !operation.initiating || operation.terminating)
}

fn shape(contract: &ServiceContract) -> Shape {
    let answers = contract.callback_operations.iter().any(returns_values);
    if has_order(contract) {
        Shape::Session
    } else if contract.callback_operations.is_empty() {
        Shape::Methods
    } else if contract.operations.len() == 1 && !answers {
        Shape::Subscription
    } else {
        Shape::Session
    }
}

fn returns_values(operation: &Operation) -> bool {
    !operation.one_way && (!operation.results.is_empty() || operation.response_message.is_some())
}

/// The lock's keys and the preferred names of the messages of a contract's operations. `service` is its name in proto.
pub(super) fn message_names(contract: &ServiceContract, service: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut add = |key: String, name: &str, suffix: &str| names.push((key, type_name(&format!("{}{suffix}", type_name(name)))));
    for operation in &contract.operations {
        add(request_key(contract, operation), &operation.name, "Request");
        if !operation.one_way {
            add(response_key(contract, operation), &operation.name, "Response");
        }
    }
    for callback in &contract.callback_operations {
        add(callback_key(contract, callback), &callback.name, "Event");
        if returns_values(callback) {
            add(answer_key(contract, callback), &callback.name, "Answer");
        }
    }
    let shape = shape(contract);
    if shape == Shape::Session {
        add(actions_key(contract), service, "Action");
    }
    if shape != Shape::Methods {
        add(events_key(contract), service, "Event");
    }
    names
}

fn request_key(contract: &ServiceContract, operation: &Operation) -> String {
    format!("{}/{} request", contract.clr_name, operation.name)
}

fn response_key(contract: &ServiceContract, operation: &Operation) -> String {
    format!("{}/{} response", contract.clr_name, operation.name)
}

fn callback_key(contract: &ServiceContract, callback: &Operation) -> String {
    format!("{}/{} callback", contract.clr_name, callback.name)
}

fn answer_key(contract: &ServiceContract, callback: &Operation) -> String {
    format!("{}/{} answer", contract.clr_name, callback.name)
}

fn actions_key(contract: &ServiceContract) -> String {
    format!("{} actions", contract.clr_name)
}

fn events_key(contract: &ServiceContract) -> String {
    format!("{} events", contract.clr_name)
}

/// The module in which tonic puts the server or client of a service.
fn tonic_module(service: &str, side: &str) -> String {
    let mut name = String::new();
    let mut characters = service.chars().peekable();
    while let Some(character) = characters.next() {
        name.push(character.to_ascii_lowercase());
        if characters.peek().is_some_and(|next| next.is_uppercase()) {
            name.push('_');
        }
    }
    format!("{name}_{side}")
}

/// A method and its messages, before it is written for proto and for Rust.
struct Method {
    name: String,
    docs: Vec<String>,
    operation: String,
    request: Exchanged,
    response: Exchanged,
}

/// One direction of a method.
struct Exchanged {
    /// `None` for `google.protobuf.Empty`.
    message: Option<String>,
    streams: bool,
}

impl Lowering<'_> {
    /// The service of a contract, for proto and for Rust.
    pub fn service(&mut self, contract: &ServiceContract, package: &str) -> (ProtoService, GrpcService) {
        let full_name = self.full_name(&contract.clr_name);
        let name = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let mut docs = doc_paragraphs(&contract.docs);
        docs.push(format!("WCF: {}.", code_span(&contract.clr_name)));
        let mut messages = Vec::new();
        let methods = match shape(contract) {
            Shape::Methods => {
                contract.operations.iter().map(|operation| self.method(contract, operation, package, &mut messages)).collect()
            }
            Shape::Subscription => self.subscription(contract, package, &mut messages),
            Shape::Session => vec![self.session(contract, package, &mut messages)],
        };

        let package_path = package.replace('.', "::");
        let mut functions = BTreeSet::new();
        let mut method_names = BTreeSet::new();
        let mut proto_methods = Vec::new();
        let mut grpc_methods = Vec::new();
        for method in methods {
            let method_name = unique(method.name, "", &mut method_names);
            let function = field_name(&method_name);
            let reserved = is_rust_keyword(&function) || TAKEN_FUNCTIONS.contains(&function.as_str());
            let function = unique(if reserved { format!("{function}_operation") } else { function }, "_", &mut functions);
            let proto_name = |side: &Exchanged| side.message.as_ref().map_or_else(|| EMPTY.to_owned(), |name| format!("{package}.{name}"));
            let rust_path = |side: &Exchanged| {
                side.message.as_ref().map_or_else(|| "()".to_owned(), |name| format!("{package_path}::{}", rust_type(name)))
            };
            grpc_methods.push(GrpcMethod {
                name: method_name.clone(),
                function,
                request: rust_path(&method.request),
                response: rust_path(&method.response),
                client_streaming: method.request.streams,
                server_streaming: method.response.streams,
                operation: method.operation,
                docs: method.docs.iter().flat_map(|text| rustdoc_paragraphs(text)).collect(),
            });
            proto_methods.push(ProtoMethod {
                name: method_name,
                docs: method.docs,
                request: proto_name(&method.request),
                response: proto_name(&method.response),
                client_streaming: method.request.streams,
                server_streaming: method.response.streams,
            });
        }
        let trait_name = rust_type(&name);
        let grpc_service = GrpcService {
            name: name.clone(),
            full_name,
            module: service_module(&name),
            package_path,
            server_module: tonic_module(&trait_name, "server"),
            client_module: tonic_module(&trait_name, "client"),
            trait_name,
            contract: contract.clr_name.clone(),
            docs: docs.iter().flat_map(|text| rustdoc_paragraphs(text)).collect(),
            methods: grpc_methods,
            session: if has_order(contract) { self.session_order(contract, &messages) } else { None },
        };
        let headers = self.service_headers(contract, package);
        let faults = contract.operations.iter().filter_map(|operation| self.operation_faults(operation, package)).collect();
        (ProtoService { name, docs, methods: proto_methods, messages, faults, headers }, grpc_service)
    }

    /// An operation as a method of its own.
    fn method(&mut self, contract: &ServiceContract, operation: &Operation, package: &str, messages: &mut Vec<ProtoMessage>) -> Method {
        let request = self.request(contract, operation, package);
        let request = Exchanged {
            streams: has_stream(self.model, operation.request_message.as_ref(), &operation.parameters),
            ..added(request, messages)
        };
        let response = if operation.one_way {
            Exchanged { message: None, streams: false }
        } else {
            let response = self.response(contract, operation, package);
            let streams = has_stream(self.model, operation.response_message.as_ref(), &operation.results);
            Exchanged { streams, ..added(response, messages) }
        };
        let mut docs = doc_paragraphs(&operation.docs);
        if operation.one_way {
            docs.push(ONE_WAY.to_owned());
        }
        docs.extend(self.faults(&operation.faults, package));
        for of_response in [false, true] {
            docs.extend(self.headers(contract, operation, of_response, package).as_ref().map(headers_text));
        }
        docs.push(provenance(operation));
        Method { name: type_name(&operation.name), docs, operation: operation.name.clone(), request, response }
    }

    /// The only operation, answered by a stream of callbacks.
    fn subscription(&mut self, contract: &ServiceContract, package: &str, messages: &mut Vec<ProtoMessage>) -> Vec<Method> {
        let mut methods = Vec::new();
        for operation in &contract.operations {
            let mut method = self.method(contract, operation, package, messages);
            // The answer of a one-way subscription is the stream: it says nothing of what arrived.
            method.docs.retain(|text| text != ONE_WAY);
            let answer = if returns_values(operation) { contract.operations.as_slice() } else { &[] };
            if answer.is_empty() && method.response.message.is_some() {
                // The stream itself says that the call arrived: the empty response is not sent.
                messages.pop();
            }
            let events = self.events(contract, answer, package, messages);
            method.response = Exchanged { streams: true, ..added(events, messages) };
            method.docs.insert(
                method.docs.len().saturating_sub(1),
                "Answers with what the service would call back, until one side ends the stream.".to_owned(),
            );
            self.findings.push(DuplexAsStream { span: contract.span, contract: contract.clr_name.clone(), method: method.name.clone() });
            methods.push(method);
        }
        methods
    }

    /// All operations as actions on one stream, replies and callbacks on the other.
    fn session(&mut self, contract: &ServiceContract, package: &str, messages: &mut Vec<ProtoMessage>) -> Method {
        let taken = |name: &str| contract.operations.iter().any(|operation| type_name(&operation.name) == name);
        let name = ["Session", "OpenSession", "RunSession"].into_iter().find(|name| !taken(name)).unwrap_or("Session").to_owned();
        let finding = SessionAsStream { span: contract.span, contract: contract.clr_name.clone(), method: name.clone() };
        if contract.callback_operations.is_empty() {
            self.findings.push(finding);
        } else {
            self.findings.push(DuplexAsStream { span: finding.span, contract: finding.contract, method: finding.method });
        }

        let mut alternatives = Vec::new();
        for operation in &contract.operations {
            let request = self.request(contract, operation, package);
            let mut docs = doc_paragraphs(&operation.docs);
            if !operation.initiating {
                docs.push("Not the first action of a session.".to_owned());
            }
            if operation.terminating {
                docs.push("The last action of a session.".to_owned());
            }
            docs.push(provenance(operation));
            alternatives.push(alternative(operation, &operation.name, "", &request.name, package, docs));
            messages.push(request);
        }
        let answered: Vec<&Operation> = contract.callback_operations.iter().filter(|callback| returns_values(callback)).collect();
        for &callback in &answered {
            let key = answer_key(contract, callback);
            let docs = vec![format!("What the client answers to {}.", code_span(&callback.name))];
            let answer = self.exchange(&key, callback, (callback.response_message.as_ref(), &callback.results), docs, false, package);
            let docs = vec![format!("The answer to {}; `in_reply_to` says to which.", code_span(&callback.name)), provenance(callback)];
            alternatives.push(alternative(callback, &callback.name, "_answer", &answer.name, package, docs));
            messages.push(answer);
        }
        let mut fields = Vec::new();
        if contract.operations.iter().any(|operation| !operation.one_way) {
            fields.push(number_field("id", "The client's number for the action; the reply repeats it.", contract));
        }
        if !answered.is_empty() {
            fields.push(number_field("in_reply_to", "For an answer, the `id` of the event that it answers.", contract));
        }
        let docs = vec![
            format!(
                "What a client does in a session of {}; the service takes actions in order.",
                code_span(clr_short_name(&contract.clr_name))
            ),
            "An action that is not known, from a newer client, is passed over.".to_owned(),
        ];
        let oneof =
            (!alternatives.is_empty()).then(|| Alternatives { name: "action", docs: vec!["One action.".to_owned()], fields: alternatives });
        let actions = ProtoMessage { role: MessageRole::Stream, ..self.message(&actions_key(contract), docs, fields, oneof) };
        let request = Exchanged { streams: true, ..added(actions, messages) };
        let events = self.events(contract, &contract.operations, package, messages);
        let response = Exchanged { streams: true, ..added(events, messages) };
        let docs = vec![
            "A session: the client's actions one way, replies and callbacks the other, each in order. It lives as long as the stream."
                .to_owned(),
            format!("WCF: {}.", code_span(clr_short_name(&contract.clr_name))),
        ];
        Method { operation: name.clone(), name, docs, request, response }
    }

    /// The order of a session whose messages are made.
    fn session_order(&self, contract: &ServiceContract, messages: &[ProtoMessage]) -> Option<SessionOrder> {
        let short = |key: &str| self.full_name(key).rsplit('.').next().unwrap_or_default().to_owned();
        let oneof = |name: &str| messages.iter().find(|message| message.name == name)?.oneof.as_ref().map(|oneof| oneof.name.clone());
        let field = |key: &str, member: &str| {
            let entries = &self.lock.messages.get(key)?.entries;
            entries.iter().find(|entry| entry.member == member).map(|entry| entry.name.clone())
        };
        let (action_key, event_key) = (actions_key(contract), events_key(contract));
        let (actions, events) = (short(&action_key), short(&event_key));
        let of_operation = |operation: &Operation| {
            let field = field(&action_key, &operation.name)?;
            Some(SessionTurn { field, action: operation.name.clone(), opens: operation.initiating, ends: operation.terminating })
        };
        let of_answer = |callback: &Operation| {
            let field = field(&action_key, &format!("{}_answer", callback.name))?;
            Some(SessionTurn { field, action: format!("The answer to {}", callback.name), opens: false, ends: false })
        };
        let answered = contract.callback_operations.iter().filter(|callback| returns_values(callback));
        let turns = contract.operations.iter().filter_map(of_operation).chain(answered.filter_map(of_answer)).collect();
        let last = contract.operations.iter().filter(|operation| operation.terminating && !operation.one_way);
        let replies = last.flat_map(|operation| {
            let entries = self.lock.messages.get(&event_key).into_iter().flat_map(|record| &record.entries);
            let (response, fault) = (format!("{}_response", operation.name), format!("{} fault ", operation.name));
            entries.filter(move |entry| entry.member == response || entry.member.starts_with(&fault)).map(|entry| entry.name.clone())
        });
        Some(SessionOrder {
            action_oneof: oneof(&actions)?,
            event_oneof: oneof(&events),
            last_events: replies.collect(),
            turns,
            actions,
            events,
        })
    }

    /// What arrives at a client: the replies to these operations, and the callbacks.
    fn events(
        &mut self,
        contract: &ServiceContract,
        replies: &[Operation],
        package: &str,
        messages: &mut Vec<ProtoMessage>,
    ) -> ProtoMessage {
        let in_session = shape(contract) == Shape::Session;
        let mut alternatives = Vec::new();
        for operation in replies.iter().filter(|operation| !operation.one_way) {
            let response = self.response(contract, operation, package);
            let docs = vec![format!("The reply to {}.", code_span(&operation.name))];
            alternatives.push(alternative(operation, &operation.name, "_response", &response.name, package, docs));
            if in_session {
                messages.push(response);
            }
            // Declared faults do not end a session in WCF; a status would end the stream.
            for detail in if in_session { self.fault_details(&operation.faults, package) } else { Vec::new() } {
                let short = detail.rsplit('.').next().unwrap_or_default().to_owned();
                let docs =
                    vec![format!("The reply to {} where it fails with this fault; the session goes on.", code_span(&operation.name))];
                alternatives.push(Wanted { docs, ..fault_alternative(operation, &short, &detail) });
            }
        }
        for callback in &contract.callback_operations {
            let key = callback_key(contract, callback);
            let docs = vec![format!("What the service calls {} with.", code_span(&callback.name))];
            let event = self.exchange(&key, callback, (callback.request_message.as_ref(), &callback.parameters), docs, false, package);
            let mut docs = doc_paragraphs(&callback.docs);
            docs.push(provenance(callback));
            alternatives.push(alternative(callback, &callback.name, "", &event.name, package, docs));
            messages.push(event);
        }
        let mut fields = Vec::new();
        if in_session && contract.operations.iter().any(|operation| !operation.one_way) {
            fields.push(number_field("in_reply_to", "For a reply, the `id` of the action that it replies to.", contract));
        }
        if contract.callback_operations.iter().any(returns_values) {
            fields.push(number_field("id", "For an event that wants an answer, its number; the answer repeats it.", contract));
        }
        let docs = vec![
            format!("What reaches a client of {}, in order.", code_span(clr_short_name(&contract.clr_name))),
            "An event that is not known, from a newer server, is passed over.".to_owned(),
        ];
        let oneof =
            (!alternatives.is_empty()).then(|| Alternatives { name: "event", docs: vec!["One event.".to_owned()], fields: alternatives });
        ProtoMessage { role: MessageRole::Stream, ..self.message(&events_key(contract), docs, fields, oneof) }
    }

    fn request(&mut self, contract: &ServiceContract, operation: &Operation, package: &str) -> ProtoMessage {
        let key = request_key(contract, operation);
        let docs = vec![format!("What {} is asked.", code_span(&operation.name))];
        let in_metadata = headers_in_metadata(contract, false);
        self.exchange(&key, operation, (operation.request_message.as_ref(), &operation.parameters), docs, in_metadata, package)
    }

    fn response(&mut self, contract: &ServiceContract, operation: &Operation, package: &str) -> ProtoMessage {
        let key = response_key(contract, operation);
        let docs = vec![format!("What {} answers.", code_span(&operation.name))];
        let in_metadata = headers_in_metadata(contract, true);
        self.exchange(&key, operation, (operation.response_message.as_ref(), &operation.results), docs, in_metadata, package)
    }

    /// A request or response: from a message contract, or from parameters.
    fn exchange(
        &mut self,
        key: &str,
        operation: &Operation,
        (message, parameters): (Option<&TypeKey>, &[Parameter]),
        mut docs: Vec<String>,
        in_metadata: bool,
        package: &str,
    ) -> ProtoMessage {
        let model = self.model;
        let mut holder = Holder::new(package);
        if has_stream(model, message, parameters) {
            docs.push("One of a stream of messages: the first has all other members, each has a chunk of the stream.".to_owned());
        }
        let message_type = message.and_then(|key| model.types.get(key));
        let wanted = match message_type.map(|data_type| &data_type.kind) {
            Some(DataKind::Message(contract)) => {
                if let Some(data_type) = message_type {
                    docs.extend(doc_paragraphs(&data_type.docs));
                    docs.push(format!("WCF: {}.", code_span(&data_type.key.0)));
                }
                let mut wanted = Vec::new();
                let fields = contract.headers.iter().map(|header| &header.member).filter(|_| !in_metadata);
                for header in fields {
                    self.findings.push(HeaderAsField { span: header.span, name: header.name.clone(), operation: operation.name.clone() });
                    let mut field = self.member(header, format!("header {}", header.name), &mut holder);
                    field.docs.push("A SOAP header in WCF.".to_owned());
                    wanted.push(field);
                }
                for member in &contract.body {
                    let field = if member.type_ref == TypeRef::Stream {
                        chunk(&member.name, member.span, &mut holder)
                    } else {
                        self.member(member, member.name.clone(), &mut holder)
                    };
                    wanted.push(field);
                }
                wanted
            }
            _ => parameters.iter().map(|parameter| self.parameter(operation, parameter, &mut holder)).collect(),
        };
        self.report(&format!("{}.{}", operation.declared_in, operation.clr_name), holder);
        self.message(key, docs, wanted, None)
    }

    fn parameter(&mut self, operation: &Operation, parameter: &Parameter, holder: &mut Holder) -> Wanted {
        if parameter.type_ref == TypeRef::Stream {
            return chunk(&parameter.name, parameter.span, holder);
        }
        let place = Use { span: parameter.span, name: &parameter.name };
        let lowered = self.field_type(&parameter.type_ref, is_reference(&parameter.type_ref), holder, place);
        let mut docs: Vec<String> = lowered.remark.into_iter().collect();
        let (member, name) = if parameter.is_return {
            docs.insert(0, format!("What {} returns.", code_span(&operation.clr_name)));
            ("return value".to_owned(), "result".to_owned())
        } else {
            docs.push(format!("WCF: parameter {}.", code_span(&parameter.name)));
            (parameter.name.clone(), field_name(&parameter.name))
        };
        Wanted { member, name, docs, field_type: lowered.field_type, domain: lowered.domain, span: parameter.span }
    }

    /// The headers of all operations that travel as metadata, with a finding for each.
    fn service_headers(&mut self, contract: &ServiceContract, package: &str) -> Vec<Headers> {
        let mut all = Vec::new();
        for operation in &contract.operations {
            for of_response in [false, true] {
                if let Some(headers) = self.headers(contract, operation, of_response, package) {
                    for header in &headers.headers {
                        self.findings.push(HeaderAsMetadata {
                            span: operation.span,
                            operation: operation.name.clone(),
                            name: header.name.clone(),
                            key: header.key.clone(),
                        });
                    }
                    all.push(headers);
                }
            }
        }
        all
    }

    /// The headers of one message of an operation, where they travel as metadata.
    fn headers(&mut self, contract: &ServiceContract, operation: &Operation, of_response: bool, package: &str) -> Option<Headers> {
        let model = self.model;
        let message = if of_response { &operation.response_message } else { &operation.request_message };
        let DataKind::Message(message) = &model.types.get(message.as_ref()?)?.kind else { return None };
        if message.headers.is_empty() || !headers_in_metadata(contract, of_response) {
            return None;
        }
        let mut holder = Holder::new(package);
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        let headers = message
            .headers
            .iter()
            .map(|header| {
                let member = &header.member;
                let field = self.header(member, &mut holder);
                let mut header = Header {
                    name: unique(field.name, "_", &mut names),
                    key: String::new(),
                    docs: field.docs,
                    shape: crate::proto::Shape { wire: field.field_type, domain: field.domain },
                };
                header.key = unique(metadata_key(&member.name, header.form()), "-", &mut keys);
                header
            })
            .collect();
        self.report(&format!("{}.{} headers", operation.declared_in, operation.clr_name), holder);
        Some(Headers { operation: type_name(&operation.name), of_response, headers })
    }

    /// A header as one value that may be absent; one that cannot be null must be there.
    fn header(&mut self, member: &wcf_contract::model::Member, holder: &mut Holder) -> Wanted {
        let mut field = self.member(member, format!("header {}", member.name), holder);
        if matches!(field.field_type.label, FieldLabel::Repeated | FieldLabel::Map(_)) {
            field = self.in_message(field, holder);
        } else {
            field.domain.presence = if field.domain.presence == Presence::Nullable { Presence::Nullable } else { Presence::Required };
        }
        if !matches!(field.field_type.item, ItemType::Message(_)) {
            field.field_type.label = FieldLabel::Optional;
        }
        field
    }

    fn operation_faults(&mut self, operation: &Operation, package: &str) -> Option<OperationFaults> {
        let details = self.fault_details(&operation.faults, package);
        (!details.is_empty()).then(|| OperationFaults { operation: type_name(&operation.name), details })
    }

    /// The full names of the messages of faults, in declared order, each once.
    fn fault_details(&mut self, faults: &[Fault], package: &str) -> Vec<String> {
        let mut details: Vec<String> = Vec::new();
        for fault in faults {
            let detail = self.fault_detail(fault, package);
            if !details.contains(&detail) {
                details.push(detail);
            }
        }
        details
    }

    /// The message of a fault's detail: that of its class, or one around a detail that is no class.
    fn fault_detail(&mut self, fault: &Fault, package: &str) -> String {
        if let TypeRef::Named(key) = &fault.detail
            && self.is_message(key)
        {
            return self.full_name(&key.0);
        }
        let mut holder = Holder::new(package);
        let lowered = self.field_type(&fault.detail, false, &mut holder, Use { span: fault.span, name: &fault.name });
        self.report(&fault.name, holder);
        self.fault_message(&crate::proto::Shape { wire: lowered.field_type, domain: lowered.domain }, package)
    }

    /// Whether a data type has a message of its own.
    fn is_message(&self, key: &TypeKey) -> bool {
        let kind = self.model.types.get(key).map(|data_type| &data_type.kind);
        self.packages.of_type.contains_key(key) && matches!(kind, Some(DataKind::Class(_) | DataKind::Message(_)))
    }

    fn faults(&mut self, faults: &[Fault], package: &str) -> Option<String> {
        let details: Vec<String> = self.fault_details(faults, package).iter().map(|name| code_span(name)).collect();
        (!details.is_empty()).then(|| format!("Faults, as details of google.rpc.Status: {}.", details.join(", ")))
    }
}

/// Whether the headers of requests or responses can be metadata: where a call has one message, and metadata goes with it.
fn headers_in_metadata(contract: &ServiceContract, of_response: bool) -> bool {
    match shape(contract) {
        Shape::Methods => true,
        Shape::Subscription => !of_response,
        Shape::Session => false,
    }
}

/// The sentence on headers in the documentation of a method.
fn headers_text(headers: &Headers) -> String {
    let keys: Vec<String> = headers
        .headers
        .iter()
        .map(|header| {
            let form = match header.form() {
                HeaderForm::Text => "text".to_owned(),
                HeaderForm::Binary => "bytes".to_owned(),
                HeaderForm::Utf8 => "UTF-8".to_owned(),
                HeaderForm::Message => match &header.shape.wire.item {
                    ItemType::Message(name) => format!("a {}", code_span(name)),
                    ItemType::Scalar(_) | ItemType::Enum(_) => "bytes".to_owned(),
                },
            };
            let required = if header.shape.domain.presence == Presence::Required { ", required" } else { "" };
            format!("{} ({form}{required})", code_span(&header.key))
        })
        .collect();
    let side = if headers.of_response { "the response" } else { "the request" };
    format!("SOAP headers of {side}, as metadata: {}.", keys.join(", "))
}

/// The key of a header: names that HTTP and gRPC use themselves get a prefix.
fn metadata_key(name: &str, form: HeaderForm) -> String {
    const RESERVED: [&str; 16] = [
        "accept",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "date",
        "host",
        "origin",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-forwarded-for",
    ];
    let key = field_name(name).trim_end_matches('_').replace('_', "-");
    let key = if RESERVED.contains(&key.as_str()) || key.starts_with("grpc-") { format!("soap-{key}") } else { key };
    match form {
        HeaderForm::Text if key.ends_with("-bin") => format!("{key}-text"),
        HeaderForm::Text => key,
        HeaderForm::Binary | HeaderForm::Utf8 | HeaderForm::Message => format!("{key}-bin"),
    }
}

/// Whether one of the parts is a stream by itself.
fn has_stream(model: &ContractModel, message: Option<&TypeKey>, parameters: &[Parameter]) -> bool {
    match message.and_then(|key| model.types.get(key)).map(|data_type| &data_type.kind) {
        Some(DataKind::Message(message)) => message.body.iter().any(|member| member.type_ref == TypeRef::Stream),
        _ => parameters.iter().any(|parameter| parameter.type_ref == TypeRef::Stream),
    }
}

fn chunk(name: &str, span: Span, holder: &mut Holder) -> Wanted {
    holder.losses.entry(Loss::ChunkedStream).or_default().push((span, name.to_owned()));
    let field_type = FieldType { label: FieldLabel::Singular, item: ItemType::Scalar("bytes") };
    Wanted {
        member: format!("stream {name}"),
        name: "chunk".to_owned(),
        docs: vec!["The next bytes of the stream.".to_owned(), format!("WCF: {}.", code_span(name))],
        domain: Domain::same(&field_type),
        field_type,
        span,
    }
}

fn alternative(operation: &Operation, name: &str, suffix: &str, message: &str, package: &str, docs: Vec<String>) -> Wanted {
    let field_type = FieldType { label: FieldLabel::Singular, item: ItemType::Message(format!("{package}.{message}")) };
    Wanted {
        member: format!("{name}{suffix}"),
        name: format!("{}{suffix}", field_name(name)),
        docs,
        domain: Domain::of(Value::Message, &field_type),
        field_type,
        span: operation.span,
    }
}

fn fault_alternative(operation: &Operation, short: &str, detail: &str) -> Wanted {
    let field_type = FieldType { label: FieldLabel::Singular, item: ItemType::Message(detail.to_owned()) };
    Wanted {
        member: format!("{} fault {detail}", operation.name),
        name: format!("{}_{}", field_name(&operation.name), field_name(short)),
        docs: Vec::new(),
        domain: Domain::of(Value::Message, &field_type),
        field_type,
        span: operation.span,
    }
}

fn number_field(name: &str, docs: &str, contract: &ServiceContract) -> Wanted {
    let field_type = FieldType { label: FieldLabel::Singular, item: ItemType::Scalar("uint64") };
    Wanted {
        member: format!("({name})"),
        name: name.to_owned(),
        docs: vec![docs.to_owned()],
        domain: Domain::same(&field_type),
        field_type,
        span: contract.span,
    }
}

fn provenance(operation: &Operation) -> String {
    let member = format!("{}.{}", clr_short_name(&operation.declared_in), operation.clr_name);
    format!("WCF: {}.", code_span(&member))
}

fn added(message: ProtoMessage, messages: &mut Vec<ProtoMessage>) -> Exchanged {
    let name = message.name.clone();
    messages.push(message);
    Exchanged { message: Some(name), streams: false }
}

/// The module of a service in the server crate.
fn service_module(name: &str) -> String {
    let module = field_name(name);
    if is_rust_keyword(&module) || matches!(module.as_str(), "main" | "lib" | "generated" | "services" | "metadata" | "details" | "order") {
        format!("{module}_service")
    } else {
        module
    }
}

fn unique(name: String, separator: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2_u32;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}{separator}{number}");
        number += 1;
    }
    candidate
}
