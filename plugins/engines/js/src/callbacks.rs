//! JavaScript functions that the library calls, and what they throw on its way through the library. A callback answers at once:
//! one that is async answers a promise, which is no value.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use crucible_stdlib::error::Error;
use crucible_stdlib::object::{Callable, FunctionRef};
use crucible_stdlib::signature::{Kind, Parameter};
use crucible_stdlib::value::Value;

use crate::convert::{self, Problem, Tags};
use crate::js::Js;
use crate::{failure, names};

struct Function {
    value: Js,
    /// What it is called with and must give, where the library has said so.
    kind: Cell<Option<(&'static [Parameter], &'static Kind)>>,
}

/// A function of the plugin, as a value.
pub fn reference(value: &Js) -> Value {
    Value::Function(FunctionRef::new(Function { value: value.clone(), kind: Cell::new(None) }))
}

/// The plugin's function behind a value, which came from here.
pub fn own(function: &FunctionRef) -> Js {
    function.downcast::<Function>().map_or_else(Js::undefined, |function| function.value.clone())
}

/// Notes what the library calls the function with.
pub fn declare(function: &FunctionRef, parameters: &'static [Parameter], answer: &'static Kind) {
    if let Some(function) = function.downcast::<Function>() {
        function.kind.set(Some((parameters, answer)));
    }
}

impl Callable for Function {
    fn call(&self, mut arguments: Vec<Value>) -> Result<Value, Error> {
        if let Some((parameters, _)) = self.kind.get() {
            names::given_all(parameters, &mut arguments);
        }
        let run = || {
            let arguments: Result<Vec<Js>, Js> =
                arguments.iter().map(|argument| convert::write(argument, Tags::Kept)).collect();
            Ok(convert::read(&self.value.call(&Js::undefined(), &arguments?)?)?)
        };
        let mut answer = run().map_err(|problem| match problem {
            Problem::Refused(why) => Error::invalid(format!("a callback's result: {why}")),
            Problem::Thrown(thrown) => Error { thrown: Some(Rc::new(thrown.clone())), ..failure::error(&thrown) },
        })?;
        if let Some((_, kind)) = self.kind.get() {
            names::answered(kind, &mut answer);
        }
        Ok(answer)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
