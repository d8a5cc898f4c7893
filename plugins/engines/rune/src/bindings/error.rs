//! `crucible::Error`: why a capability did not do what it was asked, with the code that the host gave.

use std::fmt;

use rune::alloc::fmt::TryWrite as _;
use rune::runtime::{Formatter, Protocol, VmResult};
use rune::{Any, ContextError, Module};

use crate::wit::crucible::plugin::types::{self, ErrorCode, Failure};

/// Fields in Rune: `code`, a word such as `"not-found"`, and `message`.
#[derive(Any, Debug, Clone)]
#[rune(item = ::crucible)]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
}

impl Error {
    /// An argument that the engine itself refuses.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::InvalidArguments, message: message.into() }
    }

    fn new(code: &str, message: String) -> Self {
        match CODES.iter().find(|(name, _)| *name == code) {
            Some((_, code)) => Self { code: *code, message },
            None => Self { code: ErrorCode::GuestError, message: format!("{code}: {message}") },
        }
    }

    fn code_name(&self) -> String {
        let name = ALL_CODES.iter().find(|(_, code)| *code == self.code).map(|(name, _)| *name);
        name.unwrap_or("guest-error").to_owned()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code_name(), self.message)
    }
}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        let (code, message) = match error {
            types::Error::Denied(message) => (ErrorCode::Denied, message),
            types::Error::NotFound(message) => (ErrorCode::NotFound, message),
            types::Error::InvalidArguments(message) => (ErrorCode::InvalidArguments, message),
            types::Error::Conflict(message) => (ErrorCode::Conflict, message),
            types::Error::RateLimited(message) => (ErrorCode::RateLimited, message),
            types::Error::TransferLimit(message) => (ErrorCode::TransferLimit, message),
            types::Error::Timeout(message) => (ErrorCode::Timeout, message),
            types::Error::Unavailable(message) => (ErrorCode::Unavailable, message),
        };
        Self { code, message }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, message: failure.message }
    }
}

/// Puts the type into the module `crucible`.
pub fn declare(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Error>()?;
    module.function("new", Error::new).build_associated::<Error>()?;
    module.field_function(&Protocol::GET, "code", |error: &Error| error.code_name())?;
    module.field_function(&Protocol::GET, "message", |error: &Error| error.message.clone())?;
    module.associated_function(&Protocol::DISPLAY_FMT, display)?;
    module.associated_function(&Protocol::DEBUG_FMT, display)?;
    Ok(())
}

fn display(error: &Error, formatter: &mut Formatter) -> VmResult<()> {
    match write!(formatter, "{error}") {
        Ok(()) => VmResult::Ok(()),
        Err(error) => VmResult::err(error),
    }
}

/// The codes that a plugin may report by name.
const CODES: [(&str, ErrorCode); 10] = [
    ("denied", ErrorCode::Denied),
    ("not-found", ErrorCode::NotFound),
    ("invalid-arguments", ErrorCode::InvalidArguments),
    ("conflict", ErrorCode::Conflict),
    ("rate-limited", ErrorCode::RateLimited),
    ("transfer-limit", ErrorCode::TransferLimit),
    ("timeout", ErrorCode::Timeout),
    ("unavailable", ErrorCode::Unavailable),
    ("busy", ErrorCode::Busy),
    ("guest-error", ErrorCode::GuestError),
];

/// Every code, for what another plugin's call failed with.
const ALL_CODES: [(&str, ErrorCode); 19] = [
    ("fuel-exhausted", ErrorCode::FuelExhausted),
    ("deadline", ErrorCode::Deadline),
    ("cancelled", ErrorCode::Cancelled),
    ("memory-limit", ErrorCode::MemoryLimit),
    ("stack-limit", ErrorCode::StackLimit),
    ("transfer-limit", ErrorCode::TransferLimit),
    ("denied", ErrorCode::Denied),
    ("rate-limited", ErrorCode::RateLimited),
    ("invalid-module", ErrorCode::InvalidModule),
    ("invalid-manifest", ErrorCode::InvalidManifest),
    ("invalid-arguments", ErrorCode::InvalidArguments),
    ("compile-error", ErrorCode::CompileError),
    ("guest-error", ErrorCode::GuestError),
    ("trap", ErrorCode::Trap),
    ("not-found", ErrorCode::NotFound),
    ("conflict", ErrorCode::Conflict),
    ("timeout", ErrorCode::Timeout),
    ("unavailable", ErrorCode::Unavailable),
    ("busy", ErrorCode::Busy),
];
