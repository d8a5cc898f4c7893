//! `workflow`: steps that depend on each other.

mod run;
mod step;
mod table;

pub use table::WORKFLOW;
