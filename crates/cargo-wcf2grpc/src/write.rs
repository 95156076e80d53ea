//! The only code that writes the generated workspace.
//!
//! A file that belongs to a person is never touched. A file that belongs to the generator is overwritten only if it
//! carries the mark and is, byte for byte but for line ends, what the last run wrote: `wcf2grpc.lock` has its hash.
//! Otherwise nothing at all is written. Each file is replaced by a rename, so that no reader sees half of one.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Context;
use tonic_codegen::lock::sha256_hex;
use tonic_codegen::{FileRecord, GeneratedFile, GeneratedFiles, Lock, Ownership};
use wcf_diagnostics::{Finding, Findings};

use crate::diagnostics::{FileWithoutMark, GeneratedFileEdited, PathOutsideOutput};
use crate::discovery::LOCK_FILE;

/// What is to be done about one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing is there.
    Create,
    /// What is there was written by the last run and is no longer right.
    Update,
    /// As `Update`, and only the line ends differ.
    UpdateLineEnds,
    /// What is there was written by the last run, and nothing is to be there.
    Remove,
    /// It is right.
    Keep,
    /// It belongs to a person.
    Leave,
    /// It may not be overwritten.
    Refuse(Refusal),
}

/// Why a path may not be overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was edited since it was written.
    Edited,
    /// It carries the mark, but the lock has no hash for it.
    Unrecorded,
    /// It does not carry the mark.
    WithoutMark,
    /// It is no regular file, or a link leads out of the output folder.
    Outside,
}

/// One path of the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Under the output folder, forward slashes.
    pub path: String,
    /// What is to be done.
    pub action: Action,
    /// What is there now, if anything; bytes that are not UTF-8 are replaced for showing.
    pub before: Option<String>,
    /// What is to be there; empty for `Remove`.
    pub after: String,
}

/// Everything that is to be done, in the order of paths, the lock last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The paths.
    pub entries: Vec<Entry>,
}

impl Comparison {
    /// What stands against writing.
    #[must_use]
    pub fn refusals(&self) -> Findings {
        let mut findings = Findings::new();
        for entry in &self.entries {
            if let Action::Refuse(refusal) = entry.action {
                findings.push(refuse(entry.path.clone(), refusal));
            }
        }
        findings
    }

    /// The paths that would change.
    pub fn changes(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| {
            matches!(entry.action, Action::Create | Action::Update | Action::UpdateLineEnds | Action::Remove | Action::Refuse(_))
        })
    }
}

/// The finding that says why a path may not be overwritten.
#[must_use]
pub fn refuse(path: String, refusal: Refusal) -> Finding {
    match refusal {
        Refusal::Edited => GeneratedFileEdited { path, unrecorded: false }.into(),
        Refusal::Unrecorded => GeneratedFileEdited { path, unrecorded: true }.into(),
        Refusal::WithoutMark => FileWithoutMark { path }.into(),
        Refusal::Outside => PathOutsideOutput { path }.into(),
    }
}

/// The text of an earlier run's lock.
///
/// # Errors
///
/// If there is one and it cannot be read.
pub fn read_lock(out: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(out.join(LOCK_FILE)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{LOCK_FILE} cannot be read")),
    }
}

fn hash(text: &str) -> String {
    // Line ends do not count: git may change them on checkout.
    sha256_hex(text.replace("\r\n", "\n").as_bytes())
}

/// Whether a text says in its first five lines that wcf2grpc generated it.
fn carries_mark(text: &str) -> bool {
    text.lines().take(5).any(|line| line.contains("@generated") && line.contains("wcf2grpc"))
}

/// Compares what is to be with what is. Touches nothing.
///
/// # Errors
///
/// If the output folder cannot be read, or has a lock that cannot be understood.
pub fn compare(out: &Path, files: &GeneratedFiles, discard_edits: bool) -> anyhow::Result<Comparison> {
    let before = read_lock(out)?;
    let old = before.as_deref().map_or_else(|| Ok(Lock::default()), Lock::parse)?;
    let mut entries = Vec::new();
    for (path, file) in files.files.iter().filter(|(path, _)| *path != LOCK_FILE) {
        entries.push(compare_file(out, path, file, old.files.get(path), discard_edits)?);
    }
    for (path, record) in &old.files {
        if record.ownership == Ownership::Regenerated && !files.files.contains_key(path) {
            entries.extend(compare_leftover(out, path, &record.sha256, discard_edits)?);
        }
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    let after = lock_text(files, &old)?;
    let action = match &before {
        None => Action::Create,
        Some(before) if *before == after => Action::Keep,
        Some(before) if before.replace("\r\n", "\n") == after => Action::UpdateLineEnds,
        Some(_) => Action::Update,
    };
    entries.push(Entry { path: LOCK_FILE.to_owned(), action, before, after });
    Ok(Comparison { entries })
}

/// The lock with a record of each file. A file that is written once keeps the record of the text it was written with.
fn lock_text(files: &GeneratedFiles, old: &Lock) -> anyhow::Result<String> {
    let mut lock = files.files.get(LOCK_FILE).map_or_else(|| Ok(Lock::default()), |file| Lock::parse(&file.contents))?;
    lock.files = files
        .files
        .iter()
        .filter(|(path, _)| *path != LOCK_FILE)
        .map(|(path, file)| {
            let kept = old.files.get(path).filter(|record| file.ownership != Ownership::Regenerated && record.ownership == file.ownership);
            (path.clone(), kept.cloned().unwrap_or_else(|| FileRecord::of(file.ownership, &file.contents)))
        })
        .collect();
    Ok(lock.to_text())
}

fn compare_file(out: &Path, path: &str, file: &GeneratedFile, recorded: Option<&FileRecord>, discard_edits: bool) -> anyhow::Result<Entry> {
    let entry = |action, before| Entry { path: path.to_owned(), action, before, after: file.contents.clone() };
    let before = match look(out, path)? {
        There::Nothing => return Ok(entry(Action::Create, None)),
        There::Other => return Ok(entry(Action::Refuse(Refusal::Outside), None)),
        There::File(text) => text,
    };
    let action = match file.ownership {
        Ownership::WrittenOnce => Action::Leave,
        Ownership::Appended if before == file.contents => Action::Keep,
        Ownership::Appended => Action::Update,
        Ownership::Regenerated if before == file.contents => Action::Keep,
        Ownership::Regenerated if before.replace("\r\n", "\n") == file.contents => Action::UpdateLineEnds,
        Ownership::Regenerated if !carries_mark(&before) => Action::Refuse(Refusal::WithoutMark),
        Ownership::Regenerated if discard_edits => Action::Update,
        Ownership::Regenerated => match recorded {
            Some(recorded) if recorded.sha256 == hash(&before) => Action::Update,
            Some(_) => Action::Refuse(Refusal::Edited),
            None => Action::Refuse(Refusal::Unrecorded),
        },
    };
    Ok(entry(action, Some(before)))
}

fn compare_leftover(out: &Path, path: &str, recorded: &str, discard_edits: bool) -> anyhow::Result<Option<Entry>> {
    let entry = |action, before| Some(Entry { path: path.to_owned(), action, before, after: String::new() });
    Ok(match look(out, path)? {
        There::Nothing => None,
        There::Other => entry(Action::Refuse(Refusal::Outside), None),
        There::File(before) if !carries_mark(&before) => entry(Action::Refuse(Refusal::WithoutMark), Some(before)),
        There::File(before) if discard_edits || hash(&before) == recorded => entry(Action::Remove, Some(before)),
        There::File(before) => entry(Action::Refuse(Refusal::Edited), Some(before)),
    })
}

enum There {
    Nothing,
    File(String),
    Other,
}

/// What is at a path; a link anywhere on the way, or a path that climbs, is `Other`.
fn look(out: &Path, path: &str) -> anyhow::Result<There> {
    let mut at = out.to_path_buf();
    let mut components = Path::new(path).components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else { return Ok(There::Other) };
        at.push(name);
        let metadata = match fs::symlink_metadata(&at) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
            Err(error) => return Err(error).with_context(|| format!("{path} cannot be read")),
        };
        let last = components.peek().is_none();
        if last && metadata.is_file() {
            let bytes = fs::read(&at).with_context(|| format!("{path} cannot be read"))?;
            return Ok(There::File(String::from_utf8_lossy(&bytes).into_owned()));
        }
        if last || !metadata.is_dir() {
            return Ok(There::Other);
        }
    }
    Ok(There::Other)
}

/// Does what the comparison says. Call it only if there is no refusal.
///
/// # Errors
///
/// If a file cannot be written. What was written before it stays: each file is whole, and the next run goes on from there.
pub fn apply(out: &Path, comparison: &Comparison) -> anyhow::Result<()> {
    anyhow::ensure!(comparison.refusals().is_empty(), "nothing was written: see the findings");
    for entry in &comparison.entries {
        let target = disk_path(out, &entry.path);
        match entry.action {
            Action::Create | Action::Update | Action::UpdateLineEnds => {
                replace(&target, entry.after.as_bytes(), None).with_context(|| format!("{} cannot be written", entry.path))?;
            }
            Action::Remove => remove(out, &target).with_context(|| format!("{} cannot be removed", entry.path))?,
            Action::Keep | Action::Leave | Action::Refuse(_) => {}
        }
    }
    Ok(())
}

fn disk_path(out: &Path, path: &str) -> PathBuf {
    path.split('/').fold(out.to_path_buf(), |at, part| at.join(part))
}

/// Writes a file beside its target and renames it into place. `mode` are its Unix permissions, where the usual ones are too open.
///
/// # Errors
///
/// The operating system's; then the target is as it was.
pub fn replace(target: &Path, contents: &[u8], mode: Option<u32>) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.wcf2grpc", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(mode) = mode {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(&temporary).and_then(|mut file| file.write_all(contents));
    let renamed = written.and_then(|()| fs::rename(&temporary, target));
    if renamed.is_err() {
        // The error that matters is the one above.
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// Removes a file and the folders that it leaves empty.
fn remove(out: &Path, target: &Path) -> io::Result<()> {
    fs::remove_file(target)?;
    let mut folder = target.parent();
    while let Some(at) = folder.filter(|at| *at != out && at.starts_with(out)) {
        // Not empty is the usual end.
        if fs::remove_dir(at).is_err() {
            break;
        }
        folder = at.parent();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, Ownership, &str)]) -> GeneratedFiles {
        let mut files = GeneratedFiles::default();
        for (path, ownership, contents) in list {
            files.insert(*path, *ownership, *contents);
        }
        files
    }

    const MARK: &str = "// @generated by cargo-wcf2grpc\n";

    fn generated(text: &str) -> String {
        format!("{MARK}{text}\n")
    }

    fn run(out: &Path, files: &GeneratedFiles) -> Vec<(String, Action)> {
        let comparison = compare(out, files, false).unwrap();
        if comparison.refusals().is_empty() {
            apply(out, &comparison).unwrap();
        }
        comparison.entries.into_iter().map(|entry| (entry.path, entry.action)).collect()
    }

    fn action(list: &[(String, Action)], path: &str) -> Action {
        list.iter().find(|(at, _)| at == path).unwrap().1.clone()
    }

    #[test]
    fn a_second_run_changes_nothing_and_a_persons_file_is_never_touched() {
        let out = tempfile::tempdir().unwrap();
        let first = generated("one");
        let list = files(&[
            ("a/src/generated/tls.rs", Ownership::Regenerated, &first),
            ("a/src/main.rs", Ownership::WrittenOnce, "fn main() {}\n"),
            (LOCK_FILE, Ownership::Appended, &Lock::default().to_text()),
        ]);
        assert!(run(out.path(), &list).iter().all(|(_, action)| *action == Action::Create));
        fs::write(out.path().join("a/src/main.rs"), "mine").unwrap();
        let again = run(out.path(), &list);
        assert_eq!(action(&again, "a/src/generated/tls.rs"), Action::Keep);
        assert_eq!(action(&again, "a/src/main.rs"), Action::Leave);
        assert_eq!(action(&again, LOCK_FILE), Action::Keep);
        assert_eq!(fs::read_to_string(out.path().join("a/src/main.rs")).unwrap(), "mine");
    }

    #[test]
    fn an_edit_is_refused_and_then_nothing_is_written() {
        let out = tempfile::tempdir().unwrap();
        let (one, two) = (generated("one"), generated("two"));
        run(out.path(), &files(&[("a.rs", Ownership::Regenerated, &one), ("b.rs", Ownership::Regenerated, &one)]));
        fs::write(out.path().join("a.rs"), generated("edited")).unwrap();
        let next = files(&[("a.rs", Ownership::Regenerated, &two), ("b.rs", Ownership::Regenerated, &two)]);
        let refused = run(out.path(), &next);
        assert_eq!(action(&refused, "a.rs"), Action::Refuse(Refusal::Edited));
        assert_eq!(action(&refused, "b.rs"), Action::Update);
        assert_eq!(fs::read_to_string(out.path().join("b.rs")).unwrap(), one);
        let discarded = compare(out.path(), &next, true).unwrap();
        apply(out.path(), &discarded).unwrap();
        assert_eq!(fs::read_to_string(out.path().join("a.rs")).unwrap(), two);
    }

    #[test]
    fn a_file_without_the_mark_is_refused_even_when_edits_are_discarded() {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("a.rs"), "mine").unwrap();
        let one = generated("one");
        let list = files(&[("a.rs", Ownership::Regenerated, &one)]);
        let refused = compare(out.path(), &list, true).unwrap();
        assert_eq!(refused.entries[0].action, Action::Refuse(Refusal::WithoutMark));
        assert!(apply(out.path(), &refused).is_err());
        assert_eq!(fs::read_to_string(out.path().join("a.rs")).unwrap(), "mine");
    }

    #[test]
    fn line_ends_are_no_edit() {
        let out = tempfile::tempdir().unwrap();
        let (one, two) = (generated("one"), generated("two"));
        run(out.path(), &files(&[("a.rs", Ownership::Regenerated, &one)]));
        fs::write(out.path().join("a.rs"), one.replace('\n', "\r\n")).unwrap();
        let same = compare(out.path(), &files(&[("a.rs", Ownership::Regenerated, &one)]), false).unwrap();
        assert_eq!(same.entries[0].action, Action::UpdateLineEnds);
        let next = run(out.path(), &files(&[("a.rs", Ownership::Regenerated, &two)]));
        assert_eq!(action(&next, "a.rs"), Action::Update);
    }

    #[test]
    fn only_what_the_last_run_listed_and_nobody_edited_is_removed() {
        let out = tempfile::tempdir().unwrap();
        let one = generated("one");
        run(out.path(), &files(&[("x/a.rs", Ownership::Regenerated, &one), ("x/y/b.rs", Ownership::Regenerated, &one)]));
        fs::write(out.path().join("x/c.rs"), &one).unwrap();
        let next = run(out.path(), &files(&[("x/a.rs", Ownership::Regenerated, &one)]));
        assert_eq!(action(&next, "x/y/b.rs"), Action::Remove);
        assert!(!out.path().join("x/y").exists());
        assert!(out.path().join("x/c.rs").exists());
        fs::write(out.path().join("x/a.rs"), generated("edited")).unwrap();
        let last = run(out.path(), &files(&[]));
        assert_eq!(action(&last, "x/a.rs"), Action::Refuse(Refusal::Edited));
    }

    #[test]
    fn a_lost_lock_makes_no_edit_be_lost() {
        let out = tempfile::tempdir().unwrap();
        let (one, two) = (generated("one"), generated("two"));
        run(out.path(), &files(&[("a.rs", Ownership::Regenerated, &one)]));
        fs::remove_file(out.path().join(LOCK_FILE)).unwrap();
        let same = compare(out.path(), &files(&[("a.rs", Ownership::Regenerated, &one)]), false).unwrap();
        assert_eq!(same.entries[0].action, Action::Keep);
        let next = compare(out.path(), &files(&[("a.rs", Ownership::Regenerated, &two)]), false).unwrap();
        assert_eq!(next.entries[0].action, Action::Refuse(Refusal::Unrecorded));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_output_folder_leads_nowhere() {
        let elsewhere = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), out.path().join("a")).unwrap();
        let one = generated("one");
        for path in ["a/b.rs", "../b.rs"] {
            let refused = compare(out.path(), &files(&[(path, Ownership::Regenerated, &one)]), true).unwrap();
            assert_eq!(refused.entries[0].action, Action::Refuse(Refusal::Outside), "{path}");
            assert!(apply(out.path(), &refused).is_err());
        }
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
