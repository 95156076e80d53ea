//! Constant expressions and attribute arguments: literals, `nameof`, concatenation, constants and enum values of the input.

use std::cell::Cell;
use std::collections::BTreeSet;

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId};
use super::declaration::{MemberKind, TypeKind};
use super::resolve::Context;
use super::symbols::Symbols;
use super::syntax::{Attribute, Expression, Form, Name};

/// How many constants may refer to one another in a row.
const CHAIN: usize = 128;
/// How many steps one expression may take, and how long a string may grow: constants that double one another must not
/// take time or memory without bound.
const STEPS: u32 = 10_000;
const TEXT: usize = 64 * 1024;

/// How far an evaluation has come.
#[derive(Clone, Copy)]
struct Budget<'b> {
    depth: usize,
    steps: &'b Cell<u32>,
}

impl Budget<'_> {
    /// One level deeper; `None` when the budget is spent.
    fn deeper(self) -> Option<Self> {
        let steps = self.steps.get().checked_sub(1)?;
        self.steps.set(steps);
        (self.depth < CHAIN).then_some(Self { depth: self.depth + 1, ..self })
    }
}

/// The value of a constant expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string.
    Text(String),
    /// An integer, a character, or a value of an enum of the input.
    Integer(i128),
    /// A boolean.
    Boolean(bool),
    /// `null`.
    Null,
    /// `typeof(T)`.
    Type(ClrType),
    /// A member of a type that is not in the input, by its last identifier: an enum value of the framework.
    Symbol(String),
}

impl Symbols<'_> {
    /// The value of an expression, if it can be known.
    pub(super) fn value(&self, context: Context<'_>, expression: &Expression) -> Option<Value> {
        let steps = Cell::new(STEPS);
        self.value_at(context, expression, Budget { depth: 0, steps: &steps })
    }

    fn value_at(&self, context: Context<'_>, expression: &Expression, budget: Budget<'_>) -> Option<Value> {
        let budget = budget.deeper()?;
        let inner = |expression: &Expression| self.value_at(context, expression, budget);
        match &expression.form {
            Form::Text(text) | Form::NameOf(text) => Some(Value::Text(text.clone())),
            Form::Integer(number) => Some(Value::Integer(*number)),
            Form::Boolean(value) => Some(Value::Boolean(*value)),
            Form::Null => Some(Value::Null),
            Form::TypeOf(written) => Some(Value::Type(self.resolve(context, written))),
            Form::Name(name) => self.named_value(context, name, budget),
            Form::Binary(operator, left, right) => match binary(operator, inner(left)?, inner(right)?)? {
                Value::Text(text) if text.len() > TEXT => None,
                value => Some(value),
            },
            Form::Unary(operator, operand) => match (operator.as_str(), inner(operand)?) {
                ("-", Value::Integer(number)) => number.checked_neg().map(Value::Integer),
                ("+", value @ Value::Integer(_)) => Some(value),
                ("~", Value::Integer(number)) => Some(Value::Integer(!number)),
                ("!", Value::Boolean(value)) => Some(Value::Boolean(!value)),
                _ => None,
            },
            Form::Cast(_, operand) => inner(operand),
            Form::Interpolated(parts) => {
                let mut text = String::new();
                for part in parts {
                    match inner(part)? {
                        Value::Text(piece) => text.push_str(&piece),
                        Value::Null => {}
                        Value::Integer(_) | Value::Boolean(_) | Value::Type(_) | Value::Symbol(_) => return None,
                    }
                }
                Some(Value::Text(text))
            }
            Form::Other => None,
        }
    }

    fn named_value(&self, context: Context<'_>, name: &Name, budget: Budget<'_>) -> Option<Value> {
        let (last, holder) = name.parts.split_last()?;
        if holder.is_empty() {
            let mut enclosing = context.enclosing;
            while let Some(id) = enclosing {
                if let Some(value) = self.member_value(id, &last.identifier, budget) {
                    return Some(value);
                }
                enclosing = self.get(id)?.outer;
            }
            return self.static_value(context, &last.identifier, budget);
        }
        let holder = Name { alias: name.alias.clone(), parts: holder.to_vec() };
        match self.resolve_name(context, &holder, 0) {
            // A copy of a framework's enum in the input still names the framework's value.
            Some(ClrType::Defined(id, _)) if self.is_framework_enum(id) => Some(Value::Symbol(last.identifier.clone())),
            Some(ClrType::Defined(id, _)) => self.member_value(id, &last.identifier, budget),
            Some(_) | None => framework_constant(holder.last(), &last.identifier).or_else(|| Some(Value::Symbol(last.identifier.clone()))),
        }
    }

    fn is_framework_enum(&self, id: DefinitionId) -> bool {
        self.get(id).is_some_and(|found| {
            let roots = ["System.ServiceModel", "System.Net.Security", "System.Security", "CoreWCF"];
            found.kind == TypeKind::Enum && roots.iter().any(|root| found.namespace.starts_with(root))
        })
    }

    /// A constant that `using static` brings in.
    fn static_value(&self, context: Context<'_>, name: &str, budget: Budget<'_>) -> Option<Value> {
        let file = self.files.get(context.file)?;
        let own = file.scopes.iter().flat_map(|scope| &scope.usings);
        let usings = own.chain(self.global_usings(context.file));
        for using in usings {
            if let super::declaration::UsingKind::Static(holder) = &using.kind
                && let Some(ClrType::Defined(id, _)) = self.resolve_name(context, holder, 0)
                && let Some(value) = self.member_value(id, name, budget)
            {
                return Some(value);
            }
        }
        None
    }

    /// The value of a constant or of an enum member, inherited constants included.
    fn member_value(&self, id: DefinitionId, name: &str, budget: Budget<'_>) -> Option<Value> {
        let budget = budget.deeper()?;
        let definition = self.get(id)?;
        if definition.kind == TypeKind::Enum {
            return self.enum_value(id, name, budget).map(Value::Integer);
        }
        for part in &definition.parts {
            for member in part.declaration.members.iter().filter(|member| member.name == name) {
                if let MemberKind::Field { value: Some(value), .. } = &member.kind {
                    return self.value_at(self.context(id, part), value, budget);
                }
            }
        }
        self.bases(id, &[]).into_iter().find_map(|(base, _)| match base {
            ClrType::Defined(base, _) if base != id => self.member_value(base, name, budget),
            _ => None,
        })
    }

    fn enum_value(&self, id: DefinitionId, name: &str, budget: Budget<'_>) -> Option<i128> {
        let definition = self.get(id)?;
        let part = definition.first()?;
        let position = part.declaration.enum_members.iter().position(|member| member.name == name)?;
        let members = part.declaration.enum_members.get(..=position)?;
        // Counting starts at the last member before that has a value.
        let anchor = members.iter().rposition(|member| member.value.is_some());
        let (start, base) = match anchor.and_then(|at| members.get(at).map(|member| (at, member))) {
            Some((at, member)) => {
                let value = member.value.as_ref()?;
                match self.value_at(self.context(id, &part), value, budget)? {
                    Value::Integer(number) => (at, number),
                    _ => return None,
                }
            }
            None => (0, 0),
        };
        Some(base + i128::try_from(position - start).ok()?)
    }

    /// All values of an enum in declared order; `None` for one that could not be computed.
    pub(super) fn enum_values(&self, id: DefinitionId) -> Vec<Option<i128>> {
        let Some(definition) = self.get(id) else { return Vec::new() };
        let Some(part) = definition.first() else { return Vec::new() };
        let mut next = Some(0);
        let mut values = Vec::new();
        for member in &part.declaration.enum_members {
            if let Some(value) = &member.value {
                next = match self.value(self.context(id, &part), value) {
                    Some(Value::Integer(number)) => Some(number),
                    _ => None,
                };
            }
            values.push(next);
            next = next.and_then(|number: i128| number.checked_add(1));
        }
        values
    }

    /// The attribute of that name, without the suffix `Attribute`.
    ///
    /// A class of the input that has the name is another attribute, unless it stands in for the framework's.
    pub(super) fn attribute<'a>(&self, context: Context<'_>, attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
        attributes.iter().find(|attribute| self.is_attribute(context, attribute, name))
    }

    /// Whether an attribute is the framework's of that name.
    pub(super) fn is_attribute(&self, context: Context<'_>, attribute: &Attribute, name: &str) -> bool {
        if attribute.target.as_deref().is_some_and(|target| !matches!(target, "type" | "method" | "field" | "property" | "param" | "event"))
        {
            return false;
        }
        let written = attribute.name.last();
        if written != name && written.strip_suffix("Attribute") != Some(name) {
            return attribute.name.parts.len() == 1 && self.aliased_attribute(context, written) == Some(name);
        }
        self.is_framework_attribute(context, attribute)
    }

    fn is_framework_attribute(&self, context: Context<'_>, attribute: &Attribute) -> bool {
        let last = attribute.name.last();
        let suffixed = format!("{last}Attribute");
        if !self.has_name(&suffixed) && !self.has_name(last) {
            return true;
        }
        let candidates = [suffixed, last.to_owned()];
        let resolved = candidates.iter().find_map(|candidate| {
            let mut name = attribute.name.clone();
            if let Some(part) = name.parts.last_mut() {
                part.identifier.clone_from(candidate);
            }
            match self.resolve_name(context, &name, 0) {
                Some(ClrType::Defined(id, _)) => self.get(id),
                _ => None,
            }
        });
        resolved.is_none_or(|definition| {
            definition.namespace == "System" || definition.namespace.starts_with("System.") || definition.namespace.starts_with("CoreWCF")
        })
    }

    /// What a `using A = …` says of an attribute's name.
    fn aliased_attribute(&self, context: Context<'_>, written: &str) -> Option<&str> {
        let file = self.files.get(context.file)?;
        let own = file.scopes.iter().flat_map(|scope| &scope.usings);
        own.chain(self.global_usings(context.file)).find_map(|using| match &using.kind {
            super::declaration::UsingKind::Alias(alias, target) if alias == written => match &target.shape {
                super::syntax::TypeShape::Name(name) => {
                    let last = name.last();
                    Some(last.strip_suffix("Attribute").unwrap_or(last))
                }
                _ => None,
            },
            _ => None,
        })
    }
}

/// Constants of the framework that attributes use.
fn framework_constant(holder: &str, name: &str) -> Option<Value> {
    Some(match (holder, name) {
        ("string" | "String", "Empty") => Value::Text(String::new()),
        ("WebSocketTransportSettings", "ConnectionOpenedAction") => {
            Value::Text("http://schemas.microsoft.com/2011/02/session/onopen".to_owned())
        }
        ("int" | "Int32", "MaxValue") => Value::Integer(i128::from(i32::MAX)),
        ("int" | "Int32", "MinValue") => Value::Integer(i128::from(i32::MIN)),
        ("long" | "Int64", "MaxValue") => Value::Integer(i128::from(i64::MAX)),
        ("long" | "Int64", "MinValue") => Value::Integer(i128::from(i64::MIN)),
        ("byte" | "Byte", "MaxValue") => Value::Integer(255),
        ("short" | "Int16", "MaxValue") => Value::Integer(i128::from(i16::MAX)),
        ("uint" | "UInt32", "MaxValue") => Value::Integer(i128::from(u32::MAX)),
        ("ulong" | "UInt64", "MaxValue") => Value::Integer(i128::from(u64::MAX)),
        _ => return None,
    })
}

fn binary(operator: &str, left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => {
            let shift = || u32::try_from(right).ok().filter(|by| *by < 64);
            let number = match operator {
                "+" => left.checked_add(right)?,
                "-" => left.checked_sub(right)?,
                "*" => left.checked_mul(right)?,
                "/" => left.checked_div(right)?,
                "%" => left.checked_rem(right)?,
                "|" => left | right,
                "&" => left & right,
                "^" => left ^ right,
                "<<" => left.checked_shl(shift()?)?,
                ">>" => left.checked_shr(shift()?)?,
                _ => return None,
            };
            Some(Value::Integer(number))
        }
        (Value::Text(left), Value::Text(right)) if operator == "+" => Some(Value::Text(left + &right)),
        (Value::Text(text), Value::Null) | (Value::Null, Value::Text(text)) if operator == "+" => Some(Value::Text(text)),
        // Flags of the framework: `A | B` is read as both names.
        (Value::Symbol(left), Value::Symbol(right)) if operator == "|" => {
            let names: BTreeSet<&str> = left.split(", ").chain(right.split(", ")).collect();
            Some(Value::Symbol(names.into_iter().collect::<Vec<_>>().join(", ")))
        }
        _ => None,
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}
