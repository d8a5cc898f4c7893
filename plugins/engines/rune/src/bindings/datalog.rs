//! Programs of rules: values with methods, let go of when nothing refers to them any more.

use crucible_stdlib::error::Error;
use crucible_stdlib::signature::Kind;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::Value;
use rune::{Any, ContextError, Module};

use super::functions::{bind_method, find};
use super::shapes::PLAIN;
use crate::convert;

/// Rules with the facts that were added to them, by their number.
#[derive(Any)]
#[rune(item = ::crucible::datalog)]
struct Program {
    number: i64,
}

impl Drop for Program {
    fn drop(&mut self) {
        // The number is open, so closing it does not fail.
        let _ = find("datalog", "close").call(vec![self.number.into()]);
    }
}

/// Puts the type with `.insert(relation, rows)`, `.retract(relation, rows)` and `.query(goal)` into the module.
pub fn extend(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Program>()?;
    for name in ["insert", "retract", "query"] {
        bind_method(module, find("datalog", name), |program: &Program| program.number.into(), PLAIN)?;
    }
    Ok(())
}

/// The program with a number.
pub fn program(number: Neutral, _: &Kind) -> Result<Value, Error> {
    match number {
        Neutral::Integer(number) => Ok(convert::any(Program { number })),
        _ => Err(Error::invalid("the host gave no program")),
    }
}
