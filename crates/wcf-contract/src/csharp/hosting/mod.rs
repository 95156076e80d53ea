//! Finds in bodies what sets up endpoints: hosts, channel factories and clients, the objects they are given, and what is set
//! on them and called on them. One pass over the tree, in the order of the source.
//!
//! Objects are followed by name: variables inside a method, fields inside a class, parameters and results of methods inside
//! the file. A variable that gets a second value on some way only is no longer followed, and what happens on some ways only
//! is not certain: whoever reads these facts takes both for unknown.

mod collector;
mod escape;
mod flow;
mod way;

use std::collections::BTreeMap;

use wcf_diagnostics::Span;

use super::syntax::{Expression, Name, TypeSyntax};

pub(super) use collector::collect;
pub(super) use way::Way;

/// What one file sets up, unresolved.
#[derive(Clone, Debug, Default)]
pub(super) struct HostingSyntax {
    /// Every object that the file makes.
    pub objects: Vec<ObjectSyntax>,
    /// Settings of credentials on something that could not be followed.
    pub loose: Vec<SettingSyntax>,
    /// What methods and properties without other results give, by name; `None` where there are several.
    pub results: BTreeMap<String, Option<ValueSyntax>>,
}

/// An object that the file makes.
#[derive(Clone, Debug)]
pub(super) struct ObjectSyntax {
    pub kind: ObjectKind,
    pub class: Name,
    pub arguments: Vec<ValueSyntax>,
    pub settings: Vec<SettingSyntax>,
    pub span: Span,
    /// Where it stands.
    pub way: Way,
}

/// What an object is to hosting.
#[derive(Clone, Debug)]
pub(super) enum ObjectKind {
    /// `new ServiceHost(…)`, `AddService<S>()`, or a class derived from `ServiceHost` itself.
    Host { service: Option<TypeSyntax> },
    /// `AddServiceEndpoint(…)`: what follows contract and service.
    /// One that is `adrift` is added to something that could not be followed.
    Endpoint { contract: Option<ValueSyntax>, service: Option<TypeSyntax>, host: Option<usize>, adrift: bool },
    /// `new ChannelFactory<I>(…)`; `skip` arguments stand before those of the endpoint.
    Factory { contract: Option<TypeSyntax>, skip: usize },
    /// Any other construction.
    New { class: TypeSyntax },
    /// A call of a static method, or of one of the class's own.
    Call,
    /// A parameter of a method, by name and position. Which body runs is not sure where the method has overloads or may be overridden.
    Parameter { class: String, method: String, position: usize, sure: bool },
}

/// A property set, or a method called.
#[derive(Clone, Debug)]
pub(super) struct SettingSyntax {
    pub path: String,
    pub values: Vec<ValueSyntax>,
    pub is_call: bool,
    /// Whether it happens wherever the object is made.
    pub certain: bool,
    /// Where it stands, if that is where the object is made and used.
    pub way: Option<Way>,
    pub span: Span,
}

/// A value as far as it is followed.
#[derive(Clone, Debug)]
pub(super) enum ValueSyntax {
    /// Something that may be a constant.
    Expression(Expression),
    /// An object, by position in [`HostingSyntax::objects`].
    Object(usize),
    /// An array or list.
    List(Vec<ValueSyntax>, Span),
    /// Not followed.
    Unknown(Span),
}

impl ValueSyntax {
    /// Where it stands; an object's place is that of its construction.
    pub(super) fn span(&self, objects: &[ObjectSyntax]) -> Option<Span> {
        match self {
            Self::Expression(expression) => Some(expression.span),
            Self::Object(index) => objects.get(*index).map(|object| object.span),
            Self::List(_, span) | Self::Unknown(span) => Some(*span),
        }
    }
}

/// Words without which a file sets up nothing.
const WORDS: [&str; 11] = [
    "AddServiceEndpoint",
    "AddServiceWebEndpoint",
    "ServiceHost",
    "ChannelFactory",
    "ServerCertificateValidationCallback",
    "Credentials.",
    "Binding(",
    "Client(",
    "UseServiceModel",
    "ClientCredentials",
    ".Security.",
];

/// Whether a file may set up anything.
pub(super) fn speaks_of(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}
