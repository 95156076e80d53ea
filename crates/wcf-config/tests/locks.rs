//! What a file may not have because of where it stands or what stands above it: locks of elements and sections, paths in the
//! configuration of a program, sections of `machine.config`, applications that do not inherit.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use wcf_config::{EffectiveConfig, Input, Inputs, Options, parse_at, resolve};
use wcf_diagnostics::{Files, Findings, Level, SourceFile};

struct Outcome {
    files: Files,
    effective: EffectiveConfig,
    findings: Findings,
    refusals: Vec<Option<String>>,
}

impl Outcome {
    /// Codes at warn and above, with the file and the text under the first label.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let shown = |finding: &wcf_diagnostics::Finding| {
            let span = finding.span().unwrap();
            let text = self.files.snippet(span).split(['\n', '>']).next().unwrap_or("").to_owned();
            (finding.code.name, format!("{}: {text}", self.files.path(span.file)))
        };
        self.findings.iter().filter(|finding| finding.level > Level::Note).map(shown).collect()
    }

    fn refused(&self) -> Vec<bool> {
        self.refusals.iter().map(Option::is_some).collect()
    }
}

fn whole(service_model: &str) -> String {
    format!("<configuration><system.serviceModel>{service_model}</system.serviceModel></configuration>")
}

/// Reads these files; one called `machine.config` is above the others.
fn run(texts: &[(&str, &str)]) -> Outcome {
    let (mut files, mut findings) = (Files::default(), Findings::new());
    let (mut inputs, mut options) = (Inputs::default(), Options::default());
    for (path, text) in texts {
        let file = files.add(SourceFile::new(*path, *text));
        let parsed = located_xml::parse(file, *text, &located_xml::Limits::default());
        let (document, found) = parse_at(file, path, &parsed.document.unwrap(), &[]);
        findings.extend(found);
        if *path == "machine.config" {
            options.machine.push(document);
        } else {
            inputs.configs.push(Input { path: (*path).to_owned(), document, name: None });
        }
    }
    let (effective, found) = resolve(&inputs, &options);
    findings.extend(found);
    Outcome { files, effective, findings, refusals: resolve::refusals(&inputs, &options) }
}

const LOCKED: &str = "wcf-config-locked";

fn bindings(inside: &str) -> String {
    whole(&format!("<bindings><basicHttpBinding>{inside}</basicHttpBinding></bindings>"))
}

#[test]
fn a_locked_item_is_neither_replaced_nor_removed_nor_cleared_further_in() {
    let outer = bindings("<binding name='a' lockItem='true'/><binding name='b'/>");
    for (inner, wrong) in [
        ("<binding name='a' sendTimeout='00:00:01'/>", Some("<binding name='a' sendTimeout='00:00:01'/")),
        ("<remove name='a'/>", Some("remove")),
        ("<clear/>", Some("clear")),
        ("<binding name='b'/><remove name='b'/>", None),
    ] {
        // Two folders further in, and from machine.config as well.
        for (above, below) in [("web.config", "x/y/web.config"), ("machine.config", "app.config")] {
            let outcome = run(&[(above, &outer), (below, &bindings(inner))]);
            let expected: Vec<(&str, String)> = wrong.map(|text| (LOCKED, format!("{below}: {text}"))).into_iter().collect();
            let found: Vec<_> = outcome.problems().into_iter().filter(|(code, _)| *code != "wcf-config-unused").collect();
            assert_eq!(found, expected, "{inner}");
            assert_eq!(outcome.refused().last(), Some(&wrong.is_some()), "{inner}");
        }
    }
}

#[test]
fn locked_attributes_are_not_written_again_and_keep_their_values() {
    let service = "<services><service name='S'><endpoint address='http://h/' binding='basicHttpBinding' bindingConfiguration='a' \
                   contract='I'/></service></services>";
    let send = |outer: &str, inner: &str| {
        let inner = whole(&format!("<bindings><basicHttpBinding>{inner}</basicHttpBinding></bindings>{service}"));
        let outcome = run(&[("web.config", &bindings(outer)), ("a/web.config", &inner)]);
        let host = outcome.effective.hosts.iter().find(|host| outcome.files.path(host.file) == "a/web.config").unwrap();
        let binding = &host.services[0].endpoints[0].binding;
        let value = binding.settings.get("sendTimeout").unwrap();
        let place = value.origin.span().map(|span| outcome.files.path(span.file).to_owned());
        (value.value.as_deref().unwrap().to_owned(), place, outcome.problems().iter().map(|(code, _)| *code).collect::<Vec<_>>())
    };
    let outer = "<binding name='a' sendTimeout='00:00:07' lockAttributes='sendTimeout'/>";
    assert_eq!(send(outer, "<binding name='a'/>"), ("00:00:07".to_owned(), Some("web.config".to_owned()), vec![]));
    assert_eq!(send(outer, "<binding name='a' sendTimeout='00:00:09'/>").2, [LOCKED]);
    assert_eq!(send(outer, "<binding name='a' closeTimeout='00:00:09'/>").2, [""; 0]);
    // Without a lock a binding of the same name inherits nothing.
    assert_eq!(send("<binding name='a' sendTimeout='00:00:07'/>", "<binding name='a'/>").0, "00:01:00");
    let except = "<binding name='a' sendTimeout='00:00:07' lockAllAttributesExcept='closeTimeout, name'/>";
    assert_eq!(send(except, "<binding name='a' closeTimeout='00:00:01'/>").0, "00:00:07");
    assert_eq!(send(except, "<binding name='a' openTimeout='00:00:01'/>").2, [LOCKED]);
}

#[test]
fn locked_elements_do_not_stand_further_in() {
    for (outer, inner, wrong) in [
        ("<bindings lockElements='netTcpBinding'/>", "<bindings><netTcpBinding/></bindings>", Some("netTcpBinding")),
        ("<bindings lockElements='netTcpBinding'/>", "<bindings><basicHttpBinding/></bindings>", None),
        ("<bindings lockAllElementsExcept='netTcpBinding'/>", "<bindings><basicHttpBinding/></bindings>", Some("basicHttpBinding")),
        ("<bindings lockItem='true'/>", "<bindings/>", Some("bindings")),
        (
            "<bindings><netTcpBinding lockElements='clear'/></bindings>",
            "<bindings><netTcpBinding><clear/></netTcpBinding></bindings>",
            Some("clear"),
        ),
        (
            "<bindings><netTcpBinding lockElements='binding'/></bindings>",
            "<bindings><netTcpBinding><binding name='n'/></netTcpBinding></bindings>",
            Some("<binding name='n'/"),
        ),
        ("<services lockElements='service'/>", "<services><service name='S'/></services>", Some("<service name='S'/")),
        (
            "<serviceHostingEnvironment lockAttributes='aspNetCompatibilityEnabled'/>",
            "<serviceHostingEnvironment aspNetCompatibilityEnabled='true'/>",
            Some("true"),
        ),
        (
            "<diagnostics><messageLogging lockItem='true'/></diagnostics>",
            "<diagnostics><messageLogging/></diagnostics>",
            Some("<messageLogging/"),
        ),
        ("<diagnostics lockAttributes='*'/>", "<diagnostics wmiProviderEnabled='true'/>", Some("true")),
        ("<diagnostics lockItem='false'/>", "<diagnostics wmiProviderEnabled='true'/>", None),
    ] {
        let outcome = run(&[("machine.config", &whole(outer)), ("app.config", &whole(inner))]);
        let locked: Vec<String> = outcome.problems().into_iter().filter(|(code, _)| *code == LOCKED).map(|(_, text)| text).collect();
        let expected: Vec<String> = wrong.map(|text| format!("app.config: {text}")).into_iter().collect();
        assert_eq!(locked, expected, "{outer} {inner}");
        assert_eq!(outcome.refused(), [wrong.is_some()], "{outer} {inner}");
    }
}

#[test]
fn a_closed_section_does_not_stand_further_in() {
    let location = |attributes: &str| {
        format!("<configuration><location {attributes}><system.serviceModel><bindings/></system.serviceModel></location></configuration>")
    };
    let inner = whole("<bindings/>");
    for (outer, middle, wrong) in [
        ("path='.' allowOverride='false'", None, true),
        ("overrideMode='Deny'", None, true),
        ("overrideMode='Inherit'", None, false),
        ("path='a/b' overrideMode='Deny'", None, true),
        ("path='A' overrideMode='Deny'", None, true),
        ("path='other' overrideMode='Deny'", None, false),
        // The nearer word counts.
        ("path='a' overrideMode='Deny'", Some("path='b' overrideMode='Allow'"), true),
        ("path='a/b' overrideMode='Allow'", None, false),
    ] {
        let mut texts = vec![("web.config", location(outer))];
        texts.extend(middle.map(|middle| ("a/web.config", location(middle))));
        texts.push(("a/b/web.config", inner.clone()));
        let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let outcome = run(&texts);
        let locked = outcome.problems().iter().any(|(code, _)| *code == LOCKED);
        assert_eq!(locked, wrong, "{outer} {middle:?}");
    }
    // A file that closes a section has it itself; a declaration can close it from the start, and a location open it again.
    assert_eq!(run(&[("web.config", &location("overrideMode='Deny'"))]).refused(), [false]);
    let declared = "<configSections><sectionGroup name='system.serviceModel'><section name='bindings' type='T' overrideModeDefault='Deny'/>\
                    </sectionGroup></configSections>";
    let machine = format!("<configuration>{declared}</configuration>");
    assert_eq!(run(&[("machine.config", &machine), ("app.config", &inner)]).refused(), [true]);
    let open = "<location overrideMode='Allow'><system.serviceModel><bindings/></system.serviceModel></location>";
    let machine = format!("<configuration>{declared}{open}</configuration>");
    assert_eq!(run(&[("machine.config", &machine), ("app.config", &inner)]).refused(), [false]);
}

#[test]
fn a_program_has_no_paths() {
    let text = "<configuration><location path='x'><system.serviceModel><bindings><nothing/></bindings></system.serviceModel></location>\
                </configuration>";
    let program = run(&[("app.config", text)]);
    assert_eq!(program.problems(), [("wcf-config-path-without-effect", "app.config: x".to_owned())]);
    assert_eq!(program.refused(), [false]);
    // In a web application what is wrong for a path is wrong for the path, and the file loads.
    let web = run(&[("web.config", text)]);
    assert!(web.problems().iter().all(|(code, _)| *code != "wcf-config-path-without-effect"));
    assert_eq!(web.refused(), [false]);
    // A location for the file's own level is read in both.
    let own = "<configuration><location><system.serviceModel><services><service name='S'/></services></system.serviceModel></location>\
               </configuration>";
    assert_eq!(run(&[("app.config", own)]).effective.hosts.len(), 1);
}

#[test]
fn sections_of_machine_config_stand_nowhere_else() {
    let common = whole("<commonBehaviors><serviceBehaviors><serviceDebug/></serviceBehaviors></commonBehaviors>");
    let outcome = run(&[("app.config", &common)]);
    assert_eq!(outcome.problems(), [("wcf-config-section-out-of-place", "app.config: commonBehaviors".to_owned())]);
    assert_eq!(outcome.refused(), [true]);
    assert_eq!(run(&[("machine.config", &common), ("app.config", &whole("<services/>"))]).refused(), [false]);
    let hosting = whole("<serviceHostingEnvironment/>");
    let nested = run(&[("web.config", &hosting), ("a/web.config", &hosting)]);
    assert_eq!(nested.problems(), [("wcf-config-nested-section", "a/web.config: serviceHostingEnvironment".to_owned())]);
}

#[test]
fn what_applications_further_in_do_not_inherit_is_said() {
    let outer = "<configuration><location inheritInChildApplications='false'><system.serviceModel><bindings><basicHttpBinding><binding \
                 name='a'/></basicHttpBinding></bindings></system.serviceModel></location></configuration>";
    let inner = whole(
        "<services><service name='S'><endpoint binding='basicHttpBinding' bindingConfiguration='a' contract='I'/></service></services>",
    );
    let outcome = run(&[("web.config", outer), ("app/web.config", &inner)]);
    let codes: Vec<&str> = outcome.problems().iter().map(|(code, _)| *code).filter(|code| *code != "wcf-config-unused").collect();
    assert_eq!(codes, ["wcf-config-inheritance-unknown", "wcf-config-missing-binding-configuration"]);
    // The file itself has it.
    let whole = outer.replace(
        "</bindings>",
        "</bindings><services><service name='S'><endpoint binding='basicHttpBinding' \
                 bindingConfiguration='a' contract='I'/></service></services>",
    );
    assert_eq!(run(&[("web.config", &whole)]).problems(), []);
}
