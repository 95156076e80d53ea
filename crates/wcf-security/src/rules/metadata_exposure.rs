//! What a service tells about itself: its description and its errors.

use crate::diagnostics::{ErrorDetailsExposed, MetadataNotServed};
use crate::endpoint::EndpointView;
use crate::planning::Planner;
use crate::reason::Reason;
use crate::rules::rules;

rules! {
    REFLECTION_OFF = "metadata-reflection-off", "Metadata exchange becomes server reflection, which is off unless the policy asks for it.",
        why: "A description is of use to attackers; clients get the proto files.", reference: "WS-MetadataExchange; gRPC Server Reflection";
    REFLECTION_ON = "metadata-reflection-on", "Server reflection answers, as the policy asks.",
        why: "Tools need it.", reference: "gRPC Server Reflection";
    ERRORS_KEPT = "metadata-errors-kept", "Exception details never reach a caller.",
        why: "They tell an attacker how the server is built.", reference: "System.ServiceModel.Description.ServiceDebugBehavior";
}

/// Whether reflection answers; reports what is not served any more.
pub(crate) fn decide(planner: &mut Planner<'_>) -> bool {
    let Some(service) = planner.view.service() else { return false };
    let files = planner.files;
    let reflection = planner.policy.reflection.value;
    if let Some(metadata) = &service.behavior.metadata
        && !reflection
    {
        for (name, enabled) in [("httpGetEnabled", &metadata.http_get), ("httpsGetEnabled", &metadata.https_get)] {
            if enabled.value {
                let reason = Reason::of(&format!("serviceMetadata.{name}"), "true", enabled, files);
                planner.report_service(&[reason], |at| MetadataNotServed { at, how: name }.into());
            }
        }
    }
    if let Some(details) = &service.behavior.include_exception_detail_in_faults
        && details.value
    {
        let reason = Reason::of("serviceDebug.includeExceptionDetailInFaults", "true", details, files);
        planner.report_service(&[reason], |at| ErrorDetailsExposed { at }.into());
    }
    let in_code: Vec<_> = planner
        .contracts
        .services
        .iter()
        .filter(|class| class.configuration_name == service.name || class.clr_name == service.name)
        .filter_map(|class| {
            Some(Reason {
                setting: "IncludeExceptionDetailInFaults".to_owned(),
                value: "true".to_owned(),
                decided_by: crate::reason::DecidedBy::Contract { name: class.clr_name.clone() },
                span: Some(class.include_exception_detail_in_faults?),
            })
        })
        .collect();
    for reason in in_code {
        planner.report_service(&[reason], |at| ErrorDetailsExposed { at }.into());
    }
    reflection
}

/// A metadata endpoint: nothing is generated for it.
pub(crate) fn system_endpoint(view: EndpointView<'_>, planner: &mut Planner<'_>) {
    if !planner.policy.reflection.value {
        let how = format!("the endpoint `{}`", view.contract());
        planner.report(&[], |at| MetadataNotServed { at, how: &how }.into());
    }
}
