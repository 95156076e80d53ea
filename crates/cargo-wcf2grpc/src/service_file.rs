//! `.svc` files: one directive that names a service's class.

use wcf_config::SvcFile;
use wcf_diagnostics::{FileId, SourceFile, Span};

/// Reads the `ServiceHost` directive of a `.svc` file (`System.ServiceModel.Activation.ServiceParser`). A file without one
/// names no service.
#[must_use]
pub fn parse(id: FileId, file: &SourceFile) -> SvcFile {
    let text = file.text.as_ref();
    let mut svc = SvcFile { path: file.path.clone(), service: None, factory: None, span: Span::new(id, 0, text.len()) };
    let mut at = 0;
    while let Some((start, end)) = directive(text, at) {
        at = end;
        let body = text.get(start..end).unwrap_or_default();
        let name = body.trim_start().split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !name.eq_ignore_ascii_case("ServiceHost") {
            continue;
        }
        for (name, from, to) in attributes(body) {
            let span = Span::new(id, start + from, start + to);
            let value = body.get(from..to).unwrap_or_default().trim().to_owned();
            if name.eq_ignore_ascii_case("Service") && svc.service.is_none() {
                svc.service = Some((value, span));
            } else if name.eq_ignore_ascii_case("Factory") && svc.factory.is_none() {
                svc.factory = Some((value, span));
            }
        }
    }
    svc
}

/// What stands between the next `<%@` and its `%>`. Comments (`<%-- --%>`) are passed over.
fn directive(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let open = at + text.get(at..)?.find("<%")?;
        let rest = text.get(open + 2..)?;
        if rest.starts_with("--") {
            at = open + 2 + rest.find("--%>")? + 4;
            continue;
        }
        let end = open + 2 + rest.find("%>")?;
        match rest.strip_prefix('@') {
            Some(_) => return Some((open + 3, end)),
            None => at = end,
        }
    }
}

/// `name = "value"` pairs: each name with the range of its value in `body`.
fn attributes(body: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(equals) = body.get(at..).and_then(|rest| rest.find('=')).map(|found| at + found) {
        let name = body.get(at..equals).unwrap_or_default().split_whitespace().next_back().unwrap_or_default();
        let after = body.get(equals + 1..).unwrap_or_default();
        let blank = after.len() - after.trim_start().len();
        let Some(quote) = after.trim_start().chars().next().filter(|quote| "\"'".contains(*quote)) else {
            at = equals + 1;
            continue;
        };
        let start = equals + 1 + blank + 1;
        let Some(length) = body.get(start..).and_then(|rest| rest.find(quote)) else { break };
        found.push((name, start, start + length));
        at = start + length + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Option<String>) {
        let svc = parse(FileId(0), &SourceFile::new("a.svc", text));
        (svc.service.map(|(name, _)| name), svc.factory.map(|(name, _)| name))
    }

    #[test]
    fn the_class_is_read_with_its_place() {
        let text = "<%@ ServiceHost Language=\"C#\" Debug=\"true\" Service = 'Shop.Orders' CodeBehind=\"Orders.svc.cs\" %>";
        let svc = parse(FileId(3), &SourceFile::new("Orders.svc", text));
        let (name, span) = svc.service.unwrap();
        assert_eq!(name, "Shop.Orders");
        assert_eq!(text.get(span.start as usize..span.end as usize), Some("Shop.Orders"));
    }

    #[test]
    fn comments_other_directives_and_broken_ones_are_passed_over() {
        assert_eq!(
            read("<%-- <%@ ServiceHost Service=\"Old\" %> --%>\n<%@servicehost\n Service=\"New\" Factory=\"F\"%>").0,
            Some("New".into())
        );
        assert_eq!(read("<%@ Assembly Name=\"x\" %><%@ ServiceHost Factory=\"F\" Service=\"S\" %>"), (Some("S".into()), Some("F".into())));
        for text in ["", "<%@", "<%@ ServiceHost Service=\"", "<%@ ServiceHost Service= %>", "<% ServiceHost Service=\"x\" %>", "ü<%@%>="]
        {
            assert_eq!(read(text), (None, None), "{text}");
        }
    }
}
