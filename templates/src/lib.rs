//! Text templates and support modules of the generated crates, at paths that mirror theirs.
//!
//! A support module is ordinary Rust: it is compiled and tested in this package (`tests/server_support.rs`,
//! `tests/client_support.rs`) and handed out as the same text. Text whose shape is fixed and whose values vary is a template
//! (`*.askama`), compiled into `tonic-codegen`. This crate has no dependency and reads no file at run time.

/// A Rust module that is the same in every generated crate that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SupportModule {
    /// The module's name, which is its file's.
    pub name: &'static str,
    /// Its text: documentation, then items; no header.
    pub text: &'static str,
    /// The packages that it uses, by their names on crates.io, sorted.
    pub needs: &'static [&'static str],
    /// What its tests use besides, sorted.
    pub tests_need: &'static [&'static str],
    /// What a server or client must have for the module to be there.
    pub part: Part,
}

/// What a support module belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Every server, every client.
    Always,
    /// Those where a caller has a name and a password.
    Passwords,
    /// Those where a caller has a bearer token.
    Tokens,
    /// Those where a caller has a Kerberos ticket.
    Tickets,
    /// Servers some of whose operations demand roles.
    Roles,
    /// Those that speak clear text somewhere, as the plan says.
    ClearText,
    /// Those that use a local socket somewhere.
    LocalSockets,
    /// Servers that browsers call.
    Browsers,
    /// Servers that describe themselves to tools.
    Reflection,
    /// Those that are given certificates as PKCS #12.
    Pkcs12,
    /// Servers with several listeners behind one port, told apart by name.
    SharedPorts,
    /// Clients that trust a server because of its exact certificate.
    PinnedServers,
}

macro_rules! module {
    ($folder:literal, $name:literal, $part:ident, $needs:expr, $tests_need:expr) => {
        SupportModule {
            name: $name,
            text: include_str!(concat!("../", $folder, "/", $name, ".rs")),
            needs: &$needs,
            tests_need: &$tests_need,
            part: Part::$part,
        }
    };
}

/// The modules of `src/generated/support` in a server crate, sorted by name.
pub const SERVER_SUPPORT: &[SupportModule] = &[
    module!(
        "server/src/generated/support",
        "acceptor",
        Always,
        ["rustls", "tokio", "tokio-rustls", "tokio-stream", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "authentication",
        Always,
        ["http", "tonic", "tower-layer", "tower-service", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "basic",
        Passwords,
        ["base64", "http", "tokio", "tonic"],
        []
    ),
    module!(
        "server/src/generated/support",
        "bearer",
        Tokens,
        [
            "aws-lc-rs",
            "http",
            "jsonwebtoken",
            "rustls",
            "serde_json",
            "tokio",
            "tonic",
            "tracing",
            "x509-parser"
        ],
        ["base64", "rcgen", "tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "browsers",
        Browsers,
        [
            "http",
            "tokio",
            "tonic",
            "tonic-web",
            "tower-layer",
            "tower-service",
            "tracing"
        ],
        []
    ),
    module!(
        "server/src/generated/support",
        "caller",
        Always,
        ["aws-lc-rs", "rustls", "tonic", "x509-parser"],
        ["rcgen"]
    ),
    module!(
        "server/src/generated/support",
        "calls",
        Always,
        [
            "http",
            "http-body",
            "tokio",
            "tonic",
            "tower-layer",
            "tower-service",
            "tracing"
        ],
        []
    ),
    module!(
        "server/src/generated/support",
        "certificates",
        Always,
        ["rustls"],
        ["rcgen", "tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "clear_text",
        ClearText,
        ["tokio", "tokio-stream", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "command_line",
        Always,
        [],
        []
    ),
    module!(
        "server/src/generated/support",
        "connections",
        Always,
        ["tokio", "tonic"],
        []
    ),
    module!(
        "server/src/generated/support",
        "health",
        Always,
        ["sd-notify", "tokio", "tonic", "tonic-health", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "local_socket",
        LocalSockets,
        ["http", "tokio", "tokio-stream", "tonic", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "local_users",
        LocalSockets,
        ["tokio"],
        []
    ),
    module!(
        "server/src/generated/support",
        "negotiate",
        Tickets,
        ["base64", "http", "tokio", "tonic", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "password_file",
        Passwords,
        ["argon2", "aws-lc-rs", "tokio"],
        ["tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "pkcs12",
        Pkcs12,
        ["aws-lc-rs", "cbc", "des", "rc2", "rustls", "x509-parser"],
        ["rcgen", "tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "reflection",
        Reflection,
        ["prost", "prost-types", "tonic-reflection"],
        []
    ),
    module!(
        "server/src/generated/support",
        "reload",
        Always,
        ["tokio", "tracing"],
        ["tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "roles",
        Roles,
        [
            "http",
            "tokio",
            "toml",
            "tonic",
            "tower-layer",
            "tower-service"
        ],
        ["tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "serving",
        Always,
        [
            "rustls",
            "tokio",
            "tokio-rustls",
            "tokio-stream",
            "tonic",
            "tonic-health",
            "tracing"
        ],
        []
    ),
    module!(
        "server/src/generated/support",
        "settings",
        Always,
        ["toml"],
        ["tempfile"]
    ),
    module!(
        "server/src/generated/support",
        "shared_port",
        SharedPorts,
        ["rustls", "tokio", "tokio-rustls", "tokio-stream", "tracing"],
        []
    ),
    module!(
        "server/src/generated/support",
        "tls",
        Always,
        ["rustls"],
        []
    ),
    module!(
        "server/src/generated/support",
        "verifiers",
        Always,
        ["rustls", "x509-parser"],
        ["rcgen"]
    ),
];

/// The modules of `src/generated/support` in a client crate, sorted by name.
pub const CLIENT_SUPPORT: &[SupportModule] = &[
    module!(
        "server/src/generated/support",
        "certificates",
        Always,
        ["rustls"],
        ["rcgen", "tempfile"]
    ),
    module!(
        "client/src/generated/support",
        "clear_text",
        ClearText,
        ["http", "tonic"],
        []
    ),
    module!(
        "client/src/generated/support",
        "connector",
        Always,
        [
            "http",
            "hyper-util",
            "rustls",
            "tokio",
            "tokio-rustls",
            "tonic",
            "tower"
        ],
        []
    ),
    module!(
        "client/src/generated/support",
        "local_socket",
        LocalSockets,
        ["tokio", "tonic"],
        []
    ),
    module!(
        "server/src/generated/support",
        "local_users",
        LocalSockets,
        ["tokio"],
        []
    ),
    module!(
        "client/src/generated/support",
        "pinned_servers",
        PinnedServers,
        ["rustls", "x509-parser"],
        ["rcgen"]
    ),
    module!(
        "server/src/generated/support",
        "pkcs12",
        Pkcs12,
        ["aws-lc-rs", "cbc", "des", "rc2", "rustls", "x509-parser"],
        ["rcgen", "tempfile"]
    ),
    module!(
        "client/src/generated/support",
        "server_trust",
        Always,
        ["rustls"],
        []
    ),
    module!(
        "server/src/generated/support",
        "settings",
        Always,
        ["toml"],
        ["tempfile"]
    ),
];

/// The modules of `src/generated` itself in a client crate that never vary, sorted by name.
pub const CLIENT: &[SupportModule] = &[
    module!(
        "client/src/generated",
        "credentials",
        Passwords,
        ["base64", "tonic"],
        []
    ),
    module!(
        "client/src/generated",
        "errors",
        Always,
        ["rustls", "tonic"],
        []
    ),
    module!(
        "client/src/generated",
        "negotiate",
        Tickets,
        ["base64", "tonic"],
        []
    ),
    module!("client/src/generated", "tokens", Tokens, ["tonic"], []),
];

/// The file `tests/peers/mod.rs` of a server crate: the authority and the peers with which `tests/security.rs` tries the server.
pub const SERVER_TEST_PEERS: &str = include_str!("../server/tests/peers/mod.rs");

/// The file `tests/tokens/mod.rs` of a server crate that checks bearer tokens: an issuer of good and bad ones.
pub const SERVER_TEST_TOKENS: &str = include_str!("../server/tests/tokens/mod.rs");

/// The file `tests/pkcs12/mod.rs` of a server crate that is given certificates as PKCS #12: a writer of such files.
pub const SERVER_TEST_PKCS12: &str = include_str!("../server/tests/pkcs12/mod.rs");

/// The modules of `src/conversions` in a proto crate, sorted by name; `mod.rs` is [`PROTO_CONVERSIONS_ROOT`].
pub const PROTO_CONVERSIONS: &[SupportModule] = &[
    module!(
        "proto/src/conversions",
        "clock_time",
        Always,
        ["prost-types"],
        []
    ),
    module!(
        "proto/src/conversions",
        "date_time_offset",
        Always,
        ["prost-types"],
        []
    ),
    module!(
        "proto/src/conversions",
        "decimal",
        Always,
        ["rust_decimal"],
        []
    ),
    module!("proto/src/conversions", "guid", Always, ["uuid"], []),
    module!("proto/src/conversions", "time", Always, ["prost-types"], []),
];

/// The file `tests/source/mod.rs` of a proto crate: where the values of its tests come from.
pub const PROTO_TEST_SOURCE: &str = include_str!("../proto/tests/source/mod.rs");

/// The file `src/headers/metadata.rs` of a proto crate whose contracts have headers.
pub const PROTO_HEADER_METADATA: &str = include_str!("../proto/src/headers/metadata.rs");

/// The file `src/sessions/order.rs` of a proto crate whose contracts have sessions with a first or last action.
pub const PROTO_SESSION_ORDER: &str = include_str!("../proto/src/sessions/order.rs");

/// The file `src/faults/details.rs` of a proto crate whose contracts have faults.
pub const PROTO_FAULT_DETAILS: &str = include_str!("../proto/src/faults/details.rs");

/// The file `src/conversions/mod.rs` of a proto crate with all of [`PROTO_CONVERSIONS`].
pub const PROTO_CONVERSIONS_ROOT: &str = include_str!("../proto/src/conversions/mod.rs");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_sorted_and_documented_and_name_what_they_use() {
        for list in [SERVER_SUPPORT, CLIENT_SUPPORT, CLIENT, PROTO_CONVERSIONS] {
            assert!(list.is_sorted_by(|a, b| a.name < b.name));
            for module in list {
                assert!(module.text.starts_with("//! "), "{}", module.name);
                assert!(module.text.ends_with("}\n"), "{}", module.name);
                for package in module.needs.iter().chain(module.tests_need) {
                    let path = format!("{}::", package.replace('-', "_"));
                    assert!(
                        module.text.contains(&path),
                        "{} does not use {package}",
                        module.name
                    );
                }
                assert!(
                    module.needs.is_sorted() && module.tests_need.is_sorted(),
                    "{}",
                    module.name
                );
            }
        }
    }
}
