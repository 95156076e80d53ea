//! The `behavior` elements that hold service and endpoint behaviors.

use crate::schema::{Content, Element, ExtensionKind, NAME};

/// `behaviors/serviceBehaviors/behavior`.
pub static SERVICE_BEHAVIOR: Element = Element {
    class: "ServiceBehaviorElement",
    attributes: &[NAME],
    children: &[],
    content: Content::Extensions(ExtensionKind::ServiceBehavior),
};

/// `behaviors/endpointBehaviors/behavior`.
pub static ENDPOINT_BEHAVIOR: Element = Element {
    class: "EndpointBehaviorElement",
    attributes: &[NAME],
    children: &[],
    content: Content::Extensions(ExtensionKind::EndpointBehavior),
};

/// `commonBehaviors/serviceBehaviors`.
pub static COMMON_SERVICE_BEHAVIORS: Element = Element {
    class: "CommonServiceBehaviorElement",
    attributes: &[],
    children: &[],
    content: Content::Extensions(ExtensionKind::ServiceBehavior),
};

/// `commonBehaviors/endpointBehaviors`.
pub static COMMON_ENDPOINT_BEHAVIORS: Element = Element {
    class: "CommonEndpointBehaviorElement",
    attributes: &[],
    children: &[],
    content: Content::Extensions(ExtensionKind::EndpointBehavior),
};
