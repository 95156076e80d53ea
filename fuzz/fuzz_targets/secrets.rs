//! Any text: the places of secrets are in order and apart, and nothing of a secret is left after it is hidden.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wcf_diagnostics::secrets::{ranges, redact};

fuzz_target!(|text: &str| {
    let found = ranges(text);
    let mut end = 0;
    for range in &found {
        assert!(end <= range.start && range.start < range.end);
        assert!(text.get(range.clone()).is_some());
        end = range.end;
    }
    assert_eq!(redact(text).len(), text.len() + found.len() * 3 - found.iter().map(|range| range.len()).sum::<usize>());
    // A password that stands alone in quotes is hidden whatever surrounds it.
    if !text.contains('"') {
        let around = format!("{text}\n<a password=\"hunter2\"/>");
        if !text.contains(['\'', '<']) && !text.contains("hunter2") {
            assert!(!redact(&around).contains("hunter2"), "{around:?}");
        }
    }
});
