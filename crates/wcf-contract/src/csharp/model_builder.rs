//! Builds the contract model from the symbol table: what all parts of the work share.

use std::collections::{BTreeMap, BTreeSet};

use wcf_diagnostics::{Findings, Span};

use super::clr_type::{ClrType, DefinitionId};
use super::constant::{Located, Value};
use super::declaration::{MemberKind, TypeDeclaration};
use super::resolve::Context;
use super::symbols::{Part, Symbols};
use super::syntax::Attribute;
use crate::diagnostics::{ArgumentNotConstant, DeclaredTwice, Refusal, Refused, SyntaxError};
use crate::model::{ContractModel, Docs, MessageFormat, ProtectionLevel, Serializer, Source, TypeKey};

/// Which serializer a use of a type belongs to, and the namespaces around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    pub serializer: Serializer,
    /// The namespace that `XmlSerializer` gives to types without one: that of the type around, or of the message.
    pub namespace: String,
    /// The namespace that its importer was made with, which `XmlInclude` and known types take.
    pub importer: String,
    /// The contract's namespace, which parts of its message contracts take.
    pub contract: String,
}

impl View {
    /// The view of the operations of a contract.
    pub(super) fn of(serializer: Serializer, format: MessageFormat, contract: &str) -> Self {
        let importer = if format.encoded { format!("{}/encoded", contract.trim_end_matches('/')) } else { contract.to_owned() };
        Self { serializer, namespace: importer.clone(), importer, contract: contract.to_owned() }
    }
}

/// A data type that was referred to.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub key: TypeKey,
    pub clr: ClrType,
    /// Its first use.
    pub used: Span,
    pub view: View,
}

/// The model as far as it is built.
pub(super) struct ModelBuilder<'s> {
    pub symbols: &'s Symbols<'s>,
    pub model: ContractModel,
    pub findings: Findings,
    /// Data types that were referred to, in the order they were found.
    pub pending: Vec<Pending>,
    /// All data types that were referred to, each view of its own.
    pub known: BTreeSet<TypeKey>,
    /// The serializer of what is being read.
    pub view: View,
    /// Data contract namespaces by project and CLR namespace, as the assembly sets them.
    pub contract_namespaces: BTreeMap<(Option<usize>, String), String>,
    /// Types that `ServiceKnownType` names.
    pub service_known_types: Vec<TypeKey>,
    /// How many closed types of each generic definition were referred to.
    pub instances: BTreeMap<DefinitionId, usize>,
    /// Contracts that are being read, against contracts that inherit from themselves.
    pub contracts_in_progress: BTreeSet<String>,
    /// Interfaces without `ServiceContract` that have operations, each with the first.
    pub unmarked: Vec<(DefinitionId, Span)>,
    /// Types whose attributes were reported as far as they are not read.
    pub attributes_reported: BTreeSet<DefinitionId>,
    /// Types whose finding about several declarations or syntax was made.
    noticed: BTreeSet<DefinitionId>,
}

impl<'s> ModelBuilder<'s> {
    /// An empty model over a symbol table.
    pub(super) fn new(symbols: &'s Symbols<'s>) -> Self {
        Self {
            symbols,
            model: ContractModel::default(),
            findings: Findings::new(),
            pending: Vec::new(),
            known: BTreeSet::new(),
            view: View::default(),
            contract_namespaces: BTreeMap::new(),
            service_known_types: Vec::new(),
            instances: BTreeMap::new(),
            contracts_in_progress: BTreeSet::new(),
            unmarked: Vec::new(),
            attributes_reported: BTreeSet::new(),
            noticed: BTreeSet::new(),
        }
    }

    /// Builds everything.
    pub(super) fn build(mut self) -> (ContractModel, Findings) {
        self.read_contract_namespaces();
        self.service_contracts();
        self.service_classes();
        self.closed_in_code();
        self.data_types();
        self.known_types();
        self.settle_views();
        self.in_code();
        self.findings.sort();
        (self.model, self.findings)
    }

    /// Records that .NET refuses a contract or type.
    pub(super) fn refuse(&mut self, subject: String, span: Span, refusal: Refusal) {
        self.model.refused.insert(subject.clone(), span);
        self.findings.push(Refused { subject, refusal, span });
    }

    /// Makes the findings that concern a type's declaration as a whole, once.
    pub(super) fn notice(&mut self, id: DefinitionId) {
        if !self.noticed.insert(id) {
            return;
        }
        let Some(definition) = self.symbols.get(id) else { return };
        let Some(first) = definition.first() else { return };
        let subject = self.symbols.full_name(id);
        for part in &definition.parts {
            if let Some(span) = part.declaration.syntax_error {
                self.findings.push(SyntaxError { subject: &subject, name: part.declaration.name_span, span });
            }
        }
        let taken: BTreeSet<String> = definition.parts.iter().flat_map(|part| shape(part.declaration)).collect();
        for rival in &definition.rivals {
            // A generated proxy leaves things out; another hand-written declaration should not differ.
            let generated = self.symbols.files.get(rival.file).is_some_and(|file| file.generated);
            let missing = shape(rival.declaration).into_iter().find(|member| !taken.contains(member));
            self.findings.push(DeclaredTwice {
                subject: &subject,
                taken: first.declaration.name_span,
                other: rival.declaration.name_span,
                missing: missing.filter(|_| !generated),
            });
        }
    }

    /// The parts of a type, each with the context of its members.
    pub(super) fn parts(&self, id: DefinitionId) -> Vec<(Part<'s>, Context<'static>)> {
        let symbols = self.symbols;
        symbols.get(id).map(|found| found.parts.iter().map(|part| (*part, symbols.context(id, part))).collect()).unwrap_or_default()
    }

    /// Where a type's name stands.
    pub(super) fn name_span(&self, id: DefinitionId) -> Option<Span> {
        self.symbols.get(id)?.first().map(|part| part.declaration.name_span)
    }

    /// The documentation of a type: that of the first part that has any.
    pub(super) fn docs(&self, id: DefinitionId) -> Docs {
        let parts = self.symbols.get(id).map(|found| found.parts.as_slice()).unwrap_or_default();
        parts.iter().map(|part| &part.declaration.docs).find(|docs| **docs != Docs::default()).cloned().unwrap_or_default()
    }

    /// Whether a tool wrote the type.
    pub(super) fn source(&self, id: DefinitionId) -> Source {
        let generated = self.parts(id).iter().all(|(part, _)| {
            let file = self.symbols.files.get(part.file).is_some_and(|file| file.generated);
            let attribute = |attribute: &Attribute| attribute.name.last().trim_end_matches("Attribute") == "GeneratedCode";
            file || part.declaration.attributes.iter().any(attribute)
        });
        if generated { Source::GeneratedProxy } else { Source::CSharp }
    }

    /// The attribute of that name on a type, from whichever part has it.
    pub(super) fn type_attribute(&self, id: DefinitionId, name: &str) -> Option<(&'s Attribute, Context<'static>)> {
        let symbols = self.symbols;
        let definition = symbols.get(id)?;
        definition.parts.iter().find_map(|part| {
            let context = symbols.context(id, part);
            let declaration: &'s TypeDeclaration = part.declaration;
            symbols.attribute(context, &declaration.attributes, name).map(|attribute| (attribute, context))
        })
    }

    /// All attributes of that name on a type.
    pub(super) fn type_attributes(&self, id: DefinitionId, name: &str) -> Vec<(&'s Attribute, Context<'static>)> {
        let symbols = self.symbols;
        let mut found = Vec::new();
        for (part, context) in self.parts(id) {
            let declaration: &'s TypeDeclaration = part.declaration;
            let attributes = declaration.attributes.iter().filter(|attribute| symbols.is_attribute(context, attribute, name));
            found.extend(attributes.map(|attribute| (attribute, context)));
        }
        found
    }

    /// The value of a named argument; a finding where it is written and cannot be computed.
    pub(super) fn argument(&mut self, context: Context<'_>, attribute: &Attribute, name: &str, instead: &str) -> Option<Located<Value>> {
        let (_, expression) = attribute.named.iter().find(|(written, _)| written == name)?;
        match self.symbols.value(context, expression) {
            Some(value) => Some(Located { value, span: expression.span }),
            None => {
                self.findings.push(ArgumentNotConstant {
                    attribute: attribute.name.to_string(),
                    argument: name,
                    span: expression.span,
                    instead,
                });
                None
            }
        }
    }

    fn not_understood(&mut self, attribute: &Attribute, name: &str, span: Span, instead: &str) {
        self.findings.push(ArgumentNotConstant { attribute: attribute.name.to_string(), argument: name, span, instead });
    }

    /// A named argument that is a string.
    pub(super) fn text(&mut self, context: Context<'_>, attribute: &Attribute, name: &str) -> Option<String> {
        let instead = "not written";
        let found = self.argument(context, attribute, name, instead)?;
        match found.value {
            Value::Text(text) => Some(text),
            Value::Null => None,
            Value::Integer(_) | Value::Boolean(_) | Value::Type(_) | Value::Symbol(_) => {
                self.not_understood(attribute, name, found.span, instead);
                None
            }
        }
    }

    /// A named argument that is a boolean.
    pub(super) fn boolean(&mut self, context: Context<'_>, attribute: &Attribute, name: &str) -> Option<Located<bool>> {
        let instead = "not written";
        let found = self.argument(context, attribute, name, instead)?;
        match found.value {
            Value::Boolean(value) => Some(Located { value, span: found.span }),
            Value::Text(_) | Value::Null | Value::Integer(_) | Value::Type(_) | Value::Symbol(_) => {
                self.not_understood(attribute, name, found.span, instead);
                None
            }
        }
    }

    /// A named argument that is an `int`.
    pub(super) fn integer(&mut self, context: Context<'_>, attribute: &Attribute, name: &str) -> Option<i32> {
        let instead = "not written";
        let found = self.argument(context, attribute, name, instead)?;
        match found.value {
            Value::Integer(number) => i32::try_from(number).ok(),
            Value::Text(_) | Value::Null | Value::Boolean(_) | Value::Type(_) | Value::Symbol(_) => {
                self.not_understood(attribute, name, found.span, instead);
                None
            }
        }
    }

    /// A named argument that is one of these values of an enum of the framework. Another value is a finding, never a guess.
    pub(super) fn symbol(
        &mut self,
        context: Context<'_>,
        attribute: &Attribute,
        name: &str,
        values: &[&str],
        instead: &str,
    ) -> Option<Located<String>> {
        let found = self.argument(context, attribute, name, instead)?;
        match found.value {
            Value::Symbol(symbol) if values.contains(&symbol.as_str()) => Some(Located { value: symbol, span: found.span }),
            Value::Symbol(_) | Value::Text(_) | Value::Null | Value::Integer(_) | Value::Boolean(_) | Value::Type(_) => {
                self.not_understood(attribute, name, found.span, instead);
                None
            }
        }
    }

    /// A named argument that is a type.
    pub(super) fn type_argument(&mut self, context: Context<'_>, attribute: &Attribute, name: &str) -> Option<Located<ClrType>> {
        let instead = "not written";
        let found = self.argument(context, attribute, name, instead)?;
        match found.value {
            Value::Type(clr) => Some(Located { value: clr, span: found.span }),
            Value::Null => None,
            Value::Text(_) | Value::Integer(_) | Value::Boolean(_) | Value::Symbol(_) => {
                self.not_understood(attribute, name, found.span, instead);
                None
            }
        }
    }

    /// A `ProtectionLevel` argument. What is written and cannot be computed counts as the strictest level.
    pub(super) fn protection(&mut self, context: Context<'_>, attribute: &Attribute) -> Option<crate::model::Demanded> {
        let (_, expression) = attribute.named.iter().find(|(written, _)| written == "ProtectionLevel")?;
        let strictest = "`EncryptAndSign`, the strictest";
        let levels = ["None", "Sign", "EncryptAndSign"];
        let symbol = self.symbol(context, attribute, "ProtectionLevel", &levels, strictest).map(|found| found.value);
        let level = match symbol.as_deref() {
            Some("None") => ProtectionLevel::None,
            Some("Sign") => ProtectionLevel::Sign,
            Some(_) | None => ProtectionLevel::EncryptAndSign,
        };
        Some(crate::model::Demanded { level, span: expression.span })
    }

    /// The full CLR name of a type as reflection writes it.
    pub(super) fn clr_name(&self, clr: &ClrType) -> String {
        let list = |arguments: &[ClrType]| arguments.iter().map(|argument| self.clr_name(argument)).collect::<Vec<_>>().join(",");
        match clr {
            ClrType::Defined(id, arguments) if arguments.is_empty() => self.symbols.full_name(*id),
            ClrType::Defined(id, arguments) => format!("{}<{}>", self.symbols.full_name(*id), list(arguments)),
            ClrType::Framework(framework, arguments) if arguments.is_empty() => framework.0.full_name(0),
            ClrType::Framework(framework, arguments) => format!("{}<{}>", framework.0.full_name(arguments.len()), list(arguments)),
            ClrType::Array(item, rank) => format!("{}[{}]", self.clr_name(item), ",".repeat(rank.saturating_sub(1))),
            ClrType::Parameter(name) | ClrType::Missing(name, _) => name.clone(),
            ClrType::Void => "System.Void".to_owned(),
        }
    }
}

/// The members of a declaration in words: enough to notice that two declarations of one type differ.
fn shape(declaration: &TypeDeclaration) -> BTreeSet<String> {
    let members = declaration.members.iter().filter_map(|member| match &member.kind {
        MemberKind::Method { parameters, .. } if !member.attributes.is_empty() => {
            let parameters: Vec<String> = parameters.iter().map(|parameter| parameter.type_syntax.to_string()).collect();
            Some(format!("{}({})", member.name, parameters.join(", ")))
        }
        MemberKind::Field { type_syntax, .. } | MemberKind::Property { type_syntax, .. } if member.modifiers.public => {
            Some(format!("{type_syntax} {}", member.name))
        }
        MemberKind::Method { .. }
        | MemberKind::Field { .. }
        | MemberKind::Property { .. }
        | MemberKind::Event { .. }
        | MemberKind::Constructor { .. }
        | MemberKind::Indexer => None,
    });
    members.chain(declaration.enum_members.iter().map(|member| member.name.clone())).collect()
}
