//! Both doors lead to the same security: the plan made from a WSDL that .NET exported is the plan made from the configuration
//! that it was exported from (`fixtures/wsdl/roundtrip`), except for what no policy can carry.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test says what is wrong")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;
use serde_json::Value;

/// What comes out otherwise, as `path: from the WSDL, from the configuration`, and why. Whatever is not here is equal.
const NOT_CARRIED: [(&str, &[&str], &str); 3] = [
    (
        "wsHttp-message-windows-noNegotiate-noSct",
        &["plan.decisions.guarantee suite-256-bit-first"],
        "Kerberos in one step has a policy of Basic128, whatever the binding's suite",
    ),
    ("basicHttpContext-none", &["plan.decisions.guarantee session-context"], "a context kept in cookies is not in the policy"),
    (
        "custom-text-http-ntlm+basic",
        &["plan.callers", "plan.decisions.callers", "plan.decisions.client-certificates", "posture.transportCaller"],
        "of several HTTP authentications the first alternative is taken; the plan from the WSDL is the stricter one",
    ),
];

/// WSDLs without a configuration: nothing that .NET reads can say their security.
const WITHOUT_CONFIGURATION: [(&str, &str); 3] = [
    ("custom-sp12-extraSupporting", "two supporting tokens: no authentication mode has them"),
    ("contract-messageContract", "the importer refuses the contract"),
    ("contract-messageContract-wsHttp", "the importer refuses the contract"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wsdl/roundtrip")
}

/// The only service endpoint of what these files come to, without reasons and places.
fn endpoint(files: &[(PathBuf, &str)]) -> Value {
    let scratch = tempfile::tempdir().unwrap();
    for (from, name) in files {
        fs::copy(from, scratch.path().join(name)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-wcf2grpc"))
        .args(["wcf2grpc", "inspect", ".", "--stage", "plan", "--format", "json", "--jobs", "1"])
        .current_dir(scratch.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{files:?}: {error}"));
    let of = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let services: Vec<Value> = of(&report, "files").iter().flat_map(|file| of(file, "services")).collect();
    let endpoints: Vec<Value> = services.iter().flat_map(|service| of(service, "endpoints")).collect();
    assert_eq!(endpoints.len(), 1, "{files:?}");
    let kept = ["posture", "plan", "refused", "scheme"].map(|key| (key.to_owned(), endpoints.first().unwrap()[key].clone()));
    without_reasons(&Value::Object(kept.into_iter().collect()))
}

fn without_reasons(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(key, _)| !matches!(key.as_str(), "because" | "line"))
                .map(|(key, value)| (key.clone(), without_reasons(value)))
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(without_reasons).collect()),
        other => other.clone(),
    }
}

/// Every place at which two values differ, in words.
fn differences(one: &Value, other: &Value, path: &str, found: &mut BTreeSet<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys()) {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let none = Value::Null;
                differences(one.get(key).unwrap_or(&none), other.get(key).unwrap_or(&none), &inner, found);
            }
        }
        // Decisions by their topic; of a topic with several, those that only one side has.
        (Value::Array(one), Value::Array(other)) if path.ends_with("decisions") => {
            let keyed = |list: &[Value]| -> BTreeMap<String, usize> {
                let mut keys = BTreeMap::new();
                for decision in list {
                    *keys.entry(decision.to_string()).or_default() += 1;
                }
                keys
            };
            let (one_keys, other_keys) = (keyed(one), keyed(other));
            for decision in one.iter().chain(other) {
                let key = decision.to_string();
                if one_keys.get(&key) != other_keys.get(&key) {
                    let topic = decision["topic"].as_str().unwrap();
                    let rule = if topic == "guarantee" { format!(" {}", decision["rule"].as_str().unwrap()) } else { String::new() };
                    found.insert(format!("{path}.{topic}{rule}"));
                }
            }
        }
        (one, other) if one != other => {
            found.insert(path.trim_end_matches(".value").to_owned());
        }
        _ => {}
    }
}

#[test]
fn the_plan_from_the_wsdl_is_the_plan_from_the_configuration() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_string_lossy().strip_suffix(".wsdl")?.to_owned()))
        .collect();
    names.sort();
    assert_eq!(names.len(), 250);
    let compared: Vec<(String, BTreeSet<String>)> = names
        .par_iter()
        .filter(|name| !WITHOUT_CONFIGURATION.iter().any(|(without, _)| without == name))
        .map(|name| {
            let file = |ending: &str| folder().join(format!("{name}{ending}"));
            let configuration = fs::read_to_string(file(".config")).unwrap();
            let contract = configuration.split_once("the contract ").unwrap().1.split_once(". -->").unwrap().0;
            let from_wsdl = endpoint(&[(file(".wsdl"), "orders.wsdl")]);
            let from_configuration = endpoint(&[(file(".config"), "web.config"), (folder().join(contract), "contract.cs")]);
            assert!(from_wsdl["plan"].is_object() || from_wsdl["refused"].is_object(), "{name}: {from_wsdl}");
            let mut found = BTreeSet::new();
            differences(&from_wsdl, &from_configuration, "", &mut found);
            (name.clone(), found)
        })
        .collect();
    let equal = compared.iter().filter(|(_, found)| found.is_empty()).count();
    println!("{equal} of {} plans are equal; {} differ by what no policy carries", compared.len(), NOT_CARRIED.len());
    let mut wrong = Vec::new();
    for (name, found) in &compared {
        let listed = NOT_CARRIED.iter().find(|(listed, ..)| listed == name);
        let expected: BTreeSet<String> = listed.iter().flat_map(|(_, paths, _)| paths.iter().map(|path| (*path).to_owned())).collect();
        if let Some((_, _, why)) = listed {
            println!("  {name}: {why}");
        }
        if *found != expected {
            wrong.push(format!("{name}: {found:#?} instead of {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((equal, compared.len()), (244, 247));
}
