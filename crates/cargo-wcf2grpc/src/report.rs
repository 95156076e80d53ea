//! From the models of a run to the published shape of `--format json`. What is or looks like a secret ends here.

pub mod planned;

use migration_report as report;
use wcf_config::behavior::{CertificateReference, EndpointBehavior, ServiceBehavior};
use wcf_config::effective::{Binding, ClientEndpoint, Effective, Host, Identity, Resolution, Service, ServiceEndpoint, Settings};
use wcf_diagnostics::secrets::{REDACTED, looks_secret, names_secret, redact};
use wcf_diagnostics::{FileId, Files, Level, Span, to_json};
use wcf_security::plan::{EndpointPlan, HostPlan};
use wcf_security::posture::{Assessed, CallerProof, EndToEnd, EndpointPosture, HostPosture, InTransit, Posture, ServerProof};
use wcf_security::{DecidedBy, Reason};

use crate::arguments::Stage;
use crate::pipeline::Run;

/// The report of a run up to a stage.
///
/// # Errors
///
/// If the findings are not in the published shape, which is a mistake of ours.
pub fn report(run: &Run, stage: report::Stage) -> anyhow::Result<report::Report> {
    let mut report = report::Report::new(stage, env!("CARGO_PKG_VERSION"));
    report.files = run.configurations.iter().map(|&id| file(run, id, stage)).collect();
    report.files.sort_by(|one, other| one.file.cmp(&other.file));
    report.findings = serde_json::from_value(to_json(&run.files, &run.findings))?;
    Ok(report)
}

/// The published name of a stage that has one.
pub const fn published(stage: Stage) -> Option<report::Stage> {
    match stage {
        Stage::Effective => Some(report::Stage::Effective),
        Stage::Posture => Some(report::Stage::Posture),
        Stage::Plan => Some(report::Stage::Plan),
        Stage::Document | Stage::Crate => None,
    }
}

fn file(run: &Run, id: FileId, stage: report::Stage) -> report::File {
    let mut file = report::File { file: run.files.path(id).to_owned(), error: refusal(run, id), ..report::File::default() };
    let Some(host) = run.config.hosts.iter().find(|host| host.file == id) else { return file };
    let posture = run.posture.hosts.iter().find(|host| host.file == id).filter(|_| stage >= report::Stage::Posture);
    let plan = run.plan.hosts.iter().find(|host| host.file == id).filter(|_| stage >= report::Stage::Plan);
    file.services = services(host, posture, plan, &run.files);
    file.client = clients(host, posture, plan, &run.files);
    file
}

/// Why .NET would not load a file: the first finding that says so.
fn refusal(run: &Run, id: FileId) -> Option<String> {
    if !run.refused.contains(&id) {
        return None;
    }
    let here = |span: Option<Span>| span.is_some_and(|span| span.file == id);
    let first = run.findings.iter().find(|finding| finding.level == Level::Deny && here(finding.span()));
    Some(first.map_or_else(|| "refused".to_owned(), |finding| redact(&finding.message).into_owned()))
}

fn services(host: &Host, posture: Option<&HostPosture>, plan: Option<&HostPlan>, files: &Files) -> Vec<report::Service> {
    let mut postures = posture.map(|host| host.services.iter());
    let service = |service: &Service| {
        let endpoint = |endpoint: &ServiceEndpoint| {
            let mut out = service_endpoint(endpoint, files);
            let posture = postures.as_mut().and_then(Iterator::next);
            let planned =
                plan.and_then(|host| host.endpoints.iter().find(|plan| plan.span == endpoint.span && plan.service == service.name));
            add_stages(&mut out, posture, plan, planned, files);
            out
        };
        report::Service {
            name: service.name.clone(),
            line: files.line_column(service.span).line,
            behavior_configuration: service.behavior.name.clone(),
            base_addresses: service.base_addresses.iter().map(|address| redact(&address.value).into_owned()).collect(),
            endpoints: service.endpoints.iter().map(endpoint).collect(),
        }
    };
    host.services.iter().map(service).collect()
}

fn clients(host: &Host, posture: Option<&HostPosture>, plan: Option<&HostPlan>, files: &Files) -> Vec<report::Endpoint> {
    let mut postures = posture.map(|host| host.clients.iter());
    let client = |endpoint: &ClientEndpoint| {
        let mut out = client_endpoint(endpoint, files);
        let posture = postures.as_mut().and_then(Iterator::next);
        let planned = plan.and_then(|host| host.clients.iter().find(|plan| plan.span == endpoint.span));
        add_stages(&mut out, posture, plan, planned, files);
        out
    };
    host.clients.iter().map(client).collect()
}

fn add_stages(
    out: &mut report::Endpoint,
    posture: Option<&EndpointPosture>,
    host: Option<&HostPlan>,
    plan: Option<&EndpointPlan>,
    files: &Files,
) {
    let refused = |codes: &[&'static str]| report::Refused { codes: codes.iter().map(|&code| code.to_owned()).collect() };
    match posture.map(|endpoint| &endpoint.outcome) {
        Some(Ok(posture)) => out.posture = Some(assessed(posture, files)),
        Some(Err(none)) => out.refused = Some(refused(&none.codes)),
        None => {}
    }
    match (plan.map(|endpoint| &endpoint.outcome), host) {
        (Some(Ok(plan)), Some(host)) => out.plan = Some(planned::plan(plan, host.exposure, files)),
        (Some(Err(why)), _) => out.refused = Some(refused(&why.codes)),
        (Some(Ok(_)) | None, _) => {}
    }
}

fn service_endpoint(endpoint: &ServiceEndpoint, files: &Files) -> report::Endpoint {
    let mut out = bound(&endpoint.binding, endpoint.identity.as_ref());
    out.line = files.line_column(endpoint.span).line;
    out.address = redact(&endpoint.address.value).into_owned();
    out.contract.clone_from(&endpoint.contract.value);
    out.name.clone_from(&endpoint.name);
    out.kind.clone_from(&endpoint.kind);
    out.behavior_configuration.clone_from(&endpoint.behavior.name);
    out
}

fn client_endpoint(endpoint: &ClientEndpoint, files: &Files) -> report::Endpoint {
    let mut out = bound(&endpoint.binding, endpoint.identity.as_ref());
    out.line = files.line_column(endpoint.span).line;
    out.address = redact(&endpoint.address.value).into_owned();
    out.contract.clone_from(&endpoint.contract.value);
    out.name.clone_from(&endpoint.name);
    out.kind.clone_from(&endpoint.kind);
    out.behavior_configuration.clone_from(&endpoint.behavior.name);
    out
}

fn bound(binding: &Binding, identity: Option<&Effective<Identity>>) -> report::Endpoint {
    report::Endpoint {
        binding: binding.written.clone(),
        binding_configuration: binding.configuration.clone(),
        identity: identity.map(|identity| identity_values(&identity.value)).unwrap_or_default(),
        resolution: match binding.resolution {
            Resolution::Named => report::Resolution::NamedConfig,
            Resolution::Nameless => report::Resolution::DefaultConfig,
            Resolution::BuiltIn => report::Resolution::BuiltIn,
            Resolution::NoBinding => report::Resolution::NoBindingAttribute,
            Resolution::Missing => report::Resolution::Missing,
        },
        effective: values("", &binding.settings),
        scheme: binding.scheme.value.clone(),
        stack: binding.stack.as_ref().map_or_else(|_| Vec::new(), |stack| stack.class_names().into_iter().map(str::to_owned).collect()),
        ..report::Endpoint::default()
    }
}

/// Settings by dotted name, secrets hidden.
pub(crate) fn values(prefix: &str, settings: &Settings) -> report::Values {
    let mut out = report::Values::new();
    for (name, value) in settings {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let shown = value.value.as_deref().map(|text| shown(&name, text));
        out.insert(name, shown);
    }
    out
}

/// A value as outputs may show it.
fn shown(name: &str, text: &str) -> String {
    if !text.is_empty() && names_secret(name) {
        return REDACTED.to_owned();
    }
    if looks_secret(text) { redact(text).into_owned() } else { text.to_owned() }
}

fn identity_values(identity: &Identity) -> report::Values {
    let one = |name: &str, value: &str| report::Values::from_iter([(name.to_owned(), Some(value.to_owned()))]);
    match identity {
        Identity::UserPrincipalName(name) => one("userPrincipalName.value", name),
        Identity::ServicePrincipalName(name) => one("servicePrincipalName.value", name),
        Identity::Dns(name) => one("dns.value", name),
        Identity::Rsa(key) => one("rsa.value", key),
        Identity::Certificate(encoded) => one("certificate.encodedValue", encoded),
        Identity::CertificateReference(reference) => certificate_reference(reference),
    }
}

fn certificate_reference(reference: &CertificateReference) -> report::Values {
    [
        ("findValue", &reference.find_value.value),
        ("x509FindType", &reference.find_type.value),
        ("storeLocation", &reference.store_location.value),
        ("storeName", &reference.store_name.value),
    ]
    .into_iter()
    .map(|(name, value)| (format!("certificateReference.{name}"), Some(value.clone())))
    .collect()
}

/// The values of a behavior by dotted name.
pub(crate) fn service_behavior(behavior: &ServiceBehavior) -> report::Values {
    behavior.elements.iter().flat_map(|(element, settings)| values(element, settings)).collect()
}

/// The values of a behavior by dotted name.
pub(crate) fn endpoint_behavior(behavior: &EndpointBehavior) -> report::Values {
    behavior.elements.iter().flat_map(|(element, settings)| values(element, settings)).collect()
}

fn assessed(posture: &Posture, files: &Files) -> report::Posture {
    report::Posture {
        in_transit: judged(&posture.in_transit, in_transit, files),
        end_to_end: judged(&posture.end_to_end, end_to_end, files),
        server_proof: judged(&posture.server_proof, server_proof, files),
        transport_caller: judged(&posture.transport_caller, caller_proof, files),
        message_caller: judged(&posture.message_caller, caller_proof, files),
        secure_conversation: posture.secure_conversation,
        replay_detection: posture.replay_detection,
        impersonation: posture.impersonation,
        operations: posture
            .operations
            .iter()
            .map(|(operation, protection)| report::OperationProtection {
                operation: operation.clone(),
                end_to_end: end_to_end(*protection).to_owned(),
            })
            .collect(),
    }
}

fn judged<T: Copy>(assessed: &Assessed<T>, word: fn(T) -> &'static str, files: &Files) -> report::Assessed {
    report::Assessed { value: word(assessed.value).to_owned(), because: reasons(&assessed.because, files) }
}

/// Reasons in the published shape.
pub(crate) fn reasons(reasons: &[Reason], files: &Files) -> Vec<report::Reason> {
    let one = |reason: &Reason| report::Reason {
        setting: reason.setting.clone(),
        value: shown(&reason.setting, &reason.value),
        decided_by: match &reason.decided_by {
            DecidedBy::Written { file, element } => report::DecidedBy::Written { file: file.clone(), element: element.clone() },
            DecidedBy::Default { class } => report::DecidedBy::Default { class: class.clone() },
            DecidedBy::Derived { class } => report::DecidedBy::Derived { class: class.clone() },
            DecidedBy::Policy { key } => report::DecidedBy::Policy { key: key.clone() },
            DecidedBy::Contract { name } => report::DecidedBy::Contract { name: name.clone() },
            DecidedBy::Outside { what } => report::DecidedBy::Outside { what: what.clone() },
        },
        place: reason.span.map(|span| place(span, files)),
    };
    reasons.iter().map(one).collect()
}

fn place(span: Span, files: &Files) -> report::Place {
    let start = files.line_column(span);
    let end = files.line_column(Span { start: span.end.max(span.start), ..span });
    report::Place {
        file: files.path(span.file).to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: String::new(),
    }
}

const fn in_transit(value: InTransit) -> &'static str {
    match value {
        InTransit::Clear => "clear",
        InTransit::IntegrityOnly => "integrity-only",
        InTransit::Confidential => "confidential",
        InTransit::Unknown => "unknown",
    }
}

const fn end_to_end(value: EndToEnd) -> &'static str {
    match value {
        EndToEnd::None => "none",
        EndToEnd::Signed => "signed",
        EndToEnd::SignedAndEncrypted => "signed-and-encrypted",
    }
}

const fn server_proof(value: ServerProof) -> &'static str {
    match value {
        ServerProof::Nothing => "nothing",
        ServerProof::WindowsIdentity => "windows-identity",
        ServerProof::Certificate => "certificate",
        ServerProof::Unknown => "unknown",
    }
}

const fn caller_proof(value: CallerProof) -> &'static str {
    match value {
        CallerProof::Nothing => "nothing",
        CallerProof::PasswordInClear => "password-in-clear",
        CallerProof::DigestInClear => "digest-in-clear",
        CallerProof::WindowsOverClear => "windows-over-clear",
        CallerProof::DigestProtected => "digest-protected",
        CallerProof::PasswordProtected => "password-protected",
        CallerProof::WindowsIdentity => "windows-identity",
        CallerProof::IssuedToken => "issued-token",
        CallerProof::Certificate => "certificate",
        CallerProof::DecidedByHost => "decided-by-host",
    }
}
