//! The Rune language as a component of the world `crucible:plugin/engine`.
//!
//! This file is the component's surface: it hands each export to the module that does it. An instance is used once: for one
//! `compile`, or for one `load` after which `tools` and `call` answer for the loaded code.

pub mod allocator;
pub mod bindings;
pub mod call;
pub mod code;
pub mod compile;
pub mod context;
pub mod convert;
pub mod diagnostics;
pub mod failure;
pub mod nesting;
pub mod positions;
pub mod print;

use std::cell::RefCell;

pub use crucible_stdlib::wit;

use crucible_stdlib::error::Error;
use wit::crucible::plugin::types::{ErrorCode, Failure};
use wit::exports::crucible::plugin::compiler::{self, CompileOptions, Compiled, Diagnostic, SourceFile};
use wit::exports::crucible::plugin::guest::{self, Tool};

use call::Program;

thread_local! {
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// What the component exports.
pub struct Engine;

impl compiler::Guest for Engine {
    fn abi() -> String {
        code::ABI.to_owned()
    }

    fn warm_up() {
        context::warm();
    }

    fn compile(files: Vec<SourceFile>, options: CompileOptions) -> Result<Compiled, Vec<Diagnostic>> {
        compile::compile(&files, &options.entry)
    }

    fn load(code: Vec<u8>) -> Result<(), Failure> {
        let program = Program::load(&code)?;
        PROGRAM.set(Some(program));
        Ok(())
    }
}

impl guest::Guest for Engine {
    fn tools() -> Vec<Tool> {
        PROGRAM.with_borrow(|program| program.as_ref().map(Program::tools).unwrap_or_default())
    }

    fn call(name: String, args: String) -> Result<String, Failure> {
        PROGRAM.with_borrow(|program| match program {
            Some(program) => program.call(&name, &args),
            None => {
                let message = format!("Cannot call \"{name}\": no code is loaded into this instance");
                Err(Error::new(ErrorCode::Unavailable, message).failure())
            }
        })
    }
}

// Elsewhere the names of these exports are no symbols that a linker takes.
#[cfg(target_family = "wasm")]
crucible_stdlib::wit::export_engine!(Engine with_types_in crucible_stdlib::wit);
