//! Endpoints to listeners: those that end in the same plan and port share one.

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::Findings;
use wcf_security::plan::{
    AuthorizationPlan, CallerCredential, ChannelPlan, EndpointPlan, LimitsPlan, PlannedEndpoint, TlsPlan, TransportPlan,
};
use wcf_security::reason::Decision;

use crate::crate_plan::{ByName, Listener};
use crate::diagnostics::PortMoved;
use crate::lock::Lock;

/// The first port that is given to a listener whose source decides none: gRPC's customary one.
const FIRST_ASSIGNED_PORT: u16 = 50_051;

/// An endpoint on its way to a listener.
pub(crate) struct Candidate<'a> {
    pub endpoint: &'a EndpointPlan,
    pub plan: &'a PlannedEndpoint,
    /// Index of its service.
    pub service: usize,
}

struct Group<'a> {
    members: Vec<&'a Candidate<'a>>,
    /// The members' keys in the lock, in their order.
    keys: Vec<String>,
    wanted_port: Option<u16>,
    name: String,
}

/// Groups the endpoints of a host. `modules` are the module names of its services by index. Names and assigned ports are
/// recorded in the lock.
pub(crate) fn group(host: &str, candidates: &[Candidate<'_>], modules: &[&str], lock: &mut Lock, findings: &mut Findings) -> Vec<Listener> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for candidate in candidates {
        let key = endpoint_key(host, candidate.endpoint, &mut seen);
        let port = candidate.endpoint.port;
        let known = groups
            .iter_mut()
            .find(|group| group.wanted_port == port && group.members.first().is_some_and(|first| same_choices(first.plan, candidate.plan)));
        match known {
            Some(group) => {
                group.members.push(candidate);
                group.keys.push(key);
            }
            None => groups.push(Group { members: vec![candidate], keys: vec![key], wanted_port: port, name: String::new() }),
        }
    }
    name_groups(&mut groups, modules, lock);
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let shared = shared_ports(&groups);
    let ports = assign_ports(host, &groups, &shared, lock, findings);
    groups
        .into_iter()
        .zip(ports)
        .zip(shared)
        .filter_map(|((group, port), by_name)| {
            let plan = group.members.first()?.plan.clone();
            let services: BTreeSet<usize> = group.members.iter().map(|member| member.service).collect();
            let endpoints = group.members.iter().map(|member| member.endpoint.clone()).collect();
            Some(Listener { name: group.name, port, plan, endpoints, services: services.into_iter().collect(), by_name })
        })
        .collect()
}

/// An endpoint's key in the lock. Endpoints that are the same by name and address (several without one, say) are told apart by
/// their order in the file: without that they would overwrite one another's name, and the next run would give them others.
fn endpoint_key(host: &str, endpoint: &EndpointPlan, seen: &mut BTreeMap<String, u32>) -> String {
    let key = format!("{host}/{}/{}/{}", endpoint.service, endpoint.contract, endpoint.address);
    let count = seen.entry(key.clone()).or_default();
    *count += 1;
    if *count == 1 { key } else { format!("{key}#{count}") }
}

/// A recorded name stays with its endpoints. Otherwise the first service's module, and where several want one name, what
/// they differ in.
fn name_groups(groups: &mut [Group<'_>], modules: &[&str], lock: &mut Lock) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for group in groups.iter_mut() {
        let recorded: BTreeSet<&String> = group.keys.iter().filter_map(|key| lock.endpoints.get(key)).collect();
        if let Some(name) = recorded.into_iter().find(|name| !taken.contains(*name)) {
            taken.insert(name.clone());
            group.name.clone_from(name);
        }
    }
    let preferred = |group: &Group<'_>| {
        group
            .members
            .iter()
            .filter_map(|member| modules.get(member.service))
            .min()
            .map_or_else(|| "listener".to_owned(), |module| (*module).to_owned())
    };
    let mut wanted: BTreeMap<String, u32> = BTreeMap::new();
    for group in groups.iter().filter(|group| group.name.is_empty()) {
        *wanted.entry(preferred(group)).or_default() += 1;
    }
    for group in groups.iter_mut() {
        if group.name.is_empty() {
            let short = preferred(group);
            let alone = wanted.get(&short) == Some(&1);
            let detailed = format!("{short}_{}", group.members.first().map_or("", |member| caller_word(member.plan)));
            let with_port = format!("{detailed}_{}", group.wanted_port.unwrap_or(0));
            let numbered = (2_u32..).map(|number| format!("{with_port}_{number}"));
            let name = alone
                .then_some(short)
                .into_iter()
                .chain([detailed, with_port.clone()])
                .chain(numbered)
                .find(|name| !taken.contains(name))
                .unwrap_or(with_port);
            taken.insert(name.clone());
            group.name = name;
        }
        for key in &group.keys {
            lock.endpoints.insert(key.clone(), group.name.clone());
        }
    }
}

fn caller_word(plan: &PlannedEndpoint) -> &'static str {
    match plan.callers.chosen.last() {
        None => "anonymous",
        Some(CallerCredential::ClientCertificate) => "certificate",
        Some(CallerCredential::Basic(_)) => "password",
        Some(CallerCredential::Bearer(_)) => "token",
        Some(CallerCredential::Kerberos) => "kerberos",
        Some(CallerCredential::LocalPeer) => "local",
    }
}

/// For each group, whether it has its port together with others because clients ask for each by another name. All groups of a port
/// must speak TLS and have a name that none of the others has.
fn shared_ports(groups: &[Group<'_>]) -> Vec<Option<ByName>> {
    let name_of = |group: &Group<'_>| -> Option<String> {
        let plan = group.members.first()?.plan;
        match plan.transport.chosen {
            TransportPlan::Tls(_) => plan.server_identity.chosen.dns_name.as_ref().map(|name| name.to_ascii_lowercase()),
            TransportPlan::LocalSocket | TransportPlan::ClearText(_) => None,
        }
    };
    let by_name = |group: &Group<'_>| -> Option<ByName> {
        let port = group.wanted_port?;
        let beside: Vec<&Group<'_>> = groups.iter().filter(|other| other.wanted_port == Some(port)).collect();
        let names: BTreeSet<String> = beside.iter().map(|other| name_of(other)).collect::<Option<_>>()?;
        // `localhost` and addresses are written where no name is meant.
        let real = names.iter().all(|name| name != "localhost" && name.parse::<std::net::IpAddr>().is_err());
        let apart = beside.len() > 1 && names.len() == beside.len() && real;
        apart.then(|| Some(ByName { owner: beside.first()?.name.clone(), name: name_of(group)? }))?
    };
    groups.iter().map(by_name).collect()
}

/// The ports in the order of the groups: the source's, for the first by name where several want one; else the recorded
/// one; else the next that nobody has.
fn assign_ports(host: &str, groups: &[Group<'_>], shared: &[Option<ByName>], lock: &mut Lock, findings: &mut Findings) -> Vec<u16> {
    let wanted: BTreeSet<u16> = groups.iter().filter_map(|group| group.wanted_port).collect();
    let prefix = format!("{host}/");
    let recorded: BTreeSet<u16> = lock.ports.iter().filter(|(key, _)| key.starts_with(&prefix)).map(|(_, &port)| port).collect();
    let mut owners: BTreeMap<u16, &str> = BTreeMap::new();
    let mut ports = Vec::new();
    for (group, shares) in groups.iter().zip(shared) {
        let key = format!("{host}/{}", group.name);
        if let Some(port) = group.wanted_port
            && (shares.is_some() || !owners.contains_key(&port))
        {
            owners.insert(port, &group.name);
            ports.push(port);
            lock.ports.remove(&key);
            continue;
        }
        let known = lock.ports.get(&key).copied().filter(|port| !owners.contains_key(port) && !wanted.contains(port));
        let port = known.unwrap_or_else(|| {
            (FIRST_ASSIGNED_PORT..=u16::MAX)
                .find(|port| !owners.contains_key(port) && !wanted.contains(port) && !recorded.contains(port))
                .unwrap_or(FIRST_ASSIGNED_PORT)
        });
        if let Some(from) = group.wanted_port
            && let Some(first) = group.members.first()
        {
            findings.push(PortMoved {
                span: first.endpoint.span,
                host: host.to_owned(),
                listener: group.name.clone(),
                other: owners.get(&from).copied().unwrap_or_default().to_owned(),
                from,
                to: port,
            });
        }
        owners.insert(port, &group.name);
        lock.ports.insert(key, port);
        ports.push(port);
    }
    ports
}

/// Whether two plans choose the same, whatever the reasons. Every field is named here, so that a new one has to be placed.
fn same_choices(a: &PlannedEndpoint, b: &PlannedEndpoint) -> bool {
    let PlannedEndpoint {
        transport,
        callers,
        authorization,
        server_identity,
        channel,
        limits,
        reflection,
        grpc_web,
        browser_origins,
        certificate_files,
        unknown_server_names,
        guarantees: _,
        losses,
    } = a;
    same_transport(&transport.chosen, &b.transport.chosen)
        && callers.chosen == b.callers.chosen
        && same_authorization(authorization, &b.authorization)
        && server_identity.chosen == b.server_identity.chosen
        && same_channel(channel, &b.channel)
        && same_limits(limits, &b.limits)
        && *reflection == b.reflection
        && *grpc_web == b.grpc_web
        && *browser_origins == b.browser_origins
        && *certificate_files == b.certificate_files
        && *unknown_server_names == b.unknown_server_names
        && *losses == b.losses
}

fn same_authorization(a: &AuthorizationPlan, b: &AuthorizationPlan) -> bool {
    let AuthorizationPlan { roles_from, operations } = a;
    chosen(roles_from) == chosen(&b.roles_from)
        && operations.iter().map(|demand| &demand.chosen).eq(b.operations.iter().map(|demand| &demand.chosen))
}

fn same_transport(a: &TransportPlan, b: &TransportPlan) -> bool {
    match (a, b) {
        (TransportPlan::Tls(a), TransportPlan::Tls(b)) => {
            let TlsPlan { versions, prefer_256_bit, client_certificates } = a;
            versions.chosen == b.versions.chosen
                && *prefer_256_bit == b.prefer_256_bit
                && client_certificates.chosen == b.client_certificates.chosen
        }
        (TransportPlan::LocalSocket, TransportPlan::LocalSocket) => true,
        (TransportPlan::ClearText(a), TransportPlan::ClearText(b)) => a == b,
        (TransportPlan::Tls(_) | TransportPlan::LocalSocket | TransportPlan::ClearText(_), _) => false,
    }
}

fn same_channel(a: &ChannelPlan, b: &ChannelPlan) -> bool {
    let ChannelPlan { server_trust, expected_server_name, client_certificate_from } = a;
    server_trust.chosen == b.server_trust.chosen
        && chosen(expected_server_name) == chosen(&b.expected_server_name)
        && *client_certificate_from == b.client_certificate_from
}

fn same_limits(a: &LimitsPlan, b: &LimitsPlan) -> bool {
    let LimitsPlan {
        max_request_bytes,
        max_response_bytes,
        deadline_ms,
        connect_timeout_ms,
        idle_ms,
        max_concurrent_calls,
        max_connections,
        max_pending_connections,
        listen_backlog,
        gzip,
        streamed,
    } = a;
    max_request_bytes.chosen == b.max_request_bytes.chosen
        && max_response_bytes.chosen == b.max_response_bytes.chosen
        && chosen(deadline_ms) == chosen(&b.deadline_ms)
        && chosen(connect_timeout_ms) == chosen(&b.connect_timeout_ms)
        && chosen(idle_ms) == chosen(&b.idle_ms)
        && chosen(max_concurrent_calls) == chosen(&b.max_concurrent_calls)
        && chosen(max_connections) == chosen(&b.max_connections)
        && chosen(max_pending_connections) == chosen(&b.max_pending_connections)
        && chosen(listen_backlog) == chosen(&b.listen_backlog)
        && *gzip == b.gzip
        && *streamed == b.streamed
}

fn chosen<T>(decision: &Option<Decision<T>>) -> Option<&T> {
    decision.as_ref().map(|decision| &decision.chosen)
}
