//! .NET values that proto has no type for, from the wire and back.
//!
//! Nothing here panics: what does not fit is an [`InvalidValue`], which becomes `INVALID_ARGUMENT` with `?` in a method.

pub mod clock_time;
pub mod date_time_offset;
pub mod decimal;
pub mod guid;
pub mod time;

use std::error::Error;
use std::fmt;

/// A value on the wire that no .NET value of its type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    /// The member that has it, `Message.field`; empty if that is not known.
    pub member: &'static str,
    /// What it should have been.
    pub expected: &'static str,
}

impl InvalidValue {
    /// A required member that is absent.
    pub const MISSING: Self = Self::new("a value: the member is required");
    /// An abstract class without a derived one.
    pub const MISSING_CLASS: Self = Self::new("a value of a derived class: the class is abstract");

    /// A value that is not what it should have been.
    #[must_use]
    pub const fn new(expected: &'static str) -> Self {
        Self {
            member: "",
            expected,
        }
    }
}

/// Names the member that an invalid value is of, unless a part of it was named already.
pub fn at(member: &'static str) -> impl Fn(InvalidValue) -> InvalidValue {
    move |invalid| match invalid.member {
        "" => InvalidValue { member, ..invalid },
        _ => invalid,
    }
}

/// A number that .NET has in a smaller integer than the wire.
///
/// # Errors
///
/// If it does not fit.
pub fn narrow<W, N: TryFrom<W>>(number: W) -> Result<N, InvalidValue> {
    N::try_from(number).map_err(|_| InvalidValue::new("a number within the range of its .NET type"))
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.member.is_empty() {
            write!(formatter, "{}: ", self.member)?;
        }
        write!(formatter, "expected {}", self.expected)
    }
}

impl Error for InvalidValue {}

impl From<InvalidValue> for tonic::Status {
    fn from(invalid: InvalidValue) -> Self {
        Self::invalid_argument(invalid.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_member_is_named() {
        let invalid = InvalidValue::new("a number");
        assert_eq!(invalid.to_string(), "expected a number");
        let named = at("Order.lines")(at("Line.count")(invalid));
        assert_eq!(named.to_string(), "Line.count: expected a number");
    }

    #[test]
    fn numbers_keep_to_their_range() {
        assert_eq!(narrow::<_, u16>(65_535_u32), Ok(u16::MAX));
        assert!(narrow::<_, u16>(65_536_u32).is_err());
        assert_eq!(narrow::<_, i8>(-128_i32), Ok(i8::MIN));
        assert!(narrow::<_, i8>(-129_i32).is_err());
    }
}
