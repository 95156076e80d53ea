//! CLR names from names in XML, as .NET's importers make them.

use std::collections::{BTreeMap, BTreeSet};

use super::xml::DATA_CONTRACTS;
use crate::model::Serializer;

/// CLR namespaces by XML namespace. Two that come to the same are told apart by a number, in the order of the XML namespaces
/// and not in the order they are met.
#[derive(Default)]
pub(super) struct ClrNamespaces {
    by_xml: BTreeMap<String, String>,
}

impl ClrNamespaces {
    pub fn new<'n>(namespaces: impl Iterator<Item = &'n str>) -> Self {
        let sorted: BTreeSet<&str> = namespaces.collect();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut by_xml = BTreeMap::new();
        for namespace in sorted {
            let wanted = clr_namespace(namespace);
            let mut name = wanted.clone();
            let mut number = 1;
            while !taken.insert(name.to_lowercase()) {
                name = format!("{wanted}{number}");
                number += 1;
            }
            by_xml.insert(namespace.to_owned(), name);
        }
        Self { by_xml }
    }

    pub fn of(&self, namespace: &str) -> String {
        self.by_xml.get(namespace).cloned().unwrap_or_else(|| clr_namespace(namespace))
    }
}

/// The CLR namespace of an XML namespace (`CodeExporter.GetClrNamespace`).
pub(super) fn clr_namespace(namespace: &str) -> String {
    let mut built = String::new();
    let mut fragments = BTreeSet::new();
    if let Some(rest) = namespace.strip_prefix(DATA_CONTRACTS) {
        add(&mut built, rest, &mut fragments);
    } else if let Some((_, rest)) = namespace.split_once("://") {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host).to_lowercase();
        add(&mut built, &host, &mut fragments);
        let path = format!("/{}", path.split('#').next().unwrap_or(path));
        add(&mut built, &path, &mut fragments);
    } else {
        // `urn:a:b` is absolute, with `a:b` for a path.
        let scheme = namespace.split_once(':').filter(|(scheme, _)| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '+' | '-' | '.'))
        });
        add(&mut built, scheme.map_or(namespace, |(_, path)| path), &mut fragments);
    }
    built.trim_end_matches('.').chars().take(511).collect()
}

fn add(built: &mut String, fragment: &str, fragments: &mut BTreeSet<String>) {
    let mut start = built.len();
    let mut at_start = true;
    for character in fragment.chars() {
        if is_valid(character) {
            if at_start && !is_valid_start(character) {
                built.push('_');
            }
            built.push(character);
            at_start = false;
        } else if matches!(character, '.' | '/' | ':') && !built.is_empty() && !built.ends_with('.') {
            unique(built, start, fragments);
            built.push('.');
            start = built.len();
            at_start = true;
        }
    }
    unique(built, start, fragments);
}

/// .NET does not repeat a part of a namespace: the second one gets a number.
fn unique(built: &mut String, start: usize, fragments: &mut BTreeSet<String>) {
    let part = built.get(start..).unwrap_or("").to_owned();
    if part.is_empty() || fragments.insert(part.to_lowercase()) {
        return;
    }
    let mut number = 1;
    while !fragments.insert(format!("{part}{number}").to_lowercase()) {
        number += 1;
    }
    built.push_str(&number.to_string());
}

fn is_valid_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn is_valid(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The CLR name of a name in XML: `_x0041_` decoded, what cannot be in a name left out (`CodeExporter.GetClrIdentifier`).
pub(super) fn identifier(name: &str) -> String {
    let decoded = decode(name);
    let mut built = String::with_capacity(decoded.len());
    for character in decoded.chars() {
        if is_valid(character) {
            if built.is_empty() && !is_valid_start(character) {
                built.push('_');
            }
            built.push(character);
        }
    }
    if built.is_empty() { "Item".to_owned() } else { built }
}

/// The CLR name of a value of an enumeration. Where it may not begin as a name does, `XmlSerializer` puts a word before it
/// (`CodeIdentifier.MakeValid`), `DataContractSerializer` an underscore.
pub(super) fn member_identifier(name: &str, serializer: Serializer) -> String {
    let plain = identifier(name);
    match (serializer, plain.strip_prefix('_')) {
        (Serializer::Xml, Some(rest)) if !name.starts_with('_') => format!("Item{rest}"),
        _ => plain,
    }
}

/// `XmlConvert.DecodeName`.
pub(super) fn decode(name: &str) -> String {
    let mut decoded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        decoded.push_str(before);
        let digits = from.get(2..6).filter(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit()));
        let character = digits.filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        let character = character.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        match character {
            Some(character) => {
                decoded.push(character);
                rest = from.get(7..).unwrap_or("");
            }
            None => {
                decoded.push_str("_x");
                rest = from.get(2..).unwrap_or("");
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_those_of_svcutil() {
        for (xml, clr) in [
            ("http://schemas.microsoft.com/sharepoint/soap/", "schemas.microsoft.com.sharepoint.soap"),
            ("http://schemas.datacontract.org/2004/07/Quay.Data", "Quay.Data"),
            ("urn:oracle:orders:types", "oracle.orders.types"),
            ("http://abc.org/wcf/", "abc.org.wcf"),
            ("Microsoft.Samples.ObjectReferences", "Microsoft.Samples.ObjectReferences"),
            ("http://tempuri.org/", "tempuri.org"),
            ("http://cxf.apache.org/cxf/performance/types", "cxf.apache.org.cxf1.performance.types"),
            ("http://example.com/2007/05", "example.com._2007._05"),
            ("", ""),
        ] {
            assert_eq!(clr_namespace(xml), clr, "{xml}");
        }
    }

    #[test]
    fn two_namespaces_of_one_name_are_told_apart_by_content() {
        let one = ClrNamespaces::new(["http://a/b", "urn:a:b"].into_iter());
        let other = ClrNamespaces::new(["urn:a:b", "http://a/b"].into_iter());
        assert_eq!(one.of("urn:a:b"), "a.b1");
        assert_eq!(other.of("urn:a:b"), "a.b1");
    }

    #[test]
    fn names_are_decoded() {
        assert_eq!(identifier("a_x0020_b"), "ab");
        assert_eq!(identifier("Outer.Inner"), "OuterInner");
        assert_eq!(identifier("1st"), "_1st");
        assert_eq!(member_identifier("1st", Serializer::Xml), "Item1st");
        assert_eq!(member_identifier("_st", Serializer::Xml), "_st");
        assert_eq!(member_identifier("1st", Serializer::DataContract), "_1st");
        assert_eq!(decode("_x0041_x_x"), "Ax_x");
    }
}
