//! `crucible::graph`: the links between committed notes.

use rune::{ContextError, Module, Value};

use super::error::Error;
use super::options::Options;
use super::values;
use crate::wit::crucible::plugin::graph::{self, Direction, Link, LinkCursor, LinkKind, Strategy, Traversal, Visit};

const STRATEGIES: [(&str, Strategy); 3] = [
    ("breadth-first", Strategy::BreadthFirst),
    ("depth-first", Strategy::DepthFirst),
    ("similarity", Strategy::Similarity),
];

const DIRECTIONS: [(&str, Direction); 3] =
    [("forward", Direction::Forward), ("backward", Direction::Backward), ("both", Direction::Both)];

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["graph"])?;
    module.function("backlinks", |path: &str| links(graph::backlinks(path)?)).build()?;
    module.function("forward_links", |path: &str| links(graph::forward_links(path)?)).build()?;
    module.function("traverse", traverse).build()?;
    Ok(module)
}

/// A vector of objects `{source, target, resolved, kind, line}`.
fn links(cursor: LinkCursor) -> Result<Value, Error> {
    let links = values::drain(|max| cursor.next(max))?;
    Ok(values::vector(links.iter().map(link)))
}

/// `traverse(start, #{strategy, direction, max_depth, max_notes, tags})`: a vector of objects `{path, depth, via}`; breadth
/// first, forward, three links far and a thousand notes at most where nothing else is said.
fn traverse(start: &str, options: Value) -> Result<Value, Error> {
    let known = ["strategy", "direction", "max_depth", "max_notes", "tags"];
    let options = Options::read("graph::traverse", &options, &known)?;
    let how = Traversal {
        strategy: options.word("strategy", &STRATEGIES, Strategy::BreadthFirst)?,
        direction: options.word("direction", &DIRECTIONS, Direction::Forward)?,
        max_depth: options.number("max_depth")?.unwrap_or(3),
        max_notes: options.number("max_notes")?.unwrap_or(1000),
        tags: options.texts("tags")?,
    };
    let cursor = graph::traverse(start, &how)?;
    let visits = values::drain(|max| cursor.next(max))?;
    Ok(values::vector(visits.iter().map(visit)))
}

fn link(link: &Link) -> Value {
    let kind = match link.kind {
        LinkKind::Wikilink => "wikilink",
        LinkKind::Markdown => "markdown",
        LinkKind::Embed => "embed",
    };
    values::object([
        ("source", values::text(&link.source)),
        ("target", values::text(&link.target)),
        ("resolved", Value::from(link.resolved)),
        ("kind", values::text(kind)),
        ("line", values::integer(link.line.into())),
    ])
}

fn visit(visit: &Visit) -> Value {
    values::object([
        ("path", values::text(&visit.path)),
        ("depth", values::integer(visit.depth.into())),
        ("via", values::option(visit.via.as_deref().map(values::text))),
    ])
}
