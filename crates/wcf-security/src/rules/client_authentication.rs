//! How callers prove themselves: each proof that WCF demanded has a credential in its place, and several are demanded together.

use wcf_config::behavior::UserNameValidationMode;

use crate::diagnostics::{
    AnonymousCallers, DigestReplaced, ImpersonationLost, LocalPeer, MessageCertificateInTls, PasswordCheckToWrite, TokenSettings,
    WindowsIdentityReplaced, WindowsPasswords,
};
use crate::endpoint::Side;
use crate::plan::{BearerPlan, CallerCredential, PasswordCheck};
use crate::planning::Planner;
use crate::policy::{UserNames, WindowsReplacement};
use crate::posture::{Assessed, CallerProof, Carrier};
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    ANONYMOUS = "caller-anonymous", Note, "Callers stay anonymous.",
        why: "WCF asked for no proof.", reference: "System.ServiceModel.HttpClientCredentialType.None";
    TRANSPORT_CERTIFICATE = "caller-transport-certificate", Note, "A TLS client certificate stays a TLS client certificate.",
        why: "Mutual TLS is the same protocol in both.", reference: "RFC 8446 section 4.3.2";
    MESSAGE_CERTIFICATE = "caller-message-certificate", Note, "A certificate in the message's header becomes a TLS client certificate.",
        why: "Both prove that the caller holds the certificate's key; gRPC does so for the connection.", reference: "WS-Security X.509 Certificate Token Profile 1.1; RFC 8446";
    TRANSPORT_PASSWORD = "caller-transport-password", Note, "HTTP Basic becomes Basic credentials in metadata, only over TLS.",
        why: "The same credential in the same form; metadata are HTTP headers.", reference: "RFC 7617";
    DIGEST = "caller-digest", Note, "HTTP Digest becomes Basic credentials in metadata, only over TLS.",
        why: "gRPC has no digest; TLS protects the password on its way.", reference: "RFC 7616; RFC 7617";
    MESSAGE_PASSWORD = "caller-message-password", Note, "A user name token becomes Basic credentials in metadata, only over TLS.",
        why: "User name and password are checked on each call, as before.", reference: "WS-Security UsernameToken Profile 1.1; RFC 7617";
    MESSAGE_PASSWORD_BEARER = "caller-message-password-to-bearer", Note, "A user name token becomes a bearer token, as the policy asks.",
        why: "The issuer checks the password; the server sees a signed token.", reference: "RFC 6750; RFC 7519";
    ISSUED_TOKEN = "caller-issued-token", Note, "An issued token becomes a bearer token with issuer, audience and keys.",
        why: "A JWT carries claims as a SAML token does, and the server checks signature, issuer, audience and expiry.", reference: "WS-Federation 1.2; RFC 6750; RFC 7519";
    WINDOWS_CERTIFICATE = "caller-windows-to-certificate", Warn, "A Windows identity becomes a TLS client certificate.",
        why: "Kerberos and NTLM do not travel in gRPC; a certificate is as strong and needs nothing outside.", reference: "System.ServiceModel.TcpClientCredentialType.Windows";
    WINDOWS_BEARER = "caller-windows-to-bearer", Warn, "A Windows identity becomes a bearer token, as the policy asks.",
        why: "AD FS or Entra ID sign in the same accounts and issue tokens.", reference: "OpenID Connect Core 1.0";
    WINDOWS_KERBEROS = "caller-windows-to-kerberos", Warn, "A Windows identity stays a Kerberos identity, shown by a ticket in every call, as the policy asks.",
        why: "One leg of Negotiate carries a Kerberos ticket; NTLM needs several and is refused.", reference: "RFC 4559";
    WINDOWS_ANONYMOUS = "caller-windows-to-anonymous", Deny, "A Windows identity is replaced by nothing: callers are anonymous, as the policy asks.",
        why: "Only by the waiver of wcf-anonymous-callers.", reference: "docs/mapping.md";
    LOCAL_PEER = "caller-pipe-to-local-peer", Warn, "The Windows identity of a pipe's caller becomes the user of the process at the other end of the socket.",
        why: "The operating system vouches for both.", reference: "unix(7), SO_PEERCRED";
    HOST_DECIDES = "caller-host-decides", Warn, "A proof that the host decides on becomes a TLS client certificate.",
        why: "The strictest reading of what the files do not say.", reference: "System.ServiceModel.HttpClientCredentialType.InheritedFromHost";
}

/// Which layer demanded a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Transport,
    Message,
}

/// Decides the credentials: all of them together.
pub(crate) fn decide(planner: &mut Planner<'_>) -> Decision<Vec<CallerCredential>> {
    let posture = planner.posture;
    let transport = std::iter::once(&posture.transport_caller).chain(&posture.also_required).map(|proof| (Layer::Transport, proof));
    let proofs: Vec<_> = transport.chain(std::iter::once((Layer::Message, &posture.message_caller))).collect();
    let mut rows: Vec<(Option<CallerCredential>, &'static Rule, Vec<Reason>)> = Vec::new();
    for (layer, proof) in proofs {
        if let Some((credential, rule)) = row(planner, layer, proof) {
            rows.push((credential, rule, proof.because.clone()));
        }
    }
    impersonation(planner);
    let Some(&(_, rule, _)) = rows.first() else {
        return Decision { chosen: Vec::new(), rule: &ANONYMOUS, because: posture.transport_caller.because.clone() };
    };
    let mut chosen = Vec::new();
    let mut because: Vec<Reason> = Vec::new();
    for (credential, _, reasons) in rows {
        chosen.extend(credential.filter(|credential| !chosen.contains(credential)));
        for reason in reasons {
            if !because.contains(&reason) {
                because.push(reason);
            }
        }
    }
    Decision { chosen, rule, because }
}

fn row(planner: &mut Planner<'_>, layer: Layer, proof: &Assessed<CallerProof>) -> Option<(Option<CallerCredential>, &'static Rule)> {
    let because = proof.because.as_slice();
    match proof.value {
        CallerProof::Nothing => None,
        CallerProof::PasswordInClear | CallerProof::PasswordProtected => Some(match layer {
            Layer::Transport => (Some(CallerCredential::Basic(http_password_check(planner, because))), &TRANSPORT_PASSWORD),
            Layer::Message => match planner.policy.user_names.value {
                UserNames::Basic => (Some(CallerCredential::Basic(message_password_check(planner, because))), &MESSAGE_PASSWORD),
                UserNames::Bearer => (Some(bearer(planner, because)), &MESSAGE_PASSWORD_BEARER),
            },
        }),
        CallerProof::DigestInClear | CallerProof::DigestProtected => {
            planner.report(because, |at| DigestReplaced { at }.into());
            planner.report_as_service(because, |at| WindowsPasswords { at }.into());
            Some((Some(CallerCredential::Basic(PasswordCheck::WindowsAccounts)), &DIGEST))
        }
        CallerProof::WindowsOverClear | CallerProof::WindowsIdentity => Some(windows(planner, because)),
        CallerProof::IssuedToken => Some((Some(bearer(planner, because)), &ISSUED_TOKEN)),
        CallerProof::Certificate => Some(match layer {
            Layer::Transport => (Some(CallerCredential::ClientCertificate), &TRANSPORT_CERTIFICATE),
            Layer::Message => {
                planner.report(because, |at| MessageCertificateInTls { at }.into());
                (Some(CallerCredential::ClientCertificate), &MESSAGE_CERTIFICATE)
            }
        }),
        CallerProof::DecidedByHost => Some(if planner.posture.carrier == Carrier::NamedPipe {
            (Some(CallerCredential::LocalPeer), &LOCAL_PEER)
        } else {
            (Some(CallerCredential::ClientCertificate), &HOST_DECIDES)
        }),
    }
}

fn windows(planner: &mut Planner<'_>, because: &[Reason]) -> (Option<CallerCredential>, &'static Rule) {
    if planner.posture.carrier == Carrier::NamedPipe {
        planner.report(because, |at| LocalPeer { at }.into());
        return (Some(CallerCredential::LocalPeer), &LOCAL_PEER);
    }
    let replacement = planner.policy.windows_replacement.value;
    let mut replaced = |by: &'static str| planner.report(because, |at| WindowsIdentityReplaced { at, by }.into());
    match replacement {
        WindowsReplacement::ClientCertificate => {
            replaced("client certificates");
            (Some(CallerCredential::ClientCertificate), &WINDOWS_CERTIFICATE)
        }
        WindowsReplacement::Bearer => {
            replaced("bearer tokens");
            (Some(bearer(planner, because)), &WINDOWS_BEARER)
        }
        WindowsReplacement::Kerberos => {
            replaced("Kerberos tickets (NTLM is refused)");
            (Some(CallerCredential::Kerberos), &WINDOWS_KERBEROS)
        }
        WindowsReplacement::AnonymousCallers => {
            planner.report(because, |at| AnonymousCallers { at }.into());
            (None, &WINDOWS_ANONYMOUS)
        }
    }
}

/// Issuer and audience: the policy's, for the audience else the one the source allows, else settings. The address of a WS-Trust
/// issuer is not what a JWT calls its issuer.
fn bearer(planner: &mut Planner<'_>, because: &[Reason]) -> CallerCredential {
    let audiences = planner
        .service_side()
        .and_then(|service| service.behavior.credentials.issued_token.as_ref())
        .map(|issued| issued.allowed_audience_uris.as_slice())
        .unwrap_or_default();
    let single_audience = match audiences {
        [audience] => Some(audience.value.to_string()),
        [] | [..] => None,
    };
    let issuer = planner.policy.bearer_issuer.as_ref().map(|chosen| chosen.value.clone());
    let audience = planner.policy.bearer_audience.as_ref().map(|chosen| chosen.value.clone()).or(single_audience);
    let missing = match (&issuer, &audience) {
        (Some(_), Some(_)) => "the keys",
        (Some(_), None) => "audience and keys",
        (None, Some(_)) => "issuer and keys",
        (None, None) => "issuer, audience and keys",
    };
    planner.report(because, |at| TokenSettings { at, missing }.into());
    CallerCredential::Bearer(BearerPlan { issuer, audience })
}

/// Over HTTP, IIS checks against Windows accounts; only a process of its own asks the configured validator.
fn http_password_check(planner: &mut Planner<'_>, because: &[Reason]) -> PasswordCheck {
    if planner.service_view().is_some_and(|view| view.in_web_server()) {
        planner.report_as_service(because, |at| WindowsPasswords { at }.into());
        return PasswordCheck::WindowsAccounts;
    }
    message_password_check(planner, because)
}

fn message_password_check(planner: &mut Planner<'_>, because: &[Reason]) -> PasswordCheck {
    let Some(credentials) = planner.service_side().map(|service| &service.behavior.credentials) else {
        // A client alone: who checks is the service's matter.
        return PasswordCheck::WindowsAccounts;
    };
    if let Some(class) = &credentials.replaced_by {
        planner.report_as_service(because, |at| PasswordCheckToWrite { at, by: &class.value }.into());
        return PasswordCheck::Custom(class.value.to_string());
    }
    let Some(user_name) = &credentials.user_name else {
        planner.report_as_service(because, |at| WindowsPasswords { at }.into());
        return PasswordCheck::WindowsAccounts;
    };
    let files = planner.files;
    match user_name.mode.value {
        UserNameValidationMode::Windows => {
            let reason = Reason::of("userNamePasswordValidationMode", "Windows", &user_name.mode, files);
            planner.report_as_service(&[reason], |at| WindowsPasswords { at }.into());
            PasswordCheck::WindowsAccounts
        }
        UserNameValidationMode::MembershipProvider => {
            let name = user_name.membership_provider.as_ref().map(|provider| provider.value.clone()).unwrap_or_default();
            let reason = Reason::of("userNamePasswordValidationMode", "MembershipProvider", &user_name.mode, files);
            let by =
                if name.is_empty() { "the default membership provider".to_owned() } else { format!("the membership provider `{name}`") };
            planner.report_as_service(&[reason], |at| PasswordCheckToWrite { at, by: &by }.into());
            PasswordCheck::MembershipProvider(name.into())
        }
        UserNameValidationMode::Custom => {
            let class = user_name.custom_validator.as_ref().map(|class| class.value.clone()).unwrap_or_default();
            let reason = Reason::of("userNamePasswordValidationMode", "Custom", &user_name.mode, files);
            let by = if class.is_empty() { "a validator that code sets".to_owned() } else { format!("`{class}`") };
            planner.report_as_service(&[reason], |at| PasswordCheckToWrite { at, by: &by }.into());
            PasswordCheck::Custom(class.into())
        }
    }
}

/// Acting under the caller's identity.
fn impersonation(planner: &mut Planner<'_>) {
    if !planner.posture.impersonation {
        return;
    }
    let mut because = Vec::new();
    match planner.view.side {
        Side::Service(service, _) => {
            if let Some(authorization) = &service.behavior.authorization
                && authorization.impersonate_caller.value
            {
                because.push(Reason::of("impersonateCallerForAllOperations", "true", &authorization.impersonate_caller, planner.files));
            }
            because.extend(planner.impersonating_operations());
        }
        Side::Client(endpoint) => {
            let windows = |proof| matches!(proof, CallerProof::WindowsIdentity | CallerProof::WindowsOverClear);
            if !planner.posture.caller_proofs().any(windows) {
                return;
            }
            if let Some(level) =
                endpoint.behavior.client_credentials.as_ref().and_then(|credentials| credentials.impersonation_level.as_ref())
            {
                because.push(Reason::of("allowedImpersonationLevel", level.value.clone(), level, planner.files));
            }
        }
    }
    planner.report(&because, |at| ImpersonationLost { at }.into());
}
