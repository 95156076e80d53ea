//! The order of sessions in a proto crate, compiled and tested as it will be in a generated crate.
#![allow(
    dead_code,
    reason = "in a generated crate the modules of services use everything"
)]

#[path = "../proto/src/sessions/order.rs"]
mod order;
