//! Sizes, times and counts: the effective value is carried, default included.

use wcf_config::channel_stack::{BindingElement, TransferMode, Transport};
use wcf_config::effective::{Effective, Timeout};

use crate::diagnostics::{ListenerSetting, MessageSizeUnlimited, Streamed};
use crate::endpoint::EndpointView;
use crate::plan::LimitsPlan;
use crate::planning::Planner;
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    REQUEST_SIZE = "limit-request-size", "maxReceivedMessageSize of the service limits requests.",
        why: "gRPC's own limit of 4 MiB would refuse what WCF took, or take what it refused.", reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";
    RESPONSE_SIZE = "limit-response-size", "maxReceivedMessageSize of the client limits responses; without the client's file the service's value is used.",
        why: "Each side limits what it reads.", reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";
    DEADLINE = "limit-deadline", "sendTimeout of the client is the deadline of a call; without the client's file the service's value is used.",
        why: "sendTimeout covers the whole exchange from the caller's side.", reference: "System.ServiceModel.Channels.Binding.SendTimeout";
    CONNECT = "limit-connect", "openTimeout of the client limits connecting; without the client's file the service's value is used.",
        why: "Opening a channel connects and authenticates.", reference: "System.ServiceModel.Channels.Binding.OpenTimeout";
    IDLE = "limit-idle", "receiveTimeout ends idle connections.",
        why: "It is how long a session may be silent, not how long a call may take.", reference: "System.ServiceModel.Channels.Binding.ReceiveTimeout";
    CALLS = "limit-calls", "maxConcurrentCalls limits calls at a time; further ones are refused as overload.",
        why: "WCF queues what is over the limit; a gRPC client is told at once and can retry elsewhere.", reference: "System.ServiceModel.Description.ServiceThrottlingBehavior";
    CONNECTIONS = "limit-connections", "maxConcurrentSessions limits connections at a time.",
        why: "A connection of gRPC is what a session of net.tcp was.", reference: "System.ServiceModel.Description.ServiceThrottlingBehavior";
    NO_TRANSPORT_LIMIT = "limit-default-size", "Without a value messages are limited to 64 KiB.",
        why: "It is the default of every transport of WCF.", reference: "System.ServiceModel.Channels.TransportDefaults.MaxReceivedMessageSize";
}

/// .NET's default of maxReceivedMessageSize.
const DEFAULT_MESSAGE_SIZE: u64 = 65_536;

/// From here on a limit is none: `int.MaxValue`.
const UNLIMITED: u64 = 2_147_483_647;

/// Decides all limits.
pub(crate) fn decide(planner: &mut Planner<'_>) -> LimitsPlan {
    let service = planner.service_view().unwrap_or(planner.view);
    let client = planner.client_view().unwrap_or(service);
    let max_request_bytes = message_size(planner, service, &REQUEST_SIZE);
    let max_response_bytes = message_size(planner, client, &RESPONSE_SIZE);
    let own_size = if planner.view.is_client() { &max_response_bytes } else { &max_request_bytes };
    if own_size.chosen >= UNLIMITED {
        let (bytes, because) = (own_size.chosen, own_size.because.clone());
        planner.report(&because, |at| MessageSizeUnlimited { at, bytes }.into());
    }
    let throttling = planner.service_side().and_then(|service| service.behavior.throttling.as_ref());
    let count = |name: &str, value: Option<&Effective<u32>>, rule: &'static Rule| {
        value.map(|value| Decision {
            chosen: value.value,
            rule,
            because: vec![Reason::of(name, value.value.to_string(), value, planner.files)],
        })
    };
    let max_concurrent_calls =
        count("serviceThrottling.maxConcurrentCalls", throttling.and_then(|throttling| throttling.max_concurrent_calls.as_ref()), &CALLS);
    let max_connections = count(
        "serviceThrottling.maxConcurrentSessions",
        throttling.and_then(|throttling| throttling.max_concurrent_sessions.as_ref()),
        &CONNECTIONS,
    );
    let timeout =
        |view: EndpointView<'_>, name: &str, of: fn(&wcf_config::effective::Timeouts) -> &Effective<Timeout>, rule: &'static Rule| {
            let effective = of(&view.binding().timeouts);
            match effective.value {
                Timeout::Infinite => None,
                Timeout::Milliseconds(chosen) => {
                    Some(Decision { chosen, rule, because: vec![Reason::of(name, timeout_words(chosen), effective, planner.files)] })
                }
            }
        };
    let deadline_ms = timeout(client, "sendTimeout", |timeouts| &timeouts.send, &DEADLINE);
    let connect_timeout_ms = timeout(client, "openTimeout", |timeouts| &timeouts.open, &CONNECT);
    let idle_ms = timeout(service, "receiveTimeout", |timeouts| &timeouts.receive, &IDLE);
    let streamed = transfer(planner);
    pooling(planner);
    LimitsPlan {
        max_request_bytes,
        max_response_bytes,
        deadline_ms,
        connect_timeout_ms,
        idle_ms,
        max_concurrent_calls,
        max_connections,
        gzip: compressed(planner.view),
        streamed,
    }
}

fn timeout_words(milliseconds: u64) -> String {
    if milliseconds.is_multiple_of(1000) { format!("{} s", milliseconds / 1000) } else { format!("{milliseconds} ms") }
}

fn transport_of<'a>(view: EndpointView<'a>) -> Option<&'a Transport> {
    view.binding().stack.as_ref().ok().and_then(|stack| stack.transport())
}

/// The largest message a side reads, where its transport has such a limit.
pub(crate) fn received_size<'a>(view: EndpointView<'a>) -> Option<&'a Effective<u64>> {
    match transport_of(view)? {
        Transport::Http(http) => Some(&http.max_received_message_size),
        Transport::Tcp(stream) | Transport::NamedPipe(stream) => Some(&stream.max_received_message_size),
        Transport::Msmq(_) | Transport::MsmqIntegration(_) | Transport::Peer | Transport::Udp | Transport::Opaque { .. } => None,
    }
}

fn message_size(planner: &Planner<'_>, view: EndpointView<'_>, rule: &'static Rule) -> Decision<u64> {
    match received_size(view) {
        Some(size) => Decision {
            chosen: size.value,
            rule,
            because: vec![Reason::of("maxReceivedMessageSize", size.value.to_string(), size, planner.files)],
        },
        None => Decision {
            chosen: DEFAULT_MESSAGE_SIZE,
            rule: &NO_TRANSPORT_LIMIT,
            because: vec![Reason::derived("maxReceivedMessageSize", "65536", "TransportDefaults")],
        },
    }
}

fn transfer(planner: &mut Planner<'_>) -> bool {
    let files = planner.files;
    let mode = match transport_of(planner.view) {
        Some(Transport::Http(http)) => &http.transfer_mode,
        Some(Transport::Tcp(stream) | Transport::NamedPipe(stream)) => &stream.transfer_mode,
        Some(Transport::Msmq(_) | Transport::MsmqIntegration(_) | Transport::Peer | Transport::Udp | Transport::Opaque { .. }) | None => {
            return false;
        }
    };
    let value = match mode.value {
        TransferMode::Buffered => return false,
        TransferMode::Streamed => "Streamed",
        TransferMode::StreamedRequest => "StreamedRequest",
        TransferMode::StreamedResponse => "StreamedResponse",
    };
    let reason = Reason::of("transferMode", value, mode, files);
    planner.report(&[reason], |at| Streamed { at }.into());
    true
}

/// `maxConnections`, `listenBacklog`, `portSharingEnabled` are about .NET's pools and pending accepts.
fn pooling(planner: &mut Planner<'_>) {
    let files = planner.files;
    let stream = match transport_of(planner.view) {
        Some(Transport::Tcp(stream) | Transport::NamedPipe(stream)) => stream,
        Some(
            Transport::Http(_)
            | Transport::Msmq(_)
            | Transport::MsmqIntegration(_)
            | Transport::Peer
            | Transport::Udp
            | Transport::Opaque { .. },
        )
        | None => return,
    };
    let mut written = |setting: &'static str, value: String, origin: &wcf_config::effective::Origin| {
        if origin.is_written() {
            let reason = Reason::from_origin(setting, value, origin, files);
            planner.report(&[reason], |at| ListenerSetting { at, setting }.into());
        }
    };
    written("maxConnections", stream.max_connections.value.to_string(), &stream.max_connections.origin);
    written("listenBacklog", stream.listen_backlog.value.to_string(), &stream.listen_backlog.origin);
    if stream.port_sharing.value {
        written("portSharingEnabled", "true".to_owned(), &stream.port_sharing.origin);
    }
}

fn compressed(view: EndpointView<'_>) -> bool {
    view.binding().stack.as_ref().is_ok_and(|stack| {
        stack.elements.iter().any(|element| matches!(element, BindingElement::Encoding(encoding) if encoding.compressed))
    })
}
