//! From what bodies set up to located facts: names resolved, constants computed, secrets dropped.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::Span;

use super::clr_type::{ClrType, DefinitionId};
use super::constant::Value;
use super::declaration::TypeDeclaration;
use super::hosting::{HostingSyntax, ObjectKind, ObjectSyntax, SettingSyntax, ValueSyntax, Way};
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use super::symbols::Symbols;
use super::syntax::{Expression, Form, TypeShape, TypeSyntax};
use crate::in_code::{CodeEndpoint, CodeHost, CodeObject, CodeSetting, CodeValue, Obstacle, Side};

/// Endings of paths whose values are secrets.
const SECRETS: [&str; 4] = ["Password", "Secret", "Key", "Token"];

/// How deep objects may hold one another, and how many of them one host or endpoint may hold in all.
const DEPTH: usize = 8;
const BUDGET: u32 = 4_000;

/// Where a value is read: a file with what it sets up.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: usize,
    hosting: &'a HostingSyntax,
    depth: usize,
    budget: &'a Cell<u32>,
    /// The types by the places of their names.
    types: &'a BTreeMap<Span, DefinitionId>,
    /// What the values are for.
    user: User<'a>,
}

/// What uses the objects that are read: a setting counts if it happens whenever they are used.
#[derive(Clone, Copy, Default)]
struct User<'a> {
    /// The expression that uses them.
    by: Option<&'a Way>,
    /// Where the host they are for is opened first, if that can be seen, and whether it is opened there only.
    opened: Option<(&'a Way, bool)>,
}

impl User<'_> {
    /// Whether a setting of an object that is made at `made` counts for the user.
    ///
    /// What stands behind a statement that may leave is skipped with all that follows in its block. So a setting happens whenever
    /// the host opens if it stands before that with nothing around or before it that the opening does not have as well; and it
    /// happens whenever the endpoint is made if it stands before that likewise.
    fn counts(self, setting: &SettingSyntax, made: &Way) -> bool {
        let Some(way) = &setting.way else { return setting.certain };
        let same_method = |other: &Way| other.method == way.method;
        if let Some((opening, only)) = self.opened.filter(|(opening, _)| same_method(opening)) {
            if way.start > opening.start {
                return false;
            }
            if only && way.is_within(&[opening]) {
                return true;
            }
        }
        match self.by.filter(|by| same_method(by)) {
            Some(by) if way.start < by.start => way.is_within(&[made, by]),
            // Between the endpoint and its opening something may fail, and be caught.
            Some(_) => setting.certain && !way.is_tried(),
            None => setting.certain,
        }
    }
}

impl Place<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl ModelBuilder<'_> {
    /// Reads what the code of all files sets up.
    pub(super) fn in_code(&mut self) {
        let symbols = self.symbols;
        let budget = Cell::new(BUDGET);
        let types: BTreeMap<Span, DefinitionId> = symbols
            .ids()
            .flat_map(|id| {
                symbols.get(id).into_iter().flat_map(move |found| found.parts.iter().map(move |part| (part.declaration.name_span, id)))
            })
            .collect();
        for (file, declarations) in symbols.files.iter().enumerate() {
            let hosting = &declarations.hosting;
            let place = Place { file, hosting, depth: 0, budget: &budget, types: &types, user: User::default() };
            let mut order: Vec<&ObjectSyntax> = hosting.objects.iter().collect();
            order.sort_by_key(|object| (object.span.end, object.span.start));
            for object in order {
                budget.set(BUDGET);
                match &object.kind {
                    ObjectKind::Host { service } => self.code_host(place, object, service.as_ref()),
                    ObjectKind::Endpoint { contract, service, host, adrift } => {
                        let host = host.and_then(|host| hosting.objects.get(host));
                        self.service_endpoint(place, object, contract.as_ref(), service.as_ref(), host, *adrift);
                    }
                    ObjectKind::Factory { contract, skip } => {
                        let context = context_at(symbols, place, object.span);
                        let written = contract.as_ref().map(ToString::to_string);
                        let contract = contract.as_ref().and_then(|contract| self.known_name(context, contract));
                        self.client_endpoint(place, object, contract, written, *skip);
                    }
                    ObjectKind::New { .. } if self.own_host(place, object).is_some() => {
                        let service = object.arguments.first().and_then(|first| match first {
                            ValueSyntax::Expression(Expression { form: Form::TypeOf(written), .. }) => Some(written),
                            _ => None,
                        });
                        self.code_host(place, object, service);
                    }
                    ObjectKind::New { class } => self.generated_client(place, object, class),
                    ObjectKind::Call | ObjectKind::Parameter { .. } => {}
                }
            }
            for setting in &hosting.loose {
                let found = self.code_setting(place, setting);
                if !is_own_name(&found.path) {
                    self.model.in_code.credentials.push(found);
                }
            }
        }
    }

    /// The closed generic types that hosts, endpoints and clients of code name, each once, in order.
    pub(super) fn closed_types_in_code(&self) -> Vec<ClrType> {
        let symbols = self.symbols;
        let types = BTreeMap::new();
        let budget = Cell::new(BUDGET);
        let mut found: Vec<ClrType> = Vec::new();
        for (file, declarations) in symbols.files.iter().enumerate() {
            let hosting = &declarations.hosting;
            let place = Place { file, hosting, depth: 0, budget: &budget, types: &types, user: User::default() };
            let (written, expressions) = types_named(hosting);
            let of_expression = expressions.into_iter().filter_map(|expression| match &expression.form {
                Form::TypeOf(written) => Some(written),
                _ => None,
            });
            for written in written.into_iter().chain(of_expression) {
                let clr = symbols.resolve(context_at(symbols, place, written.span), written);
                let is_closed = matches!(&clr, ClrType::Defined(_, arguments) if !arguments.is_empty()) && !clr.is_open();
                if is_closed && !found.contains(&clr) {
                    found.push(clr);
                }
            }
        }
        found
    }

    fn code_host(&mut self, place: Place<'_>, object: &ObjectSyntax, service: Option<&TypeSyntax>) {
        let context = context_at(self.symbols, place, object.span);
        let service = service.and_then(|written| self.known_name(context, written));
        // A class derived from a host counts only with what it sets up itself.
        let is_class = object.class.parts.len() == 1 && object.arguments.is_empty() && service.is_none();
        if is_class && object.settings.is_empty() {
            return;
        }
        let place = Place { user: User { by: None, opened: opened(object) }, ..place };
        let mut obstacles: Vec<Obstacle> = self.changed_class(place, object).into_iter().collect();
        if let Some(id) = self.own_host(place, object).filter(|id| !self.adds_nothing(*id)) {
            let class = self.symbols.full_name(id);
            let what = format!("`{class}` is a host class of your own, and what it sets up is not known");
            obstacles.push(Obstacle { what, span: object.span });
        }
        let base_addresses = object.arguments.iter().skip(1).map(|address| self.code_value(place, address)).collect();
        let settings = self.code_settings(place, object);
        let class = object.class.last().to_owned();
        let host = CodeHost { class, service, base_addresses, settings, span: object.span, obstacles };
        self.model.in_code.hosts.push(host);
    }

    /// The class of a construction, where that is a host class of the input.
    fn own_host(&self, place: Place<'_>, object: &ObjectSyntax) -> Option<DefinitionId> {
        let written = match &object.kind {
            ObjectKind::New { class } => class.clone(),
            ObjectKind::Host { .. } => TypeSyntax { shape: TypeShape::Name(object.class.clone()), span: object.span },
            ObjectKind::Endpoint { .. } | ObjectKind::Factory { .. } | ObjectKind::Call | ObjectKind::Parameter { .. } => return None,
        };
        // The class itself stands in its own file.
        if place.types.contains_key(&object.span) {
            return None;
        }
        let ClrType::Defined(id, arguments) = self.symbols.resolve(context_at(self.symbols, place, object.span), &written) else {
            return None;
        };
        let is_host = |name: &str| name.ends_with("ServiceHost") || name.ends_with("ServiceHostBase");
        let named = |written: &str| is_host(written.rsplit(['.', ':']).next().unwrap_or(written));
        let is_host_class =
            self.ancestors(id, &arguments).iter().any(|base| matches!(base, ClrType::Missing(written, _) if named(written)));
        is_host_class.then_some(id)
    }

    /// Whether a host class has nothing but constructors that hand on what they are given, and derives from one of .NET's.
    fn adds_nothing(&self, id: DefinitionId) -> bool {
        let direct = self.symbols.bases(id, &[]).iter().all(|(base, _)| !matches!(base, ClrType::Defined(..)));
        let only_constructors = self.parts(id).iter().all(|(part, _)| {
            part.declaration.members.iter().all(|member| matches!(member.kind, super::declaration::MemberKind::Constructor { .. }))
        });
        let sets = |part: &super::symbols::Part<'_>| {
            let Some(file) = self.symbols.files.get(part.file) else { return true };
            let objects = &file.hosting.objects;
            let of_class = |object: &ObjectSyntax| object.span == part.declaration.name_span;
            let endpoint = |object: &ObjectSyntax| match &object.kind {
                ObjectKind::Endpoint { host, adrift, .. } => *adrift || host.and_then(|host| objects.get(host)).is_some_and(of_class),
                _ => false,
            };
            // What a constructor does that is not followed counts as well.
            objects.iter().any(|object| of_class(object) && !object.settings.is_empty() || endpoint(object))
                || !file.hosting.loose.is_empty()
        };
        let set = self.parts(id).iter().any(|(part, _)| sets(part));
        direct && only_constructors && !set
    }

    /// The body of a host class sets up hosts of which nobody knows which service they are for.
    fn changed_class(&self, place: Place<'_>, object: &ObjectSyntax) -> Option<Obstacle> {
        let is_class = place.types.contains_key(&object.span);
        let what = "a host class of your own sets it up, and which hosts are of that class is not known".to_owned();
        is_class.then_some(Obstacle { what, span: object.span })
    }

    fn service_endpoint(
        &mut self,
        place: Place<'_>,
        object: &ObjectSyntax,
        contract: Option<&ValueSyntax>,
        service: Option<&TypeSyntax>,
        host: Option<&ObjectSyntax>,
        adrift: bool,
    ) {
        let context = context_at(self.symbols, place, object.span);
        let opened = host.and_then(|host| opened(host));
        let place = Place { user: User { by: Some(&object.way), opened }, ..place };
        let is_host = |host: &&ObjectSyntax| matches!(host.kind, ObjectKind::Host { .. }) || self.own_host(place, host).is_some();
        let host = match host.filter(is_host) {
            Some(host) => Ok(host),
            None => Err(adrift || host.is_some()),
        };
        let mut obstacles = Vec::new();
        if host.is_err_and(|adrift| adrift) && service.is_none() {
            let what = "the host it is added to could not be followed to its construction".to_owned();
            obstacles.push(Obstacle { what, span: object.span });
        }
        let host = host.ok();
        let mut service = service.and_then(|written| self.known_name(context, written));
        if let Some(ObjectKind::Host { service: Some(written) }) = host.map(|host| &host.kind) {
            service = service.or_else(|| self.known_name(context, written));
        }
        let (contract, contract_written) = match contract {
            Some(ValueSyntax::Expression(Expression { form: Form::TypeOf(written), .. })) => {
                (self.known_name(context, written), Some(written.to_string()))
            }
            Some(other) => match self.code_value(place, other) {
                // The contract's name in configuration.
                CodeValue::Text(name, _) | CodeValue::Symbol(name, _) => (self.named_contract(&name), Some(name)),
                _ => (None, None),
            },
            None => (None, None),
        };
        let values: Vec<CodeValue> = object.arguments.iter().map(|argument| self.code_value(place, argument)).collect();
        let whole = contract.is_none() && contract_written.is_none() && values.len() == 1;
        let first = match values.first() {
            Some(CodeValue::Object(object)) => Some(object.as_ref().clone()),
            _ => None,
        };
        let (binding, standard) = if whole { (None, first) } else { (first, None) };
        let endpoint = CodeEndpoint {
            side: Side::Service,
            contract,
            contract_written,
            service,
            host: host.map(|host| host.span),
            configuration: None,
            binding,
            standard,
            address: values.get(1).cloned(),
            listen: values.get(2).cloned(),
            settings: self.code_settings(place, object),
            span: object.span,
            obstacles,
        };
        self.model.in_code.endpoints.push(endpoint);
    }

    /// `new OrdersClient(…)`: a class derived from `ClientBase<T>`.
    fn generated_client(&mut self, place: Place<'_>, object: &ObjectSyntax, class: &TypeSyntax) {
        let context = context_at(self.symbols, place, object.span);
        let ClrType::Defined(id, _) = self.symbols.resolve(context, class) else {
            // A proxy that is not in the input is known by a binding that it is given.
            if !matches!(&class.shape, TypeShape::Name(name) if name.last().ends_with("Client")) {
                return;
            }
            let values: Vec<CodeValue> = object.arguments.iter().map(|argument| self.code_value(place, argument)).collect();
            let has_binding = values.iter().any(|value| matches!(value, CodeValue::Object(object) if object.class.ends_with("Binding")));
            if has_binding {
                self.client_endpoint(place, object, None, None, 0);
            }
            return;
        };
        if let Some((contract, is_duplex)) = self.client_contract(id, 0) {
            let duplex_skip = usize::from(is_duplex && !object.arguments.is_empty());
            let known = matches!(&contract, ClrType::Defined(..)).then(|| self.clr_name(&contract));
            let written = Some(self.clr_name(&contract));
            self.client_endpoint(place, object, known, written, duplex_skip);
        }
    }

    /// The contract of a class derived from `ClientBase<T>`, and whether it takes a callback first.
    fn client_contract(&self, id: DefinitionId, depth: usize) -> Option<(ClrType, bool)> {
        if depth > DEPTH {
            return None;
        }
        for (part, context) in self.parts(id) {
            for base in &part.declaration.bases {
                let TypeShape::Name(name) = &base.shape else { continue };
                let Some(last) = name.parts.last() else { continue };
                if matches!(last.identifier.as_str(), "ClientBase" | "DuplexClientBase") {
                    let contract = last.arguments.first()?;
                    return Some((self.symbols.resolve(context, contract), last.identifier == "DuplexClientBase"));
                }
                if let ClrType::Defined(base, _) = self.symbols.resolve(context, base)
                    && let Some(found) = self.client_contract(base, depth + 1)
                {
                    return Some(found);
                }
            }
        }
        None
    }

    fn client_endpoint(
        &mut self,
        place: Place<'_>,
        object: &ObjectSyntax,
        contract: Option<String>,
        contract_written: Option<String>,
        skip: usize,
    ) {
        let place = Place { user: User { by: Some(&object.way), opened: None }, ..place };
        let values: Vec<CodeValue> = object.arguments.iter().skip(skip).map(|argument| self.code_value(place, argument)).collect();
        let settings = self.code_settings(place, object);
        // Without arguments the endpoint is the only one of the contract in configuration; a factory then has none.
        let is_factory = matches!(object.kind, ObjectKind::Factory { .. });
        let configuration = match values.first() {
            None => Some(CodeValue::Text(String::new(), object.span)),
            Some(text @ CodeValue::Text(..)) => Some(text.clone()),
            Some(_) => None,
        };
        let (binding, standard) = match values.first() {
            Some(CodeValue::Object(object)) if object.class.ends_with("Endpoint") => (None, Some(object.as_ref().clone())),
            Some(CodeValue::Object(object)) => (Some(object.as_ref().clone()), None),
            _ => (None, None),
        };
        if is_factory && values.is_empty() && settings.is_empty() {
            return;
        }
        let endpoint = CodeEndpoint {
            side: Side::Client,
            contract,
            contract_written,
            service: None,
            host: None,
            configuration,
            binding,
            standard,
            address: values.get(1).cloned(),
            listen: None,
            settings,
            span: object.span,
            obstacles: Vec::new(),
        };
        self.model.in_code.endpoints.push(endpoint);
    }

    /// The contract with this name in configuration.
    fn named_contract(&self, name: &str) -> Option<String> {
        let by_name = |(key, contract): (&String, &crate::model::ServiceContract)| {
            (contract.configuration_name == name || contract.clr_name == name).then(|| key.clone())
        };
        self.model.contracts.iter().find_map(by_name)
    }

    /// The full name of a type that the input declares.
    fn known_name(&self, context: Context<'_>, written: &TypeSyntax) -> Option<String> {
        match self.symbols.resolve(context, written) {
            found @ ClrType::Defined(..) => Some(self.clr_name(&found)),
            _ => None,
        }
    }

    fn code_settings(&self, place: Place<'_>, object: &ObjectSyntax) -> Vec<CodeSetting> {
        let counted =
            |setting: &SettingSyntax| CodeSetting { certain: place.user.counts(setting, &object.way), ..self.code_setting(place, setting) };
        object.settings.iter().map(counted).collect()
    }

    fn code_setting(&self, place: Place<'_>, setting: &SettingSyntax) -> CodeSetting {
        let secret = SECRETS.iter().any(|ending| setting.path.ends_with(ending));
        let values = setting.values.iter().map(|value| {
            let span = value.span(&place.hosting.objects).unwrap_or(setting.span);
            if secret { CodeValue::Secret(span) } else { self.code_value(place, value) }
        });
        let (path, is_call, certain, span) = (setting.path.clone(), setting.is_call, setting.certain, setting.span);
        CodeSetting { path, values: values.collect(), is_call, certain, span }
    }

    fn code_value(&self, place: Place<'_>, value: &ValueSyntax) -> CodeValue {
        let left = place.budget.get();
        place.budget.set(left.saturating_sub(1));
        if place.depth > DEPTH || left == 0 {
            return CodeValue::Unknown(value.span(&place.hosting.objects).unwrap_or(Span::new(self.file_id(place), 0, 0)));
        }
        match value {
            ValueSyntax::Expression(expression) => self.code_expression(place, expression),
            ValueSyntax::Object(index) => match place.hosting.objects.get(*index) {
                Some(object) => self.code_object(place, object),
                None => CodeValue::Unknown(Span::new(self.file_id(place), 0, 0)),
            },
            ValueSyntax::List(items, span) => {
                CodeValue::List(items.iter().map(|item| self.code_value(place.deeper(), item)).collect(), *span)
            }
            ValueSyntax::Unknown(span) => CodeValue::Unknown(*span),
        }
    }

    fn file_id(&self, place: Place<'_>) -> wcf_diagnostics::FileId {
        self.symbols.files.get(place.file).map_or(wcf_diagnostics::FileId(0), |file| file.file)
    }

    fn code_object(&self, place: Place<'_>, object: &ObjectSyntax) -> CodeValue {
        let inner = place.deeper();
        match &object.kind {
            // `new Uri("…")` stands for its text.
            ObjectKind::New { .. } if object.class.last() == "Uri" && object.arguments.len() == 1 && object.settings.is_empty() => {
                object.arguments.first().map_or(CodeValue::Unknown(object.span), |first| self.code_value(inner, first))
            }
            ObjectKind::New { class } => {
                let context = context_at(self.symbols, place, object.span);
                let arguments = object.arguments.iter().map(|argument| self.code_value(inner, argument)).collect();
                CodeValue::Object(Box::new(CodeObject {
                    class: object.class.last().to_owned(),
                    own: self.known_name(context, class),
                    arguments,
                    settings: self.code_settings(inner, object),
                    span: object.span,
                }))
            }
            ObjectKind::Call => {
                // A method of the class's own gives what its body gives.
                let own = (object.class.parts.len() == 1).then(|| place.hosting.results.get(object.class.last())).flatten();
                if let Some(result) = own {
                    let made = result.as_ref().map(|result| self.code_value(inner, result));
                    return match made {
                        Some(CodeValue::Object(mut made)) => {
                            made.settings.extend(self.code_settings(inner, object));
                            CodeValue::Object(made)
                        }
                        Some(value) if object.settings.is_empty() => value,
                        _ => CodeValue::Unknown(object.span),
                    };
                }
                let class = object.class.parts.iter().rev().take(2).map(|part| part.identifier.as_str()).collect::<Vec<_>>();
                let class = class.into_iter().rev().collect::<Vec<_>>().join(".");
                let arguments = object.arguments.iter().map(|argument| self.code_value(inner, argument)).collect();
                let settings = self.code_settings(inner, object);
                CodeValue::Object(Box::new(CodeObject { class, own: None, arguments, settings, span: object.span }))
            }
            ObjectKind::Host { .. } | ObjectKind::Endpoint { .. } | ObjectKind::Factory { .. } | ObjectKind::Parameter { .. } => {
                CodeValue::Unknown(object.span)
            }
        }
    }

    fn code_expression(&self, place: Place<'_>, expression: &Expression) -> CodeValue {
        let span = expression.span;
        let context = context_at(self.symbols, place, span);
        match self.symbols.value(context, expression) {
            Some(Value::Text(text)) => CodeValue::Text(text, span),
            Some(Value::Integer(number)) => CodeValue::Integer(number, span),
            Some(Value::Boolean(value)) => CodeValue::Boolean(value, span),
            Some(Value::Null) => CodeValue::Null(span),
            Some(Value::Type(clr)) => CodeValue::Type(self.clr_name(&clr), span),
            // The type tells an enum's value from a local variable's property.
            Some(Value::Symbol(symbol)) => match &expression.form {
                Form::Name(name) if name.parts.len() > 1 => {
                    let holder = name.parts.iter().rev().nth(1).map_or("", |part| part.identifier.as_str());
                    let is_type = holder.chars().next().is_some_and(char::is_uppercase);
                    match (holder, symbol.as_str()) {
                        ("String" | "string", "Empty") => CodeValue::Text(String::new(), span),
                        _ if is_type => CodeValue::Symbol(format!("{holder}.{symbol}"), span),
                        _ => CodeValue::Unknown(span),
                    }
                }
                _ => CodeValue::Unknown(span),
            },
            None => match &expression.form {
                // A property of the class's own that gives an object.
                Form::Name(name) if name.parts.len() == 1 => match place.hosting.results.get(name.last()) {
                    Some(Some(value)) => self.code_value(place.deeper(), value),
                    _ => CodeValue::Unknown(span),
                },
                _ => CodeValue::Unknown(span),
            },
        }
    }
}

/// Where a host is opened first, and whether that is the only place.
fn opened(host: &ObjectSyntax) -> Option<(&Way, bool)> {
    let opens = |setting: &&SettingSyntax| setting.is_call && matches!(setting.path.as_str(), "Open" | "OpenAsync" | "BeginOpen");
    let mut calls: Vec<&SettingSyntax> = host.settings.iter().filter(opens).collect();
    calls.sort_by_key(|call| call.span.start);
    let first = *calls.first()?;
    Some((first.way.as_ref()?, calls.len() == 1))
}

/// The context of a place in a file: the type declared last before it holds it, or is near enough to look names up.
fn context_at(symbols: &Symbols<'_>, place: Place<'_>, at: Span) -> Context<'static> {
    let types = symbols.files.get(place.file).map(|file| file.types.as_slice()).unwrap_or_default();
    let before = |declaration: &&TypeDeclaration| declaration.name_span.start < at.start;
    let nearest = types.iter().filter(before).max_by_key(|declaration| declaration.name_span.start);
    let enclosing = nearest.and_then(|nearest| place.types.get(&nearest.name_span).copied());
    Context { file: place.file, scope: nearest.map_or(0, |nearest| nearest.scope), enclosing, method_parameters: &[] }
}

/// Whether a path is a client's own name or password: those belong in code as much as anywhere.
fn is_own_name(path: &str) -> bool {
    path.starts_with("Credentials.UserName.UserName") || path.starts_with("Credentials.UserName.Password")
}

/// The types that objects in code name: what the files of a run are chosen by.
pub(super) fn types_named(hosting: &HostingSyntax) -> (Vec<&TypeSyntax>, Vec<&Expression>) {
    let mut types = Vec::new();
    let mut expressions = Vec::new();
    let mut values: Vec<&ValueSyntax> = Vec::new();
    for object in &hosting.objects {
        match &object.kind {
            ObjectKind::Host { service } => types.extend(service),
            ObjectKind::Endpoint { contract, service, .. } => {
                types.extend(service);
                values.extend(contract);
            }
            ObjectKind::Factory { contract, .. } => types.extend(contract),
            ObjectKind::New { class } => types.push(class),
            ObjectKind::Call | ObjectKind::Parameter { .. } => {}
        }
        values.extend(object.arguments.iter().chain(object.settings.iter().flat_map(|setting| &setting.values)));
    }
    values.extend(hosting.loose.iter().flat_map(|setting| &setting.values));
    values.extend(hosting.results.values().flatten());
    let mut seen = BTreeSet::new();
    while let Some(value) = values.pop() {
        match value {
            ValueSyntax::Expression(expression) => {
                if seen.insert(expression.span) {
                    expressions.push(expression);
                }
            }
            ValueSyntax::List(items, _) => values.extend(items),
            ValueSyntax::Object(_) | ValueSyntax::Unknown(_) => {}
        }
    }
    (types, expressions)
}
