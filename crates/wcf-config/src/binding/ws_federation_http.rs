//! `wsFederationHttpBinding`: callers prove themselves with a token of an issuer.

use crate::channel_stack::BindingElement;
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::message_security;
use crate::schema::address::{ENDPOINT_ADDRESS, ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS, XML_ELEMENT_COLLECTION};
use crate::schema::enumeration::{
    HOST_NAME_COMPARISON_MODE, SECURITY_ALGORITHM_SUITE, SECURITY_KEY_TYPE, WS_FEDERATION_HTTP_SECURITY_MODE, WS_MESSAGE_ENCODING,
};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::reliable_session::STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION;
use crate::schema::security_element::CLAIM_TYPE_COLLECTION;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, encoding,
    enumeration, int, long, text, uri,
};

/// `WSFederationHttpBindingElement`.
pub static SCHEMA: Element = Element {
    class: "WSFederationHttpBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("bypassProxyOnLocal", "false"),
        bool("transactionFlow", "false"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
        enumeration("messageEncoding", &WS_MESSAGE_ENCODING, "Text"),
        uri("proxyAddress", None),
        encoding("textEncoding", "utf-8"),
        bool("useDefaultWebProxy", "true"),
        uri("privacyNoticeAt", None),
        int("privacyNoticeVersion", 0, INT_MAX, "0"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "reliableSession", element: &STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION },
        Child { name: "security", element: &WS_FEDERATION_HTTP_SECURITY },
    ],
    content: Content::Closed,
};

/// `WSFederationHttpSecurityElement`.
pub static WS_FEDERATION_HTTP_SECURITY: Element = Element {
    class: "WSFederationHttpSecurityElement",
    attributes: &[enumeration("mode", &WS_FEDERATION_HTTP_SECURITY_MODE, "Message")],
    children: &[Child { name: "message", element: &FEDERATED_MESSAGE_SECURITY_OVER_HTTP }],
    content: Content::Closed,
};

/// `FederatedMessageSecurityOverHttpElement`.
pub static FEDERATED_MESSAGE_SECURITY_OVER_HTTP: Element = Element {
    class: "FederatedMessageSecurityOverHttpElement",
    attributes: &[
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
        bool("establishSecurityContext", "true"),
        enumeration("issuedKeyType", &SECURITY_KEY_TYPE, "SymmetricKey"),
        text("issuedTokenType"),
        bool("negotiateServiceCredential", "true"),
    ],
    children: &[
        Child { name: "claimTypeRequirements", element: &CLAIM_TYPE_COLLECTION },
        Child { name: "issuer", element: &ISSUED_TOKEN_PARAMETERS_ENDPOINT_ADDRESS },
        Child { name: "issuerMetadata", element: &ENDPOINT_ADDRESS },
        Child { name: "tokenRequestParameters", element: &XML_ELEMENT_COLLECTION },
    ],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values, message_security::WSS11_BASIC_PROFILE)).unless(lower::buffered_size(values))
}

/// What the federation bindings build, which differ in the versions they speak.
pub(crate) fn elements(values: &Values<'_>, version: &'static str) -> Result<Vec<BindingElement>, Contradiction> {
    let mode = lower::mode(values)?;
    let mut elements = Vec::new();
    if !values.text("privacyNoticeAt").is_empty() {
        elements.push(BindingElement::PrivacyNotice);
    }
    elements.push(lower::transaction_flow(values));
    elements.extend(lower::optional_reliable_session(values));
    match mode {
        Mode::None => {}
        Mode::Message => elements.push(message_security::federated(values, false, version)?),
        Mode::TransportWithMessageCredential => elements.push(message_security::federated(values, true, version)?),
        Mode::Transport | Mode::TransportCredentialOnly => return Err(values.impossible("security.mode")),
    }
    elements.push(lower::message_encoding(values)?);
    elements.push(lower::http(values, mode)?);
    Ok(elements)
}
