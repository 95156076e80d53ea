//! The preprocessor: which lines take part, for a given set of symbols.
//!
//! Directives and dead branches are overwritten with spaces, so that every byte that remains keeps its offset. The
//! grammar meets no directive at all, which is what it is weakest at. Strings and comments are followed as far as is
//! needed to tell a directive from text that looks like one (C# specification, 6.5).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// A branch that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeadBranch {
    /// The directive that left it out.
    pub directive: Range<usize>,
    /// The lines left out.
    pub body: Range<usize>,
}

/// The text that remains, at the same offsets, and what was left out.
pub(super) fn preprocess<'a>(text: &'a str, defines: &BTreeSet<&str>) -> (Cow<'a, str>, Vec<DeadBranch>) {
    if !text.contains('#') && !text.starts_with('\u{feff}') {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut state = State { symbols: defines.iter().map(|symbol| (*symbol).to_owned()).collect(), branches: Vec::new() };
    let mut lexer = Lexer::Code;
    let mut bytes = text.as_bytes().to_vec();
    let mut dead: Vec<DeadBranch> = Vec::new();
    let mut open: Option<DeadBranch> = None;
    let mut changed = false;
    let mut offset = 0;
    if text.starts_with('\u{feff}') {
        blank(&mut bytes, 0..'\u{feff}'.len_utf8());
        changed = true;
    }
    for line in text.split_inclusive('\n') {
        let range = offset..offset + line.len();
        offset = range.end;
        let trimmed = line.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
        let live = state.live();
        if trimmed.starts_with('#') && (!live || lexer == Lexer::Code) {
            let was_live = live;
            state.directive(trimmed);
            let now_live = state.live();
            if !was_live && let Some(mut branch) = open.take() {
                branch.body.end = range.start;
                dead.push(branch);
            }
            if !now_live {
                open = Some(DeadBranch { directive: range.clone(), body: range.end..range.end });
            }
            blank(&mut bytes, range);
            changed = true;
        } else if live {
            lexer = lexer.line(line);
        } else {
            blank(&mut bytes, range);
            changed = true;
        }
    }
    if let Some(mut branch) = open {
        branch.body.end = text.len();
        dead.push(branch);
    }
    if !changed {
        return (Cow::Borrowed(text), dead);
    }
    // Whole characters were overwritten byte by byte, so this is valid UTF-8; were it not, the text is read as it is.
    (String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned), dead)
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in bytes.get_mut(range).unwrap_or_default() {
        if !matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

struct State {
    symbols: BTreeSet<String>,
    branches: Vec<Branch>,
}

/// One `#if` that is open.
struct Branch {
    /// Whether the code around it takes part.
    outer_live: bool,
    /// Whether this branch takes part.
    live: bool,
    /// Whether a branch of it took part already.
    taken: bool,
}

impl State {
    fn live(&self) -> bool {
        self.branches.last().is_none_or(|branch| branch.live)
    }

    fn directive(&mut self, line: &str) {
        let rest = line.trim_start_matches('#').trim_start();
        let word_end = rest.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, argument) = rest.split_at(word_end);
        match word {
            "if" => {
                let outer_live = self.live();
                let live = outer_live && self.condition(argument);
                self.branches.push(Branch { outer_live, live, taken: live });
            }
            "elif" => {
                let value = self.condition(argument);
                if let Some(branch) = self.branches.last_mut() {
                    branch.live = branch.outer_live && !branch.taken && value;
                    branch.taken |= branch.live;
                }
            }
            "else" => {
                if let Some(branch) = self.branches.last_mut() {
                    branch.live = branch.outer_live && !branch.taken;
                    branch.taken = true;
                }
            }
            "endif" => {
                self.branches.pop();
            }
            "define" if self.live() => {
                self.symbols.insert(symbol(argument).to_owned());
            }
            "undef" if self.live() => {
                self.symbols.remove(symbol(argument));
            }
            // `#region`, `#pragma`, `#nullable`, `#line`, `#warning`, `#error`: no effect on contracts.
            _ => {}
        }
    }

    fn condition(&self, text: &str) -> bool {
        let text = text.split("//").next().unwrap_or("");
        Condition { rest: text.trim(), symbols: &self.symbols }.or(0)
    }
}

fn symbol(argument: &str) -> &str {
    argument.split_whitespace().next().unwrap_or("")
}

/// Evaluates the expression of an `#if` (C# specification, 6.5.3). Malformed rest is ignored.
struct Condition<'a> {
    rest: &'a str,
    symbols: &'a BTreeSet<String>,
}

impl Condition<'_> {
    const DEPTH: usize = 64;

    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn or(&mut self, depth: usize) -> bool {
        let mut value = self.and(depth);
        while self.take("||") {
            value |= self.and(depth);
        }
        value
    }

    fn and(&mut self, depth: usize) -> bool {
        let mut value = self.equality(depth);
        while self.take("&&") {
            value &= self.equality(depth);
        }
        value
    }

    fn equality(&mut self, depth: usize) -> bool {
        let mut value = self.unary(depth);
        loop {
            if self.take("==") {
                value = value == self.unary(depth);
            } else if self.take("!=") {
                value = value != self.unary(depth);
            } else {
                return value;
            }
        }
    }

    fn unary(&mut self, depth: usize) -> bool {
        if depth > Self::DEPTH {
            self.rest = "";
            return false;
        }
        if !self.rest.starts_with("!=") && self.take("!") {
            return !self.unary(depth + 1);
        }
        if self.take("(") {
            let value = self.or(depth + 1);
            self.take(")");
            return value;
        }
        let end = self.rest.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        match word {
            "true" => true,
            "false" | "" => false,
            name => self.symbols.contains(name),
        }
    }
}

/// What the end of a line is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lexer {
    Code,
    Comment,
    Verbatim,
    Raw(usize),
}

impl Lexer {
    /// The state after a line of live code.
    fn line(mut self, line: &str) -> Self {
        let bytes = line.as_bytes();
        let at = |index: usize| bytes.get(index).copied().unwrap_or(b'\n');
        let quotes = |from: usize| bytes.iter().skip(from).take_while(|byte| **byte == b'"').count();
        let mut index = 0;
        while index < bytes.len() {
            match self {
                Self::Comment => {
                    if at(index) == b'*' && at(index + 1) == b'/' {
                        self = Self::Code;
                        index += 1;
                    }
                    index += 1;
                }
                Self::Verbatim => {
                    if at(index) == b'"' {
                        if at(index + 1) == b'"' {
                            index += 1;
                        } else {
                            self = Self::Code;
                        }
                    }
                    index += 1;
                }
                Self::Raw(count) => {
                    let found = quotes(index);
                    if found >= count {
                        self = Self::Code;
                    }
                    index += found.max(1);
                }
                Self::Code => match (at(index), at(index + 1)) {
                    (b'/', b'/') => return self,
                    (b'/', b'*') => {
                        self = Self::Comment;
                        index += 2;
                    }
                    (b'@', b'"') => {
                        self = Self::Verbatim;
                        index += 2;
                    }
                    (b'@', b'$') if at(index + 2) == b'"' => {
                        self = Self::Verbatim;
                        index += 3;
                    }
                    (b'\'', _) => index = skip_literal(bytes, index, b'\''),
                    (b'"', _) => match quotes(index) {
                        count if count >= 3 => {
                            self = Self::Raw(count);
                            index += count;
                        }
                        _ => index = skip_literal(bytes, index, b'"'),
                    },
                    _ => index += 1,
                },
            }
        }
        self
    }
}

/// Past a character or regular string literal; such a literal ends with its line.
fn skip_literal(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut index = start + 1;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' => index += 2,
            byte if *byte == quote => return index + 1,
            b'\n' => return index,
            _ => index += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, defines: &[&str]) -> String {
        let (result, _) = preprocess(text, &defines.iter().copied().collect());
        assert_eq!(result.len(), text.len());
        result.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn takes_the_branch_of_the_symbols_given() {
        let text = "a\n#if NET && !(OLD || false)\nb\n#elif OLD\nc\n#else\nd\n#endif\ne\n";
        assert_eq!(run(text, &["NET"]), "a|b|e");
        assert_eq!(run(text, &["OLD"]), "a|c|e");
        assert_eq!(run(text, &[]), "a|d|e");
        assert_eq!(run("#define X\n#if X == true\n1\n#endif", &[]), "1");
        assert_eq!(run("#if A\n#if B\n1\n#else\n2\n#endif\n#endif\n3", &["B"]), "3");
    }

    #[test]
    fn text_that_looks_like_a_directive_stays() {
        assert_eq!(run("x = @\"\n#if A\n\"; y\n#if A\nz\n#endif", &[]), "x = @\"|#if A|\"; y");
        assert_eq!(run("/*\n#if A\n*/ y\n#if A\nz\n#endif", &[]), "/*|#if A|*/ y");
        assert_eq!(run("x = \"\"\"\n#if A\n\"\"\"; y", &[]), "x = \"\"\"|#if A|\"\"\"; y");
        assert_eq!(run("c = '\"'; // \"\n#if A\nz\n#endif", &[]), "c = '\"'; // \"");
    }

    #[test]
    fn reports_what_it_left_out_and_never_moves_a_byte() {
        let text = "é\n#if A\nÖ [ServiceContract]\n#endif\nz";
        let (result, dead) = preprocess(text, &BTreeSet::new());
        assert_eq!(result.len(), text.len());
        assert_eq!(&text[dead[0].body.clone()], "Ö [ServiceContract]\n");
        assert_eq!(result.find('z'), text.find('z'));
    }
}
