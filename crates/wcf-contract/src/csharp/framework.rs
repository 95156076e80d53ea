//! The .NET types that contracts use, and what the serializers make of them.
//!
//! Only types that mean something to a contract are listed; every other type that is not in the input is not found, and
//! a finding says so at its use. Source: reference source of `System.Runtime.Serialization` (`CollectionDataContract`,
//! `PrimitiveDataContract`, `DataContract.TryGetBuiltInDataContract`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::Primitive;

/// A type of the framework.
#[derive(Debug)]
pub(super) struct FrameworkType {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its name without namespace and arity.
    pub name: &'static str,
    /// How many type arguments it takes; [`ANY_ARITY`] for tuples.
    pub arity: usize,
    /// What it is.
    pub kind: Kind,
}

/// The arity of types that exist with one to eight arguments.
pub(super) const ANY_ARITY: usize = usize::MAX;

/// What the serializers make of a framework type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Carried as a value.
    Primitive(Primitive),
    /// `Nullable<T>`.
    Nullable,
    /// A collection of its type argument, or of `object` without one.
    List,
    /// A collection of strings.
    StringList,
    /// Serialised by its private fields, although it holds a sequence of its type argument.
    FieldsOfList,
    /// A dictionary of its type arguments, or of `object` without them.
    Map,
    /// `object`, or an interface the serializers treat as `object`.
    Any,
    /// XML, or a type that writes its own.
    Xml,
    /// `System.IO.Stream` and what derives from it.
    Stream,
    /// `System.ServiceModel.Channels.Message`.
    Message,
    /// `KeyValuePair`, `Tuple`, `ValueTuple`: a class with members of these names.
    Record(&'static [&'static str]),
    /// An enumeration.
    Enum(&'static [(&'static str, i32)]),
    /// `Task` and `Task<T>`.
    Task,
    /// `AsyncCallback`.
    AsyncCallback,
    /// `IAsyncResult`.
    AsyncResult,
    /// A type that only makes sense inside a process (`CancellationToken`, `IProgress<T>`, delegates): its base is written where it has state.
    Process,
    /// `MessageHeader<T>`: its type argument, in a header.
    TypedHeader,
    /// An interface or base class that says something about a class and is no data itself.
    Marker(Marker),
}

/// What a marker says of a class that has it as base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `IXmlSerializable`.
    XmlSerializable,
    /// `ISerializable`.
    CustomSerializable,
    /// `ClientBase<T>` and `IClientChannel`: a client, not a service.
    Client,
    /// A base without serialised state.
    Stateless,
}

impl FrameworkType {
    /// Whether it is a value type.
    pub(super) fn is_value_type(&self) -> bool {
        match self.kind {
            Kind::Primitive(primitive) => {
                !matches!(primitive, Primitive::String | Primitive::Bytes | Primitive::Uri | Primitive::Version | Primitive::QName)
            }
            Kind::Nullable | Kind::Enum(_) => true,
            Kind::Record(_) => self.name != "Tuple",
            Kind::Process => matches!(self.name, "CancellationToken" | "ValueTask" | "IntPtr" | "UIntPtr"),
            Kind::List
            | Kind::StringList
            | Kind::FieldsOfList
            | Kind::Map
            | Kind::Any
            | Kind::Stream
            | Kind::Message
            | Kind::Task
            | Kind::AsyncCallback
            | Kind::AsyncResult
            | Kind::TypedHeader
            | Kind::Marker(_) => false,
            Kind::Xml => matches!(self.name, "IntPtr" | "UIntPtr"),
        }
    }

    /// Its full name as reflection writes it, without type arguments: ``System.Collections.Generic.List`1``.
    pub(super) fn full_name(&self, arguments: usize) -> String {
        if arguments == 0 { format!("{}.{}", self.namespace, self.name) } else { format!("{}.{}`{arguments}", self.namespace, self.name) }
    }
}

/// The framework types of a simple name and arity.
pub(super) fn by_name(name: &str, arity: usize) -> impl Iterator<Item = &'static FrameworkType> {
    INDEX.get(name).into_iter().flatten().copied().filter(move |found| found.arity == arity || (found.arity == ANY_ARITY && arity > 0))
}

/// The framework type of a full name and arity.
pub(super) fn in_namespace(namespace: &str, name: &str, arity: usize) -> Option<&'static FrameworkType> {
    by_name(name, arity).find(|found| found.namespace == namespace)
}

/// The framework type behind a keyword of C#.
pub(super) fn keyword(word: &str) -> Option<&'static FrameworkType> {
    let name = match word {
        "bool" => "Boolean",
        "sbyte" => "SByte",
        "byte" => "Byte",
        "short" => "Int16",
        "ushort" => "UInt16",
        "int" => "Int32",
        "uint" => "UInt32",
        "long" => "Int64",
        "ulong" => "UInt64",
        "float" => "Single",
        "double" => "Double",
        "decimal" => "Decimal",
        "char" => "Char",
        "string" => "String",
        "object" => "Object",
        "nint" => "IntPtr",
        "nuint" => "UIntPtr",
        _ => return None,
    };
    in_namespace("System", name, 0)
}

/// Namespaces that are looked at even where no using names them: SDK projects import them implicitly.
pub(super) const IMPLICIT: [&str; 6] =
    ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks"];

/// Whether a namespace, or one below it, holds a type listed here.
pub(super) fn is_namespace(name: &str) -> bool {
    TYPES.iter().any(|listed| listed.namespace.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

static INDEX: LazyLock<BTreeMap<&'static str, Vec<&'static FrameworkType>>> = LazyLock::new(|| {
    let mut index: BTreeMap<&str, Vec<&FrameworkType>> = BTreeMap::new();
    for listed in TYPES {
        index.entry(listed.name).or_default().push(listed);
    }
    index
});

const fn entry(namespace: &'static str, name: &'static str, arity: usize, kind: Kind) -> FrameworkType {
    FrameworkType { namespace, name, arity, kind }
}

const GENERIC: &str = "System.Collections.Generic";
const OBJECT_MODEL: &str = "System.Collections.ObjectModel";
const CONCURRENT: &str = "System.Collections.Concurrent";
const SPECIALIZED: &str = "System.Collections.Specialized";
const ITEMS: &[&str] = &["Item1", "Item2", "Item3", "Item4", "Item5", "Item6", "Item7", "Rest"];
const FIELDS: &[&str] = &["m_Item1", "m_Item2", "m_Item3", "m_Item4", "m_Item5", "m_Item6", "m_Item7", "m_Rest"];

#[rustfmt::skip]
static TYPES: &[FrameworkType] = &[
    entry("System", "Boolean", 0, Kind::Primitive(Primitive::Boolean)),
    entry("System", "SByte", 0, Kind::Primitive(Primitive::SByte)),
    entry("System", "Byte", 0, Kind::Primitive(Primitive::Byte)),
    entry("System", "Int16", 0, Kind::Primitive(Primitive::Int16)),
    entry("System", "UInt16", 0, Kind::Primitive(Primitive::UInt16)),
    entry("System", "Int32", 0, Kind::Primitive(Primitive::Int32)),
    entry("System", "UInt32", 0, Kind::Primitive(Primitive::UInt32)),
    entry("System", "Int64", 0, Kind::Primitive(Primitive::Int64)),
    entry("System", "UInt64", 0, Kind::Primitive(Primitive::UInt64)),
    entry("System", "Single", 0, Kind::Primitive(Primitive::Single)),
    entry("System", "Double", 0, Kind::Primitive(Primitive::Double)),
    entry("System", "Decimal", 0, Kind::Primitive(Primitive::Decimal)),
    entry("System", "Char", 0, Kind::Primitive(Primitive::Char)),
    entry("System", "String", 0, Kind::Primitive(Primitive::String)),
    entry("System", "Guid", 0, Kind::Primitive(Primitive::Guid)),
    entry("System", "DateTime", 0, Kind::Primitive(Primitive::DateTime)),
    entry("System", "DateTimeOffset", 0, Kind::Primitive(Primitive::DateTimeOffset)),
    entry("System", "DateOnly", 0, Kind::Primitive(Primitive::DateOnly)),
    entry("System", "TimeOnly", 0, Kind::Primitive(Primitive::TimeOnly)),
    entry("System", "TimeSpan", 0, Kind::Primitive(Primitive::TimeSpan)),
    entry("System", "Uri", 0, Kind::Primitive(Primitive::Uri)),
    entry("System", "Version", 0, Kind::Primitive(Primitive::Version)),
    entry("System.Xml", "XmlQualifiedName", 0, Kind::Primitive(Primitive::QName)),
    entry("System", "Nullable", 1, Kind::Nullable),
    entry("System", "Object", 0, Kind::Any),
    entry("System", "ValueType", 0, Kind::Any),
    entry("System", "Enum", 0, Kind::Any),
    entry("System", "IComparable", 0, Kind::Any),
    entry("System", "IComparable", 1, Kind::Any),
    entry("System", "IEquatable", 1, Kind::Any),
    entry("System", "ICloneable", 0, Kind::Any),
    entry("System", "IConvertible", 0, Kind::Any),
    entry("System", "IFormattable", 0, Kind::Any),
    entry("System", "IDisposable", 0, Kind::Any),
    entry("System", "IAsyncDisposable", 0, Kind::Any),
    entry("System", "DBNull", 0, Kind::Xml),
    entry("System", "IntPtr", 0, Kind::Xml),
    entry("System", "UIntPtr", 0, Kind::Xml),
    entry("System", "Exception", 0, Kind::Xml),
    entry("System", "ApplicationException", 0, Kind::Xml),
    entry("System", "SystemException", 0, Kind::Xml),
    entry("System", "ArgumentException", 0, Kind::Xml),
    entry("System", "InvalidOperationException", 0, Kind::Xml),
    entry("System", "ArgumentNullException", 0, Kind::Xml),
    entry("System", "ArgumentOutOfRangeException", 0, Kind::Xml),
    entry("System", "ArithmeticException", 0, Kind::Xml),
    entry("System", "DivideByZeroException", 0, Kind::Xml),
    entry("System", "OverflowException", 0, Kind::Xml),
    entry("System", "FormatException", 0, Kind::Xml),
    entry("System", "InvalidCastException", 0, Kind::Xml),
    entry("System", "NotImplementedException", 0, Kind::Xml),
    entry("System", "NotSupportedException", 0, Kind::Xml),
    entry("System", "NullReferenceException", 0, Kind::Xml),
    entry("System", "IndexOutOfRangeException", 0, Kind::Xml),
    entry("System", "ObjectDisposedException", 0, Kind::Xml),
    entry("System", "TimeoutException", 0, Kind::Xml),
    entry("System", "UnauthorizedAccessException", 0, Kind::Xml),
    entry("System", "OperationCanceledException", 0, Kind::Xml),
    entry("System", "AggregateException", 0, Kind::Xml),
    entry("System.Collections.Generic", "KeyNotFoundException", 0, Kind::Xml),
    entry("System.IO", "IOException", 0, Kind::Xml),
    entry("System.IO", "FileNotFoundException", 0, Kind::Xml),
    entry("System.IO", "DirectoryNotFoundException", 0, Kind::Xml),
    entry("System.Security", "SecurityException", 0, Kind::Xml),
    entry("System.Data", "DataException", 0, Kind::Xml),
    entry("System.ServiceModel", "FaultException", 0, Kind::Xml),
    entry("System.ServiceModel", "CommunicationException", 0, Kind::Xml),
    entry("System.Runtime.Serialization", "SerializationException", 0, Kind::Xml),
    entry("System", "MarshalByRefObject", 0, Kind::Marker(Marker::Stateless)),
    entry("System", "Attribute", 0, Kind::Marker(Marker::Stateless)),
    entry("System", "EventArgs", 0, Kind::Marker(Marker::Stateless)),
    entry("System", "Array", 0, Kind::List),
    entry("System", "Tuple", ANY_ARITY, Kind::Record(FIELDS)),
    entry("System", "ValueTuple", ANY_ARITY, Kind::Record(ITEMS)),
    entry("System", "DayOfWeek", 0, Kind::Enum(&[("Sunday", 0), ("Monday", 1), ("Tuesday", 2), ("Wednesday", 3), ("Thursday", 4), ("Friday", 5), ("Saturday", 6)])),
    entry("System", "DateTimeKind", 0, Kind::Enum(&[("Unspecified", 0), ("Utc", 1), ("Local", 2)])),
    entry("System", "StringComparison", 0, Kind::Enum(&[("CurrentCulture", 0), ("CurrentCultureIgnoreCase", 1), ("InvariantCulture", 2), ("InvariantCultureIgnoreCase", 3), ("Ordinal", 4), ("OrdinalIgnoreCase", 5)])),
    entry("System", "ConsoleColor", 0, Kind::Enum(&[("Black", 0), ("DarkBlue", 1), ("DarkGreen", 2), ("DarkCyan", 3), ("DarkRed", 4), ("DarkMagenta", 5), ("DarkYellow", 6), ("Gray", 7), ("DarkGray", 8), ("Blue", 9), ("Green", 10), ("Cyan", 11), ("Red", 12), ("Magenta", 13), ("Yellow", 14), ("White", 15)])),
    entry("System.Net", "HttpStatusCode", 0, Kind::Enum(HTTP_STATUS)),
    entry("System.Diagnostics", "TraceLevel", 0, Kind::Enum(&[("Off", 0), ("Error", 1), ("Warning", 2), ("Info", 3), ("Verbose", 4)])),
    entry("System.Diagnostics", "TraceEventType", 0, Kind::Enum(&[("Critical", 1), ("Error", 2), ("Warning", 4), ("Information", 8), ("Verbose", 16), ("Start", 256), ("Stop", 512), ("Suspend", 1024), ("Resume", 2048), ("Transfer", 4096)])),
    entry("System", "AsyncCallback", 0, Kind::AsyncCallback),
    entry("System", "IAsyncResult", 0, Kind::AsyncResult),
    entry("System", "IProgress", 1, Kind::Process),
    entry("System", "Delegate", 0, Kind::Process),
    entry("System", "MulticastDelegate", 0, Kind::Process),
    entry("System", "Action", 0, Kind::Process),
    entry("System", "Action", ANY_ARITY, Kind::Process),
    entry("System", "Func", ANY_ARITY, Kind::Process),
    entry("System", "EventHandler", 0, Kind::Process),
    entry("System", "EventHandler", 1, Kind::Process),
    entry("System.ComponentModel", "PropertyChangedEventHandler", 0, Kind::Process),
    entry("System", "Type", 0, Kind::Process),
    entry("System.Globalization", "CultureInfo", 0, Kind::Process),
    entry("System.Threading", "CancellationToken", 0, Kind::Process),
    entry("System.Threading.Tasks", "Task", 0, Kind::Task),
    entry("System.Threading.Tasks", "Task", 1, Kind::Task),
    entry("System.Threading.Tasks", "ValueTask", 0, Kind::Process),
    entry("System.Threading.Tasks", "ValueTask", 1, Kind::Process),
    entry(GENERIC, "IAsyncEnumerable", 1, Kind::Process),
    entry(GENERIC, "List", 1, Kind::List),
    entry(GENERIC, "IList", 1, Kind::List),
    entry(GENERIC, "ICollection", 1, Kind::List),
    entry(GENERIC, "IEnumerable", 1, Kind::List),
    entry(GENERIC, "HashSet", 1, Kind::List),
    entry(GENERIC, "SortedSet", 1, Kind::List),
    entry(GENERIC, "LinkedList", 1, Kind::List),
    entry(GENERIC, "SynchronizedCollection", 1, Kind::List),
    entry(GENERIC, "ISet", 1, Kind::Any),
    entry(GENERIC, "IReadOnlyList", 1, Kind::Any),
    entry(GENERIC, "IReadOnlyCollection", 1, Kind::Any),
    entry(GENERIC, "IReadOnlyDictionary", 2, Kind::Any),
    entry(GENERIC, "IReadOnlySet", 1, Kind::Any),
    entry(GENERIC, "IComparer", 1, Kind::Any),
    entry(GENERIC, "IEqualityComparer", 1, Kind::Any),
    entry(GENERIC, "Queue", 1, Kind::FieldsOfList),
    entry(GENERIC, "Stack", 1, Kind::FieldsOfList),
    entry(GENERIC, "Dictionary", 2, Kind::Map),
    entry(GENERIC, "IDictionary", 2, Kind::Map),
    entry(GENERIC, "SortedDictionary", 2, Kind::Map),
    entry(GENERIC, "SortedList", 2, Kind::Map),
    entry(GENERIC, "KeyValuePair", 2, Kind::Record(&["key", "value"])),
    entry(OBJECT_MODEL, "Collection", 1, Kind::List),
    entry(OBJECT_MODEL, "ObservableCollection", 1, Kind::List),
    entry(OBJECT_MODEL, "KeyedCollection", 2, Kind::List),
    entry(OBJECT_MODEL, "ReadOnlyCollection", 1, Kind::FieldsOfList),
    entry(OBJECT_MODEL, "ReadOnlyDictionary", 2, Kind::Any),
    entry("System.ComponentModel", "BindingList", 1, Kind::List),
    entry(CONCURRENT, "ConcurrentDictionary", 2, Kind::Map),
    entry(CONCURRENT, "ConcurrentQueue", 1, Kind::FieldsOfList),
    entry(CONCURRENT, "ConcurrentBag", 1, Kind::FieldsOfList),
    entry("System.Collections", "IEnumerable", 0, Kind::List),
    entry("System.Collections", "ICollection", 0, Kind::List),
    entry("System.Collections", "IList", 0, Kind::List),
    entry("System.Collections", "ArrayList", 0, Kind::List),
    entry("System.Collections", "CollectionBase", 0, Kind::List),
    entry("System.Collections", "Queue", 0, Kind::FieldsOfList),
    entry("System.Collections", "Stack", 0, Kind::FieldsOfList),
    entry("System.Collections", "Hashtable", 0, Kind::Map),
    entry("System.Collections", "IDictionary", 0, Kind::Map),
    entry("System.Collections", "SortedList", 0, Kind::Map),
    entry("System.Collections", "DictionaryBase", 0, Kind::Map),
    entry(SPECIALIZED, "StringCollection", 0, Kind::StringList),
    entry(SPECIALIZED, "ListDictionary", 0, Kind::Map),
    entry(SPECIALIZED, "HybridDictionary", 0, Kind::Map),
    entry(SPECIALIZED, "OrderedDictionary", 0, Kind::Map),
    entry(SPECIALIZED, "NameValueCollection", 0, Kind::Xml),
    entry("System.Xml", "XmlElement", 0, Kind::Xml),
    entry("System.Xml", "XmlNode", 0, Kind::Xml),
    entry("System.Xml", "XmlDocument", 0, Kind::Xml),
    entry("System.Xml", "XmlAttribute", 0, Kind::Xml),
    entry("System.Xml", "XmlReader", 0, Kind::Xml),
    entry("System.Xml.Linq", "XElement", 0, Kind::Xml),
    entry("System.Xml.Linq", "XDocument", 0, Kind::Xml),
    entry("System.Data", "DataSet", 0, Kind::Xml),
    entry("System.Data", "DataTable", 0, Kind::Xml),
    entry("System.Data", "DataRow", 0, Kind::Xml),
    entry("System.IO", "Stream", 0, Kind::Stream),
    entry("System.IO", "MemoryStream", 0, Kind::Stream),
    entry("System.IO", "FileStream", 0, Kind::Stream),
    entry("System.ServiceModel.Channels", "Message", 0, Kind::Message),
    entry("CoreWCF.Channels", "Message", 0, Kind::Message),
    entry("System.ServiceModel", "MessageHeader", 1, Kind::TypedHeader),
    entry("CoreWCF", "MessageHeader", 1, Kind::TypedHeader),
    entry("System.ServiceModel", "ExceptionDetail", 0, Kind::Xml),
    entry("System.ServiceModel", "ClientBase", 1, Kind::Marker(Marker::Client)),
    entry("System.ServiceModel", "DuplexClientBase", 1, Kind::Marker(Marker::Client)),
    entry("System.ServiceModel", "IClientChannel", 0, Kind::Marker(Marker::Client)),
    entry("System.ServiceModel", "IDuplexContextChannel", 0, Kind::Marker(Marker::Client)),
    entry("System.ServiceModel", "ICommunicationObject", 0, Kind::Any),
    entry("System.Runtime.Serialization", "ExtensionDataObject", 0, Kind::Marker(Marker::Stateless)),
    entry("System.Runtime.Serialization", "IExtensibleDataObject", 0, Kind::Any),
    entry("System.Runtime.Serialization", "ISerializable", 0, Kind::Marker(Marker::CustomSerializable)),
    entry("System.Xml.Serialization", "IXmlSerializable", 0, Kind::Marker(Marker::XmlSerializable)),
    entry("System.ComponentModel", "INotifyPropertyChanged", 0, Kind::Any),
    entry("System.ComponentModel", "INotifyPropertyChanging", 0, Kind::Any),
    entry("System.ComponentModel", "IDataErrorInfo", 0, Kind::Any),
    entry("System.ComponentModel", "Component", 0, Kind::Marker(Marker::Stateless)),
];

const HTTP_STATUS: &[(&str, i32)] = &[
    ("Continue", 100),
    ("SwitchingProtocols", 101),
    ("OK", 200),
    ("Created", 201),
    ("Accepted", 202),
    ("NonAuthoritativeInformation", 203),
    ("NoContent", 204),
    ("ResetContent", 205),
    ("PartialContent", 206),
    ("MultipleChoices", 300),
    ("Ambiguous", 300),
    ("MovedPermanently", 301),
    ("Moved", 301),
    ("Found", 302),
    ("Redirect", 302),
    ("SeeOther", 303),
    ("RedirectMethod", 303),
    ("NotModified", 304),
    ("UseProxy", 305),
    ("Unused", 306),
    ("TemporaryRedirect", 307),
    ("RedirectKeepVerb", 307),
    ("BadRequest", 400),
    ("Unauthorized", 401),
    ("PaymentRequired", 402),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("MethodNotAllowed", 405),
    ("NotAcceptable", 406),
    ("ProxyAuthenticationRequired", 407),
    ("RequestTimeout", 408),
    ("Conflict", 409),
    ("Gone", 410),
    ("LengthRequired", 411),
    ("PreconditionFailed", 412),
    ("RequestEntityTooLarge", 413),
    ("RequestUriTooLong", 414),
    ("UnsupportedMediaType", 415),
    ("RequestedRangeNotSatisfiable", 416),
    ("ExpectationFailed", 417),
    ("UpgradeRequired", 426),
    ("InternalServerError", 500),
    ("NotImplemented", 501),
    ("BadGateway", 502),
    ("ServiceUnavailable", 503),
    ("GatewayTimeout", 504),
    ("HttpVersionNotSupported", 505),
];
