//! `crucible::clock`: the time, which the user can freeze.

use rune::{ContextError, Module};

use super::error::Error;
use crate::wit::crucible::plugin::clock;

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["clock"])?;
    module.function("now_ms", || whole(clock::now_ms()?)).build()?;
    module.function("monotonic_ns", || whole(clock::monotonic_ns()?)).build()?;
    module.function("utc_offset_minutes", utc_offset_minutes).build()?;
    Ok(module)
}

/// `utc_offset_minutes(at_ms)`: the person's offset from UTC at that moment, east positive.
fn utc_offset_minutes(at_ms: i64) -> Result<i64, Error> {
    let at_ms = u64::try_from(at_ms).map_err(|_| {
        Error::invalid(format!("clock::utc_offset_minutes: the time must not be negative, got {at_ms}"))
    })?;
    Ok(clock::utc_offset_minutes(at_ms)?.into())
}

/// Times are signed integers in Rune, so that they can be subtracted.
fn whole(time: u64) -> Result<i64, Error> {
    Ok(i64::try_from(time).unwrap_or(i64::MAX))
}
