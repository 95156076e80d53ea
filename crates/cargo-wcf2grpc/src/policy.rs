//! Finding and reading `wcf2grpc.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use wcf_diagnostics::{Files, Findings, SourceFile};
use wcf_security::Policy;

use crate::codes;
use crate::command::UsageError;

/// The policy's usual name.
pub const POLICY_FILE: &str = "wcf2grpc.toml";

/// The policy of a run: the file that is named, else the nearest one from the first PATH upward, else the tool's defaults.
///
/// # Errors
///
/// If a file is there and cannot be read.
pub fn read(named: Option<&Path>, paths: &[PathBuf], files: &mut Files) -> anyhow::Result<(Policy, Findings)> {
    let path = match named {
        Some(path) => path.to_path_buf(),
        None => match paths.first().and_then(|path| nearest(path)) {
            Some(path) => path,
            None => return Ok((Policy::default(), Findings::new())),
        },
    };
    let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let text = fs::read_to_string(&path).map_err(|error| UsageError(format!("the policy {shown} cannot be read: {error}")))?;
    let file = files.add(SourceFile::new(shown, text.as_str()));
    Ok(Policy::parse(file, &text, &codes::codes()))
}

fn nearest(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    path.ancestors().map(|folder| folder.join(POLICY_FILE)).find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_policy_upward_applies() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        fs::write(root.join("a").join(POLICY_FILE), "").unwrap();
        fs::write(root.join(POLICY_FILE), "").unwrap();
        assert_eq!(nearest(&inner), Some(root.join("a").join(POLICY_FILE)));
        fs::write(inner.join("web.config"), "").unwrap();
        assert_eq!(nearest(&inner.join("web.config")), Some(root.join("a").join(POLICY_FILE)));
    }

    #[test]
    fn a_named_policy_that_is_not_there_is_an_error() {
        let mut files = Files::default();
        assert!(read(Some(Path::new("no-such-file.toml")), &[], &mut files).unwrap_err().is::<UsageError>());
    }
}
