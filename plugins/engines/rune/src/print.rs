//! `print!`, `println!` and `dbg!`: whole lines, written to the log.

use std::cell::RefCell;

use rune::runtime::{InstAddress, Memory, Output, VmResult};
use rune::{ContextError, Module};

use crucible_stdlib::wit::crucible::plugin::log::{Level, write};

thread_local! {
    /// The line that `print!` has begun.
    static LINE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The functions behind Rune's printing macros.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["io"])?;
    module.function("print", |text: &str| print(text)).build()?;
    module
        .function("println", |text: &str| {
            print(text);
            print("\n");
        })
        .build()?;
    module.raw_function("dbg", debug).build()?;
    Ok(module)
}

/// Writes what is left of a line that no `println!` ended.
pub fn flush() {
    let rest = LINE.take();
    if !rest.is_empty() {
        write(Level::Info, &rest);
    }
}

fn print(text: &str) {
    LINE.with_borrow_mut(|line| {
        let mut pieces = text.split('\n');
        line.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            write(Level::Info, line);
            line.clear();
            line.push_str(piece);
        }
    });
}

fn debug(memory: &mut dyn Memory, address: InstAddress, count: usize, out: Output) -> VmResult<()> {
    let values = match memory.slice_at(address, count) {
        Ok(values) => values.to_vec(),
        Err(error) => return VmResult::err(error),
    };
    for value in values {
        print(&format!("{}\n", crate::failure::debug(&value)));
    }
    match out.store(memory, ()) {
        Ok(()) => VmResult::Ok(()),
        Err(error) => VmResult::err(error),
    }
}
