//! `System.DateTime` with its kind: what a clock shows, and which clock it is.

use prost_types::Timestamp;

use crate::conversions::InvalidValue;
use crate::conversions::time::DateTime;
use crate::dotnet::v1::DateTime as Wire;

const INVALID: InvalidValue = InvalidValue::new(
    "a clock's time, and 0, 1 or 2 for no clock in particular, UTC or the local clock",
);

/// `System.DateTimeKind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nobody said which clock.
    #[default]
    Unspecified,
    /// UTC.
    Utc,
    /// The local clock of who sent it.
    Local,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unspecified, Self::Utc, Self::Local];
}

/// A `System.DateTime` as .NET holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime {
    /// What the clock shows. It is a moment in UTC only if the kind says so.
    pub clock: DateTime,
    /// Which clock.
    pub kind: Kind,
}

impl From<ClockTime> for Wire {
    fn from(time: ClockTime) -> Self {
        let kind = match time.kind {
            Kind::Unspecified => 0,
            Kind::Utc => 1,
            Kind::Local => 2,
        };
        Self {
            clock_time: Some(time.clock.into()),
            kind,
        }
    }
}

impl TryFrom<Wire> for ClockTime {
    type Error = InvalidValue;

    fn try_from(wire: Wire) -> Result<Self, InvalidValue> {
        let kind = match wire.kind {
            0 => Kind::Unspecified,
            1 => Kind::Utc,
            2 => Kind::Local,
            _ => return Err(INVALID),
        };
        let clock: Timestamp = wire.clock_time.ok_or(INVALID)?;
        Ok(Self {
            clock: clock.try_into()?,
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_kind_come_back() {
        for clock in [DateTime::MIN, DateTime::MAX] {
            for kind in Kind::ALL {
                let time = ClockTime { clock, kind };
                assert_eq!(ClockTime::try_from(Wire::from(time)), Ok(time));
            }
        }
    }

    #[test]
    fn other_kinds_are_refused() {
        let time = Wire::from(ClockTime::default());
        for kind in [-1, 3, i32::MAX] {
            assert_eq!(ClockTime::try_from(Wire { kind, ..time }), Err(INVALID));
        }
        let empty = Wire {
            clock_time: None,
            kind: 0,
        };
        assert_eq!(ClockTime::try_from(empty), Err(INVALID));
    }
}
