//! Rune values to language-neutral ones and back.
//!
//! Nothing is `()`, and `None` is nothing too. Structs with fields are objects, tuples lists, a variant without fields its name.
//! A session is the tagged object that stands for it. The fields of objects come in the order of their names: that of a hash
//! map depends on its history.

use crucible_stdlib::json::{self, MAX_BYTES, MAX_DEPTH};
use crucible_stdlib::signature::{Kind, Parameter};
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::{Bytes, Object, TypeHash, TypeValue, Value, Vec as RuneVec};
use rune::{Any, Hash};

use crate::bindings::callback;
use crate::bindings::classes::LibraryObject;
use crate::bindings::session::Session;

const HASH_MAP: Hash = rune::hash!(::std::collections::hash_map::HashMap);

const SESSION_KEY: &str = "$session";

/// Whether session tags become sessions: in the arguments of a call, not in what a program reads itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Kept,
    Bound,
}

/// Reads a value for the library. The error says what cannot be one, where, and what to do.
pub fn read(value: &Value) -> Result<Neutral, String> {
    read_for(value, Purpose::Library)
}

/// The JSON text of a value.
pub fn to_json(value: &Value) -> Result<String, String> {
    json::write(&read_for(value, Purpose::Json)?)
}

fn read_for(value: &Value, purpose: Purpose) -> Result<Neutral, String> {
    let mut reader = Reader { purpose, depth: 0, size: 0 };
    reader.value(value).map_err(|problem| {
        let mut place = String::new();
        for step in problem.place.iter().rev() {
            match step {
                Step::Field(name) if place.is_empty() => place.push_str(name),
                Step::Field(name) => {
                    place.push('.');
                    place.push_str(name);
                }
                Step::Index(index) => place.push_str(&format!("[{index}]")),
            }
        }
        if place.is_empty() || problem.is_everywhere { problem.text } else { format!("at `{place}`: {}", problem.text) }
    })
}

/// Makes a value. That fails only for want of memory, which traps (see `allocator`).
pub fn make(value: Neutral, tags: Tags) -> Value {
    match value {
        Neutral::Nil => Value::from(()),
        Neutral::Bool(value) => Value::from(value),
        Neutral::Integer(number) => Value::from(number),
        Neutral::Float(number) => Value::from(number),
        Neutral::Text(text) => fits(Value::try_from(text.as_str())),
        Neutral::Bytes(bytes) => {
            let mut out = rune::alloc::Vec::new();
            fits(out.try_extend_from_slice(&bytes));
            fits(Value::try_from(Bytes::from_vec(out)))
        }
        Neutral::List(items) => vector(items.into_iter().map(|item| make(item, tags))),
        Neutral::Map(fields) => match (fields.as_slice(), tags) {
            ([(key, Neutral::Text(path))], Tags::Bound) if key == SESSION_KEY => any(Session::new(path.clone())),
            _ => object(fields.into_iter().map(|(name, value)| (name, make(value, tags)))),
        },
        Neutral::Object(object) => any(LibraryObject(object)),
        Neutral::Function(function) => callback::make(&function),
    }
}

/// Makes a value of a kind: where there may be nothing it is an `Option`.
pub fn make_as(value: Neutral, kind: &Kind) -> Value {
    match (kind, value) {
        (Kind::Maybe(_), Neutral::Nil) => option(None),
        (Kind::Maybe(kind), value) => option(Some(make_as(value, kind))),
        (Kind::List(kind), Neutral::List(items)) => vector(items.into_iter().map(|item| make_as(item, kind))),
        (Kind::Map(kind), Neutral::Map(fields)) => {
            object(fields.into_iter().map(|(name, value)| (name, make_as(value, kind))))
        }
        (Kind::Record(known), Neutral::Map(fields)) => record(known, fields),
        (_, value) => make(value, Tags::Kept),
    }
}

/// An object with every field that is known; one that may be missing is an `Option`.
fn record(known: &'static [Parameter], fields: Vec<(String, Neutral)>) -> Value {
    let is_missing = |field: &&Parameter| field.optional && fields.iter().all(|(name, _)| name != field.name);
    let missing: Vec<_> = known.iter().filter(is_missing).map(|field| (field.name.to_owned(), option(None))).collect();
    let given = fields.into_iter().map(|(name, value)| match known.iter().find(|field| field.name == name) {
        Some(field) if field.optional => (name, make_as(value, &Kind::Maybe(&field.kind))),
        Some(field) => (name, make_as(value, &field.kind)),
        None => (name, make(value, Tags::Kept)),
    });
    object(given.chain(missing))
}

/// `Some(value)` or `None`.
pub fn option(value: Option<Value>) -> Value {
    fits(Value::try_from(value))
}

/// `Ok(value)` or `Err(value)`.
pub fn result(value: Result<Value, Value>) -> Value {
    fits(Value::try_from(value))
}

/// A value of a type of ours.
pub fn any<T: Any>(value: T) -> Value {
    fits(Value::new(value))
}

/// A vector.
pub fn vector(items: impl Iterator<Item = Value>) -> Value {
    let mut out = fits(RuneVec::with_capacity(items.size_hint().0));
    for item in items {
        fits(out.push(item));
    }
    fits(Value::try_from(out))
}

/// An object.
pub fn object(fields: impl Iterator<Item = (String, Value)>) -> Value {
    let mut out = fits(Object::with_capacity(fields.size_hint().0));
    for (name, value) in fields {
        fits(out.insert(fits(rune::alloc::String::try_from(name.as_str())), value));
    }
    fits(Value::try_from(out))
}

fn fits<T>(made: Result<T, rune::alloc::Error>) -> T {
    made.expect("memory that runs out traps")
}

/// What cannot be read: `place` leads to it, innermost step first.
struct Problem {
    text: String,
    place: Vec<Step>,
    is_everywhere: bool,
}

enum Step {
    Field(String),
    Index(usize),
}

/// Bytes, functions and objects of the library are values for the library alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Json,
    Library,
}

struct Reader {
    purpose: Purpose,
    depth: usize,
    /// How many bytes the text of JSON has at least: what contains another value many times is bounded all the same.
    size: usize,
}

impl Reader {
    fn value(&mut self, value: &Value) -> Result<Neutral, Problem> {
        self.grow(1)?;
        match value.as_type_value().map_err(|error| problem(error.to_string()))? {
            TypeValue::Unit => Ok(Neutral::Nil),
            TypeValue::Tuple(items) => self.list(items.iter()),
            TypeValue::Object(object) => self.map(object.iter().map(|(name, value)| (name.as_str(), value))),
            TypeValue::EmptyStruct(empty) => {
                let name = empty.rtti().item().last().map(|name| name.to_string());
                Ok(Neutral::Text(name.unwrap_or_default()))
            }
            TypeValue::TupleStruct(tuple) => self.list(tuple.data().iter()),
            TypeValue::Struct(fields) => {
                let data = fields.data();
                self.map(fields.rtti().fields().filter_map(|(name, index)| Some((name, data.get(index)?))))
            }
            _ => self.other(value),
        }
    }

    /// Numbers, text, collections and what no other language knows.
    fn other(&mut self, value: &Value) -> Result<Neutral, Problem> {
        if let Ok(value) = value.as_bool() {
            Ok(Neutral::Bool(value))
        } else if let Ok(number) = value.as_signed() {
            Ok(Neutral::Integer(number))
        } else if let Ok(number) = value.as_unsigned() {
            i64::try_from(number).map(Neutral::Integer).map_err(|_| problem(json::too_large(number)))
        } else if let Ok(number) = value.as_float() {
            Ok(Neutral::Float(number))
        } else if let Ok(character) = value.as_char() {
            Ok(Neutral::Text(character.to_string()))
        } else if let Ok(text) = value.borrow_string_ref() {
            self.grow(text.len())?;
            Ok(Neutral::Text(text.to_owned()))
        } else if let Ok(items) = value.borrow_ref::<RuneVec>() {
            self.list(items.iter())
        } else if let Ok(option) = value.borrow_ref::<Option<Value>>() {
            match &*option {
                Some(value) => self.value(value),
                None => Ok(Neutral::Nil),
            }
        } else if let Ok(session) = value.borrow_ref::<Session>() {
            Ok(Neutral::map([(SESSION_KEY, session.path().into())]))
        } else if self.purpose == Purpose::Library {
            self.for_library(value)
        } else {
            Err(problem(not_json(value)))
        }
    }

    fn for_library(&mut self, value: &Value) -> Result<Neutral, Problem> {
        if let Ok(bytes) = value.borrow_ref::<Bytes>() {
            self.grow(bytes.len())?;
            Ok(Neutral::Bytes(bytes.as_slice().to_vec()))
        } else if let Ok(object) = value.borrow_ref::<LibraryObject>() {
            Ok(Neutral::Object(object.0.clone()))
        } else {
            callback::read(value).map(Neutral::Function).ok_or_else(|| problem(not_json(value)))
        }
    }

    fn list<'a>(&mut self, items: impl Iterator<Item = &'a Value>) -> Result<Neutral, Problem> {
        self.deeper(|reader| {
            let mut out = Vec::with_capacity(items.size_hint().0);
            for (index, item) in items.enumerate() {
                out.push(reader.value(item).map_err(|problem| problem.inside(Step::Index(index)))?);
            }
            Ok(Neutral::List(out))
        })
    }

    fn map<'a>(&mut self, fields: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<Neutral, Problem> {
        self.deeper(|reader| {
            let mut out = Vec::with_capacity(fields.size_hint().0);
            for (name, value) in fields {
                reader.grow(name.len())?;
                let value = reader.value(value).map_err(|problem| problem.inside(Step::Field(name.to_owned())))?;
                out.push((name.to_owned(), value));
            }
            out.sort_by(|(one, _), (two, _)| one.cmp(two));
            Ok(Neutral::Map(out))
        })
    }

    fn deeper(&mut self, run: impl FnOnce(&mut Self) -> Result<Neutral, Problem>) -> Result<Neutral, Problem> {
        if self.depth == MAX_DEPTH {
            return Err(Problem { text: json::too_deep(), place: Vec::new(), is_everywhere: true });
        }
        self.grow(2)?;
        self.depth += 1;
        let value = run(self);
        self.depth -= 1;
        value
    }

    fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        if self.size > MAX_BYTES {
            return Err(problem(json::too_long()));
        }
        self.size += bytes;
        Ok(())
    }
}

impl Problem {
    fn inside(mut self, step: Step) -> Self {
        self.place.push(step);
        self
    }
}

fn problem(text: String) -> Problem {
    Problem { text, place: Vec::new(), is_everywhere: false }
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
    use crucible_stdlib::json::{self, MAX_DEPTH};

    use super::{Tags, make, to_json};

    fn round_trip(text: &str) -> Result<String, String> {
        to_json(&make(json::read(text).unwrap(), Tags::Kept))
    }

    #[test]
    fn values_come_back_with_sorted_keys() {
        assert_eq!(
            round_trip(r#"{"b":[1,2.5,-3],"a":{"z":null,"ä":"𝄞\n\""},"c":true}"#).unwrap(),
            r#"{"a":{"z":null,"ä":"𝄞\n\""},"b":[1,2.5,-3],"c":true}"#
        );
    }

    #[test]
    fn what_loses_is_refused_with_its_place() {
        assert_eq!(
            round_trip(r#"{"a":[1,{"id":9007199254740993}]}"#).unwrap_err(),
            "at `a[1].id`: the integer 9007199254740993 is beyond ±2^53, where JSON readers lose digits; return it as a string"
        );
        let object = |value| super::object([("a".to_owned(), super::vector([value].into_iter()))].into_iter());
        assert_eq!(
            to_json(&object(rune::Value::from(u64::MAX))).unwrap_err(),
            "at `a[0]`: the integer 18446744073709551615 is beyond ±2^53, where JSON readers lose digits; return it as a string"
        );
        assert!(to_json(&object(rune::Value::from(f64::NAN))).unwrap_err().contains("no JSON number"));
    }

    #[test]
    fn the_deepest_level_is_allowed_and_one_more_is_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(round_trip(&nested(MAX_DEPTH)).unwrap(), nested(MAX_DEPTH));
        let deeper = super::vector([make(json::read(&nested(MAX_DEPTH)).unwrap(), Tags::Kept)].into_iter());
        assert!(to_json(&deeper).unwrap_err().starts_with("the value is nested more than 128 levels"));
    }

    #[test]
    fn a_value_that_contains_itself_is_refused() {
        let value = super::vector(std::iter::empty());
        value.borrow_mut::<rune::runtime::Vec>().unwrap().push(value.clone()).unwrap();
        assert!(to_json(&value).unwrap_err().contains("contains itself"));
    }
}
