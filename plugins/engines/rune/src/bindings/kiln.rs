//! `crucible::kiln`: the person's notes.

use rune::{ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::wit::crucible::plugin::kiln;

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["kiln"])?;
    module.function("read_note", read_note).build()?;
    module.function("stat_note", stat_note).build()?;
    module.function("note_exists", note_exists).build()?;
    module.function("list_notes", list_notes).build()?;
    module.function("write_note", write_note).build()?;
    module.function("create_note", create_note).build()?;
    module.function("delete_note", delete_note).build()?;
    Ok(module)
}

/// `read_note(path)`: the text of a note.
pub fn read_note(path: &str) -> Result<String, Error> {
    Ok(kiln::read_note(path)?)
}

/// `stat_note(path)`: an object `{path, size_bytes, modified_ms}`.
fn stat_note(path: &str) -> Result<Value, Error> {
    Ok(info(&kiln::stat_note(path)?))
}

/// `note_exists(path)`: whether there is such a note.
fn note_exists(path: &str) -> Result<bool, Error> {
    Ok(kiln::note_exists(path)?)
}

/// `list_notes(folder)`: a vector of objects as `stat_note` gives, for the folder and all below; `""` is the whole kiln.
pub fn list_notes(folder: &str) -> Result<Value, Error> {
    let cursor = kiln::list_notes(folder)?;
    let notes = values::drain(|max| cursor.next(max))?;
    Ok(values::vector(notes.iter().map(info)))
}

/// `write_note(path, text)`: creates a note or replaces its text.
pub fn write_note(path: &str, content: &str) -> Result<(), Error> {
    Ok(kiln::write_note(path, content)?)
}

/// `create_note(path, text)`: creates a note; `conflict` where there is one.
pub fn create_note(path: &str, content: &str) -> Result<(), Error> {
    Ok(kiln::create_note(path, content)?)
}

/// `delete_note(path)`: removes a note.
pub fn delete_note(path: &str) -> Result<(), Error> {
    Ok(kiln::delete_note(path)?)
}

fn info(note: &kiln::NoteInfo) -> Value {
    values::object([
        ("path", values::text(&note.path)),
        ("size_bytes", values::integer(note.size_bytes)),
        ("modified_ms", values::integer(note.modified_ms)),
    ])
}
