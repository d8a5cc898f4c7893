//! What is drawn from a vector, with numbers from the seed of the call.

use crucible_stdlib::error::Error;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::{Value, Vec as RuneVec, VmResult};
use rune::{ContextError, Module};

use super::functions::find;
use crate::convert;
use crate::failure::raise;

/// Puts `choose(vector)` and `shuffle(vector)` into the module.
pub fn extend(module: &mut Module) -> Result<(), ContextError> {
    module.function("choose", |items: &RuneVec| drawn(choose(items))).build()?;
    module.function("shuffle", |items: &RuneVec| drawn(shuffle(items))).build()?;
    Ok(())
}

/// One of the items, or `None` where there is none.
fn choose(items: &RuneVec) -> Result<Value, Error> {
    let item = if items.is_empty() { None } else { items.get(index(items.len())?).cloned() };
    Ok(convert::option(item))
}

/// The items in another order, as a new vector (Fisher and Yates, in Durstenfeld's form).
fn shuffle(items: &RuneVec) -> Result<Value, Error> {
    let mut items: Vec<Value> = items.iter().cloned().collect();
    for count in (2..=items.len()).rev() {
        let other = index(count)?;
        items.swap(count - 1, other);
    }
    Ok(convert::vector(items.into_iter()))
}

/// One of the first `count` places, of which there is at least one.
fn index(count: usize) -> Result<usize, Error> {
    let last = Neutral::from(count as u64 - 1);
    match find("random", "range").call(vec![Neutral::Integer(0), last])? {
        Neutral::Integer(index) => Ok(index as usize),
        other => Err(Error::invalid(format!("the host drew {}", other.kind()))),
    }
}

fn drawn(answer: Result<Value, Error>) -> VmResult<Value> {
    match answer {
        Ok(value) => VmResult::Ok(value),
        Err(error) => VmResult::Err(raise(error)),
    }
}
