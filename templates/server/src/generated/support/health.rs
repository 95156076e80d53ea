//! Health for those who watch the process on its own machine: a health service in clear text on loopback, the question that a
//! probe asks it, and a word to the service manager.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::acceptor;
use super::settings::SettingError;

/// Connections that wait until they are accepted; one probe asks at a time.
const BACKLOG: u32 = 16;

/// How long a probe waits for the answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens the socket for probes, where the setting has an address.
///
/// # Errors
///
/// When the address can be reached from other machines, or cannot be listened on.
pub fn bind(
    setting: &'static str,
    address: Option<SocketAddr>,
) -> Result<Option<TcpListener>, SettingError> {
    let Some(address) = address else {
        return Ok(None);
    };
    if !address.ip().to_canonical().is_loopback() {
        let problem =
            format!("{address} can be reached from other machines, and probes use clear text");
        return Err(SettingError::new(setting, problem));
    }
    match acceptor::listen(address, BACKLOG) {
        Ok(listener) => Ok(Some(listener)),
        Err(problem) => Err(SettingError::new(
            setting,
            format!("cannot listen on {address}: {problem}"),
        )),
    }
}

/// Asks the server at this address whether it serves.
///
/// # Errors
///
/// A sentence, when it does not, or does not answer in two seconds.
pub async fn ask(setting: &'static str, address: Option<SocketAddr>) -> Result<(), String> {
    let address =
        address.ok_or_else(|| format!("setting `{setting}`: empty, so there is nothing to ask"))?;
    let problem =
        |what: &dyn std::fmt::Display| format!("{address} does not say that it serves: {what}");
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .map_err(|error| problem(&error))?
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE);
    let channel = endpoint.connect().await.map_err(|error| problem(&error))?;
    let answer = HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await
        .map_err(|status| problem(&status))?;
    match answer.get_ref().status() {
        ServingStatus::Serving => Ok(()),
        other => Err(problem(&other.as_str_name())),
    }
}

/// Tells the service manager that started the process, if one did and asked for it, that the server serves.
pub fn serving() {
    #[cfg(unix)]
    manager::tell(sd_notify::NotifyState::Ready);
}

/// Tells the service manager that the server stops.
pub fn stopping() {
    #[cfg(unix)]
    manager::tell(sd_notify::NotifyState::Stopping);
}

#[cfg(unix)]
mod manager {
    use sd_notify::NotifyState;
    use tracing::warn;

    pub(super) fn tell(state: NotifyState<'_>) {
        if let Err(error) = sd_notify::notify(&[state]) {
            warn!(%error, "the service manager cannot be told");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn probes_stay_on_this_machine() {
        assert!(bind("health-address", None).unwrap().is_none());
        let address = "0.0.0.0:0".parse().unwrap();
        let error = bind("health-address", Some(address)).unwrap_err();
        assert_eq!(error.setting, "health-address");
        let address = "127.0.0.1:0".parse().unwrap();
        assert!(bind("health-address", Some(address)).unwrap().is_some());
    }

    #[tokio::test]
    async fn silence_is_not_health() {
        let error = ask("health-address", None).await.unwrap_err();
        assert!(error.contains("health-address"), "{error}");
        let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = ask("health-address", deaf.local_addr().ok()).await;
        assert!(error.is_err());
        let gone = deaf.local_addr().ok();
        drop(deaf);
        assert!(ask("health-address", gone).await.is_err());
    }
}
