//! Sessions: notes that log the work of agents.
//!
//! A session is a value with methods; one that the host passes in arrives as such a value, and one that is returned leaves as
//! the tagged object that stands for it.

use crucible_stdlib::error::Error;
use crucible_stdlib::signature::Kind;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::{Protocol, Value};
use rune::{Any, ContextError, Module};

use super::functions::{bind_method, find};
use super::shapes::PLAIN;
use crate::convert::{self, Tags};

/// A session by the path of its note.
#[derive(Any, Debug)]
#[rune(item = ::crucible::session)]
pub struct Session {
    path: String,
}

impl Session {
    /// The session whose note is at `path`; whether there is one shows at the first use.
    pub fn new(path: String) -> Self {
        Self { path }
    }

    /// The path of the note.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Puts `open(path)` and the type with `.path`, `.phases()` and `.append(event)` into the module.
pub fn extend(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Session>()?;
    module.function("open", |path: String| Session::new(path)).build()?;
    module.field_function(&Protocol::GET, "path", |session: &Session| session.path.clone())?;
    let path = |session: &Session| session.path().into();
    bind_method(module, find("session", "phases"), path, PLAIN)?;
    bind_method(module, find("session", "append"), path, PLAIN)
}

/// A vector of sessions from one of paths.
pub fn sessions(paths: Neutral, _: &Kind) -> Result<Value, Error> {
    let Neutral::List(paths) = paths else { return Err(Error::invalid("the host gave no list of sessions")) };
    let session = |path| match path {
        Neutral::Text(path) => convert::any(Session::new(path)),
        other => convert::make(other, Tags::Kept),
    };
    Ok(convert::vector(paths.into_iter().map(session)))
}
