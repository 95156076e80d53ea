//! .NET values that proto has no type for, from the wire and back.
//!
//! Nothing here panics: what does not fit is an [`InvalidValue`], which becomes `INVALID_ARGUMENT` with `?` in a method.

pub mod decimal;
pub mod guid;
pub mod time;

use std::error::Error;
use std::fmt;

/// A value on the wire that no .NET value of its type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    /// What it should have been.
    pub expected: &'static str,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}", self.expected)
    }
}

impl Error for InvalidValue {}

impl From<InvalidValue> for tonic::Status {
    fn from(invalid: InvalidValue) -> Self {
        Self::invalid_argument(invalid.to_string())
    }
}
