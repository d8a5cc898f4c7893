//! A run: wave after wave, in each the tools that only read beside each other, then the other steps one after the other.
//!
//! There is no waiting between attempts: nothing in a sandbox passes the time but work, and a frozen clock never moves.

use std::collections::BTreeMap;

use super::step::{Step, Tool, Weight, Work};
use crate::error::Error;
use crate::host::plugins;
use crate::json;
use crate::value::Value;

/// What the failure of a step does to the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Ends the run with the step's error.
    Fail,
    /// What depends on it is skipped.
    Skip,
    /// What depends on it runs without its value.
    Continue,
}

#[derive(Debug)]
enum Outcome {
    Done(Value),
    Failed(Error),
    Skipped,
}

struct Run<'a> {
    steps: &'a [Step],
    needs: &'a [Vec<usize>],
    policy: Policy,
    input: Value,
    outcomes: Vec<Option<Outcome>>,
    attempts: Vec<u32>,
}

/// Runs all steps and reports on each. `needs` are the places of what each step waits for.
pub fn run(
    steps: &[Step],
    needs: &[Vec<usize>],
    waves: &[Vec<usize>],
    policy: Policy,
    input: Value,
) -> Result<Value, Error> {
    let outcomes = steps.iter().map(|_| None).collect();
    let mut run = Run { steps, needs, policy, input, outcomes, attempts: vec![0; steps.len()] };
    for wave in waves {
        let (ready, skipped): (Vec<usize>, Vec<usize>) = wave.iter().partition(|place| !run.is_skipped(**place));
        for place in skipped {
            run.outcomes[place] = Some(Outcome::Skipped);
        }
        for ((plugin, tool), places) in run.readers(&ready) {
            run.spread(&plugin, &tool, places)?;
        }
        for place in ready {
            if run.outcomes[place].is_none() {
                run.alone(place)?;
            }
        }
    }
    Ok(run.report())
}

impl Run<'_> {
    fn is_skipped(&self, place: usize) -> bool {
        self.needs[place].iter().any(|need| match &self.outcomes[*need] {
            Some(Outcome::Skipped) => true,
            Some(Outcome::Failed(_)) => self.policy == Policy::Skip && self.steps[*need].weight != Weight::Optional,
            _ => false,
        })
    }

    /// The steps that call tools which only read, by tool.
    fn readers(&self, places: &[usize]) -> BTreeMap<(String, String), Vec<usize>> {
        let mut readers: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for place in places {
            if let Work::Tool(tool) = &self.steps[*place].work
                && !tool.writes
            {
                readers.entry((tool.plugin.clone(), tool.name.clone())).or_default().push(*place);
            }
        }
        readers
    }

    /// Calls one tool for several steps at once, again for those that failed and are tried again.
    fn spread(&mut self, plugin: &str, tool: &str, mut places: Vec<usize>) -> Result<(), Error> {
        while !places.is_empty() {
            let inputs: Vec<Result<String, Error>> = places.iter().map(|place| self.tool_args(*place)).collect();
            let ready: Vec<String> = inputs.iter().flatten().cloned().collect();
            let mut answers = plugins::spread(plugin, tool, &ready)?.into_iter();
            let mut again = Vec::new();
            for (place, input) in places.into_iter().zip(inputs) {
                self.attempts[place] += 1;
                let answer = input.and_then(|_| answers.next().unwrap_or_else(|| Err(unanswered())));
                if self.settle(place, answer)? {
                    again.push(place);
                }
            }
            places = again;
        }
        Ok(())
    }

    fn alone(&mut self, place: usize) -> Result<(), Error> {
        loop {
            self.attempts[place] += 1;
            let answer = match &self.steps[place].work {
                Work::Function(function) => function.call(vec![self.context(place)]),
                Work::Tool(tool) => {
                    self.tool_args(place).and_then(|args| plugins::call(&tool.plugin, &tool.name, &args))
                }
            };
            if !self.settle(place, answer)? {
                return Ok(());
            }
        }
    }

    /// Notes how an attempt ended; true where another follows. The error is one that ends the run.
    fn settle(&mut self, place: usize, answer: Result<Value, Error>) -> Result<bool, Error> {
        let step = &self.steps[place];
        let error = match answer {
            Ok(value) => {
                self.outcomes[place] = Some(Outcome::Done(value));
                return Ok(false);
            }
            Err(error) => error,
        };
        if step.is_retried(self.attempts[place], &error)? {
            return Ok(true);
        }
        if step.weight == Weight::Critical || (self.policy == Policy::Fail && step.weight == Weight::Normal) {
            return Err(error);
        }
        self.outcomes[place] = Some(Outcome::Failed(error));
        Ok(false)
    }

    /// What a step's function is called with.
    fn context(&self, place: usize) -> Value {
        let results = self.needs[place].iter().filter_map(|need| match &self.outcomes[*need] {
            Some(Outcome::Done(value)) => Some((self.steps[*need].name.as_str(), value.clone())),
            _ => None,
        });
        Value::map([
            ("input", self.input.clone()),
            ("results", Value::map(results)),
            ("attempt", self.attempts[place].max(1).into()),
        ])
    }

    fn tool_args(&self, place: usize) -> Result<String, Error> {
        let Work::Tool(Tool { args, .. }) = &self.steps[place].work else { return Err(unanswered()) };
        let value = match args {
            Value::Nil => self.context(place),
            Value::Function(function) => function.call(vec![self.context(place)])?,
            value => value.clone(),
        };
        json::write(&value).map_err(|problem| {
            Error::invalid(format!(
                "the arguments of the step \"{}\" cannot be JSON: {problem}",
                self.steps[place].name
            ))
        })
    }

    fn report(self) -> Value {
        let mut is_ok = true;
        let mut results = Vec::new();
        let mut rows = Vec::new();
        for ((step, outcome), attempts) in self.steps.iter().zip(self.outcomes).zip(self.attempts) {
            let (status, detail) = match outcome {
                Some(Outcome::Done(value)) => {
                    results.push((step.name.as_str(), value.clone()));
                    ("done", ("value", value))
                }
                Some(Outcome::Failed(error)) => {
                    is_ok &= step.weight == Weight::Optional;
                    let problem = [("code", error.code_name().into()), ("message", error.message.into())];
                    ("failed", ("error", Value::map(problem)))
                }
                Some(Outcome::Skipped) | None => ("skipped", ("value", Value::Nil)),
            };
            let fixed = [("name", step.name.as_str().into()), ("status", status.into()), ("attempts", attempts.into())];
            let detail = Some(detail).filter(|(_, value)| *value != Value::Nil);
            rows.push(Value::map(fixed.into_iter().chain(detail)));
        }
        Value::map([("ok", is_ok.into()), ("results", Value::map(results)), ("steps", Value::List(rows))])
    }
}

fn unanswered() -> Error {
    Error::invalid("a tool gave no answer")
}
