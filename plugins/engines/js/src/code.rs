//! What portable code holds of each file: JavaScript text, not quickjs-ng's bytecode. That is no smaller, is trusted by its reader
//! (damaged bytecode may do anything inside the instance), and is another with every release, while text stays what it was. Parsing
//! it again costs nothing that lasts, for a plugin starts from an image.

use serde::{Deserialize, Serialize};

/// Names the format: the language, and ours of what is around it.
pub const ABI: &str = "javascript-es2023+crucible.1+msgpack.1";

pub type Code = crucible_stdlib::code::Code<File>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    pub text: String,
}
