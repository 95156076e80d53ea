//! Objects that get away: to where they cannot be followed, or settings of what was never followed.

use tree_sitter::Node;

use super::collector::{Collector, dotted, escaped};
use super::flow::Held;
use super::way::enclosing;
use super::{ObjectKind, SettingSyntax};
use crate::csharp::reader::children;
use crate::csharp::syntax::Name;

impl Collector<'_, '_> {
    /// The name of the class around a node.
    pub(super) fn class_of(&self, node: Node<'_>) -> String {
        let kinds = ["class_declaration", "struct_declaration", "record_declaration"];
        let class = std::iter::successors(node.parent(), |node| node.parent()).find(|node| kinds.contains(&node.kind()));
        class.and_then(|class| class.child_by_field_name("name")).map(|name| self.reader.identifier(name)).unwrap_or_default()
    }

    /// Whether the constructor around a node is the only one of its class.
    pub(super) fn is_only_constructor(&self, node: Node<'_>) -> bool {
        enclosing(node).is_some_and(|around| around.kind() == "constructor_declaration")
            && self.declared.get(&self.class_of(node)).is_none_or(|count| *count < 2)
    }

    /// A binding or host that goes where it cannot be followed may be changed there.
    pub(super) fn escape(&mut self, node: Node<'_>) {
        let held = match node.kind() {
            "identifier" => match self.lookup(&self.reader.identifier(node)).map(|variable| &variable.held) {
                Some(Held::Object(object)) => *object,
                _ => return,
            },
            _ => match self.this {
                Some(this) => this,
                None => return,
            },
        };
        let Some(object) = self.found.objects.get(held) else { return };
        let is_host = matches!(object.kind, ObjectKind::Host { .. });
        if !is_host && !object.class.last().ends_with("Binding") && !object.class.last().ends_with("ServiceHost") {
            return;
        }
        let mut at = node;
        while let Some(around) = at.parent()
            && matches!(around.kind(), "cast_expression" | "as_expression" | "parenthesized_expression" | "postfix_unary_expression")
        {
            at = around;
        }
        let Some(around) = at.parent() else { return };
        let is_field_of = |name: &str| around.child_by_field_name(name) == Some(at);
        let is_kept = match around.kind() {
            "argument" => match around.parent().and_then(|list| list.parent()).map(|call| call.kind()) {
                // `ref` and `out` may give the variable another value.
                Some("invocation_expression" | "object_creation_expression" | "implicit_object_creation_expression") => {
                    children(around).all(|child| child.is_named() || !matches!(child.kind(), "ref" | "out"))
                }
                _ => false,
            },
            "assignment_expression" if is_field_of("right") => {
                let left = around.child_by_field_name("left");
                let is_variable = left.is_some_and(|left| {
                    left.kind() == "identifier"
                        || left.kind() == "member_access_expression"
                            && left.child_by_field_name("expression").is_some_and(|of| matches!(of.kind(), "this" | "this_expression"))
                });
                is_variable && around.parent().is_none_or(|parent| parent.kind() != "initializer_expression")
            }
            "initializer_expression"
            | "array_creation_expression"
            | "collection_expression"
            | "tuple_expression"
            | "yield_statement"
            | "lambda_expression"
            | "conditional_expression"
            | "ref_expression"
            | "switch_expression_arm"
            | "element" => false,
            // `a ?? b` gives one of two.
            "binary_expression" => children(around).all(|child| self.reader.text(child) != "??"),
            _ => true,
        };
        if !is_kept {
            let span = self.reader.span(around);
            let setting = escaped("something that is not followed", span);
            self.set(held, setting);
        }
    }

    /// Keeps a setting that decides who is let in or what is protected, of something that could not be followed.
    pub(super) fn loose(&mut self, name: &Name, setting: SettingSyntax) {
        let words = ["Credentials", "ClientCredentials"];
        let of_security = name.parts.iter().position(|part| {
            matches!(part.identifier.as_str(), "Security" | "Authorization" | "Authentication" | "Description") && !setting.is_call
        });
        let changes = |position: usize| {
            let rest = name.parts.get(position + 1..).unwrap_or_default();
            position > 0
                && match name.parts.get(position).map(|part| part.identifier.as_str()) {
                    // A binding's parts; other things called security are not bindings'.
                    Some("Security") => {
                        rest.first().is_some_and(|next| matches!(next.identifier.as_str(), "Mode" | "Transport" | "Message"))
                    }
                    Some("Authorization") => rest.first().is_some_and(|next| {
                        matches!(
                            next.identifier.as_str(),
                            "ServiceAuthorizationManager"
                                | "ExternalAuthorizationPolicies"
                                | "PrincipalPermissionMode"
                                | "RoleProvider"
                                | "ImpersonateCallerForAllOperations"
                        )
                    }),
                    Some("Authentication") => rest
                        .first()
                        .is_some_and(|next| matches!(next.identifier.as_str(), "ServiceAuthenticationManager" | "AuthenticationSchemes")),
                    _ => false,
                }
        };
        if let Some(position) = of_security.filter(|position| changes(*position)) {
            let path = dotted(name.parts.get(position..).unwrap_or_default());
            if !self.found.loose.iter().any(|known| known.span == setting.span) {
                self.found.loose.push(SettingSyntax { path, ..setting });
            }
            return;
        }
        let position = name.parts.iter().position(|part| words.contains(&part.identifier.as_str()));
        let path = match position {
            // The word alone is the credentials of something else, unless more follows.
            Some(position) if position + 1 < name.parts.len() => {
                dotted(name.parts.get(position..).unwrap_or_default()).replacen("ClientCredentials", "Credentials", 1)
            }
            None if name.last() == "ServerCertificateValidationCallback" => dotted(&name.parts),
            _ => return,
        };
        if !self.found.loose.iter().any(|known| known.span == setting.span) {
            self.found.loose.push(SettingSyntax { path, ..setting });
        }
    }
}
