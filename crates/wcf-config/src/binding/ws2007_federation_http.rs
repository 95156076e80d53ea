//! `ws2007FederationHttpBinding`: `wsFederationHttpBinding` with the OASIS versions of 2007.

use crate::binding::ws_federation_http::WS_FEDERATION_HTTP_SECURITY;
use crate::lower::{self, Lowered, Values};
use crate::message_security;
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, WS_MESSAGE_ENCODING};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, uri,
};

/// `WS2007FederationHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WS2007FederationHttpBindingElement",
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
        uri("privacyNoticeAt", None),
        int("privacyNoticeVersion", 0, INT_MAX, "0"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &WS_FEDERATION_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(super::ws_federation_http::elements(values, message_security::WSS11_2007_BASIC_PROFILE))
        .unless(lower::buffered_size(values))
}
