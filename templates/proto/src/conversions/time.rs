//! `System.DateTime` and `System.TimeSpan`, both counted in steps of 100 nanoseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prost_types::Timestamp;

use crate::conversions::InvalidValue;

/// Steps of 100 nanoseconds in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;
/// Nanoseconds in a step.
const NANOS_PER_TICK: i32 = 100;
/// `DateTime.MinValue`, the first moment of the year 1, in seconds since 1970.
const FIRST_SECOND: i64 = -62_135_596_800;
/// `DateTime.MaxValue`, the last second of the year 9999, in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// `DateTime.MaxValue.Ticks`.
const LAST_TICK: i64 = (LAST_SECOND - FIRST_SECOND + 1) * TICKS_PER_SECOND - 1;

const INVALID_TIME: InvalidValue = InvalidValue::new(
    "a moment from the year 1 to the year 9999, with 0 to 999,999,999 nanoseconds",
);
const INVALID_SPAN: InvalidValue = InvalidValue::new(
    "a duration within TimeSpan's range, with seconds and nanoseconds of one sign",
);

/// A `System.DateTime` in UTC. The default is the first moment of the year 1, as in .NET.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    ticks: i64,
}

impl DateTime {
    /// `DateTime.MinValue`.
    pub const MIN: Self = Self { ticks: 0 };
    /// `DateTime.MaxValue`.
    pub const MAX: Self = Self { ticks: LAST_TICK };

    /// The moment so many steps of 100 nanoseconds after the start of the year 1 (`DateTime.Ticks`), if .NET has it.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Option<Self> {
        if ticks >= 0 && ticks <= LAST_TICK {
            Some(Self { ticks })
        } else {
            None
        }
    }

    /// Steps of 100 nanoseconds since the start of the year 1.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        self.ticks
    }
}

impl From<DateTime> for Timestamp {
    fn from(time: DateTime) -> Self {
        // The remainder is below 10,000,000, so that its product fits.
        let rest = i32::try_from(time.ticks % TICKS_PER_SECOND).unwrap_or_default();
        Self {
            seconds: FIRST_SECOND + time.ticks / TICKS_PER_SECOND,
            nanos: rest * NANOS_PER_TICK,
        }
    }
}

/// What is finer than 100 nanoseconds is cut off, as .NET would.
impl TryFrom<Timestamp> for DateTime {
    type Error = InvalidValue;

    fn try_from(timestamp: Timestamp) -> Result<Self, InvalidValue> {
        let Timestamp { seconds, nanos } = timestamp;
        if !(0..=999_999_999).contains(&nanos) || !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
            return Err(INVALID_TIME);
        }
        let ticks = (seconds - FIRST_SECOND) * TICKS_PER_SECOND + i64::from(nanos / NANOS_PER_TICK);
        Ok(Self { ticks })
    }
}

impl TryFrom<SystemTime> for DateTime {
    type Error = InvalidValue;

    fn try_from(moment: SystemTime) -> Result<Self, InvalidValue> {
        timestamp(moment).and_then(Self::try_from)
    }
}

/// Windows has no moment before the year 1601.
impl TryFrom<DateTime> for SystemTime {
    type Error = InvalidValue;

    fn try_from(time: DateTime) -> Result<Self, InvalidValue> {
        moment(&time.into())
    }
}

/// A `System.TimeSpan`: all of its range, `MinValue` and `MaxValue` included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan {
    /// Steps of 100 nanoseconds (`TimeSpan.Ticks`).
    pub ticks: i64,
}

impl From<TimeSpan> for prost_types::Duration {
    fn from(span: TimeSpan) -> Self {
        duration(span.ticks)
    }
}

impl TryFrom<prost_types::Duration> for TimeSpan {
    type Error = InvalidValue;

    fn try_from(span: prost_types::Duration) -> Result<Self, InvalidValue> {
        ticks(&span).map(|ticks| Self { ticks })
    }
}

/// The moment that a `DateTime` on the wire stands for. Windows has no moment before the year 1601.
///
/// # Errors
///
/// If no `DateTime` has that value.
pub fn moment(timestamp: &Timestamp) -> Result<SystemTime, InvalidValue> {
    let nanos = u32::try_from(timestamp.nanos).map_err(|_| INVALID_TIME)?;
    if nanos > 999_999_999 || !(FIRST_SECOND..=LAST_SECOND).contains(&timestamp.seconds) {
        return Err(INVALID_TIME);
    }
    let seconds = Duration::from_secs(timestamp.seconds.unsigned_abs());
    let whole = if timestamp.seconds < 0 {
        UNIX_EPOCH.checked_sub(seconds)
    } else {
        UNIX_EPOCH.checked_add(seconds)
    };
    whole
        .and_then(|whole| whole.checked_add(Duration::from_nanos(u64::from(nanos))))
        .ok_or(INVALID_TIME)
}

/// A moment as a `DateTime` on the wire. What is finer than 100 nanoseconds is cut off, as .NET would.
///
/// # Errors
///
/// If no `DateTime` has that value.
pub fn timestamp(moment: SystemTime) -> Result<Timestamp, InvalidValue> {
    let (seconds, nanos) = match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => (
            i64::try_from(after.as_secs()).map_err(|_| INVALID_TIME)?,
            after.subsec_nanos(),
        ),
        Err(before) => {
            let before = before.duration();
            let seconds = i64::try_from(before.as_secs()).map_err(|_| INVALID_TIME)?;
            match before.subsec_nanos() {
                0 => (-seconds, 0),
                nanos => (-seconds - 1, 1_000_000_000 - nanos),
            }
        }
    };
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
        return Err(INVALID_TIME);
    }
    let nanos = i32::try_from(nanos).map_err(|_| INVALID_TIME)?;
    Ok(Timestamp {
        seconds,
        nanos: nanos - nanos % NANOS_PER_TICK,
    })
}

/// The steps of 100 nanoseconds (`TimeSpan.Ticks`) of a `TimeSpan` on the wire.
///
/// # Errors
///
/// If no `TimeSpan` has that value.
pub fn ticks(span: &prost_types::Duration) -> Result<i64, InvalidValue> {
    let nanos = i64::from(span.nanos);
    let one_sign = span.seconds == 0 || nanos == 0 || (span.seconds < 0) == (nanos < 0);
    if !one_sign || nanos.abs() > 999_999_999 {
        return Err(INVALID_SPAN);
    }
    span.seconds
        .checked_mul(TICKS_PER_SECOND)
        .and_then(|ticks| ticks.checked_add(nanos / i64::from(NANOS_PER_TICK)))
        .ok_or(INVALID_SPAN)
}

/// A `TimeSpan` on the wire, from its steps of 100 nanoseconds.
#[must_use]
pub fn duration(ticks: i64) -> prost_types::Duration {
    // The remainder is below 10,000,000, so that its product fits.
    let rest = i32::try_from(ticks % TICKS_PER_SECOND).unwrap_or_default();
    prost_types::Duration {
        seconds: ticks / TICKS_PER_SECOND,
        nanos: rest * NANOS_PER_TICK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(windows))]
    fn every_moment_comes_back() {
        for seconds in [FIRST_SECOND, -1, 0, 1, LAST_SECOND] {
            for nanos in [0, 100, 999_999_900] {
                let sent = Timestamp { seconds, nanos };
                assert_eq!(moment(&sent).and_then(timestamp), Ok(sent));
            }
        }
    }

    #[test]
    fn every_date_comes_back() {
        let mut ticks: i64 = 1;
        for _ in 0..2_000 {
            let date = DateTime::from_ticks(ticks.rem_euclid(LAST_TICK + 1));
            assert_eq!(
                date.map(|date| DateTime::try_from(Timestamp::from(date))),
                date.map(Ok)
            );
            ticks = ticks
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
        }
        for date in [DateTime::MIN, DateTime::MAX] {
            assert_eq!(DateTime::try_from(Timestamp::from(date)), Ok(date));
        }
        assert_eq!(DateTime::MAX.ticks(), 3_155_378_975_999_999_999);
        assert_eq!(DateTime::default(), DateTime::MIN);
        assert_eq!(DateTime::from_ticks(-1), None);
        assert_eq!(DateTime::from_ticks(LAST_TICK + 1), None);
        let now = DateTime::try_from(SystemTime::now());
        assert_eq!(
            now.and_then(SystemTime::try_from)
                .and_then(DateTime::try_from),
            now
        );
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for (seconds, nanos) in [
            (FIRST_SECOND - 1, 0),
            (LAST_SECOND + 1, 0),
            (0, -1),
            (0, 1_000_000_000),
            (i64::MIN, 0),
            (i64::MAX, 0),
        ] {
            assert_eq!(moment(&Timestamp { seconds, nanos }), Err(INVALID_TIME));
            assert_eq!(
                DateTime::try_from(Timestamp { seconds, nanos }),
                Err(INVALID_TIME)
            );
        }
    }

    #[test]
    fn every_span_comes_back() {
        let mut span: i64 = 1;
        for _ in 0..2_000 {
            assert_eq!(ticks(&duration(span)), Ok(span));
            span = span
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
        }
        for span in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(ticks(&duration(span)), Ok(span));
            let whole = TimeSpan { ticks: span };
            assert_eq!(
                TimeSpan::try_from(prost_types::Duration::from(whole)),
                Ok(whole)
            );
        }
        for (seconds, nanos) in [(1, -1), (-1, 1), (0, 1_000_000_000), (i64::MAX, 0)] {
            assert_eq!(
                ticks(&prost_types::Duration { seconds, nanos }),
                Err(INVALID_SPAN)
            );
        }
    }
}
