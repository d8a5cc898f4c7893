//! `session`: notes that log the work of agents. A session is named by the path of its note; languages give it methods.

use super::drain;
use crate::functions::Function;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::session::{self, Phase, Status};

const PHASES: Kind = Kind::List(&Kind::Record(&[
    required("name", Kind::Text),
    optional("agent", Kind::Text),
    optional("channel", Kind::Text),
    optional("input", Kind::Text),
    optional("output", Kind::Text),
    required("status", Kind::Word(&["pending", "running", "done", "failed", "skipped"])),
    optional("duration_ms", Kind::Integer),
    optional("tokens", Kind::Integer),
]));

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "session",
        name: "list_sessions",
        parameters: &[optional("limit", Kind::Count)],
        returns: Kind::List(&Kind::Text),
        text: "The sessions, newest first: 100 at most where no limit is given.",
        run: |args| Ok(Value::list(session::list_sessions(args.optional_count()?.unwrap_or(100))?)),
    },
    Function {
        module: "session",
        name: "phases",
        parameters: &[required("path", Kind::Text)],
        returns: PHASES,
        text: "The phases of a session, as objects `{name, agent, channel, input, output, status, duration_ms, tokens}`.",
        run: |args| {
            let cursor = session::phases(&args.text()?)?;
            Ok(Value::List(drain(|max| cursor.next(max))?.into_iter().map(phase).collect()))
        },
    },
    Function {
        module: "session",
        name: "append",
        parameters: &[required("path", Kind::Text), required("event", Kind::Any)],
        returns: Kind::Nothing,
        text: "Adds an event, anything that can be JSON.",
        run: |args| Ok(session::append(&args.text()?, &args.json()?)?.into()),
    },
];

fn phase(phase: Phase) -> Value {
    let status = match phase.status {
        Status::Pending => "pending",
        Status::Running => "running",
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
    };
    Value::map([
        ("name", phase.name.into()),
        ("agent", Value::option(phase.agent)),
        ("channel", Value::option(phase.channel)),
        ("input", Value::option(phase.input)),
        ("output", Value::option(phase.output)),
        ("status", status.into()),
        ("duration_ms", Value::option(phase.duration_ms)),
        ("tokens", Value::option(phase.tokens)),
    ])
}
