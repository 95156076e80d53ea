//! What attributes say that the model does not hold: settings that are not carried over, and behaviors that are code.

use super::clr_type::{ClrType, DefinitionId};
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use super::syntax::Attribute;
use crate::diagnostics::{CustomBehavior, SettingNotCarried};

/// Attributes of WCF whose arguments are read, each with those that are, and those without counterpart or effect on a server.
const READ: [(&str, &[&str]); 2] = [
    (
        "ServiceBehavior",
        &[
            "Name",
            "Namespace",
            "ConfigurationName",
            "InstanceContextMode",
            "ConcurrencyMode",
            "IncludeExceptionDetailInFaults",
            // Which thread runs a handler.
            "UseSynchronizationContext",
        ],
    ),
    ("OperationBehavior", &["Impersonation", "TransactionScopeRequired"]),
];

/// Attributes of WCF that are not read at all.
const NOT_READ: [&str; 3] = ["DeliveryRequirements", "CallbackBehavior", "DataContractResolver"];

/// Interfaces that make an attribute a behavior: WCF runs its code when a service or client is opened.
const BEHAVIORS: [&str; 5] = ["IServiceBehavior", "IContractBehavior", "IOperationBehavior", "IEndpointBehavior", "IErrorHandler"];

impl ModelBuilder<'_> {
    /// Reports what the attributes of a contract or service, and of its methods, say beyond the model.
    pub(super) fn unread_attributes(&mut self, id: DefinitionId) {
        if !self.attributes_reported.insert(id) {
            return;
        }
        for (part, context) in self.parts(id) {
            let members = part.declaration.members.iter().flat_map(|member| &member.attributes);
            for attribute in part.declaration.attributes.iter().chain(members) {
                self.unread(context, attribute);
            }
        }
    }

    fn unread(&mut self, context: Context<'_>, attribute: &Attribute) {
        for (name, read) in READ {
            if self.symbols.is_attribute(context, attribute, name) {
                for (argument, value) in attribute.named.iter().filter(|(argument, _)| !read.contains(&argument.as_str())) {
                    self.findings.push(SettingNotCarried { attribute: name, argument: Some(argument), span: value.span });
                }
            }
        }
        if let Some(name) = NOT_READ.into_iter().find(|name| self.symbols.is_attribute(context, attribute, name)) {
            self.findings.push(SettingNotCarried { attribute: name, argument: None, span: attribute.span });
        }
        if self.is_behavior(context, attribute) {
            self.findings.push(CustomBehavior { attribute: attribute.name.to_string(), span: attribute.span });
        }
    }

    /// Whether an attribute's class is in the input and is a behavior.
    fn is_behavior(&self, context: Context<'_>, attribute: &Attribute) -> bool {
        let mut name = attribute.name.clone();
        let Some(last) = name.parts.last_mut() else { return false };
        let short = last.identifier.clone();
        last.identifier.push_str("Attribute");
        let suffixed = last.identifier.clone();
        let candidates = [(suffixed, name), (short, attribute.name.clone())];
        let resolved = candidates.into_iter().filter(|(identifier, _)| self.symbols.has_name(identifier));
        let found = resolved.filter_map(|(_, name)| self.symbols.resolve_name(context, &name, 0)).next();
        let Some(ClrType::Defined(id, arguments)) = found else { return false };
        self.ancestors(id, &arguments).iter().any(|ancestor| match ancestor {
            ClrType::Missing(written, _) => BEHAVIORS.contains(&written.rsplit(['.', ':']).next().unwrap_or(written)),
            ClrType::Defined(base, _) => self.symbols.get(*base).is_some_and(|found| BEHAVIORS.contains(&found.name.as_str())),
            ClrType::Framework(..) | ClrType::Array(..) | ClrType::Parameter(_) | ClrType::Void => false,
        })
    }
}
