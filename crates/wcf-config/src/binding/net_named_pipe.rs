//! `netNamedPipeBinding`: binary SOAP over a named pipe of one machine.

use crate::channel_stack::{BindingElement, EncodingKind, Transport};
use crate::lower::{self, Contradiction, Lowered, Mode, Values};
use crate::schema::enumeration::{
    HOST_NAME_COMPARISON_MODE, NET_NAMED_PIPE_SECURITY_MODE, PROTECTION_LEVEL, TRANSACTION_PROTOCOL, TRANSFER_MODE,
};
use crate::schema::reader_quotas::XML_DICTIONARY_READER_QUOTAS;
use crate::schema::{
    CLOSE_TIMEOUT, Child, Content, Element, INT_MAX, LONG_MAX, NAME, OPEN_TIMEOUT, RECEIVE_TIMEOUT, SEND_TIMEOUT, bool, enumeration, int,
    long,
};

/// `NetNamedPipeBindingElement`.
pub static SCHEMA: Element = Element {
    class: "NetNamedPipeBindingElement",
    attributes: &[
        NAME,
        CLOSE_TIMEOUT,
        OPEN_TIMEOUT,
        RECEIVE_TIMEOUT,
        SEND_TIMEOUT,
        bool("transactionFlow", "false"),
        enumeration("transferMode", &TRANSFER_MODE, "Buffered"),
        enumeration("transactionProtocol", &TRANSACTION_PROTOCOL, "OleTransactions"),
        enumeration("hostNameComparisonMode", &HOST_NAME_COMPARISON_MODE, "StrongWildcard"),
        long("maxBufferPoolSize", 0, LONG_MAX, "524288"),
        int("maxBufferSize", 1, INT_MAX, "65536"),
        int("maxConnections", 0, INT_MAX, "0"),
        long("maxReceivedMessageSize", 1, LONG_MAX, "65536"),
    ],
    children: &[
        Child { name: "readerQuotas", element: &XML_DICTIONARY_READER_QUOTAS },
        Child { name: "security", element: &NET_NAMED_PIPE_SECURITY },
    ],
    content: Content::Closed,
};

/// `NetNamedPipeSecurityElement`.
pub static NET_NAMED_PIPE_SECURITY: Element = Element {
    class: "NetNamedPipeSecurityElement",
    attributes: &[enumeration("mode", &NET_NAMED_PIPE_SECURITY_MODE, "Transport")],
    children: &[Child { name: "transport", element: &NAMED_PIPE_TRANSPORT_SECURITY }],
    content: Content::Closed,
};

/// `NamedPipeTransportSecurityElement`.
pub static NAMED_PIPE_TRANSPORT_SECURITY: Element = Element {
    class: "NamedPipeTransportSecurityElement",
    attributes: &[enumeration("protectionLevel", &PROTECTION_LEVEL, "EncryptAndSign")],
    children: &[],
    content: Content::Closed,
};

pub(crate) fn lower(values: &Values<'_>, _elements: &[super::StackElement]) -> Lowered {
    Lowered::from(elements(values)).unless(lower::buffer_sizes(values))
}

fn elements(values: &Values<'_>) -> Result<Vec<BindingElement>, Contradiction> {
    let mut elements = vec![lower::transaction_flow(values), lower::encoding(EncodingKind::Binary)];
    match lower::mode(values)? {
        Mode::None => {}
        Mode::Transport => elements.push(lower::windows_stream_security(values, "security.transport.protectionLevel")?),
        Mode::Message | Mode::TransportWithMessageCredential | Mode::TransportCredentialOnly => {
            return Err(values.impossible("security.mode"));
        }
    }
    elements.push(BindingElement::Transport(Transport::NamedPipe(Box::new(lower::stream_transport(values)?))));
    Ok(elements)
}
