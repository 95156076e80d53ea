//! Simple types: enumerations and flags are types of their own, all else comes to what it restricts.

use super::data::{DEEPEST, DataTypes, Pending, item_name};
use super::diagnostics::SchemaLoosened;
use super::names;
use super::primitives::built_in;
use super::schema::{self, Component, documentation};
use super::serializer::is_enumeration;
use super::xml::{self, QName, XSD};
use crate::model::{Docs, EnumMember, EnumType, Primitive, Serializer, TypeRef};

impl<'a> DataTypes<'_, 'a> {
    pub(super) fn simple(&mut self, component: Component<'a>, name: &QName, serializer: Serializer) -> TypeRef {
        let node = component.node;
        if let Some(list) = xml::first(node, XSD, "list") {
            let inner = xml::first(list, XSD, "simpleType");
            let enumeration = inner.and_then(|inner| xml::first(inner, XSD, "restriction")).is_some_and(is_enumeration);
            if enumeration {
                return TypeRef::Named(self.key(component, name, serializer));
            }
            let item = match inner {
                Some(inner) => self.simple(Component { node: inner, ..component }, &item_name(name), serializer),
                None => self.attribute_type(Component { node: list, ..component }, "itemType", serializer),
            };
            return TypeRef::List { item: Box::new(item) };
        }
        if xml::first(node, XSD, "union").is_some() {
            self.findings.push(SchemaLoosened { span: xml::span(node), what: "a union of simple types is carried as its text" });
            return TypeRef::Primitive(Primitive::String);
        }
        let Some(restriction) = xml::first(node, XSD, "restriction") else { return TypeRef::Primitive(Primitive::String) };
        let of = Component { node: restriction, ..component };
        let base = xml::attribute(restriction, "base").and_then(|base| self.schemas.resolve(of, base));
        if is_enumeration(restriction) && base.as_ref().is_none_or(|base| self.is_text(base, of, 0)) {
            return TypeRef::Named(self.key(component, name, serializer));
        }
        match (base, xml::first(restriction, XSD, "simpleType")) {
            (Some(base), _) if built_in(&base, serializer).is_some() => self.named(&base, xml::span(restriction), serializer),
            (Some(base), _) => match self.schemas.base_named(&base, component) {
                Some((base, found)) => self.reference(found, &base, serializer),
                None => self.named(&base, xml::span(restriction), serializer),
            },
            (None, Some(inner)) => self.reference(Component { node: inner, ..component }, &item_name(name), serializer),
            (None, None) => TypeRef::Primitive(Primitive::String),
        }
    }

    /// Whether a simple type is text or an enumeration in the end.
    fn is_text(&self, name: &QName, of: Component<'a>, steps: usize) -> bool {
        if name.namespace == XSD {
            return matches!(built_in(name, Serializer::DataContract), Some(TypeRef::Primitive(Primitive::String)));
        }
        let Some((_, found)) = self.schemas.base_named(name, of) else { return false };
        let Some(restriction) = xml::first(found.node, XSD, "restriction") else { return false };
        let base =
            xml::attribute(restriction, "base").and_then(|base| self.schemas.resolve(Component { node: restriction, ..found }, base));
        is_enumeration(restriction) || (steps < DEEPEST && base.is_some_and(|base| self.is_text(&base, found, steps + 1)))
    }

    pub(super) fn enumeration(&mut self, pending: &Pending<'a>) -> EnumType {
        let node = pending.component.node;
        let list = xml::first(node, XSD, "list");
        let holder = list.and_then(|list| xml::first(list, XSD, "simpleType")).unwrap_or(node);
        let restriction = xml::first(holder, XSD, "restriction");
        let flags = list.is_some();
        let mut members = Vec::new();
        for facet in restriction.into_iter().flat_map(|restriction| xml::named(restriction, XSD, "enumeration")) {
            let name = xml::attribute(facet, "value").unwrap_or("");
            let written = schema::annotated(facet, "EnumerationValue").and_then(|value| xml::own_text(value).parse::<i128>().ok());
            let ordinal = members.len();
            let default = if flags {
                1_i128.checked_shl(u32::try_from(ordinal).unwrap_or(127).min(62)).unwrap_or(0)
            } else {
                i128::try_from(ordinal).unwrap_or(0)
            };
            members.push(EnumMember {
                name: name.to_owned(),
                clr_name: names::member_identifier(name, pending.serializer),
                value: written.unwrap_or(default),
                span: xml::attribute_span(facet, "value"),
                docs: Docs { summary: documentation(facet), remarks: String::new() },
            });
        }
        let actual = restriction
            .and_then(|restriction| schema::annotated(restriction, "ActualType"))
            .or_else(|| schema::annotated(node, "ActualType"));
        let actual = actual.and_then(|actual| built_in(&QName::new(XSD, xml::attribute(actual, "Name")?), Serializer::DataContract));
        let fits = |least: i128, most: i128| members.iter().all(|member: &EnumMember| member.value >= least && member.value <= most);
        let underlying = match actual {
            Some(TypeRef::Primitive(primitive)) => primitive,
            _ if fits(i128::from(i32::MIN), i128::from(i32::MAX)) => Primitive::Int32,
            _ if fits(i128::from(i64::MIN), i128::from(i64::MAX)) => Primitive::Int64,
            _ => Primitive::UInt64,
        };
        EnumType { underlying, flags, members }
    }
}
