//! Any WSDL: its ports and policies are read without a panic, twice alike, every place of a finding lies in the text, and no
//! endpoint whose policy cannot be read comes out without security.
#![no_main]

use libfuzzer_sys::fuzz_target;
use located_xml::{Limits, parse};
use wcf_config::channel_stack::{BindingElement, Transport};
use wcf_config::policy::{PolicyDocument, WsdlEndpoint, read_policy};
use wcf_diagnostics::{Files, SourceFile, render_text};

/// TLS with a client certificate, where the transport has TLS at all.
fn is_strictest(endpoint: &WsdlEndpoint) -> bool {
    let Ok(stack) = &endpoint.binding.stack else { return false };
    let over_stream = stack
        .elements
        .iter()
        .any(|element| matches!(element, BindingElement::SslStreamSecurity(ssl) if ssl.require_client_certificate.value));
    match stack.transport() {
        Some(Transport::Http(http)) => http.tls && http.require_client_certificate.value,
        Some(_) => over_stream,
        None => false,
    }
}

fuzz_target!(|text: &str| {
    let mut files = Files::default();
    let file = files.add(SourceFile::new("a.wsdl", text));
    let Some(document) = parse(file, text, &Limits::default()).document else { return };
    let documents = [PolicyDocument { file, path: "a.wsdl", document: &document }];
    let (endpoints, findings) = read_policy(&documents, &[]);
    for finding in &findings {
        for label in &finding.labels {
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
        }
        if finding.code.name == "wcf-policy-unreadable" {
            let meant = |endpoint: &&WsdlEndpoint| finding.labels.iter().any(|label| label.span == endpoint.span);
            assert!(endpoints.iter().filter(meant).all(is_strictest), "{finding:?}");
        }
    }
    assert!(!render_text(&files, &findings, true, 80).is_empty());
    assert_eq!(read_policy(&documents, &[]), (endpoints, findings));
});
