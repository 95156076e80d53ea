//! Credentials and behaviors that code sets, as the behavior elements that say the same.

use wcf_config::document::{Extension, Item, Node};
use wcf_config::schema::{Child, ExtensionKind};
use wcf_contract::in_code::{CodeObject, CodeSetting, CodeValue};
use wcf_diagnostics::Span;

use super::element::{self, Misses, apply, certificate, child, empty, is_class};

/// A behavior that code changes: its elements, and the classes of one's own that it has.
#[derive(Debug, Default)]
pub(super) struct Behavior {
    /// The elements, as items of a `behavior`.
    pub items: Vec<Item>,
    /// Classes of behaviors that .NET does not have, to register.
    pub registered: Vec<(String, Span)>,
    /// Whether code changed it at all.
    pub changed: bool,
}

impl Behavior {
    /// Starts from the elements that configuration has.
    pub(super) fn over(items: Vec<Item>) -> Self {
        Self { items, ..Self::default() }
    }

    /// The element with this name, made if it is not there.
    fn element(&mut self, kind: ExtensionKind, name: &str, span: Span) -> Option<&mut Node> {
        let known = kind.registered().iter().find(|known| known.name == name)?;
        self.changed = true;
        let is_it = |item: &Item| matches!(item, Item::Extension(Extension { name: written, .. }) if written == name);
        if !self.items.iter().any(is_it) {
            let node = Some(empty(known.element, span));
            self.items.push(Item::Extension(Extension { name: name.into(), span, node: node.map(Into::into) }));
        }
        self.items.iter_mut().find(|item| is_it(item)).and_then(|item| match item {
            Item::Extension(extension) => extension.node.as_mut().map(std::sync::Arc::make_mut),
            _ => None,
        })
    }

    /// What is set on a service's host. Anything that is not about security or behaviors is no matter.
    pub(super) fn host(&mut self, setting: &CodeSetting, misses: &mut Misses) {
        const KIND: ExtensionKind = ExtensionKind::ServiceBehavior;
        let path = setting.path.as_str();
        if let Some(rest) = path.strip_prefix("Credentials.") {
            self.credentials(KIND, "serviceCredentials", rest, setting, misses);
        } else if let Some(rest) = path.strip_prefix("Authorization.") {
            self.at(KIND, "serviceAuthorization", rest, setting, misses);
        } else if let Some(rest) = path.strip_prefix("Authentication.") {
            self.at(KIND, "serviceAuthenticationManager", rest, setting, misses);
        } else if let Some(rest) = path.strip_prefix("Options.DebugBehavior.") {
            self.at(KIND, "serviceDebug", rest, setting, misses);
        } else if let Some(rest) = path.strip_prefix("Description.Behaviors.") {
            self.behaviors(KIND, rest, setting, misses);
        } else if path.starts_with("Description.Endpoints") {
            if !setting.is_call || !is_reading(path) {
                misses.obstacle(format!("`{path}` changes endpoints in a way that is not read"), setting.span);
            }
        } else if path.starts_with("passed to") {
            misses.obstacle(format!("the host is {path}, which may change it"), setting.span);
        } else if setting.is_call && !path.contains('.') && !HOST_METHODS.contains(&path) {
            misses.obstacle(format!("`{path}` is no method of a host that .NET has, and may change it"), setting.span);
        } else if matches!(path, "Credentials" | "Authorization" | "Authentication") {
            misses.obstacle(format!("`{path}` is replaced as a whole"), setting.span);
        }
    }

    /// What is set on a service's endpoint. Returns whether it was about behaviors.
    pub(super) fn endpoint(&mut self, setting: &CodeSetting, misses: &mut Misses) -> bool {
        let path = setting.path.as_str();
        let lists = ["Behaviors.", "EndpointBehaviors.", "Endpoint.Behaviors.", "Endpoint.EndpointBehaviors."];
        match lists.iter().find_map(|list| path.strip_prefix(list)) {
            Some(rest) => {
                self.behaviors(ExtensionKind::EndpointBehavior, rest, setting, misses);
                true
            }
            None => false,
        }
    }

    /// What is set on a client or a channel factory. Returns whether it was about credentials or behaviors.
    pub(super) fn client(&mut self, setting: &CodeSetting, misses: &mut Misses) -> bool {
        let path = setting.path.strip_prefix("ChannelFactory.").unwrap_or(&setting.path);
        for list in ["ClientCredentials.", "Credentials."] {
            if let Some(rest) = path.strip_prefix(list) {
                self.credentials(ExtensionKind::EndpointBehavior, "clientCredentials", rest, setting, misses);
                return true;
            }
        }
        let inner = CodeSetting { path: path.to_owned(), ..setting.clone() };
        self.endpoint(&inner, misses)
    }

    fn at(&mut self, kind: ExtensionKind, element: &str, path: &str, setting: &CodeSetting, misses: &mut Misses) {
        if let Some(node) = self.element(kind, element, setting.span) {
            apply(node, path, setting, misses);
        }
    }

    fn credentials(&mut self, kind: ExtensionKind, element: &str, path: &str, setting: &CodeSetting, misses: &mut Misses) {
        let is_client = kind == ExtensionKind::EndpointBehavior;
        // A client's own name and password are its own; the certificates a process has are given to the crates when they start.
        let own = ["UserName.", "Windows.ClientCredential", "HttpDigest.ClientCredential"];
        if is_client && own.iter().any(|own| path.starts_with(own)) {
            return;
        }
        let own_certificate = if is_client { "ClientCertificate" } else { "ServiceCertificate" };
        if path == format!("{own_certificate}.Certificate") {
            misses.remarks.push(wcf_contract::in_code::Obstacle {
                what: "which certificate it has is decided in code; the crate is given one when it starts".to_owned(),
                span: setting.span,
            });
            return;
        }
        let Some(node) = self.element(kind, element, setting.span) else { return };
        match path.rsplit_once('.') {
            Some((of, "SetCertificate")) if setting.is_call && setting.certain && !of.contains('.') => {
                let set = child(node, of, setting.span).is_some_and(|inner| certificate_at(inner, of, is_client, setting));
                if !set && of == own_certificate {
                    misses.remarks.push(wcf_contract::in_code::Obstacle {
                        what: "which certificate it has is not literal; the crate is given one when it starts".to_owned(),
                        span: setting.span,
                    });
                } else if !set {
                    misses.obstacle(format!("`{path}` has arguments that are not literals or constants"), setting.span);
                }
            }
            Some(("ServiceCertificate", "SetDefaultCertificate")) if is_client && setting.is_call && setting.certain => {
                let inner =
                    child(node, "serviceCertificate", setting.span).and_then(|inner| child(inner, "defaultCertificate", setting.span));
                if !inner.is_some_and(|inner| certificate(inner, &setting.values, setting.span)) {
                    misses.obstacle(format!("`{path}` has arguments that are not literals or constants"), setting.span);
                }
            }
            Some(("IssuedTokenAuthentication.AllowedAudienceUris", "Add")) if setting.is_call && setting.certain => {
                let list = child(node, "issuedTokenAuthentication", setting.span)
                    .and_then(|inner| child(inner, "allowedAudienceUris", setting.span));
                let item = match (list.as_ref().map(|list| &list.schema.content), setting.values.as_slice()) {
                    (Some(wcf_config::schema::Content::Items { element, .. }), [CodeValue::Text(uri, span)]) => {
                        let mut item = empty(element, *span);
                        element::write(&mut item, "allowedAudienceUri", uri.clone(), *span).then_some(item)
                    }
                    _ => None,
                };
                match list.zip(item) {
                    Some((list, item)) => list.items.push(Item::Add(item.into())),
                    None => misses.obstacle(format!("`{path}` has arguments that are not literals or constants"), setting.span),
                }
            }
            _ => {
                // Every property of credentials decides security, whatever it is called.
                let mut found = Misses::default();
                apply(node, path, setting, &mut found);
                misses.obstacles.append(&mut found.obstacles);
                misses.obstacles.append(&mut found.remarks);
            }
        }
    }

    /// `Description.Behaviors.Add(…)` and what follows `Find<T>()`.
    fn behaviors(&mut self, kind: ExtensionKind, path: &str, setting: &CodeSetting, misses: &mut Misses) {
        if let Some(rest) = path.strip_prefix("Find<") {
            let Some((class, rest)) = rest.split_once('>') else { return };
            let class = class.rsplit('.').next().unwrap_or(class);
            match rest.strip_prefix('.') {
                // Finding alone changes nothing.
                None => {}
                Some(property) if matches!(class, "ServiceCredentials" | "ClientCredentials") => {
                    let element = if class == "ServiceCredentials" { "serviceCredentials" } else { "clientCredentials" };
                    self.credentials(kind, element, property, setting, misses);
                }
                Some("IncludeExceptionDetailInFaults") if class == "ServiceBehaviorAttribute" => {
                    self.at(kind, "serviceDebug", "IncludeExceptionDetailInFaults", setting, misses);
                }
                // How instances are made is no matter of an endpoint's security.
                Some(_) if matches!(class, "ServiceBehaviorAttribute" | "AspNetCompatibilityRequirementsAttribute") => {}
                Some(property) => match known(kind, class) {
                    Some(known) => self.at(kind, known.name, property, setting, misses),
                    None => misses.obstacle(format!("`{class}` is a behavior that is not read"), setting.span),
                },
            }
            return;
        }
        match (path, setting.values.as_slice()) {
            ("Add", [CodeValue::Object(object)]) if setting.is_call => self.add(kind, object, setting, misses),
            // Without these the service says less.
            (removal, _) if removal.starts_with("Remove<ServiceDebugBehavior") || removal.starts_with("Remove<ServiceMetadataBehavior") => {
            }
            (reading, _) if setting.is_call && is_reading(reading) => {}
            _ => misses.obstacle(format!("`{}` changes behaviors in a way that is not read", setting.path), setting.span),
        }
    }

    fn add(&mut self, kind: ExtensionKind, object: &CodeObject, setting: &CodeSetting, misses: &mut Misses) {
        if !setting.certain && is_harmless(&object.class) {
            return;
        }
        if !setting.certain {
            misses.obstacle(format!("`{}` is added on some ways through the code only", object.class), setting.span);
            return;
        }
        let Some(known) = known(kind, &object.class).filter(|_| object.own.is_none()) else {
            // A behavior of one's own: configuration would register it.
            let class = object.own.clone().unwrap_or_else(|| object.class.clone());
            self.changed = true;
            self.items.push(Item::Extension(Extension { name: class.as_str().into(), span: object.span, node: None }));
            self.registered.push((class, object.span));
            return;
        };
        let Some(node) = self.element(kind, known.name, object.span) else { return };
        *node = empty(known.element, object.span);
        if known.name == "clientVia" {
            match object.arguments.first() {
                Some(CodeValue::Text(uri, span)) if element::write(node, "viaUri", uri.clone(), *span) => {}
                _ => misses.obstacle("where the client connects to is not a literal or constant", object.span),
            }
        } else if let Some(first) = object.arguments.first() {
            misses.obstacle(format!("the arguments of `{}` are not read", object.class), first.span());
        }
        for inner in &object.settings {
            if matches!(known.name, "serviceCredentials" | "clientCredentials") {
                self.credentials(kind, known.name, &inner.path, inner, misses);
            } else if let Some(node) = self.element(kind, known.name, object.span) {
                let mut found = Misses::default();
                apply(node, &inner.path, inner, &mut found);
                let list = if is_harmless(&object.class) { &mut misses.remarks } else { &mut misses.obstacles };
                list.append(&mut found.obstacles);
                misses.remarks.append(&mut found.remarks);
            }
        }
    }
}

/// Where a certificate stands under its part of the credentials.
fn certificate_at(node: &mut Node, of: &str, is_client: bool, setting: &CodeSetting) -> bool {
    // The service's copy of a client's certificate has an element of its own.
    if !is_client && of == "ClientCertificate" {
        return child(node, "certificate", setting.span).is_some_and(|inner| certificate(inner, &setting.values, setting.span));
    }
    certificate(node, &setting.values, setting.span)
}

/// The element of a behavior's class.
fn known(kind: ExtensionKind, class: &str) -> Option<&'static Child> {
    let name = match class {
        "ServiceCredentials" => "serviceCredentials",
        "ClientCredentials" => "clientCredentials",
        "ServiceMetadataBehavior" => "serviceMetadata",
        _ => "",
    };
    let object = CodeObject {
        class: class.to_owned(),
        own: None,
        arguments: Vec::new(),
        settings: Vec::new(),
        span: Span::new(wcf_diagnostics::FileId(0), 0, 0),
    };
    kind.registered().iter().find(|known| known.name == name || is_class(&object, known.element, "Behavior"))
}

/// Behaviors that decide nothing about who is let in or what is protected.
fn is_harmless(class: &str) -> bool {
    matches!(
        class,
        "ServiceMetadataBehavior"
            | "ServiceDebugBehavior"
            | "ServiceThrottlingBehavior"
            | "ServiceDiscoveryBehavior"
            | "WebHttpBehavior"
            | "EndpointDiscoveryBehavior"
    )
}

/// What `ServiceHost` and its bases have as methods, as far as they leave security alone.
const HOST_METHODS: [&str; 24] = [
    "Open",
    "OpenAsync",
    "BeginOpen",
    "EndOpen",
    "Close",
    "CloseAsync",
    "BeginClose",
    "EndClose",
    "Abort",
    "Dispose",
    "AddBaseAddress",
    "AddDefaultEndpoints",
    "AddServiceEndpoint",
    "SetEndpointAddress",
    "IncrementManualFlowControlLimit",
    "GetType",
    "GetHashCode",
    "Equals",
    "ToString",
    // CoreWCF's builder and the options it gives.
    "AddService",
    "AddServiceWebEndpoint",
    "ConfigureServiceHostBase",
    "AddServices",
    "ConfigureAllServiceHostBase",
];

/// Methods that read what they are called on.
pub(super) fn is_reading(path: &str) -> bool {
    const WORDS: [&str; 16] = [
        "Find", "Contains", "First", "Any", "Where", "OfType", "Count", "Get", "IndexOf", "Single", "ToString", "Equals", "Create",
        "Build", "Can", "Is",
    ];
    let last = path.rsplit('.').next().unwrap_or(path);
    WORDS.iter().any(|word| last.starts_with(word))
}
