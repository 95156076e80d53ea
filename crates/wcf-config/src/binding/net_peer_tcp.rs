//! `netPeerTcpBinding`: a mesh of peers.

use crate::channel_stack::{BindingElement, EncodingKind, PeerResolver, Transport};
use crate::lower::{self, Lowered, Values};
use crate::schema::address::{ADDRESS_HEADER_COLLECTION, IDENTITY};
use crate::schema::enumeration::{PEER_REFERRAL_POLICY, PEER_RESOLVER_MODE};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::transport_element::PEER_SECURITY;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, enumeration, int, ip_address,
    long, text, uri,
};

/// `NetPeerTcpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetPeerTcpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        ip_address("listenIPAddress"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 16_384, LONG_MAX, "65536"),
        int("port", 0, 65_535, "0"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "resolver", element: &PEER_RESOLVER },
        Child { name: "security", element: &PEER_SECURITY },
    ],
    content: Content::Closed,
};

/// `PeerResolverElement`.
pub static PEER_RESOLVER: Element = Element {
    class: "PeerResolverElement",
    attributes: &[enumeration("mode", &PEER_RESOLVER_MODE, "Auto"), enumeration("referralPolicy", &PEER_REFERRAL_POLICY, "Service")],
    children: &[Child { name: "custom", element: &PEER_CUSTOM_RESOLVER }],
    content: Content::Closed,
};

/// `PeerCustomResolverElement`.
pub static PEER_CUSTOM_RESOLVER: Element = Element {
    class: "PeerCustomResolverElement",
    attributes: &[uri("address", None), text("binding"), text("bindingConfiguration"), text("resolverType")],
    children: &[Child { name: "headers", element: &ADDRESS_HEADER_COLLECTION }, Child { name: "identity", element: &IDENTITY }],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    let custom = values.text("resolver.mode") == "Custom" || !values.text("resolver.custom.address").is_empty();
    let resolver = if custom && values.text("resolver.mode") != "Pnrp" { PeerResolver::Custom } else { PeerResolver::Pnrp };
    Lowered::built(vec![
        BindingElement::PeerResolver(resolver),
        lower::encoding(EncodingKind::Binary),
        BindingElement::Transport(Transport::Peer),
    ])
}
