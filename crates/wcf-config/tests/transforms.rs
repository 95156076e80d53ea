//! XML document transforms: every transform and locator, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use located_xml::{Document, Element};
use wcf_config::transform::{is_transform, transform};
use wcf_diagnostics::FileId;

const BASE: &str = "<configuration><a n='1' v='x'/><a n='2' v='y'/><group><b/><c k='old'/></group></configuration>";

fn xml(file: u32, text: &str) -> Document {
    let parsed = located_xml::parse(FileId(file), text, &located_xml::Limits::default());
    assert!(parsed.findings.is_empty(), "{text}: {:?}", parsed.findings);
    parsed.document.unwrap()
}

/// The document in short: names, attributes, children.
fn short(element: Element<'_>) -> String {
    let attributes: Vec<String> = element.attributes().map(|attribute| format!("{}={}", attribute.name(), attribute.value())).collect();
    let children: Vec<String> = element.elements().map(short).collect();
    let mut out = element.name().to_string();
    if !attributes.is_empty() {
        out.push_str(&format!("({})", attributes.join(" ")));
    }
    if !children.is_empty() {
        out.push_str(&format!("[{}]", children.join(" ")));
    }
    out
}

fn apply(inside: &str) -> (String, Vec<&'static str>) {
    let text = format!("<configuration xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>{inside}</configuration>");
    let (document, findings) = transform(&xml(0, BASE), &xml(1, &text));
    (short(document.root()), findings.iter().map(|finding| finding.code.name).collect())
}

#[test]
fn every_transform_does_what_the_build_does() {
    for (inside, expected) in [
        ("<a n='9' xdt:Transform='Replace' xdt:Locator='Condition(1)'/>", "configuration[a(n=9) a(n=2 v=y) group[b c(k=old)]]"),
        ("<a xdt:Transform='Remove' xdt:Locator='Condition(@n=1)'/>", "configuration[a(n=2 v=y) group[b c(k=old)]]"),
        ("<a xdt:Transform='RemoveAll'/>", "configuration[group[b c(k=old)]]"),
        ("<a n='3' xdt:Transform='Insert'/>", "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=old)] a(n=3)]"),
        ("<a xdt:Transform='RemoveAttributes'/>", "configuration[a a group[b c(k=old)]]"),
        ("<a xdt:Transform='CommentOut' xdt:Locator='Condition(2)'/>", "configuration[a(n=1 v=x) group[b c(k=old)]]"),
        (
            "<a v='$(n)-$(zz)' xdt:Transform='SetTokenizedAttributes'/>",
            "configuration[a(n=1 v=1-$(zz)) a(n=2 v=2-$(zz)) group[b c(k=old)]]",
        ),
        // What is inside an element that is put in has its own transforms, too.
        (
            "<group xdt:Transform='Replace'><e/><e q='1' xdt:Transform='Insert'/></group>",
            "configuration[a(n=1 v=x) a(n=2 v=y) group[e e(q=1) e(q=1)]]",
        ),
        // Beside is seen from what holds the new element.
        ("<group><d xdt:Transform='InsertBefore(c)'/></group>", "configuration[a(n=1 v=x) a(n=2 v=y) group[b d c(k=old)]]"),
        (
            "<group><d xdt:Transform='InsertAfter(/configuration/a[last()])'/></group>",
            "configuration[a(n=1 v=x) a(n=2 v=y) d group[b c(k=old)]]",
        ),
        // An XPath leads to what holds an inserted element.
        (
            "<a z='1' xdt:Transform='Insert' xdt:Locator='XPath(/configuration/group)'/>",
            "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=old) a(z=1)]]",
        ),
        ("<group><d xdt:Transform='InsertIfMissing'/></group>", "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=old) d]]"),
        ("<group><b z='1' xdt:Transform='InsertIfMissing'/></group>", "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=old)]]"),
        (
            "<group><d xdt:Transform='InsertBefore(/configuration/group/c)'/></group>",
            "configuration[a(n=1 v=x) a(n=2 v=y) group[b d c(k=old)]]",
        ),
        ("<d xdt:Transform=\"InsertAfter(/configuration/a[@n='1'])\"/>", "configuration[a(n=1 v=x) d a(n=2 v=y) group[b c(k=old)]]"),
        ("<a v='z' xdt:Transform='SetAttributes'/>", "configuration[a(n=1 v=z) a(n=2 v=z) group[b c(k=old)]]"),
        ("<a n='7' v='z' xdt:Transform='SetAttributes(v)'/>", "configuration[a(n=1 v=z) a(n=2 v=z) group[b c(k=old)]]"),
        ("<a xdt:Transform='RemoveAttributes(v)'/>", "configuration[a(n=1) a(n=2) group[b c(k=old)]]"),
        // No transform: only the way to the children.
        ("<group><c k='new' xdt:Transform='Replace'/></group>", "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=new)]]"),
    ] {
        assert_eq!(apply(inside), (expected.to_owned(), Vec::new()), "{inside}");
    }
}

#[test]
fn every_locator_finds_what_the_build_finds() {
    let second = "configuration[a(n=1 v=x) a(n=2 v=new) group[b c(k=old)]]";
    for inside in [
        "<a n='2' v='new' xdt:Transform='SetAttributes(v)' xdt:Locator='Match(n)'/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator=\"Condition(@n='2')\"/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator=\"Condition(@v='y' and not(@n='1'))\"/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator=\"XPath(/configuration/a[@n='2'])\"/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator='XPath(//a[2])'/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator=\"Condition(contains(@v,'y'))\"/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator='Condition(2)'/>",
        "<a v='new' xdt:Transform='SetAttributes' xdt:Locator='Condition([last()])'/>",
        "<group v='new' xdt:Transform='SetAttributes' xdt:Locator=\"XPath(../a[@n = 1 + 1])\"/>",
    ] {
        assert_eq!(apply(inside), (second.to_owned(), Vec::new()), "{inside}");
    }
    // A locator on the way holds for what is inside.
    let (short, _) = apply("<group xdt:Locator='Condition(b)'><c xdt:Transform='Remove'/></group>");
    assert_eq!(short, "configuration[a(n=1 v=x) a(n=2 v=y) group[b]]");
    let (short, _) = apply("<group xdt:Locator='Condition(zz)'><c xdt:Transform='Remove'/></group>");
    assert!(short.contains("c(k=old)"));
}

#[test]
fn what_finds_nothing_warns_and_what_is_not_understood_refuses() {
    for (inside, code) in [
        ("<zz xdt:Transform='Remove'/>", "wcf-config-transform-without-target"),
        ("<a n='5' xdt:Transform='Replace' xdt:Locator='Match(n)'/>", "wcf-config-transform-without-target"),
        ("<a xdt:Transform='Repalce'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator='Macth(n)'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator='Match(n)'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator='XPath(/configuration/group/preceding::b)'/>", "wcf-config-transform-without-target"),
        ("<a xdt:Transform='Remove' xdt:Locator='XPath(id(1))'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator='Condition($x)'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator='Condition(q:b)'/>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Remove' xdt:Locator=\"Condition(@n='1,2')\"/>", "wcf-config-transform-refused"),
        ("<a n=\"o'clock\" xdt:Transform='Remove' xdt:Locator='Match(n)'/>", "wcf-config-transform-refused"),
        ("<zz><d xdt:Transform='Insert'/></zz>", "wcf-config-transform-refused"),
        ("<group><d xdt:Transform='InsertBefore(zz)'/></group>", "wcf-config-transform-refused"),
        ("<group><d xdt:Transform='InsertBefore'/></group>", "wcf-config-transform-refused"),
        ("<a xdt:Transform='Re move'/>", "wcf-config-transform-refused"),
        ("<xdt:Import assembly='Contoso' namespace='Contoso'/>", "wcf-config-transform-refused"),
        ("<a n='1' xdt:Locator='Match(n)'/>", "wcf-config-transform-without-effect"),
        ("<group><c k='new'/></group>", "wcf-config-transform-without-effect"),
        ("<group><c xdt:Transform='SetAttributes'/></group>", "wcf-config-transform-without-effect"),
        ("<group><b xdt:Transform='RemoveAttributes'/></group>", "wcf-config-transform-without-effect"),
    ] {
        let (short, codes) = apply(inside);
        assert_eq!(codes, [code], "{inside}");
        assert_eq!(short, "configuration[a(n=1 v=x) a(n=2 v=y) group[b c(k=old)]]", "{inside}");
    }
}

#[test]
fn what_is_for_one_element_changes_the_first_and_says_so() {
    for (inside, expected) in [
        ("<a n='9' xdt:Transform='Replace'/>", "configuration[a(n=9) a(n=2 v=y) group[b c(k=old)]]"),
        ("<a xdt:Transform='Remove'/>", "configuration[a(n=2 v=y) group[b c(k=old)]]"),
        ("<a xdt:Transform='RemoveAll(n)'/>", "configuration[group[b c(k=old)]]"),
    ] {
        assert_eq!(apply(inside), (expected.to_owned(), vec!["wcf-config-transform-without-effect"]), "{inside}");
    }
}

#[test]
fn names_are_compared_with_their_namespaces() {
    let xdt = "xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'";
    let v2 = "http://schemas.microsoft.com/.NetConfiguration/v2.0";
    let base = format!("<configuration xmlns='{v2}'><a n='1'/></configuration>");
    let apply = |text: &str| {
        let (document, findings) = transform(&xml(0, &base), &xml(1, text));
        (short(document.root()), findings.iter().map(|finding| finding.code.name).collect::<Vec<_>>())
    };
    let with = apply(&format!("<configuration xmlns='{v2}' {xdt}><a xdt:Transform='RemoveAttributes(n)'/></configuration>"));
    assert_eq!(with, ("configuration[a]".to_owned(), Vec::new()));
    let without = apply(&format!("<configuration {xdt}><a xdt:Transform='RemoveAttributes(n)'/></configuration>"));
    assert_eq!(without, ("configuration[a(n=1)]".to_owned(), vec!["wcf-config-transform-without-target"]));
    let prefixed = format!("<p:configuration xmlns:p='{v2}' {xdt}><p:a xdt:Transform='RemoveAttributes(n)'/></p:configuration>");
    assert_eq!(apply(&prefixed), ("configuration[a]".to_owned(), Vec::new()));
}

#[test]
fn what_is_put_in_brings_no_declarations() {
    let text = "<configuration xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'><system.serviceModel><bindings \
                xmlns:x='urn:x' xdt:Transform='Insert'><basicHttpBinding/></bindings></system.serviceModel></configuration>";
    let base = "<configuration><system.serviceModel/></configuration>";
    let (document, findings) = transform(&xml(0, base), &xml(1, text));
    assert!(findings.is_empty(), "{findings:?}");
    let (parsed, findings) = wcf_config::parse(FileId(0), &document);
    assert!(findings.is_empty() && parsed.refusal.is_none(), "{findings:?}");
}

#[test]
fn warnings_are_notes_where_the_transform_asks_for_it() {
    let text = "<configuration xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'>\
                <zz xdt:Transform='Remove' xdt:SupressWarnings='true'/></configuration>";
    let (_, findings) = transform(&xml(0, BASE), &xml(1, text));
    assert_eq!(findings.worst(), Some(wcf_diagnostics::Level::Note));
}

#[test]
fn what_a_transform_puts_in_keeps_its_place() {
    let text = "<configuration xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'><system.serviceModel><client><endpoint \
                name='e' address='http://new/' xdt:Transform='SetAttributes' xdt:Locator='Match(name)'/></client></system.serviceModel>\
                </configuration>";
    let base = "<configuration><system.serviceModel><client><endpoint name='e' address='http://old/' binding='basicHttpBinding' \
                contract='I'/></client></system.serviceModel></configuration>";
    let release = xml(1, text);
    assert!(is_transform(&release));
    assert!(!is_transform(&xml(0, base)));
    let (document, findings) = transform(&xml(0, base), &release);
    assert!(findings.is_empty(), "{findings:?}");
    let (parsed, findings) = wcf_config::parse(FileId(0), &document);
    assert!(findings.is_empty(), "{findings:?}");
    let inputs = wcf_config::Inputs {
        configs: vec![wcf_config::Input { path: "app.config".to_owned(), document: parsed, name: None }],
        svc: Vec::new(),
    };
    let (effective, _) = wcf_config::resolve(&inputs, &wcf_config::Options::default());
    let address = &effective.hosts[0].clients[0].address;
    assert_eq!(address.value, "http://new/");
    assert_eq!(address.origin.span().unwrap().file, FileId(1));
    // Alone it is no configuration.
    let (alone, findings) = wcf_config::parse(FileId(1), &release);
    assert!(alone.is_transform && alone.root.client.is_empty());
    assert_eq!(findings.iter().map(|finding| finding.code.name).collect::<Vec<_>>(), ["wcf-config-transform-alone"]);
}
