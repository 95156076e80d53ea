//! What is tried, and what the plan says must come of it.

use std::fmt;

use wcf_security::plan::{
    CallerCredential, CertificateTrust, ClientCertificates, PlannedEndpoint, Revocation, TransportPlan, TrustAnchors,
};

/// One way to call a server: the matching one, or the matching one with one thing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attempt {
    /// Everything as the plan asks.
    Matching,
    /// HTTP/2 without TLS.
    PlainText,
    /// The server must prove a name that is not its own. The client refuses.
    WrongServerName,
    /// The client trusts another authority than the server's. The client refuses.
    UnknownServerAuthority,
    /// No client certificate.
    NoCertificate,
    /// A client certificate of an authority that the server does not know.
    CertificateOfUnknownAuthority,
    /// A client certificate of the right authority that has expired.
    ExpiredCertificate,
    /// A client certificate of the right authority that is not good yet.
    CertificateNotYetGood,
    /// A client certificate of the right authority that is on the revocation list.
    RevokedCertificate,
    /// A certificate of the right authority that is for servers only.
    CertificateForServers,
    /// A good client certificate of the right authority that is not one of those listed.
    UnlistedCertificate,
    /// No `authorization`.
    NoCredentials,
    /// A user that exists, with a wrong password.
    WrongPassword,
    /// A user that does not exist.
    UnknownUser,
    /// An `authorization` that cannot be read.
    MalformedCredentials,
    /// A bearer token that nobody signed.
    ForgedToken,
}

impl Attempt {
    /// Its name in JSON and in a table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matching => "matching client",
            Self::PlainText => "plain text",
            Self::WrongServerName => "wrong server name",
            Self::UnknownServerAuthority => "server of an unknown authority",
            Self::NoCertificate => "no certificate",
            Self::CertificateOfUnknownAuthority => "certificate of a wrong authority",
            Self::ExpiredCertificate => "expired certificate",
            Self::CertificateNotYetGood => "certificate not yet good",
            Self::RevokedCertificate => "revoked certificate",
            Self::CertificateForServers => "certificate for servers only",
            Self::UnlistedCertificate => "certificate that is not listed",
            Self::NoCredentials => "no password or token",
            Self::WrongPassword => "wrong password",
            Self::UnknownUser => "unknown user",
            Self::MalformedCredentials => "unreadable credentials",
            Self::ForgedToken => "forged token",
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What must come of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The caller is let in.
    Accepted,
    /// The caller is refused before any handler runs.
    Refused,
}

impl Expected {
    /// Its word in JSON and in a table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// What a matching caller must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub certificate: bool,
    pub password: bool,
    pub token: bool,
}

impl Needs {
    pub fn of(plan: &PlannedEndpoint) -> Self {
        let mut needs = Self { certificate: trust(plan).is_some(), ..Self::default() };
        for credential in &plan.callers.chosen {
            match credential {
                CallerCredential::ClientCertificate => needs.certificate = true,
                CallerCredential::Basic(_) => needs.password = true,
                CallerCredential::Bearer(_) | CallerCredential::Kerberos => needs.token = true,
                CallerCredential::LocalPeer => {}
            }
        }
        needs
    }
}

fn trust(plan: &PlannedEndpoint) -> Option<CertificateTrust> {
    match &plan.transport.chosen {
        TransportPlan::Tls(tls) => match tls.client_certificates.chosen {
            ClientCertificates::Required(trust) => Some(trust),
            ClientCertificates::NotRequested => None,
        },
        TransportPlan::LocalSocket | TransportPlan::ClearText(_) => None,
    }
}

/// Everything to try against a server with this plan, and what must come of it.
#[must_use]
pub fn attempts(plan: &PlannedEndpoint) -> Vec<(Attempt, Expected)> {
    use Attempt as A;
    use Expected::{Accepted, Refused};
    let needs = Needs::of(plan);
    let mut list = match trust(plan).map(|trust| trust.anchors) {
        // Until its verifier is written, such a server refuses everybody.
        Some(TrustAnchors::CustomVerifier) => vec![(A::Matching, Refused)],
        _ => vec![(A::Matching, Accepted)],
    };
    if matches!(plan.transport.chosen, TransportPlan::Tls(_)) {
        list.extend([(A::PlainText, Refused), (A::WrongServerName, Refused), (A::UnknownServerAuthority, Refused)]);
    }
    if let Some(trust) = trust(plan) {
        list.push((A::NoCertificate, Refused));
        if trust.revocation == Revocation::Lists {
            list.push((A::RevokedCertificate, Refused));
        }
        match trust.anchors {
            TrustAnchors::Authorities => list.extend([
                (A::CertificateOfUnknownAuthority, Refused),
                (A::ExpiredCertificate, Refused),
                (A::CertificateNotYetGood, Refused),
                (A::CertificateForServers, Refused),
            ]),
            TrustAnchors::PinnedCertificates => {
                list.extend([
                    (A::CertificateOfUnknownAuthority, Refused),
                    (A::UnlistedCertificate, Refused),
                    (A::ExpiredCertificate, Refused),
                ]);
            }
            TrustAnchors::AuthoritiesOrPinned | TrustAnchors::CustomVerifier => {
                list.extend([(A::CertificateOfUnknownAuthority, Refused), (A::ExpiredCertificate, Refused)]);
            }
            // That anyone's certificate is accepted was waived by name; what it means is shown, not hidden.
            TrustAnchors::AcceptAnyCertificate => list.push((A::CertificateOfUnknownAuthority, Accepted)),
        }
    }
    if needs.password {
        list.extend([
            (A::NoCredentials, Refused),
            (A::WrongPassword, Refused),
            (A::UnknownUser, Refused),
            (A::MalformedCredentials, Refused),
        ]);
    } else if needs.token {
        list.extend([(A::NoCredentials, Refused), (A::ForgedToken, Refused), (A::MalformedCredentials, Refused)]);
    }
    list
}
