//! `security`, `sslStreamSecurity` and `windowsStreamSecurity` of custom bindings.

use crate::schema::address::{ENDPOINT_ADDRESS, ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS, XML_ELEMENT_COLLECTION};
use crate::schema::enumeration::{
    AUTHENTICATION_MODE, MESSAGE_PROTECTION_ORDER, MESSAGE_SECURITY_VERSION, PROTECTION_LEVEL, SECURITY_ALGORITHM_SUITE,
    SECURITY_HEADER_LAYOUT, SECURITY_KEY_ENTROPY_MODE, SECURITY_KEY_TYPE, SSL_PROTOCOLS,
};
use crate::schema::{Child, Content, Element, INT_MAX, bool, enumeration, flags, int, optional_enumeration, text, timeout};

/// `WindowsStreamSecurityElement`.
pub static WINDOWS_STREAM_SECURITY: Element = Element {
    class: "WindowsStreamSecurityElement",
    attributes: &[enumeration("protectionLevel", &PROTECTION_LEVEL, "EncryptAndSign")],
    children: &[],
    content: Content::Closed,
};

/// `SslStreamSecurityElement`.
pub static SSL_STREAM_SECURITY: Element = Element {
    class: "SslStreamSecurityElement",
    attributes: &[bool("requireClientCertificate", "false"), flags("sslProtocols", &SSL_PROTOCOLS, "Tls, Tls11, Tls12")],
    children: &[],
    content: Content::Closed,
};

/// `SecurityElement`.
pub static SECURITY: Element = Element {
    class: "SecurityElement",
    attributes: &[
        enumeration("defaultAlgorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
        bool("allowSerializedSigningTokenOnReply", "false"),
        bool("enableUnsecuredResponse", "false"),
        enumeration("authenticationMode", &AUTHENTICATION_MODE, "SspiNegotiated"),
        bool("requireDerivedKeys", "true"),
        enumeration("securityHeaderLayout", &SECURITY_HEADER_LAYOUT, "Strict"),
        bool("includeTimestamp", "true"),
        bool("allowInsecureTransport", "false"),
        enumeration("keyEntropyMode", &SECURITY_KEY_ENTROPY_MODE, "CombinedEntropy"),
        enumeration("messageProtectionOrder", &MESSAGE_PROTECTION_ORDER, "SignBeforeEncryptAndEncryptSignature"),
        bool("protectTokens", "false"),
        enumeration(
            "messageSecurityVersion",
            &MESSAGE_SECURITY_VERSION,
            "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11",
        ),
        bool("requireSecurityContextCancellation", "true"),
        bool("requireSignatureConfirmation", "false"),
        bool("canRenewSecurityContextToken", "true"),
    ],
    children: &[
        Child { name: "issuedTokenParameters", element: &ISSUED_TOKEN_PARAMETERS },
        Child { name: "localClientSettings", element: &LOCAL_CLIENT_SECURITY_SETTINGS },
        Child { name: "localServiceSettings", element: &LOCAL_SERVICE_SECURITY_SETTINGS },
        Child { name: "secureConversationBootstrap", element: &SECURITY_BOOTSTRAP },
    ],
    content: Content::Closed,
};

/// `SecurityElementBase`.
pub static SECURITY_BOOTSTRAP: Element = Element {
    class: "SecurityElementBase",
    attributes: &[
        enumeration("defaultAlgorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
        bool("allowSerializedSigningTokenOnReply", "false"),
        bool("enableUnsecuredResponse", "false"),
        enumeration("authenticationMode", &AUTHENTICATION_MODE, "SspiNegotiated"),
        bool("requireDerivedKeys", "true"),
        enumeration("securityHeaderLayout", &SECURITY_HEADER_LAYOUT, "Strict"),
        bool("includeTimestamp", "true"),
        bool("allowInsecureTransport", "false"),
        enumeration("keyEntropyMode", &SECURITY_KEY_ENTROPY_MODE, "CombinedEntropy"),
        enumeration("messageProtectionOrder", &MESSAGE_PROTECTION_ORDER, "SignBeforeEncryptAndEncryptSignature"),
        bool("protectTokens", "false"),
        enumeration(
            "messageSecurityVersion",
            &MESSAGE_SECURITY_VERSION,
            "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11",
        ),
        bool("requireSecurityContextCancellation", "true"),
        bool("requireSignatureConfirmation", "false"),
        bool("canRenewSecurityContextToken", "true"),
    ],
    children: &[
        Child { name: "issuedTokenParameters", element: &ISSUED_TOKEN_PARAMETERS },
        Child { name: "localClientSettings", element: &LOCAL_CLIENT_SECURITY_SETTINGS },
        Child { name: "localServiceSettings", element: &LOCAL_SERVICE_SECURITY_SETTINGS },
    ],
    content: Content::Closed,
};

/// `LocalServiceSecuritySettingsElement`.
pub static LOCAL_SERVICE_SECURITY_SETTINGS: Element = Element {
    class: "LocalServiceSecuritySettingsElement",
    attributes: &[
        bool("detectReplays", "true"),
        timeout("issuedCookieLifetime", "10:00:00"),
        int("maxStatefulNegotiations", 0, INT_MAX, "128"),
        int("replayCacheSize", 1, INT_MAX, "900000"),
        timeout("maxClockSkew", "00:05:00"),
        timeout("negotiationTimeout", "00:01:00"),
        timeout("replayWindow", "00:05:00"),
        timeout("inactivityTimeout", "00:02:00"),
        timeout("sessionKeyRenewalInterval", "15:00:00"),
        timeout("sessionKeyRolloverInterval", "00:05:00"),
        bool("reconnectTransportOnFailure", "true"),
        int("maxPendingSessions", 1, INT_MAX, "128"),
        int("maxCachedCookies", 0, INT_MAX, "1000"),
        timeout("timestampValidityDuration", "00:05:00"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `LocalClientSecuritySettingsElement`.
pub static LOCAL_CLIENT_SECURITY_SETTINGS: Element = Element {
    class: "LocalClientSecuritySettingsElement",
    attributes: &[
        bool("cacheCookies", "true"),
        bool("detectReplays", "true"),
        int("replayCacheSize", 1, INT_MAX, "900000"),
        timeout("maxClockSkew", "00:05:00"),
        timeout("maxCookieCachingTime", "Infinite"),
        timeout("replayWindow", "00:05:00"),
        timeout("sessionKeyRenewalInterval", "10:00:00"),
        timeout("sessionKeyRolloverInterval", "00:05:00"),
        bool("reconnectTransportOnFailure", "true"),
        timeout("timestampValidityDuration", "00:05:00"),
        int("cookieRenewalThresholdPercentage", 0, 100, "60"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `IssuedTokenParametersElement`.
pub static ISSUED_TOKEN_PARAMETERS: Element = Element {
    class: "IssuedTokenParametersElement",
    attributes: &[
        optional_enumeration("defaultMessageSecurityVersion", &MESSAGE_SECURITY_VERSION),
        int("keySize", 0, INT_MAX, "0"),
        enumeration("keyType", &SECURITY_KEY_TYPE, "SymmetricKey"),
        text("tokenType"),
        bool("useStrTransform", "false"),
    ],
    children: &[
        Child { name: "additionalRequestParameters", element: &XML_ELEMENT_COLLECTION },
        Child { name: "claimTypeRequirements", element: &CLAIM_TYPE_COLLECTION },
        Child { name: "issuer", element: &ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS },
        Child { name: "issuerMetadata", element: &ENDPOINT_ADDRESS },
    ],
    content: Content::Closed,
};

/// `ClaimTypeElementCollection`.
pub static CLAIM_TYPE_COLLECTION: Element = Element {
    class: "ClaimTypeElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &CLAIM_TYPE, removable: true },
};

/// `ClaimTypeElement`.
pub static CLAIM_TYPE: Element = Element {
    class: "ClaimTypeElement",
    attributes: &[text("claimType").required().key(), bool("isOptional", "false")],
    children: &[],
    content: Content::Closed,
};
