//! The C# reader against contracts of our own: the sample solution, and cases judged by .NET itself.
//!
//! `fixtures/contracts/synthetic/` holds one feature a case: C# source and what .NET's own `ContractDescription`,
//! `DataContract` and `XmlSerializer` classes said of it, reduced to what the model holds (its README says how).
//!
//! Past 800 lines, because the words of the verdicts (`shape`, `type_json`) serve the cases written out here too, and one
//! binary reads the same fixtures for all of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic here is the failure message")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wcf_contract::in_code::{CodeValue, Side};
use wcf_contract::model::{
    DataKind, DataType, Direction, Header, MessageType, Operation, Parameter, Serializer, ServiceClass, ServiceContract, SessionMode,
    TypeKey, TypeRef, XmlView,
};
use wcf_contract::{ContractModel, Options, SourceText, read_csharp, read_every_csharp};
use wcf_diagnostics::{FileId, Findings, Level};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All C# files below a folder, in a fixed order.
fn csharp_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "cs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn read(paths: &[PathBuf], reverse: bool) -> (ContractModel, Findings) {
    read_with(paths, reverse, &Options::default())
}

fn read_with(paths: &[PathBuf], reverse: bool, options: &Options) -> (ContractModel, Findings) {
    let texts = texts_of(paths);
    let mut sources = sources_of(&texts);
    if reverse {
        sources.reverse();
    }
    read_csharp(&sources, options)
}

fn texts_of(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

fn sources_of(texts: &[String]) -> Vec<SourceText<'_>> {
    texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect()
}

#[test]
fn reads_the_sample_solution_whole_and_in_any_order() {
    let files = csharp_files(&root().join("fixtures/solutions/harbour"));
    let (model, findings) = read(&files, false);
    let contracts: Vec<(&str, Vec<&str>)> = model
        .contracts
        .values()
        .map(|contract| (contract.name.as_str(), contract.operations.iter().map(|operation| operation.name.as_str()).collect()))
        .collect();
    assert_eq!(contracts.len(), 3, "{contracts:?}");
    let berths = &model.contracts["Harbour.Contracts.IBerthPlanning"];
    assert_eq!(berths.namespace, "http://harbour.example/berths/2012/10", "a constant of another class");
    assert_eq!(berths.docs.summary, "Assigns berths to vessels and records what happens at them.");
    let assign = berths.operations.iter().find(|operation| operation.clr_name == "Assign").unwrap();
    assert_eq!(assign.name, "AssignBerth");
    assert_eq!(assign.action, "http://harbour.example/berths/2012/10/IBerthPlanning/AssignBerth");
    let services: Vec<(&str, &[String])> =
        model.services.iter().map(|service| (service.clr_name.as_str(), service.contracts.as_slice())).collect();
    assert_eq!(services.len(), 3, "{services:?}");
    assert!(model.refused.is_empty(), "{:?}", model.refused);
    assert!(findings.is_empty(), "{findings:#?}");

    let (again, findings_again) = read(&files, true);
    assert_eq!(model, again);
    assert_eq!(findings, findings_again);
}

/// Files that are not parsed because they cannot matter must not show in the model.
#[test]
fn files_that_are_left_out_do_not_matter() {
    let mut files = csharp_files(&root().join("fixtures/contracts/synthetic"));
    files.extend(csharp_files(&root().join("fixtures/solutions")));
    let chosen = read(&files, false);
    let texts = texts_of(&files);
    let all = read_every_csharp(&sources_of(&texts), &Options::default());
    assert_eq!(chosen.0, all.0);
    assert_eq!(chosen.1, all.1);
}

/// Reads sources given as text, in order.
fn read_texts(texts: &[&str], options: &Options) -> (ContractModel, Findings) {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    read_csharp(&sources_of(&texts), options)
}

fn codes(findings: &Findings) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn names_are_looked_up_as_csharp_does() {
    let (model, findings) = read_texts(
        &[
            "global using Wire = System.ServiceModel; global using static Shop.Names;",
            "using Money = System.Decimal; using Ids = System.Collections.Generic.List<System.Guid>;
             using SC = System.ServiceModel.ServiceContractAttribute;
             namespace Shop.Orders;
             [SC(Namespace = Root + \"/orders\", Name = nameof(IOrders))]
             public interface IOrders : Shared.IPing {
                 [Wire::OperationContract(Action = $\"{Names.Root}/place\")] Money Place(Order order, Ids ids, Order.Line.Kind kind, Inner.Note? note);
             }
             namespace Inner { public struct Note { public string Text; } }",
            "namespace Shop { public static class Names { public const string Root = \"urn:shop\"; } }
             namespace Shop.Orders { using System.Runtime.Serialization;
                 [DataContract] public partial class Order { [DataMember] public Line[] Lines; public partial class Line { public enum Kind : byte { A = 1 << 2, B, C = A | B } } } }",
            "namespace Shop.Orders { using System.Runtime.Serialization;
                 public partial class Order { [DataMember] public Missing Gone; [DataContract] public partial class Line { [DataMember] public Kind What { get; set; } } } }",
            "namespace Shop.Shared { [System.ServiceModel.ServiceContract] public interface IPing { [System.ServiceModel.OperationContract] void Ping(); } }",
        ],
        &Options::default(),
    );
    let contract = &model.contracts["Shop.Orders.IOrders"];
    assert_eq!((contract.name.as_str(), contract.namespace.as_str()), ("IOrders", "urn:shop/orders"));
    assert_eq!(contract.bases, ["Shop.Shared.IPing"]);
    let place = contract.operations.iter().find(|operation| operation.name == "Place").unwrap();
    assert_eq!(place.action, "urn:shop/place");
    assert_eq!(shape(&place.results[0].type_ref), "Decimal");
    let shapes: Vec<String> = place.parameters.iter().map(|parameter| shape(&parameter.type_ref)).collect();
    assert_eq!(shapes, ["Shop.Orders.Order", "list<Guid>", "Shop.Orders.Order+Line+Kind", "Shop.Orders.Inner.Note?"]);
    let order = type_json(&model.types[&TypeKey("Shop.Orders.Order".to_owned())]);
    let members: Vec<&str> = order["members"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect();
    assert_eq!(members, ["Gone", "Lines"], "both parts");
    let kind = type_json(&model.types[&TypeKey("Shop.Orders.Order+Line+Kind".to_owned())]);
    assert_eq!(kind["members"].as_array().unwrap().iter().map(|value| value["value"].as_i64().unwrap()).collect::<Vec<_>>(), [4, 5, 5]);
    assert_eq!(codes(&findings), ["wcf-contract-type-not-found"]);
}

#[test]
fn preprocessor_symbols_and_projects_decide_what_is_read() {
    let shared = "using System.ServiceModel; [ServiceContract] public interface I { [OperationContract] void A();
#if FULL
[OperationContract] void B();
#endif
}";
    let names = |model: &ContractModel| model.contracts["I"].operations.iter().map(|operation| operation.name.clone()).collect::<Vec<_>>();
    let (model, findings) = read_texts(&[shared], &Options::default());
    assert_eq!(names(&model), ["A"]);
    assert_eq!(codes(&findings), ["wcf-contract-conditional-code"]);
    let (model, findings) = read_texts(&[shared], &Options { defines: vec!["FULL".to_owned()], ..Options::default() });
    assert_eq!(names(&model), ["A", "B"]);
    assert!(findings.is_empty());
    // The proxy comes first and still gives way to the service's own declaration.
    let proxy = "// <auto-generated>\nusing System.ServiceModel; [ServiceContract] public interface I { [OperationContract] void Old(); }";
    let project = |file| wcf_contract::Project { files: vec![FileId(file)], defines: vec!["FULL".to_owned()], ..Default::default() };
    let (model, findings) = read_texts(&[proxy, shared], &Options { projects: vec![project(0), project(1)], ..Options::default() });
    assert_eq!(names(&model), ["A", "B"]);
    assert_eq!(codes(&findings), ["wcf-contract-declared-twice"]);
    // A `global using` holds in its own project only.
    let global = "global using WCF = System.ServiceModel;";
    let user = "[WCF.ServiceContract] public interface J { [WCF.OperationContract] Money A(); }";
    let alias = "global using Money = System.Decimal;";
    let files = |files: &[u32]| wcf_contract::Project { files: files.iter().map(|file| FileId(*file)).collect(), ..Default::default() };
    let (_, findings) = read_texts(&[global, user, alias], &Options { projects: vec![files(&[0, 1, 2])], ..Options::default() });
    assert!(findings.is_empty(), "{findings:?}");
    let (_, findings) = read_texts(&[global, user, alias], &Options { projects: vec![files(&[0, 1]), files(&[2])], ..Options::default() });
    assert_eq!(codes(&findings), ["wcf-contract-type-not-found"]);
}

#[test]
fn a_second_declaration_that_differs_is_a_warning() {
    let declare = |members: &str| {
        format!("using System.ServiceModel; [ServiceContract] public interface I {{ [OperationContract] void A(int x); {members} }}")
    };
    let level = |other: &str| {
        let (_, findings) = read_texts(&[&declare(""), other], &Options::default());
        findings.iter().map(|finding| finding.level).collect::<Vec<_>>()
    };
    assert_eq!(level(&declare("")), [Level::Note]);
    assert_eq!(level(&declare("[OperationContract] void B();")), [Level::Warn]);
    assert_eq!(level(&format!("// <auto-generated>\n{}", declare("[OperationContract] void B();"))), [Level::Note]);
}

#[test]
fn who_may_call_is_never_lost() {
    let (model, findings) = read_texts(
        &["using System.ServiceModel; using System.Security.Permissions; using Microsoft.AspNetCore.Authorization;
           static class Roles { public const string Admin = \"Admins\"; }
           [ServiceContract(ProtectionLevel = Elsewhere.Level)] public interface I {
               [OperationContract] void A(); [OperationContract] void B(); [OperationContract] void C(); [OperationContract] void D(); }
           public class Base { [PrincipalPermission(SecurityAction.Demand, Role = Roles.Admin)] public void A() { } }
           [PrincipalPermission(SecurityAction.Demand, Authenticated = true)]
           public class S : Base, I {
               [PrincipalPermission(SecurityAction.Demand, Name = \"root\"), OperationBehavior(Impersonation = ImpersonationOption.Required)] public void B() { }
               [Authorize(Roles = \"x, y\")] public void C() { }
               [PrincipalPermission(SecurityAction.Demand, Role = Elsewhere.Role), OperationBehavior(Impersonation = Elsewhere.Option, TransactionScopeRequired = true)] public void D() { }
           }"],
        &Options::default(),
    );
    let service = &model.services[0];
    let demands: Vec<(Option<&str>, Option<&str>, Option<&str>)> =
        service.permissions.iter().map(|demand| (demand.method.as_deref(), demand.role.as_deref(), demand.name.as_deref())).collect();
    assert_eq!(
        demands,
        [
            (None, None, None),
            (Some("B"), None, Some("root")),
            (Some("C"), Some("x"), None),
            (Some("C"), Some("y"), None),
            (Some("D"), None, None),
            (Some("A"), Some("Admins"), None),
        ]
    );
    let impersonation: Vec<(&str, &str)> = service.impersonation.iter().map(|(name, value, _)| (name.as_str(), value.as_str())).collect();
    assert_eq!(impersonation, [("B", "Required"), ("D", "Required")]);
    assert_eq!(model.contracts["I"].protection_level.unwrap().level, wcf_contract::model::ProtectionLevel::EncryptAndSign, "the strictest");
    let found = codes(&findings);
    assert!(found.contains(&"wcf-contract-permission-not-read") && found.contains(&"wcf-contract-transaction-scope"), "{found:?}");
    assert!(findings.iter().any(|finding| finding.code.name == "wcf-contract-argument-not-constant"));
}

/// The rules of `TypeLoader` for forms of one operation and for faults, beyond the cases of .NET's verdicts.
#[test]
fn forms_and_faults_are_compared_as_dotnet_does() {
    let read = |members: &str| {
        let source = format!(
            "using System; using System.ServiceModel; using System.Threading.Tasks; [ServiceContract] public interface I {{ {members} }}"
        );
        let (model, _) = read_texts(&[&source], &Options::default());
        model.contracts.get("I").map(|contract| contract.operations.iter().map(|operation| operation.name.clone()).collect::<Vec<_>>())
    };
    let taken = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    // Types that are not in the input are still the same types.
    assert_eq!(read("[OperationContract] Gone A(Lost x); [OperationContract] Task<Gone> AAsync(Lost x);"), taken(&["A"]));
    // An action that is written and one that is not may be one, and a merged operation stands where its last form does.
    let action = "[OperationContract] void A(); [OperationContract] void B(); [OperationContract(Action = \"http://tempuri.org/I/A\", IsInitiating = true)] Task AAsync();";
    assert_eq!(read(action), taken(&["B", "A"]));
    assert_eq!(read("[OperationContract] void A(); [OperationContract(Action = \"urn:a\")] Task AAsync();"), None);
    let fault = |first: &str, second: &str| {
        format!("[OperationContract, FaultContract(typeof(string){first}), FaultContract(typeof(string){second})] void A();")
    };
    assert_eq!(read(&fault("", "")), None);
    assert_eq!(read(&fault(", Name = \"x\"", ", Name = \"y\"")), taken(&["A"]));
    assert_eq!(read(&fault(", Name = \"x\"", ", Name = \"x\"")), None);
}

#[test]
fn attributes_that_are_not_read_are_reported() {
    let (_, findings) = read_texts(
        &[
            "using System; using System.ServiceModel;
             [ServiceContract, Audit] public interface I { [OperationContract, Plain] void A(); }
             [ServiceBehavior(InstanceContextMode = InstanceContextMode.Single, TransactionTimeout = \"00:01:00\")]
             public class S : I { [OperationBehavior(ReleaseInstanceMode = ReleaseInstanceMode.AfterCall)] public void A() { } }",
            "using System; using System.ServiceModel.Description;
             public class AuditAttribute : Base { } public class Base : Attribute, IContractBehavior { } public class PlainAttribute : Attribute { }",
        ],
        &Options::default(),
    );
    assert_eq!(codes(&findings), ["wcf-contract-custom-behavior", "wcf-contract-setting-not-carried", "wcf-contract-setting-not-carried"]);
}

#[test]
fn what_code_sets_up_is_read_with_its_place() {
    let source = "using System; using System.ServiceModel;
        static class Names { public const string Base = \"net.tcp://localhost:8000/\"; }
        [ServiceContract] public interface I { [OperationContract] void A(); }
        public class S : I { public void A() { } }
        class Program {
            static void Main(string[] args) {
                var binding = new NetTcpBinding(SecurityMode.Transport) { MaxReceivedMessageSize = 65536, Security = { Transport = { ProtectionLevel = ProtectionLevel.Sign } } };
                binding.Security.Transport.ClientCredentialType = TcpClientCredentialType.Certificate;
                binding.Name = args[0];
                using (var host = new ServiceHost(typeof(S), new Uri(Names.Base))) {
                    host.AddServiceEndpoint(typeof(I), binding, \"orders\");
                    host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.None;
                    host.Credentials.ServiceCertificate.SetCertificate(StoreLocation.LocalMachine, StoreName.My, X509FindType.FindByThumbprint, \"abc\");
                }
            }
            void Client() {
                Binding either; if (DateTime.Now.Year > 1) { either = new BasicHttpBinding(); } else { either = new WSHttpBinding(); }
                var factory = new ChannelFactory<I>(either, new EndpointAddress(\"http://localhost/\"));
                factory.Credentials.UserName.Password = \"hunter2\";
                var configured = new ChannelFactory<I>(\"orders\");
                builder.AddServiceEndpoint<S, I>(new BasicHttpBinding(BasicHttpSecurityMode.Transport), \"/x\");
            }
        }";
    let (model, findings) = read_texts(&[source], &Options::default());
    let text = |span: wcf_diagnostics::Span| &source[span.start as usize..span.end as usize];
    let found = &model.in_code;
    assert_eq!(found.hosts[0].service.as_deref(), Some("S"));
    assert!(matches!(&found.hosts[0].base_addresses[0], CodeValue::Text(address, _) if address == "net.tcp://localhost:8000/"));
    let [service, client, configured, core] = found.endpoints.as_slice() else { panic!("{:#?}", found.endpoints) };
    assert_eq!((service.side, service.contract.as_deref()), (Side::Service, Some("I")));
    let binding = service.binding.as_ref().unwrap();
    assert_eq!(binding.class, "NetTcpBinding");
    assert!(matches!(&binding.arguments[0], CodeValue::Symbol(mode, span) if mode == "SecurityMode.Transport" && text(*span) == mode));
    let settings: Vec<(&str, &str)> =
        binding.settings.iter().map(|setting| (setting.path.as_str(), text(setting.values[0].span()))).collect();
    assert_eq!(
        settings,
        [
            ("MaxReceivedMessageSize", "65536"),
            ("Security.Transport.ProtectionLevel", "ProtectionLevel.Sign"),
            ("Security.Transport.ClientCredentialType", "TcpClientCredentialType.Certificate"),
            ("Name", "args[0]"),
        ]
    );
    assert!(matches!(binding.settings[3].values[0], CodeValue::Unknown(_)), "not a constant");
    assert_eq!((client.side, &client.binding), (Side::Client, &None), "two values are none");
    assert_eq!((core.service.as_deref(), core.contract.as_deref()), (Some("S"), Some("I")));
    assert_eq!(core.binding.as_ref().unwrap().class, "BasicHttpBinding");
    assert!(matches!(&configured.configuration, Some(CodeValue::Text(name, _)) if name == "orders"));
    let paths: Vec<&str> = found.hosts[0].settings.iter().map(|setting| setting.path.as_str()).collect();
    assert_eq!(
        paths,
        ["Credentials.ClientCertificate.Authentication.CertificateValidationMode", "Credentials.ServiceCertificate.SetCertificate"]
    );
    assert!(found.hosts[0].settings.iter().all(|setting| setting.certain));
    assert_eq!(service.host, Some(found.hosts[0].span));
    assert!(matches!(client.settings[0].values[0], CodeValue::Secret(_)));
    assert!(findings.is_empty(), "whoever makes endpoints of them says what is left: {findings:#?}");
    assert_eq!(found.findings().len(), 5, "a host and four endpoints");
}

/// How much of what .NET says we say too, by aspect; and each difference.
#[derive(Default)]
struct Tally {
    aspects: BTreeMap<&'static str, (usize, usize)>,
    differences: Vec<String>,
}

impl Tally {
    fn equal(&mut self, aspect: &'static str, place: &str, theirs: &Value, ours: &Value) {
        let counts = self.aspects.entry(aspect).or_default();
        counts.1 += 1;
        if theirs == ours {
            counts.0 += 1;
        } else {
            self.differences.push(format!("{aspect}: {place}\n    .NET: {theirs}\n    ours: {ours}"));
        }
    }

    fn print(&self) {
        for (aspect, (right, total)) in &self.aspects {
            println!("{aspect:24} {right:5} of {total:5}  {:5.1} %", 100.0 * (*right as f64) / (*total as f64));
        }
    }

    /// Compares one key of two objects; a missing key is null.
    fn key(&mut self, aspect: &'static str, place: &str, theirs: &Value, ours: &Value, key: &str) {
        self.equal(aspect, &format!("{place} {key}"), &theirs[key], &ours[key]);
    }
}

#[test]
fn says_of_the_synthetic_cases_what_dotnet_says() {
    let folder = root().join("fixtures/contracts/synthetic");
    let verdicts = verdicts_in(&folder);
    let mut tally = Tally::default();
    for path in &verdicts {
        let verdict: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let files: Vec<PathBuf> = verdict["files"].as_array().unwrap().iter().map(|file| folder.join(file.as_str().unwrap())).collect();
        let (model, findings) = read(&files, false);
        let case = path.file_stem().unwrap().to_str().unwrap();
        compare_contracts(&mut tally, case, &verdict, &model, &findings);
        compare_types(&mut tally, case, &verdict, &model, &findings);
        surplus_types(&mut tally, case, &verdict, &model);
        compare_services(&mut tally, case, &verdict, &model);
        let (again, findings_again) = read(&files, true);
        assert_eq!((model, findings), (again, findings_again), "{case}: the order of files shows");
    }
    tally.print();
    assert_eq!(verdicts.len(), 48);
    assert!(tally.differences.is_empty(), "{} differences:\n{}", tally.differences.len(), tally.differences.join("\n"));
}

fn verdicts_in(folder: &Path) -> Vec<PathBuf> {
    let mut verdicts: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    verdicts.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    verdicts.sort();
    verdicts
}

/// The same comparison with contracts of public repositories, which are not here: `fixtures/contracts/verdicts.py shared`
/// makes the folder that the environment names.
#[test]
#[ignore = "needs WCF2GRPC_CONTRACT_VERDICTS, a folder that fixtures/contracts/verdicts.py made"]
fn says_of_public_contracts_what_dotnet_says() {
    let folder = PathBuf::from(std::env::var("WCF2GRPC_CONTRACT_VERDICTS").unwrap());
    let mut tally = Tally::default();
    let (mut contracts, mut operations, mut counts) = (0, 0, BTreeMap::<(Level, &str), usize>::new());
    for path in verdicts_in(&folder) {
        let verdict: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let files: Vec<PathBuf> = verdict["files"].as_array().unwrap().iter().map(|file| PathBuf::from(file.as_str().unwrap())).collect();
        let defines = verdict["defines"].as_array().unwrap().iter().map(|symbol| symbol.as_str().unwrap().to_owned()).collect();
        let options = Options { defines, ..Options::default() };
        let (model, findings) = read_with(&files, false, &options);
        let case = verdict["about"].as_str().unwrap();
        compare_contracts(&mut tally, case, &verdict, &model, &findings);
        compare_types(&mut tally, case, &verdict, &model, &findings);
        compare_services(&mut tally, case, &verdict, &model);
        contracts += model.contracts.len();
        operations += model.contracts.values().map(|contract| contract.operations.len()).sum::<usize>();
        for finding in &findings {
            *counts.entry((finding.level, finding.code.name)).or_default() += 1;
        }
    }
    println!("{}", tally.differences.join("\n"));
    println!("{} differences", tally.differences.len());
    tally.print();
    println!("{contracts} contracts with {operations} operations read");
    for ((level, code), count) in counts {
        println!("{count:5} {level} {code}");
    }
}

fn compare_contracts(tally: &mut Tally, case: &str, verdict: &Value, model: &ContractModel, findings: &Findings) {
    let mut expected = 0;
    for theirs in verdict["contracts"].as_array().unwrap() {
        let name = theirs["clrType"].as_str().unwrap();
        let place = format!("{case} {name}");
        if theirs["refused"].is_string() && !name.contains("<T") {
            let denied = findings.iter().any(|finding| finding.level == Level::Deny && finding.message.contains(last(name)));
            let refused = model.refused.contains_key(name) && !model.contracts.contains_key(name) && denied;
            tally.equal("refusals", &place, &json!(true), &json!(refused));
            continue;
        }
        if theirs["open"] == json!(true) || name.contains("<T") {
            let reported = findings.iter().any(|finding| finding.code.name == "wcf-contract-open-generic");
            tally.equal("open generics reported", &place, &json!(true), &json!(reported));
            continue;
        }
        expected += 1;
        let Some(contract) = model.contracts.get(name) else {
            tally.equal("contracts", &place, &json!("there"), &Value::Null);
            continue;
        };
        let ours = contract_json(contract, model);
        tally.equal("contracts", &place, &json!("there"), &json!("there"));
        for key in ["name", "namespace", "configurationName", "sessionMode", "protectionLevel", "callbackContract", "inheritedContracts"] {
            tally.key("contract facts", &place, theirs, &ours, key);
        }
        let names =
            |value: &Value| value["operations"].as_array().unwrap().iter().map(|operation| operation["name"].clone()).collect::<Vec<_>>();
        // Each contract's own operations in order; where callbacks stand among them is not kept.
        let (mut their_names, mut our_names) = (names(theirs), names(&ours));
        if !contract.callback_operations.is_empty() {
            their_names.sort_by_key(ToString::to_string);
            our_names.sort_by_key(ToString::to_string);
        }
        tally.equal("operations", &place, &json!(their_names), &json!(our_names));
        compare_xml_types(tally, &place, theirs, model);
        for theirs in theirs["operations"].as_array().unwrap() {
            let same = |ours: &&Value| ours["name"] == theirs["name"] && ours["serverInitiated"] == theirs["serverInitiated"];
            let Some(ours) = ours["operations"].as_array().unwrap().iter().find(same) else { continue };
            let place = format!("{place}.{}", theirs["name"]);
            for key in ["action", "replyAction"] {
                tally.key("actions", &place, theirs, ours, key);
            }
            for key in
                ["declaringContract", "isOneWay", "isInitiating", "isTerminating", "protectionLevel", "transactionFlow", "web", "format"]
            {
                tally.key("operation facts", &place, theirs, ours, key);
            }
            tally.key("methods merged", &place, theirs, ours, "methods");
            tally.key("faults", &place, theirs, ours, "faults");
            for side in ["request", "response"] {
                tally.key("messages in wire order", &place, theirs, ours, side);
            }
        }
    }
    // Nothing that .NET does not know, save closed generic contracts, which it reads as parts of others.
    let ours = model.contracts.keys().filter(|key| !key.contains('<')).count();
    if verdict["defines"].is_null() {
        tally.equal("contracts", &format!("{case} count"), &json!(expected), &json!(ours));
    }
}

/// `XmlSerializer`'s views: of each class one in each namespace that contracts give it.
fn compare_xml_types(tally: &mut Tally, place: &str, theirs: &Value, model: &ContractModel) {
    for theirs in theirs["xmlTypes"].as_array().into_iter().flatten() {
        let name = theirs["clrType"].as_str().unwrap();
        let place = format!("{place} {name}");
        let views: Vec<(&XmlView, &DataType)> = model.xml_views.iter().filter(|(view, _)| view.clr_name == name).collect();
        let in_namespace =
            |view: &&(&XmlView, &DataType)| theirs["namespace"].as_str().is_none_or(|namespace| view.0.namespace == namespace);
        let ours = match views.iter().find(in_namespace).map(|(_, found)| (found, &found.kind)) {
            None => json!({"namespaces": views.iter().map(|(view, _)| &view.namespace).collect::<Vec<_>>()}),
            Some((found, DataKind::Enum(_))) => {
                let members = type_json(found)["members"].clone();
                json!({"clrType": name, "kind": "enum", "members": members})
            }
            Some((found, DataKind::Class(class))) => json!({
                "clrType": name,
                "kind": "class",
                "name": found.name,
                "namespace": found.namespace,
                "base": class.base.as_ref().map(|base| base.0.trim_end_matches(" as XML")),
                "members": class.members.iter().map(|member| json!([member.clr_name, member.name])).collect::<Vec<_>>(),
            }),
            Some(_) => json!("no class"),
        };
        tally.equal("XML types", &place, theirs, &ours);
    }
}

fn last(name: &str) -> &str {
    name.rsplit(['.', '+']).next().unwrap()
}

fn contract_json(contract: &ServiceContract, model: &ContractModel) -> Value {
    let session = match contract.session_mode {
        SessionMode::Allowed => "Allowed",
        SessionMode::Required => "Required",
        SessionMode::NotAllowed => "NotAllowed",
    };
    let operations = contract.operations.iter().map(|operation| operation_json(operation, false, model));
    let callbacks = contract.callback_operations.iter().map(|operation| operation_json(operation, true, model));
    let mut value = json!({
        "name": contract.name,
        "namespace": contract.namespace,
        "configurationName": contract.configuration_name,
        "sessionMode": session,
        "callbackContract": contract.callback,
        "inheritedContracts": contract.bases,
        "operations": operations.chain(callbacks).collect::<Vec<_>>(),
    });
    if let Some(demanded) = contract.protection_level {
        value["protectionLevel"] = json!(format!("{:?}", demanded.level));
    }
    value
}

fn operation_json(operation: &Operation, server_initiated: bool, model: &ContractModel) -> Value {
    let mut methods = serde_json::Map::new();
    methods.extend(operation.forms.sync.clone().map(|name| ("sync".to_owned(), json!(name))));
    if let Some((begin, end)) = &operation.forms.begin_end {
        methods.insert("begin".to_owned(), json!(begin));
        methods.insert("end".to_owned(), json!(end));
    }
    methods.extend(operation.forms.task.clone().map(|name| ("task".to_owned(), json!(name))));
    let style = if operation.format.rpc { "Rpc" } else { "Document" };
    let format = match operation.serializer {
        Serializer::DataContract => json!({"kind": "DataContract", "style": style}),
        Serializer::Xml => {
            json!({"kind": "XmlSerializer", "style": style, "use": if operation.format.encoded { "Encoded" } else { "Literal" }})
        }
    };
    let mut value = json!({
        "name": operation.name,
        "serverInitiated": server_initiated,
        "declaringContract": operation.declared_in,
        "isOneWay": operation.one_way,
        "isInitiating": operation.initiating,
        "isTerminating": operation.terminating,
        "action": operation.action,
        "replyAction": operation.reply_action,
        "methods": methods,
        "format": format,
        "request": message_json(operation.request_message.as_ref(), &operation.parameters, model),
    });
    if !operation.one_way {
        value["response"] = message_json(operation.response_message.as_ref(), &operation.results, model);
    }
    if let Some(demanded) = operation.protection_level {
        value["protectionLevel"] = json!(format!("{:?}", demanded.level));
    }
    if !operation.faults.is_empty() {
        let fault =
            |fault: &wcf_contract::model::Fault| json!({"name": fault.name, "action": fault.action, "detail": shape(&fault.detail)});
        value["faults"] = operation.faults.iter().map(fault).collect();
    }
    if let Some((option, _)) = &operation.transaction_flow {
        value["transactionFlow"] = json!(option);
    }
    if let Some(web) = &operation.web {
        value["web"] = json!({"method": web.method, "uriTemplate": web.uri_template});
    }
    value
}

fn message_json(message: Option<&TypeKey>, parts: &[Parameter], model: &ContractModel) -> Value {
    let part = |name: &str, type_ref: &TypeRef| json!({"name": name, "shape": shape(type_ref)});
    match message {
        None => json!({"parts": parts.iter().map(|parameter| part(&parameter.name, &parameter.type_ref)).collect::<Vec<_>>()}),
        Some(key) => {
            let DataKind::Message(MessageType { wrapper, headers, body, .. }) = &model.types[key].kind else {
                return json!("no message contract");
            };
            json!({
                "messageType": key.0,
                "wrapper": wrapper,
                "headers": headers.iter().map(|header| json!({"name": header.member.name})).collect::<Vec<_>>(),
                "parts": body.iter().map(|member| part(&member.name, &member.type_ref)).collect::<Vec<_>>(),
            })
        }
    }
}

/// A use of a type in the words of the verdicts.
fn shape(type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Primitive(primitive) => format!("{primitive:?}"),
        TypeRef::Named(key) => key.0.trim_end_matches(" as XML").to_owned(),
        TypeRef::List { item } => format!("list<{}>", shape(item)),
        TypeRef::Map { key, value } => format!("map<{},{}>", shape(key), shape(value)),
        TypeRef::Nullable(inner) => format!("{}?", shape(inner)),
        TypeRef::Stream => "stream".to_owned(),
        TypeRef::Message => "message".to_owned(),
        TypeRef::Any => "any".to_owned(),
        TypeRef::Xml { .. } => "xml".to_owned(),
        TypeRef::Unknown { .. } => "unknown".to_owned(),
    }
}

fn compare_types(tally: &mut Tally, case: &str, verdict: &Value, model: &ContractModel, findings: &Findings) {
    for theirs in verdict["types"].as_array().unwrap() {
        let name = theirs["clrType"].as_str().unwrap();
        let place = format!("{case} {name}");
        let denied = |part: &str| findings.iter().any(|finding| finding.level == Level::Deny && finding.message.contains(part));
        if theirs["refused"].is_string() {
            let refused = model.refused.contains_key(name) && !model.types.contains_key(&TypeKey(name.to_owned())) && denied(name);
            tally.equal("refusals", &place, &json!(true), &json!(refused));
            continue;
        }
        if theirs["unserializable"].is_string() {
            tally.equal("refusals", &place, &json!(true), &json!(denied(name)));
        }
        let data_type = model.types.get(&TypeKey(name.to_owned()));
        match theirs["kind"].as_str().unwrap() {
            // These are uses of a type in the model, and compared where they are used.
            "collection" | "dictionary" | "xml" | "primitive" => {
                tally.equal("collections as uses", &place, &json!(false), &json!(data_type.is_some()));
                continue;
            }
            _ => {}
        }
        let Some(data_type) = data_type else {
            tally.equal("data types", &place, &json!("there"), &Value::Null);
            continue;
        };
        // A class that only `XmlSerializer` writes is compared in its view.
        let of_xml = matches!(&data_type.kind, DataKind::Class(class) if class.contract == wcf_contract::model::ClassContract::Xml);
        let contracts = verdict["contracts"].as_array().unwrap().iter();
        let in_xml =
            |contract: &Value| contract["xmlTypes"].as_array().is_some_and(|types| types.iter().any(|found| found["clrType"] == name));
        if of_xml && contracts.clone().any(in_xml) {
            continue;
        }
        let ours = type_json(data_type);
        for key in ["kind", "name", "namespace"] {
            tally.key("data types", &place, theirs, &ours, key);
        }
        for key in ["base", "isReference", "isValueType", "knownDerived", "baseType", "isFlags", "itemName", "item", "key", "value"] {
            if !theirs[key].is_null() || !ours[key].is_null() {
                tally.key("data type facts", &place, theirs, &ours, key);
            }
        }
        let aspect = if theirs["kind"] == json!("enum") { "enum members" } else { "members in wire order" };
        if !theirs["members"].is_null() {
            tally.key(aspect, &place, theirs, &ours, "members");
        }
    }
}

/// Data types of the input that the verdict does not name, save those that only `XmlSerializer` reaches, which it leaves out.
fn surplus_types(tally: &mut Tally, case: &str, verdict: &Value, model: &ContractModel) {
    let only_xml =
        model.contracts.values().flat_map(|contract| &contract.operations).any(|operation| operation.serializer == Serializer::Xml);
    if only_xml {
        return;
    }
    let named: Vec<&Value> = verdict["types"].as_array().unwrap().iter().map(|theirs| &theirs["clrType"]).collect();
    for (key, data_type) in &model.types {
        let ours = !key.0.starts_with("System.") && !matches!(data_type.kind, DataKind::Message(_));
        if ours {
            tally.equal("data types", &format!("{case} {}", key.0), &json!(named.contains(&&json!(key.0))), &json!(true));
        }
    }
}

fn type_json(data_type: &DataType) -> Value {
    let mut value = json!({"name": data_type.name, "namespace": data_type.namespace});
    match &data_type.kind {
        DataKind::Class(class) => {
            let mut known: Vec<&str> = class.known_types.iter().map(|key| key.0.as_str()).collect();
            known.sort_unstable();
            let explicit = class.contract == wcf_contract::model::ClassContract::DataContract;
            let members = class.members.iter().map(|member| {
                json!({
                    "name": member.name,
                    "shape": shape(&member.type_ref),
                    "order": member.order.unwrap_or(if explicit { -1 } else { 0 }),
                    "isRequired": member.required,
                    "emitDefaultValue": member.emit_default,
                    "isNullable": member.nullable,
                })
            });
            value["kind"] = json!("class");
            value["base"] = json!(class.base.as_ref().map(|base| &base.0));
            value["isReference"] = json!(class.is_reference);
            value["isValueType"] = json!(class.is_value_type);
            value["knownDerived"] = json!(known);
            value["members"] = members.collect();
        }
        DataKind::Enum(found) => {
            value["kind"] = json!("enum");
            value["baseType"] = json!(format!("{:?}", found.underlying));
            value["isFlags"] = json!(found.flags);
            let number = |value: i128| u64::try_from(value).map_or_else(|_| json!(i64::try_from(value).unwrap()), |value| json!(value));
            let members =
                found.members.iter().map(|member| json!({"name": member.name, "clrName": member.clr_name, "value": number(member.value)}));
            value["members"] = members.collect();
        }
        DataKind::Collection { item, item_name } => {
            value["kind"] = json!("named collection");
            value["item"] = json!(shape(item));
            value["itemName"] = json!(item_name);
        }
        DataKind::Dictionary { key, value: held } => {
            value["kind"] = json!("named dictionary");
            value["key"] = json!(shape(key));
            value["value"] = json!(shape(held));
        }
        DataKind::Message(_) => value["kind"] = json!("message"),
        // Only schemas have choices.
        DataKind::Choice(_) => value["kind"] = json!("choice"),
    }
    value
}

fn compare_services(tally: &mut Tally, case: &str, verdict: &Value, model: &ContractModel) {
    for theirs in verdict["services"].as_array().unwrap() {
        let name = theirs["clrType"].as_str().unwrap();
        let place = format!("{case} {name}");
        let Some(service) = model.services.iter().find(|service| service.clr_name == name) else {
            tally.equal("services", &place, &json!("there"), &Value::Null);
            continue;
        };
        let ours = service_json(service);
        for key in theirs.as_object().unwrap().keys() {
            tally.key("services", &place, theirs, &ours, key);
        }
    }
}

fn service_json(service: &ServiceClass) -> Value {
    let impersonation: serde_json::Map<String, Value> =
        service.impersonation.iter().map(|(operation, value, _)| (operation.clone(), json!(value))).collect();
    json!({
        "clrType": service.clr_name,
        "contracts": service.contracts,
        "name": service.name,
        "namespace": service.namespace,
        "configurationName": service.configuration_name,
        "instanceContextMode": service.instance_context_mode,
        "concurrencyMode": service.concurrency_mode,
        "includeExceptionDetailInFaults": service.include_exception_detail_in_faults.is_some(),
        "impersonation": impersonation,
    })
}

/// Sources that are made to hurt: each is read in bounded time and memory, without a panic.
#[test]
fn hostile_sources_are_read_in_bounded_time() {
    let using = "using System; using System.Collections.Generic; using System.ServiceModel; using System.Runtime.Serialization;\n";
    let contract = |types: &str, argument: &str| {
        format!("{using}{types}\n[ServiceContract] public interface I {{ [OperationContract] void Op({argument} a); }}")
    };
    let doubling: String = (0..60).map(|at| format!("public const string C{at} = C{} + C{};", at + 1, at + 1)).collect();
    let deep = |open: &str, close: &str, inside: &str| format!("{}{inside}{}", open.repeat(3000), close.repeat(3000));
    let sources = [
        contract("[DataContract] public class A<T> { [DataMember] public A<A<T>> X; }", "A<int>"),
        contract("[DataContract] public class A<T> { [DataMember] public A<Tuple<T, T>> X; [DataMember] public A<T[]> Y; }", "A<int>"),
        contract("public class A<T> : A<Tuple<T, T, T, T>> { public int X; }", "A<int>"),
        contract("public interface J<T> : J<Tuple<T>>, J<List<T>>, J<T[]> { } public class A : J<int> { public int X; }", "A"),
        contract("public class A : B { } public class B : C { } public class C : A { public int X; }", "A"),
        contract("public enum E { A = B + B, B = A + A }", "E"),
        format!(
            "{using}[ServiceContract(Namespace = K.C0)] public interface I {{ [OperationContract] void Op(); }} public class K {{ {doubling} public const string C60 = \"x\"; }}"
        ),
        format!("{using}[ServiceContract] public interface I : I {{ [OperationContract] void Op(); }}"),
        format!("{using}[ServiceContract(CallbackContract = typeof(I))] public interface I {{ [OperationContract] void Op(I i); }}"),
        "using A = B; using B = A; [ServiceContract] interface I { [OperationContract] void Op(A a, B b); }".to_owned(),
        deep("class A { ", "}", "[ServiceContract] interface I { }"),
        deep("namespace N { ", "}", "[ServiceContract] interface I { }"),
        contract("", &deep("List<", ">", "int")),
        contract("", &format!("int{}", "[]".repeat(3000))),
        format!("[ServiceContract(Name = {})] interface I {{ }}", deep("(", ")", "\"x\"")),
        format!("[ServiceContract(Name = {}\"x\")] interface I {{ }}", "\"x\" + ".repeat(3000)),
        format!("#if {}\n[ServiceContract] interface I {{ }}\n#endif", "(".repeat(3000)),
        "#if A\n".repeat(3000),
        "[ServiceContract] interface I { [OperationContract(Name = \"\\".to_owned(),
        "/// <summary>\u{0}\u{feff}<<<>>></summary>\n[ServiceContract] interface I { [OperationContract] int @(); }".to_owned(),
        String::new(),
        "\u{feff}".to_owned(),
    ];
    for source in &sources {
        let start = std::time::Instant::now();
        let _ = read_csharp(&[SourceText { file: FileId(0), text: source }], &Options::default());
        let head: String = source.chars().skip(using.len()).take(120).collect();
        assert!(start.elapsed().as_secs() < 20, "took {:?}: {head}", start.elapsed());
    }
}

/// Text made of pieces of C#, so that most of it nearly parses.
fn pieces() -> impl proptest::strategy::Strategy<Value = String> {
    let pieces = [
        "[ServiceContract]",
        "[ServiceContract(Name = \"x\", Namespace = N.C)]",
        "[OperationContract]",
        "[OperationContract(AsyncPattern = true)]",
        "[DataContract]",
        "[DataMember(Order = -1)]",
        "[EnumMember]",
        "[MessageContract]",
        "[MessageBodyMember]",
        "[KnownType(typeof(A))]",
        "[FaultContract(typeof(A<B>))]",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "<",
        ">",
        ";",
        ",",
        ".",
        "=",
        "=>",
        "?",
        "class A",
        "class B<T> : A",
        "struct S",
        "interface I : J",
        "interface J<T>",
        "enum E : byte",
        "record R(int X)",
        "public ",
        "partial ",
        "static ",
        "const string C = \"c\" + N.C",
        "int X",
        "A Y",
        "List<A[]> Z",
        "Dictionary<string, A?> W",
        "void Op(",
        "Task<int> OpAsync(",
        "IAsyncResult BeginOp(",
        "int EndOp(",
        "out int x",
        "ref A y",
        "AsyncCallback c, object s",
        "get; set;",
        "namespace N",
        "namespace N;",
        "using System;",
        "using A = B;",
        "global using static N.C;",
        "typeof(",
        "nameof(A)",
        "\"s\"",
        "@\"v\"\"",
        "$\"{x}\"",
        "1 << 3",
        "-1",
        "0xFF",
        "\n#if X\n",
        "\n#else\n",
        "\n#endif\n",
        "/// <summary>d</summary>\n",
        "/*",
        "*/",
        " ",
        "\n",
        "é",
        "@class",
    ];
    use proptest::strategy::Strategy as _;
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..60).prop_map(|chosen| chosen.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 128, ..Default::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(one in pieces(), other in pieces(), noise in ".{0,80}") {
        let texts = [one, other, noise];
        let mut sources: Vec<SourceText<'_>> =
            texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
        let first = read_csharp(&sources, &Options::default());
        sources.reverse();
        proptest::prop_assert_eq!(first, read_csharp(&sources, &Options::default()));
    }

    #[test]
    fn a_damaged_contract_is_read_without_a_panic(case in 0_usize..48, cut in 0.0_f64..1.0, length in 0_usize..200) {
        let folder = root().join("fixtures/contracts/synthetic");
        let files = csharp_files(&folder);
        let mut text: Vec<char> = std::fs::read_to_string(&files[case]).unwrap().chars().collect();
        let start = ((text.len() as f64) * cut) as usize;
        let end = (start + length).min(text.len());
        text.drain(start..end);
        let text: String = text.into_iter().collect();
        let (model, findings) = read_csharp(&[SourceText { file: FileId(0), text: &text }], &Options::default());
        for finding in &findings {
            let span = finding.span().unwrap();
            proptest::prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{:?}", finding);
        }
        for contract in model.contracts.values() {
            proptest::prop_assert!(text.get(contract.span.start as usize..contract.span.end as usize).is_some());
        }
    }
}

/// `<Using Include>` of a project file holds in the files of the project, as if one of them said it.
#[test]
fn usings_of_the_project_file_hold_in_its_files() {
    let texts = [
        "[ServiceContract] public interface IFees { [OperationContract] Coin Fee(Vessel vessel); }",
        "namespace Quay { public class Money { public int Units { get; set; } } public class Vessel { public string Name { get; set; } } }",
    ];
    let sources: Vec<SourceText<'_>> = texts.iter().zip(0_u32..).map(|(text, at)| SourceText { file: FileId(at), text }).collect();
    let usings = ["System.ServiceModel", "Quay", "Coin = Quay.Money"].map(str::to_owned).to_vec();
    let project = wcf_contract::Project { files: vec![FileId(0)], defines: Vec::new(), usings };
    let (model, findings) = read_csharp(&sources, &Options { projects: vec![project], ..Options::default() });
    let operation = &model.contracts["IFees"].operations[0];
    assert_eq!(operation.parameters[0].type_ref, TypeRef::Named(TypeKey("Quay.Vessel".into())));
    assert_eq!(operation.results[0].type_ref, TypeRef::Named(TypeKey("Quay.Money".into())));
    assert!(findings.is_empty(), "{findings:#?}");
}

/// A class that both serializers write is one type where they see the same members, and two where they do not.
#[test]
fn a_class_has_a_view_for_each_serializer_and_namespace() {
    let source = "using System.Runtime.Serialization; using System.ServiceModel; using System.Xml.Serialization;
        [DataContract] public class Same { [DataMember(Name = \"n\")] public int Number; }
        [DataContract] public class Other { [DataMember] public int Kept; public int Seen; [DataMember, XmlIgnore] public int Hidden; }
        public class Holder { public Other Inner; public Same Same; }
        [XmlType(Namespace = \"urn:own\")] public class Own { public Leaf Leaf; [XmlElement(Namespace = \"urn:leaf\")] public Leaf Second; }
        [XmlRoot(Namespace = \"urn:root\")] public class Leaf2 { public Leaf Leaf; }
        public class Leaf { public int X; }
        [ServiceContract(Namespace = \"urn:a\")] public interface IData { [OperationContract] void Put(Same same, Other other, Holder holder); }
        [ServiceContract(Namespace = \"urn:b\"), XmlSerializerFormat] public interface IXml { [OperationContract] Leaf Put(Same same, Other other, Holder holder); }
        [ServiceContract(Namespace = \"urn:c\"), XmlSerializerFormat] public interface IXmlToo { [OperationContract] Leaf Put(Same same, Own own, Leaf2 leaf); }";
    let (model, findings) = read_texts(&[source], &Options::default());
    let named = |contract: &str| -> Vec<String> {
        let parameters = &model.contracts[contract].operations[0].parameters;
        parameters.iter().map(|parameter| if let TypeRef::Named(key) = &parameter.type_ref { key.0.clone() } else { panic!() }).collect()
    };
    assert_eq!(named("IData"), ["Same", "Other", "Holder"]);
    assert_eq!(named("IXml"), ["Same", "Other as XML", "Holder as XML"]);
    let members = |key: &str| -> Vec<(String, String)> {
        let DataKind::Class(class) = &model.types[&TypeKey(key.to_owned())].kind else { panic!() };
        class.members.iter().map(|member| (member.name.clone(), format!("{:?}", member.type_ref))).collect()
    };
    let names = |key: &str| members(key).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("Same"), ["n"]);
    assert_eq!(names("Other"), ["Hidden", "Kept"]);
    assert_eq!(names("Other as XML"), ["Kept", "Seen"]);
    assert!(members("Holder as XML")[0].1.contains("Other as XML") && !members("Holder")[0].1.contains("as XML"));
    let mut views: Vec<(&str, &str)> = model.xml_views.keys().map(|view| (view.clr_name.as_str(), view.namespace.as_str())).collect();
    views.sort_unstable();
    assert_eq!(
        views,
        [
            ("Holder", "urn:b"),
            ("Leaf", "urn:b"),
            ("Leaf", "urn:c"),
            ("Leaf", "urn:leaf"),
            ("Leaf", "urn:own"),
            ("Leaf", "urn:root"),
            ("Leaf2", "urn:root"),
            ("Other", "urn:b"),
            ("Own", "urn:own"),
            ("Same", "urn:b"),
            ("Same", "urn:c"),
        ]
    );
    assert_eq!(codes(&findings), ["wcf-contract-two-serializers", "wcf-contract-two-serializers"], "{findings:#?}");
}

/// What `MessageHeader` says is kept, and what metadata cannot say is a finding at its place.
#[test]
fn headers_keep_what_is_written_of_them() {
    let source = "using System.ServiceModel;
        [MessageContract] public class Ask {
            [MessageHeader(Namespace = \"urn:h\", MustUnderstand = true, Relay = true, Actor = \"urn:next\")] public string Token;
            [MessageHeaderArray] public string[] Tags; [MessageBodyMember] public int X; }
        [MessageContract] public class Answer { [MessageHeader(MustUnderstand = false)] public int Left; }
        [ServiceContract] public interface I { [OperationContract] Answer Put(Ask ask); }";
    let (model, findings) = read_texts(&[source], &Options::default());
    let operation = &model.contracts["I"].operations[0];
    let found: Vec<(Direction, &Header)> = operation.headers(&model).collect();
    let names: Vec<(Direction, &str)> = found.iter().map(|(direction, header)| (*direction, header.member.name.as_str())).collect();
    assert_eq!(names, [(Direction::Request, "Tags"), (Direction::Request, "Token"), (Direction::Response, "Left")]);
    let [(_, tags), (_, token), (_, left)] = found.as_slice() else { panic!() };
    assert!(tags.each && !token.each);
    assert_eq!((token.namespace.as_deref(), token.actor.as_deref()), (Some("urn:h"), Some("urn:next")));
    assert!(token.must_understand && token.relay && !left.must_understand && !left.relay);
    assert_eq!((left.namespace.as_deref(), left.actor.as_deref()), (None, None));
    assert_eq!(codes(&findings), ["wcf-contract-setting-not-carried"; 3]);
    let texts: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(texts.iter().all(|text| text.contains("MessageHeader")), "{texts:?}");
}

/// Generic contracts and services are read closed: where a class or an interface derives from them, and where code names them.
#[test]
fn generic_contracts_are_read_closed_where_they_are_used() {
    let source = "using System.Runtime.Serialization; using System.ServiceModel;
        namespace Shop {
        public class Order { public int Id; } public class Shipment { public int Id; } public class Bill { public int Id; }
        [DataContract] public class Response<T> where T : class { [DataMember] public T Value; [DataMember] public Response<T>.Line[] Lines;
            [DataContract] public class Line { [DataMember] public T Item; } }
        [ServiceContract(Namespace = \"urn:g\")] public interface IRepo<T> where T : class, new() {
            [OperationContract] Response<T> Get(int id); [OperationContract] Response<string> Note(); }
        public class Repo<T> : IRepo<T> where T : class, new() { public Response<T> Get(int id) { return null; } public Response<string> Note() { return null; } }
        public class OrderRepo : Repo<Order> { }
        [ServiceContract] public interface IBills : IRepo<Bill> { [OperationContract] void Pay(); }
        class Program { static void Main() {
            var host = new ServiceHost(typeof(Repo<Shipment>));
            host.AddServiceEndpoint(typeof(IRepo<Shipment>), new NetTcpBinding(), \"\"); host.Open();
            var calls = new ChannelFactory<IRepo<Order>>(new NetTcpBinding(), \"net.tcp://localhost/\");
        } } }";
    let (model, _) = read_texts(&[source], &Options::default());
    let mut contracts: Vec<(&str, &str)> =
        model.contracts.values().map(|contract| (contract.clr_name.as_str(), contract.name.as_str())).collect();
    contracts.sort_unstable();
    assert_eq!(
        contracts,
        [
            ("Shop.IBills", "IBills"),
            ("Shop.IRepo`1<Shop.Bill>", "IRepoOf_Bill"),
            ("Shop.IRepo`1<Shop.Order>", "IRepoOf_Order"),
            ("Shop.IRepo`1<Shop.Shipment>", "IRepoOf_Shipment"),
        ]
    );
    let get = &model.contracts["Shop.IRepo`1<Shop.Shipment>"].operations[0];
    assert_eq!(shape(&get.results[0].type_ref), "Shop.Response`1<Shop.Shipment>");
    assert_eq!(get.action, "urn:g/IRepoOf_Shipment/Get");
    assert_eq!(model.types[&TypeKey("Shop.Response`1<System.String>".to_owned())].name, "ResponseOfstring");
    assert!(model.types.contains_key(&TypeKey("Shop.Response`1+Line<Shop.Order>".to_owned())), "{:?}", model.types.keys());
    let services: Vec<(&str, Vec<&str>)> =
        model.services.iter().map(|service| (service.clr_name.as_str(), service.contracts.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        services,
        [("Shop.OrderRepo", vec!["Shop.IRepo`1<Shop.Order>"]), ("Shop.Repo`1<Shop.Shipment>", vec!["Shop.IRepo`1<Shop.Shipment>"]),]
    );
    let [endpoint, client] = model.in_code.endpoints.as_slice() else { panic!("{:#?}", model.in_code.endpoints) };
    assert_eq!(endpoint.contract.as_deref(), Some("Shop.IRepo`1<Shop.Shipment>"));
    assert_eq!(endpoint.service.as_deref(), Some("Shop.Repo`1<Shop.Shipment>"));
    assert_eq!(client.contract.as_deref(), Some("Shop.IRepo`1<Shop.Order>"));
}
