//! Nothing is lost silently: every element and every attribute of `system.serviceModel` ends as a typed value of the document or in a
//! finding. Odd configurations are made from the tables themselves, right and wrong in every way that comes up, and every node of
//! each is looked for.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;
use std::fmt::Write;

use located_xml::{Document, Element as Xml, Node as XmlNode};
use proptest::prelude::*;
use wcf_config::document::{ConfigDocument, Item, Node, Sections};
use wcf_config::inspect::inspect;
use wcf_config::schema::{Attribute, Content, Element, Kind, com_contract, routing, section, standard_endpoint, tracking};
use wcf_config::{Input, Inputs, Options, binding, parse_at, resolve};
use wcf_diagnostics::{FileId, Findings, Level, Span};

/// Made numbers: the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides.max(1)
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.roll(list.len())]
    }
}

/// Writes configurations. `odd` is how seldom something wrong is put in: one in so many places.
struct Writer {
    dice: Dice,
    odd: usize,
    text: String,
}

impl Writer {
    fn is_odd(&mut self) -> bool {
        let odd = self.odd;
        self.dice.one_in(odd)
    }

    fn value(&mut self, attribute: &Attribute) -> String {
        if self.is_odd() {
            let list =
                ["", " ", "true ", "TRUE", "0x10", "#10", "+1", "-1", " 7", "1e3", "99999999999999999999", "Infinite", "infinite", "10"];
            let more =
                ["00:00:00", "-00:00:01", "24.20:31:23.6470001", "1.1:1", "none", "None,", "http://[", "&#x200e;a", "a&amp;b", "\u{e9}"];
            return if self.dice.one_in(2) { self.dice.of(&list) } else { self.dice.of(&more) }.to_owned();
        }
        match attribute.kind {
            Kind::Bool => self.dice.of(&["true", "false", "True"]).to_owned(),
            Kind::Int { min, max } | Kind::Long { min, max } => {
                [min.max(0), max, min.max(1)][self.dice.roll(3)].clamp(min, max).to_string()
            }
            Kind::TimeSpan { .. } => self.dice.of(&["00:00:30", "Infinite", "1.00:00:00"]).to_owned(),
            Kind::AnyTimeSpan => "00:05:00".to_owned(),
            Kind::Enumeration(enumeration) => self.dice.of(enumeration.values).to_owned(),
            Kind::Flags(flags) => flags.values[self.dice.roll(flags.values.len())].0.to_owned(),
            Kind::Encoding => "utf-8".to_owned(),
            Kind::SessionId => "CurrentSession".to_owned(),
            Kind::IpAddress => "10.0.0.1".to_owned(),
            Kind::Text { min_length } => {
                self.dice.of(&["a", "b", "netTcpBinding", "{c651f5f6-1c0d-492e-8ae1-b4efd7c9d503}"]).repeat(min_length.max(1))
            }
            Kind::Uri => self.dice.of(&["http://host/a", "relative", "net.tcp://host:1/b"]).to_owned(),
            Kind::RelativeAddress => "a.svc".to_owned(),
        }
    }

    fn element(&mut self, name: &str, schema: &Element, depth: usize) {
        write!(self.text, "<{name}").unwrap();
        for attribute in schema.attributes {
            if attribute.required || self.dice.one_in(3) {
                let value = self.value(attribute);
                write!(self.text, " {}=\"{value}\"", attribute.name).unwrap();
            }
        }
        if self.is_odd() {
            let other = [
                "unknown=\"x\"",
                "lockItem=\"true\"",
                "lockAttributes=\"*\"",
                "lockElements=\"nothing\"",
                "xmlns=\"urn:x\"",
                "Name=\"x\"",
                "p:q=\"1\" xmlns:p=\"u\"",
                "configSource=\"x\"",
                "configBuilders=\"b\"",
            ];
            let other = self.dice.of(&other);
            write!(self.text, " {other}").unwrap();
        }
        self.text.push('>');
        if depth < 9 {
            self.content(schema, depth);
        }
        write!(self.text, "</{name}>").unwrap();
    }

    fn content(&mut self, schema: &Element, depth: usize) {
        for child in schema.children {
            if self.dice.one_in(3) {
                let times = if self.is_odd() { 2 } else { 1 };
                for _ in 0..times {
                    self.element(child.name, child.element, depth + 1);
                }
            }
        }
        match &schema.content {
            Content::Closed => {}
            Content::Items { item, element, removable } => {
                for _ in 0..self.dice.roll(4) {
                    self.element(item, element, depth + 1);
                    if *removable && self.dice.one_in(6) {
                        let key: String = element
                            .attributes
                            .iter()
                            .filter(|attribute| attribute.key)
                            .map(|attribute| format!(" {}=\"a\"", attribute.name))
                            .collect();
                        let removal = if self.dice.one_in(2) { format!("<remove{key}/>") } else { "<clear/>".to_owned() };
                        self.text.push_str(&removal);
                    }
                }
            }
            Content::Extensions(kind) => {
                let known = kind.registered();
                for _ in 0..self.dice.roll(4) {
                    let child = &known[self.dice.roll(known.len())];
                    self.element(child.name, child.element, depth + 1);
                }
                if self.is_odd() {
                    self.text.push_str("<mine own=\"1\"><inner>text</inner></mine>");
                }
            }
            Content::Headers | Content::AnyXml => self.text.push_str("<any:x xmlns:any=\"urn:any\" y=\"1\"><z/>text</any:x>"),
        }
        if self.is_odd() {
            let other = [
                "text",
                "<![CDATA[data]]>",
                "<unknown a=\"1\"><deep b=\"2\"/>text</unknown>",
                "<!-- <add/> -->",
                "<?pi?>",
                "<add/>",
                "<remove/>",
                "<clear x=\"1\"/>",
                " &#32; ",
            ];
            let other = self.dice.of(&other);
            self.text.push_str(other);
        }
    }

    fn kinds(&mut self, section: &str, item: &str, tables: &[(&str, &'static Element)]) {
        write!(self.text, "<{section}>").unwrap();
        for (name, schema) in tables {
            if self.dice.one_in(5) {
                write!(self.text, "<{name}>").unwrap();
                for _ in 0..1 + self.dice.roll(2) {
                    self.element(item, schema, 2);
                }
                if self.is_odd() {
                    self.text.push_str("<binding/><remove name=\"a\"/><unknown/>text");
                }
                write!(self.text, "</{name}>").unwrap();
            }
        }
        if self.is_odd() {
            self.text.push_str("<userBinding a=\"1\"><binding name=\"x\" more=\"1\"><deep/></binding></userBinding>");
        }
        write!(self.text, "</{section}>").unwrap();
    }

    fn configuration(seed: u64, odd: usize) -> String {
        let mut writer = Self { dice: Dice(seed | 1), odd, text: String::new() };
        let bindings: Vec<(&str, &'static Element)> = binding::ALL.iter().map(|binding| (binding.name, binding.schema)).collect();
        let endpoints: Vec<(&str, &'static Element)> = standard_endpoint::ALL.iter().map(|child| (child.name, child.element)).collect();
        let sections: [(&str, &'static Element); 12] = [
            ("behaviors", &section::BEHAVIORS),
            ("services", &section::SERVICES),
            ("client", &section::CLIENT),
            ("extensions", &section::EXTENSIONS),
            ("protocolMapping", &section::PROTOCOL_MAPPINGS),
            ("serviceHostingEnvironment", &section::SERVICE_HOSTING_ENVIRONMENT),
            ("diagnostics", &section::DIAGNOSTIC),
            ("routing", &routing::ROUTING),
            ("commonBehaviors", &section::COMMON_BEHAVIORS),
            ("comContracts", &com_contract::COM_CONTRACTS),
            ("machineSettings", &section::MACHINE_SETTINGS),
            ("tracking", &tracking::TRACKING),
        ];
        for level in 0..1 + writer.dice.roll(3) {
            let open = ["", "<location path=\"x\">", "<location>"][level];
            writer.text.push_str(open);
            writer.text.push_str("<system.serviceModel>");
            for (name, schema) in sections {
                if writer.dice.one_in(3) {
                    writer.element(name, schema, 1);
                }
            }
            if writer.dice.one_in(2) {
                writer.kinds("bindings", "binding", &bindings);
            }
            if writer.dice.one_in(4) {
                writer.kinds("standardEndpoints", "standardEndpoint", &endpoints);
            }
            if writer.is_odd() {
                writer.text.push_str("<foo a=\"1\"><bar/></foo>");
            }
            writer.text.push_str("</system.serviceModel>");
            writer.text.push_str(if open.is_empty() { "" } else { "</location>" });
        }
        format!("<configuration>{}</configuration>", writer.text)
    }
}

/// Where values, elements and findings are: the first byte of each.
#[derive(Default)]
struct Accounted {
    /// An element or attribute that is a value of the document.
    typed: BTreeSet<u32>,
    /// An element that is kept or told of with all it holds.
    whole: BTreeSet<u32>,
    found: BTreeSet<u32>,
}

impl Accounted {
    fn of(document: &ConfigDocument, findings: &Findings) -> Self {
        let mut all = Self::default();
        all.sections(&document.root);
        for location in &document.locations {
            all.sections(&location.sections);
        }
        for elsewhere in &document.elsewhere {
            all.found.insert(elsewhere.span.start);
        }
        for label in findings.iter().flat_map(|finding| &finding.labels) {
            all.found.insert(label.span.start);
        }
        all
    }

    fn sections(&mut self, sections: &Sections) {
        self.typed.extend(sections.present.iter().map(|(_, span)| span.start));
        self.typed.extend(sections.locks.iter().map(|lock| lock.span.start));
        for kinded in sections.bindings.iter().chain(&sections.standard_endpoints) {
            // One of a user's class is told of by its name.
            if !kinded.opaque {
                self.typed.insert(kinded.span.start);
            }
            self.items(&kinded.items);
        }
        let lists =
            [&sections.service_behaviors, &sections.endpoint_behaviors, &sections.services, &sections.client, &sections.protocol_mapping];
        for items in lists {
            self.items(items);
        }
        let nodes = [
            &sections.extensions,
            &sections.client_metadata,
            &sections.hosting_environment,
            &sections.diagnostics,
            &sections.routing,
            &sections.com_contracts,
            &sections.tracking,
            &sections.machine_settings,
            &sections.common_service_behaviors,
            &sections.common_endpoint_behaviors,
        ];
        for node in nodes.into_iter().flatten() {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        self.typed.insert(node.span.start);
        self.typed.extend(node.attributes.iter().map(|written| written.span.start));
        self.whole.extend(node.kept.iter().map(|kept| kept.span.start));
        for (_, child) in &node.children {
            self.node(child);
        }
        self.items(&node.items);
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Add(node) => self.node(node),
                Item::Remove { key, span, .. } => {
                    self.typed.insert(span.start);
                    self.typed.extend(key.iter().map(|written| written.span.start));
                }
                Item::Clear { span } => _ = self.typed.insert(span.start),
                // One of a user's class is told of by its name.
                Item::Extension(extension) => {
                    if let Some(node) = &extension.node {
                        self.typed.insert(extension.span.start);
                        self.node(node);
                    }
                }
            }
        }
    }

    /// What of an element and of all it holds is nowhere. How many nodes were looked for is added to `looked`.
    fn missing(&self, element: Xml<'_>, looked: &mut usize, missing: &mut Vec<Span>) {
        *looked += 1;
        let names = [element.name_span().start, element.span().start];
        let is = |set: &BTreeSet<u32>| names.iter().any(|start| set.contains(start));
        let typed = is(&self.typed);
        if (!typed || element.attribute("configSource").is_some()) && (is(&self.found) || is(&self.whole)) {
            // Refused, kept, opaque or elsewhere with all it holds.
            return;
        }
        if !typed && !element.is("serviceBehaviors") && !element.is("endpointBehaviors") {
            missing.push(element.name_span());
            return;
        }
        for attribute in element.attributes() {
            *looked += 1;
            let starts = [attribute.name_span().start, attribute.value_span().start];
            // A lock that is off is none.
            let off = attribute.is("lockItem") && attribute.value() != "true";
            // Locks of what is inside an item have no effect further in.
            let lock = attribute.written_name().starts_with("lock");
            if !off && !lock && !starts.iter().any(|start| self.typed.contains(start) || self.found.contains(start)) {
                missing.push(attribute.name_span());
            }
        }
        for inner in element.children() {
            match inner {
                XmlNode::Element(inner) => self.missing(inner, looked, missing),
                XmlNode::Text(text) if !text.text().trim_matches([' ', '\t', '\r', '\n']).is_empty() => {
                    *looked += 1;
                    if !self.found.contains(&text.span().start) && !self.whole.contains(&text.span().start) && !is(&self.found) {
                        missing.push(text.span());
                    }
                }
                _ => {}
            }
        }
    }
}

struct Read {
    xml: Document,
    document: ConfigDocument,
    findings: Findings,
    shown: String,
}

fn read(path: &str, text: &str) -> Option<Read> {
    let parsed = located_xml::parse(FileId(0), text, &located_xml::Limits::default());
    let xml = parsed.document?;
    let (document, mut findings) = parse_at(FileId(0), path, &xml, &[]);
    let inputs = Inputs { configs: vec![Input { path: path.to_owned(), document: document.clone(), name: None }], svc: Vec::new() };
    let (effective, found) = resolve(&inputs, &Options::default());
    let views = inspect(&inputs, &Options { origins: true, ..Options::default() });
    findings.extend(found);
    let shown = format!("{effective:?}{findings:?}{views:?}");
    findings.extend(parsed.findings);
    Some(Read { xml, document, findings, shown })
}

fn check(path: &str, text: &str) -> usize {
    let Some(once) = read(path, text) else { panic!("not XML: {text}") };
    assert_eq!(once.shown, read(path, text).unwrap().shown, "not the same twice: {text}");
    let accounted = Accounted::of(&once.document, &once.findings);
    let (mut looked, mut missing) = (0, Vec::new());
    for group in once.xml.root().descendants().filter(|element| element.is("system.serviceModel")) {
        for section in group.elements() {
            accounted.missing(section, &mut looked, &mut missing);
        }
    }
    let lost: Vec<&str> = missing.iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
    if !lost.is_empty() {
        let around = |span: &Span| text[(span.start as usize).saturating_sub(90)..].chars().take(180).collect::<String>();
        panic!("neither a value nor a finding: {lost:?}\n{}", missing.iter().map(around).collect::<Vec<_>>().join("\n"));
    }
    // A file that is refused has a finding that says so at its place.
    let refused = once.document.refusal.is_some() || once.document.locations.iter().any(|location| location.refusal.is_some());
    assert!(!refused || once.findings.iter().any(|finding| finding.level == Level::Deny && finding.span().is_some()), "{text}");
    looked
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_element_and_attribute_is_a_value_or_in_a_finding(seed in any::<u64>(), odd in prop::sample::select(vec![6_usize, 20, 100, 100_000])) {
        let text = Writer::configuration(seed, odd);
        // A program's configuration skips what has a path, which is told of as a whole.
        check("web.config", &text);
    }
}

#[test]
fn the_odd_configurations_have_everything_in_them() {
    let mut looked = 0;
    let mut names = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for seed in 1..400_u64 {
        let text = Writer::configuration(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), [6, 20, 100_000][seed as usize % 3]);
        looked += check("web.config", &text);
        let read = read("web.config", &text).unwrap();
        names.extend(read.xml.root().descendants().map(|element| element.written_name().to_owned()));
        codes.extend(read.findings.iter().map(|finding| finding.code.name));
    }
    for binding in binding::ALL {
        assert!(names.contains(binding.name), "{} never came up", binding.name);
    }
    for list in
        [wcf_config::schema::binding_element::ALL, wcf_config::schema::service_behavior::ALL, wcf_config::schema::endpoint_behavior::ALL]
    {
        for child in list {
            assert!(names.contains(child.name), "{} never came up", child.name);
        }
    }
    println!("{looked} elements, attributes and texts looked for; {} names of elements, {} codes of findings", names.len(), codes.len());
    assert!(looked > 50_000, "{looked}");
    assert!(codes.len() > 15, "{codes:?}");
}

/// Every real configuration of the folder that other tests compare with .NET, where it is there.
#[test]
fn nothing_of_real_configurations_is_lost() {
    let Some(shared) = std::env::var_os("WCF2GRPC_SHARED") else { return };
    let mut folders = vec![std::path::PathBuf::from(&shared).join("corpus"), std::path::PathBuf::from(&shared).join("oracle/random")];
    let (mut files, mut looked) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("config"))
                && let Ok(decoded) = located_xml::decode(&std::fs::read(&path).unwrap())
                && read("web.config", &decoded.text).is_some()
            {
                files += 1;
                looked += check("web.config", &decoded.text);
            }
        }
    }
    println!("{files} files, {looked} elements, attributes and texts");
    assert!(files > 500, "{files}");
}
