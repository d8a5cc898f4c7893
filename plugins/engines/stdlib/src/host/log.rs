//! `log`: messages for the person who runs the plugin.

use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::signature::{Kind, required};
use crate::value::Value;
use crate::wit::crucible::plugin::log::{self, Level};

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "log",
        name: "debug",
        parameters: &[required("message", Kind::Any)],
        returns: Kind::Nothing,
        text: "A message for whoever looks for a fault; what is no string is written as JSON.",
        run: |args| write(Level::Debug, args),
    },
    Function {
        module: "log",
        name: "info",
        parameters: &[required("message", Kind::Any)],
        returns: Kind::Nothing,
        text: "A message for the person.",
        run: |args| write(Level::Info, args),
    },
    Function {
        module: "log",
        name: "warn",
        parameters: &[required("message", Kind::Any)],
        returns: Kind::Nothing,
        text: "A message about what may be wrong.",
        run: |args| write(Level::Warn, args),
    },
    Function {
        module: "log",
        name: "error",
        parameters: &[required("message", Kind::Any)],
        returns: Kind::Nothing,
        text: "A message about what went wrong.",
        run: |args| write(Level::Error, args),
    },
];

fn write(level: Level, args: &mut Arguments) -> Result<Value, Error> {
    let text = match args.any() {
        Value::Text(text) => text,
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => json::write(&other).unwrap_or_else(|problem| problem),
    };
    log::write(level, &text);
    Ok(Value::Nil)
}
