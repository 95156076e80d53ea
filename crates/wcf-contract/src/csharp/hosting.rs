//! Finds in bodies what sets up endpoints: constructions of bindings, hosts and channel factories, the properties set on
//! them, and calls that add endpoints. One pass over the tree, in the order of the source.
//!
//! Variables are followed by name inside a method, fields inside a file. A variable that is given a second value is no
//! longer followed.

use std::collections::BTreeMap;

use tree_sitter::Node;
use wcf_diagnostics::Span;

use super::expression;
use super::reader::{Reader, children};
use super::syntax::{Expression, Form, Name, TypeShape, TypeSyntax};

/// How deep initialisers may nest.
const DEPTH: usize = 8;

/// What one file sets up, unresolved.
#[derive(Clone, Debug, Default)]
pub(super) struct HostingSyntax {
    pub bindings: Vec<BindingSyntax>,
    pub hosts: Vec<HostSyntax>,
    pub endpoints: Vec<EndpointSyntax>,
    pub credentials: Vec<SettingSyntax>,
}

/// A binding's construction with what is set on it.
#[derive(Clone, Debug)]
pub(super) struct BindingSyntax {
    pub class: String,
    pub arguments: Vec<Expression>,
    pub settings: Vec<SettingSyntax>,
    pub span: Span,
}

/// A property set, or a method called.
#[derive(Clone, Debug)]
pub(super) struct SettingSyntax {
    pub path: String,
    pub values: Vec<Expression>,
    pub span: Span,
}

/// A host's construction.
#[derive(Clone, Debug)]
pub(super) struct HostSyntax {
    pub service: Option<TypeSyntax>,
    pub addresses: Vec<Expression>,
    pub span: Span,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub(super) struct EndpointSyntax {
    pub of_client: bool,
    pub contract: Option<TypeSyntax>,
    pub service: Option<TypeSyntax>,
    /// Position in [`HostingSyntax::bindings`].
    pub binding: Option<usize>,
    pub address: Option<Expression>,
    pub span: Span,
}

/// Words without which a file sets up nothing.
const WORDS: [&str; 7] = [
    "AddServiceEndpoint",
    "AddServiceWebEndpoint",
    "ServiceHost",
    "ChannelFactory",
    "ServerCertificateValidationCallback",
    "Credentials.",
    "Binding(",
];

/// Whether a file may set up anything.
pub(super) fn speaks_of(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// What a variable holds.
#[derive(Clone, Debug)]
enum Held {
    Binding(usize),
    Value(Expression),
    /// Given more than one value.
    Unknown,
}

/// Collects from a whole tree.
pub(super) fn collect(reader: &Reader<'_>, root: Node<'_>) -> HostingSyntax {
    let mut collector = Collector { reader, found: HostingSyntax::default(), fields: BTreeMap::new(), locals: BTreeMap::new() };
    let mut cursor = root.walk();
    let mut descend = true;
    loop {
        if descend {
            collector.visit(cursor.node());
        }
        if descend && cursor.goto_first_child() {
            continue;
        }
        if cursor.goto_next_sibling() {
            descend = true;
        } else if cursor.goto_parent() {
            descend = false;
        } else {
            break;
        }
    }
    collector.found
}

struct Collector<'r, 't> {
    reader: &'r Reader<'t>,
    found: HostingSyntax,
    fields: BTreeMap<String, Held>,
    locals: BTreeMap<String, Held>,
}

impl Collector<'_, '_> {
    fn visit(&mut self, node: Node<'_>) {
        match node.kind() {
            "method_declaration" | "constructor_declaration" | "accessor_declaration" => self.locals.clear(),
            "class_declaration" => {
                self.fields.clear();
                self.locals.clear();
            }
            "variable_declarator" => self.declarator(node),
            "assignment_expression" => self.assignment(node),
            "object_creation_expression" => self.construction(node),
            "invocation_expression" => self.invocation(node),
            _ => {}
        }
    }

    fn declarator(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let Some(value) = children(node).filter(|child| child.is_named() && *child != name && child.kind() != "comment").last() else {
            return;
        };
        let declaration = node.parent();
        let is_field = declaration.and_then(|declaration| declaration.parent()).is_some_and(|parent| parent.kind() == "field_declaration");
        let declared = declaration.and_then(|declaration| declaration.child_by_field_name("type"));
        let held = match value.kind() {
            "implicit_object_creation_expression" => {
                declared.and_then(|declared| self.binding(&self.type_name(declared), value)).map_or(Held::Unknown, Held::Binding)
            }
            _ => self.held(value),
        };
        if matches!(&held, Held::Value(value) if value.form == Form::Null) {
            return;
        }
        let name = self.reader.identifier(name);
        if is_field {
            self.fields.insert(name, held);
        } else {
            self.locals.insert(name, held);
        }
    }

    /// What an expression gives to a variable.
    fn held(&mut self, value: Node<'_>) -> Held {
        if value.kind() == "object_creation_expression" {
            let class = value.child_by_field_name("type").map(|class| self.type_name(class)).unwrap_or_default();
            if let Some(binding) = self.binding(&class, value) {
                return Held::Binding(binding);
            }
        }
        Held::Value(self.expression(value))
    }

    fn type_name(&self, node: Node<'_>) -> String {
        match self.reader.type_syntax(node, 0).shape {
            TypeShape::Name(name) => name.last().to_owned(),
            _ => String::new(),
        }
    }

    /// A binding that a node constructs; each node once.
    fn binding(&mut self, class: &str, node: Node<'_>) -> Option<usize> {
        if class == "Binding" || !class.ends_with("Binding") {
            return None;
        }
        let span = self.reader.span(node);
        if let Some(known) = self.found.bindings.iter().position(|known| known.span == span) {
            return Some(known);
        }
        let mut settings = Vec::new();
        for initializer in children(node).filter(|child| child.kind() == "initializer_expression") {
            self.initializer(initializer, "", &mut settings, 0);
        }
        let arguments = self.argument_nodes(node).into_iter().map(|argument| self.expression(argument)).collect();
        self.found.bindings.push(BindingSyntax { class: class.to_owned(), arguments, settings, span });
        Some(self.found.bindings.len() - 1)
    }

    /// `{ A = 1, B = { C = 2 }, D = new T { E = 3 } }` as paths.
    fn initializer(&self, node: Node<'_>, prefix: &str, settings: &mut Vec<SettingSyntax>, depth: usize) {
        for assignment in children(node).filter(|child| child.kind() == "assignment_expression") {
            let (Some(left), Some(right)) = (assignment.child_by_field_name("left"), assignment.child_by_field_name("right")) else {
                continue;
            };
            let name = self.reader.identifier(left);
            let path = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            let nested = match right.kind() {
                "initializer_expression" => Some(right),
                "object_creation_expression" | "implicit_object_creation_expression" => {
                    children(right).find(|child| child.kind() == "initializer_expression")
                }
                _ => None,
            };
            match nested {
                Some(nested) if depth < DEPTH => self.initializer(nested, &path, settings, depth + 1),
                _ => settings.push(SettingSyntax { path, values: vec![self.expression(right)], span: self.reader.span(assignment) }),
            }
        }
    }

    fn argument_nodes<'n>(&self, node: Node<'n>) -> Vec<Node<'n>> {
        let list = node.child_by_field_name("arguments").or_else(|| children(node).find(|child| child.kind() == "argument_list"));
        let arguments = list.into_iter().flat_map(children).filter(|child| child.kind() == "argument");
        arguments.filter_map(|argument| children(argument).filter(|child| child.is_named() && child.kind() != "comment").last()).collect()
    }

    /// An expression; `new Uri("…")` and `new EndpointAddress("…")` stand for what they are made of, variables for their value.
    fn expression(&self, node: Node<'_>) -> Expression {
        let mut node = node;
        for _ in 0..DEPTH {
            let class = node.child_by_field_name("type").map(|class| self.type_name(class)).unwrap_or_default();
            if node.kind() != "object_creation_expression" || !matches!(class.as_str(), "Uri" | "EndpointAddress") {
                break;
            }
            let Some(first) = self.argument_nodes(node).into_iter().next() else { break };
            node = first;
        }
        let read = expression::read(self.reader, node, 0);
        match &read.form {
            Form::Name(name) if name.parts.len() == 1 => match self.lookup(name.last()) {
                Some(Held::Value(value)) => value.clone(),
                Some(Held::Unknown | Held::Binding(_)) => Expression { form: Form::Other, span: read.span },
                None => read,
            },
            _ => read,
        }
    }

    fn lookup(&self, name: &str) -> Option<&Held> {
        self.locals.get(name).or_else(|| self.fields.get(name))
    }

    fn assignment(&mut self, node: Node<'_>) {
        // Those of initialisers are read with their construction.
        if node.parent().is_some_and(|parent| parent.kind() == "initializer_expression") {
            return;
        }
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let name = self.reader.name(left, 0);
        match (left.kind(), name.parts.as_slice()) {
            ("identifier", [only]) => {
                // A second value, whatever branch gives it, ends what is known.
                let held = match self.lookup(&only.identifier) {
                    Some(_) => Held::Unknown,
                    None => self.held(right),
                };
                self.locals.insert(only.identifier.clone(), held);
            }
            ("member_access_expression", [root, rest @ ..]) => {
                let path = dotted(rest);
                let setting = SettingSyntax { path, values: vec![self.expression(right)], span: self.reader.span(node) };
                let binding = match self.lookup(&root.identifier) {
                    Some(Held::Binding(binding)) => Some(*binding),
                    _ => None,
                };
                if let Some(binding) = binding.and_then(|binding| self.found.bindings.get_mut(binding)) {
                    binding.settings.push(setting);
                } else {
                    self.credential(&name, setting);
                }
            }
            _ => {}
        }
    }

    /// Keeps a setting whose path leads through `Credentials`, or that replaces certificate checks.
    fn credential(&mut self, name: &Name, setting: SettingSyntax) {
        let words = ["Credentials", "ClientCredentials"];
        let position = name.parts.iter().position(|part| words.contains(&part.identifier.as_str()));
        let path = match position {
            Some(position) => dotted(name.parts.get(position..).unwrap_or_default()).replacen("ClientCredentials", "Credentials", 1),
            None if name.last() == "ServerCertificateValidationCallback" => dotted(&name.parts),
            None => return,
        };
        self.found.credentials.push(SettingSyntax { path, ..setting });
    }

    fn construction(&mut self, node: Node<'_>) {
        let Some(class) = node.child_by_field_name("type") else { return };
        let TypeShape::Name(name) = self.reader.type_syntax(class, 0).shape else { return };
        let Some(last) = name.parts.last() else { return };
        let arguments = self.argument_nodes(node);
        let span = self.reader.span(node);
        match last.identifier.as_str() {
            "ServiceHost" | "WebServiceHost" => {
                let service = arguments.first().and_then(|first| type_of(&self.expression(*first)));
                let addresses = arguments.iter().skip(1).map(|argument| self.expression(*argument)).collect();
                self.found.hosts.push(HostSyntax { service, addresses, span });
            }
            "ChannelFactory" | "DuplexChannelFactory" | "WebChannelFactory" => {
                let contract = last.arguments.first().cloned();
                // A duplex factory takes the callback first.
                let skip = usize::from(last.identifier.starts_with("Duplex"));
                let rest: Vec<Node<'_>> = arguments.into_iter().skip(skip).collect();
                self.endpoint(true, contract, None, &rest, span);
            }
            other => {
                if let Some(binding) = self.binding(other, node) {
                    debug_assert!(binding < self.found.bindings.len());
                } else if other.ends_with("Client") {
                    let binding = arguments.iter().any(|argument| self.binding_of(*argument).is_some());
                    if binding {
                        self.endpoint(true, None, None, &arguments, span);
                    }
                }
            }
        }
    }

    fn binding_of(&mut self, node: Node<'_>) -> Option<usize> {
        match node.kind() {
            "identifier" => match self.lookup(&self.reader.identifier(node)) {
                Some(Held::Binding(binding)) => Some(*binding),
                _ => None,
            },
            "object_creation_expression" => {
                let class = node.child_by_field_name("type").map(|class| self.type_name(class)).unwrap_or_default();
                self.binding(&class, node)
            }
            _ => None,
        }
    }

    fn invocation(&mut self, node: Node<'_>) {
        let Some(function) = node.child_by_field_name("function") else { return };
        let name = self.reader.name(function, 0);
        let Some(last) = name.parts.last() else { return };
        let arguments = self.argument_nodes(node);
        let span = self.reader.span(node);
        match last.identifier.as_str() {
            "AddServiceEndpoint" | "AddServiceWebEndpoint" => match last.arguments.as_slice() {
                // CoreWCF: `AddServiceEndpoint<TService, TContract>(binding, address)`.
                [service, contract] => self.endpoint(false, Some(contract.clone()), Some(service.clone()), &arguments, span),
                [service] => {
                    let contract = arguments.first().and_then(|first| type_of(&self.expression(*first)));
                    self.endpoint(false, contract, Some(service.clone()), arguments.get(1..).unwrap_or_default(), span);
                }
                _ => {
                    let contract = arguments.first().and_then(|first| type_of(&self.expression(*first)));
                    self.endpoint(false, contract, None, arguments.get(1..).unwrap_or_default(), span);
                }
            },
            "AddService" if !last.arguments.is_empty() => {
                self.found.hosts.push(HostSyntax { service: last.arguments.first().cloned(), addresses: Vec::new(), span });
            }
            _ if function.kind() == "member_access_expression" => {
                let values = arguments.iter().map(|argument| self.expression(*argument)).collect();
                self.credential(&name, SettingSyntax { path: String::new(), values, span });
            }
            _ => {}
        }
    }

    /// An endpoint from what follows its contract: a binding and an address.
    fn endpoint(&mut self, of_client: bool, contract: Option<TypeSyntax>, service: Option<TypeSyntax>, rest: &[Node<'_>], span: Span) {
        let binding = rest.iter().find_map(|argument| self.binding_of(*argument));
        // One string alone is the name of an endpoint in configuration.
        let by_configuration = of_client && (rest.is_empty() || rest.len() == 1 && binding.is_none());
        if by_configuration {
            return;
        }
        let address = rest.iter().skip(1).map(|argument| self.expression(*argument)).next();
        self.found.endpoints.push(EndpointSyntax { of_client, contract, service, binding, address, span });
    }
}

fn dotted(parts: &[super::syntax::NamePart]) -> String {
    parts.iter().map(|part| part.identifier.as_str()).collect::<Vec<_>>().join(".")
}

fn type_of(expression: &Expression) -> Option<TypeSyntax> {
    match &expression.form {
        Form::TypeOf(written) => Some(written.clone()),
        _ => None,
    }
}
