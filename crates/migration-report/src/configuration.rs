//! A configuration as .NET would run it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, Refused};
use crate::posture::Posture;
use crate::reason::Reason;

/// Values by dotted XML attribute name (`security.transport.clientCredentialType`), in the order .NET declares them.
/// Collections have an index: `clear.add[0].name`.
pub type Values = IndexMap<String, Option<String>>;

/// One configuration file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct File {
    /// Its path, relative to the input that was given, with forward slashes.
    pub file: String,
    /// Why .NET would not load it: the message of the first finding that says so. Then the lists may be incomplete.
    pub error: Option<String>,
    /// Every `binding` element, in the order written.
    pub bindings: Vec<Binding>,
    /// Every service, in the order written.
    pub services: Vec<Service>,
    /// Every client endpoint, in the order written.
    pub client: Vec<Endpoint>,
    /// Every service behavior, in the order written.
    pub service_behaviors: Vec<Behavior>,
    /// Every endpoint behavior, in the order written.
    pub endpoint_behaviors: Vec<Behavior>,
}

/// A `binding` element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Binding {
    /// The section it stands in: `wsHttpBinding`, `customBinding`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name; empty where it has none, and so applies wherever none is named.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: u32,
    /// Every value, defaults included.
    pub properties: Values,
    /// The names among them that are written in the file.
    pub explicit: Vec<String>,
    /// For a custom binding, the elements of its stack in the order written. Absent for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elements: Option<Vec<BindingElement>>,
    /// Who decided each value; where it was asked for (`--origins`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Reason>,
}

/// An element of a custom binding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BindingElement {
    /// Its XML name: `httpsTransport`.
    pub element: String,
    /// Every value, defaults included.
    pub properties: Values,
    /// The names among them that are written in the file.
    pub explicit: Vec<String>,
    /// Who decided each value; where it was asked for (`--origins`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Reason>,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// Its configuration name.
    pub name: String,
    /// The line of its element, from 1.
    pub line: u32,
    /// The behavior it names; may be empty.
    pub behavior_configuration: String,
    /// The addresses of its host, as written.
    pub base_addresses: Vec<String>,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// An endpoint of a service or a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// The line of its element, from 1.
    pub line: u32,
    /// As written; may be empty or relative.
    pub address: String,
    /// The binding's section: `wsHttpBinding`; may be empty.
    pub binding: String,
    /// The binding it names; may be empty.
    pub binding_configuration: String,
    /// The contract it names.
    pub contract: String,
    /// Its name; may be empty.
    pub name: String,
    /// The behavior it names; may be empty.
    pub behavior_configuration: String,
    /// The standard endpoint it names; may be empty.
    pub kind: String,
    /// Its identity, by dotted XML name; empty where none is written.
    pub identity: Values,
    /// Where the values of its binding come from.
    pub resolution: Resolution,
    /// Every value of its binding.
    pub effective: Values,
    /// The URI scheme its binding gives; empty where it gives none.
    pub scheme: String,
    /// The .NET class names of the binding elements that .NET builds, in order; empty where it refuses to.
    pub stack: Vec<String>,
    /// Who decided each value of it and of its binding; where it was asked for (`--origins`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Reason>,
    /// What protects it; from stage `posture` on. Absent where it has none, which `refused` or a finding explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posture: Option<Posture>,
    /// What tonic does instead; at stage `plan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Why there is no plan; at stage `plan`, and at stage `posture` why there is no posture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Where the values of an endpoint's binding come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// The `binding` that the endpoint names.
    NamedConfig,
    /// The nameless `binding` of the section.
    DefaultConfig,
    /// No `binding` element: the defaults of the object.
    #[default]
    BuiltIn,
    /// The endpoint has no `binding` attribute.
    NoBindingAttribute,
    /// The name it gives does not exist, and .NET refuses the file.
    Missing,
}

/// A service or endpoint behavior.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Behavior {
    /// Its name; empty where it has none, and so applies wherever none is named.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: u32,
    /// Every value of the elements that are there, by dotted XML name beginning with the element's:
    /// `serviceDebug.includeExceptionDetailInFaults`.
    pub elements: Values,
    /// The names among them that are written in the file.
    pub explicit: Vec<String>,
    /// Who decided each value; where it was asked for (`--origins`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Reason>,
}
