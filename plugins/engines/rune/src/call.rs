//! A loaded program and its calls.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crucible_stdlib::docs::{self, Export};
use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::value::Value as Neutral;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure};
use crucible_stdlib::wit::exports::crucible::plugin::guest::Tool;
use rune::Unit;
use rune::runtime::{RuntimeContext, Value, Vm};

use crate::code::{Code, SourceMap};
use crate::convert::{self, Tags};
use crate::failure::{from_vm_error, of_value};
use crate::{context, print};

/// Code that is ready to run.
pub struct Program {
    unit: Arc<Unit>,
    runtime: Arc<RuntimeContext>,
    exports: Vec<Export>,
    sources: Vec<SourceMap>,
}

impl Program {
    /// Reads code that `compile` wrote.
    pub fn load(bytes: &[u8]) -> Result<Self, Failure> {
        let code = Code::decode(bytes).map_err(Error::failure)?;
        let runtime = context::with(|_, runtime| runtime.clone());
        Ok(Self { unit: Arc::new(code.unit), runtime, exports: code.exports, sources: code.sources })
    }

    /// The documented public functions, in the order of the source.
    pub fn tools(&self) -> Vec<Tool> {
        self.exports.iter().filter_map(docs::tool).collect()
    }

    /// Calls a public function of the entry file with one JSON object.
    pub fn call(&self, name: &str, args: &str) -> Result<String, Failure> {
        let export = self.export(name)?;
        let args = arguments(name, args)?;
        let mut vm = Vm::new(self.runtime.clone(), self.unit.clone());
        let answer = match export.parameters {
            0 => complete(vm.async_call([name], ())),
            _ => complete(vm.async_call([name], (args,))),
        };
        print::flush();
        match answer {
            Some(Ok(answer)) => vm.with(|| outcome(name, &answer)),
            Some(Err(error)) => Err(from_vm_error(&error, &self.sources)),
            None => Err(guest_error(format!(
                "\"{name}\" waits for something that never happens: there is nothing asynchronous outside the program"
            ))),
        }
    }

    fn export(&self, name: &str) -> Result<&Export, Failure> {
        let Some(export) = self.exports.iter().find(|export| export.name == name) else {
            let names: Vec<&str> = self.exports.iter().map(|export| export.name.as_str()).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let message = format!("There is no public function \"{name}\"; there is: {there}");
            return Err(Error::new(ErrorCode::NotFound, message).failure());
        };
        if export.parameters > 1 {
            let message = format!(
                "Cannot call \"{name}\": it takes {} parameters, a tool takes one object or nothing",
                export.parameters
            );
            return Err(Error::invalid(message).failure());
        }
        Ok(export)
    }
}

fn arguments(name: &str, args: &str) -> Result<Value, Failure> {
    let refuse = |why: &str| Error::invalid(format!("Cannot call \"{name}\": {why}")).failure();
    match json::read(args) {
        Ok(args @ Neutral::Map(_)) => Ok(convert::make(args, Tags::Bound)),
        Ok(_) => Err(refuse("its arguments must be a JSON object")),
        Err(problem) => Err(refuse(&format!("its arguments are not JSON: {problem}"))),
    }
}

/// What the function returned: a `Result` decides whether the call failed.
fn outcome(name: &str, answer: &Value) -> Result<String, Failure> {
    if let Ok(result) = answer.borrow_ref::<Result<Value, Value>>() {
        return match &*result {
            Ok(value) => written(name, value),
            Err(error) => Err(of_value(error).failure()),
        };
    }
    written(name, answer)
}

fn written(name: &str, value: &Value) -> Result<String, Failure> {
    convert::to_json(value).map_err(|problem| guest_error(format!("Cannot return the answer of \"{name}\": {problem}")))
}

fn guest_error(message: String) -> Failure {
    Error::new(ErrorCode::GuestError, message).failure()
}

/// Runs a future to its end. Nothing outside this thread can wake one: where it waits without having woken itself, it would
/// wait for ever, and there is no answer.
fn complete<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(woken.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(answer) => return Some(answer),
            Poll::Pending if woken.0.swap(false, Ordering::Relaxed) => {}
            Poll::Pending => return None,
        }
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
