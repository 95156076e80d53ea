//! From plan and contracts to names, numbers and files.
//!
//! The order: endpoints find their contracts; the contracts in use are lowered to proto; each host's endpoints are grouped
//! into listeners. What is missing or has to change is a finding, and the rest goes on.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{ContractModel, ServiceContract, Source};
use wcf_diagnostics::{Files, Findings};
use wcf_security::plan::{EndpointPlan, HostPlan, MigrationPlan};

use crate::crate_plan::{CratePlan, GrpcService, HostCrates};
use crate::diagnostics::{BuildScriptNotUsed, ContractNearMatch, ContractNotFound, RolesNotChecked};
use crate::listeners::{Candidate, group};
use crate::lock::Lock;
use crate::names::{clr_short_name, crate_name, field_name};
use crate::proto::{Lowered, lower};

/// What the policy file says of contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContractPolicy {
    /// `contracts.decimal`.
    pub decimal: DecimalPolicy,
    /// `contracts.date-time`.
    pub date_time: DateTimePolicy,
    /// `contracts.null-lists`.
    pub null_lists: NullListPolicy,
    /// `codegen.stubs`.
    pub stubs: StubsPolicy,
}

/// Where the Rust of the proto files is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StubsPolicy {
    /// Here: it is part of the generated source.
    #[default]
    CheckedIn,
    /// By a build script of the proto crate, each time.
    BuildScript,
}

/// How `DateTime` travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateTimePolicy {
    /// As a moment in UTC: `Kind` is lost.
    #[default]
    Utc,
    /// As what the clock shows, with its `Kind`.
    WithKind,
}

/// What becomes of lists that are null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullListPolicy {
    /// They arrive empty.
    #[default]
    Empty,
    /// They are kept apart from empty ones, at the price of a message around each list.
    Kept,
}

/// How `decimal` travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalPolicy {
    /// As its exact text, in the shape of `google.type.Decimal`.
    #[default]
    Text,
    /// As whole units and billionths, the book's way: digits past the ninth are lost, and values past 2^63.
    UnitsNanos,
}

/// Decides every name, number and file. Endpoints without a contract, and what cannot be carried over, are findings.
#[must_use]
pub fn plan_crates(
    plan: &MigrationPlan,
    contracts: &ContractModel,
    lock: Option<&Lock>,
    policy: &ContractPolicy,
    files: &Files,
) -> (CratePlan, Findings) {
    let mut findings = Findings::new();
    let mut lock = lock.cloned().unwrap_or_default();
    env!("CARGO_PKG_VERSION").clone_into(&mut lock.tool);

    let associated: Vec<Vec<(&EndpointPlan, &ServiceContract)>> =
        plan.hosts.iter().map(|host| associate(host, contracts, &mut findings)).collect();
    let used: BTreeSet<String> = associated.iter().flatten().map(|(_, contract)| contract.clr_name.clone()).collect();
    let lowered = lower(contracts, &used, policy, &mut lock, &mut findings);

    let names = host_names(&plan.hosts, files);
    let mut hosts: Vec<HostCrates> = Vec::new();
    for ((host, endpoints), name) in plan.hosts.iter().zip(&associated).zip(names) {
        if let Some(host) = host_crates(host, name, endpoints, &lowered, files, &mut lock, &mut findings) {
            let build_script = policy.stubs == StubsPolicy::BuildScript && can_be_built(&host, &mut findings);
            hosts.push(HostCrates { build_script, ..host });
        }
    }
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    (CratePlan { packages: lowered.packages, hosts, descriptors: lowered.descriptors, lock }, findings)
}

/// The contract of each endpoint that has a plan.
fn associate<'a>(host: &'a HostPlan, model: &'a ContractModel, findings: &mut Findings) -> Vec<(&'a EndpointPlan, &'a ServiceContract)> {
    let mut associated = Vec::new();
    for endpoint in &host.endpoints {
        // Metadata exchange has no contract of ours; the plan answers it with reflection or not at all. A default endpoint without
        // one belongs to a class that is not in the input, which was reported where the two were associated.
        if endpoint.outcome.is_err() || endpoint.contract == "IMetadataExchange" || endpoint.contract.is_empty() {
            continue;
        }
        match find_contract(model, endpoint) {
            Found::Exactly(contract) => associated.push((endpoint, contract)),
            Found::ByShortName(contract) => {
                findings.push(ContractNearMatch {
                    span: endpoint.span,
                    contract: endpoint.contract.clone(),
                    found: contract.clr_name.clone(),
                    found_at: contract.span,
                    service: endpoint.service.clone(),
                });
                associated.push((endpoint, contract));
            }
            Found::Nothing(candidates) => findings.push(ContractNotFound {
                span: endpoint.span,
                contract: endpoint.contract.clone(),
                service: endpoint.service.clone(),
                endpoint: endpoint.subject.endpoint.clone(),
                candidates,
            }),
        }
    }
    associated
}

enum Found<'a> {
    Exactly(&'a ServiceContract),
    ByShortName(&'a ServiceContract),
    /// With the contracts that share the short name, if there are several.
    Nothing(Vec<String>),
}

fn find_contract<'a>(model: &'a ContractModel, endpoint: &EndpointPlan) -> Found<'a> {
    let best = |contracts: Vec<&'a ServiceContract>| -> Vec<&'a ServiceContract> {
        let source = contracts.iter().map(|contract| contract.source).max().unwrap_or(Source::GeneratedProxy);
        contracts.into_iter().filter(|contract| contract.source == source).collect()
    };
    let named = |name: &str| -> Vec<&'a ServiceContract> {
        let configured: Vec<&ServiceContract> = model.contracts.values().filter(|contract| contract.configuration_name == name).collect();
        if configured.is_empty() { model.contracts.get(name).into_iter().collect() } else { configured }
    };
    match best(named(&endpoint.contract)).as_slice() {
        [contract] => return Found::Exactly(contract),
        [] => {}
        several => return Found::Nothing(several.iter().map(|contract| contract.clr_name.clone()).collect()),
    }
    let short = clr_short_name(&endpoint.contract);
    let mut near = best(model.contracts.values().filter(|contract| clr_short_name(&contract.clr_name) == short).collect());
    // Several of one name: those that the endpoint's service class implements.
    if near.len() > 1 {
        let implemented: BTreeSet<&str> = model
            .services
            .iter()
            .filter(|class| class.configuration_name == endpoint.service || class.clr_name == endpoint.service)
            .flat_map(|class| class.contracts.iter().map(String::as_str))
            .collect();
        let narrowed: Vec<&ServiceContract> =
            near.iter().copied().filter(|contract| implemented.contains(contract.clr_name.as_str())).collect();
        if narrowed.len() == 1 {
            near = narrowed;
        }
    }
    match near.as_slice() {
        [contract] => Found::ByShortName(contract),
        several => Found::Nothing(several.iter().map(|contract| contract.clr_name.clone()).collect()),
    }
}

/// A name for each host's crates, unique; the outcome depends on the hosts' names and paths only.
fn host_names(hosts: &[HostPlan], files: &Files) -> Vec<String> {
    let short: Vec<String> = hosts.iter().map(|host| crate_name(&host.name)).collect();
    hosts
        .iter()
        .zip(&short)
        .map(|(host, name)| {
            if short.iter().filter(|other| *other == name).count() == 1 {
                return name.clone();
            }
            let path = files.path(host.file);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            crate_name(&format!("{folder} {name}"))
        })
        .scan(BTreeSet::new(), |taken: &mut BTreeSet<String>, name| {
            let unique = (1_u32..)
                .map(|number| if number == 1 { name.clone() } else { format!("{name}-{number}") })
                .find(|candidate| !taken.contains(candidate))?;
            taken.insert(unique.clone());
            Some(unique)
        })
        .collect()
}

fn host_crates(
    host: &HostPlan,
    name: String,
    endpoints: &[(&EndpointPlan, &ServiceContract)],
    lowered: &Lowered,
    files: &Files,
    lock: &mut Lock,
    findings: &mut Findings,
) -> Option<HostCrates> {
    let mut services: Vec<GrpcService> = Vec::new();
    for (_, contract) in endpoints {
        if let Some(service) = lowered.services.get(&contract.clr_name)
            && !services.iter().any(|known| known.contract == service.contract)
        {
            services.push(service.clone());
        }
    }
    if services.is_empty() {
        return None;
    }
    part_modules(&mut services);
    services.sort_by(|a, b| a.module.cmp(&b.module));
    let index: BTreeMap<&str, usize> = services.iter().enumerate().map(|(at, service)| (service.contract.as_str(), at)).collect();
    let candidates: Vec<Candidate<'_>> = endpoints
        .iter()
        .filter_map(|(endpoint, contract)| {
            let service = *index.get(contract.clr_name.as_str())?;
            let plan = endpoint.outcome.as_ref().ok()?;
            let methods = &services.get(service)?.methods;
            let authorization = &plan.authorization;
            let mut demanded = authorization.operations.iter().map(|demand| demand.chosen.operation.as_str());
            let has_method = |operation: &str| methods.iter().any(|method| method.operation == operation);
            // An operation that became a message of a stream has no path of its own: better no server than one that lets everybody in.
            if !demanded.clone().all(has_method) || (demanded.next().is_some() && authorization.roles_from.is_none()) {
                findings.push(RolesNotChecked { span: endpoint.span, service: endpoint.service.clone() });
                return None;
            }
            Some(Candidate { endpoint, plan, service })
        })
        .collect();
    let modules: Vec<&str> = services.iter().map(|service| service.module.as_str()).collect();
    let listeners = group(&name, &candidates, &modules, lock, findings);

    let mut packages: BTreeSet<String> = services.iter().filter_map(|service| package_of(&service.full_name)).collect();
    let mut open: Vec<String> = packages.iter().cloned().collect();
    while let Some(package) = open.pop() {
        for import in lowered.imports.get(&package).into_iter().flatten() {
            if packages.insert(import.clone()) {
                open.push(import.clone());
            }
        }
    }
    Some(HostCrates {
        name,
        source: files.path(host.file).to_owned(),
        exposure: host.exposure,
        packages: packages.into_iter().collect(),
        services,
        listeners,
        build_script: false,
    })
}

/// Whether tonic's own names for the functions of a host's services are ours: it gives them without regard to Rust's keywords and
/// to the functions that its clients have already.
fn can_be_built(host: &HostCrates, findings: &mut Findings) -> bool {
    let methods = host.services.iter().flat_map(|service| service.methods.iter().map(move |method| (service, method)));
    let renamed: Vec<String> = methods
        .filter(|(_, method)| method.function != field_name(&method.name))
        .map(|(service, method)| format!("{}.{}", service.full_name, method.name))
        .collect();
    if renamed.is_empty() {
        return true;
    }
    findings.push(BuildScriptNotUsed { host: host.name.clone(), methods: renamed });
    false
}

fn package_of(full_name: &str) -> Option<String> {
    full_name.rsplit_once('.').map(|(package, _)| package.to_owned())
}

/// Services of one name from several packages each get the package in their module's name.
fn part_modules(services: &mut [GrpcService]) {
    let modules: Vec<String> = services.iter().map(|service| service.module.clone()).collect();
    for service in services {
        if modules.iter().filter(|module| **module == service.module).count() > 1 {
            service.module = field_name(&service.full_name);
        }
    }
}
