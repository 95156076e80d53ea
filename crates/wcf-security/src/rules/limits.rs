//! Sizes, times and counts: the effective value is carried, default included.

use wcf_config::channel_stack::{BindingElement, TransferMode, Transport};
use wcf_config::effective::{Effective, Timeout};

use crate::diagnostics::{ListenerSetting, MessageSizeUnlimited, ReaderQuota, Streamed};
use crate::endpoint::EndpointView;
use crate::plan::{Fate, LimitsPlan};
use crate::planning::Planner;
use crate::reason::{Decision, Reason, Rule};
use crate::rules::rules;

rules! {
    REQUEST_SIZE = "limit-request-size", Note, "maxReceivedMessageSize of the service limits requests.",
        why: "gRPC's own limit of 4 MiB would refuse what WCF took, or take what it refused.", reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";
    RESPONSE_SIZE = "limit-response-size", Note, "maxReceivedMessageSize of the client limits responses; without the client's file the service's value is used.",
        why: "Each side limits what it reads.", reference: "System.ServiceModel.Channels.TransportBindingElement.MaxReceivedMessageSize";
    DEADLINE = "limit-deadline", Note, "sendTimeout of the client is the deadline of a call; without the client's file the service's value is used.",
        why: "sendTimeout covers the whole exchange from the caller's side.", reference: "System.ServiceModel.Channels.Binding.SendTimeout";
    CONNECT = "limit-connect", Note, "openTimeout of the client limits connecting; without the client's file the service's value is used.",
        why: "Opening a channel connects and authenticates.", reference: "System.ServiceModel.Channels.Binding.OpenTimeout";
    IDLE = "limit-idle", Note, "receiveTimeout ends idle connections.",
        why: "It is how long a session may be silent, not how long a call may take.", reference: "System.ServiceModel.Channels.Binding.ReceiveTimeout";
    CALLS = "limit-calls", Note, "maxConcurrentCalls limits calls at a time; further ones are refused as overload.",
        why: "WCF queues what is over the limit; a gRPC client is told at once and can retry elsewhere.", reference: "System.ServiceModel.Description.ServiceThrottlingBehavior";
    CONNECTIONS = "limit-connections", Note, "maxConcurrentSessions limits connections at a time.",
        why: "A connection of gRPC is what a session of net.tcp was.", reference: "System.ServiceModel.Description.ServiceThrottlingBehavior";
    PENDING = "limit-pending-connections", Note, "maxConnections of a net.tcp service limits the connections that are still proving who they are.",
        why: "WCF counts a connection against it until a channel has taken it, the handshake included; further ones wait to be accepted.", reference: "System.ServiceModel.Channels.ConnectionOrientedTransportBindingElement.MaxPendingConnections";
    BACKLOG = "limit-backlog", Note, "listenBacklog is the length of the listening socket's queue.",
        why: "Both hand it to the same call of the operating system.", reference: "System.ServiceModel.Channels.TcpTransportBindingElement.ListenBacklog; listen(2)";
    QUOTAS = "limit-reader-quotas", Note, "The quotas of the XML reader give way to the size of the message and to protobuf's own depth of 100.",
        why: "There is no XML to read; no text and no list is longer than the message it is in.", reference: "System.Xml.XmlDictionaryReaderQuotas; Protocol Buffers, recursion limit";
    NO_TRANSPORT_LIMIT = "limit-default-size", Note, "Without a value messages are limited to 64 KiB.",
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
    let (max_pending_connections, listen_backlog) = listener(planner, service);
    LimitsPlan {
        max_request_bytes,
        max_response_bytes,
        deadline_ms,
        connect_timeout_ms,
        idle_ms,
        max_concurrent_calls,
        max_connections,
        max_pending_connections,
        listen_backlog,
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
        Some(Transport::Http(http)) => Some(&http.transfer_mode),
        Some(Transport::Tcp(stream) | Transport::NamedPipe(stream)) => Some(&stream.transfer_mode),
        Some(Transport::Msmq(_) | Transport::MsmqIntegration(_) | Transport::Peer | Transport::Udp | Transport::Opaque { .. }) | None => {
            None
        }
    };
    let streamed = mode.and_then(|mode| match mode.value {
        TransferMode::Buffered => None,
        TransferMode::Streamed => Some((mode, "Streamed")),
        TransferMode::StreamedRequest => Some((mode, "StreamedRequest")),
        TransferMode::StreamedResponse => Some((mode, "StreamedResponse")),
    });
    let Some((mode, value)) = streamed else { return false };
    let reason = Reason::of("transferMode", value, mode, files);
    planner.report(&[reason], |at| Streamed { at }.into());
    true
}

/// What the service's listener keeps of `maxConnections` and `listenBacklog`; a written zero is .NET's word for its own default. What
/// is about the pools of a client, about pipes, or about the service that shares ports has no counterpart.
fn listener(planner: &mut Planner<'_>, service: EndpointView<'_>) -> (Option<Decision<u32>>, Option<Decision<u32>>) {
    let files = planner.files;
    let stream_of = |view: EndpointView<'_>| match transport_of(view) {
        Some(Transport::Tcp(stream)) => Some((stream.clone(), true)),
        Some(Transport::NamedPipe(stream)) => Some((stream.clone(), false)),
        Some(
            Transport::Http(_)
            | Transport::Msmq(_)
            | Transport::MsmqIntegration(_)
            | Transport::Peer
            | Transport::Udp
            | Transport::Opaque { .. },
        )
        | None => None,
    };
    if let Some((own, tcp)) = stream_of(planner.view) {
        let kept = tcp && !planner.view.is_client();
        let mut told = |setting: &'static str, value: String, origin: &wcf_config::effective::Origin| {
            if origin.is_written() {
                let reason = Reason::from_origin(setting, value, origin, files);
                planner.report(&[reason], |at| ListenerSetting { at, setting }.into());
            }
        };
        if !kept {
            told("maxConnections", own.max_connections.value.to_string(), &own.max_connections.origin);
            told("listenBacklog", own.listen_backlog.value.to_string(), &own.listen_backlog.origin);
        }
        if own.port_sharing.value {
            told("portSharingEnabled", "true".to_owned(), &own.port_sharing.origin);
        }
    }
    let Some((stream, true)) = stream_of(service) else { return (None, None) };
    let count = |name: &str, value: &Effective<u32>, rule: &'static Rule| {
        (value.value > 0).then(|| Decision {
            chosen: value.value,
            rule,
            because: vec![Reason::of(name, value.value.to_string(), value, files)],
        })
    };
    (count("maxConnections", &stream.max_connections, &PENDING), count("listenBacklog", &stream.listen_backlog, &BACKLOG))
}

/// The quotas of the XML reader that bound what a message holds, with the value that 0 stands for, and the greatest that takes its
/// place; the others bound the XML itself.
const READER_QUOTAS: [(&str, u64); 3] = [("maxDepth", 32), ("maxStringContentLength", 8_192), ("maxArrayLength", 16_384)];

/// How deep messages of prost may be nested.
const PROTOBUF_DEPTH: u64 = 100;

/// What becomes of the XML reader's quotas; those that were written and were stricter than what takes their place are told.
pub(crate) fn reader_quotas(planner: &mut Planner<'_>, largest: u64) -> Decision<Fate> {
    let (files, binding) = (planner.files, planner.view.binding());
    let encodings =
        ["textMessageEncoding", "binaryMessageEncoding", "mtomMessageEncoding", "webMessageEncoding", "byteStreamMessageEncoding"];
    let mut because = Vec::new();
    for (quota, unset) in READER_QUOTAS {
        let setting = format!("readerQuotas.{quota}");
        let mut of_elements = binding.elements.iter().filter(|(element, _)| encodings.contains(&element.as_str()));
        let effective = binding.settings.get(&setting).or_else(|| of_elements.find_map(|(_, settings)| settings.get(&setting)));
        let value = effective.and_then(|effective| effective.value.as_deref()?.parse::<u64>().ok()).filter(|&value| value > 0);
        let reason = match (effective, value) {
            (Some(effective), Some(value)) => Reason::of(&setting, value.to_string(), effective, files),
            _ => Reason::derived(&setting, &unset.to_string(), "XmlDictionaryReaderQuotas"),
        };
        let greatest = if quota == "maxDepth" { PROTOBUF_DEPTH } else { largest };
        if value.is_some_and(|value| value < greatest) {
            let quota = setting.as_str();
            planner.report(std::slice::from_ref(&reason), |at| ReaderQuota { at, quota, greatest }.into());
        }
        because.push(reason);
    }
    Decision { chosen: Fate::Replaced, rule: &QUOTAS, because }
}

fn compressed(view: EndpointView<'_>) -> bool {
    view.binding().stack.as_ref().is_ok_and(|stack| {
        stack.elements.iter().any(|element| matches!(element, BindingElement::Encoding(encoding) if encoding.compressed))
    })
}
