//! Where WSDL meets configuration and source: the same service is one contract and one endpoint, and what differs is said.
//!
//! Source counts before WSDL for contracts, and configuration before WSDL for endpoints: both say more. A service of which
//! only the WSDL is left becomes a host of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use located_xml::{Document, Limits};
use rayon::prelude::*;
use wcf_config::channel_stack::{self, SecurityShape};
use wcf_config::effective::{Effective, Host, Hosting, Origin, Service, ServiceEndpoint, ServiceSource};
use wcf_config::policy::{PolicyDocument, WsdlEndpoint, read_policy};
use wcf_config::{ChannelStack, EffectiveConfig, Text};
use wcf_contract::model::{Demanded, ProtectionLevel, ServiceContract, Source};
use wcf_contract::{ContractModel, WsdlDocument, WsdlOptions, read_wsdl};
use wcf_diagnostics::{FileId, Files, Findings};

use crate::diagnostics::{WsdlAlone, WsdlContractDiffers, WsdlContractWithoutPort, WsdlEndpointDiffers, WsdlPortWithoutContract};
use crate::discovery::Sources;

/// Reads the WSDLs of the input and joins them to what source and configuration say.
pub fn join(sources: &Sources, contracts: &mut ContractModel, config: &mut EffectiveConfig) -> Findings {
    let mut findings = Findings::new();
    let limits = Limits::default();
    let parse = |&file: &FileId| sources.files.get(file).map(|source| (file, located_xml::parse(file, source.text.clone(), &limits)));
    let parsed: Vec<_> = sources.wsdl.par_iter().filter_map(parse).collect();
    let mut documents: Vec<(FileId, Document)> = Vec::new();
    for (file, parsed) in parsed {
        findings.extend(parsed.findings);
        documents.extend(parsed.document.map(|document| (file, document)));
    }
    let path = |file: FileId| sources.files.path(file);
    let wsdl: Vec<_> = documents.iter().map(|(file, document)| WsdlDocument { file: *file, path: path(*file), document }).collect();
    let policy: Vec<_> = documents.iter().map(|(file, document)| PolicyDocument { file: *file, path: path(*file), document }).collect();
    let options = WsdlOptions { map: sources.map.clone() };
    let (model, found) = read_wsdl(&wsdl, &options);
    findings.extend(found);
    let (endpoints, found) = read_policy(&policy, &options.map);
    findings.extend(found);
    let names = join_contracts(model, &endpoints, contracts, config, &mut findings);
    join_endpoints(endpoints, &names, contracts, config, &sources.files, &mut findings);
    findings
}

/// By namespace and name of a contract: its key in the model.
type Names = BTreeMap<(String, String), String>;

fn join_contracts(
    model: ContractModel,
    endpoints: &[WsdlEndpoint],
    contracts: &mut ContractModel,
    config: &EffectiveConfig,
    findings: &mut Findings,
) -> Names {
    let mut names = Names::new();
    let unmatched = unmatched(contracts, config);
    for (key, mut contract) in model.contracts {
        let name = (contract.namespace.clone(), contract.name.clone());
        let known = contracts.contracts.iter().find(|(_, known)| (&known.namespace, &known.name) == (&name.0, &name.1));
        if let Some((key, known)) = known {
            if known.source != Source::Wsdl {
                compare_contracts(known, &contract, findings);
            }
            names.insert(name, key.clone());
            continue;
        }
        demand(&mut contract, endpoints);
        // A generated client's configuration names the proxy; where the proxy itself is not there, its last part says which
        // contract is meant.
        let mut meant = unmatched.iter().filter(|written| written.rsplit(['.', '+']).next() == Some(contract.name.as_str()));
        if let (Some(written), None) = (meant.next(), meant.next()) {
            contract.configuration_name.clone_from(written);
        }
        names.insert(name, key.clone());
        contracts.contracts.insert(key, contract);
    }
    for (key, data_type) in model.types {
        contracts.types.entry(key).or_insert(data_type);
    }
    names
}

/// The contracts that endpoints of the configuration name and that no source declares.
fn unmatched(contracts: &ContractModel, config: &EffectiveConfig) -> Vec<String> {
    let of_services = config.hosts.iter().flat_map(|host| &host.services).flat_map(|service| &service.endpoints);
    let of_services = of_services.filter(|endpoint| !endpoint.is_system).map(|endpoint| &endpoint.contract.value);
    let of_clients = config.hosts.iter().flat_map(|host| &host.clients).map(|endpoint| &endpoint.contract.value);
    let mut names: Vec<String> = of_services
        .chain(of_clients)
        .filter(|written| !written.is_empty() && wcf_security::contract_of(contracts, written).is_none())
        .map(Text::to_string)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn compare_contracts(known: &ServiceContract, other: &ServiceContract, findings: &mut Findings) {
    let names = |contract: &ServiceContract| -> Vec<String> {
        let all = contract.operations.iter().chain(&contract.callback_operations);
        all.map(|operation| operation.name.clone()).collect()
    };
    let (known_names, other_names) = (names(known), names(other));
    let only = |one: &[String], other: &[String]| one.iter().filter(|name| !other.contains(name)).cloned().collect::<Vec<_>>();
    let (only_source, only_wsdl) = (only(&known_names, &other_names), only(&other_names, &known_names));
    if !only_source.is_empty() || !only_wsdl.is_empty() {
        findings.push(WsdlContractDiffers { contract: &known.name, source: known.span, wsdl: other.span, only_source, only_wsdl });
    }
}

/// What message security protects of each operation: the most that any endpoint protects.
fn demand(contract: &mut ServiceContract, endpoints: &[WsdlEndpoint]) {
    let of_contract = |endpoint: &&WsdlEndpoint| endpoint.contract.0 == contract.namespace && endpoint.contract.1 == contract.name;
    let protects = |endpoint: &&WsdlEndpoint| {
        let security = endpoint.binding.stack.as_ref().ok().and_then(ChannelStack::message_security);
        security.is_some_and(|security| security.shape != SecurityShape::Transport)
    };
    let protecting: Vec<&WsdlEndpoint> = endpoints.iter().filter(of_contract).filter(protects).collect();
    for operation in contract.operations.iter_mut().chain(&mut contract.callback_operations) {
        let of_operation = protecting.iter().map(|endpoint| endpoint.levels.iter().find(|level| level.operation == operation.name));
        let levels: Option<Vec<_>> = of_operation.collect();
        // One endpoint that says nothing less protects everything.
        let strongest = levels.and_then(|levels| levels.into_iter().max_by_key(|level| level.level));
        operation.protection_level = strongest.map(|found| Demanded {
            level: match found.level {
                channel_stack::ProtectionLevel::None => ProtectionLevel::None,
                channel_stack::ProtectionLevel::Sign => ProtectionLevel::Sign,
                channel_stack::ProtectionLevel::EncryptAndSign => ProtectionLevel::EncryptAndSign,
            },
            span: found.span,
        });
    }
}

fn join_endpoints(
    endpoints: Vec<WsdlEndpoint>,
    names: &Names,
    contracts: &ContractModel,
    config: &mut EffectiveConfig,
    files: &Files,
    findings: &mut Findings,
) {
    let mut hosts: Vec<Host> = Vec::new();
    for endpoint in endpoints {
        let Some(contract) = names.get(&endpoint.contract).and_then(|key| contracts.contracts.get(key)) else {
            findings.push(WsdlPortWithoutContract { name: &endpoint.name, span: endpoint.span, contract: &endpoint.contract });
            continue;
        };
        let configured = configured(contract, contracts, config);
        if !configured.is_empty() {
            if let Some(words) = unlike(&endpoint, &configured) {
                findings.push(WsdlEndpointDiffers {
                    name: &endpoint.name,
                    wsdl: endpoint.span,
                    configured: configured.iter().map(|(span, _)| *span).collect(),
                    words,
                });
            }
            continue;
        }
        let at = hosts.iter().position(|host| host.file == endpoint.file);
        let at = at.unwrap_or_else(|| {
            let name = host_name(files.path(endpoint.file), config, &hosts);
            hosts.push(Host {
                name,
                file: endpoint.file,
                hosting: Hosting::Process,
                services: Vec::new(),
                clients: Vec::new(),
                refused: false,
            });
            hosts.len() - 1
        });
        let Some(host) = hosts.get_mut(at) else { continue };
        let known = host.services.iter().position(|service| service.name == endpoint.service);
        let known = known.unwrap_or_else(|| {
            findings.push(WsdlAlone { service: &endpoint.service, span: endpoint.service_span });
            host.services.push(Service {
                name: endpoint.service.as_str().into(),
                span: endpoint.service_span,
                source: ServiceSource::Wsdl,
                base_addresses: Vec::new(),
                behavior: Arc::default(),
                endpoints: Vec::new(),
            });
            host.services.len() - 1
        });
        let Some(service) = host.services.get_mut(known) else { continue };
        // .NET writes where web sockets are opened; configuration writes the same place as HTTP.
        let address: Text = match endpoint.address.value.split_once(':') {
            Some(("ws", rest)) => format!("http:{rest}").into(),
            Some(("wss", rest)) => format!("https:{rest}").into(),
            _ => endpoint.address.value.clone(),
        };
        service.endpoints.push(ServiceEndpoint {
            span: endpoint.span,
            address: Effective { value: address.clone(), origin: endpoint.address.origin },
            resolved_address: Some(address).filter(|address| !address.is_empty()),
            listen_uri: None,
            contract: Effective {
                value: contract.clr_name.as_str().into(),
                origin: Origin::Derived { class: "WsdlImporter", from: Some(endpoint.span) },
            },
            name: endpoint.name.into(),
            kind: Text::default(),
            is_system: false,
            is_default: false,
            binding: Arc::new(endpoint.binding),
            identity: endpoint.identity,
            behavior: Arc::default(),
        });
    }
    config.hosts.extend(hosts);
    for contract in names.values().filter_map(|key| contracts.contracts.get(key)).filter(|contract| contract.source == Source::Wsdl) {
        if configured(contract, contracts, config).is_empty() {
            findings.push(WsdlContractWithoutPort { contract: &contract.name, span: contract.span });
        }
    }
    config.hosts.sort_by(|one, other| files.path(one.file).cmp(files.path(other.file)));
}

/// The endpoints of the configuration, on either side, that have this contract; for default endpoints, their service's.
fn configured<'c>(
    contract: &ServiceContract,
    contracts: &ContractModel,
    config: &'c EffectiveConfig,
) -> Vec<(wcf_diagnostics::Span, Option<&'c ChannelStack>)> {
    let is_meant = |written: &str| wcf_security::contract_of(contracts, written).is_some_and(|found| found.clr_name == contract.clr_name);
    let by_class = |service: &Service| {
        let mut classes =
            contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
        classes.any(|class| class.contracts.contains(&contract.clr_name))
    };
    let mut found = Vec::new();
    for host in &config.hosts {
        for service in &host.services {
            for endpoint in &service.endpoints {
                let written = endpoint.contract.value.as_str();
                if is_meant(written) || (written.is_empty() && by_class(service)) {
                    found.push((endpoint.span, endpoint.binding.stack.as_ref().ok()));
                }
            }
        }
        for client in host.clients.iter().filter(|client| is_meant(&client.contract.value)) {
            found.push((client.span, client.binding.stack.as_ref().ok()));
        }
    }
    found
}

/// What the WSDL says that no configured endpoint says.
fn unlike(endpoint: &WsdlEndpoint, configured: &[(wcf_diagnostics::Span, Option<&ChannelStack>)]) -> Option<String> {
    let stack = endpoint.binding.stack.as_ref().ok()?;
    let ours = security_words(stack);
    let mut theirs: Vec<String> = configured.iter().filter_map(|(_, stack)| stack.map(security_words)).collect();
    theirs.sort();
    theirs.dedup();
    (!theirs.is_empty() && !theirs.contains(&ours)).then(|| format!("the WSDL says {ours}, the configuration {}", theirs.join(" or ")))
}

/// The elements that decide about security, in words.
fn security_words(stack: &ChannelStack) -> String {
    let mut words: Vec<String> = Vec::new();
    for element in &stack.elements {
        match element {
            channel_stack::BindingElement::Security(security) => words.push(format!("{:?}", security.authentication_mode.value)),
            channel_stack::BindingElement::SslStreamSecurity(ssl) if ssl.require_client_certificate.value => {
                words.push("TLS with client certificates".to_owned());
            }
            channel_stack::BindingElement::SslStreamSecurity(_) => words.push("TLS".to_owned()),
            channel_stack::BindingElement::WindowsStreamSecurity(windows) => {
                words.push(format!("Negotiate ({:?})", windows.protection_level.value))
            }
            channel_stack::BindingElement::Opaque { .. } => words.push("a policy that is not known".to_owned()),
            channel_stack::BindingElement::Transport(channel_stack::Transport::Http(http)) => {
                words.push(if http.tls { "https" } else { "http" }.to_owned());
                if http.require_client_certificate.value {
                    words.push("client certificates".to_owned());
                }
                words.push(format!("{:?}", http.authentication_scheme.value));
            }
            channel_stack::BindingElement::Transport(transport) => words.push(transport.scheme().to_owned()),
            channel_stack::BindingElement::Context
            | channel_stack::BindingElement::TransactionFlow(_)
            | channel_stack::BindingElement::ReliableSession(_)
            | channel_stack::BindingElement::CompositeDuplex
            | channel_stack::BindingElement::OneWay
            | channel_stack::BindingElement::PrivacyNotice
            | channel_stack::BindingElement::PeerResolver(_)
            | channel_stack::BindingElement::Encoding(_) => {}
        }
    }
    format!("`{}`", words.join(", "))
}

/// The name of the file without its ending, and a number where a host has it already.
fn host_name(path: &str, config: &EffectiveConfig, hosts: &[Host]) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let taken = |name: &str| config.hosts.iter().chain(hosts).any(|host| host.name.eq_ignore_ascii_case(name));
    let mut name = stem.to_owned();
    let mut number = 2;
    while taken(&name) {
        name = format!("{stem}-{number}");
        number += 1;
    }
    name
}
