//! Certificates, keys, authorities and revocation lists from files, without leaving out what cannot be read.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::settings::{FileSetting, SettingError};

/// All certificates of a PEM file, in order, at least one.
///
/// # Errors
///
/// When the file cannot be read, has no certificate or has one that is not PEM.
pub fn certificates(file: &FileSetting) -> Result<Vec<CertificateDer<'static>>, SettingError> {
    let bytes = file.read()?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| file.error(format!("not a PEM certificate: {error}")))?;
    if certificates.is_empty() {
        return Err(file.error("no certificate (`-----BEGIN CERTIFICATE-----`) in the file"));
    }
    Ok(certificates)
}

/// A certificate with its chain, and the key that belongs to it.
///
/// # Errors
///
/// When one of the files cannot be read or understood, or the key belongs to another certificate.
pub fn identity(
    certificate: &FileSetting,
    key: &FileSetting,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, SettingError> {
    let chain = certificates(certificate)?;
    let bytes = key.read()?;
    let private_key = PrivateKeyDer::from_pem_slice(&bytes)
        .map_err(|error| key.error(format!("not a PEM private key: {error}")))?;
    CertifiedKey::from_der(chain, private_key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => key.error(format!(
            "the key does not belong to the certificate in {} (setting `{}`)",
            certificate.path.display(),
            certificate.key
        )),
        other => key.error(other),
    })
}

/// The authorities that a peer's certificate must chain to: every certificate of the file, or an error.
///
/// # Errors
///
/// When the file cannot be read or one of its certificates cannot be an authority.
pub fn authorities(file: &FileSetting) -> Result<Arc<RootCertStore>, SettingError> {
    let mut roots = RootCertStore::empty();
    for (position, certificate) in certificates(file)?.into_iter().enumerate() {
        roots.add(certificate).map_err(|error| {
            file.error(format!(
                "certificate {} is no authority: {error}",
                position + 1
            ))
        })?;
    }
    Ok(Arc::new(roots))
}

/// The revocation lists of all files, PEM or DER, at least one in each.
///
/// # Errors
///
/// When a file cannot be read or has no list.
pub fn revocation_lists(
    files: &[FileSetting],
) -> Result<Vec<CertificateRevocationListDer<'static>>, SettingError> {
    let mut lists = Vec::new();
    for file in files {
        let bytes = file.read()?;
        if !bytes.starts_with(b"-----BEGIN") && bytes.first() == Some(&0x30) {
            lists.push(CertificateRevocationListDer::from(bytes));
            continue;
        }
        let found: Vec<_> = CertificateRevocationListDer::pem_slice_iter(&bytes)
            .collect::<Result<_, _>>()
            .map_err(|error| file.error(format!("not a PEM revocation list: {error}")))?;
        if found.is_empty() {
            return Err(file.error("no revocation list (`-----BEGIN X509 CRL-----`) in the file"));
        }
        lists.extend(found);
    }
    Ok(lists)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn written(folder: &Path, name: &str, text: &str) -> FileSetting {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        FileSetting::new("quay.certificate", path)
    }

    fn provider() -> CryptoProvider {
        rustls::crypto::aws_lc_rs::default_provider()
    }

    #[test]
    fn a_key_of_another_certificate_names_both_settings() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["quay.example".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        let certificate = written(folder.path(), "tls.crt", &certificate.pem());
        let right = written(folder.path(), "right.key", &key.serialize_pem());
        let wrong = KeyPair::generate().unwrap();
        let mut wrong = written(folder.path(), "wrong.key", &wrong.serialize_pem());
        wrong.key = "quay.key";

        assert!(identity(&certificate, &right, &provider()).is_ok());
        let error = identity(&certificate, &wrong, &provider()).unwrap_err();
        assert_eq!(error.setting, "quay.key");
        assert!(error.problem.contains("quay.certificate"), "{error}");
    }

    #[test]
    fn what_is_not_a_certificate_is_an_error_and_not_a_shorter_list() {
        let folder = tempfile::tempdir().unwrap();
        let none = written(folder.path(), "none.pem", "no certificate here\n");
        assert!(authorities(&none).is_err());
        let key = KeyPair::generate().unwrap();
        let good = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&key)
            .unwrap()
            .pem();
        let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let mixed = written(folder.path(), "mixed.pem", &format!("{good}{bad}"));
        let error = authorities(&mixed).unwrap_err();
        assert!(
            error.problem.contains("certificate 2 is no authority"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_names_the_setting() {
        let missing = FileSetting::new("quay.revocation-lists", "/no/such/list.pem");
        let error = revocation_lists(&[missing]).unwrap_err();
        assert_eq!(error.setting, "quay.revocation-lists");
    }
}
