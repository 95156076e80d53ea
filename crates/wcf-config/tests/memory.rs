//! Memory and time grow with the input and nothing else: names are not compared with all names, and what endpoints share is kept once.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use wcf_config::{Input, Inputs, Options, parse, resolve};
use wcf_diagnostics::FileId;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process: one test at a time.
static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

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

/// A shape of hostile input at a size, as the files of a run.
type Shape = (&'static str, fn(usize) -> Vec<(String, String)>);

fn one(inside: String) -> Vec<(String, String)> {
    let text = format!("<configuration><system.serviceModel>{inside}</system.serviceModel></configuration>");
    vec![("web.config".to_owned(), text)]
}

fn repeat(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

fn location(number: usize, inside: &str) -> String {
    format!("<location path='p{number}'><system.serviceModel>{inside}</system.serviceModel></location>")
}

const SHAPES: [Shape; 9] = [
    ("locations that each have a service", |size| {
        let service = |n| {
            location(n, &format!("<services><service name='s{n}'><endpoint binding='netTcpBinding' contract='I'/></service></services>"))
        };
        vec![("web.config".to_owned(), format!("<configuration>{}</configuration>", repeat(size, service)))]
    }),
    ("locations below a file with many behaviors and bindings", |size| {
        let behaviors = repeat(size, |n| format!("<behavior name='b{n}'><serviceDebug/></behavior>"));
        let bindings = repeat(size, |n| format!("<binding name='b{n}'/>"));
        let root = format!(
            "<system.serviceModel><bindings><netTcpBinding>{bindings}</netTcpBinding></bindings><behaviors><serviceBehaviors>{behaviors}\
             </serviceBehaviors></behaviors></system.serviceModel>"
        );
        let service = |n| location(n, &format!("<services><service name='s{n}' behaviorConfiguration='b{n}'/></services>"));
        vec![("web.config".to_owned(), format!("<configuration>{root}{}</configuration>", repeat(size, service)))]
    }),
    ("locations that add to collections of many", |size| {
        let behaviors = repeat(size, |n| format!("<behavior name='b{n}'><serviceDebug/></behavior>"));
        let bindings = repeat(size, |n| format!("<binding name='b{n}'/>"));
        let level = |bindings: &str, behaviors: &str, services: &str| {
            format!(
                "<bindings><netTcpBinding>{bindings}</netTcpBinding></bindings><behaviors><serviceBehaviors>{behaviors}\
                 </serviceBehaviors></behaviors><services>{services}</services>"
            )
        };
        let root = format!("<system.serviceModel>{}</system.serviceModel>", level(&bindings, &behaviors, ""));
        let adding = |n| {
            let endpoint = "<endpoint binding='netTcpBinding' bindingConfiguration='own' contract='I'/>";
            let service = format!("<service name='s{n}' behaviorConfiguration='b{n}'>{endpoint}</service>");
            location(n, &level("<binding name='own'/>", "<behavior name='own'><serviceDebug/></behavior>", &service))
        };
        vec![("web.config".to_owned(), format!("<configuration>{root}{}</configuration>", repeat(size, adding)))]
    }),
    ("elements in elements", |size| {
        let deep = repeat(size, |_| format!("{}{}", "<headers>".repeat(60), "</headers>".repeat(60)));
        one(format!("<services><service name='s'><endpoint contract='I' binding='netTcpBinding'>{deep}</endpoint></service></services>"))
    }),
    ("elements with many attributes", |size| {
        let attributes = repeat(200, |n| format!(" a{n}='1'"));
        one(format!("<services>{}</services>", repeat(size / 32, |n| format!("<service name='s{n}'{attributes}/>"))))
    }),
    ("a nameless behavior with many elements, and services", |size| {
        let elements = repeat(size, |n| format!("<own{n}/>"));
        let behaviors = format!("<behaviors><serviceBehaviors><behavior>{elements}</behavior></serviceBehaviors></behaviors>");
        one(format!("{behaviors}<services>{}</services>", repeat(size, |n| format!("<service name='s{n}'/>"))))
    }),
    ("services and endpoints", |size| {
        let endpoints = repeat(8, |n| format!("<endpoint address='a{n}' binding='wsHttpBinding' contract='I'/>"));
        one(format!("<services>{}</services>", repeat(size / 4, |n| format!("<service name='s{n}'>{endpoints}</service>"))))
    }),
    ("behaviors merged over levels of folders", |size| {
        let level = |n: usize| {
            let elements = repeat(size / 8, |at| format!("<own{n}x{at}/>"));
            let behaviors = format!("<behaviors><serviceBehaviors><behavior>{elements}</behavior></serviceBehaviors></behaviors>");
            let text = one(format!("{behaviors}<services><service name='s{n}'/></services>")).remove(0).1;
            (format!("{}web.config", "f/".repeat(n)), text)
        };
        (0..8).map(level).collect()
    }),
    ("files beside one another", |size| {
        let file = |n| {
            let inside = format!("<client><endpoint name='e{n}' binding='basicHttpBinding' contract='I'/></client>");
            (format!("f{n}/app.config"), one(inside).remove(0).1)
        };
        (0..size).map(file).collect()
    }),
];

/// Bytes at the peak and the time of reading and resolving.
fn cost(files: &[(String, String)]) -> (usize, Duration) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = Instant::now();
    let mut inputs = Inputs::default();
    for (at, (path, text)) in files.iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        let xml = located_xml::parse(file, text.as_str(), &located_xml::Limits::default()).document.unwrap();
        let (document, _) = parse(file, &xml);
        inputs.configs.push(Input { path: path.clone(), document, name: None });
    }
    let resolved = resolve(&inputs, &Options::default());
    let cost = (ALLOCATOR.peak_usage().saturating_sub(before), start.elapsed());
    drop(resolved);
    cost
}

/// Twice the input takes about twice the time and memory, whatever its shape. Only ratios are compared: the shortest of some runs
/// each, since what else the machine does can only add.
#[test]
fn twice_the_input_costs_twice_as_much() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    const SIZE: usize = 1500;
    for (what, shape) in SHAPES {
        let (files, twice) = (shape(SIZE), shape(2 * SIZE));
        let length = |files: &[(String, String)]| files.iter().map(|(path, text)| path.len() + text.len()).sum::<usize>();
        let mut best = [Duration::MAX; 2];
        let mut growth = f64::MAX;
        // The machine may be busy with other things: what is linear shows it in one of some rounds, what is not in none.
        for _ in 0..6 {
            for (best, files) in best.iter_mut().zip([&files, &twice]) {
                let (memory, time) = cost(files);
                *best = time.min(*best);
                assert!(memory / length(files) <= BYTES_PER_BYTE, "{what}: {memory} bytes for {}", length(files));
            }
            growth = best[1].as_secs_f64() / best[0].as_secs_f64();
            if growth < 2.6 {
                break;
            }
        }
        println!("{what:60} twice the size takes {growth:.2} times the time");
        // Four times would be the square.
        assert!(growth < 3.2, "{what}: {best:?}");
    }
}

#[test]
fn memory_and_time_are_in_proportion_to_the_text() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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
