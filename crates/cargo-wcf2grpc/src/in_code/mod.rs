//! Hosts, endpoints and clients that C# sets up by itself join the configuration: each fact that is understood becomes the
//! element that says the same, at its place in the source, in the configuration of its project; one that is not stays in
//! [`ContractModel::in_code`] with what stands in the way. So lowering, defaults and refusals are those of configuration.
//!
//! Nothing is guessed towards less: what is not literal, or happens on some ways only, is an obstacle.

mod behavior;
mod binding;
mod element;

use std::collections::{BTreeMap, BTreeSet};

use wcf_config::binding::BindingType;
use wcf_config::document::{ConfigDocument, Item, Kinded, Node, Written};
use wcf_config::schema::{ExtensionKind, behavior as behavior_tables, section, standard_endpoint};
use wcf_config::{Input, Inputs};
use wcf_contract::ContractModel;
use wcf_contract::in_code::{CodeEndpoint, CodeHost, CodeObject, CodeValue, Obstacle, Side};
use wcf_contract::model::ServiceClass;
use wcf_diagnostics::{Files, Findings, Span};

use self::behavior::{Behavior, is_reading};
use self::element::{Misses, child, empty, write};
use crate::diagnostics::CodeNotLiteral;
use crate::project::ProjectFile;

/// The configurations with what code sets up, and the findings about it. Facts that joined leave `contracts.in_code`.
#[must_use]
pub fn join(inputs: &Inputs, contracts: &mut ContractModel, projects: &[ProjectFile], files: &Files) -> (Inputs, Findings) {
    let code = std::mem::take(&mut contracts.in_code);
    let mut joint = Joint { inputs: inputs.clone(), contracts, projects, files, findings: Findings::new(), made: BTreeSet::new() };
    let mut left = wcf_contract::in_code::InCode { credentials: code.credentials, ..Default::default() };
    let mut by_host: BTreeMap<Span, Vec<CodeEndpoint>> = BTreeMap::new();
    let mut loose = Vec::new();
    for endpoint in code.endpoints {
        match (endpoint.side, endpoint.host.filter(|host| code.hosts.iter().any(|known| known.span == *host))) {
            (Side::Service, Some(host)) => by_host.entry(host).or_default().push(endpoint),
            (Side::Service, None) => loose.push(endpoint),
            (Side::Client, _) => left.endpoints.extend(joint.client(endpoint)),
        }
    }
    // The clauses of one service, wherever they stand, are one host: CoreWCF's builder has a call for each.
    let mut hosts: BTreeMap<(usize, String), Vec<CodeHost>> = BTreeMap::new();
    for host in code.hosts {
        let mut endpoints = by_host.remove(&host.span).unwrap_or_default();
        match joint.service_of(&host, &endpoints) {
            Some(class) => {
                let at = joint.input_of(host.span);
                by_host.insert(host.span, endpoints);
                hosts.entry((at, class)).or_default().push(host);
            }
            None => {
                let what = "which service class it hosts is not known";
                for endpoint in &mut endpoints {
                    endpoint.obstacles.push(Obstacle { what: what.to_owned(), span: host.span });
                }
                left.endpoints.extend(endpoints);
                let mut obstacles = vec![Obstacle { what: what.to_owned(), span: host.span }];
                obstacles.extend(host.obstacles);
                left.hosts.push(CodeHost { obstacles, ..host });
            }
        }
    }
    for endpoint in loose {
        let class = endpoint.service.clone().or_else(|| joint.only_class(endpoint.contract.as_deref()));
        match class {
            Some(class) => {
                let at = joint.input_of(endpoint.span);
                hosts.entry((at, class)).or_default();
                by_host.entry(endpoint.span).or_default().push(endpoint);
            }
            None => {
                let mut obstacles = endpoint.obstacles;
                obstacles.push(Obstacle { what: "which service class it is added to is not known".to_owned(), span: endpoint.span });
                left.endpoints.push(CodeEndpoint { obstacles, ..endpoint });
            }
        }
    }
    let mut rest: BTreeMap<(usize, String), Vec<CodeEndpoint>> = BTreeMap::new();
    for (span, endpoints) in by_host {
        for endpoint in endpoints {
            let host = hosts.iter().find(|(_, hosts)| hosts.iter().any(|host| host.span == span)).map(|(key, _)| key.clone());
            let key = host.or_else(|| {
                let class = endpoint.service.clone().or_else(|| joint.only_class(endpoint.contract.as_deref()))?;
                Some((joint.input_of(endpoint.span), class))
            });
            if let Some(key) = key {
                rest.entry(key).or_default().push(endpoint);
            }
        }
    }
    // In the order of the source, as services of configuration are in the order they are written.
    let first = |key: &(usize, String), group: &[CodeHost], rest: &BTreeMap<(usize, String), Vec<CodeEndpoint>>| {
        let endpoints = rest.get(key).into_iter().flatten().map(|endpoint| endpoint.span);
        group.iter().map(|host| host.span).chain(endpoints).min()
    };
    let mut groups: Vec<_> = hosts.into_iter().collect();
    groups.sort_by_key(|(key, group)| first(key, group, &rest));
    for (key, group) in groups {
        let endpoints = rest.remove(&key).unwrap_or_default();
        let (hosts, endpoints) = joint.service(key.0, &key.1, group, endpoints);
        left.hosts.extend(hosts);
        left.endpoints.extend(endpoints);
    }
    let (inputs, mut findings) = (joint.inputs, joint.findings);
    left.hosts.sort_by_key(|host| host.span);
    left.endpoints.sort_by_key(|endpoint| endpoint.span);
    findings.extend(left.findings());
    contracts.in_code = left;
    (inputs, findings)
}

/// How the names of what code makes end.
const IN_CODE: &str = " in code";

struct Joint<'a> {
    inputs: Inputs,
    contracts: &'a ContractModel,
    projects: &'a [ProjectFile],
    files: &'a Files,
    findings: Findings,
    /// Clients that were made, by what they say: the same again adds nothing.
    made: BTreeSet<(usize, String)>,
}

impl Joint<'_> {
    /// The configuration that is for the code at a place: that of its project, else the nearest above; a new one where there is none.
    fn input_of(&mut self, span: Span) -> usize {
        let path = self.files.path(span.file).to_owned();
        let project = crate::project::of(self.projects, &path);
        let root = project.map_or("", |project| project.folder.as_str()).to_owned();
        let mut folder = parent(&path);
        loop {
            let here = |input: &&(usize, &Input)| parent(&input.1.path).eq_ignore_ascii_case(folder) && is_main(&input.1.path);
            let known = self.inputs.configs.iter().enumerate().filter(|(_, input)| !input.document.is_transform).find(|input| here(&input));
            if let Some((at, _)) = known {
                return at;
            }
            if folder.eq_ignore_ascii_case(&root) || folder.is_empty() {
                break;
            }
            folder = parent(folder);
        }
        // One configuration for the code of a project that has none; without a project, for that of a folder.
        let home = project.map_or_else(|| parent(&path).to_owned(), |project| project.folder.clone());
        let made = if home.is_empty() { "code".to_owned() } else { format!("{home}/code") };
        if let Some(at) = self.inputs.configs.iter().position(|input| input.path == made) {
            return at;
        }
        let document = ConfigDocument::new(span.file);
        self.inputs.configs.push(Input { path: made, document, name: project.map(|project| project.name.clone()) });
        self.inputs.configs.len() - 1
    }

    /// The class that a host is for: the one it names, else the only one that implements the contracts of its endpoints.
    fn service_of(&self, host: &CodeHost, endpoints: &[CodeEndpoint]) -> Option<String> {
        let named = host.service.clone().or_else(|| endpoints.iter().find_map(|endpoint| endpoint.service.clone()));
        named.or_else(|| endpoints.iter().find_map(|endpoint| self.only_class(endpoint.contract.as_deref())))
    }

    fn only_class(&self, contract: Option<&str>) -> Option<String> {
        let contract = contract?;
        let implements = |class: &&ServiceClass| !class.is_abstract && class.contracts.iter().any(|key| key == contract);
        let mut classes = self.contracts.services.iter().filter(implements);
        let only = classes.next()?;
        classes.next().is_none().then(|| only.clr_name.clone())
    }

    fn document(&mut self, at: usize) -> Option<&mut ConfigDocument> {
        self.inputs.configs.get_mut(at).map(|input| &mut input.document)
    }

    /// Joins a service; what is left of it comes back.
    fn service(
        &mut self,
        at: usize,
        class: &str,
        hosts: Vec<CodeHost>,
        endpoints: Vec<CodeEndpoint>,
    ) -> (Vec<CodeHost>, Vec<CodeEndpoint>) {
        let declared = self.contracts.services.iter().find(|known| known.clr_name == class);
        let name = declared.map_or(class, |declared| &declared.configuration_name).to_owned();
        let Some(span) = hosts.iter().map(|host| host.span).chain(endpoints.iter().map(|endpoint| endpoint.span)).min() else {
            return (hosts, endpoints);
        };
        let root = self.document(at).map(|document| document.root.clone()).unwrap_or_default();
        let configured = root.services.iter().filter_map(Item::node).find(|node| node.value("name") == name).cloned();
        let mut service = configured.clone().unwrap_or_else(|| {
            let mut node = empty(&section::SERVICE, span);
            write(&mut node, "name", name.clone(), span);
            node
        });
        // What is set on the host.
        let behavior_name = service.value("behaviorConfiguration").to_owned();
        let items = root.service_behaviors.iter().filter_map(Item::node).find(|node| node.value("name") == behavior_name);
        let has_items = items.is_some();
        let mut behavior = Behavior::over(items.map(|node| node.items.clone()).unwrap_or_default());
        let mut misses = Misses::default();
        // CoreWCF has a call for each clause of one host.
        let is_clause = |host: &&CodeHost| matches!(host.class.as_str(), "AddService" | "ConfigureServiceHostBase");
        let several = hosts.iter().filter(|host| !is_clause(host)).count() > 1;
        let mut unknown_base = None;
        for host in &hosts {
            if several && host.settings.iter().any(|setting| decides(&setting.path)) {
                misses.obstacle("another host of the same service is set up otherwise", host.span);
            }
            misses.obstacles.extend(host.obstacles.iter().cloned());
            for setting in &host.settings {
                behavior.host(setting, &mut misses);
            }
            let added =
                host.settings.iter().filter(|setting| matches!(setting.path.as_str(), "AddBaseAddress" | "Options.BaseAddresses.Add"));
            let addresses = host.base_addresses.iter().chain(added.flat_map(|setting| &setting.values));
            for address in
                addresses.flat_map(|address| if let CodeValue::List(items, _) = address { items.iter().collect() } else { vec![address] })
            {
                match address {
                    CodeValue::Text(text, span) => add_base_address(&mut service, text, *span),
                    other => unknown_base = Some(other.span()),
                }
            }
        }
        if behavior.changed && !behavior_name.is_empty() && !has_items {
            misses.obstacle(format!("its behavior `{behavior_name}` is not in the configuration of its project"), span);
        }
        if let Some(place) = unknown_base {
            let what = "a base address is not a literal or constant";
            if service.items.is_empty() && endpoints.is_empty() {
                misses.obstacle(what, place);
            } else {
                misses.remarks.push(Obstacle { what: what.to_owned(), span: place });
            }
        }
        let is_web = hosts.iter().any(|host| host.class == "WebServiceHost");
        if is_web && service.items.is_empty() && endpoints.is_empty() {
            misses.obstacle("the endpoints that a host for the web adds by itself are not read", span);
        }
        self.remark(std::mem::take(&mut misses.remarks));
        if !misses.obstacles.is_empty() {
            let endpoints = endpoints.into_iter().map(|mut endpoint| {
                endpoint.obstacles.extend(misses.obstacles.iter().cloned());
                endpoint.service.get_or_insert_with(|| class.to_owned());
                endpoint
            });
            let endpoints = endpoints.collect();
            let hosts =
                hosts.into_iter().map(|host| CodeHost { service: Some(class.to_owned()), obstacles: misses.obstacles.clone(), ..host });
            return (hosts.collect(), endpoints);
        }
        let mut left = Vec::new();
        let mut added = Vec::new();
        for mut endpoint in endpoints {
            let mut misses = Misses { obstacles: std::mem::take(&mut endpoint.obstacles), remarks: Vec::new() };
            match self.endpoint(at, &endpoint, &mut misses) {
                Some(node) if misses.obstacles.is_empty() => {
                    self.remark(misses.remarks);
                    added.push(node);
                }
                _ => {
                    endpoint.obstacles = misses.obstacles;
                    endpoint.service.get_or_insert_with(|| class.to_owned());
                    left.push(endpoint);
                }
            }
        }
        // Where nothing that runs is understood, .NET's default endpoints must not take its place.
        if service.items.is_empty() && added.is_empty() && !left.is_empty() {
            return (Vec::new(), left);
        }
        service.items.extend(added.into_iter().map(|node| Item::Add(node.into())));
        if behavior.changed {
            let name = if behavior_name.is_empty() { format!("{class} in code") } else { format!("{behavior_name}, changed in code") };
            let mut node = empty(&behavior_tables::SERVICE_BEHAVIOR, span);
            write(&mut node, "name", name.clone(), span);
            node.items = behavior.items;
            self.register(at, &behavior.registered);
            if let Some(document) = self.document(at) {
                document.root.service_behaviors.push(Item::Add(node.into()));
            }
            write(&mut service, "behaviorConfiguration", name, span);
        }
        if let Some(document) = self.document(at) {
            let known = document.root.services.iter_mut().find(|item| item.node().is_some_and(|node| node.value("name") == name));
            match known {
                Some(item) => *item = Item::Add(service.into()),
                None => document.root.services.push(Item::Add(service.into())),
            }
        }
        (Vec::new(), left)
    }

    fn remark(&mut self, remarks: Vec<Obstacle>) {
        for remark in remarks {
            self.findings.push(CodeNotLiteral { what: remark.what, span: remark.span });
        }
    }

    /// The `endpoint` element that says what code adds.
    fn endpoint(&mut self, at: usize, endpoint: &CodeEndpoint, misses: &mut Misses) -> Option<Node> {
        let mut node = empty(&section::SERVICE_ENDPOINT, endpoint.span);
        if let Some(standard) = &endpoint.standard {
            return standard_kind(node, standard, misses);
        }
        let contract = match (&endpoint.contract, endpoint.contract_written.as_deref()) {
            (Some(key), _) => self.contracts.contracts.get(key).map_or(key.as_str(), |contract| &contract.configuration_name).to_owned(),
            (None, Some("IMetadataExchange" | "ServiceMetadataBehavior.MexContractName")) => "IMetadataExchange".to_owned(),
            (None, Some(written)) if self.contracts.contracts.values().any(|known| known.configuration_name == written) => {
                written.to_owned()
            }
            (None, Some(written)) => {
                misses.obstacle(format!("the contract `{written}` is not in the input"), endpoint.span);
                return None;
            }
            (None, None) => {
                misses.obstacle("its contract is not named by a literal", endpoint.span);
                return None;
            }
        };
        write(&mut node, "contract", contract, endpoint.span);
        self.bind(at, &mut node, endpoint.binding.as_ref(), endpoint.span, misses)?;
        address(&mut node, endpoint.address.as_ref(), Side::Service, misses);
        match &endpoint.listen {
            None | Some(CodeValue::Null(_)) => {}
            Some(CodeValue::Text(uri, span)) => _ = write(&mut node, "listenUri", uri.clone(), *span),
            Some(other) => {
                misses.remarks.push(Obstacle { what: "where it listens is not a literal or constant".to_owned(), span: other.span() })
            }
        }
        let mut behavior = Behavior::default();
        for setting in &endpoint.settings {
            match setting.path.as_str() {
                _ if behavior.endpoint(setting, misses) => {}
                "Name" | "ListenUri" | "ListenUriMode" if setting.certain => element::apply(&mut node, &setting.path, setting, misses),
                "Address" => address(&mut node, setting.values.first(), Side::Service, misses),
                path if setting.is_call && is_reading(path) => {}
                path if path.starts_with("Binding") || path.starts_with("passed to") => {
                    misses.miss(path, format!("`{path}` changes the endpoint in a way that is not read"), setting.span);
                }
                _ => {}
            }
        }
        self.endpoint_behavior(at, &mut node, behavior);
        Some(node)
    }

    /// Names the binding that an object is, and adds its element.
    fn bind(&mut self, at: usize, node: &mut Node, object: Option<&CodeObject>, span: Span, misses: &mut Misses) -> Option<()> {
        let Some(object) = object else {
            misses.obstacle("its binding could not be followed to its construction", span);
            return None;
        };
        let root = self.inputs.configs.get(at).map(|input| input.document.root.clone()).unwrap_or_default();
        let configured = |section: &'static BindingType, name: &str| {
            let kinds = root.bindings.iter().filter(|kinded| kinded.name == section.name && !kinded.opaque);
            kinds.flat_map(|kinded| &kinded.items).filter_map(Item::node).find(|node| node.value("name") == name).cloned()
        };
        let made = binding::make(object, &configured, misses)?;
        write(node, "binding", made.section.name, object.span);
        let is_nameless = |node: &Node| node.value("name").is_empty();
        let of_section = root.bindings.iter().filter(|kinded| kinded.name == made.section.name).flat_map(|kinded| &kinded.items);
        // A construction does not take the nameless configuration.
        let covered = made.from.is_none() && of_section.filter_map(Item::node).any(is_nameless);
        let binding = made.node.or_else(|| covered.then(|| empty(made.section.schema, object.span)));
        match (binding, made.from) {
            (Some(binding), _) => {
                let name = self.add_binding(at, made.section, binding, &self.name_of(object));
                write(node, "bindingConfiguration", name, object.span);
            }
            (None, Some((name, span))) => _ = write(node, "bindingConfiguration", name, span),
            (None, None) => {}
        }
        Some(())
    }

    fn name_of(&self, object: &CodeObject) -> String {
        let path = self.files.path(object.span.file);
        let place = self.files.line_column(object.span);
        format!("{} at {}:{}:{}{IN_CODE}", object.class, path.rsplit('/').next().unwrap_or(path), place.line, place.column)
    }

    /// Adds a binding under a name that no other binding has, and returns the name.
    fn add_binding(&mut self, at: usize, section: &'static BindingType, mut node: Node, name: &str) -> String {
        node.attributes.retain(|written| written.attribute.name != "name");
        let Some(document) = self.document(at) else { return name.to_owned() };
        let kinds = &mut document.root.bindings;
        let position = kinds.iter().position(|kinded| kinded.name == section.name && !kinded.opaque).unwrap_or_else(|| {
            kinds.push(Kinded { name: section.name.into(), span: node.span, opaque: false, items: Vec::new() });
            kinds.len() - 1
        });
        let Some(kinded) = kinds.get_mut(position) else { return name.to_owned() };
        // One construction that several methods change in their own ways is several bindings.
        let says = |node: &Node| {
            format!(
                "{:?}{:?}{:?}",
                node.attributes.iter().filter(|written| written.attribute.name != "name").collect::<Vec<_>>(),
                node.children,
                node.items
            )
        };
        let mut candidate = name.to_owned();
        for number in 2.. {
            match kinded.items.iter().filter_map(Item::node).find(|known| known.value("name") == candidate) {
                None => break,
                Some(known) if says(known) == says(&node) => return candidate,
                Some(_) => candidate = format!("{}, {number}{}", name.trim_end_matches(IN_CODE), IN_CODE),
            }
        }
        if let Some(attribute) = node.schema.attribute("name") {
            let span = node.span;
            node.attributes.insert(0, Written { attribute, value: candidate.as_str().into(), span, transform: None });
        }
        kinded.items.push(Item::Add(node.into()));
        candidate
    }

    fn endpoint_behavior(&mut self, at: usize, node: &mut Node, behavior: Behavior) {
        if !behavior.changed {
            return;
        }
        let place = self.files.line_column(node.span);
        let path = self.files.path(node.span.file);
        let name = format!("endpoint at {}:{}:{} in code", path.rsplit('/').next().unwrap_or(path), place.line, place.column);
        let mut made = empty(&behavior_tables::ENDPOINT_BEHAVIOR, node.span);
        write(&mut made, "name", name.clone(), node.span);
        made.items = behavior.items;
        self.register(at, &behavior.registered);
        if let Some(document) = self.document(at) {
            document.root.endpoint_behaviors.push(Item::Add(made.into()));
        }
        let span = node.span;
        write(node, "behaviorConfiguration", name, span);
    }

    /// Registers behaviors of one's own, as configuration would.
    fn register(&mut self, at: usize, classes: &[(String, Span)]) {
        let Some(document) = self.document(at) else { return };
        for (class, span) in classes {
            let extensions = document.root.extensions.get_or_insert_with(|| Box::new(empty(&section::EXTENSIONS, *span)));
            let Some(registry) = child(extensions, ExtensionKind::ServiceBehavior.registry(), *span) else { return };
            let wcf_config::schema::Content::Items { element, .. } = &registry.schema.content else { return };
            let mut add = empty(element, *span);
            write(&mut add, "name", class.clone(), *span);
            write(&mut add, "type", class.clone(), *span);
            registry.items.push(Item::Add(add.into()));
        }
    }

    /// Joins a client; `None` where it did.
    fn client(&mut self, mut endpoint: CodeEndpoint) -> Option<CodeEndpoint> {
        let at = self.input_of(endpoint.span);
        let mut misses = Misses::default();
        let node = if endpoint.configuration.is_some() {
            self.configured_client(at, &endpoint, &mut misses)
        } else {
            self.new_client(at, &endpoint, &mut misses)
        };
        match node {
            Some(()) if misses.obstacles.is_empty() => {
                self.remark(misses.remarks);
                None
            }
            _ => {
                endpoint.obstacles = misses.obstacles;
                Some(endpoint)
            }
        }
    }

    fn client_contract(&self, endpoint: &CodeEndpoint) -> Option<String> {
        let key = endpoint.contract.as_ref()?;
        Some(self.contracts.contracts.get(key)?.configuration_name.clone())
    }

    /// A client whose endpoint configuration has: only what code changes of it is to join.
    fn configured_client(&mut self, at: usize, endpoint: &CodeEndpoint, misses: &mut Misses) -> Option<()> {
        let wanted = match &endpoint.configuration {
            Some(CodeValue::Text(name, _)) => name.clone(),
            _ => String::new(),
        };
        let contract = self.client_contract(endpoint);
        let root = self.inputs.configs.get(at).map(|input| input.document.root.clone()).unwrap_or_default();
        let of_contract = |node: &&Node| contract.as_deref().is_none_or(|contract| same_contract(node.value("contract"), contract));
        let candidates: Vec<&Node> = root
            .client
            .iter()
            .filter_map(Item::node)
            .filter(|node| if wanted.is_empty() || wanted == "*" { of_contract(node) } else { node.value("name") == wanted })
            .collect();
        let mut behavior = Behavior::default();
        let behavior_name = candidates.first().map(|node| node.value("behaviorConfiguration").to_owned()).unwrap_or_default();
        let items = root.endpoint_behaviors.iter().filter_map(Item::node).find(|node| node.value("name") == behavior_name);
        if let Some(items) = items {
            behavior = Behavior::over(items.items.clone());
        }
        let mut before = Misses::default();
        let mut other = false;
        for setting in &endpoint.settings {
            let changes = changes_endpoint(&setting.path) && !(setting.is_call && is_reading(&setting.path));
            if !behavior.client(setting, &mut before) && changes {
                other = true;
                before.obstacle(format!("`{}` changes the configured endpoint in a way that is not read", setting.path), setting.span);
            }
        }
        let identity =
            endpoint.address.as_ref().is_some_and(|address| matches!(address, CodeValue::Object(object) if object.arguments.len() > 1));
        if !behavior.changed && !other && !identity && before.obstacles.is_empty() {
            misses.remarks.append(&mut before.remarks);
            return Some(());
        }
        misses.obstacles.append(&mut before.obstacles);
        misses.remarks.append(&mut before.remarks);
        let [only] = candidates.as_slice() else {
            misses.obstacle("which endpoint of the configuration it changes is not known", endpoint.span);
            return None;
        };
        if !behavior_name.is_empty() && items.is_none() {
            misses.obstacle(format!("its behavior `{behavior_name}` is not in the configuration of its project"), endpoint.span);
        }
        // Other clients may use the endpoint as it is configured: the changed one is a further endpoint.
        let mut node = (*only).clone();
        node.span = endpoint.span;
        let name = format!("{} at {}", only.value("name"), self.place(endpoint.span));
        write(&mut node, "name", name, endpoint.span);
        if identity {
            address(&mut node, endpoint.address.as_ref(), Side::Client, misses);
        }
        if !misses.obstacles.is_empty() {
            return None;
        }
        self.endpoint_behavior(at, &mut node, behavior);
        self.add_client(at, node, endpoint);
        Some(())
    }

    fn new_client(&mut self, at: usize, endpoint: &CodeEndpoint, misses: &mut Misses) -> Option<()> {
        let Some(contract) = self.client_contract(endpoint) else {
            let named = endpoint.contract_written.as_deref().unwrap_or("its contract");
            misses.obstacle(format!("`{named}` is no service contract of the input"), endpoint.span);
            return None;
        };
        let mut node = empty(&section::CHANNEL_ENDPOINT, endpoint.span);
        write(&mut node, "contract", contract, endpoint.span);
        write(&mut node, "name", self.place(endpoint.span), endpoint.span);
        self.bind(at, &mut node, endpoint.binding.as_ref(), endpoint.span, misses)?;
        address(&mut node, endpoint.address.as_ref(), Side::Client, misses);
        let mut behavior = Behavior::default();
        for setting in &endpoint.settings {
            if behavior.client(setting, misses) {
                continue;
            }
            match setting.path.as_str() {
                "Endpoint.Address" if setting.certain => address(&mut node, setting.values.first(), Side::Client, misses),
                path if changes_endpoint(path) && !(setting.is_call && is_reading(path)) => {
                    misses.miss(path, format!("`{path}` changes the endpoint in a way that is not read"), setting.span);
                }
                _ => {}
            }
        }
        if !misses.obstacles.is_empty() {
            return None;
        }
        self.endpoint_behavior(at, &mut node, behavior);
        self.add_client(at, node, endpoint);
        Some(())
    }

    fn place(&self, span: Span) -> String {
        let path = self.files.path(span.file);
        let place = self.files.line_column(span);
        format!("{}:{}:{}", path.rsplit('/').next().unwrap_or(path), place.line, place.column)
    }

    fn add_client(&mut self, at: usize, node: Node, endpoint: &CodeEndpoint) {
        let says = self.says(endpoint);
        if self.made.insert((at, says))
            && let Some(document) = self.document(at)
        {
            document.root.client.push(Item::Add(node.into()));
        }
    }

    /// What an endpoint says, without its place.
    fn says(&self, endpoint: &CodeEndpoint) -> String {
        let mut text = format!("{:?} {:?}", endpoint.contract, endpoint.configuration.as_ref().map(words));
        text.push_str(&endpoint.binding.as_ref().map(object_words).unwrap_or_default());
        text.push_str(&endpoint.address.as_ref().map(words).unwrap_or_default());
        let settings = endpoint.settings.iter().filter(|setting| decides(&setting.path) || changes_endpoint(&setting.path));
        for setting in settings {
            text.push_str(&format!(" {}={}", setting.path, setting.values.iter().map(words).collect::<String>()));
        }
        text
    }
}

/// An endpoint of one of .NET's own kinds.
fn standard_kind(mut node: Node, object: &CodeObject, misses: &mut Misses) -> Option<Node> {
    let stem = if object.class == "ServiceMetadataEndpoint" { "MexEndpoint" } else { &object.class };
    let known = standard_endpoint::ALL.iter().find(|known| known.name.eq_ignore_ascii_case(stem)).filter(|_| object.own.is_none());
    match known {
        // Discovery and metadata serve no contract of the application.
        Some(known) if !known.name.starts_with("web") && !known.name.starts_with("workflow") => {
            write(&mut node, "kind", known.name, object.span);
            Some(node)
        }
        _ => {
            misses.obstacle(format!("`{}` is an endpoint that is not read", object.class), object.span);
            None
        }
    }
}

/// The address of an endpoint, with the identity that comes with it.
fn address(node: &mut Node, value: Option<&CodeValue>, side: Side, misses: &mut Misses) {
    match value {
        None | Some(CodeValue::Null(_)) => {}
        Some(CodeValue::Text(text, span)) => {
            if !write(node, "address", text.clone(), *span) {
                misses.remarks.push(Obstacle { what: "the address is no URI".to_owned(), span: *span });
            }
        }
        Some(CodeValue::Object(object)) if object.class == "EndpointAddress" && object.own.is_none() => {
            address(node, object.arguments.first(), side, misses);
            match object.arguments.get(1) {
                None | Some(CodeValue::Null(_)) => {}
                Some(CodeValue::Object(identity)) => self::identity(node, identity, side, misses),
                Some(other) if side == Side::Client => misses.obstacle("whom it expects at the address is not a literal", other.span()),
                Some(_) => {}
            }
        }
        // Where it is does not decide how it is protected; the crate is told when it starts.
        Some(other) => misses.remarks.push(Obstacle { what: "the address is not a literal or constant".to_owned(), span: other.span() }),
    }
}

/// `EndpointIdentity.CreateDnsIdentity("…")`, `new DnsEndpointIdentity("…")` and the like.
fn identity(node: &mut Node, object: &CodeObject, side: Side, misses: &mut Misses) {
    let stem = object.class.strip_prefix("EndpointIdentity.Create").and_then(|rest| rest.strip_suffix("Identity"));
    let name = match stem.or_else(|| object.class.strip_suffix("EndpointIdentity")) {
        Some("Dns") => "dns",
        Some("Spn") => "servicePrincipalName",
        Some("Upn") => "userPrincipalName",
        _ => "",
    };
    let set = match object.arguments.as_slice() {
        [CodeValue::Text(text, span)] if !name.is_empty() => child(node, "identity", object.span)
            .and_then(|identity| child(identity, name, object.span))
            .is_some_and(|inner| write(inner, "value", text.clone(), *span)),
        _ => false,
    };
    if !set && side == Side::Client {
        misses.obstacle("whom it expects at the address is not a literal", object.span);
    }
}

fn add_base_address(service: &mut Node, text: &str, span: Span) {
    let list = child(service, "host", span).and_then(|host| child(host, "baseAddresses", span));
    let Some(list) = list else { return };
    let mut add = empty(&section::BASE_ADDRESS, span);
    if write(&mut add, "baseAddress", text, span) {
        list.items.push(Item::Add(add.into()));
    }
}

/// Whether a setting on a host decides who is let in or what is protected.
fn decides(path: &str) -> bool {
    ["Credentials", "Authorization", "Authentication", "Description", "ClientCredentials"].iter().any(|word| path.starts_with(word))
}

/// Whether a setting on a client changes its endpoint or takes it out of sight.
fn changes_endpoint(path: &str) -> bool {
    let own = ["Endpoint.Address", "Endpoint.Binding", "Endpoint.ListenUri", "ChannelFactory.Endpoint"];
    own.iter().any(|own| path.starts_with(own)) || path.starts_with("passed to")
}

/// Configuration may name a proxy's contract without its namespace's beginning.
fn same_contract(written: &str, contract: &str) -> bool {
    written == contract
}

fn words(value: &CodeValue) -> String {
    match value {
        CodeValue::Text(text, _) | CodeValue::Symbol(text, _) | CodeValue::Type(text, _) => text.clone(),
        CodeValue::Integer(number, _) => number.to_string(),
        CodeValue::Boolean(value, _) => value.to_string(),
        CodeValue::Object(object) => object_words(object),
        CodeValue::List(items, _) => items.iter().map(words).collect(),
        CodeValue::Null(_) => "null".to_owned(),
        CodeValue::Secret(_) => "secret".to_owned(),
        CodeValue::Unknown(_) => "?".to_owned(),
    }
}

fn object_words(object: &CodeObject) -> String {
    let arguments: Vec<String> = object.arguments.iter().map(words).collect();
    let settings: Vec<String> = object
        .settings
        .iter()
        .map(|setting| format!("{}={}", setting.path, setting.values.iter().map(words).collect::<Vec<_>>().join(",")))
        .collect();
    format!(" {}({}){{{}}}", object.class, arguments.join(","), settings.join(";"))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file is the configuration that .NET loads for what stands beside it.
fn is_main(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    matches!(name.as_str(), "app.config" | "web.config") || name.ends_with(".exe.config") || name.ends_with(".dll.config") || name == "code"
}
