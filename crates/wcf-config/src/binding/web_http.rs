//! `webHttpBinding`: plain XML, JSON or bytes over HTTP. Without security unless it is written.

use crate::channel_stack::{BindingElement, EncodingKind};
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, TRANSFER_MODE, WEB_HTTP_SECURITY_MODE};
use crate::schema::http_security::HTTP_TRANSPORT_SECURITY;
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, text, uri,
};

/// `WebHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WebHttpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("allowCookies", "false"),
        bool("bypassProxyOnLocal", "false"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        uri("proxyAddress", None),
        encoding("writeEncoding", "utf-8"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        bool("useDefaultWebProxy", "true"),
        text("contentTypeMapper"),
        bool("crossDomainScriptAccessEnabled", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &WEB_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `WebHttpSecurityElement`.
pub static WEB_HTTP_SECURITY: Element = Element {
    class: "WebHttpSecurityElement",
    attributes: &[enumeration("mode", &WEB_HTTP_SECURITY_MODE, "None")],
    children: &[Child { name: "transport", element: &HTTP_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffer_sizes(values))
}

/// What `webHttpBinding` and the web standard endpoints build.
pub(crate) fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let transport = match lower::mode(values)? {
        // `WebHttpSecurityElement.ApplyConfiguration` reads `transport` only where a mode is written, so the default mode has none.
        mode @ (Mode::None | Mode::Transport | Mode::TransportCredentialOnly) => lower::http(values, mode)?,
        Mode::Message | Mode::TransportWithMessageCredential => return Err(values.impossible("security.mode")),
    };
    Ok(vec![lower::encoding(EncodingKind::Web), transport])
}
