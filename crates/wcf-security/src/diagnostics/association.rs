//! Problems found where configuration meets source.

use wcf_diagnostics::{Finding, Span};

use super::codes;

codes! {
    /// The class behind a service is not in the input.
    SERVICE_CLASS_NOT_FOUND = "wcf-service-class-not-found", Warn, waivable: false,
        summary: "the class behind a service is not in the input, so the contracts of its default endpoints are not known",
        why: "A service without endpoints of its own gets one for each contract its class implements. Without the class nothing can be generated for them.",
        example: "<%@ ServiceHost Service=\"Bank.TransferService\" %>",
        remedy: "Give the folder that has the class as a further PATH, or write the endpoints into the configuration.",
        reference: "System.ServiceModel.ServiceHostBase.AddDefaultEndpoints";

    /// Nothing in the input hosts a class that implements a contract.
    SERVICE_CLASS_NOT_HOSTED = "wcf-service-class-not-hosted", Warn, waivable: false,
        summary: "a class implements a service contract, and neither a configuration nor a .svc file of the input hosts it",
        why: "Code may host it, with endpoints and security that no file shows. Nothing is generated for it, so that nothing is guessed.",
        example: "new ServiceHost(typeof(TransferService), new Uri(\"net.tcp://localhost:9000/transfers\"))",
        remedy: "Write the endpoints that the code adds into the service's configuration file, or give the folder that has it as a further PATH.",
        reference: "System.ServiceModel.ServiceHost";
}

/// The class behind a service is not in the input.
#[derive(Clone, Copy, Debug)]
pub struct ServiceClassNotFound<'a> {
    /// Where the service is named.
    pub span: Span,
    /// Its name.
    pub service: &'a str,
}

impl From<ServiceClassNotFound<'_>> for Finding {
    fn from(problem: ServiceClassNotFound<'_>) -> Self {
        let ServiceClassNotFound { span, service } = problem;
        Self::new(
            &SERVICE_CLASS_NOT_FOUND,
            format!("the class `{service}` is not in the input, so the contracts of its default endpoints are not known"),
        )
        .at(span, "this service has no endpoints of its own")
        .help("give the folder that has the class as a further PATH, or write the endpoints into the configuration")
        .service(service)
    }
}

/// Nothing in the input hosts a class that implements a contract.
#[derive(Clone, Copy, Debug)]
pub struct ServiceClassNotHosted<'a> {
    /// Where the class's name stands.
    pub span: Span,
    /// The class.
    pub class: &'a str,
    /// The contracts it implements.
    pub contracts: &'a [String],
}

impl From<ServiceClassNotHosted<'_>> for Finding {
    fn from(problem: ServiceClassNotHosted<'_>) -> Self {
        let ServiceClassNotHosted { span, class, contracts } = problem;
        let contracts = contracts.iter().map(|contract| format!("`{contract}`")).collect::<Vec<_>>().join(", ");
        Self::new(&SERVICE_CLASS_NOT_HOSTED, format!("`{class}` implements {contracts}, and neither a configuration nor a .svc file hosts it"))
            .at(span, "nothing is generated for this class")
            .help("write the endpoints that code adds for it into the service's configuration file, or give the folder that has it as a further PATH")
    }
}
