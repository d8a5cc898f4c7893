//! `state`: values that outlive a call. A value is anything that can be JSON. The plain functions use the plugin's own scope;
//! those that end in `_in` take a scope first: `plugin`, `kiln` or `global`.

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::state::{self, Scope};

const SCOPES: [(&str, Scope); 3] = [("plugin", Scope::Plugin), ("kiln", Scope::Kiln), ("global", Scope::Global)];

const SCOPE: Kind = Kind::Word(&["plugin", "kiln", "global"]);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "state",
        name: "get",
        parameters: &[required("key", Kind::Text)],
        returns: Kind::Maybe(&Kind::Any),
        text: "The value of a key, nothing where it is not set or has expired.",
        run: |args| get(Scope::Plugin, args),
    },
    Function {
        module: "state",
        name: "set",
        parameters: &[required("key", Kind::Text), required("value", Kind::Any)],
        returns: Kind::Nothing,
        text: "Sets a key.",
        run: |args| set(Scope::Plugin, args),
    },
    Function {
        module: "state",
        name: "set_for",
        parameters: &[required("key", Kind::Text), required("value", Kind::Any), required("ms", Kind::Integer)],
        returns: Kind::Nothing,
        text: "Sets a key that is gone after so many milliseconds.",
        run: |args| set_for(Scope::Plugin, args),
    },
    Function {
        module: "state",
        name: "delete",
        parameters: &[required("key", Kind::Text)],
        returns: Kind::Bool,
        text: "Removes a key and tells whether it was set.",
        run: |args| Ok(state::delete(Scope::Plugin, &args.text()?)?.into()),
    },
    Function {
        module: "state",
        name: "keys",
        parameters: &[optional("prefix", Kind::Text)],
        returns: Kind::List(&Kind::Text),
        text: "The keys that begin with the prefix, sorted.",
        run: |args| keys(Scope::Plugin, args),
    },
    Function {
        module: "state",
        name: "get_in",
        parameters: &[required("scope", SCOPE), required("key", Kind::Text)],
        returns: Kind::Maybe(&Kind::Any),
        text: "As `get`, in a scope.",
        run: |args| get(args.word(&SCOPES)?, args),
    },
    Function {
        module: "state",
        name: "set_in",
        parameters: &[required("scope", SCOPE), required("key", Kind::Text), required("value", Kind::Any)],
        returns: Kind::Nothing,
        text: "As `set`, in a scope.",
        run: |args| set(args.word(&SCOPES)?, args),
    },
    Function {
        module: "state",
        name: "set_for_in",
        parameters: &[
            required("scope", SCOPE),
            required("key", Kind::Text),
            required("value", Kind::Any),
            required("ms", Kind::Integer),
        ],
        returns: Kind::Nothing,
        text: "As `set_for`, in a scope.",
        run: |args| set_for(args.word(&SCOPES)?, args),
    },
    Function {
        module: "state",
        name: "delete_in",
        parameters: &[required("scope", SCOPE), required("key", Kind::Text)],
        returns: Kind::Bool,
        text: "As `delete`, in a scope.",
        run: |args| Ok(state::delete(args.word(&SCOPES)?, &args.text()?)?.into()),
    },
    Function {
        module: "state",
        name: "keys_in",
        parameters: &[required("scope", SCOPE), optional("prefix", Kind::Text)],
        returns: Kind::List(&Kind::Text),
        text: "As `keys`, in a scope.",
        run: |args| keys(args.word(&SCOPES)?, args),
    },
];

/// Keeps a value in the plugin's own scope.
pub fn keep(key: &str, value: &Value) -> Result<(), Error> {
    Ok(state::set(Scope::Plugin, key, &json::write(value).map_err(Error::invalid)?, None)?)
}

/// What is kept there; nothing where nothing is.
pub fn kept(key: &str) -> Result<Value, Error> {
    match state::get(Scope::Plugin, key)? {
        Some(text) => json::read(&text).map_err(Error::invalid),
        None => Ok(Value::Nil),
    }
}

fn get(scope: Scope, args: &mut Arguments) -> Result<Value, Error> {
    match state::get(scope, &args.text()?)? {
        Some(text) => json::read(&text).map_err(Error::invalid),
        None => Ok(Value::Nil),
    }
}

fn set(scope: Scope, args: &mut Arguments) -> Result<Value, Error> {
    Ok(state::set(scope, &args.text()?, &args.json()?, None)?.into())
}

fn set_for(scope: Scope, args: &mut Arguments) -> Result<Value, Error> {
    let (key, value) = (args.text()?, args.json()?);
    let ms = u64::try_from(args.integer()?).map_err(|_| args.wrong("must not be negative"))?;
    Ok(state::set(scope, &key, &value, Some(ms))?.into())
}

fn keys(scope: Scope, args: &mut Arguments) -> Result<Value, Error> {
    let cursor = state::keys(scope, &args.optional_text()?.unwrap_or_default())?;
    Ok(Value::list(drain(|max| cursor.next(max))?))
}
