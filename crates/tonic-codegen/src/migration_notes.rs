//! `MIGRATION.md`: what was decided and why, what was lost, what is left for a person.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use wcf_diagnostics::{Files, Finding, Findings, Level};
use wcf_security::plan::{CertificateFiles, EndpointPlan, Fate, HostPlan, MigrationPlan, PlannedEndpoint, TransportPlan};
use wcf_security::reason::Decision;

use crate::crate_plan::{CratePlan, HostCrates, Listener};
use crate::diagnostics::PROTO_NAME_MOVED;
use crate::doc_text::{code_span, rustdoc_paragraphs};
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::rust_file::{LEFT_FOR_A_PERSON, MARK};

/// Adds the file. Comes after all others, because it counts what they leave to a person.
pub(crate) fn emit(plan: &CratePlan, migration: &MigrationPlan, findings: &Findings, sources: &Files, files: &mut GeneratedFiles) {
    let mut text = format!(
        "<!-- {MARK}; `cargo wcf2grpc generate` overwrites this file. -->\n\n# Migration from WCF to gRPC\n\n\
         Made by wcf2grpc {}. Each decision names its rule; `cargo wcf2grpc explain RULE` says more.\n",
        plan.lock.tool
    );
    left_for_a_person(files, &mut text);
    for host in &plan.hosts {
        host_section(host, &mut text);
    }
    refused(migration, &mut text);
    not_generated(plan, migration, &mut text);
    changes(findings, sources, &mut text);
    contracts(plan, &mut text);
    files.insert("MIGRATION.md", Ownership::Regenerated, text);
}

fn left_for_a_person(files: &GeneratedFiles, text: &mut String) {
    let mut places: Vec<(&str, usize)> = Vec::new();
    for (path, file) in &files.files {
        let count = file.contents.matches(LEFT_FOR_A_PERSON).count();
        if count > 0 && path != "MIGRATION.md" {
            places.push((path, count));
        }
    }
    let total: usize = places.iter().map(|(_, count)| count).sum();
    text.push_str("\n## Left for a person\n\n");
    if total == 0 {
        text.push_str("Nothing is marked.\n");
        return;
    }
    let _ = writeln!(
        text,
        "{total} places are marked; this finds them: `grep -rn \"{LEFT_FOR_A_PERSON}\" --include=*.rs .` As generated they are in:\n\n\
         | file | places |\n| --- | ---: |"
    );
    for (path, count) in places {
        let _ = writeln!(text, "| {} | {count} |", code_span(path));
    }
}

fn host_section(host: &HostCrates, text: &mut String) {
    let _ = write!(
        text,
        "\n## {}\n\nFrom {}. Crates: `{name}-proto`, `{name}-server`, `{name}-client`.\n\n\
         | listener | port | services | security |\n| --- | ---: | --- | --- |\n",
        prose(&host.name),
        code_span(&host.source),
        name = host.name,
    );
    for listener in &host.listeners {
        let services: Vec<String> = services_of(host, listener).map(|name| code_span(&name)).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code_span(&listener.name),
            listener.port,
            services.join(", "),
            cell(&listener.plan.summary())
        );
    }
    for listener in &host.listeners {
        let _ = writeln!(text, "\n### Listener {}\n", code_span(&listener.name));
        for endpoint in &listener.endpoints {
            let address = if endpoint.address.is_empty() { "(empty address)" } else { &endpoint.address };
            let _ =
                writeln!(text, "- From {} of {} for {}.", code_span(address), code_span(&endpoint.service), code_span(&endpoint.contract));
        }
        text.push('\n');
        decisions(&listener.plan, text);
    }
}

fn services_of<'a>(host: &'a HostCrates, listener: &'a Listener) -> impl Iterator<Item = String> + 'a {
    listener.services.iter().filter_map(|&at| host.services.get(at)).map(|service| service.full_name.clone())
}

/// Every decision of a plan with its reasons. Every field is named here, so that a new one has to be placed.
fn decisions(plan: &PlannedEndpoint, text: &mut String) {
    let PlannedEndpoint {
        transport,
        callers,
        authorization,
        server_identity,
        channel,
        limits,
        reflection,
        grpc_web,
        browser_origins,
        certificate_files,
        unknown_server_names: _,
        guarantees,
        losses,
    } = plan;
    decision("Transport", transport, text);
    if let TransportPlan::Tls(tls) = &transport.chosen {
        decision("TLS versions", &tls.versions, text);
        decision("Client certificates", &tls.client_certificates, text);
    }
    decision("Callers", callers, text);
    optional("Roles", authorization.roles_from.as_ref(), text);
    for demand in &authorization.operations {
        decision(&format!("Callers of {}", code_span(&demand.chosen.operation)), demand, text);
    }
    decision("Server certificate", server_identity, text);
    decision("Server's certificate at the client", &channel.server_trust, text);
    optional("Server's name", channel.expected_server_name.as_ref(), text);
    decision("Largest request", &limits.max_request_bytes, text);
    decision("Largest response", &limits.max_response_bytes, text);
    optional("Deadline", limits.deadline_ms.as_ref(), text);
    optional("Connecting", limits.connect_timeout_ms.as_ref(), text);
    optional("Idle connections", limits.idle_ms.as_ref(), text);
    optional("Calls at a time", limits.max_concurrent_calls.as_ref(), text);
    optional("Connections at a time", limits.max_connections.as_ref(), text);
    optional("Connections that are still proving who they are", limits.max_pending_connections.as_ref(), text);
    optional("Connections that wait in the socket's queue", limits.listen_backlog.as_ref(), text);
    for guarantee in guarantees {
        let what = match guarantee.chosen {
            Fate::Kept => "Kept",
            Fate::Replaced => "Replaced",
            Fate::NotKept => "Not kept",
        };
        decision(what, guarantee, text);
    }
    let mut also = Vec::new();
    if *reflection {
        also.push("server reflection answers in place of metadata exchange, to callers whom the services let in".to_owned());
    }
    if *grpc_web {
        let origins: Vec<String> = browser_origins.iter().map(|origin| code_span(origin)).collect();
        let whose = if origins.is_empty() { "no origin until the setting names it".to_owned() } else { origins.join(", ") };
        also.push(format!("pages in browsers call by gRPC-Web, from {whose}"));
    }
    match certificate_files {
        CertificateFiles::Pem => {}
        CertificateFiles::Pkcs12 => also.push("certificates and keys are given as PKCS #12".to_owned()),
    }
    if !also.is_empty() {
        let _ = writeln!(text, "- **Also**: {}.", also.join("; "));
    }
    if !losses.is_empty() {
        let losses: Vec<String> = losses.iter().map(|code| code_span(code)).collect();
        let _ = writeln!(text, "- **Guarantees that gRPC cannot keep**: {}.", losses.join(", "));
    }
}

fn optional<T>(what: &str, choice: Option<&Decision<T>>, text: &mut String) {
    if let Some(choice) = choice {
        decision(what, choice, text);
    }
}

fn decision<T>(what: &str, choice: &Decision<T>, text: &mut String) {
    let _ = writeln!(text, "- **{what}**: {} ({})", prose(&choice.sentence()), code_span(choice.rule.id));
}

fn refused(migration: &MigrationPlan, text: &mut String) {
    let refused: Vec<(&HostPlan, &EndpointPlan, &[&'static str])> = migration
        .hosts
        .iter()
        .flat_map(|host| host.endpoints.iter().map(move |endpoint| (host, endpoint)))
        .filter_map(|(host, endpoint)| endpoint.outcome.as_ref().err().map(|refused| (host, endpoint, refused.codes.as_slice())))
        .collect();
    if refused.is_empty() {
        return;
    }
    text.push_str("\n## Refused\n\nNothing is generated for these endpoints; the findings say why.\n\n| host | service | endpoint | findings |\n| --- | --- | --- | --- |\n");
    for (host, endpoint, codes) in refused {
        let codes: Vec<String> = codes.iter().map(|code| code_span(code)).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} {} | {} |",
            code_span(&host.name),
            code_span(&endpoint.service),
            code_span(&endpoint.contract),
            code_span(&endpoint.address),
            codes.join(", ")
        );
    }
}

/// Endpoints with a plan and no listener: their contract was not found.
fn not_generated(plan: &CratePlan, migration: &MigrationPlan, text: &mut String) {
    let generated: Vec<&EndpointPlan> =
        plan.hosts.iter().flat_map(|host| &host.listeners).flat_map(|listener| &listener.endpoints).collect();
    let missing: Vec<&EndpointPlan> = migration
        .hosts
        .iter()
        .flat_map(|host| &host.endpoints)
        .filter(|endpoint| endpoint.outcome.is_ok() && !generated.contains(endpoint) && endpoint.contract != "IMetadataExchange")
        .collect();
    if missing.is_empty() {
        return;
    }
    text.push_str(
        "\n## Without a contract\n\nNo source was found for the contracts of these endpoints; nothing is generated for them.\n\n",
    );
    for endpoint in missing {
        let _ = writeln!(text, "- {} of {}", code_span(&endpoint.contract), code_span(&endpoint.service));
    }
}

/// Findings by code, the worst first, each with its places.
fn changes(findings: &Findings, sources: &Files, text: &mut String) {
    let mut by_code: BTreeMap<(Reverse<Level>, &str), Vec<&Finding>> = BTreeMap::new();
    // A move is told once, by the run that makes it; this file must be the same after the next run.
    for finding in findings.iter().filter(|finding| finding.code.name != PROTO_NAME_MOVED.name) {
        by_code.entry((Reverse(finding.level), finding.code.name)).or_default().push(finding);
    }
    if by_code.is_empty() {
        return;
    }
    text.push_str("\n## What changes, and what is lost\n");
    for ((Reverse(level), name), findings) in by_code {
        let why = findings.first().map_or("", |finding| finding.code.why);
        let _ = writeln!(text, "\n### {} ({level}, {})\n\n{}\n", code_span(name), count(findings.len()), prose(why));
        let mut lines: Vec<String> = findings
            .iter()
            .map(|finding| {
                let place = finding.span().map_or_else(String::new, |span| format!(" ({})", code_span(sources.path(span.file))));
                format!("- {}{place}\n", prose(&finding.message))
            })
            .collect();
        lines.sort();
        lines.dedup();
        text.push_str(&lines.concat());
    }
}

fn contracts(plan: &CratePlan, text: &mut String) {
    text.push_str("\n## Contracts\n\n| contract | service | methods |\n| --- | --- | ---: |\n");
    let mut seen = BTreeMap::new();
    for service in plan.hosts.iter().flat_map(|host| &host.services) {
        seen.insert(&service.contract, service);
    }
    for (contract, service) in seen {
        let _ = writeln!(text, "| {} | {} | {} |", code_span(contract), code_span(&service.full_name), service.methods.len());
    }
}

fn count(number: usize) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}

/// Text in Markdown, on one line.
fn prose(text: &str) -> String {
    rustdoc_paragraphs(text).join(" ")
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    prose(text)
}
