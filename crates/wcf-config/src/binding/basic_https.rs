//! `basicHttpsBinding`: `basicHttpBinding` over TLS.

use crate::binding::basic_http::BASIC_HTTP_MESSAGE_SECURITY;
use crate::lower::{self, Lowered, Values};
use crate::schema::enumeration::{BASIC_HTTPS_SECURITY_MODE, HOST_NAME_COMPARISON_MODE, TRANSFER_MODE, WS_MESSAGE_ENCODING};
use crate::schema::http_security::HTTP_TRANSPORT_SECURITY;
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, uri,
};

/// `BasicHttpsBindingElement`.
pub static SCHEMA: Element = Element {
    class: "BasicHttpsBindingElement",
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
        Child { name: "security", element: &BASIC_HTTPS_SECURITY },
    ],
    content: Content::Closed,
};

/// `BasicHttpsSecurityElement`.
pub static BASIC_HTTPS_SECURITY: Element = Element {
    class: "BasicHttpsSecurityElement",
    attributes: &[enumeration("mode", &BASIC_HTTPS_SECURITY_MODE, "Transport")],
    children: &[
        Child { name: "transport", element: &HTTP_TRANSPORT_SECURITY },
        Child { name: "message", element: &BASIC_HTTP_MESSAGE_SECURITY },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(super::basic_http::elements(values)).unless(lower::buffer_sizes(values))
}
