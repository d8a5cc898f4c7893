//! Why a call failed: what a plugin threw as the `failure` of the WIT package, with the place and the stack of the moment when
//! the error was made.

use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::value::Value;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure, Frame, Position};

use crate::convert::{self, Problem};
use crate::js::{Js, Kind};
use crate::state;

/// The failure that a thrown value is. Reading it may run the plugin's code; what that throws is not looked at.
pub fn of(thrown: &Js) -> Failure {
    let frames = frames(thrown);
    let position = frames.iter().find_map(|frame| frame.position.clone());
    Failure { position, stack: frames, ..error(thrown).failure() }
}

/// The failure of a value that cannot be what it should.
pub fn of_problem(problem: Problem, refused: impl FnOnce(String) -> Error) -> Failure {
    match problem {
        Problem::Refused(text) => refused(text).failure(),
        Problem::Thrown(thrown) => of(&thrown),
    }
}

/// An error as a plugin sees it: a `PluginError` with `code` and `message`.
/// What a callback threw is thrown again as it was.
pub fn thrown(error: &Error) -> Js {
    if let Some(value) = error.thrown.as_ref().and_then(|thrown| thrown.downcast_ref::<Js>()) {
        return value.clone();
    }
    let value = Js::error();
    value.define_hidden("message", Js::text(&error.message));
    value.define_hidden("code", Js::text(error.code_name()));
    value.set_prototype(&state::kept().error_prototype);
    value
}

/// What is wrong, and where in the file it begins.
pub fn problem(thrown: &Js) -> (String, Option<Position>) {
    let Failure { message, position, .. } = of(thrown);
    (message, position)
}

/// What a thrown value means: an error with a `code` that a plugin may report keeps it, anything else is the plugin's own.
pub fn error(thrown: &Js) -> Error {
    let own = |message: String| Error::new(ErrorCode::GuestError, message);
    if !thrown.is_error() {
        return match convert::read(thrown) {
            Ok(Value::Text(text)) => own(text),
            Ok(value) => {
                own(json::write(&value).unwrap_or_else(|_| "a value that cannot be shown was thrown".to_owned()))
            }
            Err(_) => own("a value that cannot be shown was thrown".to_owned()),
        };
    }
    let message = text(thrown, "message").unwrap_or_default();
    if let Some(code) = text(thrown, "code") {
        return Error::named(&code, message);
    }
    match text(thrown, "name") {
        Some(name) if name != "Error" && !name.is_empty() => own(format!("{name}: {message}")),
        _ => own(message),
    }
}

fn text(value: &Js, name: &str) -> Option<String> {
    let field = value.get(name).ok()?;
    if field.kind() == Kind::Text { field.string().ok() } else { None }
}

/// The frames of an error's stack, innermost first. The engine writes a frame as `    at NAME (FILE:LINE:COLUMN)`, that of a syntax
/// error as `    at FILE:LINE:COLUMN`. A plugin may write another text there, which can only tell a lie about itself.
fn frames(thrown: &Js) -> Vec<Frame> {
    let stack = if thrown.is_error() { text(thrown, "stack") } else { None };
    stack.iter().flat_map(|stack| stack.lines()).filter_map(frame).collect()
}

fn frame(line: &str) -> Option<Frame> {
    let line = line.trim_start().strip_prefix("at ")?;
    let (name, place) = match line.strip_suffix(')').and_then(|line| line.rsplit_once(" (")) {
        Some((name, place)) => (name, place),
        None => ("module", line),
    };
    if place.starts_with(state::PRELUDE_FILE) {
        return None;
    }
    let name = if name == "<anonymous>" { "function" } else { name };
    Some(Frame { name: name.to_owned(), position: position(place) })
}

fn position(place: &str) -> Option<Position> {
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some(Position { file: file.to_owned(), line: line.parse().ok()?, column: column.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::frame;

    #[test]
    fn frames_are_read_from_the_engines_own_text() {
        let found = frame("    at roll (dice.js:12:7)").unwrap();
        assert_eq!((found.name.as_str(), found.position.unwrap().line), ("roll", 12));
        assert_eq!(frame("    at dice.js:3:9").unwrap().position.unwrap().column, 9);
        assert!(frame("    at push (native)").unwrap().position.is_none());
        assert!(frame("no frame").is_none());
    }
}
