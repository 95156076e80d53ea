//! Certificates with one fault each (`fixtures/certificates`): what is said of them, what rustls's verifier answers, and what
//! OpenSSL's does where it is installed. The three must agree.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use certificate_lint::{Fault, Peer, Question, Report, Role, Verdict, authorities, lint};
use rustls::pki_types::CertificateDer;

/// The first of January 2027, within the fixtures' time.
const NOW: u64 = 1_798_761_600;

const NAME: &str = "berths.harbour.example";

/// Each fixture with the one fault it was made for: the name of the variant, or nothing.
const CASES: &[(&str, &str)] = &[
    ("good", ""),
    ("good-wildcard", ""),
    ("good-both-usages", ""),
    ("good-without-usage", ""),
    ("good-rsa", ""),
    ("good-ed25519", ""),
    ("good-chain", ""),
    ("good-chain-with-root", ""),
    ("authority-as-leaf", "AuthorityAsLeaf"),
    ("no-alternative-name", "NoAlternativeName"),
    ("uri-alone", "NoAlternativeName"),
    ("email-alone", "NoAlternativeName"),
    ("other-name", "OtherNames"),
    ("wildcard-too-high", "OtherNames"),
    ("address-for-a-name", "OtherNames"),
    ("client-usage", "WrongUsage"),
    ("code-signing", "WrongUsage"),
    ("any-usage", "WrongUsage"),
    ("no-digital-signature", "SignsNoHandshakes"),
    ("unknown-critical", "UnknownCritical"),
    ("ended", "Expired"),
    ("not-yet", "NotYetValid"),
    ("sha-1", "BrokenSignature"),
    ("rsa-1024", "RsaKeyLength"),
    ("secp256k1", "KeyKind"),
    ("self-signed", "SelfSigned"),
    ("self-signed-authority", "AuthorityAsLeaf SelfSigned"),
    ("of-a-stranger", "IssuerUnknown"),
    ("version-1", "Version NoAlternativeName"),
    ("intermediate-missing", "IssuerUnknown"),
    ("intermediate-first", "LeafNotFirst"),
    ("intermediate-ended", "Expired"),
    ("issuer-is-no-authority", "IssuerIsNoAuthority"),
    ("outside-constraints", "OutsideNameConstraints"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/certificates")
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

fn harbour() -> Vec<CertificateDer<'static>> {
    authorities(&std::fs::read(folder().join("authority.pem")).unwrap()).unwrap()
}

fn ask(case: &str, role: Role) -> Report {
    let names = [NAME.to_owned()];
    let names = if role == Role::Server { &names[..] } else { &[] };
    let file = std::fs::read(folder().join(format!("{case}.pem"))).unwrap();
    lint(&file, &Question { role, names, authorities: &harbour(), now: now() })
}

fn variants(faults: &[Fault]) -> String {
    let variant = |fault: &Fault| format!("{fault:?}").split([' ', '{']).next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = faults.iter().map(variant).collect();
    names.sort();
    names.join(" ")
}

#[test]
fn each_fault_is_named_and_rustls_agrees() {
    let mut problems = Vec::new();
    for (case, expected) in CASES {
        let report = ask(case, Role::Server);
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        expected.sort_unstable();
        if variants(&report.faults) != expected.join(" ") {
            problems.push(format!("{case}: expected {expected:?}, found {:?}", report.faults));
        }
        // The verifier looks at chains. A key of the wrong kind or length fails at the signature over the handshake, which the
        // test of keys below makes.
        let of_the_chain =
            |fault: &&Fault| fault.refused_by(Peer::Rustls) && !matches!(fault, Fault::RsaKeyLength { .. } | Fault::KeyKind { .. });
        let refused = report.faults.iter().find(of_the_chain);
        match (&report.verdict, refused) {
            (Verdict::Accepted, None) | (Verdict::Refused(_), Some(_)) => {}
            (verdict, fault) => problems.push(format!("{case}: rustls answers {verdict:?}, and the fault is {fault:?}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    println!("{} certificates: each fault named, and rustls agrees on each", CASES.len());
}

#[test]
fn a_callers_certificate_is_asked_for_the_callers_usage() {
    assert!(ask("good-both-usages", Role::Client).rustls_accepts());
    assert!(ask("good-without-usage", Role::Client).rustls_accepts());
    let server = ask("good", Role::Client);
    assert_eq!(variants(&server.faults), "WrongUsage");
    assert!(matches!(server.verdict, Verdict::Refused(_)));
    // No name is proved by a caller, so none is missing.
    assert_eq!(variants(&ask("client-usage", Role::Client).faults), "");
}

#[test]
fn without_an_authority_trust_is_said_to_be_unknown() {
    let file = std::fs::read(folder().join("good.pem")).unwrap();
    let report = lint(&file, &Question { role: Role::Server, names: &[], authorities: &[], now: now() });
    assert_eq!((report.faults.as_slice(), &report.verdict, report.rustls_accepts()), (&[][..], &Verdict::NoAuthority, false));
}

#[test]
fn a_self_signed_certificate_that_is_trusted_itself_is_taken() {
    let file = std::fs::read(folder().join("self-signed.pem")).unwrap();
    let anchors = authorities(&file).unwrap();
    let report = lint(&file, &Question { role: Role::Server, names: &[NAME.to_owned()], authorities: &anchors, now: now() });
    assert_eq!((report.faults.as_slice(), &report.verdict), (&[][..], &Verdict::Accepted));
}

#[test]
fn files_that_are_no_pem_certificate_are_told_apart() {
    let question = Question { role: Role::Server, names: &[], authorities: &[], now: now() };
    let say = |bytes: &[u8]| variants(&lint(bytes, &question).faults);
    let good = std::fs::read(folder().join("good.pem")).unwrap();
    assert_eq!(say(b""), "Empty");
    assert_eq!(say(b" \r\n"), "Empty");
    assert_eq!(say(b"hello"), "NotACertificate");
    assert_eq!(say(b"\x30\x03\x02\x01\x01"), "Unreadable");
    assert_eq!(say(&std::fs::read(folder().join("der.cer")).unwrap()), "DerFile");
    assert_eq!(say(b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"), "NoCertificate");
    assert_eq!(say(b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), "Unreadable");
    assert_eq!(say(&good[..good.len() - 60]), "BrokenPem");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(good.iter().flat_map(|byte| [*byte, 0])).collect();
    assert_eq!(say(&utf16), "Utf16");
    let marked: Vec<u8> = b"\xef\xbb\xbf".iter().chain(&good).copied().collect();
    assert_eq!(say(&marked), "", "a byte order mark before PEM is harmless");
    let locked = [&good[..], b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"].concat();
    assert_eq!(say(&locked), "EncryptedKey");
}

#[test]
fn no_cut_of_a_file_panics() {
    let question = Question { role: Role::Server, names: &[], authorities: &[], now: now() };
    for name in ["good-chain.pem", "der.cer"] {
        let file = std::fs::read(folder().join(name)).unwrap();
        for end in 0..file.len() {
            assert!(!lint(&file[..end], &question).rustls_accepts(), "no authority was given");
            let mut flipped = file.clone();
            flipped[end] ^= 0x11;
            assert!(!lint(&flipped, &question).rustls_accepts());
        }
    }
}

fn openssl() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|output| output.stdout.starts_with(b"OpenSSL 3"));
    if !there {
        println!("skipped: OpenSSL 3 is not installed");
    }
    there
}

/// Runs shell commands as they are printed, in a folder.
fn shell(folder: &Path, commands: &str) -> bool {
    Command::new("sh").arg("-ec").arg(commands).current_dir(folder).output().unwrap().status.success()
}

/// The commands of an advice: the lines that are indented.
fn commands(advice: &str) -> String {
    advice.lines().filter_map(|line| line.strip_prefix("    ")).collect::<Vec<_>>().join("\n")
}

/// Follows the advice for every fault that is mended by issuing the certificate anew, with a new authority: the result passes.
#[test]
fn advice_that_is_followed_mends() {
    if !openssl() {
        return;
    }
    let names = [NAME.to_owned()];
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout AUTHORITY.key -out AUTHORITY.pem -days 30 \
                -subj /CN=mending -addext basicConstraints=critical,CA:TRUE";
    assert!(shell(folder, make), "an authority is made");
    let anchors = authorities(&std::fs::read(folder.join("AUTHORITY.pem")).unwrap()).unwrap();
    let mut mended = 0;
    for (case, role) in CASES.iter().map(|(case, _)| (*case, Role::Server)).chain([("good", Role::Client)]) {
        for fault in ask(case, role).faults {
            let advice = commands(&fault.mend(role, &names));
            if !advice.contains("openssl req -new") {
                continue;
            }
            assert!(shell(folder, &advice), "{fault:?}: the commands run\n{advice}");
            let file = [std::fs::read(folder.join("new.pem")).unwrap(), std::fs::read(folder.join("new.key")).unwrap()].concat();
            let names = if role == Role::Server { &names[..] } else { &[] };
            let report = lint(&file, &Question { role, names, authorities: &anchors, now: SystemTime::now() });
            assert_eq!((report.faults.as_slice(), &report.verdict), (&[][..], &Verdict::Accepted), "{fault:?} is mended");
            mended += 1;
        }
    }
    println!("{mended} faults mended by what is advised");
    assert!(mended >= 20, "{mended}");
}

/// Faults of form and of keys, made with OpenSSL and mended by what is advised.
#[test]
fn files_and_keys_are_mended_by_what_is_advised() {
    if !openssl() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=a -addext subjectAltName=DNS:a.example \
                    -addext basicConstraints=critical,CA:FALSE
                openssl genrsa -out other.key 2048
                openssl pkey -in key.pem -aes256 -passout pass:a -out locked.key
                cat cert.pem other.key > KeyOfAnother
                cat cert.pem locked.key > EncryptedKey
                cat cert.pem key.pem other.key > SeveralKeys
                openssl x509 -in cert.pem -outform DER -out DerFile
                iconv -f UTF-8 -t UTF-16 cert.pem > Utf16
                openssl pkcs12 -export -in cert.pem -inkey key.pem -passout pass: -out Pkcs12
                openssl pkcs12 -export -legacy -in cert.pem -inkey key.pem -passout pass: -out Pkcs12Legacy
                openssl req -x509 -newkey rsa:1024 -nodes -keyout short.key -out short.pem -days 30 -subj /CN=a -addext subjectAltName=DNS:a.example \
                    -addext basicConstraints=critical,CA:FALSE
                cat short.pem short.key > RsaKeyLength";
    assert!(shell(folder, make));
    let question = Question { role: Role::Server, names: &[], authorities: &[], now: SystemTime::now() };
    for case in ["KeyOfAnother", "EncryptedKey", "SeveralKeys", "DerFile", "Utf16", "Pkcs12", "Pkcs12Legacy", "RsaKeyLength"] {
        let file = std::fs::read(folder.join(case)).unwrap();
        let report = lint(&file, &question);
        assert_eq!(variants(&report.faults), case.trim_end_matches("Legacy"), "{case}");
        assert_eq!(matches!(report.faults.first(), Some(Fault::Pkcs12 { legacy: true })), case == "Pkcs12Legacy");
        let advice = commands(&report.faults[0].mend(Role::Server, &[]));
        // What changes the file's form is followed; the password that it asks for is given in the variable's place.
        let (output, advice) = match case {
            "DerFile" | "Utf16" => ("FILE.pem", advice),
            "Pkcs12" | "Pkcs12Legacy" => ("FILE.pem", advice.replace("-nodes", "-nodes -passin pass:")),
            "EncryptedKey" => ("FILE.key", advice.replace("-out", "-passin pass:a -out")),
            _ => continue,
        };
        std::fs::write(folder.join("FILE"), &file).unwrap();
        assert!(shell(folder, &advice), "{case}: {advice}");
        let mut file = std::fs::read(folder.join(output)).unwrap();
        if case == "EncryptedKey" {
            file.extend(std::fs::read(folder.join("cert.pem")).unwrap());
        }
        assert_eq!(variants(&lint(&file, &question).faults), "", "{case} is mended");
        std::fs::remove_file(folder.join(output)).unwrap();
    }
}

/// OpenSSL's verifier, asked the same. Its purpose and host name checks are what Python's and Node's clients ask for.
#[test]
fn openssl_agrees() {
    if !openssl() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut problems = Vec::new();
    for (case, _) in CASES {
        let file = folder().join(format!("{case}.pem"));
        // `openssl verify` takes the leaf alone; the others are untrusted.
        let text = std::fs::read_to_string(&file).unwrap();
        let end = text.find("-----END CERTIFICATE-----").unwrap() + "-----END CERTIFICATE-----\n".len();
        let leaf = scratch.path().join("leaf.pem");
        let rest = scratch.path().join("rest.pem");
        std::fs::write(&leaf, &text[..end]).unwrap();
        std::fs::write(&rest, &text[end..]).unwrap();
        let mut command = Command::new("openssl");
        command.args([
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-verify_hostname",
            NAME,
            "-attime",
            &NOW.to_string(),
            "-no-CApath",
            "-CAfile",
        ]);
        command.arg(folder().join("authority.pem"));
        if end < text.len() {
            command.arg("-untrusted").arg(&rest);
        }
        let output = command.arg(&leaf).output().unwrap();
        let report = ask(case, Role::Server);
        let refused = report.faults.iter().any(|fault| fault.refused_by(Peer::OpenSsl));
        if output.status.success() == refused {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            problems.push(format!("{case}: OpenSSL accepts: {}, faults {:?}\n{words}", output.status.success(), report.faults));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    println!("{} certificates: OpenSSL agrees on each", CASES.len());
}
