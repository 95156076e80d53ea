//! Sessions, reliability, transactions, context, encodings: protocols between the message and its transport.

use wcf_config::channel_stack::{BindingElement, EncodingKind};

use crate::diagnostics::{ContextLost, ReliableSessionLost, SecureConversationReplaced, TransactionsLost, WebUrisLost};
use crate::plan::Fate;
use crate::planning::Planner;
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    RELIABLE_SESSION = "session-reliable", Warn, "Reliable messaging is not kept; operations are made safe to repeat.",
        why: "HTTP/2 keeps order on a connection and knows nothing beyond it.", reference: "WS-ReliableMessaging 1.1";
    TRANSACTION = "session-transactions", Warn, "Transactions do not flow.",
        why: "gRPC has no distributed transactions.", reference: "WS-AtomicTransaction 1.1";
    SECURE_CONVERSATION = "session-secure-conversation", Note, "A security session becomes the TLS connection.",
        why: "Both authenticate once and derive keys.", reference: "WS-SecureConversation 1.3; RFC 8446";
    CONTEXT = "session-context", Warn, "Context exchange is not kept.",
        why: "Instance ids belong in messages.", reference: "System.ServiceModel.Channels.ContextBindingElement";
    WEB = "session-web", Warn, "A REST endpoint is served as gRPC with gRPC-Web for browsers.",
        why: "URI templates and verbs have no counterpart.", reference: "gRPC-Web protocol";
}

/// Reports what is not kept, and returns whether the messages are those of a web service and what becomes of each protocol.
pub(crate) fn report(planner: &mut Planner<'_>) -> (bool, Vec<Decision<Fate>>) {
    let files = planner.files;
    let mut fates = Vec::new();
    // An endpoint without a channel stack is refused before, so that nothing is said of it here.
    let elements = planner.view.binding().stack.as_ref().map_or(&[][..], |stack| stack.elements.as_slice());
    let mut web = false;
    let mut fate = |chosen, rule: &'static Rule, because| fates.push(Decision { chosen, rule, because });
    for element in elements {
        match element {
            BindingElement::ReliableSession(session) => {
                let reason =
                    Reason::of("reliableSession", if session.ordered.value { "ordered" } else { "unordered" }, &session.ordered, files);
                planner.report(std::slice::from_ref(&reason), |at| ReliableSessionLost { at }.into());
                fate(Fate::NotKept, &RELIABLE_SESSION, vec![reason]);
            }
            BindingElement::TransactionFlow(flow) => {
                if flow.enabled.value {
                    let reason = Reason::of("transactionFlow", "true", &flow.enabled, files);
                    planner.report(std::slice::from_ref(&reason), |at| TransactionsLost { at }.into());
                    fate(Fate::NotKept, &TRANSACTION, vec![reason]);
                }
            }
            BindingElement::Context => {
                planner.report(&[], |at| ContextLost { at }.into());
                fate(Fate::NotKept, &CONTEXT, vec![of_stack("context exchange", "ContextBindingElement")]);
            }
            BindingElement::Encoding(encoding) => match encoding.kind {
                EncodingKind::Web => {
                    web = true;
                    planner.report(&[], |at| WebUrisLost { at }.into());
                    fate(Fate::Replaced, &WEB, vec![of_stack("encoding", "WebMessageEncodingBindingElement")]);
                }
                EncodingKind::Text | EncodingKind::Binary | EncodingKind::Mtom | EncodingKind::ByteStream => {}
            },
            BindingElement::Security(security) => {
                if security.secure_conversation {
                    let because = planner.posture.message_caller.because.clone();
                    planner.report(&because, |at| SecureConversationReplaced { at }.into());
                    fate(Fate::Replaced, &SECURE_CONVERSATION, because);
                }
            }
            BindingElement::CompositeDuplex
            | BindingElement::OneWay
            | BindingElement::PrivacyNotice
            | BindingElement::PeerResolver(_)
            | BindingElement::SslStreamSecurity(_)
            | BindingElement::WindowsStreamSecurity(_)
            | BindingElement::Opaque { .. }
            | BindingElement::Transport(_) => {}
        }
    }
    (web, fates)
}

fn of_stack(what: &str, class: &str) -> Reason {
    Reason::derived(what, "in the channel stack", class)
}
