//! What the transport protects and proves by itself: HTTP, TCP, pipes, queues, peers, and what the web server adds.

use wcf_config::ChannelStack;
use wcf_config::channel_stack::{BindingElement, HttpTransport, ProtectionLevel, SslProtocol, SslStreamSecurity, Transport};
use wcf_config::effective::{Hosting, HttpAuthenticationScheme, SslFlag, WebServer};

use super::message::MessageFacts;
use super::{Assessor, assessed, mode_of};
use crate::diagnostics::{CredentialInClear, HostDecidesAuthentication, OpaqueElement, StreamNotEncrypted, WebServerDemandsCertificate};
use crate::endpoint::EndpointView;
use crate::posture::{Assessed, CallerProof, Carrier, EndToEnd, InTransit, ServerProof, TlsVersion};
use crate::reason::Reason;

/// What the transport gives by itself.
pub(super) struct TransportFacts {
    pub(super) carrier: Carrier,
    pub(super) in_transit: Assessed<InTransit>,
    pub(super) server: Assessed<ServerProof>,
    pub(super) caller: Assessed<CallerProof>,
    pub(super) also: Vec<Assessed<CallerProof>>,
    pub(super) lowest_tls: Option<Assessed<TlsVersion>>,
    pub(super) highest_tls: Option<Assessed<TlsVersion>>,
}

impl Assessor<'_> {
    pub(super) fn transport(&mut self, transport: &Transport, stack: &ChannelStack) -> TransportFacts {
        match transport {
            Transport::Http(http) => self.http(http),
            Transport::Tcp(_) => self.stream(Carrier::Tcp, stack),
            Transport::NamedPipe(_) => self.stream(Carrier::NamedPipe, stack),
            Transport::Msmq(queue) | Transport::MsmqIntegration(queue) => {
                let because =
                    self.mode_and(&["security.transport.msmqAuthenticationMode", "security.transport.msmqProtectionLevel"], || {
                        Reason::of(
                            "msmqTransportSecurity.msmqAuthenticationMode",
                            queue.authentication_mode.value.clone(),
                            &queue.authentication_mode,
                            self.files,
                        )
                    });
                let in_transit = match queue.protection_level.value {
                    ProtectionLevel::None => InTransit::Clear,
                    ProtectionLevel::Sign => InTransit::IntegrityOnly,
                    ProtectionLevel::EncryptAndSign => InTransit::Confidential,
                };
                let server = match queue.protection_level.value {
                    ProtectionLevel::None | ProtectionLevel::Sign => ServerProof::Nothing,
                    ProtectionLevel::EncryptAndSign => ServerProof::WindowsIdentity,
                };
                let caller = match queue.authentication_mode.value.as_str() {
                    "None" => CallerProof::Nothing,
                    "Certificate" => CallerProof::Certificate,
                    "WindowsDomain" => CallerProof::WindowsIdentity,
                    _ => CallerProof::DecidedByHost,
                };
                Self::facts(Carrier::Queue, in_transit, server, caller, &because)
            }
            Transport::Peer => self.peer(),
            Transport::Udp => {
                let because = [Reason::derived("transport", "UDP", "UdpTransportBindingElement")];
                Self::facts(Carrier::Datagram, InTransit::Clear, ServerProof::Nothing, CallerProof::Nothing, &because)
            }
            Transport::Opaque { name } => {
                let because = [Reason::derived("transport", name, "TransportBindingElement")];
                Self::facts(Carrier::Unknown, InTransit::Unknown, ServerProof::Unknown, CallerProof::DecidedByHost, &because)
            }
        }
    }

    fn facts(carrier: Carrier, in_transit: InTransit, server: ServerProof, caller: CallerProof, because: &[Reason]) -> TransportFacts {
        TransportFacts {
            carrier,
            in_transit: assessed(in_transit, because.to_vec()),
            server: assessed(server, because.to_vec()),
            caller: assessed(caller, because.to_vec()),
            also: Vec::new(),
            lowest_tls: None,
            highest_tls: None,
        }
    }

    fn http(&mut self, http: &HttpTransport) -> TransportFacts {
        let carrier = if http.web_socket { Carrier::WebSocket } else { Carrier::Http };
        let scheme = http.authentication_scheme.value;
        let files = self.files;
        let mode = self.mode_and(&[], || Reason::derived("transport", if http.tls { "https" } else { "http" }, http_class(http)));
        let credential = {
            let own = || Reason::of("authenticationScheme", scheme_name(scheme), &http.authentication_scheme, files);
            if credential_setting_counts(self.view) {
                self.mode_and(&["security.transport.clientCredentialType"], own)
            } else {
                self.mode_and(&[], own)
            }
        };
        let in_transit = if http.tls { InTransit::Confidential } else { InTransit::Clear };
        let server = if http.tls { ServerProof::Certificate } else { ServerProof::Nothing };
        let mut facts = Self::facts(carrier, in_transit, server, CallerProof::Nothing, &mode);
        let by_certificate = http.tls && http.require_client_certificate.value;
        let by_scheme = match (scheme, http.tls) {
            (HttpAuthenticationScheme::Anonymous, _) => CallerProof::Nothing,
            (HttpAuthenticationScheme::Basic, true) => CallerProof::PasswordProtected,
            (HttpAuthenticationScheme::Basic, false) => CallerProof::PasswordInClear,
            (HttpAuthenticationScheme::Digest, true) => CallerProof::DigestProtected,
            (HttpAuthenticationScheme::Digest, false) => CallerProof::DigestInClear,
            (HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, true) => CallerProof::WindowsIdentity,
            (HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, false) => CallerProof::WindowsOverClear,
            (HttpAuthenticationScheme::DecidedByHost, tls) => {
                facts.caller = self.decided_by_host(tls, credential.clone());
                facts.caller.value
            }
        };
        if scheme != HttpAuthenticationScheme::DecidedByHost {
            facts.caller = assessed(by_scheme, credential);
        }
        if by_certificate {
            // Under every mode whose transport asks for a certificate its credential counts.
            let required = self.mode_and(&["security.transport.clientCredentialType"], || {
                Reason::of("requireClientCertificate", "true", &http.require_client_certificate, files)
            });
            let certificate = assessed(CallerProof::Certificate, required);
            if facts.caller.value == CallerProof::Nothing || facts.caller.value == CallerProof::DecidedByHost {
                facts.caller = certificate;
            } else {
                facts.also.push(certificate);
            }
        }
        let clear = match facts.caller.value {
            CallerProof::PasswordInClear => Some("the password"),
            CallerProof::DigestInClear => Some("the digest of the password"),
            CallerProof::WindowsOverClear => Some("the Windows handshake"),
            CallerProof::Nothing
            | CallerProof::DigestProtected
            | CallerProof::PasswordProtected
            | CallerProof::WindowsIdentity
            | CallerProof::IssuedToken
            | CallerProof::Certificate
            | CallerProof::DecidedByHost => None,
        };
        if let Some(what) = clear {
            let because = facts.caller.because.clone();
            self.report(&because, |at| CredentialInClear { at, what }.into());
        }
        facts
    }

    /// `InheritedFromHost`: the web server's section where it names schemes, the strongest of them where it names several (the file
    /// may not be all there is); otherwise unknown.
    fn decided_by_host(&mut self, tls: bool, mut because: Vec<Reason>) -> Assessed<CallerProof> {
        let schemes = match &self.view.host.hosting {
            Hosting::WebServer(WebServer { authentication: Some(schemes), .. }) if !self.view.is_client() => Some(schemes),
            Hosting::WebServer(_) | Hosting::Process => None,
        };
        let proof_of = |scheme: HttpAuthenticationScheme| match (scheme, tls) {
            (HttpAuthenticationScheme::Anonymous, _) => CallerProof::Nothing,
            (HttpAuthenticationScheme::Basic, true) => CallerProof::PasswordProtected,
            (HttpAuthenticationScheme::Basic, false) => CallerProof::PasswordInClear,
            (HttpAuthenticationScheme::Digest, true) => CallerProof::DigestProtected,
            (HttpAuthenticationScheme::Digest, false) => CallerProof::DigestInClear,
            (HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, true) => CallerProof::WindowsIdentity,
            (HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, false) => CallerProof::WindowsOverClear,
            (HttpAuthenticationScheme::DecidedByHost, _) => CallerProof::DecidedByHost,
        };
        let value = match schemes {
            None => CallerProof::DecidedByHost,
            Some(schemes) => {
                let names: Vec<_> = schemes.value.iter().map(|&scheme| scheme_name(scheme)).collect();
                because.push(Reason::of("system.webServer/security/authentication", names.join(", "), schemes, self.files));
                schemes
                    .value
                    .iter()
                    .map(|&scheme| proof_of(scheme))
                    .max_by_key(|proof| (proof.strength(), *proof))
                    .unwrap_or(CallerProof::DecidedByHost)
            }
        };
        if value == CallerProof::DecidedByHost {
            because.push(Reason::outside("authentication", "", "the web server"));
        }
        let taken = crate::summary::caller_words(value);
        self.report(&because, |at| HostDecidesAuthentication { at, taken }.into());
        assessed(value, because)
    }

    /// `sslFlags`: what IIS demands beside the binding.
    pub(super) fn web_server_certificate(&mut self, transport: &Transport, layer: &mut TransportFacts) {
        let Transport::Http(_) = transport else { return };
        let Hosting::WebServer(WebServer { ssl_flags: Some(flags), .. }) = &self.view.host.hosting else { return };
        // Over plain HTTP such a server lets nobody in at all: the certificate is the least that it asks for.
        if self.view.is_client() || !flags.value.contains(&SslFlag::SslRequireCert) {
            return;
        }
        let demanded = [&layer.caller].into_iter().chain(&layer.also).any(|proof| proof.value == CallerProof::Certificate);
        if demanded {
            return;
        }
        let reason = Reason::of("system.webServer/security/access@sslFlags", "SslRequireCert", flags, self.files);
        self.report(std::slice::from_ref(&reason), |at| WebServerDemandsCertificate { at }.into());
        let certificate = assessed(CallerProof::Certificate, vec![reason]);
        if layer.caller.value == CallerProof::Nothing {
            layer.caller = certificate;
        } else {
            layer.also.push(certificate);
        }
    }

    /// TCP or a pipe, with the stream upgrade above it.
    fn stream(&mut self, carrier: Carrier, stack: &ChannelStack) -> TransportFacts {
        for element in &stack.elements {
            match element {
                BindingElement::SslStreamSecurity(tls) => return self.tls_stream(carrier, tls),
                BindingElement::WindowsStreamSecurity(windows) => {
                    let level = windows.protection_level.value;
                    let because = self.mode_and(&["security.transport.clientCredentialType", "security.transport.protectionLevel"], || {
                        Reason::of("protectionLevel", level_name(level), &windows.protection_level, self.files)
                    });
                    let (in_transit, caller) = match level {
                        ProtectionLevel::None => (InTransit::Clear, CallerProof::WindowsOverClear),
                        ProtectionLevel::Sign => (InTransit::IntegrityOnly, CallerProof::WindowsIdentity),
                        ProtectionLevel::EncryptAndSign => (InTransit::Confidential, CallerProof::WindowsIdentity),
                    };
                    let what = match level {
                        ProtectionLevel::None => Some("authenticated but neither signed nor encrypted"),
                        ProtectionLevel::Sign => Some("signed but not encrypted"),
                        ProtectionLevel::EncryptAndSign => None,
                    };
                    if let Some(what) = what {
                        self.report(&because, |at| StreamNotEncrypted { at, what }.into());
                    }
                    return Self::facts(carrier, in_transit, ServerProof::WindowsIdentity, caller, &because);
                }
                BindingElement::Context
                | BindingElement::TransactionFlow(_)
                | BindingElement::ReliableSession(_)
                | BindingElement::Security(_)
                | BindingElement::CompositeDuplex
                | BindingElement::OneWay
                | BindingElement::PrivacyNotice
                | BindingElement::PeerResolver(_)
                | BindingElement::Encoding(_)
                | BindingElement::Opaque { .. }
                | BindingElement::Transport(_) => {}
            }
        }
        let because = self.mode_and(&[], || Reason::derived("stream security", "absent", "TcpTransportBindingElement"));
        Self::facts(carrier, InTransit::Clear, ServerProof::Nothing, CallerProof::Nothing, &because)
    }

    fn tls_stream(&self, carrier: Carrier, tls: &SslStreamSecurity) -> TransportFacts {
        let files = self.files;
        let own = || {
            Reason::of(
                "sslStreamSecurity.requireClientCertificate",
                tls.require_client_certificate.value.to_string(),
                &tls.require_client_certificate,
                files,
            )
        };
        let because = if credential_setting_counts(self.view) {
            self.mode_and(&["security.transport.clientCredentialType"], own)
        } else {
            self.mode_and(&[], own)
        };
        let caller = if tls.require_client_certificate.value { CallerProof::Certificate } else { CallerProof::Nothing };
        let mut facts = Self::facts(carrier, InTransit::Confidential, ServerProof::Certificate, caller, &because);
        let version = |protocol: SslProtocol| match protocol {
            SslProtocol::Ssl2 | SslProtocol::Ssl3 | SslProtocol::Tls | SslProtocol::Tls11 => TlsVersion::Withdrawn,
            SslProtocol::Tls12 => TlsVersion::Tls12,
            SslProtocol::Tls13 => TlsVersion::Tls13,
        };
        let written: Vec<_> = tls.ssl_protocols.value.iter().map(|&protocol| protocol_name(protocol)).collect();
        let reason = || vec![Reason::of("sslProtocols", written.join(", "), &tls.ssl_protocols, files)];
        facts.lowest_tls = tls.ssl_protocols.value.iter().copied().map(version).min().map(|version| assessed(version, reason()));
        facts.highest_tls = tls.ssl_protocols.value.iter().copied().map(version).max().map(|version| assessed(version, reason()));
        facts
    }

    /// The peer channel keeps its security beside the stack.
    fn peer(&self) -> TransportFacts {
        let setting = |name: &str| self.view.binding().settings.get(name).and_then(|effective| effective.value.as_deref());
        let because = self.mode_and(&["security.transport.credentialType"], || {
            Reason::derived("transport", "peer channel", "PeerTransportBindingElement")
        });
        let credential = match setting("security.transport.credentialType") {
            Some("Password") => CallerProof::PasswordProtected,
            Some("Certificate") => CallerProof::Certificate,
            Some(_) | None => CallerProof::DecidedByHost,
        };
        let (in_transit, server, caller) = match setting("security.mode") {
            Some("None" | "Message") => (InTransit::Clear, ServerProof::Nothing, CallerProof::Nothing),
            Some("Transport" | "TransportWithMessageCredential") => {
                let server = if credential == CallerProof::Certificate { ServerProof::Certificate } else { ServerProof::Unknown };
                (InTransit::Confidential, server, credential)
            }
            Some(_) | None => (InTransit::Unknown, ServerProof::Unknown, CallerProof::DecidedByHost),
        };
        Self::facts(Carrier::PeerMesh, in_transit, server, caller, &because)
    }

    /// What a peer's messages prove by themselves: whoever sends one signs it with a certificate, so that no neighbour who passes it on
    /// changes it unseen.
    pub(super) fn peer_messages(&self) -> Option<MessageFacts> {
        let mode = mode_of(self.view)?;
        if !matches!(mode, "Message" | "TransportWithMessageCredential") {
            return None;
        }
        let because = self.mode_and(&[], || Reason::derived("security.mode", mode, "PeerSecurityManager"));
        Some(MessageFacts {
            end_to_end: assessed(EndToEnd::Signed, because.clone()),
            server: assessed(ServerProof::Nothing, because.clone()),
            caller: assessed(CallerProof::Certificate, because),
            operations: Vec::new(),
            demanded: self.demands(),
        })
    }

    /// An element of a user's assembly may be what authenticates callers: anonymous is then a guess in the weaker direction.
    pub(super) fn opaque_elements(&mut self, stack: &ChannelStack, layer: &mut TransportFacts) {
        for element in &stack.elements {
            let BindingElement::Opaque { name } = element else { continue };
            let reason = Reason::derived("binding element", name, "BindingElementExtensionElement");
            self.report(&[], |at| OpaqueElement { at, name }.into());
            if layer.caller.value == CallerProof::Nothing {
                layer.caller = assessed(CallerProof::DecidedByHost, vec![reason]);
            }
        }
    }
}

/// Whether the transport's credential attribute has an effect: it has none under message modes.
fn credential_setting_counts(view: EndpointView<'_>) -> bool {
    matches!(mode_of(view), Some("Transport" | "TransportCredentialOnly"))
}

const fn http_class(http: &HttpTransport) -> &'static str {
    if http.tls { "HttpsTransportBindingElement" } else { "HttpTransportBindingElement" }
}

const fn scheme_name(scheme: HttpAuthenticationScheme) -> &'static str {
    match scheme {
        HttpAuthenticationScheme::Anonymous => "Anonymous",
        HttpAuthenticationScheme::Basic => "Basic",
        HttpAuthenticationScheme::Digest => "Digest",
        HttpAuthenticationScheme::Ntlm => "Ntlm",
        HttpAuthenticationScheme::Negotiate => "Negotiate",
        HttpAuthenticationScheme::DecidedByHost => "None",
    }
}

const fn level_name(level: ProtectionLevel) -> &'static str {
    match level {
        ProtectionLevel::None => "None",
        ProtectionLevel::Sign => "Sign",
        ProtectionLevel::EncryptAndSign => "EncryptAndSign",
    }
}

const fn protocol_name(protocol: SslProtocol) -> &'static str {
    match protocol {
        SslProtocol::Ssl2 => "Ssl2",
        SslProtocol::Ssl3 => "Ssl3",
        SslProtocol::Tls => "Tls",
        SslProtocol::Tls11 => "Tls11",
        SslProtocol::Tls12 => "Tls12",
        SslProtocol::Tls13 => "Tls13",
    }
}
