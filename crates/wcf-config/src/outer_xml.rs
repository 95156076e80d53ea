//! XML that is kept as it stands, spelled as .NET spells it.

use located_xml::{Element as Xml, Node as XmlNode};

use crate::document::Kept;

/// An element with all it holds.
pub(crate) fn kept(element: Xml<'_>) -> Kept {
    let mut xml = String::new();
    outer_xml(element, &mut xml);
    Kept { xml, span: element.full_span(), transform: None }
}

/// `XmlElement.OuterXml`: names and namespace declarations as written, without white space between elements.
fn outer_xml(element: Xml<'_>, out: &mut String) {
    let name = element.written_name();
    out.push('<');
    out.push_str(name);
    let mut attributes: Vec<(u32, String, &str)> = element
        .attributes()
        .map(|attribute| (attribute.name_span().start, attribute.written_name().to_owned(), attribute.value_as_written()))
        .collect();
    for declaration in element.namespace_declarations() {
        let name = declaration.prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        attributes.push((declaration.name_span.start, name, declaration.namespace));
    }
    attributes.sort_by_key(|(at, _, _)| *at);
    for (_, name, value) in attributes {
        out.push_str(&format!(" {name}=\"{}\"", escape(value).replace('"', "&quot;")));
    }
    if element.is_empty() {
        out.push_str(" />");
        return;
    }
    out.push('>');
    for node in element.children() {
        match node {
            XmlNode::Element(inner) => outer_xml(inner, out),
            XmlNode::Text(text) => out.push_str(&escape(text.text())),
            XmlNode::Comment(_) => {}
        }
    }
    out.push_str(&format!("</{name}>"));
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
