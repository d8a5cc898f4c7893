//! `kiln`: the person's notes.

use super::drain;
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::kiln::{self, NoteInfo};

const INFO: Kind = Kind::Record(&[
    required("path", Kind::Text),
    required("size_bytes", Kind::Integer),
    required("modified_ms", Kind::Integer),
]);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "kiln",
        name: "read_note",
        parameters: &[required("path", Kind::Text)],
        returns: Kind::Text,
        text: "The text of a note.",
        run: |args| Ok(kiln::read_note(&args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "stat_note",
        parameters: &[required("path", Kind::Text)],
        returns: INFO,
        text: "An object `{path, size_bytes, modified_ms}` about a note.",
        run: |args| Ok(info(&kiln::stat_note(&args.text()?)?)),
    },
    Function {
        module: "kiln",
        name: "note_exists",
        parameters: &[required("path", Kind::Text)],
        returns: Kind::Bool,
        text: "Whether there is such a note.",
        run: |args| Ok(kiln::note_exists(&args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "list_notes",
        parameters: &[optional("folder", Kind::Text)],
        returns: Kind::List(&INFO),
        text: "A list of objects as `stat_note` gives, for the folder and all below it; `\"\"`, or nothing, is the whole kiln.",
        run: |args| {
            let cursor = kiln::list_notes(&args.optional_text()?.unwrap_or_default())?;
            Ok(Value::List(drain(|max| cursor.next(max))?.iter().map(info).collect()))
        },
    },
    Function {
        module: "kiln",
        name: "write_note",
        parameters: &[required("path", Kind::Text), required("text", Kind::Text)],
        returns: Kind::Nothing,
        text: "Creates a note or replaces its text.",
        run: |args| Ok(kiln::write_note(&args.text()?, &args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "create_note",
        parameters: &[required("path", Kind::Text), required("text", Kind::Text)],
        returns: Kind::Nothing,
        text: "Creates a note; fails with `conflict` where there is one.",
        run: |args| Ok(kiln::create_note(&args.text()?, &args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "delete_note",
        parameters: &[required("path", Kind::Text)],
        returns: Kind::Nothing,
        text: "Removes a note.",
        run: |args| Ok(kiln::delete_note(&args.text()?)?.into()),
    },
];

/// The paths of the notes in a folder and all below it.
pub fn paths(folder: &str) -> Result<Vec<String>, Error> {
    let cursor = kiln::list_notes(folder)?;
    Ok(drain(|max| cursor.next(max))?.into_iter().map(|note| note.path).collect())
}

fn info(note: &NoteInfo) -> Value {
    Value::map([
        ("path", note.path.as_str().into()),
        ("size_bytes", note.size_bytes.into()),
        ("modified_ms", note.modified_ms.into()),
    ])
}
