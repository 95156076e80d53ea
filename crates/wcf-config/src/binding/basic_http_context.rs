//! `basicHttpContextBinding`: `basicHttpBinding` with a context in cookies.

use crate::binding::basic_http::BASIC_HTTP_SECURITY;
use crate::channel_stack::BindingElement;
use crate::lower::{self, Lowered, Values};
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, TRANSFER_MODE, WS_MESSAGE_ENCODING};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, uri,
};

/// `BasicHttpContextBindingElement`.
pub static SCHEMA: Element = Element {
    class: "BasicHttpContextBindingElement",
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
        bool("contextManagementEnabled", "true"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &BASIC_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    let lowered = Lowered::from(super::basic_http::elements(values).map(|mut elements| {
        elements.insert(0, BindingElement::Context);
        elements
    }));
    // The context travels in cookies; the default of the attribute does not count, `false` that is written does.
    let without_cookies = values.is_written("allowCookies") && !values.is("allowCookies");
    lowered.unless(lower::buffer_sizes(values)).unless(without_cookies.then(|| {
        values.contradiction(
            "BasicHttpContextBindingElement.OnApplyConfiguration",
            &["allowCookies"],
            "basicHttpContextBinding keeps its context in cookies, and `allowCookies` is `false`",
            "leave `allowCookies` out",
        )
    }))
}
