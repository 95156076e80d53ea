//! The files that were read, and places in them.

use std::sync::{Arc, OnceLock};

/// A file that was read. Only meaningful together with the [`Files`] that handed it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in a file's decoded (UTF-8) text. `start == end` marks a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end`. Texts past 4 GiB are refused before they are parsed, so offsets fit.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that holds both; `self` if the files differ.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A line and a column, both counted from one; columns count characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One file: the path that people are shown, and its decoded text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the input path given, with forward slashes; never absolute.
    pub path: String,
    /// The decoded text, line endings as they were. Empty for a file that could not be decoded.
    pub text: Arc<str>,
    /// Made when a place is first asked for: most files have none to show.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file of this path with this text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// Where the byte `offset` stands. Past the end: the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let line = self.line_starts().partition_point(|&start| start <= offset).max(1);
        let start = self.line_starts().get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |prefix| prefix.chars().count());
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    /// The line that the byte `offset` stands on, from 1. Past the end: the last.
    pub(crate) fn line_of(&self, offset: usize) -> u32 {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        u32::try_from(self.line_starts().partition_point(|&start| start <= offset).max(1)).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, from 1, without its line end. Empty, at the end, for a line that is not there.
    pub(crate) fn line_range(&self, line: u32) -> std::ops::Range<usize> {
        let start_of = |index: usize| self.line_starts().get(index).map_or(self.text.len(), |&start| start as usize);
        let index = (line as usize).saturating_sub(1);
        let (start, next) = (start_of(index), start_of(index + 1));
        let line = self.text.get(start..next).unwrap_or_default();
        let content = line.strip_suffix('\n').unwrap_or(line);
        start..start + content.strip_suffix('\r').unwrap_or(content).len()
    }
}

/// All files of a run, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// Adds a file and returns its handle.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// The file behind a handle, if this collection handed it out.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The path people are shown for a file; empty for a foreign handle.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| file.path.as_str())
    }

    /// Line and column of a span's start.
    #[must_use]
    pub fn line_column(&self, span: Span) -> LineColumn {
        self.get(span.file).map_or(LineColumn { line: 1, column: 1 }, |file| file.line_column(span.start))
    }

    /// The text under a span; empty where it does not fit the file.
    #[must_use]
    pub fn snippet(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// Every file with its handle, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }
}
