//! Unified differences between what is on disk and what would be written.

use similar::TextDiff;

use crate::terminal::{BAD, DIM, GOOD, STRONG};
use crate::write::{Action, Comparison};

/// The differences of all files that would change, as `diff -u` prints them.
#[must_use]
pub fn unified(comparison: &Comparison) -> String {
    let mut text = String::new();
    for entry in comparison.changes() {
        let before = entry.before.as_deref().unwrap_or("");
        let (old, new) = match entry.action {
            Action::Create => ("/dev/null".to_owned(), format!("b/{}", entry.path)),
            Action::Remove => (format!("a/{}", entry.path), "/dev/null".to_owned()),
            _ => (format!("a/{}", entry.path), format!("b/{}", entry.path)),
        };
        text.push_str(&format!("{STRONG}--- {old}\n+++ {new}{STRONG:#}\n"));
        if entry.action == Action::UpdateLineEnds {
            text.push_str(&format!("{DIM}only the line ends differ{DIM:#}\n"));
            continue;
        }
        let diff = TextDiff::from_lines(before, entry.after.as_str());
        for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
            for line in hunk.to_string().lines() {
                let style = match line.chars().next() {
                    Some('+') => Some(GOOD),
                    Some('-') => Some(BAD),
                    Some('@') => Some(DIM),
                    _ => None,
                };
                match style {
                    Some(style) => text.push_str(&format!("{style}{line}{style:#}\n")),
                    None => text.push_str(&format!("{line}\n")),
                }
            }
        }
    }
    text
}
