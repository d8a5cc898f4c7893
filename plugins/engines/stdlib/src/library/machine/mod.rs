//! `machine`: state machines.

mod definition;
mod run;
mod table;

pub use table::STATE_MACHINE;
