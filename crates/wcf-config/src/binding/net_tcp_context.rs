//! `netTcpContextBinding`: `netTcpBinding` with a context in headers.

use crate::binding::net_tcp::NET_TCP_SECURITY;
use crate::channel_stack::BindingElement;
use crate::lower::{self, Lowered, Values};
use crate::schema::enumeration::{HOST_NAME_COMPARISON_MODE, PROTECTION_LEVEL, TRANSACTION_PROTOCOL, TRANSFER_MODE};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, enumeration, int,
    long, uri,
};

/// `NetTcpContextBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetTcpContextBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("transactionFlow", "false"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        enumeration("transactionProtocol", &TRANSACTION_PROTOCOL, "OleTransactions"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        int("listenBacklog", 0, INT_MAX, "0"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxConnections", 0, INT_MAX, "0"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        bool("portSharingEnabled", "false"),
        uri("clientCallbackAddress", None),
        bool("contextManagementEnabled", "true"),
        enumeration("contextProtectionLevel", &PROTECTION_LEVEL, "Sign"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &NET_TCP_SECURITY },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    let elements = super::net_tcp::elements(values).map(|mut elements| {
        elements.insert(0, BindingElement::Context);
        elements
    });
    Lowered::from(elements).unless(lower::buffer_sizes(values))
}
