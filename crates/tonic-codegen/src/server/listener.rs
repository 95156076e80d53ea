//! A listener and a service as the templates see them: every choice of the plan as a name, a flag or a documentation comment.

use std::time::Duration;

use wcf_security::plan::{
    CallerCredential, CertificateFiles, ClearText, ClientCertificates, OperationDemand, Revocation, RoleRequirement, RoleSource,
    ServerIdentity, TlsPlan, TlsVersions, TransportPlan, TrustAnchors, UnknownServerNames,
};
use wcf_security::reason::Decision;

use super::settings::{self, SettingView, TestValue};
use crate::crate_plan::{GrpcMethod, GrpcService, HostCrates, Listener};
use crate::doc_text::{code_span, rustdoc_paragraphs};
use crate::rust_text::{DocComment, Name, RustString, grouped, reasons};

/// A gRPC message has a length of 32 bits; more than that limits nothing.
const LARGEST_MESSAGE: u64 = u32::MAX as u64;

/// A listener.
pub(crate) struct ListenerView {
    pub(crate) name: Name,
    pub(crate) last: bool,
    pub(crate) services: Vec<ListenerService>,
    // the transport
    pub(crate) tls: bool,
    pub(crate) clear_text: bool,
    pub(crate) loopback: bool,
    pub(crate) local_socket: bool,
    pub(crate) transport_docs: DocComment,
    /// The listener that opens the port, where several share it.
    pub(crate) owner: Option<Name>,
    pub(crate) opens_port: bool,
    pub(crate) takes_other_names: bool,
    // tls.rs
    pub(crate) pkcs12: bool,
    pub(crate) tls_docs: DocComment,
    pub(crate) provider: &'static str,
    pub(crate) versions_docs: DocComment,
    pub(crate) versions: &'static str,
    pub(crate) version_names: &'static [&'static str],
    pub(crate) requires_certificate: bool,
    pub(crate) clients_docs: DocComment,
    pub(crate) authorities: bool,
    pub(crate) pins: bool,
    pub(crate) revocation_lists: bool,
    pub(crate) custom_verifier: bool,
    pub(crate) accept_any: bool,
    pub(crate) narrows: bool,
    pub(crate) uses_settings: bool,
    // auth.rs, passwords.rs
    pub(crate) callers_docs: DocComment,
    pub(crate) anonymous: bool,
    pub(crate) caller_certificate: bool,
    pub(crate) takes_passwords: bool,
    pub(crate) takes_tokens: bool,
    pub(crate) takes_tickets: bool,
    pub(crate) local_peer: bool,
    pub(crate) token_docs: DocComment,
    pub(crate) unwritten_credential: Option<String>,
    pub(crate) passwords_docs: DocComment,
    pub(crate) password_source: String,
    pub(crate) demands: Vec<DemandView>,
    pub(crate) demands_docs: DocComment,
    pub(crate) roles_file: bool,
    pub(crate) roles_claim: Option<RustString>,
    // endpoints.rs
    pub(crate) gzip: bool,
    pub(crate) browsers: bool,
    pub(crate) reflection: bool,
    // limits.rs
    pub(crate) idle: String,
    pub(crate) idle_value: String,
    pub(crate) idle_docs: Option<DocComment>,
    pub(crate) request_bytes: String,
    pub(crate) request_bytes_docs: DocComment,
    pub(crate) response_bytes: String,
    pub(crate) response_bytes_docs: DocComment,
    pub(crate) calls: String,
    pub(crate) calls_docs: DocComment,
    pub(crate) connections: String,
    pub(crate) connections_docs: DocComment,
    pub(crate) pending: Option<Count>,
    pub(crate) backlog: Option<Count>,
    // settings.rs
    pub(crate) settings: Vec<SettingView>,
    // tests/security.rs
    pub(crate) probe_path: RustString,
    pub(crate) channel_function: String,
    pub(crate) listen_variable: RustString,
    pub(crate) users_variable: RustString,
    pub(crate) address_variable: RustString,
    pub(crate) server_name_variable: RustString,
    pub(crate) server_name: RustString,
    /// The name of another listener of the same port.
    pub(crate) other_server_name: RustString,
    pub(crate) client_values: Vec<TestValue>,
    pub(crate) client_refuses_all: bool,
    pub(crate) client_checks_name: bool,
}

/// What a method demands of its callers.
pub(crate) struct DemandView {
    pub(crate) reasons: DocComment,
    pub(crate) method: RustString,
    /// Requirements as Rust text, in groups.
    pub(crate) all_of: Vec<Vec<String>>,
    /// Whether a role or name is in every group, so that an empty roles file meets nobody.
    pub(crate) names_somebody: bool,
}

/// A service on a listener.
pub(crate) struct ListenerService {
    pub(crate) module: String,
    pub(crate) server_module: String,
    pub(crate) trait_name: String,
    /// Whether no later listener has it too.
    pub(crate) last_use: bool,
}

/// A service.
pub(crate) struct ServiceView {
    pub(crate) module: String,
    pub(crate) server_module: String,
    pub(crate) trait_name: String,
    pub(crate) package_path: String,
    pub(crate) docs: String,
    /// Whether its sessions have an order, which the proto crate keeps.
    pub(crate) in_order: bool,
}

impl ServiceView {
    pub(crate) fn new(service: &GrpcService) -> Self {
        Self {
            module: service.module.clone(),
            server_module: service.server_module.clone(),
            trait_name: service.trait_name.clone(),
            package_path: service.package_path.clone(),
            docs: format!("{}, from the contract {}.", code_span(&service.name), code_span(&service.contract)),
            in_order: service.session.is_some(),
        }
    }
}

/// Whether the client certificates of a TLS plan are checked, and how.
pub(crate) struct Trust {
    pub(crate) authorities: bool,
    pub(crate) pins: bool,
    pub(crate) revocation_lists: bool,
    pub(crate) custom: bool,
    pub(crate) accept_any: bool,
}

impl Trust {
    pub(crate) fn new(anchors: TrustAnchors, revocation: Revocation) -> Self {
        let (authorities, pins) = match anchors {
            TrustAnchors::Authorities => (true, false),
            TrustAnchors::PinnedCertificates => (false, true),
            TrustAnchors::AuthoritiesOrPinned => (true, true),
            TrustAnchors::CustomVerifier | TrustAnchors::AcceptAnyCertificate => (false, false),
        };
        let lists = match revocation {
            Revocation::Lists => true,
            Revocation::NotChecked => false,
        };
        Self {
            authorities,
            pins,
            // Lists are an authority's; a pinned certificate is taken out of the file instead.
            revocation_lists: lists && authorities,
            custom: anchors == TrustAnchors::CustomVerifier,
            accept_any: anchors == TrustAnchors::AcceptAnyCertificate,
        }
    }

    pub(crate) fn none() -> Self {
        Self { authorities: false, pins: false, revocation_lists: false, custom: false, accept_any: false }
    }

    /// What a verifier does, as a sentence; `whose` is `client` or `server`.
    pub(crate) fn words(&self, whose: &str) -> String {
        let first = match (self.authorities, self.pins) {
            (true, true) => format!("The {whose}'s certificate must chain to one of the authorities, or be one of the pinned ones."),
            (true, false) => format!("The {whose}'s certificate must chain to one of the authorities."),
            (false, true) => format!("The {whose}'s certificate must be one of the pinned ones, byte for byte."),
            (false, false) if self.accept_any => format!("Dangerous: any certificate of the {whose} is accepted."),
            (false, false) => format!("No certificate of the {whose} is accepted until code is written that decides."),
        };
        let second = match (self.authorities, self.revocation_lists) {
            (true, true) => " A revoked certificate is refused, and so is one whose revocation list is missing or out of date.",
            (true, false) => " Revocation is not checked.",
            (false, _) => "",
        };
        format!("{first}{second}")
    }
}

/// The versions of a plan: the constant's items, the names to import, and a sentence.
pub(crate) fn versions(versions: TlsVersions) -> (&'static str, &'static [&'static str], &'static str) {
    match versions {
        TlsVersions::Tls12AndTls13 => ("&TLS13, &TLS12", &["TLS12", "TLS13"], "TLS 1.3, and 1.2 for peers that cannot do better."),
        TlsVersions::OnlyTls12 => ("&TLS12", &["TLS12"], "TLS 1.2 only."),
        TlsVersions::OnlyTls13 => ("&TLS13", &["TLS13"], "TLS 1.3 only."),
    }
}

/// A duration as Rust text.
pub(crate) fn duration(milliseconds: u64) -> String {
    let duration = Duration::from_millis(milliseconds);
    if duration.subsec_millis() == 0 {
        format!("Duration::from_secs({})", grouped(duration.as_secs()))
    } else {
        format!("Duration::from_millis({})", grouped(milliseconds))
    }
}

/// The views of all listeners of a host, in order.
pub(crate) fn views(host: &HostCrates) -> Vec<ListenerView> {
    let count = host.listeners.len();
    host.listeners.iter().enumerate().map(|(at, listener)| view(host, listener, at + 1 == count)).collect()
}

fn view(host: &HostCrates, listener: &Listener, last: bool) -> ListenerView {
    let name = Name::new(&listener.name);
    let plan = &listener.plan;
    let tls = tls_choices(listener);
    let callers = Callers::new(listener);
    let limits = &plan.limits;
    let server_trust = crate::client::server_trust(listener);
    let services: Vec<&GrpcService> = listener.services.iter().filter_map(|index| host.services.get(*index)).collect();
    let later = |index: usize| {
        host.listeners.iter().skip_while(|other| other.name != listener.name).skip(1).any(|other| other.services.contains(&index))
    };
    let server_prefix = format!("{}_SERVER", Name::new(&host.name).screaming);
    let client_prefix = format!("{}_CLIENT", Name::new(&host.name).screaming);
    let mut view = ListenerView {
        last,
        services: listener
            .services
            .iter()
            .filter_map(|index| host.services.get(*index).map(|service| (index, service)))
            .map(|(index, service)| ListenerService {
                module: service.module.clone(),
                server_module: service.server_module.clone(),
                trait_name: service.trait_name.clone(),
                last_use: !later(*index),
            })
            .collect(),
        tls: matches!(plan.transport.chosen, TransportPlan::Tls(_)),
        clear_text: matches!(plan.transport.chosen, TransportPlan::ClearText(_)),
        loopback: matches!(plan.transport.chosen, TransportPlan::ClearText(ClearText::Loopback)),
        local_socket: matches!(plan.transport.chosen, TransportPlan::LocalSocket),
        transport_docs: transport_docs(listener),
        owner: listener.by_name.as_ref().map(|by_name| Name::new(&by_name.owner)),
        opens_port: listener.by_name.as_ref().is_some_and(|by_name| by_name.owner == listener.name),
        takes_other_names: plan.unknown_server_names == UnknownServerNames::ThisService,
        pkcs12: given_as_pkcs12(listener),
        tls_docs: docs(tls_docs(listener, &name)),
        provider: if tls.prefer_256_bit { "tls::provider_preferring_256_bit" } else { "tls::provider" },
        versions_docs: docs(tls.versions_docs),
        versions: tls.versions,
        version_names: tls.version_names,
        requires_certificate: tls.requires_certificate,
        clients_docs: docs(tls.clients_docs),
        authorities: tls.trust.authorities,
        pins: tls.trust.pins,
        revocation_lists: tls.trust.revocation_lists,
        custom_verifier: tls.trust.custom,
        accept_any: tls.trust.accept_any,
        narrows: tls.requires_certificate && !tls.trust.custom && !tls.trust.accept_any,
        uses_settings: tls.trust.authorities || tls.trust.pins,
        callers_docs: docs(callers.docs),
        anonymous: callers.anonymous,
        caller_certificate: callers.certificate,
        takes_passwords: listener.takes_passwords(),
        takes_tokens: listener.tokens().is_some(),
        takes_tickets: listener.takes_tickets(),
        local_peer: callers.local_peer,
        demands: demands(listener, &services),
        demands_docs: demands_docs(listener, &name),
        roles_file: matches!(roles_from(listener), Some(RoleSource::File)),
        roles_claim: match roles_from(listener) {
            Some(RoleSource::TokenClaim(claim)) => Some(RustString(claim.clone())),
            Some(RoleSource::File) | None => None,
        },
        token_docs: docs(vec![
            format!("Which tokens {} believes.", code_span(&name.kebab)),
            "Signature, issuer, audience and expiry are always checked, and only algorithms with public keys can be named.".to_owned(),
        ]),
        unwritten_credential: callers.unwritten,
        passwords_docs: docs(vec![format!("Checks the passwords of {}.", code_span(&name.kebab))]),
        password_source: comment(&settings::password_source(listener)),
        gzip: limits.gzip,
        browsers: plan.grpc_web,
        reflection: plan.reflection,
        idle: limits.idle_ms.as_ref().map_or_else(|| "None".to_owned(), |_| format!("Some(IDLE_OF_{})", name.screaming)),
        idle_value: limits.idle_ms.as_ref().map(|idle| duration(idle.chosen)).unwrap_or_default(),
        idle_docs: limits.idle_ms.as_ref().map(|idle| decided("How long a connection may be without a call.", idle)),
        request_bytes: grouped(limits.max_request_bytes.chosen.min(LARGEST_MESSAGE)),
        request_bytes_docs: decided("Largest request, in bytes.", &limits.max_request_bytes),
        response_bytes: grouped(limits.max_response_bytes.chosen.min(LARGEST_MESSAGE)),
        response_bytes_docs: decided("Largest response, in bytes.", &limits.max_response_bytes),
        calls: limits.max_concurrent_calls.as_ref().map_or_else(|| "per_processor(16)".to_owned(), |calls| grouped(calls.chosen.into())),
        calls_docs: decided_or(
            "Calls of one service at a time; one more is turned away.",
            limits.max_concurrent_calls.as_ref(),
            "16 for each processor, as WCF has it where nothing is written.",
        ),
        connections: limits.max_connections.as_ref().map_or_else(|| "per_processor(100)".to_owned(), |most| grouped(most.chosen.into())),
        connections_docs: decided_or(
            "Connections at a time; one more is closed.",
            limits.max_connections.as_ref(),
            "100 for each processor, as WCF has it where nothing is written.",
        ),
        pending: count(
            "Connections that may be in their handshake; further ones wait to be accepted.",
            limits.max_pending_connections.as_ref(),
        ),
        backlog: count("Connections that wait to be accepted, in the socket's queue.", limits.listen_backlog.as_ref()),
        settings: Vec::new(),
        probe_path: RustString(format!("/{}/NoSuchOperation", services.first().map_or("", |service| service.full_name.as_str()))),
        channel_function: services.first().map(|service| connect_function(host, listener, service)).unwrap_or_default(),
        listen_variable: RustString(settings::variable(&server_prefix, &name, "address")),
        users_variable: RustString(settings::variable(&server_prefix, &name, "allowed_users")),
        address_variable: RustString(settings::variable(&client_prefix, &name, "address")),
        server_name_variable: RustString(settings::variable(&client_prefix, &name, "server_name")),
        server_name: RustString(settings::test_server_name(listener, &name)),
        other_server_name: RustString(
            host.listeners
                .iter()
                .find(|other| {
                    other.name != listener.name
                        && other.by_name.as_ref().map(|by| &by.owner) == listener.by_name.as_ref().map(|by| &by.owner)
                })
                .map(|other| settings::test_server_name(other, &Name::new(&other.name)))
                .unwrap_or_default(),
        ),
        client_values: crate::client::test_values(&client_prefix, listener),
        client_refuses_all: server_trust.custom,
        client_checks_name: server_trust.authorities && !server_trust.pins,
        name,
    };
    view.settings = settings::of_listener(listener, &view);
    view
}

/// A number that comes from WCF, with where it comes from.
pub(crate) struct Count {
    pub(crate) docs: DocComment,
    pub(crate) value: String,
}

fn count(what: &str, decision: Option<&Decision<u32>>) -> Option<Count> {
    decision.map(|decision| Count { docs: decided(what, decision), value: grouped(decision.chosen.into()) })
}

/// Whether the listener's certificate is given as PKCS #12.
fn given_as_pkcs12(listener: &Listener) -> bool {
    matches!(listener.plan.transport.chosen, TransportPlan::Tls(_)) && listener.plan.certificate_files == CertificateFiles::Pkcs12
}

fn roles_from(listener: &Listener) -> Option<&RoleSource> {
    listener.plan.authorization.roles_from.as_ref().map(|source| &source.chosen)
}

/// What the methods of these services demand. Whether every demand has its method was checked when the crates were planned.
fn demands(listener: &Listener, services: &[&GrpcService]) -> Vec<DemandView> {
    let text =
        |text: &Option<String>| text.as_ref().map_or_else(|| "None".to_owned(), |text| format!("Some({})", RustString(text.clone())));
    let of_service = |service: &&GrpcService| {
        let methods = service.methods.iter().map(|method| (format!("/{}/{}", service.full_name, method.name), method)).collect::<Vec<_>>();
        let view = move |demand: &Decision<OperationDemand>| {
            let path = methods.iter().find(|(_, method)| method.operation == demand.chosen.operation).map(|(path, _)| path.clone())?;
            let all_of = &demand.chosen.all_of;
            Some(DemandView {
                reasons: DocComment::new("    //", reasons(demand)),
                method: RustString(path),
                all_of: all_of
                    .iter()
                    .map(|any_of| {
                        let requirement =
                            |one: &RoleRequirement| format!("Requirement {{ role: {}, name: {} }}", text(&one.role), text(&one.name));
                        any_of.iter().map(requirement).collect()
                    })
                    .collect(),
                names_somebody: all_of.iter().any(|any_of| any_of.iter().all(|one| one.role.is_some() || one.name.is_some())),
            })
        };
        listener.plan.authorization.operations.iter().filter_map(view).collect::<Vec<_>>()
    };
    services.iter().flat_map(of_service).collect()
}

fn demands_docs(listener: &Listener, name: &Name) -> DocComment {
    let mut paragraphs = vec![format!(
        "What operations of {} demand of callers, beside being known. What is not listed demands nothing more.",
        code_span(&name.kebab)
    )];
    if let Some(source) = &listener.plan.authorization.roles_from {
        paragraphs.extend(reasons(source));
    }
    docs(paragraphs)
}

impl ListenerView {
    /// Whether an operation demands a role.
    pub(crate) fn has_demands(&self) -> bool {
        !self.demands.is_empty()
    }

    /// The parameters of the function of `auth.rs`.
    pub(crate) fn caller_parameters(&self) -> String {
        let passwords = self.takes_passwords.then_some("passwords: Arc<dyn PasswordVerifier>");
        let tokens = self.takes_tokens.then_some("tokens: Bearer");
        let tickets = self.takes_tickets.then_some("tickets: Arc<dyn TicketVerifier>");
        passwords.into_iter().chain(tokens).chain(tickets).collect::<Vec<_>>().join(", ")
    }

    /// The listener's name as a Rust text.
    pub(crate) fn name_text(&self) -> RustString {
        RustString(self.name.kebab.clone())
    }

    /// What `endpoints.rs` passes for them.
    pub(crate) fn caller_arguments(&self) -> String {
        let passwords = self.takes_passwords.then(|| format!("prepared.{}_passwords", self.name.snake));
        let tokens = self.takes_tokens.then(|| format!("prepared.{}_tokens", self.name.snake));
        let tickets = self.takes_tickets.then(|| format!("prepared.{}_tickets", self.name.snake));
        passwords.into_iter().chain(tokens).chain(tickets).collect::<Vec<_>>().join(", ")
    }

    /// Whether a limit is by processor count.
    pub(crate) fn counts_processors(&self) -> bool {
        self.calls.starts_with("per_") || self.connections.starts_with("per_")
    }
}

/// The function of the client crate that connects to a service on a listener.
pub(crate) fn connect_function(host: &HostCrates, listener: &Listener, service: &GrpcService) -> String {
    let on = |other: &&Listener| {
        other.services.iter().filter_map(|index| host.services.get(*index)).any(|there| there.full_name == service.full_name)
    };
    if host.listeners.iter().filter(on).count() > 1 && listener.name != service.module {
        format!("{}_over_{}", service.module, listener.name)
    } else {
        service.module.clone()
    }
}

/// The first method that a caller can try with one message and one answer.
pub(crate) fn unary(service: &GrpcService) -> Option<&GrpcMethod> {
    service.methods.iter().find(|method| !method.client_streaming && !method.server_streaming)
}

pub(crate) fn docs(paragraphs: Vec<String>) -> DocComment {
    DocComment::new("///", paragraphs)
}

/// A sentence of ours and why it is so.
pub(crate) fn decided<T>(what: &str, decision: &Decision<T>) -> DocComment {
    let mut paragraphs = vec![what.to_owned()];
    paragraphs.extend(reasons(decision));
    docs(paragraphs)
}

pub(crate) fn decided_or<T>(what: &str, decision: Option<&Decision<T>>, otherwise: &str) -> DocComment {
    match decision {
        Some(decision) => decided(what, decision),
        None => docs(vec![what.to_owned(), otherwise.to_owned()]),
    }
}

/// Text for the rest of a `//` comment line.
fn comment(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

struct TlsChoices {
    prefer_256_bit: bool,
    versions: &'static str,
    version_names: &'static [&'static str],
    versions_docs: Vec<String>,
    requires_certificate: bool,
    clients_docs: Vec<String>,
    trust: Trust,
}

fn tls_choices(listener: &Listener) -> TlsChoices {
    match &listener.plan.transport.chosen {
        TransportPlan::Tls(TlsPlan { versions: chosen, prefer_256_bit, client_certificates }) => {
            let (items, names, words) = versions(chosen.chosen);
            let mut versions_docs = vec![words.to_owned()];
            versions_docs.extend(reasons(chosen));
            let (requires_certificate, trust) = match client_certificates.chosen {
                ClientCertificates::NotRequested => (false, Trust::none()),
                ClientCertificates::Required(trust) => (true, Trust::new(trust.anchors, trust.revocation)),
            };
            let mut clients_docs = vec![format!("Every client shows a certificate. {}", trust.words("client"))];
            clients_docs.extend(reasons(client_certificates));
            TlsChoices {
                prefer_256_bit: *prefer_256_bit,
                versions: items,
                version_names: names,
                versions_docs,
                requires_certificate,
                clients_docs,
                trust,
            }
        }
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => TlsChoices {
            prefer_256_bit: false,
            versions: "",
            version_names: &[],
            versions_docs: Vec::new(),
            requires_certificate: false,
            clients_docs: Vec::new(),
            trust: Trust::none(),
        },
    }
}

/// What stands in place of TLS, and why, as a comment before the listener is served.
fn transport_docs(listener: &Listener) -> DocComment {
    let words = match &listener.plan.transport.chosen {
        TransportPlan::Tls(_) => return DocComment::new("    //", Vec::new()),
        TransportPlan::LocalSocket => "A local socket: nothing leaves this machine, and the system says who is at the other end.",
        TransportPlan::ClearText(ClearText::Loopback) => "Clear text, which does not leave this machine: other addresses are refused.",
        TransportPlan::ClearText(ClearText::Mesh) => "Clear text inside the pod: the mesh's proxy encrypts between pods.",
        TransportPlan::ClearText(ClearText::EncryptedOverlay) => "Clear text on an overlay network that is declared encrypted.",
    };
    let mut paragraphs = vec![words.to_owned()];
    paragraphs.extend(reasons(&listener.plan.transport));
    DocComment::new("    //", paragraphs)
}

fn tls_docs(listener: &Listener, name: &Name) -> Vec<String> {
    let mut paragraphs = vec![format!("The TLS configuration of the listener {}.", code_span(&name.kebab))];
    paragraphs.extend(reasons(&listener.plan.transport));
    let identity: &Decision<ServerIdentity> = &listener.plan.server_identity;
    if let Some(from) = &identity.chosen.exported_from {
        let text = format!("WCF showed the certificate found by {from}; export it, or issue one anew.");
        paragraphs.extend(rustdoc_paragraphs(&text));
    }
    if let Some(dns_name) = &identity.chosen.dns_name {
        paragraphs.push(format!("Clients expect the name {}.", code_span(dns_name)));
    }
    paragraphs.extend(reasons(identity));
    paragraphs
}

struct Callers {
    anonymous: bool,
    certificate: bool,
    local_peer: bool,
    unwritten: Option<String>,
    docs: Vec<String>,
}

impl Callers {
    fn new(listener: &Listener) -> Self {
        let decision = &listener.plan.callers;
        let mut words = Vec::new();
        let (mut certificate, mut local_peer, mut unwritten) = (false, false, None);
        for credential in &decision.chosen {
            match credential {
                CallerCredential::ClientCertificate => {
                    certificate = true;
                    words.push("the certificate that the TLS layer has checked");
                }
                CallerCredential::Basic(_) => words.push("a name and a password in every call"),
                CallerCredential::Bearer(_) => words.push("a bearer token in every call"),
                CallerCredential::Kerberos => {
                    words.push("a Kerberos ticket in every call");
                    if !listener.takes_tickets() {
                        unwritten = Some("Kerberos tickets beside another credential in the same place".to_owned());
                    }
                }
                CallerCredential::LocalPeer => {
                    words.push("the user at the other end of a local socket");
                    match listener.plan.transport.chosen {
                        TransportPlan::LocalSocket => local_peer = true,
                        TransportPlan::Tls(_) | TransportPlan::ClearText(_) => unwritten = Some("the user of a local socket".to_owned()),
                    }
                }
            }
        }
        let anonymous = decision.chosen.is_empty();
        let first = if anonymous {
            format!("Anyone may call the services of {}.", code_span(&Name::new(&listener.name).kebab))
        } else {
            format!("Callers of {} prove themselves by {}.", code_span(&Name::new(&listener.name).kebab), words.join(" and "))
        };
        let mut docs = vec![first];
        docs.extend(reasons(decision));
        Self { anonymous, certificate, local_peer, unwritten, docs }
    }
}
