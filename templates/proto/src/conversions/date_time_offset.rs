//! `System.DateTimeOffset`: a moment, and how far the clock that read it was from UTC.

use prost_types::Timestamp;

use crate::conversions::InvalidValue;
use crate::conversions::time::DateTime;
use crate::dotnet::v1::DateTimeOffset as Wire;

/// Minutes in 14 hours, the farthest that a clock may be from UTC.
const FARTHEST: i32 = 840;
const TICKS_PER_MINUTE: i64 = 600_000_000;

const INVALID: InvalidValue = InvalidValue::new(
    "a moment and an offset from -840 to 840 minutes, with a clock time from the year 1 to the year 9999",
);

/// A `System.DateTimeOffset`. Two are equal here if moment and offset are (.NET compares moments only).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTimeOffset {
    utc: DateTime,
    offset_minutes: i32,
}

impl DateTimeOffset {
    /// A moment as a clock reads it that is so many minutes ahead of UTC, if .NET has it.
    #[must_use]
    pub fn new(utc: DateTime, offset_minutes: i32) -> Option<Self> {
        let clock = utc
            .ticks()
            .checked_add(i64::from(offset_minutes) * TICKS_PER_MINUTE)?;
        DateTime::from_ticks(clock)?;
        (offset_minutes.abs() <= FARTHEST).then_some(Self {
            utc,
            offset_minutes,
        })
    }

    /// The moment.
    #[must_use]
    pub const fn utc(self) -> DateTime {
        self.utc
    }

    /// Minutes to add to UTC for the clock's time.
    #[must_use]
    pub const fn offset_minutes(self) -> i32 {
        self.offset_minutes
    }
}

impl From<DateTimeOffset> for Wire {
    fn from(time: DateTimeOffset) -> Self {
        Self {
            utc_time: Some(time.utc.into()),
            offset_minutes: time.offset_minutes,
        }
    }
}

impl TryFrom<Wire> for DateTimeOffset {
    type Error = InvalidValue;

    fn try_from(wire: Wire) -> Result<Self, InvalidValue> {
        let utc: Timestamp = wire.utc_time.ok_or(INVALID)?;
        // Within two years, so that the absolute value exists.
        if !(-FARTHEST..=FARTHEST).contains(&wire.offset_minutes) {
            return Err(INVALID);
        }
        Self::new(DateTime::try_from(utc)?, wire.offset_minutes).ok_or(INVALID)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moment_and_offset_come_back() {
        let day = DateTime::from_ticks(864_000_000_000).unwrap_or_default();
        for utc in [day, DateTime::MAX, DateTime::MIN] {
            for offset in [-840, -61, -1, 0, 1, 330, 840] {
                if let Some(time) = DateTimeOffset::new(utc, offset) {
                    let back = DateTimeOffset::try_from(Wire::from(time));
                    assert_eq!(back, Ok(time));
                    assert_eq!((time.utc(), time.offset_minutes()), (utc, offset));
                }
            }
        }
        assert!(DateTimeOffset::new(day, 840).is_some());
        assert!(DateTimeOffset::new(DateTime::MIN, 0).is_some());
        assert_eq!(DateTimeOffset::new(DateTime::MIN, -1), None);
        assert_eq!(DateTimeOffset::new(DateTime::MAX, 1), None);
        assert_eq!(DateTimeOffset::new(day, 841), None);
    }

    #[test]
    fn what_is_no_moment_of_a_clock_is_refused() {
        let time = DateTimeOffset::default();
        for offset_minutes in [i32::MIN, -841, -1, 841, i32::MAX] {
            let wire = Wire {
                offset_minutes,
                ..Wire::from(time)
            };
            assert_eq!(DateTimeOffset::try_from(wire), Err(INVALID));
        }
        let wire = Wire {
            utc_time: None,
            ..Wire::from(time)
        };
        assert_eq!(DateTimeOffset::try_from(wire), Err(INVALID));
    }
}
