//! What holds for every input: no panic, every place inside the text and true to it, and a tree survives being written and read.

use located_xml::{Element, Limits, Node, Parsed, decode, parse};
use proptest::prelude::*;
use wcf_diagnostics::{FileId, Span};

fn read(text: &str) -> Parsed {
    parse(FileId(7), text, &Limits::default())
}

fn under(text: &str, span: Span) -> &str {
    assert_eq!(span.file, FileId(7));
    let inside = text.get(span.start as usize..span.end as usize);
    assert!(inside.is_some(), "{span:?} does not fit {text:?}");
    inside.unwrap_or_default()
}

/// Checks every place in a tree against the text it was read from.
fn check_places(text: &str, element: Element<'_>) {
    let tag = under(text, element.span());
    assert!(tag.starts_with('<') && tag.ends_with('>'), "{tag:?}");
    assert_eq!(under(text, element.name_span()), element.name().to_string());
    assert_eq!(element.written_name(), element.name().to_string());
    assert_eq!((element.local(), element.has_prefix()), (element.name().local, element.name().prefix.is_some()));
    assert_eq!(element.name_span().start, element.span().start + 1);
    assert!(under(text, element.full_span()).starts_with(tag));
    for declaration in element.namespace_declarations() {
        assert!(under(text, declaration.name_span).starts_with("xmlns"));
        under(text, declaration.value_span);
    }
    for attribute in element.attributes() {
        let (name_span, value_span) = (attribute.name_span(), attribute.value_span());
        assert_eq!(under(text, name_span), attribute.name().to_string());
        assert!(element.span().start < name_span.start && name_span.end < value_span.start && value_span.end < element.span().end);
        let raw = under(text, value_span);
        if !raw.contains(['&', '\t', '\n', '\r']) {
            assert_eq!(raw, attribute.value());
            assert_eq!(raw, attribute.value_as_written());
        }
    }
    let mut end = element.span().end;
    for node in element.children() {
        let span = match node {
            Node::Element(inner) => {
                check_places(text, inner);
                inner.full_span()
            }
            Node::Text(leaf) => {
                let raw = under(text, leaf.span());
                if !raw.contains(['&', '\r', '<']) {
                    assert_eq!(raw, leaf.text());
                }
                leaf.span()
            }
            Node::Comment(leaf) => {
                assert_eq!(under(text, leaf.span()), leaf.text());
                leaf.span()
            }
        };
        assert!(end <= span.start && span.end <= element.full_span().end, "{span:?} is not after {end} and inside {element:?}");
        end = span.end;
    }
}

fn check(text: &str) {
    let Parsed { document, findings } = read(text);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        under(text, label.span);
    }
    match &document {
        Some(document) => check_places(text, document.root()),
        None => assert!(!findings.is_empty(), "nothing was understood and nothing said of {text:?}"),
    }
}

/// Pieces that, put together at random, come closer to XML than random characters do.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    "&",
    ";",
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    "b:c",
    "xmlns",
    "xmlns:b",
    "<a>",
    "</a>",
    "<b:c ",
    "/>",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "<?p",
    "?>",
    "<!DOCTYPE",
    "[",
    "]",
    "<!ENTITY",
    "&lt;",
    "&x;",
    "&#65;",
    "&#0;",
    "é",
    "😀",
    "\u{FEFF}",
    "\u{1}",
    "version=\"1.0\"",
    "a=\"1\"",
    "a='1'",
    "<!-",
    "<!",
    "<1",
    "\u{FFFF}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_decoded_or_refused_and_parsed(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(decoded) = decode(&bytes) {
            check(&decoded.text);
        }
    }

    #[test]
    fn any_text_is_parsed(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_heap_of_markup_is_parsed(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check(&pieces.concat());
    }

    #[test]
    fn a_well_formed_text_that_lost_a_piece_is_still_parsed(tree in tree(), from in any::<prop::sample::Index>(), length in 1..20_usize) {
        let mut text = write(&tree);
        let from = from.index(text.len());
        let boundaries = |at: &usize| text.is_char_boundary(*at);
        let (from, to) = ((0..=from).rev().find(boundaries), (from + length..=text.len()).find(boundaries));
        text.replace_range(from.unwrap()..to.unwrap_or(text.len()), "");
        check(&text);
    }

    #[test]
    fn what_is_written_is_read_again(tree in tree()) {
        let text = write(&tree);
        let Parsed { document, findings } = read(&text);
        prop_assert!(findings.is_empty(), "{findings:?} in {text}");
        let document = document.unwrap();
        check_places(&text, document.root());
        prop_assert_eq!(shape(document.root()), tree, "{}", text);
    }

    #[test]
    fn every_encoding_gives_the_same_text(tree in tree(), big in any::<bool>(), mark in any::<bool>()) {
        let text = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{}", write(&tree));
        let marked = if mark { format!("\u{FEFF}{text}") } else { text.clone() };
        let bytes: Vec<u8> = marked.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        let decoded = decode(&bytes).unwrap();
        prop_assert_eq!((decoded.text, decoded.had_bom), (text, mark));
    }
}

/// A tree without places, as the generator makes it and as a parsed one is reduced to.
#[derive(Clone, Debug, PartialEq)]
struct Tree {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq)]
enum Child {
    Tree(Tree),
    Text(String),
    Comment(String),
}

/// A tree whose neighbouring texts were put together and whose blank ones were left out, as reading does.
fn normal(name: String, attributes: Vec<(String, String)>, children: Vec<Child>) -> Tree {
    let mut unique: Vec<(String, String)> = Vec::new();
    for (name, value) in attributes {
        if unique.iter().all(|(other, _)| *other != name) {
            unique.push((name, value));
        }
    }
    let mut merged: Vec<Child> = Vec::new();
    for child in children {
        match (merged.last_mut(), child) {
            (Some(Child::Text(before)), Child::Text(text)) => before.push_str(&text),
            (_, child) => merged.push(child),
        }
    }
    Tree { name, attributes: unique, children: merged }
}

fn tree() -> impl Strategy<Value = Tree> {
    let name = "[A-Za-z_é][A-Za-z0-9._é-]{0,8}".prop_filter("no reserved names", |name| !name.to_lowercase().starts_with("xml"));
    // All that XML allows but a carriage return, which only a reference can carry.
    let value = "[ -~\n\té€😀\u{85}\u{2028}]{0,12}";
    let text = "[ -~\n\té€😀]{0,11}[!-~]";
    let comment = "[ -,.-~é]{0,12}";
    let attributes = prop::collection::vec((name.clone(), value), 0..4);
    let leaf = (name.clone(), attributes.clone()).prop_map(|(name, attributes)| normal(name, attributes, Vec::new()));
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let child = prop_oneof![inner.prop_map(Child::Tree), text.prop_map(Child::Text), comment.prop_map(Child::Comment)];
        (name.clone(), attributes.clone(), prop::collection::vec(child, 0..5))
            .prop_map(|(name, attributes, children)| normal(name, attributes, children))
    })
}

fn escape(raw: &str, out: &mut String) {
    for character in raw.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push_str(&format!("&#x{:X};", u32::from(character))),
            other => out.push(other),
        }
    }
}

fn write(tree: &Tree) -> String {
    fn inner(tree: &Tree, out: &mut String) {
        out.push('<');
        out.push_str(&tree.name);
        for (at, (name, value)) in tree.attributes.iter().enumerate() {
            let quote = if at % 2 == 0 { '"' } else { '\'' };
            out.push_str(&format!("\n  {name} = {quote}"));
            escape(value, out);
            out.push(quote);
        }
        if tree.children.is_empty() && tree.name.len().is_multiple_of(2) {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &tree.children {
            match child {
                Child::Tree(tree) => inner(tree, out),
                Child::Text(text) if text.len() % 3 == 0 && !text.contains("]]>") => {
                    out.push_str(&format!("<![CDATA[{text}]]>"));
                }
                Child::Text(text) => escape(text, out),
                Child::Comment(text) => out.push_str(&format!("<!--{text}-->")),
            }
        }
        out.push_str(&format!("</{} >", tree.name));
    }
    let mut out = String::new();
    inner(tree, &mut out);
    out
}

fn shape(element: Element<'_>) -> Tree {
    Tree {
        name: element.name().to_string(),
        attributes: element.attributes().map(|attribute| (attribute.name().to_string(), attribute.value().to_owned())).collect(),
        children: element
            .children()
            .map(|node| match node {
                Node::Element(element) => Child::Tree(shape(element)),
                Node::Text(leaf) => Child::Text(leaf.text().to_owned()),
                Node::Comment(leaf) => Child::Comment(leaf.text().to_owned()),
            })
            .collect(),
    }
}
