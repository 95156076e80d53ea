//! `wsDualHttpBinding`: two HTTP channels as a duplex, always reliable.

use crate::channel_stack::BindingElement;
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::message_security;
use crate::schema::enumeration::{
    HOST_NAME_COMPARISON_MODE, MESSAGE_CREDENTIAL_TYPE, SECURITY_ALGORITHM_SUITE, WS_DUAL_HTTP_SECURITY_MODE, WS_MESSAGE_ENCODING,
};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding, enumeration, long,
    uri,
};

/// `WSDualHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WSDualHttpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("bypassProxyOnLocal", "false"),
        uri("clientBaseAddress", None),
        bool("transactionFlow", "false"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        enumeration("messageEncoding", &WS_MESSAGE_ENCODING, "Text"),
        uri("proxyAddress", None),
        encoding("textEncoding", "utf-8"),
        bool("useDefaultWebProxy", "true"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_RELIABLE_SESSION },
        Child { name: "security", element: &WS_DUAL_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `WSDualHttpSecurityElement`.
pub static WS_DUAL_HTTP_SECURITY: Element = Element {
    class: "WSDualHttpSecurityElement",
    attributes: &[enumeration("mode", &WS_DUAL_HTTP_SECURITY_MODE, "Message")],
    children: &[Child { name: "message", element: &MESSAGE_SECURITY_OVER_HTTP }],
    content: Content::Closed,
};

/// `MessageSecurityOverHttpElement`.
pub static MESSAGE_SECURITY_OVER_HTTP: Element = Element {
    class: "MessageSecurityOverHttpElement",
    attributes: &[
        enumeration("clientCredentialType", &MESSAGE_CREDENTIAL_TYPE, "Windows"),
        bool("negotiateServiceCredential", "true"),
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
    ],
    children: &[],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffered_size(values))
}

fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let mode = lower::mode(values)?;
    let mut elements = vec![lower::transaction_flow(values), lower::reliable_session(values)];
    if mode == Mode::Message {
        elements.push(message_security::by_credential(
            values,
            &message_security::Rules {
                class: "MessageSecurityOverHttp",
                over_transport: false,
                negotiated: values.is("security.message.negotiateServiceCredential"),
                secure_conversation: true,
                version: message_security::WSS11_BASIC_PROFILE,
                timestamps: true,
            },
        )?);
    }
    elements.extend([
        BindingElement::CompositeDuplex,
        BindingElement::OneWay,
        lower::message_encoding(values)?,
        lower::http(values, mode)?,
    ]);
    Ok(elements)
}
