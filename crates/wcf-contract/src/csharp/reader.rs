//! From a syntax tree to the declarations of a file. Bodies are not entered: no contract is decided there.

use tree_sitter::{Node, Parser};
use wcf_diagnostics::{FileId, Span};

use super::declaration::{
    Accessor, Direction, EnumMemberDeclaration, FileDeclarations, MemberDeclaration, MemberKind, Modifiers, ParameterDeclaration, Scope,
    TypeDeclaration, TypeKind, Using, UsingKind,
};
use super::documentation;
use super::expression;
use super::hosting::{self, HostingSyntax};
use super::syntax::{Attribute, Name, NamePart, TypeShape, TypeSyntax};
use crate::model::Docs;

/// How deep types may nest inside types and expressions inside expressions before the rest is left unread: real code
/// stays below ten, and recursion must not follow a hostile file.
pub(super) const DEPTH: usize = 64;

/// The attributes that make a declaration worth a finding when it cannot be read.
const MARKERS: [&str; 6] =
    ["ServiceContract", "DataContract", "CollectionDataContract", "MessageContract", "OperationContract", "DataMember"];

/// Reads the declarations of one file. `text` is what the preprocessor left; offsets are those of the source.
pub(super) fn read(parser: &mut Parser, file: FileId, text: &str) -> FileDeclarations {
    let declarations = FileDeclarations { generated: documentation::is_generated(text), ..empty(file) };
    let mut reader = Reader { text, file, declarations };
    if let Some(tree) = parser.parse(text, None) {
        reader.block(tree.root_node(), 0, None, 0);
        // Proxies that a tool wrote pass on what they are given.
        if !reader.declarations.generated && hosting::speaks_of(text) {
            reader.declarations.hosting = hosting::collect(&reader, tree.root_node());
        }
    }
    reader.declarations
}

/// The declarations of a file that declares nothing.
pub(super) fn empty(file: FileId) -> FileDeclarations {
    FileDeclarations {
        file,
        scopes: vec![Scope::default()],
        types: Vec::new(),
        assembly_attributes: Vec::new(),
        generated: false,
        hosting: HostingSyntax::default(),
    }
}

/// Reads nodes of one file's tree.
pub(super) struct Reader<'a> {
    text: &'a str,
    file: FileId,
    declarations: FileDeclarations,
}

/// The children of a node.
pub(super) fn children<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    std::iter::from_fn(move || {
        if !more {
            return None;
        }
        let child = cursor.node();
        more = cursor.goto_next_sibling();
        Some(child)
    })
}

impl Reader<'_> {
    /// The text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// The place of a node.
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        Span::new(self.file, node.start_byte(), node.end_byte())
    }

    /// An identifier without its `@`.
    pub(super) fn identifier(&self, node: Node<'_>) -> String {
        let text = self.text(node);
        text.strip_prefix('@').unwrap_or(text).to_owned()
    }

    /// Reads the declarations directly inside a node: a compilation unit, or the body of a namespace or type.
    fn block(&mut self, node: Node<'_>, mut scope: usize, outer: Option<usize>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let mut comments = Vec::new();
        for child in children(node) {
            match child.kind() {
                "comment" => comments.push(child),
                "using_directive" => {
                    let using = self.using(child);
                    if let (Some(using), Some(scope)) = (using, self.declarations.scopes.get_mut(scope)) {
                        scope.usings.push(using);
                    }
                }
                "global_attribute" => self.global_attribute(child, scope),
                "namespace_declaration" => {
                    let inner = self.namespace(child, scope);
                    if let Some(body) = child.child_by_field_name("body") {
                        self.block(body, inner, None, depth + 1);
                    }
                }
                "file_scoped_namespace_declaration" => scope = self.namespace(child, scope),
                "class_declaration" => self.type_declaration(child, TypeKind::Class, &comments, scope, outer, depth),
                "struct_declaration" => self.type_declaration(child, TypeKind::Struct, &comments, scope, outer, depth),
                "record_declaration" => {
                    let kind = if children(child).any(|part| part.kind() == "struct") { TypeKind::Struct } else { TypeKind::Class };
                    self.type_declaration(child, kind, &comments, scope, outer, depth);
                }
                "interface_declaration" => self.type_declaration(child, TypeKind::Interface, &comments, scope, outer, depth),
                "enum_declaration" => self.type_declaration(child, TypeKind::Enum, &comments, scope, outer, depth),
                "delegate_declaration" => self.type_declaration(child, TypeKind::Delegate, &comments, scope, outer, depth),
                // What the grammar could not fit in: declarations inside it are still declarations.
                "ERROR" | "declaration_list" => self.block(child, scope, outer, depth + 1),
                _ => {
                    if let Some(outer) = outer {
                        let member = self.member(child, &comments);
                        if let Some(holder) = self.declarations.types.get_mut(outer) {
                            holder.members.extend(member);
                        }
                    }
                }
            }
            if child.kind() != "comment" {
                comments.clear();
            }
        }
    }

    fn namespace(&mut self, node: Node<'_>, parent: usize) -> usize {
        let name = node.child_by_field_name("name").map(|name| self.name(name, 0).dotted()).unwrap_or_default();
        let around = self.declarations.scopes.get(parent).map(|scope| scope.namespace.clone()).unwrap_or_default();
        let namespace = if around.is_empty() { name } else { format!("{around}.{name}") };
        self.declarations.scopes.push(Scope { parent: Some(parent), namespace, usings: Vec::new() });
        self.declarations.scopes.len() - 1
    }

    fn using(&self, node: Node<'_>) -> Option<Using> {
        let global = children(node).any(|child| child.kind() == "global");
        let is_static = children(node).any(|child| child.kind() == "static");
        let alias = node.child_by_field_name("name");
        let target = children(node).filter(|child| child.is_named() && Some(*child) != alias && child.kind() != "comment").last()?;
        let kind = match alias {
            Some(alias) => UsingKind::Alias(self.identifier(alias), self.type_syntax(target, 0)),
            None if is_static => UsingKind::Static(self.name(target, 0)),
            None => UsingKind::Namespace(self.name(target, 0).dotted()),
        };
        Some(Using { kind, global })
    }

    fn global_attribute(&mut self, node: Node<'_>, scope: usize) {
        let is_assembly = children(node).any(|child| child.kind() == "assembly");
        for child in children(node).filter(|child| is_assembly && child.kind() == "attribute") {
            let attribute = self.attribute(child, Some("assembly".to_owned()));
            self.declarations.assembly_attributes.push((attribute, scope));
        }
    }

    fn type_declaration(
        &mut self,
        node: Node<'_>,
        kind: TypeKind,
        comments: &[Node<'_>],
        scope: usize,
        outer: Option<usize>,
        depth: usize,
    ) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let body = node.child_by_field_name("body");
        let mut type_parameters = Vec::new();
        let mut bases = Vec::new();
        let mut primary = None;
        for child in children(node) {
            match child.kind() {
                "type_parameter_list" => type_parameters = self.type_parameters(child),
                "base_list" => {
                    for base in children(child).filter(|base| base.is_named()) {
                        match base.kind() {
                            "argument_list" | "comment" => {}
                            "primary_constructor_base_type" => {
                                bases.extend(base.child_by_field_name("type").map(|base| self.type_syntax(base, 0)));
                            }
                            _ => bases.push(self.type_syntax(base, 0)),
                        }
                    }
                }
                "parameter_list" if kind != TypeKind::Delegate => primary = Some(child),
                _ => {}
            }
        }
        let attributes = self.attributes(node);
        let marked = attributes.iter().any(|attribute| MARKERS.contains(&attribute.name.last().trim_end_matches("Attribute")));
        let syntax_error =
            if node.has_error() && (marked || self.text(node).contains("DataMember") || self.text(node).contains("OperationContract")) {
                first_error(node).map(|error| self.span(error))
            } else {
                None
            };
        let declaration = TypeDeclaration {
            kind,
            record: node.kind() == "record_declaration",
            name: self.identifier(name),
            name_span: self.span(name),
            type_parameters,
            scope,
            outer,
            modifiers: self.modifiers(node),
            attributes,
            bases,
            members: Vec::new(),
            enum_members: if kind == TypeKind::Enum { body.map(|body| self.enum_members(body)).unwrap_or_default() } else { Vec::new() },
            docs: self.docs(comments),
            syntax_error,
        };
        let is_record = declaration.record;
        self.declarations.types.push(declaration);
        let index = self.declarations.types.len() - 1;
        if let Some(primary) = primary {
            let members = self.primary_constructor(primary, is_record);
            if let Some(holder) = self.declarations.types.get_mut(index) {
                holder.members.extend(members);
            }
        }
        if let Some(body) = body
            && kind != TypeKind::Enum
        {
            self.block(body, scope, Some(index), depth + 1);
        }
    }

    /// A primary constructor; in a record each parameter is a public property too (`init`, which reflection sees as a setter).
    fn primary_constructor(&self, node: Node<'_>, record: bool) -> Vec<MemberDeclaration> {
        let parameters = self.parameters(node);
        let name_span = self.span(node);
        let mut members = vec![MemberDeclaration {
            kind: MemberKind::Constructor { parameters: parameters.len() },
            name: ".ctor".to_owned(),
            name_span,
            modifiers: Modifiers { public: true, ..Modifiers::default() },
            attributes: Vec::new(),
            explicit_interface: None,
            docs: Docs::default(),
        }];
        if record {
            members.extend(parameters.into_iter().map(|parameter| {
                let accessor = Accessor { modifiers: Modifiers::default(), attributes: Vec::new() };
                let attributes = parameter.attributes.into_iter().filter(|attribute| attribute.target.as_deref() == Some("property"));
                MemberDeclaration {
                    kind: MemberKind::Property {
                        type_syntax: parameter.type_syntax,
                        getter: Some(accessor.clone()),
                        setter: Some(accessor),
                        auto: true,
                    },
                    name: parameter.name,
                    name_span: parameter.name_span,
                    modifiers: Modifiers { public: true, ..Modifiers::default() },
                    attributes: attributes.map(|attribute| Attribute { target: None, ..attribute }).collect(),
                    explicit_interface: None,
                    docs: Docs::default(),
                }
            }));
        }
        members
    }

    fn type_parameters(&self, node: Node<'_>) -> Vec<String> {
        children(node)
            .filter(|child| child.kind() == "type_parameter")
            .filter_map(|child| child.child_by_field_name("name"))
            .map(|name| self.identifier(name))
            .collect()
    }

    fn enum_members(&self, body: Node<'_>) -> Vec<EnumMemberDeclaration> {
        let mut members = Vec::new();
        let mut comments = Vec::new();
        for child in children(body) {
            match child.kind() {
                "comment" => comments.push(child),
                "enum_member_declaration" => {
                    if let Some(name) = child.child_by_field_name("name") {
                        members.push(EnumMemberDeclaration {
                            name: self.identifier(name),
                            name_span: self.span(name),
                            value: child.child_by_field_name("value").map(|value| expression::read(self, value, 0)),
                            attributes: self.attributes(child),
                            docs: self.docs(&comments),
                        });
                    }
                    comments.clear();
                }
                // A comma stands between a member and the comment of the next.
                _ => {}
            }
        }
        members
    }

    fn member(&self, node: Node<'_>, comments: &[Node<'_>]) -> Vec<MemberDeclaration> {
        let field = |name: &str| node.child_by_field_name(name);
        let build = |name: String, name_span: Span, kind: MemberKind| MemberDeclaration {
            kind,
            name,
            name_span,
            modifiers: self.modifiers(node),
            attributes: self.attributes(node),
            explicit_interface: children(node)
                .find(|child| child.kind() == "explicit_interface_specifier")
                .and_then(|specifier| children(specifier).find(|child| child.is_named()))
                .map(|name| self.name(name, 0)),
            docs: self.docs(comments),
        };
        match node.kind() {
            "method_declaration" => {
                let (Some(name), Some(returns), Some(parameters)) = (field("name"), field("returns"), field("parameters")) else {
                    return Vec::new();
                };
                let type_parameters = field("type_parameters").map(|list| self.type_parameters(list)).unwrap_or_default();
                let kind =
                    MemberKind::Method { returns: self.type_syntax(returns, 0), parameters: self.parameters(parameters), type_parameters };
                vec![build(self.identifier(name), self.span(name), kind)]
            }
            "constructor_declaration" => {
                let (Some(name), Some(parameters)) = (field("name"), field("parameters")) else { return Vec::new() };
                vec![build(
                    self.identifier(name),
                    self.span(name),
                    MemberKind::Constructor { parameters: self.parameters(parameters).len() },
                )]
            }
            "property_declaration" => {
                let (Some(name), Some(type_node)) = (field("name"), field("type")) else { return Vec::new() };
                let (getter, setter, auto) = self.accessors(node);
                let kind = MemberKind::Property { type_syntax: self.type_syntax(type_node, 0), getter, setter, auto };
                vec![build(self.identifier(name), self.span(name), kind)]
            }
            "indexer_declaration" => vec![build("Item".to_owned(), self.span(node), MemberKind::Indexer)],
            "field_declaration" | "event_field_declaration" => {
                let Some(variables) = children(node).find(|child| child.kind() == "variable_declaration") else { return Vec::new() };
                let Some(type_node) = variables.child_by_field_name("type") else { return Vec::new() };
                let type_syntax = self.type_syntax(type_node, 0);
                let is_const = self.modifiers(node).is_const;
                children(variables)
                    .filter(|child| child.kind() == "variable_declarator")
                    .filter_map(|declarator| {
                        let name = declarator.child_by_field_name("name")?;
                        let type_syntax = type_syntax.clone();
                        let kind = if node.kind() == "event_field_declaration" {
                            MemberKind::Event { type_syntax }
                        } else {
                            let value =
                                children(declarator).filter(|child| child.is_named() && *child != name && child.kind() != "comment").last();
                            let value = value.filter(|_| is_const).map(|value| expression::read(self, value, 0));
                            MemberKind::Field { type_syntax, value }
                        };
                        Some(build(self.identifier(name), self.span(name), kind))
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Getter, setter, and whether the compiler makes a field.
    fn accessors(&self, node: Node<'_>) -> (Option<Accessor>, Option<Accessor>, bool) {
        let Some(list) = node.child_by_field_name("accessors") else {
            // `int P => …;` has a getter only.
            let getter = Accessor { modifiers: Modifiers::default(), attributes: Vec::new() };
            return (Some(getter), None, false);
        };
        let (mut getter, mut setter, mut auto) = (None, None, true);
        for child in children(list).filter(|child| child.kind() == "accessor_declaration") {
            let accessor = Accessor { modifiers: self.modifiers(child), attributes: self.attributes(child) };
            auto &= child.child_by_field_name("body").is_none();
            match child.child_by_field_name("name").map(|name| name.kind()) {
                Some("get") => getter = Some(accessor),
                Some("set" | "init") => setter = Some(accessor),
                _ => {}
            }
        }
        (getter, setter, auto)
    }

    fn parameters(&self, list: Node<'_>) -> Vec<ParameterDeclaration> {
        let mut parameters: Vec<ParameterDeclaration> = Vec::new();
        // `params T[] x` is not a node of its own: its type, name and attributes stand in the list itself.
        let (mut loose_type, mut loose_attributes) = (None, Vec::new());
        let mut cursor = list.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let child = cursor.node();
            match (child.kind(), cursor.field_name()) {
                ("parameter", _) => {
                    let name = child.child_by_field_name("name");
                    let type_node = child.child_by_field_name("type");
                    if let (Some(name), Some(type_node)) = (name, type_node) {
                        let words: Vec<&str> =
                            children(child).filter(|part| part.kind() == "modifier").map(|part| self.text(part)).collect();
                        let (type_node, by_ref) = match type_node.kind() {
                            "ref_type" | "scoped_type" => (type_node.child_by_field_name("type").unwrap_or(type_node), true),
                            _ => (type_node, false),
                        };
                        let direction = match () {
                            () if words.contains(&"out") => Direction::Out,
                            () if by_ref || words.contains(&"ref") => Direction::Ref,
                            () => Direction::In,
                        };
                        parameters.push(ParameterDeclaration {
                            name: self.identifier(name),
                            name_span: self.span(name),
                            type_syntax: self.type_syntax(type_node, 0),
                            direction,
                            attributes: self.attributes(child),
                        });
                    }
                }
                ("attribute_list", _) => self.attribute_list(child, &mut loose_attributes),
                (_, Some("type")) => loose_type = Some(self.type_syntax(child, 0)),
                (_, Some("name")) => {
                    if let Some(type_syntax) = loose_type.take() {
                        parameters.push(ParameterDeclaration {
                            name: self.identifier(child),
                            name_span: self.span(child),
                            type_syntax,
                            direction: Direction::In,
                            attributes: std::mem::take(&mut loose_attributes),
                        });
                    }
                }
                _ => {}
            }
            more = cursor.goto_next_sibling();
        }
        parameters
    }

    fn modifiers(&self, node: Node<'_>) -> Modifiers {
        let mut modifiers = Modifiers::default();
        for child in children(node).filter(|child| child.kind() == "modifier") {
            match self.text(child) {
                "public" => modifiers.public = true,
                "internal" => modifiers.internal = true,
                "protected" => modifiers.protected = true,
                "private" => modifiers.private = true,
                "static" => modifiers.is_static = true,
                "abstract" => modifiers.is_abstract = true,
                "const" => modifiers.is_const = true,
                "readonly" => modifiers.readonly = true,
                "partial" => modifiers.partial = true,
                "override" => modifiers.is_override = true,
                "new" => modifiers.is_new = true,
                _ => {}
            }
        }
        modifiers
    }

    fn attributes(&self, node: Node<'_>) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        for child in children(node).filter(|child| child.kind() == "attribute_list") {
            self.attribute_list(child, &mut attributes);
        }
        attributes
    }

    fn attribute_list(&self, list: Node<'_>, attributes: &mut Vec<Attribute>) {
        let target = children(list)
            .find(|child| child.kind() == "attribute_target_specifier")
            .map(|target| self.text(target).trim_end_matches(':').trim().to_owned());
        for child in children(list).filter(|child| child.kind() == "attribute") {
            attributes.push(self.attribute(child, target.clone()));
        }
    }

    fn attribute(&self, node: Node<'_>, target: Option<String>) -> Attribute {
        let name = node.child_by_field_name("name").map(|name| self.name(name, 0)).unwrap_or_default();
        let mut attribute = Attribute { name, target, positional: Vec::new(), named: Vec::new(), span: self.span(node) };
        let arguments = children(node).filter(|child| child.kind() == "attribute_argument_list").flat_map(children);
        for argument in arguments.filter(|child| child.kind() == "attribute_argument") {
            let name = argument.child_by_field_name("name");
            let value = children(argument).filter(|child| child.is_named() && Some(*child) != name && child.kind() != "comment").last();
            if let Some(value) = value {
                let value = expression::read(self, value, 0);
                match name {
                    Some(name) => attribute.named.push((self.identifier(name), value)),
                    None => attribute.positional.push(value),
                }
            }
        }
        attribute
    }

    /// Reads a name, qualified or not.
    pub(super) fn name(&self, node: Node<'_>, depth: usize) -> Name {
        let mut name = Name::default();
        self.name_into(node, &mut name, depth);
        name
    }

    fn name_into(&self, node: Node<'_>, name: &mut Name, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match node.kind() {
            "qualified_name" => {
                if let Some(qualifier) = node.child_by_field_name("qualifier") {
                    self.name_into(qualifier, name, depth + 1);
                }
                if let Some(last) = node.child_by_field_name("name") {
                    self.name_into(last, name, depth + 1);
                }
            }
            "member_access_expression" => {
                if let Some(qualifier) = node.child_by_field_name("expression") {
                    self.name_into(qualifier, name, depth + 1);
                }
                if let Some(last) = node.child_by_field_name("name") {
                    self.name_into(last, name, depth + 1);
                }
            }
            "alias_qualified_name" => {
                name.alias = node.child_by_field_name("alias").map(|alias| self.identifier(alias));
                if let Some(last) = node.child_by_field_name("name") {
                    self.name_into(last, name, depth + 1);
                }
            }
            "generic_name" => {
                let mut part = NamePart { identifier: String::new(), arguments: Vec::new(), arity: 0 };
                for child in children(node) {
                    match child.kind() {
                        "identifier" => part.identifier = self.identifier(child),
                        "type_argument_list" => {
                            let arguments = children(child).filter(|argument| argument.is_named() && argument.kind() != "comment");
                            part.arguments = arguments.map(|argument| self.type_syntax(argument, depth + 1)).collect();
                            part.arity = 1 + children(child).filter(|token| token.kind() == ",").count();
                        }
                        _ => {}
                    }
                }
                name.parts.push(part);
            }
            _ => name.parts.push(NamePart { identifier: self.identifier(node), arguments: Vec::new(), arity: 0 }),
        }
    }

    /// Reads a type.
    pub(super) fn type_syntax(&self, node: Node<'_>, depth: usize) -> TypeSyntax {
        let span = self.span(node);
        let other = || TypeShape::Other(self.text(node).to_owned());
        if depth > DEPTH {
            return TypeSyntax { span, shape: other() };
        }
        let inner = |field: &str| node.child_by_field_name(field).map(|inner| Box::new(self.type_syntax(inner, depth + 1)));
        let shape = match node.kind() {
            "identifier" | "generic_name" | "qualified_name" | "alias_qualified_name" => TypeShape::Name(self.name(node, depth + 1)),
            "predefined_type" => TypeShape::Keyword(self.text(node).to_owned()),
            "nullable_type" => inner("type").map_or_else(other, TypeShape::Nullable),
            "array_type" => return self.array_type(node, depth),
            "tuple_type" => TypeShape::Tuple(
                children(node)
                    .filter(|child| child.kind() == "tuple_element")
                    .filter_map(|element| element.child_by_field_name("type"))
                    .map(|element| self.type_syntax(element, depth + 1))
                    .collect(),
            ),
            _ => other(),
        };
        TypeSyntax { span, shape }
    }

    /// `T[a][b]`: the grammar nests the last rank outermost, C# the first.
    fn array_type(&self, node: Node<'_>, depth: usize) -> TypeSyntax {
        let span = self.span(node);
        let mut ranks = Vec::new();
        let mut element = node;
        while element.kind() == "array_type" && ranks.len() <= DEPTH {
            ranks
                .push(element.child_by_field_name("rank").map_or(1, |rank| 1 + children(rank).filter(|token| token.kind() == ",").count()));
            let Some(inner) = element.child_by_field_name("type") else { break };
            element = inner;
        }
        let mut result = self.type_syntax(element, depth + 1);
        for rank in ranks {
            result = TypeSyntax { span, shape: TypeShape::Array(Box::new(result), rank) };
        }
        result
    }

    fn docs(&self, comments: &[Node<'_>]) -> Docs {
        documentation::read(comments.iter().map(|comment| self.text(*comment)))
    }
}

/// The first node inside that the grammar could not make sense of.
fn first_error(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut found = None;
    loop {
        let current = cursor.node();
        if current.is_error() || current.is_missing() {
            found = Some(current);
            break;
        }
        if current.has_error() && cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
    found
}
