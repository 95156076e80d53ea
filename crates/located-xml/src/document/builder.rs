//! A document put together from parts of others, which keep their places.

use super::{Attribute, AttributeData, Document, Element, ElementData, Kind, Leaf, NONE, NameData, NodeData, Range, XML};

/// Puts a document together from elements, attributes and texts of other documents, as a transform does.
#[derive(Debug)]
pub struct Builder<'d> {
    parts: Vec<Part<'d>>,
    made: Document,
    open: Vec<usize>,
}

/// A document that is taken from, and where its lists begin among the lists of the new one.
#[derive(Debug)]
struct Part<'d> {
    document: &'d Document,
    sources: u32,
    declarations: u32,
    scopes: u32,
    resolved: u32,
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(NONE)
}

const fn shifted(at: u32, by: u32) -> u32 {
    if at == NONE || at == XML { at } else { at.saturating_add(by) }
}

impl Part<'_> {
    const fn name(&self, name: NameData) -> NameData {
        NameData { namespace: shifted(name.namespace, self.declarations), ..name }
    }
}

impl<'d> Builder<'d> {
    /// A builder that may take from these documents.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = &'d Document>) -> Self {
        let mut made = Document::default();
        let mut parts = Vec::new();
        for document in documents {
            let part = Part {
                document,
                sources: length(&made.sources),
                declarations: length(&made.declarations),
                scopes: length(&made.scopes),
                resolved: length(&made.resolved),
            };
            let characters = u32::try_from(made.characters.len()).unwrap_or(NONE);
            let moved = |range: Range| Range { start: range.start.saturating_add(characters), end: range.end.saturating_add(characters) };
            made.sources.extend(document.sources.iter().cloned());
            made.characters.push_str(&document.characters);
            made.resolved.extend(
                document
                    .resolved
                    .iter()
                    .map(|resolved| super::ResolvedData { normal: moved(resolved.normal), unnormalized: moved(resolved.unnormalized) }),
            );
            made.declarations.extend(document.declarations.iter().map(|declaration| super::DeclarationData {
                source: declaration.source + part.sources,
                resolved: shifted(declaration.resolved, part.resolved),
                ..*declaration
            }));
            made.scopes.extend(document.scopes.iter().map(|scope| super::ScopeData {
                outer: shifted(scope.outer, part.scopes),
                declarations: Range {
                    start: scope.declarations.start.saturating_add(part.declarations),
                    end: scope.declarations.end.saturating_add(part.declarations),
                },
            }));
            parts.push(part);
        }
        Self { parts, made, open: Vec::new() }
    }

    /// Begins an element like this one, with its declarations of namespaces or without them. Its attributes come next, then what
    /// it contains; it ends at [`Self::end`].
    pub fn start(&mut self, like: Element<'d>, declares: bool) {
        let at = self.made.nodes.len();
        let Some(part) = self.parts.iter().find(|part| std::ptr::eq(part.document, like.document)) else { return };
        let Some((source, element)) = like.data() else { return };
        let first = self.made.attributes.len();
        let kind = Kind::Element(ElementData {
            name: part.name(element.name),
            attributes: Range::new(first, first),
            scope: shifted(element.scope, part.scopes),
            declares: element.declares && declares,
            ..*element
        });
        self.made.nodes.push(NodeData { source: source + part.sources, kind, next: NONE });
        self.open.push(at);
    }

    /// Adds an attribute like this one to the element begun last: without its prefix and namespace unless `qualified`, and with
    /// another value if one is given.
    pub fn attribute(&mut self, like: Attribute<'d>, qualified: bool, value: Option<&str>) {
        let Some(part) = self.parts.iter().find(|part| std::ptr::eq(part.document, like.document)) else { return };
        let AttributeData { source, name, value: written, resolved } = *like.data;
        let name = if qualified || name.prefix == 0 {
            part.name(name)
        } else {
            let written = Range { start: name.written.start + name.prefix, ..name.written };
            NameData { written, prefix: 0, namespace: NONE }
        };
        let source = source + part.sources;
        let resolved = match value {
            None => shifted(resolved, part.resolved),
            Some(value) => {
                let start = self.made.characters.len();
                self.made.characters.push_str(value);
                let range = Range::new(start, start + value.len());
                self.made.resolved.push(super::ResolvedData { normal: range, unnormalized: range });
                length(&self.made.resolved).saturating_sub(1)
            }
        };
        self.made.attributes.push(AttributeData { source, name, value: written, resolved });
        let next = length(&self.made.attributes);
        if let Some(NodeData { kind: Kind::Element(element), .. }) = self.open.last().and_then(|at| self.made.nodes.get_mut(*at)) {
            element.attributes.end = next;
        }
    }

    /// Ends the element begun last.
    pub fn end(&mut self) {
        let next = length(&self.made.nodes);
        if let Some(node) = self.open.pop().and_then(|at| self.made.nodes.get_mut(at)) {
            node.next = next;
        }
    }

    /// Adds a text or comment like this one.
    pub fn leaf(&mut self, like: Leaf<'d>) {
        let Some(part) = self.parts.iter().find(|part| std::ptr::eq(part.document, like.document)) else { return };
        let kind = match like.node.kind {
            Kind::Text { written, resolved } => Kind::Text { written, resolved: shifted(resolved, part.resolved) },
            other => other,
        };
        let next = length(&self.made.nodes).saturating_add(1);
        self.made.nodes.push(NodeData { source: like.node.source + part.sources, kind, next });
    }

    /// The document, where an element was begun and each begun is ended.
    #[must_use]
    pub fn finish(self) -> Option<Document> {
        (self.open.is_empty() && !self.made.nodes.is_empty()).then_some(self.made)
    }
}
