//! What is tried, and what the plan says must come of it.

use std::fmt;

use wcf_security::plan::{
    CallerCredential, CertificateTrust, ClientCertificates, PlannedEndpoint, Revocation, TlsVersions, TransportPlan, TrustAnchors,
};

/// One way to call a server: the matching one, or the matching one with one thing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attempt {
    /// Everything as the plan asks.
    Matching,
    /// HTTP/2 without TLS.
    PlainText,
    /// A greeting of TLS 1.1, which no plan allows.
    Tls11,
    /// A client that speaks TLS 1.2 and nothing newer.
    OnlyTls12,
    /// A client that speaks TLS 1.3 and nothing older.
    OnlyTls13,
    /// The server must prove a name that is not its own. The client refuses.
    WrongServerName,
    /// The client trusts another authority than the server's. The client refuses.
    UnknownServerAuthority,
    /// No client certificate.
    NoCertificate,
    /// A client certificate of an authority that the server does not know.
    CertificateOfUnknownAuthority,
    /// A client certificate that nobody issued but its holder.
    SelfSignedCertificate,
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
    /// A user that exists, with an empty password.
    EmptyPassword,
    /// A user that does not exist.
    UnknownUser,
    /// An `authorization` that cannot be read.
    MalformedCredentials,
    /// The claims of a good token under a header that says that it needs no signature (`alg: none`).
    ForgedToken,
    /// A good token with a bit of its signature changed.
    BrokenSignature,
    /// A good token's signature under changed claims.
    ChangedClaims,
    /// A good token's claims signed by a key that nobody knows, under the known key's name.
    TokenOfUnknownKey,
    /// A good token's claims signed with the issuer's public key as a shared secret.
    ConfusedKey,
    /// A token of the issuer's whose time is over.
    ExpiredToken,
    /// A token of the issuer's whose time has not come.
    TokenNotYetGood,
    /// A token signed by the right key that names another issuer.
    TokenOfOtherIssuer,
    /// A token of the issuer's for another audience.
    TokenForOtherAudience,
    /// A Kerberos ticket that nobody issued.
    ForgedTicket,
    /// The first message of NTLM in place of a ticket.
    NtlmMessage,
}

impl Attempt {
    /// Who has to refuse.
    #[must_use]
    pub(crate) const fn refuser(self) -> Refuser {
        match self {
            Self::WrongServerName | Self::UnknownServerAuthority => Refuser::Client,
            // Each side may be the first to see that they have no version in common.
            Self::Tls11 | Self::OnlyTls12 | Self::OnlyTls13 => Refuser::Either,
            Self::Matching
            | Self::PlainText
            | Self::NoCertificate
            | Self::CertificateOfUnknownAuthority
            | Self::SelfSignedCertificate
            | Self::ExpiredCertificate
            | Self::CertificateNotYetGood
            | Self::RevokedCertificate
            | Self::CertificateForServers
            | Self::UnlistedCertificate
            | Self::NoCredentials
            | Self::WrongPassword
            | Self::EmptyPassword
            | Self::UnknownUser
            | Self::MalformedCredentials
            | Self::ForgedToken
            | Self::BrokenSignature
            | Self::ChangedClaims
            | Self::TokenOfUnknownKey
            | Self::ConfusedKey
            | Self::ExpiredToken
            | Self::TokenNotYetGood
            | Self::TokenOfOtherIssuer
            | Self::TokenForOtherAudience
            | Self::ForgedTicket
            | Self::NtlmMessage => Refuser::Server,
        }
    }

    /// Its name in JSON and in a table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matching => "matching client",
            Self::PlainText => "plain text",
            Self::Tls11 => "TLS 1.1",
            Self::OnlyTls12 => "TLS 1.2 only",
            Self::OnlyTls13 => "TLS 1.3 only",
            Self::WrongServerName => "wrong server name",
            Self::UnknownServerAuthority => "server of an unknown authority",
            Self::NoCertificate => "no certificate",
            Self::CertificateOfUnknownAuthority => "certificate of a wrong authority",
            Self::SelfSignedCertificate => "self-signed certificate",
            Self::ExpiredCertificate => "expired certificate",
            Self::CertificateNotYetGood => "certificate not yet good",
            Self::RevokedCertificate => "revoked certificate",
            Self::CertificateForServers => "certificate for servers only",
            Self::UnlistedCertificate => "certificate that is not listed",
            Self::NoCredentials => "no password or token",
            Self::WrongPassword => "wrong password",
            Self::EmptyPassword => "empty password",
            Self::UnknownUser => "unknown user",
            Self::MalformedCredentials => "unreadable credentials",
            Self::ForgedToken => "token without signature",
            Self::BrokenSignature => "token with a broken signature",
            Self::ChangedClaims => "token with changed claims",
            Self::TokenOfUnknownKey => "token of an unknown key",
            Self::ConfusedKey => "token signed with the public key",
            Self::ExpiredToken => "expired token",
            Self::TokenNotYetGood => "token not yet good",
            Self::TokenOfOtherIssuer => "token of another issuer",
            Self::TokenForOtherAudience => "token for another audience",
            Self::ForgedTicket => "forged Kerberos ticket",
            Self::NtlmMessage => "NTLM in place of a ticket",
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Who has to refuse an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuser {
    /// The client, by what the server shows.
    Client,
    /// The server: a client that went away by itself says nothing of it.
    Server,
    /// Whichever sees it first.
    Either,
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
    pub ticket: bool,
}

impl Needs {
    pub fn of(plan: &PlannedEndpoint) -> Self {
        let mut needs = Self { certificate: trust(plan).is_some(), ..Self::default() };
        for credential in &plan.callers.chosen {
            match credential {
                CallerCredential::ClientCertificate => needs.certificate = true,
                CallerCredential::Basic(_) => needs.password = true,
                CallerCredential::Bearer(_) => needs.token = true,
                CallerCredential::Kerberos => needs.ticket = true,
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
    let matching = match trust(plan).map(|trust| trust.anchors) {
        // Until its verifier is written, such a server refuses everybody.
        Some(TrustAnchors::CustomVerifier) => Refused,
        _ => Accepted,
    };
    let mut list = vec![(A::Matching, matching)];
    if let TransportPlan::Tls(tls) = &plan.transport.chosen {
        let (with_tls12, with_tls13) = match tls.versions.chosen {
            TlsVersions::Tls12AndTls13 => (matching, matching),
            TlsVersions::OnlyTls12 => (matching, Refused),
            TlsVersions::OnlyTls13 => (Refused, matching),
        };
        list.extend([
            (A::PlainText, Refused),
            (A::Tls11, Refused),
            (A::OnlyTls12, with_tls12),
            (A::OnlyTls13, with_tls13),
            (A::WrongServerName, Refused),
            (A::UnknownServerAuthority, Refused),
        ]);
    }
    if let Some(trust) = trust(plan) {
        list.push((A::NoCertificate, Refused));
        match (trust.revocation, trust.anchors) {
            // Where any certificate is accepted, WCF looked at no list either.
            (Revocation::Lists, TrustAnchors::AcceptAnyCertificate) | (Revocation::NotChecked, _) => {}
            (
                Revocation::Lists,
                TrustAnchors::Authorities
                | TrustAnchors::PinnedCertificates
                | TrustAnchors::AuthoritiesOrPinned
                | TrustAnchors::CustomVerifier,
            ) => list.push((A::RevokedCertificate, Refused)),
        }
        match trust.anchors {
            TrustAnchors::Authorities => list.extend([
                (A::CertificateOfUnknownAuthority, Refused),
                (A::SelfSignedCertificate, Refused),
                (A::ExpiredCertificate, Refused),
                (A::CertificateNotYetGood, Refused),
                (A::CertificateForServers, Refused),
            ]),
            TrustAnchors::PinnedCertificates => {
                list.extend([
                    (A::CertificateOfUnknownAuthority, Refused),
                    (A::SelfSignedCertificate, Refused),
                    (A::UnlistedCertificate, Refused),
                    (A::ExpiredCertificate, Refused),
                ]);
            }
            TrustAnchors::AuthoritiesOrPinned | TrustAnchors::CustomVerifier => list.extend([
                (A::CertificateOfUnknownAuthority, Refused),
                (A::SelfSignedCertificate, Refused),
                (A::ExpiredCertificate, Refused),
            ]),
            // That anyone's certificate is accepted was waived by name; what it means is shown, not hidden.
            TrustAnchors::AcceptAnyCertificate => list.push((A::CertificateOfUnknownAuthority, Accepted)),
        }
    }
    if needs.password {
        list.extend([
            (A::NoCredentials, Refused),
            (A::WrongPassword, Refused),
            (A::EmptyPassword, Refused),
            (A::UnknownUser, Refused),
            (A::MalformedCredentials, Refused),
        ]);
    }
    if needs.token {
        if !needs.password {
            list.extend([(A::NoCredentials, Refused), (A::MalformedCredentials, Refused)]);
        }
        list.extend([
            (A::ForgedToken, Refused),
            (A::BrokenSignature, Refused),
            (A::ChangedClaims, Refused),
            (A::TokenOfUnknownKey, Refused),
            (A::ConfusedKey, Refused),
            (A::ExpiredToken, Refused),
            (A::TokenNotYetGood, Refused),
            (A::TokenOfOtherIssuer, Refused),
            (A::TokenForOtherAudience, Refused),
        ]);
    }
    if needs.ticket {
        if !needs.password && !needs.token {
            list.extend([(A::NoCredentials, Refused), (A::MalformedCredentials, Refused)]);
        }
        list.extend([(A::ForgedTicket, Refused), (A::NtlmMessage, Refused)]);
    }
    list
}
