//! The faults of a proto crate, compiled and tested as they will be in a generated crate.
#![allow(
    dead_code,
    reason = "in a generated crate the modules of services use everything"
)]

#[path = "../proto/src/faults/details.rs"]
mod details;
