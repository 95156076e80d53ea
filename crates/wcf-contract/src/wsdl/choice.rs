//! Choices: of several elements one stands there, or any number of them in an order that matters (`XmlSchemaImporter` of
//! .NET, which makes a member `Item` or `Items` of them). Here they are a type of their own that is exactly one of its members.

use std::collections::BTreeSet;

use super::data::{DEEPEST, DataTypes, Field, Occurs, Shape};
use super::diagnostics::{SchemaLoosened, SchemaTooLarge};
use super::names;
use super::schema::{self, Component};
use super::xml::{self, Node, QName};
use crate::model::{DataKind, DataType, Docs, TypeRef};

/// The elements that may stand at a place.
#[derive(Default)]
struct Leaves<'a> {
    /// Elements, and places for any.
    all: Vec<Component<'a>>,
    /// Whether more than one may stand there.
    repeats: bool,
    /// Whether the schema says more about which stand together than one of them after the other.
    loosened: bool,
}

impl<'a> DataTypes<'_, 'a> {
    /// Takes a choice, a repeated group of elements, or an element that others may stand in for as one member. `false` where
    /// there are no alternatives, so that it is to be taken as what is in it.
    pub(super) fn take_choice(&mut self, particle: Component<'a>, shape: &mut Shape<'_>, occurs: Occurs, depth: usize) -> bool {
        let mut leaves = Leaves::default();
        if xml::local(particle.node) == "element" {
            leaves.repeats = schema::repeated(particle.node);
            self.leaf(particle, &mut leaves);
        } else {
            self.gather(particle, &mut leaves, depth);
        }
        if leaves.all.len() < 2 {
            return false;
        }
        if leaves.loosened {
            self.findings.push(SchemaLoosened {
                span: xml::span(particle.node),
                what: "elements that stand together in a group are carried as a list, each entry one of them",
            });
        }
        let mut members = Vec::new();
        let mut inherited = shape.inherited.iter().filter(|name| !name.starts_with(' ')).cloned().collect::<BTreeSet<_>>();
        let mut of_choice = Shape { serializer: shape.serializer, holder: shape.holder, members: &mut members, inherited: &mut inherited };
        let mut seen: Vec<(String, TypeRef)> = Vec::new();
        for leaf in leaves.all {
            let mut field = self.alternative(leaf, &of_choice);
            field.required = true;
            let known = (field.name.clone(), field.type_ref.clone());
            if seen.contains(&known) {
                continue;
            }
            seen.push(known);
            self.take(leaf.node, field, &mut of_choice);
        }
        // A restriction says again what its base has.
        if members.is_empty() {
            return true;
        }
        let name = format!("{}Choice", shape.holder);
        let namespace = self.schemas.namespace(particle);
        let key = self.fresh_key(namespace, &names::identifier(&name));
        let (_, clr_namespace) = self.clr_name(namespace, "");
        let span = xml::span(particle.node);
        self.add(DataType {
            clr_name: key.0.rsplit('.').next().unwrap_or(&key.0).to_owned(),
            key: key.clone(),
            clr_namespace,
            name,
            namespace: namespace.to_owned(),
            span,
            kind: DataKind::Choice(members),
            docs: Docs { summary: schema::documentation(particle.node), remarks: String::new() },
        });
        let (name, type_ref) = match leaves.repeats || occurs.repeated {
            true => ("Items", TypeRef::List { item: Box::new(TypeRef::Named(key)) }),
            false => ("Item", TypeRef::Named(key)),
        };
        let required = !schema::optional(particle.node) && !occurs.optional && !leaves.repeats;
        let field = Field { name: name.to_owned(), type_ref, span, required, docs: Docs::default(), emit_default: true };
        shape.push(field);
        true
    }

    /// One alternative by itself: how often it may stand there is said by the choice.
    fn alternative(&mut self, leaf: Component<'a>, shape: &Shape<'_>) -> Field {
        if xml::local(leaf.node) == "any" {
            return self.any_element(leaf, shape.holder, false);
        }
        let mut field = match xml::attribute(leaf.node, "name") {
            // A global element that stands in for another.
            Some(name)
                if self.schemas.element(&QName::new(self.schemas.namespace(leaf), name)).is_some_and(|of| of.place() == leaf.place()) =>
            {
                let name = QName::new(self.schemas.namespace(leaf), name);
                self.global(leaf, &name, shape.serializer)
            }
            _ => self.element(leaf, shape.holder, shape.serializer),
        };
        field.type_ref = match field.type_ref {
            TypeRef::List { item } if schema::repeated(leaf.node) => *item,
            other => other,
        };
        field.type_ref = match field.type_ref {
            TypeRef::Nullable(inner) if !schema::truth(leaf.node, "nillable") => *inner,
            other => other,
        };
        field
    }

    /// An element, or all that may stand in its place.
    fn leaf(&mut self, element: Component<'a>, leaves: &mut Leaves<'a>) {
        let head = xml::attribute(element.node, "ref").and_then(|name| self.schemas.resolve(element, name));
        let Some(head) = head.filter(|head| !self.schemas.substitutes(head).is_empty()) else {
            leaves.all.push(element);
            return;
        };
        let mut seen = BTreeSet::new();
        let mut open = vec![head];
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) || !self.spend(element.node) {
                continue;
            }
            let mut substitutes = self.schemas.substitutes(&name).to_vec();
            substitutes.reverse();
            open.extend(substitutes);
            if let Some(found) = self.schemas.element(&name).filter(|found| !schema::truth(found.node, "abstract")) {
                leaves.all.push(found);
            }
        }
    }

    /// The elements of a group of elements, at whatever depth.
    fn gather(&mut self, group: Component<'a>, leaves: &mut Leaves<'a>, depth: usize) {
        leaves.repeats |= schema::repeated(group.node);
        let target = match (xml::local(group.node), xml::attribute(group.node, "ref")) {
            ("group", Some(_)) => {
                let Some(name) = self.schemas.name_in(group, "ref", &mut self.findings) else { return };
                let Some(target) = self.schemas.group(&name) else {
                    self.group_missing(group.node, &name);
                    return;
                };
                target
            }
            _ => group,
        };
        if depth >= DEEPEST {
            self.findings.push(SchemaTooLarge { span: xml::span(group.node) });
            return;
        }
        let items: Vec<Node<'a>> = xml::children(target.node)
            .filter(|child| matches!(xml::local(*child), "element" | "any" | "sequence" | "all" | "choice" | "group"))
            .collect();
        // Several elements after each other.
        if items.len() > 1 && matches!(xml::local(target.node), "sequence" | "all") {
            leaves.repeats = true;
            leaves.loosened = true;
        }
        for item in items {
            if !self.spend(item) {
                return;
            }
            let here = Component { node: item, ..target };
            match xml::local(item) {
                "element" | "any" => {
                    if schema::repeated(item) {
                        leaves.loosened |= !leaves.repeats;
                        leaves.repeats = true;
                    }
                    if xml::local(item) == "any" { leaves.all.push(here) } else { self.leaf(here, leaves) }
                }
                _ => self.gather(here, leaves, depth + 1),
            }
        }
    }
}
