//! Why a function did not do what it was asked, with the code that the host gave.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::wit::crucible::plugin::types::{self, ErrorCode, Failure};

/// A code and a sentence.
#[derive(Debug, Clone)]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
    /// What a function of the language threw, as its engine knows it: thrown again as it was.
    pub thrown: Option<Rc<dyn Any>>,
}

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), thrown: None }
    }

    /// An argument that cannot be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArguments, message)
    }

    /// A failure that a plugin reports by the name of its code; a name that it may not report becomes part of the message.
    pub fn named(code: &str, message: String) -> Self {
        match REPORTABLE.iter().find(|known| name(**known) == code) {
            Some(known) => Self::new(*known, message),
            None => Self::new(ErrorCode::GuestError, format!("{code}: {message}")),
        }
    }

    /// The failure of another plugin, by the name of its code.
    pub fn received(code: &str, message: String) -> Self {
        match REPORTABLE.iter().chain(&OTHERS).find(|known| name(**known) == code) {
            Some(known) => Self::new(*known, message),
            None => Self::named(code, message),
        }
    }

    /// The code as the WIT writes it, such as `not-found`.
    pub fn code_name(&self) -> &'static str {
        name(self.code)
    }

    /// The error as a plugin's failure, without a place.
    pub fn failure(self) -> Failure {
        Failure { code: self.code, message: self.message, position: None, stack: Vec::new() }
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
        Self::new(code, message)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure.code, failure.message)
    }
}

/// The codes that a plugin may report.
const REPORTABLE: [ErrorCode; 9] = [
    ErrorCode::Denied,
    ErrorCode::NotFound,
    ErrorCode::InvalidArguments,
    ErrorCode::Conflict,
    ErrorCode::RateLimited,
    ErrorCode::TransferLimit,
    ErrorCode::Timeout,
    ErrorCode::Unavailable,
    ErrorCode::GuestError,
];

/// Those that only the host reports.
const OTHERS: [ErrorCode; 10] = [
    ErrorCode::Busy,
    ErrorCode::FuelExhausted,
    ErrorCode::Deadline,
    ErrorCode::Cancelled,
    ErrorCode::MemoryLimit,
    ErrorCode::StackLimit,
    ErrorCode::InvalidModule,
    ErrorCode::InvalidManifest,
    ErrorCode::CompileError,
    ErrorCode::Trap,
];

fn name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::FuelExhausted => "fuel-exhausted",
        ErrorCode::Deadline => "deadline",
        ErrorCode::Cancelled => "cancelled",
        ErrorCode::MemoryLimit => "memory-limit",
        ErrorCode::StackLimit => "stack-limit",
        ErrorCode::TransferLimit => "transfer-limit",
        ErrorCode::Denied => "denied",
        ErrorCode::RateLimited => "rate-limited",
        ErrorCode::InvalidModule => "invalid-module",
        ErrorCode::InvalidManifest => "invalid-manifest",
        ErrorCode::InvalidArguments => "invalid-arguments",
        ErrorCode::CompileError => "compile-error",
        ErrorCode::GuestError => "guest-error",
        ErrorCode::Trap => "trap",
        ErrorCode::NotFound => "not-found",
        ErrorCode::Conflict => "conflict",
        ErrorCode::Timeout => "timeout",
        ErrorCode::Unavailable => "unavailable",
        ErrorCode::Busy => "busy",
    }
}
