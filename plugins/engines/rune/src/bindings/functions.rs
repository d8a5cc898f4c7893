//! Functions of the table as functions and methods of Rune.
//!
//! Most return a `Result` whose error is a `crucible::Error`; `shapes` says which do not. A call with more or fewer arguments than
//! there are parameters stops the program, as it does for Rune's own functions.

use crucible_stdlib::error::Error;
use crucible_stdlib::functions::{self, Function, Path};
use crucible_stdlib::signature::{Kind, Parameter};
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::{InstAddress, Memory, Output, RuntimeError, TypeOf, Value, VmResult};
use rune::{Any, ContextError, Module, vm_try};

use super::callback;
use super::shapes::{Failing, Shape};
use crate::convert;

/// What is called: its name, what it takes and what it gives.
#[derive(Clone, Copy)]
pub struct Signature {
    pub path: Path,
    pub parameters: &'static [Parameter],
    pub returns: &'static Kind,
}

/// The function `crucible::MODULE::NAME`, which must be there.
pub fn find(module: &str, name: &str) -> &'static Function {
    functions::all()
        .find(|function| function.module == module && function.name == name)
        .expect("what is bound by name is in the table")
}

/// Puts a function into a module.
pub fn bind(
    module: &mut Module,
    name: &'static str,
    function: &'static Function,
    shape: Shape,
) -> Result<(), ContextError> {
    let signature = Signature { path: function.path(), parameters: function.parameters, returns: &function.returns };
    let run = move |memory: &mut dyn Memory, address: InstAddress, count: usize, out: Output| {
        let values = vm_try!(memory.slice_at(address, count));
        let answer = vm_try!(answer(signature, shape, values, |arguments| function.call(arguments)));
        vm_try!(out.store(memory, answer));
        VmResult::Ok(())
    };
    module.raw_function(name, run).build()?;
    Ok(())
}

/// Puts a function into a type as a method; `receiver` gives the first argument.
pub fn bind_method<T: Any + TypeOf>(
    module: &mut Module,
    function: &'static Function,
    receiver: fn(&T) -> Neutral,
    shape: Shape,
) -> Result<(), ContextError> {
    let signature =
        Signature { path: function.path(), parameters: &function.parameters[1..], returns: &function.returns };
    let run = move |memory: &mut dyn Memory, address: InstAddress, count: usize, out: Output| {
        let values = vm_try!(memory.slice_at(address, count));
        let Some((first, values)) = values.split_first() else {
            return VmResult::err(RuntimeError::bad_argument_count(0, 1));
        };
        let first = receiver(&*vm_try!(first.borrow_ref::<T>()));
        let answer = vm_try!(answer(signature, shape, values, |mut arguments| {
            arguments.insert(0, first);
            function.call(arguments)
        }));
        vm_try!(out.store(memory, answer));
        VmResult::Ok(())
    };
    module.raw_function(function.name, run).build_associated::<T>()?;
    Ok(())
}

/// What a call of `run` gives in Rune.
pub fn answer(
    signature: Signature,
    shape: Shape,
    values: &[Value],
    run: impl FnOnce(Vec<Neutral>) -> Result<Neutral, Error>,
) -> VmResult<Value> {
    vm_try!(check_count(signature.parameters, values.len()));
    let answer =
        read(signature, values, shape).and_then(run).and_then(|answer| (shape.make)(answer, signature.returns));
    match (shape.failing, answer) {
        (Failing::Returns, Ok(value)) => VmResult::Ok(convert::result(Ok(value))),
        (Failing::Stops, Ok(value)) => VmResult::Ok(value),
        (Failing::Returns, Err(error)) => VmResult::Ok(convert::result(Err(vm_try!(callback::returned(error))))),
        (Failing::Stops, Err(error)) => VmResult::Err(callback::stopped(error)),
    }
}

fn check_count(parameters: &[Parameter], count: usize) -> Result<(), RuntimeError> {
    let most = parameters.len();
    let least = parameters.iter().filter(|parameter| !parameter.optional).count();
    match count {
        count if count < least => Err(RuntimeError::bad_argument_count(count, least)),
        count if count > most => Err(RuntimeError::bad_argument_count(count, most)),
        _ => Ok(()),
    }
}

fn read(signature: Signature, values: &[Value], shape: Shape) -> Result<Vec<Neutral>, Error> {
    let read = |(value, parameter): (&Value, &Parameter)| {
        let refused =
            |problem| Error::invalid(format!("{}: `{}` cannot be passed: {problem}", signature.path, parameter.name));
        (shape.read)(value).map_err(refused)
    };
    values.iter().zip(signature.parameters).map(read).collect()
}
