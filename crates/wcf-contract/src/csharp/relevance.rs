//! Which files can matter to a contract: only those are parsed, which takes far longer than reading them.
//!
//! A cheap scan lists the names of types that each file declares and the names that stand in base lists. Files that
//! speak of service contracts are parsed first; then, again and again, those that declare a name which a contract or its
//! data refers to, and those with a class that implements a contract. Names are compared without namespaces, so a file
//! too many may be parsed, never one too few.

use std::collections::{BTreeMap, BTreeSet};

use super::declaration::{FileDeclarations, MemberKind, TypeDeclaration, TypeKind, UsingKind};
use super::hosting::HostingSyntax;
use super::syntax::{Attribute, Expression, Form, Name, TypeShape, TypeSyntax};

/// What a file says before it is parsed.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline<'t> {
    /// Whether it speaks of service contracts itself, or of what holds for all files.
    pub seed: bool,
    declares: BTreeSet<&'t str>,
    bases: BTreeSet<&'t str>,
}

/// Identifiers that make a file one to begin with.
fn is_seed(identifier: &str) -> bool {
    let name = identifier.strip_suffix("Attribute").unwrap_or(identifier);
    matches!(name, "ServiceContract" | "OperationContract" | "WebGet" | "WebInvoke" | "ContractNamespace")
}

/// Scans a file. Comments and strings are scanned like code: what they add only costs time.
pub(super) fn outline(text: &str) -> Outline<'_> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Other,
        /// A type's name is next.
        Declaring,
        /// Inside a type's header.
        Header,
        /// Between `delegate` and its parameters.
        Delegate,
        /// `global` was met.
        Global,
    }
    let mut found = Outline { seed: super::hosting::speaks_of(text), ..Outline::default() };
    let mut state = State::Other;
    let bytes = text.as_bytes();
    let is_identifier = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !is_identifier(byte) || byte.is_ascii_digit() {
            state = match (byte, state) {
                (b'{' | b';', _) => State::Other,
                (b'(', State::Delegate) => State::Other,
                (byte, State::Global) if !byte.is_ascii_whitespace() => State::Other,
                (_, state) => state,
            };
            // A number's letters are no identifier.
            at += bytes.iter().skip(at).take_while(|byte| is_identifier(**byte)).count().max(1);
            continue;
        }
        let end = at + bytes.iter().skip(at).take_while(|byte| is_identifier(**byte)).count();
        let identifier = text.get(at..end).unwrap_or("");
        at = end;
        state = match (identifier, state) {
            ("class" | "struct" | "interface" | "enum" | "record", _) => State::Declaring,
            ("delegate", _) => State::Delegate,
            ("global", _) => State::Global,
            ("using", State::Global) => {
                found.seed = true;
                State::Other
            }
            (name, State::Declaring) => {
                found.declares.insert(name);
                State::Header
            }
            (name, State::Header) => {
                found.bases.insert(name);
                State::Header
            }
            (name, State::Delegate) => {
                found.declares.insert(name);
                State::Delegate
            }
            (name, _) => {
                found.seed |= is_seed(name);
                State::Other
            }
        };
        // A marker may stand anywhere, a header included.
        found.seed |= state == State::Header && is_seed(identifier);
    }
    found
}

/// Finds the files to parse, step by step.
#[derive(Debug)]
pub(super) struct Selection<'t> {
    declaring: BTreeMap<&'t str, Vec<usize>>,
    deriving: BTreeMap<&'t str, Vec<usize>>,
    taken: BTreeSet<usize>,
    wanted: BTreeSet<String>,
    /// Contracts and the classes that implement them.
    services: BTreeSet<String>,
    /// Files parsed so far whose types were not all wanted when they came.
    parsed: Vec<usize>,
}

impl<'t> Selection<'t> {
    /// Over the outlines of all files.
    pub(super) fn new(outlines: &[Outline<'t>]) -> Self {
        let mut declaring: BTreeMap<&'t str, Vec<usize>> = BTreeMap::new();
        let mut deriving: BTreeMap<&'t str, Vec<usize>> = BTreeMap::new();
        for (index, outline) in outlines.iter().enumerate() {
            for name in &outline.declares {
                declaring.entry(name).or_default().push(index);
            }
            for name in &outline.bases {
                deriving.entry(name).or_default().push(index);
            }
        }
        Self { declaring, deriving, taken: BTreeSet::new(), wanted: BTreeSet::new(), services: BTreeSet::new(), parsed: Vec::new() }
    }

    /// The files to begin with.
    pub(super) fn begin(&mut self, outlines: &[Outline<'t>]) -> Vec<usize> {
        let seeds: Vec<usize> = outlines.iter().enumerate().filter(|(_, outline)| outline.seed).map(|(index, _)| index).collect();
        self.taken.extend(&seeds);
        seeds
    }

    /// The files that what was parsed so far refers to. `files` holds what is parsed, by position.
    pub(super) fn next(&mut self, files: &BTreeMap<usize, FileDeclarations>, fresh: &[usize]) -> Vec<usize> {
        self.parsed.extend(fresh);
        let mut more = BTreeSet::new();
        // A name that becomes wanted may stand for a type of a file that was parsed for another.
        loop {
            let before = (self.wanted.len(), self.services.len());
            for index in self.parsed.clone() {
                if let Some(file) = files.get(&index) {
                    self.follow(file);
                }
            }
            if before == (self.wanted.len(), self.services.len()) {
                break;
            }
        }
        for name in &self.wanted {
            more.extend(self.declaring.get(name.as_str()).into_iter().flatten().copied());
        }
        for name in &self.services {
            more.extend(self.deriving.get(name.as_str()).into_iter().flatten().copied());
        }
        let fresh: Vec<usize> = more.into_iter().filter(|index| !self.taken.contains(index)).collect();
        self.taken.extend(&fresh);
        fresh
    }

    fn follow(&mut self, file: &FileDeclarations) {
        for using in file.scopes.iter().flat_map(|scope| &scope.usings) {
            match &using.kind {
                UsingKind::Alias(_, target) => self.want_type(target),
                UsingKind::Static(name) => self.want_name(name),
                UsingKind::Namespace(_) => {}
            }
        }
        for (attribute, _) in &file.assembly_attributes {
            self.want_attribute(attribute);
        }
        self.follow_hosting(&file.hosting);
        for declaration in &file.types {
            let speaks = declaration.attributes.iter().chain(declaration.members.iter().flat_map(|member| &member.attributes));
            let is_contract = declaration.attributes.iter().any(|attribute| is_seed(attribute.name.last()))
                || declaration.members.iter().flat_map(|member| &member.attributes).any(|attribute| is_seed(attribute.name.last()));
            let implements = declaration.kind == TypeKind::Class && declaration.bases.iter().any(|base| self.is_service(base));
            if is_contract || implements {
                self.services.insert(declaration.name.clone());
            }
            if is_contract || implements || self.wanted.contains(&declaration.name) {
                for attribute in speaks {
                    self.want_attribute(attribute);
                }
                self.want_declaration(file, declaration, implements && !is_contract);
            }
        }
    }

    /// Wants what endpoints in code name.
    fn follow_hosting(&mut self, hosting: &HostingSyntax) {
        let (types, expressions) = super::code_endpoint::types_named(hosting);
        types.into_iter().for_each(|named| self.want_type(named));
        expressions.into_iter().for_each(|value| self.want_expression(value));
    }

    fn is_service(&self, base: &TypeSyntax) -> bool {
        matches!(&base.shape, TypeShape::Name(name) if self.services.contains(name.last()))
    }

    /// Wants all that a type refers to. A service class's own state is no data.
    fn want_declaration(&mut self, file: &FileDeclarations, declaration: &TypeDeclaration, is_service: bool) {
        self.wanted.insert(declaration.name.clone());
        let mut outer = declaration.outer;
        while let Some(around) = outer.and_then(|outer| file.types.get(outer)) {
            self.wanted.insert(around.name.clone());
            outer = around.outer;
        }
        for base in &declaration.bases {
            self.want_type(base);
        }
        for member in &declaration.enum_members {
            member.attributes.iter().for_each(|attribute| self.want_attribute(attribute));
            if let Some(value) = &member.value {
                self.want_expression(value);
            }
        }
        for member in &declaration.members {
            match &member.kind {
                MemberKind::Method { returns, parameters, .. } if !is_service || !member.attributes.is_empty() => {
                    self.want_type(returns);
                    for parameter in parameters {
                        self.want_type(&parameter.type_syntax);
                        parameter.attributes.iter().for_each(|attribute| self.want_attribute(attribute));
                    }
                }
                MemberKind::Field { value: Some(value), .. } => self.want_expression(value),
                MemberKind::Field { type_syntax, .. } | MemberKind::Event { type_syntax } if !is_service => self.want_type(type_syntax),
                MemberKind::Property { type_syntax, getter, setter, .. } if !is_service => {
                    self.want_type(type_syntax);
                    for accessor in getter.iter().chain(setter) {
                        accessor.attributes.iter().for_each(|attribute| self.want_attribute(attribute));
                    }
                }
                MemberKind::Method { .. }
                | MemberKind::Field { .. }
                | MemberKind::Event { .. }
                | MemberKind::Property { .. }
                | MemberKind::Constructor { .. }
                | MemberKind::Indexer => {}
            }
        }
    }

    fn want_attribute(&mut self, attribute: &Attribute) {
        // A class of the input that has the attribute's name makes it another attribute.
        self.want(attribute.name.last());
        self.want(&format!("{}Attribute", attribute.name.last()));
        for value in attribute.positional.iter().chain(attribute.named.iter().map(|(_, value)| value)) {
            self.want_expression(value);
        }
    }

    fn want_expression(&mut self, expression: &Expression) {
        match &expression.form {
            Form::Name(name) => self.want_name(name),
            Form::TypeOf(written) => self.want_type(written),
            Form::Binary(_, left, right) => {
                self.want_expression(left);
                self.want_expression(right);
            }
            Form::Unary(_, operand) | Form::Cast(_, operand) => self.want_expression(operand),
            Form::Interpolated(parts) => parts.iter().for_each(|part| self.want_expression(part)),
            Form::Text(_) | Form::Integer(_) | Form::Boolean(_) | Form::Null | Form::NameOf(_) | Form::Other => {}
        }
    }

    fn want_type(&mut self, written: &TypeSyntax) {
        match &written.shape {
            TypeShape::Name(name) => self.want_name(name),
            TypeShape::Array(item, _) | TypeShape::Nullable(item) => self.want_type(item),
            TypeShape::Tuple(items) => items.iter().for_each(|item| self.want_type(item)),
            TypeShape::Keyword(_) | TypeShape::Other(_) => {}
        }
    }

    fn want_name(&mut self, name: &Name) {
        for part in &name.parts {
            self.want(&part.identifier);
            part.arguments.iter().for_each(|argument| self.want_type(argument));
        }
    }

    fn want(&mut self, name: &str) {
        if !self.wanted.contains(name) {
            self.wanted.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_names_types_and_bases() {
        let found = outline(
            "namespace N { public partial class Order<T> : Base<T>, IThing where T : class { int x = 0xFF; } record struct R(int A); }",
        );
        assert!(found.declares.is_superset(&BTreeSet::from(["Order", "R"])), "{found:?}");
        assert!(found.bases.is_superset(&BTreeSet::from(["Base", "IThing"])), "{found:?}");
        assert!(!found.seed);
        assert!(outline("[System.ServiceModel.ServiceContractAttribute] interface I { }").seed);
        assert!(outline("global using X = Y;").seed);
        assert!(!outline("global::System.Int32 using_it;").seed);
    }
}
