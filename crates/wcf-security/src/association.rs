//! Where configuration meets source: which contracts a service's default endpoints have, and which classes nothing hosts.
//!
//! Configuration alone cannot say this. .NET asks the class: `ServiceHostBase.AddDefaultEndpoints` adds an endpoint for each
//! contract that the class implements, bases of another one aside.

use std::collections::BTreeSet;

use wcf_config::EffectiveConfig;
use wcf_config::effective::{Effective, Origin, Service, ServiceEndpoint};
use wcf_contract::ContractModel;
use wcf_contract::model::{ServiceClass, Source};
use wcf_diagnostics::Findings;

use crate::diagnostics::{ServiceClassNotFound, ServiceClassNotHosted};

/// The configuration with the contracts of default endpoints filled in, and a finding for each service whose class is not in
/// the sources and for each class that neither configuration nor a `.svc` file hosts.
#[must_use]
pub fn associate(mut config: EffectiveConfig, contracts: &ContractModel) -> (EffectiveConfig, Findings) {
    let mut findings = Findings::new();
    let mut hosted: BTreeSet<&str> = BTreeSet::new();
    for service in config.hosts.iter_mut().flat_map(|host| &mut host.services) {
        let class = class_of(contracts, &service.name);
        hosted.extend(class.map(|class| class.clr_name.as_str()));
        if !service.endpoints.iter().any(without_contract) {
            continue;
        }
        match class {
            Some(class) => service.endpoints = with_contracts(service, class, contracts),
            None => findings.push(ServiceClassNotFound { span: service.span, service: &service.name }),
        }
    }
    for class in &contracts.services {
        let written = class
            .contracts
            .iter()
            .any(|key| contracts.contracts.get(key).is_some_and(|contract| contract.source != Source::GeneratedProxy));
        if written && !class.is_abstract && !hosted.contains(class.clr_name.as_str()) {
            findings.push(ServiceClassNotHosted { span: class.span, class: &class.clr_name, contracts: &class.contracts });
        }
    }
    (config, findings)
}

/// The class behind a service: by configuration name, then by CLR name.
fn class_of<'a>(contracts: &'a ContractModel, service: &str) -> Option<&'a ServiceClass> {
    let by = |name: fn(&ServiceClass) -> &str| contracts.services.iter().find(|class| name(class) == service);
    by(|class| &class.configuration_name).or_else(|| by(|class| &class.clr_name))
}

/// A default endpoint whose contract the configuration left to the class.
fn without_contract(endpoint: &ServiceEndpoint) -> bool {
    endpoint.is_default && endpoint.contract.value.is_empty()
}

fn with_contracts(service: &Service, class: &ServiceClass, contracts: &ContractModel) -> Vec<ServiceEndpoint> {
    let implemented: Vec<_> = class.contracts.iter().filter_map(|key| Some((key, contracts.contracts.get(key)?))).collect();
    let is_base = |key: &String| implemented.iter().any(|(_, other)| other.bases.contains(key));
    let most_derived: Vec<_> = implemented.iter().filter(|(key, _)| !is_base(key)).map(|(_, contract)| *contract).collect();
    let mut endpoints = Vec::new();
    for endpoint in &service.endpoints {
        if !without_contract(endpoint) {
            endpoints.push(endpoint.clone());
            continue;
        }
        endpoints.extend(most_derived.iter().map(|contract| {
            let origin = Origin::Derived { class: "ServiceHostBase.AddDefaultEndpoints", from: Some(contract.span) };
            ServiceEndpoint { contract: Effective { value: contract.configuration_name.as_str().into(), origin }, ..endpoint.clone() }
        }));
    }
    endpoints
}

#[cfg(test)]
mod tests {
    use wcf_config::effective::HttpAuthenticationScheme;
    use wcf_contract::{Options, SourceText, read_csharp};
    use wcf_diagnostics::FileId;

    use super::*;
    use crate::specimen;

    const SOURCE: &str = "using System.ServiceModel;
        namespace Quay {
            [ServiceContract] public interface IBase { [OperationContract] void Moor(); }
            [ServiceContract] public interface IDerived : IBase { [OperationContract] void Cast(); }
            [ServiceContract] public interface IOther { [OperationContract] void Pay(); }
            public class Desk : IDerived, IOther { public void Moor() {} public void Cast() {} public void Pay() {} }
        }";

    fn model() -> ContractModel {
        read_csharp(&[SourceText { file: FileId(0), text: SOURCE }], &Options::default()).0
    }

    fn hosting(service: &str) -> EffectiveConfig {
        let mut config = specimen::config(specimen::stack(Vec::new(), specimen::http(false, HttpAuthenticationScheme::Anonymous, false)));
        for each in config.hosts.iter_mut().flat_map(|host| &mut host.services) {
            each.name = service.into();
            for endpoint in &mut each.endpoints {
                endpoint.is_default = true;
                endpoint.contract.value = wcf_config::Text::default();
            }
        }
        config
    }

    #[test]
    fn a_default_endpoint_has_each_most_derived_contract_of_the_class() {
        let (config, findings) = associate(hosting("Quay.Desk"), &model());
        let names: Vec<_> = config
            .hosts
            .iter()
            .flat_map(|host| &host.services)
            .flat_map(|service| &service.endpoints)
            .map(|endpoint| endpoint.contract.value.as_str())
            .collect();
        assert_eq!(names, ["Quay.IDerived", "Quay.IOther"]);
        assert!(findings.is_empty(), "{findings:?}");
    }

    #[test]
    fn a_class_that_is_not_there_and_a_class_that_nothing_hosts_are_reported() {
        let (config, findings) = associate(hosting("Quay.Gone"), &model());
        assert!(config.hosts.iter().flat_map(|host| &host.services).all(|service| service.endpoints.iter().all(without_contract)));
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, ["wcf-service-class-not-found", "wcf-service-class-not-hosted"]);
    }

    #[test]
    fn what_is_written_keeps_its_contract_beside_default_endpoints() {
        let mut config = hosting("Quay.Desk");
        let endpoints = &mut config.hosts[0].services[0].endpoints;
        let mut written = endpoints[0].clone();
        written.is_default = false;
        written.contract.value = "Quay.IBase".into();
        let mut own = endpoints[0].clone();
        own.contract.value = "Quay.IOther".into();
        endpoints.extend([written, own]);
        let (config, _) = associate(config, &model());
        let names: Vec<_> = config.hosts[0].services[0].endpoints.iter().map(|endpoint| endpoint.contract.value.to_string()).collect();
        assert_eq!(names, ["Quay.IDerived", "Quay.IOther", "Quay.IBase", "Quay.IOther"]);
    }

    /// What nothing hosts is told of classes that someone wrote to be hosted: not of clients that a tool wrote, of what only derived
    /// classes make whole, or of what has no contract.
    #[test]
    fn only_classes_that_were_written_to_be_hosted_are_missed() {
        let source = "using System.ServiceModel;
            namespace Quay {
                [ServiceContract] public interface IOwn { [OperationContract] void Moor(); }
                [System.CodeDom.Compiler.GeneratedCode(\"svcutil\", \"4.0\"), ServiceContract] public interface IProxy { [OperationContract] void Cast(); }
                public class Desk : IOwn { public void Moor() {} }
                public abstract class Draft : IOwn { public void Moor() {} }
                public class Caller : IProxy { public void Cast() {} }
            }";
        let contracts = read_csharp(&[SourceText { file: FileId(0), text: source }], &Options::default()).0;
        assert!(contracts.services.iter().any(|class| class.clr_name == "Quay.Caller"), "{:?}", contracts.services);
        assert!(contracts.services.iter().any(|class| class.clr_name == "Quay.Draft" && class.is_abstract));
        let (_, findings) = associate(EffectiveConfig { hosts: Vec::new() }, &contracts);
        let told: Vec<_> = findings.iter().map(|finding| finding.message.to_string()).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("Quay.Desk"), "{told:?}");
    }

    #[test]
    fn a_written_endpoint_without_contract_is_left_to_what_refuses_it() {
        let mut config = hosting("Quay.Desk");
        config.hosts[0].services[0].endpoints[0].is_default = false;
        let (config, findings) = associate(config, &model());
        let names: Vec<_> = config.hosts[0].services[0].endpoints.iter().map(|endpoint| endpoint.contract.value.to_string()).collect();
        assert_eq!(names, [""]);
        assert!(findings.is_empty(), "{findings:?}");
    }
}
