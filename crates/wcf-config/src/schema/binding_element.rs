//! Encodings and protocols of custom bindings, and the list of all binding elements.

use crate::schema::enumeration::{
    COMPRESSION_FORMAT, CONTEXT_EXCHANGE_MECHANISM, MESSAGE_VERSION, PROTECTION_LEVEL, RELIABLE_MESSAGING_VERSION, TRANSACTION_PROTOCOL,
};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::security_element::{SECURITY, SSL_STREAM_SECURITY, WINDOWS_STREAM_SECURITY};
use crate::schema::standard_endpoint::DISCOVERY_CLIENT_SETTINGS;
use crate::schema::transport_element::{
    HTTP_TRANSPORT, HTTPS_TRANSPORT, MSMQ_INTEGRATION, MSMQ_TRANSPORT, NAMED_PIPE_TRANSPORT, PEER_TRANSPORT, TCP_TRANSPORT, UDP_TRANSPORT,
};
use crate::schema::{Child, Content, Element, INT_MAX, bool, encoding, enumeration, int, text, timeout, timeout_from, uri};

/// `PrivacyNoticeElement`.
pub static PRIVACY_NOTICE: Element = Element {
    class: "PrivacyNoticeElement",
    attributes: &[uri("url", None), int("version", 0, INT_MAX, "0")],
    children: &[],
    content: Content::Closed,
};

/// `UnrecognizedPolicyAssertionElement`.
pub static UNRECOGNIZED_POLICY_ASSERTION: Element =
    Element { class: "UnrecognizedPolicyAssertionElement", attributes: &[], children: &[], content: Content::Closed };

/// `UseManagedPresentationElement`.
pub static USE_MANAGED_PRESENTATION: Element =
    Element { class: "UseManagedPresentationElement", attributes: &[], children: &[], content: Content::Closed };

/// `PnrpPeerResolverElement`.
pub static PNRP_PEER_RESOLVER: Element =
    Element { class: "PnrpPeerResolverElement", attributes: &[], children: &[], content: Content::Closed };

/// `ContextBindingElementExtensionElement`.
pub static CONTEXT: Element = Element {
    class: "ContextBindingElementExtensionElement",
    attributes: &[
        uri("clientCallbackAddress", None),
        enumeration("contextExchangeMechanism", &CONTEXT_EXCHANGE_MECHANISM, "ContextSoapHeader"),
        enumeration("protectionLevel", &PROTECTION_LEVEL, "Sign"),
        bool("contextManagementEnabled", "true"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `CompositeDuplexElement`.
pub static COMPOSITE_DUPLEX: Element =
    Element { class: "CompositeDuplexElement", attributes: &[uri("clientBaseAddress", None)], children: &[], content: Content::Closed };

/// `OneWayElement`.
pub static ONE_WAY: Element = Element {
    class: "OneWayElement",
    attributes: &[int("maxAcceptedChannels", 1, INT_MAX, "10"), bool("packetRoutable", "false")],
    children: &[Child { name: "channelPoolSettings", element: &CHANNEL_POOL_SETTINGS }],
    content: Content::Closed,
};

/// `ChannelPoolSettingsElement`.
pub static CHANNEL_POOL_SETTINGS: Element = Element {
    class: "ChannelPoolSettingsElement",
    attributes: &[
        timeout("idleTimeout", "00:02:00"),
        timeout("leaseTimeout", "00:10:00"),
        int("maxOutboundChannelsPerEndpoint", 1, INT_MAX, "10"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `TransactionFlowElement`.
pub static TRANSACTION_FLOW: Element = Element {
    class: "TransactionFlowElement",
    attributes: &[enumeration("transactionProtocol", &TRANSACTION_PROTOCOL, "OleTransactions"), bool("allowWildcardAction", "false")],
    children: &[],
    content: Content::Closed,
};

/// `ReliableSessionElement`.
pub static RELIABLE_SESSION: Element = Element {
    class: "ReliableSessionElement",
    attributes: &[
        timeout_from("acknowledgementInterval", 1, "00:00:00.2000000"),
        bool("flowControlEnabled", "true"),
        timeout_from("inactivityTimeout", 1, "00:10:00"),
        int("maxPendingChannels", 1, 16_384, "4"),
        int("maxRetryCount", 1, INT_MAX, "8"),
        int("maxTransferWindowSize", 1, 4096, "8"),
        bool("ordered", "true"),
        enumeration("reliableMessagingVersion", &RELIABLE_MESSAGING_VERSION, "WSReliableMessagingFebruary2005"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ByteStreamMessageEncodingElement`.
pub static BYTE_STREAM_MESSAGE_ENCODING: Element = Element {
    class: "ByteStreamMessageEncodingElement",
    attributes: &[],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

/// `WebMessageEncodingElement`.
pub static WEB_MESSAGE_ENCODING: Element = Element {
    class: "WebMessageEncodingElement",
    attributes: &[
        int("maxReadPoolSize", 1, INT_MAX, "64"),
        int("maxWritePoolSize", 1, INT_MAX, "16"),
        text("webContentTypeMapperType"),
        encoding("writeEncoding", "utf-8"),
    ],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

/// `MtomMessageEncodingElement`.
pub static MTOM_MESSAGE_ENCODING: Element = Element {
    class: "MtomMessageEncodingElement",
    attributes: &[
        int("maxReadPoolSize", 1, INT_MAX, "64"),
        int("maxWritePoolSize", 1, INT_MAX, "16"),
        enumeration("messageVersion", &MESSAGE_VERSION, "Soap12WSAddressing10"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        encoding("writeEncoding", "utf-8"),
    ],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

/// `BinaryMessageEncodingElement`.
pub static BINARY_MESSAGE_ENCODING: Element = Element {
    class: "BinaryMessageEncodingElement",
    attributes: &[
        int("maxReadPoolSize", 1, INT_MAX, "64"),
        int("maxWritePoolSize", 1, INT_MAX, "16"),
        int("maxSessionSize", 0, INT_MAX, "2048"),
        enumeration("compressionFormat", &COMPRESSION_FORMAT, "None"),
    ],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

/// `TextMessageEncodingElement`.
pub static TEXT_MESSAGE_ENCODING: Element = Element {
    class: "TextMessageEncodingElement",
    attributes: &[
        int("maxReadPoolSize", 1, INT_MAX, "64"),
        int("maxWritePoolSize", 1, INT_MAX, "16"),
        enumeration("messageVersion", &MESSAGE_VERSION, "Soap12WSAddressing10"),
        encoding("writeEncoding", "utf-8"),
    ],
    children: &[Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS }],
    content: Content::Closed,
};

/// `DiscoveryClientElement`.
pub static DISCOVERY_CLIENT: Element =
    Element { class: "DiscoveryClientElement", attributes: &[], children: DISCOVERY_CLIENT_SETTINGS.children, content: Content::Closed };

/// Every binding element that .NET registers, by its name in `customBinding`.
pub static ALL: &[Child] = &[
    Child { name: "security", element: &SECURITY },
    Child { name: "sslStreamSecurity", element: &SSL_STREAM_SECURITY },
    Child { name: "windowsStreamSecurity", element: &WINDOWS_STREAM_SECURITY },
    Child { name: "httpTransport", element: &HTTP_TRANSPORT },
    Child { name: "httpsTransport", element: &HTTPS_TRANSPORT },
    Child { name: "tcpTransport", element: &TCP_TRANSPORT },
    Child { name: "namedPipeTransport", element: &NAMED_PIPE_TRANSPORT },
    Child { name: "msmqTransport", element: &MSMQ_TRANSPORT },
    Child { name: "msmqIntegration", element: &MSMQ_INTEGRATION },
    Child { name: "peerTransport", element: &PEER_TRANSPORT },
    Child { name: "udpTransport", element: &UDP_TRANSPORT },
    Child { name: "textMessageEncoding", element: &TEXT_MESSAGE_ENCODING },
    Child { name: "binaryMessageEncoding", element: &BINARY_MESSAGE_ENCODING },
    Child { name: "mtomMessageEncoding", element: &MTOM_MESSAGE_ENCODING },
    Child { name: "webMessageEncoding", element: &WEB_MESSAGE_ENCODING },
    Child { name: "byteStreamMessageEncoding", element: &BYTE_STREAM_MESSAGE_ENCODING },
    Child { name: "reliableSession", element: &RELIABLE_SESSION },
    Child { name: "transactionFlow", element: &TRANSACTION_FLOW },
    Child { name: "oneWay", element: &ONE_WAY },
    Child { name: "compositeDuplex", element: &COMPOSITE_DUPLEX },
    Child { name: "context", element: &CONTEXT },
    Child { name: "pnrpPeerResolver", element: &PNRP_PEER_RESOLVER },
    Child { name: "useManagedPresentation", element: &USE_MANAGED_PRESENTATION },
    Child { name: "unrecognizedPolicyAssertions", element: &UNRECOGNIZED_POLICY_ASSERTION },
    Child { name: "privacyNoticeAt", element: &PRIVACY_NOTICE },
    Child { name: "discoveryClient", element: &DISCOVERY_CLIENT },
];
