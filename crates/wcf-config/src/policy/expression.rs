//! WS-Policy: from an expression to its alternatives, each a list of assertions.

use std::collections::BTreeMap;

use wcf_diagnostics::FileId;

use super::PolicyDocument;
use super::xml::{self, AsNode, Node};

/// WS-Policy 1.2 (2004/09) and 1.5.
const POLICY: [&str; 3] =
    ["http://schemas.xmlsoap.org/ws/2004/09/policy", "http://www.w3.org/ns/ws-policy", "http://www.w3.org/2006/07/ws-policy"];
/// .NET's own bounds (`MetadataImporter`): so many alternatives, so many assertions, so deep.
const MOST_ALTERNATIVES: usize = 32;
const MOST_ASSERTIONS: usize = 4096;
const DEEPEST: usize = 32;

/// One alternative.
pub(super) type Alternative<'a> = Vec<Node<'a>>;

/// Why an expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable<'a> {
    pub node: Node<'a>,
    pub why: &'static str,
}

/// The policies of all documents: by identifier in their own document, by the document's path, and by name.
#[derive(Default)]
pub(super) struct Policies<'a> {
    by_id: BTreeMap<FileId, BTreeMap<&'a str, Node<'a>>>,
    /// A name is a URI of its own, which holds in every document. `None` where two policies have it.
    by_name: BTreeMap<&'a str, Option<Node<'a>>>,
    paths: BTreeMap<FileId, &'a str>,
    /// The target namespace of each document.
    targets: BTreeMap<FileId, &'a str>,
    files: BTreeMap<String, FileId>,
    /// Which file stands for a URL.
    map: &'a [(String, String)],
}

impl<'a> Policies<'a> {
    pub fn new(documents: &[PolicyDocument<'a>], map: &'a [(String, String)]) -> Self {
        let mut all = Self { map, ..Self::default() };
        for document in documents {
            all.paths.insert(document.file, document.path);
            all.targets.insert(document.file, xml::attribute(xml::root(document.document), "targetNamespace").unwrap_or(""));
            all.files.insert(document.path.to_lowercase(), document.file);
            let of_document = all.by_id.entry(document.file).or_default();
            for node in xml::descendants(xml::root(document.document)).filter(|node| is_policy(node, "Policy")) {
                if let Some(id) = xml::any_attribute(node, "Id") {
                    of_document.insert(id, node);
                }
                if let Some(name) = xml::attribute(node, "Name") {
                    all.by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(node));
                }
            }
        }
        all
    }

    /// The name in an attribute of an element of WSDL. Without a prefix it can be in the namespace of WSDL, which has nothing
    /// that could be named: the document's own is meant. .NET loses such a binding.
    pub fn name_in(&self, node: Node<'a>, attribute: &str) -> Option<(&'a str, &'a str)> {
        let (namespace, name) = xml::qualified(node, xml::attribute(node, attribute)?)?;
        let own = self.targets.get(&xml::span(node).file).copied().unwrap_or("");
        Some((if namespace == xml::WSDL { own } else { namespace }, name))
    }

    /// The policy that a reference in this place means, or why there is none.
    fn find(&self, at: Node<'a>, uri: &'a str) -> Result<Node<'a>, &'static str> {
        const GONE: &str = "the policy it refers to is not in the document";
        let here = xml::span(at).file;
        if let Some(found) = self.by_name.get(uri) {
            return found.ok_or("two policies have the name it refers to");
        }
        let (location, id) = uri.split_once('#').unwrap_or((uri, ""));
        if location.is_empty() {
            return self.by_id.get(&here).and_then(|of| of.get(id)).copied().ok_or(GONE);
        }
        let mapped = self.map.iter().find(|(url, _)| url == location).map(|(_, path)| path.replace('\\', "/").to_lowercase());
        let beside = || beside(self.paths.get(&here).copied().unwrap_or(""), location).to_lowercase();
        let file = mapped.or_else(|| (!location.contains("://")).then(beside)).and_then(|path| self.files.get(&path));
        let file = *file.ok_or("the document it refers to is not in the input")?;
        match (self.by_id.get(&file), id) {
            (Some(of), "") => {
                // A document that is one policy.
                let mut policies = of.values();
                match (policies.next(), policies.next()) {
                    (Some(only), None) => Ok(*only),
                    _ => Err("the document it refers to is not one policy"),
                }
            }
            (Some(of), id) => of.get(id).copied().ok_or("the policy it refers to is not in the document that it names"),
            (None, _) => Err(GONE),
        }
    }
}

/// A path as seen from the folder of another file.
fn beside(base: &str, relative: &str) -> String {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split(['/', '\\']) {
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

pub(super) fn is_policy<'a>(node: impl AsNode<'a>, name: &str) -> bool {
    let node = node.node();
    xml::local(node) == name && POLICY.contains(&xml::namespace(node))
}

/// The alternatives that the policies of these attachment points give together. No policy at all is one empty alternative.
pub(super) fn attached<'a>(points: &[Node<'a>], policies: &Policies<'a>) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
    let mut expansion = Expansion { policies, left: MOST_ASSERTIONS };
    let mut all = vec![Vec::new()];
    for &point in points {
        // `PolicyURIs`, the other form of a reference.
        if let Some(uris) = POLICY.iter().find_map(|namespace| xml::attribute_in(point, namespace, "PolicyURIs")) {
            for uri in uris.split_whitespace() {
                let found = expansion.referred(point, uri, 0)?;
                all = product(point, all, found)?;
            }
        }
        for child in xml::children(point).filter(|child| is_policy(child, "Policy") || is_policy(child, "PolicyReference")) {
            let found = expansion.operator(child, 0)?;
            all = product(child, all, found)?;
        }
    }
    Ok(all)
}

/// The alternatives of a policy inside an assertion.
pub(super) fn nested<'a>(assertion: Node<'a>, policies: &Policies<'a>) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
    let mut expansion = Expansion { policies, left: MOST_ASSERTIONS };
    match xml::children(assertion).find(|child| is_policy(child, "Policy")) {
        Some(policy) => expansion.operator(policy, 0),
        None => Ok(vec![Vec::new()]),
    }
}

struct Expansion<'p, 'a> {
    policies: &'p Policies<'a>,
    left: usize,
}

impl<'a> Expansion<'_, 'a> {
    fn referred(&mut self, at: Node<'a>, uri: &'a str, depth: usize) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
        match self.policies.find(at, uri) {
            Ok(policy) => self.operator(policy, depth + 1),
            Err(why) => Err(Unreadable { node: at, why }),
        }
    }

    fn operator(&mut self, node: Node<'a>, depth: usize) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
        if depth > DEEPEST {
            return Err(Unreadable { node, why: "policies refer to each other in a circle, or too deep" });
        }
        self.left = self.left.checked_sub(1).ok_or(Unreadable { node, why: "the policy is larger than .NET reads" })?;
        if is_policy(node, "PolicyReference") {
            let uri = xml::attribute(node, "URI").ok_or(Unreadable { node, why: "the reference has no URI" })?;
            return self.referred(node, uri, depth);
        }
        if is_policy(node, "ExactlyOne") {
            let mut all = Vec::new();
            for child in xml::children(node) {
                all.extend(self.operator(child, depth + 1)?);
                bounded(node, &all)?;
            }
            return Ok(all);
        }
        if is_policy(node, "Policy") || is_policy(node, "All") {
            let mut all = vec![Vec::new()];
            for child in xml::children(node) {
                let found = self.operator(child, depth + 1)?;
                all = product(child, all, found)?;
            }
            return Ok(all);
        }
        // An assertion. One that is optional is there first, and in a second alternative it is not.
        match any_true(node, "Optional") {
            true => Ok(vec![vec![node], Vec::new()]),
            false => Ok(vec![vec![node]]),
        }
    }
}

fn any_true(node: Node<'_>, name: &str) -> bool {
    POLICY.iter().any(|namespace| matches!(xml::attribute_in(node, namespace, name), Some("true" | "1")))
}

/// Whether an assertion need not be followed.
pub(super) fn is_optional<'a>(node: impl AsNode<'a>) -> bool {
    any_true(node.node(), "Optional")
}

fn bounded<'a>(node: Node<'a>, all: &[Alternative<'a>]) -> Result<(), Unreadable<'a>> {
    if all.len() > MOST_ALTERNATIVES || all.iter().map(Vec::len).sum::<usize>() > MOST_ASSERTIONS {
        return Err(Unreadable { node, why: "the policy has more alternatives than .NET reads" });
    }
    Ok(())
}

fn product<'a>(node: Node<'a>, left: Vec<Alternative<'a>>, right: Vec<Alternative<'a>>) -> Result<Vec<Alternative<'a>>, Unreadable<'a>> {
    let mut all = Vec::new();
    for one in &left {
        for other in &right {
            all.push([one.as_slice(), other.as_slice()].concat());
            bounded(node, &all)?;
        }
    }
    Ok(all)
}
