//! Finding the input and reading it: every file once, in parallel, in one order.
//!
//! Folders are searched as .NET projects are laid out. Nothing outside the PATHs is read: links that lead out of them are
//! reported and left alone.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;
use located_xml::DecodeError;
use rayon::prelude::*;
use wcf_diagnostics::{FileId, Files, Findings, SourceFile};

use crate::arguments::Input;
use crate::diagnostics::{CodePageAssumed, InputNotText, InputTooLarge, InputUnreadable, LinkOutsideInput, VisualBasicNotRead};
use crate::terminal::Terminal;

/// The largest file that is read, in bytes; the same bound as the XML reader's.
const MAX_BYTES: u64 = 64 << 20;

/// Folders of build results and downloaded packages.
const SKIPPED_FOLDERS: &[&str] = &["bin", "obj", "packages", ".git", "node_modules"];

/// A folder with this file in it is output of ours, not input.
pub const LOCK_FILE: &str = "wcf2grpc.lock";

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `*.config`.
    Configuration,
    /// `*.svc`.
    ServiceFile,
    /// `*.cs`.
    CSharp,
    /// `*.csproj`, and `Directory.Build.props`.
    Project,
    /// `*.vb`, which is not read.
    VisualBasic,
    /// `*.wsdl`.
    Wsdl,
    /// `machine.config` or the root `web.config`, where one is given.
    Machine,
    /// `*.xsd` and `*.svcmap`, which are read where there is a WSDL.
    Schema,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        if path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("Directory.Build.props")) {
            return Some(Self::Project);
        }
        match extension.as_str() {
            "config" => Some(Self::Configuration),
            "svc" => Some(Self::ServiceFile),
            "cs" => Some(Self::CSharp),
            "csproj" => Some(Self::Project),
            "vb" => Some(Self::VisualBasic),
            "wsdl" => Some(Self::Wsdl),
            "xsd" | "svcmap" => Some(Self::Schema),
            _ => None,
        }
    }
}

/// What was read, by kind, each sorted by the path people are shown.
#[derive(Debug, Default)]
pub struct Sources {
    /// Every file's text.
    pub files: Files,
    /// `*.config`.
    pub configurations: Vec<FileId>,
    /// `*.svc`.
    pub service_files: Vec<FileId>,
    /// `*.cs`.
    pub csharp: Vec<FileId>,
    /// `*.csproj`.
    pub projects: Vec<FileId>,
    /// The files above every other, outermost first.
    pub machine: Vec<FileId>,
    /// `*.wsdl`, and `*.xsd` and `*.svcmap` beside them.
    pub wsdl: Vec<FileId>,
}

impl Sources {
    /// How many files were read.
    pub fn count(&self) -> usize {
        self.configurations.len() + self.service_files.len() + self.csharp.len() + self.projects.len() + self.wsdl.len()
    }
}

struct Found {
    shown: String,
    disk: PathBuf,
    kind: Kind,
}

/// Finds and reads the input. What cannot be read is a finding; the others go on.
///
/// # Errors
///
/// If a PATH does not exist, so that there is nothing to be right or wrong about.
pub fn read(input: &Input, terminal: Terminal) -> anyhow::Result<(Sources, Findings)> {
    let mut findings = Findings::new();
    let found = find(input, &mut findings)?;
    let of_kind = |kind| -> Vec<String> { found.iter().filter(|file| file.kind == kind).map(|file| file.shown.clone()).collect() };
    let basic = of_kind(Kind::VisualBasic);
    if !basic.is_empty() {
        findings.push(VisualBasicNotRead { paths: basic });
    }
    let wsdl = found.iter().any(|file| file.kind == Kind::Wsdl);
    let is_wanted = |file: &&Found| match file.kind {
        Kind::VisualBasic => false,
        Kind::Schema => wsdl,
        Kind::Configuration | Kind::ServiceFile | Kind::CSharp | Kind::Project | Kind::Machine | Kind::Wsdl => true,
    };
    let wanted: Vec<&Found> = found.iter().filter(is_wanted).collect();
    let progress = terminal.progress("reading", wanted.len());
    let texts: Vec<(String, Findings)> = wanted
        .par_iter()
        .map(|file| {
            let mut findings = Findings::new();
            let text = read_text(file, &mut findings);
            progress.step();
            (text, findings)
        })
        .collect();
    drop(progress);
    let mut sources = Sources::default();
    for (file, (text, problems)) in wanted.iter().zip(texts) {
        let failed = problems.iter().any(|problem| problem.level == wcf_diagnostics::Level::Deny);
        findings.extend(problems);
        if failed {
            continue;
        }
        let id = sources.files.add(SourceFile::new(file.shown.as_str(), text));
        match file.kind {
            Kind::Configuration => sources.configurations.push(id),
            Kind::ServiceFile => sources.service_files.push(id),
            Kind::CSharp => sources.csharp.push(id),
            Kind::Project => sources.projects.push(id),
            Kind::Machine => sources.machine.push(id),
            Kind::Wsdl | Kind::Schema => sources.wsdl.push(id),
            Kind::VisualBasic => {}
        }
    }
    Ok((sources, findings))
}

fn find(input: &Input, findings: &mut Findings) -> anyhow::Result<Vec<Found>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut prefixes = Vec::new();
    for path in &input.paths {
        let metadata = fs::metadata(path).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let folder = if metadata.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let prefix = if input.paths.len() > 1 { prefix(folder, &mut prefixes) } else { String::new() };
        if metadata.is_dir() {
            find_in_folder(path, &prefix, input.no_ignore, &mut found, findings);
        } else {
            let shown = format!("{prefix}{}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
            // A file that is named is read whatever it is called: the person says what it is.
            let kind = Kind::of(path).unwrap_or(Kind::Configuration);
            found.push(Found { shown, disk: path.clone(), kind });
        }
    }
    found.sort_by(|one, other| (&one.shown, &one.disk).cmp(&(&other.shown, &other.disk)));
    for path in &input.machine_config {
        fs::metadata(path).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        found.push(Found { shown, disk: path.clone(), kind: Kind::Machine });
    }
    found.retain(|file| seen.insert(fs::canonicalize(&file.disk).unwrap_or_else(|_| file.disk.clone())));
    Ok(found)
}

/// The folder's own name, to tell several PATHs apart without showing where they are on this machine. Two folders of one
/// name get a number; several files of one folder share it.
fn prefix(folder: &Path, known: &mut Vec<(String, PathBuf)>) -> String {
    let place = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let name = place.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned());
    if !known.iter().any(|(_, at)| *at == place) {
        known.push((name.clone(), place.clone()));
    }
    let before = known.iter().take_while(|(_, at)| *at != place).filter(|(other, _)| *other == name).count();
    if before == 0 { format!("{name}/") } else { format!("{name}-{}/", before + 1) }
}

fn find_in_folder(root: &Path, prefix: &str, no_ignore: bool, found: &mut Vec<Found>, findings: &mut Findings) {
    let inside = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let start = inside.clone();
    let walk = WalkBuilder::new(root)
        .follow_links(false)
        .hidden(true)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .git_ignore(!no_ignore)
        .parents(!no_ignore)
        .require_git(false)
        .sort_by_file_name(OsStr::cmp)
        .filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
            let is_start = entry.depth() == 0;
            !is_folder || is_start || (!SKIPPED_FOLDERS.contains(&name.as_str()) && !entry.path().join(LOCK_FILE).exists())
        })
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let (path, error) = describe(&error, root, prefix);
                findings.push(InputUnreadable { path, error });
                continue;
            }
        };
        let shown = shown(entry.path(), root, prefix);
        let Some(kind) = entry.file_type() else { continue };
        if kind.is_symlink() {
            // A link that stays inside leads to something that is found by itself.
            let stays = fs::canonicalize(entry.path()).is_ok_and(|target| target.starts_with(&start));
            if !stays && (Kind::of(entry.path()).is_some() || entry.path().is_dir()) {
                findings.push(LinkOutsideInput { path: shown });
            }
        } else if kind.is_file()
            && let Some(kind) = Kind::of(entry.path())
        {
            found.push(Found { shown, disk: entry.into_path(), kind });
        }
    }
}

fn describe(error: &ignore::Error, root: &Path, prefix: &str) -> (String, String) {
    match error {
        ignore::Error::WithPath { path, err } => (shown(path, root, prefix), describe(err, root, prefix).1),
        ignore::Error::WithDepth { err, .. } => describe(err, root, prefix),
        ignore::Error::Io(error) => (".".to_owned(), error.kind().to_string()),
        other => (".".to_owned(), other.to_string()),
    }
}

fn shown(path: &Path, root: &Path, prefix: &str) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect();
    let joined = parts.join("/");
    if joined.is_empty() { prefix.trim_end_matches('/').to_owned() } else { format!("{prefix}{joined}") }
}

fn read_text(file: &Found, findings: &mut Findings) -> String {
    let path = file.shown.clone();
    let bytes = match fs::metadata(&file.disk)
        .and_then(|metadata| if metadata.len() > MAX_BYTES { Ok(Err(metadata.len())) } else { fs::read(&file.disk).map(Ok) })
    {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(bytes)) => {
            findings.push(InputTooLarge { path, bytes, limit: MAX_BYTES });
            return String::new();
        }
        Err(error) => {
            // The kind, not the whole error: its text can carry a path of this machine.
            findings.push(InputUnreadable { path, error: error.kind().to_string() });
            return String::new();
        }
    };
    match located_xml::decode(&bytes) {
        Ok(decoded) => decoded.text,
        Err(DecodeError::Malformed { .. }) if file.kind == Kind::CSharp => {
            findings.push(CodePageAssumed { path });
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()
        }
        Err(error) => {
            findings.push(InputNotText { path, error: error.to_string() });
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Color, Global};

    fn terminal() -> Terminal {
        Terminal::new(&Global { policy: None, color: Color::Never, quiet: true, verbose: 0, jobs: None })
    }

    fn input(path: &Path) -> Input {
        Input {
            paths: vec![path.to_path_buf()],
            no_ignore: false,
            transform: None,
            machine_config: Vec::new(),
            define: Vec::new(),
            map: Vec::new(),
        }
    }

    fn paths(sources: &Sources) -> Vec<&str> {
        sources.files.iter().map(|(_, file)| file.path.as_str()).collect()
    }

    fn write(root: &Path, path: &str, bytes: &[u8]) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn build_results_ignored_files_and_our_own_output_are_not_input() {
        let root = tempfile::tempdir().unwrap();
        for path in ["b/Web.Config", "a/app.config", "a/bin/app.config", "obj/x.cs", "packages/p/x.config", "old/x.config", "grpc/y.cs"] {
            write(root.path(), path, b"<configuration/>");
        }
        write(root.path(), ".gitignore", b"old/\n");
        write(root.path(), "grpc/wcf2grpc.lock", b"");
        let (sources, findings) = read(&input(root.path()), terminal()).unwrap();
        assert_eq!(paths(&sources), ["a/app.config", "b/Web.Config"]);
        assert!(findings.is_empty());
        let all = Input { no_ignore: true, ..input(root.path()) };
        assert_eq!(paths(&read(&all, terminal()).unwrap().0), ["a/app.config", "b/Web.Config", "old/x.config"]);
    }

    #[test]
    fn one_bad_file_does_not_keep_the_others_from_being_read() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "a.config", b"<configuration/>");
        write(root.path(), "b.config", b"MZ\0\0\x90");
        write(root.path(), "c.cs", b"// \xa9 someone\r\nclass C {}");
        write(root.path(), "d.vb", b"Class D");
        fs::File::create(root.path().join("e.config")).unwrap().set_len(MAX_BYTES + 1).unwrap();
        let (sources, findings) = read(&input(root.path()), terminal()).unwrap();
        assert_eq!(paths(&sources), ["a.config", "c.cs"]);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.name).collect();
        assert_eq!(codes, ["wcf-visual-basic-not-read", "wcf-input-not-text", "wcf-source-code-page-assumed", "wcf-input-too-large"]);
        assert!(sources.files.iter().any(|(_, file)| file.text.contains("© someone")));
    }

    #[test]
    fn several_paths_are_told_apart_by_their_own_names() {
        let root = tempfile::tempdir().unwrap();
        for path in ["a/src/web.config", "b/src/web.config", "c/one.config", "c/two.config"] {
            write(root.path(), path, b"<configuration/>");
        }
        let at = |path: &str| root.path().join(path);
        let several = |list: &[&str]| Input { paths: list.iter().map(|path| at(path)).collect(), ..input(root.path()) };
        let (sources, _) = read(&several(&["a/src", "b/src", "c/one.config", "c/two.config"]), terminal()).unwrap();
        assert_eq!(paths(&sources), ["c/one.config", "c/two.config", "src-2/web.config", "src/web.config"]);
        let (files, _) = read(&several(&["a/src/web.config", "b/src/web.config", "a/src/web.config"]), terminal()).unwrap();
        assert_eq!(paths(&files), ["src-2/web.config", "src/web.config"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_input_are_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        write(outside.path(), "secret.config", b"<configuration/>");
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "real/app.config", b"<configuration/>");
        std::os::unix::fs::symlink(outside.path().join("secret.config"), root.path().join("web.config")).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("more")).unwrap();
        std::os::unix::fs::symlink(root.path().join("real"), root.path().join("same")).unwrap();
        let (sources, findings) = read(&input(root.path()), terminal()).unwrap();
        assert_eq!(paths(&sources), ["real/app.config"]);
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            ["more is a link out of the input and was not followed", "web.config is a link out of the input and was not followed"]
        );
    }
}
