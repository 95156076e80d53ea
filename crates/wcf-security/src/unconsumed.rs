//! Nothing is lost silently: every effective setting that could matter is used by a rule, known to have no counterpart, or reported.

use wcf_diagnostics::{Files, Findings, Subject};

use crate::assess::mode_of;
use crate::diagnostics::{At, SettingWithoutEffect};
use crate::endpoint::EndpointView;
use crate::posture::Posture;
use crate::reason::Reason;

/// Reports the written settings of an endpoint that have no effect.
pub(crate) fn report(view: EndpointView<'_>, _posture: &Posture, files: &Files, subject: &Subject, findings: &mut Findings) {
    let mode = mode_of(view);
    for (setting, effective) in &view.binding().settings {
        if !effective.origin.is_written() {
            continue;
        }
        let Some(why) = dead_because(mode, setting) else { continue };
        let reason = Reason::of(setting, effective.value.clone().unwrap_or_default(), effective, files);
        let at = At { subject, span: view.span(), because: std::slice::from_ref(&reason) };
        findings.push(SettingWithoutEffect { at, setting, why });
    }
}

/// Why .NET ignores a setting of a layer that the mode does not use.
fn dead_because(mode: Option<&str>, setting: &str) -> Option<&'static str> {
    let mode = mode?;
    if let Some(transport) = setting.strip_prefix("security.transport.") {
        return match mode {
            "Transport" | "TransportCredentialOnly" | "Both" => None,
            "TransportWithMessageCredential"
                if transport.starts_with("sslProtocols") || transport.starts_with("extendedProtectionPolicy") =>
            {
                None
            }
            "TransportWithMessageCredential" => {
                Some("mode TransportWithMessageCredential takes only TLS from the transport, no credential")
            }
            "None" => Some("mode None uses no security"),
            "Message" => Some("mode Message leaves the transport unprotected"),
            _ => None,
        };
    }
    if setting.starts_with("security.message.") {
        return match mode {
            "Message" | "TransportWithMessageCredential" | "Both" => None,
            "Transport" => Some("mode Transport does not look at messages"),
            "TransportCredentialOnly" => Some("mode TransportCredentialOnly does not look at messages"),
            "None" => Some("mode None uses no security"),
            _ => None,
        };
    }
    None
}
