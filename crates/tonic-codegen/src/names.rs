//! Names: from CLR and XML to proto and Rust. Everything that becomes an identifier passes through here.
//!
//! Proto names are ASCII. Type names are fixed points of heck's upper camel case and field names of its snake case, so that
//! prost, which applies both, changes none of them.

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

/// ASCII letters and digits of a name, everything else as a word break; other letters and digits by their code point.
fn ascii_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            words.push(character);
        } else if character.is_alphanumeric() {
            words.push_str(&format!(" u{:04x} ", u32::from(character)));
        } else {
            words.push(' ');
        }
    }
    words
}

fn led_by_letter(name: String, prefix: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("{prefix}{name}") }
}

/// A message, enum, service or method: `UpperCamel`, abbreviations as words (`GetDNSRecord` gives `GetDnsRecord`).
#[must_use]
pub fn type_name(name: &str) -> String {
    led_by_letter(ascii_words(name).to_upper_camel_case(), "X").to_upper_camel_case()
}

/// A field, package part, module or setting: `snake_case`.
#[must_use]
pub fn field_name(name: &str) -> String {
    led_by_letter(ascii_words(name).to_snake_case(), "x_")
}

/// A value of an enum, with the enum's name before it as the style guide asks.
#[must_use]
pub fn enum_value_name(enum_name: &str, value: &str) -> String {
    let value = ascii_words(value).to_shouty_snake_case();
    let value = if value.is_empty() { "X".to_owned() } else { value };
    format!("{}_{value}", enum_name.to_shouty_snake_case())
}

/// A constant that stands beside others of its type: `UPPER_CASE`.
#[must_use]
pub fn constant_name(name: &str) -> String {
    led_by_letter(ascii_words(name).to_shouty_snake_case(), "X_")
}

/// A crate's base name or a host's name: `kebab-case`.
#[must_use]
pub fn crate_name(name: &str) -> String {
    field_name(name).replace('_', "-")
}

/// The service's name of a contract: without the `I` of interfaces. An explicit name that only looks like one
/// (`ISBNLookup`) keeps it.
#[must_use]
pub fn service_name(contract_name: &str, clr_name: &str) -> String {
    let own = clr_short_name(clr_name);
    let mut rest = contract_name.chars();
    let interface_like = rest.next() == Some('I') && rest.next().is_some_and(|second| second.is_uppercase());
    let sure = contract_name == own || rest.next().is_some_and(char::is_lowercase);
    let bare = if interface_like && sure { contract_name.get(1..).unwrap_or(contract_name) } else { contract_name };
    type_name(bare)
}

/// A CLR name without namespace, outer types and type arguments.
#[must_use]
pub fn clr_short_name(clr_name: &str) -> &str {
    let open = clr_name.split(['`', '<', '[']).next().unwrap_or(clr_name);
    open.rsplit(['.', '+']).next().unwrap_or(open)
}

/// The package of a CLR namespace, with a version at its end: `Harbour.Contracts` gives `harbour.contracts.v1`. A version
/// in the namespace becomes the package's (`Acme.V2.Orders` gives `acme.orders.v2`), so that no package lies within another.
#[must_use]
pub fn package_name(clr_namespace: &str) -> String {
    let mut parts: Vec<String> = clr_namespace.split('.').filter(|part| !part.is_empty()).map(package_part).collect();
    let last_version = if parts.len() > 1 { parts.iter().rposition(|part| is_version(part)) } else { None };
    let version = last_version.map_or_else(|| "v1".to_owned(), |at| parts.remove(at));
    for part in &mut parts {
        if is_version(part) {
            part.insert_str(1, "ersion");
        }
    }
    match parts.first_mut() {
        None => parts.push("contracts".to_owned()),
        // `google` and `dotnet` at the front belong to others, the rest are modules of the proto crate.
        Some(first)
            if matches!(
                first.as_str(),
                "google" | "dotnet" | "conversions" | "domain" | "faults" | "file_descriptor_set" | "headers" | "sessions"
            ) =>
        {
            first.push_str("_contracts")
        }
        Some(_) => {}
    }
    parts.push(version);
    parts.join(".")
}

fn package_part(part: &str) -> String {
    let name = field_name(part);
    if is_rust_keyword(&name) { format!("{name}_contracts") } else { name }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && !digits.starts_with('0') && digits.chars().all(|character| character.is_ascii_digit()))
}

/// How a proto field or oneof is called in the Rust that prost generates.
#[must_use]
pub fn rust_field(proto_name: &str) -> String {
    let name = proto_name.to_snake_case();
    match name.as_str() {
        "super" | "self" | "extern" | "crate" => format!("{name}_"),
        keyword if is_rust_keyword(keyword) => format!("r#{name}"),
        _ => name,
    }
}

/// How a proto message, enum or service is called in the Rust that prost generates.
#[must_use]
pub fn rust_type(proto_name: &str) -> String {
    let name = proto_name.to_upper_camel_case();
    if name == "Self" { "Self_".to_owned() } else { name }
}

/// What two names of one scope must differ in: case and underscores do not count, because protobuf's JSON names, prost and
/// file systems do not tell such names apart.
#[must_use]
pub fn clash_key(name: &str) -> String {
    name.chars().filter(|&character| character != '_').map(|character| character.to_ascii_lowercase()).collect()
}

/// Rust's keywords of all editions, reserved ones included.
#[must_use]
pub fn is_rust_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 52] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
        "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
        "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
        "use", "virtual", "where", "while", "yield", "Self",
    ];
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_follow_the_style_guide() {
        assert_eq!(type_name("GetDNSRecord"), "GetDnsRecord");
        assert_eq!(type_name("Page`1[Order]"), "Page1Order");
        assert_eq!(type_name("Größe"), "GrU00f6U00dfE");
        assert_eq!(type_name("2 Step"), "X2Step");
        assert_eq!(field_name("ImoNumber"), "imo_number");
        assert_eq!(field_name("ETA"), "eta");
        assert_eq!(field_name("_id"), "id");
        assert_eq!(field_name(""), "x_");
        assert_eq!(enum_value_name("BerthStatus", "OutOfService"), "BERTH_STATUS_OUT_OF_SERVICE");
        assert_eq!(crate_name("Harbour.Host"), "harbour-host");
    }

    #[test]
    fn only_the_i_of_interfaces_is_cut() {
        assert_eq!(service_name("IBerthPlanning", "Harbour.Contracts.IBerthPlanning"), "BerthPlanning");
        assert_eq!(service_name("CustomsDeclarations", "Harbour.Contracts.ICustomsDeclarations"), "CustomsDeclarations");
        assert_eq!(service_name("ISBNLookup", "Shop.IBooks"), "IsbnLookup");
        assert_eq!(service_name("ISMSSender", "Shop.ISMSSender"), "SmsSender");
        assert_eq!(service_name("Invoices", "Shop.Invoices"), "Invoices");
        assert_eq!(service_name("I", "I"), "I");
        assert_eq!(clr_short_name("Shop.Outer+IInner`1<System.Int32>"), "IInner");
    }

    #[test]
    fn packages_carry_a_version_and_no_keyword() {
        assert_eq!(package_name("Harbour.Contracts"), "harbour.contracts.v1");
        assert_eq!(package_name("Acme.V2"), "acme.v2");
        assert_eq!(package_name("V2"), "version2.v1");
        assert_eq!(package_name("Acme.V2.Orders"), "acme.orders.v2");
        assert_eq!(package_name("Acme.V2.Orders.V3"), "acme.version2.orders.v3");
        assert_eq!(package_name(""), "contracts.v1");
        assert_eq!(package_name("Acme.Type.Async"), "acme.type_contracts.async_contracts.v1");
        assert_eq!(package_name("Google.Ads"), "google_contracts.ads.v1");
    }

    proptest! {
        #[test]
        fn prost_changes_no_name(name in "\\PC{0,12}") {
            let type_name = type_name(&name);
            prop_assert_eq!(type_name.to_upper_camel_case(), type_name.clone());
            prop_assert!(type_name.chars().all(|c| c.is_ascii_alphanumeric()));
            let field = field_name(&name);
            prop_assert!(field.starts_with(|c: char| c.is_ascii_lowercase()), "{}", field);
            prop_assert!(field.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        }
    }
}
