//! The support modules of a client, compiled and tested as they will be in a generated crate.
#![allow(
    dead_code,
    reason = "a generated crate is a library, in which nothing public is dead"
)]

#[path = "../client/src/generated"]
/// As in a client crate.
pub mod generated {
    pub mod credentials;
    pub mod errors;
    pub mod negotiate;
    pub mod tokens;
    /// Fixed.
    pub mod support {
        #[path = "../../../../server/src/generated/support/certificates.rs"]
        pub mod certificates;
        pub mod clear_text;
        pub mod connector;
        pub mod local_socket;
        #[path = "../../../../server/src/generated/support/local_users.rs"]
        pub mod local_users;
        pub mod pinned_servers;
        pub mod server_trust;
        #[path = "../../../../server/src/generated/support/settings.rs"]
        pub mod settings;
    }
}
