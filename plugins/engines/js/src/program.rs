//! The loaded code: its files, its tools, its calls.

use std::cell::RefCell;

use crucible_stdlib::docs::{self, Export};
use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure};
use crucible_stdlib::wit::exports::crucible::plugin::guest::Tool;

use crate::code::{ABI, Code};
use crate::convert::{self, Problem, Tags};
use crate::js::{Js, Thrown};
use crate::{failure, jobs, modules, state};

struct Program {
    /// What the entry file exports.
    namespace: Js,
    /// The documented functions among that.
    tools: Vec<Export>,
}

thread_local! {
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// Makes this instance the plugin whose code is given: runs its entry file.
pub fn load(bytes: &[u8]) -> Result<(), Failure> {
    state::open();
    let code = Code::decode(bytes, ABI).map_err(Error::failure)?;
    let Some(entry) = code.files.iter().find(|file| file.path == code.entry).cloned() else {
        return Err(
            Error::invalid("Cannot load the code: it is damaged (its entry is missing); compile it again").failure()
        );
    };
    let exports: Vec<Export> = code.exports().collect();
    modules::set_files(code.files);
    let start = || -> Thrown<(Js, Js)> {
        let module = modules::parse(&entry)?;
        module.resolve()?;
        let running = module.run()?;
        Ok((running, module.namespace()?))
    };
    let (running, namespace) = start().map_err(|thrown| failure::of(&thrown))?;
    jobs::finish(running, "The file")?;
    let tools = exports.into_iter().filter(|export| function(&namespace, &export.name).is_some()).collect();
    PROGRAM.set(Some(Program { namespace, tools }));
    Ok(())
}

/// The tools, as the doc comments give them.
pub fn tools() -> Vec<Tool> {
    PROGRAM.with_borrow(|program| program.iter().flat_map(|program| &program.tools).filter_map(docs::tool).collect())
}

/// Runs a tool: a function that the entry file exports.
pub fn call(name: &str, args: &str) -> Result<String, Failure> {
    state::open();
    let Some(namespace) = PROGRAM.with_borrow(|program| program.as_ref().map(|program| program.namespace.clone()))
    else {
        let message = format!("Cannot call \"{name}\": no code is loaded into this instance");
        return Err(Error::new(ErrorCode::Unavailable, message).failure());
    };
    let Some(tool) = function(&namespace, name) else {
        let message = format!("The plugin exports no function \"{name}\"");
        return Err(Error::new(ErrorCode::NotFound, message).failure());
    };
    let args = json::read(args).map_err(|problem| Error::invalid(problem).failure())?;
    let run = || tool.call(&Js::undefined(), &[convert::write(&args, Tags::Bound)?]);
    let answer = run().map_err(|thrown| failure::of(&thrown))?;
    let answer = jobs::finish(answer, &format!("`{name}`"))?;
    let result = convert::read(&answer).and_then(|value| json::write(&value).map_err(Problem::Refused));
    result.map_err(|problem| {
        failure::of_problem(problem, |why| {
            let message = format!("The result of `{name}` cannot be returned: {why}");
            Error::new(ErrorCode::GuestError, message)
        })
    })
}

/// The exported function of that name, if there is one.
fn function(namespace: &Js, name: &str) -> Option<Js> {
    namespace.get(name).ok().filter(Js::is_function)
}
