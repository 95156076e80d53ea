//! Which package and file each contract and data type goes to.
//!
//! A type's package comes from its CLR namespace. A package is one file, and proto files may not import each other in a
//! circle, so the types of namespaces that use each other share the outermost of their packages. Services never move: their
//! package is part of every request's path, and nothing refers to them.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{ContractModel, DataKind, DataType, Operation, ServiceContract, TypeKey, TypeRef};

use crate::names::package_name;

/// The data types that some contracts reach, and which collections must be messages of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached {
    /// Classes, message contracts used as data, enums and recursive collections, by key.
    pub types: BTreeSet<TypeKey>,
    /// Named collections that contain themselves without a class in between.
    pub recursive_collections: BTreeSet<TypeKey>,
}

/// The packages of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Packages {
    /// By contract key.
    pub of_contract: BTreeMap<String, String>,
    /// By data type.
    pub of_type: BTreeMap<TypeKey, String>,
    /// Types that would be elsewhere but for a circle: type, the package of its namespace.
    pub merged: BTreeMap<TypeKey, String>,
}

/// Everything the contracts reach.
pub(super) fn reach(model: &ContractModel, contracts: &[&ServiceContract]) -> Reached {
    let mut reached = Reached { recursive_collections: recursive_collections(model), ..Reached::default() };
    let mut open: Vec<TypeKey> = Vec::new();
    for contract in contracts {
        for operation in contract.operations.iter().chain(&contract.callback_operations) {
            open.extend(operation_uses(model, &reached.recursive_collections, operation));
        }
    }
    while let Some(key) = open.pop() {
        if let Some(data_type) = model.types.get(&key)
            && reached.types.insert(key)
        {
            open.extend(type_uses(model, &reached.recursive_collections, data_type));
        }
    }
    reached
}

/// The entities that an operation's messages refer to.
pub(super) fn operation_uses(model: &ContractModel, recursive: &BTreeSet<TypeKey>, operation: &Operation) -> BTreeSet<TypeKey> {
    let mut uses = BTreeSet::new();
    for parameter in operation.parameters.iter().chain(&operation.results) {
        refer(model, recursive, &parameter.type_ref, &mut uses);
    }
    for fault in &operation.faults {
        refer(model, recursive, &fault.detail, &mut uses);
    }
    for message in [&operation.request_message, &operation.response_message].into_iter().flatten() {
        if let Some(DataKind::Message(message)) = model.types.get(message).map(|data_type| &data_type.kind) {
            for member in message.members() {
                refer(model, recursive, &member.type_ref, &mut uses);
            }
        }
    }
    uses
}

/// The entities that a data type refers to.
pub(super) fn type_uses(model: &ContractModel, recursive: &BTreeSet<TypeKey>, data_type: &DataType) -> BTreeSet<TypeKey> {
    let mut uses = BTreeSet::new();
    match &data_type.kind {
        DataKind::Class(_) => {
            for (_, member) in members_with_bases(model, data_type) {
                refer(model, recursive, &member.type_ref, &mut uses);
            }
            uses.extend(derived_types(model, data_type).into_iter().map(|derived| derived.key.clone()));
        }
        DataKind::Enum(_) => {}
        DataKind::Collection { item, .. } => refer(model, recursive, item, &mut uses),
        DataKind::Dictionary { key, value } => {
            refer(model, recursive, key, &mut uses);
            refer(model, recursive, value, &mut uses);
        }
        DataKind::Message(message) => {
            for member in message.members() {
                refer(model, recursive, &member.type_ref, &mut uses);
            }
        }
        DataKind::Choice(members) => {
            for member in members {
                refer(model, recursive, &member.type_ref, &mut uses);
            }
        }
    }
    uses
}

fn refer(model: &ContractModel, recursive: &BTreeSet<TypeKey>, type_ref: &TypeRef, uses: &mut BTreeSet<TypeKey>) {
    match type_ref {
        TypeRef::Named(key) => match model.types.get(key).map(|data_type| &data_type.kind) {
            Some(DataKind::Collection { item, .. }) if !recursive.contains(key) => refer(model, recursive, item, uses),
            Some(DataKind::Dictionary { key: map_key, value }) if !recursive.contains(key) => {
                refer(model, recursive, map_key, uses);
                refer(model, recursive, value, uses);
            }
            Some(_) => {
                uses.insert(key.clone());
            }
            None => {}
        },
        TypeRef::List { item } | TypeRef::Nullable(item) => refer(model, recursive, item, uses),
        TypeRef::Map { key, value } => {
            refer(model, recursive, key, uses);
            refer(model, recursive, value, uses);
        }
        TypeRef::Primitive(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => {}
    }
}

/// Named collections that come back to themselves through named collections only.
fn recursive_collections(model: &ContractModel) -> BTreeSet<TypeKey> {
    let direct = |key: &TypeKey| {
        let mut names = Vec::new();
        match model.types.get(key).map(|data_type| &data_type.kind) {
            Some(DataKind::Collection { item, .. }) => named(item, &mut names),
            Some(DataKind::Dictionary { key, value }) => {
                named(key, &mut names);
                named(value, &mut names);
            }
            Some(DataKind::Class(_) | DataKind::Enum(_) | DataKind::Message(_) | DataKind::Choice(_)) | None => {}
        }
        names
    };
    let mut recursive = BTreeSet::new();
    for key in model.types.keys() {
        let mut seen = BTreeSet::new();
        let mut open = direct(key);
        while let Some(next) = open.pop() {
            if seen.insert(next.clone()) {
                open.extend(direct(&next));
            }
        }
        if seen.contains(key) {
            recursive.insert(key.clone());
        }
    }
    recursive
}

fn named(type_ref: &TypeRef, names: &mut Vec<TypeKey>) {
    match type_ref {
        TypeRef::Named(key) => names.push(key.clone()),
        TypeRef::List { item } | TypeRef::Nullable(item) => named(item, names),
        TypeRef::Map { key, value } => {
            named(key, names);
            named(value, names);
        }
        TypeRef::Primitive(_) | TypeRef::Stream | TypeRef::Message | TypeRef::Any | TypeRef::Xml { .. } | TypeRef::Unknown { .. } => {}
    }
}

/// The members of a class in wire order, those of base classes first, each with the type that declares it.
pub(super) fn members_with_bases<'a>(
    model: &'a ContractModel,
    data_type: &'a DataType,
) -> Vec<(&'a DataType, &'a wcf_contract::model::Member)> {
    let mut chain = vec![data_type];
    let mut current = data_type;
    while let DataKind::Class(class) = &current.kind
        && let Some(base) = class.base.as_ref().and_then(|base| model.types.get(base))
        && !chain.iter().any(|seen| seen.key == base.key)
    {
        chain.push(base);
        current = base;
    }
    let mut members = Vec::new();
    for declaring in chain.into_iter().rev() {
        if let DataKind::Class(class) = &declaring.kind {
            members.extend(class.members.iter().map(|member| (declaring, member)));
        }
    }
    members
}

/// The known types of a class that derive from it, sorted by key, those named by known types included.
pub(super) fn derived_types<'a>(model: &'a ContractModel, data_type: &DataType) -> Vec<&'a DataType> {
    let mut known: BTreeSet<&TypeKey> = BTreeSet::new();
    let mut open = vec![&data_type.key];
    while let Some(key) = open.pop() {
        if let Some(DataKind::Class(class)) = model.types.get(key).map(|data_type| &data_type.kind) {
            for next in &class.known_types {
                if known.insert(next) {
                    open.push(next);
                }
            }
        }
    }
    known
        .into_iter()
        .filter_map(|key| model.types.get(key))
        .filter(|candidate| candidate.key != data_type.key && derives_from(model, candidate, &data_type.key))
        .collect()
}

fn derives_from(model: &ContractModel, data_type: &DataType, base: &TypeKey) -> bool {
    let mut seen = BTreeSet::new();
    let mut current = data_type;
    while let DataKind::Class(class) = &current.kind
        && let Some(next) = &class.base
        && seen.insert(next)
    {
        if next == base {
            return true;
        }
        let Some(found) = model.types.get(next) else { return false };
        current = found;
    }
    false
}

/// The order in which packages of a circle are preferred: the outer ones, then by name.
fn rank(package: &str) -> (usize, &str) {
    (package.split('.').count(), package)
}

/// Assigns packages. `recorded` gives the package that a source key has in the lock.
pub(super) fn assign<'a>(
    model: &ContractModel,
    contracts: &[&ServiceContract],
    reached: &Reached,
    recorded: impl Fn(&str) -> Option<&'a str>,
) -> Packages {
    let mut packages = Packages::default();
    let wanted = |key: &str, clr_namespace: &str| recorded(key).map_or_else(|| package_name(clr_namespace), str::to_owned);
    for contract in contracts {
        packages.of_contract.insert(contract.clr_name.clone(), wanted(&contract.clr_name, &contract.clr_namespace));
    }
    for key in &reached.types {
        if let Some(data_type) = model.types.get(key) {
            packages.of_type.insert(key.clone(), wanted(&key.0, &data_type.clr_namespace));
        }
    }

    // Which package's file would import which.
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut link = |from: Option<&String>, uses: BTreeSet<TypeKey>| {
        for to in uses.iter().filter_map(|key| packages.of_type.get(key)) {
            if let Some(from) = from.filter(|&from| from != to) {
                imports.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    };
    for contract in contracts {
        for operation in contract.operations.iter().chain(&contract.callback_operations) {
            link(packages.of_contract.get(&contract.clr_name), operation_uses(model, &reached.recursive_collections, operation));
        }
    }
    for key in &reached.types {
        if let Some(data_type) = model.types.get(key) {
            link(packages.of_type.get(key), type_uses(model, &reached.recursive_collections, data_type));
        }
    }

    let reachable = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(package) = open.pop() {
            for next in imports.get(package).into_iter().flatten() {
                if seen.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let closure: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|package| (package.as_str(), reachable(package))).collect();
    for (key, package) in &mut packages.of_type {
        let nothing = BTreeSet::new();
        let from_here = closure.get(package.as_str()).unwrap_or(&nothing);
        let circle = from_here.iter().filter(|&&other| closure.get(other).is_some_and(|back| back.contains(package.as_str())));
        if let Some(&first) = circle.min_by_key(|package| rank(package))
            && rank(first) < rank(package)
        {
            first.clone_into(package);
        }
        // Told from where it is and not from the move, so that every later run says the same.
        if let Some(own) = model.types.get(key).map(|data_type| package_name(&data_type.clr_namespace))
            && own != *package
        {
            packages.merged.insert(key.clone(), own);
        }
    }
    packages
}
