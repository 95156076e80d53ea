//! How large and how deep a document may be.

/// The deepest nesting that any [`Limits`] can allow. Dropping, cloning or comparing a tree recurses once per level, so
/// this is what keeps a hostile document from overflowing a thread's stack.
pub const DEEPEST: usize = 512;

/// Bounds on what is read, so that a hostile or mistaken file costs memory and time in proportion to its size.
///
/// .NET itself sets none of these for configuration files; the defaults are far above anything seen in practice. What
/// lies past a bound is left out of the document, and a finding says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes before and after decoding.
    pub max_bytes: usize,
    /// The deepest nesting of elements, the root being 1. Values above [`DEEPEST`] count as that.
    pub max_depth: usize,
    /// The most attributes and namespace declarations on one element.
    pub max_attributes: usize,
    /// The most namespace declarations that are in force at one place, those of outer elements included. Each look-up of a
    /// prefix may cost as many steps.
    pub max_namespaces: usize,
    /// The most elements, attributes, texts and comments in one document.
    pub max_nodes: usize,
    /// The most findings for one document; one more says that there would have been others.
    pub max_findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_depth: 256, max_attributes: 256, max_namespaces: 256, max_nodes: 4_000_000, max_findings: 100 }
    }
}
