//! The conversions of a proto crate, compiled and tested as they will be in a generated crate.
#![allow(
    dead_code,
    reason = "a generated crate is a library, in which nothing public is dead"
)]

/// Stands where prost's message is in a generated crate.
pub mod dotnet {
    /// The package's only version.
    pub mod v1 {
        /// `dotnet.v1.DateTime`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct DateTime {
            /// What the clock shows.
            pub clock_time: Option<prost_types::Timestamp>,
            /// Which clock.
            pub kind: i32,
        }

        /// `dotnet.v1.DateTimeOffset`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct DateTimeOffset {
            /// The moment.
            pub utc_time: Option<prost_types::Timestamp>,
            /// Minutes ahead of UTC.
            pub offset_minutes: i32,
        }

        /// `dotnet.v1.Decimal`.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Decimal {
            /// The number as text.
            pub value: String,
        }
    }
}

#[path = "../proto/src/conversions/mod.rs"]
pub mod conversions;

#[path = "../proto/src/headers"]
mod headers {
    mod metadata;
}
