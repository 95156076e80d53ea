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
use crate::Text;
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
    pub address: Effective<Text>,
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

/// Reads the ports of all WSDLs. `map` says which document, by its path, stands for a URL that a policy refers to. The result
/// does not depend on the order of `documents`; nothing in them makes this panic.
#[must_use]
pub fn read_policy(documents: &[PolicyDocument<'_>], map: &[(String, String)]) -> (Vec<WsdlEndpoint>, Findings) {
    let policies = Policies::new(documents, map);
    let mut documents: Vec<&PolicyDocument<'_>> =
        documents.iter().filter(|each| xml::is(xml::root(each.document), WSDL, "definitions")).collect();
    documents.sort_by_key(|document| document.path);
    let mut bindings: BTreeMap<(&str, &str), Vec<(usize, Node<'_>)>> = BTreeMap::new();
    let mut port_types: BTreeMap<(&str, &str), Vec<(usize, Node<'_>)>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        let root = xml::root(document.document);
        let namespace = xml::attribute(root, "targetNamespace").unwrap_or("");
        for (kind, table) in [("binding", &mut bindings), ("portType", &mut port_types)] {
            for node in xml::named(root, kind) {
                table.entry((namespace, xml::attribute(node, "name").unwrap_or(""))).or_default().push((at, node));
            }
        }
    }
    // The document's own before another's; of several others the one in the same folder.
    let nearest = |found: &[(usize, Node<'_>)], at: usize| -> Option<usize> {
        let folder = |of: usize| documents.get(of).map(|document| document.path.rsplit_once('/').map_or("", |(folder, _)| folder));
        let own = found.iter().position(|(of, _)| *of == at);
        own.or_else(|| found.iter().position(|(of, _)| folder(*of) == folder(at))).or((!found.is_empty()).then_some(0))
    };
    let port_type = |binding: Node<'_>, at: usize| {
        let found = port_types.get(&policies.name_in(binding, "type")?)?;
        found.get(nearest(found, at)?).map(|(_, node)| *node)
    };
    let mut reader = Reader { findings: Findings::new() };
    let mut endpoints = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        for service in xml::named(xml::root(document.document), "service") {
            for port in xml::named(service, "port") {
                let name = xml::attribute(port, "name").unwrap_or("");
                let wanted = policies.name_in(port, "binding");
                let found = wanted.and_then(|wanted| bindings.get(&wanted));
                let found = found.and_then(|found| found.get(nearest(found, at)?));
                let Some((of, binding)) = found else {
                    let why = "its binding is not in the input".to_owned();
                    reader.findings.push(PortNotRead { span: xml::span(port), name, why });
                    continue;
                };
                let scene =
                    Scene { service: Some(service), port, binding: *binding, port_type: port_type(*binding, *of), policies: &policies };
                endpoints.extend(reader.endpoint(document.file, &scene));
            }
        }
    }
    // A port type that no port offers is there for others to offer: its bindings say how.
    let offered: BTreeSet<(String, String)> = endpoints.iter().map(|endpoint| endpoint.contract.clone()).collect();
    for (at, document) in documents.iter().enumerate() {
        for binding in xml::named(xml::root(document.document), "binding") {
            let contract = policies.name_in(binding, "type");
            let Some((namespace, name)) = contract else { continue };
            if soap_binding(binding).is_none() || offered.contains(&(namespace.to_owned(), name.to_owned())) {
                continue;
            }
            let scene = Scene { service: None, port: binding, binding, port_type: port_type(binding, at), policies: &policies };
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
    /// Where it is in the input: policies may be attached to it as well.
    port_type: Option<Node<'a>>,
    policies: &'s Policies<'a>,
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
        let contract = scene.policies.name_in(scene.binding, "type");
        let (Some(soap), Some((namespace, contract))) = (soap, contract) else {
            let why = "its binding is not a SOAP binding of a port type".to_owned();
            self.findings.push(PortNotRead { span: xml::span(port), name, why });
            return None;
        };
        let mut address = self.address(port, name);
        let lower = address.value.to_ascii_lowercase();
        let https = lower.starts_with("https:") || lower.starts_with("wss:");
        let transport = xml::attribute(soap, "transport").unwrap_or("");
        let mut known = true;
        let mut stack = match Self::policies(scene) {
            Ok(alternatives) => self.lower(scene, &alternatives, transport, https).unwrap_or_else(|problem| {
                known = false;
                self.unreadable(scene, &problem);
                strictest(transport)
            }),
            Err(problem) => {
                known = false;
                self.unreadable(scene, &problem);
                strictest(transport)
            }
        };
        let levels = self.operations(scene, &mut stack, known.then_some(&mut known), transport);
        // The strictest reading is TLS, whatever the address says.
        if !known && let Some(rest) = address.value.strip_prefix("http:") {
            address.value = format!("https:{rest}").into();
        }
        let scheme = stack.transport().map_or("", Transport::scheme);
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
                written: Text::fixed("wsdl:binding"),
                configuration: xml::attribute(scene.binding, "name").unwrap_or("").into(),
                resolution: Resolution::BuiltIn,
                settings: Arc::default(),
                elements: Arc::default(),
                scheme: policy_default(Text::fixed(scheme)),
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

    fn address(&mut self, port: Node<'_>, name: &str) -> Effective<Text> {
        let soap = xml::children(port).find(|child| matches!(xml::namespace(child), SOAP11 | SOAP12) && xml::local(child) == "address");
        let soap = soap.and_then(|node| Some((xml::attribute_span(node, "location"), xml::attribute(node, "location")?.to_owned())));
        // An endpoint reference says it better.
        let reference = xml::children(port).find(|child| xml::local(child) == "EndpointReference");
        let reference = reference.and_then(|reference| xml::children(reference).find(|child| xml::local(child) == "Address"));
        let reference = reference.map(|node| (xml::span(node), xml::text(node))).filter(|(_, address)| !address.is_empty());
        let Some((span, location)) = reference.or(soap) else { return policy_default(Text::default()) };
        let absolute = location.split_once(':').is_some_and(|(scheme, rest)| {
            let plain = scheme.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '+' | '-'));
            plain && scheme.len() > 1 && !rest.is_empty() && !location.contains(char::is_whitespace)
        });
        if !absolute {
            self.findings.push(AddressNotAbsolute { span, name });
            return policy_default(Text::default());
        }
        Effective { value: location.into(), origin: Origin::Written { span, within: Within::Endpoint } }
    }

    /// The alternatives of the service, the port, its binding and its port type together.
    fn policies<'a>(scene: &Scene<'_, 'a>) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
        let of_port = scene.service.map(|service| [service, scene.port]);
        let points: Vec<Node<'a>> = [scene.binding].into_iter().chain(scene.port_type).chain(of_port.into_iter().flatten()).collect();
        let all = expression::attached(&points, scene.policies)?;
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
    fn lower<'a>(
        &mut self,
        scene: &Scene<'_, 'a>,
        alternatives: &[Alternative<'a>],
        transport: &str,
        https: bool,
    ) -> Result<ChannelStack, Unreadable<'a>> {
        let name = xml::attribute(scene.port, "name").unwrap_or("");
        let different = alternatives
            .iter()
            .filter(|alternative| alternative.iter().any(|node| security::is_security(node) || xml::namespace(node) == HTTP))
            .count();
        if different > 1 {
            self.findings.push(PolicyAlternatives { span: xml::span(scene.binding), count: alternatives.len(), name });
        }
        let mut first = None;
        for alternative in alternatives {
            let lowered = lowered(alternative, scene.policies)?;
            if lowered.unknown.is_empty() {
                first = Some(lowered);
                break;
            }
            first = first.or(Some(lowered));
        }
        let Some(lowered) = first else { return Ok(strictest(transport)) };
        for node in &lowered.unknown {
            self.findings.push(AssertionUnknown { span: xml::span(node), assertion: xml::local(node), name });
        }
        if let Some(node) = lowered.security.unusual {
            self.findings.push(PolicyUnusual { span: xml::span(node), name });
        }
        Ok(stack(lowered, transaction_flow(scene), transport, https))
    }

    /// What the messages of each operation protect, where it is less than everything. An operation whose policy cannot be
    /// read, or asks for more than the endpoint's, is a finding and makes the whole endpoint stricter: which operation is
    /// called is not known before the caller is let in.
    fn operations(
        &mut self,
        scene: &Scene<'_, '_>,
        stack: &mut ChannelStack,
        mut known: Option<&mut bool>,
        transport: &str,
    ) -> Vec<OperationLevel> {
        let by_message = stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport);
        let mut levels = Vec::new();
        for operation in xml::named(scene.binding, "operation") {
            let mut strongest = None;
            for level in message_levels(scene, operation) {
                let level = match level {
                    Ok((level, unknown)) => {
                        for node in &unknown {
                            let name = xml::attribute(operation, "name").unwrap_or("");
                            self.findings.push(AssertionUnknown { span: xml::span(node), assertion: xml::local(node), name });
                            stack.elements.insert(0, BindingElement::Opaque { name: xml::local(node).into() });
                        }
                        level
                    }
                    Err(problem) => {
                        self.unreadable(scene, &problem);
                        if let Some(known) = known.take() {
                            *known = false;
                            demand_everything(stack, transport);
                        }
                        ProtectionLevel::EncryptAndSign
                    }
                };
                strongest = strongest.max(Some(level));
            }
            if let Some(level) = strongest.filter(|level| by_message && *level != ProtectionLevel::EncryptAndSign) {
                let name = xml::attribute(operation, "name").unwrap_or("").to_owned();
                levels.push(OperationLevel { operation: name, level, span: xml::attribute_span(operation, "name") });
            }
        }
        levels
    }
}

/// What each message of an operation protects, and the assertions that WCF does not know.
type MessageLevel<'a> = Result<(ProtectionLevel, Vec<Node<'a>>), Unreadable<'a>>;

/// Reads the policies of an operation's messages, in the binding and in the port type.
fn message_levels<'a>(scene: &Scene<'_, 'a>, operation: Node<'a>) -> Vec<MessageLevel<'a>> {
    let name = xml::attribute(operation, "name");
    let of_port_type: Vec<Node<'a>> = scene
        .port_type
        .into_iter()
        .flat_map(|port_type| xml::named(port_type, "operation"))
        .filter(|other| xml::attribute(other, "name") == name)
        .collect();
    let directions = |node: Node<'a>| xml::children(node).filter(|child| matches!(xml::local(child), "input" | "output" | "fault"));
    directions(operation)
        .map(|message| {
            let mut points = vec![operation, message];
            points.extend(&of_port_type);
            let same = |other: &Node<'a>| {
                xml::local(other) == xml::local(message)
                    && (xml::local(other) != "fault" || xml::attribute(other, "name") == xml::attribute(message, "name"))
            };
            points.extend(of_port_type.iter().flat_map(|node| directions(*node)).filter(same));
            let alternatives = expression::attached(&points, scene.policies)?;
            let (mut strongest, mut unknown) = (ProtectionLevel::None, Vec::new());
            for alternative in &alternatives {
                let lowered = lowered(alternative, scene.policies)?;
                if lowered.security != Security::default() || lowered.scheme.is_some() {
                    let node = alternative.first().copied().unwrap_or(message);
                    return Err(Unreadable { node, why: "one operation has a security of its own, which no configuration of WCF says" });
                }
                if xml::local(message) != "fault" {
                    strongest = strongest.max(security::message_level(alternative).unwrap_or(ProtectionLevel::None));
                }
                unknown.extend(lowered.unknown.into_iter().filter(|node| !expression::is_optional(node)));
            }
            Ok((strongest, unknown))
        })
        .collect()
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
        elements.push(BindingElement::Opaque { name: xml::local(node).into() });
    }
    if found.context {
        elements.push(BindingElement::Context);
    }
    if let Some(enabled) = transaction_flow {
        elements.push(BindingElement::TransactionFlow(TransactionFlow { enabled }));
    }
    elements.extend(found.reliable.map(BindingElement::ReliableSession));
    elements.extend(found.security.message.map(|mut message| {
        // A queue may deliver late: WCF's binding for MSMQ looks for no replays.
        message.detect_replays.value &= transport != MSMQ_TRANSPORT;
        BindingElement::Security(Box::new(message))
    }));
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
        MSMQ_TRANSPORT => Transport::Msmq(Box::new(MsmqTransport {
            authentication_mode: policy_default(Text::fixed(msmq.0)),
            protection_level: policy_default(msmq.1),
        })),
        "http://schemas.microsoft.com/soap/peer" => Transport::Peer,
        other => Transport::Opaque { name: other.into() },
    }));
    ChannelStack { elements }
}

/// The element that .NET puts on top of a stack of which it did not understand all assertions.
const UNRECOGNIZED: &str = "UnrecognizedAssertionsBindingElement";
const HTTP_TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";
const MSMQ_TRANSPORT: &str = "http://schemas.microsoft.com/soap/msmq";
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
    stack.elements.insert(0, BindingElement::Opaque { name: Text::fixed(UNRECOGNIZED) });
    stack
}

/// Makes a stack of which something cannot be read demand everything: what is known of it stays, callers prove themselves by
/// certificate as well.
fn demand_everything(stack: &mut ChannelStack, transport: &str) {
    let strict = strictest(transport);
    let Some(BindingElement::Transport(Transport::Http(demanded))) = strict.elements.last() else {
        *stack = strict;
        return;
    };
    for element in &mut stack.elements {
        if let BindingElement::Transport(Transport::Http(http)) = element {
            http.tls = true;
            http.require_client_certificate = demanded.require_client_certificate.clone();
        }
    }
    stack.elements.insert(0, BindingElement::Opaque { name: Text::fixed(UNRECOGNIZED) });
}

/// Whether transactions flow: the operations say so.
fn transaction_flow(scene: &Scene<'_, '_>) -> Option<Effective<bool>> {
    let flows = |alternatives: Vec<Alternative<'_>>| {
        alternatives.iter().flatten().any(|node| matches!(xml::local(node), "ATAssertion" | "OleTxAssertion"))
    };
    xml::named(scene.binding, "operation")
        .find(|operation| expression::attached(&[*operation], scene.policies).is_ok_and(flows))
        .map(|operation| in_policy(operation, true))
}

/// The identity in a port's endpoint reference.
fn identity(port: Node<'_>) -> Option<Effective<Identity>> {
    let reference = xml::children(port).find(|child| xml::local(child) == "EndpointReference")?;
    let identity = xml::descendants(reference).find(|node| xml::local(node) == "Identity")?;
    let node = xml::descendants(identity).find(|node| matches!(xml::local(node), "Dns" | "Spn" | "Upn" | "X509Certificate"))?;
    let value = xml::text(node);
    let value = match xml::local(node) {
        "Dns" => Identity::Dns(value.into()),
        "Spn" => Identity::ServicePrincipalName(value.into()),
        "Upn" => Identity::UserPrincipalName(value.into()),
        _ => Identity::Certificate(value.split_whitespace().collect::<String>().into()),
    };
    Some(Effective { value, origin: Origin::Written { span: xml::span(node), within: Within::Endpoint } })
}
