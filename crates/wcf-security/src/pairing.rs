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
    // A path has no slash at its end, so that an empty relative address is the end of none.
    if to.path.ends_with(&service.relative) && (same_name || !to.is_this_machine()) {
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
    if from.value != to.value {
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
    use wcf_config::EffectiveConfig;
    use wcf_config::channel_stack::{AuthenticationMode, BindingElement, ChannelStack, EncodingKind, MessageEncoding, Transport};
    use wcf_config::effective::{Effective, Host, HttpAuthenticationScheme, Origin, ServiceEndpoint, Within};
    use wcf_contract::{ContractModel, Options, SourceText, read_csharp};
    use wcf_diagnostics::{FileId, Files, Findings, SourceFile};

    use super::{Pair, distance, host_of, port_of, router_in_sight, routers, same_address};
    use crate::endpoint::EndpointView;
    use crate::specimen::{by_default, client_endpoint, host, http, message, service, service_endpoint, span, stack, stream};

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
        assert!(!same_address("http://[::1]/x", "http://[::2]/x"));
        assert!(!same_address("http://a:81/x", "http://a:82/x"));
        assert!(!same_address("http://a/x", "http://b/x"));
        assert!(!same_address("x", "x"));
        for (address, port) in [
            ("net.tcp://h/x", Some(808)),
            ("http://h/x", Some(80)),
            ("https://h/x", Some(443)),
            ("net.pipe://h/x", None),
            ("https://[::1]:8443/x", Some(8443)),
            ("http://user@h:81", Some(81)),
        ] {
            assert_eq!(port_of(address), port, "{address}");
        }
        assert_eq!(host_of("http://localhost/x"), None);
        assert_eq!(host_of("http:///x"), None);
        assert_eq!(host_of("http://Bank.example:8080/x").as_deref(), Some("bank.example"));
    }

    const NOBODY: [usize; 0] = [];

    fn https() -> ChannelStack {
        stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false))
    }

    fn at(address: &str, contract: &str) -> ServiceEndpoint {
        let mut endpoint = service_endpoint(https());
        endpoint.address = by_default(address.into());
        endpoint.resolved_address = address.contains("://").then(|| address.into());
        endpoint.contract = by_default(contract.into());
        endpoint
    }

    fn caller(address: &str, contract: &str) -> wcf_config::effective::ClientEndpoint {
        let mut client = client_endpoint(https());
        client.address = by_default(address.into());
        client.contract = by_default(contract.into());
        client
    }

    /// The places in `services` that one client is paired with; all are of one solution unless `far`.
    fn paired(client: (&str, &str), services: &[(&str, &str)], far: bool) -> Vec<usize> {
        let mut files = Files::default();
        files.add(SourceFile::new(if far { "a/b/c/d/e/app.config" } else { "Client/app.config" }, ""));
        files.add(SourceFile::new("Host/web.config", ""));
        let services = services.iter().map(|&(address, contract)| service(at(address, contract), Default::default())).collect();
        let clients = host(Vec::new(), vec![caller(client.0, client.1)]);
        let config = EffectiveConfig { hosts: vec![clients, Host { file: FileId(1), ..host(services, Vec::new()) }] };
        let pairs = super::pairs(&config, &files);
        assert!(pairs.iter().all(|pair| pair.client == (0, 0) && pair.service.0 == 1));
        pairs.into_iter().map(|pair| pair.service.1).collect()
    }

    #[test]
    fn clients_are_paired_by_what_is_surest() {
        let (own, other) = ("Bank.ITransfers", "Proxy.IOther");
        let near = |client, services: &[_]| paired(client, services, false);
        // The same address, port and path, path alone: each is surer than the next, and two that are as sure are none.
        let same = ("http://bank.example:81/x", own);
        assert_eq!(near(same, &[("http://else.example:81/x", own), ("http://bank.example:81/x", own)]), [1]);
        assert_eq!(near(same, &[("http://else.example:82/x", own), ("http://else.example:81/x", own)]), [1]);
        assert_eq!(near(same, &[("http://else.example:81/x", own), ("http://more.example:81/x", own)]), NOBODY);
        assert_eq!(near(same, &[("https://bank.example:81/x", own), ("http://else.example:81/x", own)]), [1]);
        assert_eq!(near(same, &[("http://else.example:81/y", own)]), NOBODY);
        // A machine's own names are one host, and only one another.
        let local = ("http://localhost:81/x", own);
        assert_eq!(near(local, &[("http://bank.example:81/x", own), ("http://127.0.0.1:81/x", own)]), [1]);
        assert_eq!(near(same, &[("http://localhost:81/x", own), ("http://bank.example:81/x", own)]), [1]);
        // With a renamed contract an address of this machine says nothing, on either side; neither does a path alone.
        assert_eq!(near(("http://bank.example:81/x", other), &[("http://bank.example:81/x", own)]), [0]);
        assert_eq!(near(("http://localhost:81/x", other), &[("http://bank.example:81/x", own)]), NOBODY);
        assert_eq!(near(("http://bank.example:81/x", other), &[("http://localhost:81/x", own)]), NOBODY);
        assert_eq!(near(("http://bank.example:81/x", other), &[("https://bank.example:81/x", own)]), NOBODY);
        assert_eq!(near(("http://bank.example:81/x", other), &[("http://bank.example:82/x", own)]), NOBODY);
        // An empty path is no likeness.
        assert_eq!(near(("http://bank.example:81", own), &[("http://bank.example:82", own)]), NOBODY);
        assert_eq!(near(("http://bank.example:81/x", own), &[("http://bank.example:82/x", own)]), [0]);
        // The short name counts as the contract's, less than the whole of it.
        assert_eq!(near(("http://bank.example:81/x", "Proxy.ITransfers"), &[("http://bank.example:82/x", own)]), [0]);
        assert_eq!(near(("http://a.example:81/x", own), &[("http://b.example:82/x", "P.ITransfers"), ("http://c.example:82/x", own)]), [1]);
    }

    #[test]
    fn relative_addresses_are_the_end_of_the_clients() {
        let (own, other) = ("Bank.ITransfers", "Proxy.IOther");
        let near = |client, services: &[_]| paired(client, services, false);
        let to = "http://www.bank.example/app/transfers";
        assert_eq!(near((to, own), &[("notices", own), ("transfers", own)]), [1]);
        assert_eq!(near((to, other), &[("notices", own), ("Transfers/", own)]), [1]);
        assert_eq!(near((to, other), &[("fers", own)]), NOBODY);
        assert_eq!(near(("http://localhost/app/transfers", own), &[("notices", own), ("transfers", own)]), [1]);
        assert_eq!(near(("http://localhost/app/transfers", other), &[("transfers", own)]), NOBODY);
        // Without a relative address nothing of the path is known, and only the contract speaks.
        assert_eq!(near(("http://www.bank.example/", other), &[("", own)]), NOBODY);
        assert_eq!(near((to, own), &[("", own)]), [0]);
        assert_eq!(near((to, own), &[("", own), ("transfers", own)]), [1]);
        // A client without an absolute address, likewise; and an absolute one that is another's is none.
        assert_eq!(near(("", own), &[("transfers", own)]), [0]);
        assert_eq!(near(("", other), &[("transfers", own)]), NOBODY);
        assert_eq!(near((to, own), &[("http://www.bank.example/app", own)]), NOBODY);
    }

    #[test]
    fn far_away_only_a_sure_address_makes_a_pair() {
        let (own, other) = ("Bank.ITransfers", "Proxy.IOther");
        let far = |client, services: &[_]| paired(client, services, true);
        assert_eq!(far(("http://bank.example:81/x", other), &[("http://bank.example:81/x", own)]), [0]);
        assert_eq!(far(("http://bank.example:81/x", own), &[("http://bank.example:82/x", own)]), NOBODY);
        assert_eq!(far(("http://localhost:81/x", own), &[("http://localhost:81/x", own)]), [0]);
        assert_eq!(far(("http://localhost:81/x", "Proxy.ITransfers"), &[("http://localhost:81/x", own)]), NOBODY);
        assert_eq!(far(("", own), &[("transfers", own)]), NOBODY);
    }

    #[test]
    fn metadata_is_nobodys_partner() {
        let exchange = "IMetadataExchange";
        let mut endpoint = at("http://bank.example:81/mex", exchange);
        let clients = vec![caller("http://bank.example:81/mex", exchange)];
        let pairs = |endpoint: ServiceEndpoint, clients| {
            let config = EffectiveConfig { hosts: vec![host(vec![service(endpoint, Default::default())], clients)] };
            super::pairs(&config, &Files::default())
        };
        assert_eq!(pairs(endpoint.clone(), clients), []);
        let plain = vec![caller("http://bank.example:81/mex", "Bank.ITransfers")];
        assert_eq!(pairs(endpoint.clone(), plain.clone()), [Pair { client: (0, 0), service: (0, 0) }]);
        endpoint.is_system = true;
        assert_eq!(pairs(endpoint, plain), []);
    }

    #[test]
    fn routers_are_known_by_class_or_contract_and_seen_where_they_stand() {
        let router_at = "http://gateway.example/r";
        let named = |name: &str, address: &str, contract: &str| {
            let mut router = service(at(address, contract), Default::default());
            router.name = name.into();
            router
        };
        let count = |name: &str, contract: &str| {
            let config = EffectiveConfig { hosts: vec![host(vec![named(name, router_at, contract)], Vec::new())] };
            routers(&config).len()
        };
        let (class, contract) = ("System.ServiceModel.Routing.RoutingService", "System.ServiceModel.Routing.IRequestReplyRouter");
        assert_eq!([count(class, ""), count("Our.Router", contract), count("Our.Router", "Bank.ITransfers")], [1, 1, 0]);

        let beside = named("Bank.Beside", "http://gateway.example/beside", "Bank.ITransfers");
        let hosts = vec![
            host(
                vec![named(class, router_at, contract), beside],
                vec![caller("http://bank.example:81/x", "*"), caller("http://bank.example:81/z", "Bank.ITransfers")],
            ),
            host(
                vec![
                    service(at("http://bank.example:81/x", "Bank.ITransfers"), Default::default()),
                    service(at("http://bank.example:81/y", "Bank.ITransfers"), Default::default()),
                ],
                vec![
                    caller(router_at, "Bank.ITransfers"),
                    caller("http://gateway.example/beside", "Bank.ITransfers"),
                    caller("http://else.example/", "*"),
                ],
            ),
        ];
        let config = EffectiveConfig { hosts };
        let (routers, files) = (routers(&config), Files::default());
        let seen = |view| router_in_sight(view, &routers, &files).into_iter().map(|reason| reason.setting).collect::<Vec<_>>();
        let all = |host: usize| {
            let host = &config.hosts[host];
            EndpointView::services(host).chain(EndpointView::clients(host)).map(seen).collect::<Vec<_>>()
        };
        let empty = Vec::<String>::new;
        // The router itself; what it shares a file with; where it forwards to; a client that is not its own.
        assert_eq!(all(0), [vec!["service".to_owned()], empty(), vec!["contract of a routing service".to_owned()], empty()]);
        assert_eq!(
            all(1),
            [vec!["endpoint of a routing service".to_owned()], empty(), vec!["address of a routing service".to_owned()], empty(), empty(),]
        );
    }

    /// What the pair check says of a client and a service.
    fn judged(client: ChannelStack, service_side: ChannelStack, contracts: &ContractModel) -> Findings {
        let hosts = vec![host(vec![service(service_endpoint(service_side), Default::default())], vec![client_endpoint(client)])];
        let config = EffectiveConfig { hosts };
        let files = Files::default();
        let (posture, _) = crate::assess(&config, contracts, &files);
        let views = (EndpointView::clients(&config.hosts[0]).next().unwrap(), EndpointView::services(&config.hosts[0]).next().unwrap());
        let of_host = &posture.hosts[0];
        let mut findings = Findings::new();
        super::check(views.0, &of_host.clients[0], views.1, &of_host.services[0], &mut findings);
        findings
    }

    fn said(client: ChannelStack, service_side: ChannelStack) -> Vec<String> {
        judged(client, service_side, &ContractModel::default()).iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn a_disagreement_is_about_the_service_it_is_with() {
        let findings = judged(https(), stack(vec![], http(false, HttpAuthenticationScheme::Anonymous, false)), &ContractModel::default());
        let finding = findings.iter().next().unwrap();
        assert_eq!(finding.subject.service.as_deref(), Some("Bank.Transfers"));
    }

    #[test]
    fn encodings_are_called_by_their_names() {
        let tcp = |kind: Option<EncodingKind>| {
            let mut stack = stack(vec![], Transport::Tcp(stream()));
            stack.elements.retain(|element| !matches!(element, BindingElement::Encoding(_)));
            stack.elements.extend(kind.map(|kind| BindingElement::Encoding(MessageEncoding { kind, compressed: false })));
            stack
        };
        let kinds = [
            (None, "none"),
            (Some(EncodingKind::Text), "text"),
            (Some(EncodingKind::Binary), "binary"),
            (Some(EncodingKind::Mtom), "MTOM"),
            (Some(EncodingKind::Web), "plain XML or JSON (webHttpBinding)"),
            (Some(EncodingKind::ByteStream), "raw bytes"),
        ];
        for (client, client_words) in kinds {
            for (service, service_words) in kinds {
                let expected = (client != service).then(|| {
                    format!("client and service disagree about the message encoding: the client has {client_words}, the service has {service_words}")
                });
                assert_eq!(said(tcp(client), tcp(service)), expected.into_iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_the_host_decides_disagrees_with_nothing() {
        use HttpAuthenticationScheme::{Basic, DecidedByHost, Digest};
        let over = |scheme| stack(vec![], http(true, scheme, false));
        assert_eq!(said(over(Basic), over(Digest)).len(), 1);
        assert_eq!(said(over(DecidedByHost), over(Digest)), [] as [&str; 0]);
        assert_eq!(said(over(Basic), over(DecidedByHost)), [] as [&str; 0]);
        let credential = |mode| stack(vec![message(mode)], http(true, HttpAuthenticationScheme::Anonymous, false));
        let (name, token) = (AuthenticationMode::UserNameOverTransport, AuthenticationMode::IssuedTokenOverTransport);
        assert_eq!(said(credential(name), credential(token)).len(), 1);
    }

    #[test]
    fn message_security_is_called_by_what_it_gives() {
        let source = "using System.ServiceModel;
            namespace Bank {
                [ServiceContract(ProtectionLevel = System.Net.Security.ProtectionLevel.Sign)]
                public interface ITransfers { [OperationContract] void Send(); }
            }";
        let signed = read_csharp(&[SourceText { file: FileId(0), text: source }], &Options::default()).0;
        let plain = || stack(vec![], http(false, HttpAuthenticationScheme::Anonymous, false));
        let soap = || {
            let security = message(AuthenticationMode::AnonymousForSslNegotiated);
            stack(vec![security], http(false, HttpAuthenticationScheme::Anonymous, false))
        };
        let about = |contracts: &ContractModel, client, service| {
            let findings = judged(client, service, contracts);
            findings.iter().find_map(|finding| Some(finding.message.split_once("about message security: ")?.1.to_owned())).unwrap()
        };
        let none = ContractModel::default();
        assert_eq!(about(&none, soap(), plain()), "the client has signed and encrypted messages, the service has none");
        assert_eq!(about(&none, plain(), soap()), "the client has none, the service has signed and encrypted messages");
        assert_eq!(about(&signed, soap(), plain()), "the client has signed messages, the service has none");
    }

    #[test]
    fn sizes_differ_where_both_sides_wrote_them() {
        let size = |bytes: u64, is_written: bool| {
            let mut transport = stream();
            let written = Origin::Written { span: span(), within: Within::Nameless };
            let origin = if is_written { written } else { Origin::RuntimeDefault { class: "Specimen" } };
            transport.max_received_message_size = Effective { value: bytes, origin };
            stack(vec![], Transport::Tcp(transport))
        };
        let differ = |own: (u64, bool), other: (u64, bool)| {
            let hosts = [host(
                vec![service(service_endpoint(size(other.0, other.1)), Default::default())],
                vec![client_endpoint(size(own.0, own.1))],
            )];
            let views = (EndpointView::clients(&hosts[0]).next().unwrap(), EndpointView::services(&hosts[0]).next().unwrap());
            let mut findings = Findings::new();
            super::compare(views.0, views.1, &Files::default(), &mut findings);
            findings.iter().next().is_some()
        };
        assert!(differ((1, true), (2, true)));
        assert!(!differ((2, true), (2, true)));
        assert!(!differ((1, false), (2, true)));
        assert!(!differ((1, true), (2, false)));
    }
}
