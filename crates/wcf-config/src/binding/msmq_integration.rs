//! `msmqIntegrationBinding`: messages of other programs through MSMQ.

use crate::channel_stack::{BindingElement, Transport};
use crate::lower::{self, Contradiction, Lowered, Values};
use crate::schema::enumeration::{
    DEAD_LETTER_QUEUE, MSMQ_INTEGRATION_SECURITY_MODE, MSMQ_MESSAGE_SERIALIZATION_FORMAT, RECEIVE_ERROR_HANDLING,
};
use crate::schema::transport_element::MSMQ_TRANSPORT_SECURITY;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, enumeration, int,
    long, timeout, uri,
};

/// `MsmqIntegrationBindingElement`.
pub static SCHEMA: Element = Element {
    class: "MsmqIntegrationBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        uri("customDeadLetterQueue", None),
        enumeration("deadLetterQueue", &DEAD_LETTER_QUEUE, "System"),
        bool("durable", "true"),
        bool("exactlyOnce", "true"),
        long("maxReceivedMessageSize", 0, LONG_MAX, "65536"),
        int("maxRetryCycles", 0, INT_MAX, "2"),
        bool("receiveContextEnabled", "true"),
        enumeration("receiveErrorHandling", &RECEIVE_ERROR_HANDLING, "Fault"),
        int("receiveRetryCount", 0, INT_MAX, "5"),
        timeout("retryCycleDelay", "00:30:00"),
        timeout("timeToLive", "1.00:00:00"),
        bool("useSourceJournal", "false"),
        bool("useMsmqTracing", "false"),
        timeout("validityDuration", "00:05:00"),
        enumeration("serializationFormat", &MSMQ_MESSAGE_SERIALIZATION_FORMAT, "Xml"),
    ],
    children: &[Child { name: "security", element: &MSMQ_INTEGRATION_SECURITY }],
    content: Content::Closed,
};

/// `MsmqIntegrationSecurityElement`.
pub static MSMQ_INTEGRATION_SECURITY: Element = Element {
    class: "MsmqIntegrationSecurityElement",
    attributes: &[enumeration("mode", &MSMQ_INTEGRATION_SECURITY_MODE, "Transport")],
    children: &[Child { name: "transport", element: &MSMQ_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(super::net_msmq::contradictions(values))
}

fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let transport = match values.text("security.mode") {
        "None" => false,
        "Transport" => true,
        _ => return Err(values.impossible("security.mode")),
    };
    Ok(vec![BindingElement::Transport(Transport::MsmqIntegration(Box::new(lower::msmq(values, "security.transport.", transport)?)))])
}
