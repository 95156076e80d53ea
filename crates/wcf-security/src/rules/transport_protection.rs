//! Clear text, signed or encrypted: what carries the calls afterwards.

use crate::diagnostics::{ClearTextPlanned, ClearTextUpgraded, OldTlsRaised, TlsKept, TransportWithoutCounterpart};
use crate::plan::{CallerCredential, ClearText, Exposure, TlsVersions};
use crate::planning::Planner;
use crate::posture::{CallerProof, Carrier, EndToEnd, InTransit, ServerProof, TlsVersion};
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    TLS_KEPT = "transport-tls", Note, "TLS stays TLS.",
        why: "TLS under HTTP/2 protects each hop just as HTTPS and TLS over TCP did.", reference: "RFC 9113 section 9.2; RFC 8446";
    TLS_FOR_CLEAR_TEXT = "transport-clear-text-to-tls", Note, "Clear text becomes TLS.",
        why: "Nothing was protected; TLS is stronger and costs little.", reference: "RFC 8446";
    TLS_FOR_SIGNED_STREAM = "transport-signed-stream-to-tls", Note, "A stream that is signed only becomes TLS.",
        why: "TLS signs too, and encrypts: stronger in each dimension.", reference: "System.Net.Security.ProtectionLevel.Sign";
    TLS_FOR_WINDOWS_STREAM = "transport-windows-stream-to-tls", Note, "A stream that Windows encrypts becomes TLS.",
        why: "NegotiateStream has no counterpart in gRPC; TLS protects the stream alike, with certificates in place of Windows accounts.", reference: "System.Net.Security.NegotiateStream";
    TLS_FOR_MESSAGE_SECURITY = "transport-message-security-to-tls", Note, "Message security becomes TLS.",
        why: "gRPC protects connections, not messages. On a direct path both protect the same.", reference: "WS-Security 1.1; RFC 8446";
    TLS_FOR_UNKNOWN = "transport-unknown-to-tls", Note, "Protection that is not known becomes TLS.",
        why: "The strictest reading of what the files do not say.", reference: "RFC 8446";
    LOCAL_SOCKET = "transport-pipe-to-local-socket", Note, "A named pipe becomes a local socket with owner-only permissions.",
        why: "A pipe of WCF is reachable from its own machine only, and so is a Unix domain socket.", reference: "unix(7)";
    LOOPBACK = "transport-loopback-clear-text", Warn, "Clear text stays clear text on loopback, as the policy asks.",
        why: "Nothing was protected and nothing leaves the machine.", reference: "docs/mapping.md, exposure local";
    MESH = "transport-mesh-clear-text", Warn, "The mesh encrypts between pods; inside the pod the text is clear, as the policy asks.",
        why: "A strict mesh refuses what is not mutual TLS, so the wire is protected as before.", reference: "docs/mapping.md, exposure mesh";
    OVERLAY = "transport-overlay-clear-text", Warn, "The encrypted overlay network protects the wire; the text on it is clear, as the policy asks.",
        why: "Docker encrypts an overlay that is declared so with IPsec.", reference: "docs/mapping.md, exposure swarm";
    VERSIONS_DEFAULT = "tls-versions-default", Note, "TLS 1.3 is preferred and TLS 1.2 accepted.",
        why: "The source leaves the versions to the operating system, or names older ones that are withdrawn.", reference: "RFC 8996; RFC 9325";
    VERSIONS_ONLY_12 = "tls-versions-only-1-2", Note, "Only TLS 1.2 is accepted.",
        why: "The source names TLS 1.2 alone.", reference: "System.Security.Authentication.SslProtocols";
    VERSIONS_ONLY_13 = "tls-versions-only-1-3", Note, "Only TLS 1.3 is accepted.",
        why: "The source names TLS 1.3 alone.", reference: "System.Security.Authentication.SslProtocols";
}

/// What carries the calls, before TLS is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    Tls,
    LocalSocket,
    ClearText(ClearText),
}

/// Whether the transport has a counterpart at all; where it has none, that is reported and nothing else needs to be.
pub(crate) fn has_counterpart(planner: &mut Planner<'_>) -> bool {
    let (what, instead) = match planner.posture.carrier {
        Carrier::Http | Carrier::WebSocket | Carrier::Tcp | Carrier::NamedPipe => return true,
        Carrier::Queue => ("a message queue", "a message broker such as RabbitMQ (AMQP)"),
        Carrier::PeerMesh => ("a mesh of peers", "publish-subscribe, for example NATS,"),
        Carrier::Datagram => ("UDP", "a multicast or discovery protocol of its own"),
        Carrier::Unknown => ("an unknown transport", "a transport of .NET"),
    };
    planner.report(&[], |at| TransportWithoutCounterpart { at, what, instead }.into());
    false
}

/// Decides the transport.
pub(crate) fn decide(planner: &mut Planner<'_>, credentials: &[CallerCredential]) -> Decision<Carriage> {
    match planner.posture.carrier {
        Carrier::NamedPipe => {
            let because = planner.posture.in_transit.because.clone();
            Decision { chosen: Carriage::LocalSocket, rule: &LOCAL_SOCKET, because }
        }
        // Those without a counterpart never come here; were one to, TLS is the strictest.
        Carrier::Http | Carrier::WebSocket | Carrier::Tcp | Carrier::Queue | Carrier::PeerMesh | Carrier::Datagram | Carrier::Unknown => {
            network(planner, credentials)
        }
    }
}

fn network(planner: &mut Planner<'_>, credentials: &[CallerCredential]) -> Decision<Carriage> {
    let exposure = planner.policy.exposure.clone();
    let needs_certificate = credentials.iter().any(|credential| matches!(credential, CallerCredential::ClientCertificate));
    let posture = planner.posture;
    // A contract may ask for no protection of messages whose server proves itself all the same.
    let nothing_to_keep = posture.in_transit.value == InTransit::Clear
        && posture.server_proof.value == ServerProof::Nothing
        && posture.caller_proofs().all(|proof| proof == CallerProof::Nothing);
    match exposure.value {
        Exposure::Internal | Exposure::Public | Exposure::Kubernetes => tls(planner),
        Exposure::Local if nothing_to_keep => {
            let because = vec![exposure.reason("deployment.exposure", "local")];
            planner.report(&because, |at| ClearTextPlanned { at, whereabouts: "on loopback" }.into());
            Decision { chosen: Carriage::ClearText(ClearText::Loopback), rule: &LOOPBACK, because }
        }
        Exposure::Local => tls(planner),
        Exposure::Mesh => {
            let strict = planner.policy.mesh_strict.clone();
            if planner.exposures_differ {
                keep_tls(planner, exposure.reason("deployment.exposure", "mesh"), ELSEWHERE)
            } else if needs_certificate {
                keep_tls(
                    planner,
                    exposure.reason("deployment.exposure", "mesh"),
                    "callers prove themselves by a certificate, which the mesh's proxy would take away",
                )
            } else if !strict.value && !nothing_to_keep {
                keep_tls(
                    planner,
                    exposure.reason("deployment.exposure", "mesh"),
                    "deployment.mesh.strict is not true, so the mesh may let clear text through",
                )
            } else {
                let because = vec![
                    exposure.reason("deployment.exposure", "mesh"),
                    strict.reason("deployment.mesh.strict", &strict.value.to_string()),
                ];
                planner.report(&because, |at| ClearTextPlanned { at, whereabouts: "inside the mesh" }.into());
                Decision { chosen: Carriage::ClearText(ClearText::Mesh), rule: &MESH, because }
            }
        }
        Exposure::Swarm => {
            let encrypted = planner.policy.swarm_encrypted_overlay.clone();
            if planner.exposures_differ {
                keep_tls(planner, exposure.reason("deployment.exposure", "swarm"), ELSEWHERE)
            } else if needs_certificate {
                keep_tls(planner, exposure.reason("deployment.exposure", "swarm"), "callers prove themselves by a certificate")
            } else if encrypted.value && planner.posture.server_proof.value != ServerProof::Nothing {
                keep_tls(planner, exposure.reason("deployment.exposure", "swarm"), "the server proves itself, which an overlay does not do")
            } else if encrypted.value {
                let because =
                    vec![exposure.reason("deployment.exposure", "swarm"), encrypted.reason("deployment.swarm.encrypted-overlay", "true")];
                planner.report(&because, |at| ClearTextPlanned { at, whereabouts: "on an encrypted overlay" }.into());
                Decision { chosen: Carriage::ClearText(ClearText::EncryptedOverlay), rule: &OVERLAY, because }
            } else {
                tls(planner)
            }
        }
    }
}

/// One process is in one place: where its services are said to be in several, nothing is sure to encrypt below it.
const ELSEWHERE: &str = "other services of this host have another exposure, and one process runs in one place";

fn keep_tls(planner: &mut Planner<'_>, reason: Reason, why: &'static str) -> Decision<Carriage> {
    planner.report(std::slice::from_ref(&reason), |at| TlsKept { at, why }.into());
    let mut decision = tls(planner);
    decision.because.push(reason);
    decision
}

fn tls(planner: &mut Planner<'_>) -> Decision<Carriage> {
    let posture = planner.posture;
    let windows = posture.server_proof.value == ServerProof::WindowsIdentity;
    let rule: &'static Rule = match (posture.end_to_end.value, posture.in_transit.value) {
        (EndToEnd::Signed | EndToEnd::SignedAndEncrypted, _) => &TLS_FOR_MESSAGE_SECURITY,
        (EndToEnd::None, InTransit::Clear) => &TLS_FOR_CLEAR_TEXT,
        (EndToEnd::None, InTransit::IntegrityOnly) => &TLS_FOR_SIGNED_STREAM,
        (EndToEnd::None, InTransit::Confidential) if windows => &TLS_FOR_WINDOWS_STREAM,
        (EndToEnd::None, InTransit::Confidential) => &TLS_KEPT,
        (EndToEnd::None, InTransit::Unknown) => &TLS_FOR_UNKNOWN,
    };
    let because = match posture.end_to_end.value {
        EndToEnd::None => posture.in_transit.because.clone(),
        EndToEnd::Signed | EndToEnd::SignedAndEncrypted => posture.end_to_end.because.clone(),
    };
    if posture.in_transit.value == InTransit::Clear {
        planner.report(&because, |at| ClearTextUpgraded { at }.into());
    }
    Decision { chosen: Carriage::Tls, rule, because }
}

/// Decides the versions.
pub(crate) fn versions(planner: &mut Planner<'_>) -> Decision<TlsVersions> {
    let posture = planner.posture;
    let (Some(lowest), Some(highest)) = (&posture.lowest_tls, &posture.highest_tls) else {
        let because = vec![Reason::outside("TLS versions", "", "the operating system")];
        return Decision { chosen: TlsVersions::Tls12AndTls13, rule: &VERSIONS_DEFAULT, because };
    };
    let because = lowest.because.clone();
    let (chosen, rule) = match (lowest.value, highest.value) {
        (TlsVersion::Tls13, TlsVersion::Withdrawn | TlsVersion::Tls12 | TlsVersion::Tls13) => (TlsVersions::OnlyTls13, &VERSIONS_ONLY_13),
        (TlsVersion::Tls12, TlsVersion::Withdrawn | TlsVersion::Tls12) => (TlsVersions::OnlyTls12, &VERSIONS_ONLY_12),
        (TlsVersion::Tls12, TlsVersion::Tls13) => (TlsVersions::Tls12AndTls13, &VERSIONS_DEFAULT),
        (TlsVersion::Withdrawn, TlsVersion::Withdrawn | TlsVersion::Tls12 | TlsVersion::Tls13) => {
            planner.report(&because, |at| OldTlsRaised { at }.into());
            (TlsVersions::Tls12AndTls13, &VERSIONS_DEFAULT)
        }
    };
    Decision { chosen, rule, because }
}
