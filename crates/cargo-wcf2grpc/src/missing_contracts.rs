//! Endpoints whose contract the reader did not find: interfaces that are no service contracts, contracts in Visual Basic, and
//! contracts of which there is an assembly only. Each is told with what to do, as soon as an endpoint names it.

use std::collections::BTreeSet;

use wcf_config::EffectiveConfig;
use wcf_contract::ContractModel;
use wcf_diagnostics::{FileId, Findings, Span};

use crate::diagnostics::{ContractCompiledOnly, ContractInVisualBasic, ContractWithoutAttribute};
use crate::discovery::Sources;

/// A finding for each endpoint with such a contract. What is in no source is told only if `and_compiled`.
pub fn findings(sources: &Sources, contracts: &ContractModel, config: &EffectiveConfig, and_compiled: bool) -> Findings {
    let mut findings = Findings::new();
    // Configuration alone says nothing of where its contracts are.
    if sources.csharp.is_empty() && sources.visual_basic.is_empty() {
        return findings;
    }
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for host in config.hosts.iter().filter(|host| !host.refused) {
        let services = host.services.iter().flat_map(|service| {
            let named = service.endpoints.iter().filter(|endpoint| !endpoint.is_system);
            named.map(|endpoint| (service.name.as_str(), &endpoint.contract.value, endpoint.span))
        });
        let clients = host.clients.iter().map(|client| ("", &client.contract.value, client.span));
        for (service, contract, span) in services.chain(clients) {
            if contract.is_empty() || contract == "IMetadataExchange" || is_known(contracts, contract) || !told.insert((service, contract))
            {
                continue;
            }
            let written = declared(sources, &sources.csharp, contract, &["interface", "class"]);
            let basic = declared(sources, &sources.visual_basic, contract, &["Interface", "Class", "interface", "class"]);
            match (written, basic) {
                (Some(at), _) => findings.push(ContractWithoutAttribute { contract, service, endpoint: span, at }),
                (None, Some(at)) => findings.push(ContractInVisualBasic { contract, service, endpoint: span, at }),
                (None, None) if and_compiled => findings.push(ContractCompiledOnly { contract, service, endpoint: span }),
                (None, None) => {}
            }
        }
    }
    findings
}

/// Whether the reader found the contract, or .NET refuses it, which was said.
fn is_known(contracts: &ContractModel, written: &str) -> bool {
    let short = last(written);
    contracts
        .contracts
        .values()
        .any(|contract| contract.configuration_name == written || contract.clr_name == written || last(&contract.clr_name) == short)
        || contracts.refused.keys().any(|name| name == written || last(name) == short)
}

fn last(name: &str) -> &str {
    name.rsplit(['.', '+']).next().unwrap_or(name)
}

/// Where a file declares a type of this short name, in a namespace that goes with the whole one.
fn declared(sources: &Sources, files: &[FileId], contract: &str, keywords: &[&str]) -> Option<Span> {
    let short = last(contract);
    let namespace = contract.strip_suffix(short).unwrap_or("").trim_end_matches(['.', '+']);
    let innermost = last(namespace);
    let mut best: Option<(bool, Span)> = None;
    for file in files {
        let text = sources.files.get(*file).map_or("", |file| file.text.as_ref());
        if !text.contains(short) {
            continue;
        }
        let Some(start) = declaration(text, short, keywords) else { continue };
        let near = innermost.is_empty() || text.contains(innermost);
        if best.is_none_or(|(is_near, _)| near && !is_near) {
            best = Some((near, Span::new(*file, start, start + short.len())));
        }
    }
    best.filter(|(near, _)| *near).map(|(_, span)| span)
}

/// The place of the name in its declaration: the keyword, white space, the name, and nothing that goes on with it.
fn declaration(text: &str, name: &str, keywords: &[&str]) -> Option<usize> {
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or("");
        let after = text.get(at + name.len()..).unwrap_or("");
        let trimmed = before.trim_end();
        let keyword = trimmed.len() < before.len()
            && keywords.iter().any(|keyword| {
                trimmed.strip_suffix(keyword).is_some_and(|rest| !rest.ends_with(|last: char| last.is_alphanumeric() || last == '_'))
            });
        let line = before.rsplit('\n').next().unwrap_or("").trim_start();
        let is_comment = line.starts_with("//") || line.starts_with('*') || line.starts_with('\'');
        keyword && !is_comment && !after.starts_with(|next: char| next.is_alphanumeric() || next == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::declaration;

    #[test]
    fn a_declaration_is_a_keyword_and_the_whole_name() {
        let found = |text: &str| declaration(text, "IDesk", &["interface", "class"]);
        assert_eq!(found("public interface IDesk { }"), Some(17));
        assert_eq!(found("interface\n    IDesk<T>"), Some(14));
        assert_eq!(found("var x = new Desk() as IDesk; interface IDeskToo { } myinterface IDesk"), None);
        assert_eq!(found("// interface IDesk\nclass IDesk"), Some(25));
    }
}
