//! The faults: what is wrong with a file, who refuses it for that, and the command that mends it.

use std::net::IpAddr;

use rustls::crypto::aws_lc_rs;

use crate::material::{Certificate, Key, Material, Name};
use crate::{Question, Role, seconds};

/// Signature algorithms that nobody should trust any more: object identifier and name.
const BROKEN_SIGNATURES: [(&str, &str); 7] = [
    ("1.2.840.113549.1.1.2", "MD2"),
    ("1.2.840.113549.1.1.4", "MD5"),
    ("1.2.840.113549.1.1.5", "SHA-1"),
    ("1.3.14.3.2.29", "SHA-1"),
    ("1.3.14.3.2.15", "SHA-1"),
    ("1.2.840.10045.4.1", "SHA-1"),
    ("1.2.840.10040.4.3", "SHA-1"),
];

/// Curves that rustls's provider takes: P-256, P-384, P-521.
const CURVES: [&str; 3] = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

/// The shortest RSA key that rustls takes, in bits (aws-lc-rs `RSA_PKCS1_2048_8192_*`).
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// One who looks at certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// What is generated, and every Rust peer.
    Rustls,
    /// .NET on Windows: `X509Chain` and SslStream.
    DotNet,
    /// OpenSSL: Python, Node and most others.
    OpenSsl,
}

impl Peer {
    /// All of them, in the order of a table.
    pub const ALL: [Self; 3] = [Self::Rustls, Self::DotNet, Self::OpenSsl];
}

impl std::fmt::Display for Peer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Rustls => "rustls",
            Self::DotNet => ".NET",
            Self::OpenSsl => "OpenSSL",
        })
    }
}

/// What is wrong with a file. Its `Display` is one sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file has no content.
    Empty,
    /// It is UTF-16, as PowerShell's `>` writes.
    Utf16,
    /// It is neither PEM nor DER.
    NotACertificate,
    /// PEM, but without a certificate.
    NoCertificate,
    /// A PEM section does not end, or is not base64.
    BrokenPem {
        /// The reader's words.
        reason: String,
    },
    /// A section says that it is a certificate and is not.
    Unreadable {
        /// The reader's words.
        reason: String,
    },
    /// One certificate as DER, where the generated crates read PEM.
    DerFile,
    /// PKCS #12. What is in it is known to whoever has its password.
    Pkcs12 {
        /// Whether it is encrypted with RC2, RC4 or triple DES, which OpenSSL 3 does not open by default.
        legacy: bool,
    },
    /// Certificates stand before the one that they vouch for.
    LeafNotFirst {
        /// The subject of the certificate that should be first.
        leaf: String,
    },
    /// Not yet X.509 v3.
    Version {
        /// The version, counted from 1.
        version: u32,
        /// Of which certificate.
        subject: String,
    },
    /// It is an authority and is to be used as a leaf.
    AuthorityAsLeaf,
    /// Past its end.
    Expired {
        /// Its last second, since 1970.
        not_after: i64,
        /// Of which certificate.
        subject: String,
    },
    /// Before its beginning.
    NotYetValid {
        /// Its first second, since 1970.
        not_before: i64,
        /// Of which certificate.
        subject: String,
    },
    /// Signed with a hash that can be forged.
    BrokenSignature {
        /// The hash.
        hash: &'static str,
        /// Of which certificate.
        subject: String,
    },
    /// An RSA key of a length that is not taken.
    RsaKeyLength {
        /// Its length in bits.
        bits: usize,
        /// Of which certificate.
        subject: String,
    },
    /// A key of a kind that rustls does not take.
    KeyKind {
        /// Object identifier of the algorithm or curve.
        identifier: String,
        /// Of which certificate.
        subject: String,
    },
    /// No subject alternative name that a server can be proved by.
    NoAlternativeName,
    /// The names are other names.
    OtherNames {
        /// What must be proved.
        wanted: String,
        /// What is proved.
        has: Vec<String>,
    },
    /// The extended key usage does not have the role.
    WrongUsage {
        /// The role.
        role: Role,
        /// What it has.
        has: Vec<String>,
    },
    /// The key usage has no `digitalSignature`.
    SignsNoHandshakes,
    /// A critical extension that nobody knows.
    UnknownCritical {
        /// Its object identifier.
        identifier: String,
    },
    /// It vouches for itself and is not among the authorities.
    SelfSigned,
    /// No authority given, and no certificate in the file, has the issuer's name.
    IssuerUnknown {
        /// The issuer.
        issuer: String,
    },
    /// A certificate between leaf and authority is no authority.
    IssuerIsNoAuthority {
        /// Its subject.
        subject: String,
    },
    /// An authority on the way may not vouch for its names (RFC 5280, 4.2.1.10).
    OutsideNameConstraints,
    /// The private key belongs to another certificate.
    KeyOfAnother,
    /// The private key needs a password.
    EncryptedKey,
    /// The private key cannot be read.
    UnreadableKey,
    /// More than one private key.
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// rustls refuses for a reason that is not among the above.
    Refused {
        /// Its words.
        by_rustls: String,
    },
}

impl Fault {
    /// Whether this peer refuses the file, or the handshake, for this fault.
    #[must_use]
    pub fn refused_by(&self, peer: Peer) -> bool {
        match self {
            Self::Empty
            | Self::Utf16
            | Self::NotACertificate
            | Self::NoCertificate
            | Self::BrokenPem { .. }
            | Self::Unreadable { .. }
            | Self::LeafNotFirst { .. }
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::OutsideNameConstraints
            | Self::WrongUsage { .. }
            | Self::UnknownCritical { .. }
            | Self::SelfSigned
            | Self::IssuerUnknown { .. }
            | Self::IssuerIsNoAuthority { .. }
            | Self::KeyOfAnother
            | Self::EncryptedKey
            | Self::UnreadableKey => true,
            // Where no DNS name is there at all, Windows and OpenSSL fall back to the common name (RFC 6125, 6.4.4); rustls never did.
            Self::OtherNames { has, .. } => peer == Peer::Rustls || has.iter().any(|name| name.parse::<IpAddr>().is_err()),
            // Windows reads DER and PKCS #12 as readily as PEM; the generated crates are given PEM here.
            Self::DerFile => peer != Peer::DotNet,
            Self::Pkcs12 { legacy } => match peer {
                Peer::Rustls => true,
                Peer::DotNet => false,
                Peer::OpenSsl => *legacy,
            },
            // Windows and OpenSSL take v1 leaves, authorities as leaves, and common names.
            Self::Version { .. } | Self::AuthorityAsLeaf | Self::NoAlternativeName | Self::KeyKind { .. } => peer == Peer::Rustls,
            // OpenSSL's security level 1 and Windows' default policy still take SHA-1 leaves of private authorities.
            Self::BrokenSignature { hash, .. } => peer == Peer::Rustls || *hash != "SHA-1",
            Self::RsaKeyLength { bits, .. } => match peer {
                Peer::Rustls => true,
                Peer::DotNet | Peer::OpenSsl => *bits < 1024,
            },
            // None of the three looks at the key usage of a leaf in TLS 1.3 (RFC 8446, 4.4.2.2 asks to); BoringSSL does.
            Self::SignsNoHandshakes | Self::SeveralKeys { .. } => false,
            Self::Refused { .. } => peer == Peer::Rustls,
        }
    }

    /// What to do: a sentence, and commands where a command mends it. `FILE` stands for the file.
    #[must_use]
    pub fn mend(&self, role: Role, names: &[String]) -> String {
        match self {
            Self::Empty => "Export it again: the program that wrote it failed, or the disk was full.".to_owned(),
            Self::Utf16 => "Write it as UTF-8:\n    iconv -f UTF-16 -t UTF-8 FILE > FILE.pem".to_owned(),
            Self::NotACertificate | Self::NoCertificate | Self::Unreadable { .. } => {
                "Give the file that holds the certificate: PEM begins with -----BEGIN CERTIFICATE-----.".to_owned()
            }
            Self::BrokenPem { .. } => "Copy it again, whole: each section ends with its own END line.".to_owned(),
            Self::DerFile => "Write it as PEM:\n    openssl x509 -inform DER -in FILE -out FILE.pem".to_owned(),
            Self::Pkcs12 { legacy } => format!(
                "Take certificate and key out, the key for its owner alone:\n    (umask 077; openssl pkcs12{} -in FILE -nodes -out FILE.pem)",
                if *legacy { " -legacy" } else { "" }
            ),
            Self::LeafNotFirst { leaf } => format!("Put the certificate of {leaf} first, then each one's issuer."),
            Self::Version { .. }
            | Self::AuthorityAsLeaf
            | Self::NoAlternativeName
            | Self::OtherNames { .. }
            | Self::WrongUsage { .. }
            | Self::SignsNoHandshakes
            | Self::UnknownCritical { .. }
            | Self::Expired { .. }
            | Self::BrokenSignature { .. }
            | Self::RsaKeyLength { .. }
            | Self::KeyKind { .. } => reissue(role, names),
            Self::NotYetValid { .. } => "Compare the clocks of this machine and of the authority; otherwise wait.".to_owned(),
            Self::SelfSigned => format!(
                "Have an authority issue it, or give it to the peers as an authority of its own. {}",
                reissue(role, names)
            ),
            Self::IssuerUnknown { issuer } => {
                format!("Append the certificate of {issuer} to the file if it is an intermediate, or give it to the peers as an authority.")
            }
            Self::IssuerIsNoAuthority { subject } => {
                format!("Have the leaf issued by an authority: {subject} was never allowed to vouch for others.")
            }
            Self::OutsideNameConstraints => "Have it issued by an authority that may vouch for these names:\n    openssl x509 -in AUTHORITY.pem -noout -ext nameConstraints".to_owned(),
            Self::KeyOfAnother => "Find the key whose public half this prints, or issue the certificate anew for the key at hand:\n    openssl x509 -in FILE -noout -pubkey".to_owned(),
            Self::EncryptedKey => {
                "Write the key without a password, for its owner alone:\n    (umask 077; openssl pkey -in FILE -out FILE.key)".to_owned()
            }
            Self::UnreadableKey => "Write the key as PKCS #8, for its owner alone:\n    (umask 077; openssl pkey -in FILE -out FILE.key)".to_owned(),
            Self::SeveralKeys { .. } => "Leave the key of the first certificate, and no other, in the file.".to_owned(),
            Self::Refused { .. } => reissue(role, names),
        }
    }

    /// For sorting: files that cannot be read first, then what no peer takes, then what some take.
    pub(crate) fn gravity(&self) -> u8 {
        match Peer::ALL.into_iter().filter(|&peer| self.refused_by(peer)).count() {
            3 => 0,
            2 => 1,
            1 => 2,
            _ => 3,
        }
    }
}

/// The commands by which an authority issues a leaf that every peer takes.
fn reissue(role: Role, names: &[String]) -> String {
    let alternative: Vec<String> =
        names.iter().map(|name| format!("{}:{name}", if name.parse::<IpAddr>().is_ok() { "IP" } else { "DNS" })).collect();
    let (alternative, subject) = match (role, names.first()) {
        (Role::Server, Some(first)) => (format!("subjectAltName={}", alternative.join(",")), first.as_str()),
        (Role::Server, None) => ("subjectAltName=DNS:THE-SERVERS-NAME".to_owned(), "THE-SERVERS-NAME"),
        (Role::Client, _) => ("subjectKeyIdentifier=hash".to_owned(), "THE-CALLERS-NAME"),
    };
    format!(
        "Have it issued anew:\n    (umask 077; openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new.key -out new.csr \
         -subj '/CN={subject}' -addext '{alternative}' -addext 'extendedKeyUsage={usage}' -addext 'keyUsage=critical,digitalSignature' -addext \
         'basicConstraints=critical,CA:FALSE')\n    openssl x509 -req -in new.csr -CA AUTHORITY.pem -CAkey AUTHORITY.key -days 365 -sha256 -copy_extensions copyall -out new.pem",
        usage = role.usage()
    )
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(formatter, "the file is empty"),
            Self::Utf16 => write!(formatter, "the file is UTF-16, and PEM is ASCII"),
            Self::NotACertificate => write!(formatter, "the file is neither PEM nor DER"),
            Self::NoCertificate => write!(formatter, "the file holds no certificate"),
            Self::BrokenPem { reason } => write!(formatter, "a PEM section is broken: {reason}"),
            Self::Unreadable { reason } => write!(formatter, "what should be a certificate cannot be read: {reason}"),
            Self::DerFile => write!(formatter, "the file is DER, and the generated crates read PEM"),
            Self::Pkcs12 { legacy: false } => {
                write!(formatter, "the file is PKCS #12, so its certificates cannot be seen without the password")
            }
            Self::Pkcs12 { legacy: true } => {
                write!(formatter, "the file is PKCS #12 with encryption that is no longer taken (RC2, RC4 or triple DES)")
            }
            Self::LeafNotFirst { leaf } => write!(formatter, "the certificate of {leaf} is not the first, so a peer is shown another"),
            Self::Version { version, subject } => {
                write!(formatter, "{subject} is an X.509 v{version} certificate, and rustls takes v3 alone")
            }
            Self::AuthorityAsLeaf => write!(formatter, "it is a certificate of an authority (CA:TRUE), and rustls takes none as a leaf"),
            Self::Expired { not_after, subject } => write!(formatter, "{subject} ended on {}", Day(*not_after)),
            Self::NotYetValid { not_before, subject } => write!(formatter, "{subject} begins on {}", Day(*not_before)),
            Self::BrokenSignature { hash, subject } => write!(formatter, "{subject} is signed with {hash}, which can be forged"),
            Self::RsaKeyLength { bits, subject } => {
                write!(formatter, "{subject} has an RSA key of {bits} bits, and rustls takes {} to {}", RSA_BITS.start(), RSA_BITS.end())
            }
            Self::KeyKind { identifier, subject } => write!(formatter, "{subject} has a key that rustls does not take ({identifier})"),
            Self::NoAlternativeName => {
                write!(
                    formatter,
                    "it has no subject alternative name with a DNS name or IP address; rustls does not look at the common name"
                )
            }
            Self::OtherNames { wanted, has } => write!(formatter, "it does not prove {wanted}, but {}", has.join(", ")),
            Self::WrongUsage { role, has } => {
                write!(
                    formatter,
                    "its extended key usage has no {}, but {}",
                    role.usage(),
                    if has.is_empty() { "nothing".to_owned() } else { has.join(", ") }
                )
            }
            Self::SignsNoHandshakes => write!(
                formatter,
                "its key usage has no digitalSignature, which BoringSSL asks for (gRPC in Python, C++ and Ruby; Chromium)"
            ),
            Self::UnknownCritical { identifier } => write!(formatter, "it has a critical extension that nobody knows ({identifier})"),
            Self::SelfSigned => write!(formatter, "it vouches for itself, and is not among the authorities"),
            Self::IssuerUnknown { issuer } => write!(formatter, "its issuer {issuer} is neither in the file nor among the authorities"),
            Self::IssuerIsNoAuthority { subject } => write!(formatter, "{subject} issued a certificate of the file and is no authority"),
            Self::OutsideNameConstraints => write!(formatter, "an authority on the way to it may not vouch for its names"),
            Self::KeyOfAnother => write!(formatter, "the private key belongs to another certificate"),
            Self::EncryptedKey => write!(formatter, "the private key needs a password"),
            Self::UnreadableKey => write!(formatter, "the private key cannot be read"),
            Self::SeveralKeys { count } => write!(formatter, "there are {count} private keys"),
            Self::Refused { by_rustls } => write!(formatter, "rustls refuses it: {by_rustls}"),
        }
    }
}

/// A moment, told as its day in UTC.
struct Day(i64);

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match time::OffsetDateTime::from_unix_timestamp(self.0) {
            Ok(moment) => write!(formatter, "{}", moment.date()),
            Err(_) => write!(formatter, "a day beyond all calendars"),
        }
    }
}

/// The faults of the certificates themselves.
pub(crate) fn of_chain(material: &Material, question: &Question<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(mut first) = material.certificates.first() else { return faults };
    let others = &material.certificates;
    // Whoever sends an authority and something that is none meant the latter; what is wrong with that is told as well.
    let issued =
        |other: &&Certificate| !other.authority && !other.is_self_issued() && (first.authority || other.issuer_der == first.subject_der);
    if let Some(leaf) = others.iter().skip(1).find(issued) {
        faults.push(Fault::LeafNotFirst { leaf: leaf.subject.clone() });
        first = leaf;
    }
    let anchors: Vec<Certificate> = question.authorities.iter().filter_map(|authority| Certificate::read(authority.clone()).ok()).collect();
    let trusted = |certificate: &Certificate| {
        anchors.iter().any(|anchor| anchor.subject_der == certificate.subject_der && anchor.public_key == certificate.public_key)
    };
    of_leaf(first, question, trusted(first), &mut faults);
    let now = seconds(question.now);
    let mut link = first;
    let mut seen = 0;
    loop {
        of_link(link, now, &mut faults);
        if link.is_self_issued() || anchors.iter().any(|anchor| anchor.subject_der == link.issuer_der) {
            break;
        }
        match others.iter().find(|other| other.subject_der == link.issuer_der) {
            // A ring of certificates ends when each was seen.
            Some(_) if seen > others.len() => break,
            Some(issuer) => {
                if !issuer.authority && issuer.version >= 3 {
                    faults.push(Fault::IssuerIsNoAuthority { subject: issuer.subject.clone() });
                }
                link = issuer;
                seen += 1;
                // A root that is sent along is not looked at: a peer has its own copy or none.
                if issuer.is_self_issued() && trusted(issuer) {
                    break;
                }
            }
            None if anchors.is_empty() => break,
            None => {
                faults.push(Fault::IssuerUnknown { issuer: link.issuer.clone() });
                break;
            }
        }
    }
    faults
}

/// What is asked of the first certificate alone.
fn of_leaf(leaf: &Certificate, question: &Question<'_>, trusted: bool, faults: &mut Vec<Fault>) {
    if leaf.authority {
        faults.push(Fault::AuthorityAsLeaf);
    }
    if leaf.is_self_issued() && !trusted && !question.authorities.is_empty() {
        faults.push(Fault::SelfSigned);
    }
    if let Some(usages) = &leaf.usages
        && !usages.iter().any(|usage| usage == question.role.usage())
    {
        faults.push(Fault::WrongUsage { role: question.role, has: usages.clone() });
    }
    if !leaf.signs_handshakes {
        faults.push(Fault::SignsNoHandshakes);
    }
    faults.extend(leaf.unknown_critical.iter().map(|identifier| Fault::UnknownCritical { identifier: identifier.clone() }));
    if question.role == Role::Server {
        let names: Vec<&Name> = leaf.names.iter().filter(|name| !matches!(name, Name::Uri(_))).collect();
        if names.is_empty() {
            faults.push(Fault::NoAlternativeName);
        } else {
            let unproved = question.names.iter().filter(|wanted| !names.iter().any(|name| proves(name, wanted)));
            faults.extend(
                unproved.map(|wanted| Fault::OtherNames { wanted: wanted.clone(), has: names.iter().map(ToString::to_string).collect() }),
            );
        }
    }
    match &leaf.key {
        Key::Rsa(bits) if !RSA_BITS.contains(bits) => faults.push(Fault::RsaKeyLength { bits: *bits, subject: leaf.subject.clone() }),
        Key::Elliptic(curve) if !CURVES.contains(&curve.as_str()) => {
            faults.push(Fault::KeyKind { identifier: curve.clone(), subject: leaf.subject.clone() });
        }
        Key::Other(identifier) => faults.push(Fault::KeyKind { identifier: identifier.clone(), subject: leaf.subject.clone() }),
        Key::Rsa(_) | Key::Elliptic(_) | Key::Ed25519 => {}
    }
}

/// What is asked of each certificate between a peer and the authority it trusts.
fn of_link(certificate: &Certificate, now: i64, faults: &mut Vec<Fault>) {
    let subject = || certificate.subject.clone();
    if certificate.version != 3 {
        faults.push(Fault::Version { version: certificate.version, subject: subject() });
    }
    if certificate.not_after < now {
        faults.push(Fault::Expired { not_after: certificate.not_after, subject: subject() });
    }
    if certificate.not_before > now {
        faults.push(Fault::NotYetValid { not_before: certificate.not_before, subject: subject() });
    }
    if let Some((_, hash)) = BROKEN_SIGNATURES.iter().find(|(identifier, _)| *identifier == certificate.signature) {
        faults.push(Fault::BrokenSignature { hash, subject: subject() });
    }
}

/// The faults of the keys, compared with the first certificate.
pub(crate) fn of_keys(material: &Material) -> Vec<Fault> {
    let Some(leaf) = material.certificates.first() else { return Vec::new() };
    let mut faults = Vec::new();
    if material.keys.len() > 1 {
        faults.push(Fault::SeveralKeys { count: material.keys.len() });
    }
    let Some(key) = material.keys.first() else { return faults };
    // A key that is too short is refused here as well; the certificate's fault says why.
    match aws_lc_rs::sign::any_supported_type(key) {
        Ok(key) if key.public_key().is_some_and(|public| public.as_ref() == leaf.public_key) => {}
        Ok(_) => faults.push(Fault::KeyOfAnother),
        Err(_) if matches!(&leaf.key, Key::Rsa(bits) if !RSA_BITS.contains(bits)) => {}
        Err(_) => faults.push(Fault::UnreadableKey),
    }
    faults
}

/// Whether a name in a certificate proves another (RFC 9525, section 6.3: a wildcard stands for one whole left-most label).
fn proves(name: &Name, wanted: &str) -> bool {
    match name {
        Name::Ip(address) => wanted.parse::<IpAddr>().is_ok_and(|wanted| wanted == *address),
        Name::Dns(name) => {
            let wanted = wanted.strip_suffix('.').unwrap_or(wanted);
            if wanted.parse::<IpAddr>().is_ok() {
                return false;
            }
            match name.strip_prefix("*.") {
                Some(parent) => wanted.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
                None => name.eq_ignore_ascii_case(wanted),
            }
        }
        Name::Uri(_) => false,
    }
}
