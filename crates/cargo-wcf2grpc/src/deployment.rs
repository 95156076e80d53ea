//! Settings with which a generated server and its client run on one machine, from what `certs dev` wrote.

use std::fmt::Write;
use std::net::SocketAddr;

use tonic_codegen::crate_plan::Listener;
use wcf_security::plan::{CallerCredential, CertificateTrust, ClientCertificates, Revocation, TransportPlan, TrustAnchors};

/// A listener and where it listens.
#[derive(Clone, Copy, Debug)]
pub struct Address<'p> {
    /// The listener.
    pub listener: &'p Listener,
    /// Where.
    pub socket: SocketAddr,
}

/// The name that the server of a listener must prove.
#[must_use]
pub fn server_name(listener: &Listener) -> String {
    listener.plan.channel.expected_server_name.as_ref().map_or_else(|| "localhost".to_owned(), |decision| decision.chosen.clone())
}

/// The server's settings file. `certs` is the folder of certificates, relative to the file.
#[must_use]
pub fn server_settings(addresses: &[Address<'_>], certs: &str) -> String {
    let mut text = String::from("# Settings of the server, for this machine.\n");
    for Address { listener, socket } in addresses {
        let mut table = Table::new(&mut text, &listener.name, certs);
        table.set("address", &socket.to_string());
        let TransportPlan::Tls(tls) = &listener.plan.transport.chosen else { continue };
        table.file("certificate", "server.pem");
        table.file("key", "server.key");
        if let ClientCertificates::Required(trust) = tls.client_certificates.chosen {
            let held = Held::of(trust);
            if held.authorities {
                table.file("client-authorities", "authority.pem");
            }
            if held.lists {
                table.files("client-revocation-lists", "revoked.pem");
            }
            if held.pins {
                table.file("pinned-clients", "client.pem");
            }
        }
        if listener.takes_passwords() {
            table.file("passwords", "passwords");
        }
    }
    text
}

/// The matching client's settings file.
#[must_use]
pub fn client_settings(addresses: &[Address<'_>], certs: &str, user: &str) -> String {
    let mut text = String::from("# Settings of the client, for this machine.\n");
    for Address { listener, socket } in addresses {
        let mut table = Table::new(&mut text, &listener.name, certs);
        let TransportPlan::Tls(tls) = &listener.plan.transport.chosen else {
            table.set("address", &format!("http://{socket}"));
            continue;
        };
        table.set("address", &format!("https://{socket}"));
        table.set("server-name", &server_name(listener));
        let held = Held::of(listener.plan.channel.server_trust.chosen);
        if held.authorities {
            table.file("server-authorities", "authority.pem");
        }
        if held.lists {
            table.files("server-revocation-lists", "revoked.pem");
        }
        if held.pins {
            table.file("pinned-servers", "server.pem");
        }
        let shows = matches!(tls.client_certificates.chosen, ClientCertificates::Required(_))
            || listener.plan.callers.chosen.contains(&CallerCredential::ClientCertificate);
        if shows {
            table.file("certificate", "client.pem");
            table.file("key", "client.key");
        }
        if listener.takes_passwords() {
            table.set("user-name", user);
            table.file("password", "password");
        }
    }
    text
}

/// Against which files a certificate is held.
struct Held {
    authorities: bool,
    lists: bool,
    pins: bool,
}

impl Held {
    const fn of(trust: CertificateTrust) -> Self {
        let (authorities, pins) = match trust.anchors {
            TrustAnchors::Authorities => (true, false),
            TrustAnchors::PinnedCertificates => (false, true),
            TrustAnchors::AuthoritiesOrPinned => (true, true),
            TrustAnchors::CustomVerifier | TrustAnchors::AcceptAnyCertificate => (false, false),
        };
        Self { authorities, pins, lists: authorities && matches!(trust.revocation, Revocation::Lists) }
    }
}

/// A table of a settings file.
struct Table<'t> {
    text: &'t mut String,
    certs: &'t str,
}

impl<'t> Table<'t> {
    fn new(text: &'t mut String, listener: &str, certs: &'t str) -> Self {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n[{}]", listener.replace('_', "-"));
        Self { text, certs }
    }

    fn set(&mut self, key: &str, value: &str) {
        let value = toml::Value::String(value.to_owned());
        let _ = writeln!(self.text, "{key} = {value}");
    }

    fn file(&mut self, key: &str, name: &str) {
        self.set(key, &format!("{}/{name}", self.certs));
    }

    fn files(&mut self, key: &str, name: &str) {
        let value = toml::Value::Array(vec![toml::Value::String(format!("{}/{name}", self.certs))]);
        let _ = writeln!(self.text, "{key} = {value}");
    }
}
