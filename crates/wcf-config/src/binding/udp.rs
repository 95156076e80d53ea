//! `udpBinding`: SOAP as text over UDP, unprotected.

use crate::channel_stack::{BindingElement, EncodingKind, Transport};
use crate::lower::{self, Lowered, Values};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, encoding, int, long, text,
};

/// `UdpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "UdpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        int("duplicateMessageHistoryLength", 0, INT_MAX, "0"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        int("maxRetransmitCount", 0, INT_MAX, "0"),
        long("maxPendingMessagesTotalSize", 0, LONG_MAX, "0"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        text("multicastInterfaceId"),
        encoding("textEncoding", "utf-8"),
        int("timeToLive", 0, 255, "1"),
    ],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

pub(crate) fn lower(_values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::built(vec![lower::encoding(EncodingKind::Text), BindingElement::Transport(Transport::Udp)])
}
