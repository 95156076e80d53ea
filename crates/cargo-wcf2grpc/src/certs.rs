//! `certs dev`: a development authority and certificates that it issued. For one machine, for a few weeks.

use std::net::IpAddr;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SanType, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use tonic_codegen::lock::sha256_hex;

use crate::write::replace;

/// Permissions of a private key: its owner's alone.
const PRIVATE: u32 = 0o600;

/// The serial number of the certificate that is on the revocation list. The authority is new with each set, so any will do.
const REVOKED_SERIAL: u64 = 0x7265_766f_6b65_6431;

/// One file of a set.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// Its name in the folder.
    pub name: &'static str,
    /// PEM.
    pub contents: String,
    /// Whether it holds a private key.
    pub private: bool,
}

/// A set of certificates as `certs dev` writes it.
pub struct DevelopmentCertificates {
    /// The files, in order.
    pub files: Vec<CertificateFile>,
    /// When all of them stop being good.
    pub not_after: OffsetDateTime,
}

/// Makes an authority, a server certificate for `names` (DNS names or IP addresses) and a client certificate.
///
/// # Errors
///
/// If a name is no DNS name, or the machine gives no randomness.
pub fn make(names: &[String], days: u16, now: SystemTime) -> anyhow::Result<DevelopmentCertificates> {
    let now = OffsetDateTime::from(now);
    let not_before = now - Duration::hours(1);
    let not_after = now + Duration::days(i64::from(days));

    let authority_key = KeyPair::generate()?;
    let mut authority = parameters("wcf2grpc development authority", not_before, not_after);
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_pem = authority.self_signed(&authority_key)?.pem();
    let authority_key_pem = authority_key.serialize_pem();
    let issuer = Issuer::new(authority, authority_key);

    let mut server = parameters("wcf2grpc development server", not_before, not_after);
    server.subject_alt_names = names.iter().map(|name| alternative_name(name)).collect::<anyhow::Result<_>>()?;
    let (server_pem, server_key) = issue(server, ExtendedKeyUsagePurpose::ServerAuth, &issuer)?;
    let client = parameters("wcf2grpc development client", not_before, not_after);
    let (client_pem, client_key) = issue(client, ExtendedKeyUsagePurpose::ClientAuth, &issuer)?;

    let mut revoked = parameters("wcf2grpc revoked development client", not_before, not_after);
    revoked.serial_number = Some(SerialNumber::from(REVOKED_SERIAL));
    let (revoked_pem, revoked_key) = issue(revoked, ExtendedKeyUsagePurpose::ClientAuth, &issuer)?;
    // Where revocation is checked a list must be there, and with a certificate on it one sees that it is looked at.
    let list = CertificateRevocationListParams {
        this_update: not_before,
        next_update: not_after,
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: vec![RevokedCertParams {
            serial_number: SerialNumber::from(REVOKED_SERIAL),
            revocation_time: not_before,
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        }],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let list_pem = list.signed_by(&issuer)?.pem()?;

    let file = |name, contents, private| CertificateFile { name, contents, private };
    let files = vec![
        file("authority.pem", authority_pem, false),
        file("authority.key", authority_key_pem, true),
        file("revoked.pem", list_pem, false),
        file("server.pem", server_pem, false),
        file("server.key", server_key, true),
        file("client.pem", client_pem, false),
        file("client.key", client_key, true),
        file("revoked-client.pem", revoked_pem, false),
        file("revoked-client.key", revoked_key, true),
    ];
    Ok(DevelopmentCertificates { files, not_after })
}

/// Writes a set. Keys are readable by their owner alone.
///
/// # Errors
///
/// If one of the files is there and `force` is not given (then nothing is written), or the folder cannot be written to.
pub fn write(set: &DevelopmentCertificates, folder: &Path, force: bool) -> anyhow::Result<()> {
    if !force && let Some(there) = set.files.iter().find(|file| folder.join(file.name).symlink_metadata().is_ok()) {
        anyhow::bail!("{} is there already: nothing was written; --force replaces it", folder.join(there.name).display());
    }
    for file in &set.files {
        let mode = file.private.then_some(PRIVATE);
        replace(&folder.join(file.name), file.contents.as_bytes(), mode).with_context(|| format!("{} cannot be written", file.name))?;
    }
    // The whole folder is for this machine: a key that is committed is a key that is lost.
    replace(&folder.join(".gitignore"), b"*\n", None).context(".gitignore cannot be written")
}

/// A word that nobody can guess: 128 bits from the randomness that also makes the keys.
///
/// # Errors
///
/// If the machine gives no randomness.
pub fn random_word() -> anyhow::Result<String> {
    let key = KeyPair::generate()?;
    Ok(sha256_hex(key.serialize_pem().as_bytes()).chars().take(32).collect())
}

fn parameters(common_name: &str, not_before: OffsetDateTime, not_after: OffsetDateTime) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    parameters.distinguished_name = name;
    parameters.not_before = not_before;
    parameters.not_after = not_after;
    parameters
}

/// Whether a text can stand in a certificate as a DNS name or an IP address.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    let host = name.strip_prefix("*.").unwrap_or(name);
    name.parse::<IpAddr>().is_ok() || host.split('.').all(label)
}

fn alternative_name(name: &str) -> anyhow::Result<SanType> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    anyhow::ensure!(is_name(name), "{name:?} is neither a DNS name nor an IP address");
    Ok(SanType::DnsName(name.try_into().with_context(|| format!("{name:?} is no DNS name"))?))
}

fn issue(
    mut parameters: CertificateParams,
    purpose: ExtendedKeyUsagePurpose,
    issuer: &Issuer<'_, KeyPair>,
) -> anyhow::Result<(String, String)> {
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![purpose];
    parameters.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    Ok((parameters.signed_by(&key, issuer)?.pem(), key.serialize_pem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_once_and_its_keys_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), "berths.harbour.example".to_owned()];
        let set = make(&names, 30, SystemTime::now()).unwrap();
        write(&set, folder.path(), false).unwrap();
        for file in &set.files {
            let path = folder.path().join(file.name);
            let label = match file.name {
                "revoked.pem" => "X509 CRL",
                _ if file.private => "PRIVATE KEY",
                _ => "CERTIFICATE",
            };
            assert!(std::fs::read_to_string(&path).unwrap().contains(&format!("BEGIN {label}")));
            #[cfg(unix)]
            if file.private {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.name);
            }
        }
        let again = make(&names, 30, SystemTime::now()).unwrap();
        assert!(write(&again, folder.path(), false).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join("server.pem")).unwrap(), set.files[3].contents);
        write(&again, folder.path(), true).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("server.pem")).unwrap(), again.files[3].contents);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", "a b", "http://x", "ü.example"] {
            assert!(make(&[name.to_owned()], 1, SystemTime::now()).is_err(), "{name}");
        }
    }
}
