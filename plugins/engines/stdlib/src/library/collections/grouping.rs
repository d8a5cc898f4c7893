//! Lists in the order, or the groups, of what a function says about each item.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::object::FunctionRef;
use crate::signature::{Kind, required};
use crate::value::Value;

const ITEMS: Kind = Kind::List(&Kind::Any);
const SORT_KEY: Kind = Kind::Function(&[required("item", Kind::Any)], &Kind::Either(&[Kind::Number, Kind::Text]));
const GROUP_KEY: Kind = Kind::Function(&[required("item", Kind::Any)], &Kind::Text);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "collections",
        name: "sort_by",
        parameters: &[required("items", ITEMS), required("key", SORT_KEY)],
        returns: ITEMS,
        text: "The items, sorted by the key that the function gives for each: numbers before strings, strings by their code points; equal keys keep their order.",
        run: sort_by,
    },
    Function {
        module: "collections",
        name: "group_by",
        parameters: &[required("items", ITEMS), required("key", GROUP_KEY)],
        returns: Kind::List(&Kind::Record(&[required("key", Kind::Text), required("items", ITEMS)])),
        text: "The items in groups `{key, items}` by the string that the function gives for each, in the order in which keys first came.",
        run: group_by,
    },
];

fn sort_by(args: &mut Arguments) -> Result<Value, Error> {
    let mut keyed = keyed(args, |key| {
        matches!(key, Value::Integer(_) | Value::Text(_)) || matches!(key, Value::Float(number) if !number.is_nan())
    })?;
    keyed.sort_by(|(one, _), (two, _)| order(one, two));
    Ok(Value::list(keyed.into_iter().map(|(_, item)| item)))
}

fn group_by(args: &mut Arguments) -> Result<Value, Error> {
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    let mut places = BTreeMap::new();
    for (key, item) in keyed(args, |key| matches!(key, Value::Text(_)))? {
        let Value::Text(key) = key else { continue };
        let place = *places.entry(key.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[place].1.push(item);
    }
    let group = |(key, items): (String, Vec<Value>)| Value::map([("key", key.into()), ("items", Value::List(items))]);
    Ok(Value::list(groups.into_iter().map(group)))
}

/// Each item behind its key.
fn keyed(args: &mut Arguments, is_key: impl Fn(&Value) -> bool) -> Result<Vec<(Value, Value)>, Error> {
    let items = args.list()?;
    let function: FunctionRef = args.function()?;
    items
        .into_iter()
        .map(|item| {
            let key = function.call(vec![item.clone()])?;
            if is_key(&key) {
                Ok((key, item))
            } else {
                Err(args.wrong(&format!("gave {}, which is no key", key.kind())))
            }
        })
        .collect()
}

fn order(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::Text(one), Value::Text(two)) => one.cmp(two),
        (Value::Text(_), _) => Ordering::Greater,
        (_, Value::Text(_)) => Ordering::Less,
        (Value::Integer(one), Value::Integer(two)) => one.cmp(two),
        (one, two) => number(one).total_cmp(&number(two)),
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        _ => f64::NAN,
    }
}
