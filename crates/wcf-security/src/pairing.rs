//! Which client endpoint calls which service endpoint, whether the two agree, and what stands between them.
//!
//! Clients are matched by address and path first and by contract only then: proxies rename contracts.

use wcf_config::EffectiveConfig;
use wcf_config::channel_stack::{BindingElement, EncodingKind};
use wcf_config::effective::{Host, Identity};
use wcf_diagnostics::{Files, Findings};

use crate::diagnostics::{At, ClientDiffers, ClientDisagrees};
use crate::endpoint::{EndpointView, Side};
use crate::posture::{CallerProof, EndToEnd, EndpointPosture, Posture};
use crate::reason::Reason;
use crate::rules::limits::received_size;
use crate::summary;

/// A WCF routing service: an intermediary that handles messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Router<'a> {
    host: &'a Host,
    service: &'a wcf_config::effective::Service,
}

/// The routing services of a run.
pub(crate) fn routers(config: &EffectiveConfig) -> Vec<Router<'_>> {
    let is_router = |service: &wcf_config::effective::Service| {
        service.name == "System.ServiceModel.Routing.RoutingService"
            || service.endpoints.iter().any(|endpoint| endpoint.contract.value.starts_with("System.ServiceModel.Routing."))
    };
    config
        .hosts
        .iter()
        .flat_map(|host| host.services.iter().filter(move |service| is_router(service)).map(move |service| Router { host, service }))
        .collect()
}

/// What shows that a routing service stands before or behind this endpoint.
pub(crate) fn router_in_sight(view: EndpointView<'_>, routers: &[Router<'_>], files: &Files) -> Vec<Reason> {
    let mut seen = Vec::new();
    for router in routers {
        match view.side {
            Side::Service(service, _) => {
                if std::ptr::eq(service, router.service) {
                    seen.push(Reason::of("service", service.name.clone(), &view.address().clone(), files));
                    continue;
                }
                let forwarded = router
                    .host
                    .clients
                    .iter()
                    .find(|client| view.absolute_address().is_some_and(|address| same_address(&client.address.value, address)));
                if let Some(client) = forwarded {
                    seen.push(Reason::of("endpoint of a routing service", client.address.value.clone(), &client.address, files));
                }
            }
            Side::Client(endpoint) => {
                if std::ptr::eq(view.host, router.host) && endpoint.contract.value == "*" {
                    seen.push(Reason::of("contract of a routing service", "*", &endpoint.contract, files));
                    continue;
                }
                let entry = EndpointView::services(router.host).find(|entry| {
                    entry.service().is_some_and(|service| std::ptr::eq(service, router.service))
                        && entry.absolute_address().is_some_and(|address| same_address(&view.address().value, address))
                });
                if let Some(entry) = entry {
                    seen.push(Reason::of("address of a routing service", entry.address().value.clone(), entry.address(), files));
                }
            }
        }
    }
    seen
}

/// Scheme, host, port and path of an absolute address, in the spelling that two spellings of one address share.
struct Address {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
}

impl Address {
    fn of(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => (host, port.parse().ok()),
            Some(_) | None => (authority, None),
        };
        let port = port.or(match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            "net.tcp" => Some(808),
            _ => None,
        });
        let path = path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/').to_ascii_lowercase();
        Some(Self { scheme, host: host.to_ascii_lowercase(), port, path })
    }

    fn is_this_machine(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "[::1]" | "+" | "*")
    }
}

/// Whether two absolute addresses are the same, apart from letter case and a last slash.
pub(crate) fn same_address(left: &str, right: &str) -> bool {
    match (Address::of(left), Address::of(right)) {
        (Some(left), Some(right)) => {
            left.scheme == right.scheme && left.host == right.host && left.port == right.port && left.path == right.path
        }
        _ => false,
    }
}

/// The port of an absolute address, its scheme's own where none is written.
pub(crate) fn port_of(address: &str) -> Option<u16> {
    Address::of(address).and_then(|address| address.port)
}

/// The host of an absolute address, unless it only means this machine.
pub(crate) fn host_of(address: &str) -> Option<String> {
    Address::of(address).filter(|address| !address.is_this_machine() && !address.host.is_empty()).map(|address| address.host)
}

/// How surely a client calls a service by its address; greater is surer, nothing is not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// One of them has no absolute address.
    Unknown,
    /// The client's path ends in the service's relative address.
    RelativePath,
    /// The same path that is not empty.
    Path,
    /// The same port and path.
    PortAndPath,
    /// The same address.
    SameAddress,
}

/// How alike the contracts are: proxies keep the short name more often than the namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ContractLikeness {
    Different,
    SameShortName,
    Same,
}

fn short_contract(contract: &str) -> &str {
    contract.rsplit('.').next().unwrap_or(contract)
}

fn contract_likeness(client: EndpointView<'_>, service: EndpointView<'_>) -> ContractLikeness {
    if client.contract() == service.contract() {
        ContractLikeness::Same
    } else if short_contract(client.contract()) == short_contract(service.contract()) {
        ContractLikeness::SameShortName
    } else {
        ContractLikeness::Different
    }
}

/// A service endpoint with its addresses taken apart once: every client is compared with it.
struct Entry<'a> {
    place: (usize, usize),
    view: EndpointView<'a>,
    addresses: Vec<Address>,
    relative: String,
    file: &'a str,
}

impl<'a> Entry<'a> {
    fn of(place: (usize, usize), view: EndpointView<'a>, files: &'a Files) -> Self {
        let relative = format!("/{}", view.address().value.trim_matches('/').to_ascii_lowercase());
        Self { place, view, addresses: candidates(view), relative, file: files.path(view.host.file) }
    }
}

fn likeness(client: EndpointView<'_>, to: Option<&Address>, service: &Entry<'_>) -> Option<(Likeness, ContractLikeness)> {
    let contract = contract_likeness(client, service.view);
    let same_name = contract > ContractLikeness::Different;
    let Some(to) = to else { return same_name.then_some((Likeness::Unknown, contract)) };
    let by_address = service.addresses.iter().filter_map(|from| address_likeness(to, from, same_name)).max();
    if let Some(likeness) = by_address {
        return Some((likeness, contract));
    }
    if service.view.absolute_address().is_some() {
        return None;
    }
    if service.relative.len() > 1 && to.path.ends_with(&service.relative) && (same_name || !to.is_this_machine()) {
        return Some((Likeness::RelativePath, contract));
    }
    same_name.then_some((Likeness::Unknown, contract))
}

/// The addresses a service endpoint may have: its own, or its relative one below each base address. A web server ignores base
/// addresses, but whoever wrote them meant them.
fn candidates(service: EndpointView<'_>) -> Vec<Address> {
    if let Some(address) = service.absolute_address() {
        return Address::of(address).into_iter().collect();
    }
    let bases = service.service().map(|service| service.base_addresses.as_slice()).unwrap_or_default();
    let relative = service.address().value.trim_start_matches(['/', '\\']);
    bases.iter().filter_map(|base| Address::of(&format!("{}/{relative}", base.value.trim_end_matches('/')))).collect()
}

/// An address of this machine names no server in particular, and another scheme or port is another listener: then only a contract of
/// the same name makes a pair.
fn address_likeness(to: &Address, from: &Address, same_name: bool) -> Option<Likeness> {
    if to.path != from.path {
        return None;
    }
    let local = to.is_this_machine() || from.is_this_machine();
    if to.scheme == from.scheme && to.port == from.port && (same_name || !local) {
        let hosts = to.host == from.host || (to.is_this_machine() && from.is_this_machine());
        return Some(if hosts { Likeness::SameAddress } else { Likeness::PortAndPath });
    }
    (same_name && !to.path.is_empty()).then_some(Likeness::Path)
}

/// A client and the service it calls: positions in `config.hosts[…]`, its endpoints in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Host and position of the client.
    pub client: (usize, usize),
    /// Host and position of the service endpoint.
    pub service: (usize, usize),
}

/// How many folders below their nearest common one two files lie, the deeper of the two: projects of one solution are near.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<_>, Vec<_>) = (left.split('/').collect(), right.split('/').collect());
    let common = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    left.len().max(right.len()).saturating_sub(common + 1)
}

/// Further apart than this, two projects are not taken for parts of one solution.
const ONE_SOLUTION: usize = 3;

/// Every client with the one service endpoint it surely calls. A client that fits two equally well has none, and where the address
/// alone does not say so (it is of this machine, or not known) the two must be of one solution or share a contract's whole name there.
pub(crate) fn pairs(config: &EffectiveConfig, files: &Files) -> Vec<Pair> {
    let services: Vec<_> = config
        .hosts
        .iter()
        .enumerate()
        .flat_map(|(host_at, host)| EndpointView::services(host).enumerate().map(move |(at, view)| ((host_at, at), view)))
        .filter(|(_, view)| !view.is_system())
        .map(|(place, view)| Entry::of(place, view, files))
        .collect();
    let mut pairs = Vec::new();
    for (host_at, host) in config.hosts.iter().enumerate() {
        let file = files.path(host.file);
        for (at, client) in EndpointView::clients(host).enumerate() {
            if client.is_system() {
                continue;
            }
            let to = Address::of(&client.address().value);
            let local = to.as_ref().is_none_or(Address::is_this_machine);
            let fit = |service: &Entry<'_>| {
                let likeness = likeness(client, to.as_ref(), service)?;
                let apart = distance(file, service.file);
                let sure = likeness.0 >= Likeness::PortAndPath && (!local || likeness.1 == ContractLikeness::Same);
                (sure || apart <= ONE_SOLUTION).then_some(((likeness, std::cmp::Reverse(apart)), service.place))
            };
            let fits: Vec<_> = services.iter().filter_map(fit).collect();
            let Some(best) = fits.iter().map(|&(likeness, _)| likeness).max() else { continue };
            let mut surest = fits.iter().filter(|&&(likeness, _)| likeness == best).map(|&(_, place)| place);
            let chosen = match (surest.next(), surest.next()) {
                (Some(only), None) => Some(only),
                (Some(_), Some(_)) | (None, _) => None,
            };
            if let Some(service) = chosen {
                pairs.push(Pair { client: (host_at, at), service });
            }
        }
    }
    pairs
}

/// Reports where a client and its service do not fit together.
pub(crate) fn check(
    client: EndpointView<'_>,
    client_posture: &EndpointPosture,
    service: EndpointView<'_>,
    service_posture: &EndpointPosture,
    findings: &mut Findings,
) {
    let (Ok(client_side), Ok(service_side)) = (&client_posture.outcome, &service_posture.outcome) else { return };
    let mut disagree = |about: &str, because: &[Reason], client_has: &str, service_has: &str| {
        let at = At { subject: &client_posture.subject, span: client_posture.span, because };
        let finding: wcf_diagnostics::Finding = ClientDisagrees { at, about, client: client_has, service: service_has }.into();
        let finding = finding.at(service_posture.span, "the service's endpoint");
        findings.push(match &service_posture.subject.service {
            Some(name) => finding.service(name.clone()),
            None => finding,
        });
    };
    if client_side.carrier != service_side.carrier {
        disagree(
            "the transport",
            &client_side.in_transit.because,
            summary::carrier_words(client_side.carrier),
            summary::carrier_words(service_side.carrier),
        );
    } else if client_side.in_transit.value != service_side.in_transit.value {
        let words = |posture: &Posture| summary::in_transit_words(posture.in_transit.value);
        disagree("protection on the wire", &client_side.in_transit.because, words(client_side), words(service_side));
    }
    if (client_side.end_to_end.value == EndToEnd::None) != (service_side.end_to_end.value == EndToEnd::None) {
        let words = |posture: &Posture| match posture.end_to_end.value {
            EndToEnd::None => "none",
            EndToEnd::Signed => "signed messages",
            EndToEnd::SignedAndEncrypted => "signed and encrypted messages",
        };
        disagree("message security", &client_side.end_to_end.because, words(client_side), words(service_side));
    }
    let unknown = |proof: CallerProof| proof == CallerProof::DecidedByHost;
    let (from, to) = (&client_side.transport_caller, &service_side.transport_caller);
    if from.value != to.value && !unknown(from.value) && !unknown(to.value) {
        disagree("the transport's credential", &from.because, summary::caller_words(from.value), summary::caller_words(to.value));
    }
    let (from, to) = (&client_side.message_caller, &service_side.message_caller);
    if from.value != to.value && !unknown(from.value) && !unknown(to.value) {
        disagree("the message's credential", &from.because, summary::caller_words(from.value), summary::caller_words(to.value));
    }
    if let (Some(Identity::Dns(expected)), Some(Identity::Dns(published))) =
        (client.identity().map(|identity| &identity.value), service.identity().map(|identity| &identity.value))
        && !expected.eq_ignore_ascii_case(published)
    {
        disagree("the server's name", &[], expected, published);
    }
    let words = |kind: Option<EncodingKind>| match kind {
        None => "none",
        Some(EncodingKind::Text) => "text",
        Some(EncodingKind::Binary) => "binary",
        Some(EncodingKind::Mtom) => "MTOM",
        Some(EncodingKind::Web) => "plain XML or JSON (webHttpBinding)",
        Some(EncodingKind::ByteStream) => "raw bytes",
    };
    let (from, to) = (encoding(client), encoding(service));
    if from != to {
        disagree("the message encoding", &[], words(from), words(to));
    }
    let (from, to) = (has_session(client), has_session(service));
    if from != to {
        let words = |reliable: bool| if reliable { "a reliable session" } else { "no reliable session" };
        disagree("reliable messaging", &[], words(from), words(to));
    }
}

/// Reports sizes and addresses that are written on both sides and differ.
pub(crate) fn compare(client: EndpointView<'_>, service: EndpointView<'_>, files: &Files, findings: &mut Findings) {
    let subject = client.subject();
    let mut differ = |about: &str, because: &[Reason], client_has: &str, service_has: &str| {
        let at = At { subject: &subject, span: client.span(), because };
        findings.push(ClientDiffers { at, about, client: client_has, service: service_has });
    };
    if let (Some(own), Some(other)) = (received_size(client), received_size(service))
        && own.value != other.value
        && own.origin.is_written()
        && other.origin.is_written()
    {
        let because = [
            Reason::of("maxReceivedMessageSize", own.value.to_string(), own, files),
            Reason::of("maxReceivedMessageSize", other.value.to_string(), other, files),
        ];
        differ("the largest message", &because, &format!("{} bytes", own.value), &format!("{} bytes", other.value));
    }
    if let (Some(to), Some(from)) = (client.absolute_address(), service.absolute_address())
        && !same_address(to, from)
    {
        let because = [Reason::of("address", to, client.address(), files), Reason::of("address", from, service.address(), files)];
        differ("the address", &because, to, from);
    }
}

fn encoding(view: EndpointView<'_>) -> Option<EncodingKind> {
    view.binding().stack.as_ref().ok()?.elements.iter().find_map(|element| match element {
        BindingElement::Encoding(encoding) => Some(encoding.kind),
        _ => None,
    })
}

fn has_session(view: EndpointView<'_>) -> bool {
    view.binding()
        .stack
        .as_ref()
        .is_ok_and(|stack| stack.elements.iter().any(|element| matches!(element, BindingElement::ReliableSession(_))))
}

#[cfg(test)]
mod tests {
    use super::{distance, host_of, port_of, same_address};

    #[test]
    fn projects_of_one_solution_are_near() {
        assert_eq!(distance("Client/app.config", "Host/web.config"), 1);
        assert_eq!(distance("src/Client/app.config", "src/Services/Bank/web.config"), 2);
        assert_eq!(distance("a/b/c/d/app.config", "x/web.config"), 4);
        assert_eq!(distance("web.config", "web.config"), 0);
    }

    #[test]
    fn addresses_are_compared_as_uris() {
        assert!(same_address("http://A/x/", "HTTP://a:80/X"));
        assert!(!same_address("http://a/x", "https://a/x"));
        assert!(!same_address("http://a/x", "http://a/y"));
        assert!(!same_address("x", "x"));
        assert_eq!(port_of("net.tcp://h/x"), Some(808));
        assert_eq!(port_of("https://[::1]:8443/x"), Some(8443));
        assert_eq!(host_of("http://localhost/x"), None);
        assert_eq!(host_of("http://Bank.example:8080/x").as_deref(), Some("bank.example"));
    }
}
