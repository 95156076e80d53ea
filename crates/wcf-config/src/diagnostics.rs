//! What can be wrong with a configuration, in words.
//!
//! One struct for each problem, with the facts of the occurrence in its fields; the sentence is made in its `From`.

mod code;
mod placement;

use wcf_diagnostics::{Finding, Level, Span};

pub use code::*;
pub(crate) use placement::{ClosedSection, InheritanceUnknown, LockedAbove, LockedPart, PathWithoutEffect, SectionOutOfPlace};

use crate::nearest::nearest;
use crate::value::Refusal;

/// `.NET refuses the file` in each note that says so.
const REFUSED: &str = ".NET refuses to load this configuration";

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

impl UnknownAttribute {
    /// The same where the element's class takes attributes of any name.
    pub(crate) fn handed_on(self) -> Finding {
        let message = format!("`{}` of `{}` is handed on to a class and not read", self.name, self.within);
        let mut finding = Self::new_note(message, self.span);
        finding.notes = vec!["this element takes attributes of any name".to_owned()];
        finding
    }

    fn new_note(message: String, span: Span) -> Finding {
        let mut finding = Finding::new(&UNKNOWN_ATTRIBUTE, message).at(span, "any name may stand here");
        finding.level = Level::Note;
        finding
    }
}

/// A section that a configuration builder may rewrite.
pub(crate) struct BuiltSection {
    pub span: Span,
}

impl From<BuiltSection> for Finding {
    fn from(problem: BuiltSection) -> Self {
        Self::new(&BUILT_SECTION, "a configuration builder may rewrite this section when it is read")
            .at(problem.span, "code, with what it finds where the program runs")
            .help("compare with what the builder makes of it; what is read here is what the file says")
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

/// `configSections` that is not the first element, or stands again.
pub(crate) struct LateDeclarations {
    pub span: Span,
}

impl From<LateDeclarations> for Finding {
    fn from(problem: LateDeclarations) -> Self {
        Self::new(&DUPLICATE_ELEMENT, "`configSections` may stand only once, as the first element of `configuration`")
            .at(problem.span, "not the first element")
            .note(REFUSED)
            .help("move it to the top of the file, and put the declarations of both together")
    }
}

/// A section that nothing declares.
pub(crate) struct UndeclaredSection {
    pub name: String,
    pub span: Span,
}

impl From<UndeclaredSection> for Finding {
    fn from(problem: UndeclaredSection) -> Self {
        let name = problem.name.rsplit('/').next().unwrap_or(&problem.name);
        Self::new(&UNKNOWN_ELEMENT, format!("the section `{}` is not declared", problem.name))
            .at(problem.span, "neither .NET nor `configSections` of this file or one above it declares this")
            .note(REFUSED)
            .help(format!("declare `{name}` in `configSections`, or give the `machine.config` that does (`--machine-config`)"))
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

impl UnexpectedText {
    /// The same where .NET reads over the text.
    pub(crate) fn ignored(self) -> Finding {
        let mut finding = Finding::from(self);
        finding.level = Level::Note;
        finding.notes = vec![".NET ignores text in this element".to_owned()];
        finding
    }
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

/// The schemes of .NET's transports.
const TRANSPORT_SCHEMES: [&str; 8] = ["http", "https", "net.tcp", "net.pipe", "net.msmq", "msmq.formatname", "net.p2p", "soap.udp"];

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
        if !TRANSPORT_SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(&problem.scheme)) {
            // Such an address is a name only; code has to say where to listen or to connect.
            finding.level = Level::Warn;
            finding = finding.note("it can only be opened if code says where to listen or to connect");
        }
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

/// A transform that cannot be applied.
pub(crate) struct TransformRefused {
    pub problem: String,
    pub known: Vec<&'static str>,
    pub name: String,
    pub span: Span,
}

impl From<TransformRefused> for Finding {
    fn from(problem: TransformRefused) -> Self {
        let finding = Self::new(&TRANSFORM_REFUSED, problem.problem).at(problem.span, "here");
        with_nearest(finding, &problem.name, &problem.known)
    }
}

/// A transform that finds nothing.
pub(crate) struct TransformWithoutTarget {
    pub transform: String,
    pub element: String,
    pub span: Span,
}

impl From<TransformWithoutTarget> for Finding {
    fn from(problem: TransformWithoutTarget) -> Self {
        let message = format!("`{}` finds no `{}` to change", problem.transform, problem.element);
        Self::new(&TRANSFORM_WITHOUT_TARGET, message).at(problem.span, "has no effect")
    }
}

/// Something in a transform that changes nothing, or less than it says.
pub(crate) struct TransformWithoutEffect {
    pub problem: String,
    pub span: Span,
}

impl From<TransformWithoutEffect> for Finding {
    fn from(problem: TransformWithoutEffect) -> Self {
        Self::new(&TRANSFORM_WITHOUT_EFFECT, problem.problem).at(problem.span, "here")
    }
}

/// A transform that is not asked for.
pub(crate) struct TransformAlone {
    pub span: Span,
}

impl From<TransformAlone> for Finding {
    fn from(problem: TransformAlone) -> Self {
        Self::new(&TRANSFORM_ALONE, "this file is a transform of another and is not read by itself")
            .at(problem.span, "a transform")
            .help("ask for it with --transform where it is to be applied")
    }
}

/// A `.svc` file without a service.
pub(crate) struct IncompleteSvc {
    pub span: Span,
}

impl From<IncompleteSvc> for Finding {
    fn from(problem: IncompleteSvc) -> Self {
        Self::new(&INCOMPLETE_SVC, "the ServiceHost directive names neither `Service` nor `Factory`").at(problem.span, "this file")
    }
}

/// A service whose endpoints all serve metadata or control.
pub(crate) struct NoApplicationEndpoint {
    pub service: String,
    pub span: Span,
}

impl From<NoApplicationEndpoint> for Finding {
    fn from(problem: NoApplicationEndpoint) -> Self {
        Self::new(&NO_APPLICATION_ENDPOINT, "the service has endpoints for metadata or control only, so its host does not open")
            .at(problem.span, "this service")
            .note("one written endpoint of any kind switches the default endpoints off")
            .service(problem.service)
    }
}
