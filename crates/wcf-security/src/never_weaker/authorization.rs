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

#[cfg(test)]
mod tests {
    use wcf_config::EffectiveConfig;
    use wcf_config::behavior::{ServiceAuthorization, ServiceBehavior};
    use wcf_config::channel_stack::{AuthenticationMode, ChannelStack, ProtectionLevel, Transport};
    use wcf_config::effective::HttpAuthenticationScheme;
    use wcf_contract::model::{PermissionAttribute, PermissionDemand};
    use wcf_contract::{ContractModel, Options, SourceText, read_csharp};
    use wcf_diagnostics::{FileId, Files, Span};

    use super::compare;
    use crate::endpoint::EndpointView;
    use crate::plan::{OperationDemand, PlannedEndpoint, RoleRequirement, RoleSource};
    use crate::policy::{Choices, Chosen, Date, Policy, RolesFrom};
    use crate::reason::Decision;
    use crate::rules::authorization::{OPERATION_DEMAND, ROLES_FROM_FILE};
    use crate::specimen::{by_default, host, http, message, service, service_endpoint, stack, stream, windows};

    const SOURCE: &str = "using System.ServiceModel;
        namespace Bank {
            [ServiceContract] public interface ITransfers { [OperationContract] void Send(); [OperationContract] int Read(); }
            public class Transfers : ITransfers { public void Send() {} public int Read() { return 0; } public void Check() {} }
        }";

    use PermissionAttribute::{Authorize, NotRead, PrincipalPermission};

    fn demand(attribute: PermissionAttribute, method: &str, role: &str, name: &str, at: u32) -> PermissionDemand {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PermissionDemand {
            attribute,
            method: text(method),
            role: text(role),
            name: text(name),
            span: Span::new(FileId(0), at as usize, 99),
        }
    }

    fn kerberos() -> ChannelStack {
        stack(vec![windows(ProtectionLevel::EncryptAndSign)], Transport::Tcp(stream()))
    }

    fn tokens() -> ChannelStack {
        stack(vec![message(AuthenticationMode::IssuedTokenOverTransport)], http(true, HttpAuthenticationScheme::Anonymous, false))
    }

    fn by_mode(mode: &str) -> ServiceAuthorization {
        ServiceAuthorization {
            principal_permission_mode: by_default(mode.into()),
            role_provider: None,
            impersonate_caller: by_default(false),
            manager_type: None,
            policies: Vec::new(),
        }
    }

    /// What operations of the plan demand: the operation, then alternatives in groups, `role` or `@name`.
    type Planned = (&'static str, &'static [&'static [&'static str]]);

    /// By which of its names the configuration knows the class.
    enum Named {
        Both,
        Configuration,
        Clr,
        Neither,
    }

    struct Case {
        stack: ChannelStack,
        authorization: Option<ServiceAuthorization>,
        permissions: Vec<PermissionDemand>,
        known: bool,
        named: Named,
        roles_stated: bool,
        source: Option<RoleSource>,
        planned: Vec<Planned>,
    }

    impl Case {
        fn of(permissions: Vec<PermissionDemand>, planned: &[Planned]) -> Self {
            let planned = planned.to_vec();
            Self {
                stack: kerberos(),
                authorization: None,
                permissions,
                known: true,
                named: Named::Both,
                roles_stated: true,
                source: Some(RoleSource::File),
                planned,
            }
        }

        /// What is below, as `source -> plan`.
        fn below(self) -> Vec<String> {
            let behavior = ServiceBehavior { authorization: self.authorization, ..ServiceBehavior::default() };
            let config = EffectiveConfig { hosts: vec![host(vec![service(service_endpoint(self.stack), behavior)], Vec::new())] };
            let files = Files::default();
            let today = Date { year: 2026, month: 11, day: 24 };
            // The plan of the same endpoint without permissions, into which the case's own are put.
            let bare = EffectiveConfig {
                hosts: vec![host(
                    vec![service(
                        service_endpoint(config.hosts[0].services[0].endpoints[0].binding.stack.clone().unwrap()),
                        Default::default(),
                    )],
                    Vec::new(),
                )],
            };
            let nothing = ContractModel::default();
            let (posture, _) = crate::assess(&bare, &nothing, &files);
            let (plan, _) = crate::plan(&posture, &bare, &nothing, &Policy::default(), &files, today);
            let mut planned: PlannedEndpoint = plan.hosts[0].endpoints[0].outcome.clone().unwrap();
            planned.authorization.roles_from = self.source.map(|chosen| Decision { chosen, rule: &ROLES_FROM_FILE, because: Vec::new() });
            let requirement = |text: &&str| match text.strip_prefix('@') {
                Some(name) => RoleRequirement { role: None, name: Some(name.to_owned()) },
                None => RoleRequirement { role: (!text.is_empty()).then(|| (*text).to_owned()), name: None },
            };
            planned.authorization.operations = self
                .planned
                .into_iter()
                .map(|(operation, groups)| {
                    let all_of = groups.iter().map(|group| group.iter().map(requirement).collect()).collect();
                    let chosen = OperationDemand { operation: operation.to_owned(), all_of };
                    Decision { chosen, rule: &OPERATION_DEMAND, because: Vec::new() }
                })
                .collect();
            let mut contracts = read_csharp(&[SourceText { file: FileId(0), text: SOURCE }], &Options::default()).0;
            contracts.services[0].permissions = self.permissions;
            match self.named {
                Named::Both => {}
                Named::Configuration => contracts.services[0].clr_name = "Bank.Behind".to_owned(),
                Named::Clr => contracts.services[0].configuration_name = "Teller".to_owned(),
                Named::Neither => {
                    contracts.services[0].clr_name = "Bank.Behind".to_owned();
                    contracts.services[0].configuration_name = "Teller".to_owned();
                }
            }
            if !self.known {
                contracts.contracts.clear();
            }
            let roles_from = self.roles_stated.then_some(Chosen { value: RolesFrom::File, span: None });
            let policy = Policy { all: Choices { roles_from, ..Choices::default() }, ..Policy::default() };
            let view = EndpointView::services(&config.hosts[0]).next().unwrap();
            let own = posture.hosts[0].services[0].outcome.as_ref().unwrap();
            let below = compare(view, own, &contracts, &planned, &policy.for_service("Bank.Transfers"));
            below.into_iter().map(|below| format!("{} -> {}", below.source, below.plan)).collect()
        }
    }

    const FINE: [&str; 0] = [];

    #[test]
    fn alternatives_of_a_method_replace_those_of_its_class() {
        let own = || vec![demand(PrincipalPermission, "Send", "Tellers", "", 1), demand(PrincipalPermission, "Send", "", "alice", 2)];
        let any: &[Planned] = &[("Send", &[&["Tellers", "@alice"]])];
        assert_eq!(Case::of(own(), any).below(), FINE);
        assert_eq!(Case::of(own(), &[("Send", &[&["Tellers"]])]).below(), FINE);
        assert_eq!(Case::of(own(), &[("Send", &[&["Tellers"], &["Others"]])]).below(), FINE);
        let lost = ["role `Tellers` or user `alice` for `Send` -> any proved caller"];
        assert_eq!(Case::of(own(), &[("Send", &[&["Tellers", "Others"]])]).below(), lost);
        assert_eq!(Case::of(own(), &[("Send", &[&[]])]).below(), lost);
        assert_eq!(Case::of(own(), &[("Send", &[&[""]])]).below(), lost);
        assert_eq!(Case::of(own(), &[("Read", &[&["Tellers"]])]).below(), lost);
        assert_eq!(Case::of(own(), &[]).below(), lost);
        assert_eq!(Case { source: None, ..Case::of(own(), any) }.below(), lost);
        let mut with_class = own();
        with_class.push(demand(PrincipalPermission, "", "Staff", "", 3));
        assert_eq!(Case::of(with_class.clone(), &[("Send", &[&["Tellers"]]), ("Read", &[&["Staff"]])]).below(), FINE);
        assert_eq!(Case::of(with_class, any).below(), ["role `Staff` for `Read` -> any proved caller"]);
    }

    #[test]
    fn every_attribute_of_asp_net_core_counts_and_its_roles_are_alternatives() {
        let both = || {
            vec![
                demand(Authorize, "Send", "Tellers", "", 1),
                demand(Authorize, "Send", "Clerks", "", 1),
                demand(Authorize, "", "Staff", "", 2),
            ]
        };
        let kept: &[Planned] = &[("Send", &[&["Clerks", "Tellers"], &["Staff"]]), ("Read", &[&["Staff"]])];
        assert_eq!(Case::of(both(), kept).below(), FINE);
        let lost: &[Planned] = &[("Send", &[&["Tellers"]]), ("Read", &[&["Staff"]])];
        assert_eq!(Case::of(both(), lost).below(), ["role `Staff` for `Send` -> any proved caller"]);
        // They ask no principal of WCF's.
        assert_eq!(Case { authorization: Some(by_mode("None")), ..Case::of(both(), kept) }.below(), FINE);
        let proved = || vec![demand(Authorize, "Send", "", "", 1)];
        assert_eq!(Case::of(proved(), &[("Send", &[&[""]])]).below(), FINE);
        assert_eq!(Case::of(proved(), &[]).below(), ["a proved caller for `Send` -> any proved caller"]);
    }

    #[test]
    fn what_cannot_be_told_is_not_kept() {
        let unread = vec![demand(NotRead, "Send", "", "", 1)];
        assert_eq!(Case::of(unread, &[("Send", &[&[""]])]).below(), ["a demand that was not read for `Send` -> any proved caller"]);
        let helper = vec![demand(PrincipalPermission, "Check", "Tellers", "", 1)];
        assert_eq!(Case::of(helper, &[]).below(), ["role `Tellers` on a method that is no operation -> nothing in its place"]);
        let explicit = vec![demand(PrincipalPermission, "Bank.ITransfers.Send", "Tellers", "", 1)];
        assert_eq!(Case::of(explicit, &[("Send", &[&["Tellers"]])]).below(), FINE);
        let known = || vec![demand(PrincipalPermission, "Send", "Tellers", "", 1)];
        let planned: &[Planned] = &[("Send", &[&["Tellers"]])];
        assert_eq!(
            Case { known: false, ..Case::of(known(), planned) }.below(),
            ["what `Bank.Transfers` demands -> nothing, because the contract is not known"]
        );
        assert_eq!(Case { known: false, ..Case::of(Vec::new(), &[]) }.below(), FINE);
        let claim = || Some(RoleSource::TokenClaim("roles".to_owned()));
        assert_eq!(Case { source: claim(), ..Case::of(known(), planned) }.below(), FINE);
        let named = vec![demand(PrincipalPermission, "Send", "", "alice", 1)];
        let by_name: &[Planned] = &[("Send", &[&["@alice"]])];
        assert_eq!(Case::of(named.clone(), by_name).below(), FINE);
        assert_eq!(Case { source: claim(), ..Case::of(named, by_name) }.below(), ["user `alice` for `Send` -> any proved caller"]);
    }

    #[test]
    fn whom_no_principal_admits_is_not_admitted() {
        let demands = || vec![demand(PrincipalPermission, "Send", "Tellers", "alice", 1)];
        assert_eq!(Case::of(demands(), &[]).below(), ["role `Tellers` as user `alice` for `Send` -> any proved caller"]);
        let role = || vec![demand(PrincipalPermission, "Send", "Tellers", "", 1)];
        let planned: &[Planned] = &[("Send", &[&["Tellers"]])];
        let nobody = ["nobody for `Send`, because callers have no principal -> role `Tellers`"];
        assert_eq!(Case { authorization: Some(by_mode("None")), ..Case::of(role(), planned) }.below(), nobody);
        assert_eq!(Case { stack: tokens(), ..Case::of(role(), planned) }.below(), nobody);
        assert_eq!(Case { stack: tokens(), authorization: Some(by_mode("UseAspNetRoles")), ..Case::of(role(), planned) }.below(), FINE);
        assert_eq!(Case { authorization: Some(by_mode("UseWindowsGroups")), ..Case::of(role(), planned) }.below(), FINE);
    }

    #[test]
    fn code_that_decides_is_in_no_plan() {
        let of =
            |authorization, roles_stated| Case { authorization: Some(authorization), roles_stated, ..Case::of(Vec::new(), &[]) }.below();
        for mode in ["None", "UseWindowsGroups"] {
            assert_eq!(of(by_mode(mode), false), FINE, "{mode}");
        }
        for mode in ["Custom", "Always"] {
            assert_eq!(of(by_mode(mode), true), [format!("principalPermissionMode {mode} -> nothing in its place")]);
        }
        assert_eq!(of(by_mode("UseAspNetRoles"), true), FINE);
        assert_eq!(of(by_mode("UseAspNetRoles"), false), ["principalPermissionMode UseAspNetRoles -> nothing in its place"]);
        let provider = || ServiceAuthorization { role_provider: Some(by_default("Sql".into())), ..by_mode("UseWindowsGroups") };
        assert_eq!(of(provider(), true), FINE);
        assert_eq!(of(provider(), false), ["the roles of `Sql` -> nothing in their place"]);
        let code = ServiceAuthorization {
            manager_type: Some(by_default("Our.Manager".into())),
            policies: vec![by_default("Our.Policy".into())],
            ..by_mode("UseWindowsGroups")
        };
        assert_eq!(
            of(code, true),
            ["what `Our.Manager` decides -> nothing in its place", "what `Our.Policy` decides -> nothing in its place"]
        );
    }

    #[test]
    fn the_class_is_known_by_either_of_its_names() {
        let demands = || Case::of(vec![demand(PrincipalPermission, "Send", "Tellers", "", 1)], &[]);
        let lost = ["role `Tellers` for `Send` -> any proved caller"];
        for named in [Named::Both, Named::Configuration, Named::Clr] {
            assert_eq!(Case { named, ..demands() }.below(), lost);
        }
        assert_eq!(Case { named: Named::Neither, ..demands() }.below(), FINE);
    }

    /// Alternatives of the class are none of a method that has its own.
    #[test]
    fn a_plan_that_keeps_only_what_the_class_demands_is_below() {
        let both = vec![demand(PrincipalPermission, "Send", "Tellers", "", 1), demand(PrincipalPermission, "", "Staff", "", 2)];
        let planned: &[Planned] = &[("Send", &[&["Staff"]]), ("Read", &[&["Staff"]])];
        assert_eq!(Case::of(both, planned).below(), ["role `Tellers` for `Send` -> any proved caller"]);
    }
}
