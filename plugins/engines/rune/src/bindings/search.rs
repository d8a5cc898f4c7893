//! `crucible::search`: search over the committed notes.

use rune::{ContextError, Module, Value};

use super::error::Error;
use super::options::Options;
use super::values;
use crate::wit::crucible::plugin::search::{self, Hit, Mode};

/// How many hits a search gives where nothing else is said.
const DEFAULT_LIMIT: u32 = 20;

const MODES: [(&str, Mode); 3] = [("text", Mode::Text), ("semantic", Mode::Semantic), ("hybrid", Mode::Hybrid)];

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["search"])?;
    module.function("query", query).build()?;
    module.function("text", |text: &str| with_mode(text, Mode::Text)).build()?;
    module.function("semantic", |text: &str| with_mode(text, Mode::Semantic)).build()?;
    module.function("hybrid", hybrid).build()?;
    Ok(module)
}

/// `query(text, #{mode, folder, tags, limit})`: a vector of objects `{path, title, score, snippet, line}`, best first.
fn query(text: &str, options: Value) -> Result<Value, Error> {
    let options = Options::read("search::query", &options, &["mode", "folder", "tags", "limit"])?;
    hits(
        text,
        search::Options {
            mode: options.word("mode", &MODES, Mode::Hybrid)?,
            folder: options.text("folder")?,
            tags: options.texts("tags")?,
            limit: options.number("limit")?.unwrap_or(DEFAULT_LIMIT),
        },
    )
}

/// `hybrid(text)`, also `crucible::search(text)`: by words and by meaning.
pub fn hybrid(text: &str) -> Result<Value, Error> {
    with_mode(text, Mode::Hybrid)
}

fn with_mode(text: &str, mode: Mode) -> Result<Value, Error> {
    hits(text, search::Options { mode, folder: None, tags: Vec::new(), limit: DEFAULT_LIMIT })
}

fn hits(text: &str, options: search::Options) -> Result<Value, Error> {
    let cursor = search::query(text, &options)?;
    let hits = values::drain(|max| cursor.next(max))?;
    Ok(values::vector(hits.iter().map(hit)))
}

fn hit(hit: &Hit) -> Value {
    values::object([
        ("path", values::text(&hit.path)),
        ("title", values::option(hit.title.as_deref().map(values::text))),
        ("score", Value::from(hit.score)),
        ("snippet", values::text(&hit.snippet)),
        ("line", values::integer(hit.line.into())),
    ])
}
