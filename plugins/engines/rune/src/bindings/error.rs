//! `crucible::Error`: why a function did not do what it was asked, with the code that the host gave.

use std::fmt::Display;

use crucible_stdlib::error;
use rune::alloc::fmt::TryWrite as _;
use rune::runtime::{Formatter, Protocol, VmResult};
use rune::{Any, ContextError, Module};

/// Fields in Rune: `code`, a word such as `"not-found"`, and `message`.
#[derive(Any, Debug, Clone)]
#[rune(item = ::crucible)]
pub struct Error(pub error::Error);

impl From<error::Error> for Error {
    fn from(error: error::Error) -> Self {
        Self(error)
    }
}

/// Puts the type into the module `crucible`.
pub fn declare(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Error>()?;
    module
        .function("new", |code: &str, message: String| Error(error::Error::named(code, message)))
        .build_associated::<Error>()?;
    module.field_function(&Protocol::GET, "code", |error: &Error| error.0.code_name())?;
    module.field_function(&Protocol::GET, "message", |error: &Error| error.0.message.clone())?;
    let display = |error: &Error, formatter: &mut Formatter| show(&error.0, formatter);
    module.associated_function(&Protocol::DISPLAY_FMT, display)?;
    module.associated_function(&Protocol::DEBUG_FMT, display)?;
    Ok(())
}

/// Writes a value as Rust shows it.
pub fn show<T: Display>(value: &T, formatter: &mut Formatter) -> VmResult<()> {
    match write!(formatter, "{value}") {
        Ok(()) => VmResult::Ok(()),
        Err(error) => VmResult::err(error),
    }
}
