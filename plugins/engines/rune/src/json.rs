//! Rune values to JSON text and back.
//!
//! An integer is an `i64`, a number with a fraction or an exponent an `f64`. Objects are written with their keys sorted, so
//! that the text does not depend on a hash map. What JSON cannot carry without loss is refused with a sentence that says where
//! it is and what to do.

use std::fmt;

use rune::Hash;
use rune::runtime::{self, Bytes, Object, TypeHash, TypeValue, Value};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::bindings::session::Session;

/// Levels of arrays and objects.
pub const MAX_DEPTH: usize = 128;

/// A value may contain another many times; what it becomes is bounded all the same.
const MAX_BYTES: usize = 16 << 20;

/// The integers that every JSON reader keeps exact.
const MAX_INTEGER: i64 = 1 << 53;

const HASH_MAP: Hash = rune::hash!(::std::collections::hash_map::HashMap);

const SESSION_KEY: &str = "$session";

/// Writes a value as JSON. The error says what cannot be written, where, and what to do.
pub fn to_json(value: &Value) -> Result<String, String> {
    let mut writer = Writer { out: String::new(), path: Vec::new() };
    match writer.value(value) {
        Ok(()) => Ok(writer.out),
        Err(problem) => Err(format!("{}{problem}", writer.place())),
    }
}

/// Reads JSON as Rune values.
pub fn from_json(text: &str) -> Result<Value, String> {
    read(text, false)
}

/// Reads JSON as Rune values; `{"$session": "path"}` becomes the session that it names.
pub fn from_tagged_json(text: &str) -> Result<Value, String> {
    read(text, true)
}

fn read(text: &str, tags: bool) -> Result<Value, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The seed counts the levels itself: this library's own limit is one short of ours.
    deserializer.disable_recursion_limit();
    let seed = Seed { depth: 0, tags };
    let value = seed.deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
    tags: bool,
}

impl Seed {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format!("JSON is nested more than {MAX_DEPTH} levels deep")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::from(()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Value::from(value)),
            Err(_) => Err(E::custom(format!("the integer {value} is too large; pass it as a string"))),
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        Value::try_from(value).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out = runtime::Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            out.push(item).map_err(A::Error::custom)?;
        }
        Value::try_from(out).map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out = Object::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            let key = rune::alloc::String::try_from(key).map_err(A::Error::custom)?;
            out.insert(key, value).map_err(A::Error::custom)?;
        }
        if self.tags && out.len() == 1 {
            let path = out.get(SESSION_KEY).and_then(|path| path.borrow_string_ref().ok()?.to_owned().into());
            if let Some(path) = path {
                return Value::new(Session::new(path)).map_err(A::Error::custom);
            }
        }
        Value::try_from(out).map_err(A::Error::custom)
    }
}

struct Writer {
    out: String,
    /// The fields and indices that lead to the value being written.
    path: Vec<String>,
}

impl Writer {
    /// The path of the value that could not be written, as the beginning of a sentence.
    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("at `{}`: ", self.path.concat()) }
    }

    fn value(&mut self, value: &Value) -> Result<(), String> {
        if self.out.len() > MAX_BYTES {
            return Err(format!("the value is larger than {} MiB as JSON", MAX_BYTES >> 20));
        }
        match value.as_type_value().map_err(|error| error.to_string())? {
            TypeValue::Unit => self.out.push_str("null"),
            TypeValue::Tuple(items) => self.array(items.iter())?,
            TypeValue::Object(object) => {
                let mut entries: Vec<(&str, &Value)> =
                    object.iter().map(|(key, value)| (key.as_str(), value)).collect();
                entries.sort_by_key(|(key, _)| *key);
                self.object(&entries)?;
            }
            TypeValue::EmptyStruct(empty) => {
                let name = empty.rtti().item().last().map(|name| name.to_string());
                self.text(&name.unwrap_or_default());
            }
            TypeValue::TupleStruct(tuple) => self.array(tuple.data().iter())?,
            TypeValue::Struct(fields) => {
                let mut entries: Vec<(&str, &Value)> = fields
                    .rtti()
                    .fields()
                    .filter_map(|(name, index)| Some((name, fields.data().get(index)?)))
                    .collect();
                entries.sort_by_key(|(key, _)| *key);
                self.object(&entries)?;
            }
            _ => self.other(value)?,
        }
        Ok(())
    }

    /// Numbers, text, collections and what JSON does not know.
    fn other(&mut self, value: &Value) -> Result<(), String> {
        if let Ok(value) = value.as_bool() {
            self.out.push_str(if value { "true" } else { "false" });
        } else if let Ok(number) = value.as_signed() {
            self.integer(number)?;
        } else if let Ok(number) = value.as_unsigned() {
            match i64::try_from(number) {
                Ok(number) => self.integer(number)?,
                Err(_) => return Err(too_large(number)),
            }
        } else if let Ok(number) = value.as_float() {
            self.float(number)?;
        } else if let Ok(character) = value.as_char() {
            self.text(character.encode_utf8(&mut [0; 4]));
        } else if let Ok(text) = value.borrow_string_ref() {
            self.text(&text);
        } else if let Ok(items) = value.borrow_ref::<runtime::Vec>() {
            self.array(items.iter())?;
        } else if let Ok(option) = value.borrow_ref::<Option<Value>>() {
            match &*option {
                Some(value) => self.value(value)?,
                None => self.out.push_str("null"),
            }
        } else if let Ok(session) = value.borrow_ref::<Session>() {
            self.out.push_str("{\"");
            self.out.push_str(SESSION_KEY);
            self.out.push_str("\":");
            self.text(session.path());
            self.out.push('}');
        } else {
            return Err(not_json(value));
        }
        Ok(())
    }

    fn integer(&mut self, number: i64) -> Result<(), String> {
        if !(-MAX_INTEGER..=MAX_INTEGER).contains(&number) {
            return Err(too_large(number));
        }
        self.out.push_str(&number.to_string());
        Ok(())
    }

    fn float(&mut self, number: f64) -> Result<(), String> {
        if !number.is_finite() {
            return Err(format!("{number} is no JSON number; return null or a string instead"));
        }
        // `serde_json` writes the shortest digits that read back as the same number.
        self.out.push_str(&serde_json::to_string(&number).map_err(|error| error.to_string())?);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn array<'a>(&mut self, items: impl Iterator<Item = &'a Value>) -> Result<(), String> {
        self.deeper()?;
        self.out.push('[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.path.push(format!("[{index}]"));
            self.value(item)?;
            self.path.pop();
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, entries: &[(&str, &Value)]) -> Result<(), String> {
        self.deeper()?;
        self.out.push('{');
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.text(key);
            self.out.push(':');
            let dot = if self.path.is_empty() { "" } else { "." };
            self.path.push(format!("{dot}{key}"));
            self.value(value)?;
            self.path.pop();
        }
        self.out.push('}');
        Ok(())
    }

    /// The path is as long as the value is deep.
    fn deeper(&mut self) -> Result<(), String> {
        if self.path.len() < MAX_DEPTH {
            return Ok(());
        }
        self.path.clear();
        Err(format!("the value is nested more than {MAX_DEPTH} levels deep, or contains itself"))
    }
}

fn too_large(number: impl fmt::Display) -> String {
    format!("the integer {number} is beyond ±2^53, where JSON readers lose digits; return it as a string")
}

fn not_json(value: &Value) -> String {
    let advice = match value.type_hash() {
        hash if hash == Bytes::HASH => "; convert it with `String::from_utf8` or to a vector of numbers",
        hash if hash == HASH_MAP => "; use an object, or `map.iter().collect::<Object>()`",
        _ => "; return an object, a vector, a string, a number, a boolean or nothing",
    };
    format!("a value of type `{}` cannot become JSON{advice}", value.type_info())
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, from_json, to_json};

    fn round_trip(text: &str) -> String {
        to_json(&from_json(text).unwrap()).unwrap()
    }

    #[test]
    fn values_come_back_with_sorted_keys() {
        assert_eq!(
            round_trip(r#"{"b":[1,2.5,-3],"a":{"z":null,"ä":"𝄞\n\""},"c":true}"#),
            r#"{"a":{"z":null,"ä":"𝄞\n\""},"b":[1,2.5,-3],"c":true}"#
        );
    }

    #[test]
    fn a_number_is_an_integer_unless_it_has_a_fraction_or_an_exponent() {
        assert_eq!(round_trip("[1, 1.0, 1e3, 9007199254740992]"), "[1,1.0,1000.0,9007199254740992]");
    }

    #[test]
    fn floats_keep_every_bit() {
        for text in ["0.1", "1.7976931348623157e308", "5e-324", "123456789.12345679", "-0.0"] {
            let number: f64 = text.parse().unwrap();
            let value = from_json(text).unwrap();
            assert_eq!(value.as_float().unwrap().to_bits(), number.to_bits());
            let written: f64 = to_json(&value).unwrap().parse().unwrap();
            assert_eq!(written.to_bits(), number.to_bits());
        }
    }

    #[test]
    fn integers_that_lose_digits_are_refused_with_their_place() {
        let error = to_json(&from_json(r#"{"a":[1,{"id":9007199254740993}]}"#).unwrap()).unwrap_err();
        assert_eq!(
            error,
            "at `a[1].id`: the integer 9007199254740993 is beyond ±2^53, where JSON readers lose digits; return it as a string"
        );
        assert!(from_json("18446744073709551615").unwrap_err().contains("pass it as a string"));
    }

    #[test]
    fn not_a_number_and_infinity_are_refused() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(to_json(&rune::Value::from(number)).unwrap_err().contains("no JSON number"));
        }
    }

    #[test]
    fn the_deepest_level_is_allowed_and_one_more_is_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(round_trip(&nested(MAX_DEPTH)), nested(MAX_DEPTH));
        assert!(from_json(&nested(MAX_DEPTH + 1)).unwrap_err().contains("128 levels"));
        assert!(from_json(&"[".repeat(1_000_000)).unwrap_err().contains("128 levels"));
    }

    #[test]
    fn a_value_that_contains_itself_is_refused() {
        let mut items = rune::runtime::Vec::new();
        items.push(rune::Value::from(())).unwrap();
        let value = rune::Value::try_from(items).unwrap();
        value.borrow_mut::<rune::runtime::Vec>().unwrap().push(value.clone()).unwrap();
        assert!(to_json(&value).unwrap_err().contains("contains itself"));
    }
}
