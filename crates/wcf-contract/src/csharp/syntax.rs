//! Pieces of C# syntax that declarations are made of: types as written, constant expressions, attributes.
//!
//! Nothing here is resolved: a name is the name in the source, and only its place is known.

use std::fmt;

use wcf_diagnostics::Span;

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeSyntax {
    /// Where it stands.
    pub span: Span,
    /// Its form.
    pub shape: TypeShape,
}

/// The form of a type as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypeShape {
    /// A name, perhaps qualified, perhaps with type arguments.
    Name(Name),
    /// A keyword (`int`, `string`, `void`, …).
    Keyword(String),
    /// An array of a rank (1 for `T[]`, 2 for `T[,]`). Jagged arrays nest in the order .NET reads them.
    Array(Box<TypeSyntax>, usize),
    /// `T?`: a nullable value or an annotated reference, which only resolution can tell.
    Nullable(Box<TypeSyntax>),
    /// `(A, B)`.
    Tuple(Vec<TypeSyntax>),
    /// Anything that no contract can carry (pointers, `dynamic` excepted), as written.
    Other(String),
}

/// A possibly qualified name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// The `alias::` before it; `global` for the global namespace.
    pub alias: Option<String>,
    /// Its parts, outermost first.
    pub parts: Vec<NamePart>,
}

/// One identifier of a name with its type arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamePart {
    /// The identifier, without `@`.
    pub identifier: String,
    /// The type arguments, in order.
    pub arguments: Vec<TypeSyntax>,
    /// How many type arguments it takes; differs from `arguments` for `List<>`.
    pub arity: usize,
}

impl Name {
    /// The last identifier; empty where the name is.
    pub(super) fn last(&self) -> &str {
        self.parts.last().map_or("", |part| part.identifier.as_str())
    }

    /// All identifiers, joined with dots, without arguments and alias.
    pub(super) fn dotted(&self) -> String {
        self.parts.iter().map(|part| part.identifier.as_str()).collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            write!(formatter, "{alias}::")?;
        }
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                formatter.write_str(".")?;
            }
            formatter.write_str(&part.identifier)?;
            if !part.arguments.is_empty() {
                formatter.write_str("<")?;
                list(formatter, &part.arguments)?;
                formatter.write_str(">")?;
            }
        }
        Ok(())
    }
}

fn list(formatter: &mut fmt::Formatter<'_>, types: &[TypeSyntax]) -> fmt::Result {
    for (at, item) in types.iter().enumerate() {
        if at > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{item}")?;
    }
    Ok(())
}

impl fmt::Display for TypeSyntax {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shape {
            TypeShape::Name(name) => name.fmt(formatter),
            TypeShape::Keyword(word) | TypeShape::Other(word) => formatter.write_str(word),
            TypeShape::Array(item, rank) => {
                // `int[,][]` is an array of rank 2 that holds arrays: ranks are written outermost first, after the element.
                let mut element = item;
                let mut ranks = format!("[{}]", ",".repeat(rank.saturating_sub(1)));
                while let TypeShape::Array(inner, rank) = &element.shape {
                    ranks.push_str(&format!("[{}]", ",".repeat(rank.saturating_sub(1))));
                    element = inner;
                }
                write!(formatter, "{element}{ranks}")
            }
            TypeShape::Nullable(item) => write!(formatter, "{item}?"),
            TypeShape::Tuple(items) => {
                formatter.write_str("(")?;
                list(formatter, items)?;
                formatter.write_str(")")
            }
        }
    }
}

/// An expression that may be a constant: an attribute's argument, a constant's or an enum member's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// Where it stands.
    pub span: Span,
    /// Its form.
    pub form: Form,
}

/// The form of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A string literal, escapes resolved.
    Text(String),
    /// An integer or character literal.
    Integer(i128),
    /// `true` or `false`.
    Boolean(bool),
    /// `null` or `default`.
    Null,
    /// `typeof(T)`.
    TypeOf(TypeSyntax),
    /// `nameof(…)`, its value.
    NameOf(String),
    /// A name: a constant, an enum value, or a member of a type.
    Name(Name),
    /// An operator between two expressions.
    Binary(String, Box<Expression>, Box<Expression>),
    /// An operator before an expression.
    Unary(String, Box<Expression>),
    /// A cast.
    Cast(TypeSyntax, Box<Expression>),
    /// An interpolated string.
    Interpolated(Vec<Expression>),
    /// Anything else: cannot be a constant we follow.
    Other,
}

/// An attribute as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name, with or without `Attribute`.
    pub name: Name,
    /// What it is put on, where written (`return`, `field`, `assembly`, …).
    pub target: Option<String>,
    /// Positional arguments.
    pub positional: Vec<Expression>,
    /// Named arguments.
    pub named: Vec<(String, Expression)>,
    /// Where it stands, without brackets.
    pub span: Span,
}
