//! The settings of a server: what an operator gives, each with its meaning, its place in WCF and its default.

use wcf_security::plan::{CallerCredential, PasswordCheck};

use super::listener::ListenerView;
use crate::crate_plan::Listener;
use crate::rust_text::{Name, RustString};

/// One setting, as templates print it.
#[derive(Clone, Debug)]
pub(crate) struct SettingView {
    pub(crate) constant: String,
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) key: RustString,
    pub(crate) meaning: RustString,
    pub(crate) source: RustString,
    pub(crate) default: Option<RustString>,
    pub(crate) rust_type: &'static str,
    pub(crate) getter: &'static str,
}

/// The type of a setting's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    /// An address to listen on.
    Address,
    /// A file.
    File,
    /// Several files.
    Files,
    /// Several texts.
    Texts,
    /// A text.
    Text,
    /// A text that need not be there.
    OptionalText,
    /// An address of this machine that need not be there.
    OptionalAddress,
    /// A span of time.
    Duration,
}

impl SettingView {
    /// A setting in a table (empty for one above all tables). `meaning` is ours and safe everywhere; `source` may quote a
    /// configuration.
    pub(crate) fn new(table: Option<&Name>, name: &str, value: Value, meaning: &str, source: &str, default: Option<String>) -> Self {
        let screaming = name.to_uppercase();
        let kebab = name.replace('_', "-");
        let (rust_type, getter) = match value {
            Value::Address => ("SocketAddr", "address"),
            Value::File => ("FileSetting", "file"),
            Value::Files => ("Vec<FileSetting>", "files"),
            Value::Texts => ("Vec<String>", "texts"),
            Value::Text => ("String", "text"),
            Value::OptionalText => ("Option<String>", "optional_text"),
            Value::OptionalAddress => ("Option<SocketAddr>", "optional_address"),
            Value::Duration => ("Duration", "duration"),
        };
        // In a sample settings file the source is a comment of one line.
        let source =
            source.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        Self {
            constant: table.map_or_else(|| screaming.clone(), |table| format!("{}_{screaming}", table.screaming)),
            name: name.to_owned(),
            docs: sentence(meaning),
            key: RustString(table.map_or_else(|| kebab.clone(), |table| format!("{}.{kebab}", table.kebab))),
            meaning: RustString(meaning.to_owned()),
            source: RustString(source),
            default: default.map(RustString),
            rust_type,
            getter,
        }
    }
}

/// The meaning as a sentence of documentation.
fn sentence(meaning: &str) -> String {
    let mut characters = meaning.chars();
    match characters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), characters.as_str()),
        None => String::new(),
    }
}

/// The settings that no listener owns.
pub(crate) fn general() -> Vec<SettingView> {
    let new = |name, value, meaning, source, default: &str| SettingView::new(None, name, value, meaning, source, Some(default.to_owned()));
    vec![
        new(
            "stop_deadline",
            Value::Duration,
            "how long running calls may take to end when the server stops",
            "WCF: ServiceHost.CloseTimeout, 10 seconds",
            "10s",
        ),
        new("reload_interval", Value::Duration, "how often files are looked at for changes", "new, WCF read certificates once", "10s"),
        new(
            "health_address",
            Value::OptionalAddress,
            "loopback address and port where probes of this machine ask for the server's health; empty means that none does",
            "new",
            "",
        ),
        new("log_level", Value::Text, "what is logged: error, warn, info, debug or trace", "new", "info"),
    ]
}

/// The settings of a listener.
pub(crate) fn of_listener(listener: &Listener, view: &ListenerView) -> Vec<SettingView> {
    let name = &view.name;
    let mut settings = Vec::new();
    let mut add = |setting: &str, value, meaning: &str, source: &str, default: Option<String>| {
        settings.push(SettingView::new(Some(name), setting, value, meaning, source, default));
    };
    let addresses: Vec<&str> =
        listener.endpoints.iter().map(|endpoint| endpoint.address.as_str()).filter(|address| !address.is_empty()).collect();
    let address = if addresses.is_empty() { "WCF: the base address".to_owned() } else { format!("WCF: {}", addresses.join(", ")) };
    let port = listener.port;
    if view.local_socket {
        add("socket", Value::File, "socket to listen on, a path of at most a hundred characters", &address, None);
        let meaning = "users who may connect: names of /etc/passwd, uid:1000 or gid:1000; none means the user that the server runs as";
        add("allowed_users", Value::Texts, meaning, "WCF: every user of the machine could open the pipe", Some(String::new()));
    } else if view.owner.is_none() || view.opens_port {
        let default = if view.loopback { "127.0.0.1" } else { "0.0.0.0" };
        let meaning = if view.loopback { "address and port to listen on, of this machine only" } else { "address and port to listen on" };
        add("address", Value::Address, meaning, &address, Some(format!("{default}:{port}")));
    }
    if view.browsers {
        let meaning = "origins whose pages may call from a browser, like `https://app.example`; none means no page";
        let source = "new, WCF answered whoever asked; wcf2grpc.toml, `origins` under `[browsers]`";
        add("allowed_origins", Value::Texts, meaning, source, Some(listener.plan.browser_origins.join(",")));
    }
    let identity = match &listener.plan.server_identity.chosen.exported_from {
        Some(from) => format!("WCF: serviceCertificate, {from}"),
        None => "WCF: outside the configuration (the web server's certificate, or none)".to_owned(),
    };
    if let Some(by_name) = &listener.by_name {
        let meaning = "names by which clients ask for this listener (SNI), which shares its port with others";
        add("names", Value::Texts, meaning, "WCF: the endpoint's identity", Some(by_name.name.clone()));
    }
    if view.pkcs12 {
        let meaning = "PKCS #12 file with the certificate that the server shows, its chain and its private key";
        add("certificate", Value::File, meaning, &identity, None);
        add("certificate_password", Value::File, "file with the password of the PKCS #12 file, and nothing else", &identity, None);
    } else if view.tls {
        add("certificate", Value::File, "PEM file with the certificate that the server shows, then its chain", &identity, None);
        add("key", Value::File, "PEM file with the private key of the certificate", &identity, None);
    }
    if view.authorities {
        let source = "WCF: the trusted root authorities of the machine";
        add("client_authorities", Value::File, "PEM file with the authorities that sign client certificates", source, None);
    }
    if view.revocation_lists {
        let source = "WCF: clientCertificate authentication revocationMode, lists fetched by Windows";
        add("client_revocation_lists", Value::Files, "files with the revocation lists of those authorities, PEM or DER", source, None);
    }
    if view.pins {
        let source = "WCF: the certificates in the store TrustedPeople";
        add("pinned_clients", Value::File, "PEM file with the client certificates that are trusted one by one", source, None);
    }
    if view.narrows {
        let meaning = "the clients that are allowed, by DNS name, subject or thumbprint; none means all whom the checks above admit";
        add("allowed_clients", Value::Texts, meaning, "new, WCF left it to authorization", Some(String::new()));
    }
    if view.takes_passwords {
        let source = format!("WCF: {}", password_source(listener));
        add("passwords", Value::File, "file with a line for each user: name, colon, argon2 hash", &source, None);
    }
    if let Some(tokens) = listener.tokens() {
        let policy = |given: &Option<String>| if given.is_some() { "wcf2grpc.toml, or WCF's own" } else { "WCF: not in the configuration" };
        let (issuer, audience) = (tokens.issuer.clone(), tokens.audience.clone());
        add("token_issuer", Value::Text, "who issues the tokens: their `iss`, to the letter", policy(&tokens.issuer), issuer);
        add("token_audience", Value::Text, "for whom tokens are issued: one of their `aud`", policy(&tokens.audience), audience);
        let meaning = "algorithms that may sign tokens, of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA";
        add("token_algorithms", Value::Texts, meaning, "new, WCF took what the certificate's key can do", None);
        let meaning = "file with the issuer's public keys: a JWKS document, or PEM with keys or certificates";
        add("token_keys", Value::File, meaning, "WCF: issuedTokenAuthentication knownCertificates, or issuerNameRegistry", None);
        let meaning = "how far the clocks of issuer and server may be apart, five minutes at most";
        add("clock_skew", Value::Duration, meaning, "WCF: maxClockSkew, five minutes", Some("1m".to_owned()));
    }
    if view.roles_file {
        let meaning = "TOML file that says who has which role";
        add("roles", Value::File, meaning, "WCF: Windows groups or the role provider", None);
    }
    settings
}

/// Who checked passwords in WCF, in words.
pub(crate) fn password_source(listener: &Listener) -> String {
    let check = listener.plan.callers.chosen.iter().find_map(|credential| match credential {
        CallerCredential::Basic(check) => Some(check),
        CallerCredential::ClientCertificate | CallerCredential::Bearer(_) | CallerCredential::Kerberos | CallerCredential::LocalPeer => {
            None
        }
    });
    match check {
        Some(PasswordCheck::WindowsAccounts) => "Windows accounts".to_owned(),
        Some(PasswordCheck::MembershipProvider(name)) => format!("the membership provider {name}"),
        Some(PasswordCheck::Custom(class)) => format!("the validator {class}"),
        None => "nothing".to_owned(),
    }
}

/// A variable and its value in a test, where `{folder}` is the test's folder.
#[derive(Clone, Debug)]
pub(crate) struct TestValue {
    pub(crate) variable: RustString,
    pub(crate) value: RustString,
}

impl TestValue {
    pub(crate) fn new(prefix: &str, table: &Name, setting: &str, value: &str) -> Self {
        Self { variable: RustString(variable(prefix, table, setting)), value: RustString(value.to_owned()) }
    }
}

/// The name in the certificate of a listener, in tests.
pub(crate) fn test_server_name(listener: &Listener, name: &Name) -> String {
    if listener.by_name.is_some() { format!("{}.server.test", name.kebab) } else { "server.test".to_owned() }
}

/// The environment variable of a setting.
pub(crate) fn variable(prefix: &str, table: &Name, setting: &str) -> String {
    format!("{prefix}_{}_{}", table.screaming, setting.to_uppercase())
}

/// The settings with which `tests/security.rs` starts the server.
pub(crate) fn test_values(prefix: &str, listeners: &[ListenerView]) -> Vec<TestValue> {
    let mut values = Vec::new();
    for listener in listeners {
        let mut add = |setting: &str, value: &str| values.push(TestValue::new(prefix, &listener.name, setting, value));
        if listener.local_socket {
            add("socket", &format!("{{folder}}/{}.socket", listener.name.kebab));
        } else if listener.owner.is_none() || listener.opens_port {
            add("address", "127.0.0.1:0");
        }
        if listener.owner.is_some() {
            add("names", &listener.server_name.0);
        }
        let file = if listener.owner.is_some() { listener.name.kebab.as_str() } else { "server" };
        if listener.pkcs12 {
            add("certificate", &format!("{{folder}}/{file}.p12"));
            add("certificate_password", "{folder}/certificate-password");
        } else if listener.tls {
            add("certificate", &format!("{{folder}}/{file}.crt"));
            add("key", &format!("{{folder}}/{file}.key"));
        }
        if listener.authorities {
            add("client_authorities", "{folder}/authorities.crt");
        }
        if listener.revocation_lists {
            add("client_revocation_lists", "{folder}/revoked.pem");
        }
        if listener.pins {
            add("pinned_clients", "{folder}/client.crt");
        }
        if listener.takes_passwords {
            add("passwords", "{folder}/passwords");
        }
        if listener.roles_file {
            add("roles", &format!("{{folder}}/{}.roles.toml", listener.name.kebab));
        }
        if listener.browsers {
            add("allowed_origins", "https://app.test");
        }
        if listener.takes_tokens {
            add("token_issuer", "https://issuer.test");
            add("token_audience", "the-server");
            add("token_algorithms", "ES256");
            add("token_keys", "{folder}/token-keys.json");
        }
    }
    values
}
