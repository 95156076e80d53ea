//! A certificate with its chain and key from a PKCS #12 file (RFC 7292), as Windows and OpenSSL export it.
//!
//! Both generations of such files are read: those of today (PBES2 with AES, RFC 8018) and those of older Windows and OpenSSL (triple
//! DES and RC2 with keys of 40 bits, under SHA-1). Old encryption does not protect a key from whoever has the file, so the file's
//! permissions must; once it is read, nothing of it takes part in TLS. The MAC is checked before anything else is believed.

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::{digest, hmac, pbkdf2};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use des::TdesEde3;
use rc2::Rc2;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::settings::{FileSetting, SettingError};

/// A certificate with its chain, and the key that belongs to it.
///
/// # Errors
///
/// When one of the files cannot be read, the password is wrong, or there is not exactly one key with its certificate in the file.
pub fn identity(
    file: &FileSetting,
    password: &FileSetting,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, SettingError> {
    let text = String::from_utf8(password.read()?).map_err(|_| password.error("not UTF-8"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    let bytes = file.read()?;
    let contents = opened(&bytes, text).map_err(|problem| match problem {
        Problem::WrongPassword => password.error(format!(
            "not the password of {} (setting `{}`), or that file is damaged",
            file.path.display(),
            file.key
        )),
        Problem::NotPkcs12 => file.error("not a PKCS #12 file, or one in BER of indefinite length; write it anew with `openssl pkcs12 -export`"),
        Problem::Unsupported(what) => file.error(format!(
            "{what}, which is not read here; write it anew: `openssl pkcs12 -in FILE -nodes -out all.pem` and then `openssl pkcs12 \
             -export -in all.pem -out NEW -certpbe AES-256-CBC -keypbe AES-256-CBC -macalg SHA256`"
        )),
    })?;
    contents.identity(file, provider)
}

/// Why a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    NotPkcs12,
    WrongPassword,
    Unsupported(String),
}

/// What is in a file, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Contents {
    keys: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
}

impl Contents {
    fn identity(
        mut self,
        file: &FileSetting,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, SettingError> {
        let key = self.keys.pop().ok_or_else(|| {
            file.error("no private key in the file: export the certificate together with its key")
        })?;
        if !self.keys.is_empty() {
            return Err(file.error("several private keys in the file: export one certificate with its key and its chain"));
        }
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key));
        let key = provider
            .key_provider
            .load_private_key(key)
            .map_err(|error| file.error(error))?;
        let belongs = |certificate: &Vec<u8>| {
            let chain = vec![CertificateDer::from(certificate.clone())];
            CertifiedKey::new(chain, key.clone()).keys_match().is_ok()
        };
        let leaf = self.certificates.iter().position(belongs).ok_or_else(|| {
            let count = self.certificates.len();
            file.error(format!(
                "none of the {count} certificates in the file belongs to its key"
            ))
        })?;
        let leaf = self.certificates.swap_remove(leaf);
        Ok(CertifiedKey::new(chain(leaf, self.certificates), key))
    }
}

/// The certificate, then those that vouch for it, without a root: its readers have their own.
fn chain(leaf: Vec<u8>, mut others: Vec<Vec<u8>>) -> Vec<CertificateDer<'static>> {
    let names = |der: &[u8]| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let name = |name: &x509_parser::x509::X509Name<'_>| name.as_raw().to_vec();
        Some((name(certificate.subject()), name(certificate.issuer())))
    };
    let mut issuer = names(&leaf).map(|(_, issuer)| issuer);
    let mut chain = vec![CertificateDer::from(leaf)];
    while let Some(wanted) = issuer.take() {
        let is_next = |der: &Vec<u8>| {
            names(der).is_some_and(|(subject, issuer)| subject == wanted && issuer != wanted)
        };
        if let Some(at) = others.iter().position(is_next) {
            let next = others.swap_remove(at);
            issuer = names(&next).map(|(_, issuer)| issuer);
            chain.push(CertificateDer::from(next));
        }
    }
    chain
}

// Object identifiers, without tag and length.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
const PKCS5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
const PKCS12_PBE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
const PKCS12_BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
const X509_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];
const RSA_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
const DES_EDE3_CBC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const NIST_HASH: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
const NIST_AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];

/// More rounds than this are a mistake, or an attempt to keep a processor busy.
const MOST_ROUNDS: u32 = 10_000_000;

fn opened(file: &[u8], password: &str) -> Result<Contents, Problem> {
    let mut pfx = Der(file).sequence()?;
    pfx.take(INTEGER)?;
    let mut safe = pfx.sequence()?;
    if safe.take(OBJECT_IDENTIFIER)? != DATA {
        return Err(Problem::Unsupported(
            "its integrity is protected by a public key".to_owned(),
        ));
    }
    let safe = safe.explicit()?.octets()?;
    if pfx.0.is_empty() {
        return Err(Problem::Unsupported(
            "it has no MAC, so that nothing shows who has changed it".to_owned(),
        ));
    }
    check_mac(pfx.sequence()?, &safe, password)?;

    let mut contents = Contents::default();
    let mut parts = Der(&safe).sequence()?;
    while !parts.0.is_empty() {
        let mut part = parts.sequence()?;
        let bags = match part.take(OBJECT_IDENTIFIER)? {
            DATA => part.explicit()?.octets()?,
            ENCRYPTED_DATA => {
                let mut encrypted = part.explicit()?.sequence()?;
                encrypted.take(INTEGER)?;
                let mut info = encrypted.sequence()?;
                info.take(OBJECT_IDENTIFIER)?;
                let algorithm = info.sequence()?;
                let (tag, value) = info.next()?;
                let ciphertext = match tag {
                    0x80 => value.to_vec(),
                    0xa0 => Der(value).chunks()?,
                    _ => return Err(Problem::NotPkcs12),
                };
                decrypted(algorithm, ciphertext, password)?
            }
            _ => {
                return Err(Problem::Unsupported(
                    "a part of it is encrypted for a public key".to_owned(),
                ));
            }
        };
        read_bags(Der(&bags).sequence()?, password, &mut contents)?;
    }
    Ok(contents)
}

fn read_bags(mut bags: Der<'_>, password: &str, contents: &mut Contents) -> Result<(), Problem> {
    while !bags.0.is_empty() {
        let mut bag = bags.sequence()?;
        let kind = bag.take(OBJECT_IDENTIFIER)?.strip_prefix(PKCS12_BAG);
        let mut value = bag.explicit()?;
        match kind {
            Some([1]) => contents.keys.push(value.0.to_vec()),
            Some([2]) => {
                let mut shrouded = value.sequence()?;
                let algorithm = shrouded.sequence()?;
                let ciphertext = shrouded.octets()?;
                contents
                    .keys
                    .push(decrypted(algorithm, ciphertext, password)?);
            }
            Some([3]) => {
                let mut certificate = value.sequence()?;
                if certificate.take(OBJECT_IDENTIFIER)? == X509_CERTIFICATE {
                    contents
                        .certificates
                        .push(certificate.explicit()?.octets()?);
                }
            }
            Some([6]) => read_bags(value.sequence()?, password, contents)?,
            // Revocation lists and other secrets are nothing that TLS shows.
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn check_mac(mut mac: Der<'_>, content: &[u8], password: &str) -> Result<(), Problem> {
    let mut info = mac.sequence()?;
    let digest = info.sequence()?.take(OBJECT_IDENTIFIER)?;
    let expected = info.octets()?;
    let salt = mac.octets()?;
    let rounds = if mac.0.is_empty() {
        NonZeroU32::MIN
    } else {
        mac.rounds()?
    };
    let (hash, algorithm) = match digest.strip_prefix(NIST_HASH) {
        _ if digest == SHA1 => (
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        ),
        Some([1]) => (&digest::SHA256, hmac::HMAC_SHA256),
        Some([2]) => (&digest::SHA384, hmac::HMAC_SHA384),
        Some([3]) => (&digest::SHA512, hmac::HMAC_SHA512),
        Some(_) | None => {
            return Err(Problem::Unsupported(
                "its MAC is neither SHA-1 nor SHA-2".to_owned(),
            ));
        }
    };
    let key = derived(hash, 3, password, &salt, rounds, hash.output_len());
    hmac::verify(&hmac::Key::new(algorithm, &key), content, &expected)
        .map_err(|_| Problem::WrongPassword)
}

fn decrypted(
    mut algorithm: Der<'_>,
    ciphertext: Vec<u8>,
    password: &str,
) -> Result<Vec<u8>, Problem> {
    let identifier = algorithm.take(OBJECT_IDENTIFIER)?;
    if identifier.strip_prefix(PKCS5) == Some(&[13]) {
        return decrypted_by_pbes2(algorithm.sequence()?, ciphertext, password);
    }
    let mut parameters = algorithm.sequence()?;
    let (salt, rounds) = (parameters.octets()?, parameters.rounds()?);
    let derive = |id, length| {
        derived(
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            id,
            password,
            &salt,
            rounds,
            length,
        )
    };
    let iv = derive(2, 8);
    match identifier.strip_prefix(PKCS12_PBE) {
        Some([3]) => triple_des(&derive(1, 24), &iv, ciphertext),
        Some([4]) => {
            let mut key = derive(1, 16);
            key.extend_from_within(..8);
            triple_des(&key, &iv, ciphertext)
        }
        Some([5]) => old_rc2(&derive(1, 16), &iv, ciphertext),
        Some([6]) => old_rc2(&derive(1, 5), &iv, ciphertext),
        Some(_) | None => Err(Problem::Unsupported(
            "it is encrypted in another way than AES, triple DES or RC2".to_owned(),
        )),
    }
}

fn decrypted_by_pbes2(
    mut parameters: Der<'_>,
    mut ciphertext: Vec<u8>,
    password: &str,
) -> Result<Vec<u8>, Problem> {
    let (mut derivation, mut scheme) = (parameters.sequence()?, parameters.sequence()?);
    if derivation.take(OBJECT_IDENTIFIER)?.strip_prefix(PKCS5) != Some(&[12]) {
        return Err(Problem::Unsupported(
            "its key is derived in another way than PBKDF2".to_owned(),
        ));
    }
    let mut derivation = derivation.sequence()?;
    let (salt, rounds) = (derivation.octets()?, derivation.rounds()?);
    if derivation.0.first() == Some(&INTEGER) {
        derivation.take(INTEGER)?;
    }
    let function = if derivation.0.is_empty() {
        [7].as_slice()
    } else {
        let identifier = derivation.sequence()?.take(OBJECT_IDENTIFIER)?;
        identifier.strip_prefix(RSA_DIGEST).unwrap_or_default()
    };
    let function = match function {
        [7] => pbkdf2::PBKDF2_HMAC_SHA1,
        [9] => pbkdf2::PBKDF2_HMAC_SHA256,
        [10] => pbkdf2::PBKDF2_HMAC_SHA384,
        [11] => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => {
            return Err(Problem::Unsupported(
                "its key is derived by another function than HMAC with SHA-1 or SHA-2".to_owned(),
            ));
        }
    };
    let derive = |length| {
        let mut key = vec![0; length];
        pbkdf2::derive(function, rounds, &salt, password.as_bytes(), &mut key);
        key
    };
    let identifier = scheme.take(OBJECT_IDENTIFIER)?;
    let iv = scheme.octets()?;
    let (cipher, length): (&Algorithm, _) = match identifier.strip_prefix(NIST_AES) {
        _ if identifier == DES_EDE3_CBC => return triple_des(&derive(24), &iv, ciphertext),
        Some([2]) => (&AES_128, 16),
        Some([22]) => (&AES_192, 24),
        Some([42]) => (&AES_256, 32),
        Some(_) | None => {
            return Err(Problem::Unsupported(
                "it is encrypted in another way than AES or triple DES".to_owned(),
            ));
        }
    };
    let iv: [u8; 16] = iv.try_into().map_err(|_| Problem::NotPkcs12)?;
    let key = UnboundCipherKey::new(cipher, &derive(length))
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7);
    // The MAC was right, so that the password is; what does not decrypt is damaged.
    let key = key.map_err(|_| Problem::NotPkcs12)?;
    let plain = key
        .decrypt(&mut ciphertext, DecryptionContext::Iv128(iv.into()))
        .map_err(|_| Problem::NotPkcs12)?;
    Ok(plain.to_vec())
}

fn triple_des(key: &[u8], iv: &[u8], mut ciphertext: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let cipher =
        cbc::Decryptor::<TdesEde3>::new_from_slices(key, iv).map_err(|_| Problem::NotPkcs12)?;
    let plain = cipher
        .decrypt_padded::<Pkcs7>(&mut ciphertext)
        .map_err(|_| Problem::NotPkcs12)?;
    Ok(plain.to_vec())
}

fn old_rc2(key: &[u8], iv: &[u8], mut ciphertext: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let cipher = cbc::Decryptor::<Rc2>::new_from_slices(key, iv).map_err(|_| Problem::NotPkcs12)?;
    let plain = cipher
        .decrypt_padded::<Pkcs7>(&mut ciphertext)
        .map_err(|_| Problem::NotPkcs12)?;
    Ok(plain.to_vec())
}

/// The key derivation of PKCS #12 (RFC 7292, appendix B.2): `id` 1 is a key, 2 an initial value, 3 a MAC key.
fn derived(
    hash: &'static digest::Algorithm,
    id: u8,
    password: &str,
    salt: &[u8],
    rounds: NonZeroU32,
    length: usize,
) -> Vec<u8> {
    let block = hash.block_len();
    let password: Vec<u8> = password
        .encode_utf16()
        .chain([0])
        .flat_map(u16::to_be_bytes)
        .collect();
    let filled = |text: &[u8]| {
        let length = text.len().div_ceil(block) * block;
        text.iter()
            .copied()
            .cycle()
            .take(length)
            .collect::<Vec<u8>>()
    };
    let mut input = filled(salt);
    input.extend(filled(&password));
    let mut key = Vec::new();
    while key.len() < length {
        let mut first = vec![id; block];
        first.extend_from_slice(&input);
        let mut made = digest::digest(hash, &first);
        for _ in 1..rounds.get() {
            made = digest::digest(hash, made.as_ref());
        }
        key.extend_from_slice(made.as_ref());
        let addend: Vec<u8> = made.as_ref().iter().copied().cycle().take(block).collect();
        for part in input.chunks_mut(block) {
            // part + addend + 1, as numbers of `block` bytes, what overflows is dropped.
            let mut carry = 1;
            for (byte, more) in part.iter_mut().zip(&addend).rev() {
                let sum = u16::from(*byte) + u16::from(*more) + carry;
                carry = sum >> 8;
                *byte = sum.to_le_bytes()[0];
            }
        }
    }
    key.truncate(length);
    key
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OCTET_STRING_IN_PARTS: u8 = 0x24;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const EXPLICIT: u8 = 0xa0;

/// Values in DER, one after the other; lengths that are not known at the start are refused.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn next(&mut self) -> Result<(u8, &'a [u8]), Problem> {
        let (&[tag, first], rest) = self.0.split_first_chunk().ok_or(Problem::NotPkcs12)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest
                    .split_at_checked(usize::from(first & 0x7f))
                    .ok_or(Problem::NotPkcs12)?;
                let length = bytes
                    .iter()
                    .fold(0, |length, &byte| (length << 8) | usize::from(byte));
                (length, rest)
            }
            _ => return Err(Problem::NotPkcs12),
        };
        let (value, rest) = rest.split_at_checked(length).ok_or(Problem::NotPkcs12)?;
        self.0 = rest;
        Ok((tag, value))
    }

    fn take(&mut self, wanted: u8) -> Result<&'a [u8], Problem> {
        match self.next()? {
            (tag, value) if tag == wanted => Ok(value),
            _ => Err(Problem::NotPkcs12),
        }
    }

    fn sequence(&mut self) -> Result<Der<'a>, Problem> {
        self.take(SEQUENCE).map(Der)
    }

    fn explicit(&mut self) -> Result<Der<'a>, Problem> {
        self.take(EXPLICIT).map(Der)
    }

    /// An octet string, in one piece or, as some writers have it, in several.
    fn octets(&mut self) -> Result<Vec<u8>, Problem> {
        match self.next()? {
            (OCTET_STRING, value) => Ok(value.to_vec()),
            (OCTET_STRING_IN_PARTS, parts) => Der(parts).chunks(),
            _ => Err(Problem::NotPkcs12),
        }
    }

    fn chunks(mut self) -> Result<Vec<u8>, Problem> {
        let mut whole = Vec::new();
        while !self.0.is_empty() {
            whole.extend_from_slice(self.take(OCTET_STRING)?);
        }
        Ok(whole)
    }

    fn rounds(&mut self) -> Result<NonZeroU32, Problem> {
        let bytes = self.take(INTEGER)?;
        let number = bytes.iter().try_fold(0_u32, |number, &byte| {
            number.checked_mul(256)?.checked_add(byte.into())
        });
        number
            .filter(|number| *number <= MOST_ROUNDS)
            .and_then(NonZeroU32::new)
            .ok_or_else(|| {
                Problem::Unsupported(format!("it asks for more than {MOST_ROUNDS} rounds"))
            })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    /// A folder with a certificate, an intermediate and a root, their keys, and a password.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let authority = |name: &str| {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params
        };
        let root_key = KeyPair::generate().unwrap();
        let root = authority("root").self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(authority("root"), root_key);
        let between_key = KeyPair::generate().unwrap();
        let between = authority("between")
            .signed_by(&between_key, &root_issuer)
            .unwrap();
        let issuer = Issuer::new(authority("between"), between_key);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["quay.example".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "quay.example");
        let leaf = params.signed_by(&key, &issuer).unwrap();
        write("leaf.pem", &leaf.pem());
        write("leaf.key", &key.serialize_pem());
        write("other.key", &KeyPair::generate().unwrap().serialize_pem());
        write("chain.pem", &format!("{}{}", root.pem(), between.pem()));
        write("password", "pässword 7\n");
        write("wrong", "password 7\n");
        folder
    }

    /// What OpenSSL makes of the folder's files; `None` where it is not installed or cannot.
    fn exported(folder: &Path, arguments: &[&str]) -> Option<FileSetting> {
        let output = Command::new("openssl")
            .current_dir(folder)
            .args([
                "pkcs12",
                "-export",
                "-out",
                "quay.p12",
                "-passout",
                "file:password",
            ])
            .args(arguments)
            .output()
            .ok()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            println!("skipped: openssl pkcs12 {arguments:?}: {errors}");
            return None;
        }
        Some(FileSetting::new(
            "quay.certificate",
            folder.join("quay.p12"),
        ))
    }

    fn read(
        folder: &Path,
        file: &FileSetting,
        password: &str,
    ) -> Result<CertifiedKey, SettingError> {
        let password = FileSetting::new("quay.certificate-password", folder.join(password));
        identity(
            file,
            &password,
            &rustls::crypto::aws_lc_rs::default_provider(),
        )
    }

    const WITH_CHAIN: [&str; 6] = [
        "-in",
        "leaf.pem",
        "-inkey",
        "leaf.key",
        "-certfile",
        "chain.pem",
    ];

    #[test]
    fn files_of_today_and_of_old_windows_are_read_with_their_chain() {
        let folder = folder();
        let ways: [&[&str]; 6] = [
            &[],
            &["-legacy"],
            &[
                "-certpbe",
                "AES-256-CBC",
                "-keypbe",
                "AES-256-CBC",
                "-macalg",
                "SHA256",
            ],
            &[
                "-certpbe",
                "AES-128-CBC",
                "-keypbe",
                "AES-192-CBC",
                "-macalg",
                "SHA512",
                "-iter",
                "1",
            ],
            &[
                "-certpbe",
                "PBE-SHA1-3DES",
                "-keypbe",
                "PBE-SHA1-3DES",
                "-macalg",
                "SHA1",
            ],
            &["-certpbe", "NONE", "-keypbe", "NONE", "-macalg", "SHA384"],
        ];
        for way in ways {
            let arguments: Vec<&str> = WITH_CHAIN.iter().chain(way).copied().collect();
            let Some(file) = exported(folder.path(), &arguments) else {
                continue;
            };
            let identity = read(folder.path(), &file, "password")
                .unwrap_or_else(|error| panic!("{way:?}: {error}"));
            let subjects: Vec<String> = identity
                .cert
                .iter()
                .map(|der| {
                    X509Certificate::from_der(der)
                        .unwrap()
                        .1
                        .subject()
                        .to_string()
                })
                .collect();
            assert_eq!(subjects, ["CN=quay.example", "CN=between"], "{way:?}");
            let error = read(folder.path(), &file, "wrong").unwrap_err();
            assert_eq!(error.setting, "quay.certificate-password", "{way:?}");
        }
    }

    #[test]
    fn a_file_without_its_key_or_without_a_mac_is_refused_by_name() {
        let folder = folder();
        let cases: [(&[&str], &str); 2] = [
            (&["-in", "leaf.pem", "-nokeys"], "no private key"),
            (
                &["-in", "leaf.pem", "-inkey", "leaf.key", "-nomac"],
                "no MAC",
            ),
        ];
        for (arguments, problem) in cases {
            let Some(file) = exported(folder.path(), arguments) else {
                continue;
            };
            let error = read(folder.path(), &file, "password").unwrap_err();
            assert_eq!(error.setting, "quay.certificate");
            assert!(error.problem.contains(problem), "{error}");
        }
    }

    #[test]
    fn what_is_no_such_file_or_was_cut_or_changed_is_an_error() {
        let folder = folder();
        let text = FileSetting::new("quay.certificate", folder.path().join("leaf.pem"));
        let error = read(folder.path(), &text, "password").unwrap_err();
        assert!(error.problem.contains("not a PKCS #12 file"), "{error}");
        let Some(file) = exported(folder.path(), &WITH_CHAIN) else {
            return;
        };
        let whole = std::fs::read(&file.path).unwrap();
        let right = opened(&whole, "pässword 7").unwrap_or_default();
        assert_eq!(right.keys.len(), 1);
        for at in (0..whole.len()).step_by(7) {
            assert!(opened(&whole[..at], "pässword 7").is_err(), "cut at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 1;
            // What the MAC does not cover is not looked at either.
            let refused_or_same = opened(&changed, "pässword 7").map_or(true, |now| now == right);
            assert!(refused_or_same, "changed at {at}");
        }
    }

    #[test]
    fn keys_are_derived_as_the_standard_says() {
        // What OpenSSL derives: id 1, SHA-1, "smeg", salt 0a58cf64530d823f, one round.
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let one = NonZeroU32::MIN;
        let key = derived(&digest::SHA1_FOR_LEGACY_USE_ONLY, 1, "smeg", &salt, one, 24);
        let expected = [
            0x8a, 0xaa, 0xe6, 0x29, 0x7b, 0x6c, 0xb0, 0x46, 0x42, 0xab, 0x5b, 0x07, 0x78, 0x51,
            0x28, 0x4e, 0xb7, 0x12, 0x8f, 0x1a, 0x2a, 0x7f, 0xbc, 0xa3,
        ];
        assert_eq!(key, expected);
    }
}
