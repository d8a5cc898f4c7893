//! `plugins`: other plugins.

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::value::Value;
use crate::wit::crucible::plugin::plugins::{self, PluginInfo};

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "plugins",
        name: "list_plugins",
        parameters: &[],
        text: "The plugins that this one may call, as objects `{name, version, description, exports}`.",
        run: |_| Ok(Value::List(plugins::list_plugins()?.into_iter().map(info).collect())),
    },
    Function {
        module: "plugins",
        name: "call",
        parameters: &["plugin", "tool", "args"],
        text: "Calls a tool that another plugin exports and gives what it returned.",
        run: |args| parsed(&plugins::call(&args.text()?, &args.text()?, &args.json()?)?),
    },
    Function {
        module: "plugins",
        name: "map",
        parameters: &["plugin", "tool", "inputs"],
        text: "Calls a tool once per input, on as many threads as there are; `\"\"` is this plugin. Gives a list of `{ok = value}` or `{error = {code, message}}`, in the order of the inputs.",
        run: map,
    },
];

fn map(args: &mut Arguments) -> Result<Value, Error> {
    let (plugin, tool) = (args.text()?, args.text()?);
    let inputs: Result<Vec<String>, String> = args.list()?.iter().map(json::write).collect();
    let inputs = inputs.map_err(|problem| args.wrong_text(&format!("cannot be written as JSON: {problem}")))?;
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
