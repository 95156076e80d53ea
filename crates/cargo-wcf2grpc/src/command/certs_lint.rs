//! `certs lint`: what rustls, .NET and OpenSSL will say to certificate files, with the command that mends each fault.

use std::path::PathBuf;

use anyhow::Context;
use certificate_lint::{Certificate, Peer, Question, Report, Role, Verdict, authorities, lint, thumbprint};
use rustls::pki_types::CertificateDer;
use serde_json::json;
use time::OffsetDateTime;

use crate::arguments::{CertificateRole, CertsLint, Format, Global, Input, Stage};
use crate::certificate_references::{self, Search};
use crate::exit_code::Exit;
use crate::pipeline;
use crate::terminal::{BAD, DIM, GOOD, STRONG, Terminal, WARN};

/// A certificate is larger than this only by mistake, in bytes.
const LARGEST_FILE: u64 = 1 << 20;

/// A thumbprint of a configuration, with the places where it is written and the files that have it.
struct Compared {
    thumbprint: String,
    places: Vec<String>,
    files: Vec<String>,
}

/// Looks at each file and prints what is to be said. Exit code 1 if rustls refuses one, or a compared thumbprint has no file.
pub fn run(options: &CertsLint, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let mut trusted: Vec<CertificateDer<'static>> = Vec::new();
    for path in &options.authority {
        let found = authorities(&read(path)?).map_err(|fault| anyhow::anyhow!("{}: {fault}", path.display()))?;
        trusted.extend(found);
    }
    let role = match options.role {
        CertificateRole::Server => Role::Server,
        CertificateRole::Client => Role::Client,
    };
    let question = Question { role, names: &options.name, authorities: &trusted, now: pipeline::now() };
    let mut reports = Vec::new();
    for path in &options.files {
        reports.push((path.display().to_string(), lint(&read(path)?, &question)));
    }
    let compared = compare(options, global, &reports, terminal)?;
    let refused = reports.iter().filter(|(_, report)| is_refused(report)).count();
    let result = match options.format {
        Format::Text => text(&reports, &compared, &question),
        Format::Json => json_document(&reports, &compared, &question)?,
    };
    terminal.result(&result)?;
    if reports.iter().any(|(_, report)| report.verdict == Verdict::NoAuthority) {
        terminal
            .message(format_args!("{WARN}Trust was not checked{WARN:#}: give the authorities that the peers trust with --authority FILE."));
    }
    let missing = compared.iter().any(|compared| compared.files.is_empty());
    Ok(if refused > 0 || missing { Exit::Denied } else { Exit::Done })
}

/// rustls says no. That trust was not asked about is no refusal, and is said.
fn is_refused(report: &Report) -> bool {
    matches!(report.verdict, Verdict::Refused(_) | Verdict::NothingToVerify)
        || report.faults.iter().any(|fault| fault.refused_by(Peer::Rustls))
}

fn read(path: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let context = || format!("{} cannot be read", path.display());
    let metadata = std::fs::metadata(path).with_context(context)?;
    anyhow::ensure!(metadata.len() <= LARGEST_FILE, "{} is larger than {LARGEST_FILE} bytes, so it is no certificate", path.display());
    std::fs::read(path).with_context(context)
}

/// The thumbprints in the configurations to compare with.
fn compare(options: &CertsLint, global: &Global, reports: &[(String, Report)], terminal: Terminal) -> anyhow::Result<Vec<Compared>> {
    if options.compare.is_empty() {
        return Ok(Vec::new());
    }
    let input = Input { paths: options.compare.clone(), ..Input::default() };
    let run = pipeline::run(&input, global, None, Stage::Effective, terminal)?;
    let mut all = Vec::new();
    for (Search { find_type, find_value, .. }, used) in certificate_references::of(&run.config, &run.files) {
        if find_type != "FindByThumbprint" {
            continue;
        }
        // What is no SHA-1 value is found by nobody; it is shown as it is written.
        let thumbprint = thumbprint(&find_value).unwrap_or(find_value);
        let has = |report: &Report| report.leaf.as_ref().is_some_and(|leaf| leaf.thumbprint == thumbprint);
        let files = reports.iter().filter(|(_, report)| has(report)).map(|(file, _)| file.clone()).collect();
        all.push(Compared { thumbprint, places: used.places, files });
    }
    Ok(all)
}

fn text(reports: &[(String, Report)], compared: &[Compared], question: &Question<'_>) -> String {
    let mut text = String::new();
    for (file, report) in reports {
        text.push_str(&format!("{STRONG}{file}{STRONG:#}\n"));
        if let Some(leaf) = &report.leaf {
            text.push_str(&format!("  {}\n", about(leaf)));
            text.push_str(&format!("  {DIM}thumbprint {} · SHA-256 {}{DIM:#}\n", leaf.thumbprint, leaf.sha256));
        }
        text.push_str(&format!("  {}\n", answers(report)));
        let mut told = Vec::new();
        for fault in &report.faults {
            let style = if fault.refused_by(Peer::Rustls) { BAD } else { WARN };
            text.push_str(&format!("  {style}-{style:#} {fault}\n"));
            let mend = fault.mend(question.role, question.names);
            if told.contains(&mend) {
                text.push_str("    The same mends it.\n");
                continue;
            }
            for line in mend.lines() {
                text.push_str(&format!("    {}\n", line.replace("FILE", file)));
            }
            told.push(mend);
        }
        text.push('\n');
    }
    for Compared { thumbprint, places, files } in compared {
        let files = if files.is_empty() { format!("{BAD}none of the files{BAD:#}") } else { files.join(", ") };
        text.push_str(&format!("{} names {thumbprint}: {files}\n", places.join(", ")));
    }
    text
}

fn about(leaf: &Certificate) -> String {
    let names: Vec<String> = leaf.names.iter().map(ToString::to_string).collect();
    let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
    format!("{} · proves {names} · issued by {} · good until {}", leaf.subject, leaf.issuer, day(leaf))
}

fn day(leaf: &Certificate) -> String {
    OffsetDateTime::from_unix_timestamp(leaf.not_after).map_or_else(|_| "the end of all calendars".to_owned(), |end| end.date().to_string())
}

fn answers(report: &Report) -> String {
    let answer = |peer: Peer| {
        let refused = report.faults.iter().any(|fault| fault.refused_by(peer)) || report.leaf.is_none() && peer == Peer::Rustls;
        match (refused, &report.verdict) {
            (true, _) => format!("{peer}: {BAD}refuses{BAD:#}"),
            (false, Verdict::NoAuthority) => format!("{peer}: nothing against it"),
            (false, _) => format!("{peer}: {GOOD}accepts{GOOD:#}"),
        }
    };
    Peer::ALL.map(answer).join(" · ")
}

fn json_document(reports: &[(String, Report)], compared: &[Compared], question: &Question<'_>) -> anyhow::Result<String> {
    let files: Vec<_> = reports
        .iter()
        .map(|(file, report)| {
            let faults: Vec<_> = report
                .faults
                .iter()
                .map(|fault| {
                    let refused: Vec<String> = Peer::ALL.into_iter().filter(|&peer| fault.refused_by(peer)).map(|peer| peer.to_string()).collect();
                    json!({ "fault": fault.to_string(), "refusedBy": refused, "help": fault.mend(question.role, question.names).replace("FILE", file) })
                })
                .collect();
            let leaf = report.leaf.as_ref().map(|leaf| {
                json!({
                    "subject": leaf.subject, "issuer": leaf.issuer, "thumbprint": leaf.thumbprint, "sha256": leaf.sha256, "notAfter": day(leaf),
                    "names": leaf.names.iter().map(ToString::to_string).collect::<Vec<_>>(),
                })
            });
            let verdict = match &report.verdict {
                Verdict::Accepted => "accepted",
                Verdict::Refused(_) => "refused",
                Verdict::NoAuthority => "not asked: no authority",
                Verdict::NothingToVerify => "not asked: no certificate",
            };
            json!({ "file": file, "certificate": leaf, "rustls": verdict, "refused": is_refused(report), "faults": faults })
        })
        .collect();
    let compared: Vec<_> = compared
        .iter()
        .map(|Compared { thumbprint, places, files }| json!({ "thumbprint": thumbprint, "places": places, "files": files }))
        .collect();
    let document =
        json!({ "schema": migration_report::SCHEMA, "version": env!("CARGO_PKG_VERSION"), "files": files, "thumbprints": compared });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
