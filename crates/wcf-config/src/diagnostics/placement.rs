//! Findings about what may not stand in a file because of where the file stands, or what stands above it.

use wcf_diagnostics::{Finding, Span};

use crate::diagnostics::REFUSED;
use crate::diagnostics::code::{INHERITANCE_UNKNOWN, LOCKED, NESTED_SECTION, PATH_WITHOUT_EFFECT, SECTION_OUT_OF_PLACE};

/// A `location` with a path in the configuration of a program.
pub(crate) struct PathWithoutEffect {
    pub path: String,
    pub span: Span,
}

impl From<PathWithoutEffect> for Finding {
    fn from(problem: PathWithoutEffect) -> Self {
        Self::new(&PATH_WITHOUT_EFFECT, format!("what stands in `location path=\"{}\"` has no effect", problem.path))
            .at(problem.span, "only a web application has paths; .NET skips this element")
            .help("move what it holds out of the `location`, if the program is to have it")
    }
}

/// What a lock keeps a file from having.
pub(crate) enum LockedPart {
    /// An item of a collection that is replaced or taken out by this element.
    Item(String),
    /// An element.
    Element(String),
    /// An attribute.
    Attribute(String),
}

/// Something that a file above locks.
pub(crate) struct LockedAbove {
    pub what: LockedPart,
    pub lock: Span,
    pub span: Span,
}

impl From<LockedAbove> for Finding {
    fn from(problem: LockedAbove) -> Self {
        let (message, label) = match &problem.what {
            LockedPart::Item(name) => (format!("`{name}` changes an item that is locked"), "this item is locked"),
            LockedPart::Element(name) => (format!("`{name}` is locked"), "this element is locked"),
            LockedPart::Attribute(name) => (format!("`{name}` is locked"), "this attribute is locked"),
        };
        Self::new(&LOCKED, message)
            .at(problem.span, label)
            .at(problem.lock, "locked here")
            .note(REFUSED)
            .help("take it out, or take out the lock")
    }
}

/// A section that a file above closes.
pub(crate) struct ClosedSection {
    pub section: &'static str,
    /// The `location` that closes it; a declaration does it otherwise.
    pub by: Option<Span>,
    pub span: Span,
}

impl From<ClosedSection> for Finding {
    fn from(problem: ClosedSection) -> Self {
        let finding =
            Self::new(&LOCKED, format!("the section `{}` cannot stand here: a file above does not let it be overridden", problem.section))
                .at(problem.span, "this section is locked")
                .note(REFUSED)
                .help("take it out, or write overrideMode=\"Allow\" above");
        match problem.by {
            Some(by) => finding.at(by, "locked here"),
            None => finding.note("its declaration above has overrideModeDefault=\"Deny\""),
        }
    }
}

/// A section where its declaration does not let it stand.
pub(crate) struct SectionOutOfPlace {
    pub section: &'static str,
    /// Whether it may stand in the file of an application, and this one is further in.
    pub for_applications: bool,
    pub span: Span,
}

impl From<SectionOutOfPlace> for Finding {
    fn from(problem: SectionOutOfPlace) -> Self {
        if problem.for_applications {
            Self::new(&NESTED_SECTION, format!("`{}` may stand only in the web.config at an application's root", problem.section))
                .at(problem.span, "there is a web.config above this one")
                .note(".NET refuses it (allowDefinition=\"MachineToApplication\"), unless IIS makes this folder an application of its own")
                .help("move it to the web.config above")
        } else {
            Self::new(&SECTION_OUT_OF_PLACE, format!("`{}` may stand only in machine.config", problem.section))
                .at(problem.span, "this is another file (allowDefinition=\"MachineOnly\")")
                .note(REFUSED)
                .help("move it to machine.config (and give that with --machine-config), or write what it says as a nameless behavior")
        }
    }
}

/// A file of which it is not known whether it inherits.
pub(crate) struct InheritanceUnknown {
    pub location: Span,
    pub span: Span,
}

impl From<InheritanceUnknown> for Finding {
    fn from(problem: InheritanceUnknown) -> Self {
        Self::new(&INHERITANCE_UNKNOWN, "whether this file inherits a `location` above it depends on the web server")
            .at(problem.span, "taken for an application of its own, which does not inherit it")
            .at(problem.location, "inheritInChildApplications=\"false\"")
            .help("if IIS does not make this folder an application, it inherits what that `location` holds: write it here too")
    }
}
