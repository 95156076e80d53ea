//! Standard endpoints, by `kind`.

use crate::binding::web_http::WEB_HTTP_SECURITY;
use crate::schema::address::XML_ELEMENT_COLLECTION;
use crate::schema::endpoint_behavior::{CONTRACT_TYPE_NAME_COLLECTION, SCOPE_COLLECTION};
use crate::schema::enumeration::{DISCOVERY_VERSION, HOST_NAME_COMPARISON_MODE, SERVICE_DISCOVERY_MODE, TRANSFER_MODE, WEB_MESSAGE_FORMAT};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::section::CHANNEL_ENDPOINT;
use crate::schema::{
    Child, Content, Element, INT_MAX, LONG_MAX, NAME, bool, encoding, enumeration, int, long, text, text_or, time_span, uri,
};

/// `WorkflowControlEndpointElement`.
pub static WORKFLOW_CONTROL_ENDPOINT: Element = Element {
    class: "WorkflowControlEndpointElement",
    attributes: &[NAME, text("binding"), text("bindingConfiguration"), uri("address", Some(""))],
    children: &[],
    content: Content::Closed,
};

/// `UdpDiscoveryEndpointElement`.
pub static UDP_DISCOVERY_ENDPOINT: Element = Element {
    class: "UdpDiscoveryEndpointElement",
    attributes: &[
        NAME,
        enumeration("discoveryVersion", &DISCOVERY_VERSION, "WSDiscovery11"),
        time_span("maxResponseDelay", "00:00:00.5000000"),
        enumeration("discoveryMode", &SERVICE_DISCOVERY_MODE, "Adhoc"),
        uri("multicastAddress", Some("soap.udp://239.255.255.250:3702/")),
    ],
    children: &[Child { name: "transportSettings", element: &UDP_TRANSPORT_SETTINGS }],
    content: Content::Closed,
};

/// `UdpAnnouncementEndpointElement`.
pub static UDP_ANNOUNCEMENT_ENDPOINT: Element = Element {
    class: "UdpAnnouncementEndpointElement",
    attributes: &[
        NAME,
        enumeration("discoveryVersion", &DISCOVERY_VERSION, "WSDiscovery11"),
        time_span("maxAnnouncementDelay", "00:00:00.5000000"),
        uri("multicastAddress", Some("soap.udp://239.255.255.250:3702/")),
    ],
    children: &[Child { name: "transportSettings", element: &UDP_TRANSPORT_SETTINGS }],
    content: Content::Closed,
};

/// `UdpTransportSettingsElement`.
pub static UDP_TRANSPORT_SETTINGS: Element = Element {
    class: "UdpTransportSettingsElement",
    attributes: &[
        int("duplicateMessageHistoryLength", 0, INT_MAX, "4112"),
        int("maxPendingMessageCount", 1, INT_MAX, "32"),
        int("maxMulticastRetransmitCount", 0, INT_MAX, "2"),
        int("maxUnicastRetransmitCount", 0, INT_MAX, "1"),
        text_or("multicastInterfaceId", 0, None),
        int("socketReceiveBufferSize", 1, INT_MAX, "65536"),
        int("timeToLive", 0, 255, "1"),
        long("maxReceivedMessageSize", 1, 65_536, "65536"),
        long("maxBufferPoolSize", 1, LONG_MAX, "524288"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `DynamicEndpointElement`.
pub static DYNAMIC_ENDPOINT: Element = Element {
    class: "DynamicEndpointElement",
    attributes: &[NAME],
    children: &[Child { name: "discoveryClientSettings", element: &DISCOVERY_CLIENT_SETTINGS }],
    content: Content::Closed,
};

/// `DiscoveryClientSettingsElement`.
pub static DISCOVERY_CLIENT_SETTINGS: Element = Element {
    class: "DiscoveryClientSettingsElement",
    attributes: &[],
    children: &[Child { name: "endpoint", element: &CHANNEL_ENDPOINT }, Child { name: "findCriteria", element: &FIND_CRITERIA }],
    content: Content::Closed,
};

/// `FindCriteriaElement`.
pub static FIND_CRITERIA: Element = Element {
    class: "FindCriteriaElement",
    attributes: &[
        uri("scopeMatchBy", Some("http://schemas.microsoft.com/ws/2008/06/discovery/rfc")),
        time_span("duration", "00:00:20"),
        int("maxResults", 1, INT_MAX, "2147483647"),
    ],
    children: &[
        Child { name: "types", element: &CONTRACT_TYPE_NAME_COLLECTION },
        Child { name: "scopes", element: &SCOPE_COLLECTION },
        Child { name: "extensions", element: &XML_ELEMENT_COLLECTION },
    ],
    content: Content::Closed,
};

/// `DiscoveryEndpointElement`.
pub static DISCOVERY_ENDPOINT: Element = Element {
    class: "DiscoveryEndpointElement",
    attributes: &[
        NAME,
        time_span("maxResponseDelay", "00:00:00"),
        enumeration("discoveryVersion", &DISCOVERY_VERSION, "WSDiscovery11"),
        enumeration("discoveryMode", &SERVICE_DISCOVERY_MODE, "Managed"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `AnnouncementEndpointElement`.
pub static ANNOUNCEMENT_ENDPOINT: Element = Element {
    class: "AnnouncementEndpointElement",
    attributes: &[
        NAME,
        time_span("maxAnnouncementDelay", "00:00:00"),
        enumeration("discoveryVersion", &DISCOVERY_VERSION, "WSDiscovery11"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `WebScriptEndpointElement`.
pub static WEB_SCRIPT_ENDPOINT: Element = Element {
    class: "WebScriptEndpointElement",
    attributes: &[
        NAME,
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        encoding("writeEncoding", "utf-8"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        text("contentTypeMapper"),
        bool("crossDomainScriptAccessEnabled", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &WEB_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `WebHttpEndpointElement`.
pub static WEB_HTTP_ENDPOINT: Element = Element {
    class: "WebHttpEndpointElement",
    attributes: &[
        NAME,
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        encoding("writeEncoding", "utf-8"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        text("contentTypeMapper"),
        bool("helpEnabled", "false"),
        enumeration("defaultOutgoingResponseFormat", &WEB_MESSAGE_FORMAT, "Xml"),
        bool("automaticFormatSelectionEnabled", "false"),
        bool("crossDomainScriptAccessEnabled", "false"),
        bool("faultExceptionEnabled", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &WEB_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `ServiceMetadataEndpointElement`.
pub static SERVICE_METADATA_ENDPOINT: Element =
    Element { class: "ServiceMetadataEndpointElement", attributes: &[NAME], children: &[], content: Content::Closed };

/// Every standard endpoint that .NET registers, by its `kind`.
pub static ALL: &[Child] = &[
    Child { name: "mexEndpoint", element: &SERVICE_METADATA_ENDPOINT },
    Child { name: "webHttpEndpoint", element: &WEB_HTTP_ENDPOINT },
    Child { name: "webScriptEndpoint", element: &WEB_SCRIPT_ENDPOINT },
    Child { name: "announcementEndpoint", element: &ANNOUNCEMENT_ENDPOINT },
    Child { name: "discoveryEndpoint", element: &DISCOVERY_ENDPOINT },
    Child { name: "dynamicEndpoint", element: &DYNAMIC_ENDPOINT },
    Child { name: "udpAnnouncementEndpoint", element: &UDP_ANNOUNCEMENT_ENDPOINT },
    Child { name: "udpDiscoveryEndpoint", element: &UDP_DISCOVERY_ENDPOINT },
    Child { name: "workflowControlEndpoint", element: &WORKFLOW_CONTROL_ENDPOINT },
];
