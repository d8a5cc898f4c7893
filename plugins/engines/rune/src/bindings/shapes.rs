//! What Rune says more precisely than the table of functions: where there may be nothing, an answer is an `Option`; what has
//! methods is a value of a type; what cannot fail returns no `Result`.

use crucible_stdlib::classes::Class;
use crucible_stdlib::error::Error;
use crucible_stdlib::functions::Function;
use crucible_stdlib::signature::Kind;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::Value;

use super::{datalog, network, plugins, session};
use crate::{convert, failure};

/// How the values of a function cross.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Reads an argument.
    pub read: fn(&Value) -> Result<Neutral, String>,
    /// Makes the answer.
    pub make: fn(Neutral, &Kind) -> Result<Value, Error>,
    pub failing: Failing,
}

/// What a failure is.
#[derive(Clone, Copy)]
pub enum Failing {
    /// The `Err` of the `Result` that is returned.
    Returns,
    /// The end of the program: drawing a number and logging are no questions that have two answers.
    Stops,
}

/// The shape of most functions.
pub const PLAIN: Shape =
    Shape { read: convert::read, make: |answer, kind| Ok(convert::make_as(answer, kind)), failing: Failing::Returns };

/// The shape of what gives its answer itself.
pub const STOPPING: Shape = Shape { failing: Failing::Stops, ..PLAIN };

/// The shape of a function, where it is one of its module in Rune: those of a session and of a program are methods.
pub fn of(function: &Function) -> Option<Shape> {
    let shape = match (function.module, function.name) {
        ("datalog", "insert" | "retract" | "query" | "close") | ("session", "phases" | "append") => return None,
        ("datalog", "parse") => Shape { make: datalog::program, ..PLAIN },
        ("log", _) => Shape { read: message, ..STOPPING },
        ("network", _) => Shape { make: network::response, ..PLAIN },
        ("plugins", "map") => Shape { make: plugins::answers, ..PLAIN },
        ("random", _) => STOPPING,
        ("session", "list_sessions") => Shape { make: session::sessions, ..PLAIN },
        _ => PLAIN,
    };
    Some(shape)
}

/// The shape of the methods of a class.
pub fn of_method(class: &Class) -> Shape {
    match class.module {
        // Their methods fail only where they are misused, as those of Rune's own vectors do.
        "collections" => STOPPING,
        _ => PLAIN,
    }
}

/// A string as it is, what can be JSON as JSON, anything else as `{:?}` shows it.
fn message(value: &Value) -> Result<Neutral, String> {
    let text = match value.borrow_string_ref() {
        Ok(text) => text.to_owned(),
        Err(_) => convert::to_json(value).unwrap_or_else(|_| failure::debug(value)),
    };
    Ok(Neutral::Text(text))
}
