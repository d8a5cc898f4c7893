//! What a state machine may do: its states and transitions, checked when it is made.

use std::collections::BTreeSet;

use crate::arguments::Options;
use crate::error::Error;
use crate::functions::Path;
use crate::library::dot::Drawing;
use crate::object::FunctionRef;
use crate::value::Value;

#[derive(Debug)]
pub struct Definition {
    pub initial: usize,
    pub states: Vec<State>,
    pub transitions: Vec<Transition>,
}

#[derive(Debug)]
pub struct State {
    pub name: String,
    pub on_enter: Option<FunctionRef>,
    pub on_exit: Option<FunctionRef>,
    pub is_final: bool,
}

#[derive(Debug)]
pub struct Transition {
    pub event: String,
    pub from: usize,
    pub to: usize,
    pub guard: Option<FunctionRef>,
    pub action: Option<FunctionRef>,
}

impl Definition {
    /// From the options of the constructor.
    pub fn read(path: Path, mut options: Options) -> Result<Self, Error> {
        let states: Vec<State> =
            options.list("states")?.into_iter().map(|value| State::read(path, value)).collect::<Result<_, _>>()?;
        let mut names = BTreeSet::new();
        if let Some(twice) = states.iter().find(|state| !names.insert(&state.name)) {
            return Err(options.wrong("states", &format!("has \"{}\" twice", twice.name)));
        }
        let place = |name: &str| {
            states.iter().position(|state| state.name == name).ok_or_else(|| format!("there is no state \"{name}\""))
        };
        let initial = options.text("initial")?.unwrap_or_default();
        let initial = place(&initial).map_err(|problem| options.wrong("initial", &format!("is wrong: {problem}")))?;
        let mut transitions = Vec::new();
        for value in options.list("transitions")? {
            let mut fields = Options::within(path, value)?;
            let event = fields.text("event")?.unwrap_or_default();
            let ends = |name: &str, fields: &mut Options| -> Result<usize, Error> {
                let state = fields.text(name)?.unwrap_or_default();
                place(&state).map_err(|problem| fields.wrong(name, &format!("of \"{event}\" is wrong: {problem}")))
            };
            let (from, to) = (ends("from", &mut fields)?, ends("to", &mut fields)?);
            let (guard, action) = (fields.function("guard")?, fields.function("action")?);
            transitions.push(Transition { event, from, to, guard, action });
        }
        let definition = Self { initial, states, transitions };
        definition.check().map_err(|problem| options.wrong("transitions", &problem))?;
        Ok(definition)
    }

    /// What comes behind a transition without a guard, or leaves a final state, could never happen.
    fn check(&self) -> Result<(), String> {
        for (index, transition) in self.transitions.iter().enumerate() {
            let (event, from) = (&transition.event, &self.states[transition.from]);
            if from.is_final {
                return Err(format!("leave \"{}\" by \"{event}\", which is final", from.name));
            }
            let hides = |earlier: &Transition| {
                earlier.guard.is_none() && earlier.event == *event && earlier.from == transition.from
            };
            if self.transitions[..index].iter().any(hides) {
                return Err(format!("have another \"{event}\" from \"{}\" behind one without a guard", from.name));
            }
        }
        Ok(())
    }

    pub fn place(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }

    /// The transitions that an event may take from a state, in their order.
    pub fn candidates<'a>(&'a self, from: usize, event: &'a str) -> impl Iterator<Item = &'a Transition> {
        self.transitions.iter().filter(move |transition| transition.from == from && transition.event == event)
    }

    /// The events that a state knows, each once, in the order of the transitions.
    pub fn events(&self, from: usize) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let leaving = self.transitions.iter().filter(|transition| transition.from == from);
        leaving.map(|transition| transition.event.as_str()).filter(|event| seen.insert(*event)).collect()
    }

    /// In Graphviz's language; the state that the machine is in is filled, final ones have a double line.
    pub fn to_dot(&self, current: usize) -> String {
        let mut drawing = Drawing::new(true);
        for (index, state) in self.states.iter().enumerate() {
            let mut attributes = Vec::new();
            if state.is_final {
                attributes.push(("peripheries", "2"));
            }
            if index == current {
                attributes.push(("style", "filled"));
            }
            drawing.node(&state.name, &attributes);
        }
        for transition in &self.transitions {
            let (from, to) = (&self.states[transition.from].name, &self.states[transition.to].name);
            drawing.edge(from, to, &[("label", &transition.event)]);
        }
        drawing.finish()
    }
}

impl State {
    /// A name alone, or a record.
    fn read(path: Path, value: Value) -> Result<Self, Error> {
        if let Value::Text(name) = value {
            return Ok(Self { name, on_enter: None, on_exit: None, is_final: false });
        }
        let mut fields = Options::within(path, value)?;
        Ok(Self {
            name: fields.text("name")?.unwrap_or_default(),
            on_enter: fields.function("on_enter")?,
            on_exit: fields.function("on_exit")?,
            is_final: fields.boolean("final")?.unwrap_or(false),
        })
    }
}
