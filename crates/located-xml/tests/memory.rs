//! Memory grows with the input and nothing else: the peak while parsing hostile texts is a bounded multiple of their size.

use located_xml::{Limits, parse};
use peak_alloc::PeakAlloc;
use wcf_diagnostics::FileId;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes of memory for each byte of text, at worst: an element of four bytes takes a node of its own.
const BYTES_PER_BYTE: usize = 160;

/// What there is besides: the findings that are kept, and small lists.
const BESIDES: usize = 256 << 10;

/// The peak of memory while the text is parsed, beyond what there was before.
fn peak(text: &str) -> usize {
    let limits = Limits {
        max_attributes: usize::MAX,
        max_namespaces: usize::MAX,
        max_nodes: usize::MAX,
        max_depth: usize::MAX,
        ..Limits::default()
    };
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let parsed = parse(FileId(0), text, &limits);
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    drop(parsed);
    peak
}

#[test]
fn memory_is_in_proportion_to_the_text() {
    const SIZE: usize = 1 << 20;
    let fill = |piece: &str| piece.repeat(SIZE / piece.len());
    let within = |piece: &str| format!("<a>{}</a>", fill(piece));
    let uri = "u".repeat(SIZE / 2);
    let name = "n".repeat(SIZE / 4);
    let cases = [
        ("small elements", within("<a/>")),
        ("deep elements", fill("<a>")),
        ("pairs", within("<a></a>")),
        ("attributes", format!("<a {}/>", fill("a=\"\" "))),
        ("different attributes", format!("<a {}/>", (0..SIZE / 12).map(|n| format!("a{n:06}='' ")).collect::<String>())),
        ("declarations everywhere", within("<a xmlns:a=\"u\"/>")),
        ("one long namespace, many elements", format!("<a xmlns=\"{uri}\">{}</a>", "<b/>".repeat(SIZE / 8))),
        ("one long prefix, many elements", format!("<a xmlns:{name}=\"u\">{}</a>", "<b/>".repeat(SIZE / 8))),
        ("one long name, nested wrongly", format!("<{name}><b></{name}>{}", fill("</b>"))),
        ("references", within("&lt;")),
        ("references in a value", format!("<a b=\"{}\"/>", fill("&#65;"))),
        ("line breaks in a value", format!("<a b=\"{}\"/>", fill("\n"))),
        ("undefined entities", within("&x;")),
        ("ampersands", within("&")),
        ("comments", within("<!---->")),
        ("CDATA sections", within("<![CDATA[]]>")),
        ("one text", within("x")),
        ("texts", within("x<a/>")),
        ("open marks", fill("<")),
        ("open tags", fill("<a ")),
        ("quotes", format!("<a {}", fill("\""))),
        ("control characters", within("\u{1}")),
        ("a DTD", format!("<!DOCTYPE a [{}]><a/>", fill("<!ENTITY x \"xxxxxxxx\">"))),
        ("entities that would grow", format!("<!DOCTYPE a [<!ENTITY a \"{}\">]><a>{}</a>", "x".repeat(1000), fill("&a;"))),
    ];
    let mut worst = 0.0_f64;
    for (what, text) in &cases {
        let peak = peak(text);
        #[allow(clippy::cast_precision_loss)]
        let ratio = peak as f64 / text.len() as f64;
        worst = worst.max(ratio);
        assert!(peak <= text.len() * BYTES_PER_BYTE + BESIDES, "{what}: {peak} bytes for {} of text, {ratio:.0} times", text.len());
    }
    println!("worst: {worst:.1} bytes of memory for a byte of text");
}
