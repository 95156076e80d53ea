//! Contracts as services: each operation a method with a request and a response of its own.

use std::collections::BTreeSet;

use wcf_contract::model::{DataKind, Fault, Operation, Parameter, ServiceContract, TypeKey, TypeRef};

use crate::crate_plan::{GrpcMethod, GrpcService};
use crate::diagnostics::{DuplexNotMapped, HeaderAsField};
use crate::doc_text::{code_span, rustdoc_paragraphs};
use crate::names::{clr_short_name, field_name, is_rust_keyword, rust_type, type_name};
use crate::proto::lower::Lowering;
use crate::proto::messages::{Wanted, doc_paragraphs};
use crate::proto::values::{Holder, Use, is_reference};
use crate::proto::{ProtoMethod, ProtoService};

const EMPTY: &str = "google.protobuf.Empty";

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

/// The lock's keys and the preferred names of the messages of a contract's operations.
pub(super) fn message_names(contract: &ServiceContract) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for operation in &contract.operations {
        names.push((request_key(contract, operation), type_name(&format!("{}Request", type_name(&operation.name)))));
        if !operation.one_way {
            names.push((response_key(contract, operation), type_name(&format!("{}Response", type_name(&operation.name)))));
        }
    }
    names
}

fn request_key(contract: &ServiceContract, operation: &Operation) -> String {
    format!("{}/{} request", contract.clr_name, operation.name)
}

fn response_key(contract: &ServiceContract, operation: &Operation) -> String {
    format!("{}/{} response", contract.clr_name, operation.name)
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

impl Lowering<'_> {
    /// The service of a contract, for proto and for Rust.
    pub fn service(&mut self, contract: &ServiceContract, package: &str) -> (ProtoService, GrpcService) {
        let full_name = self.full_name(&contract.clr_name);
        let name = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let package_path = package.replace('.', "::");
        if let Some(callback) = &contract.callback {
            self.findings.push(DuplexNotMapped { span: contract.span, contract: contract.clr_name.clone(), callback: callback.clone() });
        }
        let mut docs = doc_paragraphs(&contract.docs);
        docs.push(format!("WCF: {}.", code_span(&contract.clr_name)));

        let mut methods = Vec::new();
        let mut messages = Vec::new();
        let mut grpc_methods = Vec::new();
        let mut functions = BTreeSet::new();
        let mut method_names = BTreeSet::new();
        for operation in &contract.operations {
            let request = self.request(contract, operation, package);
            let request_name = format!("{package}.{}", request.name);
            let mut method_docs = doc_paragraphs(&operation.docs);
            if operation.one_way {
                method_docs.push("One-way in WCF: the answer says that the request arrived, not that it was handled.".to_owned());
            }
            method_docs.extend(self.faults(&operation.faults));
            let member = format!("{}.{}", clr_short_name(&operation.declared_in), operation.clr_name);
            method_docs.push(format!("WCF: {}.", code_span(&member)));

            let rust_path = |message: &str| format!("{package_path}::{}", rust_type(message));
            let request_path = rust_path(&request.name);
            messages.push(request);
            let (response_name, response_path) = if operation.one_way {
                (EMPTY.to_owned(), "()".to_owned())
            } else {
                let response = self.response(contract, operation, package);
                let named = (format!("{package}.{}", response.name), rust_path(&response.name));
                messages.push(response);
                named
            };

            let method_name = unique(type_name(&operation.name), "", &mut method_names);
            let function = field_name(&operation.name);
            let reserved = is_rust_keyword(&function) || TAKEN_FUNCTIONS.contains(&function.as_str());
            let function = unique(if reserved { format!("{function}_operation") } else { function }, "_", &mut functions);
            grpc_methods.push(GrpcMethod {
                name: method_name.clone(),
                function,
                request: request_path,
                response: response_path,
                client_streaming: false,
                server_streaming: false,
                operation: operation.name.clone(),
                docs: method_docs.iter().flat_map(|text| rustdoc_paragraphs(text)).collect(),
            });
            methods.push(ProtoMethod {
                name: method_name,
                docs: method_docs,
                request: request_name,
                response: response_name,
                client_streaming: false,
                server_streaming: false,
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
        };
        (ProtoService { name, docs, methods, messages }, grpc_service)
    }

    fn request(&mut self, contract: &ServiceContract, operation: &Operation, package: &str) -> crate::proto::ProtoMessage {
        let key = request_key(contract, operation);
        let docs = vec![format!("What {} is asked.", code_span(&operation.name))];
        self.exchange(&key, operation, operation.request_message.as_ref(), &operation.parameters, docs, package)
    }

    fn response(&mut self, contract: &ServiceContract, operation: &Operation, package: &str) -> crate::proto::ProtoMessage {
        let key = response_key(contract, operation);
        let docs = vec![format!("What {} answers.", code_span(&operation.name))];
        self.exchange(&key, operation, operation.response_message.as_ref(), &operation.results, docs, package)
    }

    /// A request or response: from a message contract, or from parameters.
    fn exchange(
        &mut self,
        key: &str,
        operation: &Operation,
        message: Option<&TypeKey>,
        parameters: &[Parameter],
        mut docs: Vec<String>,
        package: &str,
    ) -> crate::proto::ProtoMessage {
        let model = self.model;
        let mut holder = Holder::new(package);
        let message_type = message.and_then(|key| model.types.get(key));
        let wanted = match message_type.map(|data_type| &data_type.kind) {
            Some(DataKind::Message(contract)) => {
                if let Some(data_type) = message_type {
                    docs.extend(doc_paragraphs(&data_type.docs));
                    docs.push(format!("WCF: {}.", code_span(&data_type.key.0)));
                }
                let mut wanted = Vec::new();
                for header in &contract.headers {
                    self.findings.push(HeaderAsField { span: header.span, name: header.name.clone(), operation: operation.name.clone() });
                    let mut field = self.member(header, format!("header {}", header.name), &mut holder);
                    field.docs.push("A SOAP header in WCF.".to_owned());
                    wanted.push(field);
                }
                wanted.extend(contract.body.iter().map(|member| self.member(member, member.name.clone(), &mut holder)).collect::<Vec<_>>());
                wanted
            }
            _ => parameters.iter().map(|parameter| self.parameter(operation, parameter, &mut holder)).collect(),
        };
        self.report(&format!("{}.{}", operation.declared_in, operation.clr_name), holder);
        self.message(key, docs, wanted, None)
    }

    fn parameter(&mut self, operation: &Operation, parameter: &Parameter, holder: &mut Holder) -> Wanted {
        let place = Use { span: parameter.span, name: &parameter.name };
        let lowered = self.field_type(&parameter.type_ref, is_reference(&parameter.type_ref), holder, place);
        let mut docs: Vec<String> = lowered.remark.into_iter().collect();
        if parameter.is_return {
            docs.insert(0, format!("What {} returns.", code_span(&operation.clr_name)));
            return Wanted {
                member: "return value".to_owned(),
                name: "result".to_owned(),
                docs,
                field_type: lowered.field_type,
                span: parameter.span,
            };
        }
        docs.push(format!("WCF: parameter {}.", code_span(&parameter.name)));
        Wanted {
            member: parameter.name.clone(),
            name: field_name(&parameter.name),
            docs,
            field_type: lowered.field_type,
            span: parameter.span,
        }
    }

    fn faults(&self, faults: &[Fault]) -> Option<String> {
        let details: Vec<String> = faults
            .iter()
            .map(|fault| match &fault.detail {
                TypeRef::Named(key) if self.packages.of_type.contains_key(key) => code_span(&self.full_name(&key.0)),
                _ => code_span(&fault.name),
            })
            .collect();
        (!details.is_empty()).then(|| format!("Faults, as details of google.rpc.Status: {}.", details.join(", ")))
    }
}

/// The module of a service in the server crate.
fn service_module(name: &str) -> String {
    let module = field_name(name);
    if is_rust_keyword(&module) || matches!(module.as_str(), "main" | "lib" | "generated" | "services") {
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
