//! WSDL 1.1 as written: messages, port types, and what bindings say about the form of messages.

use indexmap::IndexMap;
use wcf_diagnostics::Findings;

use super::diagnostics::{NameNotUnderstood, RequiredExtension};
use super::xml::{self, Node, QName, WSDL};

const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
/// Where the attribute that gives an action is found (`UsingAddressing` and its successors).
const ACTIONS: [&str; 3] = [
    "http://www.w3.org/2006/05/addressing/wsdl",
    "http://www.w3.org/2007/05/addressing/metadata",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
];

/// Everything that a set of documents defines.
#[derive(Default)]
pub(super) struct Definitions<'a> {
    pub messages: IndexMap<QName, Message<'a>>,
    pub port_types: IndexMap<QName, PortType<'a>>,
    pub bindings: Vec<BindingForm<'a>>,
}

pub(super) struct Message<'a> {
    pub parts: Vec<Part<'a>>,
}

pub(super) struct Part<'a> {
    pub node: Node<'a>,
    pub name: &'a str,
    pub element: Option<QName>,
    pub type_name: Option<QName>,
}

pub(super) struct PortType<'a> {
    pub node: Node<'a>,
    pub name: QName,
    pub operations: Vec<PortOperation<'a>>,
}

pub(super) struct PortOperation<'a> {
    pub node: Node<'a>,
    pub name: &'a str,
    pub input: Option<MessageUse<'a>>,
    pub output: Option<MessageUse<'a>>,
    pub faults: Vec<MessageUse<'a>>,
    /// The service speaks first.
    pub output_first: bool,
}

pub(super) struct MessageUse<'a> {
    pub node: Node<'a>,
    pub name: Option<&'a str>,
    pub message: Option<QName>,
    pub action: Option<&'a str>,
}

/// What a binding says about the messages of its port type.
pub(super) struct BindingForm<'a> {
    pub port_type: QName,
    /// Whether it is SOAP; messages of other bindings have another form.
    pub soap: bool,
    pub operations: Vec<OperationForm<'a>>,
}

#[derive(Clone, Default)]
pub(super) struct OperationForm<'a> {
    pub name: &'a str,
    pub input_name: Option<&'a str>,
    pub action: Option<&'a str>,
    pub rpc: bool,
    pub encoded: bool,
    pub namespace: Option<&'a str>,
    pub input_headers: Vec<(QName, &'a str)>,
    pub output_headers: Vec<(QName, &'a str)>,
    /// The parts that are the body, where not all are.
    pub input_parts: Option<Vec<&'a str>>,
    pub output_parts: Option<Vec<&'a str>>,
}

/// Reads the `definitions` elements of a set.
pub(super) fn read<'a>(documents: &[Node<'a>], findings: &mut Findings) -> Definitions<'a> {
    let mut all = Definitions::default();
    for &document in documents {
        let namespace = xml::attribute(document, "targetNamespace").unwrap_or("");
        for node in xml::children(document).filter(|node| xml::namespace(*node) == WSDL) {
            let name = QName::new(namespace, xml::attribute(node, "name").unwrap_or(""));
            match xml::local(node) {
                "message" => {
                    let parts = xml::named(node, WSDL, "part").map(|part| Part {
                        node: part,
                        name: xml::attribute(part, "name").unwrap_or(""),
                        element: name_in(part, "element", findings),
                        type_name: name_in(part, "type", findings),
                    });
                    let message = Message { parts: parts.collect() };
                    all.messages.entry(name).or_insert(message);
                }
                "portType" => {
                    let operations = xml::named(node, WSDL, "operation");
                    let operations = operations.map(|operation| port_operation(operation, namespace, findings)).collect();
                    all.port_types.entry(name.clone()).or_insert(PortType { node, name, operations });
                }
                "binding" => all.bindings.extend(binding(node, namespace, findings)),
                _ => {}
            }
        }
    }
    all
}

/// The name in an attribute; one whose prefix is declared nowhere is a finding.
pub(super) fn name_in(node: Node<'_>, attribute: &str, findings: &mut Findings) -> Option<QName> {
    let value = xml::attribute(node, attribute)?;
    let name = xml::qualified(node, value);
    if name.is_none() {
        findings.push(NameNotUnderstood { span: xml::attribute_span(node, attribute), name: value });
    }
    name
}

/// The name in an attribute of WSDL. Without a prefix it can be in the namespace of WSDL, which has nothing that could be
/// named: the document's own is meant. .NET does not find such a name.
fn name_meant(node: Node<'_>, attribute: &str, target: &str, findings: &mut Findings) -> Option<QName> {
    let mut name = name_in(node, attribute, findings)?;
    if name.namespace == WSDL {
        target.clone_into(&mut name.namespace);
    }
    Some(name)
}

fn port_operation<'a>(node: Node<'a>, target: &str, findings: &mut Findings) -> PortOperation<'a> {
    let mut operation = PortOperation {
        node,
        name: xml::attribute(node, "name").unwrap_or(""),
        input: None,
        output: None,
        faults: Vec::new(),
        output_first: false,
    };
    for child in xml::children(node).filter(|child| xml::namespace(*child) == WSDL) {
        let mut used = || MessageUse {
            node: child,
            name: xml::attribute(child, "name"),
            message: name_meant(child, "message", target, findings),
            action: ACTIONS.iter().find_map(|namespace| xml::attribute_in(child, namespace, "Action")),
        };
        match xml::local(child) {
            "input" if operation.input.is_none() => operation.input = Some(used()),
            "output" if operation.output.is_none() => {
                operation.output_first = operation.input.is_none();
                operation.output = Some(used());
            }
            "fault" => operation.faults.push(used()),
            _ => {}
        }
    }
    operation
}

fn is_soap(node: Node<'_>) -> bool {
    matches!(xml::namespace(node), SOAP11 | SOAP12)
}

fn binding<'a>(node: Node<'a>, target: &str, findings: &mut Findings) -> Option<BindingForm<'a>> {
    let port_type = name_meant(node, "type", target, findings)?;
    let soap = xml::children(node).find(|child| is_soap(*child) && xml::local(*child) == "binding");
    let default_style = soap.and_then(|soap| xml::attribute(soap, "style"));
    let mut operations = Vec::new();
    for operation in xml::named(node, WSDL, "operation") {
        for extension in
            xml::children(operation).filter(|child| xml::attribute_in(*child, WSDL, "required") == Some("true") && !is_soap(*child))
        {
            findings.push(RequiredExtension { span: xml::span(extension), name: xml::local(extension) });
        }
        let soap_operation = xml::children(operation).find(|child| is_soap(*child) && xml::local(*child) == "operation");
        let style = soap_operation.and_then(|soap| xml::attribute(soap, "style")).or(default_style);
        let mut form = OperationForm {
            name: xml::attribute(operation, "name").unwrap_or(""),
            // Where a SOAP binding leaves it out it is empty, which is not the default of WS-Addressing.
            action: soap_operation.map(|soap| xml::attribute(soap, "soapAction").unwrap_or("")),
            rpc: style == Some("rpc"),
            ..OperationForm::default()
        };
        for (direction, is_input) in [("input", true), ("output", false)] {
            let Some(side) = xml::first(operation, WSDL, direction) else { continue };
            if is_input {
                form.input_name = xml::attribute(side, "name");
            }
            // MIME wraps the SOAP body in parts; headers stand beside it.
            for extension in side.descendants().filter(|child| is_soap(*child)) {
                match xml::local(extension) {
                    "body" => {
                        form.encoded |= xml::attribute(extension, "use") == Some("encoded");
                        if is_input || form.namespace.is_none() {
                            form.namespace = xml::attribute(extension, "namespace").or(form.namespace);
                        }
                        let parts = xml::attribute(extension, "parts").map(|parts| parts.split_whitespace().collect());
                        *(if is_input { &mut form.input_parts } else { &mut form.output_parts }) = parts;
                    }
                    "header" => {
                        if let (Some(message), Some(part)) =
                            (name_meant(extension, "message", target, findings), xml::attribute(extension, "part"))
                        {
                            (if is_input { &mut form.input_headers } else { &mut form.output_headers }).push((message, part));
                        }
                    }
                    _ => {}
                }
            }
        }
        operations.push(form);
    }
    Some(BindingForm { port_type, soap: soap.is_some(), operations })
}
