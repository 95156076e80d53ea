//! `netMsmqBinding`: binary SOAP through MSMQ. By default signed and readable.

use crate::channel_stack::{BindingElement, EncodingKind, Transport};
use crate::lower::{self, Contradiction, Lowered, Values};
use crate::message_security;
use crate::schema::enumeration::{
    DEAD_LETTER_QUEUE, MESSAGE_CREDENTIAL_TYPE, NET_MSMQ_SECURITY_MODE, QUEUE_TRANSFER_PROTOCOL, RECEIVE_ERROR_HANDLING,
    SECURITY_ALGORITHM_SUITE,
};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::transport_element::MSMQ_TRANSPORT_SECURITY;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, enumeration, int,
    long, timeout, uri,
};

/// `NetMsmqBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetMsmqBindingElement",
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
        enumeration("queueTransferProtocol", &QUEUE_TRANSFER_PROTOCOL, "Native"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        bool("useActiveDirectory", "false"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &NET_MSMQ_SECURITY },
    ],
    content: Content::Closed,
};

/// `NetMsmqSecurityElement`.
pub static NET_MSMQ_SECURITY: Element = Element {
    class: "NetMsmqSecurityElement",
    attributes: &[enumeration("mode", &NET_MSMQ_SECURITY_MODE, "Transport")],
    children: &[
        Child { name: "transport", element: &MSMQ_TRANSPORT_SECURITY },
        Child { name: "message", element: &MESSAGE_SECURITY_OVER_MSMQ },
    ],
    content: Content::Closed,
};

/// `MessageSecurityOverMsmqElement`.
pub static MESSAGE_SECURITY_OVER_MSMQ: Element = Element {
    class: "MessageSecurityOverMsmqElement",
    attributes: &[
        enumeration("clientCredentialType", &MESSAGE_CREDENTIAL_TYPE, "Windows"),
        enumeration("algorithmSuite", &SECURITY_ALGORITHM_SUITE, "Basic256"),
    ],
    children: &[],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(contradictions(values))
}

fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let (transport, message) = match values.text("security.mode") {
        "None" => (false, false),
        "Transport" => (true, false),
        "Message" => (false, true),
        "Both" => (true, true),
        _ => return Err(values.impossible("security.mode")),
    };
    let mut elements = Vec::new();
    if message {
        elements.push(message_security::by_credential(
            values,
            &message_security::Rules {
                class: "MessageSecurityOverMsmq",
                over_transport: false,
                negotiated: false,
                secure_conversation: false,
                version: message_security::WSS11,
                timestamps: false,
            },
        )?);
    }
    elements.push(lower::encoding(EncodingKind::Binary));
    elements.push(BindingElement::Transport(Transport::Msmq(Box::new(lower::msmq(values, "security.transport.", transport)?))));
    Ok(elements)
}

/// What `MsmqVerifier` and `MsmqBindingElementBase` refuse, for both MSMQ bindings.
pub(crate) fn contradictions(values: &Values<'_>) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if matches!(values.text("security.mode"), "Transport" | "Both") {
        found.extend(lower::msmq_contradictions(values, "security.transport."));
    }
    if values.is("exactlyOnce") && !values.is("durable") {
        found.push(values.contradiction(
            "MsmqVerifier.VerifyDurable",
            &["exactlyOnce", "durable"],
            "`exactlyOnce` needs `durable`",
            "set `durable` to true, or `exactlyOnce` to false",
        ));
    }
    if values.number("maxReceivedMessageSize") == 0 {
        found.push(values.contradiction(
            "MsmqBindingBase.MaxReceivedMessageSize",
            &["maxReceivedMessageSize"],
            "`maxReceivedMessageSize` has to be above zero",
            "raise the limit",
        ));
    }
    found
}
