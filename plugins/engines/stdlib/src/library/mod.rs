//! The library: what a plugin could write itself, and should not have to. Nothing here reaches outside of the instance but
//! through `host`.

mod algorithms;
mod collections;
mod date;
mod dot;
mod machine;
mod order;
mod path;
mod regex;
mod text;
mod workflow;
mod yaml;

use crate::classes::Class;
use crate::functions::Function;

pub const MODULES: [&[Function]; 7] = [
    algorithms::FUNCTIONS,
    collections::FUNCTIONS,
    text::FUNCTIONS,
    path::FUNCTIONS,
    regex::FUNCTIONS,
    date::FUNCTIONS,
    yaml::FUNCTIONS,
];

pub const CLASSES: [&Class; 8] = [
    &algorithms::GRAPH,
    &machine::STATE_MACHINE,
    &workflow::WORKFLOW,
    &collections::QUEUE,
    &collections::PRIORITY_QUEUE,
    &collections::SET,
    &collections::TREE,
    &regex::REGEX,
];
