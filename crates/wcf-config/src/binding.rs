//! The bindings of .NET: one file for each with its table and its lowering, one line for each in the list.

pub mod basic_http;
pub mod basic_http_context;
pub mod basic_https;
pub mod custom;
pub mod mex;
pub mod msmq_integration;
pub mod net_http;
pub mod net_https;
pub mod net_msmq;
pub mod net_named_pipe;
pub mod net_peer_tcp;
pub mod net_tcp;
pub mod net_tcp_context;
pub mod udp;
pub mod web_http;
pub mod ws2007_federation_http;
pub mod ws2007_http;
pub mod ws_dual_http;
pub mod ws_federation_http;
pub mod ws_http;
pub mod ws_http_context;

use wcf_diagnostics::Span;

use crate::effective::Settings;
use crate::lower::{Lowered, Values};
use crate::schema::Element;

/// A binding of .NET.
#[derive(Debug)]
pub struct BindingType {
    /// The name of its section (`wsHttpBinding`).
    pub name: &'static str,
    /// The .NET class that it makes (`System.ServiceModel.WSHttpBinding`), without its namespace.
    pub class: &'static str,
    /// Its table.
    pub schema: &'static Element,
    /// What it builds.
    pub(crate) lower: fn(&Values<'_>, &[StackElement]) -> Lowered,
}

/// An element of a custom binding with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackElement {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub span: Span,
    /// Its values; `None` where its meaning is in a user's assembly.
    pub settings: Option<Settings>,
}

/// Every binding that .NET registers.
pub static ALL: &[BindingType] = &[
    BindingType { name: "basicHttpBinding", class: "BasicHttpBinding", schema: &basic_http::SCHEMA, lower: basic_http::lower },
    BindingType {
        name: "basicHttpContextBinding",
        class: "BasicHttpContextBinding",
        schema: &basic_http_context::SCHEMA,
        lower: basic_http_context::lower,
    },
    BindingType { name: "basicHttpsBinding", class: "BasicHttpsBinding", schema: &basic_https::SCHEMA, lower: basic_https::lower },
    BindingType { name: "customBinding", class: "CustomBinding", schema: &custom::SCHEMA, lower: custom::lower },
    BindingType { name: "mexHttpBinding", class: "WSHttpBinding", schema: &mex::MEX_HTTP, lower: mex::lower_http },
    BindingType { name: "mexHttpsBinding", class: "WSHttpBinding", schema: &mex::MEX_HTTPS, lower: mex::lower_https },
    BindingType { name: "mexNamedPipeBinding", class: "CustomBinding", schema: &mex::MEX_NAMED_PIPE, lower: mex::lower_named_pipe },
    BindingType { name: "mexTcpBinding", class: "CustomBinding", schema: &mex::MEX_TCP, lower: mex::lower_tcp },
    BindingType {
        name: "msmqIntegrationBinding",
        class: "MsmqIntegrationBinding",
        schema: &msmq_integration::SCHEMA,
        lower: msmq_integration::lower,
    },
    BindingType { name: "netHttpBinding", class: "NetHttpBinding", schema: &net_http::SCHEMA, lower: net_http::lower },
    BindingType { name: "netHttpsBinding", class: "NetHttpsBinding", schema: &net_https::SCHEMA, lower: net_https::lower },
    BindingType { name: "netMsmqBinding", class: "NetMsmqBinding", schema: &net_msmq::SCHEMA, lower: net_msmq::lower },
    BindingType {
        name: "netNamedPipeBinding",
        class: "NetNamedPipeBinding",
        schema: &net_named_pipe::SCHEMA,
        lower: net_named_pipe::lower,
    },
    BindingType { name: "netPeerTcpBinding", class: "NetPeerTcpBinding", schema: &net_peer_tcp::SCHEMA, lower: net_peer_tcp::lower },
    BindingType { name: "netTcpBinding", class: "NetTcpBinding", schema: &net_tcp::SCHEMA, lower: net_tcp::lower },
    BindingType {
        name: "netTcpContextBinding",
        class: "NetTcpContextBinding",
        schema: &net_tcp_context::SCHEMA,
        lower: net_tcp_context::lower,
    },
    BindingType { name: "udpBinding", class: "UdpBinding", schema: &udp::SCHEMA, lower: udp::lower },
    BindingType { name: "webHttpBinding", class: "WebHttpBinding", schema: &web_http::SCHEMA, lower: web_http::lower },
    BindingType {
        name: "ws2007FederationHttpBinding",
        class: "WS2007FederationHttpBinding",
        schema: &ws2007_federation_http::SCHEMA,
        lower: ws2007_federation_http::lower,
    },
    BindingType { name: "ws2007HttpBinding", class: "WS2007HttpBinding", schema: &ws2007_http::SCHEMA, lower: ws2007_http::lower },
    BindingType { name: "wsDualHttpBinding", class: "WSDualHttpBinding", schema: &ws_dual_http::SCHEMA, lower: ws_dual_http::lower },
    BindingType {
        name: "wsFederationHttpBinding",
        class: "WSFederationHttpBinding",
        schema: &ws_federation_http::SCHEMA,
        lower: ws_federation_http::lower,
    },
    BindingType { name: "wsHttpBinding", class: "WSHttpBinding", schema: &ws_http::SCHEMA, lower: ws_http::lower },
    BindingType {
        name: "wsHttpContextBinding",
        class: "WSHttpContextBinding",
        schema: &ws_http_context::SCHEMA,
        lower: ws_http_context::lower,
    },
];

/// The binding whose section has this name. Case-sensitive, as in .NET.
#[must_use]
pub fn find(name: &str) -> Option<&'static BindingType> {
    ALL.iter().find(|binding| binding.name == name)
}
