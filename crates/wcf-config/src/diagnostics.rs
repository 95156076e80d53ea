//! What can be wrong with a configuration, in words.
//!
//! One struct for each problem, with the facts of the occurrence in its fields; the sentence is made in its `From`.

use wcf_diagnostics::{Code, Finding, Level, Span};

use crate::nearest::nearest;
use crate::value::Refusal;

/// Every code of this crate.
pub static CODES: &[&Code] = &[
    &UNKNOWN_ATTRIBUTE,
    &UNKNOWN_ELEMENT,
    &UNUSABLE_VALUE,
    &MISSING_ATTRIBUTE,
    &DUPLICATE_ELEMENT,
    &DUPLICATE_ITEM,
    &MISPLACED_ELEMENT,
    &UNEXPECTED_TEXT,
    &RESERVED_ATTRIBUTE,
    &ENCRYPTED_SECTION,
    &SECTION_NOT_READ,
    &MISSING_BINDING_CONFIGURATION,
    &UNKNOWN_BINDING,
    &MISSING_BEHAVIOR,
    &MISSING_STANDARD_ENDPOINT,
    &INCOMPLETE_ENDPOINT,
    &UNREGISTERED_EXTENSION,
    &OPAQUE_EXTENSION,
    &BINDING_REFUSED,
    &UNUSED_CONFIGURATION,
    &IGNORED_BY_WEB_SERVER,
    &NO_DEFAULT_ENDPOINT,
    &ADDRESS_SCHEME_MISMATCH,
    &BASE_ADDRESS_REFUSED,
    &EXTERNAL_SECTION,
    &TRANSFORM_REFUSED,
    &CUSTOM_FACTORY,
];

/// `.NET refuses the file` in each note that says so.
const REFUSED: &str = ".NET refuses to load this configuration";

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $public:literal, $level:ident, $summary:literal, $why:literal, $example:literal, $remedy:literal, $reference:literal) => {
        $(#[$doc])*
        pub static $name: Code = Code {
            name: $public,
            level: Level::$level,
            summary: $summary,
            why: $why,
            example: $example,
            remedy: $remedy,
            reference: $reference,
            waivable: false,
        };
    };
}

code!(
    /// An attribute that its element does not have.
    UNKNOWN_ATTRIBUTE,
    "wcf-config-unknown-attribute",
    Deny,
    "an attribute that the element does not have",
    ".NET refuses the whole section, so no service or client of the file starts. Attribute names are case-sensitive.",
    "<binding name=\"a\" SendTimeout=\"00:01:00\"/>",
    "Write the attribute as .NET names it, or remove it.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An element that does not belong where it stands.
    UNKNOWN_ELEMENT,
    "wcf-config-unknown-element",
    Deny,
    "an element that does not belong where it stands",
    ".NET refuses the whole section, so no service or client of the file starts. Element names are case-sensitive.",
    "<bindings><fooBinding/></bindings>",
    "Write the element as .NET names it, register it under extensions, or remove it.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// A value that its attribute cannot have.
    UNUSABLE_VALUE,
    "wcf-config-unusable-value",
    Deny,
    "a value that the attribute cannot have",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive and take no blanks.",
    "<security mode=\"message\"/>",
    "Write one of the allowed values.",
    "System.Configuration.GenericEnumConverter and the validators of each property"
);
code!(
    /// A required attribute does not stand.
    MISSING_ATTRIBUTE,
    "wcf-config-missing-attribute",
    Deny,
    "a required attribute is missing",
    ".NET refuses the whole section, so no service or client of the file starts.",
    "<services><service/></services>",
    "Add the attribute.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An element stands twice.
    DUPLICATE_ELEMENT,
    "wcf-config-duplicate-element",
    Deny,
    "an element that may stand once stands twice",
    ".NET refuses the whole section rather than choose one of the two.",
    "<binding><security/><security/></binding>",
    "Remove one of the two.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// Two items of a collection have the same key.
    DUPLICATE_ITEM,
    "wcf-config-duplicate-item",
    Deny,
    "two entries of a collection have the same key",
    ".NET refuses the whole section rather than choose one of the two.",
    "<binding name=\"a\"/><binding name=\"a\"/>",
    "Rename or remove one of the two.",
    "System.ServiceModel.Configuration.ServiceModelEnhancedConfigurationElementCollection.BaseAdd"
);
code!(
    /// The outermost element is another.
    MISPLACED_ELEMENT,
    "wcf-config-misplaced-element",
    Deny,
    "the element is not the one expected here",
    "A configuration file holds a configuration element, and a section's own file holds that section.",
    "<config/>",
    "Give the right file.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// Text where only elements may stand.
    UNEXPECTED_TEXT,
    "wcf-config-unexpected-text",
    Deny,
    "text where only elements may stand",
    ".NET refuses the whole section.",
    "<wsHttpBinding>text</wsHttpBinding>",
    "Remove the text.",
    "System.Configuration.ConfigurationElement.DeserializeElement"
);
code!(
    /// An attribute of the configuration system on a section group.
    RESERVED_ATTRIBUTE,
    "wcf-config-reserved-attribute",
    Deny,
    "a reserved attribute on system.serviceModel",
    "configSource and the like are understood on sections, not on the group of sections; .NET refuses the file.",
    "<system.serviceModel configSource=\"wcf.config\"/>",
    "Put the attribute on each section.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// A section that is encrypted.
    ENCRYPTED_SECTION,
    "wcf-config-encrypted-section",
    Deny,
    "a section is encrypted",
    "What it says is not known, so nothing can be promised about the services and clients that depend on it.",
    "<bindings configProtectionProvider=\"RsaProtectedConfigurationProvider\"/>",
    "Decrypt the section (aspnet_regiis -pd) and run again.",
    "System.Configuration.ProtectedConfiguration"
);
code!(
    /// A section whose content does not bear on endpoints and is not read.
    SECTION_NOT_READ,
    "wcf-config-section-not-read",
    Note,
    "a section is not read",
    "It does not take part in what endpoints accept; what it does has no counterpart here.",
    "<system.serviceModel><tracking/></system.serviceModel>",
    "Look at the section by hand.",
    "machine.config of .NET Framework 4.8"
);
code!(
    /// `bindingConfiguration` names nothing.
    MISSING_BINDING_CONFIGURATION,
    "wcf-config-missing-binding-configuration",
    Deny,
    "bindingConfiguration names a binding that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint binding=\"wsHttpBinding\" bindingConfiguration=\"nope\" contract=\"IC\"/>",
    "Name a binding that exists, or add it.",
    "System.ServiceModel.Configuration.BindingsSection.ValidateBindingReference"
);
code!(
    /// `binding` names no binding.
    UNKNOWN_BINDING,
    "wcf-config-unknown-binding",
    Deny,
    "binding names a binding type that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint binding=\"fooBinding\" contract=\"IC\"/>",
    "Name a binding of .NET, or register one under extensions/bindingExtensions.",
    "System.ServiceModel.Configuration.BindingsSection"
);
code!(
    /// `behaviorConfiguration` names nothing.
    MISSING_BEHAVIOR,
    "wcf-config-missing-behavior",
    Deny,
    "behaviorConfiguration names a behavior that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<service name=\"S\" behaviorConfiguration=\"nope\"/>",
    "Name a behavior that exists, or add it.",
    "System.ServiceModel.Configuration.BehaviorsSection"
);
code!(
    /// `kind` or `endpointConfiguration` names nothing.
    MISSING_STANDARD_ENDPOINT,
    "wcf-config-missing-standard-endpoint",
    Deny,
    "kind or endpointConfiguration names a standard endpoint that does not exist",
    ".NET refuses the whole section, so no service or client of the file starts. Names are case-sensitive.",
    "<endpoint kind=\"mexEndpont\"/>",
    "Name a standard endpoint of .NET, or register one under extensions/endpointExtensions.",
    "System.ServiceModel.Configuration.StandardEndpointsSection"
);
code!(
    /// An endpoint lacks what it needs.
    INCOMPLETE_ENDPOINT,
    "wcf-config-incomplete-endpoint",
    Deny,
    "an endpoint lacks an attribute that it needs",
    ".NET refuses the whole section, so no service or client of the file starts.",
    "<endpoint address=\"\" contract=\"IC\"/>",
    "Add the attribute.",
    "System.ServiceModel.Configuration.ServicesSection.PostDeserialize, ClientSection.PostDeserialize"
);
code!(
    /// An element that nobody registered.
    UNREGISTERED_EXTENSION,
    "wcf-config-unregistered-extension",
    Deny,
    "an element that is neither .NET's own nor registered",
    ".NET refuses the whole section, so no service or client of the file starts. Element names are case-sensitive.",
    "<customBinding><binding><HttpTransport/></binding></customBinding>",
    "Write the element as .NET names it, or register it under extensions.",
    "System.ServiceModel.Configuration.ServiceModelExtensionCollectionElement"
);
code!(
    /// An element whose meaning is in a user's assembly.
    OPAQUE_EXTENSION,
    "wcf-config-opaque-extension",
    Warn,
    "an element whose meaning is in an assembly of your own",
    "It can change anything about an endpoint, and what it does cannot be read from the configuration.",
    "<behaviorExtensions><add name=\"tenant\" type=\"Contoso.TenantElement, Contoso\"/></behaviorExtensions>",
    "Read the class and decide by hand what takes its place.",
    "System.ServiceModel.Configuration.ExtensionsSection"
);
code!(
    /// A binding that .NET refuses to build.
    BINDING_REFUSED,
    "wcf-config-binding-refused",
    Deny,
    "settings that contradict one another: .NET refuses to build the binding",
    "The configuration loads, but the host or the channel does not open, so there is no behavior that could be kept.",
    "<basicHttpBinding><binding><security mode=\"Message\"/></binding></basicHttpBinding>",
    "Change one of the settings that contradict one another.",
    "CreateBindingElements of each binding class"
);
code!(
    /// A binding, behavior or standard endpoint that nobody names.
    UNUSED_CONFIGURATION,
    "wcf-config-unused",
    Note,
    "a named configuration that nothing in the files refers to",
    "It has no effect on any endpoint found, unless code names it.",
    "<wsHttpBinding><binding name=\"old\"/></wsHttpBinding>",
    "Remove it, or name it in bindingConfiguration or behaviorConfiguration.",
    "System.ServiceModel.Description.ConfigLoader"
);
code!(
    /// Base addresses in a web server.
    IGNORED_BY_WEB_SERVER,
    "wcf-config-ignored-by-web-server",
    Note,
    "base addresses have no effect in a web server",
    "Under IIS the base addresses are those of the site and the .svc file, which are not in the configuration.",
    "<host><baseAddresses><add baseAddress=\"http://localhost/x\"/></baseAddresses></host>",
    "Take the address from the site's bindings.",
    "System.ServiceModel.Description.ConfigLoader.LoadHostConfig"
);
code!(
    /// A base address that yields no endpoint.
    NO_DEFAULT_ENDPOINT,
    "wcf-config-no-default-endpoint",
    Warn,
    "a service has no endpoint and its base address gives it none",
    "Default endpoints are added for the schemes of protocolMapping only, and https is not among them unless the file adds it.",
    "<service name=\"S\"><host><baseAddresses><add baseAddress=\"https://h/s\"/></baseAddresses></host></service>",
    "Write the endpoint, or add the scheme to protocolMapping.",
    "System.ServiceModel.Configuration.ProtocolMappingSection"
);
code!(
    /// An address whose scheme is not the binding's.
    ADDRESS_SCHEME_MISMATCH,
    "wcf-config-address-scheme-mismatch",
    Deny,
    "the address has another scheme than the binding",
    "The configuration loads, but the host or the channel does not open.",
    "<endpoint address=\"http://h/s\" binding=\"netTcpBinding\" contract=\"IC\"/>",
    "Give the address the binding's scheme, or the binding the security mode that the address needs.",
    "System.ServiceModel.Channels.TransportChannelListener, TransportChannelFactory"
);
code!(
    /// A base address that .NET refuses.
    BASE_ADDRESS_REFUSED,
    "wcf-config-base-address-refused",
    Deny,
    "a base address that .NET refuses",
    "Base addresses are absolute, one for each scheme, without user name, query or fragment; otherwise the host does not start.",
    "<add baseAddress=\"/relative\"/>",
    "Write an absolute address, one for each scheme.",
    "System.ServiceModel.UriSchemeKeyedCollection"
);
code!(
    /// A section in another file that was not read.
    EXTERNAL_SECTION,
    "wcf-config-external-section",
    Deny,
    "a section stands in another file that was not read",
    "What it says is not known, so nothing can be promised about the services and clients that depend on it.",
    "<bindings configSource=\"bindings.config\"/>",
    "Make the file available within the folders given.",
    "System.Configuration.BaseConfigurationRecord"
);
code!(
    /// A transform that cannot be applied.
    TRANSFORM_REFUSED,
    "wcf-config-transform-refused",
    Deny,
    "a transform cannot be applied",
    "The build that publishes the file would fail, so what would run is not known.",
    "<binding xdt:Transform=\"Repalce\"/>",
    "Correct the transform or its locator.",
    "Microsoft.Web.XmlTransform"
);
code!(
    /// A host factory of the user's.
    CUSTOM_FACTORY,
    "wcf-config-custom-factory",
    Warn,
    "the service is hosted by a factory of your own",
    "A factory can add endpoints and change bindings in code, so the configuration alone does not say what the service does.",
    "<%@ ServiceHost Service=\"S\" Factory=\"Contoso.Factory\" %>",
    "Read the factory and compare.",
    "System.ServiceModel.Activation.ServiceHostFactory"
);

fn listed(names: &[&str]) -> String {
    names.join(", ")
}

fn with_nearest(finding: Finding, name: &str, known: &[&str]) -> Finding {
    match nearest(name, known.iter().copied()) {
        Some(near) => finding.help(format!("write `{near}`")),
        None if known.is_empty() || known.len() > 40 => finding,
        None => finding.help(format!("known here: {}", listed(known))),
    }
}

/// An attribute that its element does not have.
pub(crate) struct UnknownAttribute {
    pub name: String,
    pub within: String,
    pub known: Vec<&'static str>,
    pub span: Span,
}

impl UnknownAttribute {
    /// The same where .NET ignores the attribute.
    pub(crate) fn ignored(self) -> Finding {
        let mut finding = Finding::from(self);
        finding.level = Level::Note;
        finding.notes = vec![".NET ignores attributes it does not know on this element".to_owned()];
        finding
    }
}

impl From<UnknownAttribute> for Finding {
    fn from(problem: UnknownAttribute) -> Self {
        let message = format!("`{}` has no attribute `{}`", problem.within, problem.name);
        let finding = Self::new(&UNKNOWN_ATTRIBUTE, message).at(problem.span, "not known here").note(REFUSED);
        with_nearest(finding, &problem.name, &problem.known)
    }
}

/// An element that does not belong where it stands.
pub(crate) struct UnknownElement {
    pub name: String,
    pub within: String,
    pub known: Vec<&'static str>,
    pub span: Span,
}

impl From<UnknownElement> for Finding {
    fn from(problem: UnknownElement) -> Self {
        let message = format!("`{}` has no element `{}`", problem.within, problem.name);
        let finding = Self::new(&UNKNOWN_ELEMENT, message).at(problem.span, "not known here").note(REFUSED);
        with_nearest(finding, &problem.name, &problem.known)
    }
}

/// A value that its attribute cannot have.
pub(crate) struct UnusableValue {
    pub attribute: &'static str,
    pub element: String,
    /// The value, where it is safe to quote.
    pub value: Option<String>,
    pub refusal: Refusal,
    pub span: Span,
}

impl From<UnusableValue> for Finding {
    fn from(problem: UnusableValue) -> Self {
        let UnusableValue { attribute, element, value, refusal, span } = problem;
        let quoted = value.as_deref().filter(|value| value.len() <= 80).map(|value| format!(" \"{value}\"")).unwrap_or_default();
        let (what, help) = match &refusal {
            Refusal::NotA(kind) => (format!("is not {kind}"), None),
            Refusal::NotOneOf(names) => {
                let near = value.as_deref().and_then(|value| nearest(value, names.iter().copied()));
                let help = match near {
                    Some(near) => format!("write `{near}`; allowed are {}", listed(names)),
                    None => format!("allowed are {}", listed(names)),
                };
                ("is not one of the allowed values".to_owned(), Some(help))
            }
            Refusal::OutOfRange { min, max } => (format!("is not between {min} and {max}"), None),
            Refusal::TooShort(length) => (format!("has fewer than {length} characters"), None),
        };
        let finding = Self::new(&UNUSABLE_VALUE, format!("`{attribute}` of `{element}` cannot be{quoted}: it {what}"))
            .at(span, "this value")
            .note(REFUSED);
        match help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// A required attribute does not stand.
pub(crate) struct MissingAttribute {
    pub attribute: &'static str,
    pub element: String,
    pub span: Span,
}

impl From<MissingAttribute> for Finding {
    fn from(problem: MissingAttribute) -> Self {
        Self::new(&MISSING_ATTRIBUTE, format!("`{}` needs the attribute `{}`", problem.element, problem.attribute))
            .at(problem.span, "here")
            .note(REFUSED)
    }
}

/// An element stands twice.
pub(crate) struct DuplicateElement {
    pub name: String,
    pub first: Span,
    pub span: Span,
}

impl From<DuplicateElement> for Finding {
    fn from(problem: DuplicateElement) -> Self {
        Self::new(&DUPLICATE_ELEMENT, format!("`{}` may stand only once", problem.name))
            .at(problem.span, "again here")
            .at(problem.first, "first here")
            .note(REFUSED)
    }
}

/// A section stands twice.
pub(crate) struct DuplicateSection {
    pub name: String,
    pub first: Span,
    pub span: Span,
}

impl From<DuplicateSection> for Finding {
    fn from(problem: DuplicateSection) -> Self {
        Self::new(&DUPLICATE_ELEMENT, format!("the section `{}` may stand only once in a file", problem.name))
            .at(problem.span, "again here")
            .at(problem.first, "first here")
            .note(REFUSED)
            .help("move what the second holds into the first")
    }
}

/// An extension stands twice in one element.
pub(crate) struct DuplicateExtension {
    pub name: String,
    pub first: Span,
    pub span: Span,
}

impl From<DuplicateExtension> for Finding {
    fn from(problem: DuplicateExtension) -> Self {
        Self::new(&DUPLICATE_ELEMENT, format!("`{}` is there already", problem.name))
            .at(problem.span, "again here")
            .at(problem.first, "first here")
            .note(REFUSED)
    }
}

/// A second transport, encoding or stream upgrade in a custom binding.
pub(crate) struct SecondOfItsKind {
    pub name: String,
    pub role: &'static str,
    pub other: String,
    pub first: Span,
    pub span: Span,
}

impl From<SecondOfItsKind> for Finding {
    fn from(problem: SecondOfItsKind) -> Self {
        let message = format!("`{}` is a second {} beside `{}`", problem.name, problem.role, problem.other);
        Self::new(&DUPLICATE_ELEMENT, message).at(problem.span, "again here").at(problem.first, "first here").note(REFUSED)
    }
}

/// Two items of a collection have the same key.
pub(crate) struct DuplicateItem {
    pub element: &'static str,
    pub key: Option<String>,
    pub first: Span,
    pub span: Span,
}

impl From<DuplicateItem> for Finding {
    fn from(problem: DuplicateItem) -> Self {
        let what = match &problem.key {
            Some(key) => format!("`{key}`"),
            None => "without a name".to_owned(),
        };
        Self::new(&DUPLICATE_ITEM, format!("there is already an entry {what} (`{}`)", problem.element))
            .at(problem.span, "again here")
            .at(problem.first, "first here")
            .note(REFUSED)
    }
}

/// The outermost element is another.
pub(crate) struct MisplacedElement {
    pub name: String,
    pub expected: &'static str,
    pub span: Span,
}

impl From<MisplacedElement> for Finding {
    fn from(problem: MisplacedElement) -> Self {
        Self::new(&MISPLACED_ELEMENT, format!("the outermost element is `{}`, not `{}`", problem.name, problem.expected))
            .at(problem.span, "this element")
    }
}

/// A behavior of the other side.
pub(crate) struct MisplacedBehavior {
    pub name: String,
    pub is_service_behavior: bool,
    pub span: Span,
}

impl From<MisplacedBehavior> for Finding {
    fn from(problem: MisplacedBehavior) -> Self {
        let (is, not) = if problem.is_service_behavior { ("a service", "an endpoint") } else { ("an endpoint", "a service") };
        Self::new(&UNKNOWN_ELEMENT, format!("`{}` is {is} behavior, not {not} behavior", problem.name))
            .at(problem.span, "in the wrong kind of behavior")
            .note(REFUSED)
            .help(format!(
                "move it to a behavior under `{}`",
                if problem.is_service_behavior { "serviceBehaviors" } else { "endpointBehaviors" }
            ))
    }
}

/// Text where only elements may stand.
pub(crate) struct UnexpectedText {
    pub element: String,
    pub span: Span,
}

impl From<UnexpectedText> for Finding {
    fn from(problem: UnexpectedText) -> Self {
        Self::new(&UNEXPECTED_TEXT, format!("text stands in `{}`, where only elements may stand", problem.element))
            .at(problem.span, "this text")
            .note(REFUSED)
    }
}

/// An attribute of the configuration system on a section group.
pub(crate) struct ReservedAttribute {
    pub name: String,
    pub span: Span,
}

impl From<ReservedAttribute> for Finding {
    fn from(problem: ReservedAttribute) -> Self {
        Self::new(&RESERVED_ATTRIBUTE, format!("`{}` cannot stand on `system.serviceModel`", problem.name))
            .at(problem.span, "here")
            .note(REFUSED)
            .help("put it on each section inside")
    }
}

/// A section with `configSource` that also has content.
pub(crate) struct ForbiddenInSource {
    pub section: String,
    pub span: Span,
}

impl From<ForbiddenInSource> for Finding {
    fn from(problem: ForbiddenInSource) -> Self {
        Self::new(&RESERVED_ATTRIBUTE, format!("`{}` has `configSource` and content of its own", problem.section))
            .at(problem.span, "this section")
            .note(REFUSED)
            .help("move the content to the file that configSource names")
    }
}

/// A section that is encrypted.
pub(crate) struct EncryptedSection {
    pub section: String,
    pub span: Span,
}

impl From<EncryptedSection> for Finding {
    fn from(problem: EncryptedSection) -> Self {
        Self::new(&ENCRYPTED_SECTION, format!("the section `{}` is encrypted and cannot be read", problem.section))
            .at(problem.span, "encrypted by this provider")
            .help("decrypt it (`aspnet_regiis -pd`) and run again")
    }
}

/// A section whose content is not read.
pub(crate) struct SectionNotRead {
    pub section: String,
    pub span: Span,
}

impl From<SectionNotRead> for Finding {
    fn from(problem: SectionNotRead) -> Self {
        Self::new(&SECTION_NOT_READ, format!("the section `{}` is not read", problem.section)).at(problem.span, "this section")
    }
}

fn about(finding: Finding, service: Option<String>) -> Finding {
    match service {
        Some(service) => finding.service(service),
        None => finding,
    }
}

fn with_names(finding: Finding, name: &str, known: &[String]) -> Finding {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => finding.help(format!("write `{near}`")),
        None if known.is_empty() => finding,
        None => finding.help(format!("there are: {}", known.join(", "))),
    }
}

/// `bindingConfiguration` names nothing.
pub(crate) struct MissingBindingConfiguration {
    pub binding: String,
    pub name: String,
    pub known: Vec<String>,
    pub service: Option<String>,
    pub span: Span,
}

impl From<MissingBindingConfiguration> for Finding {
    fn from(problem: MissingBindingConfiguration) -> Self {
        let message = format!("there is no `{}` named `{}`", problem.binding, problem.name);
        let finding = Self::new(&MISSING_BINDING_CONFIGURATION, message).at(problem.span, "names nothing").note(REFUSED);
        about(with_names(finding, &problem.name, &problem.known), problem.service)
    }
}

/// `binding` names no binding.
pub(crate) struct UnknownBinding {
    pub name: String,
    pub known: Vec<&'static str>,
    pub service: Option<String>,
    pub span: Span,
}

impl From<UnknownBinding> for Finding {
    fn from(problem: UnknownBinding) -> Self {
        let finding =
            Self::new(&UNKNOWN_BINDING, format!("there is no binding `{}`", problem.name)).at(problem.span, "names nothing").note(REFUSED);
        about(with_nearest(finding, &problem.name, &problem.known), problem.service)
    }
}

/// `behaviorConfiguration` names nothing.
pub(crate) struct MissingBehavior {
    pub kind: &'static str,
    pub name: String,
    pub known: Vec<String>,
    pub service: Option<String>,
    pub span: Span,
}

impl From<MissingBehavior> for Finding {
    fn from(problem: MissingBehavior) -> Self {
        let message = format!("there is no {} behavior named `{}`", problem.kind, problem.name);
        let finding = Self::new(&MISSING_BEHAVIOR, message).at(problem.span, "names nothing").note(REFUSED);
        about(with_names(finding, &problem.name, &problem.known), problem.service)
    }
}

/// `kind` or `endpointConfiguration` names nothing.
pub(crate) struct MissingStandardEndpoint {
    pub attribute: &'static str,
    pub name: String,
    pub known: Vec<String>,
    pub span: Span,
}

impl From<MissingStandardEndpoint> for Finding {
    fn from(problem: MissingStandardEndpoint) -> Self {
        let message = format!("`{}` names the standard endpoint `{}`, which does not exist", problem.attribute, problem.name);
        let finding = Self::new(&MISSING_STANDARD_ENDPOINT, message).at(problem.span, "names nothing").note(REFUSED);
        with_names(finding, &problem.name, &problem.known)
    }
}

/// An endpoint lacks what it needs.
pub(crate) struct IncompleteEndpoint {
    pub missing: &'static str,
    pub service: Option<String>,
    pub span: Span,
}

impl From<IncompleteEndpoint> for Finding {
    fn from(problem: IncompleteEndpoint) -> Self {
        let finding = Self::new(&INCOMPLETE_ENDPOINT, format!("the endpoint needs the attribute `{}`", problem.missing))
            .at(problem.span, "here")
            .note(REFUSED);
        about(finding, problem.service)
    }
}

/// An element that nobody registered.
pub(crate) struct UnregisteredExtension {
    pub name: String,
    pub registry: &'static str,
    pub known: Vec<&'static str>,
    pub span: Span,
}

impl From<UnregisteredExtension> for Finding {
    fn from(problem: UnregisteredExtension) -> Self {
        let message = format!("`{}` is neither .NET's own nor registered under `extensions/{}`", problem.name, problem.registry);
        let finding = Self::new(&UNREGISTERED_EXTENSION, message).at(problem.span, "not registered").note(REFUSED);
        with_nearest(finding, &problem.name, &problem.known)
    }
}

/// An element whose meaning is in a user's assembly.
pub(crate) struct OpaqueExtension {
    pub name: String,
    pub class: String,
    pub span: Span,
}

impl From<OpaqueExtension> for Finding {
    fn from(problem: OpaqueExtension) -> Self {
        let class = problem.class.split(',').next().unwrap_or("").trim();
        Self::new(&OPAQUE_EXTENSION, format!("what `{}` does is in the class `{class}` and cannot be read here", problem.name))
            .at(problem.span, "a class of your own")
    }
}

/// A binding that .NET refuses to build.
pub(crate) struct BindingRefused {
    pub binding: String,
    pub contradiction: crate::lower::Contradiction,
    /// The place to show where no setting is written.
    pub fallback: Span,
    pub service: Option<String>,
}

impl From<BindingRefused> for Finding {
    fn from(problem: BindingRefused) -> Self {
        let BindingRefused { binding, contradiction, fallback, service } = problem;
        let mut finding = Self::new(&BINDING_REFUSED, format!("`{binding}`: {}", contradiction.message));
        if contradiction.places.is_empty() {
            finding = finding.at(fallback, "by default");
        }
        for (at, place) in contradiction.places.iter().enumerate() {
            finding = finding.at(*place, if at == 0 { "this" } else { "and this" });
        }
        let finding = finding.note(format!(".NET refuses to open it ({})", contradiction.class)).help(contradiction.help);
        about(finding, service)
    }
}

/// A named configuration that nothing refers to.
pub(crate) struct UnusedConfiguration {
    pub what: &'static str,
    pub name: String,
    pub span: Span,
}

impl From<UnusedConfiguration> for Finding {
    fn from(problem: UnusedConfiguration) -> Self {
        Self::new(&UNUSED_CONFIGURATION, format!("nothing refers to the {} `{}`", problem.what, problem.name))
            .at(problem.span, "has no effect, unless code names it")
    }
}

/// Base addresses in a web server.
pub(crate) struct IgnoredByWebServer {
    pub service: String,
    pub span: Span,
}

impl From<IgnoredByWebServer> for Finding {
    fn from(problem: IgnoredByWebServer) -> Self {
        Self::new(&IGNORED_BY_WEB_SERVER, "the base addresses have no effect in a web server: the site's are used")
            .at(problem.span, "has no effect")
            .service(problem.service)
    }
}

/// A base address that yields no endpoint.
pub(crate) struct NoDefaultEndpoint {
    pub service: String,
    pub scheme: String,
    pub span: Span,
}

impl From<NoDefaultEndpoint> for Finding {
    fn from(problem: NoDefaultEndpoint) -> Self {
        let message = format!("no default endpoint is added for this base address: `{}` is not in protocolMapping", problem.scheme);
        Self::new(&NO_DEFAULT_ENDPOINT, message).at(problem.span, "this base address").service(problem.service)
    }
}

/// An address whose scheme is not the binding's.
pub(crate) struct AddressSchemeMismatch {
    pub scheme: String,
    pub expected: String,
    pub binding: String,
    pub decided: Option<Span>,
    pub service: Option<String>,
    pub span: Span,
}

impl From<AddressSchemeMismatch> for Finding {
    fn from(problem: AddressSchemeMismatch) -> Self {
        let message = format!("the address has scheme `{}`, and `{}` has `{}`", problem.scheme, problem.binding, problem.expected);
        let mut finding = Self::new(&ADDRESS_SCHEME_MISMATCH, message).at(problem.span, "this address");
        if let Some(decided) = problem.decided {
            finding = finding.at(decided, "decides the scheme");
        }
        about(finding.note(".NET refuses to open the endpoint"), problem.service)
    }
}

/// A base address that .NET refuses.
pub(crate) struct BaseAddressRefused {
    pub service: String,
    pub problem: &'static str,
    pub span: Span,
}

impl From<BaseAddressRefused> for Finding {
    fn from(problem: BaseAddressRefused) -> Self {
        Self::new(&BASE_ADDRESS_REFUSED, format!("this base address cannot be used: {}", problem.problem))
            .at(problem.span, "here")
            .service(problem.service)
    }
}

/// A section in another file that was not read.
pub(crate) struct ExternalSection {
    pub section: String,
    pub source: String,
    pub span: Span,
}

impl From<ExternalSection> for Finding {
    fn from(problem: ExternalSection) -> Self {
        let message = format!("the section `{}` stands in `{}`, which was not read", problem.section, problem.source);
        Self::new(&EXTERNAL_SECTION, message).at(problem.span, "named here")
    }
}

/// A host factory of the user's.
pub(crate) struct CustomFactory {
    pub service: String,
    pub factory: String,
    pub span: Span,
}

impl From<CustomFactory> for Finding {
    fn from(problem: CustomFactory) -> Self {
        let finding = Self::new(&CUSTOM_FACTORY, format!("the service is hosted by `{}`, which can change it in code", problem.factory))
            .at(problem.span, "this factory");
        if problem.service.is_empty() { finding } else { finding.service(problem.service) }
    }
}
