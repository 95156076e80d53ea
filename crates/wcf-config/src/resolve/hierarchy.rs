//! Which files apply to which: nested `web.config`s, `.svc` files, and those that no file is for.

use wcf_diagnostics::Findings;

use crate::document::Sections;
use crate::effective::{Host, Hosting, Service, ServiceSource, WebServer};
use crate::effective_behavior::service_behavior;
use crate::merge::Merged;
use crate::resolve::{Input, Inputs, Options};

/// The sections above a file, outermost first: `machine.config`, then the `web.config`s of the folders above within its application,
/// each with its `location`s for the file's folder.
pub(super) fn above<'a>(input: &'a Input, all: &[&'a Input], options: &'a Options) -> Vec<&'a Sections> {
    let mut above: Vec<&Sections> = options.machine.iter().map(|document| &document.root).collect();
    if !is_web_config(&input.path) {
        return above;
    }
    let folder = folder(&input.path);
    let mut parents: Vec<&Input> = all
        .iter()
        .copied()
        .filter(|other| is_web_config(&other.path) && other.path != input.path && is_within(folder, self::folder(&other.path)))
        .filter(|other| {
            // An application's root between the two cuts the inheritance.
            let outer = self::folder(&other.path);
            !options.application_roots.iter().any(|root| is_within(folder, root) && root != outer && is_within(root, outer))
        })
        .collect();
    parents.sort_by_key(|parent| self::folder(&parent.path).len());
    for parent in parents {
        above.push(&parent.document.root);
        let outer = self::folder(&parent.path);
        let relative = folder.get(outer.len()..).unwrap_or("").trim_start_matches('/');
        let inherited = parent.document.locations.iter().filter(|location| location.inherited);
        above.extend(inherited.filter(|location| is_within(relative, &location.path)).map(|location| &location.sections));
    }
    above
}

/// The `web.config` that is for a `.svc` file: the nearest at or above its folder.
pub(super) fn owner<'a>(svc: &str, inputs: &'a Inputs) -> Option<&'a Input> {
    let folder = folder(svc);
    inputs
        .configs
        .iter()
        .filter(|input| is_web_config(&input.path) && is_within(folder, self::folder(&input.path)))
        .max_by_key(|input| self::folder(&input.path).len())
}

/// Hosts for `.svc` files that no `web.config` is for: .NET's defaults alone.
pub(super) fn orphans(inputs: &Inputs, _findings: &mut Findings) -> Vec<(String, Host)> {
    let merged = Merged::new();
    let mut hosts = Vec::new();
    for svc in inputs.svc.iter().filter(|svc| owner(&svc.path, inputs).is_none()) {
        let Some((name, span)) = &svc.service else { continue };
        let name = name.split(',').next().unwrap_or("").trim();
        let hosting = Hosting::WebServer(WebServer::default());
        let endpoints = super::endpoint::default_endpoints_without_file(*span, &merged, &hosting);
        let service = Service {
            name: name.to_owned(),
            span: *span,
            source: ServiceSource::SvcFile,
            base_addresses: Vec::new(),
            behavior: service_behavior(&merged, ""),
            endpoints,
        };
        let host = Host {
            name: short_name(&svc.path),
            file: svc.span.file,
            hosting,
            services: vec![service],
            clients: Vec::new(),
            refused: false,
        };
        hosts.push((svc.path.clone(), host));
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

fn is_web_config(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("web.config"))
}

/// Whether `inner` is `outer` or below it. Paths are compared without case, as the file systems of Windows do.
fn is_within(inner: &str, outer: &str) -> bool {
    if outer.is_empty() {
        return true;
    }
    let (inner, outer) = (inner.to_lowercase(), outer.to_lowercase());
    inner == outer || inner.strip_prefix(&outer).is_some_and(|rest| rest.starts_with('/'))
}
