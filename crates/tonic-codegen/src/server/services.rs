//! The handlers to write: a file for each service, written once, in text that rustfmt leaves as it is.

use crate::crate_plan::{GrpcMethod, GrpcService};
use crate::doc_text::{code_span, rustdoc_comment};
use crate::rust_file::LEFT_FOR_A_PERSON;
use crate::rust_text::{Name, RustString};

/// Columns that rustfmt fills by default.
const WIDTH: usize = 100;

/// The file of a service.
pub(crate) fn scaffold(host: &Name, service: &GrpcService) -> String {
    let proto = format!("{}_proto", host.snake);
    let (_, package) = service.package_path.rsplit_once("::").unwrap_or(("", &service.package_path));
    let mut text = format!("//! {}, from the contract {}.\n\n", code_span(&service.name), code_span(&service.contract));
    text.push_str(&format!("use {proto}::{};\n", service.package_path));
    let streams = |by: fn(&GrpcMethod) -> bool| service.methods.iter().any(by);
    if streams(|method| method.server_streaming) {
        text.push_str("use tonic::codegen::BoxStream;\n");
    }
    if service.session.is_some() {
        text.push_str(&format!("use {proto}::sessions::{{self, Actions}};\n"));
    }
    let mut names = vec!["Request", "Response", "Status"];
    if service.methods.is_empty() {
        names.clear();
    }
    if service.session.is_none() && streams(|method| method.client_streaming) {
        names.push("Streaming");
    }
    if !names.is_empty() {
        text.push_str(&format!("use tonic::{{{}}};\n", names.join(", ")));
    }
    text.push('\n');
    push_docs(&mut text, "", &service.docs, &format!("The handlers of {}.", code_span(&service.name)));
    let (trait_name, module) = (&service.trait_name, &service.server_module);
    text.push_str(&format!("#[derive(Clone, Debug, Default)]\npub struct {trait_name};\n\n"));
    let implemented = match service.session {
        Some(_) => format!("sessions::{}", service.module),
        None => format!("{package}::{module}"),
    };
    text.push_str(&format!("#[tonic::async_trait]\nimpl {implemented}::{trait_name} for {trait_name} {{"));
    for (at, method) in service.methods.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { "\n\n" });
        text.push_str(&handler(service, method, &proto, package));
    }
    text.push_str(if service.methods.is_empty() { "}\n" } else { "\n}\n" });
    text
}

pub(super) fn handler(service: &GrpcService, method: &GrpcMethod, proto: &str, package: &str) -> String {
    let message = |path: &str| match path.strip_prefix(&format!("{}::", service.package_path)) {
        Some(name) => format!("{package}::{name}"),
        None if path == "()" => path.to_owned(),
        None => format!("{proto}::{path}"),
    };
    let request = message(&method.request);
    let request = match method.client_streaming {
        true if service.session.is_some() => format!("Request<Actions<{request}>>"),
        true => format!("Request<Streaming<{request}>>"),
        false => format!("Request<{request}>"),
    };
    let mut text = String::new();
    let response = message(&method.response);
    let response = if method.server_streaming {
        let name = format!("{}Stream", method.name);
        text.push_str(&format!("    type {name} = BoxStream<{response}>;\n\n"));
        format!("Response<Self::{name}>")
    } else {
        format!("Response<{response}>")
    };
    push_docs(&mut text, "    ", &method.docs, &format!("The operation {}.", code_span(&method.operation)));
    let full = format!("{}.{}", service.name, method.name);
    let written = RustString(format!("{full} is not written yet")).to_string();
    let one_line = format!("    async fn {}(&self, _request: {request}) -> Result<{response}, Status> {{", method.function);
    let last_line = format!("    ) -> Result<{response}, Status> {{");
    let message_line = format!("        let message = {written};");
    // Names of more than some sixty characters: rustfmt has several ways to break such lines, so it is asked to keep away.
    if last_line.len() > WIDTH || message_line.len() > WIDTH {
        text.push_str("    #[rustfmt::skip]\n");
    }
    if one_line.len() <= WIDTH {
        text.push_str(&one_line);
    } else {
        text.push_str(&format!("    async fn {}(\n        &self,\n        _request: {request},\n{last_line}", method.function));
    }
    text.push_str(&format!("\n        // {LEFT_FOR_A_PERSON} the operation {full}; see MIGRATION.md.\n"));
    text.push_str(&format!("{message_line}\n        Err(Status::unimplemented(message))\n    }}"));
    text
}

fn push_docs(text: &mut String, indent: &str, paragraphs: &[String], otherwise: &str) {
    let mut lines = rustdoc_comment(paragraphs);
    if lines.is_empty() {
        lines.push(format!(" {otherwise}"));
    }
    for line in lines {
        text.push_str(&format!("{indent}///{line}\n"));
    }
}
