//! The JavaScript context of this instance: made once, with the functions of the host and the prelude.

use std::cell::Cell;
use std::ffi::c_int;
use std::ptr::null_mut;
use std::sync::LazyLock;

use crucible_stdlib::classes::{self, Method};
use crucible_stdlib::error::Error;
use crucible_stdlib::functions::{self, Function, Path};
use crucible_stdlib::signature::{self, Parameter};
use crucible_stdlib::value::Value;
use crucible_stdlib::wit::crucible::plugin::log::{Level, write};

use crate::convert::{self, Problem, Tags};
use crate::ffi::{self, Context};
use crate::js::{Js, Kind, Thrown, zero_ended};
use crate::names::{self, camel};
use crate::{failure, jobs, modules, objects};

/// What the language itself writes more naturally: modules, `console`, `Date`, `Math.random`, methods.
const PRELUDE: &str = include_str!("prelude.js");

/// The prelude's name in stacks, from which its frames are left out.
pub const PRELUDE_FILE: &str = "crucible:prelude";

/// How much of the instance's own stack a program may take, in bytes: at most 383 nested calls, each of at least 256 bytes. Then
/// quickjs-ng throws an error that a program can catch. V8's own stack must not end first: a call of the interpreter takes up to
/// 2.3 KB of it, and Node's main thread has 984.
const STACK: usize = 96 << 10;

/// What the engine needs of the prelude.
pub struct Kept {
    /// By name, `crucible` and `crucible:kiln` and so on: an object with every export.
    pub modules: Js,
    pub error_prototype: Js,
    pub open_session: Js,
}

thread_local! {
    static CONTEXT: Cell<*mut Context> = const { Cell::new(null_mut()) };
    static KEPT: Cell<Option<&'static Kept>> = const { Cell::new(None) };
}

/// The instance's only context, which lives as long as it; null before `open`.
pub fn context() -> *mut Context {
    CONTEXT.get()
}

/// What the prelude has given; there is nothing else to do without it.
pub fn kept() -> &'static Kept {
    KEPT.get().expect("the context is open")
}

/// Makes the context where there is none yet, and begins to count the stack from here.
pub fn open() {
    if context().is_null() {
        // SAFETY: a runtime of our own; failed allocations trap.
        CONTEXT.set(unsafe { new_context() });
        match run_prelude() {
            Ok(kept) => KEPT.set(Some(Box::leak(Box::new(kept)))),
            Err(thrown) => {
                write(Level::Error, &format!("The prelude failed: {}", thrown.string().unwrap_or_default()));
                panic!("the prelude failed");
            }
        }
    }
    unsafe { ffi::JS_UpdateStackTop(ffi::JS_GetRuntime(context())) };
}

/// A context with the language's own objects, but for what measures time.
unsafe fn new_context() -> *mut Context {
    unsafe {
        let runtime = ffi::crucible_new_runtime();
        ffi::JS_SetMaxStackSize(runtime, STACK);
        ffi::JS_SetModuleLoaderFunc(runtime, modules::normalize, modules::load, null_mut());
        ffi::JS_SetHostPromiseRejectionTracker(runtime, jobs::track, null_mut());
        objects::register(runtime);
        let context = ffi::JS_NewContextRaw(runtime);
        for add in [
            ffi::JS_AddIntrinsicBaseObjects,
            ffi::JS_AddIntrinsicDate,
            ffi::JS_AddIntrinsicEval,
            ffi::JS_AddIntrinsicRegExp,
            ffi::JS_AddIntrinsicJSON,
            ffi::JS_AddIntrinsicProxy,
            ffi::JS_AddIntrinsicMapSet,
            ffi::JS_AddIntrinsicTypedArrays,
            ffi::JS_AddIntrinsicPromise,
            ffi::JS_AddIntrinsicWeakRef,
            ffi::JS_AddIntrinsicAToB,
        ] {
            assert_eq!(add(context), 0, "memory that runs out traps");
        }
        context
    }
}

fn run_prelude() -> Thrown<Kept> {
    let source = zero_ended(PRELUDE);
    let file = zero_ended(PRELUDE_FILE);
    let prelude = unsafe {
        Js::checked(ffi::JS_Eval(context(), source.as_ptr(), PRELUDE.len(), file.as_ptr(), ffi::EVAL_GLOBAL))
    }?;
    let kept = prelude.call(&Js::undefined(), &[host()])?;
    Ok(Kept {
        modules: kept.get("modules")?,
        error_prototype: kept.get("errorPrototype")?,
        open_session: kept.get("openSession")?,
    })
}

/// What JavaScript calls by its number.
enum Entry {
    Function(&'static Function),
    Method(&'static Method),
}

/// Functions, constructors, the methods of each class.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let constructors = classes::all().map(|class| &class.construct);
    let methods = classes::all().flat_map(|class| class.methods);
    functions::all().chain(constructors).map(Entry::Function).chain(methods.map(Entry::Method)).collect()
});

/// `{functions: {module: {name: function}}, classes: {module: {Name: {construct, prototype}}}}` of the tables.
fn host() -> Js {
    let mut numbers = 0..;
    let mut next = |name: &str, parameters: &[Parameter]| {
        let required = parameters.iter().filter(|parameter| !parameter.optional).count();
        Js::function(run, name, required, numbers.next().unwrap_or_default())
    };
    let (functions, classes) = (Js::object(), Js::object());
    for function in functions::all() {
        let name = camel(function.name);
        member(&functions, function.module).define(&name, next(&name, function.parameters));
    }
    for class in classes::all() {
        let construct = next(class.name, class.construct.parameters);
        member(&member(&classes, class.module), class.name).define("construct", construct);
    }
    for class in classes::all() {
        let prototype = Js::object();
        for method in class.methods {
            let name = camel(method.name);
            prototype.define_hidden(&name, next(&name, method.parameters));
        }
        member(&member(&classes, class.module), class.name).define("prototype", prototype.clone());
        objects::set_prototype(class.name, prototype);
    }
    let host = Js::object();
    host.define("functions", functions);
    host.define("classes", classes);
    host
}

/// The object with this name in another, a new one where there is none yet.
fn member(object: &Js, name: &str) -> Js {
    if let Ok(found) = object.get(name)
        && found.kind() == Kind::Object
    {
        return found;
    }
    let made = Js::object();
    object.define(name, made.clone());
    made
}

/// Runs the function or method with this number.
unsafe extern "C" fn run(
    _: *mut Context,
    this: ffi::Value,
    count: c_int,
    arguments: *const ffi::Value,
    number: c_int,
    _: *mut ffi::Value,
) -> ffi::Value {
    // SAFETY: the values are live for the time of the call.
    let arguments: Vec<Js> = (0..count as usize).map(|index| unsafe { Js::borrowed(*arguments.add(index)) }).collect();
    let answer = match &ENTRIES[number as usize] {
        Entry::Function(function) => {
            answer(function.path(), function.parameters, &function.returns, &arguments, |values| function.call(values))
        }
        Entry::Method(method) => {
            let this = objects::read(&unsafe { Js::borrowed(this) });
            answer(method.path(), method.parameters, &method.returns, &arguments, |values| match &this {
                Some(object) => method.call(object, values),
                None => Err(Error::invalid(format!("{} needs its {} as `this`", method.path(), method.class))),
            })
        }
    };
    match answer {
        Ok(answer) => answer.into_raw(),
        Err(thrown) => thrown.throw(),
    }
}

fn answer(
    path: Path,
    parameters: &'static [Parameter],
    returns: &'static signature::Kind,
    arguments: &[Js],
    call: impl FnOnce(Vec<Value>) -> Result<Value, Error>,
) -> Thrown<Js> {
    // As everywhere in the language, an undefined argument is one that was left out.
    let given = arguments.iter().rposition(|argument| argument.kind() != Kind::Undefined).map_or(0, |last| last + 1);
    let values: Result<Vec<Value>, Problem> = arguments[..given].iter().map(convert::read).collect();
    let values = values.map_err(|problem| match problem {
        Problem::Thrown(thrown) => thrown,
        Problem::Refused(why) => failure::thrown(&Error::invalid(format!("{}: {why}", names::path(path)))),
    });
    let mut values = values?;
    names::taken(parameters, &mut values);
    match call(values) {
        Ok(Value::Nil) => Ok(Js::undefined()),
        Ok(mut value) => {
            names::given(returns, &mut value);
            convert::write(&value, Tags::Kept)
        }
        Err(error) => {
            let message = error.message.replacen(&path.to_string(), &names::path(path), 1);
            Err(failure::thrown(&Error { message, ..error }))
        }
    }
}
