//! Service behaviors.

use crate::schema::certificate::{
    PEER_CREDENTIAL, X509_CERTIFICATE_TRUSTED_ISSUER_COLLECTION, X509_INITIATOR_CERTIFICATE_SERVICE, X509_RECIPIENT_CERTIFICATE_SERVICE,
};
use crate::schema::enumeration::{
    AUDIENCE_URI_MODE, AUDIT_LEVEL, AUDIT_LOG_LOCATION, AUTHENTICATION_SCHEMES, INSTANCE_COMPLETION_ACTION, INSTANCE_ENCODING_OPTION,
    INSTANCE_LOCKED_EXCEPTION_ACTION, POLICY_VERSION, PRINCIPAL_PERMISSION_MODE, STORE_LOCATION, USER_NAME_PASSWORD_VALIDATION_MODE,
    WORKFLOW_UNHANDLED_EXCEPTION_ACTION, X509_CERTIFICATE_VALIDATION_MODE, X509_REVOCATION_MODE,
};
use crate::schema::section::CHANNEL_ENDPOINT;
use crate::schema::{
    Child, Content, Element, INT_MAX, bool, enumeration, flags, int, text, text_or, time_span, timeout, timeout_from, uri,
};

/// `EtwTrackingBehaviorElement`.
pub static ETW_TRACKING_BEHAVIOR: Element =
    Element { class: "EtwTrackingBehaviorElement", attributes: &[text("profileName").key()], children: &[], content: Content::Closed };

/// `SendMessageChannelCacheElement`.
pub static SEND_MESSAGE_CHANNEL_CACHE: Element = Element {
    class: "SendMessageChannelCacheElement",
    attributes: &[bool("allowUnsafeCaching", "false")],
    children: &[
        Child { name: "factorySettings", element: &FACTORY_SETTINGS },
        Child { name: "channelSettings", element: &CHANNEL_SETTINGS },
    ],
    content: Content::Closed,
};

/// `ChannelSettingsElement`.
pub static CHANNEL_SETTINGS: Element = Element {
    class: "ChannelSettingsElement",
    attributes: &[int("maxItemsInCache", 1, INT_MAX, "16"), timeout("idleTimeout", "00:02:00"), timeout("leaseTimeout", "00:05:00")],
    children: &[],
    content: Content::Closed,
};

/// `FactorySettingsElement`.
pub static FACTORY_SETTINGS: Element = Element {
    class: "FactorySettingsElement",
    attributes: &[int("maxItemsInCache", 1, INT_MAX, "16"), timeout("idleTimeout", "00:02:00"), timeout("leaseTimeout", "Infinite")],
    children: &[],
    content: Content::Closed,
};

/// `BufferedReceiveElement`.
pub static BUFFERED_RECEIVE: Element = Element {
    class: "BufferedReceiveElement",
    attributes: &[int("maxPendingMessagesPerChannel", 1, INT_MAX, "512")],
    children: &[],
    content: Content::Closed,
};

/// `SqlWorkflowInstanceStoreElement`.
pub static SQL_WORKFLOW_INSTANCE_STORE: Element = Element {
    class: "SqlWorkflowInstanceStoreElement",
    attributes: &[
        text("connectionString"),
        text("connectionStringName"),
        time_span("hostLockRenewalPeriod", "00:00:30"),
        time_span("runnableInstancesDetectionPeriod", "00:00:05"),
        enumeration("instanceEncodingOption", &INSTANCE_ENCODING_OPTION, "GZip"),
        enumeration("instanceCompletionAction", &INSTANCE_COMPLETION_ACTION, "DeleteAll"),
        enumeration("instanceLockedExceptionAction", &INSTANCE_LOCKED_EXCEPTION_ACTION, "NoRetry"),
        int("maxConnectionRetries", 0, INT_MAX, "4"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `WorkflowInstanceManagementElement`.
pub static WORKFLOW_INSTANCE_MANAGEMENT: Element = Element {
    class: "WorkflowInstanceManagementElement",
    attributes: &[text("authorizedWindowsGroup")],
    children: &[],
    content: Content::Closed,
};

/// `WorkflowUnhandledExceptionElement`.
pub static WORKFLOW_UNHANDLED_EXCEPTION: Element = Element {
    class: "WorkflowUnhandledExceptionElement",
    attributes: &[enumeration("action", &WORKFLOW_UNHANDLED_EXCEPTION_ACTION, "AbandonAndSuspend")],
    children: &[],
    content: Content::Closed,
};

/// `WorkflowIdleElement`.
pub static WORKFLOW_IDLE: Element = Element {
    class: "WorkflowIdleElement",
    attributes: &[time_span("timeToPersist", "Infinite"), time_span("timeToUnload", "00:01:00")],
    children: &[],
    content: Content::Closed,
};

/// `WorkflowRuntimeElement`.
pub static WORKFLOW_RUNTIME: Element = Element {
    class: "WorkflowRuntimeElement",
    attributes: &[
        text_or("name", 0, None),
        bool("validateOnCreate", "true"),
        bool("enablePerformanceCounters", "true"),
        time_span("cachedInstanceExpiration", "00:10:00"),
    ],
    children: &[
        Child { name: "services", element: &EXTENDED_WORKFLOW_RUNTIME_SERVICE_COLLECTION },
        Child { name: "commonParameters", element: &NAME_VALUE_CONFIGURATION_COLLECTION },
    ],
    content: Content::Closed,
};

/// `NameValueConfigurationCollection`.
pub static NAME_VALUE_CONFIGURATION_COLLECTION: Element =
    Element { class: "NameValueConfigurationCollection", attributes: &[], children: &[], content: Content::AnyXml };

/// `ExtendedWorkflowRuntimeServiceElementCollection`.
pub static EXTENDED_WORKFLOW_RUNTIME_SERVICE_COLLECTION: Element =
    Element { class: "ExtendedWorkflowRuntimeServiceElementCollection", attributes: &[], children: &[], content: Content::AnyXml };

/// `PersistenceProviderElement`.
pub static PERSISTENCE_PROVIDER: Element = Element {
    class: "PersistenceProviderElement",
    attributes: &[time_span("persistenceOperationTimeout", "00:00:30"), text_or("type", 0, None).required()],
    children: &[],
    content: Content::Closed,
};

/// `RoutingExtensionElement`.
pub static ROUTING_EXTENSION: Element = Element {
    class: "RoutingExtensionElement",
    attributes: &[
        bool("routeOnHeadersOnly", "true"),
        text("filterTableName"),
        bool("soapProcessingEnabled", "true"),
        bool("ensureOrderedDispatch", "false"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceDiscoveryElement`.
pub static SERVICE_DISCOVERY: Element = Element {
    class: "ServiceDiscoveryElement",
    attributes: &[],
    children: &[Child { name: "announcementEndpoints", element: &ANNOUNCEMENT_CHANNEL_ENDPOINT_COLLECTION }],
    content: Content::Closed,
};

/// `AnnouncementChannelEndpointElementCollection`.
pub static ANNOUNCEMENT_CHANNEL_ENDPOINT_COLLECTION: Element = Element {
    class: "AnnouncementChannelEndpointElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "endpoint", element: &CHANNEL_ENDPOINT, removable: true },
};

/// `UseRequestHeadersForMetadataAddressElement`.
pub static USE_REQUEST_HEADERS_FOR_METADATA_ADDRESS: Element = Element {
    class: "UseRequestHeadersForMetadataAddressElement",
    attributes: &[],
    children: &[Child { name: "defaultPorts", element: &DEFAULT_PORT_COLLECTION }],
    content: Content::Closed,
};

/// `DefaultPortElementCollection`.
pub static DEFAULT_PORT_COLLECTION: Element = Element {
    class: "DefaultPortElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &DEFAULT_PORT, removable: true },
};

/// `DefaultPortElement`.
pub static DEFAULT_PORT: Element = Element {
    class: "DefaultPortElement",
    attributes: &[text_or("scheme", 1, None).required().key(), int("port", 0, 65_535, "0").required()],
    children: &[],
    content: Content::Closed,
};

/// `DataContractSerializerElement`.
pub static DATA_CONTRACT_SERIALIZER: Element = Element {
    class: "DataContractSerializerElement",
    attributes: &[bool("ignoreExtensionDataObject", "false"), int("maxItemsInObjectGraph", 0, INT_MAX, "2147483647")],
    children: &[],
    content: Content::Closed,
};

/// `ServiceSecurityAuditElement`.
pub static SERVICE_SECURITY_AUDIT: Element = Element {
    class: "ServiceSecurityAuditElement",
    attributes: &[
        enumeration("auditLogLocation", &AUDIT_LOG_LOCATION, "Default"),
        bool("suppressAuditFailure", "true"),
        enumeration("serviceAuthorizationAuditLevel", &AUDIT_LEVEL, "None"),
        enumeration("messageAuthenticationAuditLevel", &AUDIT_LEVEL, "None"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceMetadataPublishingElement`.
pub static SERVICE_METADATA_PUBLISHING: Element = Element {
    class: "ServiceMetadataPublishingElement",
    attributes: &[
        uri("externalMetadataLocation", None),
        bool("httpGetEnabled", "false"),
        uri("httpGetUrl", None),
        bool("httpsGetEnabled", "false"),
        uri("httpsGetUrl", None),
        text("httpGetBinding"),
        text("httpGetBindingConfiguration"),
        text("httpsGetBinding"),
        text("httpsGetBindingConfiguration"),
        enumeration("policyVersion", &POLICY_VERSION, "Policy12"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceHealthElement`.
pub static SERVICE_HEALTH: Element = Element {
    class: "ServiceHealthElement",
    attributes: &[
        bool("healthDetailsEnabled", "true"),
        bool("httpGetEnabled", "true"),
        uri("httpGetUrl", None),
        bool("httpsGetEnabled", "true"),
        uri("httpsGetUrl", None),
        text("httpGetBinding"),
        text("httpsGetBinding"),
        text("httpGetBindingConfiguration"),
        text("httpsGetBindingConfiguration"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceDebugElement`.
pub static SERVICE_DEBUG: Element = Element {
    class: "ServiceDebugElement",
    attributes: &[
        bool("httpHelpPageEnabled", "true"),
        uri("httpHelpPageUrl", None),
        bool("httpsHelpPageEnabled", "true"),
        uri("httpsHelpPageUrl", None),
        text("httpHelpPageBinding"),
        text("httpHelpPageBindingConfiguration"),
        text("httpsHelpPageBinding"),
        text("httpsHelpPageBindingConfiguration"),
        bool("includeExceptionDetailInFaults", "false"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceTimeoutsElement`.
pub static SERVICE_TIMEOUTS: Element = Element {
    class: "ServiceTimeoutsElement",
    attributes: &[timeout("transactionTimeout", "00:00:00")],
    children: &[],
    content: Content::Closed,
};

/// `ServiceThrottlingElement`.
pub static SERVICE_THROTTLING: Element = Element {
    class: "ServiceThrottlingElement",
    attributes: &[
        int("maxConcurrentCalls", 1, INT_MAX, "16"),
        int("maxConcurrentSessions", 1, INT_MAX, "100"),
        int("maxConcurrentInstances", 1, INT_MAX, "116"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `ServiceAuthenticationElement`.
pub static SERVICE_AUTHENTICATION: Element = Element {
    class: "ServiceAuthenticationElement",
    attributes: &[text("serviceAuthenticationManagerType"), flags("authenticationSchemes", &AUTHENTICATION_SCHEMES, "None")],
    children: &[],
    content: Content::Closed,
};

/// `ServiceAuthorizationElement`.
pub static SERVICE_AUTHORIZATION: Element = Element {
    class: "ServiceAuthorizationElement",
    attributes: &[
        enumeration("principalPermissionMode", &PRINCIPAL_PERMISSION_MODE, "UseWindowsGroups"),
        text("roleProviderName"),
        bool("impersonateCallerForAllOperations", "false"),
        bool("impersonateOnSerializingReply", "false"),
        text("serviceAuthorizationManagerType"),
    ],
    children: &[Child { name: "authorizationPolicies", element: &AUTHORIZATION_POLICY_TYPE_COLLECTION }],
    content: Content::Closed,
};

/// `AuthorizationPolicyTypeElementCollection`.
pub static AUTHORIZATION_POLICY_TYPE_COLLECTION: Element = Element {
    class: "AuthorizationPolicyTypeElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &AUTHORIZATION_POLICY_TYPE, removable: true },
};

/// `AuthorizationPolicyTypeElement`.
pub static AUTHORIZATION_POLICY_TYPE: Element = Element {
    class: "AuthorizationPolicyTypeElement",
    attributes: &[text_or("policyType", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `ServiceCredentialsElement`.
pub static SERVICE_CREDENTIALS: Element = Element {
    class: "ServiceCredentialsElement",
    attributes: &[text("type"), bool("useIdentityConfiguration", "false"), text("identityConfiguration")],
    children: &[
        Child { name: "clientCertificate", element: &X509_INITIATOR_CERTIFICATE_SERVICE },
        Child { name: "serviceCertificate", element: &X509_RECIPIENT_CERTIFICATE_SERVICE },
        Child { name: "userNameAuthentication", element: &USER_NAME_SERVICE },
        Child { name: "windowsAuthentication", element: &WINDOWS_SERVICE },
        Child { name: "peer", element: &PEER_CREDENTIAL },
        Child { name: "issuedTokenAuthentication", element: &ISSUED_TOKEN_SERVICE },
        Child { name: "secureConversationAuthentication", element: &SECURE_CONVERSATION_SERVICE },
    ],
    content: Content::Closed,
};

/// `SecureConversationServiceElement`.
pub static SECURE_CONVERSATION_SERVICE: Element = Element {
    class: "SecureConversationServiceElement",
    attributes: &[text("securityStateEncoderType")],
    children: &[],
    content: Content::Closed,
};

/// `IssuedTokenServiceElement`.
pub static ISSUED_TOKEN_SERVICE: Element = Element {
    class: "IssuedTokenServiceElement",
    attributes: &[
        enumeration("audienceUriMode", &AUDIENCE_URI_MODE, "Always"),
        text("customCertificateValidatorType"),
        enumeration("certificateValidationMode", &X509_CERTIFICATE_VALIDATION_MODE, "ChainTrust"),
        enumeration("revocationMode", &X509_REVOCATION_MODE, "Online"),
        enumeration("trustedStoreLocation", &STORE_LOCATION, "LocalMachine"),
        text("samlSerializerType"),
        bool("allowUntrustedRsaIssuers", "false"),
    ],
    children: &[
        Child { name: "allowedAudienceUris", element: &ALLOWED_AUDIENCE_URI_COLLECTION },
        Child { name: "knownCertificates", element: &X509_CERTIFICATE_TRUSTED_ISSUER_COLLECTION },
    ],
    content: Content::Closed,
};

/// `AllowedAudienceUriElementCollection`.
pub static ALLOWED_AUDIENCE_URI_COLLECTION: Element = Element {
    class: "AllowedAudienceUriElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &ALLOWED_AUDIENCE_URI, removable: false },
};

/// `AllowedAudienceUriElement`.
pub static ALLOWED_AUDIENCE_URI: Element = Element {
    class: "AllowedAudienceUriElement",
    attributes: &[text_or("allowedAudienceUri", 1, None).key()],
    children: &[],
    content: Content::Closed,
};

/// `WindowsServiceElement`.
pub static WINDOWS_SERVICE: Element = Element {
    class: "WindowsServiceElement",
    attributes: &[bool("includeWindowsGroups", "true"), bool("allowAnonymousLogons", "false")],
    children: &[],
    content: Content::Closed,
};

/// `UserNameServiceElement`.
pub static USER_NAME_SERVICE: Element = Element {
    class: "UserNameServiceElement",
    attributes: &[
        enumeration("userNamePasswordValidationMode", &USER_NAME_PASSWORD_VALIDATION_MODE, "Windows"),
        bool("includeWindowsGroups", "true"),
        text("membershipProviderName"),
        text("customUserNamePasswordValidatorType"),
        bool("cacheLogonTokens", "false"),
        int("maxCachedLogonTokens", 1, INT_MAX, "128"),
        timeout_from("cachedLogonTokenLifetime", 1, "00:15:00"),
    ],
    children: &[],
    content: Content::Closed,
};

/// Every behavior that .NET registers for `serviceBehaviors`, by its element's name.
pub static ALL: &[Child] = &[
    Child { name: "serviceCredentials", element: &SERVICE_CREDENTIALS },
    Child { name: "serviceAuthorization", element: &SERVICE_AUTHORIZATION },
    Child { name: "serviceAuthenticationManager", element: &SERVICE_AUTHENTICATION },
    Child { name: "serviceThrottling", element: &SERVICE_THROTTLING },
    Child { name: "serviceTimeouts", element: &SERVICE_TIMEOUTS },
    Child { name: "serviceDebug", element: &SERVICE_DEBUG },
    Child { name: "serviceHealth", element: &SERVICE_HEALTH },
    Child { name: "serviceMetadata", element: &SERVICE_METADATA_PUBLISHING },
    Child { name: "serviceSecurityAudit", element: &SERVICE_SECURITY_AUDIT },
    Child { name: "dataContractSerializer", element: &DATA_CONTRACT_SERIALIZER },
    Child { name: "useRequestHeadersForMetadataAddress", element: &USE_REQUEST_HEADERS_FOR_METADATA_ADDRESS },
    Child { name: "serviceDiscovery", element: &SERVICE_DISCOVERY },
    Child { name: "routing", element: &ROUTING_EXTENSION },
    Child { name: "persistenceProvider", element: &PERSISTENCE_PROVIDER },
    Child { name: "workflowRuntime", element: &WORKFLOW_RUNTIME },
    Child { name: "workflowIdle", element: &WORKFLOW_IDLE },
    Child { name: "workflowUnhandledException", element: &WORKFLOW_UNHANDLED_EXCEPTION },
    Child { name: "workflowInstanceManagement", element: &WORKFLOW_INSTANCE_MANAGEMENT },
    Child { name: "sqlWorkflowInstanceStore", element: &SQL_WORKFLOW_INSTANCE_STORE },
    Child { name: "bufferedReceive", element: &BUFFERED_RECEIVE },
    Child { name: "sendMessageChannelCache", element: &SEND_MESSAGE_CHANNEL_CACHE },
    Child { name: "etwTracking", element: &ETW_TRACKING_BEHAVIOR },
];
