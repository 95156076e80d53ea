//! Who decided each value of an endpoint: the place in a file, or the default and its .NET class.

use wcf_config::Text;
use wcf_config::effective::{Binding, ClientEndpoint, Effective, ServiceEndpoint};
use wcf_diagnostics::Files;
use wcf_diagnostics::secrets::{REDACTED, names_secret, redact};
use wcf_security::{DecidedBy, Reason};

use crate::pipeline::Run;
use crate::table::{Cell, Table};
use crate::terminal::{DIM, STRONG, Terminal};

/// The values of a service's endpoint and of its binding.
pub fn of_service_endpoint(endpoint: &ServiceEndpoint, files: &Files) -> Vec<Reason> {
    let mut all = vec![plain("address", &endpoint.address, files)];
    all.extend(endpoint.listen_uri.as_ref().map(|uri| plain("listenUri", uri, files)));
    all.push(plain("contract", &endpoint.contract, files));
    all.extend(of_binding(&endpoint.binding, files));
    all
}

/// The values of a client's endpoint and of its binding.
pub fn of_client_endpoint(endpoint: &ClientEndpoint, files: &Files) -> Vec<Reason> {
    let mut all = vec![plain("address", &endpoint.address, files), plain("contract", &endpoint.contract, files)];
    all.extend(of_binding(&endpoint.binding, files));
    all
}

fn plain(name: &str, value: &Effective<Text>, files: &Files) -> Reason {
    Reason::of(name, value.value.clone(), value, files)
}

fn of_binding(binding: &Binding, files: &Files) -> Vec<Reason> {
    let mut all = vec![plain("scheme", &binding.scheme, files)];
    let value = |setting: &Effective<Option<Text>>| setting.value.clone().unwrap_or_default();
    all.extend(binding.settings.iter().map(|(name, setting)| Reason::of(name, value(setting), setting, files)));
    for (element, settings) in binding.elements.iter() {
        all.extend(settings.iter().map(|(name, setting)| Reason::of(&format!("{element}.{name}"), value(setting), setting, files)));
    }
    all
}

/// Every value with who decided it, endpoint by endpoint, for people.
pub fn view(run: &Run, terminal: Terminal) -> String {
    let mut text = String::new();
    for host in &run.config.hosts {
        let path = run.files.path(host.file);
        for service in &host.services {
            text.push_str(&format!("\n{STRONG}{}{STRONG:#} {DIM}{path}{DIM:#}\n", redact(&service.name)));
            for base in &service.base_addresses {
                let base = plain("baseAddress", base, &run.files);
                text.push_str(&format!("  {} {DIM}{}{DIM:#}\n", redact(&base.value), decided(&base, run)));
            }
            let mut table = Table::new(&["setting", "value", "decided by"]);
            for endpoint in service.endpoints.iter().filter(|endpoint| !endpoint.is_system || terminal.verbosity() > 0) {
                table.group(title(&endpoint.contract.value, &endpoint.address.value, &endpoint.binding));
                rows(&mut table, &of_service_endpoint(endpoint, &run.files), run);
                for (element, settings) in &service.behavior.elements {
                    let named = settings.iter().map(|(name, setting)| {
                        let value = setting.value.clone().unwrap_or_default();
                        Reason::of(&format!("{element}.{name}"), value, setting, &run.files)
                    });
                    rows(&mut table, &named.collect::<Vec<_>>(), run);
                }
            }
            text.push_str(&table.draw(terminal.width()));
        }
        if !host.clients.is_empty() {
            text.push_str(&format!("\n{STRONG}clients{STRONG:#} {DIM}{path}{DIM:#}\n"));
            let mut table = Table::new(&["setting", "value", "decided by"]);
            for endpoint in &host.clients {
                table.group(title(&endpoint.contract.value, &endpoint.address.value, &endpoint.binding));
                rows(&mut table, &of_client_endpoint(endpoint, &run.files), run);
            }
            text.push_str(&table.draw(terminal.width()));
        }
    }
    text
}

fn title(contract: &str, address: &str, binding: &Binding) -> String {
    let address = if address.is_empty() { "(base address)".to_owned() } else { redact(address).into_owned() };
    format!("{} at {address}, {} {}", redact(contract), binding.written, binding.configuration).trim_end().to_owned()
}

fn rows(table: &mut Table, reasons: &[Reason], run: &Run) {
    for reason in reasons {
        let value = shown(&reason.setting, &reason.value);
        table.row([Cell::from(reason.setting.clone()), Cell::from(value), Cell::styled(decided(reason, run), DIM)]);
    }
}

/// A value as outputs may show it.
fn shown(name: &str, value: &str) -> String {
    let holds_nothing = value.is_empty() || ["true", "false"].contains(&value) || value.parse::<u32>().is_ok();
    if !holds_nothing && names_secret(name) { REDACTED.to_owned() } else { redact(value).into_owned() }
}

/// Who decided it, with the place: `Web.config:12:9, binding "secure"`, or `default of NetTcpBinding`.
fn decided(reason: &Reason, run: &Run) -> String {
    let place = reason.span.map(|span| {
        let at = run.files.line_column(span);
        format!("{}:{}:{}", run.files.path(span.file), at.line, at.column)
    });
    match (&reason.decided_by, place) {
        // The place is in the transform's own file.
        (DecidedBy::Written { element, .. }, Some(place)) if element.starts_with("transform ") => format!("{place}, a transform"),
        (DecidedBy::Written { element, .. }, Some(place)) => format!("{place}, {element}"),
        (DecidedBy::Written { file, element }, None) => format!("{file}, {element}"),
        (DecidedBy::Default { class }, _) => format!("default of {class}"),
        (DecidedBy::Derived { class }, Some(place)) => format!("by {class} from {place}"),
        (DecidedBy::Derived { class }, None) => format!("by {class}"),
        (DecidedBy::Policy { key }, _) => format!("policy {key}"),
        (DecidedBy::Contract { name }, _) => format!("contract {name}"),
        (DecidedBy::Outside { what }, _) => format!("{what}, outside the files"),
    }
}
