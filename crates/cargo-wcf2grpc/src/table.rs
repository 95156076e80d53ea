//! A table that fits a terminal: columns share what width there is, and cells wrap.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::terminal::{DIM, STRONG};

/// Columns are at least this wide, whatever has to wrap.
const NARROWEST: usize = 8;

/// Between columns.
const GAP: usize = 2;

/// A cell: its text, and how it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell in a style.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: Style::new() }
    }
}

/// A line of a table.
#[derive(Clone, Debug)]
enum Line {
    /// A cell for each column.
    Cells(Vec<Cell>),
    /// A line over all columns, which groups those below it.
    Group(String),
}

/// A table under construction.
#[derive(Clone, Debug)]
pub struct Table {
    head: Vec<&'static str>,
    lines: Vec<Line>,
}

impl Table {
    /// A table with these columns.
    pub fn new(head: &[&'static str]) -> Self {
        Self { head: head.to_vec(), lines: Vec::new() }
    }

    /// Adds a row; missing cells are empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.lines.push(Line::Cells(cells.into_iter().collect()));
    }

    /// Begins a group.
    pub fn group(&mut self, title: impl Into<String>) {
        self.lines.push(Line::Group(title.into()));
    }

    /// Draws it, each line indented by two columns, at most `width` wide where the columns allow it.
    pub fn draw(&self, width: usize) -> String {
        let (head, lines) = Self::draw_all(std::slice::from_ref(self), width);
        format!("{head}{}", lines.concat())
    }

    /// Draws tables of the same columns, so that these are under one another in all: the head once, then the lines of each. Each
    /// line is indented by two columns, and at most `width` wide where the columns allow it.
    pub fn draw_all(tables: &[Self], width: usize) -> (String, Vec<String>) {
        let Some(first) = tables.first() else { return (String::new(), Vec::new()) };
        let widths = Self::widths(tables, width.saturating_sub(2));
        let mut head = String::new();
        let titles: Vec<Cell> = first.head.iter().map(|title| Cell::styled(*title, DIM)).collect();
        draw_row(&mut head, &titles, &widths);
        (head, tables.iter().map(|table| table.lines_of(&widths, width)).collect())
    }

    fn lines_of(&self, widths: &[usize], width: usize) -> String {
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::Group(title) => {
                    for (at, part) in wrap(title, width.saturating_sub(4)).iter().enumerate() {
                        let indent = if at == 0 { "  " } else { "    " };
                        text.push_str(&format!("{indent}{STRONG}{part}{STRONG:#}\n"));
                    }
                }
                Line::Cells(cells) => draw_row(&mut text, cells, widths),
            }
        }
        text
    }

    /// What each column gets: what it needs if there is room, else the widest give way first.
    fn widths(tables: &[Self], width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = tables.first().map(|table| table.head.iter().map(|title| title.width()).collect()).unwrap_or_default();
        for line in tables.iter().flat_map(|table| &table.lines) {
            if let Line::Cells(cells) = line {
                for (width, cell) in widths.iter_mut().zip(cells) {
                    *width = (*width).max(cell.text.width());
                }
            }
        }
        let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max_by_key(|width| **width).filter(|width| **width > NARROWEST) else { break };
            *widest -= 1;
        }
        widths
    }
}

fn draw_row(text: &mut String, cells: &[Cell], widths: &[usize]) {
    let wrapped: Vec<(Vec<String>, Style)> = cells.iter().zip(widths).map(|(cell, &width)| (wrap(&cell.text, width), cell.style)).collect();
    let height = wrapped.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0);
    for at in 0..height {
        let mut line = String::from("  ");
        let mut pending = 0;
        for ((lines, style), width) in wrapped.iter().zip(widths) {
            let part = lines.get(at).map_or("", String::as_str);
            if !part.is_empty() {
                line.push_str(&" ".repeat(pending));
                pending = 0;
                line.push_str(&format!("{style}{part}{style:#}"));
            }
            pending += width.saturating_sub(part.width()) + GAP;
        }
        text.push_str(&line);
        text.push('\n');
    }
}

/// Wraps at blanks; a word that is wider than a line also after the characters that part long names and between the words of
/// one, and anywhere where nothing else helps.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in text.split_inclusive(' ').flat_map(|word| parts(word, width)) {
        if !line.is_empty() && line.width() + piece.trim_end().width() > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        for character in piece.chars() {
            if line.width() + character.width().unwrap_or(0) > width && character != ' ' {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.push(character);
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn parts(word: &str, width: usize) -> Vec<&str> {
    if word.trim_end().width() <= width {
        return vec![word];
    }
    word.split_inclusive(['/', '.', ',', '-'])
        .flat_map(|part| if part.trim_end().width() <= width { vec![part] } else { humps(part) })
        .collect()
}

/// The parts of a name in CamelCase, which read better whole: `ICustoms`, `Declarations`.
fn humps(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut rest, mut after_lower_case) = (word, false);
    for (at, character) in word.char_indices() {
        if after_lower_case
            && character.is_uppercase()
            && let Some((part, more)) = rest.split_at_checked(at - (word.len() - rest.len()))
        {
            parts.push(part);
            rest = more;
        }
        after_lower_case = character.is_lowercase();
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_wrap_and_the_widest_column_gives_way() {
        let mut table = Table::new(&["contract", "address"]);
        table.group("Shop.Orders");
        table.row(["IOrders".into(), Cell::from("net.tcp://orders.example:8081/a/very/long/path")]);
        let (head, lines) = Table::draw_all(std::slice::from_ref(&table), 34);
        let plain = anstream::adapter::strip_str(&format!("{head}{}", lines.concat())).to_string();
        let expected = "  contract  address\n  Shop.Orders\n  IOrders   net.tcp://orders.\n            example:8081/a/very/\n            \
                        long/path\n";
        assert_eq!(plain, expected);
        assert!(plain.lines().all(|line| line.width() <= 34));
    }

    #[test]
    fn tables_share_their_columns_and_their_head() {
        let mut tables = [Table::new(&["a", "b"]), Table::new(&["a", "b"])];
        tables[0].row(["x".into(), "y".into()]);
        tables[1].group("A.Group.Whose.Name.Is.Long");
        tables[1].row(["longer".into(), "z".into()]);
        let (head, lines) = Table::draw_all(&tables, 20);
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        assert_eq!(plain(&head), "  a       b\n");
        assert_eq!(plain(&lines[0]), "  x       y\n");
        assert_eq!(plain(&lines[1]), "  A.Group.Whose.\n    Name.Is.Long\n  longer  z\n");
    }

    #[test]
    fn a_word_without_a_place_to_wrap_is_cut_and_nothing_is_lost() {
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_name_wraps_between_its_words() {
        assert_eq!(wrap("ICustomsDeclarations", 15), ["ICustoms", "Declarations"]);
        assert_eq!(wrap("basicHttpBinding (nameless)", 14), ["basicHttp", "Binding", "(nameless)"]);
        assert_eq!(wrap("ArrivalNoticesService.svc", 15), ["ArrivalNotices", "Service.svc"]);
    }
}
