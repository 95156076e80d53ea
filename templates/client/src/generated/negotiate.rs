//! A Kerberos ticket in every call (`Negotiate`, RFC 4559), and only ever over a channel that keeps it secret.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::support::connector::ConfidentialChannel;
use super::support::settings::SettingError;

/// Where tickets come from: a new one for each call, since a server takes none twice.
pub type TicketSource = dyn Fn() -> Result<Vec<u8>, SettingError> + Send + Sync;

/// Puts a ticket into the `authorization` metadata of each call.
///
/// The only way to get one is [`Negotiate::over`], which takes a channel that keeps its calls secret.
#[derive(Clone)]
pub struct Negotiate {
    source: Arc<TicketSource>,
}

impl Negotiate {
    /// A channel whose calls carry the tickets of this source: the first token of the system's GSS-API or SSPI. It must not take
    /// long: the library has the ticket at hand after the first call.
    pub fn over(
        channel: ConfidentialChannel,
        source: impl Fn() -> Result<Vec<u8>, SettingError> + Send + Sync + 'static,
    ) -> InterceptedService<Channel, Self> {
        let source = Arc::new(source);
        InterceptedService::new(channel.into_inner(), Self { source })
    }
}

impl Interceptor for Negotiate {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let refused = |error: String| Status::unauthenticated(error);
        let ticket = (self.source)().map_err(|error| refused(error.to_string()))?;
        let value = format!("Negotiate {}", STANDARD.encode(ticket));
        let mut value = MetadataValue::<Ascii>::try_from(value)
            .map_err(|_| refused("the ticket cannot be sent as metadata".to_owned()))?;
        value.set_sensitive(true);
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}
