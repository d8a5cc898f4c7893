//! Functions of a program that the library calls.
//!
//! An `Err` that such a function returns, or the error that stops it, comes out of the function that called it as it was, unless
//! the library makes something else of it.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use crucible_stdlib::error::Error;
use crucible_stdlib::object::{Callable, FunctionRef};
use crucible_stdlib::value::Value as Neutral;
use crucible_stdlib::wit::crucible::plugin::types::ErrorCode;
use rune::runtime::{Function, Value, VmError, VmResult};

use super::error;
use crate::convert::{self, Tags};
use crate::failure;

/// A function or closure of the program.
struct Callback(Value);

/// What a callback threw.
enum Thrown {
    /// The value of the `Err` that it returned.
    Returned(Value),
    /// What stopped it; taken once.
    Stopped(Cell<Option<VmError>>),
}

/// The function that a value is; none where it is something else.
pub fn read(value: &Value) -> Option<FunctionRef> {
    value.borrow_ref::<Function>().is_ok().then(|| FunctionRef::new(Callback(value.clone())))
}

/// The value of a function that came from here.
pub fn make(function: &FunctionRef) -> Value {
    function.downcast::<Callback>().map_or(Value::from(()), |Callback(value)| value.clone())
}

/// The `Err` of a failure, or the end of the program where a callback ended it.
pub fn returned(error: Error) -> VmResult<Value> {
    match thrown(&error) {
        Some(Thrown::Returned(value)) => VmResult::Ok(value.clone()),
        Some(Thrown::Stopped(stop)) if let Some(stop) = stop.take() => VmResult::Err(stop),
        _ => VmResult::Ok(convert::any(error::Error(error))),
    }
}

/// The end of the program.
pub fn stopped(error: Error) -> VmError {
    match thrown(&error) {
        Some(Thrown::Stopped(stop)) if let Some(stop) = stop.take() => stop,
        _ => failure::raise(error),
    }
}

fn thrown(error: &Error) -> Option<&Thrown> {
    error.thrown.as_ref()?.downcast_ref()
}

impl Callable for Callback {
    fn call(&self, arguments: Vec<Neutral>) -> Result<Neutral, Error> {
        let function = self.0.borrow_ref::<Function>().map_err(|error| Error::invalid(error.to_string()))?;
        let arguments: Vec<Value> = arguments.into_iter().map(|value| convert::make(value, Tags::Kept)).collect();
        match function.call::<Value>(arguments) {
            VmResult::Ok(answer) => read_answer(&answer),
            VmResult::Err(stop) => {
                let error = Error::new(ErrorCode::GuestError, stop.to_string());
                Err(carrying(error, Thrown::Stopped(Cell::new(Some(stop)))))
            }
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn read_answer(answer: &Value) -> Result<Neutral, Error> {
    let read = |value| {
        convert::read(value)
            .map_err(|problem| Error::new(ErrorCode::GuestError, format!("a callback's result: {problem}")))
    };
    let Ok(result) = answer.borrow_ref::<Result<Value, Value>>() else { return read(answer) };
    match &*result {
        Ok(value) => read(value),
        Err(value) => Err(carrying(failure::of_value(value), Thrown::Returned(value.clone()))),
    }
}

fn carrying(mut error: Error, thrown: Thrown) -> Error {
    error.thrown = Some(Rc::new(thrown));
    error
}
