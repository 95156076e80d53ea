//! Data types as messages and enums, and the numbers of their fields.

use std::collections::{BTreeMap, BTreeSet};

use wcf_contract::model::{DataKind, DataType, Docs, EnumType, Member, TypeKey, TypeRef};
use wcf_diagnostics::Span;

use crate::diagnostics::{EnumNumberKept, FieldTypeChanged, ObjectIdentityLost};
use crate::doc_text::code_span;
use crate::lock::{NumberEntry, NumberRecord, is_field_number};
use crate::names::{clash_key, enum_value_name, field_name};
use crate::proto::enum_numbers::{self, UNSPECIFIED};
use crate::proto::lower::Lowering;
use crate::proto::packages::{derived_types, members_with_bases};
use crate::proto::values::{Holder, Loss, Use, integer_of};
use crate::proto::{
    Domain, FieldLabel, FieldType, ItemType, MessageRole, NumberType, Presence, ProtoEnum, ProtoEnumValue, ProtoField, ProtoItem,
    ProtoMessage, ProtoOneof, Reserved, Value,
};

/// A field before it has a name and a number.
pub(super) struct Wanted {
    /// What it stands for, as the lock calls it.
    pub member: String,
    /// The name it would like.
    pub name: String,
    pub docs: Vec<String>,
    pub field_type: FieldType,
    pub domain: Domain,
    pub span: Span,
}

/// The alternatives of a message.
pub(super) struct Alternatives {
    /// The name of the oneof.
    pub name: &'static str,
    pub docs: Vec<String>,
    pub fields: Vec<Wanted>,
}

/// Plain paragraphs of a documentation.
pub(super) fn doc_paragraphs(docs: &Docs) -> Vec<String> {
    [&docs.summary, &docs.remarks].into_iter().flat_map(|text| crate::doc_text::paragraphs(text)).collect()
}

impl Lowering<'_> {
    /// The message or enum of a data type; none for those that are lowered in place.
    pub fn data_type(&mut self, key: &TypeKey, package: &str) -> Option<ProtoItem> {
        let model = self.model;
        let data_type = model.types.get(key)?;
        let mut docs = doc_paragraphs(&data_type.docs);
        docs.push(format!("WCF: {}.", code_span(&key.0)));
        match &data_type.kind {
            DataKind::Class(class) => {
                if class.is_reference {
                    self.findings.push(ObjectIdentityLost { span: data_type.span, name: key.0.clone() });
                }
                Some(ProtoItem::Message(self.class(data_type, class.is_abstract, package, docs)))
            }
            DataKind::Enum(enumeration) => match integer_of(enumeration) {
                None => Some(ProtoItem::Enum(self.enumeration(key, enumeration, package, docs))),
                Some(_) => None,
            },
            DataKind::Collection { item, .. } => {
                let list = TypeRef::List { item: Box::new(item.clone()) };
                Some(ProtoItem::Message(self.collection(data_type, &list, "items", package, docs)))
            }
            DataKind::Dictionary { key, value } => {
                let map = TypeRef::Map { key: Box::new(key.clone()), value: Box::new(value.clone()) };
                Some(ProtoItem::Message(self.collection(data_type, &map, "entries", package, docs)))
            }
            DataKind::Message(message) => {
                let mut holder = Holder::new(package);
                let members: Vec<&Member> = message.members().collect();
                let wanted = members.into_iter().map(|member| self.member(member, member.name.clone(), &mut holder)).collect();
                self.report(&key.0, holder);
                Some(ProtoItem::Message(self.message(&key.0, docs, wanted, None)))
            }
            DataKind::Choice(members) => Some(ProtoItem::Message(self.choice(data_type, members, package, docs))),
        }
    }

    /// A choice of a schema: a message of one `oneof`. A list cannot stand in a `oneof`, and gets a message around it.
    fn choice(&mut self, data_type: &DataType, members: &[Member], package: &str, docs: Vec<String>) -> ProtoMessage {
        let mut holder = Holder::new(package);
        let mut fields = Vec::new();
        for member in members {
            let place = Use { span: member.span, name: &member.name };
            let lowered = self.element_type(&member.type_ref, &mut holder, place);
            let mut field_docs = doc_paragraphs(&member.docs);
            field_docs.extend(lowered.remark);
            if field_docs.is_empty() || member.name != member.clr_name {
                field_docs.push(format!("WCF: {}.", code_span(&member.name)));
            }
            fields.push(Wanted {
                member: member.name.clone(),
                name: field_name(&member.name),
                docs: field_docs,
                field_type: lowered.field_type,
                domain: lowered.domain,
                span: member.span,
            });
        }
        self.report(&data_type.key.0, holder);
        let alternatives = Alternatives { name: "choice", docs: vec!["Exactly one is set.".to_owned()], fields };
        ProtoMessage { role: MessageRole::Choice, ..self.message(&data_type.key.0, docs, Vec::new(), Some(alternatives)) }
    }

    fn class(&mut self, data_type: &DataType, is_abstract: bool, package: &str, mut docs: Vec<String>) -> ProtoMessage {
        let model = self.model;
        let key = &data_type.key.0;
        let members = members_with_bases(model, data_type);
        let mut holder = Holder::new(package);
        let derived = derived_types(model, data_type);
        let mut wanted = Vec::new();
        if !is_abstract || derived.is_empty() {
            for (declaring, member) in &members {
                // A derived class may declare a member of its base's name anew: both travel.
                let hidden = members.iter().any(|(other, twin)| twin.name == member.name && other.key != declaring.key);
                let id = if hidden { format!("{}.{}", declaring.clr_name, member.name) } else { member.name.clone() };
                wanted.push(self.member(member, id, &mut holder));
            }
        }
        self.report(key, holder);
        let oneof = (!derived.is_empty()).then(|| {
            let fields: Vec<Wanted> = derived
                .iter()
                .map(|derived| {
                    let full_name = self.full_name(&derived.key.0);
                    let field_type = FieldType { label: FieldLabel::Singular, item: ItemType::Message(full_name.clone()) };
                    Wanted {
                        member: format!("derived {}", derived.key.0),
                        name: field_name(full_name.rsplit('.').next().unwrap_or_default()),
                        docs: vec![format!("The value is a {}.", code_span(&derived.key.0))],
                        domain: Domain::of(Value::Message, &field_type),
                        field_type,
                        span: derived.span,
                    }
                })
                .collect();
            let docs =
                vec!["Set where the value is of a derived class; it then has all members, and the fields above are empty.".to_owned()];
            Alternatives { name: "derived", docs, fields }
        });
        if is_abstract && !derived.is_empty() {
            docs.push("The class is abstract: a value is always of a derived class.".to_owned());
        }
        let role = if is_abstract && oneof.is_some() { MessageRole::AbstractData } else { MessageRole::Data };
        ProtoMessage { role, ..self.message(key, docs, wanted, oneof) }
    }

    /// An enum that travels as an integer.
    pub fn number_type(&self, key: &TypeKey) -> Option<NumberType> {
        let data_type = self.model.types.get(key)?;
        let DataKind::Enum(enumeration) = &data_type.kind else { return None };
        let integer = match integer_of(enumeration)? {
            "int32" => "i32",
            "uint32" => "u32",
            "uint64" => "u64",
            _ => "i64",
        };
        let mut docs = doc_paragraphs(&data_type.docs);
        docs.push(format!("WCF: {}.", code_span(&key.0)));
        let mut taken = BTreeSet::new();
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        let mut sorted: Vec<&str> = enumeration.members.iter().map(|member| member.name.as_str()).collect();
        sorted.sort_unstable();
        for member in sorted {
            let name = free_name(&crate::names::constant_name(member), &taken);
            taken.insert(clash_key(&name));
            names.insert(member, name);
        }
        let constants = enumeration
            .members
            .iter()
            .filter_map(|member| {
                let mut docs = doc_paragraphs(&member.docs);
                if docs.is_empty() || member.name != member.clr_name {
                    docs.push(format!("WCF: {}.", code_span(&member.name)));
                }
                Some((names.remove(member.name.as_str())?, member.value, docs))
            })
            .collect();
        let name = self.full_name(&key.0).rsplit('.').next().unwrap_or_default().to_owned();
        Some(NumberType { name, docs, integer, flags: enumeration.flags, constants })
    }

    fn collection(&mut self, data_type: &DataType, list: &TypeRef, name: &str, package: &str, docs: Vec<String>) -> ProtoMessage {
        let mut holder = Holder::new(package);
        let lowered = self.field_type(list, false, &mut holder, Use { span: data_type.span, name: &data_type.name });
        self.report(&data_type.key.0, holder);
        let docs_of_field = vec!["What it holds.".to_owned()];
        let wanted = vec![Wanted {
            member: name.to_owned(),
            name: name.to_owned(),
            docs: docs_of_field,
            field_type: lowered.field_type,
            domain: lowered.domain,
            span: data_type.span,
        }];
        self.message(&data_type.key.0, docs, wanted, None)
    }

    /// A member as a field, under the given id.
    pub fn member(&mut self, member: &Member, id: String, holder: &mut Holder) -> Wanted {
        let mut lowered = self.field_type(&member.type_ref, member.nullable, holder, Use { span: member.span, name: &member.name });
        let mut docs = doc_paragraphs(&member.docs);
        docs.extend(lowered.remark);
        if member.required {
            match (lowered.field_type.label, &lowered.field_type.item) {
                // One that may be null is absent for null.
                _ if lowered.domain.presence == Presence::Nullable => required_is_lost(member, holder),
                (FieldLabel::Singular | FieldLabel::Optional, item) => {
                    // Messages and the text of a GUID are there or not; a scalar must be told apart from its default.
                    if !matches!(item, ItemType::Message(_)) && lowered.domain.value != Value::Guid {
                        lowered.field_type.label = FieldLabel::Optional;
                    }
                    lowered.domain.presence = Presence::Required;
                    docs.push("Required: what arrives without it is refused.".to_owned());
                }
                (FieldLabel::Repeated | FieldLabel::Map(_), _) => required_is_lost(member, holder),
            }
        }
        if docs.is_empty() || member.name != member.clr_name {
            docs.push(format!("WCF: {}.", code_span(&member.name)));
        }
        Wanted {
            member: id,
            name: field_name(&member.name),
            docs,
            field_type: lowered.field_type,
            domain: lowered.domain,
            span: member.span,
        }
    }

    /// A message with names and numbers: those recorded stay, new ones are appended, those gone become reserved.
    pub fn message(&mut self, key: &str, docs: Vec<String>, wanted: Vec<Wanted>, oneof: Option<Alternatives>) -> ProtoMessage {
        let full_name = self.full_name(key);
        let name = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let (oneof_head, oneof_wanted) = match oneof {
            Some(Alternatives { name, docs, fields }) => (Some((name, docs)), fields),
            None => (None, Vec::new()),
        };
        let plain = wanted.len();
        let all: Vec<Wanted> = wanted.into_iter().chain(oneof_wanted).collect();
        let previous = self.lock.messages.remove(key).unwrap_or_default();
        let record = self.number(key, &all, previous);
        let mut by_member: BTreeMap<&str, &NumberEntry> = record.entries.iter().map(|entry| (entry.member.as_str(), entry)).collect();
        let mut fields = Vec::new();
        let mut alternatives = Vec::new();
        for (at, field) in all.into_iter().enumerate() {
            let Some(entry) = by_member.remove(field.member.as_str()) else { continue };
            let field = ProtoField {
                name: entry.name.clone(),
                number: entry.number,
                docs: field.docs,
                field_type: field.field_type,
                domain: field.domain,
            };
            if at < plain { fields.push(field) } else { alternatives.push(field) }
        }
        let used: BTreeSet<&str> = record.entries.iter().map(|entry| entry.name.as_str()).collect();
        let reserved = Reserved {
            numbers: record.removed.iter().map(|entry| entry.number).collect(),
            names: record.removed.iter().map(|entry| entry.name.clone()).filter(|name| !used.contains(name.as_str())).collect(),
        };
        let used_keys: BTreeSet<String> = used.iter().map(|name| clash_key(name)).collect();
        let oneof = oneof_head.map(|(name, docs)| ProtoOneof { name: free_name(name, &used_keys), docs, fields: alternatives });
        self.lock.messages.insert(key.to_owned(), record);
        ProtoMessage { name, docs, fields, oneof, reserved, role: MessageRole::Data }
    }

    fn number(&mut self, key: &str, wanted: &[Wanted], previous: NumberRecord) -> NumberRecord {
        let mut record = NumberRecord { entries: Vec::new(), removed: previous.removed };
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        for entry in previous.entries {
            let now = wanted.iter().find(|field| field.member == entry.member);
            match now {
                Some(field) if same_on_the_wire(&entry.type_text, &field.field_type.recorded()) => {
                    kept.insert(&field.member);
                    record.entries.push(NumberEntry { type_text: field.field_type.recorded(), ..entry });
                }
                Some(_) | None => record.removed.push(entry),
            }
        }

        let mut taken: BTreeSet<String> = record.entries.iter().map(|entry| clash_key(&entry.name)).collect();
        // prost gives the field of an enum functions of these names beside those of other fields.
        for field in wanted.iter().filter(|field| matches!(field.field_type.item, ItemType::Enum(_))) {
            taken.extend(["set", "push"].map(|function| clash_key(&format!("{function}_{}", field.name))));
        }
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        let mut new: Vec<&Wanted> = wanted.iter().filter(|field| !kept.contains(field.member.as_str())).collect();
        new.sort_by(|a, b| a.member.cmp(&b.member));
        for field in &new {
            let name = free_name(&field.name, &taken);
            taken.insert(clash_key(&name));
            names.insert(&field.member, name);
        }
        let mut next = record.entries.iter().chain(&record.removed).map(|entry| entry.number).max().unwrap_or(0) + 1;
        for field in wanted {
            let Some(name) = names.remove(field.member.as_str()) else { continue };
            if !is_field_number(next) {
                next = 20_000;
            }
            record.entries.push(NumberEntry { number: next, name, type_text: field.field_type.recorded(), member: field.member.clone() });
            next += 1;
        }
        record.entries.sort();
        record.removed.sort();
        // Told from the record, so that every later run says the same.
        for entry in &record.removed {
            if let Some(field) = wanted.iter().find(|field| field.member == entry.member)
                && !same_on_the_wire(&entry.type_text, &field.field_type.recorded())
            {
                self.findings.push(FieldTypeChanged {
                    span: field.span,
                    key: key.to_owned(),
                    member: entry.member.clone(),
                    from: entry.type_text.clone(),
                    to: field.field_type.recorded(),
                    number: entry.number,
                });
            }
        }
        record
    }

    fn enumeration(&mut self, key: &TypeKey, enumeration: &EnumType, package: &str, docs: Vec<String>) -> ProtoEnum {
        let full_name = self.full_name(&key.0);
        let name = full_name.rsplit('.').next().unwrap_or_default().to_owned();
        let previous = self.lock.enums.remove(&key.0).unwrap_or_default();
        // Values of an enum are siblings of the enum in proto: their names must differ in the whole package.
        let prefix = format!("{package}.");
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (other, record) in &self.lock.enums {
            if self.lock.names.get(other).is_some_and(|name| name.starts_with(&prefix)) {
                taken.extend(record.entries.iter().chain(&record.removed).map(|entry| clash_key(&entry.name)));
            }
        }
        let recorded: BTreeMap<&str, &str> =
            previous.removed.iter().chain(&previous.entries).map(|entry| (entry.member.as_str(), entry.name.as_str())).collect();
        taken.extend(recorded.values().map(|name| clash_key(name)));

        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        let with_numbers: Vec<(&str, i32)> =
            enumeration.members.iter().filter_map(|member| Some((member.name.as_str(), i32::try_from(member.value).ok()?))).collect();
        let numbers = enum_numbers::assign(&with_numbers, &previous);
        let zero = numbers.values().any(|&number| number == 0);
        let mut wanted: Vec<&str> = enumeration.members.iter().map(|member| member.name.as_str()).collect();
        if !zero {
            wanted.push(UNSPECIFIED);
        }
        wanted.sort_unstable();
        for member in wanted {
            let value_name = match recorded.get(member) {
                Some(recorded) => (*recorded).to_owned(),
                None => {
                    let preferred = if member == UNSPECIFIED { "Unspecified" } else { member };
                    free_name(&enum_value_name(&name, preferred), &taken)
                }
            };
            taken.insert(clash_key(&value_name));
            names.insert(member, value_name);
        }

        let mut values: Vec<ProtoEnumValue> = Vec::new();
        let mut entries = Vec::new();
        if !zero && let Some(name) = names.get(UNSPECIFIED) {
            let docs = vec!["No value: WCF has none of this number.".to_owned()];
            values.push(ProtoEnumValue { name: name.clone(), number: 0, docs });
            entries.push(NumberEntry { number: 0, name: name.clone(), type_text: String::new(), member: UNSPECIFIED.to_owned() });
        }
        for member in &enumeration.members {
            let name_and_number = names.get(member.name.as_str()).zip(numbers.get(member.name.as_str()).copied());
            let Some((name, number)) = name_and_number else { continue };
            let mut docs = doc_paragraphs(&member.docs);
            if i128::from(number) != member.value {
                docs.push(format!("Its number in C# is {}.", member.value));
                self.findings.push(EnumNumberKept {
                    span: member.span,
                    key: key.0.clone(),
                    member: member.name.clone(),
                    value: member.value,
                    number,
                });
            }
            if docs.is_empty() || member.name != member.clr_name {
                docs.push(format!("WCF: {}.", code_span(&member.name)));
            }
            values.push(ProtoEnumValue { name: name.clone(), number, docs });
            entries.push(NumberEntry { number, name: name.clone(), type_text: String::new(), member: member.name.clone() });
        }
        // proto3 wants zero first; the rest keeps the author's order.
        values.sort_by_key(|value| value.number != 0);

        let mut removed = previous.removed;
        // A value that is back under its old number is not removed any more.
        removed.retain(|entry| !entries.iter().any(|now| now.member == entry.member && now.number == entry.number));
        removed.extend(
            previous.entries.into_iter().filter(|entry| !entries.iter().any(|now| now.name == entry.name && now.number == entry.number)),
        );
        entries.sort();
        removed.sort();
        removed.dedup();
        let numbers_in_use: BTreeSet<i32> = entries.iter().map(|entry| entry.number).collect();
        let names_in_use: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        let reserved = Reserved {
            numbers: removed.iter().map(|entry| entry.number).filter(|number| !numbers_in_use.contains(number)).collect(),
            names: removed.iter().map(|entry| entry.name.clone()).filter(|name| !names_in_use.contains(name.as_str())).collect(),
        };
        self.lock.enums.insert(key.0.clone(), NumberRecord { entries, removed });
        ProtoEnum { name, docs, values, reserved }
    }
}

/// Nothing that arrives tells a member that was not sent from one that is null or empty.
fn required_is_lost(member: &Member, holder: &mut Holder) {
    holder.losses.entry(Loss::Required).or_default().push((member.span, member.name.clone()));
}

/// The name, or the name with the lowest number from 2 that nobody has.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(&clash_key(name)) {
        return name.to_owned();
    }
    (2_u32..).map(|number| format!("{name}_{number}")).find(|name| !taken.contains(&clash_key(name))).unwrap_or_else(|| name.to_owned())
}

/// Whether old bytes are read as the new type: presence does not change them.
fn same_on_the_wire(recorded: &str, now: &str) -> bool {
    let bare = |text: &str| text.strip_prefix("optional ").unwrap_or(text).to_owned();
    bare(recorded) == bare(now)
}
