//! The loaded code: its files, its tools, its calls.

use std::cell::RefCell;
use std::ffi::c_int;

use crucible_stdlib::docs::{self, Export};
use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure};
use crucible_stdlib::wit::exports::crucible::plugin::guest::Tool;

use crate::code::{ABI, Code, File};
use crate::convert::{self, Tags};
use crate::ffi;
use crate::stack::Stack;
use crate::{failure, state};

/// The table that the entry file returned, in the registry.
const RETURNED: &str = "crucible.returned";

thread_local! {
    static FILES: RefCell<Vec<File>> = const { RefCell::new(Vec::new()) };
    /// The documented functions that the loaded code really has.
    static EXPORTS: RefCell<Option<Vec<Export>>> = const { RefCell::new(None) };
}

/// Makes this instance the plugin whose code is given: runs its entry file.
pub fn load(bytes: &[u8]) -> Result<(), Failure> {
    let code = Code::decode(bytes, ABI).map_err(Error::failure)?;
    let exports: Vec<Export> = code.exports().collect();
    let entry = code.entry.clone();
    FILES.set(code.files);
    let stack = state::stack();
    stack.set_height(0);
    stack.push_c_function(failure::keep_frames);
    push_chunk(stack, &entry).map_err(Error::failure)?;
    if !stack.call(0, 1, 1) {
        return Err(failure::take(stack));
    }
    stack.set_field(ffi::REGISTRY, RETURNED);
    let exports = exports.into_iter().filter(|export| {
        let is_function = push_tool(stack, &export.name);
        stack.set_height(0);
        is_function
    });
    EXPORTS.set(Some(exports.collect()));
    Ok(())
}

/// The tools, as the doc comments give them.
pub fn tools() -> Vec<Tool> {
    EXPORTS.with_borrow(|exports| exports.iter().flatten().filter_map(docs::tool).collect())
}

/// Runs a tool: a field of the table that the entry file returned, else a global function.
pub fn call(name: &str, args: &str) -> Result<String, Failure> {
    if EXPORTS.with_borrow(Option::is_none) {
        return Err(unavailable(format!("Cannot call \"{name}\": no code is loaded into this instance")));
    }
    let stack = state::stack();
    stack.set_height(0);
    stack.push_c_function(failure::keep_frames);
    if !push_tool(stack, name) {
        let message =
            format!("The plugin has no function \"{name}\": neither a global one nor in the table that it returns");
        return Err(Error::new(ErrorCode::NotFound, message).failure());
    }
    let args = json::read(args).map_err(|problem| Error::invalid(problem).failure())?;
    convert::push(stack, &args, Tags::Bound).map_err(|problem| Error::invalid(problem).failure())?;
    if !stack.call(1, 1, 1) {
        return Err(failure::take(stack));
    }
    let result = convert::read(stack, -1).and_then(|value| json::write(&value));
    stack.set_height(0);
    result.map_err(|problem| {
        let message = format!("The result of `{name}` cannot be returned: {problem}");
        Error::new(ErrorCode::GuestError, message).failure()
    })
}

/// For the prelude's `require`: takes a path and pushes the chunk of that file, or nil where there is none.
pub fn push_file(stack: Stack) -> Result<c_int, Error> {
    let path = stack.lossy_text(1).unwrap_or_default();
    if FILES.with_borrow(|files| files.iter().any(|file| file.path == path)) {
        push_chunk(stack, &path)?;
    } else {
        stack.push_nil();
    }
    Ok(1)
}

fn push_chunk(stack: Stack, path: &str) -> Result<(), Error> {
    let loaded = FILES.with_borrow(|files| match files.iter().find(|file| file.path == path) {
        Some(file) => stack.load(&file.chunk, &format!("@{path}"), "b"),
        None => false,
    });
    if loaded { Ok(()) } else { Err(Error::invalid("Cannot load the code: it is damaged; compile it again")) }
}

/// Pushes the function of that name, if there is one.
fn push_tool(stack: Stack, name: &str) -> bool {
    if stack.push_field(ffi::REGISTRY, RETURNED) == ffi::TABLE && stack.push_field(-1, name) == ffi::FUNCTION {
        return true;
    }
    stack.push_globals();
    stack.push_field(-1, name) == ffi::FUNCTION
}

fn unavailable(message: String) -> Failure {
    Error::new(ErrorCode::Unavailable, message).failure()
}
