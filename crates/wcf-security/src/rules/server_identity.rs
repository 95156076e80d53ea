//! Which certificate the server shows, and which name clients expect in it.

use wcf_config::behavior::CertificateReference;
use wcf_config::channel_stack::{AuthenticationMode, SecurityShape};
use wcf_config::effective::{Effective, Identity};

use crate::diagnostics::{HttpsCertificateOutside, IdentityWithoutCounterpart, NtlmProvesNoServer};
use crate::endpoint::Side;
use crate::pairing;
use crate::plan::ServerIdentity;
use crate::planning::Planner;
use crate::posture::{Carrier, ServerProof};
use crate::reason::{Decision, Reason};
use crate::rules::rules;

rules! {
    CONFIGURED_CERTIFICATE = "server-certificate-configured", Note, "The server shows the certificate that serviceCredentials names, exported from the Windows store.",
        why: "It is the one that net.tcp TLS and message security use.", reference: "System.ServiceModel.Security.X509CertificateRecipientServiceCredential";
    HTTPS_CERTIFICATE = "server-certificate-of-https", Note, "The server's certificate is a required setting: http.sys or IIS holds it.",
        why: "For HTTPS the configured service certificate is not the TLS certificate.", reference: "System.ServiceModel.Channels.HttpsChannelListener";
    NEW_CERTIFICATE = "server-certificate-to-issue", Note, "The server needs a certificate it did not have: a required setting.",
        why: "Clear text and Windows identities need none; TLS does.", reference: "RFC 8446 section 4.4.2";
    CERTIFICATE_NOT_CONFIGURED = "server-certificate-set-by-code", Note, "The server's certificate is a required setting: no file names it.",
        why: "Code sets it, or the endpoint never opened.", reference: "System.ServiceModel.Security.ServiceCredentialsSecurityTokenManager";
    NAME_FROM_IDENTITY = "server-name-from-identity", Note, "Clients expect the DNS name of the endpoint's identity.",
        why: "WCF checks the certificate against it, not against the address.", reference: "System.ServiceModel.Security.IdentityVerifier";
    NAME_FROM_ADDRESS = "server-name-from-address", Note, "Clients expect the host of the address.",
        why: "Without an identity of a kind that TLS knows, the host of the address is what a certificate proves.", reference: "System.ServiceModel.Security.IdentityVerifier; RFC 9525";
}

/// What an endpoint's identity says about certificates.
pub(crate) struct ExpectedServer {
    /// The name, if one is known.
    pub name: Option<Decision<String>>,
    /// Reasons, where the identity pins a certificate.
    pub pinned: Option<Vec<Reason>>,
}

/// The certificate the server shows.
pub(crate) fn decide(planner: &mut Planner<'_>, expected: &ExpectedServer) -> Decision<ServerIdentity> {
    let dns_name = expected.name.as_ref().map(|name| name.chosen.clone());
    let posture = planner.posture;
    let configured = planner.service_side().and_then(|service| service.behavior.credentials.service_certificate.as_ref());
    let by_message = planner
        .view
        .binding()
        .stack
        .as_ref()
        .is_ok_and(|stack| stack.message_security().is_some_and(|security| security.shape != SecurityShape::Transport));
    let is_https = match posture.carrier {
        Carrier::Http | Carrier::WebSocket => !by_message,
        Carrier::Tcp | Carrier::NamedPipe | Carrier::Queue | Carrier::PeerMesh | Carrier::Datagram | Carrier::Unknown => false,
    };
    match (posture.server_proof.value, is_https, configured) {
        (ServerProof::Certificate | ServerProof::Unknown, false, Some(certificate)) => {
            let found = found_in_store(certificate);
            let because = vec![Reason::of("serviceCertificate", found.clone(), certificate, planner.files)];
            Decision { chosen: ServerIdentity { exported_from: Some(found), dns_name }, rule: &CONFIGURED_CERTIFICATE, because }
        }
        (ServerProof::Certificate | ServerProof::Unknown, false, None) => {
            let because = vec![Reason::outside("serviceCertificate", "", "code")];
            Decision { chosen: ServerIdentity { exported_from: None, dns_name }, rule: &CERTIFICATE_NOT_CONFIGURED, because }
        }
        (ServerProof::Certificate | ServerProof::Unknown, true, configured) => {
            if let Some(certificate) = configured
                && !planner.view.is_client()
            {
                let reason = Reason::of("serviceCertificate", found_in_store(certificate), certificate, planner.files);
                planner.report(&[reason], |at| HttpsCertificateOutside { at }.into());
            }
            let who = if planner.view.in_web_server() { "the web server" } else { "http.sys" };
            let because = vec![Reason::outside("the server's certificate", "", who)];
            Decision { chosen: ServerIdentity { exported_from: None, dns_name }, rule: &HTTPS_CERTIFICATE, because }
        }
        (ServerProof::Nothing | ServerProof::WindowsIdentity, _, _) => {
            if let (ServerProof::WindowsIdentity, Side::Client(endpoint)) = (posture.server_proof.value, planner.view.side)
                && let Some(ntlm) = endpoint.behavior.client_credentials.as_ref().and_then(|credentials| credentials.allow_ntlm.as_ref())
                && ntlm.value
            {
                let reason = Reason::of("windows.allowNtlm", "true", ntlm, planner.files);
                planner.report(&[reason], |at| NtlmProvesNoServer { at }.into());
            }
            let because = posture.server_proof.because.clone();
            Decision { chosen: ServerIdentity { exported_from: None, dns_name }, rule: &NEW_CERTIFICATE, because }
        }
    }
}

/// Without negotiation a client encrypts for the certificate it was given, so only the holder of that certificate can answer.
fn pinned_by_client(planner: &Planner<'_>) -> Option<Vec<Reason>> {
    let client = planner.client_view()?;
    let certificate = client.behavior().client_credentials.as_ref()?.service_certificate.as_ref()?;
    let security = client.binding().stack.as_ref().ok()?.message_security()?;
    match security.authentication_mode.value {
        AuthenticationMode::AnonymousForCertificate
        | AuthenticationMode::UserNameForCertificate
        | AuthenticationMode::IssuedTokenForCertificate
        | AuthenticationMode::MutualCertificate
        | AuthenticationMode::MutualCertificateDuplex => {
            Some(vec![Reason::of("serviceCertificate.defaultCertificate", found_in_store(certificate), certificate, planner.files)])
        }
        AuthenticationMode::AnonymousForSslNegotiated
        | AuthenticationMode::CertificateOverTransport
        | AuthenticationMode::IssuedToken
        | AuthenticationMode::IssuedTokenForSslNegotiated
        | AuthenticationMode::IssuedTokenOverTransport
        | AuthenticationMode::Kerberos
        | AuthenticationMode::KerberosOverTransport
        | AuthenticationMode::MutualSslNegotiated
        | AuthenticationMode::SspiNegotiated
        | AuthenticationMode::SspiNegotiatedOverTransport
        | AuthenticationMode::UserNameForSslNegotiated
        | AuthenticationMode::UserNameOverTransport => None,
    }
}

/// What clients expect: the client's own identity where its file is at hand, else what the service publishes, else the address.
pub(crate) fn expected(planner: &mut Planner<'_>) -> ExpectedServer {
    let by_identity = expected_by_identity(planner);
    ExpectedServer { pinned: by_identity.pinned.or_else(|| pinned_by_client(planner)), ..by_identity }
}

fn expected_by_identity(planner: &mut Planner<'_>) -> ExpectedServer {
    let identity = planner
        .client_view()
        .and_then(|client| client.identity())
        .or_else(|| planner.service_view().and_then(|service| service.identity()));
    let Some(identity) = identity else {
        return ExpectedServer { name: from_address(planner), pinned: None };
    };
    let mut without_counterpart = |kind: &str, value: &str| {
        let reason = Reason::of(&format!("identity.{kind}"), value, identity, planner.files);
        if planner.view.identity().is_some_and(|own| own == identity) {
            planner.report(&[reason], |at| IdentityWithoutCounterpart { at, identity: kind }.into());
        }
        ExpectedServer { name: from_address(planner), pinned: None }
    };
    match &identity.value {
        Identity::Dns(name) => {
            let because = vec![Reason::of("identity.dns", name.clone(), identity, planner.files)];
            ExpectedServer { name: Some(Decision { chosen: name.to_string(), rule: &NAME_FROM_IDENTITY, because }), pinned: None }
        }
        Identity::UserPrincipalName(name) => without_counterpart("userPrincipalName", name),
        Identity::ServicePrincipalName(name) => without_counterpart("servicePrincipalName", name),
        Identity::Rsa(_) => without_counterpart("rsa", "a key"),
        Identity::Certificate(_) => {
            let because = vec![Reason::of("identity.certificate", "a certificate", identity, planner.files)];
            ExpectedServer { name: from_address(planner), pinned: Some(because) }
        }
        Identity::CertificateReference(reference) => {
            let because = vec![Reason::of("identity.certificateReference", store_words(reference), identity, planner.files)];
            ExpectedServer { name: from_address(planner), pinned: Some(because) }
        }
    }
}

fn from_address(planner: &Planner<'_>) -> Option<Decision<String>> {
    let view = planner.client_view().or_else(|| planner.service_view())?;
    let host = pairing::host_of(view.absolute_address()?)?;
    let because = vec![Reason::of("address", view.address().value.clone(), view.address(), planner.files)];
    Some(Decision { chosen: host, rule: &NAME_FROM_ADDRESS, because })
}

/// How a certificate is found in a Windows store, in words: `FindByThumbprint "5f0d…" in LocalMachine/My`.
#[must_use]
pub fn found_in_store(certificate: &Effective<CertificateReference>) -> String {
    store_words(&certificate.value)
}

fn store_words(reference: &CertificateReference) -> String {
    format!(
        "{} \"{}\" in {}/{}",
        reference.find_type.value, reference.find_value.value, reference.store_location.value, reference.store_name.value
    )
}
