//! Any text: every place of the tree lies in the text, in order, and has there what the tree says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{Element, Limits, Node, parse};
use wcf_diagnostics::{FileId, Span};

fn under(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).expect("a place lies in the text")
}

fn check(text: &str, element: Element<'_>) {
    assert!(under(text, element.span()).starts_with('<') && under(text, element.span()).ends_with('>'));
    assert_eq!(under(text, element.name_span()), element.name().to_string());
    for attribute in element.attributes() {
        assert_eq!(under(text, attribute.name_span()), attribute.name().to_string());
        let raw = under(text, attribute.value_span());
        if !raw.contains(['&', '\t', '\n', '\r']) {
            assert_eq!(raw, attribute.value());
        }
    }
    let mut end = element.span().end;
    for node in element.children() {
        let span = match node {
            Node::Element(inner) => {
                check(text, inner);
                inner.full_span()
            }
            Node::Text(leaf) => leaf.span(),
            Node::Comment(leaf) => {
                assert_eq!(under(text, leaf.span()), leaf.text());
                leaf.span()
            }
        };
        under(text, span);
        assert!(end <= span.start && span.end <= element.full_span().end);
        end = span.end;
    }
}

fuzz_target!(|text: &str| {
    let parsed = parse(FileId(0), text, &Limits::default());
    for label in parsed.findings.iter().flat_map(|finding| &finding.labels) {
        under(text, label.span);
    }
    match &parsed.document {
        Some(document) => check(text, document.root()),
        None => assert!(!parsed.findings.is_empty()),
    }
    assert_eq!(parse(FileId(0), text, &Limits::default()).document, parsed.document);
});
