//! `netHttpBinding`: binary SOAP over HTTP and WebSocket. Without security unless it is written.

use crate::binding::basic_http::BASIC_HTTP_SECURITY;
use crate::channel_stack::BindingElement;
use crate::lower::{self, Contradiction, Lowered, Values};
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, NET_HTTP_MESSAGE_ENCODING, TRANSFER_MODE, WEB_SOCKET_TRANSPORT_USAGE};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, text_or, timeout_from, uri,
};

/// `NetHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetHttpBindingElement",
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
        enumeration("messageEncoding", &NET_HTTP_MESSAGE_ENCODING, "Binary"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &BASIC_HTTP_SECURITY },
        Child { name: "webSocketSettings", element: &NET_HTTP_WEB_SOCKET_TRANSPORT_SETTINGS },
    ],
    content: Content::Closed,
};

/// `NetHttpWebSocketTransportSettingsElement`.
pub static NET_HTTP_WEB_SOCKET_TRANSPORT_SETTINGS: Element = Element {
    class: "NetHttpWebSocketTransportSettingsElement",
    attributes: &[
        bool("createNotificationOnConnection", "false"),
        timeout_from("keepAliveInterval", -10_000, "00:00:00"),
        bool("disablePayloadMasking", "false"),
        int("maxPendingConnections", 0, INT_MAX, "0"),
        enumeration("transportUsage", &WEB_SOCKET_TRANSPORT_USAGE, "WhenDuplex"),
        text_or("subProtocol", 0, Some("soap")),
    ],
    children: &[],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffer_sizes(values))
}

/// What `netHttpBinding` and `netHttpsBinding` build.
pub(crate) fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let mut elements: Vec<BindingElement> = lower::optional_reliable_session(values).into_iter().collect();
    elements.extend(super::basic_http::elements(values)?);
    Ok(elements)
}
