//! Service contracts from WSDL 1.1 and XML Schema.
//!
//! [`documents`] follows imports over the files of the input and finds which belong together; [`definitions`] and
//! [`schema`] read a set of them as written; [`serializer`] decides as .NET decides which serializer applies to a port
//! type; [`data`], [`choice`], [`simple_type`] and [`contract`] build the model. Nothing is fetched, and what cannot be read is a finding at its place
//! while the rest goes on.

mod choice;
mod contract;
mod data;
mod definitions;
pub mod diagnostics;
mod documents;
mod names;
mod primitives;
mod schema;
mod serializer;
mod simple_type;
mod xml;

use located_xml::Document;
use rayon::prelude::*;
use wcf_diagnostics::{FileId, Findings};

use self::documents::Library;
use crate::model::{ContractModel, DataType, ServiceContract};

/// A WSDL, a schema or a `.svcmap` of the input.
#[derive(Clone, Copy, Debug)]
pub struct WsdlDocument<'a> {
    /// Its handle; findings and spans carry it.
    pub file: FileId,
    /// The path that people are shown, with forward slashes. Relative imports are resolved against it.
    pub path: &'a str,
    /// Its XML.
    pub document: &'a Document,
}

/// What the reader is told beside the documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WsdlOptions {
    /// Which file of the input stands for a URL that an import names: URL and path.
    pub map: Vec<(String, String)>,
}

/// Reads the service contracts of WSDLs and the data they carry.
///
/// The result does not depend on the order of `documents`. Nothing in a document makes this fail or panic. Takes time and
/// memory in proportion to the documents.
#[must_use]
pub fn read_wsdl(documents: &[WsdlDocument<'_>], options: &WsdlOptions) -> (ContractModel, Findings) {
    let mut documents = documents.to_vec();
    documents.sort_by(|one, other| one.path.cmp(other.path));
    let library = Library::new(&documents, options);
    let mut findings = Findings::new();
    let sets = library.sets(&mut findings);
    let read: Vec<(ContractModel, Findings)> = sets.par_iter().map(|set| contract::read(set, "")).collect();
    let mut model = ContractModel::default();
    for (set, (mut found, mut problems)) in sets.iter().zip(read) {
        let clash = found.types.values().find_map(|new| {
            let first = model.types.get(&new.key)?;
            (!same_type(first, new)).then_some((first.span, new))
        });
        if let Some((first, new)) = clash {
            findings.push(diagnostics::DefinedTwice { name: &new.key.0, first, second: new.span });
            let stem = set.path.rsplit('/').next().unwrap_or(set.path);
            let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
            (found, problems) = contract::read(set, &names::identifier(stem));
        }
        findings.extend(problems);
        for (key, data_type) in found.types {
            model.types.entry(key).or_insert(data_type);
        }
        for (key, contract) in found.contracts {
            match model.contracts.get(&key) {
                Some(first) if !same_contract(first, &contract) => {
                    findings.push(diagnostics::DefinedTwice { name: &key, first: first.span, second: contract.span });
                }
                Some(_) => {}
                None => {
                    model.contracts.insert(key, contract);
                }
            }
        }
    }
    findings.sort();
    (model, findings)
}

/// Whether two types are the same but for where they stand.
fn same_type(one: &DataType, other: &DataType) -> bool {
    use crate::model::DataKind;
    one.name == other.name
        && match (&one.kind, &other.kind) {
            (DataKind::Class(one), DataKind::Class(other)) => {
                one.base == other.base
                    && one
                        .members
                        .iter()
                        .map(|member| (&member.name, shape(&member.type_ref), member.required))
                        .eq(other.members.iter().map(|member| (&member.name, shape(&member.type_ref), member.required)))
            }
            (DataKind::Enum(one), DataKind::Enum(other)) => {
                one.flags == other.flags
                    && one
                        .members
                        .iter()
                        .map(|member| (&member.name, member.value))
                        .eq(other.members.iter().map(|member| (&member.name, member.value)))
            }
            (DataKind::Collection { item: one, .. }, DataKind::Collection { item: other, .. }) => shape(one) == shape(other),
            (DataKind::Dictionary { key, value }, DataKind::Dictionary { key: other_key, value: other_value }) => {
                shape(key) == shape(other_key) && shape(value) == shape(other_value)
            }
            (DataKind::Message(one), DataKind::Message(other)) => {
                one.wrapper == other.wrapper
                    && one
                        .members()
                        .map(|member| (&member.name, shape(&member.type_ref)))
                        .eq(other.members().map(|member| (&member.name, shape(&member.type_ref))))
            }
            (DataKind::Choice(one), DataKind::Choice(other)) => one
                .iter()
                .map(|member| (&member.name, shape(&member.type_ref)))
                .eq(other.iter().map(|member| (&member.name, shape(&member.type_ref)))),
            _ => false,
        }
}

/// A use of a type in words, without places.
fn shape(type_ref: &crate::model::TypeRef) -> String {
    use crate::model::TypeRef;
    match type_ref {
        TypeRef::Unknown { written, .. } => format!("unknown {written}"),
        TypeRef::List { item } => format!("[{}]", shape(item)),
        TypeRef::Nullable(item) => format!("{}?", shape(item)),
        TypeRef::Map { key, value } => format!("{{{}: {}}}", shape(key), shape(value)),
        TypeRef::Primitive(_) | TypeRef::Named(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } => {
            format!("{type_ref:?}")
        }
    }
}

/// Whether two contracts are the same but for where they stand.
fn same_contract(one: &ServiceContract, other: &ServiceContract) -> bool {
    let operations = |contract: &ServiceContract| -> Vec<_> {
        let all = contract.operations.iter().chain(&contract.callback_operations);
        all.map(|operation| {
            let uses = operation
                .parameters
                .iter()
                .chain(&operation.results)
                .map(|each| (each.name.clone(), shape(&each.type_ref)))
                .collect::<Vec<_>>();
            (operation.name.clone(), operation.action.clone(), operation.one_way, uses)
        })
        .collect()
    };
    operations(one) == operations(other)
}
