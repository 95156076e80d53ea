//! The support modules of a server, compiled and tested as they will be in a generated crate.
#![allow(
    dead_code,
    reason = "a generated crate is a library, in which nothing public is dead"
)]

#[path = "../server/src/generated/support/mod.rs"]
pub mod support;
