//! The `cargo wcf2grpc` command.

fn main() {}
