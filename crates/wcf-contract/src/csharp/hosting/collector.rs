//! The pass over the tree.

use std::collections::BTreeMap;

use tree_sitter::Node;
use wcf_diagnostics::Span;

use super::flow::{self, Held};
use super::{HostingSyntax, ObjectKind, ObjectSyntax, SettingSyntax, ValueSyntax};
use crate::csharp::expression;
use crate::csharp::reader::{Reader, children};
use crate::csharp::syntax::{Expression, Form, Name, NamePart, TypeShape, TypeSyntax};

/// How deep expressions and initialisers may nest.
const DEPTH: usize = 24;

/// Methods that run the function they are given, once, by the beginnings of their names.
const BUILDERS: [&str; 6] = ["Use", "Configure", "Add", "Map", "Run", "Build"];

/// Collects from a whole tree.
pub(in crate::csharp) fn collect(reader: &Reader<'_>, root: Node<'_>) -> HostingSyntax {
    let mut collector = Collector {
        reader,
        found: HostingSyntax::default(),
        fields: BTreeMap::new(),
        locals: BTreeMap::new(),
        this: None,
        passes: Vec::new(),
        by_span: BTreeMap::new(),
    };
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
    flow::join_passes(&mut collector.found, &collector.passes);
    collector.found
}

/// A variable with the branches in which it got its value.
#[derive(Clone, Debug)]
struct Variable {
    held: Held,
    branches: Vec<usize>,
}

struct Collector<'r, 't> {
    reader: &'r Reader<'t>,
    found: HostingSyntax,
    fields: BTreeMap<String, Variable>,
    locals: BTreeMap<String, Variable>,
    /// The class itself, where it is a host.
    this: Option<usize>,
    passes: Vec<flow::Pass>,
    by_span: BTreeMap<Span, usize>,
}

impl Collector<'_, '_> {
    fn visit(&mut self, node: Node<'_>) {
        match node.kind() {
            "method_declaration" | "constructor_declaration" | "local_function_statement" => self.method(node),
            "accessor_declaration" | "property_declaration" => self.locals.clear(),
            "class_declaration" => self.class(node),
            "variable_declarator" if !is_field(node) => self.declarator(node),
            "assignment_expression" => self.assignment(node),
            "object_creation_expression" => _ = self.construction(node),
            "invocation_expression" => self.invocation(node),
            "return_statement" | "arrow_expression_clause" => self.result(node),
            "foreach_statement" => self.foreach(node),
            _ => {}
        }
    }

    fn class(&mut self, node: Node<'_>) {
        self.fields.clear();
        self.locals.clear();
        self.this = None;
        let bases = children(node).find(|child| child.kind() == "base_list");
        let is_host = bases.into_iter().flat_map(children).any(|base| base.is_named() && self.type_name(base).ends_with("ServiceHost"));
        if is_host && let Some(name) = node.child_by_field_name("name") {
            let class = single(&self.reader.identifier(name));
            let span = self.reader.span(name);
            self.this = Some(self.object(ObjectKind::Host { service: None }, class, Vec::new(), span, node));
        }
        for field in node.child_by_field_name("body").into_iter().flat_map(children).filter(|child| child.kind() == "field_declaration") {
            for declarators in children(field).filter(|child| child.kind() == "variable_declaration") {
                for declarator in children(declarators).filter(|child| child.kind() == "variable_declarator") {
                    self.declarator(declarator);
                }
            }
        }
    }

    /// A method's parameters are objects of their own until the calls of it are known.
    fn method(&mut self, node: Node<'_>) {
        if node.kind() != "local_function_statement" {
            self.locals.clear();
        }
        let name = node.child_by_field_name("name").map(|name| self.reader.identifier(name)).unwrap_or_default();
        let parameters = node.child_by_field_name("parameters").into_iter().flat_map(children).filter(|child| child.kind() == "parameter");
        for (position, parameter) in parameters.enumerate() {
            let (Some(class), Some(identifier)) = (parameter.child_by_field_name("type"), parameter.child_by_field_name("name")) else {
                continue;
            };
            let class_name = self.type_name(class);
            let tracked = ["Host", "HostBase", "Factory", "Binding", "Client", "Endpoint", "Credentials", "BindingElement"];
            let identifier = self.reader.identifier(identifier);
            let held = if tracked.iter().any(|ending| class_name.ends_with(ending)) {
                let kind = ObjectKind::Parameter { method: name.clone(), position };
                let span = self.reader.span(parameter);
                let parameter = self.object(kind, single(&class_name), Vec::new(), span, node);
                if let Some(object) = self.found.objects.get_mut(parameter) {
                    object.method = node.start_byte() + 1;
                }
                Held::Object(parameter)
            } else {
                Held::Unknown
            };
            self.locals.insert(identifier, Variable { held, branches: Vec::new() });
        }
    }

    fn foreach(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let held = match self.place(right, 0) {
            Some((object, path)) => Held::Part(object, format!("{path}[]")),
            None => Held::Unknown,
        };
        let branches = branches(self.reader, node);
        self.locals.insert(self.reader.identifier(left), Variable { held, branches });
    }

    fn declarator(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let Some(value) = children(node).filter(|child| child.is_named() && *child != name && child.kind() != "comment").last() else {
            return;
        };
        let declared = node.parent().and_then(|declaration| declaration.child_by_field_name("type"));
        let held = self.held(value, declared);
        if matches!(&held, Held::Value(ValueSyntax::Expression(value)) if value.form == Form::Null) {
            return;
        }
        let name = self.reader.identifier(name);
        let variable = Variable { held, branches: branches(self.reader, node) };
        if is_field(node) {
            self.fields.insert(name, variable);
        } else {
            self.locals.insert(name, variable);
        }
    }

    /// What an expression gives to a variable.
    fn held(&mut self, value: Node<'_>, declared: Option<Node<'_>>) -> Held {
        if value.kind() == "implicit_object_creation_expression" {
            return declared.and_then(|declared| self.construct(value, declared)).map_or(Held::Unknown, Held::Object);
        }
        if let Some((object, path)) = self.place(value, 0) {
            return if path.is_empty() { Held::Object(object) } else { Held::Part(object, path) };
        }
        match self.value(value, 0) {
            ValueSyntax::Object(object) => Held::Object(object),
            other => Held::Value(other),
        }
    }

    fn type_name(&self, node: Node<'_>) -> String {
        match self.reader.type_syntax(node, 0).shape {
            TypeShape::Name(name) => name.last().to_owned(),
            _ => String::new(),
        }
    }

    fn object(&mut self, kind: ObjectKind, class: Name, arguments: Vec<ValueSyntax>, span: Span, node: Node<'_>) -> usize {
        let object = ObjectSyntax {
            kind,
            class,
            arguments,
            settings: Vec::new(),
            span,
            branches: branches(self.reader, node),
            method: method_of(node),
        };
        self.found.objects.push(object);
        self.found.objects.len() - 1
    }

    /// `new T(…) { … }`; each node once.
    fn construction(&mut self, node: Node<'_>) -> Option<usize> {
        let class = node.child_by_field_name("type")?;
        self.construct(node, class)
    }

    fn construct(&mut self, node: Node<'_>, class: Node<'_>) -> Option<usize> {
        let span = self.reader.span(node);
        if let Some(known) = self.by_span.get(&span) {
            return Some(*known);
        }
        let syntax = self.reader.type_syntax(class, 0);
        let TypeShape::Name(name) = &syntax.shape else { return None };
        let name = name.clone();
        let last = name.parts.last().cloned()?;
        let arguments: Vec<ValueSyntax> = argument_nodes(node).into_iter().map(|argument| self.value(argument, 1)).collect();
        let kind = match last.identifier.as_str() {
            "ChannelFactory" | "WebChannelFactory" => ObjectKind::Factory { contract: last.arguments.first().cloned(), skip: 0 },
            // A duplex factory takes the callback first.
            "DuplexChannelFactory" => ObjectKind::Factory { contract: last.arguments.first().cloned(), skip: 1 },
            other if other.ends_with("ServiceHost") => {
                let service = arguments.first().and_then(|first| self.type_of(first)).or_else(|| last.arguments.first().cloned());
                ObjectKind::Host { service }
            }
            _ => ObjectKind::New { class: syntax },
        };
        let object = self.object(kind, name, arguments, span, node);
        self.by_span.insert(span, object);
        let mut settings = Vec::new();
        for initializer in children(node).filter(|child| child.kind() == "initializer_expression") {
            self.initializer(initializer, "", &mut settings, 0);
        }
        if let Some(made) = self.found.objects.get_mut(object) {
            made.settings = settings;
        }
        Some(object)
    }

    /// `typeof(S)`, or the class of an instance.
    fn type_of(&self, value: &ValueSyntax) -> Option<TypeSyntax> {
        match value {
            ValueSyntax::Expression(Expression { form: Form::TypeOf(written), .. }) => Some(written.clone()),
            ValueSyntax::Object(object) => match &self.found.objects.get(*object)?.kind {
                ObjectKind::New { class } => Some(class.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// `{ A = 1, B = { C = 2 } }` as paths; the items of a collection are added.
    fn initializer(&mut self, node: Node<'_>, prefix: &str, settings: &mut Vec<SettingSyntax>, depth: usize) {
        let under = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        for item in children(node).filter(|child| child.is_named() && child.kind() != "comment") {
            let span = self.reader.span(item);
            let (Some(left), Some(right)) = (item.child_by_field_name("left"), item.child_by_field_name("right")) else {
                let values = vec![self.value(item, depth + 1)];
                settings.push(SettingSyntax { path: under("Add"), values, is_call: true, certain: true, span });
                continue;
            };
            let path = under(&self.reader.identifier(left));
            if right.kind() == "initializer_expression" && depth < DEPTH {
                self.initializer(right, &path, settings, depth + 1);
            } else {
                let values = vec![self.value(right, depth + 1)];
                settings.push(SettingSyntax { path, values, is_call: false, certain: true, span });
            }
        }
    }

    /// What an expression is, as far as it can be followed.
    fn value(&mut self, node: Node<'_>, depth: usize) -> ValueSyntax {
        let span = self.reader.span(node);
        if depth > DEPTH {
            return ValueSyntax::Unknown(span);
        }
        match node.kind() {
            "object_creation_expression" => match self.construction(node) {
                Some(object) => ValueSyntax::Object(object),
                None => ValueSyntax::Unknown(span),
            },
            "identifier" => match self.lookup(&self.reader.identifier(node)).map(|variable| variable.held.clone()) {
                Some(Held::Object(object)) => ValueSyntax::Object(object),
                Some(Held::Value(value)) => value,
                Some(Held::Part(..) | Held::Unknown) => ValueSyntax::Unknown(span),
                None => ValueSyntax::Expression(expression::read(self.reader, node, 0)),
            },
            "cast_expression" | "as_expression" | "parenthesized_expression" | "postfix_unary_expression" => match inner(node) {
                Some(inner) if holds_object(inner) => self.value(inner, depth + 1),
                _ => self.expression(node),
            },
            "array_creation_expression" | "implicit_array_creation_expression" | "collection_expression" => {
                let list = children(node).find(|child| child.kind() == "initializer_expression").unwrap_or(node);
                let items = children(list).filter(|child| child.is_named() && child.kind() != "comment" && child.kind() != "array_type");
                let items: Vec<Node<'_>> =
                    items.map(|item| if item.kind() == "element" { inner(item).unwrap_or(item) } else { item }).collect();
                ValueSyntax::List(items.into_iter().map(|item| self.value(item, depth + 1)).collect(), span)
            }
            "invocation_expression" => self.call(node, depth),
            "member_access_expression" => match self.place(node, 0) {
                Some(_) => ValueSyntax::Unknown(span),
                None => self.expression(node),
            },
            "conditional_expression" | "binary_expression" | "assignment_expression" | "lambda_expression" | "await_expression" => {
                self.expression(node)
            }
            _ => self.expression(node),
        }
    }

    /// An expression that may be a constant, with the values of local variables in the places of their names.
    fn expression(&self, node: Node<'_>) -> ValueSyntax {
        let mut read = expression::read(self.reader, node, 0);
        self.substitute(&mut read, 0);
        ValueSyntax::Expression(read)
    }

    fn substitute(&self, expression: &mut Expression, depth: usize) {
        if depth > DEPTH {
            expression.form = Form::Other;
            return;
        }
        match &mut expression.form {
            Form::Name(name) if name.parts.len() == 1 => match self.lookup(name.last()).map(|variable| &variable.held) {
                Some(Held::Value(ValueSyntax::Expression(value))) => expression.form = value.form.clone(),
                Some(_) => expression.form = Form::Other,
                None => {}
            },
            Form::Binary(_, left, right) => {
                self.substitute(left, depth + 1);
                self.substitute(right, depth + 1);
            }
            Form::Unary(_, operand) | Form::Cast(_, operand) => self.substitute(operand, depth + 1),
            Form::Interpolated(parts) => parts.iter_mut().for_each(|part| self.substitute(part, depth + 1)),
            // A property of a local variable is no constant, whatever its name.
            Form::Name(name) => {
                if name.parts.first().is_some_and(|first| self.lookup(&first.identifier).is_some()) {
                    expression.form = Form::Other;
                }
            }
            Form::Text(_) | Form::Integer(_) | Form::Boolean(_) | Form::Null | Form::TypeOf(_) | Form::NameOf(_) | Form::Other => {}
        }
    }

    /// A call as a value: an endpoint that is added, a static method, or a method of the class's own.
    fn call(&mut self, node: Node<'_>, depth: usize) -> ValueSyntax {
        let span = self.reader.span(node);
        self.invocation(node);
        if let Some(known) = self.by_span.get(&span) {
            return ValueSyntax::Object(*known);
        }
        let Some(function) = node.child_by_field_name("function") else { return ValueSyntax::Unknown(span) };
        if self.reader.text(function) == "nameof" {
            return self.expression(node);
        }
        if !matches!(function.kind(), "identifier" | "member_access_expression" | "generic_name") || self.place(function, 0).is_some() {
            return ValueSyntax::Unknown(span);
        }
        let name = self.reader.name(function, 0);
        let is_static = name.parts.first().is_some_and(|first| self.lookup(&first.identifier).is_none());
        if name.parts.is_empty() || !is_static {
            return ValueSyntax::Unknown(span);
        }
        let arguments = argument_nodes(node).into_iter().map(|argument| self.value(argument, depth + 1)).collect();
        let object = self.object(ObjectKind::Call, name, arguments, span, node);
        self.by_span.insert(span, object);
        ValueSyntax::Object(object)
    }

    fn lookup(&self, name: &str) -> Option<&Variable> {
        self.locals.get(name).or_else(|| self.fields.get(name))
    }

    /// The object that an expression leads from, and the path it leads along; empty for the object itself.
    fn place(&mut self, node: Node<'_>, depth: usize) -> Option<(usize, String)> {
        if depth > DEPTH {
            return None;
        }
        let along = |(object, path): (usize, String), step: &str| {
            let path = if path.is_empty() || step.starts_with('[') { format!("{path}{step}") } else { format!("{path}.{step}") };
            Some((object, path))
        };
        match node.kind() {
            "identifier" => match &self.lookup(&self.reader.identifier(node))?.held {
                Held::Object(object) => Some((*object, String::new())),
                Held::Part(object, path) => Some((*object, path.clone())),
                Held::Value(_) | Held::Unknown => None,
            },
            "this" | "this_expression" | "base" | "base_expression" => self.this.map(|this| (this, String::new())),
            "member_access_expression" => {
                let (of, name) = (node.child_by_field_name("expression")?, node.child_by_field_name("name")?);
                let name = self.reader.text(name).to_owned();
                if matches!(of.kind(), "this" | "this_expression" | "base" | "base_expression")
                    && let Some(variable) = self.fields.get(&name)
                {
                    return match &variable.held {
                        Held::Object(object) => Some((*object, String::new())),
                        Held::Part(object, path) => Some((*object, path.clone())),
                        Held::Value(_) | Held::Unknown => None,
                    };
                }
                along(self.place(of, depth + 1)?, &name)
            }
            "conditional_access_expression" => {
                let mut parts = children(node).filter(|child| child.is_named());
                let of = parts.next()?;
                let then = parts.next()?;
                let step = self.reader.text(then).trim_start_matches('.').to_owned();
                along(self.place(of, depth + 1)?, &step)
            }
            "element_access_expression" => along(self.place(node.child_by_field_name("expression")?, depth + 1)?, "[]"),
            "invocation_expression" => {
                let span = self.reader.span(node);
                let function = node.child_by_field_name("function")?;
                if is_tracked_call(&self.reader.name(function, 0)) {
                    self.invocation(node);
                    return self.by_span.get(&span).map(|object| (*object, String::new()));
                }
                self.place(function, depth + 1)
            }
            "cast_expression" | "as_expression" | "parenthesized_expression" | "postfix_unary_expression" => {
                self.place(inner(node)?, depth + 1)
            }
            "object_creation_expression" => self.construction(node).map(|object| (object, String::new())),
            _ => None,
        }
    }

    fn assignment(&mut self, node: Node<'_>) {
        // Those of initialisers are read with their construction.
        if node.parent().is_some_and(|parent| parent.kind() == "initializer_expression") {
            return;
        }
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let is_own_field = left.kind() == "member_access_expression"
            && left.child_by_field_name("expression").is_some_and(|of| matches!(of.kind(), "this" | "this_expression"))
            && self.this.is_none();
        let variable = match left.kind() {
            "identifier" => Some(self.reader.identifier(left)),
            "member_access_expression" if is_own_field => left.child_by_field_name("name").map(|name| self.reader.identifier(name)),
            _ => None,
        };
        if let Some(variable) = variable {
            let here = branches(self.reader, node);
            let held = match self.lookup(&variable) {
                // A second value that not every way gives ends what is known.
                Some(known) if known.branches != here => Held::Unknown,
                _ => self.held(right, None),
            };
            let is_field = self.fields.contains_key(&variable) || is_own_field;
            let entry = Variable { held, branches: here };
            if is_field {
                self.fields.insert(variable, entry);
            } else {
                self.locals.insert(variable, entry);
            }
            return;
        }
        let span = self.reader.span(node);
        let values = vec![self.value(right, 1)];
        match self.place(left, 0) {
            Some((object, path)) => {
                let certain = self.is_certain(object, node) && !path.contains("[]");
                self.set(object, SettingSyntax { path, values, is_call: false, certain, span });
            }
            None => {
                let name = self.reader.name(left, 0);
                self.loose(&name, SettingSyntax { path: String::new(), values, is_call: false, certain: true, span });
            }
        }
    }

    fn set(&mut self, object: usize, setting: SettingSyntax) {
        if let Some(object) = self.found.objects.get_mut(object)
            && !object.settings.iter().any(|known| known.span == setting.span)
        {
            object.settings.push(setting);
        }
    }

    /// Whether what stands at a node happens wherever the object is used.
    fn is_certain(&self, object: usize, node: Node<'_>) -> bool {
        let Some(object) = self.found.objects.get(object) else { return false };
        let same = object.method == method_of(node);
        let initial = enclosing(node).is_some_and(|around| around.kind() == "constructor_declaration");
        let is_this = self.this.is_some_and(|this| self.found.objects.get(this).is_some_and(|this| this.span == object.span));
        (same || initial || is_this) && branches(self.reader, node).iter().all(|branch| object.branches.contains(branch))
    }

    /// Keeps a setting whose path leads through `Credentials`, or that replaces certificate checks.
    fn loose(&mut self, name: &Name, setting: SettingSyntax) {
        let words = ["Credentials", "ClientCredentials"];
        let position = name.parts.iter().position(|part| words.contains(&part.identifier.as_str()));
        let path = match position {
            // The word alone is the credentials of something else, unless more follows.
            Some(position) if position + 1 < name.parts.len() => {
                dotted(name.parts.get(position..).unwrap_or_default()).replacen("ClientCredentials", "Credentials", 1)
            }
            None if name.last() == "ServerCertificateValidationCallback" => dotted(&name.parts),
            _ => return,
        };
        if !self.found.loose.iter().any(|known| known.span == setting.span) {
            self.found.loose.push(SettingSyntax { path, ..setting });
        }
    }

    fn invocation(&mut self, node: Node<'_>) {
        let span = self.reader.span(node);
        if self.by_span.contains_key(&span) {
            return;
        }
        let Some(function) = node.child_by_field_name("function") else { return };
        let name = self.reader.name(function, 0);
        let last = name.parts.last().cloned().or_else(|| {
            let last = function.child_by_field_name("name")?;
            self.reader.name(last, 0).parts.last().cloned()
        });
        let Some(last) = last else { return };
        match last.identifier.as_str() {
            "AddServiceEndpoint" | "AddServiceWebEndpoint" => self.add_endpoint(node, function, &last),
            "AddService" | "ConfigureServiceHostBase" if !last.arguments.is_empty() => {
                let service = last.arguments.first().cloned();
                let place = function.child_by_field_name("name").unwrap_or(function);
                let place = Span::new(self.reader.span(place).file, place.start_byte(), node.end_byte());
                let host = self.object(ObjectKind::Host { service }, single(&last.identifier), Vec::new(), place, node);
                self.by_span.insert(span, host);
                let held = if last.identifier == "AddService" { Held::Part(host, "Options".to_owned()) } else { Held::Object(host) };
                self.lambda_parameter(node, &held);
            }
            "CreateChannel" if function.child_by_field_name("expression").is_some_and(|of| of.kind() == "generic_name") => {
                let contract = name.parts.iter().rev().nth(1).and_then(|factory| factory.arguments.first().cloned());
                let arguments = argument_nodes(node).into_iter().map(|argument| self.value(argument, 1)).collect();
                let object = self.object(ObjectKind::Factory { contract, skip: 0 }, single("ChannelFactory"), arguments, span, node);
                self.by_span.insert(span, object);
            }
            other => {
                let arguments = argument_nodes(node);
                if function.kind() != "identifier"
                    && let Some((object, path)) = self.place(function, 0)
                {
                    if !path.is_empty() {
                        let certain = self.is_certain(object, node) && !path.contains("[]");
                        let values = arguments.iter().map(|argument| self.value(*argument, 1)).collect();
                        self.set(object, SettingSyntax { path, values, is_call: true, certain, span });
                    }
                    return;
                }
                let values: Vec<ValueSyntax> = arguments.iter().map(|argument| self.value(*argument, 1)).collect();
                for (position, value) in values.iter().enumerate() {
                    if let ValueSyntax::Object(object) = value {
                        let certain = self.is_certain(*object, node);
                        let pass = flow::Pass { object: *object, method: other.to_owned(), position, certain, span };
                        self.passes.push(pass);
                    }
                }
                if function.kind() == "member_access_expression" {
                    self.loose(&name, SettingSyntax { path: String::new(), values, is_call: true, certain: true, span });
                }
            }
        }
    }

    /// The parameter of a function that is given to a call stands for an object.
    fn lambda_parameter(&mut self, node: Node<'_>, held: &Held) {
        for argument in argument_nodes(node).into_iter().filter(|argument| argument.kind() == "lambda_expression") {
            let parameters = argument.child_by_field_name("parameters");
            let name = match parameters.map(|parameters| (parameters, parameters.kind())) {
                Some((only, "identifier" | "implicit_parameter")) => Some(only),
                Some((list, _)) => {
                    let first = children(list).find(|child| child.is_named());
                    first.map(|first| first.child_by_field_name("name").unwrap_or(first))
                }
                None => None,
            };
            if let Some(name) = name {
                let branches = branches(self.reader, node);
                self.locals.insert(self.reader.text(name).to_owned(), Variable { held: held.clone(), branches });
            }
        }
    }

    /// `AddServiceEndpoint(typeof(I), binding, address)` and CoreWCF's generic forms.
    fn add_endpoint(&mut self, node: Node<'_>, function: Node<'_>, last: &NamePart) {
        let values: Vec<ValueSyntax> = argument_nodes(node).into_iter().map(|argument| self.value(argument, 1)).collect();
        let place_of_type = |written: &TypeSyntax| {
            let expression = Expression { span: written.span, form: Form::TypeOf(written.clone()) };
            ValueSyntax::Expression(expression)
        };
        let (contract, service, rest) = match last.arguments.as_slice() {
            [service, contract] => (Some(place_of_type(contract)), Some(service.clone()), values),
            [service] => (values.first().cloned(), Some(service.clone()), values.into_iter().skip(1).collect()),
            // One argument is a whole endpoint.
            _ if values.len() == 1 => (None, None, values),
            _ => (values.first().cloned(), None, values.into_iter().skip(1).collect()),
        };
        let receiver = function.child_by_field_name("expression").filter(|_| function.kind() == "member_access_expression");
        let host = match receiver {
            Some(receiver) => self.place(receiver, 0).filter(|(_, path)| path.is_empty()).map(|(host, _)| host),
            None => self.this,
        };
        // In a chain each call has its own place.
        let start = match receiver {
            Some(receiver) if receiver.kind() == "invocation_expression" => {
                function.child_by_field_name("name").map_or(node.start_byte(), |name| name.start_byte())
            }
            _ => node.start_byte(),
        };
        let span = self.reader.span(node);
        // In a chain the host is that of the call before.
        let host = host.and_then(|host| match self.found.objects.get(host).map(|object| &object.kind) {
            Some(ObjectKind::Endpoint { host, .. }) => *host,
            _ => Some(host),
        });
        let kind = ObjectKind::Endpoint { contract, service, host };
        let object = self.object(kind, single(&last.identifier), rest, Span::new(span.file, start, node.end_byte()), node);
        self.by_span.insert(span, object);
        self.lambda_parameter(node, &Held::Object(object));
    }

    /// What a method or property gives.
    fn result(&mut self, node: Node<'_>) {
        let Some(value) = children(node).find(|child| child.is_named() && child.kind() != "comment") else { return };
        let Some(around) = enclosing(node) else { return };
        let around = match around.kind() {
            "accessor_declaration" => around.parent().and_then(|list| list.parent()),
            _ => Some(around),
        };
        let Some(name) = around.and_then(|around| around.child_by_field_name("name")) else { return };
        let name = self.reader.identifier(name);
        let value = match self.held(value, None) {
            Held::Object(object) => ValueSyntax::Object(object),
            Held::Value(value) => value,
            Held::Part(..) | Held::Unknown => ValueSyntax::Unknown(self.reader.span(node)),
        };
        let several = self.found.results.contains_key(&name);
        self.found.results.insert(name, (!several).then_some(value));
    }
}

/// Calls that make an object to follow.
fn is_tracked_call(name: &Name) -> bool {
    let last = name.parts.last();
    let generic = last.is_some_and(|last| !last.arguments.is_empty());
    match last.map(|last| last.identifier.as_str()) {
        Some("AddServiceEndpoint" | "AddServiceWebEndpoint") => true,
        Some("AddService" | "ConfigureServiceHostBase" | "CreateChannel") => generic,
        _ => false,
    }
}

fn single(identifier: &str) -> Name {
    Name { alias: None, parts: vec![NamePart { identifier: identifier.to_owned(), arguments: Vec::new(), arity: 0 }] }
}

fn dotted(parts: &[NamePart]) -> String {
    parts.iter().map(|part| part.identifier.as_str()).collect::<Vec<_>>().join(".")
}

fn argument_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let list = node.child_by_field_name("arguments").or_else(|| children(node).find(|child| child.kind() == "argument_list"));
    let arguments = list.into_iter().flat_map(children).filter(|child| child.kind() == "argument");
    arguments.filter_map(|argument| children(argument).filter(|child| child.is_named() && child.kind() != "comment").last()).collect()
}

/// What a cast, `as`, parenthesis or `!` stands around.
fn inner(node: Node<'_>) -> Option<Node<'_>> {
    let by_field = node.child_by_field_name("value").or_else(|| node.child_by_field_name("left"));
    by_field.or_else(|| children(node).find(|child| child.is_named() && child.kind() != "comment"))
}

/// Whether an expression may be an object: literals and operators are not.
fn holds_object(node: Node<'_>) -> bool {
    let kinds = [
        "identifier",
        "object_creation_expression",
        "invocation_expression",
        "cast_expression",
        "as_expression",
        "parenthesized_expression",
        "member_access_expression",
    ];
    kinds.contains(&node.kind())
}

fn is_field(declarator: Node<'_>) -> bool {
    declarator.parent().and_then(|declaration| declaration.parent()).is_some_and(|parent| parent.kind() == "field_declaration")
}

/// The method, accessor or property around a node.
fn enclosing(node: Node<'_>) -> Option<Node<'_>> {
    let kinds = [
        "method_declaration",
        "constructor_declaration",
        "local_function_statement",
        "accessor_declaration",
        "property_declaration",
        "class_declaration",
        "compilation_unit",
    ];
    std::iter::successors(node.parent(), |node| node.parent()).find(|node| kinds.contains(&node.kind()))
}

fn method_of(node: Node<'_>) -> usize {
    match enclosing(node) {
        Some(around) if !matches!(around.kind(), "class_declaration" | "compilation_unit") => around.start_byte() + 1,
        _ => 0,
    }
}

/// The branches around a node, innermost first, up to its method: what stands in one happens on some ways only.
fn branches(reader: &Reader<'_>, node: Node<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = node;
    while let Some(around) = at.parent() {
        match around.kind() {
            "method_declaration"
            | "constructor_declaration"
            | "local_function_statement"
            | "accessor_declaration"
            | "class_declaration" => break,
            "if_statement" | "conditional_expression" if around.child_by_field_name("condition") == Some(at) => {}
            "if_statement" | "conditional_expression" => found.push(at.start_byte()),
            "switch_section"
            | "switch_expression_arm"
            | "while_statement"
            | "for_statement"
            | "foreach_statement"
            | "do_statement"
            | "catch_clause" => found.push(around.start_byte()),
            "lambda_expression" | "anonymous_method_expression" if !is_builder(reader, around) => found.push(around.start_byte()),
            // What stands before it in the block may throw, and the catch goes on without it.
            "try_statement" if at.kind() == "block" => found.push(around.start_byte()),
            "block" => {
                let mut before = at.prev_named_sibling();
                while let Some(statement) = before {
                    if leaves(statement) {
                        found.push(statement.start_byte());
                    }
                    before = statement.prev_named_sibling();
                }
            }
            _ => {}
        }
        at = around;
    }
    found
}

/// Whether a statement may end its method, so that what follows it happens on some ways only.
fn leaves(statement: Node<'_>) -> bool {
    let mut open = vec![statement];
    while let Some(node) = open.pop() {
        match node.kind() {
            "return_statement" | "goto_statement" => return true,
            // Functions of their own return from themselves.
            "local_function_statement" | "lambda_expression" | "anonymous_method_expression" => {}
            // A return is a statement: expressions hold none but in functions.
            kind if kind.ends_with("_statement")
                || kind == "block"
                || kind.ends_with("_clause")
                || kind == "switch_body"
                || kind == "switch_section" =>
            {
                open.extend((0..node.named_child_count()).filter_map(|at| node.named_child(u32::try_from(at).unwrap_or(0))));
            }
            _ => {}
        }
    }
    false
}

/// Whether a function is given to a call that runs it once while the application is set up.
fn is_builder(reader: &Reader<'_>, lambda: Node<'_>) -> bool {
    let call = lambda.parent().filter(|argument| argument.kind() == "argument").and_then(|argument| argument.parent()?.parent());
    let Some(function) = call.filter(|call| call.kind() == "invocation_expression").and_then(|call| call.child_by_field_name("function"))
    else {
        return false;
    };
    let named = reader.text(function.child_by_field_name("name").unwrap_or(function));
    BUILDERS.iter().any(|word| named.starts_with(word))
}
