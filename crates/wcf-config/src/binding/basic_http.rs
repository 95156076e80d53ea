//! `basicHttpBinding`: SOAP 1.1 over HTTP. Without security unless it is written.

use crate::channel_stack::BindingElement;
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::message_security;
use crate::schema::enumeration::{
    BASIC_HTTP_MESSAGE_CREDENTIAL_TYPE, BASIC_HTTP_SECURITY_MODE, HOST_NAME_COMPARISON_MODE, SECURITY_ALGORITHM_SUITE, TRANSFER_MODE,
    WS_MESSAGE_ENCODING,
};
use crate::schema::http_security::HTTP_TRANSPORT_SECURITY;
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, uri,
};

/// `BasicHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "BasicHttpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("allowCookies", "false"),
        bool("bypassProxyOnLocal", "false"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        uri("proxyAddress", None),
        encoding("textEncoding", "utf-8"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        bool("useDefaultWebProxy", "true"),
        enumeration("messageEncoding", &WS_MESSAGE_ENCODING, "Text"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &BASIC_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `BasicHttpSecurityElement`.
pub static BASIC_HTTP_SECURITY: Element = Element {
    class: "BasicHttpSecurityElement",
    attributes: &[enumeration("mode", &BASIC_HTTP_SECURITY_MODE, "None")],
    children: &[
        Child { name: "transport", element: &HTTP_TRANSPORT_SECURITY },
        Child { name: "message", element: &BASIC_HTTP_MESSAGE_SECURITY },
    ],
    content: Content::Closed,
};

/// `BasicHttpMessageSecurityElement`.
pub static BASIC_HTTP_MESSAGE_SECURITY: Element = Element {
    class: "BasicHttpMessageSecurityElement",
    attributes: &[
        enumeration("clientCredentialType", &BASIC_HTTP_MESSAGE_CREDENTIAL_TYPE, "UserName"),
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
    ],
    children: &[],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffer_sizes(values))
}

/// What `basicHttpBinding` and the bindings derived from it build.
pub(crate) fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let mode = lower::mode(values)?;
    let mut elements = Vec::new();
    elements.extend(message_security_for(values, mode)?);
    elements.push(lower::message_encoding(values)?);
    elements.push(lower::http(values, mode)?);
    Ok(elements)
}

/// `BasicHttpSecurity.CreateMessageSecurity`.
pub(crate) fn message_security_for(values: &Values<'_>, mode: Mode) -> Result<Option<BindingElement>, Contradiction> {
    match mode {
        Mode::None | Mode::Transport | Mode::TransportCredentialOnly => Ok(None),
        Mode::Message => message_security::basic(values, false).map(Some),
        Mode::TransportWithMessageCredential => message_security::basic(values, true).map(Some),
    }
}
