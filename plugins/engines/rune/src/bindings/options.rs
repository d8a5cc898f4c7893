//! The object with options that some functions take: checked field by field, unknown ones refused by name.

use rune::runtime::{Object, Value, Vec as RuneVec};

use super::error::Error;

/// The fields of an options object.
pub struct Options {
    function: &'static str,
    fields: Vec<(String, Value)>,
}

impl Options {
    /// Reads an object, in which only the fields of `known` may be.
    pub fn read(function: &'static str, value: &Value, known: &[&str]) -> Result<Self, Error> {
        let Ok(object) = value.borrow_ref::<Object>() else {
            return Err(Error::invalid(format!(
                "{function}: the options must be an object, got `{}`",
                value.type_info()
            )));
        };
        let mut fields: Vec<(String, Value)> =
            object.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect();
        fields.sort_by(|(one, _), (two, _)| one.cmp(two));
        if let Some((name, _)) = fields.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            let message = format!("{function}: there is no option `{name}`; there is: {}", known.join(", "));
            return Err(Error::invalid(message));
        }
        Ok(Self { function, fields })
    }

    /// A string; none where the field is missing.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.field(name, "a string", |value| Some(value.borrow_string_ref().ok()?.to_owned()))
    }

    /// A whole number from 0 to 2³² − 1.
    pub fn number(&self, name: &str) -> Result<Option<u32>, Error> {
        self.field(name, "a whole number that is not negative", |value| u32::try_from(value.as_signed().ok()?).ok())
    }

    /// A vector of strings; empty where the field is missing.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let texts = self.field(name, "a vector of strings", |value| {
            let items = value.borrow_ref::<RuneVec>().ok()?;
            items.iter().map(|item| Some(item.borrow_string_ref().ok()?.to_owned())).collect()
        })?;
        Ok(texts.unwrap_or_default())
    }

    /// One of the words given, with what it stands for.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)], default: T) -> Result<T, Error> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        word(self.function, name, &text, words)
    }

    /// The field as it is.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    fn field<T>(&self, name: &str, expected: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, Error> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => {
                let (function, got) = (self.function, value.type_info());
                Err(Error::invalid(format!("{function}: `{name}` must be {expected}, got `{got}`")))
            }
        }
    }
}

/// What a word stands for.
pub fn word<T: Copy>(function: &str, name: &str, text: &str, words: &[(&str, T)]) -> Result<T, Error> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    Err(Error::invalid(format!("{function}: `{name}` must be one of {}, got \"{text}\"", known.join(", "))))
}
