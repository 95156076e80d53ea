//! The C# reader against tree-sitter's own parse of the same bytes, in the same run.
//!
//! `cargo bench -p wcf-contract --bench csharp [-- FOLDER]` prints the ratio of the whole reader to the bare parse, both
//! on one thread and on all; without a folder it writes 1,000 contract files in the shape of the sample solution's. The
//! bound is a ratio of 2: past it the command fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench that cannot run should say so loudly")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use wcf_contract::{Options, SourceText, read_csharp};
use wcf_diagnostics::FileId;

/// Reader time over parse time that must not be passed.
const BOUND: f64 = 2.0;
const ROUNDS: usize = 5;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let texts = folder.map_or_else(thousand_files, |folder| csharp_below(Path::new(&folder)));
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    let mut worst: f64 = 0.0;
    for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        // The two take turns, so that a slow spell of the machine meets both.
        let (mut parse, mut read) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            parse.push(time(|| pool.install(|| bare_parse(&texts))));
            read.push(time(|| pool.install(|| whole_reader(&texts))));
        }
        let (parse, read) = (median(parse), median(read));
        let ratio = read.as_secs_f64() / parse.as_secs_f64();
        worst = worst.max(ratio);
        println!("{threads} threads: parse {parse:.1?}, reader {read:.1?}, ratio {ratio:.2}");
    }
    assert!(worst < BOUND, "the reader takes {worst:.2} times as long as the bare parse, past {BOUND}");
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    assert!(std::hint::black_box(work()) > 0);
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn bare_parse(texts: &[String]) -> usize {
    let parser = || {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_c_sharp::LANGUAGE.into()).unwrap();
        parser
    };
    texts.par_iter().map_init(parser, |parser, text| parser.parse(text, None).unwrap().root_node().descendant_count()).sum()
}

fn whole_reader(texts: &[String]) -> usize {
    let sources: Vec<SourceText<'_>> =
        texts.iter().enumerate().map(|(at, text)| SourceText { file: FileId(u32::try_from(at).unwrap()), text }).collect();
    let (model, findings) = read_csharp(&sources, &Options::default());
    model.contracts.len() + model.types.len() + findings.len()
}

fn csharp_below(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "cs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

/// The files of the sample solution's contracts, with namespaces of their own, until there are a thousand.
fn thousand_files() -> Vec<String> {
    let solution = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/solutions/harbour");
    let originals = csharp_below(&solution);
    (0..1000).map(|at| originals[at % originals.len()].replace("Harbour.", &format!("Harbour{}.", at / originals.len()))).collect()
}
