//! How the other side's certificate is checked: the caller's on the server, the server's on the client.

use crate::diagnostics::{
    AcceptAnyCertificate, CertificateCheckToWrite, NameNowChecked, RevocationLists, RevocationNotChecked, UncheckedCertificatesChecked,
};
use crate::plan::{CallerCredential, CertificateTrust, ClientCertificates, Revocation, TrustAnchors};
use crate::planning::Planner;
use crate::policy::UnvalidatedCertificates;
use crate::posture::{Assessed, Carrier, CertificateCheck, EndToEnd, ServerProof, TrustBasis};
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    NOT_REQUESTED = "client-certificate-not-requested", Note, "No client certificate is asked for.",
        why: "Callers are anonymous or prove themselves otherwise.", reference: "RFC 8446 section 4.3.2";
    CHAIN = "certificate-chain", Note, "A certificate must chain to an authority in a file.",
        why: "ChainTrust does so against the machine's store; the file holds the organisation's authority and no other.", reference: "System.ServiceModel.Security.X509CertificateValidationMode.ChainTrust";
    PINNED = "certificate-pinned", Note, "A certificate must be one of those in a file.",
        why: "PeerTrust accepts what lies in TrustedPeople: the certificates themselves.", reference: "System.ServiceModel.Security.X509CertificateValidationMode.PeerTrust";
    CHAIN_OR_PINNED = "certificate-chain-or-pinned", Note, "A certificate must chain to an authority in a file or be one of those in a file.",
        why: "PeerOrChainTrust accepts either.", reference: "System.ServiceModel.Security.X509CertificateValidationMode.PeerOrChainTrust";
    CODE = "certificate-custom", Warn, "Code decides, and refuses all until it is written.",
        why: "A validator's code is not in the configuration.", reference: "System.IdentityModel.Selectors.X509CertificateValidator";
    UNCHECKED_REFUSED = "certificate-unchecked-to-chain", Deny, "A certificate that nobody checked must chain to an authority in a file.",
        why: "Taking any certificate proves nothing. Generation stops until the policy decides.", reference: "System.ServiceModel.Security.X509CertificateValidationMode.None";
    UNCHECKED_ACCEPTED = "certificate-unchecked-accepted", Deny, "Dangerous: any certificate is accepted, as before, by waiver.",
        why: "The waiver of wcf-accept-any-certificate says who decided so and why.", reference: "System.ServiceModel.Security.X509CertificateValidationMode.None";
    REPLACEMENT_CHAIN = "certificate-of-replacement", Note, "The certificates that replace another proof must chain to an authority in a file and not be revoked.",
        why: "There was no certificate before; .NET's own defaults are ChainTrust and Online.", reference: "System.ServiceModel.Security.X509ClientCertificateAuthentication";
    SERVER_NEW = "server-certificate-new", Note, "The server's new certificate must chain to an authority in a file.",
        why: "The server had no certificate before.", reference: "RFC 9525";
    SERVER_PINNED = "server-certificate-pinned", Note, "The server must show exactly the certificate that the client's configuration names.",
        why: "An identity of kind certificate pins it, and without negotiation only the holder of the certificate that a client encrypts for can answer.",
        reference: "System.ServiceModel.X509CertificateEndpointIdentity; System.ServiceModel.Security.X509CertificateRecipientClientCredential";
}

/// Decides on client certificates at the TLS layer.
pub(crate) fn client_certificates(
    planner: &mut Planner<'_>,
    credentials: &Decision<Vec<CallerCredential>>,
) -> Decision<ClientCertificates> {
    if !credentials.chosen.contains(&CallerCredential::ClientCertificate) {
        return Decision { chosen: ClientCertificates::NotRequested, rule: &NOT_REQUESTED, because: credentials.because.clone() };
    }
    let check = planner.service_posture().and_then(|posture| posture.caller_certificate_check.clone());
    let Some(check) = check else {
        planner.report(&credentials.because, |at| RevocationLists { at, whose: "client" }.into());
        let trust = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists };
        return Decision { chosen: ClientCertificates::Required(trust), rule: &REPLACEMENT_CHAIN, because: credentials.because.clone() };
    };
    trust(planner, &check, "client").map(ClientCertificates::Required)
}

/// Decides how the client checks the server's certificate.
pub(crate) fn server_trust(planner: &mut Planner<'_>, pinned_by: Option<Vec<Reason>>) -> Decision<CertificateTrust> {
    let check = planner.client_posture().and_then(|posture| posture.server_certificate_check.clone());
    if let Some(check) = check {
        if !check.value.name_checked && planner.view.is_client() {
            planner.report(&check.because, |at| NameNowChecked { at }.into());
        }
        let mut decision = trust(planner, &check, "server");
        if let Some(because) = pinned_by
            && matches!(
                decision.chosen.anchors,
                TrustAnchors::Authorities | TrustAnchors::AuthoritiesOrPinned | TrustAnchors::PinnedCertificates
            )
        {
            decision = Decision {
                chosen: CertificateTrust { anchors: TrustAnchors::PinnedCertificates, revocation: decision.chosen.revocation },
                rule: &SERVER_PINNED,
                because,
            };
        }
        return decision;
    }
    let posture = planner.posture;
    // Without a client's file the mirror takes .NET's defaults: revocation Online, except over HTTPS, where .NET does not look.
    let revocation = match (posture.server_proof.value, posture.carrier, posture.end_to_end.value) {
        (ServerProof::Certificate, Carrier::Http | Carrier::WebSocket, EndToEnd::None) => Revocation::NotChecked,
        (
            ServerProof::Certificate,
            Carrier::Http
            | Carrier::WebSocket
            | Carrier::Tcp
            | Carrier::NamedPipe
            | Carrier::Queue
            | Carrier::PeerMesh
            | Carrier::Datagram
            | Carrier::Unknown,
            EndToEnd::None | EndToEnd::Signed | EndToEnd::SignedAndEncrypted,
        )
        | (ServerProof::Unknown, _, _) => Revocation::Lists,
        (ServerProof::Nothing | ServerProof::WindowsIdentity, _, _) => Revocation::NotChecked,
    };
    let (rule, because) = match posture.server_proof.value {
        ServerProof::Certificate | ServerProof::Unknown => match revocation {
            Revocation::NotChecked => {
                let checks = "the machine's authorities and the host's name";
                (&CHAIN, vec![Reason::derived("the check of the server's certificate", checks, "HttpsChannelFactory")])
            }
            Revocation::Lists => {
                let checks = "ChainTrust, revocation Online";
                (&CHAIN, vec![Reason::derived("serviceCertificate.authentication", checks, "X509ServiceCertificateAuthentication")])
            }
        },
        ServerProof::Nothing | ServerProof::WindowsIdentity => (&SERVER_NEW, posture.server_proof.because.clone()),
    };
    match pinned_by {
        Some(because) => {
            Decision { chosen: CertificateTrust { anchors: TrustAnchors::PinnedCertificates, revocation }, rule: &SERVER_PINNED, because }
        }
        None => Decision { chosen: CertificateTrust { anchors: TrustAnchors::Authorities, revocation }, rule, because },
    }
}

fn trust(planner: &mut Planner<'_>, check: &Assessed<CertificateCheck>, whose: &'static str) -> Decision<CertificateTrust> {
    let because = check.because.clone();
    // The other side's check is told at the other side's endpoint.
    let is_own = planner.view.is_client() == (whose == "server");
    let (anchors, rule): (_, &'static Rule) = match check.value.basis {
        TrustBasis::Chain => (TrustAnchors::Authorities, &CHAIN),
        TrustBasis::Exact => (TrustAnchors::PinnedCertificates, &PINNED),
        TrustBasis::ChainOrExact => (TrustAnchors::AuthoritiesOrPinned, &CHAIN_OR_PINNED),
        TrustBasis::Code => {
            let class =
                because.iter().find(|reason| reason.setting == "customCertificateValidatorType" || reason.setting.ends_with(".type"));
            let by = class.map_or_else(|| "a validator that code sets".to_owned(), |reason| format!("`{}`", reason.value));
            if is_own {
                planner.report(&because, |at| CertificateCheckToWrite { at, by: &by, whose }.into());
            }
            (TrustAnchors::CustomVerifier, &CODE)
        }
        TrustBasis::Anything if !is_own => (TrustAnchors::Authorities, &UNCHECKED_REFUSED),
        TrustBasis::Anything => match planner.policy.unvalidated_certificates.value {
            UnvalidatedCertificates::ChainTrust => {
                planner.report(&because, |at| UncheckedCertificatesChecked { at, whose }.into());
                (TrustAnchors::Authorities, &UNCHECKED_REFUSED)
            }
            UnvalidatedCertificates::Refuse => {
                planner.report(&because, |at| AcceptAnyCertificate { at, whose }.into());
                if planner.is_waived(crate::diagnostics::ACCEPT_ANY_CERTIFICATE.name) {
                    (TrustAnchors::AcceptAnyCertificate, &UNCHECKED_ACCEPTED)
                } else {
                    (TrustAnchors::Authorities, &UNCHECKED_REFUSED)
                }
            }
        },
    };
    let revocation = match (check.value.revocation, check.value.basis) {
        (true, _) => {
            if is_own {
                planner.report(&because, |at| RevocationLists { at, whose }.into());
            }
            Revocation::Lists
        }
        (false, TrustBasis::Chain | TrustBasis::ChainOrExact | TrustBasis::Exact | TrustBasis::Code) => {
            if is_own {
                planner.report(&because, |at| RevocationNotChecked { at, whose }.into());
            }
            Revocation::NotChecked
        }
        (false, TrustBasis::Anything) => Revocation::NotChecked,
    };
    Decision { chosen: CertificateTrust { anchors, revocation }, rule, because }
}
