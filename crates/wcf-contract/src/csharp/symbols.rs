//! The table of all types of the input: partial declarations merged, nested types under their outer type.

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::FileId;

use super::clr_type::DefinitionId;
use super::declaration::{FileDeclarations, MemberKind, TypeDeclaration, TypeKind, Using};

/// One declaration of a type together with its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'d> {
    /// Position of the file among the files read.
    pub file: usize,
    /// The declaration.
    pub declaration: &'d TypeDeclaration,
}

/// A type with all its parts.
#[derive(Clone, Debug)]
pub(super) struct Definition<'d> {
    /// The CLR namespace.
    pub namespace: String,
    /// The name without arity.
    pub name: String,
    /// How many type parameters it declares itself.
    pub arity: usize,
    /// All type parameters, those of the types around it first.
    pub parameters: Vec<String>,
    /// The type around it.
    pub outer: Option<DefinitionId>,
    /// What it is.
    pub kind: TypeKind,
    /// Its parts, in the order of files.
    pub parts: Vec<Part<'d>>,
    /// Further declarations of the same name, which lost against these.
    pub rivals: Vec<Part<'d>>,
    /// Nested types by name and own arity.
    pub nested: BTreeMap<(String, usize), DefinitionId>,
}

impl<'d> Definition<'d> {
    /// The first part: where the type's name is shown.
    pub(super) fn first(&self) -> Option<Part<'d>> {
        self.parts.first().copied()
    }
}

/// All types of the input.
#[derive(Debug)]
pub(super) struct Symbols<'d> {
    /// The files, in the order of their handles.
    pub files: &'d [FileDeclarations],
    /// The types; those that hold others before them.
    pub definitions: Vec<Definition<'d>>,
    /// `global using`s of all files, each with the project it stands in.
    global_usings: Vec<(Option<usize>, &'d Using)>,
    /// The project of each file.
    projects: Vec<Option<usize>>,
    top: BTreeMap<(String, String, usize), DefinitionId>,
    namespaces: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl<'d> Symbols<'d> {
    /// Builds the table. Files must be in the order of their handles, so that the result does not depend on the order of input.
    pub(super) fn new(files: &'d [FileDeclarations], project_of: &BTreeMap<FileId, usize>) -> Self {
        let mut symbols = Self {
            files,
            definitions: Vec::new(),
            global_usings: Vec::new(),
            projects: files.iter().map(|file| project_of.get(&file.file).copied()).collect(),
            top: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            names: BTreeSet::new(),
        };
        for (index, file) in files.iter().enumerate() {
            let project = project_of.get(&file.file).copied();
            symbols
                .global_usings
                .extend(file.scopes.iter().flat_map(|scope| &scope.usings).filter(|using| using.global).map(|using| (project, using)));
            let mut ids: Vec<Option<DefinitionId>> = Vec::with_capacity(file.types.len());
            for declaration in &file.types {
                let outer = declaration.outer.map(|outer| ids.get(outer).copied().flatten());
                // A type inside one that was not taken is not taken either.
                let id = match outer {
                    Some(None) => None,
                    Some(Some(outer)) => Some(symbols.add(Part { file: index, declaration }, Some(outer))),
                    None => Some(symbols.add(Part { file: index, declaration }, None)),
                };
                ids.push(id);
            }
        }
        symbols.settle(project_of);
        symbols
    }

    fn add(&mut self, part: Part<'d>, outer: Option<DefinitionId>) -> DefinitionId {
        let declaration = part.declaration;
        let namespace = self
            .files
            .get(part.file)
            .and_then(|file| file.scopes.get(declaration.scope))
            .map(|scope| scope.namespace.clone())
            .unwrap_or_default();
        let arity = declaration.type_parameters.len();
        let known = match outer.and_then(|outer| self.definitions.get(outer.0)) {
            Some(outer) => outer.nested.get(&(declaration.name.clone(), arity)).copied(),
            None => self.top.get(&(namespace.clone(), declaration.name.clone(), arity)).copied(),
        };
        if let Some(known) = known {
            if let Some(definition) = self.definitions.get_mut(known.0) {
                definition.parts.push(part);
            }
            return known;
        }
        let id = DefinitionId(self.definitions.len());
        let around = outer.and_then(|outer| self.definitions.get(outer.0)).map(|outer| outer.parameters.clone()).unwrap_or_default();
        let parameters = around.into_iter().chain(declaration.type_parameters.iter().cloned()).collect();
        match outer.and_then(|outer| self.definitions.get_mut(outer.0)) {
            Some(outer) => {
                outer.nested.insert((declaration.name.clone(), arity), id);
            }
            None => {
                self.top.insert((namespace.clone(), declaration.name.clone(), arity), id);
            }
        }
        let mut prefix = namespace.as_str();
        while !prefix.is_empty() && self.namespaces.insert(prefix.to_owned()) {
            prefix = prefix.rsplit_once('.').map_or("", |(before, _)| before);
        }
        self.names.insert(declaration.name.clone());
        self.definitions.push(Definition {
            namespace,
            name: declaration.name.clone(),
            arity,
            parameters,
            outer,
            kind: declaration.kind,
            parts: vec![part],
            rivals: Vec::new(),
            nested: BTreeMap::new(),
        });
        id
    }

    /// Decides which declarations of a name make up the type, and which are other types of the same name (a second
    /// project, a generated proxy). Partial declarations of one project belong together; of what remains, hand-written
    /// code beats generated code, and the first file beats later ones.
    fn settle(&mut self, project_of: &BTreeMap<FileId, usize>) {
        let files = self.files;
        let project = |part: &Part<'_>| files.get(part.file).and_then(|file| project_of.get(&file.file)).copied();
        let generated = |part: &Part<'_>| files.get(part.file).is_some_and(|file| file.generated);
        for definition in &mut self.definitions {
            if definition.parts.len() < 2 {
                continue;
            }
            let mut groups: Vec<Vec<Part<'d>>> = Vec::new();
            for part in std::mem::take(&mut definition.parts) {
                let fits = |group: &Vec<Part<'d>>| {
                    group.iter().all(|other| {
                        other.declaration.modifiers.partial
                            && part.declaration.modifiers.partial
                            && other.declaration.kind == part.declaration.kind
                            && project(other) == project(&part)
                            && !repeats(other.declaration, part.declaration)
                    })
                };
                match groups.iter_mut().find(|group| fits(group)) {
                    Some(group) => group.push(part),
                    None => groups.push(vec![part]),
                }
            }
            let best = groups.iter().enumerate().min_by_key(|(at, group)| (group.iter().all(&generated), *at)).map_or(0, |(at, _)| at);
            if best < groups.len() {
                definition.parts = groups.remove(best);
            }
            definition.kind = definition.parts.first().map_or(definition.kind, |part| part.declaration.kind);
            definition.rivals = groups.into_iter().flatten().collect();
        }
    }

    /// The project of a file, where one was named.
    pub(super) fn project(&self, file: usize) -> Option<usize> {
        self.projects.get(file).copied().flatten()
    }

    /// The `global using`s that hold in a file: those of its project.
    pub(super) fn global_usings(&self, file: usize) -> impl Iterator<Item = &'d Using> {
        let own = self.project(file);
        self.global_usings.iter().filter(move |(project, _)| *project == own).map(|(_, using)| *using)
    }

    /// A definition by its handle.
    pub(super) fn get(&self, id: DefinitionId) -> Option<&Definition<'d>> {
        self.definitions.get(id.0)
    }

    /// All handles, in order.
    pub(super) fn ids(&self) -> impl Iterator<Item = DefinitionId> + use<> {
        (0..self.definitions.len()).map(DefinitionId)
    }

    /// A type directly in a namespace.
    pub(super) fn in_namespace(&self, namespace: &str, name: &str, arity: usize) -> Option<DefinitionId> {
        if !self.names.contains(name) {
            return None;
        }
        self.top.get(&(namespace.to_owned(), name.to_owned(), arity)).copied()
    }

    /// Whether a namespace holds types of the input.
    pub(super) fn is_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }

    /// Whether any type of the input has this simple name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The full CLR name without type arguments: ``Ns.Outer`1+Inner``.
    pub(super) fn full_name(&self, id: DefinitionId) -> String {
        let Some(definition) = self.get(id) else { return String::new() };
        let own = if definition.arity == 0 { definition.name.clone() } else { format!("{}`{}", definition.name, definition.arity) };
        match definition.outer {
            Some(outer) => format!("{}+{own}", self.full_name(outer)),
            None if definition.namespace.is_empty() => own,
            None => format!("{}.{own}", definition.namespace),
        }
    }

    /// The name without namespace, nested names joined with dots, arities left out: `Outer.Inner`.
    pub(super) fn nested_name(&self, id: DefinitionId) -> String {
        let Some(definition) = self.get(id) else { return String::new() };
        match definition.outer {
            Some(outer) => format!("{}.{}", self.nested_name(outer), definition.name),
            None => definition.name.clone(),
        }
    }
}

/// Whether two partial declarations declare the same member: then they are two copies, not two parts.
fn repeats(one: &TypeDeclaration, other: &TypeDeclaration) -> bool {
    let signature = |member: &super::declaration::MemberDeclaration| {
        let parameters = match &member.kind {
            MemberKind::Method { parameters, .. } => {
                Some(parameters.iter().map(|parameter| parameter.type_syntax.to_string()).collect::<Vec<_>>())
            }
            MemberKind::Constructor { .. } | MemberKind::Indexer | MemberKind::Event { .. } => return None,
            MemberKind::Field { .. } | MemberKind::Property { .. } => None,
        };
        // A partial method is declared in one part and implemented in another.
        (!member.modifiers.partial).then(|| (member.name.clone(), parameters))
    };
    let known: BTreeSet<_> = one.members.iter().filter_map(signature).collect();
    other.members.iter().filter_map(signature).any(|member| known.contains(&member))
}
