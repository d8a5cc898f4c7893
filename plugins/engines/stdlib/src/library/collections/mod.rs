//! `collections`: containers that a language may lack, and functions over lists. What goes in is copied and comes out as equal,
//! not as the same; functions and objects of the library stay the same.

mod grouping;
mod queue;

pub use grouping::FUNCTIONS;
pub use queue::QUEUE;
