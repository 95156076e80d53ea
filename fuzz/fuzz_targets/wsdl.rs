//! Any WSDL, alone and beside a schema: its contracts are read without a panic, twice alike and in either order, and every
//! place of a finding lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{Document, Limits, parse};
use wcf_contract::{ContractModel, WsdlDocument, WsdlOptions, read_wsdl};
use wcf_diagnostics::{FileId, Files, Findings, SourceFile, render_text};

fuzz_target!(|text: &str| {
    // What follows the mark is a second file, which the first may import.
    let (first, second) = text.split_once("<!--xsd-->").unwrap_or((text, ""));
    let mut files = Files::default();
    let texts = [("a.wsdl", first), ("b.xsd", second)];
    let parsed: Vec<(FileId, &str, Document)> = texts
        .iter()
        .filter_map(|(path, text)| {
            let file = files.add(SourceFile::new(*path, *text));
            Some((file, *path, parse(file, *text, &Limits::default()).document?))
        })
        .collect();
    let mut documents: Vec<WsdlDocument<'_>> =
        parsed.iter().map(|(file, path, document)| WsdlDocument { file: *file, path, document }).collect();
    let options = WsdlOptions { map: vec![("http://host.test/b.xsd".to_owned(), "b.xsd".to_owned())] };
    let read = |documents: &[WsdlDocument<'_>]| -> (ContractModel, Findings) { read_wsdl(documents, &options) };
    let (model, findings) = read(&documents);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        let text = files.get(label.span.file).map_or("", |source| &source.text);
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    assert!(!render_text(&files, &findings, false, 80).is_empty());
    documents.reverse();
    assert_eq!(read(&documents), (model, findings));
});
