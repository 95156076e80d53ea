//! Endpoint behaviors.

use crate::schema::address::{ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS, XML_ELEMENT_COLLECTION};
use crate::schema::certificate::{PEER_CREDENTIAL, X509_INITIATOR_CERTIFICATE_CLIENT, X509_RECIPIENT_CERTIFICATE_CLIENT};
use crate::schema::enumeration::{SECURITY_KEY_ENTROPY_MODE, TOKEN_IMPERSONATION_LEVEL, WEB_MESSAGE_BODY_STYLE, WEB_MESSAGE_FORMAT};
use crate::schema::service_behavior::DATA_CONTRACT_SERIALIZER;
use crate::schema::{Child, Content, Element, INT_MAX, bool, enumeration, int, text, text_or, timeout, uri};

/// `SoapProcessingExtensionElement`.
pub static SOAP_PROCESSING_EXTENSION: Element = Element {
    class: "SoapProcessingExtensionElement",
    attributes: &[bool("processMessages", "true")],
    children: &[],
    content: Content::Closed,
};

/// `EndpointDiscoveryElement`.
pub static ENDPOINT_DISCOVERY: Element = Element {
    class: "EndpointDiscoveryElement",
    attributes: &[bool("enabled", "true")],
    children: &[
        Child { name: "types", element: &CONTRACT_TYPE_NAME_COLLECTION },
        Child { name: "scopes", element: &SCOPE_COLLECTION },
        Child { name: "extensions", element: &XML_ELEMENT_COLLECTION },
    ],
    content: Content::Closed,
};

/// `ScopeElementCollection`.
pub static SCOPE_COLLECTION: Element = Element {
    class: "ScopeElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &SCOPE, removable: true },
};

/// `ScopeElement`.
pub static SCOPE: Element =
    Element { class: "ScopeElement", attributes: &[uri("scope", None).required().key()], children: &[], content: Content::Closed };

/// `ContractTypeNameElementCollection`.
pub static CONTRACT_TYPE_NAME_COLLECTION: Element = Element {
    class: "ContractTypeNameElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &CONTRACT_TYPE_NAME, removable: true },
};

/// `ContractTypeNameElement`.
pub static CONTRACT_TYPE_NAME: Element = Element {
    class: "ContractTypeNameElement",
    attributes: &[text_or("namespace", 0, Some("http://tempuri.org/")).key(), text_or("name", 1, None).required().key()],
    children: &[],
    content: Content::Closed,
};

/// `WebScriptEnablingElement`.
pub static WEB_SCRIPT_ENABLING: Element =
    Element { class: "WebScriptEnablingElement", attributes: &[], children: &[], content: Content::Closed };

/// `WebHttpElement`.
pub static WEB_HTTP: Element = Element {
    class: "WebHttpElement",
    attributes: &[
        bool("helpEnabled", "false"),
        enumeration("defaultBodyStyle", &WEB_MESSAGE_BODY_STYLE, "Bare"),
        enumeration("defaultOutgoingResponseFormat", &WEB_MESSAGE_FORMAT, "Xml"),
        bool("automaticFormatSelectionEnabled", "false"),
        bool("faultExceptionEnabled", "false"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `TransactedBatchingElement`.
pub static TRANSACTED_BATCHING: Element = Element {
    class: "TransactedBatchingElement",
    attributes: &[int("maxBatchSize", 0, INT_MAX, "0")],
    children: &[],
    content: Content::Closed,
};

/// `DispatcherSynchronizationElement`.
pub static DISPATCHER_SYNCHRONIZATION: Element = Element {
    class: "DispatcherSynchronizationElement",
    attributes: &[bool("asynchronousSendEnabled", "false"), int("maxPendingReceives", 1, INT_MAX, "1")],
    children: &[],
    content: Content::Closed,
};

/// `SynchronousReceiveElement`.
pub static SYNCHRONOUS_RECEIVE: Element =
    Element { class: "SynchronousReceiveElement", attributes: &[], children: &[], content: Content::Closed };

/// `ClientViaElement`.
pub static CLIENT_VIA: Element =
    Element { class: "ClientViaElement", attributes: &[uri("viaUri", None)], children: &[], content: Content::Closed };

/// `CallbackTimeoutsElement`.
pub static CALLBACK_TIMEOUTS: Element = Element {
    class: "CallbackTimeoutsElement",
    attributes: &[timeout("transactionTimeout", "00:00:00")],
    children: &[],
    content: Content::Closed,
};

/// `CallbackDebugElement`.
pub static CALLBACK_DEBUG: Element = Element {
    class: "CallbackDebugElement",
    attributes: &[bool("includeExceptionDetailInFaults", "false")],
    children: &[],
    content: Content::Closed,
};

/// `ClientCredentialsElement`.
pub static CLIENT_CREDENTIALS: Element = Element {
    class: "ClientCredentialsElement",
    attributes: &[text("type"), bool("useIdentityConfiguration", "false"), bool("supportInteractive", "true")],
    children: &[
        Child { name: "clientCertificate", element: &X509_INITIATOR_CERTIFICATE_CLIENT },
        Child { name: "serviceCertificate", element: &X509_RECIPIENT_CERTIFICATE_CLIENT },
        Child { name: "windows", element: &WINDOWS_CLIENT },
        Child { name: "issuedToken", element: &ISSUED_TOKEN_CLIENT },
        Child { name: "httpDigest", element: &HTTP_DIGEST_CLIENT },
        Child { name: "peer", element: &PEER_CREDENTIAL },
    ],
    content: Content::Closed,
};

/// `HttpDigestClientElement`.
pub static HTTP_DIGEST_CLIENT: Element = Element {
    class: "HttpDigestClientElement",
    attributes: &[enumeration("impersonationLevel", &TOKEN_IMPERSONATION_LEVEL, "Identification")],
    children: &[],
    content: Content::Closed,
};

/// `IssuedTokenClientElement`.
pub static ISSUED_TOKEN_CLIENT: Element = Element {
    class: "IssuedTokenClientElement",
    attributes: &[
        text("localIssuerChannelBehaviors"),
        bool("cacheIssuedTokens", "true"),
        timeout("maxIssuedTokenCachingTime", "Infinite"),
        enumeration("defaultKeyEntropyMode", &SECURITY_KEY_ENTROPY_MODE, "CombinedEntropy"),
        int("issuedTokenRenewalThresholdPercentage", 0, 100, "60"),
    ],
    children: &[
        Child { name: "localIssuer", element: &ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS },
        Child { name: "issuerChannelBehaviors", element: &ISSUED_TOKEN_CLIENT_BEHAVIORS_COLLECTION },
    ],
    content: Content::Closed,
};

/// `IssuedTokenClientBehaviorsElementCollection`.
pub static ISSUED_TOKEN_CLIENT_BEHAVIORS_COLLECTION: Element = Element {
    class: "IssuedTokenClientBehaviorsElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &ISSUED_TOKEN_CLIENT_BEHAVIORS, removable: true },
};

/// `IssuedTokenClientBehaviorsElement`.
pub static ISSUED_TOKEN_CLIENT_BEHAVIORS: Element = Element {
    class: "IssuedTokenClientBehaviorsElement",
    attributes: &[text("issuerAddress").required().key(), text("behaviorConfiguration")],
    children: &[],
    content: Content::Closed,
};

/// `WindowsClientElement`.
pub static WINDOWS_CLIENT: Element = Element {
    class: "WindowsClientElement",
    attributes: &[bool("allowNtlm", "true"), enumeration("allowedImpersonationLevel", &TOKEN_IMPERSONATION_LEVEL, "Identification")],
    children: &[],
    content: Content::Closed,
};

/// Every behavior that .NET registers for `endpointBehaviors`, by its element's name.
pub static ALL: &[Child] = &[
    Child { name: "clientCredentials", element: &CLIENT_CREDENTIALS },
    Child { name: "callbackDebug", element: &CALLBACK_DEBUG },
    Child { name: "callbackTimeouts", element: &CALLBACK_TIMEOUTS },
    Child { name: "clientVia", element: &CLIENT_VIA },
    Child { name: "synchronousReceive", element: &SYNCHRONOUS_RECEIVE },
    Child { name: "dispatcherSynchronization", element: &DISPATCHER_SYNCHRONIZATION },
    Child { name: "transactedBatching", element: &TRANSACTED_BATCHING },
    Child { name: "dataContractSerializer", element: &DATA_CONTRACT_SERIALIZER },
    Child { name: "webHttp", element: &WEB_HTTP },
    Child { name: "enableWebScript", element: &WEB_SCRIPT_ENABLING },
    Child { name: "endpointDiscovery", element: &ENDPOINT_DISCOVERY },
    Child { name: "soapProcessing", element: &SOAP_PROCESSING_EXTENSION },
];
