//! The Lua state of this instance: made once, with the libraries, the functions of the host and the prelude.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use crucible_stdlib::error::Error;
use crucible_stdlib::functions::{self, Function};
use crucible_stdlib::value::Value;
use crucible_stdlib::wit::crucible::plugin::log::{Level, write};

use crate::convert::{self, Tags};
use crate::ffi::{self, State};
use crate::stack::Stack;
use crate::{failure, program};

/// What the language itself writes more naturally: aliases, `require`, `os`, methods.
const PRELUDE: &str = include_str!("prelude.lua");

thread_local! {
    static STATE: Cell<*mut State> = const { Cell::new(null_mut()) };
}

/// The stack of the instance's only state.
pub fn stack() -> Stack {
    let mut lua = STATE.get();
    if lua.is_null() {
        lua = open();
        STATE.set(lua);
    }
    // SAFETY: the state lives as long as the instance.
    unsafe { Stack::new(lua) }
}

/// A function that the prelude gets beside those of the table: it works on the stack itself and answers how many results are on it.
struct Native {
    name: &'static str,
    run: fn(Stack) -> Result<c_int, Error>,
}

const NATIVE: [Native; 1] = [Native { name: "load_file", run: program::push_file }];

fn open() -> *mut State {
    // SAFETY: a state of our own; failed allocations trap.
    let lua = unsafe { ffi::lua_newstate(allocate, null_mut()) };
    assert!(!lua.is_null(), "memory that runs out traps");
    unsafe { ffi::crucible_open_libraries(lua) };
    let stack = unsafe { Stack::new(lua) };
    stack.push_c_function(failure::keep_frames);
    let loaded = stack.load(PRELUDE.as_bytes(), "=crucible", "t");
    require(loaded, stack);
    push_host(stack);
    keep(stack);
    require(stack.call(2, 0, 1), stack);
    stack.set_height(0);
    lua
}

/// Without its prelude the engine is of no use; the message is on the top of the stack.
fn require(done: bool, stack: Stack) {
    if !done {
        write(Level::Error, &format!("The prelude failed: {}", stack.lossy_text(-1).unwrap_or_default()));
        panic!("the prelude failed");
    }
}

/// Pushes `{module = {name = function}}` of the table, and `native` with the functions of this engine.
fn push_host(stack: Stack) {
    stack.push_table(0, 16);
    let table: Vec<&Function> = functions::all().collect();
    for (number, function) in table.iter().enumerate() {
        if stack.push_field(-1, function.module) == ffi::NIL {
            stack.pop(1);
            stack.push_table(0, 8);
            stack.push_copy(-1);
            stack.set_field(-3, function.module);
        }
        stack.push_function(number);
        stack.set_field(-2, function.name);
        stack.pop(1);
    }
    stack.push_table(0, NATIVE.len());
    for (index, native) in NATIVE.iter().enumerate() {
        stack.push_function(table.len() + index);
        stack.set_field(-2, native.name);
    }
    stack.set_field(-2, "native");
}

/// Pushes the metatables that the engine knows by name, and `null`, for the prelude to fill and show.
fn keep(stack: Stack) {
    stack.push_table(0, 4);
    for name in [convert::LIST, convert::SESSION, convert::ERROR] {
        stack.push_table(0, 4);
        stack.push_copy(-1);
        stack.set_field(ffi::REGISTRY, name);
        stack.set_field(-2, name);
    }
    stack.push_light(convert::null());
    stack.set_field(-2, "null");
}

/// Runs the function with this number for `shim.c`: how many results are on the stack, or -1 and an error value.
#[unsafe(no_mangle)]
extern "C" fn crucible_run(lua: *mut State, number: c_int) -> c_int {
    // SAFETY: Lua calls this with its own state, or that of a coroutine, during the call.
    let stack = unsafe { Stack::new(lua) };
    match run(stack, number as usize) {
        Ok(results) => results,
        Err(error) => {
            failure::push(stack, &error);
            -1
        }
    }
}

fn run(stack: Stack, number: usize) -> Result<c_int, Error> {
    if !stack.has_room(8) {
        return Err(Error::invalid("the stack is full"));
    }
    let Some(function) = functions::all().nth(number) else {
        let native = number - functions::all().count();
        return (NATIVE[native].run)(stack);
    };
    let count = stack.height();
    let arguments: Result<Vec<Value>, String> = (1..=count).map(|index| convert::read(stack, index)).collect();
    let arguments = arguments.map_err(|problem| Error::invalid(format!("{}: {problem}", function.path())))?;
    let answer = function.call(arguments)?;
    stack.set_height(0);
    convert::push(stack, &answer, Tags::Kept).map_err(Error::invalid)?;
    Ok(1)
}

/// Lua's allocator on Rust's, which traps when there is no memory.
unsafe extern "C" fn allocate(_: *mut c_void, pointer: *mut c_void, old: usize, new: usize) -> *mut c_void {
    use std::alloc::{Layout, alloc, dealloc, realloc};
    /// What Lua's values need.
    const ALIGNMENT: usize = 8;
    let layout = |size| Layout::from_size_align(size, ALIGNMENT).unwrap_or(Layout::new::<u64>());
    // SAFETY: Lua gives the size with which a block was made.
    unsafe {
        match (pointer.is_null(), new) {
            (true, 0) => null_mut(),
            (true, new) => alloc(layout(new)).cast(),
            (false, 0) => {
                dealloc(pointer.cast(), layout(old));
                null_mut()
            }
            (false, new) => realloc(pointer.cast(), layout(old), new).cast(),
        }
    }
}
