//! What code sets up and nobody understood: the words.

use wcf_diagnostics::Finding;

use super::{ENDPOINT_IN_CODE, SECURITY_IN_CODE};
use crate::in_code::{CodeEndpoint, CodeHost, CodeSetting, CodeValue, Side};

/// An endpoint that code adds.
#[derive(Clone, Debug)]
pub(crate) struct EndpointInCode<'a> {
    /// What was read of it.
    pub endpoint: &'a CodeEndpoint,
}

impl From<EndpointInCode<'_>> for Finding {
    fn from(problem: EndpointInCode<'_>) -> Self {
        let CodeEndpoint { side, contract, contract_written, binding, address, span, obstacles, settings, .. } = problem.endpoint;
        let side = match side {
            Side::Service => "a service endpoint",
            Side::Client => "a client endpoint",
        };
        let of = contract.as_ref().or(contract_written.as_ref()).map(|contract| format!(" of `{contract}`")).unwrap_or_default();
        let mut finding =
            Self::new(&ENDPOINT_IN_CODE, format!("{side}{of} is set up in code that is not understood")).at(*span, "set up here");
        for obstacle in obstacles {
            finding = finding.at(obstacle.span, obstacle.what.clone());
        }
        match binding {
            None => finding = finding.note("its binding could not be followed"),
            Some(binding) => {
                let arguments: Vec<String> = binding.arguments.iter().map(in_words).collect();
                finding = finding.note(format!("its binding is `{}({})`", binding.class, arguments.join(", ")));
                for setting in &binding.settings {
                    finding = finding.note(in_one_line(setting));
                }
            }
        }
        if let Some(address) = address {
            finding = finding.note(format!("its address is {}", in_words(address)));
        }
        for setting in settings.iter().filter(|setting| speaks_of_security(setting)) {
            finding = finding.note(in_one_line(setting));
        }
        finding.help("write it into a configuration file beside the code, with the values that run, so that its security is planned")
    }
}

/// A host that code sets up and that is not understood.
#[derive(Clone, Debug)]
pub(crate) struct HostInCode<'a> {
    /// What was read of it.
    pub host: &'a CodeHost,
}

impl From<HostInCode<'_>> for Finding {
    fn from(problem: HostInCode<'_>) -> Self {
        let CodeHost { service, settings, span, obstacles, .. } = problem.host;
        let of = service.as_ref().map(|service| format!(" of `{service}`")).unwrap_or_default();
        let mut finding =
            Self::new(&SECURITY_IN_CODE, format!("the host{of} is set up in code that is not understood")).at(*span, "set up here");
        for obstacle in obstacles {
            finding = finding.at(obstacle.span, obstacle.what.clone());
        }
        for setting in settings.iter().filter(|setting| speaks_of_security(setting)) {
            finding = finding.note(in_one_line(setting));
        }
        finding.help("write its endpoints and behaviors into a configuration file beside the code, so that its security is planned")
    }
}

fn speaks_of_security(setting: &CodeSetting) -> bool {
    ["Credentials", "Security", "Authorization", "Authentication", "Behaviors"].iter().any(|word| setting.path.contains(word))
}

/// Security that code sets.
#[derive(Clone, Debug)]
pub(crate) struct SecurityInCode<'a> {
    /// What is set.
    pub setting: &'a CodeSetting,
}

impl From<SecurityInCode<'_>> for Finding {
    fn from(problem: SecurityInCode<'_>) -> Self {
        let setting = problem.setting;
        Self::new(&SECURITY_IN_CODE, format!("`{}` is set in code", setting.path))
            .at(setting.span, "overrides configuration at run time")
            .note(in_one_line(setting))
            .help("write it into the behavior in configuration that it changes, so that it is planned")
    }
}

fn in_one_line(setting: &CodeSetting) -> String {
    let values: Vec<String> = setting.values.iter().map(in_words).collect();
    let values = values.join(", ");
    if setting.is_call { format!("`{}({values})` is called", setting.path) } else { format!("`{}` is {values}", setting.path) }
}

fn in_words(value: &CodeValue) -> String {
    match value {
        CodeValue::Text(text, _) => format!("{text:?}"),
        CodeValue::Integer(number, _) => number.to_string(),
        CodeValue::Boolean(value, _) => value.to_string(),
        CodeValue::Symbol(symbol, _) => symbol.clone(),
        CodeValue::Type(name, _) => format!("`{name}`"),
        CodeValue::Object(object) => format!("`{}`", object.class),
        CodeValue::List(items, _) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        CodeValue::Null(_) => "null".to_owned(),
        CodeValue::Secret(_) => "a secret, not kept".to_owned(),
        CodeValue::Unknown(_) => "not a constant".to_owned(),
    }
}
