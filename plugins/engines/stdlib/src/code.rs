//! Portable code of a language whose programs stay files: what `compile` writes and `load` reads. MessagePack of one structure,
//! without a header (the bundle around it has one).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::docs::Export;
use crate::error::Error;

/// A program; `File` is what is kept of each file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Code<File> {
    abi: String,
    pub entry: String,
    /// Sorted by path.
    pub files: Vec<File>,
    /// The documented functions of the entry file: name, number of parameters, doc comment.
    exports: Vec<(String, u32, String)>,
}

impl<File: Serialize + DeserializeOwned> Code<File> {
    /// `abi` names the format and the engine that reads it.
    pub fn new(abi: &str, entry: &str, files: Vec<File>, exports: Vec<Export>) -> Self {
        let exports = exports.into_iter().map(|export| (export.name, export.parameters, export.docs)).collect();
        Self { abi: abi.to_owned(), entry: entry.to_owned(), files, exports }
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

    /// Reads code, which may be anything, for the engine with this ABI.
    pub fn decode(bytes: &[u8], abi: &str) -> Result<Self, Error> {
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        let code = Self::deserialize(&mut deserializer).map_err(|error| damaged(&error.to_string()))?;
        if code.abi != abi {
            return Err(foreign(&code.abi, abi));
        }
        if !deserializer.get_ref().is_empty() {
            return Err(damaged("there are bytes behind its end"));
        }
        Ok(code)
    }
}

pub fn damaged(why: &str) -> Error {
    Error::invalid(format!("Cannot load the code: it is damaged ({why}); compile it again"))
}

/// Code for the engine `theirs` came to the engine `ours`.
pub fn foreign(theirs: &str, ours: &str) -> Error {
    Error::invalid(format!(
        "Cannot load the code: it is for \"{theirs}\" and this engine is \"{ours}\"; compile it again"
    ))
}
