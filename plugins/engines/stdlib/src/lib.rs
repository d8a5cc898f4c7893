//! What every language engine offers its plugins, written once: the capabilities of the host and the standard library, as
//! functions over language-neutral values.
//!
//! [`functions::all`] and [`classes::all`] are the tables. An engine walks them and binds each row under the same name; it knows
//! how its own values become a [`value::Value`] and back, and nothing of any single function. What a language writes more
//! naturally itself (iterators, methods on a session) it builds on these functions.

pub mod arguments;
pub mod classes;
pub mod code;
pub mod docs;
pub mod error;
pub mod functions;
mod host;
pub mod json;
mod library;
pub mod modules;
pub mod object;
pub mod signature;
pub mod value;

/// The types, imports and exports of the WIT package, for all engines. An engine exports itself with
/// `crucible_stdlib::export_engine!(Engine with_types_in crucible_stdlib::wit)`.
pub mod wit {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "engine",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_engine",
        default_bindings_module: "crucible_stdlib::wit",
    });
}
