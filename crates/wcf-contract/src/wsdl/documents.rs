//! Which documents belong together: imports and includes followed over the files of the input, never over a network.

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::{Findings, Span};

use super::diagnostics::ImportMissing;
use super::xml::{self, Node, WSDL, XSD};
use super::{WsdlDocument, WsdlOptions};

/// A schema as one document uses it.
#[derive(Clone, Copy)]
pub(super) struct SchemaUse<'a> {
    /// The `schema` element.
    pub node: Node<'a>,
    /// Its target namespace, or that of the schema that includes it.
    pub namespace: &'a str,
    /// Whether it has no namespace of its own and takes its includer's.
    pub chameleon: bool,
}

/// A WSDL with everything that it imports.
pub(super) struct DocumentSet<'a> {
    /// The path of the document nothing else imports.
    pub path: &'a str,
    /// The `definitions` elements, the root's first.
    pub definitions: Vec<Node<'a>>,
    /// The schemas, in the order they were met.
    pub schemas: Vec<SchemaUse<'a>>,
}

/// The documents of the input by where they are.
pub(super) struct Library<'a> {
    documents: &'a [WsdlDocument<'a>],
    by_path: BTreeMap<String, usize>,
    /// From a URL that something was fetched from to the document it is in.
    by_url: BTreeMap<String, usize>,
}

impl<'a> Library<'a> {
    pub fn new(documents: &'a [WsdlDocument<'a>], options: &WsdlOptions) -> Self {
        let by_path: BTreeMap<String, usize> =
            documents.iter().enumerate().map(|(at, document)| (document.path.to_lowercase(), at)).collect();
        let mut by_url = BTreeMap::new();
        for document in documents {
            let root = xml::root(document.document);
            if xml::local(root) != "ReferenceGroup" {
                continue;
            }
            // Reference.svcmap: where Visual Studio fetched each file from.
            let files = root.descendants().filter(|node| matches!(xml::local(*node), "MetadataFile" | "ExtensionFile"));
            for file in files {
                if let (Some(name), Some(url)) = (xml::attribute(file, "FileName"), xml::attribute(file, "SourceUrl"))
                    && let Some(at) = by_path.get(&beside(document.path, name).to_lowercase())
                {
                    by_url.insert(url.to_owned(), *at);
                }
            }
        }
        for (url, path) in &options.map {
            if let Some(at) = by_path.get(&path.replace('\\', "/").to_lowercase()) {
                by_url.insert(url.clone(), *at);
            }
        }
        Self { documents, by_path, by_url }
    }

    fn root(&self, at: usize) -> Option<Node<'a>> {
        self.documents.get(at).map(|document| xml::root(document.document))
    }

    /// Each WSDL that no other one imports, with all it imports. WSDLs that import each other in a circle and nothing else
    /// imports are taken from the first of them.
    pub fn sets(&self, findings: &mut Findings) -> Vec<DocumentSet<'a>> {
        let wsdls: Vec<usize> =
            (0..self.documents.len()).filter(|at| self.root(*at).is_some_and(|root| xml::is(root, WSDL, "definitions"))).collect();
        let mut imported: BTreeSet<usize> = BTreeSet::new();
        for &at in &wsdls {
            for import in self.root(at).into_iter().flat_map(|root| xml::named(root, WSDL, "import")) {
                imported.extend(self.locate(at, import, "location", WSDL).into_iter().filter(|found| *found != at));
            }
        }
        let mut covered: BTreeSet<usize> = BTreeSet::new();
        let mut sets = Vec::new();
        let roots = wsdls.iter().filter(|at| !imported.contains(at)).chain(&wsdls);
        for &at in roots {
            if covered.contains(&at) {
                continue;
            }
            let Some(document) = self.documents.get(at) else { continue };
            let mut walk =
                Walk { library: self, definitions: Vec::new(), schemas: Vec::new(), open: vec![Step::Wsdl(at)], seen: BTreeSet::new() };
            walk.run(findings);
            covered.extend(walk.seen.iter().filter(|(_, kind, _)| *kind == 0).map(|(at, _, _)| *at));
            sets.push(DocumentSet { path: document.path, definitions: walk.definitions, schemas: walk.schemas });
        }
        sets
    }

    /// The document an import means.
    fn locate(&self, from: usize, import: Node<'_>, attribute: &str, kind: &str) -> Option<usize> {
        let base = self.documents.get(from)?.path;
        let wanted = xml::attribute(import, "namespace");
        let location = xml::attribute(import, attribute).filter(|location| !location.is_empty());
        let Some(location) = location else { return self.sibling(base, wanted?, kind, None) };
        if let Some(at) = self.by_url.get(location) {
            return Some(*at);
        }
        if !location.contains("://") {
            let relative = location.replace('\\', "/").replace("%20", " ");
            let mut folder = base;
            // Apache CXF resolves a location from folders further out as well.
            loop {
                if let Some(at) = self.by_path.get(&beside(folder, &relative).to_lowercase()) {
                    return Some(*at);
                }
                match folder.rsplit_once('/') {
                    Some((outer, _)) => folder = outer,
                    None => break,
                }
            }
        }
        let name = location.rsplit('/').next().unwrap_or(location);
        self.sibling(base, wanted?, kind, Some(name))
    }

    /// The only document of the same folder with this target namespace; one of several by its file name.
    fn sibling(&self, base: &str, namespace: &str, kind: &str, name: Option<&str>) -> Option<usize> {
        let folder = folder(base);
        let fits = |at: &usize| {
            self.documents.get(*at).is_some_and(|document| {
                let root = xml::root(document.document);
                folder == self::folder(document.path)
                    && document.path != base
                    && xml::namespace(root) == kind
                    && xml::attribute(root, "targetNamespace").unwrap_or("") == namespace
            })
        };
        let found: Vec<usize> = (0..self.documents.len()).filter(fits).collect();
        match (found.as_slice(), name) {
            ([only], _) => Some(*only),
            ([], _) => None,
            (several, Some(name)) => several.iter().copied().find(|at| {
                self.documents.get(*at).is_some_and(|document| {
                    let file = document.path.rsplit('/').next().unwrap_or("").to_lowercase();
                    file == name.to_lowercase()
                })
            }),
            ([first, ..], None) => Some(*first),
        }
    }
}

/// What is still to be read.
#[derive(Clone, Copy)]
enum Step<'a> {
    Wsdl(usize),
    Schema(usize, Node<'a>, Option<&'a str>),
}

struct Walk<'l, 'a> {
    library: &'l Library<'a>,
    definitions: Vec<Node<'a>>,
    schemas: Vec<SchemaUse<'a>>,
    open: Vec<Step<'a>>,
    /// What was read: the document, 0 for a WSDL or the schema's place, and the namespace it was taken in.
    seen: BTreeSet<(usize, u32, &'a str)>,
}

impl<'a> Walk<'_, 'a> {
    /// Reads everything.
    fn run(&mut self, findings: &mut Findings) {
        let mut missing: Vec<(usize, Node<'a>, &'static str)> = Vec::new();
        let mut at = 0;
        while let Some(step) = self.open.get(at).copied() {
            at += 1;
            match step {
                Step::Wsdl(document) => self.wsdl(document, &mut missing),
                Step::Schema(document, node, namespace) => self.schema(document, node, namespace, &mut missing),
            }
        }
        for (_, node, attribute) in missing {
            // What has no location is often in the same document, and a namespace that nothing uses need not be there.
            let namespace = xml::attribute(node, "namespace").unwrap_or("");
            let of_schema = xml::namespace(node) == XSD;
            let here = self.schemas.iter().any(|schema| schema.namespace == namespace)
                || (!of_schema && self.definitions.iter().any(|node| xml::attribute(*node, "targetNamespace") == Some(namespace)));
            let location = xml::attribute(node, attribute);
            if (xml::local(node) == "import" && here) || WELL_KNOWN.contains(&namespace) {
                continue;
            }
            let span: Span = xml::attribute_span(node, attribute);
            findings.push(ImportMissing { span, location: location.unwrap_or(""), namespace });
        }
    }

    fn wsdl(&mut self, document: usize, missing: &mut Vec<(usize, Node<'a>, &'static str)>) {
        let Some(root) = self.library.root(document) else { return };
        if !self.seen.insert((document, 0, "")) {
            return;
        }
        if !xml::is(root, WSDL, "definitions") {
            // WSDL may import a schema directly.
            if xml::is(root, XSD, "schema") {
                self.open.push(Step::Schema(document, root, None));
            }
            return;
        }
        self.definitions.push(root);
        for import in xml::named(root, WSDL, "import") {
            match self.library.locate(document, import, "location", WSDL).or_else(|| self.library.locate(document, import, "location", XSD))
            {
                Some(found) => self.open.push(Step::Wsdl(found)),
                None => missing.push((document, import, "location")),
            }
        }
        for types in xml::named(root, WSDL, "types") {
            for schema in xml::named(types, XSD, "schema") {
                self.open.push(Step::Schema(document, schema, None));
            }
        }
    }

    fn schema(&mut self, document: usize, node: Node<'a>, includer: Option<&'a str>, missing: &mut Vec<(usize, Node<'a>, &'static str)>) {
        let own = xml::attribute(node, "targetNamespace");
        let namespace = own.or(includer).unwrap_or("");
        if !self.seen.insert((document, xml::span(node).start + 1, namespace)) {
            return;
        }
        self.schemas.push(SchemaUse { node, namespace, chameleon: own.is_none() && !namespace.is_empty() });
        for child in xml::children(node).filter(|child| xml::namespace(*child) == XSD) {
            let included = match xml::local(child) {
                "import" => None,
                "include" | "redefine" => Some(namespace),
                _ => continue,
            };
            let found = self.library.locate(document, child, "schemaLocation", XSD);
            let found = found.or_else(|| self.library.locate(document, child, "schemaLocation", WSDL));
            match found.and_then(|found| Some((found, self.library.root(found)?))) {
                Some((found, root)) if xml::is(root, XSD, "schema") => self.open.push(Step::Schema(found, root, included)),
                // A schema inside another WSDL.
                Some((found, root)) if xml::is(root, WSDL, "definitions") => {
                    for types in xml::named(root, WSDL, "types") {
                        for schema in xml::named(types, XSD, "schema") {
                            self.open.push(Step::Schema(found, schema, included));
                        }
                    }
                }
                Some(_) | None => missing.push((document, child, "schemaLocation")),
            }
        }
    }
}

/// Namespaces whose types the reader knows, or that carry nothing but attributes of SOAP.
const WELL_KNOWN: [&str; 6] = [
    XSD,
    xml::SERIALIZATION,
    "http://schemas.xmlsoap.org/soap/encoding/",
    "http://schemas.xmlsoap.org/wsdl/",
    "http://www.w3.org/XML/1998/namespace",
    "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
];

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path as seen from the folder of another file. `..` past the outermost folder stays there.
fn beside(base: &str, relative: &str) -> String {
    let relative = relative.strip_prefix("file:").unwrap_or(relative);
    let mut parts: Vec<&str> = folder(base).split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
