//! A JSON value as indented text: the same data for people's eyes and for the expected texts of cases.

use serde_json::Value;

/// The value, one entry a line. Empty lists, empty objects and nulls are left out, so that what is there stands out.
#[must_use]
pub fn outline(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries.iter().filter(|(_, value)| !is_nothing(value)) {
                indent(text, depth);
                text.push_str(name);
                text.push(':');
                under(text, value, depth);
            }
        }
        Value::Array(items) => {
            for item in items {
                indent(text, depth);
                text.push('-');
                match item {
                    Value::Object(_) | Value::Array(_) => {
                        // The first entry goes on the line of its dash.
                        let mut inner = String::new();
                        write(&mut inner, item, depth + 1);
                        text.push(' ');
                        text.push_str(inner.trim_start());
                    }
                    scalar => {
                        text.push(' ');
                        text.push_str(&word(scalar));
                        text.push('\n');
                    }
                }
            }
        }
        scalar => {
            indent(text, depth);
            text.push_str(&word(scalar));
            text.push('\n');
        }
    }
}

fn under(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(_) | Value::Array(_) => {
            text.push('\n');
            write(text, value, depth + 1);
        }
        scalar => {
            text.push(' ');
            text.push_str(&word(scalar));
            text.push('\n');
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.push_str(&"  ".repeat(depth));
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Texts stand bare, unless they would be read as something else: empty ones, and ones with control characters.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && text.trim() == text && !text.contains(char::is_control) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_outline_shows_what_is_there() {
        let value = json!({ "a": 1, "none": null, "list": [{ "b": "x", "c": ["y", "z\n"] }, "plain"], "e": "", "empty": [] });
        assert_eq!(outline(&value), "a: 1\nlist:\n  - b: x\n    c:\n      - y\n      - \"z\\n\"\n  - plain\ne: \"\"\n");
    }
}
