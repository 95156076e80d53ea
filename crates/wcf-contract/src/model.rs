//! The contract model: what services offer and what data they exchange, whichever door it came through (C#, WSDL).
//!
//! Names are CLR names and WCF names; nothing here is decided about proto or Rust. Orders are WCF's own: operations as
//! .NET describes them, members in wire order.

use indexmap::IndexMap;
use wcf_diagnostics::Span;

use crate::in_code::InCode;

/// Everything read from all sources of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContractModel {
    /// Service contracts by full CLR name (or qualified WSDL name), in the order they were found.
    pub contracts: IndexMap<String, ServiceContract>,
    /// Data types by the key that [`TypeRef::Named`] carries, in the order they were found.
    pub types: IndexMap<TypeKey, DataType>,
    /// What `XmlSerializer` makes of classes and enums, one view for each namespace that contracts and enclosing types give
    /// them: .NET has a type of XML for each. [`types`](Self::types) holds the members once; the views differ from one
    /// another in namespaces only, and members of theirs refer to views in their own namespace.
    pub xml_views: IndexMap<XmlView, DataType>,
    /// Classes that implement contracts.
    pub services: Vec<ServiceClass>,
    /// Contracts and types that .NET itself refuses at run time, by full CLR name, with the place. They are not in
    /// [`contracts`](Self::contracts) or [`types`](Self::types); a finding at level deny says why.
    pub refused: IndexMap<String, Span>,
    /// Endpoints, bindings and credentials that C# code sets up by itself.
    pub in_code: InCode,
}

/// The full CLR name of a type, with its type arguments where it is generic: unique within a model. Nested types and
/// generics as reflection writes them: ``Orders.Outer+Inner``, ``Orders.Box`1<System.Int32>``. A class that both serializers
/// write, each with other members, is two types: ` as XML` follows the name of `XmlSerializer`'s. A message contract whose
/// parts come in another order in a second contract is two types as well: ` in ` and that contract's namespace follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeKey(pub String);

/// A type as `XmlSerializer` sees it, in one namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct XmlView {
    /// The type's full CLR name.
    pub clr_name: String,
    /// The namespace it has in XML there: `XmlType.Namespace`, else `XmlRoot.Namespace`, else that of what refers to it.
    pub namespace: String,
}

/// Where a contract was read from; a better source beats a worse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A proxy that a tool generated: less certain.
    GeneratedProxy,
    /// A WSDL.
    Wsdl,
    /// C# source.
    CSharp,
}

/// A service contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceContract {
    /// Full CLR name (`Harbour.Contracts.IBerthPlanning`; nested as `Outer+Inner`, generic as ``Name`1<System.Int32>``).
    pub clr_name: String,
    /// CLR namespace, may be empty.
    pub clr_namespace: String,
    /// `Name`, or the type's name.
    pub name: String,
    /// `Namespace`; .NET's default is `http://tempuri.org/`.
    pub namespace: String,
    /// `ConfigurationName`, or the full CLR name.
    pub configuration_name: String,
    /// Where the name stands.
    pub span: Span,
    /// Where it was read from.
    pub source: Source,
    /// `SessionMode`.
    pub session_mode: SessionMode,
    /// `ProtectionLevel`, where the contract demands one.
    pub protection_level: Option<Demanded>,
    /// The callback contract of a duplex service, by the key in [`ContractModel::contracts`].
    pub callback: Option<String>,
    /// Contracts this one inherits from, by key, in order.
    pub bases: Vec<String>,
    /// The operations, those of bases included once, in .NET's order.
    pub operations: Vec<Operation>,
    /// The operations that the service calls on its client, with actions in the name of this contract. The callback
    /// contract itself, where it is a contract in its own right, is at [`callback`](Self::callback).
    pub callback_operations: Vec<Operation>,
    /// Documentation from the source.
    pub docs: Docs,
}

/// `SessionMode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SessionMode {
    /// If the binding has one.
    #[default]
    Allowed,
    /// The binding must have one.
    Required,
    /// The binding must have none.
    NotAllowed,
}

/// A protection level that a contract demands, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demanded {
    /// The level.
    pub level: ProtectionLevel,
    /// The attribute's argument.
    pub span: Span,
}

/// `System.Net.Security.ProtectionLevel`, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtectionLevel {
    /// Nothing.
    None,
    /// Signed.
    Sign,
    /// Encrypted and signed.
    EncryptAndSign,
}

/// An operation, with its synchronous, `Begin…`/`End…` and `Task` forms merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The operation's name on the wire.
    pub name: String,
    /// The CLR method's name.
    pub clr_name: String,
    /// The contract that declares it, by key; differs from the holder for inherited ones.
    pub declared_in: String,
    /// Where the method's name stands.
    pub span: Span,
    /// `IsOneWay`.
    pub one_way: bool,
    /// `IsInitiating`; .NET's default is true.
    pub initiating: bool,
    /// `IsTerminating`.
    pub terminating: bool,
    /// The SOAP action.
    pub action: String,
    /// The SOAP action of the reply.
    pub reply_action: Option<String>,
    /// `ProtectionLevel`, where demanded.
    pub protection_level: Option<Demanded>,
    /// Parameters towards the service (`in`, `ref`), in declared order.
    pub parameters: Vec<Parameter>,
    /// What comes back: the return value (named `return`-like by [`Parameter::name`]) and `out`/`ref` parameters, in wire order.
    pub results: Vec<Parameter>,
    /// A message contract that is the whole request, by key.
    pub request_message: Option<TypeKey>,
    /// A message contract that is the whole response, by key.
    pub response_message: Option<TypeKey>,
    /// The faults it may raise, in declared order.
    pub faults: Vec<Fault>,
    /// Which serializer applies.
    pub serializer: Serializer,
    /// How the messages are laid out.
    pub format: MessageFormat,
    /// The CLR methods that were merged into this operation.
    pub forms: MethodForms,
    /// `TransactionFlow`, as C# spells it, where written.
    pub transaction_flow: Option<(String, Span)>,
    /// `WebGet` or `WebInvoke`, where written.
    pub web: Option<WebOperation>,
    /// Documentation from the source.
    pub docs: Docs,
}

/// A parameter or a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name on the wire (`MessageParameter.Name` or the parameter's own; for the return value `<Operation>Result`).
    pub name: String,
    /// The CLR name; empty for the return value.
    pub clr_name: String,
    /// Whether it is the return value.
    pub is_return: bool,
    /// Its type.
    pub type_ref: TypeRef,
    /// Where it stands.
    pub span: Span,
}

/// A fault an operation declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The fault's name on the wire.
    pub name: String,
    /// The detail's type.
    pub detail: TypeRef,
    /// The SOAP action.
    pub action: Option<String>,
    /// Where the attribute stands.
    pub span: Span,
}

/// Which serializer writes an operation's messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serializer {
    /// `DataContractSerializer`.
    #[default]
    DataContract,
    /// `XmlSerializer`.
    Xml,
}

/// `OperationFormatStyle` and `OperationFormatUse` of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageFormat {
    /// `Style = Rpc`; document otherwise.
    pub rpc: bool,
    /// `Use = Encoded`; literal otherwise.
    pub encoded: bool,
}

/// The CLR methods that .NET merges into one operation; at least one is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodForms {
    /// The synchronous method.
    pub sync: Option<String>,
    /// The `Begin…` and `End…` methods.
    pub begin_end: Option<(String, String)>,
    /// The method that returns a `Task`.
    pub task: Option<String>,
}

/// REST shape of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOperation {
    /// The verb; `GET` for `WebGet`.
    pub method: String,
    /// `UriTemplate`, where written.
    pub uri_template: Option<String>,
    /// Where the attribute stands.
    pub span: Span,
}

/// A use of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A type both sides know by itself.
    Primitive(Primitive),
    /// A type of the model.
    Named(TypeKey),
    /// An array, list or any enumerable.
    List {
        /// What it holds.
        item: Box<TypeRef>,
    },
    /// A dictionary.
    Map {
        /// Its keys.
        key: Box<TypeRef>,
        /// Its values.
        value: Box<TypeRef>,
    },
    /// `Nullable<T>` of a value type.
    Nullable(Box<TypeRef>),
    /// `System.IO.Stream`.
    Stream,
    /// `System.ServiceModel.Channels.Message`: the contract says nothing.
    Message,
    /// `object`, an interface, an open hierarchy.
    Any,
    /// XML whose schema is not in the contract (`XmlElement`, `XElement`, `DataSet`, `IXmlSerializable`).
    Xml {
        /// The type as written.
        written: String,
    },
    /// Not found anywhere in the input; a finding was made at this use.
    Unknown {
        /// The type as written.
        written: String,
        /// Where.
        span: Span,
    },
}

/// Types that need no declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the .NET type of that name")]
pub enum Primitive {
    Boolean,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Decimal,
    Char,
    String,
    /// `byte[]`.
    Bytes,
    Guid,
    DateTime,
    DateTimeOffset,
    DateOnly,
    TimeOnly,
    TimeSpan,
    Uri,
    Version,
    /// `XmlQualifiedName`.
    QName,
}

/// A data type of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataType {
    /// Its key: the full CLR name.
    pub key: TypeKey,
    /// Its CLR namespace, may be empty.
    pub clr_namespace: String,
    /// Its CLR name without namespace (`Outer.Inner` for nested types).
    pub clr_name: String,
    /// The data contract's name, as .NET computes it.
    pub name: String,
    /// The data contract's namespace, as .NET computes it.
    pub namespace: String,
    /// Where its name stands.
    pub span: Span,
    /// What it is.
    pub kind: DataKind,
    /// Documentation from the source.
    pub docs: Docs,
}

/// What a data type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// A class or struct with members.
    Class(ClassType),
    /// An enumeration.
    Enum(EnumType),
    /// `CollectionDataContract` over a list: a named collection.
    Collection {
        /// What it holds.
        item: TypeRef,
        /// The element's name on the wire.
        item_name: String,
    },
    /// `CollectionDataContract` over a dictionary.
    Dictionary {
        /// Its keys.
        key: TypeRef,
        /// Its values.
        value: TypeRef,
    },
    /// `MessageContract`.
    Message(MessageType),
    /// `xs:choice` of a schema: a value is exactly one of these members.
    Choice(Vec<Member>),
}

/// A class or struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassType {
    /// The base class that takes part in the contract.
    pub base: Option<TypeKey>,
    /// Its own members in wire order (without the base's, which come before).
    pub members: Vec<Member>,
    /// `KnownType` and `ServiceKnownType` types that may stand in its place.
    pub known_types: Vec<TypeKey>,
    /// Whether it is a struct.
    pub is_value_type: bool,
    /// `IsReference`.
    pub is_reference: bool,
    /// Whether it is abstract.
    pub is_abstract: bool,
    /// Why it is a data contract.
    pub contract: ClassContract,
}

/// Why a class takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassContract {
    /// `DataContract`.
    DataContract,
    /// `Serializable`: its fields.
    Serializable,
    /// No attribute: public read-write members.
    Inferred,
    /// `XmlSerializer`'s view.
    Xml,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name on the wire.
    pub name: String,
    /// Its CLR name.
    pub clr_name: String,
    /// Its type.
    pub type_ref: TypeRef,
    /// `Order`, where written.
    pub order: Option<i32>,
    /// `IsRequired`.
    pub required: bool,
    /// `EmitDefaultValue`; .NET's default is true.
    pub emit_default: bool,
    /// Whether the type admits null (reference types and `Nullable<T>`).
    pub nullable: bool,
    /// Where its name stands.
    pub span: Span,
    /// Documentation from the source.
    pub docs: Docs,
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// The type its values have; `Int32` unless written.
    pub underlying: Primitive,
    /// `Flags`.
    pub flags: bool,
    /// Its values in declared order; only those with `EnumMember` where it is a data contract.
    pub members: Vec<EnumMember>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumMember {
    /// `EnumMember.Value`, or its CLR name.
    pub name: String,
    /// Its CLR name.
    pub clr_name: String,
    /// Its number. `u64` values past `i64::MAX` fit.
    pub value: i128,
    /// Where its name stands.
    pub span: Span,
    /// Documentation from the source.
    pub docs: Docs,
}

/// A message contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageType {
    /// `WrapperName`, or `None` where `IsWrapped = false`.
    pub wrapper: Option<String>,
    /// `WrapperNamespace`, where written; the contract's namespace otherwise.
    pub wrapper_namespace: Option<String>,
    /// Headers, in .NET's order. Towards whom they travel is said by the message's use: [`Operation::request_message`] or
    /// [`Operation::response_message`].
    pub headers: Vec<Header>,
    /// Body members, in wire order.
    pub body: Vec<Member>,
    /// `ProtectionLevel`, where demanded.
    pub protection_level: Option<Demanded>,
}

/// A SOAP header of a message contract (`MessageHeader`, `MessageHeaderArray`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its value: name on the wire, type, place.
    pub member: Member,
    /// `Namespace`, where written; the contract's namespace otherwise.
    pub namespace: Option<String>,
    /// `MustUnderstand`: a receiver that does not know the header must refuse the message. .NET's default is false.
    pub must_understand: bool,
    /// `Relay`: a receiver that does not know the header passes it on. .NET's default is false.
    pub relay: bool,
    /// `Actor`: the URI of whom it is for, where written; the receiver of the message otherwise.
    pub actor: Option<String>,
    /// `MessageHeaderArray`: each item is a header of its own.
    pub each: bool,
}

/// Which way a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Towards whoever offers the operation.
    Request,
    /// Back.
    Response,
}

impl MessageType {
    /// Headers, then the members of the body.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.headers.iter().map(|header| &header.member).chain(&self.body)
    }
}

impl Operation {
    /// The headers of the operation's messages, each with its direction; none where no message contract gives any.
    pub fn headers<'m>(&self, model: &'m ContractModel) -> impl Iterator<Item = (Direction, &'m Header)> {
        let of = |message: Option<&TypeKey>| match message.and_then(|key| model.types.get(key)).map(|found| &found.kind) {
            Some(DataKind::Message(message)) => message.headers.as_slice(),
            _ => &[],
        };
        let request = of(self.request_message.as_ref()).iter().map(|header| (Direction::Request, header));
        request.chain(of(self.response_message.as_ref()).iter().map(|header| (Direction::Response, header)))
    }
}

/// A class that implements contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceClass {
    /// Full CLR name.
    pub clr_name: String,
    /// `ServiceBehavior.Name`, or the class's name.
    pub name: String,
    /// `ServiceBehavior.Namespace`; .NET's default is `http://tempuri.org/`.
    pub namespace: String,
    /// `ConfigurationName`, or the full CLR name.
    pub configuration_name: String,
    /// Whether it is abstract: then only classes derived from it can be hosted.
    pub is_abstract: bool,
    /// The contracts it implements, by key.
    pub contracts: Vec<String>,
    /// `InstanceContextMode`, as C# spells it; .NET's default is `PerSession`.
    pub instance_context_mode: String,
    /// `ConcurrencyMode`, as C# spells it; .NET's default is `Single`.
    pub concurrency_mode: String,
    /// `IncludeExceptionDetailInFaults` set in code.
    pub include_exception_detail_in_faults: Option<Span>,
    /// Per operation (by wire name): roles and names demanded by `PrincipalPermission`.
    pub permissions: Vec<PermissionDemand>,
    /// Operations with `OperationBehavior(Impersonation = …)`: name, value, place.
    pub impersonation: Vec<(String, String, Span)>,
    /// Where its name stands.
    pub span: Span,
}

/// What an attribute on a method or class demands of callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionDemand {
    /// Which attribute.
    pub attribute: PermissionAttribute,
    /// The CLR method; `None` for the whole class.
    pub method: Option<String>,
    /// `Role`, where written.
    pub role: Option<String>,
    /// `Name`, where written.
    pub name: Option<String>,
    /// Where the attribute stands.
    pub span: Span,
}

/// The attribute a demand is from, which says how several demands go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionAttribute {
    /// `PrincipalPermission`: whoever fits one of those on a method is admitted.
    PrincipalPermission,
    /// `Authorize` or `AuthorizeRole` of CoreWCF: each attribute, of class and method, must admit the caller; the roles of one
    /// attribute, which share its place, are alternatives.
    Authorize,
    /// One whose demand could not be read, which was reported: nothing is known of whom it admits.
    NotRead,
}

/// Documentation: the text of the XML comment, without markup that has no meaning elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// `summary`.
    pub summary: String,
    /// `remarks`.
    pub remarks: String,
}
