//! Portable code: what `compile` writes and `load` reads. MessagePack of one structure, without a header (the bundle around it
//! has one).
//!
//! What it holds of each file is JavaScript text, not quickjs-ng's bytecode: that is no smaller, is trusted by its reader (damaged
//! bytecode may do anything inside the instance), and is another with every release, while text stays what it was. Parsing it again
//! costs nothing that lasts, for a plugin starts from an image.

use crucible_stdlib::docs::Export;
use crucible_stdlib::error::Error;
use serde::{Deserialize, Serialize};

/// Names the format: the language, and ours of what is around it.
pub const ABI: &str = "javascript-es2023+crucible.1+msgpack.1";

#[derive(Debug, Serialize, Deserialize)]
pub struct Code {
    abi: String,
    pub entry: String,
    /// Sorted by path.
    pub files: Vec<File>,
    /// The documented functions of the entry file: name, number of parameters, doc comment.
    exports: Vec<(String, u32, String)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    pub text: String,
}

impl Code {
    pub fn new(entry: &str, files: Vec<File>, exports: Vec<Export>) -> Self {
        let exports = exports.into_iter().map(|export| (export.name, export.parameters, export.docs)).collect();
        Self { abi: ABI.to_owned(), entry: entry.to_owned(), files, exports }
    }

    pub fn exports(&self) -> impl Iterator<Item = Export> {
        self.exports.iter().map(|(name, parameters, docs)| Export {
            name: name.clone(),
            parameters: *parameters,
            docs: docs.clone(),
        })
    }

    /// The bytes that stand for this program.
    pub fn encode(&self) -> Vec<u8> {
        rmp_serde::to_vec(self).unwrap_or_default()
    }

    /// Reads code, which may be anything.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        let code = Self::deserialize(&mut deserializer).map_err(|error| damaged(&error.to_string()))?;
        if code.abi != ABI {
            let foreign = &code.abi;
            return Err(Error::invalid(format!(
                "Cannot load the code: it is for \"{foreign}\" and this engine is \"{ABI}\"; compile it again"
            )));
        }
        if !deserializer.get_ref().is_empty() {
            return Err(damaged("there are bytes behind its end"));
        }
        Ok(code)
    }
}

fn damaged(why: &str) -> Error {
    Error::invalid(format!("Cannot load the code: it is damaged ({why}); compile it again"))
}
