//! The configuration as written: every element and value that the tables know, with its place.
//!
//! Nothing is resolved here. What the tables do not know is a finding at its place; elements of user assemblies are kept as
//! [`Extension`]s without values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wcf_diagnostics::{FileId, Span};

use crate::Text;
use crate::effective::Within;
use crate::schema::{Attribute, Element};

/// One configuration file.
#[derive(Clone, Debug)]
pub struct ConfigDocument {
    /// The file.
    pub file: FileId,
    /// What applies at the file's own level.
    pub root: Sections,
    /// What child files inherit of it, where that is not all: `location` with `inheritInChildApplications="false"` and no path.
    pub inherited: Option<Box<Sections>>,
    /// The first such `location`.
    pub kept_back: Option<Span>,
    /// What `location` elements hold for paths below.
    pub locations: Vec<Location>,
    /// Sections that stand in other files (`configSource`) or are encrypted.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether the file is a transform of another, which is not read by itself.
    pub is_transform: bool,
    /// The transforms that were applied to it: each file with its path.
    pub transforms: Vec<(FileId, Arc<str>)>,
    /// The sections and groups that its `configSections` declares, as paths (`group/section`).
    pub declared: BTreeSet<String>,
    /// What those declarations allow, where it is less than everything.
    pub restricted: BTreeMap<String, Restriction>,
    /// Top-level elements that neither .NET nor the file itself declares; a file above it may.
    pub undeclared: Vec<(String, Span)>,
    /// Why .NET would refuse to load the file, the first reason; the findings have all, with their places.
    pub refusal: Option<String>,
}

impl ConfigDocument {
    /// A configuration in which nothing is written.
    #[must_use]
    pub fn new(file: FileId) -> Self {
        Self {
            file,
            root: Sections::default(),
            inherited: None,
            kept_back: None,
            locations: Vec::new(),
            elsewhere: Vec::new(),
            is_transform: false,
            transforms: Vec::new(),
            declared: BTreeSet::new(),
            restricted: BTreeMap::new(),
            undeclared: Vec::new(),
            refusal: None,
        }
    }
}

/// `location`.
#[derive(Clone, Debug)]
pub struct Location {
    /// `path`, with forward slashes; empty for the file's own level.
    pub path: String,
    /// The element.
    pub span: Span,
    /// `inheritInChildApplications`; true unless written otherwise.
    pub inherited: bool,
    /// `overrideMode` or `allowOverride`: whether files further in may have the sections it holds.
    pub overriding: Overriding,
    /// What it holds.
    pub sections: Sections,
    /// Why .NET would refuse what it holds, where its path is used; the file itself loads.
    pub refusal: Option<String>,
}

/// Whether files further in may have a section (`OverrideMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overriding {
    /// As above decides.
    #[default]
    Inherit,
    /// They may.
    Allow,
    /// They may not.
    Deny,
}

/// What a declaration in `configSections` allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restriction {
    /// `overrideModeDefault="Deny"`: files further in may not have the section, unless a `location` says so.
    pub denied: bool,
    /// `allowDefinition="MachineOnly"`: only `machine.config` may have it.
    pub machine_only: bool,
}

/// A lock of the configuration system, which holds for files further in (`ConfigurationElement`'s lock lists).
#[derive(Clone, Debug)]
pub struct Lock {
    /// Where the locked element or collection stands: element names from the section down (`bindings`, `netTcpBinding`).
    pub path: Vec<String>,
    /// The item of that collection that is locked; `None` where the element at the path itself is.
    pub item: Option<Arc<Node>>,
    /// What of it is locked.
    pub what: Locked,
    /// The attribute that locks.
    pub span: Span,
}

/// What is locked of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locked {
    /// All of it (`lockItem`).
    Whole,
    /// These attributes, or all for `*` (`lockAttributes`).
    Attributes(Vec<String>),
    /// All attributes but these (`lockAllAttributesExcept`).
    AttributesExcept(Vec<String>),
    /// These elements, or all for `*` (`lockElements`).
    Elements(Vec<String>),
    /// All elements but these (`lockAllElementsExcept`).
    ElementsExcept(Vec<String>),
}

/// The sections of one level.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    /// The `system.serviceModel` element, if there is one.
    pub service_model: Option<Span>,
    /// The sections that stand in it, with their places, whatever is in them.
    pub present: Vec<(&'static str, Span)>,
    /// What is locked for files further in.
    pub locks: Vec<Lock>,
    /// The sections that a `location` without a path opens or closes to files further in.
    pub overriding: Vec<(&'static str, Overriding, Span)>,
    /// `extensions`: children are the four registries.
    pub extensions: Option<Box<Node>>,
    /// `bindings`: one for each binding type that is written.
    pub bindings: Vec<Kinded>,
    /// `bindings` itself, if there is one.
    pub bindings_span: Option<Span>,
    /// `behaviors/serviceBehaviors`.
    pub service_behaviors: Vec<Item>,
    /// `behaviors/endpointBehaviors`.
    pub endpoint_behaviors: Vec<Item>,
    /// `services`.
    pub services: Vec<Item>,
    /// `client`.
    pub client: Vec<Item>,
    /// `client/metadata`: importers, without effect at run time.
    pub client_metadata: Option<Box<Node>>,
    /// `standardEndpoints`: one for each kind that is written.
    pub standard_endpoints: Vec<Kinded>,
    /// `protocolMapping`.
    pub protocol_mapping: Vec<Item>,
    /// `serviceHostingEnvironment`.
    pub hosting_environment: Option<Box<Node>>,
    /// `diagnostics`.
    pub diagnostics: Option<Box<Node>>,
    /// `routing`.
    pub routing: Option<Box<Node>>,
    /// `comContracts`.
    pub com_contracts: Option<Box<Node>>,
    /// `tracking`.
    pub tracking: Option<Box<Node>>,
    /// `machineSettings`.
    pub machine_settings: Option<Box<Node>>,
    /// `commonBehaviors/serviceBehaviors`.
    pub common_service_behaviors: Option<Box<Node>>,
    /// `commonBehaviors/endpointBehaviors`.
    pub common_endpoint_behaviors: Option<Box<Node>>,
    /// What the file says about the web server's own authentication.
    pub web: WebSections,
}

/// `system.web` and `system.webServer` as far as they decide who is let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSections {
    /// `system.webServer`, or `system.web` with more than `compilation`: signs of a web application.
    pub is_web: bool,
    /// `system.webServer/security/access@sslFlags`.
    pub ssl_flags: Option<(String, Span)>,
    /// `system.webServer/security/authentication/*@enabled`: the element's name and whether it is on.
    pub authentication: Vec<(String, bool, Span)>,
    /// `system.web/authentication@mode`.
    pub authentication_mode: Option<(String, Span)>,
    /// `system.web/httpRuntime@targetFramework`.
    pub target_framework: Option<(String, Span)>,
}

/// The items of one binding type or one kind of standard endpoint.
#[derive(Clone, Debug)]
pub struct Kinded {
    /// The type as written (`wsHttpBinding`).
    pub name: Text,
    /// The name's place.
    pub span: Span,
    /// Whether its meaning is in a user's assembly: its items then have only a name.
    pub opaque: bool,
    /// The items in order.
    pub items: Vec<Item>,
}

/// An element that a table describes.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its table.
    pub schema: &'static Element,
    /// Its start tag.
    pub span: Span,
    /// The attributes that are written, in order.
    pub attributes: Vec<Written>,
    /// The named children that are written, in order.
    pub children: Vec<(&'static str, Node)>,
    /// The items, in order.
    pub items: Vec<Item>,
    /// XML that is kept as it stands (headers, token request parameters).
    pub kept: Vec<Kept>,
}

impl Node {
    /// The attribute with this name, if it is written.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Written> {
        self.attributes.iter().find(|written| written.attribute.is(name))
    }

    /// The value of an attribute: what is written, else its default; null is the empty string.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        match self.attribute(name) {
            Some(written) => &written.value,
            None => self.schema.attribute(name).and_then(|attribute| attribute.default).unwrap_or(""),
        }
    }

    /// [`Self::value`] to be kept.
    #[must_use]
    pub fn text(&self, name: &str) -> Text {
        match self.attribute(name) {
            Some(written) => written.value.clone(),
            None => Text::fixed(self.schema.attribute(name).and_then(|attribute| attribute.default).unwrap_or("")),
        }
    }

    /// The named child, if it is written.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|(child, _)| *child == name).map(|(_, node)| node)
    }

    /// In what the value of an attribute stands: the transform that set it, else what the element is part of.
    #[must_use]
    pub fn within(&self, name: &str, element: Within) -> Within {
        match self.attribute(name) {
            Some(written) => written.within(element),
            None => element,
        }
    }

    /// The value's place, else the element's.
    #[must_use]
    pub fn span_of(&self, name: &str) -> Span {
        self.attribute(name).map_or(self.span, |written| written.span)
    }
}

/// An element that is kept as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The element with all it holds, spelled as .NET spells it (`XmlElement.OuterXml`).
    pub xml: String,
    /// Its place.
    pub span: Span,
    /// The transform that put it where it stands, if one did.
    pub transform: Option<Arc<str>>,
}

impl Kept {
    /// In what it stands: the transform that put it there, else what it is part of.
    #[must_use]
    pub fn within(&self, element: Within) -> Within {
        self.transform.as_ref().map_or(element, |transform| Within::Transform(Arc::clone(transform)))
    }
}

/// An attribute that is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// What it is.
    pub attribute: &'static Attribute,
    /// Its value, spelled as XML spells it.
    pub value: Text,
    /// The value's place.
    pub span: Span,
    /// The transform that put it where it stands, if one did.
    pub transform: Option<Arc<str>>,
}

impl Written {
    /// In what it stands: the transform that set it, else what it is part of.
    #[must_use]
    pub fn within(&self, element: Within) -> Within {
        self.transform.as_ref().map_or(element, |transform| Within::Transform(Arc::clone(transform)))
    }
}

/// An entry of a collection.
#[derive(Clone, Debug)]
pub enum Item {
    /// An item.
    Add(Arc<Node>),
    /// `remove`: the key of the item that goes.
    Remove {
        /// The key's attributes.
        key: Vec<Written>,
        /// The table of the items, which says what the key is.
        schema: &'static Element,
        /// Its place.
        span: Span,
    },
    /// `clear`: all before it go.
    Clear {
        /// Its place.
        span: Span,
    },
    /// An element that is registered by name.
    Extension(Extension),
}

impl Item {
    /// The element, where it is one with a table.
    #[must_use]
    pub fn node(&self) -> Option<&Node> {
        self.shared().map(|node| &**node)
    }

    /// The element, where it is one with a table, to be kept by what comes of it.
    #[must_use]
    pub const fn shared(&self) -> Option<&Arc<Node>> {
        match self {
            Self::Add(node) => Some(node),
            Self::Extension(extension) => extension.node.as_ref(),
            Self::Remove { .. } | Self::Clear { .. } => None,
        }
    }
}

/// An element that is registered by name: a behavior or a binding element.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its name.
    pub name: Text,
    /// The name's place.
    pub span: Span,
    /// Its values; `None` where its meaning is in a user's assembly.
    pub node: Option<Arc<Node>>,
}

/// A section that does not stand in the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The section's name (`bindings`).
    pub section: String,
    /// The location's path it stands under; empty at the file's own level.
    pub location: String,
    /// The value of `configSource`; `None` where the section is encrypted.
    pub source: Option<String>,
    /// The attribute's place.
    pub span: Span,
}
