//! Project files, as far as they say which C# files belong together, what they are called and which symbols they define.

use std::collections::BTreeMap;

use located_xml::{Document, Element};
use wcf_contract::Project;
use wcf_diagnostics::{FileId, Files};

use crate::discovery::Sources;

/// What a `.csproj` says, with what the `Directory.Build.props` above it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFile {
    /// Its folder, relative to the input, without a slash at its end; empty for the input itself.
    pub folder: String,
    /// Its name: the file's without its extension.
    pub name: String,
    said: Said,
}

/// What one file says of the sources it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    defines: Vec<String>,
    /// `Compile Include`: paths or patterns from the input's root.
    includes: Vec<String>,
    /// `Compile Remove`, likewise.
    removes: Vec<String>,
    usings: Vec<String>,
    /// `Using Remove`.
    without_usings: Vec<String>,
    implicit_usings: Option<bool>,
    is_web: bool,
}

/// The namespaces that `ImplicitUsings` brings (`Microsoft.NET.Sdk`), then those of `Microsoft.NET.Sdk.Web`.
const IMPLICIT_USINGS: [&str; 7] =
    ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];
const IMPLICIT_WEB_USINGS: [&str; 4] = [
    "Microsoft.AspNetCore.Builder",
    "Microsoft.AspNetCore.Http",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting",
];

/// Reads the project files, those of outer folders first. One that is not XML says nothing: its folder and name still count.
#[must_use]
pub fn read(sources: &Sources) -> Vec<ProjectFile> {
    let limits = located_xml::Limits::default();
    let mut files: Vec<ProjectFile> = sources
        .projects
        .iter()
        .filter_map(|&id| {
            let file = sources.files.get(id)?;
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let document = located_xml::parse(id, std::sync::Arc::clone(&file.text), &limits).document;
            let said = document.map(|document| said(&document, folder)).unwrap_or_default();
            Some(ProjectFile { folder: folder.to_owned(), name: name.to_owned(), said })
        })
        .collect();
    files.sort_by(|one, other| (&one.folder, &one.name).cmp(&(&other.folder, &other.name)));
    let (props, mut projects): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.name.eq_ignore_ascii_case("Directory.Build.props"));
    for project in &mut projects {
        project.name = project.name.rsplit_once('.').map_or(project.name.as_str(), |(stem, _)| stem).to_owned();
        // MSBuild takes the nearest one only.
        let above = props.iter().filter(|props| is_in(&project.folder, &props.folder)).max_by_key(|props| props.folder.len());
        if let Some(above) = above {
            let own = std::mem::replace(&mut project.said, above.said.clone());
            project.said.add(own);
        }
    }
    projects
}

impl Said {
    fn add(&mut self, own: Self) {
        self.defines.extend(own.defines.into_iter().filter(|symbol| !self.defines.contains(symbol)).collect::<Vec<_>>());
        self.includes.extend(own.includes);
        self.removes.extend(own.removes);
        self.usings.extend(own.usings);
        self.without_usings.extend(own.without_usings);
        self.implicit_usings = own.implicit_usings.or(self.implicit_usings);
        self.is_web |= own.is_web;
    }

    fn all_usings(&self) -> Vec<String> {
        let implicit: &[&str] = if self.implicit_usings == Some(true) { &IMPLICIT_USINGS } else { &[] };
        let web: &[&str] = if self.is_web { &IMPLICIT_WEB_USINGS } else { &[] };
        let web = if implicit.is_empty() { &[] } else { web };
        let all = implicit.iter().chain(web).map(|using| (*using).to_owned()).chain(self.usings.iter().cloned());
        all.filter(|using| !self.without_usings.contains(using)).collect()
    }
}

fn is_in(folder: &str, outer: &str) -> bool {
    outer.is_empty() || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Which C# files belong to which project: those it names from other folders, and those in its folder and below that are in
/// no nearer project's and that it does not leave out.
#[must_use]
pub fn membership(projects: &[ProjectFile], csharp: &[FileId], files: &Files) -> Vec<Project> {
    let mut linked: BTreeMap<String, usize> = BTreeMap::new();
    let mut patterns: Vec<(&str, usize)> = Vec::new();
    for (at, project) in projects.iter().enumerate() {
        for include in &project.said.includes {
            if include.contains('*') {
                patterns.push((include, at));
            } else {
                linked.entry(include.to_lowercase()).or_insert(at);
            }
        }
    }
    let mut members: Vec<Project> = projects
        .iter()
        .map(|project| Project { defines: project.said.defines.clone(), usings: project.said.all_usings(), files: Vec::new() })
        .collect();
    for &id in csharp {
        let path = files.path(id);
        let lower = path.to_lowercase();
        let by_pattern = || patterns.iter().find(|(pattern, _)| matches(&pattern.to_lowercase(), &lower)).map(|(_, at)| *at);
        let nearest = || {
            let at = nearest(projects, path)?;
            let removed =
                projects.get(at).is_some_and(|project| project.said.removes.iter().any(|out| matches(&out.to_lowercase(), &lower)));
            (!removed).then_some(at)
        };
        let owner = linked.get(&lower).copied().or_else(nearest).or_else(by_pattern);
        if let Some(member) = owner.and_then(|at| members.get_mut(at)) {
            member.files.push(id);
        }
    }
    members
}

/// MSBuild's patterns: `*` within a name, `**` for folders.
fn matches(pattern: &str, path: &str) -> bool {
    fn parts(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| path.get(skip..).is_some_and(|path| parts(rest, path))),
            (Some((first, rest)), Some((name, path))) => part(first, name) && parts(rest, path),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
    fn part(pattern: &str, name: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == name,
            Some((before, after)) => {
                name.strip_prefix(before).is_some_and(|rest| (0..=rest.len()).filter_map(|at| rest.get(at..)).any(|rest| part(after, rest)))
            }
        }
    }
    parts(&pattern.split('/').collect::<Vec<_>>(), &path.split('/').collect::<Vec<_>>())
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

/// What a project file, or a `Directory.Build.props`, says.
fn said(document: &Document, folder: &str) -> Said {
    let mut said = Said {
        defines: defines(document),
        is_web: document.root().attribute("Sdk").is_some_and(|sdk| sdk.value().starts_with("Microsoft.NET.Sdk.Web")),
        ..Said::default()
    };
    let text = |element: Element<'_>, name: &str| element.attribute(name).map(|attribute| attribute.value().to_string());
    let paths = |element: Element<'_>, name: &str| {
        let list = text(element, name).unwrap_or_default();
        list.split(';').filter_map(|path| resolve(folder, path.trim())).collect::<Vec<_>>()
    };
    for element in document.root().elements().flat_map(|group| group.elements()) {
        if element.is("Compile") {
            said.includes.extend(paths(element, "Include"));
            said.removes.extend(paths(element, "Remove"));
        } else if element.is("Using") {
            let is_static = text(element, "Static").is_some_and(|value| value.eq_ignore_ascii_case("true"));
            let alias = text(element, "Alias");
            said.usings.extend(text(element, "Include").map(|namespace| match alias {
                Some(alias) => format!("{alias} = {namespace}"),
                None if is_static => format!("static {namespace}"),
                None => namespace,
            }));
            said.without_usings.extend(text(element, "Remove"));
        } else if element.is("ImplicitUsings") {
            let value = element.text();
            said.implicit_usings = Some(value.trim().eq_ignore_ascii_case("enable") || value.trim().eq_ignore_ascii_case("true"));
        }
    }
    said
}

/// A path in a project as a path from the input's root; `None` where it leads out.
fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.contains(['$', ':', '?', '@']) {
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
    fn patterns_usings_and_properties_of_folders_above_are_read() {
        let mut sources = Sources::default();
        let mut add = |path: &str, text: &str| sources.files.add(SourceFile::new(path, text));
        let props = add(
            "Directory.Build.props",
            "<Project><PropertyGroup><ImplicitUsings>enable</ImplicitUsings><DefineConstants>SHARED</DefineConstants></PropertyGroup>\
             <ItemGroup><Using Include=\"System.ServiceModel\"/></ItemGroup></Project>",
        );
        let project = add(
            "a/A.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><Compile Include=\"..\\Shared\\**\\*.cs\"/><Compile Remove=\"Old/**\"/>\
             <Using Remove=\"System.IO\"/><Using Include=\"Quay.Money\" Alias=\"Coin\"/><Using Include=\"Quay.Names\" Static=\"True\"/></ItemGroup></Project>",
        );
        let csharp = ["a/x.cs", "a/Old/y.cs", "Shared/deep/z.cs", "w.cs"].map(|path| add(path, ""));
        sources.projects = vec![project, props];
        let projects = read(&sources);
        assert_eq!(projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(), ["A"]);
        let members = membership(&projects, &csharp, &sources.files);
        assert_eq!(members[0].files, [csharp[0], csharp[2]]);
        assert_eq!(members[0].defines, ["SHARED"]);
        let usings = &members[0].usings;
        for using in ["System.Linq", "System.ServiceModel", "Coin = Quay.Money", "static Quay.Names"] {
            assert!(usings.iter().any(|known| known == using), "{using}: {usings:?}");
        }
        assert!(!usings.iter().any(|using| using == "System.IO"));
    }

    #[test]
    fn a_path_out_of_the_input_belongs_to_nobody() {
        assert_eq!(resolve("a/b", "..\\..\\..\\x.cs"), None);
        assert_eq!(resolve("a", "C:\\x.cs"), None);
        assert_eq!(resolve("a", ".\\b/../c.cs"), Some("a/c.cs".into()));
    }
}
