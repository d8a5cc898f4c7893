//! Plugins in Rust: a tool is a function of typed arguments, and [`plugin!`] makes a component of the world `plugin` of them.
//!
//! ```ignore
//! use crucible_guest::{Error, kiln, plugin, tool};
//!
//! #[derive(serde::Deserialize)]
//! struct Args {
//!     path: String,
//! }
//!
//! fn length(args: Args) -> Result<usize, Error> {
//!     Ok(kiln::read_note(&args.path)?.chars().count())
//! }
//!
//! plugin![tool("length", "The characters of a note.", length).parameter("path", "string", "which note")];
//! ```
//!
//! The interfaces of the host are modules: [`kiln`], [`state`], [`random`] and so on, as `wit/` describes them. A component imports
//! only those that its code uses.

mod error;
mod tool;

pub use error::{Error, ErrorCode};
pub use serde_json::{Value, json};
pub use tool::{Tool, tool};
pub use wit::crucible::plugin::{
    clock, datalog, graph, kiln, log, network, plugins, random, search, session, state, types, ui,
};

/// The types, imports and exports of the WIT package.
pub mod wit {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "plugin",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_plugin",
        default_bindings_module: "crucible_guest::wit",
    });
}

/// What the macro needs; not for plugins.
#[doc(hidden)]
pub mod guest {
    pub use crate::tool::{call, describe};
    pub use crate::wit::crucible::plugin::types::Failure;
    pub use crate::wit::exports::crucible::plugin::guest::{Guest, Tool};
}

/// All that a cursor has: `all(|max| cursor.next(max))`.
pub fn all<T, E: Into<Error>>(mut next: impl FnMut(u32) -> Result<Vec<T>, E>) -> Result<Vec<T>, Error> {
    let mut rows = Vec::new();
    loop {
        let some = next(1000).map_err(Into::into)?;
        if some.is_empty() {
            return Ok(rows);
        }
        rows.extend(some);
    }
}

/// Makes a plugin of tools, in the order in which they are shown.
#[macro_export]
macro_rules! plugin {
    ($($tool:expr),+ $(,)?) => {
        /// Where the tools meet the host.
        pub struct CruciblePlugin;

        impl $crate::guest::Guest for CruciblePlugin {
            fn tools() -> Vec<$crate::guest::Tool> {
                $crate::guest::describe(&[$($tool),+])
            }

            fn call(name: String, args: String) -> Result<String, $crate::guest::Failure> {
                $crate::guest::call(&[$($tool),+], &name, &args)
            }
        }

        // Elsewhere the names of these exports are no symbols that a linker takes.
        #[cfg(target_family = "wasm")]
        $crate::wit::export_plugin!(CruciblePlugin with_types_in $crate::wit);
    };
}
