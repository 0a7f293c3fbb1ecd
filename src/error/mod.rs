//! The one error type. Its kinds and their codes come from `table.json`, as do those of the JavaScript side.

mod kind;

use std::fmt;

pub use kind::ErrorKind;

/// An error with its kind, a message for people and the place that raised it.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    place: &'static std::panic::Location<'static>,
}

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind`; the caller's file and line become its place.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: std::panic::Location::caller() }
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message, without the code.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// File and line that raised it.
    pub fn place(&self) -> &'static std::panic::Location<'static> {
        self.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        assert!(codes.iter().all(|c| c.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn an_error_knows_where_it_was_raised() {
        let error = Error::new(ErrorKind::EmptyText, "nothing there");
        assert!(error.place().file().ends_with("error.rs"));
        assert_eq!(error.to_string(), "empty-text: nothing there");
    }
}
