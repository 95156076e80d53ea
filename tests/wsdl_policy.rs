//! The endpoints of WSDLs against those of .NET's own importer (`../shared/oracle/wsdl`), and policies that are hostile or
//! cannot be read. Without the shared folder the comparison is skipped, aloud.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, reason = "a panic here is the failure message")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use located_xml::{Document, Limits};
use serde_json::Value;
use wcf_config::ChannelStack;
use wcf_config::channel_stack::{BindingElement, ProtectionLevel, SecurityShape, Transport};
use wcf_config::policy::{PolicyDocument, WsdlEndpoint, read_policy};
use wcf_diagnostics::{FileId, Findings};

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("WCF2GRPC_SHARED").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    if folder.join("oracle/wsdl").is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no reference values at {}; set WCF2GRPC_SHARED", folder.display());
    None
}

fn json(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Value>(&text).unwrap().as_array().unwrap().clone()
}

fn read(texts: &[(String, String)]) -> (Vec<WsdlEndpoint>, Findings) {
    read_mapped(texts, &[])
}

fn read_mapped(texts: &[(String, String)], map: &[(String, String)]) -> (Vec<WsdlEndpoint>, Findings) {
    let mut documents: Vec<(FileId, String, Document)> = Vec::new();
    for (at, (path, text)) in texts.iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        if let Some(document) = located_xml::parse(file, text.as_str(), &Limits::default()).document {
            documents.push((file, path.clone(), document));
        }
    }
    let documents: Vec<_> = documents.iter().map(|(file, path, document)| PolicyDocument { file: *file, path, document }).collect();
    read_policy(&documents, map)
}

#[derive(Default)]
struct Tally {
    rows: BTreeMap<&'static str, (usize, usize)>,
    unlike: Vec<String>,
}

impl Tally {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &'static str, place: &str, ours: &T, theirs: &T) {
        let row = self.rows.entry(what).or_default();
        row.1 += 1;
        if ours == theirs {
            row.0 += 1;
        } else {
            self.unlike.push(format!("{what}: {place}: ours {ours:?}, .NET {theirs:?}"));
        }
    }

    /// Fails on what is unlike and not on the list, and on what is on the list and alike by now.
    fn only_listed(&self, list: &[(&str, &str)]) {
        let listed = |line: &str| list.iter().position(|(start, _)| line.starts_with(start));
        let others: Vec<&String> = self.unlike.iter().filter(|line| listed(line).is_none()).collect();
        let found: BTreeSet<usize> = self.unlike.iter().filter_map(|line| listed(line)).collect();
        for (at, (start, why)) in list.iter().enumerate() {
            println!("  listed: {start}: {why}");
            assert!(found.contains(&at), "on the list and alike: {start}");
        }
        assert!(others.is_empty(), "{} differ and are not on the list: {others:#?}", others.len());
    }

    fn print(&self, title: &str) {
        println!("{title}");
        for (what, (agree, all)) in &self.rows {
            println!("  {what:24} {agree:6} of {all:6}  {:.2} %", 100.0 * *agree as f64 / (*all).max(1) as f64);
        }
        for line in self.unlike.iter().take(40) {
            println!("    {}", line.chars().take(260).collect::<String>());
        }
    }

    /// How many were compared: a comparison of nothing proves nothing.
    fn compared(&self, what: &str) -> usize {
        self.rows.get(what).map_or(0, |(_, all)| *all)
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

/// The class names without their ending. .NET has a transaction flow element wherever it recognises a WS or TCP binding,
/// whether transactions flow or not; here it is there where they flow.
fn classes(stack: &ChannelStack) -> Vec<String> {
    let names = stack.class_names().into_iter().map(|name| name.trim_end_matches("BindingElement").to_owned());
    let opaque = |name: &str| {
        matches!(name, "Context" | "ReliableSession")
            || name.ends_with("Security")
            || name.ends_with("Encoding")
            || name.ends_with("Transport")
    };
    names
        .filter(|name| name != "TransactionFlow")
        .map(|name| {
            if opaque(&name) || matches!(name.as_str(), "CompositeDuplex" | "OneWay") { name } else { "UnrecognizedAssertions".to_owned() }
        })
        .collect()
}

fn compare(tally: &mut Tally, place: &str, stack: &ChannelStack, theirs: &Value) {
    let expected: Vec<String> = theirs["stack"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| *name != "TransactionFlow")
        .map(str::to_owned)
        .collect();
    let ours: Vec<String> = match stack.transport() {
        Some(Transport::Opaque { .. }) => classes(stack).into_iter().filter(|name| name != "UnrecognizedAssertions").collect(),
        _ => classes(stack),
    };
    tally.compare("stacks", place, &ours, &expected);
    tally.compare("schemes", place, &stack.transport().map_or("", Transport::scheme), &text(theirs, "scheme"));
    if let Some(Transport::Http(http)) = stack.transport() {
        tally.compare(
            "http authentication",
            place,
            &format!("{:?}", http.authentication_scheme.value).as_str(),
            &text(theirs, "authenticationScheme"),
        );
        let required = theirs["requireClientCertificate"].as_bool().unwrap_or(false);
        tally.compare("client certificates", place, &http.require_client_certificate.value, &required);
    }
    for element in &stack.elements {
        match element {
            BindingElement::SslStreamSecurity(ssl) => {
                tally.compare(
                    "client certificates",
                    place,
                    &Some(ssl.require_client_certificate.value),
                    &theirs["requireClientCertificate"].as_bool(),
                );
            }
            BindingElement::WindowsStreamSecurity(windows) => {
                tally.compare(
                    "stream protection",
                    place,
                    &format!("{:?}", windows.protection_level.value).as_str(),
                    &text(theirs, "protectionLevel"),
                );
            }
            _ => {}
        }
    }
    let security = &theirs["security"];
    tally.compare("message security", place, &stack.message_security().is_some(), &security.is_object());
    let (Some(ours), true) = (stack.message_security(), security.is_object()) else { return };
    let shape = match ours.shape {
        SecurityShape::Symmetric => "Symmetric",
        SecurityShape::Asymmetric => "Asymmetric",
        SecurityShape::Transport => "Transport",
    };
    tally.compare("security shapes", place, &shape, &text(security, "element"));
    if security["configRepresentable"].as_bool() == Some(true) {
        let mode = format!("{:?}", ours.authentication_mode.value);
        let expected =
            if text(security, "authenticationMode") == "SecureConversation" { "bootstrapAuthenticationMode" } else { "authenticationMode" };
        tally.compare("authentication modes", place, &mode.as_str(), &text(security, expected));
        tally.compare(
            "secure conversations",
            place,
            &ours.secure_conversation,
            &(text(security, "authenticationMode") == "SecureConversation"),
        );
    }
    tally.compare("algorithm suites", place, &ours.algorithm_suite.value.as_str(), &text(security, "algorithmSuite"));
    tally.compare("timestamps", place, &Some(ours.include_timestamp.value), &security["includeTimestamp"].as_bool());
    let version = |written: &str| written.trim_end_matches("BasicSecurityProfile10").to_owned();
    tally.compare(
        "security versions",
        place,
        &version(&ours.message_security_version.value),
        &version(text(security, "messageSecurityVersion")),
    );
}

#[test]
fn exported_stacks_are_those_that_were_exported() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("oracle/wsdl");
    let mut tally = Tally::default();
    let mut cases = (0, 0);
    for each in json(&folder.join("roundtrip.json")) {
        let (Some(file), true) = (each["file"].as_str(), each["importedCompact"].is_object()) else { continue };
        let content = std::fs::read_to_string(folder.join("roundtrip").join(file)).unwrap();
        let (endpoints, _) = read(&[(file.to_owned(), content)]);
        tally.compare("endpoints", file, &endpoints.len(), &each["importedEndpoints"].as_array().unwrap().len());
        let before = tally.unlike.len();
        let Some(endpoint) = endpoints.first() else { continue };
        tally.compare("addresses", file, &endpoint.address.value.as_str(), &text(&each["importedEndpoints"][0], "address"));
        compare(&mut tally, file, endpoint.binding.stack.as_ref().unwrap(), &each["importedCompact"]);
        let message =
            endpoint.binding.stack.as_ref().unwrap().message_security().is_some_and(|security| security.shape != SecurityShape::Transport);
        for contract in each["importedContracts"].as_array().into_iter().flatten().filter(|_| message) {
            for operation in contract["operations"].as_array().unwrap() {
                let ours = endpoint
                    .levels
                    .iter()
                    .find(|level| level.operation == text(operation, "name"))
                    .map_or(ProtectionLevel::EncryptAndSign, |found| found.level);
                let theirs = operation["protectionLevel"].as_str().unwrap_or("EncryptAndSign");
                tally.compare("protection levels", file, &format!("{ours:?}").as_str(), &theirs);
            }
        }
        cases.1 += 1;
        cases.0 += usize::from(before == tally.unlike.len());
    }
    tally.print("roundtrip.json, stacks");
    println!("  whole cases {} of {}", cases.0, cases.1);
    tally.only_listed(&[]);
    assert_eq!(cases, (248, 248));
}

/// What is unlike in endpoints.
const ENDPOINTS_UNLIKE: [(&str, &str); 6] = [
    (
        "stacks: ws-trust-1.4-service.wsdl Transport_Port:",
        "signed and encrypted parts beside a transport binding, which .NET leaves without understanding: TLS protects them",
    ),
    ("endpoints: header_rpc_lit.wsdl headerTesterXMLBinding", NOT_SOAP),
    ("endpoints: hello_world_doc_lit.wsdl XMLPort2", NOT_SOAP),
    ("endpoints: hello_world_doc_lit.wsdl XMLPort3", NOT_SOAP),
    ("endpoints: complex_types.wsdl TypeTestCORBAPort", NOT_SOAP),
    ("endpoints: struct.wsdl StructTestCORBAPort", NOT_SOAP),
];
const NOT_SOAP: &str =
    "a binding of CORBA or XML over JMS: .NET makes an endpoint without a transport, which cannot be opened; here a finding";

#[test]
fn endpoints_are_those_of_the_importer() {
    let Some(shared) = shared() else { return };
    let records: BTreeMap<String, Value> =
        json(&shared.join("oracle/wsdl/shared.json")).into_iter().map(|each| (text(&each, "path").to_owned(), each)).collect();
    let mut tally = Tally::default();
    for row in json(&shared.join("oracle/wsdl/endpoints-shared.json")) {
        let Some(port) = row["name"].as_str().or_else(|| row["wsdlBinding"].as_str()) else { continue };
        let path = text(&row, "path");
        let repository = path.split('/').next().unwrap();
        let mut paths: Vec<String> =
            records[path]["documents"].as_array().into_iter().flatten().map(|each| text(each, "path").to_owned()).collect();
        let own = path.split_once('/').unwrap().1.to_owned();
        if !paths.contains(&own) {
            paths.push(own);
        }
        let texts: Vec<(String, String)> = paths
            .into_iter()
            .filter_map(|each| {
                let bytes = std::fs::read(shared.join("corpus").join(repository).join(&each)).ok()?;
                Some((each, located_xml::decode(&bytes).ok()?.text))
            })
            .collect();
        let (endpoints, findings) = read(&texts);
        let place = format!("{} {port}", path.rsplit('/').next().unwrap());
        let same = |ours: &str, theirs: &str| ours == theirs || ours == theirs.replacen("http:", "https:", 1);
        let found = endpoints.iter().find(|endpoint| endpoint.name == port && same(&endpoint.address.value, text(&row, "address")));
        tally.compare("endpoints", &place, &found.is_some(), &true);
        // .NET drops a policy that cannot be read and goes on without security. That trap is ours to avoid.
        let unread = findings.iter().any(|finding| {
            finding.code.name == "wcf-policy-unreadable"
                && finding.labels.iter().any(|label| found.is_some_and(|found| found.span == label.span))
        });
        if unread {
            tally.compare("unreadable, strictest", &place, &is_strictest(std::slice::from_ref(found.unwrap())), &true);
        } else if let Some(found) = found {
            compare(&mut tally, &place, found.binding.stack.as_ref().unwrap(), &row);
        }
    }
    tally.print("endpoints-shared.json");
    tally.only_listed(&ENDPOINTS_UNLIKE);
    assert!(tally.compared("endpoints") >= 104 && tally.compared("stacks") >= 98);
}

/// A WSDL with this policy, attached to its binding.
fn around(policy: &str, address: &str) -> String {
    format!(
        "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' xmlns:soap='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:t='urn:t' \
         xmlns:wsp='http://schemas.xmlsoap.org/ws/2004/09/policy' xmlns:sp='http://schemas.xmlsoap.org/ws/2005/07/securitypolicy' \
         xmlns:wsu='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd' targetNamespace='urn:t'>{policy}\
         <wsdl:portType name='P'/><wsdl:binding name='B' type='t:P'><wsp:PolicyReference URI='#P'/>\
         <soap:binding transport='http://schemas.xmlsoap.org/soap/http'/></wsdl:binding>\
         <wsdl:service name='S'><wsdl:port name='Q' binding='t:B'><soap:address location='{address}'/></wsdl:port></wsdl:service>\
         </wsdl:definitions>"
    )
}

fn codes(findings: &Findings) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

/// The reading of a policy that cannot be read: nothing may be let in that the service could have kept out.
fn is_strictest(endpoints: &[WsdlEndpoint]) -> bool {
    let stack = endpoints[0].binding.stack.as_ref().unwrap();
    matches!(stack.transport(), Some(Transport::Http(http)) if http.tls && http.require_client_certificate.value)
}

#[test]
fn a_policy_that_is_not_there_is_the_strictest_and_not_none() {
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), around("", "http://host.test/s"))]);
    assert!(is_strictest(&endpoints), "{endpoints:?}");
    assert_eq!(codes(&findings), ["wcf-policy-unreadable"]);
    assert!(findings.iter().all(|finding| finding.span().is_some()));
}

#[test]
fn what_dot_net_does_not_support_is_the_strictest() {
    for inside in [
        "<sp:SymmetricBinding><wsp:Policy><sp:ProtectionToken><wsp:Policy><sp:X509Token/></wsp:Policy></sp:ProtectionToken>\
         <sp:AlgorithmSuite><wsp:Policy><sp:Basic128GCM/></wsp:Policy></sp:AlgorithmSuite></wsp:Policy></sp:SymmetricBinding>",
        "<sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy><sp:Magic/></wsp:Policy></sp:TransportToken></wsp:Policy></sp:TransportBinding>",
        "<sp:SignedSupportingTokens><wsp:Policy><sp:UsernameToken/></wsp:Policy></sp:SignedSupportingTokens>",
    ] {
        let policy = format!("<wsp:Policy wsu:Id='P'>{inside}</wsp:Policy>");
        let (endpoints, findings) = read(&[("a.wsdl".to_owned(), around(&policy, "http://host.test/s"))]);
        assert!(is_strictest(&endpoints), "{inside}");
        assert_eq!(codes(&findings), ["wcf-policy-unreadable"], "{inside}");
    }
}

#[test]
fn policies_that_refer_to_each_other_or_double_end_in_the_strictest() {
    let circle = "<wsp:Policy wsu:Id='P'><wsp:PolicyReference URI='#Q'/></wsp:Policy><wsp:Policy wsu:Id='Q'><wsp:PolicyReference URI='#P'/></wsp:Policy>";
    let mut doubling = String::from("<wsp:Policy wsu:Id='P'><wsp:PolicyReference URI='#p0'/></wsp:Policy>");
    for at in 0..25 {
        let next = at + 1;
        doubling +=
            &format!("<wsp:Policy wsu:Id='p{at}'><wsp:PolicyReference URI='#p{next}'/><wsp:PolicyReference URI='#p{next}'/></wsp:Policy>");
    }
    doubling += "<wsp:Policy wsu:Id='p25'><wsp:ExactlyOne><sp:A/><sp:B/></wsp:ExactlyOne></wsp:Policy>";
    for policy in [circle, &doubling] {
        let (endpoints, findings) = read(&[("a.wsdl".to_owned(), around(policy, "http://host.test/s"))]);
        assert!(is_strictest(&endpoints));
        assert_eq!(codes(&findings), ["wcf-policy-unreadable"]);
    }
}

/// A WSDL whose binding has an operation with this policy, beside a readable one of the binding.
fn with_operation(policies: &str, attached: &str) -> String {
    let readable = "<wsp:Policy wsu:Id='P'><sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy><sp:HttpsToken \
                    RequireClientCertificate='false'/></wsp:Policy></sp:TransportToken><sp:AlgorithmSuite><wsp:Policy><sp:Basic256/>\
                    </wsp:Policy></sp:AlgorithmSuite></wsp:Policy></sp:TransportBinding></wsp:Policy>";
    around(&format!("{readable}{policies}"), "https://host.test/s").replace(
        "</wsdl:binding>",
        &format!(
            "<wsdl:operation name='Do'><soap:operation soapAction='a'/><wsdl:input>{attached}</wsdl:input></wsdl:operation></wsdl:binding>"
        ),
    )
}

#[test]
fn an_operation_whose_policy_is_not_there_makes_its_endpoint_the_strictest() {
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), with_operation("", ""))]);
    assert!(!is_strictest(&endpoints), "nothing is unknown yet");
    assert!(codes(&findings).is_empty());
    let attached = "<wsp:PolicyReference URI='#Gone'/>";
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), with_operation("", attached))]);
    assert!(is_strictest(&endpoints), "{endpoints:?}");
    assert_eq!(codes(&findings), ["wcf-policy-unreadable"]);
    assert_eq!(findings.iter().next().unwrap().labels.len(), 2, "the reference, and the port");
}

#[test]
fn an_operation_that_asks_for_more_makes_its_endpoint_the_strictest() {
    for inside in [
        "<sp:SignedSupportingTokens><wsp:Policy><sp:UsernameToken/></wsp:Policy></sp:SignedSupportingTokens>",
        "<sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy><sp:HttpsToken RequireClientCertificate='true'/></wsp:Policy>\
         </sp:TransportToken></wsp:Policy></sp:TransportBinding>",
    ] {
        let policy = format!("<wsp:Policy wsu:Id='O'>{inside}</wsp:Policy>");
        let (endpoints, findings) = read(&[("a.wsdl".to_owned(), with_operation(&policy, "<wsp:PolicyReference URI='#O'/>"))]);
        assert!(is_strictest(&endpoints), "{inside}");
        assert_eq!(codes(&findings), ["wcf-policy-unreadable"], "{inside}");
    }
    let policy = "<wsp:Policy wsu:Id='O'><v:Magic xmlns:v='urn:vendor'/></wsp:Policy>";
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), with_operation(policy, "<wsp:PolicyReference URI='#O'/>"))]);
    assert_eq!(codes(&findings), ["wcf-policy-assertion-unknown"]);
    let stack = endpoints[0].binding.stack.as_ref().unwrap();
    assert!(stack.elements.iter().any(|element| matches!(element, BindingElement::Opaque { .. })), "callers have to prove themselves");
}

#[test]
fn a_policy_of_the_port_type_counts() {
    let policy = "<wsp:Policy wsu:Id='P'/>";
    let text =
        around(policy, "http://host.test/s").replace("<wsdl:portType name='P'/>", "<wsdl:portType name='P' wsp:PolicyURIs='#Gone'/>");
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), text)]);
    assert!(is_strictest(&endpoints));
    assert_eq!(codes(&findings), ["wcf-policy-unreadable"]);
}

#[test]
fn policies_are_found_in_other_documents() {
    let certificate = "<sp:TransportBinding><wsp:Policy><sp:TransportToken><wsp:Policy><sp:HttpsToken RequireClientCertificate='true'/>\
                       </wsp:Policy></sp:TransportToken></wsp:Policy></sp:TransportBinding>";
    let other = |attributes: &str| {
        format!(
            "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' xmlns:wsp='http://schemas.xmlsoap.org/ws/2004/09/policy' \
             xmlns:sp='http://schemas.xmlsoap.org/ws/2005/07/securitypolicy' xmlns:wsu='http://docs.oasis-open.org/wss/2004/01/\
             oasis-200401-wss-wssecurity-utility-1.0.xsd' targetNamespace='urn:o'><wsp:Policy {attributes}><wsp:PolicyReference URI='#Inner'/>\
             </wsp:Policy><wsp:Policy wsu:Id='Inner'>{certificate}</wsp:Policy></wsdl:definitions>"
        )
    };
    let map = [("http://host.test/policies".to_owned(), "x/policies.wsdl".to_owned())];
    for (attributes, uri, known) in [
        ("wsu:Id='Q'", "policies.wsdl#Q", true),
        ("wsu:Id='Q'", "../x/policies.wsdl#Q", true),
        ("wsu:Id='Q'", "http://host.test/policies#Q", true),
        ("Name='http://host.test/named'", "http://host.test/named", true),
        ("wsu:Id='Q'", "policies.wsdl#R", false),
        ("wsu:Id='Q'", "http://elsewhere.test/policies#Q", false),
        // Another document's identifier is not this one's.
        ("wsu:Id='Q'", "#Q", false),
    ] {
        let own = around("", "https://host.test/s").replace("URI='#P'", &format!("URI='{uri}'"));
        let texts = [("x/a.wsdl".to_owned(), own), ("x/policies.wsdl".to_owned(), other(attributes))];
        let (endpoints, findings) = read_mapped(&texts, &map);
        assert!(is_strictest(&endpoints), "{uri}");
        assert_eq!(codes(&findings).is_empty(), known, "{uri}: {findings:?}");
    }
}

#[test]
fn a_relative_address_keeps_its_port() {
    let (endpoints, findings) = read(&[("a.wsdl".to_owned(), around("<wsp:Policy wsu:Id='P'/>", "REPLACE_ME"))]);
    assert_eq!((endpoints.len(), endpoints[0].address.value.as_str()), (1, ""));
    assert_eq!(codes(&findings), ["wcf-wsdl-address-not-absolute"]);
}
