//! Contracts built by hand, and the proto they become.

use std::collections::BTreeSet;

use wcf_contract::model::*;
use wcf_diagnostics::{FileId, Findings, Span};

use super::*;
use crate::lock::Lock;
use crate::plan_crates::ContractPolicy;

fn span() -> Span {
    Span::new(FileId(0), 0, 1)
}

fn primitive(primitive: Primitive) -> TypeRef {
    TypeRef::Primitive(primitive)
}

fn named(name: &str) -> TypeRef {
    TypeRef::Named(TypeKey(name.to_owned()))
}

fn list(item: TypeRef) -> TypeRef {
    TypeRef::List { item: Box::new(item) }
}

fn nullable(item: TypeRef) -> TypeRef {
    TypeRef::Nullable(Box::new(item))
}

fn member(name: &str, type_ref: TypeRef) -> Member {
    let nullable = !matches!(&type_ref, TypeRef::Primitive(p) if !matches!(p, Primitive::String | Primitive::Bytes));
    Member {
        name: name.to_owned(),
        clr_name: name.to_owned(),
        type_ref,
        order: None,
        required: false,
        emit_default: true,
        nullable,
        span: span(),
        docs: Docs::default(),
    }
}

fn data_type(key: &str, kind: DataKind) -> DataType {
    let (namespace, name) = key.rsplit_once('.').unwrap_or(("", key));
    DataType {
        key: TypeKey(key.to_owned()),
        clr_namespace: namespace.to_owned(),
        clr_name: name.to_owned(),
        name: name.to_owned(),
        namespace: format!("http://schemas.datacontract.org/2004/07/{namespace}"),
        span: span(),
        kind,
        docs: Docs::default(),
    }
}

fn class(key: &str, members: Vec<Member>) -> DataType {
    derived(key, None, members, &[])
}

fn derived(key: &str, base: Option<&str>, members: Vec<Member>, known: &[&str]) -> DataType {
    data_type(
        key,
        DataKind::Class(ClassType {
            base: base.map(|base| TypeKey(base.to_owned())),
            members,
            known_types: known.iter().map(|key| TypeKey((*key).to_owned())).collect(),
            is_value_type: false,
            is_reference: false,
            is_abstract: false,
            contract: ClassContract::DataContract,
        }),
    )
}

fn enumeration(key: &str, flags: bool, values: &[(&str, i128)]) -> DataType {
    let members = values
        .iter()
        .map(|(name, value)| EnumMember {
            name: (*name).into(),
            clr_name: (*name).into(),
            value: *value,
            span: span(),
            docs: Docs::default(),
        })
        .collect();
    data_type(key, DataKind::Enum(EnumType { underlying: Primitive::Int32, flags, members }))
}

fn parameter(name: &str, type_ref: TypeRef) -> Parameter {
    Parameter { name: name.to_owned(), clr_name: name.to_owned(), is_return: false, type_ref, span: span() }
}

fn operation(contract: &str, name: &str, parameters: Vec<Parameter>, result: Option<TypeRef>) -> Operation {
    Operation {
        name: name.to_owned(),
        clr_name: name.to_owned(),
        declared_in: contract.to_owned(),
        span: span(),
        one_way: false,
        initiating: true,
        terminating: false,
        action: String::new(),
        reply_action: None,
        protection_level: None,
        parameters,
        results: result
            .map(|type_ref| Parameter { name: format!("{name}Result"), clr_name: String::new(), is_return: true, type_ref, span: span() })
            .into_iter()
            .collect(),
        request_message: None,
        response_message: None,
        faults: Vec::new(),
        serializer: Serializer::DataContract,
        format: MessageFormat::default(),
        forms: MethodForms::default(),
        transaction_flow: None,
        web: None,
        docs: Docs::default(),
    }
}

fn contract(key: &str, operations: Vec<Operation>) -> ServiceContract {
    let (namespace, name) = key.rsplit_once('.').unwrap_or(("", key));
    ServiceContract {
        clr_name: key.to_owned(),
        clr_namespace: namespace.to_owned(),
        name: name.to_owned(),
        namespace: "http://tempuri.org/".to_owned(),
        configuration_name: key.to_owned(),
        span: span(),
        source: Source::CSharp,
        session_mode: SessionMode::Allowed,
        protection_level: None,
        callback: None,
        bases: Vec::new(),
        operations,
        callback_operations: Vec::new(),
        docs: Docs::default(),
    }
}

fn model(contracts: Vec<ServiceContract>, types: Vec<DataType>) -> ContractModel {
    ContractModel {
        contracts: contracts.into_iter().map(|contract| (contract.clr_name.clone(), contract)).collect(),
        types: types.into_iter().map(|data_type| (data_type.key.clone(), data_type)).collect(),
        ..ContractModel::default()
    }
}

fn run(model: &ContractModel, lock: &mut Lock) -> (Lowered, Vec<String>) {
    let keys: BTreeSet<String> = model.contracts.keys().cloned().collect();
    let mut findings = Findings::new();
    let lowered = lower(model, &keys, &ContractPolicy::default(), lock, &mut findings);
    (lowered, findings.iter().map(|finding| format!("{}: {}", finding.code.name, finding.message)).collect())
}

fn text_of<'a>(lowered: &'a Lowered, package: &str) -> &'a str {
    &lowered.packages.iter().find(|candidate| candidate.name == package).unwrap_or_else(|| panic!("no package {package}")).files[0].text
}

#[test]
fn every_row_of_the_data_table() {
    let all = [
        Primitive::Boolean,
        Primitive::SByte,
        Primitive::Byte,
        Primitive::Int16,
        Primitive::UInt16,
        Primitive::Int32,
        Primitive::UInt32,
        Primitive::Int64,
        Primitive::UInt64,
        Primitive::Single,
        Primitive::Double,
        Primitive::Decimal,
        Primitive::Char,
        Primitive::String,
        Primitive::Bytes,
        Primitive::Guid,
        Primitive::DateTime,
        Primitive::DateTimeOffset,
        Primitive::DateOnly,
        Primitive::TimeOnly,
        Primitive::TimeSpan,
        Primitive::Uri,
        Primitive::Version,
        Primitive::QName,
    ];
    let mut members: Vec<Member> = Vec::new();
    for value in all {
        members.push(member(&format!("A{value:?}"), primitive(value)));
        let mut maybe = member(&format!("Maybe{value:?}"), nullable(primitive(value)));
        maybe.nullable = true;
        members.push(maybe);
        members.push(member(&format!("{value:?}List"), list(primitive(value))));
        members.push(member(&format!("Nested{value:?}List"), list(list(primitive(value)))));
        members.push(member(&format!("Nullable{value:?}List"), list(nullable(primitive(value)))));
        members.push(member(
            &format!("By{value:?}"),
            TypeRef::Map { key: Box::new(primitive(value)), value: Box::new(list(primitive(value))) },
        ));
    }
    members.push(member("Anything", TypeRef::Any));
    members.push(member("Rows", TypeRef::Xml { written: "DataSet".into() }));
    members.push(member("Vendor", TypeRef::Unknown { written: "Vendor.Money".into(), span: span() }));
    members.push(member("State", named("Shop.State")));
    members.push(member("Rights", named("Shop.Rights")));
    members.push(member("Self", named("Shop.All")));
    members.push(member("Type", primitive(Primitive::String)));
    members.push(member("Tree", named("Shop.Tree")));
    let types = vec![
        class("Shop.All", members),
        enumeration("Shop.State", false, &[("Open", 1), ("Closed", -5), ("Shut", -5)]),
        enumeration("Shop.Rights", true, &[("Read", 1), ("Write", 2)]),
        data_type("Shop.Tree", DataKind::Collection { item: named("Shop.Tree"), item_name: "Tree".into() }),
    ];
    let operations = vec![operation("Shop.IAll", "Get", vec![parameter("all", named("Shop.All"))], Some(list(named("Shop.All"))))];
    let model = model(vec![contract("Shop.IAll", operations)], types);
    let (lowered, findings) = run(&model, &mut Lock::default());
    assert!(!findings.iter().any(|finding| finding.contains("rejected")), "{findings:?}");
    println!("{}\n{}", text_of(&lowered, "shop.v1"), findings.join("\n"));
    println!("{}", lowered.packages.iter().map(|p| p.stubs.as_str()).collect::<String>());
}
