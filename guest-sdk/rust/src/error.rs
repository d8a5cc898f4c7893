//! Why a tool did not do what it was asked: a code and a sentence.

use std::fmt;

pub use crate::wit::crucible::plugin::types::ErrorCode;
use crate::wit::crucible::plugin::types::{self, Failure, Position};

/// What a tool answers when it fails. `?` makes one of what a capability or another plugin answered, with the same code.
#[derive(Debug, Clone)]
pub struct Error {
    /// A plugin may report `InvalidArguments`, `GuestError` and the codes of capabilities; the host takes any other for
    /// `GuestError`.
    pub code: ErrorCode,
    pub message: String,
    /// Where, in something that the plugin reads.
    pub position: Option<Position>,
}

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), position: None }
    }

    /// An argument that cannot be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArguments, message)
    }

    pub(crate) fn into_failure(self) -> Failure {
        Failure { code: self.code, message: self.message, position: self.position, stack: Vec::new() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self::new(ErrorCode::GuestError, message)
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::new(ErrorCode::GuestError, message)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::new(ErrorCode::GuestError, error.to_string())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, message: failure.message, position: failure.position }
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
