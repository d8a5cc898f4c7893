//! `crucible::plugins`: other plugins.

use rune::runtime::Vec as RuneVec;
use rune::{ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::wit::crucible::plugin::plugins::{self, PluginInfo};

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["plugins"])?;
    module.function("list_plugins", list_plugins).build()?;
    module.function("call", call).build()?;
    module.function("map", map).build()?;
    Ok(module)
}

/// `list_plugins()`: a vector of objects `{name, version, description, exports}`.
fn list_plugins() -> Result<Value, Error> {
    let plugins = plugins::list_plugins()?;
    Ok(values::vector(plugins.into_iter().map(info)))
}

/// `call(plugin, tool, args)`: the answer of another plugin's tool.
fn call(plugin: &str, tool: &str, args: Value) -> Result<Value, Error> {
    let args = values::written(&format!("the arguments of \"{plugin}\" \"{tool}\""), &args)?;
    values::parsed(&plugins::call(plugin, tool, &args)?)
}

/// `map(plugin, tool, inputs)`: a vector with a `Result` for each input, in their order; `""` is this plugin.
fn map(plugin: &str, tool: &str, inputs: &RuneVec) -> Result<Vec<Result<Value, Error>>, Error> {
    let inputs: Result<Vec<String>, Error> =
        inputs.iter().map(|input| values::written("an input of `plugins::map`", input)).collect();
    let cursor = plugins::map(plugin, tool, &inputs?)?;
    let answers = values::drain(|max| cursor.next(max))?;
    Ok(answers.into_iter().map(|answer| values::parsed(&answer?)).collect())
}

fn info(plugin: PluginInfo) -> Value {
    values::object([
        ("name", values::text(&plugin.name)),
        ("version", values::text(&plugin.version)),
        ("description", values::text(&plugin.description)),
        ("exports", values::texts(plugin.exports)),
    ])
}
