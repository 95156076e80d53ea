//! `netTcpBinding`: binary SOAP over TCP. By default Windows credentials and Negotiate, not TLS.

use crate::channel_stack::{BindingElement, EncodingKind, ProtectionLevel, Transport};
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::message_security;
use crate::schema::enumeration::{
    HOST_NAME_COMPARISON_MODE, MESSAGE_CREDENTIAL_TYPE, PROTECTION_LEVEL, SECURITY_ALGORITHM_SUITE, SECURITY_MODE, SSL_PROTOCOLS,
    TCP_CLIENT_CREDENTIAL_TYPE, TRANSACTION_PROTOCOL, TRANSFER_MODE,
};
use crate::schema::http_security::EXTENDED_PROTECTION_POLICY;
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, enumeration, flags,
    int, long,
};

/// `NetTcpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetTcpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("transactionFlow", "false"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        enumeration("transactionProtocol", &TRANSACTION_PROTOCOL, "OleTransactions"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        int("listenBacklog", 0, INT_MAX, "0"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxConnections", 0, INT_MAX, "0"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        bool("portSharingEnabled", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &NET_TCP_SECURITY },
    ],
    content: Content::Closed,
};

/// `NetTcpSecurityElement`.
pub static NET_TCP_SECURITY: Element = Element {
    class: "NetTcpSecurityElement",
    attributes: &[enumeration("mode", &SECURITY_MODE, "Transport")],
    children: &[
        Child { name: "transport", element: &TCP_TRANSPORT_SECURITY },
        Child { name: "message", element: &MESSAGE_SECURITY_OVER_TCP },
    ],
    content: Content::Closed,
};

/// `MessageSecurityOverTcpElement`.
pub static MESSAGE_SECURITY_OVER_TCP: Element = Element {
    class: "MessageSecurityOverTcpElement",
    attributes: &[
        enumeration("clientCredentialType", &MESSAGE_CREDENTIAL_TYPE, "Windows"),
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `TcpTransportSecurityElement`.
pub static TCP_TRANSPORT_SECURITY: Element = Element {
    class: "TcpTransportSecurityElement",
    attributes: &[
        enumeration("clientCredentialType", &TCP_CLIENT_CREDENTIAL_TYPE, "Windows"),
        enumeration("protectionLevel", &PROTECTION_LEVEL, "EncryptAndSign"),
        flags("sslProtocols", &SSL_PROTOCOLS, "Tls, Tls11, Tls12"),
    ],
    children: &[Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY }],
    content: Content::Closed,
};

const CREDENTIAL: &str = "security.transport.clientCredentialType";
const LEVEL: &str = "security.transport.protectionLevel";
const PROTOCOLS: &str = "security.transport.sslProtocols";

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffer_sizes(values))
}

/// What `netTcpBinding` and `netTcpContextBinding` build.
pub(crate) fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let mode = lower::mode(values)?;
    let mut elements = vec![lower::transaction_flow(values)];
    elements.extend(lower::optional_reliable_session(values));
    elements.extend(message_security_for(values, mode)?);
    elements.push(lower::encoding(EncodingKind::Binary));
    elements.extend(transport_security(values, mode)?);
    elements.push(BindingElement::Transport(Transport::Tcp(Box::new(lower::stream_transport(values)?))));
    Ok(elements)
}

/// `MessageSecurityOverTcp`: always negotiated, always a secure conversation.
fn message_security_for(values: &Values<'_>, mode: Mode) -> Result<Option<BindingElement>, Contradiction> {
    let over_transport = match mode {
        Mode::None | Mode::Transport | Mode::TransportCredentialOnly => return Ok(None),
        Mode::Message => false,
        Mode::TransportWithMessageCredential => true,
    };
    let rules = message_security::Rules {
        class: "MessageSecurityOverTcp",
        over_transport,
        negotiated: true,
        secure_conversation: true,
        version: message_security::WSS11,
        timestamps: true,
    };
    message_security::by_credential(values, &rules).map(Some)
}

/// `TcpTransportSecurity`: Negotiate for Windows credentials, TLS for the others and under message credentials.
fn transport_security(values: &Values<'_>, mode: Mode) -> Result<Option<BindingElement>, Contradiction> {
    let requires_certificate = match mode {
        Mode::None | Mode::Message | Mode::TransportCredentialOnly => return Ok(None),
        Mode::TransportWithMessageCredential => values.derived("TcpTransportSecurity", "security.mode", false),
        Mode::Transport => match values.text(CREDENTIAL) {
            "Windows" => return lower::windows_stream_security(values, LEVEL).map(Some),
            "None" => values.effective(CREDENTIAL, false),
            "Certificate" => values.effective(CREDENTIAL, true),
            _ => return Err(values.impossible(CREDENTIAL)),
        },
    };
    if lower::protection_level(values, LEVEL)?.value != ProtectionLevel::EncryptAndSign {
        return Err(values.contradiction(
            "TcpTransportSecurity.CreateSslBindingElement",
            &[LEVEL, CREDENTIAL, "security.mode"],
            format!("TLS always encrypts and signs, and `protectionLevel` is `{}`", values.text(LEVEL)),
            "leave `protectionLevel` out",
        ));
    }
    Ok(Some(lower::ssl_stream_security(values, PROTOCOLS, requires_certificate)))
}
