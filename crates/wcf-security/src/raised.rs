//! Codes of reading that the policy raised to deny: what they are about is not generated either.
//!
//! Assessing and planning know the endpoint they speak of. Reading a configuration or a source knows a place and at best a service's
//! name, so a raised code stands against every endpoint that what was read there may decide: those of the named service, those whose
//! configuration the file is or is inherited by, and those whose class, contract or data types the file declares.

use std::collections::BTreeSet;

use wcf_config::EffectiveConfig;
use wcf_contract::ContractModel;
use wcf_contract::model::{DataKind, Operation, ServiceContract, TypeKey, TypeRef};
use wcf_diagnostics::{FileId, Files, Finding, Level, Subject};

use crate::code_overrides::{folder, is_below, is_near};
use crate::contract_of;
use crate::endpoint::EndpointView;
use crate::plan::{EndpointPlan, MigrationPlan};
use crate::planning::add_code;
use crate::policy::Policy;

/// The findings of a stage whose codes the policy raised to deny.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raised {
    list: Vec<RaisedFinding>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RaisedFinding {
    code: &'static str,
    subject: Subject,
    file: Option<FileId>,
}

impl Raised {
    /// Those among the findings of reading. What is at deny by itself refuses where it was found.
    #[must_use]
    pub fn of<'a>(policy: &Policy, findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let is_raised =
            |finding: &&Finding| finding.code.level != Level::Deny && policy.levels.get(finding.code.name) == Some(&Level::Deny);
        let raised = findings.into_iter().filter(is_raised).map(|finding| RaisedFinding {
            code: finding.code.name,
            subject: finding.subject.clone(),
            file: finding.span().map(|span| span.file),
        });
        Self { list: raised.collect() }
    }

    /// Refuses the endpoints that the findings concern; whether there were any.
    pub fn refuse(&self, plan: &mut MigrationPlan, config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> bool {
        let mut any = false;
        if self.list.is_empty() {
            return any;
        }
        for (host, planned) in config.hosts.iter().zip(&mut plan.hosts) {
            let mut refuse = |view: EndpointView<'_>, endpoint: Option<&mut EndpointPlan>| {
                let Some(endpoint) = endpoint else { return };
                for raised in self.list.iter().filter(|raised| raised.concerns(view, config, contracts, files)) {
                    endpoint.outcome = add_code(endpoint.outcome.clone(), raised.code);
                    any = true;
                }
            };
            for view in EndpointView::services(host) {
                refuse(view, planned.endpoints.iter_mut().find(|endpoint| is_of(endpoint, view)));
            }
            for view in EndpointView::clients(host) {
                refuse(view, planned.clients.iter_mut().find(|endpoint| is_of(endpoint, view)));
            }
        }
        any
    }
}

/// Several endpoints may stand in one place: the default ones of a service.
fn is_of(endpoint: &EndpointPlan, view: EndpointView<'_>) -> bool {
    endpoint.span == view.span() && endpoint.contract == view.contract() && endpoint.address == view.address().value
}

impl RaisedFinding {
    fn concerns(&self, view: EndpointView<'_>, config: &EffectiveConfig, contracts: &ContractModel, files: &Files) -> bool {
        if let Some(service) = &self.subject.service {
            return view.service().is_some_and(|own| own.name == *service)
                && (self.subject.endpoint.is_none() || self.subject.endpoint == view.subject().endpoint);
        }
        let Some(file) = self.file else { return true };
        if view.host.file == file {
            return true;
        }
        match declares(contracts, file) {
            true => is_made_of(view, contracts, file),
            false => is_near(view, file, config, files) || is_below(files.path(view.host.file), folder(files.path(file))),
        }
    }
}

/// Whether the file declares anything of the model.
fn declares(contracts: &ContractModel, file: FileId) -> bool {
    let mut places = contracts
        .contracts
        .values()
        .map(|contract| contract.span)
        .chain(contracts.types.values().map(|data| data.span))
        .chain(contracts.services.iter().map(|class| class.span));
    places.any(|span| span.file == file)
}

/// Whether the endpoint's class, its contract or a type of its messages stands in the file. An endpoint whose contract is not known
/// may be made of anything.
fn is_made_of(view: EndpointView<'_>, contracts: &ContractModel, file: FileId) -> bool {
    let is_class = |service: &wcf_config::effective::Service| {
        let mut classes =
            contracts.services.iter().filter(|class| class.configuration_name == service.name || class.clr_name == service.name);
        classes.any(|class| class.span.file == file)
    };
    let Some(contract) = contract_of(contracts, view.contract()) else { return true };
    view.service().is_some_and(is_class) || contract_is_made_of(contract, contracts, file)
}

fn contract_is_made_of(contract: &ServiceContract, contracts: &ContractModel, file: FileId) -> bool {
    let bases = contract.bases.iter().chain(&contract.callback).filter_map(|key| contracts.contracts.get(key));
    let mut open = Vec::new();
    for contract in std::iter::once(contract).chain(bases) {
        if contract.span.file == file {
            return true;
        }
        contract.operations.iter().chain(&contract.callback_operations).for_each(|operation| types_of(operation, &mut open));
    }
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop() {
        let Some(data) = contracts.types.get(key).filter(|_| seen.insert(key)) else { continue };
        if data.span.file == file {
            return true;
        }
        match &data.kind {
            DataKind::Class(class) => {
                open.extend(class.base.iter().chain(&class.known_types));
                class.members.iter().for_each(|member| named(&member.type_ref, &mut open));
            }
            DataKind::Enum(_) => {}
            DataKind::Collection { item, .. } => named(item, &mut open),
            DataKind::Dictionary { key, value } => [key, value].into_iter().for_each(|each| named(each, &mut open)),
            DataKind::Choice(members) => members.iter().for_each(|member| named(&member.type_ref, &mut open)),
            DataKind::Message(message) => {
                let headers = message.headers.iter().map(|header| &header.member);
                headers.chain(&message.body).for_each(|member| named(&member.type_ref, &mut open));
            }
        }
    }
    false
}

fn types_of<'a>(operation: &'a Operation, keys: &mut Vec<&'a TypeKey>) {
    keys.extend(operation.request_message.iter().chain(&operation.response_message));
    operation.parameters.iter().chain(&operation.results).for_each(|parameter| named(&parameter.type_ref, keys));
    operation.faults.iter().for_each(|fault| named(&fault.detail, keys));
}

/// The types of the model that a use names.
fn named<'a>(use_of: &'a TypeRef, keys: &mut Vec<&'a TypeKey>) {
    match use_of {
        TypeRef::Named(key) => keys.push(key),
        TypeRef::List { item } | TypeRef::Nullable(item) => named(item, keys),
        TypeRef::Map { key, value } => {
            named(key, keys);
            named(value, keys);
        }
        TypeRef::Primitive(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use wcf_config::EffectiveConfig;
    use wcf_config::effective::{Host, HttpAuthenticationScheme};
    use wcf_contract::{ContractModel, Options, SourceText, read_csharp};
    use wcf_diagnostics::{Code, FileId, Files, Finding, Level, SourceFile, Span};

    use super::Raised;
    use crate::policy::{Date, Policy};
    use crate::specimen::{by_default, client_endpoint, host, http, service, service_endpoint, stack};

    static TOLD: Code =
        Code { name: "wcf-told", level: Level::Note, summary: "", why: "", example: "", remedy: "", reference: "", waivable: false };

    /// Files 0 and 1 configure `A` and `A/Below`, 2 configures `B`; 3 to 6 declare what contracts and messages are made of.
    const SOURCES: [(&str, &str); 10] = [
        ("A/web.config", ""),
        ("A/Below/web.config", ""),
        ("B/web.config", ""),
        (
            "Contracts.cs",
            "using System.Collections.Generic; using System.ServiceModel;
             namespace Bank {
                [ServiceContract] public interface ITransfers : IBase {
                    [OperationContract] Dictionary<string, List<Outer>> Send(Kind? kind); }
                [ServiceContract] public interface INotices { [OperationContract] string Last(); }
             }",
        ),
        (
            "Base.cs",
            "using System.ServiceModel; namespace Bank { [ServiceContract] public interface IBase { [OperationContract, FaultContract(typeof(Broken))] void Ping(); } }",
        ),
        (
            "Inner.cs",
            "using System.Runtime.Serialization; namespace Bank { [DataContract] public class Inner { [DataMember] public Inner Next; } }",
        ),
        (
            "Outer.cs",
            "using System.Runtime.Serialization; using System.Collections.Generic;
             namespace Bank {
                [DataContract] public class Outer : Parent { [DataMember] public Names Names; }
                [DataContract, KnownType(typeof(Child))] public class Parent { [DataMember] public Table Table; }
                [CollectionDataContract] public class Names : List<Inner> { }
                [CollectionDataContract] public class Table : Dictionary<string, Kind> { }
             }",
        ),
        ("Kind.cs", "namespace Bank { public enum Kind { A, B } }"),
        (
            "Child.cs",
            "using System.Runtime.Serialization; namespace Bank { [DataContract] public class Child : Parent { } [DataContract] public class Broken { } }",
        ),
        (
            "Transfers.cs",
            "using System.Collections.Generic; namespace Bank { public class Transfers : ITransfers { public void Ping() {} public Dictionary<string, List<Outer>> Send(Kind? kind) { return null; } } }",
        ),
    ];

    fn files() -> Files {
        let mut files = Files::default();
        for (path, text) in SOURCES.iter().chain(&[("machine.config", ""), ("A/Sub/other.config", ""), ("A/Code.cs", "")]) {
            files.add(SourceFile::new(*path, *text));
        }
        files
    }

    fn contracts() -> ContractModel {
        let is_source = |(_, (path, _)): &(usize, &(&str, &str))| path.ends_with(".cs");
        let texts = SOURCES.iter().enumerate().filter(is_source);
        let texts: Vec<_> = texts.map(|(at, (_, text))| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
        read_csharp(&texts, &Options::default()).0
    }

    fn config() -> EffectiveConfig {
        let open = || stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false));
        let project = |file, name: &str, contract: &str| {
            let mut endpoint = service_endpoint(open());
            endpoint.contract = by_default(contract.into());
            let mut service = service(endpoint, Default::default());
            service.name = name.into();
            let mut client = client_endpoint(open());
            client.contract = by_default("Elsewhere.ILedger".into());
            client.address = by_default("http://else.example/".into());
            Host { file: FileId(file), ..host(vec![service], vec![client]) }
        };
        let hosts = vec![
            project(0, "Bank.Transfers", "Bank.ITransfers"),
            project(1, "Bank.Below", "Bank.INotices"),
            project(2, "Bank.Notices", "Bank.INotices"),
        ];
        EffectiveConfig { hosts }
    }

    fn policy(level: Level) -> Policy {
        Policy { levels: BTreeMap::from([(TOLD.name.to_owned(), level)]), ..Policy::default() }
    }

    /// The services and, as `client`, the clients that a finding refuses, by host.
    fn refused(finding: Finding) -> Vec<String> {
        let (config, files, contracts) = (config(), files(), contracts());
        let (posture, _) = crate::assess(&config, &contracts, &files);
        let today = Date { year: 2026, month: 11, day: 24 };
        let (mut plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, today);
        let raised = Raised::of(&policy(Level::Deny), [&finding]);
        let any = raised.refuse(&mut plan, &config, &contracts, &files);
        let mut refused = Vec::new();
        for (at, host) in plan.hosts.iter().enumerate() {
            for endpoint in host.endpoints.iter().filter(|endpoint| endpoint.outcome.is_err()) {
                refused.push(endpoint.service.clone());
            }
            for _ in host.clients.iter().filter(|client| client.outcome.is_err()) {
                refused.push(format!("client {at}"));
            }
        }
        assert_eq!(any, !refused.is_empty());
        refused
    }

    fn at(file: u32) -> Finding {
        Finding::new(&TOLD, "told").at(Span::new(FileId(file), 0, 0), "")
    }

    #[test]
    fn a_named_service_alone_is_refused() {
        assert_eq!(refused(at(2).service("Bank.Transfers")), ["Bank.Transfers"]);
        let endpoint = "Bank.ITransfers at http://bank.example:8080/transfers";
        assert_eq!(refused(at(2).service("Bank.Transfers").endpoint(endpoint)), ["Bank.Transfers"]);
        assert_eq!(refused(at(2).service("Bank.Transfers").endpoint("another")), [] as [&str; 0]);
        assert_eq!(refused(at(2).service("Bank.Nobody")), [] as [&str; 0]);
    }

    #[test]
    fn a_file_refuses_what_it_configures_and_what_inherits_from_it() {
        let everything = ["Bank.Transfers", "client 0", "Bank.Below", "client 1", "Bank.Notices", "client 2"];
        assert_eq!(refused(at(2)), ["Bank.Notices", "client 2"]);
        assert_eq!(refused(at(1)), ["Bank.Below", "client 1"]);
        assert_eq!(refused(at(0)), ["Bank.Transfers", "client 0", "Bank.Below", "client 1"]);
        // One that is no project's own: of the nearest above it, or of all.
        assert_eq!(refused(at(11)), ["Bank.Transfers", "client 0"]);
        assert_eq!(refused(at(10)), everything);
        assert_eq!(refused(at(12)), ["Bank.Transfers", "client 0", "Bank.Below", "client 1"]);
        assert_eq!(refused(Finding::new(&TOLD, "told")), everything);
    }

    #[test]
    fn a_source_refuses_what_is_made_of_it() {
        // A client whose contract is not in the input may be made of anything.
        let with_clients = |service: &[&str]| {
            let mut all: Vec<String> = Vec::new();
            for (at, name) in ["Bank.Transfers", "Bank.Below", "Bank.Notices"].iter().enumerate() {
                all.extend(service.contains(name).then(|| (*name).to_owned()));
                all.push(format!("client {at}"));
            }
            all
        };
        assert_eq!(refused(at(3)), with_clients(&["Bank.Transfers", "Bank.Below", "Bank.Notices"]));
        for file in 4..=9 {
            assert_eq!(refused(at(file)), with_clients(&["Bank.Transfers"]), "{}", SOURCES[file as usize].0);
        }
    }

    /// The endpoints that a finding refuses, of a host whose configuration is the first source: services as they were given, by
    /// name, contract, place and address.
    fn refused_of(sources: &[(&str, &str)], endpoints: &[(&str, &str, usize, &str)], finding: &Finding) -> Vec<usize> {
        let mut files = Files::default();
        for (path, text) in sources {
            files.add(SourceFile::new(*path, *text));
        }
        let texts = sources.iter().enumerate().filter(|(_, (path, _))| path.ends_with(".cs"));
        let texts: Vec<_> = texts.map(|(at, (_, text))| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
        let contracts = read_csharp(&texts, &Options::default()).0;
        let services = endpoints.iter().map(|(name, contract, place, address)| {
            let mut endpoint = service_endpoint(stack(vec![], http(true, HttpAuthenticationScheme::Anonymous, false)));
            endpoint.span = Span::new(FileId(0), *place, *place);
            endpoint.contract = by_default((*contract).into());
            endpoint.address = by_default((*address).into());
            let mut service = service(endpoint, Default::default());
            service.name = (*name).into();
            service
        });
        let config = EffectiveConfig { hosts: vec![host(services.collect(), Vec::new())] };
        let (posture, _) = crate::assess(&config, &contracts, &files);
        let today = Date { year: 2026, month: 11, day: 24 };
        let (mut plan, _) = crate::plan(&posture, &config, &contracts, &Policy::default(), &files, today);
        assert!(plan.hosts[0].endpoints.iter().all(|endpoint| endpoint.outcome.is_ok()));
        Raised::of(&policy(Level::Deny), [finding]).refuse(&mut plan, &config, &contracts, &files);
        let planned = plan.hosts[0].endpoints.iter().enumerate();
        planned.filter(|(_, endpoint)| endpoint.outcome.is_err()).map(|(at, _)| at).collect()
    }

    const TWO: [(&str, &str, usize, &str); 2] =
        [("Bank.One", "Bank.IOne", 1, "http://one.example/"), ("Bank.Two", "Bank.ITwo", 2, "http://two.example/")];

    /// Two contracts, of which one comes to `Held` by what stands between them.
    #[test]
    fn a_type_refuses_the_contracts_that_come_to_it_in_any_way() {
        let cases = [
            ("void Do(Held held);", ""),
            ("Held Do();", ""),
            ("void Do(List<Held> all);", ""),
            ("void Do(Dictionary<Held, string> all);", ""),
            ("void Do(Dictionary<string, Held> all);", ""),
            ("void Do(Sub sub);", "[DataContract] public class Sub : Held { }"),
            ("void Do(Open open);", "[DataContract, KnownType(typeof(Held))] public class Open { }"),
            ("void Do(Open open);", "[DataContract] public class Open { [DataMember] public Held Held; }"),
            ("void Do(Table table);", "[CollectionDataContract] public class Table : Dictionary<Held, string> { }"),
            ("void Do(Table table);", "[CollectionDataContract] public class Table : Dictionary<string, Held> { }"),
            ("void Do(Names names);", "[CollectionDataContract] public class Names : List<Held> { }"),
            (
                "Answer Do(Ask ask);",
                "[MessageContract] public class Ask { [MessageHeader] public Held Held; } [MessageContract] public class Answer { }",
            ),
            (
                "Answer Do(Ask ask);",
                "[MessageContract] public class Ask { [MessageBodyMember] public Held Held; } [MessageContract] public class Answer { }",
            ),
            (
                "Answer Do(Ask ask);",
                "[MessageContract] public class Ask { } [MessageContract] public class Answer { [MessageBodyMember] public Held Held; }",
            ),
            ("[FaultContract(typeof(Held))] void Do();", ""),
        ];
        for (operation, between) in cases {
            let using = "using System.Collections.Generic; using System.ServiceModel; using System.Runtime.Serialization; namespace Bank {";
            let contracts = format!(
                "{using} [ServiceContract] public interface IOne {{ [OperationContract] {operation} }}
                 [ServiceContract] public interface ITwo {{ [OperationContract] void Do(Other other); }} }}"
            );
            let contracts = contracts.replace("[OperationContract] [", "[OperationContract, ");
            let between = format!("{using} [DataContract] public class Other {{ [DataMember] public string Name; }} {between} }}");
            let derived = if between.contains("KnownType") { " : Open" } else { "" };
            let held = format!("{using} [DataContract] public class Held{derived} {{ [DataMember] public string Name; }} }}");
            let sources = [("web.config", ""), ("Contracts.cs", &contracts), ("Between.cs", &between), ("Held.cs", &held)];
            assert_eq!(refused_of(&sources, &TWO, &at(3)), [0], "{operation} {between}");
        }
    }

    /// Also the choices between elements, which no C# has: only a schema.
    #[test]
    fn a_choice_is_followed() {
        use wcf_contract::model::DataKind;

        let source = "using System.Runtime.Serialization; using System.ServiceModel; namespace Bank {
            [ServiceContract] public interface IOne { [OperationContract] void Do(Open open); }
            [DataContract] public class Open { [DataMember] public Held Held; } }";
        let held = "using System.Runtime.Serialization; namespace Bank { [DataContract] public class Held { } }";
        let texts = [SourceText { file: FileId(0), text: source }, SourceText { file: FileId(1), text: held }];
        let mut contracts = read_csharp(&texts, &Options::default()).0;
        let open = contracts.types.values_mut().find(|data| data.clr_name == "Open").unwrap();
        let DataKind::Class(class) = &open.kind else { unreachable!() };
        open.kind = DataKind::Choice(class.members.clone());
        let contract = contracts.contracts.values().next().unwrap();
        assert!(super::contract_is_made_of(contract, &contracts, FileId(1)));
        assert!(!super::contract_is_made_of(contract, &contracts, FileId(2)));
    }

    #[test]
    fn a_class_is_known_by_either_of_its_names() {
        let contracts = "using System.ServiceModel; namespace Bank {
            [ServiceContract] public interface IOne { [OperationContract] void Do(); }
            [ServiceContract] public interface ITwo { [OperationContract] void Do(); } }";
        let one = "using System.ServiceModel; namespace Bank {
            [ServiceBehavior(ConfigurationName = \"Teller\")] public class One : IOne { public void Do() { } } }";
        let two = "namespace Bank { public class Two : ITwo { public void Do() { } } }";
        let sources = [("web.config", ""), ("Contracts.cs", contracts), ("One.cs", one), ("Two.cs", two)];
        for name in ["Teller", "Bank.One"] {
            let endpoints = [(name, "Bank.IOne", 1, "http://one.example/"), TWO[1]];
            assert_eq!(refused_of(&sources, &endpoints, &at(2)), [0], "{name}");
            assert_eq!(refused_of(&sources, &endpoints, &at(3)), [1], "{name}");
        }
    }

    /// A host that code builds stands in a source, which may declare something else too.
    #[test]
    fn a_host_in_code_is_refused_by_its_own_file() {
        let program = "using System.Runtime.Serialization; namespace Bank { [DataContract] public class Unused { } }
            namespace Bank { using System.ServiceModel; [ServiceContract] public interface IUnused { [OperationContract] void Do(Unused unused); } }";
        let contracts = "using System.ServiceModel; namespace Bank {
            [ServiceContract] public interface IOne { [OperationContract] void Do(); }
            [ServiceContract] public interface ITwo { [OperationContract] void Do(); } }";
        let sources = [("Program.cs", program), ("Contracts.cs", contracts)];
        assert_eq!(refused_of(&sources, &TWO, &at(0)), [0, 1]);
    }

    /// Place, contract and address tell endpoints apart, each where the other two are the same.
    #[test]
    fn endpoints_are_told_apart_by_place_contract_and_address() {
        let contract = |name: &str| {
            format!(
                "using System.ServiceModel; namespace Bank {{ [ServiceContract] public interface {name} {{ [OperationContract] void Do(); }} }}"
            )
        };
        let (one, two) = (contract("IOne"), contract("ITwo"));
        let sources = [("web.config", ""), ("One.cs", one.as_str()), ("Two.cs", two.as_str())];
        let address = "http://one.example/";
        let by_contract = [("Bank.One", "Bank.IOne", 1, address), ("Bank.One", "Bank.ITwo", 1, address)];
        assert_eq!(refused_of(&sources, &by_contract, &at(2)), [1]);
        let by_place = [("Bank.One", "Bank.IOne", 1, address), ("Bank.Two", "Bank.IOne", 2, address)];
        assert_eq!(refused_of(&sources, &by_place, &at(0).service("Bank.Two")), [1]);
        let by_address = [("Bank.One", "Bank.IOne", 1, address), ("Bank.One", "Bank.IOne", 1, "http://two.example/")];
        let finding = at(0).service("Bank.One").endpoint("Bank.IOne at http://two.example/");
        assert_eq!(refused_of(&sources, &by_address, &finding), [1]);
    }

    #[test]
    fn only_what_was_raised_refuses() {
        let raised = |level| Raised::of(&policy(level), [&at(0)]);
        assert_eq!(raised(Level::Warn), Raised::default());
        assert_ne!(raised(Level::Deny), Raised::default());
        assert_eq!(Raised::of(&Policy::default(), [&at(0)]), Raised::default());
        static DENIED: Code =
            Code { name: "wcf-told", level: Level::Deny, summary: "", why: "", example: "", remedy: "", reference: "", waivable: false };
        assert_eq!(Raised::of(&policy(Level::Deny), [&Finding::new(&DENIED, "told")]), Raised::default());
    }
}
