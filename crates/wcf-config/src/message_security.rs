//! The message security of the standard bindings: which authentication mode their `message` element comes to.

use crate::Text;
use crate::channel_stack::{AuthenticationMode, BindingElement, IssuedKeyType, IssuedToken, MessageSecurity, SecurityShape};
use crate::effective::{Effective, Origin};
use crate::lower::{Contradiction, Values, fixed};

pub(crate) const WSS10_BASIC_PROFILE: &str =
    "WSSecurity10WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11BasicSecurityProfile10";
pub(crate) const WSS11: &str = "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11";
pub(crate) const WSS11_BASIC_PROFILE: &str =
    "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11BasicSecurityProfile10";
pub(crate) const WSS11_2007_BASIC_PROFILE: &str = "WSSecurity11WSTrust13WSSecureConversation13WSSecurityPolicy12BasicSecurityProfile10";

const CREDENTIAL: &str = "security.message.clientCredentialType";
const SUITE: &str = "security.message.algorithmSuite";

/// What a binding's own rules say about its message security.
pub(crate) struct Rules {
    /// The class whose rule it is.
    pub class: &'static str,
    /// Whether the transport protects and only the credential is in the message.
    pub over_transport: bool,
    /// Whether the service's credential is negotiated rather than known.
    pub negotiated: bool,
    /// Whether a secure conversation is established.
    pub secure_conversation: bool,
    /// The versions that the binding speaks.
    pub version: &'static str,
    /// Whether messages carry a time and replays are found.
    pub timestamps: bool,
}

/// The `message` element of the WS, TCP and MSMQ bindings (`MessageSecurityOverHttp`, `MessageSecurityOverTcp`,
/// `MessageSecurityOverMsmq`).
pub(crate) fn by_credential(values: &Values<'_>, rules: &Rules) -> Result<BindingElement, Contradiction> {
    use AuthenticationMode as Is;
    let mode = match (values.text(CREDENTIAL), rules.over_transport, rules.negotiated) {
        ("None", true, _) => {
            return Err(values.contradiction(
                rules.class,
                &[CREDENTIAL, "security.mode"],
                "mode `TransportWithMessageCredential` without a message credential: `clientCredentialType` is `None`",
                "name a message credential, or use mode `Transport`",
            ));
        }
        ("UserName", true, _) => Is::UserNameOverTransport,
        ("Certificate", true, _) => Is::CertificateOverTransport,
        ("Windows", true, _) => Is::SspiNegotiatedOverTransport,
        ("IssuedToken", true, _) => Is::IssuedTokenOverTransport,
        ("None", false, true) => Is::AnonymousForSslNegotiated,
        ("UserName", false, true) => Is::UserNameForSslNegotiated,
        ("Certificate", false, true) => Is::MutualSslNegotiated,
        ("Windows", false, true) => Is::SspiNegotiated,
        ("IssuedToken", false, true) => Is::IssuedTokenForSslNegotiated,
        ("None", false, false) => Is::AnonymousForCertificate,
        ("UserName", false, false) => Is::UserNameForCertificate,
        ("Certificate", false, false) => Is::MutualCertificate,
        ("Windows", false, false) => Is::Kerberos,
        ("IssuedToken", false, false) => Is::IssuedTokenForCertificate,
        _ => return Err(values.impossible(CREDENTIAL)),
    };
    // Kerberos keys are short: its own suite, unless one is written (`wasAlgorithmSuiteSet`).
    let algorithm_suite = if mode == Is::Kerberos && !values.is_written(SUITE) {
        fixed("SecurityAlgorithmSuite.KerberosDefault", Text::fixed("Basic128"))
    } else {
        values.string(SUITE)
    };
    Ok(security(MessageSecurity {
        authentication_mode: values.effective(CREDENTIAL, mode),
        secure_conversation: rules.secure_conversation,
        shape: shape(mode, true),
        algorithm_suite,
        message_security_version: fixed(rules.class, Text::fixed(rules.version)),
        include_timestamp: fixed(rules.class, rules.timestamps),
        detect_replays: fixed(rules.class, rules.timestamps),
        allow_insecure_transport: fixed("SecurityBindingElement", false),
        enable_unsecured_response: fixed("SecurityBindingElement", false),
        issued_token: None,
    }))
}

/// The `message` element of the basic bindings (`BasicHttpMessageSecurity`): WS-Security 1.0, no sessions.
pub(crate) fn basic(values: &Values<'_>, over_transport: bool) -> Result<BindingElement, Contradiction> {
    let mode = match (values.text(CREDENTIAL), over_transport) {
        ("Certificate", true) => AuthenticationMode::CertificateOverTransport,
        ("UserName", true) => AuthenticationMode::UserNameOverTransport,
        ("Certificate", false) => AuthenticationMode::MutualCertificate,
        ("UserName", false) => {
            return Err(values.contradiction(
                "BasicHttpMessageSecurity.CreateMessageSecurity",
                &[CREDENTIAL, "security.mode"],
                "mode `Message` of a basic HTTP binding needs message credential `Certificate`; here it is `UserName`, which is also \
                 the default",
                "write `<message clientCredentialType=\"Certificate\"/>`, or use mode `TransportWithMessageCredential`",
            ));
        }
        _ => return Err(values.impossible(CREDENTIAL)),
    };
    Ok(security(MessageSecurity {
        authentication_mode: values.effective(CREDENTIAL, mode),
        secure_conversation: false,
        shape: shape(mode, false),
        algorithm_suite: values.string(SUITE),
        message_security_version: fixed("BasicHttpMessageSecurity", Text::fixed(WSS10_BASIC_PROFILE)),
        include_timestamp: fixed("BasicHttpMessageSecurity", true),
        detect_replays: fixed("BasicHttpMessageSecurity", true),
        allow_insecure_transport: fixed("SecurityBindingElement", false),
        enable_unsecured_response: fixed("SecurityBindingElement", false),
        issued_token: None,
    }))
}

/// The `message` element of the federation bindings (`FederatedMessageSecurityOverHttp`).
pub(crate) fn federated(values: &Values<'_>, over_transport: bool, version: &'static str) -> Result<BindingElement, Contradiction> {
    let mode = match (over_transport, values.is("security.message.negotiateServiceCredential")) {
        (true, _) => values.derived("FederatedMessageSecurityOverHttp", "security.mode", AuthenticationMode::IssuedTokenOverTransport),
        (false, true) => values.effective("security.message.negotiateServiceCredential", AuthenticationMode::IssuedTokenForSslNegotiated),
        (false, false) => values.effective("security.message.negotiateServiceCredential", AuthenticationMode::IssuedTokenForCertificate),
    };
    let token = issued_token(values, "security.message.", "issuedKeyType", "issuedTokenType")?;
    if token.key_type.value == IssuedKeyType::Bearer && !version.contains("WSTrust13") {
        return Err(values.contradiction(
            "FederatedMessageSecurityOverHttp.CreateSecurityBindingElement",
            &["security.message.issuedKeyType"],
            "wsFederationHttpBinding speaks a WS-Trust version without bearer tokens: `issuedKeyType` is `BearerKey`",
            "use ws2007FederationHttpBinding, or another key type",
        ));
    }
    let secure_conversation = values.is("security.message.establishSecurityContext");
    Ok(security(MessageSecurity {
        shape: shape(mode.value, true),
        authentication_mode: mode,
        secure_conversation,
        algorithm_suite: values.string(SUITE),
        message_security_version: fixed("FederatedMessageSecurityOverHttp", Text::fixed(version)),
        include_timestamp: fixed("FederatedMessageSecurityOverHttp", true),
        detect_replays: fixed("FederatedMessageSecurityOverHttp", true),
        allow_insecure_transport: fixed("SecurityBindingElement", false),
        enable_unsecured_response: fixed("SecurityBindingElement", false),
        issued_token: Some(token),
    }))
}

/// What is asked of a token, from the attributes under `prefix`.
pub(crate) fn issued_token(values: &Values<'_>, prefix: &str, key_type: &str, token_type: &str) -> Result<IssuedToken, Contradiction> {
    let name = |rest: &str| format!("{prefix}{rest}");
    let key_name = name(key_type);
    let key = match values.text(&key_name) {
        "SymmetricKey" => IssuedKeyType::Symmetric,
        "AsymmetricKey" => IssuedKeyType::Asymmetric,
        "BearerKey" => IssuedKeyType::Bearer,
        _ => return Err(values.impossible(&key_name)),
    };
    let mut claim_types = Vec::new();
    loop {
        let claim = name(&format!("claimTypeRequirements.add[{}]", claim_types.len()));
        let Some(uri) = values.present(&format!("{claim}.claimType")) else { break };
        claim_types.push((uri, values.is(&format!("{claim}.isOptional"))));
    }
    Ok(IssuedToken {
        issuer_address: values.present(&name("issuer.address")),
        issuer_metadata_address: values.present(&name("issuerMetadata.address")),
        token_type: values.present(&name(token_type)),
        key_type: values.effective(&key_name, key),
        claim_types,
    })
}

/// Which class carries out a mode. `wss11` is whether WS-Security 1.1 is spoken, which has symmetric keys for two certificates.
pub(crate) const fn shape(mode: AuthenticationMode, wss11: bool) -> SecurityShape {
    use AuthenticationMode as Is;
    match mode {
        Is::CertificateOverTransport
        | Is::IssuedTokenOverTransport
        | Is::KerberosOverTransport
        | Is::SspiNegotiatedOverTransport
        | Is::UserNameOverTransport => SecurityShape::Transport,
        Is::MutualCertificate if wss11 => SecurityShape::Symmetric,
        Is::MutualCertificate | Is::MutualCertificateDuplex => SecurityShape::Asymmetric,
        Is::AnonymousForCertificate
        | Is::AnonymousForSslNegotiated
        | Is::IssuedToken
        | Is::IssuedTokenForCertificate
        | Is::IssuedTokenForSslNegotiated
        | Is::Kerberos
        | Is::MutualSslNegotiated
        | Is::SspiNegotiated
        | Is::UserNameForCertificate
        | Is::UserNameForSslNegotiated => SecurityShape::Symmetric,
    }
}

/// The mode with this name; `None` for `SecureConversation`, which is a session over another, and for unknown names.
pub(crate) fn authentication_mode(name: &str) -> Option<AuthenticationMode> {
    use AuthenticationMode as Is;
    Some(match name {
        "AnonymousForCertificate" => Is::AnonymousForCertificate,
        "AnonymousForSslNegotiated" => Is::AnonymousForSslNegotiated,
        "CertificateOverTransport" => Is::CertificateOverTransport,
        "IssuedToken" => Is::IssuedToken,
        "IssuedTokenForCertificate" => Is::IssuedTokenForCertificate,
        "IssuedTokenForSslNegotiated" => Is::IssuedTokenForSslNegotiated,
        "IssuedTokenOverTransport" => Is::IssuedTokenOverTransport,
        "Kerberos" => Is::Kerberos,
        "KerberosOverTransport" => Is::KerberosOverTransport,
        "MutualCertificate" => Is::MutualCertificate,
        "MutualCertificateDuplex" => Is::MutualCertificateDuplex,
        "MutualSslNegotiated" => Is::MutualSslNegotiated,
        "SspiNegotiated" => Is::SspiNegotiated,
        "SspiNegotiatedOverTransport" => Is::SspiNegotiatedOverTransport,
        "UserNameForCertificate" => Is::UserNameForCertificate,
        "UserNameForSslNegotiated" => Is::UserNameForSslNegotiated,
        "UserNameOverTransport" => Is::UserNameOverTransport,
        _ => return None,
    })
}

/// Whether a mode takes a token of an issuer.
pub(crate) const fn takes_issued_token(mode: AuthenticationMode) -> bool {
    matches!(
        mode,
        AuthenticationMode::IssuedToken
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::IssuedTokenOverTransport
    )
}

/// An attribute of the custom `security` element that only counts where it is written; else the mode's factory decides.
pub(crate) fn written_or<T>(values: &Values<'_>, name: &str, written: T, default: T) -> Effective<T> {
    if values.is_written(name) {
        values.effective(name, written)
    } else {
        Effective { value: default, origin: Origin::RuntimeDefault { class: "SecurityBindingElement" } }
    }
}

pub(crate) fn security(security: MessageSecurity) -> BindingElement {
    BindingElement::Security(Box::new(security))
}
