//! A connection in clear text, where the plan says so: to this machine only, or where a mesh or an overlay network encrypts below.

use std::net::IpAddr;

use http::Uri;
use tonic::transport::Endpoint;

use super::super::errors::ConnectError;
use super::connector::{self, AcceptedStream, ConfidentialChannel, Patience};
use super::settings::SettingError;

/// Connects to this machine, at an address `http://host:port`.
///
/// # Errors
///
/// [`ConnectError`] says which layer failed. A host that is not this machine has no address here.
pub async fn connect_to_loopback(
    setting: &'static str,
    address: &str,
    patience: Patience,
) -> Result<ConfidentialChannel, ConnectError> {
    connect(setting, address, patience, |address| {
        address.to_canonical().is_loopback()
    })
    .await
}

/// Connects to an address `http://host:port`, anywhere. Dangerous but for the plan: it says what encrypts these connections.
///
/// # Errors
///
/// [`ConnectError`] says which layer failed.
pub async fn connect_where_the_network_encrypts(
    setting: &'static str,
    address: &str,
    patience: Patience,
) -> Result<ConfidentialChannel, ConnectError> {
    connect(setting, address, patience, |_| true).await
}

async fn connect(
    setting: &'static str,
    address: &str,
    patience: Patience,
    allowed: fn(IpAddr) -> bool,
) -> Result<ConfidentialChannel, ConnectError> {
    let wrong = |problem: &str| SettingError::new(setting, format!("`{address}`: {problem}"));
    let uri: Uri = address.parse().map_err(|_| wrong("not an address"))?;
    if uri.scheme_str() != Some("http") {
        return Err(wrong("this server has no TLS, write `http://`").into());
    }
    let host = uri.host().ok_or_else(|| wrong("no host in it"))?;
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let port = uri.port_u16().unwrap_or(80);
    connector::over(Endpoint::from(uri), patience, move || {
        let host = host.clone();
        async move {
            let opened = async {
                let stream = connector::tcp(&host, port, allowed).await?;
                AcceptedStream::new(stream)
                    .await
                    .map_err(ConnectError::Closed)
            };
            connector::in_time(patience.connect, opened).await
        }
    })
    .await
}
