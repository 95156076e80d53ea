//! The clients' TLS: rustls with one provider, named, and ALPN `h2`, as gRPC clients are.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use crate::material::{Certified, MaterialError};

/// What a client needs to shake hands.
pub(crate) struct Tls {
    pub configuration: Arc<ClientConfig>,
    pub server_name: ServerName<'static>,
}

pub(crate) fn configuration(
    roots: Arc<RootCertStore>,
    certificate: Option<Certified>,
    server_name: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Tls, MaterialError> {
    let unusable = |error: rustls::Error| MaterialError::Unusable("the TLS configuration", error.to_string());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).map_err(unusable)?.with_root_certificates(roots);
    let mut configuration = match certificate {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(unusable)?,
        None => builder.with_no_client_auth(),
    };
    configuration.alpn_protocols = vec![b"h2".to_vec()];
    // A resumed session would show how an earlier handshake ended, not this one.
    configuration.resumption = rustls::client::Resumption::disabled();
    let server_name =
        ServerName::try_from(server_name.to_owned()).map_err(|error| MaterialError::Unusable("the server's name", error.to_string()))?;
    Ok(Tls { configuration: Arc::new(configuration), server_name })
}
