//! What `System.Configuration` itself checks before any section is read: the outermost element, `configSections`, `location`, and
//! the locks that every element may carry (`BaseConfigurationRecord`, `ConfigurationElement.ParseLockedAttributes`).

use std::collections::BTreeSet;

use located_xml::{Attribute, Element as Xml, Node as XmlNode};
use wcf_diagnostics::{Finding, Span};

use crate::diagnostics::{LateDeclarations, MissingAttribute, UnexpectedText, UnknownAttribute, UnknownElement, UnusableValue};
use crate::document::{ConfigDocument, Locked, Restriction};
use crate::schema::{Content, Element};
use crate::value::Refusal;

/// The namespace that `configuration` may declare, and no other.
const NAMESPACE: &str = "http://schemas.microsoft.com/.NetConfiguration/v2.0";

/// The sections and groups that `machine.config` of .NET Framework 4.8 declares at the top level.
pub(crate) const DECLARED_BY_DOTNET: [&str; 36] = [
    "appSettings",
    "assemblyBinding",
    "configBuilders",
    "configProtectedData",
    "connectionStrings",
    "mscorlib",
    "runtime",
    "satelliteassemblies",
    "startup",
    "system.codedom",
    "system.data",
    "system.data.dataset",
    "system.data.odbc",
    "system.data.oledb",
    "system.data.oracleclient",
    "system.data.sqlclient",
    "system.diagnostics",
    "system.net",
    "system.runtime.caching",
    "system.runtime.remoting",
    "system.runtime.serialization",
    "system.serviceModel",
    "system.serviceModel.activation",
    "system.transactions",
    "system.web",
    "system.web.extensions",
    "system.webServer",
    "system.windows.forms",
    "System.Windows.Forms.ApplicationConfigurationSection",
    "system.xaml.hosting",
    "system.xml",
    "system.xml.serialization",
    "uri",
    "windows",
    "linkedConfiguration",
    "system.workflow",
];

/// Checks the outermost element and what declares sections. Findings that say why .NET would not load the file are returned; what
/// only a file above can declare is left in the document.
pub(crate) fn check(root: Xml<'_>, document: &mut ConfigDocument) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for attribute in root.attributes() {
        found.push(unknown_attribute(attribute.written_name(), "configuration", &[], attribute.name_span()));
    }
    for declaration in root.namespace_declarations() {
        if declaration.prefix.is_some() {
            found.push(namespace_declaration(&declaration, "configuration"));
        } else if declaration.namespace != NAMESPACE {
            found.push(
                UnusableValue {
                    attribute: "xmlns",
                    element: "configuration".to_owned(),
                    value: Some(declaration.namespace.to_string()),
                    refusal: Refusal::NotOneOf(vec![NAMESPACE]),
                    span: declaration.value_span,
                }
                .into(),
            );
        }
    }
    no_text(root, &mut found);
    for (at, element) in root.elements().enumerate() {
        if !element.is("configSections") {
            continue;
        }
        if at == 0 {
            declarations(element, "", document, &mut found);
        } else {
            found.push(LateDeclarations { span: element.name_span() }.into());
        }
    }
    undeclared(root, "", document);
    for location in root.elements().filter(|element| element.written_name() == "location") {
        check_location(location, &mut found);
        if is_own_level(location) {
            undeclared(location, "", document);
        }
    }
    found
}

/// Whether a `location` is for the file's own level.
pub(crate) fn is_own_level(location: Xml<'_>) -> bool {
    location.attribute("path").is_none_or(|path| path.value().is_empty() || path.value() == ".")
}

/// `configSections`, or a `sectionGroup` in it.
fn declarations(parent: Xml<'_>, group: &str, document: &mut ConfigDocument, found: &mut Vec<Finding>) {
    if group.is_empty() {
        found.extend(parent.attributes().map(|attribute| {
            let name = attribute.written_name();
            unknown_attribute(name, "configSections", &[], attribute.name_span())
        }));
    }
    no_text(parent, found);
    for element in parent.elements() {
        let kind = element.written_name();
        let known: &[&'static str] = match kind {
            "section" => &[
                "name",
                "type",
                "allowLocation",
                "allowDefinition",
                "allowExeDefinition",
                "overrideModeDefault",
                "requirePermission",
                "restartOnExternalChanges",
            ],
            "sectionGroup" => &["name", "type"],
            "remove" => &["name"],
            "clear" => &[],
            _ => {
                let known = vec!["section", "sectionGroup", "remove", "clear"];
                let within = "configSections".to_owned();
                found.push(UnknownElement { name: kind.to_owned(), within, known, span: element.name_span() }.into());
                continue;
            }
        };
        for attribute in element.attributes() {
            let name = attribute.written_name();
            if !known.contains(&name) {
                found.push(unknown_attribute(name, kind, known, attribute.name_span()));
            }
        }
        if kind == "clear" {
            continue;
        }
        let Some(name) = element.attribute("name").filter(|name| !name.value().is_empty()) else {
            found.push(MissingAttribute { attribute: "name", element: kind.to_owned(), span: element.name_span() }.into());
            continue;
        };
        let path = join(group, name.value());
        if kind == "section" && element.attribute("type").is_none() {
            found.push(MissingAttribute { attribute: "type", element: kind.to_owned(), span: element.name_span() }.into());
        }
        let is = |attribute: &str, value: &str| element.attribute(attribute).is_some_and(|attribute| attribute.value() == value);
        let restriction = Restriction { denied: is("overrideModeDefault", "Deny"), machine_only: is("allowDefinition", "MachineOnly") };
        if restriction != Restriction::default() {
            document.restricted.insert(path.clone(), restriction);
        }
        document.declared.insert(path.clone());
        if kind == "sectionGroup" {
            declarations(element, &path, document, found);
        }
    }
}

/// Notes what nothing known here declares: at the top level, and in the groups of the file's own.
fn undeclared(parent: Xml<'_>, group: &str, document: &mut ConfigDocument) {
    for element in parent.elements() {
        let name = element.written_name();
        if group.is_empty() && (matches!(name, "configSections" | "location") || DECLARED_BY_DOTNET.contains(&name)) {
            continue;
        }
        let path = join(group, name);
        if group.is_empty() {
            if !document.declared.contains(&path) {
                document.undeclared.push((path, element.name_span()));
                continue;
            }
        } else if !document.declared.contains(&path) {
            document.undeclared.push((path, element.name_span()));
            continue;
        }
        // A group holds what it declares; a section is its class's own affair.
        let inside = format!("{path}/");
        if document.declared.range(inside.clone()..).next().is_some_and(|first| first.starts_with(&inside)) {
            undeclared(element, &path, document);
        }
    }
}

/// The attributes of `location`, and that none stands in another (`BaseConfigurationRecord.ScanLocationSection`).
fn check_location(location: Xml<'_>, found: &mut Vec<Finding>) {
    let known = ["path", "allowOverride", "overrideMode", "inheritInChildApplications"];
    for attribute in location.attributes() {
        let name = attribute.written_name();
        let refusal = match name {
            "path" => sub_path(attribute.value()),
            "allowOverride" | "inheritInChildApplications" => {
                (!["true", "false"].contains(&attribute.value())).then(|| Refusal::NotOneOf(vec!["true", "false"]))
            }
            "overrideMode" => {
                let modes = ["Inherit", "Allow", "Deny"];
                (!modes.contains(&attribute.value())).then(|| Refusal::NotOneOf(modes.to_vec()))
            }
            _ => {
                found.push(unknown_attribute(name, "location", &known, attribute.name_span()));
                continue;
            }
        };
        let Some(refusal) = refusal else { continue };
        let attribute_name = known.iter().find(|known| **known == name).copied().unwrap_or("path");
        found.push(unusable(attribute_name, "location", attribute, refusal));
    }
    if let (Some(_), Some(second)) = (location.attribute("allowOverride"), location.attribute("overrideMode")) {
        found.push(unusable("overrideMode", "location", second, Refusal::NotA("allowed beside `allowOverride`")));
    }
    for inner in location.elements().filter(|inner| inner.is("location")) {
        let within = "location".to_owned();
        found.push(UnknownElement { name: "location".to_owned(), within, known: Vec::new(), span: inner.name_span() }.into());
    }
    no_text(location, found);
}

/// `NormalizeLocationSubPath`.
fn sub_path(path: &str) -> Option<Refusal> {
    if path.is_empty() || path == "." {
        return None;
    }
    let at_the_ends = ['\\', '.', '/'];
    let bad = path.trim() != path
        || path.starts_with(at_the_ends)
        || path.ends_with(at_the_ends)
        || path.contains(['\\', '?', ':', '*', '"', '<', '>', '|']);
    bad.then_some(Refusal::NotA("a relative path with forward slashes, without blanks, dots or slashes at its ends"))
}

/// `lockItem`, `lockAttributes`, `lockElements` and their opposites: what they name has to exist, and nothing that is required can be
/// locked. `schema` is `None` where the element has no table of its own.
pub(crate) fn check_lock(name: &'static str, attribute: Attribute<'_>, schema: Option<&'static Element>, element: &str) -> Option<Finding> {
    let value = attribute.value();
    if name == "lockItem" {
        let word = value.trim();
        let good = word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false");
        return (!good).then(|| unusable(name, element, attribute, Refusal::NotOneOf(vec!["true", "false"])));
    }
    if value.is_empty() {
        return Some(unusable(name, element, attribute, Refusal::TooShort(1)));
    }
    let schema = schema.filter(|schema| !matches!(schema.content, Content::Extensions(_) | Content::AnyXml))?;
    let of_elements = name.ends_with("Elements") || name == "lockAllElementsExcept";
    let mut known: Vec<&'static str> = if of_elements {
        schema.children.iter().map(|child| child.name).collect()
    } else {
        schema.attributes.iter().filter(|attribute| !attribute.required).map(|attribute| attribute.name).collect()
    };
    if let (true, Content::Items { item, removable, .. }) = (of_elements, &schema.content) {
        known.push(item);
        if *removable {
            known.extend(["remove", "clear"]);
        }
    }
    let all = matches!(name, "lockAttributes" | "lockElements");
    let names = value.split([',', ':', ';']).map(str::trim).filter(|word| !word.is_empty());
    let unknown = names.into_iter().any(|word| !(known.contains(&word) || all && word == "*"));
    unknown.then(|| unusable(name, element, attribute, Refusal::NotOneOf(known)))
}

/// What a lock that is right locks; nothing for `lockItem="false"`.
pub(crate) fn locked(name: &str, value: &str) -> Option<Locked> {
    let names = || value.split([',', ':', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    Some(match name {
        "lockItem" => return value.trim().eq_ignore_ascii_case("true").then_some(Locked::Whole),
        "lockAttributes" => Locked::Attributes(names()),
        "lockAllAttributesExcept" => Locked::AttributesExcept(names()),
        "lockElements" => Locked::Elements(names()),
        _ => Locked::ElementsExcept(names()),
    })
}

/// A declaration of a namespace on an element: to the configuration system it is an attribute like any other, and no element has it.
pub(crate) fn namespace_declaration(declaration: &located_xml::NamespaceDeclaration<'_>, within: &str) -> Finding {
    let name = declaration.prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
    unknown_attribute(&name, within, &[], declaration.name_span)
}

/// `NormalizeConfigSource`: why a value of `configSource` is refused.
pub(crate) fn config_source(value: &str) -> Option<Refusal> {
    let rooted = value.starts_with('\\') || value.get(1..2) == Some(":");
    let leaves = value.split('\\').next().is_some_and(|first| first == "..");
    let bad = value.is_empty() || value.trim() != value || value.contains('/') || rooted || leaves;
    bad.then_some(Refusal::NotA("a path below the folder of the file, with backslashes and without blanks around it"))
}

/// Sections that no file from the outermost down to this one declares.
pub(crate) fn undeclared_below<'d>(document: &'d ConfigDocument, above: &[&BTreeSet<String>]) -> Vec<&'d (String, Span)> {
    document.undeclared.iter().filter(|(path, _)| !above.iter().any(|declared| declared.contains(path))).collect()
}

fn unusable(attribute: &'static str, element: &str, written: Attribute<'_>, refusal: Refusal) -> Finding {
    UnusableValue { attribute, element: element.to_owned(), value: Some(written.value().to_owned()), refusal, span: written.value_span() }
        .into()
}

fn unknown_attribute(name: &str, within: &str, known: &[&'static str], span: Span) -> Finding {
    UnknownAttribute { name: name.to_owned(), within: within.to_owned(), known: known.to_vec(), span }.into()
}

fn no_text(element: Xml<'_>, found: &mut Vec<Finding>) {
    for node in element.children() {
        if let XmlNode::Text(text) = node
            && !is_white(text.text())
        {
            found.push(UnexpectedText { element: element.written_name().to_owned(), span: text.span() }.into());
        }
    }
}

/// Whether a text is white space to XML, which knows four characters of it.
pub(crate) fn is_white(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
}

fn join(group: &str, name: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") }
}
