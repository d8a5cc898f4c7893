//! `crucible::state`: values that outlive a call.
//!
//! A value is anything that can be JSON. The plain functions use the plugin's own scope; those that end in `_in` take a scope
//! first: `"plugin"`, `"kiln"` or `"global"`.

use rune::{ContextError, Module, Value};

use super::error::Error;
use super::options::word;
use super::values;
use crate::wit::crucible::plugin::state::{self, Scope};

const SCOPES: [(&str, Scope); 3] = [("plugin", Scope::Plugin), ("kiln", Scope::Kiln), ("global", Scope::Global)];

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["state"])?;
    module.function("get", |key: &str| get(Scope::Plugin, key)).build()?;
    module.function("set", |key: &str, value: Value| set(Scope::Plugin, key, &value, None)).build()?;
    module.function("set_for", |key: &str, value: Value, ms: u64| set(Scope::Plugin, key, &value, Some(ms))).build()?;
    module.function("delete", |key: &str| delete(Scope::Plugin, key)).build()?;
    module.function("keys", |prefix: &str| keys(Scope::Plugin, prefix)).build()?;
    module.function("get_in", |name: &str, key: &str| get(scope(name)?, key)).build()?;
    module.function("set_in", |name: &str, key: &str, value: Value| set(scope(name)?, key, &value, None)).build()?;
    module
        .function("set_for_in", |name: &str, key: &str, value: Value, ms: u64| set(scope(name)?, key, &value, Some(ms)))
        .build()?;
    module.function("delete_in", |name: &str, key: &str| delete(scope(name)?, key)).build()?;
    module.function("keys_in", |name: &str, prefix: &str| keys(scope(name)?, prefix)).build()?;
    Ok(module)
}

fn scope(name: &str) -> Result<Scope, Error> {
    word("state", "scope", name, &SCOPES)
}

/// `get(key)`: the value, or `None`.
fn get(scope: Scope, key: &str) -> Result<Value, Error> {
    let value = match state::get(scope, key)? {
        Some(json) => Some(values::parsed(&json)?),
        None => None,
    };
    Ok(values::option(value))
}

/// `set(key, value)`; `set_for(key, value, ms)` for a value that expires.
fn set(scope: Scope, key: &str, value: &Value, expires_in_ms: Option<u64>) -> Result<(), Error> {
    let json = values::written(&format!("the value of \"{key}\""), value)?;
    Ok(state::set(scope, key, &json, expires_in_ms)?)
}

/// `delete(key)`: whether it was set.
fn delete(scope: Scope, key: &str) -> Result<bool, Error> {
    Ok(state::delete(scope, key)?)
}

/// `keys(prefix)`: a sorted vector of strings.
fn keys(scope: Scope, prefix: &str) -> Result<Value, Error> {
    let cursor = state::keys(scope, prefix)?;
    Ok(values::texts(values::drain(|max| cursor.next(max))?))
}
