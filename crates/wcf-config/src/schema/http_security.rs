//! `security/transport` of the HTTP bindings.

use crate::schema::enumeration::{HTTP_CLIENT_CREDENTIAL_TYPE, HTTP_PROXY_CREDENTIAL_TYPE, POLICY_ENFORCEMENT, PROTECTION_SCENARIO};
use crate::schema::{Child, Content, Element, enumeration, text};

/// `HttpTransportSecurityElement`.
pub static HTTP_TRANSPORT_SECURITY: Element = Element {
    class: "HttpTransportSecurityElement",
    attributes: &[
        enumeration("clientCredentialType", &HTTP_CLIENT_CREDENTIAL_TYPE, "None"),
        enumeration("proxyCredentialType", &HTTP_PROXY_CREDENTIAL_TYPE, "None"),
        text("realm"),
    ],
    children: &[Child { name: "extendedProtectionPolicy", element: &EXTENDED_PROTECTION_POLICY }],
    content: Content::Closed,
};

/// `ExtendedProtectionPolicyElement`.
pub static EXTENDED_PROTECTION_POLICY: Element = Element {
    class: "ExtendedProtectionPolicyElement",
    attributes: &[
        enumeration("policyEnforcement", &POLICY_ENFORCEMENT, "Never"),
        enumeration("protectionScenario", &PROTECTION_SCENARIO, "TransportSelected"),
    ],
    children: &[Child { name: "customServiceNames", element: &SERVICE_NAME_COLLECTION }],
    content: Content::Closed,
};

/// `ServiceNameElementCollection`.
pub static SERVICE_NAME_COLLECTION: Element = Element {
    class: "ServiceNameElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &SERVICE_NAME, removable: true },
};

/// `ServiceNameElement`.
pub static SERVICE_NAME: Element =
    Element { class: "ServiceNameElement", attributes: &[text("name").key()], children: &[], content: Content::Closed };
