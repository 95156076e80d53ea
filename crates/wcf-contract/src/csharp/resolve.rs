//! From names as written to types, by the lookup rules of C# (specification, 7.8).

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId, Framework, Place, SIZE};
use super::declaration::{Scope, TypeKind, UsingKind};
use super::framework::{self, Kind};
use super::symbols::Symbols;
use super::syntax::{Name, NamePart, TypeShape, TypeSyntax};

/// How far base classes are followed when nested names are looked up, against cycles.
const BASES: usize = 32;

/// Where a name stands, which decides what it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'c> {
    /// Position of the file.
    pub file: usize,
    /// The scope in that file.
    pub scope: usize,
    /// The innermost type around it.
    pub enclosing: Option<DefinitionId>,
    /// Type parameters of the method around it.
    pub method_parameters: &'c [String],
}

/// What a prefix of a qualified name means.
enum Prefix {
    Namespace(String),
    Type(ClrType),
}

impl Symbols<'_> {
    /// The context of the members of a part of a type.
    pub(super) fn context(&self, id: DefinitionId, part: &super::symbols::Part<'_>) -> Context<'static> {
        Context { file: part.file, scope: part.declaration.scope, enclosing: Some(id), method_parameters: &[] }
    }

    /// The context of a type's own header (attributes, bases): nested types are not in scope, type parameters are.
    pub(super) fn resolve(&self, context: Context<'_>, written: &TypeSyntax) -> ClrType {
        self.resolve_at(context, written, 0)
    }

    fn resolve_at(&self, context: Context<'_>, written: &TypeSyntax, depth: usize) -> ClrType {
        let missing = || ClrType::Missing(written.to_string(), Place(written.span));
        if depth > super::reader::DEPTH {
            return missing();
        }
        match &written.shape {
            TypeShape::Keyword(word) if word == "void" => ClrType::Void,
            TypeShape::Keyword(word) => {
                framework::keyword(word).map_or_else(missing, |found| ClrType::Framework(Framework(found), Vec::new()))
            }
            TypeShape::Array(item, rank) => ClrType::Array(Box::new(self.resolve_at(context, item, depth + 1)), *rank),
            TypeShape::Nullable(item) => {
                let inner = self.resolve_at(context, item, depth + 1);
                match framework::in_namespace("System", "Nullable", 1) {
                    Some(nullable) if self.is_value_type(&inner) => ClrType::Framework(Framework(nullable), vec![inner]),
                    _ => inner,
                }
            }
            TypeShape::Tuple(items) => {
                let items: Vec<ClrType> = items.iter().map(|item| self.resolve_at(context, item, depth + 1)).collect();
                match framework::in_namespace("System", "ValueTuple", items.len()) {
                    Some(tuple) if items.len() <= 7 => ClrType::Framework(Framework(tuple), items),
                    _ => missing(),
                }
            }
            TypeShape::Name(name) => self.resolve_name(context, name, depth).unwrap_or_else(missing),
            TypeShape::Other(_) => missing(),
        }
    }

    /// Whether a type is a value type, as far as is known.
    pub(super) fn is_value_type(&self, clr: &ClrType) -> bool {
        match clr {
            ClrType::Defined(id, _) => self.get(*id).is_some_and(|found| matches!(found.kind, TypeKind::Struct | TypeKind::Enum)),
            ClrType::Framework(found, _) => found.0.is_value_type(),
            ClrType::Array(..) | ClrType::Parameter(_) | ClrType::Void | ClrType::Missing(..) => false,
        }
    }

    /// Whether a type admits null.
    pub(super) fn is_nullable(&self, clr: &ClrType) -> bool {
        clr.framework_kind() == Some(Kind::Nullable) || !self.is_value_type(clr)
    }

    /// What a name means as a type; `None` where it is no type of the input or of the framework.
    pub(super) fn resolve_name(&self, context: Context<'_>, name: &Name, depth: usize) -> Option<ClrType> {
        let (first, rest) = name.parts.split_first()?;
        if depth > super::reader::DEPTH {
            return None;
        }
        let mut prefix = match name.alias.as_deref() {
            Some("global") => self.member_of_namespace(context, "", first, depth)?,
            Some(alias) => match self.alias(context, alias, depth)? {
                Prefix::Namespace(namespace) => self.member_of_namespace(context, &namespace, first, depth)?,
                Prefix::Type(_) => return None,
            },
            None => self.simple(context, first, !rest.is_empty(), depth)?,
        };
        for part in rest {
            prefix = match prefix {
                Prefix::Namespace(namespace) => self.member_of_namespace(context, &namespace, part, depth)?,
                Prefix::Type(ClrType::Defined(id, around)) => Prefix::Type(self.nested(context, id, &around, part, depth)?),
                Prefix::Type(_) => return None,
            };
        }
        match prefix {
            Prefix::Type(found) => Some(found),
            Prefix::Namespace(_) => None,
        }
    }

    fn arguments(&self, context: Context<'_>, part: &NamePart, depth: usize) -> Vec<ClrType> {
        if part.arguments.is_empty() {
            // `List<>` in a `typeof`: open.
            return (0..part.arity).map(|at| ClrType::Parameter(format!("{at}"))).collect();
        }
        part.arguments.iter().map(|argument| self.resolve_at(context, argument, depth + 1)).collect()
    }

    fn member_of_namespace(&self, context: Context<'_>, namespace: &str, part: &NamePart, depth: usize) -> Option<Prefix> {
        // A copy of the framework's own type in the input (a polyfill, the framework's source) is the framework's type.
        if let Some(found) = framework::in_namespace(namespace, &part.identifier, part.arity) {
            return Some(Prefix::Type(ClrType::Framework(Framework(found), self.arguments(context, part, depth))));
        }
        if let Some(id) = self.in_namespace(namespace, &part.identifier, part.arity) {
            return Some(Prefix::Type(ClrType::Defined(id, self.arguments(context, part, depth))));
        }
        let full = if namespace.is_empty() { part.identifier.clone() } else { format!("{namespace}.{}", part.identifier) };
        (part.arity == 0 && (self.is_namespace(&full) || framework::is_namespace(&full))).then_some(Prefix::Namespace(full))
    }

    fn nested(&self, context: Context<'_>, id: DefinitionId, around: &[ClrType], part: &NamePart, depth: usize) -> Option<ClrType> {
        let found = self.nested_definition(id, &part.identifier, part.arity, 0)?;
        let own = self.arguments(context, part, depth);
        Some(ClrType::Defined(found, around.iter().cloned().chain(own).collect()))
    }

    /// A nested type of a class or of one of its base classes.
    fn nested_definition(&self, id: DefinitionId, name: &str, arity: usize, depth: usize) -> Option<DefinitionId> {
        if depth > BASES || !self.has_name(name) {
            return None;
        }
        let definition = self.get(id)?;
        if let Some(found) = definition.nested.get(&(name.to_owned(), arity)) {
            return Some(*found);
        }
        if definition.kind != TypeKind::Class {
            return None;
        }
        // Only the one base class is followed: two would let a cycle of declarations take exponential time.
        let bases = definition.parts.iter().flat_map(|part| part.declaration.bases.iter().map(move |base| (part, base)));
        let base = bases.filter_map(|(part, base)| match &base.shape {
            TypeShape::Name(base) => {
                let context = Context { enclosing: definition.outer, ..self.context(id, part) };
                match self.resolve_name(context, base, depth + 1)? {
                    ClrType::Defined(base, _) if base != id && self.get(base)?.kind == TypeKind::Class => Some(base),
                    _ => None,
                }
            }
            _ => None,
        });
        let base = { base }.next()?;
        self.nested_definition(base, name, arity, depth + 1)
    }

    /// A name without qualifier, from the inside out.
    fn simple(&self, context: Context<'_>, part: &NamePart, qualifies: bool, depth: usize) -> Option<Prefix> {
        let name = part.identifier.as_str();
        if part.arity == 0 && !qualifies {
            if context.method_parameters.iter().any(|parameter| parameter == name) {
                return Some(Prefix::Type(ClrType::Parameter(name.to_owned())));
            }
            if name == "dynamic" {
                return framework::keyword("object").map(|found| Prefix::Type(ClrType::Framework(Framework(found), Vec::new())));
            }
        }
        let mut enclosing = context.enclosing;
        while let Some(id) = enclosing {
            let definition = self.get(id)?;
            if part.arity == 0 && !qualifies && definition.parameters.iter().any(|parameter| parameter == name) {
                return Some(Prefix::Type(ClrType::Parameter(name.to_owned())));
            }
            if let Some(found) = self.nested_definition(id, name, part.arity, depth) {
                // Type arguments of the types around it are those of the context.
                let outer =
                    self.get(found)?.outer.and_then(|outer| self.get(outer)).map(|outer| outer.parameters.clone()).unwrap_or_default();
                let around = outer.into_iter().map(ClrType::Parameter);
                return Some(Prefix::Type(ClrType::Defined(found, around.chain(self.arguments(context, part, depth)).collect())));
            }
            enclosing = definition.outer;
        }
        let file = self.files.get(context.file)?;
        let mut scope = file.scopes.get(context.scope);
        while let Some(current) = scope {
            let parent = current.parent.and_then(|parent| file.scopes.get(parent));
            let stop = parent.map(|parent| parent.namespace.as_str());
            let mut level = current.namespace.as_str();
            let mut at_own_level = true;
            loop {
                if let Some(found) = self.member_of_namespace(context, level, part, depth) {
                    let useful = qualifies || matches!(found, Prefix::Type(_));
                    if useful {
                        return Some(found);
                    }
                }
                if at_own_level && let Some(found) = self.through_usings(context, current, part, depth) {
                    return Some(found);
                }
                at_own_level = false;
                if level.is_empty() || stop == Some(level) {
                    break;
                }
                level = level.rsplit_once('.').map_or("", |(before, _)| before);
                if stop == Some(level) {
                    break;
                }
            }
            scope = parent;
        }
        framework::by_name(name, part.arity)
            .find(|found| framework::IMPLICIT.contains(&found.namespace))
            .map(|found| Prefix::Type(ClrType::Framework(Framework(found), self.arguments(context, part, depth))))
    }

    fn usings<'s>(&'s self, context: Context<'_>, scope: &'s Scope) -> impl Iterator<Item = &'s UsingKind> {
        let is_unit = scope.parent.is_none();
        let globals = self.global_usings(context.file).filter(move |_| is_unit);
        scope.usings.iter().map(|using| &using.kind).chain(globals.map(|using| &using.kind))
    }

    fn through_usings(&self, context: Context<'_>, scope: &Scope, part: &NamePart, depth: usize) -> Option<Prefix> {
        if part.arity == 0
            && let Some(found) = self.alias_in(context, scope, &part.identifier, depth)
        {
            return Some(found);
        }
        for using in self.usings(context, scope) {
            match using {
                UsingKind::Namespace(namespace) => {
                    // Inside `namespace A`, `using B` may mean `A.B`.
                    let mut around = scope.namespace.as_str();
                    loop {
                        let full = if around.is_empty() { namespace.clone() } else { format!("{around}.{namespace}") };
                        if let Some(found @ Prefix::Type(_)) = self.member_of_namespace(context, &full, part, depth) {
                            return Some(found);
                        }
                        if around.is_empty() {
                            break;
                        }
                        around = around.rsplit_once('.').map_or("", |(before, _)| before);
                    }
                }
                UsingKind::Static(holder) => {
                    let context = Context { enclosing: None, ..context };
                    if depth < 4
                        && holder.last() != part.identifier
                        && let Some(ClrType::Defined(id, around)) = self.resolve_name(context, holder, depth + 1)
                        && let Some(found) = self.nested(context, id, &around, part, depth)
                    {
                        return Some(Prefix::Type(found));
                    }
                }
                UsingKind::Alias(..) => {}
            }
        }
        None
    }

    fn alias(&self, context: Context<'_>, alias: &str, depth: usize) -> Option<Prefix> {
        let file = self.files.get(context.file)?;
        let mut scope = file.scopes.get(context.scope);
        while let Some(current) = scope {
            if let Some(found) = self.alias_in(context, current, alias, depth) {
                return Some(found);
            }
            scope = current.parent.and_then(|parent| file.scopes.get(parent));
        }
        None
    }

    fn alias_in(&self, context: Context<'_>, scope: &Scope, alias: &str, depth: usize) -> Option<Prefix> {
        if depth > 8 {
            return None;
        }
        let target = self.usings(context, scope).find_map(|using| match using {
            UsingKind::Alias(name, target) if name == alias => Some(target),
            _ => None,
        })?;
        // An alias's target is looked up without the aliases beside it; the depth guards against one that names itself.
        let context = Context { enclosing: None, ..context };
        if let TypeShape::Name(name) = &target.shape
            && name.last() != alias
            && let Some(found) = self.resolve_name(context, name, depth + 1)
        {
            return Some(Prefix::Type(found));
        }
        match &target.shape {
            TypeShape::Name(name) => {
                let dotted = name.dotted();
                let global = Name { alias: Some("global".to_owned()), parts: name.parts.clone() };
                if let Some(found) = self.resolve_name(context, &global, depth + 1) {
                    return Some(Prefix::Type(found));
                }
                (self.is_namespace(&dotted) || framework::is_namespace(&dotted)).then_some(Prefix::Namespace(dotted))
            }
            _ => match self.resolve_at(context, target, depth + 1) {
                ClrType::Missing(..) => None,
                found => Some(Prefix::Type(found)),
            },
        }
    }

    /// The base class and interfaces of a type, resolved, with type arguments put in.
    pub(super) fn bases(&self, id: DefinitionId, arguments: &[ClrType]) -> Vec<(ClrType, Span)> {
        let Some(definition) = self.get(id) else { return Vec::new() };
        if definition.kind == TypeKind::Enum {
            return Vec::new();
        }
        let mut bases: Vec<(ClrType, Span)> = Vec::new();
        for part in &definition.parts {
            let context = Context { enclosing: definition.outer, ..self.context(id, part) };
            for base in &part.declaration.bases {
                let resolved = self.resolve_base(context, definition.parameters.as_slice(), base);
                let mut resolved = resolved.substitute(&definition.parameters, arguments);
                if resolved.size() > SIZE {
                    resolved = ClrType::Missing(base.to_string(), Place(base.span));
                }
                if !bases.iter().any(|(known, _)| *known == resolved) {
                    bases.push((resolved, base.span));
                }
            }
        }
        bases
    }

    /// A base is looked up outside the type, but its type parameters are in scope.
    fn resolve_base(&self, context: Context<'_>, parameters: &[String], base: &TypeSyntax) -> ClrType {
        self.resolve(Context { method_parameters: parameters, ..context }, base)
    }
}
