//! Where files may be read: below the PATHs, and in folders outside them that were allowed by name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Input;

/// The folders in which files may be read, links resolved.
#[derive(Debug)]
pub(super) struct Roots {
    inside: Vec<PathBuf>,
    allowed: Vec<PathBuf>,
}

impl Roots {
    /// Those of a run.
    ///
    /// # Errors
    ///
    /// If a folder that is to be allowed does not exist, or is the root of a file system: that would allow everything.
    pub(super) fn new(input: &Input) -> anyhow::Result<Self> {
        let folder = |path: &PathBuf| {
            let place = fs::canonicalize(path).ok()?;
            if place.is_dir() { Some(place) } else { place.parent().map(Path::to_path_buf) }
        };
        let mut allowed = Vec::new();
        for path in &input.allow_outside {
            let place = fs::canonicalize(path).map_err(|error| anyhow::anyhow!("--allow-outside {}: {error}", path.display()))?;
            anyhow::ensure!(place.is_dir(), "--allow-outside {}: not a folder", path.display());
            anyhow::ensure!(
                place.parent().is_some(),
                "--allow-outside {}: this would allow every file; name the folder that is meant",
                path.display()
            );
            allowed.push(place);
        }
        Ok(Self { inside: input.paths.iter().filter_map(folder).collect(), allowed })
    }

    /// Whether a file, links resolved, may be read: below a PATH or its folder, or allowed.
    pub(super) fn allow(&self, place: &Path) -> bool {
        self.inside.iter().chain(&self.allowed).any(|folder| place.starts_with(folder))
    }

    /// Whether a place is in a folder that was allowed.
    pub(super) fn allow_outside(&self, place: &Path) -> bool {
        self.allowed.iter().any(|folder| place.starts_with(folder))
    }
}

/// The files that a configuration's text names in `configSource`, as written. .NET takes them from the file's own folder.
pub(super) fn config_sources(text: &str) -> Vec<&str> {
    let mut sources = Vec::new();
    for (at, name) in text.match_indices("configSource") {
        let rest = text.get(at + name.len()..).unwrap_or("").trim_start();
        let Some(rest) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        sources.extend(rest.get(1..).and_then(|rest| rest.split_once(quote)).map(|(value, _)| value));
    }
    sources
}

/// The file of this relative path, its names compared without case as Windows does.
pub(super) fn without_case(folder: &Path, relative: &str) -> Option<PathBuf> {
    let mut place = folder.to_path_buf();
    for part in relative.split('/') {
        if part.is_empty() || part == "." || part == ".." || part.contains(':') {
            return None;
        }
        let exact = place.join(part);
        place = if exact.exists() {
            exact
        } else {
            let mut entries: Vec<PathBuf> = fs::read_dir(&place).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
            entries.sort();
            entries.into_iter().find(|entry| entry.file_name().is_some_and(|name| name.to_string_lossy().eq_ignore_ascii_case(part)))?
        };
    }
    place.is_file().then_some(place)
}
