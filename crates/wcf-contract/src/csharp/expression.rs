//! From syntax to the expressions that may be constants.

use tree_sitter::Node;

use super::reader::{DEPTH, Reader, children};
use super::syntax::{Expression, Form};

/// Reads an expression; what no constant can be made of becomes [`Form::Other`].
pub(super) fn read(reader: &Reader<'_>, node: Node<'_>, depth: usize) -> Expression {
    let span = reader.span(node);
    let form = if depth > DEPTH { Form::Other } else { form(reader, node, depth) };
    Expression { span, form }
}

fn form(reader: &Reader<'_>, node: Node<'_>, depth: usize) -> Form {
    let inner = |node: Node<'_>| Box::new(read(reader, node, depth + 1));
    let field = |name: &str| node.child_by_field_name(name);
    let only = || children(node).find(|child| child.is_named() && child.kind() != "comment");
    match node.kind() {
        "string_literal" => {
            let text = reader.text(node);
            // A `u8` literal is bytes, not text.
            text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map_or(Form::Other, |body| Form::Text(unescape(body)))
        }
        "verbatim_string_literal" => {
            let text = reader.text(node);
            let body = text.strip_prefix("@\"").and_then(|text| text.strip_suffix('"'));
            body.map_or(Form::Other, |body| Form::Text(body.replace("\"\"", "\"")))
        }
        "raw_string_literal" => {
            let content = children(node).find(|child| child.kind() == "raw_string_content").map_or("", |content| reader.text(content));
            Form::Text(raw_text(content))
        }
        "interpolated_string_expression" => interpolated(reader, node, depth),
        "integer_literal" => integer(reader.text(node)).map_or(Form::Other, Form::Integer),
        "character_literal" => {
            let body = reader.text(node).trim_matches('\'');
            let mut units = unescape(body).encode_utf16().collect::<Vec<_>>().into_iter();
            units.next().map_or(Form::Other, |unit| Form::Integer(i128::from(unit)))
        }
        "boolean_literal" => Form::Boolean(reader.text(node) == "true"),
        "null_literal" | "default_expression" => Form::Null,
        "typeof_expression" => field("type").map_or(Form::Other, |node| Form::TypeOf(reader.type_syntax(node, depth + 1))),
        "identifier" | "generic_name" | "qualified_name" | "alias_qualified_name" => Form::Name(reader.name(node, depth + 1)),
        "member_access_expression" => {
            let mut root = node;
            while let Some(inner) = root.child_by_field_name("expression").filter(|_| root.kind() == "member_access_expression") {
                root = inner;
            }
            match root.kind() {
                "identifier" | "generic_name" | "qualified_name" | "alias_qualified_name" | "predefined_type" => {
                    Form::Name(reader.name(node, depth + 1))
                }
                _ => Form::Other,
            }
        }
        "parenthesized_expression" | "checked_expression" => only().map_or(Form::Other, |node| read(reader, node, depth + 1).form),
        "prefix_unary_expression" => {
            let operator = reader.text(node).chars().next().map(String::from).unwrap_or_default();
            only().map_or(Form::Other, |node| Form::Unary(operator, inner(node)))
        }
        "binary_expression" => match (field("left"), field("operator"), field("right")) {
            (Some(left), Some(operator), Some(right)) => Form::Binary(reader.text(operator).to_owned(), inner(left), inner(right)),
            _ => Form::Other,
        },
        "cast_expression" => match (field("type"), field("value")) {
            (Some(target), Some(value)) => Form::Cast(reader.type_syntax(target, depth + 1), inner(value)),
            _ => Form::Other,
        },
        "invocation_expression" => name_of(reader, node).map_or(Form::Other, Form::NameOf),
        _ => Form::Other,
    }
}

/// `nameof(A.B.C)` is `C`.
fn name_of(reader: &Reader<'_>, node: Node<'_>) -> Option<String> {
    let function = node.child_by_field_name("function")?;
    if reader.text(function) != "nameof" {
        return None;
    }
    let argument = children(node.child_by_field_name("arguments")?).find(|child| child.kind() == "argument")?;
    let name = children(argument).find(|child| child.is_named())?;
    match name.kind() {
        "identifier" | "generic_name" | "qualified_name" | "alias_qualified_name" | "member_access_expression" => {
            Some(reader.name(name, 0).last().to_owned())
        }
        _ => None,
    }
}

fn interpolated(reader: &Reader<'_>, node: Node<'_>, depth: usize) -> Form {
    let verbatim = reader.text(node).starts_with("$@") || reader.text(node).starts_with("@$");
    let mut parts = Vec::new();
    for child in children(node) {
        let span = reader.span(child);
        match child.kind() {
            "string_content" | "escape_sequence" => {
                let text = reader.text(child);
                let text = if verbatim { text.replace("\"\"", "\"") } else { unescape(text) };
                parts.push(Expression { span, form: Form::Text(text.replace("{{", "{").replace("}}", "}")) });
            }
            "interpolation" => {
                let formatted = children(child).any(|part| part.kind().ends_with("_clause"));
                let value = children(child).find(|part| part.is_named() && !part.kind().starts_with("interpolation"));
                match value {
                    Some(value) if !formatted => parts.push(read(reader, value, depth + 1)),
                    _ => return Form::Other,
                }
            }
            _ => {}
        }
    }
    Form::Interpolated(parts)
}

/// An integer literal: decimal, hexadecimal, binary; separators and suffixes.
fn integer(text: &str) -> Option<i128> {
    let text = text.replace('_', "");
    let text = text.trim_end_matches(['u', 'U', 'l', 'L']);
    let lower = text.to_ascii_lowercase();
    match (lower.strip_prefix("0x"), lower.strip_prefix("0b")) {
        (Some(digits), _) => i128::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) => i128::from_str_radix(digits, 2).ok(),
        (None, None) => lower.parse().ok(),
    }
}

/// Resolves the escapes of a regular string literal (C# specification, 6.4.5.6). Unpaired surrogates become U+FFFD.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut buffer = [0; 2];
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut buffer));
            continue;
        }
        let Some(escape) = rest.next() else { break };
        let mut digits = |least: usize, most: usize| {
            let mut value: u32 = 0;
            let mut count = 0;
            while count < most
                && let Some(digit) = rest.peek().and_then(|digit| digit.to_digit(16))
            {
                value = value.wrapping_mul(16).wrapping_add(digit);
                count += 1;
                rest.next();
            }
            (count >= least).then_some(value)
        };
        let value = match escape {
            '0' => Some(0),
            'a' => Some(7),
            'b' => Some(8),
            'e' => Some(27),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            'x' => digits(1, 4),
            'u' => digits(4, 4),
            'U' => digits(8, 8),
            other => Some(u32::from(other)),
        };
        // An unpaired surrogate is no `char`; it is kept as a unit so that a pair of escapes becomes one character.
        match value.and_then(char::from_u32) {
            Some(character) => units.extend_from_slice(character.encode_utf16(&mut buffer)),
            None => units.extend(value.and_then(|value| u16::try_from(value).ok())),
        }
    }
    String::from_utf16_lossy(&units)
}

/// The text of a raw string literal: in a multi-line one, the closing line's indent is taken off each line.
fn raw_text(content: &str) -> String {
    let Some(first_break) = content.find('\n') else { return content.to_owned() };
    let body = content.get(first_break + 1..).unwrap_or("");
    let (lines, indent) = body.rsplit_once('\n').unwrap_or(("", body));
    let stripped = lines.lines().map(|line| line.strip_prefix(indent).unwrap_or(line.trim_start()));
    stripped.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_their_values() {
        assert_eq!(integer("0x1F"), Some(31));
        assert_eq!(integer("1_000UL"), Some(1000));
        assert_eq!(integer("0b101"), Some(5));
        assert_eq!(integer("18446744073709551615"), Some(i128::from(u64::MAX)));
        assert_eq!(unescape(r#"a\"\n\x41\u00e9\\"#), "a\"\nA\u{e9}\\");
        assert_eq!(unescape(r"\uD83D\uDE00"), "\u{1F600}");
        assert_eq!(raw_text("\n    a\n      b\n    "), "a\n  b");
    }
}
