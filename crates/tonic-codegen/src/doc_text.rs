//! Documentation on its way from an XML comment into proto comments and rustdoc: the typed escapes for both places.

/// Columns that comments are wrapped to, without indentation and comment sign.
const WIDTH: usize = 100;

/// Paragraphs of a text: blank lines separate them, everything else is re-flowed. Control characters are dropped.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.chars().filter(|character| !character.is_control()).collect::<String>())
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            open = false;
            continue;
        }
        let line = words.join(" ");
        match result.last_mut().filter(|_| open) {
            Some(last) => {
                last.push(' ');
                last.push_str(&line);
            }
            None => result.push(line),
        }
        open = true;
    }
    result
}

/// Lines of a proto comment, without the `//`: paragraphs wrapped, an empty line between them.
#[must_use]
pub fn proto_comment(texts: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in texts.iter().flat_map(|text| paragraphs(text)) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        wrap(&paragraph, &mut lines);
    }
    lines
}

/// A CLR or XML name as a code span, for plain paragraphs that go to either place.
#[must_use]
pub fn code_span(name: &str) -> String {
    let plain: String = name.chars().filter(|character| !character.is_control()).map(|c| if c == '`' { '\'' } else { c }).collect();
    format!("`{}`", plain.trim())
}

/// Paragraphs made safe for rustdoc: no markup of theirs has an effect, but code spans and addresses keep theirs.
#[must_use]
pub fn rustdoc_paragraphs(text: &str) -> Vec<String> {
    paragraphs(text).iter().map(|paragraph| escape_markdown(paragraph)).collect()
}

/// Lines of a rustdoc comment, without the `///` but with the space after it.
#[must_use]
pub fn rustdoc_comment(safe_paragraphs: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in safe_paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut wrapped = Vec::new();
        wrap(paragraph, &mut wrapped);
        lines.extend(wrapped.iter().map(|line| format!(" {}", escape_line_start(line))));
    }
    lines
}

fn wrap(paragraph: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    // A code span is one word: a line break inside one would need no escape at the next line's start.
    for word in words_with_code_spans(paragraph) {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

fn words_with_code_spans(paragraph: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut ticks = 0_usize;
    for (at, character) in paragraph.char_indices() {
        if character == '`' {
            ticks += 1;
        }
        if character == ' ' && ticks.is_multiple_of(2) {
            if let Some(begin) = start.take() {
                words.extend(paragraph.get(begin..at));
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(begin) = start {
        words.extend(paragraph.get(begin..));
    }
    words
}

/// Escapes what Markdown would read as markup. Balanced backticks are code spans and stay.
fn escape_markdown(paragraph: &str) -> String {
    let balanced = paragraph.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(paragraph.len() + 8);
    for (at, part) in paragraph.split('`').enumerate() {
        if at > 0 {
            escaped.push_str(if balanced { "`" } else { "\\`" });
        }
        if balanced && at % 2 == 1 {
            escaped.push_str(part);
        } else {
            escape_plain(part, &mut escaped);
        }
    }
    escaped
}

fn escape_plain(part: &str, escaped: &mut String) {
    for (at, word) in part.split(' ').enumerate() {
        if at > 0 {
            escaped.push(' ');
        }
        match address(word) {
            Some((before, address, after)) => {
                escape_word(before, escaped);
                escaped.push('<');
                escaped.push_str(address);
                escaped.push('>');
                escape_word(after, escaped);
            }
            None => escape_word(word, escaped),
        }
    }
}

fn escape_word(word: &str, escaped: &mut String) {
    let characters: Vec<char> = word.chars().collect();
    for (at, &character) in characters.iter().enumerate() {
        let inside_word = |neighbour: Option<&char>| neighbour.is_some_and(|character| character.is_alphanumeric());
        let markup = match character {
            '\\' | '[' | ']' | '<' | '>' | '*' | '~' | '|' | '$' => true,
            '&' => characters.contains(&';'),
            '_' => !(inside_word(at.checked_sub(1).and_then(|before| characters.get(before))) && inside_word(characters.get(at + 1))),
            _ => false,
        };
        if markup {
            escaped.push('\\');
        }
        escaped.push(character);
    }
}

/// The address in a word, with what stands before and after it. Only plain addresses: one with markup characters in it is
/// escaped like other text.
fn address(word: &str) -> Option<(&str, &str, &str)> {
    let start = ["https://", "http://"].iter().find_map(|scheme| word.find(scheme))?;
    let before = word.get(..start)?;
    let rest = word.get(start..)?;
    let end = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']).len();
    let (address, after) = (rest.get(..end)?, rest.get(end..)?);
    let plain = address.chars().all(|character| character.is_ascii_graphic() && !matches!(character, '<' | '>' | '\\' | '`'));
    (plain && before.chars().all(|character| !character.is_alphanumeric()) && address.len() > "https://".len())
        .then_some((before, address, after))
}

/// A line that would begin a list, a heading, a quotation, a rule or a table is kept from it.
fn escape_line_start(line: &str) -> String {
    let first_word = line.split(' ').next().unwrap_or_default();
    let ordered = first_word
        .strip_suffix(['.', ')'])
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|character| character.is_ascii_digit()));
    if ordered {
        let (digits, rest) = line.split_at(first_word.len() - 1);
        return format!("{digits}\\{rest}");
    }
    if line.starts_with(['-', '+', '#', '=', '@']) { format!("\\{line}") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(text: &str) -> String {
        rustdoc_comment(&rustdoc_paragraphs(text)).join("\n")
    }

    #[test]
    fn text_is_reflowed_and_wrapped() {
        assert_eq!(paragraphs("  a\n b \n\n\n c\u{7}d \n"), ["a b", "cd"]);
        let long = "word ".repeat(30);
        let lines = proto_comment(&[long, "next".into()]);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines[2..], ["", "next"]);
    }

    #[test]
    fn markup_in_a_comment_has_no_effect_in_rustdoc() {
        assert_eq!(
            safe("A List<Order> of [orders](x) * _all_ in snake_case"),
            " A List\\<Order\\> of \\[orders\\](x) \\* \\_all\\_ in snake_case"
        );
        assert_eq!(safe("`List<T>` stays, a ` alone"), " \\`List\\<T\\>\\` stays, a \\` alone");
        assert_eq!(safe("`List<T>` stays"), " `List<T>` stays");
        assert_eq!(safe("See http://a.example/x_y, or (https://b.example)."), " See <http://a.example/x_y>, or (<https://b.example>).");
        assert_eq!(safe("# no heading"), " \\# no heading");
        assert_eq!(safe("1. no list"), " 1\\. no list");
        assert_eq!(safe("- no list"), " \\- no list");
        assert_eq!(safe("&lt; &amp x&y"), " \\&lt; &amp x&y");
    }
}
