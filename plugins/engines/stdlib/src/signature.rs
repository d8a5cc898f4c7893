//! What functions take and give: the kinds of values, for checking arguments and for the reference that is made from the table.
//!
//! A check looks at a whole argument, items and fields too, before the function runs. What a kind cannot say (a range, a path
//! that must exist) the function checks itself.

use std::fmt;

use crate::value::Value;

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Nothing,
    Bool,
    /// A whole number; a float without a fraction counts as one.
    Integer,
    /// A whole number from 0 to 2³² − 1.
    Count,
    Number,
    Text,
    Bytes,
    /// Anything, nothing too.
    Any,
    /// One of these strings.
    Word(&'static [&'static str]),
    List(&'static Kind),
    /// An object with any strings as keys.
    Map(&'static Kind),
    /// An object with these fields and no others.
    Record(&'static [Parameter]),
    /// A function of the language: what it is called with, and what it must give.
    Function(&'static [Parameter], &'static Kind),
    /// An object of the class with this name.
    Object(&'static str),
    Maybe(&'static Kind),
    Either(&'static [Kind]),
}

/// A parameter of a function, or a field of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    /// May be left out, or be nothing.
    pub optional: bool,
}

pub const fn required(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, optional: false }
}

pub const fn optional(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, optional: true }
}

impl Parameter {
    /// As the reference shows it: `path`, `[limit]` for one that may be left out.
    pub fn shown(&self) -> String {
        if self.optional { format!("[{}]", self.name) } else { self.name.to_owned() }
    }

    /// What is wrong with an argument, as the rest of a sentence; none where nothing is.
    pub fn fault(&self, value: &Value) -> Option<String> {
        if self.optional && *value == Value::Nil {
            return None;
        }
        self.kind.fault(&Place::Argument(self.name), value)
    }
}

/// What a value is in the arguments of a call; written only where something is wrong with it.
enum Place<'a> {
    Argument(&'a str),
    Item(usize, &'a Place<'a>),
    Field(&'a str, &'a Place<'a>),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(formatter, "`{name}`"),
            Self::Item(index, list) => write!(formatter, "item {} of {list}", index + 1),
            Self::Field(name, object) => write!(formatter, "`{name}` of {object}"),
        }
    }
}

impl Kind {
    /// In words, after "must be".
    pub fn words(&self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Count => "a whole number that is not negative".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Bytes => "bytes".to_owned(),
            Self::Any => "a value".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) | Self::Record(_) => "an object".to_owned(),
            Self::Function(..) => "a function".to_owned(),
            Self::Object(name) => format!("a {name}"),
            Self::Maybe(kind) => format!("{} or nothing", kind.words()),
            Self::Either(kinds) => kinds.iter().map(Self::words).collect::<Vec<_>>().join(" or "),
        }
    }

    fn fault(&self, place: &Place<'_>, value: &Value) -> Option<String> {
        match (self, value) {
            (Self::Any, _)
            | (Self::Nothing, Value::Nil)
            | (Self::Bool, Value::Bool(_))
            | (Self::Number, Value::Integer(_) | Value::Float(_))
            | (Self::Text, Value::Text(_))
            | (Self::Bytes, Value::Text(_) | Value::Bytes(_))
            | (Self::Function(..), Value::Function(_))
            | (Self::Maybe(_), Value::Nil)
            | (Self::List(Kind::Any), Value::List(_))
            | (Self::Map(Kind::Any), Value::Map(_)) => None,
            (Self::Maybe(kind), value) => kind.fault(place, value),
            (Self::Integer, value) if value.whole().is_some() => None,
            (Self::Count, value) if value.whole().is_some_and(|number| u32::try_from(number).is_ok()) => None,
            (Self::Object(name), Value::Object(object)) if object.class().name == *name => None,
            (Self::Word(words), Value::Text(text)) => {
                let known = words.contains(&text.as_str());
                (!known).then(|| format!("{place} must be {}, got \"{text}\"", self.words()))
            }
            (Self::List(kind), Value::List(items)) => {
                items.iter().enumerate().find_map(|(index, item)| kind.fault(&Place::Item(index, place), item))
            }
            // Some languages cannot tell an empty list from an empty object.
            (Self::List(_), Value::Map(fields)) if fields.is_empty() => None,
            (Self::Map(_), Value::List(items)) if items.is_empty() => None,
            (Self::Map(kind), Value::Map(fields)) => {
                fields.iter().find_map(|(key, value)| kind.fault(&Place::Field(key, place), value))
            }
            (Self::Record(known), Value::List(items)) if items.is_empty() => record_fault(known, place, &[]),
            (Self::Record(known), Value::Map(fields)) => record_fault(known, place, fields),
            (Self::Either(kinds), value) if kinds.iter().any(|kind| kind.fault(place, value).is_none()) => None,
            _ => Some(format!("{place} must be {}, got {}", self.words(), value.kind())),
        }
    }
}

fn record_fault(known: &[Parameter], place: &Place<'_>, fields: &[(String, Value)]) -> Option<String> {
    if let Some((name, _)) = fields.iter().find(|(name, _)| known.iter().all(|field| field.name != name)) {
        let there: Vec<&str> = known.iter().map(|field| field.name).collect();
        return Some(format!("{place} has no field `{name}`; there is: {}", there.join(", ")));
    }
    known.iter().find_map(|field| match fields.iter().find(|(name, _)| name == field.name) {
        Some((_, Value::Nil)) | None if field.optional => None,
        Some((_, value)) => field.kind.fault(&Place::Field(field.name, place), value),
        None => Some(format!("`{}` of {place} is missing: it must be {}", field.name, field.kind.words())),
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, optional, required};
    use crate::value::Value;

    const STEP: Kind = Kind::Record(&[required("name", Kind::Text), optional("after", Kind::List(&Kind::Text))]);

    fn fault(kind: Kind, value: Value) -> Option<String> {
        required("x", kind).fault(&value)
    }

    #[test]
    fn the_place_of_a_fault_is_named_down_to_the_item() {
        let after = Value::map([("name", "a".into()), ("after", Value::List(vec!["b".into(), 1i64.into()]))]);
        assert_eq!(
            fault(Kind::List(&STEP), Value::List(vec![after])).unwrap(),
            "item 2 of `after` of item 1 of `x` must be a string, got an integer"
        );
        assert_eq!(
            fault(STEP, Value::map([("nam", "a".into())])).unwrap(),
            "`x` has no field `nam`; there is: name, after"
        );
        assert_eq!(fault(STEP, Value::map([])).unwrap(), "`name` of `x` is missing: it must be a string");
    }

    #[test]
    fn a_float_without_a_fraction_is_a_whole_number() {
        assert_eq!(fault(Kind::Integer, Value::Float(3.0)), None);
        assert_eq!(
            fault(Kind::Count, Value::Float(-3.0)).unwrap(),
            "`x` must be a whole number that is not negative, got a number"
        );
        assert!(fault(Kind::Integer, Value::Float(2.5)).is_some());
    }

    #[test]
    fn what_is_optional_may_be_nothing() {
        assert_eq!(optional("x", Kind::Text).fault(&Value::Nil), None);
        assert!(required("x", Kind::Text).fault(&Value::Nil).is_some());
        assert_eq!(fault(Kind::Maybe(&Kind::Text), Value::Nil), None);
    }

    #[test]
    fn an_empty_object_is_an_empty_list_too() {
        assert_eq!(fault(Kind::List(&Kind::Text), Value::Map(Vec::new())), None);
        assert_eq!(fault(Kind::Map(&Kind::Text), Value::List(Vec::new())), None);
    }
}
