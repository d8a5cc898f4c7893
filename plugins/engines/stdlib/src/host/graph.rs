//! `graph`: the links between committed notes.

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::graph::{self, Direction, Link, LinkCursor, LinkKind, Strategy, Traversal, Visit};

/// How far a walk goes, in links and in notes, where nothing else is said.
const MAX_DEPTH: u32 = 3;
const MAX_NOTES: u32 = 1000;

const STRATEGIES: [(&str, Strategy); 3] = [
    ("breadth-first", Strategy::BreadthFirst),
    ("depth-first", Strategy::DepthFirst),
    ("similarity", Strategy::Similarity),
];

const DIRECTIONS: [(&str, Direction); 3] =
    [("forward", Direction::Forward), ("backward", Direction::Backward), ("both", Direction::Both)];

const LINKS: Kind = Kind::List(&Kind::Record(&[
    required("source", Kind::Text),
    required("target", Kind::Text),
    required("resolved", Kind::Bool),
    required("kind", Kind::Word(&["wikilink", "markdown", "embed"])),
    required("line", Kind::Integer),
]));

const VISITS: Kind = Kind::List(&Kind::Record(&[
    required("path", Kind::Text),
    required("depth", Kind::Integer),
    optional("via", Kind::Text),
]));

const OPTIONS: Kind = Kind::Record(&[
    optional("strategy", Kind::Word(&["breadth-first", "depth-first", "similarity"])),
    optional("direction", Kind::Word(&["forward", "backward", "both"])),
    optional("max_depth", Kind::Count),
    optional("max_notes", Kind::Count),
    optional("tags", Kind::List(&Kind::Text)),
]);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "graph",
        name: "backlinks",
        parameters: &[required("path", Kind::Text)],
        returns: LINKS,
        text: "The links that lead to a note, as objects `{source, target, resolved, kind, line}`.",
        run: |args| links(&graph::backlinks(&args.text()?)?),
    },
    Function {
        module: "graph",
        name: "forward_links",
        parameters: &[required("path", Kind::Text)],
        returns: LINKS,
        text: "The links that a note has, in the order of its text.",
        run: |args| links(&graph::forward_links(&args.text()?)?),
    },
    Function {
        module: "graph",
        name: "traverse",
        parameters: &[required("start", Kind::Text), optional("options", OPTIONS)],
        returns: VISITS,
        text: "Walks the links from a note and gives objects `{path, depth, via}`; options `{strategy, direction, max_depth, max_notes, tags}`: breadth-first, forward, 3 links far and 1,000 notes at most where nothing else is said.",
        run: traverse,
    },
];

fn links(cursor: &LinkCursor) -> Result<Value, Error> {
    Ok(Value::List(drain(|max| cursor.next(max))?.into_iter().map(link).collect()))
}

fn traverse(args: &mut Arguments) -> Result<Value, Error> {
    let start = args.text()?;
    let mut options = args.options()?;
    let how = Traversal {
        strategy: options.word("strategy", &STRATEGIES, Strategy::BreadthFirst)?,
        direction: options.word("direction", &DIRECTIONS, Direction::Forward)?,
        max_depth: options.count("max_depth")?.unwrap_or(MAX_DEPTH),
        max_notes: options.count("max_notes")?.unwrap_or(MAX_NOTES),
        tags: options.texts("tags")?,
    };
    let cursor = graph::traverse(&start, &how)?;
    Ok(Value::List(drain(|max| cursor.next(max))?.into_iter().map(visit).collect()))
}

/// The notes that a note's links lead to, one for each link.
pub fn targets(path: &str) -> Result<Vec<String>, Error> {
    let cursor = graph::forward_links(path)?;
    let links = drain(|max| cursor.next(max))?;
    Ok(links.into_iter().filter(|link| link.resolved).map(|link| link.target).collect())
}

/// The notes around a note, over links in both directions.
pub fn around(start: &str, depth: Option<u32>, notes: Option<u32>, tags: Vec<String>) -> Result<Vec<String>, Error> {
    let how = Traversal {
        strategy: Strategy::BreadthFirst,
        direction: Direction::Both,
        max_depth: depth.unwrap_or(MAX_DEPTH),
        max_notes: notes.unwrap_or(MAX_NOTES),
        tags,
    };
    let cursor = graph::traverse(start, &how)?;
    Ok(drain(|max| cursor.next(max))?.into_iter().map(|visit| visit.path).collect())
}

fn link(link: Link) -> Value {
    let kind = match link.kind {
        LinkKind::Wikilink => "wikilink",
        LinkKind::Markdown => "markdown",
        LinkKind::Embed => "embed",
    };
    Value::map([
        ("source", link.source.into()),
        ("target", link.target.into()),
        ("resolved", link.resolved.into()),
        ("kind", kind.into()),
        ("line", link.line.into()),
    ])
}

fn visit(visit: Visit) -> Value {
    Value::map([("path", visit.path.into()), ("depth", visit.depth.into()), ("via", Value::option(visit.via))])
}
