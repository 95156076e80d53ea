//! Says before deployment what rustls, .NET and OpenSSL will say to certificate files, and the command that mends each fault.
//!
//! WCF shops hold certificates that Windows took for twenty years and rustls does not: authorities used as leaves, no
//! subject alternative name, X.509 v1, SHA-1, short keys. Two judges look at each certificate. [`Fault`]s are found by
//! reading it, since only then the reason can be named; [`Verdict`] is what rustls's own verifier answers. A refusal of
//! rustls that no fault explains is shown as it is, so that silence of the first never hides the second.
//!
//! Nothing here reads files or knows what time it is: bytes and a moment come in, reports go out. Private keys are
//! compared with certificates and never shown.

mod fault;
mod material;
mod read;
mod verdict;

pub use fault::{Fault, Peer};
pub use material::{Certificate, Material, Name};
pub use read::read;
pub use verdict::Verdict;

use std::time::{Duration, SystemTime};

use rustls::pki_types::CertificateDer;

/// For what a certificate is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It proves a server.
    Server,
    /// It proves a caller.
    Client,
}

impl Role {
    /// The name of the extended key usage (RFC 5280, 4.2.1.12), as OpenSSL spells it.
    #[must_use]
    pub fn usage(self) -> &'static str {
        match self {
            Self::Server => "serverAuth",
            Self::Client => "clientAuth",
        }
    }
}

/// What the certificates of a file must stand up to.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// For what they are to be used.
    pub role: Role,
    /// DNS names or IP addresses that a server certificate must prove. Empty: whatever it has is taken.
    pub names: &'a [String],
    /// Trusted authorities, DER. Empty: nothing is known about trust, and [`Verdict::NoAuthority`] says so.
    pub authorities: &'a [CertificateDer<'static>],
    /// The moment asked about.
    pub now: SystemTime,
}

/// What is to be said about one file.
#[derive(Clone, Debug)]
pub struct Report {
    /// The certificate that a peer would be shown: the file's first. `None` if there is none that can be read.
    pub leaf: Option<Certificate>,
    /// What is wrong, the gravest first.
    pub faults: Vec<Fault>,
    /// What rustls's own verifier answers.
    pub verdict: Verdict,
}

impl Report {
    /// Whether rustls takes the file as it is: its verifier does, and no fault says otherwise.
    #[must_use]
    pub fn rustls_accepts(&self) -> bool {
        matches!(self.verdict, Verdict::Accepted) && !self.faults.iter().any(|fault| fault.refused_by(Peer::Rustls))
    }
}

/// Reports on one file.
#[must_use]
pub fn lint(file: &[u8], question: &Question<'_>) -> Report {
    let material = match read(file) {
        Ok(material) => material,
        Err(fault) => return Report { leaf: None, faults: vec![fault], verdict: Verdict::NothingToVerify },
    };
    let mut faults = material.faults.clone();
    faults.extend(fault::of_chain(&material, question));
    faults.extend(fault::of_keys(&material));
    faults.sort_by_key(Fault::gravity);
    faults.dedup();
    let verdict = verdict::of(&material, question);
    if let Verdict::Refused(reason) = &verdict
        && !faults.iter().any(|fault| fault.refused_by(Peer::Rustls))
    {
        faults.push(match reason.contains("NameConstraintViolation") {
            true => Fault::OutsideNameConstraints,
            false => Fault::Refused { by_rustls: reason.clone() },
        });
    }
    Report { leaf: material.certificates.into_iter().next(), faults, verdict }
}

/// The certificates of a file of authorities, DER.
///
/// # Errors
///
/// If the file holds no certificate, or one that cannot be read.
pub fn authorities(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let material = read(file)?;
    match material.faults.into_iter().next() {
        Some(fault) => Err(fault),
        None if material.certificates.is_empty() => Err(Fault::NoCertificate),
        None => Ok(material.certificates.into_iter().map(|certificate| certificate.der).collect()),
    }
}

/// A thumbprint as WCF's `findValue` holds it (SHA-1 of the DER, hexadecimal) is often pasted from a dialog with blanks, colons
/// or an invisible left-to-right mark. `None` if what is left after taking those out is no SHA-1 value.
#[must_use]
pub fn thumbprint(pasted: &str) -> Option<String> {
    let ignored = |character: char| {
        character.is_whitespace()
            || matches!(character, ':' | '-' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    };
    let digits: String = pasted.chars().filter(|&character| !ignored(character)).map(|character| character.to_ascii_uppercase()).collect();
    (digits.len() == 40 && digits.chars().all(|digit| digit.is_ascii_hexdigit())).then_some(digits)
}

/// Seconds since 1970, for comparison with what certificates hold. Times before 1970 count as 1970.
fn seconds(moment: SystemTime) -> i64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_read_as_it_is_pasted() {
        let expected = Some("A909502DD82AE41433E6F83886B00D4277A32A7B".to_owned());
        assert_eq!(thumbprint("\u{200e}a9 09 50 2d d8 2a e4 14 33 e6 f8 38 86 b0 0d 42 77 a3 2a 7b"), expected);
        assert_eq!(thumbprint("A9:09:50:2D:D8:2A:E4:14:33:E6:F8:38:86:B0:0D:42:77:A3:2A:7B"), expected);
        assert_eq!(thumbprint("a909502dd82ae41433e6f83886b00d4277a32a7"), None, "a digit is missing");
        assert_eq!(thumbprint("g909502dd82ae41433e6f83886b00d4277a32a7b"), None, "g is no digit");
    }
}
