//! What a service tells about itself: its description and its errors.

use crate::diagnostics::{ErrorDetailsExposed, MetadataNotServed};
use crate::endpoint::EndpointView;
use crate::plan::Fate;
use crate::planning::Planner;
use crate::reason::{Decision, Reason};
use crate::rules::rules;

rules! {
    REFLECTION_OFF = "metadata-reflection-off", Note, "Metadata exchange becomes server reflection, which is off unless the policy asks for it.",
        why: "A description is of use to attackers; clients get the proto files.", reference: "WS-MetadataExchange; gRPC Server Reflection";
    REFLECTION_ON = "metadata-reflection-on", Note, "Server reflection answers, as the policy asks.",
        why: "Tools need it.", reference: "gRPC Server Reflection";
    ERRORS_KEPT = "metadata-errors-kept", Warn, "Exception details never reach a caller.",
        why: "They tell an attacker how the server is built.", reference: "System.ServiceModel.Description.ServiceDebugBehavior";
}

/// Whether reflection answers; reports what is not served any more, and says what becomes of it.
pub(crate) fn decide(planner: &mut Planner<'_>) -> (bool, Vec<Decision<Fate>>) {
    let Some(service) = planner.view.service() else { return (false, Vec::new()) };
    let files = planner.files;
    let reflection = planner.policy.reflection.clone();
    let mut fates = Vec::new();
    let mut served = Vec::new();
    if let Some(metadata) = &service.behavior.metadata {
        for (name, enabled) in [("httpGetEnabled", &metadata.http_get), ("httpsGetEnabled", &metadata.https_get)] {
            if enabled.value {
                let reason = Reason::of(&format!("serviceMetadata.{name}"), "true", enabled, files);
                if !reflection.value {
                    planner.report_service(std::slice::from_ref(&reason), |at| MetadataNotServed { at, how: name }.into());
                }
                served.push(reason);
            }
        }
    }
    if reflection.value {
        let because = vec![reflection.reason("metadata.reflection", "true")];
        fates.push(Decision { chosen: Fate::Replaced, rule: &REFLECTION_ON, because });
    } else if !served.is_empty() {
        fates.push(Decision { chosen: Fate::NotKept, rule: &REFLECTION_OFF, because: served });
    }
    let mut details = Vec::new();
    if let Some(set) = &service.behavior.include_exception_detail_in_faults
        && set.value
    {
        details.push(Reason::of("serviceDebug.includeExceptionDetailInFaults", "true", set, files));
    }
    let classes =
        planner.contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
    details.extend(classes.filter_map(|class| {
        Some(Reason {
            setting: "IncludeExceptionDetailInFaults".to_owned(),
            value: "true".to_owned(),
            decided_by: crate::reason::DecidedBy::Contract { name: class.clr_name.clone() },
            span: Some(class.include_exception_detail_in_faults?),
        })
    }));
    for reason in &details {
        planner.report_service(std::slice::from_ref(reason), |at| ErrorDetailsExposed { at }.into());
    }
    if !details.is_empty() {
        fates.push(Decision { chosen: Fate::NotKept, rule: &ERRORS_KEPT, because: details });
    }
    (reflection.value, fates)
}

/// A metadata endpoint: nothing is generated for it.
pub(crate) fn system_endpoint(view: EndpointView<'_>, planner: &mut Planner<'_>) {
    if !planner.policy.reflection.value {
        let how = format!("the endpoint `{}`", view.contract());
        planner.report(&[], |at| MetadataNotServed { at, how: &how }.into());
    }
}
