//! What a scalar without quotes is (YAML 1.2.2, section 10.3, core schema), and which strings must have quotes.

use crate::value::Value;

/// The value of a plain scalar. The error says what cannot be kept.
pub fn resolve(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Nil),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Ok(Value::Float(f64::NAN)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Ok(Value::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    let digits = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix).filter(|rest| !rest.is_empty() && rest.chars().all(|digit| digit.is_digit(radix)))
    };
    let based = digits("0x", 16).map(|rest| (rest, 16)).or_else(|| digits("0o", 8).map(|rest| (rest, 8)));
    let is_decimal = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let integer = match based {
        Some((rest, radix)) => Some(i64::from_str_radix(rest, radix)),
        None if is_decimal => Some(text.parse::<i64>()),
        None => None,
    };
    match integer {
        Some(Ok(number)) => Ok(Value::Integer(number)),
        Some(Err(_)) => Err(format!("the integer {text} is too large; write it as a string")),
        None if is_float(unsigned) => Ok(text.parse().map_or_else(|_| Value::from(text), Value::Float)),
        None => Ok(text.into()),
    }
}

/// Digits with a point, an exponent or both.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits
        && is_digits(whole)
        && is_digits(fraction)
        && exponent.is_none_or(|text| !text.is_empty() && is_digits(text))
}

/// Whether a string may stand without quotes: a reader of any version of YAML takes it for this string.
pub fn is_plain(text: &str) -> bool {
    let is_inner =
        |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '-' | '.' | '/' | '(' | ')' | '+');
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && !text.ends_with(' ')
        && text.chars().all(is_inner)
        && !is_word_of_an_older_version(text)
        && matches!(resolve(text), Ok(Value::Text(_)))
}

/// Booleans of YAML 1.1.
fn is_word_of_an_older_version(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off")
}

#[cfg(test)]
mod tests {
    use super::{Value, is_plain, resolve};

    #[test]
    fn the_core_schema() {
        for (text, value) in [
            ("0o17", Value::Integer(15)),
            ("0xfF", Value::Integer(255)),
            ("-07", Value::Integer(-7)),
            ("1e3", Value::Float(1000.0)),
            (".5", Value::Float(0.5)),
            ("-1.", Value::Float(-1.0)),
            ("-.INF", Value::Float(f64::NEG_INFINITY)),
        ] {
            assert_eq!(resolve(text), Ok(value), "{text}");
        }
        for text in ["0b1", ".", "-", "+", "1_000", "e3", "1e", "yes", "0x", "1.2.3", "infinity", "nan", "- 1"] {
            assert_eq!(resolve(text), Ok(text.into()), "{text}");
        }
        assert!(resolve("9223372036854775808").unwrap_err().contains("write it as a string"));
    }

    #[test]
    fn what_could_be_taken_for_something_else_has_quotes() {
        for text in ["a", "two words", "_x", "é", "a-b.c/d (e)"] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "",
            " a",
            "a ",
            "No",
            "null",
            "true",
            "1",
            "-a",
            "a: b",
            "a #b",
            "a\nb",
            "[a",
            "e3: ",
            "2026-11-21",
            ".inf",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
