//! `crucible::json`: JSON text inside a program.

use rune::{ContextError, Module, Value};

use super::error::Error;
use super::values;

/// The module: `parse(text)` and `stringify(value)`.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["json"])?;
    module.function("parse", values::parsed).build()?;
    module.function("stringify", stringify).build()?;
    Ok(module)
}

fn stringify(value: Value) -> Result<String, Error> {
    values::written("the value", &value)
}
