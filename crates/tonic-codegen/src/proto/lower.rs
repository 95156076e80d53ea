//! Contracts to proto files: the order of the steps, and the state they share.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{ContractModel, ServiceContract, TypeKey};
use wcf_diagnostics::Findings;

use crate::crate_plan::{GrpcService, ProtoPackage};
use crate::diagnostics::{PackageMerged, ProtoNameMoved, ProtoRejected};
use crate::lock::Lock;
use crate::names::{clash_key, type_name};
use crate::plan_crates::ContractPolicy;
use crate::proto::packages::{self, Packages, Reached};
use crate::proto::{ItemType, ProtoFile, ProtoItem, ProtoMessage, ProtoService, Value, compile, proto_text, values};

/// Contracts as proto.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lowered {
    /// Packages, sorted by name, with their text and Rust.
    pub packages: Vec<ProtoPackage>,
    /// The gRPC service of each contract, by the contract's key.
    pub services: BTreeMap<String, GrpcService>,
    /// The packages that each package's file imports, well-known ones left out.
    pub imports: BTreeMap<String, BTreeSet<String>>,
    /// The encoded descriptor of each file by its path, well-known ones included; a file comes after those it imports.
    pub descriptors: Vec<(String, Vec<u8>)>,
}

/// Lowers contracts, given by key, and records their names and numbers in `lock`. Contracts whose proto is not accepted
/// are a deny finding and missing from the result.
pub fn lower(
    model: &ContractModel,
    contract_keys: &BTreeSet<String>,
    policy: &ContractPolicy,
    lock: &mut Lock,
    findings: &mut Findings,
) -> Lowered {
    let contracts: Vec<&ServiceContract> = contract_keys.iter().filter_map(|key| model.contracts.get(key)).collect();
    let reached = packages::reach(model, &contracts);
    let recorded = |key: &str| lock.names.get(key).and_then(|name| name.rsplit_once('.')).map(|(package, _)| package);
    let assigned = packages::assign(model, &contracts, &reached, recorded);
    let mut lowering = Lowering::new(model, policy, std::mem::take(lock), reached, assigned);
    lowering.name_everything(&contracts);

    let mut files: BTreeMap<String, ProtoFile> = BTreeMap::new();
    let mut services = BTreeMap::new();
    for contract in &contracts {
        let Some(package) = lowering.packages.of_contract.get(&contract.clr_name).cloned() else { continue };
        let (proto_service, grpc_service) = lowering.service(contract, &package);
        files.entry(package).or_default().services.push(proto_service);
        services.insert(contract.clr_name.clone(), grpc_service);
    }
    for key in lowering.reached.types.clone() {
        if let Some(package) = lowering.packages.of_type.get(&key).cloned() {
            let number = lowering.number_type(&key);
            let item = lowering.data_type(&key, &package);
            if number.is_some() || item.is_some() {
                let file = files.entry(package).or_default();
                file.numbers.extend(number);
                file.items.extend(item);
            }
        }
    }
    for (package, wrappers) in std::mem::take(&mut lowering.wrappers) {
        files.entry(package).or_default().items.extend(wrappers.into_values().map(ProtoItem::Message));
    }
    let used =
        files.values().flat_map(|file| file_references(file).into_iter().chain(header_references(file))).collect::<BTreeSet<String>>();
    if let Some(file) = values::file(&used) {
        files.insert(values::PACKAGE.to_owned(), file);
    }
    findings.extend(lowering.findings);
    *lock = lowering.lock;
    finish(files, services, findings)
}

/// Paths, imports, order and text; then the compiler's verdict.
fn finish(mut files: BTreeMap<String, ProtoFile>, mut services: BTreeMap<String, GrpcService>, findings: &mut Findings) -> Lowered {
    let names: BTreeSet<String> = files.keys().cloned().collect();
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, file) in &mut files {
        file.package.clone_from(package);
        file.path = proto_path(package);
        file.services.sort_by(|a, b| a.name.cmp(&b.name));
        file.items.sort_by(|a, b| a.name().cmp(b.name()));
        file.numbers.sort_by(|a, b| a.name.cmp(&b.name));
        for reference in file_references(file) {
            let Some((other, name)) = reference.rsplit_once('.') else { continue };
            if other == "google.protobuf" {
                file.imports.insert(well_known_path(name).to_owned());
            } else if other != package {
                file.imports.insert(proto_path(other));
                imports.entry(package.clone()).or_default().insert(other.to_owned());
            }
        }
        // Headers and faults are not in the proto, but their types are in Rust.
        let of_headers = header_references(file);
        let of_headers = of_headers.iter().filter_map(|name| name.rsplit_once('.')).map(|(package, _)| package.to_owned());
        for other in of_headers.filter(|package| package != "google.protobuf").chain(number_packages(file)) {
            if other != *package {
                imports.entry(package.clone()).or_default().insert(other);
            }
        }
        file.text = proto_text(file, &names);
    }
    let files: Vec<ProtoFile> = files.into_values().collect();
    match compile(&files, &services) {
        Ok(compiled) => {
            let packages = files
                .into_iter()
                .zip(compiled.stubs)
                .map(|(file, stubs)| ProtoPackage { name: file.package.clone(), stubs, files: vec![file] })
                .collect();
            Lowered { packages, services, imports, descriptors: compiled.descriptors }
        }
        Err(rejected) => {
            findings.push(ProtoRejected { message: rejected.message });
            services.clear();
            Lowered::default()
        }
    }
}

/// The path of a package's file: its folder is the package, its name the last part that is no version.
fn proto_path(package: &str) -> String {
    let mut parts = package.rsplit('.');
    let last = parts.next().unwrap_or(package);
    let name = parts.next().unwrap_or(last);
    format!("{}/{name}.proto", package.replace('.', "/"))
}

fn well_known_path(name: &str) -> &'static str {
    match name {
        "Any" => "google/protobuf/any.proto",
        "Duration" => "google/protobuf/duration.proto",
        "Empty" => "google/protobuf/empty.proto",
        _ => "google/protobuf/timestamp.proto",
    }
}

/// Full names of all messages and enums that a file refers to.
fn file_references(file: &ProtoFile) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut message = |message: &ProtoMessage| {
        let oneof = message.oneof.iter().flat_map(|oneof| &oneof.fields);
        for field in message.fields.iter().chain(oneof) {
            if let ItemType::Message(name) | ItemType::Enum(name) = &field.field_type.item {
                names.insert(name.clone());
            }
        }
    };
    for service in &file.services {
        service.messages.iter().for_each(&mut message);
    }
    for item in &file.items {
        if let ProtoItem::Message(item) = item {
            message(item);
        }
    }
    for ProtoService { methods, .. } in &file.services {
        for method in methods {
            names.insert(method.request.clone());
            names.insert(method.response.clone());
        }
    }
    names
}

/// Full names of all messages and enums that headers and faults have.
fn header_references(file: &ProtoFile) -> BTreeSet<String> {
    let headers = file.services.iter().flat_map(|service| &service.headers).flat_map(|headers| &headers.headers);
    headers
        .filter_map(|header| match &header.shape.wire.item {
            ItemType::Message(name) | ItemType::Enum(name) => Some(name.clone()),
            ItemType::Scalar(_) => None,
        })
        .chain(file.services.iter().flat_map(|service| &service.faults).flat_map(|faults| faults.details.iter().cloned()))
        .collect()
}

/// The packages of the enums that travel as integers and that a file's fields have: their types are in Rust only.
fn number_packages(file: &ProtoFile) -> BTreeSet<String> {
    fn of_value(value: &Value, packages: &mut BTreeSet<String>) {
        match value {
            Value::Number(name) => packages.extend(name.rsplit_once('.').map(|(package, _)| package.to_owned())),
            Value::Wrapped { inner, .. } => of_value(&inner.domain.value, packages),
            Value::Entry { key, value } => {
                of_value(&key.domain.value, packages);
                of_value(&value.domain.value, packages);
            }
            _ => {}
        }
    }
    let items = file.items.iter().filter_map(|item| match item {
        ProtoItem::Message(message) => Some(message),
        ProtoItem::Enum(_) => None,
    });
    let mut packages = BTreeSet::new();
    for message in items.chain(file.services.iter().flat_map(|service| &service.messages)) {
        for field in &message.fields {
            of_value(&field.domain.value, &mut packages);
        }
    }
    for headers in file.services.iter().flat_map(|service| &service.headers) {
        for header in &headers.headers {
            of_value(&header.shape.domain.value, &mut packages);
        }
    }
    packages
}

/// The state of a run.
pub(super) struct Lowering<'a> {
    pub model: &'a ContractModel,
    pub policy: &'a ContractPolicy,
    /// Starts as the lock of the last run; what is recorded there is never taken back.
    pub lock: Lock,
    pub findings: Findings,
    pub reached: Reached,
    pub packages: Packages,
    /// Messages made for lists, maps and nullables where proto has no place for them, by package and name.
    pub wrappers: BTreeMap<String, BTreeMap<String, ProtoMessage>>,
    /// Names of each package by [`clash_key`], those of the lock included: a name that was given is not given again.
    taken: BTreeMap<String, BTreeSet<String>>,
}

/// A name somebody would like to have.
pub(super) struct NameWish {
    /// What it is for, as the lock calls it.
    pub key: String,
    /// The package.
    pub package: String,
    /// The name it gets if nobody else wants it.
    pub preferred: String,
    /// The name it gets otherwise.
    pub fallback: String,
}

impl<'a> Lowering<'a> {
    fn new(model: &'a ContractModel, policy: &'a ContractPolicy, lock: Lock, reached: Reached, packages: Packages) -> Self {
        let mut taken: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (package, name) in lock.names.values().filter_map(|name| name.rsplit_once('.')) {
            taken.entry(package.to_owned()).or_default().insert(clash_key(name));
        }
        Self { model, policy, lock, findings: Findings::new(), reached, packages, wrappers: BTreeMap::new(), taken }
    }

    /// The full proto name of something that was named.
    pub fn full_name(&self, key: &str) -> String {
        self.lock.names.get(key).cloned().unwrap_or_default()
    }

    /// Data types first, then services, then the messages of operations: who comes later gives way on a clash.
    fn name_everything(&mut self, contracts: &[&ServiceContract]) {
        let mut wishes = Vec::new();
        for (key, package) in &self.packages.of_type {
            if let Some(data_type) = self.model.types.get(key) {
                wishes.push(NameWish {
                    key: key.0.clone(),
                    package: package.clone(),
                    preferred: type_name(&data_type.name),
                    fallback: type_name(&data_type.clr_name),
                });
                if let Some(original) = self.packages.merged.get(key) {
                    self.findings.push(PackageMerged {
                        span: data_type.span,
                        name: key.0.clone(),
                        package: package.clone(),
                        original: original.clone(),
                    });
                }
            }
        }
        self.grant(wishes);

        let mut wishes = Vec::new();
        for contract in contracts {
            let preferred = crate::names::service_name(&contract.name, &contract.clr_name);
            let fallback = format!("{preferred}Service");
            let package = self.packages.of_contract.get(&contract.clr_name).cloned().unwrap_or_default();
            wishes.push(NameWish { key: contract.clr_name.clone(), package, preferred, fallback });
        }
        self.grant(wishes);

        let mut wishes = Vec::new();
        for contract in contracts {
            let package = self.packages.of_contract.get(&contract.clr_name).cloned().unwrap_or_default();
            let service = self.full_name(&contract.clr_name).rsplit('.').next().unwrap_or_default().to_owned();
            for (key, name) in super::operations::message_names(contract, &service) {
                let fallback = format!("{service}{name}");
                wishes.push(NameWish { key, package: package.clone(), preferred: name, fallback });
            }
        }
        self.grant(wishes);
    }

    /// Gives names: what is recorded stays; where several want one name, each gets its other name. The outcome depends on
    /// the names and on the lock, not on the order of the wishes.
    pub fn grant(&mut self, mut wishes: Vec<NameWish>) {
        wishes.sort_by(|a, b| a.key.cmp(&b.key));
        let mut open: BTreeMap<(String, String), Vec<NameWish>> = BTreeMap::new();
        for wish in wishes {
            match self.lock.names.get(&wish.key).and_then(|name| name.rsplit_once('.')) {
                Some((package, _)) if package == wish.package => {}
                Some((package, name)) => {
                    self.findings.push(ProtoNameMoved {
                        key: wish.key.clone(),
                        from: format!("{package}.{name}"),
                        to: wish.package.clone(),
                    });
                    open.entry((wish.package.clone(), clash_key(&wish.preferred))).or_default().push(wish);
                }
                None => open.entry((wish.package.clone(), clash_key(&wish.preferred))).or_default().push(wish),
            }
        }
        for wishes in open.into_values() {
            let alone = wishes.len() == 1;
            for wish in wishes {
                let name = if alone && self.is_free(&wish.package, &wish.preferred) {
                    wish.preferred.clone()
                } else if self.is_free(&wish.package, &wish.fallback) {
                    wish.fallback.clone()
                } else {
                    (2_u32..)
                        .map(|number| format!("{}{number}", wish.preferred))
                        .find(|name| self.is_free(&wish.package, name))
                        .unwrap_or_else(|| wish.preferred.clone())
                };
                self.take(&wish.package, &name);
                self.lock.names.insert(wish.key, format!("{}.{name}", wish.package));
            }
        }
    }

    fn is_free(&self, package: &str, name: &str) -> bool {
        !self.taken.get(package).is_some_and(|taken| taken.contains(&clash_key(name)))
    }

    fn take(&mut self, package: &str, name: &str) {
        self.taken.entry(package.to_owned()).or_default().insert(clash_key(name));
    }

    /// Whether a named type is lowered in place (a collection that does not contain itself).
    pub fn is_inline(&self, key: &TypeKey) -> bool {
        !self.reached.recursive_collections.contains(key)
    }
}
