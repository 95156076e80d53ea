//! A contract through a history of edits: whatever people change, old clients are never misread.
//!
//! Each edit is followed by a run on the lock of the run before, as it was written. No number of a field or an enum value comes to
//! mean something else, what went is reserved, and what stayed keeps its number and its name.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use wcf_contract::model::{ContractModel, Fault, Primitive, TypeRef};

use super::tests::*;
use super::*;
use crate::lock::Lock;

/// Names with a choice of type each.
type Named = Vec<(String, u8)>;

/// A contract as people edit it.
#[derive(Clone, Debug)]
struct Source {
    namespace: String,
    operations: Vec<(String, Named, Option<u8>, bool)>,
    classes: Vec<(String, Named)>,
    values: Vec<(String, i128)>,
    names: u32,
}

impl Source {
    fn new() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            namespace: text("Shop"),
            operations: vec![(text("Get"), vec![(text("id"), 0)], Some(6), false), (text("Put"), vec![(text("item"), 6)], None, true)],
            classes: vec![(text("Item"), vec![(text("Code"), 1), (text("Price"), 2), (text("State"), 8)]), (text("Note"), vec![])],
            values: vec![(text("Open"), 0), (text("Closed"), 1), (text("Lost"), 2)],
            names: 0,
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.namespace)
    }

    fn type_ref(&self, choice: u8) -> TypeRef {
        let class = |at: usize| self.classes.get(at).map_or(TypeRef::Any, |(name, _)| named(&self.key(name)));
        match choice % 10 {
            0 => primitive(Primitive::Int32),
            1 => primitive(Primitive::String),
            2 => primitive(Primitive::Decimal),
            3 => list(primitive(Primitive::Int32)),
            4 => nullable(primitive(Primitive::Int32)),
            5 => TypeRef::Map { key: Box::new(primitive(Primitive::Guid)), value: Box::new(class(0)) },
            6 => class(0),
            7 => list(class(1)),
            8 => named(&self.key("State")),
            _ => nullable(named(&self.key("State"))),
        }
    }

    fn model(&self) -> ContractModel {
        let contract_key = self.key("IShop");
        let operations = self.operations.iter().map(|(name, parameters, result, faulty)| {
            let parameters = parameters.iter().map(|(name, choice)| parameter(name, self.type_ref(*choice))).collect();
            let mut operation = operation(&contract_key, name, parameters, result.map(|choice| self.type_ref(choice)));
            if *faulty {
                let detail = self.type_ref(7);
                operation.faults.push(Fault { detail, name: String::new(), action: None, span: operation.span });
            }
            operation
        });
        let mut types: Vec<_> = self
            .classes
            .iter()
            .map(|(name, members)| {
                let members = members.iter().map(|(name, choice)| member(name, self.type_ref(*choice))).collect();
                class(&self.key(name), members)
            })
            .collect();
        let values: Vec<(&str, i128)> = self.values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        types.push(enumeration(&self.key("State"), false, &values));
        model(vec![contract(&contract_key, operations.collect())], types)
    }

    /// A name that may have been in use before.
    fn name(&mut self, byte: u8) -> String {
        self.names += 1;
        if byte.is_multiple_of(3) { format!("Again{}", byte % 4) } else { format!("New{}", self.names) }
    }

    /// One edit, chosen by bytes.
    fn edit(&mut self, (kind, which, how): (u8, u8, u8)) {
        let name = self.name(how);
        let at = |length: usize| usize::from(which) % length.max(1);
        match kind % 16 {
            0..=3 => {
                let classes = self.classes.len();
                let Some((_, members)) = self.classes.get_mut(usize::from(how) % classes) else { return };
                let at = at(members.len());
                change_list(members, kind, at, name, how);
            }
            4 => {
                let classes = self.classes.len();
                let Some((_, members)) = self.classes.get_mut(usize::from(how) % classes) else { return };
                let at = at(members.len());
                if let Some(member) = members.get_mut(at) {
                    member.1 = member.1.wrapping_add(how);
                }
            }
            5 => {
                let at = at(self.operations.len());
                if let Some((_, parameters, ..)) = self.operations.get_mut(at) {
                    let within = usize::from(how) % parameters.len().max(1);
                    change_list(parameters, how, within, name, which);
                }
            }
            6 if self.operations.iter().all(|(other, ..)| *other != name) => {
                let at = at(self.operations.len());
                self.operations.insert(at, (name, vec![("value".to_owned(), how)], Some(which), how > 128));
            }
            7 => {
                let at = at(self.operations.len());
                if self.operations.len() > 1 {
                    self.operations.remove(at);
                }
            }
            8 => self.operations.reverse(),
            9 => {
                let at = at(self.operations.len());
                if let Some(operation) = self.operations.get_mut(at) {
                    operation.2 = operation.2.map_or(Some(how), |_| None);
                    operation.3 = !operation.3;
                }
            }
            // C# numbers what has no number of its own: all that follow move.
            10 | 11 if self.values.iter().all(|(other, _)| *other != name) => {
                self.values.insert(at(self.values.len()), (name, 0));
                self.count_values();
            }
            12 => {
                let at = at(self.values.len());
                if self.values.len() > 1 {
                    self.values.remove(at);
                }
                self.count_values();
            }
            13 => {
                let at = at(self.values.len());
                if let Some(value) = self.values.get_mut(at) {
                    value.1 = i128::from(how) - 100;
                }
            }
            14 => {
                let at = at(self.classes.len());
                if self.classes.iter().all(|(other, _)| *other != name) {
                    self.classes.get_mut(at).unwrap().0 = name;
                }
            }
            15 if how > 200 => self.namespace = if self.namespace == "Shop" { "Moved.Shop".to_owned() } else { "Shop".to_owned() },
            _ => {}
        }
    }

    fn count_values(&mut self) {
        for (number, value) in (0..).zip(&mut self.values) {
            value.1 = number;
        }
    }
}

/// Adds, removes, renames or moves.
fn change_list(list: &mut Vec<(String, u8)>, kind: u8, at: usize, name: String, choice: u8) {
    let is_new = list.iter().all(|(other, _)| *other != name);
    match kind % 4 {
        0 if is_new => list.insert(at.min(list.len()), (name, choice)),
        1 if at < list.len() => drop(list.remove(at)),
        2 if is_new => list.iter_mut().skip(at).take(1).for_each(|member| member.0.clone_from(&name)),
        _ => list.reverse(),
    }
}

/// What each number ever meant, by message or enum.
#[derive(Default)]
struct History {
    /// The member and its type.
    fields: BTreeMap<(String, i32), (String, String)>,
    /// The members.
    values: BTreeMap<(String, i32), BTreeSet<String>>,
    /// What left, by the lock's key: it never comes back, not even for the same member.
    left: BTreeSet<(String, i32)>,
    /// What was in use after the last run.
    last_fields: BTreeMap<(String, String), (i32, String)>,
    last_values: BTreeMap<(String, String), i32>,
}

fn bare(type_text: &str) -> String {
    type_text.strip_prefix("optional ").unwrap_or(type_text).to_owned()
}

impl History {
    fn check(&mut self, lowered: &Lowered, lock: &Lock) -> Result<(), TestCaseError> {
        let files = lowered.packages.iter().flat_map(|package| &package.files);
        let mut messages: BTreeMap<String, &ProtoMessage> = BTreeMap::new();
        let mut enums: BTreeMap<String, &ProtoEnum> = BTreeMap::new();
        for file in files {
            for message in file.services.iter().flat_map(|service| &service.messages) {
                messages.insert(format!("{}.{}", file.package, message.name), message);
            }
            for item in &file.items {
                match item {
                    ProtoItem::Message(message) => drop(messages.insert(format!("{}.{}", file.package, message.name), message)),
                    ProtoItem::Enum(value) => drop(enums.insert(format!("{}.{}", file.package, value.name), value)),
                }
            }
        }
        let (mut fields_now, mut values_now) = (BTreeMap::new(), BTreeMap::new());
        for (key, number) in &self.left {
            let record = lock.messages.get(key);
            prop_assert!(record.is_some_and(|record| record.removed.iter().any(|entry| entry.number == *number)), "{number} of {key}");
            prop_assert!(record.is_some_and(|record| record.entries.iter().all(|entry| entry.number != *number)), "{number} of {key}");
        }
        self.left.extend(lock.messages.iter().flat_map(|(key, record)| record.removed.iter().map(|entry| (key.clone(), entry.number))));
        for (key, record) in &lock.messages {
            let Some(message) = lock.names.get(key).and_then(|name| messages.get(name)) else { continue };
            let name = lock.names.get(key).unwrap();
            let of_message = |number: i32| message.fields.iter().find(|field| field.number == number);
            for entry in &record.entries {
                let meaning = (entry.member.clone(), bare(&entry.type_text));
                let known = self.fields.entry((name.clone(), entry.number)).or_insert_with(|| meaning.clone());
                prop_assert_eq!(known, &meaning, "number {} of {} means something else", entry.number, name);
                let field = of_message(entry.number);
                prop_assert_eq!(field.map(|field| bare(&field.field_type.recorded())), Some(meaning.1.clone()));
                if let Some((number, type_text)) = self.last_fields.get(&(name.clone(), entry.member.clone()))
                    && *type_text == meaning.1
                {
                    prop_assert_eq!(*number, entry.number, "{} of {} moved", &entry.member, name);
                }
                fields_now.insert((name.clone(), entry.member.clone()), (entry.number, meaning.1));
            }
            let ever = self.fields.range((name.clone(), 0)..=(name.clone(), i32::MAX));
            for (_, number) in ever.map(|(at, _)| at) {
                let reserved = message.reserved.numbers.contains(number);
                prop_assert!(reserved != of_message(*number).is_some(), "number {} of {} is neither in use nor reserved", number, name);
            }
        }
        for (key, record) in &lock.enums {
            let Some(name) = lock.names.get(key) else { continue };
            let Some(value) = enums.get(name) else { continue };
            for entry in &record.entries {
                let beside = record.entries.iter().filter(|other| other.number == entry.number);
                let known = self.values.entry((name.clone(), entry.number)).or_default();
                let is_known = known.is_empty() || beside.into_iter().any(|other| known.contains(&other.member));
                let zero = entry.number == 0 && (entry.member == "(none)" || known.contains("(none)"));
                prop_assert!(is_known || zero, "number {} of {} was {:?} and is {}", entry.number, name, known, &entry.member);
                known.insert(entry.member.clone());
                prop_assert!(value.values.iter().any(|value| value.name == entry.name && value.number == entry.number));
                values_now.insert((name.clone(), entry.member.clone()), entry.number);
            }
            let ever = self.values.range((name.clone(), i32::MIN)..=(name.clone(), i32::MAX));
            for (_, number) in ever.map(|(at, _)| at) {
                let in_use = value.values.iter().any(|value| value.number == *number);
                prop_assert!(in_use != value.reserved.numbers.contains(number), "{number} of {name}");
            }
        }
        for (member, number) in &self.last_values {
            // Two names of one number that C# parts: one of them gets another.
            let parted = self.last_values.iter().any(|(other, of_other)| other.0 == member.0 && other != member && of_other == number);
            if let Some(now) = values_now.get(member).filter(|_| !parted) {
                prop_assert_eq!(number, now, "{:?} moved", member);
            }
        }
        self.last_fields = fields_now;
        self.last_values = values_now;
        Ok(())
    }
}

/// Follows a contract through these edits.
fn follow(edits: Vec<(u8, u8, u8)>) -> Result<(), TestCaseError> {
    let mut source = Source::new();
    let mut history = History::default();
    let mut lock = Lock::default();
    let (first, _) = run(&source.model(), &mut lock);
    history.check(&first, &lock)?;
    for edit in edits {
        source.edit(edit);
        let names = lock.names.clone();
        lock = Lock::parse(&lock.to_text()).unwrap();
        let (lowered, findings) = run(&source.model(), &mut lock);
        prop_assert!(!findings.iter().any(|finding| finding.starts_with("wcf-proto-rejected")), "{findings:?}\n{source:?}");
        history.check(&lowered, &lock)?;
        for (key, name) in names {
            prop_assert_eq!(lock.names.get(&key), Some(&name), "{} has another name", key);
        }
        let again = lock.to_text();
        let (second, _) = run(&source.model(), &mut lock);
        prop_assert_eq!(&lock.to_text(), &again);
        prop_assert_eq!(second, lowered);
    }
    Ok(())
}

/// A result is taken away and given back: its number stays reserved, and it gets the next.
#[test]
fn what_comes_back_gets_a_new_number() {
    follow(vec![(9, 92, 0), (89, 8, 146)]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_history_of_edits_gives_a_number_twice(edits in prop::collection::vec(any::<(u8, u8, u8)>(), 1..16)) {
        follow(edits)?;
    }
}
