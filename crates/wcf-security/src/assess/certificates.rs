//! What each side holds the other side's certificate against.

use wcf_config::ChannelStack;
use wcf_config::behavior::{CertificateValidationMode, RevocationMode, X509Validation};
use wcf_config::channel_stack::Transport;

use super::{Assessor, assessed};
use crate::endpoint::Side;
use crate::posture::{Assessed, CallerProof, CertificateCheck, Posture, ServerProof, TrustBasis};
use crate::reason::{DecidedBy, Reason};

impl Assessor<'_> {
    /// What the service holds its callers' certificates against.
    pub(super) fn caller_certificate_check(&self, posture: &Posture, stack: &ChannelStack) -> Option<Assessed<CertificateCheck>> {
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
    pub(super) fn server_certificate_check(&self, posture: &Posture, stack: &ChannelStack) -> Option<Assessed<CertificateCheck>> {
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
