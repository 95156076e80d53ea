//! The tables: every element and attribute of `system.serviceModel` with its type, range and default, as the `ConfigurationElement`
//! classes of .NET Framework 4.8 declare them.
//!
//! The tables are data; one reader ([`crate::document`]) reads any of them. A binding's table stands beside its lowering in
//! `binding/<name>.rs`; the others stand here by topic.

pub mod address;
pub mod behavior;
pub mod binding_element;
pub mod certificate;
pub mod com_contract;
pub mod endpoint_behavior;
pub mod enumeration;
pub mod http_security;
pub mod reader_quotas;
pub mod reliable_session;
pub mod routing;
pub mod section;
pub mod security_element;
pub mod service_behavior;
pub mod standard_endpoint;
pub mod tracking;
pub mod transport_element;

pub use enumeration::{Enumeration, Flags};

/// An element of configuration: what may stand in it and what applies where nothing stands.
#[derive(Debug)]
pub struct Element {
    /// The .NET class (`System.ServiceModel.Configuration.…Element`), without its namespace.
    pub class: &'static str,
    /// Its attributes, in the order .NET declares them.
    pub attributes: &'static [Attribute],
    /// Its child elements; each may stand once.
    pub children: &'static [Child],
    /// What else may stand in it.
    pub content: Content,
}

/// Elements that take attributes of any name (they override `OnDeserializeUnrecognizedAttribute`, or read themselves).
const TAKE_ANY_ATTRIBUTE: [&str; 2] = ["PersistenceProviderElement", "XPathMessageFilterElement"];

impl Element {
    /// The attribute with this name. Names are case-sensitive, as in .NET.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        let tag = tag(name);
        self.attributes.iter().find(|attribute| attribute.tag == tag && attribute.name == name)
    }

    /// Whether it takes attributes that are not in the table.
    #[must_use]
    pub fn takes_any_attribute(&self) -> bool {
        TAKE_ANY_ATTRIBUTE.contains(&self.class)
    }

    /// The child element with this name. Names are case-sensitive, as in .NET.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&'static Child> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// A child element that may stand once.
#[derive(Debug)]
pub struct Child {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub element: &'static Element,
}

/// What may stand in an element besides its attributes and named children.
#[derive(Debug)]
pub enum Content {
    /// Nothing.
    Closed,
    /// Items with a key (`ConfigurationElementCollection`).
    Items {
        /// The name of an item (`add`, `endpoint`, `binding`, …).
        item: &'static str,
        /// What an item is.
        element: &'static Element,
        /// Whether `remove` and `clear` are understood (`AddRemoveClearMap`).
        removable: bool,
    },
    /// Elements that are registered by name (`ServiceModelExtensionCollectionElement`). Such an element ignores attributes it does
    /// not know.
    Extensions(ExtensionKind),
    /// Address headers: any XML, kept as it stands (`AddressHeaderCollectionElement`).
    Headers,
    /// Any XML, kept as it stands.
    AnyXml,
}

/// The registries of `system.serviceModel/extensions` whose elements stand inside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionKind {
    /// `bindingElementExtensions`, in a custom binding.
    BindingElement,
    /// `behaviorExtensions`, in a service behavior.
    ServiceBehavior,
    /// `behaviorExtensions`, in an endpoint behavior.
    EndpointBehavior,
}

impl ExtensionKind {
    /// The elements that .NET registers itself.
    #[must_use]
    pub fn registered(self) -> &'static [Child] {
        match self {
            Self::BindingElement => binding_element::ALL,
            Self::ServiceBehavior => service_behavior::ALL,
            Self::EndpointBehavior => endpoint_behavior::ALL,
        }
    }

    /// The registry's name in `extensions`.
    #[must_use]
    pub const fn registry(self) -> &'static str {
        match self {
            Self::BindingElement => "bindingElementExtensions",
            Self::ServiceBehavior | Self::EndpointBehavior => "behaviorExtensions",
        }
    }
}

/// Names that .NET registers only for applications that target 4.5 or later (`ExtensionsSection`). Older ones register their own
/// classes under them, and those count then.
const SINCE_4_5: [&str; 5] = ["netHttpBinding", "netHttpsBinding", "basicHttpsBinding", "udpBinding", "udpTransport"];

/// Whether a file's own class takes the place of .NET's under this name.
#[must_use]
pub(crate) fn is_replaced(name: &str, class: &str) -> bool {
    SINCE_4_5.contains(&name) && !class.trim_start().starts_with("System.ServiceModel.")
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What applies where it does not stand, spelled as XML spells it; `None` is .NET's null.
    pub default: Option<&'static str>,
    /// Whether .NET refuses an element without it.
    pub required: bool,
    /// Whether it is part of the key by which a collection tells its items apart.
    pub key: bool,
    /// [`tag`] of its name.
    tag: u32,
}

/// A name's length and three of its bytes: names that differ in it need no further look.
const fn tag(name: &str) -> u32 {
    let bytes = name.as_bytes();
    match bytes {
        [] => 0,
        [first, .., last] => {
            let (half, _) = bytes.split_at(bytes.len() / 2);
            let middle = match half {
                [.., middle] => *middle,
                [] => 0,
            };
            u32::from_le_bytes([*first, middle, *last, bytes.len() as u8])
        }
        [only] => u32::from_le_bytes([*only, 0, 0, 1]),
    }
}

impl Attribute {
    const fn new(name: &'static str, kind: Kind, default: Option<&'static str>) -> Self {
        Self { name, kind, default, required: false, key: false, tag: tag(name) }
    }

    /// Whether it has this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.tag == tag(name) && self.name == name
    }

    /// Whether it is the same attribute, of this table or of another.
    #[must_use]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.tag == other.tag && self.name == other.name
    }

    /// The same attribute, which must stand.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same attribute as part of its item's key.
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.key = true;
        self
    }
}

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `true` or `false`, in any case (`BooleanConverter`).
    Bool,
    /// A 32-bit number (`Int32Converter`), within the range.
    Int {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// A 64-bit number (`Int64Converter`), within the range.
    Long {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// A time span within the range, in ticks of 100 ns (`TimeSpanOrInfiniteConverter`, `ServiceModelTimeSpanValidator`).
    TimeSpan {
        /// The least value.
        min: i64,
        /// The greatest finite value.
        max: i64,
    },
    /// A time span without a range and without the word `Infinite` (`TimeSpanConverter`).
    AnyTimeSpan,
    /// One of the names (`GenericEnumConverter`, or a converter of named constants).
    Enumeration(&'static Enumeration),
    /// Some of the names, separated by commas (a `[Flags]` enumeration).
    Flags(&'static Flags),
    /// A text encoding (`EncodingConverter`).
    Encoding,
    /// `CurrentSession`, `ServiceSession` or a number (`PeerTransport…`, `WindowsStream…`: application containers).
    SessionId,
    /// An IP address.
    IpAddress,
    /// Text of at least this many characters.
    Text {
        /// The least length in characters.
        min_length: usize,
    },
    /// A URI, absolute or relative (`UriTypeConverter`).
    Uri,
    /// The address of an activation below its application (`RelativeAddressValidator`): three characters or more, not from the root.
    RelativeAddress,
}

/// The greatest finite time span that WCF accepts: `24.20:31:23.6470000`, `Int32.MaxValue` milliseconds.
pub const LONGEST_TIMEOUT: i64 = 2_147_483_647 * 10_000;

/// `Int32.MaxValue`.
pub const INT_MAX: i64 = 2_147_483_647;

/// `Int64.MaxValue`.
pub const LONG_MAX: i64 = i64::MAX;

/// `true` or `false`.
#[must_use]
pub const fn bool(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Bool, Some(default))
}

/// A 32-bit number.
#[must_use]
pub const fn int(name: &'static str, min: i64, max: i64, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Int { min, max }, Some(default))
}

/// A 64-bit number.
#[must_use]
pub const fn long(name: &'static str, min: i64, max: i64, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Long { min, max }, Some(default))
}

/// A time span from zero up, or `Infinite`.
#[must_use]
pub const fn timeout(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::TimeSpan { min: 0, max: LONGEST_TIMEOUT }, Some(default))
}

/// A time span of at least `min` ticks, or `Infinite`.
#[must_use]
pub const fn timeout_from(name: &'static str, min: i64, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::TimeSpan { min, max: LONGEST_TIMEOUT }, Some(default))
}

/// A time span of any length; `Infinite` is not understood.
#[must_use]
pub const fn time_span(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::AnyTimeSpan, Some(default))
}

/// One of the names.
#[must_use]
pub const fn enumeration(name: &'static str, enumeration: &'static Enumeration, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Enumeration(enumeration), Some(default))
}

/// One of the names, or null.
#[must_use]
pub const fn optional_enumeration(name: &'static str, enumeration: &'static Enumeration) -> Attribute {
    Attribute::new(name, Kind::Enumeration(enumeration), None)
}

/// Some of the names.
#[must_use]
pub const fn flags(name: &'static str, flags: &'static Flags, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Flags(flags), Some(default))
}

/// A text encoding.
#[must_use]
pub const fn encoding(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::Encoding, Some(default))
}

/// Text whose default is the empty string.
#[must_use]
pub const fn text(name: &'static str) -> Attribute {
    Attribute::new(name, Kind::Text { min_length: 0 }, Some(""))
}

/// Text with this default; `None` is null.
#[must_use]
pub const fn text_or(name: &'static str, min_length: usize, default: Option<&'static str>) -> Attribute {
    Attribute::new(name, Kind::Text { min_length }, default)
}

/// A URI.
#[must_use]
pub const fn uri(name: &'static str, default: Option<&'static str>) -> Attribute {
    Attribute::new(name, Kind::Uri, default)
}

/// An IP address.
#[must_use]
pub const fn ip_address(name: &'static str) -> Attribute {
    Attribute::new(name, Kind::IpAddress, None)
}

/// An application container's session.
#[must_use]
pub const fn session_id(name: &'static str, default: &'static str) -> Attribute {
    Attribute::new(name, Kind::SessionId, Some(default))
}

/// `name` of a binding, a standard endpoint: empty where nameless.
pub const NAME: Attribute = text("name").key();
/// `closeTimeout` of every binding.
pub const CLOSE_TIMEOUT: Attribute = timeout("closeTimeout", "00:01:00");
/// `openTimeout` of every binding.
pub const OPEN_TIMEOUT: Attribute = timeout("openTimeout", "00:01:00");
/// `receiveTimeout` of every binding.
pub const RECEIVE_TIMEOUT: Attribute = timeout("receiveTimeout", "00:10:00");
/// `sendTimeout` of every binding.
pub const SEND_TIMEOUT: Attribute = timeout("sendTimeout", "00:01:00");
