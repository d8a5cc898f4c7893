//! `crucible::log`: messages for the person who runs the plugin.

use rune::{ContextError, Module, Value};

use crate::wit::crucible::plugin::log::{Level, write};

/// The module: `debug`, `info`, `warn` and `error`, each of one value.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["log"])?;
    module.function("debug", |value: Value| message(Level::Debug, &value)).build()?;
    module.function("info", |value: Value| message(Level::Info, &value)).build()?;
    module.function("warn", |value: Value| message(Level::Warn, &value)).build()?;
    module.function("error", |value: Value| message(Level::Error, &value)).build()?;
    Ok(module)
}

/// A string as it is, what can be JSON as JSON, anything else as `{:?}` shows it.
fn message(level: Level, value: &Value) {
    match value.borrow_string_ref() {
        Ok(text) => write(level, &text),
        Err(_) => write(level, &crate::json::to_json(value).unwrap_or_else(|_| crate::failure::debug(value))),
    }
}
