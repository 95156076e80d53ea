//! The published JSON Schema and the types are one shape: what the types write is valid, and nothing they write is unknown to it.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the failure message, in its helpers too")]

use migration_report::{
    Assessed, Behavior, Binding, BindingElement, DecidedBy, Decision, Endpoint, File, Finding, JSON_SCHEMA, OperationProtection, Place,
    Plan, Posture, Reason, Refused, Report, Resolution, Service, Stage, Values,
};
use serde_json::{Value, json};
use wcf_diagnostics::{Code, Files, Findings, Level, SourceFile, Span};

fn values(pairs: &[(&str, Option<&str>)]) -> Values {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
}

fn place() -> Place {
    Place { file: "a.config".into(), line: 3, column: 5, end_line: 3, end_column: 9, text: String::new() }
}

fn reasons() -> Vec<Reason> {
    let decided_by = [
        DecidedBy::Written { file: "a.config".into(), element: "binding \"secure\"".into() },
        DecidedBy::Default { class: "NetTcpBinding".into() },
        DecidedBy::Derived { class: "WSHttpBinding".into() },
        DecidedBy::Policy { key: "security.windows-replacement".into() },
        DecidedBy::Contract { name: "Bank.ITransfers".into() },
        DecidedBy::Outside { what: "the web server".into() },
    ];
    let reason = |decided_by| Reason { setting: "security.mode".into(), value: "Transport".into(), decided_by, place: Some(place()) };
    decided_by.into_iter().map(reason).collect()
}

/// A report in which every field of every type is there, every list has something and every variant occurs.
fn full() -> Report {
    static CODE: Code =
        Code { name: "wcf-test", level: Level::Deny, summary: "", why: "", example: "", remedy: "", reference: "", waivable: false };
    let assessed = |value: &str| Assessed { value: value.into(), because: reasons() };
    let posture = Posture {
        in_transit: assessed("confidential"),
        end_to_end: assessed("none"),
        server_proof: assessed("certificate"),
        transport_caller: assessed("certificate"),
        message_caller: assessed("nothing"),
        secure_conversation: false,
        replay_detection: false,
        impersonation: false,
        operations: vec![OperationProtection { operation: "Transfer".into(), end_to_end: "signed".into() }],
    };
    let plan = |exposure: &str, transport: &str| Plan {
        exposure: exposure.into(),
        transport: transport.into(),
        callers: ["client-certificate", "basic", "bearer", "kerberos", "local-peer"].map(str::to_owned).to_vec(),
        decisions: vec![Decision {
            topic: "transport".into(),
            chosen: "tls".into(),
            rule: "transport-certificate".into(),
            because: reasons(),
        }],
        losses: vec!["wcf-end-to-end-protection-lost".into()],
        reflection: false,
        grpc_web: true,
        browser_origins: vec!["https://app.example".into()],
        certificate_files: "pkcs12".into(),
    };
    let endpoint = Endpoint {
        line: 7,
        address: "net.tcp://host/bank".into(),
        binding: "netTcpBinding".into(),
        binding_configuration: "secure".into(),
        contract: "Bank.ITransfers".into(),
        name: "transfers".into(),
        behavior_configuration: "b".into(),
        kind: String::new(),
        identity: values(&[("dns.value", Some("host"))]),
        resolution: Resolution::NamedConfig,
        effective: values(&[("security.mode", Some("Transport")), ("proxyAddress", None)]),
        scheme: "net.tcp".into(),
        stack: vec!["TcpTransportBindingElement".into()],
        origins: reasons(),
        posture: Some(posture),
        plan: Some(plan("internal", "tls")),
        refused: Some(Refused { codes: vec!["wcf-test".into()] }),
    };
    let resolutions = [Resolution::DefaultConfig, Resolution::BuiltIn, Resolution::NoBindingAttribute, Resolution::Missing];
    let exposures = ["public", "kubernetes", "mesh", "swarm", "local", "internal"];
    let transports = ["tls", "local-socket", "clear-text-mesh", "clear-text-encrypted-overlay", "clear-text-loopback", "tls"];
    let mut client: Vec<Endpoint> =
        resolutions.into_iter().map(|resolution| Endpoint { resolution, posture: None, refused: None, ..endpoint.clone() }).collect();
    for (exposure, transport) in exposures.into_iter().zip(transports) {
        client.push(Endpoint { plan: Some(plan(exposure, transport)), ..endpoint.clone() });
    }
    let behavior = Behavior {
        name: "b".into(),
        line: 9,
        elements: values(&[("serviceDebug.includeExceptionDetailInFaults", Some("false"))]),
        explicit: vec!["serviceDebug.includeExceptionDetailInFaults".into()],
        origins: reasons(),
    };
    let mut report = Report::new(Stage::Plan, "0.1.0");
    report.files.push(File {
        file: "a.config".into(),
        error: Some("broken".into()),
        bindings: vec![
            Binding {
                kind: "customBinding".into(),
                name: "secure".into(),
                line: 2,
                properties: values(&[("name", Some("secure"))]),
                explicit: vec!["name".into()],
                elements: Some(vec![BindingElement {
                    element: "httpsTransport".into(),
                    properties: values(&[("requireClientCertificate", Some("true"))]),
                    explicit: vec!["requireClientCertificate".into()],
                    origins: reasons(),
                }]),
                origins: reasons(),
            },
            Binding { kind: "netTcpBinding".into(), ..Binding::default() },
        ],
        services: vec![Service {
            name: "Bank.Transfers".into(),
            line: 6,
            behavior_configuration: "b".into(),
            base_addresses: vec!["net.tcp://host".into()],
            endpoints: vec![endpoint],
        }],
        client,
        service_behaviors: vec![behavior.clone()],
        endpoint_behaviors: vec![behavior],
    });
    // Findings come from where they are made, so that a change of shape there is seen here.
    let mut files = Files::default();
    let id = files.add(SourceFile::new("a.config", "text\n"));
    let mut findings = Findings::new();
    findings
        .push(wcf_diagnostics::Finding::new(&CODE, "bad").at(Span::new(id, 1, 2), "here").note("n").help("h").service("S").endpoint("E"));
    for level in [Level::Note, Level::Warn] {
        let mut finding = wcf_diagnostics::Finding::new(&CODE, "bad");
        finding.level = level;
        findings.push(finding);
    }
    let data = wcf_diagnostics::to_json(&files, &findings);
    report.findings = serde_json::from_value::<Vec<Finding>>(data.clone()).unwrap();
    assert_eq!(serde_json::to_value(&report.findings).unwrap(), data, "wcf_diagnostics::to_json and Finding differ");
    report
}

fn schema() -> Value {
    serde_json::from_str(JSON_SCHEMA).unwrap()
}

/// The schema with every object closed, so that a field it does not know is an error.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.values_mut().for_each(close);
                if object.get("type") == Some(&json!("object")) && object.contains_key("properties") {
                    object.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    close(&mut schema);
    schema
}

fn problems(schema: &Value, document: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_a_schema() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn a_report_with_everything_fits_the_schema_and_has_no_field_unknown_to_it() {
    let document = serde_json::to_value(full()).unwrap();
    assert_eq!(problems(&schema(), &document), Vec::<String>::new());
    assert_eq!(problems(&closed(schema()), &document), Vec::<String>::new());
}

#[test]
fn the_least_report_fits_the_schema() {
    for stage in [Stage::Effective, Stage::Posture, Stage::Plan] {
        let mut report = Report::new(stage, "0.1.0");
        report.files.push(File::default());
        assert_eq!(problems(&closed(schema()), &serde_json::to_value(report).unwrap()), Vec::<String>::new());
    }
}

#[test]
fn every_field_of_the_schema_is_written_by_the_types() {
    fn known(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                // A binding has a property of the name `properties`; only an object's description has the keyword.
                if object.get("type") == Some(&json!("object"))
                    && let Some(Value::Object(properties)) = object.get("properties")
                {
                    names.extend(properties.keys().cloned());
                }
                object.values().for_each(|inner| known(inner, names));
            }
            Value::Array(list) => list.iter().for_each(|inner| known(inner, names)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut names = Vec::new();
    known(&schema(), &mut names);
    let text = full().to_json().unwrap();
    let missing: Vec<&String> = names.iter().filter(|name| !text.contains(&format!("\"{name}\":"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let document = serde_json::to_value(full()).unwrap();
    let spoil = |pointer: &str, value: Value| {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        problems(&schema(), &document)
    };
    assert!(!spoil("/schema", json!("wcf2grpc/2")).is_empty());
    assert!(!spoil("/findings/0/level", json!("error")).is_empty());
    assert!(!spoil("/findings/0/places/0/line", json!(0)).is_empty());
    assert!(!spoil("/files/0/services/0/endpoints/0/resolution", json!("guessed")).is_empty());
    assert!(!spoil("/files/0/services/0/endpoints/0/posture/inTransit/because", json!([])).is_empty());
    assert!(!spoil("/files/0/services/0/endpoints/0/effective/security.mode", json!(true)).is_empty());
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let report = full();
    let text = report.to_json().unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    assert_eq!(text, report.to_json().unwrap());
    assert!(text.starts_with("{\n  \"schema\": \"wcf2grpc/1\",\n") && text.ends_with("}\n"));
}

#[test]
fn names_are_those_of_the_reference_values() {
    let document = serde_json::to_value(full()).unwrap();
    let endpoint = &document["files"][0]["services"][0]["endpoints"][0];
    for name in
        ["address", "binding", "bindingConfiguration", "contract", "name", "behaviorConfiguration", "kind", "resolution", "effective"]
    {
        assert!(endpoint.get(name).is_some(), "{name}");
    }
    assert_eq!(endpoint["resolution"], "named-config");
    assert_eq!(document["files"][0]["bindings"][0]["type"], "customBinding");
    assert_eq!(document["files"][0]["bindings"][1].get("elements"), None);
}
