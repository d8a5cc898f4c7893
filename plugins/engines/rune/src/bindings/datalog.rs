//! `crucible::datalog`: rules and queries.

use rune::{Any, ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::wit::crucible::plugin::datalog;

/// Rules with the facts that were added to them.
#[derive(Any)]
#[rune(item = ::crucible::datalog)]
struct Program {
    inner: datalog::Program,
}

impl Program {
    /// `program.insert(relation, rows)`: rows are a vector of vectors.
    fn insert(&self, relation: &str, rows: Value) -> Result<(), Error> {
        Ok(self.inner.insert(relation, &values::written("the rows", &rows)?)?)
    }

    /// `program.retract(relation, rows)`.
    fn retract(&self, relation: &str, rows: Value) -> Result<(), Error> {
        Ok(self.inner.retract(relation, &values::written("the rows", &rows)?)?)
    }

    /// `program.query("path(a, X)")`: a vector of rows, each a vector.
    fn query(&self, goal: &str) -> Result<Value, Error> {
        let cursor = self.inner.query(goal)?;
        let rows = values::drain(|max| cursor.next(max))?;
        let rows: Result<Vec<Value>, Error> = rows.iter().map(|row| values::parsed(row)).collect();
        Ok(values::vector(rows?))
    }
}

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["datalog"])?;
    module.ty::<Program>()?;
    module.function("parse", parse).build()?;
    module.associated_function("insert", Program::insert)?;
    module.associated_function("retract", Program::retract)?;
    module.associated_function("query", Program::query)?;
    Ok(module)
}

/// `parse(rules)`: a program.
fn parse(rules: &str) -> Result<Program, Error> {
    Ok(Program { inner: datalog::parse(rules)? })
}
