//! JavaScript values to language-neutral ones and back, as `JSON.stringify` and `JSON.parse` do it where they lose nothing:
//! `toJSON` is called, fields that are undefined are left out, undefined in a list is null, a lone surrogate becomes U+FFFD.
//! What they would lose in silence (a symbol, a Map, NaN) is refused with its place.

use crucible_stdlib::json;
use crucible_stdlib::value::Value;

use crate::js::{Js, Kind, Thrown};
use crate::{callbacks, objects, state};

const SESSION_KEY: &str = "$session";

/// Whether session tags become sessions: in arguments, not in what a plugin parses itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Kept,
    Bound,
}

/// Why a value could not be read.
pub enum Problem {
    /// It cannot be a value of this kind; where, and what to do.
    Refused(String),
    /// The plugin's own code, which reading ran, threw this.
    Thrown(Js),
}

impl From<Js> for Problem {
    fn from(thrown: Js) -> Self {
        Self::Thrown(thrown)
    }
}

/// A value for the plugin.
pub fn write(value: &Value, tags: Tags) -> Thrown<Js> {
    Ok(match value {
        Value::Nil => Js::null(),
        Value::Bool(value) => Js::boolean(*value),
        Value::Integer(value) => Js::integer(*value),
        Value::Float(value) => Js::float(*value),
        Value::Text(text) => Js::text(text),
        Value::Bytes(bytes) => Js::bytes(bytes),
        Value::Object(object) => objects::write(object),
        Value::Function(function) => callbacks::own(function),
        Value::List(items) => {
            let array = Js::array();
            for (index, item) in (0..).zip(items) {
                array.define_item(index, write(item, tags)?);
            }
            array
        }
        Value::Map(fields) => {
            if let ([(key, Value::Text(path))], Tags::Bound) = (fields.as_slice(), tags)
                && key == SESSION_KEY
            {
                return state::kept().open_session.call(&Js::undefined(), &[Js::text(path)]);
            }
            let object = Js::object();
            for (key, value) in fields {
                object.define(key, write(value, tags)?);
            }
            object
        }
    })
}

/// Reads a value. Getters, proxies and `toJSON` are the plugin's own code and run.
pub fn read(value: &Js) -> Result<Value, Problem> {
    let mut path = Vec::new();
    read_at(value, &mut path).map_err(|problem| match problem {
        Problem::Refused(text) if path.is_empty() => Problem::Refused(text),
        Problem::Refused(text) => {
            let place: String = path.concat();
            Problem::Refused(format!("at `{}`: {text}", place.trim_start_matches('.')))
        }
        thrown => thrown,
    })
}

/// `path` leads to the value; where reading fails it stays as it was at that moment.
fn read_at(value: &Js, path: &mut Vec<String>) -> Result<Value, Problem> {
    match value.kind() {
        Kind::Undefined | Kind::Null => Ok(Value::Nil),
        Kind::Bool => Ok(Value::Bool(value.is_true())),
        Kind::Number => Ok(number(value.number())),
        Kind::Text => Ok(Value::Text(value.string()?)),
        Kind::BigInt => match value.big_integer() {
            Some(integer) => Ok(Value::Integer(integer)),
            None => refused("a BigInt of more than 64 bits cannot be a value of JSON; pass it as a string"),
        },
        Kind::Symbol => refused("a symbol cannot be a value of JSON"),
        Kind::Function => Ok(callbacks::reference(value)),
        Kind::Array | Kind::Object => object(value, path),
    }
}

/// A number without a fraction is an integer, as in JavaScript's own JSON; beyond 2^53 it is one of several.
fn number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT { Value::Integer(value as i64) } else { Value::Float(value) }
}

fn object(value: &Js, path: &mut Vec<String>) -> Result<Value, Problem> {
    if path.len() >= json::MAX_DEPTH {
        path.clear();
        return refused(&json::too_deep());
    }
    if let Some(object) = objects::read(value) {
        return Ok(Value::Object(object));
    }
    if let Some(bytes) = value.byte_array() {
        return Ok(Value::Bytes(bytes));
    }
    let to_json = value.get("toJSON")?;
    if to_json.is_function() {
        let plain = to_json.call(value, &[Js::text("")])?;
        // An object that answers itself has said all that it says.
        if plain.raw() != value.raw() {
            path.push(String::new());
            let read = read_at(&plain, path)?;
            path.pop();
            return Ok(read);
        }
    }
    if value.kind() == Kind::Array {
        return list(value, path);
    }
    if let Some(kind) = value.opaque_kind() {
        return refused(&format!("{kind} cannot be a value of JSON"));
    }
    let mut fields = Vec::new();
    for name in value.names()? {
        let field = value.get_named(&name)?;
        if field.kind() == Kind::Undefined {
            continue;
        }
        let name = name.text();
        path.push(format!(".{name}"));
        let read = read_at(&field, path)?;
        path.pop();
        fields.push((name, read));
    }
    Ok(Value::Map(fields))
}

fn list(value: &Js, path: &mut Vec<String>) -> Result<Value, Problem> {
    let mut items = Vec::new();
    for index in 0..value.length()? {
        path.push(format!("[{index}]"));
        items.push(read_at(&value.item(index)?, path)?);
        path.pop();
    }
    Ok(Value::List(items))
}

fn refused<T>(why: &str) -> Result<T, Problem> {
    Err(Problem::Refused(why.to_owned()))
}
