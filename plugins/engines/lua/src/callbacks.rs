//! Lua functions that the library calls, and Lua errors that pass through it.
//!
//! A value of Lua that Rust holds lies in the registry, under a number that is given back when nothing refers to it. A callback
//! runs in the coroutine that called the library; it cannot yield across the library's frames.

use std::any::Any;
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

use crucible_stdlib::error::Error;
use crucible_stdlib::object::{Callable, FunctionRef};
use crucible_stdlib::value::Value;

use crate::convert::{self, Tags};
use crate::failure;
use crate::ffi;
use crate::stack::Stack;
use crate::state;

thread_local! {
    /// The stack of the coroutine that is in the library.
    static CURRENT: Cell<Option<Stack>> = const { Cell::new(None) };
}

/// Runs a function of the table as a call from this stack.
pub fn within<T>(stack: Stack, run: impl FnOnce() -> T) -> T {
    let before = CURRENT.replace(Some(stack));
    let result = run();
    CURRENT.set(before);
    result
}

/// A value of Lua that stays what it is.
pub struct Kept {
    reference: c_int,
}

impl Kept {
    /// Takes the value from the top.
    pub fn take(stack: Stack) -> Self {
        Self { reference: stack.take_reference() }
    }

    pub fn push(&self, stack: Stack) {
        stack.push_item(ffi::REGISTRY, self.reference.into());
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        CURRENT.get().unwrap_or_else(state::stack).release_reference(self.reference);
    }
}

struct Function(Kept);

/// The function at an index, as a value.
pub fn reference(stack: Stack, index: c_int) -> Value {
    stack.push_copy(index);
    Value::Function(FunctionRef::new(Function(Kept::take(stack))))
}

/// Pushes a function that came from here.
pub fn push(stack: Stack, function: &FunctionRef) {
    match function.downcast::<Function>() {
        Some(Function(kept)) => kept.push(stack),
        None => stack.push_nil(),
    }
}

impl Callable for Function {
    fn call(&self, arguments: Vec<Value>) -> Result<Value, Error> {
        let stack = CURRENT.get().unwrap_or_else(state::stack);
        let count = c_int::try_from(arguments.len()).unwrap_or(c_int::MAX);
        if !stack.has_room(count.saturating_add(8)) {
            return Err(Error::invalid("the stack is full"));
        }
        let height = stack.height();
        let answer = self.call_on(stack, height, count, &arguments);
        stack.set_height(height);
        answer
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Function {
    fn call_on(&self, stack: Stack, height: c_int, count: c_int, arguments: &[Value]) -> Result<Value, Error> {
        stack.push_c_function(failure::keep_frames);
        self.0.push(stack);
        for argument in arguments {
            convert::push(stack, argument, Tags::Kept).map_err(Error::invalid)?;
        }
        if stack.call(count, 1, height + 1) {
            convert::read(stack, -1).map_err(|problem| Error::invalid(format!("a callback's result: {problem}")))
        } else {
            let (mut error, raised) = failure::caught(stack);
            error.thrown = Some(Rc::new(Thrown { value: Kept::take(stack), raised }));
            Err(error)
        }
    }
}

/// An error value on its way through the library, with the place where it was raised.
pub struct Thrown {
    pub value: Kept,
    pub raised: failure::Raised,
}
