//! Transports of custom bindings.

use crate::schema::enumeration::{
    AUTHENTICATION_SCHEMES, DEAD_LETTER_QUEUE, HOST_NAME_COMPARISON_MODE, MSMQ_AUTHENTICATION_MODE, MSMQ_ENCRYPTION_ALGORITHM,
    MSMQ_MESSAGE_SERIALIZATION_FORMAT, MSMQ_SECURE_HASH_ALGORITHM, PEER_TRANSPORT_CREDENTIAL_TYPE, PROTECTION_LEVEL,
    QUEUE_TRANSFER_PROTOCOL, RECEIVE_ERROR_HANDLING, SECURITY_MODE, TRANSFER_MODE, WEB_SOCKET_TRANSPORT_USAGE,
};
use crate::schema::http_security::EXTENDED_PROTECTION_POLICY;
use crate::schema::{
    Child, Content, Element, INT_MAX, LONG_MAX, bool, enumeration, flags, int, ip_address, long, session_id, text, text_or, timeout,
    timeout_from, uri,
};

/// `UdpTransportElement`.
pub static UDP_TRANSPORT: Element = Element {
    class: "UdpTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        int("duplicateMessageHistoryLength", 0, INT_MAX, "0"),
        long("maxPendingMessagesTotalSize", 0, LONG_MAX, "0"),
        text("multicastInterfaceId"),
        int("socketReceiveBufferSize", 1, INT_MAX, "65536"),
        int("timeToLive", 0, 255, "1"),
    ],
    children: &[Child { name: "retransmissionSettings", element: &UDP_RETRANSMISSION_SETTINGS }],
    content: Content::Closed,
};

/// `UdpRetransmissionSettingsElement`.
pub static UDP_RETRANSMISSION_SETTINGS: Element = Element {
    class: "UdpRetransmissionSettingsElement",
    attributes: &[
        timeout("delayLowerBound", "00:00:00.0500000"),
        timeout("delayUpperBound", "00:00:00.2500000"),
        timeout("maxDelayPerRetransmission", "00:00:00.5000000"),
        int("maxMulticastRetransmitCount", 0, INT_MAX, "0"),
        int("maxUnicastRetransmitCount", 0, INT_MAX, "0"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `PeerTransportElement`.
pub static PEER_TRANSPORT: Element = Element {
    class: "PeerTransportElement",
    attributes: &[
        ip_address("listenIPAddress"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        int("port", 0, 65_535, "0"),
    ],
    children: &[Child { name: "security", element: &PEER_SECURITY }],
    content: Content::Closed,
};

/// `MsmqIntegrationElement`.
pub static MSMQ_INTEGRATION: Element = Element {
    class: "MsmqIntegrationElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        uri("customDeadLetterQueue", None),
        enumeration("deadLetterQueue", &DEAD_LETTER_QUEUE, "System"),
        bool("durable", "true"),
        bool("exactlyOnce", "true"),
        int("maxRetryCycles", 0, INT_MAX, "2"),
        bool("receiveContextEnabled", "true"),
        enumeration("receiveErrorHandling", &RECEIVE_ERROR_HANDLING, "Fault"),
        int("receiveRetryCount", 0, INT_MAX, "5"),
        timeout("retryCycleDelay", "00:30:00"),
        timeout("timeToLive", "1.00:00:00"),
        bool("useSourceJournal", "false"),
        bool("useMsmqTracing", "false"),
        timeout("validityDuration", "00:05:00"),
        enumeration("serializationFormat", &MSMQ_MESSAGE_SERIALIZATION_FORMAT, "Xml"),
    ],
    children: &[Child { name: "msmqTransportSecurity", element: &MSMQ_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

/// `MsmqTransportElement`.
pub static MSMQ_TRANSPORT: Element = Element {
    class: "MsmqTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        uri("customDeadLetterQueue", None),
        enumeration("deadLetterQueue", &DEAD_LETTER_QUEUE, "System"),
        bool("durable", "true"),
        bool("exactlyOnce", "true"),
        int("maxRetryCycles", 0, INT_MAX, "2"),
        bool("receiveContextEnabled", "true"),
        enumeration("receiveErrorHandling", &RECEIVE_ERROR_HANDLING, "Fault"),
        int("receiveRetryCount", 0, INT_MAX, "5"),
        timeout("retryCycleDelay", "00:30:00"),
        timeout("timeToLive", "1.00:00:00"),
        bool("useSourceJournal", "false"),
        bool("useMsmqTracing", "false"),
        timeout("validityDuration", "00:05:00"),
        int("maxPoolSize", 0, INT_MAX, "8"),
        enumeration("queueTransferProtocol", &QUEUE_TRANSFER_PROTOCOL, "Native"),
        bool("useActiveDirectory", "false"),
    ],
    children: &[Child { name: "msmqTransportSecurity", element: &MSMQ_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

/// `NamedPipeTransportElement`.
pub static NAMED_PIPE_TRANSPORT: Element = Element {
    class: "NamedPipeTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        int("connectionBufferSize", 1, INT_MAX, "8192"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        timeout_from("channelInitializationTimeout", 1, "00:00:30"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxPendingConnections", 0, INT_MAX, "0"),
        timeout("maxOutputDelay", "00:00:00.2000000"),
        int("maxPendingAccepts", 0, INT_MAX, "0"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
    ],
    children: &[
        Child { name: "connectionPoolSettings", element: &NAMED_PIPE_CONNECTION_POOL_SETTINGS },
        Child { name: "pipeSettings", element: &NAMED_PIPE_SETTINGS },
    ],
    content: Content::Closed,
};

/// `NamedPipeSettingsElement`.
pub static NAMED_PIPE_SETTINGS: Element = Element {
    class: "NamedPipeSettingsElement",
    attributes: &[],
    children: &[Child { name: "applicationContainerSettings", element: &APPLICATION_CONTAINER_SETTINGS }],
    content: Content::Closed,
};

/// `ApplicationContainerSettingsElement`.
pub static APPLICATION_CONTAINER_SETTINGS: Element = Element {
    class: "ApplicationContainerSettingsElement",
    attributes: &[text("packageFullName"), session_id("sessionId", "CurrentSession")],
    children: &[],
    content: Content::Closed,
};

/// `NamedPipeConnectionPoolSettingsElement`.
pub static NAMED_PIPE_CONNECTION_POOL_SETTINGS: Element = Element {
    class: "NamedPipeConnectionPoolSettingsElement",
    attributes: &[
        text_or("groupName", 0, Some("default")),
        timeout("idleTimeout", "00:02:00"),
        int("maxOutboundConnectionsPerEndpoint", 0, INT_MAX, "10"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `TcpTransportElement`.
pub static TCP_TRANSPORT: Element = Element {
    class: "TcpTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        int("connectionBufferSize", 1, INT_MAX, "8192"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        timeout_from("channelInitializationTimeout", 1, "00:00:30"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxPendingConnections", 0, INT_MAX, "0"),
        timeout("maxOutputDelay", "00:00:00.2000000"),
        int("maxPendingAccepts", 0, INT_MAX, "0"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        int("listenBacklog", 0, INT_MAX, "0"),
        bool("portSharingEnabled", "false"),
        bool("teredoEnabled", "false"),
    ],
    children: &[
        Child { name: "connectionPoolSettings", element: &TCP_CONNECTION_POOL_SETTINGS },
        Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY },
    ],
    content: Content::Closed,
};

/// `TcpConnectionPoolSettingsElement`.
pub static TCP_CONNECTION_POOL_SETTINGS: Element = Element {
    class: "TcpConnectionPoolSettingsElement",
    attributes: &[
        text_or("groupName", 0, Some("default")),
        timeout("leaseTimeout", "00:05:00"),
        timeout("idleTimeout", "00:02:00"),
        int("maxOutboundConnectionsPerEndpoint", 0, INT_MAX, "10"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `HttpsTransportElement`.
pub static HTTPS_TRANSPORT: Element = Element {
    class: "HttpsTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        bool("allowCookies", "false"),
        timeout("requestInitializationTimeout", "00:00:00"),
        flags("authenticationScheme", &AUTHENTICATION_SCHEMES, "Anonymous"),
        bool("bypassProxyOnLocal", "false"),
        bool("decompressionEnabled", "true"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        bool("keepAliveEnabled", "true"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxPendingAccepts", 0, 100_000, "0"),
        uri("proxyAddress", None),
        flags("proxyAuthenticationScheme", &AUTHENTICATION_SCHEMES, "Anonymous"),
        text("realm"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        bool("unsafeConnectionNtlmAuthentication", "false"),
        bool("useDefaultWebProxy", "true"),
        bool("requireClientCertificate", "false"),
    ],
    children: &[
        Child { name: "messageHandlerFactory", element: &HTTP_MESSAGE_HANDLER_FACTORY },
        Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY },
        Child { name: "webSocketSettings", element: &WEB_SOCKET_TRANSPORT_SETTINGS },
    ],
    content: Content::Closed,
};

/// `HttpTransportElement`.
pub static HTTP_TRANSPORT: Element = Element {
    class: "HttpTransportElement",
    attributes: &[
        bool("manualAddressing", "false"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        bool("allowCookies", "false"),
        timeout("requestInitializationTimeout", "00:00:00"),
        flags("authenticationScheme", &AUTHENTICATION_SCHEMES, "Anonymous"),
        bool("bypassProxyOnLocal", "false"),
        bool("decompressionEnabled", "true"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        bool("keepAliveEnabled", "true"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxPendingAccepts", 0, 100_000, "0"),
        uri("proxyAddress", None),
        flags("proxyAuthenticationScheme", &AUTHENTICATION_SCHEMES, "Anonymous"),
        text("realm"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        bool("unsafeConnectionNtlmAuthentication", "false"),
        bool("useDefaultWebProxy", "true"),
    ],
    children: &[
        Child { name: "messageHandlerFactory", element: &HTTP_MESSAGE_HANDLER_FACTORY },
        Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY },
        Child { name: "webSocketSettings", element: &WEB_SOCKET_TRANSPORT_SETTINGS },
    ],
    content: Content::Closed,
};

/// `WebSocketTransportSettingsElement`.
pub static WEB_SOCKET_TRANSPORT_SETTINGS: Element = Element {
    class: "WebSocketTransportSettingsElement",
    attributes: &[
        enumeration("transportUsage", &WEB_SOCKET_TRANSPORT_USAGE, "Never"),
        bool("createNotificationOnConnection", "false"),
        timeout_from("keepAliveInterval", -10_000, "00:00:00"),
        text("subProtocol"),
        bool("disablePayloadMasking", "false"),
        int("maxPendingConnections", 0, INT_MAX, "0"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `HttpMessageHandlerFactoryElement`.
pub static HTTP_MESSAGE_HANDLER_FACTORY: Element = Element {
    class: "HttpMessageHandlerFactoryElement",
    attributes: &[text("type")],
    children: &[Child { name: "handlers", element: &DELEGATING_HANDLER_COLLECTION }],
    content: Content::Closed,
};

/// `DelegatingHandlerElementCollection`.
pub static DELEGATING_HANDLER_COLLECTION: Element = Element {
    class: "DelegatingHandlerElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "handler", element: &DELEGATING_HANDLER, removable: false },
};

/// `DelegatingHandlerElement`.
pub static DELEGATING_HANDLER: Element = Element {
    class: "DelegatingHandlerElement",
    attributes: &[text_or("type", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `PeerSecurityElement`.
pub static PEER_SECURITY: Element = Element {
    class: "PeerSecurityElement",
    attributes: &[enumeration("mode", &SECURITY_MODE, "Transport")],
    children: &[Child { name: "transport", element: &PEER_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

/// `PeerTransportSecurityElement`.
pub static PEER_TRANSPORT_SECURITY: Element = Element {
    class: "PeerTransportSecurityElement",
    attributes: &[enumeration("credentialType", &PEER_TRANSPORT_CREDENTIAL_TYPE, "Password")],
    children: &[],
    content: Content::Closed,
};

/// `MsmqTransportSecurityElement`.
pub static MSMQ_TRANSPORT_SECURITY: Element = Element {
    class: "MsmqTransportSecurityElement",
    attributes: &[
        enumeration("msmqAuthenticationMode", &MSMQ_AUTHENTICATION_MODE, "WindowsDomain"),
        enumeration("msmqEncryptionAlgorithm", &MSMQ_ENCRYPTION_ALGORITHM, "RC4Stream"),
        enumeration("msmqProtectionLevel", &PROTECTION_LEVEL, "Sign"),
        enumeration("msmqSecureHashAlgorithm", &MSMQ_SECURE_HASH_ALGORITHM, "Sha1"),
    ],
    children: &[],
    content: Content::Closed,
};
