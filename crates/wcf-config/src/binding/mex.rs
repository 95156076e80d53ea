//! `mexHttpBinding`, `mexHttpsBinding`, `mexNamedPipeBinding`, `mexTcpBinding`: metadata, by fixed stacks (`MetadataExchangeBindings`).

use crate::channel_stack::{BindingElement, EncodingKind, StreamTransport, TransactionFlow, TransferMode, Transport};
use crate::effective::HttpAuthenticationScheme;
use crate::lower::{self, Lowered, Values, fixed};
use crate::schema::{CLOSE_TIMEOUT, Content, Element, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT};

/// `MexTcpBindingElement`.
pub static MEX_TCP: Element = Element {
    class: "MexTcpBindingElement",
    attributes: &[NAME, CLOSE_TIMEOUT, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT],
    children: &[],
    content: Content::Closed,
};

/// `MexNamedPipeBindingElement`.
pub static MEX_NAMED_PIPE: Element = Element {
    class: "MexNamedPipeBindingElement",
    attributes: &[NAME, CLOSE_TIMEOUT, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT],
    children: &[],
    content: Content::Closed,
};

/// `MexHttpsBindingElement`.
pub static MEX_HTTPS: Element = Element {
    class: "MexHttpsBindingElement",
    attributes: &[NAME, CLOSE_TIMEOUT, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT],
    children: &[],
    content: Content::Closed,
};

/// `MexHttpBindingElement`.
pub static MEX_HTTP: Element = Element {
    class: "MexHttpBindingElement",
    attributes: &[NAME, CLOSE_TIMEOUT, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT],
    children: &[],
    content: Content::Closed,
};

const CLASS: &str = "MetadataExchangeBindings";

pub(crate) fn lower_http(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    over_http(values, false)
}

pub(crate) fn lower_https(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    over_http(values, true)
}

pub(crate) fn lower_named_pipe(_values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::built(vec![BindingElement::Transport(Transport::NamedPipe(Box::new(bare_stream())))])
}

pub(crate) fn lower_tcp(_values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::built(vec![BindingElement::Transport(Transport::Tcp(Box::new(bare_stream())))])
}

/// `wsHttpBinding` without security, or with TLS and no credential.
fn over_http(values: &Values<'_>, tls: bool) -> Lowered {
    let transport = lower::http_transport(values, tls, fixed(CLASS, HttpAuthenticationScheme::Anonymous), fixed(CLASS, false));
    Lowered::from(transport.map(|mut transport| {
        if let BindingElement::Transport(Transport::Http(http)) = &mut transport {
            http.max_received_message_size = fixed("TransportDefaults", 65_536);
        }
        vec![
            BindingElement::TransactionFlow(TransactionFlow { enabled: fixed(CLASS, false) }),
            lower::encoding(EncodingKind::Text),
            transport,
        ]
    }))
}

/// A transport with nothing on it: no security.
fn bare_stream() -> StreamTransport {
    StreamTransport {
        transfer_mode: fixed("TransportDefaults", TransferMode::Buffered),
        max_received_message_size: fixed("TransportDefaults", 65_536),
        max_connections: fixed("TransportDefaults", 0),
        listen_backlog: fixed("TransportDefaults", 0),
        port_sharing: fixed("TransportDefaults", false),
    }
}
