//! Answers of other plugins.

use crucible_stdlib::error::Error;
use crucible_stdlib::signature::Kind;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::Value;

use super::error;
use crate::convert::{self, Tags};

/// A vector with a `Result` for each answer of `plugins::map`.
pub fn answers(answers: Neutral, _: &Kind) -> Result<Value, Error> {
    let Neutral::List(answers) = answers else { return Err(Error::invalid("the host gave no list of answers")) };
    Ok(convert::vector(answers.into_iter().map(|answer| convert::result(outcome(answer)))))
}

/// `{ok}` or `{error: {code, message}}`.
fn outcome(answer: Neutral) -> Result<Value, Value> {
    let (failed, value) = match answer {
        Neutral::Map(fields) => {
            fields.into_iter().next().map_or((false, Neutral::Nil), |(name, value)| (name == "error", value))
        }
        other => (false, other),
    };
    if failed { Err(convert::any(error::Error(read_error(value)))) } else { Ok(convert::make(value, Tags::Kept)) }
}

fn read_error(value: Neutral) -> Error {
    let (mut code, mut message) = (String::new(), String::new());
    if let Neutral::Map(fields) = value {
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("code", Neutral::Text(text)) => code = text,
                ("message", Neutral::Text(text)) => message = text,
                _ => {}
            }
        }
    }
    Error::received(&code, message)
}
