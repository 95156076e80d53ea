//! TLS: our certificate, TLS 1.2 and 1.3, and clients whose certificate chains to an authority and is not revoked.

use std::error::Error;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};

use crate::setting;

/// Reads the files of the settings.
pub fn configuration() -> Result<ServerConfig, Box<dyn Error>> {
    let provider = Arc::new(default_provider());
    let mut authorities = RootCertStore::empty();
    for authority in CertificateDer::pem_file_iter(setting("CLIENT_AUTHORITIES")?)? {
        authorities.add(authority?)?;
    }
    let lists = CertificateRevocationListDer::pem_file_iter(setting("CLIENT_REVOCATION_LISTS")?)?.collect::<Result<Vec<_>, _>>()?;
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), Arc::clone(&provider))
        .with_crls(lists)
        .enforce_revocation_expiration()
        .build()?;
    let chain = CertificateDer::pem_file_iter(setting("CERTIFICATE")?)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(setting("KEY")?)?;
    let mut configuration = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)?;
    configuration.alpn_protocols = vec![b"h2".to_vec()];
    Ok(configuration)
}
