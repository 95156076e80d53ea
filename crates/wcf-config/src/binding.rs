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

use std::sync::{Arc, OnceLock};

use wcf_diagnostics::Span;

use crate::Text;
use crate::effective::Settings;
use crate::lower::{Lowered, Values};
use crate::resolve::bound::Made;
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
    /// What it comes to where no `binding` element applies, once it was asked for: of a service, and of a client.
    pub(crate) built_in: [OnceLock<Arc<Made>>; 2],
}

type Lower = fn(&Values<'_>, &[StackElement]) -> Lowered;

impl BindingType {
    const fn new(name: &'static str, class: &'static str, schema: &'static Element, lower: Lower) -> Self {
        Self { name, class, schema, lower, built_in: [OnceLock::new(), OnceLock::new()] }
    }
}

/// An element of a custom binding with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackElement {
    /// Its name.
    pub name: Text,
    /// The name's place.
    pub span: Span,
    /// Its values; `None` where its meaning is in a user's assembly.
    pub settings: Option<Settings>,
}

/// Every binding that .NET registers.
pub static ALL: &[BindingType] = &TABLE;

static TABLE: [BindingType; 24] = [
    BindingType::new("basicHttpBinding", "BasicHttpBinding", &basic_http::SCHEMA, basic_http::lower),
    BindingType::new("basicHttpContextBinding", "BasicHttpContextBinding", &basic_http_context::SCHEMA, basic_http_context::lower),
    BindingType::new("basicHttpsBinding", "BasicHttpsBinding", &basic_https::SCHEMA, basic_https::lower),
    BindingType::new("customBinding", "CustomBinding", &custom::SCHEMA, custom::lower),
    BindingType::new("mexHttpBinding", "WSHttpBinding", &mex::MEX_HTTP, mex::lower_http),
    BindingType::new("mexHttpsBinding", "WSHttpBinding", &mex::MEX_HTTPS, mex::lower_https),
    BindingType::new("mexNamedPipeBinding", "CustomBinding", &mex::MEX_NAMED_PIPE, mex::lower_named_pipe),
    BindingType::new("mexTcpBinding", "CustomBinding", &mex::MEX_TCP, mex::lower_tcp),
    BindingType::new("msmqIntegrationBinding", "MsmqIntegrationBinding", &msmq_integration::SCHEMA, msmq_integration::lower),
    BindingType::new("netHttpBinding", "NetHttpBinding", &net_http::SCHEMA, net_http::lower),
    BindingType::new("netHttpsBinding", "NetHttpsBinding", &net_https::SCHEMA, net_https::lower),
    BindingType::new("netMsmqBinding", "NetMsmqBinding", &net_msmq::SCHEMA, net_msmq::lower),
    BindingType::new("netNamedPipeBinding", "NetNamedPipeBinding", &net_named_pipe::SCHEMA, net_named_pipe::lower),
    BindingType::new("netPeerTcpBinding", "NetPeerTcpBinding", &net_peer_tcp::SCHEMA, net_peer_tcp::lower),
    BindingType::new("netTcpBinding", "NetTcpBinding", &net_tcp::SCHEMA, net_tcp::lower),
    BindingType::new("netTcpContextBinding", "NetTcpContextBinding", &net_tcp_context::SCHEMA, net_tcp_context::lower),
    BindingType::new("udpBinding", "UdpBinding", &udp::SCHEMA, udp::lower),
    BindingType::new("webHttpBinding", "WebHttpBinding", &web_http::SCHEMA, web_http::lower),
    BindingType::new(
        "ws2007FederationHttpBinding",
        "WS2007FederationHttpBinding",
        &ws2007_federation_http::SCHEMA,
        ws2007_federation_http::lower,
    ),
    BindingType::new("ws2007HttpBinding", "WS2007HttpBinding", &ws2007_http::SCHEMA, ws2007_http::lower),
    BindingType::new("wsDualHttpBinding", "WSDualHttpBinding", &ws_dual_http::SCHEMA, ws_dual_http::lower),
    BindingType::new("wsFederationHttpBinding", "WSFederationHttpBinding", &ws_federation_http::SCHEMA, ws_federation_http::lower),
    BindingType::new("wsHttpBinding", "WSHttpBinding", &ws_http::SCHEMA, ws_http::lower),
    BindingType::new("wsHttpContextBinding", "WSHttpContextBinding", &ws_http_context::SCHEMA, ws_http_context::lower),
];

/// The binding whose section has this name. Case-sensitive, as in .NET.
#[must_use]
pub fn find(name: &str) -> Option<&'static BindingType> {
    ALL.iter().find(|binding| binding.name == name)
}
