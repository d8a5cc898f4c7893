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
        run: |args| parsed(&plugins::call(&args.text()?, &args.text()?, &args.json()?)?),
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
    let cursor = plugins::map(&plugin, &tool, &inputs)?;
    let answers = drain(|max| cursor.next(max))?;
    let items: Result<Vec<Value>, Error> = answers
        .into_iter()
        .map(|answer| match answer {
            Ok(text) => Ok(Value::map([("ok", parsed(&text)?)])),
            Err(failure) => Ok(Value::map([("error", error(failure.into()))])),
        })
        .collect();
    Ok(Value::List(items?))
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
