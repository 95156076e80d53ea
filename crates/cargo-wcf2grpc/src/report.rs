//! From the models of a run to the published shape of `--format json`. What is or looks like a secret ends here.

pub mod planned;

use migration_report as report;
use wcf_config::document::{Item, Node};
use wcf_config::effective::{Host, Origin, ServiceEndpoint};
use wcf_config::inspect::{self, BehaviorView, BindingView, EndpointView, FileView, Origins, Properties};
use wcf_diagnostics::secrets::{REDACTED, looks_secret, names_secret, redact};
use wcf_diagnostics::{FileId, Files, Span, to_json};
use wcf_security::plan::{EndpointPlan, HostPlan};
use wcf_security::posture::{Assessed, CallerProof, EndToEnd, EndpointPosture, HostPosture, InTransit, Posture, ServerProof};
use wcf_security::{DecidedBy, Reason};

use crate::arguments::Stage;
use crate::origins::{of_client_endpoint, of_service_endpoint};
use crate::pipeline::Run;

/// The report of a run up to a stage.
///
/// # Errors
///
/// If the findings are not in the published shape, which is a mistake of ours.
pub fn report(run: &Run, stage: report::Stage, origins: bool) -> anyhow::Result<report::Report> {
    let mut report = report::Report::new(stage, env!("CARGO_PKG_VERSION"));
    // What code sets up stands among what is written from the stage on that knows code.
    let inputs = if stage >= report::Stage::Posture { &run.joined } else { &run.configurations.inputs };
    let views = inspect::inspect(inputs, &wcf_config::Options { origins, ..run.configurations.options.clone() });
    for (view, input) in views.iter().zip(&inputs.configs) {
        let mut file = file(run, view, input.document.file, &Lines::new(input, &run.files), stage, origins);
        // A configuration that is all code has the path of the first file of it.
        run.files.path(input.document.file).clone_into(&mut file.file);
        report.files.push(file);
    }
    // Services of which only the WSDL is there have no configuration to view.
    for host in run.config.hosts.iter().filter(|host| host.services.iter().any(is_of_wsdl)) {
        let later = later(run, host.file, stage, origins);
        let mut file = report::File { file: run.files.path(host.file).to_owned(), ..report::File::default() };
        later.services_without_element(&mut file.services);
        report.files.push(file);
    }
    // What is no XML at all has no view, and is still a file that .NET would not load.
    let applied = |id: FileId| inputs.configs.iter().any(|input| input.document.transforms.iter().any(|(file, _)| *file == id));
    for &id in run.configuration_files.iter().filter(|id| !applied(**id)) {
        let path = run.files.path(id);
        if !run.configurations.xml.iter().any(|(known, _)| *known == id) {
            let error = run.findings.iter().find(|finding| finding.span().is_some_and(|span| span.file == id));
            let error = error.map_or_else(|| "not XML".to_owned(), |finding| redact(&finding.message).into_owned());
            report.files.push(report::File { file: path.to_owned(), error: Some(error), ..report::File::default() });
        }
    }
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

/// Where the elements of a file stand, which its view does not say.
struct Lines<'a> {
    input: &'a wcf_config::Input,
    files: &'a Files,
}

impl<'a> Lines<'a> {
    const fn new(input: &'a wcf_config::Input, files: &'a Files) -> Self {
        Self { input, files }
    }

    /// The line of the item of this name, 0 where it stands in another file.
    fn of(&self, items: &[Item], name: &str) -> u32 {
        let node = items.iter().filter_map(Item::node).find(|node| node.value("name") == name);
        node.filter(|node| node.span.file == self.input.document.file).map_or(0, |node| self.line(node.span))
    }

    fn line(&self, span: Span) -> u32 {
        self.files.line_column(span).line
    }
}

fn file(run: &Run, view: &FileView, id: FileId, lines: &Lines<'_>, stage: report::Stage, origins: bool) -> report::File {
    let root = &lines.input.document.root;
    let malformed = run.findings.iter().find(|finding| {
        finding.code.name.starts_with("wcf-xml-")
            && finding.level == wcf_diagnostics::Level::Deny
            && finding.span().is_some_and(|span| span.file == id)
    });
    let error = malformed.map(|finding| finding.message.clone()).or_else(|| view.error.clone());
    let mut file = report::File {
        file: view.file.clone(),
        error: error.map(|error| redact(&error).into_owned()),
        bindings: view.bindings.iter().map(|binding| self::binding(binding, lines)).collect(),
        services: Vec::new(),
        client: Vec::new(),
        service_behaviors: view
            .service_behaviors
            .iter()
            .map(|behavior| self::behavior(behavior, lines.of(&root.service_behaviors, &behavior.name), &run.files))
            .collect(),
        endpoint_behaviors: view
            .endpoint_behaviors
            .iter()
            .map(|behavior| self::behavior(behavior, lines.of(&root.endpoint_behaviors, &behavior.name), &run.files))
            .collect(),
    };
    let later = later(run, id, stage, origins);
    let nodes = wcf_nodes(&root.services);
    file.services =
        view.services.iter().map(|service| later.service(service, nodes.iter().find(|node| node.value("name") == service.name))).collect();
    file.client = view.client.iter().map(endpoint).collect();
    later.clients(&mut file.client);
    if stage >= report::Stage::Posture {
        later.services_without_element(&mut file.services);
    }
    file
}

fn wcf_nodes(items: &[Item]) -> Vec<&Node> {
    items.iter().filter_map(Item::node).collect()
}

fn later(run: &Run, id: FileId, stage: report::Stage, origins: bool) -> Later<'_> {
    Later {
        host: run.config.hosts.iter().find(|host| host.file == id),
        posture: run.posture.hosts.iter().find(|host| host.file == id).filter(|_| stage >= report::Stage::Posture),
        plan: run.plan.hosts.iter().find(|host| host.file == id).filter(|_| stage >= report::Stage::Plan),
        files: &run.files,
        origins,
    }
}

/// What later stages say about the endpoints of a file.
struct Later<'a> {
    host: Option<&'a Host>,
    posture: Option<&'a HostPosture>,
    plan: Option<&'a HostPlan>,
    files: &'a Files,
    origins: bool,
}

impl Later<'_> {
    /// A service as written, with what later stages say of it; endpoints that .NET adds follow those that are written.
    fn service(&self, view: &inspect::ServiceView, node: Option<&&Node>) -> report::Service {
        let mut service = report::Service {
            name: view.name.clone(),
            line: node.map_or(0, |node| self.files.line_column(node.span).line),
            behavior_configuration: view.behavior_configuration.clone(),
            base_addresses: view.base_addresses.iter().map(|address| redact(address).into_owned()).collect(),
            endpoints: view.endpoints.iter().map(endpoint).collect(),
        };
        let mut written = service.endpoints.iter_mut();
        let mut added = Vec::new();
        for (name, endpoint, posture) in self.service_endpoints().filter(|(name, _, _)| *name == view.name) {
            let plan = self.plan.and_then(|host| host.endpoints.iter().find(|plan| plan.span == endpoint.span && plan.service == name));
            let unwritten = endpoint.is_default || (view.endpoints.is_empty() && service_is_of_wsdl(self.host, name));
            if !unwritten {
                let Some(out) = written.next() else { continue };
                out.line = self.files.line_column(endpoint.span).line;
                if self.origins {
                    out.origins = reasons(&of_service_endpoint(endpoint, self.files), self.files);
                }
                add_stages(out, posture, self.plan, plan, self.files);
            } else if self.posture.is_some() || !endpoint.is_default {
                let mut out = default_endpoint(endpoint, self.files);
                if self.origins {
                    out.origins = reasons(&of_service_endpoint(endpoint, self.files), self.files);
                }
                add_stages(&mut out, posture, self.plan, plan, self.files);
                added.push(out);
            }
        }
        service.endpoints.extend(added);
        service
    }

    /// Services that run without being written: `.svc` files and activations.
    fn services_without_element(&self, services: &mut Vec<report::Service>) {
        for service in self.host.iter().flat_map(|host| &host.services) {
            if services.iter().all(|known| known.name != service.name) {
                let view = inspect::ServiceView {
                    name: service.name.to_string(),
                    behavior_configuration: service.behavior.name.to_string(),
                    base_addresses: Vec::new(),
                    endpoints: Vec::new(),
                };
                services.push(self.service(&view, None));
            }
        }
    }

    fn clients(&self, endpoints: &mut [report::Endpoint]) {
        let Some(host) = self.host else { return };
        let mut postures = self.posture.map(|posture| posture.clients.iter());
        for (out, endpoint) in endpoints.iter_mut().zip(&host.clients) {
            out.line = self.files.line_column(endpoint.span).line;
            if self.origins {
                out.origins = reasons(&of_client_endpoint(endpoint, self.files), self.files);
            }
            let posture = postures.as_mut().and_then(Iterator::next);
            let plan = self.plan.and_then(|host| host.clients.iter().find(|plan| plan.span == endpoint.span));
            add_stages(out, posture, self.plan, plan, self.files);
        }
        // What .NET never gets to, because the file does not load (a second entry of one name), is refused with its file.
        if self.plan.is_some() && host.refused {
            for out in endpoints.iter_mut().skip(host.clients.len()) {
                let code = wcf_security::diagnostics::CONFIGURATION_REFUSED.name.to_owned();
                out.refused = Some(report::Refused { codes: vec![code] });
            }
        }
    }

    /// Every service endpoint with its posture, if that stage was run.
    fn service_endpoints(&self) -> impl Iterator<Item = (&str, &ServiceEndpoint, Option<&EndpointPosture>)> {
        let services = self.host.iter().flat_map(|host| &host.services);
        let endpoints = services.flat_map(|service| service.endpoints.iter().map(|endpoint| (service.name.as_str(), endpoint)));
        let postures = self.posture.iter().flat_map(|posture| posture.services.iter().map(Some)).chain(std::iter::repeat(None));
        endpoints.zip(postures).map(|((name, endpoint), posture)| (name, endpoint, posture))
    }
}

fn binding(view: &BindingView, lines: &Lines<'_>) -> report::Binding {
    let kinded = lines.input.document.root.bindings.iter().filter(|kinded| kinded.name == view.kind);
    let line = kinded.map(|kinded| lines.of(&kinded.items, &view.name)).max().unwrap_or(0);
    let element = |element: &inspect::ElementView| report::BindingElement {
        element: element.element.clone(),
        properties: values(&element.properties),
        explicit: element.explicit.clone(),
        origins: origins(&element.origins, &element.properties, lines.files),
    };
    report::Binding {
        kind: view.kind.clone(),
        name: view.name.clone(),
        line,
        properties: values(&view.properties),
        explicit: view.explicit.clone(),
        elements: (!view.elements.is_empty()).then(|| view.elements.iter().map(element).collect()),
        origins: origins(&view.origins, &view.properties, lines.files),
    }
}

fn behavior(view: &BehaviorView, line: u32, files: &Files) -> report::Behavior {
    report::Behavior {
        name: view.name.clone(),
        line,
        elements: values(&view.elements),
        explicit: view.explicit.clone(),
        origins: origins(&view.origins, &view.elements, files),
    }
}

/// Who decided each value of a view.
fn origins(origins: &Origins, properties: &Properties, files: &Files) -> Vec<report::Reason> {
    let one = |(name, origin): (&String, &Origin)| {
        let value = properties.get(name).cloned().flatten().unwrap_or_default();
        Reason::from_origin(name, value, origin, files)
    };
    reasons(&origins.iter().map(one).collect::<Vec<_>>(), files)
}

fn endpoint(view: &EndpointView) -> report::Endpoint {
    report::Endpoint {
        line: 0,
        address: redact(&view.address).into_owned(),
        binding: view.binding.clone(),
        binding_configuration: view.binding_configuration.clone(),
        contract: view.contract.clone(),
        name: view.name.clone(),
        behavior_configuration: view.behavior_configuration.clone(),
        kind: view.kind.clone(),
        identity: view.identity.iter().map(|(kind, value)| (kind.clone(), Some(shown(kind, value)))).collect(),
        resolution: match view.resolution {
            "named-config" => report::Resolution::NamedConfig,
            "default-config" => report::Resolution::DefaultConfig,
            "no-binding-attribute" => report::Resolution::NoBindingAttribute,
            "missing" => report::Resolution::Missing,
            _ => report::Resolution::BuiltIn,
        },
        effective: values(&view.effective),
        scheme: view.scheme.clone(),
        stack: view.stack.clone(),
        origins: Vec::new(),
        posture: None,
        plan: None,
        refused: None,
    }
}

/// Whether only a WSDL says that this service is there.
fn service_is_of_wsdl(host: Option<&Host>, name: &str) -> bool {
    let services = host.iter().flat_map(|host| &host.services);
    services.filter(|service| service.name == name).any(is_of_wsdl)
}

fn is_of_wsdl(service: &wcf_config::effective::Service) -> bool {
    service.source == wcf_config::effective::ServiceSource::Wsdl
}

/// An endpoint that .NET adds to a service without written ones, or that a WSDL gives.
fn default_endpoint(endpoint: &ServiceEndpoint, files: &Files) -> report::Endpoint {
    let binding = &endpoint.binding;
    let settings: Properties =
        binding.settings.iter().map(|(name, setting)| (name.clone(), setting.value.as_deref().map(str::to_owned))).collect();
    report::Endpoint {
        line: files.line_column(endpoint.span).line,
        address: redact(&endpoint.address.value).into_owned(),
        binding: binding.written.to_string(),
        binding_configuration: binding.configuration.to_string(),
        contract: endpoint.contract.value.to_string(),
        effective: values(&settings),
        scheme: binding.scheme.value.to_string(),
        stack: binding.stack.as_ref().map_or_else(|_| Vec::new(), |stack| stack.class_names().into_iter().map(str::to_owned).collect()),
        ..report::Endpoint::default()
    }
}

/// Values by dotted name, secrets hidden.
fn values(properties: &Properties) -> report::Values {
    properties.iter().map(|(name, value)| (name.clone(), value.as_deref().map(|text| shown(name, text)))).collect()
}

/// A value as outputs may show it.
fn shown(name: &str, text: &str) -> String {
    // Switches and counts have such names too (`protectTokens`) and hold nothing.
    let holds_nothing = text.is_empty() || ["true", "false"].contains(&text) || text.parse::<u32>().is_ok();
    // A connection string that says whose Windows account is used has no password to hide.
    let lower = text.to_ascii_lowercase().replace(' ', "");
    let by_account = ["integratedsecurity=true", "integratedsecurity=sspi", "trusted_connection=true", "trusted_connection=yes"];
    let has_account = by_account.iter().any(|words| lower.contains(words)) && !looks_secret(text);
    if !holds_nothing && !has_account && names_secret(name) {
        return REDACTED.to_owned();
    }
    if looks_secret(text) { redact(text).into_owned() } else { text.to_owned() }
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
