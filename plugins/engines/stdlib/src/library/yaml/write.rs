//! Values to YAML text, in blocks: keys sorted, two spaces a level, strings in double quotes where they need any.

use super::scalar::is_plain;
use crate::json;
use crate::value::Value;

/// Writes a value as a document. The error says what cannot be written.
pub fn write(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    block(value, 0, &mut out)?;
    if !out.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// Writes a value from the beginning of a line, or behind `- `.
fn block(value: &Value, depth: usize, out: &mut String) -> Result<(), String> {
    if depth > json::MAX_DEPTH {
        return Err(json::too_deep());
    }
    if out.len() > json::MAX_BYTES {
        return Err(format!("the value is larger than {} MiB as YAML", json::MAX_BYTES >> 20));
    }
    match value {
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                line(index, depth, out);
                out.push_str("- ");
                block(item, depth + 1, out)?;
                end(out);
            }
        }
        Value::Map(fields) if !fields.is_empty() => {
            let mut sorted: Vec<&(String, Value)> = fields.iter().collect();
            sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                line(index, depth, out);
                text(key, out);
                out.push(':');
                field(value, depth, out)?;
                end(out);
            }
        }
        other => scalar(other, out)?,
    }
    Ok(())
}

/// The value of a key: in the same line, or in lines of its own.
fn field(value: &Value, depth: usize, out: &mut String) -> Result<(), String> {
    let is_block = match value {
        Value::List(items) => !items.is_empty(),
        Value::Map(fields) => !fields.is_empty(),
        _ => false,
    };
    if is_block {
        out.push('\n');
        indent(depth + 1, out);
    } else {
        out.push(' ');
    }
    block(value, depth + 1, out)
}

/// Begins a further line; the first one has begun.
fn line(index: usize, depth: usize, out: &mut String) {
    if index > 0 {
        indent(depth, out);
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn end(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn scalar(value: &Value, out: &mut String) -> Result<(), String> {
    match value {
        Value::Nil => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_nan() => out.push_str(".nan"),
        Value::Float(number) if number.is_infinite() => out.push_str(if *number > 0.0 { ".inf" } else { "-.inf" }),
        Value::Float(number) => out.push_str(&serde_json::to_string(number).map_err(|error| error.to_string())?),
        Value::Text(value) => text(value, out),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
        Value::Bytes(_) => return Err("a string that is not UTF-8 cannot become YAML".to_owned()),
        Value::Object(_) | Value::Function(_) => return Err(format!("{} cannot be a value of YAML", value.kind())),
    }
    Ok(())
}

/// A string of JSON is one of YAML, but that YAML wants more characters escaped.
fn text(value: &str, out: &mut String) {
    if is_plain(value) {
        out.push_str(value);
        return;
    }
    for letter in json::quoted(value).chars() {
        match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
}
