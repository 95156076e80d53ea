//! The sections other than bindings and behaviors: services, client, hosting, protocol mapping, extensions, diagnostics.

use crate::schema::address::{ADDRESS_HEADER_COLLECTION, IDENTITY};
use crate::schema::behavior::{COMMON_ENDPOINT_BEHAVIORS, COMMON_SERVICE_BEHAVIORS, ENDPOINT_BEHAVIOR, SERVICE_BEHAVIOR};
use crate::schema::enumeration::{LISTEN_URI_MODE, PERFORMANCE_COUNTER_SCOPE};
use crate::schema::{Attribute, Child, Content, Element, INT_MAX, Kind, bool, enumeration, int, text, text_or, timeout, uri};

/// `DiagnosticSection`.
pub static DIAGNOSTIC: Element = Element {
    class: "DiagnosticSection",
    attributes: &[
        bool("wmiProviderEnabled", "false"),
        enumeration("performanceCounters", &PERFORMANCE_COUNTER_SCOPE, "Default"),
        text_or("etwProviderId", 32, Some("{c651f5f6-1c0d-492e-8ae1-b4efd7c9d503}")),
    ],
    children: &[
        Child { name: "messageLogging", element: &MESSAGE_LOGGING },
        Child { name: "endToEndTracing", element: &END_TO_END_TRACING },
    ],
    content: Content::Closed,
};

/// `EndToEndTracingElement`.
pub static END_TO_END_TRACING: Element = Element {
    class: "EndToEndTracingElement",
    attributes: &[bool("propagateActivity", "false"), bool("activityTracing", "false"), bool("messageFlowTracing", "false")],
    children: &[],
    content: Content::Closed,
};

/// `MessageLoggingElement`.
pub static MESSAGE_LOGGING: Element = Element {
    class: "MessageLoggingElement",
    attributes: &[
        bool("logEntireMessage", "false"),
        bool("logKnownPii", "false"),
        bool("logMalformedMessages", "false"),
        bool("logMessagesAtServiceLevel", "false"),
        bool("logMessagesAtTransportLevel", "false"),
        int("maxMessagesToLog", -1, INT_MAX, "10000"),
        int("maxSizeOfMessageToLog", -1, INT_MAX, "262144"),
    ],
    children: &[Child { name: "filters", element: &XPATH_MESSAGE_FILTER_COLLECTION }],
    content: Content::Closed,
};

/// `XPathMessageFilterElementCollection`.
pub static XPATH_MESSAGE_FILTER_COLLECTION: Element = Element {
    class: "XPathMessageFilterElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &XPATH_MESSAGE_FILTER, removable: true },
};

/// `XPathMessageFilterElement`.
pub static XPATH_MESSAGE_FILTER: Element = Element {
    class: "XPathMessageFilterElement",
    // The filter is the element's text, and its prefixes are declared on it.
    attributes: &[text_or("filter", 0, None)],
    children: &[],
    content: Content::AnyXml,
};

/// `ExtensionElement`.
pub static EXTENSION: Element = Element {
    class: "ExtensionElement",
    attributes: &[text_or("name", 1, None).required().key(), text_or("type", 1, None).required()],
    children: &[],
    content: Content::Closed,
};

/// `ProtocolMappingElement`.
pub static PROTOCOL_MAPPING: Element = Element {
    class: "ProtocolMappingElement",
    attributes: &[text_or("scheme", 1, None).required().key(), text_or("binding", 1, None).required(), text("bindingConfiguration")],
    children: &[],
    content: Content::Closed,
};

/// `ServiceHostingEnvironmentSection`.
pub static SERVICE_HOSTING_ENVIRONMENT: Element = Element {
    class: "ServiceHostingEnvironmentSection",
    attributes: &[
        bool("aspNetCompatibilityEnabled", "false"),
        bool("closeIdleServicesAtLowMemory", "false"),
        int("minFreeMemoryPercentageToActivateService", 0, 99, "5"),
        bool("multipleSiteBindingsEnabled", "false"),
    ],
    children: &[
        Child { name: "baseAddressPrefixFilters", element: &BASE_ADDRESS_PREFIX_FILTER_COLLECTION },
        Child { name: "serviceActivations", element: &SERVICE_ACTIVATION_COLLECTION },
    ],
    content: Content::Items { item: "add", element: &TRANSPORT_CONFIGURATION_TYPE, removable: true },
};

/// `TransportConfigurationTypeElement`.
pub static TRANSPORT_CONFIGURATION_TYPE: Element = Element {
    class: "TransportConfigurationTypeElement",
    attributes: &[text_or("name", 1, None).required().key(), text_or("transportConfigurationType", 1, None).required()],
    children: &[],
    content: Content::Closed,
};

/// `ServiceActivationElementCollection`.
pub static SERVICE_ACTIVATION_COLLECTION: Element = Element {
    class: "ServiceActivationElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &SERVICE_ACTIVATION, removable: true },
};

const RELATIVE_ADDRESS: Attribute = Attribute::new("relativeAddress", Kind::RelativeAddress, None);

/// `ServiceActivationElement`.
pub static SERVICE_ACTIVATION: Element = Element {
    class: "ServiceActivationElement",
    attributes: &[RELATIVE_ADDRESS.required().key(), text("service"), text("factory")],
    children: &[],
    content: Content::Closed,
};

/// `BaseAddressPrefixFilterElementCollection`.
pub static BASE_ADDRESS_PREFIX_FILTER_COLLECTION: Element = Element {
    class: "BaseAddressPrefixFilterElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &BASE_ADDRESS_PREFIX_FILTER, removable: true },
};

/// `BaseAddressPrefixFilterElement`.
pub static BASE_ADDRESS_PREFIX_FILTER: Element = Element {
    class: "BaseAddressPrefixFilterElement",
    attributes: &[uri("prefix", None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `ServiceElement`.
pub static SERVICE: Element = Element {
    class: "ServiceElement",
    attributes: &[text("behaviorConfiguration"), text_or("name", 1, None).required().key()],
    children: &[Child { name: "host", element: &HOST }],
    content: Content::Items { item: "endpoint", element: &SERVICE_ENDPOINT, removable: true },
};

/// `ServiceEndpointElement`.
pub static SERVICE_ENDPOINT: Element = Element {
    class: "ServiceEndpointElement",
    attributes: &[
        uri("address", Some("")).key(),
        text("behaviorConfiguration"),
        text("binding").key(),
        text("bindingConfiguration").key(),
        text("name"),
        text("bindingName").key(),
        text("bindingNamespace").key(),
        text("contract").key(),
        enumeration("listenUriMode", &LISTEN_URI_MODE, "Explicit"),
        uri("listenUri", None),
        bool("isSystemEndpoint", "false"),
        text("kind").key(),
        text("endpointConfiguration").key(),
    ],
    children: &[Child { name: "headers", element: &ADDRESS_HEADER_COLLECTION }, Child { name: "identity", element: &IDENTITY }],
    content: Content::Closed,
};

/// `HostElement`.
pub static HOST: Element = Element {
    class: "HostElement",
    attributes: &[],
    children: &[Child { name: "baseAddresses", element: &BASE_ADDRESS_COLLECTION }, Child { name: "timeouts", element: &HOST_TIMEOUTS }],
    content: Content::Closed,
};

/// `HostTimeoutsElement`.
pub static HOST_TIMEOUTS: Element = Element {
    class: "HostTimeoutsElement",
    attributes: &[timeout("closeTimeout", "00:00:10"), timeout("openTimeout", "00:01:00")],
    children: &[],
    content: Content::Closed,
};

/// `BaseAddressElementCollection`.
pub static BASE_ADDRESS_COLLECTION: Element = Element {
    class: "BaseAddressElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &BASE_ADDRESS, removable: false },
};

/// `BaseAddressElement`.
pub static BASE_ADDRESS: Element = Element {
    class: "BaseAddressElement",
    attributes: &[text_or("baseAddress", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `services`.
pub static SERVICES: Element = Element {
    class: "ServicesSection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "service", element: &SERVICE, removable: true },
};

/// `client`.
pub static CLIENT: Element = Element {
    class: "ClientSection",
    attributes: &[],
    children: &[Child { name: "metadata", element: &METADATA }],
    content: Content::Items { item: "endpoint", element: &CHANNEL_ENDPOINT, removable: true },
};

/// `client/metadata`: importers of `svcutil`, without effect at run time.
pub static METADATA: Element = Element {
    class: "MetadataElement",
    attributes: &[],
    children: &[
        Child { name: "policyImporters", element: &POLICY_IMPORTER_COLLECTION },
        Child { name: "wsdlImporters", element: &WSDL_IMPORTER_COLLECTION },
    ],
    content: Content::Closed,
};

/// `PolicyImporterElementCollection`.
pub static POLICY_IMPORTER_COLLECTION: Element = Element {
    class: "PolicyImporterElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "extension", element: &POLICY_IMPORTER, removable: true },
};

/// `PolicyImporterElement`.
pub static POLICY_IMPORTER: Element = Element {
    class: "PolicyImporterElement",
    attributes: &[text_or("type", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `WsdlImporterElementCollection`.
pub static WSDL_IMPORTER_COLLECTION: Element = Element {
    class: "WsdlImporterElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "extension", element: &WSDL_IMPORTER, removable: true },
};

/// `WsdlImporterElement`.
pub static WSDL_IMPORTER: Element = Element {
    class: "WsdlImporterElement",
    attributes: &[text_or("type", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `machineSettings` (`System.ServiceModel.Diagnostics`).
pub static MACHINE_SETTINGS: Element = Element {
    class: "MachineSettingsSection",
    attributes: &[bool("enableLoggingKnownPii", "false")],
    children: &[],
    content: Content::Closed,
};

/// `protocolMapping`.
pub static PROTOCOL_MAPPINGS: Element = Element {
    class: "ProtocolMappingSection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &PROTOCOL_MAPPING, removable: true },
};

/// `behaviors`.
pub static BEHAVIORS: Element = Element {
    class: "BehaviorsSection",
    attributes: &[],
    children: &[
        Child { name: "endpointBehaviors", element: &ENDPOINT_BEHAVIORS },
        Child { name: "serviceBehaviors", element: &SERVICE_BEHAVIORS },
    ],
    content: Content::Closed,
};

/// `behaviors/endpointBehaviors`.
pub static ENDPOINT_BEHAVIORS: Element = Element {
    class: "EndpointBehaviorElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "behavior", element: &ENDPOINT_BEHAVIOR, removable: true },
};

/// `behaviors/serviceBehaviors`.
pub static SERVICE_BEHAVIORS: Element = Element {
    class: "ServiceBehaviorElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "behavior", element: &SERVICE_BEHAVIOR, removable: true },
};

/// `commonBehaviors`.
pub static COMMON_BEHAVIORS: Element = Element {
    class: "CommonBehaviorsSection",
    attributes: &[],
    children: &[
        Child { name: "endpointBehaviors", element: &COMMON_ENDPOINT_BEHAVIORS },
        Child { name: "serviceBehaviors", element: &COMMON_SERVICE_BEHAVIORS },
    ],
    content: Content::Closed,
};

/// `extensions`.
pub static EXTENSIONS: Element = Element {
    class: "ExtensionsSection",
    attributes: &[],
    children: &[
        Child { name: "behaviorExtensions", element: &EXTENSION_COLLECTION },
        Child { name: "bindingElementExtensions", element: &EXTENSION_COLLECTION },
        Child { name: "bindingExtensions", element: &EXTENSION_COLLECTION },
        Child { name: "endpointExtensions", element: &EXTENSION_COLLECTION },
    ],
    content: Content::Closed,
};

/// A registry of `extensions`.
pub static EXTENSION_COLLECTION: Element = Element {
    class: "ExtensionElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &EXTENSION, removable: false },
};

/// `clear` inside a `behavior`.
pub static CLEAR_BEHAVIOR: Element = Element { class: "ClearBehaviorElement", attributes: &[], children: &[], content: Content::Closed };

/// `remove` inside a `behavior`.
pub static REMOVE_BEHAVIOR: Element =
    Element { class: "RemoveBehaviorElement", attributes: &[text_or("name", 1, None).required()], children: &[], content: Content::Closed };

/// A binding or standard endpoint whose class is a user's: only its name is understood.
pub static OPAQUE_ITEM: Element = Element { class: "", attributes: &[text("name").key()], children: &[], content: Content::AnyXml };

/// `ChannelEndpointElement`.
pub static CHANNEL_ENDPOINT: Element = Element {
    class: "ChannelEndpointElement",
    attributes: &[
        uri("address", None),
        text("behaviorConfiguration"),
        text("binding"),
        text("bindingConfiguration"),
        text("contract").key(),
        text("name").key(),
        text("kind"),
        text("endpointConfiguration"),
    ],
    children: &[Child { name: "headers", element: &ADDRESS_HEADER_COLLECTION }, Child { name: "identity", element: &IDENTITY }],
    content: Content::Closed,
};
