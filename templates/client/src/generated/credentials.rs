//! Name and password in every call (RFC 7617), and only ever where nobody reads along.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::support::connector::ConfidentialChannel;
use super::support::settings::{FileSetting, SettingError};

/// Puts name and password into the `authorization` metadata of each call.
///
/// The only way to get one is [`Basic::over`], which takes a confidential channel: a password cannot be sent in clear text
/// by mistake.
#[derive(Clone)]
pub struct Basic {
    authorization: MetadataValue<Ascii>,
}

impl Basic {
    /// A channel whose calls carry the name, and the password that is in the file. A line end after the password is not part
    /// of it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or the name has a colon.
    pub fn over(
        channel: ConfidentialChannel,
        user_name: &str,
        password: &FileSetting,
    ) -> Result<InterceptedService<Channel, Self>, SettingError> {
        let text = String::from_utf8(password.read()?).map_err(|_| password.error("not UTF-8"))?;
        let text = text.trim_end_matches(['\r', '\n']);
        if user_name.is_empty() || user_name.contains(':') {
            return Err(password.error("the user name beside it is empty or has a colon"));
        }
        let pair = STANDARD.encode(format!("{user_name}:{text}"));
        let mut authorization = MetadataValue::<Ascii>::try_from(format!("Basic {pair}"))
            .map_err(|_| password.error("cannot be sent as metadata"))?;
        authorization.set_sensitive(true);
        Ok(InterceptedService::new(
            channel.into_inner(),
            Self { authorization },
        ))
    }
}

impl Interceptor for Basic {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.authorization.clone());
        Ok(request)
    }
}
