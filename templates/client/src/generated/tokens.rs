//! A bearer token in every call (RFC 6750), and only ever over a channel that keeps it secret.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::support::connector::ConfidentialChannel;
use super::support::settings::{FileSetting, SettingError};

/// How long a token that was read is used before it is read again.
const FRESH: Duration = Duration::from_secs(1);

/// Where tokens come from: the one that is valid now, without `Bearer`.
pub type TokenSource = dyn Fn() -> Result<String, SettingError> + Send + Sync;

/// Puts a token into the `authorization` metadata of each call. Tokens live for minutes, so the source is asked again and again.
///
/// The only ways to get one are [`Bearer::over`] and [`Bearer::from_source`], which take a channel that keeps its calls secret.
#[derive(Clone)]
pub struct Bearer {
    source: Arc<TokenSource>,
    last: Arc<Mutex<Option<Read>>>,
}

/// When a token was read, and what is sent of it.
type Read = (Instant, MetadataValue<Ascii>);

impl Bearer {
    /// A channel whose calls carry the token in the file, which somebody else keeps fresh.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or has something else in it than a token.
    pub fn over(
        channel: ConfidentialChannel,
        token: &FileSetting,
    ) -> Result<InterceptedService<Channel, Self>, SettingError> {
        let token = token.clone();
        let read = move || {
            let text = String::from_utf8(token.read()?).map_err(|_| token.error("not UTF-8"))?;
            let text = text.trim();
            if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                return Err(token.error("not one token"));
            }
            Ok(text.to_owned())
        };
        Self::from_source(channel, read)
    }

    /// A channel whose calls carry the token of a source of your own, which is asked once a second at most and must not block.
    ///
    /// # Errors
    ///
    /// What the source says when it is asked first.
    pub fn from_source(
        channel: ConfidentialChannel,
        source: impl Fn() -> Result<String, SettingError> + Send + Sync + 'static,
    ) -> Result<InterceptedService<Channel, Self>, SettingError> {
        let bearer = Self {
            source: Arc::new(source),
            last: Arc::default(),
        };
        bearer.authorization()?;
        Ok(InterceptedService::new(channel.into_inner(), bearer))
    }

    fn authorization(&self) -> Result<MetadataValue<Ascii>, SettingError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, value)) = &*last
            && read.elapsed() < FRESH
        {
            return Ok(value.clone());
        }
        let token = (self.source)()?;
        let mut value = MetadataValue::<Ascii>::try_from(format!("Bearer {token}"))
            .map_err(|_| SettingError::new("token", "cannot be sent as metadata"))?;
        value.set_sensitive(true);
        *last = Some((Instant::now(), value.clone()));
        Ok(value)
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value = self
            .authorization()
            .map_err(|error| Status::unauthenticated(error.to_string()))?;
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}
