//! The files that a server reads while it runs, and the names they go by wherever it is deployed.

use crate::server::SettingText;

/// A file that an operator hands to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artefact {
    /// The listener's name, `berth-planning`.
    pub(super) listener: String,
    /// What it is.
    pub(super) kind: Kind,
    /// The name of its setting below the listener, `client-authorities`.
    pub(super) setting: String,
    /// The environment variable that carries its path.
    pub(super) variable: String,
    /// What it is, for people.
    pub(super) meaning: String,
    /// Where WCF had it.
    pub(super) source: String,
}

/// What a file is: whether it is secret, who makes it, what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The server's certificate and its chain.
    Certificate,
    /// The private key of the certificate.
    Key,
    /// Public, and made by the operator: authorities, revocation lists, pins, keys that check tokens, roles.
    Public(&'static str),
    /// Secret, and made by the operator. What nobody has placed here is secret.
    Secret(&'static str),
    /// A socket, which the server makes.
    Socket,
}

impl Kind {
    fn of(setting: &str) -> Self {
        match setting {
            "certificate" => Self::Certificate,
            "key" => Self::Key,
            "client-authorities" => Self::Public("authorities.pem"),
            "client-revocation-lists" => Self::Public("lists.pem"),
            "pinned-clients" => Self::Public("certificates.pem"),
            "token-keys" => Self::Public("keys"),
            "roles" => Self::Public("roles.toml"),
            "passwords" => Self::Secret("passwords"),
            "socket" => Self::Socket,
            _ => Self::Secret("file"),
        }
    }
}

impl Artefact {
    /// The file of a setting; `None` where its value is no file.
    pub(super) fn of(setting: &SettingText) -> Option<Self> {
        let (listener, name) = setting.key.split_once('.').filter(|_| setting.is_file())?;
        Some(Self {
            listener: listener.to_owned(),
            kind: Kind::of(name),
            setting: name.to_owned(),
            variable: setting.variable.clone(),
            meaning: setting.meaning.clone(),
            source: setting.source.clone(),
        })
    }

    /// Where it lies under the folder of the server's files: certificate and key together, as one secret holds them.
    pub(super) fn folder(&self) -> String {
        match self.kind {
            Kind::Certificate | Kind::Key => format!("{}/tls", self.listener),
            Kind::Public(_) | Kind::Secret(_) | Kind::Socket => format!("{}/{}", self.listener, self.setting),
        }
    }

    /// Its file name.
    pub(super) fn file(&self) -> String {
        match self.kind {
            Kind::Certificate => "tls.crt".to_owned(),
            Kind::Key => "tls.key".to_owned(),
            Kind::Public(name) | Kind::Secret(name) => name.to_owned(),
            Kind::Socket => format!("{}.socket", self.listener),
        }
    }

    /// Its path, where the server's files are under `base` and sockets under `run`.
    pub(super) fn path(&self, base: &str, run: &str) -> String {
        match self.kind {
            Kind::Socket => format!("{run}/{}", self.file()),
            Kind::Certificate | Kind::Key | Kind::Public(_) | Kind::Secret(_) => format!("{base}/{}/{}", self.folder(), self.file()),
        }
    }

    /// Whether only the server may read it.
    pub(super) fn is_secret(&self) -> bool {
        match self.kind {
            Kind::Key | Kind::Secret(_) => true,
            Kind::Certificate | Kind::Public(_) | Kind::Socket => false,
        }
    }
}
