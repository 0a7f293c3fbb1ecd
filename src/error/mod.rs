//! The error type of the crate. Its kinds and their codes come from `table.json`, as do JavaScript's.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

pub use kind::ErrorKind;

/// Error with a kind, a message for people, and the source line that raised it; the stage, the chunk and the cause
/// where they are known.
///
/// Messages never quote the text to be spoken, except for names in its markup.
///
/// ```
/// use hanvox::error::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::EmptyText, "the text is empty").in_stage("frontend");
/// assert_eq!(error.to_string(), "empty-text: the text is empty");
/// assert_eq!(error.stage(), Some("frontend"));
/// ```
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    place: &'static Location<'static>,
    stage: Option<&'static str>,
    chunk: Option<ChunkPlace>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// Position of a chunk in its text, in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Index among the chunks of the text.
    pub index: usize,
    /// First code unit.
    pub start: usize,
    /// Code unit after the last one.
    pub end: usize,
}

/// Result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Creates an error raised at the caller's file and line.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let place = Location::caller();
        Self { kind, message: message.into(), place, stage: None, chunk: None, cause: None }
    }

    /// Adds the cause; the message should not repeat it.
    pub fn because(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Adds the stage in which it occurred, unless an inner stage is already known.
    pub fn in_stage(self, stage: &'static str) -> Self {
        Self { stage: self.stage.or(Some(stage)), ..self }
    }

    /// Adds the chunk in which it occurred.
    pub fn in_chunk(self, chunk: ChunkPlace) -> Self {
        Self { chunk: Some(chunk), ..self }
    }

    /// Kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Message without the code.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Source file and line that raised it.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// Stage in which it occurred: `load`, `frontend`, `encoder`, `variance`, `decoder` or `vocoder`.
    pub fn stage(&self) -> Option<&'static str> {
        self.stage
    }

    /// Chunk in which it occurred.
    pub fn chunk(&self) -> Option<ChunkPlace> {
        self.chunk
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

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
        assert!(error.place().file().replace('\\', "/").ends_with("error/mod.rs"));
        assert_eq!(error.to_string(), "empty-text: nothing there");
    }

    #[test]
    fn the_innermost_stage_counts_and_the_cause_is_kept() {
        let chunk = ChunkPlace { index: 2, start: 5, end: 9 };
        let error = Error::new(ErrorKind::OutputInvalid, "no sound")
            .because("a net said so")
            .in_stage("variance")
            .in_stage("decoder")
            .in_chunk(chunk);
        assert_eq!((error.stage(), error.chunk()), (Some("variance"), Some(chunk)));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("a net said so"));
    }
}
