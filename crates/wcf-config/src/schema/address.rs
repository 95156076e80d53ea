//! Addresses with headers and identities, of endpoints and token issuers.

use crate::schema::enumeration::{STORE_LOCATION, STORE_NAME, X509_FIND_TYPE};
use crate::schema::{Child, Content, Element, bool, enumeration, text, uri};

/// `XmlElementElementCollection`.
pub static XML_ELEMENT_COLLECTION: Element =
    Element { class: "XmlElementElementCollection", attributes: &[], children: &[], content: Content::AnyXml };

/// `EndpointAddressElementBase`.
pub static ENDPOINT_ADDRESS: Element = Element {
    class: "EndpointAddressElementBase",
    attributes: &[uri("address", None).required()],
    children: &[Child { name: "headers", element: &ADDRESS_HEADER_COLLECTION }, Child { name: "identity", element: &IDENTITY }],
    content: Content::Closed,
};

/// `IssuedTokenParametersEndpointAddressElement`.
pub static ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS: Element = Element {
    class: "IssuedTokenParametersEndpointAddressElement",
    attributes: &[uri("address", None).required(), text("binding"), text("bindingConfiguration")],
    children: &[Child { name: "headers", element: &ADDRESS_HEADER_COLLECTION }, Child { name: "identity", element: &IDENTITY }],
    content: Content::Closed,
};

/// `IdentityElement`.
pub static IDENTITY: Element = Element {
    class: "IdentityElement",
    attributes: &[],
    children: &[
        Child { name: "userPrincipalName", element: &USER_PRINCIPAL_NAME },
        Child { name: "servicePrincipalName", element: &SERVICE_PRINCIPAL_NAME },
        Child { name: "dns", element: &DNS },
        Child { name: "rsa", element: &RSA },
        Child { name: "certificate", element: &CERTIFICATE },
        Child { name: "certificateReference", element: &CERTIFICATE_REFERENCE },
    ],
    content: Content::Closed,
};

/// `CertificateReferenceElement`.
pub static CERTIFICATE_REFERENCE: Element = Element {
    class: "CertificateReferenceElement",
    attributes: &[
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("storeLocation", &STORE_LOCATION, "LocalMachine"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
        text("findValue"),
        bool("isChainIncluded", "false"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `CertificateElement`.
pub static CERTIFICATE: Element =
    Element { class: "CertificateElement", attributes: &[text("encodedValue")], children: &[], content: Content::Closed };

/// `RsaElement`.
pub static RSA: Element = Element { class: "RsaElement", attributes: &[text("value")], children: &[], content: Content::Closed };

/// `DnsElement`.
pub static DNS: Element = Element { class: "DnsElement", attributes: &[text("value")], children: &[], content: Content::Closed };

/// `ServicePrincipalNameElement`.
pub static SERVICE_PRINCIPAL_NAME: Element =
    Element { class: "ServicePrincipalNameElement", attributes: &[text("value")], children: &[], content: Content::Closed };

/// `UserPrincipalNameElement`.
pub static USER_PRINCIPAL_NAME: Element =
    Element { class: "UserPrincipalNameElement", attributes: &[text("value")], children: &[], content: Content::Closed };

/// `AddressHeaderCollectionElement`.
pub static ADDRESS_HEADER_COLLECTION: Element =
    Element { class: "AddressHeaderCollectionElement", attributes: &[], children: &[], content: Content::Headers };
