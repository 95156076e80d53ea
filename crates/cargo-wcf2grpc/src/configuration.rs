//! From texts to what `wcf-config` resolves: configuration files with the sections they keep in other files, `.svc` files,
//! and the projects that give hosts their names.

use std::collections::BTreeMap;
use std::sync::Arc;

use located_xml::{Document, Limits};
use rayon::prelude::*;
use wcf_config::document::ConfigDocument;
use wcf_config::transform::is_transform;
use wcf_config::{EffectiveConfig, Input, Inputs, Options};
use wcf_diagnostics::{FileId, Files, Findings};

use crate::diagnostics::{ConfigurationNotRead, NoEndpoints};
use crate::discovery::Sources;
use crate::project::ProjectFile;

/// What was read.
#[derive(Debug, Default)]
pub struct Configurations {
    /// Each configuration file that is XML.
    pub xml: Vec<(FileId, Document)>,
    /// What is resolved.
    pub inputs: Inputs,
    /// How it is resolved.
    pub options: Options,
}

/// Parses every configuration and `.svc` file, each on a processor of its own. `transform` names the transforms that are applied
/// first: `Release` applies `Web.Release.config` to `Web.config` beside it.
#[must_use]
pub fn parse(sources: &Sources, projects: &[ProjectFile], transform: Option<&str>) -> (Configurations, Findings) {
    let mut findings = Findings::new();
    let mut xml = parse_xml(&sources.configurations, sources, &mut findings);
    let transformed = transform.map(|name| apply_transforms(&mut xml, name, &sources.files, &mut findings)).unwrap_or_default();
    let mut machine = Vec::new();
    for (id, document) in parse_xml(&sources.machine, sources, &mut findings) {
        let (read, found) = wcf_config::parse(id, &document);
        findings.extend(found);
        machine.push(read);
    }
    let (plain, sections): (Vec<_>, Vec<_>) = xml.iter().partition(|(id, document)| is_configuration(document, sources.files.path(*id)));
    let parsed: Vec<(FileId, ConfigDocument, Findings)> = plain
        .par_iter()
        .map(|(id, document)| {
            let transforms = transformed.get(id).map(Vec::as_slice).unwrap_or_default();
            let (mut read, mut findings) = wcf_config::parse_at(*id, sources.files.path(*id), document, transforms);
            findings.extend(include_sections(&mut read, sources.files.path(*id), &sections, &sources.files));
            (*id, read, findings)
        })
        .collect();
    let mut inputs = Inputs::default();
    for (id, document, found) in parsed {
        findings.extend(found);
        let path = sources.files.path(id).to_owned();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = projects.iter().find(|project| project.folder == folder).map(|project| project.name.clone());
        inputs.configs.push(Input { path, document, name });
    }
    for (id, document) in sections {
        let path = sources.files.path(*id);
        if document.root().descendants().any(|element| element.is("system.serviceModel")) {
            findings.push(ConfigurationNotRead {
                path: path.to_owned(),
                root: document.root().written_name().to_owned(),
                span: document.root().name_span(),
            });
        }
    }
    for &id in &sources.service_files {
        let text = sources.files.get(id).map_or("", |file| file.text.as_ref());
        let (svc, found) = wcf_config::parse_svc(id, sources.files.path(id), text);
        inputs.svc.push(svc);
        findings.extend(found);
    }
    let application_roots = projects.iter().map(|project| project.folder.clone()).collect();
    let options = Options { machine, application_roots, ..Options::default() };
    (Configurations { xml, inputs, options }, findings)
}

/// The transforms that were applied to a file, each with its path.
type Transformed = BTreeMap<FileId, Vec<(FileId, Arc<str>)>>;

/// Applies each `X.NAME.config` to the `X.config` beside it, and takes it out of the list. Returns which was applied to which.
fn apply_transforms(xml: &mut Vec<(FileId, Document)>, name: &str, files: &Files, findings: &mut Findings) -> Transformed {
    let mut applied = Transformed::new();
    let ending = format!(".{}.config", name.to_lowercase());
    let (transforms, mut rest): (Vec<_>, Vec<_>) = std::mem::take(xml)
        .into_iter()
        .partition(|(id, document)| files.path(*id).to_lowercase().ends_with(&ending) && is_transform(document));
    for (id, transform) in transforms {
        let path = files.path(id);
        let base = path.get(..path.len() - ending.len()).map(|stem| format!("{stem}.config")).unwrap_or_default();
        match rest.iter_mut().find(|(id, _)| files.path(*id).eq_ignore_ascii_case(&base)) {
            Some((base, document)) => {
                applied.entry(*base).or_default().push((id, Arc::from(path)));
                let (transformed, found) = wcf_config::transform::transform(document, &transform);
                *document = transformed;
                findings.extend(found);
            }
            // Reading it says that it stands alone.
            None => rest.push((id, transform)),
        }
    }
    *xml = rest;
    applied
}

/// A note on each configuration that has `system.serviceModel` and from which nothing runs.
#[must_use]
pub fn without_endpoints(configurations: &Configurations, config: &EffectiveConfig) -> Findings {
    let mut findings = Findings::new();
    for input in &configurations.inputs.configs {
        let document = &input.document;
        let sections = std::iter::once(&document.root).chain(document.locations.iter().map(|location| &location.sections));
        let used = config.hosts.iter().any(|host| host.file == document.file && !(host.services.is_empty() && host.clients.is_empty()));
        if let Some(span) = sections.filter_map(|sections| sections.service_model).next().filter(|_| !used) {
            findings.push(NoEndpoints { span });
        }
    }
    findings
}

fn parse_xml(of: &[FileId], sources: &Sources, findings: &mut Findings) -> Vec<(FileId, Document)> {
    let limits = Limits::default();
    let parsed: Vec<_> = of
        .par_iter()
        .filter_map(|&id| sources.files.get(id).map(|file| (id, located_xml::parse(id, Arc::clone(&file.text), &limits))))
        .collect();
    let mut documents = Vec::new();
    for (id, parsed) in parsed {
        findings.extend(parsed.findings);
        documents.extend(parsed.document.map(|document| (id, document)));
    }
    documents
}

/// Whether .NET would load a file as a configuration. One that it loads by its name is one, whatever is in it.
fn is_configuration(document: &Document, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let by_name = ["web.config", "app.config"].contains(&name.as_str()) || name.ends_with(".exe.config") || name.ends_with(".dll.config");
    by_name || document.root().is("configuration")
}

/// Puts sections that `configSource` names in their places. Only files of the input are looked at, and only from the
/// configuration's own folder down, as .NET demands; what is not found is a finding when the configuration is resolved.
fn include_sections(document: &mut ConfigDocument, path: &str, sections: &[&(FileId, Document)], files: &Files) -> Findings {
    let mut findings = Findings::new();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for reference in document.elsewhere.clone() {
        let Some(source) = &reference.source else { continue };
        let relative = source.replace('\\', "/");
        if relative.split('/').any(|part| part.is_empty() || part == ".." || part.contains(':')) {
            continue;
        }
        let wanted = if folder.is_empty() { relative } else { format!("{folder}/{relative}") };
        if let Some((_, section)) = sections.iter().find(|(id, _)| files.path(*id).eq_ignore_ascii_case(&wanted)) {
            findings.extend(wcf_config::include(document, &reference, section));
        }
    }
    findings
}
