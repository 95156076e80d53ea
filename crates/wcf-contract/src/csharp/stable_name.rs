//! The names .NET gives to data contracts (`DataContract.GetStableName` in the reference source).

use md5::{Digest, Md5};

use super::clr_type::{ClrType, DefinitionId};
use super::collection::Collection;
use super::constant::Value;
use super::framework::Kind;
use super::model_builder::ModelBuilder;
use super::resolve::Context;
use crate::model::Primitive;

/// Where data contracts of CLR namespaces live.
pub(super) const DATA_CONTRACTS: &str = "http://schemas.datacontract.org/2004/07/";
/// Where collections of built-in types live.
const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
/// How deep names of names are made.
const DEPTH: usize = 16;

/// A data contract's name and namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StableName {
    pub name: String,
    pub namespace: String,
}

impl StableName {
    fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
        Self { name: name.into(), namespace: namespace.into() }
    }

    fn is_built_in(&self) -> bool {
        self.namespace == SCHEMA || self.namespace == SERIALIZATION
    }

    fn array_of(self) -> Self {
        let namespace = if self.is_built_in() { ARRAYS.to_owned() } else { self.namespace };
        Self { name: format!("ArrayOf{}", self.name), namespace }
    }
}

impl ModelBuilder<'_> {
    /// The stable name of any type.
    pub(super) fn stable_name(&mut self, clr: &ClrType) -> StableName {
        self.stable_name_at(clr, 0)
    }

    fn stable_name_at(&mut self, clr: &ClrType, depth: usize) -> StableName {
        if depth > DEPTH {
            return StableName::new("", "");
        }
        let in_namespace = |namespace: &str| format!("{DATA_CONTRACTS}{namespace}");
        match clr {
            ClrType::Array(item, 1) if is_byte(item) => StableName::new("base64Binary", SCHEMA),
            ClrType::Array(item, _) => self.stable_name_at(item, depth + 1).array_of(),
            ClrType::Framework(found, arguments) => match found.0.kind {
                Kind::Primitive(primitive) => primitive_name(primitive),
                Kind::Any if found.0.name == "Object" || found.0.name.starts_with('I') => StableName::new("anyType", SCHEMA),
                Kind::List | Kind::StringList | Kind::Map => self.collection_name(clr, depth),
                Kind::Record(_) | Kind::Nullable | Kind::FieldsOfList => {
                    let names = arguments.iter().map(|argument| self.stable_name_at(argument, depth + 1)).collect::<Vec<_>>();
                    StableName::new(generic_name(found.0.name, &[arguments.len()], &names), in_namespace(found.0.namespace))
                }
                Kind::Any
                | Kind::Xml
                | Kind::Stream
                | Kind::Message
                | Kind::Enum(_)
                | Kind::Task
                | Kind::AsyncCallback
                | Kind::AsyncResult
                | Kind::Process
                | Kind::TypedHeader
                | Kind::Marker(_) => StableName::new(found.0.name, in_namespace(found.0.namespace)),
            },
            ClrType::Defined(id, arguments) => self.defined_name(*id, arguments, clr, depth),
            ClrType::Parameter(name) | ClrType::Missing(name, _) => StableName::new(name.clone(), DATA_CONTRACTS),
            ClrType::Void => StableName::new("", ""),
        }
    }

    fn collection_name(&mut self, clr: &ClrType, depth: usize) -> StableName {
        match self.collection(clr) {
            Some(Collection::List(item)) => self.stable_name_at(&item, depth + 1).array_of(),
            Some(Collection::Map(key, value)) => {
                let names = [self.stable_name_at(&key, depth + 1), self.stable_name_at(&value, depth + 1)];
                StableName::new(format!("ArrayOf{}", generic_name("KeyValue", &[2], &names)), ARRAYS)
            }
            None => StableName::new("", ""),
        }
    }

    fn defined_name(&mut self, id: DefinitionId, arguments: &[ClrType], clr: &ClrType, depth: usize) -> StableName {
        let collection_contract = self.type_attribute(id, "CollectionDataContract");
        let attribute = collection_contract.or_else(|| self.type_attribute(id, "DataContract"));
        if collection_contract.is_none() && self.collection(clr).is_some() {
            return self.collection_name(clr, depth);
        }
        let (mut name, mut namespace) = (None, None);
        if let Some((attribute, context)) = attribute {
            name = self.text(context, attribute, "Name");
            namespace = self.text(context, attribute, "Namespace");
        }
        let names = arguments.iter().map(|argument| self.stable_name_at(argument, depth + 1)).collect::<Vec<_>>();
        let counts = self.parameter_counts(id);
        let name = match name {
            Some(name) if !arguments.is_empty() => expand(&name, &counts, &names),
            Some(name) => name,
            None if arguments.is_empty() => self.symbols.nested_name(id),
            None => generic_name(&self.symbols.nested_name(id), &counts, &names),
        };
        let namespace = namespace.unwrap_or_else(|| self.default_namespace(id));
        StableName::new(encode_local_name(&name), namespace)
    }

    /// How many type parameters each part of a nested name declares.
    fn parameter_counts(&self, id: DefinitionId) -> Vec<usize> {
        let mut counts = Vec::new();
        let mut current = Some(id);
        while let Some(definition) = current.and_then(|id| self.symbols.get(id)) {
            counts.insert(0, definition.arity);
            current = definition.outer;
        }
        counts
    }

    /// The namespace of a type without one of its own: by `ContractNamespace` on the assembly, else by its CLR namespace.
    fn default_namespace(&self, id: DefinitionId) -> String {
        let Some(definition) = self.symbols.get(id) else { return DATA_CONTRACTS.to_owned() };
        let namespace = &definition.namespace;
        let project = definition.first().and_then(|part| self.symbols.project(part.file));
        let set = self.contract_namespaces.get(&(project, namespace.clone()));
        set.cloned().unwrap_or_else(|| format!("{DATA_CONTRACTS}{namespace}"))
    }

    /// Reads `[assembly: ContractNamespace("…", ClrNamespace = "…")]`.
    pub(super) fn read_contract_namespaces(&mut self) {
        let symbols = self.symbols;
        for (index, file) in symbols.files.iter().enumerate() {
            for (attribute, scope) in &file.assembly_attributes {
                if attribute.name.last().trim_end_matches("Attribute") != "ContractNamespace" {
                    continue;
                }
                let context = Context { file: index, scope: *scope, enclosing: None, method_parameters: &[] };
                let clr = self.text(context, attribute, "ClrNamespace").unwrap_or_default();
                if let Some(Value::Text(contract)) = attribute.positional.first().and_then(|value| symbols.value(context, value)) {
                    self.contract_namespaces.entry((symbols.project(index), clr)).or_insert(contract);
                }
            }
        }
    }
}

/// Whether a type is `byte`.
pub(super) fn is_byte(clr: &ClrType) -> bool {
    clr.framework_kind() == Some(Kind::Primitive(Primitive::Byte))
}

/// `BoxOfint`, `PairOfPlainstring4kd2…`: the name of a closed generic.
fn generic_name(nested: &str, counts: &[usize], names: &[StableName]) -> String {
    let arguments: String = names.iter().map(|argument| argument.name.as_str()).collect();
    format!("{nested}Of{arguments}{}", namespaces_digest(counts, names))
}

/// Puts type arguments in the `{0}` and `{#}` of a written name.
fn expand(format: &str, counts: &[usize], names: &[StableName]) -> String {
    let mut result = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let Some((inside, remaining)) = after.split_once('}') else { break };
        if inside == "#" {
            result.push_str(&namespaces_digest(counts, names));
        } else if let Some(argument) = inside.parse().ok().and_then(|at: usize| names.get(at)) {
            result.push_str(&argument.name);
        }
        rest = remaining;
    }
    result.push_str(rest);
    result
}

/// The hash that keeps generics over types of different namespaces apart; empty where none is needed.
fn namespaces_digest(counts: &[usize], names: &[StableName]) -> String {
    if counts.len() < 2 && names.iter().all(StableName::is_built_in) {
        return String::new();
    }
    let mut namespaces: String = names.iter().map(|name| format!(" {}", name.namespace)).collect();
    for count in counts {
        namespaces.insert_str(0, &format!(" {count}"));
    }
    let digest = Md5::digest(namespaces.as_bytes());
    let mut text = String::new();
    for group in digest.as_slice().chunks(3).take(2) {
        let bits = group.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        for shift in [18, 12, 6, 0] {
            match (bits >> shift) & 63 {
                62 => text.push_str("_P"),
                63 => text.push_str("_S"),
                value => text.extend(base_64_digit(value)),
            }
        }
    }
    text
}

/// The digit of base 64 (RFC 4648, section 4), for values below 62.
fn base_64_digit(value: u32) -> Option<char> {
    let base = match value {
        0..=25 => u32::from('A') + value,
        26..=51 => u32::from('a') + value - 26,
        52..=61 => u32::from('0') + value - 52,
        _ => return None,
    };
    char::from_u32(base)
}

/// `XmlConvert.EncodeLocalName`: characters that no XML name may hold at their place become `_xHHHH_`.
pub(super) fn encode_local_name(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    let mut rest = name;
    let mut first = true;
    while let Some(character) = rest.chars().next() {
        let escaped_underscore = character == '_' && looks_encoded(rest);
        let valid = if first { is_name_start(character) } else { is_name(character) };
        if valid && !escaped_underscore {
            result.push(character);
        } else if u32::from(character) > 0xFFFF {
            result.push_str(&format!("_x{:08X}_", u32::from(character)));
        } else {
            result.push_str(&format!("_x{:04X}_", u32::from(character)));
        }
        first = false;
        rest = rest.get(character.len_utf8()..).unwrap_or("");
    }
    result
}

/// Whether text that starts with an underscore would be read back as an escape.
fn looks_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(1) == Some(&b'x') && bytes.get(6) == Some(&b'_') && bytes.get(2..6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
}

/// NCName start characters, close to XML 1.0: letters and underscore.
fn is_name_start(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

fn is_name(character: char) -> bool {
    is_name_start(character)
        || character.is_numeric() && (character.is_ascii_digit() || !character.is_ascii())
        || matches!(character, '-' | '.' | '\u{b7}')
}

fn primitive_name(primitive: Primitive) -> StableName {
    let schema = |name: &str| StableName::new(name, SCHEMA);
    let serialization = |name: &str| StableName::new(name, SERIALIZATION);
    let system = |name: &str| StableName::new(name, format!("{DATA_CONTRACTS}System"));
    match primitive {
        Primitive::Boolean => schema("boolean"),
        Primitive::SByte => schema("byte"),
        Primitive::Byte => schema("unsignedByte"),
        Primitive::Int16 => schema("short"),
        Primitive::UInt16 => schema("unsignedShort"),
        Primitive::Int32 => schema("int"),
        Primitive::UInt32 => schema("unsignedInt"),
        Primitive::Int64 => schema("long"),
        Primitive::UInt64 => schema("unsignedLong"),
        Primitive::Single => schema("float"),
        Primitive::Double => schema("double"),
        Primitive::Decimal => schema("decimal"),
        Primitive::Char => serialization("char"),
        Primitive::String => schema("string"),
        Primitive::Bytes => schema("base64Binary"),
        Primitive::Guid => serialization("guid"),
        Primitive::DateTime => schema("dateTime"),
        Primitive::DateTimeOffset => system("DateTimeOffset"),
        Primitive::DateOnly => system("DateOnly"),
        Primitive::TimeOnly => system("TimeOnly"),
        Primitive::TimeSpan => serialization("duration"),
        Primitive::Uri => schema("anyURI"),
        Primitive::Version => system("Version"),
        Primitive::QName => schema("QName"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_framework() {
        let plain = StableName::new("Plain", "http://schemas.datacontract.org/2004/07/Syn.Generics");
        assert_eq!(generic_name("Box", &[1], &[plain]), "BoxOfPlainhUq5M6uM");
        let int = StableName::new("int", SCHEMA);
        assert_eq!(generic_name("Box", &[1], std::slice::from_ref(&int)), "BoxOfint");
        assert_eq!(generic_name("Outer.Inner", &[1, 0], &[int]), "Outer.InnerOfintk9wYX3t0");
    }

    #[test]
    fn names_are_encoded_as_xml_names() {
        assert_eq!(encode_local_name("1st"), "_x0031_st");
        assert_eq!(encode_local_name("full name"), "full_x0020_name");
        assert_eq!(encode_local_name("<A>k__BackingField"), "_x003C_A_x003E_k__BackingField");
        assert_eq!(encode_local_name("数量"), "数量");
    }
}
