//! XML document transforms (`Web.Release.config`), applied to the located tree.
//!
//! What a transform puts in keeps its place in the transform's file, so every value still knows who decided it. What
//! `Microsoft.Web.XmlTransform` would warn about is a warning here; what it would fail on, and what is not understood, is a finding
//! that refuses.

mod target;

use located_xml::{Attribute, Document, Element, Node};
use wcf_diagnostics::{Findings, Span};

use crate::diagnostics::{TransformRefused, TransformWithoutTarget};
use target::{Path, Step, element_at_mut, matching};

/// The namespace of transforms.
pub const NAMESPACE: &str = "http://schemas.microsoft.com/XML-Document-Transform";

/// Whether a document is a transform: it declares [`NAMESPACE`], or something in it carries an attribute of it. .NET would not load
/// it as a configuration.
#[must_use]
pub fn is_transform(xml: &Document) -> bool {
    let declares = xml.root.namespace_declarations().iter().any(|declaration| &*declaration.namespace == NAMESPACE);
    declares || xml.root.descendants().any(|element| element.attributes.iter().any(is_xdt))
}

/// Applies a transform to a document.
#[must_use]
pub fn transform(base: &Document, transform: &Document) -> (Document, Findings) {
    let mut run = Run { base: base.clone(), findings: Findings::new() };
    let root = &transform.root;
    if root.name.local == run.base.root.name.local {
        run.element(root, &[], true);
    } else {
        run.refuse(format!("the transform's outermost element is `{}`", root.name), &[], "", root.name_span);
    }
    (run.base, run.findings)
}

const TRANSFORMS: [&str; 9] =
    ["Replace", "Insert", "InsertBefore", "InsertAfter", "InsertIfMissing", "Remove", "RemoveAll", "SetAttributes", "RemoveAttributes"];

const LOCATORS: [&str; 3] = ["Match", "Condition", "XPath"];

struct Run {
    base: Document,
    findings: Findings,
}

/// `Name(argument)` as it stands in `xdt:Transform` and `xdt:Locator`.
fn call(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest.trim_end().strip_suffix(')').unwrap_or(rest).trim())),
        None => (text, None),
    }
}

impl Run {
    fn refuse(&mut self, problem: String, known: &[&'static str], name: &str, span: Span) {
        self.findings.push(TransformRefused { problem, known: known.to_vec(), name: name.to_owned(), span });
    }

    /// One element of the transform; `parents` is where its parent is in the base.
    fn element(&mut self, element: &Element, parents: &[Path], is_root: bool) {
        let Some(targets) = self.locate(element, parents, is_root) else { return };
        let Some(attribute) = element.attribute_in(NAMESPACE, "Transform") else {
            return self.children(element, &targets);
        };
        let (name, argument) = call(&attribute.value);
        let span = attribute.value_span;
        if !TRANSFORMS.contains(&name) {
            return self.refuse(format!("there is no transform `{name}`"), &TRANSFORMS, name, span);
        }
        let needs_target = matches!(name, "Replace" | "Remove" | "RemoveAll" | "SetAttributes" | "RemoveAttributes");
        if needs_target && targets.is_empty() {
            let transform = attribute.value.clone();
            return self.findings.push(TransformWithoutTarget { transform, element: element.name.to_string(), span });
        }
        match name {
            "Replace" => {
                if let Some(place) = targets.first().and_then(|path| element_at_mut(&mut self.base.root, path)) {
                    *place = plain(element);
                }
            }
            "Remove" => self.remove(targets.get(..1).unwrap_or_default(), span),
            "RemoveAll" => self.remove(&targets, span),
            "Insert" => self.insert(element, parents, span),
            "InsertIfMissing" if targets.is_empty() => self.insert(element, parents, span),
            "InsertIfMissing" => {}
            "InsertBefore" | "InsertAfter" => self.insert_beside(element, name == "InsertAfter", argument, span),
            "SetAttributes" => {
                self.set_attributes(element, argument, &targets);
                self.children(element, &targets);
            }
            "RemoveAttributes" => {
                let names = list(argument);
                if names.is_empty() {
                    return self.refuse("`RemoveAttributes` needs the names of attributes".to_owned(), &[], "", span);
                }
                for path in &targets {
                    if let Some(target) = element_at_mut(&mut self.base.root, path) {
                        target.attributes.retain(|attribute| !names.contains(&attribute.name.to_string().as_str()));
                    }
                }
                self.children(element, &targets);
            }
            _ => {}
        }
    }

    fn children(&mut self, element: &Element, targets: &[Path]) {
        for child in element.elements() {
            self.element(child, targets, false);
        }
    }

    /// The elements of the base that an element of the transform stands for; `None` where its locator is not understood.
    fn locate(&mut self, element: &Element, parents: &[Path], is_root: bool) -> Option<Vec<Path>> {
        if is_root {
            return Some(vec![Vec::new()]);
        }
        let by_name = Step::named(&element.name);
        let Some(locator) = element.attribute_in(NAMESPACE, "Locator") else {
            return Some(matching(&self.base.root, parents, &[by_name]));
        };
        let (name, argument) = call(&locator.value);
        let argument = argument.unwrap_or("");
        match name {
            "Match" => {
                let mut conditions = Vec::new();
                for wanted in list(Some(argument)) {
                    let Some(attribute) = element.attribute(wanted) else {
                        let problem = format!("`Match` names the attribute `{wanted}`, which the element does not have");
                        self.refuse(problem, &[], wanted, locator.value_span);
                        return None;
                    };
                    conditions.push((wanted.to_owned(), attribute.value.clone()));
                }
                if conditions.is_empty() {
                    self.refuse("`Match` needs the names of attributes".to_owned(), &[], "", locator.value_span);
                    return None;
                }
                Some(matching(&self.base.root, parents, &[by_name.with_attributes(conditions)]))
            }
            "Condition" => match target::condition(argument) {
                Some(condition) => Some(matching(&self.base.root, parents, &[by_name.with(condition)])),
                None => {
                    self.refuse(format!("the condition `{argument}` is not understood"), &[], "", locator.value_span);
                    None
                }
            },
            "XPath" => match target::xpath(argument) {
                Some((true, steps)) => Some(target::absolute(&self.base.root, &steps)),
                Some((false, steps)) => Some(matching(&self.base.root, parents, &steps)),
                None => {
                    self.refuse(format!("the path `{argument}` is not understood"), &[], "", locator.value_span);
                    None
                }
            },
            _ => {
                self.refuse(format!("there is no locator `{name}`"), &LOCATORS, name, locator.value_span);
                None
            }
        }
    }

    fn remove(&mut self, targets: &[Path], span: Span) {
        // From the end, so that the places before stay what they are.
        let mut targets = targets.to_vec();
        targets.sort();
        for path in targets.iter().rev() {
            let Some((last, parent)) = path.split_last() else {
                self.refuse("the outermost element cannot be removed".to_owned(), &[], "", span);
                continue;
            };
            if let Some(parent) = element_at_mut(&mut self.base.root, parent)
                && *last < parent.children.len()
            {
                parent.children.remove(*last);
            }
        }
    }

    /// After the last child of the parent.
    fn insert(&mut self, element: &Element, parents: &[Path], span: Span) {
        let Some(parent) = parents.first().and_then(|path| element_at_mut(&mut self.base.root, path)) else {
            let transform = "Insert".to_owned();
            return self.findings.push(TransformWithoutTarget { transform, element: format!("parent of {}", element.name), span });
        };
        parent.children.push(Node::Element(plain(element)));
    }

    fn insert_beside(&mut self, element: &Element, after: bool, argument: Option<&str>, span: Span) {
        let argument = argument.unwrap_or("");
        let Some((_, steps)) = target::xpath(argument) else {
            return self.refuse(format!("the path `{argument}` is not understood"), &[], "", span);
        };
        let Some(beside) = target::absolute(&self.base.root, &steps).into_iter().next() else {
            let transform = if after { "InsertAfter" } else { "InsertBefore" }.to_owned();
            return self.findings.push(TransformWithoutTarget { transform, element: argument.to_owned(), span });
        };
        let Some((last, parent)) = beside.split_last() else {
            return self.refuse("nothing stands beside the outermost element".to_owned(), &[], "", span);
        };
        if let Some(parent) = element_at_mut(&mut self.base.root, parent) {
            let at = (last + usize::from(after)).min(parent.children.len());
            parent.children.insert(at, Node::Element(plain(element)));
        }
    }

    fn set_attributes(&mut self, element: &Element, argument: Option<&str>, targets: &[Path]) {
        let names = list(argument);
        let set: Vec<Attribute> = element
            .attributes
            .iter()
            .filter(|attribute| !is_xdt(attribute))
            .filter(|attribute| names.is_empty() || names.contains(&attribute.name.to_string().as_str()))
            .cloned()
            .collect();
        for path in targets {
            let Some(target) = element_at_mut(&mut self.base.root, path) else { continue };
            for attribute in &set {
                match target.attributes.iter_mut().find(|other| other.name == attribute.name) {
                    Some(other) => *other = attribute.clone(),
                    None => target.attributes.push(attribute.clone()),
                }
            }
        }
    }
}

fn list(argument: Option<&str>) -> Vec<&str> {
    argument.unwrap_or("").split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn is_xdt(attribute: &Attribute) -> bool {
    attribute.name.namespace.as_deref() == Some(NAMESPACE)
}

/// A copy without the attributes of transforms.
fn plain(element: &Element) -> Element {
    let mut copy = element.clone();
    strip(&mut copy);
    copy
}

fn strip(element: &mut Element) {
    element.attributes.retain(|attribute| !is_xdt(attribute));
    for child in &mut element.children {
        if let Node::Element(inner) = child {
            strip(inner);
        }
    }
}
