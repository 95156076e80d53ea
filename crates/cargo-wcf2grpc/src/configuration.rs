//! From texts to what `wcf-config` resolves: configuration files with the sections they keep in other files, `.svc` files,
//! and the projects that give hosts their names.

use located_xml::{Document, Limits};
use rayon::prelude::*;
use wcf_config::document::ConfigDocument;
use wcf_config::{EffectiveConfig, Input, Inputs, Options};
use wcf_diagnostics::{FileId, Files, Findings};

use crate::diagnostics::{ConfigurationNotRead, NoEndpoints, TransformNotApplied};
use crate::discovery::Sources;
use crate::project::ProjectFile;
use crate::service_file;

/// The namespace of XML document transforms.
const TRANSFORM: &str = "http://schemas.microsoft.com/XML-Document-Transform";

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

/// Parses every configuration and `.svc` file, each on a processor of its own.
#[must_use]
pub fn parse(sources: &Sources, projects: &[ProjectFile]) -> (Configurations, Findings) {
    let mut findings = Findings::new();
    let xml = parse_xml(sources, &mut findings);
    let mut inputs = Inputs::default();
    let mut sections: Vec<&(FileId, Document)> = Vec::new();
    let mut plain: Vec<&(FileId, Document)> = Vec::new();
    for file in &xml {
        match role(&file.1, sources.files.path(file.0)) {
            Role::Configuration => plain.push(file),
            Role::Transform => {
                if file.1.root.descendants().any(|element| element.is("system.serviceModel")) {
                    findings.push(TransformNotApplied { span: file.1.root.name_span, path: sources.files.path(file.0).to_owned() });
                }
            }
            Role::Section => sections.push(file),
        }
    }
    let parsed: Vec<(FileId, ConfigDocument, Findings)> = plain
        .par_iter()
        .map(|(id, document)| {
            let (mut read, mut findings) = wcf_config::parse(*id, document);
            findings.extend(include_sections(&mut read, sources.files.path(*id), &sections, &sources.files));
            (*id, read, findings)
        })
        .collect();
    for (id, document, found) in parsed {
        findings.extend(found);
        let path = sources.files.path(id).to_owned();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = projects.iter().find(|project| project.folder == folder).map(|project| project.name.clone());
        inputs.configs.push(Input { path, document, name });
    }
    for (id, document) in sections {
        let path = sources.files.path(*id);
        if document.root.descendants().any(|element| element.is("system.serviceModel")) {
            findings.push(ConfigurationNotRead {
                path: path.to_owned(),
                root: document.root.name.to_string(),
                span: document.root.name_span,
            });
        }
    }
    inputs.svc = sources.service_files.iter().filter_map(|&id| Some(service_file::parse(id, sources.files.get(id)?))).collect();
    let application_roots = projects.iter().map(|project| project.folder.clone()).collect();
    let options = Options { application_roots, ..Options::default() };
    (Configurations { xml, inputs, options }, findings)
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

fn parse_xml(sources: &Sources, findings: &mut Findings) -> Vec<(FileId, Document)> {
    let limits = Limits::default();
    let parsed: Vec<_> = sources
        .configurations
        .par_iter()
        .filter_map(|&id| sources.files.get(id).map(|file| (id, located_xml::parse(id, &file.text, &limits))))
        .collect();
    let mut documents = Vec::new();
    for (id, parsed) in parsed {
        findings.extend(parsed.findings);
        documents.extend(parsed.document.map(|document| (id, document)));
    }
    documents
}

enum Role {
    Configuration,
    Transform,
    Section,
}

/// What an XML file is to .NET. A file that .NET loads by its name is a configuration whatever is in it.
fn role(document: &Document, path: &str) -> Role {
    let root = &document.root;
    let transforms = root.namespace_declarations().iter().any(|declaration| declaration.namespace.as_ref() == TRANSFORM)
        || root
            .descendants()
            .any(|element| element.attributes.iter().any(|attribute| attribute.name.namespace.as_deref() == Some(TRANSFORM)));
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let loaded = ["web.config", "app.config"].contains(&name.as_str()) || name.ends_with(".exe.config") || name.ends_with(".dll.config");
    if transforms && !loaded {
        Role::Transform
    } else if loaded || root.is("configuration") {
        Role::Configuration
    } else {
        Role::Section
    }
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
