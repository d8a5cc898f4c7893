//! Suggests notes that are related to a note: those that link to the same notes, are linked from the same notes, or carry the same
//! tags. This file is the plugin's surface; it reads the notes and answers.

mod note;
mod related;

use std::collections::BTreeMap;

use crucible_guest::{Error, all, kiln, plugin, tool};
use serde::{Deserialize, Serialize};

use crate::note::Note;
use crate::related::{Graph, Suggestion};

plugin![
    tool("related", "Notes that are related to a note by shared links and tags, the closest first.", related)
        .parameter("path", "string", "the note")
        .optional("limit", "integer", "at most so many; 10 where it is left out")
        .optional("linked", "boolean", "tell notes that are linked already too"),
];

#[derive(Deserialize)]
struct Args {
    path: String,
    #[serde(default = "ten")]
    limit: usize,
    #[serde(default)]
    linked: bool,
}

fn ten() -> usize {
    10
}

#[derive(Serialize)]
struct Answer {
    path: String,
    related: Vec<Suggestion>,
    /// Notes that could not be read.
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Skipped {
    path: String,
    reason: String,
}

fn related(args: Args) -> Result<Answer, Error> {
    // Without it, `not-found` comes from the kiln, with its own words.
    kiln::stat_note(&args.path)?;
    let cursor = kiln::list_notes("")?;
    let mut notes = BTreeMap::new();
    let mut skipped = Vec::new();
    for info in all(|max| cursor.next(max))? {
        match kiln::read_note(&info.path) {
            Ok(text) => drop(notes.insert(info.path, Note::read(&text))),
            Err(error) => skipped.push(Skipped { path: info.path, reason: Error::from(error).message }),
        }
    }
    let mut related = Graph::new(&notes).related(&args.path);
    related.retain(|suggestion| args.linked || !suggestion.linked);
    related.truncate(args.limit);
    Ok(Answer { path: args.path, related, skipped })
}
