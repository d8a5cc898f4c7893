//! Lua values to language-neutral ones and back.
//!
//! A list is a table with the metatable of `crucible.list`, or one whose keys are exactly 1 to n; every other table is an object
//! and has strings as keys, so an empty table is an object and `crucible.list{}` an empty list. `crucible.null` is JSON's null,
//! where nil would make a hole.

use std::ffi::{c_int, c_void};

use crucible_stdlib::json;
use crucible_stdlib::value::Value;

use crate::stack::Stack;
use crate::{callbacks, ffi, objects};

/// Names in the registry.
pub const LIST: &str = "crucible.list";
pub const SESSION: &str = "crucible.session";
pub const ERROR: &str = "crucible.error";

const SESSION_KEY: &str = "$session";

/// What a level of nesting needs on Lua's stack.
const ROOM: c_int = 4;

/// The address that is `crucible.null`.
pub fn null() -> *mut c_void {
    static NULL: u8 = 0;
    (&raw const NULL).cast_mut().cast()
}

/// Whether session tags become sessions: in arguments, not in what a plugin parses itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Kept,
    Bound,
}

/// Pushes a value.
pub fn push(stack: Stack, value: &Value, tags: Tags) -> Result<(), String> {
    if !stack.has_room(ROOM) {
        return Err(json::too_deep());
    }
    match value {
        Value::Nil => stack.push_nil(),
        Value::Bool(value) => stack.push_boolean(*value),
        Value::Integer(value) => stack.push_integer(*value),
        Value::Float(value) => stack.push_number(*value),
        Value::Text(text) => stack.push_bytes(text.as_bytes()),
        Value::Bytes(bytes) => stack.push_bytes(bytes),
        Value::Object(object) => objects::push(stack, object),
        Value::Function(function) => callbacks::push(stack, function),
        Value::List(items) => {
            stack.push_table(items.len(), 0);
            stack.set_kept_metatable(-1, LIST);
            for (index, item) in items.iter().enumerate() {
                match item {
                    Value::Nil => stack.push_light(null()),
                    item => push(stack, item, tags)?,
                }
                stack.set_item(-2, index as i64 + 1);
            }
        }
        Value::Map(fields) => {
            if let ([(key, Value::Text(path))], Tags::Bound) = (fields.as_slice(), tags)
                && key == SESSION_KEY
            {
                stack.push_table(0, 1);
                stack.push_bytes(path.as_bytes());
                stack.set_field(-2, "path");
                stack.set_kept_metatable(-1, SESSION);
                return Ok(());
            }
            stack.push_table(0, fields.len());
            for (key, value) in fields {
                push(stack, value, tags)?;
                stack.set_field(-2, key);
            }
        }
    }
    Ok(())
}

/// Reads the value at an index. The error says what cannot be a value of this kind, where, and what to do.
pub fn read(stack: Stack, index: c_int) -> Result<Value, String> {
    let mut path = Vec::new();
    read_at(stack, stack.absolute(index), &mut path).map_err(|problem| {
        let place: String = path.concat();
        if place.is_empty() { problem } else { format!("at `{}`: {problem}", place.trim_start_matches('.')) }
    })
}

/// `path` leads to the value; where reading fails it stays as it was at that moment.
fn read_at(stack: Stack, index: c_int, path: &mut Vec<String>) -> Result<Value, String> {
    match stack.kind(index) {
        ffi::NIL => Ok(Value::Nil),
        ffi::BOOLEAN => Ok(Value::Bool(stack.boolean(index))),
        ffi::NUMBER if stack.is_integer(index) => Ok(Value::Integer(stack.integer(index))),
        ffi::NUMBER => Ok(Value::Float(stack.number(index))),
        ffi::STRING => Ok(match String::from_utf8(stack.bytes(index).unwrap_or_default()) {
            Ok(text) => Value::Text(text),
            Err(error) => Value::Bytes(error.into_bytes()),
        }),
        ffi::LIGHT_USERDATA if stack.light(index) == null() => Ok(Value::Nil),
        ffi::TABLE => table(stack, index, path),
        ffi::FUNCTION => Ok(callbacks::reference(stack, index)),
        ffi::USERDATA => match objects::read(stack, index) {
            Some(object) => Ok(Value::Object(object)),
            None => Err("the object was collected".to_owned()),
        },
        _ => Err("a coroutine cannot be a value; pass a table, a string, a number, a boolean or nil".to_owned()),
    }
}

fn table(stack: Stack, index: c_int, path: &mut Vec<String>) -> Result<Value, String> {
    if path.len() >= json::MAX_DEPTH || !stack.has_room(ROOM) {
        path.clear();
        return Err(json::too_deep());
    }
    if stack.has_kept_metatable(index, SESSION) {
        stack.push_field(index, "path");
        let session = stack.lossy_text(-1).unwrap_or_default();
        stack.pop(1);
        return Ok(Value::Map(vec![(SESSION_KEY.to_owned(), Value::Text(session))]));
    }
    let length = stack.length(index);
    if stack.has_kept_metatable(index, LIST) || (length > 0 && fields(stack, index, length)? == 0) {
        return list(stack, index, length, path);
    }
    object(stack, index, length, path)
}

/// How many keys the table has besides 1 to `length`.
fn fields(stack: Stack, index: c_int, length: u64) -> Result<u64, String> {
    let mut count = 0u64;
    stack.push_nil();
    while stack.next(index) {
        stack.pop(1);
        count += 1;
    }
    Ok(count.saturating_sub(length))
}

fn list(stack: Stack, index: c_int, length: u64, path: &mut Vec<String>) -> Result<Value, String> {
    let mut items = Vec::new();
    for number in 1..=length {
        stack.push_item(index, number as i64);
        path.push(format!("[{number}]"));
        items.push(read_at(stack, stack.height(), path)?);
        path.pop();
        stack.pop(1);
    }
    Ok(Value::List(items))
}

/// Fields in the order of their names: that of the table depends on its history.
fn object(stack: Stack, index: c_int, length: u64, path: &mut Vec<String>) -> Result<Value, String> {
    let mut fields = Vec::new();
    stack.push_nil();
    while stack.next(index) {
        let key = match stack.bytes(-2).map(String::from_utf8) {
            Some(Ok(key)) => key,
            Some(Err(_)) => return Err("a key that is not UTF-8 cannot be a key of JSON".to_owned()),
            None if length > 0 => {
                return Err("a table is either a list (1 to n) or an object (names), not both".to_owned());
            }
            None => return Err("a key that is no string cannot be a key of JSON; use tostring(key)".to_owned()),
        };
        path.push(format!(".{key}"));
        let value = read_at(stack, stack.height(), path)?;
        path.pop();
        stack.pop(1);
        fields.push((key, value));
    }
    fields.sort_by(|(one, _), (two, _)| one.cmp(two));
    Ok(Value::Map(fields))
}
