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

pub(super) fn primitive(primitive: Primitive) -> TypeRef {
    TypeRef::Primitive(primitive)
}

pub(super) fn named(name: &str) -> TypeRef {
    TypeRef::Named(TypeKey(name.to_owned()))
}

pub(super) fn list(item: TypeRef) -> TypeRef {
    TypeRef::List { item: Box::new(item) }
}

pub(super) fn nullable(item: TypeRef) -> TypeRef {
    TypeRef::Nullable(Box::new(item))
}

pub(super) fn member(name: &str, type_ref: TypeRef) -> Member {
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

pub(super) fn class(key: &str, members: Vec<Member>) -> DataType {
    derived(key, None, members, &[])
}

pub(super) fn derived(key: &str, base: Option<&str>, members: Vec<Member>, known: &[&str]) -> DataType {
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

pub(super) fn enumeration(key: &str, flags: bool, values: &[(&str, i128)]) -> DataType {
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

pub(super) fn parameter(name: &str, type_ref: TypeRef) -> Parameter {
    Parameter { name: name.to_owned(), clr_name: name.to_owned(), is_return: false, type_ref, span: span() }
}

pub(super) fn operation(contract: &str, name: &str, parameters: Vec<Parameter>, result: Option<TypeRef>) -> Operation {
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

pub(super) fn contract(key: &str, operations: Vec<Operation>) -> ServiceContract {
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

pub(super) fn model(contracts: Vec<ServiceContract>, types: Vec<DataType>) -> ContractModel {
    ContractModel {
        contracts: contracts.into_iter().map(|contract| (contract.clr_name.clone(), contract)).collect(),
        types: types.into_iter().map(|data_type| (data_type.key.clone(), data_type)).collect(),
        ..ContractModel::default()
    }
}

pub(super) fn run(model: &ContractModel, lock: &mut Lock) -> (Lowered, Vec<String>) {
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
    let text = text_of(&lowered, "shop.v1");
    for line in [
        "  optional bool maybe_boolean = 2;",
        "  repeated BoolList nested_boolean_list = 4;",
        "  repeated NullableBool nullable_boolean_list = 5;",
        "  map<bool, BoolList> by_boolean = 6;",
        "  optional string a_string = ",
        "  optional bytes a_bytes = ",
        "  dotnet.v1.Decimal a_decimal = ",
        "  repeated DecimalDecimalListEntry by_decimal = ",
        "  google.protobuf.Timestamp a_date_time = ",
        "  dotnet.v1.DateTimeOffset a_date_time_offset = ",
        "  google.protobuf.Duration a_time_span = ",
        "  google.protobuf.Any anything = ",
        "  optional State state = ",
        "  optional int32 rights = ",
        "  optional string type = ",
        "  Tree tree = ",
        "  STATE_UNSPECIFIED = 0;",
        "  option allow_alias = true;",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for code in [
        "wcf-open-type",
        "wcf-xml-content",
        "wcf-type-as-xml",
        "wcf-datetime-kind-lost",
        "wcf-timespan-range",
        "wcf-null-list-becomes-empty",
    ] {
        assert!(findings.iter().any(|finding| finding.starts_with(code)), "{code} is not in {findings:?}");
    }
}

fn order(members: &[(&str, Primitive)]) -> ContractModel {
    let members = members.iter().map(|(name, value)| member(name, primitive(*value))).collect();
    let operations = vec![operation("Shop.IOrders", "Get", vec![], Some(named("Shop.Order")))];
    model(vec![contract("Shop.IOrders", operations)], vec![class("Shop.Order", members)])
}

fn order_lines(lowered: &Lowered) -> Vec<String> {
    let text = text_of(lowered, "shop.v1");
    let message = text.split("message Order {").nth(1).unwrap().split('}').next().unwrap();
    message.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty() && !line.starts_with("//")).collect()
}

#[test]
fn numbers_are_recorded_and_never_given_twice() {
    let mut lock = Lock::default();
    let (first, _) = run(&order(&[("A", Primitive::Int32), ("B", Primitive::Int32), ("C", Primitive::Int32)]), &mut lock);
    assert_eq!(order_lines(&first), ["int32 a = 1;", "int32 b = 2;", "int32 c = 3;"]);

    // B went, D came before A: D gets the next number, that of B is reserved.
    lock = Lock::parse(&lock.to_text()).unwrap();
    let (second, _) = run(&order(&[("D", Primitive::Int32), ("A", Primitive::Int32), ("C", Primitive::Int32)]), &mut lock);
    assert_eq!(order_lines(&second), ["reserved 2;", "reserved \"b\";", "int32 d = 4;", "int32 a = 1;", "int32 c = 3;"]);

    // B comes back: with a new number. A has another type: a new number too.
    lock = Lock::parse(&lock.to_text()).unwrap();
    let (third, findings) = run(&order(&[("A", Primitive::String), ("B", Primitive::Int32)]), &mut lock);
    assert_eq!(order_lines(&third), ["reserved 1, 2, 3, 4;", "reserved \"c\", \"d\";", "optional string a = 5;", "int32 b = 6;"]);
    assert_eq!(findings.iter().filter(|finding| finding.starts_with("wcf-field-type-changed")).count(), 1);

    // The same input again: the same bytes.
    let text = lock.to_text();
    let (again, _) = run(&order(&[("A", Primitive::String), ("B", Primitive::Int32)]), &mut lock);
    assert_eq!(lock.to_text(), text);
    assert_eq!(text_of(&again, "shop.v1"), text_of(&third, "shop.v1"));
}

#[test]
fn clashes_are_resolved_by_content() {
    let operations = |contract: &str| {
        vec![operation(
            contract,
            "Get",
            vec![parameter("id", primitive(Primitive::Int32)), parameter("ID", named("Shop.GetRequest"))],
            None,
        )]
    };
    let contracts = vec![contract("Shop.IA", operations("Shop.IA")), contract("Shop.IB", operations("Shop.IB"))];
    let types = vec![
        class("Shop.GetRequest", vec![]),
        class("Shop.GETREQUEST", vec![]),
        class("Shop.A", vec![member("X", named("Shop.GETREQUEST"))]),
    ];
    let mut reversed = (contracts.clone(), types.clone());
    reversed.0.reverse();
    reversed.1.reverse();
    let (one, _) = run(&model(contracts, types), &mut Lock::default());
    let (two, _) = run(&model(reversed.0, reversed.1), &mut Lock::default());
    let text = text_of(&one, "shop.v1");
    assert_eq!(text, text_of(&two, "shop.v1"));
    for line in ["message AGetRequest {", "message BGetRequest {", "message GetRequest {}", "  optional int32 id_2 = "] {
        assert!(text.contains(line) || line.contains("id_2"), "{line} is not in\n{text}");
    }
    assert!(text.contains(" id_2 = "), "{text}");
}

#[test]
fn derived_classes_are_alternatives_and_carry_the_members_of_their_base() {
    let types = vec![
        derived("Zoo.Animal", None, vec![member("Name", primitive(Primitive::String))], &["Zoo.Cat", "Zoo.Dog", "Zoo.Stone"]),
        derived("Zoo.Cat", Some("Zoo.Animal"), vec![member("Lives", primitive(Primitive::Int32))], &[]),
        derived("Zoo.Dog", Some("Zoo.Animal"), vec![member("Name", primitive(Primitive::Int32))], &[]),
        class("Zoo.Stone", vec![]),
    ];
    let operations = vec![operation("Zoo.IZoo", "Get", vec![], Some(named("Zoo.Animal")))];
    let (lowered, _) = run(&model(vec![contract("Zoo.IZoo", operations)], types), &mut Lock::default());
    let text = text_of(&lowered, "zoo.v1");
    for lines in [
        "  oneof derived {\n",
        "    Cat cat = 2;\n",
        "    Dog dog = 3;\n",
        "message Cat {\n  // WCF: `Name`.\n  optional string name = 1;\n",
    ] {
        assert!(text.contains(lines), "{lines} is not in\n{text}");
    }
    assert!(!text.contains("Stone"), "{text}");
    assert!(text.contains("  optional string name = 1;\n\n  // WCF: `Name`.\n  int32 name_2 = 2;\n"), "{text}");
}

#[test]
fn namespaces_that_use_each_other_share_a_package_and_services_stay() {
    let types = vec![
        class("Shop.Order", vec![member("Part", named("Shop.Parts.Part"))]),
        class("Shop.Parts.Part", vec![member("Order", named("Shop.Order"))]),
    ];
    let contracts = vec![
        contract("Shop.IOrders", vec![operation("Shop.IOrders", "Get", vec![], Some(named("Shop.Order")))]),
        contract("Shop.Parts.IParts", vec![operation("Shop.Parts.IParts", "Get", vec![], Some(named("Shop.Parts.Part")))]),
    ];
    let (lowered, findings) = run(&model(contracts, types), &mut Lock::default());
    assert!(text_of(&lowered, "shop.v1").contains("message Part {"));
    assert!(text_of(&lowered, "shop.parts.v1").contains("import \"shop/v1/shop.proto\";"));
    assert!(text_of(&lowered, "shop.parts.v1").contains("service Parts {"));
    assert_eq!(findings, ["wcf-proto-package-merged: `Shop.Parts.Part` is in the package `shop.v1`, not in `shop.parts.v1`"]);
}

fn methods_of(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| line.starts_with("rpc ")).collect()
}

#[test]
fn streams_travel_in_chunks() {
    let operations = vec![
        operation(
            "Shop.IFiles",
            "Upload",
            vec![parameter("name", primitive(Primitive::String)), parameter("content", TypeRef::Stream)],
            None,
        ),
        operation("Shop.IFiles", "Download", vec![parameter("name", primitive(Primitive::String))], Some(TypeRef::Stream)),
    ];
    let (lowered, findings) = run(&model(vec![contract("Shop.IFiles", operations)], vec![]), &mut Lock::default());
    let text = text_of(&lowered, "shop.v1");
    assert_eq!(
        methods_of(text),
        ["rpc Upload(stream UploadRequest) returns (UploadResponse);", "rpc Download(DownloadRequest) returns (stream DownloadResponse);"]
    );
    assert!(text.contains("  bytes chunk = 2;"), "{text}");
    assert_eq!(findings.iter().filter(|finding| finding.starts_with("wcf-stream-in-chunks")).count(), 2);
    let methods = &lowered.services["Shop.IFiles"].methods;
    assert_eq!((methods[0].client_streaming, methods[0].server_streaming), (true, false));
    assert_eq!((methods[1].client_streaming, methods[1].server_streaming), (false, true));
}

fn duplex(operations: Vec<Operation>, callbacks: Vec<Operation>) -> ContractModel {
    let mut duplex = contract("Shop.ITicker", operations);
    duplex.callback = Some("Shop.ITickerCallback".to_owned());
    duplex.callback_operations = callbacks;
    model(vec![duplex], vec![])
}

fn one_way(name: &str, parameters: Vec<Parameter>) -> Operation {
    Operation { one_way: true, ..operation("Shop.ITicker", name, parameters, None) }
}

#[test]
fn a_subscription_answers_with_a_stream_of_callbacks() {
    let callbacks = vec![one_way("Changed", vec![parameter("price", primitive(Primitive::Double))]), one_way("Closed", vec![])];
    let subscribe = operation("Shop.ITicker", "Subscribe", vec![parameter("symbol", primitive(Primitive::String))], None);
    let (lowered, findings) = run(&duplex(vec![subscribe], callbacks), &mut Lock::default());
    let text = text_of(&lowered, "shop.v1");
    assert_eq!(methods_of(text), ["rpc Subscribe(SubscribeRequest) returns (stream TickerEvent);"]);
    for line in ["  oneof event {", "    ChangedEvent changed = 1;", "    ClosedEvent closed = 2;", "message ClosedEvent {}"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("SubscribeResponse"), "{text}");
    assert!(findings.iter().any(|finding| finding.starts_with("wcf-duplex-as-stream")));
}

#[test]
fn a_session_is_one_stream_of_actions_and_one_of_replies_and_callbacks() {
    let operations = vec![
        one_way("Add", vec![parameter("symbol", primitive(Primitive::String))]),
        operation("Shop.ITicker", "Count", vec![], Some(primitive(Primitive::Int32))),
    ];
    let callbacks = vec![operation("Shop.ITickerCallback", "Confirm", vec![], Some(primitive(Primitive::Boolean)))];
    let (lowered, _) = run(&duplex(operations, callbacks), &mut Lock::default());
    let text = text_of(&lowered, "shop.v1");
    assert_eq!(methods_of(text), ["rpc Session(stream TickerAction) returns (stream TickerEvent);"]);
    let action = text.split("message TickerAction {").nth(1).unwrap().split("\n}\n").next().unwrap();
    for line in [
        "  uint64 id = 1;",
        "  uint64 in_reply_to = 2;",
        "    AddRequest add = 3;",
        "    CountRequest count = 4;",
        "    ConfirmAnswer confirm_answer = 5;",
    ] {
        assert!(action.contains(line), "{line} is not in\n{action}");
    }
    let event = text.split("message TickerEvent {").nth(1).unwrap().split("\n}\n").next().unwrap();
    for line in ["  uint64 in_reply_to = 1;", "  uint64 id = 2;", "    CountResponse count_response = 3;", "    ConfirmEvent confirm = 4;"]
    {
        assert!(event.contains(line), "{line} is not in\n{event}");
    }
}

#[test]
fn initiating_and_terminating_operations_are_a_session() {
    let operations = vec![
        operation("Shop.ICart", "Open", vec![], None),
        Operation { initiating: false, terminating: true, ..operation("Shop.ICart", "Pay", vec![], Some(primitive(Primitive::Decimal))) },
    ];
    let (lowered, findings) = run(&model(vec![contract("Shop.ICart", operations)], vec![]), &mut Lock::default());
    assert_eq!(methods_of(text_of(&lowered, "shop.v1")), ["rpc Session(stream CartAction) returns (stream CartEvent);"]);
    assert!(findings.iter().any(|finding| finding.starts_with("wcf-session-as-stream")));
}

mod hostile {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 22] = [
        "Type",
        "type",
        "self",
        "Self",
        "crate",
        "_",
        "ID",
        "Id",
        "id_",
        "Größe",
        "2x",
        "Option",
        "Status",
        "SetStatus",
        "derived",
        "Message",
        "message",
        "reserved",
        "A_B",
        "AB",
        "Ab",
        "日本",
    ];

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
            1 => "\\PC{0,6}",
        ]
    }

    fn key() -> impl Strategy<Value = String> {
        (prop::sample::select(vec!["", "Shop", "Shop.V1", "Google", "Dotnet", "Shop.Type", "Faults"]), 0_usize..6).prop_map(
            |(namespace, number)| {
                let name = NAMES.get(number * 3).copied().unwrap_or("X");
                if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
            },
        )
    }

    fn type_ref() -> impl Strategy<Value = TypeRef> {
        let leaf = prop_oneof![
            key().prop_map(|key| named(&key)),
            prop::sample::select(vec![
                Primitive::Int32,
                Primitive::String,
                Primitive::Decimal,
                Primitive::DateTime,
                Primitive::Guid,
                Primitive::Char
            ])
            .prop_map(primitive),
            Just(TypeRef::Stream),
            Just(TypeRef::Any),
            Just(TypeRef::Message),
        ];
        leaf.prop_recursive(3, 8, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(list),
                inner.clone().prop_map(nullable),
                (inner.clone(), inner).prop_map(|(key, value)| TypeRef::Map { key: Box::new(key), value: Box::new(value) }),
            ]
        })
    }

    fn members() -> impl Strategy<Value = Vec<(String, TypeRef)>> {
        prop::collection::vec((name(), type_ref()), 0..5)
    }

    fn data() -> impl Strategy<Value = DataType> {
        let class =
            (key(), prop::option::of(key()), members(), prop::collection::vec(key(), 0..3)).prop_map(|(own, base, members, known)| {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                derived(&own, base.as_deref(), members.into_iter().map(|(name, type_ref)| member(&name, type_ref)).collect(), &known)
            });
        let values = prop::collection::vec((name(), -3_i128..5_000_000_000), 0..5);
        let enumerated = (key(), any::<bool>(), values).prop_map(|(own, flags, values)| {
            let values: Vec<(&str, i128)> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            enumeration(&own, flags, &values)
        });
        let collection = (key(), type_ref()).prop_map(|(own, item)| data_type(&own, DataKind::Collection { item, item_name: "x".into() }));
        prop_oneof![3 => class, 1 => enumerated, 1 => collection]
    }

    fn operations() -> impl Strategy<Value = Vec<Operation>> {
        let operation = (name(), members(), prop::option::of(type_ref()), any::<bool>(), any::<bool>()).prop_map(
            |(name, parameters, result, one_way, ends)| {
                let parameters = parameters.into_iter().map(|(name, type_ref)| parameter(&name, type_ref)).collect();
                let result = result.filter(|_| !one_way);
                Operation { one_way, terminating: ends && one_way, ..operation("Shop.IHostile", &name, parameters, result) }
            },
        );
        // .NET refuses two operations of one name.
        prop::collection::vec(operation, 0..4).prop_map(|mut operations| {
            let mut names = BTreeSet::new();
            operations.retain(|operation| names.insert(operation.name.clone()));
            operations
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever a contract says, its proto is accepted, and the next run gives the same.
        #[test]
        fn every_contract_is_accepted_and_stays(types in prop::collection::vec(data(), 0..6), operations in operations(), callbacks in operations()) {
            let mut contracts = vec![contract("Shop.IHostile", operations.clone()), contract("Shop.Hostile", operations)];
            if let Some(first) = contracts.first_mut() {
                first.callback_operations = callbacks;
            }
            let model = model(contracts, types);
            let mut lock = Lock::default();
            let (first, findings) = run(&model, &mut lock);
            prop_assert!(!findings.iter().any(|finding| finding.starts_with("wcf-proto-rejected")), "{findings:?}");
            let text = lock.to_text();
            let mut lock = Lock::parse(&text).unwrap();
            let (second, again) = run(&model, &mut lock);
            prop_assert_eq!(lock.to_text(), text);
            prop_assert_eq!(first, second);
            prop_assert_eq!(findings, again);
        }
    }
}
