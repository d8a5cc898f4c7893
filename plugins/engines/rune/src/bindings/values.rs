//! Rune values made from what a capability answered.
//!
//! Making a value fails only for want of memory, which traps (see `allocator`), so these functions do not return a `Result`.

use rune::runtime::{Bytes, Object, Value, Vec as RuneVec};

use super::error::Error;

/// How many items one step of a cursor asks for: the most that the host gives.
const STEP: u32 = 1000;

/// Reads a cursor to its end.
pub fn drain<T, E: Into<Error>>(mut next: impl FnMut(u32) -> Result<Vec<T>, E>) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    loop {
        let items = next(STEP).map_err(Into::into)?;
        if items.is_empty() {
            return Ok(all);
        }
        all.extend(items);
    }
}

/// A string.
pub fn text(text: &str) -> Value {
    fits(Value::try_from(text))
}

/// An integer; what does not fit is the largest there is.
pub fn integer(number: u64) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// `Some(value)` or `None`.
pub fn option(value: Option<Value>) -> Value {
    fits(Value::try_from(value))
}

/// A vector.
pub fn vector(items: impl IntoIterator<Item = Value>) -> Value {
    let mut out = RuneVec::new();
    for item in items {
        fits(out.push(item));
    }
    fits(Value::try_from(out))
}

/// A vector of strings.
pub fn texts(items: Vec<String>) -> Value {
    vector(items.iter().map(|item| text(item)))
}

/// An object.
pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let mut out = Object::new();
    for (name, value) in fields {
        fits(out.insert(fits(rune::alloc::String::try_from(name)), value));
    }
    fits(Value::try_from(out))
}

/// Bytes.
pub fn bytes(bytes: &[u8]) -> Value {
    let mut out = rune::alloc::Vec::new();
    fits(out.try_extend_from_slice(bytes));
    fits(Value::try_from(Bytes::from_vec(out)))
}

/// A value of JSON text that a capability gave.
pub fn parsed(json: &str) -> Result<Value, Error> {
    crate::json::from_json(json).map_err(Error::invalid)
}

/// The JSON text of a value that is given to a capability; `what` names it in the message.
pub fn written(what: &str, value: &Value) -> Result<String, Error> {
    crate::json::to_json(value)
        .map_err(|problem| Error::invalid(format!("{what} cannot be written as JSON: {problem}")))
}

fn fits<T>(made: Result<T, rune::alloc::Error>) -> T {
    made.expect("memory that runs out traps")
}
