//! `wcf2grpc.lock`: numbers and names with consequences, recorded.

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {}
