//! Documentation on its way from an XML comment into proto comments and rustdoc: the typed escapes for both places.

/// Columns that comments are wrapped to, without indentation and comment sign.
const WIDTH: usize = 100;

/// Whether a character has no place in a comment: control characters, and those that turn the direction of text, by which code
/// shows as something else than it is (rustc refuses them).
fn is_hidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Paragraphs of a text: blank lines separate them, everything else is re-flowed. Hidden characters are dropped.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.chars().filter(|&character| !is_hidden(character)).collect::<String>())
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
    let plain: String = name.chars().filter(|&character| !is_hidden(character)).map(|c| if c == '`' { '\'' } else { c }).collect();
    format!("`{}`", plain.trim())
}

/// Paragraphs made safe for rustdoc: no markup of theirs has an effect, but simple code spans and addresses keep theirs.
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
    let (mut in_span, mut escaped) = (false, false);
    for (at, character) in paragraph.char_indices() {
        if character == '`' && !escaped {
            in_span = !in_span;
        }
        escaped = character == '\\' && !escaped && !in_span;
        if character == ' ' && !in_span {
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

/// Escapes what Markdown would read as markup. Single backticks around something are a code span and stay; all others are text.
fn escape_markdown(paragraph: &str) -> String {
    let mut escaped = String::with_capacity(paragraph.len() + 8);
    let mut rest = paragraph;
    while let Some((before, after)) = rest.split_once('`') {
        escape_plain(before, &mut escaped);
        let more = after.len() - after.trim_start_matches('`').len();
        let span = if more == 0 { after.split_once('`') } else { None };
        match span.filter(|(code, after)| !code.trim().is_empty() && !after.starts_with('`')) {
            Some((code, after)) => {
                escaped.push_str(&format!("`{code}`"));
                rest = after;
            }
            None => {
                escaped.push_str(&"\\`".repeat(1 + more));
                rest = after.trim_start_matches('`');
            }
        }
    }
    escape_plain(rest, &mut escaped);
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
            // An address that is none of ours to mark is no link.
            ':' => characters.get(at + 1..at + 3) == Some(&['/', '/']),
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
    use std::process::Command;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

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
        assert_eq!(safe("`List<T>` stays, a ` alone"), " `List<T>` stays, a \\` alone");
        assert_eq!(safe("`List<T>` stays"), " `List<T>` stays");
        assert_eq!(safe("See http://a.example/x_y, or (https://b.example)."), " See <http://a.example/x_y>, or (<https://b.example>).");
        assert_eq!(safe("` <b> ``x`` and `y`"), " \\` \\<b\\> \\`\\`x\\`\\` and `y`");
        assert_eq!(safe("xhttp://a.example"), " xhttp\\://a.example");
        assert_eq!(safe("turned \u{202E}round"), " turned round");
        assert_eq!(safe("# no heading"), " \\# no heading");
        assert_eq!(safe("1. no list"), " 1\\. no list");
        assert_eq!(safe("- no list"), " \\- no list");
        assert_eq!(safe("&lt; &amp x&y"), " \\&lt; &amp x&y");
    }

    /// What markup an author's comment has by accident or by habit.
    const NASTY: [&str; 46] = [
        "List<Order>",
        "[orders]",
        "[orders][x]",
        "[a](b)",
        "![i](j)",
        "[x]:",
        "[^1]",
        "[^1]:",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<?xml",
        "&lt;",
        "&amp",
        "&#x41;",
        "`",
        "``",
        "```",
        "```rust",
        "~~~",
        "~~",
        "*",
        "**",
        "_",
        "__a__",
        "snake_case",
        "#",
        "##",
        "===",
        "---",
        "- ",
        "+",
        "1.",
        "2)",
        ">",
        "|",
        "|-|",
        "\\",
        "http://a.example/x_y",
        "xhttps://b.example.",
        "(https://b.example/?q=[1]&r=<2>)",
        "$x$",
        "    let x = 1;",
        "\u{202E}",
        "assert!(false)",
    ];

    fn text() -> impl Strategy<Value = String> {
        let fragment = prop_oneof![
            4 => prop::sample::select(NASTY.to_vec()).prop_map(str::to_owned),
            1 => "\\PC{0,6}",
            1 => "[a-z]{1,12}",
        ];
        let separator = prop::sample::select(vec![" ", " ", "\n", "\n\n", "", "\n    ", "\t"]);
        prop::collection::vec((fragment, separator), 0..24)
            .prop_map(|parts| parts.into_iter().map(|(fragment, separator)| format!("{fragment}{separator}")).collect())
    }

    fn markdown(text: &str) -> String {
        rustdoc_comment(&rustdoc_paragraphs(text)).iter().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
    }

    /// What rustdoc makes of a comment, every reference in brackets taken for a link, as it does.
    fn events(markdown: &str, options: Options) -> Vec<Event<'_>> {
        let link = |_: pulldown_cmark::BrokenLink<'_>| Some(("resolved".into(), "".into()));
        Parser::new_with_broken_link_callback(markdown, options, Some(link)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        /// Paragraphs of text, code spans and plain addresses: nothing else comes of any comment.
        #[test]
        fn no_comment_has_markup(text in text()) {
            let markdown = markdown(&text);
            let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS | Options::ENABLE_SMART_PUNCTUATION;
            let mut in_address = false;
            for event in events(&markdown, options) {
                match &event {
                    Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) => {
                        prop_assert!(dest_url.starts_with("http://") || dest_url.starts_with("https://"));
                        in_address = true;
                    }
                    Event::End(TagEnd::Link) => in_address = false,
                    Event::Text(text) => {
                        let bare = !in_address && ["http://", "https://"].iter().any(|scheme| text.contains(scheme));
                        prop_assert!(!bare, "bare address in {markdown}");
                    }
                    Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) | Event::Code(_) | Event::SoftBreak => {}
                    _ => prop_assert!(false, "{event:?} in {markdown:?}"),
                }
            }
        }

        /// Every word arrives.
        #[test]
        fn no_word_of_a_comment_is_lost(text in text()) {
            let markdown = markdown(&text);
            let mut shown = String::new();
            for event in events(&markdown, Options::empty()) {
                match event {
                    Event::Text(text) | Event::Code(text) => shown.push_str(&text),
                    Event::SoftBreak | Event::End(TagEnd::Paragraph) => shown.push(' '),
                    _ => {}
                }
            }
            let bare = |text: &str| text.chars().filter(|&character| !character.is_whitespace() && character != '`' && !is_hidden(character)).collect::<String>();
            prop_assert_eq!(bare(&shown), bare(&text), "{:?}", markdown);
        }
    }

    /// The tool itself: no warning, and nothing that it takes for code to run.
    #[test]
    fn rustdoc_has_nothing_to_say_of_comments() {
        let mut runner = TestRunner::deterministic();
        let mut source = String::from("//! Comments.\n");
        for number in 0..400 {
            let text = text().new_tree(&mut runner).unwrap().current();
            let lines = rustdoc_comment(&rustdoc_paragraphs(&text));
            source.push_str(&lines.iter().map(|line| format!("///{line}\n")).collect::<String>());
            source.push_str(&format!("pub struct Item{number};\n"));
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("comments.rs");
        std::fs::write(&file, &source).unwrap();
        let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
        for arguments in [&["-D", "warnings"][..], &["--test"]] {
            let output = Command::new(&rustdoc)
                .args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "comments"])
                .args(arguments)
                .arg(&file)
                .current_dir(folder.path())
                .output()
                .unwrap();
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{arguments:?}:\n{out}\n{err}");
            assert!(arguments.len() > 1 || out.contains("running 0 tests"), "{out}");
        }
    }
}
