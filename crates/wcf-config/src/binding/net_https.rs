//! `netHttpsBinding`: `netHttpBinding` over TLS.

use crate::binding::basic_https::BASIC_HTTPS_SECURITY;
use crate::binding::net_http::NET_HTTP_WEB_SOCKET_TRANSPORT_SETTINGS;
use crate::lower::{self, Lowered, Values};
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, NET_HTTP_MESSAGE_ENCODING, TRANSFER_MODE};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, uri,
};

/// `NetHttpsBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetHttpsBindingElement",
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
        Child { name: "security", element: &BASIC_HTTPS_SECURITY },
        Child { name: "webSocketSettings", element: &NET_HTTP_WEB_SOCKET_TRANSPORT_SETTINGS },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(super::net_http::elements(values)).unless(lower::buffer_sizes(values))
}
