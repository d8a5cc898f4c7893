//! `crucible::session`: notes that log the work of agents.
//!
//! A session is a value with methods; one that the host passes in arrives as such a value, and one that is returned leaves as
//! the tagged object that stands for it.

use rune::{Any, ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::wit::crucible::plugin::session::{self, Phase, Status};

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

    /// `session.phases()`: a vector of objects `{name, agent, channel, input, output, status, duration_ms, tokens}`.
    fn phases(&self) -> Result<Value, Error> {
        let cursor = session::phases(&self.path)?;
        let phases = values::drain(|max| cursor.next(max))?;
        Ok(values::vector(phases.iter().map(phase)))
    }

    /// `session.append(event)`: adds an event, anything that can be JSON.
    fn append(&self, event: Value) -> Result<(), Error> {
        Ok(session::append(&self.path, &values::written("the event", &event)?)?)
    }
}

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["session"])?;
    module.ty::<Session>()?;
    module.function("open", |path: &str| Session::new(path.to_owned())).build()?;
    module.function("list_sessions", list_sessions).build()?;
    module.field_function(&rune::runtime::Protocol::GET, "path", |session: &Session| session.path.clone())?;
    module.associated_function("phases", Session::phases)?;
    module.associated_function("append", Session::append)?;
    Ok(module)
}

/// `list_sessions(limit)`: a vector of sessions, newest first.
fn list_sessions(limit: u32) -> Result<Vec<Session>, Error> {
    Ok(session::list_sessions(limit)?.into_iter().map(Session::new).collect())
}

fn phase(phase: &Phase) -> Value {
    let text = |text: &Option<String>| values::option(text.as_deref().map(values::text));
    let number = |number: Option<u64>| values::option(number.map(values::integer));
    let status = match phase.status {
        Status::Pending => "pending",
        Status::Running => "running",
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
    };
    values::object([
        ("name", values::text(&phase.name)),
        ("agent", text(&phase.agent)),
        ("channel", text(&phase.channel)),
        ("input", text(&phase.input)),
        ("output", text(&phase.output)),
        ("status", values::text(status)),
        ("duration_ms", number(phase.duration_ms)),
        ("tokens", number(phase.tokens)),
    ])
}
