//! The mapping through the real reader: every legal combination, .NET's own matrix, the cases of `fixtures/mapping`, and that
//! `docs/mapping.md` is what the rules say. `BLESS=1` rewrites what is expected.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects; a panic is the failure message"
)]

#[path = "mapping/combinations.rs"]
mod combinations;
#[path = "mapping/facts.rs"]
mod facts;
#[path = "mapping/matrix.rs"]
mod matrix;
#[path = "mapping/road.rs"]
mod road;

use std::fs;
use std::path::{Path, PathBuf};

use combinations::{Combination, Facts, configuration};
use road::{Outcome, travel};
use wcf_diagnostics::Level;
use wcf_security::mapping::{MappingRow, mapping_markdown};
use wcf_security::plan::PlannedEndpoint;
use wcf_security::posture::{EndToEnd, InTransit, Posture};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn bless() -> bool {
    std::env::var_os("BLESS").is_some()
}

fn facts_of(posture: &Posture) -> Facts {
    Facts {
        encrypted: posture.in_transit.value == InTransit::Confidential,
        integrity: posture.in_transit.value >= InTransit::IntegrityOnly,
        server: posture.server_proof.value,
        transport_caller: posture.transport_caller.value,
        message_caller: posture.message_caller.value,
        end_to_end: posture.end_to_end.value,
    }
}

fn outcome(binding: &str, content: &str) -> Outcome {
    travel(&[("web.config", &configuration(binding, content))], &[], None)
}

/// What is wrong with one combination, if anything is.
fn wrong(binding: &str, combination: &Combination) -> Option<String> {
    let outcome = outcome(binding, &combination.content);
    let label = format!("{binding} {} {} {}", combination.mode, combination.transport, combination.message);
    let (posture, plan) = outcome.service();
    match (&posture.outcome, combination.facts) {
        (Ok(posture), Some(facts)) if facts_of(posture) != facts => {
            Some(format!("{label}: expected {facts:?}, found {:?}", facts_of(posture)))
        }
        (Err(none), Some(_)) => Some(format!("{label}: no posture ({})", none.codes.join(", "))),
        (Ok(_), None) => Some(format!("{label}: .NET refuses to build it, and it has a posture")),
        (Ok(_), Some(_)) | (Err(_), None) => match &plan.outcome {
            Err(refused) if refused.codes.is_empty() => Some(format!("{label}: refused without a code")),
            Err(_) | Ok(_) => None,
        },
    }
}

#[test]
fn every_legal_combination_has_the_posture_of_the_facts() {
    let combinations = combinations::all();
    let mut cases = 0;
    let mut problems = Vec::new();
    for combination in &combinations {
        for binding in combination.bindings {
            cases += 1;
            problems.extend(wrong(binding, combination));
        }
    }
    assert!(problems.is_empty(), "{} of {cases}:\n{}", problems.len(), problems.join("\n"));
    assert!(combinations.len() > 111 && cases > 200, "{} combinations, {cases} cases", combinations.len());
}

#[test]
fn plans_of_all_combinations_are_at_most_warned_about_or_refused_by_name() {
    for combination in combinations::all() {
        let Some(facts) = combination.facts else { continue };
        let outcome = outcome(combination.bindings[0], &combination.content);
        let (_, plan) = outcome.service();
        let denies = outcome.codes(Level::Deny);
        match &plan.outcome {
            Ok(planned) => {
                assert_eq!(denies, [] as [&str; 0], "{combination:?}");
                assert_eq!(facts.end_to_end != EndToEnd::None, !planned.losses.is_empty(), "{combination:?}: {:?}", planned.losses);
            }
            Err(refused) => {
                assert_eq!(refused.codes, ["wcf-transport-without-counterpart"], "{combination:?}");
                assert_eq!(denies, ["wcf-transport-without-counterpart"], "{combination:?}");
            }
        }
    }
}

/// The name of the case that a combination belongs to: its binding and mode, for custom bindings what they are made of.
fn row_family(combination: &Combination) -> String {
    let kebab = |text: &str| {
        let mut out = String::new();
        for letter in text.chars() {
            if letter.is_uppercase() && !out.is_empty() {
                out.push('-');
            }
            out.extend(letter.to_lowercase());
        }
        out
    };
    let binding = combination.bindings[0];
    let of = match binding {
        "customBinding" if combination.content.contains("OverTransport") => "over-transport".to_owned(),
        "customBinding" if combination.content.contains("<security") => "message".to_owned(),
        "customBinding" => {
            let first = combination.content.trim_start_matches('<').split([' ', '/']).next().unwrap();
            kebab(first)
        }
        _ if combination.mode == "-" => "without-security".to_owned(),
        _ => kebab(&combination.mode),
    };
    format!("row-{}-{of}", kebab(binding.trim_end_matches("Binding")))
}

#[test]
fn every_family_of_rows_has_a_case_with_all_its_rows() {
    let mut families: std::collections::BTreeMap<String, (&str, Vec<String>)> = std::collections::BTreeMap::new();
    for combination in combinations::all().iter().filter(|combination| combination.facts.is_some()) {
        let family = families.entry(row_family(combination)).or_insert((combination.bindings[0], Vec::new()));
        family.1.push(combination.content.clone());
    }
    let mut problems = Vec::new();
    for (name, (binding, contents)) in &families {
        let text = combinations::configuration_of(binding, contents);
        let folder = root().join("fixtures/mapping").join(name);
        if bless() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("web.config"), &text).unwrap();
        }
        if fs::read_to_string(folder.join("web.config")).ok().as_deref() != Some(text.as_str()) {
            problems.push(name);
        }
        if fs::read_to_string(folder.join("expected.txt")).is_ok_and(|text| text.matches("\nservice ").count() != contents.len()) {
            problems.push(name);
        }
    }
    assert!(
        problems.is_empty(),
        "{problems:?} are not the rows of combinations.rs (BLESS=1 rewrites them, a second time what they expect)"
    );
    assert!(families.len() >= 40, "{}", families.len());
}

fn files_of(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_of(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

#[test]
fn cases_come_to_what_they_expect() {
    let folder = root().join("fixtures/mapping");
    let mut cases: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    let mut problems = Vec::new();
    for case in &cases {
        let read = |name: &str| fs::read_to_string(case.join(name)).ok();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let texts = |extension: &str| -> Vec<(String, String)> {
            let relative = |path: &Path| path.strip_prefix(case).unwrap().to_string_lossy().replace('\\', "/");
            let mut found = Vec::new();
            files_of(case, extension, &mut found);
            found.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
        };
        fn of(texts: &[(String, String)]) -> Vec<(&str, &str)> {
            texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
        }
        let (configs, contracts) = (texts("config"), texts("cs"));
        let (configs, contracts) = (of(&configs), of(&contracts));
        assert!(!configs.is_empty(), "{name}: no web.config");
        let policy = read("wcf2grpc.toml");
        let text = travel(&configs, &contracts, policy.as_deref()).text();
        if bless() {
            fs::write(case.join("expected.txt"), &text).unwrap();
        }
        if read("expected.txt").as_deref() != Some(text.as_str()) {
            problems.push(format!("{name}:\n{text}"));
        }
    }
    assert!(problems.is_empty(), "{} cases differ (BLESS=1 rewrites them):\n{}", problems.len(), problems.join("\n"));
    assert!(cases.len() >= 10, "{} cases", cases.len());
}

/// Rules that no decision of a plan names: what they say is told by a finding, or by its absence.
const TOLD_BY_FINDINGS: &[(&str, &str)] = &[];

/// Codes that no input reaches, because the rules never plan below a source: `never_weaker` proves each of them by hand.
const ONLY_IF_A_RULE_IS_WRONG: &[&str] = &[
    "wcf-weaker-in-transit",
    "wcf-weaker-server-proof",
    "wcf-weaker-caller-proof",
    "wcf-weaker-certificate-check",
    "wcf-weaker-revocation",
    "wcf-weaker-tls-versions",
    "wcf-weaker-limits",
    "wcf-weaker-reach",
    "wcf-weaker-authorization",
];

#[test]
fn every_rule_and_every_code_speaks_in_a_case_and_is_silent_in_another() {
    let mut texts = Vec::new();
    for entry in fs::read_dir(root().join("fixtures/mapping")).unwrap() {
        texts.push(fs::read_to_string(entry.unwrap().path().join("expected.txt")).unwrap());
    }
    let mut problems = Vec::new();
    let mut judge = |name: &str, mark: &str| {
        let speaks = texts.iter().filter(|text| text.contains(mark)).count();
        if speaks == 0 || speaks == texts.len() {
            problems.push(format!("{name}: speaks in {speaks} of {} cases", texts.len()));
        }
    };
    // One arm answers for a transport that is refused before: the compiler asks for it, no case reaches it.
    let reached = |rule: &&&wcf_security::Rule| rule.id != "transport-unknown-to-tls";
    for rule in wcf_security::RULES.iter().filter(reached) {
        match TOLD_BY_FINDINGS.iter().find(|(id, _)| *id == rule.id) {
            Some((_, mark)) => judge(rule.id, mark),
            None => judge(rule.id, &format!("[{}]", rule.id)),
        }
    }
    for code in wcf_security::CODES.iter().filter(|code| !ONLY_IF_A_RULE_IS_WRONG.contains(&code.name)) {
        judge(code.name, &format!("{} ", code.name));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The level of a rule is no mere word: where one that warns or refuses decides, a person is told at least as much. Only a check that
/// the other side makes is told at the other side, and a decision of the policy's turns a refusal into a note.
#[test]
fn where_a_loud_rule_decides_somebody_is_told() {
    let mut problems = Vec::new();
    let mut heard = std::collections::BTreeSet::new();
    for entry in fs::read_dir(root().join("fixtures/mapping")).unwrap() {
        let case = entry.unwrap();
        let text = fs::read_to_string(case.path().join("expected.txt")).unwrap();
        let is_told = text.lines().any(|line| line.starts_with("  warn ") || line.starts_with("  deny "));
        for rule in wcf_security::RULES.iter().filter(|rule| rule.level > Level::Note && text.contains(&format!("[{}]", rule.id))) {
            heard.insert(rule.id);
            if !is_told && rule.id != "certificate-unchecked-to-chain" {
                problems.push(format!("{}: {} decides, and nobody is told", case.file_name().to_string_lossy(), rule.id));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(heard.len() > 15, "{heard:?}");
}

/// A row of the page: what one outcome comes to.
fn row(bindings: &[&str], mode: &str, transport: &str, message: &str, outcome: &Outcome) -> MappingRow {
    let (posture, plan) = outcome.service();
    let bindings: Vec<_> = bindings.iter().map(|binding| binding.trim_end_matches("Binding")).collect();
    MappingRow {
        bindings: bindings.join(", "),
        mode: mode.to_owned(),
        transport: transport.to_owned(),
        message: message.to_owned(),
        today: posture.outcome.as_ref().map_or_else(|_| ".NET refuses to build it".to_owned(), Posture::summary),
        plan: plan.outcome.as_ref().map_or_else(|_| "nothing".to_owned(), PlannedEndpoint::summary),
        findings: match &posture.outcome {
            Ok(_) => outcome.codes(Level::Warn),
            Err(none) => none.codes.clone(),
        },
    }
}

fn metadata_row(bindings: &[&str]) -> MappingRow {
    let outcome = outcome(bindings[0], "");
    let posture = outcome.posture.hosts[0].services[0].outcome.as_ref().unwrap().summary();
    let bindings: Vec<_> = bindings.iter().map(|binding| binding.trim_end_matches("Binding")).collect();
    let dash = String::new;
    MappingRow {
        bindings: bindings.join(", "),
        mode: "fixed".to_owned(),
        transport: dash(),
        message: dash(),
        today: posture,
        plan: "nothing; server reflection where the policy asks for it".to_owned(),
        findings: outcome.codes(Level::Note),
    }
}

#[test]
fn metadata_endpoints_have_the_posture_of_the_facts_and_no_plan() {
    for (bindings, facts) in combinations::metadata() {
        for binding in bindings {
            let outcome = outcome(binding, "");
            let [endpoint] = outcome.posture.hosts[0].services.as_slice() else { panic!("{binding}") };
            assert!(endpoint.is_system, "{binding}");
            assert_eq!(facts_of(endpoint.outcome.as_ref().unwrap()), facts, "{binding}");
            assert_eq!(outcome.plan.hosts[0].endpoints, [], "{binding}");
            assert!(outcome.codes(Level::Note).contains(&"wcf-metadata-not-served"), "{binding}");
        }
    }
}

#[test]
fn the_page_is_what_the_rules_say() {
    let rows: Vec<_> = combinations::all()
        .into_iter()
        .map(|combination| {
            let outcome = outcome(combination.bindings[0], &combination.content);
            row(combination.bindings, &combination.mode, &combination.transport, &combination.message, &outcome)
        })
        .collect();
    let of_metadata = combinations::metadata().map(|(bindings, _)| metadata_row(bindings));
    let rows: Vec<_> = rows.into_iter().chain(of_metadata).collect();
    let mut cells = 0;
    let mut written = Vec::new();
    for (bindings, family) in matrix::families() {
        for cell in family {
            let of = |binding: &str| {
                let outcome = outcome(binding, &cell.content());
                let only = if cell.mode_only { "not written" } else { cell.transport };
                row(bindings, cell.mode, only, if cell.mode_only { "not written" } else { cell.message }, &outcome)
            };
            let first = of(bindings[0]);
            // Each binding of a family comes to the same but for its contexts.
            for binding in bindings {
                let other = of(binding);
                assert_eq!((&other.today, &other.plan), (&first.today, &first.plan), "{binding} {}", cell.name());
                cells += 1;
            }
            written.push(first);
        }
    }
    assert_eq!(cells, 851);
    let page = mapping_markdown(&rows, &written);
    let path = root().join("docs/mapping.md");
    if bless() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|written| written == page),
        "docs/mapping.md is not what the rules say: BLESS=1 rewrites it"
    );
    assert_eq!(rows.len(), combinations::all().len() + 2);
}

/// `../shared` holds .NET's own values; without it, or the variable that names it, there is nothing to compare with.
fn oracle(name: &str) -> Option<serde_json::Value> {
    shared(&format!("oracle/{name}")).map(|text| serde_json::from_str(&text).expect("the oracle is JSON"))
}

fn shared(path: &str) -> Option<String> {
    let shared = std::env::var_os("WCF2GRPC_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    fs::read_to_string(shared.join(path)).ok()
}

/// What .NET's own stack says, read from its dump: the classes, their attributes, and the token parameters by name.
fn facts_of_stack(case: &serde_json::Value) -> Facts {
    use wcf_security::posture::{CallerProof, ServerProof};
    let mut facts = Facts {
        encrypted: false,
        integrity: false,
        server: ServerProof::Nothing,
        transport_caller: CallerProof::Nothing,
        message_caller: CallerProof::Nothing,
        end_to_end: EndToEnd::None,
    };
    for element in case["stack"].as_array().expect("a stack") {
        let is = |attribute: &str, value: &str| element[attribute].as_str() == Some(value);
        let class = element["class"].as_str().unwrap();
        match class {
            "HttpTransportBindingElement" | "HttpsTransportBindingElement" => {
                let tls = class == "HttpsTransportBindingElement";
                if tls {
                    (facts.encrypted, facts.integrity, facts.server) = (true, true, ServerProof::Certificate);
                }
                facts.transport_caller = match (element["authenticationScheme"].as_str().unwrap(), tls) {
                    ("Anonymous", true) if is("requireClientCertificate", "true") => CallerProof::Certificate,
                    ("Anonymous", _) => CallerProof::Nothing,
                    ("Basic", true) => CallerProof::PasswordProtected,
                    ("Basic", false) => CallerProof::PasswordInClear,
                    ("Digest", true) => CallerProof::DigestProtected,
                    ("Digest", false) => CallerProof::DigestInClear,
                    ("Ntlm" | "Negotiate", true) => CallerProof::WindowsIdentity,
                    ("Ntlm" | "Negotiate", false) => CallerProof::WindowsOverClear,
                    ("None", _) => CallerProof::DecidedByHost,
                    (other, _) => panic!("scheme {other}"),
                };
            }
            "SslStreamSecurityBindingElement" => {
                (facts.encrypted, facts.integrity, facts.server) = (true, true, ServerProof::Certificate);
                if is("requireClientCertificate", "true") {
                    facts.transport_caller = CallerProof::Certificate;
                }
            }
            "WindowsStreamSecurityBindingElement" => {
                facts.server = ServerProof::WindowsIdentity;
                facts.transport_caller = CallerProof::WindowsIdentity;
                match element["protectionLevel"].as_str().unwrap() {
                    "None" => facts.transport_caller = CallerProof::WindowsOverClear,
                    "Sign" => facts.integrity = true,
                    "EncryptAndSign" => (facts.encrypted, facts.integrity) = (true, true),
                    other => panic!("level {other}"),
                }
            }
            "MsmqTransportBindingElement" => {
                let security = |name: &str| case["security"][name].as_str().unwrap_or_default();
                if matches!(security("mode"), "Transport" | "Both") {
                    match security("transport.msmqProtectionLevel") {
                        "None" => {}
                        "Sign" => facts.integrity = true,
                        _ => (facts.encrypted, facts.integrity, facts.server) = (true, true, ServerProof::WindowsIdentity),
                    }
                    facts.transport_caller = match security("transport.msmqAuthenticationMode") {
                        "WindowsDomain" => CallerProof::WindowsIdentity,
                        "Certificate" => CallerProof::Certificate,
                        _ => CallerProof::Nothing,
                    };
                }
            }
            "SymmetricSecurityBindingElement" | "AsymmetricSecurityBindingElement" | "TransportSecurityBindingElement" => {
                let text = element["text"].as_str().unwrap();
                let has = |token: &str| text.contains(&format!("{token}SecurityTokenParameters"));
                let in_messages = class != "TransportSecurityBindingElement";
                let windows = has("Sspi") || has("Kerberos");
                facts.message_caller = if has("UserName") {
                    CallerProof::PasswordProtected
                } else if has("Issued") {
                    CallerProof::IssuedToken
                } else if windows {
                    CallerProof::WindowsIdentity
                } else if has("Ssl") {
                    if text.contains("RequireClientCertificate: True") { CallerProof::Certificate } else { CallerProof::Nothing }
                } else if text.matches("X509SecurityTokenParameters").count() > usize::from(in_messages) {
                    CallerProof::Certificate
                } else {
                    CallerProof::Nothing
                };
                if in_messages {
                    let server = if windows { ServerProof::WindowsIdentity } else { ServerProof::Certificate };
                    (facts.encrypted, facts.integrity, facts.end_to_end) = (true, true, EndToEnd::SignedAndEncrypted);
                    facts.server = facts.server.max(server);
                }
            }
            _ => {}
        }
    }
    facts
}

/// The `security` element of a case of the matrix, as far as it is attributes.
fn content_of(case: &serde_json::Value) -> String {
    let security = case["security"].as_object().unwrap();
    let mode = security["mode"].as_str().unwrap();
    if case["case"].as_str().unwrap().starts_with("modeonly") {
        return combinations::security(mode, "", "");
    }
    let attributes = |child: &str| {
        let mut text = String::new();
        for (name, value) in security {
            let Some(name) = name.strip_prefix(child) else { continue };
            if let (false, Some(value)) = (name.contains('.'), value.as_str()) {
                text.push_str(&format!("{name}=\"{value}\" "));
            }
        }
        text
    };
    combinations::security(mode, &attributes("transport."), &attributes("message."))
}

#[test]
fn the_matrix_of_net_itself_has_the_same_posture() {
    let Some(matrix) = oracle("matrix.json") else {
        eprintln!("no ../shared/oracle: nothing compared");
        return;
    };
    let mut problems = Vec::new();
    let mut named = std::collections::BTreeSet::new();
    let cases = matrix.as_array().unwrap();
    for case in cases {
        let (binding, name) = (case["binding"].as_str().unwrap(), case["case"].as_str().unwrap());
        let outcome = outcome(binding, &content_of(case));
        let (posture, plan) = outcome.service();
        named.insert((binding.to_owned(), name.to_owned()));
        match (&posture.outcome, case["error"].as_str()) {
            (Ok(posture), None) => {
                let (found, expected) = (facts_of(posture), facts_of_stack(case));
                if found != expected {
                    problems.push(format!("{binding} {name}: expected {expected:?}, found {found:?}"));
                }
            }
            (Err(none), None) => problems.push(format!("{binding} {name}: no posture ({})", none.codes.join(", "))),
            (Ok(_), Some(error)) => problems.push(format!("{binding} {name}: .NET refuses it ({error})")),
            (Err(_), Some(_)) => {}
        }
        if plan.outcome.as_ref().is_err_and(|refused| refused.codes.is_empty()) {
            problems.push(format!("{binding} {name}: refused without a code"));
        }
    }
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), cases.len(), problems.join("\n"));
    // The page's own cells are the same ones.
    let of_page = matrix::families().into_iter().flat_map(|(bindings, cells)| {
        bindings.iter().flat_map(move |binding| cells.clone().into_iter().map(|cell| ((*binding).to_owned(), cell.name())))
    });
    assert_eq!(named, of_page.collect());
    assert_eq!(cases.len(), 851);
}

/// Every row of the facts' own table, in the words of the facts, against the posture, the page and the plan.
#[test]
fn every_row_of_the_facts_has_the_posture_it_states() {
    let Some(text) = shared("facts/wcf/security-semantics.md") else {
        eprintln!("no ../shared/facts: nothing compared");
        return;
    };
    let rows = facts::rows(&text);
    let mut problems = Vec::new();
    let mut cases = 0;
    for row in &rows {
        let of_row = row.cases();
        assert!(!of_row.is_empty(), "{row:?}");
        for case in of_row {
            cases += 1;
            let label = format!("line {}: {} {}", row.line, case.binding, case.content);
            let outcome = outcome(&case.binding, &case.content);
            let [posture, ..] = outcome.posture.hosts[0].services.as_slice() else { panic!("{label}") };
            match &posture.outcome {
                Ok(posture) if facts_of(posture) != case.facts => {
                    problems.push(format!("{label}: the facts say {:?}, found {:?}", case.facts, facts_of(posture)));
                }
                Ok(_) => {}
                Err(none) => problems.push(format!("{label}: no posture ({})", none.codes.join(", "))),
            }
            let planned = outcome.plan.hosts[0].endpoints.first().map(|plan| &plan.outcome);
            match planned {
                Some(Ok(_)) => {}
                Some(Err(refused)) if !refused.codes.is_empty() && refused.codes.iter().all(|code| is_denied(&outcome, code)) => {}
                None if posture.is_system => {}
                Some(Err(_)) | None => problems.push(format!("{label}: neither a plan nor a deny finding")),
            }
        }
    }
    assert!(problems.is_empty(), "{} of {cases}:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(rows.len(), 111);
    assert!(cases > 250, "{cases}");
}

fn is_denied(outcome: &Outcome, code: &str) -> bool {
    outcome.codes(Level::Deny).contains(&code)
}

/// The traps of the facts' summary, sections A and B, by their numbers: each has a case of that number.
#[test]
fn every_trap_of_the_facts_has_a_case_named_after_it() {
    let cases: Vec<String> = fs::read_dir(root().join("fixtures/mapping"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("trap-"))
        .collect();
    let numbers: std::collections::BTreeSet<u32> = cases.iter().map(|name| name[5..7].parse().unwrap()).collect();
    assert_eq!((cases.len(), numbers), (30, (1..=30).collect()));
    let Some(text) = shared("facts/wcf/summary.md") else { return };
    let sections = text.split("\n## ").filter(|section| section.starts_with("A.") || section.starts_with("B."));
    let is_trap = |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    assert_eq!(sections.flat_map(str::lines).filter(is_trap).count(), cases.len());
}

/// Tries every weakening of the mapping; hours of work for one core, so only where there is time.
#[test]
fn every_weakening_is_noticed() {
    if std::env::var_os("WCF2GRPC_LONG").is_none() {
        return;
    }
    let script = root().join("tests/mapping/mutation.py");
    let status = std::process::Command::new("python3").arg(script).status().expect("Python 3 runs the script");
    assert!(status.success(), "a weakening of the mapping is noticed by no test, see above");
}
