//! What can be wrong with the files themselves: those that are read and those that are written.

use tonic_codegen::server::handwritten::{DriftKind, HandlerDrift};
use wcf_diagnostics::{Code, Finding, Level, Span};

/// The codes of this crate.
pub static CODES: &[&Code] = &[
    &INPUT_UNREADABLE,
    &INPUT_NOT_TEXT,
    &INPUT_TOO_LARGE,
    &LINK_OUTSIDE_INPUT,
    &CODE_PAGE_ASSUMED,
    &VISUAL_BASIC_NOT_READ,
    &CONTRACT_WITHOUT_ATTRIBUTE,
    &CONTRACT_IN_VISUAL_BASIC,
    &CONTRACT_COMPILED_ONLY,
    &WSDL_ALONE,
    &WSDL_CONTRACT_DIFFERS,
    &WSDL_ENDPOINT_DIFFERS,
    &WSDL_CONTRACT_WITHOUT_PORT,
    &CONFIGURATION_NOT_READ,
    &NO_ENDPOINTS,
    &CODE_NOT_LITERAL,
    &GENERATED_FILE_EDITED,
    &FILE_WITHOUT_MARK,
    &PATH_OUTSIDE_OUTPUT,
    &GENERATED_FILE_OUTDATED,
    &GENERATED_FILE_MISSING,
    &GENERATED_FILE_LEFT_OVER,
    &GENERATED_FILE_LINE_ENDS,
    &HANDLER_LEFT_OVER,
    &HANDLER_MISSING,
];

/// A value in code that is not read.
pub static CODE_NOT_LITERAL: Code = Code {
    name: "wcf-code-not-literal",
    level: Level::Warn,
    summary: "code sets up an endpoint with a value that is not a literal or constant",
    why: "The value is computed when the program runs. It does not decide how the endpoint is protected, so the endpoint is planned with \
          .NET's default in its place, or without it.",
    example: "`new ServiceHost(typeof(Orders), new Uri(ConfigurationManager.AppSettings[\"address\"]))`",
    remedy: "Look the value up where the program runs, and give it to the crate in its settings, or write it into the configuration.",
    reference: "System.ServiceModel.ServiceHost, System.ServiceModel.ChannelFactory<TChannel>",
    waivable: false,
};

/// A file or folder that cannot be read.
pub static INPUT_UNREADABLE: Code = Code {
    name: "wcf-input-unreadable",
    level: Level::Deny,
    summary: "a file or folder of the input cannot be read",
    why: "A configuration that was not read may be the one that decides how a service is protected. What the other files say is still \
          reported, but it is not the whole input.",
    example: "chmod 000 web.config",
    remedy: "Give the user that runs the command permission to read it, or name the files to read one by one.",
    reference: "The operating system's error is quoted in the finding.",
    waivable: false,
};

/// A file that is not text.
pub static INPUT_NOT_TEXT: Code = Code {
    name: "wcf-input-not-text",
    level: Level::Deny,
    summary: "a file of the input is not text in the encoding it is in, or says it is in",
    why: "A byte order mark and the XML declaration decide the encoding; bytes that mean nothing in it make .NET refuse the file, and \
          nothing is guessed here either.",
    example: "a compiled assembly that was renamed to web.config",
    remedy: "Save the file as UTF-8, or correct the encoding in its XML declaration.",
    reference: "XML 1.0, section 4.3.3 and appendix F; System.Xml.XmlTextReader",
    waivable: false,
};

/// A file that is larger than what is read.
pub static INPUT_TOO_LARGE: Code = Code {
    name: "wcf-input-too-large",
    level: Level::Deny,
    summary: "a file of the input is larger than what is read",
    why: "No configuration or source file that a person wrote is this large. Reading is bounded so that one file cannot take all memory.",
    example: "a database backup that was renamed to app.config",
    remedy: "Take the file out of the input, or split it.",
    reference: "64 MiB, a bound of wcf2grpc",
    waivable: false,
};

/// A symbolic link out of the input.
pub static LINK_OUTSIDE_INPUT: Code = Code {
    name: "wcf-link-outside-input",
    level: Level::Warn,
    summary: "a symbolic link leads out of the input and was not followed",
    why: "A code base from elsewhere could otherwise make the tool read, and quote, any file of the machine.",
    example: "web.config -> /etc/app/web.config",
    remedy: "Allow the folder it leads into (--allow-outside FOLDER), or name the link's target as a PATH of its own.",
    reference: "a rule of wcf2grpc",
    waivable: false,
};

/// A source file in the machine's code page.
pub static CODE_PAGE_ASSUMED: Code = Code {
    name: "wcf-source-code-page-assumed",
    level: Level::Note,
    summary: "a C# file is not UTF-8 and has no byte order mark; it was read as Windows-1252",
    why: "The C# compiler reads such a file in the code page of the machine it runs on. Only comments and texts can differ, since names in \
          contracts are nearly always ASCII.",
    example: "a file saved by Visual Studio 2005 with an umlaut in a comment",
    remedy: "Save the file as UTF-8.",
    reference: "C# compiler option CodePage",
    waivable: false,
};

/// Visual Basic source.
pub static VISUAL_BASIC_NOT_READ: Code = Code {
    name: "wcf-visual-basic-not-read",
    level: Level::Warn,
    summary: "Visual Basic source is not read",
    why: "Contracts that are written in Visual Basic are unknown to the tool, so endpoints that use them have a security plan and no code.",
    example: "ICalculator.vb",
    remedy: "Export the service's WSDL, or declare the contract in C#.",
    reference: "a limit of wcf2grpc",
    waivable: false,
};

/// An endpoint names an interface that is no service contract.
pub static CONTRACT_WITHOUT_ATTRIBUTE: Code = Code {
    name: "wcf-contract-without-attribute",
    level: Level::Warn,
    summary: "an endpoint's contract is a type without `[ServiceContract]`",
    why: "WCF refuses to open a service or client whose contract has no `ServiceContractAttribute`, so this endpoint does not run as it is \
          written; nothing is generated for it.",
    example: "`<endpoint contract=\"Shop.IOrders\" … />` with `public interface IOrders { … }`",
    remedy: "Put `[ServiceContract]` on the interface and `[OperationContract]` on its methods, or name the contract that is meant, or drop the endpoint.",
    reference: "System.ServiceModel.Description.ContractDescription.GetContract",
    waivable: false,
};

/// An endpoint's contract is in Visual Basic.
pub static CONTRACT_IN_VISUAL_BASIC: Code = Code {
    name: "wcf-contract-in-visual-basic",
    level: Level::Warn,
    summary: "an endpoint's contract is declared in Visual Basic, which is not read",
    why: "The endpoint has a security plan and no code: its operations are not known.",
    example: "`Public Interface IOrders` in Orders.vb",
    remedy: "Give the service's WSDL as a further PATH (`?singleWsdl`, or `svcutil /t:metadata` on its assembly), or declare the contract in C#.",
    reference: "a limit of wcf2grpc",
    waivable: false,
};

/// An endpoint's contract is in no source.
pub static CONTRACT_COMPILED_ONLY: Code = Code {
    name: "wcf-contract-compiled-only",
    level: Level::Warn,
    summary: "an endpoint's contract is in no source of the input",
    why: "It is in an assembly that was built elsewhere. The endpoint has a security plan and no code: its operations are not known.",
    example: "`<endpoint contract=\"Vendor.IBilling\" … />` with Vendor.dll",
    remedy: "Give the contract's source as a further PATH, or its WSDL (`?singleWsdl`, or `svcutil /t:metadata Vendor.dll`).",
    reference: "a limit of wcf2grpc",
    waivable: false,
};

/// A service of which only the WSDL is at hand.
pub static WSDL_ALONE: Code = Code {
    name: "wcf-wsdl-alone",
    level: Level::Note,
    summary: "a service is known from its WSDL only",
    why: "A WSDL says what callers have to do, not what the service checks: limits, time-outs, validation of certificates, validators of passwords, roles and names are planned as .NET's defaults.",
    example: "Orders.wsdl without the configuration and the code of the service",
    remedy: "Add the configuration if it is at hand, or check the settings that `generate` writes.",
    reference: "System.ServiceModel.Description.WsdlExporter",
    waivable: false,
};

/// A contract that is in a WSDL and in source.
pub static WSDL_CONTRACT_DIFFERS: Code = Code {
    name: "wcf-wsdl-contract-differs",
    level: Level::Warn,
    summary: "a WSDL and the source of the same contract have different operations",
    why: "One of them is older. The source was taken.",
    example: "a client's service reference that was not updated",
    remedy: "Give the WSDL of the running service, or leave the old one out.",
    reference: "System.ServiceModel.Description.ContractDescription",
    waivable: false,
};

/// An endpoint that is in a WSDL and in a configuration.
pub static WSDL_ENDPOINT_DIFFERS: Code = Code {
    name: "wcf-wsdl-endpoint-differs",
    level: Level::Warn,
    summary: "the policy of a WSDL and the configuration of the same contract demand different security",
    why: "One of them is not what runs. The configuration was taken.",
    example: "a WSDL that was exported before the binding was changed",
    remedy: "Find out which counts, and leave the other out.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// A contract that nothing offers.
pub static WSDL_CONTRACT_WITHOUT_PORT: Code = Code {
    name: "wcf-wsdl-contract-without-port",
    level: Level::Warn,
    summary: "a contract of a WSDL has no port and no binding that can be read",
    why: "Nothing says how it is protected, so nothing is generated for it.",
    example: "a WSDL with `<portType>` only, whose bindings are in another file",
    remedy: "Give the WSDL with the service, which imports this one, or the configuration of the service.",
    reference: "WSDL 1.1, 2.5",
    waivable: false,
};

/// A file with `system.serviceModel` that is no configuration.
pub static CONFIGURATION_NOT_READ: Code = Code {
    name: "wcf-configuration-not-read",
    level: Level::Warn,
    summary: "a file holds system.serviceModel and is not a configuration that .NET loads",
    why: "It may be a template, or a part that something puts into a configuration when it is deployed.",
    example: "Service.config with <settings> as its root",
    remedy: "Read the file that is deployed, or name it app.config or web.config.",
    reference: "System.Configuration.ConfigurationManager",
    waivable: false,
};

/// A configuration without endpoints.
pub static NO_ENDPOINTS: Code = Code {
    name: "wcf-no-endpoints",
    level: Level::Note,
    summary: "a configuration has system.serviceModel and neither services nor clients",
    why: "It may hold settings for services that code or .svc files elsewhere start, and then those were not seen here.",
    example: "a web.config with nothing but serviceHostingEnvironment in system.serviceModel",
    remedy: "Nothing, if no service runs with it; else add the folder that has the .svc files or the code to the input.",
    reference: "System.ServiceModel.Configuration.ServicesSection, ClientSection",
    waivable: false,
};

/// A generated file that was edited by hand.
pub static GENERATED_FILE_EDITED: Code = Code {
    name: "wcf-generated-file-edited",
    level: Level::Deny,
    summary: "a generated file was edited by hand",
    why: "Writing it again would lose the edit, and leaving it would keep something that the plan does not say. A hand-edited tls.rs or \
          auth.rs may protect less than its source did.",
    example: "a line added to orders-server/src/generated/limits.rs",
    remedy: "Move the change to a file that is yours (src/services, src/main.rs) or to the policy and restore the generated file; or \
             generate with --discard-edits.",
    reference: "wcf2grpc.lock records the hash of every generated file",
    waivable: false,
};

/// A file without the mark in the place of a generated one.
pub static FILE_WITHOUT_MARK: Code = Code {
    name: "wcf-file-without-mark",
    level: Level::Deny,
    summary: "a file without the mark of generated files stands where one would be written",
    why: "Only files that carry the mark are ever overwritten: this one may be a person's.",
    example: "a hand-written orders-server/src/generated/tls.rs",
    remedy: "Move the file away, or choose another --out.",
    reference: "\"@generated\" and \"wcf2grpc\" in one of the first five lines",
    waivable: false,
};

/// A path that leads out of the output folder.
pub static PATH_OUTSIDE_OUTPUT: Code = Code {
    name: "wcf-path-outside-output",
    level: Level::Deny,
    summary: "a file would be written outside the output folder",
    why: "A symbolic link in the output folder could otherwise make the tool overwrite any file of the machine.",
    example: "grpc/orders-server -> /srv/elsewhere",
    remedy: "Remove the link, or choose another --out.",
    reference: "a rule of wcf2grpc",
    waivable: false,
};

/// `check`: a generated file would be written differently.
pub static GENERATED_FILE_OUTDATED: Code = Code {
    name: "wcf-generated-file-outdated",
    level: Level::Deny,
    summary: "a generated file is not what the input gives now",
    why: "The configuration, a contract, the policy or the tool changed since the crates were generated, so what is committed does not \
          protect what the configuration now says.",
    example: "certificateValidationMode was changed in web.config and generate was not run",
    remedy: "Run generate, and review the difference.",
    reference: "cargo wcf2grpc check",
    waivable: false,
};

/// A handler without an operation.
pub static HANDLER_LEFT_OVER: Code = Code {
    name: "wcf-handler-left-over",
    level: Level::Deny,
    summary: "a handler is of an operation or service that is no longer in the contract",
    why: "The file of handlers is yours and is never changed. The server does not compile as long as it has a function that the service \
          does not have, or a service that no contract has. For check that is a refusal; generate, which did its part, says it as a \
          warning.",
    example: "`async fn reserve_berth` in src/services/berth_planning.rs, and no `ReserveBerth` in the contract any more",
    remedy: "Remove it, or give it the new name if the operation or contract was renamed.",
    reference: "cargo wcf2grpc check",
    waivable: false,
};

/// An operation without a handler.
pub static HANDLER_MISSING: Code = Code {
    name: "wcf-handler-missing",
    level: Level::Deny,
    summary: "an operation or service of the contract has no handler",
    why: "The file of handlers is yours and is never changed. The server does not compile until it has a function for each operation, \
          and each service in `services/mod.rs`. For check that is a refusal; generate, which did its part, says it as a warning.",
    example: "`[OperationContract]` on a new method of the interface",
    remedy: "Add it; generate prints what.",
    reference: "cargo wcf2grpc generate",
    waivable: false,
};

/// `check`: a generated file is missing.
pub static GENERATED_FILE_MISSING: Code = Code {
    name: "wcf-generated-file-missing",
    level: Level::Deny,
    summary: "a file that generate writes is missing",
    why: "What is committed is not what would be written.",
    example: "orders-server/src/generated/auth.rs was deleted",
    remedy: "Run generate.",
    reference: "cargo wcf2grpc check",
    waivable: false,
};

/// `check`: a generated file is left over.
pub static GENERATED_FILE_LEFT_OVER: Code = Code {
    name: "wcf-generated-file-left-over",
    level: Level::Deny,
    summary: "a generated file is left over from an earlier run",
    why: "It belongs to a service that the input no longer has.",
    example: "proto/orders/v1/archive.proto after the contract was removed",
    remedy: "Run generate, which removes it.",
    reference: "cargo wcf2grpc check",
    waivable: false,
};

/// `check`: only the line ends differ.
pub static GENERATED_FILE_LINE_ENDS: Code = Code {
    name: "wcf-generated-file-line-ends",
    level: Level::Deny,
    summary: "a generated file differs in its line ends only",
    why: "Generated files have \\n on every platform, so that the same input gives the same bytes. Git changes line ends on checkout where \
          it is told to.",
    example: "core.autocrlf=true on Windows",
    remedy: "Add `* text=auto eol=lf` to .gitattributes and check the files out again.",
    reference: "gitattributes(5)",
    waivable: false,
};

/// An input that cannot be read.
pub struct InputUnreadable {
    /// As shown.
    pub path: String,
    /// The operating system's words.
    pub error: String,
}

impl From<InputUnreadable> for Finding {
    fn from(problem: InputUnreadable) -> Self {
        Self::new(&INPUT_UNREADABLE, format!("{} cannot be read: {}", problem.path, problem.error))
            .help("give this user permission to read it, or name the files to read one by one")
    }
}

/// An input that is not text.
pub struct InputNotText {
    /// As shown.
    pub path: String,
    /// What is wrong.
    pub error: String,
}

impl From<InputNotText> for Finding {
    fn from(problem: InputNotText) -> Self {
        Self::new(&INPUT_NOT_TEXT, format!("{} is not read: {}", problem.path, problem.error))
            .help("save the file as UTF-8, or correct the encoding in its XML declaration")
    }
}

/// An input that is too large.
pub struct InputTooLarge {
    /// As shown.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The bound in bytes.
    pub limit: u64,
}

impl From<InputTooLarge> for Finding {
    fn from(problem: InputTooLarge) -> Self {
        Self::new(
            &INPUT_TOO_LARGE,
            format!("{} is not read: it has {} bytes, and {} is the most that is read", problem.path, problem.bytes, problem.limit),
        )
        .help("take the file out of the input")
    }
}

/// A link that was not followed.
pub struct LinkOutsideInput {
    /// As shown.
    pub path: String,
}

impl From<LinkOutsideInput> for Finding {
    fn from(problem: LinkOutsideInput) -> Self {
        Self::new(&LINK_OUTSIDE_INPUT, format!("{} is a link out of the input and was not followed", problem.path))
            .help("allow the folder it leads into (`--allow-outside FOLDER`), or name the target as a PATH of its own")
    }
}

/// A source file read in an assumed code page.
pub struct CodePageAssumed {
    /// As shown.
    pub path: String,
}

impl From<CodePageAssumed> for Finding {
    fn from(problem: CodePageAssumed) -> Self {
        Self::new(&CODE_PAGE_ASSUMED, format!("{} is not UTF-8 and was read as Windows-1252", problem.path)).help("save the file as UTF-8")
    }
}

/// Visual Basic files of the input.
pub struct VisualBasicNotRead {
    /// As shown, sorted; at least one.
    pub paths: Vec<String>,
}

/// An endpoint names an interface that is no service contract.
pub struct ContractWithoutAttribute<'a> {
    /// The contract as the configuration names it.
    pub contract: &'a str,
    /// The service; empty for a client.
    pub service: &'a str,
    /// The endpoint.
    pub endpoint: Span,
    /// Where the type is declared.
    pub at: Span,
}

impl From<ContractWithoutAttribute<'_>> for Finding {
    fn from(problem: ContractWithoutAttribute<'_>) -> Self {
        let message = format!("the contract `{}` has no `[ServiceContract]`, so WCF refuses this endpoint", problem.contract);
        of_service(Self::new(&CONTRACT_WITHOUT_ATTRIBUTE, message).at(problem.endpoint, "names it as its contract"), problem.service)
            .at(problem.at, "declared here")
            .help(CONTRACT_WITHOUT_ATTRIBUTE.remedy)
    }
}

/// An endpoint's contract is in Visual Basic.
pub struct ContractInVisualBasic<'a> {
    /// The contract as the configuration names it.
    pub contract: &'a str,
    /// The service; empty for a client.
    pub service: &'a str,
    /// The endpoint.
    pub endpoint: Span,
    /// Where the type is declared.
    pub at: Span,
}

impl From<ContractInVisualBasic<'_>> for Finding {
    fn from(problem: ContractInVisualBasic<'_>) -> Self {
        let message = format!("the contract `{}` is declared in Visual Basic, which is not read", problem.contract);
        of_service(Self::new(&CONTRACT_IN_VISUAL_BASIC, message).at(problem.endpoint, "names it as its contract"), problem.service)
            .at(problem.at, "declared here")
            .help(CONTRACT_IN_VISUAL_BASIC.remedy)
    }
}

/// An endpoint's contract is in no source.
pub struct ContractCompiledOnly<'a> {
    /// The contract as the configuration names it.
    pub contract: &'a str,
    /// The service; empty for a client.
    pub service: &'a str,
    /// The endpoint.
    pub endpoint: Span,
}

impl From<ContractCompiledOnly<'_>> for Finding {
    fn from(problem: ContractCompiledOnly<'_>) -> Self {
        let message = format!("the contract `{}` is in no source of the input", problem.contract);
        of_service(Self::new(&CONTRACT_COMPILED_ONLY, message).at(problem.endpoint, "names it as its contract"), problem.service)
            .help(CONTRACT_COMPILED_ONLY.remedy)
    }
}

fn of_service(finding: Finding, service: &str) -> Finding {
    if service.is_empty() { finding } else { finding.service(service) }
}

/// The first few of a list of paths, and how many more there are.
fn some_of(paths: &[String]) -> String {
    let first: Vec<&str> = paths.iter().take(3).map(String::as_str).collect();
    let more = paths.len().saturating_sub(first.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

/// A service of which only the WSDL is at hand.
pub struct WsdlAlone<'a> {
    /// Its name.
    pub service: &'a str,
    /// Where it stands.
    pub span: Span,
}

impl From<WsdlAlone<'_>> for Finding {
    fn from(problem: WsdlAlone<'_>) -> Self {
        Self::new(&WSDL_ALONE, format!("service `{}` is known from its WSDL only", problem.service))
            .at(problem.span, "its limits and what it checks are .NET's defaults in the plan")
            .service(problem.service)
    }
}

/// A port whose contract is not known.
pub struct WsdlPortWithoutContract<'a> {
    /// The port's name.
    pub name: &'a str,
    /// Where it stands.
    pub span: Span,
    /// Namespace and name of its port type.
    pub contract: &'a (String, String),
}

impl From<WsdlPortWithoutContract<'_>> for Finding {
    fn from(problem: WsdlPortWithoutContract<'_>) -> Self {
        let (namespace, name) = problem.contract;
        let what = format!("port `{}` is left out: its port type `{name}` of `{namespace}` is not in the input", problem.name);
        Self::new(&wcf_config::policy::diagnostics::PORT_NOT_READ, what).at(problem.span, "")
    }
}

/// A contract that nothing offers.
pub struct WsdlContractWithoutPort<'a> {
    /// Its name.
    pub contract: &'a str,
    /// Where it stands.
    pub span: Span,
}

impl From<WsdlContractWithoutPort<'_>> for Finding {
    fn from(problem: WsdlContractWithoutPort<'_>) -> Self {
        Self::new(
            &WSDL_CONTRACT_WITHOUT_PORT,
            format!("no port offers the contract `{}`, so nothing is generated for it", problem.contract),
        )
        .at(problem.span, "")
    }
}

/// Operations that only one of two has.
pub struct WsdlContractDiffers<'a> {
    /// The contract's name.
    pub contract: &'a str,
    /// Where the source declares it.
    pub source: Span,
    /// Where the WSDL does.
    pub wsdl: Span,
    /// Operations of the source that the WSDL lacks.
    pub only_source: Vec<String>,
    /// Operations of the WSDL that the source lacks.
    pub only_wsdl: Vec<String>,
}

impl From<WsdlContractDiffers<'_>> for Finding {
    fn from(problem: WsdlContractDiffers<'_>) -> Self {
        let mut finding =
            Self::new(&WSDL_CONTRACT_DIFFERS, format!("`{}` has other operations in its WSDL than in source", problem.contract))
                .at(problem.wsdl, "not taken")
                .at(problem.source, "this declaration is taken");
        if !problem.only_wsdl.is_empty() {
            finding = finding.note(format!("only in the WSDL: {}", some_of(&problem.only_wsdl)));
        }
        if !problem.only_source.is_empty() {
            finding = finding.note(format!("only in the source: {}", some_of(&problem.only_source)));
        }
        finding
    }
}

/// Two bindings of one contract.
pub struct WsdlEndpointDiffers<'a> {
    /// The port's name.
    pub name: &'a str,
    /// Where the port stands.
    pub wsdl: Span,
    /// Where the configuration's endpoints stand.
    pub configured: Vec<Span>,
    /// What each says.
    pub words: String,
}

impl From<WsdlEndpointDiffers<'_>> for Finding {
    fn from(problem: WsdlEndpointDiffers<'_>) -> Self {
        let finding = Self::new(&WSDL_ENDPOINT_DIFFERS, format!("port `{}` and the configuration differ in security", problem.name))
            .at(problem.wsdl, "not taken")
            .note(problem.words);
        problem.configured.into_iter().take(3).fold(finding, |finding, span| finding.at(span, "the configuration counts"))
    }
}

impl From<VisualBasicNotRead> for Finding {
    fn from(problem: VisualBasicNotRead) -> Self {
        Self::new(&VISUAL_BASIC_NOT_READ, format!("contracts in Visual Basic are not read: {}", some_of(&problem.paths)))
            .help("export the service's WSDL, or declare the contract in C#")
    }
}

/// A file that is no configuration.
pub struct ConfigurationNotRead {
    /// As shown.
    pub path: String,
    /// Its root element.
    pub root: String,
    /// The root's name.
    pub span: Span,
}

impl From<ConfigurationNotRead> for Finding {
    fn from(problem: ConfigurationNotRead) -> Self {
        Self::new(&CONFIGURATION_NOT_READ, format!("{} holds system.serviceModel and is no configuration", problem.path))
            .at(problem.span, format!("the root is {}, not configuration", problem.root))
            .help("read the file that is deployed")
    }
}

/// A configuration without endpoints.
pub struct NoEndpoints {
    /// The `system.serviceModel` element.
    pub span: Span,
}

impl From<NoEndpoints> for Finding {
    fn from(problem: NoEndpoints) -> Self {
        Self::new(&NO_ENDPOINTS, "there are neither services nor clients in this configuration").at(problem.span, "")
    }
}

/// An edited generated file.
pub struct GeneratedFileEdited {
    /// Under the output folder.
    pub path: String,
    /// Whether the lock has no hash for it, so that an edit cannot be ruled out.
    pub unrecorded: bool,
}

impl From<GeneratedFileEdited> for Finding {
    fn from(problem: GeneratedFileEdited) -> Self {
        let message = if problem.unrecorded {
            format!("{} differs from what would be written, and wcf2grpc.lock has no hash that could rule out an edit", problem.path)
        } else {
            format!("{} was edited since it was generated", problem.path)
        };
        Self::new(&GENERATED_FILE_EDITED, message)
            .help("move the change to a file that is yours, or to wcf2grpc.toml, and restore the generated file")
            .help("or generate with --discard-edits, which loses the edit")
    }
}

/// A file without the mark.
pub struct FileWithoutMark {
    /// Under the output folder.
    pub path: String,
}

impl From<FileWithoutMark> for Finding {
    fn from(problem: FileWithoutMark) -> Self {
        Self::new(&FILE_WITHOUT_MARK, format!("{} does not carry the mark of generated files and is not overwritten", problem.path))
            .help("move the file away, or choose another --out")
    }
}

/// A path that leads out.
pub struct PathOutsideOutput {
    /// Under the output folder.
    pub path: String,
}

impl From<PathOutsideOutput> for Finding {
    fn from(problem: PathOutsideOutput) -> Self {
        Self::new(&PATH_OUTSIDE_OUTPUT, format!("{} leads out of the output folder, or is not a regular file", problem.path))
            .help("remove the link, or choose another --out")
    }
}

/// A generated file that would be written differently.
pub struct GeneratedFileOutdated {
    /// Under the output folder.
    pub path: String,
    /// The configuration it comes from, as shown, where one host decides it.
    pub source: Option<String>,
}

impl From<GeneratedFileOutdated> for Finding {
    fn from(problem: GeneratedFileOutdated) -> Self {
        let from = problem.source.map_or_else(String::new, |source| format!(" by {source}, its contracts or the policy"));
        Self::new(
            &GENERATED_FILE_OUTDATED,
            format!("{} is not what the input gives now: changed{from} since it was generated", problem.path),
        )
        .help("run generate, and review the difference (--diff shows it)")
    }
}

/// A missing generated file.
pub struct GeneratedFileMissing {
    /// Under the output folder.
    pub path: String,
}

impl From<GeneratedFileMissing> for Finding {
    fn from(problem: GeneratedFileMissing) -> Self {
        Self::new(&GENERATED_FILE_MISSING, format!("{} is missing", problem.path)).help("run generate")
    }
}

/// A file of handlers that does not fit its contract.
pub struct HandlerDrifted {
    /// Under the output folder.
    pub path: String,
    /// What differs.
    pub drift: HandlerDrift,
}

impl From<HandlerDrifted> for Finding {
    fn from(problem: HandlerDrifted) -> Self {
        let HandlerDrifted { path, drift: HandlerDrift { line, service, kind } } = problem;
        match kind {
            DriftKind::Missing { operation, .. } => {
                Self::new(&HANDLER_MISSING, format!("{path}:{line}: the handlers of `{service}` lack the operation `{operation}`"))
                    .help(HANDLER_MISSING.remedy)
            }
            DriftKind::LeftOver { function } => {
                Self::new(&HANDLER_LEFT_OVER, format!("{path}:{line}: `{service}` has no operation for the handler `{function}`"))
                    .help(HANDLER_LEFT_OVER.remedy)
            }
            DriftKind::ServiceMissing { .. } => {
                Self::new(&HANDLER_MISSING, format!("{path}:{line}: the handlers of the service `{service}` are not among `Services`"))
                    .help(HANDLER_MISSING.remedy)
            }
            DriftKind::ServiceLeftOver { field } => {
                Self::new(&HANDLER_LEFT_OVER, format!("{path}:{line}: there is no service for the handlers `{field}`"))
                    .help(HANDLER_LEFT_OVER.remedy)
            }
        }
    }
}

/// A generated file left over.
pub struct GeneratedFileLeftOver {
    /// Under the output folder.
    pub path: String,
}

impl From<GeneratedFileLeftOver> for Finding {
    fn from(problem: GeneratedFileLeftOver) -> Self {
        Self::new(&GENERATED_FILE_LEFT_OVER, format!("{} is left over from an earlier run", problem.path))
            .help("run generate, which removes it")
    }
}

/// A generated file whose line ends differ.
pub struct GeneratedFileLineEnds {
    /// Under the output folder.
    pub path: String,
}

impl From<GeneratedFileLineEnds> for Finding {
    fn from(problem: GeneratedFileLineEnds) -> Self {
        Self::new(&GENERATED_FILE_LINE_ENDS, format!("{} differs in its line ends only", problem.path))
            .help("add `* text=auto eol=lf` to .gitattributes and check the files out again")
    }
}

/// A value in code that is not read.
#[derive(Clone, Debug)]
pub struct CodeNotLiteral {
    /// What is not known.
    pub what: String,
    /// The value.
    pub span: Span,
}

impl From<CodeNotLiteral> for Finding {
    fn from(problem: CodeNotLiteral) -> Self {
        Self::new(&CODE_NOT_LITERAL, problem.what).at(problem.span, "computed when the program runs")
    }
}
