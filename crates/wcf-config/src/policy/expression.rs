//! WS-Policy: from an expression to its alternatives, each a list of assertions.

use std::collections::BTreeMap;

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

/// The policies of one document, by identifier.
pub(super) type Policies<'a> = BTreeMap<&'a str, Node<'a>>;

pub(super) fn is_policy<'a>(node: impl AsNode<'a>, name: &str) -> bool {
    let node = node.node();
    xml::local(node) == name && POLICY.contains(&xml::namespace(node))
}

/// All policies of a document that have an identifier.
pub(super) fn policies(root: Node<'_>) -> Policies<'_> {
    let all = xml::descendants(root).filter(|node| is_policy(node, "Policy"));
    all.filter_map(|node| Some((xml::any_attribute(node, "Id").or_else(|| xml::any_attribute(node, "Name"))?, node))).collect()
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
        let policy = uri.strip_prefix('#').and_then(|id| self.policies.get(id)).or_else(|| self.policies.get(uri));
        match policy {
            Some(policy) => self.operator(*policy, depth + 1),
            None => Err(Unreadable { node: at, why: "the policy it refers to is not in the document" }),
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
