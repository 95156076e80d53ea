//! Project files, as far as they say which C# files belong together, what they are called and which symbols they define.

use std::collections::BTreeMap;

use located_xml::{Document, Element};
use wcf_contract::Project;
use wcf_diagnostics::{FileId, Files};

use crate::discovery::Sources;

/// What a `.csproj` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// Its folder, relative to the input, without a slash at its end; empty for the input itself.
    pub folder: String,
    /// Its name: the file's without its extension.
    pub name: String,
    defines: Vec<String>,
    includes: Vec<String>,
}

/// Reads the project files, those of outer folders first. One that is not XML says nothing: its folder and name still count.
#[must_use]
pub fn read(sources: &Sources) -> Vec<ProjectFile> {
    let limits = located_xml::Limits::default();
    let mut projects: Vec<ProjectFile> = sources
        .projects
        .iter()
        .filter_map(|&id| {
            let file = sources.files.get(id)?;
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
            let document = located_xml::parse(id, std::sync::Arc::clone(&file.text), &limits).document;
            let (defines, includes) = document.map(|document| (defines(&document), includes(&document, folder))).unwrap_or_default();
            Some(ProjectFile { folder: folder.to_owned(), name, defines, includes })
        })
        .collect();
    projects.sort_by(|one, other| (&one.folder, &one.name).cmp(&(&other.folder, &other.name)));
    projects
}

/// Which C# files belong to which project: those it names from other folders, and those in its folder and below that are in
/// no nearer project's.
#[must_use]
pub fn membership(projects: &[ProjectFile], csharp: &[FileId], files: &Files) -> Vec<Project> {
    let linked: BTreeMap<String, usize> = projects
        .iter()
        .enumerate()
        .rev()
        .flat_map(|(at, project)| project.includes.iter().map(move |include| (include.to_lowercase(), at)))
        .collect();
    let mut members: Vec<Project> =
        projects.iter().map(|project| Project { defines: project.defines.clone(), files: Vec::new() }).collect();
    for &id in csharp {
        let path = files.path(id);
        let nearest = || nearest(projects, path);
        let owner = linked.get(&path.to_lowercase()).copied().or_else(nearest);
        if let Some(member) = owner.and_then(|at| members.get_mut(at)) {
            member.files.push(id);
        }
    }
    members
}

/// The project that a file belongs to by its folder.
#[must_use]
pub fn of<'p>(projects: &'p [ProjectFile], path: &str) -> Option<&'p ProjectFile> {
    nearest(projects, path).and_then(|at| projects.get(at))
}

/// The project whose folder is the nearest above a file.
fn nearest(projects: &[ProjectFile], path: &str) -> Option<usize> {
    let holds = |project: &ProjectFile| {
        project.folder.is_empty() || path.strip_prefix(project.folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let candidates = projects.iter().enumerate().filter(|(_, project)| holds(project));
    candidates.max_by_key(|(at, project)| (project.folder.len(), std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// `DefineConstants` of groups without a condition and of those for Release: what is deployed.
fn defines(document: &Document) -> Vec<String> {
    let mut defines = Vec::new();
    for group in document.root().elements().filter(|group| group.is("PropertyGroup")) {
        if group.attribute("Condition").is_some_and(|condition| !condition.value().contains("Release")) {
            continue;
        }
        for element in group.elements().filter(|element| element.is("DefineConstants")) {
            for symbol in element.text().split([';', ',']).map(str::trim) {
                if !symbol.is_empty() && !symbol.contains('$') && !defines.iter().any(|known| known == symbol) {
                    defines.push(symbol.to_owned());
                }
            }
        }
    }
    defines
}

/// `Compile Include`, from the input's root, where it names one file.
fn includes(document: &Document, folder: &str) -> Vec<String> {
    let compile = |element: &Element<'_>| element.is("Compile");
    let items = document.root().elements().flat_map(Element::elements).filter(compile);
    items.filter_map(|element| resolve(folder, element.attribute("Include")?.value())).collect()
}

/// A path in a project as a path from the input's root; `None` where it leads out or is a pattern.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.contains(['*', '$', ':']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['\\', '/']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wcf_diagnostics::SourceFile;

    #[test]
    fn files_belong_to_the_project_that_names_them_or_is_nearest() {
        let mut sources = Sources::default();
        let mut add = |path: &str, text: &str| sources.files.add(SourceFile::new(path, text));
        let outer = add("All.csproj", "<Project Sdk=\"x\"/>");
        let inner = add(
            "a/A.csproj",
            "<Project><PropertyGroup Condition=\"'$(Configuration)'=='Debug'\"><DefineConstants>DEBUG</DefineConstants></PropertyGroup>\
             <PropertyGroup Condition=\" '$(Configuration)' == 'Release' \"><DefineConstants>TRACE; NET48;$(Other)</DefineConstants>\
             </PropertyGroup><ItemGroup><Compile Include=\"..\\Shared\\S.cs\"><Link>S.cs</Link></Compile></ItemGroup></Project>",
        );
        let csharp = ["a/x.cs", "ab/y.cs", "shared/s.cs", "z.cs"].map(|path| add(path, ""));
        sources.projects = vec![inner, outer];
        let projects = read(&sources);
        assert_eq!(projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(), ["All", "A"]);
        let members = membership(&projects, &csharp, &sources.files);
        assert_eq!(members[0].files, [csharp[1], csharp[3]]);
        assert_eq!(members[1].files, [csharp[0], csharp[2]]);
        assert_eq!(members[1].defines, ["TRACE", "NET48"]);
    }

    #[test]
    fn a_path_out_of_the_input_belongs_to_nobody() {
        assert_eq!(resolve("a/b", "..\\..\\..\\x.cs"), None);
        assert_eq!(resolve("a", "C:\\x.cs"), None);
        assert_eq!(resolve("a", ".\\b/../c.cs"), Some("a/c.cs".into()));
    }
}
