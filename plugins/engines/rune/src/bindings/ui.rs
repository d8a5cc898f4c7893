//! `crucible::ui`: the person at the screen.

use rune::runtime::Vec as RuneVec;
use rune::{ContextError, Module, Value};

use super::error::Error;
use super::values;
use crate::wit::crucible::plugin::ui::{self, Choice, Question};

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["ui"])?;
    module.function("confirm", confirm).build()?;
    module.function("text", text).build()?;
    module.function("choose", choose).build()?;
    module.function("progress", progress).build()?;
    Ok(module)
}

/// `confirm(question)`: `Some(true)`, `Some(false)`, or `None` where the person declined to answer.
fn confirm(question: &str) -> Result<Value, Error> {
    let answer = ui::ask(&Question::Confirm(question.to_owned()))?;
    Ok(values::option(answer.map(|answer| Value::from(answer == "yes"))))
}

/// `text(question)`: `Some(line)`, or `None`.
fn text(question: &str) -> Result<Value, Error> {
    answered(&Question::Text(question.to_owned()))
}

/// `choose(question, choices)`: `Some(choice)`, or `None`.
fn choose(question: &str, choices: &RuneVec) -> Result<Value, Error> {
    let texts: Option<Vec<String>> =
        choices.iter().map(|choice| Some(choice.borrow_string_ref().ok()?.to_owned())).collect();
    let Some(choices) = texts else {
        return Err(Error::invalid("ui::choose: the choices must be strings"));
    };
    answered(&Question::Choose(Choice { question: question.to_owned(), choices }))
}

/// `progress(fraction, message)`: how far the work is, 0 to 1, or `None`.
fn progress(fraction: Value, message: &str) -> Result<(), Error> {
    let fraction = match fraction.borrow_ref::<Option<Value>>() {
        Ok(option) => option.clone(),
        Err(_) => Some(fraction.clone()),
    };
    let number = |value: Value| value.as_float().ok().or_else(|| value.as_signed().ok().map(|whole| whole as f64));
    let fraction = match fraction {
        None => None,
        Some(value) => match number(value) {
            Some(number) => Some(number),
            None => return Err(Error::invalid("ui::progress: the fraction must be a number or None")),
        },
    };
    Ok(ui::progress(fraction, message)?)
}

fn answered(question: &Question) -> Result<Value, Error> {
    Ok(values::option(ui::ask(question)?.map(|answer| values::text(&answer))))
}
