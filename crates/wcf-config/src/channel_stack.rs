//! What .NET builds from a binding: a stack of binding elements, from the outermost protocol down to the transport.
//!
//! Every binding is lowered to this at the border; nothing after this crate decides by a binding's name.

use crate::Text;
use crate::effective::{Effective, HttpAuthenticationScheme};

/// Binding elements in .NET's order: protocols first, the transport last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelStack {
    /// The elements.
    pub elements: Vec<BindingElement>,
}

impl ChannelStack {
    /// The transport, if the stack has one (a stack of opaque elements may not).
    #[must_use]
    pub fn transport(&self) -> Option<&Transport> {
        self.elements.iter().find_map(|element| match element {
            BindingElement::Transport(transport) => Some(transport),
            _ => None,
        })
    }

    /// The message security element, if any.
    #[must_use]
    pub fn message_security(&self) -> Option<&MessageSecurity> {
        self.elements.iter().find_map(|element| match element {
            BindingElement::Security(security) => Some(security.as_ref()),
            _ => None,
        })
    }

    /// The class names of the elements, as .NET has them.
    #[must_use]
    pub fn class_names(&self) -> Vec<&str> {
        self.elements.iter().map(BindingElement::class_name).collect()
    }
}

/// One element of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingElement {
    /// Context exchange in headers or cookies.
    Context,
    /// WS-AtomicTransaction or OleTx flow; in many stacks even when off.
    TransactionFlow(TransactionFlow),
    /// WS-ReliableMessaging.
    ReliableSession(ReliableSession),
    /// WS-Security.
    Security(Box<MessageSecurity>),
    /// Two one-way channels as a duplex.
    CompositeDuplex,
    /// One-way over a two-way transport.
    OneWay,
    /// A link to a privacy notice.
    PrivacyNotice,
    /// Peer name resolution.
    PeerResolver(PeerResolver),
    /// How messages are written.
    Encoding(MessageEncoding),
    /// TLS over a stream transport.
    SslStreamSecurity(SslStreamSecurity),
    /// Negotiate (Kerberos, NTLM) over a stream transport.
    WindowsStreamSecurity(WindowsStreamSecurity),
    /// Policy that a WSDL import did not recognise, or an element of a user's assembly: its effect is unknown.
    Opaque {
        /// The element's name or class.
        name: Text,
    },
    /// The transport.
    Transport(Transport),
}

impl BindingElement {
    /// The .NET class.
    #[must_use]
    pub fn class_name(&self) -> &str {
        match self {
            Self::Context => "ContextBindingElement",
            Self::TransactionFlow(_) => "TransactionFlowBindingElement",
            Self::ReliableSession(_) => "ReliableSessionBindingElement",
            Self::Security(security) => security.shape.class_name(),
            Self::CompositeDuplex => "CompositeDuplexBindingElement",
            Self::OneWay => "OneWayBindingElement",
            Self::PrivacyNotice => "PrivacyNoticeBindingElement",
            Self::PeerResolver(PeerResolver::Pnrp) => "PnrpPeerResolverBindingElement",
            Self::PeerResolver(PeerResolver::Custom) => "PeerCustomResolverBindingElement",
            Self::Encoding(encoding) => encoding.kind.class_name(),
            Self::SslStreamSecurity(_) => "SslStreamSecurityBindingElement",
            Self::WindowsStreamSecurity(_) => "WindowsStreamSecurityBindingElement",
            Self::Opaque { name } => name,
            Self::Transport(transport) => transport.class_name(),
        }
    }
}

/// Transaction flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionFlow {
    /// Whether transactions really flow.
    pub enabled: Effective<bool>,
}

/// Reliable session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReliableSession {
    /// Whether order is kept.
    pub ordered: Effective<bool>,
    /// When an idle session ends.
    pub inactivity_timeout: Effective<crate::effective::Timeout>,
}

/// Peer name resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerResolver {
    /// Windows' own.
    Pnrp,
    /// A service.
    Custom,
}

/// WS-Security on the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSecurity {
    /// What is exchanged. With secure conversation this is the bootstrap's mode.
    pub authentication_mode: Effective<AuthenticationMode>,
    /// Whether a session is established by WS-SecureConversation over `authentication_mode`.
    pub secure_conversation: bool,
    /// Which .NET class does it.
    pub shape: SecurityShape,
    /// Algorithms of message signatures and encryption; no effect on TLS.
    pub algorithm_suite: Effective<Text>,
    /// `messageSecurityVersion`.
    pub message_security_version: Effective<Text>,
    /// The order of signing and encrypting, or that nothing is encrypted where `Sign` is demanded by contract.
    pub include_timestamp: Effective<bool>,
    /// Whether replayed messages are refused.
    pub detect_replays: Effective<bool>,
    /// `allowInsecureTransport`: the transport may be clear although the mode relies on it.
    pub allow_insecure_transport: Effective<bool>,
    /// `enableUnsecuredResponse`: answers may come unprotected.
    pub enable_unsecured_response: Effective<bool>,
    /// Token issuer, key type and so on, where the mode takes an issued token.
    pub issued_token: Option<IssuedToken>,
}

/// The .NET class of a security element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityShape {
    /// One shared key.
    Symmetric,
    /// A key pair on each side.
    Asymmetric,
    /// Credentials in the message, protection from the transport.
    Transport,
}

impl SecurityShape {
    /// The .NET class.
    #[must_use]
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Symmetric => "SymmetricSecurityBindingElement",
            Self::Asymmetric => "AsymmetricSecurityBindingElement",
            Self::Transport => "TransportSecurityBindingElement",
        }
    }
}

/// `AuthenticationMode` of `System.ServiceModel.Configuration`, without `SecureConversation`, which is a session over one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are .NET's own; their meaning is the enumeration's documentation")]
pub enum AuthenticationMode {
    AnonymousForCertificate,
    AnonymousForSslNegotiated,
    CertificateOverTransport,
    IssuedToken,
    IssuedTokenForCertificate,
    IssuedTokenForSslNegotiated,
    IssuedTokenOverTransport,
    Kerberos,
    KerberosOverTransport,
    MutualCertificate,
    MutualCertificateDuplex,
    MutualSslNegotiated,
    SspiNegotiated,
    SspiNegotiatedOverTransport,
    UserNameForCertificate,
    UserNameForSslNegotiated,
    UserNameOverTransport,
}

/// What a federated mode demands of the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// The address of the security token service, if written.
    pub issuer_address: Option<Effective<Text>>,
    /// `issuerMetadata` address, if written.
    pub issuer_metadata_address: Option<Effective<Text>>,
    /// The token type's URI, if written.
    pub token_type: Option<Effective<Text>>,
    /// The proof the token carries.
    pub key_type: Effective<IssuedKeyType>,
    /// Claim types that are asked for: URI and whether optional.
    pub claim_types: Vec<(Effective<Text>, bool)>,
}

/// `SecurityKeyType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssuedKeyType {
    /// A shared key proves possession.
    Symmetric,
    /// A key pair proves possession.
    Asymmetric,
    /// Whoever bears the token.
    Bearer,
}

/// How messages are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEncoding {
    /// The encoder.
    pub kind: EncodingKind,
    /// `compressionFormat` of the binary encoder: whether gzip or deflate is on.
    pub compressed: bool,
}

/// The encoders .NET has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingKind {
    /// SOAP as text.
    Text,
    /// .NET binary XML.
    Binary,
    /// SOAP with attachments.
    Mtom,
    /// Plain XML, JSON or raw bytes for `webHttpBinding`.
    Web,
    /// Raw bytes.
    ByteStream,
}

impl EncodingKind {
    /// The .NET class.
    #[must_use]
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Text => "TextMessageEncodingBindingElement",
            Self::Binary => "BinaryMessageEncodingBindingElement",
            Self::Mtom => "MtomMessageEncodingBindingElement",
            Self::Web => "WebMessageEncodingBindingElement",
            Self::ByteStream => "ByteStreamMessageEncodingBindingElement",
        }
    }
}

/// TLS over a stream transport. Server certificate: `serviceCredentials/serviceCertificate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SslStreamSecurity {
    /// Whether the client must present a certificate; there is no "optional".
    pub require_client_certificate: Effective<bool>,
    /// The versions allowed; empty is the operating system's choice (`SslProtocols.None`).
    pub ssl_protocols: Effective<Vec<SslProtocol>>,
}

/// `SslProtocols`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslProtocol {
    /// SSL 2.0.
    Ssl2,
    /// SSL 3.0.
    Ssl3,
    /// TLS 1.0.
    Tls,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// Windows authentication and protection over a stream transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowsStreamSecurity {
    /// What is done to the data after the handshake.
    pub protection_level: Effective<ProtectionLevel>,
}

/// `System.Net.Security.ProtectionLevel`, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtectionLevel {
    /// Authenticated only.
    None,
    /// Signed.
    Sign,
    /// Encrypted and signed.
    EncryptAndSign,
}

/// The transport at the bottom of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP or HTTPS.
    Http(Box<HttpTransport>),
    /// TCP with .NET framing.
    Tcp(Box<StreamTransport>),
    /// Named pipe.
    NamedPipe(Box<StreamTransport>),
    /// MSMQ with WCF messages.
    Msmq(Box<MsmqTransport>),
    /// MSMQ with foreign messages.
    MsmqIntegration(Box<MsmqTransport>),
    /// Peer channel.
    Peer,
    /// UDP.
    Udp,
    /// A transport of a user's assembly: its effect is unknown.
    Opaque {
        /// The element's name.
        name: Text,
    },
}

impl Transport {
    /// The URI scheme; empty for a transport of a user's assembly.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Http(http) if http.tls => "https",
            Self::Http(_) => "http",
            Self::Tcp(_) => "net.tcp",
            Self::NamedPipe(_) => "net.pipe",
            Self::Msmq(_) => "net.msmq",
            Self::MsmqIntegration(_) => "msmq.formatname",
            Self::Peer => "net.p2p",
            Self::Udp => "soap.udp",
            Self::Opaque { .. } => "",
        }
    }

    /// The .NET class.
    #[must_use]
    pub fn class_name(&self) -> &str {
        match self {
            Self::Http(http) if http.tls => "HttpsTransportBindingElement",
            Self::Http(_) => "HttpTransportBindingElement",
            Self::Tcp(_) => "TcpTransportBindingElement",
            Self::NamedPipe(_) => "NamedPipeTransportBindingElement",
            Self::Msmq(_) => "MsmqTransportBindingElement",
            Self::MsmqIntegration(_) => "MsmqIntegrationBindingElement",
            Self::Peer => "PeerTransportBindingElement",
            Self::Udp => "UdpTransportBindingElement",
            Self::Opaque { name } => name,
        }
    }
}

/// HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpTransport {
    /// Whether it is HTTPS.
    pub tls: bool,
    /// How HTTP itself authenticates the caller.
    pub authentication_scheme: Effective<HttpAuthenticationScheme>,
    /// Whether TLS asks for a client certificate (HTTPS only).
    pub require_client_certificate: Effective<bool>,
    /// Buffered or streamed.
    pub transfer_mode: Effective<TransferMode>,
    /// The largest message that is accepted, in bytes.
    pub max_received_message_size: Effective<u64>,
    /// Whether a failed NTLM or Negotiate may be used without mutual authentication.
    pub allow_cookies: Effective<bool>,
    /// Whether it is a WebSocket (`netHttpBinding` with `webSocketSettings`).
    pub web_socket: bool,
}

/// TCP or a named pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTransport {
    /// Buffered or streamed.
    pub transfer_mode: Effective<TransferMode>,
    /// The largest message that is accepted, in bytes.
    pub max_received_message_size: Effective<u64>,
    /// `maxConnections`, `maxPendingConnections`; 0 is by processor count.
    pub max_connections: Effective<u32>,
    /// `listenBacklog`; 0 is by processor count.
    pub listen_backlog: Effective<u32>,
    /// `portSharingEnabled` (TCP).
    pub port_sharing: Effective<bool>,
}

/// `TransferMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferMode {
    /// Whole messages both ways.
    Buffered,
    /// Streams both ways.
    Streamed,
    /// The request is a stream.
    StreamedRequest,
    /// The response is a stream.
    StreamedResponse,
}

/// MSMQ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MsmqTransport {
    /// `msmqAuthenticationMode`: `None`, `WindowsDomain` or `Certificate`.
    pub authentication_mode: Effective<Text>,
    /// `msmqProtectionLevel`.
    pub protection_level: Effective<ProtectionLevel>,
}
