//! `plugins`: other plugins.

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::plugins::{self, PluginInfo};

const PLUGIN: Kind = Kind::Record(&[
    required("name", Kind::Text),
    required("version", Kind::Text),
    required("description", Kind::Text),
    required("exports", Kind::List(&Kind::Text)),
]);

const OUTCOME: Kind = Kind::Record(&[
    optional("ok", Kind::Any),
    optional("error", Kind::Record(&[required("code", Kind::Text), required("message", Kind::Text)])),
]);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "plugins",
        name: "list_plugins",
        parameters: &[],
        returns: Kind::List(&PLUGIN),
        text: "The plugins that this one may call, as objects `{name, version, description, exports}`.",
        run: |_| Ok(Value::List(plugins::list_plugins()?.into_iter().map(info).collect())),
    },
    Function {
        module: "plugins",
        name: "call",
        parameters: &[required("plugin", Kind::Text), required("tool", Kind::Text), required("args", Kind::Any)],
        returns: Kind::Any,
        text: "Calls a tool that another plugin exports and gives what it returned.",
        run: |args| call(&args.text()?, &args.text()?, &args.json()?),
    },
    Function {
        module: "plugins",
        name: "map",
        parameters: &[
            required("plugin", Kind::Text),
            required("tool", Kind::Text),
            required("inputs", Kind::List(&Kind::Any)),
        ],
        returns: Kind::List(&OUTCOME),
        text: "Calls a tool once per input, on as many threads as there are; `\"\"` is this plugin. Gives a list of `{ok = value}` or `{error = {code, message}}`, in the order of the inputs.",
        run: map,
    },
];

fn map(args: &mut Arguments) -> Result<Value, Error> {
    let (plugin, tool) = (args.text()?, args.text()?);
    let inputs: Result<Vec<String>, String> = args.list()?.iter().map(json::write).collect();
    let inputs = inputs.map_err(|problem| args.wrong(&format!("cannot be written as JSON: {problem}")))?;
    let answers = spread(&plugin, &tool, &inputs)?.into_iter().map(|answer| match answer {
        Ok(value) => Value::map([("ok", value)]),
        Err(failure) => Value::map([("error", error(failure))]),
    });
    Ok(Value::list(answers))
}

/// Calls a tool that may write, with JSON.
pub fn call(plugin: &str, tool: &str, args: &str) -> Result<Value, Error> {
    parsed(&plugins::call(plugin, tool, args)?)
}

/// Calls a tool that only reads once per JSON input.
pub fn spread(plugin: &str, tool: &str, inputs: &[String]) -> Result<Vec<Result<Value, Error>>, Error> {
    let cursor = plugins::map(plugin, tool, inputs)?;
    let answers = drain(|max| cursor.next(max))?;
    Ok(answers.into_iter().map(|answer| parsed(&answer?)).collect())
}

fn error(error: Error) -> Value {
    Value::map([("code", error.code_name().into()), ("message", error.message.into())])
}

fn parsed(text: &str) -> Result<Value, Error> {
    json::read(text).map_err(Error::invalid)
}

fn info(plugin: PluginInfo) -> Value {
    Value::map([
        ("name", plugin.name.into()),
        ("version", plugin.version.into()),
        ("description", plugin.description.into()),
        ("exports", Value::list(plugin.exports)),
    ])
}
