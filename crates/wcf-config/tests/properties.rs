//! What holds for every configuration: no panic, the same twice, every place inside its text; and the laws of merging.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::path::Path;

use proptest::prelude::*;
use wcf_config::inspect::{FileView, Properties, inspect};
use wcf_config::{EffectiveConfig, Input, Inputs, Options, parse, resolve};
use wcf_diagnostics::{FileId, Findings};

/// The configurations that mutations start from.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/config/generated");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(texts.len() >= 10);
    texts
}

fn inputs(texts: &[(&str, &str)]) -> (Inputs, Findings) {
    let mut inputs = Inputs::default();
    let mut findings = Findings::new();
    for (at, (path, text)) in texts.iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        let parsed = located_xml::parse(file, *text, &located_xml::Limits::default());
        let Some(xml) = parsed.document else { continue };
        let (document, found) = parse(file, &xml);
        findings.extend(found);
        inputs.configs.push(Input { path: (*path).to_owned(), document, name: None });
    }
    (inputs, findings)
}

fn run(texts: &[(&str, &str)]) -> (EffectiveConfig, Findings, Vec<FileView>) {
    let (inputs, mut findings) = inputs(texts);
    let (effective, found) = resolve(&inputs, &Options::default());
    findings.extend(found);
    let views = inspect(&inputs, &Options::default());
    (effective, findings, views)
}

/// What is done to a text.
#[derive(Clone, Debug)]
enum Mutation {
    Delete(usize, usize),
    Repeat(usize, usize),
    Swap(usize, usize, usize),
    Insert(usize, &'static str),
}

const PIECES: [&str; 16] = [
    "<clear/>",
    "<remove name=\"b0\"/>",
    "<add/>",
    "name=\"\"",
    "<location path=\"x\">",
    "configSource=\"x.config\"",
    "<security mode=\"Transport\"/>",
    "<extensions><behaviorExtensions><add name=\"x\" type=\"y\"/></behaviorExtensions></extensions>",
    "binding=\"customBinding\"",
    "kind=\"webHttpEndpoint\"",
    "\u{200e}",
    "0x",
    "Infinite",
    "http://[",
    "</binding>",
    "<endpoint binding=\"wsHttpBinding\" contract=\"I\"/>",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<usize>(), 1..60_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (any::<usize>(), 1..200_usize).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        (any::<usize>(), any::<usize>(), 1..40_usize).prop_map(|(a, b, length)| Mutation::Swap(a, b, length)),
        (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Mutation::Insert(at, PIECES[piece])),
    ]
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for mutation in mutations {
        let length = chars.len().max(1);
        match *mutation {
            Mutation::Delete(at, count) => {
                let start = at % length;
                chars.drain(start..(start + count).min(chars.len()));
            }
            Mutation::Repeat(at, count) => {
                let start = at % length;
                let piece: Vec<char> = chars.iter().skip(start).take(count).copied().collect();
                chars.splice(start..start, piece);
            }
            Mutation::Swap(a, b, count) => {
                for at in 0..count {
                    let (a, b) = ((a % length + at) % length, (b % length + at) % length);
                    if a < chars.len() && b < chars.len() {
                        chars.swap(a, b);
                    }
                }
            }
            Mutation::Insert(at, piece) => {
                let start = at % length;
                chars.splice(start..start, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mutation_is_read_without_a_panic_and_twice_alike(
        seed in any::<usize>(),
        mutations in prop::collection::vec(mutation(), 1..12),
    ) {
        let seeds = seeds();
        let text = mutate(&seeds[seed % seeds.len()], &mutations);
        let once = run(&[("web.config", &text)]);
        prop_assert_eq!(&once, &run(&[("web.config", &text)]));
        for finding in &once.1 {
            for label in &finding.labels {
                let range = label.span.start as usize..label.span.end as usize;
                prop_assert!(text.get(range).is_some(), "{:?} is outside", label);
            }
        }
    }

    #[test]
    fn a_transform_of_anything_by_anything_does_not_panic(
        seed in any::<usize>(),
        mutations in prop::collection::vec(mutation(), 0..8),
        transform in prop::sample::select(vec!["Remove", "RemoveAll", "Replace", "Insert", "SetAttributes", "RemoveAttributes(name)",
            "InsertIfMissing", "InsertAfter(//binding)", "Nothing"]),
        locator in prop::sample::select(vec!["", "Match(name)", "Condition(@name)", "XPath(//binding[1])", "XPath(//*)", "XPath(("]),
    ) {
        let seeds = seeds();
        let base = &seeds[seed % seeds.len()];
        let locator = if locator.is_empty() { String::new() } else { format!(" xdt:Locator=\"{locator}\"") };
        let mark = format!(" xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\" xdt:Transform=\"{transform}\"{locator} ");
        let text = mutate(base, &mutations).replace(" name=", &format!("{mark}name="));
        let xml = |text: &str, file| located_xml::parse(FileId(file), text, &located_xml::Limits::default()).document;
        if let (Some(base), Some(transform)) = (xml(base, 0), xml(&text, 1)) {
            let (changed, _) = wcf_config::transform::transform(&base, &transform);
            let (document, _) = parse(FileId(0), &changed);
            let inputs = Inputs { configs: vec![Input { path: "app.config".to_owned(), document, name: None }], svc: Vec::new() };
            let _resolved = resolve(&inputs, &Options::default());
        }
    }

    #[test]
    fn an_empty_level_changes_nothing(seed in any::<usize>()) {
        let seeds = seeds();
        let text = &seeds[seed % seeds.len()];
        let alone = run(&[("site/app/web.config", text)]);
        for empty in ["<configuration/>", "<configuration><system.serviceModel/></configuration>"] {
            // The empty file comes last, so that the other keeps its handle.
            let with = run(&[("site/app/web.config", text), ("site/web.config", empty)]);
            prop_assert_eq!(&alone.0, &with.0);
            prop_assert_eq!(&alone.1, &with.1);
            prop_assert_eq!(&alone.2[0], &with.2[0]);
        }
    }

    #[test]
    fn bindings_above_are_as_good_as_bindings_beside(
        modes in prop::collection::vec(prop::sample::select(vec!["None", "Transport", "Message", "TransportWithMessageCredential"]), 1..6),
        above in any::<u8>(),
    ) {
        let binding = |at: usize, mode: &str| format!("<binding name='b{at}'><security mode='{mode}'/></binding>");
        let section = |bindings: &str| format!("<bindings><netTcpBinding>{bindings}</netTcpBinding></bindings>");
        let whole = |inside: &str| format!("<configuration><system.serviceModel>{inside}</system.serviceModel></configuration>");
        let services: String = (0..modes.len())
            .map(|at| format!("<service name='S{at}'><endpoint binding='netTcpBinding' bindingConfiguration='b{at}' contract='I'/></service>"))
            .collect();
        let services = format!("<services>{services}</services>");
        let (mut outer, mut inner, mut all) = (String::new(), String::new(), String::new());
        for (at, mode) in modes.iter().enumerate() {
            let binding = binding(at, mode);
            all.push_str(&binding);
            if above >> at & 1 == 1 {
                // What the inner file has replaces this; where it has nothing, this applies.
                outer.push_str(&binding);
            } else {
                outer.push_str(&format!("<binding name='b{at}' sendTimeout='00:00:01'/>"));
                inner.push_str(&binding);
            }
        }
        let one = run(&[("a/web.config", &whole(&format!("{}{services}", section(&all))))]);
        let two = run(&[("a/web.config", &whole(&format!("{}{services}", section(&inner)))), ("web.config", &whole(&section(&outer)))]);
        let values = |effective: &EffectiveConfig| -> Vec<(String, Properties)> {
            effective.hosts[0]
                .services
                .iter()
                .map(|service| {
                    let settings = service.endpoints[0].binding.settings.iter();
                    let value = |value: &Option<wcf_config::Text>| value.as_deref().map(str::to_owned);
                    (service.name.to_string(), settings.map(|(name, setting)| (name.clone(), value(&setting.value))).collect())
                })
                .collect()
        };
        prop_assert_eq!(values(&one.0), values(&two.0));
    }
}
