//! `algorithms`: graphs of a plugin's own data or of the kiln's links, and what is computed on them.

mod centrality;
mod communities;
mod graph;
mod kiln;
mod paths;
mod table;

pub use kiln::FUNCTIONS;
pub use table::GRAPH;
