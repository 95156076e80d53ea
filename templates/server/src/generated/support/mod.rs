//! The parts of a server that do not depend on its plan.

pub mod acceptor;
pub mod authentication;
pub mod basic;
pub mod bearer;
pub mod browsers;
pub mod caller;
pub mod calls;
pub mod certificates;
pub mod clear_text;
pub mod command_line;
pub mod connections;
pub mod health;
pub mod local_socket;
pub mod local_users;
pub mod negotiate;
pub mod password_file;
pub mod pkcs12;
pub mod reflection;
pub mod reload;
pub mod roles;
pub mod serving;
pub mod settings;
pub mod shared_port;
pub mod tls;
pub mod verifiers;
