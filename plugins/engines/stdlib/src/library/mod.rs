//! The library: what a plugin could write itself, and should not have to. Nothing here reaches outside of the instance but
//! through `host`.

mod algorithms;
mod collections;
mod dot;
mod machine;
mod order;
mod workflow;

use crate::classes::Class;
use crate::functions::Function;

pub const MODULES: [&[Function]; 2] = [algorithms::FUNCTIONS, collections::FUNCTIONS];

pub const CLASSES: [&Class; 7] = [
    &algorithms::GRAPH,
    &machine::STATE_MACHINE,
    &workflow::WORKFLOW,
    &collections::QUEUE,
    &collections::PRIORITY_QUEUE,
    &collections::SET,
    &collections::TREE,
];
