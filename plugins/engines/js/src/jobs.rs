//! Promises: what is waiting is run to its end inside of the call, and a rejection that nobody handles is an error. There is
//! nothing to wait for outside, for functions of the host answer at once; a promise that is open when no job is left stays open.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::null_mut;

use crucible_stdlib::error::Error;
use crucible_stdlib::wit::crucible::plugin::types::{ErrorCode, Failure};

use crate::failure;
use crate::ffi::{self, Context};
use crate::js::Js;
use crate::state::context;

thread_local! {
    /// Promises that were rejected and have no handler yet, with the reason.
    static UNHANDLED: RefCell<Vec<(Js, Js)>> = const { RefCell::new(Vec::new()) };
}

/// What the answer has become when all jobs are done. `what` it is the answer of, for the error of a promise that stays open.
pub fn finish(answer: Js, what: &str) -> Result<Js, Failure> {
    run();
    let settled = match answer.clone().settled() {
        Some(Ok(value)) => value,
        Some(Err(reason)) => return Err(failure::of(&reason)),
        None => {
            let message =
                format!("{what} waits for a promise that never settles: nothing is left to run that could settle it");
            return Err(Error::new(ErrorCode::GuestError, message).failure());
        }
    };
    match UNHANDLED.take().into_iter().next() {
        Some((_, reason)) => {
            let Failure { message, .. } = failure::of(&reason);
            Err(Failure {
                message: format!("A promise was rejected and nobody handled it: {message}"),
                ..failure::of(&reason)
            })
        }
        None => Ok(settled),
    }
}

fn run() {
    let mut ran = null_mut();
    // SAFETY: the runtime lives as long as the instance. What a job throws becomes the rejection of a promise.
    while unsafe { ffi::JS_ExecutePendingJob(ffi::JS_GetRuntime(context()), &mut ran) } != 0 {}
}

/// quickjs-ng's tracker of rejections: called when a promise is rejected without a handler, and when it gets one after all.
pub unsafe extern "C" fn track(
    _: *mut Context,
    promise: ffi::Value,
    reason: ffi::Value,
    is_handled: bool,
    _: *mut c_void,
) {
    UNHANDLED.with_borrow_mut(|unhandled| {
        if is_handled {
            unhandled.retain(|(other, _)| other.raw() != promise);
        } else {
            // SAFETY: both are live for the time of the call.
            unhandled.push(unsafe { (Js::borrowed(promise), Js::borrowed(reason)) });
        }
    });
}
