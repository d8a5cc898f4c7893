//! `kiln`: the person's notes.

use super::drain;
use crate::functions::Function;
use crate::value::Value;
use crate::wit::crucible::plugin::kiln::{self, NoteInfo};

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "kiln",
        name: "read_note",
        parameters: &["path"],
        text: "The text of a note.",
        run: |args| Ok(kiln::read_note(&args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "stat_note",
        parameters: &["path"],
        text: "An object `{path, size_bytes, modified_ms}` about a note.",
        run: |args| Ok(info(&kiln::stat_note(&args.text()?)?)),
    },
    Function {
        module: "kiln",
        name: "note_exists",
        parameters: &["path"],
        text: "Whether there is such a note.",
        run: |args| Ok(kiln::note_exists(&args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "list_notes",
        parameters: &["[folder]"],
        text: "A list of objects as `stat_note` gives, for the folder and all below it; `\"\"`, or nothing, is the whole kiln.",
        run: |args| {
            let cursor = kiln::list_notes(&args.optional_text()?.unwrap_or_default())?;
            Ok(Value::List(drain(|max| cursor.next(max))?.iter().map(info).collect()))
        },
    },
    Function {
        module: "kiln",
        name: "write_note",
        parameters: &["path", "text"],
        text: "Creates a note or replaces its text.",
        run: |args| Ok(kiln::write_note(&args.text()?, &args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "create_note",
        parameters: &["path", "text"],
        text: "Creates a note; fails with `conflict` where there is one.",
        run: |args| Ok(kiln::create_note(&args.text()?, &args.text()?)?.into()),
    },
    Function {
        module: "kiln",
        name: "delete_note",
        parameters: &["path"],
        text: "Removes a note.",
        run: |args| Ok(kiln::delete_note(&args.text()?)?.into()),
    },
];

fn info(note: &NoteInfo) -> Value {
    Value::map([
        ("path", note.path.as_str().into()),
        ("size_bytes", note.size_bytes.into()),
        ("modified_ms", note.modified_ms.into()),
    ])
}
