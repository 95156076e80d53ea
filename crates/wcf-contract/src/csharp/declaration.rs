//! The declarations of one file, located and unresolved.

use wcf_diagnostics::{FileId, Span};

use super::hosting::HostingSyntax;
use super::syntax::{Attribute, Expression, Name, TypeSyntax};
use crate::model::Docs;

/// What one file declares.
#[derive(Clone, Debug)]
pub(super) struct FileDeclarations {
    /// The file.
    pub file: FileId,
    /// Namespaces with their usings; the first is the compilation unit itself.
    pub scopes: Vec<Scope>,
    /// All types, nested ones after those that hold them.
    pub types: Vec<TypeDeclaration>,
    /// `[assembly: …]`.
    pub assembly_attributes: Vec<(Attribute, usize)>,
    /// Whether a tool wrote the file.
    pub generated: bool,
    /// What its bodies set up.
    pub hosting: HostingSyntax,
}

/// A stretch of a file in which the same usings and namespace hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The scope around it, by position in [`FileDeclarations::scopes`].
    pub parent: Option<usize>,
    /// The full namespace.
    pub namespace: String,
    /// The using directives.
    pub usings: Vec<Using>,
}

/// A using directive.
#[derive(Clone, Debug)]
pub(super) struct Using {
    /// What it does.
    pub kind: UsingKind,
    /// `global using`.
    pub global: bool,
}

/// The kinds of using directives.
#[derive(Clone, Debug)]
pub(super) enum UsingKind {
    /// `using N;`
    Namespace(String),
    /// `using static T;`
    Static(Name),
    /// `using A = T;`
    Alias(String, TypeSyntax),
}

/// What a type declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeKind {
    Class,
    Struct,
    Interface,
    Enum,
    Delegate,
}

/// One declaration of a type; a partial type has several.
#[derive(Clone, Debug)]
pub(super) struct TypeDeclaration {
    pub kind: TypeKind,
    /// Whether it is a `record`.
    pub record: bool,
    pub name: String,
    pub name_span: Span,
    /// Its own type parameters.
    pub type_parameters: Vec<String>,
    /// The scope it stands in.
    pub scope: usize,
    /// The type around it, by position in [`FileDeclarations::types`].
    pub outer: Option<usize>,
    pub modifiers: Modifiers,
    pub attributes: Vec<Attribute>,
    /// Base class and interfaces; for an enum its underlying type.
    pub bases: Vec<TypeSyntax>,
    pub members: Vec<MemberDeclaration>,
    pub enum_members: Vec<EnumMemberDeclaration>,
    pub docs: Docs,
    /// The first place inside it that is no valid C#, as the grammar sees it.
    pub syntax_error: Option<Span>,
}

/// Modifiers of a type or member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a keyword of C#")]
pub(super) struct Modifiers {
    pub public: bool,
    pub internal: bool,
    pub protected: bool,
    pub private: bool,
    pub is_static: bool,
    pub is_abstract: bool,
    pub is_const: bool,
    pub readonly: bool,
    pub partial: bool,
    pub is_override: bool,
    pub is_new: bool,
}

/// A member of a type.
#[derive(Clone, Debug)]
pub(super) struct MemberDeclaration {
    pub kind: MemberKind,
    pub name: String,
    pub name_span: Span,
    pub modifiers: Modifiers,
    pub attributes: Vec<Attribute>,
    /// The interface of an explicit implementation (`IFoo` of `IFoo.Op`).
    pub explicit_interface: Option<Name>,
    pub docs: Docs,
}

/// The kinds of members that contracts know.
#[derive(Clone, Debug)]
pub(super) enum MemberKind {
    Method {
        returns: TypeSyntax,
        parameters: Vec<ParameterDeclaration>,
        type_parameters: Vec<String>,
    },
    Constructor {
        parameters: usize,
    },
    Field {
        type_syntax: TypeSyntax,
        /// The value of a constant.
        value: Option<Expression>,
    },
    /// A field-like event: a delegate field behind it.
    Event {
        type_syntax: TypeSyntax,
    },
    Property {
        type_syntax: TypeSyntax,
        getter: Option<Accessor>,
        setter: Option<Accessor>,
        /// Whether the compiler makes a field for it.
        auto: bool,
    },
    Indexer,
}

/// A property's accessor.
#[derive(Clone, Debug)]
pub(super) struct Accessor {
    pub modifiers: Modifiers,
    pub attributes: Vec<Attribute>,
}

/// A parameter of a method.
#[derive(Clone, Debug)]
pub(super) struct ParameterDeclaration {
    pub name: String,
    pub name_span: Span,
    pub type_syntax: TypeSyntax,
    pub direction: Direction,
    pub attributes: Vec<Attribute>,
}

/// Which way a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
    Ref,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub(super) struct EnumMemberDeclaration {
    pub name: String,
    pub name_span: Span,
    pub value: Option<Expression>,
    pub attributes: Vec<Attribute>,
    pub docs: Docs,
}
