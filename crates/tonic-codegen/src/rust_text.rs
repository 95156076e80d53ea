//! The escapes through which text enters a generated Rust file: string literals, documentation, names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use heck::ToPascalCase;
use wcf_security::reason::Decision;

use crate::doc_text::{self, code_span};

/// A string as a Rust string literal, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustString(pub String);

impl fmt::Display for RustString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` of a string is a Rust literal by definition.
        write!(formatter, "{:?}", self.0)
    }
}

/// A documentation comment: its lines with the comment sign before each, without a line end after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocComment {
    sign: &'static str,
    paragraphs: Vec<String>,
}

impl DocComment {
    /// A comment of paragraphs that are safe for rustdoc, with the indentation and sign (`    ///`) that each line starts with.
    #[must_use]
    pub fn new(sign: &'static str, paragraphs: Vec<String>) -> Self {
        Self { sign, paragraphs }
    }
}

impl fmt::Display for DocComment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in doc_text::rustdoc_comment(&self.paragraphs).iter().enumerate() {
            if at > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{}{line}", self.sign)?;
        }
        Ok(())
    }
}

/// Why something was decided, as paragraphs safe for rustdoc.
#[must_use]
pub fn reasons<T>(decision: &Decision<T>) -> Vec<String> {
    let mut paragraphs = doc_text::rustdoc_paragraphs(&decision.sentence());
    let rule = format!("Rule {}.", code_span(decision.rule.id));
    match paragraphs.last_mut() {
        Some(last) => {
            last.push(' ');
            last.push_str(&rule);
        }
        None => paragraphs.push(rule),
    }
    paragraphs
}

/// One name in the spellings that a generated workspace needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `berth_planning`.
    pub snake: String,
    /// `berth-planning`.
    pub kebab: String,
    /// `BerthPlanning`.
    pub pascal: String,
    /// `BERTH_PLANNING`.
    pub screaming: String,
}

impl Name {
    /// The spellings of a decided name, whose words are separated by `_` or `-`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let snake = name.replace('-', "_");
        Self { kebab: snake.replace('_', "-"), pascal: snake.to_pascal_case(), screaming: snake.to_uppercase(), snake }
    }
}

/// The `use` lines of a file: standard library, other crates, this crate, with a blank line between the groups, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Adds names of a module; `self` is the module itself.
    pub fn add(&mut self, module: &str, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        self.0.entry(module.to_owned()).or_default().extend(names.iter().map(|name| (*name).to_owned()));
    }
}

impl fmt::Display for Imports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = |module: &str| match module.split("::").next() {
            Some("std") => 0,
            Some("super" | "crate") => 2,
            _ => 1,
        };
        // Sorted as printed, so that a list in braces stands after the modules inside, as rustfmt has it.
        let lines: BTreeSet<(i32, String)> = self.0.iter().map(|(module, names)| (group(module), path(module, names))).collect();
        let mut previous = None;
        for (group, line) in lines {
            match previous {
                Some(previous) if previous != group => formatter.write_str("\n\n")?,
                Some(_) => formatter.write_str("\n")?,
                None => {}
            }
            previous = Some(group);
            write!(formatter, "use {line};")?;
        }
        Ok(())
    }
}

/// The path of one `use` line. `self` stands first in a list.
fn path(module: &str, names: &BTreeSet<String>) -> String {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_by_key(|name| *name != "self");
    match sorted.as_slice() {
        ["self"] => module.to_owned(),
        [name] => format!("{module}::{name}"),
        several => format!("{module}::{{{}}}", several.join(", ")),
    }
}

/// An integer with its digits in groups of three, as clippy wants it: `1_048_576`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        let numbers = [(0, "0"), (999, "999"), (1000, "1_000"), (65_536, "65_536"), (1_048_576, "1_048_576")];
        for (number, text) in numbers {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn imports_are_grouped_and_sorted() {
        let mut imports = Imports::default();
        imports.add("super::settings", &["self", "Settings"]);
        imports.add("std::sync", &["Arc"]);
        imports.add("rustls", &["ServerConfig"]);
        imports.add("super::settings", &["A"]);
        imports.add("super::support::tls", &["self"]);
        let text =
            "use std::sync::Arc;\n\nuse rustls::ServerConfig;\n\nuse super::settings::{self, A, Settings};\nuse super::support::tls;";
        assert_eq!(imports.to_string(), text);
    }

    #[test]
    fn a_literal_and_a_span_cannot_be_left() {
        let hostile = "a\"; panic!(); //`\n\u{7}";
        let literal: syn::LitStr = syn::parse_str(&RustString(hostile.to_owned()).to_string()).unwrap();
        assert_eq!(literal.value(), hostile);
        let comment = DocComment::new("    ///", vec!["one".to_owned(), "two".to_owned()]);
        assert_eq!(comment.to_string(), "    /// one\n    ///\n    /// two");
    }
}
