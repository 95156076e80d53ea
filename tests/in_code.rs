//! What C# sets up by itself: it becomes endpoints with its places in the source, or it stays out and says why. Nothing that
//! is computed at run time is taken for less protection than it may have.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test says what is wrong"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn command(arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .arg("wcf2grpc")
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn plan(folder: &Path) -> Value {
    serde_json::from_str(&command(&["inspect", "--stage", "plan", "--format", "json", "."], folder).1).unwrap()
}

fn endpoints<'v>(report: &'v Value, list: &str) -> Vec<&'v Value> {
    let files = report["files"].as_array().unwrap().iter();
    match list {
        "client" => files.flat_map(|file| file["client"].as_array().into_iter().flatten()).collect(),
        _ => files
            .flat_map(|file| file["services"].as_array().into_iter().flatten())
            .flat_map(|service| service["endpoints"].as_array().into_iter().flatten())
            .collect(),
    }
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// A service with a contract, and what `Main` does to the host before it opens.
fn host(body: &str) -> String {
    format!(
        "using System; using System.ServiceModel; using System.ServiceModel.Channels; using System.ServiceModel.Description;
        using System.ServiceModel.Security; using System.Security.Cryptography.X509Certificates;
        namespace Quay {{
            [ServiceContract] public interface IDesk {{ [OperationContract] void Pay(); }}
            public class Desk : IDesk {{ public void Pay() {{ }} }}
            public class Own : NetTcpBinding {{ }}
            static class Program {{
                const string Place = \"net.tcp://localhost:9000/desk\";
                static readonly NetTcpBinding shared = new NetTcpBinding(SecurityMode.Message);
                static void Main(string[] args) {{
                    var host = new ServiceHost(typeof(Desk), new Uri(Place));
                    {body}
                    host.Open();
                }}
            }}
        }}"
    )
}

fn inspect(files: &[(&str, &str)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    plan(folder.path())
}

#[test]
fn constructions_and_settings_have_the_values_that_configuration_would_give_them() {
    let tcp = "new NetTcpBinding(SecurityMode.Transport)";
    for (body, setting, value) in [
        (format!("host.AddServiceEndpoint(typeof(IDesk), {tcp}, \"\");"), "security.mode", "Transport"),
        ("host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\");".to_owned(), "security.mode", "Transport"),
        ("host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(SecurityMode.None), \"\");".to_owned(), "security.mode", "None"),
        (
            "host.AddServiceEndpoint(typeof(IDesk), new WSHttpBinding(SecurityMode.Message, true), \"http://localhost/\");".to_owned(),
            "reliableSession.enabled",
            "true",
        ),
        (
            "host.AddServiceEndpoint(typeof(IDesk), new BasicHttpBinding(BasicHttpSecurityMode.TransportWithMessageCredential), \"https://localhost/\");"
                .to_owned(),
            "security.mode",
            "TransportWithMessageCredential",
        ),
        (
            format!("var b = {tcp}; ((NetTcpBinding)b).Security.Transport.ProtectionLevel = System.Net.Security.ProtectionLevel.Sign; host.AddServiceEndpoint(typeof(IDesk), b, \"\");"),
            "security.transport.protectionLevel",
            "Sign",
        ),
        (
            format!("Binding b = {tcp}; (b as NetTcpBinding).Security = new NetTcpSecurity {{ Mode = SecurityMode.Message }}; host.AddServiceEndpoint(typeof(IDesk), b, \"\");"),
            "security.mode",
            "Message",
        ),
        ("NetTcpBinding b = new(SecurityMode.TransportWithMessageCredential) { MaxReceivedMessageSize = int.MaxValue }; host.AddServiceEndpoint(typeof(IDesk), b, \"\");".to_owned(), "maxReceivedMessageSize", "2147483647"),
        (
            format!("host.AddServiceEndpoint(typeof(IDesk), {tcp}, \"\").Binding.ToString(); var t = TimeSpan.FromMinutes(2); var b = {tcp}; b.SendTimeout = t; host.AddServiceEndpoint(typeof(IDesk), b, \"two\");"),
            "sendTimeout",
            "00:01:00",
        ),
        ("host.AddServiceEndpoint(typeof(IDesk), shared, \"\");".to_owned(), "security.mode", "Message"),
        // The nameless configuration is not for a construction.
        ("host.AddServiceEndpoint(\"Quay.IDesk\", new NetTcpBinding(), \"\");".to_owned(), "security.mode", "Transport"),
    ] {
        let report = inspect(&[
            ("Host.cs", &host(&body)),
            (
                "App.config",
                "<configuration><system.serviceModel><bindings><netTcpBinding><binding><security mode=\"None\"/></binding>\
                 </netTcpBinding></bindings></system.serviceModel></configuration>",
            ),
        ]);
        let found = endpoints(&report, "services");
        assert!(!found.is_empty(), "{body}: {:#?}", report["findings"]);
        assert_eq!(found[0]["effective"][setting].as_str(), Some(value), "{body}");
        assert!(!codes(&report).contains(&"wcf-contract-endpoint-in-code"), "{body}: {:#?}", report["findings"]);
    }
}

#[test]
fn a_custom_binding_has_the_elements_it_is_given() {
    for body in [
        "var elements = new BindingElementCollection(); var b = new CustomBinding(new TextMessageEncodingBindingElement(), SecurityBindingElement.CreateUserNameOverTransportBindingElement(), new HttpsTransportBindingElement { RequireClientCertificate = true });",
        "var b = new CustomBinding(); b.Elements.Add(new TextMessageEncodingBindingElement()); b.Elements.Add(SecurityBindingElement.CreateUserNameOverTransportBindingElement()); var t = new HttpsTransportBindingElement(); t.RequireClientCertificate = true; b.Elements.Add(t);",
    ] {
        let body = format!("{body} host.AddServiceEndpoint(typeof(IDesk), b, \"https://localhost/\");");
        let report = inspect(&[("Host.cs", &host(&body))]);
        let found = endpoints(&report, "services");
        let stack: Vec<&str> = found[0]["stack"].as_array().unwrap().iter().map(|element| element.as_str().unwrap()).collect();
        assert_eq!(
            stack,
            ["TextMessageEncodingBindingElement", "TransportSecurityBindingElement", "HttpsTransportBindingElement"],
            "{:#?}",
            report["findings"]
        );
    }
}

#[test]
fn what_is_not_literal_is_no_endpoint_and_a_finding_at_its_place() {
    for body in [
        "var mode = args.Length > 0 ? SecurityMode.None : SecurityMode.Transport; host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(mode), \"\");",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding((SecurityMode)Enum.Parse(typeof(SecurityMode), args[0])), \"\");",
        "host.AddServiceEndpoint(typeof(IDesk), new Own(), \"\");",
        "host.AddServiceEndpoint(typeof(IDesk), Bindings.Make(), \"\");",
        "var b = new NetTcpBinding(); if (args.Length > 0) { b.Security.Mode = SecurityMode.None; } host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); foreach (var a in args) b.Security.Mode = SecurityMode.None; host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); Elsewhere.Configure(b); host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); Elsewhere.RunWith(b); host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); Elsewhere.ShowSettings(b); host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); try { Elsewhere.Read(); b.Security.Mode = SecurityMode.None; } catch { } host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "Binding b = new NetTcpBinding(); if (args.Length > 0) b = new BasicHttpBinding(); host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "var b = new NetTcpBinding(); b.Security.Transport.ClientCredentialType = args.Length > 0 ? TcpClientCredentialType.None : TcpClientCredentialType.Certificate; host.AddServiceEndpoint(typeof(IDesk), b, \"\");",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\"); if (args.Length > 0) host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.None;",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\"); host.Credentials.ClientCertificate.Authentication.CertificateValidationMode = Settings.Mode();",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\"); host.Authorization.ExternalAuthorizationPolicies = Policies.All();",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\"); foreach (var e in host.Description.Endpoints) { e.Binding = new BasicHttpBinding(); }",
        "host.AddServiceEndpoint(typeof(IDesk), new CustomBinding(new Codec(), new HttpTransportBindingElement()), \"http://localhost/\");",
        "host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(), \"\"); Elsewhere.Secure(host);",
    ] {
        let report = inspect(&[("Host.cs", &host(body))]);
        let in_code = codes(&report).into_iter().filter(|code| code.ends_with("-in-code")).count();
        assert!(in_code > 0, "{body}");
        assert!(endpoints(&report, "services").is_empty(), "{body}");
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"].as_str().unwrap().ends_with("-in-code"));
        let text = finding.unwrap().to_string();
        assert!(text.contains("Host.cs") && text.contains("configuration file"), "{text}");
    }
}

/// What a method is called says nothing about what it does.
#[test]
fn a_binding_is_followed_into_every_method_of_the_file() {
    let weak = "var b = new NetTcpBinding(SecurityMode.None); Wrapped.METHOD(b); Console.WriteLine(b); host.AddServiceEndpoint(typeof(IDesk), b, \"\");";
    for method in ["RunWith", "StartUp", "OpenAll", "LogAndSecure", "Show", "Close", "Secure"] {
        let wrapped = "static class Wrapped { public static void METHOD(NetTcpBinding b) { b.Security.Mode = SecurityMode.Transport; } }";
        let source = format!("{} namespace Quay {{ {wrapped} }}", host(weak)).replace("METHOD", method);
        let report = inspect(&[("Host.cs", &source)]);
        let found = endpoints(&report, "services");
        let mode = found.first().and_then(|endpoint| endpoint["effective"]["security.mode"].as_str());
        assert_eq!(mode, Some("Transport"), "{method}: {:#?}", report["findings"]);
    }
}

#[test]
fn which_overload_is_called_is_not_guessed() {
    let body = "var b = new NetTcpBinding(); Wrapped.Set(b, 1); host.AddServiceEndpoint(typeof(IDesk), b, \"\");";
    let wrapped = "static class Wrapped { public static void Set(NetTcpBinding b, string s) { b.Security.Mode = SecurityMode.None; } \
                   public static void Set(NetTcpBinding b, int s) { } }";
    let report = inspect(&[("Host.cs", &format!("{} namespace Quay {{ {wrapped} }}", host(body)))]);
    assert!(endpoints(&report, "services").is_empty(), "{:#?}", report["findings"]);
    assert!(codes(&report).iter().any(|code| code.ends_with("-in-code")));
}

/// Ways on which a program can be set up otherwise than a straight reading says: none of them may pass for certain.
#[test]
fn what_may_be_set_up_otherwise_is_left_unknown() {
    let weak = "var b = new NetTcpBinding(SecurityMode.None);";
    let add = "host.AddServiceEndpoint(typeof(IDesk), b, \"\");";
    let strict = "Security.Mode = SecurityMode.Transport";
    let mut certain = Vec::new();
    for (body, beside) in [
        // Functions that are kept, run now and then, or run by what is not known.
        (format!("{weak} Action later = () => b.{strict}; {add} later();"), ""),
        (
            format!("{weak} Runner.RunIf(args.Length > 0, () => b.{strict}); {add}"),
            "static class Runner { public static void RunIf(bool x, Action a) { if (x) a(); } }",
        ),
        (
            format!("{weak} Runner.Configure(() => {{ b.{strict}; }}); {add}"),
            "static class Runner { public static void UseServiceModel(Action a) { } public static void ConfigureIf(Action a) { } }",
        ),
        (format!("{weak} System.Threading.Tasks.Task.Run(() => b.{strict}); {add}"), ""),
        (
            format!("{weak} Runner.UseServiceModel(() => {{ b.{strict}; }}); {add}"),
            "static class Runner { public static void UseServiceModel(Action a) { } }",
        ),
        // An extension method is no method of .NET's.
        (
            format!("{weak} b.Secure(); {add}"),
            "static class Extensions { public static void Secure(this NetTcpBinding b) { b.Security.Mode = SecurityMode.Transport; } }",
        ),
        (format!("{weak} {add} host.Secure();"), "static class Extensions { public static void Secure(this ServiceHost h) { } }"),
        // Other names for one object.
        (format!("{weak} foreach (var x in new[] {{ b }}) x.{strict}; {add}"), ""),
        (format!("{weak} var w = new Wrapper {{ B = b }}; w.B.{strict}; {add}"), "class Wrapper { public NetTcpBinding B; }"),
        (
            format!("{weak} new Securer(b); {add}"),
            "class Securer { public Securer(Binding b) { ((NetTcpBinding)b).Security.Mode = SecurityMode.Transport; } public Securer(int x) { } }",
        ),
        (format!("{weak} Make(ref b); {add}"), ""),
        (format!("{weak} b = args.Length > 0 ? b : new NetTcpBinding(); {add}"), ""),
        (format!("NetTcpBinding b = null; b ??= new NetTcpBinding(SecurityMode.None); {add}"), ""),
        // On some ways only.
        (format!("{weak} var x = args.Length > 0 && (b.{strict}) == SecurityMode.Transport; {add}"), ""),
        (format!("{weak} {add} foreach (var a in args) {{ if (a == \"x\") break; b.{strict}; }}"), ""),
        (format!("{weak} {add} if (args.Length > 1) throw new Exception(); b.{strict}; if (args.Length > 2) {{ host.Open(); }}"), ""),
        // A method of that name of another class, and one that may be overridden.
        (format!("{weak} Other.Secure(b); {add}"), "class Mine { public static void Secure(NetTcpBinding b) { } }"),
        (format!("{weak} new Mine().Secure(b); {add}"), "class Mine { public virtual void Secure(NetTcpBinding b) { } }"),
        // After the host is open nothing changes it.
        (format!("var b = new NetTcpBinding(SecurityMode.Transport); {add} host.Open(); b.Security.Mode = SecurityMode.None;"), ""),
        // Hosts of a class of one's own.
        (
            format!("{weak} host = new DeskHost(); {add}"),
            "class DeskHost : ServiceHost { public DeskHost() : base(typeof(Desk)) { Authorization.ServiceAuthorizationManager = new Strict(); } }",
        ),
        (
            format!("{weak} var own = new DeskHost(typeof(Desk)); own.AddServiceEndpoint(typeof(IDesk), b, \"\");"),
            "class DeskHost : ServiceHost { public DeskHost(Type t) : base(t) { } protected override void OnOpening() { Other.Secure(this); } }",
        ),
        (
            format!("{weak} var own = new DeskHost(typeof(Desk)); own.AddServiceEndpoint(typeof(IDesk), b, \"\"); own.Open();"),
            "class BaseHost : ServiceHost { public BaseHost(Type t) : base(t) { } protected override void InitializeRuntime() { Description.Behaviors.Add(new Strict()); } } class DeskHost : BaseHost { public DeskHost(Type t) : base(t) { } }",
        ),
        (format!("{weak} Hosts.Make().AddServiceEndpoint(typeof(IDesk), b, \"\");"), ""),
    ] {
        let source = format!("{} namespace Quay {{ {beside} }}", host(&body));
        let report = inspect(&[("Host.cs", &source)]);
        if !endpoints(&report, "services").is_empty() || !codes(&report).iter().any(|code| code.ends_with("-in-code")) {
            certain.push(format!("{body} {beside}"));
        }
    }
    assert!(certain.is_empty(), "taken for certain:\n{}", certain.join("\n"));
}

/// What skips a setting and all that it is for is no way around it.
#[test]
fn a_return_before_the_endpoint_or_the_opening_skips_both() {
    let add = "host.AddServiceEndpoint(typeof(IDesk), b, \"\");";
    for body in [
        format!(
            "if (args.Length == 0) {{ Console.WriteLine(\"usage\"); return; }} var b = new NetTcpBinding(); b.Security.Mode = SecurityMode.None; {add}"
        ),
        format!("var b = new NetTcpBinding(); if (args.Length == 0) return; b.Security.Mode = SecurityMode.None; {add}"),
        format!("var b = new NetTcpBinding(); {add} if (args.Length == 0) throw new Exception(); b.Security.Mode = SecurityMode.None;"),
        format!("var b = new NetTcpBinding(); try {{ b.Security.Mode = SecurityMode.None; {add} }} catch (Exception) {{ }}"),
        format!("var b = new NetTcpBinding(); if (args.Length > 0) {{ b.Security.Mode = SecurityMode.None; {add} }}"),
    ] {
        let report = inspect(&[("Host.cs", &host(&body))]);
        let found = endpoints(&report, "services");
        let mode = found.first().and_then(|endpoint| endpoint["effective"]["security.mode"].as_str());
        assert_eq!(mode, Some("None"), "{body}: {:#?}", report["findings"]);
    }
    // Not where the opening is reached on another way.
    for body in [
        format!("var b = new NetTcpBinding(); {add} if (args.Length == 0) {{ host.Open(); return; }} b.Security.Mode = SecurityMode.None;"),
        format!("var b = new NetTcpBinding(); {add} try {{ Elsewhere.Read(); b.Security.Mode = SecurityMode.None; }} catch {{ }}"),
        format!("var b = new NetTcpBinding(); try {{ {add} Elsewhere.Read(); b.Security.Mode = SecurityMode.None; }} catch {{ }}"),
    ] {
        let report = inspect(&[("Host.cs", &host(&body))]);
        assert!(endpoints(&report, "services").is_empty(), "{body}");
        assert!(codes(&report).iter().any(|code| code.ends_with("-in-code")), "{body}");
    }
}

/// A class that only hands on what it is given is a `ServiceHost` by another name.
#[test]
fn a_host_class_that_adds_nothing_is_a_host() {
    let source = "using System; using System.ServiceModel; namespace Quay {
        [ServiceContract] public interface IDesk { [OperationContract] void Pay(); }
        public class Desk : IDesk { public void Pay() { } }
        class DeskHost : ServiceHost { public DeskHost(Type type, params Uri[] addresses) : base(type, addresses) { } }
        static class Program { static void Main() {
            var host = new DeskHost(typeof(Desk), new Uri(\"net.tcp://localhost:9000/desk\"));
            host.AddServiceEndpoint(typeof(IDesk), new NetTcpBinding(SecurityMode.Message), \"\");
            host.Open();
        } } }";
    let report = inspect(&[("Host.cs", source)]);
    let found = endpoints(&report, "services");
    assert_eq!(
        found.first().and_then(|endpoint| endpoint["effective"]["security.mode"].as_str()),
        Some("Message"),
        "{:#?}",
        report["findings"]
    );
}

#[test]
fn corewcf_builds_the_same() {
    let source = "using CoreWCF; using CoreWCF.Configuration; using CoreWCF.Description; using CoreWCF.Security;
        [ServiceContract] public interface IDesk { [OperationContract] void Pay(); }
        public class Desk : IDesk { public void Pay() { } }
        public class Passwords : CoreWCF.IdentityModel.Selectors.UserNamePasswordValidator { }
        public class Startup {
            public void Configure(IApplicationBuilder app) {
                app.UseServiceModel(builder => {
                    builder.AddService<Desk>(options => { options.DebugBehavior.IncludeExceptionDetailInFaults = true; })
                        .AddServiceEndpoint<Desk, IDesk>(new BasicHttpBinding(BasicHttpSecurityMode.Transport), \"/basic\")
                        .AddServiceEndpoint<Desk, IDesk>(new WSHttpBinding(SecurityMode.TransportWithMessageCredential) { Security = { Message = { ClientCredentialType = MessageCredentialType.UserName } } }, \"/ws\");
                    builder.ConfigureServiceHostBase<Desk>(host => {
                        host.Credentials.UserNameAuthentication.UserNamePasswordValidationMode = UserNamePasswordValidationMode.Custom;
                        host.Credentials.UserNameAuthentication.CustomUserNamePasswordValidator = new Passwords();
                    });
                });
            }
        }";
    let report = inspect(&[("Startup.cs", source)]);
    let found = endpoints(&report, "services");
    let shown: Vec<_> = found
        .iter()
        .map(|endpoint| (endpoint["address"].as_str().unwrap(), endpoint["effective"]["security.mode"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [("/basic", "Transport"), ("/ws", "TransportWithMessageCredential")], "{:#?}", report["findings"]);
    assert!(found.iter().all(|endpoint| endpoint["plan"].is_object()), "{found:#?}");
    assert!(report.to_string().contains("Passwords"));
    assert!(codes(&report).contains(&"wcf-error-details-exposed"));
}

#[test]
fn a_client_of_code_has_its_own_checks_and_leaves_the_configured_one_alone() {
    let config = "<configuration><system.serviceModel><bindings><netTcpBinding><binding name=\"tls\"><security mode=\"Transport\">\
         <transport clientCredentialType=\"Certificate\"/></security></binding></netTcpBinding></bindings><client>\
         <endpoint name=\"desk\" address=\"net.tcp://localhost:9000/desk\" binding=\"netTcpBinding\" bindingConfiguration=\"tls\" contract=\"IDesk\"/>\
         </client></system.serviceModel></configuration>";
    let source = "using System.ServiceModel; using System.ServiceModel.Security;
        [ServiceContract(ConfigurationName = \"IDesk\")] public interface IDesk { [OperationContract] void Pay(); }
        public class DeskClient : ClientBase<IDesk>, IDesk { public DeskClient(string name) : base(name) { } public void Pay() { } }
        class Program { static void Main() {
            var plain = new DeskClient(\"desk\");
            var client = new DeskClient(\"desk\");
            client.ClientCredentials.ServiceCertificate.Authentication.CertificateValidationMode = X509CertificateValidationMode.PeerTrust;
        } }";
    let report = inspect(&[("App.config", config), ("Program.cs", source)]);
    let clients = endpoints(&report, "client");
    assert_eq!(clients.len(), 2, "{:#?}", report["findings"]);
    assert_eq!(clients[0]["behaviorConfiguration"], "");
    assert!(clients[1]["behaviorConfiguration"].as_str().unwrap().contains("in code"));
    assert!(codes(&report).iter().all(|code| !code.ends_with("-in-code")));
}

/// A portfolio, a feed of prices and a session of both sides, without a configuration file.
#[test]
fn three_services_that_code_configures_have_the_shapes_a_person_would_give_them() {
    let solution = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/solutions/exchange");
    let report = plan(&solution);
    let services = endpoints(&report, "services");
    assert_eq!(services.len(), 3);
    for endpoint in services.iter().chain(&endpoints(&report, "client")) {
        assert_eq!(endpoint["plan"]["transport"], "tls", "{endpoint:#}");
    }
    assert!(codes(&report).iter().all(|code| !code.ends_with("-in-code")));
    let out = tempfile::tempdir().unwrap();
    let (done, _) = command(&["generate", "--out", out.path().to_str().unwrap(), "."], &solution);
    assert!(done);
    let proto = proto_text(out.path());
    for line in [
        "rpc GetAccount(GetAccountRequest) returns (GetAccountResponse);",
        "rpc GetAccounts(GetAccountsRequest) returns (GetAccountsResponse);",
        "rpc Subscribe(SubscribeRequest) returns (stream PriceBoardEvent);",
        "rpc Session(stream DealingAction) returns (stream DealingEvent);",
        "oneof action {",
        "dotnet.v1.Decimal cost = 3;",
        "dotnet.v1.DateTimeOffset bought = 4;",
    ] {
        assert!(proto.contains(line), "{line}\n{proto}");
    }
}

fn proto_text(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&proto_text(&path));
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    text
}

/// An endpoint whose contract cannot be read is told why, and what to do, whichever of the ways it is.
#[test]
fn contracts_that_are_not_read_are_told_with_what_to_do() {
    let endpoint = |service: &str, contract: &str| {
        format!(
            "<service name=\"{service}\"><endpoint address=\"net.tcp://localhost:9000/{service}\" binding=\"netTcpBinding\" contract=\"{contract}\"/></service>"
        )
    };
    let services = [
        endpoint("Shop.Plain", "Shop.IPlain"),
        endpoint("Shop.Old", "Shop.IOld"),
        endpoint("Vendor.Billing", "Vendor.IBilling"),
        endpoint("Shop.Fine", "Shop.IFine"),
    ];
    let config =
        format!("<configuration><system.serviceModel><services>{}</services></system.serviceModel></configuration>", services.concat());
    let source = "using System.ServiceModel; namespace Shop {
        public interface IPlain { void Place(int x); }
        [ServiceContract] public interface IFine { [OperationContract] void Place(int x); } }";
    let basic = "Imports System.ServiceModel\nNamespace Shop\n<ServiceContract()>\nPublic Interface IOld\nEnd Interface\nEnd Namespace\n";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("App.config", config.as_str()), ("Contracts.cs", source), ("Old.vb", basic)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    for (stage, compiled) in [("plan", "wcf-contract-compiled-only"), ("crate", "wcf-contract-not-found")] {
        let report: Value =
            serde_json::from_str(&command(&["inspect", "--stage", stage, "--format", "json", "."], folder.path()).1).unwrap();
        let told = |code: &str, contract: &str, place: &str| {
            let found = report["findings"]
                .as_array()
                .unwrap()
                .iter()
                .find(|finding| finding["code"] == code && finding["message"].as_str().unwrap().contains(contract));
            let text = found.unwrap_or_else(|| panic!("{stage} {code}: {:#?}", codes(&report))).to_string();
            assert!(text.contains(place) && text.contains("App.config"), "{text}");
            let help = found.unwrap()["help"].to_string();
            assert!(help.len() > 20, "{help}");
        };
        told("wcf-contract-without-attribute", "Shop.IPlain", "Contracts.cs");
        told("wcf-contract-in-visual-basic", "Shop.IOld", "Old.vb");
        told(compiled, "Vendor.IBilling", "App.config");
        let of_fine = |finding: &&Value| {
            finding["message"].as_str().unwrap().contains("IFine") && finding["code"].as_str().unwrap().contains("contract")
        };
        assert_eq!(report["findings"].as_array().unwrap().iter().find(of_fine), None);
    }
}
