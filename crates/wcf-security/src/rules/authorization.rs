//! What callers may do: not carried over, but never forgotten.

use crate::diagnostics::AuthorizationToWrite;
use crate::planning::Planner;
use crate::reason::{DecidedBy, Reason};
use crate::rules::rules;

rules! {
    CODE_DECIDES = "authorization-to-write", "Roles, permissions and authorization managers are written again in the handlers.",
        why: "The generated server proves who calls and hands the caller to the handler as a typed value; what that caller may do is the service's own knowledge.",
        reference: "System.ServiceModel.Description.ServiceAuthorizationBehavior; System.Security.Permissions.PrincipalPermissionAttribute";
}

/// Reports what decides about permissions.
pub(crate) fn report(planner: &mut Planner<'_>) {
    let Some(service) = planner.view.service() else { return };
    let files = planner.files;
    if let Some(authorization) = &service.behavior.authorization {
        let mode = authorization.principal_permission_mode.value.as_str();
        if let Some(manager) = &authorization.manager_type {
            let reason = Reason::of("serviceAuthorizationManagerType", manager.value.clone(), manager, files);
            let by = format!("the authorization manager `{}`", manager.value);
            planner.report_service(&[reason], |at| AuthorizationToWrite { at, by: &by }.into());
        }
        for policy in &authorization.policies {
            let reason = Reason::of("authorizationPolicies", policy.value.clone(), policy, files);
            let by = format!("the authorization policy `{}`", policy.value);
            planner.report_service(&[reason], |at| AuthorizationToWrite { at, by: &by }.into());
        }
        if let Some(provider) = &authorization.role_provider
            && !provider.value.is_empty()
        {
            let reason = Reason::of("roleProviderName", provider.value.clone(), provider, files);
            let by = format!("the role provider `{}`", provider.value);
            planner.report_service(&[reason], |at| AuthorizationToWrite { at, by: &by }.into());
        }
        if matches!(mode, "UseAspNetRoles" | "Custom" | "Always") {
            let reason = Reason::of("principalPermissionMode", mode, &authorization.principal_permission_mode, files);
            let by = format!("principalPermissionMode {mode}");
            planner.report_service(&[reason], |at| AuthorizationToWrite { at, by: &by }.into());
        }
    }
    let classes =
        planner.contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
    for demand in classes.flat_map(|class| class.permissions.iter().map(move |demand| (class, demand))) {
        let (class, demand) = demand;
        let who = match (&demand.role, &demand.name) {
            (Some(role), _) => format!("role `{role}`"),
            (None, Some(name)) => format!("user `{name}`"),
            (None, None) => "any authenticated user".to_owned(),
        };
        let of = demand.method.as_ref().map_or_else(|| class.clr_name.clone(), |method| format!("{}.{method}", class.clr_name));
        let reason = Reason {
            setting: "PrincipalPermission".to_owned(),
            value: who.clone(),
            decided_by: DecidedBy::Contract { name: of.clone() },
            span: Some(demand.span),
        };
        let by = format!("PrincipalPermission on `{of}` ({who})");
        planner.report_service(&[reason], |at| AuthorizationToWrite { at, by: &by }.into());
    }
}
