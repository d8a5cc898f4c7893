//! Why a call failed: Lua's error values as the `failure` of the WIT package, with the place and the stack of the moment when
//! the error was raised.

use std::cell::RefCell;
use std::ffi::{CStr, c_int};
use std::mem::MaybeUninit;
use std::rc::Rc;

use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure, Frame, Position};

use crate::callbacks::Thrown;
use crate::convert::{self, ERROR};
use crate::ffi::{self, State};
use crate::stack::Stack;

/// A deep recursion has as many frames as calls; a person reads the first ones.
const MAX_FRAMES: usize = 64;

/// Where an error was raised: the frames, innermost first, and how Lua writes the place in front of its message.
#[derive(Clone, Default)]
pub struct Raised {
    frames: Vec<Frame>,
    place: String,
}

thread_local! {
    /// Of the last error.
    static RAISED: RefCell<Raised> = RefCell::default();
    /// The last error of a callback that the library let through.
    static PASSED: RefCell<Option<Rc<Thrown>>> = const { RefCell::new(None) };
}

/// The message handler of every protected call: keeps the frames, which are gone when the call has returned.
pub unsafe extern "C" fn keep_frames(lua: *mut State) -> c_int {
    // SAFETY: Lua calls this with its own state and the error value on the stack.
    let stack = unsafe { Stack::new(lua) };
    let passed = PASSED.with_borrow(|passed| {
        let thrown = passed.as_ref()?;
        thrown.value.push(stack);
        let same = stack.is_same(1, -1);
        stack.pop(1);
        same.then(|| thrown.raised.clone())
    });
    RAISED.set(passed.unwrap_or_else(|| frames(lua)));
    1
}

/// What the error value on the top of the stack means, and where it was raised. It stays there.
pub fn caught(stack: Stack) -> (Error, Raised) {
    let raised = RAISED.take();
    (error_at(stack, &raised.place), raised)
}

/// The error value on the top of the stack, which is taken from it.
pub fn take(stack: Stack) -> Failure {
    let (error, raised) = caught(stack);
    stack.pop(1);
    let position = raised.frames.iter().find_map(|frame| frame.position.clone());
    Failure { position, stack: raised.frames, ..error.failure() }
}

/// Pushes an error as a plugin sees it: what a callback threw as it was, else a table with `code` and `message` that shows itself.
pub fn push(stack: Stack, error: &Error) {
    if let Some(thrown) = error.thrown.clone().and_then(|thrown| thrown.downcast::<Thrown>().ok()) {
        thrown.value.push(stack);
        PASSED.set(Some(thrown));
        return;
    }
    stack.push_table(0, 2);
    stack.push_bytes(error.code_name().as_bytes());
    stack.set_field(-2, "code");
    stack.push_bytes(error.message.as_bytes());
    stack.set_field(-2, "message");
    stack.set_kept_metatable(-1, ERROR);
}

/// What an error value means: one of a capability keeps its code, anything else is the plugin's own. `place` is what Lua put in
/// front of a message.
fn error_at(stack: Stack, place: &str) -> Error {
    if stack.has_kept_metatable(-1, ERROR) {
        let field = |name| {
            stack.push_field(-1, name);
            let text = stack.lossy_text(-1);
            stack.pop(1);
            text.unwrap_or_default()
        };
        return Error::named(&field("code"), field("message"));
    }
    let message = match stack.lossy_text(-1) {
        Some(text) => text.strip_prefix(place).map(str::to_owned).unwrap_or(text),
        None => match convert::read(stack, -1).and_then(|value| json::write(&value)) {
            Ok(text) => text,
            Err(_) => "the error is a value that cannot be shown".to_owned(),
        },
    };
    Error::new(ErrorCode::GuestError, message)
}

fn frames(lua: *mut State) -> Raised {
    let mut frames = Vec::new();
    let mut place = String::new();
    let mut level = 0;
    while frames.len() < MAX_FRAMES {
        let mut debug = MaybeUninit::<ffi::Debug>::zeroed();
        // SAFETY: lua_getinfo fills what the letters ask for; the rest stays zero, which is valid for every field.
        let debug = unsafe {
            if ffi::lua_getstack(lua, level, debug.as_mut_ptr()) == 0 {
                break;
            }
            ffi::lua_getinfo(lua, c"nSl".as_ptr(), debug.as_mut_ptr());
            debug.assume_init()
        };
        level += 1;
        let source = text(debug.source);
        let Some(file) = source.strip_prefix('@') else { continue };
        if place.is_empty() {
            place = format!("{}:{}: ", text(debug.short_source.as_ptr()), debug.current_line);
        }
        let line = u32::try_from(debug.current_line).unwrap_or(0);
        let position = (line > 0).then(|| Position { file: file.to_owned(), line, column: 1 });
        let name = match (text(debug.name), text(debug.what)) {
            (name, _) if !name.is_empty() => name,
            (_, what) if what == "main" => "main chunk".to_owned(),
            _ => "function".to_owned(),
        };
        frames.push(Frame { name, position });
    }
    Raised { frames, place }
}

fn text(pointer: *const std::ffi::c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: Lua's debug strings end in a zero byte.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}
