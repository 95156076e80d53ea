//! How much longer reading and resolving configurations takes than quick-xml's bare pass over the same text, measured in one run.
//!
//! `cargo bench -p wcf-config [-- FOLDER]`. Without a folder the configurations of `fixtures/config` are read; with one, every
//! `*.config` file below it. The runs alternate, and the shortest time of each counts: what else the machine does can only add.
//!
//! The bare pass is quick-xml's own loop over the events of a text, as its documentation has it: nothing is copied, nothing looked
//! at, and end tags are compared with start tags as they are by default. All but the last two lines are of one thread.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use located_xml::{Limits, decode};
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use rayon::prelude::*;
use wcf_config::{Input, Inputs, Options};
use wcf_diagnostics::{FileId, Files, SourceFile};

/// Events only, nothing looked at.
fn events(text: &str) {
    let mut reader = Reader::from_str(text);
    while let Ok(event) = reader.read_event() {
        if matches!(black_box(event), Event::Eof) {
            return;
        }
    }
}

/// Events, and each attribute with its value resolved.
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
            Ok(event) => drop(black_box(event)),
        }
    }
}

/// What the command does with each file's bytes: decoded, its lines indexed, parsed, read against the tables; then all resolved.
fn whole(files: &[(String, Vec<u8>)], options: &Options) -> impl Sized {
    let mut sources = Files::default();
    let mut texts = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        let Ok(decoded) = decode(bytes) else { continue };
        let id = sources.add(SourceFile::new(path.clone(), decoded.text));
        texts.extend(sources.get(id).map(|file| (path.clone(), Arc::clone(&file.text))));
    }
    (wcf_config::resolve(&parse(&texts), options), sources)
}

/// XML to documents.
fn parse(texts: &[(String, Arc<str>)]) -> Inputs {
    let limits = Limits::default();
    let mut inputs = Inputs::default();
    for (at, (path, text)) in texts.iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
        let Some(xml) = located_xml::parse(file, Arc::clone(text), &limits).document else { continue };
        let (document, findings) = wcf_config::parse(file, &xml);
        black_box(findings);
        inputs.configs.push(Input { path: path.clone(), document, name: None });
    }
    inputs
}

/// As the command reads: each text by itself, on the threads there are.
fn parse_on_threads(texts: &[(String, Arc<str>)]) -> Inputs {
    let limits = Limits::default();
    let read = |(at, (path, text)): (usize, &(String, Arc<str>))| {
        let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
        let xml = located_xml::parse(file, Arc::clone(text), &limits).document?;
        Some(Input { path: path.clone(), document: wcf_config::parse(file, &xml).0, name: None })
    };
    Inputs { configs: texts.par_iter().enumerate().filter_map(read).collect(), ..Inputs::default() }
}

/// How much sooner many files are read and resolved on all processors than on one. What comes of it is dropped apart: that is
/// one thread's work, and the command does not do it before it ends.
#[allow(clippy::cast_precision_loss, reason = "times and counts are far below 2^52")]
fn threads(texts: &[(String, Arc<str>)], options: &Options) {
    const FILES: usize = 2000;
    let copies = FILES.div_ceil(texts.len().max(1));
    let copy = |copy: usize| texts.iter().map(move |(path, text)| (format!("{copy}/{path}"), Arc::clone(text)));
    let many: Vec<_> = (0..copies).flat_map(copy).collect();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let (Ok(one), Ok(all)) = (pool(1), pool(0)) else { return println!("no threads") };
    let run = || {
        let inputs = parse_on_threads(&many);
        let resolved = wcf_config::resolve(&inputs, options);
        (inputs, resolved)
    };
    let mut best = [Duration::MAX; 2];
    for _ in 0..12 {
        for (best, pool) in best.iter_mut().zip([&one, &all]) {
            let start = Instant::now();
            let made = black_box(pool.install(run));
            *best = start.elapsed().min(*best);
            drop(made);
        }
    }
    let [alone, together] = best.map(|best| best.as_secs_f64());
    let (files, threads) = (many.len(), all.current_num_threads());
    println!("{files} files on one thread             {:8.2} ms", alone * 1e3);
    println!("{files} files on {threads} threads            {:8.2} ms {:17.2} times as fast", together * 1e3, alone / together);
}

fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    // Dropping what was made is part of what it costs.
    drop(black_box(run()));
    start.elapsed()
}

fn collect(root: &Path, folder: &Path, texts: &mut Vec<(String, Arc<str>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, texts);
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("config"))
            && let Ok(decoded) = fs::read(&path).map_err(drop).and_then(|bytes| decode(&bytes).map_err(drop))
        {
            // Paths are relative to the input, as the command has them.
            let path = path.strip_prefix(root).unwrap_or(&path);
            texts.push((path.to_string_lossy().replace('\\', "/"), decoded.text.into()));
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes and times are far below 2^52")]
fn main() {
    // Resolving takes all processors where there are many files; this compares one thread with one.
    if let Err(error) = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global() {
        println!("more threads than one are used: {error}");
    }
    const ROUNDS: usize = 40;
    let mut texts = Vec::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/config");
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = folder.as_deref().map_or(own.as_path(), Path::new);
    collect(folder, folder, &mut texts);
    let size: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let limits = Limits::default();
    let options = Options::default();
    let inputs = parse(&texts);
    let bytes: Vec<(String, Vec<u8>)> = texts.iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec())).collect();
    let mut best = [Duration::MAX; 7];
    for _ in 0..ROUNDS {
        let runs = [
            time(|| texts.iter().for_each(|(_, text)| events(text))),
            time(|| texts.iter().map(|(_, text)| attributes(text)).sum::<usize>()),
            time(|| texts.iter().for_each(|(_, text)| drop(black_box(located_xml::parse(FileId(0), Arc::clone(text), &limits))))),
            time(|| parse(&texts)),
            time(|| wcf_config::resolve(&inputs, &options)),
            time(|| wcf_config::resolve(&parse(&texts), &options)),
            time(|| whole(&bytes, &options)),
        ];
        for (best, run) in best.iter_mut().zip(runs) {
            *best = run.min(*best);
        }
    }
    let [events, attributes, xml, parse, resolve, all, whole] = best.map(|best| best.as_secs_f64());
    println!("{} texts, {size} bytes, shortest of {ROUNDS} rounds, one thread", texts.len());
    let line = |what: &str, seconds: f64| {
        println!("{what:36} {:8.2} ms {:8.0} MB/s  {:5.2} of events", seconds * 1e3, size as f64 / 1e6 / seconds, seconds / events);
    };
    line("quick-xml, events", events);
    line("quick-xml, attribute values", attributes);
    line("located-xml, parse", xml);
    line("located-xml and wcf_config::parse", parse);
    line("wcf_config::resolve alone", resolve);
    line("parse and resolve", all);
    line("decode, index, parse and resolve", whole);
    threads(&texts, &options);
}
