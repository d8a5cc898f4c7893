//! The arguments of a function, taken one after the other and checked as they are taken.

use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::value::Value;

pub struct Arguments {
    function: String,
    names: &'static [&'static str],
    values: std::vec::IntoIter<Value>,
    /// How many were taken.
    taken: usize,
}

impl Arguments {
    /// The arguments of one call.
    pub fn new(function: &Function, values: Vec<Value>) -> Self {
        Self { function: function.path(), names: function.parameters, values: values.into_iter(), taken: 0 }
    }

    /// The next one, whatever it is; nothing where it was left out.
    pub fn any(&mut self) -> Value {
        self.taken += 1;
        self.values.next().unwrap_or(Value::Nil)
    }

    /// A string of UTF-8.
    pub fn text(&mut self) -> Result<String, Error> {
        match self.any() {
            Value::Text(text) => Ok(text),
            other => Err(self.wrong("a string", &other)),
        }
    }

    /// A string, or nothing.
    pub fn optional_text(&mut self) -> Result<Option<String>, Error> {
        match self.any() {
            Value::Nil => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(self.wrong("a string", &other)),
        }
    }

    /// An integer. A number without a fraction counts as one.
    pub fn integer(&mut self) -> Result<i64, Error> {
        let value = self.any();
        whole(&value).ok_or_else(|| self.wrong("a whole number", &value))
    }

    /// A whole number from 0 to 2³² − 1.
    pub fn count(&mut self) -> Result<u32, Error> {
        let value = self.any();
        whole(&value)
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| self.wrong("a whole number that is not negative", &value))
    }

    /// A number, or nothing.
    pub fn optional_number(&mut self) -> Result<Option<f64>, Error> {
        match self.any() {
            Value::Nil => Ok(None),
            Value::Integer(number) => Ok(Some(number as f64)),
            Value::Float(number) => Ok(Some(number)),
            other => Err(self.wrong("a number", &other)),
        }
    }

    /// A list; an empty map, which some languages cannot tell from it, is one too.
    pub fn list(&mut self) -> Result<Vec<Value>, Error> {
        match self.any() {
            Value::List(items) => Ok(items),
            Value::Map(fields) if fields.is_empty() => Ok(Vec::new()),
            other => Err(self.wrong("a list", &other)),
        }
    }

    /// A list of strings.
    pub fn texts(&mut self) -> Result<Vec<String>, Error> {
        let items = self.list()?;
        items
            .into_iter()
            .map(|item| text_of(item).ok_or_else(|| self.wrong_text("must be a list of strings")))
            .collect()
    }

    /// The JSON text of a value.
    pub fn json(&mut self) -> Result<String, Error> {
        let value = self.any();
        json::write(&value).map_err(|problem| self.wrong_text(&format!("cannot be written as JSON: {problem}")))
    }

    /// A map with options, in which only the fields of `known` may be; where it was left out all fields are.
    pub fn options(&mut self, known: &[&str]) -> Result<Options, Error> {
        let fields = match self.any() {
            Value::Nil => Vec::new(),
            Value::Map(fields) => fields,
            Value::List(items) if items.is_empty() => Vec::new(),
            other => return Err(self.wrong("an object", &other)),
        };
        if let Some((name, _)) = fields.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            let (function, there) = (&self.function, known.join(", "));
            return Err(Error::invalid(format!("{function}: there is no option `{name}`; there is: {there}")));
        }
        Ok(Options { function: self.function.clone(), fields })
    }

    /// One of the words given, with what it stands for.
    pub fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Result<T, Error> {
        let text = self.text()?;
        word(&self.function, self.name(), &text, words)
    }

    /// What is wrong with the argument that was taken last.
    pub fn wrong_text(&self, problem: &str) -> Error {
        Error::invalid(format!("{}: `{}` {problem}", self.function, self.name()))
    }

    fn wrong(&self, expected: &str, got: &Value) -> Error {
        self.wrong_text(&format!("must be {expected}, got {}", got.kind()))
    }

    fn name(&self) -> &'static str {
        let name = self.taken.checked_sub(1).and_then(|index| self.names.get(index)).copied().unwrap_or("argument");
        name.trim_matches(['[', ']'])
    }
}

/// The fields of an options map, each taken once.
pub struct Options {
    function: String,
    fields: Vec<(String, Value)>,
}

impl Options {
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
        self.field(name, "a string", text_of)
    }

    /// A whole number from 0 to 2³² − 1.
    pub fn count(&mut self, name: &str) -> Result<Option<u32>, Error> {
        self.field(name, "a whole number that is not negative", |value| u32::try_from(whole(&value)?).ok())
    }

    /// A list of strings; empty where the field is missing.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Error> {
        let texts = self.field(name, "a list of strings", |value| match value {
            Value::List(items) => items.into_iter().map(text_of).collect(),
            Value::Map(fields) if fields.is_empty() => Some(Vec::new()),
            _ => None,
        })?;
        Ok(texts.unwrap_or_default())
    }

    /// One of the words given, with what it stands for.
    pub fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)], default: T) -> Result<T, Error> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        word(&self.function, name, &text, words)
    }

    /// An error about a field.
    pub fn wrong(&self, name: &str, problem: &str) -> Error {
        Error::invalid(format!("{}: `{name}` {problem}", self.function))
    }

    fn field<T>(&mut self, name: &str, expected: &str, read: impl Fn(Value) -> Option<T>) -> Result<Option<T>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let kind = value.kind();
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(self.wrong(name, &format!("must be {expected}, got {kind}"))),
        }
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        // Beyond 2^53 a float stands for several integers.
        Value::Float(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
            Some(*number as i64)
        }
        _ => None,
    }
}

fn word<T: Copy>(function: &str, name: &str, text: &str, words: &[(&str, T)]) -> Result<T, Error> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    Err(Error::invalid(format!("{function}: `{name}` must be one of {}, got \"{text}\"", known.join(", "))))
}
