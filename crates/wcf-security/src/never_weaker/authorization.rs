//! The never-weaker order for permissions: whom WCF turned away for want of a role or a name, the plan turns away too.
//!
//! It reads the attributes and the configuration itself, not what `rules::authorization` made of them.

use wcf_contract::ContractModel;
use wcf_contract::model::{Operation, PermissionAttribute, PermissionDemand, ServiceClass};
use wcf_diagnostics::Span;

use super::Below;
use crate::diagnostics::WEAKER_AUTHORIZATION;
use crate::endpoint::EndpointView;
use crate::plan::{PlannedEndpoint, RoleSource};
use crate::policy::ServicePolicy;
use crate::posture::{CallerProof, Posture};
use crate::rules::authorization::{methods_of, own_name};

/// Every permission of the source that the plan does not ask for.
pub(super) fn compare(
    view: EndpointView<'_>,
    posture: &Posture,
    contracts: &ContractModel,
    planned: &PlannedEndpoint,
    policy: &ServicePolicy,
) -> Vec<Below> {
    let mut below = Vec::new();
    let Some(service) = view.service() else { return below };
    let mut found = |source: String, plan: &str| {
        below.push(Below { code: &WEAKER_AUTHORIZATION, source, plan: plan.to_owned(), because: Vec::new() });
    };
    let authorization = service.behavior.authorization.as_ref();
    let mode = authorization.map_or("UseWindowsGroups", |authorization| authorization.principal_permission_mode.value.as_str());
    if let Some(authorization) = authorization {
        // Code that decides cannot be in a plan.
        let managers = authorization.manager_type.iter().chain(&authorization.policies);
        managers.for_each(|class| found(format!("what `{}` decides", class.value), "nothing in its place"));
        match mode {
            "None" | "UseWindowsGroups" => {}
            "UseAspNetRoles" if policy.roles_from.is_some() => {}
            _ => found(format!("principalPermissionMode {mode}"), "nothing in its place"),
        }
        if let Some(provider) = &authorization.role_provider
            && policy.roles_from.is_none()
        {
            found(format!("the roles of `{}`", provider.value), "nothing in their place");
        }
    }
    let contract = crate::contract_of(contracts, view.contract());
    let is_class = |class: &&ServiceClass| class.configuration_name == service.name || class.clr_name == service.name;
    for class in contracts.services.iter().filter(is_class).filter(|class| !class.permissions.is_empty()) {
        let Some(contract) = contract else {
            found(format!("what `{}` demands", class.clr_name), "nothing, because the contract is not known");
            continue;
        };
        for demand in class.permissions.iter().filter(|demand| is_on_no_operation(class, demand, contracts)) {
            found(format!("{} on a method that is no operation", words(demand)), "nothing in its place");
        }
        for operation in &contract.operations {
            for group in demanded(class, operation) {
                let source = || group.iter().map(|demand| words(demand)).collect::<Vec<_>>().join(" or ");
                if !keeps(planned, operation, &group) {
                    found(format!("{} for `{}`", source(), operation.name), "any proved caller");
                } else if group.iter().any(|demand| demand.attribute == PermissionAttribute::PrincipalPermission)
                    && refuses_everybody(mode, posture)
                {
                    found(format!("nobody for `{}`, because callers have no principal", operation.name), &source());
                }
            }
        }
    }
    below
}

/// Alternatives, one list for each thing that is demanded of the callers of an operation.
fn demanded<'c>(class: &'c ServiceClass, operation: &Operation) -> Vec<Vec<&'c PermissionDemand>> {
    let of = |attribute: PermissionAttribute| class.permissions.iter().filter(move |demand| demand.attribute == attribute);
    let is_own = |demand: &&PermissionDemand| {
        demand.method.as_deref().is_some_and(|method| methods_of(operation).any(|name| name == own_name(method)))
    };
    let mut own: Vec<_> = of(PermissionAttribute::PrincipalPermission).filter(is_own).collect();
    if own.is_empty() {
        own.extend(of(PermissionAttribute::PrincipalPermission).filter(|demand| demand.method.is_none()));
    }
    let mut groups: Vec<(Option<Span>, Vec<&PermissionDemand>)> = if own.is_empty() { Vec::new() } else { vec![(None, own)] };
    let others = of(PermissionAttribute::Authorize).chain(of(PermissionAttribute::NotRead));
    for demand in others.filter(|demand| is_own(demand) || demand.method.is_none()) {
        match groups.iter_mut().find(|(span, _)| *span == Some(demand.span)) {
            Some((_, group)) => group.push(demand),
            None => groups.push((Some(demand.span), vec![demand])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether everybody whom the plan admits fits one of the alternatives, and can be told by where roles come from.
fn keeps(planned: &PlannedEndpoint, operation: &Operation, group: &[&PermissionDemand]) -> bool {
    let Some(source) = &planned.authorization.roles_from else { return false };
    let names_are_known = match &source.chosen {
        RoleSource::File => true,
        RoleSource::TokenClaim(_) => group.iter().all(|demand| demand.name.is_none()),
    };
    let is_alternative =
        |role: &Option<String>, name: &Option<String>| group.iter().any(|demand| demand.role == *role && demand.name == *name);
    let mut plans = planned.authorization.operations.iter().filter(|demand| demand.chosen.operation == operation.name);
    let kept = plans.any(|plan| {
        plan.chosen.all_of.iter().any(|any_of| !any_of.is_empty() && any_of.iter().all(|either| is_alternative(&either.role, &either.name)))
    });
    kept && names_are_known && group.iter().all(|demand| demand.attribute != PermissionAttribute::NotRead)
}

/// `PrincipalPermission` asks a principal that this mode does not set, or that has no Windows groups.
fn refuses_everybody(mode: &str, posture: &Posture) -> bool {
    match mode {
        "None" => true,
        "UseWindowsGroups" => posture.caller_proofs().all(|proof| matches!(proof, CallerProof::Nothing | CallerProof::IssuedToken)),
        _ => false,
    }
}

fn is_on_no_operation(class: &ServiceClass, demand: &PermissionDemand, contracts: &ContractModel) -> bool {
    let Some(method) = demand.method.as_deref().map(own_name) else { return false };
    let operations = class.contracts.iter().filter_map(|key| contracts.contracts.get(key)).flat_map(|contract| &contract.operations);
    !operations.into_iter().any(|operation| methods_of(operation).any(|name| name == method))
}

fn words(demand: &PermissionDemand) -> String {
    let role = demand.role.iter().map(|role| format!("role `{role}`"));
    let name = demand.name.iter().map(|name| format!("user `{name}`"));
    let words: Vec<_> = role.chain(name).collect();
    match (words.is_empty(), demand.attribute) {
        (false, _) => words.join(" as "),
        (true, PermissionAttribute::NotRead) => "a demand that was not read".to_owned(),
        (true, PermissionAttribute::PrincipalPermission | PermissionAttribute::Authorize) => "a proved caller".to_owned(),
    }
}
