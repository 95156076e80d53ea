//! Types after resolution: what reflection would say.

use std::cmp::Ordering;

use wcf_diagnostics::Span;

use super::framework::{FrameworkType, Kind};

/// How many types a type may be made of before it counts as not found: real ones have a handful, and a generic type
/// that derives from, or holds, itself with larger arguments grows without end.
pub(super) const SIZE: usize = 128;

/// A type defined in the input, by position in the symbol table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DefinitionId(pub usize);

/// A resolved type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ClrType {
    /// A type of the input with its type arguments, those of the types around it first.
    Defined(DefinitionId, Vec<ClrType>),
    /// A type of the framework with its type arguments.
    Framework(Framework, Vec<ClrType>),
    /// An array of a rank.
    Array(Box<ClrType>, usize),
    /// A type parameter that nothing was put in for.
    Parameter(String),
    /// `void`.
    Void,
    /// A type that is not in the input, as written. Two uses of one name are one type.
    Missing(String, Place),
}

/// Where something stands; does not count when types are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

/// A framework type; compared by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framework(pub &'static FrameworkType);

impl Framework {
    fn key(self) -> (&'static str, &'static str, usize) {
        (self.0.namespace, self.0.name, self.0.arity)
    }
}

impl PartialEq for Framework {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Framework {}

impl PartialOrd for Framework {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Framework {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl ClrType {
    /// The kind of a framework type.
    pub(super) fn framework_kind(&self) -> Option<Kind> {
        match self {
            Self::Framework(framework, _) => Some(framework.0.kind),
            Self::Defined(..) | Self::Array(..) | Self::Parameter(_) | Self::Void | Self::Missing(..) => None,
        }
    }

    /// The type with type arguments put in for parameters of these names.
    pub(super) fn substitute(&self, parameters: &[String], arguments: &[Self]) -> Self {
        if parameters.is_empty() {
            return self.clone();
        }
        let all = |types: &[Self]| types.iter().map(|item| item.substitute(parameters, arguments)).collect();
        match self {
            Self::Defined(id, own) => Self::Defined(*id, all(own)),
            Self::Framework(framework, own) => Self::Framework(*framework, all(own)),
            Self::Array(item, rank) => Self::Array(Box::new(item.substitute(parameters, arguments)), *rank),
            Self::Parameter(name) => {
                let position = parameters.iter().rposition(|parameter| parameter == name);
                position.and_then(|at| arguments.get(at)).cloned().unwrap_or_else(|| self.clone())
            }
            Self::Void | Self::Missing(..) => self.clone(),
        }
    }

    /// How many types it is made of.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Defined(_, arguments) | Self::Framework(_, arguments) => 1 + arguments.iter().map(Self::size).sum::<usize>(),
            Self::Array(item, _) => 1 + item.size(),
            Self::Parameter(_) | Self::Void | Self::Missing(..) => 1,
        }
    }

    /// Whether a type parameter is left somewhere inside.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Parameter(_) => true,
            Self::Defined(_, arguments) | Self::Framework(_, arguments) => arguments.iter().any(Self::is_open),
            Self::Array(item, _) => item.is_open(),
            Self::Void | Self::Missing(..) => false,
        }
    }
}
