//! The arguments of a function: checked against its parameters, then taken one after the other.

use crate::error::Error;
use crate::functions::Path;
use crate::json;
use crate::object::{FunctionRef, ObjectRef};
use crate::signature::Parameter;
use crate::value::Value;

pub struct Arguments {
    path: Path,
    parameters: &'static [Parameter],
    values: std::vec::IntoIter<Value>,
    /// How many were taken.
    taken: usize,
}

impl Arguments {
    /// The arguments of one call. Too many are refused, and what is not of its parameter's kind.
    pub fn new(path: Path, parameters: &'static [Parameter], values: Vec<Value>) -> Result<Self, Error> {
        if values.len() > parameters.len() {
            let takes: Vec<String> = parameters.iter().map(Parameter::shown).collect();
            let (takes, got) = (takes.join(", "), values.len());
            return Err(Error::invalid(format!("{path}({takes}) was called with {got} arguments")));
        }
        let given = values.iter().chain(std::iter::repeat(&Value::Nil));
        match parameters.iter().zip(given).find_map(|(parameter, value)| parameter.fault(value)) {
            Some(fault) => Err(Error::invalid(format!("{path}: {fault}"))),
            None => Ok(Self { path, parameters, values: values.into_iter(), taken: 0 }),
        }
    }

    /// The function's name in messages.
    pub fn path(&self) -> Path {
        self.path
    }

    /// The next one, whatever it is; nothing where it was left out.
    pub fn any(&mut self) -> Value {
        self.taken += 1;
        self.values.next().unwrap_or(Value::Nil)
    }

    /// A string of UTF-8.
    pub fn text(&mut self) -> Result<String, Error> {
        let value = self.any();
        text_of(value).ok_or_else(|| self.unlike())
    }

    /// A string, or nothing.
    pub fn optional_text(&mut self) -> Result<Option<String>, Error> {
        self.optional(text_of)
    }

    /// An integer. A number without a fraction counts as one.
    pub fn integer(&mut self) -> Result<i64, Error> {
        let value = self.any();
        value.whole().ok_or_else(|| self.unlike())
    }

    /// An integer, or nothing.
    pub fn optional_integer(&mut self) -> Result<Option<i64>, Error> {
        self.optional(|value| value.whole())
    }

    /// A whole number from 0 to 2³² − 1.
    pub fn count(&mut self) -> Result<u32, Error> {
        let value = self.any();
        count_of(value).ok_or_else(|| self.unlike())
    }

    /// A whole number from 0 to 2³² − 1, or nothing.
    pub fn optional_count(&mut self) -> Result<Option<u32>, Error> {
        self.optional(count_of)
    }

    pub fn number(&mut self) -> Result<f64, Error> {
        let value = self.any();
        number_of(value).ok_or_else(|| self.unlike())
    }

    /// A number, or nothing.
    pub fn optional_number(&mut self) -> Result<Option<f64>, Error> {
        self.optional(number_of)
    }

    /// A list; an empty map, which some languages cannot tell from it, is one too.
    pub fn list(&mut self) -> Result<Vec<Value>, Error> {
        let value = self.any();
        list_of(value).ok_or_else(|| self.unlike())
    }

    /// A list of strings.
    pub fn texts(&mut self) -> Result<Vec<String>, Error> {
        let items = self.list()?;
        items.into_iter().map(text_of).collect::<Option<_>>().ok_or_else(|| self.unlike())
    }

    /// A list of strings; empty where it was left out.
    pub fn optional_texts(&mut self) -> Result<Vec<String>, Error> {
        let items = self.optional(list_of)?.unwrap_or_default();
        items.into_iter().map(text_of).collect::<Option<_>>().ok_or_else(|| self.unlike())
    }

    /// The fields of an object; none where it was left out.
    pub fn map(&mut self) -> Result<Vec<(String, Value)>, Error> {
        let value = self.any();
        map_of(value).ok_or_else(|| self.unlike())
    }

    pub fn function(&mut self) -> Result<FunctionRef, Error> {
        let value = self.any();
        function_of(value).ok_or_else(|| self.unlike())
    }

    /// A function, or nothing.
    pub fn optional_function(&mut self) -> Result<Option<FunctionRef>, Error> {
        self.optional(function_of)
    }

    pub fn object(&mut self) -> Result<ObjectRef, Error> {
        match self.any() {
            Value::Object(object) => Ok(object),
            _ => Err(self.unlike()),
        }
    }

    /// The JSON text of a value.
    pub fn json(&mut self) -> Result<String, Error> {
        let value = self.any();
        json::write(&value).map_err(|problem| self.wrong(&format!("cannot be written as JSON: {problem}")))
    }

    /// The fields of a record, to be taken by their names.
    pub fn options(&mut self) -> Result<Options, Error> {
        let fields = self.map()?;
        Ok(Options { path: self.path, fields })
    }

    /// One of the words given, with what it stands for.
    pub fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Result<T, Error> {
        let text = self.text()?;
        word_of(&text, words).ok_or_else(|| self.unlike())
    }

    /// One of the words given, or the default.
    pub fn optional_word<T: Copy>(&mut self, words: &[(&str, T)], default: T) -> Result<T, Error> {
        Ok(self.optional(|value| word_of(&text_of(value)?, words))?.unwrap_or(default))
    }

    /// What is wrong with the argument that was taken last.
    pub fn wrong(&self, problem: &str) -> Error {
        Error::invalid(format!(
            "{}: `{}` {problem}",
            self.path,
            self.parameter().map_or("argument", |found| found.name)
        ))
    }

    fn optional<T>(&mut self, read: impl Fn(Value) -> Option<T>) -> Result<Option<T>, Error> {
        match self.any() {
            Value::Nil => Ok(None),
            value => read(value).map(Some).ok_or_else(|| self.unlike()),
        }
    }

    /// For what the check lets through and the function cannot take: the row's kind is not what it reads.
    fn unlike(&self) -> Error {
        let expected = self.parameter().map_or_else(|| "another value".to_owned(), |found| found.kind.words());
        self.wrong(&format!("must be {expected}"))
    }

    fn parameter(&self) -> Option<&'static Parameter> {
        self.parameters.get(self.taken.checked_sub(1)?)
    }
}

/// The fields of a record, each taken once.
pub struct Options {
    path: Path,
    fields: Vec<(String, Value)>,
}

impl Options {
    /// The fields of a record inside of an argument.
    pub fn within(path: Path, value: Value) -> Result<Self, Error> {
        match map_of(value) {
            Some(fields) => Ok(Self { path, fields }),
            None => Err(Error::invalid(format!("{path}: a record is of another kind"))),
        }
    }

    /// A field as it is.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        let index = self.fields.iter().position(|(field, _)| field == name)?;
        match self.fields.swap_remove(index).1 {
            Value::Nil => None,
            value => Some(value),
        }
    }

    /// A string; none where the field is missing.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.field(name, text_of)
    }

    pub fn boolean(&mut self, name: &str) -> Result<Option<bool>, Error> {
        self.field(name, |value| if let Value::Bool(value) = value { Some(value) } else { None })
    }

    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, Error> {
        self.field(name, |value| value.whole())
    }

    /// A whole number from 0 to 2³² − 1.
    pub fn count(&mut self, name: &str) -> Result<Option<u32>, Error> {
        self.field(name, count_of)
    }

    pub fn number(&mut self, name: &str) -> Result<Option<f64>, Error> {
        self.field(name, number_of)
    }

    pub fn function(&mut self, name: &str) -> Result<Option<FunctionRef>, Error> {
        self.field(name, function_of)
    }

    /// A list; empty where the field is missing.
    pub fn list(&mut self, name: &str) -> Result<Vec<Value>, Error> {
        Ok(self.field(name, list_of)?.unwrap_or_default())
    }

    /// A list of strings; empty where the field is missing.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Error> {
        let texts = self.field(name, |value| list_of(value)?.into_iter().map(text_of).collect())?;
        Ok(texts.unwrap_or_default())
    }

    /// The fields of an object; none where it is missing.
    pub fn map(&mut self, name: &str) -> Result<Vec<(String, Value)>, Error> {
        Ok(self.field(name, map_of)?.unwrap_or_default())
    }

    /// One of the words given, with what it stands for.
    pub fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)], default: T) -> Result<T, Error> {
        Ok(self.field(name, |value| word_of(&text_of(value)?, words))?.unwrap_or(default))
    }

    /// An error about a field.
    pub fn wrong(&self, name: &str, problem: &str) -> Error {
        Error::invalid(format!("{}: `{name}` {problem}", self.path))
    }

    fn field<T>(&mut self, name: &str, read: impl Fn(Value) -> Option<T>) -> Result<Option<T>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.wrong(name, "is of another kind"))
    }
}

fn text_of(value: Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn number_of(value: Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

fn count_of(value: Value) -> Option<u32> {
    u32::try_from(value.whole()?).ok()
}

fn list_of(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::List(items) => Some(items),
        Value::Map(fields) if fields.is_empty() => Some(Vec::new()),
        _ => None,
    }
}

fn map_of(value: Value) -> Option<Vec<(String, Value)>> {
    match value {
        Value::Nil => Some(Vec::new()),
        Value::Map(fields) => Some(fields),
        Value::List(items) if items.is_empty() => Some(Vec::new()),
        _ => None,
    }
}

fn function_of(value: Value) -> Option<FunctionRef> {
    if let Value::Function(function) = value { Some(function) } else { None }
}

fn word_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}
