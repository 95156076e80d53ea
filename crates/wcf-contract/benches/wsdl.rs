//! A large WSDL: parsing and reading it in time and memory in proportion to its size.
//!
//! `cargo bench -p wcf-contract --bench wsdl [-- FILE…]` reads a WSDL of about one megabyte and one of about four, written here, or
//! the files that are named, and prints the seconds and how many times the file the peak of memory is. Past one second, ten
//! times the file, or six times the time for four times the size the command fails.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a bench that cannot run should say so loudly")]

use std::fmt::Write as _;
use std::time::Instant;

use located_xml::{Limits, parse};
use peak_alloc::PeakAlloc;
use wcf_contract::{WsdlDocument, WsdlOptions, read_wsdl};
use wcf_diagnostics::FileId;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const ROUNDS: usize = 5;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let texts: Vec<(String, String)> = if files.is_empty() {
        [900, 3_600].map(|operations| (format!("{operations} operations"), large(operations))).to_vec()
    } else {
        let read = |file: String| {
            let text = located_xml::decode(&std::fs::read(&file).unwrap()).unwrap().text;
            (file, text)
        };
        files.into_iter().map(read).collect()
    };
    let measured: Vec<(f64, f64, f64)> = texts.iter().map(|(name, text)| measure(name, text)).collect();
    for (seconds, times, _) in &measured {
        assert!(*seconds < 1.0, "{seconds:.2} s");
        assert!(*times < 10.0, "{times:.1} times the file");
    }
    if let [(small, _, small_size), (big, _, big_size)] = measured.as_slice() {
        let growth = (big / small) / (big_size / small_size);
        println!("the time grows {growth:.2} times as fast as the size");
        assert!(growth < 1.5, "{growth:.2}");
    }
}

/// The least seconds, the peak of memory in times of the file, and the bytes.
fn measure(name: &str, text: &str) -> (f64, f64, f64) {
    let (mut least, mut peak) = (f64::MAX, 0);
    for _ in 0..ROUNDS {
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let begin = Instant::now();
        let parsed = parse(FileId(0), text, &Limits::default());
        let document = parsed.document.unwrap();
        let documents = [WsdlDocument { file: FileId(0), path: "a.wsdl", document: &document }];
        let (model, _) = read_wsdl(&documents, &WsdlOptions::default());
        least = least.min(begin.elapsed().as_secs_f64());
        peak = peak.max(ALLOCATOR.peak_usage().saturating_sub(before));
        assert!(!model.contracts.is_empty());
    }
    let (size, times) = (text.len() as f64, peak as f64 / text.len() as f64);
    println!("{name}: {:.2} MB in {:.0} ms, {times:.1} times the file", size / 1e6, least * 1e3);
    (least, times, size)
}

/// A WSDL of so many operations, each with a type of ten members.
fn large(operations: usize) -> String {
    let (mut schema, mut messages, mut uses) = (String::new(), String::new(), String::new());
    for at in 0..operations {
        write!(
            schema,
            "<xs:element name='In{at}'><xs:complexType><xs:sequence><xs:element name='it' type='t:T{at}'/></xs:sequence></xs:complexType>\
             </xs:element><xs:complexType name='T{at}'><xs:sequence>"
        )
        .unwrap();
        for member in 0..10 {
            write!(schema, "<xs:element minOccurs='0' name='member{member}' nillable='true' type='xs:string'/>").unwrap();
        }
        schema.push_str("</xs:sequence></xs:complexType>\n");
        writeln!(messages, "<wsdl:message name='M{at}'><wsdl:part name='parameters' element='t:In{at}'/></wsdl:message>").unwrap();
        writeln!(uses, "<wsdl:operation name='Do{at}'><wsdl:input message='t:M{at}'/></wsdl:operation>").unwrap();
    }
    format!(
        "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' \
         targetNamespace='urn:t'><wsdl:types><xs:schema targetNamespace='urn:t' elementFormDefault='qualified'>{schema}</xs:schema>\
         </wsdl:types>{messages}<wsdl:portType name='P'>{uses}</wsdl:portType></wsdl:definitions>"
    )
}
