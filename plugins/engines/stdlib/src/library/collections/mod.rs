//! `collections`: containers that a language may lack, and functions over lists. What goes in is copied and comes out as equal,
//! not as the same; functions and objects of the library stay the same.

mod grouping;
mod priority_queue;
mod queue;
mod set;
mod tree;

pub use grouping::FUNCTIONS;
pub use priority_queue::PRIORITY_QUEUE;
pub use queue::QUEUE;
pub use set::SET;
pub use tree::TREE;
