//! Finding the input and reading it: every file once, in parallel, in one order.
//!
//! Folders are searched as .NET projects are laid out. Nothing outside the PATHs is read: links that lead out of them are
//! reported and left alone, unless they lead into a folder that was allowed by name.

mod roots;

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
use crate::wsdl_files;
use roots::Roots;

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
    /// `*.vb`, in which names are looked up, and nothing is read.
    pub visual_basic: Vec<FileId>,
    /// `*.wsdl`, and `*.xsd` and `*.svcmap` beside them.
    pub wsdl: Vec<FileId>,
    /// URLs, and the files that stand for them as they are shown.
    pub map: Vec<(String, String)>,
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
/// If a PATH or a file of `--map` does not exist, so that there is nothing to be right or wrong about.
pub fn read(input: &Input, terminal: Terminal) -> anyhow::Result<(Sources, Findings)> {
    let mut findings = Findings::new();
    let roots = Roots::new(input)?;
    let (found, map) = find(input, &roots, &mut findings)?;
    let of_kind = |kind| -> Vec<String> { found.iter().filter(|file| file.kind == kind).map(|file| file.shown.clone()).collect() };
    let basic = of_kind(Kind::VisualBasic);
    if !basic.is_empty() {
        findings.push(VisualBasicNotRead { paths: basic });
    }
    let wsdl = found.iter().any(|file| file.kind == Kind::Wsdl) || !map.is_empty();
    let is_wanted = |file: &&Found| match file.kind {
        Kind::Schema => wsdl,
        Kind::Configuration | Kind::VisualBasic | Kind::ServiceFile | Kind::CSharp | Kind::Project | Kind::Machine | Kind::Wsdl => true,
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
    let mut read: Vec<(&Found, String, Findings)> =
        wanted.into_iter().zip(texts).map(|(file, (text, found))| (file, text, found)).collect();
    let named = named_in_configurations(&read, &found, &roots, &mut findings);
    for file in &named {
        let mut found = Findings::new();
        let text = read_text(file, &mut found);
        read.push((file, text, found));
    }
    if !named.is_empty() {
        // Machine configurations keep their place at the end, outermost first.
        read.sort_by_key(|(file, _, _)| if file.kind == Kind::Machine { (1, String::new()) } else { (0, file.shown.clone()) });
    }
    let mut sources = Sources { map, ..Sources::default() };
    for (file, text, problems) in read {
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
            Kind::VisualBasic => sources.visual_basic.push(id),
        }
    }
    Ok((sources, findings))
}

/// The files that configurations name in `configSource` and that were not found by themselves: of any name, in a folder that is not
/// searched, or beside a single file.
fn named_in_configurations(read: &[(&Found, String, Findings)], found: &[Found], roots: &Roots, findings: &mut Findings) -> Vec<Found> {
    let mut known: BTreeSet<String> = found.iter().map(|file| file.shown.to_lowercase()).collect();
    let mut named = Vec::new();
    for (file, text, _) in read.iter().filter(|(file, _, _)| matches!(file.kind, Kind::Configuration)) {
        let folder = file.disk.parent().unwrap_or(Path::new(""));
        let shown = file.shown.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for source in roots::config_sources(text) {
            let relative = source.replace('\\', "/");
            let shown = format!("{shown}{relative}");
            let Some(disk) = roots::without_case(folder, &relative).filter(|_| !known.contains(&shown.to_lowercase())) else { continue };
            known.insert(shown.to_lowercase());
            match fs::canonicalize(&disk) {
                Ok(place) if roots.allow(&place) => named.push(Found { shown, disk, kind: Kind::Configuration }),
                // A link that the search found says so itself.
                Ok(_) if !findings.iter().any(|finding| finding.message.starts_with(&format!("{shown} "))) => {
                    findings.push(LinkOutsideInput { path: shown });
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    named
}

/// The files, and the URLs that some of them stand for.
type FoundAndMap = (Vec<Found>, Vec<(String, String)>);

fn find(input: &Input, roots: &Roots, findings: &mut Findings) -> anyhow::Result<FoundAndMap> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut prefixes = Vec::new();
    for path in &input.paths {
        let metadata = fs::metadata(path).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let folder = if metadata.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let prefix = if input.paths.len() > 1 { prefix(folder, &mut prefixes) } else { String::new() };
        if metadata.is_dir() {
            let search = Search { no_ignore: input.no_ignore, roots };
            search.folder(path, &prefix, &mut vec![path.clone()], &mut found, findings);
        } else {
            let shown = format!("{prefix}{}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
            // A file that is named is read whatever it is called: the person says what it is.
            let kind = Kind::of(path).unwrap_or(Kind::Configuration);
            found.push(Found { shown, disk: path.clone(), kind });
            if kind == Kind::Wsdl {
                for inside in wsdl_files::belonging_to(path, MAX_BYTES) {
                    let disk = folder.join(&inside);
                    let kind = Kind::of(&disk).unwrap_or(Kind::Schema);
                    found.push(Found { shown: shown_within(&inside, &prefix), disk, kind });
                }
            }
        }
    }
    let map = mapped(input, &mut found)?;
    found.sort_by(|one, other| (&one.shown, &one.disk).cmp(&(&other.shown, &other.disk)));
    for path in &input.machine_config {
        fs::metadata(path).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        found.push(Found { shown, disk: path.clone(), kind: Kind::Machine });
    }
    found.retain(|file| seen.insert(place(&file.disk)));
    Ok((found, map))
}

/// Where a file is, whatever it is called.
fn place(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The files of `--map` as they are shown. One that is not in the input becomes part of it, under its name.
fn mapped(input: &Input, found: &mut Vec<Found>) -> anyhow::Result<Vec<(String, String)>> {
    let mut map = Vec::new();
    for (url, given) in &input.map {
        // A path from here, or one inside of a PATH.
        let inside = input.paths.iter().map(|path| path.join(given));
        let disk = std::iter::once(PathBuf::from(given)).chain(inside).find(|path| path.is_file());
        let disk = disk.ok_or_else(|| anyhow::anyhow!("--map: there is no file {given}"))?;
        let known = found.iter().find(|file| place(&file.disk) == place(&disk)).map(|file| file.shown.clone());
        let shown = known.unwrap_or_else(|| {
            let name = disk.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let taken = |name: &str| found.iter().any(|file| file.shown == name);
            let mut free = name.clone();
            let mut number = 2;
            while taken(&free) {
                free = format!("{number}-{name}");
                number += 1;
            }
            let kind = Kind::of(&disk).filter(|kind| *kind == Kind::Wsdl).unwrap_or(Kind::Schema);
            found.push(Found { shown: free.clone(), disk, kind });
            free
        });
        map.push((url.clone(), shown));
    }
    Ok(map)
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

/// How folders are searched.
struct Search<'r> {
    no_ignore: bool,
    roots: &'r Roots,
}

impl Search<'_> {
    /// `entered` are the folders that links were followed into, and where the search began.
    fn folder(&self, root: &Path, prefix: &str, entered: &mut Vec<PathBuf>, found: &mut Vec<Found>, findings: &mut Findings) {
        let no_ignore = self.no_ignore;
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
                let target = fs::canonicalize(entry.path()).ok();
                if target.as_ref().is_some_and(|target| target.starts_with(&start)) {
                    continue;
                }
                let allowed = target.filter(|target| self.roots.allow_outside(target));
                match (allowed, Kind::of(entry.path())) {
                    (Some(target), _) if target.is_dir() => {
                        // A folder that is entered again is found already; so no circle of links goes on for ever.
                        if !entered.iter().any(|other| target.starts_with(other)) {
                            entered.push(target.clone());
                            self.folder(&target, &format!("{shown}/"), entered, found, findings);
                        }
                    }
                    (Some(_), Some(kind)) => found.push(Found { shown, disk: entry.into_path(), kind }),
                    (Some(_), None) => {}
                    (None, kind) if kind.is_some() || entry.path().is_dir() => findings.push(LinkOutsideInput { path: shown }),
                    (None, _) => {}
                }
            } else if kind.is_file()
                && let Some(kind) = Kind::of(entry.path())
            {
                found.push(Found { shown, disk: entry.into_path(), kind });
            }
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
    shown_within(path.strip_prefix(root).unwrap_or(path), prefix)
}

fn shown_within(relative: &Path, prefix: &str) -> String {
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
        Input { paths: vec![path.to_path_buf()], ..Input::default() }
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
        assert_eq!(paths(&sources), ["a.config", "c.cs", "d.vb"], "contracts are looked for in Visual Basic by name, to be told of");
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

    #[test]
    fn files_that_configurations_name_are_read_whatever_they_are_called() {
        let root = tempfile::tempdir().unwrap();
        let config =
            br#"<configuration><system.serviceModel><bindings configSource="Config\Bindings.xml"/><client configSource='..\x.xml'/>
            <services configSource = "bin\services.config"/></system.serviceModel></configuration>"#;
        write(root.path(), "app/web.config", config);
        for path in ["app/config/bindings.xml", "x.xml", "app/bin/services.config", "app/other.xml"] {
            write(root.path(), path, b"<bindings/>");
        }
        let (sources, findings) = read(&input(&root.path().join("app")), terminal()).unwrap();
        assert_eq!(paths(&sources), ["Config/Bindings.xml", "bin/services.config", "web.config"]);
        assert!(findings.is_empty());
        // A single file brings what it names as well.
        let (sources, _) = read(&input(&root.path().join("app/web.config")), terminal()).unwrap();
        assert_eq!(paths(&sources), ["Config/Bindings.xml", "bin/services.config", "web.config"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_input_are_followed_into_allowed_folders_only() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "app/web.config", br#"<configuration><x configSource="shared\bindings.xml"/></configuration>"#);
        write(root.path(), "shared/bindings.xml", b"<bindings/>");
        write(root.path(), "shared/deep/app.config", b"<configuration/>");
        write(root.path(), "secret/app.config", b"<configuration/>");
        let at = |path: &str| root.path().join(path);
        let link = |target: &str, link: &str| std::os::unix::fs::symlink(at(target), at(link)).unwrap();
        link("shared", "app/shared");
        link("secret/app.config", "app/one.config");
        link("secret", "shared/deep/secret");
        // A circle.
        link("shared", "shared/deep/again");
        let (sources, findings) = read(&input(&at("app")), terminal()).unwrap();
        assert_eq!(paths(&sources), ["web.config"]);
        let left = |findings: &Findings| -> Vec<String> { findings.iter().map(|finding| finding.message.clone()).collect() };
        let refusal = |path: &str| format!("{path} is a link out of the input and was not followed");
        assert_eq!(left(&findings), [refusal("one.config"), refusal("shared"), refusal("shared/bindings.xml")]);
        let allowing = |folder: &str| Input { allow_outside: vec![at(folder)], ..input(&at("app")) };
        let (sources, findings) = read(&allowing("shared"), terminal()).unwrap();
        assert_eq!(paths(&sources), ["shared/bindings.xml", "shared/deep/app.config", "web.config"]);
        assert_eq!(left(&findings), [refusal("one.config"), refusal("shared/deep/secret")]);
        // Permission is for a folder that is there, never for everything.
        for (folder, problem) in [("nowhere", "No such file"), ("app/web.config", "not a folder")] {
            let refused = read(&allowing(folder), terminal()).unwrap_err().to_string();
            assert!(refused.starts_with("--allow-outside") && refused.contains(problem), "{refused}");
        }
        let everything = Input { allow_outside: vec![PathBuf::from("/")], ..input(&at("app")) };
        assert!(read(&everything, terminal()).unwrap_err().to_string().contains("this would allow every file"));
    }
}
