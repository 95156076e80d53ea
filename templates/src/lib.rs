//! Text templates and support modules of the generated crates.
