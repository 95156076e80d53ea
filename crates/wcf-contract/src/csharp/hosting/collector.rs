//! The pass over the tree.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;
use wcf_diagnostics::Span;

use super::flow::{self, Held};
use super::way::{Way, branches, declared, enclosing, method_of};
use super::{HostingSyntax, ObjectKind, ObjectSyntax, SettingSyntax, ValueSyntax};
use crate::csharp::expression;
use crate::csharp::reader::{Reader, children};
use crate::csharp::syntax::{Expression, Form, Name, NamePart, TypeShape, TypeSyntax};

/// How deep expressions and initialisers may nest.
const DEPTH: usize = 24;

/// What a host has from `ServiceHostBase` and sets up its security with.
const HOST_PARTS: [&str; 6] = ["Credentials", "Authorization", "Authentication", "Description", "Extensions", "Faulted"];

/// Methods of a host that WCF calls once while it opens.
const OPENING: [&str; 5] = ["OnOpening", "InitializeRuntime", "ApplyConfiguration", "InitializeDescription", "LoadConfiguration"];

/// Endings of .NET's own classes that take a binding or host and change nothing of it.
const TAKING: [&str; 8] = ["Binding", "ServiceHost", "Factory", "Client", "Endpoint", "EndpointAddress", "Parameters", "InstanceContext"];

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
        declared: declared(reader, root),
        field_names: BTreeSet::new(),
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

/// A variable with the place where it got its value.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) held: Held,
    way: Way,
}

pub(super) struct Collector<'r, 't> {
    pub(super) reader: &'r Reader<'t>,
    pub(super) found: HostingSyntax,
    fields: BTreeMap<String, Variable>,
    locals: BTreeMap<String, Variable>,
    /// The class itself, where it is a host.
    pub(super) this: Option<usize>,
    passes: Vec<flow::Pass>,
    by_span: BTreeMap<Span, usize>,
    /// How often each method name is declared in the file.
    pub(super) declared: BTreeMap<String, usize>,
    /// The fields of the class, those without a value too.
    field_names: BTreeSet<String>,
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
            "identifier" | "this" | "this_expression" => self.escape(node),
            _ => {}
        }
    }

    fn class(&mut self, node: Node<'_>) {
        self.fields.clear();
        self.locals.clear();
        self.this = None;
        self.field_names.clear();
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
                    self.field_names.extend(declarator.child_by_field_name("name").map(|name| self.reader.identifier(name)));
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
        let of_class = self.class_of(node);
        let is_open = children(node)
            .filter(|child| child.kind() == "modifier")
            .any(|modifier| matches!(self.reader.text(modifier), "virtual" | "abstract" | "override" | "new"));
        let sure = !is_open && self.declared.get(&name).is_none_or(|count| *count < 2);
        let parameters = node.child_by_field_name("parameters").into_iter().flat_map(children).filter(|child| child.kind() == "parameter");
        for (position, parameter) in parameters.enumerate() {
            let (Some(class), Some(identifier)) = (parameter.child_by_field_name("type"), parameter.child_by_field_name("name")) else {
                continue;
            };
            let class_name = self.type_name(class);
            let tracked = ["Host", "HostBase", "Factory", "Binding", "Client", "Endpoint", "Credentials", "BindingElement"];
            let identifier = self.reader.identifier(identifier);
            let held = if tracked.iter().any(|ending| class_name.ends_with(ending)) {
                let kind = ObjectKind::Parameter { class: of_class.clone(), method: name.clone(), position, sure };
                let span = self.reader.span(parameter);
                let parameter = self.object(kind, single(&class_name), Vec::new(), span, node);
                if let Some(object) = self.found.objects.get_mut(parameter) {
                    object.way = Way { method: node.start_byte() + 1, start: node.start_byte(), branches: Vec::new() };
                }
                Held::Object(parameter)
            } else {
                Held::Unknown
            };
            self.locals.insert(identifier, Variable { held, way: Way::default() });
        }
    }

    fn foreach(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
        let held = match self.place(right, 0) {
            Some((object, path)) => Held::Part(object, format!("{path}[]")),
            None => Held::Unknown,
        };
        let way = self.way(node);
        self.locals.insert(self.reader.identifier(left), Variable { held, way });
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
        let variable = Variable { held, way: self.way(node) };
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
        let object = ObjectSyntax { kind, class, arguments, settings: Vec::new(), span, way: self.way(node) };
        self.found.objects.push(object);
        self.found.objects.len() - 1
    }

    fn way(&self, node: Node<'_>) -> Way {
        Way { method: method_of(node), start: node.start_byte(), branches: branches(self.reader, node, &self.declared) }
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
        // A class of one's own, or one that is not known, may do anything with what it is given.
        if !TAKING.iter().any(|ending| last.identifier.ends_with(ending)) {
            for (position, argument) in arguments.iter().enumerate() {
                if let ValueSyntax::Object(given) = argument {
                    let (certain, way) = self.is_certain(*given, node);
                    let receiver = flow::Receiver::Named(last.identifier.clone());
                    let (object, class) = (*given, self.class_of(node));
                    self.passes.push(flow::Pass { object, method: last.identifier.clone(), position, certain, way, span, receiver, class });
                }
            }
        }
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
                settings.push(SettingSyntax { path: under("Add"), values, is_call: true, certain: true, way: None, span });
                continue;
            };
            let path = under(&self.reader.identifier(left));
            if right.kind() == "initializer_expression" && depth < DEPTH {
                self.initializer(right, &path, settings, depth + 1);
            } else {
                let values = vec![self.value(right, depth + 1)];
                settings.push(SettingSyntax { path, values, is_call: false, certain: true, way: None, span });
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

    pub(super) fn lookup(&self, name: &str) -> Option<&Variable> {
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
            "identifier" => {
                let name = self.reader.identifier(node);
                match self.lookup(&name).map(|variable| &variable.held) {
                    Some(Held::Object(object)) => Some((*object, String::new())),
                    Some(Held::Part(object, path)) => Some((*object, path.clone())),
                    Some(Held::Value(_) | Held::Unknown) => None,
                    // What a host has is its own inside its class.
                    None => self.this.filter(|_| HOST_PARTS.contains(&name.as_str())).map(|this| (this, name)),
                }
            }
            "this" | "this_expression" | "base" | "base_expression" => self.this.map(|this| (this, String::new())),
            "member_access_expression" => {
                let (of, name) = (node.child_by_field_name("expression")?, node.child_by_field_name("name")?);
                let name = self.reader.text(name).to_owned();
                let of_class =
                    of.kind() == "identifier" && self.lookup(self.reader.text(of)).is_none() && self.reader.text(of) == self.class_of(node);
                if (of_class || matches!(of.kind(), "this" | "this_expression" | "base" | "base_expression"))
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
            let here = self.way(node);
            let is_field = is_own_field || !self.locals.contains_key(&variable) && self.field_names.contains(&variable);
            let value = self.held(right, None);
            // Letting go of an object gives no other one.
            if matches!(&value, Held::Value(ValueSyntax::Expression(value)) if value.form == Form::Null) {
                return;
            }
            let known = if is_field { self.fields.get(&variable) } else { self.locals.get(&variable) }.cloned();
            let held = match &known {
                // A second value that not every way gives ends what is known.
                Some(known) if known.way.branches != here.branches || known.way.method != here.method => Held::Unknown,
                _ if !is_plain(self.reader, node) => Held::Unknown,
                _ => value,
            };
            // Which value a field has when it is used is not known where methods give it several.
            if let Some(Variable { held: Held::Object(object), way }) = known
                && (way.method != here.method || !is_plain(self.reader, node))
            {
                self.set(object, escaped("a second value of its variable", self.reader.span(node)));
            }
            let entry = Variable { held, way: here };
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
                let (certain, way) = self.is_certain(object, node);
                let followed = !path.contains("[]") && is_plain(self.reader, node);
                let setting =
                    SettingSyntax { path, values, is_call: false, certain: certain && followed, way: way.filter(|_| followed), span };
                self.set(object, setting);
            }
            None => {
                let name = self.reader.name(left, 0);
                self.loose(&name, SettingSyntax { path: String::new(), values, is_call: false, certain: true, way: None, span });
            }
        }
    }

    pub(super) fn set(&mut self, object: usize, setting: SettingSyntax) {
        if let Some(object) = self.found.objects.get_mut(object)
            && !object.settings.iter().any(|known| known.span == setting.span)
        {
            object.settings.push(setting);
        }
    }

    /// Whether what stands at a node happens wherever the object is made, and where it stands if that may be compared with other
    /// places of the object's method.
    fn is_certain(&self, object: usize, node: Node<'_>) -> (bool, Option<Way>) {
        let Some(object) = self.found.objects.get(object) else { return (false, None) };
        let way = self.way(node);
        let same = object.way.method == way.method;
        // A field's object exists before the only constructor runs.
        let initial = object.way.method == 0 && self.is_only_constructor(node);
        let is_this = self.this.is_some_and(|this| self.found.objects.get(this).is_some_and(|this| this.span == object.span));
        let opening = is_this
            && enclosing(node)
                .and_then(|around| around.child_by_field_name("name"))
                .is_some_and(|name| OPENING.contains(&self.reader.text(name)));
        let located = if is_this { initial || opening } else { same || initial };
        (located && way.is_within(&[&object.way]), located.then_some(way))
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
                    let values: Vec<ValueSyntax> = arguments.iter().map(|argument| self.value(*argument, 1)).collect();
                    self.pass(node, function, other, &values);
                    if !path.is_empty() {
                        let (certain, way) = self.is_certain(object, node);
                        let followed = !path.contains("[]");
                        let setting = SettingSyntax {
                            path,
                            values,
                            is_call: true,
                            certain: certain && followed,
                            way: way.filter(|_| followed),
                            span,
                        };
                        self.set(object, setting);
                    }
                    return;
                }
                let values: Vec<ValueSyntax> = arguments.iter().map(|argument| self.value(*argument, 1)).collect();
                self.pass(node, function, other, &values);
                if function.kind() == "member_access_expression" {
                    self.loose(&name, SettingSyntax { path: String::new(), values, is_call: true, certain: true, way: None, span });
                }
            }
        }
    }

    /// Notes which objects a call is given.
    fn pass(&mut self, node: Node<'_>, function: Node<'_>, method: &str, values: &[ValueSyntax]) {
        let span = self.reader.span(node);
        let receiver = match function.child_by_field_name("expression").filter(|_| function.kind() == "member_access_expression") {
            None => flow::Receiver::Own,
            Some(of) if matches!(of.kind(), "this" | "this_expression") => flow::Receiver::Own,
            Some(of) => {
                let name = self.reader.name(of, 0);
                flow::Receiver::Named(name.parts.last().map(|last| last.identifier.clone()).unwrap_or_default())
            }
        };
        // What is followed holds what it is given: a host its endpoints, a binding its elements.
        let of_followed = function.kind() == "member_access_expression" && self.place(function, 0).is_some();
        for (position, value) in values.iter().enumerate() {
            let ValueSyntax::Object(object) = value else { continue };
            let is_binding = self.found.objects.get(*object).is_some_and(|object| {
                matches!(object.kind, ObjectKind::Host { .. })
                    || object.class.last().ends_with("Binding")
                    || object.class.last().ends_with("ServiceHost")
            });
            if of_followed && !is_binding {
                continue;
            }
            let (certain, way) = self.is_certain(*object, node);
            let class = self.class_of(node);
            let receiver = receiver.clone();
            self.passes.push(flow::Pass { object: *object, method: method.to_owned(), position, certain, way, span, receiver, class });
        }
        for (position, argument) in argument_nodes(node).into_iter().enumerate() {
            if matches!(argument.kind(), "this" | "this_expression")
                && let Some(object) = self.this
            {
                let (certain, way) = self.is_certain(object, node);
                let (class, receiver) = (self.class_of(node), receiver.clone());
                self.passes.push(flow::Pass { object, method: method.to_owned(), position, certain, way, span, receiver, class });
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
                let way = self.way(node);
                self.locals.insert(self.reader.text(name).to_owned(), Variable { held: held.clone(), way });
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
        // CoreWCF's builder is one for all services, and named with the service.
        let adrift = host.is_none() && last.arguments.is_empty();
        let kind = ObjectKind::Endpoint { contract, service, host, adrift };
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

pub(super) fn dotted(parts: &[NamePart]) -> String {
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

/// Whether an assignment gives the value that stands on its right (`=`), and not one made of both sides.
fn is_plain(reader: &Reader<'_>, assignment: Node<'_>) -> bool {
    children(assignment).any(|child| reader.text(child) == "=")
}

/// An object was given to what is not followed.
pub(super) fn escaped(to: &str, span: Span) -> SettingSyntax {
    SettingSyntax { path: format!("passed to `{to}`"), values: Vec::new(), is_call: true, certain: false, way: None, span }
}
