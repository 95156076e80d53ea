//! Message contracts: headers and bodies in .NET's order (`TypeLoader.CreateTypedMessageDescription`).

use super::clr_type::{ClrType, DefinitionId};
use super::data_contract::{Candidate, data_syntax};
use super::declaration::MemberDeclaration;
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use super::service_contract::TEMPURI;
use super::stable_name::encode_local_name;
use super::syntax::{Attribute, TypeSyntax};
use crate::diagnostics::SettingNotCarried;
use crate::model::{ClassContract, Demanded, Header, Member, MessageType, TypeKey};

impl<'s> ModelBuilder<'s> {
    /// Reads a message contract, the members of its bases included: headers and bodies are each one list, sorted over the whole hierarchy.
    pub(super) fn message_contract(&mut self, id: DefinitionId, arguments: &[ClrType]) -> MessageType {
        let own = self.type_attribute(id, "MessageContract");
        let (mut wrapper, mut wrapper_namespace, mut protection) = (None, None, None);
        if let Some((attribute, context)) = own {
            let wrapped = self.boolean(context, attribute, "IsWrapped").is_none_or(|found| found.value);
            let name = self.text(context, attribute, "WrapperName");
            let default = self.symbols.get(id).map(|found| found.name.clone()).unwrap_or_default();
            wrapper = wrapped.then(|| encode_local_name(&name.unwrap_or(default)));
            wrapper_namespace = self.text(context, attribute, "WrapperNamespace");
            protection = self.protection(context, attribute);
        }
        let key = TypeKey(self.clr_name(&ClrType::Defined(id, arguments.to_vec())));
        let contract_namespace = if self.view.contract.is_empty() { TEMPURI.to_owned() } else { self.view.contract.clone() };
        let (mut headers, mut body) = (Vec::new(), Vec::new());
        let mut chain = vec![ClrType::Defined(id, arguments.to_vec())];
        while let Some(ClrType::Defined(id, arguments)) = chain.last().cloned() {
            match self.base_class(id, &arguments) {
                Some(base) if !chain.contains(&base) && chain.len() < 64 => chain.push(base),
                _ => break,
            }
        }
        for class in chain.into_iter().rev() {
            let ClrType::Defined(id, arguments) = class else { continue };
            let parameters = self.symbols.get(id).map(|found| found.parameters.clone()).unwrap_or_default();
            for (part, context) in self.parts(id) {
                let declaration = part.declaration;
                for member in &declaration.members {
                    let Some(type_syntax) = data_syntax(member) else { continue };
                    let found = ["MessageHeader", "MessageHeaderArray", "MessageBodyMember"]
                        .into_iter()
                        .find_map(|name| Some((name, self.symbols.attribute(context, &member.attributes, name)?)));
                    let Some((kind, attribute)) = found else { continue };
                    let is_body = kind == "MessageBodyMember";
                    let (member, demanded) = self.message_member(context, member, type_syntax, attribute, &parameters, &arguments, &key);
                    protection = stricter(protection, demanded);
                    let written = self.text(context, attribute, "Namespace");
                    let namespace = written.clone().unwrap_or_else(|| contract_namespace.clone());
                    if is_body {
                        body.push((namespace, member));
                    } else {
                        headers.push((namespace, self.header(context, kind, attribute, member, written)));
                    }
                }
            }
        }
        MessageType {
            wrapper,
            wrapper_namespace,
            headers: in_order(headers, |header| &header.member),
            body: in_order(body, |member| member),
            protection_level: protection,
        }
    }

    /// What `MessageHeader` says beside the value. What gRPC's metadata cannot keep is reported where it is written.
    fn header(
        &mut self,
        context: Context<'static>,
        kind: &'static str,
        attribute: &'s Attribute,
        member: Member,
        namespace: Option<String>,
    ) -> Header {
        let must_understand = self.boolean(context, attribute, "MustUnderstand").filter(|found| found.value);
        let relay = self.boolean(context, attribute, "Relay").filter(|found| found.value);
        let actor = self.text(context, attribute, "Actor").filter(|actor| !actor.is_empty());
        let written = |argument: &str| attribute.named.iter().find(|(name, _)| name == argument).map(|(_, value)| value.span);
        let lost = [
            ("MustUnderstand", must_understand.as_ref().map(|found| found.span)),
            ("Relay", relay.as_ref().map(|found| found.span)),
            ("Actor", actor.as_ref().and(written("Actor"))),
        ];
        for (argument, span) in lost {
            if let Some(span) = span {
                self.findings.push(SettingNotCarried { attribute: kind, argument: Some(argument), span });
            }
        }
        Header {
            member,
            namespace,
            must_understand: must_understand.is_some(),
            relay: relay.is_some(),
            actor,
            each: kind == "MessageHeaderArray",
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one call; the arguments are one member as it was met")]
    fn message_member(
        &mut self,
        context: Context<'static>,
        member: &'s MemberDeclaration,
        type_syntax: &'s TypeSyntax,
        attribute: &'s Attribute,
        parameters: &[String],
        arguments: &[ClrType],
        key: &TypeKey,
    ) -> (Member, Option<Demanded>) {
        let name = self.text(context, attribute, "Name").unwrap_or_else(|| member.name.clone());
        let candidate = Candidate {
            declaration: member,
            context,
            type_syntax,
            name: encode_local_name(&name),
            order: self.integer(context, attribute, "Order"),
            required: false,
            emit_default: true,
        };
        let demanded = self.protection(context, attribute);
        (self.member(&candidate, parameters, arguments, ClassContract::Inferred, key), demanded)
    }
}

/// Parts in the order in which .NET writes them (`TypeLoader.CompareMessagePartDescriptions`): by position, namespace, name.
fn in_order<T>(mut parts: Vec<(String, T)>, member: impl Fn(&T) -> &Member) -> Vec<T> {
    parts.sort_by(|(one_namespace, one), (other_namespace, other)| {
        let (one, other) = (member(one), member(other));
        (one.order, one_namespace, &one.name).cmp(&(other.order, other_namespace, &other.name))
    });
    parts.into_iter().map(|(_, part)| part).collect()
}

/// The stricter of two demands.
pub(super) fn stricter(one: Option<Demanded>, other: Option<Demanded>) -> Option<Demanded> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.level > one.level { other } else { one }),
        (one, other) => one.or(other),
    }
}
