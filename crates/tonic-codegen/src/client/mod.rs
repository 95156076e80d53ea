//! The client crate: the mirror of what the server does, one function a service.
//!
//! Files of fixed shape are templates under `templates/client`; support modules are copied from there.

use std::collections::BTreeSet;

use askama::Template;
use wcf_security::plan::{CertificateFiles, ClearText, ClientCertificates, TransportPlan};
use wcf2grpc_templates::{CLIENT, CLIENT_SUPPORT, Part, SupportModule};

use crate::crate_plan::{HostCrates, Listener};
use crate::doc_text::code_span;
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::rust_file::LEFT_FOR_A_PERSON;
use crate::rust_text::{DocComment, Imports, Name, RustString, grouped, reasons};
use crate::server::listener::{Trust, connect_function, decided, docs, duration, unary, versions};
use crate::server::settings::{SettingView, TestValue, Value};
use crate::server::{dependency_line, header, support_file, support_index, text};
use crate::toml_text::TomlString;

/// What the library of a client uses, besides what its support modules name.
const DEPENDENCIES: &[&str] = &["rustls", "tonic"];

/// What `examples/call.rs` uses.
const EXAMPLE_DEPENDENCIES: &[&str] = &["tokio"];

/// How long connecting may take where nothing says: WCF's `openTimeout`.
const CONNECT_TIMEOUT_MS: u64 = 60_000;

/// A gRPC message has a length of 32 bits; more than that limits nothing.
const LARGEST_MESSAGE: u64 = u32::MAX as u64;

/// Adds the files of a host's client crate.
pub fn render(host: &HostCrates, files: &mut GeneratedFiles) {
    let view = View::new(host);
    let folder = format!("{}-client", host.name);
    let mut add = |path: &str, ownership, contents| files.insert(format!("{folder}/{path}"), ownership, contents);
    add("Cargo.toml", Ownership::WrittenOnce, text(&Manifest::new(host, &view)));
    add("src/lib.rs", Ownership::WrittenOnce, text(&Library { view: &view }));
    if view.takes_tickets {
        add("src/tickets.rs", Ownership::WrittenOnce, text(&Tickets { view: &view }));
    }
    add("examples/call.rs", Ownership::WrittenOnce, text(&Example { view: &view }));
    add("src/generated/mod.rs", Ownership::Regenerated, text(&Generated { view: &view }));
    add("src/generated/channel.rs", Ownership::Regenerated, text(&Channel { view: &view, imports: view.channel_imports() }));
    add("src/generated/settings.rs", Ownership::Regenerated, text(&Settings { view: &view, imports: view.settings_imports() }));
    for module in view.modules(CLIENT) {
        add(&format!("src/generated/{}.rs", module.name), Ownership::Regenerated, support_file(module));
    }
    let support = view.modules(CLIENT_SUPPORT);
    add("src/generated/support/mod.rs", Ownership::Regenerated, support_index("client", support.iter()));
    for module in support {
        add(&format!("src/generated/support/{}.rs", module.name), Ownership::Regenerated, support_file(module));
    }
}

/// The packages that a host's client crate depends on, and those that only its tests and example do, by name.
#[must_use]
pub fn dependencies(host: &HostCrates) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let view = View::new(host);
    let modules: Vec<_> = view.modules(CLIENT).into_iter().chain(view.modules(CLIENT_SUPPORT)).collect();
    let mut names: BTreeSet<&str> = modules.iter().flat_map(|module| module.needs.iter().copied()).collect();
    names.extend(DEPENDENCIES);
    let mut tests: BTreeSet<&str> = modules.iter().flat_map(|module| module.tests_need.iter().copied()).collect();
    tests.extend(EXAMPLE_DEPENDENCIES);
    tests.retain(|name| !names.contains(name));
    (names, tests)
}

/// The settings with which the server's `tests/security.rs` starts the client, besides address and server name.
pub(crate) fn test_values(prefix: &str, listener: &Listener) -> Vec<TestValue> {
    let name = Name::new(&listener.name);
    let trust = server_trust(listener);
    let mut values = Vec::new();
    let mut add = |setting: &str, value: &str| values.push(TestValue::new(prefix, &name, setting, value));
    if let TransportPlan::LocalSocket = listener.plan.transport.chosen {
        add("socket", &format!("{{folder}}/{}.socket", name.kebab));
    }
    if trust.authorities {
        add("server_authorities", "{folder}/authorities.crt");
    }
    if trust.revocation_lists {
        add("server_revocation_lists", "{folder}/revoked.pem");
    }
    if trust.pins {
        let file = if listener.by_name.is_some() { name.kebab.as_str() } else { "server" };
        add("pinned_servers", &format!("{{folder}}/{file}.crt"));
    }
    if shows_certificate(listener) {
        if listener.plan.certificate_files == CertificateFiles::Pkcs12 {
            add("certificate", "{folder}/client.p12");
            add("certificate_password", "{folder}/certificate-password");
        } else {
            add("certificate", "{folder}/client.crt");
            add("key", "{folder}/client.key");
        }
    }
    if listener.takes_passwords() {
        add("user_name", "agent");
        add("password", "{folder}/password");
    }
    if listener.tokens().is_some() {
        add("token", "{folder}/token");
    }
    if listener.takes_tickets() {
        add("service_principal", "HTTP/server.test");
    }
    values
}

pub(crate) fn server_trust(listener: &Listener) -> Trust {
    match listener.plan.transport.chosen {
        TransportPlan::Tls(_) => {}
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => return Trust::none(),
    }
    let trust = listener.plan.channel.server_trust.chosen;
    Trust::new(trust.anchors, trust.revocation)
}

fn shows_certificate(listener: &Listener) -> bool {
    match &listener.plan.transport.chosen {
        TransportPlan::Tls(tls) => match tls.client_certificates.chosen {
            ClientCertificates::NotRequested => false,
            ClientCertificates::Required(_) => true,
        },
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => false,
    }
}

/// What the templates of a client crate have in common.
struct View {
    host: Name,
    source: String,
    header: String,
    prefix: String,
    marker: &'static str,
    takes_passwords: bool,
    takes_tokens: bool,
    takes_tickets: bool,
    pins_servers: bool,
    settings: Vec<SettingView>,
    listeners: Vec<ListenerView>,
}

struct ListenerView {
    name: Name,
    tls: bool,
    local_socket: bool,
    loopback: bool,
    transport_docs: DocComment,
    services: Vec<ServiceView>,
    takes_passwords: bool,
    takes_tokens: bool,
    takes_tickets: bool,
    requires_certificate: bool,
    pkcs12: bool,
    authorities: bool,
    pins: bool,
    revocation_lists: bool,
    custom_verifier: bool,
    accept_any: bool,
    uses_settings: bool,
    gzip: bool,
    trust_docs: DocComment,
    versions: &'static str,
    version_names: &'static [&'static str],
    versions_docs: DocComment,
    patience_docs: DocComment,
    connect_timeout: String,
    call_deadline: String,
    request_bytes: String,
    request_bytes_docs: DocComment,
    response_bytes: String,
    response_bytes_docs: DocComment,
    settings: Vec<SettingView>,
}

struct ServiceView {
    name: String,
    function: String,
    trait_name: String,
    client_module: String,
    package_path: String,
    client_type: String,
    connect_docs: DocComment,
    example: Option<String>,
}

impl View {
    fn new(host: &HostCrates) -> Self {
        let name = Name::new(&host.name);
        let listeners: Vec<ListenerView> = host.listeners.iter().map(|listener| ListenerView::new(host, listener)).collect();
        Self {
            source: code_span(&host.source),
            header: header(
                "Hand-written code goes anywhere outside `src/generated`; decisions change where they were made, in WCF's files or `wcf2grpc.toml`.",
            ),
            prefix: format!("{}_CLIENT", name.screaming),
            marker: LEFT_FOR_A_PERSON,
            takes_passwords: listeners.iter().any(|listener| listener.takes_passwords),
            takes_tokens: listeners.iter().any(|listener| listener.takes_tokens),
            takes_tickets: listeners.iter().any(|listener| listener.takes_tickets),
            pins_servers: listeners.iter().any(|listener| listener.pins),
            settings: listeners.iter().flat_map(|listener| listener.settings.iter().cloned()).collect(),
            listeners,
            host: name,
        }
    }

    fn modules(&self, list: &'static [SupportModule]) -> Vec<&'static SupportModule> {
        list.iter()
            .filter(|module| match module.part {
                Part::Always => true,
                Part::Roles | Part::Browsers | Part::Reflection | Part::SharedPorts => false,
                Part::Pkcs12 => self.listeners.iter().any(|listener| listener.pkcs12),
                Part::Passwords => self.takes_passwords,
                Part::Tokens => self.takes_tokens,
                Part::Tickets => self.takes_tickets,
                Part::ClearText => self.listeners.iter().any(ListenerView::clear_text),
                Part::LocalSockets => self.listeners.iter().any(|listener| listener.local_socket),
                Part::PinnedServers => self.pins_servers,
            })
            .collect()
    }

    fn has_example(&self) -> bool {
        self.listeners.iter().flat_map(|listener| &listener.services).any(|service| service.example.is_some())
    }

    fn channel_imports(&self) -> Imports {
        let mut imports = Imports::default();
        imports.add("std::time", &["Duration"]);
        if self.listeners.iter().any(|listener| listener.tls) {
            imports.add("std::sync", &["Arc"]);
            imports.add("rustls", &["ClientConfig", "SupportedProtocolVersion"]);
            imports.add("rustls::client::danger", &["ServerCertVerifier"]);
            imports.add("rustls::crypto", &["CryptoProvider"]);
            imports.add("super::support", &["server_trust"]);
            imports.add("super::support::connector", &["self", "Target"]);
            imports.add("super::support::settings", &["SettingError"]);
        }
        if self.listeners.iter().any(ListenerView::clear_text) {
            imports.add("super::support", &["clear_text"]);
        }
        if self.listeners.iter().any(|listener| listener.local_socket) {
            imports.add("super::support", &["local_socket"]);
            imports.add("super::support::local_users", &["Users"]);
        }
        imports.add("tonic::transport", &["Channel"]);
        imports.add("super::errors", &["ConnectError"]);
        imports.add("super::settings", &["self"]);
        imports.add("super::support::connector", &["ConfidentialChannel", "Patience"]);
        if self.takes_passwords {
            imports.add("tonic::service::interceptor", &["InterceptedService"]);
            imports.add("super::credentials", &["Basic"]);
        }
        if self.takes_tokens {
            imports.add("tonic::service::interceptor", &["InterceptedService"]);
            imports.add("super::tokens", &["Bearer"]);
        }
        if self.takes_tickets {
            imports.add("crate", &["tickets"]);
            imports.add("tonic::service::interceptor", &["InterceptedService"]);
            imports.add("super::negotiate", &["Negotiate"]);
        }
        for listener in &self.listeners {
            imports.add("super::settings", &[&format!("{}Settings", listener.name.pascal)]);
            imports.add("rustls::version", listener.version_names);
            if listener.authorities {
                imports.add("super::support::server_trust", &["Revocation"]);
            }
            if listener.tls && (listener.authorities || listener.pins || (listener.requires_certificate && !listener.pkcs12)) {
                imports.add("super::support", &["certificates"]);
            }
            if listener.pkcs12 {
                imports.add("super::support", &["pkcs12"]);
            }
            if listener.pins {
                imports.add("super::support", &["pinned_servers"]);
            }
            if listener.gzip {
                imports.add("tonic::codec", &["CompressionEncoding"]);
            }
            for service in &listener.services {
                let module = format!("{}_proto::{}::{}", self.host.snake, service.package_path, service.client_module);
                imports.add(&module, &[&format!("{}Client", service.trait_name)]);
            }
        }
        imports
    }

    fn settings_imports(&self) -> Imports {
        let mut imports = Imports::default();
        imports.add("std::path", &["Path"]);
        imports.add("super::support::settings", &["Setting", "SettingError", "Source"]);
        if self.settings.iter().any(|setting| setting.rust_type.contains("FileSetting")) {
            imports.add("super::support::settings", &["FileSetting"]);
        }
        imports
    }
}

impl ListenerView {
    fn new(host: &HostCrates, listener: &Listener) -> Self {
        let name = Name::new(&listener.name);
        let plan = &listener.plan;
        let limits = &plan.limits;
        let trust = server_trust(listener);
        let mut trust_docs = vec![trust.words("server")];
        if trust.authorities {
            trust_docs.push("It must be for the name in the settings.".to_owned());
        }
        trust_docs.extend(reasons(&plan.channel.server_trust));
        let (items, names, words) = match &plan.transport.chosen {
            TransportPlan::Tls(tls) => versions(tls.versions.chosen),
            TransportPlan::LocalSocket | TransportPlan::ClearText(_) => ("", &[][..], ""),
        };
        let transport = &plan.transport.chosen;
        let words = match transport {
            TransportPlan::Tls(_) => words,
            TransportPlan::LocalSocket => "A local socket, whose server runs as a user that is trusted.",
            TransportPlan::ClearText(ClearText::Loopback) => "Clear text, to this machine only.",
            TransportPlan::ClearText(ClearText::Mesh) => "Clear text inside the pod: the mesh's proxy encrypts between pods.",
            TransportPlan::ClearText(ClearText::EncryptedOverlay) => "Clear text on an overlay network that is declared encrypted.",
        };
        let mut transport_docs = vec![words.to_owned()];
        transport_docs.extend(reasons(&plan.transport));
        let mut view = Self {
            services: Vec::new(),
            tls: matches!(transport, TransportPlan::Tls(_)),
            local_socket: matches!(transport, TransportPlan::LocalSocket),
            loopback: matches!(transport, TransportPlan::ClearText(ClearText::Loopback)),
            transport_docs: docs(transport_docs),
            takes_passwords: listener.takes_passwords(),
            takes_tokens: listener.tokens().is_some(),
            takes_tickets: listener.takes_tickets(),
            requires_certificate: shows_certificate(listener),
            pkcs12: shows_certificate(listener) && plan.certificate_files == CertificateFiles::Pkcs12,
            authorities: trust.authorities,
            pins: trust.pins,
            revocation_lists: trust.revocation_lists,
            custom_verifier: trust.custom,
            accept_any: trust.accept_any,
            uses_settings: trust.authorities || trust.pins,
            gzip: limits.gzip,
            trust_docs: docs(trust_docs),
            versions: items,
            version_names: names,
            versions_docs: docs(vec![format!("{words} The server speaks the same.")]),
            patience_docs: patience_docs(listener),
            connect_timeout: duration(limits.connect_timeout_ms.as_ref().map_or(CONNECT_TIMEOUT_MS, |timeout| timeout.chosen)),
            call_deadline: limits
                .deadline_ms
                .as_ref()
                .map_or_else(|| "None".to_owned(), |deadline| format!("Some({})", duration(deadline.chosen))),
            request_bytes: grouped(limits.max_request_bytes.chosen.min(LARGEST_MESSAGE)),
            request_bytes_docs: decided("Largest request, in bytes: what the server takes.", &limits.max_request_bytes),
            response_bytes: grouped(limits.max_response_bytes.chosen.min(LARGEST_MESSAGE)),
            response_bytes_docs: decided("Largest response, in bytes.", &limits.max_response_bytes),
            settings: Vec::new(),
            name,
        };
        view.settings = view.settings_of(listener);
        view.services = listener
            .services
            .iter()
            .filter_map(|index| host.services.get(*index))
            .map(|service| {
                let client = format!("{}Client", service.trait_name);
                let inner = match (view.takes_passwords, view.takes_tokens, view.takes_tickets) {
                    (true, _, _) => "InterceptedService<Channel, Basic>",
                    (false, true, _) => "InterceptedService<Channel, Bearer>",
                    (false, false, true) => "InterceptedService<Channel, Negotiate>",
                    (false, false, false) => "Channel",
                };
                let paragraphs = vec![format!(
                    "Connects to {} on the listener {}, and returns when the server has accepted this client.",
                    code_span(&service.full_name),
                    code_span(&view.name.kebab)
                )];
                ServiceView {
                    name: service.name.clone(),
                    function: connect_function(host, listener, service),
                    client_type: format!("{client}<{inner}>"),
                    trait_name: service.trait_name.clone(),
                    client_module: service.client_module.clone(),
                    package_path: service.package_path.clone(),
                    connect_docs: docs(paragraphs),
                    example: unary(service).map(|method| method.function.clone()),
                }
            })
            .collect();
        view
    }

    /// The setting of the service principal, as a Rust text.
    fn principal_key(&self) -> RustString {
        RustString(format!("{}.service-principal", self.name.kebab))
    }

    fn clear_text(&self) -> bool {
        !self.tls && !self.local_socket
    }

    fn settings_of(&self, listener: &Listener) -> Vec<SettingView> {
        let mut settings = Vec::new();
        let mut add = |setting: &str, value, meaning: &str, source: &str, default: Option<String>| {
            settings.push(SettingView::new(Some(&self.name), setting, value, meaning, source, default));
        };
        let plan = &listener.plan;
        let address = listener.endpoints.first().map_or("", |endpoint| endpoint.address.as_str());
        let source = format!("WCF: {address}");
        if self.local_socket {
            add("socket", Value::File, "socket of the server", &source, None);
            let meaning = "users whom the server may run as: names, uid:1000 or gid:1000; none means the user that the client runs as";
            add("server_users", Value::Texts, meaning, "WCF: the endpoint's identity, or none", Some(String::new()));
        } else if self.clear_text() {
            add("address", Value::Text, "address of the server, http://host:port", &source, None);
        } else {
            add("address", Value::Text, "address of the server, https://host:port", &source, None);
        }
        let expected = plan.channel.expected_server_name.as_ref().map(|name| name.chosen.clone());
        let expected = expected.or_else(|| plan.server_identity.chosen.dns_name.clone());
        let source = match &expected {
            Some(_) => "WCF: the endpoint's identity",
            None => "WCF: the host of the address",
        };
        let meaning = "name that the server's certificate must be for; without one the host of the address";
        if self.tls {
            add("server_name", Value::OptionalText, meaning, source, Some(expected.unwrap_or_default()));
        }
        if self.authorities {
            let source = "WCF: the trusted root authorities of the machine";
            add("server_authorities", Value::File, "PEM file with the authorities that sign server certificates", source, None);
        }
        if self.revocation_lists {
            let source = "WCF: serviceCertificate authentication revocationMode, lists fetched by Windows";
            add("server_revocation_lists", Value::Files, "files with the revocation lists of those authorities, PEM or DER", source, None);
        }
        if self.pins {
            let source = "WCF: the certificates in the store TrustedPeople, or the endpoint's identity";
            add("pinned_servers", Value::File, "PEM file with the server certificates that are trusted one by one", source, None);
        }
        if self.requires_certificate {
            let source = match &plan.channel.client_certificate_from {
                Some(from) => format!("WCF: clientCertificate, {from}"),
                None => "WCF: not in the configuration".to_owned(),
            };
            if self.pkcs12 {
                let meaning = "PKCS #12 file with the certificate that the client shows, its chain and its private key";
                add("certificate", Value::File, meaning, &source, None);
                let meaning = "file with the password of the PKCS #12 file, and nothing else";
                add("certificate_password", Value::File, meaning, &source, None);
            } else {
                add("certificate", Value::File, "PEM file with the certificate that the client shows, then its chain", &source, None);
                add("key", Value::File, "PEM file with the private key of the certificate", &source, None);
            }
        }
        if self.takes_passwords {
            let source = "WCF: ClientCredentials.UserName, set in code";
            add("user_name", Value::Text, "name of the user", source, None);
            add("password", Value::File, "file with the password, and nothing else", source, None);
        }
        if self.takes_tokens {
            let source = "WCF: issued by a security token service";
            add("token", Value::File, "file with the token, and nothing else; it is read again as it is renewed", source, None);
        }
        if self.takes_tickets {
            let source = "WCF: servicePrincipalName of the endpoint's identity";
            add("service_principal", Value::Text, "service principal that tickets are for, as in HTTP/server.example", source, None);
        }
        settings
    }
}

/// How long things may take, and why.
fn patience_docs(listener: &Listener) -> DocComment {
    let limits = &listener.plan.limits;
    let mut paragraphs = vec!["How long connecting and a call may take.".to_owned()];
    match &limits.connect_timeout_ms {
        Some(timeout) => paragraphs.extend(reasons(timeout)),
        None => paragraphs.push("Connecting has the default of WCF, a minute.".to_owned()),
    }
    match &limits.deadline_ms {
        Some(deadline) => paragraphs.extend(reasons(deadline)),
        None => paragraphs.push("A call has no deadline: nothing in the input says one.".to_owned()),
    }
    docs(paragraphs)
}

#[derive(Template)]
#[template(path = "client/Cargo.toml.askama", escape = "none")]
struct Manifest {
    package: String,
    description: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
}

impl Manifest {
    fn new(host: &HostCrates, view: &View) -> Self {
        let (names, tests) = dependencies(host);
        let gzip = view.listeners.iter().any(|listener| listener.gzip);
        let line = |name: &&str| dependency_line(name, gzip);
        let mut dependencies: Vec<String> = names.iter().map(line).collect();
        dependencies.push(format!("{}-proto.workspace = true", host.name));
        dependencies.sort();
        Self {
            package: TomlString(&format!("{}-client", host.name)).to_string(),
            description: TomlString(&format!("The gRPC client of the WCF host {}", view.host.kebab)).to_string(),
            dependencies,
            dev_dependencies: tests.iter().map(line).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "client/src/lib.rs.askama", escape = "none")]
struct Library<'a> {
    view: &'a View,
}

#[derive(Template)]
#[template(path = "client/src/tickets.rs.askama", escape = "none")]
struct Tickets<'a> {
    view: &'a View,
}

#[derive(Template)]
#[template(path = "client/examples/call.rs.askama", escape = "none")]
struct Example<'a> {
    view: &'a View,
}

#[derive(Template)]
#[template(path = "client/src/generated/mod.rs.askama", escape = "none")]
struct Generated<'a> {
    view: &'a View,
}

#[derive(Template)]
#[template(path = "client/src/generated/channel.rs.askama", escape = "none")]
struct Channel<'a> {
    view: &'a View,
    imports: Imports,
}

#[derive(Template)]
#[template(path = "client/src/generated/settings.rs.askama", escape = "none")]
struct Settings<'a> {
    view: &'a View,
    imports: Imports,
}
