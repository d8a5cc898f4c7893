//! A plugin with two tools. Each is a function of typed arguments.

use crucible_guest::{Error, kiln, plugin, tool};
use serde::Deserialize;

plugin![
    tool("greet", "Greets somebody.", greet).parameter("name", "string", "who"),
    tool("headings", "The headings of a note.", headings).parameter("path", "string", "which note"),
];

#[derive(Deserialize)]
struct Person {
    name: String,
}

fn greet(person: Person) -> Result<String, Error> {
    if person.name.is_empty() {
        return Err("There is nobody to greet".into());
    }
    Ok(format!("Hello, {}!", person.name))
}

#[derive(Deserialize)]
struct Note {
    path: String,
}

fn headings(note: Note) -> Result<Vec<String>, Error> {
    let text = kiln::read_note(&note.path)?;
    Ok(text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect())
}
