//! `wsHttpBinding`: SOAP 1.2 with WS-Security, by default on the message with Windows credentials.

use crate::channel_stack::BindingElement;
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::message_security;
use crate::schema::enumeration::{
    HOST_NAME_COMPARISON_MODE, HTTP_CLIENT_CREDENTIAL_TYPE, HTTP_PROXY_CREDENTIAL_TYPE, MESSAGE_CREDENTIAL_TYPE, SECURITY_ALGORITHM_SUITE,
    SECURITY_MODE, WS_MESSAGE_ENCODING,
};
use crate::schema::http_security::EXTENDED_PROTECTION_POLICY;
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding, enumeration, long,
    text, uri,
};

/// `WSHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WSHttpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("bypassProxyOnLocal", "false"),
        bool("transactionFlow", "false"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        enumeration("messageEncoding", &WS_MESSAGE_ENCODING, "Text"),
        uri("proxyAddress", None),
        encoding("textEncoding", "utf-8"),
        bool("useDefaultWebProxy", "true"),
        bool("allowCookies", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &WS_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `WSHttpSecurityElement`.
pub static WS_HTTP_SECURITY: Element = Element {
    class: "WSHttpSecurityElement",
    attributes: &[enumeration("mode", &SECURITY_MODE, "Message")],
    children: &[
        Child { name: "transport", element: &WS_HTTP_TRANSPORT_SECURITY },
        Child { name: "message", element: &NON_DUAL_MESSAGE_SECURITY_OVER_HTTP },
    ],
    content: Content::Closed,
};

/// `NonDualMessageSecurityOverHttpElement`.
pub static NON_DUAL_MESSAGE_SECURITY_OVER_HTTP: Element = Element {
    class: "NonDualMessageSecurityOverHttpElement",
    attributes: &[
        enumeration("clientCredentialType", &MESSAGE_CREDENTIAL_TYPE, "Windows"),
        bool("negotiateServiceCredential", "true"),
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
        bool("establishSecurityContext", "true"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `WSHttpTransportSecurityElement`.
pub static WS_HTTP_TRANSPORT_SECURITY: Element = Element {
    class: "WSHttpTransportSecurityElement",
    attributes: &[
        enumeration("clientCredentialType", &HTTP_CLIENT_CREDENTIAL_TYPE, "Windows"),
        enumeration("proxyCredentialType", &HTTP_PROXY_CREDENTIAL_TYPE, "None"),
        text("realm"),
    ],
    children: &[Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY }],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values, message_security::WSS11_BASIC_PROFILE)).unless(lower::buffered_size(values))
}

/// What the WS bindings build, which differ in the versions they speak.
pub(crate) fn elements(values: &Values<'_>, version: &'static str) -> Result<Vec<BindingElement>, Contradiction> {
    let mode = lower::mode(values)?;
    let reliable = lower::optional_reliable_session(values);
    if mode == Mode::Transport && reliable.is_some() {
        return Err(values.contradiction(
            "WSHttpBinding.CreateBindingElements",
            &["security.mode", "reliableSession.enabled"],
            "a reliable session cannot be had with mode `Transport`",
            "use mode `TransportWithMessageCredential`, or switch the reliable session off",
        ));
    }
    let mut elements = vec![lower::transaction_flow(values)];
    let is_reliable = reliable.is_some();
    elements.extend(reliable);
    elements.extend(message_security_for(values, mode, version, is_reliable)?);
    elements.push(lower::message_encoding(values)?);
    elements.push(lower::http(values, mode)?);
    Ok(elements)
}

fn message_security_for(
    values: &Values<'_>,
    mode: Mode,
    version: &'static str,
    is_reliable: bool,
) -> Result<Option<BindingElement>, Contradiction> {
    let over_transport = match mode {
        Mode::None | Mode::Transport | Mode::TransportCredentialOnly => return Ok(None),
        Mode::Message => false,
        Mode::TransportWithMessageCredential => true,
    };
    let secure_conversation = values.is("security.message.establishSecurityContext");
    if is_reliable && !secure_conversation {
        return Err(values.contradiction(
            "MessageSecurityOverHttp.CreateSecurityBindingElement",
            &["reliableSession.enabled", "security.message.establishSecurityContext"],
            "a reliable session needs a security context, and `establishSecurityContext` is `false`",
            "leave `establishSecurityContext` out, or switch the reliable session off",
        ));
    }
    let rules = message_security::Rules {
        class: "MessageSecurityOverHttp",
        over_transport,
        negotiated: values.is("security.message.negotiateServiceCredential"),
        secure_conversation,
        version,
        timestamps: true,
    };
    message_security::by_credential(values, &rules).map(Some)
}
