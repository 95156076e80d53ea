//! `.svc` files: the directive that ties a service class to the web server.

use wcf_diagnostics::{FileId, Findings, Span};

use crate::diagnostics::IncompleteSvc;
use crate::resolve::SvcFile;

/// Reads the `ServiceHost` directive of a `.svc` file (`ServiceParser`).
///
/// Names are compared without case, as ASP.NET does. A file without the directive, or with neither `Service` nor `Factory` in it, is
/// a finding, and has no service.
#[must_use]
pub fn parse_svc(file: FileId, path: &str, text: &str) -> (SvcFile, Findings) {
    let mut svc = SvcFile { path: path.to_owned(), service: None, factory: None, span: Span::new(file, 0, 0) };
    let mut findings = Findings::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("<%")).map(|found| at + found) {
        let inside = start + 2;
        let rest = text.get(inside..).unwrap_or("");
        if rest.starts_with("--") {
            at = rest.find("--%>").map_or(text.len(), |end| inside + end + 4);
            continue;
        }
        let end = rest.find("%>").map_or(text.len(), |end| inside + end);
        let blank = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with('@') {
            directive(file, text, inside + blank + 1, end, &mut svc);
        }
        at = end;
    }
    if svc.service.is_none() && svc.factory.is_none() {
        findings.push(IncompleteSvc { span: svc.span });
    }
    (svc, findings)
}

/// One directive, the bytes `start..end` of the text.
fn directive(file: FileId, text: &str, start: usize, end: usize, svc: &mut SvcFile) {
    let body = text.get(start..end).unwrap_or("");
    let name = body.trim_start().split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or("");
    if !name.eq_ignore_ascii_case("ServiceHost") {
        return;
    }
    svc.span = Span::new(file, start, end);
    let mut at = body.find(name).unwrap_or(0) + name.len();
    while let Some((name, value, value_at, next)) = attribute(body, at) {
        at = next;
        let found = Some((value.to_owned(), Span::new(file, start + value_at, start + value_at + value.len())));
        if value.is_empty() {
        } else if name.eq_ignore_ascii_case("Service") {
            svc.service = found;
        } else if name.eq_ignore_ascii_case("Factory") {
            svc.factory = found;
        }
    }
}

/// The next `name="value"` from `at`: name, value, the value's place, and where to go on.
fn attribute(body: &str, at: usize) -> Option<(&str, &str, usize, usize)> {
    let rest = body.get(at..)?;
    let name_at = at + rest.find(|c: char| c.is_alphabetic())?;
    let name_end = name_at + body.get(name_at..)?.find(|c: char| !c.is_alphanumeric()).unwrap_or(0);
    let name = body.get(name_at..name_end)?;
    let equals = name_end + body.get(name_end..)?.find(|c: char| !c.is_whitespace())?;
    if !body.get(equals..)?.starts_with('=') {
        return Some((name, "", name_end, name_end.max(at + 1)));
    }
    let quote_at = equals + 1 + body.get(equals + 1..)?.find(|c: char| !c.is_whitespace())?;
    let quote = body.get(quote_at..)?.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let value_at = quote_at + 1;
    let value_end = value_at + body.get(value_at..)?.find(quote)?;
    Some((name, body.get(value_at..value_end)?, value_at, value_end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Option<String>, usize) {
        let (svc, findings) = parse_svc(FileId(0), "a.svc", text);
        for (value, span) in [&svc.service, &svc.factory].into_iter().flatten() {
            assert_eq!(text.get(span.start as usize..span.end as usize), Some(value.as_str()));
        }
        (svc.service.map(|(name, _)| name), svc.factory.map(|(name, _)| name), findings.len())
    }

    #[test]
    fn the_directive_is_read_whatever_its_shape() {
        let service = |name: &str| (Some(name.to_owned()), None, 0);
        assert_eq!(
            read(r#"<%@ ServiceHost Language="C#" Debug="true" Service="Contoso.Orders" CodeBehind="x.cs" %>"#),
            service("Contoso.Orders")
        );
        assert_eq!(read("<%@servicehost service = 'A.B, Asm'%>"), service("A.B, Asm"));
        assert_eq!(read("<%-- <%@ ServiceHost Service=\"Old\" %> --%>\n<%@ ServiceHost Service=\"New\" %>"), service("New"));
        assert_eq!(read("<%@ Assembly Name=\"X\" %><%@ ServiceHost Service=\"S\" %>"), service("S"));
        assert_eq!(read("<% @ServiceHost Service=\"my demo\" %>"), service("my demo"));
        assert_eq!(read("<%@ ServiceHost Factory=\"F\" %>"), (None, Some("F".to_owned()), 0));
    }

    #[test]
    fn a_directive_without_a_service_is_a_finding() {
        for text in [
            "",
            "<%@ ServiceHost %>",
            "<%@ ServiceHost Service=\"\" %>",
            "<%@ ServiceHost Service=\"open",
            "<%@ Page Service=\"S\" %>",
            "<%@",
        ] {
            assert_eq!(read(text), (None, None, 1), "{text}");
        }
    }
}
