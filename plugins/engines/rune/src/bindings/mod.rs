//! The functions of `crucible_stdlib` as Rune modules: `crucible::kiln`, `crucible::state` and so on, the short forms directly
//! under `crucible`, and in a file each what Rune writes more naturally itself.

pub mod callback;
pub mod classes;
pub mod datalog;
pub mod error;
mod functions;
pub mod network;
pub mod plugins;
pub mod random;
pub mod session;
mod shapes;
pub mod std;

use ::std::collections::BTreeMap;

use crucible_stdlib::functions::{self as table, Function};
use rune::{Context, ContextError, Module};

use functions::{bind, find};

/// Functions that are there under `crucible` too.
const SHORT: [(&str, &str); 5] = [
    ("kiln", "read_note"),
    ("kiln", "write_note"),
    ("kiln", "create_note"),
    ("kiln", "delete_note"),
    ("kiln", "list_notes"),
];

/// Installs every module.
pub fn install(context: &mut Context) -> Result<(), ContextError> {
    for module in std::modules()? {
        context.install(module)?;
    }
    context.install(root()?)?;
    let mut modules: BTreeMap<&str, Vec<&'static Function>> = BTreeMap::new();
    for function in table::all() {
        modules.entry(function.module).or_default().push(function);
    }
    for (name, functions) in modules {
        let mut module = Module::with_crate_item("crucible", [name])?;
        for function in functions {
            if let Some(shape) = shapes::of(function) {
                bind(&mut module, function.name, function, shape)?;
            }
        }
        match name {
            "datalog" => datalog::extend(&mut module)?,
            "network" => network::extend(&mut module)?,
            "random" => random::extend(&mut module)?,
            "session" => session::extend(&mut module)?,
            _ => {}
        }
        context.install(module)?;
    }
    classes::install(context)
}

/// The error type and the short forms.
fn root() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("crucible")?;
    error::declare(&mut module)?;
    for (from, name) in SHORT {
        bind(&mut module, name, find(from, name), shapes::PLAIN)?;
    }
    let search = find("search", "hybrid");
    bind(&mut module, "search", search, shapes::of(search).unwrap_or(shapes::PLAIN))?;
    Ok(module)
}
