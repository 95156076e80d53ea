//! One line for people: what protects an endpoint now, and what will. The words for each value stand here once.

use crate::plan::{
    CallerCredential, ClearText, ClientCertificates, PasswordCheck, PlannedEndpoint, Revocation, TlsVersions, TransportPlan, TrustAnchors,
};
use crate::posture::{CallerProof, Carrier, EndToEnd, InTransit, Posture, ServerProof, TrustBasis};

impl Posture {
    /// The posture in one line: `clear text, no server proof, callers anonymous`.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts = vec![in_transit_words(self.in_transit.value).to_owned()];
        if self.end_to_end.value != EndToEnd::None {
            parts.push(format!("messages {}", end_to_end_words(self.end_to_end.value)));
        }
        parts.push(format!("server proved by {}", server_words(self.server_proof.value)));
        let callers: Vec<_> = self.caller_proofs().filter(|&proof| proof != CallerProof::Nothing).map(caller_words).collect();
        parts.push(if callers.is_empty() {
            "callers anonymous".to_owned()
        } else {
            format!("callers proved by {}", callers.join(" and "))
        });
        parts.join(", ")
    }

    /// Every proof that is demanded of the caller, `Nothing` where a layer demands none.
    pub fn caller_proofs(&self) -> impl Iterator<Item = CallerProof> {
        [self.transport_caller.value, self.message_caller.value].into_iter().chain(self.also_required.iter().map(|proof| proof.value))
    }
}

impl PlannedEndpoint {
    /// The plan in one line: `TLS, client certificate required`.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts = vec![match &self.transport.chosen {
            TransportPlan::Tls(tls) => match tls.versions.chosen {
                TlsVersions::Tls12AndTls13 => "TLS".to_owned(),
                TlsVersions::OnlyTls12 => "TLS 1.2 only".to_owned(),
                TlsVersions::OnlyTls13 => "TLS 1.3 only".to_owned(),
            },
            TransportPlan::LocalSocket => "local socket".to_owned(),
            TransportPlan::ClearText(ClearText::Loopback) => "clear text on loopback".to_owned(),
            TransportPlan::ClearText(ClearText::Mesh) => "clear text inside the mesh".to_owned(),
            TransportPlan::ClearText(ClearText::EncryptedOverlay) => "clear text on an encrypted overlay".to_owned(),
        }];
        if self.callers.chosen.is_empty() {
            parts.push("callers anonymous".to_owned());
        }
        for credential in &self.callers.chosen {
            parts.push(credential_words(credential).to_owned());
        }
        if let TransportPlan::Tls(tls) = &self.transport.chosen
            && let ClientCertificates::Required(trust) = tls.client_certificates.chosen
        {
            parts.push(anchors_words(trust.anchors).to_owned());
            match trust.revocation {
                Revocation::Lists => parts.push("revocation lists".to_owned()),
                Revocation::NotChecked => {}
            }
        }
        if self.grpc_web {
            parts.push("gRPC-Web".to_owned());
        }
        parts.join(", ")
    }
}

/// What carries the messages.
#[must_use]
pub const fn carrier_words(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Http => "HTTP",
        Carrier::WebSocket => "a WebSocket",
        Carrier::Tcp => "TCP",
        Carrier::NamedPipe => "a named pipe",
        Carrier::Queue => "a message queue",
        Carrier::PeerMesh => "a mesh of peers",
        Carrier::Datagram => "datagrams",
        Carrier::Unknown => "an unknown transport",
    }
}

/// Protection on the wire.
#[must_use]
pub const fn in_transit_words(in_transit: InTransit) -> &'static str {
    match in_transit {
        InTransit::Clear => "clear text",
        InTransit::IntegrityOnly => "signed clear text",
        InTransit::Confidential => "encrypted",
        InTransit::Unknown => "protection unknown",
    }
}

/// Protection of messages.
#[must_use]
pub const fn end_to_end_words(end_to_end: EndToEnd) -> &'static str {
    match end_to_end {
        EndToEnd::None => "not protected by themselves",
        EndToEnd::Signed => "signed",
        EndToEnd::SignedAndEncrypted => "signed and encrypted",
    }
}

/// The server's proof.
#[must_use]
pub const fn server_words(server: ServerProof) -> &'static str {
    match server {
        ServerProof::Nothing => "nothing",
        ServerProof::WindowsIdentity => "a Windows identity",
        ServerProof::Certificate => "a certificate",
        ServerProof::Unknown => "something unknown",
    }
}

/// The caller's proof.
#[must_use]
pub const fn caller_words(caller: CallerProof) -> &'static str {
    match caller {
        CallerProof::Nothing => "nothing",
        CallerProof::PasswordInClear => "a password in clear text",
        CallerProof::DigestInClear => "a digest in clear text",
        CallerProof::WindowsOverClear => "a Windows handshake over clear text",
        CallerProof::DigestProtected => "a digest under protection",
        CallerProof::PasswordProtected => "a password under protection",
        CallerProof::WindowsIdentity => "a Windows identity",
        CallerProof::IssuedToken => "an issued token",
        CallerProof::Certificate => "a certificate",
        CallerProof::DecidedByHost => "whatever the host decides",
    }
}

/// What a certificate is held against.
#[must_use]
pub const fn basis_words(basis: TrustBasis) -> &'static str {
    match basis {
        TrustBasis::Anything => "nothing",
        TrustBasis::ChainOrExact => "authorities or the certificates themselves",
        TrustBasis::Chain => "authorities",
        TrustBasis::Exact => "the certificates themselves",
        TrustBasis::Code => "code",
    }
}

const fn credential_words(credential: &CallerCredential) -> &'static str {
    match credential {
        CallerCredential::ClientCertificate => "client certificate required",
        CallerCredential::Basic(PasswordCheck::WindowsAccounts) => "password required (was checked by Windows)",
        CallerCredential::Basic(PasswordCheck::MembershipProvider(_)) => "password required (was checked by a membership provider)",
        CallerCredential::Basic(PasswordCheck::Custom(_)) => "password required",
        CallerCredential::Bearer(_) => "bearer token required",
        CallerCredential::Kerberos => "Kerberos ticket required",
        CallerCredential::LocalPeer => "local user required",
    }
}

/// What a peer's certificate is checked against, in the plan.
#[must_use]
pub const fn anchors_words(anchors: TrustAnchors) -> &'static str {
    match anchors {
        TrustAnchors::Authorities => "checked against authorities",
        TrustAnchors::PinnedCertificates => "checked against pinned certificates",
        TrustAnchors::AuthoritiesOrPinned => "checked against authorities or pinned certificates",
        TrustAnchors::CustomVerifier => "checked by code to write",
        TrustAnchors::AcceptAnyCertificate => "ANY CERTIFICATE ACCEPTED",
    }
}
