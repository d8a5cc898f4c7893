//! What portable code holds of each file: Lua's own precompiled chunk, with its line numbers.
//!
//! Lua trusts such chunks: damaged ones may do anything inside this instance, which is nothing that a plugin could not do.

use serde::{Deserialize, Serialize};

/// Names the format: Lua's version, and ours of what is around it.
pub const ABI: &str = "lua-5.4.7+crucible.1+msgpack.1";

pub type Code = crucible_stdlib::code::Code<File>;

#[derive(Debug, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    #[serde(with = "serde_bytes")]
    pub chunk: Vec<u8>,
}
