//! Any C#: contracts are read without a panic, twice alike, and every place of a finding lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wcf_contract::{Options, SourceText, read_csharp};
use wcf_diagnostics::{Files, SourceFile, render_text};

fuzz_target!(|text: &str| {
    let mut files = Files::default();
    let file = files.add(SourceFile::new("Contract.cs", text));
    let read = || read_csharp(&[SourceText { file, text }], &Options::default());
    let (model, findings) = read();
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    assert!(!render_text(&files, &findings, false, 80).is_empty());
    assert_eq!(read(), (model, findings));
});
