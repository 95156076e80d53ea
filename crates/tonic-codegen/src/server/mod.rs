//! The server crate: who gets in (`tls.rs`, `auth.rs`), how much of it (`limits.rs`), and what puts them together.
//!
//! Files of fixed shape are templates under `templates/server`, filled here from typed values; support modules are copied from
//! there. `src/services/*.rs`, whose shape follows the contract, are written by `services.rs`.

pub mod handwritten;
pub(crate) mod listener;
mod services;
pub(crate) mod settings;

use std::collections::BTreeSet;

use askama::Template;
use wcf2grpc_templates::{Part, SERVER_SUPPORT, SERVER_TEST_PEERS, SERVER_TEST_PKCS12, SERVER_TEST_TOKENS, SupportModule};

use crate::crate_plan::HostCrates;
use crate::doc_text::code_span;
use crate::generated_files::{GeneratedFiles, Ownership};
use crate::rust_file::{LEFT_FOR_A_PERSON, marker_header};
use crate::rust_text::{Imports, Name};
use crate::toml_text::TomlString;
use listener::{ListenerView, ServiceView};
use settings::SettingView;

/// What the library of a server uses, besides what its support modules name.
const DEPENDENCIES: &[&str] = &["rustls", "tokio", "tonic", "tracing", "tracing-subscriber"];

/// What exists on Unix only; modules use it under `#[cfg(unix)]`.
const UNIX_DEPENDENCIES: &[&str] = &["sd-notify"];

/// What `tests/tokens` and `tests/pkcs12` use.
const TOKEN_TEST_DEPENDENCIES: &[&str] = &["aws-lc-rs"];

/// What `tests/security.rs` uses.
const TEST_DEPENDENCIES: &[&str] = &["rcgen", "tempfile", "tonic-prost"];

/// Adds the files of a host's server crate.
pub fn render(host: &HostCrates, files: &mut GeneratedFiles) {
    let view = View::new(host);
    let folder = format!("{}-server", host.name);
    let mut add = |path: &str, ownership, contents| files.insert(format!("{folder}/{path}"), ownership, contents);

    add("Cargo.toml", Ownership::WrittenOnce, text(&Manifest::new(host, &view)));
    add("src/lib.rs", Ownership::WrittenOnce, text(&Library { view: &view }));
    add("src/main.rs", Ownership::WrittenOnce, text(&Main { view: &view }));
    if view.takes_passwords {
        add("src/passwords.rs", Ownership::WrittenOnce, text(&Passwords { view: &view }));
    }
    if view.takes_tickets() {
        add("src/tickets.rs", Ownership::WrittenOnce, text(&Tickets { view: &view }));
    }
    add("src/services/mod.rs", Ownership::WrittenOnce, text(&ServicesModule { view: &view }));
    for service in &host.services {
        let path = format!("src/services/{}.rs", service.module);
        add(&path, Ownership::WrittenOnce, with_sorted_uses(&services::scaffold(&view.host, service)));
    }
    add("src/generated/mod.rs", Ownership::Regenerated, text(&Generated { view: &view }));
    add("src/generated/auth.rs", Ownership::Regenerated, text(&Auth { view: &view, imports: view.auth_imports() }));
    add("src/generated/endpoints.rs", Ownership::Regenerated, text(&Endpoints { view: &view, imports: view.endpoints_imports() }));
    add("src/generated/limits.rs", Ownership::Regenerated, text(&Limits { view: &view, imports: view.limits_imports() }));
    add("src/generated/settings.rs", Ownership::Regenerated, text(&Settings { view: &view }));
    add("src/generated/tls.rs", Ownership::Regenerated, text(&Tls { view: &view, imports: view.tls_imports() }));
    let modules = view.support_modules();
    add("src/generated/support/mod.rs", Ownership::Regenerated, support_index("server", modules.iter()));
    for module in modules {
        add(&format!("src/generated/support/{}.rs", module.name), Ownership::Regenerated, support_file(module));
    }
    add("tests/security.rs", Ownership::Regenerated, text(&Security { view: &view }));
    add("tests/peers/mod.rs", Ownership::Regenerated, format!("{}{SERVER_TEST_PEERS}", header(SUPPORT_HINT)));
    if view.uses_pkcs12() {
        add("tests/pkcs12/mod.rs", Ownership::Regenerated, format!("{}{SERVER_TEST_PKCS12}", header(SUPPORT_HINT)));
    }
    if view.takes_tokens {
        add("tests/tokens/mod.rs", Ownership::Regenerated, format!("{}{SERVER_TEST_TOKENS}", header(SUPPORT_HINT)));
    }
}

/// The packages that a host's server crate depends on, and those that only its tests do, by name.
#[must_use]
pub fn dependencies(host: &HostCrates) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let view = View::new(host);
    let modules = view.support_modules();
    let mut names: BTreeSet<&str> = modules.iter().flat_map(|module| module.needs.iter().copied()).collect();
    names.extend(DEPENDENCIES);
    let mut tests: BTreeSet<&str> = modules.iter().flat_map(|module| module.tests_need.iter().copied()).collect();
    tests.extend(TEST_DEPENDENCIES);
    if view.takes_tokens || view.uses_pkcs12() {
        tests.extend(TOKEN_TEST_DEPENDENCIES);
    }
    tests.retain(|name| !names.contains(name));
    (names, tests)
}

/// A setting of a server as an operator meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingText {
    /// `berth-planning.certificate`.
    pub(crate) key: String,
    /// `HARBOUR_HOST_SERVER_BERTH_PLANNING_CERTIFICATE`.
    pub(crate) variable: String,
    /// What it means.
    pub(crate) meaning: String,
    /// Where WCF had it, on one line.
    pub(crate) source: String,
    /// Its default; `None` where it is required.
    pub(crate) default: Option<String>,
    file: bool,
}

impl SettingText {
    /// Whether its value is a file, or several.
    pub(crate) fn is_file(&self) -> bool {
        self.file
    }

    /// A value in a settings file: what a variable would say, as a text.
    pub(crate) fn quoted(&self, value: &str) -> String {
        TomlString(value).to_string()
    }
}

/// The settings of a host's server, in the order of a settings file.
pub(crate) fn setting_texts(host: &HostCrates) -> Vec<SettingText> {
    let view = View::new(host);
    let text = |setting: &SettingView| SettingText {
        key: setting.key.0.clone(),
        variable: format!("{}_{}", view.prefix, setting.constant),
        meaning: setting.meaning.0.clone(),
        source: setting.source.0.clone(),
        default: setting.default.as_ref().map(|default| default.0.clone()),
        file: setting.rust_type.contains("FileSetting"),
    };
    view.settings.iter().map(text).collect()
}

/// Where hand-written code goes, for files that nobody has a reason to edit.
const SUPPORT_HINT: &str = "It is the same in every generated crate; hand-written code goes anywhere outside `src/generated`.";

pub(crate) fn header(hint: &str) -> String {
    marker_header(hint)
}

/// The line of a dependency in a member's manifest.
pub(crate) fn dependency_line(name: &str, gzip: bool) -> String {
    if name == "tonic" && gzip {
        "tonic = { workspace = true, features = [\"gzip\"] }".to_owned()
    } else {
        format!("{name}.workspace = true")
    }
}

/// A support module as a file.
pub(crate) fn support_file(module: &SupportModule) -> String {
    format!("{}{}", header(SUPPORT_HINT), module.text)
}

/// The `mod.rs` over support modules.
pub(crate) fn support_index<'a>(what: &str, modules: impl Iterator<Item = &'a &'static SupportModule>) -> String {
    let mut text = format!("{}//! The parts of a {what} that do not depend on its plan.\n\n", header(SUPPORT_HINT));
    for module in modules {
        text.push_str(&format!("pub mod {};\n", module.name));
    }
    text
}

/// The text of a template, with one line end at its end and its `use` lines in order.
pub(crate) fn text(template: &impl Template) -> String {
    let mut text = String::new();
    // Every value writes to a string, which cannot fail.
    let _ = template.render_into(&mut text);
    with_sorted_uses(&text)
}

/// Sorts the `use` lines that stand together, as rustfmt does: where the host's own crates belong depends on its name.
pub(crate) fn with_sorted_uses(text: &str) -> String {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    for group in lines.chunk_by_mut(|a, b| a.starts_with("use ") && b.starts_with("use ")) {
        group.sort_unstable();
    }
    let mut sorted = lines.join("\n");
    sorted.push('\n');
    sorted
}

/// What the templates of a server crate have in common.
pub(crate) struct View {
    pub(crate) host: Name,
    source: String,
    header: String,
    prefix: String,
    marker: &'static str,
    takes_passwords: bool,
    takes_tokens: bool,
    settings: Vec<SettingView>,
    listeners: Vec<ListenerView>,
    services: Vec<ServiceView>,
    server_values: Vec<settings::TestValue>,
}

impl View {
    pub(crate) fn new(host: &HostCrates) -> Self {
        let name = Name::new(&host.name);
        let prefix = format!("{}_SERVER", name.screaming);
        let listeners = listener::views(host);
        let mut settings = settings::general();
        settings.extend(listeners.iter().flat_map(|listener| listener.settings.iter().cloned()));
        Self {
            source: code_span(&host.source),
            header: header(
                "Hand-written code goes to `src/main.rs` and `src/services`; decisions change where they were made, in WCF's files or `wcf2grpc.toml`.",
            ),
            marker: LEFT_FOR_A_PERSON,
            takes_passwords: listeners.iter().any(|listener| listener.takes_passwords),
            takes_tokens: listeners.iter().any(|listener| listener.takes_tokens),
            services: host.services.iter().map(ServiceView::new).collect(),
            server_values: settings::test_values(&prefix, &listeners),
            settings,
            listeners,
            prefix,
            host: name,
        }
    }

    fn support_modules(&self) -> Vec<&'static SupportModule> {
        SERVER_SUPPORT
            .iter()
            .filter(|module| match module.part {
                Part::Always => true,
                Part::Passwords => self.takes_passwords,
                Part::Tokens => self.takes_tokens,
                Part::Tickets => self.takes_tickets(),
                Part::Roles => self.listeners.iter().any(ListenerView::has_demands),
                Part::ClearText => self.listeners.iter().any(|listener| listener.clear_text),
                Part::LocalSockets => self.has_local_sockets(),
                Part::Browsers => self.listeners.iter().any(|listener| listener.browsers),
                Part::Pkcs12 => self.uses_pkcs12(),
                Part::SharedPorts => self.listeners.iter().any(|listener| listener.owner.is_some()),
                Part::Reflection => self.listeners.iter().any(|listener| listener.reflection),
                Part::PinnedServers => false,
            })
            .collect()
    }

    /// Whether the server, or the client that its tests start, is given a certificate as PKCS #12.
    fn uses_pkcs12(&self) -> bool {
        self.listeners.iter().any(|listener| listener.pkcs12)
    }

    /// Whether a certificate is given as PEM.
    fn uses_pem(&self) -> bool {
        self.listeners.iter().any(|listener| listener.tls && !listener.pkcs12)
    }

    /// The listeners that open a port which others share.
    fn port_owners(&self) -> Vec<&ListenerView> {
        self.listeners.iter().filter(|listener| listener.opens_port).collect()
    }

    /// The listeners behind the port that this one opens, itself among them.
    fn behind(&self, owner: &ListenerView) -> Vec<&ListenerView> {
        let shares = |listener: &&ListenerView| listener.owner.as_ref().is_some_and(|name| name.snake == owner.name.snake);
        self.listeners.iter().filter(shares).collect()
    }

    fn takes_tickets(&self) -> bool {
        self.listeners.iter().any(|listener| listener.takes_tickets)
    }

    fn has_tls(&self) -> bool {
        self.listeners.iter().any(|listener| listener.tls)
    }

    fn has_roles_files(&self) -> bool {
        self.listeners.iter().any(|listener| listener.roles_file)
    }

    fn has_files(&self) -> bool {
        self.settings.iter().any(|setting| setting.rust_type.contains("FileSetting"))
    }

    fn reloads(&self) -> bool {
        self.has_tls() || self.takes_passwords || self.takes_tokens || self.has_roles_files()
    }

    fn has_prepared(&self) -> bool {
        self.reloads() || self.has_local_sockets() || self.takes_tickets() || self.listeners.iter().any(|listener| listener.browsers)
    }

    fn has_local_sockets(&self) -> bool {
        self.listeners.iter().any(|listener| listener.local_socket)
    }

    fn listens_on_network(&self) -> bool {
        self.listeners.iter().any(|listener| !listener.local_socket)
    }

    /// Whether rustfmt puts the only service's handler on the line of its struct: its default `struct_lit_width` is 18.
    fn services_fit_one_line(&self) -> bool {
        matches!(&self.services[..], [only] if 2 * only.module.len() + ": ::".len() + only.trait_name.len() <= 18)
    }

    /// Whether a listener lets anyone in before code is written.
    fn admits_somebody(&self) -> bool {
        self.listeners
            .iter()
            .any(|listener| !listener.custom_verifier && !listener.takes_tickets && listener.unwritten_credential.is_none())
    }

    fn requires_certificates(&self) -> bool {
        self.listeners.iter().any(|listener| listener.requires_certificate)
    }

    fn tls_imports(&self) -> Imports {
        let mut imports = Imports::default();
        if !self.has_tls() {
            return imports;
        }
        imports.add("std::path", &["PathBuf"]);
        imports.add("rustls", &["ServerConfig", "SupportedProtocolVersion"]);
        imports.add("super::support", &["tls"]);
        if self.uses_pem() || self.listeners.iter().any(|listener| listener.authorities || listener.pins) {
            imports.add("super::support", &["certificates"]);
        }
        if self.uses_pkcs12() {
            imports.add("super::support", &["pkcs12"]);
        }
        imports.add("super::support::settings", &["SettingError"]);
        for listener in self.listeners.iter().filter(|listener| listener.tls) {
            imports.add("super::settings", &[&format!("{}Settings", listener.name.pascal)]);
            imports.add("rustls::version", listener.version_names);
            if listener.requires_certificate {
                imports.add("std::sync", &["Arc"]);
                imports.add("rustls::crypto", &["CryptoProvider"]);
                imports.add("rustls::server::danger", &["ClientCertVerifier"]);
                imports.add("super::support::verifiers", &["self"]);
                if listener.authorities {
                    imports.add("super::support::verifiers", &["Revocation"]);
                }
            }
        }
        imports
    }

    fn auth_imports(&self) -> Imports {
        let mut imports = Imports::default();
        imports.add("super::support::authentication", &["Callers"]);
        for listener in &self.listeners {
            if listener.takes_passwords {
                imports.add("std::sync", &["Arc"]);
                imports.add("super::support::basic", &["PasswordVerifier"]);
            }
            if listener.takes_tokens {
                imports.add("std::time", &["Duration"]);
                imports.add("super::settings", &["self", &format!("{}Settings", listener.name.pascal)]);
                imports.add("super::support::bearer", &["Bearer", "TokenRules"]);
                imports.add("super::support::settings", &["SettingError"]);
            }
            if listener.takes_tickets {
                imports.add("std::sync", &["Arc"]);
                imports.add("super::support::negotiate", &["Negotiate", "TicketVerifier"]);
            }
            if listener.has_demands() {
                imports.add("super::support::roles", &["Demand", "Requirement", "Roles"]);
            }
            if listener.roles_file {
                imports.add("std::time", &["Duration"]);
                imports.add("super::settings", &[&format!("{}Settings", listener.name.pascal)]);
                imports.add("super::support::settings", &["SettingError"]);
            }
            if listener.unwritten_credential.is_none() {
                if listener.caller_certificate {
                    imports.add("super::support::authentication", &["ClientCertificate"]);
                }
                if listener.takes_passwords {
                    imports.add("super::support::basic", &["Basic"]);
                }
                if listener.local_peer {
                    imports.add("super::support::local_socket", &["LocalPeer"]);
                }
            }
        }
        imports
    }

    fn limits_imports(&self) -> Imports {
        let mut imports = Imports::default();
        imports.add("std::time", &["Duration"]);
        imports.add("super::support::acceptor", &["HandshakeLimits"]);
        imports.add("super::support::serving", &["ListenerLimits"]);
        if self.listeners.iter().any(ListenerView::counts_processors) {
            imports.add("super::support::serving", &["per_processor"]);
        }
        imports
    }

    fn endpoints_imports(&self) -> Imports {
        let mut imports = Imports::default();
        imports.add("std::io", &["Write as _"]);
        imports.add("std::process", &["ExitCode"]);
        imports.add("std::sync", &["Arc"]);
        if self.has_tls() {
            imports.add("rustls", &["ServerConfig"]);
            imports.add("tokio::sync", &["watch"]);
            imports.add("super", &["tls"]);
            imports.add("super::support::reload", &["reloaded"]);
        }
        if self.listens_on_network() {
            imports.add("std::net", &["SocketAddr"]);
        }
        if self.listeners.iter().any(|listener| !listener.local_socket && listener.owner.is_none()) {
            imports.add("super::support::serving", &["BoundListener"]);
        }
        if self.listeners.iter().any(|listener| listener.owner.is_some()) {
            imports.add("super::support::shared_port", &["Names", "OtherNames", "SharedPort"]);
        }
        if self.listeners.iter().any(|listener| listener.clear_text) {
            imports.add("super::support", &["clear_text"]);
        }
        if self.has_local_sockets() {
            imports.add("std::path", &["PathBuf"]);
            imports.add("super::support", &["local_socket"]);
            imports.add("super::support::local_socket", &["LocalListener"]);
            imports.add("super::support::local_users", &["Users"]);
        }
        if self.listeners.iter().any(|listener| listener.browsers) {
            imports.add("super::support", &["browsers"]);
            imports.add("super::support::browsers", &["Origins"]);
        }
        if self.listeners.iter().any(|listener| listener.reflection) {
            imports.add(&format!("{}_proto", self.host.snake), &["FILE_DESCRIPTOR_SET"]);
            imports.add("super::support", &["reflection"]);
        }
        imports.add("tonic::service", &["LayerExt as _", "Routes"]);
        for service in &self.services {
            imports.add(&format!("{}_proto::{}", self.host.snake, service.package_path), &[&service.server_module]);
            if service.in_order {
                imports.add(&format!("{}_proto", self.host.snake), &["sessions"]);
            }
        }
        imports.add("super", &["auth", "limits"]);
        imports.add("super::settings", &["self", "Settings"]);
        imports.add("super::support", &["health"]);
        imports.add("super::support::authentication", &["Authentication"]);
        imports.add("super::support::calls", &["Admission"]);
        imports.add("super::support::command_line", &["Command", "help"]);
        imports.add("super::support::serving", &["self", "RunningServer", "StartError"]);
        imports.add("super::support::settings", &["SettingError", "Source", "sample"]);
        imports.add("crate", &["services"]);
        if self.listeners.iter().any(|listener| listener.gzip) {
            imports.add("tonic::codec", &["CompressionEncoding"]);
        }
        if self.takes_passwords {
            imports.add("crate", &["passwords"]);
            imports.add("super::support", &["password_file"]);
            imports.add("super::support::basic", &["PasswordVerifier"]);
        }
        if self.takes_tokens {
            imports.add("super::support::bearer", &["Bearer"]);
        }
        if self.takes_tickets() {
            imports.add("crate", &["tickets"]);
            imports.add("super::support::negotiate", &["TicketVerifier"]);
        }
        if self.listeners.iter().any(ListenerView::has_demands) {
            imports.add("super::support::roles", &["Authorization"]);
        }
        if self.has_roles_files() {
            imports.add("super::support::roles", &["Roles"]);
        }
        imports
    }
}

#[derive(Template)]
#[template(path = "server/Cargo.toml.askama", escape = "none")]
struct Manifest {
    package: String,
    description: String,
    dependencies: Vec<String>,
    unix_dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
}

impl Manifest {
    fn new(host: &HostCrates, view: &View) -> Self {
        let (names, tests) = dependencies(host);
        let gzip = view.listeners.iter().any(|listener| listener.gzip);
        let line = |name: &&str| dependency_line(name, gzip);
        let ours = |what: &str| format!("{}-{what}.workspace = true", host.name);
        let (unix, everywhere): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| UNIX_DEPENDENCIES.contains(*name));
        let unix_dependencies = unix.iter().map(line).collect();
        let mut dependencies: Vec<String> = everywhere.iter().map(line).collect();
        dependencies.push(ours("proto"));
        dependencies.sort();
        let mut dev_dependencies: Vec<String> = tests.iter().map(line).collect();
        dev_dependencies.push(ours("client"));
        dev_dependencies.sort();
        Self {
            package: TomlString(&format!("{}-server", host.name)).to_string(),
            description: TomlString(&format!("The gRPC server of the WCF host {}", view.host.kebab)).to_string(),
            dependencies,
            unix_dependencies,
            dev_dependencies,
        }
    }
}

/// A template over the view.
macro_rules! over_view {
    ($($name:ident: $path:literal),* $(,)?) => {
        $(
            #[derive(Template)]
            #[template(path = $path, escape = "none")]
            struct $name<'a> {
                view: &'a View,
            }
        )*
    };
}

/// A template over the view, with `use` lines that depend on it.
macro_rules! over_view_with_imports {
    ($($name:ident: $path:literal),* $(,)?) => {
        $(
            #[derive(Template)]
            #[template(path = $path, escape = "none")]
            struct $name<'a> {
                view: &'a View,
                imports: Imports,
            }
        )*
    };
}

over_view! {
    Library: "server/src/lib.rs.askama",
    Main: "server/src/main.rs.askama",
    Passwords: "server/src/passwords.rs.askama",
    Tickets: "server/src/tickets.rs.askama",
    ServicesModule: "server/src/services/mod.rs.askama",
    Generated: "server/src/generated/mod.rs.askama",
    Settings: "server/src/generated/settings.rs.askama",
    Security: "server/tests/security.rs.askama",
}

over_view_with_imports! {
    Auth: "server/src/generated/auth.rs.askama",
    Endpoints: "server/src/generated/endpoints.rs.askama",
    Limits: "server/src/generated/limits.rs.askama",
    Tls: "server/src/generated/tls.rs.askama",
}

#[cfg(test)]
mod tests;
