//! The stages that have no published shape, as data to look at: the configuration as written, and the plan of the crates.

use located_xml::{Document, Element};
use serde_json::{Map, Value, json};
use tonic_codegen::crate_plan::{GrpcMethod, GrpcService, HostCrates, Listener};
use wcf_diagnostics::secrets::{REDACTED, names_secret, redact};
use wcf_diagnostics::{FileId, Files};

use crate::pipeline::Run;
use crate::report::planned;

/// Every `system.serviceModel` as written.
pub fn document(run: &Run) -> Value {
    let one = |(id, document): &(FileId, Document)| {
        let found: Vec<Value> = document
            .root()
            .descendants()
            .filter(|element| element.is("system.serviceModel"))
            .map(|element| self::element(element, &run.files))
            .collect();
        (!found.is_empty()).then(|| json!({ "file": run.files.path(*id), "elements": found }))
    };
    run.configurations.xml.iter().filter_map(one).collect()
}

fn element(element: Element<'_>, files: &Files) -> Value {
    let at = files.line_column(element.span());
    let mut out = Map::new();
    out.insert("element".to_owned(), element.written_name().into());
    out.insert("at".to_owned(), format!("{}:{}", at.line, at.column).into());
    for attribute in element.attributes() {
        let hidden = names_secret(attribute.name().local) && !attribute.value().is_empty();
        let value = if hidden { REDACTED.into() } else { redact(attribute.value()) };
        out.insert(format!("@{}", attribute.written_name()), value.into_owned().into());
    }
    let text = element.text();
    if !text.trim().is_empty() {
        out.insert("text".to_owned(), redact(text.trim()).into_owned().into());
    }
    let children: Vec<Value> = element.elements().map(|child| self::element(child, files)).collect();
    if !children.is_empty() {
        out.insert("children".to_owned(), children.into());
    }
    Value::Object(out)
}

/// Every name, number and file of the crates.
pub fn crates(run: &Run) -> Value {
    let Some(plan) = &run.crates else { return Value::Null };
    let packages = plan.packages.iter().map(|package| {
        let files: Vec<&str> = package.files.iter().map(|file| file.path.as_str()).collect();
        json!({ "package": package.name, "files": files })
    });
    json!({
        "hosts": plan.hosts.iter().map(host).collect::<Vec<_>>(),
        "packages": packages.collect::<Vec<_>>(),
        "names": plan.lock.names,
    })
}

fn host(host: &HostCrates) -> Value {
    let listener = |listener: &Listener| {
        let services: Vec<&str> =
            listener.services.iter().filter_map(|&at| host.services.get(at)).map(|service| service.full_name.as_str()).collect();
        json!({
            "listener": listener.name,
            "port": listener.port,
            "plan": listener.plan.summary(),
            "callers": planned::callers(&listener.plan.callers.chosen),
            "losses": listener.plan.losses,
            "services": services,
        })
    };
    json!({
        "host": host.name,
        "source": host.source,
        "packages": host.packages,
        "services": host.services.iter().map(service).collect::<Vec<_>>(),
        "listeners": host.listeners.iter().map(listener).collect::<Vec<_>>(),
    })
}

fn service(service: &GrpcService) -> Value {
    let method = |method: &GrpcMethod| {
        let streaming = |is: bool| if is { "stream " } else { "" };
        format!(
            "{}({}{}) -> {}{} from {}",
            method.function,
            streaming(method.client_streaming),
            method.request,
            streaming(method.server_streaming),
            method.response,
            method.operation,
        )
    };
    json!({
        "service": service.full_name,
        "contract": service.contract,
        "module": service.module,
        "methods": service.methods.iter().map(method).collect::<Vec<_>>(),
    })
}
