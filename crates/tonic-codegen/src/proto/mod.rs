//! Proto text: messages and services of a package.

/// One `.proto` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtoFile {
    /// Path under `proto/`, forward slashes.
    pub path: String,
}
