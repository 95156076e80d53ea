//! `wsHttpContextBinding`: `wsHttpBinding` with a context in headers or cookies.

use crate::binding::ws_http::WS_HTTP_SECURITY;
use crate::channel_stack::BindingElement;
use crate::lower::{self, Lowered, Values};
use crate::message_security;
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, PROTECTION_LEVEL, WS_MESSAGE_ENCODING};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding, enumeration, long,
    uri,
};

/// `WSHttpContextBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WSHttpContextBindingElement",
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
        uri("clientCallbackAddress", None),
        bool("contextManagementEnabled", "true"),
        enumeration("contextProtectionLevel", &PROTECTION_LEVEL, "Sign"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &WS_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    let elements = super::ws_http::elements(values, message_security::WSS11_BASIC_PROFILE).map(|mut elements| {
        elements.insert(0, BindingElement::Context);
        elements
    });
    Lowered::from(elements).unless(lower::buffered_size(values))
}
