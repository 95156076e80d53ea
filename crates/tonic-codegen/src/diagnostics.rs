//! What can go wrong between contracts and crates: one struct for each problem, with the words for it.

use wcf_diagnostics::{Code, Finding, Level, Span};

/// Every code of this crate, sorted by name.
pub static CODES: &[&Code] = &[
    &BUFFERED_STREAM,
    &BUILD_SCRIPT_NOT_USED,
    &CONTRACT_NEAR_MATCH,
    &CONTRACT_NOT_FOUND,
    &DATE_TIME_KIND,
    &DECIMAL_DIGITS,
    &DUPLEX_AS_STREAM,
    &ENUM_NUMBER_KEPT,
    &FIELD_TYPE_CHANGED,
    &HEADER_AS_FIELD,
    &HEADER_AS_METADATA,
    &NULL_ENTRY,
    &NULL_LIST,
    &OBJECT_IDENTITY,
    &OPEN_TYPE,
    &PORT_MOVED,
    &PROTO_NAME_MOVED,
    &PROTO_PACKAGE_MERGED,
    &PROTO_REJECTED,
    &ROLES_NOT_CHECKED,
    &REQUIRED_MEMBER,
    &SESSION_AS_STREAM,
    &STREAM_IN_CHUNKS,
    &TIME_SPAN_RANGE,
    &TYPE_AS_XML,
    &UNTYPED_MESSAGE,
    &WIDE_ENUM,
    &XML_CONTENT,
];

macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $level:ident, $summary:literal, $why:literal, $example:literal, $remedy:literal, $reference:literal;)*) => {
        $($(#[$doc])*
        pub static $constant: Code = Code {
            name: $name,
            level: Level::$level,
            summary: $summary,
            why: $why,
            example: $example,
            remedy: $remedy,
            reference: $reference,
            waivable: false,
        };)*
    };
}

codes! {
    /// A stream is one field.
    BUFFERED_STREAM = "wcf-stream-buffered", Warn,
        "a stream inside of other data travels as one field of bytes",
        "WCF hands the stream on while it arrives; one field is held in memory as a whole, and the limit of a message is its limit.",
        "`[DataMember] public Stream Content { get; set; }`",
        "Check that the largest content fits the limit of a message, or split it over several calls.",
        "System.ServiceModel.TransferMode";
    /// Names that tonic would choose otherwise.
    BUILD_SCRIPT_NOT_USED = "wcf-build-script-not-used", Warn,
        "the stubs of a host are part of the source, and not made by a build script",
        "tonic's build gives a method's function the method's name, also where that is a keyword of Rust or a function that its clients have already, such as `connect`. Such code does not compile.",
        "`stubs = \"build-script\"` in the policy, and `[OperationContract] void Connect();`",
        "Nothing; or give the operation another `Name`, if no client is in use yet.",
        "https://docs.rs/tonic-prost-build";
    /// Same short name, other namespace.
    CONTRACT_NEAR_MATCH = "wcf-contract-near-match", Warn,
        "an endpoint names a contract that the source has only under another namespace",
        "WCF compares the whole name. The contract with the same short name is taken, because it is the only one; if it is another, clients and server disagree.",
        "`contract=\"Old.IOrders\"` where the source has `New.IOrders`",
        "Correct the name in the configuration or set `ConfigurationName` on the contract.",
        "System.ServiceModel.ServiceContractAttribute.ConfigurationName";
    /// No source for a contract.
    CONTRACT_NOT_FOUND = "wcf-contract-not-found", Warn,
        "no source was found for an endpoint's contract",
        "Without the contract there are no methods and no messages; nothing is generated for the endpoint.",
        "`contract=\"Shop.IOrders\"` where no file read has `IOrders`",
        "Give the folder or file that has the contract (C# or WSDL) as a further PATH.",
        "System.ServiceModel.ServiceContractAttribute.ConfigurationName";
    /// Demands on callers that the generated server does not check.
    ROLES_NOT_CHECKED = "wcf-roles-not-checked", Deny,
        "operations demand roles of their callers, and have no method of their own to check them at",
        "Without the check every proved caller would reach the handlers, those too whom WCF kept out. Nothing is generated for the endpoint.",
        "`[PrincipalPermission(SecurityAction.Demand, Role = \"Tellers\")]` and `from = \"file\"` under `[security.roles]`",
        "Take [security.roles] out of the policy, check the caller in the handlers, and waive wcf-authorization-to-write with that as the reason.",
        "System.Security.Permissions.PrincipalPermissionAttribute";
    /// `DateTime.Kind`.
    DATE_TIME_KIND = "wcf-datetime-kind-lost", Note,
        "a DateTime travels as a moment in UTC",
        "DateTime also says whether it is local, UTC or unspecified. A moment has no such mark: local times must be turned to UTC before, and unspecified ones need a decision.",
        "`[DataMember] public DateTime Arrival { get; set; }`",
        "See that both sides take the value as UTC.",
        "System.DateTime.Kind";
    /// The book's decimal.
    DECIMAL_DIGITS = "wcf-decimal-digits-lost", Warn,
        "a decimal travels as units and billionths",
        "Digits past the ninth after the point, values past 2^63 and trailing zeros do not fit.",
        "`decimal = \"units-nanos\"` in the policy",
        "Remove the policy: as text a decimal is exact.",
        "System.Decimal";
    /// Callbacks.
    DUPLEX_AS_STREAM = "wcf-duplex-as-stream", Warn,
        "the callbacks of a duplex contract arrive on a stream",
        "gRPC has no calls from server to client. What the service would call on its client are messages on a stream that the client opens and reads; it ends with the session.",
        "`[ServiceContract(CallbackContract = typeof(IOrderEvents))]`",
        "Read the stream in clients, and open it again when it breaks.",
        "System.ServiceModel.ServiceContractAttribute.CallbackContract";
    /// C# gave a value another number.
    ENUM_NUMBER_KEPT = "wcf-enum-number-kept", Note,
        "a value of an enum has another number in proto than in C#",
        "WCF sends the names of values, so a value put between others changes nothing for old clients. Proto sends numbers: the recorded ones stay with their names, and a new value whose number another one has or had gets a free one.",
        "`enum Unit { Piece, Metre, Kilogram, Litre }` where `Litre` was 2 before `Kilogram` came",
        "Nothing, unless other code takes the number for the value: convert by name there.",
        "https://protobuf.dev/programming-guides/proto3/#updating";
    /// A member's type is another now.
    FIELD_TYPE_CHANGED = "wcf-field-type-changed", Warn,
        "a member's type is not what it was",
        "Old clients would misread the new type under the old number. The member got a new number, and the old one is reserved.",
        "`int Number` that became `string Number`",
        "Update clients and server together.",
        "https://protobuf.dev/programming-guides/proto3/#updating";
    /// A SOAP header.
    HEADER_AS_FIELD = "wcf-message-header-as-field", Note,
        "a SOAP header travels as a field of the message",
        "Intermediaries that read headers do not see it; the value itself is kept.",
        "`[MessageHeader] public string Tenant;`",
        "If something between client and server reads it, send it as metadata too.",
        "System.ServiceModel.MessageHeaderAttribute";
    /// A SOAP header that became metadata.
    HEADER_AS_METADATA = "wcf-message-header-as-metadata", Note,
        "a SOAP header travels as metadata",
        "Metadata goes before the message and can be read on the way, as SOAP headers can. Servers usually take 8 to 16 KiB of it in all.",
        "`[MessageHeader] public string Tenant;`",
        "Set and read it with the types of the module `headers` in the proto crate.",
        "System.ServiceModel.MessageHeaderAttribute";
    /// Null entries.
    NULL_ENTRY = "wcf-null-entry-lost", Note,
        "a list cannot hold null entries",
        "Null lists are kept apart from empty ones, as the policy says; entries of repeated fields and maps are never null.",
        "`null-lists = \"kept\"` and `[DataMember] public List<string> Remarks { get; set; }`",
        "See that nobody puts null into the list, or tells null entries from empty ones.",
        "https://protobuf.dev/programming-guides/proto3/#field-labels";
    /// Null and empty lists.
    NULL_LIST = "wcf-null-list-becomes-empty", Note,
        "a list that is null arrives as an empty list",
        "Repeated fields and maps do not tell null from empty, and hold no null entries.",
        "`[DataMember] public List<string> Remarks { get; set; }`",
        "See that nobody tells a null list from an empty one, or null entries from empty ones.",
        "https://protobuf.dev/programming-guides/proto3/#field-labels";
    /// `IsReference`.
    OBJECT_IDENTITY = "wcf-object-identity-lost", Warn,
        "objects that were one arrive as copies",
        "With IsReference WCF keeps it that two members are the same object, circles included. Messages are trees: a shared object is sent twice, and a circle cannot be sent.",
        "`[DataContract(IsReference = true)]`",
        "Refer to shared objects by a key.",
        "System.Runtime.Serialization.DataContractAttribute.IsReference";
    /// `object`.
    OPEN_TYPE = "wcf-open-type", Warn,
        "a value may have any type",
        "It travels as google.protobuf.Any: both sides must know which messages to expect, the contract does not say.",
        "`[DataMember] public object Payload { get; set; }`",
        "Replace it by the types that occur, for instance a base class with KnownType.",
        "System.Runtime.Serialization.KnownTypeAttribute";
    /// Two plans on one port.
    PORT_MOVED = "wcf-listener-port-moved", Warn,
        "endpoints that shared a port need a port each",
        "On Windows http.sys shares one port between services of different security. Each listener of the generated server has one TLS configuration and one kind of caller.",
        "two services at port 8080, one with client certificates, one without",
        "Give clients and firewalls the new port, or set another in the server's settings.",
        "System.ServiceModel.Channels.HttpTransportBindingElement";
    /// Another package.
    PROTO_NAME_MOVED = "wcf-proto-name-moved", Warn,
        "a message or service has another full name than in the last run",
        "For a service it is part of each request's path, so old clients do not reach it. For a message only values in google.protobuf.Any carry the name.",
        "a class that moved to another namespace",
        "Update clients and server together.",
        "https://protobuf.dev/programming-guides/proto3/#packages";
    /// A circle of namespaces.
    PROTO_PACKAGE_MERGED = "wcf-proto-package-merged", Note,
        "a type is in the package of another namespace",
        "Two namespaces use each other's types. Proto files cannot import each other in a circle, so the types share one package.",
        "`A.Order` has a `B.Customer`, which has a list of `A.Order`",
        "Nothing, or move the types to one namespace.",
        "https://protobuf.dev/programming-guides/proto3/#importing";
    /// A mistake of ours.
    PROTO_REJECTED = "wcf-proto-rejected", Deny,
        "the generated proto or Rust was not accepted",
        "Every proto is compiled before anything is written. This one should have been right: it is a mistake of wcf2grpc.",
        "none known",
        "Please report it, with the contract if you can.",
        "https://protobuf.dev/reference/protobuf/proto3-spec/";
    /// `IsRequired` of a scalar.
    REQUIRED_MEMBER = "wcf-required-member-not-checked", Note,
        "a required member that is not sent arrives as null or empty",
        "WCF refuses a message without a member that has IsRequired, and takes one where it is null or empty. In proto null and empty are what is not sent. Numbers, enums and structures that cannot be null are refused where they are missing, as by WCF.",
        "`[DataMember(IsRequired = true)] public List<string> Remarks { get; set; }`",
        "Refuse null or empty in the handler, if no right message has it.",
        "System.Runtime.Serialization.DataMemberAttribute.IsRequired";
    /// Initiating and terminating operations.
    SESSION_AS_STREAM = "wcf-session-as-stream", Warn,
        "operations that belong to a session are messages on one stream",
        "WCF keeps the session's state and the order of its calls. Here the life of a stream is the session: actions arrive in order, and the state ends with it.",
        "`[OperationContract(IsInitiating = false, IsTerminating = true)]`",
        "Send the actions of a session on one stream, and close it at the end.",
        "System.ServiceModel.OperationContractAttribute.IsInitiating";
    /// A stream is a stream.
    STREAM_IN_CHUNKS = "wcf-stream-in-chunks", Note,
        "a stream travels in chunks",
        "The other members are in the first message; every message has a chunk of bytes, to be joined in order.",
        "`[OperationContract] Stream Download(string name);`",
        "Choose chunks of 16 to 64 KiB, and limit the sum on the side that reads.",
        "System.IO.Stream";
    /// `TimeSpan.MaxValue`.
    TIME_SPAN_RANGE = "wcf-timespan-range", Note,
        "a TimeSpan travels as a Duration, whose range is narrower",
        "A Duration ends at 10,000 years; TimeSpan.MinValue and MaxValue, often used for \"never\", lie outside.",
        "`[DataMember] public TimeSpan Timeout { get; set; }`",
        "See whether one of the sentinels occurs, and send null in its place.",
        "System.TimeSpan.MaxValue";
    /// A type that is not in the input.
    TYPE_AS_XML = "wcf-type-as-xml", Warn,
        "a type that is not in the input travels as XML",
        "Its members are unknown, so it has no message; the bytes are what .NET's serializer writes.",
        "`[DataMember] public Vendor.Money Price { get; set; }` with Vendor.Money only in a compiled assembly",
        "Give the folder that has the type's source as a further PATH.",
        "System.Runtime.Serialization.DataContractSerializer";
    /// `Message`.
    UNTYPED_MESSAGE = "wcf-untyped-message", Warn,
        "an operation takes or returns messages without a type",
        "The contract says nothing of their content. The body travels as XML; nothing checks it.",
        "`[OperationContract] Message Process(Message request);`",
        "Write the operation with the types that occur.",
        "System.ServiceModel.Channels.Message";
    /// An enum past 32 bits.
    WIDE_ENUM = "wcf-wide-enum", Note,
        "an enum travels as an integer",
        "Values of a proto enum have 32 bits; this one has values past that. Numbers are kept, names are in the comment.",
        "`enum Size : long { Huge = 5000000000 }`",
        "Nothing, as long as both sides use the constants.",
        "https://protobuf.dev/programming-guides/proto3/#enum";
    /// Free XML.
    XML_CONTENT = "wcf-xml-content", Warn,
        "a value is XML whose form is not in the contract",
        "It travels as the bytes of that XML; nothing checks it.",
        "`[DataMember] public DataSet Rows { get; set; }`",
        "Replace it by a class with the members that are used.",
        "System.Data.DataSet";
}

/// Values of one class or operation that change on the way, all of one kind.
pub(crate) struct ValuesChange {
    /// The kind.
    pub code: &'static Code,
    /// The class or operation.
    pub holder: String,
    /// The fields, with their names.
    pub places: Vec<(Span, String)>,
}

impl From<ValuesChange> for Finding {
    fn from(problem: ValuesChange) -> Self {
        let names: Vec<String> = problem.places.iter().map(|(_, name)| format!("`{name}`")).collect();
        let shown = match names.as_slice() {
            [first, second, third, rest @ ..] if rest.len() > 1 => format!("{first}, {second}, {third} and {} more", rest.len()),
            _ => names.join(", "),
        };
        let message = format!("{}: {shown} of `{}`", problem.code.summary, problem.holder);
        let finding = problem.places.iter().fold(Self::new(problem.code, message), |finding, (span, _)| finding.at(*span, ""));
        finding.note(problem.code.why).help(problem.code.remedy)
    }
}

/// An endpoint's contract is nowhere in the source.
pub(crate) struct ContractNotFound {
    pub span: Span,
    pub contract: String,
    pub service: String,
    pub endpoint: Option<String>,
    /// Contracts with the same short name, where there are several.
    pub candidates: Vec<String>,
}

impl From<ContractNotFound> for Finding {
    fn from(problem: ContractNotFound) -> Self {
        let message = format!("no source was found for the contract `{}`; nothing is generated for this endpoint", problem.contract);
        let mut finding = Self::new(&CONTRACT_NOT_FOUND, message).at(problem.span, "this endpoint's contract").service(problem.service);
        if let Some(endpoint) = problem.endpoint {
            finding = finding.endpoint(endpoint);
        }
        if problem.candidates.is_empty() {
            finding.help(CONTRACT_NOT_FOUND.remedy)
        } else {
            let names: Vec<String> = problem.candidates.iter().map(|name| format!("`{name}`")).collect();
            finding
                .note(format!("several contracts have this short name: {}", names.join(", ")))
                .help("Write the whole name of one of them.")
        }
    }
}

/// An endpoint's operations demand roles.
pub(crate) struct RolesNotChecked {
    pub span: Span,
    pub service: String,
}

impl From<RolesNotChecked> for Finding {
    fn from(problem: RolesNotChecked) -> Self {
        let message = "operations of this endpoint demand roles and became messages of a stream, where they cannot be checked; nothing is generated for it";
        Self::new(&ROLES_NOT_CHECKED, message).at(problem.span, "this endpoint").service(problem.service).help(ROLES_NOT_CHECKED.remedy)
    }
}

/// An endpoint's contract has another namespace in the source.
pub(crate) struct ContractNearMatch {
    pub span: Span,
    pub contract: String,
    pub found: String,
    pub found_at: Span,
    pub service: String,
}

impl From<ContractNearMatch> for Finding {
    fn from(problem: ContractNearMatch) -> Self {
        let message = format!("the contract `{}` is taken to be `{}`", problem.contract, problem.found);
        Self::new(&CONTRACT_NEAR_MATCH, message)
            .at(problem.span, "the endpoint names it so")
            .at(problem.found_at, "the only contract with this short name")
            .service(problem.service)
            .help(CONTRACT_NEAR_MATCH.remedy)
    }
}

/// Callbacks are messages on a stream.
pub(crate) struct DuplexAsStream {
    pub span: Span,
    pub contract: String,
    pub method: String,
}

impl From<DuplexAsStream> for Finding {
    fn from(problem: DuplexAsStream) -> Self {
        let message = format!("the callbacks of the duplex contract `{}` arrive on the stream of `{}`", problem.contract, problem.method);
        Self::new(&DUPLEX_AS_STREAM, message).at(problem.span, "").note(DUPLEX_AS_STREAM.why).help(DUPLEX_AS_STREAM.remedy)
    }
}

/// A session is a stream.
pub(crate) struct SessionAsStream {
    pub span: Span,
    pub contract: String,
    pub method: String,
}

impl From<SessionAsStream> for Finding {
    fn from(problem: SessionAsStream) -> Self {
        let message = format!("the operations of the session of `{}` are messages on the stream of `{}`", problem.contract, problem.method);
        Self::new(&SESSION_AS_STREAM, message).at(problem.span, "").note(SESSION_AS_STREAM.why).help(SESSION_AS_STREAM.remedy)
    }
}

/// A header became a field.
pub(crate) struct HeaderAsField {
    pub span: Span,
    pub name: String,
    pub operation: String,
}

impl From<HeaderAsField> for Finding {
    fn from(problem: HeaderAsField) -> Self {
        let message = format!("the SOAP header `{}` of `{}` travels as a field of the message", problem.name, problem.operation);
        Self::new(&HEADER_AS_FIELD, message).at(problem.span, "").help(HEADER_AS_FIELD.remedy)
    }
}

/// A header became metadata.
pub(crate) struct HeaderAsMetadata {
    pub span: Span,
    pub operation: String,
    pub name: String,
    pub key: String,
}

impl From<HeaderAsMetadata> for Finding {
    fn from(problem: HeaderAsMetadata) -> Self {
        let message = format!("the SOAP header `{}` of `{}` travels as the metadata `{}`", problem.name, problem.operation, problem.key);
        Self::new(&HEADER_AS_METADATA, message).at(problem.span, "").help(HEADER_AS_METADATA.remedy)
    }
}

/// A class with `IsReference`.
pub(crate) struct ObjectIdentityLost {
    pub span: Span,
    pub name: String,
}

impl From<ObjectIdentityLost> for Finding {
    fn from(problem: ObjectIdentityLost) -> Self {
        let message = format!("objects of `{}` that were one arrive as copies", problem.name);
        Self::new(&OBJECT_IDENTITY, message).at(problem.span, "").note(OBJECT_IDENTITY.why).help(OBJECT_IDENTITY.remedy)
    }
}

/// A recorded member has another type now.
pub(crate) struct FieldTypeChanged {
    pub span: Span,
    pub key: String,
    pub member: String,
    pub from: String,
    pub to: String,
    pub number: i32,
}

impl From<FieldTypeChanged> for Finding {
    fn from(problem: FieldTypeChanged) -> Self {
        let FieldTypeChanged { span, key, member, from, to, number } = problem;
        let message = format!("`{member}` of `{key}` was `{from}` and is `{to}` now; its number {number} is reserved and it got a new one");
        Self::new(&FIELD_TYPE_CHANGED, message).at(span, "").help(FIELD_TYPE_CHANGED.remedy)
    }
}

/// A host whose stubs tonic's build would not make right.
pub(crate) struct BuildScriptNotUsed {
    pub host: String,
    pub methods: Vec<String>,
}

impl From<BuildScriptNotUsed> for Finding {
    fn from(problem: BuildScriptNotUsed) -> Self {
        let message = format!(
            "the stubs of `{}` are part of the source: a build script would give {} names that do not compile",
            problem.host,
            problem.methods.iter().map(|method| format!("`{method}`")).collect::<Vec<_>>().join(", ")
        );
        Self::new(&BUILD_SCRIPT_NOT_USED, message).help(BUILD_SCRIPT_NOT_USED.remedy)
    }
}

/// A value of an enum whose number in proto is not C#'s.
pub(crate) struct EnumNumberKept {
    pub span: Span,
    pub key: String,
    pub member: String,
    pub value: i128,
    pub number: i32,
}

impl From<EnumNumberKept> for Finding {
    fn from(problem: EnumNumberKept) -> Self {
        let EnumNumberKept { span, key, member, value, number } = problem;
        let message = format!("`{member}` of `{key}` is {value} in C# and {number} in proto");
        Self::new(&ENUM_NUMBER_KEPT, message).at(span, "").help(ENUM_NUMBER_KEPT.remedy)
    }
}

/// Something has another full name now.
pub(crate) struct ProtoNameMoved {
    pub key: String,
    pub from: String,
    pub to: String,
}

impl From<ProtoNameMoved> for Finding {
    fn from(problem: ProtoNameMoved) -> Self {
        let message = format!("`{}` was `{}` in proto and is in the package `{}` now", problem.key, problem.from, problem.to);
        Self::new(&PROTO_NAME_MOVED, message).help(PROTO_NAME_MOVED.remedy)
    }
}

/// A type's package is that of another namespace.
pub(crate) struct PackageMerged {
    pub span: Span,
    pub name: String,
    pub package: String,
    pub original: String,
}

impl From<PackageMerged> for Finding {
    fn from(problem: PackageMerged) -> Self {
        let message = format!("`{}` is in the package `{}`, not in `{}`", problem.name, problem.package, problem.original);
        Self::new(&PROTO_PACKAGE_MERGED, message).at(problem.span, "").note(PROTO_PACKAGE_MERGED.why)
    }
}

/// The compiler did not accept our proto.
pub(crate) struct ProtoRejected {
    pub message: String,
}

impl From<ProtoRejected> for Finding {
    fn from(problem: ProtoRejected) -> Self {
        Self::new(&PROTO_REJECTED, format!("the generated proto was not accepted: {}", problem.message)).help(PROTO_REJECTED.remedy)
    }
}

/// A listener could not keep its port.
pub(crate) struct PortMoved {
    pub span: Span,
    pub host: String,
    pub listener: String,
    pub other: String,
    pub from: u16,
    pub to: u16,
}

impl From<PortMoved> for Finding {
    fn from(problem: PortMoved) -> Self {
        let PortMoved { span, host, listener, other, from, to } = problem;
        let message =
            format!("the listener `{listener}` of `{host}` has port {to}, because `{other}` keeps port {from} with another security");
        Self::new(&PORT_MOVED, message).at(span, "shared the port").note(PORT_MOVED.why).help(PORT_MOVED.remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_unique_and_named_well() {
        let names: Vec<&str> = CODES.iter().map(|code| code.name).collect();
        assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
        for code in CODES {
            assert!(code.name.starts_with("wcf-") && code.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", code.name);
            assert!([code.summary, code.why, code.example, code.remedy, code.reference].iter().all(|text| !text.is_empty()));
        }
    }
}
