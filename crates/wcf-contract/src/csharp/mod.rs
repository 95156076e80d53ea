//! Service contracts from C# source.
//!
//! [`relevance`] finds the files that can matter. Each of them is parsed once, in parallel: [`preprocessor`] takes out what the symbols exclude, [`reader`] turns the
//! syntax tree into [`declaration`]s. [`symbols`] merges all files into one table, in which [`resolve`] looks up names
//! and [`constant`] computes values. [`model_builder`] and the modules beside it apply .NET's rules to what was found.
//! The syntax comes from tree-sitter; only what syntax does not say (names, constants, partial types, inheritance) is
//! worked out here.

mod clr_type;
mod code_endpoint;
mod collection;
mod constant;
mod data_contract;
mod declaration;
mod documentation;
mod expression;
mod framework;
mod hosting;
mod message_contract;
mod model_builder;
mod operation;
mod preprocessor;
mod reader;
mod relevance;
mod resolve;
mod service_class;
mod service_contract;
mod stable_name;
mod symbols;
mod syntax;
mod type_reference;
mod unread_attributes;
mod views;
mod xml_serializer;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tree_sitter::Parser;
use wcf_diagnostics::{FileId, Findings, Span};

use self::declaration::FileDeclarations;
use self::model_builder::ModelBuilder;
use self::relevance::{Outline, Selection};
use self::symbols::Symbols;
use crate::diagnostics::ConditionalCode;
use crate::model::ContractModel;

/// The text of a C# file.
#[derive(Clone, Copy, Debug)]
pub struct SourceText<'a> {
    /// Its handle; findings and spans carry it.
    pub file: FileId,
    /// Its decoded text.
    pub text: &'a str,
}

/// What the reader is told beside the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Preprocessor symbols that are defined in every file, as `DefineConstants` or `--define` gives them.
    pub defines: Vec<String>,
    /// Which files belong together. Files of no project make up one of their own.
    pub projects: Vec<Project>,
}

/// The files of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Its files. A file that several projects link belongs to the first that names it.
    pub files: Vec<FileId>,
    /// Its own preprocessor symbols, beside [`Options::defines`].
    pub defines: Vec<String>,
    /// What its project file has beside its sources: each a `using` directive's inside (`System.Linq`, `static A.B`, `C = A.C`).
    pub usings: Vec<String>,
}

/// Reads the service contracts of C# sources, the data they carry, and the classes that implement them.
///
/// The result does not depend on the order of `sources`. Nothing in a source makes this fail or panic: what cannot be
/// read is a finding at its place.
#[must_use]
pub fn read_csharp(sources: &[SourceText<'_>], options: &Options) -> (ContractModel, Findings) {
    read_sources(sources, options, false)
}

/// Like [`read_csharp`], but parses every file and not only those that can matter to a contract. The model is the same;
/// the time is not. Tests compare the two.
#[must_use]
pub fn read_every_csharp(sources: &[SourceText<'_>], options: &Options) -> (ContractModel, Findings) {
    read_sources(sources, options, true)
}

fn read_sources(sources: &[SourceText<'_>], options: &Options, every: bool) -> (ContractModel, Findings) {
    let mut project_of: BTreeMap<FileId, usize> = BTreeMap::new();
    for (index, project) in options.projects.iter().enumerate() {
        for file in &project.files {
            project_of.entry(*file).or_insert(index);
        }
    }
    let mut sources: Vec<&SourceText<'_>> = sources.iter().collect();
    sources.sort_by_key(|source| source.file);
    let read = |indexes: Vec<usize>| -> Vec<(usize, (FileDeclarations, Findings))> {
        let chosen: Vec<(usize, &SourceText<'_>)> = indexes.into_iter().filter_map(|index| Some((index, *sources.get(index)?))).collect();
        chosen.par_iter().map_init(parser, |parser, (index, source)| (*index, read_file(parser, source, options, &project_of))).collect()
    };
    let mut files: BTreeMap<usize, FileDeclarations> = BTreeMap::new();
    let mut findings = Findings::new();
    let mut take = |batch: Vec<(usize, (FileDeclarations, Findings))>, files: &mut BTreeMap<usize, FileDeclarations>| {
        let mut fresh = Vec::new();
        for (index, (file, found)) in batch {
            fresh.push(index);
            files.insert(index, file);
            findings.extend(found);
        }
        fresh
    };
    if every {
        take(read((0..sources.len()).collect()), &mut files);
    } else {
        let outlines: Vec<Outline<'_>> = sources.par_iter().map(|source| relevance::outline(source.text)).collect();
        let mut selection = Selection::new(&outlines);
        let mut fresh = take(read(selection.begin(&outlines)), &mut files);
        while !fresh.is_empty() {
            let next = selection.next(&files, &fresh);
            fresh = take(read(next), &mut files);
        }
    }
    let mut files: Vec<FileDeclarations> = files.into_values().collect();
    files.extend(options.projects.iter().filter_map(usings_of));
    let symbols = Symbols::new(&files, &project_of);
    let (model, found) = ModelBuilder::new(&symbols).build();
    findings.extend(found);
    findings.sort();
    (model, findings)
}

/// The usings of a project file, as a file of the project that has nothing else.
fn usings_of(project: &Project) -> Option<FileDeclarations> {
    let file = *project.files.first()?;
    let is_directive = |using: &&String| !using.contains([';', '\n', '{']);
    let text: String = project.usings.iter().filter(is_directive).map(|using| format!("global using {using};\n")).collect();
    (!text.is_empty()).then(|| parser().map(|mut parser| reader::read(&mut parser, file, &text)))?
}

/// A parser for C#; `None` if the grammar does not fit the library, which a test rules out.
fn parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_c_sharp::LANGUAGE.into()).ok()?;
    Some(parser)
}

fn read_file(
    parser: &mut Option<Parser>,
    source: &SourceText<'_>,
    options: &Options,
    project_of: &BTreeMap<FileId, usize>,
) -> (FileDeclarations, Findings) {
    let own = project_of.get(&source.file).and_then(|project| options.projects.get(*project)).map(|project| project.defines.as_slice());
    let defines: BTreeSet<&str> = options.defines.iter().chain(own.unwrap_or_default()).map(String::as_str).collect();
    let (text, dead) = preprocessor::preprocess(source.text, &defines);
    let mut findings = Findings::new();
    for branch in dead {
        let body = source.text.get(branch.body).unwrap_or("");
        if CONTRACT_WORDS.iter().any(|word| body.contains(word)) {
            let directive = source.text.get(branch.directive.clone()).unwrap_or("");
            let start = branch.directive.start + (directive.len() - directive.trim_start().len());
            let span = Span::new(source.file, start, start + directive.trim().len());
            findings.push(ConditionalCode { directive: directive.trim(), span });
        }
    }
    let declarations = match parser {
        Some(parser) => reader::read(parser, source.file, &text),
        None => reader::empty(source.file),
    };
    (declarations, findings)
}

/// Words that make a branch that was left out worth a finding.
const CONTRACT_WORDS: [&str; 6] = ["ServiceContract", "OperationContract", "DataContract", "DataMember", "EnumMember", "MessageContract"];
