//! What every Rune program here can name: Rune's own modules, all of them pure, and the capabilities.
//!
//! `rune-modules` is not used: its modules reach the system.

use std::cell::OnceCell;
use std::sync::Arc;

use ahash::random_state::{RandomSource, set_random_source};
use rune::runtime::RuntimeContext;
use rune::{Context, ContextError};

use crate::{bindings, print};

thread_local! {
    static CONTEXT: OnceCell<(Context, Arc<RuntimeContext>)> = const { OnceCell::new() };
}

/// Gives the compile-time and the run-time context, which are built once.
pub fn with<R>(body: impl FnOnce(&Context, &Arc<RuntimeContext>) -> R) -> R {
    CONTEXT.with(|cell| {
        let (context, runtime) = cell.get_or_init(|| build().expect("the modules are well formed"));
        body(context, runtime)
    })
}

/// Builds the context, if it is not there yet.
pub fn warm() {
    with(|_, _| ());
}

fn build() -> Result<(Context, Arc<RuntimeContext>), ContextError> {
    // `Err` says that a source is set already: by an earlier context of this process, in tests.
    let _ = set_random_source(NoRandomness);
    let mut context = Context::with_config(false)?;
    context.install(print::module()?)?;
    bindings::install(&mut context)?;
    let runtime = Arc::new(context.runtime()?);
    Ok((context, runtime))
}

/// Hash maps that iterate in the same order wherever and whenever they are made. A program that picks colliding keys pays
/// with its own fuel.
struct NoRandomness;

impl RandomSource for NoRandomness {
    fn gen_hasher_seed(&self) -> usize {
        0
    }
}
