//! The peers that try the server: an authority made for the test, certificates good and bad, and calls over every kind of
//! connection. Everything stays on loopback and in a temporary folder.
#![allow(dead_code, reason = "not every server is tried by every peer")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SerialNumber, date_time_ymd,
};
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

/// The serial number of certificates that the authority has revoked.
const REVOKED: u64 = 4242;

/// How long any attempt may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It has expired.
    Expired,
    /// Its authority has revoked it.
    Revoked,
}

/// An authority that lives as long as the test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// An authority with this name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> &str {
        &self.pem
    }

    /// A certificate and its key: for a server of this name or a client of this name.
    pub fn issue(&self, name: &str, flaw: Flaw) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        match flaw {
            Flaw::None => {}
            Flaw::Expired => {
                params.not_before = date_time_ymd(2020, 1, 1);
                params.not_after = date_time_ymd(2021, 1, 1);
            }
            Flaw::Revoked => params.serial_number = Some(SerialNumber::from(REVOKED)),
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// The authority's revocation list.
    pub fn revocation_list(&self) -> String {
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2200, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(REVOKED),
                revocation_time: date_time_ymd(2020, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

/// A temporary folder for the files that settings name.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Writes a file, and returns where it is.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Where a server is.
pub enum Address {
    /// At an address of a network.
    Network(SocketAddr),
    /// At a socket of this machine.
    Socket(PathBuf),
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Network(address)
    }
}

impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::Socket(path)
    }
}

/// How a peer comes to the server.
pub struct Peer<'a> {
    /// Where the server is.
    pub address: Address,
    /// The name that the server must have, and the authority that must vouch for it; `None` is clear text.
    pub tls: Option<(&'a str, &'a Authority)>,
    /// The certificate and key that the peer shows.
    pub identity: Option<(String, String)>,
    /// The `authorization` metadata of its call.
    pub authorization: Option<String>,
    /// The origin of the page that calls, where it is one.
    pub origin: Option<&'a str>,
}

impl Peer<'_> {
    /// Calls an operation and returns the status of the answer, whoever made it: the server, or the transport.
    pub async fn call(self, path: &'static str) -> Status {
        let channel = match self.channel().await {
            Ok(channel) => channel,
            Err(error) => return Status::unavailable(error.to_string()),
        };
        let mut request = Request::new(());
        if let Some(value) = &self.authorization {
            let value = AsciiMetadataValue::try_from(value.as_str()).unwrap();
            request.metadata_mut().insert("authorization", value);
        }
        if let Some(origin) = self.origin {
            let value = AsciiMetadataValue::try_from(origin).unwrap();
            request.metadata_mut().insert("origin", value);
        }
        let mut grpc = Grpc::new(channel);
        let called = async {
            grpc.ready()
                .await
                .map_err(|error| Status::unavailable(error.to_string()))?;
            let codec: ProstCodec<(), ()> = ProstCodec::default();
            grpc.unary(request, PathAndQuery::from_static(path), codec)
                .await
        };
        match tokio::time::timeout(PATIENCE, called).await {
            Ok(Ok(_)) => Status::ok(""),
            Ok(Err(status)) => status,
            Err(_) => Status::deadline_exceeded("the test waits no longer"),
        }
    }

    async fn channel(&self) -> Result<Channel, tonic::transport::Error> {
        let address = match &self.address {
            Address::Network(address) => address,
            Address::Socket(path) => {
                let endpoint = Endpoint::from_shared(format!("unix:{}", path.display()))?;
                return endpoint.connect_timeout(PATIENCE).connect().await;
            }
        };
        let Some((name, authority)) = self.tls else {
            let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
            return endpoint.connect_timeout(PATIENCE).connect().await;
        };
        let mut tls = ClientTlsConfig::new()
            .domain_name(name)
            .ca_certificate(Certificate::from_pem(authority.certificate()));
        if let Some((certificate, key)) = &self.identity {
            tls = tls.identity(Identity::from_pem(certificate, key));
        }
        Endpoint::from_shared(format!("https://{address}"))?
            .tls_config(tls)?
            .connect_timeout(PATIENCE)
            .connect()
            .await
    }
}

/// The `authorization` value of a name and a password, base64 by hand: the test shares nothing with the server it tries.
pub fn basic(user_name: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let pair = format!("{user_name}:{password}");
    let mut text = String::from("Basic ");
    for chunk in pair.as_bytes().chunks(3) {
        let mut bytes = [0; 3];
        bytes[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        for position in 0..4 {
            if position <= chunk.len() {
                let digit = (bits >> (18 - 6 * position)) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}
