//! What can be wrong with a WSDL or a schema, each problem a struct with its facts.

use wcf_diagnostics::{Code, Finding, Level, Span};

/// A document that an import names is not in the input.
pub static IMPORT_MISSING: Code = Code {
    name: "wcf-wsdl-import-missing",
    level: Level::Warn,
    summary: "a WSDL or schema imports a document that is not in the input",
    why: "Nothing is fetched from a network. What the document defines is missing where it is used, and the rest is read.",
    example: "`<xs:import schemaLocation=\"http://host/svc?xsd=xsd0\" namespace=\"…\"/>` without the file beside it",
    remedy: "Save the document beside the WSDL, export the service with `?singleWsdl`, or say where it is with `--map URL=FILE`.",
    reference: "WSDL 1.1, 2.1.1; XML Schema 1.0, 4.2.3",
    waivable: false,
};

/// A name in a WSDL or schema that stands for nothing.
pub static NAME_MISSING: Code = Code {
    name: "wcf-wsdl-name-missing",
    level: Level::Warn,
    summary: "a WSDL or schema refers to something that is not defined in the input",
    why: "What depends on it cannot be read; .NET drops the whole port type, binding and port, here the rest goes on.",
    example: "`<part element=\"tns:Order\"/>` without an element `Order`, or with a prefix that is not declared",
    remedy: "Give the document that defines it, or correct the name.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// An operation that cannot be read.
pub static OPERATION_NOT_READ: Code = Code {
    name: "wcf-wsdl-operation-not-read",
    level: Level::Warn,
    summary: "an operation of a WSDL cannot be read and is left out",
    why: "Its messages are not defined, or contradict WSDL 1.1, so nothing is known that could be generated.",
    example: "an operation whose `input` names a message that is not there",
    remedy: "Give the missing document, or correct the WSDL.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// A fault that cannot be read.
pub static FAULT_NOT_READ: Code = Code {
    name: "wcf-wsdl-fault-not-read",
    level: Level::Warn,
    summary: "a fault of a WSDL has no detail that can be read and is left out",
    why: "A fault message needs one part that is an element; callers would not see this one as a fault of its own.",
    example: "`<message name=\"Failed\"><part name=\"text\" type=\"xs:string\"/></message>` used as a fault",
    remedy: "Correct the WSDL if the fault matters.",
    reference: "System.ServiceModel.Description.MessageContractImporter",
    waivable: false,
};

/// A port type's bindings give its messages different forms.
pub static TWO_FORMS: Code = Code {
    name: "wcf-wsdl-two-forms",
    level: Level::Note,
    summary: "two bindings give one operation different styles or encodings",
    why: "A contract has one form; the first binding's was taken. It has no effect on gRPC messages beyond their names.",
    example: "one binding with `style=\"rpc\"`, another of the same port type with `style=\"document\"`",
    remedy: "None needed, unless the members listed by `inspect` are not those you expect.",
    reference: "System.ServiceModel.Description.MessageContractImporter",
    waivable: false,
};

/// A form of message that is not read.
pub static EXTENSION_NOT_READ: Code = Code {
    name: "wcf-wsdl-extension-not-read",
    level: Level::Warn,
    summary: "a binding demands an extension of WSDL that is not read",
    why: "`wsdl:required` says that messages cannot be understood without it.",
    example: "`<ext:compress wsdl:required=\"true\"/>` in a binding's operation",
    remedy: "Check what the extension changes about the messages.",
    reference: "WSDL 1.1, 2.1.3",
    waivable: false,
};

/// A WSDL that defines no contract.
pub static WITHOUT_CONTRACT: Code = Code {
    name: "wcf-wsdl-without-contract",
    level: Level::Warn,
    summary: "a WSDL, with all it imports, has no port type",
    why: "There is no contract in it that could be generated.",
    example: "`<definitions>` with `<types>` or policies only",
    remedy: "Give the WSDL of the service.",
    reference: "WSDL 1.1, 2.4",
    waivable: false,
};

/// A piece of schema that has no exact counterpart.
pub static SCHEMA_LOOSENED: Code = Code {
    name: "wcf-schema-loosened",
    level: Level::Note,
    summary: "a piece of schema is carried in a form that allows more than the schema does",
    why: "No value is lost, but what the schema ruled out has to be checked by the code.",
    example: "`<xs:union>` as its text; groups of elements that stand together as a list of single ones",
    remedy: "Check the rule in the handler where it matters.",
    reference: "XML Schema 1.0, 3.8",
    waivable: false,
};

/// A piece of schema whose values are carried as XML.
pub static SCHEMA_OPEN: Code = Code {
    name: "wcf-schema-open",
    level: Level::Warn,
    summary: "a schema leaves open what stands at a place",
    why: "Nothing is known of the content; it is carried as bytes of XML.",
    example: "`<xs:any/>`, `<xs:anyAttribute/>`, text mixed with elements",
    remedy: "Agree on a message for what is really sent.",
    reference: "XML Schema 1.0, 3.10",
    waivable: false,
};

/// A schema that would grow past all bounds.
pub static SCHEMA_TOO_LARGE: Code = Code {
    name: "wcf-schema-too-large",
    level: Level::Deny,
    summary: "groups of a schema refer to each other so often that expanding them has no end in reason",
    why: "A few lines can describe billions of members; what goes past the bound is left out.",
    example: "groups that each refer twice to the next",
    remedy: "Correct the schema.",
    reference: "XML Schema 1.0, 3.7",
    waivable: false,
};

/// Two WSDLs that define one name differently.
pub static DEFINED_TWICE: Code = Code {
    name: "wcf-wsdl-defined-twice",
    level: Level::Warn,
    summary: "two WSDLs of the input define the same name differently",
    why: "The types of the later file, by path, are kept apart under the file's name; a contract is taken from the first.",
    example: "an old and a new export of one service in one folder",
    remedy: "Give only the WSDL that counts.",
    reference: "WSDL 1.1, 2.1.1",
    waivable: false,
};

/// A document that an import names is not in the input.
#[derive(Clone, Debug)]
pub(super) struct ImportMissing<'a> {
    pub span: Span,
    pub location: &'a str,
    pub namespace: &'a str,
}

impl From<ImportMissing<'_>> for Finding {
    fn from(problem: ImportMissing<'_>) -> Self {
        let what = if problem.location.is_empty() {
            format!("namespace `{}` is imported without a location, and no document of the input has it", problem.namespace)
        } else {
            format!("`{}` is imported and is not in the input", problem.location)
        };
        Self::new(&IMPORT_MISSING, what)
            .at(problem.span, "")
            .help("save the document beside this one, or name the file it is in with `--map URL=FILE`")
    }
}

/// A name whose prefix is declared nowhere.
#[derive(Clone, Debug)]
pub(super) struct NameNotUnderstood<'a> {
    pub span: Span,
    pub name: &'a str,
}

impl From<NameNotUnderstood<'_>> for Finding {
    fn from(problem: NameNotUnderstood<'_>) -> Self {
        Self::new(&NAME_MISSING, format!("the prefix of `{}` is not declared", problem.name)).at(problem.span, "")
    }
}

/// A name that stands for nothing.
#[derive(Clone, Debug)]
pub(super) struct NameMissing {
    pub span: Span,
    /// What it should be: `type`, `element`, `message`.
    pub what: &'static str,
    pub name: String,
}

impl From<NameMissing> for Finding {
    fn from(problem: NameMissing) -> Self {
        Self::new(&NAME_MISSING, format!("there is no {} `{}`", problem.what, problem.name)).at(problem.span, "used here")
    }
}

/// An operation that is left out.
#[derive(Clone, Debug)]
pub(super) struct OperationNotRead<'a> {
    pub span: Span,
    pub operation: &'a str,
    pub why: String,
}

impl From<OperationNotRead<'_>> for Finding {
    fn from(problem: OperationNotRead<'_>) -> Self {
        Self::new(&OPERATION_NOT_READ, format!("operation `{}` is left out: {}", problem.operation, problem.why)).at(problem.span, "")
    }
}

/// A fault that is left out.
#[derive(Clone, Debug)]
pub(super) struct FaultNotRead<'a> {
    pub span: Span,
    pub operation: &'a str,
    pub fault: &'a str,
}

impl From<FaultNotRead<'_>> for Finding {
    fn from(problem: FaultNotRead<'_>) -> Self {
        Self::new(
            &FAULT_NOT_READ,
            format!("fault `{}` of `{}` is left out: its message is not one element", problem.fault, problem.operation),
        )
        .at(problem.span, "")
    }
}

/// A WSDL without a contract.
#[derive(Clone, Debug)]
pub(super) struct WithoutContract {
    pub span: Span,
}

impl From<WithoutContract> for Finding {
    fn from(problem: WithoutContract) -> Self {
        Self::new(&WITHOUT_CONTRACT, "no port type is in this WSDL or in what it imports").at(problem.span, "")
    }
}

/// Two bindings, two forms.
#[derive(Clone, Debug)]
pub(super) struct TwoForms<'a> {
    pub span: Span,
    pub operation: &'a str,
}

impl From<TwoForms<'_>> for Finding {
    fn from(problem: TwoForms<'_>) -> Self {
        Self::new(&TWO_FORMS, format!("bindings give operation `{}` different styles or encodings; the first counts", problem.operation))
            .at(problem.span, "")
    }
}

/// An extension that must be understood.
#[derive(Clone, Debug)]
pub(super) struct RequiredExtension<'a> {
    pub span: Span,
    pub name: &'a str,
}

impl From<RequiredExtension<'_>> for Finding {
    fn from(problem: RequiredExtension<'_>) -> Self {
        Self::new(&EXTENSION_NOT_READ, format!("`{}` is required and not read", problem.name)).at(problem.span, "")
    }
}

/// A piece of schema that allows more now.
#[derive(Clone, Debug)]
pub(super) struct SchemaLoosened {
    pub span: Span,
    pub what: &'static str,
}

impl From<SchemaLoosened> for Finding {
    fn from(problem: SchemaLoosened) -> Self {
        Self::new(&SCHEMA_LOOSENED, problem.what).at(problem.span, "")
    }
}

/// A place that the schema leaves open.
#[derive(Clone, Debug)]
pub(super) struct SchemaOpen<'a> {
    pub span: Span,
    pub what: &'static str,
    pub holder: &'a str,
}

impl From<SchemaOpen<'_>> for Finding {
    fn from(problem: SchemaOpen<'_>) -> Self {
        Self::new(&SCHEMA_OPEN, format!("`{}` has {}; it is carried as XML", problem.holder, problem.what)).at(problem.span, "")
    }
}

/// A schema past all bounds.
#[derive(Clone, Debug)]
pub(super) struct SchemaTooLarge {
    pub span: Span,
}

impl From<SchemaTooLarge> for Finding {
    fn from(problem: SchemaTooLarge) -> Self {
        Self::new(&SCHEMA_TOO_LARGE, "expanding the groups of this schema has no end in reason; the rest is left out").at(problem.span, "")
    }
}

/// One name, two definitions.
#[derive(Clone, Debug)]
pub(super) struct DefinedTwice<'a> {
    pub name: &'a str,
    pub first: Span,
    pub second: Span,
}

impl From<DefinedTwice<'_>> for Finding {
    fn from(problem: DefinedTwice<'_>) -> Self {
        Self::new(&DEFINED_TWICE, format!("`{}` is defined differently by two WSDLs", problem.name))
            .at(problem.second, "this definition is not the first")
            .at(problem.first, "the first definition")
    }
}
