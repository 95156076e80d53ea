//! What can be wrong with the bindings and policies of a WSDL.

use wcf_diagnostics::{Code, Finding, Level, Span};

/// A policy that cannot be read.
pub static POLICY_UNREADABLE: Code = Code {
    name: "wcf-policy-unreadable",
    level: Level::Warn,
    summary: "the security policy of an endpoint cannot be read, so it is planned as the strictest reading",
    why: "What the service demands is unknown. .NET drops such a policy with a warning and goes on without security; here the endpoint is taken to protect everything and to prove its callers.",
    example: "`<wsp:PolicyReference URI=\"#Gone\"/>`, where the document has no policy of that name",
    remedy: "Give the document with the policy, or the service's configuration.",
    reference: "Web Services Policy 1.5 - Attachment; System.ServiceModel.Description.PolicyReader",
    waivable: false,
};

/// An assertion that is not known.
pub static ASSERTION_UNKNOWN: Code = Code {
    name: "wcf-policy-assertion-unknown",
    level: Level::Warn,
    summary: "a policy has an assertion that WCF does not know",
    why: "It may change who is let in. The rest of the policy is read; callers are planned as if the assertion asked for proof.",
    example: "an assertion of another vendor's stack",
    remedy: "Find out what the assertion demands, and state it in `wcf2grpc.toml`.",
    reference: "System.ServiceModel.Channels.UnrecognizedAssertionsBindingElement",
    waivable: false,
};

/// Tokens in a combination without a name.
pub static POLICY_UNUSUAL: Code = Code {
    name: "wcf-policy-unusual",
    level: Level::Warn,
    summary: "a policy asks for tokens in a combination that no authentication mode of WCF describes",
    why: "No configuration could say it either. It is planned as mutual certificates, the strictest of the modes.",
    example: "a user name token and a certificate beside each other",
    remedy: "Check the plan of this endpoint against what callers really present.",
    reference: "System.ServiceModel.Configuration.SecurityElement.InitializeFrom",
    waivable: false,
};

/// A choice that the client has.
pub static POLICY_ALTERNATIVES: Code = Code {
    name: "wcf-policy-alternatives",
    level: Level::Note,
    summary: "a policy gives several alternatives, of which the first that WCF understands was taken",
    why: "A service may let in callers that follow another alternative.",
    example: "`<wsp:ExactlyOne>` with two `<wsp:All>`",
    remedy: "Check which alternative callers use.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// A port that is no endpoint.
pub static PORT_NOT_READ: Code = Code {
    name: "wcf-wsdl-port-not-read",
    level: Level::Warn,
    summary: "a port of a WSDL is no SOAP endpoint that can be read",
    why: "Nothing is generated for it; the other ports go on.",
    example: "a port whose binding is missing, or is `http:binding`",
    remedy: "Give the document that has the binding, or correct the WSDL.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// An address that is no URI.
pub static ADDRESS_NOT_ABSOLUTE: Code = Code {
    name: "wcf-wsdl-address-not-absolute",
    level: Level::Note,
    summary: "the address of a port is not an absolute URI",
    why: ".NET drops the port; here it is kept without an address.",
    example: "`<soap:address location=\"REPLACE_WITH_ACTUAL_URL\"/>`",
    remedy: "None needed: addresses are settings of what is generated.",
    reference: "System.ServiceModel.Description.WsdlImporter",
    waivable: false,
};

/// A policy that cannot be read.
#[derive(Clone, Debug)]
pub(super) struct PolicyUnreadable<'a> {
    pub span: Span,
    pub why: &'static str,
    pub port: Span,
    pub name: &'a str,
}

impl From<PolicyUnreadable<'_>> for Finding {
    fn from(problem: PolicyUnreadable<'_>) -> Self {
        Self::new(&POLICY_UNREADABLE, format!("the policy of `{}` cannot be read: {}", problem.name, problem.why))
            .at(problem.span, "not understood")
            .at(problem.port, "planned as the strictest reading")
    }
}

/// An assertion that is not known.
#[derive(Clone, Debug)]
pub(super) struct AssertionUnknown<'a> {
    pub span: Span,
    pub assertion: &'a str,
    pub name: &'a str,
}

impl From<AssertionUnknown<'_>> for Finding {
    fn from(problem: AssertionUnknown<'_>) -> Self {
        Self::new(&ASSERTION_UNKNOWN, format!("the policy of `{}` has `{}`, which WCF does not know", problem.name, problem.assertion))
            .at(problem.span, "")
    }
}

/// Tokens in a combination without a name.
#[derive(Clone, Debug)]
pub(super) struct PolicyUnusual<'a> {
    pub span: Span,
    pub name: &'a str,
}

impl From<PolicyUnusual<'_>> for Finding {
    fn from(problem: PolicyUnusual<'_>) -> Self {
        Self::new(&POLICY_UNUSUAL, format!("no authentication mode describes the tokens that the policy of `{}` asks for", problem.name))
            .at(problem.span, "planned as certificates on both sides")
    }
}

/// A choice that the client has.
#[derive(Clone, Debug)]
pub(super) struct PolicyAlternatives<'a> {
    pub span: Span,
    pub count: usize,
    pub name: &'a str,
}

impl From<PolicyAlternatives<'_>> for Finding {
    fn from(problem: PolicyAlternatives<'_>) -> Self {
        Self::new(&POLICY_ALTERNATIVES, format!("the policy of `{}` gives {} alternatives", problem.name, problem.count))
            .at(problem.span, "")
    }
}

/// A port that is no endpoint.
#[derive(Clone, Debug)]
pub(super) struct PortNotRead<'a> {
    pub span: Span,
    pub name: &'a str,
    pub why: String,
}

impl From<PortNotRead<'_>> for Finding {
    fn from(problem: PortNotRead<'_>) -> Self {
        Self::new(&PORT_NOT_READ, format!("port `{}` is left out: {}", problem.name, problem.why)).at(problem.span, "")
    }
}

/// An address that is no URI.
#[derive(Clone, Debug)]
pub(super) struct AddressNotAbsolute<'a> {
    pub span: Span,
    pub name: &'a str,
}

impl From<AddressNotAbsolute<'_>> for Finding {
    fn from(problem: AddressNotAbsolute<'_>) -> Self {
        Self::new(&ADDRESS_NOT_ABSOLUTE, format!("the address of port `{}` is not an absolute URI", problem.name)).at(problem.span, "")
    }
}
