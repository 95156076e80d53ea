//! `customBinding`: the stack as written.

use crate::Text;
use crate::binding::StackElement;
use crate::channel_stack::{
    AuthenticationMode, BindingElement, EncodingKind, HttpTransport, MessageEncoding, MessageSecurity, PeerResolver, ReliableSession,
    SecurityShape, StreamTransport, TransactionFlow, Transport,
};
use crate::effective::HttpAuthenticationScheme;
use crate::lower::{self, Contradiction, Lowered, Values, fixed};
use crate::message_security::{self, written_or};
use crate::schema::{CLOSE_TIMEOUT, Content, Element, ExtensionKind, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, text_or};

/// `CustomBindingElement`.
pub static SCHEMA: Element = Element {
    class: "CustomBindingElement",
    attributes: &[text_or("name", 0, None).key(), CLOSE_TIMEOUT, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT],
    children: &[],
    content: Content::Extensions(ExtensionKind::BindingElement),
};

pub(crate) fn lower(_values: &Values<'_>, elements: &[StackElement]) -> Lowered {
    let mut stack = Vec::with_capacity(elements.len());
    let mut contradictions = Vec::new();
    for element in elements {
        match lower_element(element, &mut contradictions) {
            Ok(lowered) => stack.push(lowered),
            Err(contradiction) => return Lowered::refused(contradiction).unless(contradictions),
        }
    }
    contradictions.extend(order(elements, &stack));
    contradictions.extend(protection(elements, &stack));
    Lowered::built(stack).unless(contradictions)
}

fn lower_element(element: &StackElement, contradictions: &mut Vec<Contradiction>) -> Result<BindingElement, Contradiction> {
    let Some(settings) = &element.settings else { return Ok(BindingElement::Opaque { name: element.name.clone() }) };
    let values = Values::new(settings);
    Ok(match element.name.as_str() {
        "security" => security(&values, contradictions)?,
        "sslStreamSecurity" => lower::ssl_stream_security(&values, "sslProtocols", values.bool("requireClientCertificate")),
        "windowsStreamSecurity" => lower::windows_stream_security(&values, "protectionLevel")?,
        "httpTransport" => http(&values, false, contradictions)?,
        "httpsTransport" => http(&values, true, contradictions)?,
        "tcpTransport" => BindingElement::Transport(Transport::Tcp(Box::new(stream(&values)?))),
        "namedPipeTransport" => BindingElement::Transport(Transport::NamedPipe(Box::new(stream(&values)?))),
        "msmqTransport" => BindingElement::Transport(Transport::Msmq(Box::new(msmq(&values, contradictions)?))),
        "msmqIntegration" => BindingElement::Transport(Transport::MsmqIntegration(Box::new(msmq(&values, contradictions)?))),
        "peerTransport" => BindingElement::Transport(Transport::Peer),
        "udpTransport" => BindingElement::Transport(Transport::Udp),
        "textMessageEncoding" => lower::encoding(EncodingKind::Text),
        "mtomMessageEncoding" => lower::encoding(EncodingKind::Mtom),
        "webMessageEncoding" => lower::encoding(EncodingKind::Web),
        "byteStreamMessageEncoding" => lower::encoding(EncodingKind::ByteStream),
        "binaryMessageEncoding" => {
            BindingElement::Encoding(MessageEncoding { kind: EncodingKind::Binary, compressed: values.text("compressionFormat") != "None" })
        }
        "reliableSession" => BindingElement::ReliableSession(ReliableSession {
            ordered: values.bool("ordered"),
            inactivity_timeout: values.timeout("inactivityTimeout"),
        }),
        // Where the element stands, transactions flow.
        "transactionFlow" => BindingElement::TransactionFlow(TransactionFlow { enabled: fixed("TransactionFlowBindingElement", true) }),
        "oneWay" => BindingElement::OneWay,
        "compositeDuplex" => BindingElement::CompositeDuplex,
        "context" => BindingElement::Context,
        "pnrpPeerResolver" => BindingElement::PeerResolver(PeerResolver::Pnrp),
        "privacyNoticeAt" => BindingElement::PrivacyNotice,
        "unrecognizedPolicyAssertions" => BindingElement::Opaque { name: Text::fixed("UnrecognizedAssertionsBindingElement") },
        "useManagedPresentation" => BindingElement::Opaque { name: Text::fixed("UseManagedPresentationBindingElement") },
        "discoveryClient" => BindingElement::Opaque { name: Text::fixed("DiscoveryClientBindingElement") },
        _ => BindingElement::Opaque { name: element.name.clone() },
    })
}

fn stream(values: &Values<'_>) -> Result<StreamTransport, Contradiction> {
    Ok(StreamTransport { max_connections: values.u32("maxPendingConnections"), ..lower::stream_transport(values)? })
}

fn msmq(values: &Values<'_>, contradictions: &mut Vec<Contradiction>) -> Result<crate::channel_stack::MsmqTransport, Contradiction> {
    contradictions.extend(lower::msmq_contradictions(values, "msmqTransportSecurity."));
    lower::msmq(values, "msmqTransportSecurity.", true)
}

fn http(values: &Values<'_>, tls: bool, contradictions: &mut Vec<Contradiction>) -> Result<BindingElement, Contradiction> {
    for name in ["proxyAuthenticationScheme"] {
        if !matches!(values.text(name), "Anonymous" | "Basic" | "Digest" | "Ntlm" | "Negotiate") {
            contradictions.push(values.contradiction(
                "HttpTransportBindingElement.ProxyAuthenticationScheme",
                &[name],
                format!("a proxy is given exactly one authentication scheme, and `{name}` is `{}`", values.text(name)),
                "name one scheme",
            ));
        }
    }
    let scheme = lower::weakest_scheme(values, "authenticationScheme");
    let requires_certificate = tls && values.is("requireClientCertificate");
    if requires_certificate && scheme.value != HttpAuthenticationScheme::Anonymous {
        contradictions.push(values.contradiction(
            "HttpsChannelListener",
            &["requireClientCertificate", "authenticationScheme"],
            "a client certificate is required and `authenticationScheme` does not let Anonymous in",
            "leave `authenticationScheme` out",
        ));
    }
    Ok(BindingElement::Transport(Transport::Http(Box::new(HttpTransport {
        tls,
        authentication_scheme: scheme,
        require_client_certificate: values.effective("requireClientCertificate", requires_certificate),
        transfer_mode: lower::transfer_mode(values)?,
        max_received_message_size: values.u64("maxReceivedMessageSize"),
        allow_cookies: values.bool("allowCookies"),
        web_socket: values.text("webSocketSettings.transportUsage") == "Always",
    }))))
}

/// `SecurityElementBase.CreateBindingElement`. A secure conversation without a bootstrap has the bootstrap's default.
fn security(values: &Values<'_>, contradictions: &mut Vec<Contradiction>) -> Result<BindingElement, Contradiction> {
    let conversation = values.text("authenticationMode") == "SecureConversation";
    let prefix = if conversation { "secureConversationBootstrap." } else { "" };
    let mode_name = format!("{prefix}authenticationMode");
    let Some(mode) = message_security::authentication_mode(values.text(&mode_name)) else {
        return Err(values.contradiction(
            "SecurityElement.CreateBindingElement",
            &[&mode_name, "authenticationMode"],
            "a secure conversation cannot be the bootstrap of a secure conversation",
            "name the mode that proves the caller in `secureConversationBootstrap`",
        ));
    };
    let issued_token = if message_security::takes_issued_token(mode) {
        Some(message_security::issued_token(values, &format!("{prefix}issuedTokenParameters."), "keyType", "tokenType")?)
    } else {
        None
    };
    if mode == AuthenticationMode::IssuedToken
        && issued_token.as_ref().is_some_and(|token| token.key_type.value != crate::channel_stack::IssuedKeyType::Symmetric)
    {
        contradictions.push(values.contradiction(
            "SecurityBindingElement.CreateIssuedTokenBindingElement",
            &[&mode_name, &format!("{prefix}issuedTokenParameters.keyType")],
            "`authenticationMode` `IssuedToken` needs a token with a symmetric key",
            "use `IssuedTokenForCertificate`, or a symmetric key",
        ));
    }
    let version = values.text(&format!("{prefix}messageSecurityVersion"));
    let default_suite = match mode {
        AuthenticationMode::Kerberos | AuthenticationMode::KerberosOverTransport => "Basic128",
        _ => "Basic256",
    };
    let shape = message_security::shape(mode, version.starts_with("WSSecurity11"));
    let shape = match shape {
        // A secure conversation has keys of its own.
        SecurityShape::Asymmetric if conversation => SecurityShape::Symmetric,
        other => other,
    };
    Ok(message_security::security(MessageSecurity {
        authentication_mode: values.effective(&mode_name, mode),
        secure_conversation: conversation,
        shape,
        algorithm_suite: written_or(
            values,
            "defaultAlgorithmSuite",
            values.string("defaultAlgorithmSuite").value,
            Text::fixed(default_suite),
        ),
        message_security_version: values.string("messageSecurityVersion"),
        include_timestamp: written_or(values, "includeTimestamp", values.is("includeTimestamp"), true),
        detect_replays: values.bool("localServiceSettings.detectReplays"),
        allow_insecure_transport: values.bool("allowInsecureTransport"),
        enable_unsecured_response: values.bool("enableUnsecuredResponse"),
        issued_token,
    }))
}

/// The transport stands last, and there is one.
fn order(elements: &[StackElement], stack: &[BindingElement]) -> Option<Contradiction> {
    let places = |at: Option<usize>| at.and_then(|at| elements.get(at)).map(|element| element.span).into_iter().collect();
    let opaque = stack.iter().any(|element| matches!(element, BindingElement::Opaque { .. }));
    let transport = stack.iter().position(|element| matches!(element, BindingElement::Transport(_)));
    match transport {
        None if opaque => None,
        None => Some(Contradiction {
            message: "a custom binding without a transport cannot be opened".to_owned(),
            places: places(elements.len().checked_sub(1)),
            help: "add a transport as the last element",
            class: "CustomBinding",
        }),
        Some(at) if at + 1 < stack.len() => Some(Contradiction {
            message: "the transport of a custom binding has to be its last element".to_owned(),
            places: places(Some(at)),
            help: "move the transport to the end",
            class: "BindingContext",
        }),
        Some(_) => None,
    }
}

/// A mode that leaves protection to the transport needs a transport that protects (`SecurityValidationBehavior`).
fn protection(elements: &[StackElement], stack: &[BindingElement]) -> Option<Contradiction> {
    let at = stack.iter().position(|element| matches!(element, BindingElement::Security(_)))?;
    let BindingElement::Security(security) = stack.get(at)? else { return None };
    if security.shape != SecurityShape::Transport || security.allow_insecure_transport.value {
        return None;
    }
    let protects = stack.iter().any(|element| match element {
        BindingElement::SslStreamSecurity(_) | BindingElement::Opaque { .. } => true,
        BindingElement::WindowsStreamSecurity(windows) => {
            windows.protection_level.value == crate::channel_stack::ProtectionLevel::EncryptAndSign
        }
        BindingElement::Transport(Transport::Http(http)) => http.tls,
        BindingElement::Transport(Transport::Opaque { .. }) => true,
        _ => false,
    });
    (!protects).then(|| Contradiction {
        message: format!("`{:?}` leaves protection to a transport that does not protect", security.authentication_mode.value),
        places: elements.get(at).map(|element| element.span).into_iter().collect(),
        help: "use httpsTransport, or put sslStreamSecurity or windowsStreamSecurity above the transport",
        class: "SecurityValidationBehavior",
    })
}
