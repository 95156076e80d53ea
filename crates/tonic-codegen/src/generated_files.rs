//! What the generator returns: files with their owner. Nothing here touches a disk.

use std::collections::BTreeMap;

/// The files of one run, by path under the output folder, forward slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratedFiles {
    /// Path to file, sorted.
    pub files: BTreeMap<String, GeneratedFile>,
}

impl GeneratedFiles {
    /// Adds a file. Two modules that claim one path are a mistake of ours; the second wins and `golden.rs` would show it.
    pub fn insert(&mut self, path: impl Into<String>, ownership: Ownership, contents: impl Into<String>) {
        self.files.insert(path.into(), GeneratedFile { ownership, contents: contents.into() });
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Who owns it.
    pub ownership: Ownership,
    /// Its text, UTF-8, `\n` line ends, one at the end.
    pub contents: String,
}

/// Who owns a file from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// The generator: carries the mark in its first lines and is overwritten on every run.
    Regenerated,
    /// A person: written if absent, never touched again.
    WrittenOnce,
    /// Both: the generator appends (`wcf2grpc.lock`).
    Appended,
}
