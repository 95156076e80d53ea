//! Proto, Rust and manifests from a migration plan, for wcf2grpc.
