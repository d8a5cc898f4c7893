//! The class `Workflow`: its rows, and what holds its steps.

use super::run::{self, Policy};
use super::step::{Step, Weight};
use crate::arguments::Arguments;
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::library::dot::Drawing;
use crate::library::order;
use crate::object::ObjectRef;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::types::ErrorCode;

const NAME: &str = "Workflow";
const NAMES: Kind = Kind::List(&Kind::Text);

const POLICIES: [(&str, Policy); 3] = [("fail", Policy::Fail), ("skip", Policy::Skip), ("continue", Policy::Continue)];

const CONTEXT: &[Parameter] = &[required(
    "context",
    Kind::Record(&[
        optional("input", Kind::Any),
        required("results", Kind::Map(&Kind::Any)),
        required("attempt", Kind::Integer),
    ]),
)];

const PROBLEM: &[Parameter] = &[required(
    "problem",
    Kind::Record(&[required("code", Kind::Text), required("message", Kind::Text), required("attempt", Kind::Integer)]),
)];

const STEP: Kind = Kind::Record(&[
    required("name", Kind::Text),
    optional("after", NAMES),
    optional("run", Kind::Function(CONTEXT, &Kind::Any)),
    optional(
        "tool",
        Kind::Record(&[
            optional("plugin", Kind::Text),
            required("name", Kind::Text),
            optional("args", Kind::Any),
            optional("writes", Kind::Bool),
        ]),
    ),
    optional("retries", Kind::Count),
    optional("retry_if", Kind::Function(PROBLEM, &Kind::Bool)),
    optional("critical", Kind::Bool),
    optional("optional", Kind::Bool),
]);

const REPORT: Kind = Kind::Record(&[
    required("ok", Kind::Bool),
    required("results", Kind::Map(&Kind::Any)),
    required(
        "steps",
        Kind::List(&Kind::Record(&[
            required("name", Kind::Text),
            required("status", Kind::Word(&["done", "failed", "skipped"])),
            required("attempts", Kind::Integer),
            optional("value", Kind::Any),
            optional("error", Kind::Record(&[required("code", Kind::Text), required("message", Kind::Text)])),
        ])),
    ),
]);

#[derive(Debug)]
struct Workflow {
    policy: Policy,
    steps: Vec<Step>,
}

pub static WORKFLOW: Class = Class {
    module: "workflow",
    name: NAME,
    text: "Steps that depend on each other. Each is a function, or a tool of this plugin or another; what only reads runs beside each other.",
    construct: Function {
        module: "workflow",
        name: NAME,
        parameters: &[optional(
            "options",
            Kind::Record(&[optional("on_error", Kind::Word(&["fail", "skip", "continue"]))]),
        )],
        returns: Kind::Object(NAME),
        text: "A workflow without steps. `on_error` says what a step that fails does: `fail` ends the run with its error (where nothing is said), `skip` skips what depends on it, `continue` runs that without its value.",
        run: |args| {
            let policy = args.options()?.word("on_error", &POLICIES, Policy::Fail)?;
            Ok(ObjectRef::new(&WORKFLOW, Workflow { policy, steps: Vec::new() }).into())
        },
    },
    methods: &[
        method(
            "add_step",
            &[required("step", STEP)],
            Kind::Nothing,
            "Adds a step. `run` is called with `{input, results, attempt}`: the run's input, and the values of the steps in `after`. `tool` is called with `args`, or with what `args` gives as a function of the same, or else with the same; \
             `plugin` is this one where it is left out; a tool that `writes` runs alone, the others only read. `retries` more attempts follow a failure at once, as long as `retry_if` agrees: nothing waits in between. The failure of a \
             `critical` step always ends the run, that of an `optional` one is only reported.",
            |this, args| {
                let step = Step::read(args.path(), args.options()?)?;
                let mut workflow = this.borrow_mut::<Workflow>()?;
                if workflow.steps.iter().any(|other| other.name == step.name) {
                    return Err(args.wrong(&format!("has a name that is there already: \"{}\"", step.name)));
                }
                workflow.steps.push(step);
                Ok(Value::Nil)
            },
        ),
        method("steps", &[], NAMES, "The names of the steps, as they were added.", |this, _| {
            Ok(Value::list(this.borrow::<Workflow>()?.steps.iter().map(|step| step.name.as_str())))
        }),
        method(
            "order",
            &[],
            NAMES,
            "The names of the steps, each after all that it needs; a cycle is a `conflict` that names it.",
            |this, _| {
                let workflow = this.borrow::<Workflow>()?;
                Ok(names(&workflow.steps, &plan(&workflow.steps)?.1.concat()))
            },
        ),
        method(
            "waves",
            &[],
            Kind::List(&NAMES),
            "The names of the steps in groups, each of which needs only groups before it; a cycle is a `conflict` that names it.",
            |this, _| {
                let workflow = this.borrow::<Workflow>()?;
                let waves = plan(&workflow.steps)?.1;
                Ok(Value::list(waves.iter().map(|wave| names(&workflow.steps, wave))))
            },
        ),
        method(
            "run",
            &[optional("input", Kind::Any)],
            REPORT,
            "Runs all steps, wave after wave, and reports: `ok` where none failed that is not optional, `results` by step, and how each step ended, in the order in which they were added. Tools need the grant `plugins`.",
            |this, args| {
                // The steps may add steps, which belong to the next run.
                let (policy, steps) = {
                    let workflow = this.borrow::<Workflow>()?;
                    (workflow.policy, workflow.steps.clone())
                };
                let (needs, waves) = plan(&steps)?;
                run::run(&steps, &needs, &waves, policy, args.any())
            },
        ),
        method(
            "to_dot",
            &[],
            Kind::Text,
            "The workflow in Graphviz's language; critical steps are bold, optional ones dashed.",
            |this, _| {
                let workflow = this.borrow::<Workflow>()?;
                plan(&workflow.steps)?;
                Ok(drawing(&workflow.steps).into())
            },
        ),
    ],
};

type Run = fn(&ObjectRef, &mut Arguments) -> Result<Value, Error>;

const fn method(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    text: &'static str,
    run: Run,
) -> Method {
    Method { class: NAME, name, parameters, returns, text, run }
}

type Plan = (Vec<Vec<usize>>, Vec<Vec<usize>>);

/// What each step needs, and the waves.
fn plan(steps: &[Step]) -> Result<Plan, Error> {
    let place = |step: &Step, name: &String| {
        steps.iter().position(|other| other.name == *name).ok_or_else(|| {
            Error::new(ErrorCode::NotFound, format!("the step \"{}\" needs \"{name}\", which is no step", step.name))
        })
    };
    let needs: Vec<Vec<usize>> = steps
        .iter()
        .map(|step| step.after.iter().map(|name| place(step, name)).collect())
        .collect::<Result<_, Error>>()?;
    let before: Vec<(usize, usize)> =
        needs.iter().enumerate().flat_map(|(step, needs)| needs.iter().map(move |need| (*need, step))).collect();
    let waves = order::waves(steps.len(), &before)
        .map_err(|cycle| order::cycle_error(cycle.iter().map(|step| steps[*step].name.as_str())))?;
    Ok((needs, waves))
}

fn names(steps: &[Step], places: &[usize]) -> Value {
    Value::list(places.iter().map(|place| steps[*place].name.as_str()))
}

fn drawing(steps: &[Step]) -> String {
    let mut drawing = Drawing::new(true);
    for step in steps {
        let attributes: &[(&str, &str)] = match step.weight {
            Weight::Critical => &[("style", "bold")],
            Weight::Normal => &[],
            Weight::Optional => &[("style", "dashed")],
        };
        drawing.node(&step.name, attributes);
    }
    for step in steps {
        for need in &step.after {
            drawing.edge(need, &step.name, &[]);
        }
    }
    drawing.finish()
}
