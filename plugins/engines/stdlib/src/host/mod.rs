//! The capabilities of the host, one file per interface of the WIT package. Cursors are read to their end into lists.

mod clock;
mod datalog;
pub mod graph;
mod json;
pub mod kiln;
mod log;
mod network;
pub mod plugins;
mod random;
mod search;
mod session;
pub mod state;
mod ui;

use crate::error::Error;
use crate::functions::Function;

pub const MODULES: [&[Function]; 13] = [
    kiln::FUNCTIONS,
    search::FUNCTIONS,
    graph::FUNCTIONS,
    state::FUNCTIONS,
    network::FUNCTIONS,
    clock::FUNCTIONS,
    random::FUNCTIONS,
    log::FUNCTIONS,
    session::FUNCTIONS,
    plugins::FUNCTIONS,
    datalog::FUNCTIONS,
    ui::FUNCTIONS,
    json::FUNCTIONS,
];

/// How many items one step of a cursor asks for: the most that the host gives.
const STEP: u32 = 1000;

/// Reads a cursor to its end.
fn drain<T, E: Into<Error>>(mut next: impl FnMut(u32) -> Result<Vec<T>, E>) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    loop {
        let items = next(STEP).map_err(Into::into)?;
        if items.is_empty() {
            return Ok(all);
        }
        all.extend(items);
    }
}
