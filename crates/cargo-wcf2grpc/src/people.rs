//! `inspect` for people: what there is, how it is protected, and who decided that. A summary first, then a table per host.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;
use wcf_config::effective::{Binding, Host, Hosting, Resolution};
use wcf_diagnostics::secrets::redact;
use wcf_diagnostics::{Files, Level, Span};
use wcf_security::DecidedBy;
use wcf_security::plan::EndpointPlan;
use wcf_security::posture::{CallerProof, EndToEnd, EndpointPosture, HostPosture, InTransit, Posture};
use wcf_security::summary::{caller_words, end_to_end_words, in_transit_words, server_words};

use crate::findings::plural;
use crate::pipeline::Run;
use crate::table::{Cell, Table, wrap};
use crate::terminal::{BAD, DIM, GOOD, STRONG, Terminal, WARN};

/// The whole view.
pub fn view(run: &Run, terminal: Terminal) -> String {
    let mut text = summary(run, terminal);
    let views: Vec<HostView> =
        run.config.hosts.iter().zip(&run.posture.hosts).map(|(host, posture)| host_view(run, host, posture, terminal)).collect();
    // One head for all, with the columns under one another: what is compared is near.
    let (tables, rest): (Vec<Table>, Vec<(String, String)>) =
        views.into_iter().map(|view| (view.table, (view.heading, view.footing))).unzip();
    let (head, drawn) = Table::draw_all(&tables, terminal.width());
    if !tables.is_empty() {
        text.push('\n');
        text.push_str(&head);
    }
    for (at, ((heading, footing), lines)) in rest.into_iter().zip(drawn).enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(&heading);
        text.push_str(&lines);
        text.push_str(&footing);
    }
    text
}

/// A host, before its columns are known.
struct HostView {
    heading: String,
    table: Table,
    footing: String,
}

fn summary(run: &Run, terminal: Terminal) -> String {
    let judged = &run.posture.hosts;
    let services: usize = run.config.hosts.iter().map(|host| host.services.len()).sum();
    let (system, business): (Vec<&EndpointPosture>, Vec<&EndpointPosture>) =
        judged.iter().flat_map(|host| &host.services).partition(|endpoint| endpoint.is_system);
    let clients: Vec<&EndpointPosture> = judged.iter().flat_map(|host| &host.clients).collect();
    let hosts = plural(run.config.hosts.len(), "host");
    let counts = [
        format!(" in {}: {}", plural(run.configuration_files.len(), "configuration file"), plural(services, "service")),
        format!(" {} and {} of metadata", plural(business.len(), "endpoint"), system.len()),
        format!(" {}", plural(clients.len(), "client endpoint")),
        format!(" {}", plural(run.contracts.contracts.len(), "contract")),
    ];
    let mut column = hosts.width();
    let mut text = format!("{STRONG}{hosts}{STRONG:#}");
    for (at, count) in counts.iter().enumerate() {
        let comma = if at + 1 < counts.len() { "," } else { "" };
        if column + count.width() + comma.len() > terminal.width() {
            text.push_str("\n ");
            column = 1;
        }
        text.push_str(&format!("{count}{comma}"));
        column += count.width() + comma.len();
    }
    text.push('\n');
    for (who, endpoints) in [("services", business), ("clients", clients)] {
        if !endpoints.is_empty() {
            let words = endpoints.iter().map(|endpoint| protection(endpoint).0);
            text.push_str(&wrapped(&format!("protection of {who}"), &tally(words), terminal));
        }
    }
    let of = |level| run.findings.iter().filter(|finding| finding.level == level).count();
    let (deny, warn) = (of(Level::Deny), of(Level::Warn));
    let style = match (deny, warn) {
        (0, 0) => GOOD,
        (0, _) => WARN,
        (_, _) => BAD,
    };
    text.push_str(&format!("  findings: {style}{deny} deny, {warn} warn{style:#}, {} note\n", of(Level::Note)));
    if run.config.hosts.len() > MANY_HOSTS {
        let codes = run.findings.iter().filter(|finding| finding.level > Level::Note).map(|finding| finding.code.name.to_owned());
        let codes: Vec<String> = tally(codes).into_iter().take(MOST_FREQUENT).collect();
        if !codes.is_empty() {
            text.push_str(&wrapped("most of them", &codes, terminal));
        }
        let places = run.findings.iter().filter(|finding| finding.level == Level::Deny).filter_map(|finding| finding.span());
        let worst = places.filter_map(|span| Some(host_of(run, span)?.name.clone()));
        let worst: Vec<String> = tally(worst).into_iter().take(MOST_FREQUENT).collect();
        if !worst.is_empty() {
            text.push_str(&wrapped("most denials in", &worst, terminal));
        }
    }
    text
}

/// The host whose configuration a place is in.
fn host_of(run: &Run, span: Span) -> Option<&Host> {
    run.config.hosts.iter().find(|host| host.file == span.file)
}

/// From this many hosts on the summary says which findings there are most of.
const MANY_HOSTS: usize = 10;

/// How many codes it then names.
const MOST_FREQUENT: usize = 6;

/// A line of the summary, which goes on below its first item where the terminal is too narrow.
fn wrapped(title: &str, items: &[String], terminal: Terminal) -> String {
    let mut text = format!("  {title}: ");
    let indent = text.chars().count();
    let mut column = indent;
    for (at, item) in items.iter().enumerate() {
        let length = item.chars().count();
        if at > 0 && column + 3 + length > terminal.width() {
            text.push_str(&format!(" ·\n{}", " ".repeat(indent)));
            column = indent;
        } else if at > 0 {
            text.push_str(" · ");
            column += 3;
        }
        text.push_str(item);
        column += length;
    }
    text.push('\n');
    text
}

/// `3 encrypted, 2 nothing`: the most frequent first.
fn tally(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts.into_iter().map(|(word, count)| format!("{count} {word}")).collect()
}

fn host_view(run: &Run, host: &Host, posture: &HostPosture, terminal: Terminal) -> HostView {
    let hosting = match &host.hosting {
        _ if host.services.is_empty() => "client",
        Hosting::WebServer(_) => "in a web server",
        Hosting::Process => "in a process of its own",
    };
    let refused = if host.refused { ".NET refuses this file" } else { "" };
    let heading = heading(&host.name, &format!("{} · {hosting}", run.files.path(host.file)), refused, terminal.width());
    let plan = run.plan.hosts.iter().find(|plan| plan.file == host.file);
    let planned = |list: fn(&wcf_security::plan::HostPlan) -> &[EndpointPlan], span: Span| {
        plan.and_then(|plan| list(plan).iter().find(|endpoint| endpoint.span == span))
    };
    let mut table = Table::new(&["contract", "address", "binding", "now", "becomes", "decided by"]);
    let mut postures = posture.services.iter();
    let mut hidden = 0;
    let mut before = None;
    for service in &host.services {
        let concerns = |finding: &&wcf_diagnostics::Finding| finding.subject.service.as_deref() == Some(&service.name);
        let count = run.findings.iter().filter(concerns).filter(|finding| finding.level > Level::Note).count();
        let note = if count > 0 { format!(" ({})", plural(count, "finding")) } else { String::new() };
        table.group(format!("{}{note}", service.name));
        for endpoint in &service.endpoints {
            let Some(posture) = postures.next() else { continue };
            if endpoint.is_system && terminal.verbosity() == 0 {
                hidden += 1;
                continue;
            }
            let address = endpoint.resolved_address.as_ref().unwrap_or(&endpoint.address.value);
            let default = if endpoint.is_default { " (default endpoint)" } else { "" };
            let contract = format!("{}{default}", short(&endpoint.contract.value, terminal));
            let plan = planned(|plan| &plan.endpoints, endpoint.span);
            let row = row(contract, address, &endpoint.binding, posture, plan, &run.files);
            table.row(shorter(row, &mut before, terminal));
        }
    }
    if !host.clients.is_empty() {
        table.group("clients");
        before = None;
        for (endpoint, posture) in host.clients.iter().zip(&posture.clients) {
            let plan = planned(|plan| &plan.clients, endpoint.span);
            let contract = short(&endpoint.contract.value, terminal);
            let row = row(contract, &endpoint.address.value, &endpoint.binding, posture, plan, &run.files);
            table.row(shorter(row, &mut before, terminal));
        }
    }
    let mut footing = String::new();
    if hidden > 0 {
        footing = format!("  {DIM}{} not shown (-v shows){DIM:#}\n", plural(hidden, "metadata endpoint"));
    }
    HostView { heading, table, footing }
}

/// The host's line: its name, where it is, and what is wrong with it whole; each part on lines of its own where they do not fit one.
fn heading(name: &str, place: &str, wrong: &str, width: usize) -> String {
    let one = [name, place, wrong].iter().map(|part| part.width() + 1).sum::<usize>() <= width + 1;
    let mut text = String::new();
    for (part, style) in [(name, STRONG), (place, DIM), (wrong, BAD)].into_iter().filter(|(part, _)| !part.is_empty()) {
        if one {
            text.push_str(&format!("{}{style}{part}{style:#}", if text.is_empty() { "" } else { " " }));
        } else {
            let indent = if text.is_empty() { "" } else { "  " };
            for line in wrap(part, width.saturating_sub(2)) {
                text.push_str(&format!("{indent}{style}{line}{style:#}\n"));
            }
        }
    }
    if one {
        text.push('\n');
    }
    text
}

/// A row of which only the contract and the address are written out, where all else is as in the row before; with `-v` whole.
fn shorter(row: Vec<Cell>, before: &mut Option<Vec<Cell>>, terminal: Terminal) -> Vec<Cell> {
    let alike = before.as_ref().is_some_and(|before| before.get(2..) == row.get(2..));
    let short = if alike && terminal.verbosity() == 0 {
        row.iter().take(2).cloned().chain([Cell::styled("as above", DIM)]).collect()
    } else {
        row.clone()
    };
    *before = Some(row);
    short
}

/// A contract's name without its namespace, which the service's name usually repeats; with `-v` whole.
fn short(contract: &str, terminal: Terminal) -> String {
    let name = contract.rsplit('.').next().filter(|name| !name.is_empty() && terminal.verbosity() == 0);
    name.unwrap_or(contract).to_owned()
}

fn row(
    contract: String,
    address: &str,
    binding: &Binding,
    posture: &EndpointPosture,
    plan: Option<&EndpointPlan>,
    files: &Files,
) -> Vec<Cell> {
    let address = if address.is_empty() { "(not in the file)".to_owned() } else { redact(address).into_owned() };
    let name = match binding.resolution {
        Resolution::Named => format!("{} {}", binding.written, binding.configuration),
        Resolution::Nameless => format!("{} (nameless)", binding.written),
        Resolution::BuiltIn => format!("{} (defaults)", binding.written),
        Resolution::NoBinding => "(none)".to_owned(),
        Resolution::Missing => format!("{} {} (missing)", binding.written, binding.configuration),
    };
    let (protection, style) = protection(posture);
    let (now, decided) = match &posture.outcome {
        Ok(posture) => (
            format!("{protection}; server: {}; callers: {}", server_words(posture.server_proof.value), callers(posture)),
            decided(posture, files),
        ),
        Err(none) => (format!("{protection}: {}", none.codes.join(", ")), String::new()),
    };
    let becomes = match plan.map(|plan| &plan.outcome) {
        Some(Ok(plan)) => Cell::from(plan.summary()),
        Some(Err(refused)) => Cell::styled(format!("refused: {}", refused.codes.join(", ")), BAD),
        None => Cell::from("nothing"),
    };
    vec![contract.into(), address.into(), name.into(), Cell::styled(now, style), becomes, Cell::styled(decided, DIM)]
}

/// What protects the data, in a few words, and how alarming that is.
fn protection(endpoint: &EndpointPosture) -> (String, anstyle::Style) {
    let posture = match &endpoint.outcome {
        Ok(posture) => posture,
        Err(_) => return ("not assessed".to_owned(), WARN),
    };
    let (transit, end_to_end) = (posture.in_transit.value, posture.end_to_end.value);
    let style = match (transit, end_to_end) {
        (InTransit::Confidential, _) | (_, EndToEnd::SignedAndEncrypted) => GOOD,
        (InTransit::Clear, EndToEnd::None) => BAD,
        (InTransit::Clear | InTransit::IntegrityOnly | InTransit::Unknown, EndToEnd::None | EndToEnd::Signed) => WARN,
    };
    let words = match end_to_end {
        EndToEnd::None => in_transit_words(transit).to_owned(),
        EndToEnd::Signed | EndToEnd::SignedAndEncrypted => {
            format!("{}, messages {}", in_transit_words(transit), end_to_end_words(end_to_end))
        }
    };
    (words, style)
}

fn callers(posture: &Posture) -> String {
    let mut words: Vec<&str> = posture.caller_proofs().filter(|proof| *proof != CallerProof::Nothing).map(caller_words).collect();
    words.dedup();
    if words.is_empty() { "anonymous".to_owned() } else { words.join(" and ") }
}

/// Who decided about the protection: the places in files first, the lines of one element together, then the defaults.
fn decided(posture: &Posture, files: &Files) -> String {
    let reasons = [
        &posture.in_transit.because,
        &posture.end_to_end.because,
        &posture.transport_caller.because,
        &posture.message_caller.because,
        &posture.server_proof.because,
    ];
    let mut written: Vec<(String, String, Vec<u32>)> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for reason in reasons.into_iter().flatten() {
        match &reason.decided_by {
            DecidedBy::Written { file, element } => {
                let at = written.iter().position(|(known, name, _)| known == file && name == element);
                let at = at.unwrap_or_else(|| {
                    written.push((file.clone(), element.clone(), Vec::new()));
                    written.len() - 1
                });
                let line = reason.span.map(|span| files.line_column(span).line);
                if let (Some((_, _, lines)), Some(line)) = (written.get_mut(at), line)
                    && !lines.contains(&line)
                {
                    lines.push(line);
                    lines.sort_unstable();
                }
            }
            DecidedBy::Default { class } => others.push(format!("default of {class}")),
            DecidedBy::Contract { name } => others.push(format!("contract {name}")),
            DecidedBy::Policy { key } => others.push(format!("policy {key}")),
            DecidedBy::Outside { what } => others.push(what.clone()),
            // It follows from another reason, which is in the list.
            DecidedBy::Derived { .. } => {}
        }
    }
    let mut places: Vec<String> = written
        .into_iter()
        .map(|(file, element, lines)| {
            let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
            format!("{}:{} {element}", file.rsplit('/').next().unwrap_or(&file), lines.join(","))
        })
        .collect();
    for other in others {
        if !places.contains(&other) {
            places.push(other);
        }
    }
    let more = places.len().saturating_sub(3);
    places.truncate(3);
    if more > 0 {
        places.push(format!("{more} more"));
    }
    places.join("; ")
}
