//! How much longer parsing takes than quick-xml's bare pass over the same text, measured in one run.
//!
//! `cargo bench -p located-xml [-- FOLDER]`. Without a folder, a configuration made up here is read; with one, every
//! `*.config` file below it. The two are run in turn, many times, and the shortest time of each counts: what else the machine
//! does can only add to a time.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use located_xml::{Limits, decode, parse};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use wcf_diagnostics::FileId;

/// A configuration in the style of real ones, of about the size asked for.
fn made_up(size: usize) -> String {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<configuration>\r\n  <system.serviceModel>\r\n    <bindings>\r\n");
    let mut number = 0;
    while text.len() < size {
        text.push_str(&format!(
            "      <wsHttpBinding>\r\n        <!-- the binding of service {number} -->\r\n        <binding name=\"secure{number}\" \
             maxReceivedMessageSize=\"{}\" openTimeout=\"00:01:00\">\r\n          <security mode=\"TransportWithMessageCredential\">\r\n            \
             <transport clientCredentialType=\"None\" />\r\n            <message clientCredentialType=\"UserName\" \
             negotiateServiceCredential=\"true\" />\r\n          </security>\r\n        </binding>\r\n      </wsHttpBinding>\r\n      \
             <endpoint address=\"https://host{number}/service?a=1&amp;b=2\" binding=\"wsHttpBinding\" bindingConfiguration=\"secure{number}\"\r\n\
             \x20               contract=\"Company.Services.IService{number}\" name=\"endpoint{number}\" />\r\n",
            number * 65_536
        ));
        number += 1;
    }
    text.push_str("    </bindings>\r\n  </system.serviceModel>\r\n</configuration>\r\n");
    text
}

/// Events only, nothing looked at.
fn bare(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return events,
            Ok(event) => {
                black_box(&event);
                events += 1;
            }
        }
    }
}

/// Events, and each attribute with its value resolved: what any reader of configuration has to do at least.
fn attributes(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut length = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return length,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                for attribute in tag.attributes().flatten() {
                    length += attribute.normalized_value(XmlVersion::Implicit1_0).map_or(0, |value| value.len());
                }
            }
            Ok(event) => {
                black_box(&event);
            }
        }
    }
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn collect(folder: &Path, texts: &mut Vec<Arc<str>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("config"))
            && let Ok(decoded) = fs::read(&path).map_err(drop).and_then(|bytes| decode(&bytes).map_err(drop))
        {
            texts.push(decoded.text.into());
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes and times are far below 2^52")]
fn main() {
    const ROUNDS: usize = 60;
    let mut texts = Vec::new();
    match std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        Some(folder) => collect(Path::new(&folder), &mut texts),
        None => texts.push(made_up(1 << 20).into()),
    }
    let size: usize = texts.iter().map(|text| text.len()).sum();
    let limits = Limits::default();
    let mut best = [Duration::MAX; 4];
    for _ in 0..ROUNDS {
        let runs = [
            time(|| texts.iter().for_each(|text| _ = black_box(bare(text)))),
            time(|| texts.iter().for_each(|text| _ = black_box(attributes(text)))),
            // Dropping the tree is part of what parsing costs.
            time(|| texts.iter().for_each(|text| drop(black_box(parse(FileId(0), Arc::clone(text), &limits))))),
            time(|| texts.iter().for_each(|text| drop(black_box(decode(text.as_bytes()))))),
        ];
        for (best, run) in best.iter_mut().zip(runs) {
            *best = run.min(*best);
        }
    }
    let [bare, attributes, parse, decode] = best.map(|best| best.as_secs_f64());
    let speed = |seconds: f64| size as f64 / 1e6 / seconds;
    println!("{} texts, {size} bytes, shortest of {ROUNDS} rounds", texts.len());
    println!("quick-xml, events            {:8.0} MB/s  1.00", speed(bare));
    println!("quick-xml, attribute values  {:8.0} MB/s  {:.2}", speed(attributes), attributes / bare);
    println!(
        "located-xml, parse and drop  {:8.0} MB/s  {:.2} of events, {:.2} of attribute values",
        speed(parse),
        parse / bare,
        parse / attributes
    );
    println!("located-xml, decode          {:8.0} MB/s  {:.2} of events", speed(decode), decode / bare);
}
