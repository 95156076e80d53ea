//! WS-SecurityPolicy: from the assertions of an alternative to the message security and the transport security they ask for
//! (`SecurityBindingElementImporter` and the predicates of `SecurityBindingElement` in the reference source).

use super::expression::{self, Alternative, Policies, Unreadable};
use super::xml::{self, AsNode, Node};
use super::{in_policy, policy_default};
use crate::Text;
use crate::channel_stack::{AuthenticationMode, IssuedKeyType, IssuedToken, MessageSecurity, ProtectionLevel, SecurityShape};
use crate::effective::Effective;

const SP11: &str = "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy";
const SP12: &str = "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702";
const MICROSOFT: &str = "http://schemas.microsoft.com/ws/2005/07/securitypolicy";
const FRAMING: &str = "http://schemas.microsoft.com/ws/2006/05/framing/policy";

const SUITES: [&str; 16] = [
    "Basic256",
    "Basic192",
    "Basic128",
    "TripleDes",
    "Basic256Rsa15",
    "Basic192Rsa15",
    "Basic128Rsa15",
    "TripleDesRsa15",
    "Basic256Sha256",
    "Basic192Sha256",
    "Basic128Sha256",
    "TripleDesSha256",
    "Basic256Sha256Rsa15",
    "Basic192Sha256Rsa15",
    "Basic128Sha256Rsa15",
    "TripleDesSha256Rsa15",
];

/// What the transport is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TransportToken {
    /// TLS of HTTP, and whether a client certificate is required.
    Https(Effective<bool>),
    /// TLS over a stream, and whether a client certificate is required.
    Ssl(Effective<bool>),
    /// Negotiate over a stream.
    Windows(Effective<ProtectionLevel>),
}

/// What an alternative says about security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Security<'a> {
    pub transport: Option<TransportToken>,
    pub message: Option<MessageSecurity>,
    /// HTTP's own authentication, asked for inside the token (WS-SecurityPolicy 1.2).
    pub http_basic: bool,
    pub http_digest: bool,
    /// Combinations that no authentication mode of .NET describes; the strictest was taken.
    pub unusual: Option<Node<'a>>,
}

/// Whether an assertion belongs to WS-SecurityPolicy.
pub(super) fn is_security<'a>(node: impl AsNode<'a>) -> bool {
    matches!(xml::namespace(node), SP11 | SP12)
}

fn is<'a>(node: impl AsNode<'a>, name: &str) -> bool {
    let node = node.node();
    is_security(node) && xml::local(node) == name
}

/// A token that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    X509 {
        to_initiator: bool,
    },
    UserName,
    Kerberos,
    Spnego,
    Ssl {
        client_certificate: bool,
    },
    Issued(Box<IssuedToken>),
    Conversation(Option<Box<MessageSecurity>>),
    /// One that .NET does not know in this place.
    Other,
}

/// Reads the security of an alternative. `None` for a part .NET does not understand either: then nothing is known.
pub(super) fn read<'a>(assertions: &Alternative<'a>, policies: &Policies<'a>, depth: usize) -> Result<Security<'a>, Unreadable<'a>> {
    let mut found = Security::default();
    if depth > 4 {
        let Some(&node) = assertions.first() else { return Ok(found) };
        return Err(Unreadable { node, why: "secure conversations are nested too deep" });
    }
    let find = |name: &str| assertions.iter().copied().find(|node| is(node, name));
    let wss11 = find("Wss11");
    let options = wss11.or_else(|| find("Wss10"));
    let trust13 = find("Trust13");
    let trust = trust13.or_else(|| find("Trust10"));
    let supporting = Supporting::read(assertions, policies, depth)?;
    let transport = find("TransportBinding");
    let symmetric = find("SymmetricBinding");
    let asymmetric = find("AsymmetricBinding");
    let Some(binding) = symmetric.or(asymmetric).or(transport) else {
        if let Some(node) = supporting.first {
            return Err(Unreadable { node, why: "tokens without a binding that protects them" });
        }
        return Ok(found);
    };
    let inside = only(binding, policies)?;
    let shape = if symmetric.is_some() {
        SecurityShape::Symmetric
    } else if asymmetric.is_some() {
        SecurityShape::Asymmetric
    } else {
        SecurityShape::Transport
    };
    let mut suite = policy_default(Text::fixed("Basic256"));
    let mut timestamp = policy_default(false);
    let (mut protection, mut initiator, mut recipient) = (None, None, None);
    for node in inside {
        if !is_security(node) {
            return Err(Unreadable { node, why: "an assertion that .NET does not support in a security binding" });
        }
        match xml::local(node) {
            "AlgorithmSuite" => {
                let inner = only(node, policies)?;
                match inner.as_slice() {
                    [name] if SUITES.contains(&xml::local(name)) => suite = in_policy(*name, Text::from(xml::local(name))),
                    _ => return Err(Unreadable { node, why: "an algorithm suite that .NET does not support" }),
                }
            }
            "IncludeTimestamp" => timestamp = in_policy(node, true),
            "Layout" | "EncryptBeforeSigning" | "EncryptSignature" | "ProtectTokens" | "OnlySignEntireHeadersAndBody" => {}
            "TransportToken" if shape == SecurityShape::Transport => transport_token(node, policies, &mut found)?,
            "ProtectionToken" if shape == SecurityShape::Symmetric => protection = Some(token_in(node, policies, depth)?),
            "InitiatorToken" if shape == SecurityShape::Asymmetric => initiator = Some(token_in(node, policies, depth)?),
            "RecipientToken" if shape == SecurityShape::Asymmetric => recipient = Some(token_in(node, policies, depth)?),
            _ => return Err(Unreadable { node, why: "an assertion that .NET does not support in a security binding" }),
        }
    }
    // A transport binding alone is the transport's own security.
    if shape == SecurityShape::Transport && options.is_none() && trust.is_none() && supporting.first.is_none() {
        return Ok(found);
    }
    let unusual = |found: &mut Security<'a>| {
        found.unusual = Some(binding);
        (AuthenticationMode::MutualCertificate, None)
    };
    let mut conversation = None;
    let (mode, issued) = match shape {
        SecurityShape::Transport => match supporting.transport() {
            Some((mode, issued)) => (mode, issued),
            None => match supporting.conversation() {
                Some(bootstrap) => {
                    conversation = Some(bootstrap);
                    (AuthenticationMode::CertificateOverTransport, None)
                }
                None => {
                    found.unusual = Some(binding);
                    (AuthenticationMode::CertificateOverTransport, None)
                }
            },
        },
        SecurityShape::Symmetric => match protection {
            Some(Token::Conversation(bootstrap)) if supporting.first.is_none() => {
                conversation = Some(bootstrap);
                (AuthenticationMode::MutualCertificate, None)
            }
            Some(token) => supporting.symmetric(&token).unwrap_or_else(|| unusual(&mut found)),
            None => return Err(Unreadable { node: binding, why: "a symmetric binding without a protection token" }),
        },
        SecurityShape::Asymmetric => match (initiator, recipient) {
            (Some(Token::X509 { .. }), Some(Token::X509 { to_initiator })) if supporting.first.is_none() => {
                let mode = if to_initiator { AuthenticationMode::MutualCertificateDuplex } else { AuthenticationMode::MutualCertificate };
                (mode, None)
            }
            _ => unusual(&mut found),
        },
    };
    let namespace = xml::namespace(binding);
    let version = format!(
        "{}{}{}{}",
        if wss11.is_some() || options.is_none() { "WSSecurity11" } else { "WSSecurity10" },
        if trust13.is_some() { "WSTrust13WSSecureConversation13" } else { "WSTrustFebruary2005WSSecureConversationFebruary2005" },
        if namespace == SP12 { "WSSecurityPolicy12" } else { "WSSecurityPolicy11" },
        if wss11.is_none() && options.is_some() { "BasicSecurityProfile10" } else { "" },
    );
    let mut message = MessageSecurity {
        authentication_mode: in_policy(binding, mode),
        secure_conversation: false,
        shape,
        algorithm_suite: suite,
        message_security_version: in_policy(options.unwrap_or(binding), version.into()),
        // Not in a policy; WCF's own default, with or without timestamps.
        detect_replays: policy_default(true),
        include_timestamp: timestamp,
        allow_insecure_transport: policy_default(false),
        enable_unsecured_response: policy_default(false),
        issued_token: issued,
    };
    match conversation {
        None => {}
        Some(Some(bootstrap)) => {
            message.authentication_mode = bootstrap.authentication_mode;
            message.issued_token = bootstrap.issued_token;
            message.secure_conversation = true;
        }
        Some(None) => return Err(Unreadable { node: binding, why: "a secure conversation without a policy for its beginning" }),
    }
    found.message = Some(message);
    Ok(found)
}

/// The assertions inside, of the first alternative.
fn only<'a>(node: Node<'a>, policies: &Policies<'a>) -> Result<Alternative<'a>, Unreadable<'a>> {
    let alternatives = expression::nested(node, policies)?;
    alternatives.into_iter().next().ok_or(Unreadable { node, why: "a policy without an alternative" })
}

fn transport_token<'a>(node: Node<'a>, policies: &Policies<'a>, found: &mut Security<'a>) -> Result<(), Unreadable<'a>> {
    for token in only(node, policies)? {
        let certificate = xml::children(token).find(|child| xml::is(child, FRAMING, "RequireClientCertificate"));
        found.transport = Some(match (xml::namespace(token), xml::local(token)) {
            (SP11 | SP12, "HttpsToken") => {
                let written = matches!(xml::any_attribute(token, "RequireClientCertificate"), Some("true" | "1"));
                let mut required = written;
                for option in only(token, policies)? {
                    match (is_security(option), xml::local(option)) {
                        (true, "RequireClientCertificate") => required = true,
                        (true, "HttpBasicAuthentication") => found.http_basic = true,
                        (true, "HttpDigestAuthentication") => found.http_digest = true,
                        _ => return Err(Unreadable { node: option, why: "an option of the HTTPS token that is not known" }),
                    }
                }
                TransportToken::Https(in_policy(token, required))
            }
            (FRAMING, "SslTransportSecurity") => TransportToken::Ssl(in_policy(certificate.unwrap_or(token), certificate.is_some())),
            (FRAMING, "WindowsTransportSecurity") => {
                let level = xml::children(token).find(|child| xml::is(child, FRAMING, "ProtectionLevel"));
                let value = match level.map(xml::text).as_deref() {
                    Some("None") => ProtectionLevel::None,
                    Some("Sign") => ProtectionLevel::Sign,
                    Some("EncryptAndSign") | None => ProtectionLevel::EncryptAndSign,
                    Some(_) => return Err(Unreadable { node: token, why: "a protection level that is not known" }),
                };
                TransportToken::Windows(in_policy(level.unwrap_or(token), value))
            }
            _ => return Err(Unreadable { node: token, why: "a transport token that is not known" }),
        });
    }
    Ok(())
}

fn token_in<'a>(node: Node<'a>, policies: &Policies<'a>, depth: usize) -> Result<Token, Unreadable<'a>> {
    match only(node, policies)?.as_slice() {
        [one] => token(*one, policies, depth),
        _ => Err(Unreadable { node, why: "not exactly one token" }),
    }
}

fn token<'a>(node: Node<'a>, policies: &Policies<'a>, depth: usize) -> Result<Token, Unreadable<'a>> {
    let inclusion = xml::any_attribute(node, "IncludeToken").unwrap_or("");
    Ok(match (xml::namespace(node), xml::local(node)) {
        (SP11 | SP12, "X509Token") => Token::X509 { to_initiator: inclusion.ends_with("/AlwaysToInitiator") },
        (SP11 | SP12, "UsernameToken") => Token::UserName,
        (SP11 | SP12, "KerberosToken") => Token::Kerberos,
        (SP11 | SP12, "SpnegoContextToken") => Token::Spnego,
        (MICROSOFT, "SslContextToken") => {
            let required = only(node, policies)?.iter().any(|option| xml::is(option, MICROSOFT, "RequireClientCertificate"));
            Token::Ssl { client_certificate: required }
        }
        (SP11 | SP12, "IssuedToken") => Token::Issued(Box::new(issued(node))),
        (SP11 | SP12, "SecureConversationToken") => {
            let bootstrap = only(node, policies)?.into_iter().find(|option| is(option, "BootstrapPolicy"));
            match bootstrap {
                Some(bootstrap) => {
                    let inner = read(&only(bootstrap, policies)?, policies, depth + 1)?;
                    if inner.unusual.is_some() {
                        return Err(Unreadable { node: bootstrap, why: "a beginning of a secure conversation that no mode describes" });
                    }
                    Token::Conversation(inner.message.map(Box::new))
                }
                None => Token::Conversation(None),
            }
        }
        _ => Token::Other,
    })
}

fn issued(node: Node<'_>) -> IssuedToken {
    let within = |name: &str| xml::descendants(node).find(|child| xml::local(child) == name);
    let address = within("Issuer").and_then(|issuer| xml::descendants(issuer).find(|child| xml::local(child) == "Address"));
    let metadata = xml::descendants(node).filter(|child| xml::local(child) == "Address").nth(1);
    let value = |found: Node<'_>| in_policy(found, Text::from(xml::text(found)));
    let key = within("KeyType");
    let key_type = match key.map(xml::text) {
        Some(uri) if uri.ends_with("/PublicKey") => IssuedKeyType::Asymmetric,
        Some(uri) if uri.ends_with("/Bearer") || uri.ends_with("/NoProofKey") => IssuedKeyType::Bearer,
        Some(_) | None => IssuedKeyType::Symmetric,
    };
    let claims = xml::descendants(node).filter(|child| xml::local(child) == "ClaimType");
    IssuedToken {
        issuer_address: address.map(value),
        issuer_metadata_address: metadata.map(value),
        token_type: within("TokenType").map(value),
        key_type: key.map_or_else(|| policy_default(key_type), |key| in_policy(key, key_type)),
        claim_types: claims
            .map(|claim| {
                let uri = Text::from(xml::attribute(claim, "Uri").unwrap_or(""));
                (in_policy(claim, uri), matches!(xml::attribute(claim, "Optional"), Some("true" | "1")))
            })
            .collect(),
    }
}

/// The tokens beside those of the binding.
#[derive(Default)]
struct Supporting<'a> {
    first: Option<Node<'a>>,
    endorsing: Vec<Token>,
    signed: Vec<Token>,
}

impl<'a> Supporting<'a> {
    fn read(assertions: &Alternative<'a>, policies: &Policies<'a>, depth: usize) -> Result<Self, Unreadable<'a>> {
        let mut found = Self::default();
        for &node in assertions.iter().filter(|node| is_security(node)) {
            let list = match xml::local(node) {
                "EndorsingSupportingTokens" | "SignedEndorsingSupportingTokens" => &mut found.endorsing,
                "SignedSupportingTokens" | "SignedEncryptedSupportingTokens" => &mut found.signed,
                "SupportingTokens"
                | "EncryptedSupportingTokens"
                | "EndorsingEncryptedSupportingTokens"
                | "SignedEndorsingEncryptedSupportingTokens" => {
                    return Err(Unreadable { node, why: "supporting tokens of a kind that .NET does not support" });
                }
                _ => continue,
            };
            for each in only(node, policies)? {
                // A token that need not be sent proves nothing (.NET leaves it out as well).
                if !expression::is_optional(each) && !matches!(xml::local(each), "AlgorithmSuite" | "SignedParts" | "EncryptedParts") {
                    found.first = found.first.or(Some(node));
                    list.push(token(each, policies, depth)?);
                }
            }
        }
        Ok(found)
    }

    /// The mode of a transport binding.
    fn transport(&self) -> Option<(AuthenticationMode, Option<IssuedToken>)> {
        Some(match (self.endorsing.as_slice(), self.signed.as_slice()) {
            ([Token::X509 { .. }], []) => (AuthenticationMode::CertificateOverTransport, None),
            ([Token::Kerberos], []) => (AuthenticationMode::KerberosOverTransport, None),
            ([Token::Spnego], []) => (AuthenticationMode::SspiNegotiatedOverTransport, None),
            ([], [Token::UserName]) => (AuthenticationMode::UserNameOverTransport, None),
            ([Token::Issued(token)], []) | ([], [Token::Issued(token)]) => {
                (AuthenticationMode::IssuedTokenOverTransport, Some((**token).clone()))
            }
            _ => return None,
        })
    }

    /// The bootstrap of a secure conversation over a transport binding.
    fn conversation(&self) -> Option<Option<Box<MessageSecurity>>> {
        match (self.endorsing.as_slice(), self.signed.as_slice()) {
            ([Token::Conversation(bootstrap)], []) => Some(bootstrap.clone()),
            _ => None,
        }
    }

    /// The mode of a symmetric binding with this protection token.
    fn symmetric(&self, protection: &Token) -> Option<(AuthenticationMode, Option<IssuedToken>)> {
        use AuthenticationMode as Is;
        Some(match (protection, self.endorsing.as_slice(), self.signed.as_slice()) {
            (Token::X509 { .. }, [], []) => (Is::AnonymousForCertificate, None),
            (Token::X509 { .. }, [Token::X509 { .. }], []) => (Is::MutualCertificate, None),
            (Token::X509 { .. }, [Token::Issued(token)], []) => (Is::IssuedTokenForCertificate, Some((**token).clone())),
            (Token::X509 { .. }, [], [Token::UserName]) => (Is::UserNameForCertificate, None),
            (Token::Ssl { client_certificate: false }, [], []) => (Is::AnonymousForSslNegotiated, None),
            (Token::Ssl { client_certificate: true }, [], []) => (Is::MutualSslNegotiated, None),
            (Token::Ssl { client_certificate: false }, [], [Token::UserName]) => (Is::UserNameForSslNegotiated, None),
            (Token::Ssl { client_certificate: false }, [Token::Issued(token)], []) => {
                (Is::IssuedTokenForSslNegotiated, Some((**token).clone()))
            }
            (Token::Spnego, [], []) => (Is::SspiNegotiated, None),
            (Token::Kerberos, [], []) => (Is::Kerberos, None),
            (Token::Issued(token), [], []) => (Is::IssuedToken, Some((**token).clone())),
            _ => return None,
        })
    }
}

/// What the policies of a message protect: `None` where they say nothing about it.
pub(super) fn message_level(alternative: &Alternative<'_>) -> Option<ProtectionLevel> {
    let has_body = |name: &str| {
        let mut parts = alternative.iter().filter(|node| is(node, name)).peekable();
        // Without children the whole message is meant.
        parts
            .peek()
            .is_some()
            .then(|| parts.any(|node| xml::children(node).next().is_none() || xml::children(node).any(|part| is(part, "Body"))))
    };
    match (has_body("SignedParts"), has_body("EncryptedParts")) {
        (None, None) => None,
        (_, Some(true)) => Some(ProtectionLevel::EncryptAndSign),
        (Some(true), _) => Some(ProtectionLevel::Sign),
        (_, _) => Some(ProtectionLevel::None),
    }
}
