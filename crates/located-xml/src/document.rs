//! The tree: elements, attributes and texts, each with its place.

use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use wcf_diagnostics::Span;

/// The namespace that the prefix `xml` is bound to everywhere.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// A document that was understood, at least in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The outermost element.
    pub root: Element,
}

/// A name with its namespace resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// What stands before the colon.
    pub prefix: Option<CompactString>,
    /// What stands after it. As a compact string it needs no memory of its own up to 24 bytes, which nearly all names fit.
    pub local: CompactString,
    /// The namespace that the prefix, or for elements the default declaration, stands for. `None` also where the prefix
    /// is declared nowhere, which is a finding.
    pub namespace: Option<Arc<str>>,
}

impl Name {
    /// Whether it is this name in this namespace.
    #[must_use]
    pub fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace.as_deref() == namespace
    }
}

impl fmt::Display for Name {
    /// As written: `prefix:local` or `local`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = &self.prefix {
            write!(formatter, "{prefix}:")?;
        }
        formatter.write_str(&self.local)
    }
}

/// An element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// The whole start tag, from `<` to `>`.
    pub span: Span,
    /// The name within the start tag, prefix included.
    pub name_span: Span,
    /// From the start tag's `<` to the end tag's `>`. For an element that is never closed, to where it was taken to end.
    pub full_span: Span,
    /// The attributes in the order written, without namespace declarations. Of attributes of the same name only the first.
    pub attributes: Vec<Attribute>,
    /// What it contains, in order. Runs of nothing but literal white space are left out, as are processing instructions.
    pub children: Vec<Node>,
    pub(crate) scope: Option<Arc<Scope>>,
    pub(crate) declares: bool,
}

impl Element {
    /// The first attribute of this local name that has no namespace, as attributes without a prefix have.
    #[must_use]
    pub fn attribute(&self, local: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.local == local && attribute.name.namespace.is_none())
    }

    /// The attribute of this local name in this namespace.
    #[must_use]
    pub fn attribute_in(&self, namespace: &str, local: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.is(Some(namespace), local))
    }

    /// The elements directly inside, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text { .. } | Node::Comment { .. } => None,
        })
    }

    /// The first element directly inside that has this local name, whatever its namespace.
    #[must_use]
    pub fn child(&self, local: &str) -> Option<&Self> {
        self.elements().find(|element| element.is(local))
    }

    /// The texts directly inside, put together; comments and inner elements do not count.
    #[must_use]
    pub fn text(&self) -> String {
        let mut all = String::new();
        for node in &self.children {
            if let Node::Text { text, .. } = node {
                all.push_str(text);
            }
        }
        all
    }

    /// Whether its local name is this one, whatever its namespace.
    #[must_use]
    pub fn is(&self, local: &str) -> bool {
        self.name.local == local
    }

    /// This element and all below it, in document order.
    pub fn descendants(&self) -> impl Iterator<Item = &Self> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let element = pending.pop()?;
            let first = pending.len();
            pending.extend(element.elements());
            if let Some(added) = pending.get_mut(first..) {
                added.reverse();
            }
            Some(element)
        })
    }

    /// The namespaces declared on this very element, in the order written.
    #[must_use]
    pub fn namespace_declarations(&self) -> &[NamespaceDeclaration] {
        match &self.scope {
            Some(scope) if self.declares => &scope.declared,
            Some(_) | None => &[],
        }
    }

    /// Takes the declarations from this very element; names keep the namespaces they have, and prefixes still stand for theirs.
    pub const fn undeclare(&mut self) {
        self.declares = false;
    }

    /// The namespace that a prefix stands for here; `""` asks for the default namespace. `None` where there is none.
    ///
    /// For names inside values, such as `type="tns:Order"` in a schema.
    #[must_use]
    pub fn namespace_of(&self, prefix: &str) -> Option<&str> {
        lookup(self.scope.as_ref(), prefix).map(|namespace| &**namespace)
    }
}

/// An attribute that is not a namespace declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name; without a prefix it has no namespace.
    pub name: Name,
    /// The name, prefix included.
    pub name_span: Span,
    /// The value: references resolved, each white space character a space (XML 1.0, 3.3.3).
    pub value: String,
    /// The value as written, without its quotes.
    pub value_span: Span,
    /// The value with its line breaks and tabs kept, where that differs from `value`. It is what .NET Framework's
    /// configuration reads, since `XmlTextReader.Normalization` is off there.
    pub unnormalized: Option<Box<str>>,
}

impl Attribute {
    /// The value as .NET Framework's configuration system sees it: references resolved, white space as written.
    #[must_use]
    pub fn value_as_written(&self) -> &str {
        self.unnormalized.as_deref().unwrap_or(&self.value)
    }
}

/// A thing inside an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text: character data, references and CDATA sections that follow one another are one text.
    Text {
        /// With references resolved and line ends as `\n`.
        text: String,
        /// All of it as written, the marks of CDATA sections included.
        span: Span,
    },
    /// A comment.
    Comment {
        /// What stands between `<!--` and `-->`, as written.
        text: String,
        /// The place of that text.
        span: Span,
    },
}

/// A namespace declaration: `xmlns="…"` or `xmlns:prefix="…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceDeclaration {
    /// The prefix; `None` for the default namespace.
    pub prefix: Option<String>,
    /// The namespace; empty where `xmlns=""` takes the default namespace away.
    pub namespace: Arc<str>,
    /// The attribute name as written, `xmlns` or `xmlns:prefix`.
    pub name_span: Span,
    /// The value as written, without its quotes.
    pub value_span: Span,
}

/// The namespaces declared on an element, and the way to those outside it. As deep as the elements at most.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) outer: Option<Arc<Self>>,
    pub(crate) declared: Vec<NamespaceDeclaration>,
}

/// The namespace a prefix (`""`: none) stands for.
pub(crate) fn lookup<'a>(scope: Option<&'a Arc<Scope>>, prefix: &str) -> Option<&'a Arc<str>> {
    let mut scope = scope;
    while let Some(level) = scope {
        let found = level.declared.iter().rev().find(|declaration| declaration.prefix.as_deref().unwrap_or("") == prefix);
        if let Some(declaration) = found {
            return Some(&declaration.namespace).filter(|namespace| !namespace.is_empty());
        }
        scope = level.outer.as_ref();
    }
    None
}
