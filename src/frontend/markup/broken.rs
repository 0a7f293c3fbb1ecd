//! The error for broken markup.

use crate::error::{Error, ErrorKind};

/// The error for broken markup at byte `at` of `text`.
pub(super) fn broken(text: &str, at: usize, what: impl std::fmt::Display) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Error::new(ErrorKind::MarkupInvalid, format!("line {line}, column {column}: {what}"))
}
