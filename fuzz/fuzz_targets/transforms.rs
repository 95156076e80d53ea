//! A configuration and a transform, apart by a line `%%`: applied without a panic, twice alike, what comes of it is still a
//! document whose places lie in one of the two texts, and it is read and resolved like any other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{Document, Limits, Node, parse};
use wcf_config::transform::{is_transform, transform};
use wcf_config::{Input, Inputs, Options};
use wcf_diagnostics::{FileId, Span};

fn check(texts: [&str; 2], document: &Document) {
    let under = |span: Span| {
        let text = texts.get(span.file.0 as usize).expect("a place is in one of the two files");
        text.get(span.start as usize..span.end as usize).expect("a place lies in its text")
    };
    for element in document.root().descendants() {
        assert_eq!(under(element.name_span()), element.written_name());
        under(element.full_span());
        for attribute in element.attributes() {
            assert_eq!(under(attribute.name_span()), attribute.written_name());
            under(attribute.value_span());
        }
        for node in element.children() {
            match node {
                Node::Element(_) => {}
                Node::Text(leaf) | Node::Comment(leaf) => drop(under(leaf.span())),
            }
        }
    }
}

fuzz_target!(|text: &str| {
    let Some((base, changes)) = text.split_once("\n%%\n") else { return };
    let limits = Limits::default();
    let documents = (parse(FileId(0), base, &limits).document, parse(FileId(1), changes, &limits).document);
    let (Some(document), Some(changes_read)) = documents else { return };
    let (made, findings) = transform(&document, &changes_read);
    check([base, changes], &made);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        let text = if label.span.file == FileId(0) { base } else { changes };
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    assert_eq!(transform(&document, &changes_read), (made.clone(), findings));
    let _ = is_transform(&made);
    let (read, _) = wcf_config::parse(FileId(0), &made);
    let inputs = Inputs { configs: vec![Input { path: "web.config".to_owned(), document: read, name: None }], svc: Vec::new() };
    let _ = wcf_config::resolve(&inputs, &Options::default());
});
