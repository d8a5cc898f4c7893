//! The library's names as JavaScript writes them: camelCase for functions, methods and the fields of records. A record is what the
//! table says is one; the names in a plugin's own data stay what they are.

use crucible_stdlib::functions::Path;
use crucible_stdlib::signature::{Kind, Parameter};
use crucible_stdlib::value::Value;

use crate::callbacks;

/// `read_note` as JavaScript writes it.
pub fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut name, part| {
        let (letter, rest) = part.split_at(part.len().min(1));
        name.push_str(&letter.to_ascii_uppercase());
        name.push_str(rest);
        name
    })
}

/// `kiln.readNote`, for messages.
pub fn path(path: Path) -> String {
    format!("{}.{}", path.scope, camel(path.name))
}

/// A way to rename: what a field is called on the other side.
type Rename = fn(&[Parameter], &str) -> Option<String>;

/// Arguments from a plugin, with the library's names.
pub fn taken(parameters: &'static [Parameter], values: &mut [Value]) {
    for (parameter, value) in parameters.iter().zip(values) {
        rename(&parameter.kind, value, to_library);
    }
}

/// An answer for a plugin, with JavaScript's names.
pub fn given(kind: &'static Kind, value: &mut Value) {
    rename(kind, value, to_plugin);
}

/// What a callback of this kind is called with, for the plugin.
pub fn given_all(parameters: &'static [Parameter], values: &mut [Value]) {
    for (parameter, value) in parameters.iter().zip(values) {
        given(&parameter.kind, value);
    }
}

/// What a callback answered, for the library.
pub fn answered(kind: &'static Kind, value: &mut Value) {
    rename(kind, value, to_library);
}

fn to_library(fields: &[Parameter], name: &str) -> Option<String> {
    fields.iter().find(|field| camel(field.name) == name).map(|field| field.name.to_owned())
}

fn to_plugin(fields: &[Parameter], name: &str) -> Option<String> {
    fields.iter().any(|field| field.name == name).then(|| camel(name))
}

fn rename(kind: &'static Kind, value: &mut Value, to: Rename) {
    match (kind, value) {
        (Kind::Maybe(kind), value) => rename(kind, value, to),
        // Of several kinds the one that is a record; the check says later whether it fits.
        (Kind::Either(kinds), value) => kinds.iter().for_each(|kind| rename(kind, value, to)),
        (Kind::List(kind), Value::List(items)) => items.iter_mut().for_each(|item| rename(kind, item, to)),
        (Kind::Map(kind), Value::Map(fields)) => fields.iter_mut().for_each(|(_, value)| rename(kind, value, to)),
        (Kind::Record(known), Value::Map(fields)) => {
            for (name, value) in fields {
                if let Some(other) = to(known, name) {
                    *name = other;
                }
                if let Some(field) = known.iter().find(|field| field.name == name || camel(field.name) == *name) {
                    rename(&field.kind, value, to);
                }
            }
        }
        (Kind::Function(parameters, answer), Value::Function(function)) => {
            callbacks::declare(function, parameters, answer);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crucible_stdlib::signature::{Kind, optional, required};
    use crucible_stdlib::value::Value;

    use super::{camel, given, taken};

    static STEP: Kind = Kind::Record(&[required("max_depth", Kind::Integer), optional("data", Kind::Any)]);
    static STEPS: Kind = Kind::List(&STEP);

    #[test]
    fn names_are_written_as_javascript_does() {
        assert_eq!(camel("read_note"), "readNote");
        assert_eq!(camel("set_for_in"), "setForIn");
        assert_eq!(camel("query"), "query");
    }

    #[test]
    fn fields_of_records_are_renamed_and_those_of_data_are_not() {
        let data = || Value::map([("own_name", 1i64.into()), ("maxDepth", 2i64.into())]);
        let step = |name| Value::map([(name, 3i64.into()), ("data", data())]);
        let mut steps = Value::List(vec![step("max_depth")]);
        given(&STEPS, &mut steps);
        assert_eq!(steps, Value::List(vec![step("maxDepth")]));
        let mut arguments = [steps];
        let parameters: &'static [_] = Box::leak(Box::new([required("steps", Kind::List(&STEP))]));
        taken(parameters, &mut arguments);
        assert_eq!(arguments[0], Value::List(vec![step("max_depth")]));
    }
}
