//! Nothing is lost silently: every effective setting is used by a rule, has no meaning in gRPC, or is reported.
//!
//! [`of_binding`], [`of_element`] and [`of_behavior`] say which for each setting by name; what they do not know is reported where
//! it is written. A setting of a layer that is not in use is dead in .NET and is noted, never carried over.
//!
//! More than 800 lines, because the tables are read beside the rules that say where a setting is dead, and its tests walk both.

use wcf_config::Text;
use wcf_config::behavior::CertificateValidationMode;
use wcf_config::channel_stack::{SecurityShape, Transport};
use wcf_config::effective::{Effective, Service, Settings};
use wcf_diagnostics::{Files, Findings, Subject};

use crate::assess::mode_of;
use crate::diagnostics::{At, SettingNotMapped, SettingWithoutEffect};
use crate::endpoint::{EndpointView, Side};
use crate::posture::{CallerProof, EndpointPosture, Posture, ServerProof};
use crate::reason::Reason;

/// What becomes of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// A rule of this topic uses it.
    Used(&'static str),
    /// It is about SOAP, .NET's own machinery or a transport without a counterpart.
    NoMeaning(&'static str),
    /// Nothing keeps it: reported where it has another value than these, which change nothing.
    Reported(&'static [&'static str]),
}

use Disposition::{NoMeaning, Reported, Used};

/// Settings of bindings by dotted name; a name that ends in a dot stands for all below it. The longest match counts.
const BINDING: &[(&str, Disposition)] = &[
    ("name", NoMeaning("a name")),
    ("closeTimeout", NoMeaning("gRPC has no closing handshake")),
    ("openTimeout", Used("limits")),
    ("receiveTimeout", Used("limits")),
    ("sendTimeout", Used("limits")),
    ("allowCookies", NoMeaning("cookies are HTTP/1 sessions")),
    ("bypassProxyOnLocal", NoMeaning("the way to an HTTP proxy")),
    ("useDefaultWebProxy", NoMeaning("the way to an HTTP proxy")),
    ("proxyAddress", NoMeaning("the way to an HTTP proxy")),
    ("hostNameComparisonMode", NoMeaning("how http.sys picks a listener")),
    ("maxBufferPoolSize", NoMeaning("a buffer of .NET")),
    ("maxBufferSize", NoMeaning("a buffer of .NET, bounded by maxReceivedMessageSize")),
    ("maxReceivedMessageSize", Used("limits")),
    ("readerQuotas.maxDepth", Used("limits")),
    ("readerQuotas.maxStringContentLength", Used("limits")),
    ("readerQuotas.maxArrayLength", Used("limits")),
    ("readerQuotas.", NoMeaning("bounds of the XML itself: bytes of one read, names of one document")),
    ("textEncoding", NoMeaning("SOAP text")),
    ("writeEncoding", NoMeaning("SOAP text")),
    ("transferMode", Used("limits")),
    ("messageEncoding", Used("sessions")),
    ("security.mode", Used("transport protection")),
    ("security.transport.clientCredentialType", Used("client authentication")),
    ("security.transport.credentialType", Used("client authentication")),
    ("security.transport.proxyCredentialType", NoMeaning("authenticates to an HTTP proxy, not to the service")),
    ("security.transport.extendedProtectionPolicy.policyEnforcement", Reported(&["Never"])),
    ("security.transport.extendedProtectionPolicy.", NoMeaning("belongs to policyEnforcement")),
    ("security.transport.realm", NoMeaning("a text of the HTTP challenge")),
    ("security.transport.protectionLevel", Used("transport protection")),
    ("security.transport.sslProtocols", Used("transport protection")),
    ("security.transport.msmqAuthenticationMode", Used("transport protection")),
    ("security.transport.msmqProtectionLevel", Used("transport protection")),
    ("security.transport.msmqEncryptionAlgorithm", NoMeaning("queues")),
    ("security.transport.msmqSecureHashAlgorithm", NoMeaning("queues")),
    ("security.message.clientCredentialType", Used("client authentication")),
    ("security.message.algorithmSuite", Used("message protection")),
    ("security.message.negotiateServiceCredential", Used("certificate validation")),
    ("security.message.establishSecurityContext", Used("sessions")),
    ("security.message.issuedKeyType", Used("message protection")),
    ("security.message.issuedTokenType", NoMeaning("a SAML version; tokens become JWTs")),
    ("security.message.issuer.", NoMeaning("how .NET calls the issuer; tokens are fetched outside")),
    ("security.message.issuerMetadata.", NoMeaning("how .NET asks the issuer; tokens are fetched outside")),
    ("security.message.claimTypeRequirements.", Reported(&[])),
    ("security.message.tokenRequestParameters.", Reported(&[])),
    ("reliableSession.enabled", Used("sessions")),
    ("reliableSession.", NoMeaning("belongs to reliableSession.enabled")),
    ("transactionFlow", Used("sessions")),
    ("transactionProtocol", NoMeaning("belongs to transactionFlow")),
    ("maxConnections", Used("limits")),
    ("listenBacklog", Used("limits")),
    ("portSharingEnabled", Used("limits")),
    ("clientBaseAddress", NoMeaning("where answers of a duplex come in; gRPC answers on the call")),
    ("clientCallbackAddress", NoMeaning("where answers of a duplex come in; gRPC answers on the call")),
    ("privacyNoticeAt", Reported(&["", "0"])),
    ("privacyNoticeVersion", NoMeaning("belongs to privacyNoticeAt")),
    ("webSocketSettings.", NoMeaning("HTTP/2 takes the WebSocket's place")),
    ("contextManagementEnabled", Used("sessions")),
    ("contextProtectionLevel", Used("sessions")),
    ("contentTypeMapper", Reported(&[""])),
    ("crossDomainScriptAccessEnabled", Reported(&["false"])),
    ("helpEnabled", NoMeaning("JSON and help pages; the loss of REST is reported")),
    ("automaticFormatSelectionEnabled", NoMeaning("JSON and help pages; the loss of REST is reported")),
    ("defaultOutgoingResponseFormat", NoMeaning("JSON and help pages; the loss of REST is reported")),
    ("faultExceptionEnabled", NoMeaning("JSON and help pages; the loss of REST is reported")),
    // Transports without a counterpart: the whole endpoint is refused by name.
    ("customDeadLetterQueue", NoMeaning("queues")),
    ("deadLetterQueue", NoMeaning("queues")),
    ("durable", NoMeaning("queues")),
    ("exactlyOnce", NoMeaning("queues")),
    ("maxRetryCycles", NoMeaning("queues")),
    ("receiveContextEnabled", NoMeaning("queues")),
    ("receiveErrorHandling", NoMeaning("queues")),
    ("receiveRetryCount", NoMeaning("queues")),
    ("retryCycleDelay", NoMeaning("queues")),
    ("timeToLive", NoMeaning("queues and datagrams")),
    ("useSourceJournal", NoMeaning("queues")),
    ("useMsmqTracing", NoMeaning("queues")),
    ("validityDuration", NoMeaning("queues")),
    ("serializationFormat", NoMeaning("queues")),
    ("queueTransferProtocol", NoMeaning("queues")),
    ("useActiveDirectory", NoMeaning("queues")),
    ("listenIPAddress", NoMeaning("the peer channel")),
    ("port", NoMeaning("the peer channel")),
    ("resolver.", NoMeaning("the peer channel")),
    ("duplicateMessageHistoryLength", NoMeaning("datagrams")),
    ("maxRetransmitCount", NoMeaning("datagrams")),
    ("maxPendingMessagesTotalSize", NoMeaning("datagrams")),
    ("multicastInterfaceId", NoMeaning("datagrams")),
];

/// Settings of behaviors by element and dotted name, likewise.
const BEHAVIOR: &[(&str, Disposition)] = &[
    ("name", NoMeaning("a name")),
    ("callbackDebug.includeExceptionDetailInFaults", Reported(&["false"])),
    ("callbackTimeouts.", NoMeaning("callbacks become streams")),
    ("clientCredentials.type", Used("client authentication")),
    ("clientCredentials.useIdentityConfiguration", Reported(&["false"])),
    ("clientCredentials.clientCertificate.", Used("client authentication")),
    ("clientCredentials.serviceCertificate.defaultCertificate.", Used("certificate validation")),
    ("clientCredentials.serviceCertificate.scopedCertificates.", Reported(&[])),
    ("clientCredentials.serviceCertificate.authentication.", Used("certificate validation")),
    ("clientCredentials.serviceCertificate.sslCertificateAuthentication.", Used("certificate validation")),
    ("clientCredentials.windows.allowedImpersonationLevel", Used("client authentication")),
    ("clientCredentials.windows.allowNtlm", Used("server identity")),
    ("clientCredentials.issuedToken.", NoMeaning("how .NET fetches tokens; tokens are fetched outside")),
    ("clientCredentials.httpDigest.", NoMeaning("digest is replaced")),
    ("clientCredentials.peer.", NoMeaning("the peer channel")),
    ("clientCredentials.supportInteractive", NoMeaning("a window that asks the user")),
    ("clientVia.", Used("message protection")),
    ("dataContractSerializer.maxItemsInObjectGraph", Reported(&["65536", "2147483647"])),
    ("dataContractSerializer.", NoMeaning("what the XML serializer does with elements it does not know")),
    ("dispatcherSynchronization.", NoMeaning(".NET's dispatcher")),
    ("enableWebScript.", NoMeaning("JSON for ASP.NET AJAX; the loss of REST is reported")),
    ("endpointDiscovery.", Reported(&["false"])),
    ("soapProcessing.", NoMeaning("SOAP")),
    ("synchronousReceive.", NoMeaning(".NET's dispatcher")),
    ("transactedBatching.", Reported(&["0"])),
    ("webHttp.", NoMeaning("JSON and help pages; the loss of REST is reported")),
    ("bufferedReceive.", Reported(&[])),
    ("etwTracking.", Reported(&[])),
    ("routing.", Used("message protection")),
    ("sendMessageChannelCache.", NoMeaning("workflow clients")),
    ("serviceAuthenticationManager.serviceAuthenticationManagerType", Reported(&[""])),
    ("serviceAuthenticationManager.authenticationSchemes", Reported(&["None", ""])),
    ("serviceAuthorization.impersonateOnSerializingReply", Reported(&["false"])),
    ("serviceAuthorization.", Used("authorization")),
    ("serviceCredentials.type", Used("client authentication")),
    (
        "serviceCredentials.clientCertificate.authentication.includeWindowsGroups",
        NoMeaning("belongs to mapClientCertificateToWindowsAccount"),
    ),
    ("serviceCredentials.clientCertificate.authentication.mapClientCertificateToWindowsAccount", Reported(&["false"])),
    ("serviceCredentials.clientCertificate.authentication.", Used("certificate validation")),
    ("serviceCredentials.clientCertificate.certificate.", NoMeaning("for answers of a duplex")),
    ("serviceCredentials.serviceCertificate.", Used("server identity")),
    ("serviceCredentials.userNameAuthentication.userNamePasswordValidationMode", Used("client authentication")),
    ("serviceCredentials.userNameAuthentication.membershipProviderName", Used("client authentication")),
    ("serviceCredentials.userNameAuthentication.customUserNamePasswordValidatorType", Used("client authentication")),
    ("serviceCredentials.userNameAuthentication.", NoMeaning("belongs to Windows accounts")),
    ("serviceCredentials.useIdentityConfiguration", Reported(&["false"])),
    ("serviceCredentials.identityConfiguration", Reported(&[""])),
    ("serviceCredentials.windowsAuthentication.allowAnonymousLogons", Reported(&["false"])),
    ("serviceCredentials.windowsAuthentication.", NoMeaning("Windows credentials are replaced")),
    ("serviceCredentials.peer.", NoMeaning("the peer channel")),
    ("serviceCredentials.issuedTokenAuthentication.allowedAudienceUris", Used("client authentication")),
    ("serviceCredentials.issuedTokenAuthentication.audienceUriMode", Reported(&["Always"])),
    ("serviceCredentials.issuedTokenAuthentication.allowUntrustedRsaIssuers", Reported(&["false"])),
    ("serviceCredentials.issuedTokenAuthentication.samlSerializerType", Reported(&[""])),
    ("serviceCredentials.issuedTokenAuthentication.customCertificateValidatorType", Reported(&[""])),
    ("serviceCredentials.issuedTokenAuthentication.", Used("client authentication")),
    ("serviceCredentials.secureConversationAuthentication.", Reported(&[""])),
    ("serviceDebug.includeExceptionDetailInFaults", Used("metadata exposure")),
    ("serviceDebug.", NoMeaning("help pages")),
    ("serviceDiscovery.", Reported(&[])),
    ("serviceHealth.", NoMeaning("the generated server has a health service of its own")),
    ("serviceMetadata.httpGetEnabled", Used("metadata exposure")),
    ("serviceMetadata.httpsGetEnabled", Used("metadata exposure")),
    ("serviceMetadata.", NoMeaning("belongs to httpGetEnabled and httpsGetEnabled")),
    ("serviceSecurityAudit.auditLogLocation", NoMeaning("belongs to the audit levels")),
    ("serviceSecurityAudit.suppressAuditFailure", NoMeaning("belongs to the audit levels")),
    ("serviceSecurityAudit.", Reported(&["None"])),
    ("serviceThrottling.maxConcurrentInstances", Reported(&["2147483647"])),
    ("serviceThrottling.", Used("limits")),
    ("serviceTimeouts.", NoMeaning("transactions do not flow")),
    ("sqlWorkflowInstanceStore.", Reported(&[])),
    ("useRequestHeadersForMetadataAddress.", NoMeaning("metadata")),
    ("workflowIdle.", Reported(&[])),
    ("workflowInstanceManagement.", Reported(&[])),
    ("workflowUnhandledException.", Reported(&[])),
    ("persistenceProvider.", Reported(&[])),
    ("workflowRuntime.", Reported(&[])),
];

/// Settings of the elements of custom bindings, by element and dotted name, likewise.
const ELEMENT: &[(&str, Disposition)] = &[
    ("security.authenticationMode", Used("client authentication")),
    ("security.allowInsecureTransport", Used("transport protection")),
    ("security.enableUnsecuredResponse", Used("transport protection")),
    ("security.defaultAlgorithmSuite", Used("message protection")),
    ("security.issuedTokenParameters.keyType", Used("message protection")),
    ("security.issuedTokenParameters.claimTypeRequirements.", Reported(&[])),
    ("security.issuedTokenParameters.additionalRequestParameters.", Reported(&[])),
    ("security.issuedTokenParameters.", NoMeaning("how .NET fetches tokens; tokens are fetched outside")),
    ("security.localClientSettings.", NoMeaning("clocks, caches and replay windows of messages; TLS has its own")),
    ("security.localServiceSettings.", NoMeaning("clocks, caches and replay windows of messages; TLS has its own")),
    ("security.", NoMeaning("the form of signatures and keys in messages; TLS has its own")),
    ("sslStreamSecurity.", Used("transport protection")),
    ("windowsStreamSecurity.", Used("transport protection")),
    ("reliableSession.", Used("sessions")),
    ("transactionFlow.", Used("sessions")),
    ("context.", Used("sessions")),
    ("compositeDuplex.", NoMeaning("where answers of a duplex come in; gRPC answers on the call")),
    ("oneWay.", NoMeaning("pools of one-way channels")),
    ("privacyNoticeAt.", Reported(&["", "0"])),
    ("useManagedPresentation.", Reported(&[])),
    ("pnrpPeerResolver.", NoMeaning("the peer channel")),
    ("peerTransport.", NoMeaning("the peer channel")),
    ("msmqTransport.", NoMeaning("queues")),
    ("msmqIntegration.", NoMeaning("queues")),
    ("udpTransport.", NoMeaning("datagrams")),
    ("discoveryClient.", Reported(&[])),
    ("binaryMessageEncoding.compressionFormat", Used("limits")),
    ("binaryMessageEncoding.readerQuotas.maxDepth", Used("limits")),
    ("binaryMessageEncoding.readerQuotas.maxStringContentLength", Used("limits")),
    ("binaryMessageEncoding.readerQuotas.maxArrayLength", Used("limits")),
    ("binaryMessageEncoding.", NoMeaning("the form of the XML")),
    ("textMessageEncoding.readerQuotas.maxDepth", Used("limits")),
    ("textMessageEncoding.readerQuotas.maxStringContentLength", Used("limits")),
    ("textMessageEncoding.readerQuotas.maxArrayLength", Used("limits")),
    ("textMessageEncoding.", NoMeaning("the form of the XML")),
    ("mtomMessageEncoding.readerQuotas.maxDepth", Used("limits")),
    ("mtomMessageEncoding.readerQuotas.maxStringContentLength", Used("limits")),
    ("mtomMessageEncoding.readerQuotas.maxArrayLength", Used("limits")),
    ("mtomMessageEncoding.", NoMeaning("the form of the XML")),
    ("webMessageEncoding.webContentTypeMapperType", Reported(&[""])),
    ("webMessageEncoding.readerQuotas.maxDepth", Used("limits")),
    ("webMessageEncoding.readerQuotas.maxStringContentLength", Used("limits")),
    ("webMessageEncoding.readerQuotas.maxArrayLength", Used("limits")),
    ("webMessageEncoding.", NoMeaning("the form of the XML")),
    ("byteStreamMessageEncoding.readerQuotas.maxDepth", Used("limits")),
    ("byteStreamMessageEncoding.readerQuotas.maxStringContentLength", Used("limits")),
    ("byteStreamMessageEncoding.readerQuotas.maxArrayLength", Used("limits")),
    ("byteStreamMessageEncoding.", NoMeaning("the form of the XML")),
    ("httpTransport.extendedProtectionPolicy.policyEnforcement", Reported(&["Never"])),
    ("httpTransport.messageHandlerFactory.", Reported(&[""])),
    ("httpTransport.", NoMeaning("HTTP/1 machinery; scheme, certificate, transfer mode and size are used by the rules")),
    ("httpsTransport.extendedProtectionPolicy.policyEnforcement", Reported(&["Never"])),
    ("httpsTransport.messageHandlerFactory.", Reported(&[""])),
    ("httpsTransport.", NoMeaning("HTTP/1 machinery; scheme, certificate, transfer mode and size are used by the rules")),
    ("tcpTransport.extendedProtectionPolicy.policyEnforcement", Reported(&["Never"])),
    ("tcpTransport.maxReceivedMessageSize", Used("limits")),
    ("tcpTransport.transferMode", Used("limits")),
    ("tcpTransport.maxPendingConnections", Used("limits")),
    ("tcpTransport.listenBacklog", Used("limits")),
    ("tcpTransport.portSharingEnabled", Used("limits")),
    ("tcpTransport.channelInitializationTimeout", Reported(&["00:00:30"])),
    ("tcpTransport.", NoMeaning(".NET's pools and buffers")),
    ("namedPipeTransport.maxReceivedMessageSize", Used("limits")),
    ("namedPipeTransport.transferMode", Used("limits")),
    ("namedPipeTransport.maxPendingConnections", Used("limits")),
    ("namedPipeTransport.channelInitializationTimeout", Reported(&["00:00:30"])),
    ("namedPipeTransport.", NoMeaning(".NET's pools and buffers")),
];

fn longest(table: &'static [(&'static str, Disposition)], setting: &str) -> Option<Disposition> {
    table
        .iter()
        .filter(|(name, _)| if name.ends_with('.') { setting.starts_with(name) } else { setting == *name })
        .max_by_key(|(name, _)| name.len())
        .map(|&(_, disposition)| disposition)
}

/// What becomes of a setting of a binding; `None` for one that is not known.
#[must_use]
pub fn of_binding(setting: &str) -> Option<Disposition> {
    longest(BINDING, setting)
}

/// What becomes of a setting of an element of a custom binding, named `element.attribute`; `None` for one that is not known. What is
/// bootstrapped is judged like what it bootstraps.
#[must_use]
pub fn of_element(setting: &str) -> Option<Disposition> {
    match setting.strip_prefix("security.secureConversationBootstrap.") {
        Some(inner) => longest(ELEMENT, &format!("security.{inner}")),
        None => longest(ELEMENT, setting),
    }
}

/// What becomes of a setting of a behavior element, named `element.attribute`; `None` for one that is not known.
#[must_use]
pub fn of_behavior(setting: &str) -> Option<Disposition> {
    longest(BEHAVIOR, setting)
}

/// Collects the findings about the settings of one endpoint or service.
struct Reporter<'a> {
    files: &'a Files,
    subject: &'a Subject,
    span: wcf_diagnostics::Span,
    dead: Vec<(&'static str, Vec<Reason>)>,
    findings: &'a mut Findings,
}

impl Reporter<'_> {
    fn dead(&mut self, setting: &str, effective: &Effective<Option<Text>>, why: &'static str) {
        let reason = Reason::of(setting, effective.value.clone().unwrap_or_default(), effective, self.files);
        match self.dead.iter_mut().find(|(known, _)| *known == why) {
            Some((_, reasons)) => reasons.push(reason),
            None => self.dead.push((why, vec![reason])),
        }
    }

    /// One finding for all settings that are dead for the same cause.
    fn finish(self) {
        for (why, reasons) in &self.dead {
            let names: Vec<_> = reasons.iter().map(|reason| format!("`{}`", reason.setting)).collect();
            let verb = if names.len() == 1 { "has" } else { "have" };
            let settings = format!("{} {verb}", names.join(", "));
            let at = At { subject: self.subject, span: self.span, because: reasons };
            self.findings.push(SettingWithoutEffect { at, settings: &settings, why });
        }
    }

    /// Reports a written setting that nothing keeps.
    fn unmapped(&mut self, setting: &str, effective: &Effective<Option<Text>>, disposition: Option<Disposition>) {
        let value = effective.value.as_deref().unwrap_or_default();
        let harmless: &[&str] = match disposition {
            Some(Used(_) | NoMeaning(_)) => return,
            Some(Reported(harmless)) => harmless,
            None => &[],
        };
        if harmless.contains(&value) {
            return;
        }
        let reason = Reason::of(setting, value, effective, self.files);
        let at = At { subject: self.subject, span: self.span, because: std::slice::from_ref(&reason) };
        self.findings.push(SettingNotMapped { at, setting, value });
    }
}

/// Reports the written settings of an endpoint that have no effect or no counterpart.
pub(crate) fn report(view: EndpointView<'_>, posture: &Posture, files: &Files, subject: &Subject, findings: &mut Findings) {
    let mode = mode_of(view);
    let mut reporter = Reporter { files, subject, span: view.span(), dead: Vec::new(), findings };
    for (setting, effective) in written(&view.binding().settings) {
        match dead_in_mode(mode, setting) {
            Some(why) => reporter.dead(setting, effective, why),
            None => reporter.unmapped(setting, effective, of_binding(setting)),
        }
    }
    for (element, settings) in view.binding().elements.iter() {
        for (attribute, effective) in written(settings) {
            let setting = format!("{element}.{attribute}");
            reporter.unmapped(&setting, effective, of_element(&setting));
        }
    }
    for (element, settings) in &view.behavior().elements {
        for (attribute, effective) in written(settings) {
            let setting = format!("{element}.{attribute}");
            match dead_on_client(view, posture, &setting) {
                Some(why) => reporter.dead(&setting, effective, why),
                None => reporter.unmapped(&setting, effective, of_behavior(&setting)),
            }
        }
    }
    reporter.finish();
}

/// Reports the written settings of a service's behavior that none of its endpoints use.
pub(crate) fn report_service(service: &Service, views: &[(EndpointView<'_>, &EndpointPosture)], files: &Files, findings: &mut Findings) {
    let subject = Subject { service: Some(service.name.to_string()), endpoint: None };
    let mut reporter = Reporter { files, subject: &subject, span: service.span, dead: Vec::new(), findings };
    // Where an endpoint could not be assessed it may use everything.
    let postures: Option<Vec<_>> = views
        .iter()
        .filter(|(view, _)| !view.is_system())
        .map(|&(view, assessed)| assessed.outcome.as_ref().ok().map(|posture| (view, posture)))
        .collect();
    for (element, settings) in &service.behavior.elements {
        for (attribute, effective) in written(settings) {
            let setting = format!("{element}.{attribute}");
            let dead = postures.as_ref().and_then(|postures| dead_on_service(service, postures, &setting));
            match dead {
                Some(why) => reporter.dead(&setting, effective, why),
                None => reporter.unmapped(&setting, effective, of_behavior(&setting)),
            }
        }
    }
    reporter.finish();
}

fn written(settings: &Settings) -> impl Iterator<Item = (&String, &Effective<Option<Text>>)> {
    settings.iter().filter(|(_, effective)| effective.origin.is_written())
}

/// Why .NET ignores a setting of a layer that the mode does not use.
fn dead_in_mode(mode: Option<&str>, setting: &str) -> Option<&'static str> {
    let (transport, message) = unused_layers(mode?);
    if let Some(of_transport) = setting.strip_prefix("security.transport.") {
        // TLS is taken from the transport's settings under message credentials, too.
        let of_tls = of_transport.starts_with("sslProtocols") || of_transport.starts_with("extendedProtectionPolicy");
        return transport.filter(|_| !(of_tls && mode == Some("TransportWithMessageCredential")));
    }
    message.filter(|_| setting.starts_with("security.message."))
}

/// Why the settings of the transport, and those of messages, have no effect under a mode.
fn unused_layers(mode: &str) -> (Option<&'static str>, Option<&'static str>) {
    match mode {
        "None" => (Some("mode None uses no security"), Some("mode None uses no security")),
        "Transport" => (None, Some("mode Transport does not look at messages")),
        "TransportCredentialOnly" => (None, Some("mode TransportCredentialOnly does not look at messages")),
        "Message" => (Some("mode Message leaves the transport unprotected"), None),
        "TransportWithMessageCredential" => {
            (Some("mode TransportWithMessageCredential takes only TLS from the transport, no credential"), None)
        }
        _ => (None, None),
    }
}

fn is_https(view: EndpointView<'_>) -> bool {
    matches!(view.binding().stack.as_ref().ok().and_then(|stack| stack.transport()), Some(Transport::Http(http)) if http.tls)
}

fn signs_messages(view: EndpointView<'_>) -> bool {
    let security = view.binding().stack.as_ref().ok().and_then(|stack| stack.message_security());
    security.is_some_and(|security| security.shape != SecurityShape::Transport)
}

fn proves(posture: &Posture, kinds: &[CallerProof]) -> bool {
    posture.caller_proofs().any(|proof| proof == CallerProof::DecidedByHost || kinds.contains(&proof))
}

const PASSWORDS: [CallerProof; 2] = [CallerProof::PasswordInClear, CallerProof::PasswordProtected];
const WINDOWS: [CallerProof; 2] = [CallerProof::WindowsOverClear, CallerProof::WindowsIdentity];

fn dead_on_client(view: EndpointView<'_>, posture: &Posture, setting: &str) -> Option<&'static str> {
    let setting = setting.strip_prefix("clientCredentials.")?;
    if matches!(view.side, Side::Service(..)) {
        return Some("credentials of clients do nothing on a service's endpoint");
    }
    if setting.starts_with("clientCertificate.") && !proves(posture, &[CallerProof::Certificate]) {
        return Some("this endpoint does not prove itself by a certificate");
    }
    if setting.starts_with("serviceCertificate.sslCertificateAuthentication.") && (!is_https(view) || signs_messages(view)) {
        return Some("it is about HTTPS only");
    }
    if setting.starts_with("serviceCertificate.authentication.") && is_https(view) && !signs_messages(view) {
        return Some("HTTPS checks the server's certificate by sslCertificateAuthentication or by the machine's own rules");
    }
    if setting.starts_with("serviceCertificate.") && posture.server_proof.value == ServerProof::Nothing {
        return Some("the server does not prove itself by a certificate here");
    }
    if setting.starts_with("windows.") && !proves(posture, &WINDOWS) {
        return Some("this endpoint does not prove itself by a Windows identity");
    }
    None
}

fn dead_on_service(service: &Service, postures: &[(EndpointView<'_>, &Posture)], setting: &str) -> Option<&'static str> {
    let setting = setting.strip_prefix("serviceCredentials.")?;
    if setting.starts_with("clientCertificate.authentication.") {
        let by_certificate: Vec<_> = postures.iter().filter(|(_, posture)| proves(posture, &[CallerProof::Certificate])).collect();
        if by_certificate.is_empty() {
            return Some("no endpoint of the service takes certificates of callers");
        }
        let custom = service
            .behavior
            .credentials
            .client_certificate
            .as_ref()
            .is_some_and(|check| check.mode.value == CertificateValidationMode::Custom);
        let only_https =
            by_certificate.iter().all(|(view, posture)| is_https(*view) && posture.message_caller.value != CallerProof::Certificate);
        if only_https && !custom {
            return Some("over HTTPS http.sys or the web server checks the certificate, not WCF");
        }
    }
    if setting.starts_with("userNameAuthentication.") {
        let takes_passwords = |(view, posture): &(EndpointView<'_>, &Posture)| {
            let of_transport = PASSWORDS.contains(&posture.transport_caller.value) && !view.in_web_server();
            of_transport
                || PASSWORDS.contains(&posture.message_caller.value)
                || posture.caller_proofs().any(|proof| proof == CallerProof::DecidedByHost)
        };
        if !postures.iter().any(takes_passwords) {
            return Some("no endpoint of the service has WCF check passwords");
        }
    }
    if setting.starts_with("issuedTokenAuthentication.")
        && !postures.iter().any(|(_, posture)| proves(posture, &[CallerProof::IssuedToken]))
    {
        return Some("no endpoint of the service takes issued tokens");
    }
    if setting.starts_with("windowsAuthentication.") && !postures.iter().any(|(_, posture)| proves(posture, &WINDOWS)) {
        return Some("no endpoint of the service takes Windows identities");
    }
    if setting.starts_with("serviceCertificate.") {
        // HTTPS alone has a finding of its own.
        let used = |(view, posture): &(EndpointView<'_>, &Posture)| {
            signs_messages(*view) || posture.server_proof.value == ServerProof::Certificate
        };
        if !postures.iter().any(used) {
            return Some("no endpoint of the service shows a certificate");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use indexmap::IndexMap;
    use wcf_config::EffectiveConfig;
    use wcf_config::behavior::{CertificateValidationMode, RevocationMode, ServiceBehavior};
    use wcf_config::channel_stack::{AuthenticationMode, BindingElement, ChannelStack, MsmqTransport, ProtectionLevel, Transport};
    use wcf_config::effective::{Host, Hosting, HttpAuthenticationScheme, WebServer};
    use wcf_config::schema::{Child, Content, Element, binding_element, endpoint_behavior, service_behavior};
    use wcf_contract::ContractModel;
    use wcf_diagnostics::Files;

    use crate::specimen::{
        by_default, client_endpoint, host, http, message, service, service_endpoint, settings, ssl, stack, stream, validation, windows,
    };

    use super::{BEHAVIOR, BINDING, Disposition, ELEMENT, dead_in_mode, of_behavior, of_binding, of_element};

    #[test]
    fn the_longest_name_counts() {
        assert_eq!(of_binding("security.message.issuedKeyType"), Some(Disposition::Used("message protection")));
        assert!(matches!(of_binding("security.message.issuer.binding"), Some(Disposition::NoMeaning(_))));
        assert!(matches!(
            of_behavior("serviceCredentials.clientCertificate.authentication.mapClientCertificateToWindowsAccount"),
            Some(Disposition::Reported(_))
        ));
        assert_eq!(of_binding("securty.mode"), None);
    }

    /// Every dotted name below an element of .NET's tables.
    fn names(element: &'static Element, prefix: &str, all: &mut BTreeSet<String>) {
        for attribute in element.attributes {
            all.insert(format!("{prefix}{}", attribute.name));
        }
        for child in element.children {
            names(child.element, &format!("{prefix}{}.", child.name), all);
        }
        match &element.content {
            // An item of some element lists elements of its own kind again; once is enough.
            Content::Items { item, element, .. } if prefix.matches('[').count() < 2 => {
                names(element, &format!("{prefix}{item}[0]."), all);
            }
            Content::Headers => {
                all.insert(format!("{prefix}headers"));
            }
            Content::AnyXml => {
                all.insert(format!("{prefix}xmlElement[0].xmlElement"));
            }
            Content::Items { .. } | Content::Closed | Content::Extensions(_) => {}
        }
    }

    #[test]
    fn every_setting_that_net_knows_has_a_disposition() {
        let mut unknown = Vec::new();
        let mut walked = 0;
        let mut walk = |all: BTreeSet<String>, of: fn(&str) -> Option<Disposition>| {
            walked += all.len();
            unknown.extend(all.into_iter().filter(|name| of(name).is_none()));
        };
        for binding in wcf_config::binding::ALL {
            let mut all = BTreeSet::new();
            names(binding.schema, "", &mut all);
            walk(all, of_binding);
        }
        type Judge = fn(&str) -> Option<Disposition>;
        let tables: [(&'static [Child], Judge); 3] =
            [(binding_element::ALL, of_element), (service_behavior::ALL, of_behavior), (endpoint_behavior::ALL, of_behavior)];
        for (children, of) in tables {
            for child in children {
                let mut all = BTreeSet::new();
                names(child.element, &format!("{}.", child.name), &mut all);
                walk(all, of);
            }
        }
        unknown.sort();
        unknown.dedup();
        assert!(unknown.is_empty(), "{} of {walked} settings: {unknown:#?}", unknown.len());
        assert!(walked > 1_000, "{walked}");
    }

    #[test]
    fn names_are_listed_once() {
        for table in [BINDING, ELEMENT, BEHAVIOR] {
            for (at, (name, _)) in table.iter().enumerate() {
                assert!(table.iter().skip(at + 1).all(|(other, _)| other != name), "{name}");
            }
        }
    }

    #[test]
    fn a_layer_that_is_not_in_use_is_dead() {
        const NONE: &str = "mode None uses no security";
        let rows = [
            ("None", Some(NONE), Some(NONE), Some(NONE)),
            ("Transport", None, None, Some("mode Transport does not look at messages")),
            ("TransportCredentialOnly", None, None, Some("mode TransportCredentialOnly does not look at messages")),
            ("Message", Some("mode Message leaves the transport unprotected"), Some("mode Message leaves the transport unprotected"), None),
            (
                "TransportWithMessageCredential",
                Some("mode TransportWithMessageCredential takes only TLS from the transport, no credential"),
                None,
                None,
            ),
            ("Both", None, None, None),
        ];
        for (mode, credential, of_tls, of_messages) in rows {
            let dead = |setting| dead_in_mode(Some(mode), setting);
            assert_eq!(dead("security.transport.clientCredentialType"), credential, "{mode}");
            assert_eq!(dead("security.transport.sslProtocols"), of_tls, "{mode}");
            assert_eq!(dead("security.transport.extendedProtectionPolicy.policyEnforcement"), of_tls, "{mode}");
            assert_eq!(dead("security.message.algorithmSuite"), of_messages, "{mode}");
            assert_eq!(dead("security.mode"), None, "{mode}");
        }
        assert_eq!(dead_in_mode(None, "security.message.algorithmSuite"), None);
        assert_eq!(dead_in_mode(None, "security.transport.clientCredentialType"), None);
    }

    #[test]
    fn names_are_whole_names_and_a_bootstrap_is_judged_like_what_it_bootstraps() {
        assert_eq!(of_binding("openTimeout"), Some(Disposition::Used("limits")));
        assert_eq!(of_binding("openTimeouts"), None);
        assert_eq!(of_binding("security.transport.msmqAuthenticationModes"), None);
        assert_eq!(of_element("security.secureConversationBootstrap.authenticationMode"), of_element("security.authenticationMode"));
        assert_eq!(of_element("security.secureConversationBootstrap.authenticationMode"), Some(Disposition::Used("client authentication")));
    }

    /// The findings about written settings of a service's behavior and of a client's: `element.setting`.
    fn told(stack: ChannelStack, of_service: &str, of_client: &str, change: impl FnOnce(&mut Host)) -> Vec<(String, String)> {
        let written = |setting: &str| {
            let (element, attribute) = setting.split_once('.').unwrap();
            IndexMap::from([(element.into(), settings(&[(attribute, "written")]))])
        };
        let mut behavior = ServiceBehavior::default();
        if !of_service.is_empty() {
            behavior.elements = written(of_service);
        }
        let mut client = client_endpoint(stack.clone());
        if !of_client.is_empty() {
            Arc::make_mut(&mut client.behavior).elements = written(of_client);
        }
        let mut host = host(vec![service(service_endpoint(stack), behavior)], vec![client]);
        change(&mut host);
        let (_, findings) = crate::assess(&EffectiveConfig { hosts: vec![host] }, &ContractModel::default(), &Files::default());
        let about = |finding: &wcf_diagnostics::Finding| {
            matches!(finding.code.name, "wcf-setting-without-effect" | "wcf-setting-not-mapped")
                .then(|| (finding.code.name.to_owned(), finding.message.clone()))
        };
        findings.iter().filter_map(about).collect()
    }

    fn why_dead(told: &[(String, String)]) -> Option<&str> {
        told.iter().find_map(|(code, message)| (code == "wcf-setting-without-effect").then_some(message.split_once(": ")?.1))
    }

    fn over_https(elements: Vec<BindingElement>, certificate: bool) -> ChannelStack {
        stack(elements, http(true, HttpAuthenticationScheme::Anonymous, certificate))
    }

    #[test]
    fn settings_that_no_table_knows_are_told() {
        let told = told(over_https(vec![], false), "ourElement.ourSetting", "theirs.theirSetting", |_| {});
        let of = |text: &str| told.iter().any(|(code, message)| code == "wcf-setting-not-mapped" && message.contains(text));
        assert!(of("`ourElement.ourSetting`") && of("`theirs.theirSetting`"), "{told:?}");
    }

    #[test]
    fn what_a_client_never_uses_is_dead() {
        use AuthenticationMode::{MutualCertificate, SspiNegotiated, UserNameForCertificate, UserNameOverTransport};

        let over_http = |mode| stack(vec![message(mode)], http(false, HttpAuthenticationScheme::Anonymous, false));
        let tls = |certificate| stack(vec![ssl(certificate, &[])], Transport::Tcp(stream()));
        let kerberos = || stack(vec![windows(ProtectionLevel::EncryptAndSign)], Transport::Tcp(stream()));
        let host_decides = || stack(vec![], http(true, HttpAuthenticationScheme::DecidedByHost, false));
        let (own, https, other, given, account) = (
            "clientCredentials.clientCertificate.findValue",
            "clientCredentials.serviceCertificate.sslCertificateAuthentication.revocationMode",
            "clientCredentials.serviceCertificate.authentication.revocationMode",
            "clientCredentials.serviceCertificate.defaultCertificate.findValue",
            "clientCredentials.windows.allowedImpersonationLevel",
        );
        let no_certificate = Some("this endpoint does not prove itself by a certificate");
        let https_only = Some("it is about HTTPS only");
        let not_https = Some("HTTPS checks the server's certificate by sslCertificateAuthentication or by the machine's own rules");
        let no_server = Some("the server does not prove itself by a certificate here");
        let no_account = Some("this endpoint does not prove itself by a Windows identity");
        for (stack, setting, expected) in [
            (over_https(vec![], true), own, None),
            (over_https(vec![], false), own, no_certificate),
            (host_decides(), own, None),
            (over_http(MutualCertificate), own, None),
            (over_https(vec![], false), https, None),
            (over_https(vec![message(UserNameOverTransport)], false), https, None),
            (over_https(vec![message(UserNameForCertificate)], false), https, https_only),
            (tls(false), https, https_only),
            (over_https(vec![], false), other, not_https),
            (over_https(vec![message(UserNameOverTransport)], false), other, not_https),
            (over_https(vec![message(UserNameForCertificate)], false), other, None),
            (tls(false), other, None),
            (stack(vec![], Transport::Tcp(stream())), other, no_server),
            (stack(vec![], Transport::Tcp(stream())), given, no_server),
            (stack(vec![], Transport::Tcp(stream())), account, no_account),
            (over_http(UserNameForCertificate), given, None),
            (kerberos(), account, None),
            (over_http(SspiNegotiated), account, None),
            (host_decides(), account, None),
            (tls(false), account, no_account),
        ] {
            let told = told(stack.clone(), "", setting, |_| {});
            assert_eq!(why_dead(&told), expected, "{setting} {stack:?}");
        }
        let on_service = told(tls(true), "", "", |host| {
            let endpoint = &mut host.services[0].endpoints[0];
            let element = IndexMap::from([("clientCredentials".into(), settings(&[("clientCertificate.findValue", "me")]))]);
            Arc::make_mut(&mut endpoint.behavior).elements = element;
        });
        assert_eq!(why_dead(&on_service), Some("credentials of clients do nothing on a service's endpoint"));
    }

    #[test]
    fn what_no_endpoint_of_a_service_uses_is_dead() {
        use AuthenticationMode::{
            CertificateOverTransport, IssuedTokenOverTransport, SspiNegotiated, SspiNegotiatedOverTransport, UserNameOverTransport,
        };

        let over = |mode| over_https(vec![message(mode)], false);
        let host_decides = || stack(vec![], http(true, HttpAuthenticationScheme::DecidedByHost, false));
        let basic = || stack(vec![], http(true, HttpAuthenticationScheme::Basic, false));
        let clear = || stack(vec![], Transport::Tcp(stream()));
        let queue = || {
            let msmq = MsmqTransport {
                authentication_mode: by_default("WindowsDomain".into()),
                protection_level: by_default(ProtectionLevel::EncryptAndSign),
            };
            stack(vec![], Transport::Msmq(Box::new(msmq)))
        };
        let (check, password, token, account, own) = (
            "serviceCredentials.clientCertificate.authentication.revocationMode",
            "serviceCredentials.userNameAuthentication.userNamePasswordValidationMode",
            "serviceCredentials.issuedTokenAuthentication.certificateValidationMode",
            "serviceCredentials.windowsAuthentication.includeWindowsGroups",
            "serviceCredentials.serviceCertificate.findValue",
        );
        let no_certificates = Some("no endpoint of the service takes certificates of callers");
        let not_by_wcf = Some("over HTTPS http.sys or the web server checks the certificate, not WCF");
        let no_passwords = Some("no endpoint of the service has WCF check passwords");
        let no_tokens = Some("no endpoint of the service takes issued tokens");
        let no_accounts = Some("no endpoint of the service takes Windows identities");
        let no_server = Some("no endpoint of the service shows a certificate");
        let in_process = |_: &mut Host| {};
        let in_web_server = |host: &mut Host| host.hosting = Hosting::WebServer(WebServer { ssl_flags: None, authentication: None });
        let by = |mode: CertificateValidationMode| {
            move |host: &mut Host| {
                let behavior = Arc::make_mut(&mut host.services[0].behavior);
                behavior.credentials.client_certificate = Some(validation(mode, RevocationMode::Online));
            }
        };
        type Change<'a> = &'a dyn Fn(&mut Host);
        let (custom, chain) = (by(CertificateValidationMode::Custom), by(CertificateValidationMode::ChainTrust));
        let rows: Vec<(ChannelStack, &str, Change<'_>, Option<&str>)> = vec![
            (over(UserNameOverTransport), check, &in_process, no_certificates),
            (over(CertificateOverTransport), check, &in_process, None),
            (over_https(vec![], true), check, &in_process, not_by_wcf),
            (over_https(vec![], true), check, &chain, not_by_wcf),
            (over_https(vec![], true), check, &custom, None),
            (host_decides(), check, &in_process, not_by_wcf),
            (stack(vec![ssl(true, &[])], Transport::Tcp(stream())), check, &in_process, None),
            (over(UserNameOverTransport), password, &in_process, None),
            (over(UserNameOverTransport), password, &in_web_server, None),
            (basic(), password, &in_process, None),
            (basic(), password, &in_web_server, no_passwords),
            (host_decides(), password, &in_web_server, None),
            (over(CertificateOverTransport), password, &in_process, no_passwords),
            (over(IssuedTokenOverTransport), token, &in_process, None),
            (host_decides(), token, &in_process, None),
            (over(UserNameOverTransport), token, &in_process, no_tokens),
            (over(SspiNegotiatedOverTransport), account, &in_process, None),
            (host_decides(), account, &in_process, None),
            (over(UserNameOverTransport), account, &in_process, no_accounts),
            (over_https(vec![], false), own, &in_process, None),
            (over(UserNameOverTransport), own, &in_process, None),
            // Messages may need the certificate although the caller knows the server by its account.
            (stack(vec![message(SspiNegotiated)], http(false, HttpAuthenticationScheme::Anonymous, false)), own, &in_process, None),
            (clear(), own, &in_process, no_server),
            (queue(), own, &in_process, no_server),
        ];
        for (stack, setting, change, expected) in rows {
            let told = told(stack.clone(), setting, "", change);
            assert_eq!(why_dead(&told), expected, "{setting} {stack:?}");
        }
        // One setting is not another: each is dead by its own cause only.
        let told = told(clear(), "serviceCredentials.useIdentityConfiguration", "clientCredentials.supportInteractive", |_| {});
        assert_eq!(why_dead(&told), None);
    }

    #[test]
    fn a_service_with_an_endpoint_that_is_not_known_may_use_everything() {
        let setting = "serviceCredentials.serviceCertificate.findValue";
        let clear = || stack(vec![], Transport::Tcp(stream()));
        let with = |second: ChannelStack| told(clear(), setting, "", |host| host.services[0].endpoints.push(service_endpoint(second)));
        assert!(why_dead(&with(clear())).is_some());
        assert_eq!(why_dead(&with(stack(vec![], Transport::Opaque { name: "satellite".into() }))), None);
        assert_eq!(why_dead(&with(stack(vec![ssl(false, &[])], Transport::Tcp(stream())))), None);
    }
}
