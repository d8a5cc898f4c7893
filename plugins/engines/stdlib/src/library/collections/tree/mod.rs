//! A tree of named nodes, each with a value, children in their order.

mod nodes;
mod table;

pub use table::TREE;
