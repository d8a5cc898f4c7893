//! YAML text to values, from the events of `saphyr-parser`. Nothing here recurses, and what aliases make of a short text is counted.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::scalar::resolve;
use crate::json::MAX_DEPTH;
use crate::value::Value;

/// Values in a document, those of aliases each time they are used; a long string counts as several.
const MAX_VALUES: usize = 1_000_000;

/// How many bytes of a string count as one more value.
const BYTES_PER_VALUE: usize = 64;

/// A complete value, how many values it is, and how many levels deep.
#[derive(Clone)]
struct Complete {
    value: Value,
    size: usize,
    depth: usize,
}

/// A value that is being read, and what is inside of it so far.
struct Open {
    kind: Kind,
    anchor: usize,
    size: usize,
    depth: usize,
}

enum Kind {
    List(Vec<Value>),
    /// With the key whose value comes next.
    Map(Vec<(String, Value)>, BTreeSet<String>, Option<String>),
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Complete>,
    documents: usize,
    /// So far, for the cap.
    values: usize,
    result: Option<Value>,
}

/// Reads a document; nothing where there is none. The error says where something is wrong.
pub fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| place(error.marker().line(), error.info()))?;
        reader.take(event).map_err(|problem| place(span.start.line(), &problem))?;
    }
    Ok(reader.result.unwrap_or(Value::Nil))
}

fn place(line: usize, problem: &str) -> String {
    format!("is no YAML that can be read: line {line}: {problem}")
}

impl Reader {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err("there is more than one document".to_owned());
                }
            }
            Event::Alias(anchor) => {
                let complete = self.anchors.get(&anchor).cloned().ok_or("an alias inside of what it stands for")?;
                self.count(complete.size)?;
                self.close(complete, 0)?;
            }
            Event::Scalar(text, style, anchor, tag) => {
                if self.key_is_next() {
                    return self.key(text.into_owned());
                }
                let value = scalar(&text, style, tag.as_deref())?;
                let size = 1 + text.len() / BYTES_PER_VALUE;
                self.count(size)?;
                self.close(Complete { value, size, depth: 0 }, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                fits(tag.as_deref(), "seq")?;
                self.begin(Kind::List(Vec::new()), anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                fits(tag.as_deref(), "map")?;
                self.begin(Kind::Map(Vec::new(), BTreeSet::new(), None), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { kind, anchor, size, depth }) = self.open.pop() else { return Ok(()) };
                let value = match kind {
                    Kind::List(items) => Value::List(items),
                    Kind::Map(fields, ..) => Value::Map(fields),
                };
                self.close(Complete { value, size, depth }, anchor)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn key_is_next(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: Kind::Map(_, _, None), .. }))
    }

    fn key(&mut self, key: String) -> Result<(), String> {
        if let Some(Open { kind: Kind::Map(_, known, next), .. }) = self.open.last_mut() {
            if !known.insert(key.clone()) {
                return Err(format!("the key `{key}` is there twice"));
            }
            *next = Some(key);
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, anchor: usize) -> Result<(), String> {
        if self.key_is_next() {
            return Err("a list or an object cannot be a key".to_owned());
        }
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep());
        }
        self.open.push(Open { kind, anchor, size: 1, depth: 1 });
        self.count(1)
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        self.values += values;
        if self.values > MAX_VALUES {
            return Err(format!("there are more than {MAX_VALUES} values, counting those of aliases each time"));
        }
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn close(&mut self, complete: Complete, anchor: usize) -> Result<(), String> {
        if self.key_is_next() {
            return Err("an alias cannot be a key".to_owned());
        }
        if self.open.len() + complete.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        // Anchors are numbered from 1; 0 is none. What has one is read once and counted as a copy.
        if anchor > 0 {
            self.count(complete.size)?;
            self.anchors.insert(anchor, complete.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.result = Some(complete.value);
            return Ok(());
        };
        open.size += complete.size;
        open.depth = open.depth.max(complete.depth + 1);
        match &mut open.kind {
            Kind::List(items) => items.push(complete.value),
            Kind::Map(fields, _, next) => fields.push((next.take().unwrap_or_default(), complete.value)),
        }
        Ok(())
    }
}

fn too_deep() -> String {
    format!("YAML is nested more than {MAX_DEPTH} levels deep")
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { resolve(text) } else { Ok(text.into()) };
    };
    let value = match tag.suffix.as_str() {
        "str" if tag.is_yaml_core_schema() => return Ok(text.into()),
        "null" | "bool" | "int" | "float" if tag.is_yaml_core_schema() => resolve(text)?,
        _ => return Err(unknown(tag)),
    };
    match (tag.suffix.as_str(), value) {
        ("float", Value::Integer(number)) => Ok(Value::Float(number as f64)),
        ("null", Value::Nil) => Ok(Value::Nil),
        ("bool", value @ Value::Bool(_)) | ("int", value @ Value::Integer(_)) | ("float", value @ Value::Float(_)) => {
            Ok(value)
        }
        (expected, _) => Err(format!("\"{text}\" is no {expected}")),
    }
}

fn fits(tag: Option<&Tag>, name: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == name) => Err(unknown(tag)),
        _ => Ok(()),
    }
}

fn unknown(tag: &Tag) -> String {
    format!("the tag {}{} is none of the core schema", tag.handle, tag.suffix)
}
