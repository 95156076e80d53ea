//! Findings as people read them: drawn as rustc draws its own.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use crate::code::Level;
use crate::excerpt::excerpt;
use crate::files::{FileId, Files, Span};
use crate::finding::{Finding, Findings, Label};
use crate::secrets;
use crate::visible::visible;

/// Places further apart than this many lines are drawn as excerpts of their own.
const APART: u32 = 40;

/// Stands for the place of an excerpt until it is drawn. What is drawn is cut to what matters, so its columns are not
/// those of the file; the true ones are put in afterwards. No text that is drawn has this character.
const MARK: char = '\u{10FFFD}';

/// Draws findings one after the other, then a line that counts them.
///
/// `width` is the terminal's, in columns. Secrets in the lines shown, in messages and in notes appear as
/// [`REDACTED`](secrets::REDACTED); control characters become visible; of long lines only what is near a place is shown.
#[must_use]
pub fn render_text(files: &Files, findings: &Findings, colour: bool, width: usize) -> String {
    let mut drawing = Drawing::new(files, findings, colour, width);
    let mut out = String::new();
    for finding in findings {
        out.push_str(&drawing.draw(finding));
        out.push_str("\n\n");
    }
    out.push_str(&summary(findings));
    out.push('\n');
    out
}

/// Draws findings one by one, for those who choose, order or count them themselves. As [`render_text`].
pub struct Drawing<'f> {
    files: &'f Files,
    renderer: Renderer,
    hidden: Hidden,
}

impl<'f> Drawing<'f> {
    /// `findings` are all of the run, drawn or not: a place that one of them calls sensitive is hidden everywhere.
    #[must_use]
    pub fn new(files: &'f Files, findings: &Findings, colour: bool, width: usize) -> Self {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(width.max(40));
        Self { files, renderer, hidden: Hidden::new(files, findings) }
    }

    /// One finding, over several lines, without a line break at the end.
    pub fn draw(&mut self, finding: &Finding) -> String {
        draw(&self.renderer, self.files, finding, &mut self.hidden)
    }
}

/// How many findings there are, by level: `3 findings: 1 deny, 2 note`.
#[must_use]
pub fn summary(findings: &Findings) -> String {
    let count = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let parts: Vec<String> = [Level::Deny, Level::Warn, Level::Note]
        .into_iter()
        .map(|level| (level, count(level)))
        .filter(|&(_, count)| count > 0)
        .map(|(level, count)| format!("{count} {level}"))
        .collect();
    match findings.len() {
        0 => "no findings".to_owned(),
        1 => format!("1 finding: {}", parts.join(", ")),
        many => format!("{many} findings: {}", parts.join(", ")),
    }
}

/// What a sentence looks like in any output: without secrets, and with control characters visible.
pub(crate) fn shown(text: &str, keep_lines: bool) -> String {
    visible(&secrets::redact(text), keep_lines).into_owned()
}

/// The secrets of each file, found when the file is first drawn.
struct Hidden {
    sensitive: BTreeMap<FileId, Vec<Range<usize>>>,
    found: BTreeMap<FileId, Vec<Range<usize>>>,
}

impl Hidden {
    /// A place that one finding calls sensitive is hidden in the excerpts of all.
    fn new(files: &Files, findings: &Findings) -> Self {
        let mut sensitive: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        for label in findings.iter().flat_map(|finding| &finding.labels).filter(|label| label.sensitive) {
            if files.get(label.span.file).is_some() {
                sensitive.entry(label.span.file).or_default().push(bytes(label.span));
            }
        }
        Self { sensitive, found: BTreeMap::new() }
    }

    fn of(&mut self, files: &Files, id: FileId) -> &[Range<usize>] {
        let sensitive = &self.sensitive;
        self.found.entry(id).or_insert_with(|| {
            let mut ranges = files.get(id).map(|file| secrets::ranges(&file.text)).unwrap_or_default();
            ranges.extend(sensitive.get(&id).into_iter().flatten().filter(|range| range.start < range.end).cloned());
            ranges.sort_by_key(|range| (range.start, range.end));
            let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
            for range in ranges {
                match merged.last_mut() {
                    Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                    Some(_) | None => merged.push(range),
                }
            }
            merged
        })
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// A place and the words on it, as they are drawn.
struct Drawn<'a> {
    label: &'a Label,
    line: u32,
    primary: bool,
}

fn draw(renderer: &Renderer, files: &Files, finding: &Finding, hidden: &mut Hidden) -> String {
    let title = match finding.level {
        Level::Deny => Title::ERROR,
        Level::Warn => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let title = title.with_name(finding.level.as_str()).primary_title(shown(&finding.message, false)).id(finding.code.name);
    let mut group = Group::with_title(title);
    let mut origins: Vec<String> = Vec::new();
    for (id, labels) in clusters(files, finding) {
        let Some(file) = files.get(id) else { continue };
        let places: Vec<Range<usize>> = labels.iter().map(|drawn| bytes(drawn.label.span)).collect();
        let excerpt = excerpt(file, &places, hidden.of(files, id));
        // rustc points at the primary place, and at the first one in excerpts without it.
        let pointed = labels.iter().find(|drawn| drawn.primary).or_else(|| labels.first());
        let at = pointed.map_or(0, |drawn| drawn.label.span.start);
        let place = file.line_column(at);
        let origin = format!("{}:{}:{}", visible(&file.path, false), place.line, place.column);
        if file.text.is_empty() {
            group = group.element(Origin::path(visible(&file.path, false).into_owned()));
            continue;
        }
        let annotations = labels.iter().zip(&excerpt.places).map(|(drawn, place)| {
            let kind = if drawn.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let words = Some(shown(&drawn.label.text, false)).filter(|words| !words.is_empty());
            kind.span(place.clone()).label(words)
        });
        let snippet = Snippet::source(excerpt.source)
            .line_start(excerpt.first_line as usize)
            .path(format!("{MARK}{}{MARK}", origins.len()))
            .annotations(annotations);
        origins.push(origin);
        group = group.element(snippet);
    }
    if let Some(about) = about(finding) {
        group = group.element(Title::NOTE.with_name("about").message(about));
    }
    for note in &finding.notes {
        group = group.element(Title::NOTE.message(shown(note, true)));
    }
    for help in &finding.help {
        group = group.element(Title::HELP.message(shown(help, true)));
    }
    put_origins(&renderer.render(&[group]), &origins)
}

/// The service and endpoint a finding is about.
fn about(finding: &Finding) -> Option<String> {
    let service = finding.subject.service.as_ref().map(|service| format!("service `{}`", shown(service, false)));
    let endpoint = finding.subject.endpoint.as_ref().map(|endpoint| format!("endpoint `{}`", shown(endpoint, false)));
    let parts: Vec<String> = service.into_iter().chain(endpoint).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The labels by excerpt: those of one file that stand near one another. The excerpt with the primary place comes first.
fn clusters<'a>(files: &Files, finding: &'a Finding) -> Vec<(FileId, Vec<Drawn<'a>>)> {
    let mut labels: Vec<Drawn<'a>> = finding
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| Drawn { label, line: files.line_column(label.span).line, primary: at == 0 })
        .collect();
    labels.sort_by_key(|drawn| (drawn.label.span.file, drawn.line));
    let mut clusters: Vec<(FileId, Vec<Drawn<'a>>)> = Vec::new();
    for drawn in labels {
        match clusters.last_mut() {
            Some((file, cluster))
                if *file == drawn.label.span.file && cluster.last().is_some_and(|last| drawn.line - last.line <= APART) =>
            {
                cluster.push(drawn);
            }
            Some(_) | None => clusters.push((drawn.label.span.file, vec![drawn])),
        }
    }
    clusters.sort_by_key(|(_, cluster)| !cluster.iter().any(|drawn| drawn.primary));
    clusters
}

/// Puts the true places where the marks stand, in place of those of the excerpts.
fn put_origins(drawn: &str, origins: &[String]) -> String {
    let mut out = String::with_capacity(drawn.len());
    let mut pieces = drawn.split(MARK);
    out.push_str(pieces.next().unwrap_or_default());
    while let (Some(number), Some(rest)) = (pieces.next(), pieces.next()) {
        out.push_str(number.parse::<usize>().ok().and_then(|number| origins.get(number)).map_or("", String::as_str));
        out.push_str(rest.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::files::SourceFile;

    static BAD: Code =
        Code { name: "wcf-test-bad", level: Level::Deny, summary: "", why: "", example: "", remedy: "", reference: "", waivable: false };
    static SMALL: Code = Code { name: "wcf-test-small", level: Level::Note, ..BAD };

    fn find(files: &Files, id: FileId, needle: &str) -> Span {
        let start = files.get(id).unwrap().text.find(needle).unwrap();
        Span::new(id, start, start + needle.len())
    }

    fn file(text: &str) -> (Files, FileId) {
        let mut files = Files::default();
        let id = files.add(SourceFile::new("app/web.config", text));
        (files, id)
    }

    fn render(files: &Files, list: impl IntoIterator<Item = Finding>) -> String {
        let mut findings = Findings::new();
        findings.extend(list);
        render_text(files, &findings, false, 100)
    }

    #[test]
    fn a_finding_is_drawn_with_its_places_notes_and_help() {
        let (files, id) = file("<bindings>\n  <security mode=\"None\">\n    <transport/>\n  </security>\n</bindings>\n");
        let finding = Finding::new(&BAD, "the binding protects nothing")
            .at(find(&files, id, "None"), "set here")
            .at(find(&files, id, "transport"), "and so this is not used")
            .note("the default of this binding is Transport")
            .help("set mode=\"Transport\"")
            .service("Bank.Transfers")
            .endpoint("IBank at net.tcp://host/bank");
        assert_eq!(
            render(&files, [finding]),
            "\
deny[wcf-test-bad]: the binding protects nothing
 --> app/web.config:2:19
  |
2 |   <security mode=\"None\">
  |                   ^^^^ set here
3 |     <transport/>
  |      --------- and so this is not used
  |
  = about: service `Bank.Transfers`, endpoint `IBank at net.tcp://host/bank`
  = note: the default of this binding is Transport
  = help: set mode=\"Transport\"

1 finding: 1 deny
"
        );
    }

    #[test]
    fn places_in_other_files_and_far_away_have_excerpts_of_their_own() {
        let (mut files, id) = file(&format!("first\n{}last\n", "\n".repeat(98)));
        let other = files.add(SourceFile::new("Service.cs", "class A { }\n"));
        let finding = Finding::new(&SMALL, "three places")
            .at(find(&files, id, "last"), "")
            .at(find(&files, other, "A"), "the class")
            .at(find(&files, id, "first"), "above");
        assert_eq!(
            render(&files, [finding]),
            "\
note[wcf-test-small]: three places
   --> app/web.config:100:1
    |
100 | last
    | ^^^^
    |
   ::: app/web.config:1:1
    |
  1 | first
    | ----- above
    |
   ::: Service.cs:1:7
    |
  1 | class A { }
    |       - the class

1 finding: 1 note
"
        );
    }

    #[test]
    fn secrets_are_drawn_as_stars_even_beside_the_place() {
        let (files, id) = file("<add key=\"Password\" value=\"hunter2\" mode=\"x\"/>\n<odd it=\"hunter3\"/> hunter4\n");
        let findings = [
            Finding::new(&BAD, "the mode of Password=hunter2; is wrong").at(find(&files, id, "x\""), "Pwd=hunter2;"),
            Finding::new(&BAD, "a secret stands here").at_secret(find(&files, id, "hunter3"), "this").note("password: 'hunter2'"),
            Finding::new(&BAD, "beside").at(find(&files, id, "hunter4"), "").help("pwd=hunter2"),
        ];
        let text = render(&files, findings);
        assert!(!text.contains("hunter2") && !text.contains("hunter3") && text.contains("hunter4"), "{text}");
        assert!(text.contains("\n1 | <add key=\"Password\" value=\"***\" mode=\"x\"/>\n"), "{text}");
        assert!(text.contains("\n2 | <odd it=\"***\"/> hunter4\n  |          ^^^ this\n"), "{text}");
        // The column is the one in the file, not the one in the excerpt.
        assert!(text.contains("app/web.config:1:43\n") && text.contains("app/web.config:2:21\n"), "{text}");
    }

    #[test]
    fn hostile_text_cannot_steer_the_terminal_or_flood_it() {
        let (files, id) = file(&format!("<a b=\"{}\u{1B}[2J\"/>\n", "v".repeat(1_000_000)));
        let value = Span::new(id, 6, 1_000_010);
        let text = render(&files, [Finding::new(&BAD, "bad \u{1B}[31m value\nnext").at(value, "long\r\u{202E}")]);
        assert!(text.len() < 1000, "{}", text.len());
        assert!(!text.contains('\u{1B}') && !text.contains('\u{202E}') && !text.contains('\r'), "{text:?}");
        assert!(text.starts_with("deny[wcf-test-bad]: bad ␛[31m value␊next\n --> app/web.config:1:7\n"), "{text}");
    }

    #[test]
    fn colour_is_added_only_when_asked_for() {
        let (files, id) = file("text\n");
        let mut findings = Findings::new();
        findings.push(Finding::new(&BAD, "bad").at(find(&files, id, "text"), "here"));
        let coloured = render_text(&files, &findings, true, 80);
        assert!(coloured.contains("\u{1B}[") && coloured.contains("app/web.config:1:1"), "{coloured:?}");
        assert!(!render_text(&files, &findings, false, 80).contains('\u{1B}'));
    }

    #[test]
    fn findings_without_a_text_or_a_file_are_drawn() {
        let (files, id) = file("");
        let findings = [Finding::new(&BAD, "cannot be read").at(Span::new(id, 0, 0), ""), Finding::new(&SMALL, "nothing to show")];
        assert_eq!(
            render(&files, findings),
            "\
deny[wcf-test-bad]: cannot be read
--> app/web.config

note[wcf-test-small]: nothing to show

2 findings: 1 deny, 1 note
"
        );
        assert_eq!(render(&files, []), "no findings\n");
    }
}
