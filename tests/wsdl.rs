//! The WSDL reader against what .NET's own importer makes of the same files (`../shared/oracle/wsdl`), and against hostile
//! input. Without the shared folder the comparison is skipped, aloud.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, reason = "a panic here is the failure message")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use located_xml::{Document, Limits};
use serde_json::Value;
use wcf_contract::model::{DataKind, Operation, Serializer, TypeRef};
use wcf_contract::{ContractModel, WsdlDocument, WsdlOptions, read_wsdl};
use wcf_diagnostics::{FileId, Findings};

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("WCF2GRPC_SHARED").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    if folder.join("oracle/wsdl").is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no reference values at {}; set WCF2GRPC_SHARED", folder.display());
    None
}

fn json(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Value>(&text).unwrap().as_array().unwrap().clone()
}

fn parse(texts: &[(String, String)]) -> Vec<(FileId, String, Document)> {
    let mut documents = Vec::new();
    for (at, (path, text)) in texts.iter().enumerate() {
        let file = FileId(u32::try_from(at).unwrap());
        if let Some(document) = located_xml::parse(file, text.as_str(), &Limits::default()).document {
            documents.push((file, path.clone(), document));
        }
    }
    documents
}

fn read(texts: &[(String, String)]) -> (ContractModel, Findings) {
    let documents = parse(texts);
    let documents: Vec<_> = documents.iter().map(|(file, path, document)| WsdlDocument { file: *file, path, document }).collect();
    read_wsdl(&documents, &WsdlOptions::default())
}

/// What agrees, out of how many; with the first that do not.
#[derive(Default)]
struct Tally {
    rows: BTreeMap<&'static str, (usize, usize)>,
    unlike: Vec<String>,
}

impl Tally {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &'static str, place: &str, ours: &T, theirs: &T) {
        let row = self.rows.entry(what).or_default();
        row.1 += 1;
        if ours == theirs {
            row.0 += 1;
        } else {
            self.unlike.push(format!("{what}: {place}: ours {ours:?}, .NET {theirs:?}"));
        }
    }

    /// Fails on what is unlike and not on the list, and on what is on the list and alike by now.
    fn only_listed(&self, list: &[(&str, &str)]) {
        let listed = |line: &str| list.iter().position(|(start, _)| line.starts_with(start));
        let others: Vec<&String> = self.unlike.iter().filter(|line| listed(line).is_none()).collect();
        let found: BTreeSet<usize> = self.unlike.iter().filter_map(|line| listed(line)).collect();
        for (at, (start, why)) in list.iter().enumerate() {
            println!("  listed: {start}: {why}");
            assert!(found.contains(&at), "on the list and alike: {start}");
        }
        assert!(others.is_empty(), "{} differ and are not on the list: {others:#?}", others.len());
    }

    fn print(&self, title: &str) {
        println!("{title}");
        for (what, (agree, all)) in &self.rows {
            println!("  {what:24} {agree:6} of {all:6}  {:.2} %", 100.0 * *agree as f64 / (*all).max(1) as f64);
        }
        for line in self.unlike.iter().take(std::env::var("UNLIKE").ok().and_then(|most| most.parse().ok()).unwrap_or(20)) {
            println!("    {}", line.chars().take(260).collect::<String>());
        }
    }

    /// How many were compared: a comparison of nothing proves nothing.
    fn compared(&self, what: &str) -> usize {
        self.rows.get(what).map_or(0, |(_, all)| *all)
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|each| text(each, "name").to_owned()).collect()
}

fn compare_contracts(tally: &mut Tally, place: &str, model: &ContractModel, contracts: &Value) {
    for contract in contracts.as_array().into_iter().flatten() {
        let ours =
            model.contracts.values().find(|ours| ours.name == text(contract, "name") && ours.namespace == text(contract, "namespace"));
        let place = format!("{place} {}", text(contract, "name"));
        tally.compare("contracts", &place, &ours.is_some(), &true);
        let Some(ours) = ours else { continue };
        tally.compare("session modes", &place, &format!("{:?}", ours.session_mode).as_str(), &text(contract, "sessionMode"));
        tally.compare("duplex", &place, &!ours.callback_operations.is_empty(), &contract["isDuplex"].as_bool().unwrap());
        for theirs in contract["operations"].as_array().unwrap() {
            let place = format!("{place}.{}", text(theirs, "name"));
            let initiated = theirs["isServerInitiated"].as_bool().unwrap();
            let list = if initiated { &ours.callback_operations } else { &ours.operations };
            let found = list.iter().find(|operation| operation.name == text(theirs, "name"));
            tally.compare("operations", &place, &found.is_some(), &true);
            if let Some(found) = found {
                compare_operation(tally, &place, model, found, theirs);
            }
        }
    }
}

fn compare_operation(tally: &mut Tally, place: &str, model: &ContractModel, ours: &Operation, theirs: &Value) {
    tally.compare("one-way", place, &ours.one_way, &theirs["isOneWay"].as_bool().unwrap());
    let serializer = match ours.serializer {
        Serializer::DataContract => "DataContractSerializer",
        Serializer::Xml => "XmlSerializer",
    };
    if theirs["serializer"].is_string() {
        tally.compare("serializers", place, &serializer, &text(theirs, "serializer"));
        let style = (ours.format.rpc, ours.format.encoded);
        tally.compare("styles and uses", place, &style, &(text(theirs, "style") == "Rpc", text(theirs, "use") == "Encoded"));
    }
    let faults: Vec<(String, String)> =
        ours.faults.iter().map(|fault| (fault.name.clone(), fault.action.clone().unwrap_or_default())).collect();
    let expected = theirs["faults"].as_array().into_iter().flatten();
    let expected: Vec<(String, String)> =
        expected.map(|fault| (text(fault, "name").to_owned(), text(fault, "action").to_owned())).collect();
    tally.compare("faults", place, &faults.len(), &expected.len());
    tally.compare("fault actions", place, &faults, &expected);
    let messages = theirs["messages"].as_array().unwrap();
    for (at, message) in messages.iter().enumerate() {
        let request = at == 0;
        let action = if request { Some(ours.action.as_str()) } else { ours.reply_action.as_deref() };
        tally.compare("actions", place, &action.unwrap_or(""), &text(message, "action"));
        let key = if request { &ours.request_message } else { &ours.response_message };
        let (mut parts, mut headers) = (Vec::new(), Vec::new());
        let shape = |type_ref: &TypeRef| clr(type_ref);
        if let Some(DataKind::Message(message)) = key.as_ref().and_then(|key| model.types.get(key)).map(|data| &data.kind) {
            headers.extend(message.headers.iter().map(|header| header.member.name.clone()));
            parts.extend(message.body.iter().map(|member| (member.name.clone(), shape(&member.type_ref))));
        } else {
            let list = if request { &ours.parameters } else { &ours.results };
            parts.extend(list.iter().map(|each| (each.name.clone(), shape(&each.type_ref))));
        }
        let mut expected: Vec<(String, String)> = message["returnValue"]
            .as_object()
            .map(|_| (text(&message["returnValue"], "name").to_owned(), simple(text(&message["returnValue"], "clrType"))))
            .into_iter()
            .collect();
        expected.extend(
            message["parts"].as_array().into_iter().flatten().map(|each| (text(each, "name").to_owned(), simple(text(each, "clrType")))),
        );
        parts.sort();
        expected.sort();
        let only = |list: &[(String, String)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        tally.compare("message parts", place, &only(&parts), &only(&expected));
        if ours.serializer == Serializer::Xml {
            // A value that may be missing has a `…Specified` member beside it in .NET, and is one that may be null here.
            for (_, clr) in parts.iter_mut().chain(&mut expected) {
                *clr = clr.strip_prefix("Nullable<").and_then(|clr| clr.strip_suffix('>')).unwrap_or(clr).to_owned();
            }
        }
        if only(&parts) == only(&expected) {
            tally.compare("types of parts", place, &parts, &expected);
        }
        tally.compare("headers", place, &headers, &names(&message["headers"]));
    }
}

/// A CLR type without namespaces, so that both serializers' naming compares.
fn simple(clr: &str) -> String {
    let (base, rest) = clr.split_once('[').map_or((clr, String::new()), |(base, rest)| (base, format!("[{rest}")));
    if let Some(inner) = clr.strip_prefix("System.Nullable`1[").or_else(|| clr.strip_prefix("System.Nullable<")) {
        return format!("Nullable<{}>", simple(inner.trim_end_matches([']', '>'])));
    }
    // A list with a name of its own is a list here.
    if let Some(item) = base.rsplit('.').next().and_then(|name| name.strip_prefix("ArrayOf")).filter(|_| rest.is_empty()) {
        return format!("{item}[]");
    }
    if base.contains("Dictionary`2") {
        return "Dictionary".to_owned();
    }
    if matches!(base, "System.Xml.XmlElement" | "System.Xml.XmlNode" | "System.Data.DataSet") {
        return format!("Xml{rest}");
    }
    format!("{}{rest}", base.rsplit(['.', '+']).next().unwrap_or(base))
}

fn clr(type_ref: &TypeRef) -> String {
    match type_ref {
        TypeRef::Primitive(wcf_contract::model::Primitive::Bytes) => "Byte[]".to_owned(),
        TypeRef::Primitive(wcf_contract::model::Primitive::QName) => "XmlQualifiedName".to_owned(),
        TypeRef::Primitive(primitive) => format!("{primitive:?}"),
        TypeRef::Named(key) => simple(&key.0),
        TypeRef::List { item } => format!("{}[]", clr(item)),
        TypeRef::Map { .. } => "Dictionary".to_owned(),
        TypeRef::Nullable(inner) => format!("Nullable<{}>", clr(inner)),
        TypeRef::Any => "Object".to_owned(),
        TypeRef::Xml { .. } => "Xml".to_owned(),
        TypeRef::Stream | TypeRef::Message => format!("{type_ref:?}"),
        TypeRef::Unknown { written, .. } => format!("unknown {written}"),
    }
}

/// The documents of a record, by their paths in the repository.
fn record(corpus: &Path, record: &Value) -> Vec<(String, String)> {
    let repository = text(record, "path").split('/').next().unwrap();
    let paths = record["documents"].as_array().into_iter().flatten().map(|document| text(document, "path").to_owned());
    let mut all: Vec<String> = paths.collect();
    let own = text(record, "path").split_once('/').unwrap().1.to_owned();
    if !all.contains(&own) {
        all.push(own);
    }
    all.into_iter()
        .filter_map(|path| {
            let bytes = std::fs::read(corpus.join(repository).join(&path)).ok()?;
            Some((path, located_xml::decode(&bytes).ok()?.text))
        })
        .collect()
}

/// WSDLs that .NET refuses and that are read here, with findings about what is missing.
const CONTRACTS_READ_BESIDES: [(&str, &str); 6] = [
    ("CatalogService.wsdl", "a schema is missing: .NET drops the port type, here what uses it is a finding"),
    ("EWSStack.wsdl", "a schema is missing: .NET drops the port type, here what uses it is a finding"),
    ("invalid_mep.wsdl", "a message is missing: .NET drops the port type, here the operation"),
    ("report_incident.wsdl", "a binding without a type: .NET drops the port type with it"),
    ("swa-mime_jms.wsdl", "`style=\"literal\"` is no style: .NET reads nothing of the file, here it is the default style"),
    ("tempuri.org.wsdl", "a schema is missing: .NET drops the port type, here what uses it is a finding"),
];

/// What is unlike in contracts that .NET imports with errors; there is nothing else.
const CONTRACTS_UNLIKE: [(&str, &str); 2] = [
    (
        "styles and uses: header_rpc_lit.wsdl headerTester.",
        ".NET reports an error about two bindings of unlike style and takes that of a binding that is not SOAP; here SOAP's counts",
    ),
    (
        "message parts: soap_header.wsdl StockQuotePortType.GetLastTradePrice:",
        ".NET reports an error about a header's style and carries the headers twice, in the body as well; here once, as headers",
    ),
];

/// What is unlike in types: in each case more is carried, or it is only called otherwise.
const TYPES_UNLIKE: [(&str, &str); 10] = [
    (
        "types: MS-VIEWSS.wsdl ListJoinConditionDefinitionType1",
        "two namespaces have a type of the name: svcutil puts both into one and numbers them, here each is in its own",
    ),
    ("member lists: MS-VIEWSS.wsdl ListJoinDefinitionType", "a choice of one element: the member has the element's name instead of `Item`"),
    ("members: MS-VIEWSS.wsdl ListJoinDefinitionType.Item", "a choice of one element: the member has the element's name instead of `Item`"),
    (
        "member lists: MS-WEBSS.wsdl XmlDocumentDefinition",
        ".NET reads nothing but the text of mixed content here; elements and attribute are carried",
    ),
    (
        "members: MS-WEBSS.wsdl XmlDocumentDefinition.Text",
        ".NET reads nothing but the text of mixed content here; elements and attribute are carried",
    ),
    (
        "member lists: complex_types.wsdl OrderNumber",
        ".NET makes an empty class of a restricted decimal and loses the number; here it is `Value`",
    ),
    ("types: InternalTypes_DataSetWrapper.wsdl DataDataRecords", "a schema with its data, a DataSet, is one piece of XML here"),
    ("types: soap.wsdl country1", "svcutil numbers an anonymous type because another, which nothing uses, has its name"),
    ("types: soap_import_2.wsdl country1", "svcutil numbers an anonymous type because another, which nothing uses, has its name"),
    ("types: soap_import_main.wsdl country1", "svcutil numbers an anonymous type because another, which nothing uses, has its name"),
];

#[test]
fn contracts_are_those_of_the_importer() {
    let Some(shared) = shared() else { return };
    let mut tally = Tally::default();
    let mut more = Vec::new();
    for each in json(&shared.join("oracle/wsdl/shared.json")) {
        let texts = record(&shared.join("corpus"), &each);
        let (model, _) = read(&texts);
        let name = text(&each, "path").rsplit('/').next().unwrap().to_owned();
        compare_contracts(&mut tally, &name, &model, &each["contracts"]);
        let theirs = each["contracts"].as_array().map_or(0, Vec::len);
        if model.contracts.len() > theirs {
            more.push(format!("{name}: {} contracts, .NET {theirs}", model.contracts.len()));
        }
    }
    tally.print("shared.json");
    println!("  read where .NET reads less:");
    for (name, why) in CONTRACTS_READ_BESIDES {
        println!("    {name}: {why}");
    }
    more.sort();
    assert_eq!(more, CONTRACTS_READ_BESIDES.iter().map(|(name, _)| format!("{name}: 1 contracts, .NET 0")).collect::<Vec<_>>());
    tally.only_listed(&CONTRACTS_UNLIKE);
    assert!(tally.compared("contracts") >= 69 && tally.compared("operations") >= 344 && tally.compared("actions") >= 663);
}

#[test]
fn exported_contracts_are_those_that_were_exported() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("oracle/wsdl");
    let mut tally = Tally::default();
    for each in json(&folder.join("roundtrip.json")) {
        let Some(file) = each["file"].as_str() else { continue };
        let content = std::fs::read_to_string(folder.join("roundtrip").join(file)).unwrap();
        let (model, findings) = read(&[(file.to_owned(), content)]);
        compare_contracts(&mut tally, file, &model, &each["importedContracts"]);
        tally.compare("findings", file, &findings.iter().filter(|finding| finding.level == wcf_diagnostics::Level::Deny).count(), &0);
    }
    tally.print("roundtrip.json, contracts");
    tally.only_listed(&[]);
    assert!(tally.compared("contracts") >= 248 && tally.compared("operations") >= 757);
}

/// Known types are named in attributes; they are no use of a type.
fn without_attributes(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter().filter(|(key, _)| *key != "attributes").map(|(key, value)| (key.clone(), without_attributes(value))).collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(without_attributes).collect()),
        other => other.clone(),
    }
}

/// The types that svcutil generates and that a message can carry, by name.
fn reached(types: &Value) -> BTreeSet<String> {
    let all: Vec<&Value> = types.as_array().into_iter().flatten().collect();
    let mut names = BTreeSet::new();
    let mut open: Vec<&Value> = all.iter().copied().filter(|each| text(each, "kind") == "interface").collect();
    while let Some(next) = open.pop() {
        let words = without_attributes(next).to_string();
        let used: BTreeSet<&str> = words.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '.' | '_' | '@'))).collect();
        for each in &all {
            if used.contains(text(each, "name")) && names.insert(text(each, "name").to_owned()) {
                open.push(each);
            }
        }
    }
    names
}

#[test]
fn types_are_those_that_svcutil_generates() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("oracle/wsdl");
    let records: BTreeMap<String, Value> =
        json(&folder.join("shared.json")).into_iter().map(|each| (text(&each, "path").to_owned(), each)).collect();
    let mut tally = Tally::default();
    for each in json(&folder.join("types-shared.json")) {
        let path = text(&each, "path");
        let (model, _) = read(&record(&shared.join("corpus"), &records[path]));
        let place = path.rsplit('/').next().unwrap();
        let reached = reached(&each["types"]);
        for theirs in each["types"].as_array().into_iter().flatten() {
            let kind = text(theirs, "kind");
            let attributes: Vec<&str> = theirs["attributes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let data = attributes.iter().find(|attribute| attribute.starts_with("DataContract("));
            let xml = attributes.iter().any(|attribute| attribute.starts_with("XmlType") || attribute.contains("XmlType"));
            let full = text(theirs, "name");
            // Wrappers that svcutil makes classes of are messages here.
            if !matches!(kind, "class" | "enum" | "struct") || (data.is_none() && !xml) || data.is_some_and(|data| !data.contains("Name="))
            {
                continue;
            }
            // An `object` may hold any type of the schema, so that .NET generates them all; here they are not reached.
            // Where a choice stands, .NET has one member and an enumeration of the names.
            if !reached.contains(full) || full.contains("ChoiceType") || full.contains("ArrayOf") {
                continue;
            }
            let found = model.types.values().find(|ours| ours.key.0 == full || (data.is_none() && simple(&ours.key.0) == simple(full)));
            tally.compare("types", &format!("{place} {full}"), &found.is_some(), &true);
            let Some(found) = found else { continue };
            let mut expected: Vec<String> = names(&theirs["members"]);
            expected.retain(|name| {
                // What stood there is said by the choice itself here.
                let of_choice = name.ends_with("ElementName") && (name.starts_with("Items") || name.starts_with("Item"));
                !name.ends_with("Specified") && !name.is_empty() && name != "ExtensionData" && !of_choice
            });
            let mut ours: Vec<String> = match &found.kind {
                DataKind::Class(class) => class.members.iter().map(|member| member.clr_name.clone()).collect(),
                DataKind::Enum(members) => members.members.iter().map(|member| member.clr_name.clone()).collect(),
                DataKind::Collection { .. } | DataKind::Dictionary { .. } | DataKind::Message(_) | DataKind::Choice(_) => Vec::new(),
            };
            ours.sort();
            expected.sort();
            tally.compare("member lists", &format!("{place} {full}"), &ours, &expected);
            for name in &expected {
                tally.compare("members", &format!("{place} {full}.{name}"), &ours.contains(name), &true);
            }
        }
    }
    tally.print("types-shared.json");
    tally.only_listed(&TYPES_UNLIKE);
    assert!(tally.compared("types") >= 564 && tally.compared("members") >= 2_272);
}

/// A WSDL with this schema, and an operation whose request is the element `In` of it.
fn around(schema: &str) -> String {
    format!(
        "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/' xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' \
         targetNamespace='urn:t'><wsdl:types><xs:schema targetNamespace='urn:t' elementFormDefault='qualified'>{schema}</xs:schema>\
         </wsdl:types><wsdl:message name='M'><wsdl:part name='parameters' element='t:In'/></wsdl:message>\
         <wsdl:portType name='P'><wsdl:operation name='Do'><wsdl:input message='t:M'/></wsdl:operation></wsdl:portType>\
         </wsdl:definitions>"
    )
}

fn codes(findings: &Findings) -> BTreeSet<&str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

#[test]
fn groups_that_double_end_in_a_finding() {
    let mut schema = String::from("<xs:element name='In'><xs:complexType><xs:group ref='t:g0'/></xs:complexType></xs:element>");
    for at in 0..40 {
        let next = at + 1;
        schema +=
            &format!("<xs:group name='g{at}'><xs:sequence><xs:group ref='t:g{next}'/><xs:group ref='t:g{next}'/></xs:sequence></xs:group>");
    }
    schema += "<xs:group name='g40'><xs:sequence><xs:element name='x' type='xs:int'/></xs:sequence></xs:group>";
    let (model, findings) = read(&[("bomb.wsdl".to_owned(), around(&schema))]);
    assert_eq!(model.contracts.len(), 1);
    assert!(codes(&findings).contains("wcf-schema-too-large"), "{findings:?}");
}

#[test]
fn circles_of_imports_groups_types_and_lists_end() {
    let schema = "<xs:include schemaLocation='loop.xsd'/>
        <xs:element name='In'><xs:complexType><xs:sequence><xs:element name='a' type='t:A'/><xs:element name='l' type='t:L'/>
        </xs:sequence></xs:complexType></xs:element>
        <xs:complexType name='A'><xs:complexContent><xs:extension base='t:B'/></xs:complexContent></xs:complexType>
        <xs:complexType name='B'><xs:complexContent><xs:extension base='t:A'><xs:group ref='t:G'/></xs:extension></xs:complexContent>
        </xs:complexType>
        <xs:complexType name='L'><xs:sequence><xs:element name='L' type='t:L' maxOccurs='unbounded'/></xs:sequence></xs:complexType>
        <xs:simpleType name='S'><xs:restriction base='t:S'/></xs:simpleType>
        <xs:group name='G'><xs:sequence><xs:group ref='t:G'/><xs:element name='s' type='t:S'/></xs:sequence></xs:group>";
    let including = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:include schemaLocation='loop.xsd'/>
        <xs:include schemaLocation='other.xsd'/></xs:schema>";
    let other = including.replace("other.xsd", "loop.xsd");
    let texts =
        [("a.wsdl", around(schema)), ("loop.xsd", including.to_owned()), ("other.xsd", other)].map(|(path, text)| (path.to_owned(), text));
    let (model, _) = read(&texts);
    let contract = model.contracts.values().next().unwrap();
    assert_eq!(contract.operations[0].parameters.len(), 2);
}

#[test]
fn wsdls_that_import_each_other_are_read_once_and_alike_in_any_order() {
    let one = around("<xs:element name='In' type='xs:int'/>").replace(
        "<wsdl:types>",
        "<wsdl:import namespace='urn:t' location='two.wsdl'/><wsdl:import namespace='urn:t' location='one.wsdl'/><wsdl:types>",
    );
    let two = "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' targetNamespace='urn:t'>
        <import namespace='urn:t' location='one.wsdl'/></definitions>";
    let mut texts = [("one.wsdl".to_owned(), one), ("two.wsdl".to_owned(), two.to_owned())];
    let (first, _) = read(&texts);
    texts.reverse();
    let (second, _) = read(&texts);
    assert_eq!(first.contracts.len(), 1);
    assert_eq!(first.contracts.keys().collect::<Vec<_>>(), second.contracts.keys().collect::<Vec<_>>());
}

#[test]
fn what_is_missing_is_a_finding_and_the_rest_goes_on() {
    let text = around("<xs:element name='In'><xs:complexType><xs:sequence><xs:element name='a' type='t:Gone'/></xs:sequence></xs:complexType></xs:element>")
        .replace(
            "</wsdl:portType>",
            "<wsdl:operation name='Lost'><wsdl:input message='t:Gone'/></wsdl:operation><wsdl:operation name='Odd'>\
             <wsdl:input message='nobody:M'/></wsdl:operation></wsdl:portType>",
        );
    let (model, findings) = read(&[("a.wsdl".to_owned(), text)]);
    let contract = model.contracts.values().next().unwrap();
    assert_eq!(contract.operations.len(), 1);
    assert!(matches!(contract.operations[0].parameters[0].type_ref, TypeRef::Unknown { .. }));
    assert_eq!(codes(&findings), BTreeSet::from(["wcf-wsdl-name-missing", "wcf-wsdl-operation-not-read"]));
    assert!(findings.iter().all(|finding| finding.span().is_some()));
}

/// A WSDL of so many operations with a type of ten members each.
fn large(operations: usize) -> String {
    let mut schema = String::new();
    let (mut messages, mut uses) = (String::new(), String::new());
    for at in 0..operations {
        schema += &format!(
            "<xs:element name='In{at}'><xs:complexType><xs:sequence><xs:element name='it' type='t:T{at}'/></xs:sequence></xs:complexType></xs:element><xs:complexType name='T{at}'><xs:sequence>"
        );
        for member in 0..10 {
            schema += &format!("<xs:element minOccurs='0' name='member{member}' nillable='true' type='xs:string'/>");
        }
        schema += "</xs:sequence></xs:complexType>";
        messages += &format!("<wsdl:message name='M{at}'><wsdl:part name='parameters' element='t:In{at}'/></wsdl:message>");
        uses += &format!("<wsdl:operation name='Do{at}'><wsdl:input message='t:M{at}'/></wsdl:operation>");
    }
    around(&schema)
        .replace("</wsdl:types>", &format!("</wsdl:types>{messages}"))
        .replace("</wsdl:portType>", &format!("{uses}</wsdl:portType>"))
}

#[test]
fn time_grows_with_the_file() {
    let time = |text: String| {
        let texts = [("a.wsdl".to_owned(), text)];
        let documents = parse(&texts);
        let documents: Vec<_> = documents.iter().map(|(file, path, document)| WsdlDocument { file: *file, path, document }).collect();
        (0..3)
            .map(|_| {
                let begin = std::time::Instant::now();
                let (model, _) = read_wsdl(&documents, &WsdlOptions::default());
                assert!(model.types.len() > 100);
                begin.elapsed()
            })
            .min()
            .unwrap()
    };
    let (small, big) = (large(400), large(4_000));
    println!("{} and {} bytes", small.len(), big.len());
    let (small, big) = (time(small), time(big));
    println!("{small:?} and {big:?}");
    assert!(big < small * 40, "ten times the file took {big:?} instead of {small:?}");
}
