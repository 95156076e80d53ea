//! The lines of a file that a finding shows: cut to what matters, with secrets hidden and control characters visible.

use std::ops::Range;

use crate::files::SourceFile;
use crate::secrets::REDACTED;
use crate::visible::replacement;

/// Lines up to this many bytes are shown whole.
const WHOLE_LINE: usize = 300;

/// Of a longer line, this many bytes are shown on each side of a place.
const AROUND: usize = 48;

/// Of a long place, this many bytes are shown at each of its ends.
const PLACE_END: usize = 32;

/// A place over more lines than this is drawn on its first line only.
const MANY_LINES: u32 = 8;

/// Lines without a place between two that have one are shown if they are no more than this.
const BETWEEN: u32 = 2;

/// What stands for a part left out.
const LEFT_OUT: char = '…';

/// A part of a file, ready to be drawn.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The lines, changed as needed.
    pub(crate) source: String,
    /// The number of the first.
    pub(crate) first_line: u32,
    /// Where each place of the input stands in `source`.
    pub(crate) places: Vec<Range<usize>>,
}

/// Cuts the lines of the places out of a file. The places are in bytes; `hidden` are the secrets, in order and apart.
pub(crate) fn excerpt(file: &SourceFile, places: &[Range<usize>], hidden: &[Range<usize>]) -> Excerpt {
    let places: Vec<Range<usize>> = places.iter().map(|place| fit(file, place)).collect();
    let lines: Vec<(u32, u32)> = places.iter().map(|place| (file.line_of(place.start), file.line_of(place.end))).collect();
    let first = lines.iter().map(|(first, _)| *first).min().unwrap_or(1);
    let last = lines.iter().map(|(_, last)| *last).max().unwrap_or(first);
    let mut out = Shown { source: String::new(), map: Vec::new() };
    let touched = |line: u32| lines.iter().any(|&(first, last)| first <= line && line <= last);
    let mut since_touched = 0;
    for line in first..=last {
        let range = file.line_range(line);
        if touched(line) {
            since_touched = 0;
            let here: Vec<Range<usize>> = places
                .iter()
                .filter(|place| place.start <= range.end && place.end >= range.start)
                .map(|place| place.start.max(range.start)..place.end.min(range.end))
                .collect();
            out.line(file, &range, &here, hidden);
        } else {
            since_touched += 1;
            let gap = (line..=last).take_while(|&line| !touched(line)).take(1 + BETWEEN as usize).count() + since_touched - 1;
            if gap <= BETWEEN as usize {
                out.line(file, &range, &[], hidden);
            }
        }
        out.end_line(range.end);
    }
    let places = places.iter().map(|place| out.range(place)).collect();
    Excerpt { source: out.source, first_line: first, places }
}

/// A place that lies in the text, on character boundaries, and not over too many lines.
fn fit(file: &SourceFile, place: &Range<usize>) -> Range<usize> {
    let start = floor(&file.text, place.start);
    let mut end = floor(&file.text, place.end.max(place.start)).max(start);
    let first = file.line_of(start);
    if file.line_of(end).saturating_sub(first) >= MANY_LINES {
        end = file.line_range(first).end.max(start);
    }
    // A line break at the end of a place is not worth another line.
    while end > start && matches!(file.text.as_bytes().get(end - 1), Some(b'\n' | b'\r')) {
        end -= 1;
    }
    start..end
}

/// The last character boundary up to `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

struct Shown {
    source: String,
    /// Offsets in the file and in `source` that belong together, in order.
    map: Vec<(usize, usize)>,
}

impl Shown {
    fn mark(&mut self, at: usize) {
        self.map.push((at, self.source.len()));
    }

    fn end_line(&mut self, at: usize) {
        self.mark(at);
        self.source.push('\n');
    }

    /// Appends a line, or of a long one the neighbourhood of its places.
    fn line(&mut self, file: &SourceFile, line: &Range<usize>, places: &[Range<usize>], hidden: &[Range<usize>]) {
        let text = &file.text;
        let windows = windows(text, line, places);
        let mut at = line.start;
        for window in windows {
            if at < window.start {
                self.mark(at);
                self.source.push(LEFT_OUT);
            }
            at = window.start;
            while at < window.end {
                self.mark(at);
                let next_hidden = hidden.get(hidden.partition_point(|range| range.end <= at)).filter(|range| range.start < window.end);
                if let Some(range) = next_hidden.filter(|range| range.start <= at) {
                    self.source.push_str(REDACTED);
                    at = range.end.min(window.end);
                    continue;
                }
                let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                match replacement(character) {
                    Some(shown) => self.source.push_str(&shown),
                    None => self.source.push(character),
                }
                at += character.len_utf8();
            }
            self.mark(at);
        }
        if at < line.end {
            self.source.push(LEFT_OUT);
        }
    }

    /// Where a place of the file is in `source`.
    fn range(&self, place: &Range<usize>) -> Range<usize> {
        let before = self.map.partition_point(|&(at, _)| at <= place.start);
        let start = before.checked_sub(1).and_then(|index| self.map.get(index)).map_or(0, |&(_, shown)| shown);
        let after = self.map.partition_point(|&(at, _)| at < place.end);
        let end = self.map.get(after).map_or(self.source.len(), |&(_, shown)| shown);
        start..end.max(start)
    }
}

/// The parts of a line that are shown: all of a short one, else what is near its places.
fn windows(text: &str, line: &Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= WHOLE_LINE {
        return vec![line.clone()];
    }
    let near = |from: usize, to: usize| floor(text, from.max(line.start))..floor(text, to.min(line.end));
    let mut windows: Vec<Range<usize>> = if places.is_empty() {
        vec![near(line.start, line.start + AROUND)]
    } else {
        let ends = places.iter().flat_map(|place| {
            let middle = (place.start + PLACE_END).min(place.end);
            let tail = place.end.saturating_sub(PLACE_END).max(middle);
            [near(place.start.saturating_sub(AROUND), middle), near(tail, place.end.saturating_add(AROUND))]
        });
        ends.collect()
    };
    windows.sort_by_key(|window| (window.start, window.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(windows.len());
    for window in windows {
        match merged.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            Some(_) | None => merged.push(window),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, places: &[(usize, usize)], hidden: &[(usize, usize)]) -> (String, u32, Vec<String>) {
        let ranges = |pairs: &[(usize, usize)]| pairs.iter().map(|&(start, end)| start..end).collect::<Vec<_>>();
        let excerpt = excerpt(&SourceFile::new("f", text), &ranges(places), &ranges(hidden));
        let shown = excerpt.places.iter().map(|place| excerpt.source[place.clone()].to_owned()).collect();
        (excerpt.source, excerpt.first_line, shown)
    }

    #[test]
    fn only_the_lines_with_places_are_cut_out() {
        let text = "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n";
        assert_eq!(of(text, &[(5, 8)], &[]), ("two\n".into(), 2, vec!["two".into()]));
        assert_eq!(of(text, &[(5, 8), (17, 21)], &[]), ("two\nthree\nfour\n".into(), 2, vec!["two".into(), "four".into()]));
        assert_eq!(of(text, &[(0, 3), (29, 32)], &[]), ("one\n\n\n\n\nsix\n".into(), 1, vec!["one".into(), "six".into()]));
    }

    #[test]
    fn secrets_and_control_characters_are_not_shown() {
        let (source, _, places) = of("a password='hunter2'\tb\u{1B}", &[(0, 1), (12, 19), (14, 16), (21, 23)], &[(12, 19)]);
        assert_eq!(source, "a password='***'    b␛\n");
        assert_eq!(places, ["a", "***", "***", "b␛"]);
    }

    #[test]
    fn of_a_long_line_the_neighbourhood_is_shown() {
        let text = format!("{}<a b=\"{}\" c=\"d\"/>{}", "x".repeat(10_000), "v".repeat(1_000_000), "é".repeat(10_000));
        let value = text.find('v').unwrap();
        let (source, _, places) = of(&text, &[(value, value + 1_000_000)], &[]);
        assert!(source.len() < 400, "{}", source.len());
        assert!(source.starts_with("…xxx") && source.ends_with("…\n"), "{source}");
        assert_eq!(places, [format!("{0}…{0}", "v".repeat(32))]);
        let c = text.find("c=").unwrap();
        let (_, _, places) = of(&text, &[(c, c + 1)], &[]);
        assert_eq!(places, ["c"]);
    }

    #[test]
    fn places_that_do_not_fit_are_made_to() {
        assert_eq!(of("é", &[(1, 999)], &[]).2, ["é"]);
        assert_eq!(of("", &[(5, 2)], &[]).2, [""]);
        let many = "line\n".repeat(100);
        let (source, first, places) = of(&many, &[(7, 400)], &[]);
        assert_eq!((source.as_str(), first, places[0].as_str()), ("line\n", 2, "ne"));
    }
}
