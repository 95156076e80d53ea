//! From the channel stack, the behaviors, the identity, the contract and the web server's section to the posture. No decision here
//! looks at a binding's name.

use wcf_config::behavior::{CertificateValidationMode, RevocationMode, X509Validation};
use wcf_config::channel_stack::{
    AuthenticationMode, BindingElement, HttpTransport, MessageSecurity, ProtectionLevel, SecurityShape, SslProtocol, SslStreamSecurity,
    Transport,
};
use wcf_config::effective::{Effective, Hosting, HttpAuthenticationScheme, SslFlag, WebServer};
use wcf_config::{ChannelStack, EffectiveConfig};
use wcf_contract::model::{ContractModel, Demanded, Operation, ServiceContract};
use wcf_diagnostics::{Files, Findings, Subject};

use crate::diagnostics::{
    At, ContractDemandsMore, CredentialInClear, CredentialsReplaced, HostDecidesAuthentication, InsecureTransportAllowed, OpaqueBehavior,
    OpaqueElement, ProtectionAssumed, ProtectionLowered, StreamNotEncrypted, TRANSPORT_UNKNOWN, TransportUnknown, UnsecuredResponseAllowed,
    WebServerDemandsCertificate,
};
use crate::endpoint::{EndpointView, Side};
use crate::pairing::{self, Router};
use crate::posture::{
    Assessed, CallerProof, Carrier, CertificateCheck, EndToEnd, EndpointPosture, HostPosture, InTransit, NoPosture, Posture,
    SecurityPosture, ServerProof, TlsVersion, TrustBasis,
};
use crate::reason::{DecidedBy, Reason};
use crate::unconsumed;

/// What every endpoint of the configuration really protects.
///
/// A binding that .NET refuses, or that has no transport this crate knows, has no posture; the findings say why.
#[must_use]
pub fn assess(config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> (SecurityPosture, Findings) {
    let mut findings = Findings::new();
    let routers = pairing::routers(config);
    let mut posture = SecurityPosture::default();
    for host in &config.hosts {
        let mut assess_all = |views: &mut dyn Iterator<Item = EndpointView<'_>>| {
            views.map(|view| Assessor::of(view, contracts, files, &routers, &mut findings).endpoint()).collect()
        };
        let services: Vec<EndpointPosture> = assess_all(&mut EndpointView::services(host));
        let clients = assess_all(&mut EndpointView::clients(host));
        for service in &host.services {
            let of_service = |(view, _): &(EndpointView<'_>, &EndpointPosture)| view.service().is_some_and(|of| std::ptr::eq(of, service));
            let views: Vec<_> = EndpointView::services(host).zip(&services).filter(of_service).collect();
            unconsumed::report_service(service, &views, files, &mut findings);
        }
        posture.hosts.push(HostPosture { name: host.name.clone(), file: host.file, services, clients });
    }
    findings.sort();
    (posture, findings)
}

/// The contract that an endpoint names: by configuration name, then by CLR name; the better source first.
#[must_use]
pub fn contract_of<'a>(contracts: &'a ContractModel, written: &str) -> Option<&'a ServiceContract> {
    contracts
        .contracts
        .values()
        .filter(|contract| contract.configuration_name == written || contract.clr_name == written)
        .max_by_key(|contract| (contract.source, contract.configuration_name == written))
}

/// One endpoint being assessed.
struct Assessor<'a> {
    view: EndpointView<'a>,
    contract: Option<&'a ServiceContract>,
    contracts: &'a ContractModel,
    files: &'a Files,
    routers: &'a [Router<'a>],
    findings: &'a mut Findings,
    subject: Subject,
}

/// What the transport gives by itself.
struct TransportFacts {
    carrier: Carrier,
    in_transit: Assessed<InTransit>,
    server: Assessed<ServerProof>,
    caller: Assessed<CallerProof>,
    also: Vec<Assessed<CallerProof>>,
    lowest_tls: Option<Assessed<TlsVersion>>,
    highest_tls: Option<Assessed<TlsVersion>>,
}

/// What message security gives by itself.
struct MessageFacts {
    end_to_end: Assessed<EndToEnd>,
    /// The server's proof inside messages; nothing where the transport proves it.
    server: Assessed<ServerProof>,
    caller: Assessed<CallerProof>,
    operations: Vec<(String, EndToEnd)>,
    demanded: Vec<Reason>,
}

fn assessed<T>(value: T, because: Vec<Reason>) -> Assessed<T> {
    Assessed { value, because }
}

impl<'a> Assessor<'a> {
    fn of(
        view: EndpointView<'a>,
        contracts: &'a ContractModel,
        files: &'a Files,
        routers: &'a [Router<'a>],
        findings: &'a mut Findings,
    ) -> Self {
        Self { view, contract: contract_of(contracts, view.contract()), contracts, files, routers, findings, subject: view.subject() }
    }

    fn report(&mut self, because: &[Reason], problem: impl FnOnce(At<'_>) -> wcf_diagnostics::Finding) {
        let finding = problem(At { subject: &self.subject, span: self.view.span(), because });
        self.findings.push(finding);
    }

    fn endpoint(mut self) -> EndpointPosture {
        let outcome = match &self.view.binding().stack {
            Err(refused) => Err(NoPosture { codes: refused.codes.clone() }),
            Ok(stack) => self.posture(stack),
        };
        if let Ok(posture) = &outcome
            && !self.view.is_system()
        {
            unconsumed::report(self.view, posture, self.files, &self.subject, self.findings);
        }
        EndpointPosture {
            subject: self.subject,
            span: self.view.span(),
            contract: self.view.contract().to_owned(),
            is_system: self.view.is_system(),
            outcome,
        }
    }

    fn posture(&mut self, stack: &ChannelStack) -> Result<Posture, NoPosture> {
        let Some(transport) = stack.transport() else {
            self.report(&[], |at| TransportUnknown { at, what: "a channel stack without a transport" }.into());
            return Err(NoPosture { codes: vec![TRANSPORT_UNKNOWN.name] });
        };
        if let Transport::Opaque { name } = transport {
            let what = format!("the transport `{name}`");
            self.report(&[], |at| TransportUnknown { at, what: &what }.into());
            return Err(NoPosture { codes: vec![TRANSPORT_UNKNOWN.name] });
        }
        let mut layer = self.transport(transport, stack);
        self.opaque_elements(stack, &mut layer);
        let message = stack.message_security().map(|security| self.message(security, &layer));
        self.web_server_certificate(transport, &mut layer);
        let posture = self.combine(layer, message, stack);
        if !self.view.is_system() {
            self.contract_against_binding(&posture, stack);
            self.opaque_behaviors();
        }
        Ok(posture)
    }

    /// Both layers together: the wire is as safe as the safer of the two makes it.
    fn combine(&mut self, layer: TransportFacts, message: Option<MessageFacts>, stack: &ChannelStack) -> Posture {
        let none = || Reason::derived("message security", "absent", "ChannelStack");
        let (end_to_end, message_caller, in_transit, server_proof, operations, demanded) = match message {
            None => (
                assessed(EndToEnd::None, layer.in_transit.because.clone()),
                assessed(CallerProof::Nothing, vec![none()]),
                layer.in_transit,
                layer.server,
                Vec::new(),
                self.demands(),
            ),
            Some(message) => {
                let by_message = match message.end_to_end.value {
                    EndToEnd::None => InTransit::Clear,
                    EndToEnd::Signed => InTransit::IntegrityOnly,
                    EndToEnd::SignedAndEncrypted => InTransit::Confidential,
                };
                let in_transit = if by_message > layer.in_transit.value {
                    assessed(by_message, message.end_to_end.because.clone())
                } else {
                    layer.in_transit
                };
                let server = if message.server.value > layer.server.value { message.server } else { layer.server };
                (message.end_to_end, message.caller, in_transit, server, message.operations, message.demanded)
            }
        };
        let security = stack.message_security();
        let mut posture = Posture {
            carrier: layer.carrier,
            in_transit,
            end_to_end,
            server_proof,
            transport_caller: layer.caller,
            message_caller,
            also_required: layer.also,
            caller_certificate_check: None,
            server_certificate_check: None,
            lowest_tls: layer.lowest_tls,
            highest_tls: layer.highest_tls,
            intermediary: self.intermediary(),
            demanded,
            secure_conversation: security.is_some_and(|security| security.secure_conversation),
            replay_detection: security.is_some_and(|security| security.detect_replays.value),
            impersonation: self.impersonation(),
            operations,
        };
        posture.caller_certificate_check = self.caller_certificate_check(&posture, stack);
        posture.server_certificate_check = self.server_certificate_check(&posture, stack);
        posture
    }

    fn mode_and(&self, more: &[&str], otherwise: impl FnOnce() -> Reason) -> Vec<Reason> {
        let names: Vec<&str> = std::iter::once("security.mode").chain(more.iter().copied()).collect();
        self.view.settings(&names, self.files, otherwise)
    }

    fn transport(&mut self, transport: &Transport, stack: &ChannelStack) -> TransportFacts {
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
            let required = if credential_setting_counts(self.view) {
                self.mode_and(&["security.transport.clientCredentialType"], || {
                    Reason::of("requireClientCertificate", "true", &http.require_client_certificate, files)
                })
            } else {
                vec![Reason::of("requireClientCertificate", "true", &http.require_client_certificate, files)]
            };
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
    fn web_server_certificate(&mut self, transport: &Transport, layer: &mut TransportFacts) {
        let Transport::Http(http) = transport else { return };
        let Hosting::WebServer(WebServer { ssl_flags: Some(flags), .. }) = &self.view.host.hosting else { return };
        if self.view.is_client() || !http.tls || !flags.value.contains(&SslFlag::SslRequireCert) {
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
            Some("None") => (InTransit::Clear, ServerProof::Nothing, CallerProof::Nothing),
            Some("Transport" | "TransportWithMessageCredential") => {
                let server = if credential == CallerProof::Certificate { ServerProof::Certificate } else { ServerProof::Unknown };
                (InTransit::Confidential, server, credential)
            }
            Some("Message") => (InTransit::IntegrityOnly, ServerProof::Nothing, CallerProof::Certificate),
            Some(_) | None => (InTransit::Unknown, ServerProof::Unknown, CallerProof::DecidedByHost),
        };
        Self::facts(Carrier::PeerMesh, in_transit, server, caller, &because)
    }

    /// An element of a user's assembly may be what authenticates callers: anonymous is then a guess in the weaker direction.
    fn opaque_elements(&mut self, stack: &ChannelStack, layer: &mut TransportFacts) {
        for element in &stack.elements {
            let BindingElement::Opaque { name } = element else { continue };
            let reason = Reason::derived("binding element", name, "BindingElementExtensionElement");
            self.report(&[], |at| OpaqueElement { at, name }.into());
            if layer.caller.value == CallerProof::Nothing {
                layer.caller = assessed(CallerProof::DecidedByHost, vec![reason]);
            }
        }
    }

    fn opaque_behaviors(&mut self) {
        let endpoint = self.view.behavior().opaque.iter();
        let service = self.view.service().map(|service| service.behavior.opaque.as_slice()).unwrap_or_default();
        for opaque in endpoint.chain(service) {
            let reason = Reason {
                setting: opaque.name.clone(),
                value: opaque.registered_type.clone().unwrap_or_default(),
                decided_by: DecidedBy::Written { file: self.files.path(opaque.span.file).to_owned(), element: "a behavior".to_owned() },
                span: Some(opaque.span),
            };
            self.report(&[reason], |at| OpaqueBehavior { at, name: &opaque.name }.into());
        }
        let replaced = match self.view.side {
            Side::Service(service, _) => service.behavior.credentials.replaced_by.as_ref(),
            Side::Client(endpoint) => {
                endpoint.behavior.client_credentials.as_ref().and_then(|credentials| credentials.replaced_by.as_ref())
            }
        };
        if let Some(class) = replaced {
            let reason = Reason::of("type", class.value.clone(), class, self.files);
            self.report(&[reason], |at| CredentialsReplaced { at, class: &class.value }.into());
        }
    }

    /// WS-Security.
    fn message(&mut self, security: &MessageSecurity, layer: &TransportFacts) -> MessageFacts {
        let mode = security.authentication_mode.value;
        let files = self.files;
        let own = || Reason::of("authenticationMode", mode_name(mode), &security.authentication_mode, files);
        let because = if security.shape == SecurityShape::Transport || message_setting_counts(self.view) {
            self.mode_and(&["security.message.clientCredentialType"], own)
        } else {
            self.mode_and(&[], own)
        };
        let over_clear = security.shape == SecurityShape::Transport && layer.in_transit.value < InTransit::Confidential;
        let caller = match mode {
            AuthenticationMode::AnonymousForCertificate | AuthenticationMode::AnonymousForSslNegotiated => CallerProof::Nothing,
            AuthenticationMode::CertificateOverTransport
            | AuthenticationMode::MutualCertificate
            | AuthenticationMode::MutualCertificateDuplex
            | AuthenticationMode::MutualSslNegotiated => CallerProof::Certificate,
            AuthenticationMode::IssuedToken
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::IssuedTokenOverTransport => CallerProof::IssuedToken,
            AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => CallerProof::WindowsIdentity,
            AuthenticationMode::KerberosOverTransport | AuthenticationMode::SspiNegotiatedOverTransport if over_clear => {
                CallerProof::WindowsOverClear
            }
            AuthenticationMode::KerberosOverTransport | AuthenticationMode::SspiNegotiatedOverTransport => CallerProof::WindowsIdentity,
            AuthenticationMode::UserNameForCertificate | AuthenticationMode::UserNameForSslNegotiated => CallerProof::PasswordProtected,
            AuthenticationMode::UserNameOverTransport if over_clear => CallerProof::PasswordInClear,
            AuthenticationMode::UserNameOverTransport => CallerProof::PasswordProtected,
        };
        let server = match mode {
            AuthenticationMode::AnonymousForCertificate
            | AuthenticationMode::AnonymousForSslNegotiated
            | AuthenticationMode::IssuedTokenForCertificate
            | AuthenticationMode::IssuedTokenForSslNegotiated
            | AuthenticationMode::MutualCertificate
            | AuthenticationMode::MutualCertificateDuplex
            | AuthenticationMode::MutualSslNegotiated
            | AuthenticationMode::UserNameForCertificate
            | AuthenticationMode::UserNameForSslNegotiated => ServerProof::Certificate,
            // The server shows that it could read the token's key, which only the audience of the token can.
            AuthenticationMode::IssuedToken => ServerProof::Certificate,
            AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => ServerProof::WindowsIdentity,
            AuthenticationMode::CertificateOverTransport
            | AuthenticationMode::IssuedTokenOverTransport
            | AuthenticationMode::KerberosOverTransport
            | AuthenticationMode::SspiNegotiatedOverTransport
            | AuthenticationMode::UserNameOverTransport => ServerProof::Nothing,
        };
        if security.allow_insecure_transport.value {
            let reason = Reason::of("allowInsecureTransport", "true", &security.allow_insecure_transport, files);
            self.report(&[reason], |at| InsecureTransportAllowed { at }.into());
        }
        if security.enable_unsecured_response.value {
            let reason = Reason::of("enableUnsecuredResponse", "true", &security.enable_unsecured_response, files);
            self.report(&[reason], |at| UnsecuredResponseAllowed { at }.into());
        }
        if over_clear {
            let what = match caller {
                CallerProof::PasswordInClear => Some("the password in the message"),
                CallerProof::WindowsOverClear => Some("the Windows handshake in the message"),
                CallerProof::IssuedToken => Some("the issued token"),
                CallerProof::Nothing
                | CallerProof::DigestInClear
                | CallerProof::DigestProtected
                | CallerProof::PasswordProtected
                | CallerProof::WindowsIdentity
                | CallerProof::Certificate
                | CallerProof::DecidedByHost => None,
            };
            if let Some(what) = what {
                self.report(&because, |at| CredentialInClear { at, what }.into());
            }
        }
        let (end_to_end, operations) = match security.shape {
            SecurityShape::Transport => (assessed(EndToEnd::None, because.clone()), Vec::new()),
            SecurityShape::Symmetric | SecurityShape::Asymmetric => self.contract_protection(&because),
        };
        MessageFacts {
            end_to_end,
            server: assessed(server, because.clone()),
            caller: assessed(caller, because),
            operations,
            demanded: self.demands(),
        }
    }

    /// In message security the contract decides what is signed and encrypted: the strongest that any operation gets is what the
    /// endpoint can lose.
    fn contract_protection(&mut self, because: &[Reason]) -> (Assessed<EndToEnd>, Vec<(String, EndToEnd)>) {
        let Some(contract) = self.contract else {
            let written = self.view.contract();
            if !self.view.is_system() {
                self.report(because, |at| ProtectionAssumed { at, contract: written }.into());
            }
            return (assessed(EndToEnd::SignedAndEncrypted, because.to_vec()), Vec::new());
        };
        let of_contract = contract.protection_level.map_or(EndToEnd::SignedAndEncrypted, |demanded| end_to_end_of(demanded.level));
        let levels: Vec<_> =
            contract.operations.iter().map(|operation| (operation, self.operation_protection(operation, of_contract))).collect();
        let strongest = levels.iter().map(|&(_, level)| level).max().unwrap_or(of_contract);
        let differing: Vec<_> =
            levels.iter().filter(|&&(_, level)| level != strongest).map(|&(operation, level)| (operation.name.clone(), level)).collect();
        let mut reasons = because.to_vec();
        reasons.extend(self.demands());
        if strongest < EndToEnd::SignedAndEncrypted {
            let by = contract.clr_name.as_str();
            self.report(&reasons, |at| ProtectionLowered { at, by, to: end_to_end_words(strongest) }.into());
        }
        for (name, level) in &differing {
            self.report(&reasons, |at| ProtectionLowered { at, by: name, to: end_to_end_words(*level) }.into());
        }
        (assessed(strongest, reasons), differing)
    }

    fn operation_protection(&self, operation: &Operation, of_contract: EndToEnd) -> EndToEnd {
        let own = operation.protection_level.map_or(of_contract, |demanded| end_to_end_of(demanded.level));
        let by_message = [&operation.request_message, &operation.response_message]
            .into_iter()
            .flatten()
            .filter_map(|key| self.contracts.types.get(key))
            .filter_map(|data| match &data.kind {
                wcf_contract::model::DataKind::Message(message) => message.protection_level.map(|demanded| end_to_end_of(demanded.level)),
                wcf_contract::model::DataKind::Class(_)
                | wcf_contract::model::DataKind::Enum(_)
                | wcf_contract::model::DataKind::Collection { .. }
                | wcf_contract::model::DataKind::Dictionary { .. } => None,
            })
            .max();
        // A message contract's level replaces the operation's for that message; the other message keeps the operation's.
        match by_message {
            Some(level) if operation.request_message.is_some() && operation.response_message.is_some() => level,
            Some(level) => level.max(own),
            None => own,
        }
    }

    /// Protection levels the contract states by itself.
    fn demands(&self) -> Vec<Reason> {
        let Some(contract) = self.contract else { return Vec::new() };
        let reason = |demanded: &Demanded, name: &str| Reason {
            setting: "ProtectionLevel".to_owned(),
            value: contract_level_name(demanded.level).to_owned(),
            decided_by: DecidedBy::Contract { name: name.to_owned() },
            span: Some(demanded.span),
        };
        let of_contract = contract.protection_level.iter().map(|demanded| reason(demanded, &contract.clr_name));
        let of_operations = contract.operations.iter().filter_map(|operation| {
            let demanded = operation.protection_level.as_ref()?;
            Some(reason(demanded, &format!("{}.{}", operation.declared_in, operation.clr_name)))
        });
        of_contract.chain(of_operations).collect()
    }

    /// .NET refuses to open an endpoint whose binding gives less than its contract demands.
    fn contract_against_binding(&mut self, posture: &Posture, stack: &ChannelStack) {
        if stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport) {
            return;
        }
        let Some(contract) = self.contract else { return };
        let demands = contract.protection_level.iter().map(|demanded| (demanded.level, contract.clr_name.clone())).chain(
            contract
                .operations
                .iter()
                .filter_map(|operation| operation.protection_level.map(|demanded| (demanded.level, operation.name.clone()))),
        );
        let highest = demands.max_by_key(|&(level, _)| level);
        let Some((level, by)) = highest else { return };
        let needed = match level {
            wcf_contract::model::ProtectionLevel::None => InTransit::Clear,
            wcf_contract::model::ProtectionLevel::Sign => InTransit::IntegrityOnly,
            wcf_contract::model::ProtectionLevel::EncryptAndSign => InTransit::Confidential,
        };
        if posture.in_transit.value < needed {
            let because = posture.demanded.clone();
            self.report(&because, |at| ContractDemandsMore { at, demanded: contract_level_name(level), by: &by }.into());
        }
    }

    fn intermediary(&self) -> Vec<Reason> {
        let mut seen = Vec::new();
        if let Some(via) = &self.view.behavior().client_via {
            seen.push(Reason::of("clientVia.viaUri", via.value.clone(), via, self.files));
        }
        if let Side::Service(_, endpoint) = self.view.side
            && let Some(listen) = &endpoint.listen_uri
        {
            let address = endpoint.resolved_address.as_deref().unwrap_or(&endpoint.address.value);
            if !listen.value.is_empty() && !pairing::same_address(&listen.value, address) && listen.value != endpoint.address.value {
                seen.push(Reason::of("listenUri", listen.value.clone(), listen, self.files));
            }
        }
        seen.extend(pairing::router_in_sight(self.view, self.routers, self.files));
        seen
    }

    fn impersonation(&self) -> bool {
        match self.view.side {
            Side::Service(service, _) => {
                let configured =
                    service.behavior.authorization.as_ref().is_some_and(|authorization| authorization.impersonate_caller.value);
                let in_code = self
                    .contracts
                    .services
                    .iter()
                    .filter(|class| class.configuration_name == service.name || class.clr_name == service.name)
                    .any(|class| class.impersonation.iter().any(|(_, option, _)| !option.ends_with("NotAllowed")));
                configured || in_code
            }
            Side::Client(endpoint) => endpoint
                .behavior
                .client_credentials
                .as_ref()
                .and_then(|credentials| credentials.impersonation_level.as_ref())
                .is_some_and(|level| level.value == "Delegation"),
        }
    }

    /// What the service holds its callers' certificates against.
    fn caller_certificate_check(&self, posture: &Posture, stack: &ChannelStack) -> Option<Assessed<CertificateCheck>> {
        let by_message = posture.message_caller.value == CallerProof::Certificate;
        let by_transport =
            std::iter::once(&posture.transport_caller).chain(&posture.also_required).any(|proof| proof.value == CallerProof::Certificate);
        if !by_message && !by_transport {
            return None;
        }
        let https = matches!(stack.transport(), Some(Transport::Http(_)));
        let written = match self.view.side {
            Side::Service(service, _) => service.behavior.credentials.client_certificate.as_ref(),
            Side::Client(_) => None,
        };
        let replaced = self.view.service().and_then(|service| service.behavior.credentials.replaced_by.as_ref());
        if let Some(class) = replaced {
            let reason = Reason::of("serviceCredentials.type", class.value.clone(), class, self.files);
            return Some(assessed(CertificateCheck { basis: TrustBasis::Code, revocation: true, name_checked: false }, vec![reason]));
        }
        // Over HTTPS http.sys or IIS checks, and WCF only where code does.
        if https
            && by_transport
            && !by_message
            && written.is_none_or(|validation| validation.mode.value != CertificateValidationMode::Custom)
        {
            let who = if self.view.in_web_server() { "the web server" } else { "http.sys" };
            let reason = Reason::outside("the check of client certificates", "ChainTrust with revocation", who);
            return Some(assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: true, name_checked: false }, vec![reason]));
        }
        Some(self.validation(written, "clientCertificate.authentication", "X509ClientCertificateAuthentication", false))
    }

    /// What a client holds its server's certificate against.
    fn server_certificate_check(&self, posture: &Posture, stack: &ChannelStack) -> Option<Assessed<CertificateCheck>> {
        let Side::Client(endpoint) = self.view.side else { return None };
        if posture.server_proof.value != ServerProof::Certificate {
            return None;
        }
        let credentials = endpoint.behavior.client_credentials.as_ref();
        if let Some(class) = credentials.and_then(|credentials| credentials.replaced_by.as_ref()) {
            let reason = Reason::of("clientCredentials.type", class.value.clone(), class, self.files);
            return Some(assessed(CertificateCheck { basis: TrustBasis::Code, revocation: true, name_checked: true }, vec![reason]));
        }
        let https = matches!(stack.transport(), Some(Transport::Http(http)) if http.tls);
        if https {
            return Some(match credentials.and_then(|credentials| credentials.https_certificate_validation.as_ref()) {
                Some(validation) => self.validation(
                    Some(validation),
                    "serviceCertificate.sslCertificateAuthentication",
                    "X509ServiceCertificateAuthentication",
                    false,
                ),
                None => {
                    let reason = Reason::derived(
                        "the check of the server's certificate",
                        "the machine's authorities and the host's name",
                        "HttpsChannelFactory",
                    );
                    assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: false, name_checked: true }, vec![reason])
                }
            });
        }
        let written = credentials.and_then(|credentials| credentials.service_certificate_validation.as_ref());
        Some(self.validation(written, "serviceCertificate.authentication", "X509ServiceCertificateAuthentication", true))
    }

    fn validation(&self, written: Option<&X509Validation>, element: &str, class: &str, name_checked: bool) -> Assessed<CertificateCheck> {
        let Some(validation) = written else {
            let reason = Reason {
                setting: format!("{element}.certificateValidationMode"),
                value: "ChainTrust, revocation Online".to_owned(),
                decided_by: DecidedBy::Default { class: class.to_owned() },
                span: None,
            };
            return assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: true, name_checked }, vec![reason]);
        };
        let basis = match validation.mode.value {
            CertificateValidationMode::None => TrustBasis::Anything,
            CertificateValidationMode::PeerTrust => TrustBasis::Exact,
            CertificateValidationMode::ChainTrust => TrustBasis::Chain,
            CertificateValidationMode::PeerOrChainTrust => TrustBasis::ChainOrExact,
            CertificateValidationMode::Custom => TrustBasis::Code,
        };
        // Nothing that takes any certificate looks at revocation.
        let revocation = match validation.revocation.value {
            RevocationMode::NoCheck => false,
            RevocationMode::Online | RevocationMode::Offline => basis != TrustBasis::Anything,
        };
        let mode = validation_name(validation.mode.value);
        let mut because = vec![Reason::of(&format!("{element}.certificateValidationMode"), mode, &validation.mode, self.files)];
        if let Some(class) = &validation.custom_validator
            && basis == TrustBasis::Code
        {
            because.push(Reason::of("customCertificateValidatorType", class.value.clone(), class, self.files));
        }
        because.push(Reason::of(
            &format!("{element}.revocationMode"),
            revocation_name(validation.revocation.value),
            &validation.revocation,
            self.files,
        ));
        assessed(CertificateCheck { basis, revocation, name_checked }, because)
    }
}

/// Whether the transport's credential attribute has an effect: it has none under message modes.
fn credential_setting_counts(view: EndpointView<'_>) -> bool {
    matches!(mode_of(view), Some("Transport" | "TransportCredentialOnly"))
}

/// Whether the message's credential attribute has an effect.
fn message_setting_counts(view: EndpointView<'_>) -> bool {
    matches!(mode_of(view), Some("Message" | "TransportWithMessageCredential" | "Both"))
}

/// `security.mode` as XML spells it, where the binding has one.
pub(crate) fn mode_of(view: EndpointView<'_>) -> Option<&str> {
    let effective: &Effective<Option<String>> = view.binding().settings.get("security.mode")?;
    effective.value.as_deref()
}

const fn end_to_end_of(level: wcf_contract::model::ProtectionLevel) -> EndToEnd {
    match level {
        wcf_contract::model::ProtectionLevel::None => EndToEnd::None,
        wcf_contract::model::ProtectionLevel::Sign => EndToEnd::Signed,
        wcf_contract::model::ProtectionLevel::EncryptAndSign => EndToEnd::SignedAndEncrypted,
    }
}

const fn end_to_end_words(level: EndToEnd) -> &'static str {
    match level {
        EndToEnd::None => "neither signed nor encrypted",
        EndToEnd::Signed => "signed but not encrypted",
        EndToEnd::SignedAndEncrypted => "signed and encrypted",
    }
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

const fn contract_level_name(level: wcf_contract::model::ProtectionLevel) -> &'static str {
    match level {
        wcf_contract::model::ProtectionLevel::None => "None",
        wcf_contract::model::ProtectionLevel::Sign => "Sign",
        wcf_contract::model::ProtectionLevel::EncryptAndSign => "EncryptAndSign",
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

const fn validation_name(mode: CertificateValidationMode) -> &'static str {
    match mode {
        CertificateValidationMode::None => "None",
        CertificateValidationMode::PeerTrust => "PeerTrust",
        CertificateValidationMode::ChainTrust => "ChainTrust",
        CertificateValidationMode::PeerOrChainTrust => "PeerOrChainTrust",
        CertificateValidationMode::Custom => "Custom",
    }
}

const fn revocation_name(mode: RevocationMode) -> &'static str {
    match mode {
        RevocationMode::NoCheck => "NoCheck",
        RevocationMode::Online => "Online",
        RevocationMode::Offline => "Offline",
    }
}

const fn mode_name(mode: AuthenticationMode) -> &'static str {
    match mode {
        AuthenticationMode::AnonymousForCertificate => "AnonymousForCertificate",
        AuthenticationMode::AnonymousForSslNegotiated => "AnonymousForSslNegotiated",
        AuthenticationMode::CertificateOverTransport => "CertificateOverTransport",
        AuthenticationMode::IssuedToken => "IssuedToken",
        AuthenticationMode::IssuedTokenForCertificate => "IssuedTokenForCertificate",
        AuthenticationMode::IssuedTokenForSslNegotiated => "IssuedTokenForSslNegotiated",
        AuthenticationMode::IssuedTokenOverTransport => "IssuedTokenOverTransport",
        AuthenticationMode::Kerberos => "Kerberos",
        AuthenticationMode::KerberosOverTransport => "KerberosOverTransport",
        AuthenticationMode::MutualCertificate => "MutualCertificate",
        AuthenticationMode::MutualCertificateDuplex => "MutualCertificateDuplex",
        AuthenticationMode::MutualSslNegotiated => "MutualSslNegotiated",
        AuthenticationMode::SspiNegotiated => "SspiNegotiated",
        AuthenticationMode::SspiNegotiatedOverTransport => "SspiNegotiatedOverTransport",
        AuthenticationMode::UserNameForCertificate => "UserNameForCertificate",
        AuthenticationMode::UserNameForSslNegotiated => "UserNameForSslNegotiated",
        AuthenticationMode::UserNameOverTransport => "UserNameOverTransport",
    }
}
