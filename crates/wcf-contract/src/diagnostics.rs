//! What can be wrong with a contract, each problem a struct with its facts; the words stand here and nowhere else.

mod in_code;

use wcf_diagnostics::{Code, Finding, Level, Span};

pub(crate) use self::in_code::{EndpointInCode, HostInCode, SecurityInCode};
use crate::wsdl::diagnostics as wsdl;

/// Every code this crate can report.
pub static CODES: &[&Code] = &[
    &TYPE_NOT_FOUND,
    &ARGUMENT_NOT_CONSTANT,
    &REFUSED,
    &SYNTAX_ERROR,
    &DECLARED_TWICE,
    &OPEN_GENERIC,
    &NOT_DATA,
    &SERIALIZED_BY_FIELDS,
    &KNOWN_TYPES_BY_METHOD,
    &WITHOUT_EFFECT,
    &TRANSACTION_SCOPE,
    &PERMISSION_NOT_READ,
    &RPC_ENCODED,
    &TWO_SERIALIZERS,
    &NO_XML_SHAPE,
    &CONDITIONAL_CODE,
    &ENDPOINT_IN_CODE,
    &SECURITY_IN_CODE,
    &SETTING_NOT_CARRIED,
    &CUSTOM_BEHAVIOR,
    &wsdl::IMPORT_MISSING,
    &wsdl::NAME_MISSING,
    &wsdl::OPERATION_NOT_READ,
    &wsdl::FAULT_NOT_READ,
    &wsdl::TWO_FORMS,
    &wsdl::EXTENSION_NOT_READ,
    &wsdl::WITHOUT_CONTRACT,
    &wsdl::SCHEMA_LOOSENED,
    &wsdl::SCHEMA_OPEN,
    &wsdl::SCHEMA_TOO_LARGE,
    &wsdl::DEFINED_TWICE,
];

/// A type that a contract uses is not in the input.
pub static TYPE_NOT_FOUND: Code = Code {
    name: "wcf-contract-type-not-found",
    level: Level::Warn,
    summary: "a type that a contract uses is not in the input",
    why: "The fields of the type are unknown, so its values cannot be carried faithfully.",
    example: "`[OperationContract] Invoice Get(int id);` where `Invoice` lives in a project or package that was not given",
    remedy: "Give the folder of the project that declares the type, or a WSDL of the service.",
    reference: "System.Runtime.Serialization.DataContract",
    waivable: false,
};

/// An attribute's argument has a value that cannot be computed from source.
pub static ARGUMENT_NOT_CONSTANT: Code = Code {
    name: "wcf-contract-argument-not-constant",
    level: Level::Warn,
    summary: "an attribute's argument has a value that cannot be computed from the source",
    why: "The argument decides a name, an order or a demanded protection; the reader goes on as if it were not written, or takes the strictest value where protection depends on it.",
    example: "`[ServiceContract(Namespace = External.Names.Orders)]` where `External.Names` is not in the input",
    remedy: "Give the folder that declares the constant, or write the value in place.",
    reference: "C# specification, 12.23 constant expressions",
    waivable: false,
};

/// .NET refuses the contract when a service or client with it is opened.
pub static REFUSED: Code = Code {
    name: "wcf-contract-refused",
    level: Level::Deny,
    summary: "a contract or type that .NET itself refuses",
    why: "A service with this contract cannot have run, so there is no behaviour to carry over.",
    example: "two operations of one name in one contract",
    remedy: "Mend the contract as the message says, or leave the file out.",
    reference: "System.ServiceModel.Description.TypeLoader, System.Runtime.Serialization.ClassDataContract",
    waivable: false,
};

/// A contract's source is not valid C#.
pub static SYNTAX_ERROR: Code = Code {
    name: "wcf-contract-syntax-error",
    level: Level::Warn,
    summary: "source inside a contract could not be read",
    why: "Members at this place may be missing from what was read.",
    example: "an unfinished edit, or C# newer than the grammar",
    remedy: "Mend the source, or compare the operations and members listed by `inspect` with it.",
    reference: "the tree-sitter grammar of C#",
    waivable: false,
};

/// A type is declared more than once in the input.
pub static DECLARED_TWICE: Code = Code {
    name: "wcf-contract-declared-twice",
    level: Level::Note,
    summary: "a contract or data type is declared more than once in the input",
    why: "One declaration was taken; if the others differ, their differences are not in the result.",
    example: "a service contract and a copy of it in a client's generated proxy",
    remedy: "Check that the declarations agree, or give only the folder of the one that counts.",
    reference: "C# specification, 8.7 type declarations",
    waivable: false,
};

/// A generic type is used with a type parameter left open.
pub static OPEN_GENERIC: Code = Code {
    name: "wcf-contract-open-generic",
    level: Level::Warn,
    summary: "a contract uses a generic type or method whose type arguments are not known",
    why: "A message has one shape; a type parameter leaves it open.",
    example: "`[OperationContract] T Echo<T>(T value);`",
    remedy: "Declare the contract for the types that are really exchanged.",
    reference: "System.ServiceModel.Description.TypeLoader",
    waivable: false,
};

/// A type that only has meaning inside a process is part of a message.
pub static NOT_DATA: Code = Code {
    name: "wcf-contract-not-data",
    level: Level::Warn,
    summary: "a contract carries a type that only has meaning inside a process",
    why: "A delegate, a token or a task cannot be sent.",
    example: "`[DataMember] public Action Done;`",
    remedy: "Take the member or parameter out of the contract, or carry what it stands for.",
    reference: "System.Runtime.Serialization.DataContractSerializer",
    waivable: false,
};

/// A collection that .NET serialises by its private fields.
pub static SERIALIZED_BY_FIELDS: Code = Code {
    name: "wcf-contract-serialized-by-fields",
    level: Level::Note,
    summary: "a collection that .NET writes by its private fields is read as a list of its items",
    why: "On the wire WCF showed the collection's insides; the items are what was meant.",
    example: "`[DataMember] public Queue<int> Waiting;`",
    remedy: "None needed; other readers of the old XML would have seen the private fields.",
    reference: "System.Runtime.Serialization.CollectionDataContract",
    waivable: false,
};

/// Known types that a method computes.
pub static KNOWN_TYPES_BY_METHOD: Code = Code {
    name: "wcf-contract-known-types-by-method",
    level: Level::Warn,
    summary: "known types that a method computes at run time were not read",
    why: "The derived types that may stand in a base's place are not known, so they cannot be carried.",
    example: "`[KnownType(\"GetKnownTypes\")]`",
    remedy: "Name the types: `[KnownType(typeof(Circle))]`.",
    reference: "System.Runtime.Serialization.KnownTypeAttribute.MethodName",
    waivable: false,
};

/// An operation attribute where WCF does not look.
pub static WITHOUT_EFFECT: Code = Code {
    name: "wcf-contract-without-effect",
    level: Level::Note,
    summary: "a contract attribute stands where WCF does not look for it, or a method of a contract has none",
    why: "The method is no operation: WCF did not offer it, so it is not generated.",
    example: "a method without `[OperationContract]` in an interface with `[ServiceContract]`",
    remedy: "None needed if the method was never called over the wire.",
    reference: "System.ServiceModel.Description.TypeLoader",
    waivable: false,
};

/// A service method that runs inside a transaction.
pub static TRANSACTION_SCOPE: Code = Code {
    name: "wcf-contract-transaction-scope",
    level: Level::Warn,
    summary: "a service method runs in a transaction that WCF opened and completed",
    why: "gRPC has no transactions; work that was all or nothing no longer is by itself.",
    example: "`[OperationBehavior(TransactionScopeRequired = true)]`",
    remedy: "Open and commit the transaction in the handler.",
    reference: "System.ServiceModel.OperationBehaviorAttribute.TransactionScopeRequired",
    waivable: false,
};

/// An authorisation attribute whose demand could not be read.
pub static PERMISSION_NOT_READ: Code = Code {
    name: "wcf-contract-permission-not-read",
    level: Level::Deny,
    summary: "an attribute restricts who may call, and what it demands could not be read",
    why: "A handler without the demand would admit callers that the service kept out.",
    example: "`[PrincipalPermission(SecurityAction.Demand, Role = Settings.Role)]` where the role is no constant",
    remedy: "Write the role or name as a constant that the input declares.",
    reference: "System.Security.Permissions.PrincipalPermissionAttribute",
    waivable: false,
};

/// SOAP encoding.
pub static RPC_ENCODED: Code = Code {
    name: "wcf-contract-rpc-encoded",
    level: Level::Note,
    summary: "an operation uses SOAP encoding",
    why: "Encoded messages may hold one object twice by reference; a protobuf message holds two copies.",
    example: "`[XmlSerializerFormat(Style = OperationFormatStyle.Rpc, Use = OperationFormatUse.Encoded)]`",
    remedy: "Check whether callers rely on object identity.",
    reference: "System.ServiceModel.OperationFormatUse.Encoded",
    waivable: false,
};

/// One class, two serializers.
pub static TWO_SERIALIZERS: Code = Code {
    name: "wcf-contract-two-serializers",
    level: Level::Warn,
    summary: "a class is written by both serializers, which see different members",
    why: "Each use keeps its own members, so the class becomes two messages; code that was written for one class meets both.",
    example: "one class in an operation with `[XmlSerializerFormat]` and in one without",
    remedy: "Convert between the two where one operation's data goes into another's, or give both serializers the same members first.",
    reference: "System.ServiceModel.XmlSerializerFormatAttribute",
    waivable: false,
};

/// A choice of elements.
pub static NO_XML_SHAPE: Code = Code {
    name: "wcf-contract-xml-choice",
    level: Level::Warn,
    summary: "a member is a choice of XML elements",
    why: "The element's name said which type was written; the member is carried as any value.",
    example: "`[XmlElement(\"a\", typeof(int)), XmlElement(\"b\", typeof(string))] public object Choice;`",
    remedy: "Give the member a type of its own, or one member for each element.",
    reference: "System.Xml.Serialization.XmlElementAttribute",
    waivable: false,
};

/// Contract code that the preprocessor left out.
pub static CONDITIONAL_CODE: Code = Code {
    name: "wcf-contract-conditional-code",
    level: Level::Note,
    summary: "contract code was left out because its preprocessor symbol is not defined",
    why: "With other symbols the contract is another.",
    example: "`#if SILVERLIGHT` around an operation",
    remedy: "If the deployed build defines the symbol, give it with `--define`.",
    reference: "C# specification, 6.5 pre-processing directives",
    waivable: false,
};

/// An endpoint that code adds.
pub static ENDPOINT_IN_CODE: Code = Code {
    name: "wcf-contract-endpoint-in-code",
    level: Level::Warn,
    summary: "an endpoint is added in code and not in configuration",
    why: "Its binding and security are decided where no configuration file shows them, so nothing is planned for it.",
    example: "`host.AddServiceEndpoint(typeof(IOrders), new NetTcpBinding(SecurityMode.Transport), \"orders\")`",
    remedy: "Write the endpoint into a configuration file beside the code, with the settings that the finding lists.",
    reference: "System.ServiceModel.ServiceHost.AddServiceEndpoint, System.ServiceModel.ChannelFactory<TChannel>",
    waivable: false,
};

/// Security that code sets.
pub static SECURITY_IN_CODE: Code = Code {
    name: "wcf-contract-security-in-code",
    level: Level::Warn,
    summary: "credentials, or checks of certificates, are set in code",
    why: "Code overrides configuration at run time, so what was planned from configuration may not be what ran.",
    example: "`host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.None;`",
    remedy: "Compare the setting with the plan, and write it into the configuration if it counts.",
    reference: "System.ServiceModel.Description.ServiceCredentials, System.ServiceModel.Description.ClientCredentials",
    waivable: false,
};

/// A setting without counterpart.
pub static SETTING_NOT_CARRIED: Code = Code {
    name: "wcf-contract-setting-not-carried",
    level: Level::Note,
    summary: "a setting in an attribute is not carried over",
    why: "The generated service does not do what the setting asked for.",
    example: "`[ServiceBehavior(TransactionTimeout = \"00:01:00\")]`",
    remedy: "If callers or handlers rely on it, write it into the handler.",
    reference: "System.ServiceModel.ServiceBehaviorAttribute, System.ServiceModel.OperationBehaviorAttribute",
    waivable: false,
};

/// A behavior of one's own.
pub static CUSTOM_BEHAVIOR: Code = Code {
    name: "wcf-contract-custom-behavior",
    level: Level::Warn,
    summary: "an attribute adds a behavior that is code of its own",
    why: "WCF ran that code around every call; it may check callers, change messages or handle errors, and none of that is generated.",
    example: "`[AuditCalls] public class Orders : IOrders` where `AuditCallsAttribute` implements `IServiceBehavior`",
    remedy: "Read the attribute's code, and write what it did as a layer or in the handlers, before the service goes live.",
    reference: "System.ServiceModel.Description.IServiceBehavior, IContractBehavior, IOperationBehavior",
    waivable: false,
};

/// A type that is not in the input.
#[derive(Clone, Debug)]
pub(crate) struct TypeNotFound<'a> {
    /// The type as written.
    pub written: &'a str,
    /// Where it is used.
    pub span: Span,
}

impl From<TypeNotFound<'_>> for Finding {
    fn from(problem: TypeNotFound<'_>) -> Self {
        Self::new(&TYPE_NOT_FOUND, format!("the type `{}` is not in the input", problem.written))
            .at(problem.span, "used here")
            .help("give the folder of the project that declares it")
    }
}

/// An argument whose value cannot be computed.
#[derive(Clone, Debug)]
pub(crate) struct ArgumentNotConstant<'a> {
    /// The attribute's name as written.
    pub attribute: String,
    /// The argument's name.
    pub argument: &'a str,
    /// Where its value stands.
    pub span: Span,
    /// What is taken instead.
    pub instead: &'a str,
}

impl From<ArgumentNotConstant<'_>> for Finding {
    fn from(problem: ArgumentNotConstant<'_>) -> Self {
        let ArgumentNotConstant { attribute, argument, span, instead } = problem;
        Self::new(&ARGUMENT_NOT_CONSTANT, format!("the value of `{argument}` in `[{attribute}]` cannot be computed"))
            .at(span, "not a constant that the input declares")
            .note(format!("read as {instead}"))
    }
}

/// A contract or type that .NET refuses.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// What is refused, by CLR name.
    pub subject: String,
    /// Why.
    pub refusal: Refusal,
    /// The subject's name.
    pub span: Span,
}

/// Why .NET refuses a contract or type.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// Two operations of one name.
    OperationsOfOneName { name: String, first: Span, second: Span },
    /// Two base contracts with operations of one name.
    InheritedOperationsOfOneName { name: String, one: String, other: String },
    /// A `Begin` method without the right parameters.
    BeginSignature { method: String, at: Span },
    /// A `Begin` method without its `End`.
    NoEnd { method: String, at: Span },
    /// Forms of one operation that differ.
    FormsDiffer { operation: String, what: &'static str, one: Span, other: Span },
    /// A one-way operation that gives something back.
    OneWayGivesBack { operation: String, what: &'static str, at: Span },
    /// A message contract beside other parameters.
    MessageContractMixed { operation: String, at: Span },
    /// A part of a message twice.
    PartTwice { operation: String, part: String, at: Span },
    /// A fault's detail type twice.
    FaultTwice { operation: String, detail: String, at: Span },
    /// A callback contract that does not extend the base's.
    CallbackUnrelated { base: String },
    /// A class and its base class are both contracts.
    ClassInheritsContract { base: String },
    /// Operations on an interface that is no contract.
    UnmarkedOperations { interface: String, at: Span },
    /// No operations at all.
    NoOperations,
    /// Initiating or terminating operations without a required session.
    SessionNotRequired { operation: String, at: Span },
    /// A parameter that a task-based operation must not have.
    TaskParameter { operation: String, written: String, at: Span },
    /// A class without contract attributes that is not public, or cannot be constructed without arguments.
    NotSerializable,
    /// A base class without contract.
    BaseWithoutContract { base: String },
    /// Two members of one name.
    MembersOfOneName { name: String, first: Span, second: Span },
    /// `IsReference` unlike the base's.
    ReferenceUnlikeBase { base: String },
    /// A collection with `DataContract`.
    CollectionWithDataContract,
    /// An array of more than one dimension.
    MultiDimensionalArray { member: String, at: Span },
    /// A dictionary where `XmlSerializer` writes.
    XmlDictionary { member: String, at: Span },
    /// A member that can be read but not set.
    GetOnlyMember { member: String, at: Span },
}

impl From<Refused> for Finding {
    fn from(problem: Refused) -> Self {
        let Refused { subject, refusal, span } = problem;
        let finding = |message: String, label: &str| Self::new(&REFUSED, message).at(span, label.to_owned());
        let here = "refused by .NET";
        match refusal {
            Refusal::OperationsOfOneName { name, first, second } => {
                finding(format!("`{subject}` has two operations called `{name}`"), here)
                    .at(first, "the first")
                    .at(second, "the second")
                    .help("give one of them a `Name` of its own in `OperationContract`")
            }
            Refusal::InheritedOperationsOfOneName { name, one, other } => {
                finding(format!("`{subject}` inherits two operations called `{name}`, from `{one}` and `{other}`"), here)
                    .help("give one of them a `Name` of its own in `OperationContract`")
            }
            Refusal::BeginSignature { method, at } => finding(format!("`{subject}.{method}` is no asynchronous `Begin` method"), here)
                .at(at, "its last two parameters must be an `AsyncCallback` and an `object`, and it must return `IAsyncResult`"),
            Refusal::NoEnd { method, at } => {
                finding(format!("`{subject}.{method}` has no matching `End` method"), here).at(at, "`AsyncPattern` is set here")
            }
            Refusal::FormsDiffer { operation, what, one, other } => {
                finding(format!("the forms of operation `{operation}` in `{subject}` differ in their {what}"), here)
                    .at(one, "one form")
                    .at(other, "another form")
            }
            Refusal::OneWayGivesBack { operation, what, at } => {
                finding(format!("the one-way operation `{operation}` of `{subject}` has {what}"), here)
                    .at(at, "a one-way operation has no reply")
            }
            Refusal::MessageContractMixed { operation, at } => {
                finding(format!("operation `{operation}` of `{subject}` uses a message contract beside other parameters"), here)
                    .at(at, "a message contract must be the whole message")
            }
            Refusal::PartTwice { operation, part, at } => {
                finding(format!("operation `{operation}` of `{subject}` has two message parts called `{part}`"), here).at(at, "the second")
            }
            Refusal::FaultTwice { operation, detail, at } => {
                finding(format!("operation `{operation}` of `{subject}` declares the fault detail `{detail}` twice"), here)
                    .at(at, "the second")
            }
            Refusal::CallbackUnrelated { base } => {
                finding(format!("the callback contract of `{subject}` does not extend that of its base `{base}`"), here)
            }
            Refusal::ClassInheritsContract { base } => {
                finding(format!("the class `{subject}` is a contract and derives from the contract class `{base}`"), here)
                    .help("move the contract to an interface")
            }
            Refusal::UnmarkedOperations { interface, at } => {
                finding(format!("`{subject}` inherits operations from `{interface}`, which is no service contract"), here)
                    .at(at, "an operation")
                    .help("put `[ServiceContract]` on the interface")
            }
            Refusal::NoOperations => finding(format!("`{subject}` has no operations"), here),
            Refusal::SessionNotRequired { operation, at } => {
                finding(format!("operation `{operation}` of `{subject}` starts or ends a session that the contract does not require"), here)
                    .at(at, "`IsInitiating` or `IsTerminating` is set here")
                    .help("set `SessionMode = SessionMode.Required`")
            }
            Refusal::TaskParameter { operation, written, at } => {
                finding(format!("the task-based operation `{operation}` of `{subject}` takes a `{written}`"), here)
                    .at(at, "WCF cannot pass this")
            }
            Refusal::NotSerializable => {
                finding(format!("`{subject}` has no contract attribute, and is not public or has no constructor without parameters"), here)
                    .help("put `[DataContract]` on it, and `[DataMember]` on its members")
            }
            Refusal::BaseWithoutContract { base } => {
                finding(format!("`{subject}` has a contract attribute, and its base `{base}` has none"), here)
                    .help("put `[DataContract]` or `[Serializable]` on the base")
            }
            Refusal::MembersOfOneName { name, first, second } => {
                finding(format!("`{subject}` has two members called `{name}`"), here).at(first, "the first").at(second, "the second")
            }
            Refusal::ReferenceUnlikeBase { base } => finding(format!("`{subject}` sets `IsReference` unlike its base `{base}`"), here),
            Refusal::CollectionWithDataContract => {
                finding(format!("the collection `{subject}` has `[DataContract]`"), here).help("use `[CollectionDataContract]`")
            }
            Refusal::MultiDimensionalArray { member, at } => {
                finding(format!("`{subject}` uses an array of more than one dimension, `{member}`"), here).at(at, "use an array of arrays")
            }
            Refusal::XmlDictionary { member, at } => {
                finding(format!("`{subject}` has `XmlSerializer` write the dictionary `{member}`"), here)
                    .at(at, "it writes no dictionaries")
            }
            Refusal::GetOnlyMember { member, at } => {
                finding(format!("`{subject}.{member}` cannot be set"), here).at(at, "a data member needs a setter, even a private one")
            }
        }
    }
}

/// Source that could not be read.
#[derive(Clone, Debug)]
pub(crate) struct SyntaxError<'a> {
    /// The type it stands in.
    pub subject: &'a str,
    /// The type's name.
    pub name: Span,
    /// The place.
    pub span: Span,
}

impl From<SyntaxError<'_>> for Finding {
    fn from(problem: SyntaxError<'_>) -> Self {
        Self::new(&SYNTAX_ERROR, format!("part of `{}` could not be read", problem.subject))
            .at(problem.span, "not valid C#, or newer than the grammar")
            .at(problem.name, "in this declaration")
    }
}

/// A type with several declarations.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredTwice<'a> {
    /// The type.
    pub subject: &'a str,
    /// The declaration taken.
    pub taken: Span,
    /// One that was not.
    pub other: Span,
    /// A member of the other that the one taken lacks, where both are written by hand.
    pub missing: Option<String>,
}

impl From<DeclaredTwice<'_>> for Finding {
    fn from(problem: DeclaredTwice<'_>) -> Self {
        let finding = Self::new(&DECLARED_TWICE, format!("`{}` is declared more than once", problem.subject))
            .at(problem.other, "not taken")
            .at(problem.taken, "this declaration is taken");
        match problem.missing {
            None => finding,
            Some(missing) => Self { level: Level::Warn, ..finding }
                .note(format!("the declaration that was not taken has `{missing}`, which the other lacks"))
                .help("give the projects one by one, so that each is read with its own declaration"),
        }
    }
}

/// A type parameter left open.
#[derive(Clone, Debug)]
pub(crate) struct OpenGeneric<'a> {
    /// The type.
    pub written: &'a str,
    /// Where it is used.
    pub span: Span,
}

impl From<OpenGeneric<'_>> for Finding {
    fn from(problem: OpenGeneric<'_>) -> Self {
        Self::new(&OPEN_GENERIC, format!("the shape of `{}` is not known", problem.written))
            .at(problem.span, "type arguments are left open here")
    }
}

/// A type without meaning outside a process.
#[derive(Clone, Debug)]
pub(crate) struct NotData<'a> {
    /// The type.
    pub written: &'a str,
    /// Where it is used.
    pub span: Span,
}

impl From<NotData<'_>> for Finding {
    fn from(problem: NotData<'_>) -> Self {
        Self::new(&NOT_DATA, format!("`{}` has no meaning outside a process", problem.written)).at(problem.span, "part of a message here")
    }
}

/// A collection written by its fields.
#[derive(Clone, Debug)]
pub(crate) struct SerializedByFields<'a> {
    /// The type.
    pub written: &'a str,
    /// Where it is used.
    pub span: Span,
}

impl From<SerializedByFields<'_>> for Finding {
    fn from(problem: SerializedByFields<'_>) -> Self {
        Self::new(&SERIALIZED_BY_FIELDS, format!("`{}` is read as a list of its items", problem.written)).at(problem.span, "used here")
    }
}

/// Known types from a method.
#[derive(Clone, Debug)]
pub(crate) struct KnownTypesByMethod {
    /// The attribute.
    pub span: Span,
}

impl From<KnownTypesByMethod> for Finding {
    fn from(problem: KnownTypesByMethod) -> Self {
        Self::new(&KNOWN_TYPES_BY_METHOD, "known types that a method computes were not read").at(problem.span, "the method is not run")
    }
}

/// A method that WCF does not offer.
#[derive(Clone, Debug)]
pub(crate) struct WithoutEffect<'a> {
    /// The method.
    pub method: &'a str,
    /// Where it stands.
    pub span: Span,
    /// Why it is no operation.
    pub why: &'a str,
}

impl From<WithoutEffect<'_>> for Finding {
    fn from(problem: WithoutEffect<'_>) -> Self {
        Self::new(&WITHOUT_EFFECT, format!("`{}` is no operation", problem.method)).at(problem.span, problem.why)
    }
}

/// A method in a transaction.
#[derive(Clone, Debug)]
pub(crate) struct TransactionScope<'a> {
    /// The method.
    pub method: &'a str,
    /// The argument.
    pub span: Span,
}

impl From<TransactionScope<'_>> for Finding {
    fn from(problem: TransactionScope<'_>) -> Self {
        Self::new(&TRANSACTION_SCOPE, format!("`{}` runs in a transaction that WCF opens", problem.method))
            .at(problem.span, "asked for here")
            .help("open and commit the transaction in the handler")
    }
}

/// A permission that could not be read.
#[derive(Clone, Debug)]
pub(crate) struct PermissionNotRead<'a> {
    /// The class or method.
    pub subject: &'a str,
    /// The attribute.
    pub span: Span,
}

impl From<PermissionNotRead<'_>> for Finding {
    fn from(problem: PermissionNotRead<'_>) -> Self {
        Self::new(&PERMISSION_NOT_READ, format!("who may call `{}` could not be read", problem.subject))
            .at(problem.span, "this demand is not understood")
            .help("write the role or name as a constant that the input declares")
    }
}

/// SOAP encoding.
#[derive(Clone, Debug)]
pub(crate) struct RpcEncoded<'a> {
    /// The operation.
    pub operation: &'a str,
    /// The attribute.
    pub span: Span,
}

impl From<RpcEncoded<'_>> for Finding {
    fn from(problem: RpcEncoded<'_>) -> Self {
        Self::new(&RPC_ENCODED, format!("operation `{}` uses SOAP encoding", problem.operation)).at(problem.span, "asked for here")
    }
}

/// A class that both serializers write.
#[derive(Clone, Debug)]
pub(crate) struct TwoSerializers<'a> {
    /// The class.
    pub key: &'a str,
    /// The use that came second.
    pub span: Span,
}

impl From<TwoSerializers<'_>> for Finding {
    fn from(problem: TwoSerializers<'_>) -> Self {
        Self::new(&TWO_SERIALIZERS, format!("`{}` is written by both serializers", problem.key))
            .at(problem.span, "each takes other members of it")
    }
}

/// A choice of elements.
#[derive(Clone, Debug)]
pub(crate) struct NoXmlShape<'a> {
    /// The member.
    pub member: &'a str,
    /// Its name.
    pub span: Span,
}

impl From<NoXmlShape<'_>> for Finding {
    fn from(problem: NoXmlShape<'_>) -> Self {
        Self::new(&NO_XML_SHAPE, format!("`{}` is a choice of XML elements", problem.member)).at(problem.span, "carried as any value")
    }
}

/// Contract code that was left out.
#[derive(Clone, Debug)]
pub(crate) struct ConditionalCode<'a> {
    /// The directive.
    pub directive: &'a str,
    /// Its place.
    pub span: Span,
}

impl From<ConditionalCode<'_>> for Finding {
    fn from(problem: ConditionalCode<'_>) -> Self {
        Self::new(&CONDITIONAL_CODE, format!("contract code after `{}` was left out", problem.directive))
            .at(problem.span, "not taken with the symbols given")
            .help("give the symbols of the deployed build with `--define`")
    }
}

/// A setting without counterpart.
#[derive(Clone, Debug)]
pub(crate) struct SettingNotCarried<'a> {
    /// The attribute.
    pub attribute: &'a str,
    /// The argument; the attribute as a whole where there is none.
    pub argument: Option<&'a str>,
    /// Its place.
    pub span: Span,
}

impl From<SettingNotCarried<'_>> for Finding {
    fn from(problem: SettingNotCarried<'_>) -> Self {
        let what = match problem.argument {
            Some(argument) => format!("`{argument}` of `[{}]`", problem.attribute),
            None => format!("`[{}]`", problem.attribute),
        };
        Self::new(&SETTING_NOT_CARRIED, format!("{what} is not carried over")).at(problem.span, "set here")
    }
}

/// A behavior of one's own.
#[derive(Clone, Debug)]
pub(crate) struct CustomBehavior {
    /// The attribute as written.
    pub attribute: String,
    /// Its place.
    pub span: Span,
}

impl From<CustomBehavior> for Finding {
    fn from(problem: CustomBehavior) -> Self {
        Self::new(&CUSTOM_BEHAVIOR, format!("`[{}]` runs code of its own around calls", problem.attribute))
            .at(problem.span, "a behavior of the input")
            .help("read its code, and write what it did as a layer or in the handlers")
    }
}
