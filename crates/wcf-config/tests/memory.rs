//! Memory and time grow with the input and nothing else: names are not compared with all names, and what endpoints share is kept once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use wcf_config::{Input, Inputs, Options, parse, resolve};
use wcf_diagnostics::FileId;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes of memory for each byte of text, at worst.
const BYTES_PER_BYTE: usize = 250;

fn peak(text: &str) -> usize {
    let limits = located_xml::Limits { max_nodes: usize::MAX, max_attributes: usize::MAX, ..located_xml::Limits::default() };
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let xml = located_xml::parse(FileId(0), text, &limits).document.unwrap();
    let (document, found) = parse(FileId(0), &xml);
    let inputs = Inputs { configs: vec![Input { path: "web.config".to_owned(), document, name: None }], svc: Vec::new() };
    let resolved = resolve(&inputs, &Options::default());
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    drop((found, resolved));
    peak
}

#[test]
fn memory_and_time_are_in_proportion_to_the_text() {
    const SIZE: usize = 256 << 10;
    let many = |piece: &dyn Fn(usize) -> String| -> String {
        let mut text = String::new();
        let mut number = 0;
        while text.len() < SIZE {
            text.push_str(&piece(number));
            number += 1;
        }
        text
    };
    let half = |text: &str| text.get(..text.len() / 2).unwrap().rfind("/>").map(|end| text.get(..end + 2).unwrap().to_owned()).unwrap();
    let known = many(&|n| format!("<add findValue='{n}'/>"));
    let behavior = format!(
        "<behaviors><serviceBehaviors><behavior name='b'><serviceCredentials><issuedTokenAuthentication><knownCertificates>{}\
         </knownCertificates></issuedTokenAuthentication></serviceCredentials></behavior></serviceBehaviors></behaviors>",
        half(&known)
    );
    let bindings = many(&|n| format!("<binding name='b{n}'/>"));
    let endpoints = |binding: &str| many(&|n| format!("<endpoint name='e{n}' binding='netTcpBinding' contract='I'{binding}/>"));
    let services = |inner: &str| many(&|n| format!("<service name='s{n}'{inner}/>"));
    let cases = [
        (
            "services that share a great behavior",
            format!("{behavior}<services>{}</services>", half(&services(" behaviorConfiguration='b'"))),
        ),
        (
            "endpoints of one binding",
            format!(
                "<bindings><netTcpBinding><binding name='b'/></netTcpBinding></bindings><client>{}</client>",
                endpoints(" bindingConfiguration='b'")
            ),
        ),
        ("endpoints without a binding configuration", format!("<client>{}</client>", endpoints(""))),
        (
            "endpoints that name nothing, among many names",
            format!(
                "<bindings><netTcpBinding>{}</netTcpBinding></bindings><client>{}</client>",
                half(&bindings),
                half(&endpoints(" bindingConfiguration='x'"))
            ),
        ),
        ("bindings", format!("<bindings><netTcpBinding>{bindings}</netTcpBinding></bindings>")),
        (
            "bindings that are removed",
            format!(
                "<bindings><netTcpBinding>{}{}</netTcpBinding></bindings>",
                half(&bindings),
                half(&bindings).replace("<binding", "<remove")
            ),
        ),
        ("binding types", format!("<bindings>{}</bindings>", many(&|n| format!("<b{n}/>")))),
        (
            "behavior elements",
            format!("<behaviors><endpointBehaviors><behavior>{}</behavior></endpointBehaviors></behaviors>", many(&|n| format!("<b{n}/>"))),
        ),
        (
            "unknown attributes",
            format!("<bindings><netTcpBinding><binding {}/></netTcpBinding></bindings>", many(&|n| format!("a{n}='' "))),
        ),
        ("services", format!("<services>{}</services>", services(""))),
        ("sections", many(&|n| format!("<s{n}/>"))),
    ];
    for (what, inside) in &cases {
        let text = format!("<configuration><system.serviceModel>{inside}</system.serviceModel></configuration>");
        let start = Instant::now();
        let peak = peak(&text);
        let (ratio, took) = (peak / text.len(), start.elapsed());
        println!("{what:50} {ratio:5} bytes for each of {} bytes, {took:?}", text.len());
        assert!(ratio <= BYTES_PER_BYTE, "{what}: {ratio} bytes for each byte");
        // Wide enough for a busy machine, and far below what comparing all with all would take.
        assert!(took < Duration::from_secs(20), "{what}: {took:?}");
    }
}
