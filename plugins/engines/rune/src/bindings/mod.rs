//! The capabilities as Rune modules: `crucible::kiln`, `crucible::state` and so on, one file per interface of the WIT package,
//! and the short forms directly under `crucible`.
//!
//! Names are those of the WIT in snake_case. Cursors are read to their end into vectors. What can fail returns a `Result` whose
//! error is a [`error::Error`].

pub mod clock;
pub mod datalog;
pub mod error;
pub mod graph;
pub mod json;
pub mod kiln;
pub mod log;
pub mod network;
pub mod options;
pub mod plugins;
pub mod random;
pub mod search;
pub mod session;
pub mod state;
pub mod std;
pub mod ui;
pub mod values;

use rune::{Context, ContextError, Module};

/// Installs every capability.
pub fn install(context: &mut Context) -> Result<(), ContextError> {
    for module in std::modules()? {
        context.install(module)?;
    }
    context.install(root()?)?;
    for module in [
        kiln::module()?,
        search::module()?,
        graph::module()?,
        state::module()?,
        network::module()?,
        clock::module()?,
        random::module()?,
        log::module()?,
        session::module()?,
        plugins::module()?,
        datalog::module()?,
        ui::module()?,
        json::module()?,
    ] {
        context.install(module)?;
    }
    Ok(())
}

/// The error type and the short forms.
fn root() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("crucible")?;
    error::declare(&mut module)?;
    module.function("read_note", kiln::read_note).build()?;
    module.function("write_note", kiln::write_note).build()?;
    module.function("create_note", kiln::create_note).build()?;
    module.function("delete_note", kiln::delete_note).build()?;
    module.function("list_notes", kiln::list_notes).build()?;
    module.function("search", search::hybrid).build()?;
    Ok(module)
}
