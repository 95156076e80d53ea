//! `tracking`: what workflow services record of their runs (`System.ServiceModel.Activities.Tracking.Configuration`).

use crate::schema::enumeration::IMPLEMENTATION_VISIBILITY;
use crate::schema::{Attribute, Child, Content, Element, enumeration, text_or};

/// Text that is any activity, state or name where it does not stand.
const fn any(name: &'static str, min_length: usize) -> Attribute {
    text_or(name, min_length, Some("*"))
}

/// A name that has to stand, and may be empty.
const NAME: Attribute = text_or("name", 0, Some("")).required().key();

/// `TrackingSection`.
pub static TRACKING: Element = Element {
    class: "TrackingSection",
    attributes: &[],
    children: &[Child { name: "profiles", element: &PROFILE_COLLECTION }],
    content: Content::Closed,
};

/// `ProfileElementCollection`.
pub static PROFILE_COLLECTION: Element = Element {
    class: "ProfileElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "trackingProfile", element: &PROFILE, removable: true },
};

/// `ProfileElement`.
pub static PROFILE: Element = Element {
    class: "ProfileElement",
    attributes: &[NAME, enumeration("implementationVisibility", &IMPLEMENTATION_VISIBILITY, "RootScope")],
    children: &[],
    content: Content::Items { item: "workflow", element: &PROFILE_WORKFLOW, removable: false },
};

/// `ProfileWorkflowElement`.
pub static PROFILE_WORKFLOW: Element = Element {
    class: "ProfileWorkflowElement",
    attributes: &[any("activityDefinitionId", 1).key()],
    children: &[
        Child { name: "workflowInstanceQueries", element: &WORKFLOW_INSTANCE_QUERY_COLLECTION },
        Child { name: "activityStateQueries", element: &ACTIVITY_STATE_QUERY_COLLECTION },
        Child { name: "activityScheduledQueries", element: &ACTIVITY_SCHEDULED_QUERY_COLLECTION },
        Child { name: "cancelRequestedQueries", element: &CANCEL_REQUESTED_QUERY_COLLECTION },
        Child { name: "faultPropagationQueries", element: &FAULT_PROPAGATION_QUERY_COLLECTION },
        Child { name: "bookmarkResumptionQueries", element: &BOOKMARK_RESUMPTION_QUERY_COLLECTION },
        Child { name: "customTrackingQueries", element: &CUSTOM_TRACKING_QUERY_COLLECTION },
        Child { name: "stateMachineStateQueries", element: &STATE_MACHINE_STATE_QUERY_COLLECTION },
    ],
    content: Content::Closed,
};

/// `WorkflowInstanceQueryElementCollection`.
pub static WORKFLOW_INSTANCE_QUERY_COLLECTION: Element = Element {
    class: "WorkflowInstanceQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "workflowInstanceQuery", element: &WORKFLOW_INSTANCE_QUERY, removable: false },
};

/// `WorkflowInstanceQueryElement`.
pub static WORKFLOW_INSTANCE_QUERY: Element = Element {
    class: "WorkflowInstanceQueryElement",
    attributes: &[],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }, Child { name: "states", element: &STATE_COLLECTION }],
    content: Content::Closed,
};

/// `ActivityStateQueryElementCollection`.
pub static ACTIVITY_STATE_QUERY_COLLECTION: Element = Element {
    class: "ActivityStateQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "activityStateQuery", element: &ACTIVITY_STATE_QUERY, removable: false },
};

/// `ActivityStateQueryElement`.
pub static ACTIVITY_STATE_QUERY: Element = Element {
    class: "ActivityStateQueryElement",
    attributes: &[any("activityName", 1).key()],
    children: &[
        Child { name: "annotations", element: &ANNOTATION_COLLECTION },
        Child { name: "states", element: &STATE_COLLECTION },
        Child { name: "variables", element: &VARIABLE_COLLECTION },
        Child { name: "arguments", element: &ARGUMENT_COLLECTION },
    ],
    content: Content::Closed,
};

/// `ActivityScheduledQueryElementCollection`.
pub static ACTIVITY_SCHEDULED_QUERY_COLLECTION: Element = Element {
    class: "ActivityScheduledQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "activityScheduledQuery", element: &ACTIVITY_SCHEDULED_QUERY, removable: false },
};

/// `ActivityScheduledQueryElement`.
pub static ACTIVITY_SCHEDULED_QUERY: Element = Element {
    class: "ActivityScheduledQueryElement",
    attributes: &[any("activityName", 1).key(), any("childActivityName", 1).key()],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }],
    content: Content::Closed,
};

/// `CancelRequestedQueryElementCollection`.
pub static CANCEL_REQUESTED_QUERY_COLLECTION: Element = Element {
    class: "CancelRequestedQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "cancelRequestedQuery", element: &CANCEL_REQUESTED_QUERY, removable: false },
};

/// `CancelRequestedQueryElement`.
pub static CANCEL_REQUESTED_QUERY: Element = Element {
    class: "CancelRequestedQueryElement",
    attributes: &[any("activityName", 1).key(), any("childActivityName", 1)],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }],
    content: Content::Closed,
};

/// `FaultPropagationQueryElementCollection`.
pub static FAULT_PROPAGATION_QUERY_COLLECTION: Element = Element {
    class: "FaultPropagationQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "faultPropagationQuery", element: &FAULT_PROPAGATION_QUERY, removable: false },
};

/// `FaultPropagationQueryElement`.
pub static FAULT_PROPAGATION_QUERY: Element = Element {
    class: "FaultPropagationQueryElement",
    attributes: &[any("faultSourceActivityName", 1).key(), any("faultHandlerActivityName", 1).key()],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }],
    content: Content::Closed,
};

/// `BookmarkResumptionQueryElementCollection`.
pub static BOOKMARK_RESUMPTION_QUERY_COLLECTION: Element = Element {
    class: "BookmarkResumptionQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "bookmarkResumptionQuery", element: &BOOKMARK_RESUMPTION_QUERY, removable: false },
};

/// `BookmarkResumptionQueryElement`.
pub static BOOKMARK_RESUMPTION_QUERY: Element = Element {
    class: "BookmarkResumptionQueryElement",
    attributes: &[any("name", 0).key()],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }],
    content: Content::Closed,
};

/// `CustomTrackingQueryElementCollection`.
pub static CUSTOM_TRACKING_QUERY_COLLECTION: Element = Element {
    class: "CustomTrackingQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "customTrackingQuery", element: &CUSTOM_TRACKING_QUERY, removable: false },
};

/// `CustomTrackingQueryElement`.
pub static CUSTOM_TRACKING_QUERY: Element = Element {
    class: "CustomTrackingQueryElement",
    attributes: &[any("name", 0).key(), any("activityName", 1).key()],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }],
    content: Content::Closed,
};

/// `StateMachineStateQueryElementCollection`.
pub static STATE_MACHINE_STATE_QUERY_COLLECTION: Element = Element {
    class: "StateMachineStateQueryElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "stateMachineStateQuery", element: &STATE_MACHINE_STATE_QUERY, removable: false },
};

/// `StateMachineStateQueryElement`.
pub static STATE_MACHINE_STATE_QUERY: Element = Element {
    class: "StateMachineStateQueryElement",
    attributes: &[any("activityName", 1).key()],
    children: &[Child { name: "annotations", element: &ANNOTATION_COLLECTION }, Child { name: "states", element: &STATE_COLLECTION }],
    content: Content::Closed,
};

/// `AnnotationElementCollection`.
pub static ANNOTATION_COLLECTION: Element = Element {
    class: "AnnotationElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "annotation", element: &ANNOTATION, removable: false },
};

/// `AnnotationElement`.
pub static ANNOTATION: Element = Element {
    class: "AnnotationElement",
    attributes: &[NAME, text_or("value", 0, Some("")).required()],
    children: &[],
    content: Content::Closed,
};

/// `StateElementCollection`.
pub static STATE_COLLECTION: Element = Element {
    class: "StateElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "state", element: &STATE, removable: false },
};

/// `StateElement`.
pub static STATE: Element = Element { class: "StateElement", attributes: &[any("name", 0).key()], children: &[], content: Content::Closed };

/// `VariableElementCollection`.
pub static VARIABLE_COLLECTION: Element = Element {
    class: "VariableElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "variable", element: &VARIABLE, removable: false },
};

/// `VariableElement`.
pub static VARIABLE: Element = Element { class: "VariableElement", attributes: &[NAME], children: &[], content: Content::Closed };

/// `ArgumentElementCollection`.
pub static ARGUMENT_COLLECTION: Element = Element {
    class: "ArgumentElementCollection",
    attributes: &[],
    children: &[],
    content: Content::Items { item: "argument", element: &ARGUMENT, removable: false },
};

/// `ArgumentElement`.
pub static ARGUMENT: Element = Element { class: "ArgumentElement", attributes: &[NAME], children: &[], content: Content::Closed };
