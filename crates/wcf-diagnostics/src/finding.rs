//! Findings: one problem at its places, with what to do.

use crate::code::{Code, Level};
use crate::files::Span;

/// What a finding is about, so that a report can group and a waiver can name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The service's configuration name, where there is one.
    pub service: Option<String>,
    /// The endpoint: its contract and address as written, where there is one.
    pub endpoint: Option<String>,
}

/// A place with a few words on what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say of it; may be empty.
    pub text: String,
    /// Whether what stands there is or may be a secret: then no output shows it.
    pub sensitive: bool,
}

/// One problem. Build it from a struct that names the problem, not by hand at the place of detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub code: &'static Code,
    /// Its level: the code's own, unless the policy changed it.
    pub level: Level,
    /// One sentence with the facts of this occurrence: lower case at the start, no full stop at the end.
    pub message: String,
    /// Where it is; the first is the primary place. Empty only where no file is involved.
    pub labels: Vec<Label>,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do, each entry one imperative sentence.
    pub help: Vec<String>,
    /// What it is about.
    pub subject: Subject,
}

impl Finding {
    /// A finding of this kind, at its code's level.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            subject: Subject::default(),
        }
    }

    /// Adds a place. The first place added is the primary one.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), sensitive: false });
        self
    }

    /// Adds a place whose text is or may be a secret, such as the value of a password: no output shows what stands there.
    /// The words given must not repeat it either.
    #[must_use]
    pub fn at_secret(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), sensitive: true });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Names the service it is about.
    #[must_use]
    pub fn service(mut self, service: impl Into<String>) -> Self {
        self.subject.service = Some(service.into());
        self
    }

    /// Names the endpoint it is about.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.subject.endpoint = Some(endpoint.into());
        self
    }

    /// The primary place.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// Collects the findings of a stage, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// An empty collection.
    #[must_use]
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Adds one.
    pub fn push(&mut self, finding: impl Into<Finding>) {
        self.list.push(finding.into());
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Finding>) {
        self.list.extend(other);
    }

    /// Orders by file, place, then code; findings without a place come last. Equal findings are kept once.
    pub fn sort(&mut self) {
        let key = |finding: &Finding| {
            let span = finding.span();
            (span.is_none(), span, finding.code.name, finding.message.clone())
        };
        self.list.sort_by_key(key);
        self.list.dedup();
    }

    /// The worst level, if there is any finding.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.list.iter().map(|finding| finding.level).max()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.list.iter()
    }

    /// In order, to change levels or subjects in place.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Finding> {
        self.list.iter_mut()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
