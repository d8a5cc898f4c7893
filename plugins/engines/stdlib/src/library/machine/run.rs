//! A machine at work: where it is, where it was, and what an event does.
//!
//! An event calls, in this order: guards until one agrees, `on_exit`, `action`, `on_enter`. The machine is in its new state when all
//! of them have returned; when one fails it stays where it was, and the error passes.

use std::collections::VecDeque;
use std::rc::Rc;

use super::definition::{Definition, Transition};
use crate::error::Error;
use crate::object::{FunctionRef, ObjectRef};
use crate::value::Value;
use crate::wit::crucible::plugin::types::ErrorCode;

/// The steps that are kept, the newest.
const MAX_HISTORY: usize = 1000;

pub struct Machine {
    pub definition: Rc<Definition>,
    pub current: usize,
    steps: VecDeque<Step>,
    /// Its callbacks are running.
    is_moving: bool,
}

#[derive(Debug)]
struct Step {
    event: String,
    from: usize,
    to: usize,
}

impl Machine {
    pub fn new(definition: Definition) -> Self {
        Self { current: definition.initial, definition: Rc::new(definition), steps: VecDeque::new(), is_moving: false }
    }

    /// The name of the state that it is in.
    pub fn state(&self) -> &str {
        &self.definition.states[self.current].name
    }

    /// Its steps, as plain values.
    pub fn history(&self) -> Value {
        let name = |state: usize| Value::from(self.definition.states[state].name.as_str());
        let step = |step: &Step| {
            Value::map([("event", step.event.as_str().into()), ("from", name(step.from)), ("to", name(step.to))])
        };
        Value::list(self.steps.iter().map(step))
    }

    /// Where it is and was, as plain values.
    pub fn snapshot(&self) -> Value {
        Value::map([("state", self.state().into()), ("history", self.history())])
    }

    /// Back to what `snapshot` gave. The error says what there is no state for.
    pub fn restore(&mut self, state: &str, history: Vec<(String, String, String)>) -> Result<(), String> {
        let place = |name: &str| self.definition.place(name).ok_or_else(|| format!("there is no state \"{name}\""));
        let current = place(state)?;
        let steps: Result<VecDeque<Step>, String> = history
            .into_iter()
            .map(|(event, from, to)| Ok(Step { event, from: place(&from)?, to: place(&to)? }))
            .collect();
        (self.current, self.steps) = (current, steps?);
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        let surplus = self.steps.len().saturating_sub(MAX_HISTORY);
        self.steps.drain(..surplus);
    }
}

/// Whether the event would be taken: guards are asked.
pub fn can(this: &ObjectRef, event: &str, data: &Value) -> Result<bool, Error> {
    let (definition, current) = start(this)?;
    let found = while_moving(this, || choose(&definition, current, event, data).map(|found| found.is_some()))?;
    Ok(found)
}

/// Takes the transition of an event and gives the name of the new state.
pub fn send(this: &ObjectRef, event: &str, data: &Value) -> Result<String, Error> {
    let (definition, current) = start(this)?;
    let taken = while_moving(this, || {
        let Some(transition) = choose(&definition, current, event, data)? else {
            return Err(refused(&definition, current, event));
        };
        let (from, to) = (&definition.states[transition.from], &definition.states[transition.to]);
        for callback in [&from.on_exit, &transition.action, &to.on_enter].into_iter().flatten() {
            callback.call(vec![step_value(&definition, transition, data)])?;
        }
        Ok(transition)
    })?;
    let mut machine = this.borrow_mut::<Machine>()?;
    machine.current = taken.to;
    machine.steps.push_back(Step { event: event.to_owned(), from: taken.from, to: taken.to });
    machine.forget();
    Ok(definition.states[taken.to].name.clone())
}

fn start(this: &ObjectRef) -> Result<(Rc<Definition>, usize), Error> {
    let machine = this.borrow::<Machine>()?;
    if machine.is_moving {
        return Err(Error::new(
            ErrorCode::Conflict,
            "the machine is between two states: its callbacks cannot send it events",
        ));
    }
    Ok((machine.definition.clone(), machine.current))
}

fn while_moving<T>(this: &ObjectRef, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    this.borrow_mut::<Machine>()?.is_moving = true;
    let result = run();
    this.borrow_mut::<Machine>()?.is_moving = false;
    result
}

/// The first transition whose guard agrees.
fn choose<'a>(
    definition: &'a Definition,
    current: usize,
    event: &'a str,
    data: &Value,
) -> Result<Option<&'a Transition>, Error> {
    for transition in definition.candidates(current, event) {
        if agrees(transition.guard.as_ref(), step_value(definition, transition, data))? {
            return Ok(Some(transition));
        }
    }
    Ok(None)
}

fn agrees(guard: Option<&FunctionRef>, step: Value) -> Result<bool, Error> {
    match guard.map(|guard| guard.call(vec![step])).transpose()? {
        None | Some(Value::Bool(true)) => Ok(true),
        Some(Value::Bool(false)) => Ok(false),
        Some(other) => Err(Error::invalid(format!("a guard must give a boolean, got {}", other.kind()))),
    }
}

/// What callbacks are called with.
fn step_value(definition: &Definition, transition: &Transition, data: &Value) -> Value {
    let name = |state: usize| Value::from(definition.states[state].name.as_str());
    Value::map([
        ("event", transition.event.as_str().into()),
        ("from", name(transition.from)),
        ("to", name(transition.to)),
        ("data", data.clone()),
    ])
}

fn refused(definition: &Definition, current: usize, event: &str) -> Error {
    let state = &definition.states[current].name;
    if definition.candidates(current, event).next().is_some() {
        return Error::new(ErrorCode::Conflict, format!("the guards of \"{event}\" in \"{state}\" refuse"));
    }
    if !definition.transitions.iter().any(|transition| transition.event == event) {
        return Error::invalid(format!("the machine knows no event \"{event}\""));
    }
    let known = definition.events(current);
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Error::new(ErrorCode::Conflict, format!("there is no \"{event}\" in \"{state}\"; events there: {known}"))
}
