//! JavaScript (quickjs-ng) as a component of the world `crucible:plugin/engine`.
//!
//! This file is the component's surface: it hands each export to the module that does it. An instance is used once: for one
//! `compile`, or for one `load` after which `tools` and `call` answer for the loaded code.

mod allocator;
mod callbacks;
mod code;
mod compile;
mod convert;
mod failure;
mod ffi;
mod jobs;
mod js;
mod modules;
mod names;
mod objects;
mod program;
mod source;
mod state;

use crucible_stdlib::wit::crucible::plugin::types::Failure;
use crucible_stdlib::wit::exports::crucible::plugin::compiler::{
    self, CompileOptions, Compiled, Diagnostic, SourceFile,
};
use crucible_stdlib::wit::exports::crucible::plugin::guest::{self, Tool};

struct Engine;

impl compiler::Guest for Engine {
    fn abi() -> String {
        code::ABI.to_owned()
    }

    fn warm_up() {
        state::open();
    }

    fn compile(files: Vec<SourceFile>, options: CompileOptions) -> Result<Compiled, Vec<Diagnostic>> {
        compile::compile(&files, &options.entry)
    }

    fn load(code: Vec<u8>) -> Result<(), Failure> {
        program::load(&code)
    }
}

impl guest::Guest for Engine {
    fn tools() -> Vec<Tool> {
        program::tools()
    }

    fn call(name: String, args: String) -> Result<String, Failure> {
        program::call(&name, &args)
    }
}

// Elsewhere the names of these exports are no symbols that a linker takes.
#[cfg(target_family = "wasm")]
crucible_stdlib::wit::export_engine!(Engine with_types_in crucible_stdlib::wit);
