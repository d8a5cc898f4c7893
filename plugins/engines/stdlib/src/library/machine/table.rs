//! The class `StateMachine`: its rows.

use super::definition::Definition;
use super::run::{self, Machine};
use crate::arguments::{Arguments, Options};
use crate::classes::{Class, Method};
use crate::error::Error;
use crate::functions::Function;
use crate::host;
use crate::object::ObjectRef;
use crate::signature::{Kind, Parameter, optional, required};
use crate::value::Value;

const NAME: &str = "StateMachine";

const STEP: Kind =
    Kind::Record(&[required("event", Kind::Text), required("from", Kind::Text), required("to", Kind::Text)]);
const HISTORY: Kind = Kind::List(&STEP);
const SNAPSHOT: Kind = Kind::Record(&[required("state", Kind::Text), required("history", HISTORY)]);

const TAKES: &[Parameter] = &[required(
    "step",
    Kind::Record(&[
        required("event", Kind::Text),
        required("from", Kind::Text),
        required("to", Kind::Text),
        optional("data", Kind::Any),
    ]),
)];
const CALLBACK: Kind = Kind::Function(TAKES, &Kind::Any);
const GUARD: Kind = Kind::Function(TAKES, &Kind::Bool);

const STATE: Kind = Kind::Either(&[
    Kind::Text,
    Kind::Record(&[
        required("name", Kind::Text),
        optional("on_enter", CALLBACK),
        optional("on_exit", CALLBACK),
        optional("final", Kind::Bool),
    ]),
]);

const TRANSITION: Kind = Kind::Record(&[
    required("event", Kind::Text),
    required("from", Kind::Text),
    required("to", Kind::Text),
    optional("guard", GUARD),
    optional("action", CALLBACK),
]);

const DEFINITION: Kind = Kind::Record(&[
    required("initial", Kind::Text),
    required("states", Kind::List(&STATE)),
    required("transitions", Kind::List(&TRANSITION)),
]);

pub static STATE_MACHINE: Class = Class {
    module: "machine",
    name: NAME,
    text: "A state machine: it is in one of its states, and events take it to others along its transitions. Callbacks get `{event, from, to, data}`.",
    construct: Function {
        module: "machine",
        name: NAME,
        parameters: &[required("definition", DEFINITION)],
        returns: Kind::Object(NAME),
        text: "A machine in its initial state. Unknown states, transitions that leave a final state and those that could never be taken are refused.",
        run: |args| {
            let definition = Definition::read(args.path(), args.options()?)?;
            Ok(ObjectRef::new(&STATE_MACHINE, Machine::new(definition)).into())
        },
    },
    methods: &[
        method("state", &[], Kind::Text, "The name of the state that it is in.", |this, _| {
            Ok(this.borrow::<Machine>()?.state().into())
        }),
        method(
            "events",
            &[],
            Kind::List(&Kind::Text),
            "The events that the state knows; guards are not asked.",
            |this, _| {
                let machine = this.borrow::<Machine>()?;
                Ok(Value::list(machine.definition.events(machine.current)))
            },
        ),
        method("is_final", &[], Kind::Bool, "Whether the state is a final one.", |this, _| {
            let machine = this.borrow::<Machine>()?;
            Ok(machine.definition.states[machine.current].is_final.into())
        }),
        method(
            "can",
            &[required("event", Kind::Text), optional("data", Kind::Any)],
            Kind::Bool,
            "Whether the event would be taken; guards are asked.",
            |this, args| Ok(run::can(this, &args.text()?, &args.any())?.into()),
        ),
        method(
            "send",
            &[required("event", Kind::Text), optional("data", Kind::Any)],
            Kind::Text,
            "Takes the first transition of the event whose guard agrees and gives the new state: `on_exit` of the old one, the `action`, `on_enter` of the new one. When one of them fails, the machine stays where it was. `conflict` where the state does not know the event, or its guards refuse.",
            |this, args| Ok(run::send(this, &args.text()?, &args.any())?.into()),
        ),
        method("history", &[], HISTORY, "The last 1,000 steps, oldest first.", |this, _| {
            Ok(this.borrow::<Machine>()?.history())
        }),
        method("snapshot", &[], SNAPSHOT, "Where it is and was, as plain values.", |this, _| {
            Ok(this.borrow::<Machine>()?.snapshot())
        }),
        method(
            "restore",
            &[required("snapshot", SNAPSHOT)],
            Kind::Nothing,
            "Puts it where a snapshot of such a machine says; no callback runs.",
            restore,
        ),
        method(
            "save",
            &[required("key", Kind::Text)],
            Kind::Nothing,
            "Keeps the snapshot in the plugin's state under this key; needs the grant `state`.",
            |this, args| {
                let snapshot = this.borrow::<Machine>()?.snapshot();
                host::state::keep(&args.text()?, &snapshot)?;
                Ok(Value::Nil)
            },
        ),
        method(
            "load",
            &[required("key", Kind::Text)],
            Kind::Bool,
            "Restores what `save` kept and tells whether there was anything; needs the grant `state`.",
            load,
        ),
        method("to_dot", &[], Kind::Text, "The machine in Graphviz's language, its state filled.", |this, _| {
            let machine = this.borrow::<Machine>()?;
            Ok(machine.definition.to_dot(machine.current).into())
        }),
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

fn restore(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let snapshot = args.any();
    put(this, args, snapshot)
}

fn load(this: &ObjectRef, args: &mut Arguments) -> Result<Value, Error> {
    let key = args.text()?;
    match host::state::kept(&key)? {
        Value::Nil => Ok(false.into()),
        snapshot => {
            if let Some(fault) = required("key", SNAPSHOT).fault(&snapshot) {
                return Err(Error::invalid(format!("{}: what is kept there is no snapshot: {fault}", args.path())));
            }
            put(this, args, snapshot)?;
            Ok(true.into())
        }
    }
}

fn put(this: &ObjectRef, args: &Arguments, snapshot: Value) -> Result<Value, Error> {
    let mut fields = Options::within(args.path(), snapshot)?;
    let state = fields.text("state")?.unwrap_or_default();
    let mut history = Vec::new();
    for step in fields.list("history")? {
        let mut step = Options::within(args.path(), step)?;
        let mut field = |name| step.text(name).map(Option::unwrap_or_default);
        history.push((field("event")?, field("from")?, field("to")?));
    }
    let restored = this.borrow_mut::<Machine>()?.restore(&state, history);
    restored.map_err(|problem| Error::invalid(format!("{}: {problem}", args.path())))?;
    Ok(Value::Nil)
}
