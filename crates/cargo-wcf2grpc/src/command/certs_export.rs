//! `certs export`: a PowerShell script that takes the certificates a configuration names out of Windows stores.

use std::collections::BTreeMap;

use certificate_lint::thumbprint;

use crate::arguments::{CertsExport, Global, Stage};
use crate::certificate_references::{self, Search, Use};
use crate::exit_code::Exit;
use crate::terminal::{GOOD, Terminal};
use crate::write::replace;
use crate::{findings, pipeline};

/// What the script does with its list. The list stands between the two halves.
const BEFORE: &str = include_str!("certs_export/before.ps1");
const AFTER: &str = include_str!("certs_export/after.ps1");

/// Writes the script.
pub fn run(options: &CertsExport, global: &Global, terminal: Terminal) -> anyhow::Result<Exit> {
    let run = pipeline::run(&options.input, global, None, Stage::Effective, terminal)?;
    if run.policy_is_wrong || run.nothing_understood {
        findings::show_run(&run, terminal);
        return Ok(findings::exit(&run));
    }
    let wanted = certificate_references::of(&run.config, &run.files);
    if wanted.is_empty() {
        terminal.message("No configuration names a certificate: nothing was written.");
        return Ok(Exit::Done);
    }
    let there = options.out.symlink_metadata().is_ok();
    anyhow::ensure!(options.force || !there, "{} is there already: nothing was written; --force replaces it", options.out.display());
    replace(&options.out, script(&wanted).as_bytes(), None)?;
    terminal.message(format_args!(
        "{GOOD}Wrote{GOOD:#} {}: it looks for {} certificates. Read it, then run it on the machine that holds them:",
        options.out.display(),
        wanted.len()
    ));
    terminal.message(format_args!("    powershell -File {} -OutDir certificates", options.out.display()));
    Ok(Exit::Done)
}

fn script(wanted: &BTreeMap<Search, Use>) -> String {
    let mut text = BEFORE.to_owned();
    for (number, (search, used)) in wanted.iter().enumerate() {
        let Search { location, store, find_type, find_value } = search;
        // Windows compares thumbprints digit by digit; a blank or an invisible mark in the middle finds nothing.
        let cleaned = if find_type == "FindByThumbprint" { thumbprint(find_value) } else { None };
        let entry = format!(
            "    @{{ Name = {}; Location = {}; Store = {}; FindType = {}; FindValue = {}; PrivateKey = ${}; UsedBy = {} }}\n",
            quoted(&format!("certificate-{:02}", number + 1)),
            quoted(location),
            quoted(store),
            quoted(find_type),
            quoted(&cleaned.unwrap_or_else(|| find_value.clone())),
            used.private_key,
            quoted(&used.places.join(", ")),
        );
        text.push_str(&entry);
    }
    text.push_str(AFTER);
    // Windows PowerShell reads a script without a byte order mark as the machine's code page.
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

/// A PowerShell string in which nothing is expanded. PowerShell ends such a string at typographic quotes as well, and doubling
/// each keeps it (about_Quoting_Rules).
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars().filter(|character| !character.is_control()) {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_string() {
        assert_eq!(quoted("CN='; Remove-Item C:\\ -Recurse; '"), "'CN=''; Remove-Item C:\\ -Recurse; '''");
        assert_eq!(quoted("a\u{2019}b\n$x"), "'a\u{2019}\u{2019}b$x'");
    }
}
