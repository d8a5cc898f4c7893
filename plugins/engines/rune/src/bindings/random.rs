//! `crucible::random`: numbers from the seed of the call.
//!
//! Drawing is always granted, so these functions return the number itself; where the host refuses one all the same, the program
//! stops with the host's code.

use rune::runtime::{Vec as RuneVec, VmResult};
use rune::{ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::failure::raise;
use crate::wit::crucible::plugin::random;
use crate::wit::crucible::plugin::types;

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["random"])?;
    module.function("range", range).build()?;
    module.function("float", || drawn(random::next_f64())).build()?;
    module.function("bits", || drawn(random::next_u64())).build()?;
    module.function("bytes", |length: u32| drawn(random::bytes(length).map(|bytes| values::bytes(&bytes)))).build()?;
    module.function("choose", choose).build()?;
    module.function("shuffle", shuffle).build()?;
    Ok(module)
}

/// `range(low, high)`: a whole number, both ends included.
fn range(low: i64, high: i64) -> VmResult<i64> {
    drawn(random::range(low, high))
}

/// `choose(vector)`: one of its items, or `None` where there is none.
fn choose(items: &RuneVec) -> VmResult<Value> {
    drawn(index(items.len()).map(|index| values::option(items.get(index).cloned())))
}

/// `shuffle(vector)`: its items in another order, as a new vector (Fisher and Yates, in Durstenfeld's form).
fn shuffle(items: &RuneVec) -> VmResult<Value> {
    let mut items: Vec<Value> = items.iter().cloned().collect();
    for count in (2..=items.len()).rev() {
        match index(count) {
            Ok(other) => items.swap(count - 1, other),
            Err(error) => return drawn(Err(error)),
        }
    }
    VmResult::Ok(values::vector(items))
}

/// One of the first `count` places; 0 where there is none.
fn index(count: usize) -> Result<usize, types::Error> {
    match i64::try_from(count) {
        Ok(count @ 1..) => Ok(random::range(0, count - 1)? as usize),
        _ => Ok(0),
    }
}

fn drawn<T>(answer: Result<T, types::Error>) -> VmResult<T> {
    match answer {
        Ok(value) => VmResult::Ok(value),
        Err(error) => VmResult::Err(raise(Error::from(error))),
    }
}
