//! From what bodies set up to located facts: names resolved, constants computed, secrets dropped, each reported.

use wcf_diagnostics::Span;

use super::clr_type::ClrType;
use super::constant::Value;
use super::declaration::TypeDeclaration;
use super::hosting::SettingSyntax;
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use super::syntax::{Expression, Form, TypeSyntax};
use crate::diagnostics::{EndpointInCode, SecurityInCode};
use crate::in_code::{CodeBinding, CodeEndpoint, CodeHost, CodeSetting, CodeValue, Side};

/// Endings of paths whose values are secrets.
const SECRETS: [&str; 4] = ["Password", "Secret", "Key", "Token"];

impl ModelBuilder<'_> {
    /// Reads what the code of all files sets up.
    pub(super) fn in_code(&mut self) {
        let symbols = self.symbols;
        for (index, file) in symbols.files.iter().enumerate() {
            let hosting = &file.hosting;
            for host in &hosting.hosts {
                let context = self.context_at(index, host.span);
                let service = host.service.as_ref().and_then(|written| self.known_name(context, written));
                let base_addresses = host.addresses.iter().map(|address| self.code_value(context, address)).collect();
                self.model.in_code.hosts.push(CodeHost { service, base_addresses, span: host.span });
            }
            for endpoint in &hosting.endpoints {
                let context = self.context_at(index, endpoint.span);
                let binding = endpoint.binding.and_then(|binding| hosting.bindings.get(binding));
                let binding = binding.map(|binding| CodeBinding {
                    class: binding.class.clone(),
                    arguments: binding.arguments.iter().map(|argument| self.code_value(context, argument)).collect(),
                    settings: binding.settings.iter().map(|setting| self.code_setting(context, setting)).collect(),
                    span: binding.span,
                });
                let found = CodeEndpoint {
                    side: if endpoint.of_client { Side::Client } else { Side::Service },
                    contract: endpoint.contract.as_ref().and_then(|written| self.known_name(context, written)),
                    service: endpoint.service.as_ref().and_then(|written| self.known_name(context, written)),
                    binding,
                    address: endpoint.address.as_ref().map(|address| self.code_value(context, address)),
                    span: endpoint.span,
                };
                self.findings.push(EndpointInCode { endpoint: &found });
                self.model.in_code.endpoints.push(found);
            }
            for setting in &hosting.credentials {
                let context = self.context_at(index, setting.span);
                let found = self.code_setting(context, setting);
                // A client's own name and password belong in code as much as anywhere.
                if !found.path.starts_with("Credentials.UserName.UserName") && !found.path.starts_with("Credentials.UserName.Password") {
                    self.findings.push(SecurityInCode { setting: &found });
                }
                self.model.in_code.credentials.push(found);
            }
        }
    }

    /// The context of a place in a file: the type declared last before it holds it, or is near enough to look names up.
    fn context_at(&self, file: usize, place: Span) -> Context<'static> {
        let types = self.symbols.files.get(file).map(|file| file.types.as_slice()).unwrap_or_default();
        let before = |declaration: &&TypeDeclaration| declaration.name_span.start < place.start;
        let nearest = types.iter().filter(before).max_by_key(|declaration| declaration.name_span.start);
        let enclosing = nearest.and_then(|nearest| {
            self.symbols.ids().find(|id| {
                let parts = self.symbols.get(*id).map(|found| found.parts.as_slice()).unwrap_or_default();
                parts.iter().any(|part| part.file == file && part.declaration.name_span == nearest.name_span)
            })
        });
        Context { file, scope: nearest.map_or(0, |nearest| nearest.scope), enclosing, method_parameters: &[] }
    }

    /// The full name of a type that the input declares.
    fn known_name(&self, context: Context<'_>, written: &TypeSyntax) -> Option<String> {
        match self.symbols.resolve(context, written) {
            found @ ClrType::Defined(..) => Some(self.clr_name(&found)),
            _ => None,
        }
    }

    fn code_setting(&self, context: Context<'_>, setting: &SettingSyntax) -> CodeSetting {
        let secret = SECRETS.iter().any(|ending| setting.path.ends_with(ending));
        let values =
            setting.values.iter().map(|value| if secret { CodeValue::Secret(value.span) } else { self.code_value(context, value) });
        CodeSetting { path: setting.path.clone(), values: values.collect(), span: setting.span }
    }

    fn code_value(&self, context: Context<'_>, expression: &Expression) -> CodeValue {
        let span = expression.span;
        match self.symbols.value(context, expression) {
            Some(Value::Text(text)) => CodeValue::Text(text, span),
            Some(Value::Integer(number)) => CodeValue::Integer(number, span),
            Some(Value::Boolean(value)) => CodeValue::Boolean(value, span),
            // The type tells an enum's value from a local variable's property.
            Some(Value::Symbol(symbol)) => match &expression.form {
                Form::Name(name) if name.parts.len() > 1 => {
                    let holder = name.parts.iter().rev().nth(1).map_or("", |part| part.identifier.as_str());
                    let is_type = holder.chars().next().is_some_and(char::is_uppercase);
                    if is_type { CodeValue::Symbol(format!("{holder}.{symbol}"), span) } else { CodeValue::Unknown(span) }
                }
                _ => CodeValue::Unknown(span),
            },
            Some(Value::Null | Value::Type(_)) | None => CodeValue::Unknown(span),
        }
    }
}
