//! The Lua state of this instance: made once, with the libraries, the functions of the host and the prelude.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::LazyLock;

use crucible_stdlib::classes::{self, Method};
use crucible_stdlib::error::Error;
use crucible_stdlib::functions::{self, Function, Path};
use crucible_stdlib::value::Value;
use crucible_stdlib::wit::crucible::plugin::log::{Level, write};

use crate::convert::{self, Tags};
use crate::ffi::{self, State};
use crate::stack::Stack;
use crate::{callbacks, failure, objects, program};

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

/// What Lua calls by its number.
enum Entry {
    Function(&'static Function),
    Method(&'static Method),
    Native(&'static Native),
}

/// Functions, constructors, the methods of each class, and those of this engine.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let constructors = classes::all().map(|class| &class.construct);
    let methods = classes::all().flat_map(|class| class.methods);
    let functions = functions::all().chain(constructors).map(Entry::Function);
    functions.chain(methods.map(Entry::Method)).chain(NATIVE.iter().map(Entry::Native)).collect()
});

/// A function that the prelude gets beside those of the table: it works on the stack itself and answers how many results are on it.
struct Native {
    name: &'static str,
    run: fn(Stack) -> Result<c_int, Error>,
}

static NATIVE: [Native; 1] = [Native { name: "load_file", run: program::push_file }];

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

/// Pushes `{module = {name = function, Class = {new = function}}}` of the tables, and `native` with the functions of this engine.
fn push_host(stack: Stack) {
    let mut numbers = 0..;
    let mut push_next = || stack.push_function(numbers.next().unwrap_or_default());
    stack.push_table(0, 16);
    for function in functions::all() {
        push_module(stack, function.module);
        push_next();
        stack.set_field(-2, function.name);
        stack.pop(1);
    }
    for class in classes::all() {
        push_module(stack, class.module);
        stack.push_table(0, 1);
        push_next();
        stack.set_field(-2, "new");
        stack.set_field(-2, class.name);
        stack.pop(1);
    }
    for class in classes::all() {
        objects::keep_class(stack, class, &mut push_next);
    }
    push_module(stack, "native");
    for native in &NATIVE {
        push_next();
        stack.set_field(-2, native.name);
    }
    stack.pop(1);
}

/// Pushes the table of a module, a new one where there is none yet.
fn push_module(stack: Stack, module: &str) {
    if stack.push_field(-1, module) == ffi::NIL {
        stack.pop(1);
        stack.push_table(0, 8);
        stack.push_copy(-1);
        stack.set_field(-3, module);
    }
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
    match callbacks::within(stack, || run(stack, number as usize)) {
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
    let answer = match &ENTRIES[number] {
        Entry::Function(function) => function.call(arguments(stack, 1, function.path())?)?,
        Entry::Method(method) => {
            let Some(object) = objects::read(stack, 1) else {
                let (path, class) = (method.path(), method.class);
                return Err(Error::invalid(format!("{path} needs its {class}: write `object:{}(…)`", method.name)));
            };
            method.call(&object, arguments(stack, 2, method.path())?)?
        }
        Entry::Native(native) => return (native.run)(stack),
    };
    stack.set_height(0);
    convert::push(stack, &answer, Tags::Kept).map_err(Error::invalid)?;
    Ok(1)
}

/// The values from this index on.
fn arguments(stack: Stack, first: c_int, path: Path) -> Result<Vec<Value>, Error> {
    let values: Result<_, String> = (first..=stack.height()).map(|index| convert::read(stack, index)).collect();
    values.map_err(|problem| Error::invalid(format!("{path}: {problem}")))
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
