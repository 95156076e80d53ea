//! Certificates in `serviceCredentials` and `clientCredentials`: where they are found and how a peer's is checked.

use crate::schema::enumeration::{STORE_LOCATION, STORE_NAME, X509_CERTIFICATE_VALIDATION_MODE, X509_FIND_TYPE, X509_REVOCATION_MODE};
use crate::schema::{Child, Content, Element, bool, enumeration, text, uri};

/// `X509RecipientCertificateClientElement`.
pub static X509_RECIPIENT_CERTIFICATE_CLIENT: Element = Element {
    class: "X509RecipientCertificateClientElement",
    attributes: &[],
    children: &[
        Child { name: "defaultCertificate", element: &X509_DEFAULT_SERVICE_CERTIFICATE },
        Child { name: "scopedCertificates", element: &X509_SCOPED_SERVICE_CERTIFICATE_COLLECTION },
        Child { name: "authentication", element: &X509_SERVICE_CERTIFICATE_AUTHENTICATION },
        Child { name: "sslCertificateAuthentication", element: &X509_SERVICE_CERTIFICATE_AUTHENTICATION },
    ],
    content: Content::Closed,
};

/// `X509ServiceCertificateAuthenticationElement`.
pub static X509_SERVICE_CERTIFICATE_AUTHENTICATION: Element = Element {
    class: "X509ServiceCertificateAuthenticationElement",
    attributes: &[
        text("customCertificateValidatorType"),
        enumeration("certificateValidationMode", &X509_CERTIFICATE_VALIDATION_MODE, "ChainTrust"),
        enumeration("revocationMode", &X509_REVOCATION_MODE, "Online"),
        enumeration("trustedStoreLocation", &STORE_LOCATION, "CurrentUser"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509ScopedServiceCertificateElementCollection`.
pub static X509_SCOPED_SERVICE_CERTIFICATE_COLLECTION: Element = Element {
    class: "X509ScopedServiceCertificateElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &X509_SCOPED_SERVICE_CERTIFICATE, removable: true },
};

/// `X509ScopedServiceCertificateElement`.
pub static X509_SCOPED_SERVICE_CERTIFICATE: Element = Element {
    class: "X509ScopedServiceCertificateElement",
    attributes: &[
        uri("targetUri", None).required().key(),
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "CurrentUser"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509DefaultServiceCertificateElement`.
pub static X509_DEFAULT_SERVICE_CERTIFICATE: Element = Element {
    class: "X509DefaultServiceCertificateElement",
    attributes: &[
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "CurrentUser"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509InitiatorCertificateClientElement`.
pub static X509_INITIATOR_CERTIFICATE_CLIENT: Element = Element {
    class: "X509InitiatorCertificateClientElement",
    attributes: &[
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "CurrentUser"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509CertificateTrustedIssuerElementCollection`.
pub static X509_CERTIFICATE_TRUSTED_ISSUER_COLLECTION: Element = Element {
    class: "X509CertificateTrustedIssuerElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "add", element: &X509_CERTIFICATE_TRUSTED_ISSUER, removable: true },
};

/// `X509CertificateTrustedIssuerElement`.
pub static X509_CERTIFICATE_TRUSTED_ISSUER: Element = Element {
    class: "X509CertificateTrustedIssuerElement",
    attributes: &[
        text("findValue").key(),
        enumeration("storeLocation", &STORE_LOCATION, "LocalMachine").key(),
        enumeration("storeName", &STORE_NAME, "My").key(),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName").key(),
    ],
    children: &[],
    content: Content::Closed,
};

/// `PeerCredentialElement`.
pub static PEER_CREDENTIAL: Element = Element {
    class: "PeerCredentialElement",
    attributes: &[],
    children: &[
        Child { name: "certificate", element: &X509_PEER_CERTIFICATE },
        Child { name: "peerAuthentication", element: &X509_PEER_CERTIFICATE_AUTHENTICATION },
        Child { name: "messageSenderAuthentication", element: &X509_PEER_CERTIFICATE_AUTHENTICATION },
    ],
    content: Content::Closed,
};

/// `X509PeerCertificateAuthenticationElement`.
pub static X509_PEER_CERTIFICATE_AUTHENTICATION: Element = Element {
    class: "X509PeerCertificateAuthenticationElement",
    attributes: &[
        text("customCertificateValidatorType"),
        enumeration("certificateValidationMode", &X509_CERTIFICATE_VALIDATION_MODE, "PeerOrChainTrust"),
        enumeration("revocationMode", &X509_REVOCATION_MODE, "Online"),
        enumeration("trustedStoreLocation", &STORE_LOCATION, "CurrentUser"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509PeerCertificateElement`.
pub static X509_PEER_CERTIFICATE: Element = Element {
    class: "X509PeerCertificateElement",
    attributes: &[
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "CurrentUser"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509RecipientCertificateServiceElement`.
pub static X509_RECIPIENT_CERTIFICATE_SERVICE: Element = Element {
    class: "X509RecipientCertificateServiceElement",
    attributes: &[
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "LocalMachine"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509InitiatorCertificateServiceElement`.
pub static X509_INITIATOR_CERTIFICATE_SERVICE: Element = Element {
    class: "X509InitiatorCertificateServiceElement",
    attributes: &[],
    children: &[
        Child { name: "certificate", element: &X509_CLIENT_CERTIFICATE_CREDENTIALS },
        Child { name: "authentication", element: &X509_CLIENT_CERTIFICATE_AUTHENTICATION },
    ],
    content: Content::Closed,
};

/// `X509ClientCertificateAuthenticationElement`.
pub static X509_CLIENT_CERTIFICATE_AUTHENTICATION: Element = Element {
    class: "X509ClientCertificateAuthenticationElement",
    attributes: &[
        text("customCertificateValidatorType"),
        enumeration("certificateValidationMode", &X509_CERTIFICATE_VALIDATION_MODE, "ChainTrust"),
        enumeration("revocationMode", &X509_REVOCATION_MODE, "Online"),
        enumeration("trustedStoreLocation", &STORE_LOCATION, "LocalMachine"),
        bool("includeWindowsGroups", "true"),
        bool("mapClientCertificateToWindowsAccount", "false"),
    ],
    children: &[],
    content: Content::Closed,
};

/// `X509ClientCertificateCredentialsElement`.
pub static X509_CLIENT_CERTIFICATE_CREDENTIALS: Element = Element {
    class: "X509ClientCertificateCredentialsElement",
    attributes: &[
        text("findValue"),
        enumeration("storeLocation", &STORE_LOCATION, "LocalMachine"),
        enumeration("storeName", &STORE_NAME, "My"),
        enumeration("x509FindType", &X509_FIND_TYPE, "FindBySubjectDistinguishedName"),
    ],
    children: &[],
    content: Content::Closed,
};
