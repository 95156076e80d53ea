//! Values for tests, made of bytes: extremes as often as everything else, and little values where the bytes end, so that
//! proptest can make a failing case smaller.
#![allow(
    dead_code,
    reason = "not every contract has every kind of value"
)]

use proptest::prelude::*;

/// Bytes to make values of.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..512)
}

/// How deep values are nested at most; protobuf's own bound is 100.
const DEEPEST: u32 = 12;

/// Where values come from.
#[derive(Debug)]
pub struct Source<'a> {
    bytes: std::slice::Iter<'a, u8>,
    depth: u32,
}

macro_rules! integers {
    ($($(#[$docs:meta])* $name:ident: $integer:ty),*) => {
        $($(#[$docs])*
        pub fn $name(&mut self) -> $integer {
            const EXTREMES: [$integer; 5] = [0, 1, <$integer>::MIN, <$integer>::MAX, <$integer>::MAX - 1];
            match self.extreme(EXTREMES.len()) {
                Some(at) => EXTREMES[at],
                None => <$integer>::from_le_bytes(self.take()),
            }
        })*
    };
}

impl<'a> Source<'a> {
    /// Values made of these bytes, and small ones after their end.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes: bytes.iter(),
            depth: 0,
        }
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or_default()
    }

    fn take<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// One of so many extremes, half of the time.
    fn extreme(&mut self, count: usize) -> Option<usize> {
        let byte = usize::from(self.byte());
        byte.is_multiple_of(2).then_some(byte / 2 % count)
    }

    /// A number below `count`.
    pub fn choice(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    /// A value or none.
    pub fn option<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.byte().is_multiple_of(4) || self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let value = make(self);
        self.depth -= 1;
        Some(value)
    }

    /// A list of up to three values.
    pub fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = if self.depth >= DEEPEST { 0 } else { self.choice(4) };
        self.depth += 1;
        let values = (0..length).map(|_| make(self)).collect();
        self.depth -= 1;
        values
    }

    integers! {
        /// `sbyte`.
        int8: i8,
        /// `short`.
        int16: i16,
        /// `int`.
        int32: i32,
        /// `long`.
        int64: i64,
        /// `byte`.
        uint8: u8,
        /// `ushort` or `char`, halves of surrogate pairs included.
        uint16: u16,
        /// `uint`.
        uint32: u32,
        /// `ulong`.
        uint64: u64
    }

    /// `bool`.
    pub fn boolean(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// `float`, all but those that are no numbers: they are not equal to themselves.
    pub fn float(&mut self) -> f32 {
        const EXTREMES: [f32; 6] = [0.0, -0.0, f32::MIN, f32::MAX, f32::INFINITY, f32::MIN_POSITIVE];
        let number = match self.extreme(EXTREMES.len()) {
            Some(at) => EXTREMES[at],
            None => f32::from_le_bytes(self.take()),
        };
        if number.is_nan() { 0.0 } else { number }
    }

    /// `double`, all but those that are no numbers.
    pub fn double(&mut self) -> f64 {
        const EXTREMES: [f64; 6] = [0.0, -0.0, f64::MIN, f64::MAX, f64::NEG_INFINITY, f64::MIN_POSITIVE];
        let number = match self.extreme(EXTREMES.len()) {
            Some(at) => EXTREMES[at],
            None => f64::from_le_bytes(self.take()),
        };
        if number.is_nan() { 0.0 } else { number }
    }

    /// `string`.
    pub fn text(&mut self) -> String {
        const EXTREMES: [&str; 6] = ["", " ", "null", "\0\r\n", "\u{10FFFF}\u{200F}é", "<a b=\"&amp;\"/>"];
        match self.extreme(EXTREMES.len()) {
            Some(at) => EXTREMES[at].to_owned(),
            None => self.list(|source| char::from_u32(source.uint32() % 0x11_0000).unwrap_or('x')).into_iter().collect(),
        }
    }

    /// `byte[]`.
    pub fn binary(&mut self) -> Vec<u8> {
        self.list(Self::uint8)
    }

    /// `Guid`.
    pub fn guid(&mut self) -> uuid::Uuid {
        match self.extreme(2) {
            Some(0) => uuid::Uuid::nil(),
            Some(_) => uuid::Uuid::max(),
            None => uuid::Uuid::from_bytes(self.take()),
        }
    }

    /// The 96 bits and the sign of a `decimal`.
    pub fn mantissa(&mut self) -> i128 {
        const LAST: i128 = (1 << 96) - 1;
        match self.extreme(4) {
            Some(at) => [0, 1, LAST, -LAST][at],
            None => i128::from_le_bytes(self.take()) % (LAST + 1),
        }
    }

    /// The digits after the point of a `decimal`.
    pub fn scale(&mut self) -> u32 {
        match self.extreme(2) {
            Some(0) => 0,
            Some(_) => 28,
            None => u32::from(self.byte()) % 29,
        }
    }

    /// `DateTime.Ticks`.
    pub fn date_time_ticks(&mut self) -> i64 {
        const LAST: i64 = 3_155_378_975_999_999_999;
        match self.extreme(4) {
            // The first and the last moment, 1970, and the step before it.
            Some(at) => [0, LAST, 621_355_968_000_000_000, 621_355_967_999_999_999][at],
            None => i64::from_le_bytes(self.take()).rem_euclid(LAST + 1),
        }
    }

    /// The offset of a `DateTimeOffset`.
    pub fn offset_minutes(&mut self) -> i32 {
        match self.extreme(3) {
            Some(at) => [0, -840, 840][at],
            None => i32::from(self.int16()) % 841,
        }
    }

    /// A number of an enum: one of its own most of the time.
    pub fn number(&mut self, own: &[i32]) -> i32 {
        match self.byte() % 4 {
            0..=2 if !own.is_empty() => own[self.choice(own.len())],
            _ => self.int32(),
        }
    }

    /// `object`.
    pub fn any(&mut self) -> prost_types::Any {
        prost_types::Any {
            type_url: self.text(),
            value: self.binary(),
        }
    }
}
