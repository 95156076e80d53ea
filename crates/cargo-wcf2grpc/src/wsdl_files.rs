//! The files that belong to a WSDL which is named by itself, and those that stand for a URL.
//!
//! A WSDL says which files it imports, and anyone may have written it: only WSDLs and schemas are taken, only from its folder
//! and those inside, and never through a link.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};

use located_xml::{Limits, parse};
use wcf_diagnostics::FileId;

/// The WSDLs and schemas that a WSDL imports by a relative path, and the schemas and the `.svcmap` beside it, as paths
/// within its folder.
pub fn belonging_to(wsdl: &Path, most: u64) -> BTreeSet<PathBuf> {
    let folder = wsdl.parent().unwrap_or(Path::new(""));
    let mut found = BTreeSet::new();
    let beside = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in fs::read_dir(beside).into_iter().flatten().flatten() {
        let name = PathBuf::from(entry.file_name());
        let wanted = has_extension(&name, &["xsd", "svcmap"]);
        if wanted && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            found.insert(name);
        }
    }
    let own = PathBuf::from(wsdl.file_name().unwrap_or_default());
    let mut open: VecDeque<PathBuf> = found.iter().filter(|name| has_extension(name, &["xsd"])).cloned().collect();
    open.push_front(own.clone());
    while let Some(next) = open.pop_front() {
        for location in locations(&folder.join(&next), most) {
            let Some(inside) = within(next.parent().unwrap_or(Path::new("")), &location) else { continue };
            let path = folder.join(&inside);
            let plain = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) && !through_link(folder, &inside);
            if plain && inside != own && has_extension(&inside, &["wsdl", "xsd"]) && found.insert(inside.clone()) {
                open.push_back(inside);
            }
        }
    }
    found
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| wanted.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// Whether a folder on the way is a link.
fn through_link(folder: &Path, inside: &Path) -> bool {
    let mut path = folder.to_path_buf();
    inside.components().any(|component| {
        path.push(component);
        fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink())
    })
}

/// A relative location as a path inside of the folder; `None` for a URL and for what leads out.
fn within(from: &Path, location: &str) -> Option<PathBuf> {
    if location.contains("://") || location.starts_with(['/', '\\']) {
        return None;
    }
    let location = location.replace('\\', "/").replace("%20", " ");
    let mut path = from.to_path_buf();
    for component in Path::new(&location).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

/// What a document imports or includes. What cannot be read imports nothing; reading it later says why.
fn locations(path: &Path, most: u64) -> Vec<String> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > most) {
        return Vec::new();
    }
    let Some(text) = fs::read(path).ok().and_then(|bytes| located_xml::decode(&bytes).ok()) else { return Vec::new() };
    let Some(document) = parse(FileId(0), text.text, &Limits::default()).document else { return Vec::new() };
    let imports = document.root().descendants().filter(|node| matches!(node.local(), "import" | "include" | "redefine"));
    imports
        .filter_map(|node| node.attribute("schemaLocation").or_else(|| node.attribute("location")))
        .map(|attribute| attribute.value().trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_stay_inside_of_the_folder() {
        assert_eq!(within(Path::new(""), "x/types.xsd"), Some(PathBuf::from("x/types.xsd")));
        assert_eq!(within(Path::new("x"), "../types.xsd"), Some(PathBuf::from("types.xsd")));
        for outside in ["../types.xsd", "/etc/passwd", "file:///etc/passwd", "\\\\host\\share\\a.xsd", "http://host/a.xsd"] {
            assert_eq!(within(Path::new(""), outside), None, "{outside}");
        }
    }

    #[test]
    fn what_a_wsdl_imports_is_found_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("secret.xsd", "<secret/>");
        write("in/a.wsdl", "<d><import location='sub/b.wsdl'/><import location='../secret.xsd'/><import location='notes.txt'/></d>");
        write("in/sub/b.wsdl", "<d><import schemaLocation='c.xsd'/><import location='../a.wsdl'/></d>");
        write("in/sub/c.xsd", "<s><include schemaLocation='c.xsd'/><import schemaLocation='gone.xsd'/></s>");
        write("in/notes.txt", "");
        write("in/other.wsdl", "<d/>");
        write("in/beside.xsd", "<s/>");
        let found: Vec<String> =
            belonging_to(&root.path().join("in/a.wsdl"), 1 << 20).iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
        assert_eq!(found, ["beside.xsd", "sub/b.wsdl", "sub/c.xsd"]);
    }
}
