//! Which files apply to which: nested `web.config`s, `.svc` files, and those that no file is for.

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::Span;

use crate::Text;
use crate::document::{ConfigDocument, Location, Restriction, Sections};
use crate::effective::{Host, Hosting, Service, ServiceSource, WebServer};
use crate::effective_behavior::service_behavior;
use crate::merge::Merged;
use crate::read::is_web_config;
use crate::resolve::{Input, Inputs, Options, SvcFile};

/// A level of the hierarchy, for locks: `machine.config`, or a folder.
pub(crate) struct Level<'a> {
    /// The `location`s of files further out that are for this folder, the innermost file's first.
    pub locations: Vec<&'a Location>,
    /// What the level's own file has; `None` for the file that is looked at.
    pub own: Option<&'a Sections>,
    /// What the level's own file says of the sections it declares.
    pub restricted: Option<&'a BTreeMap<String, Restriction>>,
}

/// The files of a run by folder. Folders are compared without case, as the file systems of Windows do.
pub(crate) struct Tree<'a> {
    web_configs: BTreeMap<String, &'a Input>,
    machine: Vec<&'a Sections>,
    machine_declared: Vec<&'a BTreeSet<String>>,
    machine_documents: &'a [ConfigDocument],
    roots: BTreeSet<String>,
    /// By the folder of the `web.config` they are for; those of no file under the empty option.
    svc: BTreeMap<Option<String>, Vec<&'a SvcFile>>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(inputs: &'a Inputs, options: &'a Options) -> Self {
        let web_configs: BTreeMap<String, &Input> = inputs
            .configs
            .iter()
            .filter(|input| is_web_config(&input.path))
            .map(|input| (folder(&input.path).to_lowercase(), input))
            .collect();
        let mut svc: BTreeMap<Option<String>, Vec<&SvcFile>> = BTreeMap::new();
        for file in &inputs.svc {
            let folder = folder(&file.path).to_lowercase();
            let owner = upward(&folder).find(|folder| web_configs.contains_key(*folder)).map(str::to_owned);
            svc.entry(owner).or_default().push(file);
        }
        Self {
            web_configs,
            machine: options.machine.iter().map(|document| &document.root).collect(),
            machine_documents: &options.machine,
            machine_declared: options.machine.iter().map(|document| &document.declared).collect(),
            roots: options.application_roots.iter().map(|root| root.trim_matches('/').to_lowercase()).collect(),
            svc,
        }
    }

    /// The sections above a file, outermost first: `machine.config`, then the `web.config`s of the folders above within its
    /// application, each with its `location`s for the file's folder.
    pub(crate) fn above(&self, input: &Input) -> Vec<&'a Sections> {
        let mut above = self.machine.clone();
        let own = folder(&input.path).to_lowercase();
        for (outer, parent) in self.parents(input).into_iter().rev() {
            above.push(parent.document.inherited.as_deref().unwrap_or(&parent.document.root));
            let relative = own.get(outer.len()..).unwrap_or("").trim_start_matches('/');
            let locations = parent.document.locations.iter().filter(|location| location.inherited);
            above.extend(
                locations
                    .filter(|location| upward(relative).any(|folder| folder == location.path.to_lowercase()))
                    .map(|location| &location.sections),
            );
        }
        above
    }

    /// The levels from `machine.config` down to the file's own folder, outermost first.
    pub(crate) fn levels(&self, input: &Input) -> Vec<Level<'a>> {
        let of_machine = |document: &'a ConfigDocument| Level {
            locations: Vec::new(),
            own: Some(&document.root),
            restricted: Some(&document.restricted),
        };
        let mut levels: Vec<Level<'a>> = self.machine_documents.iter().map(of_machine).collect();
        let parents = self.parents(input);
        let own = folder(&input.path).to_lowercase();
        let Some((outermost, _)) = parents.last() else { return levels };
        let mut folders: Vec<&str> = upward(&own).take_while(|folder| folder.len() > outermost.len()).collect();
        folders.push(outermost);
        for here in folders.into_iter().rev() {
            let at = |(outer, parent): &(String, &'a Input)| {
                let relative = here.get(outer.len()..).unwrap_or("").trim_start_matches('/');
                let locations: Vec<&'a Location> =
                    parent.document.locations.iter().filter(|location| location.path.to_lowercase() == relative).collect();
                (outer.len() < here.len()).then_some(locations)
            };
            let file = parents.iter().find(|(folder, _)| folder == here).map(|(_, parent)| &parent.document);
            levels.push(Level {
                locations: parents.iter().filter_map(at).flatten().collect(),
                own: file.map(|document| document.inherited.as_deref().unwrap_or(&document.root)),
                restricted: file.map(|document| &document.restricted),
            });
        }
        levels
    }

    /// The `location`s of the files above that inner applications do not inherit, so that it is not known whether they hold here.
    pub(super) fn kept_back(&self, input: &Input) -> Vec<Span> {
        let own = folder(&input.path).to_lowercase();
        let mut spans = Vec::new();
        for (outer, parent) in self.parents(input) {
            let relative = own.get(outer.len()..).unwrap_or("").trim_start_matches('/');
            let document = &parent.document;
            spans.extend(document.kept_back);
            let here = |location: &&Location| !location.inherited && upward(relative).any(|folder| folder == location.path.to_lowercase());
            spans.extend(document.locations.iter().filter(here).map(|location| location.span));
        }
        spans
    }

    /// What the `configSections` of the files above declare.
    pub(super) fn declared_above(&self, input: &Input) -> Vec<&'a BTreeSet<String>> {
        let parents = self.parents(input).into_iter().map(|(_, parent)| &parent.document.declared);
        self.machine_declared.iter().copied().chain(parents).collect()
    }

    /// The `web.config`s of the folders above within the application, innermost first, with their folders.
    fn parents(&self, input: &Input) -> Vec<(String, &'a Input)> {
        let mut parents = Vec::new();
        if self.web_configs.len() < 2 || !is_web_config(&input.path) {
            return parents;
        }
        let own = folder(&input.path).to_lowercase();
        // An application's root is the last that counts.
        let mut is_cut = self.roots.contains(&own);
        for outer in upward(&own).skip(1) {
            if is_cut {
                break;
            }
            parents.extend(self.web_configs.get(outer).map(|parent| (outer.to_owned(), *parent)));
            is_cut = self.roots.contains(outer);
        }
        parents
    }

    /// Whether files of folders above are above this one.
    pub(super) fn has_parents(&self, input: &Input) -> bool {
        !self.parents(input).is_empty()
    }

    /// The `.svc` files that a `web.config` is for, or those that none is for.
    pub(super) fn svc_files(&self, input: Option<&Input>) -> &[&'a SvcFile] {
        if self.svc.is_empty() {
            return &[];
        }
        let owner = match input {
            Some(input) if !is_web_config(&input.path) => return &[],
            Some(input) => Some(folder(&input.path).to_lowercase()),
            None => None,
        };
        self.svc.get(&owner).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The `location`s of a file that are for a path below its folder, outermost first.
pub(super) fn locations_for<'a>(input: &'a Input, path: &str) -> Vec<&'a Sections> {
    let path = path.to_lowercase();
    let relative = path.get(folder(&input.path).len()..).unwrap_or("").trim_start_matches('/');
    let mut applicable: Vec<_> =
        input.document.locations.iter().filter(|location| upward(relative).any(|folder| folder == location.path.to_lowercase())).collect();
    applicable.sort_by_key(|location| location.path.len());
    applicable.into_iter().map(|location| &location.sections).collect()
}

/// Hosts for `.svc` files that no `web.config` is for: .NET's defaults alone.
pub(super) fn orphans<'a>(tree: &Tree<'a>) -> Vec<(&'a str, Host)> {
    let merged = Merged::new();
    let mut hosts = Vec::new();
    for svc in tree.svc_files(None) {
        let Some((name, span)) = &svc.service else { continue };
        let name = name.split(',').next().unwrap_or("").trim();
        let service = Service {
            name: name.into(),
            span: *span,
            source: ServiceSource::SvcFile,
            base_addresses: Vec::new(),
            behavior: service_behavior(&merged, &Text::default()),
            endpoints: super::endpoint::default_endpoints_without_file(*span, &merged),
        };
        let host = Host {
            name: short_name(&svc.path),
            file: svc.span.file,
            hosting: Hosting::WebServer(WebServer::default()),
            services: vec![service],
            clients: Vec::new(),
            refused: false,
        };
        hosts.push((svc.path.as_str(), host));
    }
    hosts
}

/// A host's name for people: its folder's, or the file's without its extension where it has none.
pub(super) fn short_name(path: &str) -> String {
    let folder = folder(path);
    let name = folder.rsplit('/').next().filter(|name| !name.is_empty());
    let file = path.rsplit('/').next().unwrap_or(path);
    name.unwrap_or_else(|| file.split('.').next().unwrap_or(file)).to_owned()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder, then each above it up to the outermost, which is empty.
fn upward(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let here = next?;
        next = if here.is_empty() { None } else { Some(self::folder(here)) };
        Some(here)
    })
}
