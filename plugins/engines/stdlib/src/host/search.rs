//! `search`: search over the committed notes.

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::search::{self, Hit, Mode, Options};

/// How many hits a search gives where nothing else is said.
const DEFAULT_LIMIT: u32 = 20;

const MODES: [(&str, Mode); 3] = [("text", Mode::Text), ("semantic", Mode::Semantic), ("hybrid", Mode::Hybrid)];

const OPTIONS: Kind = Kind::Record(&[
    optional("mode", Kind::Word(&["text", "semantic", "hybrid"])),
    optional("folder", Kind::Text),
    optional("tags", Kind::List(&Kind::Text)),
    optional("limit", Kind::Count),
]);

const HITS: Kind = Kind::List(&Kind::Record(&[
    required("path", Kind::Text),
    optional("title", Kind::Text),
    required("score", Kind::Number),
    required("snippet", Kind::Text),
    required("line", Kind::Integer),
]));

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "search",
        name: "query",
        parameters: &[required("text", Kind::Text), optional("options", OPTIONS)],
        returns: HITS,
        text: "The notes that fit, best first, as objects `{path, title, score, snippet, line}`; options `{mode, folder, tags, limit}`, mode being `text`, `semantic` or `hybrid`.",
        run: query,
    },
    Function {
        module: "search",
        name: "text",
        parameters: &[required("text", Kind::Text)],
        returns: HITS,
        text: "As `query`, by words alone.",
        run: |args| with_mode(args, Mode::Text),
    },
    Function {
        module: "search",
        name: "semantic",
        parameters: &[required("text", Kind::Text)],
        returns: HITS,
        text: "As `query`, by meaning alone.",
        run: |args| with_mode(args, Mode::Semantic),
    },
    Function {
        module: "search",
        name: "hybrid",
        parameters: &[required("text", Kind::Text)],
        returns: HITS,
        text: "As `query`, by words and by meaning.",
        run: |args| with_mode(args, Mode::Hybrid),
    },
];

fn query(args: &mut Arguments) -> Result<Value, Error> {
    let text = args.text()?;
    let mut options = args.options()?;
    let options = Options {
        mode: options.word("mode", &MODES, Mode::Hybrid)?,
        folder: options.text("folder")?,
        tags: options.texts("tags")?,
        limit: options.count("limit")?.unwrap_or(DEFAULT_LIMIT),
    };
    hits(&text, &options)
}

fn with_mode(args: &mut Arguments, mode: Mode) -> Result<Value, Error> {
    hits(&args.text()?, &Options { mode, folder: None, tags: Vec::new(), limit: DEFAULT_LIMIT })
}

fn hits(text: &str, options: &Options) -> Result<Value, Error> {
    let cursor = search::query(text, options)?;
    Ok(Value::List(drain(|max| cursor.next(max))?.into_iter().map(hit).collect()))
}

fn hit(hit: Hit) -> Value {
    Value::map([
        ("path", hit.path.into()),
        ("title", Value::option(hit.title)),
        ("score", hit.score.into()),
        ("snippet", hit.snippet.into()),
        ("line", hit.line.into()),
    ])
}
