//! The configuration reader against .NET's own values, where they are at hand.
//!
//! The reference values lie beside the repository (`../shared/oracle`), or where `WCF2GRPC_SHARED` says. Without them the test says
//! so and compares only the few that the repository holds itself (`fixtures/config`).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wcf_config::inspect::{BindingView, EndpointView, FileView, Properties, inspect};
use wcf_config::{Input, Inputs, Options};
use wcf_diagnostics::{Files, SourceFile};

/// Where the reference values are, if they are.
fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("WCF2GRPC_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    folder.join("oracle").is_dir().then_some(folder)
}

fn json(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match serde_json::from_str(&text).unwrap() {
        Value::Array(list) => list,
        other => panic!("{}: an array was expected, not {other}", path.display()),
    }
}

/// Reads one configuration as the command does.
fn view(path: &str, bytes: &[u8]) -> FileView {
    let mut files = Files::default();
    let decoded = located_xml::decode(bytes);
    let Ok(decoded) = decoded else { return refused(path, "cannot be decoded") };
    let file = files.add(SourceFile::new(path, decoded.text));
    let text = files.get(file).unwrap().text.clone();
    let parsed = located_xml::parse(file, text, &located_xml::Limits::default());
    if parsed.findings.worst() == Some(wcf_diagnostics::Level::Deny) {
        return refused(path, "is not well-formed");
    }
    let Some(xml) = parsed.document else { return refused(path, "has no element") };
    let (document, _) = wcf_config::parse(file, &xml);
    let inputs = Inputs { configs: vec![Input { path: path.to_owned(), document, name: None }], svc: Vec::new() };
    inspect(&inputs, &Options::default()).remove(0)
}

fn refused(path: &str, error: &str) -> FileView {
    FileView {
        file: path.to_owned(),
        error: Some(error.to_owned()),
        bindings: Vec::new(),
        services: Vec::new(),
        client: Vec::new(),
        service_behaviors: Vec::new(),
        endpoint_behaviors: Vec::new(),
        standard_endpoints: Vec::new(),
        sections: Vec::new(),
        protocol_mapping: Vec::new(),
    }
}

/// Counts of one kind of comparison, and the first differences.
#[derive(Default)]
struct Tally {
    kinds: BTreeMap<&'static str, (usize, usize)>,
    differences: Vec<String>,
}

impl Tally {
    fn check(&mut self, kind: &'static str, place: &str, want: Option<&str>, got: Option<&str>) {
        let equal = want.unwrap_or("") == got.unwrap_or("");
        self.verdict(kind, equal, || format!("{kind} {place}: .NET has {want:?}, we have {got:?}"));
    }

    fn verdict(&mut self, kind: &'static str, equal: bool, difference: impl FnOnce() -> String) {
        let (good, all) = self.kinds.entry(kind).or_default();
        *all += 1;
        if equal {
            *good += 1;
        } else {
            self.differences.push(difference());
        }
    }

    fn properties(&mut self, kind: &'static str, place: &str, want: &Value, got: &Properties) {
        for (name, value) in want.as_object().into_iter().flatten() {
            let want = value.as_str();
            self.check(kind, &format!("{place}.{name}"), want, got.get(name).and_then(Option::as_deref));
        }
    }

    /// Prints the counts; fails if anything differs.
    fn finish(&self, title: &str) {
        let (good, all) = self.kinds.values().fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
        println!("{title}: {good} of {all} equal ({:.3} %)", percent(good, all));
        for (kind, (good, all)) in &self.kinds {
            println!("  {kind:24} {good:7} of {all:7}  {:7.3} %", percent(*good, *all));
        }
        for difference in self.differences.iter().take(40) {
            println!("  {difference}");
        }
        assert!(all > 0, "{title}: nothing was compared");
        assert_eq!(good, all, "{title}: {} differences", self.differences.len());
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn percent(good: usize, all: usize) -> f64 {
    100.0 * good as f64 / all.max(1) as f64
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("")
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// One file's record against ours.
fn compare_file(tally: &mut Tally, want: &Value, got: &FileView) {
    let file = text(want, "file");
    let refused = is_set(&want["error"]);
    tally.verdict("file verdict", refused == got.error.is_some(), || {
        format!("file verdict {file}: .NET says {}, we say {:?}", want["error"], got.error)
    });
    // What classes of users would do is not known to the reference either.
    if refused || got.error.is_some() || is_set(&want["stubbedUserTypes"]) {
        return;
    }
    let mut left: Vec<&BindingView> = got.bindings.iter().collect();
    for binding in list(want, "bindings") {
        let (kind, name) = (text(binding, "type"), text(binding, "name"));
        let place = format!("{file}:{kind}/{name}");
        let at = left.iter().position(|other| other.kind == kind && other.name == name);
        let Some(ours) = at.map(|at| left.remove(at)) else {
            tally.verdict("binding", false, || format!("binding {place} is absent"));
            continue;
        };
        tally.verdict("binding", true, String::new);
        tally.properties("binding value", &place, &binding["properties"], &ours.properties);
        let explicit: Vec<&str> = list(binding, "explicit").iter().filter_map(Value::as_str).collect();
        let mut mine: Vec<&str> = ours.explicit.iter().map(String::as_str).collect();
        let mut theirs = explicit.clone();
        mine.sort_unstable();
        theirs.sort_unstable();
        mine.retain(|name| !name.contains('['));
        theirs.retain(|name| !name.contains('['));
        tally.verdict("binding explicit", mine == theirs, || format!("explicit {place}: .NET has {theirs:?}, we have {mine:?}"));
        for (at, element) in list(binding, "elements").iter().enumerate() {
            let ours = ours.elements.get(at);
            let place = format!("{place}[{at}]");
            tally.check("stack element", &place, element["element"].as_str(), ours.map(|element| element.element.as_str()));
            if let Some(ours) = ours {
                tally.properties("stack value", &place, &element["properties"], &ours.properties);
            }
        }
        let runtime = &binding["runtime"];
        if is_set(&runtime["stack"]) {
            compare_stack(tally, "binding stack", &place, &runtime["stack"], ours.stack.as_deref().unwrap_or_default());
            tally.check("binding scheme", &place, runtime["scheme"].as_str(), Some(&ours.scheme));
        }
    }
    let services = list(want, "services");
    tally.verdict("service count", services.len() == got.services.len(), || {
        format!("services of {file}: .NET has {}, we have {}", services.len(), got.services.len())
    });
    for (service, ours) in services.iter().zip(&got.services) {
        tally.check("service value", &format!("{file}:name"), service["name"].as_str(), Some(&ours.name));
        let behavior = service["behaviorConfiguration"].as_str();
        tally.check("service value", &format!("{file}:behaviorConfiguration"), behavior, Some(&ours.behavior_configuration));
        let addresses: Vec<&str> = list(service, "baseAddresses").iter().filter_map(Value::as_str).collect();
        tally.verdict("service value", addresses == ours.base_addresses, || format!("base addresses of {file} {}", ours.name));
        compare_endpoints(tally, file, list(service, "endpoints"), &ours.endpoints);
    }
    let client = if want["client"].is_array() { list(want, "client") } else { list(&want["client"], "endpoints") };
    compare_endpoints(tally, file, client, &got.client);
    for (kind, name, ours) in [
        ("service behavior value", "serviceBehaviors", &got.service_behaviors),
        ("endpoint behavior value", "endpointBehaviors", &got.endpoint_behaviors),
    ] {
        for behavior in list(want, name) {
            let found = ours.iter().find(|other| other.name == text(behavior, "name"));
            let empty = Properties::new();
            let place = format!("{file}:{name}/{}", text(behavior, "name"));
            tally.properties(kind, &place, &behavior["elements"], found.map_or(&empty, |found| &found.elements));
        }
    }
    for mapping in list(want, "protocolMapping") {
        let wanted = (text(mapping, "scheme"), text(mapping, "binding"), text(mapping, "bindingConfiguration"));
        let found = got
            .protocol_mapping
            .iter()
            .any(|(scheme, binding, configuration)| (scheme.as_str(), binding.as_str(), configuration.as_str()) == wanted);
        tally.verdict("protocol mapping", found, || format!("protocol mapping of {file}: {wanted:?}"));
    }
    for section in ["routing", "serviceHostingEnvironment", "diagnostics"] {
        let empty = Properties::new();
        let ours = got.sections.iter().find(|(name, _)| name == section).map_or(&empty, |(_, properties)| properties);
        tally.properties("section value", &format!("{file}:{section}"), &want[section], ours);
    }
    for endpoint in list(want, "standardEndpoints") {
        let (kind, name) = (text(endpoint, "kind"), text(endpoint, "name"));
        let found = got.standard_endpoints.iter().find(|(other, view)| other == kind && view.name == name);
        let empty = Properties::new();
        let place = format!("{file}:{kind}/{name}");
        tally.properties("standard endpoint value", &place, &endpoint["properties"], found.map_or(&empty, |(_, view)| &view.properties));
    }
}

fn compare_endpoints(tally: &mut Tally, file: &str, want: &[Value], got: &[EndpointView]) {
    tally.verdict("endpoint count", want.len() == got.len(), || {
        format!("endpoints of {file}: .NET has {}, we have {}", want.len(), got.len())
    });
    for (endpoint, ours) in want.iter().zip(got) {
        for (name, value) in endpoint_values(ours) {
            tally.check("endpoint value", &format!("{file}.{name}"), endpoint[name].as_str(), Some(value));
        }
    }
}

fn endpoint_values(endpoint: &EndpointView) -> [(&'static str, &str); 8] {
    [
        ("address", &endpoint.address),
        ("binding", &endpoint.binding),
        ("bindingConfiguration", &endpoint.binding_configuration),
        ("contract", &endpoint.contract),
        ("name", &endpoint.name),
        ("behaviorConfiguration", &endpoint.behavior_configuration),
        ("kind", &endpoint.kind),
        ("endpointConfiguration", &endpoint.endpoint_configuration),
    ]
}

fn compare_stack(tally: &mut Tally, kind: &'static str, place: &str, want: &Value, got: &[String]) {
    let class = |element: &Value| element.as_str().or_else(|| element["class"].as_str()).unwrap_or("").to_owned();
    let want: Vec<String> = want.as_array().into_iter().flatten().map(class).collect();
    tally.verdict(kind, want == got, || format!("{kind} {place}: .NET has {want:?}, we have {got:?}"));
}

/// Each endpoint with what it resolves to.
fn compare_resolution(tally: &mut Tally, records: &[Value], skip: &dyn Fn(&str) -> bool, views: &BTreeMap<String, FileView>) {
    let mut taken: BTreeMap<(String, String), Vec<bool>> = BTreeMap::new();
    for record in records {
        let file = text(record, "file");
        if skip(file) {
            continue;
        }
        let Some(view) = views.get(file) else { continue };
        let service = text(record, "service");
        let candidates: Vec<&EndpointView> = if text(record, "role") == "service" {
            view.services.iter().filter(|other| other.name == service).flat_map(|service| &service.endpoints).collect()
        } else {
            view.client.iter().collect()
        };
        let used =
            taken.entry((file.to_owned(), format!("{} {service}", text(record, "role")))).or_insert_with(|| vec![false; candidates.len()]);
        let matches = |endpoint: &EndpointView| {
            endpoint_values(endpoint)
                .iter()
                .filter(|(name, _)| *name != "behaviorConfiguration")
                .all(|(name, value)| text(record, name) == *value)
        };
        let at = candidates.iter().enumerate().position(|(at, endpoint)| !used[at] && matches(endpoint));
        let place = format!("{file}:{} {} {}", text(record, "role"), text(record, "binding"), text(record, "contract"));
        tally.verdict("endpoint found", at.is_some(), || format!("endpoint {place} is absent"));
        let Some(at) = at else { continue };
        used[at] = true;
        let ours = candidates[at];
        tally.check("endpoint resolution", &place, record["resolution"].as_str(), Some(ours.resolution));
        if is_set(&record["scheme"]) {
            tally.check("endpoint scheme", &place, record["scheme"].as_str(), Some(&ours.scheme));
        }
        tally.properties("endpoint effective", &place, &record["properties"], &ours.effective);
        if is_set(&record["stack"]) {
            compare_stack(tally, "endpoint stack", &place, &record["stack"], &ours.stack);
        }
    }
}

fn compare_folder(title: &str, folder: &Path, records: &Path, endpoints: &Path) {
    let records = json(records);
    let mut tally = Tally::default();
    let mut views = BTreeMap::new();
    for record in &records {
        let file = text(record, "file");
        let bytes = std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let view = view(file, &bytes);
        compare_file(&mut tally, record, &view);
        views.insert(file.to_owned(), view);
    }
    let left_out: Vec<&str> = records
        .iter()
        .filter(|record| is_set(&record["error"]) || is_set(&record["stubbedUserTypes"]))
        .map(|record| text(record, "file"))
        .collect();
    compare_resolution(&mut tally, &json(endpoints), &|file| left_out.contains(&file), &views);
    tally.finish(title);
}

#[test]
fn a_few_generated_configurations_read_as_dotnet_reads_them() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/config");
    compare_folder("fixtures", &own.join("generated"), &own.join("generated.json"), &own.join("generated-endpoints.json"));
}

#[test]
fn real_configurations_read_as_dotnet_reads_them() {
    let Some(shared) = shared() else { return println!("skipped: no reference values") };
    let oracle = shared.join("oracle");
    compare_folder("corpus", &shared.join("corpus"), &oracle.join("corpus.json"), &oracle.join("corpus-endpoints.json"));
}

#[test]
fn generated_configurations_read_as_dotnet_reads_them() {
    let Some(shared) = shared() else { return println!("skipped: no reference values") };
    let oracle = shared.join("oracle");
    compare_folder("random", &oracle.join("random"), &oracle.join("random.json"), &oracle.join("random-endpoints.json"));
}

/// A binding section around one binding.
fn one_binding(kind: &str, inner: &str) -> String {
    format!(
        "<configuration><system.serviceModel><bindings><{kind}><binding name=\"d\">{inner}</binding></{kind}></bindings>\
         </system.serviceModel></configuration>"
    )
}

#[test]
fn defaults_are_dotnets() {
    let Some(shared) = shared() else { return println!("skipped: no reference values") };
    let mut tally = Tally::default();
    for record in json(&shared.join("oracle/defaults.json")) {
        for binding in list(&record, "bindings") {
            let kind = text(binding, "type");
            let inner: String = list(binding, "elements").iter().map(|element| format!("<{}/>", text(element, "element"))).collect();
            let name = binding["properties"]["name"].as_str().unwrap_or("d");
            let view = view(kind, one_binding(kind, &inner).replace("name=\"d\"", &format!("name=\"{name}\"")).as_bytes());
            tally.verdict("verdict", view.error.is_none(), || format!("{kind} {inner}: {:?}", view.error));
            let Some(ours) = view.bindings.first() else { continue };
            tally.properties("binding value", kind, &binding["properties"], &ours.properties);
            for (at, element) in list(binding, "elements").iter().enumerate() {
                let empty = Properties::new();
                let got = ours.elements.get(at).map_or(&empty, |element| &element.properties);
                tally.properties("stack value", text(element, "element"), &element["properties"], got);
            }
            if is_set(&binding["stack"]) {
                compare_stack(&mut tally, "stack", kind, &binding["stack"], ours.stack.as_deref().unwrap_or_default());
            }
            if is_set(&binding["scheme"]) {
                tally.check("scheme", kind, binding["scheme"].as_str(), Some(&ours.scheme));
            }
        }
        for (section, element) in [("serviceBehaviors", "service"), ("endpointBehaviors", "endpoint")] {
            for behavior in list(&record, section) {
                let names: std::collections::BTreeSet<&str> = behavior["elements"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, _)| name.split_once('.').map(|(element, _)| element))
                    .collect();
                let inner: String =
                    names
                        .iter()
                        .map(|name| {
                            if *name == "clientVia" {
                                "<clientVia viaUri=\"http://localhost/x\"/>".to_owned()
                            } else {
                                format!("<{name}/>")
                            }
                        })
                        .collect();
                let text = format!(
                    "<configuration><system.serviceModel><behaviors><{section}><behavior name=\"d\">{inner}</behavior></{section}>\
                     </behaviors></system.serviceModel></configuration>"
                );
                let view = view(section, text.as_bytes());
                tally.verdict("verdict", view.error.is_none(), || format!("{element} behaviors {inner}: {:?}", view.error));
                let ours = if element == "service" { view.service_behaviors } else { view.endpoint_behaviors };
                let empty = Properties::new();
                let got = ours.first().map_or(&empty, |behavior| &behavior.elements);
                for (name, value) in behavior["elements"].as_object().into_iter().flatten().filter(|(name, _)| name.contains('.')) {
                    tally.check("behavior value", name, value.as_str(), got.get(name).and_then(Option::as_deref));
                }
            }
        }
    }
    tally.finish("defaults");
}

#[test]
fn oddities_are_accepted_and_refused_as_by_dotnet() {
    let Some(shared) = shared() else { return println!("skipped: no reference values") };
    let mut tally = Tally::default();
    for record in json(&shared.join("oracle/rejections.json")) {
        let probe = text(&record, "probe");
        let view = view(&format!("{probe}.config"), text(&record, "xml").as_bytes());
        let accepted = record["accepted"].as_bool().unwrap();
        tally
            .verdict("verdict", accepted == view.error.is_none(), || format!("{probe}: .NET accepts: {accepted}, we say {:?}", view.error));
        if !accepted {
            continue;
        }
        for (endpoint, ours) in
            list(&record, "endpoints").iter().zip(view.client.iter().chain(view.services.iter().flat_map(|s| &s.endpoints)))
        {
            tally.check("endpoint resolution", probe, endpoint["resolution"].as_str(), Some(ours.resolution));
            tally.check("endpoint address", probe, endpoint["address"].as_str(), Some(&ours.address));
            if let Some(mode) = endpoint["security.mode"].as_str() {
                tally.check("endpoint mode", probe, Some(mode), ours.effective.get("security.mode").and_then(Option::as_deref));
            }
        }
        let bindings = list(&record, "bindings");
        tally.verdict("binding count", bindings.len() == view.bindings.len(), || format!("{probe}: {} bindings", view.bindings.len()));
        for (binding, ours) in bindings.iter().zip(&view.bindings) {
            tally.check("binding name", probe, binding["name"].as_str(), Some(&ours.name));
            tally.properties("binding value", probe, &binding["explicitValues"], &ours.properties);
            if is_set(&binding["stack"]) {
                compare_stack(&mut tally, "binding stack", probe, &binding["stack"], ours.stack.as_deref().unwrap_or_default());
            }
        }
    }
    tally.finish("rejections");
}

/// The `security` element that has these effective values.
fn security_xml(security: &Value) -> String {
    let mut own = String::new();
    let mut inner: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in security.as_object().into_iter().flatten() {
        let Some(value) = value.as_str().filter(|value| !value.is_empty()) else { continue };
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            [attribute] => own.push_str(&format!(" {attribute}=\"{value}\"")),
            // The suite counts only where it is written, and the cases do not write it.
            ["message", "algorithmSuite"] => {}
            [child, attribute] => inner.entry(child).or_default().push_str(&format!(" {attribute}=\"{value}\"")),
            _ => {}
        }
    }
    let children: String = inner.iter().map(|(name, attributes)| format!("<{name}{attributes}/>")).collect();
    format!("<security{own}>{children}</security>")
}

#[test]
fn every_mode_and_credential_builds_dotnets_stack() {
    let Some(shared) = shared() else { return println!("skipped: no reference values") };
    let mut tally = Tally::default();
    for record in json(&shared.join("oracle/matrix.json")) {
        let (kind, case) = (text(&record, "binding"), text(&record, "case"));
        let place = format!("{kind} {case}");
        let view = view(&place, one_binding(kind, &security_xml(&record["security"])).as_bytes());
        let Some(ours) = view.bindings.first().filter(|_| view.error.is_none()) else {
            tally.verdict("case", false, || format!("{place}: {:?}", view.error));
            continue;
        };
        let refused = is_set(&record["error"]);
        tally.verdict("case", refused != ours.contradictions.is_empty(), || {
            format!("{place}: .NET says {}, we say {:?}", record["error"], ours.contradictions)
        });
        for (name, value) in record["security"].as_object().into_iter().flatten() {
            tally.check(
                "security value",
                &format!("{place}.{name}"),
                value.as_str(),
                ours.properties.get(&format!("security.{name}")).and_then(Option::as_deref),
            );
        }
        if refused {
            continue;
        }
        compare_stack(&mut tally, "stack", &place, &record["stack"], ours.stack.as_deref().unwrap_or_default());
        tally.check("scheme", &place, record["scheme"].as_str(), Some(&ours.scheme));
    }
    tally.finish("matrix");
}
