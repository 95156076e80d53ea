//! Endpoints from WSDL: each port's binding and policies lowered to the same [`ChannelStack`] that configuration gives.
//!
//! `expression` expands WS-Policy to alternatives, `security` reads WS-SecurityPolicy, this module the rest: addresses,
//! transports, encodings, WCF's own assertions. A policy that cannot be read is unknown and taken in its strictest reading:
//! .NET would drop it and go on without security.

pub mod diagnostics;
mod expression;
mod security;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use located_xml::Document;
use wcf_diagnostics::{FileId, Findings, Span};

use self::diagnostics::{AddressNotAbsolute, AssertionUnknown, PolicyAlternatives, PolicyUnreadable, PolicyUnusual, PortNotRead};
use self::expression::{Alternative, Policies, Unreadable};
use self::security::{Security, TransportToken};
use self::xml::{Node, WSDL};
use crate::channel_stack::{
    BindingElement, ChannelStack, EncodingKind, HttpTransport, MsmqTransport, ProtectionLevel, ReliableSession, SecurityShape,
    SslStreamSecurity, StreamTransport, TransactionFlow, TransferMode, Transport, WindowsStreamSecurity,
};
use crate::effective::{Binding, Effective, HttpAuthenticationScheme, Identity, Origin, Resolution, Timeout, Timeouts, Within};
use crate::lower;

const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const HTTP: &str = "http://schemas.microsoft.com/ws/06/2004/policy/http";
const MSMQ: &str = "http://schemas.microsoft.com/ws/06/2004/mspolicy/msmq";

/// A WSDL of the input.
#[derive(Clone, Copy, Debug)]
pub struct PolicyDocument<'a> {
    /// Its handle.
    pub file: FileId,
    /// The path that people are shown.
    pub path: &'a str,
    /// Its XML.
    pub document: &'a Document,
}

/// A port of a WSDL as an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsdlEndpoint {
    /// The document of the service.
    pub file: FileId,
    /// The service's name.
    pub service: String,
    /// Where the service's name stands.
    pub service_span: Span,
    /// The port's name.
    pub name: String,
    /// Where the port's name stands.
    pub span: Span,
    /// Namespace and name of the contract.
    pub contract: (String, String),
    /// The address; empty where there is none that is absolute.
    pub address: Effective<String>,
    /// What the server proves itself to be, where the port says so.
    pub identity: Option<Effective<Identity>>,
    /// The binding, lowered.
    pub binding: Binding,
    /// The protection that each operation's messages have under message security, where it is not full protection.
    pub levels: Vec<OperationLevel>,
}

/// The protection of an operation's messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationLevel {
    /// The operation's name.
    pub operation: String,
    /// The stronger of its messages' levels.
    pub level: ProtectionLevel,
    /// Where the binding names the operation.
    pub span: Span,
}

/// A value that a policy states.
fn in_policy<T>(node: Node<'_>, value: T) -> Effective<T> {
    Effective { value, origin: Origin::Written { span: xml::span(node), within: Within::Section("wsp:Policy") } }
}

/// A value that no policy states.
const fn policy_default<T>(value: T) -> Effective<T> {
    Effective { value, origin: Origin::RuntimeDefault { class: "WsdlImporter" } }
}

/// Reads the ports of all WSDLs. The result does not depend on the order of `documents`; nothing in them makes this panic.
#[must_use]
pub fn read_policy(documents: &[PolicyDocument<'_>]) -> (Vec<WsdlEndpoint>, Findings) {
    let mut documents: Vec<&PolicyDocument<'_>> =
        documents.iter().filter(|each| xml::is(xml::root(each.document), WSDL, "definitions")).collect();
    documents.sort_by_key(|document| document.path);
    let policies: Vec<Policies<'_>> = documents.iter().map(|each| expression::policies(xml::root(each.document))).collect();
    let mut bindings: BTreeMap<(&str, &str), Vec<(usize, Node<'_>)>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        let root = xml::root(document.document);
        let namespace = xml::attribute(root, "targetNamespace").unwrap_or("");
        for binding in xml::named(root, "binding") {
            bindings.entry((namespace, xml::attribute(binding, "name").unwrap_or(""))).or_default().push((at, binding));
        }
    }
    let mut reader = Reader { findings: Findings::new() };
    let mut endpoints = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        for service in xml::named(xml::root(document.document), "service") {
            for port in xml::named(service, "port") {
                let name = xml::attribute(port, "name").unwrap_or("");
                let wanted = xml::attribute(port, "binding").and_then(|binding| xml::qualified(port, binding));
                let found = wanted.and_then(|wanted| bindings.get(&wanted));
                // The document's own before another's; of several others the one in the same folder.
                let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
                let found = found.and_then(|found| {
                    let own = found.iter().find(|(of, _)| *of == at);
                    let near =
                        || found.iter().find(|(of, _)| documents.get(*of).is_some_and(|other| folder(other.path) == folder(document.path)));
                    own.or_else(near).or_else(|| found.first())
                });
                let (Some((of, binding)), Some(own)) = (found, policies.get(at)) else {
                    let why = "its binding is not in the input".to_owned();
                    reader.findings.push(PortNotRead { span: xml::span(port), name, why });
                    continue;
                };
                let of_binding = policies.get(*of).unwrap_or(own);
                let scene = Scene { service: Some(service), port, binding: *binding, own, of_binding };
                endpoints.extend(reader.endpoint(document.file, &scene));
            }
        }
    }
    // A port type that no port offers is there for others to offer: its bindings say how.
    let offered: BTreeSet<(String, String)> = endpoints.iter().map(|endpoint| endpoint.contract.clone()).collect();
    for (at, document) in documents.iter().enumerate() {
        for binding in xml::named(xml::root(document.document), "binding") {
            let Some(own) = policies.get(at) else { continue };
            let contract = xml::attribute(binding, "type").and_then(|value| xml::qualified(binding, value));
            let Some((namespace, name)) = contract else { continue };
            if soap_binding(binding).is_none() || offered.contains(&(namespace.to_owned(), name.to_owned())) {
                continue;
            }
            let scene = Scene { service: None, port: binding, binding, own, of_binding: own };
            endpoints.extend(reader.endpoint(document.file, &scene));
        }
    }
    reader.findings.sort();
    (endpoints, reader.findings)
}

fn soap_binding(binding: Node<'_>) -> Option<Node<'_>> {
    xml::children(binding).find(|child| matches!(xml::namespace(child), SOAP11 | SOAP12) && xml::local(child) == "binding")
}

/// A port with what it needs.
struct Scene<'s, 'a> {
    /// `None` for a binding without a port, which stands for itself.
    service: Option<Node<'a>>,
    port: Node<'a>,
    binding: Node<'a>,
    own: &'s Policies<'a>,
    of_binding: &'s Policies<'a>,
}

struct Reader {
    findings: Findings,
}

/// A policy as lowered, before it is put in order.
#[derive(Default)]
struct Lowered<'a> {
    security: Security<'a>,
    unknown: Vec<Node<'a>>,
    encoding: Option<EncodingKind>,
    scheme: Option<Effective<HttpAuthenticationScheme>>,
    reliable: Option<ReliableSession>,
    streamed: Option<Node<'a>>,
    context: bool,
    duplex: bool,
    one_way: bool,
    msmq_authenticated: bool,
    msmq_windows: bool,
}

impl Reader {
    fn endpoint(&mut self, file: FileId, scene: &Scene<'_, '_>) -> Option<WsdlEndpoint> {
        let port = scene.port;
        let name = xml::attribute(port, "name").unwrap_or("");
        let soap =
            xml::children(scene.binding).find(|child| matches!(xml::namespace(child), SOAP11 | SOAP12) && xml::local(child) == "binding");
        let contract = xml::attribute(scene.binding, "type").and_then(|value| xml::qualified(scene.binding, value));
        let (Some(soap), Some((namespace, contract))) = (soap, contract) else {
            let why = "its binding is not a SOAP binding of a port type".to_owned();
            self.findings.push(PortNotRead { span: xml::span(port), name, why });
            return None;
        };
        let mut address = self.address(port, name);
        let https = address.value.to_ascii_lowercase().starts_with("https:");
        let transport = xml::attribute(soap, "transport").unwrap_or("");
        let stack = match Self::policies(scene) {
            Ok(alternatives) => self.lower(scene, &alternatives, transport, https),
            Err(problem) => {
                self.unreadable(scene, &problem);
                strictest(transport)
            }
        };
        // The strictest reading is TLS, whatever the address says.
        if stack == strictest(transport)
            && let Some(rest) = address.value.strip_prefix("http:")
        {
            address.value = format!("https:{rest}");
        }
        let levels = if stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport) {
            Self::levels(scene)
        } else {
            Vec::new()
        };
        let scheme = stack.transport().map_or("", Transport::scheme).to_owned();
        let minute = || policy_default(Timeout::Milliseconds(60_000));
        Some(WsdlEndpoint {
            file,
            // Without a service the contract's name stands for it.
            service: scene.service.and_then(|service| xml::attribute(service, "name")).unwrap_or(contract).to_owned(),
            service_span: xml::attribute_span(scene.service.unwrap_or(port), "name"),
            name: name.to_owned(),
            span: xml::attribute_span(port, "name"),
            contract: (namespace.to_owned(), contract.to_owned()),
            address,
            identity: identity(port),
            binding: Binding {
                written: "wsdl:binding".to_owned(),
                configuration: xml::attribute(scene.binding, "name").unwrap_or("").to_owned(),
                resolution: Resolution::BuiltIn,
                settings: Arc::default(),
                elements: Arc::default(),
                scheme: policy_default(scheme),
                timeouts: Timeouts {
                    open: minute(),
                    close: minute(),
                    send: minute(),
                    receive: policy_default(Timeout::Milliseconds(600_000)),
                },
                stack: Ok(stack),
            },
            levels,
        })
    }

    fn address(&mut self, port: Node<'_>, name: &str) -> Effective<String> {
        let soap = xml::children(port).find(|child| matches!(xml::namespace(child), SOAP11 | SOAP12) && xml::local(child) == "address");
        let soap = soap.and_then(|node| Some((xml::attribute_span(node, "location"), xml::attribute(node, "location")?.to_owned())));
        // An endpoint reference says it better.
        let reference = xml::children(port).find(|child| xml::local(child) == "EndpointReference");
        let reference = reference.and_then(|reference| xml::children(reference).find(|child| xml::local(child) == "Address"));
        let reference = reference.map(|node| (xml::span(node), xml::text(node))).filter(|(_, address)| !address.is_empty());
        let Some((span, location)) = reference.or(soap) else { return policy_default(String::new()) };
        let absolute = location.split_once(':').is_some_and(|(scheme, rest)| {
            let plain = scheme.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '+' | '-'));
            plain && scheme.len() > 1 && !rest.is_empty() && !location.contains(char::is_whitespace)
        });
        if !absolute {
            self.findings.push(AddressNotAbsolute { span, name });
            return policy_default(String::new());
        }
        Effective { value: location, origin: Origin::Written { span, within: Within::Endpoint } }
    }

    /// The alternatives of the port and of its binding together.
    fn policies<'a>(scene: &Scene<'_, 'a>) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
        let of_binding = expression::attached(&[scene.binding], scene.of_binding)?;
        let of_port = match scene.service {
            Some(service) => expression::attached(&[service, scene.port], scene.own)?,
            None => vec![Vec::new()],
        };
        let mut all = Vec::new();
        for one in &of_binding {
            for other in of_port.iter().take(32) {
                all.push([one.as_slice(), other.as_slice()].concat());
            }
        }
        if all.is_empty() {
            return Err(Unreadable { node: scene.binding, why: "no alternative can be fulfilled" });
        }
        Ok(all)
    }

    fn unreadable(&mut self, scene: &Scene<'_, '_>, problem: &Unreadable<'_>) {
        self.findings.push(PolicyUnreadable {
            span: xml::span(problem.node),
            why: problem.why,
            port: xml::attribute_span(scene.port, "name"),
            name: xml::attribute(scene.port, "name").unwrap_or(""),
        });
    }

    /// The first alternative that is understood whole; else the first of all, with what was not understood on top.
    fn lower<'a>(&mut self, scene: &Scene<'_, 'a>, alternatives: &[Alternative<'a>], transport: &str, https: bool) -> ChannelStack {
        let name = xml::attribute(scene.port, "name").unwrap_or("");
        let different = alternatives.iter().filter(|alternative| alternative.iter().any(security::is_security)).count();
        if different > 1 {
            self.findings.push(PolicyAlternatives { span: xml::span(scene.binding), count: alternatives.len(), name });
        }
        let mut first = None;
        for alternative in alternatives {
            match lowered(alternative, scene.of_binding) {
                Err(problem) => {
                    self.unreadable(scene, &problem);
                    return strictest(transport);
                }
                Ok(lowered) if lowered.unknown.is_empty() => {
                    first = Some(lowered);
                    break;
                }
                Ok(lowered) => first = first.or(Some(lowered)),
            }
        }
        let Some(lowered) = first else { return strictest(transport) };
        for node in &lowered.unknown {
            self.findings.push(AssertionUnknown { span: xml::span(node), assertion: xml::local(node), name });
        }
        if let Some(node) = lowered.security.unusual {
            self.findings.push(PolicyUnusual { span: xml::span(node), name });
        }
        stack(lowered, transaction_flow(scene), transport, https)
    }

    /// What the messages of each operation protect, where it is less than everything. What cannot be read is everything.
    fn levels(scene: &Scene<'_, '_>) -> Vec<OperationLevel> {
        let mut levels = Vec::new();
        for operation in xml::named(scene.binding, "operation") {
            let mut strongest = None;
            for message in xml::children(operation).filter(|child| matches!(xml::local(child), "input" | "output")) {
                let level = match expression::attached(&[operation, message], scene.of_binding) {
                    Ok(alternatives) => {
                        alternatives.iter().map(|each| security::message_level(each).unwrap_or(ProtectionLevel::None)).max()
                    }
                    Err(_) => None,
                };
                strongest = strongest.max(Some(level.unwrap_or(ProtectionLevel::EncryptAndSign)));
            }
            if let Some(level) = strongest.filter(|level| *level != ProtectionLevel::EncryptAndSign) {
                let name = xml::attribute(operation, "name").unwrap_or("").to_owned();
                levels.push(OperationLevel { operation: name, level, span: xml::attribute_span(operation, "name") });
            }
        }
        levels
    }
}

/// The assertions of one alternative.
fn lowered<'a>(alternative: &Alternative<'a>, policies: &Policies<'a>) -> Result<Lowered<'a>, Unreadable<'a>> {
    let mut found = Lowered { security: security::read(alternative, policies, 0)?, ..Lowered::default() };
    for &node in alternative {
        match (xml::namespace(node), xml::local(node)) {
            (HTTP, name) => {
                let scheme = match name {
                    "BasicAuthentication" => HttpAuthenticationScheme::Basic,
                    "DigestAuthentication" => HttpAuthenticationScheme::Digest,
                    "NtlmAuthentication" => HttpAuthenticationScheme::Ntlm,
                    "NegotiateAuthentication" => HttpAuthenticationScheme::Negotiate,
                    _ => return Err(Unreadable { node, why: "an HTTP authentication that is not known" }),
                };
                found.scheme = Some(in_policy(node, scheme));
            }
            ("http://schemas.microsoft.com/ws/06/2004/mspolicy/netbinary1", "BinaryEncoding") => {
                found.encoding = Some(EncodingKind::Binary)
            }
            (_, "OptimizedMimeSerialization") => found.encoding = found.encoding.or(Some(EncodingKind::Mtom)),
            (_, "UsingAddressing" | "Addressing" | "HttpUseCookie") => {}
            (_, "RMAssertion") => {
                let timeout = xml::descendants(node).find(|child| xml::local(child) == "InactivityTimeout");
                let written = timeout.and_then(|child| xml::attribute(child, "Milliseconds")?.parse().ok());
                let inactivity = match (timeout, written) {
                    (Some(node), Some(milliseconds)) => in_policy(node, Timeout::Milliseconds(milliseconds)),
                    _ => policy_default(Timeout::Milliseconds(600_000)),
                };
                found.reliable = Some(ReliableSession { ordered: policy_default(true), inactivity_timeout: inactivity });
            }
            ("http://schemas.microsoft.com/net/2006/06/duplex", "CompositeDuplex") => found.duplex = true,
            ("http://schemas.microsoft.com/ws/2005/05/routing/policy", "OneWay") => found.one_way = true,
            ("http://schemas.microsoft.com/ws/2006/05/framing/policy", "Streamed") => found.streamed = Some(node),
            ("http://schemas.microsoft.com/ws/2006/05/context", "IncludeContext") => found.context = true,
            (MSMQ, "Authenticated") => found.msmq_authenticated = true,
            (MSMQ, "WindowsDomain") => found.msmq_windows = true,
            (MSMQ, "MsmqVolatile" | "MsmqSession" | "MsmqBestEffort") => {}
            (_, "ATAssertion" | "OleTxAssertion") => {}
            (_, "TransportBinding" | "SymmetricBinding" | "AsymmetricBinding" | "Wss10" | "Wss11" | "Trust10" | "Trust13")
            | (
                _,
                "EndorsingSupportingTokens"
                | "SignedSupportingTokens"
                | "SignedEncryptedSupportingTokens"
                | "SignedEndorsingSupportingTokens",
            )
            | (_, "SignedParts" | "EncryptedParts" | "RequiredParts")
                if security::is_security(node) => {}
            _ => found.unknown.push(node),
        }
    }
    Ok(found)
}

/// Binding elements in .NET's order.
fn stack(found: Lowered<'_>, transaction_flow: Option<Effective<bool>>, transport: &str, https: bool) -> ChannelStack {
    let mut elements = Vec::new();
    for node in &found.unknown {
        elements.push(BindingElement::Opaque { name: xml::local(node).to_owned() });
    }
    if found.context {
        elements.push(BindingElement::Context);
    }
    if let Some(enabled) = transaction_flow {
        elements.push(BindingElement::TransactionFlow(TransactionFlow { enabled }));
    }
    elements.extend(found.reliable.map(BindingElement::ReliableSession));
    elements.extend(found.security.message.map(|message| BindingElement::Security(Box::new(message))));
    if found.duplex {
        elements.push(BindingElement::CompositeDuplex);
    }
    if found.one_way {
        elements.push(BindingElement::OneWay);
    }
    elements.push(lower::encoding(found.encoding.unwrap_or(EncodingKind::Text)));
    let mut by_token = None;
    match found.security.transport {
        Some(TransportToken::Https(certificate)) => by_token = Some(certificate),
        Some(TransportToken::Ssl(require_client_certificate)) => {
            // The versions are not in a policy: those of the operating system.
            let ssl_protocols = policy_default(Vec::new());
            elements.push(BindingElement::SslStreamSecurity(SslStreamSecurity { require_client_certificate, ssl_protocols }));
        }
        Some(TransportToken::Windows(protection_level)) => {
            elements.push(BindingElement::WindowsStreamSecurity(WindowsStreamSecurity { protection_level }));
        }
        None => {}
    }
    let scheme = found.scheme.unwrap_or_else(|| {
        policy_default(match (found.security.http_basic, found.security.http_digest) {
            (true, _) => HttpAuthenticationScheme::Basic,
            (false, true) => HttpAuthenticationScheme::Digest,
            (false, false) => HttpAuthenticationScheme::Anonymous,
        })
    });
    let tls = by_token.is_some() || https;
    let mode = found.streamed.map_or_else(|| policy_default(TransferMode::Buffered), |node| in_policy(node, TransferMode::Streamed));
    let msmq = match (found.msmq_authenticated, found.msmq_windows) {
        (false, _) => ("None", ProtectionLevel::None),
        (true, true) => ("WindowsDomain", ProtectionLevel::Sign),
        (true, false) => ("Certificate", ProtectionLevel::Sign),
    };
    elements.push(BindingElement::Transport(match transport {
        HTTP_TRANSPORT | WEBSOCKET => http(tls, scheme, by_token.unwrap_or_else(|| policy_default(false)), transport == WEBSOCKET),
        "http://schemas.microsoft.com/soap/tcp" => Transport::Tcp(Box::new(stream(mode))),
        "http://schemas.microsoft.com/soap/named-pipe" => Transport::NamedPipe(Box::new(stream(mode))),
        "http://schemas.microsoft.com/soap/msmq" => Transport::Msmq(Box::new(MsmqTransport {
            authentication_mode: policy_default(msmq.0.to_owned()),
            protection_level: policy_default(msmq.1),
        })),
        "http://schemas.microsoft.com/soap/peer" => Transport::Peer,
        other => Transport::Opaque { name: other.to_owned() },
    }));
    ChannelStack { elements }
}

const HTTP_TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";
const WEBSOCKET: &str = "http://schemas.microsoft.com/soap/websocket";

fn http(tls: bool, scheme: Effective<HttpAuthenticationScheme>, certificate: Effective<bool>, web_socket: bool) -> Transport {
    Transport::Http(Box::new(HttpTransport {
        tls,
        authentication_scheme: scheme,
        require_client_certificate: certificate,
        transfer_mode: policy_default(TransferMode::Buffered),
        max_received_message_size: policy_default(65_536),
        allow_cookies: policy_default(false),
        web_socket,
    }))
}

fn stream(transfer_mode: Effective<TransferMode>) -> StreamTransport {
    StreamTransport {
        transfer_mode,
        max_received_message_size: policy_default(65_536),
        max_connections: policy_default(0),
        listen_backlog: policy_default(0),
        port_sharing: policy_default(false),
    }
}

/// What an endpoint is taken for whose policy cannot be read: everything protected, callers proved by certificate.
fn strictest(transport: &str) -> ChannelStack {
    let outside = |value: bool| Effective { value, origin: Origin::Outside { what: "a policy that cannot be read" } };
    let security = Security { transport: Some(TransportToken::Ssl(outside(true))), ..Security::default() };
    let mut found = Lowered { security, ..Lowered::default() };
    if matches!(transport, HTTP_TRANSPORT | WEBSOCKET) {
        found.security.transport = Some(TransportToken::Https(outside(true)));
    }
    let mut stack = stack(found, None, transport, true);
    stack.elements.insert(0, BindingElement::Opaque { name: "UnrecognizedAssertionsBindingElement".to_owned() });
    stack
}

/// Whether transactions flow: the operations say so.
fn transaction_flow(scene: &Scene<'_, '_>) -> Option<Effective<bool>> {
    let flows = |alternatives: Vec<Alternative<'_>>| {
        alternatives.iter().flatten().any(|node| matches!(xml::local(node), "ATAssertion" | "OleTxAssertion"))
    };
    xml::named(scene.binding, "operation")
        .find(|operation| expression::attached(&[*operation], scene.of_binding).is_ok_and(flows))
        .map(|operation| in_policy(operation, true))
}

/// The identity in a port's endpoint reference.
fn identity(port: Node<'_>) -> Option<Effective<Identity>> {
    let reference = xml::children(port).find(|child| xml::local(child) == "EndpointReference")?;
    let identity = xml::descendants(reference).find(|node| xml::local(node) == "Identity")?;
    let node = xml::descendants(identity).find(|node| matches!(xml::local(node), "Dns" | "Spn" | "Upn" | "X509Certificate"))?;
    let value = xml::text(node);
    let value = match xml::local(node) {
        "Dns" => Identity::Dns(value),
        "Spn" => Identity::ServicePrincipalName(value),
        "Upn" => Identity::UserPrincipalName(value),
        _ => Identity::Certificate(value.split_whitespace().collect()),
    };
    Some(Effective { value, origin: Origin::Written { span: xml::span(node), within: Within::Endpoint } })
}
