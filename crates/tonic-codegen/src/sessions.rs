//! Sessions whose actions have an order: the trait that handlers implement, and what keeps the order before they see an action.

use std::fmt::Write as _;

use wcf2grpc_templates::PROTO_SESSION_ORDER;

use crate::crate_plan::{GrpcMethod, GrpcService, HostCrates, SessionOrder, SessionTurn};
use crate::doc_text::{code_span, rustdoc_comment};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::names::{rust_field, rust_type};
use crate::rust_file::marker_header;
use crate::rust_text::RustString;

/// Adds the sessions of a host's services to its proto crate. Returns whether there are any.
pub(crate) fn emit(host: &HostCrates, folder: &str, files: &mut GeneratedFiles) -> bool {
    let mut modules = String::new();
    for service in &host.services {
        if let (Some(order), Some(method)) = (&service.session, service.methods.first()) {
            modules.push_str(&format!("pub mod {};\n", service.module));
            let path = format!("{folder}/src/sessions/{}.rs", service.module);
            files.insert(path, Ownership::Regenerated, module(service, order, method));
        }
    }
    if modules.is_empty() {
        return false;
    }
    let header = marker_header("It lists the services whose sessions have an order.");
    let root = format!(
        "{header}\n//! Sessions: which actions may open one, and which end it.\n\nmod order;\n\n{modules}\npub use order::Actions;\n"
    );
    files.insert(format!("{folder}/src/sessions/mod.rs"), Ownership::Regenerated, root);
    let header = marker_header("It is the same in every generated crate.");
    files.insert(format!("{folder}/src/sessions/order.rs"), Ownership::Regenerated, format!("{header}\n{PROTO_SESSION_ORDER}"));
    true
}

fn module(service: &GrpcService, order: &SessionOrder, method: &GrpcMethod) -> String {
    let (name, function) = (&service.trait_name, &method.function);
    let stream = format!("{}Stream", rust_type(&method.name));
    let (request, response) = (format!("wire::{}", rust_type(&order.actions)), format!("wire::{}", rust_type(&order.events)));
    let mut text = marker_header("Handlers implement its trait in `src/services`; what may come when is decided by the contract.");
    let _ = write!(
        text,
        "\n//! The order of a session of `{}`.\n\nuse tonic::codegen::BoxStream;\nuse tonic::codegen::tokio_stream::Stream;\n\
         use tonic::{{Request, Response, Status, Streaming}};\n\nuse crate::{} as wire;\nuse crate::sessions::order::{{self, Actions, Turn}};\n\n",
        service.full_name, service.package_path
    );
    let what = format!(
        "The handlers of {}, in place of tonic's trait: they get a session's actions in the order that the contract asks for.",
        code_span(&service.name)
    );
    text.push_str(&docs("", &[what, order_text(order)]));
    let _ = write!(
        text,
        "#[tonic::async_trait]\npub trait {name}: Send + Sync + 'static {{\n    /// What a session answers with.\n    \
         type {stream}: Stream<Item = Result<{response}, Status>> + Send + 'static;\n\n{}    async fn {function}(\n        &self,\n        \
         request: Request<Actions<{request}>>,\n    ) -> Result<Response<Self::{stream}>, Status>;\n}}\n\n",
        docs("    ", &method.docs)
    );
    let what = "Handlers as tonic serves them. A session that begins with an action which does not open one is refused with \
                `FAILED_PRECONDITION` before they see it, and after the action that ends a session they see none.";
    text.push_str(&docs("", &[what.to_owned()]));
    let _ = write!(
        text,
        "#[derive(Clone, Debug)]\npub struct InOrder<T>(pub T);\n\n#[tonic::async_trait]\nimpl<T: {name}> wire::{}::{name} for InOrder<T> {{\n    \
         type {stream} = BoxStream<{response}>;\n\n    async fn {function}(\n        &self,\n        request: Request<Streaming<{request}>>,\n    \
         ) -> Result<Response<Self::{stream}>, Status> {{\n        \
         order::keep(request, turn, is_last, |request| self.0.{function}(request)).await\n    }}\n}}\n\n",
        service.server_module
    );
    text.push_str(&turn(order, &request));
    text.push('\n');
    text.push_str(&is_last(order, &response));
    text
}

/// What an action means; nothing for one that is not known.
fn turn(order: &SessionOrder, request: &str) -> String {
    let (module, oneof) = (rust_field(&order.actions), rust_type(&order.action_oneof));
    let mut text = format!(
        "/// What an action means to its session; nothing for one that is not known.\nfn turn(message: &{request}) -> Option<Turn> {{\n    \
         use wire::{module}::{oneof};\n    Some(match message.{}.as_ref()? {{\n",
        rust_field(&order.action_oneof)
    );
    for SessionTurn { field, action, opens, ends } in &order.turns {
        let action = RustString(action.clone());
        let _ = writeln!(text, "        {oneof}::{}(_) => Turn {{ action: {action}, opens: {opens}, ends: {ends} }},", rust_type(field));
    }
    text.push_str("    })\n}\n");
    text
}

/// Whether an event is the reply to the action that ends a session.
fn is_last(order: &SessionOrder, response: &str) -> String {
    let docs = "/// Whether an event is the reply to an action that ends its session.\n";
    match (&order.event_oneof, order.last_events.is_empty()) {
        (Some(oneof), false) => {
            let (module, name) = (rust_field(&order.events), rust_type(oneof));
            let variants: Vec<String> = order.last_events.iter().map(|field| format!("{name}::{}(_)", rust_type(field))).collect();
            format!(
                "{docs}fn is_last(message: &{response}) -> bool {{\n    use wire::{module}::{name};\n    matches!(message.{}, Some({}))\n}}\n",
                rust_field(oneof),
                variants.join(" | ")
            )
        }
        (_, _) => format!("{docs}fn is_last(_: &{response}) -> bool {{\n    false\n}}\n"),
    }
}

/// The order in a sentence or two.
fn order_text(order: &SessionOrder) -> String {
    let list = |wanted: fn(&SessionTurn) -> bool| {
        let names: Vec<String> = order.turns.iter().filter(|turn| wanted(turn)).map(|turn| code_span(&turn.action)).collect();
        names.join(", ")
    };
    let mut sentences = Vec::new();
    if order.turns.iter().any(|turn| !turn.opens) {
        let first = list(|turn| turn.opens);
        let first = if first.is_empty() { "nothing, so that every session is refused".to_owned() } else { first };
        sentences.push(format!("What opens a session: {first}."));
    }
    if order.turns.iter().any(|turn| turn.ends) {
        sentences.push(format!("What ends it: {}.", list(|turn| turn.ends)));
    }
    sentences.join(" ")
}

fn docs(indent: &str, paragraphs: &[String]) -> String {
    rustdoc_comment(paragraphs).iter().map(|line| format!("{indent}///{line}\n")).collect()
}
