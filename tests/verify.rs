//! `verify` against servers that were built for it: one that does as its plan says, which must pass, and one for each way to
//! weaken it, which must be found. They are rustls and h2 by hand and share nothing with what is generated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]

#[path = "live/tokens.rs"]
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair, PublicKeyData as _};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion,
};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use tokens::{good_token, now};

const CONTRACTS: &str = r#"
using System.ServiceModel;
namespace Shop
{
    [ServiceContract] public interface IMutual { [OperationContract] string Ask(string question); }
    [ServiceContract] public interface IPinned { [OperationContract] string Ask(string question); }
    [ServiceContract] public interface IPassword { [OperationContract] string Ask(string question); }
    [ServiceContract] public interface IToken { [OperationContract] string Ask(string question); }
    [ServiceContract] public interface INewest { [OperationContract] string Ask(string question); }
    [ServiceContract] public interface IOlder { [OperationContract] string Ask(string question); }
}
"#;

const CONFIGURATION: &str = r#"<configuration><system.serviceModel>
  <services>
    <service name="Shop.Mutual"><endpoint address="net.tcp://localhost:9001/a" binding="netTcpBinding" bindingConfiguration="certificate" contract="Shop.IMutual"/></service>
    <service name="Shop.Pinned" behaviorConfiguration="pinned"><endpoint address="net.tcp://localhost:9002/a" binding="netTcpBinding" bindingConfiguration="certificate" contract="Shop.IPinned"/></service>
    <service name="Shop.Password"><endpoint address="net.tcp://localhost:9003/a" binding="netTcpBinding" bindingConfiguration="password" contract="Shop.IPassword"/></service>
    <service name="Shop.Token"><endpoint address="net.tcp://localhost:9004/a" binding="netTcpBinding" contract="Shop.IToken"/></service>
    <service name="Shop.Newest"><endpoint address="net.tcp://localhost:9005/a" binding="netTcpBinding" bindingConfiguration="newest" contract="Shop.INewest"/></service>
    <service name="Shop.Older"><endpoint address="net.tcp://localhost:9006/a" binding="netTcpBinding" bindingConfiguration="older" contract="Shop.IOlder"/></service>
  </services>
  <behaviors><serviceBehaviors><behavior name="pinned"><serviceCredentials><clientCertificate>
    <authentication certificateValidationMode="PeerTrust" revocationMode="NoCheck"/>
  </clientCertificate></serviceCredentials></behavior></serviceBehaviors></behaviors>
  <bindings><netTcpBinding>
    <binding name="certificate"><security mode="Transport"><transport clientCredentialType="Certificate"/></security></binding>
    <binding name="password"><security mode="TransportWithMessageCredential"><message clientCredentialType="UserName"/></security></binding>
    <binding name="newest"><security mode="Transport"><transport clientCredentialType="None" sslProtocols="Tls13"/></security></binding>
    <binding name="older"><security mode="Transport"><transport clientCredentialType="None" sslProtocols="Tls12"/></security></binding>
  </netTcpBinding></bindings>
</system.serviceModel></configuration>"#;

const POLICY: &str = r#"[security]
windows-replacement = "bearer"

[security.bearer]
issuer = "https://issuer.example/"
audience = "shop"
"#;

/// What a server asks of its callers' certificates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clients {
    NotAsked,
    Optional,
    Required,
}

/// What a check of certificates does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blind {
    Nothing,
    Everything,
    Authority,
    SelfSigned,
    Expiry,
    FirstDay,
    Purpose,
    Revocation,
    /// The authority is known, but not which of its certificates are listed.
    Pin,
}

/// Which credentials a server takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Anyone,
    Password,
    MissingPassword,
    AnyPassword,
    EmptyPassword,
    AnyUser,
    Unreadable,
    Token,
    MissingToken,
    UnsignedToken,
    AnySignature,
    AnyKey,
    SharedSecret,
    ExpiredToken,
    TokenNotYetGood,
    AnyIssuer,
    AnyAudience,
}

/// The server's own certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    ItsOwn,
    AnotherName,
    Expired,
    SelfSigned,
}

#[derive(Clone, Copy)]
struct Server {
    listener: &'static str,
    clients: Clients,
    blind: Blind,
    versions: Versions,
    clear_text_too: bool,
    /// Answers a hello of TLS 1.1 as a server would that speaks it.
    tls11_too: bool,
    takes: Takes,
    shows: Shows,
}

type Versions = &'static [&'static SupportedProtocolVersion];
const BOTH: Versions = &[&TLS13, &TLS12];
const ONLY_13: Versions = &[&TLS13];
const ONLY_12: Versions = &[&TLS12];

const OPEN: Server = Server {
    listener: "",
    clients: Clients::NotAsked,
    blind: Blind::Nothing,
    versions: BOTH,
    clear_text_too: false,
    tls11_too: false,
    takes: Takes::Anyone,
    shows: Shows::ItsOwn,
};
const MUTUAL: Server = Server { listener: "mutual", clients: Clients::Required, ..OPEN };
const PINNED: Server = Server { listener: "pinned", clients: Clients::Required, ..OPEN };
const PASSWORD: Server = Server { listener: "password", takes: Takes::Password, ..OPEN };
const TOKEN: Server = Server { listener: "token", takes: Takes::Token, ..OPEN };
const NEWEST: Server = Server { listener: "newest", versions: ONLY_13, ..OPEN };
const OLDER: Server = Server { listener: "older", versions: ONLY_12, ..OPEN };

/// Everybody who is let in, as the table calls them.
const MATCHING: [&str; 3] = ["matching client", "TLS 1.2 only", "TLS 1.3 only"];

/// Every weakening: its name, the server, and the rows of the table that must be wrong.
fn weakened() -> Vec<(&'static str, Server, Vec<&'static str>)> {
    let certificate = |blind, rows: &[&'static str]| (Server { blind, ..MUTUAL }, rows.to_vec());
    let all_bad = ["certificate of a wrong authority", "self-signed certificate", "expired certificate", "certificate not yet good"];
    let everything: Vec<_> = all_bad.into_iter().chain(["revoked certificate", "certificate for servers only"]).collect();
    let without: Vec<_> = ["no certificate"].into_iter().chain(everything.clone()).collect();
    let mut list = vec![("no client certificate asked for", Server { clients: Clients::NotAsked, ..MUTUAL }, without)];
    list.push(("client certificate optional", Server { clients: Clients::Optional, ..MUTUAL }, vec!["no certificate"]));
    for (name, (server, rows)) in [
        ("any certificate accepted", certificate(Blind::Everything, &everything)),
        ("any authority trusted", certificate(Blind::Authority, &["certificate of a wrong authority", "self-signed certificate"])),
        ("self-signed certificates accepted", certificate(Blind::SelfSigned, &["self-signed certificate"])),
        ("expired certificates accepted", certificate(Blind::Expiry, &["expired certificate"])),
        ("certificates accepted before their first day", certificate(Blind::FirstDay, &["certificate not yet good"])),
        ("certificates of servers accepted", certificate(Blind::Purpose, &["certificate for servers only"])),
        ("revocation not looked at", certificate(Blind::Revocation, &["revoked certificate"])),
    ] {
        list.push((name, server, rows));
    }
    list.push(("pin not looked at", Server { blind: Blind::Pin, ..PINNED }, vec!["certificate that is not listed"]));
    list.push(("pin and date not looked at", Server { blind: Blind::Everything, ..PINNED }, {
        vec!["certificate of a wrong authority", "self-signed certificate", "certificate that is not listed", "expired certificate"]
    }));
    list.push(("TLS 1.2 where 1.3 is planned", Server { versions: BOTH, ..NEWEST }, vec!["TLS 1.2 only"]));
    list.push(("TLS 1.3 where 1.2 is planned", Server { versions: BOTH, ..OLDER }, vec!["TLS 1.3 only"]));
    list.push(("TLS 1.2 not spoken where it is planned", Server { versions: ONLY_13, ..MUTUAL }, vec!["TLS 1.2 only"]));
    list.push(("TLS 1.1 spoken", Server { tls11_too: true, ..PASSWORD }, vec!["TLS 1.1"]));
    // Without TLS there is no certificate either.
    list.push(("clear text accepted", Server { clear_text_too: true, ..MUTUAL }, vec!["plain text"]));
    for (name, shows) in [("another name", Shows::AnotherName), ("expired", Shows::Expired), ("self-signed", Shows::SelfSigned)] {
        // Nothing that a client refuses by itself says anything of the server.
        let rows = MATCHING.into_iter().chain([
            "no password or token",
            "wrong password",
            "empty password",
            "unknown user",
            "unreadable credentials",
        ]);
        let rows = rows.collect();
        list.push((name, Server { shows, ..PASSWORD }, rows));
    }
    let password = [
        ("missing password accepted", Takes::MissingPassword, vec!["no password or token"]),
        ("wrong password accepted", Takes::AnyPassword, vec!["wrong password", "empty password"]),
        ("empty password accepted", Takes::EmptyPassword, vec!["empty password"]),
        ("any user accepted", Takes::AnyUser, vec!["unknown user"]),
        ("unreadable credentials accepted", Takes::Unreadable, vec!["unreadable credentials"]),
        (
            "no credentials asked for",
            Takes::Anyone,
            vec!["no password or token", "wrong password", "empty password", "unknown user", "unreadable credentials"],
        ),
    ];
    list.extend(password.map(|(name, takes, rows)| (name, Server { takes, ..PASSWORD }, rows)));
    let token = [
        ("missing token accepted", Takes::MissingToken, vec!["no password or token"]),
        ("`alg: none` accepted", Takes::UnsignedToken, vec!["token without signature"]),
        (
            "signature not checked",
            Takes::AnySignature,
            vec!["token with a broken signature", "token with changed claims", "token of an unknown key"],
        ),
        ("any key believed", Takes::AnyKey, vec!["token of an unknown key"]),
        ("public key taken for a shared secret", Takes::SharedSecret, vec!["token signed with the public key"]),
        ("expired token accepted", Takes::ExpiredToken, vec!["expired token"]),
        ("token accepted before its time", Takes::TokenNotYetGood, vec!["token not yet good"]),
        ("any issuer accepted", Takes::AnyIssuer, vec!["token of another issuer"]),
        ("any audience accepted", Takes::AnyAudience, vec!["token for another audience"]),
    ];
    list.extend(token.map(|(name, takes, rows)| (name, Server { takes, ..TOKEN }, rows)));
    list
}

#[test]
fn servers_that_do_as_planned_pass_and_every_weakened_one_is_found() {
    let shop = Shop::new();
    let mut wrong = Vec::new();
    println!("as planned:");
    for server in [MUTUAL, PINNED, PASSWORD, TOKEN, NEWEST, OLDER] {
        let (code, found, not_tried, milliseconds) = shop.verify(server);
        println!("  {:<48} exit {code}  {milliseconds:>4.0} ms", server.listener);
        if code != 0 || !found.is_empty() || !not_tried.is_empty() {
            wrong.push(format!("{}: exit {code}, wrong {found:?}, not tried {not_tried:?}", server.listener));
        }
    }
    println!("weakened:");
    let weakened = weakened();
    for (name, server, rows) in &weakened {
        let (code, found, not_tried, milliseconds) = shop.verify(*server);
        println!("  {name:<48} exit {code}  {milliseconds:>4.0} ms  {}", found.iter().cloned().collect::<Vec<_>>().join(", "));
        let expected: BTreeSet<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        if code != 1 || found != expected || !not_tried.is_empty() {
            wrong.push(format!("{name}: exit {code}, wrong rows {found:?}, expected {expected:?}, not tried {not_tried:?}"));
        }
    }
    println!("{} weakenings, {} not told as they are", weakened.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_options_name_must_be_there() {
    let shop = Shop::new();
    let run = |arguments: &[&str]| shop.command(&["verify", "127.0.0.1:1", "."]).args(arguments).output().unwrap().status.code().unwrap();
    for wrong in
        [&["--password-file", "password"][..], &["--token-key", "issuer.key"], &["--user", "agent"], &["--user", "agent:NO_SUCH_VARIABLE"]]
    {
        assert_eq!(run(&[&["--listener", "password"], wrong].concat()), 2, "{wrong:?}");
    }
    fs::write(shop.folder.path().join("empty"), "\n").unwrap();
    for wrong in
        [&["--token-file", "no-such-file"][..], &["--token-file", "empty"], &["--user", "agent", "--password-file", "no-such-file"]]
    {
        assert_eq!(run(&[&["--listener", "password"], wrong].concat()), 3, "{wrong:?}");
    }
}

// ---- the run ----------------------------------------------------------------------------------------------------

struct Shop {
    folder: tempfile::TempDir,
    runtime: Runtime,
    keys: Arc<Keys>,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("web.config", CONFIGURATION);
        write("Contracts.cs", CONTRACTS);
        write("wcf2grpc.toml", POLICY);
        write("password", "right\n");
        let key = KeyPair::generate().unwrap();
        write("issuer.key", &key.serialize_pem());
        let keys = Keys { public: key.der_bytes().to_vec(), pem: key.public_key_pem() };
        write("token", &good_token(&key, "https://issuer.example/", "shop", "agent", "Masters"));
        let shop = Self { folder, runtime: Runtime::new().unwrap(), keys: Arc::new(keys) };
        let output = shop.command(&["certs", "dev", "."]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        shop
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"));
        command.arg("wcf2grpc").args(arguments).current_dir(self.folder.path());
        command
    }

    /// The exit code, the names of the rows that are wrong, those not tried, and the time of all attempts together.
    fn verify(&self, server: Server) -> (i32, BTreeSet<String>, BTreeSet<String>, f64) {
        let address = self.runtime.block_on(serve(server, &self.folder.path().join("certs"), self.keys.clone()));
        let arguments = ["verify", &address, ".", "--listener", server.listener, "--server-name", "localhost", "--format", "json"];
        let output = self
            .command(&arguments)
            .args(["--user", "agent", "--password-file", "password", "--token-file", "token", "--token-key", "issuer.key"])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let token = fs::read_to_string(self.folder.path().join("token")).unwrap();
        assert!(token.rsplit('.').all(|part| !text.contains(part)), "the token was printed");
        let table: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{}{}", text, String::from_utf8_lossy(&output.stderr)));
        let rows = table["attempts"].as_array().unwrap();
        let with = |verdict: &str| {
            let rows = rows.iter().filter(|row| row["verdict"] == verdict);
            rows.map(|row| row["attempt"].as_str().unwrap().to_owned()).collect::<BTreeSet<String>>()
        };
        let took = rows.iter().map(|row| row["milliseconds"].as_f64().unwrap()).sum();
        (output.status.code().unwrap(), with("wrong"), with("not-tried"), took)
    }
}

// ---- tokens -----------------------------------------------------------------------------------------------------

struct Keys {
    public: Vec<u8>,
    pem: String,
}

/// Checks a token as RFC 7519 asks, but for what `takes` leaves out.
fn believes(takes: Takes, token: &str, keys: &Keys) -> bool {
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    let Some((header, claims)) = signed.split_once('.') else { return false };
    let object = |text: &str| from_base64_url(text).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let (Some(header), Some(claims), Some(signature)) = (object(header), object(claims), from_base64_url(signature)) else { return false };
    let proved = match header["alg"].as_str() {
        Some("none") => takes == Takes::UnsignedToken,
        Some("HS256") => {
            takes == Takes::SharedSecret
                && hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, keys.pem.as_bytes()), signed.as_bytes(), &signature).is_ok()
        }
        Some("ES256") => {
            let good = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &keys.public).verify(signed.as_bytes(), &signature).is_ok();
            // A server that believes any key would take it from the token. Here it is told by what it is not: a signature that
            // was changed, or that is under changed claims.
            good || takes == Takes::AnySignature
                || (takes == Takes::AnyKey && claims["sub"] == "agent" && signature.len() == 64 && !one_bit_off(&signature, signed, keys))
        }
        _ => false,
    };
    let (exp, nbf) = (claims["exp"].as_u64().unwrap_or(0), claims["nbf"].as_u64().unwrap_or(0));
    proved
        && (exp > now() || takes == Takes::ExpiredToken)
        && (nbf <= now() || takes == Takes::TokenNotYetGood)
        && (claims["iss"] == "https://issuer.example/" || takes == Takes::AnyIssuer)
        && (claims["aud"] == "shop" || takes == Takes::AnyAudience)
}

/// Whether a signature is the known key's but for one bit of its ninth byte.
fn one_bit_off(signature: &[u8], signed: &str, keys: &Keys) -> bool {
    let mut mended = signature.to_vec();
    mended[8] ^= 1;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &keys.public).verify(signed.as_bytes(), &mended).is_ok()
}

fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    let (mut word, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let sextet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".iter().position(|known| *known == letter)?;
        word = word << 6 | u32::try_from(sextet).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

// ---- the servers ------------------------------------------------------------------------------------------------

async fn serve(server: Server, certs: &Path, keys: Arc<Keys>) -> String {
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(configuration(server, certs)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, keys) = (acceptor.clone(), keys.clone());
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let mut first = [0; 11];
                let known = stream.peek(&mut first).await.unwrap_or(0);
                // A handshake record has type 22; the version in its ClientHello is in bytes 9 and 10.
                let is_tls = first[0] == 22;
                if is_tls && known == 11 && first[9..] == [3, 2] && server.tls11_too {
                    let _ = stream.try_write(&[22, 3, 2, 0, 4, 2, 0, 0, 0]);
                } else if !is_tls && server.clear_text_too {
                    answer(stream, server.takes, &keys).await;
                } else if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream, server.takes, &keys).await;
                }
            });
        }
    });
    address
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: S, takes: Takes, keys: &Keys) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        // No operation of this name, for those who are let in; not authenticated, for the others.
        let status = if admits(takes, header, keys) { "12" } else { "16" };
        let response = http::Response::builder().header("content-type", "application/grpc").header("grpc-status", status);
        let _ = respond.send_response(response.body(()).unwrap(), true);
    }
}

fn admits(takes: Takes, header: Option<&str>, keys: &Keys) -> bool {
    // The users of the test are told apart without decoding: "agent:" is "YWdlbnQ6" in Base64.
    const AGENT: &str = "Basic YWdlbnQ6";
    const RIGHT: &str = "Basic YWdlbnQ6cmlnaHQ=";
    let readable = header.is_some_and(|header| !header.contains('!'));
    match takes {
        Takes::Anyone => true,
        Takes::Password => header == Some(RIGHT),
        Takes::MissingPassword => header == Some(RIGHT) || header.is_none(),
        Takes::AnyPassword => header.is_some_and(|header| header.starts_with(AGENT)),
        Takes::EmptyPassword => header == Some(RIGHT) || header == Some(AGENT),
        Takes::AnyUser => header == Some(RIGHT) || readable && !header.is_some_and(|header| header.starts_with(AGENT)),
        Takes::Unreadable => header == Some(RIGHT) || header.is_some() && !readable,
        Takes::MissingToken if header.is_none() => true,
        Takes::Token
        | Takes::MissingToken
        | Takes::UnsignedToken
        | Takes::AnySignature
        | Takes::AnyKey
        | Takes::SharedSecret
        | Takes::ExpiredToken
        | Takes::TokenNotYetGood
        | Takes::AnyIssuer
        | Takes::AnyAudience => header.and_then(|header| header.strip_prefix("Bearer ")).is_some_and(|token| believes(takes, token, keys)),
    }
}

fn configuration(server: Server, certs: &Path) -> ServerConfig {
    let read = |name: &str| fs::read(certs.join(name)).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(server.versions).unwrap();
    let builder = if server.clients == Clients::NotAsked {
        builder.with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&read("authority.pem")).unwrap()).unwrap();
        let mut webpki = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        webpki = webpki.with_crls([CertificateRevocationListDer::from_pem_slice(&read("revoked.pem")).unwrap()]);
        if server.clients == Clients::Optional {
            webpki = webpki.allow_unauthenticated();
        }
        let pin = (server.listener == "pinned" && server.blind == Blind::Nothing)
            .then(|| CertificateDer::from_pem_slice(&read("client.pem")).unwrap());
        builder.with_client_cert_verifier(Arc::new(Forgiving { strict: webpki.build().unwrap(), blind: server.blind, pin }))
    };
    let (chain, key) = identity(server.shows, certs);
    let mut configuration = builder.with_single_cert(chain, key).unwrap();
    configuration.alpn_protocols = vec![b"h2".to_vec()];
    configuration
}

fn identity(shows: Shows, certs: &Path) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    if shows == Shows::ItsOwn {
        let path = |name: &str| -> PathBuf { certs.join(name) };
        let chain = CertificateDer::pem_file_iter(path("server.pem")).unwrap().map(Result::unwrap).collect();
        return (chain, PrivateKeyDer::from_pem_file(path("server.key")).unwrap());
    }
    let name = if shows == Shows::AnotherName { "another.example" } else { "localhost" };
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    if shows == Shows::Expired {
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = if shows == Shows::SelfSigned {
        parameters.self_signed(&key).unwrap()
    } else {
        let authority = KeyPair::from_pem(&fs::read_to_string(certs.join("authority.key")).unwrap()).unwrap();
        let issuer = Issuer::from_ca_cert_pem(&fs::read_to_string(certs.join("authority.pem")).unwrap(), authority).unwrap();
        parameters.signed_by(&key, &issuer).unwrap()
    };
    (vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// rustls's own check of client certificates, blind to one thing.
#[derive(Debug)]
struct Forgiving {
    strict: Arc<dyn ClientCertVerifier>,
    blind: Blind,
    pin: Option<CertificateDer<'static>>,
}

impl Forgiving {
    fn forgives(&self, error: &CertificateError, certificate: &CertificateDer<'_>) -> bool {
        use CertificateError as E;
        let unknown =
            matches!(error, E::UnknownIssuer) || matches!(error, E::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity"));
        match self.blind {
            Blind::Nothing | Blind::Pin => false,
            Blind::Everything => true,
            Blind::Authority => unknown,
            // The probe's certificates carry this name; one that signed itself carries it as its issuer's too.
            Blind::SelfSigned => unknown && certificate.windows(14).filter(|bytes| bytes == b"wcf2grpc probe").count() == 2,
            Blind::Expiry => matches!(error, E::Expired | E::ExpiredContext { .. }),
            Blind::FirstDay => matches!(error, E::NotValidYet | E::NotValidYetContext { .. }),
            Blind::Purpose => matches!(error, E::InvalidPurpose | E::InvalidPurposeContext { .. }),
            Blind::Revocation => matches!(error, E::Revoked),
        }
    }
}

impl ClientCertVerifier for Forgiving {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.strict.root_hint_subjects()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.strict.client_auth_mandatory()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if let Some(pin) = &self.pin
            && pin != end_entity
        {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        match self.strict.verify_client_cert(end_entity, intermediates, now) {
            Err(rustls::Error::InvalidCertificate(error)) if self.forgives(&error, end_entity) => Ok(ClientCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.strict.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.strict.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}
