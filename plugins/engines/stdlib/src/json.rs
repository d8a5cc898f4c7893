//! JSON text to values and back.
//!
//! An integer is an `i64`, a number with a fraction or an exponent an `f64`. Objects are written with their keys sorted, so
//! that the text does not depend on a hash map. What JSON cannot carry without loss is refused with a sentence that says where
//! it is and what to do.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::value::Value;

/// Levels of arrays and objects.
pub const MAX_DEPTH: usize = 128;

/// A value may contain another many times; what it becomes is bounded all the same.
pub const MAX_BYTES: usize = 16 << 20;

/// The integers that every JSON reader keeps exact.
const MAX_INTEGER: i64 = 1 << 53;

/// Reads JSON text. Of a key that is there twice the last value counts.
pub fn read(text: &str) -> Result<Value, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The seed counts the levels itself: this library's own limit is one short of ours.
    deserializer.disable_recursion_limit();
    let value = Seed { depth: 0 }.deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Writes a value as JSON text. The error says what cannot be written, where, and what to do.
pub fn write(value: &Value) -> Result<String, String> {
    let mut writer = Writer { out: String::new(), path: Vec::new() };
    match writer.value(value) {
        Ok(()) => Ok(writer.out),
        Err(problem) => Err(format!("{}{problem}", writer.place())),
    }
}

/// Why a value that is deeper than [`MAX_DEPTH`], or contains itself, cannot be JSON.
pub fn too_deep() -> String {
    format!("the value is nested more than {MAX_DEPTH} levels deep, or contains itself")
}

/// Why a value whose text has more than [`MAX_BYTES`] cannot be JSON.
pub fn too_long() -> String {
    format!("the value is larger than {} MiB as JSON", MAX_BYTES >> 20)
}

/// Why an integer beyond ±2⁵³ cannot be JSON.
pub fn too_large(number: impl fmt::Display) -> String {
    format!("the integer {number} is beyond ±2^53, where JSON readers lose digits; return it as a string")
}

/// A string as a JSON literal.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Seed {
    depth: usize,
}

impl Seed {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format!("JSON is nested more than {MAX_DEPTH} levels deep")));
        }
        Ok(Self { depth: self.depth + 1 })
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
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Value::Integer(value)),
            Err(_) => Err(E::custom(format!("the integer {value} is too large; pass it as a string"))),
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            out.push(item);
        }
        Ok(Value::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut out: Vec<(String, Value)> = Vec::new();
        let mut places = std::collections::BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            match places.get(&key) {
                Some(place) => out[*place] = (key, value),
                None => {
                    places.insert(key.clone(), out.len());
                    out.push((key, value));
                }
            }
        }
        Ok(Value::Map(out))
    }
}

struct Writer<'a> {
    out: String,
    /// What leads to the value being written.
    path: Vec<Step<'a>>,
}

enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Writer<'a> {
    /// The path of the value that could not be written, as the beginning of a sentence.
    fn place(&self) -> String {
        let mut place = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) if place.is_empty() => place.push_str(name),
                Step::Field(name) => {
                    place.push('.');
                    place.push_str(name);
                }
                Step::Index(index) => place.push_str(&format!("[{index}]")),
            }
        }
        if place.is_empty() { place } else { format!("at `{place}`: ") }
    }

    fn value(&mut self, value: &'a Value) -> Result<(), String> {
        if self.out.len() > MAX_BYTES {
            return Err(too_long());
        }
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Integer(number) if (-MAX_INTEGER..=MAX_INTEGER).contains(number) => {
                self.out.push_str(&number.to_string());
            }
            Value::Integer(number) => return Err(too_large(number)),
            Value::Float(number) if number.is_finite() => {
                // `serde_json` writes the shortest digits that read back as the same number.
                self.out.push_str(&serde_json::to_string(number).map_err(|error| error.to_string())?);
            }
            Value::Float(number) => {
                return Err(format!("{number} is no JSON number; return null or a string instead"));
            }
            Value::Text(text) => self.out.push_str(&quoted(text)),
            Value::Bytes(_) => return Err("a string that is not UTF-8 cannot become JSON".to_owned()),
            Value::Object(_) | Value::Function(_) => {
                return Err(format!(
                    "{} cannot be a value of JSON; return an object, a list, a string, a number, a boolean or nothing",
                    value.kind()
                ));
            }
            Value::List(items) => {
                self.deeper()?;
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.item(index, Step::Index(index), item)?;
                }
                self.out.push(']');
            }
            Value::Map(fields) => {
                self.deeper()?;
                let mut sorted: Vec<&'a (String, Value)> = fields.iter().collect();
                sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
                self.out.push('{');
                for (index, (key, value)) in sorted.into_iter().enumerate() {
                    self.item(index, Step::Field(key), value)?;
                }
                self.out.push('}');
            }
        }
        Ok(())
    }

    /// One item of a list or field of a map, with the comma and the key before it.
    fn item(&mut self, index: usize, step: Step<'a>, value: &'a Value) -> Result<(), String> {
        if index > 0 {
            self.out.push(',');
        }
        if let Step::Field(key) = step {
            self.out.push_str(&quoted(key));
            self.out.push(':');
        }
        self.path.push(step);
        self.value(value)?;
        self.path.pop();
        Ok(())
    }

    /// The path is as long as the value is deep.
    fn deeper(&mut self) -> Result<(), String> {
        if self.path.len() < MAX_DEPTH {
            return Ok(());
        }
        self.path.clear();
        Err(too_deep())
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Value, read, write};

    fn round_trip(text: &str) -> String {
        write(&read(text).unwrap()).unwrap()
    }

    #[test]
    fn values_come_back_with_sorted_keys() {
        assert_eq!(
            round_trip(r#"{"b":[1,2.5,-3],"a":{"z":null,"ä":"𝄞\n\""},"c":true}"#),
            r#"{"a":{"z":null,"ä":"𝄞\n\""},"b":[1,2.5,-3],"c":true}"#
        );
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_value_counts() {
        assert_eq!(round_trip(r#"{"a":1,"b":2,"a":3}"#), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn a_number_is_an_integer_unless_it_has_a_fraction_or_an_exponent() {
        assert_eq!(round_trip("[1, 1.0, 1e3, 9007199254740992]"), "[1,1.0,1000.0,9007199254740992]");
    }

    #[test]
    fn floats_keep_every_bit() {
        for text in ["0.1", "1.7976931348623157e308", "5e-324", "123456789.12345679", "-0.0"] {
            let number: f64 = text.parse().unwrap();
            assert_eq!(read(text).unwrap(), Value::Float(number));
            let written: f64 = write(&Value::Float(number)).unwrap().parse().unwrap();
            assert_eq!(written.to_bits(), number.to_bits());
        }
    }

    #[test]
    fn what_loses_is_refused_with_its_place() {
        let error = write(&read(r#"{"a":[1,{"id":9007199254740993}]}"#).unwrap()).unwrap_err();
        assert_eq!(
            error,
            "at `a[1].id`: the integer 9007199254740993 is beyond ±2^53, where JSON readers lose digits; return it as a string"
        );
        assert!(read("18446744073709551615").unwrap_err().contains("pass it as a string"));
        assert!(write(&Value::Float(f64::NAN)).unwrap_err().contains("no JSON number"));
        assert!(write(&Value::Bytes(vec![255])).unwrap_err().contains("not UTF-8"));
    }

    #[test]
    fn the_deepest_level_is_allowed_and_one_more_is_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(round_trip(&nested(MAX_DEPTH)), nested(MAX_DEPTH));
        assert!(read(&nested(MAX_DEPTH + 1)).unwrap_err().contains("128 levels"));
        assert!(read(&"[".repeat(1_000_000)).unwrap_err().contains("128 levels"));
    }
}
