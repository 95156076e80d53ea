//! Lowering: from the values of a binding to the stack of binding elements that .NET builds.
//!
//! What each binding does stands in its own file; here are the parts they share.

use wcf_diagnostics::Span;

use crate::Text;
use crate::channel_stack::{
    BindingElement, ChannelStack, EncodingKind, HttpTransport, MessageEncoding, MsmqTransport, ProtectionLevel, ReliableSession,
    SecurityShape, SslProtocol, SslStreamSecurity, StreamTransport, TransactionFlow, TransferMode, Transport, WindowsStreamSecurity,
};
use crate::effective::{Effective, HttpAuthenticationScheme, Origin, Settings, Timeout};
use crate::schema::enumeration::{AUTHENTICATION_SCHEMES, SSL_PROTOCOLS};
use crate::settings::{Scope, Setting};
use crate::value;

/// What a binding comes to: the stack .NET's classes put together, and why .NET would refuse to open it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lowered {
    /// The stack, where the classes build one at all.
    pub stack: Option<ChannelStack>,
    /// Settings that contradict one another.
    pub contradictions: Vec<Contradiction>,
}

impl Lowered {
    pub(crate) fn built(elements: Vec<BindingElement>) -> Self {
        Self { stack: Some(ChannelStack { elements }), contradictions: Vec::new() }
    }

    pub(crate) fn refused(contradiction: Contradiction) -> Self {
        Self { stack: None, contradictions: vec![contradiction] }
    }

    pub(crate) fn unless(mut self, contradictions: impl IntoIterator<Item = Contradiction>) -> Self {
        self.contradictions.extend(contradictions);
        self
    }
}

impl From<Result<Vec<BindingElement>, Contradiction>> for Lowered {
    fn from(result: Result<Vec<BindingElement>, Contradiction>) -> Self {
        match result {
            Ok(elements) => Self::built(elements),
            Err(contradiction) => Self::refused(contradiction),
        }
    }
}

/// Settings that contradict one another, so that .NET does not open the binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What contradicts what.
    pub message: String,
    /// The places of the settings, as far as they are written.
    pub places: Vec<Span>,
    /// What to do.
    pub help: &'static str,
    /// The .NET class or method that refuses.
    pub class: &'static str,
}

/// The values of a binding or of one binding element, for reading.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    settings: &'a Settings,
    /// The dotted name of the element that names count from, with a dot at its end.
    element: &'static str,
    scope: Option<Scope<'a>>,
}

impl<'a> Values<'a> {
    pub(crate) const fn new(settings: &'a Settings) -> Self {
        Self { settings, element: "", scope: None }
    }

    /// The values of an element inside, which ends in a dot: names count from there on.
    pub(crate) fn under(&self, element: &'static str) -> Self {
        Self { settings: self.settings, element, scope: self.settings.scope(element) }
    }

    fn find(&self, name: &str) -> Option<Setting<'a>> {
        match self.scope {
            Some(scope) => self.settings.find_in(scope, self.element, name),
            None if self.element.is_empty() => self.settings.find(name),
            None => self.settings.find(&format!("{}{name}", self.element)),
        }
    }

    /// The value, spelled as XML spells it; null is empty.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.find(name).and_then(Setting::value).unwrap_or("")
    }

    /// Who decided the value.
    pub(crate) fn origin(&self, name: &str) -> Origin {
        self.find(name).map_or(Origin::RuntimeDefault { class: "" }, Setting::origin)
    }

    /// The value's place, where it is written.
    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        self.find(name).and_then(Setting::written)
    }

    /// Whether the element is known not to stand: then nothing of it is written.
    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self.scope, Some((_, None)))
    }

    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.span(name).is_some()
    }

    pub(crate) fn effective<T>(&self, name: &str, value: T) -> Effective<T> {
        Effective { value, origin: self.origin(name) }
    }

    pub(crate) fn string(&self, name: &str) -> Effective<Text> {
        match self.find(name) {
            Some(setting) => Effective { value: setting.text(), origin: setting.origin() },
            None => Effective { value: Text::default(), origin: Origin::RuntimeDefault { class: "" } },
        }
    }

    /// The value where there is one that is not empty.
    pub(crate) fn present(&self, name: &str) -> Option<Effective<Text>> {
        let setting = self.find(name)?;
        setting.value().is_some_and(|value| !value.is_empty()).then(|| Effective { value: setting.text(), origin: setting.origin() })
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    pub(crate) fn bool(&self, name: &str) -> Effective<bool> {
        self.effective(name, self.is(name))
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or(0)
    }

    pub(crate) fn u64(&self, name: &str) -> Effective<u64> {
        self.effective(name, self.number(name))
    }

    pub(crate) fn u32(&self, name: &str) -> Effective<u32> {
        self.effective(name, u32::try_from(self.number(name)).unwrap_or(u32::MAX))
    }

    pub(crate) fn timeout(&self, name: &str) -> Effective<Timeout> {
        let setting = self.find(name);
        let value = value::milliseconds(setting.and_then(Setting::value).unwrap_or(""));
        Effective {
            value: value.map_or(Timeout::Infinite, Timeout::Milliseconds),
            origin: setting.map_or(Origin::RuntimeDefault { class: "" }, Setting::origin),
        }
    }

    /// A value that follows from another one's.
    pub(crate) fn derived<T>(&self, class: &'static str, from: &str, value: T) -> Effective<T> {
        Effective { value, origin: Origin::Derived { class, from: self.find(from).and_then(Setting::span) } }
    }

    pub(crate) fn contradiction(
        &self,
        class: &'static str,
        names: &[&str],
        message: impl Into<String>,
        help: &'static str,
    ) -> Contradiction {
        let places = names.iter().filter_map(|name| self.span(name)).collect();
        Contradiction { message: message.into(), places, help, class }
    }

    /// A value that its table does not allow, which reading has refused already.
    pub(crate) fn impossible(&self, name: &str) -> Contradiction {
        self.contradiction("", &[name], format!("`{name}` has a value that .NET does not know"), "correct the value")
    }
}

/// A value that no file decides.
pub(crate) const fn fixed<T>(class: &'static str, value: T) -> Effective<T> {
    Effective { value, origin: Origin::RuntimeDefault { class } }
}

/// The security modes of the standard bindings; each has some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    None,
    Transport,
    Message,
    TransportWithMessageCredential,
    TransportCredentialOnly,
}

/// `security@mode`.
pub(crate) fn mode(values: &Values<'_>) -> Result<Mode, Contradiction> {
    Ok(match values.text("security.mode") {
        "None" => Mode::None,
        "Transport" => Mode::Transport,
        "Message" => Mode::Message,
        "TransportWithMessageCredential" => Mode::TransportWithMessageCredential,
        "TransportCredentialOnly" => Mode::TransportCredentialOnly,
        _ => return Err(values.impossible("security.mode")),
    })
}

const CREDENTIAL: &str = "security.transport.clientCredentialType";

/// The transport of an HTTP binding: `HttpTransportSecurity` by mode and transport credential.
pub(crate) fn http(values: &Values<'_>, mode: Mode) -> Result<BindingElement, Contradiction> {
    let certificate = values.text(CREDENTIAL) == "Certificate";
    let anonymous = || values.derived("HttpTransportSecurity", "security.mode", HttpAuthenticationScheme::Anonymous);
    let (tls, scheme, client_certificate) = match mode {
        Mode::None | Mode::Message => (false, anonymous(), values.derived("HttpTransportSecurity", "security.mode", false)),
        Mode::TransportCredentialOnly if certificate => {
            return Err(values.contradiction(
                "HttpTransportSecurity.ConfigureTransportAuthentication",
                &[CREDENTIAL, "security.mode"],
                "a client certificate cannot be asked for without TLS: mode `TransportCredentialOnly` with `clientCredentialType` \
                 `Certificate`",
                "use mode `Transport`",
            ));
        }
        Mode::TransportCredentialOnly => (false, http_scheme(values)?, values.effective(CREDENTIAL, false)),
        Mode::Transport => (true, http_scheme(values)?, values.effective(CREDENTIAL, certificate)),
        Mode::TransportWithMessageCredential => (true, anonymous(), values.derived("HttpTransportSecurity", "security.mode", false)),
    };
    http_transport(values, tls, scheme, client_certificate)
}

/// HTTP or HTTPS with what is decided about the caller; the rest from the binding's own attributes.
pub(crate) fn http_transport(
    values: &Values<'_>,
    tls: bool,
    authentication_scheme: Effective<HttpAuthenticationScheme>,
    require_client_certificate: Effective<bool>,
) -> Result<BindingElement, Contradiction> {
    let transfer_mode = transfer_mode(values)?;
    Ok(BindingElement::Transport(Transport::Http(Box::new(HttpTransport {
        tls,
        authentication_scheme,
        require_client_certificate,
        transfer_mode,
        max_received_message_size: values.u64("maxReceivedMessageSize"),
        allow_cookies: values.bool("allowCookies"),
        web_socket: values.text("webSocketSettings.transportUsage") == "Always",
    }))))
}

/// `HttpClientCredentialType` to HTTP's own schemes (`HttpClientCredentialTypeHelper.MapToAuthenticationScheme`).
fn http_scheme(values: &Values<'_>) -> Result<Effective<HttpAuthenticationScheme>, Contradiction> {
    let scheme = match values.text(CREDENTIAL) {
        "None" | "Certificate" => HttpAuthenticationScheme::Anonymous,
        "Basic" => HttpAuthenticationScheme::Basic,
        "Digest" => HttpAuthenticationScheme::Digest,
        "Ntlm" => HttpAuthenticationScheme::Ntlm,
        "Windows" => HttpAuthenticationScheme::Negotiate,
        "InheritedFromHost" => HttpAuthenticationScheme::DecidedByHost,
        _ => return Err(values.impossible(CREDENTIAL)),
    };
    Ok(values.effective(CREDENTIAL, scheme))
}

/// `transferMode`; bindings without it are buffered.
pub(crate) fn transfer_mode(values: &Values<'_>) -> Result<Effective<TransferMode>, Contradiction> {
    Ok(match values.text("transferMode") {
        "" => fixed("TransportDefaults", TransferMode::Buffered),
        "Buffered" => values.effective("transferMode", TransferMode::Buffered),
        "Streamed" => values.effective("transferMode", TransferMode::Streamed),
        "StreamedRequest" => values.effective("transferMode", TransferMode::StreamedRequest),
        "StreamedResponse" => values.effective("transferMode", TransferMode::StreamedResponse),
        _ => return Err(values.impossible("transferMode")),
    })
}

/// `messageEncoding` of an HTTP binding.
pub(crate) fn message_encoding(values: &Values<'_>) -> Result<BindingElement, Contradiction> {
    let kind = match values.text("messageEncoding") {
        "Text" | "" => EncodingKind::Text,
        "Mtom" => EncodingKind::Mtom,
        "Binary" => EncodingKind::Binary,
        _ => return Err(values.impossible("messageEncoding")),
    };
    Ok(encoding(kind))
}

/// An encoding without compression.
pub(crate) const fn encoding(kind: EncodingKind) -> BindingElement {
    BindingElement::Encoding(MessageEncoding { kind, compressed: false })
}

/// The transaction flow that a standard binding puts into every stack; bindings without the attribute have it off.
pub(crate) fn transaction_flow(values: &Values<'_>) -> BindingElement {
    BindingElement::TransactionFlow(TransactionFlow { enabled: values.bool("transactionFlow") })
}

/// The reliable session of a standard binding.
pub(crate) fn reliable_session(values: &Values<'_>) -> BindingElement {
    BindingElement::ReliableSession(ReliableSession {
        ordered: values.bool("reliableSession.ordered"),
        inactivity_timeout: values.timeout("reliableSession.inactivityTimeout"),
    })
}

/// The reliable session where `reliableSession@enabled` says so.
pub(crate) fn optional_reliable_session(values: &Values<'_>) -> Option<BindingElement> {
    values.is("reliableSession.enabled").then(|| reliable_session(values))
}

/// TCP or named pipes with the attributes of a standard binding.
pub(crate) fn stream_transport(values: &Values<'_>) -> Result<StreamTransport, Contradiction> {
    Ok(StreamTransport {
        transfer_mode: transfer_mode(values)?,
        max_received_message_size: values.u64("maxReceivedMessageSize"),
        max_connections: values.u32("maxConnections"),
        listen_backlog: values.u32("listenBacklog"),
        port_sharing: values.bool("portSharingEnabled"),
    })
}

/// `protectionLevel` under this name.
pub(crate) fn protection_level(values: &Values<'_>, name: &str) -> Result<Effective<ProtectionLevel>, Contradiction> {
    let level = match values.text(name) {
        "None" => ProtectionLevel::None,
        "Sign" => ProtectionLevel::Sign,
        "EncryptAndSign" => ProtectionLevel::EncryptAndSign,
        _ => return Err(values.impossible(name)),
    };
    Ok(values.effective(name, level))
}

/// Negotiate over a stream.
pub(crate) fn windows_stream_security(values: &Values<'_>, name: &str) -> Result<BindingElement, Contradiction> {
    Ok(BindingElement::WindowsStreamSecurity(WindowsStreamSecurity { protection_level: protection_level(values, name)? }))
}

/// TLS over a stream.
pub(crate) fn ssl_stream_security(values: &Values<'_>, protocols: &str, require_client_certificate: Effective<bool>) -> BindingElement {
    BindingElement::SslStreamSecurity(SslStreamSecurity {
        require_client_certificate,
        ssl_protocols: values.effective(protocols, ssl_protocols(values.text(protocols))),
    })
}

/// `SslProtocols` as single versions.
fn ssl_protocols(spelled: &str) -> Vec<SslProtocol> {
    let bits = value::flag_bits(&SSL_PROTOCOLS, spelled);
    [
        (12, SslProtocol::Ssl2),
        (48, SslProtocol::Ssl3),
        (192, SslProtocol::Tls),
        (768, SslProtocol::Tls11),
        (3072, SslProtocol::Tls12),
        (12_288, SslProtocol::Tls13),
    ]
    .into_iter()
    .filter(|(flag, _)| bits & flag == *flag)
    .map(|(_, protocol)| protocol)
    .collect()
}

/// `AuthenticationSchemes` of `httpTransport@authenticationScheme`: the weakest of those that are let in.
pub(crate) fn weakest_scheme(values: &Values<'_>, name: &str) -> Effective<HttpAuthenticationScheme> {
    let bits = value::flag_bits(&AUTHENTICATION_SCHEMES, values.text(name));
    let by_strength = [
        (0x8000, HttpAuthenticationScheme::Anonymous),
        (8, HttpAuthenticationScheme::Basic),
        (1, HttpAuthenticationScheme::Digest),
        (4, HttpAuthenticationScheme::Ntlm),
        (2, HttpAuthenticationScheme::Negotiate),
    ];
    let scheme = by_strength.into_iter().find(|(flag, _)| bits & flag != 0).map_or(HttpAuthenticationScheme::DecidedByHost, |(_, s)| s);
    values.effective(name, scheme)
}

/// MSMQ by the attributes under `prefix`; `applies` is false where the mode switches transport security off.
pub(crate) fn msmq(values: &Values<'_>, prefix: &str, applies: bool) -> Result<MsmqTransport, Contradiction> {
    if !applies {
        return Ok(MsmqTransport {
            authentication_mode: values.derived("MsmqTransportSecurity.Disable", "security.mode", Text::fixed("None")),
            protection_level: values.derived("MsmqTransportSecurity.Disable", "security.mode", ProtectionLevel::None),
        });
    }
    Ok(MsmqTransport {
        authentication_mode: values.string(&format!("{prefix}msmqAuthenticationMode")),
        protection_level: protection_level(values, &format!("{prefix}msmqProtectionLevel"))?,
    })
}

/// What `MsmqVerifier` refuses about MSMQ's own security.
pub(crate) fn msmq_contradictions(values: &Values<'_>, prefix: &str) -> Vec<Contradiction> {
    let (authentication, protection) = (format!("{prefix}msmqAuthenticationMode"), format!("{prefix}msmqProtectionLevel"));
    let names = [authentication.as_str(), protection.as_str()];
    let mut found = Vec::new();
    let anonymous = values.text(&authentication) == "None";
    let unprotected = values.text(&protection) == "None";
    if anonymous != unprotected {
        found.push(values.contradiction(
            "MsmqVerifier.VerifySecurity",
            &names,
            format!(
                "`msmqAuthenticationMode` `{}` with `msmqProtectionLevel` `{}`",
                values.text(&authentication),
                values.text(&protection)
            ),
            "set both to `None`, or neither",
        ));
    }
    found
}

/// Messages that are buffered whole have an integer's size at most (`WSHttpBindingBase.MaxReceivedMessageSize`).
pub(crate) fn buffered_size(values: &Values<'_>) -> Option<Contradiction> {
    (values.number("maxReceivedMessageSize") > 2_147_483_647).then(|| {
        values.contradiction(
            "WSHttpBindingBase.MaxReceivedMessageSize",
            &["maxReceivedMessageSize"],
            "messages are buffered whole, so `maxReceivedMessageSize` cannot be above 2147483647",
            "lower the limit",
        )
    })
}

/// `maxBufferSize` that is written must fit `maxReceivedMessageSize` and the transfer mode.
pub(crate) fn buffer_sizes(values: &Values<'_>) -> Option<Contradiction> {
    if !values.is_written("maxBufferSize") {
        return None;
    }
    let (buffer, message) = (values.number("maxBufferSize"), values.number("maxReceivedMessageSize"));
    let buffered = matches!(values.text("transferMode"), "Buffered" | "");
    let bad = if buffered { buffer != message } else { buffer > message };
    bad.then(|| {
        values.contradiction(
            "HttpChannelFactory, ConnectionOrientedTransportChannelListener",
            &["maxBufferSize", "maxReceivedMessageSize", "transferMode"],
            format!(
                "`maxBufferSize` is {buffer} and `maxReceivedMessageSize` is {message}; with transfer mode `{}` the first {}",
                if buffered { "Buffered" } else { values.text("transferMode") },
                if buffered { "has to equal the second" } else { "cannot be above the second" },
            ),
            "write the same number for both, or leave `maxBufferSize` out",
        )
    })
}

/// What opening an endpoint refuses about a stack that could be built (`SecurityValidationBehavior`, `BasicHttpBinding`).
pub(crate) fn opening(values: &Values<'_>, stack: &ChannelStack, is_client: bool) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let transfer_mode = match stack.transport() {
        Some(Transport::Http(http)) => Some(http.transfer_mode.value),
        Some(Transport::Tcp(stream) | Transport::NamedPipe(stream)) => Some(stream.transfer_mode.value),
        _ => None,
    };
    let message_level = stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport);
    if message_level && transfer_mode.is_some_and(|mode| mode != TransferMode::Buffered) {
        found.push(values.contradiction(
            "SecurityValidationBehavior",
            &["transferMode", "security.mode"],
            "messages that are signed and encrypted themselves have to be buffered, and the transfer mode streams them",
            "use transfer mode `Buffered`, or a security mode that leaves protection to the transport",
        ));
    }
    if let (true, Some(Transport::Http(http))) = (is_client, stack.transport())
        && http.authentication_scheme.value == HttpAuthenticationScheme::DecidedByHost
        && values.text(CREDENTIAL) == "InheritedFromHost"
    {
        found.push(values.contradiction(
            "BasicHttpBinding.CheckSettings",
            &[CREDENTIAL],
            "a client has no host to inherit from: `clientCredentialType` is `InheritedFromHost`",
            "name the credential that the service asks for",
        ));
    }
    found
}
