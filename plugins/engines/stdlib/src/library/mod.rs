//! The library: what a plugin could write itself, and should not have to. Nothing here reaches outside of the instance but
//! through `host`.

mod collections;

use crate::classes::Class;
use crate::functions::Function;

pub const MODULES: [&[Function]; 1] = [collections::FUNCTIONS];

pub const CLASSES: [&Class; 1] = [&collections::QUEUE];
