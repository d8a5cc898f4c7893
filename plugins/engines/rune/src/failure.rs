//! Why a call failed: Rune's errors as the `failure` of the WIT package, with the place and the stack from the debug
//! information of the code.

use std::cell::RefCell;

use crucible_stdlib::error::Error;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure, Frame, Position};
use rune::runtime::debug::DebugInfo;
use rune::runtime::{Formatter, Value, VmError, VmResult};

use crate::bindings::error;
use crate::code::SourceMap;
use crate::convert;

/// A deep recursion has as many frames as calls; a person reads the first ones.
const MAX_FRAMES: usize = 64;

thread_local! {
    /// The error with which the last native function stopped the program, so that its code is not lost on the way.
    static RAISED: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Stops the running program with an error of a capability. For functions whose failure is no ordinary outcome, such as
/// drawing a random number; everything else returns a `Result`.
pub fn raise(error: Error) -> VmError {
    let message = error.to_string();
    RAISED.set(Some(error));
    VmError::panic(message)
}

/// What a program's `Err(value)` means: an error of a capability keeps its code, anything else is the program's own. Must run
/// inside the virtual machine's environment, for values that display themselves.
pub fn of_value(value: &Value) -> Error {
    match value.borrow_ref::<error::Error>() {
        Ok(error) => error.0.clone(),
        Err(_) => Error::new(ErrorCode::GuestError, shown(value)),
    }
}

/// A value as `{}` shows it, else as JSON, else as `{:?}` shows it.
fn shown(value: &Value) -> String {
    let mut text = rune::alloc::String::new();
    match Formatter::format_with(&mut text, |formatter| value.display_fmt(formatter)) {
        VmResult::Ok(()) => text.as_str().to_owned(),
        VmResult::Err(_) => convert::to_json(value).unwrap_or_else(|_| debug(value)),
    }
}

/// A value as `{:?}` shows it, or its type.
pub fn debug(value: &Value) -> String {
    let mut text = rune::alloc::String::new();
    match Formatter::format_with(&mut text, |formatter| value.debug_fmt(formatter)) {
        VmResult::Ok(()) => text.as_str().to_owned(),
        VmResult::Err(_) => format!("a value of type `{}`", value.type_info()),
    }
}

/// An error that stopped the virtual machine.
pub fn from_vm_error(error: &VmError, sources: &[SourceMap]) -> Failure {
    let raised = RAISED.take();
    let text = message(error);
    let (code, message) = match raised {
        Some(raised) if text.ends_with(&raised.to_string()) => (raised.code, raised.message),
        _ => (ErrorCode::GuestError, text),
    };
    let stack = stack(error, sources);
    let position = stack.iter().find_map(|frame| frame.position.clone());
    Failure { code, message, position, stack }
}

fn message(error: &VmError) -> String {
    let debug = error.first_location().and_then(|location| location.unit.debug_info());
    let field = error.first_location().and_then(|location| error.at().missing_field(&location.unit));
    if let Some(field) = field {
        return format!("The object has no field `{field}`; where it may be missing, use `.get(\"{field}\")`");
    }
    let named = error.at().missing_instance_function().and_then(|(hash, instance)| {
        let name = debug?.ident_for_hash(hash)?;
        Some(format!("There is no method `{name}` on `{instance}`"))
    });
    named.unwrap_or_else(|| error.to_string())
}

/// The frames of every virtual machine that the error passed through (a closure called by a native function has its own),
/// innermost first.
fn stack(error: &VmError, sources: &[SourceMap]) -> Vec<Frame> {
    let mut frames = Vec::new();
    for location in error.locations() {
        let Some(debug) = location.unit.debug_info() else { continue };
        // A frame's `ip` is where its caller goes on, one past the call.
        let callers = location.frames.iter().rev().map(|frame| frame.ip.saturating_sub(1));
        for ip in std::iter::once(location.ip).chain(callers) {
            if frames.len() == MAX_FRAMES {
                return frames;
            }
            let position = position_at(debug, ip, sources);
            if let Some(name) = function_at(debug, ip) {
                frames.push(Frame { name, position });
            }
        }
    }
    frames
}

fn position_at(debug: &DebugInfo, ip: usize, sources: &[SourceMap]) -> Option<Position> {
    let instruction = debug.instruction_at(ip)?;
    let source = sources.get(instruction.source_id.into_index())?;
    Some(source.position(instruction.span.start.into_usize() as u32))
}

/// The function whose code contains `ip`: the one that starts last at or before it.
fn function_at(debug: &DebugInfo, ip: usize) -> Option<String> {
    let start = debug.functions_rev.keys().copied().filter(|start| *start <= ip).max()?;
    let (_, signature) = debug.function_at(start)?;
    Some(readable(&signature.path.to_string()))
}

/// An item's path as people write it: numbered parts are closures and blocks without a name.
fn readable(path: &str) -> String {
    let mut parts: Vec<&str> =
        path.split("::").map(|part| if part.starts_with('$') { "{closure}" } else { part }).collect();
    parts.dedup();
    parts.join("::")
}
