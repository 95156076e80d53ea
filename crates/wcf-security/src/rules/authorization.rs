//! What callers may do: role demands are carried operation by operation, code that decides is not, and neither is forgotten.

use wcf_config::behavior::UserNameValidationMode;
use wcf_config::effective::Service;
use wcf_contract::model::{Operation, PermissionAttribute, PermissionDemand, ServiceClass, ServiceContract};
use wcf_diagnostics::Span;

use crate::diagnostics::{AuthorizationToWrite, RolesToProvide};
use crate::plan::{AnyOf, AuthorizationPlan, CallerCredential, Fate, OperationDemand, RoleRequirement, RoleSource};
use crate::planning::Planner;
use crate::policy::RolesFrom;
use crate::posture::CallerProof;
use crate::reason::{DecidedBy, Decision, Reason};
use crate::rules::rules;

rules! {
    CODE_DECIDES = "authorization-to-write", Deny, "Permissions that code decides are written again in the handlers.",
        why: "The generated server proves who calls and hands the caller to the handler as a typed value; what that caller may do is the service's own knowledge.",
        reference: "System.ServiceModel.Description.ServiceAuthorizationBehavior";
    OPERATION_DEMAND = "authorization-operation-demand", Note, "What PrincipalPermission demands of a method's caller is demanded before the operation's handler runs.",
        why: "Several attributes on one method admit whoever fits one of them; a method's own attributes take the place of the class's. .NET's documentation says in one place that they replace the class's and in another that both admit, so the narrower reading is kept.",
        reference: "System.Security.Permissions.PrincipalPermissionAttribute";
    OPERATION_AUTHORIZE = "authorization-operation-authorize", Note, "What Authorize demands of callers is demanded before the operation's handler runs.",
        why: "ASP.NET Core asks every attribute of class and method; the roles that one attribute lists are alternatives.",
        reference: "Microsoft.AspNetCore.Authorization.AuthorizeAttribute; CoreWCF";
    ROLES_FROM_FILE = "authorization-roles-from-file", Warn, "The roles of callers come from a file of the operator's, as the policy states.",
        why: "Windows groups and role providers are not in the input, and after the migration callers have other names: somebody has to write down who stands for whom. Who is not in the file has no role.",
        reference: "System.ServiceModel.Description.PrincipalPermissionMode";
    ROLES_FROM_CLAIM = "authorization-roles-from-token", Warn, "The roles of callers come from a claim of their token, as the policy states.",
        why: "AD FS and Entra ID put group and role membership in a claim. A token without the claim has no role.",
        reference: "OpenID Connect Core 1.0; RFC 7519";
}

/// The default words for what must be done about code that decides.
const WRITE_AGAIN: &str = "which must be written again";

/// Decides what operations demand, and reports what decides about permissions and is not carried over.
pub(crate) fn decide(planner: &mut Planner<'_>, callers: &[CallerCredential]) -> (AuthorizationPlan, Vec<Decision<Fate>>) {
    let by_code = code_decides(planner);
    let plan = demands(planner, callers);
    let fates = match by_code.is_empty() {
        true => Vec::new(),
        false => vec![Decision { chosen: Fate::NotKept, rule: &CODE_DECIDES, because: by_code }],
    };
    (plan, fates)
}

/// Managers, policies and providers of the configuration.
fn code_decides(planner: &mut Planner<'_>) -> Vec<Reason> {
    let Some(authorization) = planner.view.service().and_then(|service| service.behavior.authorization.as_ref()) else { return Vec::new() };
    let files = planner.files;
    let mode = authorization.principal_permission_mode.value.as_str();
    let mut decided: Vec<(Reason, String)> = Vec::new();
    if let Some(manager) = &authorization.manager_type {
        let reason = Reason::of("serviceAuthorizationManagerType", manager.value.clone(), manager, files);
        decided.push((reason, format!("the authorization manager `{}`", manager.value)));
    }
    for policy in &authorization.policies {
        let reason = Reason::of("authorizationPolicies", policy.value.clone(), policy, files);
        decided.push((reason, format!("the authorization policy `{}`", policy.value)));
    }
    // Who has which role is the policy's to say; where it does, a role provider is a list to take over and no code.
    let roles_stated = planner.policy.roles_from.is_some();
    if let Some(provider) = &authorization.role_provider
        && !roles_stated
    {
        let reason = Reason::of("roleProviderName", provider.value.clone(), provider, files);
        decided.push((reason, format!("the role provider `{}`", provider.value)));
    }
    let by_mode = match mode {
        "Custom" | "Always" => true,
        "UseAspNetRoles" => !roles_stated,
        _ => false,
    };
    if by_mode {
        let reason = Reason::of("principalPermissionMode", mode, &authorization.principal_permission_mode, files);
        decided.push((reason, format!("principalPermissionMode {mode}")));
    }
    for (reason, by) in &decided {
        planner.report_service(std::slice::from_ref(reason), |at| AuthorizationToWrite { at, by, why: WRITE_AGAIN }.into());
    }
    decided.into_iter().map(|(reason, _)| reason).collect()
}

/// `PrincipalPermission` on the classes behind the service.
fn demands(planner: &mut Planner<'_>, callers: &[CallerCredential]) -> AuthorizationPlan {
    let Some(service) = planner.view.service() else { return AuthorizationPlan::default() };
    let contracts = planner.contracts;
    let classes = contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
    let mut plan = AuthorizationPlan::default();
    let mut carried = Vec::new();
    for class in classes.filter(|class| !class.permissions.is_empty()) {
        let stated = planner.policy.roles_from.clone();
        let Some(stated) = stated else {
            for demand in &class.permissions {
                refuse(planner, class, demand, WRITE_AGAIN);
            }
            continue;
        };
        for demand in class.permissions.iter().filter(|demand| is_of_no_operation(class, demand, contracts)) {
            refuse(planner, class, demand, "and the method is no operation: its check must be written again in the handlers that call it");
        }
        let Some(contract) = crate::contract_of(contracts, planner.view.contract()) else {
            for demand in &class.permissions {
                refuse(planner, class, demand, "and the endpoint's contract is not in the input, so its operations are not known");
            }
            continue;
        };
        for operation in &contract.operations {
            let of_operation = demands_of(class, operation);
            let mut kept = true;
            for demand in &of_operation {
                if let Some(why) = cannot_be_kept(planner, service, callers, demand, stated.value) {
                    refuse(planner, class, demand, why);
                    kept = false;
                }
            }
            // Under a waiver the handlers check what cannot be kept.
            if of_operation.is_empty() || !kept {
                continue;
            }
            let because: Vec<_> = of_operation.iter().map(|demand| reason_of(class, demand)).collect();
            carried.extend(because.iter().cloned());
            plan.operations.push(Decision {
                chosen: OperationDemand { operation: operation.name.clone(), all_of: all_of(&of_operation) },
                rule: match of_operation.iter().any(|demand| demand.attribute == PermissionAttribute::Authorize) {
                    true => &OPERATION_AUTHORIZE,
                    false => &OPERATION_DEMAND,
                },
                because,
            });
        }
    }
    if let Some(stated) = planner.policy.roles_from.clone()
        && !carried.is_empty()
    {
        let (source, rule, word) = match stated.value {
            RolesFrom::File => (RoleSource::File, &ROLES_FROM_FILE, "file"),
            RolesFrom::TokenClaim => {
                let claim = planner.policy.roles_claim.as_ref().map_or("roles", |chosen| chosen.value.as_str());
                (RoleSource::TokenClaim(claim.to_owned()), &ROLES_FROM_CLAIM, "token-claim")
            }
        };
        let reason = stated.reason("security.roles.from", word);
        let where_to = match &source {
            RoleSource::File => "the roles file".to_owned(),
            RoleSource::TokenClaim(claim) => format!("the claim `{claim}` of the token"),
        };
        carried.dedup();
        planner.report_service(&carried, |at| RolesToProvide { at, where_to: &where_to }.into());
        plan.roles_from = Some(Decision { chosen: source, rule, because: vec![reason] });
    }
    plan
}

/// The CLR methods behind an operation.
pub(crate) fn methods_of(operation: &Operation) -> impl Iterator<Item = &str> {
    let forms = &operation.forms;
    let pair = forms.begin_end.iter().flat_map(|(begin, end)| [begin, end]);
    std::iter::once(&operation.clr_name).chain(&forms.sync).chain(pair).chain(&forms.task).map(String::as_str)
}

/// A method's name without the interface it implements explicitly.
pub(crate) fn own_name(method: &str) -> &str {
    method.rsplit('.').next().unwrap_or(method)
}

/// The demands on an operation. Of `PrincipalPermission` those of its method, else the class's; of all others both.
fn demands_of<'c>(class: &'c ServiceClass, operation: &Operation) -> Vec<&'c PermissionDemand> {
    let of_method = |demand: &PermissionDemand| {
        demand.method.as_deref().is_some_and(|method| methods_of(operation).any(|name| name == own_name(method)))
    };
    let is_replaced = |demand: &PermissionDemand| {
        demand.attribute == PermissionAttribute::PrincipalPermission
            && class.permissions.iter().any(|other| other.attribute == demand.attribute && of_method(other))
    };
    let applies = |demand: &&PermissionDemand| of_method(demand) || demand.method.is_none() && !is_replaced(demand);
    class.permissions.iter().filter(applies).collect()
}

/// Demands grouped as their attributes mean it: alternatives together.
fn all_of(demands: &[&PermissionDemand]) -> Vec<AnyOf> {
    let mut groups: Vec<(Option<Span>, AnyOf)> = Vec::new();
    for demand in demands {
        let together = match demand.attribute {
            PermissionAttribute::PrincipalPermission => None,
            PermissionAttribute::Authorize | PermissionAttribute::NotRead => Some(demand.span),
        };
        let requirement = RoleRequirement { role: demand.role.clone(), name: demand.name.clone() };
        match groups.iter_mut().find(|(known, _)| *known == together) {
            Some((_, group)) => group.push(requirement),
            None => groups.push((together, vec![requirement])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether a demand stands on a method that no contract of the class has.
fn is_of_no_operation(class: &ServiceClass, demand: &PermissionDemand, contracts: &wcf_contract::ContractModel) -> bool {
    let Some(method) = demand.method.as_deref() else { return false };
    let has =
        |contract: &ServiceContract| contract.operations.iter().any(|operation| methods_of(operation).any(|name| name == own_name(method)));
    !class.contracts.iter().filter_map(|key| contracts.contracts.get(key)).any(has)
}

/// Why a demand cannot be kept although the policy says where roles come from; nothing where it can.
fn cannot_be_kept(
    planner: &Planner<'_>,
    service: &Service,
    callers: &[CallerCredential],
    demand: &PermissionDemand,
    from: RolesFrom,
) -> Option<&'static str> {
    let authorization = service.behavior.authorization.as_ref();
    let mode = match demand.attribute {
        PermissionAttribute::NotRead => return Some("and what it demands could not be read"),
        PermissionAttribute::PrincipalPermission => {
            authorization.map_or("UseWindowsGroups", |authorization| authorization.principal_permission_mode.value.as_str())
        }
        // ASP.NET Core asks its own principal.
        PermissionAttribute::Authorize => "",
    };
    match mode {
        "None" => return Some("and principalPermissionMode None sets no principal, so it refuses every caller today"),
        "UseWindowsGroups" if !has_windows_identity(planner, service) => {
            return Some("and callers have no Windows account, without which it refuses every caller today");
        }
        _ => {}
    }
    if callers.is_empty() {
        return Some("and callers of the plan are anonymous, so that nobody has a role");
    }
    match from {
        RolesFrom::File => None,
        RolesFrom::TokenClaim if !callers.iter().any(|credential| matches!(credential, CallerCredential::Bearer(_))) => {
            Some("and the policy takes roles from tokens, which callers of this endpoint do not bring")
        }
        RolesFrom::TokenClaim if demand.name.is_some() => {
            Some("and a token does not hold the name WCF knew its caller by: take roles from a file, or write the check again")
        }
        RolesFrom::TokenClaim => None,
    }
}

/// Whether WCF had a Windows account for its callers, which is what UseWindowsGroups asks for roles.
fn has_windows_identity(planner: &Planner<'_>, service: &Service) -> bool {
    let credentials = &service.behavior.credentials;
    let passwords_are_windows = planner.view.in_web_server()
        || credentials.user_name.as_ref().is_none_or(|user_name| user_name.mode.value == UserNameValidationMode::Windows);
    let mapped = service.behavior.elements.get("serviceCredentials").is_some_and(|settings| {
        settings
            .get("clientCertificate.authentication.mapClientCertificateToWindowsAccount")
            .is_some_and(|mapped| mapped.value.as_deref() == Some("true"))
    });
    planner.posture.caller_proofs().any(|proof| match proof {
        CallerProof::WindowsOverClear
        | CallerProof::WindowsIdentity
        | CallerProof::DigestInClear
        | CallerProof::DigestProtected
        | CallerProof::DecidedByHost => true,
        CallerProof::PasswordInClear | CallerProof::PasswordProtected => passwords_are_windows,
        CallerProof::Certificate => mapped,
        CallerProof::Nothing | CallerProof::IssuedToken => false,
    })
}

const fn attribute_name(demand: &PermissionDemand) -> &'static str {
    match demand.attribute {
        PermissionAttribute::PrincipalPermission => "PrincipalPermission",
        PermissionAttribute::Authorize => "Authorize",
        PermissionAttribute::NotRead => "an attribute",
    }
}

fn of_words(class: &ServiceClass, demand: &PermissionDemand) -> String {
    demand.method.as_ref().map_or_else(|| class.clr_name.clone(), |method| format!("{}.{method}", class.clr_name))
}

fn who_words(demand: &PermissionDemand) -> String {
    match (&demand.role, &demand.name) {
        (None, None) if demand.attribute == PermissionAttribute::NotRead => "a demand that could not be read".to_owned(),
        (Some(role), Some(name)) => format!("role `{role}` and user `{name}`"),
        (Some(role), None) => format!("role `{role}`"),
        (None, Some(name)) => format!("user `{name}`"),
        (None, None) => "any authenticated user".to_owned(),
    }
}

fn reason_of(class: &ServiceClass, demand: &PermissionDemand) -> Reason {
    Reason {
        setting: attribute_name(demand).to_owned(),
        value: who_words(demand),
        decided_by: DecidedBy::Contract { name: of_words(class, demand) },
        span: Some(demand.span),
    }
}

fn refuse(planner: &mut Planner<'_>, class: &ServiceClass, demand: &PermissionDemand, why: &str) {
    let by = format!("{} on `{}` ({})", attribute_name(demand), of_words(class, demand), who_words(demand));
    planner.report_service(&[reason_of(class, demand)], |at| AuthorizationToWrite { at, by: &by, why }.into());
}
