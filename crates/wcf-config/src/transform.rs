//! XML document transforms (`Web.Release.config`), applied to the located tree as `Microsoft.Web.XmlTransform` applies them.
//!
//! What a transform puts in keeps its place in the transform's file, so every value still knows who decided it. What the library
//! warns about is a warning here; what it fails on, what needs code of a user's assembly, and what is not understood, refuses.
//!
//! The library builds an XPath for each element of the transform out of those of the elements around it, as text, and so does
//! this module: a condition holds exactly where it would hold there.

mod evaluate;
mod tree;
mod xpath;

use located_xml::{Builder, Document};
use wcf_diagnostics::{Findings, Level, Span};

use crate::diagnostics::{TransformRefused, TransformWithoutEffect, TransformWithoutTarget};
use evaluate::{Path, Tree};
use tree::{Attribute, Element, Node};

/// The namespace of transforms.
pub const NAMESPACE: &str = "http://schemas.microsoft.com/XML-Document-Transform";

/// Whether a document is a transform: it declares [`NAMESPACE`], or something in it carries an attribute of it. .NET would not load
/// it as a configuration.
#[must_use]
pub fn is_transform(xml: &Document) -> bool {
    // Without a declaration there is no attribute of it.
    if !xml.declares(NAMESPACE) {
        return false;
    }
    let is_xdt = |attribute: located_xml::Attribute<'_>| attribute.has_prefix() && attribute.name().namespace == Some(NAMESPACE);
    xml.root().namespace_declarations().any(|declaration| declaration.namespace == NAMESPACE)
        || xml.root().descendants().any(|element| element.attributes().any(is_xdt))
}

/// Applies a transform to a document.
#[must_use]
pub fn transform(base: &Document, transform: &Document) -> (Document, Findings) {
    let mut run = Run { base: Element::read(base.root()), findings: Findings::new(), quiet: false };
    let root = Element::read(transform.root());
    for element in root.descendants().filter(|element| element.name.namespace == Some(NAMESPACE)) {
        run.instruction(element);
    }
    run.element(&root, None, false);
    let mut builder = Builder::new([base, transform]);
    run.base.build(&mut builder);
    (builder.finish().unwrap_or_else(|| base.clone()), run.findings)
}

const TRANSFORMS: [&str; 11] = [
    "Replace",
    "Insert",
    "InsertBefore",
    "InsertAfter",
    "InsertIfMissing",
    "Remove",
    "RemoveAll",
    "SetAttributes",
    "RemoveAttributes",
    "SetTokenizedAttributes",
    "CommentOut",
];

const LOCATORS: [&str; 3] = ["Match", "Condition", "XPath"];

struct Run<'d> {
    base: Element<'d>,
    findings: Findings,
    /// `xdt:SupressWarnings`.
    quiet: bool,
}

/// Where an element of the transform looks for its counterpart.
#[derive(Clone, Debug)]
struct Place {
    /// The XPath of the element.
    path: String,
    /// The XPath of what holds it.
    parent: String,
    /// The locator, to say where it is not understood.
    span: Span,
}

/// `Name(arguments)` as it stands in `xdt:Transform` and `xdt:Locator`; `None` where it is not of this form.
fn call(text: &str) -> Option<(&str, Option<&str>)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    if name.is_empty() {
        return None;
    }
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((name, None));
    }
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    Some((name, Some(inner).filter(|inner| !inner.is_empty())))
}

/// `XmlArgumentUtility.SplitArguments`: at commas that are not in parentheses.
fn arguments(text: Option<&str>) -> Vec<&str> {
    let Some(text) = text else { return Vec::new() };
    let mut parts = Vec::new();
    let (mut from, mut depth) = (0, 0_i32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or("").trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or("").trim());
    parts
}

/// `EnsureBracketedPredicate`.
fn bracketed(predicate: &str) -> String {
    let open = if predicate.starts_with('[') { "" } else { "[" };
    let close = if predicate.ends_with(']') { "" } else { "]" };
    format!("{open}{predicate}{close}")
}

/// The step that leads to an element of this name.
fn step(element: &Element<'_>) -> String {
    let has_namespace = element.name.namespace.is_some_and(|namespace| !namespace.is_empty());
    if has_namespace && element.name.prefix.is_none() {
        format!("{DEFAULT_NAMESPACE}:{}", element.name.local)
    } else {
        element.name.to_string()
    }
}

/// The prefix that stands for the default namespace of the transform, which XPath has no word for.
const DEFAULT_NAMESPACE: &str = "_defaultNamespace";

impl<'d> Run<'d> {
    fn refuse(&mut self, problem: String, known: &[&'static str], name: &str, span: Span) {
        self.findings.push(TransformRefused { problem, known: known.to_vec(), name: name.to_owned(), span });
    }

    fn warn(&mut self, finding: impl Into<wcf_diagnostics::Finding>) {
        let mut finding = finding.into();
        if self.quiet {
            finding.level = Level::Note;
        }
        self.findings.push(finding);
    }

    fn without_effect(&mut self, problem: String, span: Span) {
        self.warn(TransformWithoutEffect { problem, span });
    }

    /// An element of the transforms' own namespace: `Import` brings classes of an assembly, which are not run here.
    fn instruction(&mut self, element: &Element<'d>) {
        if element.name.local != "Import" {
            return self.without_effect(format!("`{}` says nothing to a transform", element.name), element.name_span);
        }
        let attribute = |name: &str| element.attribute(name).map(|attribute| attribute.value.as_str());
        let from = attribute("assembly").or_else(|| attribute("path")).unwrap_or("no assembly");
        let problem = format!("`{}` brings transforms of `{from}`, which are code and are not run here", element.name);
        self.refuse(problem, &[], "", element.name_span);
    }

    /// One element of the transform; `outer` is where the element around it looks. What is inside is dealt with after it, whatever
    /// its own transform is.
    fn element(&mut self, element: &Element<'d>, outer: Option<&Place>, is_applied: bool) {
        let place = self.place(element, outer);
        let transform = element.attribute_in(NAMESPACE, "Transform");
        if transform.is_some()
            && let Some(place) = &place
        {
            let quiet = std::mem::replace(&mut self.quiet, suppresses_warnings(element));
            self.apply(element, place, outer.is_none());
            self.quiet = quiet;
        }
        let is_applied = is_applied || transform.is_some();
        let leads_on =
            element.elements().any(|inner| inner.descendants().any(|inner| inner.attribute_in(NAMESPACE, "Transform").is_some()));
        if leads_on {
            // Without its own place nothing inside has one.
            if let Some(place) = &place {
                element.elements().for_each(|inner| self.element(inner, Some(place), is_applied));
            }
            return;
        }
        let own = |inner: &&Element<'d>| inner.name.namespace != Some(NAMESPACE);
        let says_something = element.descendants().filter(own).any(|inner| inner.attributes.iter().any(|attribute| !is_xdt(attribute)));
        if !is_applied && says_something {
            self.without_effect(format!("nothing in `{}` has `xdt:Transform`, so it changes nothing", element.name), element.name_span);
        }
    }

    /// Where an element looks for its counterpart; `None` where that is refused.
    fn place(&mut self, element: &Element<'d>, outer: Option<&Place>) -> Option<Place> {
        let around = outer.map_or("", |outer| outer.path.as_str());
        let own = format!("{around}/{}", step(element));
        let Some(locator) = element.attribute_in(NAMESPACE, "Locator") else {
            return Some(Place { path: own, parent: around.to_owned(), span: element.name_span });
        };
        let span = locator.value_span;
        let Some((name, text)) = call(&locator.value) else {
            self.refuse("a locator is a name with arguments in parentheses".to_owned(), &LOCATORS, "", span);
            return None;
        };
        let arguments = arguments(text);
        match name {
            "Match" => {
                let mut tests = Vec::new();
                for key in &arguments {
                    let Some(attribute) = element.attributes.iter().find(|attribute| attribute.name.to_string() == *key) else {
                        let problem = format!("`Match` names the attribute `{key}`, which the element does not have");
                        self.refuse(problem, &[], key, span);
                        return None;
                    };
                    tests.push(format!("@{key}='{}'", attribute.value));
                }
                if tests.is_empty() {
                    self.refuse("`Match` needs the names of attributes".to_owned(), &[], "", span);
                    return None;
                }
                Some(Place { path: format!("{own}[{}]", tests.join(" and ")), parent: around.to_owned(), span })
            }
            "Condition" => {
                let condition = self.only(name, &arguments, span)?;
                Some(Place { path: format!("{own}{}", bracketed(condition)), parent: around.to_owned(), span })
            }
            "XPath" => {
                let path = self.only(name, &arguments, span)?;
                let path = if path.starts_with('/') { path.to_owned() } else { format!("{own}/{path}").replace("/./", "/") };
                // The path leads to what holds an inserted element, too.
                Some(Place { parent: path.clone(), path, span })
            }
            _ => {
                self.refuse(format!("there is no locator `{name}`"), &LOCATORS, name, span);
                None
            }
        }
    }

    /// The one argument that a locator or transform takes.
    fn only<'t>(&mut self, name: &str, arguments: &[&'t str], span: Span) -> Option<&'t str> {
        if let [only] = arguments
            && !only.is_empty()
        {
            return Some(only);
        }
        let note = if arguments.len() > 1 { "; a comma outside of parentheses parts arguments" } else { "" };
        self.refuse(format!("`{name}` takes one argument{note}"), &[], "", span);
        None
    }

    /// The elements of the base that a path leads to, from the document or from one of its elements.
    fn select(&mut self, path: &str, from: Option<&[usize]>, namespaces: &dyn Fn(&str) -> Option<String>, span: Span) -> Option<Vec<Path>> {
        let selected = xpath::parse(path).and_then(|xpath| Tree::new(&self.base).select(&xpath, from, namespaces));
        match selected {
            Ok(paths) => Some(paths),
            Err(why) => {
                self.refuse(format!("the path is not understood: {why}"), &[], "", span);
                None
            }
        }
    }

    fn apply(&mut self, element: &Element<'d>, place: &Place, is_root: bool) {
        let Some(attribute) = element.attribute_in(NAMESPACE, "Transform") else { return };
        let span = attribute.value_span;
        let Some((name, text)) = call(&attribute.value) else {
            return self.refuse("a transform is a name, with arguments in parentheses".to_owned(), &TRANSFORMS, "", span);
        };
        if !TRANSFORMS.contains(&name) {
            return self.refuse(format!("there is no transform `{name}`"), &TRANSFORMS, name, span);
        }
        let namespaces = |prefix: &str| {
            let prefix = if prefix == DEFAULT_NAMESPACE { "" } else { prefix };
            element.namespace_of(prefix).map(str::to_owned)
        };
        let arguments = arguments(text);
        if matches!(name, "Insert" | "InsertIfMissing" | "InsertBefore" | "InsertAfter") {
            if is_root {
                return self.refuse("the outermost element cannot be inserted".to_owned(), &[], "", span);
            }
            let Some(parents) = self.select(&place.parent, None, &namespaces, place.span) else { return };
            let Some(parent) = parents.first() else {
                let parent = place.parent.rsplit('/').next().unwrap_or("").split(['[', ':']).next().unwrap_or("").to_owned();
                return self.refuse(format!("there is no `{parent}` to insert `{}` into", element.name), &[], "", span);
            };
            return self.insert(element, place, parent, (name, &arguments), &namespaces, span);
        }
        let Some(targets) = self.select(&place.path, None, &namespaces, place.span) else { return };
        if targets.is_empty() {
            let transform = attribute.value.clone();
            return self.warn(TransformWithoutTarget { transform, element: element.name.to_string(), span });
        }
        if !arguments.is_empty() && matches!(name, "Replace" | "Remove" | "RemoveAll") {
            self.without_effect(format!("`{name}` takes no arguments"), span);
        }
        if targets.len() > 1 && matches!(name, "Replace" | "Remove" | "CommentOut") {
            self.without_effect(format!("`{name}` changes the first of {} elements only", targets.len()), span);
        }
        match name {
            "Replace" => {
                if let Some(target) = targets.first().and_then(|path| element_at(&mut self.base, path)) {
                    *target = plain(element);
                }
            }
            "RemoveAll" => self.remove(targets, span),
            "SetAttributes" | "SetTokenizedAttributes" => self.set_attributes(element, &arguments, &targets, name != "SetAttributes", span),
            "RemoveAttributes" => self.remove_attributes(&arguments, &targets, span),
            // `Remove`, and `CommentOut`, which leaves a comment that says nothing to a configuration.
            _ => self.remove(targets.into_iter().take(1).collect(), span),
        }
    }

    fn insert(
        &mut self,
        element: &Element<'d>,
        place: &Place,
        parent: &[usize],
        (name, arguments): (&str, &[&str]),
        namespaces: &dyn Fn(&str) -> Option<String>,
        span: Span,
    ) {
        if name == "InsertBefore" || name == "InsertAfter" {
            let Some(path) = self.only(name, arguments, span) else { return };
            // The library gives this path no prefixes.
            let Some(siblings) = self.select(path, Some(parent), &|_| None, span) else { return };
            let Some((last, around)) = siblings.first().and_then(|sibling| sibling.split_last()) else {
                return self.refuse(format!("`{name}` finds no element to stand beside"), &[], "", span);
            };
            let at = last + usize::from(name == "InsertAfter");
            if let Some(around) = element_at(&mut self.base, around) {
                around.children.insert(at.min(around.children.len()), Node::Element(plain(element)));
            }
            return;
        }
        if !arguments.is_empty() {
            self.without_effect(format!("`{name}` takes no arguments"), span);
        }
        if name == "InsertIfMissing" {
            let Some(there) = self.select(&place.path, None, namespaces, place.span) else { return };
            if !there.is_empty() {
                return;
            }
        }
        if let Some(parent) = element_at(&mut self.base, parent) {
            parent.children.push(Node::Element(plain(element)));
        }
    }

    fn remove(&mut self, mut targets: Vec<Path>, span: Span) {
        // From the end, so that the places before stay what they are.
        targets.sort();
        for path in targets.iter().rev() {
            let Some((last, parent)) = path.split_last() else {
                self.refuse("the outermost element cannot be removed".to_owned(), &[], "", span);
                continue;
            };
            if let Some(parent) = element_at(&mut self.base, parent)
                && *last < parent.children.len()
            {
                parent.children.remove(*last);
            }
        }
    }

    /// `SetAttributes`: those that are named, else all. With `tokens`, `$(name)` stands for another attribute's value
    /// (`SetTokenizedAttributes`).
    fn set_attributes(&mut self, element: &Element<'d>, arguments: &[&str], targets: &[Path], tokens: bool, span: Span) {
        let source = plain(element);
        self.check_names(arguments, &source.attributes, span);
        let set: Vec<&Attribute<'d>> = source.attributes.iter().filter(|attribute| is_named(attribute, arguments)).collect();
        if set.is_empty() {
            self.without_effect("there is no attribute to set".to_owned(), span);
        }
        for path in targets {
            let Some(target) = element_at(&mut self.base, path) else { continue };
            for attribute in &set {
                let mut attribute = (*attribute).clone();
                if tokens {
                    let value = substituted(&attribute.value, &attribute.name.to_string(), target, &source);
                    attribute.set(value);
                }
                match target.attributes.iter_mut().find(|other| other.name.to_string() == attribute.name.to_string()) {
                    Some(other) => *other = attribute,
                    None => target.attributes.push(attribute),
                }
            }
        }
    }

    /// `RemoveAttributes`: those that are named, else all.
    fn remove_attributes(&mut self, arguments: &[&str], targets: &[Path], span: Span) {
        for path in targets {
            let Some(attributes) = element_at(&mut self.base, path).map(|target| target.attributes.clone()) else { continue };
            self.check_names(arguments, &attributes, span);
            let Some(target) = element_at(&mut self.base, path) else { continue };
            target.attributes.retain(|attribute| !is_named(attribute, arguments));
            if target.attributes.len() == attributes.len() {
                self.without_effect("there is no attribute to remove".to_owned(), span);
            }
        }
    }

    fn check_names(&mut self, names: &[&str], attributes: &[Attribute<'d>], span: Span) {
        for name in names {
            if !attributes.iter().any(|attribute| is_named(attribute, &[name])) {
                self.without_effect(format!("there is no attribute `{name}`"), span);
            }
        }
    }
}

/// Whether names select an attribute; none and `*` select all.
fn is_named(attribute: &Attribute<'_>, names: &[&str]) -> bool {
    names.is_empty() || names.iter().any(|name| *name == "*" || attribute.name.to_string() == *name)
}

/// `$(name)` is the value of the target's attribute, else of the transform's own.
fn substituted(value: &str, own: &str, target: &Element<'_>, source: &Element<'_>) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("$(") {
        out.push_str(before);
        let name_end = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '.'))).unwrap_or(after.len());
        let name = after.get(..name_end).unwrap_or("");
        let closed = after.get(name_end..).is_some_and(|end| end.starts_with(')'));
        let of =
            |element: &Element<'_>| element.attributes.iter().find(|other| other.name.to_string() == name).map(|other| other.value.clone());
        let found = of(target).or_else(|| if name.eq_ignore_ascii_case(own) { None } else { of(source) });
        match found.filter(|_| closed && !name.is_empty()) {
            Some(found) => {
                out.push_str(&found);
                rest = after.get(name_end + 1..).unwrap_or("");
            }
            None => {
                out.push_str("$(");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn suppresses_warnings(element: &Element<'_>) -> bool {
    element.attribute_in(NAMESPACE, "SupressWarnings").is_some_and(|attribute| attribute.value.trim().eq_ignore_ascii_case("true"))
}

fn is_xdt(attribute: &Attribute<'_>) -> bool {
    attribute.name.namespace == Some(NAMESPACE)
}

/// A copy without what is only for the transform: its attributes, the declarations of namespaces, the prefixes of attributes.
fn plain<'d>(element: &Element<'d>) -> Element<'d> {
    let mut copy = element.clone();
    scrub(&mut copy);
    copy
}

fn scrub(element: &mut Element<'_>) {
    element.undeclare();
    element.attributes.retain(|attribute| !is_xdt(attribute));
    for attribute in &mut element.attributes {
        attribute.name.prefix = None;
        attribute.name.namespace = None;
    }
    for child in &mut element.children {
        if let Node::Element(inner) = child {
            scrub(inner);
        }
    }
}

fn element_at<'a, 'd>(root: &'a mut Element<'d>, path: &[usize]) -> Option<&'a mut Element<'d>> {
    path.iter().try_fold(root, |element, at| match element.children.get_mut(*at)? {
        Node::Element(inner) => Some(inner),
        Node::Text(_) | Node::Comment(_) => None,
    })
}
