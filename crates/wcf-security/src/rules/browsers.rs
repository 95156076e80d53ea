//! Whether pages in browsers call, and which.

use crate::diagnostics::{BrowserOriginsToProvide, BrowsersCannotCall};
use crate::plan::{CallerCredential, ClearText, ClientCertificates, Fate, TlsPlan, TransportPlan};
use crate::planning::Planner;
use crate::reason::{Decision, Reason};
use crate::rules::rules;

rules! {
    BROWSERS_BY_POLICY = "browsers-by-policy", Note, "gRPC-Web is spoken beside gRPC, as the policy asks.",
        why: "A browser's page cannot speak gRPC itself.", reference: "gRPC-Web protocol";
    BROWSERS_OFF = "browsers-off", Warn, "gRPC-Web is not spoken, as the policy says.",
        why: "Nobody calls from a browser.", reference: "gRPC-Web protocol";
    BROWSERS_IMPOSSIBLE = "browsers-impossible", Warn, "gRPC-Web is not spoken, because no page could prove what callers have to prove here.",
        why: "A page has no certificate, ticket or socket of its own, and the question that a browser asks before a call carries none either.", reference: "Fetch standard, CORS-preflight fetch";
}

/// The origins whose pages may call, where browsers are served, and what becomes of the web protocols.
pub(crate) fn decide(
    planner: &mut Planner<'_>,
    web_encoding: bool,
    transport: &TransportPlan,
    callers: &[CallerCredential],
) -> (Option<Vec<String>>, Vec<Decision<Fate>>) {
    let (asked, origins) = (planner.policy.grpc_web.clone(), planner.policy.browser_origins.clone());
    let wanted = asked.as_ref().map_or(web_encoding, |asked| asked.value);
    let mut because: Vec<Reason> =
        asked.iter().map(|asked| asked.reason("browsers.grpc-web", if asked.value { "true" } else { "false" })).collect();
    if !wanted {
        let off = asked.is_some() && web_encoding;
        let fates = if off { vec![Decision { chosen: Fate::NotKept, rule: &BROWSERS_OFF, because }] } else { Vec::new() };
        return (None, fates);
    }
    if because.is_empty() {
        because.push(Reason::derived("encoding", "in the channel stack", "WebMessageEncodingBindingElement"));
    }
    if let Some(what) = obstacle(transport, callers) {
        planner.report_as_service(&because, |at| BrowsersCannotCall { at, what }.into());
        return (None, vec![Decision { chosen: Fate::NotKept, rule: &BROWSERS_IMPOSSIBLE, because }]);
    }
    let origins = origins.map(|origins| origins.value).unwrap_or_default();
    if origins.is_empty() {
        planner.report_as_service(&because, |at| BrowserOriginsToProvide { at }.into());
    }
    let fates = if asked.is_some() { vec![Decision { chosen: Fate::Kept, rule: &BROWSERS_BY_POLICY, because }] } else { Vec::new() };
    (Some(origins), fates)
}

/// What keeps every page out.
fn obstacle(transport: &TransportPlan, callers: &[CallerCredential]) -> Option<&'static str> {
    match transport {
        TransportPlan::Tls(TlsPlan { client_certificates, .. }) => match client_certificates.chosen {
            ClientCertificates::Required(_) => return Some("a client certificate"),
            ClientCertificates::NotRequested => {}
        },
        TransportPlan::LocalSocket => return Some("a local socket"),
        TransportPlan::ClearText(ClearText::Loopback | ClearText::Mesh | ClearText::EncryptedOverlay) => {}
    }
    callers.iter().find_map(|credential| match credential {
        CallerCredential::ClientCertificate => Some("a client certificate"),
        CallerCredential::LocalPeer => Some("a local socket"),
        CallerCredential::Kerberos => Some("a Kerberos ticket"),
        CallerCredential::Basic(_) | CallerCredential::Bearer(_) => None,
    })
}
