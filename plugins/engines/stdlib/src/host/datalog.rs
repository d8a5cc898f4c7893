//! `datalog`: rules and queries. A program is named by a number; languages give it methods.

use std::cell::RefCell;

use super::drain;
use crate::arguments::Arguments;
use crate::error::Error;
use crate::functions::Function;
use crate::json;
use crate::signature::{Kind, required};
use crate::value::Value;
use crate::wit::crucible::plugin::datalog::{self, Program};

thread_local! {
    /// Programs by their number; one that was closed leaves its place empty.
    static PROGRAMS: RefCell<Vec<Option<Program>>> = const { RefCell::new(Vec::new()) };
}

/// Facts or answers: a row is a list of constants.
const ROWS: Kind = Kind::List(&Kind::List(&Kind::Any));

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "datalog",
        name: "parse",
        parameters: &[required("rules", Kind::Text)],
        returns: Kind::Integer,
        text: "A program from its rules; fails with the line of the first error.",
        run: parse,
    },
    Function {
        module: "datalog",
        name: "insert",
        parameters: &[required("program", Kind::Integer), required("relation", Kind::Text), required("rows", ROWS)],
        returns: Kind::Nothing,
        text: "Adds facts to a relation: a list of lists.",
        run: |args| with(args, |program, args| Ok(program.insert(&args.text()?, &args.json()?)?.into())),
    },
    Function {
        module: "datalog",
        name: "retract",
        parameters: &[required("program", Kind::Integer), required("relation", Kind::Text), required("rows", ROWS)],
        returns: Kind::Nothing,
        text: "Removes facts.",
        run: |args| with(args, |program, args| Ok(program.retract(&args.text()?, &args.json()?)?.into())),
    },
    Function {
        module: "datalog",
        name: "query",
        parameters: &[required("program", Kind::Integer), required("goal", Kind::Text)],
        returns: ROWS,
        text: "The rows that match a goal such as `path(a, X)`, as a list of lists.",
        run: |args| {
            with(args, |program, args| {
                let cursor = program.query(&args.text()?)?;
                let rows: Result<Vec<Value>, String> =
                    drain(|max| cursor.next(max))?.iter().map(|row| json::read(row)).collect();
                Ok(Value::List(rows.map_err(Error::invalid)?))
            })
        },
    },
    Function {
        module: "datalog",
        name: "close",
        parameters: &[required("program", Kind::Integer)],
        returns: Kind::Nothing,
        text: "Lets go of a program; languages do it when nothing refers to it any more.",
        run: |args| {
            let number = args.integer()?;
            PROGRAMS.with_borrow_mut(|programs| {
                if let Some(place) = usize::try_from(number).ok().and_then(|number| programs.get_mut(number)) {
                    *place = None;
                }
            });
            Ok(Value::Nil)
        },
    },
];

fn parse(args: &mut Arguments) -> Result<Value, Error> {
    let program = datalog::parse(&args.text()?)?;
    PROGRAMS.with_borrow_mut(|programs| {
        let free = programs.iter().position(Option::is_none).unwrap_or(programs.len());
        if free == programs.len() {
            programs.push(None);
        }
        programs[free] = Some(program);
        Ok(Value::from(free as u64))
    })
}

fn with(
    args: &mut Arguments,
    run: impl FnOnce(&Program, &mut Arguments) -> Result<Value, Error>,
) -> Result<Value, Error> {
    let number = args.integer()?;
    PROGRAMS.with_borrow(|programs| {
        match usize::try_from(number).ok().and_then(|number| programs.get(number)?.as_ref()) {
            Some(program) => run(program, args),
            None => Err(args.wrong("is no open program")),
        }
    })
}
