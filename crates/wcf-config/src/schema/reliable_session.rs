//! `reliableSession` of the standard bindings.

use crate::schema::{Content, Element, bool, timeout_from};

/// `StandardBindingReliableSessionElement`.
pub static STANDARD_BINDING_RELIABLE_SESSION: Element = Element {
    class: "StandardBindingReliableSessionElement",
    attributes: &[bool("ordered", "true"), timeout_from("inactivityTimeout", 1, "00:10:00")],
    children: &[],
    content: Content::Closed,
};

/// `StandardBindingOptionalReliableSessionElement`.
pub static STANDARD_BINDING_OPTIONAL_RELIABLE_SESSION: Element = Element {
    class: "StandardBindingOptionalReliableSessionElement",
    attributes: &[bool("ordered", "true"), timeout_from("inactivityTimeout", 1, "00:10:00"), bool("enabled", "false")],
    children: &[],
    content: Content::Closed,
};
